/* SPDX-License-Identifier: MIT */
/*
 * A walk as a picture. The address lies at the top, cut into the slices that index the tables;
 * below each slice stands its table with the entry that was read, and below that what the entry
 * says. The last column is the answer. The stage 2 walks of a nested walk are summarised in a row
 * of insets, each below the stage 1 table whose address it translated.
 */
#include <armvirt/names.h>
#include <armvirt/text.h>

#include "svg.h"
#include "walk_step.h"
#include "walk_svg_style.h"

#include <inttypes.h>
#include <string.h>

enum {
    COLUMNS_MAX = 8, /* tables of one stage: a walk has at most six */
    MARGIN = 28,
    HEAD_WIDTH = 196, /* the column of the table base register */
    COLUMN_WIDTH = 224,
    ANSWER_WIDTH = 292,
    GAP = 46,
    SLICE_DX = 14, /* of the line from a slice to its entry, to the left of the table */
    BAR_Y = 92,
    BAR_HEIGHT = 76,
    TABLE_Y = BAR_Y + BAR_HEIGHT + 44,
    STRIP_HEIGHT = 26, /* the top and the bottom of a table */
    DOTS_HEIGHT = 22,
    ENTRY_HEIGHT = 34,
    ENTRY_Y = TABLE_Y + STRIP_HEIGHT + DOTS_HEIGHT,
    TABLE_HEIGHT = 2 * STRIP_HEIGHT + 2 * DOTS_HEIGHT + ENTRY_HEIGHT,
    CARD_Y = TABLE_Y + TABLE_HEIGHT + 18,
    FIELD_HEIGHT = 16,
    LINE_HEIGHT = 16,
    PADDING = 12,
    NOTE_COLUMNS = 32, /* characters of a note in a column, of a line in the answer */
    ANSWER_COLUMNS = 36,
};

/* A table of the walk, and the stage 2 steps that found its physical address. */
struct column {
    const struct armvirt_step *step;
    const struct armvirt_step *nested;
    size_t nested_count;
};

struct picture {
    struct writer out;
    const struct armvirt_regime *regime;
    const struct armvirt_access *access;
    const struct armvirt_walk *walk;
    unsigned stage; /* whose tables are the columns */
    struct column columns[COLUMNS_MAX];
    size_t count;
    struct column last; /* `nested` alone: stage 2 of what stage 1 gave */
    bool has_insets;
    int inset_y, width, height;
};

/* ---- what is on the picture ---- */

static unsigned main_stage(const struct armvirt_walk_log *log, size_t stored)
{
    for (size_t i = 0; i < stored; i++) {
        if (log->step[i].stage == 1) {
            return 1;
        }
    }
    return 2;
}

static bool starts_column(const struct picture *p, const struct armvirt_step *step)
{
    return step->stage == p->stage && step->kind != ARMVIRT_STEP_UPDATE;
}

/* Stage 2 steps come before the stage 1 step that they serve. */
static void collect(struct picture *p, const struct armvirt_walk_log *log)
{
    size_t stored = log->len < log->cap ? log->len : log->cap;
    struct column column = {0};

    p->stage = main_stage(log, stored);
    for (size_t i = 0; i < stored; i++) {
        const struct armvirt_step *step = &log->step[i];

        if (starts_column(p, step) && p->count < COLUMNS_MAX) {
            column.step = step;
            p->columns[p->count++] = column;
            column = (struct column){0};
        } else if (step->stage == 2 && p->stage == 1) {
            column.nested = column.nested == NULL ? step : column.nested;
            column.nested_count++;
            p->has_insets = true;
        }
    }
    p->last = column;
}

static bool failed(const struct picture *p)
{
    return p->walk->fault.type != ARMVIRT_FAULT_NONE;
}

/* ---- where it is ---- */

static int column_x(size_t i)
{
    return MARGIN + HEAD_WIDTH + GAP + (int)i * (COLUMN_WIDTH + GAP);
}

/* Colours by level: .l0 to .l3 for levels 0 to 3, .l4 for -1, .l5 for -2. */
static unsigned colour(const struct armvirt_step *step)
{
    return step->level >= 0 ? (unsigned)step->level & 3 : 3u + (unsigned)-step->level;
}

static int inset_height(const struct column *column)
{
    return 2 * PADDING + (int)(column->nested_count + 3) * LINE_HEIGHT;
}

/* ---- the address ---- */

static void bar_cell(struct picture *p, const char *classes, struct svg_box box, unsigned hi,
                     unsigned lo)
{
    uint64_t mask = ARMVIRT_BITS(hi, lo);
    int middle = box.x + box.width / 2;

    armvirt_svg_rect(&p->out, classes, box);
    armvirt_svg_text(&p->out, "s q c", middle, box.y - 8, hi == lo ? "bit %u" : "bits %u:%u", hi,
                     lo);
    armvirt_svg_text(&p->out, "m big c", middle, box.y + 32, "0x%" PRIx64,
                     ARMVIRT_GET(mask, p->access->va));
}

static void bar_note(struct picture *p, struct svg_box box, const char *note)
{
    armvirt_svg_text(&p->out, "s q c", box.x + box.width / 2, box.y + 56, "%s", note);
}

/* The digits of an index, so that the eye can find them in the address. */
static void index_note(struct picture *p, struct svg_box box, const struct armvirt_step *step)
{
    char digits[65];
    unsigned width = (unsigned)(step->index_hi - step->index_lo) + 1;

    for (unsigned i = 0; i < width; i++) {
        digits[i] = step->ia >> (step->index_hi - i) & 1 ? '1' : '0';
    }
    digits[width] = '\0';
    armvirt_svg_text(&p->out, "m s q c", box.x + box.width / 2, box.y + 56, "%s", digits);
}

static const char *half_note(const struct picture *p)
{
    if (p->stage == 2 || !p->regime->two_ranges) {
        return "must be zero";
    }
    return p->access->va >> 55 & 1 ? "bit 55 is 1: upper half" : "bit 55 is 0: lower half";
}

/* The slices touch: together they are the address. */
static void draw_bar(struct picture *p)
{
    struct svg_box high = {MARGIN, BAR_Y, HEAD_WIDTH + GAP / 2, BAR_HEIGHT};
    struct svg_box rest = {column_x(p->count) - GAP / 2, BAR_Y, ANSWER_WIDTH + GAP / 2, BAR_HEIGHT};

    if (p->count == 0) {
        high.width = p->width - 2 * MARGIN;
        bar_cell(p, "high z", high, 63, 0);
        bar_note(p, high, "no table was read");
        return;
    }
    if (p->columns[0].step->index_hi < 63) {
        bar_cell(p, "high z", high, 63, p->columns[0].step->index_hi + 1u);
        bar_note(p, high, half_note(p));
    }
    for (size_t i = 0; i < p->count; i++) {
        const struct armvirt_step *step = p->columns[i].step;
        struct svg_box box = {column_x(i) - GAP / 2, BAR_Y, COLUMN_WIDTH + GAP, BAR_HEIGHT};
        char classes[] = {'l', (char)('0' + colour(step)), ' ', 'z', '\0'};

        bar_cell(p, classes, box, step->index_hi, step->index_lo);
        index_note(p, box, step);
    }
    bar_cell(p, failed(p) ? "high z" : "offset z", rest,
             p->columns[p->count - 1].step->index_lo - 1u, 0);
    bar_note(p, rest, failed(p) ? "not translated" : "offset");
}

/* ---- arrows ---- */

static void tip(struct picture *p, const char *classes, int x, int y)
{
    armvirt_svg_path(&p->out, classes, "M%d %dl-9 -4.5v9z", x, y);
}

/* From the slice above down to the entry. */
static void index_arrow(struct picture *p, size_t i)
{
    unsigned c = colour(p->columns[i].step);
    char line[] = {'a', (char)('0' + c), '\0'};
    char head[] = {'t', 'i', 'p', ' ', 't', (char)('0' + c), '\0'};
    int x = column_x(i) - SLICE_DX;
    int y = ENTRY_Y + ENTRY_HEIGHT / 2;

    armvirt_svg_path(&p->out, line, "M%d %dV%dH%d", x, BAR_Y + BAR_HEIGHT, y, column_x(i) - 4);
    tip(p, head, column_x(i) + 1, y);
}

/* From an entry, or the base register, to the foot of the next table, or to the answer. */
static void pointer_arrow(struct picture *p, int from_x, int from_y, size_t to)
{
    int x = column_x(to);
    int y = TABLE_Y + TABLE_HEIGHT - STRIP_HEIGHT / 2;

    bool to_fault = to == p->count && failed(p);

    armvirt_svg_path(&p->out, to_fault ? "af" : "p", "M%d %dC%d %d %d %d %d %d", from_x, from_y,
                     from_x + GAP / 2, from_y, x - GAP / 2, y, x - 4, y);
    tip(p, to_fault ? "tip tf" : "tip", x + 1, y);
}

/* ---- tables ---- */

static const char *base_register(const struct picture *p)
{
    static const char *const names[][2] = {
        [ARMVIRT_REGIME_EL10] = {"TTBR0_EL1", "TTBR1_EL1"},
        [ARMVIRT_REGIME_EL20] = {"TTBR0_EL2", "TTBR1_EL2"},
        [ARMVIRT_REGIME_EL2] = {"TTBR0_EL2", "TTBR0_EL2"},
        [ARMVIRT_REGIME_EL3] = {"TTBR0_EL3", "TTBR0_EL3"},
    };

    if (p->stage == 2) {
        return p->regime->security == ARMVIRT_SPACE_SECURE ? "VSTTBR_EL2" : "VTTBR_EL2";
    }
    return names[p->regime->id & 3][p->access->va >> 55 & 1];
}

static void draw_base(struct picture *p)
{
    struct svg_box box = {MARGIN, TABLE_Y + 34, HEAD_WIDTH, TABLE_HEIGHT - 34};
    unsigned half = p->regime->two_ranges ? (unsigned)(p->access->va >> 55 & 1) : 0;
    const struct armvirt_stage *stage = p->stage == 1 ? &p->regime->s1[half] : &p->regime->s2[0];

    armvirt_svg_rect(&p->out, "high", box);
    armvirt_svg_text(&p->out, "m b", box.x + PADDING, box.y + 24, "%s", base_register(p));
    armvirt_svg_text(&p->out, "s q", box.x + PADDING, box.y + 46, "%u-bit addresses",
                     stage->ia_bits);
    armvirt_svg_text(&p->out, "s q", box.x + PADDING, box.y + 63, "%u KB granule",
                     1u << (stage->granule_log2 - 10u));
    armvirt_svg_text(&p->out, "s m", box.x + PADDING, box.y + box.height - 9, "0x%" PRIx64,
                     stage->base_pa);
    if (p->columns[0].step->index_hi < 63) {
        armvirt_svg_path(&p->out, "p", "M%d %dV%d", MARGIN + HEAD_WIDTH / 2, BAR_Y + BAR_HEIGHT,
                         box.y - 2);
    }
    pointer_arrow(p, box.x + box.width, box.y + box.height - STRIP_HEIGHT / 2, 0);
}

static void draw_entry(struct picture *p, const struct armvirt_step *step, int x, uint64_t index)
{
    char classes[] = {'l', (char)('0' + colour(step)), '\0'};
    int right = x + COLUMN_WIDTH - PADDING;

    armvirt_svg_rect(&p->out, classes, (struct svg_box){x, ENTRY_Y, COLUMN_WIDTH, ENTRY_HEIGHT});
    armvirt_svg_text(&p->out, "m s q", x + PADDING, ENTRY_Y + 21, "0x%" PRIx64, index);
    if (step->kind == ARMVIRT_STEP_ABORT) {
        armvirt_svg_text(&p->out, "s b bad e", right, ENTRY_Y + 21, "not readable");
    } else if (step->format == ARMVIRT_FORMAT_VMSA128) {
        armvirt_svg_text(&p->out, "m s b e", right, ENTRY_Y + 14, "0x%016" PRIx64, step->desc[1]);
        armvirt_svg_text(&p->out, "m s b e", right, ENTRY_Y + 28, "%016" PRIx64, step->desc[0]);
    } else {
        armvirt_svg_text(&p->out, "m b e", right, ENTRY_Y + 21, "0x%" PRIx64, step->desc[0]);
    }
}

static void draw_table(struct picture *p, size_t i)
{
    const struct armvirt_step *step = p->columns[i].step;
    struct armvirt_step_info info;
    int x = column_x(i);
    int foot = TABLE_Y + TABLE_HEIGHT - STRIP_HEIGHT;

    armvirt_step_explain(p->regime, step, &info);
    armvirt_svg_rect(&p->out, "table", (struct svg_box){x, TABLE_Y, COLUMN_WIDTH, TABLE_HEIGHT});
    armvirt_svg_text(&p->out, "b", x + PADDING, TABLE_Y + 18, "Level %d table", step->level);
    armvirt_svg_text(&p->out, "s q e", x + COLUMN_WIDTH - PADDING, TABLE_Y + 18, "%s",
                     armvirt_space_name((enum armvirt_space)step->space));
    armvirt_svg_text(&p->out, "q c", x + COLUMN_WIDTH / 2, ENTRY_Y - 6, "\xe2\x8b\xae");
    draw_entry(p, step, x, info.index);
    armvirt_svg_text(&p->out, "q c", x + COLUMN_WIDTH / 2, foot - 6, "\xe2\x8b\xae");
    armvirt_svg_path(&p->out, "rule", "M%d %dh%d", x, foot, COLUMN_WIDTH);
    armvirt_svg_text(&p->out, "m s", x + PADDING, foot + 17, "0x%" PRIx64, info.table_pa);
    index_arrow(p, i);
    pointer_arrow(p, x + COLUMN_WIDTH, ENTRY_Y + ENTRY_HEIGHT / 2, i + 1);
}

static const char *card_title(const struct armvirt_step *step, const struct armvirt_step_info *info)
{
    if (step->kind == ARMVIRT_STEP_ABORT) {
        return "No";
    }
    return info->size_log2 == 0 ? "Invalid" : armvirt_step_noun(step, info);
}

/* What was decided, and below it the rule, which the note has at its end in brackets. */
static int card_note(struct picture *p, const struct armvirt_step *step, int x, int y)
{
    char note[200];
    char *rule;

    (void)armvirt_text_decision(p->regime, step, note, sizeof(note));
    rule = strrchr(note, '(');
    if (rule != NULL) {
        rule[-1] = '\0';
    }
    y += LINE_HEIGHT * armvirt_svg_lines(&p->out, "s", x, y, LINE_HEIGHT, NOTE_COLUMNS, note);
    if (rule != NULL) {
        rule[strcspn(rule, ")")] = '\0';
        y += LINE_HEIGHT *
             armvirt_svg_lines(&p->out, "s q", x, y, LINE_HEIGHT, NOTE_COLUMNS, rule + 1);
    }
    return y;
}

static void card_field(struct picture *p, const struct armvirt_field *field, int x, int y)
{
    int right = x + COLUMN_WIDTH - PADDING;
    char name[96];

    (void)armvirt_text_field(field, name, sizeof(name));
    name[strcspn(name, "=")] = '\0';
    armvirt_svg_text(&p->out, "s q", x + PADDING, y, "%s", name);
    if (field->value_name != NULL) {
        armvirt_svg_text(&p->out, "m s e", right, y, "%s", field->value_name);
    } else {
        armvirt_svg_text(&p->out, "m s e", right, y, "0x%" PRIx64, field->value);
    }
}

/* The fields of the descriptor, a line each; returns where the last stands. */
static int card_fields(struct picture *p, const struct column *column, int x, int y)
{
    struct armvirt_step_info info;
    const struct armvirt_layout *layout;
    struct armvirt_field field;

    if (column->step->kind == ARMVIRT_STEP_ABORT) {
        return y;
    }
    armvirt_step_explain(p->regime, column->step, &info);
    layout = armvirt_layout_find(info.layout);
    if (layout == NULL) {
        return y;
    }
    for (unsigned bit = armvirt_layout_bits(layout); bit > 0; bit = field.lo) {
        armvirt_field_at(layout, column->step->desc, info.when, bit - 1, &field);
        if (armvirt_field_notable(&field)) {
            y += FIELD_HEIGHT;
            card_field(p, &field, x, y);
        }
    }
    return y;
}

/* All text of a card; returns where it ends. */
static int card_text(struct picture *p, const struct column *column, int x)
{
    struct armvirt_step_info info;
    int y = CARD_Y + PADDING + 8;

    armvirt_step_explain(p->regime, column->step, &info);
    armvirt_svg_text(&p->out, "b", x + PADDING, y, "%s descriptor",
                     card_title(column->step, &info));
    y = card_fields(p, column, x, y + 8);
    armvirt_svg_path(&p->out, "rule", "M%d %dh%d", x, y + 8, COLUMN_WIDTH);
    return card_note(p, column->step, x + PADDING, y + 28);
}

static int card_end(const struct picture *p, const struct column *column)
{
    struct picture nowhere = *p;

    nowhere.out = (struct writer){NULL, 0, 0};
    return card_text(&nowhere, column, 0);
}

static void draw_card(struct picture *p, size_t i)
{
    const struct column *column = &p->columns[i];
    int x = column_x(i);

    armvirt_svg_rect(&p->out, "card",
                     (struct svg_box){x, CARD_Y, COLUMN_WIDTH, card_end(p, column) - CARD_Y});
    (void)card_text(p, column, x);
}

/* ---- stage 2 of a nested walk ---- */

/* The stage 2 steps of a column, and the address that they found if they did. */
static void draw_inset(struct picture *p, const struct column *column, int x, int width,
                       const char *title, const uint64_t *pa)
{
    struct svg_box box = {x, p->inset_y, width, inset_height(column)};
    int y = box.y + PADDING + 8;

    if (column->nested_count == 0) {
        return;
    }
    armvirt_svg_rect(&p->out, "inset", box);
    armvirt_svg_text(&p->out, "s b", x + PADDING, y, "%s", title);
    y += LINE_HEIGHT + 2;
    armvirt_svg_text(&p->out, "s q", x + PADDING, y, "IPA");
    armvirt_svg_text(&p->out, "m s e", x + width - PADDING, y, "0x%" PRIx64, column->nested[0].ia);
    for (size_t i = 0; i < column->nested_count; i++) {
        const struct armvirt_step *step = &column->nested[i];

        y += LINE_HEIGHT;
        armvirt_svg_text(&p->out, "s q", x + PADDING, y, "level %d", step->level);
        armvirt_svg_text(&p->out, "m s e", x + width - PADDING, y, "0x%" PRIx64, step->desc[0]);
    }
    y += LINE_HEIGHT;
    armvirt_svg_text(&p->out, "s q", x + PADDING, y, "PA");
    if (pa != NULL) {
        armvirt_svg_text(&p->out, "m s b e", x + width - PADDING, y, "0x%" PRIx64, *pa);
    } else {
        armvirt_svg_text(&p->out, "s b bad e", x + width - PADDING, y, "fault");
    }
}

static void draw_insets(struct picture *p)
{
    for (size_t i = 0; i < p->count; i++) {
        int x = column_x(i);
        const struct column *column = &p->columns[i];

        if (column->nested_count > 0) {
            armvirt_svg_path(&p->out, "dash", "M%d %dV%d", x + COLUMN_WIDTH / 2,
                             card_end(p, column), p->inset_y);
        }
        draw_inset(p, column, x, COLUMN_WIDTH, "Stage 2 of the table address", &column->step->pa);
    }
    draw_inset(p, &p->last, column_x(p->count), ANSWER_WIDTH, "Stage 2 of the answer",
               failed(p) ? NULL : &p->walk->pa);
}

/* ---- the answer ---- */

/* A caption and its text; returns where the next one goes. */
static int answer_item(struct picture *p, int x, int y, const char *caption, const char *classes,
                       const char *text)
{
    int lines;

    armvirt_svg_text(&p->out, "s q", x, y, "%s", caption);
    lines = armvirt_svg_lines(&p->out, classes, x, y + 18, 17, ANSWER_COLUMNS, text);
    return y + 18 + lines * 17 + 8;
}

static int success_text(struct picture *p, int x, int y)
{
    const struct armvirt_walk *walk = p->walk;
    char text[200];
    struct writer size = {text, sizeof(text), 0};

    armvirt_svg_text(&p->out, "b good", x, y, "Physical address");
    armvirt_svg_text(&p->out, "m big", x, y + 28, "0x%" PRIx64, walk->pa);
    armvirt_put_size(&size, walk->size_log2);
    armvirt_svg_text(&p->out, "s q", x, y + 48, "%s, in one piece of %s",
                     armvirt_space_name((enum armvirt_space)walk->pa_space), text);
    y += 78;
    if (walk->s2.valid && p->stage == 1) {
        (void)snprintf(text, sizeof(text), "0x%" PRIx64, walk->ipa);
        y = answer_item(p, x, y, "Intermediate physical address", "m", text);
    }
    (void)armvirt_text_perm(p->regime->id, walk->perm, text, sizeof(text));
    y = answer_item(p, x, y, "Permissions", "m", text);
    (void)armvirt_text_memattr(&walk->attr, text, sizeof(text));
    return answer_item(p, x, y, "Memory", "", text);
}

static int fault_text(struct picture *p, int x, int y)
{
    const struct armvirt_fault *fault = &p->walk->fault;
    char text[200];

    (void)armvirt_text_fault(fault, text, sizeof(text));
    armvirt_svg_text(&p->out, "b bad", x, y, "No physical address");
    armvirt_svg_text(&p->out, "big bad", x, y + 28, "%s", armvirt_fault_type_name(fault->type));
    y = answer_item(p, x, y + 58, "Kind", "", text);
    y = answer_item(p, x, y, "Because", "b", armvirt_reason_text(fault->reason));
    y = answer_item(p, x, y, "Rule (DDI0487)", "", armvirt_reason_rule(fault->reason));
    if (fault->stage != 2) {
        return y;
    }
    (void)snprintf(text, sizeof(text), "0x%" PRIx64, fault->ipa);
    return answer_item(p, x, y, "Intermediate physical address", "m", text);
}

/* All text of the answer; returns where it ends. */
static int answer_text(struct picture *p)
{
    int x = column_x(p->count) + PADDING + 4;
    int y = TABLE_Y + 28;

    return failed(p) ? fault_text(p, x, y) : success_text(p, x, y);
}

static int answer_end(const struct picture *p)
{
    struct picture nowhere = *p;

    nowhere.out = (struct writer){NULL, 0, 0};
    return answer_text(&nowhere);
}

static void draw_answer(struct picture *p)
{
    int x = column_x(p->count);

    armvirt_svg_rect(&p->out, failed(p) ? "fault" : "ok",
                     (struct svg_box){x, TABLE_Y, ANSWER_WIDTH, answer_end(p) - TABLE_Y});
    (void)answer_text(p);
    if (p->count > 0 && !failed(p)) {
        int middle = x + ANSWER_WIDTH / 2;

        armvirt_svg_path(&p->out, "ao", "M%d %dV%d", middle, BAR_Y + BAR_HEIGHT, TABLE_Y - 8);
        armvirt_svg_path(&p->out, "tip to", "M%d %dl-4.5 -9h9z", middle, TABLE_Y - 1);
    }
}

/* ---- the whole ---- */

static int larger(int a, int b)
{
    return a > b ? a : b;
}

static void measure(struct picture *p)
{
    int below = answer_end(p);
    int tallest = inset_height(&p->last);

    for (size_t i = 0; i < p->count; i++) {
        below = larger(below, card_end(p, &p->columns[i]));
        tallest = larger(tallest, inset_height(&p->columns[i]));
    }
    p->inset_y = below + 30;
    p->width = column_x(p->count) + ANSWER_WIDTH + MARGIN;
    p->height = (p->has_insets ? p->inset_y + tallest : below) + MARGIN;
}

static void draw_title(struct picture *p)
{
    armvirt_svg_text(&p->out, "title", MARGIN, 40, "%s 0x%" PRIx64,
                     p->stage == 2 && p->count > 0 ? "Stage 2 translation of" : "Translation of",
                     p->access->va);
    armvirt_svg_text(&p->out, "q", MARGIN, 61, "%s from EL%u, %s translation regime, %s",
                     armvirt_access_kind_name(p->access->kind), p->access->el,
                     armvirt_regime_name(p->regime->id),
                     armvirt_space_name((enum armvirt_space)p->regime->security));
}

size_t armvirt_svg_walk(const struct armvirt_regime *regime, const struct armvirt_access *access,
                        const struct armvirt_walk_log *log, const struct armvirt_walk *walk,
                        char *text, size_t cap)
{
    struct picture p = {.out = {text, cap, 0}, .regime = regime, .access = access, .walk = walk};

    collect(&p, log);
    measure(&p);
    armvirt_svg_begin(&p.out, p.width, p.height, "Address translation", style);
    armvirt_svg_rect(&p.out, "page", (struct svg_box){0, 0, p.width, p.height});
    draw_title(&p);
    draw_bar(&p);
    if (p.count > 0) {
        draw_base(&p);
    }
    for (size_t i = 0; i < p.count; i++) {
        draw_table(&p, i);
        draw_card(&p, i);
    }
    draw_answer(&p);
    draw_insets(&p);
    armvirt_svg_end(&p.out);
    return p.out.len;
}
