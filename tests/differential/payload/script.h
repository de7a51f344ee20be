/* SPDX-License-Identifier: MIT */
/*
 * What the payload and the host share of scripts: operations of up to four PEs on the interrupt
 * controllers, one after the other (IHI0069).
 */
#ifndef ARMVIRT_TESTS_DIFFERENTIAL_PAYLOAD_SCRIPT_H
#define ARMVIRT_TESTS_DIFFERENTIAL_PAYLOAD_SCRIPT_H

#define SCRIPT_PES 4

/* The interrupt controllers of the machine. */
#define GICD_PA    0x08000000
#define GITS_PA    0x08080000
#define GICR_PA    0x080a0000
#define GICR_BYTES 0x20000

/* Tables of the scripts: in the arena. */
#define SCRIPT_PA    0x44000000
#define SCRIPT_BYTES 0x00100000

/* Lines that a timer drives at once, for its time has come since reset: INTID, its control. */
#define SCRIPT_WIRES(W)                                                                            \
    W(26, "cnthp_ctl_el2")                                                                         \
    W(27, "cntv_ctl_el0")                                                                          \
    W(29, "cntps_ctl_el1")                                                                         \
    W(30, "cntp_ctl_el0")

/* Instructions that scripts are made of: in a page below EL3 of their own. */
#define CODE_SCRIPTS 0x2000

/* System registers: name, op1, CRn, CRm, op2. */
#define DIFF_GIC_REGISTERS(R)                                                                      \
    R(ICC_PMR_EL1, 0, 4, 6, 0)                                                                     \
    R(ICC_IAR0_EL1, 0, 12, 8, 0)                                                                   \
    R(ICC_EOIR0_EL1, 0, 12, 8, 1)                                                                  \
    R(ICC_HPPIR0_EL1, 0, 12, 8, 2)                                                                 \
    R(ICC_BPR0_EL1, 0, 12, 8, 3)                                                                   \
    R(ICC_AP0R0_EL1, 0, 12, 8, 4)                                                                  \
    R(ICC_AP0R1_EL1, 0, 12, 8, 5)                                                                  \
    R(ICC_AP0R2_EL1, 0, 12, 8, 6)                                                                  \
    R(ICC_AP0R3_EL1, 0, 12, 8, 7)                                                                  \
    R(ICC_AP1R0_EL1, 0, 12, 9, 0)                                                                  \
    R(ICC_AP1R1_EL1, 0, 12, 9, 1)                                                                  \
    R(ICC_AP1R2_EL1, 0, 12, 9, 2)                                                                  \
    R(ICC_AP1R3_EL1, 0, 12, 9, 3)                                                                  \
    R(ICC_NMIAR1_EL1, 0, 12, 9, 5)                                                                 \
    R(ICC_DIR_EL1, 0, 12, 11, 1)                                                                   \
    R(ICC_RPR_EL1, 0, 12, 11, 3)                                                                   \
    R(ICC_SGI1R_EL1, 0, 12, 11, 5)                                                                 \
    R(ICC_ASGI1R_EL1, 0, 12, 11, 6)                                                                \
    R(ICC_SGI0R_EL1, 0, 12, 11, 7)                                                                 \
    R(ICC_IAR1_EL1, 0, 12, 12, 0)                                                                  \
    R(ICC_EOIR1_EL1, 0, 12, 12, 1)                                                                 \
    R(ICC_HPPIR1_EL1, 0, 12, 12, 2)                                                                \
    R(ICC_BPR1_EL1, 0, 12, 12, 3)                                                                  \
    R(ICC_CTLR_EL1, 0, 12, 12, 4)                                                                  \
    R(ICC_SRE_EL1, 0, 12, 12, 5)                                                                   \
    R(ICC_IGRPEN0_EL1, 0, 12, 12, 6)                                                               \
    R(ICC_IGRPEN1_EL1, 0, 12, 12, 7)                                                               \
    R(ICC_SRE_EL2, 4, 12, 9, 5)                                                                    \
    R(ICC_CTLR_EL3, 6, 12, 12, 4)                                                                  \
    R(ICC_SRE_EL3, 6, 12, 12, 5)                                                                   \
    R(ICC_IGRPEN1_EL3, 6, 12, 12, 7)                                                               \
    R(ICH_AP0R0_EL2, 4, 12, 8, 0)                                                                  \
    R(ICH_AP0R1_EL2, 4, 12, 8, 1)                                                                  \
    R(ICH_AP0R2_EL2, 4, 12, 8, 2)                                                                  \
    R(ICH_AP0R3_EL2, 4, 12, 8, 3)                                                                  \
    R(ICH_AP1R0_EL2, 4, 12, 9, 0)                                                                  \
    R(ICH_AP1R1_EL2, 4, 12, 9, 1)                                                                  \
    R(ICH_AP1R2_EL2, 4, 12, 9, 2)                                                                  \
    R(ICH_AP1R3_EL2, 4, 12, 9, 3)                                                                  \
    R(ICH_HCR_EL2, 4, 12, 11, 0)                                                                   \
    R(ICH_VTR_EL2, 4, 12, 11, 1)                                                                   \
    R(ICH_MISR_EL2, 4, 12, 11, 2)                                                                  \
    R(ICH_EISR_EL2, 4, 12, 11, 3)                                                                  \
    R(ICH_ELRSR_EL2, 4, 12, 11, 5)                                                                 \
    R(ICH_VMCR_EL2, 4, 12, 11, 7)                                                                  \
    R(ICH_LR0_EL2, 4, 12, 12, 0)                                                                   \
    R(ICH_LR1_EL2, 4, 12, 12, 1)                                                                   \
    R(ICH_LR2_EL2, 4, 12, 12, 2)                                                                   \
    R(ICH_LR3_EL2, 4, 12, 12, 3)                                                                   \
    R(ICH_LR4_EL2, 4, 12, 12, 4)                                                                   \
    R(ISR_EL1, 0, 12, 1, 0)

/* Loads and stores: address in x0, what is stored in x3. */
#define DIFF_GIC_ACCESSES(I)                                                                       \
    I(READ8, "ldrb w0, [x0]")                                                                      \
    I(READ16, "ldrh w0, [x0]")                                                                     \
    I(READ32, "ldr w0, [x0]")                                                                      \
    I(READ64, "ldr x0, [x0]")                                                                      \
    I(WRITE8, "strb w3, [x0]")                                                                     \
    I(WRITE16, "strh w3, [x0]")                                                                    \
    I(WRITE32, "str w3, [x0]")                                                                     \
    I(WRITE64, "str x3, [x0]")

#ifndef __ASSEMBLER__
#include <stdint.h>

enum diff_gic_register {
#define R(name, op1, crn, crm, op2) GIC_##name,
    DIFF_GIC_REGISTERS(R)
#undef R
        GIC_REGISTERS,
};

/* What an operation does; from OP_MRS on, what all Exception levels do. */
enum diff_op_kind {
    OP_FILL, /* @value bytes of 0 at @pa, a multiple of 8 */
    OP_WIRE, /* a timer raises or lowers its PPI @reg (SCRIPT_WIRES): @value */
    OP_DROP, /* EL3 ends what is active at the CPU interface */
#define I(name, text) OP_##name,
    DIFF_GIC_ACCESSES(I)
#undef I
        OP_MRS,
    OP_MSR,
    OP_KINDS,
};

/* Bits of diff_op.context. */
#define OP_NS      0x01 /* SCR_EL3.NS */
#define OP_SCR_IRQ 0x02 /* SCR_EL3.IRQ */
#define OP_SCR_FIQ 0x04 /* SCR_EL3.FIQ */
#define OP_HCR_FMO 0x08 /* HCR_EL2.FMO */
#define OP_HCR_IMO 0x10 /* HCR_EL2.IMO */

/* One operation: by PE @pe, at @el with interrupts masked in PSTATE. */
struct diff_op {
    uint64_t pa, value;
    uint8_t kind; /* enum diff_op_kind */
    uint8_t reg;  /* enum diff_gic_register, of OP_MRS and OP_MSR */
    uint8_t pe, el, context;
    uint8_t reserved[3];
};

/* How it ended. */
enum diff_op_end { END_DONE, END_EXCEPTION };

struct diff_op_result {
    uint64_t value; /* END_DONE: that was read; END_EXCEPTION: ESR_ELx of a synchronous one */
    uint8_t end;    /* enum diff_op_end */
    uint8_t target; /* Exception level of the exception */
    uint8_t vector; /* entry of the vector table, 0 to 15 */
    uint8_t reserved[5];
};

/* Followed by its operations; the results of the first @quiet ones are not kept. */
struct diff_script {
    uint32_t ops, quiet;
};

#endif
#endif
