/* SPDX-License-Identifier: MIT */
/*
 * Random virtual LPIs of two vPEs that come and go on two PEs, against a plain set: none is lost,
 * none is taken twice, the first is the first. (IHI0069 6.4)
 */
#include "vpe_bench.h"

enum { STEPS = 20000, LEAVES = 400 };

static struct {
    uint32_t random;
    bool pends[2][LEAVES];
    bool here[2]; /* Valid is 1 */
    unsigned taken;
} m;

static uint32_t pick(uint32_t below)
{
    m.random = m.random * UINT32_C(1664525) + UINT32_C(1013904223);
    return (uint32_t)((uint64_t)m.random * below >> 32);
}

static bool dirty(uint32_t pe)
{
    return (gicr64_get(pe, 0x20078) & DIRTY) != 0;
}

/* The first that is enabled, or NONE. */
static uint64_t first(uint32_t vpe)
{
    uint64_t best = NONE;
    unsigned priority = 0x100;

    for (uint32_t leaf = 0; leaf < LEAVES; leaf++) {
        unsigned config = v.memory[VCONFIG + leaf];

        if (m.pends[vpe][leaf] && (config & 1) && (config & 0xf8) < priority) {
            priority = config & 0xf8;
            best = LPI + leaf;
        }
    }
    return best;
}

/* vPE n runs on PE n; the other PE is never told of it. */
static void come_or_leave(uint32_t vpe)
{
    if (dirty(vpe)) {
        return;
    }
    if (m.here[vpe]) {
        leave_begin(vpe, 0);
    } else {
        come_begin(vpe);
    }
    m.here[vpe] = !m.here[vpe];
}

static void take(uint32_t vpe)
{
    uint64_t intid;

    if (m.here[vpe] && !dirty(vpe)) {
        assert_int_equal(guest_mrs(vpe, HPPIR1), first(vpe));
    }
    intid = guest_mrs(vpe, IAR1);
    if (intid != NONE) {
        assert_true(m.here[vpe] && m.pends[vpe][intid - LPI]);
        m.pends[vpe][intid - LPI] = false;
        m.taken++;
        guest_msr(vpe, EOIR1, intid);
    }
}

static void one_step(void)
{
    uint32_t vpe = pick(2), leaf = pick(LEAVES);

    switch (pick(16)) {
    case 0:
        come_or_leave(vpe);
        break;
    case 1:
        armvirt_gic_lpi_ops.vclear(v.bench.gic, &v.vpe[vpe], LPI + leaf);
        m.pends[vpe][leaf] = false;
        break;
    case 2:
        armvirt_gic_lpi_ops.vmove(v.bench.gic, &v.vpe[vpe], &v.vpe[1 - vpe], LPI + leaf, NONE);
        m.pends[1 - vpe][leaf] |= m.pends[vpe][leaf];
        m.pends[vpe][leaf] = false;
        break;
    case 3:
    case 4:
    case 5:
    case 6:
        take(vpe);
        break;
    case 7:
    case 8:
        armvirt_gic_step(v.bench.gic, pick(4) == 0 ? 1000 : pick(6));
        break;
    default:
        armvirt_gic_lpi_ops.vset(v.bench.gic, &v.vpe[vpe], LPI + leaf, NONE);
        m.pends[vpe][leaf] = true;
        break;
    }
}

static void none_is_lost_and_none_is_taken_twice(void **state)
{
    (void)state;
    for (uint32_t seed = 1; seed <= 4; seed++) {
        memset(&m, 0, sizeof(m));
        m.random = seed;
        make(seed % 2 == 0);
        v.vpe[1].pe = 1;
        armvirt_gic_lpi_ops.vpe_map(v.bench.gic, &v.vpe[1], 0);
        for (uint32_t leaf = 0; leaf < LEAVES; leaf++) {
            v.memory[VCONFIG + leaf] = (uint8_t)pick(256);
        }
        for (unsigned step = 0; step < STEPS; step++) {
            one_step();
        }
        for (uint32_t vpe = 0; vpe < 2; vpe++) {
            finish();
            if (m.here[vpe]) {
                leave(vpe, 0);
            }
            for (uint32_t leaf = 0; leaf < LEAVES; leaf++) {
                assert_int_equal(in_vpt(vpe, LPI + leaf), m.pends[vpe][leaf]);
            }
        }
        assert_true(m.taken > 500);
        bench_drop(&v.bench);
    }
}

int main(void)
{
    static struct suite suite;

    SUITE_ADD(&suite, none_is_lost_and_none_is_taken_twice);
    return suite_run(&suite, "gic.vpe_random");
}
