/* SPDX-License-Identifier: MIT */
/* Answers in words and as JSON. */
#include "walk_report.h"

#include "fields_json.h"
#include "number.h"

#include <armvirt/names.h>
#include <armvirt/text_walk.h>

#include <inttypes.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#define STEP_TEXT_MAX 4096

void report_item(const char *name, const char *format, ...)
{
    va_list arguments;

    (void)printf("%-13s", name);
    va_start(arguments, format);
    (void)vprintf(format, arguments);
    va_end(arguments);
    (void)putchar('\n');
}

#define LINE_COLUMNS 80 /* of the text */

/* What of a text goes on one line. A name in brackets stays with its value. */
static size_t line_length(const char *text)
{
    size_t length = strlen(text);

    if (length <= LINE_COLUMNS) {
        return length;
    }
    for (length = LINE_COLUMNS; length > 0; length--) {
        if (text[length] == ' ' && text[length + 1] != '(') {
            return length;
        }
    }
    return LINE_COLUMNS;
}

void report_lines(const char *name, const char *text)
{
    while (*text != '\0') {
        size_t length = line_length(text);

        report_item(name, "%.*s", (int)length, text);
        text += length;
        text += strspn(text, " ");
        name = "";
    }
}

/* ---- steps ---- */

void report_steps(const struct translation *translation)
{
    for (size_t i = 0; i < translation->log.len; i++) {
        char text[STEP_TEXT_MAX];

        (void)armvirt_text_step(&translation->view->regime, &translation->steps[i], text,
                                sizeof(text));
        (void)printf("%s\n", text);
    }
}

static void step_json(const struct armvirt_regime *regime, const struct armvirt_step *step,
                      struct json *json)
{
    struct armvirt_step_info info;
    char text[256];

    armvirt_step_explain(regime, step, &info);
    json_object_begin(json, NULL);
    json_int(json, "stage", step->stage);
    json_int(json, "level", step->level);
    json_string(json, "kind", armvirt_step_kind_name(step->kind));
    json_hex(json, "table", info.table_pa);
    json_hex(json, "index", info.index);
    json_hex(json, "address", step->pa);
    json_string(json, "space", armvirt_space_name((enum armvirt_space)step->space));
    if (step->kind != ARMVIRT_STEP_ABORT) {
        json_hex(json, "descriptor", step->desc[0]);
        if (step->format == ARMVIRT_FORMAT_VMSA128) {
            json_hex(json, "descriptor_high", step->desc[1]);
        }
        json_string(json, "layout", info.layout);
        if (info.layout[0] != '\0') {
            fields_json(armvirt_layout_find(info.layout), step->desc, info.when, json);
        }
    }
    if (info.size_log2 != 0) {
        json_hex(json, "output", info.output);
    }
    (void)armvirt_text_decision(regime, step, text, sizeof(text));
    json_string(json, "decision", text);
    json_object_end(json);
}

void report_step_list_json(const struct armvirt_regime *regime, const struct armvirt_step *steps,
                           size_t count, struct json *json)
{
    json_array_begin(json, "steps");
    for (size_t i = 0; i < count; i++) {
        step_json(regime, &steps[i], json);
    }
    json_array_end(json);
}

void report_steps_json(const struct translation *translation, struct json *json)
{
    report_step_list_json(&translation->view->regime, translation->steps, translation->log.len,
                          json);
}

/* ---- walks ---- */

static void report_leaf(const char *name, const struct armvirt_leaf *leaf)
{
    char size[24], span[24];

    if (!leaf->valid) {
        return;
    }
    (void)number_format_size(size, sizeof(size), (uint64_t)1 << leaf->size_log2);
    (void)number_format_size(span, sizeof(span), (uint64_t)1 << leaf->span_log2);
    report_item(name, "%s at 0x%" PRIx64 ", level %d%s%s%s%s%s", size, leaf->base, leaf->level,
                leaf->span_log2 != leaf->size_log2 ? ", contiguous over " : "",
                leaf->span_log2 != leaf->size_log2 ? span : "",
                leaf->not_global ? ", not global" : "", leaf->guarded ? ", guarded" : "",
                leaf->clean ? ", writable but clean" : "");
}

static void report_success(const struct view *view, const struct armvirt_walk *walk)
{
    char text[200];

    report_item("physical", "0x%" PRIx64 " (%s)", walk->pa,
                armvirt_space_name((enum armvirt_space)walk->pa_space));
    if (walk->s2.valid) {
        report_item("intermediate", "0x%" PRIx64 " (%s)", walk->ipa,
                    armvirt_space_name((enum armvirt_space)walk->ipa_space));
    }
    report_leaf("stage 1", &walk->s1);
    report_leaf("stage 2", &walk->s2);
    (void)armvirt_text_perm(view->regime.id, walk->perm, text, sizeof(text));
    report_item("permissions", "%s", text);
    (void)armvirt_text_memattr(&walk->attr, text, sizeof(text));
    report_item("memory", "%s", text);
    if (walk->s2.valid) {
        report_item("tagged", "ASID 0x%x, VMID 0x%x", walk->asid, walk->vmid);
    } else {
        report_item("tagged", "ASID 0x%x", walk->asid);
    }
}

static void report_fault(const struct armvirt_fault *fault)
{
    char text[200];

    (void)armvirt_text_fault(fault, text, sizeof(text));
    report_item("fault", "%s", text);
    report_item("reason", "%s: %s", armvirt_reason_name(fault->reason),
                armvirt_reason_text(fault->reason));
    report_item("rule", "DDI0487 %s", armvirt_reason_rule(fault->reason));
    if (fault->stage == 2) {
        report_item("intermediate", "0x%" PRIx64 " (%s)", fault->ipa,
                    armvirt_space_name((enum armvirt_space)fault->ipa_space));
    }
}

void report_walk(const struct view *view, const struct armvirt_walk *walk)
{
    if (walk->fault.type == ARMVIRT_FAULT_NONE) {
        report_success(view, walk);
    } else {
        report_fault(&walk->fault);
    }
}

static void leaf_json(const char *key, const struct armvirt_leaf *leaf, struct json *json)
{
    if (!leaf->valid) {
        return;
    }
    json_object_begin(json, key);
    json_int(json, "level", leaf->level);
    json_hex(json, "size", (uint64_t)1 << leaf->size_log2);
    json_hex(json, "span", (uint64_t)1 << leaf->span_log2);
    json_hex(json, "base", leaf->base);
    json_hex(json, "descriptor", leaf->desc[0]);
    json_hex(json, "descriptor_high", leaf->desc[1]);
    json_bool(json, "global", !leaf->not_global);
    json_bool(json, "guarded", leaf->guarded);
    json_bool(json, "clean", leaf->clean);
    json_object_end(json);
}

static void success_json(const struct view *view, const struct armvirt_walk *walk,
                         struct json *json)
{
    char text[200];

    json_hex(json, "pa", walk->pa);
    json_string(json, "pa_space", armvirt_space_name((enum armvirt_space)walk->pa_space));
    json_hex(json, "ipa", walk->ipa);
    (void)armvirt_text_perm(view->regime.id, walk->perm, text, sizeof(text));
    json_string(json, "permissions", text);
    (void)armvirt_text_memattr(&walk->attr, text, sizeof(text));
    json_string(json, "memory", text);
    json_int(json, "asid", walk->asid);
    json_int(json, "vmid", walk->vmid);
    leaf_json("stage1", &walk->s1, json);
    leaf_json("stage2", &walk->s2, json);
}

static void fault_json(const struct armvirt_fault *fault, struct json *json)
{
    json_object_begin(json, "fault");
    json_string(json, "type", armvirt_fault_type_name(fault->type));
    json_int(json, "stage", fault->stage);
    json_int(json, "level", fault->level);
    json_bool(json, "s1ptw", fault->s1ptw);
    json_string(json, "reason", armvirt_reason_name(fault->reason));
    json_string(json, "because", armvirt_reason_text(fault->reason));
    json_string(json, "rule", armvirt_reason_rule(fault->reason));
    if (fault->stage == 2) {
        json_hex(json, "ipa", fault->ipa);
    }
    json_object_end(json);
}

void report_walk_json(const struct view *view, const struct armvirt_walk *walk, struct json *json)
{
    bool fault = walk->fault.type != ARMVIRT_FAULT_NONE;

    json_string(json, "result", fault ? "fault" : "ok");
    if (fault) {
        fault_json(&walk->fault, json);
    } else {
        success_json(view, walk, json);
    }
}

void report_par(const char *name, const uint64_t par[2])
{
    if (par[1] != 0) {
        report_item(name, "0x%" PRIx64 "%016" PRIx64, par[1], par[0]);
    } else {
        report_item(name, "0x%" PRIx64, par[0]);
    }
}

/* ---- aborts ---- */

static const char *abort_kind_name(unsigned kind)
{
    static const char *const names[] = {
        [ARMVIRT_ABORT_DATA] = "Data Abort",
        [ARMVIRT_ABORT_INSTRUCTION] = "Instruction Abort",
        [ARMVIRT_ABORT_GPC] = "Granule Protection Check exception",
    };

    return names[kind % 3];
}

void report_abort(const struct armvirt_abort *abort)
{
    unsigned el = abort->target_el;

    report_item("exception", "%s, taken to EL%u%s", abort_kind_name(abort->kind), el,
                abort->aarch32 ? " (AArch32)" : "");
    report_item(abort->aarch32 ? "FSR" : "ESR", "0x%" PRIx64, abort->esr);
    if (abort->far_valid) {
        report_item("FAR", "0x%" PRIx64, abort->far);
    }
    if (abort->hpfar_valid) {
        report_item("HPFAR", "0x%" PRIx64, abort->hpfar);
    }
    if (abort->pfar_valid) {
        report_item(el == 3 ? "MFAR" : "PFAR", "0x%" PRIx64, abort->pfar);
    }
}

void report_abort_json(const struct armvirt_abort *abort, struct json *json)
{
    json_object_begin(json, "exception");
    json_string(json, "kind", abort_kind_name(abort->kind));
    json_int(json, "target_el", abort->target_el);
    json_hex(json, "esr", abort->esr);
    if (abort->far_valid) {
        json_hex(json, "far", abort->far);
    }
    if (abort->hpfar_valid) {
        json_hex(json, "hpfar", abort->hpfar);
    }
    if (abort->pfar_valid) {
        json_hex(json, "pfar", abort->pfar);
    }
    json_object_end(json);
}
