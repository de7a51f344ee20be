/* SPDX-License-Identifier: MIT */
/**
 * @file
 * Walks in words and as pictures. Part of libarmvirt-text.
 *
 * Functions that take `text` and `cap` work like snprintf(): @p text receives what fits, ended by a
 * zero, and may be NULL if @p cap is 0; the answer is the length of the whole without the zero. All
 * functions may be called from any thread at any time. The strings of the `_name` functions are
 * constant and never NULL: a number without a name gives "unknown".
 */
#ifndef ARMVIRT_TEXT_WALK_H
#define ARMVIRT_TEXT_WALK_H

#include <armvirt/pgtable.h>

#ifdef __cplusplus
extern "C" {
#endif

/** @name Faults
 * @{ */
/**
 * The name of a reason.
 *
 * @param reason  enum armvirt_reason.
 * @returns       The enumerator without its prefix, such as "DESC_INVALID".
 */
ARMVIRT_API const char *armvirt_reason_name(unsigned reason);

/**
 * What the rule of a reason says.
 *
 * @param reason  enum armvirt_reason.
 * @returns       A clause without a full stop.
 */
ARMVIRT_API const char *armvirt_reason_text(unsigned reason);

/**
 * Where the rule of a reason stands.
 *
 * @param reason  enum armvirt_reason.
 * @returns       Section and rule of DDI0487; "" for ARMVIRT_REASON_NONE.
 */
ARMVIRT_API const char *armvirt_reason_rule(unsigned reason);

/**
 * The architecture's name of a kind of fault.
 *
 * @param type  enum armvirt_fault_type.
 * @returns     "Translation fault" and so on; "none" for ARMVIRT_FAULT_NONE.
 */
ARMVIRT_API const char *armvirt_fault_type_name(unsigned type);

/**
 * A fault in one line: kind, level, stage, and on what.
 *
 * @param fault  The fault.
 * @param text   Receives, for example, "Translation fault, level 3, stage 1".
 * @param cap    Bytes of @p text.
 * @returns      Its length.
 */
ARMVIRT_API size_t armvirt_text_fault(const struct armvirt_fault *fault, char *text, size_t cap);
/** @} */

/** @name Names
 * @{ */
/**
 * The architecture's name of a translation regime.
 *
 * @param id  enum armvirt_regime_id.
 * @returns   "EL1&0", "EL2&0", "EL2" or "EL3".
 */
ARMVIRT_API const char *armvirt_regime_name(unsigned id);

/**
 * The architecture's name of a table format.
 *
 * @param format  enum armvirt_format.
 * @returns       "VMSAv8-64" and so on.
 */
ARMVIRT_API const char *armvirt_format_name(unsigned format);

/**
 * What an access does, in a word or two.
 *
 * @param kind  enum armvirt_access_kind.
 * @returns     "read", "write", "instruction fetch" and so on.
 */
ARMVIRT_API const char *armvirt_access_kind_name(unsigned kind);

/**
 * What a step of a walk found.
 *
 * @param kind  enum armvirt_step_kind.
 * @returns     "table", "leaf", "invalid", "abort", "update" or "granule".
 */
ARMVIRT_API const char *armvirt_step_kind_name(unsigned kind);
/** @} */

/** @name Answers
 * @{ */
/**
 * Memory attributes in words.
 *
 * @param attr  The attributes.
 * @param text  Receives, for example, "Normal, Inner/Outer Write-Back RWA, Inner Shareable" or
 *              "Device-nGnRE". RWA: allocates on reads and writes.
 * @param cap   Bytes of @p text.
 * @returns     Its length.
 * @spec{DDI0487 D8.6, D24.2 MAIR_EL1}
 */
ARMVIRT_API size_t armvirt_text_memattr(const struct armvirt_memattr *attr, char *text, size_t cap);

/**
 * Memory attributes in short, for tables.
 *
 * @param attr  The attributes.
 * @param text  Receives, for example, "Normal-WB ISH", "Normal-NC OSH" or "Device-nGnRE"; "WB/NC"
 *              means inner WB, outer NC.
 * @param cap   Bytes of @p text.
 * @returns     Its length.
 */
ARMVIRT_API size_t armvirt_text_memattr_short(const struct armvirt_memattr *attr, char *text,
                                              size_t cap);

/**
 * Permissions in words.
 *
 * @param regime_id  enum armvirt_regime_id: which Exception levels there are.
 * @param perm       Mask of enum armvirt_perm.
 * @param text       Receives, for example, "EL0 r-x, EL1 rw-". A "g" stands for Guarded Control
 *                   Stack accesses.
 * @param cap        Bytes of @p text.
 * @returns          Its length.
 */
ARMVIRT_API size_t armvirt_text_perm(unsigned regime_id, unsigned perm, char *text, size_t cap);
/** @} */

#ifdef __cplusplus
}
#endif
#endif
