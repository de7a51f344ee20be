/* SPDX-License-Identifier: MIT */
/*
 * Memory attributes: decoding of MAIR and stage 2 MemAttr, combination of both stages.
 */
#ifndef ARMVIRT_SRC_PGTABLE_ATTR_H
#define ARMVIRT_SRC_PGTABLE_ATTR_H

#include <armvirt/pgtable.h>

/* Bytes of `struct armvirt_memattr.mair`. */
enum {
    ATTR_DEVICE_NGNRNE = 0x00,
    ATTR_DEVICE_GRE = 0x0c,
    ATTR_NC = 0x44,
    ATTR_WT_RA = 0xaa,
    ATTR_WB_RWA = 0xff,
};

/* Shareability in `regime.attr` of types for which the descriptor says it. */
enum { ATTR_SH_OF_LEAF = 0xff };

static inline bool armvirt_attr_is_device(const struct armvirt_memattr *attr)
{
    return (attr->mair & 0xf0) == 0;
}

/* Normal Non-cacheable with the XS attribute of @from. */
struct armvirt_memattr armvirt_attr_nc(const struct armvirt_memattr *from);

/* The shareability that @sh encodes, SH = 0b01 being reserved. */
uint8_t armvirt_decode_sh(const struct armvirt_regime *regime, unsigned sh);

/* Device and fully Non-cacheable memory is Outer Shareable. DDI0487 D8.6.2 R_PYFVQ. */
void armvirt_effective_sh(struct armvirt_memattr *attr);

/* Output of stage 1 for a leaf with @attr. */
struct armvirt_memattr armvirt_s1_output_attr(const struct armvirt_regime *regime,
                                              struct armvirt_memattr attr, bool fetch);

/* Output of stage 1 while it is disabled. */
struct armvirt_memattr armvirt_s1_off_attr(const struct armvirt_regime *regime, bool mtx,
                                           bool fetch);

/* Attributes that the stage 2 descriptor alone gives (with FWB: those of the combination). */
struct armvirt_memattr armvirt_s2_attr(const struct armvirt_regime *regime,
                                       const struct armvirt_stage *stage, uint64_t desc,
                                       const struct armvirt_memattr *s1);

/* True if the stage 2 descriptor says Device. */
bool armvirt_s2_is_device(const struct armvirt_stage *stage, uint64_t desc,
                          const struct armvirt_memattr *s1);

/* True if the stage 2 descriptor says NoTagAccess. */
bool armvirt_s2_no_tag_access(const struct armvirt_regime *regime,
                              const struct armvirt_stage *stage, uint64_t desc);

/* Final attributes of an access that @s2 was found for. */
struct armvirt_memattr armvirt_combine_attr(const struct armvirt_regime *regime,
                                            const struct armvirt_stage *stage,
                                            const struct armvirt_memattr *s1,
                                            struct armvirt_memattr s2, bool fetch);

#endif
