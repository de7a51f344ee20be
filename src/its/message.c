/* SPDX-License-Identifier: MIT */
/* MSIs and messages to virtual SGIs: GITS_TRANSLATER, GITS_SGIR (IHI0069 5.2.11, 12.19). */
#include "base/emit.h"
#include "base/mem_functions.h"
#include "cache.h"

void armvirt_its_deliver(const struct armvirt_its *its, const struct armvirt_its_route *route)
{
    const struct armvirt_lpi_sink *sink = &its->config.sink;

    if (route->physical) {
        sink->ops->set(sink->ctx, route->pe, route->intid);
    } else {
        sink->ops->vset(sink->ctx, &route->vpe, route->intid, route->doorbell);
    }
}

/* GITS_TYPER.UMSI: the first MSI that nothing maps is kept until software has seen it. */
static void note_unmapped(struct armvirt_its *its, uint32_t device, uint32_t event,
                          enum armvirt_its_reason reason)
{
    if (!armvirt_its_has(its, ARMVIRT_GITS_TYPER_UMSI) || reason == ARMVIRT_ITS_ABORT) {
        return;
    }
    if (its->statusr & ARMVIRT_GITS_STATUSR_UMSI) {
        its->statusr |= (uint32_t)ARMVIRT_GITS_STATUSR_OVERFLOW;
        return;
    }
    its->statusr |= (uint32_t)(ARMVIRT_GITS_STATUSR_UMSI | ARMVIRT_GITS_STATUSR_SYNDROME);
    its->umsir = ARMVIRT_PUT(ARMVIRT_GITS_UMSIR_DEVICEID, device) |
                 ARMVIRT_PUT(ARMVIRT_GITS_UMSIR_EVENTID, event);
}

/* An MSI that is not in the cache. */
static enum armvirt_its_reason translate(struct armvirt_its *its, uint32_t device, uint32_t event)
{
    struct armvirt_its_route route;
    enum armvirt_its_reason reason;

    memset(&route, 0, offsetof(struct armvirt_its_route, step));
    reason = armvirt_its_find_route(its, device, event, &route);
    if (reason == ARMVIRT_ITS_NONE) {
        armvirt_its_cache_fill(its, &route);
        armvirt_its_deliver(its, &route);
    }
    armvirt_emit(its->config.trace, ARMVIRT_EV_ITS_MSI, device, event, route.intid, reason);
    return reason;
}

/* Rules 54 and 69: what goes nowhere, and all while the ITS is disabled, is dropped. */
enum armvirt_status armvirt_its_msi(struct armvirt_its *its, uint32_t device, uint32_t event)
{
    const struct armvirt_its_slot *slot;
    enum armvirt_its_reason reason;

    if (!armvirt_its_enabled(its)) {
        armvirt_emit(its->config.trace, ARMVIRT_EV_ITS_MSI, device, event, 0, ARMVIRT_ITS_DISABLED);
        return ARMVIRT_FAULT;
    }
    slot = armvirt_its_cached(its, device, event);
    if (slot != NULL) {
        its->config.sink.ops->set(its->config.sink.ctx, slot->pe, slot->intid);
        armvirt_emit(its->config.trace, ARMVIRT_EV_ITS_MSI, device, event, slot->intid,
                     ARMVIRT_ITS_NONE);
        return ARMVIRT_OK;
    }
    reason = translate(its, device, event);
    if (reason == ARMVIRT_ITS_RETRY) {
        return ARMVIRT_E_AGAIN;
    }
    if (reason != ARMVIRT_ITS_NONE) {
        note_unmapped(its, device, event, reason);
        return ARMVIRT_FAULT;
    }
    return ARMVIRT_OK;
}
