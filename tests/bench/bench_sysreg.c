/* SPDX-License-Identifier: MIT */
/*
 * Verdicts on accesses to system registers: one after the other over all encodings, against the
 * bare look at the tables; and the decoding of a PE's controls. The floor is a dependent read of
 * the same tables' first level.
 */
#include "harness.h"

#include <armvirt/sysreg.h>

#include <stddef.h>
#include <string.h>

enum { ACCESSES = 4096 };

struct load {
    struct armvirt_pe pe;
    struct armvirt_sysreg_view view;
    struct armvirt_sysreg_access access[ACCESSES];
    uint32_t table[ACCESSES];
};

static struct load el0, el1, el2;

static uint64_t run_access(void *ctx, uint64_t count)
{
    struct load *l = ctx;
    uint64_t sum = 0;

    for (uint64_t i = 0; i < count; i++) {
        struct armvirt_sysreg_verdict verdict;

        armvirt_sysreg_access(&l->view, &l->access[i % ACCESSES], &verdict);
        sum += verdict.reg + verdict.iss;
    }
    return sum;
}

static uint64_t run_view(void *ctx, uint64_t count)
{
    struct load *l = ctx;
    uint64_t sum = 0;

    for (uint64_t i = 0; i < count; i++) {
        l->pe.vmsa.hcr_el2 ^= i;
        armvirt_sysreg_view_init(&l->view, &l->pe);
        sum += l->view.truth[0];
    }
    return sum;
}

static uint64_t run_floor(void *ctx, uint64_t count)
{
    struct load *l = ctx;
    uint64_t sum = 0;

    for (uint64_t i = 0; i < count; i++) {
        sum += l->table[(l->access[i % ACCESSES].reg ^ sum) % ACCESSES];
    }
    return sum;
}

/* Registers of the architecture in an order that no cache foresees. */
static struct load *make(struct load *l, unsigned el)
{
    uint32_t reg = 0x8000, n = 0;

    memset(l, 0, sizeof(*l));
    memset(&l->pe.vmsa, 0x11, offsetof(struct armvirt_vmsa, scr_el3));
    l->pe.id_aa64dfr0_el1 = UINT64_C(0x1111111111111111);
    l->pe.vmsa.scr_el3 = UINT64_MAX;
    l->pe.pstate = el << 2;
    armvirt_sysreg_view_init(&l->view, &l->pe);
    while (n < ACCESSES) {
        reg = (reg * 40503u + 12345u) & 0xffffu;
        if (armvirt_sysreg_known(reg)) {
            l->access[n].reg = reg;
            l->access[n].write = n & 1;
            l->table[n] = reg;
            n++;
        }
    }
    return l;
}

int main(int argc, char **argv)
{
    struct bench_case cases[] = {
        {"verdict, EL0", "access", run_access, run_floor, make(&el0, 0), 0, 0, 0},
        {"verdict, EL1", "access", run_access, run_floor, make(&el1, 1), 0, 0, 0},
        {"verdict, EL2", "access", run_access, run_floor, make(&el2, 2), 0, 0, 0},
        {"view of a PE", "view", run_view, run_floor, &el1, 0, 0, 0},
    };

    return bench_main(argc, argv, cases, sizeof(cases) / sizeof(cases[0]));
}
