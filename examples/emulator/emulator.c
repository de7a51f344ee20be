/* SPDX-License-Identifier: MIT */
/*
 * The interrupt path of an emulator: a device writes a message, the ITS translates it, the GIC
 * signals the PE, the PE takes the exception, and its handler acknowledges, ends and returns.
 * Between the arrows of that sentence there are only calls of armvirt.
 */
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include <armvirt/exc.h>
#include <armvirt/gic.h>
#include <armvirt/its.h>
#include <armvirt/mem.h>
#include <armvirt/regs/gic_mmio.h>
#include <armvirt/regs/its.h>

/* Memory of the modelled machine, 2 MB from address 0, and where its software has put tables. */
enum {
    MEMORY = 0x200000,
    QUEUE = 0x10000,
    DEVICES = 0x20000,
    COLLECTIONS = 0x30000,
    EVENTS = 0x40000, /* the interrupt translation table of the device */
    LPI_CONFIG = 0x50000,
    LPI_PENDING = 0x80000,
};

enum { DEVICE = 8, EVENT = 3, LPI = 8195 };

static uint8_t memory[MEMORY];
static _Alignas(ARMVIRT_GIC_ALIGN) uint8_t gic_storage[1 << 20];
static _Alignas(ARMVIRT_ITS_ALIGN) uint8_t its_storage[ARMVIRT_ITS_SIZE(8)];

/* The machine: one PE, and the lines that the GIC drives into it. */
struct machine {
    struct armvirt_mem_flat flat;
    struct armvirt_gic *gic;
    struct armvirt_its *its;
    struct armvirt_pe pe;
    uint32_t lines;
};

static void on_signal(void *ctx, uint32_t pe, uint32_t signals, uint32_t changed)
{
    struct machine *m = ctx;

    (void)pe;
    (void)changed;
    m->lines = signals;
    printf("GIC: IRQ %s\n", signals & ARMVIRT_GIC_IRQ ? "asserted" : "deasserted");
}

static const struct armvirt_gic_ops gic_ops = {on_signal};

static bool make(struct machine *m)
{
    static const uint32_t affinity[] = {0};
    const struct armvirt_gic_config gic = {
        .gicd_typer =
            (uint32_t)(ARMVIRT_GICD_TYPER_LPIS | ARMVIRT_PUT(ARMVIRT_GICD_TYPER_ITLINESNUMBER, 1) |
                       ARMVIRT_PUT(ARMVIRT_GICD_TYPER_IDBITS, 15)),
        .gicr_typer = ARMVIRT_GICR_TYPER_PLPIS,
        .icc_ctlr = UINT64_C(4) << 8, /* five bits of priority */
        .pes = 1,
        .affinity = affinity,
        .mem = armvirt_mem_from_flat(&m->flat),
        .ops = &gic_ops,
        .ctx = m,
    };
    struct armvirt_its_config its = {
        .gits_typer = ARMVIRT_GITS_TYPER_PHYSICAL | ARMVIRT_PUT(ARMVIRT_GITS_TYPER_DEVBITS, 15) |
                      ARMVIRT_PUT(ARMVIRT_GITS_TYPER_ID_BITS, 15),
        .lpi_bits = 16,
        .pes = 1,
        .cache_log2 = 8,
        .mem = armvirt_mem_from_flat(&m->flat),
    };

    if (armvirt_gic_init(gic_storage, sizeof(gic_storage), &gic, &m->gic) != ARMVIRT_OK) {
        return false;
    }
    its.sink = (struct armvirt_lpi_sink){&armvirt_gic_lpi_ops, m->gic};
    return armvirt_its_init(its_storage, sizeof(its_storage), &its, &m->its) == ARMVIRT_OK;
}

/* ---- What the software of the machine does at its start -------------------------------------- */

static void gicr(struct machine *m, uint32_t offset, uint8_t size, uint64_t value)
{
    const struct armvirt_gic_access access = {.offset = offset, .size = size};

    (void)armvirt_gicr_write(m->gic, 0, &access, value);
}

static void gits(struct machine *m, uint32_t offset, uint8_t size, uint64_t value)
{
    const struct armvirt_its_access access = {.offset = offset, .size = size};

    (void)armvirt_its_write(m->its, &access, value);
}

static void icc(struct machine *m, uint32_t encoding, uint64_t value)
{
    enum armvirt_gic_outcome outcome;

    (void)armvirt_gic_sysreg_write(m->gic, 0, encoding, value, &outcome);
}

static void start_gic(struct machine *m)
{
    const struct armvirt_gic_context kernel = {.el = 1, .scr_el3 = 1};
    const struct armvirt_gic_access ctlr = {.offset = 0, .size = 4};

    (void)armvirt_gic_set_context(m->gic, 0, &kernel);
    memory[LPI_CONFIG + LPI - 8192] = 0xa1;          /* priority 0xa0, enabled */
    (void)armvirt_gicd_write(m->gic, &ctlr, 3);      /* both groups */
    gicr(m, 0x14, 4, 0);                             /* GICR_WAKER: awake */
    gicr(m, 0x70, 8, LPI_CONFIG | 15);               /* GICR_PROPBASER */
    gicr(m, 0x78, 8, LPI_PENDING);                   /* GICR_PENDBASER */
    gicr(m, 0x00, 4, ARMVIRT_GICR_CTLR_ENABLELPIS);  /* loads the pending table: */
    (void)armvirt_gic_step(m->gic, UINT32_MAX);      /* a job for the main loop */
    icc(m, ARMVIRT_GIC_SYSREG(3, 0, 4, 6, 0), 0xf0); /* ICC_PMR_EL1 */
    icc(m, ARMVIRT_GIC_SYSREG(3, 0, 12, 12, 7), 1);  /* ICC_IGRPEN1_EL1 */
}

static void command(struct machine *m, unsigned n, uint64_t w0, uint64_t w1, uint64_t w2)
{
    const uint64_t words[4] = {w0, w1, w2, 0};

    memcpy(memory + QUEUE + 32 * (size_t)n, words, sizeof(words));
    gits(m, 0x88, 8, 32 * (n + 1)); /* GITS_CWRITER */
}

/* Event 3 of device 8 is LPI 8195, for the PEs of collection 0, which is PE 0. */
static void start_its(struct machine *m)
{
    const uint64_t valid = UINT64_C(1) << 63;

    gits(m, 0x100, 8, valid | DEVICES | 0x200);     /* GITS_BASER0: one page of 64 KB */
    gits(m, 0x108, 8, valid | COLLECTIONS | 0x200); /* GITS_BASER1 */
    gits(m, 0x80, 8, valid | QUEUE | 15);           /* GITS_CBASER: 64 KB */
    gits(m, 0x00, 4, 1);                            /* GITS_CTLR: enabled */
    command(m, 0, ARMVIRT_ITS_MAPD | (uint64_t)DEVICE << 32, 4, valid | EVENTS);
    command(m, 1, ARMVIRT_ITS_MAPC, 0, valid);
    command(m, 2, ARMVIRT_ITS_MAPTI | (uint64_t)DEVICE << 32, (uint64_t)LPI << 32 | EVENT, 0);
    (void)armvirt_its_step(m->its, 100); /* a job for the main loop, too */
}

/* ---- The PE ---------------------------------------------------------------------------------- */

/* Before each instruction: is something to be taken? */
static bool take_interrupt(struct machine *m)
{
    struct armvirt_exc_pending pending;
    struct armvirt_exception exc;

    armvirt_exc_pending(&m->pe, m->lines, &pending);
    if (pending.first == ARMVIRT_EXC_SYNC) {
        return false;
    }
    armvirt_exc_interrupt(&m->pe, (enum armvirt_exc_source)pending.first,
                          pending.target_el[pending.first], 0, &exc);
    (void)armvirt_exc_enter(&m->pe, &exc);
    printf("PE: IRQ taken to EL%u, handler at 0x%" PRIx64 ", to return to 0x%" PRIx64 "\n",
           armvirt_pe_el(&m->pe), m->pe.pc, m->pe.elr_el[1]);
    return true;
}

/* What the handler's instructions come to: MRS ICC_IAR1_EL1, MSR ICC_EOIR1_EL1, ERET. */
static void run_handler(struct machine *m)
{
    struct armvirt_exc_return result;
    uint32_t intid = armvirt_gic_acknowledge(m->gic, 0, true);

    printf("handler: INTID %" PRIu32 "\n", intid);
    armvirt_gic_end(m->gic, 0, true, intid);
    (void)armvirt_exc_return(&m->pe, &result);
    printf("PE: at EL%u again, 0x%" PRIx64 "\n", armvirt_pe_el(&m->pe), m->pe.pc);
}

int main(void)
{
    static struct machine m = {.flat = {memory, 0, MEMORY, true}};

    if (!make(&m)) {
        return 1;
    }
    start_gic(&m);
    start_its(&m);
    m.pe.vmsa.id_aa64pfr0_el1 = 0x11; /* EL0 and EL1, AArch64 */
    m.pe.vbar_el[1] = 0xffff800010000000;
    m.pe.pc = 0x400000; /* a process at EL0 */

    printf("device: event %d\n", EVENT);
    if (armvirt_its_msi(m.its, DEVICE, EVENT) != ARMVIRT_OK || !take_interrupt(&m)) {
        return 1;
    }
    run_handler(&m);
    return take_interrupt(&m) ? 1 : 0;
}
