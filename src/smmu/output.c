/* SPDX-License-Identifier: MIT */
/* Attributes of transactions: overrides, combination, consistency (IHI0070 13.1 to 13.5). */
#include "output.h"

#include "base/mem_functions.h"
#include "pgtable/attr.h"
#include "pgtable/walk.h"

/* ---- Nibbles of a MAIR byte ---------------------------------------------------------------- */

enum {
    NIBBLE_NC = 4,
    NIBBLE_WT = 0xb, /* allocating, not transient */
    NIBBLE_WB = 0xf,
    READ_ALLOCATE = 2,
    WRITE_ALLOCATE = 1,
    ALLOCATE = READ_ALLOCATE | WRITE_ALLOCATE,
};

/* Allocation hints. */
struct hints {
    unsigned allocate; /* READ_ALLOCATE, WRITE_ALLOCATE */
    bool transient;
};

/* Of a Normal memory nibble: Write-Through or Write-Back. */
static bool cacheable(unsigned nibble)
{
    return nibble != NIBBLE_NC && nibble != 0;
}

static bool write_back(unsigned nibble)
{
    return (nibble & 4) != 0;
}

static struct hints hints_of(unsigned nibble)
{
    return (struct hints){.allocate = nibble & ALLOCATE, .transient = (nibble & 8) == 0};
}

/* What does not allocate is not transient. IHI0070 13.1.7. */
static unsigned with_hints(unsigned nibble, struct hints hints)
{
    bool transient = hints.transient && hints.allocate != 0;

    return (transient ? 0u : 8u) | (write_back(nibble) ? 4u : 0u) | hints.allocate;
}

static unsigned combine_hints(unsigned nibble, unsigned with)
{
    struct hints a = hints_of(nibble), b = hints_of(with);
    struct hints both = {.allocate = a.allocate & b.allocate,
                         .transient = a.transient || b.transient};

    return cacheable(nibble) && cacheable(with) ? with_hints(nibble, both) : nibble;
}

/* ---- Overrides ----------------------------------------------------------------------------- */

/* Fields that STE word 1 and GBPA share. */
struct overrides {
    bool mtcfg;
    unsigned memattr, alloccfg, shcfg, privcfg, instcfg;
};

/* The nibble that two bits of MemAttr encode; hints stay if there were any. */
static unsigned memattr_nibble(unsigned two, unsigned incoming)
{
    unsigned nibble = two == 1 ? NIBBLE_NC : two == 2 ? NIBBLE_WT : NIBBLE_WB;

    return two >= 2 && cacheable(incoming) ? with_hints(nibble, hints_of(incoming)) : nibble;
}

/* IHI0070 5.2 MemAttr: as at stage 2, but reserved values are Device-nGnRnE. */
static uint8_t memattr_mair(unsigned memattr, uint8_t incoming)
{
    bool device = (incoming & 0xf0) == 0;
    unsigned outer = device ? 0 : incoming >> 4, inner = device ? 0 : incoming & 0xf;

    if (memattr < 4) {
        return (uint8_t)(memattr << 2);
    }
    if ((memattr & 3) == 0) {
        return 0;
    }
    return (uint8_t)(memattr_nibble(memattr >> 2, outer) << 4 | memattr_nibble(memattr & 3, inner));
}

/* IHI0070 5.2 ALLOCCFG: 0b1RWT. */
static uint8_t override_hints(uint8_t mair, unsigned alloccfg)
{
    struct hints hints = {.allocate = alloccfg >> 1 & ALLOCATE, .transient = alloccfg & 1};
    unsigned outer = mair >> 4, inner = mair & 0xf;

    if (!(alloccfg & 8) || outer == 0) {
        return mair;
    }
    outer = cacheable(outer) ? with_hints(outer, hints) : outer;
    inner = cacheable(inner) ? with_hints(inner, hints) : inner;
    return (uint8_t)(outer << 4 | inner);
}

static struct armvirt_memattr incoming(const struct armvirt_smmu_txn *txn)
{
    struct armvirt_memattr attr = {.mair = ATTR_WB_RWA, .sh = ARMVIRT_SH_NONE};

    if (txn->flags & ARMVIRT_SMMU_ATTR) {
        attr.mair = txn->attr.mair;
        attr.sh = txn->attr.sh;
    }
    return attr;
}

static struct armvirt_smmu_input apply(const struct armvirt_smmu *smmu,
                                       const struct armvirt_smmu_txn *txn,
                                       const struct overrides *o)
{
    const struct armvirt_smmu_id *id = &smmu->config.id;
    bool read = !(txn->flags & (ARMVIRT_SMMU_WRITE | ARMVIRT_SMMU_READ_WRITE));
    bool perms = armvirt_smmu_has(id, 1, ARMVIRT_SMMU_IDR1_ATTR_PERMS_OVR);
    struct armvirt_smmu_input in = {
        .attr = incoming(txn),
        .privileged = (txn->flags & ARMVIRT_SMMU_PRIVILEGED) != 0,
        .instruction = (txn->flags & ARMVIRT_SMMU_INSTRUCTION) != 0,
        .space = txn->sec_sid,
    };

    if (armvirt_smmu_has(id, 1, ARMVIRT_SMMU_IDR1_ATTR_TYPES_OVR)) {
        if (o->mtcfg) {
            in.attr.mair = memattr_mair(o->memattr, in.attr.mair);
        }
        in.attr.mair = override_hints(in.attr.mair, o->alloccfg);
        in.attr.sh = o->shcfg == ARMVIRT_SMMU_STE1_SHCFG_INCOMING ? in.attr.sh : (uint8_t)o->shcfg;
    }
    if (perms && (o->privcfg & 2)) {
        in.privileged = o->privcfg == ARMVIRT_SMMU_STE1_PRIVCFG_PRIVILEGED;
    }
    if (perms && (o->instcfg & 2)) {
        in.instruction = o->instcfg == ARMVIRT_SMMU_STE1_INSTCFG_INSTRUCTION;
    }
    in.instruction = in.instruction && read; /* IHI0070 13.1.2: writes are data */
    armvirt_effective_sh(&in.attr);
    return in;
}

/* ---- Address spaces ------------------------------------------------------------------------ */

/* IHI0070 5.2 NSCFG: of Secure and Realm streams whose stage 1 does not translate. */
static uint8_t input_space(const struct armvirt_smmu *smmu, const struct armvirt_smmu_txn *txn,
                           unsigned nscfg)
{
    bool ns = (txn->flags & ARMVIRT_SMMU_NS) != 0;
    bool overrides = txn->sec_sid == ARMVIRT_SPACE_REALM ||
                     armvirt_smmu_has(&smmu->config.id, 1, ARMVIRT_SMMU_IDR1_ATTR_PERMS_OVR);

    if (txn->sec_sid == ARMVIRT_SPACE_NONSECURE) {
        return ARMVIRT_SPACE_NONSECURE;
    }
    if (overrides && (nscfg & 2)) {
        ns = nscfg == ARMVIRT_SMMU_STE1_NSCFG_NONSECURE;
    }
    return ns ? (uint8_t)ARMVIRT_SPACE_NONSECURE : txn->sec_sid;
}

static struct armvirt_smmu_input overridden(const struct armvirt_smmu *smmu,
                                            const struct armvirt_smmu_txn *txn, uint64_t word)
{
    struct overrides o = {
        .mtcfg = (word & ARMVIRT_SMMU_STE1_MTCFG) != 0,
        .memattr = (unsigned)ARMVIRT_GET(ARMVIRT_SMMU_STE1_MEMATTR, word),
        .alloccfg = (unsigned)ARMVIRT_GET(ARMVIRT_SMMU_STE1_ALLOCCFG, word),
        .shcfg = (unsigned)ARMVIRT_GET(ARMVIRT_SMMU_STE1_SHCFG, word),
        .privcfg = (unsigned)ARMVIRT_GET(ARMVIRT_SMMU_STE1_PRIVCFG, word),
        .instcfg = (unsigned)ARMVIRT_GET(ARMVIRT_SMMU_STE1_INSTCFG, word),
    };
    struct armvirt_smmu_input in = apply(smmu, txn, &o);

    in.space = input_space(smmu, txn, (unsigned)ARMVIRT_GET(ARMVIRT_SMMU_STE1_NSCFG, word));
    return in;
}

/* Word 1 of an entry that leaves all attributes as they came: the rule, so it is quick. */
#define OVERRIDES                                                                                  \
    (ARMVIRT_SMMU_STE1_MTCFG | ARMVIRT_SMMU_STE1_ALLOCCFG | ARMVIRT_SMMU_STE1_SHCFG |              \
     ARMVIRT_SMMU_STE1_PRIVCFG | ARMVIRT_SMMU_STE1_INSTCFG)
#define NO_OVERRIDE ARMVIRT_PUT(ARMVIRT_SMMU_STE1_SHCFG, ARMVIRT_SMMU_STE1_SHCFG_INCOMING)

bool armvirt_smmu_overrides_nothing(const struct armvirt_ste *ste)
{
    return (ste->word[1] & OVERRIDES) == NO_OVERRIDE;
}

void armvirt_smmu_overridden(const struct armvirt_smmu *smmu, const struct armvirt_smmu_txn *txn,
                             const struct armvirt_ste *ste, struct armvirt_smmu_input *in)
{
    const unsigned special = ARMVIRT_SMMU_ATTR | ARMVIRT_SMMU_INSTRUCTION;

    memset(in, 0, sizeof(*in));
    if (armvirt_smmu_overrides_nothing(ste) && !(txn->flags & special) &&
        txn->sec_sid == ARMVIRT_SPACE_NONSECURE) {
        in->attr.mair = ATTR_WB_RWA;
        in->attr.sh = ARMVIRT_SH_NONE;
        in->privileged = (txn->flags & ARMVIRT_SMMU_PRIVILEGED) != 0;
        in->space = ARMVIRT_SPACE_NONSECURE;
    } else {
        *in = overridden(smmu, txn, ste->word[1]);
    }
}

struct armvirt_smmu_input armvirt_smmu_bypassing(const struct armvirt_smmu *smmu,
                                                 const struct armvirt_smmu_txn *txn)
{
    uint64_t gbpa = smmu->reg[txn->sec_sid][SMMU_GBPA];
    struct overrides o = {
        .mtcfg = (gbpa & ARMVIRT_SMMU_GBPA_MTCFG) != 0,
        .memattr = (unsigned)ARMVIRT_GET(ARMVIRT_SMMU_GBPA_MEMATTR, gbpa),
        .alloccfg = (unsigned)ARMVIRT_GET(ARMVIRT_SMMU_GBPA_ALLOCCFG, gbpa),
        .shcfg = (unsigned)ARMVIRT_GET(ARMVIRT_SMMU_GBPA_SHCFG, gbpa),
        .privcfg = (unsigned)ARMVIRT_GET(ARMVIRT_SMMU_GBPA_PRIVCFG, gbpa),
        .instcfg = (unsigned)ARMVIRT_GET(ARMVIRT_SMMU_GBPA_INSTCFG, gbpa),
    };
    struct armvirt_smmu_input in = apply(smmu, txn, &o);

    in.space = input_space(smmu, txn, (unsigned)ARMVIRT_GET(ARMVIRT_SMMU_S_GBPA_NSCFG, gbpa));
    return in;
}

/* ---- What goes out ------------------------------------------------------------------------- */

struct armvirt_memattr armvirt_smmu_combine(const struct armvirt_smmu_context *context,
                                            const struct armvirt_smmu_input *in,
                                            const struct armvirt_memattr *walked, uint64_t s2_desc)
{
    struct armvirt_memattr attr = *walked;
    unsigned outer = attr.mair >> 4, inner = attr.mair & 0xf;

    if (!context->s1) { /* what comes in meets stage 2 */
        const struct armvirt_stage *stage = armvirt_stage2_tables(&context->regime, in->space);
        struct armvirt_memattr s2 =
            stage->fwb ? armvirt_s2_attr(&context->regime, stage, s2_desc, &in->attr) : *walked;

        return armvirt_combine_attr(&context->regime, stage, &in->attr, s2, in->instruction);
    }
    if (in->attr.mair == ATTR_WB_RWA) { /* all hints: what translation gave goes out */
        return attr;
    }
    if (outer != 0 && (in->attr.mair & 0xf0) != 0) { /* IHI0070 13.4.2: hints come through */
        outer = combine_hints(outer, in->attr.mair >> 4);
        inner = combine_hints(inner, in->attr.mair & 0xf);
        attr.mair = (uint8_t)(outer << 4 | inner);
    }
    return attr;
}
