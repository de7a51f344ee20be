/* SPDX-License-Identifier: MIT */
/* VMSAv8-32, Short-descriptor format: attributes by TEX, C, B, S, PRRR, NMRR. DDI0487 G5.7. */
#include "short_tables.h"

static void expect_attr(struct machine *m, const struct leaf *leaf, uint8_t mair, uint8_t sh)
{
    bool write_back = (mair >> 6 & 3) == 3 && (mair >> 2 & 3) == 3;

    map(m, leaf);
    expect_pa(m, 0, 0);
    assert_int_equal(m->walk.attr.mair, mair);
    assert_int_equal(m->walk.attr.sh, sh);
    assert_int_equal(m->walk.attr.xs, !write_back);
    assert_int_equal(m->walk.attr.tag, ARMVIRT_UNTAGGED);
}

/* Table G5-12. Memory that is Device or Non-cacheable is Outer Shareable, others by S. */
enum { BY_S = 0xff };

static const struct {
    uint8_t mair, sh;
} table_G5_12[32] = {
    {0x00, ARMVIRT_SH_OUTER}, /* 000 00 Device-nGnRnE */
    {0x04, ARMVIRT_SH_OUTER}, /* 000 01 Device-nGnRE */
    {0xaa, BY_S},             /* 000 10 Write-Through, no write-allocate */
    {0xee, BY_S},             /* 000 11 Write-Back, no write-allocate */
    {0x44, ARMVIRT_SH_OUTER}, /* 001 00 Non-cacheable */
    {0x00, ARMVIRT_SH_OUTER}, /* 001 01 reserved */
    {0x00, ARMVIRT_SH_OUTER}, /* 001 10 IMPLEMENTATION DEFINED */
    {0xff, BY_S},             /* 001 11 Write-Back, write-allocate */
    {0x04, ARMVIRT_SH_OUTER}, /* 010 00 Device-nGnRE */
    {0x00, ARMVIRT_SH_OUTER}, /* 010 01 to 011 11 reserved */
    {0x00, ARMVIRT_SH_OUTER},
    {0x00, ARMVIRT_SH_OUTER},
    {0x00, ARMVIRT_SH_OUTER},
    {0x00, ARMVIRT_SH_OUTER},
    {0x00, ARMVIRT_SH_OUTER},
    {0x00, ARMVIRT_SH_OUTER},
    {0x44, ARMVIRT_SH_OUTER}, /* 1oo ii: outer, inner of NC, WB WA, WT, WB */
    {0x4f, BY_S},
    {0x4a, BY_S},
    {0x4e, BY_S},
    {0xf4, BY_S},
    {0xff, BY_S},
    {0xfa, BY_S},
    {0xfe, BY_S},
    {0xa4, BY_S},
    {0xaf, BY_S},
    {0xaa, BY_S},
    {0xae, BY_S},
    {0xe4, BY_S},
    {0xef, BY_S},
    {0xea, BY_S},
    {0xee, BY_S},
};

static void table_G5_12_TEX_C_B(void **state)
{
    struct machine m;

    (void)state;
    reset(&m);
    m.vmsa.mair_el1 = UINT64_C(0x5555555555555555); /* PRRR and NMRR have no effect */
    for (unsigned i = 0; i < KINDS * 64; i++) {
        unsigned texcb = i & 31;
        struct leaf leaf = full_access(i >> 6);
        uint8_t by_s = i & 32 ? ARMVIRT_SH_OUTER : ARMVIRT_SH_NONE;

        leaf.tex = texcb >> 2;
        leaf.cb = texcb & 3;
        leaf.s = i & 32;
        expect_attr(&m, &leaf, table_G5_12[texcb].mair,
                    table_G5_12[texcb].sh == BY_S ? by_s : table_G5_12[texcb].sh);
    }
}

struct remap {
    unsigned region, type, inner, outer;
    bool nos, ns0, ns1, s;
};

/* One combination of the fields that concern a region, with the fields of all others inverted. */
static uint64_t prrr_nmrr(const struct remap *r)
{
    uint32_t at = 2 * r->region;
    uint32_t prrr = r->type << at | (uint32_t)r->nos << (24 + r->region) | (uint32_t)r->ns1 << 19 |
                    (uint32_t)r->ns0 << 18;
    uint32_t nmrr = r->inner << at | r->outer << (16 + at);
    uint32_t other_types = 0xffff & ~(UINT32_C(3) << at);
    uint32_t other_regions = 0xff000000 & ~(UINT32_C(1) << (24 + r->region));
    uint32_t other_cacheability = ~(UINT32_C(3) << at | UINT32_C(3) << (16 + at));

    prrr |= (r->type == 2 ? 0 : 0xaaaa & other_types) | (r->nos ? 0 : other_regions);
    nmrr |= r->inner == 0 ? 0x55555555 & other_cacheability : 0;
    return (uint64_t)nmrr << 32 | prrr;
}

/* DDI0487 Tables G5-13 to G5-15. */
static uint8_t remapped_mair(const struct remap *r)
{
    static const char nibble[] = "\x4\xf\xa\xe";

    if (r->type == 2) {
        return (uint8_t)(nibble[r->outer] << 4 | nibble[r->inner]);
    }
    return r->type == 1 ? 0x04 : 0x00;
}

static uint8_t remapped_sh(const struct remap *r)
{
    bool cacheable = r->type == 2 && (r->inner != 0 || r->outer != 0);

    if (!cacheable) {
        return ARMVIRT_SH_OUTER;
    }
    if (!(r->s ? r->ns1 : r->ns0)) {
        return ARMVIRT_SH_NONE;
    }
    return r->nos ? ARMVIRT_SH_INNER : ARMVIRT_SH_OUTER;
}

/* Region by region all values of TR, IR, OR, NOS, NS0, NS1, with both of S: 8 x 1024. */
static void G5_7_3_all_remaps(void **state)
{
    struct machine m;

    (void)state;
    reset(&m);
    m.vmsa.sctlr_el1 |= ARMVIRT_SCTLR_TRE;
    for (unsigned i = 0; i < 8 * 1024; i++) {
        const struct remap r = {
            .region = i >> 10,
            .type = i & 3,
            .inner = i >> 2 & 3,
            .outer = i >> 4 & 3,
            .nos = i >> 6 & 1,
            .ns0 = i >> 7 & 1,
            .ns1 = i >> 8 & 1,
            .s = i >> 9 & 1,
        };
        struct leaf leaf = full_access(i % KINDS);

        leaf.tex = r.region >> 2 | (i & 3) << 1; /* TEX[2:1] are software's */
        leaf.cb = r.region & 3;
        leaf.s = r.s;
        m.vmsa.mair_el1 = prrr_nmrr(&r);
        expect_attr(&m, &leaf, remapped_mair(&r), remapped_sh(&r));
    }
}

/* SCTLR.C and I, and fetches from Device memory. */
static void cacheability_controls(void **state)
{
    struct leaf write_back = {.ap = 3, .tex = 1, .cb = 3}, device = {.ap = 3};
    struct machine m;

    (void)state;
    reset(&m);
    m.vmsa.sctlr_el1 &= ~(ARMVIRT_SCTLR_C | ARMVIRT_SCTLR_I);
    map(&m, &write_back);
    expect_pa(&m, 0, 0);
    assert_int_equal(m.walk.attr.mair, 0x44);
    assert_int_equal(machine_try(&m, 0, ARMVIRT_FETCH, 1), ARMVIRT_OK);
    assert_int_equal(m.walk.attr.mair, 0x44);
    map(&m, &device);
    expect_pa(&m, 0, 0);
    assert_int_equal(m.walk.attr.mair, 0x00);
    assert_int_equal(machine_try(&m, 0, ARMVIRT_FETCH, 1), ARMVIRT_OK);
    assert_int_equal(m.walk.attr.mair, 0x44);
    m.vmsa.options = ARMVIRT_OPT_FETCH_DEVICE_FAULT;
    assert_int_equal(machine_try(&m, 0, ARMVIRT_FETCH, 1), ARMVIRT_FAULT);
    assert_int_equal(m.walk.fault.reason, ARMVIRT_REASON_DEVICE_FETCH);
}

int main(void)
{
    struct suite suite = {0};

    SUITE_ADD(&suite, table_G5_12_TEX_C_B);
    SUITE_ADD(&suite, G5_7_3_all_remaps);
    SUITE_ADD(&suite, cacheability_controls);
    return suite_run(&suite, "short_attr");
}
