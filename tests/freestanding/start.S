/* SPDX-License-Identifier: MIT */
/* Entry of the bare image: a stack, vectors that report any exception, main, power off. */
        .section .text.start, "ax"
        .global start
start:  adrp    x0, stack_top
        add     x0, x0, :lo12:stack_top
        mov     sp, x0
        adr     x0, vectors
        msr     vbar_el1, x0
        isb
        bl      image_main
        b       power_off

        /* All sixteen vectors lead to one report. */
        .text
        .balign 0x800
vectors:
        .rept   16
        .balign 0x80
        b       unexpected
        .endr

unexpected:
        mrs     x0, esr_el1
        mrs     x1, elr_el1
        mrs     x2, far_el1
        bl      image_exception

        /* PSCI SYSTEM_OFF. */
power_off:
        movz    w0, #0x0008
        movk    w0, #0x8400, lsl #16
        hvc     #0
        b       .
