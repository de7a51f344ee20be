/* SPDX-License-Identifier: MIT */
/*
 * Hits against walks: with random registers and tables, whatever the TLB answers, the walker
 * answers too, now. Nothing is invalidated and the tables do not change, but for access flags and
 * dirty states that walks set.
 */
#include "suite.h"

#include "../../map_check.h"

#include <armvirt/tlb.h>

enum { MACHINES = 20000, ACCESSES = 48, PROBES = 6 };

static _Alignas(ARMVIRT_TLB_ALIGN) uint8_t storage[ARMVIRT_TLB_SIZE(64)];
static struct random_machine machine;

struct fixture {
    struct armvirt_tlb *tlb;
    struct armvirt_regime regime;
    struct armvirt_tlb_context context;
    struct armvirt_walk_env env;
    unsigned hits;
};

static bool begin(struct fixture *f, uint64_t number, uint32_t options)
{
    struct armvirt_tlb_config config = {.entries = 64, .options = options};
    struct random_input input;

    random_input_make(&input, number);
    input.retry = input.race = 0;
    random_machine_begin(&machine, (const uint8_t *)&input, sizeof(input));
    machine.calm = true;
    assert_int_equal(armvirt_tlb_init(storage, sizeof(storage), &config, &f->tlb), ARMVIRT_OK);
    if (armvirt_regime_init(&f->regime, &machine.vmsa, machine.input.el & 3) != ARMVIRT_OK) {
        return false;
    }
    f->env = (struct armvirt_walk_env){.mem = random_memory(&machine)};
    armvirt_tlb_context_init(&f->context, &f->regime);
    return true;
}

static void check_hit(struct fixture *f, const struct armvirt_tlb_entry *entry,
                      const struct armvirt_access *access)
{
    struct armvirt_access look = *access;
    struct armvirt_walk walk;

    look.flags |= ARMVIRT_ACCESS_NO_UPDATE;
    assert_int_equal(armvirt_translate(&f->regime, &f->env, &look, &walk), ARMVIRT_OK);
    assert_int_equal(armvirt_tlb_pa(entry, access->va), walk.pa);
    assert_int_equal(entry->pa_space, walk.pa_space);
    assert_int_equal(entry->ipa_space, walk.ipa_space);
    assert_int_equal(entry->mecid, walk.mecid);
    assert_true(same_attr(&entry->attr, &walk.attr));
    f->hits++;
}

static void access_once(struct fixture *f, uint64_t va, uint64_t *state)
{
    uint64_t bits = random_next(state);
    struct armvirt_access access = {.va = va, .kind = bits & 3, .el = machine.input.access_el & 3};
    const struct armvirt_tlb_entry *entry;
    struct armvirt_walk walk;
    uint64_t updates = machine.updates;

    access.flags = (uint16_t)((bits >> 8 & 3) == 0 ? bits >> 16 & 3 : 0);
    entry = armvirt_tlb_lookup(f->tlb, &f->context, &access);
    if (entry != NULL) {
        check_hit(f, entry, &access);
    } else if (armvirt_translate(&f->regime, &f->env, &access, &walk) == ARMVIRT_OK) {
        armvirt_tlb_fill(f->tlb, &f->context, &access, &walk);
    }
    if (machine.updates != updates) { /* tables may overlap in this memory */
        armvirt_tlb_invalidate(f->tlb, &(struct armvirt_tlb_inval){.scope = ARMVIRT_TLB_ALL});
    }
}

/* Anywhere in what the entry says it covers, and with one bit outside of it. */
static void look_around(struct fixture *f, const struct armvirt_access *filled,
                        const struct armvirt_tlb_entry *entry, uint64_t *state)
{
    uint64_t within = (UINT64_C(1) << entry->size_log2) - 1;

    for (unsigned n = 0; n < PROBES; n++) {
        uint64_t bits = random_next(state);
        struct armvirt_access access = *filled;
        const struct armvirt_tlb_entry *hit;

        access.kind = bits & 3;
        access.va = n == 0   ? filled->va & ~within
                    : n == 1 ? filled->va | within
                    : n == 2 ? filled->va ^ UINT64_C(1) << (bits >> 8 & 63)
                             : (filled->va & ~within) | (random_next(state) & within);
        hit = armvirt_tlb_lookup(f->tlb, &f->context, &access);
        if (hit != NULL) {
            check_hit(f, hit, &access);
        }
    }
}

static void access_around(struct fixture *f, uint64_t va, uint64_t *state)
{
    struct armvirt_access access = {
        .va = va, .kind = random_next(state) & 3, .el = machine.input.access_el & 3};
    const struct armvirt_tlb_entry *entry;
    struct armvirt_walk walk;
    uint64_t updates;

    (void)armvirt_translate(&f->regime, &f->env, &access, &walk); /* makes its updates */
    armvirt_tlb_invalidate(f->tlb, &(struct armvirt_tlb_inval){.scope = ARMVIRT_TLB_ALL});
    updates = machine.updates;
    if (armvirt_translate(&f->regime, &f->env, &access, &walk) != ARMVIRT_OK ||
        updates != machine.updates) {
        return;
    }
    entry = armvirt_tlb_fill(f->tlb, &f->context, &access, &walk);
    if (entry != NULL) {
        look_around(f, &access, entry, state);
    }
}

/* An entry answers for all that it covers as the walker does, and for nothing else. */
static void all_of_an_entry(void **state)
{
    unsigned hits = 0;

    (void)state;
    for (uint64_t number = 0; number < MACHINES; number++) {
        struct fixture f = {0};
        uint64_t seed = number * 3 + 1;

        if (!begin(&f, number, 0)) {
            continue;
        }
        for (unsigned n = 0; n < 4; n++) {
            uint64_t spread = random_next(&seed) >> (20 + random_below(&seed, 40));

            access_around(&f, machine.input.va ^ (n == 0 ? 0 : spread), &seed);
        }
        hits += f.hits;
    }

    assert_true(hits > 1000);
}

static void any_machine(void **state)
{
    unsigned hits = 0;

    (void)state;
    for (uint64_t number = 0; number < MACHINES; number++) {
        struct fixture f = {0};
        uint64_t seed = number;

        if (!begin(&f, number, 0)) {
            continue;
        }
        for (unsigned n = 0; n < ACCESSES; n++) {
            uint64_t bits = random_next(&seed), tag = bits & 1 ? bits & ARMVIRT_BITS(63, 56) : 0;

            access_once(&f, (machine.input.va ^ tag) + (bits >> 8 & 0x1fff), &seed);
        }
        hits += f.hits;
    }

    assert_true(hits > 2000); /* else it proves little */
}

int main(void)
{
    static struct suite suite;

    SUITE_ADD(&suite, any_machine);
    SUITE_ADD(&suite, all_of_an_entry);
    return suite_run(&suite, "hits against walks");
}
