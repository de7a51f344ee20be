/* SPDX-License-Identifier: MIT */
/*
 * Memory attributes: MAIR bytes, stage 2 MemAttr, forced write-back, and the combination of both
 * stages. DDI0487 D8.6, D8.7.4 (XS), D10.3 (tagging), D24.2.127 MAIR_EL1.
 */
#include "attr.h"

#include "decode.h"

#include <armvirt/regs/descriptors.h>

enum { NIBBLE_NC = 0x4 };

/* MAIR bytes with a meaning of their own. DDI0487 D24.2 MAIR_EL1. */
enum {
    MAIR_NC_XS0 = 0x40,
    MAIR_WT_XS0 = 0xa0,
    MAIR_TAGGED = 0xf0,
};

static bool is_write_back(uint8_t nibble)
{
    return (nibble & 4) != 0 && nibble != NIBBLE_NC;
}

static bool all_write_back(const struct armvirt_memattr *attr)
{
    return is_write_back(attr->mair >> 4) && is_write_back(attr->mair & 0xf);
}

uint8_t armvirt_decode_sh(const struct armvirt_regime *regime, unsigned sh)
{
    return regime->sh[sh & 3];
}

void armvirt_effective_sh(struct armvirt_memattr *attr)
{
    if (armvirt_attr_is_device(attr) || attr->mair == ATTR_NC) {
        attr->sh = ARMVIRT_SH_OUTER;
    }
}

struct armvirt_memattr armvirt_attr_nc(const struct armvirt_memattr *from)
{
    struct armvirt_memattr nc = {.mair = ATTR_NC, .sh = ARMVIRT_SH_OUTER, .xs = from->xs};

    nc.tag =
        from->tag == ARMVIRT_CANONICALLY_TAGGED ? ARMVIRT_CANONICALLY_TAGGED : ARMVIRT_UNTAGGED;
    return nc;
}

/* ---- MAIR --------------------------------------------------------------------------------- */

static bool mair_is_reserved(const struct armvirt_regime *regime, uint8_t byte)
{
    uint64_t features = regime->el1_aarch32 ? 0 : regime->features;
    bool xs = armvirt_have(features, FEAT_XS);

    if ((byte & 0xf0) == 0) {
        return (byte & 3) > (xs ? 1 : 0);
    }
    switch (byte) {
    case MAIR_NC_XS0:
    case MAIR_WT_XS0:
        return !xs;
    case MAIR_TAGGED:
        return !armvirt_have(features, FEAT_MTE2);
    default:
        return (byte & 0xf) == 0;
    }
}

static struct armvirt_memattr decode_mair(uint8_t byte)
{
    struct armvirt_memattr attr = {.mair = byte};

    if ((byte & 0xf0) == 0) {
        attr.mair = byte & 0xc;
        attr.xs = (byte & 1) == 0;
        return attr;
    }
    switch (byte) {
    case MAIR_NC_XS0:
        attr.mair = ATTR_NC;
        return attr;
    case MAIR_WT_XS0:
        attr.mair = ATTR_WT_RA;
        return attr;
    case MAIR_TAGGED:
        attr.mair = ATTR_WB_RWA;
        attr.tag = ARMVIRT_ALLOCATION_TAGGED;
        return attr;
    default:
        attr.xs = !all_write_back(&attr);
        return attr;
    }
}

void armvirt_attr_init(struct armvirt_regime *regime, const struct armvirt_vmsa *vmsa,
                       uint64_t mair, uint64_t mair2)
{
    uint8_t reserved = vmsa->reserved_mair != 0 ? vmsa->reserved_mair : ATTR_NC;

    for (unsigned i = 0; i < 16; i++) {
        uint8_t byte = (uint8_t)((i < 8 ? mair : mair2) >> 8 * (i & 7));

        if (mair_is_reserved(regime, byte)) {
            byte = reserved;
        }
        regime->attr[i] = decode_mair(byte);
        regime->attr[i].sh = ATTR_SH_OF_LEAF;
        armvirt_effective_sh(&regime->attr[i]);
    }
}

/* ---- Stage 1 ------------------------------------------------------------------------------ */

/* SCTLR.C and SCTLR.I at 0 (DDI0487 D7.5.5); instruction fetches from Device memory (B2.10.2). */
static bool s1_forces_nc(const struct armvirt_regime *regime, const struct armvirt_memattr *attr,
                         bool fetch)
{
    if (fetch) {
        return armvirt_attr_is_device(attr) || !regime->fetch_cacheable;
    }
    return !regime->data_cacheable && !armvirt_attr_is_device(attr);
}

struct armvirt_memattr armvirt_s1_output_attr(const struct armvirt_regime *regime,
                                              struct armvirt_memattr attr, bool fetch)
{
    struct armvirt_memattr out = attr;

    if (s1_forces_nc(regime, &attr, fetch)) {
        out = armvirt_attr_nc(&attr);
        if (regime->options & ARMVIRT_OPT_C0_TAGGED) {
            out.tag = attr.tag;
        }
    }
    if (!regime->s2_enabled || (regime->options & ARMVIRT_OPT_S1_EFFECTIVE_SH)) {
        armvirt_effective_sh(&out);
    }
    return out;
}

struct armvirt_memattr armvirt_s1_off_attr(const struct armvirt_regime *regime, bool mtx,
                                           bool fetch)
{
    struct armvirt_memattr attr = {.mair = ATTR_DEVICE_NGNRNE, .sh = ARMVIRT_SH_OUTER, .xs = true};

    if (mtx && (regime->default_cacheable || !fetch)) {
        attr.tag = ARMVIRT_CANONICALLY_TAGGED;
    }
    if (regime->default_cacheable) {
        attr.mair = ATTR_WB_RWA;
        attr.sh = ARMVIRT_SH_NONE;
        attr.xs = false;
        attr.tag = regime->default_tagged ? ARMVIRT_ALLOCATION_TAGGED : attr.tag;
    } else if (fetch) {
        attr.mair = regime->fetch_cacheable ? ATTR_WT_RA : ATTR_NC;
    }
    return attr;
}

/* ---- Stage 2 ------------------------------------------------------------------------------ */

/* DDI0487 Table D8-96: 0b00 beside a Normal half is reserved. Hints come from stage 1. */
static uint8_t s2_nibble(const struct armvirt_regime *regime, unsigned cacheability)
{
    static const uint8_t nibble[4] = {NIBBLE_NC, NIBBLE_NC, 0xb, 0xf};

    return nibble[cacheability == 0 ? regime->reserved_s2attr : cacheability];
}

static unsigned memattr_field(uint64_t desc)
{
    return (unsigned)ARMVIRT_GET(ARMVIRT_VMSA64_S2_LEAF_MEMATTR, desc);
}

bool armvirt_s2_no_tag_access(const struct armvirt_regime *regime,
                              const struct armvirt_stage *stage, uint64_t desc)
{
    unsigned memattr = memattr_field(desc);

    return armvirt_have(regime->features, FEAT_MTE_PERM) &&
           (stage->fwb ? memattr >> 1 == 7 : memattr == 4);
}

static uint8_t stricter_device(uint8_t a, uint8_t b)
{
    return a < b ? a : b;
}

/* Write-Back with the allocation hints of stage 1, where it had any. */
static uint8_t forced_write_back(uint8_t s1_nibble, bool s1_device)
{
    return s1_device || s1_nibble == NIBBLE_NC ? 0xf : (uint8_t)(s1_nibble | NIBBLE_NC);
}

/* DDI0487 D8.6.6 R_RHWZM (FEAT_S2FWB): MemAttr[2:0] against the attributes of stage 1. */
static struct armvirt_memattr forced_attr(const struct armvirt_regime *regime, unsigned memattr,
                                          const struct armvirt_memattr *s1)
{
    struct armvirt_memattr attr = *s1;
    bool s1_device = armvirt_attr_is_device(s1);
    uint8_t device = (uint8_t)((memattr & 3) << 2);

    if ((memattr & 4) == 0) {
        bool replace = !s1_device || (regime->options & ARMVIRT_OPT_FWB_DEVICE_S2);

        attr.mair = replace ? device : stricter_device(s1->mair, device);
        return attr;
    }
    switch (memattr & 3) {
    case 3:
        return attr;
    case 2:
        attr.mair = (uint8_t)(forced_write_back(s1->mair >> 4, s1_device) << 4 |
                              forced_write_back(s1->mair & 0xf, s1_device));
        attr.xs = false;
        return attr;
    default: /* 0b101, and 0b100 which is reserved */
        attr.mair = s1_device ? s1->mair : ATTR_NC;
        return attr;
    }
}

/* DDI0487 D10.3: the Tagged attribute survives only on Write-Back RWA, non-transient. */
static uint8_t tag_after_s2(const struct armvirt_regime *regime, const struct armvirt_memattr *attr,
                            uint8_t s1_tag)
{
    if (!armvirt_have(regime->features, FEAT_MTE2)) {
        return ARMVIRT_UNTAGGED;
    }
    return s1_tag == ARMVIRT_ALLOCATION_TAGGED && attr->mair != ATTR_WB_RWA ? ARMVIRT_UNTAGGED
                                                                            : s1_tag;
}

/* DDI0487 Table D8-103: the more shareable of both. */
static uint8_t combine_sh(uint8_t a, uint8_t b)
{
    if (a == ARMVIRT_SH_OUTER || b == ARMVIRT_SH_OUTER) {
        return ARMVIRT_SH_OUTER;
    }
    return a | b;
}

static struct armvirt_memattr s2_attr_fwb(const struct armvirt_regime *regime,
                                          const struct armvirt_stage *stage, uint64_t desc,
                                          const struct armvirt_memattr *s1, uint8_t sh)
{
    struct armvirt_memattr attr = forced_attr(regime, memattr_field(desc), s1);

    attr.sh = combine_sh(s1->sh, sh);
    attr.tag = tag_after_s2(regime, &attr, s1->tag);
    attr.no_tag_access =
        attr.tag == ARMVIRT_ALLOCATION_TAGGED && armvirt_s2_no_tag_access(regime, stage, desc);
    if (desc & ARMVIRT_VMSA64_S2_LEAF_FNXS) {
        attr.xs = false;
    }
    armvirt_effective_sh(&attr);
    return attr;
}

struct armvirt_memattr armvirt_s2_attr(const struct armvirt_regime *regime,
                                       const struct armvirt_stage *stage, uint64_t desc,
                                       const struct armvirt_memattr *s1)
{
    unsigned memattr = memattr_field(desc);
    unsigned sh_field =
        stage->ds ? stage->sh : (unsigned)ARMVIRT_GET(ARMVIRT_VMSA64_S2_LEAF_SH, desc);
    uint8_t sh = armvirt_decode_sh(regime, sh_field);
    struct armvirt_memattr attr = {.sh = sh, .xs = !(desc & ARMVIRT_VMSA64_S2_LEAF_FNXS)};

    if (stage->fwb) {
        return s2_attr_fwb(regime, stage, desc, s1, sh);
    }
    attr.no_tag_access = armvirt_s2_no_tag_access(regime, stage, desc);
    if (memattr < 4) {
        attr.mair = (uint8_t)(memattr << 2);
    } else if (attr.no_tag_access) {
        attr.mair = ATTR_WB_RWA;
    } else {
        attr.mair =
            (uint8_t)(s2_nibble(regime, memattr >> 2) << 4 | s2_nibble(regime, memattr & 3));
    }
    return attr;
}

bool armvirt_s2_is_device(const struct armvirt_stage *stage, uint64_t desc,
                          const struct armvirt_memattr *s1)
{
    unsigned memattr = memattr_field(desc);

    if (!stage->fwb) {
        return memattr < 4;
    }
    return (memattr & 4) == 0 || ((memattr & 3) != 2 && armvirt_attr_is_device(s1));
}

/* DDI0487 Table D8-98: NC before WT before WB; allocation and transient hints are stage 1's. */
static uint8_t combine_nibble(uint8_t s1, uint8_t s2)
{
    if (s1 == NIBBLE_NC || s2 == NIBBLE_NC) {
        return NIBBLE_NC;
    }
    return is_write_back(s2) ? s1 : s1 & 0xb;
}

static uint8_t combine_mair(uint8_t s1, uint8_t s2)
{
    bool s1_device = (s1 & 0xf0) == 0;
    bool s2_device = (s2 & 0xf0) == 0;

    if (s1_device && s2_device) {
        return stricter_device(s1, s2);
    }
    if (s1_device || s2_device) {
        return s1_device ? s1 : s2;
    }
    return (uint8_t)(combine_nibble(s1 >> 4, s2 >> 4) << 4 | combine_nibble(s1 & 0xf, s2 & 0xf));
}

/* HCR_EL2.{CD, ID} (DDI0487 D24.2.62), and fetches from stage 2 Device memory (B2.10.2). */
static bool s2_forces_nc(const struct armvirt_regime *regime, const struct armvirt_memattr *s2,
                         bool fetch)
{
    if (fetch) {
        return armvirt_attr_is_device(s2) || regime->s2_fetch_nc;
    }
    return regime->s2_data_nc && !armvirt_attr_is_device(s2);
}

struct armvirt_memattr armvirt_combine_attr(const struct armvirt_regime *regime,
                                            const struct armvirt_stage *stage,
                                            const struct armvirt_memattr *s1,
                                            struct armvirt_memattr s2, bool fetch)
{
    struct armvirt_memattr attr;

    if (s2_forces_nc(regime, &s2, fetch)) {
        s2 = armvirt_attr_nc(&s2);
    }
    if (stage->fwb) {
        return s2;
    }
    attr = (struct armvirt_memattr){.mair = combine_mair(s1->mair, s2.mair)};
    attr.sh = combine_sh(s1->sh, s2.sh);
    attr.tag = tag_after_s2(regime, &attr, s1->tag);
    attr.no_tag_access = s2.no_tag_access && s1->tag == ARMVIRT_ALLOCATION_TAGGED;
    attr.xs = !all_write_back(&attr) && s1->xs && s2.xs;
    armvirt_effective_sh(&attr);
    return attr;
}
