/* SPDX-License-Identifier: MIT */
/*
 * Properties: an SMMU with caches answers as one without does, as long as every change of memory is
 * followed by the invalidation that the architecture asks for; and commands in pieces do what they
 * do at once. IHI0070 4.3, 4.4, 3.21.
 */
#include "../../smmu_world.h"

#include <setjmp.h>
#include <stdarg.h>

#include <cmocka.h>

#define OP(n) ARMVIRT_SMMU_CMD0_OP_##n

enum { ROUNDS = 60, STEPS = 400, STREAMS = 4, SUBSTREAMS = 4, PAGES_USED = 6, FAVOURITES = 4 };

static uint32_t seed;

static uint32_t pick(uint32_t n)
{
    seed = seed * UINT32_C(1664525) + UINT32_C(1013904223);
    return (seed >> 9) % n;
}

/* The page number @n of a stream's space; some share their tables' last level. */
static uint64_t va_of(unsigned n)
{
    return VA + 0x1000 * (uint64_t)(n % 3) + (n >= 3 ? 0x200000u : 0u);
}

static uint64_t leaf_of(uint64_t root, unsigned n)
{
    return world_leaf_at(root, va_of(n));
}

static uint64_t ste_at(unsigned stream)
{
    return STRTAB + 64 * (SID + stream);
}

static uint64_t cd_at(unsigned stream, unsigned ssid)
{
    return CDTAB + 0x1000 * stream + 64 * ssid;
}

/* Both machines hold the same memory; commands and registers go to both. */
struct pair {
    struct world *cached, *plain;
    struct armvirt_smmu_txn favourites[FAVOURITES];
};

static void poke(struct pair *p, uint64_t pa, uint64_t value)
{
    world_poke(p->cached, pa, value);
    world_poke(p->plain, pa, value);
}

/* With questions while the command waits in the queue, whose answers may be old or new. */
static void command(struct pair *p, uint64_t cmd0, uint64_t cmd1)
{
    struct armvirt_smmu_result result;

    world_submit(p->cached, cmd0, cmd1);
    for (unsigned n = 0; n < 3 * FAVOURITES; n++) {
        (void)armvirt_smmu_translate(p->cached->smmu, &p->favourites[n % FAVOURITES], &result);
    }
    world_run(p->cached);
    world_command(p->plain, cmd0, cmd1);
}

static void write_words(struct pair *p, uint64_t pa, const uint64_t word[8])
{
    for (unsigned i = 0; i < 8; i++) {
        poke(p, pa + 8 * i, word[i]);
    }
}

/* One in three: the overrides "as unprivileged" and "as privileged", or of data and instructions.
 */
static unsigned random_override(void)
{
    return pick(3) == 0 ? 2 + pick(2) : 0;
}

/* VMID and ASID are those of the stream and substream, so that no two contexts share a tag. */
static void write_stream(struct pair *p, unsigned stream, unsigned config)
{
    uint64_t word[8];

    world_ste_words(word, config);
    word[0] =
        (word[0] & ~ARMVIRT_SMMU_STE0_S1CONTEXTPTR) | cd_at(stream, 0) | PUT(STE0, S1CDMAX, 2);
    word[1] |= PUT(STE1, S1DSS, ARMVIRT_SMMU_STE1_S1DSS_SSID0) |
               PUT(STE1, PRIVCFG, random_override()) | PUT(STE1, INSTCFG, random_override());
    word[2] = (word[2] & ~ARMVIRT_SMMU_STE2_S2VMID) | PUT(STE2, S2VMID, stream + 1);
    write_words(p, ste_at(stream), word);
}

static void write_cd(struct pair *p, unsigned stream, unsigned ssid, bool valid)
{
    uint64_t word[8];

    world_cd_words(word);
    word[0] = (word[0] & ~(ARMVIRT_SMMU_CD0_ASID | ARMVIRT_SMMU_CD0_V)) | PUT(CD0, ASID, ssid + 1) |
              PUT(CD0, V, valid) | PUT(CD0, ASET, ssid & 1) | PUT(CD0, PAN, pick(2));
    write_words(p, cd_at(stream, ssid), word);
}

static uint64_t random_leaf(void)
{
    uint64_t desc = (PAGES + 0x1000 * pick(16)) | DESC_PAGE | AP_EL0 | (pick(2) ? 0x800u : 0u);

    return pick(8) == 0 ? 0 : pick(6) == 0 ? desc | AP_RO : desc;
}

/* ---- Changes, each with the least that makes it seen ---------------------------------------- */

static void change_page(struct pair *p)
{
    unsigned n = pick(PAGES_USED), by = pick(6);
    uint64_t range = PUT(CMD0_TLBI, NUM, 0);

    poke(p, leaf_of(S1_TABLES, n), random_leaf());
    for (unsigned vmid = 1; vmid <= STREAMS; vmid++) {
        uint64_t tag = PUT(CMD0_TLBI, VMID, vmid);

        if (by == 0) {
            command(p, OP(TLBI_NH_ALL) | tag, 0);
        } else if (by == 1) {
            command(p, OP(TLBI_NH_VAA) | tag, va_of(n) | 1);
        } else if (by == 2) {
            command(p, OP(TLBI_S12_VMALL) | tag, 0);
        } else if (by == 3) {
            command(p, OP(TLBI_NH_VAA) | tag | range,
                    va_of(n) | PUT(CMD1_TLBI, TG, 1) | PUT(CMD1_TLBI, TTL, 3));
        } else {
            for (unsigned asid = 1; asid <= SUBSTREAMS && by == 4; asid++) {
                command(p, OP(TLBI_NH_VA) | tag | PUT(CMD0_TLBI, ASID, asid), va_of(n));
            }
        }
    }
    if (by == 5) {
        command(p, OP(TLBI_NSNH_ALL), 0);
    }
}

static void change_stage2(struct pair *p)
{
    uint64_t ipa = PAGES + 0x1000 * pick(16);

    poke(p, world_leaf_at(S2_TABLES, ipa),
         pick(5) == 0 ? 0 : (PAGES + 0x20000 + 0x1000 * pick(8)) | DESC_S2);
    for (unsigned vmid = 1; vmid <= STREAMS; vmid++) {
        command(p, OP(TLBI_S2_IPA) | PUT(CMD0_TLBI, VMID, vmid), ipa);
        command(p, OP(TLBI_NH_ALL) | PUT(CMD0_TLBI, VMID, vmid), 0);
    }
}

static void change_stream(struct pair *p)
{
    static const uint8_t configs[] = {0, 4, 5, 6, 7, 7, 5};
    unsigned stream = pick(STREAMS);

    write_stream(p, stream, configs[pick(7)]);
    command(p, OP(CFGI_STE) | (uint64_t)(SID + stream) << 32, 1);
    command(p, OP(TLBI_S12_VMALL) | PUT(CMD0_TLBI, VMID, stream + 1), 0);
}

static void change_cd(struct pair *p)
{
    unsigned stream = pick(STREAMS), ssid = pick(SUBSTREAMS);

    write_cd(p, stream, ssid, pick(4) != 0);
    command(p, OP(CFGI_CD) | (uint64_t)(SID + stream) << 32 | PUT(CMD0, SSID, ssid), 1);
}

/* The whole SMMU off, questions meanwhile, and on again. */
static void compare(struct pair *p);

static void turn_off_and_on(struct pair *p)
{
    struct world *both[] = {p->cached, p->plain};

    for (unsigned i = 0; i < 2; i++) {
        world_put(both[i], R_CR0, 4, CR0_EVENTQEN | CR0_CMDQEN);
    }
    compare(p);
    for (unsigned i = 0; i < 2; i++) {
        world_put(both[i], R_CR0, 4, CR0_SMMUEN | CR0_EVENTQEN | CR0_CMDQEN);
    }
}

/* ---- Questions ----------------------------------------------------------------------------- */

static struct armvirt_smmu_txn random_txn(void)
{
    unsigned ssid = pick(SUBSTREAMS), flags = 0;
    struct armvirt_smmu_txn txn = {
        .addr = va_of(pick(PAGES_USED)) + pick(0x1000), .sid = SID + pick(STREAMS), .ssid = ssid};

    flags |= pick(2) ? ARMVIRT_SMMU_WRITE : 0u;
    flags |= pick(2) ? ARMVIRT_SMMU_PRIVILEGED : 0u;
    flags |= pick(3) ? ARMVIRT_SMMU_SSV : 0u;
    flags |= pick(5) ? 0u : ARMVIRT_SMMU_READ_WRITE;
    flags |= pick(5) ? 0u : ARMVIRT_SMMU_INSTRUCTION;
    flags |= pick(5) ? 0u : ARMVIRT_SMMU_SPECULATIVE;
    flags |= pick(5) ? 0u : ARMVIRT_SMMU_ATTR;
    txn.flags = (uint16_t)flags;
    if (pick(4) == 0) {
        txn.addr = PAGES + 0x1000 * pick(16); /* for streams with stage 2 alone */
    }
    return txn;
}

/* Half of the questions are among a few, which so come again soon. */
static void compare(struct pair *p)
{
    struct armvirt_smmu_txn *favourite = &p->favourites[pick(FAVOURITES)];
    struct armvirt_smmu_txn txn = pick(2) ? *favourite : random_txn();
    struct armvirt_smmu_result a, b;

    if (pick(16) == 0) {
        *favourite = txn;
    }
    assert_int_equal(armvirt_smmu_translate(p->cached->smmu, &txn, &a), ARMVIRT_OK);
    assert_int_equal(armvirt_smmu_translate(p->plain->smmu, &txn, &b), ARMVIRT_OK);
    assert_int_equal(a.outcome, b.outcome);
    assert_int_equal(a.pa, b.pa);
    assert_int_equal(a.reason, b.reason);
    assert_memory_equal(a.event, b.event, sizeof(a.event));
    assert_memory_equal(&a.attr, &b.attr, sizeof(a.attr));
    assert_int_equal(a.perm, b.perm);
    assert_int_equal(a.pa_space, b.pa_space);
    assert_int_equal(a.privileged, b.privileged);
    assert_int_equal(a.instruction, b.instruction);
    assert_int_equal(a.partid, b.partid);
}

static void make_pair(struct pair *p)
{
    struct armvirt_smmu_id id;

    armvirt_smmu_preset_id(ARMVIRT_SMMU_MAX, &id);
    p->cached = world_new_id(&id, 64, 0);
    p->plain = world_new_id(&id, 0, 0);
    for (unsigned n = 0; n < FAVOURITES; n++) {
        p->favourites[n] = random_txn();
    }
    for (unsigned stream = 0; stream < STREAMS; stream++) {
        write_stream(p, stream, 5 + stream % 3);
        for (unsigned ssid = 0; ssid < SUBSTREAMS; ssid++) {
            write_cd(p, stream, ssid, true);
        }
    }
    for (unsigned n = 0; n < PAGES_USED; n++) {
        world_map(p->cached, S1_TABLES, va_of(n), 0);
        world_map(p->plain, S1_TABLES, va_of(n), 0);
    }
    world_enable(p->cached);
    world_enable(p->plain);
}

static void property_caches_are_never_stale(void **state)
{
    (void)state;
    for (unsigned round = 0; round < ROUNDS; round++) {
        struct pair p;

        seed = round * 7919 + 1;
        make_pair(&p);
        for (unsigned step = 0; step < STEPS; step++) {
            switch (pick(12)) {
            case 0:
                change_page(&p);
                break;
            case 1:
                change_stage2(&p);
                break;
            case 2:
                change_stream(&p);
                break;
            case 3:
                change_cd(&p);
                break;
            case 4:
                turn_off_and_on(&p);
                break;
            default:
                break;
            }
            assert_int_equal(world_get(p.cached, R_GERROR, 4), 0);
            for (unsigned n = 0; n < 6; n++) {
                /* the model without caches reads everything anew */
                world_command(p.plain, OP(CFGI_STE_RANGE), 31);
                compare(&p);
            }
        }
        world_drop(p.cached);
        world_drop(p.plain);
    }
}

/* ---- Budgets ------------------------------------------------------------------------------- */

static void property_a_budget_changes_nothing_but_the_pieces(void **state)
{
    (void)state;
    for (unsigned round = 0; round < 200; round++) {
        struct world *a = world_new(ARMVIRT_SMMU_MAX, 5), *b = world_new(ARMVIRT_SMMU_MAX, 5);
        uint8_t one[20000], two[20000];
        size_t len1, len2;

        seed = round + 1;
        for (unsigned i = 0; i < 1u << CMDQ_LOG2; i++) {
            uint64_t op = pick(40) == 0 ? pick(256) : pick(2) ? OP(SYNC) : OP(TLBI_NH_ALL);
            uint64_t word = op | (uint64_t)pick(4) << 12;

            world_poke(a, CMDQ + 16 * i, word);
            world_poke(b, CMDQ + 16 * i, word);
        }
        world_put(a, R_CMDQ_PROD, 4, 1u << CMDQ_LOG2);
        world_put(b, R_CMDQ_PROD, 4, 1u << CMDQ_LOG2);
        (void)armvirt_smmu_run(a->smmu, 1000);
        while (armvirt_smmu_run(b->smmu, 1 + pick(5)) == ARMVIRT_E_AGAIN) {
        }
        assert_int_equal(armvirt_smmu_save(a->smmu, one, sizeof(one), &len1), ARMVIRT_OK);
        assert_int_equal(armvirt_smmu_save(b->smmu, two, sizeof(two), &len2), ARMVIRT_OK);
        assert_memory_equal(one, two, len1);
        assert_memory_equal(a->irqs, b->irqs, sizeof(a->irqs));
        world_drop(a);
        world_drop(b);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(property_caches_are_never_stale),
        cmocka_unit_test(property_a_budget_changes_nothing_but_the_pieces),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
