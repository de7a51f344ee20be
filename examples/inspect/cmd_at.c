/* SPDX-License-Identifier: MIT */
/* armvirt-inspect at: what an address translation instruction does. */
#include "commands.h"

#include "number.h"
#include "run_view.h"
#include "suggest.h"
#include "walk_report.h"

#include <armvirt/at.h>
#include <armvirt/regs/vmsa.h>
#include <armvirt/text.h>
#include <armvirt/text_walk.h>

#include <inttypes.h>
#include <stdio.h>
#include <strings.h>

static const char *const ops[ARMVIRT_AT_OPS] = {
#define OP(name) [ARMVIRT_AT_##name] = #name
    OP(S1E0R),   OP(S1E0W),   OP(S1E1R),    OP(S1E1W),    OP(S1E1RP),  OP(S1E1WP),
    OP(S1E1A),   OP(S1E2R),   OP(S1E2W),    OP(S1E2A),    OP(S1E3R),   OP(S1E3W),
    OP(S1E3A),   OP(S12E0R),  OP(S12E0W),   OP(S12E1R),   OP(S12E1W),
#undef OP
#define OP(name) [ARMVIRT_##name] = #name
    OP(ATS1CPR), OP(ATS1CPW), OP(ATS1CPRP), OP(ATS1CPWP), OP(ATS1CUR), OP(ATS1CUW),
#undef OP
};

static bool parse_op(const char *text, uint8_t *op, struct error *error)
{
    struct suggestion suggestion = SUGGESTION(text);
    char hint[64];

    for (*op = 0; *op < ARMVIRT_AT_OPS; (*op)++) {
        if (strcasecmp(ops[*op], text) == 0) {
            return true;
        }
        suggest_try(&suggestion, ops[*op]);
    }
    return refuse(error, "unknown AT instruction '%s'%s", text,
                  suggest_text(&suggestion, hint, sizeof(hint)));
}

static const char *const outcomes[] = {
    [ARMVIRT_AT_DONE] = "PAR_EL1",
    [ARMVIRT_AT_ABORTED] = "exception",
    [ARMVIRT_AT_UNDEFINED] = "undefined",
};

/* The register as the instruction set of the instruction calls it. */
static const char *par_name(const struct armvirt_at *at)
{
    return at->op >= ARMVIRT_ATS1CPR ? "PAR" : "PAR_EL1";
}

static uint64_t par_conditions(const struct view *view)
{
    return view->cpu->vmsa.id_aa64pfr0_el1 & ARMVIRT_ID_AA64PFR0_EL1_RME ? 0 : ARMVIRT_WHEN_NORME;
}

static void print(const struct view *view, const struct armvirt_at *at,
                  const struct armvirt_at_result *result)
{
    char text[512];

    (void)printf("CPU %u, EL%u: AT %s, 0x%" PRIx64 "\n", view->cpu_number, at->el, ops[at->op],
                 at->va);
    if (result->outcome == ARMVIRT_AT_UNDEFINED) {
        report_item("undefined", "the instruction does not exist at EL%u of this CPU", at->el);
        return;
    }
    if (result->outcome == ARMVIRT_AT_ABORTED) {
        report_abort(&result->abort);
        return;
    }
    report_par(par_name(at), result->par);
    (void)armvirt_text_fields(armvirt_layout_find(par_name(at)), result->par, par_conditions(view),
                              " ", text, sizeof(text));
    report_lines("", text);
}

static void print_json(const struct view *view, const struct armvirt_at *at,
                       const struct armvirt_at_result *result)
{
    struct json json = {.out = stdout};

    json_object_begin(&json, NULL);
    json_string(&json, "instruction", ops[at->op]);
    json_hex(&json, "address", at->va);
    json_int(&json, "cpu", view->cpu_number);
    json_int(&json, "el", at->el);
    json_string(&json, "outcome", outcomes[result->outcome % 3]);
    if (result->outcome == ARMVIRT_AT_DONE) {
        json_hex(&json, "par_el1", result->par[0]);
        json_hex(&json, "par_el1_high", result->par[1]);
    }
    if (result->outcome == ARMVIRT_AT_ABORTED) {
        report_abort_json(&result->abort, &json);
    }
    json_object_end(&json);
}

static enum exit_status show(const struct options *options, const struct view *view,
                             struct error *error)
{
    const struct armvirt_walk_env env = {.mem = memory_image_ops(&view->machine->memory)};
    struct armvirt_at at = {.el = (uint8_t)view->el, .pan = options->pan};
    struct armvirt_at_result result;

    if (!parse_op(options->arguments[0], &at.op, error)) {
        return STATUS_BAD_INPUT;
    }
    if (!number_parse(options->arguments[1], &at.va)) {
        (void)refuse(error, "'%s' is not an address", options->arguments[1]);
        return STATUS_BAD_INPUT;
    }
    if (armvirt_at(&view->cpu->vmsa, &env, &at, &result) != ARMVIRT_OK) {
        (void)refuse(error, "AT %s can not be asked here", ops[at.op]);
        return STATUS_BAD_INPUT;
    }
    if (options->json) {
        print_json(view, &at, &result);
    } else {
        print(view, &at, &result);
    }
    if (!view_check_memory(view, error)) {
        return STATUS_BAD_INPUT;
    }
    return result.outcome == ARMVIRT_AT_DONE && (result.par[0] & 1) == 0 ? STATUS_OK : STATUS_FAULT;
}

static enum exit_status run(const struct options *options, struct error *error)
{
    return run_view(options, show, error);
}

const struct command command_at = {
    .name = "at",
    .bit = COMMAND_AT,
    .usage = "INSTRUCTION ADDRESS",
    .summary = "Execute an address translation instruction",
    .details = "INSTRUCTION is S1E1R, S12E0W and so on, or ATS1CPR and so on of AArch32. Prints\n"
               "PAR_EL1 with its fields, or the exception that is taken instead.\n",
    .least_arguments = 2,
    .most_arguments = 2,
    .run = run,
};
