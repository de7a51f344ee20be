/* SPDX-License-Identifier: MIT */
/**
 * @file
 * The LPI sink: what an Interrupt Translation Service asks of the redistributors (IHI0069 5.2, 6.4,
 * 12.13). Any ITS can drive it, that of this library or another; any GIC can offer one. The GIC of
 * this library offers @ref armvirt_gic_lpi_ops.
 *
 * PEs are named by number, as GICR_TYPER.Processor_Number does. What does not exist - a PE, an
 * INTID that the redistributor's tables do not have, an LPI of a redistributor whose LPIs are off -
 * is ignored: no operation fails for what a guest wrote. Each operation is atomic and done when it
 * returns, but for the long ones: `move_all` asks to be called again, and `inv_all` and `vinv_all`
 * go on inside until `sync` and `vsync` say that they are through. Between calls a sink keeps
 * nothing that it was given by address.
 * The others cannot be repeated: memory of a sink that asks to retry (ARMVIRT_BUS_RETRY) while one
 * reads a table counts as memory that aborts.
 *
 * Operations may call the signal callback of the GIC, never the ITS; they must not be called from
 * a callback of the GIC. Threads: a sink is one object with its GIC.
 */
#ifndef ARMVIRT_LPI_H
#define ARMVIRT_LPI_H

#include <armvirt/base.h>

#ifdef __cplusplus
extern "C" {
#endif

/** The INTID that stands for no doorbell. */
#define ARMVIRT_LPI_NO_DOORBELL 1023u

/** A vPE, as VMAPP made it known to the ITS. @spec{IHI0069 5.3.20, 5.3.21} */
struct armvirt_vpe {
    uint32_t pe;        /**< Target redistributor; VMOVP changes it. */
    uint32_t vpeid;     /**< vPEID. GICv4.0 does not look at it. */
    uint64_t vpt_pa;    /**< Address of the virtual LPI pending table; multiple of 64 KB. */
    uint8_t intid_bits; /**< Bits of its vINTIDs, VPT_size + 1; at least 14 for any vLPI. */
    uint64_t config_pa; /**< GICv4.1: address of the virtual LPI configuration table; else 0. */
    uint32_t doorbell;  /**< GICv4.1: default doorbell, an LPI or ARMVIRT_LPI_NO_DOORBELL. */
};

/** The configuration of a virtual SGI, as the VSGI command has it. @spec{IHI0069 5.3.26} */
struct armvirt_vsgi {
    uint8_t intid;    /**< 0 to 15. */
    uint8_t priority; /**< Four bits are implemented, 7 to 4. */
    bool group1;      /**< Group 1, else Group 0. */
    bool enable;      /**< Whether it is enabled. */
    bool clear;       /**< Only make it not pending: the configuration stays. */
};

/** @name How a vPE is mapped (VMAPP of GICv4.1)
 * @{ */
#define ARMVIRT_VPE_ALLOC 0x1u /**< The first mapping: whatever was known about it is gone. */
#define ARMVIRT_VPE_PTZ   0x2u /**< With ALLOC: its pending table is all zeros. */
/** @} */

/**
 * Operations of a sink. The virtual ones, from `vset` on, are all there or all NULL; those of
 * GICv4.1, from `vpe_map` on, are in vain on a GIC of version 4.0.
 */
struct armvirt_lpi_ops {
    /** @name Physical LPIs
     * Constant work and at most one memory access each.
     * @{ */
    /** INT, and an event from a device: make an LPI pending. */
    void (*set)(void *ctx, uint32_t pe, uint32_t intid);
    /** CLEAR, DISCARD: make it not pending. */
    void (*clear)(void *ctx, uint32_t pe, uint32_t intid);
    /** INV: read its configuration anew. */
    void (*inv)(void *ctx, uint32_t pe, uint32_t intid);
    /** INVALL: read the configuration of all LPIs of a redistributor anew. Begins; see `sync`. */
    void (*inv_all)(void *ctx, uint32_t pe);
    /** MOVI: if it is pending at @p from, it is pending at @p to instead. */
    void (*move)(void *ctx, uint32_t from, uint32_t to, uint32_t intid);
    /**
     * MOVALL: `move` for every LPI. Looks at @p budget blocks of 64 LPIs at most.
     *
     * @retval ARMVIRT_OK       Done.
     * @retval ARMVIRT_E_AGAIN  Not all was done: call again with the same PEs, before any other
     *                          operation for the LPIs of either.
     */
    enum armvirt_status (*move_all)(void *ctx, uint32_t from, uint32_t to, uint32_t budget);
    /**
     * SYNC: whether all that was asked of a redistributor is done.
     *
     * @retval ARMVIRT_OK       It is, or there is no such PE.
     * @retval ARMVIRT_E_AGAIN  Long work goes on there; ask again later. An ITS may wait or not.
     */
    enum armvirt_status (*sync)(void *ctx, uint32_t pe);
    /** @} */

    /** @name Virtual LPIs, GICv4.0
     * @p vpe says where the vPE is and what tables it has; it is resident if its redistributor
     * runs it. What happens to one that is not, happens in its pending table: constant work, at
     * most four memory accesses each.
     * @{ */
    /**
     * INT, and an event: make a vLPI pending. If the vPE is not resident, the doorbell rings at
     * its redistributor: @p doorbell in GICv4.0 (ARMVIRT_LPI_NO_DOORBELL: none does), the default
     * doorbell if it was asked for in GICv4.1.
     */
    void (*vset)(void *ctx, const struct armvirt_vpe *vpe, uint32_t vintid, uint32_t doorbell);
    /** CLEAR, DISCARD of a virtual mapping. */
    void (*vclear)(void *ctx, const struct armvirt_vpe *vpe, uint32_t vintid);
    /** INV of a virtual mapping. */
    void (*vinv)(void *ctx, const struct armvirt_vpe *vpe, uint32_t vintid);
    /** VINVALL. Begins; see `vsync`. */
    void (*vinv_all)(void *ctx, const struct armvirt_vpe *vpe);
    /** VMOVI: if it is pending for @p from, it is so for @p to instead, as by `vset`. */
    void (*vmove)(void *ctx, const struct armvirt_vpe *from, const struct armvirt_vpe *to,
                  uint32_t vintid, uint32_t doorbell);
    /** VSYNC: like `sync`, for what was asked about one vPE. */
    enum armvirt_status (*vsync)(void *ctx, const struct armvirt_vpe *vpe);
    /** @} */

    /** @name GICv4.1
     * @{ */
    /** VMAPP with V 1: the entry of the vPE in the vPE configuration table (GICR_VPROPBASER) is
     * written. @p flags: ARMVIRT_VPE_*. And VMOVP that changes the default doorbell, after
     * `vpe_move`, with no flags. */
    void (*vpe_map)(void *ctx, const struct armvirt_vpe *vpe, uint32_t flags);
    /** VMAPP with V 0: the entry is made invalid; a vPE that is resident goes first. */
    void (*vpe_unmap)(void *ctx, const struct armvirt_vpe *vpe);
    /** VMOVP, before the ITS changes armvirt_vpe::pe to @p to; @p doorbell (its DB bit): the
     * default doorbell moves along if it is pending. */
    void (*vpe_move)(void *ctx, const struct armvirt_vpe *vpe, uint32_t to, bool doorbell);
    /** VSGI: configure a virtual SGI or make it not pending. */
    void (*vsgi)(void *ctx, const struct armvirt_vpe *vpe, const struct armvirt_vsgi *config);
    /** GITS_SGIR: make virtual SGI @p vintid pending; else like `vset`. */
    void (*vsgi_set)(void *ctx, const struct armvirt_vpe *vpe, uint32_t vintid);
    /** INVDB: read the configuration of the default doorbell anew. */
    void (*invdb)(void *ctx, const struct armvirt_vpe *vpe);
    /** @} */
};

/** A sink as an ITS takes it. */
struct armvirt_lpi_sink {
    const struct armvirt_lpi_ops *ops; /**< What it does. */
    void *ctx;                         /**< For `ops`; with armvirt_gic_lpi_ops, the GIC. */
};

#ifdef __cplusplus
}
#endif
#endif
