/* SPDX-License-Identifier: MIT */
/* What the parts of the payload share. */
#ifndef ARMVIRT_TESTS_DIFFERENTIAL_PAYLOAD_PAYLOAD_H
#define ARMVIRT_TESTS_DIFFERENTIAL_PAYLOAD_PAYLOAD_H

#include "protocol.h"
#include "script.h"

/* What enter() takes and changes; payload.S knows the offsets. */
struct entry {
    uint64_t pc, spsr, sctlr_el3, x3;
    uint64_t x0;
    uint64_t vector;
};

void enter(struct entry *entry);
void payload_main(void);
void payload_other(uint64_t pe);

#define AT(type, pa) ((type *)(uintptr_t)(pa))
#define READ(reg)                                                                                  \
    __extension__({                                                                                \
        uint64_t v_;                                                                               \
        __asm__ volatile("mrs %0, " reg : "=r"(v_));                                               \
        v_;                                                                                        \
    })
#define WRITE(reg, v) __asm__ volatile("msr " reg ", %0" ::"r"(v))

#define DAIF_MASKED UINT64_C(0x3c0)
#define PSTATE_PAN  (UINT64_C(1) << 22)
#define EL3H        13
#define EC(esr)     ((esr) >> 26 & 0x3f)
#define EC_SVC      0x15
#define EC_SMC      0x17
#define SAFE_SCTLR  UINT64_C(0x30c50830)

static inline int is_call(uint64_t esr, uint64_t ec, uint64_t number)
{
    return EC(esr) == ec && (esr & 0xffff) == number;
}

/* Makes the interrupt of a case pending, @hcr being HCR_EL2 without it; and takes it back. */
void raise_interrupt(unsigned interrupt, uint64_t hcr);
void withdraw_interrupt(unsigned interrupt, uint64_t hcr);

/* Runs a batch of scripts. */
void run_scripts(struct control *control, const uint64_t *input, struct diff_op_result *result);

#endif
