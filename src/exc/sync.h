/* SPDX-License-Identifier: MIT */
/*
 * Synchronous exceptions, made from an exception class. DDI0487 D1.4.5.
 */
#ifndef ARMVIRT_SRC_EXC_SYNC_H
#define ARMVIRT_SRC_EXC_SYNC_H

#include "pe.h"

#include <armvirt/syndrome.h>

/* As armvirt_exc_raise() and armvirt_exc_trap(). */
void armvirt_raise(const struct pe_view *v, unsigned ec, uint64_t iss,
                   struct armvirt_exception *exc);
void armvirt_trap(const struct pe_view *v, unsigned target, unsigned ec, uint64_t iss,
                  struct armvirt_exception *exc);

/* An exception to a given level, with the current instruction as return address. */
void armvirt_make_sync(const struct pe_view *v, unsigned target, unsigned ec, uint64_t iss,
                       struct armvirt_exception *exc);

/* TTBCR.EAE of the current Security state. */
bool armvirt_uses_eae(const struct pe_view *v);

/* DFSR or IFSR with a status alone, in the format that TTBCR.EAE says. */
uint32_t armvirt_a32_fsr(const struct pe_view *v, enum armvirt_fsc_kind kind);

#endif
