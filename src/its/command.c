/* SPDX-License-Identifier: MIT */
/*
 * The commands on devices, events, collections and physical LPIs (IHI0069 5.3.2 to 5.3.15). Memory
 * is changed before the sink is asked, so that a command that memory sends back to be run again has
 * done nothing yet, or does the same.
 */
#include "base/mem_functions.h"
#include "cache.h"
#include "entry.h"

/* Blocks of 64 LPIs that a MOVALL looks at before it lets others go first. */
#define MOVE_BLOCKS 0x10000u

#define RDBASE_LSB 16

/* ---- Operands ------------------------------------------------------------------------------ */

static uint32_t device_of(const uint64_t word[4])
{
    return (uint32_t)ARMVIRT_GET(ARMVIRT_ITS_CMD0_DEVICEID, word[0]);
}

static uint32_t event_of(const uint64_t word[4])
{
    return (uint32_t)ARMVIRT_GET(ARMVIRT_ITS_CMD1_EVENTID, word[1]);
}

static uint32_t collection_of(const uint64_t word[4])
{
    return (uint32_t)ARMVIRT_GET(ARMVIRT_ITS_CMD2_ICID, word[2]);
}

/* Rule 70: GITS_TYPER.PTA says whether RDbase is a number or bits 51:16 of an address. */
enum armvirt_its_reason armvirt_its_command_pe(const struct armvirt_its *its, uint64_t word,
                                               uint32_t *pe)
{
    uint64_t rdbase = ARMVIRT_GET(ARMVIRT_ITS_CMD2_RDBASE, word), offset;

    if (armvirt_its_has(its, ARMVIRT_GITS_TYPER_PTA)) {
        offset = (rdbase << RDBASE_LSB) - its->config.rdbase_pa;
        if (offset % its->config.rd_bytes != 0) {
            return ARMVIRT_ITS_PE_RANGE;
        }
        rdbase = offset / its->config.rd_bytes;
    }
    *pe = (uint32_t)rdbase;
    return rdbase < its->config.pes ? ARMVIRT_ITS_NONE : ARMVIRT_ITS_PE_RANGE;
}

enum armvirt_its_reason armvirt_its_place_to_map(const struct armvirt_its *its,
                                                 enum armvirt_its_table table, uint32_t id,
                                                 struct armvirt_its_route *route, uint64_t *pa)
{
    enum armvirt_its_reason reason = armvirt_its_place(its, table, id, route, pa);

    switch (reason) {
    case ARMVIRT_ITS_DEVICE_UNMAPPED:
        return ARMVIRT_ITS_DEVICE_RANGE;
    case ARMVIRT_ITS_COLLECTION_UNMAPPED:
        return ARMVIRT_ITS_COLLECTION_RANGE;
    case ARMVIRT_ITS_VPE_UNMAPPED:
        return ARMVIRT_ITS_VPE_RANGE;
    default:
        return reason;
    }
}

/* ---- MAPD, MAPC ---------------------------------------------------------------------------- */

/* Rule 60. Entries that the table of events still holds stay: software clears it first. */
static enum armvirt_its_reason mapd(struct armvirt_its *its, const uint64_t word[4],
                                    struct armvirt_its_route *route)
{
    bool valid = (word[2] & ARMVIRT_ITS_CMD2_MAPD_V) != 0;
    uint64_t size = ARMVIRT_GET(ARMVIRT_ITS_CMD1_MAPD_SIZE, word[1]), entry[2] = {0, 0}, pa = 0;
    enum armvirt_its_reason reason;

    reason = armvirt_its_place_to_map(its, ARMVIRT_ITS_DEVICES, device_of(word), route, &pa);
    if (reason != ARMVIRT_ITS_NONE) {
        return reason;
    }
    if (valid && size > ARMVIRT_GET(ARMVIRT_GITS_TYPER_ID_BITS, its->config.gits_typer)) {
        return ARMVIRT_ITS_ITT_SIZE;
    }
    if (valid) {
        armvirt_its_put_field(its, ARMVIRT_ITS_DTE_VALID, 1, entry);
        armvirt_its_put_field(its, ARMVIRT_ITS_DTE_SIZE, size, entry);
        armvirt_its_put_field(its, ARMVIRT_ITS_DTE_ITT, word[2] & ARMVIRT_ITS_CMD2_MAPD_ITT_ADDR,
                              entry);
    }
    armvirt_its_cache_drop_device(its, device_of(word));
    return armvirt_its_write_entry(its, pa, its->layout.dte_bytes, entry, NULL);
}

/* Rule 64: no pending state moves, that takes a MOVALL. */
static enum armvirt_its_reason mapc(struct armvirt_its *its, const uint64_t word[4],
                                    struct armvirt_its_route *route)
{
    bool valid = (word[2] & ARMVIRT_ITS_CMD2_V) != 0;
    enum armvirt_its_reason reason = ARMVIRT_ITS_NONE;
    uint64_t entry[2] = {0, 0}, pa = 0;
    uint32_t pe = 0, icid = collection_of(word);

    if (valid) {
        reason = armvirt_its_command_pe(its, word[2], &pe);
    }
    if (reason == ARMVIRT_ITS_NONE && icid >= its->hcc) {
        reason = armvirt_its_place_to_map(its, ARMVIRT_ITS_COLLECTIONS, icid, route, &pa);
    }
    if (reason != ARMVIRT_ITS_NONE) {
        return reason;
    }
    armvirt_its_cache_drop_collection(its, icid);
    if (icid < its->hcc) {
        its->held[icid] = (uint16_t)(valid ? pe + 1 : 0);
        return ARMVIRT_ITS_NONE;
    }
    if (valid) {
        armvirt_its_put_field(its, ARMVIRT_ITS_CTE_VALID, 1, entry);
        armvirt_its_put_field(its, ARMVIRT_ITS_CTE_PE, pe, entry);
        armvirt_its_put_field(its, ARMVIRT_ITS_CTE_ICID, icid, entry);
    }
    return armvirt_its_write_entry(its, pa, its->layout.cte_bytes, entry, NULL);
}

/* ---- MAPTI, MAPI --------------------------------------------------------------------------- */

enum armvirt_its_reason armvirt_its_map_event(struct armvirt_its *its,
                                              const struct armvirt_its_route *route,
                                              const uint64_t *was)
{
    uint64_t entry[2] = {was != NULL ? was[0] : 0, was != NULL ? was[1] : 0};

    armvirt_its_put_field(its, ARMVIRT_ITS_ITE_VALID, 1, entry);
    armvirt_its_put_field(its, ARMVIRT_ITS_ITE_INTID, route->intid, entry);
    if (route->physical) {
        armvirt_its_put_field(its, ARMVIRT_ITS_ITE_PHYSICAL, 1, entry);
        armvirt_its_put_field(its, ARMVIRT_ITS_ITE_ICID, route->icid, entry);
    } else {
        armvirt_its_put_field(its, ARMVIRT_ITS_ITE_VPEID, route->vpe.vpeid, entry);
        armvirt_its_put_field(its, ARMVIRT_ITS_ITE_DOORBELL, route->doorbell, entry);
    }
    armvirt_its_cache_drop_event(its, route->device, route->event);
    return armvirt_its_write_entry(its, armvirt_its_event_pa(its, route, route->event),
                                   its->layout.ite_bytes, entry, was);
}

enum armvirt_its_reason armvirt_its_find_kept(const struct armvirt_its *its, uint32_t event,
                                              struct armvirt_its_route *route, bool *kept)
{
    enum armvirt_its_reason reason;

    *kept = false;
    if (!(its->config.options & ARMVIRT_ITS_OPT_KEEP_MAPPED)) {
        return ARMVIRT_ITS_NONE;
    }
    reason = armvirt_its_find_event(its, event, route);
    *kept = reason == ARMVIRT_ITS_NONE;
    return reason == ARMVIRT_ITS_RETRY || reason == ARMVIRT_ITS_ABORT ? reason : ARMVIRT_ITS_NONE;
}

/* Rules 61 to 63. The collection needs not be mapped. */
static enum armvirt_its_reason map_physical(struct armvirt_its *its, const uint64_t word[4],
                                            uint32_t intid, struct armvirt_its_route *route)
{
    enum armvirt_its_reason reason = armvirt_its_find_device(its, device_of(word), route);
    uint32_t event = event_of(word), icid = collection_of(word);
    bool kept;

    if (reason != ARMVIRT_ITS_NONE) {
        return reason;
    }
    if ((uint64_t)event >> route->event_bits != 0) {
        return ARMVIRT_ITS_EVENT_RANGE;
    }
    if (!armvirt_its_is_lpi(its, intid)) {
        return ARMVIRT_ITS_INTID_RANGE;
    }
    reason = armvirt_its_in_range(its, ARMVIRT_ITS_COLLECTIONS, icid);
    if (reason != ARMVIRT_ITS_NONE) {
        return reason;
    }
    reason = armvirt_its_find_kept(its, event, route, &kept);
    if (reason != ARMVIRT_ITS_NONE || kept) {
        return reason;
    }
    route->event = event;
    route->intid = intid;
    route->icid = icid;
    route->physical = true;
    return armvirt_its_map_event(its, route, NULL);
}

/* ---- Commands on an event ------------------------------------------------------------------ */

/* Rule 65: the pending state moves from the PE of the old collection to that of the new one. */
static enum armvirt_its_reason movi(struct armvirt_its *its, const uint64_t word[4],
                                    struct armvirt_its_route *route)
{
    const struct armvirt_lpi_sink *sink = &its->config.sink;
    enum armvirt_its_reason reason =
        armvirt_its_find_mapping(its, device_of(word), event_of(word), route);
    struct armvirt_its_entry was;
    uint32_t from;

    if (reason != ARMVIRT_ITS_NONE) {
        return reason;
    }
    if (!route->physical) {
        return ARMVIRT_ITS_EVENT_VIRTUAL;
    }
    was = route->step[route->steps - 1];
    reason = armvirt_its_find_target(its, route);
    if (reason != ARMVIRT_ITS_NONE) {
        return reason;
    }
    from = route->pe;
    route->steps = 0;
    reason = armvirt_its_find_collection(its, collection_of(word), route);
    if (reason == ARMVIRT_ITS_NONE) {
        reason = armvirt_its_map_event(its, route, was.word);
    }
    if (reason == ARMVIRT_ITS_NONE && from != route->pe) {
        sink->ops->move(sink->ctx, from, route->pe, route->intid);
    }
    return reason;
}

static void make_not_pending(const struct armvirt_its *its, const struct armvirt_its_route *route)
{
    const struct armvirt_lpi_sink *sink = &its->config.sink;

    if (route->physical) {
        sink->ops->clear(sink->ctx, route->pe, route->intid);
    } else {
        sink->ops->vclear(sink->ctx, &route->vpe, route->intid);
    }
}

static void invalidate(const struct armvirt_its *its, const struct armvirt_its_route *route)
{
    const struct armvirt_lpi_sink *sink = &its->config.sink;

    if (route->physical) {
        sink->ops->inv(sink->ctx, route->pe, route->intid);
    } else {
        sink->ops->vinv(sink->ctx, &route->vpe, route->intid);
    }
}

/* The entry without what makes it valid. */
static void unmap(const struct armvirt_its *its, const uint64_t was[2], uint64_t entry[2])
{
    enum armvirt_its_field_id valid = armvirt_its_has_field(its, ARMVIRT_ITS_ITE_VALID)
                                          ? ARMVIRT_ITS_ITE_VALID
                                          : ARMVIRT_ITS_ITE_INTID;

    entry[0] = was[0];
    entry[1] = was[1];
    armvirt_its_put_field(its, valid, 0, entry);
}

/* Rule 67. Where the event has no target any more there is nothing pending, and it goes all the
 * same. */
static enum armvirt_its_reason discard(struct armvirt_its *its, const uint64_t word[4],
                                       struct armvirt_its_route *route)
{
    enum armvirt_its_reason reason =
        armvirt_its_find_mapping(its, device_of(word), event_of(word), route);
    enum armvirt_its_reason target;
    struct armvirt_its_entry was;
    uint64_t entry[2];

    if (reason != ARMVIRT_ITS_NONE) {
        return reason;
    }
    was = route->step[route->steps - 1];
    unmap(its, was.word, entry);
    target = armvirt_its_find_target(its, route);
    if (target == ARMVIRT_ITS_RETRY || target == ARMVIRT_ITS_ABORT) {
        return target;
    }
    armvirt_its_cache_drop_event(its, route->device, route->event);
    reason = armvirt_its_write_entry(its, armvirt_its_event_pa(its, route, route->event),
                                     its->layout.ite_bytes, entry, was.word);
    if (reason == ARMVIRT_ITS_NONE && target == ARMVIRT_ITS_NONE) {
        make_not_pending(its, route);
    }
    return reason;
}

/* Fill the route of an event, from the cache if it is there. */
static enum armvirt_its_reason route_of(const struct armvirt_its *its, const uint64_t word[4],
                                        struct armvirt_its_route *route)
{
    const struct armvirt_its_slot *slot = armvirt_its_cached(its, device_of(word), event_of(word));
    enum armvirt_its_reason reason;

    if (slot != NULL) {
        route->physical = true;
        route->intid = slot->intid;
        route->pe = slot->pe;
        return ARMVIRT_ITS_NONE;
    }
    reason = armvirt_its_find_route(its, device_of(word), event_of(word), route);
    if (reason == ARMVIRT_ITS_NONE) {
        armvirt_its_cache_fill(its, route);
    }
    return reason;
}

/* INT, CLEAR, INV */
static enum armvirt_its_reason
act_on_event(const struct armvirt_its *its, const uint64_t word[4], struct armvirt_its_route *route,
             void (*act)(const struct armvirt_its *its, const struct armvirt_its_route *route))
{
    enum armvirt_its_reason reason = route_of(its, word, route);

    if (reason == ARMVIRT_ITS_NONE) {
        act(its, route);
    }
    return reason;
}

/* ---- Commands on a redistributor ----------------------------------------------------------- */

/* Rule 68 */
static enum armvirt_its_reason invall(const struct armvirt_its *its, const uint64_t word[4],
                                      struct armvirt_its_route *route)
{
    const struct armvirt_lpi_sink *sink = &its->config.sink;
    bool all = (its->config.options & ARMVIRT_ITS_OPT_INVALL_ALL) != 0;
    enum armvirt_its_reason reason;

    for (uint32_t pe = 0; all && pe < its->config.pes; pe++) {
        sink->ops->inv_all(sink->ctx, pe);
    }
    reason = armvirt_its_find_collection(its, collection_of(word), route);
    if (reason == ARMVIRT_ITS_NONE && !all) {
        sink->ops->inv_all(sink->ctx, route->pe);
    }
    return reason;
}

/* Rule 66: pending state moves, no mapping. */
static enum armvirt_its_reason movall(const struct armvirt_its *its, const uint64_t word[4])
{
    const struct armvirt_lpi_sink *sink = &its->config.sink;
    uint32_t from = 0, to = 0;
    enum armvirt_its_reason reason = armvirt_its_command_pe(its, word[2], &from);

    if (reason == ARMVIRT_ITS_NONE) {
        reason = armvirt_its_command_pe(its, word[3], &to);
    }
    if (reason != ARMVIRT_ITS_NONE || from == to) {
        return reason;
    }
    return sink->ops->move_all(sink->ctx, from, to, MOVE_BLOCKS) == ARMVIRT_E_AGAIN
               ? ARMVIRT_ITS_RETRY
               : ARMVIRT_ITS_NONE;
}

/* Commands are done one after the other; what is left to wait for is long work of the sink. */
static enum armvirt_its_reason sync(const struct armvirt_its *its, const uint64_t word[4])
{
    const struct armvirt_lpi_sink *sink = &its->config.sink;
    uint32_t pe = 0;

    if (armvirt_its_command_pe(its, word[2], &pe) == ARMVIRT_ITS_NONE &&
        sink->ops->sync(sink->ctx, pe) == ARMVIRT_E_AGAIN) {
        return ARMVIRT_ITS_RETRY;
    }
    return ARMVIRT_ITS_NONE;
}

/* ---- The commands -------------------------------------------------------------------------- */

enum armvirt_its_reason armvirt_its_command(struct armvirt_its *its, const uint64_t word[4])
{
    struct armvirt_its_route route;

    memset(&route, 0, offsetof(struct armvirt_its_route, step));
    switch (ARMVIRT_GET(ARMVIRT_ITS_CMD0_OPCODE, word[0])) {
    case ARMVIRT_ITS_MOVI:
        return movi(its, word, &route);
    case ARMVIRT_ITS_INT:
        return act_on_event(its, word, &route, armvirt_its_deliver);
    case ARMVIRT_ITS_CLEAR:
        return act_on_event(its, word, &route, make_not_pending);
    case ARMVIRT_ITS_SYNC:
        return sync(its, word);
    case ARMVIRT_ITS_MAPD:
        return mapd(its, word, &route);
    case ARMVIRT_ITS_MAPC:
        return mapc(its, word, &route);
    case ARMVIRT_ITS_MAPTI:
        return map_physical(its, word, (uint32_t)ARMVIRT_GET(ARMVIRT_ITS_CMD1_PINTID, word[1]),
                            &route);
    case ARMVIRT_ITS_MAPI:
        return map_physical(its, word, event_of(word), &route);
    case ARMVIRT_ITS_INV:
        return act_on_event(its, word, &route, invalidate);
    case ARMVIRT_ITS_INVALL:
        return invall(its, word, &route);
    case ARMVIRT_ITS_MOVALL:
        return movall(its, word);
    case ARMVIRT_ITS_DISCARD:
        return discard(its, word, &route);
    default:
        return armvirt_its_virtual_command(its, word);
    }
}
