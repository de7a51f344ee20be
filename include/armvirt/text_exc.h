/* SPDX-License-Identifier: MIT */
/**
 * @file
 * Words for exceptions: causes, classes, fault status codes, whole syndromes, and the functions
 * that SMC and HVC call by the SMC Calling Convention. Part of libarmvirt-text.
 *
 * All functions may be called from any thread at any time. Strings that are returned are constant
 * and never NULL. Functions that fill a buffer cut and end it with a zero as snprintf() does, and
 * return the length without the zero, also if it did not fit.
 */
#ifndef ARMVIRT_TEXT_EXC_H
#define ARMVIRT_TEXT_EXC_H

#include <armvirt/exc.h>
#include <armvirt/syndrome.h>

#ifdef __cplusplus
extern "C" {
#endif

/**
 * What decided about an exception.
 *
 * @param cause  enum armvirt_exc_cause.
 * @returns      The control, "HCR_EL2.TSC", or a few words; "" for none.
 */
ARMVIRT_API const char *armvirt_exc_cause_text(unsigned cause);

/**
 * The name of a source of exceptions.
 *
 * @param source  enum armvirt_exc_source.
 * @returns       "synchronous", "IRQ", "vSError" and so on.
 */
ARMVIRT_API const char *armvirt_exc_source_name(unsigned source);

/**
 * Why a return is illegal.
 *
 * @param reason     enum armvirt_exc_return_reason.
 * @param[out] rule  The section and rule of DDI0487. May be NULL.
 * @returns          A sentence.
 */
ARMVIRT_API const char *armvirt_exc_return_text(unsigned reason, const char **rule);

/**
 * What is wrong with a syndrome.
 *
 * @param check  enum armvirt_esr_check.
 * @returns      A sentence; "valid" for ARMVIRT_ESR_CHECK_VALID.
 */
ARMVIRT_API const char *armvirt_esr_check_text(unsigned check);

/**
 * An exception class.
 *
 * @param ec  ESR_ELx.EC.
 * @returns   "Data Abort from a lower Exception level" and so on.
 * @spec{DDI0487 D24.2.45}
 */
ARMVIRT_API const char *armvirt_ec_text(unsigned ec);

/**
 * A fault status code: "Translation fault, level 2", "synchronous External abort on the walk,
 * level 1".
 *
 * @param fsc   The code, taken apart.
 * @param text  Receives the words. May be NULL if @p cap is 0.
 * @param cap   Bytes of @p text.
 * @returns     The length.
 */
ARMVIRT_API size_t armvirt_text_fsc(const struct armvirt_fsc *fsc, char *text, size_t cap);

/**
 * What ISS says, in one sentence without the class: "store of 4 bytes from W3; Translation fault,
 * level 2", "MRS X3, TCR_EL1", "WFE".
 *
 * @param esr   ESR_ELx.
 * @param text  Receives the words; empty if ISS says nothing. May be NULL if @p cap is 0.
 * @param cap   Bytes of @p text.
 * @returns     The length.
 * @spec{DDI0487 D24.2.45}
 */
ARMVIRT_API size_t armvirt_text_iss(uint64_t esr, char *text, size_t cap);

/**
 * A function by its identifier in W0: "PSCI_CPU_ON", "FFA_MEM_SHARE", "RMI_REC_ENTER"; of others
 * the owner, "SiP service 0x1234".
 *
 * @param id    The function identifier.
 * @param text  Receives the words. May be NULL if @p cap is 0.
 * @param cap   Bytes of @p text.
 * @returns     The length.
 */
ARMVIRT_API size_t armvirt_text_function(uint32_t id, char *text, size_t cap);

#ifdef __cplusplus
}
#endif
#endif
