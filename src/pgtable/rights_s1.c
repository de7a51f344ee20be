/* SPDX-License-Identifier: MIT */
/*
 * Stage 1 rights: direct permissions, permission indirection, overlays.
 * DDI0487 D8.4.1.2 (direct), D8.4.1.3 (indirect), D8.4.1.4 (overlay), D8.4.4 (execution).
 */
#include "rights.h"

#include "decode.h"
#include "lookup.h"

#define EL0(rights)  (rights)
#define PRIV(rights) ((rights) << 4)

enum {
    R_ = RIGHT_R,
    RW = RIGHT_R | RIGHT_W,
    RX = RIGHT_R | RIGHT_X,
    RWX = RIGHT_R | RIGHT_W | RIGHT_X,
    X_ = RIGHT_X,
    RG = RIGHT_R | RIGHT_GCS,
};

/* The permission indices. DDI0487 Table D8-68; reserved values give nothing. */
static const uint8_t indirect[16] = {0, R_, X_, RX, 0, RW, RWX, RWX, R_, RG, RX, 0, RW, 0, RWX, 0};

enum {
    PI_RWX_WXN = 6,    /* writable and executable, subject to WXN */
    PI_NO_OVERLAY = 8, /* from here on overlays do not apply */
};

/* POR_ELx: bit 0 read, bit 1 execute, bit 2 write; 8 and above are reserved. DDI0487 Table D8-74.
 */
static uint8_t overlay_rights(uint64_t por, unsigned index)
{
    static const uint8_t overlay[8] = {
        0, R_, X_, RX, RIGHT_W, RW, RIGHT_W | RIGHT_X, RWX,
    };
    unsigned value = (unsigned)(por >> 4 * index) & 0xf;

    return value < 8 ? overlay[value] : 0;
}

/* AP[2:1] restricted by APTable. Reads and writes only. */
static uint8_t data_rights(unsigned ap, unsigned aptable)
{
    static const uint8_t direct[4] = {
        PRIV(RW),
        PRIV(RW) | EL0(RW),
        PRIV(R_),
        PRIV(R_) | EL0(R_),
    };
    static const uint8_t table[4] = {
        PRIV(RW) | EL0(RW),
        PRIV(RW),
        PRIV(R_) | EL0(R_),
        PRIV(R_),
    };

    return direct[ap] & table[aptable];
}

/* ---- Direct permissions ------------------------------------------------------------------- */

uint8_t armvirt_rights32(uint8_t data, bool xn, bool pxn)
{
    if (!xn && (data & EL0(R_))) {
        data |= EL0(X_);
    }
    if (!xn && !pxn && (data & PRIV(R_))) {
        data |= PRIV(X_);
    }
    return data;
}

/* What a leaf with AP = @ap and bits 54 and 53 as given permits on its own. */
static uint8_t leaf_rights(const struct armvirt_regime *regime, unsigned ap, bool bit54, bool bit53)
{
    if (!regime->two_ranges) { /* no EL0, AP[1] acts as 1, bit 54 is XN */
        return (uint8_t)PRIV((ap & 2 ? R_ : RW) | (bit54 ? 0 : X_));
    }
    if (regime->nv1) { /* DDI0487 D8.14.3: AP[1] acts as 0, bit 54 is PXN */
        return (uint8_t)(data_rights(ap & 2, 0) | (bit54 ? 0 : PRIV(X_)) | EL0(X_));
    }
    if (regime->el1_aarch32) { /* bit 54 is XN */
        return armvirt_rights32(data_rights(ap, 0), bit54, bit53);
    }
    return (uint8_t)(data_rights(ap, 0) | (bit54 ? 0 : EL0(X_)) | (bit53 ? 0 : PRIV(X_)));
}

/* What APTable and the bits 60 and 59 of the tables above leave of any rights. */
static uint8_t table_rights(const struct armvirt_regime *regime, unsigned aptable, bool bit60,
                            bool bit59)
{
    if (!regime->two_ranges) {
        return (uint8_t)PRIV((aptable & 2 ? R_ : RW) | (bit60 ? 0 : X_));
    }
    if (regime->nv1) {
        return (uint8_t)(data_rights(1, aptable & 2) | (bit60 ? 0 : PRIV(X_)) | EL0(X_));
    }
    if (regime->el1_aarch32) {
        return armvirt_rights32(data_rights(1, aptable), bit60, bit59);
    }
    return (uint8_t)(data_rights(1, aptable) | (bit60 ? 0 : EL0(X_)) | (bit59 ? 0 : PRIV(X_)));
}

/* The X bits of a privilege that may also write. */
static uint8_t writable_and_executable(uint8_t base)
{
    return (uint8_t)((base & (ARMVIRT_PERM_EL0_W | ARMVIRT_PERM_PRIV_W)) << 1 & base);
}

static unsigned permission_index(const struct lookup *l)
{
    uint64_t desc = l->desc[0];

    if (l->stage->d128) {
        return (unsigned)ARMVIRT_GET(ARMVIRT_VMSA128_S1_LEAF_PIINDEX_HI, l->desc[1]);
    }
    return (unsigned)(ARMVIRT_GET(ARMVIRT_VMSA64_S1_LEAF_PIINDEX_3_2, desc) << 2 |
                      ARMVIRT_GET(ARMVIRT_VMSA64_S1_LEAF_PIINDEX_1, desc) << 1 |
                      ARMVIRT_GET(ARMVIRT_VMSA64_S1_LEAF_PIINDEX_0, desc));
}

static unsigned overlay_index(const struct lookup *l)
{
    if (l->stage->d128) {
        return (unsigned)ARMVIRT_GET(ARMVIRT_VMSA128_S1_LEAF_POINDEX_HI, l->desc[1]);
    }
    return (unsigned)ARMVIRT_GET(ARMVIRT_VMSA64_S1_LEAF_POINDEX, l->desc[0]);
}

/* Returns which privileges overlays may restrict: bit 0 EL0, bit 1 above. */
static unsigned indirect_rights(const struct armvirt_regime *regime, const struct lookup *l,
                                struct rights *r)
{
    unsigned index = permission_index(l);
    unsigned priv = (unsigned)(regime->pir >> 4 * index) & 0xf;
    unsigned el0 = regime->two_ranges ? (unsigned)(regime->pire0 >> 4 * index) & 0xf : 0;

    r->base = (uint8_t)(PRIV(indirect[priv]) | EL0(indirect[el0]));
    r->wxn = (uint8_t)((priv == PI_RWX_WXN ? PRIV(X_) : 0) | (el0 == PI_RWX_WXN ? EL0(X_) : 0));
    r->el0_pan = el0 != 0;
    r->clean = (l->desc[0] & ARMVIRT_VMSA64_S1_LEAF_NDIRTY) != 0;
    /* DDI0487 D8.4.1.3 R_VFPJF: executable above EL0 and writable at EL0 gives nothing */
    if ((r->base & PRIV(X_ | RIGHT_GCS)) && (r->base & EL0(RIGHT_W | RIGHT_GCS))) {
        r->base = 0;
    }
    return (el0 < PI_NO_OVERLAY ? 1u : 0) | (priv < PI_NO_OVERLAY ? 2u : 0);
}

/* Overlays; where they apply to an RWX-with-WXN page that they leave executable, W goes instead. */
static void apply_overlay(const struct armvirt_regime *regime, const struct lookup *l,
                          unsigned applies, struct rights *r)
{
    unsigned index = overlay_index(l);

    if (l->stage->overlay_el0 && (applies & 1)) {
        uint8_t rights = overlay_rights(regime->por_el0, index);

        if ((r->wxn & EL0(X_)) && (rights & X_)) {
            rights &= (uint8_t)~RIGHT_W;
            r->wxn &= (uint8_t)~EL0(X_);
        }
        r->allowed &= (uint8_t)(PRIV(RIGHT_ALL) | EL0(rights | RIGHT_GCS));
    }
    if (l->stage->overlay_priv && (applies & 2)) {
        uint8_t rights = overlay_rights(regime->por, index);

        if ((r->wxn & PRIV(X_)) && (rights & X_)) {
            r->wxn_write = l->stage->pie ? 0 : (uint8_t)PRIV(rights & RIGHT_W);
            rights &= (uint8_t)~RIGHT_W;
            r->wxn &= (uint8_t)~PRIV(X_);
        }
        r->allowed &= (uint8_t)(PRIV(rights | RIGHT_GCS) | EL0(RIGHT_ALL));
    }
}

/* DDI0487 D8.4.4: fetches that leave the Security state. Realm EL1&0 is checked at stage 2. */
static uint8_t fetch_space_reason(const struct armvirt_regime *regime, uint8_t space)
{
    if (space == regime->security) {
        return ARMVIRT_REASON_NONE;
    }
    switch (regime->security) {
    case ARMVIRT_SPACE_SECURE:
        return regime->sif ? ARMVIRT_REASON_SIF : ARMVIRT_REASON_NONE;
    case ARMVIRT_SPACE_ROOT:
        return ARMVIRT_REASON_ROOT_FETCH;
    default: /* Realm: Non-secure state has but one space */
        return ARMVIRT_REASON_REALM_FETCH;
    }
}

struct rights armvirt_direct_rights(const struct armvirt_regime *regime, uint8_t base,
                                    uint8_t output_space)
{
    struct rights r = {.base = base, .allowed = 0xff};

    r.el0_pan = (base & EL0(RW)) != 0 || (regime->epan && (base & EL0(X_)));
    if (regime->wxn) {
        r.wxn = writable_and_executable(base);
    }
    if (regime->uwxn && (base & EL0(RIGHT_W))) {
        r.wxn |= base & PRIV(X_);
    }
    r.fetch_space = fetch_space_reason(regime, output_space);
    return r;
}

struct rights armvirt_s1_rights(const struct armvirt_regime *regime, const struct lookup *l,
                                uint8_t output_space)
{
    struct rights r;
    unsigned overlay_applies = 3;

    if (l->stage->pie) {
        r = (struct rights){.allowed = 0xff};
        overlay_applies = indirect_rights(regime, l, &r);
        r.fetch_space = fetch_space_reason(regime, output_space);
        if (output_space != regime->security) { /* DDI0487 D8.4.1.3 R_CYSKB */
            r.base &= (uint8_t) ~(ARMVIRT_PERM_EL0_GCS | ARMVIRT_PERM_PRIV_GCS);
        }
    } else {
        r = armvirt_direct_rights(
            regime, rights_s1_direct(regime, l->stage, l->desc[0], l->hierarchy), output_space);
    }
    if (l->stage->overlay_el0 || l->stage->overlay_priv) {
        apply_overlay(regime, l, overlay_applies, &r);
    }
    return r;
}

void armvirt_rights_init(struct armvirt_regime *regime)
{
    for (unsigned i = 0; i < 16; i++) {
        regime->leaf_rights[i] = leaf_rights(regime, i & 3, i >> 3, i >> 2 & 1);
        regime->table_rights[i] = table_rights(regime, i >> 2, i >> 1 & 1, i & 1);
        regime->s2_leaf_rights[i] = armvirt_s2_leaf_rights(regime, i & 3, i >> 2);
    }
}
