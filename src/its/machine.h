/* SPDX-License-Identifier: MIT */
/*
 * The state of an ITS and how its parts are found (IHI0069 5.2). One block of storage holds struct
 * armvirt_its, then the translation cache; all is reached by offsets from the start.
 */
#ifndef ARMVIRT_SRC_ITS_MACHINE_H
#define ARMVIRT_SRC_ITS_MACHINE_H

#include <armvirt/its.h>
#include <armvirt/regs/its.h>

#define ARMVIRT_ITS_BASERS    8u
#define ARMVIRT_ITS_FIRST_LPI 8192u
#define ARMVIRT_ITS_COMMAND   32u /* bytes */
#define ARMVIRT_ITS_L1_BYTES  8u
#define ARMVIRT_ITS_MAX_HCC   255u
#define ARMVIRT_ITS_NO_BASER  0xffu

/* The tables that GITS_BASER<n> give; a value is the place of its reasons in table.c too. */
enum armvirt_its_table {
    ARMVIRT_ITS_DEVICES,
    ARMVIRT_ITS_COLLECTIONS,
    ARMVIRT_ITS_VPES,
    ARMVIRT_ITS_TABLES,
};

/* GITS_BASER<n>.Type */
enum armvirt_its_baser_type {
    ARMVIRT_ITS_TYPE_NONE = 0,
    ARMVIRT_ITS_TYPE_DEVICES = 1,
    ARMVIRT_ITS_TYPE_VPES = 2,
    ARMVIRT_ITS_TYPE_COLLECTIONS = 4,
};

/* What GITS_BASER<n> says of a table, made ready for use. */
struct armvirt_its_geometry {
    uint64_t base_pa;
    uint64_t entries; /* that it has room for; 0: there is no table */
    uint32_t page_bytes;
    uint32_t per_page; /* entries in a page of the second level; 0: there is one level */
    uint8_t entry_bytes;
    uint8_t id_bits;
};

struct armvirt_its {
    struct armvirt_its_config config; /* its layout is NULL */
    struct armvirt_its_layout layout;
    uint8_t baser_of[ARMVIRT_ITS_TABLES]; /* number of the GITS_BASER, or ARMVIRT_ITS_NO_BASER */
    uint64_t baser[ARMVIRT_ITS_BASERS];
    struct armvirt_its_geometry geometry[ARMVIRT_ITS_TABLES]; /* follows baser */
    uint64_t cbaser, cwriter, creadr;
    uint64_t umsir;
    uint32_t ctlr, partidr, statusr;
    uint32_t hcc;     /* collections that the ITS holds itself: */
    size_t cache_at;  /* of its slots; 0: there is no cache */
    size_t epochs_at; /* of the epochs of devices, then those of collections */
    size_t size;
    uint64_t epoch;     /* counts what was made invalid in the cache; 0: nothing yet */
    uint64_t epoch_all; /* when all was */
    uint16_t held[ARMVIRT_ITS_MAX_HCC]; /* number of the PE + 1; 0: not mapped */
};

static inline bool armvirt_its_has(const struct armvirt_its *its, uint64_t typer_bit)
{
    return (its->config.gits_typer & typer_bit) != 0;
}

static inline bool armvirt_its_enabled(const struct armvirt_its *its)
{
    return (its->ctlr & ARMVIRT_GITS_CTLR_ENABLED) != 0;
}

static inline bool armvirt_its_is_lpi(const struct armvirt_its *its, uint64_t intid)
{
    return intid >= ARMVIRT_ITS_FIRST_LPI && intid >> its->config.lpi_bits == 0;
}

/* Bytes of the command queue; what GITS_CREADR and GITS_CWRITER stay below. */
static inline uint32_t armvirt_its_queue_bytes(const struct armvirt_its *its)
{
    return ((uint32_t)ARMVIRT_GET(ARMVIRT_GITS_CBASER_SIZE, its->cbaser) + 1) << 12;
}

/* ---- table.c ------------------------------------------------------------------------------- */

/* GITS_BASER<n> changed. */
void armvirt_its_measure_tables(struct armvirt_its *its);

/* Whether the ITS can have such an entry; else the reason why not. Reads no memory. */
enum armvirt_its_reason armvirt_its_in_range(const struct armvirt_its *its,
                                             enum armvirt_its_table table, uint32_t id);

/* The address of an entry. A missing second level is the table's reason for "unmapped". */
enum armvirt_its_reason armvirt_its_place(const struct armvirt_its *its,
                                          enum armvirt_its_table table, uint32_t id,
                                          struct armvirt_its_route *route, uint64_t *pa);

/* The bytes of an entry of the table. */
unsigned armvirt_its_entry_bytes(const struct armvirt_its *its, enum armvirt_its_table table);

/* Read an entry and note it as a step. */
enum armvirt_its_reason armvirt_its_read_entry(const struct armvirt_its *its, uint64_t pa,
                                               unsigned bytes, enum armvirt_its_step_kind kind,
                                               struct armvirt_its_route *route);
/* Write an entry: at once if one access can, else its lowest bytes last, and of what memory holds
 * as
 * @was, if that is not NULL, only what changes. So that a command that memory sends back halfway
 * finds what it needs again. */
enum armvirt_its_reason armvirt_its_write_entry(const struct armvirt_its *its, uint64_t pa,
                                                unsigned bytes, const uint64_t word[2],
                                                const uint64_t *was);

/* ---- translate.c --------------------------------------------------------------------------- */

/* The pieces of a translation; each fills its part of the route. */
enum armvirt_its_reason armvirt_its_find_device(const struct armvirt_its *its, uint32_t device,
                                                struct armvirt_its_route *route);
enum armvirt_its_reason armvirt_its_find_event(const struct armvirt_its *its, uint32_t event,
                                               struct armvirt_its_route *route);
enum armvirt_its_reason armvirt_its_find_collection(const struct armvirt_its *its, uint32_t icid,
                                                    struct armvirt_its_route *route);
enum armvirt_its_reason armvirt_its_find_vpe(const struct armvirt_its *its, uint32_t vpe,
                                             struct armvirt_its_route *route);
/* Device and event. */
enum armvirt_its_reason armvirt_its_find_mapping(const struct armvirt_its *its, uint32_t device,
                                                 uint32_t event, struct armvirt_its_route *route);
/* The PE or vPE of the event that was found. */
enum armvirt_its_reason armvirt_its_find_target(const struct armvirt_its *its,
                                                struct armvirt_its_route *route);
/* All of it. */
enum armvirt_its_reason armvirt_its_find_route(const struct armvirt_its *its, uint32_t device,
                                               uint32_t event, struct armvirt_its_route *route);
/* The address of the entry of an event of the device that was found. */
uint64_t armvirt_its_event_pa(const struct armvirt_its *its, const struct armvirt_its_route *route,
                              uint32_t event);

/* ---- command.c, command_virtual.c ---------------------------------------------------------- */

/* Run a command; ARMVIRT_ITS_RETRY leaves it to be run again. */
enum armvirt_its_reason armvirt_its_command(struct armvirt_its *its, const uint64_t word[4]);
enum armvirt_its_reason armvirt_its_virtual_command(struct armvirt_its *its,
                                                    const uint64_t word[4]);
/* The PE that RDbase names in a doubleword of a command. */
enum armvirt_its_reason armvirt_its_command_pe(const struct armvirt_its *its, uint64_t word,
                                               uint32_t *pe);
/* The place where a mapping is to be written: a table without room for it is out of range. */
enum armvirt_its_reason armvirt_its_place_to_map(const struct armvirt_its *its,
                                                 enum armvirt_its_table table, uint32_t id,
                                                 struct armvirt_its_route *route, uint64_t *pa);
/* Whether an event of the device that was found is mapped and so stays as it is, which is a choice;
 * memory may stand in the way of looking. */
enum armvirt_its_reason armvirt_its_find_kept(const struct armvirt_its *its, uint32_t event,
                                              struct armvirt_its_route *route, bool *kept);
/* Write the entry of an event of the device that was found; @was is the entry if it was read. */
enum armvirt_its_reason armvirt_its_map_event(struct armvirt_its *its,
                                              const struct armvirt_its_route *route,
                                              const uint64_t *was);

/* ---- queue.c ------------------------------------------------------------------------------- */

/* Whether there is a command to run. */
bool armvirt_its_has_work(const struct armvirt_its *its);
/* The architecture's number of an error; 0 if it has none. */
uint32_t armvirt_its_error_code(enum armvirt_its_reason reason, unsigned opcode);

/* ---- list.c -------------------------------------------------------------------------------- */

/* The device to look at after one that is not mapped, or whose entry cannot be read: where a second
 * level is missing, that of the next. */
uint64_t armvirt_its_next_device(const struct armvirt_its *its, uint64_t device,
                                 const struct armvirt_its_route *route);

/* ---- message.c ----------------------------------------------------------------------------- */

/* Deliver to the target of a route that is complete. */
void armvirt_its_deliver(const struct armvirt_its *its, const struct armvirt_its_route *route);

#endif
