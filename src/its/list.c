/* SPDX-License-Identifier: MIT */
/* All events that the tables map (IHI0069 5.2.4 to 5.2.6). */
#include "base/mem_functions.h"
#include "machine.h"

uint64_t armvirt_its_next_device(const struct armvirt_its *its, uint64_t device,
                                 const struct armvirt_its_route *route)
{
    uint32_t per_page = its->geometry[ARMVIRT_ITS_DEVICES].per_page;
    bool l1_alone = route->steps == 1 && route->step[0].kind == ARMVIRT_ITS_STEP_DEVICE_L1;

    return l1_alone ? device - device % per_page + per_page : device + 1;
}

/* Look at the entry at the cursor and go on to the next. */
static enum armvirt_its_reason look(const struct armvirt_its *its,
                                    struct armvirt_its_cursor *cursor,
                                    struct armvirt_its_route *route)
{
    enum armvirt_its_reason reason;

    memset(route, 0, sizeof(*route));
    reason = armvirt_its_find_device(its, (uint32_t)cursor->device, route);
    if (reason == ARMVIRT_ITS_RETRY) {
        return reason;
    }
    if (reason != ARMVIRT_ITS_NONE) {
        cursor->device = armvirt_its_next_device(its, cursor->device, route);
        cursor->event = 0;
        return reason;
    }
    reason = armvirt_its_find_event(its, (uint32_t)cursor->event, route);
    if (reason == ARMVIRT_ITS_NONE) {
        reason = armvirt_its_find_target(its, route);
        route->reason = (uint8_t)reason;
        reason = reason == ARMVIRT_ITS_RETRY ? reason : ARMVIRT_ITS_NONE;
    } else if (reason == ARMVIRT_ITS_ENTRY_INVALID) {
        route->reason = (uint8_t)reason;
        reason = ARMVIRT_ITS_NONE;
    }
    if (reason != ARMVIRT_ITS_RETRY && ++cursor->event >> route->event_bits != 0) {
        cursor->event = 0;
        cursor->device++;
    }
    return reason;
}

enum armvirt_status armvirt_its_next(const struct armvirt_its *its,
                                     struct armvirt_its_cursor *cursor, uint32_t budget,
                                     struct armvirt_its_route *route)
{
    uint64_t devices = its->geometry[ARMVIRT_ITS_DEVICES].entries;
    enum armvirt_its_reason reason;

    for (; cursor->device < devices &&
           armvirt_its_in_range(its, ARMVIRT_ITS_DEVICES, (uint32_t)cursor->device) ==
               ARMVIRT_ITS_NONE;
         budget--) {
        if (budget == 0) {
            return ARMVIRT_E_AGAIN;
        }
        reason = look(its, cursor, route);
        if (reason == ARMVIRT_ITS_NONE) {
            return ARMVIRT_OK;
        }
        if (reason == ARMVIRT_ITS_RETRY) {
            return ARMVIRT_E_AGAIN;
        }
    }
    return ARMVIRT_END;
}
