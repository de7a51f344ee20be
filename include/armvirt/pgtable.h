/* SPDX-License-Identifier: MIT */
/**
 * @file
 * Address translation: VMSAv8-64, VMSAv9-128 and VMSAv8-32, both stages, all regimes, with granule
 * protection. Registers go in, architectural answers come out.
 *
 * 1. Fill `struct armvirt_vmsa` with register values (zero it first).
 * 2. `armvirt_regime_init()` checks and decodes it once.
 * 3. `armvirt_translate()` is a pure function of the regime, memory and the access.
 *
 * @spec{DDI0487 D8, D9, G5}
 */
#ifndef ARMVIRT_PGTABLE_H
#define ARMVIRT_PGTABLE_H

#include <armvirt/base.h>
#include <armvirt/fault.h>

#ifdef __cplusplus
extern "C" {
#endif

struct armvirt_trace;

/* ---- Registers in ------------------------------------------------------------------------- */

/**
 * Choices that the architecture leaves to the implementation; zero is what armvirt does by default.
 * docs/conformance.md lists each with its rule.
 */
enum armvirt_vmsa_option {
    ARMVIRT_OPT_TXSZ_LOW_CLAMP = 1u << 0,     /**< TxSZ below the minimum acts as the minimum. */
    ARMVIRT_OPT_TXSZ_HIGH_CLAMP = 1u << 1,    /**< TxSZ above the maximum acts as the maximum. */
    ARMVIRT_OPT_CONTIG_FAULT = 1u << 2,       /**< Contiguous range beyond the input size faults. */
    ARMVIRT_OPT_CONTIG_OA_VERBATIM = 1u << 3, /**< A contiguous leaf's own address is used. */
    ARMVIRT_OPT_NT_FAULTS = 1u << 4,          /**< nT on a block faults at BBM level 1 and 2. */
    ARMVIRT_OPT_AF_ON_FAULT = 1u << 5,        /**< AF is set on Alignment and Permission faults. */
    ARMVIRT_OPT_DB_ON_ALIGNMENT = 1u << 6,    /**< Dirty state is set on Alignment faults. */
    ARMVIRT_OPT_AT_SETS_AF = 1u << 7,         /**< AT instructions set the access flag. */
    ARMVIRT_OPT_CMO_IGNORES_AF = 1u << 8,     /**< IC and DC raise no Access flag fault. */
    ARMVIRT_OPT_FETCH_DEVICE_FAULT = 1u << 9, /**< Fetch from Device is a Permission fault. */
    ARMVIRT_OPT_TAG_STORE_DEVICE_OK = 1u << 10, /**< Tag store to Device is no fault. */
    ARMVIRT_OPT_S1_EFFECTIVE_SH = 1u
                                  << 11,  /**< Stage 2 combines Outer for stage 1 Device and NC. */
    ARMVIRT_OPT_C0_TAGGED = 1u << 12,     /**< SCTLR.C = 0 keeps the Tagged attribute. */
    ARMVIRT_OPT_NV1_ALONE = 1u << 13,     /**< HCR_EL2.{NV, NV1} = {0, 1} acts as NV1 = 1. */
    ARMVIRT_OPT_FWB_DEVICE_S2 = 1u << 14, /**< FWB: the stage 2 Device type replaces stage 1's. */
    ARMVIRT_OPT_GPC_SKIPS_DC = 1u << 15,  /**< No granule check of the address of DC. */
    ARMVIRT_OPT_PAR_NS_ZERO = 1u << 16,   /**< PAR_EL1.NS reads 0 where it is UNKNOWN. */
    ARMVIRT_OPT_IC_IGNORES_READ = 1u << 17, /**< IC IVAU at EL0 needs no read permission. */
    ARMVIRT_OPT_AIE_HIERARCHY = 1u << 18,   /**< FEAT_AIE leaves hierarchical permissions on. */
};

/** The registers of one PE that translation depends on, as they read. */
struct armvirt_vmsa {
    /** @name ID registers: the only feature switches
     * @{ */
    uint64_t id_aa64mmfr0_el1, id_aa64mmfr1_el1, id_aa64mmfr2_el1, id_aa64mmfr3_el1;
    uint64_t id_aa64mmfr4_el1;
    uint64_t id_aa64pfr0_el1, id_aa64pfr1_el1, id_aa64pfr2_el1;
    uint64_t id_aa64isar0_el1, id_aa64isar1_el1, id_aa64isar2_el1;
    /** @} */
    /** @name EL3
     * @{ */
    uint64_t scr_el3, sctlr_el3, sctlr2_el3, tcr_el3, ttbr0_el3, mair_el3, mair2_el3;
    uint64_t pir_el3, por_el3, gpccr_el3, gptbr_el3, gpcbw_el3, mecid_rl_a_el3;
    /** @} */
    /** @name EL2; 128-bit registers are {bits 63:0, bits 127:64}
     * @{ */
    uint64_t hcr_el2, hcrx_el2, sctlr_el2, sctlr2_el2, tcr_el2, tcr2_el2;
    uint64_t ttbr0_el2[2], ttbr1_el2[2];
    uint64_t mair_el2, mair2_el2, pir_el2, pire0_el2, por_el2;
    uint64_t vtcr_el2, vttbr_el2[2], vstcr_el2, vsttbr_el2, s2pir_el2;
    uint64_t mecid_p0_el2, mecid_a0_el2, mecid_p1_el2, mecid_a1_el2, vmecid_p_el2, vmecid_a_el2;
    /** @} */
    /** @name EL1 and EL0; in AArch32 state TCR_EL1 is {TTBCR2, TTBCR}, MAIR_EL1 {NMRR, PRRR}
     * @{ */
    uint64_t sctlr_el1, sctlr2_el1, tcr_el1, tcr2_el1;
    uint64_t ttbr0_el1[2], ttbr1_el1[2];
    uint64_t mair_el1, mair2_el1, pir_el1, pire0_el1, por_el1, por_el0, s2por_el1;
    uint64_t dacr32_el2, contextidr_el1;
    /** @} */
    /** @name Choices
     * @{ */
    uint32_t options; /**< Mask of enum armvirt_vmsa_option. */
    uint8_t
        reserved_granule;    /**< Granule of reserved TGx: 0 smallest implemented, or 12, 14, 16. */
    uint8_t reserved_mair;   /**< MAIR byte used for reserved ones; 0 is Normal Non-cacheable. */
    uint8_t reserved_s2attr; /**< Stage 2 cacheability for 0b00: 0 or 1 NC, 2 WT, 3 WB. */
    uint8_t reserved_sh;     /**< SH = 0b01 acts as: 0 Outer, 3 Inner, 1 Non-shareable. */
    uint8_t reserved_dacr;   /**< DACR field 0b10 acts as: 0 no access, 1 client, 3 manager. */
    uint8_t reserved[3];
    /** @} */
};

/* ---- The decoded form --------------------------------------------------------------------- */

/** A translation regime. @spec{DDI0487 D8.1.2} */
enum armvirt_regime_id {
    ARMVIRT_REGIME_EL10 = 0,
    ARMVIRT_REGIME_EL20 = 1,
    ARMVIRT_REGIME_EL2 = 2,
    ARMVIRT_REGIME_EL3 = 3,
};

/** A translation table format. */
enum armvirt_format {
    ARMVIRT_FORMAT_VMSA64 = 0,  /**< VMSAv8-64, 8-byte descriptors. */
    ARMVIRT_FORMAT_VMSA128 = 1, /**< VMSAv9-128, 16-byte descriptors. */
    ARMVIRT_FORMAT_LPAE = 2,    /**< VMSAv8-32 Long-descriptor. */
    ARMVIRT_FORMAT_SHORT = 3,   /**< VMSAv8-32 Short-descriptor. */
};

/** Memory tagging of a page. @spec{DDI0487 D10.3} */
enum armvirt_tag_type {
    ARMVIRT_UNTAGGED = 0,
    ARMVIRT_ALLOCATION_TAGGED = 1,
    ARMVIRT_CANONICALLY_TAGGED = 2,
};

/** Shareability, encoded as in descriptors and PAR_EL1. */
enum armvirt_sh {
    ARMVIRT_SH_NONE = 0,
    ARMVIRT_SH_OUTER = 2,
    ARMVIRT_SH_INNER = 3,
};

/**
 * Memory attributes. `mair` is in the format of a MAIR byte without the XS and tag encodings:
 * 0x00, 0x04, 0x08, 0x0c for Device nGnRnE, nGnRE, nGRE, GRE, else outer and inner nibble.
 * @spec{DDI0487 D8.6, B2.10}
 */
struct armvirt_memattr {
    uint8_t mair;
    uint8_t sh;  /**< enum armvirt_sh. */
    uint8_t tag; /**< enum armvirt_tag_type. */
    bool xs;     /**< The XS attribute. */
    bool no_tag_access;
    uint8_t reserved[3];
};

/**
 * One set of translation tables: a half of stage 1, or a stage 2. Read-only for callers;
 * `armvirt_regime_init()` fills it.
 */
struct armvirt_stage {
    uint64_t base_pa;        /**< First table, in the stage's output space. */
    uint64_t table_mask;     /**< Address bits of a table descriptor held in place. */
    uint64_t high_mask;      /**< Descriptor bits that hold address bits 51:48 or 51:50, else 0. */
    uint64_t ia_mask;        /**< The input address bits that are translated. */
    uint64_t index_mask;     /**< Index bits of a level, in place. */
    uint64_t va_mask[2];     /**< Stage 1: address bits that must be alike, for data and fetches. */
    uint64_t hierarchy_mask; /**< Stage 1: table descriptor bits that restrict all below. */
    uint64_t not_global_mask;   /**< Stage 1: descriptor bits that make a page not global. */
    struct armvirt_mem_req req; /**< How its first descriptor is read. */
    uint8_t start_lo;           /**< log2 of what an entry of the first table maps. */
    uint8_t high_shift;         /**< How far `high_mask` bits move up. */
    uint8_t format;             /**< enum armvirt_format. */
    uint8_t granule_log2;       /**< 12, 14 or 16. */
    uint8_t stride_log2;        /**< Index bits a level. */
    uint8_t desc_log2;          /**< 3 or 4. */
    uint8_t ia_bits;            /**< Input address size. */
    uint8_t oa_bits;            /**< Output address size in effect. */
    uint8_t alike_log2;         /**< Most bytes that one leaf maps within both sizes. */
    int8_t start_level;         /**< -2 to 3. */
    uint8_t block_levels;       /**< Bit n: a block is legal at level n. */
    uint8_t space;              /**< enum armvirt_space of the first table. */
    uint8_t init_reason; /**< enum armvirt_reason: every walk faults before it begins; or NONE. */
    uint8_t fault_level; /**< Level reported for faults before the walk. */
    uint8_t sh;          /**< SH of all leaves when `ds`. */
    uint8_t addr_top;    /**< 55 or 63: highest address bit checked for data. */
    uint8_t addr_top_fetch; /**< The same for instruction fetches (TBID). */
    bool keeps_s1_attr;     /**< Stage 2: Write-Back leaves stage 1 attributes (private). */
    bool quick[2];          /**< quick.c may take it: above EL0, and at EL0 (private). */
    bool ds, d128, aie, pie, hpd, pnch, dis_contiguous;
    bool ha, hd, haft, big_endian;
    bool no_af_fault; /**< Without `ha`: a clear access flag is no fault (SMMU AFFD, S2AFFD). */
    bool epd, e0pd, nfd, mtx, force_not_global;
    bool assured;                   /**< FEAT_THE: stage 1 begins as an Assured translation. */
    bool unassured_not_global;      /**< FEAT_THE: what is not Assured is not global. */
    bool overlay_priv, overlay_el0; /**< Permission overlays apply (stage 2: the first). */
    bool fwb, ptw, assured_only, tl0, tl1, gcsh; /**< Stage 2 only. */
    bool emec, amec;
    uint16_t asid;       /**< Stage 1. */
    uint16_t mecid_walk; /**< MECID of table accesses. */
    uint16_t mecid[2];   /**< MECID of outputs with descriptor AMEC 0 and 1. */
};

/** Granule protection in effect. @spec{DDI0487 D9} */
struct armvirt_gpc {
    uint64_t base_pa;        /**< Level 0 table. */
    uint64_t table_mask;     /**< Address bits of a Table descriptor. */
    uint32_t window_mask;    /**< Address bits, in GB, that select a bypass window ... */
    uint32_t window_base;    /**< ... and their value; more than any mask if there is none. */
    uint16_t gpi_valid;      /**< Bit n: GPI n is not reserved. */
    uint16_t gpi_permits[4]; /**< By enum armvirt_space: bit n: GPI n permits the access. */
    uint8_t spaces_off;      /**< Bit per enum armvirt_space that SPAD, NSPAD or RLPAD disables. */
    uint8_t spaces_above;    /**< Bit per enum armvirt_space with free access beyond PPS. */
    uint8_t pps_bits;        /**< Protected address size. */
    uint8_t l0_log2;         /**< Bytes that a level 0 entry covers. */
    uint8_t granule_log2;    /**< Physical granule size. */
    uint8_t init_reason;     /**< enum armvirt_reason: every check faults so; or NONE. */
    bool enabled;
    bool pairs; /**< FEAT_RME_GDI: level 1 entries are valid in pairs. */
};

/**
 * A translation regime, decoded. Built by `armvirt_regime_init()`, const from then on: any number
 * of threads may translate through one regime. Holds no pointer and may be copied.
 */
struct armvirt_regime {
    struct armvirt_stage s1[2];      /**< TTBR0 and TTBR1 halves; [1] only if `two_ranges`. */
    struct armvirt_stage s2[2];      /**< For Non-secure or Realm IPAs, and for Secure IPAs. */
    struct armvirt_memattr attr[16]; /**< MAIR and MAIR2, decoded; `sh` 0xff: as the leaf says;
                                          in Short-descriptor format by {S, TEX[0], C, B}. */
    uint64_t upper_bit;              /**< The address bit that selects TTBR1; 0 without a choice. */
    uint8_t sh[4];                   /**< Shareability by SH field. */
    uint8_t leaf_rights[16];  /**< Direct permissions by descriptor bits 54, 53, 7, 6 (private). */
    uint8_t table_rights[16]; /**< What table descriptor bits 62:59 leave of them (private). */
    uint8_t s2_leaf_rights[16]; /**< The same of stage 2 (private). */
    uint64_t pir, pire0, por, por_el0, s2pir, s2por;
    uint64_t features; /**< Decoded ID registers (private). */
    struct armvirt_gpc gpc;
    uint32_t options;
    uint32_t dacr;    /**< VMSAv8-32: DACR without reserved values. */
    uint8_t id;       /**< enum armvirt_regime_id. */
    uint8_t security; /**< enum armvirt_space: the security state of the software. */
    uint8_t el;       /**< Exception level that it was built for. */
    uint8_t pa_bits;  /**< PAMax. */
    uint8_t reserved_s2attr;
    bool two_ranges, s1_enabled, s2_enabled;
    bool el2_enabled, el1_aarch32, host; /**< `host`: HCR_EL2.{E2H, TGE} = {1, 1}. */
    bool afe, tre;                       /**< SCTLR.AFE and TRE of VMSAv8-32. */
    bool wxn, uwxn, epan, nv1, sif, cmow, s2_cmow, ntlsmd;
    bool data_cacheable, fetch_cacheable;               /**< SCTLR.C and I. */
    bool default_cacheable, default_tagged;             /**< HCR_EL2.DC and DCT. */
    bool s2_data_nc, s2_fetch_nc;                       /**< HCR_EL2.CD and ID. */
    bool s2_secure_ipa_out_ns, s2_nonsecure_ipa_out_ns; /**< VSTCR.{SW,SA}, VTCR.{NSW,NSA}. */
    bool route_tge, route_tea, route_ea, route_gpf2, route_gpf3; /**< Controls that route aborts. */
    bool route_tmea2, route_tmea3; /**< HCRX_EL2.TMEA, SCR_EL3.TMEA. */
    uint8_t route_ease;            /**< Bit n: external aborts to ELn use the SError vector. */
    bool par_d128_s1, par_d128_s12;
    uint16_t vmid;
};

/**
 * Decode the registers for software at @p el in the Security state that SCR_EL3 selects.
 *
 * @param[out] regime  The decoded regime.
 * @param vmsa    Register values. Any value is legal: guest-controlled fields never give an error.
 * @param el      Exception level of the access, 0 to 3. EL0 and EL1 give EL1&0, or EL2&0 when
 *                HCR_EL2.{E2H, TGE} = {1, 1}.
 * @retval ARMVIRT_OK       Done. Takes constant time and reads no memory.
 * @retval ARMVIRT_E_INVAL  @p el is above 3, or the ID registers say that it does not exist.
 * @spec{DDI0487 D8.1.2, D8.1.6 to D8.1.10, D24.2 TCR_ELx, VTCR_EL2}
 */
ARMVIRT_API enum armvirt_status armvirt_regime_init(struct armvirt_regime *regime,
                                                    const struct armvirt_vmsa *vmsa, unsigned el);

/* ---- An access ---------------------------------------------------------------------------- */

/** What an access does. */
enum armvirt_access_kind {
    ARMVIRT_READ = 0,
    ARMVIRT_WRITE = 1,
    ARMVIRT_READ_WRITE = 2, /**< An atomic read-modify-write. */
    ARMVIRT_FETCH = 3,      /**< Instruction fetch. */
    ARMVIRT_AT_READ = 4,    /**< AT instructions: checks as a read, no dirty update. */
    ARMVIRT_AT_WRITE = 5,
    ARMVIRT_AT_ANY = 6,        /**< AT S1E1A and alike: no permission check (FEAT_ATS1A). */
    ARMVIRT_DC_INVALIDATE = 7, /**< DC IVAC and alike. */
    ARMVIRT_DC_CLEAN = 8,
    ARMVIRT_DC_CLEAN_INVALIDATE = 9, /**< To the point of coherency. */
    ARMVIRT_DC_ZERO = 10,
    ARMVIRT_IC = 11,
    ARMVIRT_GCS_READ = 12,
    ARMVIRT_GCS_WRITE = 13,
    ARMVIRT_NV2_READ = 14, /**< Register access turned into memory by HCR_EL2.NV2. */
    ARMVIRT_NV2_WRITE = 15,
    ARMVIRT_DEBUGGER = 16, /**< Where is it? No permission or flag check, never updates. */
    ARMVIRT_ACCESS_KINDS
};

/** Details of an access. */
enum armvirt_access_flag {
    ARMVIRT_ACCESS_PAN = 1u << 0,         /**< PSTATE.PAN is 1 and applies to this access. */
    ARMVIRT_ACCESS_UNALIGNED = 1u << 1,   /**< Not aligned to its size. */
    ARMVIRT_ACCESS_TAG = 1u << 2,         /**< Accesses allocation tags. */
    ARMVIRT_ACCESS_TAG_CHECKED = 1u << 3, /**< Is a tag-checked access. */
    ARMVIRT_ACCESS_RCW = 1u << 4,         /**< Read-check-write instruction. */
    ARMVIRT_ACCESS_LS64 = 1u << 5,        /**< LD64B, ST64B family. */
    ARMVIRT_ACCESS_MULTIPLE = 1u << 6,    /**< AArch32 load or store multiple. */
    ARMVIRT_ACCESS_NFD = 1u << 7, /**< A non-fault or transactional access that TCR.NFDn stops. */
    ARMVIRT_ACCESS_NO_UPDATE = 1u << 8, /**< Check as hardware would, but write no descriptor. */
};

/** One access of software. */
struct armvirt_access {
    uint64_t va;    /**< Virtual address as software gave it, with tag bits. */
    uint8_t kind;   /**< enum armvirt_access_kind. */
    uint8_t el;     /**< Whose permissions count: 0 for EL0 and unprivileged loads and stores. */
    uint16_t flags; /**< Mask of enum armvirt_access_flag. */
    uint32_t isv;   /**< ESR_ELx.ISS bits 24:14, in place, of an instruction that can have a valid
                         syndrome; LD64B and alike add LST in 12:11 and ISS2.Xs in 4:0. */
};

/* ---- Answers ------------------------------------------------------------------------------ */

/** Permissions of a mapping, PSTATE.PAN apart. */
enum armvirt_perm {
    ARMVIRT_PERM_EL0_R = 1u << 0,
    ARMVIRT_PERM_EL0_W = 1u << 1,
    ARMVIRT_PERM_EL0_X = 1u << 2,
    ARMVIRT_PERM_EL0_GCS = 1u << 3,
    ARMVIRT_PERM_PRIV_R = 1u << 4,
    ARMVIRT_PERM_PRIV_W = 1u << 5,
    ARMVIRT_PERM_PRIV_X = 1u << 6,
    ARMVIRT_PERM_PRIV_GCS = 1u << 7,
};

/** What one stage mapped. */
struct armvirt_leaf {
    uint64_t desc[2];   /**< The descriptor as it is in memory now; [1] is the high word. */
    uint64_t desc_pa;   /**< Where it is, in bytes. */
    uint64_t base;      /**< Output address of the first byte of the block or page. */
    int8_t level;       /**< -1 to 3. */
    uint8_t size_log2;  /**< Size of the block or page. */
    uint8_t span_log2;  /**< Size of its contiguous run; `size_log2` if none. */
    uint8_t space;      /**< enum armvirt_space of the output. */
    uint8_t desc_space; /**< enum armvirt_space of the descriptor itself. */
    uint8_t perm;       /**< Mask of enum armvirt_perm. */
    bool valid;         /**< False if the stage is off. */
    bool not_global;    /**< Stage 1: nG. */
    bool guarded;       /**< Stage 1: GP. */
    bool clean;         /**< Writable, but the dirty state says clean. */
    uint8_t domain;     /**< VMSAv8-32 Short-descriptor format. */
    bool accessed;      /**< The access flag, true where the format has none. */
};

/** The answer to a translation. */
struct armvirt_walk {
    uint64_t pa;         /**< Physical address in bytes; valid on ARMVIRT_OK. */
    uint64_t ipa;        /**< Output of stage 1; equals `pa` without stage 2. */
    uint8_t pa_space;    /**< enum armvirt_space. */
    uint8_t ipa_space;   /**< enum armvirt_space. */
    uint8_t size_log2;   /**< Bytes around the address mapped alike: the smaller of both stages. */
    uint8_t perm;        /**< Mask of enum armvirt_perm, both stages. */
    uint16_t asid, vmid; /**< For TLB tags; VMID is 0 without stage 2. */
    uint16_t mecid;
    uint16_t reads; /**< Table reads that the walk made. */
    struct armvirt_memattr attr;
    struct armvirt_leaf s1, s2;
    struct armvirt_fault fault;
};

/** What a step of a logged walk did. */
enum armvirt_step_kind {
    ARMVIRT_STEP_TABLE = 0,   /**< Read a table descriptor; the walk goes on. */
    ARMVIRT_STEP_LEAF = 1,    /**< Read a block or page descriptor. */
    ARMVIRT_STEP_INVALID = 2, /**< Read a descriptor that maps nothing. */
    ARMVIRT_STEP_ABORT = 3,   /**< The read failed. */
    ARMVIRT_STEP_UPDATE = 4,  /**< Wrote a descriptor (access flag or dirty state). */
    ARMVIRT_STEP_GPT = 5,     /**< Read a granule protection table entry. */
};

/** One memory access of a walk. */
struct armvirt_step {
    uint64_t pa;      /**< Where the descriptor is. */
    uint64_t ia;      /**< Input address that is being translated at this stage. */
    uint64_t desc[2]; /**< The descriptor, read or written; [1] is the high word. */
    int8_t level;
    uint8_t stage;    /**< 1, 2; 0 for granule protection tables. */
    uint8_t kind;     /**< enum armvirt_step_kind. */
    uint8_t space;    /**< enum armvirt_space of `pa`. */
    uint8_t index_hi; /**< Bits of `ia` that index the table: highest ... */
    uint8_t index_lo; /**< ... and lowest. */
    uint8_t format;   /**< enum armvirt_format. */
    uint8_t reason;   /**< enum armvirt_reason why the walk ended here, or NONE. */
};

/** The caller's array of steps. `len` counts on past `cap`; only `cap` steps are stored. */
struct armvirt_walk_log {
    struct armvirt_step *step;
    size_t cap;
    size_t len;
};

/** Memory and observers of a walk. */
struct armvirt_walk_env {
    struct armvirt_mem mem;
    struct armvirt_walk_log *log;      /**< May be NULL. Steps are appended in order. */
    const struct armvirt_trace *trace; /**< May be NULL. */
};

/**
 * Translate one access: stage 1, stage 2 if in use, and the granule protection check.
 *
 * @param regime  Decoded registers.
 * @param env     Memory. A pass makes at most 5 + 6 * 5 table reads (6 + 7 * 6 in VMSAv9-128), a
 *                walk of stage 2 more for each stage 1 descriptor that it updates, and up to 3
 *                granule table reads for each and for the output; lost races with the guest make up
 *                to 16 passes.
 * @param access  The access. Its `el` must belong to the regime.
 * @param[out] walk  Always written.
 * @retval ARMVIRT_OK       `walk` says where.
 * @retval ARMVIRT_FAULT    `walk->fault` says what and why; of the rest `ipa`, `s1` and `reads` are
 *                          valid if stage 1 completed.
 * @retval ARMVIRT_E_AGAIN  Memory asked to retry, or a descriptor kept changing.
 * @retval ARMVIRT_E_INVAL  `kind` or `el` is out of range, or `cas` is NULL although
 *                          ID_AA64MMFR1_EL1.HAFDBS announces updates and the access may make them.
 * @spec{DDI0487 D8.2, D8.15.4, D8.15.5 R_XCHFJ, J1.1.4 (TranslateAddress)}
 */
ARMVIRT_API enum armvirt_status armvirt_translate(const struct armvirt_regime *regime,
                                                  const struct armvirt_walk_env *env,
                                                  const struct armvirt_access *access,
                                                  struct armvirt_walk *walk);

/**
 * Translate an intermediate physical address through stage 2 alone.
 *
 * @param regime  A regime with stage 2.
 * @param env     Memory and observers.
 * @param access  The access; `va` is the IPA.
 * @param ipa_space  enum armvirt_space of the IPA.
 * @param[out] walk  Always written.
 * @return As armvirt_translate(); ARMVIRT_E_INVAL also if the regime has no stage 2.
 * @spec{DDI0487 D8.2, D8.4.2, J1.1.4 (S2Translate)}
 */
ARMVIRT_API enum armvirt_status armvirt_translate_ipa(const struct armvirt_regime *regime,
                                                      const struct armvirt_walk_env *env,
                                                      const struct armvirt_access *access,
                                                      uint8_t ipa_space, struct armvirt_walk *walk);

/**
 * Check a physical address against the granule protection tables.
 *
 * @param regime  A regime of the Security state that makes the access.
 * @param env     Memory and observers. At most 3 reads.
 * @param pa      Physical address in bytes.
 * @param space   enum armvirt_space of the access.
 * @param[out] fault  Written on ARMVIRT_FAULT.
 * @retval ARMVIRT_OK       Allowed, or granule protection is off.
 * @retval ARMVIRT_FAULT    Refused; `fault->gpcf`, `gpc_level` and `reason` say why, `desc` and
 *                          `desc_pa` are the granule table entry, 0 if none was read.
 * @retval ARMVIRT_E_AGAIN  Memory asked to retry.
 * @retval ARMVIRT_E_INVAL  @p space is no enum armvirt_space.
 * @spec{DDI0487 D9.1, D9.4 R_GMGRR, D9.7, J1.3.5 (GranuleProtectionCheck)}
 */
ARMVIRT_API enum armvirt_status armvirt_gpc_check(const struct armvirt_regime *regime,
                                                  const struct armvirt_walk_env *env, uint64_t pa,
                                                  uint8_t space, struct armvirt_fault *fault);

#ifdef __cplusplus
}
#endif
#endif
