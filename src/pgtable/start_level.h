/* SPDX-License-Identifier: MIT */
/*
 * Where a stage 2 walk begins. Apart from the walker: an SMMU refuses at once what a PE reports as
 * a Translation fault of every walk. DDI0487 D8.1.10, D8.2.8; IHI0070 5.2.1.
 */
#ifndef ARMVIRT_SRC_PGTABLE_START_LEVEL_H
#define ARMVIRT_SRC_PGTABLE_START_LEVEL_H

#include <armvirt/fault.h>

/* What the start level of a stage 2 depends on. */
struct armvirt_s2_shape {
    uint8_t granule_log2;
    uint8_t ia_bits;
    uint8_t pa_bits; /* PAMax */
    bool ds;
    bool ttst; /* FEAT_TTST */
};

/* Start level that {SL2, SL0} encode in VMSAv8-64; returns enum armvirt_reason, NONE if it fits. */
uint8_t armvirt_s2_start_level(const struct armvirt_s2_shape *shape, unsigned sl2, unsigned sl0,
                               int8_t *level);

/* The same of VMSAv9-128, from SKL. */
uint8_t armvirt_s2_start_level128(const struct armvirt_s2_shape *shape, unsigned skl,
                                  int8_t *level);

#endif
