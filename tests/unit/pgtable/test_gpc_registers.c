/* SPDX-License-Identifier: MIT */
/*
 * What GPCCR_EL3, GPTBR_EL3 and GPCBW_EL3 say: validity, geometry of the tables, spaces, bypass
 * windows. Addresses are computed here by division, from the tables of the manual.
 * DDI0487 D9.2, D9.4, D9.7, D24.2.55-57.
 */
#include "gpc_machine.h"

#define FAIL      ARMVIRT_GPCF_FAIL
#define WALK      ARMVIRT_GPCF_WALK
#define SIZE      ARMVIRT_GPCF_ADDRESS_SIZE
#define TWO_TO(n) (UINT64_C(1) << (n))
#define GB        TWO_TO(30)
#define TB        TWO_TO(40)

/* ---- Encodings ---------------------------------------------------------------------------- */

struct size_code {
    unsigned code, log2;
};

static const struct size_code pps_codes[] = {{0, 32}, {1, 36}, {2, 40}, {3, 42}, {4, 44},
                                             {8, 46}, {9, 47}, {5, 48}, {6, 52}, {7, 56}};
static const struct size_code l0_codes[] = {{0, 30}, {4, 34}, {6, 36}, {9, 39}};
static const struct size_code pgs_codes[] = {{0, 12}, {2, 14}, {1, 16}};

static unsigned decode(const struct size_code *codes, size_t count, uint64_t code)
{
    for (size_t i = 0; i < count; i++) {
        if (codes[i].code == code) {
            return codes[i].log2;
        }
    }
    return 0;
}

static void put_pps(struct machine *m, uint64_t pps)
{
    machine_put(m, ARMVIRT_GPCCR_EL3_PPS3 | ARMVIRT_GPCCR_EL3_PPS, pps);
}

static void expect_invalid(struct machine *m, enum armvirt_reason reason)
{
    for (unsigned space = 0; space < SPACES; space++) {
        expect_fault(m, 0, space, WALK, 0, reason);
        expect_fault(m, UINT64_MAX, space, WALK, 0, reason);
    }
    assert_int_equal(m->reads, 0);
    assert_int_equal(m->fault.desc_pa, 0);
    assert_int_equal(m->fault.desc, 0);
}

/* Checks reach to 2^bits and not beyond. */
static void expect_pps(struct machine *m, unsigned bits)
{
    m->vmsa.gptbr_el3 = 0;
    m->entry_count = 0;
    machine_add(m, (TWO_TO(bits) - 1) / GB * 8, block(GPI_RL));
    expect_ok(m, TWO_TO(bits) - 1, RL);
    expect_fault(m, TWO_TO(bits) - 1, NS, FAIL, 0, ARMVIRT_REASON_GPI_MISMATCH);
    expect_ok(m, TWO_TO(bits), NS); /* R_CPDSB */
    expect_fault(m, TWO_TO(bits), RL, FAIL, 0, ARMVIRT_REASON_GPC_PA_RANGE);
}

static void r_jwcsm_pps_is_encoded_and_implemented(void **state)
{
    static const unsigned pa_bits[8] = {32, 36, 40, 42, 44, 48, 52, 56};
    struct machine m;

    (void)state;
    for (unsigned pa_range = 0; pa_range < 8; pa_range++) {
        for (uint64_t pps = 0; pps < 16; pps++) {
            unsigned bits = decode(pps_codes, COUNT_OF(pps_codes), pps);

            machine_reset(&m, GPC3);
            m.vmsa.id_aa64mmfr0_el1 &= ~ARMVIRT_ID_AA64MMFR0_EL1_PARANGE;
            m.vmsa.id_aa64mmfr0_el1 |= pa_range;
            put_pps(&m, pps);
            if (bits == 0 || bits > pa_bits[pa_range]) {
                expect_invalid(&m, ARMVIRT_REASON_GPC_REGISTERS);
            } else {
                expect_pps(&m, bits);
            }
        }
    }
}

/* PPS3 is RES0 then, and 0b111 reserved. */
static void r_jwcsm_pps_before_gpc3(void **state)
{
    struct machine m;

    (void)state;
    for (int version = RME; version <= GPC2; version++) {
        for (uint64_t pps = 0; pps < 16; pps++) {
            machine_reset(&m, (enum version)version);
            put_pps(&m, pps);
            if (pps % 8 == 7) {
                expect_invalid(&m, ARMVIRT_REASON_GPC_REGISTERS);
            } else {
                expect_pps(&m, decode(pps_codes, COUNT_OF(pps_codes), pps % 8));
            }
        }
    }
}

static void r_jwcsm_l0gptsz(void **state)
{
    struct machine m;

    (void)state;
    for (uint64_t code = 0; code < 16; code++) {
        unsigned log2 = decode(l0_codes, COUNT_OF(l0_codes), code);

        machine_reset(&m, GPC3);
        machine_put(&m, ARMVIRT_GPCCR_EL3_L0GPTSZ, code);
        if (log2 == 0) {
            expect_invalid(&m, ARMVIRT_REASON_GPC_REGISTERS);
            continue;
        }
        machine_add(&m, L0_BASE + 8, block(GPI_ANY));
        expect_ok(&m, TWO_TO(log2), S);
        expect_ok(&m, 2 * TWO_TO(log2) - 1, S);
    }
}

static void r_jwcsm_attributes_of_fetches(void **state)
{
    struct machine m;

    (void)state;
    for (uint64_t attributes = 0; attributes < 64; attributes++) {
        uint64_t sh = attributes / 16, orgn = attributes / 4 % 4, irgn = attributes % 4;

        machine_reset(&m, GPC3);
        machine_add(&m, L0_BASE, block(GPI_ANY));
        machine_put(&m, ARMVIRT_GPCCR_EL3_SH, sh);
        machine_put(&m, ARMVIRT_GPCCR_EL3_ORGN, orgn);
        machine_put(&m, ARMVIRT_GPCCR_EL3_IRGN, irgn);
        if (sh == 1 || (orgn == 0 && irgn == 0 && sh != 2)) {
            expect_invalid(&m, ARMVIRT_REASON_GPC_REGISTERS);
        } else {
            expect_ok(&m, 0, NS);
        }
    }
}

struct granule_row {
    const char *name;
    uint64_t pgs;
    uint64_t mmfr0; /* granule fields only */
    bool valid;
};

#define TGRAN(field, value) ARMVIRT_PUT(ARMVIRT_ID_AA64MMFR0_EL1_TGRAN##field, value)

static const struct granule_row granule_rows[] = {
    {"D24.2.56 PGS 4 KB", 0, TGRAN(4, 0), true},
    {"D24.2.56 PGS 4 KB with 52 bits", 0, TGRAN(4, 1), true},
    {"D24.2.56 PGS 4 KB at no stage", 0, TGRAN(4, 15), false},
    {"D24.2.56 PGS 4 KB at no stage, stage 2 says so", 0, TGRAN(4, 15) | TGRAN(4_2, 1), false},
    {"D24.2.56 PGS 4 KB at stage 1 only", 0, TGRAN(4, 0) | TGRAN(4_2, 1), true},
    {"D24.2.56 PGS 4 KB at stage 2 only", 0, TGRAN(4, 15) | TGRAN(4_2, 2), true},
    {"D24.2.56 PGS 64 KB", 1, TGRAN(64, 0), true},
    {"D24.2.56 PGS 64 KB at no stage", 1, TGRAN(64, 15), false},
    {"D24.2.56 PGS 64 KB at stage 1 only", 1, TGRAN(64, 0) | TGRAN(64_2, 1), true},
    {"D24.2.56 PGS 64 KB at stage 2 only", 1, TGRAN(64, 15) | TGRAN(64_2, 2), true},
    {"D24.2.56 PGS 16 KB", 2, TGRAN(16, 1), true},
    {"D24.2.56 PGS 16 KB with 52 bits", 2, TGRAN(16, 2), true},
    {"D24.2.56 PGS 16 KB at no stage", 2, TGRAN(16, 0), false},
    {"D24.2.56 PGS 16 KB at no stage, stage 2 says so", 2, TGRAN(16_2, 1), false},
    {"D24.2.56 PGS 16 KB at stage 2 only", 2, TGRAN(16_2, 3), true},
    {"D24.2.56 PGS 0b11 is reserved", 3, TGRAN(16, 2), false},
};

static void granule_is_implemented(void **state)
{
    const struct granule_row *row = *state;
    struct machine m;

    machine_reset(&m, RME);
    m.vmsa.id_aa64mmfr0_el1 = row->mmfr0 | 7;
    machine_put(&m, ARMVIRT_GPCCR_EL3_PGS, row->pgs);
    machine_add(&m, L0_BASE, block(GPI_ANY));
    if (row->valid) {
        expect_ok(&m, 0, NS);
    } else {
        expect_invalid(&m, ARMVIRT_REASON_GPC_REGISTERS);
    }
}

static void res0_bits_and_gpcp_are_ignored(void **state)
{
    struct machine m;

    (void)state;
    machine_reset(&m, RME);
    m.vmsa.gpccr_el3 |= ARMVIRT_GPCCR_EL3_RES0 | ARMVIRT_GPCCR_EL3_GPCP | ARMVIRT_GPCCR_EL3_TBGPCD |
                        ARMVIRT_GPCCR_EL3_GPCBW | ARMVIRT_GPCCR_EL3_PPS3;
    m.vmsa.gptbr_el3 |= ARMVIRT_GPTBR_EL3_RES0 | ARMVIRT_GPTBR_EL3_BADDR_43_40;
    m.vmsa.gpcbw_el3 = UINT64_MAX;
    machine_add(&m, L0_BASE, block(GPI_RL));
    expect_ok(&m, 0, RL);
    expect_fault(&m, 0, NS, FAIL, 0, ARMVIRT_REASON_GPI_MISMATCH);

    machine_set_version(&m, GPC3); /* the base has 56 bits now */
    m.vmsa.gpccr_el3 &= ~(ARMVIRT_GPCCR_EL3_PPS3 | ARMVIRT_GPCCR_EL3_GPCBW);
    expect_fault(&m, 0, RL, SIZE, 0, ARMVIRT_REASON_GPC_BASE_RANGE);
    m.vmsa.gptbr_el3 &= ~ARMVIRT_GPTBR_EL3_BADDR_43_40;
    expect_ok(&m, 0, RL);
}

static void r_byrrz_off_checks_nothing(void **state)
{
    struct machine m;

    (void)state;
    for (int version = 0; version <= GDI; version++) {
        machine_reset(&m, (enum version)version);
        machine_put(&m, ARMVIRT_GPCCR_EL3_PGS, 3); /* invalid, but unused */
        m.vmsa.gpccr_el3 |=
            ARMVIRT_GPCCR_EL3_SPAD | ARMVIRT_GPCCR_EL3_NSPAD | ARMVIRT_GPCCR_EL3_RLPAD;
        if (version == 0) {
            m.security = NS; /* without FEAT_RME: GPC does not exist */
        } else {
            m.vmsa.gpccr_el3 &= ~ARMVIRT_GPCCR_EL3_GPC;
        }
        for (unsigned space = 0; space < SPACES; space++) {
            expect_ok(&m, 0, space);
            expect_ok(&m, UINT64_MAX, space);
        }
        assert_int_equal(m.reads, 0);
    }
}

static void unknown_space_is_an_error_of_the_caller(void **state)
{
    struct machine m;

    (void)state;
    machine_reset(&m, GPC3);
    assert_int_equal(machine_check(&m, 0, SPACES), ARMVIRT_E_INVAL);
    assert_int_equal(machine_check(&m, 0, 255), ARMVIRT_E_INVAL);
    assert_int_equal(m.reads, 0);
}

/* ---- Geometry: R_RDYKY, R_RSHYW, R_QDCZJ, R_DBTFW ----------------------------------------- */

struct geometry {
    unsigned pps, l0, granule;   /* log2 */
    uint64_t l0_bytes, l1_bytes; /* of the tables */
};

typedef void geometry_test(struct machine *m, const struct geometry *g);

static void for_each_geometry(geometry_test *test)
{
    struct machine m;

    for (size_t t = 0; t < COUNT_OF(pps_codes); t++) {
        for (size_t s = 0; s < COUNT_OF(l0_codes); s++) {
            for (size_t p = 0; p < COUNT_OF(pgs_codes); p++) {
                struct geometry g = {pps_codes[t].log2, l0_codes[s].log2, pgs_codes[p].log2, 0, 0};

                g.l0_bytes = g.pps > g.l0 ? TWO_TO(g.pps) / TWO_TO(g.l0) * 8 : 8;
                if (g.l0_bytes < 4096) {
                    g.l0_bytes = 4096;
                }
                g.l1_bytes = TWO_TO(g.l0) / (16 * TWO_TO(g.granule)) * 8;
                machine_reset(&m, GPC3);
                put_pps(&m, pps_codes[t].code);
                machine_put(&m, ARMVIRT_GPCCR_EL3_L0GPTSZ, l0_codes[s].code);
                machine_put(&m, ARMVIRT_GPCCR_EL3_PGS, pgs_codes[p].code);
                test(&m, &g);
            }
        }
    }
}

/* The only granule with access, then the only one without, is that of `pa`. */
static void expect_granule(struct machine *m, const struct geometry *g, uint64_t l0_base,
                           uint64_t l1_base, uint64_t pa)
{
    uint64_t l0_index = pa / TWO_TO(g->l0);
    uint64_t l1_index = pa % TWO_TO(g->l0) / TWO_TO(g->granule) / 16;
    uint64_t gpi_bits = UINT64_C(0xf) << pa / TWO_TO(g->granule) % 16 * 4;

    m->entry_count = 0;
    machine_add(m, l0_base + l0_index * 8, table(l1_base));
    machine_add(m, l1_base + l1_index * 8, gpi_bits & 0x8888888888888888);
    expect_ok(m, pa, S);
    assert_int_equal(m->reads, 2);
    m->entries[1].value = ~gpi_bits & 0x8888888888888888;
    expect_fault(m, pa, S, FAIL, 1, ARMVIRT_REASON_GPI_MISMATCH);
    assert_int_equal(m->fault.desc_pa, m->entries[1].pa);
}

/* All bits of the base below its alignment are set: they act as 0. */
static void expect_indices(struct machine *m, const struct geometry *g)
{
    const uint64_t end = TWO_TO(g->pps), granule = TWO_TO(g->granule);
    const uint64_t region = g->pps > g->l0 ? TWO_TO(g->l0) : end;
    const uint64_t edges[] = {0,
                              granule - 1,
                              granule,
                              15 * granule,
                              16 * granule - 1,
                              16 * granule,
                              region - granule,
                              region - 1,
                              region % end,
                              end - region,
                              end - granule,
                              end - 1};
    uint64_t random = g->pps * 1000 + g->l0 * 10 + g->granule;

    m->vmsa.gptbr_el3 = (end - 1) >> 12;
    for (size_t i = 0; i < COUNT_OF(edges); i++) {
        expect_granule(m, g, end - g->l0_bytes, end / 2, edges[i]);
    }
    for (unsigned i = 0; i < 32; i++) {
        random = random * 6364136223846793005 + 1442695040888963407;
        expect_granule(m, g, end - g->l0_bytes, end / 2, (random >> 8) % end);
    }
}

static void r_qngfy_indices_of_every_geometry(void **state)
{
    (void)state;
    for_each_geometry(expect_indices);
}

/* Each bit of a Table descriptor is address, RES0, or address beyond PPS. */
static void expect_table_bits(struct machine *m, const struct geometry *g)
{
    m->vmsa.gptbr_el3 = 0;
    m->entry_count = 0;
    machine_add(m, 0, 0);
    machine_add(m, 0, 0xa);
    for (unsigned bit = 4; bit < 64; bit++) {
        uint64_t pa = TWO_TO(bit);

        m->entries[0].value = table(pa);
        m->entries[1].pa = pa;
        if (pa < g->l1_bytes || bit < 12 || bit >= 56 || (bit >= 52 && g->pps != 56)) {
            expect_fault(m, 0, RT, WALK, 0, ARMVIRT_REASON_GPT_RES0);
        } else if (bit >= g->pps) {
            expect_fault(m, 0, RT, SIZE, 0, ARMVIRT_REASON_GPT_TABLE_ADDRESS); /* R_JCGMZ */
        } else {
            expect_ok(m, 0, RT);
        }
    }
}

static void r_dbtfw_bits_of_table_descriptors(void **state)
{
    (void)state;
    for_each_geometry(expect_table_bits);
}

/* Each bit of BADDR is address, treated as 0 for alignment, or beyond PPS. */
static void expect_base_bits(struct machine *m, const struct geometry *g)
{
    for (unsigned bit = 12; bit < 56; bit++) {
        uint64_t pa = TWO_TO(bit);

        m->vmsa.gptbr_el3 = pa >> 12;
        m->entry_count = 0;
        machine_add(m, pa < g->l0_bytes ? 0 : pa, block(GPI_RT));
        if (bit >= g->pps) {
            expect_fault(m, 0, RT, SIZE, 0, ARMVIRT_REASON_GPC_BASE_RANGE); /* R_XVCKY */
        } else {
            expect_ok(m, 0, RT);
        }
    }
}

static void d24_2_57_bits_of_gptbr(void **state)
{
    (void)state;
    for_each_geometry(expect_base_bits);
}

/* ---- Spaces ------------------------------------------------------------------------------- */

struct off_row {
    const char *name;
    uint64_t control;
    unsigned space;
};

static const struct off_row off_rows[] = {
    {"R_TCWMD SPAD disables Secure", ARMVIRT_GPCCR_EL3_SPAD, S},
    {"R_TCWMD NSPAD disables Non-secure", ARMVIRT_GPCCR_EL3_NSPAD, NS},
    {"R_TCWMD RLPAD disables Realm", ARMVIRT_GPCCR_EL3_RLPAD, RL},
};

static void space_is_disabled(void **state)
{
    const struct off_row *row = *state;
    struct machine m;

    for (int version = RME; version <= GDI; version++) {
        machine_reset(&m, (enum version)version);
        m.vmsa.gpccr_el3 |= row->control;
        machine_add(&m, L0_BASE, block(GPI_ANY));
        for (unsigned space = 0; space < SPACES; space++) {
            if (version >= GPC2 && space == row->space) {
                expect_fault(&m, 0, space, FAIL, 0, ARMVIRT_REASON_GPC_SPACE_OFF);
                expect_fault(&m, 2 * TB, space, FAIL, 0, ARMVIRT_REASON_GPC_SPACE_OFF);
            } else {
                expect_ok(&m, 0, space);
            }
        }
    }
}

static void r_pbpsh_appsaa_frees_what_is_above_pps(void **state)
{
    struct machine m;

    (void)state;
    for (int version = RME; version <= GDI; version++) {
        for (uint64_t appsaa = 0; appsaa <= 1; appsaa++) {
            machine_reset(&m, (enum version)version);
            machine_put(&m, ARMVIRT_GPCCR_EL3_APPSAA, appsaa);
            m.vmsa.gptbr_el3 = TB >> 12; /* unusable, and not used */
            for (unsigned space = 0; space < SPACES; space++) {
                if (space == NS || (appsaa && version >= GPC2)) {
                    expect_ok(&m, TB, space);
                } else {
                    expect_fault(&m, TB, space, FAIL, 0, ARMVIRT_REASON_GPC_PA_RANGE);
                }
                expect_fault(&m, TB - 1, space, SIZE, 0, ARMVIRT_REASON_GPC_BASE_RANGE);
            }
            assert_int_equal(m.reads, 0);
        }
    }
}

/* ---- Bypass windows ----------------------------------------------------------------------- */

static const struct size_code window_sizes[] = {{0, 30}, {1, 31}, {2, 32}, {4, 34}, {6, 36}};
static const struct size_code window_strides[] = {{0, 40}, {2, 42}, {4, 44},  {6, 46}, {7, 47},
                                                  {8, 48}, {9, 49}, {10, 50}, {16, 56}};

static void put_window(struct machine *m, uint64_t size, uint64_t stride, uint64_t base)
{
    m->vmsa.gpccr_el3 |= ARMVIRT_GPCCR_EL3_GPCBW;
    m->vmsa.gpcbw_el3 = ARMVIRT_PUT(ARMVIRT_GPCBW_EL3_BWSIZE, size) |
                        ARMVIRT_PUT(ARMVIRT_GPCBW_EL3_BWSTRIDE, stride) | base / GB;
}

/* Outside of windows everything is refused, by a table that is not there. */
static void expect_bypass(struct machine *m, uint64_t pa, bool bypassed)
{
    if (bypassed) {
        expect_ok(m, pa, RL);
    } else {
        expect_fault(m, pa, RL, ARMVIRT_GPCF_EXTERNAL, 0, ARMVIRT_REASON_GPT_EXTERNAL);
    }
    assert_int_equal(m->reads, !bypassed);
}

static void expect_windows(struct machine *m, uint64_t size, uint64_t stride, uint64_t base)
{
    const uint64_t end = TWO_TO(56);
    const uint64_t starts[] = {0, stride, 3 * stride, 5 * stride, end - stride};

    for (size_t i = 0; i < COUNT_OF(starts); i++) {
        uint64_t window = starts[i] % end + base;

        expect_bypass(m, window, true);
        expect_bypass(m, window + size - 1, true);
        expect_bypass(m, (window - 1) % end, false);
        expect_bypass(m, (window + size) % end, false);
        expect_bypass(m, (window + stride / 2) % end, false);
    }
}

static void r_srqwf_windows_of_every_size_and_stride(void **state)
{
    struct machine m;

    (void)state;
    for (size_t s = 0; s < COUNT_OF(window_sizes); s++) {
        for (size_t t = 0; t < COUNT_OF(window_strides); t++) {
            uint64_t size = TWO_TO(window_sizes[s].log2), stride = TWO_TO(window_strides[t].log2);
            const uint64_t bases[] = {0, size, stride - size, stride / 2 + size};

            for (size_t b = 0; b < COUNT_OF(bases); b++) {
                machine_reset(&m, GPC3);
                put_pps(&m, 7);
                put_window(&m, window_sizes[s].code, window_strides[t].code, bases[b]);
                expect_windows(&m, size, stride, bases[b]);
            }
        }
    }
}

static void r_vkxcb_windows_end_at_pps(void **state)
{
    struct machine m;

    (void)state;
    machine_reset(&m, GPC3);
    put_pps(&m, 3); /* 42 bits */
    put_window(&m, 0, 0, GB);
    expect_bypass(&m, 3 * TB + GB, true);
    expect_fault(&m, 4 * TB + GB, RL, FAIL, 0, ARMVIRT_REASON_GPC_PA_RANGE);
}

static void windows_need_gpcbw_and_gpc3(void **state)
{
    struct machine m;

    (void)state;
    machine_reset(&m, GPC3);
    put_window(&m, 0, 0, 0);
    expect_bypass(&m, 0, true);
    m.vmsa.gpccr_el3 &= ~ARMVIRT_GPCCR_EL3_GPCBW;
    expect_bypass(&m, 0, false);
    m.vmsa.gpccr_el3 |= ARMVIRT_GPCCR_EL3_GPCBW;
    machine_set_version(&m, GPC2);
    expect_bypass(&m, 0, false);
}

/* Every BWSIZE with every BWSTRIDE and every base of one bit, or none. */
static void r_jwcsm_gpcbw(void **state)
{
    struct machine m;

    (void)state;
    machine_reset(&m, GPC3);
    put_pps(&m, 7);
    for (unsigned size = 0; size < 8; size++) {
        for (unsigned stride = 0; stride < 32; stride++) {
            unsigned size_log2 = decode(window_sizes, COUNT_OF(window_sizes), size);
            unsigned stride_log2 = decode(window_strides, COUNT_OF(window_strides), stride);

            for (unsigned bit = 29; bit < 56; bit++) {
                uint64_t base = bit == 29 ? 0 : TWO_TO(bit);

                put_window(&m, size, stride, base);
                if (size_log2 != 0 && stride_log2 != 0 && base % TWO_TO(size_log2) == 0 &&
                    base < TWO_TO(stride_log2)) {
                    expect_bypass(&m, base, true);
                } else {
                    expect_invalid(&m, ARMVIRT_REASON_GPC_WINDOW);
                }
            }
        }
    }
}

int main(void)
{
    struct suite suite = {0};

    SUITE_ADD(&suite, r_jwcsm_pps_is_encoded_and_implemented);
    SUITE_ADD(&suite, r_jwcsm_pps_before_gpc3);
    SUITE_ADD(&suite, r_jwcsm_l0gptsz);
    SUITE_ADD(&suite, r_jwcsm_attributes_of_fetches);
    SUITE_ADD_ROWS(&suite, granule_is_implemented, granule_rows);
    SUITE_ADD(&suite, res0_bits_and_gpcp_are_ignored);
    SUITE_ADD(&suite, r_byrrz_off_checks_nothing);
    SUITE_ADD(&suite, unknown_space_is_an_error_of_the_caller);
    SUITE_ADD(&suite, r_qngfy_indices_of_every_geometry);
    SUITE_ADD(&suite, r_dbtfw_bits_of_table_descriptors);
    SUITE_ADD(&suite, d24_2_57_bits_of_gptbr);
    SUITE_ADD_ROWS(&suite, space_is_disabled, off_rows);
    SUITE_ADD(&suite, r_pbpsh_appsaa_frees_what_is_above_pps);
    SUITE_ADD(&suite, r_srqwf_windows_of_every_size_and_stride);
    SUITE_ADD(&suite, r_vkxcb_windows_end_at_pps);
    SUITE_ADD(&suite, windows_need_gpcbw_and_gpc3);
    SUITE_ADD(&suite, r_jwcsm_gpcbw);
    return suite_run(&suite, "gpc registers");
}
