/* SPDX-License-Identifier: MIT */
/* From the values of registers to a GIC: the identification registers make it, then all others are
 * written as software would, the controls last. */
#include "gic_state.h"

#include <armvirt/regs/gic.h>
#include <armvirt/regs/gic_mmio.h>

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>

#define COUNT_OF(array)    (sizeof(array) / sizeof((array)[0]))
#define SGI_BASE           0x10000u
#define ICC(crn, crm, op2) ARMVIRT_GIC_SYSREG(3, 0, crn, crm, op2)
#define ICH(crm, op2)      ARMVIRT_GIC_SYSREG(3, 4, 12, crm, op2)

/* Registers name0, name1, ... that lie one after the other, or one register if `count` is 0. */
struct frame_row {
    const char *format;
    uint32_t offset, first, count;
    uint8_t bytes;
};

static const struct frame_row gicd_rows[] = {
    {"GICD_IGROUPR%u", 0x0080, 1, 31, 4},     {"GICD_IGROUPR%uE", 0x1000, 0, 32, 4},
    {"GICD_IGRPMODR%u", 0x0d00, 1, 31, 4},    {"GICD_IGRPMODR%uE", 0x3400, 0, 32, 4},
    {"GICD_ICFGR%u", 0x0c00, 2, 62, 4},       {"GICD_ICFGR%uE", 0x3000, 0, 64, 4},
    {"GICD_IPRIORITYR%u", 0x0400, 8, 247, 4}, {"GICD_IPRIORITYR%uE", 0x2000, 0, 256, 4},
    {"GICD_INMIR%u", 0x0f80, 1, 31, 4},       {"GICD_INMIR%uE", 0x3b00, 0, 32, 4},
    {"GICD_NSACR%u", 0x0e00, 2, 62, 4},       {"GICD_NSACR%uE", 0x3600, 0, 64, 4},
    {"GICD_IROUTER%u", 0x6000, 32, 988, 8},   {"GICD_IROUTER%uE", 0x8000, 0, 1024, 8},
    {"GICD_ISENABLER%u", 0x0100, 1, 31, 4},   {"GICD_ISENABLER%uE", 0x1200, 0, 32, 4},
    {"GICD_ISPENDR%u", 0x0200, 1, 31, 4},     {"GICD_ISPENDR%uE", 0x1600, 0, 32, 4},
    {"GICD_ISACTIVER%u", 0x0300, 1, 31, 4},   {"GICD_ISACTIVER%uE", 0x1a00, 0, 32, 4},
    {"GICD_CTLR", 0x0000, 0, 0, 4},
};

static const struct frame_row gicr_rows[] = {
    {"IGROUPR%u", SGI_BASE + 0x080, 0, 1, 4},
    {"IGROUPR%uE", SGI_BASE + 0x080, 1, 2, 4},
    {"IGRPMODR%u", SGI_BASE + 0xd00, 0, 1, 4},
    {"IGRPMODR%uE", SGI_BASE + 0xd00, 1, 2, 4},
    {"ICFGR%u", SGI_BASE + 0xc00, 0, 2, 4},
    {"ICFGR%uE", SGI_BASE + 0xc00, 2, 4, 4},
    {"IPRIORITYR%u", SGI_BASE + 0x400, 0, 8, 4},
    {"IPRIORITYR%uE", SGI_BASE + 0x400, 8, 16, 4},
    {"INMIR%u", SGI_BASE + 0xf80, 0, 1, 4},
    {"INMIR%uE", SGI_BASE + 0xf80, 1, 2, 4},
    {"NSACR", SGI_BASE + 0xe00, 0, 0, 4},
    {"ISENABLER%u", SGI_BASE + 0x100, 0, 1, 4},
    {"ISENABLER%uE", SGI_BASE + 0x100, 1, 2, 4},
    {"ISPENDR%u", SGI_BASE + 0x200, 0, 1, 4},
    {"ISPENDR%uE", SGI_BASE + 0x200, 1, 2, 4},
    {"ISACTIVER%u", SGI_BASE + 0x300, 0, 1, 4},
    {"ISACTIVER%uE", SGI_BASE + 0x300, 1, 2, 4},
    {"PROPBASER", 0x70, 0, 0, 8},
    {"PENDBASER", 0x78, 0, 0, 8},
    {"WAKER", 0x14, 0, 0, 4},
    {"CTLR", 0x00, 0, 0, 4},
};

static const struct {
    const char *name;
    uint32_t encoding;
} sysreg_rows[] = {
    {"ICC_CTLR_EL3", ARMVIRT_GIC_SYSREG(3, 6, 12, 12, 4)},
    {"ICC_CTLR_EL1", ICC(12, 12, 4)},
    {"ICC_PMR_EL1", ICC(4, 6, 0)},
    {"ICC_BPR0_EL1", ICC(12, 8, 3)},
    {"ICC_BPR1_EL1", ICC(12, 12, 3)},
    {"ICC_AP0R0_EL1", ICC(12, 8, 4)},
    {"ICC_AP0R1_EL1", ICC(12, 8, 5)},
    {"ICC_AP0R2_EL1", ICC(12, 8, 6)},
    {"ICC_AP0R3_EL1", ICC(12, 8, 7)},
    {"ICC_AP1R0_EL1", ICC(12, 9, 0)},
    {"ICC_AP1R1_EL1", ICC(12, 9, 1)},
    {"ICC_AP1R2_EL1", ICC(12, 9, 2)},
    {"ICC_AP1R3_EL1", ICC(12, 9, 3)},
    {"ICC_IGRPEN0_EL1", ICC(12, 12, 6)},
    {"ICC_IGRPEN1_EL1", ICC(12, 12, 7)},
    {"ICC_IGRPEN1_EL3", ARMVIRT_GIC_SYSREG(3, 6, 12, 12, 7)},
    {"ICH_VMCR_EL2", ICH(11, 7)},
    {"ICH_AP0R0_EL2", ICH(8, 0)},
    {"ICH_AP1R0_EL2", ICH(9, 0)},
    {"ICH_HCR_EL2", ICH(11, 0)},
};

enum { NOT_OF_A_CPU = -1, NAME_BYTES = 48, PES_MAX = 1024 };

static uint64_t value_of(const struct machine *machine, int cpu, const char *name)
{
    uint64_t value = 0;

    (void)machine_register(machine, cpu, name, &value);
    return value;
}

static bool redistributor(const struct machine *machine, uint32_t pe, const char *name,
                          uint64_t *value)
{
    char full[NAME_BYTES + 16];

    (void)snprintf(full, sizeof(full), "GICR%" PRIu32 "_%s", pe, name);
    return machine_register(machine, NOT_OF_A_CPU, full, value);
}

/* ---- What it is ------------------------------------------------------------------------------ */

static uint32_t count_pes(const struct machine *machine)
{
    uint64_t value;
    uint32_t count = 0;

    while (count < PES_MAX && redistributor(machine, count, "TYPER", &value)) {
        count++;
    }
    return count;
}

static bool identify(struct gic_state *state, struct machine *machine, struct error *error)
{
    struct armvirt_gic_config *config = &state->config;
    uint64_t typer = 0, ctlr = 0;

    config->pes = count_pes(machine);
    if (config->pes == 0) {
        return refuse(error, "the machine has no GICv3: GICR0_TYPER is not given");
    }
    state->affinity = calloc(config->pes, sizeof(state->affinity[0]));
    if (state->affinity == NULL) {
        return refuse(error, "out of memory");
    }
    for (uint32_t pe = 0; pe < config->pes; pe++) {
        (void)redistributor(machine, pe, "TYPER", &typer);
        state->affinity[pe] = (uint32_t)(typer >> 32);
    }
    (void)redistributor(machine, 0, "TYPER", &typer);
    (void)redistributor(machine, 0, "CTLR", &ctlr);
    config->gicd_typer = (uint32_t)value_of(machine, NOT_OF_A_CPU, "GICD_TYPER");
    config->gicd_typer2 = (uint32_t)value_of(machine, NOT_OF_A_CPU, "GICD_TYPER2");
    config->gicr_typer = typer;
    config->gicr_ctlr = (uint32_t)ctlr | (uint32_t)ARMVIRT_GICR_CTLR_CES;
    config->icc_ctlr = value_of(machine, 0, "ICC_CTLR_EL1") | value_of(machine, 0, "ICC_CTLR_EL3");
    config->ich_vtr = value_of(machine, 0, "ICH_VTR_EL2");
    config->affinity = state->affinity;
    config->mem = memory_image_ops(&machine->memory);
    return true;
}

static bool make(struct gic_state *state, struct error *error)
{
    size_t size = armvirt_gic_size(&state->config);

    if (size == 0) {
        return refuse(error, "GICD_TYPER, GICRn_TYPER and ICC_CTLR_EL1 are of no GICv3");
    }
    state->storage = aligned_alloc(ARMVIRT_GIC_ALIGN, (size + ARMVIRT_GIC_ALIGN - 1) /
                                                          ARMVIRT_GIC_ALIGN * ARMVIRT_GIC_ALIGN);
    if (state->storage == NULL) {
        return refuse(error, "out of memory");
    }
    if (armvirt_gic_init(state->storage, size, &state->config, &state->gic) != ARMVIRT_OK) {
        return refuse(error, "GICRn_TYPER: affinities must differ");
    }
    return true;
}

/* ---- What state it is in --------------------------------------------------------------------- */

/* The frame of a redistributor, or the distributor's. */
struct frame {
    const struct frame_row *rows;
    size_t count;
    bool distributor;
    uint32_t pe;
};

static void put_register(struct gic_state *state, const struct machine *machine,
                         const struct frame *frame, const struct frame_row *row, uint32_t n)
{
    const struct armvirt_gic_access access = {
        .offset = row->offset + n * row->bytes, .size = row->bytes, .secure = true};
    char name[NAME_BYTES];
    uint64_t value;

    (void)snprintf(name, sizeof(name), row->format, n);
    if (!frame->distributor) {
        if (redistributor(machine, frame->pe, name, &value)) {
            (void)armvirt_gicr_write(state->gic, frame->pe, &access, value);
        }
    } else if (machine_register(machine, NOT_OF_A_CPU, name, &value)) {
        (void)armvirt_gicd_write(state->gic, &access, value);
    }
}

static void put_frame(struct gic_state *state, const struct machine *machine,
                      const struct frame *frame)
{
    for (size_t i = 0; i < frame->count; i++) {
        const struct frame_row *row = &frame->rows[i];

        for (uint32_t n = 0; n < row->count || n == 0; n++) {
            put_register(state, machine, frame, row, row->first + n);
        }
    }
}

static void put_cpu(struct gic_state *state, const struct machine *machine, uint32_t pe)
{
    bool two_states = (state->config.gicd_typer & ARMVIRT_GICD_TYPER_SECURITYEXTN) != 0;
    struct armvirt_gic_context context = {.el = two_states ? 3 : 2, .scr_el3 = 1};
    enum armvirt_gic_outcome outcome;
    uint64_t value;

    (void)armvirt_gic_set_context(state->gic, pe, &context);
    for (size_t i = 0; i < COUNT_OF(sysreg_rows); i++) {
        if (machine_register(machine, (int)pe, sysreg_rows[i].name, &value)) {
            (void)armvirt_gic_sysreg_write(state->gic, pe, sysreg_rows[i].encoding, value,
                                           &outcome);
        }
    }
    for (unsigned n = 0; n < 16; n++) {
        char name[NAME_BYTES];

        (void)snprintf(name, sizeof(name), "ICH_LR%u_EL2", n);
        if (machine_register(machine, (int)pe, name, &value)) {
            (void)armvirt_gic_sysreg_write(state->gic, pe, ICH(12 + n / 8, n % 8), value, &outcome);
        }
    }
    context = (struct armvirt_gic_context){.el = 1, .scr_el3 = 1};
    (void)armvirt_gic_set_context(state->gic, pe, &context);
}

static void put_rows(struct gic_state *state, const struct machine *machine)
{
    const struct frame distributor = {
        .rows = gicd_rows, .count = COUNT_OF(gicd_rows), .distributor = true};

    for (uint32_t pe = 0; pe < state->config.pes; pe++) {
        const struct frame frame = {.rows = gicr_rows, .count = COUNT_OF(gicr_rows), .pe = pe};

        put_cpu(state, machine, pe);
        put_frame(state, machine, &frame);
    }
    put_frame(state, machine, &distributor);
}

bool gic_state_open(struct gic_state *state, struct machine *machine, struct error *error)
{
    *state = (struct gic_state){0};
    if (!identify(state, machine, error) || !make(state, error)) {
        return false;
    }
    put_rows(state, machine);
    while (armvirt_gic_step(state->gic, UINT32_MAX) == ARMVIRT_E_AGAIN) { /* reads LPI tables */
    }
    return true;
}

void gic_state_close(struct gic_state *state)
{
    free(state->storage);
    free(state->affinity);
    *state = (struct gic_state){0};
}
