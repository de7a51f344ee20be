/* SPDX-License-Identifier: MIT */
/*
 * The commands on vPEs and virtual LPIs (IHI0069 5.3.16 to 5.3.26): GICv4.0 with
 * GITS_TYPER.Virtual, the forms of GICv4.1 with GITS_TYPER.VMAPP and VSGI.
 */
#include "base/mem_functions.h"
#include "cache.h"
#include "entry.h"

static uint32_t device_of(const uint64_t word[4])
{
    return (uint32_t)ARMVIRT_GET(ARMVIRT_ITS_CMD0_DEVICEID, word[0]);
}

static uint32_t event_of(const uint64_t word[4])
{
    return (uint32_t)ARMVIRT_GET(ARMVIRT_ITS_CMD1_VPE_EVENTID, word[1]);
}

static uint32_t vpe_of(const uint64_t word[4])
{
    return (uint32_t)ARMVIRT_GET(ARMVIRT_ITS_CMD1_VPE_VPEID, word[1]);
}

static uint32_t doorbell_of(const uint64_t word[4])
{
    return (uint32_t)ARMVIRT_GET(ARMVIRT_ITS_CMD2_VMAPTI_DOORBELL, word[2]);
}

static bool is_doorbell(const struct armvirt_its *its, uint32_t intid)
{
    return intid == ARMVIRT_LPI_NO_DOORBELL || armvirt_its_is_lpi(its, intid);
}

/* GITS_TYPER.nID: there are no doorbells of single events. */
static bool has_doorbells(const struct armvirt_its *its)
{
    return !armvirt_its_has(its, ARMVIRT_GITS_TYPER_NID);
}

/* ---- VMAPP, VMOVP -------------------------------------------------------------------------- */

static void encode_vpe(const struct armvirt_its *its, const struct armvirt_vpe *vpe,
                       uint64_t entry[2])
{
    entry[0] = entry[1] = 0;
    armvirt_its_put_field(its, ARMVIRT_ITS_VTE_VALID, 1, entry);
    armvirt_its_put_field(its, ARMVIRT_ITS_VTE_PE, vpe->pe, entry);
    armvirt_its_put_field(its, ARMVIRT_ITS_VTE_VPT, vpe->vpt_pa, entry);
    armvirt_its_put_field(its, ARMVIRT_ITS_VTE_VPT_SIZE, vpe->intid_bits - 1u, entry);
    armvirt_its_put_field(its, ARMVIRT_ITS_VTE_VCONF, vpe->config_pa, entry);
    armvirt_its_put_field(its, ARMVIRT_ITS_VTE_DOORBELL, vpe->doorbell, entry);
}

/* The vPE as VMAPP gives it. */
static enum armvirt_its_reason vpe_of_vmapp(const struct armvirt_its *its, const uint64_t word[4],
                                            struct armvirt_vpe *vpe)
{
    vpe->vpeid = vpe_of(word);
    vpe->vpt_pa = word[3] & ARMVIRT_ITS_CMD3_VMAPP_VPT_ADDR;
    vpe->intid_bits = (uint8_t)(ARMVIRT_GET(ARMVIRT_ITS_CMD3_VMAPP_VPT_SIZE, word[3]) + 1);
    vpe->doorbell = ARMVIRT_LPI_NO_DOORBELL;
    if (armvirt_its_has(its, ARMVIRT_GITS_TYPER_VMAPP)) {
        vpe->config_pa = word[0] & ARMVIRT_ITS_CMD0_VMAPP_VCONF_ADDR;
        vpe->doorbell = (uint32_t)ARMVIRT_GET(ARMVIRT_ITS_CMD1_VMAPP_DOORBELL, word[1]);
    }
    if (vpe->intid_bits > its->config.lpi_bits) {
        return ARMVIRT_ITS_VPT_SIZE;
    }
    if (!is_doorbell(its, vpe->doorbell)) {
        return ARMVIRT_ITS_INTID_RANGE;
    }
    return armvirt_its_command_pe(its, word[2], &vpe->pe);
}

/* GICv4.1: the redistributors are told. Alloc says that no other ITS had the vPE before, or will
 * have it after. */
static void tell_redistributors(const struct armvirt_its *its, const uint64_t word[4], bool valid,
                                const struct armvirt_vpe *vpe)
{
    const struct armvirt_lpi_sink *sink = &its->config.sink;
    bool alloc = (word[0] & ARMVIRT_ITS_CMD0_VMAPP_ALLOC) != 0;
    bool ptz = (word[0] & ARMVIRT_ITS_CMD0_VMAPP_PTZ) != 0;

    if (!armvirt_its_has(its, ARMVIRT_GITS_TYPER_VMAPP)) {
        return;
    }
    if (valid) {
        sink->ops->vpe_map(sink->ctx, vpe,
                           (alloc ? ARMVIRT_VPE_ALLOC : 0) | (ptz ? ARMVIRT_VPE_PTZ : 0));
    } else if (alloc) {
        sink->ops->vpe_unmap(sink->ctx, vpe);
    }
}

/* The vPE as it is mapped before, and what its entry holds. */
static enum armvirt_its_reason mapped_before(const struct armvirt_its *its, uint32_t vpeid,
                                             struct armvirt_its_route *route, bool *was_valid)
{
    enum armvirt_its_reason reason;

    route->steps = 0;
    reason = armvirt_its_find_vpe(its, vpeid, route);
    *was_valid = reason == ARMVIRT_ITS_NONE;
    return reason == ARMVIRT_ITS_RETRY || reason == ARMVIRT_ITS_ABORT ? reason : ARMVIRT_ITS_NONE;
}

static enum armvirt_its_reason vmapp(struct armvirt_its *its, const uint64_t word[4],
                                     struct armvirt_its_route *route)
{
    bool valid = (word[2] & ARMVIRT_ITS_CMD2_V) != 0, was_valid;
    struct armvirt_vpe vpe = {.vpeid = vpe_of(word)};
    enum armvirt_its_reason reason = ARMVIRT_ITS_NONE;
    uint64_t entry[2], pa = 0;
    const uint64_t *was;

    if (valid) {
        reason = vpe_of_vmapp(its, word, &vpe);
    }
    if (reason == ARMVIRT_ITS_NONE) {
        reason = armvirt_its_place_to_map(its, ARMVIRT_ITS_VPES, vpe.vpeid, route, &pa);
    }
    if (reason == ARMVIRT_ITS_NONE) {
        reason = mapped_before(its, vpe.vpeid, route, &was_valid);
    }
    if (reason != ARMVIRT_ITS_NONE) {
        return reason;
    }
    was = route->step[route->steps - 1].word;
    if (valid) {
        encode_vpe(its, &vpe, entry);
    } else {
        memcpy(entry, was, sizeof(entry));
        armvirt_its_put_field(its, ARMVIRT_ITS_VTE_VALID, 0, entry);
    }
    reason = armvirt_its_write_entry(its, pa, its->layout.vte_bytes, entry, was);
    if (reason == ARMVIRT_ITS_NONE && (valid || was_valid)) {
        tell_redistributors(its, word, valid, valid ? &vpe : &route->vpe);
    }
    return reason;
}

/* Rule 71. Where GITS_TYPER.VMOVP is 0, software sends the command to each ITS of ITSList, with one
 * sequence number: every ITS changes its own table, and to move twice does no more. */
static enum armvirt_its_reason vmovp(struct armvirt_its *its, const uint64_t word[4],
                                     struct armvirt_its_route *route)
{
    const struct armvirt_lpi_sink *sink = &its->config.sink;
    bool v41 = armvirt_its_has(its, ARMVIRT_GITS_TYPER_VMAPP);
    bool doorbell = v41 && (word[2] & ARMVIRT_ITS_CMD2_VMOVP_DB);
    struct armvirt_vpe moved;
    const struct armvirt_its_entry *was;
    uint64_t entry[2];
    enum armvirt_its_reason reason = armvirt_its_find_vpe(its, vpe_of(word), route);

    if (reason != ARMVIRT_ITS_NONE) {
        return reason;
    }
    moved = route->vpe;
    reason = armvirt_its_command_pe(its, word[2], &moved.pe);
    if (doorbell && reason == ARMVIRT_ITS_NONE) {
        moved.doorbell = (uint32_t)ARMVIRT_GET(ARMVIRT_ITS_CMD3_VMOVP_DOORBELL, word[3]);
        reason = is_doorbell(its, moved.doorbell) ? reason : ARMVIRT_ITS_INTID_RANGE;
    }
    if (reason != ARMVIRT_ITS_NONE) {
        return reason;
    }
    encode_vpe(its, &moved, entry);
    was = &route->step[route->steps - 1];
    reason = armvirt_its_write_entry(its, was->pa, its->layout.vte_bytes, entry, was->word);
    if (reason == ARMVIRT_ITS_NONE && v41) {
        sink->ops->vpe_move(sink->ctx, &route->vpe, moved.pe, doorbell);
    }
    if (reason == ARMVIRT_ITS_NONE && doorbell && moved.doorbell != route->vpe.doorbell) {
        sink->ops->vpe_map(sink->ctx, &moved, 0);
    }
    return reason;
}

/* ---- VMAPTI, VMAPI, VMOVI ------------------------------------------------------------------ */

static enum armvirt_its_reason check_virtual(const struct armvirt_its *its,
                                             const struct armvirt_its_route *route)
{
    if ((uint64_t)route->event >> route->event_bits != 0) {
        return ARMVIRT_ITS_EVENT_RANGE;
    }
    if (!armvirt_its_is_lpi(its, route->intid)) {
        return ARMVIRT_ITS_VINTID_RANGE;
    }
    if (!is_doorbell(its, route->doorbell)) {
        return ARMVIRT_ITS_INTID_RANGE;
    }
    return armvirt_its_in_range(its, ARMVIRT_ITS_VPES, route->vpe.vpeid);
}

/* The vPE needs not be mapped. */
static enum armvirt_its_reason map_virtual(struct armvirt_its *its, const uint64_t word[4],
                                           uint32_t vintid, struct armvirt_its_route *route)
{
    enum armvirt_its_reason reason = armvirt_its_find_device(its, device_of(word), route);
    struct armvirt_its_route wanted = *route;
    bool kept;

    if (reason != ARMVIRT_ITS_NONE) {
        return reason;
    }
    wanted.physical = false;
    wanted.event = event_of(word);
    wanted.intid = vintid;
    wanted.vpe.vpeid = vpe_of(word);
    wanted.doorbell = has_doorbells(its) ? doorbell_of(word) : ARMVIRT_LPI_NO_DOORBELL;
    reason = check_virtual(its, &wanted);
    if (reason != ARMVIRT_ITS_NONE) {
        return reason;
    }
    reason = armvirt_its_find_kept(its, wanted.event, route, &kept);
    if (reason != ARMVIRT_ITS_NONE || kept) {
        return reason;
    }
    return armvirt_its_map_event(its, &wanted, NULL);
}

/* The vPE of the event, then the one that the command names. */
static enum armvirt_its_reason find_both(const struct armvirt_its *its, const uint64_t word[4],
                                         struct armvirt_its_route *route, struct armvirt_vpe *from)
{
    enum armvirt_its_reason reason;

    reason = armvirt_its_find_target(its, route);
    if (reason == ARMVIRT_ITS_VPE_UNMAPPED) {
        return ARMVIRT_ITS_EVENT_VPE_UNMAPPED;
    }
    if (reason != ARMVIRT_ITS_NONE) {
        return reason;
    }
    *from = route->vpe;
    route->steps = 0;
    reason = armvirt_its_find_vpe(its, vpe_of(word), route);
    return reason == ARMVIRT_ITS_VPE_UNMAPPED ? ARMVIRT_ITS_COMMAND_VPE_UNMAPPED : reason;
}

static enum armvirt_its_reason vmovi(struct armvirt_its *its, const uint64_t word[4],
                                     struct armvirt_its_route *route)
{
    const struct armvirt_lpi_sink *sink = &its->config.sink;
    enum armvirt_its_reason reason =
        armvirt_its_find_mapping(its, device_of(word), event_of(word), route);
    struct armvirt_its_entry was;
    struct armvirt_vpe from;

    if (reason != ARMVIRT_ITS_NONE) {
        return reason;
    }
    if (route->physical) {
        return ARMVIRT_ITS_EVENT_PHYSICAL;
    }
    was = route->step[route->steps - 1];
    if ((word[2] & ARMVIRT_ITS_CMD2_VMOVI_D) && has_doorbells(its)) {
        route->doorbell = doorbell_of(word);
        if (!is_doorbell(its, route->doorbell)) {
            return ARMVIRT_ITS_INTID_RANGE;
        }
    }
    reason = find_both(its, word, route, &from);
    if (reason == ARMVIRT_ITS_NONE) {
        reason = armvirt_its_map_event(its, route, was.word);
    }
    if (reason == ARMVIRT_ITS_NONE) {
        sink->ops->vmove(sink->ctx, &from, &route->vpe, route->intid, route->doorbell);
    }
    return reason;
}

/* ---- Commands on a vPE --------------------------------------------------------------------- */

static enum armvirt_its_reason vsgi(const struct armvirt_its *its, const uint64_t word[4],
                                    const struct armvirt_vpe *vpe)
{
    const struct armvirt_lpi_sink *sink = &its->config.sink;
    struct armvirt_vsgi config = {
        .intid = (uint8_t)ARMVIRT_GET(ARMVIRT_ITS_CMD0_VSGI_VINTID, word[0]),
        .priority = (uint8_t)(ARMVIRT_GET(ARMVIRT_ITS_CMD0_VSGI_PRIORITY, word[0]) << 4),
        .group1 = (word[0] & ARMVIRT_ITS_CMD0_VSGI_GROUP) != 0,
        .enable = (word[0] & ARMVIRT_ITS_CMD0_VSGI_ENABLE) != 0,
        .clear = (word[0] & ARMVIRT_ITS_CMD0_VSGI_CLEAR) != 0,
    };

    sink->ops->vsgi(sink->ctx, vpe, &config);
    return ARMVIRT_ITS_NONE;
}

static enum armvirt_its_reason act_on_vpe(const struct armvirt_its *its, const uint64_t word[4],
                                          struct armvirt_its_route *route)
{
    const struct armvirt_lpi_sink *sink = &its->config.sink;
    enum armvirt_its_reason reason = armvirt_its_find_vpe(its, vpe_of(word), route);

    if (reason != ARMVIRT_ITS_NONE) {
        return reason;
    }
    switch (ARMVIRT_GET(ARMVIRT_ITS_CMD0_OPCODE, word[0])) {
    case ARMVIRT_ITS_VINVALL:
        sink->ops->vinv_all(sink->ctx, &route->vpe);
        return ARMVIRT_ITS_NONE;
    case ARMVIRT_ITS_VSYNC:
        return sink->ops->vsync(sink->ctx, &route->vpe) == ARMVIRT_E_AGAIN ? ARMVIRT_ITS_RETRY
                                                                           : ARMVIRT_ITS_NONE;
    case ARMVIRT_ITS_INVDB:
        sink->ops->invdb(sink->ctx, &route->vpe);
        return ARMVIRT_ITS_NONE;
    default:
        return vsgi(its, word, &route->vpe);
    }
}

/* Whether the ITS has the command, by GITS_TYPER. */
static bool has_command(const struct armvirt_its *its, uint64_t opcode)
{
    if (opcode == ARMVIRT_ITS_VSGI) {
        return armvirt_its_has(its, ARMVIRT_GITS_TYPER_VSGI);
    }
    return armvirt_its_has(its, opcode == ARMVIRT_ITS_INVDB ? ARMVIRT_GITS_TYPER_VMAPP
                                                            : ARMVIRT_GITS_TYPER_VIRTUAL);
}

enum armvirt_its_reason armvirt_its_virtual_command(struct armvirt_its *its, const uint64_t word[4])
{
    uint64_t opcode = ARMVIRT_GET(ARMVIRT_ITS_CMD0_OPCODE, word[0]);
    struct armvirt_its_route route;

    if (!has_command(its, opcode)) {
        return ARMVIRT_ITS_OPCODE;
    }
    memset(&route, 0, sizeof(route));
    switch (opcode) {
    case ARMVIRT_ITS_VMOVI:
        return vmovi(its, word, &route);
    case ARMVIRT_ITS_VMOVP:
        return vmovp(its, word, &route);
    case ARMVIRT_ITS_VMAPP:
        return vmapp(its, word, &route);
    case ARMVIRT_ITS_VMAPTI:
        return map_virtual(its, word,
                           (uint32_t)ARMVIRT_GET(ARMVIRT_ITS_CMD2_VMAPTI_VINTID, word[2]), &route);
    case ARMVIRT_ITS_VMAPI:
        return map_virtual(its, word, event_of(word), &route);
    case ARMVIRT_ITS_VINVALL:
    case ARMVIRT_ITS_VSYNC:
    case ARMVIRT_ITS_INVDB:
    case ARMVIRT_ITS_VSGI:
        return act_on_vpe(its, word, &route);
    default:
        return ARMVIRT_ITS_OPCODE;
    }
}
