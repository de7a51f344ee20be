/* SPDX-License-Identifier: MIT */
/*
 * Accesses to the system registers of the GIC: which register an encoding names, whether the PE may
 * access it there, is trapped, or gets at the virtual one instead (DDI0487 D24.12; IHI0069 12.2).
 */
#include <armvirt/regs/syndrome.h>

#include "base/bits.h"
#include "base/compiler.h"
#include "base/emit.h"
#include "base/mem_functions.h"
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
    ICH,    /* alike, of the virtual CPU interface */
    EL3,    /* EL3 only */
    ROUTES,
};

_Static_assert(ROUTES == ARMVIRT_ROUTES, "a PE has a verdict on each");

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
    AT(8, 0) = {ARMVIRT_ICH_AP0R, 0, ICH, BOTH, VAPRS},
    AT(8, 1) = {ARMVIRT_ICH_AP0R, 1, ICH, BOTH, VAPRS},
    AT(8, 2) = {ARMVIRT_ICH_AP0R, 2, ICH, BOTH, VAPRS},
    AT(8, 3) = {ARMVIRT_ICH_AP0R, 3, ICH, BOTH, VAPRS},
    AT(9, 0) = {ARMVIRT_ICH_AP1R, 0, ICH, BOTH, VAPRS},
    AT(9, 1) = {ARMVIRT_ICH_AP1R, 1, ICH, BOTH, VAPRS},
    AT(9, 2) = {ARMVIRT_ICH_AP1R, 2, ICH, BOTH, VAPRS},
    AT(9, 3) = {ARMVIRT_ICH_AP1R, 3, ICH, BOTH, VAPRS},
    AT(9, 5) = {ARMVIRT_ICC_SRE_EL2, 0, EL2, BOTH, ALL},
    AT(11, 0) = {ARMVIRT_ICH_HCR, 0, ICH, BOTH, VIRTUAL},
    AT(11, 1) = {ARMVIRT_ICH_VTR, 0, ICH, READ, VIRTUAL},
    AT(11, 2) = {ARMVIRT_ICH_MISR, 0, ICH, READ, VIRTUAL},
    AT(11, 3) = {ARMVIRT_ICH_EISR, 0, ICH, READ, VIRTUAL},
    AT(11, 5) = {ARMVIRT_ICH_ELRSR, 0, ICH, READ, VIRTUAL},
    AT(11, 7) = {ARMVIRT_ICH_VMCR, 0, ICH, BOTH, VIRTUAL},
    AT(12, 0) = {ARMVIRT_ICH_LR, 0, ICH, BOTH, LRS},
    AT(12, 1) = {ARMVIRT_ICH_LR, 1, ICH, BOTH, LRS},
    AT(12, 2) = {ARMVIRT_ICH_LR, 2, ICH, BOTH, LRS},
    AT(12, 3) = {ARMVIRT_ICH_LR, 3, ICH, BOTH, LRS},
    AT(12, 4) = {ARMVIRT_ICH_LR, 4, ICH, BOTH, LRS},
    AT(12, 5) = {ARMVIRT_ICH_LR, 5, ICH, BOTH, LRS},
    AT(12, 6) = {ARMVIRT_ICH_LR, 6, ICH, BOTH, LRS},
    AT(12, 7) = {ARMVIRT_ICH_LR, 7, ICH, BOTH, LRS},
    AT(13, 0) = {ARMVIRT_ICH_LR, 8, ICH, BOTH, LRS},
    AT(13, 1) = {ARMVIRT_ICH_LR, 9, ICH, BOTH, LRS},
    AT(13, 2) = {ARMVIRT_ICH_LR, 10, ICH, BOTH, LRS},
    AT(13, 3) = {ARMVIRT_ICH_LR, 11, ICH, BOTH, LRS},
    AT(13, 4) = {ARMVIRT_ICH_LR, 12, ICH, BOTH, LRS},
    AT(13, 5) = {ARMVIRT_ICH_LR, 13, ICH, BOTH, LRS},
    AT(13, 6) = {ARMVIRT_ICH_LR, 14, ICH, BOTH, LRS},
    AT(13, 7) = {ARMVIRT_ICH_LR, 15, ICH, BOTH, LRS},
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

/* Controls of accesses in SCR_EL3, HCR_EL2 and ICH_HCR_EL2: no two have the same place, so one word
 * holds all that are in force. */
#define TO_EL3 (ARMVIRT_SCR_IRQ | ARMVIRT_SCR_FIQ)
#define TO_EL2 (ARMVIRT_HCR_IMO | ARMVIRT_HCR_FMO)
#define TC     ARMVIRT_ICH_HCR_EL2_TC
#define TALL0  ARMVIRT_ICH_HCR_EL2_TALL0
#define TALL1  ARMVIRT_ICH_HCR_EL2_TALL1
#define TDIR   ARMVIRT_ICH_HCR_EL2_TDIR
#define OF_ICH (TC | TALL0 | TALL1 | TDIR)
#define NEVER  UINT64_MAX /* are not all in force */

_Static_assert((TO_EL3 & TO_EL2) == 0 && ((TO_EL3 | TO_EL2) & OF_ICH) == 0, "each has its place");

/* What a route looks at: any of these traps to EL2; else any of those means the virtual register;
 * else all of the last together trap to EL3. */
struct routing {
    uint8_t least_el;
    uint64_t el2_any, virtual_any, el3_all;
};

static const struct routing routings[] = {
    [NOT_HERE] = {1, 0, 0, NEVER},
    [GROUP0] = {1, TALL0, ARMVIRT_HCR_FMO, ARMVIRT_SCR_FIQ},
    [GROUP1] = {1, TALL1, ARMVIRT_HCR_IMO, ARMVIRT_SCR_IRQ},
    [COMMON] = {1, TC, TO_EL2, TO_EL3},
    [DIR] = {1, TC | TDIR, TO_EL2, TO_EL3},
    [SGI] = {1, TC | TO_EL2, 0, TO_EL3},
    [PLAIN] = {1, 0, 0, NEVER},
    [EL2] = {2, 0, 0, NEVER},
    [ICH] = {2, 0, 0, NEVER},
    [EL3] = {3, 0, 0, NEVER},
};

/* The controls in force: EL3 is free, and EL2's hold EL1 alone, where there is an EL2. */
static uint64_t controls(const struct armvirt_gic_pe *pe)
{
    const struct armvirt_gic_context *context = &pe->context;
    bool el2_enabled = (context->scr_el3 & (ARMVIRT_SCR_NS | ARMVIRT_SCR_EEL2)) != 0;

    if (context->el == 3) {
        return 0;
    }
    if (context->el == 1 && el2_enabled) {
        return (context->scr_el3 & TO_EL3) | (context->hcr_el2 & TO_EL2) | (pe->vcpu.hcr & OF_ICH);
    }
    return context->scr_el3 & TO_EL3;
}

/* Where an access ends: first those that end at a register. */
enum verdict { NOT_JUDGED, AT_PHYSICAL, AT_VIRTUAL, IS_UNDEFINED, TRAPS_TO_EL2, TRAPS_TO_EL3 };

static const uint8_t outcomes[] = {
    [AT_PHYSICAL] = ARMVIRT_GIC_DONE,       [AT_VIRTUAL] = ARMVIRT_GIC_DONE,
    [IS_UNDEFINED] = ARMVIRT_GIC_UNDEFINED, [TRAPS_TO_EL2] = ARMVIRT_GIC_TRAP_EL2,
    [TRAPS_TO_EL3] = ARMVIRT_GIC_TRAP_EL3,
};

static ARMVIRT_RARE enum verdict judge(const struct armvirt_gic_pe *pe, uint8_t route)
{
    const struct routing *routing = &routings[route];
    uint64_t force = controls(pe);

    if (pe->context.el < routing->least_el) {
        return IS_UNDEFINED;
    }
    if (force & routing->el2_any) {
        return TRAPS_TO_EL2;
    }
    if ((force & routing->virtual_any) || route == ICH) {
        return AT_VIRTUAL;
    }
    return armvirt_all_ones(force, routing->el3_all) ? TRAPS_TO_EL3 : AT_PHYSICAL;
}

/* Whether there is such a register to be read or written. */
static bool has(const struct armvirt_gic *gic, const struct row *row, unsigned rights)
{
    return (row->rights & rights) && row->n < gic->have[row->family];
}

/* The verdict is kept until it may be another one. */
static inline enum verdict verdict_on(const struct armvirt_gic *gic, struct armvirt_gic_pe *pe,
                                      const struct row *row, unsigned rights)
{
    uint8_t *kept = &pe->verdict[row->route];

    if (*kept == NOT_JUDGED) {
        *kept = (uint8_t)judge(pe, row->route);
    }
    return has(gic, row, rights) ? *kept : IS_UNDEFINED;
}

void armvirt_sysreg_forget(struct armvirt_gic_pe *pe)
{
    memset(pe->verdict, NOT_JUDGED, sizeof(pe->verdict));
}

/* The control bits that ask for the trap. */
static uint32_t trapped_by(const struct armvirt_gic_pe *pe, const struct row *row,
                           enum armvirt_gic_outcome how)
{
    static const struct {
        uint64_t control;
        uint32_t by;
    } names[] = {
        {TALL0, ARMVIRT_GIC_BY_TALL0},
        {TALL1, ARMVIRT_GIC_BY_TALL1},
        {TC, ARMVIRT_GIC_BY_TC},
        {TDIR, ARMVIRT_GIC_BY_TDIR},
        {ARMVIRT_HCR_FMO, ARMVIRT_GIC_BY_HCR_FMO},
        {ARMVIRT_HCR_IMO, ARMVIRT_GIC_BY_HCR_IMO},
        {ARMVIRT_SCR_FIQ, ARMVIRT_GIC_BY_SCR_FIQ},
        {ARMVIRT_SCR_IRQ, ARMVIRT_GIC_BY_SCR_IRQ},
    };
    const struct routing *routing = &routings[row->route];
    uint64_t ask = how == ARMVIRT_GIC_TRAP_EL2   ? routing->el2_any
                   : how == ARMVIRT_GIC_TRAP_EL3 ? routing->el3_all
                                                 : 0;
    uint32_t by = 0;

    for (unsigned i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
        if (controls(pe) & ask & names[i].control) {
            by |= names[i].by;
        }
    }
    return by;
}

/* ---- Syndromes ----------------------------------------------------------------------------- */

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

/* Whether there is such a PE, and the encoding is one of the GIC's. */
static enum armvirt_status find(const struct armvirt_gic *gic, uint32_t n, const struct row *row)
{
    if (n >= gic->config.pes) {
        return ARMVIRT_E_INVAL;
    }
    return row->route == NOT_HERE ? ARMVIRT_E_UNSUPPORTED : ARMVIRT_OK;
}

enum armvirt_status armvirt_gic_sysreg_trap(const struct armvirt_gic *gic, uint32_t n,
                                            uint32_t encoding, bool write, uint8_t rt,
                                            struct armvirt_gic_trap *trap)
{
    const struct row *row = find_row(encoding);
    enum armvirt_status status = find(gic, n, row);
    const struct armvirt_gic_pe *pe;
    enum armvirt_gic_outcome how;

    if (status != ARMVIRT_OK) {
        return status;
    }
    pe = armvirt_pe(gic, n);
    how = outcomes[has(gic, row, write ? WRITE : READ) ? judge(pe, row->route) : IS_UNDEFINED];
    trap->esr = syndrome(how, encoding, write, rt);
    trap->by = trapped_by(pe, row, how);
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
    armvirt_sysreg_forget(armvirt_pe(gic, pe));
    armvirt_mark(gic, armvirt_pe(gic, pe), ARMVIRT_STALE_SIGNAL);
    armvirt_settle(gic);
    return ARMVIRT_OK;
}

/* An access that does not end at a register. */
static ARMVIRT_RARE enum armvirt_status refuse(const struct armvirt_gic *gic,
                                               const struct armvirt_gic_pe *pe, uint32_t encoding,
                                               enum armvirt_gic_outcome how)
{
    if (armvirt_traces(gic->config.trace, ARMVIRT_EV_GIC_TRAP)) {
        armvirt_emit(gic->config.trace, ARMVIRT_EV_GIC_TRAP, pe->number, encoding, how,
                     trapped_by(pe, find_row(encoding), how));
    }
    return ARMVIRT_OK;
}

enum armvirt_status armvirt_gic_sysreg_read(struct armvirt_gic *gic, uint32_t n, uint32_t encoding,
                                            uint64_t *value, enum armvirt_gic_outcome *how)
{
    const struct row *row = find_row(encoding);
    enum armvirt_status status = find(gic, n, row);
    struct armvirt_gic_pe *pe;
    enum verdict verdict;

    *value = 0;
    if (status != ARMVIRT_OK) {
        return status;
    }
    pe = armvirt_pe(gic, n);
    verdict = verdict_on(gic, pe, row, READ);
    *how = outcomes[verdict];
    if (verdict >= IS_UNDEFINED) {
        return refuse(gic, pe, encoding, *how);
    }
    *value = verdict == AT_VIRTUAL ? armvirt_vcpu_read(gic, pe->number, row->reg, row->n)
                                   : armvirt_icc_read(gic, pe, row->reg, row->n);
    armvirt_settle(gic);
    return ARMVIRT_OK;
}

enum armvirt_status armvirt_gic_sysreg_write(struct armvirt_gic *gic, uint32_t n, uint32_t encoding,
                                             uint64_t value, enum armvirt_gic_outcome *how)
{
    const struct row *row = find_row(encoding);
    enum armvirt_status status = find(gic, n, row);
    struct armvirt_gic_pe *pe;
    enum verdict verdict;

    if (status != ARMVIRT_OK) {
        return status;
    }
    pe = armvirt_pe(gic, n);
    verdict = verdict_on(gic, pe, row, WRITE);
    *how = outcomes[verdict];
    if (verdict >= IS_UNDEFINED) {
        return refuse(gic, pe, encoding, *how);
    }
    if (verdict == AT_VIRTUAL) {
        armvirt_vcpu_write(gic, pe->number, row->reg, row->n, value);
    } else {
        armvirt_icc_write(gic, pe, row->reg, row->n, value);
    }
    armvirt_settle(gic);
    return ARMVIRT_OK;
}
