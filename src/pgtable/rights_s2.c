/* SPDX-License-Identifier: MIT */
/*
 * Stage 2 rights: S2AP and XN, permission indirection (FEAT_S2PIE), overlays (FEAT_S2POE), and the
 * separate write rights of FEAT_THE. DDI0487 D8.4.2.
 */
#include "rights.h"

#include "decode.h"
#include "lookup.h"

/* One value of S2PIR_EL2 or S2POR_EL1. */
struct s2_index_row {
    uint8_t rights;    /* mask of enum armvirt_perm */
    uint8_t mmu_write; /* read-check-write and table updates may write */
    uint8_t top_level; /* bit 0 TopLevel0, bit 1 TopLevel1 */
};

enum {
    NONE_ = 0,
    RO = ARMVIRT_PERM_EL0_R | ARMVIRT_PERM_PRIV_R,
    WO = ARMVIRT_PERM_EL0_W | ARMVIRT_PERM_PRIV_W,
    RW = RO | WO,
    UX = ARMVIRT_PERM_EL0_X,
    PX = ARMVIRT_PERM_PRIV_X,
};

/* DDI0487 Table D8-82: base and overlay share their encoding. */
static const struct s2_index_row index_rows[16] = {
    {NONE_, 0, 0}, {NONE_, 0, 0},   {RO, 1, 0},      {RO, 1, 2},
    {WO, 0, 0},    {NONE_, 0, 0},   {RO, 1, 1},      {RO, 1, 3},
    {RO, 0, 0},    {RO | UX, 0, 0}, {RO | PX, 0, 0}, {RO | PX | UX, 0, 0},
    {RW, 1, 0},    {RW | UX, 1, 0}, {RW | PX, 1, 0}, {RW | PX | UX, 1, 0},
};

uint8_t armvirt_s2_leaf_rights(const struct armvirt_regime *regime, unsigned s2ap, unsigned xn)
{
    static const uint8_t data[4] = {NONE_, RO, WO, RW};
    static const uint8_t execute[4] = {PX | UX, UX, 0, PX};

    return data[s2ap] | execute[armvirt_have(regime->features, FEAT_XNX) ? xn : xn & 2];
}

static struct rights direct_rights(const struct armvirt_regime *regime, const struct lookup *l)
{
    struct rights r = {.allowed = 0xff, .overlay_mmu_write = 1};

    r.base = rights_s2_direct(regime, l->stage, l->desc[0]);
    r.mmu_write = (r.base & WO) != 0;
    return r;
}

static unsigned permission_index(const struct lookup *l)
{
    uint64_t desc = l->desc[0];

    if (l->stage->d128) {
        return (unsigned)ARMVIRT_GET(ARMVIRT_VMSA128_S2_LEAF_PIINDEX_HI, l->desc[1]);
    }
    return (unsigned)(ARMVIRT_GET(ARMVIRT_VMSA64_S2_LEAF_PIINDEX_3_2, desc) << 2 |
                      ARMVIRT_GET(ARMVIRT_VMSA64_S2_LEAF_PIINDEX_1, desc) << 1 |
                      ARMVIRT_GET(ARMVIRT_VMSA64_S2_LEAF_PIINDEX_0, desc));
}

static unsigned overlay_index(const struct lookup *l)
{
    if (l->stage->d128) {
        return (unsigned)ARMVIRT_GET(ARMVIRT_VMSA128_S2_LEAF_POINDEX_HI, l->desc[1]);
    }
    return (unsigned)ARMVIRT_GET(ARMVIRT_VMSA64_S2_LEAF_POINDEX, l->desc[0]);
}

/* Mostly read-only: software may not write, read-check-write and table updates may. */
static bool is_mro(const struct rights *r)
{
    return !(r->base & r->allowed & WO) && r->mmu_write && r->overlay_mmu_write;
}

static struct rights indirect_rights(const struct armvirt_regime *regime, const struct lookup *l)
{
    const struct s2_index_row *base = &index_rows[regime->s2pir >> 4 * permission_index(l) & 0xf];
    struct rights r = {.base = base->rights, .allowed = 0xff, .overlay_mmu_write = 1};
    unsigned top_level = base->top_level;

    r.mmu_write = base->mmu_write;
    r.clean = !(l->desc[0] & ARMVIRT_VMSA64_S2_LEAF_DIRTY);
    if (l->stage->overlay_priv) {
        const struct s2_index_row *overlay =
            &index_rows[regime->s2por >> 4 * overlay_index(l) & 0xf];

        r.allowed = overlay->rights;
        r.overlay_mmu_write = overlay->mmu_write;
        top_level = is_mro(&r) ? top_level | overlay->top_level : 0;
    }
    r.mro = is_mro(&r);
    r.top_level0 = (top_level & 1) != 0;
    r.top_level1 = (top_level & 2) != 0;
    return r;
}

struct rights armvirt_s2_rights(const struct armvirt_regime *regime, const struct lookup *l)
{
    return l->stage->pie ? indirect_rights(regime, l) : direct_rights(regime, l);
}
