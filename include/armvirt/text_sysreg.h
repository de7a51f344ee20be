/* SPDX-License-Identifier: MIT */
/**
 * @file
 * System registers and system instructions by name, and verdicts on accesses in words. Part of
 * libarmvirt-text. Functions may be called from any thread at any time; strings are constant.
 */
#ifndef ARMVIRT_TEXT_SYSREG_H
#define ARMVIRT_TEXT_SYSREG_H

#include <armvirt/sysreg.h>

#ifdef __cplusplus
extern "C" {
#endif

/**
 * The name of a system register, an AArch32 register or a system instruction ("TLBI_VAE1").
 *
 * @param reg  ARMVIRT_SYSREG(), ARMVIRT_CP() or ARMVIRT_CP64(); any value.
 * @returns    Its name, or NULL. O(log n).
 * @spec{DDI0487 C5.1, D24.1, G8.1}
 */
ARMVIRT_API const char *armvirt_sysreg_name(uint32_t reg);

/**
 * The encoding of a name: one of armvirt_sysreg_name(), or S3_0_C1_C0_0 (S1_ too). Letters may have
 * either case; a blank counts as an underscore. A name that registers of both Execution states or
 * sizes share is that of AArch64 state, then of MRC and MCR. Where an encoding is several
 * registers, each has a name here: DBGDTRRX_EL0 and DBGDTRTX_EL0, MVBAR and RVBAR.
 *
 * @param name  Ended by a zero.
 * @returns     The encoding, or ARMVIRT_SYSREG_NONE. O(n).
 * @spec{DDI0487 C5.1, D24.1, G8.1}
 */
ARMVIRT_API uint32_t armvirt_sysreg_find(const char *name);

/**
 * What a condition is about: "HCR_EL2.TVM", "FEAT_XS", "Secure state"; a value that is not 1 is
 * written behind it: "MDCR_EL3.EnPM2=0".
 *
 * @param cause  `cause` of a verdict.
 * @returns      Its name; "" if there is none.
 * @spec{DDI0487 D24.2}
 */
ARMVIRT_API const char *armvirt_sysreg_cause_name(uint16_t cause);

/**
 * The name of an enum armvirt_sysreg_kind.
 *
 * @param kind  Any number.
 * @returns     "done", "trap" and so on; "unknown" without a name.
 */
ARMVIRT_API const char *armvirt_sysreg_kind_name(unsigned kind);

/**
 * A verdict in one line, as snprintf() does: "trapped to EL2, EC 0x18, ISS 0x30021a: HCR_EL2.TVM".
 *
 * @param verdict  The verdict.
 * @param text     Receives what fits, ended by a zero; may be NULL if @p cap is 0.
 * @param cap      Bytes at @p text.
 * @returns        The length of the whole without the zero.
 */
ARMVIRT_API size_t armvirt_text_sysreg(const struct armvirt_sysreg_verdict *verdict, char *text,
                                       size_t cap);

#ifdef __cplusplus
}
#endif
#endif
