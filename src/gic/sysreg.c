/* SPDX-License-Identifier: MIT */
/*
 * Accesses to the system registers of the GIC: which register an encoding names, whether the PE may
 * access it there, is trapped, or gets at the virtual one instead (DDI0487 D24.12; IHI0069 12.2).
 */
#include <armvirt/regs/syndrome.h>

#include "base/bits.h"
#include "base/emit.h"
#include "cpu.h"
#include "vcpu.h"

/* Where an access goes, by what it is about. */
enum route {
    NOT_HERE,
    GROUP0, /* Group 0: ICH_HCR_EL2.TALL0, HCR_EL2.FMO, SCR_EL3.FIQ */
    GROUP1, /* Group 1: TALL1, IMO, IRQ */
    COMMON, /* both: TC, either, both */
    DIR,    /* alike, and TDIR */
    SGI,    /* alike, but never virtual */
    PLAIN,  /* EL1 and above */
    EL2,    /* EL2 and above */
    EL3,    /* EL3 only */
};

enum { READ = 1, WRITE = 2, BOTH = 3 };

struct row {
    uint8_t reg;   /* enum armvirt_icc_reg */
    uint8_t n;     /* number among several alike */
    uint8_t route; /* enum route */
    uint8_t rights;
    uint8_t family; /* enum armvirt_family: @n must be below what there is */
};

#define ALL     ARMVIRT_HAS_ALL
#define NMI     ARMVIRT_HAS_NMI
#define APRS    ARMVIRT_HAS_APRS
#define VIRTUAL ARMVIRT_HAS_VIRTUAL
#define VAPRS   ARMVIRT_HAS_VAPRS
#define LRS     ARMVIRT_HAS_LRS

/* Row number: CRm and op2. */
#define AT(crm, op2) [(crm) << 3 | (op2)]

/* op0 3, op1 0, CRn 12. */
static const struct row el1_rows[128] = {
    AT(8, 0) = {ARMVIRT_ICC_IAR0, 0, GROUP0, READ, ALL},
    AT(8, 1) = {ARMVIRT_ICC_EOIR0, 0, GROUP0, WRITE, ALL},
    AT(8, 2) = {ARMVIRT_ICC_HPPIR0, 0, GROUP0, READ, ALL},
    AT(8, 3) = {ARMVIRT_ICC_BPR0, 0, GROUP0, BOTH, ALL},
    AT(8, 4) = {ARMVIRT_ICC_AP0R, 0, GROUP0, BOTH, APRS},
    AT(8, 5) = {ARMVIRT_ICC_AP0R, 1, GROUP0, BOTH, APRS},
    AT(8, 6) = {ARMVIRT_ICC_AP0R, 2, GROUP0, BOTH, APRS},
    AT(8, 7) = {ARMVIRT_ICC_AP0R, 3, GROUP0, BOTH, APRS},
    AT(9, 0) = {ARMVIRT_ICC_AP1R, 0, GROUP1, BOTH, APRS},
    AT(9, 1) = {ARMVIRT_ICC_AP1R, 1, GROUP1, BOTH, APRS},
    AT(9, 2) = {ARMVIRT_ICC_AP1R, 2, GROUP1, BOTH, APRS},
    AT(9, 3) = {ARMVIRT_ICC_AP1R, 3, GROUP1, BOTH, APRS},
    AT(9, 5) = {ARMVIRT_ICC_NMIAR1, 0, GROUP1, READ, NMI},
    AT(11, 1) = {ARMVIRT_ICC_DIR, 0, DIR, WRITE, ALL},
    AT(11, 3) = {ARMVIRT_ICC_RPR, 0, COMMON, READ, ALL},
    AT(11, 5) = {ARMVIRT_ICC_SGI1R, 0, SGI, WRITE, ALL},
    AT(11, 6) = {ARMVIRT_ICC_ASGI1R, 0, SGI, WRITE, ALL},
    AT(11, 7) = {ARMVIRT_ICC_SGI0R, 0, SGI, WRITE, ALL},
    AT(12, 0) = {ARMVIRT_ICC_IAR1, 0, GROUP1, READ, ALL},
    AT(12, 1) = {ARMVIRT_ICC_EOIR1, 0, GROUP1, WRITE, ALL},
    AT(12, 2) = {ARMVIRT_ICC_HPPIR1, 0, GROUP1, READ, ALL},
    AT(12, 3) = {ARMVIRT_ICC_BPR1, 0, GROUP1, BOTH, ALL},
    AT(12, 4) = {ARMVIRT_ICC_CTLR, 0, COMMON, BOTH, ALL},
    AT(12, 5) = {ARMVIRT_ICC_SRE_EL1, 0, PLAIN, BOTH, ALL},
    AT(12, 6) = {ARMVIRT_ICC_IGRPEN0, 0, GROUP0, BOTH, ALL},
    AT(12, 7) = {ARMVIRT_ICC_IGRPEN1, 0, GROUP1, BOTH, ALL},
};

/* op0 3, op1 4, CRn 12. */
static const struct row el2_rows[128] = {
    AT(8, 0) = {ARMVIRT_ICH_AP0R, 0, EL2, BOTH, VAPRS},
    AT(8, 1) = {ARMVIRT_ICH_AP0R, 1, EL2, BOTH, VAPRS},
    AT(8, 2) = {ARMVIRT_ICH_AP0R, 2, EL2, BOTH, VAPRS},
    AT(8, 3) = {ARMVIRT_ICH_AP0R, 3, EL2, BOTH, VAPRS},
    AT(9, 0) = {ARMVIRT_ICH_AP1R, 0, EL2, BOTH, VAPRS},
    AT(9, 1) = {ARMVIRT_ICH_AP1R, 1, EL2, BOTH, VAPRS},
    AT(9, 2) = {ARMVIRT_ICH_AP1R, 2, EL2, BOTH, VAPRS},
    AT(9, 3) = {ARMVIRT_ICH_AP1R, 3, EL2, BOTH, VAPRS},
    AT(9, 5) = {ARMVIRT_ICC_SRE_EL2, 0, EL2, BOTH, ALL},
    AT(11, 0) = {ARMVIRT_ICH_HCR, 0, EL2, BOTH, VIRTUAL},
    AT(11, 1) = {ARMVIRT_ICH_VTR, 0, EL2, READ, VIRTUAL},
    AT(11, 2) = {ARMVIRT_ICH_MISR, 0, EL2, READ, VIRTUAL},
    AT(11, 3) = {ARMVIRT_ICH_EISR, 0, EL2, READ, VIRTUAL},
    AT(11, 5) = {ARMVIRT_ICH_ELRSR, 0, EL2, READ, VIRTUAL},
    AT(11, 7) = {ARMVIRT_ICH_VMCR, 0, EL2, BOTH, VIRTUAL},
    AT(12, 0) = {ARMVIRT_ICH_LR, 0, EL2, BOTH, LRS},
    AT(12, 1) = {ARMVIRT_ICH_LR, 1, EL2, BOTH, LRS},
    AT(12, 2) = {ARMVIRT_ICH_LR, 2, EL2, BOTH, LRS},
    AT(12, 3) = {ARMVIRT_ICH_LR, 3, EL2, BOTH, LRS},
    AT(12, 4) = {ARMVIRT_ICH_LR, 4, EL2, BOTH, LRS},
    AT(12, 5) = {ARMVIRT_ICH_LR, 5, EL2, BOTH, LRS},
    AT(12, 6) = {ARMVIRT_ICH_LR, 6, EL2, BOTH, LRS},
    AT(12, 7) = {ARMVIRT_ICH_LR, 7, EL2, BOTH, LRS},
    AT(13, 0) = {ARMVIRT_ICH_LR, 8, EL2, BOTH, LRS},
    AT(13, 1) = {ARMVIRT_ICH_LR, 9, EL2, BOTH, LRS},
    AT(13, 2) = {ARMVIRT_ICH_LR, 10, EL2, BOTH, LRS},
    AT(13, 3) = {ARMVIRT_ICH_LR, 11, EL2, BOTH, LRS},
    AT(13, 4) = {ARMVIRT_ICH_LR, 12, EL2, BOTH, LRS},
    AT(13, 5) = {ARMVIRT_ICH_LR, 13, EL2, BOTH, LRS},
    AT(13, 6) = {ARMVIRT_ICH_LR, 14, EL2, BOTH, LRS},
    AT(13, 7) = {ARMVIRT_ICH_LR, 15, EL2, BOTH, LRS},
};

/* op0 3, op1 6, CRn 12, CRm 12: from op2 4 up. */
static const struct row el3_rows[] = {
    {ARMVIRT_ICC_CTLR_EL3, 0, EL3, BOTH, ALL},
    {ARMVIRT_ICC_SRE_EL3, 0, EL3, BOTH, ALL},
    {0, 0, NOT_HERE, 0, 0},
    {ARMVIRT_ICC_IGRPEN1_EL3, 0, EL3, BOTH, ALL},
};

static const struct row pmr_row = {ARMVIRT_ICC_PMR, 0, COMMON, BOTH, ALL};
static const struct row no_row = {0, 0, NOT_HERE, 0, 0};

static const struct row *find_row(uint32_t encoding)
{
    if (encoding - ARMVIRT_GIC_SYSREG(3, 0, 12, 0, 0) < 128) {
        return &el1_rows[encoding - ARMVIRT_GIC_SYSREG(3, 0, 12, 0, 0)];
    }
    if (encoding - ARMVIRT_GIC_SYSREG(3, 4, 12, 0, 0) < 128) {
        return &el2_rows[encoding - ARMVIRT_GIC_SYSREG(3, 4, 12, 0, 0)];
    }
    if (encoding == ARMVIRT_GIC_SYSREG(3, 0, 4, 6, 0)) {
        return &pmr_row;
    }
    if (encoding - ARMVIRT_GIC_SYSREG(3, 6, 12, 12, 4) < 4) {
        return &el3_rows[encoding - ARMVIRT_GIC_SYSREG(3, 6, 12, 12, 4)];
    }
    return &no_row;
}

bool armvirt_sysreg_state(const struct armvirt_gic *gic, uint32_t encoding, uint8_t *reg,
                          uint8_t *n)
{
    const struct row *row = find_row(encoding);

    *reg = row->reg;
    *n = row->n;
    return row->rights == BOTH && row->route != EL3 && row->n < gic->have[row->family];
}

/* ---- Traps --------------------------------------------------------------------------------- */

/* What the routes look at: SCR_EL3 traps if all its bits are set, HCR_EL2 and ICH_HCR_EL2 if any
 * is. */
struct routing {
    uint8_t least_el;
    uint64_t scr_all;
    uint64_t hcr_any;
    uint64_t ich_any;
};

#define TO_EL3 (ARMVIRT_SCR_IRQ | ARMVIRT_SCR_FIQ)
#define TO_EL2 (ARMVIRT_HCR_IMO | ARMVIRT_HCR_FMO)

static const struct routing routings[] = {
    [NOT_HERE] = {1, 0, 0, 0},
    [GROUP0] = {1, ARMVIRT_SCR_FIQ, ARMVIRT_HCR_FMO, ARMVIRT_ICH_HCR_EL2_TALL0},
    [GROUP1] = {1, ARMVIRT_SCR_IRQ, ARMVIRT_HCR_IMO, ARMVIRT_ICH_HCR_EL2_TALL1},
    [COMMON] = {1, TO_EL3, TO_EL2, ARMVIRT_ICH_HCR_EL2_TC},
    [DIR] = {1, TO_EL3, TO_EL2, ARMVIRT_ICH_HCR_EL2_TC | ARMVIRT_ICH_HCR_EL2_TDIR},
    [SGI] = {1, TO_EL3, TO_EL2, ARMVIRT_ICH_HCR_EL2_TC},
    [PLAIN] = {1, 0, 0, 0},
    [EL2] = {2, 0, 0, 0},
    [EL3] = {3, 0, 0, 0},
};

static bool el2_enabled(const struct armvirt_gic_pe *pe)
{
    return (pe->context.scr_el3 & (ARMVIRT_SCR_NS | ARMVIRT_SCR_EEL2)) != 0;
}

/* Where an access at EL1 ends for EL2's sake; ARMVIRT_GIC_DONE if that has no say in it. */
static enum armvirt_gic_outcome el2_says(const struct armvirt_gic_pe *pe, enum route route,
                                         bool *is_virtual)
{
    if (!el2_enabled(pe)) {
        return ARMVIRT_GIC_DONE;
    }
    if (pe->vcpu.hcr & routings[route].ich_any) {
        return ARMVIRT_GIC_TRAP_EL2;
    }
    *is_virtual = (pe->context.hcr_el2 & routings[route].hcr_any) != 0;
    return *is_virtual && route == SGI ? ARMVIRT_GIC_TRAP_EL2 : ARMVIRT_GIC_DONE;
}

static bool undefined(const struct armvirt_gic *gic, uint8_t el, const struct row *row,
                      unsigned rights)
{
    return el < routings[row->route].least_el || !(row->rights & rights) ||
           row->n >= gic->have[row->family];
}

static enum armvirt_gic_outcome outcome(const struct armvirt_gic *gic,
                                        const struct armvirt_gic_pe *pe, const struct row *row,
                                        unsigned rights, bool *is_virtual)
{
    enum armvirt_gic_outcome said = ARMVIRT_GIC_DONE;
    uint8_t el = pe->context.el;

    *is_virtual = false;
    if (undefined(gic, el, row, rights)) {
        return ARMVIRT_GIC_UNDEFINED;
    }
    if (row->route >= PLAIN || el == 3) {
        return ARMVIRT_GIC_DONE;
    }
    if (el == 1) {
        said = el2_says(pe, row->route, is_virtual);
    }
    if (said != ARMVIRT_GIC_DONE || *is_virtual) {
        return said;
    }
    return armvirt_all_ones(pe->context.scr_el3, routings[row->route].scr_all)
               ? ARMVIRT_GIC_TRAP_EL3
               : ARMVIRT_GIC_DONE;
}

/* ---- Syndromes ----------------------------------------------------------------------------- */

/* The control bits that ask for the trap. */
static uint32_t trapped_by(const struct armvirt_gic_pe *pe, const struct row *row,
                           enum armvirt_gic_outcome how)
{
    const struct routing *routing = &routings[row->route];
    uint64_t ich = pe->vcpu.hcr & routing->ich_any;
    const struct {
        enum armvirt_gic_outcome how;
        uint64_t set, bit;
        uint32_t by;
    } controls[] = {
        {ARMVIRT_GIC_TRAP_EL2, ich, ARMVIRT_ICH_HCR_EL2_TALL0, ARMVIRT_GIC_BY_TALL0},
        {ARMVIRT_GIC_TRAP_EL2, ich, ARMVIRT_ICH_HCR_EL2_TALL1, ARMVIRT_GIC_BY_TALL1},
        {ARMVIRT_GIC_TRAP_EL2, ich, ARMVIRT_ICH_HCR_EL2_TC, ARMVIRT_GIC_BY_TC},
        {ARMVIRT_GIC_TRAP_EL2, ich, ARMVIRT_ICH_HCR_EL2_TDIR, ARMVIRT_GIC_BY_TDIR},
        {ARMVIRT_GIC_TRAP_EL2, row->route == SGI ? pe->context.hcr_el2 : 0, ARMVIRT_HCR_FMO,
         ARMVIRT_GIC_BY_HCR_FMO},
        {ARMVIRT_GIC_TRAP_EL2, row->route == SGI ? pe->context.hcr_el2 : 0, ARMVIRT_HCR_IMO,
         ARMVIRT_GIC_BY_HCR_IMO},
        {ARMVIRT_GIC_TRAP_EL3, routing->scr_all, ARMVIRT_SCR_FIQ, ARMVIRT_GIC_BY_SCR_FIQ},
        {ARMVIRT_GIC_TRAP_EL3, routing->scr_all, ARMVIRT_SCR_IRQ, ARMVIRT_GIC_BY_SCR_IRQ},
    };
    uint32_t by = 0;

    for (unsigned i = 0; i < sizeof(controls) / sizeof(controls[0]); i++) {
        if (controls[i].how == how && (controls[i].set & controls[i].bit)) {
            by |= controls[i].by;
        }
    }
    return by;
}

/* The ISS of a trapped MSR or MRS names the instruction (DDI0487 D24.2.46, exception class 0x18).
 */
static uint64_t syndrome(enum armvirt_gic_outcome how, uint32_t encoding, bool write, uint8_t rt)
{
    uint64_t iss = ARMVIRT_PUT(ARMVIRT_ISS_MSR_MRS_OP0, encoding >> 14) |
                   ARMVIRT_PUT(ARMVIRT_ISS_MSR_MRS_OP1, encoding >> 11) |
                   ARMVIRT_PUT(ARMVIRT_ISS_MSR_MRS_CRN, encoding >> 7) |
                   ARMVIRT_PUT(ARMVIRT_ISS_MSR_MRS_CRM, encoding >> 3) |
                   ARMVIRT_PUT(ARMVIRT_ISS_MSR_MRS_OP2, encoding) |
                   ARMVIRT_PUT(ARMVIRT_ISS_MSR_MRS_RT, rt) |
                   ARMVIRT_PUT(ARMVIRT_ISS_MSR_MRS_DIRECTION, !write);

    if (how == ARMVIRT_GIC_DONE) {
        return 0;
    }
    if (how == ARMVIRT_GIC_UNDEFINED) {
        return ARMVIRT_ESR_ELX_IL;
    }
    return ARMVIRT_PUT(ARMVIRT_ESR_ELX_EC, ARMVIRT_ESR_ELX_EC_SYSREG) | ARMVIRT_ESR_ELX_IL | iss;
}

enum armvirt_status armvirt_gic_sysreg_trap(const struct armvirt_gic *gic, uint32_t n,
                                            uint32_t encoding, bool write, uint8_t rt,
                                            struct armvirt_gic_trap *trap)
{
    const struct row *row = find_row(encoding);
    enum armvirt_gic_outcome how;
    bool is_virtual;

    if (n >= gic->config.pes) {
        return ARMVIRT_E_INVAL;
    }
    if (row->route == NOT_HERE) {
        return ARMVIRT_E_UNSUPPORTED;
    }
    how = outcome(gic, armvirt_pe(gic, n), row, write ? WRITE : READ, &is_virtual);
    trap->esr = syndrome(how, encoding, write, rt);
    trap->by = trapped_by(armvirt_pe(gic, n), row, how);
    trap->outcome = (uint8_t)how;
    return ARMVIRT_OK;
}

/* ---- Accesses ------------------------------------------------------------------------------ */

enum armvirt_status armvirt_gic_set_context(struct armvirt_gic *gic, uint32_t pe,
                                            const struct armvirt_gic_context *context)
{
    if (pe >= gic->config.pes) {
        return ARMVIRT_E_INVAL;
    }
    armvirt_pe(gic, pe)->context = *context;
    armvirt_mark(gic, pe, ARMVIRT_STALE_SIGNAL);
    armvirt_settle(gic);
    return ARMVIRT_OK;
}

enum armvirt_status armvirt_gic_sysreg_read(struct armvirt_gic *gic, uint32_t pe, uint32_t encoding,
                                            uint64_t *value, enum armvirt_gic_outcome *how)
{
    const struct row *row = find_row(encoding);
    bool is_virtual;

    *value = 0;
    if (pe >= gic->config.pes) {
        return ARMVIRT_E_INVAL;
    }
    if (row->route == NOT_HERE) {
        return ARMVIRT_E_UNSUPPORTED;
    }
    *how = outcome(gic, armvirt_pe(gic, pe), row, READ, &is_virtual);
    if (*how == ARMVIRT_GIC_DONE) {
        *value = is_virtual || row->reg >= ARMVIRT_ICH_AP0R
                     ? armvirt_vcpu_read(gic, pe, row->reg, row->n)
                     : armvirt_icc_read(gic, pe, row->reg, row->n);
        armvirt_settle(gic);
    } else {
        armvirt_emit(gic->config.trace, ARMVIRT_EV_GIC_TRAP, pe, encoding, *how,
                     trapped_by(armvirt_pe(gic, pe), row, *how));
    }
    return ARMVIRT_OK;
}

enum armvirt_status armvirt_gic_sysreg_write(struct armvirt_gic *gic, uint32_t pe,
                                             uint32_t encoding, uint64_t value,
                                             enum armvirt_gic_outcome *how)
{
    const struct row *row = find_row(encoding);
    bool is_virtual;

    if (pe >= gic->config.pes) {
        return ARMVIRT_E_INVAL;
    }
    if (row->route == NOT_HERE) {
        return ARMVIRT_E_UNSUPPORTED;
    }
    *how = outcome(gic, armvirt_pe(gic, pe), row, WRITE, &is_virtual);
    if (*how == ARMVIRT_GIC_DONE) {
        if (is_virtual || row->reg >= ARMVIRT_ICH_AP0R) {
            armvirt_vcpu_write(gic, pe, row->reg, row->n, value);
        } else {
            armvirt_icc_write(gic, pe, row->reg, row->n, value);
        }
        armvirt_settle(gic);
    } else {
        armvirt_emit(gic->config.trace, ARMVIRT_EV_GIC_TRAP, pe, encoding, *how,
                     trapped_by(armvirt_pe(gic, pe), row, *how));
    }
    return ARMVIRT_OK;
}
