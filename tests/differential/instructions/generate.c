/* SPDX-License-Identifier: MIT */
/*
 * Random tables and cases. Tables grow while armvirt walks them: a descriptor that is read for the
 * first time is made up then, of the kind that its level wants. So every walk is deep, whatever the
 * granule and the sizes. The machine gets the words and walks on its own: if armvirt read at a
 * wrong address, the machine finds nothing where it looks.
 *
 * Addresses are the same in their low 30 bits at every stage, and those lie in the arena; so blocks
 * of any size lead into it.
 */
#include "generate.h"
#include "imitation.h"

#include <armvirt/regs/descriptors.h>
#include <armvirt/regs/vmsa.h>

#include <string.h>

#define LOW_BITS 30

enum purpose {
    FOR_CASE, /* anything */
    FOR_CODE, /* the code page: pages that can be executed */
};

struct generator {
    struct inventor inventor;
    struct random random;
    const struct processor *processor;
    struct group *group;
    enum armvirt_regime_id regime; /* of the cases */
    enum purpose purpose;
    bool last_s1_was_leaf; /* the next walk of stage 2 is that of the final address */
    uint64_t code_va[2];   /* as in struct diff_case */
    unsigned els;          /* bit n: cases can run at ELn */
};

/* ---- Descriptors --------------------------------------------------------------------------- */

static bool stage2_on(const struct generator *g)
{
    uint64_t hcr = g->group->vmsa.hcr_el2;

    return (hcr & (ARMVIRT_HCR_EL2_VM | ARMVIRT_HCR_EL2_DC)) != 0 &&
           (hcr & ARMVIRT_HCR_EL2_TGE) == 0;
}

/* Address bits above the low ones, for intermediate addresses; plain ones fit most sizes. */
static uint64_t high_bits(struct generator *g)
{
    struct random *r = &g->random;
    unsigned bits = 64 - (unsigned)ARMVIRT_GET(ARMVIRT_VTCR_EL2_T0SZ, g->group->vmsa.vtcr_el2);

    if (bits <= LOW_BITS + 1 || random_chance(r, 60)) {
        return bits > LOW_BITS ? RAM_PA : 0;
    }
    return random_next(r) & ~(UINT64_MAX << (bits < 48 ? bits : 48)) & (UINT64_MAX << LOW_BITS);
}

/* Now and then address bits where none should be. */
static uint64_t wild_bits(struct generator *g)
{
    struct random *r = &g->random;

    if (g->purpose == FOR_CODE || !random_chance(r, 5)) {
        return 0;
    }
    return random_chance(r, 70) ? UINT64_C(1) << (32 + random_below(r, 18))
                                : UINT64_C(1) << (8 + random_below(r, 8));
}

static uint64_t table_descriptor(struct generator *g, bool stage1)
{
    struct random *r = &g->random;
    uint64_t slot = ARENA_PA + ((uint64_t)random_below(r, ARENA_SIZE >> 16) << 16);
    uint64_t desc = 3 | slot | wild_bits(g);

    if (stage1 && stage2_on(g)) {
        desc = 3 | (slot & ~(UINT64_MAX << LOW_BITS)) | high_bits(g) | wild_bits(g);
    }
    if (stage1 && g->purpose == FOR_CASE) {
        desc |= random_bits(r, 8, ARMVIRT_BIT(59)) | random_bits(r, 8, ARMVIRT_BIT(60)) |
                random_bits(r, 8, ARMVIRT_BIT(61)) | random_bits(r, 8, ARMVIRT_BIT(62)) |
                random_bits(r, 8, ARMVIRT_BIT(63));
    }
    return desc;
}

static uint64_t attributes(struct generator *g, bool stage1)
{
    struct random *r = &g->random;
    uint64_t desc =
        random_bits(r, 80, ARMVIRT_VMSA64_S1_LEAF_AF) |
        random_bits(r, 70, ARMVIRT_PUT(ARMVIRT_VMSA64_S1_LEAF_SH, 2u + random_below(r, 2)));

    desc |= random_bits(r, 10, ARMVIRT_VMSA64_S1_LEAF_CONTIG);
    desc |= random_bits(r, 40, ARMVIRT_VMSA64_S1_LEAF_DBM);
    desc |= random_bits(r, 30, ARMVIRT_BIT(53)) | random_bits(r, 30, ARMVIRT_BIT(54));
    desc |= random_next(r) & (ARMVIRT_BITS(58, 56) | ARMVIRT_BIT(11) | ARMVIRT_BITS(7, 2));
    if (stage1) {
        return desc | (random_next(r) & ARMVIRT_BIT(55)) | random_bits(r, 25, ARMVIRT_BIT(59));
    }
    if (random_chance(r, 65)) {
        desc |= ARMVIRT_VMSA64_S2_LEAF_S2AP;
    }
    if (random_chance(r, 65)) { /* Normal memory, and no encoding that is reserved */
        desc |= ARMVIRT_VMSA64_S2_LEAF_MEMATTR;
        desc &= ~random_bits(r, 30, ARMVIRT_BIT(2)) & ~random_bits(r, 20, ARMVIRT_BIT(4));
    }
    return desc;
}

/* The page that runs: executable and read-only, at every level of privilege. */
static uint64_t code_attributes(bool stage1)
{
    uint64_t mapped = ARMVIRT_VMSA64_S1_LEAF_AF | 3; /* SH would be address bits with DS */

    return mapped | (stage1 ? ARMVIRT_VMSA64_S1_LEAF_AP
                            : ARMVIRT_VMSA64_S2_LEAF_S2AP | ARMVIRT_VMSA64_S2_LEAF_MEMATTR);
}

static uint64_t leaf_descriptor(struct generator *g, bool stage1, bool page)
{
    struct random *r = &g->random;
    bool for_code = g->purpose == FOR_CODE && (stage1 || g->last_s1_was_leaf);
    uint64_t pa = page ? ARENA_PA + ((uint64_t)random_below(r, ARENA_SIZE >> 16) << 16)
                       : ARENA_PA + ((uint64_t)random_below(r, 2) << 25);

    if (for_code) {
        pa = g->regime == ARMVIRT_REGIME_EL3 ? 0 : CODE_PA;
    } else if (!page && random_chance(r, 75)) {
        pa = RAM_PA; /* a block larger than the arena */
    }
    if (stage1 && stage2_on(g)) {
        pa = (pa & ~(UINT64_MAX << LOW_BITS)) | high_bits(g);
    }
    if (g->purpose == FOR_CODE) {
        return pa | code_attributes(stage1);
    }
    if (!for_code && random_chance(r, 8)) { /* where nothing answers */
        pa |= random_next(r) & ARMVIRT_BITS(47, LOW_BITS + 1);
    }
    return pa | wild_bits(g) | attributes(g, stage1) | (page ? 3 : 1);
}

/* A descriptor of @level: mostly a table where there is a level below. */
static uint64_t any_descriptor(struct generator *g, bool stage1, int level)
{
    static const uint8_t tables[] = {97, 88, 80, 70, 0}; /* percent, level -1 to 3 */
    struct random *r = &g->random;
    bool table;

    if (g->purpose == FOR_CASE && random_chance(r, 3)) {
        return random_next(r) << 2 | random_below(r, 4);
    }
    table = level < 3 && (g->purpose == FOR_CODE || random_chance(r, tables[level + 1]));
    if (stage1) {
        g->last_s1_was_leaf = !table;
    }
    return table ? table_descriptor(g, stage1)
                 : leaf_descriptor(g, stage1, level == 3 && !random_chance(r, 1));
}

static uint64_t regime_sctlr(const struct generator *g)
{
    const struct armvirt_vmsa *vmsa = &g->group->vmsa;

    return g->regime == ARMVIRT_REGIME_EL10  ? vmsa->sctlr_el1
           : g->regime == ARMVIRT_REGIME_EL3 ? vmsa->sctlr_el3
                                             : vmsa->sctlr_el2;
}

static uint64_t invent_descriptor(struct inventor *inventor, const struct armvirt_mem_req *req)
{
    struct generator *g = (struct generator *)(void *)inventor;
    bool stage1 = req->what == ARMVIRT_MEM_STAGE1_DESC;
    uint64_t sctlr = stage1 ? regime_sctlr(g) : g->group->vmsa.sctlr_el2;
    uint64_t desc = any_descriptor(g, stage1, req->level);

    return sctlr & ARMVIRT_SCTLR_EL1_EE ? __builtin_bswap64(desc) : desc;
}

static uint64_t invent_data(struct inventor *inventor)
{
    return random_next(&((struct generator *)(void *)inventor)->random);
}

/* ---- Addresses ----------------------------------------------------------------------------- */

/* TxSZ of the half that is used; TCR_ELx of a single range has T0SZ at the same place. */
static unsigned input_bits(const struct generator *g, bool upper)
{
    const struct armvirt_vmsa *vmsa = &g->group->vmsa;
    uint64_t tcr = g->regime == ARMVIRT_REGIME_EL10  ? vmsa->tcr_el1
                   : g->regime == ARMVIRT_REGIME_EL3 ? vmsa->tcr_el3
                                                     : vmsa->tcr_el2;

    return 64 - (unsigned)(upper ? ARMVIRT_GET(ARMVIRT_TCR_EL1_T1SZ, tcr)
                                 : ARMVIRT_GET(ARMVIRT_TCR_EL1_T0SZ, tcr));
}

/* A virtual address that tables can translate; @low are its low bits. */
static uint64_t some_va(struct generator *g, uint64_t low)
{
    struct random *r = &g->random;
    bool two = g->regime == ARMVIRT_REGIME_EL10 || g->regime == ARMVIRT_REGIME_EL20;
    bool upper = two && random_chance(r, 50);
    unsigned bits = input_bits(g, upper);
    uint64_t high = random_chance(r, 30) ? RAM_PA : random_next(r) & (UINT64_MAX << LOW_BITS);
    uint64_t va = bits >= 64 ? high | low : (high | low) & ~(UINT64_MAX << bits);

    return upper && bits < 64 ? va | UINT64_MAX << bits : va;
}

static uint64_t arena_offset(struct random *r)
{
    return (ARENA_PA & ~(UINT64_MAX << LOW_BITS)) + (random_next(r) & (ARENA_SIZE - 1));
}

/* Stage 1 is off: what is accessed is the address itself. */
static bool flat(const struct generator *g)
{
    return (regime_sctlr(g) & ARMVIRT_SCTLR_EL1_M) == 0 ||
           (g->regime == ARMVIRT_REGIME_EL10 &&
            (g->group->vmsa.hcr_el2 & (ARMVIRT_HCR_EL2_TGE | ARMVIRT_HCR_EL2_DC)) != 0);
}

static uint64_t case_va(struct generator *g, const uint64_t pool[], unsigned pool_size)
{
    struct random *r = &g->random;
    uint64_t va = pool[random_below(r, pool_size)];

    if (flat(g) && random_chance(r, 90)) {
        va = RAM_PA | arena_offset(r);
    }
    va ^= random_bits(r, 50, random_next(r) & ARMVIRT_BITS(15, 3));
    va ^= random_bits(r, 20, UINT64_C(1) << (12 + random_below(r, 40)));
    va ^= random_bits(r, 10, random_next(r) & ARMVIRT_BITS(63, 56));
    return va ^ random_bits(r, 2, UINT64_C(1) << (40 + random_below(r, 24)));
}

/* ---- The code page ------------------------------------------------------------------------- */

static bool el2_enabled(const struct armvirt_vmsa *vmsa)
{
    return (vmsa->scr_el3 & (ARMVIRT_SCR_EL3_NS | ARMVIRT_SCR_EL3_EEL2)) != 0;
}

static bool tge(const struct armvirt_vmsa *vmsa)
{
    return el2_enabled(vmsa) && (vmsa->hcr_el2 & ARMVIRT_HCR_EL2_TGE) != 0;
}

static bool runs(struct generator *g, unsigned el, uint64_t va)
{
    g->last_s1_was_leaf = flat(g);
    return code_runs(g->group, el, va, &g->inventor);
}

/* Where the code page is, and at which Exception levels below EL3 it can be executed. */
static void map_code(struct generator *g)
{
    const struct armvirt_vmsa *vmsa = &g->group->vmsa;
    bool host = g->regime == ARMVIRT_REGIME_EL20;
    bool el2_flat = (vmsa->sctlr_el2 & ARMVIRT_SCTLR_EL1_M) == 0;
    uint64_t va = flat(g) ? CODE_PA : some_va(g, CODE_PA & ~(UINT64_MAX << LOW_BITS));

    g->purpose = FOR_CODE;
    g->code_va[0] = va;
    g->code_va[1] = g->regime == ARMVIRT_REGIME_EL10 || el2_flat ? CODE_PA : va;
    if (g->regime == ARMVIRT_REGIME_EL3) {
        g->els = 8;
    } else if (g->regime == ARMVIRT_REGIME_EL10) {
        g->els = !tge(vmsa) && runs(g, 1, va) ? 2 : 0;
        g->els |= (g->els != 0 || tge(vmsa)) && runs(g, 0, va) ? 1 : 0;
    } else {
        g->els = runs(g, 2, g->code_va[1]) ? 4 : 0;
        g->els |= g->els != 0 && host && runs(g, 0, va) ? 1 : 0;
    }
    if (g->regime == ARMVIRT_REGIME_EL3 && !flat(g) && !runs(g, 3, 0)) {
        g->els = 0;
    }
    g->purpose = FOR_CASE;
}

static uint8_t some_el(struct generator *g)
{
    uint8_t el = (uint8_t)random_below(&g->random, 4);

    while ((g->els >> el & 1) == 0) {
        el = (uint8_t)((el + 1u) % 4u);
    }
    return el;
}

/* ---- Cases --------------------------------------------------------------------------------- */

static void at_case(struct generator *g, struct diff_case *c)
{
    static const uint8_t el10[] = {INSN_AT_S1E0R,  INSN_AT_S1E0W,  INSN_AT_S1E1R,  INSN_AT_S1E1W,
                                   INSN_AT_S1E1RP, INSN_AT_S1E1WP, INSN_AT_S12E0R, INSN_AT_S12E0W,
                                   INSN_AT_S12E1R, INSN_AT_S12E1W};
    struct random *r = &g->random;

    c->el = 3;
    if ((g->els & 6) != 0 && random_chance(r, 25)) {
        c->el = g->els & 2 ? 1 : 2;
    }
    switch (g->regime) {
    case ARMVIRT_REGIME_EL10:
        c->insn = el10[random_below(r, c->el == 1 ? 6 : 10)];
        break;
    case ARMVIRT_REGIME_EL20:
        c->insn =
            random_chance(r, 40) ? INSN_AT_S1E2R + random_below(r, 2) : el10[random_below(r, 10)];
        break;
    case ARMVIRT_REGIME_EL2:
        c->insn = INSN_AT_S1E2R + random_below(r, 2);
        break;
    default:
        c->insn = INSN_AT_S1E3R + random_below(r, 2);
        break;
    }
}

/* Most accesses are aligned; those that are not stay within 16 bytes, lest they need two pages. */
static void access_case(struct generator *g, struct diff_case *c)
{
    struct random *r = &g->random;
    bool may_be_unaligned;

    c->el = some_el(g);
    c->insn = INSN_FIRST_ACCESS + random_below(r, INSNS - INSN_FIRST_ACCESS);
    if (random_chance(r, 12)) { /* the only one with execute permissions */
        c->insn = INSN_FETCH;
    }
    may_be_unaligned = c->insn == INSN_LDR || c->insn == INSN_STR || c->insn == INSN_LDRSW ||
                       c->insn == INSN_STRH || c->insn == INSN_LDTR || c->insn == INSN_STTR;
    if (may_be_unaligned && random_chance(r, 10)) {
        c->va = (c->va & ~UINT64_C(15)) | random_below(r, 9);
    } else {
        c->va &= ~UINT64_C(15);
    }
}

static void begin_group(struct generator *g, unsigned subject)
{
    static const uint8_t weights[] = {60, 15, 15, 10}; /* EL10, EL20, EL2, EL3 */
    struct random *r = &g->random;
    struct armvirt_vmsa *vmsa = &g->group->vmsa;
    unsigned dice = random_below(r, 100);
    unsigned regime = 0;

    while (dice >= weights[regime]) {
        dice -= weights[regime++];
    }
    g->regime = (enum armvirt_regime_id)regime;
    random_registers(r, g->processor, g->regime, vmsa);
    if (regime != ARMVIRT_REGIME_EL10 && !el2_enabled(vmsa)) {
        vmsa->scr_el3 |= ARMVIRT_SCR_EL3_NS;
    }
    memory_clear(&g->group->memory);
    memset(g->group->trap, 0, sizeof(g->group->trap));
    g->group->count = 0;
    g->els = 0;
    if (subject == SUBJECT_ACCESS || regime == ARMVIRT_REGIME_EL3 || random_chance(r, 40)) {
        map_code(g);
    }
}

static bool add_case(struct generator *g, unsigned subject, const uint64_t pool[],
                     unsigned pool_size, struct answer *answer)
{
    struct diff_case *c = &g->group->cases[g->group->count];

    *c = (struct diff_case){.va = case_va(g, pool, pool_size),
                            .code_va = {g->code_va[0], g->code_va[1]},
                            .pan = (uint8_t)random_below(&g->random, 2)};
    if (subject == SUBJECT_AT) {
        at_case(g, c);
    } else {
        access_case(g, c);
    }
    g->last_s1_was_leaf = flat(g);
    answer_case(g->group, c, &g->inventor, answer);
    return !answer->unsuitable && machine_stays(g->group, c, answer);
}

static void generate_translations(const struct processor *processor, unsigned subject,
                                  uint64_t seed, uint64_t number, struct group *group,
                                  struct answer answers[GROUP_CASES])
{
    struct generator g = {.inventor = {invent_descriptor, invent_data},
                          .random = {seed * UINT64_C(0x100000001b3) + number},
                          .processor = processor,
                          .group = group};
    uint64_t pool[3];

    random_next(&g.random);
    g.random.state ^= random_next(&g.random) + subject;
    do {
        begin_group(&g, subject);
    } while (g.els == 0 && (subject == SUBJECT_ACCESS || g.regime == ARMVIRT_REGIME_EL3));
    for (unsigned i = 0; i < 3; i++) {
        pool[i] = some_va(&g, arena_offset(&g.random));
    }
    for (unsigned tries = 0; tries < GROUP_CASES; tries++) {
        if (group->memory.count < GROUP_WORDS / 2 &&
            add_case(&g, subject, pool, 3, &answers[group->count])) {
            group->count++;
        }
    }
}

void generate_group(const struct processor *processor, unsigned subject, uint64_t seed,
                    uint64_t number, struct group *group, struct answer answers[GROUP_CASES])
{
    if (subject >= SUBJECT_EXCEPTION) {
        generate_words(processor, subject, seed, number, group, answers);
    } else {
        generate_translations(processor, subject, seed, number, group, answers);
    }
}
