/* SPDX-License-Identifier: MIT */
/* From DeviceID and EventID to an LPI and its target (IHI0069 5.2.2 to 5.2.6). */
#include "base/bits.h"
#include "base/mem_functions.h"
#include "entry.h"

static const uint64_t *last_words(const struct armvirt_its_route *route)
{
    return route->step[route->steps - 1].word;
}

enum armvirt_its_reason armvirt_its_find_device(const struct armvirt_its *its, uint32_t device,
                                                struct armvirt_its_route *route)
{
    const unsigned most =
        (unsigned)ARMVIRT_GET(ARMVIRT_GITS_TYPER_ID_BITS, its->config.gits_typer) + 1;
    enum armvirt_its_reason reason;
    uint64_t pa = 0, bits;

    route->device = device;
    reason = armvirt_its_place(its, ARMVIRT_ITS_DEVICES, device, route, &pa);
    if (reason == ARMVIRT_ITS_NONE) {
        reason =
            armvirt_its_read_entry(its, pa, its->layout.dte_bytes, ARMVIRT_ITS_STEP_DEVICE, route);
    }
    if (reason != ARMVIRT_ITS_NONE) {
        return reason;
    }
    if (!armvirt_its_field(its, ARMVIRT_ITS_DTE_VALID, last_words(route))) {
        return ARMVIRT_ITS_DEVICE_UNMAPPED;
    }
    bits = armvirt_its_field(its, ARMVIRT_ITS_DTE_SIZE, last_words(route)) + 1;
    route->event_bits = (uint8_t)(bits < most ? bits : most);
    route->itt_pa = armvirt_its_field(its, ARMVIRT_ITS_DTE_ITT, last_words(route)) &
                    ARMVIRT_ITS_CMD2_MAPD_ITT_ADDR;
    return ARMVIRT_ITS_NONE;
}

uint64_t armvirt_its_event_pa(const struct armvirt_its *its, const struct armvirt_its_route *route,
                              uint32_t event)
{
    return route->itt_pa + (uint64_t)event * its->layout.ite_bytes;
}

/* Whether the entry that was read maps something. */
static bool entry_is_valid(const struct armvirt_its *its, const struct armvirt_its_route *route)
{
    if (armvirt_its_has_field(its, ARMVIRT_ITS_ITE_VALID)) {
        return armvirt_its_field(its, ARMVIRT_ITS_ITE_VALID, last_words(route)) != 0;
    }
    return route->intid != 0;
}

static void decode_event(const struct armvirt_its *its, struct armvirt_its_route *route)
{
    const uint64_t *word = last_words(route);

    route->intid = (uint32_t)armvirt_its_field(its, ARMVIRT_ITS_ITE_INTID, word);
    route->physical = !armvirt_its_has_field(its, ARMVIRT_ITS_ITE_PHYSICAL) ||
                      armvirt_its_field(its, ARMVIRT_ITS_ITE_PHYSICAL, word) != 0;
    if (route->physical) {
        route->icid = (uint32_t)armvirt_its_field(its, ARMVIRT_ITS_ITE_ICID, word);
    } else {
        route->vpe.vpeid = (uint32_t)armvirt_its_field(its, ARMVIRT_ITS_ITE_VPEID, word);
        route->doorbell = (uint32_t)armvirt_its_field(its, ARMVIRT_ITS_ITE_DOORBELL, word);
    }
}

/* What the guest wrote into the table by itself may be no mapping at all. */
static bool mapping_is_possible(const struct armvirt_its *its,
                                const struct armvirt_its_route *route)
{
    return armvirt_its_is_lpi(its, route->intid) &&
           (route->physical || armvirt_its_has(its, ARMVIRT_GITS_TYPER_VIRTUAL));
}

enum armvirt_its_reason armvirt_its_find_event(const struct armvirt_its *its, uint32_t event,
                                               struct armvirt_its_route *route)
{
    enum armvirt_its_reason reason;

    route->event = event;
    if ((uint64_t)event >> route->event_bits != 0) { /* rule 69 */
        return ARMVIRT_ITS_EVENT_RANGE;
    }
    reason = armvirt_its_read_entry(its, armvirt_its_event_pa(its, route, event),
                                    its->layout.ite_bytes, ARMVIRT_ITS_STEP_EVENT, route);
    if (reason != ARMVIRT_ITS_NONE) {
        return reason;
    }
    decode_event(its, route);
    if (!entry_is_valid(its, route)) {
        return ARMVIRT_ITS_EVENT_UNMAPPED;
    }
    return mapping_is_possible(its, route) ? ARMVIRT_ITS_NONE : ARMVIRT_ITS_ENTRY_INVALID;
}

/* A collection below GITS_TYPER.HCC, which the ITS holds itself. */
static enum armvirt_its_reason held_collection(const struct armvirt_its *its, uint32_t icid,
                                               struct armvirt_its_route *route)
{
    route->step[route->steps++] =
        (struct armvirt_its_entry){.kind = ARMVIRT_ITS_STEP_COLLECTION, .word = {its->held[icid]}};
    if (its->held[icid] == 0) {
        return ARMVIRT_ITS_COLLECTION_UNMAPPED;
    }
    route->pe = its->held[icid] - 1u;
    return ARMVIRT_ITS_NONE;
}

enum armvirt_its_reason armvirt_its_find_collection(const struct armvirt_its *its, uint32_t icid,
                                                    struct armvirt_its_route *route)
{
    enum armvirt_its_reason reason;
    uint64_t pa = 0;

    route->icid = icid;
    if (icid < its->hcc) {
        return held_collection(its, icid, route);
    }
    reason = armvirt_its_place(its, ARMVIRT_ITS_COLLECTIONS, icid, route, &pa);
    if (reason == ARMVIRT_ITS_NONE) {
        reason = armvirt_its_read_entry(its, pa, its->layout.cte_bytes, ARMVIRT_ITS_STEP_COLLECTION,
                                        route);
    }
    if (reason != ARMVIRT_ITS_NONE) {
        return reason;
    }
    if (!armvirt_its_field(its, ARMVIRT_ITS_CTE_VALID, last_words(route))) {
        return ARMVIRT_ITS_COLLECTION_UNMAPPED;
    }
    route->pe = (uint32_t)armvirt_its_field(its, ARMVIRT_ITS_CTE_PE, last_words(route));
    return route->pe < its->config.pes ? ARMVIRT_ITS_NONE : ARMVIRT_ITS_PE_RANGE;
}

/* With GICv4.0 a vPE has no default doorbell and no configuration table of the ITS. */
static void decode_vpe(const struct armvirt_its *its, struct armvirt_its_route *route)
{
    const uint64_t *word = last_words(route);
    uint64_t bits = armvirt_its_field(its, ARMVIRT_ITS_VTE_VPT_SIZE, word) + 1;
    bool v41 = armvirt_its_has(its, ARMVIRT_GITS_TYPER_VMAPP);

    route->vpe.pe = (uint32_t)armvirt_its_field(its, ARMVIRT_ITS_VTE_PE, word);
    route->vpe.vpt_pa =
        armvirt_its_field(its, ARMVIRT_ITS_VTE_VPT, word) & ARMVIRT_ITS_CMD3_VMAPP_VPT_ADDR;
    route->vpe.intid_bits = (uint8_t)(bits < UINT8_MAX ? bits : UINT8_MAX);
    route->vpe.doorbell = ARMVIRT_LPI_NO_DOORBELL;
    if (v41) {
        route->vpe.config_pa =
            armvirt_its_field(its, ARMVIRT_ITS_VTE_VCONF, word) & ARMVIRT_ITS_CMD0_VMAPP_VCONF_ADDR;
        route->vpe.doorbell = (uint32_t)armvirt_its_field(its, ARMVIRT_ITS_VTE_DOORBELL, word);
    }
}

enum armvirt_its_reason armvirt_its_find_vpe(const struct armvirt_its *its, uint32_t vpe,
                                             struct armvirt_its_route *route)
{
    enum armvirt_its_reason reason;
    uint64_t pa = 0;

    route->vpe.vpeid = vpe;
    reason = armvirt_its_place(its, ARMVIRT_ITS_VPES, vpe, route, &pa);
    if (reason == ARMVIRT_ITS_NONE) {
        reason =
            armvirt_its_read_entry(its, pa, its->layout.vte_bytes, ARMVIRT_ITS_STEP_VPE, route);
    }
    if (reason != ARMVIRT_ITS_NONE) {
        return reason;
    }
    if (!armvirt_its_field(its, ARMVIRT_ITS_VTE_VALID, last_words(route))) {
        return ARMVIRT_ITS_VPE_UNMAPPED;
    }
    decode_vpe(its, route);
    if (route->vpe.intid_bits > its->config.lpi_bits) {
        return ARMVIRT_ITS_VPT_SIZE;
    }
    return route->vpe.pe < its->config.pes ? ARMVIRT_ITS_NONE : ARMVIRT_ITS_PE_RANGE;
}

enum armvirt_its_reason armvirt_its_find_mapping(const struct armvirt_its *its, uint32_t device,
                                                 uint32_t event, struct armvirt_its_route *route)
{
    enum armvirt_its_reason reason = armvirt_its_find_device(its, device, route);

    return reason == ARMVIRT_ITS_NONE ? armvirt_its_find_event(its, event, route) : reason;
}

enum armvirt_its_reason armvirt_its_find_target(const struct armvirt_its *its,
                                                struct armvirt_its_route *route)
{
    return route->physical ? armvirt_its_find_collection(its, route->icid, route)
                           : armvirt_its_find_vpe(its, route->vpe.vpeid, route);
}

enum armvirt_its_reason armvirt_its_find_route(const struct armvirt_its *its, uint32_t device,
                                               uint32_t event, struct armvirt_its_route *route)
{
    enum armvirt_its_reason reason = armvirt_its_find_mapping(its, device, event, route);

    return reason == ARMVIRT_ITS_NONE ? armvirt_its_find_target(its, route) : reason;
}

/* ---- For debuggers ------------------------------------------------------------------------- */

static enum armvirt_status status_of(enum armvirt_its_reason reason)
{
    if (reason == ARMVIRT_ITS_NONE) {
        return ARMVIRT_OK;
    }
    return reason == ARMVIRT_ITS_RETRY ? ARMVIRT_E_AGAIN : ARMVIRT_FAULT;
}

enum armvirt_status armvirt_its_translate(const struct armvirt_its *its, uint32_t device,
                                          uint32_t event, struct armvirt_its_route *route)
{
    memset(route, 0, sizeof(*route));
    route->device = device;
    route->event = event;
    route->reason = (uint8_t)armvirt_its_find_route(its, device, event, route);
    return status_of((enum armvirt_its_reason)route->reason);
}

enum armvirt_status armvirt_its_collection(const struct armvirt_its *its, uint32_t icid,
                                           uint32_t *pe)
{
    struct armvirt_its_route route;
    enum armvirt_status status;

    memset(&route, 0, sizeof(route));
    status = status_of(armvirt_its_find_collection(its, icid, &route));
    *pe = status == ARMVIRT_OK ? route.pe : 0;
    return status;
}
