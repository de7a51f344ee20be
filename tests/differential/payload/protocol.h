/* SPDX-License-Identifier: MIT */
/*
 * What the payload and the host share: where things lie in the memory of the machine, which
 * registers and instructions there are, and how a batch of cases and its outcomes look.
 */
#ifndef ARMVIRT_TESTS_DIFFERENTIAL_PROTOCOL_H
#define ARMVIRT_TESTS_DIFFERENTIAL_PROTOCOL_H

/* ---- The memory map ------------------------------------------------------------------------ */

#define RAM_PA     0x40000000 /* the memory that the host maps too */
#define RAM_SIZE   0x08000000
#define STACK_PA   0x40300000 /* top of the payload's stack; its data is below */
#define STACK_SIZE 0x00010000 /* of each PE, one below the other */
#define CONTROL_PA 0x40400000 /* struct control */
#define CODE_PA    0x40410000 /* the page that runs below EL3 */
#define INPUT_PA   0x40800000 /* BATCHES times BATCH_SIZE */
#define OUTPUT_PA  0x41800000
#define BATCH_SIZE 0x00800000
#define BATCHES    2
#define ARENA_PA   0x44000000 /* tables and data of the cases */
#define ARENA_SIZE 0x04000000
#define ABSENT_PA  0x48000000 /* from here on nothing answers */

/* Offsets in the page that holds what runs with the cases' tables: EL3 has its own in ROM, at 0. */
#define ROM_STUBS   0x0200
#define ROM_VECTORS 0x0800
#define CODE_STUBS  0x0800
#define CODE_WORDS  0x1000 /* instruction words of a group, in a page of their own */
#define WORD_SIZE   16     /* the word, ended by SMC, then again, ended by SVC */
#define STUB_SIZE   8
#define EXIT_CALL   0x100      /* the number of the SMC or SVC that ends a case */
#define EXIT_SMC    0xd4002003 /* smc #EXIT_CALL */
#define EXIT_SVC    0xd4002001 /* svc #EXIT_CALL */

/* ---- Registers: name, member of struct armvirt_vmsa, op1, CRn, CRm, op2 -------------------- */

#define DIFF_REGISTERS(R)                                                                          \
    R(SCR_EL3, scr_el3, 6, 1, 1, 0)                                                                \
    R(SCTLR_EL3, sctlr_el3, 6, 1, 0, 0)                                                            \
    R(SCTLR2_EL3, sctlr2_el3, 6, 1, 0, 3)                                                          \
    R(TCR_EL3, tcr_el3, 6, 2, 0, 2)                                                                \
    R(TTBR0_EL3, ttbr0_el3, 6, 2, 0, 0)                                                            \
    R(MAIR_EL3, mair_el3, 6, 10, 2, 0)                                                             \
    R(MAIR2_EL3, mair2_el3, 6, 10, 1, 1)                                                           \
    R(PIR_EL3, pir_el3, 6, 10, 2, 3)                                                               \
    R(HCR_EL2, hcr_el2, 4, 1, 1, 0)                                                                \
    R(HCRX_EL2, hcrx_el2, 4, 1, 2, 2)                                                              \
    R(SCTLR_EL2, sctlr_el2, 4, 1, 0, 0)                                                            \
    R(SCTLR2_EL2, sctlr2_el2, 4, 1, 0, 3)                                                          \
    R(TCR_EL2, tcr_el2, 4, 2, 0, 2)                                                                \
    R(TCR2_EL2, tcr2_el2, 4, 2, 0, 3)                                                              \
    R(TTBR0_EL2, ttbr0_el2[0], 4, 2, 0, 0)                                                         \
    R(TTBR1_EL2, ttbr1_el2[0], 4, 2, 0, 1)                                                         \
    R(MAIR_EL2, mair_el2, 4, 10, 2, 0)                                                             \
    R(MAIR2_EL2, mair2_el2, 4, 10, 1, 1)                                                           \
    R(PIR_EL2, pir_el2, 4, 10, 2, 3)                                                               \
    R(PIRE0_EL2, pire0_el2, 4, 10, 2, 2)                                                           \
    R(VTCR_EL2, vtcr_el2, 4, 2, 1, 2)                                                              \
    R(VTTBR_EL2, vttbr_el2[0], 4, 2, 1, 0)                                                         \
    R(VSTCR_EL2, vstcr_el2, 4, 2, 6, 2)                                                            \
    R(VSTTBR_EL2, vsttbr_el2, 4, 2, 6, 0)                                                          \
    R(S2PIR_EL2, s2pir_el2, 4, 10, 2, 5)                                                           \
    R(SCTLR_EL1, sctlr_el1, 0, 1, 0, 0)                                                            \
    R(SCTLR2_EL1, sctlr2_el1, 0, 1, 0, 3)                                                          \
    R(TCR_EL1, tcr_el1, 0, 2, 0, 2)                                                                \
    R(TCR2_EL1, tcr2_el1, 0, 2, 0, 3)                                                              \
    R(TTBR0_EL1, ttbr0_el1[0], 0, 2, 0, 0)                                                         \
    R(TTBR1_EL1, ttbr1_el1[0], 0, 2, 0, 1)                                                         \
    R(MAIR_EL1, mair_el1, 0, 10, 2, 0)                                                             \
    R(MAIR2_EL1, mair2_el1, 0, 10, 2, 1)                                                           \
    R(PIR_EL1, pir_el1, 0, 10, 2, 3)                                                               \
    R(PIRE0_EL1, pire0_el1, 0, 10, 2, 2)

#define DIFF_ID_REGISTERS(R)                                                                       \
    R(ID_AA64MMFR0_EL1, id_aa64mmfr0_el1, 0, 0, 7, 0)                                              \
    R(ID_AA64MMFR1_EL1, id_aa64mmfr1_el1, 0, 0, 7, 1)                                              \
    R(ID_AA64MMFR2_EL1, id_aa64mmfr2_el1, 0, 0, 7, 2)                                              \
    R(ID_AA64MMFR3_EL1, id_aa64mmfr3_el1, 0, 0, 7, 3)                                              \
    R(ID_AA64MMFR4_EL1, id_aa64mmfr4_el1, 0, 0, 7, 4)                                              \
    R(ID_AA64PFR0_EL1, id_aa64pfr0_el1, 0, 0, 4, 0)                                                \
    R(ID_AA64PFR1_EL1, id_aa64pfr1_el1, 0, 0, 4, 1)                                                \
    R(ID_AA64PFR2_EL1, id_aa64pfr2_el1, 0, 0, 4, 2)                                                \
    R(ID_AA64ISAR0_EL1, id_aa64isar0_el1, 0, 0, 6, 0)                                              \
    R(ID_AA64ISAR1_EL1, id_aa64isar1_el1, 0, 0, 6, 1)                                              \
    R(ID_AA64ISAR2_EL1, id_aa64isar2_el1, 0, 0, 6, 2)

/* Registers of struct armvirt_pe: controls that trap, and ID registers. */
#define DIFF_TRAP_REGISTERS(R)                                                                     \
    R(CPTR_EL3, cptr_el3, 6, 1, 1, 2)                                                              \
    R(MDCR_EL3, mdcr_el3, 6, 1, 3, 1)                                                              \
    R(CPTR_EL2, cptr_el2, 4, 1, 1, 2)                                                              \
    R(MDCR_EL2, mdcr_el2, 4, 1, 1, 1)                                                              \
    R(HSTR_EL2, hstr_el2, 4, 1, 1, 3)                                                              \
    R(CNTHCTL_EL2, cnthctl_el2, 4, 14, 1, 0)                                                       \
    R(CPACR_EL1, cpacr_el1, 0, 1, 0, 2)                                                            \
    R(CNTKCTL_EL1, cntkctl_el1, 0, 14, 1, 0)                                                       \
    R(PMUSERENR_EL0, pmuserenr_el0, 3, 9, 14, 0)

#define DIFF_PE_ID_REGISTERS(R)                                                                    \
    R(ID_AA64DFR0_EL1, id_aa64dfr0_el1, 0, 0, 5, 0)                                                \
    R(ID_AA64DFR1_EL1, id_aa64dfr1_el1, 0, 0, 5, 1)                                                \
    R(ID_AA64SMFR0_EL1, id_aa64smfr0_el1, 0, 0, 4, 5)                                              \
    R(ID_AA64ZFR0_EL1, id_aa64zfr0_el1, 0, 0, 4, 4)                                                \
    R(ICH_VTR_EL2, ich_vtr_el2, 4, 12, 11, 1)                                                      \
    R(PMCR_EL0, pmcr_el0, 3, 9, 12, 0)                                                             \
    R(ICC_SRE_EL1, icc_sre_el[1], 0, 12, 12, 5)                                                    \
    R(ICC_SRE_EL2, icc_sre_el[2], 4, 12, 9, 5)                                                     \
    R(ICC_SRE_EL3, icc_sre_el[3], 6, 12, 12, 5)

/* ---- Instructions: address in x0, value to store in x3 ------------------------------------- */

/* AT: name as in enum armvirt_at_op, text. */
#define DIFF_AT(I)                                                                                 \
    I(S1E0R, "at s1e0r, x0")                                                                       \
    I(S1E0W, "at s1e0w, x0")                                                                       \
    I(S1E1R, "at s1e1r, x0")                                                                       \
    I(S1E1W, "at s1e1w, x0")                                                                       \
    I(S1E1RP, "at s1e1rp, x0")                                                                     \
    I(S1E1WP, "at s1e1wp, x0")                                                                     \
    I(S1E1A, "sys #0, c7, c9, #2, x0")                                                             \
    I(S1E2R, "at s1e2r, x0")                                                                       \
    I(S1E2W, "at s1e2w, x0")                                                                       \
    I(S1E2A, "sys #4, c7, c9, #2, x0")                                                             \
    I(S1E3R, "at s1e3r, x0")                                                                       \
    I(S1E3W, "at s1e3w, x0")                                                                       \
    I(S1E3A, "sys #6, c7, c9, #2, x0")                                                             \
    I(S12E0R, "at s12e0r, x0")                                                                     \
    I(S12E0W, "at s12e0w, x0")                                                                     \
    I(S12E1R, "at s12e1r, x0")                                                                     \
    I(S12E1W, "at s12e1w, x0")

/* Others: name, text, kind of access, bytes, ESR_ELx.ISS 24:14 (SAS, SSE, SRT, SF, AR) or NO_ISV.
 */
#define DIFF_ACCESSES(I)                                                                           \
    I(LDR, "ldr x0, [x0]", READ, 8, ISV(3, 0, 0, 1, 0))                                            \
    I(LDRB, "ldrb w0, [x0]", READ, 1, ISV(0, 0, 0, 0, 0))                                          \
    I(LDRSW, "ldrsw x0, [x0]", READ, 4, ISV(2, 1, 0, 1, 0))                                        \
    I(LDAR, "ldar x0, [x0]", READ, 8, ISV(3, 0, 0, 1, 1))                                          \
    I(LDTR, "ldtr x0, [x0]", READ, 8, ISV(3, 0, 0, 1, 0))                                          \
    I(LDRPOST, "ldr w1, [x0], #4", READ, 4, NO_ISV)                                                \
    I(LDP, "ldp x0, x1, [x0]", READ, 8, NO_ISV)                                                    \
    I(STR, "str x3, [x0]", WRITE, 8, ISV(3, 0, 3, 1, 0))                                           \
    I(STRH, "strh w3, [x0]", WRITE, 2, ISV(1, 0, 3, 0, 0))                                         \
    I(STLRW, "stlr w3, [x0]", WRITE, 4, ISV(2, 0, 3, 0, 1))                                        \
    I(STTR, "sttr x3, [x0]", WRITE, 8, ISV(3, 0, 3, 1, 0))                                         \
    I(SWP, "swp x3, x0, [x0]", READ_WRITE, 8, NO_ISV)                                              \
    I(DCZVA, "dc zva, x0", DC_ZERO, 1, NO_ISV)                                                     \
    I(FETCH, "br x0", FETCH, 4, NO_ISV)

#define ERET_WORD      0xd69f03e0
#define UNDEFINED_WORD 0xe7f0def0 /* in A64, A32 and T32 */

#define STORED_VALUE 0x5bd1e995a54cf72b

/* ---- Batches ------------------------------------------------------------------------------- */

#ifndef __ASSEMBLER__
#include <stdint.h>

enum diff_register {
#define R(name, member, op1, crn, crm, op2) REG_##name,
    DIFF_REGISTERS(R)
#undef R
        REGISTERS,
};

enum diff_trap_register {
#define R(name, member, op1, crn, crm, op2) TRAP_##name,
    DIFF_TRAP_REGISTERS(R)
#undef R
        TRAP_REGISTERS,
    ALL_REGISTERS = REGISTERS + TRAP_REGISTERS,
};

enum diff_pe_id_register {
#define R(name, member, op1, crn, crm, op2) PE_##name,
    DIFF_PE_ID_REGISTERS(R)
#undef R
        PE_ID_REGISTERS,
};

enum diff_id_register {
#define R(name, member, op1, crn, crm, op2) ID_##name,
    DIFF_ID_REGISTERS(R)
#undef R
        ID_REGISTERS,
};

enum diff_insn {
#define I(name, text) INSN_AT_##name,
    DIFF_AT(I)
#undef I
#define I(name, text, kind, bytes, isv) INSN_##name,
        DIFF_ACCESSES(I)
#undef I
            INSNS,
    INSN_FIRST_ACCESS = INSN_LDR,
    INSN_WORD = INSNS, /* the instruction word that stands in the address of the case */
};

/* What is pending while a case of INSN_WORD runs: an SGI of a group, or a bit of HCR_EL2. */
#define DIFF_INTERRUPTS(X)                                                                         \
    X(GROUP0, "Group 0")                                                                           \
    X(GROUP1S, "Secure Group 1")                                                                   \
    X(GROUP1NS, "Non-secure Group 1")                                                              \
    X(VFIQ, "HCR_EL2.VF")                                                                          \
    X(VIRQ, "HCR_EL2.VI")                                                                          \
    X(VSERROR, "HCR_EL2.VSE")

enum diff_interrupt {
    INTERRUPT_NONE,
#define X(name, text) INTERRUPT_##name,
    DIFF_INTERRUPTS(X)
#undef X
        INTERRUPTS,
};

#define HCR_VF_SHIFT 6 /* VI and VSE follow */

/* What the payload says of the machine; how host and payload, and the PEs, wait for each other. */
struct control {
    uint64_t id[ID_REGISTERS];
    uint64_t pe_id[PE_ID_REGISTERS];
    uint64_t present[ALL_REGISTERS]; /* 1 if the register exists */
    uint64_t reset[ALL_REGISTERS];   /* its value after reset */
    uint64_t scripts;                /* the host's: batches are of scripts, not of groups */
    uint64_t submitted;              /* batches: the host counts, batch n lies at n % BATCHES */
    uint64_t started;                /* cases of the present batch that were begun */
    uint64_t turn;                   /* the PE that is to go on with the script ... */
    uint64_t op, result;             /* ... from here on: addresses */
    uint64_t left, quiet;            /* operations; the next ones, whose results are not kept */
};

struct word {
    uint64_t pa, value;
};

/* One instruction, executed at @el; where the code page is for EL0 and EL1, and for EL2. */
struct diff_case {
    uint64_t va;
    uint64_t code_va[2];
    uint32_t insn; /* enum diff_insn */
    uint8_t el;
    uint8_t pan;
    uint8_t interrupt; /* enum diff_interrupt */
    uint8_t daif;      /* PSTATE.{D, A, I, F} of a case of INSN_WORD */
    uint64_t spsr;     /* SPSR_ELx, for ERET ... */
    uint64_t elr;      /* ... which returns to ELR_ELx: about the address behind it */
};

/* Cases that share registers and memory; followed by its words and its cases. */
struct diff_group {
    uint32_t words, cases;
    uint64_t reg[ALL_REGISTERS]; /* enum diff_register, then enum diff_trap_register */
};

#define CHANGED_WORDS 8

struct outcome {
    uint32_t target; /* 0: no exception; the Exception level that it was taken to */
    uint32_t vector; /* entry of the vector table, 0 to 15 */
    uint64_t esr, far, hpfar, elr, spsr;
    uint64_t par, x0;
    uint32_t unused, changes; /* words of the group that changed, of which CHANGED_WORDS are here */
    struct word changed[CHANGED_WORDS];
};

#endif
#endif
