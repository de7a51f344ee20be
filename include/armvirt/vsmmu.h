/* SPDX-License-Identifier: MIT */
/**
 * @file
 * Help for a hypervisor that gives a guest a virtual SMMU on a physical one with both stages: the
 * guest's stage 1 is used by hardware in place, under a stage 2 of the hypervisor.
 *
 * The guest writes a stream table entry: `armvirt_vsmmu_ste()` makes the physical one. The guest
 * issues a command: `armvirt_vsmmu_command()` says whether and how it goes on. The physical SMMU
 * reports an event: `armvirt_vsmmu_event()` makes the guest's. Stage 2 and the VMID are always
 * those of the hypervisor. All functions are pure: they read and write only what they are given.
 *
 * @spec{IHI0070 3.3.2, 5.2, 4, 7.3}
 */
#ifndef ARMVIRT_VSMMU_H
#define ARMVIRT_VSMMU_H

#include <armvirt/regs/smmu_structures.h>
#include <armvirt/smmu_config.h>

#ifdef __cplusplus
extern "C" {
#endif

/** @name What a guest's entry may decide
 * The same bits that Linux' iommufd accepts for a nested stream (struct iommu_hwpt_arm_smmuv3).
 * @{ */
/** Of word 0: V, Config, S1Fmt, S1ContextPtr, S1CDMax. */
#define ARMVIRT_VSMMU_STE0_ALLOWED                                                                 \
    (ARMVIRT_SMMU_STE0_V | ARMVIRT_SMMU_STE0_CONFIG | ARMVIRT_SMMU_STE0_S1FMT |                    \
     ARMVIRT_SMMU_STE0_S1CONTEXTPTR | ARMVIRT_SMMU_STE0_S1CDMAX)
/** Of word 1: S1DSS, S1CIR, S1COR, S1CSH, S1STALLD, EATS. */
#define ARMVIRT_VSMMU_STE1_ALLOWED                                                                 \
    (ARMVIRT_SMMU_STE1_S1DSS | ARMVIRT_SMMU_STE1_S1CIR | ARMVIRT_SMMU_STE1_S1COR |                 \
     ARMVIRT_SMMU_STE1_S1CSH | ARMVIRT_SMMU_STE1_S1STALLD | ARMVIRT_SMMU_STE1_EATS)
/** @} */

/** Two SMMUs, one virtual and one physical, and a guest between them. */
struct armvirt_vsmmu {
    struct armvirt_smmu_id guest; /**< What the guest reads. */
    struct armvirt_smmu_id host;  /**< What the hardware reads; has both stages. */
    /** The physical entry of a device that the guest leaves alone: V 1, Config 0b110, stage 2 and
     * VMID of the guest, and whatever else the hypervisor wants for all its devices. */
    uint64_t parent[8];
    bool ats; /**< The device may use ATS if the guest asks for it. */
    /** The StreamID on the other side: physical to virtual if @p to_guest, else the other way.
     * Answers false if there is none. */
    bool (*stream)(void *ctx, bool to_guest, uint32_t sid, uint32_t *other);
    void *ctx; /**< For `stream`. */
};

/** What became of a guest's entry. */
struct armvirt_vsmmu_ste {
    uint64_t word[8];    /**< The physical entry. */
    uint64_t lost[8];    /**< Bits that the guest's SMMU would heed and the physical entry does not
                              carry: overrides of attributes, StreamWorld, EATS and so on. */
    uint64_t refused[2]; /**< Bits set in words 0 and 1 that iommufd would refuse. */
    uint8_t
        guest_reason; /**< enum armvirt_smmu_reason: by which rule the guest's entry is illegal. */
    uint8_t host_reason; /**< By which rule the physical one would have been. */
};

/**
 * Make the physical stream table entry for a guest's one.
 *
 * An entry that aborts, or does not work, becomes V 1 with Config 0b000; one that bypasses becomes
 * the parent; one with stage 1 becomes the parent with the guest's stage 1 (Config 0b111). In the
 * last, MEV is always 1, so that a guest cannot flood the event queue, and S1STALLD is 1 if the
 * guest has been told that there are no stalls. After writing it, CMD_CFGI_STE is due, and a change
 * of what was there before is made in an order that the hardware may see at any point.
 *
 * @param vsmmu  Both SMMUs.
 * @param guest  The eight words of the guest's entry, read once.
 * @param[out] out  Always written.
 * @retval ARMVIRT_OK             Done. Look at `lost`.
 * @retval ARMVIRT_FAULT          The guest's entry is ILLEGAL: C_BAD_STE for each transaction.
 * @retval ARMVIRT_E_UNSUPPORTED  The guest wants a stage 2 of its own, or the physical SMMU cannot
 *                                do what the guest was promised: `host_reason`.
 * @retval ARMVIRT_E_INVAL        The parent is no legal entry with stage 2 alone.
 * @spec{IHI0070 5.2}
 */
ARMVIRT_API enum armvirt_status armvirt_vsmmu_ste(const struct armvirt_vsmmu *vsmmu,
                                                  const uint64_t guest[8],
                                                  struct armvirt_vsmmu_ste *out);

/**
 * Whether hardware will read a guest's context descriptor, which it fetches by itself, as the
 * guest's SMMU promises.
 *
 * @param vsmmu  Both SMMUs.
 * @param ste    What armvirt_vsmmu_ste() made, with stage 1.
 * @param guest  The eight words of the guest's stream table entry.
 * @param cd     The eight words of the descriptor.
 * @param[out] guest_reason  enum armvirt_smmu_reason: why it is illegal for the guest's SMMU.
 * @param[out] host_reason   The same for the physical one.
 * @retval ARMVIRT_OK             Both take it, or neither does.
 * @retval ARMVIRT_E_UNSUPPORTED  Only one of them takes it.
 * @retval ARMVIRT_E_INVAL        @p ste or @p guest has no stage 1.
 * @spec{IHI0070 5.4}
 */
ARMVIRT_API enum armvirt_status armvirt_vsmmu_cd(const struct armvirt_vsmmu *vsmmu,
                                                 const struct armvirt_vsmmu_ste *ste,
                                                 const uint64_t guest[8], const uint64_t cd[8],
                                                 uint8_t *guest_reason, uint8_t *host_reason);

/** What to do with a command or an event. */
enum armvirt_vsmmu_action {
    ARMVIRT_VSMMU_FORWARD = 0, /**< Hand over what has been made of it. */
    ARMVIRT_VSMMU_EMULATE = 1, /**< The hypervisor acts by itself. */
    ARMVIRT_VSMMU_DROP = 2,    /**< Nothing: there is no such device on the other side. */
    ARMVIRT_VSMMU_ILLEGAL = 3, /**< The guest's SMMU has no such command: CERROR_ILL. */
};

/**
 * What to do with a command of the guest's Non-secure queue.
 *
 * Forwarded are invalidations of stage 1 (with the VMID of the parent; NSNH_ALL becomes NH_ALL), of
 * context descriptors and of ATCs (with the physical StreamID). The hypervisor acts on CMD_CFGI_STE
 * and its range (make the physical entries anew), CMD_SYNC (issue one behind what was forwarded,
 * and complete the guest's after it), CMD_RESUME, CMD_STALL_TERM and CMD_PRI_RESP (whose STAG and
 * group it knows), prefetches, and on regimes that hardware does not use for the guest.
 *
 * @param vsmmu    Both SMMUs.
 * @param guest    The two words of the command; its opcode and features are checked here, reserved
 *                 fields by the caller.
 * @param[out] out  The physical command, if the answer is ARMVIRT_VSMMU_FORWARD; else zero.
 * @returns        What to do.
 * @spec{IHI0070 4}
 */
ARMVIRT_API enum armvirt_vsmmu_action
armvirt_vsmmu_command(const struct armvirt_vsmmu *vsmmu, const uint64_t guest[2], uint64_t out[2]);

/**
 * What to do with an event of the physical SMMU.
 *
 * Faults of stage 1 and of the guest's structures go to the guest with its StreamID. Stage 2 is the
 * hypervisor's: for a table or descriptor of the guest that stage 2 refused, @p out is what the
 * guest's SMMU would report if memory were missing there (F_WALK_EABT, F_CD_FETCH), should the
 * hypervisor have nothing better to do.
 *
 * @param vsmmu  Both SMMUs.
 * @param event  The four words of the physical record.
 * @param[out] out  The guest's record; zero if there is none.
 * @returns      ARMVIRT_VSMMU_FORWARD, EMULATE or DROP.
 * @spec{IHI0070 7.3}
 */
ARMVIRT_API enum armvirt_vsmmu_action armvirt_vsmmu_event(const struct armvirt_vsmmu *vsmmu,
                                                          const uint64_t event[4], uint64_t out[4]);

#ifdef __cplusplus
}
#endif
#endif
