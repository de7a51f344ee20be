/* SPDX-License-Identifier: MIT */
/* From the values of registers to an ITS: GITS_TYPER makes it, the others are written as software
 * would, GITS_CTLR last. */
#include "its_state.h"

#include <armvirt/regs/gic_mmio.h>
#include <armvirt/regs/its.h>

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>

#define COUNT_OF(array) (sizeof(array) / sizeof((array)[0]))
#define BASERS          8
#define MOST_PES        65535u
#define FIRST_LPI       8192u

struct its_layout {
    uint8_t event_bytes;
    const char *name;
    const struct armvirt_its_layout *layout;
};

/* All that this program knows, by the size of an entry of an event. */
static const struct its_layout layouts[] = {
    {8, "KVM", &armvirt_its_layout_kvm},
    {12, "QEMU", &armvirt_its_layout_qemu},
    {16, "armvirt", &armvirt_its_layout_own},
};

/* ---- An inspected machine takes no interrupt ------------------------------------------------- */

static void ignore(void *ctx, uint32_t pe, uint32_t intid)
{
    (void)ctx;
    (void)pe;
    (void)intid;
}

static void ignore_virtual(void *ctx, const struct armvirt_vpe *vpe, uint32_t vintid,
                           uint32_t doorbell)
{
    (void)ctx;
    (void)vpe;
    (void)vintid;
    (void)doorbell;
}

static const struct armvirt_lpi_ops nobody = {.set = ignore, .vset = ignore_virtual};

/* ---- Registers ------------------------------------------------------------------------------- */

static uint64_t value_of(const struct machine *machine, const char *name)
{
    uint64_t value = 0;

    (void)machine_register(machine, -1, name, &value);
    return value;
}

static void write_its(struct armvirt_its *its, uint32_t offset, uint8_t size, uint64_t value)
{
    struct armvirt_its_access access = {.offset = offset, .size = size};

    (void)armvirt_its_write(its, &access, value);
}

static bool choose_layout(struct its_state *state, struct error *error)
{
    unsigned bytes =
        (unsigned)ARMVIRT_GET(ARMVIRT_GITS_TYPER_ITT_ENTRY_SIZE, state->config.gits_typer) + 1;

    for (size_t i = 0; i < COUNT_OF(layouts); i++) {
        if (layouts[i].event_bytes == bytes) {
            state->layout = layouts[i].name;
            state->config.layout = layouts[i].layout;
            return true;
        }
    }
    return refuse(error,
                  "GITS_TYPER: entries of %u bytes are of no ITS whose tables are known "
                  "(8: KVM, 12: QEMU, 16: armvirt)",
                  bytes);
}

static bool read_config(struct its_state *state, struct machine *machine, struct error *error)
{
    uint64_t typer, gicd_typer = value_of(machine, "GICD_TYPER");
    unsigned id_bits = (unsigned)ARMVIRT_GET(ARMVIRT_GICD_TYPER_IDBITS, gicd_typer) + 1;

    if (!machine_register(machine, -1, "GITS_TYPER", &typer)) {
        return refuse(error, "the machine has no GITS_TYPER: no ITS is described");
    }
    state->config = (struct armvirt_its_config){
        .gits_typer = typer,
        .gits_iidr = (uint32_t)value_of(machine, "GITS_IIDR"),
        .lpi_bits = (uint8_t)(id_bits >= 14 && id_bits <= 24 ? id_bits : 16),
        .pes = machine->cpu_count != 0 ? (uint32_t)machine->cpu_count : MOST_PES,
        .mem = memory_image_ops(&machine->memory),
        .sink = {&nobody, NULL},
    };
    for (unsigned n = 0; n < BASERS; n++) {
        char name[16];

        (void)snprintf(name, sizeof(name), "GITS_BASER%u", n);
        state->config.gits_baser[n] = value_of(machine, name) & (ARMVIRT_GITS_BASERN_TYPE);
        state->config.gits_baser[n] |= ARMVIRT_GITS_BASERN_INDIRECT;
    }
    return choose_layout(state, error);
}

bool its_state_open(struct its_state *state, struct machine *machine, struct error *error)
{
    size_t size;

    if (!read_config(state, machine, error)) {
        return false;
    }
    size = armvirt_its_size(&state->config);
    if (size == 0) {
        return refuse(error, "GITS_TYPER: 0x%" PRIx64 " with tables of %s is no possible ITS",
                      state->config.gits_typer, state->layout);
    }
    state->storage = malloc(size);
    if (state->storage == NULL ||
        armvirt_its_init(state->storage, size, &state->config, &state->its) != ARMVIRT_OK) {
        return refuse(error, "out of memory");
    }
    for (unsigned n = 0; n < BASERS; n++) {
        char name[16];

        (void)snprintf(name, sizeof(name), "GITS_BASER%u", n);
        write_its(state->its, 0x100 + 8 * n, 8, value_of(machine, name));
    }
    write_its(state->its, 0x80, 8, value_of(machine, "GITS_CBASER"));
    write_its(state->its, 0x88, 8, value_of(machine, "GITS_CWRITER"));
    write_its(state->its, 0x00, 4, value_of(machine, "GITS_CTLR"));
    return true;
}

void its_state_close(struct its_state *state)
{
    free(state->storage);
    state->storage = NULL;
}

struct lpi_config its_lpi_config(struct machine *machine, uint32_t pe, uint32_t intid)
{
    struct armvirt_mem mem = memory_image_ops(&machine->memory);
    struct lpi_config config = {0};
    uint64_t propbaser, byte = 0;
    char name[32];

    (void)snprintf(name, sizeof(name), "GICR%" PRIu32 "_PROPBASER", pe);
    if (intid < FIRST_LPI || !machine_register(machine, -1, name, &propbaser)) {
        return config;
    }
    config.pa = (propbaser & ARMVIRT_GICR_PROPBASER_PHYSICAL_ADDRESS) + intid - FIRST_LPI;
    config.known = mem.ops->read(mem.ctx,
                                 &(struct armvirt_mem_req){
                                     .pa = config.pa, .size = 1, .what = ARMVIRT_MEM_LPI_CONFIG},
                                 &byte) == ARMVIRT_BUS_OK;
    config.byte = (uint8_t)byte;
    return config;
}
