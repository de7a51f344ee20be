/* SPDX-License-Identifier: MIT */
/* Ranges of an address space in lines and as JSON. */
#include "range_report.h"

#include "number.h"

#include <armvirt/names.h>
#include <armvirt/text_walk.h>

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

void report_span(uint64_t first, uint64_t last)
{
    if (last == UINT64_MAX) {
        (void)printf("0x%016" PRIx64 "-0x10000000000000000", first);
    } else {
        (void)printf("0x%016" PRIx64 "-0x%016" PRIx64, first, last + 1);
    }
}

/* The sizes of blocks and pages in a mask of powers of two. `mark` follows each. */
static void put_sizes(char *text, size_t cap, uint64_t sizes, const char *mark)
{
    for (unsigned n = 0; n < 64; n++) {
        size_t length = strlen(text);
        char size[24];

        if ((sizes >> n & 1) == 0) {
            continue;
        }
        (void)number_format_size(size, sizeof(size), UINT64_C(1) << n);
        (void)snprintf(text + length, cap - length, "%s%s%s", length > 0 ? "," : "", size, mark);
    }
}

static void format_sizes(char *text, size_t cap, const struct range *range)
{
    text[0] = '\0';
    put_sizes(text, cap, range->contiguous, "c");
    put_sizes(text, cap, range->sizes, "");
}

static bool has_el0(const struct view *view)
{
    return view->regime.id == ARMVIRT_REGIME_EL10 || view->regime.id == ARMVIRT_REGIME_EL20;
}

/* Permissions in columns: of EL0, if the regime has it, and of the level above. */
static void format_rights(char *text, size_t cap, const struct view *view, unsigned perm)
{
    static const char letters[] = "rwxg";
    char columns[2][5] = {"---", "---"};

    for (unsigned i = 0; i < 8; i++) {
        if (perm >> i & 1) {
            columns[i / 4][i % 4] = letters[i % 4];
        }
    }
    (void)snprintf(text, cap, has_el0(view) ? "%-4s %-4s" : "%.0s%-4s", columns[0], columns[1]);
}

void report_range_head(const struct view *view, struct range_rules rules)
{
    (void)printf("# %-38s %8s  ", "range", "size");
    if (!rules.ignore_pa) {
        (void)printf("%-18s ", "output");
    }
    (void)printf(has_el0(view) ? "EL0  EL%u  " : "EL%u  ",
                 view->regime.id == ARMVIRT_REGIME_EL10 ? 1 : view->el);
    (void)printf("%-20s %-12s flags\n", "memory", "pages");
}

static void format_flags(char *text, size_t cap, const struct view *view, const struct range *range,
                         struct range_rules rules)
{
    int length =
        snprintf(text, cap, "%s%s", range->not_global ? " nG" : "", range->guarded ? " GP" : "");

    if (range->space != view->regime.security) {
        length += snprintf(text + length, cap - (size_t)length, " %s",
                           armvirt_space_name((enum armvirt_space)range->space));
    }
    if (rules.exact) {
        (void)snprintf(text + length, cap - (size_t)length,
                       " level=%d n=%" PRIu64 " desc=0x%" PRIx64, range->level, range->count,
                       range->desc_bits);
    }
}

void report_range(const struct view *view, const struct range *range, struct range_rules rules,
                  const char *prefix)
{
    char size[24], rights[24], memory[64], pages[64], flags[96];

    (void)number_format_size(size, sizeof(size), range->last - range->first + 1);
    (void)printf("%s", prefix);
    report_span(range->first, range->last);
    (void)printf(" %8s  ", size);
    if (range->reason != ARMVIRT_REASON_NONE) {
        (void)printf("broken: %s (%s)\n", armvirt_reason_text(range->reason),
                     armvirt_reason_rule(range->reason));
        return;
    }
    format_rights(rights, sizeof(rights), view, range->perm);
    format_sizes(pages, sizeof(pages), range);
    (void)armvirt_text_memattr_short(&range->attr, memory, sizeof(memory));
    if (!rules.ignore_pa) {
        (void)printf("0x%016" PRIx64 " ", range->pa);
    }
    format_flags(flags, sizeof(flags), view, range, rules);
    (void)printf("%s %-20s %-*s%s\n", rights, memory, flags[0] != '\0' ? 12 : 0, pages, flags);
}

void report_range_json(const struct view *view, const struct range *range, struct range_rules rules,
                       struct json *json, const char *key)
{
    char text[128];

    json_row_begin(json, key);
    json_hex(json, "first", range->first);
    json_hex(json, "last", range->last);
    if (range->reason != ARMVIRT_REASON_NONE) {
        json_string(json, "broken", armvirt_reason_name(range->reason));
        json_row_end(json);
        return;
    }
    if (!rules.ignore_pa) {
        json_hex(json, "pa", range->pa);
    }
    json_string(json, "space", armvirt_space_name((enum armvirt_space)range->space));
    (void)armvirt_text_perm(view->regime.id, range->perm, text, sizeof(text));
    json_string(json, "permissions", text);
    (void)armvirt_text_memattr(&range->attr, text, sizeof(text));
    json_string(json, "memory", text);
    format_sizes(text, sizeof(text), range);
    json_string(json, "pages", text);
    json_int(json, "count", (int64_t)range->count);
    json_bool(json, "global", !range->not_global);
    json_bool(json, "guarded", range->guarded);
    if (rules.exact) {
        json_int(json, "level", range->level);
        json_hex(json, "descriptor", range->desc_bits);
    }
    json_row_end(json);
}
