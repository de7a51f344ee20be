/* SPDX-License-Identifier: MIT */
/*
 * Faults of translation as exceptions: routing, ESR_ELx, FAR_ELx, HPFAR_EL2, PFAR_ELx, MFAR_EL3;
 * DFSR and IFSR for AArch32. DDI0487 D1.4.6, D24.2.45 ESR_EL1 (ISS and ISS2 of Data Abort,
 * Instruction Abort and Granule Protection Check), G8.2.47 DFSR, G8.2.103 IFSR.
 */
#include "features.h"
#include "report.h"

#include <armvirt/abort.h>

/* ---- Fields ------------------------------------------------------------------------------- */

#define ESR_EC ARMVIRT_BITS(31, 26)
#define ESR_IL ARMVIRT_BIT(25)

#define EC_GPC         UINT64_C(0x1e)
#define EC_INSTRUCTION UINT64_C(0x20) /* from a lower Exception level; + 1 from the same */
#define EC_DATA        UINT64_C(0x24)
#define EC_DATA_SAME   UINT64_C(0x25)

#define ISS_INSTRUCTION ARMVIRT_BITS(24, 14) /* ISV, SAS, SSE, SRT, SF, AR */
#define ISS_ISV         ARMVIRT_BIT(24)
#define ISS_TOPLEVEL    ARMVIRT_BIT(21)
#define ISS_PFV         ARMVIRT_BIT(14)
#define ISS_VNCR        ARMVIRT_BIT(13)
#define ISS_LST         ARMVIRT_BITS(12, 11)
#define ISS_SET         ARMVIRT_BITS(12, 11)
#define ISS_FNV         ARMVIRT_BIT(10)
#define ISS_EA          ARMVIRT_BIT(9)
#define ISS_CM          ARMVIRT_BIT(8)
#define ISS_S1PTW       ARMVIRT_BIT(7)
#define ISS_WNR         ARMVIRT_BIT(6)
#define ISS_FSC         ARMVIRT_BITS(5, 0)

#define ISS_GPC_S2PTW ARMVIRT_BIT(21)
#define ISS_GPC_IND   ARMVIRT_BIT(20)
#define ISS_GPC_GPCSC ARMVIRT_BITS(19, 14)

#define ISS2_XS          ARMVIRT_BITS(36, 32)
#define ISS2_DIRTYBIT    ARMVIRT_BIT(37)
#define ISS2_OVERLAY     ARMVIRT_BIT(38)
#define ISS2_ASSUREDONLY ARMVIRT_BIT(39)
#define ISS2_GCS         ARMVIRT_BIT(40)
#define ISS2_TAGACCESS   ARMVIRT_BIT(41)
#define ISS2_TND         ARMVIRT_BIT(42)

#define HPFAR_FIPA  ARMVIRT_BITS(47, 4)
#define HPFAR_NS    ARMVIRT_BIT(63)
#define IPA_FIPA    ARMVIRT_BITS(55, 12)
#define PFAR_NS     ARMVIRT_BIT(63)
#define PFAR_NSE    ARMVIRT_BIT(62)
#define PFAR_PA     ARMVIRT_BITS(55, 0)
#define PAGE_OFFSET ARMVIRT_BITS(11, 0)

#define FSR_FNV    ARMVIRT_BIT(16)
#define FSR_CM     ARMVIRT_BIT(13)
#define FSR_EXT    ARMVIRT_BIT(12)
#define FSR_WNR    ARMVIRT_BIT(11)
#define FSR_FS4    ARMVIRT_BIT(10)
#define FSR_LPAE   ARMVIRT_BIT(9)
#define FSR_DOMAIN ARMVIRT_BITS(7, 4)
#define FSR_FS     ARMVIRT_BITS(3, 0)

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

/* J1.3.2 SyncExternalAbortTarget. */
static uint8_t external_target(const struct event *e)
{
    const struct armvirt_regime *regime = e->regime;
    uint8_t el = e->context->el;
    bool masked = e->context->serror_masked;

    if (el == 3 || regime->route_ea) {
        return 3;
    }
    if (below_el2(e) && (regime->route_tea || e->fault->stage == 2 || is_kind(e, KINDS_NV2) ||
                         (el == 0 && regime->route_tge))) {
        return 2;
    }
    if (masked && el == 1 && regime->route_tmea2) {
        return 2;
    }
    if (masked && el != 0 && regime->route_tmea3) {
        return 3;
    }
    return el == 2 ? 2 : 1;
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

    if (!has_instruction_syndrome(e) || !(given & ISS_ISV)) {
        return 0;
    }
    if (e->access->flags & ARMVIRT_ACCESS_LS64) {
        return (given & (ISS_INSTRUCTION | ISS_LST)) |
               ARMVIRT_PUT(ISS2_XS, given & ARMVIRT_BITS(4, 0));
    }
    return given & ISS_INSTRUCTION;
}

static bool is_write(const struct event *e)
{
    return e->fault->write || is_kind(e, KINDS_CM);
}

/* What Data Abort, Instruction Abort and GPC have in common. */
static uint64_t iss_common(const struct event *e)
{
    return ARMVIRT_PUT(ISS_S1PTW, e->fault->s1ptw) |
           ARMVIRT_PUT(ISS_FSC, armvirt_long_fsc(e->fault));
}

/* PFAR_ELx says where; not to EL1 while a stage 2 hides physical addresses from it. */
static bool has_pfar(const struct event *e)
{
    return have(e, FEAT_PFAR) && armvirt_is_external(e->fault) &&
           !(e->regime->s2_enabled && e->target == 1);
}

static uint64_t iss_external(const struct event *e)
{
    const struct armvirt_abort_context *context = e->context;
    uint64_t iss = ARMVIRT_PUT(ISS_EA, context->ea) | ARMVIRT_PUT(ISS_PFV, has_pfar(e));

    if (!armvirt_is_external(e->fault)) {
        return 0;
    }
    if (e->fault->type != ARMVIRT_FAULT_EXTERNAL) {
        return iss;
    }
    iss |= ARMVIRT_PUT(ISS_FNV, context->far_not_valid);
    return have(e, FEAT_RAS) ? iss | ARMVIRT_PUT(ISS_SET, context->set) : iss;
}

/* Why a Permission fault happened, as far as both kinds of abort report it. */
static uint64_t iss_permission(const struct event *e, bool isv)
{
    const struct armvirt_fault *fault = e->fault;

    if (!is_permission(e)) {
        return 0;
    }
    return ARMVIRT_PUT(ISS2_DIRTYBIT, fault->dirty_bit) |
           ARMVIRT_PUT(ISS2_OVERLAY, fault->overlay) |
           ARMVIRT_PUT(ISS2_ASSUREDONLY, fault->assured_only) |
           ARMVIRT_PUT(ISS_TOPLEVEL, fault->top_level && !isv);
}

static uint64_t iss_instruction_abort(const struct event *e)
{
    return iss_common(e) | iss_external(e) | iss_permission(e, false);
}

static uint64_t iss_data_abort(const struct event *e)
{
    uint64_t iss = instruction_syndrome(e);
    bool permission = is_permission(e);

    iss |= iss_common(e) | iss_external(e) | iss_permission(e, (iss & ISS_ISV) != 0);
    return iss | ARMVIRT_PUT(ISS_VNCR, is_kind(e, KINDS_NV2)) |
           ARMVIRT_PUT(ISS_CM, is_kind(e, KINDS_CM)) | ARMVIRT_PUT(ISS_WNR, is_write(e)) |
           ARMVIRT_PUT(ISS2_GCS, is_kind(e, KINDS_GCS)) |
           ARMVIRT_PUT(ISS2_TAGACCESS, permission && e->fault->tag_access) |
           ARMVIRT_PUT(ISS2_TND, permission && e->fault->s1_tag_not_data);
}

/* J1.1.3 EncodeGPCSC. */
static uint64_t gpcsc(const struct armvirt_fault *fault)
{
    static const uint8_t code[] = {
        [ARMVIRT_GPCF_ADDRESS_SIZE] = 0x00,
        [ARMVIRT_GPCF_WALK] = 0x04,
        [ARMVIRT_GPCF_FAIL] = 0x0c,
        [ARMVIRT_GPCF_EXTERNAL] = 0x14,
    };

    return fault->gpcf < sizeof(code) ? code[fault->gpcf] | (uint64_t)(fault->gpc_level & 1) : 0;
}

static uint64_t iss_gpc(const struct event *e)
{
    return iss_common(e) | ARMVIRT_PUT(ISS_GPC_S2PTW, e->fault->gpc_s2walk) |
           ARMVIRT_PUT(ISS_GPC_IND, is_fetch(e)) | ARMVIRT_PUT(ISS_GPC_GPCSC, gpcsc(e->fault)) |
           ARMVIRT_PUT(ISS_VNCR, is_kind(e, KINDS_NV2)) |
           ARMVIRT_PUT(ISS_CM, is_kind(e, KINDS_CM)) | ARMVIRT_PUT(ISS_WNR, is_write(e)) |
           ARMVIRT_PUT(ISS2_GCS, is_kind(e, KINDS_GCS));
}

/* ---- ESR_ELx ------------------------------------------------------------------------------ */

static uint64_t esr(uint64_t ec, bool il, uint64_t iss)
{
    return ARMVIRT_PUT(ESR_EC, ec) | ARMVIRT_PUT(ESR_IL, il) | iss;
}

/* A Data Abort without a valid instruction syndrome says nothing of the instruction's length. */
static uint64_t esr_data_abort(const struct event *e)
{
    uint64_t iss = iss_data_abort(e);
    bool same = e->target == e->context->el || is_kind(e, KINDS_NV2);

    return esr(EC_DATA + same, !(iss & ISS_ISV) || !e->context->t16, iss);
}

static uint64_t esr_of(const struct event *e, enum armvirt_abort_kind kind)
{
    switch (kind) {
    case ARMVIRT_ABORT_GPC:
        return esr(EC_GPC, !e->context->t16, iss_gpc(e));
    case ARMVIRT_ABORT_INSTRUCTION:
        return esr(EC_INSTRUCTION + (e->target == e->context->el), true, iss_instruction_abort(e));
    default:
        return esr_data_abort(e);
    }
}

/* ---- DFSR and IFSR ------------------------------------------------------------------------ */

static uint64_t fsr_status(const struct event *e)
{
    unsigned fs;

    if (e->regime->s1[0].format != ARMVIRT_FORMAT_SHORT) {
        return FSR_LPAE | armvirt_long_fsc(e->fault);
    }
    fs = armvirt_short_fsc(e->fault);
    return ARMVIRT_PUT(FSR_FS4, fs >> 4) | ARMVIRT_PUT(FSR_FS, fs & 0xf);
}

static uint64_t fsr_domain(const struct event *e)
{
    return e->regime->s1[0].format == ARMVIRT_FORMAT_SHORT
               ? ARMVIRT_PUT(FSR_DOMAIN, e->fault->domain)
               : 0;
}

static uint64_t fsr_of(const struct event *e)
{
    bool external = armvirt_is_external(e->fault);
    bool far_not_valid = e->fault->type == ARMVIRT_FAULT_EXTERNAL && e->context->far_not_valid;
    uint64_t fsr = fsr_status(e) | ARMVIRT_PUT(FSR_EXT, external && e->context->ea) |
                   ARMVIRT_PUT(FSR_FNV, far_not_valid);

    if (is_fetch(e)) {
        return fsr;
    }
    return fsr | fsr_domain(e) | ARMVIRT_PUT(FSR_CM, is_kind(e, KINDS_CM)) |
           ARMVIRT_PUT(FSR_WNR, is_write(e));
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

    return ARMVIRT_PUT(HPFAR_FIPA, ARMVIRT_GET(IPA_FIPA, e->fault->ipa)) |
           ARMVIRT_PUT(HPFAR_NS, secure && e->fault->ipa_space == ARMVIRT_SPACE_NONSECURE);
}

static uint64_t pfar_of(const struct event *e)
{
    uint8_t space = e->fault->pa_space;
    bool ns = space == ARMVIRT_SPACE_NONSECURE || space == ARMVIRT_SPACE_REALM;
    bool nse = space == ARMVIRT_SPACE_ROOT || space == ARMVIRT_SPACE_REALM;

    return (e->fault->pa & PFAR_PA) | ARMVIRT_PUT(PFAR_NS, ns) | ARMVIRT_PUT(PFAR_NSE, nse);
}

static void report_addresses(const struct event *e, struct armvirt_abort *abort)
{
    bool gpc = abort->kind == ARMVIRT_ABORT_GPC;

    abort->far_valid = e->fault->type != ARMVIRT_FAULT_EXTERNAL || !e->context->far_not_valid;
    abort->far = abort->far_valid ? e->access->va : 0;
    if (has_ipa(e->fault)) {
        abort->hpfar_valid = true;
        abort->hpfar = hpfar_of(e);
    }
    if (gpc || has_pfar(e)) {
        abort->pfar_valid = true;
        abort->pfar = gpc ? pfar_of(e) & ~PAGE_OFFSET : pfar_of(e);
    }
}

/* ---- All of it ---------------------------------------------------------------------------- */

static enum armvirt_abort_kind kind_of(const struct event *e)
{
    if (armvirt_is_gpc_exception(e->regime, e->context->el, e->fault)) {
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
