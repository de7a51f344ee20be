/* SPDX-License-Identifier: MIT */
/**
 * @file
 * What an SMMU says, in words: event records with their likely cause, stream table entries, context
 * descriptors, commands, global errors. Part of libarmvirt-text.
 *
 * All functions may be called from any thread at any time. Strings are constant and never NULL.
 * Those that fill a buffer cut and end it with a zero as snprintf() does, and return the length
 * without the zero also if it did not fit; the buffer may be NULL if its size is 0.
 */
#ifndef ARMVIRT_TEXT_SMMU_H
#define ARMVIRT_TEXT_SMMU_H

#include <armvirt/smmu_config.h>

#ifdef __cplusplus
extern "C" {
#endif

/** The enumerator without its prefix, "STE_V"; "unknown" for other numbers. */
ARMVIRT_API const char *armvirt_smmu_reason_name(unsigned reason);

/** What is wrong, as a sentence: "STE.V is 0". */
ARMVIRT_API const char *armvirt_smmu_reason_text(unsigned reason);

/** The section of IHI0070 that has the rule. */
ARMVIRT_API const char *armvirt_smmu_reason_rule(unsigned reason);

/** What an enum armvirt_smmu_id_rule asks for. */
ARMVIRT_API const char *armvirt_smmu_id_rule_text(unsigned rule);

/** The name of an event by its type, "F_TRANSLATION"; "unknown" for others. @spec{IHI0070 7.3} */
ARMVIRT_API const char *armvirt_smmu_event_name(unsigned type);

/** The name of a command by its opcode, "CMD_SYNC"; "unknown" for others. @spec{IHI0070 4.1} */
ARMVIRT_API const char *armvirt_smmu_command_name(unsigned opcode);

/**
 * An event record in one line:
 *
 *     F_PERMISSION: stream 0x8, substream 0x1, unprivileged data write at 0x4000, stage 1
 *
 * @param event  Its four words.
 * @param text   Receives the line, without a line feed.
 * @param cap    Bytes of @p text.
 * @returns      The length.
 * @spec{IHI0070 7.3}
 */
ARMVIRT_API size_t armvirt_text_smmu_event(const uint64_t event[4], char *text, size_t cap);

/**
 * What most likely caused an event, and where to look.
 *
 * @param event  Its four words.
 * @returns      One or two sentences.
 */
ARMVIRT_API const char *armvirt_smmu_event_advice(const uint64_t event[4]);

/**
 * A stream table entry: all fields that say something, a line for each word that is not zero.
 *
 * @param word  Its eight words.
 * @param text  Receives lines `STE0: Config[3:1]=0x5 (S1) V[0]=0x1`, each with its line feed.
 * @param cap   Bytes of @p text.
 * @returns     The length.
 * @spec{IHI0070 5.2}
 */
ARMVIRT_API size_t armvirt_text_smmu_ste(const uint64_t word[8], char *text, size_t cap);

/**
 * A context descriptor, as armvirt_text_smmu_ste() prints an entry.
 *
 * @param word  Its eight words.
 * @param d128  Its tables are VMSAv9-128.
 * @param text  Receives the lines.
 * @param cap   Bytes of @p text.
 * @returns     The length.
 * @spec{IHI0070 5.4}
 */
ARMVIRT_API size_t armvirt_text_smmu_cd(const uint64_t word[8], bool d128, char *text, size_t cap);

/**
 * A command in one line: `CMD_TLBI_NH_VA: ASID[63:48]=0x5 ...`.
 *
 * @param command  Its two words.
 * @param text     Receives the line, without a line feed.
 * @param cap      Bytes of @p text.
 * @returns        The length.
 * @spec{IHI0070 4}
 */
ARMVIRT_API size_t armvirt_text_smmu_command(const uint64_t command[2], char *text, size_t cap);

/**
 * The global errors that are active, a line for each with what it means and what to do.
 *
 * @param gerror     SMMU_GERROR.
 * @param gerrorn    SMMU_GERRORN.
 * @param cmdq_cons  SMMU_CMDQ_CONS, whose ERR field says what CMDQ_ERR is.
 * @param text       Receives the lines, each with its line feed.
 * @param cap        Bytes of @p text.
 * @returns          The length; 0 if no error is active.
 * @spec{IHI0070 7.5, 7.1}
 */
ARMVIRT_API size_t armvirt_text_smmu_gerror(uint32_t gerror, uint32_t gerrorn, uint32_t cmdq_cons,
                                            char *text, size_t cap);

#ifdef __cplusplus
}
#endif
#endif
