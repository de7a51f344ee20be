/* SPDX-License-Identifier: MIT */
/**
 * @file
 * Building translation tables: map, unmap, protect, split and join, for stage 1 and stage 2, all
 * granules, VMSAv8-64 and VMSAv9-128.
 *
 * 1. Decode registers with `armvirt_regime_init()`: its `struct armvirt_stage` is the geometry.
 * 2. Fill `struct armvirt_pgbuild_config` and call `armvirt_pgbuild_init()`.
 * 3. `armvirt_pgbuild_format()` the first table, then map.
 *
 * **Tables.** Addresses of tables are in the output space of the stage (an IPA where a stage 1 is
 * nested), and so is the memory that the configuration names. No table may be reachable in two
 * ways. Tables with NSTable set in Secure state are left out. Invalid descriptors may hold anything
 * and are written over.
 *
 * **Nothing is half done.** Every call first looks at all tables of its range, checks the request
 * and takes the pages that it needs. If that fails nothing has changed and every page is given
 * back. A new table is linked when it is complete, never before. After that only memory that
 * refuses an access can stop a call (ARMVIRT_FAULT, ARMVIRT_E_AGAIN): what was done until then
 * stays, at most the leaf whose own access failed remains broken, and no page is lost that memory
 * lets be read.
 *
 * **Translation lookaside buffers.** Where `ops->invalidate` is given, other threads may be using
 * the tables. Each change of a live entry is then made in the order that DDI0487 D8.17 asks for:
 * break, invalidate, make, or what the BBM level allows instead; a page is given back only after
 * the invalidation. Where it is NULL the tables are not in use, entries are changed in place, and
 * `result->owed` says what to invalidate if they have been in use before.
 *
 * **Work.** Proportional to the descriptors of the range, plus one table for each table made,
 * removed or found empty. No recursion. A table that contains itself ends the call.
 *
 * **Threads.** A builder is const after its initialisation. Calls whose tables are the same must
 * not overlap; hardware may walk them at any time, and update flags in them if the stage says so.
 *
 * @spec{DDI0487 D8.3, D8.7, D8.17}
 */
#ifndef ARMVIRT_PGBUILD_H
#define ARMVIRT_PGBUILD_H

#include <armvirt/pgtable.h>

#ifdef __cplusplus
extern "C" {
#endif

/* ---- What the caller provides ------------------------------------------------------------- */

/** When an invalidation is asked for. */
enum armvirt_tlbi_why {
    ARMVIRT_TLBI_CHANGED = 0, /**< Entries have changed; comes before pages are given back. */
    ARMVIRT_TLBI_BREAK = 1,   /**< Between break and make, or while nT is set. */
};

/** Cached translations that must go. @spec{DDI0487 D8.17} */
struct armvirt_tlbi {
    uint64_t ia;          /**< First input address, with the upper bits that software uses. */
    uint64_t size_bytes;  /**< Length of the range; 0: nothing. */
    uint16_t asid;        /**< Stage 1: the ASID of the tables. */
    uint8_t stage;        /**< 1 or 2. */
    uint8_t granule_log2; /**< 12, 14 or 16. */
    uint8_t levels;       /**< Bit n: blocks or pages of level n are affected. */
    uint8_t ttl;          /**< The TTL field for invalidation by address; 0 if levels differ. */
    bool tables;          /**< Table descriptors too: forms for the last level do not suffice. */
    uint8_t why;          /**< enum armvirt_tlbi_why. */
};

/** Pages for tables, and invalidation. */
struct armvirt_pgbuild_ops {
    /**
     * Give a page for a table: 2^@p size_log2 bytes, aligned to their size, with any content.
     * Returns false if there is none.
     */
    bool (*table_alloc)(void *ctx, unsigned size_log2, uint64_t *pa);
    /** Take a page back; nothing refers to it any more. */
    void (*table_free)(void *ctx, unsigned size_log2, uint64_t pa);
    /**
     * Make all earlier table writes visible, invalidate, and wait until it is complete: DSB, TLBI
     * (at stage 2 also of combined entries), DSB. NULL if no one uses the tables.
     */
    void (*invalidate)(void *ctx, const struct armvirt_tlbi *tlbi);
};

/** The configuration of a builder. Zero is the default of each member. */
struct armvirt_pgbuild_config {
    const struct armvirt_stage *stage;     /**< Geometry and controls; copied. */
    struct armvirt_mem mem;                /**< Memory of the tables; `cas` is used if `ha`. */
    const struct armvirt_pgbuild_ops *ops; /**< Must outlive the builder. */
    void *ctx;                             /**< For `ops`. */
    uint64_t table_attrs[2];               /**< Attribute bits of table descriptors made. */
    uint8_t stage_number;                  /**< 1 or 2. */
    uint8_t bbm_level;                     /**< ID_AA64MMFR2_EL1.BBM: 0, 1 or 2. */
    uint8_t skl[5];                        /**< VMSAv9-128: SKL of tables made at levels -2 to 2. */
    bool upper;                            /**< The TTBR1 half: upper address bits are ones. */
};

/** A builder. Read-only for callers; may be copied. */
struct armvirt_pgbuild {
    struct armvirt_stage stage;
    struct armvirt_mem mem;
    const struct armvirt_pgbuild_ops *ops;
    void *ctx;
    uint64_t table_attrs[2];
    uint64_t fixed[2];      /**< Leaf bits that follow from address, level and format. */
    uint64_t attr_mask[2];  /**< Leaf bits that are attributes here. */
    uint64_t remake[2];     /**< Attributes whose change needs break-before-make. */
    uint64_t contiguous[2]; /**< The Contiguous bit, if it has a meaning. */
    uint64_t nt;            /**< The nT bit of a block, in the low word. */
    uint8_t skl[5];
    uint8_t stage_number, bbm_level;
    bool upper, dis_contiguous;
};

/**
 * Check a configuration and prepare a builder.
 *
 * @param[out] build  Written on success only.
 * @param config      The configuration.
 * @retval ARMVIRT_OK             Done.
 * @retval ARMVIRT_E_UNSUPPORTED  The format is that of VMSAv8-32.
 * @retval ARMVIRT_E_INVAL        The stage is not decoded or faults as a whole, an operation is
 * missing (`cas` too, if hardware updates the tables), or a member is out of range.
 * @spec{DDI0487 D8.2, D8.3}
 */
ARMVIRT_API enum armvirt_status armvirt_pgbuild_init(struct armvirt_pgbuild *build,
                                                     const struct armvirt_pgbuild_config *config);

/**
 * Size of the first table, concatenated tables included.
 *
 * @param build  The builder.
 * @returns      log2 of the bytes at `stage->base_pa`.
 * @spec{DDI0487 D8.2.2, D8.2.5.1}
 */
ARMVIRT_API unsigned armvirt_pgbuild_first_table_log2(const struct armvirt_pgbuild *build);

/* ---- Attributes --------------------------------------------------------------------------- */

/**
 * Attributes of a block or page by their architectural names, for every format; zero what does not
 * exist there. Descriptor bits may be used as well: see ARMVIRT_VMSA64_S1_LEAF_AP and so on in
 * <armvirt/regs/descriptors.h>.
 */
struct armvirt_leaf_attrs {
    uint16_t attr_index;   /**< Stage 1: AttrIndx; 4 bits with AIE. */
    uint16_t mem_attr;     /**< Stage 2: MemAttr. */
    uint16_t sh;           /**< SH, unless TCR or VTCR holds it (DS). */
    uint16_t ap;           /**< Direct permissions: AP[2:1] or S2AP. */
    uint16_t uxn;          /**< Stage 1, direct permissions: UXN, or XN, or PXN with NV1. */
    uint16_t pxn;          /**< Stage 1, direct permissions: PXN. */
    uint16_t xn;           /**< Stage 2, direct permissions: XN[1:0]. */
    uint16_t dbm;          /**< Direct permissions: DBM. */
    uint16_t pi_index;     /**< Indirect permissions: PIIndex. */
    uint16_t po_index;     /**< Overlays: POIndex; 3 bits at stage 1 of VMSAv8-64. */
    uint16_t ndirty;       /**< Stage 1, indirect permissions: nDirty. */
    uint16_t dirty;        /**< Stage 2, indirect permissions: Dirty. */
    uint16_t af;           /**< AF. */
    uint16_t ng;           /**< Stage 1: nG. */
    uint16_t nse;          /**< Stage 1 of EL3: NSE; the same bit as nG. */
    uint16_t ns;           /**< NS. */
    uint16_t gp;           /**< Stage 1: GP. */
    uint16_t fnxs;         /**< Stage 2: FnXS. */
    uint16_t protected_;   /**< Stage 1, FEAT_THE: Protected. */
    uint16_t assured_only; /**< Stage 2, FEAT_THE: AssuredOnly. */
    uint16_t amec;         /**< FEAT_MEC: AMEC. */
    uint16_t pbha;         /**< PBHA, where neither AIE nor overlays use the bits. */
    uint16_t sw;           /**< Bits for software, from the lowest of the format. */
};

/**
 * Attributes to descriptor bits.
 *
 * @param build       The builder, whose stage and format decide.
 * @param attrs       The attributes.
 * @param[out] bits   Descriptor bits, {63:0, 127:64}; written on success only.
 * @retval ARMVIRT_OK       Done.
 * @retval ARMVIRT_E_INVAL  An attribute does not exist here, or is too large.
 * @spec{DDI0487 D8.3.1.2, D8.3.2.2}
 */
ARMVIRT_API enum armvirt_status armvirt_leaf_attrs_encode(const struct armvirt_pgbuild *build,
                                                          const struct armvirt_leaf_attrs *attrs,
                                                          uint64_t bits[2]);

/**
 * Descriptor bits to attributes: the inverse of armvirt_leaf_attrs_encode(). `nse` is read as `ng`.
 *
 * @param build       The builder, whose stage and format decide.
 * @param bits        A block or page descriptor, {63:0, 127:64}.
 * @param[out] attrs  The attributes.
 * @spec{DDI0487 D8.3.1.2, D8.3.2.2}
 */
ARMVIRT_API void armvirt_leaf_attrs_decode(const struct armvirt_pgbuild *build,
                                           const uint64_t bits[2],
                                           struct armvirt_leaf_attrs *attrs);

/* ---- Requests and what they did ----------------------------------------------------------- */

/** What a call did. */
struct armvirt_pgbuild_result {
    uint64_t bytes; /**< Input addresses mapped, unmapped or changed; after a failure at most. */
    uint64_t tables_needed[4]; /**< Pages that the call may need, by SKL; [0] in VMSAv8-64. */
    uint64_t tables_made;      /**< New tables linked. */
    uint64_t tables_freed;     /**< Tables removed and given back. */
    uint64_t breaks;        /**< Break-before-make sequences, nT in place of the break included. */
    uint64_t invalidations; /**< Calls of `invalidate`. */
    uint64_t at_ia;         /**< Where the call stopped: ARMVIRT_E_BUSY, E_UNSUPPORTED, FAULT. */
    uint64_t at_pa;         /**< ARMVIRT_FAULT: the address that memory refused. */
    struct armvirt_tlbi owed; /**< What remains to be invalidated; nothing with `invalidate`. */
};

/** What to map. */
struct armvirt_pgbuild_mapping {
    uint64_t ia;           /**< First input address. */
    uint64_t oa;           /**< First output address. */
    uint64_t size_bytes;   /**< Length, at least one granule. */
    uint64_t attrs[2];     /**< Attribute bits of the descriptors, {63:0, 127:64}. */
    int8_t coarsest_level; /**< Use no block of a lower level than this; 3: pages only. */
    bool contiguous;       /**< Set the Contiguous bit where a whole group is covered. */
    uint8_t reserved[6];
};

/** How to change attributes: bits to clear, then bits to set. */
struct armvirt_attr_change {
    uint64_t clear[2];
    uint64_t set[2];
};

/**
 * Make all entries of the first table invalid, whatever they were.
 *
 * @param build        The builder.
 * @param[out] result  What was done.
 * @retval ARMVIRT_OK       Done.
 * @retval ARMVIRT_FAULT    Memory refused a write.
 * @retval ARMVIRT_E_AGAIN  Memory asked to retry.
 * @spec{DDI0487 D8.2.5}
 */
ARMVIRT_API enum armvirt_status armvirt_pgbuild_format(const struct armvirt_pgbuild *build,
                                                       struct armvirt_pgbuild_result *result);

/**
 * Map a range that holds no mapping yet, with the largest blocks that alignment permits.
 *
 * No invalidation is owed: invalid entries are never cached (DDI0487 I_WZCBG).
 *
 * @param build        The builder.
 * @param mapping      What to map.
 * @param[out] result  What was done.
 * @retval ARMVIRT_OK             Done.
 * @retval ARMVIRT_E_BUSY         Something is mapped in the range, alike or not; `at_ia` says
 * where. Nothing changed.
 * @retval ARMVIRT_E_INVAL        Not aligned to the granule, empty, beyond the input or the output
 * size, or `attrs` holds bits that are no attributes. Nothing changed.
 * @retval ARMVIRT_E_NOSPACE      Out of pages; `tables_needed` says how many. Nothing changed.
 * @retval ARMVIRT_E_UNSUPPORTED  A table in the range contains itself, or has NSTable set in
 * Secure state. Nothing changed.
 * @retval ARMVIRT_FAULT          Memory refused an access at `at_pa`.
 * @retval ARMVIRT_E_AGAIN        Memory asked to retry, or a descriptor kept changing by itself.
 * @spec{DDI0487 D8.3, D8.7.1}
 */
ARMVIRT_API enum armvirt_status armvirt_pgbuild_map(const struct armvirt_pgbuild *build,
                                                    const struct armvirt_pgbuild_mapping *mapping,
                                                    struct armvirt_pgbuild_result *result);

/**
 * Unmap a range; what is not mapped stays so. Blocks and contiguous groups that the range cuts are
 * split first. Tables that it covers or that become empty are removed; the first table stays.
 *
 * @param build        The builder.
 * @param ia           First input address, aligned to the granule.
 * @param size_bytes   Length, aligned to the granule.
 * @param[out] result  What was done; `bytes` were mapped before.
 * @returns As armvirt_pgbuild_map(), but never ARMVIRT_E_BUSY.
 * @spec{DDI0487 D8.17.1 R_WHZWS, D8.17 R_GPPYH}
 */
ARMVIRT_API enum armvirt_status armvirt_pgbuild_unmap(const struct armvirt_pgbuild *build,
                                                      uint64_t ia, uint64_t size_bytes,
                                                      struct armvirt_pgbuild_result *result);

/**
 * Unmap everything and remove all tables but the first.
 *
 * @param build        The builder.
 * @param[out] result  What was done.
 * @returns As armvirt_pgbuild_unmap().
 * @spec{DDI0487 D8.17}
 */
ARMVIRT_API enum armvirt_status armvirt_pgbuild_clear(const struct armvirt_pgbuild *build,
                                                      struct armvirt_pgbuild_result *result);

/**
 * Change attributes of what is mapped in a range. Blocks and contiguous groups that the range cuts
 * are split, unless they already are as asked. Changes of memory type, shareability, output address
 * space, nG or AMEC keep break-before-make at every BBM level; permissions and flags do not need
 * it.
 *
 * @param build        The builder.
 * @param ia           First input address, aligned to the granule.
 * @param size_bytes   Length, aligned to the granule.
 * @param change       Bits to clear and to set; attributes only.
 * @param[out] result  What was done; `bytes` were changed.
 * @returns As armvirt_pgbuild_unmap().
 * @spec{DDI0487 D8.17.1 R_WHZWS, D8.7.1, D8.5.5}
 */
ARMVIRT_API enum armvirt_status armvirt_pgbuild_protect(const struct armvirt_pgbuild *build,
                                                        uint64_t ia, uint64_t size_bytes,
                                                        const struct armvirt_attr_change *change,
                                                        struct armvirt_pgbuild_result *result);

/**
 * Map an address by a leaf of @p level or a finer one that is not part of a contiguous group.
 * Translations stay as they are.
 *
 * @param build        The builder.
 * @param ia           An input address that is mapped.
 * @param level        A level that pages or blocks may have.
 * @param[out] result  What was done; `bytes` is the size of what was split, 0 if nothing.
 * @retval ARMVIRT_E_INVAL  @p level has no leaves or is skipped (SKL), or @p ia is not mapped.
 * @returns Else as armvirt_pgbuild_unmap().
 * @spec{DDI0487 D8.17.2}
 */
ARMVIRT_API enum armvirt_status armvirt_pgbuild_split(const struct armvirt_pgbuild *build,
                                                      uint64_t ia, int level,
                                                      struct armvirt_pgbuild_result *result);

/**
 * Put one block of @p level in place of a table whose entries are all blocks or pages, alike, with
 * adjacent output addresses aligned to the block. Flags that hardware manages are combined.
 *
 * @param build        The builder.
 * @param ia           An input address.
 * @param level        A level that blocks may have.
 * @param[out] result  What was done; `bytes` is the size of the block, 0 if it is one already.
 * @retval ARMVIRT_E_BUSY   The entries are not all mapped, or not alike; `at_ia` says where.
 * @retval ARMVIRT_E_INVAL  @p level has no blocks or is skipped (SKL), or @p ia is out of range.
 * @returns Else as armvirt_pgbuild_unmap().
 * @spec{DDI0487 D8.17.2, D8.5.5 I_NFFSV}
 */
ARMVIRT_API enum armvirt_status armvirt_pgbuild_join(const struct armvirt_pgbuild *build,
                                                     uint64_t ia, int level,
                                                     struct armvirt_pgbuild_result *result);

#ifdef __cplusplus
}
#endif
#endif
