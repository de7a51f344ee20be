/* SPDX-License-Identifier: MIT */
/*
 * Faults of translation as exceptions: routing, ESR_ELx, FAR_ELx, HPFAR_EL2, PFAR_ELx, MFAR_EL3;
 * DFSR and IFSR for AArch32. DDI0487 D1.4.5, D24.2.45 ESR_EL1 (ISS and ISS2 of Data Abort,
 * Instruction Abort and Granule Protection Check), G8.2.47 DFSR, G8.2.103 IFSR.
 */
#include "features.h"
#include "report.h"

#include <armvirt/abort.h>
#include <armvirt/regs/aarch32.h>
#include <armvirt/regs/syndrome.h>

/* A field of ESR_ELx, of its ISS and ISS2 for each kind of exception, of DFSR. */
#define ESR(field, value)  ARMVIRT_PUT(ARMVIRT_ESR_ELX_##field, value)
#define DATA(field, value) ARMVIRT_PUT(ARMVIRT_ISS_DATA_ABORT_##field, value)
#define GPC(field, value)  ARMVIRT_PUT(ARMVIRT_ISS_GPC_##field, value)
#define DFSR(field, value) ARMVIRT_PUT(ARMVIRT_DFSR_##field, value)

/* ISV, SAS, SSE, SRT, SF, AR */
#define INSTRUCTION_SYNDROME ARMVIRT_BITS(24, 14)

/* One abort on its way. */
struct event {
    const struct armvirt_regime *regime;
    const struct armvirt_abort_context *context;
    const struct armvirt_access *access;
    const struct armvirt_fault *fault;
    uint8_t target;
};

/* ---- What kind of access it was ----------------------------------------------------------- */

#define KIND(k) (UINT32_C(1) << (k))

/* Cache maintenance and AT report CM and WnR as 1. DC ZVA is a store like others. */
#define KINDS_CM                                                                                   \
    (KIND(ARMVIRT_AT_READ) | KIND(ARMVIRT_AT_WRITE) | KIND(ARMVIRT_AT_ANY) |                       \
     KIND(ARMVIRT_DC_INVALIDATE) | KIND(ARMVIRT_DC_CLEAN) | KIND(ARMVIRT_DC_CLEAN_INVALIDATE) |    \
     KIND(ARMVIRT_IC))
#define KINDS_GCS (KIND(ARMVIRT_GCS_READ) | KIND(ARMVIRT_GCS_WRITE))
#define KINDS_NV2 (KIND(ARMVIRT_NV2_READ) | KIND(ARMVIRT_NV2_WRITE))

static bool is_kind(const struct event *e, uint32_t kinds)
{
    return (kinds >> (e->access->kind & 31)) & 1;
}

static bool is_fetch(const struct event *e)
{
    return e->access->kind == ARMVIRT_FETCH;
}

static bool is_permission(const struct event *e)
{
    return e->fault->type == ARMVIRT_FAULT_PERMISSION;
}

static bool have(const struct event *e, enum feature feature)
{
    return armvirt_have(e->regime->features, feature);
}

/* ---- Routing ------------------------------------------------------------------------------ */

/* J1.3.3 ReportAsGPCException. A fault of the check itself always is one. */
bool armvirt_is_gpc_exception(const struct armvirt_regime *regime, unsigned el,
                              const struct armvirt_fault *fault)
{
    if (fault->gpcf == ARMVIRT_GPCF_FAIL) {
        return regime->route_gpf3 && el != 3;
    }
    return fault->gpcf != ARMVIRT_GPCF_NONE;
}

/* From EL1 or EL0 while EL2 is enabled. */
static bool below_el2(const struct event *e)
{
    return e->regime->el2_enabled && e->context->el < 2;
}

static bool external_routed_to_el2(const struct event *e)
{
    const struct armvirt_regime *regime = e->regime;
    bool tge = regime->route_tge && e->context->el == 0;

    return below_el2(e) &&
           (regime->route_tea || tge || e->fault->stage == 2 || is_kind(e, KINDS_NV2));
}

/* FEAT_DoubleFault2: HCRX_EL2.TMEA and SCR_EL3.TMEA, while PSTATE.A is 1. */
static uint8_t masked_external_target(const struct event *e)
{
    uint8_t el = e->context->el;

    if (el == 1 && e->regime->route_tmea2) {
        return 2;
    }
    return el != 0 && e->regime->route_tmea3 ? 3 : el;
}

/* J1.3.2 SyncExternalAbortTarget. */
static uint8_t external_target(const struct event *e)
{
    uint8_t el = e->context->el;

    if (el == 3 || (e->regime->route_ea && !e->context->halted)) { /* J1.3.3 EffectiveEA */
        return 3;
    }
    if (external_routed_to_el2(e)) {
        return 2;
    }
    if (e->context->serror_masked) {
        el = masked_external_target(e);
    }
    return el == 0 ? 1 : el;
}

static bool routed_to_el2(const struct event *e)
{
    return below_el2(e) && (e->regime->route_tge || e->fault->stage == 2 || is_kind(e, KINDS_NV2) ||
                            (e->regime->route_gpf2 && e->fault->gpcf != ARMVIRT_GPCF_NONE));
}

static uint8_t abort_target(const struct event *e)
{
    if (armvirt_is_external(e->fault)) {
        return external_target(e);
    }
    if (e->context->el >= 2) {
        return e->context->el;
    }
    return routed_to_el2(e) ? 2 : 1;
}

/* ---- ISS and ISS2 ------------------------------------------------------------------------- */

/* LD64B and alike report at every level; the others only a stage 2 fault of their own address. */
static bool has_instruction_syndrome(const struct event *e)
{
    const struct armvirt_fault *fault = e->fault;

    if (e->access->flags & ARMVIRT_ACCESS_LS64) {
        return fault->type == ARMVIRT_FAULT_TRANSLATION ||
               fault->type == ARMVIRT_FAULT_ACCESS_FLAG || is_permission(e);
    }
    return fault->stage == 2 && !fault->s1ptw && !armvirt_is_external(fault) &&
           !is_kind(e, KINDS_GCS);
}

static uint64_t instruction_syndrome(const struct event *e)
{
    uint64_t given = e->access->isv;

    if (!has_instruction_syndrome(e) || !(given & ARMVIRT_ISS_DATA_ABORT_ISV)) {
        return 0;
    }
    if (e->access->flags & ARMVIRT_ACCESS_LS64) {
        return (given & (INSTRUCTION_SYNDROME | ARMVIRT_ISS_DATA_ABORT_LST)) |
               DATA(XS, given & ARMVIRT_BITS(4, 0));
    }
    return given & INSTRUCTION_SYNDROME;
}

static bool is_write(const struct event *e)
{
    return e->fault->write || is_kind(e, KINDS_CM);
}

/* PFAR_ELx says where; not to EL1 while a stage 2 hides physical addresses from it. */
static bool has_pfar(const struct event *e)
{
    return have(e, FEAT_PFAR) && armvirt_is_external(e->fault) &&
           !(e->regime->s2_enabled && e->target == 1);
}

static bool far_is_valid(const struct event *e)
{
    return e->fault->type != ARMVIRT_FAULT_EXTERNAL || !e->context->far_not_valid;
}

/* SET and FnV are for aborts of the access itself; on a walk both are 0. */
static uint64_t iss_external(const struct event *e)
{
    bool of_access = e->fault->type == ARMVIRT_FAULT_EXTERNAL;

    if (!armvirt_is_external(e->fault)) {
        return 0;
    }
    return DATA(EA, e->context->ea) | DATA(PFV, has_pfar(e)) | DATA(FNV, !far_is_valid(e)) |
           DATA(SET_SET, of_access && have(e, FEAT_RAS) ? e->context->set : 0);
}

/* Why a Permission fault happened, as far as both kinds of abort report it. */
static uint64_t iss_permission(const struct event *e, bool isv)
{
    const struct armvirt_fault *fault = e->fault;

    if (!is_permission(e)) {
        return 0;
    }
    return DATA(DIRTYBIT, fault->dirty_bit) | DATA(OVERLAY, fault->overlay) |
           DATA(ASSUREDONLY, fault->assured_only) | DATA(TOPLEVEL, fault->top_level && !isv);
}

/* What Data Abort and Instruction Abort have in common, in the same places. */
static uint64_t iss_common(const struct event *e, bool isv)
{
    return iss_external(e) | iss_permission(e, isv) | DATA(S1PTW, e->fault->s1ptw) |
           DATA(DFSC, armvirt_long_fsc(e->fault));
}

static uint64_t iss_data_abort(const struct event *e)
{
    uint64_t iss = instruction_syndrome(e);
    bool permission = is_permission(e);

    iss |= iss_common(e, (iss & ARMVIRT_ISS_DATA_ABORT_ISV) != 0);
    return iss | DATA(VNCR, is_kind(e, KINDS_NV2)) | DATA(CM, is_kind(e, KINDS_CM)) |
           DATA(WNR, is_write(e)) | DATA(GCS, is_kind(e, KINDS_GCS)) |
           DATA(TAGACCESS, permission && e->fault->tag_access) |
           DATA(TND, permission && e->fault->s1_tag_not_data);
}

/* J1.1.3 EncodeGPCSC. */
static uint64_t gpcsc(const struct armvirt_fault *fault)
{
    static const uint8_t level0[] = {
        [ARMVIRT_GPCF_ADDRESS_SIZE] = ARMVIRT_ISS_GPC_GPCSC_ADDRESS_SIZE_L0,
        [ARMVIRT_GPCF_WALK] = ARMVIRT_ISS_GPC_GPCSC_WALK_L0,
        [ARMVIRT_GPCF_FAIL] = ARMVIRT_ISS_GPC_GPCSC_FAIL_L0,
        [ARMVIRT_GPCF_EXTERNAL] = ARMVIRT_ISS_GPC_GPCSC_EXTERNAL_L0,
    };

    return fault->gpcf < sizeof(level0) ? level0[fault->gpcf] | (fault->gpc_level & 1u) : 0;
}

static uint64_t iss_gpc(const struct event *e)
{
    return GPC(S2PTW, e->fault->gpc_s2walk) | GPC(IND, is_fetch(e)) | GPC(GPCSC, gpcsc(e->fault)) |
           GPC(VNCR, is_kind(e, KINDS_NV2)) | GPC(CM, is_kind(e, KINDS_CM)) |
           GPC(S1PTW, e->fault->s1ptw) | GPC(WNR, is_write(e)) | GPC(GCS, is_kind(e, KINDS_GCS)) |
           GPC(XFSC, armvirt_long_fsc(e->fault));
}

/* ---- ESR_ELx ------------------------------------------------------------------------------ */

static uint64_t esr_gpc(const struct event *e)
{
    return ESR(EC, ARMVIRT_ESR_ELX_EC_GPC) | ESR(IL, !e->context->t16) | iss_gpc(e);
}

static uint64_t esr_instruction_abort(const struct event *e)
{
    bool same = e->target == e->context->el;

    return ESR(EC, same ? ARMVIRT_ESR_ELX_EC_INSTRUCTION_ABORT_SAME
                        : ARMVIRT_ESR_ELX_EC_INSTRUCTION_ABORT_LOWER) |
           ESR(IL, 1) | iss_common(e, false);
}

/* Without a valid instruction syndrome IL says nothing of the instruction and is 1. */
static uint64_t esr_data_abort(const struct event *e)
{
    uint64_t iss = iss_data_abort(e);
    bool isv = (iss & ARMVIRT_ISS_DATA_ABORT_ISV) != 0;
    bool nv2 = is_kind(e, KINDS_NV2) && e->target != 3; /* J1.1.2 TakeException */
    bool same = e->target == e->context->el || nv2;

    return ESR(EC,
               same ? ARMVIRT_ESR_ELX_EC_DATA_ABORT_SAME : ARMVIRT_ESR_ELX_EC_DATA_ABORT_LOWER) |
           ESR(IL, !isv || !e->context->t16) | iss;
}

static uint64_t esr_of(const struct event *e, enum armvirt_abort_kind kind)
{
    switch (kind) {
    case ARMVIRT_ABORT_GPC:
        return esr_gpc(e);
    case ARMVIRT_ABORT_INSTRUCTION:
        return esr_instruction_abort(e);
    default:
        return esr_data_abort(e);
    }
}

/* ---- DFSR and IFSR ------------------------------------------------------------------------ */

static bool uses_short_descriptors(const struct event *e)
{
    return e->regime->s1[0].format == ARMVIRT_FORMAT_SHORT;
}

static uint64_t fsr_status(const struct event *e)
{
    unsigned fs = armvirt_short_fsc(e->fault);

    if (!uses_short_descriptors(e)) {
        return DFSR(LPAE, 1) | DFSR(LPAE_STATUS, armvirt_long_fsc(e->fault));
    }
    return DFSR(FS_4, fs >> 4) | DFSR(FS_3_0, fs);
}

static uint64_t fsr_of(const struct event *e)
{
    uint64_t fsr = fsr_status(e) | DFSR(FNV, !far_is_valid(e)) |
                   DFSR(EXT, armvirt_is_external(e->fault) && e->context->ea);

    if (is_fetch(e)) {
        return fsr; /* IFSR has these fields where DFSR has them */
    }
    return fsr | DFSR(CM, is_kind(e, KINDS_CM)) | DFSR(WNR, is_write(e)) |
           DFSR(DOMAIN, uses_short_descriptors(e) ? e->fault->domain : 0);
}

/* ---- Addresses ---------------------------------------------------------------------------- */

/* J1.3.3 IPAValid. */
static bool has_ipa(const struct armvirt_fault *fault)
{
    if (fault->gpcf != ARMVIRT_GPCF_NONE) {
        return fault->stage == 2;
    }
    switch (fault->type) {
    case ARMVIRT_FAULT_TRANSLATION:
    case ARMVIRT_FAULT_ADDRESS_SIZE:
    case ARMVIRT_FAULT_ACCESS_FLAG:
        return fault->stage == 2;
    case ARMVIRT_FAULT_PERMISSION:
        return fault->s1ptw;
    default:
        return false;
    }
}

/* NS distinguishes the two IPA spaces of Secure state and is 0 for the others. */
static uint64_t hpfar_of(const struct event *e)
{
    bool secure = e->regime->security == ARMVIRT_SPACE_SECURE && e->context->el != 3;

    return ARMVIRT_PUT(ARMVIRT_HPFAR_EL2_FIPA, e->fault->ipa >> 12) |
           ARMVIRT_PUT(ARMVIRT_HPFAR_EL2_NS,
                       secure && e->fault->ipa_space == ARMVIRT_SPACE_NONSECURE);
}

/* MFAR_EL3, PFAR_EL1 and PFAR_EL2 are alike; a GPC exception reports no bits below the page. */
static uint64_t pfar_of(const struct event *e, bool gpc)
{
    uint8_t space = e->fault->pa_space;
    bool ns = space == ARMVIRT_SPACE_NONSECURE || space == ARMVIRT_SPACE_REALM;
    bool nse = space == ARMVIRT_SPACE_ROOT || space == ARMVIRT_SPACE_REALM;

    return (e->fault->pa & ARMVIRT_BITS(55, gpc ? 12 : 0)) | ARMVIRT_PUT(ARMVIRT_MFAR_EL3_NS, ns) |
           ARMVIRT_PUT(ARMVIRT_MFAR_EL3_NSE, nse);
}

static void report_addresses(const struct event *e, struct armvirt_abort *abort)
{
    bool gpc = abort->kind == ARMVIRT_ABORT_GPC;

    abort->far_valid = far_is_valid(e);
    abort->hpfar_valid = has_ipa(e->fault);
    abort->pfar_valid = gpc || has_pfar(e);
    abort->far = abort->far_valid ? e->access->va : 0;
    abort->hpfar = abort->hpfar_valid ? hpfar_of(e) : 0;
    abort->pfar = abort->pfar_valid ? pfar_of(e, gpc) : 0;
}

/* ---- All of it ---------------------------------------------------------------------------- */

static enum armvirt_abort_kind kind_of(const struct event *e)
{
    if (!e->context->el3_shut && armvirt_is_gpc_exception(e->regime, e->context->el, e->fault)) {
        return ARMVIRT_ABORT_GPC;
    }
    return is_fetch(e) ? ARMVIRT_ABORT_INSTRUCTION : ARMVIRT_ABORT_DATA;
}

void armvirt_abort(const struct armvirt_regime *regime, const struct armvirt_abort_context *context,
                   const struct armvirt_access *access, const struct armvirt_fault *fault,
                   struct armvirt_abort *abort)
{
    struct event e = {regime, context, access, fault, 0};
    enum armvirt_abort_kind kind = kind_of(&e);

    e.target = kind == ARMVIRT_ABORT_GPC ? 3 : abort_target(&e);
    *abort = (struct armvirt_abort){.kind = (uint8_t)kind, .target_el = e.target};
    abort->aarch32 = e.target == 1 && regime->el1_aarch32;
    abort->serror_vector = armvirt_is_external(fault) && ((regime->route_ease >> e.target) & 1);
    report_addresses(&e, abort);
    abort->esr = abort->aarch32 ? fsr_of(&e) : esr_of(&e, kind);
}
