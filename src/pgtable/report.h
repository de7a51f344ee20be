/* SPDX-License-Identifier: MIT */
/*
 * How a fault is reported: what PAR_EL1, the AT instructions and the abort registers share.
 */
#ifndef ARMVIRT_SRC_PGTABLE_REPORT_H
#define ARMVIRT_SRC_PGTABLE_REPORT_H

#include <armvirt/pgtable.h>

/* DFSC and IFSC of ESR_ELx, FST of PAR_EL1, STATUS of DFSR: six bits. */
uint8_t armvirt_long_fsc(const struct armvirt_fault *fault);

/* FS of DFSR, IFSR and PAR where Short-descriptors are in use: five bits. */
uint8_t armvirt_short_fsc(const struct armvirt_fault *fault);

/* Any external abort, that of a granule protection table included. */
static inline bool armvirt_is_external(const struct armvirt_fault *fault)
{
    return fault->type == ARMVIRT_FAULT_EXTERNAL || fault->type == ARMVIRT_FAULT_EXTERNAL_ON_WALK ||
           fault->gpcf == ARMVIRT_GPCF_EXTERNAL;
}

/* True if @fault, met at Exception level @el, is a GPC exception and not an abort. */
bool armvirt_is_gpc_exception(const struct armvirt_regime *regime, unsigned el,
                              const struct armvirt_fault *fault);

#endif
