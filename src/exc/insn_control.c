/* SPDX-License-Identifier: MIT */
/*
 * Pointer authentication and the Guarded Control Stack. DDI0487 D8.10 (pointer authentication),
 * D11 (GCS), C5.9 (GCS instructions), J1.1.3 (AddPACIA, TrapPACUse, CheckGCSSTREnabled).
 */
#include "insn.h"

#define SCTLR(name) ARMVIRT_SCTLR_EL1_##name
#define GCSSTTR_BIT ARMVIRT_BIT(12) /* GCSSTTR, not GCSSTR */

/* ---- Pointer authentication --------------------------------------------------------------- */

/* A key that is not enabled leaves pointers as they are and traps nothing. */
static bool key_is_enabled(const struct pe_view *v, unsigned key)
{
    static const uint64_t enable[] = {SCTLR(ENIA), SCTLR(ENIB), SCTLR(ENDA), SCTLR(ENDB)};

    return key == ARMVIRT_INSN_PAC_GA ||
           (armvirt_sctlr_here(v) & enable[key - ARMVIRT_INSN_PAC_IA]) != 0;
}

static bool authentication_fails(const struct check *c, unsigned key)
{
    uint64_t data = key == ARMVIRT_INSN_PAC_DA || key == ARMVIRT_INSN_PAC_DB;
    uint64_t b = key == ARMVIRT_INSN_PAC_IB || key == ARMVIRT_INSN_PAC_DB;

    if (c->insn->fails && armvirt_pe_has_fpac(c->v->pe)) {
        return armvirt_raised(c, EC(PAC_FAIL),
                              ARMVIRT_PUT(ARMVIRT_ISS_PAC_FAIL_DNI, data) |
                                  ARMVIRT_PUT(ARMVIRT_ISS_PAC_FAIL_BNA, b),
                              CAUSE(INSTRUCTION));
    }
    return false;
}

/* Without the feature some words are hints and others UNDEFINED: that is the caller's to know. */
bool armvirt_check_pauth(const struct check *c, unsigned key)
{
    const struct pe_view *v = c->v;

    if (!armvirt_pe_has_pauth(v->pe) || !key_is_enabled(v, key)) {
        return false;
    }
    if (v->el < 2 && v->el2_enabled && !v->in_host && !(v->hcr & ARMVIRT_HCR_EL2_API)) {
        return armvirt_trapped(c, 2, EC(PAC), 0, CAUSE(HCR_API));
    }
    if (v->el != 3 && !(v->scr & ARMVIRT_SCR_EL3_API)) {
        return armvirt_trapped(c, 3, EC(PAC), 0, CAUSE(SCR_API));
    }
    return authentication_fails(c, key);
}

/* ---- Guarded Control Stack ---------------------------------------------------------------- */

static bool gcs_trapped_by_fgt(const struct check *c, uint64_t bit)
{
    return c->v->el == 1 && armvirt_fgt_enabled(c->v) && !(c->v->pe->hfgitr_el2 & bit);
}

/* J1.1.3 GCSEnabled: else the instruction does nothing. */
static bool gcs_enabled(const struct pe_view *v)
{
    if (v->el != 3 && !(v->scr & ARMVIRT_SCR_EL3_GCSEN)) {
        return false;
    }
    if (v->el < 2 && v->el2_enabled && !v->host_el0 && !(v->hcrx & ARMVIRT_HCRX_EL2_GCSEN)) {
        return false;
    }
    return (v->pe->gcscr_el[v->el] & ARMVIRT_GCSCR_EL1_PCRSEL) != 0;
}

/* Syndrome of a data check: J1.1.3 GCSDataCheckException. */
static uint64_t data_check_iss(const struct armvirt_insn *insn)
{
    uint64_t it = insn->kind == ARMVIRT_INSN_GCSPOPX    ? ARMVIRT_ISS_GCS_IT_GCSPOPX
                  : insn->kind == ARMVIRT_INSN_GCSPOPCX ? ARMVIRT_ISS_GCS_IT_GCSPOPCX
                  : (insn->word & 0xe0) == 0x20         ? ARMVIRT_ISS_GCS_IT_GCSPOPM
                  : (insn->word & 0xe0) == 0x40         ? ARMVIRT_ISS_GCS_IT_GCSSS1
                                                        : ARMVIRT_ISS_GCS_IT_GCSSS2;

    return ARMVIRT_PUT(ARMVIRT_ISS_GCS_RN, insn->word) | ARMVIRT_PUT(ARMVIRT_ISS_GCS_IT, it);
}

static bool check_gcs_data(const struct check *c)
{
    if (c->insn->fails && gcs_enabled(c->v)) {
        return armvirt_raised(c, EC(GCS), data_check_iss(c->insn), CAUSE(INSTRUCTION));
    }
    return false;
}

/* J1.1.3 IsUnprivAccessPriv, above EL0. */
static bool unprivileged_is_privileged(const struct pe_view *v)
{
    if (armvirt_pe_has(v->pe, PE_UAO) && (v->pe->pstate & PS(UAO))) {
        return true;
    }
    return v->el == 1 ? (armvirt_nvx(v) & 3) == 3 : v->el == 3 || !v->host_el0;
}

/* J1.1.3 GCSSTRTrapException. */
static uint64_t gcsstr_iss(uint32_t word)
{
    return ARMVIRT_PUT(ARMVIRT_ISS_GCS_EXTYPE, ARMVIRT_ISS_GCS_EXTYPE_GCSSTR_TRAP) |
           ARMVIRT_PUT(ARMVIRT_ISS_GCS_RADDR, word >> 5) | ARMVIRT_PUT(ARMVIRT_ISS_GCS_RN, word);
}

/* GCSSTTR that stores as EL0 does. */
static bool is_unprivileged(const struct check *c)
{
    return (c->insn->word & GCSSTTR_BIT) && c->v->el != 0 && !unprivileged_is_privileged(c->v);
}

/* C6.2 GCSSTTR: checked only if it stores as the current Exception level does. */
static bool check_gcsstr(const struct check *c)
{
    const struct pe_view *v = c->v;
    unsigned own = v->el == 0 ? 1 : v->el;

    if (is_unprivileged(c)) {
        return false;
    }
    if (!(v->pe->gcscr_el[v->el] & ARMVIRT_GCSCR_EL1_STREN)) {
        return armvirt_trapped(c, own, EC(GCS), gcsstr_iss(c->insn->word), CAUSE(GCSCR_STREN));
    }
    if (gcs_trapped_by_fgt(c, ARMVIRT_HFGITR_EL2_NGCSSTR_EL1)) {
        return armvirt_trapped(c, 2, EC(GCS), gcsstr_iss(c->insn->word), CAUSE(HFGITR_NGCSSTR));
    }
    return false;
}

static bool check_gcspushm(const struct check *c)
{
    const struct pe_view *v = c->v;

    if (!(v->pe->gcscr_el[v->el] & ARMVIRT_GCSCR_EL1_PUSHMEN)) {
        return armvirt_trapped_system(c, v->el == 0 ? 1 : v->el, CAUSE(GCSCR_PUSHMEN));
    }
    if (gcs_trapped_by_fgt(c, ARMVIRT_HFGITR_EL2_NGCSPUSHM_EL1)) {
        return armvirt_trapped_system(c, 2, CAUSE(HFGITR_NGCSPUSHM));
    }
    return false;
}

/* Exception records: PUSHX wants EXLOCK set, POPCX wants it clear, while EXLOCKEN is 1. */
static bool check_exlock(const struct check *c)
{
    const struct pe_view *v = c->v;
    bool lock = (v->pe->pstate & PS(EXLOCK)) != 0;
    bool push = c->insn->kind == ARMVIRT_INSN_GCSPUSHX;

    if (c->insn->kind == ARMVIRT_INSN_GCSPOPX) {
        return false;
    }
    if ((v->pe->gcscr_el[v->el] & ARMVIRT_GCSCR_EL1_EXLOCKEN) && lock != push && !v->halted) {
        armvirt_make_sync(v, v->el, EC(GCS),
                          ARMVIRT_PUT(ARMVIRT_ISS_GCS_EXTYPE, ARMVIRT_ISS_GCS_EXTYPE_EXLOCK),
                          c->exc);
        c->exc->cause = CAUSE(PSTATE_EXLOCK);
        return true;
    }
    if (gcs_trapped_by_fgt(c, ARMVIRT_HFGITR_EL2_NGCSEPP)) {
        return armvirt_trapped_system(c, 2, CAUSE(HFGITR_NGCSEPP));
    }
    return false;
}

bool armvirt_check_gcs(const struct check *c)
{
    if (!armvirt_pe_has(c->v->pe, PE_GCS)) {
        return armvirt_undefined(c, CAUSE(ABSENT));
    }
    switch (c->insn->kind) {
    case ARMVIRT_INSN_GCSPUSHM:
        return check_gcspushm(c);
    case ARMVIRT_INSN_GCSSTR:
        return check_gcsstr(c);
    case ARMVIRT_INSN_GCS:
        return check_gcs_data(c);
    default:
        if (c->v->el == 0) {
            return armvirt_undefined(c, CAUSE(EL));
        }
        return check_exlock(c) || check_gcs_data(c);
    }
}
