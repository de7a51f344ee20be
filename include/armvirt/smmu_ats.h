/* SPDX-License-Identifier: MIT */
/**
 * @file
 * What PCIe endpoints with address translation caches ask of an SMMU: translations (ATS) and pages
 * (PRI). Transactions with addresses that the SMMU gave away carry ARMVIRT_SMMU_TRANSLATED and go
 * to armvirt_smmu_translate(); invalidations and responses come from its operations `atc_inv` and
 * `prg_response`.
 *
 * @spec{IHI0070 3.9, 8, 13.6, 13.7}
 */
#ifndef ARMVIRT_SMMU_ATS_H
#define ARMVIRT_SMMU_ATS_H

#include <armvirt/smmu.h>

#ifdef __cplusplus
extern "C" {
#endif

/* ---- Translations ----------------------------------------------------------------------------
 */

/** A translation request. */
struct armvirt_smmu_ats_request {
    uint64_t addr; /**< The untranslated address; of a request for several, one after the other. */
    uint32_t sid;  /**< StreamID. */
    uint32_t ssid; /**< PASID, if `ssv`. */
    uint8_t sec_sid; /**< enum armvirt_space of the stream. */
    bool ssv;
    bool no_write;   /**< NW: the endpoint will not write, and no page is marked dirty for it. */
    bool execute;    /**< Execute_Requested; only looked at with a PASID. */
    bool privileged; /**< Privileged_Mode_Requested; only looked at with a PASID. */
    bool ns;         /**< NS attribute, of Realm streams. */
    bool xt;         /**< XT: the page must be in the space that `ns` names (R_IDR3.XT). */
    uint8_t reserved;
};

/** The status of a completion, as PCIe encodes it. */
enum armvirt_smmu_ats_status {
    ARMVIRT_SMMU_ATS_SUCCESS = 0, /**< With `read` and `write` false: no access. */
    ARMVIRT_SMMU_ATS_UR = 1,      /**< Unsupported Request: ATS is off for the stream. */
    ARMVIRT_SMMU_ATS_CA = 4,      /**< Completer Abort: the configuration is wrong. */
};

/** A translation completion. */
struct armvirt_smmu_ats_completion {
    uint64_t address;  /**< Where the page around the request is: a PA, or an IPA with STE.EATS
                            0b10; 0 without any right. */
    uint64_t event[4]; /**< The event record, recorded or not; event[0] 0: there is none. */
    uint8_t status;    /**< enum armvirt_smmu_ats_status. */
    uint8_t size_log2; /**< Bytes that `address` is good for, 12 to 56; 12 without any right, where
                            the endpoint's STU counts. */
    uint8_t space;     /**< enum armvirt_space of `address`. */
    uint8_t reason;    /**< enum armvirt_smmu_reason, or NONE. */
    bool read, write;
    bool execute;    /**< Only if requested. */
    bool privileged; /**< As requested: the rights are those of this privilege. */
    bool recorded;   /**< The event is in the queue. */
    uint8_t reserved[3];
    struct armvirt_fault fault; /**< If the reason says translation: which rule of the tables. */
};

/**
 * Answer a translation request.
 *
 * Access flags are set, and unless `no_write` pages are marked dirty, where the tables ask for it.
 * With `no_write` the right to write is never granted.
 *
 * @param smmu     The SMMU.
 * @param request  The request.
 * @param[out] completion  Always written.
 * @retval ARMVIRT_OK       @p completion is the answer. Work: the configuration and three walks.
 * @retval ARMVIRT_E_AGAIN  Memory asked to retry; call again.
 * @retval ARMVIRT_E_INVAL  @p sec_sid names no interface of this SMMU.
 * @spec{IHI0070 3.9.1.2, 13.6.3 to 13.6.5, 13.7.1}
 */
ARMVIRT_API enum armvirt_status
armvirt_smmu_ats_translate(struct armvirt_smmu *smmu,
                           const struct armvirt_smmu_ats_request *request,
                           struct armvirt_smmu_ats_completion *completion);

/* ---- Pages -----------------------------------------------------------------------------------
 */

/** A page request, or with `ssv`, `last` and neither `read` nor `write` a Stop Marker. */
struct armvirt_smmu_page_request {
    uint64_t addr;
    uint32_t sid;
    uint32_t ssid;      /**< PASID, if `ssv`. */
    uint16_t prg_index; /**< Page request group index, 0 to 511. */
    uint8_t sec_sid;    /**< enum armvirt_space of the stream. */
    bool ssv;
    bool read, write, execute, privileged;
    bool last; /**< The last of its group. */
    uint8_t reserved[3];
};

/** What became of a page request. */
enum armvirt_smmu_pri_outcome {
    ARMVIRT_SMMU_PRI_QUEUED = 0,    /**< It is in the PRI queue; software will respond. */
    ARMVIRT_SMMU_PRI_ANSWERED = 1,  /**< The SMMU has responded, through ops->prg_response(). */
    ARMVIRT_SMMU_PRI_DISCARDED = 2, /**< It is gone without a response. */
};

/**
 * Take a page request of an endpoint.
 *
 * @param smmu     The SMMU.
 * @param request  The request.
 * @param[out] outcome   enum armvirt_smmu_pri_outcome.
 * @param[out] response  The automatic response with ANSWERED, else zero.
 * @retval ARMVIRT_OK       Done. Work: a record, and with an overflow a stream table entry.
 * @retval ARMVIRT_E_AGAIN  Memory asked to retry; nothing happened.
 * @retval ARMVIRT_E_INVAL  @p sec_sid names no interface of this SMMU.
 * @spec{IHI0070 8}
 */
ARMVIRT_API enum armvirt_status
armvirt_smmu_pri_request(struct armvirt_smmu *smmu, const struct armvirt_smmu_page_request *request,
                         uint8_t *outcome, struct armvirt_smmu_prg_response *response);

/** A hint of a device without ATS that it will soon access pages. @spec{IHI0070 3.12.4.1} */
struct armvirt_smmu_page_hint {
    uint64_t addr;   /**< Of the first page; bits 11:0 do not count. */
    uint32_t sid;    /**< StreamID. */
    uint32_t ssid;   /**< SubstreamID, if `ssv`. */
    uint8_t sec_sid; /**< enum armvirt_space of the stream. */
    bool ssv;
    uint8_t pages; /**< Span, 1 to 255. */
    uint8_t perm;  /**< Mask of enum armvirt_perm: the rights that will be needed. */
};

/**
 * Record a hint as E_PAGE_REQUEST. Needs no response; dropped while translation is off, and where
 * the event queue has no room for it.
 *
 * @param smmu  The SMMU.
 * @param hint  The hint.
 * @param[out] recorded  The event is in the queue.
 * @retval ARMVIRT_OK       Done. Work: a record.
 * @retval ARMVIRT_E_INVAL  `sec_sid` names no interface of this SMMU.
 * @spec{IHI0070 7.3.19}
 */
ARMVIRT_API enum armvirt_status armvirt_smmu_page_hint(struct armvirt_smmu *smmu,
                                                       const struct armvirt_smmu_page_hint *hint,
                                                       bool *recorded);

#ifdef __cplusplus
}
#endif
#endif
