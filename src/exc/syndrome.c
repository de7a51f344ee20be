/* SPDX-License-Identifier: MIT */
/*
 * Exception syndromes: one row a class with what it may hold. DDI0487 D24.2.45 to D24.2.47
 * (ESR_ELx), J1.1.2 (AArch64.ExceptionClass, AArch64.ReportException).
 */
#include "syndrome.h"

#include <armvirt/regs/syndrome.h>

#define ISS  ARMVIRT_ISS_DATA_ABORT_ISV | ARMVIRT_BITS(23, 0)
#define ISS2 ARMVIRT_BITS(55, 32)

/* Exception levels that report a class. */
enum { AT1 = 1 << 1, AT2 = 1 << 2, AT3 = 1 << 3, AT12 = AT1 | AT2, AT23 = AT2 | AT3, ALL = 14 };

/* Values that a field may have, as a set of bits. */
struct allowed {
    uint64_t field, set;
};

/* A class. `il`: IL is 1 whatever the instruction. */
struct class
{
    uint64_t res0;
    struct allowed first, second;
    uint8_t at;
    bool il;
};

#define CODE(name)        ARMVIRT_BIT(ARMVIRT_ISS_DATA_ABORT_DFSC_##name)
#define FROM(name, count) (ARMVIRT_BITS(count - 1, 0) << ARMVIRT_ISS_DATA_ABORT_DFSC_##name)
/* All fault status codes of ESR_ELx: @FSC of spec/common.regs without Domain faults. */
#define FSC_ALLOCATED                                                                              \
    (FROM(ADDRESS_SIZE_L0, 16) | FROM(EXTERNAL, 9) | FROM(WALK_PARITY_LM1, 5) |                    \
     FROM(ALIGNMENT, 12) | CODE(TLB_CONFLICT) | CODE(UNSUPPORTED_UPDATE) | CODE(LOCKDOWN) |        \
     CODE(UNSUPPORTED_EXCLUSIVE))

#define FIELD(name)  ARMVIRT_ISS_##name
#define RES0(name)   ARMVIRT_ISS_##name##_RES0
#define IN_ISS(name) (RES0(name) | ISS2)
#define UP_TO(n)     ARMVIRT_BITS(n, 0)
#define NOTHING                                                                                    \
    {                                                                                              \
        0, 0                                                                                       \
    }
#define DEBUG(name)                                                                                \
    {                                                                                              \
        FIELD(name), ARMVIRT_BIT(0x22)                                                             \
    }
#define CODES(name)                                                                                \
    {                                                                                              \
        FIELD(name), FSC_ALLOCATED                                                                 \
    }
#define EC(name) ARMVIRT_ESR_ELX_EC_##name

static const struct class classes[64] = {
    [EC(UNKNOWN)] = {ISS | ISS2, NOTHING, NOTHING, ALL, true},
    [EC(WFX)] = {IN_ISS(WFX), NOTHING, NOTHING, ALL, false},
    [EC(CP15_MCR)] = {ISS2, NOTHING, NOTHING, ALL, false},
    [EC(CP15_MCRR)] = {IN_ISS(MCRR_MRRC), NOTHING, NOTHING, ALL, false},
    [EC(CP14_MCR)] = {ISS2, NOTHING, NOTHING, ALL, false},
    [EC(CP14_LDC)] = {IN_ISS(LDC_STC), NOTHING, NOTHING, ALL, false},
    [EC(FP)] = {IN_ISS(FP_TRAP), NOTHING, NOTHING, ALL, false},
    [EC(VMRS)] = {ISS2, NOTHING, NOTHING, AT2, false},
    [EC(PAC)] = {ISS | ISS2, NOTHING, NOTHING, AT23, false},
    [EC(OTHER)] = {ISS2, {FIELD(OTHER_INSTRUCTION_ISS), UP_TO(4)}, NOTHING, ALL, false},
    [EC(CP14_MRRC)] = {IN_ISS(MCRR_MRRC), NOTHING, NOTHING, ALL, false},
    [EC(BTI)] = {IN_ISS(BTI), NOTHING, NOTHING, ALL, false},
    [EC(ILLEGAL_STATE)] = {ISS | ISS2, NOTHING, NOTHING, ALL, true},
    [EC(SVC32)] = {IN_ISS(HVC_SVC), NOTHING, NOTHING, AT12, false},
    [EC(HVC32)] = {IN_ISS(HVC_SVC), NOTHING, NOTHING, AT2, false},
    [EC(SMC32)] = {IN_ISS(SMC32), NOTHING, NOTHING, AT23, false},
    [EC(SYSREG128)] = {IN_ISS(MSRR_MRRS), NOTHING, NOTHING, ALL, false},
    [EC(SVC64)] = {IN_ISS(HVC_SVC), NOTHING, NOTHING, ALL, false},
    [EC(HVC64)] = {IN_ISS(HVC_SVC), NOTHING, NOTHING, AT23, false},
    [EC(SMC64)] = {IN_ISS(HVC_SVC), NOTHING, NOTHING, AT23, false},
    [EC(SYSREG)] = {IN_ISS(MSR_MRS), NOTHING, NOTHING, ALL, false},
    [EC(SVE)] = {ISS | ISS2, NOTHING, NOTHING, ALL, false},
    [EC(ERET)] = {IN_ISS(ERET), NOTHING, NOTHING, AT12, false},
    [EC(PAC_FAIL)] = {IN_ISS(PAC_FAIL), NOTHING, NOTHING, ALL, false},
    [EC(SME)] = {IN_ISS(SME), {FIELD(SME_SMTC), UP_TO(4)}, NOTHING, ALL, false},
    [EC(GPC)] = {RES0(GPC),
                 CODES(GPC_XFSC),
                 {FIELD(GPC_GPCSC), ARMVIRT_BIT(0) | UINT64_C(0x303030)},
                 AT3,
                 false},
    [EC(IMPDEF_EL3)] = {0, NOTHING, NOTHING, AT3, false},
    [EC(INSTRUCTION_ABORT_LOWER)] = {RES0(INSTRUCTION_ABORT), CODES(INSTRUCTION_ABORT_IFSC),
                                     NOTHING, ALL, true},
    [EC(INSTRUCTION_ABORT_SAME)] = {RES0(INSTRUCTION_ABORT), CODES(INSTRUCTION_ABORT_IFSC), NOTHING,
                                    ALL, true},
    [EC(PC_ALIGNMENT)] = {ISS | ISS2, NOTHING, NOTHING, ALL, true},
    [EC(DATA_ABORT_LOWER)] = {RES0(DATA_ABORT), CODES(DATA_ABORT_DFSC), NOTHING, ALL, false},
    [EC(DATA_ABORT_SAME)] = {RES0(DATA_ABORT), CODES(DATA_ABORT_DFSC), NOTHING, ALL, false},
    [EC(SP_ALIGNMENT)] = {ISS | ISS2, NOTHING, NOTHING, ALL, true},
    [EC(MOPS)] = {IN_ISS(MOPS), NOTHING, NOTHING, ALL, false},
    [EC(FP_EXCEPTION32)] = {IN_ISS(FP_EXCEPTION), NOTHING, NOTHING, AT12, false},
    [EC(FP_EXCEPTION64)] = {IN_ISS(FP_EXCEPTION), NOTHING, NOTHING, ALL, false},
    [EC(GCS)] = {IN_ISS(GCS), {FIELD(GCS_EXTYPE), UP_TO(2)}, NOTHING, ALL, false},
    [EC(SERROR)] = {IN_ISS(SERROR),
                    {FIELD(SERROR_DFSC), ARMVIRT_BIT(0) | ARMVIRT_BIT(0x11)},
                    {FIELD(SERROR_AET), UP_TO(3) | ARMVIRT_BIT(6)},
                    ALL,
                    true},
    [EC(BREAKPOINT_LOWER)] = {IN_ISS(BREAKPOINT), DEBUG(BREAKPOINT_IFSC), NOTHING, AT12, true},
    [EC(BREAKPOINT_SAME)] = {IN_ISS(BREAKPOINT), DEBUG(BREAKPOINT_IFSC), NOTHING, AT12, true},
    [EC(STEP_LOWER)] = {IN_ISS(SOFTWARE_STEP), DEBUG(SOFTWARE_STEP_IFSC), NOTHING, AT12, true},
    [EC(STEP_SAME)] = {IN_ISS(SOFTWARE_STEP), DEBUG(SOFTWARE_STEP_IFSC), NOTHING, AT12, true},
    [EC(WATCHPOINT_LOWER)] = {RES0(WATCHPOINT), DEBUG(WATCHPOINT_DFSC), NOTHING, AT12, true},
    [EC(WATCHPOINT_SAME)] = {RES0(WATCHPOINT), DEBUG(WATCHPOINT_DFSC), NOTHING, AT12, true},
    [EC(BKPT32)] = {IN_ISS(BREAKPOINT_INSTRUCTION), NOTHING, NOTHING, AT12, false},
    [EC(VECTOR_CATCH32)] = {IN_ISS(BREAKPOINT), DEBUG(BREAKPOINT_IFSC), NOTHING, AT2, true},
    [EC(BRK64)] = {IN_ISS(BREAKPOINT_INSTRUCTION), NOTHING, NOTHING, ALL, false},
    [EC(PROFILING)] = {IN_ISS(PROFILING), {FIELD(PROFILING_FSC), UP_TO(2)}, NOTHING, ALL, true},
};

/* ---- Making and taking apart -------------------------------------------------------------- */

static bool is_data_abort(unsigned ec)
{
    return (ec | 1) == EC(DATA_ABORT_SAME);
}

/* R10: a Data Abort without instruction syndrome says nothing of the instruction. */
bool armvirt_esr_il(unsigned ec, uint64_t iss, bool long_insn)
{
    return long_insn || classes[ec & 63].il ||
           (is_data_abort(ec) && !(iss & ARMVIRT_ISS_DATA_ABORT_ISV));
}

uint64_t armvirt_esr_encode(const struct armvirt_syndrome *s)
{
    return ARMVIRT_PUT(ARMVIRT_ESR_ELX_EC, s->ec) | (s->iss & (ISS | ISS2)) |
           ARMVIRT_PUT(ARMVIRT_ESR_ELX_IL, armvirt_esr_il(s->ec, s->iss, s->il));
}

void armvirt_esr_decode(uint64_t esr, struct armvirt_syndrome *s)
{
    *s = (struct armvirt_syndrome){
        .iss = esr & (ISS | ISS2),
        .ec = (uint8_t)ARMVIRT_GET(ARMVIRT_ESR_ELX_EC, esr),
        .il = (esr & ARMVIRT_ESR_ELX_IL) != 0,
    };
}

/* ---- Checking ----------------------------------------------------------------------------- */

static bool in_set(const struct allowed *a, uint64_t esr)
{
    return a->field == 0 || ((a->set >> (ARMVIRT_GET(a->field, esr) & 63)) & 1);
}

/* From AArch64 state instructions are long, and classes of AArch32 say which they are. */
static bool il_is_wrong(unsigned ec, uint64_t esr)
{
    bool from_a32 = ec <= EC(CP14_MRRC) || (ec >= EC(SVC32) && ec <= EC(SMC32)) ||
                    is_data_abort(ec) || ec == EC(FP_EXCEPTION32) || ec == EC(BKPT32) ||
                    ec == EC(GPC) || ec == EC(IMPDEF_EL3);

    return !(esr & ARMVIRT_ESR_ELX_IL) && (!from_a32 || armvirt_esr_il(ec, esr, false));
}

/* SET and LST share bits; an instruction syndrome fills bits that are else reserved. */
static enum armvirt_esr_check check_data_abort(uint64_t esr)
{
    bool isv = (esr & ARMVIRT_ISS_DATA_ABORT_ISV) != 0;
    uint64_t code = ARMVIRT_GET(ARMVIRT_ISS_DATA_ABORT_DFSC, esr);
    uint64_t res0 = RES0(DATA_ABORT) & (isv ? ~ARMVIRT_BITS(23, 14) : UINT64_MAX);

    if (esr & res0) {
        return ARMVIRT_ESR_CHECK_RES0;
    }
    return isv && code == ARMVIRT_ISS_DATA_ABORT_DFSC_EXTERNAL ? ARMVIRT_ESR_CHECK_ISV
                                                               : ARMVIRT_ESR_CHECK_VALID;
}

static enum armvirt_esr_check check_iss(const struct class *class, unsigned ec, uint64_t esr)
{
    if (ec == EC(SERROR) && (esr & ARMVIRT_ISS_SERROR_IDS)) {
        return esr & ISS2 ? ARMVIRT_ESR_CHECK_RES0 : ARMVIRT_ESR_CHECK_VALID;
    }
    if (is_data_abort(ec)) {
        enum armvirt_esr_check check = check_data_abort(esr);

        if (check != ARMVIRT_ESR_CHECK_VALID) {
            return check;
        }
    } else if (esr & class->res0) {
        return ARMVIRT_ESR_CHECK_RES0;
    }
    if (!in_set(&class->first, esr)) {
        return class->first.set == FSC_ALLOCATED ? ARMVIRT_ESR_CHECK_FSC : ARMVIRT_ESR_CHECK_VALUE;
    }
    return in_set(&class->second, esr) ? ARMVIRT_ESR_CHECK_VALID : ARMVIRT_ESR_CHECK_VALUE;
}

enum armvirt_esr_check armvirt_esr_check(uint64_t esr, unsigned el)
{
    unsigned ec = (unsigned)ARMVIRT_GET(ARMVIRT_ESR_ELX_EC, esr);
    const struct class *class = &classes[ec];

    if (class->at == 0) {
        return ARMVIRT_ESR_CHECK_EC;
    }
    if (el > 3 || !((class->at >> el) & 1)) {
        return ARMVIRT_ESR_CHECK_EL;
    }
    if (esr & ARMVIRT_BITS(63, 56)) {
        return ARMVIRT_ESR_CHECK_RES0;
    }
    return il_is_wrong(ec, esr) ? ARMVIRT_ESR_CHECK_IL : check_iss(class, ec, esr);
}
