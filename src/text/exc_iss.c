/* SPDX-License-Identifier: MIT */
/*
 * What ESR_ELx.ISS says, in words: one function a group of classes. DDI0487 D24.2.45.
 */
#include "words.h"
#include "writer.h"

#include <armvirt/regs/syndrome.h>
#include <armvirt/text.h>
#include <armvirt/text_exc.h>

#define ISS(field, esr) ((unsigned)ARMVIRT_GET(ARMVIRT_ISS_##field, esr))
#define EC(name)        ARMVIRT_ESR_ELX_EC_##name

static const char *pick(const char *const *names, size_t count, unsigned n)
{
    return n < count && names[n] != NULL ? names[n] : "reserved";
}

/* ---- Aborts ------------------------------------------------------------------------------- */

/* A general register of the access: W3, X3, or the zero register. */
static void put_register(struct writer *w, unsigned n, bool sixty_four)
{
    if (n == 31) {
        writer_put(w, "%cZR", sixty_four ? 'X' : 'W');
    } else {
        writer_put(w, "%c%u", sixty_four ? 'X' : 'W', n);
    }
}

static void put_access(struct writer *w, uint64_t esr)
{
    bool write = esr & ARMVIRT_ISS_DATA_ABORT_WNR;

    if (esr & ARMVIRT_ISS_DATA_ABORT_CM) {
        writer_put(w, "cache maintenance or address translation");
    } else if (esr & ARMVIRT_ISS_DATA_ABORT_VNCR) {
        writer_put(w, "%s of a register through VNCR_EL2", write ? "write" : "read");
    } else if (esr & ARMVIRT_ISS_DATA_ABORT_ISV) {
        writer_put(w, "%s of %u bytes %s ", write ? "store" : "load",
                   1u << ISS(DATA_ABORT_ISV_SAS, esr), write ? "from" : "to");
        put_register(w, ISS(DATA_ABORT_ISV_SRT, esr), esr & ARMVIRT_ISS_DATA_ABORT_ISV_SF);
        writer_put(w, "%s%s", esr & ARMVIRT_ISS_DATA_ABORT_ISV_SSE ? ", sign-extended" : "",
                   esr & ARMVIRT_ISS_DATA_ABORT_ISV_AR ? ", acquire or release" : "");
    } else {
        writer_put(w, "%s", write ? "write" : "read");
    }
    writer_put(w, "; ");
}

/* SET: of an External abort without an instruction syndrome. */
static void put_severity(struct writer *w, uint64_t esr, const struct armvirt_fsc *fsc)
{
    static const char *const severities[4] = {"", NULL, ", uncontainable", ", restartable"};

    if (fsc->kind == ARMVIRT_FSC_EXTERNAL && !(esr & ARMVIRT_ISS_DATA_ABORT_ISV)) {
        writer_put(w, "%s", pick(severities, COUNT_OF(severities), ISS(DATA_ABORT_SET_SET, esr)));
    }
}

/* The fault, and the flags that aborts have in common. */
static void put_fault(struct writer *w, uint64_t esr)
{
    static const struct {
        uint64_t bit;
        const char *text;
    } flags[] = {
        {ARMVIRT_ISS_DATA_ABORT_S1PTW, "of stage 2, on a stage 1 table"},
        {ARMVIRT_ISS_DATA_ABORT_DIRTYBIT, "for want of dirty state"},
        {ARMVIRT_ISS_DATA_ABORT_OVERLAY, "by the permission overlay"},
        {ARMVIRT_ISS_DATA_ABORT_ASSUREDONLY, "by AssuredOnly"},
        {ARMVIRT_ISS_DATA_ABORT_GCS, "of the Guarded Control Stack"},
        {ARMVIRT_ISS_DATA_ABORT_TAGACCESS, "of tags"},
        {ARMVIRT_ISS_DATA_ABORT_FNV, "FAR_ELx is not valid"},
        {ARMVIRT_ISS_DATA_ABORT_PFV, "the physical address is known"},
    };
    struct armvirt_fsc fsc;

    armvirt_fsc_decode(ISS(DATA_ABORT_DFSC, esr), &fsc);
    w->len += armvirt_text_fsc(&fsc, writer_rest(w), writer_left(w));
    put_severity(w, esr, &fsc);
    for (size_t i = 0; i < COUNT_OF(flags); i++) {
        if (esr & flags[i].bit) {
            writer_put(w, ", %s", flags[i].text);
        }
    }
}

/* With an instruction syndrome the bit of PFV is one of AR. */
static void put_data_abort(struct writer *w, uint64_t esr)
{
    put_access(w, esr);
    put_fault(w, esr & ARMVIRT_ISS_DATA_ABORT_ISV ? esr & ~ARMVIRT_ISS_DATA_ABORT_PFV : esr);
}

static void put_gpc(struct writer *w, uint64_t esr)
{
    static const char *const checks[8] = {"address size", "walk", NULL,
                                          "fail",         NULL,   "External abort"};
    unsigned gpcsc = ISS(GPC_GPCSC, esr);

    writer_put(w, "%s, granule table level %u, ", pick(checks, COUNT_OF(checks), gpcsc >> 2),
               gpcsc & 1);
    writer_put(w, "%s; ",
               esr & ARMVIRT_ISS_GPC_IND          ? "fetch"
               : esr & ARMVIRT_ISS_DATA_ABORT_WNR ? "write"
                                                  : "read");
    put_fault(w, esr & (ARMVIRT_ISS_DATA_ABORT_DFSC | ARMVIRT_ISS_DATA_ABORT_S1PTW));
}

static void put_serror(struct writer *w, uint64_t esr)
{
    static const char *const states[8] = {
        "uncontainable", "unrecoverable", "restartable", "recoverable", NULL, NULL, "corrected"};

    if (esr & ARMVIRT_ISS_SERROR_IDS) {
        writer_put(w, "IMPLEMENTATION DEFINED 0x%x", (unsigned)(esr & ARMVIRT_BITS(23, 0)));
    } else if (ISS(SERROR_DFSC, esr) == ARMVIRT_ISS_SERROR_DFSC_ASYNCHRONOUS) {
        writer_put(w, "%s error%s", pick(states, COUNT_OF(states), ISS(SERROR_AET, esr)),
                   esr & ARMVIRT_ISS_SERROR_IESB ? ", synchronized by an implicit barrier" : "");
    } else {
        writer_put(w, "uncategorized");
    }
}

/* TFV: the flags say which; else one of them, nobody knows which. */
static void put_fp(struct writer *w, uint64_t esr)
{
    static const struct {
        uint64_t bit;
        const char *text;
    } flags[] = {
        {ARMVIRT_ISS_FP_EXCEPTION_IOF, "Invalid Operation"},
        {ARMVIRT_ISS_FP_EXCEPTION_DZF, "Divide by Zero"},
        {ARMVIRT_ISS_FP_EXCEPTION_OFF, "Overflow"},
        {ARMVIRT_ISS_FP_EXCEPTION_UFF, "Underflow"},
        {ARMVIRT_ISS_FP_EXCEPTION_IXF, "Inexact"},
        {ARMVIRT_ISS_FP_EXCEPTION_IDF, "Input Denormal"},
    };
    const char *before = "";

    if (!(esr & ARMVIRT_ISS_FP_EXCEPTION_TFV)) {
        writer_put(w, "which is not known");
        return;
    }
    for (size_t i = 0; i < COUNT_OF(flags); i++) {
        if (esr & flags[i].bit) {
            writer_put(w, "%s%s", before, flags[i].text);
            before = ", ";
        }
    }
}

static void put_step(struct writer *w, uint64_t esr)
{
    bool isv = esr & ARMVIRT_ISS_SOFTWARE_STEP_ISV;

    writer_put(w, "%s",
               !isv                                 ? "nothing was stepped"
               : esr & ARMVIRT_ISS_SOFTWARE_STEP_EX ? "a load-exclusive was stepped"
                                                    : "an instruction was stepped");
}

/* ---- Registers ---------------------------------------------------------------------------- */

/* MSR, MRS, SYS and their 128-bit forms; Rt of those is of a pair. */
static void put_sysreg(struct writer *w, uint64_t esr)
{
    struct armvirt_encoding e = {
        .op0 = (uint8_t)ISS(MSR_MRS_OP0, esr),
        .op1 = (uint8_t)ISS(MSR_MRS_OP1, esr),
        .crn = (uint8_t)ISS(MSR_MRS_CRN, esr),
        .crm = (uint8_t)ISS(MSR_MRS_CRM, esr),
        .op2 = (uint8_t)ISS(MSR_MRS_OP2, esr),
    };
    bool wide = ARMVIRT_GET(ARMVIRT_ESR_ELX_EC, esr) == EC(SYSREG128);
    unsigned rt = wide ? ISS(MSRR_MRRS_RT, esr) * 2 : ISS(MSR_MRS_RT, esr);
    bool read = esr & ARMVIRT_ISS_MSR_MRS_DIRECTION;
    char name[64];

    (void)armvirt_text_encoding(&e, NULL, name, sizeof(name));
    if (e.op0 < 2) {
        writer_put(w, "%s%s #%u, C%u, C%u, #%u", read ? "SYSL" : "SYS", wide ? "P" : "", e.op1,
                   e.crn, e.crm, e.op2);
        return;
    }
    writer_put(w, "%s%s ", read ? "MR" : "MS", wide ? read ? "RS" : "RR" : read ? "S" : "R");
    if (!read) {
        writer_put(w, "%s, ", name);
    }
    put_register(w, rt, true);
    writer_put(w, "%s%s", read ? ", " : "", read ? name : "");
}

static void put_mcr(struct writer *w, uint64_t esr, unsigned coprocessor)
{
    writer_put(w, "%s p%u, %u, X%u, c%u, c%u, %u",
               esr & ARMVIRT_ISS_MCR_MRC_DIRECTION ? "MRC" : "MCR", coprocessor,
               ISS(MCR_MRC_OPC1, esr), ISS(MCR_MRC_RT, esr), ISS(MCR_MRC_CRN, esr),
               ISS(MCR_MRC_CRM, esr), ISS(MCR_MRC_OPC2, esr));
}

static void put_mcrr(struct writer *w, uint64_t esr, unsigned coprocessor)
{
    writer_put(w, "%s p%u, %u, X%u, X%u, c%u",
               esr & ARMVIRT_ISS_MCRR_MRRC_DIRECTION ? "MRRC" : "MCRR", coprocessor,
               ISS(MCRR_MRRC_OPC1, esr), ISS(MCRR_MRRC_RT, esr), ISS(MCRR_MRRC_RT2, esr),
               ISS(MCRR_MRRC_CRM, esr));
}

/* ---- Instructions ------------------------------------------------------------------------- */

/* The only registers that LDC and STC have are those of the debug channel: G8.3. */
static void put_ldc(struct writer *w, uint64_t esr)
{
    unsigned mode = ISS(LDC_STC_AM, esr), bytes = ISS(LDC_STC_IMM8, esr) * 4;
    char sign = esr & ARMVIRT_ISS_LDC_STC_OFFSET ? '+' : '-';

    writer_put(w, "%s p14, c5, ", esr & ARMVIRT_ISS_LDC_STC_DIRECTION ? "LDC" : "STC");
    if (mode & 4) {
        writer_put(w, "[PC");
    } else {
        writer_put(w, "[X%u", ISS(LDC_STC_RN, esr));
    }
    switch (mode) {
    case ARMVIRT_ISS_LDC_STC_AM_UNINDEXED:
    case ARMVIRT_ISS_LDC_STC_AM_LITERAL_UNINDEXED:
        writer_put(w, "], {%u}", bytes / 4);
        break;
    case ARMVIRT_ISS_LDC_STC_AM_POST_INDEXED:
        writer_put(w, "], #%c%u", sign, bytes);
        break;
    default:
        writer_put(w, ", #%c%u]%s", sign, bytes,
                   mode == ARMVIRT_ISS_LDC_STC_AM_PRE_INDEXED ? "!" : "");
        break;
    }
}

static void put_wfx(struct writer *w, uint64_t esr)
{
    static const char *const names[4] = {"WFI", "WFE", "WFIT", "WFET"};

    writer_put(w, "%s", names[ISS(WFX_TI, esr)]);
    if (esr & ARMVIRT_ISS_WFX_RV) {
        writer_put(w, " X%u", ISS(WFX_RN, esr));
    }
}

static void put_eret(struct writer *w, uint64_t esr)
{
    writer_put(w, "%s",
               !(esr & ARMVIRT_ISS_ERET_ERET) ? "ERET"
               : esr & ARMVIRT_ISS_ERET_ERETA ? "ERETAB"
                                              : "ERETAA");
}

static void put_other(struct writer *w, uint64_t esr)
{
    static const char *const names[] = {"ST64BV", "ST64BV0", "LD64B or ST64B", "TSB CSYNC",
                                        "PSB CSYNC"};

    writer_put(w, "%s", pick(names, COUNT_OF(names), ISS(OTHER_INSTRUCTION_ISS, esr)));
}

static void put_sme(struct writer *w, uint64_t esr)
{
    static const char *const names[] = {"access is disabled", "illegal in Streaming SVE mode",
                                        "needs Streaming SVE mode", "ZA is off", "ZT0 is disabled"};

    writer_put(w, "%s", pick(names, COUNT_OF(names), ISS(SME_SMTC, esr)));
}

static void put_pac_fail(struct writer *w, uint64_t esr)
{
    writer_put(w, "%s key %c", esr & ARMVIRT_ISS_PAC_FAIL_DNI ? "data" : "instruction",
               esr & ARMVIRT_ISS_PAC_FAIL_BNA ? 'B' : 'A');
}

static void put_gcs(struct writer *w, uint64_t esr)
{
    static const char *const types[] = {"data check", "EXLOCK", "GCSSTR or GCSSTTR"};
    static const char *const instructions[16] = {
        "RET", "GCSPOPM", "RETAA", "RETAB", "GCSSS1", "GCSSS2", NULL, NULL, "GCSPOPCX", "GCSPOPX"};

    writer_put(w, "%s", pick(types, COUNT_OF(types), ISS(GCS_EXTYPE, esr)));
    if (ISS(GCS_EXTYPE, esr) == ARMVIRT_ISS_GCS_EXTYPE_DATA_CHECK) {
        writer_put(w, " of %s", pick(instructions, COUNT_OF(instructions), ISS(GCS_IT, esr)));
    }
}

static void put_mops(struct writer *w, uint64_t esr)
{
    writer_put(w, "%s%s, destination X%u, %s X%u, size X%u",
               ISS(MOPS_MEMINST, esr) == ARMVIRT_ISS_MOPS_MEMINST_SET ? "set" : "copy",
               esr & ARMVIRT_ISS_MOPS_FROMEPILOGUE ? ", epilogue" : ", main",
               ISS(MOPS_DESTREG, esr), esr & ARMVIRT_ISS_MOPS_MEMINST ? "value" : "source",
               ISS(MOPS_SRCREG, esr), ISS(MOPS_SIZEREG, esr));
}

static void put_profiling(struct writer *w, uint64_t esr)
{
    static const char *const units[] = {"PMU", "Statistical Profiling", "Trace Buffer"};

    writer_put(w, "%s%s", pick(units, COUNT_OF(units), ISS(PROFILING_FSC, esr)),
               esr & ARMVIRT_ISS_PROFILING_SYNC ? ", synchronous" : "");
}

/* ---- All of them -------------------------------------------------------------------------- */

/* Classes that are of the memory system or of debug. */
static void put_memory(struct writer *w, unsigned ec, uint64_t esr)
{
    switch (ec) {
    case EC(INSTRUCTION_ABORT_LOWER):
    case EC(INSTRUCTION_ABORT_SAME):
        put_fault(w, esr);
        break;
    case EC(DATA_ABORT_LOWER):
    case EC(DATA_ABORT_SAME):
        put_data_abort(w, esr);
        break;
    case EC(GPC):
        put_gpc(w, esr);
        break;
    case EC(SERROR):
        put_serror(w, esr);
        break;
    case EC(STEP_LOWER):
    case EC(STEP_SAME):
        put_step(w, esr);
        break;
    case EC(WATCHPOINT_LOWER):
    case EC(WATCHPOINT_SAME):
        writer_put(w, "%s", esr & ARMVIRT_ISS_WATCHPOINT_WNR ? "write" : "read");
        break;
    default:
        break;
    }
}

static void put_coprocessor(struct writer *w, unsigned ec, uint64_t esr)
{
    switch (ec) {
    case EC(CP15_MCR):
        put_mcr(w, esr, 15);
        break;
    case EC(CP14_MCR):
        put_mcr(w, esr, 14);
        break;
    case EC(VMRS):
        put_mcr(w, esr, 10);
        break;
    case EC(CP15_MCRR):
        put_mcrr(w, esr, 15);
        break;
    case EC(CP14_MRRC):
        put_mcrr(w, esr, 14);
        break;
    case EC(CP14_LDC):
        put_ldc(w, esr);
        break;
    default:
        put_memory(w, ec, esr);
    }
}

/* Classes with an immediate, which is all that they say. */
static bool has_immediate(unsigned ec)
{
    return ec == EC(SVC32) || ec == EC(HVC32) || (ec >= EC(SVC64) && ec <= EC(SMC64)) ||
           ec == EC(BKPT32) || ec == EC(BRK64);
}

typedef void put_class(struct writer *w, uint64_t esr);

size_t armvirt_text_iss(uint64_t esr, char *text, size_t cap)
{
    static put_class *const classes[64] = {
        [EC(WFX)] = put_wfx,           [EC(OTHER)] = put_other,
        [EC(SYSREG128)] = put_sysreg,  [EC(SYSREG)] = put_sysreg,
        [EC(ERET)] = put_eret,         [EC(PAC_FAIL)] = put_pac_fail,
        [EC(SME)] = put_sme,           [EC(MOPS)] = put_mops,
        [EC(GCS)] = put_gcs,           [EC(PROFILING)] = put_profiling,
        [EC(FP_EXCEPTION32)] = put_fp, [EC(FP_EXCEPTION64)] = put_fp,
    };
    struct writer writer = {text, cap, 0};
    unsigned ec = (unsigned)ARMVIRT_GET(ARMVIRT_ESR_ELX_EC, esr);

    if (cap != 0) {
        text[0] = '\0';
    }
    if (has_immediate(ec)) {
        writer_put(&writer, "#0x%x", ISS(HVC_SVC_IMM16, esr));
    } else if (ec == EC(BTI)) {
        writer_put(&writer, "BTYPE %u", ISS(BTI_BTYPE, esr));
    } else if (classes[ec] != NULL) {
        classes[ec](&writer, esr);
    } else {
        put_coprocessor(&writer, ec, esr);
    }
    return writer.len;
}
