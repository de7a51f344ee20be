/* SPDX-License-Identifier: MIT */
/**
 * @file
 * Why a translation failed: the architectural fault, and the one rule that was broken.
 *
 * @spec{DDI0487 D8.15 (VMSAv8-64 and VMSAv9-128), G5.11 (VMSAv8-32), D9.4 (granule protection)}
 */
#ifndef ARMVIRT_FAULT_H
#define ARMVIRT_FAULT_H

#include <armvirt/base.h>

#ifdef __cplusplus
extern "C" {
#endif

/** The architectural kind of a fault. */
enum armvirt_fault_type {
    ARMVIRT_FAULT_NONE = 0,
    ARMVIRT_FAULT_TRANSLATION = 1,
    ARMVIRT_FAULT_ADDRESS_SIZE = 2,
    ARMVIRT_FAULT_ACCESS_FLAG = 3,
    ARMVIRT_FAULT_PERMISSION = 4,
    ARMVIRT_FAULT_ALIGNMENT = 5,
    ARMVIRT_FAULT_EXTERNAL_ON_WALK = 6,    /**< Synchronous external abort on a table access. */
    ARMVIRT_FAULT_GPC_ON_WALK = 7,         /**< Granule protection check of a table access. */
    ARMVIRT_FAULT_GPC_ON_OUTPUT = 8,       /**< Granule protection check of the final address. */
    ARMVIRT_FAULT_DOMAIN = 9,              /**< VMSAv8-32 short descriptors only. */
    ARMVIRT_FAULT_UNSUPPORTED_ATOMIC = 10, /**< LS64 access to cacheable memory. */
    ARMVIRT_FAULT_EXTERNAL = 11, /**< Of the access itself; made by the caller, never by a walk. */
};

/** What a granule protection check found. @spec{DDI0487 D9.4 Table D9-2} */
enum armvirt_gpcf {
    ARMVIRT_GPCF_NONE = 0,
    ARMVIRT_GPCF_ADDRESS_SIZE = 1,
    ARMVIRT_GPCF_WALK = 2,
    ARMVIRT_GPCF_FAIL = 3,
    ARMVIRT_GPCF_EXTERNAL = 4,
};

/**
 * One entry for each rule that can fail: name, what it says, where the rule stands (DDI0487 unless
 * another document is named). Stage 1 and stage 2 share an entry where they share the rule; the
 * stage is in the fault. VMSAv8-32 shares those that it has too; it states them in G5.11.
 */
#define ARMVIRT_REASONS(X)                                                                         \
    X(NONE, "no fault", "")                                                                        \
    X(TXSZ, "TxSZ is outside the implemented range", "D8.1.9 R_SXWGM, R_YXNYW")                    \
    X(VA_RANGE, "address bits above the input size are not a sign extension", "D8.15.1.1 R_VZZSZ") \
    X(E0PD, "EL0 may not use this half of the address space (TCR.E0PDn)", "D8.2.4.1 I_RFRSQ")      \
    X(NFD, "non-fault access not allowed through this table base (TCR.NFDn)",                      \
      "D24.2.194 TCR_EL1.NFDn")                                                                    \
    X(EPD, "walks through this table base are disabled (TCR.EPDn)", "D8.2.4 I_ZFSYQ")              \
    X(TTBR_ADDRESS, "the table base lies beyond the output size", "D8.2.3 R_VPBBF")                \
    X(DESC_INVALID, "bit 0 of the descriptor is 0", "D8.15.1.1 R_DYNYQ")                           \
    X(DESC_RESERVED, "the descriptor encodes no block or page at this level", "D8.15.1.1 R_KRMJZ") \
    X(DESC_SKL, "SKL leads past the last level, or to a size that is not permitted",               \
      "D8.3 R_BPTPZ")                                                                              \
    X(TABLE_ADDRESS, "the next table lies beyond the output size", "D8.15.1.2 R_CVSBH")            \
    X(OUTPUT_ADDRESS, "the output address lies beyond the output size", "D8.15.1.2 R_CVSBH")       \
    X(CONTIGUOUS, "contiguous bit set on a range larger than the input size", "D8.7.1.3 R_WMNPV")  \
    X(NT, "nT is set on a block, or on a table that skips levels", "D8.7.3 R_MRRPW")               \
    X(AMEC, "descriptor AMEC is 1 while TCR2_EL2.AMECn is 0", "D8.12.1.2 R_LZGSD, R_VWKVQ")        \
    X(MMU_OFF_RANGE, "address beyond PAMax while translation is off", "D8.1.9 R_VCDSW")            \
    X(ACCESS_FLAG, "access flag is 0 and is not managed by hardware", "D8.5.1.1 R_SWTYY")          \
    X(DEVICE_UNALIGNED, "unaligned access to Device memory", "B2.10.2")                            \
    X(DEVICE_ZERO, "DC ZVA to Device memory", "D7.5.10")                                           \
    X(DEVICE_TAG_STORE, "tag store to Device memory", "D10.3.1")                                   \
    X(DEVICE_MULTIPLE, "AArch32 load or store multiple to Device memory (nTLSMD)", "E2.6.5")       \
    X(DEVICE_FETCH, "instruction fetch from Device memory", "B2.10.2")                             \
    X(AP_READ, "no read permission (AP, APTable)", "D8.4.1.2.1 R_RNGJG")                           \
    X(AP_WRITE, "no write permission (AP, APTable)", "D8.4.1.2.1 R_RNGJG, R_CBNKR")                \
    X(PAN, "PSTATE.PAN is 1 and EL0 may access the page", "D8.4.5 R_XTSQH")                        \
    X(XN, "execute-never (UXN, PXN, XN or their table bits)",                                      \
      "D8.4.1.2.3 R_RBDFT, R_LWPVL, R_TRZVM")                                                      \
    X(PXN_EL0_WRITABLE, "writable at EL0, so never executable above EL0", "D8.4.1.2.3 R_VWLLR")    \
    X(WXN, "writable, so never executable (SCTLR.WXN, UWXN)", "D8.4.1.2 R_SYMMB, R_FYMXJ")         \
    X(SIF, "Secure fetch from Non-secure memory (SCR_EL3.SIF)", "D8.4.4.2 R_FNVTF")                \
    X(ROOT_FETCH, "fetch by EL3 from memory outside Root", "D8.4.4 R_ZWRVD")                       \
    X(REALM_FETCH, "fetch by Realm software from memory outside Realm", "D8.4.4 R_PKTDS, R_YMCSL") \
    X(PIE_READ, "permission indirection gives no read", "D8.4.1.3 Table D8-68")                    \
    X(PIE_WRITE, "permission indirection gives no write", "D8.4.1.3 Table D8-68")                  \
    X(PIE_EXEC, "permission indirection gives no execute", "D8.4.1.3 R_RSXJG")                     \
    X(PIE_COMBINATION, "writable at EL0 and executable above: both lose all", "D8.4.1.3 R_VFPJF")  \
    X(OVERLAY, "the permission overlay takes the right away",                                      \
      "D8.4.1.4 R_RPXZR, D8.4.2.2 R_RRNDT")                                                        \
    X(DIRTY, "writable but clean, and dirty state is not managed by hardware", "D8.5.2 R_PPGMC")   \
    X(GCS, "no Guarded Control Stack permission", "D8.4.1 R_WBLJK, R_PSZJJ")                       \
    X(TAG_CANONICAL, "tag store to a canonically tagged page", "D10.3 R_VBFYY")                    \
    X(S2_TXSZ, "stage 2 T0SZ is outside the implemented range", "D8.1.10 R_DTLMN, D8.1.9 R_YXNYW") \
    X(S2_START_RESERVED, "stage 2 start level encoding is reserved", "D8.2.8.2 R_KTKWK")           \
    X(S2_START_INCONSISTENT, "stage 2 start level does not fit T0SZ", "D8.2.8.2 R_KTKWK")          \
    X(IPA_RANGE, "intermediate address beyond the stage 2 input size", "D8.1.10 R_DRRZZ")          \
    X(S2AP_READ, "stage 2 gives no read", "D8.4.2 R_FQNDX, R_CXFCS")                               \
    X(S2AP_WRITE, "stage 2 gives no write", "D8.4.2 R_FQNDX, R_CXFCS")                             \
    X(S2_XN, "stage 2 execute-never", "D8.4.2 R_STCTY, R_PRCFD, R_SYLGW")                          \
    X(S2_PTW_DEVICE, "table access to stage 2 Device memory (HCR_EL2.PTW)", "D8.15.4.1")           \
    X(S2_TOPLEVEL, "first table outside a TopLevel page (VTCR_EL2.TL0, TL1)",                      \
      "D8.2.7.4 Tables D8-14, D8-15")                                                              \
    X(S2_ASSURED_ONLY, "AssuredOnly page reached by an unprotected walk",                          \
      "D8.2.7.3 R_WWYDL, R_QNQZJ")                                                                 \
    X(S2_REALM_TABLE, "Realm stage 1 table outside Realm memory", "D8.4.6 R_QMLYQ")                \
    X(S2_TAG_ACCESS, "stage 2 forbids tag access (NoTagAccess)", "D8.6.4 R_XSYYN")                 \
    X(ATOMIC_CACHEABLE, "single-copy atomic 64-byte access to cacheable memory", "C3.2.8")         \
    X(EXTERNAL, "memory answered the table read with an abort", "D8.15.1.3 R_YLGBV")               \
    X(EXTERNAL_UPDATE, "memory answered the table update with an abort", "D8.5.2.1 R_LXCKP")       \
    X(GPC_REGISTERS, "GPCCR_EL3 holds a reserved or inconsistent value", "D9.4 R_JWCSM")           \
    X(GPC_WINDOW, "GPCBW_EL3 holds a reserved or inconsistent value", "D9.4 R_JWCSM")              \
    X(GPC_SPACE_OFF, "GPCCR_EL3.{SPAD, NSPAD, RLPAD} disables the address space", "D9.4 R_TCWMD")  \
    X(GPC_PA_RANGE, "address beyond the protected physical space (PPS)", "D9.4 R_JFFHB")           \
    X(GPC_BASE_RANGE, "GPTBR_EL3 lies beyond the protected physical space", "D9.4 R_XVCKY")        \
    X(GPT_EXTERNAL, "memory answered the granule table read with an abort", "D9.4 R_DFCHJ")        \
    X(GPT_TYPE, "level 0 granule table entry is neither Block nor Table", "D9.6 R_TXFXH")          \
    X(GPT_RES0, "RES0 bits of a granule table entry are set", "D9.6 R_XNKFZ")                      \
    X(GPT_GPI, "granule table entry holds a reserved GPI", "D9.6.5 R_GYQGW")                       \
    X(GPT_CONTIG, "granule table entry holds a reserved Contig size", "D9.6.4 R_BFCGF")            \
    X(GPT_PAIR, "other granule table entry of the 16-byte pair is invalid", "D9.4 R_PGHWX")        \
    X(GPT_TABLE_ADDRESS, "level 1 granule table lies beyond PPS", "D9.4 R_JCGMZ")                  \
    X(GPI_MISMATCH, "the GPI of the granule does not permit the access", "D9.4 R_DQPWS")           \
    X(DOMAIN, "the domain gives no access (DACR)", "G5.11.1.5")

/** The rule that failed. */
enum armvirt_reason {
#define ARMVIRT_REASON_ENUM(name, text, rule) ARMVIRT_REASON_##name,
    ARMVIRT_REASONS(ARMVIRT_REASON_ENUM)
#undef ARMVIRT_REASON_ENUM
        ARMVIRT_REASON_COUNT
};

/** A fault of the architecture, with all that ESR, FAR, HPFAR, MFAR and PAR need to report it. */
struct armvirt_fault {
    uint8_t type;         /**< enum armvirt_fault_type; ARMVIRT_FAULT_NONE: the rest is void. */
    uint8_t reason;       /**< enum armvirt_reason. */
    uint8_t stage;        /**< 1 or 2; 0 for a check of the final physical address. */
    int8_t level;         /**< Lookup level, -2 to 3, as reported. */
    bool s1ptw;           /**< A stage 2 fault on an access to a stage 1 table. */
    bool write;           /**< Reported as a write (WnR). */
    bool table_write;     /**< With `s1ptw`, Permission faults: it was an update of the table. */
    bool dirty_bit;       /**< Permission fault for want of dirty state. */
    bool overlay;         /**< Permission fault by an overlay. */
    bool top_level;       /**< Permission fault by VTCR_EL2.TL0 or TL1. */
    bool assured_only;    /**< Permission fault by AssuredOnly. */
    bool tag_access;      /**< Permission fault by stage 2 NoTagAccess. */
    bool s1_tag_not_data; /**< Permission fault of a tag store by stage 1. */
    uint8_t gpcf;         /**< enum armvirt_gpcf. */
    uint8_t gpc_level;    /**< 0 or 1: level of the granule protection table. */
    bool gpc_s2walk;      /**< The granule check was for a stage 2 table access. */
    uint8_t domain;       /**< Domain of a VMSAv8-32 short descriptor, 0 to 15. */
    uint8_t ipa_space;    /**< enum armvirt_space of `ipa`. */
    uint8_t pa_space;     /**< enum armvirt_space of `pa`. */
    uint64_t ipa;         /**< Stage 2: the intermediate physical address, in bytes. */
    uint64_t pa;          /**< Granule protection and external faults: the physical address. */
    uint64_t desc_pa;     /**< Where the last descriptor was read; valid if `level` was reached. */
    uint64_t desc; /**< The last descriptor (its low word), as read; of a granule check of the
                        final address, the last granule table entry. */
};

#ifdef __cplusplus
}
#endif
#endif
