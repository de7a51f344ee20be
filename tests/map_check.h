/* SPDX-License-Identifier: MIT */
/*
 * Holds the mapping iterator against armvirt_translate(): what it reports must translate just so,
 * what it leaves out must not translate, and budgets and retries must change nothing.
 */
#ifndef ARMVIRT_TESTS_MAP_CHECK_H
#define ARMVIRT_TESTS_MAP_CHECK_H

#include "random_machine.h"

#include "../src/pgtable/walk.h"

#include <armvirt/pgiter.h>

/* How much of an address space is looked at. */
enum { MAP_CHECK_ELEMENTS = 80, MAP_CHECK_READS = 6000 };

struct map_check {
    struct random_machine *machine;
    struct armvirt_regime regime;
    struct armvirt_walk_env env;
    struct armvirt_map_query query;
    uint64_t state; /* of random probes */
    uint64_t next;  /* first address that has not been accounted for */
    bool all;       /* `next` has gone past the last address there is */
    uint64_t leaves, broken, probes;
    const char *failure; /* first thing that was wrong, or NULL */
};

static inline void map_check_fail(struct map_check *c, bool wrong, const char *what)
{
    if (wrong && c->failure == NULL) {
        c->failure = what;
    }
}

/* The question that the iterator answers for @va, asked for this address alone. */
static inline enum armvirt_status map_check_ask(struct map_check *c, uint64_t va,
                                                struct armvirt_walk *walk)
{
    struct armvirt_access access = {.va = va, .kind = ARMVIRT_DEBUGGER, .el = 1};

    c->probes++;
    switch (c->query.what) {
    case ARMVIRT_MAP_STAGE1:
        return armvirt_stage1_only(&c->regime, &c->env, &access, walk);
    case ARMVIRT_MAP_STAGE2:
        return armvirt_translate_ipa(&c->regime, &c->env, &access, c->query.ipa_space, walk);
    default:
        return armvirt_translate(&c->regime, &c->env, &access, walk);
    }
}

/* ---- Comparison --------------------------------------------------------------------------- */

static inline bool same_attr(const struct armvirt_memattr *a, const struct armvirt_memattr *b)
{
    return a->mair == b->mair && a->sh == b->sh && a->tag == b->tag && a->xs == b->xs &&
           a->no_tag_access == b->no_tag_access;
}

static inline bool same_descriptor(const struct armvirt_leaf *a, const struct armvirt_leaf *b)
{
    return a->desc[0] == b->desc[0] && a->desc[1] == b->desc[1] && a->desc_pa == b->desc_pa &&
           a->desc_space == b->desc_space && a->level == b->level;
}

static inline bool same_flags(const struct armvirt_leaf *a, const struct armvirt_leaf *b)
{
    return a->not_global == b->not_global && a->guarded == b->guarded && a->clean == b->clean &&
           a->accessed == b->accessed;
}

/* Of a leaf that is not valid nothing else is. */
static inline bool same_leaf(const struct armvirt_leaf *a, const struct armvirt_leaf *b)
{
    if (!a->valid || !b->valid) {
        return a->valid == b->valid;
    }
    return same_descriptor(a, b) && same_flags(a, b) && a->base == b->base &&
           a->size_log2 == b->size_log2 && a->span_log2 == b->span_log2 && a->space == b->space &&
           a->perm == b->perm && a->domain == b->domain;
}

static inline bool same_report(const struct armvirt_fault *a, const struct armvirt_fault *b)
{
    return a->type == b->type && a->reason == b->reason && a->stage == b->stage &&
           a->level == b->level && a->s1ptw == b->s1ptw && a->write == b->write &&
           a->dirty_bit == b->dirty_bit && a->overlay == b->overlay &&
           a->top_level == b->top_level && a->assured_only == b->assured_only &&
           a->tag_access == b->tag_access && a->domain == b->domain;
}

/* Where there is none the rest is void. */
static inline bool same_fault(const struct armvirt_fault *a, const struct armvirt_fault *b)
{
    if (a->type == ARMVIRT_FAULT_NONE) {
        return b->type == ARMVIRT_FAULT_NONE;
    }
    return same_report(a, b) && a->gpcf == b->gpcf && a->gpc_level == b->gpc_level &&
           a->gpc_s2walk == b->gpc_s2walk && a->ipa_space == b->ipa_space &&
           a->pa_space == b->pa_space && a->ipa == b->ipa && a->pa == b->pa &&
           a->desc_pa == b->desc_pa && a->desc == b->desc;
}

static inline bool same_answer(const struct armvirt_walk *a, const struct armvirt_walk *b)
{
    return a->pa == b->pa && a->ipa == b->ipa && a->pa_space == b->pa_space &&
           a->ipa_space == b->ipa_space && a->size_log2 == b->size_log2 && a->perm == b->perm &&
           a->asid == b->asid && a->vmid == b->vmid && a->mecid == b->mecid &&
           same_attr(&a->attr, &b->attr) && same_leaf(&a->s1, &b->s1) && same_leaf(&a->s2, &b->s2);
}

static inline bool same_mapping(const struct armvirt_mapping *a, const struct armvirt_mapping *b)
{
    return a->ia == b->ia && a->size_bytes == b->size_bytes && a->kind == b->kind &&
           same_answer(&a->walk, &b->walk) && same_fault(&a->walk.fault, &b->walk.fault);
}

/* ---- Elements and gaps -------------------------------------------------------------------- */

static inline void map_check_leaf(struct map_check *c, const struct armvirt_mapping *m)
{
    bool power_of_2 = (m->size_bytes & (m->size_bytes - 1)) == 0;
    uint64_t inside = random_next(&c->state) % m->size_bytes;
    uint64_t offsets[] = {inside, m->size_bytes - 1};
    struct armvirt_walk walk;

    c->leaves++;
    map_check_fail(c, !power_of_2 && !c->regime.el1_aarch32, "a leaf's size is no power of two");
    map_check_fail(c, map_check_ask(c, m->ia, &walk) != ARMVIRT_OK, "a leaf does not translate");
    map_check_fail(c, !same_answer(&walk, &m->walk), "a leaf translates otherwise");
    for (size_t i = 0; i < 2; i++) {
        map_check_fail(c, map_check_ask(c, m->ia + offsets[i], &walk) != ARMVIRT_OK,
                       "a part of a leaf does not translate");
        map_check_fail(c,
                       walk.pa != m->walk.pa + offsets[i] || walk.perm != m->walk.perm ||
                           !same_attr(&walk.attr, &m->walk.attr),
                       "a part of a leaf translates otherwise");
    }
}

/* Of a table with nT that skips levels, the higher entries may lie beyond the output size. */
static inline bool map_check_may_fault(const struct armvirt_fault *first,
                                       const struct armvirt_fault *later)
{
    return later->reason == first->reason ||
           (first->reason == ARMVIRT_REASON_NT && later->reason == ARMVIRT_REASON_TABLE_ADDRESS);
}

static inline void map_check_broken(struct map_check *c, const struct armvirt_mapping *m)
{
    uint64_t offsets[] = {random_next(&c->state) % m->size_bytes, m->size_bytes - 1};
    struct armvirt_walk walk;

    c->broken++;
    map_check_fail(c, m->walk.fault.reason == ARMVIRT_REASON_DESC_INVALID && !m->walk.fault.s1ptw,
                   "a hole is an element");
    map_check_fail(c, map_check_ask(c, m->ia, &walk) != ARMVIRT_FAULT, "a broken part translates");
    map_check_fail(c, !same_fault(&walk.fault, &m->walk.fault), "a broken part faults otherwise");
    for (size_t i = 0; i < 2; i++) {
        map_check_fail(c, map_check_ask(c, m->ia + offsets[i], &walk) != ARMVIRT_FAULT,
                       "a part of a broken part translates");
        map_check_fail(c, !map_check_may_fault(&m->walk.fault, &walk.fault),
                       "a part of a broken part faults otherwise");
    }
}

/* Addresses whose top bits are ignored, or that are no addresses, have no element of their own. */
static inline bool map_check_is_plain(const struct map_check *c, uint64_t ia)
{
    uint64_t top = ia >> 55;

    if (c->query.what != ARMVIRT_MAP_STAGE2 && c->regime.el1_aarch32) {
        return ia <= UINT32_MAX;
    }
    if (c->query.what == ARMVIRT_MAP_STAGE2 || !c->regime.s1_enabled) {
        return ia >> 56 == 0;
    }
    return top == 0 || (c->regime.two_ranges && top == 0x1ff);
}

static inline void map_check_hole(struct map_check *c, uint64_t ia)
{
    struct armvirt_walk walk;

    if (!map_check_is_plain(c, ia)) {
        return;
    }
    map_check_fail(c, map_check_ask(c, ia, &walk) != ARMVIRT_FAULT, "a hole translates");
    switch (walk.fault.reason) {
    case ARMVIRT_REASON_DESC_INVALID:
    case ARMVIRT_REASON_VA_RANGE:
    case ARMVIRT_REASON_IPA_RANGE:
    case ARMVIRT_REASON_MMU_OFF_RANGE:
    case ARMVIRT_REASON_EPD:
        return;
    default: /* of a half that is disabled, wrong registers are no matter */
        map_check_fail(c, !c->regime.s1[ia >> 63].epd, "a hole is broken");
        return;
    }
}

/* Nothing is mapped from `next` to @last. */
static inline void map_check_gap(struct map_check *c, uint64_t last)
{
    if (c->all || last < c->next) {
        return;
    }
    map_check_hole(c, c->next);
    map_check_hole(c, last);
    for (unsigned i = 0; i < 4; i++) {
        map_check_hole(c, c->next + random_next(&c->state) %
                                        (last - c->next + (last - c->next != UINT64_MAX)));
        map_check_hole(c, c->next + (random_next(&c->state) >> random_below(&c->state, 63)) %
                                        (last - c->next + (last - c->next != UINT64_MAX)));
    }
}

static inline void map_check_element(struct map_check *c, const struct armvirt_mapping *m)
{
    uint64_t last = m->ia + (m->size_bytes - 1);

    map_check_fail(c, m->size_bytes == 0 || last < m->ia, "an element has no size");
    map_check_fail(c, c->all || last < c->next || m->ia > c->query.last, "an element out of order");
    map_check_fail(c, m->ia < c->next && c->next != c->query.first, "elements overlap");
    if (c->failure != NULL) {
        return;
    }
    if (m->ia > c->next) {
        map_check_gap(c, m->ia - 1);
    }
    if (m->kind == ARMVIRT_MAPPING_LEAF) {
        map_check_leaf(c, m);
    } else {
        map_check_broken(c, m);
    }
    c->all = last == UINT64_MAX;
    c->next = last + 1;
}

/* ---- Iterations --------------------------------------------------------------------------- */

/* Go on over pauses to an element, the end, or the limit of reads. */
static inline enum armvirt_status map_check_next(struct armvirt_map_iter *it,
                                                 struct armvirt_mapping *m)
{
    enum armvirt_status status;
    uint64_t spent = 0;

    do {
        status = armvirt_map_next(it, m);
        spent += it->query.budget;
    } while (status == ARMVIRT_E_AGAIN && it->reads < MAP_CHECK_READS && spent < MAP_CHECK_READS);
    return status;
}

/* The same iteration in the smallest steps, with memory that asks to retry, gives the same. */
static inline void map_check_steps(struct map_check *c)
{
    struct armvirt_map_query query = c->query;
    struct armvirt_map_iter whole, steps;
    struct armvirt_mapping a, b;
    enum armvirt_status status, status_b;
    unsigned n = 0;

    armvirt_map_begin(&whole, &c->regime, &c->env, &query);
    query.budget = 1;
    armvirt_map_begin(&steps, &c->regime, &c->env, &query);
    do {
        c->machine->calm = true;
        status = map_check_next(&whole, &a);
        c->machine->calm = false;
        if (status == ARMVIRT_E_AGAIN || whole.reads * 2 > MAP_CHECK_READS) {
            return;
        }
        status_b = map_check_next(&steps, &b);
        if (status_b == ARMVIRT_E_AGAIN) {
            return;
        }
        map_check_fail(c, status_b != status, "small steps end elsewhere");
        if (status == ARMVIRT_OK) {
            map_check_fail(c, !same_mapping(&a, &b), "small steps find something else");
            map_check_fail(c, whole.position != steps.position, "small steps stand elsewhere");
        }
    } while (status == ARMVIRT_OK && ++n < MAP_CHECK_ELEMENTS && c->failure == NULL);
}

/* Without the broken parts the leaves are the same. */
static inline void map_check_leaves(struct map_check *c)
{
    struct armvirt_map_query query = c->query;
    struct armvirt_map_iter all, leaves;
    struct armvirt_mapping a, b;
    enum armvirt_status status, status_b;
    unsigned n = 0, broken = 0;

    query.budget = 1000;
    armvirt_map_begin(&all, &c->regime, &c->env, &query);
    query.leaves_only = true;
    armvirt_map_begin(&leaves, &c->regime, &c->env, &query);
    do {
        do {
            status = map_check_next(&all, &a);
        } while (status == ARMVIRT_OK && a.kind != ARMVIRT_MAPPING_LEAF &&
                 ++broken < MAP_CHECK_READS);
        if (status == ARMVIRT_E_AGAIN || broken == MAP_CHECK_READS) {
            return;
        }
        status_b = map_check_next(&leaves, &b);
        if (status_b == ARMVIRT_E_AGAIN) {
            return;
        }
        map_check_fail(c, status_b != status, "leaves alone end elsewhere");
        map_check_fail(c, status == ARMVIRT_OK && !same_mapping(&a, &b), "leaves alone differ");
    } while (status == ARMVIRT_OK && ++n < MAP_CHECK_ELEMENTS && c->failure == NULL);
}

static inline void map_check_all(struct map_check *c)
{
    struct armvirt_map_iter it;
    struct armvirt_mapping m;
    enum armvirt_status status = ARMVIRT_OK;

    c->next = c->query.first;
    armvirt_map_begin(&it, &c->regime, &c->env, &c->query);
    for (unsigned n = 0; n < MAP_CHECK_ELEMENTS && c->failure == NULL; n++) {
        uint64_t position = it.position;
        uint64_t reads = it.reads;

        status = armvirt_map_next(&it, &m);
        map_check_fail(c, it.position < position, "the position goes back");
        map_check_fail(c, it.reads - reads > c->query.budget + 26u, "the budget does not hold");
        if (status == ARMVIRT_E_AGAIN && it.reads < MAP_CHECK_READS) {
            continue;
        }
        if (status != ARMVIRT_OK) {
            break;
        }
        map_check_element(c, &m);
    }
    if (status == ARMVIRT_END) {
        map_check_gap(c, c->query.last);
        map_check_fail(c, armvirt_map_next(&it, &m) != ARMVIRT_END, "the end is not the end");
    }
}

/* Check the iteration that the machine's bytes describe; false if they describe none. */
static inline bool map_check_run(struct map_check *c, struct random_machine *m)
{
    struct armvirt_map_iter it;

    memset(c, 0, sizeof(*c));
    c->machine = m;
    c->state = m->input.seed;
    c->env.mem = random_memory(m);
    c->query = (struct armvirt_map_query){.first = m->input.va,
                                          .last = m->input.last,
                                          .budget = m->input.budget * 256u + 1,
                                          .what = m->input.what % 3,
                                          .ipa_space = m->input.ipa_space & 3};
    m->calm = true;
    if (armvirt_regime_init(&c->regime, &m->vmsa, m->input.el & 3) != ARMVIRT_OK ||
        armvirt_map_begin(&it, &c->regime, &c->env, &c->query) != ARMVIRT_OK) {
        return false;
    }
    map_check_all(c);
    map_check_steps(c);
    m->calm = true;
    map_check_leaves(c);
    map_check_fail(c, m->updates != 0, "memory was written");
    map_check_fail(c, m->wrong != 0, "a request that no rule allows");
    return true;
}

#endif
