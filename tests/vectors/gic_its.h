/* SPDX-License-Identifier: MIT */
/*
 * As much of an ITS as recorded scripts need to reach LPIs: its mappings are plain arrays, not
 * tables in memory, and what is wrong is skipped. It drives the LPIs of a GIC through the public
 * interface.
 */
#ifndef ARMVIRT_TESTS_GIC_ITS_H
#define ARMVIRT_TESTS_GIC_ITS_H

#include <armvirt/gic.h>

#include <string.h>

#define ITS_DEVICES     0x10000
#define ITS_COLLECTIONS 0x10000
#define ITS_VPES        0x10000
#define ITS_EVENTS      1024
#define ITS_NOBODY      UINT32_MAX

/* A virtual one has a vPE and a doorbell in place of a collection. */
struct its_event {
    uint32_t device, event, intid, collection;
    bool is_virtual;
    uint32_t vpe, doorbell;
};

struct its {
    struct armvirt_gic *gic;
    struct armvirt_mem mem;
    uint8_t event_bits[ITS_DEVICES]; /* 0: not mapped */
    uint32_t rd[ITS_COLLECTIONS];
    struct armvirt_vpe vpe[ITS_VPES]; /* .intid_bits 0: not mapped */
    struct its_event event[ITS_EVENTS];
    unsigned events;
    uint64_t cbaser, cwriter, creadr;
    uint32_t ctlr;
};

static inline void its_reset(struct its *its)
{
    memset(its->event_bits, 0, sizeof(its->event_bits));
    memset(its->rd, 0xff, sizeof(its->rd));
    memset(its->vpe, 0, sizeof(its->vpe));
    its->events = 0;
    its->cbaser = its->cwriter = its->creadr = 0;
    its->ctlr = 0;
}

static inline struct its_event *its_find(struct its *its, uint32_t device, uint32_t event)
{
    for (unsigned i = 0; i < its->events; i++) {
        if (its->event[i].device == device && its->event[i].event == event) {
            return &its->event[i];
        }
    }
    return NULL;
}

static inline void its_map(struct its *its, const struct its_event *event)
{
    struct its_event *there = its_find(its, event->device, event->event);
    unsigned bits = its->event_bits[event->device];

    if (bits == 0 || event->event >> bits != 0 || event->intid < 8192 || event->intid > 0xffff) {
        return;
    }
    if (there == NULL && its->events < ITS_EVENTS) {
        there = &its->event[its->events++];
    }
    if (there != NULL) {
        *there = *event;
    }
}

/* The PE of an event, or ITS_NOBODY. */
static inline uint32_t its_rd(const struct its *its, const struct its_event *event)
{
    bool here = event != NULL && !event->is_virtual && its->event_bits[event->device] != 0;

    return here ? its->rd[event->collection] : ITS_NOBODY;
}

static inline void its_move(struct its *its, struct its_event *event, uint32_t collection)
{
    uint32_t from = its_rd(its, event), to = its->rd[collection];

    if (from == ITS_NOBODY || to == ITS_NOBODY) {
        return;
    }
    event->collection = collection;
    armvirt_gic_lpi_move(its->gic, from, to, event->intid);
}

static inline void its_discard(struct its *its, struct its_event *event)
{
    armvirt_gic_lpi_clear(its->gic, its_rd(its, event), event->intid);
    *event = its->event[--its->events];
}

/* ---- vPEs ----------------------------------------------------------------------------------- */

/* The vPE of an event, or NULL. */
static inline const struct armvirt_vpe *its_vpe(const struct its *its,
                                                const struct its_event *event)
{
    const struct armvirt_vpe *vpe = &its->vpe[event->vpe];

    return event->is_virtual && its->event_bits[event->device] != 0 && vpe->intid_bits != 0 ? vpe
                                                                                            : NULL;
}

static inline void its_map_vpe(struct its *its, const uint64_t *c, uint32_t rd, uint32_t cpus)
{
    uint32_t number = (uint32_t)(c[1] >> 32) & 0xffff;
    struct armvirt_vpe *vpe = &its->vpe[number];

    if (!(c[2] >> 63)) {
        vpe->intid_bits = 0;
    } else if (rd < cpus) {
        *vpe = (struct armvirt_vpe){
            .pe = rd,
            .vpeid = number,
            .vpt_pa = c[3] & UINT64_C(0xfffffffff0000),
            .intid_bits = (uint8_t)((c[3] & 0x1f) + 1),
        };
    }
}

static inline void its_move_virtual(struct its *its, struct its_event *event, const uint64_t *c)
{
    const struct armvirt_vpe *from = its_vpe(its, event);
    const struct armvirt_vpe *to = &its->vpe[c[1] >> 32 & 0xffff];

    if (from == NULL || to->intid_bits == 0) {
        return;
    }
    event->vpe = (uint32_t)(c[1] >> 32) & 0xffff;
    if (c[2] & 1) {
        event->doorbell = (uint32_t)(c[2] >> 32);
    }
    armvirt_gic_lpi_ops.vmove(its->gic, from, to, event->intid, event->doorbell);
}

/* Commands on one virtual event that is mapped. */
static inline void its_virtual_command(struct its *its, const uint64_t *c, struct its_event *event)
{
    const struct armvirt_vpe *vpe = its_vpe(its, event);

    if (vpe == NULL) {
        return;
    }
    switch (c[0] & 0xff) {
    case 0x03: /* INT */
        armvirt_gic_lpi_ops.vset(its->gic, vpe, event->intid, event->doorbell);
        break;
    case 0x04: /* CLEAR */
        armvirt_gic_lpi_ops.vclear(its->gic, vpe, event->intid);
        break;
    case 0x0c: /* INV */
        armvirt_gic_lpi_ops.vinv(its->gic, vpe, event->intid);
        break;
    case 0x0f: /* DISCARD */
        armvirt_gic_lpi_ops.vclear(its->gic, vpe, event->intid);
        *event = its->event[--its->events];
        break;
    case 0x21: /* VMOVI */
        its_move_virtual(its, event, c);
        break;
    default:
        break;
    }
}

/* Commands on a vPE; false if it is another command. */
static inline bool its_vpe_command(struct its *its, const uint64_t *c, uint32_t rd, uint32_t cpus)
{
    struct armvirt_vpe *vpe = &its->vpe[c[1] >> 32 & 0xffff];

    switch (c[0] & 0xff) {
    case 0x22: /* VMOVP */
        if (vpe->intid_bits != 0 && rd < cpus) {
            armvirt_gic_lpi_ops.vpe_move(its->gic, vpe, rd, c[2] >> 63);
            vpe->pe = rd;
        }
        return true;
    case 0x25: /* VSYNC */
        return true;
    case 0x29: /* VMAPP */
        its_map_vpe(its, c, rd, cpus);
        return true;
    case 0x2d: /* VINVALL */
        if (vpe->intid_bits != 0) {
            armvirt_gic_lpi_ops.vinv_all(its->gic, vpe);
        }
        return true;
    default:
        return false;
    }
}

/* ---- Messages and commands ------------------------------------------------------------------ */

static inline void its_message(struct its *its, uint32_t device, uint32_t event)
{
    struct its_event *found = its_find(its, device & 0xffff, event);

    if ((its->ctlr & 1) && found != NULL && its_vpe(its, found) != NULL) {
        armvirt_gic_lpi_ops.vset(its->gic, its_vpe(its, found), found->intid, found->doorbell);
    } else if ((its->ctlr & 1) && its_rd(its, found) != ITS_NOBODY) {
        armvirt_gic_lpi_set(its->gic, its_rd(its, found), found->intid);
    }
}

static inline void its_inv_all(struct its *its, uint32_t cpus)
{
    for (uint32_t pe = 0; pe < cpus; pe++) {
        armvirt_gic_lpi_inv_all(its->gic, pe);
    }
}

/* Commands on one event that is mapped. */
static inline void its_event_command(struct its *its, const uint64_t *c, struct its_event *event)
{
    uint32_t rd = its_rd(its, event);

    if (rd == ITS_NOBODY) {
        return;
    }
    switch (c[0] & 0xff) {
    case 0x01: /* MOVI */
        its_move(its, event, c[2] & 0xffff);
        break;
    case 0x03: /* INT */
        armvirt_gic_lpi_set(its->gic, rd, event->intid);
        break;
    case 0x04: /* CLEAR */
        armvirt_gic_lpi_clear(its->gic, rd, event->intid);
        break;
    case 0x0c: /* INV */
        armvirt_gic_lpi_inv(its->gic, rd, event->intid);
        break;
    default: /* DISCARD */
        its_discard(its, event);
        break;
    }
}

static inline void its_found_command(struct its *its, const uint64_t *c, struct its_event *event)
{
    if (event != NULL && event->is_virtual) {
        its_virtual_command(its, c, event);
    } else {
        its_event_command(its, c, event);
    }
}

static inline void its_command(struct its *its, const uint64_t *c, uint32_t cpus)
{
    uint32_t device = (uint32_t)(c[0] >> 32) & 0xffff;
    uint32_t event = (uint32_t)c[1], rd = (uint32_t)(c[2] >> 16 & 0xffff);
    uint32_t collection = (uint32_t)c[2] & 0xffff;

    switch (c[0] & 0xff) {
    case 0x08: /* MAPD */
        its->event_bits[device] = c[2] >> 63 ? (uint8_t)((c[1] & 0x1f) + 1) : 0;
        break;
    case 0x09: /* MAPC */
        its->rd[collection] = c[2] >> 63 && rd < cpus ? rd : ITS_NOBODY;
        break;
    case 0x0a: /* MAPTI */
        its_map(its, &(struct its_event){.device = device,
                                         .event = event,
                                         .intid = (uint32_t)(c[1] >> 32),
                                         .collection = collection});
        break;
    case 0x0b: /* MAPI */
        its_map(its,
                &(struct its_event){
                    .device = device, .event = event, .intid = event, .collection = collection});
        break;
    case 0x2a: /* VMAPTI */
    case 0x2b: /* VMAPI */
        its_map(its, &(struct its_event){.device = device,
                                         .event = event,
                                         .intid = (c[0] & 0xff) == 0x2a ? (uint32_t)c[2] : event,
                                         .is_virtual = true,
                                         .vpe = (uint32_t)(c[1] >> 32) & 0xffff,
                                         .doorbell = (uint32_t)(c[2] >> 32)});
        break;
    case 0x0d: /* INVALL */
        its_inv_all(its, cpus);
        break;
    case 0x0e: /* MOVALL */
        armvirt_gic_lpi_move_all(its->gic, rd, (uint32_t)(c[3] >> 16 & 0xffff), UINT32_MAX);
        break;
    case 0x05: /* SYNC */
        break;
    default:
        if (!its_vpe_command(its, c, rd, cpus)) {
            its_found_command(its, c, its_find(its, device, event));
        }
        break;
    }
}

static inline void its_run(struct its *its, uint32_t cpus)
{
    uint64_t size = ((its->cbaser & 0xff) + 1) << 12;

    while ((its->ctlr & 1) && its->cbaser >> 63 && its->cwriter < size &&
           its->creadr != its->cwriter) {
        uint64_t pa = (its->cbaser & UINT64_C(0xffffffffff000)) + its->creadr, c[4];

        for (unsigned i = 0; i < 4; i++) {
            struct armvirt_mem_req req = {.pa = pa + 8 * i, .size = 8};

            c[i] = 0;
            its->mem.ops->read(its->mem.ctx, &req, &c[i]);
        }
        its_command(its, c, cpus);
        its->creadr = (its->creadr + 32) % size;
    }
}

/* GITS_CTLR, GITS_CBASER, GITS_CWRITER; other registers do nothing. */
static inline void its_write(struct its *its, uint32_t offset, uint64_t value, uint32_t cpus)
{
    switch (offset) {
    case 0x00:
        its->ctlr = (uint32_t)value & 1;
        break;
    case 0x80:
        its->cbaser = value;
        its->creadr = 0;
        break;
    case 0x88:
        its->cwriter = value & 0xfffe0;
        break;
    default:
        return;
    }
    its_run(its, cpus);
}

#endif
