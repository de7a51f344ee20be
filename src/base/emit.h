/* SPDX-License-Identifier: MIT */
/* Sending trace events (armvirt/trace.h). With ARMVIRT_ENABLE_TRACE 0 the calls fold to nothing. */
#ifndef ARMVIRT_SRC_BASE_EMIT_H
#define ARMVIRT_SRC_BASE_EMIT_H

#include <armvirt/trace.h>

#include "compiler.h"

#ifndef ARMVIRT_ENABLE_TRACE
#define ARMVIRT_ENABLE_TRACE 1
#endif

_Static_assert(ARMVIRT_EV_COUNT <= 64, "an event has a bit in a 64-bit mask");

/* Whether an event would be delivered; for callers to whom its words are work to find. */
static inline bool armvirt_traces(const struct armvirt_trace *trace, enum armvirt_event_id id)
{
    return ARMVIRT_ENABLE_TRACE && trace != NULL && (trace->mask & ARMVIRT_BIT(id)) != 0;
}

/* Deliver it. */
static ARMVIRT_RARE void armvirt_deliver(const struct armvirt_trace *trace,
                                         enum armvirt_event_id id, uint64_t arg0, uint64_t arg1,
                                         uint64_t arg2, uint64_t arg3)
{
    const struct armvirt_event event = {
        .id = (uint16_t)id,
        .source = trace->source,
        .arg = {arg0, arg1, arg2, arg3},
    };

    trace->event(trace->ctx, &event);
}

static inline void armvirt_emit(const struct armvirt_trace *trace, enum armvirt_event_id id,
                                uint64_t arg0, uint64_t arg1, uint64_t arg2, uint64_t arg3)
{
    if (armvirt_traces(trace, id)) {
        armvirt_deliver(trace, id, arg0, arg1, arg2, arg3);
    }
}

#endif
