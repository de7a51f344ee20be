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

/** @name Steps of a logged walk
 * @{ */
/** A step, taken apart. */
struct armvirt_step_info {
    const char *layout; /**< Name of the descriptor's layout, for armvirt/text.h; "" if none. */
    uint64_t when;     /**< Conditions (armvirt/regs/conditions.h) under which its bits are read. */
    uint64_t table_pa; /**< First byte of the table. */
    uint64_t index;    /**< Which entry of it. */
    uint64_t output;   /**< Next table, or first byte that a leaf maps; valid if `size_log2`. */
    uint8_t size_log2; /**< Input addresses that the entry covers; 0 if it points nowhere. */
    bool is_table;     /**< It points to a table. */
    uint8_t reserved[6];
};

/**
 * Take a step apart.
 *
 * @param regime  The regime of the walk.
 * @param step    A step of its log.
 * @param[out] info  Always written.
 */
ARMVIRT_API void armvirt_step_explain(const struct armvirt_regime *regime,
                                      const struct armvirt_step *step,
                                      struct armvirt_step_info *info);

/**
 * What a step decided, and by which rule, in one line.
 *
 * @param regime  The regime of the walk.
 * @param step    A step of its log.
 * @param text    Receives, for example, "Table: next table at 0x421ff000 (D8.3 R_RWMFF)".
 * @param cap     Bytes of @p text.
 * @returns       Its length.
 */
ARMVIRT_API size_t armvirt_text_decision(const struct armvirt_regime *regime,
                                         const struct armvirt_step *step, char *text, size_t cap);

/**
 * A step in lines, each ended by a line feed: where and what was read, every field of the
 * descriptor by name, what was decided by which rule.
 *
 * @param regime  The regime of the walk.
 * @param step    A step of its log.
 * @param text    Receives the lines.
 * @param cap     Bytes of @p text.
 * @returns       Their length.
 */
ARMVIRT_API size_t armvirt_text_step(const struct armvirt_regime *regime,
                                     const struct armvirt_step *step, char *text, size_t cap);
/** @} */

/** @name Pictures
 * @{ */
/**
 * A logged walk as a picture, a complete SVG file: the address cut into the slices that index the
 * tables, each table with its entry, every field of the entries, and the answer or the fault with
 * its reason. Walks of stage 2 on behalf of stage 1 are summarised below the tables that they
 * serve.
 *
 * @param regime  The regime of the walk.
 * @param access  The access that was translated.
 * @param log     Its log, as armvirt_translate() filled it.
 * @param walk    Its answer.
 * @param text    Receives the file.
 * @param cap     Bytes of @p text.
 * @returns       Its length, some 10 to 20 KB.
 */
ARMVIRT_API size_t armvirt_svg_walk(const struct armvirt_regime *regime,
                                    const struct armvirt_access *access,
                                    const struct armvirt_walk_log *log,
                                    const struct armvirt_walk *walk, char *text, size_t cap);
/** @} */

#ifdef __cplusplus
}
#endif
#endif
