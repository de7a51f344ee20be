/* SPDX-License-Identifier: MIT */
/**
 * @file
 * Reference memories: ready-made `struct armvirt_mem` for tests, dumps and simple machines.
 *
 * - **Flat**: one array at one physical address, the same in every address space.
 * - **Sparse**: many segments, each perhaps visible in some address spaces only; what a core dump
 * or a description of a machine gives.
 *
 * What lies outside answers ARMVIRT_BUS_ABORT, and so does writing what is not `writable`.
 * Bytes are kept in the order of the modelled machine, so an image read from a file serves as it is
 * on a host of either endianness.
 *
 * Threads: a read changes nothing and may overlap with other reads. These memories use plain loads
 * and stores: their compare-and-swap is atomic only as long as no other thread touches the bytes.
 * A caller whose memory is shared with running processors provides operations of its own.
 */
#ifndef ARMVIRT_MEM_H
#define ARMVIRT_MEM_H

#include <armvirt/base.h>

#ifdef __cplusplus
extern "C" {
#endif

/** A flat memory. Filled by the caller; the bytes stay the caller's. */
struct armvirt_mem_flat {
    uint8_t *bytes;      /**< The byte at `base_pa`. */
    uint64_t base_pa;    /**< Physical address of the first byte. */
    uint64_t size_bytes; /**< Size; nothing outside is ever touched. */
    bool writable;       /**< Whether `write` and `cas` may change the bytes. */
};

/** Operations of a flat memory; the context is its `struct armvirt_mem_flat`. */
ARMVIRT_API extern const struct armvirt_mem_ops armvirt_mem_flat_ops;

/**
 * A flat memory as the modules take it.
 *
 * @param flat  The memory; must outlive the answer.
 * @returns     Operations and context.
 */
ARMVIRT_API struct armvirt_mem armvirt_mem_from_flat(struct armvirt_mem_flat *flat);

/** One piece of a sparse memory. */
struct armvirt_mem_segment {
    uint64_t pa;         /**< Physical address of the first byte. */
    uint64_t size_bytes; /**< At least 1; the last byte lies at or below 2^64 - 1. */
    uint8_t *bytes;      /**< The bytes; may be read-only storage unless `writable`. */
    uint8_t spaces;      /**< Bit per enum armvirt_space that sees the segment; 0 means all. */
    bool writable;       /**< Whether `write` and `cas` may change the bytes. */
};

/** A sparse memory. Made by armvirt_mem_sparse_init(). */
struct armvirt_mem_sparse {
    const struct armvirt_mem_segment *segments; /**< Sorted by address, disjoint. */
    size_t count;                               /**< Number of segments; 0 is an empty memory. */
};

/** Operations of a sparse memory; the context is its `struct armvirt_mem_sparse`. */
ARMVIRT_API extern const struct armvirt_mem_ops armvirt_mem_sparse_ops;

/**
 * Make a sparse memory of segments, after checking them.
 *
 * A lookup takes O(log @p count). An access may run from one segment into the next where they
 * touch; a write that can not be done whole changes nothing.
 *
 * @param sparse    Written on success only.
 * @param segments  In ascending order and disjoint, whatever spaces they name. Kept, not copied.
 * @param count     How many; @p segments may be NULL if it is 0.
 * @retval ARMVIRT_OK       Done.
 * @retval ARMVIRT_E_INVAL  A segment is empty, has no bytes, wraps around the address space, names
 * an unknown space, overlaps its predecessor or lies below it.
 */
ARMVIRT_API enum armvirt_status armvirt_mem_sparse_init(struct armvirt_mem_sparse *sparse,
                                                        const struct armvirt_mem_segment *segments,
                                                        size_t count);

/**
 * A sparse memory as the modules take it.
 *
 * @param sparse  The memory; must outlive the answer.
 * @returns       Operations and context.
 */
ARMVIRT_API struct armvirt_mem armvirt_mem_from_sparse(struct armvirt_mem_sparse *sparse);

#ifdef __cplusplus
}
#endif
#endif
