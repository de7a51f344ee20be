/* SPDX-License-Identifier: MIT */
/**
 * @file
 * What an SMMUv3 is, by its identification registers, and what its stream table entries and context
 * descriptors mean: decoders that stand alone, answering which rule a refused structure broke.
 *
 * @spec{IHI0070 5, 6.3.1 to 6.3.8}
 */
#ifndef ARMVIRT_SMMU_CONFIG_H
#define ARMVIRT_SMMU_CONFIG_H

#include <armvirt/base.h>

#ifdef __cplusplus
extern "C" {
#endif

/* ---- Why --------------------------------------------------------------------------------------
 */

/**
 * Why an SMMU refuses something: name, text, rule of IHI0070. The rules of a stream table entry
 * and of a context descriptor stand in the order in which they are checked.
 */
#define ARMVIRT_SMMU_REASONS(X)                                                                    \
    X(NONE, "no fault", "")                                                                        \
    X(STE_V, "STE.V is 0", "5.2.2")                                                                \
    X(STE_S1_ABSENT, "stage 1 is configured but not implemented (IDR0.S1P)", "5.2.2")              \
    X(STE_S2_ABSENT, "stage 2 is configured but not implemented (IDR0.S2P)", "5.2.2")              \
    X(STE_SECURE_S2, "Secure stage 2 is not implemented (S_IDR1.SEL2)", "5.2.2")                   \
    X(STE_AA32_SPACE, "only Non-secure streams may use VMSAv8-32 stage 2 tables", "5.2.2")         \
    X(STE_EATS_SPLIT, "EATS is split-stage without Config 0b111, with S2S or with IDR0.NS1ATS",    \
      "5.2.2")                                                                                     \
    X(STE_EATS_STALL, "EATS is full ATS while stage 2 stalls", "5.2.2")                            \
    X(STE_EATS_DPT_STALL, "EATS is ATS with DPT while stage 2 stalls", "5.2 EATS")                 \
    X(STE_EATS_DPT_WORLD, "EATS is ATS with DPT in a StreamWorld other than EL1", "5.2.2")         \
    X(STE_DPT_VMATCH, "DPT_VMATCH of a Realm stream is not 0b00", "5.2.2")                         \
    X(STE_STRW_RESERVED, "STRW is reserved", "5.2.2")                                              \
    X(STE_STRW_EL3, "StreamWorld EL3 does not exist with RME", "5.2.2")                            \
    X(STE_STRW_SEL2, "StreamWorld Secure EL2 is not implemented (S_IDR1.SEL2)", "5.2.2")           \
    X(STE_S1STALLD, "S1STALLD is set where the stall model is not a choice", "5.2.2")              \
    X(STE_S1CDMAX, "S1CDMax exceeds IDR1.SSIDSIZE", "5.2.2")                                       \
    X(STE_S1FMT, "S1Fmt is two-level but IDR0.CD2L is 0", "5.2.2")                                 \
    X(STE_S1CONTEXTPTR, "S1ContextPtr lies beyond the output address size", "5.2.2, 3.4.3")        \
    X(STE_S2FWB_AA32, "S2FWB is set with VMSAv8-32 tables", "5.2.2")                               \
    X(STE_S2S_NO_STALL, "S2S is set where stalls are not supported", "5.2.2")                      \
    X(STE_S2S_FORCED, "S2S is 0 where stalls are forced", "5.2.2")                                 \
    X(STE_S2_AA32_ABSENT, "VMSAv8-32 tables are not implemented (IDR0.TTF)", "5.2.2")              \
    X(STE_S2_AA64_ABSENT, "VMSAv8-64 tables are not implemented (IDR0.TTF)", "5.2.2")              \
    X(STE_S2HA, "S2HA or S2HD is set without HTTU or with VMSAv8-32 tables", "5.2.2")              \
    X(STE_S2HD, "S2HD is set but only the access flag is managed (IDR0.HTTU)", "5.2.2")            \
    X(STE_S2HAFT, "S2HAFT is set without S2HA", "5.2.2")                                           \
    X(STE_S2TG, "S2TG selects no implemented granule", "5.2.2")                                    \
    X(STE_S2TTB, "S2TTB lies beyond what S2PS, or the granule, allows", "5.2.2")                   \
    X(STE_S2T0SZ, "S2T0SZ is outside the implemented range", "5.2.2")                              \
    X(STE_S2SL0, "S2SL0, S2T0SZ and S2TG do not fit", "5.2.2")                                     \
    X(STE_S_S2TG, "S_S2TG selects no implemented granule", "5.2.2")                                \
    X(STE_S_S2TTB, "S_S2TTB lies beyond what S2PS, or the granule, allows", "5.2.2")               \
    X(STE_S_S2T0SZ, "S_S2T0SZ is outside the implemented range", "5.2.2")                          \
    X(STE_S_S2SL0, "S_S2SL0, S_S2T0SZ and S_S2TG do not fit", "5.2.2")                             \
    X(STE_S2ENDI, "S2ENDI selects an endianness that is not implemented", "5.2.2")                 \
    X(STE_S2PIE_AA32, "S2PIE is set with VMSAv8-32 tables", "5.2.2")                               \
    X(STE_S2POE_DIRECT, "S2POE is set without permission indirection", "5.2.2")                    \
    X(STE_S2POE_PBHA, "S2POE is set while S2HWU is not zero", "5.2.2")                             \
    X(STE_S2POI, "S2POI holds a reserved value", "5.2.2")                                          \
    X(STE_S2VMID, "S2VMID needs 16 bits but IDR0.VMID16 is 0", "5.2.2")                            \
    X(STE_VMSPTR, "VMSPtr lies beyond the output address size", "5.2.2")                           \
    X(CD_V, "CD.V is 0", "5.4.2")                                                                  \
    X(CD_S1STALLD, "CD.S is set while STE.S1STALLD forbids it", "5.4.2")                           \
    X(CD_TERM_MODEL, "CD.A is 0 where terminated transactions must abort", "5.4.2")                \
    X(CD_S_NO_STALL, "CD.S is set where stalls are not supported", "5.4.2")                        \
    X(CD_S_FORCED, "CD.S is 0 where stalls are forced", "5.4.2")                                   \
    X(CD_ENDI, "ENDI selects an endianness that is not implemented", "5.4.2")                      \
    X(CD_AA32_ABSENT, "VMSAv8-32 tables are not implemented, or not for this StreamWorld",         \
      "5.4.2")                                                                                     \
    X(CD_AA64_ABSENT, "VMSAv8-64 tables are not implemented, or stage 2 uses VMSAv8-32", "5.4.2")  \
    X(CD_HA, "HA or HD is set without HTTU", "5.4.2")                                              \
    X(CD_HD, "HD is set but only the access flag is managed (IDR0.HTTU)", "5.4.2")                 \
    X(CD_HAFT, "HAFT is set without HA", "5.4.2")                                                  \
    X(CD_ASID, "ASID needs 16 bits but IDR0.ASID16 is 0", "5.4.2")                                 \
    X(CD_TXSZ, "T0SZ or T1SZ is outside the implemented range", "5.4.2")                           \
    X(CD_TG, "TG0 or TG1 selects no implemented granule", "5.4.2")                                 \
    X(CD_TTB, "TTB0 or TTB1 lies beyond what IPS, or the granule, allows", "5.4.2")                \
    X(CD_D128_PIE, "VMSAv9-128 tables need STE.S1PIE", "5.4.2")                                    \
    X(CD_D128_EL2, "StreamWorld EL2 has no VMSAv9-128 tables", "5.4.2")                            \
    X(CD_SKL, "SKL0 or SKL1 leads past the last level", "5.4.2")                                   \
    X(CD_PIIP, "PIIP holds a reserved value", "5.4.2")                                             \
    X(CD_PIIU, "PIIU holds a reserved value", "5.4.2")                                             \
    X(CD_PII_PAIR, "PIIP and PIIU give execute and write that exclude each other", "5.4.2")        \
    X(DISABLED_ABORT, "SMMUEN is 0 and GBPA.ABORT is 1", "6.3.14")                                 \
    X(DISABLED_OAS, "SMMUEN is 0 and the address exceeds the output address size", "3.4")          \
    X(UNSUPPORTED, "the SMMU does not support this kind of transaction", "7.3.2")                  \
    X(STREAMID, "StreamID beyond the stream table (STRTAB_BASE_CFG.LOG2SIZE)", "7.3.3")            \
    X(STREAMID_L1, "first-level descriptor of the stream table has no valid Span", "7.3.3")        \
    X(STREAMID_SPAN, "StreamID beyond Span of its first-level descriptor", "7.3.3")                \
    X(L1STD_FETCH, "memory answered the read of the first-level descriptor with an abort",         \
      "7.3.4")                                                                                     \
    X(STE_FETCH, "memory answered the read of the stream table entry with an abort", "7.3.4")      \
    X(STREAM_ABORT, "STE.Config is 0b0xx: the stream is disabled", "5.2")                          \
    X(VMS_FETCH, "memory answered the read of the VMS with an abort", "7.3.20")                    \
    X(SUBSTREAM_BYPASS, "SubstreamID on a stream without stage 1", "7.3.9")                        \
    X(SUBSTREAM_DISABLED, "SubstreamID on a stream whose S1CDMax is 0", "7.3.9")                   \
    X(SUBSTREAM_RANGE, "SubstreamID beyond S1CDMax", "7.3.9")                                      \
    X(SUBSTREAM_L1CD, "first-level descriptor of the CD table is not valid", "7.3.9")              \
    X(SUBSTREAM_L2PTR, "second-level CD table beyond the output address size", "7.3.9, 3.4.3")     \
    X(S1DSS_TERMINATE, "no SubstreamID, and S1DSS says terminate", "7.3.7")                        \
    X(S1DSS_SSID0, "SubstreamID 0, which S1DSS keeps for transactions without one", "7.3.7")       \
    X(BYPASS_SIZE, "address exceeds the output address size, and no stage translates", "3.4")      \
    X(S1_BYPASS_SIZE, "address exceeds the intermediate address size, and stage 1 bypasses",       \
      "3.4")                                                                                       \
    X(L1CD_FETCH, "memory answered the read of the first-level CD descriptor with an abort",       \
      "7.3.10")                                                                                    \
    X(CD_FETCH, "memory answered the read of the context descriptor with an abort", "7.3.10")      \
    X(CD_STAGE2, "stage 2 refused the read of a context descriptor", "7.3.13")                     \
    X(CD_S2PTW, "context descriptor in Device memory while STE.S2PTW is set", "5.2 S2PTW")         \
    X(CD_REALM, "context descriptor of a Realm stream in Non-secure memory", "7.3.16")             \
    X(TRANSLATION, "the translation failed; see the walk's fault", "7.3.12 to 7.3.16")             \
    X(GPC_OUTPUT, "granule protection refuses the output address", "3.25.2")                       \
    X(SIF, "Secure instruction fetch from Non-secure memory (S_CR0.SIF)", "6.3.57")                \
    X(ATS_DISABLED, "ATS translation request while ATS is not enabled for the stream", "3.9.1.2")  \
    X(TRANSLATED_FORBIDDEN, "ATS translated transaction that is not allowed", "7.3.8")             \
    X(DPT_DENIED, "the device permission table does not permit the access", "3.24")                \
    X(QUEUE_FULL, "the event queue is full", "7.4")                                                \
    X(STALL_LIMIT, "no slot for another stalled transaction", "3.12.2")                            \
    X(STALL_TERMINATED, "a stalled transaction was terminated", "4.7")                             \
    X(XT_SPACE, "the output is in another address space than the transaction names (XT)",          \
      "3.9.4.3")                                                                                   \
    X(SPECULATIVE_WRITE, "a speculative transaction may only read", "3.14")

/** Why an SMMU refuses something. */
enum armvirt_smmu_reason {
#define ARMVIRT_SMMU_REASON_ENUM(name, text, rule) ARMVIRT_SMMU_REASON_##name,
    ARMVIRT_SMMU_REASONS(ARMVIRT_SMMU_REASON_ENUM)
#undef ARMVIRT_SMMU_REASON_ENUM
        ARMVIRT_SMMU_REASON_COUNT
};

/* ---- What an SMMU is --------------------------------------------------------------------------
 */

/**
 * An SMMU, by the values that its identification registers read: they are the only feature
 * switches. A Secure interface exists if S_IDR1.SECURE_IMPL is 1, a Realm interface if
 * ROOT_IDR0.REALM_IMPL is 1.
 */
struct armvirt_smmu_id {
    uint32_t idr[7];   /**< SMMU_IDR0 to SMMU_IDR6. */
    uint32_t iidr;     /**< SMMU_IIDR. */
    uint32_t aidr;     /**< SMMU_AIDR: 0 is SMMUv3.0, 4 is SMMUv3.4. */
    uint32_t s_idr[7]; /**< SMMU_S_IDR0 to SMMU_S_IDR6; 5 does not exist. */
    uint32_t r_idr[7]; /**< SMMU_R_IDR0 to SMMU_R_IDR6; 5 does not exist. */
    uint32_t root_idr0, root_iidr;
    uint32_t mpamidr, s_mpamidr, r_mpamidr;
    uint32_t r_mecidr;
};

/** A named set of identification registers. */
enum armvirt_smmu_preset {
    ARMVIRT_SMMU_LINUX_MIN = 0, /**< The least that Linux' driver runs on: stage 1 and 2, linear
                                     tables, 48 bits. */
    ARMVIRT_SMMU_QEMU = 1,      /**< What QEMU 11.1 shows, with stage=nested. */
    ARMVIRT_SMMU_FVP = 2,       /**< The defaults of Arm's Base FVP. */
    ARMVIRT_SMMU_MAX = 3,       /**< All that armvirt implements. */
    ARMVIRT_SMMU_PRESETS
};

/**
 * Fill in the identification registers of a preset.
 *
 * @param preset   enum armvirt_smmu_preset.
 * @param[out] id  The registers.
 * @retval ARMVIRT_OK       Done.
 * @retval ARMVIRT_E_INVAL  No such preset.
 */
ARMVIRT_API enum armvirt_status armvirt_smmu_preset_id(unsigned preset, struct armvirt_smmu_id *id);

/** A rule that identification registers can break: name, text. @spec{IHI0070 6.3} */
#define ARMVIRT_SMMU_ID_RULES(X)                                                                   \
    X(OK, "the registers agree with each other")                                                   \
    X(STAGES, "neither stage 1 nor stage 2 (IDR0.S1P, S2P)")                                       \
    X(TTF, "no table format (IDR0.TTF)")                                                           \
    X(HTTU, "HTTU without VMSAv8-64 tables, or table flags before SMMUv3.4")                       \
    X(STALL_MODEL, "reserved STALL_MODEL, or not that of S_IDR0")                                  \
    X(TTENDIAN, "reserved TTENDIAN")                                                               \
    X(ST_LEVEL, "reserved ST_LEVEL")                                                               \
    X(HYP, "Hyp without stage 1")                                                                  \
    X(CD2L, "CD2L without SubstreamIDs or stage 1")                                                \
    X(ATS, "PRI or NS1ATS without ATS, NS1ATS without both stages, or ATS that must stall")        \
    X(ATOS, "VATOS without ATOS and both stages")                                                  \
    X(VMW, "VMW or VMID16 without stage 2")                                                        \
    X(ASID16, "ASID16 without stage 1")                                                            \
    X(QUEUES, "queues larger than 2^19 entries")                                                   \
    X(SSIDSIZE, "SSIDSIZE above 20, or SubstreamIDs without stage 1")                              \
    X(SIDSIZE, "SIDSIZE above 32")                                                                 \
    X(PRESETS, "tables or queues that are preset")                                                 \
    X(OAS, "reserved OAS, 52 bits before SMMUv3.1, or 56 bits without D128")                       \
    X(GRANULES, "VMSAv8-64 tables without a granule")                                              \
    X(VAX, "reserved VAX, or VAX before SMMUv3.1")                                                 \
    X(DS, "DS before SMMUv3.2, or without 4 KB and 16 KB granules")                                \
    X(D128, "D128 without VMSAv8-64 tables, both permission indirections or SMMUv3.4")             \
    X(PERMISSIONS, "S2PO, S1PI, S2PI, THE or AIE before SMMUv3.4, or S2PO without S2PI")           \
    X(RIL, "SMMUv3.2 or later without RIL")                                                        \
    X(MPAM, "MPAM before SMMUv3.2, or MPAMIDR without it")                                         \
    X(DPT, "DPT without ATS")                                                                      \
    X(ECMDQ, "ECMDQ without IDR6")                                                                 \
    X(SECURE, "Secure features without SECURE_IMPL, S_SIDSIZE above 32")                           \
    X(SEL2, "Secure stage 2 without both stages or SMMUv3.2")                                      \
    X(RME, "Root, Realm and RME features do not agree")                                            \
    X(AIDR, "architecture version above 3.4")

/** A rule that identification registers can break. */
enum armvirt_smmu_id_rule {
#define ARMVIRT_SMMU_ID_ENUM(name, text) ARMVIRT_SMMU_ID_##name,
    ARMVIRT_SMMU_ID_RULES(ARMVIRT_SMMU_ID_ENUM)
#undef ARMVIRT_SMMU_ID_ENUM
        ARMVIRT_SMMU_ID_RULE_COUNT
};

/**
 * Check identification registers against each other.
 *
 * @param id  The registers.
 * @returns   enum armvirt_smmu_id_rule: the first that is broken; ARMVIRT_SMMU_ID_OK if none is.
 */
ARMVIRT_API unsigned armvirt_smmu_id_check(const struct armvirt_smmu_id *id);

/* ---- Stream table entries ---------------------------------------------------------------------
 */

/** A StreamWorld: the translation regime of a stream. @spec{IHI0070 3.3.3, 5.2 STRW} */
enum armvirt_smmu_world {
    ARMVIRT_SMMU_EL1 = 0, /**< EL1&0: NS-EL1, Secure or Realm-EL1. */
    ARMVIRT_SMMU_EL2 = 1,
    ARMVIRT_SMMU_EL2_E2H = 2,
    ARMVIRT_SMMU_EL3 = 3,
};

/** Register state that decides how a structure is read. */
struct armvirt_smmu_view {
    uint8_t sec_sid; /**< enum armvirt_space of the stream: Non-secure, Secure or Realm. */
    bool e2h;        /**< SMMU_(*_)CR2.E2H of that interface. */
    bool nsstalld;   /**< SMMU_S_CR0.NSSTALLD. */
    bool atschk;     /**< SMMU_(R_)CR0.ATSCHK. */
};

/** A stream table entry, decoded. Members without a comment are the fields of that name. */
struct armvirt_ste {
    uint64_t word[8];  /**< As it is in memory. */
    uint64_t s1_table; /**< S1ContextPtr, aligned to the table that it points to. */
    uint8_t reason;    /**< enum armvirt_smmu_reason: NONE if the entry is legal. */
    uint8_t sec_sid;   /**< enum armvirt_space. */
    uint8_t config;    /**< Config. */
    uint8_t world;     /**< enum armvirt_smmu_world. */
    uint8_t s1_fmt;    /**< S1Fmt; 0 where there is one table level. */
    uint8_t s1_cdmax;  /**< S1CDMax; 0 without SubstreamIDs. */
    uint8_t s1_dss;    /**< S1DSS; 0 for the reserved value. */
    uint8_t eats;      /**< EATS in effect. */
    uint16_t vmid;     /**< The VMID that tags translations. */
    uint16_t mecid;    /**< Realm only. */
    bool enabled;      /**< Config[2]: transactions may pass. */
    bool s1, s2;       /**< The stages translate. */
    bool aa32_s2;      /**< Stage 2 has VMSAv8-32 tables. */
    bool d128_s2;      /**< Stage 2 has VMSAv9-128 tables. */
    bool s2s, s2r, mev;
    uint8_t reserved[3];
};

/**
 * Decode a stream table entry.
 *
 * @param id    The SMMU.
 * @param view  Where the entry was found.
 * @param word  Its eight words.
 * @param[out] ste  Always written; after a fault only `word`, `reason` and `sec_sid` count.
 * @retval ARMVIRT_OK       It is legal; with `enabled` false the rest is void.
 * @retval ARMVIRT_FAULT    It is ILLEGAL: `reason` says by which rule (C_BAD_STE).
 * @spec{IHI0070 5.2.2 SteIllegal()}
 */
ARMVIRT_API enum armvirt_status armvirt_ste_decode(const struct armvirt_smmu_id *id,
                                                   const struct armvirt_smmu_view *view,
                                                   const uint64_t word[8], struct armvirt_ste *ste);

/**
 * The bits of a stream table entry that the SMMU looks at, given what the others say. Two entries
 * that agree in them behave alike.
 *
 * @param id    The SMMU.
 * @param view  Where the entry is.
 * @param word  Its eight words.
 * @param[out] used  A mask for each word.
 */
ARMVIRT_API void armvirt_ste_used(const struct armvirt_smmu_id *id,
                                  const struct armvirt_smmu_view *view, const uint64_t word[8],
                                  uint64_t used[8]);

/* ---- Context descriptors ----------------------------------------------------------------------
 */

/** A context descriptor, decoded. */
struct armvirt_cd {
    uint64_t word[8]; /**< As it is in memory. */
    uint16_t asid;    /**< ASID; 0 in StreamWorlds without. */
    uint8_t reason;   /**< enum armvirt_smmu_reason: NONE if the descriptor is legal. */
    bool aa32, d128;  /**< VMSAv8-32 or VMSAv9-128 tables. */
    bool epd[2];      /**< EPD0 and EPD1 in effect. */
    bool aset, a, r, s;
    uint8_t reserved[4];
};

/**
 * Decode a context descriptor.
 *
 * @param id    The SMMU.
 * @param view  As for the stream table entry.
 * @param ste   The entry through which it was found: legal, with stage 1.
 * @param word  Its eight words.
 * @param[out] cd   Always written; after a fault only `word` and `reason` count.
 * @retval ARMVIRT_OK       It is legal.
 * @retval ARMVIRT_FAULT    It is ILLEGAL: `reason` says by which rule (C_BAD_CD).
 * @spec{IHI0070 5.4.2 CdIllegal()}
 */
ARMVIRT_API enum armvirt_status armvirt_cd_decode(const struct armvirt_smmu_id *id,
                                                  const struct armvirt_smmu_view *view,
                                                  const struct armvirt_ste *ste,
                                                  const uint64_t word[8], struct armvirt_cd *cd);

/**
 * The bits of a context descriptor that the SMMU looks at, given what the others say.
 *
 * @param id    The SMMU.
 * @param ste   The entry through which it was found.
 * @param word  Its eight words.
 * @param[out] used  A mask for each word.
 */
ARMVIRT_API void armvirt_cd_used(const struct armvirt_smmu_id *id, const struct armvirt_ste *ste,
                                 const uint64_t word[8], uint64_t used[8]);

#ifdef __cplusplus
}
#endif
#endif
