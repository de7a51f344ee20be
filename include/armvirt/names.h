/* SPDX-License-Identifier: MIT */
/**
 * @file
 * Words for the numbers of armvirt/base.h and armvirt/trace.h. Part of libarmvirt-text.
 *
 * All functions may be called from any thread at any time. The strings of the `_name` functions are
 * constant and never NULL: a number without a name gives "unknown".
 */
#ifndef ARMVIRT_NAMES_H
#define ARMVIRT_NAMES_H

#include <armvirt/base.h>
#include <armvirt/trace.h>

#ifdef __cplusplus
extern "C" {
#endif

/**
 * The name of a status.
 *
 * @param status  Any value.
 * @returns       The enumerator without its prefix: "OK", "FAULT", "E_INVAL".
 */
ARMVIRT_API const char *armvirt_status_name(enum armvirt_status status);

/**
 * The architecture's name of a physical address space.
 *
 * @param space  Any value.
 * @returns      "Non-secure", "Secure", "Realm" or "Root".
 * @spec{DDI0487 D1.1.2}
 */
ARMVIRT_API const char *armvirt_space_name(enum armvirt_space space);

/**
 * What a memory access is for, in words.
 *
 * @param what  Any value.
 * @returns     "stage 1 descriptor" and so on.
 */
ARMVIRT_API const char *armvirt_mem_what_name(enum armvirt_mem_what what);

/**
 * The name of the end of a memory access.
 *
 * @param bus  Any value.
 * @returns    The enumerator without its prefix: "OK", "ABORT", "RETRY", "RACE".
 */
ARMVIRT_API const char *armvirt_bus_name(enum armvirt_bus bus);

/**
 * An event in one line, without a line feed:
 *
 *     #0 PT_DESC stage=1 level=-1 pa=0x40081000 desc=0x40082003
 *
 * First the source, then the name of the event, then its words as ARMVIRT_EVENTS names them:
 * `stage`, `level`, `pe` and `intid` are decimal, `reason` and `its_reason` are the name of an enum
 * armvirt_reason or armvirt_its_reason, all others are hexadecimal. An event that this library does
 * not know is printed by number, with all its words.
 *
 * @param event  The event.
 * @param text   Receives the line, cut to fit and ended by a zero; may be NULL if @p cap is 0.
 * @param cap    Bytes of @p text.
 * @returns      The length of the whole line without the zero, as snprintf() does: it was cut if
 * that is not less than @p cap.
 */
ARMVIRT_API size_t armvirt_text_event(const struct armvirt_event *event, char *text, size_t cap);

#ifdef __cplusplus
}
#endif
#endif
