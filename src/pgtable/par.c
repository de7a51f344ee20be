/* SPDX-License-Identifier: MIT */
/*
 * PAR_EL1 and PAR: the answer of an address translation instruction as a register value.
 * DDI0487 D24.2.142 PAR_EL1, G8.2.121 PAR, J1.1.3 EncodePAR, J1.3.5 EncodePARAttrs.
 */
#include "attr.h"
#include "features.h"
#include "report.h"

#include <armvirt/at.h>

enum {
    PAR_F = 0x1,
    PAR_NS = 0x200,
    PAR_NSE = 0x800,
    PAR_RES1 =
        0x800, /* bit 11 of every format without NSE; PAR.LPAE of the 64-bit AArch32 format */
    PAR_NOS = 0x400,
    PAR_SS = 0x2,
};

#define PAR_ATTR        ARMVIRT_BITS(63, 56)
#define PAR_PA          ARMVIRT_BITS(55, 12)
#define PAR_SH          ARMVIRT_BITS(8, 7)
#define PAR_FST         ARMVIRT_BITS(6, 1)
#define PAR_PTW         ARMVIRT_BIT(8)
#define PAR_S           ARMVIRT_BIT(9)
#define PAR_ASSUREDONLY ARMVIRT_BIT(12)
#define PAR_TOPLEVEL    ARMVIRT_BIT(13)
#define PAR_OVERLAY     ARMVIRT_BIT(14)
#define PAR_DIRTYBIT    ARMVIRT_BIT(15)
#define PAR_D128_HI     ARMVIRT_BIT(0)
#define PAR_INNER       ARMVIRT_BITS(6, 4)
#define PAR_OUTER       ARMVIRT_BITS(3, 2)
#define PAR_SH_SHORT    ARMVIRT_BIT(7)
#define PAR_SUPER_PA    ARMVIRT_BITS(31, 24)
#define PAR_SUPER_HIGH  ARMVIRT_BITS(23, 16)

#define NIBBLE_NC    0x4
#define SUPERSECTION 24

/* ---- Attributes --------------------------------------------------------------------------- */

/* A nibble of MAIR: 00xx and 10xx are Write-Through, 01xx and 11xx Write-Back; 0100 is NC. */
static bool is_write_through(unsigned nibble)
{
    return (nibble & 4) == 0;
}

/* The MAIR encoding with the tag type and, of FEAT_XS, the XS attribute that `mair` leaves out. */
static uint8_t par_attr(const struct armvirt_regime *regime, const struct armvirt_memattr *attr)
{
    if (attr->tag == ARMVIRT_ALLOCATION_TAGGED) {
        return attr->no_tag_access ? 0xe0 : 0xf0;
    }
    if (attr->xs || !armvirt_have(regime->features, FEAT_XS)) {
        return attr->mair;
    }
    if (armvirt_attr_is_device(attr)) {
        return attr->mair | 1;
    }
    if (attr->mair == ATTR_NC) {
        return 0x40;
    }
    if (attr->mair >> 4 == 0xa && is_write_through(attr->mair & 0xf)) {
        return 0xa0;
    }
    return attr->mair;
}

/* Device and fully Non-cacheable memory reports Outer Shareable. */
static uint8_t par_sh(const struct armvirt_memattr *attr)
{
    return armvirt_attr_is_device(attr) || attr->mair == ATTR_NC ? ARMVIRT_SH_OUTER : attr->sh;
}

/* ---- Address space ------------------------------------------------------------------------ */

/* NS where the architecture leaves it UNKNOWN. */
static uint64_t unknown_ns(const struct armvirt_regime *regime)
{
    return regime->options & ARMVIRT_OPT_PAR_NS_ZERO ? 0 : PAR_NS;
}

/* {NSE, NS} of the EL3 regime with FEAT_RME. */
static uint64_t root_space(uint8_t space)
{
    static const uint16_t bits[4] = {
        [ARMVIRT_SPACE_SECURE] = 0,
        [ARMVIRT_SPACE_NONSECURE] = PAR_NS,
        [ARMVIRT_SPACE_ROOT] = PAR_NSE,
        [ARMVIRT_SPACE_REALM] = PAR_NSE | PAR_NS,
    };

    return bits[space & 3];
}

/* NS of the other regimes; their NSE is UNKNOWN with FEAT_RME, and bit 11 RES1 without: 1. */
static uint64_t par_ns(const struct armvirt_regime *regime, enum armvirt_par_form form,
                       uint8_t space)
{
    bool realm_stage1 = regime->security == ARMVIRT_SPACE_REALM &&
                        regime->id == ARMVIRT_REGIME_EL10 && form != ARMVIRT_PAR_STAGE12;

    if (regime->security == ARMVIRT_SPACE_NONSECURE || realm_stage1) {
        return unknown_ns(regime);
    }
    return space == regime->security ? 0 : PAR_NS;
}

static uint64_t par_space(const struct armvirt_regime *regime, enum armvirt_par_form form,
                          uint8_t space)
{
    if (regime->id == ARMVIRT_REGIME_EL3 && armvirt_have(regime->features, FEAT_RME)) {
        return root_space(space);
    }
    return PAR_RES1 | par_ns(regime, form, space);
}

/* ---- The formats of 64 and 128 bits ------------------------------------------------------- */

static uint64_t par_fault(const struct armvirt_fault *fault)
{
    return PAR_F | PAR_RES1 | ARMVIRT_PUT(PAR_FST, armvirt_long_fsc(fault)) |
           ARMVIRT_PUT(PAR_PTW, fault->s1ptw) | ARMVIRT_PUT(PAR_S, fault->stage == 2) |
           ARMVIRT_PUT(PAR_ASSUREDONLY, fault->assured_only) |
           ARMVIRT_PUT(PAR_TOPLEVEL, fault->top_level) | ARMVIRT_PUT(PAR_OVERLAY, fault->overlay) |
           ARMVIRT_PUT(PAR_DIRTYBIT, fault->dirty_bit);
}

static uint64_t par_success(const struct armvirt_regime *regime, enum armvirt_par_form form,
                            const struct armvirt_walk *walk)
{
    return ARMVIRT_PUT(PAR_ATTR, par_attr(regime, &walk->attr)) |
           ARMVIRT_PUT(PAR_SH, par_sh(&walk->attr)) | par_space(regime, form, walk->pa_space);
}

static bool is_d128(const struct armvirt_regime *regime, enum armvirt_par_form form)
{
    switch (form) {
    case ARMVIRT_PAR_STAGE1:
        return regime->par_d128_s1;
    case ARMVIRT_PAR_STAGE12:
        return regime->par_d128_s12;
    default:
        return false;
    }
}

/* The 128-bit format is the 64-bit one with the address moved up by 64 bits. */
static void par_long(const struct armvirt_regime *regime, enum armvirt_par_form form,
                     const struct armvirt_walk *walk, uint64_t par[2])
{
    bool d128 = is_d128(regime, form);

    par[1] = d128 ? PAR_D128_HI : 0;
    if (walk->fault.type != ARMVIRT_FAULT_NONE) {
        par[0] = par_fault(&walk->fault);
        return;
    }
    par[0] = par_success(regime, form, walk);
    par[d128 ? 1 : 0] |= walk->pa & PAR_PA;
}

/* ---- The format of 32 bits ---------------------------------------------------------------- */

/* Inner of Device: 0b001 nGnRnE, 0b011 nGnRE; GRE and nGRE, which do not exist in this format. */
static unsigned short_inner(uint8_t mair)
{
    unsigned nibble = mair & 0xf;

    if (mair >> 4 == 0) {
        return nibble == 0 ? 1 : 3;
    }
    if (nibble == NIBBLE_NC) {
        return 0;
    }
    if (is_write_through(nibble)) {
        return 6;
    }
    return nibble & 1 ? 5 : 7;
}

static unsigned short_outer(uint8_t mair)
{
    unsigned nibble = mair >> 4;

    if (nibble == 0 || nibble == NIBBLE_NC) {
        return 0;
    }
    if (is_write_through(nibble)) {
        return 2;
    }
    return nibble & 1 ? 1 : 3;
}

/* A supersection shows PA bits 39:32 in place of bits 23:16, which it does not have. */
static uint64_t short_pa(const struct armvirt_walk *walk)
{
    if (!walk->s1.valid || walk->s1.size_log2 != SUPERSECTION) {
        return walk->pa & ARMVIRT_BITS(31, 12);
    }
    return PAR_SS | (walk->pa & PAR_SUPER_PA) |
           ARMVIRT_PUT(PAR_SUPER_HIGH, ARMVIRT_GET(ARMVIRT_BITS(39, 32), walk->pa));
}

static uint64_t par_short(const struct armvirt_regime *regime, const struct armvirt_walk *walk)
{
    uint8_t sh = par_sh(&walk->attr);

    if (walk->fault.type != ARMVIRT_FAULT_NONE) {
        return PAR_F | ARMVIRT_PUT(PAR_FST, armvirt_short_fsc(&walk->fault));
    }
    return short_pa(walk) | ARMVIRT_PUT(PAR_INNER, short_inner(walk->attr.mair)) |
           ARMVIRT_PUT(PAR_OUTER, short_outer(walk->attr.mair)) |
           ARMVIRT_PUT(PAR_SH_SHORT, sh != ARMVIRT_SH_NONE) |
           (sh == ARMVIRT_SH_OUTER ? 0 : PAR_NOS) |
           par_ns(regime, ARMVIRT_PAR_AARCH32, walk->pa_space);
}

void armvirt_par(const struct armvirt_regime *regime, enum armvirt_par_form form,
                 const struct armvirt_walk *walk, uint64_t par[2])
{
    if (form == ARMVIRT_PAR_AARCH32 && regime->s1[0].format == ARMVIRT_FORMAT_SHORT) {
        par[0] = par_short(regime, walk);
        par[1] = 0;
    } else {
        par_long(regime, form, walk, par);
    }
}
