/* SPDX-License-Identifier: MIT */
/**
 * @file
 * The System Memory Management Unit, version 3.0 to 3.4 (IHI0070): registers, stream table, context
 * descriptors, queues, translation.
 *
 * An SMMU is configured by the identification registers that its software will read, lives in
 * storage of the caller and holds no pointer into itself: it may be moved or copied between calls.
 * Inputs are register accesses and transactions of devices; it reads its tables and queues from
 * memory, and calls back for interrupts and for transactions that stalled.
 */
#ifndef ARMVIRT_SMMU_H
#define ARMVIRT_SMMU_H

#include <armvirt/pgtable.h>
#include <armvirt/pmcg.h>
#include <armvirt/smmu_config.h>
#include <armvirt/tlb.h>

#ifdef __cplusplus
extern "C" {
#endif

/* ---- What it calls ----------------------------------------------------------------------------
 */

/** Interrupts of one interface. @spec{IHI0070 3.18} */
enum armvirt_smmu_irq {
    ARMVIRT_SMMU_IRQ_EVENTQ = 0,   /**< The event queue became non-empty. */
    ARMVIRT_SMMU_IRQ_PRIQ = 1,     /**< The PRI queue became non-empty, or holds a Last request. */
    ARMVIRT_SMMU_IRQ_CMD_SYNC = 2, /**< A CMD_SYNC with an interrupt completed. */
    ARMVIRT_SMMU_IRQ_GERROR = 3,   /**< A global error became active. */
    ARMVIRT_SMMU_IRQ_GPF_FAR = 4,  /**< Root: SMMU_ROOT_GPF_FAR holds a new fault. */
    ARMVIRT_SMMU_IRQ_GPT_CFG_FAR = 5, /**< Root: SMMU_ROOT_GPT_CFG_FAR holds a new error. */
};

struct armvirt_smmu_txn;
struct armvirt_smmu_result;

/** An invalidation of address translation caches that goes out to a device. */
struct armvirt_smmu_atc_inv {
    uint64_t address;  /**< First byte. */
    uint32_t sid;      /**< StreamID. */
    uint32_t ssid;     /**< PASID, if `ssv`. */
    uint8_t size_log2; /**< log2 of the bytes, 12 to 64. */
    uint8_t sec_sid;   /**< enum armvirt_space. */
    bool ssv;
    bool global; /**< For all PASIDs. */
};

/** A page request group response that goes out to a device. @spec{IHI0070 8.3} */
struct armvirt_smmu_prg_response {
    uint32_t sid;
    uint32_t ssid;      /**< PASID, if `ssv`. */
    uint16_t prg_index; /**< Page request group index. */
    uint8_t code;       /**< 0 Success, 1 Invalid Request, 0xf Response Failure. */
    uint8_t sec_sid;    /**< enum armvirt_space. */
    bool ssv;
};

/** What an SMMU calls. Members may be NULL. */
struct armvirt_smmu_ops {
    /** A wired interrupt pulses. @p irq is enum armvirt_smmu_irq, @p sec_sid the interface: enum
     * armvirt_space. */
    void (*irq)(void *ctx, unsigned irq, uint8_t sec_sid);
    /** A wake-up event for PEs that wait in WFE (IDR0.SEV). */
    void (*sev)(void *ctx);
    /** A transaction that stalled has ended: passed, aborted or RAZ/WI, as @p result says. */
    void (*resumed)(void *ctx, const struct armvirt_smmu_txn *txn,
                    const struct armvirt_smmu_result *result);
    /** An ATC invalidation goes out. Answers false if it will time out: the next CMD_SYNC fails. */
    bool (*atc_inv)(void *ctx, const struct armvirt_smmu_atc_inv *inv);
    /** A response to a page request group goes out. */
    void (*prg_response)(void *ctx, const struct armvirt_smmu_prg_response *response);
    /** Something happened that performance monitors count; armvirt_pmcg_count() takes it. Not for
     * ARMVIRT_SMMU_PROBE. @spec{IHI0070 10.3} */
    void (*count)(void *ctx, const struct armvirt_pmcg_occurrence *what);
};

/* ---- What it is -------------------------------------------------------------------------------
 */

/** @name Choices (armvirt_smmu_config::options)
 * @{ */
/** Similar events of streams with STE.MEV are merged while one is the newest in the queue. */
#define ARMVIRT_SMMU_OPT_MERGE 0x1u
/** GBPA.ABORT, of all interfaces, resets to 1. */
#define ARMVIRT_SMMU_OPT_RESET_ABORT 0x2u
/** @} */

/** An SMMU. */
struct armvirt_smmu_config {
    /** Must pass armvirt_smmu_id_check(). IDR5.STALL_MAX is the number of transactions that may be
     * stalled at once; each takes storage. */
    struct armvirt_smmu_id id;
    uint32_t options; /**< ARMVIRT_SMMU_OPT_*. */
    /** Number of the 64 KB page with the Root registers; 0: none. With them, nothing is reached
     * before SMMU_ROOT_CR0.ACCESSEN is 1. @spec{IHI0070 6.3.112} */
    uint32_t root_page;
    uint32_t l0gptsz; /**< SMMU_ROOT_GPT_BASE_CFG.L0GPTSZ, which is read-only: 0, 4, 6 or 9. */
    /** Number of the 64 KB page with the first command queue control page (IDR1.ECMDQ); 0: 256. */
    uint32_t ecmdq_page;
    uint32_t cache_log2;          /**< log2 of the configurations cached, 0 to 16. */
    uint32_t tlb_entries;         /**< Translations cached: 0, or as armvirt_tlb_config::entries. */
    struct armvirt_mem mem;       /**< Memory; `cas` only needed with IDR0.HTTU. */
    struct armvirt_walk_log *log; /**< The steps of the last walk; may be NULL. */
    const struct armvirt_smmu_ops *ops; /**< May be NULL. */
    void *ctx;                          /**< For `ops`. */
};

/** An SMMU; in storage of the caller. */
struct armvirt_smmu;

/** Alignment of the storage, in bytes. */
#define ARMVIRT_SMMU_ALIGN 64u

/** @name Upper bounds of armvirt_smmu_size(), as constant expressions
 * For `cache_log2` and `tlb_entries` as configured, and IDR5.STALL_MAX transactions that may be
 * stalled at once. Each enhanced command queue (IDR1.ECMDQ) costs ARMVIRT_SMMU_ECMDQ_BYTES more.
 * @{ */
#define ARMVIRT_SMMU_ECMDQ_BYTES 24u
#define ARMVIRT_SMMU_SIZE(cache_log2, tlb_entries, stall_max)                                      \
    (8192u + ((size_t)1536 << (cache_log2)) + 64u * ((size_t)(stall_max) + 1u) +                   \
     ARMVIRT_SMMU_TLB_BYTES((size_t)(tlb_entries)))
#define ARMVIRT_SMMU_TLB_BYTES(entries)                                                            \
    ((entries) != 0 ? ARMVIRT_TLB_SIZE(entries) + 64u * ((entries) < 1024u ? (entries) : 1024u)    \
                    : 0u)
/** @} */

/**
 * Storage that an SMMU needs.
 *
 * @param config  What it will be.
 * @returns       Bytes, at most ARMVIRT_SMMU_SIZE(); 0 if armvirt_smmu_init() would refuse it.
 */
ARMVIRT_API size_t armvirt_smmu_size(const struct armvirt_smmu_config *config);

/**
 * Make an SMMU, in the state that a reset leaves.
 *
 * @param storage     Aligned to ARMVIRT_SMMU_ALIGN.
 * @param size_bytes  Its size, armvirt_smmu_size() at least.
 * @param config      What it is. The operations and their context are kept.
 * @param[out] smmu   The SMMU; written on success only. It is at @p storage.
 * @retval ARMVIRT_OK         Done.
 * @retval ARMVIRT_E_INVAL    The configuration contradicts itself, or the storage is not aligned.
 * @retval ARMVIRT_E_NOSPACE  The storage is too small.
 */
ARMVIRT_API enum armvirt_status armvirt_smmu_init(void *storage, size_t size_bytes,
                                                  const struct armvirt_smmu_config *config,
                                                  struct armvirt_smmu **smmu);

/**
 * Reset everything: registers, caches, stalled transactions (which are forgotten without a call).
 *
 * @param smmu  The SMMU.
 * @spec{IHI0070 3.11}
 */
ARMVIRT_API void armvirt_smmu_reset(struct armvirt_smmu *smmu);

/* ---- Registers --------------------------------------------------------------------------------
 */

/** An access to a register. */
struct armvirt_smmu_access {
    uint64_t offset; /**< From the base of the SMMU: pages 0 and 1, then the optional ones. */
    uint8_t size;    /**< 4 or 8 bytes. */
    uint8_t space;   /**< enum armvirt_space of the access. */
};

/**
 * Read a register. Every offset and size is safe.
 *
 * @param smmu    The SMMU.
 * @param access  Where.
 * @param[out] value  The value; 0 with ARMVIRT_FAULT.
 * @retval ARMVIRT_OK     Done.
 * @retval ARMVIRT_FAULT  No such register, or not with this size or from this space: RAZ.
 * @spec{IHI0070 6.1, 6.2}
 */
ARMVIRT_API enum armvirt_status armvirt_smmu_read(const struct armvirt_smmu *smmu,
                                                  const struct armvirt_smmu_access *access,
                                                  uint64_t *value);

/**
 * Write a register. Commands are not processed here but by armvirt_smmu_run(); stalled
 * transactions that the write lets go on are retried.
 *
 * @param smmu    The SMMU.
 * @param access  Where.
 * @param value   The value; bits beyond the size are ignored.
 * @retval ARMVIRT_OK     Done.
 * @retval ARMVIRT_FAULT  No such register, or not with this size or from this space: WI.
 * @spec{IHI0070 6.1, 6.2}
 */
ARMVIRT_API enum armvirt_status armvirt_smmu_write(struct armvirt_smmu *smmu,
                                                   const struct armvirt_smmu_access *access,
                                                   uint64_t value);

/**
 * Do what is waiting: commands of all queues, ATOS requests, retries of stalled transactions.
 *
 * @param smmu    The SMMU.
 * @param budget  At most so many commands and retries.
 * @retval ARMVIRT_OK       Nothing waits any more.
 * @retval ARMVIRT_E_AGAIN  The budget is used up, or memory asked to retry; call again.
 * @spec{IHI0070 4.1, 7.1}
 */
ARMVIRT_API enum armvirt_status armvirt_smmu_run(struct armvirt_smmu *smmu, uint32_t budget);

/**
 * Whether armvirt_smmu_run() has something to do.
 *
 * @param smmu  The SMMU.
 * @returns     True if it has.
 */
ARMVIRT_API bool armvirt_smmu_pending(const struct armvirt_smmu *smmu);

/**
 * Take part in TLB maintenance that a PE broadcasts: hand on what armvirt_tlbi_decode() or
 * armvirt_tlbi32_decode() say of an instruction whose domain reaches the SMMU. Without IDR0.BTM,
 * and of a Security state whose CR2.PTM is 1, it is ignored. ARMVIRT_TLB_ALL stands for the
 * instructions by physical address (TLBI PAALL, RPAOS, RPALOS), which ROOT_IDR0.BGPTM lets in.
 *
 * @param smmu   The SMMU.
 * @param inval  What it invalidates; `vmid_wild` comes from the SMMU.
 *
 * Work: as armvirt_tlb_invalidate().
 * @spec{IHI0070 3.17}
 */
ARMVIRT_API void armvirt_smmu_broadcast(struct armvirt_smmu *smmu,
                                        const struct armvirt_tlb_inval *inval);

/* ---- Transactions -----------------------------------------------------------------------------
 */

/** What a transaction is. */
enum armvirt_smmu_txn_flag {
    ARMVIRT_SMMU_WRITE = 1u << 0,       /**< A write; else a read. */
    ARMVIRT_SMMU_READ_WRITE = 1u << 1,  /**< An atomic that reads and writes. */
    ARMVIRT_SMMU_PRIVILEGED = 1u << 2,  /**< PRIV. */
    ARMVIRT_SMMU_INSTRUCTION = 1u << 3, /**< INST. */
    ARMVIRT_SMMU_SSV = 1u << 4,         /**< `ssid` is valid. */
    ARMVIRT_SMMU_NS = 1u << 5,          /**< NS attribute, of Secure and Realm streams. */
    ARMVIRT_SMMU_SPECULATIVE = 1u << 6, /**< No event, no stall; writes and atomics abort. */
    ARMVIRT_SMMU_TRANSLATED = 1u << 7,  /**< ATS: the address has been translated already. */
    ARMVIRT_SMMU_NO_STALL = 1u << 8,    /**< From PCIe: never to be stalled. */
    ARMVIRT_SMMU_PROBE = 1u << 9, /**< Ask what would happen: no event, stall, update, fill. */
    ARMVIRT_SMMU_ATTR = 1u << 10, /**< `attr` is valid; else Normal Write-Back memory. */
    ARMVIRT_SMMU_UNSUPPORTED = 1u << 11, /**< Of a kind that this SMMU does not support: F_UUT. */
    ARMVIRT_SMMU_XT = 1u << 12, /**< Realm: it must go where ARMVIRT_SMMU_NS says (R_IDR3.XT). */
};

/** Memory attributes of a transaction. */
struct armvirt_smmu_attr {
    uint8_t mair; /**< Type, as struct armvirt_memattr::mair. */
    uint8_t sh;   /**< enum armvirt_sh. */
};

/** A transaction of a device. */
struct armvirt_smmu_txn {
    uint64_t addr;   /**< The input address, all 64 bits. */
    uint64_t cookie; /**< For the caller; comes back with ops->resumed(). */
    uint32_t sid;    /**< StreamID. */
    uint32_t ssid;   /**< SubstreamID, if ARMVIRT_SMMU_SSV. */
    uint16_t flags;  /**< Mask of enum armvirt_smmu_txn_flag. */
    uint8_t sec_sid; /**< enum armvirt_space of the stream: Non-secure, Secure or Realm. */
    uint8_t reserved;
    struct armvirt_smmu_attr attr; /**< Incoming attributes. */
};

/** How a transaction ended. */
enum armvirt_smmu_outcome {
    ARMVIRT_SMMU_PASS = 0,    /**< It goes on to `pa`. */
    ARMVIRT_SMMU_ABORT = 1,   /**< Terminated with an abort. */
    ARMVIRT_SMMU_RAZ_WI = 2,  /**< Terminated: reads give zero, writes are ignored. */
    ARMVIRT_SMMU_STALLED = 3, /**< Held; ops->resumed() will say how it ends. */
};

/** The answer to a transaction. */
struct armvirt_smmu_result {
    uint64_t pa;       /**< Where it goes, if it passes. */
    uint64_t event[4]; /**< The event record, recorded or not; event[0] 0: there is none. */
    uint8_t outcome;   /**< enum armvirt_smmu_outcome. */
    uint8_t reason;    /**< enum armvirt_smmu_reason. */
    uint8_t pa_space;  /**< enum armvirt_space of `pa`. */
    uint8_t size_log2; /**< log2 of the bytes around the address that go the same way. */
    bool recorded;     /**< The event is in the queue, or will be: of a stalled transaction. */
    bool privileged;   /**< PRIV and INST that go out. */
    bool instruction;
    uint8_t perm;                  /**< Mask of enum armvirt_perm, of translations. */
    struct armvirt_smmu_attr attr; /**< Attributes that go out. */
    uint16_t stag;                 /**< Of a stalled transaction. */
    uint16_t mecid;                /**< Realm. */
    uint16_t partid;               /**< MPAM. */
    uint8_t pmg;
    uint8_t mpam_space;         /**< enum armvirt_space of `partid`. */
    struct armvirt_fault fault; /**< If `reason` says translation: which rule of the tables. */
};

/**
 * Translate a transaction.
 *
 * @param smmu    The SMMU.
 * @param txn     The transaction.
 * @param[out] result  Always written.
 * @retval ARMVIRT_OK       @p result says what happens. Work: 16 words of configuration, three
 * table walks of armvirt_translate(), and an event record.
 * @retval ARMVIRT_E_AGAIN  Memory asked to retry; nothing happened.
 * @retval ARMVIRT_E_INVAL  @p sec_sid names no interface of this SMMU.
 * @spec{IHI0070 3.3, 7.3.22, 15}
 */
ARMVIRT_API enum armvirt_status armvirt_smmu_translate(struct armvirt_smmu *smmu,
                                                       const struct armvirt_smmu_txn *txn,
                                                       struct armvirt_smmu_result *result);

/** What a stream, and a substream of it, are configured as. */
struct armvirt_smmu_context {
    struct armvirt_ste ste;
    struct armvirt_cd cd;         /**< With `s1`. */
    struct armvirt_regime regime; /**< With `s1` or `s2`. */
    uint16_t partid;              /**< MPAM. */
    uint8_t pmg;
    uint8_t mpam_space; /**< enum armvirt_space of `partid`. */
    bool s1, s2;        /**< The stages that translate, STE.S1DSS seen to. */
};

/**
 * What a stream is configured as, read from memory as a transaction would, without caches.
 *
 * @param smmu  The SMMU.
 * @param txn   Whose stream: `sid`, `ssid`, `sec_sid` and ARMVIRT_SMMU_SSV count.
 * @param[out] context  Always written, as far as it was found.
 * @param[out] reason   enum armvirt_smmu_reason: why it was not found, or NONE.
 * @retval ARMVIRT_OK       Found.
 * @retval ARMVIRT_FAULT    Not found or illegal; @p reason says why.
 * @retval ARMVIRT_E_AGAIN  Memory asked to retry.
 * @retval ARMVIRT_E_INVAL  @p txn names no interface of this SMMU.
 */
ARMVIRT_API enum armvirt_status armvirt_smmu_stream(const struct armvirt_smmu *smmu,
                                                    const struct armvirt_smmu_txn *txn,
                                                    struct armvirt_smmu_context *context,
                                                    uint8_t *reason);

/* ---- Snapshots --------------------------------------------------------------------------------
 */

/**
 * Save all state but the caches, which a load leaves empty.
 *
 * @param smmu  The SMMU.
 * @param buf   Where to; may be NULL if @p cap is 0, to ask for the size.
 * @param cap   Bytes at @p buf.
 * @param[out] len  Bytes of the snapshot.
 * @retval ARMVIRT_OK         Done.
 * @retval ARMVIRT_E_NOSPACE  @p cap is too small; @p len is what it takes.
 */
ARMVIRT_API enum armvirt_status armvirt_smmu_save(const struct armvirt_smmu *smmu, void *buf,
                                                  size_t cap, size_t *len);

/**
 * Load a snapshot into an SMMU of the same identification registers.
 *
 * @param smmu  The SMMU; unchanged unless the answer is ARMVIRT_OK.
 * @param buf   The snapshot.
 * @param len   Its size.
 * @retval ARMVIRT_OK        Done.
 * @retval ARMVIRT_E_FORMAT  It is damaged, newer than this library, or of another SMMU.
 */
ARMVIRT_API enum armvirt_status armvirt_smmu_load(struct armvirt_smmu *smmu, const void *buf,
                                                  size_t len);

#ifdef __cplusplus
}
#endif
#endif
