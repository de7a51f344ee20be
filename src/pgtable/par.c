/* SPDX-License-Identifier: MIT */
/*
 * PAR_EL1 and PAR: the answer of an address translation instruction as a register value.
 * DDI0487 D24.2.142 PAR_EL1, G8.2.121 PAR, J1.1.3 EncodePAR, J1.3.5 EncodePARAttrs.
 */
#include "attr.h"
#include "features.h"
#include "report.h"

#include <armvirt/at.h>
#include <armvirt/regs/aarch32.h>
#include <armvirt/regs/syndrome.h>

/* A field of PAR_EL1 in the 64-bit format, of its fault format, and of PAR with short descriptors.
 */
#define PAR(field, value)   ARMVIRT_PUT(ARMVIRT_PAR_EL1_##field, value)
#define FAULT(field, value) ARMVIRT_PUT(ARMVIRT_PAR_EL1_FAULT_##field, value)
#define SHORT(field, value) ARMVIRT_PUT(ARMVIRT_PAR_##field, value)

/* Bit 11 is NSE where there is one and else reads 1, also as LPAE of PAR. */
#define PAR_RES1 ARMVIRT_PAR_EL1_NSE
#define PAR_PA   (ARMVIRT_PAR_EL1_PA | ARMVIRT_PAR_EL1_PA_51_48)

enum { NIBBLE_NC = 0x4, SUPERSECTION_LOG2 = 24 };

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
        return attr->no_tag_access ? ARMVIRT_PAR_EL1_ATTR_WB_NOTAGACCESS
                                   : ARMVIRT_PAR_EL1_ATTR_WB_TAGGED;
    }
    if (attr->xs || !armvirt_have(regime->features, FEAT_XS)) {
        return attr->mair;
    }
    if (armvirt_attr_is_device(attr)) {
        return attr->mair | 1;
    }
    if (attr->mair == ATTR_NC) {
        return ARMVIRT_PAR_EL1_ATTR_NC_NXS;
    }
    if (attr->mair >> 4 == 0xa && is_write_through(attr->mair & 0xf)) {
        return ARMVIRT_PAR_EL1_ATTR_WT_NXS;
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
    return regime->options & ARMVIRT_OPT_PAR_NS_ZERO ? 0 : ARMVIRT_PAR_EL1_NS;
}

/* {NSE, NS} of the EL3 regime with FEAT_RME. */
static uint64_t root_space(uint8_t space)
{
    static const uint16_t bits[4] = {
        [ARMVIRT_SPACE_SECURE] = 0,
        [ARMVIRT_SPACE_NONSECURE] = ARMVIRT_PAR_EL1_NS,
        [ARMVIRT_SPACE_ROOT] = ARMVIRT_PAR_EL1_NSE,
        [ARMVIRT_SPACE_REALM] = ARMVIRT_PAR_EL1_NSE | ARMVIRT_PAR_EL1_NS,
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
    return space == regime->security ? 0 : ARMVIRT_PAR_EL1_NS;
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
    return ARMVIRT_PAR_EL1_FAULT_F | PAR_RES1 | FAULT(FST, armvirt_long_fsc(fault)) |
           FAULT(PTW, fault->s1ptw) | FAULT(S, fault->stage == 2) |
           FAULT(ASSUREDONLY, fault->assured_only) | FAULT(TOPLEVEL, fault->top_level) |
           FAULT(OVERLAY, fault->overlay) | FAULT(DIRTYBIT, fault->dirty_bit);
}

static uint64_t par_success(const struct armvirt_regime *regime, enum armvirt_par_form form,
                            const struct armvirt_walk *walk)
{
    return PAR(ATTR, par_attr(regime, &walk->attr)) | PAR(SH, par_sh(&walk->attr)) |
           par_space(regime, form, walk->pa_space);
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

static void par_long(const struct armvirt_regime *regime, enum armvirt_par_form form,
                     const struct armvirt_walk *walk, uint64_t par[2])
{
    bool d128 = is_d128(regime, form);

    par[1] = d128 ? ARMVIRT_PAR_EL1_D128_HI : 0;
    if (walk->fault.type != ARMVIRT_FAULT_NONE) {
        par[0] = par_fault(&walk->fault);
        return;
    }
    par[0] = par_success(regime, form, walk);
    if (d128) {
        par[1] |= walk->pa & ARMVIRT_PAR_EL1_D128_PA_HI;
    } else {
        par[0] |= walk->pa & PAR_PA;
    }
}

/* ---- The format of 32 bits ---------------------------------------------------------------- */

/* Device memory is nGnRnE or nGnRE in this format. */
static uint64_t short_inner(uint8_t mair)
{
    unsigned nibble = mair & 0xf;

    if (mair >> 4 == 0) {
        return nibble == 0 ? ARMVIRT_PAR_INNER_DEVICE_NGNRNE : ARMVIRT_PAR_INNER_DEVICE_NGNRE;
    }
    if (nibble == NIBBLE_NC) {
        return ARMVIRT_PAR_INNER_NC;
    }
    if (is_write_through(nibble)) {
        return ARMVIRT_PAR_INNER_WT;
    }
    return nibble & 1 ? ARMVIRT_PAR_INNER_WBWA : ARMVIRT_PAR_INNER_WB;
}

static uint64_t short_outer(uint8_t mair)
{
    unsigned nibble = mair >> 4;

    if (nibble == 0 || nibble == NIBBLE_NC) {
        return ARMVIRT_PAR_OUTER_NC;
    }
    if (is_write_through(nibble)) {
        return ARMVIRT_PAR_OUTER_WT;
    }
    return nibble & 1 ? ARMVIRT_PAR_OUTER_WBWA : ARMVIRT_PAR_OUTER_WB;
}

/* A supersection shows PA bits 39:32 in place of bits 23:16, which it does not have. */
static uint64_t short_pa(const struct armvirt_walk *walk)
{
    if (!walk->s1.valid || walk->s1.size_log2 != SUPERSECTION_LOG2) {
        return walk->pa & ARMVIRT_PAR_PA;
    }
    return ARMVIRT_PAR_SS | (walk->pa & ARMVIRT_BITS(31, 24)) |
           (walk->pa & ARMVIRT_BITS(39, 32)) >> 16;
}

static uint64_t par_short(const struct armvirt_regime *regime, const struct armvirt_walk *walk)
{
    uint8_t sh = par_sh(&walk->attr);

    if (walk->fault.type != ARMVIRT_FAULT_NONE) {
        return ARMVIRT_PAR_FAULT_F | SHORT(FAULT_FS_4_0, armvirt_short_fsc(&walk->fault));
    }
    return short_pa(walk) | SHORT(INNER, short_inner(walk->attr.mair)) |
           SHORT(OUTER, short_outer(walk->attr.mair)) | SHORT(SH, sh != ARMVIRT_SH_NONE) |
           SHORT(NOS, sh != ARMVIRT_SH_OUTER) | par_ns(regime, ARMVIRT_PAR_AARCH32, walk->pa_space);
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
