/* SPDX-License-Identifier: MIT */
/* armvirt-inspect sysreg: what becomes of an access to a system register. */
#include "commands.h"

#include "json.h"
#include "pe_values.h"
#include "walk_report.h"

#include <armvirt/text.h>
#include <armvirt/text_sysreg.h>

#include <inttypes.h>
#include <stdio.h>

/* The access, the answer, and the exception if it is one. */
struct inquiry {
    struct armvirt_pe pe;
    struct armvirt_sysreg_access access;
    struct armvirt_sysreg_verdict verdict;
    struct armvirt_sysreg_control control;
    struct armvirt_exception exc;
    unsigned el;
    bool exception;
};

/* A number is an encoding, op0 in bits 15:14 down to op2 in 2:0. */
static bool find_register(struct inquiry *q, const char *text, struct error *error)
{
    q->access.reg = armvirt_sysreg_find(text);
    if (q->access.reg == ARMVIRT_SYSREG_NONE) {
        return refuse(error, "unknown register '%s'; an encoding is S3_0_C1_C0_0", text);
    }
    return true;
}

static bool ask(const struct options *options, struct inquiry *q, struct error *error)
{
    struct armvirt_sysreg_view view;
    bool aarch32;

    if (!find_register(q, options->arguments[0], error)) {
        return false;
    }
    aarch32 = q->access.reg >> 16 != 0;
    q->el = options->el < 0 ? 1 : (unsigned)options->el;
    q->access.write = options->write || q->access.reg >> 14 == 1; /* SYS */
    q->access.wide = options->wide;
    q->access.rt = (uint8_t)options->rt;
    pe_values_begin(&q->pe, q->el, aarch32, options->aarch32);
    q->pe.halted = options->halted;
    for (size_t i = 1; i < options->argument_count; i++) {
        if (!pe_values_set(&q->pe, options->arguments[i], error)) {
            return false;
        }
    }
    armvirt_sysreg_view_init(&view, &q->pe);
    q->el = view.el; /* PSTATE may have been given */
    armvirt_sysreg_access(&view, &q->access, &q->verdict);
    armvirt_sysreg_cause(q->verdict.cause, &q->control);
    q->exception = q->verdict.kind >= ARMVIRT_SYSREG_UNDEFINED;
    if (q->exception) {
        armvirt_sysreg_exception(&q->pe, &q->verdict, &q->exc);
    }
    return true;
}

static bool is_aarch64(const struct inquiry *q)
{
    return q->access.reg >> 16 == 0;
}

/* A halt goes nowhere. */
static bool is_taken(const struct inquiry *q)
{
    return q->exception && q->verdict.kind != ARMVIRT_SYSREG_HALT;
}

static const char *name_of(const struct inquiry *q)
{
    const char *name = armvirt_sysreg_name(q->access.reg);

    return name != NULL ? name : "a register that the architecture does not name";
}

/* Whether such an access at another Exception level, or in the other direction, would find
 * something. */
static bool exists(const struct inquiry *q, unsigned el, bool write)
{
    struct armvirt_pe pe = q->pe;
    const struct armvirt_sysreg_access access = {
        .reg = q->access.reg, .write = write, .wide = q->access.wide};
    struct armvirt_sysreg_verdict verdict;
    struct armvirt_sysreg_view view;

    pe.pstate = el == q->el ? pe.pstate : el << 2 | 1;
    armvirt_sysreg_view_init(&view, &pe);
    armvirt_sysreg_access(&view, &access, &verdict);
    return verdict.kind != ARMVIRT_SYSREG_UNDEFINED;
}

/* Why an access is UNDEFINED that no condition forbids; NULL if that is not so. */
static const char *why_undefined(const struct inquiry *q)
{
    static const char *const above[] = {"", "accessible from EL1 on", "accessible from EL2 on",
                                        "accessible from EL3 on"};

    if (q->verdict.kind != ARMVIRT_SYSREG_UNDEFINED || q->verdict.cause != 0) {
        return NULL;
    }
    if (exists(q, q->el, !q->access.write)) {
        return q->access.write ? "read-only at this Exception level"
                               : "write-only at this Exception level";
    }
    for (unsigned el = q->el + 1; el <= 3 && is_aarch64(q); el++) {
        if (exists(q, el, q->access.write)) {
            return above[el];
        }
    }
    return is_aarch64(q) ? "not accessible at any Exception level, with these values"
                         : "not accessible at this Exception level";
}

/* The bits that decided, and what they are or are not. */
static void print_control(const struct inquiry *q)
{
    const struct armvirt_sysreg_control *c = &q->control;
    const char *is = q->verdict.cause_holds ? "" : " not";
    unsigned hi = c->lsb;

    while (c->mask >> (hi - c->lsb) > 1) {
        hi++;
    }
    if (c->reg != 0 && hi == c->lsb) {
        report_item("because", "bit %u of %s is%s %u", hi, armvirt_sysreg_name(c->reg), is,
                    (unsigned)c->value);
    } else if (c->reg != 0) {
        report_item("because", "bits %u:%u of %s are%s %u%s", hi, (unsigned)c->lsb,
                    armvirt_sysreg_name(c->reg), is, (unsigned)c->value,
                    c->at_least ? " or more" : "");
    }
}

static void print(const struct inquiry *q)
{
    const char *why = why_undefined(q);
    char text[200];

    (void)armvirt_text_sysreg(&q->verdict, text, sizeof(text));
    report_item("access", "%s%s of %s at EL%u%s", q->access.wide ? "128-bit " : "",
                q->access.write ? "write" : "read", name_of(q), q->el,
                q->pe.halted ? ", Debug state" : "");
    if (is_aarch64(q)) {
        report_item("encoding", "S%u_%u_C%u_C%u_%u", (unsigned)(q->access.reg >> 14 & 3),
                    (unsigned)(q->access.reg >> 11 & 7), (unsigned)(q->access.reg >> 7 & 15),
                    (unsigned)(q->access.reg >> 3 & 15), (unsigned)(q->access.reg & 7));
    }
    report_item("verdict", "%s", text);
    if (is_taken(q)) {
        report_item("taken to", "EL%u, ESR_EL%u = 0x%" PRIx64, (unsigned)q->exc.target_el,
                    (unsigned)q->exc.target_el, q->exc.esr);
    }
    print_control(q);
    if (why != NULL) {
        report_item("because", "%s", why);
    }
}

static void print_json(const struct inquiry *q)
{
    struct json json = {.out = stdout};
    const char *why = why_undefined(q);
    const char *reached = armvirt_sysreg_name(q->verdict.reg);

    json_object_begin(&json, NULL);
    json_string(&json, "register", name_of(q));
    json_hex(&json, "encoding", q->access.reg);
    json_bool(&json, "write", q->access.write);
    json_int(&json, "el", q->el);
    json_string(&json, "verdict", armvirt_sysreg_kind_name(q->verdict.kind));
    if (q->verdict.kind <= ARMVIRT_SYSREG_SELECTED && reached != NULL) {
        json_string(&json, "reaches", reached);
    }
    if (q->verdict.kind == ARMVIRT_SYSREG_MEMORY) {
        json_hex(&json, "vncr_offset", q->verdict.offset);
    }
    if (is_taken(q)) {
        json_int(&json, "target_el", q->exc.target_el);
        json_hex(&json, "esr", q->exc.esr);
    }
    if (q->verdict.cause != 0) {
        json_string(&json, "cause", armvirt_sysreg_cause_name(q->verdict.cause));
        json_bool(&json, "cause_holds", q->verdict.cause_holds);
    }
    if (why != NULL) {
        json_string(&json, "because", why);
    }
    json_object_end(&json);
}

static enum exit_status run(const struct options *options, struct error *error)
{
    struct inquiry q = {.access = {0}};

    if (!ask(options, &q, error)) {
        return STATUS_BAD_INPUT;
    }
    if (options->json) {
        print_json(&q);
    } else {
        print(&q);
    }
    return q.exception ? STATUS_FAULT : STATUS_OK;
}

const struct command command_sysreg = {
    .name = "sysreg",
    .bit = COMMAND_SYSREG,
    .usage = "REGISTER [NAME[.FIELD]=VALUE]...",
    .summary = "Say what becomes of an access to a system register",
    .details =
        "REGISTER is a name (SCTLR_EL1, TLBI_VAE1, HSTR) or S3_0_C1_C0_0. Prints what the access\n"
        "reaches, or the exception it takes, its syndrome and the field that decided.\n"
        "The PE has every feature, and nothing is trapped but what the values say.\n"
        "NAME may also be PSTATE, EDSCR, EDSCR2, OSLSR_EL1, OSDLR_EL1, or a signal: DBGEN, "
        "SPIDEN,\n"
        "RLPIDEN, RTPIDEN.\n",
    .least_arguments = 1,
    .most_arguments = 100,
    .run = run,
};
