/* SPDX-License-Identifier: MIT */
/* The registers of the physical CPU interface, ICC_* (IHI0069 12.2). */
#include "base/compiler.h"
#include "cpu.h"

#define SRE_EL1_VALUE (ARMVIRT_ICC_SRE_EL1_SRE | ARMVIRT_ICC_SRE_EL1_DFB | ARMVIRT_ICC_SRE_EL1_DIB)
#define SRE_EL2_VALUE (SRE_EL1_VALUE | ARMVIRT_ICC_SRE_EL2_ENABLE)

#define CTLR_FIXED                                                                                 \
    (ARMVIRT_ICC_CTLR_EL1_EXTRANGE | ARMVIRT_ICC_CTLR_EL1_RSS | ARMVIRT_ICC_CTLR_EL1_A3V |         \
     ARMVIRT_ICC_CTLR_EL1_SEIS | ARMVIRT_ICC_CTLR_EL1_IDBITS | ARMVIRT_ICC_CTLR_EL1_PRIBITS)

/* ---- Priority mask and running priority ---------------------------------------------------- */

/* A priority as Non-secure software sees it: that of a Secure interrupt as 0, idle as idle (rule
 * 25). */
static uint8_t ns_view(uint8_t priority)
{
    if (priority == ARMVIRT_IDLE_PRIORITY) {
        return priority;
    }
    return priority & ARMVIRT_NS_PRIORITY ? (uint8_t)(priority << 1) : 0;
}

static uint64_t read_pmr(const struct armvirt_gic_pe *pe)
{
    return armvirt_ns_priorities(pe) ? ns_view(pe->cpu.pmr) : pe->cpu.pmr;
}

static void write_pmr(const struct armvirt_gic *gic, struct armvirt_gic_pe *pe, uint64_t value)
{
    uint8_t pmr = (uint8_t)value;

    if (armvirt_ns_priorities(pe)) {
        if (!(pe->cpu.pmr & ARMVIRT_NS_PRIORITY)) {
            return;
        }
        pmr = (uint8_t)(pmr >> 1 | ARMVIRT_NS_PRIORITY);
    }
    pe->cpu.pmr = pmr & armvirt_priority_mask(gic);
}

/* RPR.NMI is that of the own Security state; Secure software sees the other one in NMI_NS. */
static uint64_t running_nmi(const struct armvirt_gic_pe *pe)
{
    uint64_t value = 0;

    if (armvirt_secure_now(pe)) {
        value |= pe->cpu.nmi_active[ARMVIRT_G1S] ? ARMVIRT_ICC_RPR_EL1_NMI : 0;
        value |= pe->cpu.nmi_active[ARMVIRT_G1NS] ? ARMVIRT_ICC_RPR_EL1_NMI_NS : 0;
    } else {
        value |= pe->cpu.nmi_active[ARMVIRT_G1NS] ? ARMVIRT_ICC_RPR_EL1_NMI : 0;
    }
    return value;
}

static uint64_t read_rpr(const struct armvirt_gic_pe *pe)
{
    uint8_t running = pe->cpu.running;

    return (armvirt_ns_priorities(pe) ? ns_view(running) : running) | running_nmi(pe);
}

/* ---- Binary points ------------------------------------------------------------------------- */

static bool common_bpr(const struct armvirt_gic_pe *pe)
{
    return pe->cpu.cbpr[armvirt_secure_bank(pe)] && pe->context.el < 3;
}

/* Rules 16 to 18. With CBPR, the Non-secure BPR1 reads as BPR0 + 1; the Secure one is BPR0. */
static uint64_t read_bpr1(const struct armvirt_gic_pe *pe)
{
    uint8_t bpr0 = pe->cpu.bpr[ARMVIRT_G0];

    if (!common_bpr(pe)) {
        return pe->cpu.bpr[armvirt_group1_bank(pe)];
    }
    if (armvirt_secure_bank(pe)) {
        return bpr0;
    }
    return bpr0 < 7 ? bpr0 + 1u : 7u;
}

static void write_bpr(const struct armvirt_gic *gic, struct armvirt_gic_pe *pe,
                      enum armvirt_group group, uint64_t value)
{
    uint8_t bpr = (uint8_t)ARMVIRT_GET(ARMVIRT_ICC_BPR1_EL1_BINARYPOINT, value);
    uint8_t least;

    if (group != ARMVIRT_G0 && common_bpr(pe)) {
        if (group == ARMVIRT_G1NS) {
            return;
        }
        group = ARMVIRT_G0;
    }
    least = armvirt_cpu_min_bpr(gic, group);
    pe->cpu.bpr[group] = bpr < least ? least : bpr;
    armvirt_cpu_refresh(gic, &pe->cpu);
}

/* ---- Active priorities --------------------------------------------------------------------- */

static uint64_t read_apr(const struct armvirt_gic_pe *pe, enum armvirt_group group, unsigned n)
{
    uint64_t nmi = n == 0 && pe->cpu.nmi_active[group] ? ARMVIRT_ICC_AP1RN_EL1_NMI : 0;

    return pe->cpu.apr[group][n] | nmi;
}

/* The bits of register @n that exist: of Non-secure Group 1, with two Security states, those of the
 * upper half of the priorities. */
static uint32_t apr_bits(const struct armvirt_gic *gic, enum armvirt_group group, unsigned n)
{
    unsigned bits = 1u << gic->config.prebits;
    uint32_t mask = bits >= 32 ? UINT32_MAX : (UINT32_C(1) << bits) - 1;
    bool half = !armvirt_one_state(gic) && group == ARMVIRT_G1NS;

    if (!half) {
        return mask;
    }
    if (bits <= 32) {
        return mask & mask << bits / 2;
    }
    return n >= bits / 64 ? mask : 0;
}

static void write_apr(const struct armvirt_gic *gic, struct armvirt_gic_pe *pe,
                      enum armvirt_group group, unsigned n, uint64_t value)
{
    pe->cpu.apr[group][n] = (uint32_t)value & apr_bits(gic, group, n);
    if (n == 0 && group != ARMVIRT_G0 && armvirt_has(gic, ARMVIRT_GICD_TYPER_NMI)) {
        pe->cpu.nmi_active[group] = (value & ARMVIRT_ICC_AP1RN_EL1_NMI) != 0;
    }
    armvirt_cpu_refresh(gic, &pe->cpu);
}

/* ---- Control ------------------------------------------------------------------------------- */

static uint64_t read_ctlr(const struct armvirt_gic *gic, const struct armvirt_gic_pe *pe)
{
    bool secure = armvirt_secure_bank(pe);

    return (gic->config.icc_ctlr & CTLR_FIXED) |
           ARMVIRT_PUT(ARMVIRT_ICC_CTLR_EL1_EOIMODE, pe->cpu.eoimode[secure]) |
           ARMVIRT_PUT(ARMVIRT_ICC_CTLR_EL1_CBPR, pe->cpu.cbpr[secure]) |
           ARMVIRT_PUT(ARMVIRT_ICC_CTLR_EL1_PMHE, pe->cpu.pmhe);
}

/* PMHE is RAZ/WI unless the configuration has it. */
static bool pmhe_of(const struct armvirt_gic *gic, uint64_t value)
{
    return (value & gic->config.icc_ctlr & ARMVIRT_ICC_CTLR_EL3_PMHE) != 0;
}

/* With two Security states CBPR and PMHE are EL3's to set (rule 32). */
static void write_ctlr(const struct armvirt_gic *gic, struct armvirt_gic_pe *pe, uint64_t value)
{
    bool secure = armvirt_secure_bank(pe);

    pe->cpu.eoimode[secure] = (value & ARMVIRT_ICC_CTLR_EL1_EOIMODE) != 0;
    if (armvirt_one_state(gic)) {
        pe->cpu.cbpr[secure] = (value & ARMVIRT_ICC_CTLR_EL1_CBPR) != 0;
        pe->cpu.pmhe = pmhe_of(gic, value);
        armvirt_cpu_refresh(gic, &pe->cpu);
    }
}

/* ICC_CTLR_EL3.RM is there for AArch32 alone: RAZ/WI. */
static uint64_t read_ctlr_el3(const struct armvirt_gic *gic, const struct armvirt_gic_pe *pe)
{
    const struct armvirt_cpu *cpu = &pe->cpu;

    return (gic->config.icc_ctlr & (CTLR_FIXED | ARMVIRT_ICC_CTLR_EL3_NDS)) |
           ARMVIRT_PUT(ARMVIRT_ICC_CTLR_EL3_EOIMODE_EL3, cpu->eoimode_el3) |
           ARMVIRT_PUT(ARMVIRT_ICC_CTLR_EL3_EOIMODE_EL1S, cpu->eoimode[true]) |
           ARMVIRT_PUT(ARMVIRT_ICC_CTLR_EL3_EOIMODE_EL1NS, cpu->eoimode[false]) |
           ARMVIRT_PUT(ARMVIRT_ICC_CTLR_EL3_CBPR_EL1S, cpu->cbpr[true]) |
           ARMVIRT_PUT(ARMVIRT_ICC_CTLR_EL3_CBPR_EL1NS, cpu->cbpr[false]) |
           ARMVIRT_PUT(ARMVIRT_ICC_CTLR_EL3_PMHE, cpu->pmhe);
}

static void write_ctlr_el3(const struct armvirt_gic *gic, struct armvirt_gic_pe *pe, uint64_t value)
{
    struct armvirt_cpu *cpu = &pe->cpu;

    cpu->eoimode_el3 = (value & ARMVIRT_ICC_CTLR_EL3_EOIMODE_EL3) != 0;
    cpu->eoimode[true] = (value & ARMVIRT_ICC_CTLR_EL3_EOIMODE_EL1S) != 0;
    cpu->eoimode[false] = (value & ARMVIRT_ICC_CTLR_EL3_EOIMODE_EL1NS) != 0;
    cpu->cbpr[true] = (value & ARMVIRT_ICC_CTLR_EL3_CBPR_EL1S) != 0;
    cpu->cbpr[false] = (value & ARMVIRT_ICC_CTLR_EL3_CBPR_EL1NS) != 0;
    cpu->pmhe = pmhe_of(gic, value);
    armvirt_cpu_refresh(gic, cpu);
}

static uint64_t read_igrpen1_el3(const struct armvirt_gic_pe *pe)
{
    return ARMVIRT_PUT(ARMVIRT_ICC_IGRPEN1_EL3_ENABLEGRP1S, pe->cpu.igrpen[ARMVIRT_G1S]) |
           ARMVIRT_PUT(ARMVIRT_ICC_IGRPEN1_EL3_ENABLEGRP1NS, pe->cpu.igrpen[ARMVIRT_G1NS]);
}

static ARMVIRT_RARE void enable_group(struct armvirt_gic *gic, struct armvirt_gic_pe *pe,
                                      enum armvirt_group group, bool enable)
{
    if (pe->cpu.igrpen[group] != enable) {
        pe->cpu.igrpen[group] = enable;
        armvirt_gates_changed(gic, pe);
        armvirt_irq_rechoose(gic, pe->number);
    }
}

static ARMVIRT_RARE void write_igrpen1_el3(struct armvirt_gic *gic, struct armvirt_gic_pe *pe,
                                           uint64_t value)
{
    enable_group(gic, pe, ARMVIRT_G1S, (value & ARMVIRT_ICC_IGRPEN1_EL3_ENABLEGRP1S) != 0);
    enable_group(gic, pe, ARMVIRT_G1NS, (value & ARMVIRT_ICC_IGRPEN1_EL3_ENABLEGRP1NS) != 0);
}

/* ---- Reads and writes ---------------------------------------------------------------------- */

static uint64_t read_plain(const struct armvirt_gic *gic, const struct armvirt_gic_pe *pe,
                           enum armvirt_icc_reg reg, unsigned n)
{
    enum armvirt_group group1 = armvirt_group1_bank(pe);

    switch (reg) {
    case ARMVIRT_ICC_PMR:
        return read_pmr(pe);
    case ARMVIRT_ICC_RPR:
        return read_rpr(pe);
    case ARMVIRT_ICC_BPR0:
        return pe->cpu.bpr[ARMVIRT_G0];
    case ARMVIRT_ICC_BPR1:
        return read_bpr1(pe);
    case ARMVIRT_ICC_AP0R:
        return read_apr(pe, ARMVIRT_G0, n);
    case ARMVIRT_ICC_AP1R:
        return read_apr(pe, group1, n);
    case ARMVIRT_ICC_CTLR:
        return read_ctlr(gic, pe);
    case ARMVIRT_ICC_CTLR_EL3:
        return read_ctlr_el3(gic, pe);
    case ARMVIRT_ICC_IGRPEN0:
        return pe->cpu.igrpen[ARMVIRT_G0];
    case ARMVIRT_ICC_IGRPEN1:
        return pe->cpu.igrpen[group1];
    case ARMVIRT_ICC_IGRPEN1_EL3:
        return read_igrpen1_el3(pe);
    case ARMVIRT_ICC_SRE_EL1:
        return SRE_EL1_VALUE;
    default: /* ICC_SRE_EL2 and ICC_SRE_EL3 */
        return SRE_EL2_VALUE;
    }
}

uint64_t armvirt_icc_read(struct armvirt_gic *gic, struct armvirt_gic_pe *pe,
                          enum armvirt_icc_reg reg, unsigned i)
{
    switch (reg) {
    case ARMVIRT_ICC_IAR0:
    case ARMVIRT_ICC_IAR1:
    case ARMVIRT_ICC_NMIAR1:
        return armvirt_cpu_acknowledge(gic, pe, reg);
    case ARMVIRT_ICC_HPPIR0:
        return armvirt_cpu_pending(gic, pe, false);
    case ARMVIRT_ICC_HPPIR1:
        return armvirt_cpu_pending(gic, pe, true);
    default:
        return read_plain(gic, pe, reg, i);
    }
}

static ARMVIRT_NOINLINE void write_plain(struct armvirt_gic *gic, struct armvirt_gic_pe *pe,
                                         enum armvirt_icc_reg reg, unsigned i, uint64_t value)
{
    enum armvirt_group group1 = armvirt_group1_bank(pe);

    armvirt_mark(gic, pe, ARMVIRT_STALE_SIGNAL);
    switch (reg) {
    case ARMVIRT_ICC_PMR:
        write_pmr(gic, pe, value);
        break;
    case ARMVIRT_ICC_BPR0:
        write_bpr(gic, pe, ARMVIRT_G0, value);
        break;
    case ARMVIRT_ICC_BPR1:
        write_bpr(gic, pe, group1, value);
        break;
    case ARMVIRT_ICC_AP0R:
        write_apr(gic, pe, ARMVIRT_G0, i, value);
        break;
    case ARMVIRT_ICC_AP1R:
        write_apr(gic, pe, group1, i, value);
        break;
    case ARMVIRT_ICC_CTLR:
        write_ctlr(gic, pe, value);
        break;
    case ARMVIRT_ICC_CTLR_EL3:
        write_ctlr_el3(gic, pe, value);
        break;
    default: /* ICC_SRE_ELx: RAO/WI */
        break;
    }
}

void armvirt_icc_write(struct armvirt_gic *gic, struct armvirt_gic_pe *pe, enum armvirt_icc_reg reg,
                       unsigned i, uint64_t value)
{
    uint32_t intid = (uint32_t)ARMVIRT_GET(ARMVIRT_ICC_EOIR1_EL1_INTID, value);

    switch (reg) {
    case ARMVIRT_ICC_EOIR0:
    case ARMVIRT_ICC_EOIR1:
        armvirt_cpu_end(gic, pe, reg == ARMVIRT_ICC_EOIR1, intid);
        break;
    case ARMVIRT_ICC_DIR:
        armvirt_cpu_deactivate(gic, pe, intid);
        break;
    case ARMVIRT_ICC_SGI0R:
    case ARMVIRT_ICC_SGI1R:
    case ARMVIRT_ICC_ASGI1R:
        armvirt_sgi_send(gic, pe, reg, value);
        break;
    case ARMVIRT_ICC_IGRPEN0:
        enable_group(gic, pe, ARMVIRT_G0, value & 1);
        break;
    case ARMVIRT_ICC_IGRPEN1:
        enable_group(gic, pe, armvirt_group1_bank(pe), value & 1);
        break;
    case ARMVIRT_ICC_IGRPEN1_EL3:
        write_igrpen1_el3(gic, pe, value);
        break;
    default:
        write_plain(gic, pe, reg, i, value);
        break;
    }
}
