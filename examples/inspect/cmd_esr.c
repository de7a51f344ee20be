/* SPDX-License-Identifier: MIT */
/* armvirt-inspect esr: what a syndrome says. */
#include "commands.h"

#include "description.h"
#include "fields_json.h"
#include "number.h"
#include "walk_report.h"

#include <armvirt/regs/syndrome.h>
#include <armvirt/syndrome.h>
#include <armvirt/text.h>
#include <armvirt/text_exc.h>

#include <inttypes.h>
#include <stdio.h>

/* The registers that were given, and whose they are. */
struct syndrome_registers {
    uint64_t esr, far, hpfar;
    unsigned el;
    bool has_far, has_hpfar;
    enum armvirt_esr_check check;
};

static const char *const register_names[4] = {"", "ESR_EL1", "ESR_EL2", "ESR_EL3"};

/* Without --el: EL1 unless only a higher level reports the class, or there is an HPFAR_EL2. */
static unsigned guess_el(const struct syndrome_registers *regs)
{
    unsigned first = regs->has_hpfar ? 2 : 1;

    for (unsigned el = first; el <= 3; el++) {
        if (armvirt_esr_check(regs->esr, el) != ARMVIRT_ESR_CHECK_EL) {
            return el;
        }
    }
    return first;
}

static bool parse(const struct options *options, struct syndrome_registers *regs,
                  struct error *error)
{
    uint64_t *const values[] = {&regs->esr, &regs->far, &regs->hpfar};

    for (size_t i = 0; i < options->argument_count; i++) {
        if (!number_parse(options->arguments[i], values[i])) {
            return refuse(error, "'%s' is not a number", options->arguments[i]);
        }
    }
    regs->has_far = options->argument_count > 1;
    regs->has_hpfar = options->argument_count > 2;
    if (options->el == 0) {
        return refuse(error, "--el: EL0 has no syndrome register");
    }
    regs->el = options->el < 0 ? guess_el(regs) : (unsigned)options->el;
    regs->check = armvirt_esr_check(regs->esr, regs->el);
    return true;
}

/* HPFAR_EL2 gives the page, FAR_EL2 the bytes in it. */
static uint64_t ipa_of(const struct syndrome_registers *regs)
{
    return ARMVIRT_GET(ARMVIRT_HPFAR_EL2_FIPA, regs->hpfar) << 12 | (regs->far & 0xfff);
}

static void print(const struct syndrome_registers *regs)
{
    const struct armvirt_layout *layout = armvirt_layout_find(register_names[regs->el]);
    const uint64_t value[2] = {regs->esr};
    unsigned ec = (unsigned)ARMVIRT_GET(ARMVIRT_ESR_ELX_EC, regs->esr);
    struct armvirt_field field;
    char text[400];

    report_item(register_names[regs->el], "0x%" PRIx64, regs->esr);
    report_item("class", "0x%02x, %s", ec, armvirt_ec_text(ec));
    if (armvirt_text_iss(regs->esr, text, sizeof(text)) != 0) {
        report_item("says", "%s", text);
    }
    if (regs->has_far) {
        report_item("address", "0x%" PRIx64, regs->far);
    }
    if (regs->has_hpfar) {
        report_item("IPA", "0x%" PRIx64, ipa_of(regs));
    }
    if (regs->check != ARMVIRT_ESR_CHECK_VALID) {
        report_item("not valid", "%s", armvirt_esr_check_text(regs->check));
    }
    for (unsigned bit = 64; bit > 0; bit = field.lo) {
        armvirt_field_at(layout, value, 0, bit - 1, &field);
        if (armvirt_field_notable(&field) && field.value != 0) {
            (void)armvirt_text_field(&field, text, sizeof(text));
            report_item("", "%s", text);
        }
    }
}

static void print_json(const struct syndrome_registers *regs)
{
    const uint64_t value[2] = {regs->esr};
    unsigned ec = (unsigned)ARMVIRT_GET(ARMVIRT_ESR_ELX_EC, regs->esr);
    struct json json = {.out = stdout};
    char text[400];

    (void)armvirt_text_iss(regs->esr, text, sizeof(text));
    json_object_begin(&json, NULL);
    json_string(&json, "register", register_names[regs->el]);
    json_hex(&json, "value", regs->esr);
    json_int(&json, "ec", ec);
    json_string(&json, "class", armvirt_ec_text(ec));
    json_string(&json, "says", text);
    if (regs->has_far) {
        json_hex(&json, "address", regs->far);
    }
    if (regs->has_hpfar) {
        json_hex(&json, "ipa", ipa_of(regs));
    }
    json_bool(&json, "valid", regs->check == ARMVIRT_ESR_CHECK_VALID);
    if (regs->check != ARMVIRT_ESR_CHECK_VALID) {
        json_string(&json, "reason", armvirt_esr_check_text(regs->check));
    }
    fields_json(armvirt_layout_find(register_names[regs->el]), value, 0, &json);
    json_object_end(&json);
}

static enum exit_status run(const struct options *options, struct error *error)
{
    struct syndrome_registers regs = {0};

    if (!parse(options, &regs, error)) {
        return STATUS_BAD_INPUT;
    }
    if (options->json) {
        print_json(&regs);
    } else {
        print(&regs);
    }
    return regs.check == ARMVIRT_ESR_CHECK_VALID ? STATUS_OK : STATUS_FAULT;
}

const struct command command_esr = {
    .name = "esr",
    .bit = COMMAND_ESR,
    .usage = "VALUE [FAR [HPFAR]]",
    .summary = "Say what an exception syndrome means",
    .details =
        "VALUE is ESR_EL1, ESR_EL2 or ESR_EL3 (--el), or HSR. Prints the class, what the\n"
        "syndrome says of it, every field that is not 0, and what is wrong with a value that\n"
        "no PE reports. With FAR and HPFAR_EL2, the intermediate physical address.\n",
    .least_arguments = 1,
    .most_arguments = 3,
    .run = run,
};
