/* SPDX-License-Identifier: MIT */
/* armvirt-inspect regs: registers and descriptors, field by field. */
#include "commands.h"

#include "fields_json.h"
#include "number.h"
#include "run_view.h"
#include "suggest.h"

#include <armvirt/regs/vmsa.h>
#include <armvirt/text.h>

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#define NAME_MAX_BYTES 64

/* A value to show. */
struct reg {
    const struct armvirt_layout *layout;
    char name[NAME_MAX_BYTES];
    uint64_t value[2];
};

static bool find_layout(struct reg *reg, struct error *error)
{
    struct suggestion suggestion = SUGGESTION(reg->name);
    const struct armvirt_layout *layout;
    char hint[64];

    reg->layout = armvirt_layout_find(reg->name);
    if (reg->layout != NULL) {
        return true;
    }
    for (size_t n = 0; (layout = armvirt_layout_at(n)) != NULL; n++) {
        suggest_try(&suggestion, armvirt_layout_name(layout));
    }
    return refuse(error, "unknown register '%s'%s", reg->name,
                  suggest_text(&suggestion, hint, sizeof(hint)));
}

static bool fits(const struct reg *reg)
{
    unsigned bits = armvirt_layout_bits(reg->layout);

    if (bits < 64 && reg->value[0] >> bits != 0) {
        return false;
    }
    return reg->value[1] == 0 || bits > 64;
}

/* "NAME=VALUE". */
static bool parse_reg(struct reg *reg, const char *text, const char *equals, struct error *error)
{
    if (equals - text >= NAME_MAX_BYTES) {
        return refuse(error, "unknown register '%.32s...'", text);
    }
    (void)snprintf(reg->name, sizeof(reg->name), "%.*s", (int)(equals - text), text);
    if (!find_layout(reg, error)) {
        return false;
    }
    if (!number_parse_wide(equals + 1, reg->value)) {
        return refuse(error, "%s: '%s' is not a number", reg->name, equals + 1);
    }
    return fits(reg) || refuse(error, "%s: %s does not fit in %u bits", reg->name, equals + 1,
                               armvirt_layout_bits(reg->layout));
}

/* Names of conditions, separated by commas; NULL for none. */
static bool parse_when(const char *names, uint64_t *when, struct error *error)
{
    *when = 0;
    while (names != NULL && *names != '\0') {
        int length = (int)strcspn(names, ",");
        char name[NAME_MAX_BYTES] = "";

        if (length < NAME_MAX_BYTES) {
            (void)snprintf(name, sizeof(name), "%.*s", length, names);
        }
        if (armvirt_when_find(name) == 0) {
            return refuse(error, "--when: unknown condition '%.*s'", length, names);
        }
        *when |= armvirt_when_find(name);
        names += length + (names[length] == ',');
    }
    return true;
}

static void print_reg(const struct reg *reg, uint64_t when)
{
    unsigned bits = armvirt_layout_bits(reg->layout);
    struct armvirt_field field;

    if (bits > 64) {
        (void)printf("%s = 0x%" PRIx64 "%016" PRIx64, reg->name, reg->value[1], reg->value[0]);
    } else {
        (void)printf("%s = 0x%" PRIx64, reg->name, reg->value[0]);
    }
    (void)printf("  # %s (DDI0487 %s)\n", armvirt_layout_title(reg->layout),
                 armvirt_layout_section(reg->layout));
    for (unsigned bit = bits; bit > 0; bit = field.lo) {
        char text[128];

        armvirt_field_at(reg->layout, reg->value, when, bit - 1, &field);
        if (!armvirt_field_notable(&field)) {
            continue;
        }
        (void)armvirt_text_field(&field, text, sizeof(text));
        (void)printf("    %s\n", text);
    }
}

static void reg_json(const struct reg *reg, uint64_t when, struct json *json)
{
    json_object_begin(json, NULL);
    json_string(json, "name", reg->name);
    json_string(json, "title", armvirt_layout_title(reg->layout));
    json_string(json, "section", armvirt_layout_section(reg->layout));
    json_hex(json, "value", reg->value[0]);
    if (armvirt_layout_bits(reg->layout) > 64) {
        json_hex(json, "value_high", reg->value[1]);
    }
    fields_json(reg->layout, reg->value, when, json);
    json_object_end(json);
}

static void show_reg(const struct reg *reg, uint64_t when, struct json *json)
{
    if (json->out != NULL) {
        reg_json(reg, when, json);
    } else {
        print_reg(reg, when);
    }
}

/* "NAME", whose value the machine has. */
static bool parse_name(struct reg *reg, const char *text, struct error *error)
{
    const struct register_row *row = register_find(text);

    (void)snprintf(reg->name, sizeof(reg->name), "%s", row != NULL ? row->name : text);
    if (!find_layout(reg, error)) {
        return false;
    }
    return row != NULL || refuse(error, "%s has no part in translation; give its value: %s=VALUE",
                                 reg->name, reg->name);
}

static bool parse(struct reg *reg, const char *text, struct error *error)
{
    const char *equals = strchr(text, '=');

    return equals != NULL ? parse_reg(reg, text, equals, error) : parse_name(reg, text, error);
}

/* Every argument must be good before anything is shown. */
static bool check(const struct options *options, bool *needs_machine, uint64_t *when,
                  struct error *error)
{
    *needs_machine = false;
    for (size_t i = 0; i < options->argument_count; i++) {
        struct reg reg = {0};

        if (!parse(&reg, options->arguments[i], error)) {
            return false;
        }
        *needs_machine = *needs_machine || strchr(options->arguments[i], '=') == NULL;
    }
    return parse_when(options->when, when, error);
}

/* Without a view, every argument has its value. */
static enum exit_status show(const struct options *options, const struct view *view,
                             struct error *error)
{
    struct json json = {.out = options->json ? stdout : NULL};
    bool needs_machine;
    uint64_t when;

    if (!check(options, &needs_machine, &when, error)) {
        return STATUS_BAD_INPUT;
    }
    if (view != NULL && (view->cpu->vmsa.hcr_el2 & ARMVIRT_HCR_EL2_E2H) != 0) {
        when |= ARMVIRT_WHEN_E2H;
    }
    if (options->json) {
        json_array_begin(&json, NULL);
    }
    for (size_t i = 0; i < options->argument_count; i++) {
        struct reg reg = {0};

        (void)parse(&reg, options->arguments[i], error);
        if (view != NULL && strchr(options->arguments[i], '=') == NULL) {
            register_get(view->cpu, register_find(options->arguments[i]), reg.value);
        }
        show_reg(&reg, when, &json);
    }
    if (options->json) {
        json_array_end(&json);
    }
    return STATUS_OK;
}

static enum exit_status run(const struct options *options, struct error *error)
{
    bool needs_machine;
    uint64_t when;

    if (!check(options, &needs_machine, &when, error)) {
        return STATUS_BAD_INPUT;
    }
    return needs_machine ? run_view(options, show, error) : show(options, NULL, error);
}

const struct command command_regs = {
    .name = "regs",
    .bit = COMMAND_REGS,
    .usage = "NAME[=VALUE]...",
    .summary = "Show registers and descriptors field by field",
    .details =
        "NAME is any System register of the architecture, or a descriptor such as VMSA64_S1_LEAF.\n"
        "Without VALUE, that of the machine is taken. Some bits depend on conditions, such as E2H\n"
        "or PIE (--when); of a machine, E2H is known.\n",
    .least_arguments = 1,
    .most_arguments = 1000,
    .run = run,
};
