/* SPDX-License-Identifier: MIT */
/**
 * @file
 * A performance monitor counter group of an SMMU: registers, counters with filters, overflow,
 * capture, and the interrupt.
 *
 * Whoever sees an event calls armvirt_pmcg_count(); armvirt_smmu_ops::count() of an SMMU delivers
 * the architected ones. A group belongs to no SMMU: one may count for several, several for one.
 *
 * Counts Non-secure and, with Secure state and SCR.SO, Secure events; ROOTCR and filters by MPAM
 * PARTID and PMG are not implemented, so that Realm events are never counted.
 *
 * @spec{IHI0070 10}
 */
#ifndef ARMVIRT_PMCG_H
#define ARMVIRT_PMCG_H

#include <armvirt/base.h>

#ifdef __cplusplus
extern "C" {
#endif

/** Architected events. @spec{IHI0070 10.3} */
enum armvirt_pmcg_event {
    ARMVIRT_PMCG_CYCLE = 0,          /**< A clock cycle; of no stream. */
    ARMVIRT_PMCG_TRANSACTION = 1,    /**< A transaction or a translation request. */
    ARMVIRT_PMCG_TLB_MISS = 2,       /**< It needed a walk. */
    ARMVIRT_PMCG_CONFIG_MISS = 3,    /**< It needed a structure from memory. */
    ARMVIRT_PMCG_WALK_ACCESS = 4,    /**< A read by a table walk. */
    ARMVIRT_PMCG_CONFIG_ACCESS = 5,  /**< A read of a configuration structure. */
    ARMVIRT_PMCG_ATS_REQUEST = 6,    /**< An ATS translation request. */
    ARMVIRT_PMCG_ATS_TRANSLATED = 7, /**< A transaction with a translated address. */
};

/** What a group is. */
struct armvirt_pmcg_config {
    uint32_t cfgr;          /**< CFGR; MPAM only with MSI. */
    uint32_t iidr;          /**< IIDR. */
    uint32_t aidr;          /**< AIDR. */
    uint8_t sid_bits;       /**< Bits of a StreamID that SMR holds, 0 to 32. */
    bool secure;            /**< Whether the group supports Secure state. */
    uint64_t ceid[2];       /**< CEID0 and CEID1: which of events 0 to 127 it counts. */
    struct armvirt_mem mem; /**< For messages; only `write` is used, and only with CFGR.MSI. */
    void (*irq)(void *ctx); /**< The wired interrupt pulses. May be NULL. */
    void *ctx;              /**< For `irq`. */
    bool root;              /**< Whether the group supports Realm and Root state: ROOTCR. */
    uint32_t mpamidr;       /**< MPAMIDR; 0 unless CFGR has MPAM or FILTER_PARTID_PMG. */
    uint32_t s_mpamidr;     /**< S_MPAMIDR; 0 unless also `secure`. */
};

/** A counter group; in storage of the caller. */
struct armvirt_pmcg;

/** Alignment of the storage, in bytes. */
#define ARMVIRT_PMCG_ALIGN 8u

/** Upper bound of armvirt_pmcg_size(), as a constant expression. */
#define ARMVIRT_PMCG_SIZE 2048u

/** @returns Bytes of storage that a group needs. */
ARMVIRT_API size_t armvirt_pmcg_size(void);

/**
 * Make a group, in the state that a reset leaves: registers that the architecture leaves unknown
 * are 0.
 *
 * @param storage     Aligned to ARMVIRT_PMCG_ALIGN.
 * @param size_bytes  Its size, armvirt_pmcg_size() at least.
 * @param config      What it is; copied.
 * @param[out] pmcg   The group; written on success only. It is at @p storage.
 * @retval ARMVIRT_OK         Done.
 * @retval ARMVIRT_E_INVAL    Reserved or unsupported values, or the storage is not aligned.
 * @retval ARMVIRT_E_NOSPACE  The storage is too small.
 */
ARMVIRT_API enum armvirt_status armvirt_pmcg_init(void *storage, size_t size_bytes,
                                                  const struct armvirt_pmcg_config *config,
                                                  struct armvirt_pmcg **pmcg);

/** An access to a register. */
struct armvirt_pmcg_access {
    uint64_t offset; /**< From page 0; page 1, if CFGR.RELOC_CTRS is 1, is at 0x10000. */
    uint8_t size;    /**< 4 or 8 bytes. */
    uint8_t space;   /**< enum armvirt_space of the access. */
};

/**
 * Read a register. Every offset and size is safe.
 *
 * @param pmcg    The group.
 * @param access  Where.
 * @param[out] value  The value; 0 with ARMVIRT_FAULT.
 * @retval ARMVIRT_OK     Done.
 * @retval ARMVIRT_FAULT  No such register, or not with this size or from this space: RAZ.
 * @spec{IHI0070 10.5}
 */
ARMVIRT_API enum armvirt_status armvirt_pmcg_read(const struct armvirt_pmcg *pmcg,
                                                  const struct armvirt_pmcg_access *access,
                                                  uint64_t *value);

/**
 * Write a register. Every offset and size is safe.
 *
 * @param pmcg    The group.
 * @param access  Where.
 * @param value   The value; bits above the size are ignored.
 * @retval ARMVIRT_OK     Done, or ignored as for registers that only read.
 * @retval ARMVIRT_FAULT  No such register, or not with this size or from this space: WI.
 * @spec{IHI0070 10.5}
 */
ARMVIRT_API enum armvirt_status armvirt_pmcg_write(struct armvirt_pmcg *pmcg,
                                                   const struct armvirt_pmcg_access *access,
                                                   uint64_t value);

/** What happened. */
struct armvirt_pmcg_occurrence {
    uint16_t event;  /**< enum armvirt_pmcg_event, or the number of another one. */
    uint8_t sec_sid; /**< enum armvirt_space of the stream. */
    uint32_t sid;    /**< The stream; ignored with ARMVIRT_PMCG_CYCLE. */
    uint32_t count;  /**< How often. */
    uint16_t partid; /**< MPAM, if `labelled`. */
    uint8_t pmg;
    uint8_t mpam_space;   /**< enum armvirt_space of `partid`. */
    bool labelled;        /**< A PARTID and a PMG had been found for it. */
    bool no_stream;       /**< Of a device without StreamIDs: `sec_sid` is where it goes to, and
                               may be ARMVIRT_SPACE_ROOT. */
    bool no_single_state; /**< Of none, but might tell of any: `sec_sid` is ignored. No architected
                               event is. */
};

/**
 * Count what happened, in all counters that are set to. Counters that overflow are marked, then
 * values are captured, then the interrupt is raised, where that is enabled.
 *
 * @param pmcg  The group.
 * @param what  What happened.
 * @spec{IHI0070 10.2.1, 10.4}
 */
ARMVIRT_API void armvirt_pmcg_count(struct armvirt_pmcg *pmcg,
                                    const struct armvirt_pmcg_occurrence *what);

/**
 * Save all state.
 *
 * @param pmcg  The group.
 * @param buf   Where to; may be NULL if @p cap is 0, to ask for the size.
 * @param cap   Bytes at @p buf.
 * @param[out] len  Bytes of the snapshot.
 * @retval ARMVIRT_OK         Done.
 * @retval ARMVIRT_E_NOSPACE  @p cap is too small; @p len is what it takes.
 */
ARMVIRT_API enum armvirt_status armvirt_pmcg_save(const struct armvirt_pmcg *pmcg, void *buf,
                                                  size_t cap, size_t *len);

/**
 * Load a snapshot into a group of the same configuration.
 *
 * @param pmcg  The group; unchanged unless the answer is ARMVIRT_OK.
 * @param buf   The snapshot.
 * @param len   Its size.
 * @retval ARMVIRT_OK        Done.
 * @retval ARMVIRT_E_FORMAT  It is damaged, newer than this library, or of another group.
 */
ARMVIRT_API enum armvirt_status armvirt_pmcg_load(struct armvirt_pmcg *pmcg, const void *buf,
                                                  size_t len);

#ifdef __cplusplus
}
#endif
#endif
