/* SPDX-License-Identifier: MIT */
/* An address space as ranges: takes the mappings one by one and joins neighbours. */
#define _POSIX_C_SOURCE 200809L
#include "ranges.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

enum {
    BUDGET = 1 << 16,       /* reads without a mapping between two looks at the clock */
    MAPPINGS = 1 << 14,     /* mappings between two looks at the clock */
    QUIET_MS = 1000,        /* before the first progress line */
    REFRESH_MS = 250,       /* between two on a terminal */
    REFRESH_LOG_MS = 10000, /* ... and elsewhere */
};

static uint64_t now_ms(void)
{
    struct timespec now;

    (void)clock_gettime(CLOCK_MONOTONIC, &now);
    return (uint64_t)now.tv_sec * 1000 + (uint64_t)now.tv_nsec / 1000000;
}

/* ---- progress ---- */

static void show_progress(struct range_scan *scan)
{
    bool terminal = isatty(STDERR_FILENO) != 0;
    uint64_t now = now_ms();

    if (now - scan->started_ms < QUIET_MS ||
        now - scan->shown_ms < (terminal ? REFRESH_MS : REFRESH_LOG_MS)) {
        return;
    }
    scan->shown_ms = now;
    (void)fprintf(stderr, "%sat 0x%016" PRIx64 ", %" PRIu64 " mappings, %" PRIu64 " reads%s",
                  terminal ? "\r" : "", scan->iter.position, scan->mappings, scan->iter.reads,
                  terminal ? "" : "\n");
}

static void end_progress(const struct range_scan *scan)
{
    if (scan->shown_ms != 0 && isatty(STDERR_FILENO)) {
        (void)fputs("\r\033[K", stderr);
    }
}

/* ---- one mapping ---- */

/* The bits of a leaf that are not its address. */
static uint64_t descriptor_bits(const struct range_scan *scan, const struct armvirt_mapping *m,
                                const struct armvirt_leaf *leaf)
{
    const struct armvirt_regime *regime = &scan->view->regime;
    const struct armvirt_stage *stage = leaf == &m->walk.s2
                                            ? &regime->s2[0]
                                            : &regime->s1[regime->two_ranges ? m->ia >> 55 & 1 : 0];

    return leaf->desc[0] & ~(stage->table_mask | stage->high_mask);
}

static unsigned log2_of(uint64_t size)
{
    unsigned log2 = 0;

    while (log2 < 63 && size >> log2 > 1) {
        log2++;
    }
    return log2;
}

static struct range from_mapping(const struct range_scan *scan, const struct armvirt_mapping *m)
{
    const struct armvirt_walk *walk = &m->walk;
    const struct armvirt_leaf *leaf = walk->s1.valid ? &walk->s1 : &walk->s2;
    unsigned size_log2 = log2_of(m->size_bytes);
    struct range range = {.first = m->ia, .last = m->ia + (m->size_bytes - 1), .count = 1};

    if (m->kind == ARMVIRT_MAPPING_BROKEN) {
        range.reason = walk->fault.reason;
        return range;
    }
    range.pa = walk->pa;
    range.space = walk->pa_space;
    range.perm = walk->perm;
    range.attr = walk->attr;
    range.not_global = walk->s1.not_global;
    range.guarded = walk->s1.guarded;
    range.level = leaf->level;
    *(leaf->span_log2 != leaf->size_log2 ? &range.contiguous : &range.sizes) = UINT64_C(1)
                                                                               << size_log2;
    if (scan->rules.exact) {
        range.desc_bits = descriptor_bits(scan, m, leaf);
    }
    return range;
}

/* ---- joining ---- */

static bool same_attr(const struct armvirt_memattr *a, const struct armvirt_memattr *b)
{
    return a->mair == b->mair && a->sh == b->sh && a->tag == b->tag && a->xs == b->xs &&
           a->no_tag_access == b->no_tag_access;
}

/* Alike but for where it is. */
static bool same_kind(const struct range *a, const struct range *b, bool exact)
{
    if (a->reason != b->reason) {
        return false;
    }
    if (exact && (a->level != b->level || a->desc_bits != b->desc_bits)) {
        return false;
    }
    return a->perm == b->perm && same_attr(&a->attr, &b->attr) && a->space == b->space &&
           a->not_global == b->not_global && a->guarded == b->guarded;
}

bool range_same(const struct range *a, const struct range *b, struct range_rules rules)
{
    return same_kind(a, b, rules.exact) && (rules.ignore_pa || a->pa == b->pa);
}

/* Whether `b` goes on where `a` ends, alike. */
static bool joins(const struct range *a, const struct range *b, struct range_rules rules)
{
    bool goes_on = a->reason != ARMVIRT_REASON_NONE || rules.ignore_pa ||
                   b->pa == a->pa + (b->first - a->first);

    return goes_on && a->last != UINT64_MAX && b->first == a->last + 1 &&
           same_kind(a, b, rules.exact);
}

static void count(struct range_scan *scan, const struct range *range)
{
    scan->mappings++;
    if (range->contiguous != 0) {
        scan->contiguous_leaves[log2_of(range->contiguous)]++;
    } else if (range->sizes != 0) {
        scan->leaves[log2_of(range->sizes)]++;
    }
}

/* The next mapping as a range of its own. */
static bool next_mapping(struct range_scan *scan, struct range *range)
{
    struct armvirt_mapping mapping;
    enum armvirt_status status;

    while ((status = armvirt_map_next(&scan->iter, &mapping)) == ARMVIRT_E_AGAIN) {
        show_progress(scan);
    }
    if (status != ARMVIRT_OK) {
        end_progress(scan);
        return false;
    }
    *range = from_mapping(scan, &mapping);
    count(scan, range);
    if (scan->mappings % MAPPINGS == 0) {
        show_progress(scan);
    }
    return true;
}

bool range_scan_begin(struct range_scan *scan, const struct view *view, unsigned stage,
                      const struct span *span, struct range_rules rules, struct error *error)
{
    struct armvirt_walk_env env = {.mem = memory_image_ops(&view->machine->memory)};
    struct armvirt_map_query query = {.first = span->first, .last = span->last, .budget = BUDGET};

    *scan = (struct range_scan){.view = view, .rules = rules, .started_ms = now_ms()};
    query.what = stage == 1   ? ARMVIRT_MAP_STAGE1
                 : stage == 2 ? ARMVIRT_MAP_STAGE2
                              : ARMVIRT_MAP_WHOLE;
    query.ipa_space = view->regime.security;
    if (armvirt_map_begin(&scan->iter, &view->regime, &env, &query) != ARMVIRT_OK) {
        return refuse(error, "EL%u on CPU %u uses no stage 2 (HCR_EL2.VM, HCR_EL2.TGE)", view->el,
                      view->cpu_number);
    }
    scan->has_next = next_mapping(scan, &scan->next);
    return true;
}

bool range_scan_next(struct range_scan *scan, struct range *range)
{
    if (!scan->has_next) {
        return false;
    }
    *range = scan->next;
    while ((scan->has_next = next_mapping(scan, &scan->next)) &&
           joins(range, &scan->next, scan->rules)) {
        range->last = scan->next.last;
        range->count += scan->next.count;
        range->sizes |= scan->next.sizes;
        range->contiguous |= scan->next.contiguous;
    }
    return true;
}

void range_clip(struct range *range, uint64_t first, uint64_t last)
{
    if (range->first < first) {
        range->pa += first - range->first;
        range->first = first;
    }
    if (range->last > last) {
        range->last = last;
    }
}
