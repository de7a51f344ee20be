/* SPDX-License-Identifier: MIT */
/**
 * @file
 * Trace: what the library does, as it does it.
 *
 * An event is a number and up to four words; the words have names, not formats, so that the core
 * needs no strings. armvirt_text_event() of libarmvirt-text prints one. An event that is masked off
 * costs two tests; a library built with ARMVIRT_ENABLE_TRACE=OFF sends none.
 */
#ifndef ARMVIRT_TRACE_H
#define ARMVIRT_TRACE_H

#include <armvirt/base.h>

#ifdef __cplusplus
extern "C" {
#endif

/**
 * All events: name, and the names of `arg[0]` onwards. New events go last; at most 64.
 *
 * - PT_DESC: a descriptor was read, at `pa`; of 16 bytes `desc` is the low word.
 * - PT_UPDATE: a descriptor was changed by hardware management of access flag or dirty state.
 * - PT_RESULT: a translation ended; `reason` is enum armvirt_reason, 0 for success.
 * - GPT_ENTRY: a granule protection table entry was read, at `pa`, for the check of `checked_pa`.
 * - GIC_PENDING: an SGI, PPI or SPI (`intid`) became pending (1) or is so no longer (0); for an SPI
 *   `pe` is the PE that it goes to, 0xffff for nobody.
 * - GIC_ACK: an interrupt was acknowledged; `virtual` 1 by a virtual machine.
 * - GIC_DROP: the running priority dropped; `priority` is what runs now, 0xff for nothing.
 * - GIC_DEACTIVATE: an SGI, PPI or SPI is no longer active.
 * - GIC_SIGNAL: the signals of a PE changed, ARMVIRT_GIC_IRQ and so on.
 * - GIC_TRAP: an access to a system register was UNDEFINED or trapped; `outcome` is enum
 *   armvirt_gic_outcome, `by` ARMVIRT_GIC_BY_* bits.
 * - ITS_COMMAND: an ITS begins with the command at `offset` of its queue; its first two words.
 * - ITS_ERROR: the command failed; `code` is the architecture's error number, 0 if it has none.
 * - ITS_MSI: an MSI was translated, or dropped if `its_reason`, an enum armvirt_its_reason, is not
 * 0.
 *
 * `stage` is 1 or 2. `level` is signed.
 */
#define ARMVIRT_EVENTS(X)                                                                          \
    X(PT_DESC, "stage level pa desc")                                                              \
    X(PT_UPDATE, "stage level pa new")                                                             \
    X(PT_RESULT, "va pa level reason")                                                             \
    X(GPT_ENTRY, "level pa entry checked_pa")                                                      \
    X(GIC_PENDING, "pe intid pending")                                                             \
    X(GIC_ACK, "pe intid priority virtual")                                                        \
    X(GIC_DROP, "pe intid priority virtual")                                                       \
    X(GIC_DEACTIVATE, "pe intid")                                                                  \
    X(GIC_SIGNAL, "pe signals changed")                                                            \
    X(GIC_TRAP, "pe encoding outcome by")                                                          \
    X(ITS_COMMAND, "opcode offset first second")                                                   \
    X(ITS_ERROR, "code offset opcode its_reason")                                                  \
    X(ITS_MSI, "device event intid its_reason")

/** The number of an event, ARMVIRT_EV_PT_DESC and so on. Its bit in armvirt_trace::mask. */
enum armvirt_event_id {
#define ARMVIRT_EVENT_ENUM(name, args) ARMVIRT_EV_##name,
    ARMVIRT_EVENTS(ARMVIRT_EVENT_ENUM)
#undef ARMVIRT_EVENT_ENUM
        ARMVIRT_EV_COUNT
};

/** Words that an event carries. */
#define ARMVIRT_EVENT_ARGS 4

/** One event. */
struct armvirt_event {
    uint16_t id;     /**< enum armvirt_event_id. */
    uint16_t source; /**< armvirt_trace::source of the trace that it came through. */
    uint32_t reserved;
    uint64_t
        arg[ARMVIRT_EVENT_ARGS]; /**< As ARMVIRT_EVENTS names them; signed ones sign-extended. */
};

/** Where events go. Filled by the caller. */
struct armvirt_trace {
    /** Receives an event. It must not call into the object that sent it, nor keep @p event. */
    void (*event)(void *ctx, const struct armvirt_event *event);
    void *ctx;       /**< Passed to `event`. */
    uint64_t mask;   /**< Bit n lets event n through; 0 is off. */
    uint16_t source; /**< Copied to each event: tells several PEs or devices apart. */
};

#ifdef __cplusplus
}
#endif
#endif
