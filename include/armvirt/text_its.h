/* SPDX-License-Identifier: MIT */
/**
 * @file
 * An ITS in words: commands, errors, entries, the way of an MSI. Part of libarmvirt-text.
 *
 * All functions may be called from any thread at any time. Texts are cut to fit and ended by a
 * zero; the answer is the length of the whole text, as snprintf() does, and a buffer of 0 bytes may
 * be NULL. The strings of the `_name` functions are constant and never NULL.
 */
#ifndef ARMVIRT_TEXT_ITS_H
#define ARMVIRT_TEXT_ITS_H

#include <armvirt/its.h>

#ifdef __cplusplus
extern "C" {
#endif

/**
 * The name of a reason.
 *
 * @param reason  Any value.
 * @returns       The enumerator without its prefix: "DEVICE_UNMAPPED"; "unknown" for others.
 */
ARMVIRT_API const char *armvirt_its_reason_name(unsigned reason);

/**
 * A reason in words.
 *
 * @param reason  Any value.
 * @returns       "no MAPD maps the device" and so on; "unknown" for others.
 */
ARMVIRT_API const char *armvirt_its_reason_text(unsigned reason);

/**
 * The name of a command.
 *
 * @param opcode  Any value.
 * @returns       "MAPTI" and so on; "unknown" for others.
 * @spec{IHI0069 5.3}
 */
ARMVIRT_API const char *armvirt_its_command_name(unsigned opcode);

/**
 * What an entry was read for.
 *
 * @param kind  Any value.
 * @returns     "device entry" and so on; "unknown" for others.
 */
ARMVIRT_API const char *armvirt_its_step_kind_name(unsigned kind);

/**
 * A command in one line: `MAPTI device=0x10 event=0x1 intid=8198 collection=0`.
 *
 * @param word  Its four doublewords.
 * @param text  Receives the line.
 * @param cap   Bytes of @p text.
 * @returns     The length of the whole line.
 * @spec{IHI0069 5.3}
 */
ARMVIRT_API size_t armvirt_text_its_command(const uint64_t word[4], char *text, size_t cap);

/**
 * The name of an error number as the architecture's tables have it: `MAPD_DEVICE_OOR`.
 *
 * @param code  armvirt_its_error::code.
 * @param text  Receives the name; "0x...." for a number that is none.
 * @param cap   Bytes of @p text.
 * @returns     The length of the whole name.
 * @spec{IHI0069 5.3}
 */
ARMVIRT_API size_t armvirt_text_its_error(uint32_t code, char *text, size_t cap);

/**
 * An entry in one line: what it is, its address, its words.
 *
 * @param entry  The entry.
 * @param text   Receives the line.
 * @param cap    Bytes of @p text.
 * @returns      The length of the whole line.
 */
ARMVIRT_API size_t armvirt_text_its_entry(const struct armvirt_its_entry *entry, char *text,
                                          size_t cap);

/**
 * Where an MSI goes, in one line: `device 0x10 event 1: LPI 8198, collection 0, PE 0`, or why it
 * goes nowhere.
 *
 * @param route  The way, of armvirt_its_translate() or armvirt_its_next().
 * @param text   Receives the line.
 * @param cap    Bytes of @p text.
 * @returns      The length of the whole line.
 */
ARMVIRT_API size_t armvirt_text_its_route(const struct armvirt_its_route *route, char *text,
                                          size_t cap);

#ifdef __cplusplus
}
#endif
#endif
