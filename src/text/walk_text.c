/* SPDX-License-Identifier: MIT */
/* Steps of a walk in lines: what was read, every field of it, and which rule decided what. */
#include <armvirt/names.h>
#include <armvirt/text.h>

#include "walk_step.h"

#include <inttypes.h>

/* The rule by which a descriptor is a table, or a block or page. */
static const char *type_rule(const struct armvirt_step *step)
{
    static const char *const rules[] = {
        [ARMVIRT_FORMAT_VMSA64] = "D8.3 R_RWMFF",
        [ARMVIRT_FORMAT_VMSA128] = "D8.3 R_BPTPZ",
        [ARMVIRT_FORMAT_LPAE] = "G5.5.1",
        [ARMVIRT_FORMAT_SHORT] = "G5.4.1",
    };

    return rules[step->format & 3];
}

static void put_pointer(struct writer *out, const struct armvirt_regime *regime,
                        const struct armvirt_step *step)
{
    struct armvirt_step_info info;

    armvirt_step_explain(regime, step, &info);
    if (info.is_table) {
        writer_put(out, "Table: next table at 0x%" PRIx64, info.output);
    } else {
        writer_put(out, "%s of ", armvirt_step_noun(step, &info));
        armvirt_put_size(out, info.size_log2);
        writer_put(out, " at 0x%" PRIx64, info.output);
    }
    writer_put(out, " (%s)", type_rule(step));
}

size_t armvirt_text_decision(const struct armvirt_regime *regime, const struct armvirt_step *step,
                             char *text, size_t cap)
{
    struct writer out = {text, cap, 0};

    if (step->reason != ARMVIRT_REASON_NONE) {
        writer_put(&out, "%s: %s (%s)", armvirt_reason_name(step->reason),
                   armvirt_reason_text(step->reason), armvirt_reason_rule(step->reason));
    } else if (step->kind == ARMVIRT_STEP_GPT) {
        writer_put(&out, "Granule protection entry (D9.6)");
    } else if (step->kind == ARMVIRT_STEP_UPDATE) {
        writer_put(&out, "Hardware wrote this: access flag or dirty state (D8.5)");
    } else {
        put_pointer(&out, regime, step);
    }
    return out.len;
}

static void put_place(struct writer *out, const struct armvirt_step *step,
                      const struct armvirt_step_info *info)
{
    if (step->stage == 0) {
        writer_put(out, "granule protection level %d", step->level);
    } else {
        writer_put(out, "stage %u level %d: ", step->stage, step->level);
        if (step->stage == 2) {
            writer_put(out, "IPA 0x%" PRIx64 ", ", step->ia);
        }
        writer_put(out, "bits %u:%u = 0x%" PRIx64 " of table 0x%" PRIx64, step->index_hi,
                   step->index_lo, info->index, info->table_pa);
    }
    writer_put(out, ", entry at 0x%" PRIx64 " (%s)\n", step->pa,
               armvirt_space_name((enum armvirt_space)step->space));
}

/* In all its digits, as a dump of memory shows it. */
static void put_descriptor(struct writer *out, const struct armvirt_step *step)
{
    writer_put(out, "    0x");
    if (step->format == ARMVIRT_FORMAT_VMSA128 && step->stage != 0) {
        writer_put(out, "%016" PRIx64, step->desc[1]);
    }
    writer_put(out, "%0*" PRIx64, step->format == ARMVIRT_FORMAT_SHORT ? 8 : 16, step->desc[0]);
}

#define LINE_COLUMNS 92

/* Every field that says something, in lines. */
static void put_fields(struct writer *out, const struct armvirt_step *step,
                       const struct armvirt_step_info *info)
{
    const struct armvirt_layout *layout = armvirt_layout_find(info->layout);
    struct armvirt_field field;
    size_t column = 0;

    if (layout == NULL) {
        return;
    }
    for (unsigned bit = armvirt_layout_bits(layout); bit > 0; bit = field.lo) {
        char text[96];
        size_t length;

        armvirt_field_at(layout, step->desc, info->when, bit - 1, &field);
        if (!armvirt_field_notable(&field)) {
            continue;
        }
        length = armvirt_text_field(&field, text, sizeof(text));
        if (column + 2 + length > LINE_COLUMNS) {
            writer_put(out, "\n");
            column = 0;
        }
        writer_put(out, "%s%s", column == 0 ? "    " : "  ", text);
        column += (column == 0 ? 4 : 2) + length;
    }
    writer_put(out, "\n");
}

size_t armvirt_text_step(const struct armvirt_regime *regime, const struct armvirt_step *step,
                         char *text, size_t cap)
{
    struct writer out = {text, cap, 0};
    struct armvirt_step_info info;

    armvirt_step_explain(regime, step, &info);
    put_place(&out, step, &info);
    if (step->kind != ARMVIRT_STEP_ABORT) {
        put_descriptor(&out, step);
        writer_put(&out, "%s%s\n", info.layout[0] != '\0' ? "  " : "", info.layout);
        put_fields(&out, step, &info);
    }
    writer_put(&out, "    ");
    out.len += armvirt_text_decision(regime, step, writer_rest(&out), writer_left(&out));
    writer_put(&out, "\n");
    return out.len;
}
