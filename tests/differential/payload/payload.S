/* SPDX-License-Identifier: MIT */
/*
 * The part of the payload that runs with the registers and tables of a case: how EL3 enters it, the
 * instructions, and what catches the exceptions. It touches no memory until EL3's own SCTLR_EL3 is
 * back, from x18.
 */
#include "protocol.h"
#include "script.h"

        .arch   armv8.5-a

        .macro  stub call, insn
        \insn
        \call   #EXIT_CALL
        .endm

        /* Every instruction, ended by SMC for EL1 to EL3, by SVC for EL0. */
        .macro  stubs call
#define I(name, text) stub \call, text;
        DIFF_AT(I)
#undef I
#define I(name, text, kind, bytes, isv) stub \call, text;
        DIFF_ACCESSES(I)
#undef I
        .endm

/* ---- ROM, page 0: reset, entry, instructions and vectors of EL3 ---------------------------- */

        .section .rom.page, "ax"
        .global start, enter
start:  b       reset

        /*
         * void enter(struct entry *): goes to entry->pc with SPSR_EL3, SCTLR_EL3, x0 and x3 as it
         * says; returns when an exception reaches EL3, whose number it stores in entry->vector.
         */
        .balign 16
enter:  stp     x29, x30, [sp, #-112]!
        stp     x19, x20, [sp, #16]
        stp     x21, x22, [sp, #32]
        stp     x23, x24, [sp, #48]
        stp     x25, x26, [sp, #64]
        stp     x27, x28, [sp, #80]
        str     x0, [sp, #96]
        ldp     x16, x17, [x0]
        msr     elr_el3, x16
        msr     spsr_el3, x17
        ldp     x17, x3, [x0, #16]
        ldr     x0, [x0, #32]
        mrs     x18, sctlr_el3
        msr     sctlr_el3, x17
        isb
        eret

        .org    ROM_STUBS
        stubs   smc

        .org    ROM_VECTORS
        .set    number, 0
        .rept   16
        .balign 0x80
        msr     sctlr_el3, x18
        isb
        mov     x17, #number
        b       leave
        .set    number, number + 1
        .endr

        .balign 0x80
leave:  ldr     x16, [sp, #96]
        str     x17, [x16, #40]
        str     x0, [x16, #32]
        ldp     x19, x20, [sp, #16]
        ldp     x21, x22, [sp, #32]
        ldp     x23, x24, [sp, #48]
        ldp     x25, x26, [sp, #64]
        ldp     x27, x28, [sp, #80]
        ldp     x29, x30, [sp], #112
        ret

/* ---- The page below EL3: vectors that hand over to EL3, instructions ----------------------- */

        .section .rom.code, "ax"
        .global code_page, code_page_end
        .balign 0x800
code_page:
        .set    number, 0
        .rept   16
        .balign 0x80
        smc     #number
        .set    number, number + 1
        .endr
        .org    CODE_STUBS
        stubs   smc
        stubs   svc
        .org    CODE_SCRIPTS
#define I(name, text) stub smc, text;
        DIFF_GIC_ACCESSES(I)
#undef I
#define R(name, op1, crn, crm, op2) \
        mrs x0, S3_##op1##_C##crn##_C##crm##_##op2; smc #EXIT_CALL; \
        msr S3_##op1##_C##crn##_C##crm##_##op2, x3; smc #EXIT_CALL;
        DIFF_GIC_REGISTERS(R)
#undef R
code_page_end:

/* ---- The rest of ROM ----------------------------------------------------------------------- */

        .section .rom.text, "ax"
        .global get_register, set_register, get_id_register
reset:  mrs     x0, mpidr_el1
        and     x0, x0, #0xff
        ldr     x1, =STACK_PA
        mov     x2, #STACK_SIZE
        msub    x1, x0, x2, x1
        mov     sp, x1
        mov     x1, #ROM_VECTORS
        msr     vbar_el3, x1
        isb
        cbnz    x0, 1f
        bl      payload_main
        b       .
1:      bl      payload_other
        b       .

        /* Two instructions for each register. */
        .balign 8
get_register:
#define R(name, member, op1, crn, crm, op2) mrs x0, S3_##op1##_C##crn##_C##crm##_##op2; smc #EXIT_CALL;
        DIFF_REGISTERS(R)
        DIFF_TRAP_REGISTERS(R)
get_id_register:
        DIFF_ID_REGISTERS(R)
        DIFF_PE_ID_REGISTERS(R)
#undef R
set_register:
#define R(name, member, op1, crn, crm, op2) msr S3_##op1##_C##crn##_C##crm##_##op2, x0; ret;
        DIFF_REGISTERS(R)
        DIFF_TRAP_REGISTERS(R)
#undef R
