/* SPDX-License-Identifier: MIT */
/*
 * Aborts: where each fault is taken and what ESR_ELx, FAR_ELx, HPFAR_EL2, PFAR_ELx and MFAR_EL3
 * say, for targets that use AArch64. DDI0487 D1.4.6, D24.2.45 to D24.2.47, D24.2.76, D24.2.136.
 */
#include "pgtable/features.h"

#include <armvirt/abort.h>

#include "suite.h"

#define HAVE(f) ARMVIRT_BIT(FEAT_##f)
#define BIT(n)  ARMVIRT_BIT(n)
#define VA      UINT64_C(0x5a00123456789abc)

/* ESR of a class with the IL bit, which all but 16-bit instructions have. */
#define ESR(ec, iss)  ((uint64_t)(ec) << 26 | BIT(25) | (iss))
#define DABT_LOW(iss) ESR(0x24, iss)
#define DABT(iss)     ESR(0x25, iss)
#define IABT_LOW(iss) ESR(0x20, iss)
#define IABT(iss)     ESR(0x21, iss)
#define GPC(iss)      ESR(0x1e, iss)

#define CM    BIT(8)
#define S1PTW BIT(7)
#define WNR   BIT(6)

/* Fault status codes at level 3, and those without a level. */
enum {
    TRANSLATION3 = 0x07,
    ACCESS3 = 0x0b,
    PERMISSION3 = 0x0f,
    WALK_EXTERNAL3 = 0x17,
    WALK_GPF3 = 0x27,
    GPF = 0x28,
    EXTERNAL = 0x10,
    ALIGNMENT = 0x21,
    ATOMIC = 0x35
};

/* A fault of a stage, at level 3; of a granule protection check of the output. */
#define S1(t)  .type = ARMVIRT_FAULT_##t, .stage = 1, .level = 3
#define S2(t)  .type = ARMVIRT_FAULT_##t, .stage = 2, .level = 3, .ipa = UINT64_C(0xab123456789abc)
#define OUTPUT .type = ARMVIRT_FAULT_GPC_ON_OUTPUT, .pa = UINT64_C(0x123456789)

#define FIPA        UINT64_C(0xab123456789 << 4)
#define EL2_ENABLED .el2_enabled = true

struct row {
    const char *name;
    struct armvirt_regime regime;
    struct armvirt_abort_context context;
    struct armvirt_access access;
    struct armvirt_fault fault;
    unsigned target;
    uint64_t esr;
    uint64_t hpfar, pfar; /* 0: not valid */
};

#define NO_HPFAR 0
#define NO_PFAR  0

/* ---- Routing ------------------------------------------------------------------------------ */

static const struct row routing_rows[] = {
    {"Stage 1, EL0 to EL1", .context = {.el = 0}, .fault = {S1(TRANSLATION)}, .target = 1,
     .esr = DABT_LOW(TRANSLATION3)},
    {"Stage 1, EL1 to EL1", .context = {.el = 1}, .fault = {S1(TRANSLATION)}, .target = 1,
     .esr = DABT(TRANSLATION3)},
    {"Stage 1, EL2 to EL2",
     {EL2_ENABLED},
     .context = {.el = 2},
     .fault = {S1(TRANSLATION)},
     .target = 2,
     .esr = DABT(TRANSLATION3)},
    {"Stage 1, EL3 to EL3",
     {EL2_ENABLED, .route_tge = true},
     .context = {.el = 3},
     .fault = {S1(TRANSLATION)},
     .target = 3,
     .esr = DABT(TRANSLATION3)},
    {"HCR_EL2.TGE takes EL0 to EL2",
     {EL2_ENABLED, .route_tge = true},
     .context = {.el = 0},
     .fault = {S1(TRANSLATION)},
     .target = 2,
     .esr = DABT_LOW(TRANSLATION3)},
    {"Stage 2, EL1 to EL2",
     {EL2_ENABLED},
     .context = {.el = 1},
     .fault = {S2(TRANSLATION)},
     .target = 2,
     .esr = DABT_LOW(TRANSLATION3),
     .hpfar = FIPA},
    {"A VNCR_EL2 access goes to EL2 as from EL2",
     {EL2_ENABLED},
     .context = {.el = 1},
     .access = {.kind = ARMVIRT_NV2_WRITE, .el = 2},
     .fault = {S1(TRANSLATION), .write = true},
     .target = 2,
     .esr = DABT(TRANSLATION3 | WNR | BIT(13))},
    {"Fetch, EL0 to EL1", .context = {.el = 0}, .access = {.kind = ARMVIRT_FETCH},
     .fault = {S1(PERMISSION)}, .target = 1, .esr = IABT_LOW(PERMISSION3)},
    {"Fetch, EL1 to EL1", .context = {.el = 1}, .access = {.kind = ARMVIRT_FETCH},
     .fault = {S1(PERMISSION)}, .target = 1, .esr = IABT(PERMISSION3)},
    {"External abort, EL1 to EL1",
     {EL2_ENABLED},
     .context = {.el = 1},
     .fault = {S1(EXTERNAL_ON_WALK)},
     .target = 1,
     .esr = DABT(WALK_EXTERNAL3)},
    {"External abort, EL2 to EL2",
     {EL2_ENABLED},
     .context = {.el = 2},
     .fault = {S1(EXTERNAL_ON_WALK)},
     .target = 2,
     .esr = DABT(WALK_EXTERNAL3)},
    {"External abort of stage 2, EL1 to EL2",
     {EL2_ENABLED},
     .context = {.el = 1},
     .fault = {S2(EXTERNAL_ON_WALK)},
     .target = 2,
     .esr = DABT_LOW(WALK_EXTERNAL3)},
    {"External abort of a VNCR_EL2 access, EL1 to EL2",
     {EL2_ENABLED},
     .context = {.el = 1},
     .access = {.kind = ARMVIRT_NV2_READ, .el = 2},
     .fault = {S1(EXTERNAL_ON_WALK)},
     .target = 2,
     .esr = DABT(WALK_EXTERNAL3 | BIT(13))},
    {"HCR_EL2.TEA takes external aborts to EL2",
     {EL2_ENABLED, .route_tea = true},
     .context = {.el = 1},
     .fault = {S1(EXTERNAL_ON_WALK)},
     .target = 2,
     .esr = DABT_LOW(WALK_EXTERNAL3)},
    {"HCR_EL2.TGE takes those of EL0 to EL2",
     {EL2_ENABLED, .route_tge = true},
     .context = {.el = 0},
     .fault = {S1(EXTERNAL_ON_WALK)},
     .target = 2,
     .esr = DABT_LOW(WALK_EXTERNAL3)},
    {"SCR_EL3.EA takes external aborts to EL3",
     {EL2_ENABLED, .route_ea = true, .route_tea = true},
     .context = {.el = 2},
     .fault = {S1(EXTERNAL_ON_WALK)},
     .target = 3,
     .esr = DABT_LOW(WALK_EXTERNAL3)},
    {"SCR_EL3.EA leaves other faults alone",
     {EL2_ENABLED, .route_ea = true},
     .context = {.el = 1},
     .fault = {S1(PERMISSION)},
     .target = 1,
     .esr = DABT(PERMISSION3)},
    {"HCRX_EL2.TMEA takes masked ones of EL1 to EL2",
     {EL2_ENABLED, .route_tmea2 = true, .route_tmea3 = true},
     .context = {.el = 1, .serror_masked = true},
     .fault = {S1(EXTERNAL_ON_WALK)},
     .target = 2,
     .esr = DABT_LOW(WALK_EXTERNAL3)},
    {"HCRX_EL2.TMEA leaves unmasked ones",
     {EL2_ENABLED, .route_tmea2 = true},
     .context = {.el = 1},
     .fault = {S1(EXTERNAL_ON_WALK)},
     .target = 1,
     .esr = DABT(WALK_EXTERNAL3)},
    {"SCR_EL3.TMEA takes masked ones of EL2 to EL3",
     {EL2_ENABLED, .route_tmea2 = true, .route_tmea3 = true},
     .context = {.el = 2, .serror_masked = true},
     .fault = {S1(EXTERNAL_ON_WALK)},
     .target = 3,
     .esr = DABT_LOW(WALK_EXTERNAL3)},
    {"SCR_EL3.TMEA leaves EL0",
     {EL2_ENABLED, .route_tmea3 = true},
     .context = {.el = 0, .serror_masked = true},
     .fault = {S1(EXTERNAL_ON_WALK)},
     .target = 1,
     .esr = DABT_LOW(WALK_EXTERNAL3)},
    {"HCRX_EL2.TMEA leaves EL2",
     {EL2_ENABLED, .route_tmea2 = true},
     .context = {.el = 2, .serror_masked = true},
     .fault = {S1(EXTERNAL_ON_WALK)},
     .target = 2,
     .esr = DABT(WALK_EXTERNAL3)},
    {"SCR_EL3.TMEA takes masked ones of EL1 to EL3",
     {EL2_ENABLED, .route_tmea3 = true},
     .context = {.el = 1, .serror_masked = true},
     .fault = {S1(EXTERNAL_ON_WALK)},
     .target = 3,
     .esr = DABT_LOW(WALK_EXTERNAL3)},
    {"Masked external abort without either, EL1 to EL1",
     {EL2_ENABLED},
     .context = {.el = 1, .serror_masked = true},
     .fault = {S1(EXTERNAL_ON_WALK)},
     .target = 1,
     .esr = DABT(WALK_EXTERNAL3)},
    {"HCR_EL2.GPF leaves other faults alone",
     {EL2_ENABLED, .route_gpf2 = true},
     .context = {.el = 1},
     .fault = {S1(PERMISSION)},
     .target = 1,
     .esr = DABT(PERMISSION3)},
    {"EL2 disabled: stage 1 faults stay at EL1",
     {.route_tge = true},
     .context = {.el = 0},
     .fault = {S1(TRANSLATION)},
     .target = 1,
     .esr = DABT_LOW(TRANSLATION3)},
};

/* ---- Granule protection ------------------------------------------------------------------- */

static const struct row gpc_rows[] = {
    {"GPF without SCR_EL3.GPF is an abort", .context = {.el = 1},
     .fault = {OUTPUT, .gpcf = ARMVIRT_GPCF_FAIL}, .target = 1, .esr = DABT(GPF)},
    {"HCR_EL2.GPF takes it to EL2",
     {EL2_ENABLED, .route_gpf2 = true},
     .context = {.el = 1},
     .fault = {OUTPUT, .gpcf = ARMVIRT_GPCF_FAIL},
     .target = 2,
     .esr = DABT_LOW(GPF)},
    {"SCR_EL3.GPF makes it a GPC exception",
     {EL2_ENABLED, .route_gpf2 = true, .route_gpf3 = true},
     .context = {.el = 1},
     .fault = {OUTPUT, .gpcf = ARMVIRT_GPCF_FAIL, .pa_space = ARMVIRT_SPACE_REALM},
     .target = 3,
     .esr = GPC(GPF | 0x0cu << 14),
     .pfar = BIT(63) | BIT(62) | 0x123456000},
    {"SCR_EL3.GPF does not concern EL3",
     {.route_gpf3 = true},
     .context = {.el = 3},
     .fault = {OUTPUT, .gpcf = ARMVIRT_GPCF_FAIL},
     .target = 3,
     .esr = DABT(GPF)},
    {"A walk fault always is a GPC exception", .context = {.el = 1},
     .fault = {OUTPUT, .gpcf = ARMVIRT_GPCF_WALK, .gpc_level = 1, .pa_space = ARMVIRT_SPACE_ROOT},
     .target = 3, .esr = GPC(GPF | 0x05u << 14), .pfar = BIT(62) | 0x123456000},
    {"So is one of EL3", .context = {.el = 3},
     .fault = {OUTPUT, .gpcf = ARMVIRT_GPCF_WALK, .pa_space = ARMVIRT_SPACE_NONSECURE}, .target = 3,
     .esr = GPC(GPF | 0x04u << 14), .pfar = BIT(63) | 0x123456000},
    {"Address size", .context = {.el = 2},
     .fault = {OUTPUT, .gpcf = ARMVIRT_GPCF_ADDRESS_SIZE, .pa_space = ARMVIRT_SPACE_SECURE},
     .target = 3, .esr = GPC(GPF), .pfar = 0x123456000},
    {"External abort", .context = {.el = 2},
     .fault = {OUTPUT, .gpcf = ARMVIRT_GPCF_EXTERNAL, .gpc_level = 1}, .target = 3,
     .esr = GPC(GPF | 0x15u << 14), .pfar = BIT(63) | 0x123456000},
    {"Of a fetch", .context = {.el = 1}, .access = {.kind = ARMVIRT_FETCH},
     .fault = {OUTPUT, .gpcf = ARMVIRT_GPCF_WALK}, .target = 3,
     .esr = GPC(GPF | 0x04u << 14 | BIT(20)), .pfar = BIT(63) | 0x123456000},
    {"Of a store", .context = {.el = 1}, .access = {.kind = ARMVIRT_WRITE},
     .fault = {OUTPUT, .gpcf = ARMVIRT_GPCF_WALK, .write = true}, .target = 3,
     .esr = GPC(GPF | 0x04u << 14 | WNR), .pfar = BIT(63) | 0x123456000},
    {"Of an AT instruction", .context = {.el = 2}, .access = {.kind = ARMVIRT_AT_READ},
     .fault = {S1(GPC_ON_WALK), .gpcf = ARMVIRT_GPCF_WALK}, .target = 3,
     .esr = GPC(WALK_GPF3 | 0x04u << 14 | CM | WNR), .pfar = BIT(63)},
    {"Of a VNCR_EL2 access",
     {EL2_ENABLED},
     .context = {.el = 1},
     .access = {.kind = ARMVIRT_NV2_READ},
     .fault = {S1(GPC_ON_WALK), .gpcf = ARMVIRT_GPCF_WALK},
     .target = 3,
     .esr = GPC(WALK_GPF3 | 0x04u << 14 | BIT(13)),
     .pfar = BIT(63)},
    {"Of a Guarded Control Stack access", .context = {.el = 1},
     .access = {.kind = ARMVIRT_GCS_READ}, .fault = {OUTPUT, .gpcf = ARMVIRT_GPCF_WALK},
     .target = 3, .esr = GPC(GPF | 0x04u << 14 | BIT(40)), .pfar = BIT(63) | 0x123456000},
    {"Of a stage 2 table, for a stage 1 table",
     {EL2_ENABLED},
     .context = {.el = 1},
     .fault = {S2(GPC_ON_WALK), .gpcf = ARMVIRT_GPCF_WALK, .gpc_s2walk = true, .s1ptw = true},
     .target = 3,
     .esr = GPC(WALK_GPF3 | 0x04u << 14 | BIT(21) | S1PTW),
     .hpfar = FIPA,
     .pfar = BIT(63)},
    {"A GPF of a stage 2 table that is an abort",
     {EL2_ENABLED},
     .context = {.el = 1},
     .fault = {S2(GPC_ON_WALK), .gpcf = ARMVIRT_GPCF_FAIL, .gpc_s2walk = true},
     .target = 2,
     .esr = DABT_LOW(WALK_GPF3),
     .hpfar = FIPA},
    {"A granule protection fault that does not exist is harmless", .context = {.el = 1},
     .fault = {OUTPUT, .gpcf = 200}, .target = 3, .esr = GPC(GPF), .pfar = BIT(63) | 0x123456000},
    {"A 16-bit instruction", .context = {.el = 0, .t16 = true},
     .fault = {OUTPUT, .gpcf = ARMVIRT_GPCF_WALK}, .target = 3,
     .esr = GPC(GPF | 0x04u << 14) & ~BIT(25), .pfar = BIT(63) | 0x123456000},
};

/* ---- ISS and ISS2 ------------------------------------------------------------------------- */

#define ISV_BITS (UINT64_C(0x1c3) << 16 | BIT(15) | BIT(14))

static const struct row syndrome_rows[] = {
    {"A store sets WnR", .access = {.kind = ARMVIRT_WRITE},
     .fault = {S1(PERMISSION), .write = true}, .target = 1, .esr = DABT_LOW(PERMISSION3 | WNR)},
    {"Cache maintenance sets CM and WnR", .access = {.kind = ARMVIRT_DC_CLEAN},
     .fault = {S1(PERMISSION)}, .target = 1, .esr = DABT_LOW(PERMISSION3 | CM | WNR)},
    {"IC IVAU is a Data Abort", .access = {.kind = ARMVIRT_IC}, .fault = {S1(PERMISSION)},
     .target = 1, .esr = DABT_LOW(PERMISSION3 | CM | WNR)},
    {"DC ZVA is a store", .access = {.kind = ARMVIRT_DC_ZERO},
     .fault = {.type = ARMVIRT_FAULT_ALIGNMENT, .stage = 1, .write = true}, .target = 1,
     .esr = DABT_LOW(ALIGNMENT | WNR)},
    {"ISV: a stage 2 fault of a load",
     {EL2_ENABLED},
     .access = {.isv = ISV_BITS},
     .fault = {S2(ACCESS_FLAG)},
     .target = 2,
     .esr = DABT_LOW(ACCESS3 | ISV_BITS),
     .hpfar = FIPA},
    {"ISV: not at stage 1",
     {EL2_ENABLED},
     .access = {.isv = ISV_BITS},
     .fault = {S1(ACCESS_FLAG)},
     .target = 1,
     .esr = DABT_LOW(ACCESS3)},
    {"ISV: not on a stage 1 table",
     {EL2_ENABLED},
     .access = {.isv = ISV_BITS},
     .fault = {S2(ACCESS_FLAG), .s1ptw = true},
     .target = 2,
     .esr = DABT_LOW(ACCESS3 | S1PTW),
     .hpfar = FIPA},
    {"ISV: not of an external abort",
     {EL2_ENABLED},
     .access = {.isv = ISV_BITS},
     .fault = {S2(EXTERNAL_ON_WALK)},
     .target = 2,
     .esr = DABT_LOW(WALK_EXTERNAL3)},
    {"ISV: not of a Guarded Control Stack access",
     {EL2_ENABLED},
     .access = {.kind = ARMVIRT_GCS_READ, .isv = ISV_BITS},
     .fault = {S2(PERMISSION)},
     .target = 2,
     .esr = DABT_LOW(PERMISSION3 | BIT(40))},
    {"ISV: nothing without bit 24",
     {EL2_ENABLED},
     .access = {.isv = BIT(15)},
     .fault = {S2(ACCESS_FLAG)},
     .target = 2,
     .esr = DABT_LOW(ACCESS3),
     .hpfar = FIPA},
    {"IL is 0 for a 16-bit instruction with ISV",
     {EL2_ENABLED},
     .context = {.t16 = true},
     .access = {.isv = ISV_BITS},
     .fault = {S2(ACCESS_FLAG)},
     .target = 2,
     .esr = DABT_LOW(ACCESS3 | ISV_BITS) & ~BIT(25),
     .hpfar = FIPA},
    {"IL is 1 for a 16-bit instruction without",
     {EL2_ENABLED},
     .context = {.t16 = true},
     .fault = {S2(ACCESS_FLAG)},
     .target = 2,
     .esr = DABT_LOW(ACCESS3),
     .hpfar = FIPA},
    {"LD64B: ISV at stage 1, with LST and Xs",
     .access = {.flags = ARMVIRT_ACCESS_LS64, .isv = ISV_BITS | 1u << 11 | 0x1f},
     .fault = {S1(TRANSLATION)}, .target = 1,
     .esr = DABT_LOW(TRANSLATION3 | ISV_BITS | BIT(11) | UINT64_C(0x1f) << 32)},
    {"LD64B: ISV of an Access flag fault",
     .access = {.flags = ARMVIRT_ACCESS_LS64, .isv = ISV_BITS}, .fault = {S1(ACCESS_FLAG)},
     .target = 1, .esr = DABT_LOW(ACCESS3 | ISV_BITS)},
    {"LD64B: ISV of a Permission fault", .access = {.flags = ARMVIRT_ACCESS_LS64, .isv = ISV_BITS},
     .fault = {S1(PERMISSION)}, .target = 1, .esr = DABT_LOW(PERMISSION3 | ISV_BITS)},
    {"TopLevel gives way to a valid instruction syndrome",
     {EL2_ENABLED},
     .access = {.isv = ISV_BITS & ~(UINT32_C(1) << 21)},
     .fault = {S2(PERMISSION), .top_level = true},
     .target = 2,
     .esr = DABT_LOW(PERMISSION3 | (ISV_BITS & ~BIT(21)))},
    {"LD64B: no ISV for other faults",
     .access = {.flags = ARMVIRT_ACCESS_LS64, .isv = ISV_BITS | 1u << 11},
     .fault = {.type = ARMVIRT_FAULT_UNSUPPORTED_ATOMIC, .stage = 1}, .target = 1,
     .esr = DABT_LOW(ATOMIC)},
    {"DirtyBit", .fault = {S1(PERMISSION), .dirty_bit = true}, .target = 1,
     .esr = DABT_LOW(PERMISSION3 | BIT(37))},
    {"Overlay", .fault = {S1(PERMISSION), .overlay = true}, .target = 1,
     .esr = DABT_LOW(PERMISSION3 | BIT(38))},
    {"AssuredOnly",
     {EL2_ENABLED},
     .fault = {S2(PERMISSION), .assured_only = true},
     .target = 2,
     .esr = DABT_LOW(PERMISSION3 | BIT(39))},
    {"TopLevel",
     {EL2_ENABLED},
     .fault = {S2(PERMISSION), .top_level = true, .s1ptw = true},
     .target = 2,
     .esr = DABT_LOW(PERMISSION3 | BIT(21) | S1PTW),
     .hpfar = FIPA},
    {"TagAccess",
     {EL2_ENABLED},
     .fault = {S2(PERMISSION), .tag_access = true},
     .target = 2,
     .esr = DABT_LOW(PERMISSION3 | BIT(41))},
    {"TnD", .fault = {S1(PERMISSION), .s1_tag_not_data = true}, .target = 1,
     .esr = DABT_LOW(PERMISSION3 | BIT(42))},
    {"GCS", .access = {.kind = ARMVIRT_GCS_WRITE}, .fault = {S1(PERMISSION), .write = true},
     .target = 1, .esr = DABT_LOW(PERMISSION3 | WNR | BIT(40))},
    {"A fetch reports Overlay and no WnR", .access = {.kind = ARMVIRT_FETCH},
     .fault = {S1(PERMISSION), .overlay = true, .write = true}, .target = 1,
     .esr = IABT_LOW(PERMISSION3 | BIT(38))},
    {"EA of a walk", .context = {.ea = true, .set = 3, .far_not_valid = true},
     .fault = {S1(EXTERNAL_ON_WALK)}, .target = 1, .esr = DABT_LOW(WALK_EXTERNAL3 | BIT(9))},
    {"EA is 0 for other faults", .context = {.ea = true}, .fault = {S1(TRANSLATION)}, .target = 1,
     .esr = DABT_LOW(TRANSLATION3)},
    {"SET of an access",
     {.features = HAVE(RAS)},
     .context = {.set = 3},
     .fault = {.type = ARMVIRT_FAULT_EXTERNAL},
     .target = 1,
     .esr = DABT_LOW(EXTERNAL | 3u << 11)},
    {"SET needs FEAT_RAS", .context = {.set = 3}, .fault = {.type = ARMVIRT_FAULT_EXTERNAL},
     .target = 1, .esr = DABT_LOW(EXTERNAL)},
};

/* ---- HPFAR_EL2, PFAR_ELx ------------------------------------------------------------------ */

static const struct row address_rows[] = {
    {"HPFAR: not for a plain stage 2 Permission fault",
     {EL2_ENABLED},
     .fault = {S2(PERMISSION)},
     .target = 2,
     .esr = DABT_LOW(PERMISSION3),
     .hpfar = NO_HPFAR},
    {"HPFAR: for one on a stage 1 table",
     {EL2_ENABLED},
     .fault = {S2(PERMISSION), .s1ptw = true},
     .target = 2,
     .esr = DABT_LOW(PERMISSION3 | S1PTW),
     .hpfar = FIPA},
    {"HPFAR: for a stage 2 Address size fault",
     {EL2_ENABLED},
     .fault = {S2(ADDRESS_SIZE)},
     .target = 2,
     .esr = DABT_LOW(0x03),
     .hpfar = FIPA},
    {"HPFAR.NS: a Non-secure IPA of Secure state",
     {EL2_ENABLED, .security = ARMVIRT_SPACE_SECURE},
     .fault = {S2(TRANSLATION), .ipa_space = ARMVIRT_SPACE_NONSECURE},
     .target = 2,
     .esr = DABT_LOW(TRANSLATION3),
     .hpfar = FIPA | BIT(63)},
    {"HPFAR.NS: a Secure IPA",
     {EL2_ENABLED, .security = ARMVIRT_SPACE_SECURE},
     .fault = {S2(TRANSLATION), .ipa_space = ARMVIRT_SPACE_SECURE},
     .target = 2,
     .esr = DABT_LOW(TRANSLATION3),
     .hpfar = FIPA},
    {"HPFAR.NS is 0 in Non-secure state",
     {EL2_ENABLED},
     .fault = {S2(TRANSLATION), .ipa_space = ARMVIRT_SPACE_NONSECURE},
     .target = 2,
     .esr = DABT_LOW(TRANSLATION3),
     .hpfar = FIPA},
    {"PFAR needs FEAT_PFAR", .fault = {S1(EXTERNAL_ON_WALK), .pa = 0x1238}, .target = 1,
     .esr = DABT_LOW(WALK_EXTERNAL3), .pfar = NO_PFAR},
    {"PFAR to EL1, with PFV",
     {.features = HAVE(PFAR)},
     .fault = {S1(EXTERNAL_ON_WALK), .pa = 0x1238},
     .target = 1,
     .esr = DABT_LOW(WALK_EXTERNAL3 | BIT(14)),
     .pfar = BIT(63) | 0x1238},
    {"PFAR: not to EL1 under a stage 2",
     {EL2_ENABLED, .s2_enabled = true, .features = HAVE(PFAR)},
     .fault = {S1(EXTERNAL_ON_WALK), .pa = 0x1238},
     .target = 1,
     .esr = DABT_LOW(WALK_EXTERNAL3),
     .pfar = NO_PFAR},
    {"PFAR: to EL2 under a stage 2",
     {EL2_ENABLED, .s2_enabled = true, .features = HAVE(PFAR)},
     .fault = {S2(EXTERNAL_ON_WALK), .pa = 0x1238, .pa_space = ARMVIRT_SPACE_SECURE},
     .target = 2,
     .esr = DABT_LOW(WALK_EXTERNAL3 | BIT(14)),
     .pfar = 0x1238},
    {"PFAR: not for other faults",
     {.features = HAVE(PFAR)},
     .fault = {S1(TRANSLATION), .pa = 0x1238},
     .target = 1,
     .esr = DABT_LOW(TRANSLATION3),
     .pfar = NO_PFAR},
};

/* A row that says 0 for HPFAR or PFAR says not valid. */
static void reports(void **state)
{
    const struct row *row = *state;
    struct armvirt_access access = row->access;
    struct armvirt_abort abort;

    access.va = VA;
    armvirt_abort(&row->regime, &row->context, &access, &row->fault, &abort);
    assert_int_equal(abort.target_el, row->target);
    assert_int_equal(abort.esr, row->esr);
    assert_true(abort.far_valid);
    assert_int_equal(abort.far, VA);
    assert_int_equal(abort.hpfar_valid, row->hpfar != 0);
    assert_int_equal(abort.hpfar, row->hpfar);
    assert_int_equal(abort.pfar_valid, row->pfar != 0);
    assert_int_equal(abort.pfar, row->pfar);
    assert_false(abort.aarch32);
    assert_false(abort.serror_vector);
}

static void fnv_makes_far_invalid(void **state)
{
    struct armvirt_regime regime = {.el = 1};
    struct armvirt_abort_context context = {.el = 1, .far_not_valid = true};
    struct armvirt_access access = {.va = VA};
    struct armvirt_fault fault = {.type = ARMVIRT_FAULT_EXTERNAL};
    struct armvirt_abort abort;

    (void)state;
    armvirt_abort(&regime, &context, &access, &fault, &abort);
    assert_false(abort.far_valid);
    assert_int_equal(abort.far, 0);
    assert_int_equal(abort.esr, DABT(EXTERNAL | BIT(10)));
}

/* SCR_EL3.EASE, SCTLR2_ELx.EASE: by target, and for external aborts only. */
static void ease_uses_the_serror_vector(void **state)
{
    struct armvirt_access access = {.va = VA};
    struct armvirt_fault external = {.type = ARMVIRT_FAULT_EXTERNAL, .stage = 1};
    struct armvirt_fault permission = {.type = ARMVIRT_FAULT_PERMISSION, .stage = 1};

    (void)state;
    for (unsigned ease = 0; ease < 16; ease += 2) {
        for (uint8_t el = 1; el <= 3; el++) {
            struct armvirt_regime regime = {.route_ease = (uint8_t)ease, EL2_ENABLED};
            struct armvirt_abort_context context = {.el = el};
            struct armvirt_abort abort;

            armvirt_abort(&regime, &context, &access, &external, &abort);
            assert_int_equal(abort.target_el, el);
            assert_int_equal(abort.serror_vector, ease >> el & 1);
            armvirt_abort(&regime, &context, &access, &permission, &abort);
            assert_false(abort.serror_vector);
        }
    }
}

static void kind_says_which_exception(void **state)
{
    static const struct armvirt_abort_context context = {.el = 1};
    struct armvirt_regime regime = {.route_gpf3 = true};
    struct armvirt_access access = {.kind = ARMVIRT_READ};
    struct armvirt_fault fault = {.type = ARMVIRT_FAULT_GPC_ON_OUTPUT};
    struct armvirt_abort abort;

    (void)state;
    armvirt_abort(&regime, &context, &access, &fault, &abort);
    assert_int_equal(abort.kind, ARMVIRT_ABORT_DATA);
    access.kind = ARMVIRT_FETCH;
    armvirt_abort(&regime, &context, &access, &fault, &abort);
    assert_int_equal(abort.kind, ARMVIRT_ABORT_INSTRUCTION);
    fault.gpcf = ARMVIRT_GPCF_FAIL;
    armvirt_abort(&regime, &context, &access, &fault, &abort);
    assert_int_equal(abort.kind, ARMVIRT_ABORT_GPC);
}

int main(void)
{
    static struct suite suite;

    SUITE_ADD_ROWS(&suite, reports, routing_rows);
    SUITE_ADD_ROWS(&suite, reports, gpc_rows);
    SUITE_ADD_ROWS(&suite, reports, syndrome_rows);
    SUITE_ADD_ROWS(&suite, reports, address_rows);
    SUITE_ADD(&suite, fnv_makes_far_invalid);
    SUITE_ADD(&suite, ease_uses_the_serror_vector);
    SUITE_ADD(&suite, kind_says_which_exception);
    return suite_run(&suite, "aborts");
}
