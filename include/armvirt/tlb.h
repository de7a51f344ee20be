/* SPDX-License-Identifier: MIT */
/**
 * @file
 * A translation lookaside buffer for a CPU emulator or an SMMU: it keeps answers of
 * `armvirt_translate()` and forgets them as TLB maintenance demands.
 *
 *     entry = armvirt_tlb_lookup(tlb, &context, &access);
 *     if (entry == NULL && armvirt_translate(&regime, &env, &access, &walk) == ARMVIRT_OK)
 *         armvirt_tlb_fill(tlb, &context, &access, &walk);
 *
 * A hit is an answer that the walker gave and that no invalidation since then covers. It is never
 * stale; that more is forgotten than the architecture demands is legal and happens where it saves a
 * scan. Looking up, filling and invalidating take constant time, however much is cached.
 *
 * A TLB lives in storage of the caller and holds no pointer into itself. It has no registers; after
 * a snapshot is loaded, an empty one is as good.
 *
 * @spec{DDI0487 D8.16, D8.17; IHI0070 3.17, 4.4}
 */
#ifndef ARMVIRT_TLB_H
#define ARMVIRT_TLB_H

#include <armvirt/pgtable.h>

#ifdef __cplusplus
extern "C" {
#endif

/* ---- Storage ------------------------------------------------------------------------------ */

/** Choices of a TLB (armvirt_tlb_config::options). */
enum armvirt_tlb_option {
    /** A contiguous run of pages or blocks is one entry, as its Contiguous bits allow: access flag
     * and dirty state of one page then stand for the whole run. */
    ARMVIRT_TLB_OPT_SPANS = 1u << 0,
};

/** What a TLB is. */
struct armvirt_tlb_config {
    uint32_t entries; /**< A power of two, 8 to 2^24. */
    uint32_t options; /**< Mask of enum armvirt_tlb_option. */
};

/** A TLB; in storage of the caller. */
struct armvirt_tlb;

/** Alignment of the storage, in bytes. */
#define ARMVIRT_TLB_ALIGN 64u

/** @name The size of a TLB, as a constant expression
 * @{ */
/** Slots in each of the three tables of generations. */
#define ARMVIRT_TLB_SLOTS(entries)                                                                 \
    ((entries) < 256u ? 64u : (entries) > 16384u ? 4096u : (entries) / 4u)
/** Bytes of a TLB with `entries` entries. */
#define ARMVIRT_TLB_SIZE(entries)                                                                  \
    (1792u + 64u * (size_t)(entries) + 12u * (size_t)ARMVIRT_TLB_SLOTS(entries))
/** @} */

/**
 * Storage that a TLB needs.
 *
 * @param config  What it will be.
 * @returns       Bytes, at most ARMVIRT_TLB_SIZE(entries); 0 if armvirt_tlb_init() would refuse.
 */
ARMVIRT_API size_t armvirt_tlb_size(const struct armvirt_tlb_config *config);

/**
 * Make an empty TLB.
 *
 * @param storage     Aligned to ARMVIRT_TLB_ALIGN.
 * @param size_bytes  Its size, armvirt_tlb_size() at least.
 * @param config      What it is.
 * @param[out] tlb  The TLB; written on success only. It is at @p storage.
 * @retval ARMVIRT_OK         Done.
 * @retval ARMVIRT_E_INVAL    The number of entries is illegal, or the storage is not aligned.
 * @retval ARMVIRT_E_NOSPACE  The storage is too small.
 */
ARMVIRT_API enum armvirt_status armvirt_tlb_init(void *storage, size_t size_bytes,
                                                 const struct armvirt_tlb_config *config,
                                                 struct armvirt_tlb **tlb);

/* ---- Who asks ----------------------------------------------------------------------------- */

/** What entries belong to, beside enum armvirt_regime_id. */
enum armvirt_tlb_regime {
    ARMVIRT_TLB_EL10 = ARMVIRT_REGIME_EL10, /**< EL1&0; stage 1, or both stages in one entry. */
    ARMVIRT_TLB_EL20 = ARMVIRT_REGIME_EL20, /**< EL2&0; StreamWorld EL2-E2H. */
    ARMVIRT_TLB_EL2 = ARMVIRT_REGIME_EL2,   /**< EL2. */
    ARMVIRT_TLB_EL3 = ARMVIRT_REGIME_EL3,   /**< EL3. */
    ARMVIRT_TLB_IPA = 4,                    /**< Stage 2 alone: addresses are IPAs. */
};

/** What tells entries for one address apart. @spec{DDI0487 D8.17 R_NWYRD; IHI0070 3.17} */
struct armvirt_tlb_tag {
    uint16_t asid[2]; /**< ASID of the lower and of the upper half; 0 where there is none. */
    uint16_t vmid;    /**< 0 where there is none. */
    uint8_t regime;   /**< enum armvirt_tlb_regime. */
    uint8_t security; /**< enum armvirt_space: the Security state. */
    bool alone;       /**< Shares nothing with contexts where it is false: ASET of an SMMU; for IPAs
                           of Secure state, the Non-secure IPA space. Invalidations reach both. */
};

/**
 * Who asks: a translation regime in the form that lookups need. Made once, when registers change;
 * const from then on, and good for any TLB. Members are for the library.
 */
struct armvirt_tlb_context {
    uint64_t va_mask[2][2]; /**< By half and fetch: bits that must be alike, as in the regime. */
    uint64_t ia_mask[2];    /**< By half: the bits that are translated. */
    uint64_t upper_bit;
    uint64_t hash_vmid, hash_asid[2], hash_global;
    uint32_t owner[2]; /**< VMID and ASID. */
    uint32_t dacr;
    uint8_t world;       /**< Regime, Security state and `alone`. */
    uint8_t gpc_log2;    /**< Granule that one check covers; 0 without checks. */
    uint8_t no_el0;      /**< Bit per half: E0PD. */
    uint8_t cacheable;   /**< Bit per half. */
    uint8_t format;      /**< enum armvirt_format. */
    bool kinds_differ;   /**< Attributes differ between data and fetches. */
    bool spans_are_flat; /**< All of a contiguous run has the output address of its first leaf. */
    bool is_steady;      /**< Neither E0PD nor DACR bears on what entries permit. */
};

/**
 * Make the context of a regime, with the ASIDs and the VMID that its registers select. With stage 1
 * off, addresses are IPAs; with both stages off nothing is cached. What depends on permission
 * overlays is not cached, for these must never stand in a TLB.
 *
 * @param[out] context  The context.
 * @param regime        The regime that translates.
 * @spec{DDI0487 D8.16.3 R_QNPQX, D8.4.3}
 */
ARMVIRT_API void armvirt_tlb_context_init(struct armvirt_tlb_context *context,
                                          const struct armvirt_regime *regime);

/**
 * Give a context another tag: for an SMMU, whose ASID and StreamWorld stand in tables, and for
 * translating IPAs.
 *
 * @param context  The context.
 * @param tag      The tag.
 */
ARMVIRT_API void armvirt_tlb_context_set_tag(struct armvirt_tlb_context *context,
                                             const struct armvirt_tlb_tag *tag);

/* ---- Entries ------------------------------------------------------------------------------ */

/** Properties of an entry. */
enum armvirt_tlb_flag {
    ARMVIRT_TLB_GLOBAL = 1u << 0,     /**< For every ASID. */
    ARMVIRT_TLB_CLEAN = 1u << 1,      /**< Writable, but a write must mark the page dirty first. */
    ARMVIRT_TLB_GUARDED = 1u << 2,    /**< GP: branch target identification. */
    ARMVIRT_TLB_FETCH_ONLY = 1u << 3, /**< The attributes hold for instruction fetches only. */
    ARMVIRT_TLB_DATA_ONLY = 1u << 4,  /**< The attributes hold for data only. */
    ARMVIRT_TLB_PAN_PASSED = 1u << 5, /**< PSTATE.PAN does not stop privileged data accesses. */
    ARMVIRT_TLB_UNALIGNED = 1u << 6,  /**< No stage says Device: accesses may be unaligned. */
};

/** A cached translation. */
struct armvirt_tlb_entry {
    uint64_t pa;   /**< Physical address of its first byte. */
    uint64_t ipa;  /**< Output of stage 1 for its first byte; equals `pa` without stage 2. */
    uint64_t user; /**< For the caller, such as where the page is in host memory; 0 in a new one. */
    struct armvirt_memattr attr;
    uint8_t size_log2;   /**< Bytes, 12 to 63. */
    uint8_t region_log2; /**< Block of which it is a piece: it goes if any of it does; or 0. */
    uint8_t perm;        /**< Mask of enum armvirt_perm. */
    uint8_t flags;       /**< Mask of enum armvirt_tlb_flag. */
    uint8_t pa_space;    /**< enum armvirt_space. */
    uint8_t ipa_space;   /**< enum armvirt_space. */
    uint8_t s1_level;    /**< Level of the stage 1 leaf + 2; 0xff if none. */
    uint8_t s2_level;    /**< Level of the stage 2 leaf + 2; 0xff if none. */
    uint16_t mecid;
    uint8_t domain;        /**< VMSAv8-32 Short-descriptor format. */
    uint8_t domain_access; /**< What DACR said of it. */
    uint32_t reserved;
};

/**
 * The entry that answers an access, without a walk.
 *
 * Only plain accesses are answered, and only with yes: reads, writes, atomics and fetches with
 * flags ARMVIRT_ACCESS_PAN and ARMVIRT_ACCESS_UNALIGNED. What is not permitted, would update a
 * descriptor or is special takes the walk, which knows the fault.
 *
 * @param tlb      The TLB.
 * @param context  Who asks.
 * @param access   The access.
 * @returns        The entry, valid until the next call that may change the TLB; NULL: walk. The
 *                 physical address is armvirt_tlb_pa().
 *
 * Work: four comparisons for each size of entries that the regime has in the TLB.
 */
ARMVIRT_API const struct armvirt_tlb_entry *
armvirt_tlb_lookup(const struct armvirt_tlb *tlb, const struct armvirt_tlb_context *context,
                   const struct armvirt_access *access);

/**
 * The entry for an address, whatever it permits; for debuggers, and for callers with rules of their
 * own.
 *
 * @param tlb      The TLB.
 * @param context  Who asks.
 * @param va       The address, with tag bits if the regime ignores them.
 * @param fetch    For an instruction fetch.
 * @returns        As armvirt_tlb_lookup().
 */
ARMVIRT_API const struct armvirt_tlb_entry *
armvirt_tlb_find(const struct armvirt_tlb *tlb, const struct armvirt_tlb_context *context,
                 uint64_t va, bool fetch);

/**
 * Whether an entry answers an access with yes.
 *
 * @param context  Who asks.
 * @param entry    What armvirt_tlb_find() gave for the address of the access.
 * @param access   The access.
 */
ARMVIRT_API bool armvirt_tlb_permits(const struct armvirt_tlb_context *context,
                                     const struct armvirt_tlb_entry *entry,
                                     const struct armvirt_access *access);

/** The physical address of @p va, which @p entry covers. */
static inline uint64_t armvirt_tlb_pa(const struct armvirt_tlb_entry *entry, uint64_t va)
{
    return entry->pa | (va & ((UINT64_C(1) << entry->size_log2) - 1));
}

/**
 * Keep the answer of a walk. It replaces an entry for the same page; else one that is dead, or one
 * of its set in turn.
 *
 * @param tlb      The TLB. Nothing may have been invalidated between walk and fill.
 * @param context  Who asked.
 * @param access   What was asked: of armvirt_translate() with a context of a regime with stage 1,
 * or of armvirt_translate_ipa() with one for IPAs.
 * @param walk     The answer; it was ARMVIRT_OK.
 * @returns        The entry, for setting `user`; NULL if the answer may not be kept: special
 *                 accesses, an access flag that is not set, overlays.
 * @spec{DDI0487 D8.16 R_XCLRD}
 */
ARMVIRT_API struct armvirt_tlb_entry *armvirt_tlb_fill(struct armvirt_tlb *tlb,
                                                       const struct armvirt_tlb_context *context,
                                                       const struct armvirt_access *access,
                                                       const struct armvirt_walk *walk);

/* ---- Invalidation ------------------------------------------------------------------------- */

/** What an invalidation covers, of one Security state. */
enum armvirt_tlb_scope {
    ARMVIRT_TLB_NOTHING = 0,
    ARMVIRT_TLB_ALL = 1,      /**< Everything, in all Security states. */
    ARMVIRT_TLB_REGIME = 2,   /**< All of a regime; of EL1&0 all VMIDs and stage 2 too. */
    ARMVIRT_TLB_VMID = 3,     /**< EL1&0 with stage 1, of a VMID. */
    ARMVIRT_TLB_VMID_S12 = 4, /**< The same, and stage 2 alone. */
    ARMVIRT_TLB_ASID = 5,     /**< What is not global, of an ASID (and VMID). */
    ARMVIRT_TLB_VA = 6,       /**< By address: of an ASID (and VMID), and what is global. */
    ARMVIRT_TLB_VAA = 7,      /**< By address: of all ASIDs (of a VMID). */
    ARMVIRT_TLB_STAGE2 = 8, /**< By IPA: stage 2 alone, of a VMID. See armvirt_tlb_invalidate(). */
};

/** An invalidation. */
struct armvirt_tlb_inval {
    uint64_t first;    /**< By address: the first byte; sign-extended from bit 55. */
    uint64_t last;     /**< The last byte; at least `first`. */
    uint16_t vmid;     /**< Of EL1&0 and stage 2; else 0. */
    uint16_t asid;     /**< Of EL1&0 and EL2&0; else 0. */
    uint8_t scope;     /**< enum armvirt_tlb_scope. */
    uint8_t regime;    /**< enum armvirt_tlb_regime; EL10 for STAGE2. */
    uint8_t security;  /**< enum armvirt_space. */
    uint8_t vmid_wild; /**< So many low bits of the VMID do not count (SMMU_CR0.VMW). */
};

/**
 * Invalidate. Hints (last level, TTL, granule) are not needed: what is cached for an address goes.
 *
 * Goes beyond what the architecture demands: by IPA, entries that combine both stages go for the
 * whole VMID; a range of more than 64 pages of the sizes in use goes as its ASID with all that is
 * global (VA), its VMID (VAA), or stage 2 of its VMID (IPA); a VMID with more than four wildcard
 * bits is all VMIDs; and names that share a slot of a table of generations go together.
 *
 * @param tlb    The TLB.
 * @param inval  What; members out of range are masked.
 *
 * Work: constant for all scopes; by address, at most 64 sets, times 32 with wildcards. Once in 2^32
 * invalidations the whole storage is cleared.
 * @spec{DDI0487 D8.17 R_RTVTYQ; IHI0070 4.4}
 */
ARMVIRT_API void armvirt_tlb_invalidate(struct armvirt_tlb *tlb,
                                        const struct armvirt_tlb_inval *inval);

/** A TLBI or TLBIP instruction. */
struct armvirt_tlbi_insn {
    uint8_t op1, crn, crm, op2;
    bool pair;      /**< TLBIP: two registers. */
    uint64_t xt[2]; /**< The operand; [1] is the second register of TLBIP. */
};

/** How far a TLBI reaches. */
enum armvirt_tlbi_domain {
    ARMVIRT_TLBI_LOCAL = 0,
    ARMVIRT_TLBI_INNER = 1, /**< IS: all PEs of the Inner Shareable domain. */
    ARMVIRT_TLBI_OUTER = 2, /**< OS. */
};

/**
 * Decode a TLBI or TLBIP instruction of AArch64 (CRn 8, or 9 for nXS) as executed with the
 * registers
 * @p vmsa. Traps are checked before, by the caller, and so is ID_AA64ISAR3_EL1.TLBIW, which
 * @p vmsa does not hold; HCR_EL2.FB is a matter of the domain.
 *
 * @param vmsa    The registers: ID registers, SCR_EL3, HCR_EL2, VTTBR_EL2, VTCR_EL2, TCR_ELx.
 * @param el      Exception level that executes it, 1 to 3.
 * @param insn    The instruction.
 * @param[out] inval  What it invalidates; ARMVIRT_TLB_NOTHING for a reserved range.
 * @param[out] domain  enum armvirt_tlbi_domain: whose TLBs.
 * @retval ARMVIRT_OK             Done.
 * @retval ARMVIRT_E_UNSUPPORTED  No such instruction at @p el with the features of @p vmsa.
 * @retval ARMVIRT_E_INVAL        @p el is out of range.
 * @spec{DDI0487 D8.17.5, C5.5}
 */
ARMVIRT_API enum armvirt_status armvirt_tlbi_decode(const struct armvirt_vmsa *vmsa, unsigned el,
                                                    const struct armvirt_tlbi_insn *insn,
                                                    struct armvirt_tlb_inval *inval,
                                                    uint8_t *domain);

/** A TLB maintenance instruction of AArch32: MCR p15. */
struct armvirt_tlbi32_insn {
    uint8_t opc1, crn, crm, opc2;
    uint32_t rt; /**< The operand. */
};

/**
 * Decode a TLB maintenance instruction of AArch32, as EL1 executes it with the registers @p vmsa:
 * TLBIALL, TLBIMVA, TLBIASID, TLBIMVAA, TLBIMVAL, TLBIMVAAL, their IS forms, ITLBI* and DTLBI*.
 * Traps are checked before, by the caller.
 *
 * @param vmsa    As for armvirt_tlbi_decode(); EL1 uses AArch32.
 * @param insn    The instruction.
 * @param[out] inval  What it invalidates.
 * @param[out] domain  enum armvirt_tlbi_domain: whose TLBs.
 * @retval ARMVIRT_OK             Done.
 * @retval ARMVIRT_E_UNSUPPORTED  No such instruction at EL1, or EL1 uses AArch64.
 * @spec{DDI0487 G8.2}
 */
ARMVIRT_API enum armvirt_status armvirt_tlbi32_decode(const struct armvirt_vmsa *vmsa,
                                                      const struct armvirt_tlbi32_insn *insn,
                                                      struct armvirt_tlb_inval *inval,
                                                      uint8_t *domain);

#ifdef __cplusplus
}
#endif
#endif
