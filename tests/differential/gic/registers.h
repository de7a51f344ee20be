/* SPDX-License-Identifier: MIT */
/* The memory-mapped registers that scripts access: rows for the generator and for the tables. */
#ifndef ARMVIRT_TESTS_DIFFERENTIAL_GIC_REGISTERS_H
#define ARMVIRT_TESTS_DIFFERENTIAL_GIC_REGISTERS_H

#include <stdint.h>

/* Registers of one name. */
struct frame_register {
    const char *name;
    uint32_t offset;
    uint16_t count;     /* of registers, @step apart */
    uint8_t step, kind; /* kind: enum diff_op_kind of a read of its width */
    uint64_t mask;      /* what may be written */
};

enum { FRAME_GICD, FRAME_GICR, FRAME_GITS, FRAMES };

struct frame_registers {
    const struct frame_register *row;
    unsigned rows;
};

extern const struct frame_registers frame_registers[FRAMES];

#endif
