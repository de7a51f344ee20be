/* SPDX-License-Identifier: MIT */
/**
 * @file
 * All mappings of a range of addresses, in ascending order: what a debugger's `map` command, a
 * checker of isolation or a migration tool asks of translation tables.
 *
 * @code{.c}
 * struct armvirt_map_query query = {.last = UINT64_MAX};
 * struct armvirt_map_iter it;
 * struct armvirt_mapping m;
 *
 * armvirt_map_begin(&it, &regime, &env, &query);
 * while (armvirt_map_next(&it, &m) == ARMVIRT_OK) {
 *     printf("%016llx %llx -> %llx\n", m.ia, m.size_bytes, m.walk.pa);
 * }
 * @endcode
 *
 * Nothing is merged: each block or page is an element of its own, those of a contiguous run too.
 * Nothing is written: access flags and dirty state stay as they are.
 *
 * @spec{DDI0487 D8.2, D8.3, G5.4, G5.5}
 */
#ifndef ARMVIRT_PGITER_H
#define ARMVIRT_PGITER_H

#include <armvirt/pgtable.h>

#ifdef __cplusplus
extern "C" {
#endif

/** Which tables are visited. */
enum armvirt_map_what {
    ARMVIRT_MAP_WHOLE = 0,  /**< Virtual to physical: stage 1, and stage 2 if it is in use. */
    ARMVIRT_MAP_STAGE1 = 1, /**< Stage 1 alone: virtual to intermediate physical. */
    ARMVIRT_MAP_STAGE2 = 2, /**< Stage 2 alone: intermediate physical to physical. */
};

/** What to visit. Zero it first. */
struct armvirt_map_query {
    uint64_t first;    /**< First input address. */
    uint64_t last;     /**< Last input address, inclusive. */
    uint32_t budget;   /**< Memory reads after which a call returns; 0: no limit. */
    uint8_t what;      /**< enum armvirt_map_what. */
    uint8_t ipa_space; /**< ARMVIRT_MAP_STAGE2: enum armvirt_space of the addresses. */
    bool leaves_only;  /**< Leave out ARMVIRT_MAPPING_BROKEN; each counts as a read. */
    uint8_t reserved;
};

/** What an element is. */
enum armvirt_mapping_kind {
    ARMVIRT_MAPPING_LEAF = 0,   /**< A block or page; of both stages, the smaller. */
    ARMVIRT_MAPPING_BROKEN = 1, /**< A part where tables cannot be followed; the fault says why. */
};

/**
 * One element of the address space. What is not mapped makes none: invalid descriptors (bit 0 is 0;
 * Short-descriptors: bits 1:0), a half whose walks are disabled (TCR_ELx.EPDn), addresses beyond
 * the input size.
 */
struct armvirt_mapping {
    uint64_t ia;         /**< First input address; may be below the range that was asked for. */
    uint64_t size_bytes; /**< May reach beyond the range. Of a leaf a power of two, unless TTBCR in
                            AArch32 state cuts it; no more than fits the output size. */
    uint8_t kind;        /**< enum armvirt_mapping_kind. */
    uint8_t reserved[7];
    /**
     * What armvirt_translate() (for one stage alone: the part of it that is this stage) answers for
     * an ARMVIRT_DEBUGGER access to `ia` above EL0: of a leaf the output address, permissions,
     * attributes and the descriptors of both stages; of a broken part the fault. `size_log2` counts
     * contiguous runs as one, `size_bytes` does not. `reads` is 0; the iterator counts.
     */
    struct armvirt_walk walk;
};

/** @cond private */

/** One table on the way to where an iterator stands. */
struct armvirt_map_table {
    uint64_t table;   /* address of the first entry, in the stage's output space */
    uint64_t page_oa; /* the 4 KB of it that are open, or all ones */
    uint64_t page_pa; /* physical address of these */
    uint64_t desc;    /* the descriptor that leads here */
    uint64_t desc_pa;
    int8_t level;
    uint8_t index_hi;
    uint8_t space;
    uint8_t page_space;
    uint8_t hierarchy;
    bool dis_contiguous, assured, page_mro;
    uint16_t page_mecid;
};

/** Where an iterator stands in the tables of one stage. */
struct armvirt_map_cursor {
    uint64_t ia;
    uint64_t desc[2];  /* the leaf at `ia` */
    uint8_t leaf_log2; /* its size; 0: none has been found */
    uint8_t depth;
    struct armvirt_map_table table[6];
};

/** @endcond */

/**
 * An iteration under way. Lives in the caller's storage and may be copied to keep a position; the
 * regime and the memory that it was begun with must outlive it. If tables change between calls, the
 * elements show the old state or the new one.
 */
struct armvirt_map_iter {
    uint64_t position; /**< Read-only: no element that is still to come ends before it. */
    uint64_t reads;    /**< Read-only: memory reads so far, of descriptors and GPT entries. */
    /** @name Private
     * @{ */
    const struct armvirt_regime *regime;
    struct armvirt_mem mem;
    struct armvirt_map_query query;
    uint64_t base, region_first, region_last, last;
    uint8_t region, s2_set;
    struct armvirt_map_cursor cursor[2];
    /** @} */
};

/**
 * Begin an iteration.
 *
 * @param[out] it  The iterator.
 * @param regime   Decoded registers.
 * @param env      Memory, of which only `read` is called. Log and trace are not used.
 * @param query    What to visit; copied.
 * @retval ARMVIRT_OK       Done. Reads no memory.
 * @retval ARMVIRT_E_INVAL  `first` is above `last`, `what` or `ipa_space` is out of range, or the
 *                          regime has no stage 2 to visit.
 * @spec{DDI0487 D8.1.9, D8.1.10, D8.2.4}
 */
ARMVIRT_API enum armvirt_status armvirt_map_begin(struct armvirt_map_iter *it,
                                                  const struct armvirt_regime *regime,
                                                  const struct armvirt_walk_env *env,
                                                  const struct armvirt_map_query *query);

/**
 * Go to the next element that overlaps the range.
 *
 * All calls together read every descriptor of every table below the range once. For each 4 KB of a
 * table they make one granule protection check and, at stage 1, one walk of stage 2; an external
 * abort counts for the rest of these 4 KB. ARMVIRT_MAP_WHOLE looks up each stage 1 leaf at stage 2,
 * which costs nothing within the stage 2 leaf found last and one read within its table. The output
 * of a leaf is not checked for granule protection. Tables that refer to themselves end where the
 * levels end; what they can amount to is for the budget to stop.
 *
 * @param it       The iterator.
 * @param[out] mapping  The element; void unless ARMVIRT_OK.
 * @retval ARMVIRT_OK       Here is one.
 * @retval ARMVIRT_END      There are no more.
 * @retval ARMVIRT_E_AGAIN  The budget is spent (a call may read up to 26 times more), or memory
 * asked to retry. The next call goes on where this one stopped.
 * @spec{DDI0487 D8.2.8 to D8.2.11, D8.3, G5.4, G5.5}
 */
ARMVIRT_API enum armvirt_status armvirt_map_next(struct armvirt_map_iter *it,
                                                 struct armvirt_mapping *mapping);

#ifdef __cplusplus
}
#endif
#endif
