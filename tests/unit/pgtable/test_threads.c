/* SPDX-License-Identifier: MIT */
/*
 * The thread rule: any number of threads may translate through one regime and one memory that
 * nobody writes. Run under ThreadSanitizer this shows that translating changes nothing that is
 * shared.
 */
#include <pthread.h>

#include <armvirt/mem.h>
#include <armvirt/pgtable.h>
#include <armvirt/regs/descriptors.h>
#include <armvirt/regs/vmsa.h>

#include "suite.h"

enum { THREADS = 4, PAGES = 512, ROUNDS = 20 };

#define TABLE_PA UINT64_C(0x40000000)
#define PAGE_PA  UINT64_C(0x80000000)

/* One table of pages: 12 + 9 bits of input address, so that the walk starts at level 3. */
static uint64_t table[PAGES];
static struct armvirt_mem_flat memory = {
    .bytes = (uint8_t *)table, .base_pa = TABLE_PA, .size_bytes = sizeof(table)};
static struct armvirt_regime regime;

/* The number of translations that went wrong; every other page is mapped. */
static void *translate_all(void *wrong)
{
    const struct armvirt_walk_env env = {.mem = armvirt_mem_from_flat(&memory)};
    for (uint64_t i = 0; i < (uint64_t)ROUNDS * PAGES; i++) {
        struct armvirt_walk walk;
        const uint64_t page = i % PAGES;
        const struct armvirt_access access = {.va = page * 4096, .kind = ARMVIRT_READ, .el = 1};
        enum armvirt_status status = armvirt_translate(&regime, &env, &access, &walk);
        bool right = page % 2 == 0 ? status == ARMVIRT_OK && walk.pa == PAGE_PA + page * 4096
                                   : status == ARMVIRT_FAULT;
        *(unsigned *)wrong += !right;
    }
    return NULL;
}

static void threads_share_a_regime_and_a_memory(void **state)
{
    pthread_t thread[THREADS];
    unsigned wrong[THREADS] = {0};
    (void)state;
    for (unsigned i = 0; i < THREADS; i++) {
        assert_int_equal(pthread_create(&thread[i], NULL, translate_all, &wrong[i]), 0);
    }
    for (unsigned i = 0; i < THREADS; i++) {
        assert_int_equal(pthread_join(thread[i], NULL), 0);
        assert_int_equal(wrong[i], 0);
    }
}

int main(void)
{
    static struct suite suite;
    const struct armvirt_vmsa vmsa = {
        .id_aa64mmfr0_el1 = ARMVIRT_PUT(ARMVIRT_ID_AA64MMFR0_EL1_PARANGE, 5),
        .id_aa64mmfr2_el1 = ARMVIRT_PUT(ARMVIRT_ID_AA64MMFR2_EL1_ST, 1),
        .id_aa64pfr0_el1 = 0x11,
        .sctlr_el1 = ARMVIRT_SCTLR_EL1_M,
        .tcr_el1 = ARMVIRT_PUT(ARMVIRT_TCR_EL1_T0SZ, 43) |
                   ARMVIRT_PUT(ARMVIRT_TCR_EL1_IPS, ARMVIRT_TCR_EL1_IPS_40),
        .ttbr0_el1 = {TABLE_PA},
    };
    for (uint64_t page = 0; page < PAGES; page += 2) {
        table[page] = (PAGE_PA + page * 4096) | ARMVIRT_VMSA64_S1_LEAF_AF |
                      ARMVIRT_VMSA64_S1_LEAF_TYPE | ARMVIRT_VMSA64_S1_LEAF_VALID;
    }
    if (armvirt_regime_init(&regime, &vmsa, 1) != ARMVIRT_OK) {
        return 1;
    }
    SUITE_ADD(&suite, threads_share_a_regime_and_a_memory);
    return suite_run(&suite, "threads");
}
