/* SPDX-License-Identifier: MIT */
/*
 * The configuration of a builder and attributes by name: every format keeps every attribute where
 * DDI0487 D8.3 says, and what does not exist in a format is refused.
 */
#include <stdlib.h>
#include <string.h>

#include "check.h"

/* ---- Configuration ------------------------------------------------------------------------- */

static bool no_alloc(void *ctx, unsigned size_log2, uint64_t *pa)
{
    (void)ctx;
    (void)size_log2;
    (void)pa;
    return false;
}

static void no_free(void *ctx, unsigned size_log2, uint64_t pa)
{
    (void)ctx;
    (void)size_log2;
    (void)pa;
}

static enum armvirt_bus no_access(void *ctx, const struct armvirt_mem_req *req, uint64_t *val)
{
    (void)ctx;
    (void)req;
    (void)val;
    return ARMVIRT_BUS_ABORT;
}

static enum armvirt_bus no_write(void *ctx, const struct armvirt_mem_req *req, const uint64_t *val)
{
    (void)ctx;
    (void)req;
    (void)val;
    return ARMVIRT_BUS_ABORT;
}

static enum armvirt_bus no_cas(void *ctx, const struct armvirt_mem_req *req, const uint64_t *old,
                               const uint64_t *val)
{
    (void)old;
    return no_write(ctx, req, val);
}

/* What a configuration is made of, for one shape. */
struct parts {
    struct armvirt_stage stage;
    struct armvirt_mem_ops mem;
    struct armvirt_pgbuild_ops ops;
    struct armvirt_pgbuild_config config;
};

static void make_parts(struct parts *p, const struct shape *shape)
{
    *p = (struct parts){.stage = shape_stage(shape, 0x40000000),
                        .mem = {no_access, no_write, no_cas},
                        .ops = {no_alloc, no_free, NULL}};
    p->config = (struct armvirt_pgbuild_config){.stage = &p->stage,
                                                .mem = {&p->mem, NULL},
                                                .ops = &p->ops,
                                                .stage_number = shape->stage_number};
    memcpy(p->config.skl, shape->skl, sizeof(p->config.skl));
}

struct config_case {
    const char *name;
    void (*change)(struct parts *p);
    enum armvirt_status status;
};

#define CHANGE(name, statement)                                                                    \
    static void name(struct parts *p)                                                              \
    {                                                                                              \
        statement;                                                                                 \
    }

CHANGE(nothing, (void)p)
CHANGE(lpae, p->stage.format = ARMVIRT_FORMAT_LPAE)
CHANGE(short_format, p->stage.format = ARMVIRT_FORMAT_SHORT)
CHANGE(faulting, p->stage.init_reason = ARMVIRT_REASON_TXSZ)
CHANGE(no_granule, p->stage.granule_log2 = 0)
CHANGE(large_granule, p->stage.granule_log2 = 18)
CHANGE(high_start, p->stage.start_level = -3)
CHANGE(low_start, p->stage.start_level = 4)
CHANGE(large_input, p->stage.ia_bits = 57)
CHANGE(small_input, p->stage.ia_bits = 30)
CHANGE(stage_0, p->config.stage_number = 0)
CHANGE(stage_3, p->config.stage_number = 3)
CHANGE(bbm_2, p->config.bbm_level = 2)
CHANGE(bbm_3, p->config.bbm_level = 3)
CHANGE(no_memory, p->config.mem.ops = NULL)
CHANGE(no_read, p->mem.read = NULL)
CHANGE(no_writing, p->mem.write = NULL)
CHANGE(without_cas, p->mem.cas = NULL)
CHANGE(flags_without_cas, p->mem.cas = NULL; p->stage.ha = true)
CHANGE(flags_with_cas, p->stage.ha = true)
CHANGE(no_operations, p->config.ops = NULL)
CHANGE(no_allocation, p->ops.table_alloc = NULL)
CHANGE(no_freeing, p->ops.table_free = NULL)
CHANGE(skl_of_64_bits, p->config.skl[2] = 1)
CHANGE(attrs, p->config.table_attrs[0] = UINT64_C(0x7800000000000400))
CHANGE(attr_valid, p->config.table_attrs[0] = 1)
CHANGE(attr_type, p->config.table_attrs[0] = 2)
CHANGE(attr_address, p->config.table_attrs[0] = 0x1000)
CHANGE(attr_nstable, p->config.table_attrs[0] = UINT64_C(1) << 63)
CHANGE(attr_high, p->config.table_attrs[1] = 1)

static const struct config_case config_cases[] = {
    {"nothing is wrong", nothing, ARMVIRT_OK},
    {"tables of VMSAv8-32, long", lpae, ARMVIRT_E_UNSUPPORTED},
    {"tables of VMSAv8-32, short", short_format, ARMVIRT_E_UNSUPPORTED},
    {"a stage that always faults", faulting, ARMVIRT_E_INVAL},
    {"a stage that is not decoded", no_granule, ARMVIRT_E_INVAL},
    {"a granule that does not exist", large_granule, ARMVIRT_E_INVAL},
    {"a start level above -2", high_start, ARMVIRT_E_INVAL},
    {"a start level below 3", low_start, ARMVIRT_E_INVAL},
    {"an input size above 56 bits", large_input, ARMVIRT_E_INVAL},
    {"an input size smaller than an entry", small_input, ARMVIRT_E_INVAL},
    {"no stage", stage_0, ARMVIRT_E_INVAL},
    {"stage 3", stage_3, ARMVIRT_E_INVAL},
    {"BBM level 2", bbm_2, ARMVIRT_OK},
    {"BBM level 3", bbm_3, ARMVIRT_E_INVAL},
    {"no memory", no_memory, ARMVIRT_E_INVAL},
    {"no way to read", no_read, ARMVIRT_E_INVAL},
    {"no way to write", no_writing, ARMVIRT_E_INVAL},
    {"no compare-and-swap, and no need", without_cas, ARMVIRT_OK},
    {"R_PQJJR: hardware flags need compare-and-swap", flags_without_cas, ARMVIRT_E_INVAL},
    {"hardware flags", flags_with_cas, ARMVIRT_OK},
    {"no operations", no_operations, ARMVIRT_E_INVAL},
    {"no way to get pages", no_allocation, ARMVIRT_E_INVAL},
    {"no way to give pages back", no_freeing, ARMVIRT_E_INVAL},
    {"SKL in 64-bit descriptors", skl_of_64_bits, ARMVIRT_E_INVAL},
    {"table attributes", attrs, ARMVIRT_OK},
    {"table attributes with Valid", attr_valid, ARMVIRT_E_INVAL},
    {"table attributes with the type", attr_type, ARMVIRT_E_INVAL},
    {"table attributes with an address", attr_address, ARMVIRT_E_INVAL},
    {"table attributes with NSTable", attr_nstable, ARMVIRT_E_INVAL},
    {"table attributes in a high word", attr_high, ARMVIRT_E_INVAL},
};

static void test_config(void **state)
{
    const struct config_case *row = *state;
    struct parts p;
    struct armvirt_pgbuild build, untouched;

    make_parts(&p, &shapes[0]);
    row->change(&p);
    memset(&build, 0x5a, sizeof(build));
    untouched = build;
    assert_int_equal(armvirt_pgbuild_init(&build, &p.config), row->status);
    if (row->status != ARMVIRT_OK) {
        assert_memory_equal(&build, &untouched, sizeof(build));
    }
}

struct skl_case {
    const char *name;
    uint8_t granule_log2;
    uint8_t skl[5];
    uint64_t table_attrs[2];
    enum armvirt_status status;
};

/* Table D8-45: SKL 3 with 4 KB only; R_FYTMS: no table below level 3. */
static const struct skl_case skl_cases[] = {
    {"no skipping", 12, {0, 0, 0, 0, 0}, {0, 0}, ARMVIRT_OK},
    {"from level -2 to 2", 12, {3, 0, 0, 0, 0}, {0, 0}, ARMVIRT_OK},
    {"from level -1 to 3", 12, {0, 3, 0, 0, 0}, {0, 0}, ARMVIRT_OK},
    {"Table D8-45: SKL 4 does not exist", 12, {4, 0, 0, 0, 0}, {0, 0}, ARMVIRT_E_INVAL},
    {"from level 0 beyond 3", 12, {0, 0, 3, 0, 0}, {0, 0}, ARMVIRT_E_INVAL},
    {"from level 2 beyond 3", 12, {0, 0, 0, 0, 1}, {0, 0}, ARMVIRT_E_INVAL},
    {"Table D8-45: 16 KB, SKL 2", 14, {0, 2, 0, 0, 0}, {0, 0}, ARMVIRT_OK},
    {"Table D8-45: 16 KB, SKL 3", 14, {0, 3, 0, 0, 0}, {0, 0}, ARMVIRT_E_INVAL},
    {"Table D8-45: 64 KB, SKL 3", 16, {0, 3, 0, 0, 0}, {0, 0}, ARMVIRT_E_INVAL},
    {"table attributes DisCH and Protected", 12, {0}, {0, UINT64_C(5) << 48}, ARMVIRT_OK},
    {"table attributes with SKL", 12, {0}, {0, UINT64_C(1) << 45}, ARMVIRT_E_INVAL},
    {"table attributes with NSTable", 12, {0}, {0, UINT64_C(1) << 63}, ARMVIRT_E_INVAL},
    {"table attributes with nT", 12, {0}, {1 << 6, 0}, ARMVIRT_E_INVAL},
};

static void test_skl(void **state)
{
    const struct skl_case *row = *state;
    struct shape shape = {.name = "",
                          .stage_number = 1,
                          .granule_log2 = row->granule_log2,
                          .ia_bits = 48,
                          .start_level = row->granule_log2 == 16 ? 1 : 0,
                          .oa_bits = 48,
                          .d128 = true,
                          .pie = true};
    struct parts p;
    struct armvirt_pgbuild build;

    memcpy(shape.skl, row->skl, sizeof(shape.skl));
    make_parts(&p, &shape);
    memcpy(p.config.table_attrs, row->table_attrs, sizeof(row->table_attrs));
    assert_int_equal(armvirt_pgbuild_init(&build, &p.config), row->status);
}

static void test_the_first_table_has_its_size(void **state)
{
    static const uint8_t log2[] = {12, 12, 7, 9, 12, 14, 8, 16};

    (void)state;
    for (size_t i = 0; i < COUNT_OF(log2); i++) {
        struct parts p;
        struct armvirt_pgbuild build;

        make_parts(&p, &shapes[i]);
        assert_int_equal(armvirt_pgbuild_init(&build, &p.config), ARMVIRT_OK);
        assert_int_equal(armvirt_pgbuild_first_table_log2(&build), log2[i]);
    }
}

/* ---- Attributes ---------------------------------------------------------------------------- */

/* Formats, as bits. */
enum {
    S1 = 1 << 0,     /* stage 1, direct permissions */
    S1PIE = 1 << 1,  /* stage 1, indirect, overlays, AIE */
    S1_128 = 1 << 2, /* stage 1, VMSAv9-128, overlays, AIE */
    S2 = 1 << 3,     /* stage 2, direct */
    S2PIE = 1 << 4,  /* stage 2, indirect, overlays, AssuredOnly, FEAT_MEC */
    S2_128 = 1 << 5, /* stage 2, VMSAv9-128, overlays */
    DS = 1 << 6,     /* stage 1, 52-bit addresses, PnCH, FEAT_MEC */
    FORMATS = 7,
    ALL = (1 << FORMATS) - 1,
};

static void make_format(struct armvirt_pgbuild *build, unsigned format)
{
    struct shape shape = {.name = "",
                          .stage_number = format & (S2 | S2PIE | S2_128) ? 2 : 1,
                          .granule_log2 = 12,
                          .ia_bits = 40,
                          .start_level = 1,
                          .oa_bits = 48,
                          .d128 = (format & (S1_128 | S2_128)) != 0,
                          .ds = format == DS,
                          .pie = (format & (S1PIE | S2PIE)) != 0};
    struct parts p;

    make_parts(&p, &shape);
    p.stage.overlay_priv = (format & (S1PIE | S2PIE | S1_128 | S2_128)) != 0;
    p.stage.aie = (format & (S1PIE | S1_128)) != 0;
    p.stage.assured_only = format == S2PIE;
    p.stage.pnch = format == DS;
    p.stage.emec = (format & (DS | S2PIE)) != 0;
    assert_int_equal(armvirt_pgbuild_init(build, &p.config), ARMVIRT_OK);
}

struct attr_case {
    const char *name;
    size_t member;
    uint16_t value;
    unsigned formats; /* where it exists and has the bits of this row */
    uint64_t bits[2];
};

#define M(member) offsetof(struct armvirt_leaf_attrs, member)
#define H(n)                                                                                       \
    {                                                                                              \
        0, UINT64_C(1) << ((n)-64)                                                                 \
    }

static const struct attr_case attr_cases[] = {
    {"AttrIndx 5 in bits 4:2", M(attr_index), 5, S1 | S1PIE | S1_128 | DS, {0x14, 0}},
    {"AttrIndx 8 in bit 59", M(attr_index), 8, S1PIE, {UINT64_C(1) << 59, 0}},
    {"AttrIndx 8 in bit 5 of 128", M(attr_index), 8, S1_128, {0x20, 0}},
    {"MemAttr 9 in bits 5:2", M(mem_attr), 9, S2 | S2PIE | S2_128, {0x24, 0}},
    {"SH 3 in bits 9:8", M(sh), 3, ALL & ~DS, {0x300, 0}},
    {"AP 2 in bits 7:6", M(ap), 2, S1 | S2 | DS, {0x80, 0}},
    {"UXN in bit 54", M(uxn), 1, S1 | DS, {UINT64_C(1) << 54, 0}},
    {"PXN in bit 53", M(pxn), 1, S1 | DS, {UINT64_C(1) << 53, 0}},
    {"XN 2 in bits 54:53", M(xn), 2, S2, {UINT64_C(1) << 54, 0}},
    {"DBM in bit 51", M(dbm), 1, S1 | S2 | DS, {UINT64_C(1) << 51, 0}},
    {"PIIndex 1 in bit 6", M(pi_index), 1, S1PIE | S2PIE, {0x40, 0}},
    {"PIIndex 2 in bit 51", M(pi_index), 2, S1PIE | S2PIE, {UINT64_C(1) << 51, 0}},
    {"PIIndex 12 in bits 54:53", M(pi_index), 12, S1PIE | S2PIE, {UINT64_C(3) << 53, 0}},
    {"PIIndex 9 in bits 118:115", M(pi_index), 9, S1_128 | S2_128, {0, UINT64_C(9) << 51}},
    {"POIndex 5 in bits 62:60", M(po_index), 5, S1PIE, {UINT64_C(5) << 60, 0}},
    {"POIndex 9 in bits 62:59", M(po_index), 9, S2PIE, {UINT64_C(9) << 59, 0}},
    {"POIndex 9 in bits 124:121", M(po_index), 9, S1_128 | S2_128, {0, UINT64_C(9) << 57}},
    {"nDirty in bit 7", M(ndirty), 1, S1PIE | S1_128, {0x80, 0}},
    {"Dirty in bit 7", M(dirty), 1, S2PIE | S2_128, {0x80, 0}},
    {"AF in bit 10", M(af), 1, ALL, {0x400, 0}},
    {"nG in bit 11", M(ng), 1, S1 | S1PIE | S1_128 | DS, {0x800, 0}},
    {"NSE in bit 11", M(nse), 1, S1 | S1PIE | S1_128 | DS, {0x800, 0}},
    {"NS in bit 5", M(ns), 1, S1 | S1PIE | DS, {0x20, 0}},
    {"NS in bit 55", M(ns), 1, S2 | S2PIE, {UINT64_C(1) << 55, 0}},
    {"NS in bit 127", M(ns), 1, S1_128 | S2_128, H(127)},
    {"GP in bit 50", M(gp), 1, S1 | S1PIE | DS, {UINT64_C(1) << 50, 0}},
    {"GP in bit 113", M(gp), 1, S1_128, H(113)},
    {"FnXS in bit 11", M(fnxs), 1, S2 | S2PIE | S2_128, {0x800, 0}},
    {"Protected in bit 52", M(protected_), 1, DS, {UINT64_C(1) << 52, 0}},
    {"Protected in bit 114", M(protected_), 1, S1_128, H(114)},
    {"AssuredOnly in bit 58", M(assured_only), 1, S2PIE, {UINT64_C(1) << 58, 0}},
    {"AssuredOnly in bit 114", M(assured_only), 1, S2_128, H(114)},
    {"AMEC in bit 63", M(amec), 1, DS | S2PIE, {UINT64_C(1) << 63, 0}},
    {"PBHA 9 in bits 62:59", M(pbha), 9, S1 | S2 | DS, {UINT64_C(9) << 59, 0}},
    {"4 bits for software in 58:55", M(sw), 9, S1 | S1PIE | DS, {UINT64_C(9) << 55, 0}},
    {"2 bits for software in 57:56", M(sw), 3, S2 | S2PIE, {UINT64_C(3) << 56, 0}},
    {"a third in 58", M(sw), 4, S2, {UINT64_C(1) << 58, 0}},
    {"10 bits for software in 100:91", M(sw), 0x3ff, S1_128 | S2_128, {0, UINT64_C(0x3ff) << 27}},
};

static uint16_t *attr(struct armvirt_leaf_attrs *attrs, size_t member)
{
    return (uint16_t *)(void *)((char *)attrs + member);
}

/* Whether another row gives the same attribute and value other bits in this format. */
static bool elsewhere(const struct attr_case *row, unsigned format)
{
    for (size_t i = 0; i < COUNT_OF(attr_cases); i++) {
        const struct attr_case *other = &attr_cases[i];

        if (other != row && other->member == row->member && (other->formats & format) != 0) {
            return true;
        }
    }
    return false;
}

static void test_attr(void **state)
{
    const struct attr_case *row = *state;

    for (unsigned format = 1; format < ALL; format <<= 1) {
        struct armvirt_pgbuild build;
        struct armvirt_leaf_attrs attrs, decoded;
        uint64_t bits[2] = {~UINT64_C(0), ~UINT64_C(0)};

        memset(&attrs, 0, sizeof(attrs));
        *attr(&attrs, row->member) = row->value;
        make_format(&build, format);
        if ((row->formats & format) != 0) {
            assert_int_equal(armvirt_leaf_attrs_encode(&build, &attrs, bits), ARMVIRT_OK);
            assert_int_equal(bits[0], row->bits[0]);
            assert_int_equal(bits[1], row->bits[1]);
            armvirt_leaf_attrs_decode(&build, bits, &decoded);
            if (row->member == M(nse)) {
                assert_int_equal(decoded.ng, 1);
            } else {
                assert_memory_equal(&decoded, &attrs, sizeof(attrs));
            }
        } else if (!elsewhere(row, format)) {
            assert_int_equal(armvirt_leaf_attrs_encode(&build, &attrs, bits), ARMVIRT_E_INVAL);
            assert_int_equal(bits[0], ~UINT64_C(0));
        }
    }
}

struct large_case {
    const char *name;
    size_t member;
    uint16_t value;
    unsigned format;
};

static const struct large_case large_cases[] = {
    {"AttrIndx 8 without AIE", M(attr_index), 8, S1},
    {"MemAttr 16", M(mem_attr), 16, S2},
    {"SH 4", M(sh), 4, S1},
    {"SH with DS", M(sh), 3, DS},
    {"AP 4", M(ap), 4, S1},
    {"PIIndex 16", M(pi_index), 16, S1PIE},
    {"POIndex 8 of 3 bits", M(po_index), 8, S1PIE},
    {"POIndex 16", M(po_index), 16, S2_128},
    {"AF 2", M(af), 2, S1},
    {"16 for software", M(sw), 16, S1},
    {"8 for software", M(sw), 8, S2},
    {"4 beside AssuredOnly", M(sw), 4, S2PIE},
    {"PBHA beside AIE", M(pbha), 1, S1PIE},
};

static void test_large(void **state)
{
    const struct large_case *row = *state;
    struct armvirt_pgbuild build;
    struct armvirt_leaf_attrs attrs;
    uint64_t bits[2];

    memset(&attrs, 0, sizeof(attrs));
    *attr(&attrs, row->member) = row->value;
    make_format(&build, row->format);
    assert_int_equal(armvirt_leaf_attrs_encode(&build, &attrs, bits), ARMVIRT_E_INVAL);
}

/* Each bit of a descriptor: an attribute that can be decoded and encoded again, or none. */
static void test_every_bit_is_an_attribute_or_none(void **state)
{
    (void)state;
    for (unsigned format = 1; format < ALL; format <<= 1) {
        struct armvirt_pgbuild build;

        make_format(&build, format);
        for (unsigned bit = 0; bit < 128; bit++) {
            uint64_t mask = UINT64_C(1) << bit % 64;
            uint64_t bits[2] = {bit < 64 ? mask : 0, bit < 64 ? 0 : mask}, again[2];
            struct armvirt_leaf_attrs attrs;

            armvirt_leaf_attrs_decode(&build, bits, &attrs);
            assert_int_equal(armvirt_leaf_attrs_encode(&build, &attrs, again), ARMVIRT_OK);
            assert_int_equal(again[0], bits[0] & build.attr_mask[0]);
            assert_int_equal(again[1], bits[1] & build.attr_mask[1]);
        }
        assert_int_equal(build.attr_mask[0] & build.fixed[0], 0);
        assert_int_equal(build.attr_mask[1] & build.fixed[1], 0);
        assert_int_equal(build.remake[0] & ~build.attr_mask[0], 0);
    }
}

int main(void)
{
    static struct suite suite;

    SUITE_ADD_ROWS(&suite, test_config, config_cases);
    SUITE_ADD_ROWS(&suite, test_skl, skl_cases);
    SUITE_ADD(&suite, test_the_first_table_has_its_size);
    SUITE_ADD_ROWS(&suite, test_attr, attr_cases);
    SUITE_ADD_ROWS(&suite, test_large, large_cases);
    SUITE_ADD(&suite, test_every_bit_is_an_attribute_or_none);
    return suite_run(&suite, "pgbuild.config");
}
