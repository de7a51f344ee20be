/* SPDX-License-Identifier: MIT */
/* The registers ICH_* of the hypervisor and ICV_* of its virtual machine (IHI0069 12.3, 12.4). */
#include "vpe.h"

#define FIELD(name) ARMVIRT_ICH_VMCR_EL2_##name

uint8_t armvirt_vcpu_min_bpr(const struct armvirt_gic *gic, bool group1)
{
    return (uint8_t)(7 - armvirt_vcpu_prebits(gic) + (group1 ? 1u : 0u));
}

static void set_vmcr(struct armvirt_vcpu *vcpu, uint64_t mask, uint64_t value)
{
    vcpu->vmcr = (vcpu->vmcr & ~mask) | ARMVIRT_PUT(mask, value);
}

/* ---- ICV_* --------------------------------------------------------------------------------- */

static uint64_t at_least(uint64_t value, uint64_t least)
{
    return value < least ? least : value;
}

/* With VCBPR the binary point of Group 1 reads as that of Group 0 and one, and cannot be written.
 */
static uint64_t read_bpr1(const struct armvirt_vcpu *vcpu)
{
    uint64_t bpr0 = ARMVIRT_GET(FIELD(VBPR0), vcpu->vmcr);

    if (!(vcpu->vmcr & FIELD(VCBPR))) {
        return ARMVIRT_GET(FIELD(VBPR1), vcpu->vmcr);
    }
    return bpr0 < 7 ? bpr0 + 1 : 7;
}

static void write_bpr(const struct armvirt_gic *gic, struct armvirt_vcpu *vcpu, bool group1,
                      uint64_t value)
{
    uint64_t least = armvirt_vcpu_min_bpr(gic, group1);

    if (group1 && (vcpu->vmcr & FIELD(VCBPR))) {
        return;
    }
    set_vmcr(vcpu, group1 ? FIELD(VBPR1) : FIELD(VBPR0), at_least(value & 7, least));
}

static uint64_t read_rpr(const struct armvirt_gic *gic, const struct armvirt_vcpu *vcpu)
{
    return armvirt_vcpu_running_priority(gic, vcpu) |
           (vcpu->nmi_active ? ARMVIRT_ICV_RPR_EL1_NMI : 0);
}

static uint64_t read_ctlr(const struct armvirt_gic *gic, const struct armvirt_vcpu *vcpu)
{
    uint64_t vtr = gic->config.ich_vtr;
    uint64_t physical = ARMVIRT_ICC_CTLR_EL3_EXTRANGE | ARMVIRT_ICC_CTLR_EL3_RSS;

    return (gic->config.icc_ctlr & physical) |
           ARMVIRT_PUT(ARMVIRT_ICV_CTLR_EL1_A3V, ARMVIRT_GET(ARMVIRT_ICH_VTR_EL2_A3V, vtr)) |
           ARMVIRT_PUT(ARMVIRT_ICV_CTLR_EL1_SEIS, ARMVIRT_GET(ARMVIRT_ICH_VTR_EL2_SEIS, vtr)) |
           ARMVIRT_PUT(ARMVIRT_ICV_CTLR_EL1_IDBITS, ARMVIRT_GET(ARMVIRT_ICH_VTR_EL2_IDBITS, vtr)) |
           ARMVIRT_PUT(ARMVIRT_ICV_CTLR_EL1_PRIBITS,
                       ARMVIRT_GET(ARMVIRT_ICH_VTR_EL2_PRIBITS, vtr)) |
           ARMVIRT_PUT(ARMVIRT_ICV_CTLR_EL1_EOIMODE, ARMVIRT_GET(FIELD(VEOIM), vcpu->vmcr)) |
           ARMVIRT_PUT(ARMVIRT_ICV_CTLR_EL1_CBPR, ARMVIRT_GET(FIELD(VCBPR), vcpu->vmcr));
}

static uint32_t pending_intid(const struct armvirt_gic *gic, uint32_t n, bool group1)
{
    struct armvirt_vhppi hppi = armvirt_vcpu_pending(gic, &armvirt_pe(gic, n)->vcpu);

    return hppi.lr == ARMVIRT_NO_LR || group1 != hppi.group1 ? ARMVIRT_SPURIOUS
                                                             : armvirt_vcpu_intid(gic, n, &hppi);
}

static uint64_t read_apr(const struct armvirt_vcpu *vcpu, bool group1, unsigned i)
{
    uint64_t nmi = group1 && i == 0 && vcpu->nmi_active ? ARMVIRT_ICH_AP1RN_EL2_NMI : 0;

    return vcpu->apr[group1][i] | nmi;
}

static void write_apr(const struct armvirt_gic *gic, struct armvirt_vcpu *vcpu, bool group1,
                      unsigned i, uint64_t value)
{
    unsigned bits = 1u << armvirt_vcpu_prebits(gic);
    uint32_t mask = bits >= 32 ? UINT32_MAX : (UINT32_C(1) << bits) - 1;

    vcpu->apr[group1][i] =
        i < armvirt_apr_count(armvirt_vcpu_prebits(gic)) ? (uint32_t)value & mask : 0;
    if (group1 && i == 0 && armvirt_has(gic, ARMVIRT_GICD_TYPER_NMI)) {
        vcpu->nmi_active = (value & ARMVIRT_ICH_AP1RN_EL2_NMI) != 0;
    }
}

/* ---- ICH_* --------------------------------------------------------------------------------- */

static uint64_t hcr_bits(const struct armvirt_gic *gic)
{
    uint64_t vtr = gic->config.ich_vtr;
    uint64_t bits = ARMVIRT_BITS(7, 0) | ARMVIRT_ICH_HCR_EL2_TC | ARMVIRT_ICH_HCR_EL2_TALL0 |
                    ARMVIRT_ICH_HCR_EL2_TALL1 | ARMVIRT_ICH_HCR_EL2_TSEI |
                    ARMVIRT_ICH_HCR_EL2_EOICOUNT;

    if (vtr & ARMVIRT_ICH_VTR_EL2_TDS) {
        bits |= ARMVIRT_ICH_HCR_EL2_TDIR;
    }
    if (vtr & ARMVIRT_ICH_VTR_EL2_DVIM) {
        bits |= ARMVIRT_ICH_HCR_EL2_DVIM;
    }
    if (armvirt_v41(gic)) {
        bits |= ARMVIRT_ICH_HCR_EL2_VSGIEOICOUNT;
    }
    return bits;
}

/* Binary points below the least are that; legacy controls are fixed. */
static void write_vmcr(const struct armvirt_gic *gic, struct armvirt_vcpu *vcpu, uint64_t value)
{
    uint64_t bpr0 = ARMVIRT_GET(FIELD(VBPR0), value);
    uint64_t bpr1 = ARMVIRT_GET(FIELD(VBPR1), value);
    uint64_t vpmr = ARMVIRT_GET(FIELD(VPMR), value) & armvirt_vcpu_priority_mask(gic);

    vcpu->vmcr =
        FIELD(VFIQEN) | (value & (FIELD(VEOIM) | FIELD(VCBPR) | FIELD(VENG0) | FIELD(VENG1)));
    set_vmcr(vcpu, FIELD(VPMR), vpmr);
    set_vmcr(vcpu, FIELD(VBPR0), at_least(bpr0, armvirt_vcpu_min_bpr(gic, false)));
    set_vmcr(vcpu, FIELD(VBPR1), at_least(bpr1, armvirt_vcpu_min_bpr(gic, true)));
}

/* All bits of vINTID are there; pINTID has 13 if there are extended interrupts, else 10. */
static uint64_t lr_bits(const struct armvirt_gic *gic)
{
    bool extended = (gic->config.icc_ctlr & ARMVIRT_ICC_CTLR_EL3_EXTRANGE) != 0;

    return ARMVIRT_ICH_LRN_EL2_STATE | ARMVIRT_ICH_LRN_EL2_HW | ARMVIRT_ICH_LRN_EL2_GROUP |
           (armvirt_has(gic, ARMVIRT_GICD_TYPER_NMI) ? ARMVIRT_ICH_LRN_EL2_NMI : 0) |
           ARMVIRT_PUT(ARMVIRT_ICH_LRN_EL2_PRIORITY, armvirt_vcpu_priority_mask(gic)) |
           (extended ? ARMVIRT_ICH_LRN_EL2_PINTID : ARMVIRT_BITS(41, 32)) |
           ARMVIRT_ICH_LRN_EL2_VINTID;
}

bool armvirt_vcpu_can_hold(const struct armvirt_gic *gic, const struct armvirt_vcpu *vcpu)
{
    struct armvirt_vcpu written = {0};

    write_vmcr(gic, &written, vcpu->vmcr);
    for (unsigned n = 0; n < 16; n++) {
        if (vcpu->lr[n] & ~lr_bits(gic)) {
            return false;
        }
    }
    return written.vmcr == vcpu->vmcr && !(vcpu->hcr & ~hcr_bits(gic));
}

/* ---- Reads and writes ---------------------------------------------------------------------- */

static uint64_t read_ich(const struct armvirt_gic *gic, const struct armvirt_vcpu *vcpu,
                         enum armvirt_icc_reg reg, unsigned i)
{
    switch (reg) {
    case ARMVIRT_ICH_AP0R:
        return read_apr(vcpu, false, i);
    case ARMVIRT_ICH_AP1R:
        return read_apr(vcpu, true, i);
    case ARMVIRT_ICH_HCR:
        return vcpu->hcr;
    case ARMVIRT_ICH_VTR:
        return gic->config.ich_vtr;
    case ARMVIRT_ICH_MISR:
        return armvirt_vcpu_reasons(gic, vcpu);
    case ARMVIRT_ICH_EISR:
        return armvirt_vcpu_ended(gic, vcpu);
    case ARMVIRT_ICH_ELRSR:
        return armvirt_vcpu_empty(gic, vcpu);
    case ARMVIRT_ICH_VMCR:
        return vcpu->vmcr;
    default:
        return vcpu->lr[i];
    }
}

static uint64_t read_icv(const struct armvirt_gic *gic, const struct armvirt_vcpu *vcpu,
                         enum armvirt_icc_reg reg, unsigned i)
{
    switch (reg) {
    case ARMVIRT_ICC_PMR:
        return ARMVIRT_GET(FIELD(VPMR), vcpu->vmcr);
    case ARMVIRT_ICC_BPR0:
        return ARMVIRT_GET(FIELD(VBPR0), vcpu->vmcr);
    case ARMVIRT_ICC_BPR1:
        return read_bpr1(vcpu);
    case ARMVIRT_ICC_AP0R:
    case ARMVIRT_ICC_AP1R:
        return read_apr(vcpu, reg == ARMVIRT_ICC_AP1R, i);
    case ARMVIRT_ICC_RPR:
        return read_rpr(gic, vcpu);
    case ARMVIRT_ICC_CTLR:
        return read_ctlr(gic, vcpu);
    case ARMVIRT_ICC_IGRPEN0:
        return ARMVIRT_GET(FIELD(VENG0), vcpu->vmcr);
    default: /* ICV_IGRPEN1 */
        return ARMVIRT_GET(FIELD(VENG1), vcpu->vmcr);
    }
}

uint64_t armvirt_vcpu_read(struct armvirt_gic *gic, uint32_t n, enum armvirt_icc_reg reg,
                           unsigned i)
{
    const struct armvirt_vcpu *vcpu = &armvirt_pe(gic, n)->vcpu;

    if (reg >= ARMVIRT_ICH_AP0R) {
        return read_ich(gic, vcpu, reg, i);
    }
    if (reg == ARMVIRT_ICC_IAR0 || reg == ARMVIRT_ICC_IAR1 || reg == ARMVIRT_ICC_NMIAR1) {
        return armvirt_vcpu_acknowledge(gic, n, reg);
    }
    if (reg == ARMVIRT_ICC_HPPIR0 || reg == ARMVIRT_ICC_HPPIR1) {
        return pending_intid(gic, n, reg == ARMVIRT_ICC_HPPIR1);
    }
    return read_icv(gic, vcpu, reg, i);
}

static void write_ich(const struct armvirt_gic *gic, struct armvirt_gic_pe *pe,
                      enum armvirt_icc_reg reg, unsigned i, uint64_t value)
{
    struct armvirt_vcpu *vcpu = &pe->vcpu;

    switch (reg) {
    case ARMVIRT_ICH_AP0R:
    case ARMVIRT_ICH_AP1R:
        write_apr(gic, vcpu, reg == ARMVIRT_ICH_AP1R, i, value);
        break;
    case ARMVIRT_ICH_HCR:
        vcpu->hcr = value & hcr_bits(gic);
        armvirt_sysreg_forget(pe);
        break;
    case ARMVIRT_ICH_VMCR:
        write_vmcr(gic, vcpu, value);
        break;
    default: /* ICH_LR */
        vcpu->lr[i] = value & lr_bits(gic);
        break;
    }
}

static void write_icv(const struct armvirt_gic *gic, struct armvirt_vcpu *vcpu,
                      enum armvirt_icc_reg reg, unsigned i, uint64_t value)
{
    switch (reg) {
    case ARMVIRT_ICC_PMR:
        set_vmcr(vcpu, FIELD(VPMR), value & armvirt_vcpu_priority_mask(gic));
        break;
    case ARMVIRT_ICC_BPR0:
    case ARMVIRT_ICC_BPR1:
        write_bpr(gic, vcpu, reg == ARMVIRT_ICC_BPR1, value);
        break;
    case ARMVIRT_ICC_AP0R:
    case ARMVIRT_ICC_AP1R:
        write_apr(gic, vcpu, reg == ARMVIRT_ICC_AP1R, i, value);
        break;
    case ARMVIRT_ICC_CTLR:
        set_vmcr(vcpu, FIELD(VEOIM), ARMVIRT_GET(ARMVIRT_ICV_CTLR_EL1_EOIMODE, value));
        set_vmcr(vcpu, FIELD(VCBPR), ARMVIRT_GET(ARMVIRT_ICV_CTLR_EL1_CBPR, value));
        break;
    case ARMVIRT_ICC_IGRPEN0:
        set_vmcr(vcpu, FIELD(VENG0), value & 1);
        break;
    default: /* ICV_IGRPEN1 */
        set_vmcr(vcpu, FIELD(VENG1), value & 1);
        break;
    }
}

void armvirt_vcpu_write(struct armvirt_gic *gic, uint32_t n, enum armvirt_icc_reg reg, unsigned i,
                        uint64_t value)
{
    struct armvirt_vcpu *vcpu = &armvirt_pe(gic, n)->vcpu;
    uint32_t intid = (uint32_t)ARMVIRT_GET(ARMVIRT_ICV_EOIR1_EL1_INTID, value);

    armvirt_mark(gic, armvirt_pe(gic, n), ARMVIRT_STALE_VIRTUAL);
    if (reg >= ARMVIRT_ICH_AP0R) {
        write_ich(gic, armvirt_pe(gic, n), reg, i, value);
    } else if (reg == ARMVIRT_ICC_EOIR0 || reg == ARMVIRT_ICC_EOIR1) {
        armvirt_vcpu_end(gic, n, reg == ARMVIRT_ICC_EOIR1, intid);
    } else if (reg == ARMVIRT_ICC_DIR) {
        armvirt_vcpu_deactivate(gic, n, intid);
    } else {
        write_icv(gic, vcpu, reg, i, value);
    }
}
