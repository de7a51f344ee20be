/* SPDX-License-Identifier: MIT */
/* The device permission table: which granules an endpoint may reach by itself (IHI0070 3.24). */
#include "ats.h"

/* Fields of entries. A level 0 block has those of the lower granule. IHI0070 3.24.3.1. */
#define L0_TYPE      ARMVIRT_BITS(1, 0)
#define L0_NO_ACCESS 0u
#define L0_BLOCK     1u
#define L0_TABLE     3u
#define L0_ADDRESS   ARMVIRT_BITS(55, 12)
#define L1_A         ARMVIRT_BITS(1, 0)
#define L1_CONTIG    ARMVIRT_BITS(11, 8)
#define AC(upper)    ((upper) ? ARMVIRT_BITS(35, 34) : ARMVIRT_BITS(3, 2))
#define W(upper)     ((upper) ? ARMVIRT_BIT(36) : ARMVIRT_BIT(4))
#define VMID(upper)  ((upper) ? ARMVIRT_BITS(63, 48) : ARMVIRT_BITS(31, 16))
#define VMID_HIGH    0xff00u

enum { AC_NO_VMID = 2, AC_RESERVED = 3 };

/* Codes of DPT_CFG_FAR. IHI0070 6.3.48. */
enum code { DISABLED = 0, WALK_FAULT = 1, GPC_FAULT = 2, EABT = 3 };

/* The registers, decoded. */
struct table {
    uint64_t base;
    unsigned size_log2, entry_log2, granule_log2; /* DPTPS, L0DPTSZ, DPTGS */
    uint8_t sec_sid;
    bool quiet; /* nothing is reported */
};

/* What an entry says of a granule. */
struct rule {
    bool access, write;
    uint8_t ac;
    uint16_t vmid;
};

/* How a part of the lookup ended: an entry, or a fault at a level. */
enum found { FOUND, FAULT, AGAIN };

/* ---- Faults --------------------------------------------------------------------------------- */

/* The first is kept until it is acknowledged. IHI0070 3.24.4. */
static enum found report(struct armvirt_smmu *smmu, const struct table *t, enum code code,
                         unsigned level, uint64_t pa)
{
    uint64_t *far = &smmu->reg[t->sec_sid][SMMU_DPT_CFG_FAR];

    if (!t->quiet && !(*far & ARMVIRT_SMMU_DPT_CFG_FAR_FAULT)) {
        *far = (pa & ARMVIRT_SMMU_DPT_CFG_FAR_FADDR) |
               ARMVIRT_PUT(ARMVIRT_SMMU_DPT_CFG_FAR_DPT_FAULTCODE, code) |
               ARMVIRT_PUT(ARMVIRT_SMMU_DPT_CFG_FAR_LEVEL, level) | ARMVIRT_SMMU_DPT_CFG_FAR_FAULT;
        armvirt_smmu_gerror(smmu, t->sec_sid, ARMVIRT_SMMU_GERROR_DPT_ERR);
    }
    return FAULT;
}

/* ---- The table ------------------------------------------------------------------------------ */

/* 0 for what is reserved. */
static unsigned entry_log2(uint64_t l0dptsz)
{
    switch (l0dptsz) {
    case 0:
        return 30;
    case 4:
        return 34;
    case 6:
        return 36;
    case 9:
        return 39;
    default:
        return 0;
    }
}

static unsigned granule_log2(const struct armvirt_smmu_id *id, uint64_t dptgs)
{
    static const uint8_t sizes[4] = {12, 16, 14, 0};
    unsigned log2 = sizes[dptgs & 3];

    return log2 != 0 && armvirt_smmu_granule(id, log2) ? log2 : 0;
}

static bool table_is_good(const struct armvirt_smmu_id *id, const struct table *t, uint64_t dptps)
{
    unsigned oas = armvirt_smmu_oas(id);

    return dptps < 7 && t->size_log2 <= oas && t->granule_log2 != 0 && t->entry_log2 != 0 &&
           t->entry_log2 <= oas && t->entry_log2 <= t->size_log2;
}

static bool find_table(const struct armvirt_smmu *smmu, struct table *t)
{
    const uint64_t *reg = smmu->reg[t->sec_sid];
    uint64_t cfg = reg[SMMU_DPT_BASE_CFG];
    uint64_t dptps = ARMVIRT_GET(ARMVIRT_SMMU_DPT_BASE_CFG_DPTPS, cfg);

    t->size_log2 = armvirt_smmu_size_bits((unsigned)dptps);
    t->entry_log2 = entry_log2(ARMVIRT_GET(ARMVIRT_SMMU_DPT_BASE_CFG_L0DPTSZ, cfg));
    t->granule_log2 =
        granule_log2(&smmu->config.id, ARMVIRT_GET(ARMVIRT_SMMU_DPT_BASE_CFG_DPTGS, cfg));
    t->base = reg[SMMU_DPT_BASE] & ARMVIRT_SMMU_DPT_BASE_BADDR;
    return table_is_good(&smmu->config.id, t, dptps);
}

/* Where the entry @index of a table of 2^@count_log2 entries is, which lies at a multiple of its
 * size. */
static uint64_t entry_pa(uint64_t base, unsigned count_log2, uint64_t index)
{
    return (base & ~ARMVIRT_BITS(count_log2 + 2, 0)) + 8 * index;
}

/* The entry at @entry_at of a table of @level, for the check of @pa. */
static enum found fetch(struct armvirt_smmu *smmu, const struct table *t, uint64_t entry_at,
                        unsigned level, uint64_t pa, uint64_t *entry)
{
    struct armvirt_smmu_words at = {
        .pa = entry_at,
        .space = t->sec_sid,
        .what = ARMVIRT_MEM_SMMU_DPT,
        .count = 1,
    };
    struct armvirt_smmu_gpf gpf = {
        .pa = at.pa,
        .space = t->sec_sid,
        .origin = ARMVIRT_SMMU_GPF_TRANSLATION,
        .code = ARMVIRT_SMMU_EVENT(F_WALK_EABT),
    };

    switch (armvirt_smmu_fetch(smmu, &at, entry)) {
    case ARMVIRT_SMMU_BUS_OK:
        return FOUND;
    case ARMVIRT_SMMU_BUS_RETRY:
        return AGAIN;
    case ARMVIRT_SMMU_BUS_GPC: /* IHI0070 3.24.4: Root software is told too */
        gpf.reason = at.refusal;
        if (!t->quiet) {
            armvirt_smmu_gpf(smmu, &gpf);
        }
        return report(smmu, t, GPC_FAULT, level, pa);
    default:
        return report(smmu, t, EABT, level, pa);
    }
}

/* ---- Entries -------------------------------------------------------------------------------- */

/* One half of an entry; @allowed are the bits that it may have set. False if it is invalid. */
static bool decode_half(const struct armvirt_smmu_id *id, uint64_t entry, bool upper,
                        struct rule *rule)
{
    bool vmid16 = armvirt_smmu_has(id, 0, ARMVIRT_SMMU_IDR0_VMID16);

    rule->access = true;
    rule->write = (entry & W(upper)) != 0;
    rule->ac = (uint8_t)ARMVIRT_GET(AC(upper), entry);
    rule->vmid = (uint16_t)ARMVIRT_GET(VMID(upper), entry);
    return rule->ac != AC_RESERVED && (rule->ac != AC_NO_VMID || rule->vmid == 0) &&
           (vmid16 || !(rule->vmid & VMID_HIGH));
}

static uint64_t half_bits(bool upper)
{
    return AC(upper) | W(upper) | VMID(upper);
}

/* Contig names a region larger than a granule, and no larger than a level 0 entry. */
static bool contig_is_good(const struct table *t, uint64_t contig)
{
    static const uint8_t log2[8] = {0, 16, 21, 25, 29, 30, 34, 36};

    return contig < 8 && log2[contig] > t->granule_log2 && log2[contig] <= t->entry_log2;
}

/* IHI0070 3.24.3.1.4. */
static bool decode_level1(const struct armvirt_smmu_id *id, const struct table *t, uint64_t entry,
                          bool upper, struct rule *rule)
{
    unsigned a = (unsigned)ARMVIRT_GET(L1_A, entry);
    uint64_t contig = ARMVIRT_GET(L1_CONTIG, entry), allowed = L1_A;
    struct rule half[2] = {{0}};

    if (a == 3 && contig != 0) {
        *rule = half[0];
        return contig_is_good(t, contig) && (entry & ~(L1_A | L1_CONTIG | half_bits(false))) == 0 &&
               decode_half(id, entry, false, rule);
    }
    for (unsigned n = 0; n < 2; n++) {
        if (!(a >> n & 1)) {
            continue;
        }
        allowed |= half_bits(n);
        if (!decode_half(id, entry, n, &half[n])) {
            return false;
        }
    }
    *rule = half[upper];
    return (entry & ~allowed) == 0;
}

/* ---- The lookup ------------------------------------------------------------------------------ */

static enum found look_up_level1(struct armvirt_smmu *smmu, const struct table *t, uint64_t base,
                                 uint64_t pa, struct rule *rule)
{
    unsigned pair_log2 = t->granule_log2 + 1;
    uint64_t index = (pa & ARMVIRT_BITS(t->entry_log2 - 1, 0)) >> pair_log2, entry = 0;
    uint64_t at = entry_pa(base, t->entry_log2 - pair_log2, index);
    enum found found = fetch(smmu, t, at, 1, pa, &entry);

    if (found != FOUND) {
        return found;
    }
    return decode_level1(&smmu->config.id, t, entry, pa >> t->granule_log2 & 1, rule)
               ? FOUND
               : report(smmu, t, WALK_FAULT, 1, pa);
}

static enum found look_up(struct armvirt_smmu *smmu, const struct table *t, uint64_t pa,
                          struct rule *rule)
{
    uint64_t above = ~smmu->output_mask, entry = 0;
    uint64_t at = entry_pa(t->base, t->size_log2 - t->entry_log2, pa >> t->entry_log2);
    enum found found = fetch(smmu, t, at, 0, pa, &entry);

    *rule = (struct rule){0};
    if (found != FOUND) {
        return found;
    }
    if ((entry & L0_TYPE) == L0_NO_ACCESS && entry == 0) {
        return FOUND;
    }
    if ((entry & L0_TYPE) == L0_TABLE && (entry & ~(L0_TYPE | (L0_ADDRESS & ~above))) == 0) {
        return look_up_level1(smmu, t, entry & L0_ADDRESS, pa, rule);
    }
    if ((entry & L0_TYPE) == L0_BLOCK && (entry & ~(L0_TYPE | half_bits(false))) == 0 &&
        decode_half(&smmu->config.id, entry, false, rule)) {
        return FOUND;
    }
    return report(smmu, t, WALK_FAULT, 0, pa);
}

/* ---- The check ------------------------------------------------------------------------------- */

/* STE.DPT_VMATCH against AC. IHI0070 3.24.1. */
static bool vmid_counts(const struct armvirt_ste *ste, const struct rule *rule)
{
    uint64_t vmatch = ARMVIRT_GET(ARMVIRT_SMMU_STE2_DPT_VMATCH, ste->word[2]);

    return rule->ac == 0 ? vmatch != 2 : rule->ac == 1 && vmatch == 0;
}

static bool permits(const struct armvirt_ste *ste, const struct rule *rule, bool write)
{
    uint64_t vmid = ARMVIRT_GET(ARMVIRT_SMMU_STE2_S2VMID, ste->word[2]);

    return rule->access && (!write || rule->write) &&
           (!vmid_counts(ste, rule) || rule->vmid == vmid);
}

enum armvirt_smmu_dpt armvirt_smmu_dpt_check(struct armvirt_smmu *smmu,
                                             const struct armvirt_ste *ste,
                                             const struct armvirt_smmu_txn *txn, uint8_t *space)
{
    bool write = (txn->flags & (ARMVIRT_SMMU_WRITE | ARMVIRT_SMMU_READ_WRITE)) != 0;
    struct table t = {.sec_sid = ste->sec_sid, .quiet = (txn->flags & ARMVIRT_SMMU_PROBE) != 0};
    bool on = (smmu->reg[t.sec_sid][SMMU_CR0] & ARMVIRT_SMMU_CR0_DPT_WALK_EN) != 0;
    struct rule rule = {0};
    enum found found;

    if (!on || !find_table(smmu, &t)) {
        (void)report(smmu, &t, on ? WALK_FAULT : DISABLED, 0, txn->addr);
        return ARMVIRT_SMMU_DPT_DENIED;
    }
    found = txn->addr >> t.size_log2 == 0 ? look_up(smmu, &t, txn->addr, &rule) : FOUND;
    if (found != FOUND) {
        return found == AGAIN ? ARMVIRT_SMMU_DPT_RETRY : ARMVIRT_SMMU_DPT_DENIED;
    }
    if (!permits(ste, &rule, write)) {
        return ARMVIRT_SMMU_DPT_DENIED;
    }
    *space = t.sec_sid == ARMVIRT_SPACE_REALM && rule.ac == 0 ? (uint8_t)ARMVIRT_SPACE_REALM
                                                              : (uint8_t)ARMVIRT_SPACE_NONSECURE;
    return ARMVIRT_SMMU_DPT_PERMITTED;
}
