/* SPDX-License-Identifier: MIT */
/**
 * @file
 * What every module shares: the kinds of answer, bit fields, physical address spaces, memory
 * access, reference memories and trace.
 *
 * Rules that hold for the whole library:
 * - No global state, no lock, no allocation. Calls on different objects may run at once. Calls that
 *   take one object by a non-const pointer must not overlap; calls that take it const may.
 * - Callbacks run on the calling thread and must not call into the object that called them.
 * - A pointer argument is never NULL unless its description says that it may be.
 * - Structs that the caller fills must be zeroed first; zero is the default of every member.
 */
#ifndef ARMVIRT_BASE_H
#define ARMVIRT_BASE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

/** Marks the functions that the shared library exports. */
#if defined(__GNUC__) && !defined(ARMVIRT_STATIC)
#define ARMVIRT_API __attribute__((visibility("default")))
#else
#define ARMVIRT_API
#endif

/** The three kinds of answer: done, the architecture's own fault, and errors of the caller. */
enum armvirt_status {
    ARMVIRT_OK = 0,             /**< Done. */
    ARMVIRT_FAULT = 1,          /**< The architecture says fault; the result says which and why. */
    ARMVIRT_END = 2,            /**< An iteration has no more elements. */
    ARMVIRT_E_INVAL = -1,       /**< The caller broke a documented rule. */
    ARMVIRT_E_UNSUPPORTED = -2, /**< Legal architecture that this configuration leaves out. */
    ARMVIRT_E_AGAIN = -3,       /**< A callback asked to retry, or a budget ran out; call again. */
    ARMVIRT_E_NOSPACE = -4,     /**< Storage too small; the needed size was stored. */
    ARMVIRT_E_FORMAT = -5,      /**< A snapshot is damaged or newer than this library. */
    ARMVIRT_E_BUSY = -6,        /**< The request overlaps something that is already there. */
};

/** @name Bit fields
 * One mask a field, `ARMVIRT_<REGISTER>_<FIELD>`. All fold to a shift and work in `case` and in
 * `_Static_assert`.
 * @{ */
/** Mask of the bits @p hi down to @p lo. */
#define ARMVIRT_BITS(hi, lo) ((UINT64_MAX >> (63 - (hi))) & (UINT64_MAX << (lo)))
/** Mask of one bit. */
#define ARMVIRT_BIT(n) (UINT64_C(1) << (n))
/** The lowest bit of a mask. */
#define ARMVIRT_LSB(mask) ((mask) & (~(mask) + 1u))
/** The value of field @p mask in register value @p r. */
#define ARMVIRT_GET(mask, r) (((r) & (mask)) / ARMVIRT_LSB(mask))
/** The value @p v placed in field @p mask. */
#define ARMVIRT_PUT(mask, v) (((uint64_t)(v)*ARMVIRT_LSB(mask)) & (mask))
/** @} */

/** A physical (or intermediate physical) address space. @spec{DDI0487 D1.1.2} */
enum armvirt_space {
    ARMVIRT_SPACE_NONSECURE = 0,
    ARMVIRT_SPACE_SECURE = 1,
    ARMVIRT_SPACE_REALM = 2,
    ARMVIRT_SPACE_ROOT = 3,
};

/** What a memory access of the library is for. */
enum armvirt_mem_what {
    ARMVIRT_MEM_STAGE1_DESC = 0,   /**< A stage 1 translation table descriptor. */
    ARMVIRT_MEM_STAGE2_DESC = 1,   /**< A stage 2 translation table descriptor. */
    ARMVIRT_MEM_GPT_ENTRY = 2,     /**< A granule protection table entry. */
    ARMVIRT_MEM_LPI_CONFIG = 3,    /**< An entry of an LPI configuration table. */
    ARMVIRT_MEM_LPI_PENDING = 4,   /**< 64 bits of an LPI pending table. */
    ARMVIRT_MEM_VPE_TABLE = 5,     /**< An entry of a vPE configuration table. */
    ARMVIRT_MEM_ITS_COMMAND = 8,   /**< Half of a command of an ITS. */
    ARMVIRT_MEM_ITS_ENTRY = 9,     /**< An entry of a table of an ITS, or a part of one. */
    ARMVIRT_MEM_SMMU_STREAM = 16,  /**< A word of a stream table entry, or a first-level one. */
    ARMVIRT_MEM_SMMU_CONTEXT = 17, /**< A word of a context descriptor, or a first-level one. */
    ARMVIRT_MEM_SMMU_VMS = 18,     /**< A word of a virtual machine structure. */
    ARMVIRT_MEM_SMMU_COMMAND = 19, /**< A word of a command. */
    ARMVIRT_MEM_SMMU_EVENT = 20,   /**< A word of an event record. */
    ARMVIRT_MEM_SMMU_PRI = 21,     /**< A word of a page request record. */
    ARMVIRT_MEM_SMMU_MSI = 22,     /**< An interrupt message: a write of 4 bytes. */
    ARMVIRT_MEM_SMMU_DPT = 23,     /**< An entry of a device permission table. */
};

/** One memory access of the library. New members go last. */
struct armvirt_mem_req {
    uint64_t pa;    /**< Physical address in bytes; a multiple of `size`. */
    uint8_t size;   /**< 1, 2, 4, 8 or 16 bytes, single-copy atomic. */
    uint8_t space;  /**< enum armvirt_space. */
    uint8_t what;   /**< enum armvirt_mem_what. */
    int8_t level;   /**< Lookup level of a descriptor, else 0. */
    uint16_t mecid; /**< Memory encryption context; 0 unless FEAT_MEC is in use. */
    uint16_t reserved;
};

/** How a memory access ended. */
enum armvirt_bus {
    ARMVIRT_BUS_OK = 0,
    ARMVIRT_BUS_ABORT = 1, /**< Synchronous external abort. */
    ARMVIRT_BUS_RETRY = 2, /**< Not now: the call of the library ends with ARMVIRT_E_AGAIN. */
    ARMVIRT_BUS_RACE = 3,  /**< `cas` only: memory did not hold the old value; nothing written. */
};

/**
 * Memory of the modelled machine, provided by the caller.
 *
 * A value is the little-endian reading of the bytes, on any host; for accesses of 16 bytes `val[0]`
 * is the word at the lower address. The library swaps by itself for big-endian tables.
 */
struct armvirt_mem_ops {
    /** Read `req->size` bytes into @p val (two words for 16 bytes, else one). */
    enum armvirt_bus (*read)(void *ctx, const struct armvirt_mem_req *req, uint64_t *val);
    /** Write. May be NULL where a module never writes memory. */
    enum armvirt_bus (*write)(void *ctx, const struct armvirt_mem_req *req, const uint64_t *val);
    /** Write @p val if memory holds @p old, atomically. May be NULL where nothing is updated. */
    enum armvirt_bus (*cas)(void *ctx, const struct armvirt_mem_req *req, const uint64_t *old,
                            const uint64_t *val);
};

/** A memory: operations and the pointer that they get. */
struct armvirt_mem {
    const struct armvirt_mem_ops *ops;
    void *ctx;
};

#ifdef __cplusplus
}
#endif
#endif
