/* SPDX-License-Identifier: MIT */
/* armvirt-inspect translate: one address, step by step, with the answer or the fault. */
#include "commands.h"

#include "number.h"
#include "run_view.h"
#include "walk_report.h"

#include <armvirt/at.h>
#include <armvirt/names.h>
#include <armvirt/text_walk.h>

#include <inttypes.h>
#include <stdio.h>

static unsigned access_kind(const struct options *options)
{
    if (options->debugger) {
        return ARMVIRT_DEBUGGER;
    }
    if (options->fetch) {
        return ARMVIRT_FETCH;
    }
    return options->write ? ARMVIRT_WRITE : ARMVIRT_READ;
}

/* The registers that tell software the same. */
struct syndrome {
    uint64_t par[2];
    struct armvirt_abort abort; /* of a fault */
};

static void find_syndrome(const struct translation *t, struct syndrome *syndrome)
{
    const struct armvirt_regime *regime = &t->view->regime;
    const struct armvirt_abort_context context = {.el = t->access.el};

    armvirt_par(regime, t->stage == 1 ? ARMVIRT_PAR_STAGE1 : ARMVIRT_PAR_STAGE12, &t->walk,
                syndrome->par);
    if (t->fault) {
        armvirt_abort(regime, &context, &t->access, &t->walk.fault, &syndrome->abort);
    }
}

static void print_head(const struct translation *t)
{
    const struct armvirt_regime *regime = &t->view->regime;

    (void)printf("CPU %u, EL%u: %s of %s 0x%" PRIx64 ", %s regime, %s state\n\n",
                 t->view->cpu_number, t->access.el, armvirt_access_kind_name(t->access.kind),
                 t->stage == 2 ? "intermediate physical address" : "virtual address", t->access.va,
                 armvirt_regime_name(regime->id),
                 armvirt_space_name((enum armvirt_space)regime->security));
}

static void print_allowed(const struct translation *t)
{
    char text[64];

    (void)armvirt_text_perm(t->view->regime.id, t->allowed, text, sizeof(text));
    report_item("allowed is", "%s", text);
}

static void print(const struct translation *t)
{
    struct syndrome syndrome;

    find_syndrome(t, &syndrome);
    print_head(t);
    report_steps(t);
    report_walk(t->view, &t->walk);
    if (t->has_allowed) {
        print_allowed(t);
    }
    if (t->stage == 2) {
        return;
    }
    report_par("PAR_EL1", syndrome.par);
    if (t->fault) {
        report_abort(&syndrome.abort);
    }
}

static void print_json(const struct translation *t)
{
    struct json json = {.out = stdout};
    struct syndrome syndrome;
    char allowed[64];

    find_syndrome(t, &syndrome);
    json_object_begin(&json, NULL);
    json_hex(&json, "address", t->access.va);
    json_int(&json, "cpu", t->view->cpu_number);
    json_int(&json, "el", t->access.el);
    json_string(&json, "regime", armvirt_regime_name(t->view->regime.id));
    json_string(&json, "access", armvirt_access_kind_name(t->access.kind));
    report_steps_json(t, &json);
    report_walk_json(t->view, &t->walk, &json);
    if (t->has_allowed) {
        (void)armvirt_text_perm(t->view->regime.id, t->allowed, allowed, sizeof(allowed));
        json_string(&json, "allowed", allowed);
    }
    if (t->stage != 2) {
        json_hex(&json, "par_el1", syndrome.par[0]);
    }
    if (t->stage != 2 && syndrome.par[1] != 0) {
        json_hex(&json, "par_el1_high", syndrome.par[1]);
    }
    if (t->fault && t->stage != 2) {
        report_abort_json(&syndrome.abort, &json);
    }
    json_object_end(&json);
}

static enum exit_status show(const struct options *options, const struct view *view,
                             struct error *error)
{
    struct armvirt_access access = {.kind = (uint8_t)access_kind(options),
                                    .el = (uint8_t)view->el,
                                    .flags = ARMVIRT_ACCESS_NO_UPDATE};
    struct translation translation;

    if (!number_parse(options->arguments[0], &access.va)) {
        (void)refuse(error, "'%s' is not an address", options->arguments[0]);
        return STATUS_BAD_INPUT;
    }
    if (options->pan) {
        access.flags |= ARMVIRT_ACCESS_PAN;
    }
    if (!translation_run(&translation, view, &access, options->stage, error)) {
        return STATUS_BAD_INPUT;
    }
    if (options->json) {
        print_json(&translation);
    } else {
        print(&translation);
    }
    if (options->svg_path != NULL && !translation_draw(&translation, options->svg_path, error)) {
        return STATUS_BAD_INPUT;
    }
    if (!view_check_memory(view, error)) {
        return STATUS_BAD_INPUT;
    }
    return translation.fault ? STATUS_FAULT : STATUS_OK;
}

static enum exit_status run(const struct options *options, struct error *error)
{
    return run_view(options, show, error);
}

const struct command command_translate = {
    .name = "translate",
    .bit = COMMAND_TRANSLATE,
    .usage = "ADDRESS",
    .summary = "Translate one address, step by step",
    .details =
        "Prints every table that the walk reads, with every field of the descriptor and the\n"
        "rule that decided, then where the address is and how it is mapped, or the fault,\n"
        "the rule that was broken, and what PAR_EL1 and ESR_ELx say of it.\n"
        "Nothing is ever written: hardware updates of descriptors are assumed, not made.\n",
    .least_arguments = 1,
    .most_arguments = 1,
    .run = run,
};
