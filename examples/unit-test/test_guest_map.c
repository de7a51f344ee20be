/* SPDX-License-Identifier: MIT */
/*
 * Unit tests of a hypervisor's table code, on the developer's machine. armvirt is the hardware: one
 * test asks for single addresses, the other goes through everything that a guest can reach.
 */
#include <inttypes.h>
#include <stdio.h>

#include <armvirt/mem.h>
#include <armvirt/pgiter.h>
#include <armvirt/pgtable.h>
#include <armvirt/regs/vmsa.h>

#include "guest_map.h"

#define TABLES_PA HYPERVISOR_PA

static struct guest_map map;

/* The machine as the hypervisor sets it up: 39 bits of intermediate address, pages of 4 KB. */
static const struct armvirt_vmsa registers = {
    .id_aa64pfr0_el1 = 0x0111,
    .id_aa64mmfr0_el1 = ARMVIRT_PUT(ARMVIRT_ID_AA64MMFR0_EL1_PARANGE, 2),
    .hcr_el2 = ARMVIRT_HCR_EL2_VM | ARMVIRT_HCR_EL2_RW,
    .vtcr_el2 = ARMVIRT_PUT(ARMVIRT_VTCR_EL2_T0SZ, 25) | ARMVIRT_PUT(ARMVIRT_VTCR_EL2_SL0, 1) |
                ARMVIRT_PUT(ARMVIRT_VTCR_EL2_PS, 2),
    .vttbr_el2 = {TABLES_PA},
};

/* One line a test, in the form of the Test Anything Protocol. */
static bool report(bool ok, const char *what)
{
    printf("%s - %s\n", ok ? "ok" : "not ok", what);
    return ok;
}

static bool test_addresses(const struct armvirt_regime *regime, const struct armvirt_walk_env *env)
{
    static const struct {
        uint64_t ipa;
        enum armvirt_access_kind kind;
        uint64_t pa;
        enum armvirt_fault_type fault;
        const char *what;
    } rows[] = {
        {GUEST_RAM, ARMVIRT_FETCH, HOST_PA, ARMVIRT_FAULT_NONE, "the guest runs from its RAM"},
        {GUEST_RAM + 0x6fffff, ARMVIRT_WRITE, HOST_PA + 0x6fffff, ARMVIRT_FAULT_NONE,
         "and writes to its last byte"},
        {GUEST_RAM + 0x700000, ARMVIRT_READ, 0, ARMVIRT_FAULT_TRANSLATION, "nothing lies beyond"},
        {GUEST_UART, ARMVIRT_WRITE, GUEST_UART, ARMVIRT_FAULT_NONE, "the device can be written"},
        {GUEST_UART, ARMVIRT_FETCH, 0, ARMVIRT_FAULT_PERMISSION, "and not be executed"},
    };
    bool ok = true;

    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        const struct armvirt_access access = {
            .va = rows[i].ipa, .kind = (uint8_t)rows[i].kind, .el = 1};
        struct armvirt_walk walk;

        (void)armvirt_translate(regime, env, &access, &walk);
        ok &= report(walk.fault.type == rows[i].fault &&
                         (walk.fault.type != ARMVIRT_FAULT_NONE || walk.pa == rows[i].pa),
                     rows[i].what);
    }
    return ok;
}

/* [isolation] */
/* All that the guest can reach, whatever its own tables say. */
static bool test_isolation(const struct armvirt_regime *regime, const struct armvirt_walk_env *env)
{
    const struct armvirt_map_query all = {.last = UINT64_MAX, .what = ARMVIRT_MAP_STAGE2};
    struct armvirt_map_iter it;
    struct armvirt_mapping m;
    bool ok = true;

    (void)armvirt_map_begin(&it, regime, env, &all);
    while (armvirt_map_next(&it, &m) == ARMVIRT_OK) {
        if (m.kind == ARMVIRT_MAPPING_LEAF && m.walk.pa < HYPERVISOR_PA + 0x100000 &&
            m.walk.pa + m.size_bytes > HYPERVISOR_PA) {
            printf("# the guest's %#" PRIx64 ", %" PRIu64 " KB, is %#" PRIx64 "\n", m.ia,
                   m.size_bytes / 1024, m.walk.pa);
            ok = false;
        }
    }
    return report(ok, "the hypervisor's memory is its own");
}
/* [/isolation] */

/* Runs all tests on one version of the code. */
static bool test(const char *name, void (*make)(struct guest_map *map, uint64_t pa))
{
    struct armvirt_mem_flat flat = {
        .bytes = (uint8_t *)&map, .base_pa = TABLES_PA, .size_bytes = sizeof(map)};
    const struct armvirt_walk_env env = {.mem = armvirt_mem_from_flat(&flat)};
    struct armvirt_regime regime;
    bool ok;

    printf("# %s\n", name);
    make(&map, TABLES_PA);
    if (armvirt_regime_init(&regime, &registers, 1) != ARMVIRT_OK) {
        return false;
    }
    ok = test_addresses(&regime, &env);
    return test_isolation(&regime, &env) && ok;
}

int main(void)
{
    bool found = !test("the earlier version", guest_map_make_0);

    return test("this version", guest_map_make) && found ? 0 : 1;
}
