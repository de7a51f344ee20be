/* SPDX-License-Identifier: MIT */
/*
 * Memory attributes of the VMSAv8-32 Short-descriptor format: TEX, C and B without remap, and
 * TEX[0], C and B through PRRR and NMRR. DDI0487 G5.7.2, G5.7.3.
 */
#include "short.h"

#include "attr.h"

#include "../base/bits.h"

#include <armvirt/regs/aarch32.h>

/* Cacheability as NMRR, TTBR and TEX[1:0] encode it: NC, WB RWA, WT RA, WB RA. */
static const uint8_t cacheability[4] = {0x4, 0xf, 0xa, 0xe};

static struct armvirt_memattr device(uint8_t mair)
{
    return (struct armvirt_memattr){.mair = mair, .sh = ARMVIRT_SH_OUTER, .xs = true};
}

static struct armvirt_memattr normal(unsigned outer, unsigned inner, uint8_t sh)
{
    struct armvirt_memattr attr = {.sh = sh};

    attr.mair = (uint8_t)(cacheability[outer & 3] << 4 | cacheability[inner & 3]);
    attr.xs = !(outer & inner & 1);
    armvirt_effective_sh(&attr);
    return attr;
}

/* PRRR.NS0 and NS1 say whether S means shareable, PRRR.NOSn whether only to the Inner domain. */
static uint8_t remapped_sh(uint64_t prrr, unsigned region, bool s)
{
    if (!(prrr & (s ? ARMVIRT_PRRR_NS1 : ARMVIRT_PRRR_NS0))) {
        return ARMVIRT_SH_NONE;
    }
    return prrr & ARMVIRT_PRRR_NOS0 << region ? ARMVIRT_SH_INNER : ARMVIRT_SH_OUTER;
}

static struct armvirt_memattr remapped(uint64_t prrr, uint64_t nmrr, unsigned region, bool s)
{
    uint64_t type = prrr >> 2 * region & 3;

    switch (type) {
    case ARMVIRT_PRRR_TR_DEVICE_NGNRE:
        return device(0x04);
    case ARMVIRT_PRRR_TR_NORMAL:
        return normal((unsigned)(nmrr >> (16 + 2 * region)), (unsigned)(nmrr >> 2 * region),
                      remapped_sh(prrr, region, s));
    default:
        return device(ATTR_DEVICE_NGNRNE);
    }
}

void armvirt_short_attr_init(struct armvirt_regime *regime, uint64_t prrr, uint64_t nmrr)
{
    for (unsigned i = 0; i < 16; i++) {
        regime->attr[i] = remapped(prrr, nmrr, i & 7, i >> 3);
    }
}

/* DDI0487 Table G5-12. */
static struct armvirt_memattr fixed(unsigned texcb, bool s)
{
    uint8_t sh = s ? ARMVIRT_SH_OUTER : ARMVIRT_SH_NONE;

    if (texcb & 0x10) {
        return normal(texcb >> 2, texcb, sh);
    }
    switch (texcb) {
    case 1:
    case 8:
        return device(0x04);
    case 2:
        return normal(2, 2, sh);
    case 3:
        return normal(3, 3, sh);
    case 4:
        return normal(0, 0, sh);
    case 7:
        return normal(1, 1, sh);
    default:
        return device(ATTR_DEVICE_NGNRNE);
    }
}

struct armvirt_memattr armvirt_short_attr(const struct armvirt_regime *regime, unsigned texcb,
                                          bool s)
{
    if (regime->sctlr & ARMVIRT_SCTLR_TRE) {
        return regime->attr[(unsigned)s << 3 | (texcb & 7)];
    }
    return fixed(texcb, s);
}
