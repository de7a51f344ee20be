/* SPDX-License-Identifier: MIT */
/* Memory attributes of both stages as QEMU 7.2 combines them (DDI0487 D8.6.5, D8.6.6). */
#include "imitation_walk.h"

#include <armvirt/regs/vmsa.h>

/* One half of MAIR_ELx attributes from two bits of a stage 2 descriptor of Normal memory. */
static unsigned half_of_stage2(unsigned bits)
{
    return bits << 2 | (bits != 1 ? 3 : 0);
}

static unsigned combined_half(unsigned first, unsigned second)
{
    if (first == 4 || second == 4) {
        return 4;
    }
    return second >> 2 == 2 && first >> 2 != 0 && first >> 2 != 2 ? 8 | (first & 3) : first;
}

/* The lower halves decide the kind of Device memory, also that of Normal memory. */
static unsigned combined_device(unsigned first, unsigned second)
{
    for (unsigned kind = 0; kind < 12; kind += 4) {
        if (first == kind || second == kind) {
            return kind;
        }
    }
    return 12;
}

static unsigned combined_attr(uint64_t hcr, unsigned first, unsigned stage2)
{
    bool normal = stage2 >> 2 != 0, off = (hcr & ARMVIRT_HCR_EL2_CD) != 0;
    unsigned inner = !normal ? (stage2 & 3) << 2 : off ? 4 : half_of_stage2(stage2 & 3);

    if (first >> 4 == 0 || !normal) {
        return combined_device(first & 15, inner);
    }
    return combined_half(first >> 4, off ? 4 : half_of_stage2(stage2 >> 2)) << 4 |
           combined_half(first & 15, inner);
}

static unsigned forced_half(unsigned half)
{
    return half == 0 || half == 4 ? 15 : half | 4;
}

/* FEAT_S2FWB. */
static unsigned forced_attr(unsigned first, unsigned stage2)
{
    bool device = first >> 4 == 0;

    switch (stage2) {
    case 7:
        return first;
    case 6:
        return device ? 0xff : forced_half(first >> 4) << 4 | forced_half(first & 15);
    case 5:
        return device ? first : 0x44;
    default:
        return stage2 < 4 ? stage2 << 2 : 0;
    }
}

/* MemAttr that is reserved. */
static bool is_reserved(uint64_t hcr, unsigned stage2)
{
    return (hcr & ARMVIRT_HCR_EL2_FWB) != 0 ? stage2 == 4 || stage2 > 7
                                            : stage2 >> 2 != 0 && (stage2 & 3) == 0;
}

/* The kind of Device memory by the rules: the strictest of the stages that have any. */
static unsigned device_kind(bool forced, unsigned first, unsigned stage2, unsigned attr)
{
    bool device1 = first >> 4 == 0, device2 = stage2 >> 2 == 0;
    unsigned second = stage2 << 2;

    if (!device1 && !device2) {
        return attr;
    }
    if (!device2) {
        return forced ? attr : first;
    }
    return device1 && first < second ? first : second;
}

/* A half that is Write-Back Transient in stage 1 and Write-Through in stage 2. */
static bool loses_transience(unsigned first, unsigned stage2)
{
    unsigned outer = first >> 4, inner = first & 15;

    return (outer > 4 && outer < 8 && stage2 >> 2 == 2) ||
           (inner > 4 && inner < 8 && (stage2 & 3) == 2);
}

void combine_attributes(struct imitation *im, const struct route *route, struct place *first,
                        const struct place *second)
{
    uint64_t hcr = effective_hcr(im->vmsa, route->secure);
    bool forced = (hcr & ARMVIRT_HCR_EL2_FWB) != 0;
    bool outer, inner;
    unsigned attr;

    if ((hcr & ARMVIRT_HCR_EL2_DC) != 0) {
        first->attr = 0xff;
        first->sh = 0;
    }
    met(im, DEVIATION_RESERVED_SH, first->sh == 1 || second->sh == 1);
    met(im, DEVIATION_DEVICE_SH, first->attr >> 4 == 0 || first->attr == 0x44);
    outer = first->sh == 2 || second->sh == 2;
    inner = first->sh == 3 || second->sh == 3;
    first->sh = outer ? 2 : inner ? 3 : 0;
    attr = forced ? forced_attr(first->attr, second->attr)
                  : combined_attr(hcr, first->attr, second->attr);
    met(im, DEVIATION_TRANSIENT, !forced && loses_transience(first->attr, second->attr));
    met(im, DEVIATION_DEVICE_KIND, attr != device_kind(forced, first->attr, second->attr, attr));
    first->attr = (uint8_t)attr;
    if (first->attr >> 4 == 0 || first->attr == 0x44) {
        first->sh = 2;
    }
    met(im, DEVIATION_ATTR, !route->caches || (hcr & ARMVIRT_HCR_EL2_CD) != 0);
    met(im, DEVIATION_RESERVED_ATTR, is_reserved(hcr, second->attr));
}
