/* SPDX-License-Identifier: MIT */
/*
 * The GIC in the vocabulary of KVM's VGIC (armvirt/gic_kvm.h). An access is that of a guest, but
 * where userspace of KVM has other rules: those are here.
 */
#include <armvirt/gic_kvm.h>

#include "base/bits.h"
#include "cpu.h"
#include "irqregs.h"
#include "table.h"
#include "vcpu.h"

#define OFFSET ARMVIRT_BITS(31, 0)
#define SYSREG ARMVIRT_BITS(15, 0)
#define INTID  ARMVIRT_BITS(9, 0)

#define GICD_IIDR    0x0008u
#define GICD_TYPER2  0x000cu
#define STATUSR      0x0010u /* of both frames */
#define STATUSR_BITS 0xfu

/* ---- Accesses ------------------------------------------------------------------------------ */

struct access {
    struct armvirt_gic *gic;
    uint32_t pe;
    bool redist;
    struct armvirt_gic_access at;
    struct armvirt_mmio mmio; /* decoded */
};

/* The register that an attribute names. */
static enum armvirt_status decode(struct access *a, uint64_t attr)
{
    uint32_t offset = (uint32_t)ARMVIRT_GET(OFFSET, attr);
    struct armvirt_gic_access in_frame = {.offset = offset, .size = 4, .secure = true};
    bool found;

    a->at = in_frame;
    a->mmio = (struct armvirt_mmio){.gic = a->gic, .pe = a->pe, .redist = a->redist};
    if (offset % 4 != 0) {
        return ARMVIRT_E_INVAL;
    }
    if (!a->redist) {
        found = armvirt_mmio_decode(&a->mmio, armvirt_gicd_rows, armvirt_gicd_row_count, &in_frame);
    } else {
        in_frame.offset = offset % ARMVIRT_BANK_FRAME_BYTES;
        found =
            offset < ARMVIRT_BANK_FRAME_BYTES
                ? armvirt_mmio_decode(&a->mmio, armvirt_rd_rows, armvirt_rd_row_count, &in_frame)
                : offset < 2 * ARMVIRT_BANK_FRAME_BYTES &&
                      armvirt_mmio_decode(&a->mmio, armvirt_sgi_rows, armvirt_sgi_row_count,
                                          &in_frame);
    }
    return found ? ARMVIRT_OK : ARMVIRT_FAULT;
}

static uint64_t guest_read(const struct access *a)
{
    uint64_t value;

    if (a->redist) {
        (void)armvirt_gicr_read(a->gic, a->pe, &a->at, &value);
    } else {
        (void)armvirt_gicd_read(a->gic, &a->at, &value);
    }
    return value;
}

static void guest_write(const struct access *a, uint64_t value)
{
    if (a->redist) {
        (void)armvirt_gicr_write(a->gic, a->pe, &a->at, value);
    } else {
        (void)armvirt_gicd_write(a->gic, &a->at, value);
    }
}

/* ---- One bit of each of 32 interrupts ------------------------------------------------------ */

/* Find interrupt @i from INTID @first on. SGIs have no line. */
static bool find(const struct access *a, uint32_t first, uint32_t i, bool line,
                 struct armvirt_irq *irq)
{
    return (!line || first + i >= ARMVIRT_SGIS) && armvirt_irq_find(a->gic, a->pe, first + i, irq);
}

static uint64_t get_bits(const struct access *a, uint32_t first, uint64_t bit)
{
    struct armvirt_irq irq;
    uint64_t value = 0;

    for (uint32_t i = 0; i < 32; i++) {
        if (find(a, first, i, bit == ARMVIRT_IRQ_LEVEL, &irq) && (*irq.word & bit)) {
            value |= UINT64_C(1) << i;
        }
    }
    return value;
}

static void set_bits(const struct access *a, uint32_t first, uint64_t bit, uint64_t value)
{
    struct armvirt_irq irq;

    for (uint32_t i = 0; i < 32; i++) {
        if (find(a, first, i, bit == ARMVIRT_IRQ_LEVEL, &irq)) {
            armvirt_irq_put(a->gic, &irq, armvirt_irq_with(*irq.word, bit, value >> i & 1));
        }
    }
    armvirt_settle(a->gic);
}

/* The INTID of the first interrupt of a register with a bit each. */
static uint32_t first_intid(const struct access *a)
{
    uint32_t first = a->mmio.at.first;

    if (a->redist) {
        return first < ARMVIRT_PRIVATE ? first : first - ARMVIRT_PRIVATE + ARMVIRT_INTID_EPPI;
    }
    return a->mmio.at.row->bank == ARMVIRT_BANK_ESPI ? first + ARMVIRT_INTID_ESPI : first;
}

/* Of the distributor, the private interrupts are in the redistributors. */
static bool has_bits(const struct access *a)
{
    return a->redist || first_intid(a) >= ARMVIRT_PRIVATE;
}

/* ---- Registers in memory ------------------------------------------------------------------- */

static enum armvirt_status get_register(struct access *a, uint64_t attr, uint64_t *value)
{
    enum armvirt_status status = decode(a, attr);

    if (status != ARMVIRT_OK) {
        return status;
    }
    if (a->mmio.kind == ARMVIRT_REG_SET_PEND) {
        *value = has_bits(a) ? get_bits(a, first_intid(a), ARMVIRT_IRQ_LATCH) : 0;
    } else if (a->mmio.kind != ARMVIRT_REG_CLR_PEND) {
        *value = guest_read(a);
    }
    return ARMVIRT_OK;
}

static void set_statusr(const struct access *a, uint64_t value)
{
    uint32_t *statusr = a->redist ? &armvirt_pe(a->gic, a->pe)->statusr : &a->gic->statusr;

    if (a->gic->config.options & ARMVIRT_GIC_OPT_STATUSR) {
        *statusr = (uint32_t)value & STATUSR_BITS;
    }
}

static enum armvirt_status set_register(struct access *a, uint64_t attr, uint64_t value)
{
    enum armvirt_status status = decode(a, attr);

    if (status != ARMVIRT_OK) {
        return status;
    }
    if (!a->redist && (a->at.offset == GICD_IIDR || a->at.offset == GICD_TYPER2)) {
        return value == guest_read(a) ? ARMVIRT_OK : ARMVIRT_E_INVAL;
    }
    if (a->at.offset == STATUSR) {
        set_statusr(a, value);
    } else if (a->mmio.kind == ARMVIRT_REG_SET_PEND) {
        if (has_bits(a)) {
            set_bits(a, first_intid(a), ARMVIRT_IRQ_LATCH, value);
        }
    } else if (a->mmio.kind != ARMVIRT_REG_CLR_PEND) {
        guest_write(a, value);
    }
    return ARMVIRT_OK;
}

/* ---- System registers ---------------------------------------------------------------------- */

#define CTLR_FIXED                                                                                 \
    (ARMVIRT_ICC_CTLR_EL1_EXTRANGE | ARMVIRT_ICC_CTLR_EL1_RSS | ARMVIRT_ICC_CTLR_EL1_A3V |         \
     ARMVIRT_ICC_CTLR_EL1_SEIS | ARMVIRT_ICC_CTLR_EL1_IDBITS | ARMVIRT_ICC_CTLR_EL1_PRIBITS)

/* Userspace is at no Exception level: nothing traps, and priorities are seen as they are. */
static const struct armvirt_gic_context userspace = {2, false, ARMVIRT_SCR_NS, 0};

static uint64_t read_sysreg(const struct access *a, uint8_t reg, uint8_t n)
{
    struct armvirt_gic_pe *pe = armvirt_pe(a->gic, a->pe);
    struct armvirt_gic_context context = pe->context;
    uint64_t value;

    pe->context = userspace;
    value = reg >= ARMVIRT_ICH_AP0R ? armvirt_vcpu_read(a->gic, a->pe, reg, n)
                                    : armvirt_icc_read(a->gic, armvirt_pe(a->gic, a->pe), reg, n);
    pe->context = context;
    return value;
}

static void write_sysreg(const struct access *a, uint8_t reg, uint8_t n, uint64_t value)
{
    struct armvirt_gic_pe *pe = armvirt_pe(a->gic, a->pe);
    struct armvirt_gic_context context = pe->context;

    pe->context = userspace;
    if (reg >= ARMVIRT_ICH_AP0R) {
        armvirt_vcpu_write(a->gic, a->pe, reg, n, value);
    } else {
        armvirt_icc_write(a->gic, armvirt_pe(a->gic, a->pe), reg, n, value);
    }
    pe->context = context;
    armvirt_settle(a->gic);
}

static enum armvirt_status get_sysreg(const struct access *a, uint64_t attr, uint64_t *value)
{
    uint8_t reg, n;

    if (!armvirt_sysreg_state(a->gic, (uint32_t)ARMVIRT_GET(SYSREG, attr), &reg, &n)) {
        return ARMVIRT_FAULT;
    }
    *value = read_sysreg(a, reg, n);
    return ARMVIRT_OK;
}

static enum armvirt_status set_sysreg(const struct access *a, uint64_t attr, uint64_t value)
{
    uint64_t fixed;
    uint8_t reg, n;

    if (!armvirt_sysreg_state(a->gic, (uint32_t)ARMVIRT_GET(SYSREG, attr), &reg, &n)) {
        return ARMVIRT_FAULT;
    }
    fixed = reg == ARMVIRT_ICC_CTLR                                    ? CTLR_FIXED
            : reg == ARMVIRT_ICC_SRE_EL1 || reg == ARMVIRT_ICC_SRE_EL2 ? UINT64_MAX
                                                                       : 0;
    if ((value ^ read_sysreg(a, reg, n)) & fixed) {
        return ARMVIRT_E_INVAL;
    }
    write_sysreg(a, reg, n, value);
    return ARMVIRT_OK;
}

/* ---- Lines --------------------------------------------------------------------------------- */

static bool line_is_good(uint64_t attr)
{
    return !(attr & OFFSET & ~INTID) && ARMVIRT_GET(INTID, attr) % 32 == 0;
}

/* ---- Attributes ---------------------------------------------------------------------------- */

/* What the attribute is about; of the distributor no PE counts. */
static enum armvirt_status begin(struct access *a, struct armvirt_gic *gic, uint32_t group,
                                 uint64_t attr)
{
    bool shared =
        group == ARMVIRT_GIC_KVM_DIST_REGS ||
        (group == ARMVIRT_GIC_KVM_LEVEL_INFO && ARMVIRT_GET(INTID, attr) >= ARMVIRT_PRIVATE);

    a->gic = gic;
    a->redist = group == ARMVIRT_GIC_KVM_REDIST_REGS;
    a->pe = shared ? 0 : armvirt_pe_of_affinity(gic, (uint32_t)(attr >> 32));
    if (!armvirt_one_state(gic)) {
        return ARMVIRT_E_UNSUPPORTED;
    }
    return a->pe == ARMVIRT_NOWHERE ? ARMVIRT_E_INVAL : ARMVIRT_OK;
}

enum armvirt_status armvirt_gic_kvm_get(struct armvirt_gic *gic, uint32_t group, uint64_t attr,
                                        uint64_t *value)
{
    struct access a;
    enum armvirt_status status = begin(&a, gic, group, attr);

    *value = 0;
    if (status != ARMVIRT_OK) {
        return status;
    }
    switch (group) {
    case ARMVIRT_GIC_KVM_DIST_REGS:
    case ARMVIRT_GIC_KVM_REDIST_REGS:
        return get_register(&a, attr, value);
    case ARMVIRT_GIC_KVM_CPU_SYSREGS:
        return get_sysreg(&a, attr, value);
    case ARMVIRT_GIC_KVM_LEVEL_INFO:
        if (!line_is_good(attr)) {
            return ARMVIRT_E_INVAL;
        }
        *value = get_bits(&a, (uint32_t)ARMVIRT_GET(INTID, attr), ARMVIRT_IRQ_LEVEL);
        return ARMVIRT_OK;
    default:
        return ARMVIRT_FAULT;
    }
}

enum armvirt_status armvirt_gic_kvm_set(struct armvirt_gic *gic, uint32_t group, uint64_t attr,
                                        uint64_t value)
{
    struct access a;
    enum armvirt_status status = begin(&a, gic, group, attr);

    if (status != ARMVIRT_OK) {
        return status;
    }
    switch (group) {
    case ARMVIRT_GIC_KVM_DIST_REGS:
    case ARMVIRT_GIC_KVM_REDIST_REGS:
        return set_register(&a, attr, value & UINT32_MAX);
    case ARMVIRT_GIC_KVM_CPU_SYSREGS:
        return set_sysreg(&a, attr, value);
    case ARMVIRT_GIC_KVM_LEVEL_INFO:
        if (!line_is_good(attr)) {
            return ARMVIRT_E_INVAL;
        }
        set_bits(&a, (uint32_t)ARMVIRT_GET(INTID, attr), ARMVIRT_IRQ_LEVEL, value);
        return ARMVIRT_OK;
    default:
        return ARMVIRT_FAULT;
    }
}

/* ---- Pending LPIs -------------------------------------------------------------------------- */

static enum armvirt_status save_table(const struct armvirt_gic *gic, uint32_t n)
{
    for (uint32_t block = 0; block < armvirt_lpi_blocks(gic, n); block++) {
        enum armvirt_bus bus = armvirt_lpi_save_block(gic, n, block);

        if (bus != ARMVIRT_BUS_OK) {
            return bus == ARMVIRT_BUS_RETRY ? ARMVIRT_E_AGAIN : ARMVIRT_FAULT;
        }
    }
    return ARMVIRT_OK;
}

enum armvirt_status armvirt_gic_kvm_save_pending(const struct armvirt_gic *gic)
{
    enum armvirt_status status = gic->jobs != 0 ? ARMVIRT_E_AGAIN : ARMVIRT_OK;

    for (uint32_t n = 0; n < gic->config.pes && status == ARMVIRT_OK; n++) {
        if (armvirt_pe(gic, n)->ctlr & ARMVIRT_GICR_CTLR_ENABLELPIS) {
            status = save_table(gic, n);
        }
    }
    return status;
}
