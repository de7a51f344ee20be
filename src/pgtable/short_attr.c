/* SPDX-License-Identifier: MIT */
/*
 * Memory attributes of the VMSAv8-32 Short-descriptor format: {TEX, C, B} by a fixed table, and
 * with SCTLR.TRE {TEX[0], C, B} through PRRR and NMRR. DDI0487 G5.7.2, G5.7.3.
 */
#include "short.h"

#include "attr.h"

#include <armvirt/regs/aarch32.h>

enum { DEVICE_NGNRE = 0x04 };

/* Cacheability as NMRR and TEX[1:0] encode it: a nibble of MAIR. DDI0487 Table G5-13. */
static const uint8_t cacheability[4] = {
    [ARMVIRT_NMRR_IR_NC] = 0x4,
    [ARMVIRT_NMRR_IR_WBWA] = 0xf,
    [ARMVIRT_NMRR_IR_WT] = 0xa,
    [ARMVIRT_NMRR_IR_WB] = 0xe,
};

static uint8_t normal(uint64_t outer, uint64_t inner)
{
    return (uint8_t)(cacheability[outer & 3] << 4 | cacheability[inner & 3]);
}

/* DDI0487 G5.7.1.1: XS is 0 for memory that is Write-Back at both levels. */
static struct armvirt_memattr attributes(uint8_t mair, uint8_t sh)
{
    const uint8_t write_back = 0xcc;
    struct armvirt_memattr attr = {.mair = mair, .sh = sh, .xs = (mair & write_back) != write_back};

    armvirt_effective_sh(&attr);
    return attr;
}

/* ---- SCTLR.TRE = 0 ------------------------------------------------------------------------ */

/*
 * DDI0487 Table G5-12. TEX[2] = 1 gives outer cacheability in TEX[1:0] and inner in {C, B}. The
 * reserved and IMPLEMENTATION DEFINED encodings act as Device-nGnRnE.
 */
static uint8_t fixed_mair(unsigned texcb)
{
    static const uint8_t below_16[16] = {
        [0x0] = ATTR_DEVICE_NGNRNE,
        [0x1] = DEVICE_NGNRE,
        [0x2] = ATTR_WT_RA,
        [0x3] = 0xee, /* Write-Back, Read-Allocate */
        [0x4] = ATTR_NC,
        [0x7] = ATTR_WB_RWA,
        [0x8] = DEVICE_NGNRE,
    };

    return texcb & 0x10 ? normal(texcb >> 2, texcb) : below_16[texcb & 0xf];
}

/* ---- SCTLR.TRE = 1 ------------------------------------------------------------------------ */

/* PRRR.NS0 and NS1 say whether S means shareable, PRRR.NOSn whether only Inner. DDI0487 G5.7.3.1.
 */
static uint8_t remapped_sh(uint64_t prrr, unsigned region, bool s)
{
    if (!(prrr & (s ? ARMVIRT_PRRR_NS1 : ARMVIRT_PRRR_NS0))) {
        return ARMVIRT_SH_NONE;
    }
    return prrr & ARMVIRT_PRRR_NOS0 << region ? ARMVIRT_SH_INNER : ARMVIRT_SH_OUTER;
}

/* Region 6 is IMPLEMENTATION DEFINED: here like the others. Reserved types act as nGnRnE. */
static uint8_t remapped_mair(uint64_t prrr, uint64_t nmrr, unsigned region)
{
    switch (prrr >> 2 * region & 3) {
    case ARMVIRT_PRRR_TR_DEVICE_NGNRE:
        return DEVICE_NGNRE;
    case ARMVIRT_PRRR_TR_NORMAL:
        return normal(nmrr >> (2 * region + 16), nmrr >> 2 * region);
    default:
        return ATTR_DEVICE_NGNRNE;
    }
}

void armvirt_short_attr_init(struct armvirt_regime *regime, uint64_t prrr, uint64_t nmrr)
{
    for (unsigned i = 0; i < 16; i++) {
        unsigned region = i & 7;

        regime->attr[i] =
            attributes(remapped_mair(prrr, nmrr, region), remapped_sh(prrr, region, i >> 3));
    }
}

struct armvirt_memattr armvirt_short_attr(const struct armvirt_regime *regime, unsigned texcb,
                                          bool s)
{
    if (regime->tre) {
        return regime->attr[(unsigned)s << 3 | (texcb & 7)];
    }
    return attributes(fixed_mair(texcb), s ? ARMVIRT_SH_OUTER : ARMVIRT_SH_NONE);
}
