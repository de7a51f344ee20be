/* SPDX-License-Identifier: MIT */
/**
 * @file
 * The Generic Interrupt Controller, versions 3 and 4 (IHI0069): distributor, redistributors,
 * physical and virtual CPU interfaces.
 *
 * A GIC is configured by the identification registers that its software will read, lives in storage
 * of the caller and holds no pointer into itself: it may be moved or copied between calls. Inputs
 * are register accesses and interrupt lines; the output is one callback for each PE whose signals
 * changed.
 *
 * Fixed choices: affinity routing is always on (GICD_CTLR.ARE_* read as one), the system registers
 * are always enabled (ICC_SRE_ELx.SRE reads as one), so legacy operation is not there. Pending
 * interrupts of one priority are taken in the order of their INTIDs, lowest first. An interrupt of
 * priority 0xff, which no mask lets through, is never the highest priority pending one.
 */
#ifndef ARMVIRT_GIC_H
#define ARMVIRT_GIC_H

#include <armvirt/base.h>
#include <armvirt/lpi.h>
#include <armvirt/trace.h>

#ifdef __cplusplus
extern "C" {
#endif

/** @name Signals of a PE
 * @{ */
#define ARMVIRT_GIC_IRQ         0x01u /**< Physical IRQ. */
#define ARMVIRT_GIC_FIQ         0x02u /**< Physical FIQ. */
#define ARMVIRT_GIC_IRQ_NMI     0x04u /**< With IRQ: it has superpriority. */
#define ARMVIRT_GIC_VIRQ        0x08u /**< Virtual IRQ. */
#define ARMVIRT_GIC_VFIQ        0x10u /**< Virtual FIQ. */
#define ARMVIRT_GIC_VIRQ_NMI    0x20u /**< With VIRQ: it has superpriority. */
#define ARMVIRT_GIC_MAINTENANCE 0x40u /**< Level of the maintenance interrupt. */
#define ARMVIRT_GIC_WAKE        0x80u /**< An interrupt waits for a PE whose GICR_WAKER sleeps. */
/** @} */

/** What the GIC calls. */
struct armvirt_gic_ops {
    /**
     * The signals of a PE changed. Called at the end of the call that caused it, once a PE at most.
     * If the configuration names a maintenance interrupt, the GIC drives that PPI by itself.
     *
     * @param ctx      armvirt_gic_config::ctx.
     * @param pe       Number of the PE.
     * @param signals  All its signals, ARMVIRT_GIC_IRQ and so on.
     * @param changed  Those that differ from before.
     */
    void (*signal)(void *ctx, uint32_t pe, uint32_t signals, uint32_t changed);
};

/** @name Choices in which real implementations differ (armvirt_gic_config::options)
 * @{ */
/** The highest priority pending interrupt is found before ICC_IGRPENn is looked at. */
#define ARMVIRT_GIC_OPT_HPPI_ANY_GROUP 0x1u
/** An SGI reaches only targets that have it in the very group of the register written, or in Group
 * 0 if that is Secure Group 1. */
#define ARMVIRT_GIC_OPT_SGI_SAME_GROUP 0x2u
/** GICD_STATUSR and GICR_STATUSR record; without it they are RAZ/WI. */
#define ARMVIRT_GIC_OPT_STATUSR 0x4u
/** @} */

/** A GIC, by its identification registers. */
struct armvirt_gic_config {
    /** GICD_TYPER: all but CPUNumber, which reads as 0. MBIS, LPIS, ESPI, RSS and so on switch what
     * they stand for. SecurityExtn 0: one Security state. */
    uint32_t gicd_typer;
    uint32_t gicd_typer2; /**< GICD_TYPER2: VIL, VID and nASSGIcap count. */
    uint32_t gicd_iidr;   /**< GICD_IIDR. */
    uint32_t gicr_iidr;   /**< GICR_IIDR. */
    /** GICR_TYPER: the features that all PEs share. VLPIS: GICv4.0; with RVPEID: GICv4.1.
     * Affinity_Value, Processor_Number and Last are made by the GIC. */
    uint64_t gicr_typer;
    uint32_t gicr_ctlr; /**< GICR_CTLR: CES and IR count. */
    uint32_t pidr2;     /**< GICD_PIDR2 and GICR_PIDR2: architecture revision. */
    uint64_t icc_ctlr;  /**< ICC_CTLR_EL3: ExtRange, nDS, A3V, SEIS, IDbits, PRIbits (3 to 7);
                             PMHE: it can be set. */
    uint64_t ich_vtr;   /**< ICH_VTR_EL2; 0: no virtual CPU interface. */
    uint8_t prebits;    /**< Preemption bits, 4 to 7; 0: as many as priority bits, but at most 7. */
    uint8_t maintenance; /**< INTID of the PPI that the maintenance interrupt drives; 0: none. */
    uint16_t region_pes; /**< Redistributors in each region, for GICR_TYPER.Last; 0: all in one. */
    uint32_t options;    /**< ARMVIRT_GIC_OPT_*. */
    uint32_t pes;        /**< Number of PEs, 1 to 65535. */
    /** Affinity of each PE, Aff3.Aff2.Aff1.Aff0, all different; only read by armvirt_gic_init().
     * Aff0 is at most 15, or 255 if GICD_TYPER.RSS is set. */
    const uint32_t *affinity;
    /** Memory with the LPI tables, and those of vPEs; needed if GICD_TYPER.LPIS and
     * GICR_TYPER.PLPIS are set. */
    struct armvirt_mem mem;
    const struct armvirt_gic_ops *ops; /**< May be NULL. */
    void *ctx;                         /**< For `ops`. */
    const struct armvirt_trace *trace; /**< Receives GIC_* events; may be NULL. */
};

/** A GIC; in storage of the caller. */
struct armvirt_gic;

/** Alignment of the storage, in bytes. */
#define ARMVIRT_GIC_ALIGN 16u

/** @name Upper bounds of armvirt_gic_size(), as constant expressions
 * For `pes` PEs with `ppis` private interrupts (32, 64 or 96) and `spis` shared ones, extended ones
 * included. LPIs cost ARMVIRT_GIC_LPI_BYTES() more: less than 16 bytes each, with any number of
 * PEs, and 544 bytes a PE. Virtual LPIs (GICR_TYPER.VLPIS) cost ARMVIRT_GIC_VLPI_BYTES() more:
 * those of the resident vPE of each PE.
 * @{ */
#define ARMVIRT_GIC_PE_BYTES(ppis, spis) (1280u + 11u * (ppis) + 2u * (spis))
#define ARMVIRT_GIC_SIZE(pes, ppis, spis)                                                          \
    (1024u + 12u * (size_t)(spis) + (size_t)(pes)*ARMVIRT_GIC_PE_BYTES(ppis, spis))
#define ARMVIRT_GIC_LPI_BYTES(pes, lpis)   (64u + 29u * (size_t)(lpis) / 2u + 544u * (size_t)(pes))
#define ARMVIRT_GIC_VLPI_BYTES(pes, vlpis) ((size_t)(pes) * (128u + (size_t)(vlpis)*13u / 10u))
/** @} */

/**
 * Storage that a GIC needs.
 *
 * @param config  What it will be.
 * @returns       Bytes; 0 if armvirt_gic_init() would refuse the configuration.
 */
ARMVIRT_API size_t armvirt_gic_size(const struct armvirt_gic_config *config);

/**
 * Make a GIC, in the state that a reset leaves.
 *
 * @param storage     Aligned to ARMVIRT_GIC_ALIGN.
 * @param size_bytes  Its size, armvirt_gic_size() at least.
 * @param config      What it is. The operations and their context are kept.
 * @param[out] gic  The GIC; written on success only. It is at @p storage.
 * @retval ARMVIRT_OK         Done.
 * @retval ARMVIRT_E_INVAL    The configuration contradicts itself, or the storage is not aligned.
 * @retval ARMVIRT_E_NOSPACE  The storage is too small.
 */
ARMVIRT_API enum armvirt_status armvirt_gic_init(void *storage, size_t size_bytes,
                                                 const struct armvirt_gic_config *config,
                                                 struct armvirt_gic **gic);

/**
 * Reset everything, as at power-on: all registers, lines and signals. Signals that were up go down
 * through the callback. @spec{IHI0069 4.9}
 *
 * @param gic  The GIC.
 */
ARMVIRT_API void armvirt_gic_reset(struct armvirt_gic *gic);

/** @name Memory-mapped registers
 * Every offset and width is safe. Where nothing lies, or the width is not the register's, a read
 * gives 0, a write does nothing, and the answer is ARMVIRT_FAULT: a bus may then abort or not.
 * @{ */

/** One access to a frame of registers. */
struct armvirt_gic_access {
    uint32_t offset; /**< In the frame: of GICD 64 KB, of GICR RD_base, SGI_base and so on. */
    uint8_t size;    /**< 1, 2, 4 or 8 bytes. */
    bool secure;     /**< A Secure access. Only looked at with two Security states. */
};

/**
 * Read a register of the distributor.
 *
 * @param gic     The GIC.
 * @param access  Where.
 * @param[out] value  The value; 0 with ARMVIRT_FAULT.
 * @retval ARMVIRT_OK     Done.
 * @retval ARMVIRT_FAULT  No such register.
 * @spec{IHI0069 12.8, 12.9}
 */
ARMVIRT_API enum armvirt_status armvirt_gicd_read(struct armvirt_gic *gic,
                                                  const struct armvirt_gic_access *access,
                                                  uint64_t *value);

/**
 * Write a register of the distributor. Work: at most 32 interrupts; for GICD_CTLR all PEs, and when
 * GICD_CTLR.DS becomes one all interrupts.
 *
 * @param gic     The GIC.
 * @param access  Where.
 * @param value   The value; bits beyond the width are ignored.
 * @retval ARMVIRT_OK     Done.
 * @retval ARMVIRT_FAULT  No such register.
 * @spec{IHI0069 12.8, 12.9}
 */
ARMVIRT_API enum armvirt_status armvirt_gicd_write(struct armvirt_gic *gic,
                                                   const struct armvirt_gic_access *access,
                                                   uint64_t value);

/**
 * Read a register of a redistributor.
 *
 * @param gic     The GIC.
 * @param pe      Number of the PE.
 * @param access  Where; RD_base is offset 0, SGI_base 0x10000.
 * @param[out] value  The value; 0 with ARMVIRT_FAULT.
 * @retval ARMVIRT_OK       Done.
 * @retval ARMVIRT_FAULT    No such register.
 * @retval ARMVIRT_E_INVAL  No such PE.
 * @spec{IHI0069 12.10, 12.11}
 */
ARMVIRT_API enum armvirt_status armvirt_gicr_read(struct armvirt_gic *gic, uint32_t pe,
                                                  const struct armvirt_gic_access *access,
                                                  uint64_t *value);

/**
 * Write a register of a redistributor.
 *
 * @param gic     The GIC.
 * @param pe      Number of the PE.
 * @param access  Where; RD_base is offset 0, SGI_base 0x10000.
 * @param value   The value; bits beyond the width are ignored.
 * @retval ARMVIRT_OK       Done.
 * @retval ARMVIRT_FAULT    No such register.
 * @retval ARMVIRT_E_INVAL  No such PE.
 * @spec{IHI0069 12.10, 12.11}
 */
ARMVIRT_API enum armvirt_status armvirt_gicr_write(struct armvirt_gic *gic, uint32_t pe,
                                                   const struct armvirt_gic_access *access,
                                                   uint64_t value);
/** @} */

/** @name CPU interface
 * @{ */

/** What a PE is doing, as far as the GIC cares. */
struct armvirt_gic_context {
    uint8_t el;       /**< Exception level, 0 to 3. */
    bool nmi;         /**< SCTLR_ELx.NMI of that Exception level (FEAT_NMI). */
    uint64_t scr_el3; /**< SCR_EL3: NS, IRQ, FIQ, EEL2. Without EL3: NS (0x1) alone. */
    uint64_t hcr_el2; /**< HCR_EL2: IMO, FMO, TGE. Without EL2: 0. */
};

/** The encoding of a system register, as MRS and MSR name it. */
#define ARMVIRT_GIC_SYSREG(op0, op1, crn, crm, op2)                                                \
    ((uint32_t)(op0) << 14 | (uint32_t)(op1) << 11 | (uint32_t)(crn) << 7 | (uint32_t)(crm) << 3 | \
     (uint32_t)(op2))

/** How an access to a system register ended. */
enum armvirt_gic_outcome {
    ARMVIRT_GIC_DONE = 0,      /**< The register was read or written. */
    ARMVIRT_GIC_UNDEFINED = 1, /**< The instruction is UNDEFINED at the current Exception level. */
    ARMVIRT_GIC_TRAP_EL2 = 2,  /**< Trapped to EL2, exception class 0x18. */
    ARMVIRT_GIC_TRAP_EL3 = 3,  /**< Trapped to EL3, exception class 0x18. */
};

/**
 * Tell where a PE is now. Which pin a Group 1 interrupt uses depends on the Security state; whether
 * an access is redirected or trapped on the rest.
 *
 * @param gic      The GIC.
 * @param pe       Number of the PE.
 * @param context  Kept until the next call. After a reset: EL3 if there are two Security states,
 *                 else EL2.
 * @retval ARMVIRT_OK       Done.
 * @retval ARMVIRT_E_INVAL  No such PE.
 * @spec{IHI0069 4.6.2}
 */
ARMVIRT_API enum armvirt_status armvirt_gic_set_context(struct armvirt_gic *gic, uint32_t pe,
                                                        const struct armvirt_gic_context *context);

/**
 * Read a system register of the GIC (ICC_*, ICV_*, ICH_*), as the PE does in its context. Reading
 * an acknowledge register acknowledges.
 *
 * @param gic       The GIC.
 * @param pe        Number of the PE.
 * @param encoding  ARMVIRT_GIC_SYSREG().
 * @param[out] value  The value; 0 unless the outcome is ARMVIRT_GIC_DONE.
 * @param[out] outcome  enum armvirt_gic_outcome.
 * @retval ARMVIRT_OK             Done; see @p outcome.
 * @retval ARMVIRT_E_INVAL        No such PE.
 * @retval ARMVIRT_E_UNSUPPORTED  Not a register of the GIC.
 * @spec{IHI0069 12.2}
 */
ARMVIRT_API enum armvirt_status armvirt_gic_sysreg_read(struct armvirt_gic *gic, uint32_t pe,
                                                        uint32_t encoding, uint64_t *value,
                                                        enum armvirt_gic_outcome *outcome);

/**
 * Write a system register of the GIC, as the PE does in its context. Work: for an SGI, its targets.
 *
 * @param gic       The GIC.
 * @param pe        Number of the PE.
 * @param encoding  ARMVIRT_GIC_SYSREG().
 * @param value     The value.
 * @param[out] outcome  enum armvirt_gic_outcome.
 * @retval ARMVIRT_OK             Done; see @p outcome.
 * @retval ARMVIRT_E_INVAL        No such PE.
 * @retval ARMVIRT_E_UNSUPPORTED  Not a register of the GIC.
 * @spec{IHI0069 12.2}
 */
ARMVIRT_API enum armvirt_status armvirt_gic_sysreg_write(struct armvirt_gic *gic, uint32_t pe,
                                                         uint32_t encoding, uint64_t value,
                                                         enum armvirt_gic_outcome *outcome);

/** @name What trapped an access (armvirt_gic_trap::by)
 * @{ */
#define ARMVIRT_GIC_BY_TALL0   0x01u /**< ICH_HCR_EL2.TALL0. */
#define ARMVIRT_GIC_BY_TALL1   0x02u /**< ICH_HCR_EL2.TALL1. */
#define ARMVIRT_GIC_BY_TC      0x04u /**< ICH_HCR_EL2.TC. */
#define ARMVIRT_GIC_BY_TDIR    0x08u /**< ICH_HCR_EL2.TDIR. */
#define ARMVIRT_GIC_BY_HCR_FMO 0x10u /**< HCR_EL2.FMO. */
#define ARMVIRT_GIC_BY_HCR_IMO 0x20u /**< HCR_EL2.IMO. */
#define ARMVIRT_GIC_BY_SCR_FIQ 0x40u /**< SCR_EL3.FIQ. */
#define ARMVIRT_GIC_BY_SCR_IRQ 0x80u /**< SCR_EL3.IRQ. */
/** @} */

/** The exception that an access to a system register takes. */
struct armvirt_gic_trap {
    /** ESR_ELx: exception class 0x18 with its whole ISS for a trap, 0 for an UNDEFINED instruction;
     * 0 as a whole if there is no exception. */
    uint64_t esr;
    uint32_t by;     /**< All control bits that ask for the trap, ARMVIRT_GIC_BY_*. */
    uint8_t outcome; /**< enum armvirt_gic_outcome. */
};

/**
 * What an access to a system register would do, without doing it: by the controls that the GIC
 * knows, which are those of its own registers and of its context. Fine-grained traps (HFGRTR_EL2,
 * HFGWTR_EL2) and nested virtualization are in <armvirt/sysreg.h>, which is to be asked first
 * (docs/porting.md).
 *
 * @param gic       The GIC.
 * @param pe        Number of the PE.
 * @param encoding  ARMVIRT_GIC_SYSREG().
 * @param write     MSR; else MRS.
 * @param rt        Number of the general-purpose register of the instruction, 0 to 31.
 * @param[out] trap  The exception.
 * @retval ARMVIRT_OK             Done.
 * @retval ARMVIRT_E_INVAL        No such PE.
 * @retval ARMVIRT_E_UNSUPPORTED  Not a register of the GIC.
 * @spec{DDI0487 D24.2.46}
 */
ARMVIRT_API enum armvirt_status armvirt_gic_sysreg_trap(const struct armvirt_gic *gic, uint32_t pe,
                                                        uint32_t encoding, bool write, uint8_t rt,
                                                        struct armvirt_gic_trap *trap);

/**
 * Acknowledge: what a read of ICC_IAR0_EL1 or ICC_IAR1_EL1 at the physical CPU interface does,
 * whatever would trap or redirect the access.
 *
 * @param gic     The GIC.
 * @param pe      Number of the PE.
 * @param group1  ICC_IAR1_EL1.
 * @returns       INTID; a special one, 1020 to 1023, if none was taken. 1023 if there is no such
 * PE.
 * @spec{IHI0069 12.2}
 */
ARMVIRT_API uint32_t armvirt_gic_acknowledge(struct armvirt_gic *gic, uint32_t pe, bool group1);

/**
 * End: what a write of ICC_EOIR0_EL1 or ICC_EOIR1_EL1 at the physical CPU interface does. Nothing
 * if there is no such PE.
 *
 * @param gic     The GIC.
 * @param pe      Number of the PE.
 * @param group1  ICC_EOIR1_EL1.
 * @param intid   What armvirt_gic_acknowledge() gave.
 * @spec{IHI0069 12.2}
 */
ARMVIRT_API void armvirt_gic_end(struct armvirt_gic *gic, uint32_t pe, bool group1, uint32_t intid);

/**
 * Deactivate: what a write of ICC_DIR_EL1 at the physical CPU interface does. Nothing if there is
 * no such PE.
 *
 * @param gic    The GIC.
 * @param pe     Number of the PE.
 * @param intid  INTID.
 * @spec{IHI0069 12.2}
 */
ARMVIRT_API void armvirt_gic_deactivate(struct armvirt_gic *gic, uint32_t pe, uint32_t intid);

/**
 * The signals of a PE now.
 *
 * @param gic  The GIC.
 * @param pe   Number of the PE.
 * @returns    ARMVIRT_GIC_IRQ and so on; 0 if there is no such PE.
 */
ARMVIRT_API uint32_t armvirt_gic_signals(const struct armvirt_gic *gic, uint32_t pe);
/** @} */

/** @name Inputs
 * @{ */

/**
 * Set the level of the line of an SPI. A rising edge makes an edge-triggered one pending.
 *
 * @param gic    The GIC.
 * @param intid  INTID of an SPI or extended SPI.
 * @param level  Whether the line is asserted.
 * @retval ARMVIRT_OK       Done.
 * @retval ARMVIRT_E_INVAL  No such SPI.
 * @spec{IHI0069 4.1.2}
 */
ARMVIRT_API enum armvirt_status armvirt_gic_spi(struct armvirt_gic *gic, uint32_t intid,
                                                bool level);

/**
 * Set the level of the line of a PPI of one PE.
 *
 * @param gic    The GIC.
 * @param pe     Number of the PE.
 * @param intid  INTID of a PPI (16 to 31) or extended PPI.
 * @param level  Whether the line is asserted.
 * @retval ARMVIRT_OK       Done.
 * @retval ARMVIRT_E_INVAL  No such PPI or PE.
 * @spec{IHI0069 4.1.2}
 */
ARMVIRT_API enum armvirt_status armvirt_gic_ppi(struct armvirt_gic *gic, uint32_t pe,
                                                uint32_t intid, bool level);
/** @} */

/** @name LPIs
 * What an ITS, or a model of message-signalled interrupts of the caller's own, does to the LPIs of
 * a redistributor. Pending state is kept inside; the LPI pending table in memory is read when
 * GICR_CTLR.EnableLPIs is set and written when it is cleared. The priority and the enable of an LPI
 * are cached: its entry in the configuration table is read whenever the LPI is made pending, and
 * when it is invalidated; a change of the entry between is not seen. An entry that cannot be read
 * counts as disabled. All PEs share the cache, as GICR_TYPER.CommonLPIAff 0 says they may.
 *
 * Calls for a PE that does not exist, an INTID beyond GICR_PROPBASER.IDbits, or a redistributor
 * whose EnableLPIs is 0, do nothing. @spec{IHI0069 5.1}
 * @{ */

/**
 * Make an LPI pending. One memory access. With GICR_CTLR.EnableLPIs 0 it is lost.
 *
 * @param gic    The GIC.
 * @param pe     Number of the PE.
 * @param intid  INTID, 8192 or more.
 */
ARMVIRT_API void armvirt_gic_lpi_set(struct armvirt_gic *gic, uint32_t pe, uint32_t intid);

/**
 * Make an LPI not pending.
 *
 * @param gic    The GIC.
 * @param pe     Number of the PE.
 * @param intid  INTID.
 */
ARMVIRT_API void armvirt_gic_lpi_clear(struct armvirt_gic *gic, uint32_t pe, uint32_t intid);

/**
 * Read the configuration of an LPI anew. One memory access; if it changed while the LPI was
 * pending at several PEs, work for each PE.
 *
 * @param gic    The GIC.
 * @param pe     Number of the PE whose table counts.
 * @param intid  INTID.
 */
ARMVIRT_API void armvirt_gic_lpi_inv(struct armvirt_gic *gic, uint32_t pe, uint32_t intid);

/**
 * Read the configuration of all LPIs that are pending at a PE anew: work for armvirt_gic_step().
 *
 * @param gic  The GIC.
 * @param pe   Number of the PE.
 */
ARMVIRT_API void armvirt_gic_lpi_inv_all(struct armvirt_gic *gic, uint32_t pe);

/**
 * Move the pending state of an LPI.
 *
 * @param gic    The GIC.
 * @param from   Number of the PE where it is.
 * @param to     Number of the PE where it goes.
 * @param intid  INTID.
 */
ARMVIRT_API void armvirt_gic_lpi_move(struct armvirt_gic *gic, uint32_t from, uint32_t to,
                                      uint32_t intid);

/**
 * Move the pending state of all LPIs.
 *
 * @param gic     The GIC.
 * @param from    Number of the PE where they are.
 * @param to      Number of the PE where they go.
 * @param budget  Most blocks of 64 LPIs to look at. Work: these, and the LPIs that move.
 * @retval ARMVIRT_OK       Done.
 * @retval ARMVIRT_E_AGAIN  Call again with the same PEs: the budget ran out.
 */
ARMVIRT_API enum armvirt_status armvirt_gic_lpi_move_all(struct armvirt_gic *gic, uint32_t from,
                                                         uint32_t to, uint32_t budget);

/**
 * Whether all that was asked of the LPIs of a PE is done.
 *
 * @param gic  The GIC.
 * @param pe   Number of the PE.
 * @retval ARMVIRT_OK       It is, or there is no such PE.
 * @retval ARMVIRT_E_AGAIN  armvirt_gic_step() has more to do there.
 */
ARMVIRT_API enum armvirt_status armvirt_gic_lpi_sync(const struct armvirt_gic *gic, uint32_t pe);

/** The GIC as a sink of LPIs; the context is its `struct armvirt_gic`. What it does with physical
 * LPIs is what the functions above do. */
ARMVIRT_API extern const struct armvirt_lpi_ops armvirt_gic_lpi_ops;

/**
 * Go on with what takes long: reading a pending table after GICR_CTLR.EnableLPIs was set, writing
 * it after it was cleared (GICR_CTLR.RWP is 1 until then), armvirt_gic_lpi_inv_all(), and the same
 * for vPEs: reading the table of one that becomes resident, writing that of one that leaves
 * (GICR_VPENDBASER.Dirty is 1 until then), and invalidating all of one.
 *
 * @param gic     The GIC.
 * @param budget  Most blocks of 64 LPIs to do; each costs up to 65 memory accesses.
 * @retval ARMVIRT_OK       Nothing is left to do.
 * @retval ARMVIRT_E_AGAIN  Call again: the budget ran out, or memory asked to retry.
 */
ARMVIRT_API enum armvirt_status armvirt_gic_step(struct armvirt_gic *gic, uint32_t budget);
/** @} */

/** @name Snapshots
 * All that a GIC is, in the bytes of docs/snapshot.md: what follows a load is what would have
 * followed the save. Memory with LPI tables, the operations and the trace are the caller's.
 * @{ */

/**
 * Save the state.
 *
 * @param gic  The GIC.
 * @param buf  Where to; may be NULL if @p cap is 0, to ask for the size.
 * @param cap  Bytes at @p buf.
 * @param[out] len  Bytes of the snapshot.
 * @retval ARMVIRT_OK         Done.
 * @retval ARMVIRT_E_NOSPACE  @p cap is too small; @p len is what it takes.
 */
ARMVIRT_API enum armvirt_status armvirt_gic_save(const struct armvirt_gic *gic, void *buf,
                                                 size_t cap, size_t *len);

/**
 * Load a snapshot into a GIC of the same configuration. The callback hears of signals that differ
 * from those before. Work: all interrupts of all PEs.
 *
 * @param gic  The GIC; unchanged unless the answer is ARMVIRT_OK.
 * @param buf  The snapshot.
 * @param len  Its size in bytes.
 * @retval ARMVIRT_OK        Done.
 * @retval ARMVIRT_E_FORMAT  It is damaged, newer than this library, or of another configuration.
 */
ARMVIRT_API enum armvirt_status armvirt_gic_load(struct armvirt_gic *gic, const void *buf,
                                                 size_t len);
/** @} */

#ifdef __cplusplus
}
#endif
#endif
