/* SPDX-License-Identifier: MIT */
/*
 * The tables that spec/ became, held against rules of their own and against the masks of the public
 * headers: whatever the generator does, every bit of every register has one reading.
 */
#include "suite.h"
#include "text/decode_tables.h"

#include <armvirt/regs/aarch32.h>
#include <armvirt/regs/debug.h>
#include <armvirt/regs/descriptors.h>
#include <armvirt/regs/gic.h>
#include <armvirt/regs/syndrome.h>
#include <armvirt/regs/system.h>
#include <armvirt/regs/timer.h>
#include <armvirt/regs/vmsa.h>
#include <armvirt/text.h>

#include <ctype.h>
#include <stdio.h>
#include <string.h>

static const struct decode_field *fields_of(const struct armvirt_layout *layout)
{
    return &armvirt_decode_fields[layout->field_first];
}

static bool is_base(const struct decode_field *field)
{
    return armvirt_decode_whens[field->when] == 0;
}

/* How many base fields of a layout have a bit. */
static unsigned readings(const struct armvirt_layout *layout, unsigned bit)
{
    unsigned count = 0;
    unsigned i;

    for (i = 0; i < layout->field_count; i++) {
        const struct decode_field *field = &fields_of(layout)[i];

        count += is_base(field) && field->lo <= bit && bit <= field->hi;
    }
    return count;
}

static void every_bit_of_every_register_and_descriptor_has_one_reading(void **state)
{
    unsigned n;
    unsigned bit;

    (void)state;
    for (n = 0; n < armvirt_decode_layout_count; n++) {
        const struct armvirt_layout *layout = &armvirt_decode_layouts[n];

        for (bit = 0; bit < layout->width; bit++) {
            unsigned count = readings(layout, bit);

            if (layout->kind == ARMVIRT_LAYOUT_PART ? count > 1 : count != 1) {
                fail_msg("%s bit %u has %u readings", armvirt_layout_name(layout), bit, count);
            }
        }
    }
}

static void registers_are_32_64_or_128_bits_wide(void **state)
{
    unsigned n;

    (void)state;
    for (n = 0; n < armvirt_decode_layout_count; n++) {
        const struct armvirt_layout *layout = &armvirt_decode_layouts[n];

        if (layout->kind != ARMVIRT_LAYOUT_PART) {
            assert_true(layout->width == 32 || layout->width == 64 || layout->width == 128);
        }
    }
}

static void check_field(const struct armvirt_layout *layout, const struct decode_field *field)
{
    unsigned width = field->hi - field->lo + 1u;
    unsigned i;

    assert_true(field->lo <= field->hi && field->hi < layout->width);
    assert_true(field->reserved || field->lo / 64 == field->hi / 64);
    assert_true(decode_text(field->name)[0] != '\0');
    for (i = 0; i < field->value_count; i++) {
        const struct decode_value *value = &armvirt_decode_values[field->value_first + i];

        assert_true(width >= 32 || value->value >> width == 0);
        assert_true(decode_text(value->name)[0] != '\0');
        assert_true(i == 0 || value[-1].value < value->value);
    }
}

static void fields_lie_within_a_word_and_values_within_their_field(void **state)
{
    unsigned n;
    unsigned i;

    (void)state;
    for (n = 0; n < armvirt_decode_layout_count; n++) {
        const struct armvirt_layout *layout = &armvirt_decode_layouts[n];

        for (i = 0; i < layout->field_count; i++) {
            check_field(layout, &fields_of(layout)[i]);
        }
    }
}

static int compare_names(const char *a, const char *b)
{
    while (*a != '\0' && toupper((unsigned char)*a) == toupper((unsigned char)*b)) {
        a++;
        b++;
    }
    return toupper((unsigned char)*a) - toupper((unsigned char)*b);
}

static void layouts_are_sorted_and_described(void **state)
{
    unsigned n;

    (void)state;
    for (n = 0; n < armvirt_decode_layout_count; n++) {
        const struct armvirt_layout *layout = armvirt_layout_at(n);

        assert_true(n == 0 || compare_names(armvirt_layout_name(armvirt_layout_at(n - 1)),
                                            armvirt_layout_name(layout)) < 0);
        assert_true(strlen(armvirt_layout_title(layout)) > 2);
        assert_non_null(strchr(armvirt_layout_section(layout), '.'));
    }
    assert_null(armvirt_layout_at(n));
}

static void every_layout_is_found_by_its_name(void **state)
{
    unsigned n;

    (void)state;
    for (n = 0; n < armvirt_decode_layout_count; n++) {
        const struct armvirt_layout *layout = armvirt_layout_at(n);
        const char *name = armvirt_layout_name(layout);
        const char *number = strchr(name, '<');
        char text[64];

        if (number != NULL) {
            snprintf(text, sizeof(text), "%.*s%u%s", (int)(number - name), name,
                     (unsigned)layout->index_last, number + 3);
        } else {
            snprintf(text, sizeof(text), "%s", name);
        }
        assert_ptr_equal(armvirt_layout_find(text), layout);
    }
}

static void encodings_are_sorted_and_read_back(void **state)
{
    unsigned n;

    (void)state;
    for (n = 0; n < armvirt_decode_encoding_count; n++) {
        const struct decode_encoding *row = &armvirt_decode_encodings[n];
        struct armvirt_encoding encoding = {(uint8_t)(row->encoding >> 14), row->encoding >> 11 & 7,
                                            row->encoding >> 7 & 15, row->encoding >> 3 & 15,
                                            row->encoding & 7};
        struct armvirt_encoding back;
        const struct armvirt_layout *layout;
        char name[64];

        assert_true(n == 0 || row[-1].encoding < row->encoding);
        assert_true(encoding.op0 >= 2);
        armvirt_text_encoding(&encoding, &layout, name, sizeof(name));
        assert_ptr_equal(layout, &armvirt_decode_layouts[row->layout]);
        assert_ptr_equal(armvirt_layout_find(name), layout);
        assert_true(armvirt_encoding_find(name, &back));
        assert_memory_equal(&back, &encoding, sizeof(back));
    }
}

/* ---- decoding any value: a small pseudo-random walk over layouts, values and conditions ---- */

static uint64_t random_word(uint64_t *seed)
{
    *seed ^= *seed << 13;
    *seed ^= *seed >> 7;
    *seed ^= *seed << 17;
    return *seed;
}

static void check_partition(const struct armvirt_layout *layout, const uint64_t *value,
                            uint64_t when)
{
    uint64_t built[2] = {0, 0};
    struct armvirt_field field;
    unsigned bit;

    for (bit = layout->width; bit > 0; bit = field.lo) {
        struct armvirt_field same;

        armvirt_field_at(layout, value, when, bit - 1, &field);
        assert_int_equal(field.hi, bit - 1);
        assert_int_equal(field.hi / 64, field.lo / 64);
        armvirt_field_at(layout, value, when, field.lo, &same);
        assert_memory_equal(&same, &field, sizeof(field));
        built[field.hi / 64] |= field.value << field.lo % 64;
    }
    assert_true(built[0] ==
                (layout->width < 64 ? value[0] & ((UINT64_C(1) << layout->width) - 1) : value[0]));
    assert_true(layout->width <= 64 || layout->width < 128 || built[1] == value[1]);
}

static void the_fields_of_any_value_are_all_of_its_bits_once(void **state)
{
    uint64_t seed = 0x9e3779b97f4a7c15;
    unsigned n;
    unsigned round;

    (void)state;
    for (n = 0; n < armvirt_decode_layout_count; n++) {
        for (round = 0; round < 6; round++) {
            uint64_t value[2] = {random_word(&seed), random_word(&seed)};
            uint64_t when = round == 0 ? 0 : round == 1 ? UINT64_MAX : random_word(&seed);

            check_partition(&armvirt_decode_layouts[n], value, when);
        }
    }
}

/* ---- masks ---- */

struct mask_case {
    const char *name;
    uint64_t mask;
    unsigned hi, lo; /* of the 64-bit word */
};

#define MASK(macro, hi, lo)                                                                        \
    {                                                                                              \
#macro, ARMVIRT_##macro, hi, lo                                                            \
    }

/* Positions as Arm's executable pseudocode (Sail, v9.4) and the tables of D8.3 give them. */
static const struct mask_case mask_cases[] = {
    MASK(TCR_EL1_T0SZ, 5, 0),
    MASK(TCR_EL1_EPD0, 7, 7),
    MASK(TCR_EL1_TG0, 15, 14),
    MASK(TCR_EL1_T1SZ, 21, 16),
    MASK(TCR_EL1_A1, 22, 22),
    MASK(TCR_EL1_TG1, 31, 30),
    MASK(TCR_EL1_IPS, 34, 32),
    MASK(TCR_EL1_AS, 36, 36),
    MASK(TCR_EL1_HA, 39, 39),
    MASK(TCR_EL1_HD, 40, 40),
    MASK(TCR_EL1_HPD0, 41, 41),
    MASK(TCR_EL1_NFD0, 53, 53),
    MASK(TCR_EL1_E0PD1, 56, 56),
    MASK(TCR_EL1_DS, 59, 59),
    MASK(TCR_EL1_MTX1, 61, 61),
    MASK(TCR_EL2_PS, 18, 16),
    MASK(TCR_EL2_HA, 21, 21),
    MASK(TCR_EL2_DS, 32, 32),
    MASK(TCR_EL2_E2H_DS, 59, 59),
    MASK(TCR_EL3_DS, 32, 32),
    MASK(TCR_EL3_D128, 38, 38),
    MASK(TCR2_EL1_PNCH, 0, 0),
    MASK(TCR2_EL1_PIE, 1, 1),
    MASK(TCR2_EL1_D128, 5, 5),
    MASK(TCR2_EL1_HAFT, 11, 11),
    MASK(TCR2_EL2_AMEC0, 12, 12),
    MASK(TCR2_EL2_E2H_AMEC1, 13, 13),
    MASK(VTCR_EL2_SL0, 7, 6),
    MASK(VTCR_EL2_VS, 19, 19),
    MASK(VTCR_EL2_NSA, 30, 30),
    MASK(VTCR_EL2_SL2, 33, 33),
    MASK(VTCR_EL2_ASSUREDONLY, 34, 34),
    MASK(VTCR_EL2_S2PIE, 36, 36),
    MASK(VSTCR_EL2_SA, 30, 30),
    MASK(HCR_EL2_VM, 0, 0),
    MASK(HCR_EL2_PTW, 2, 2),
    MASK(HCR_EL2_DC, 12, 12),
    MASK(HCR_EL2_TGE, 27, 27),
    MASK(HCR_EL2_CD, 32, 32),
    MASK(HCR_EL2_ID, 33, 33),
    MASK(HCR_EL2_E2H, 34, 34),
    MASK(HCR_EL2_NV1, 43, 43),
    MASK(HCR_EL2_FWB, 46, 46),
    MASK(HCR_EL2_DCT, 57, 57),
    MASK(HCRX_EL2_TCR2EN, 14, 14),
    MASK(SCR_EL3_NS, 0, 0),
    MASK(SCR_EL3_SIF, 9, 9),
    MASK(SCR_EL3_EEL2, 18, 18),
    MASK(SCR_EL3_TCR2EN, 43, 43),
    MASK(SCR_EL3_GPF, 48, 48),
    MASK(SCR_EL3_NSE, 62, 62),
    MASK(SCTLR_EL1_M, 0, 0),
    MASK(SCTLR_EL1_WXN, 19, 19),
    MASK(SCTLR_EL1_SPAN, 23, 23),
    MASK(SCTLR_EL1_EE, 25, 25),
    MASK(SCTLR_EL1_NTLSMD, 28, 28),
    MASK(SCTLR_EL1_EPAN, 57, 57),
    MASK(SCTLR2_EL2_EMEC, 1, 1),
    MASK(MAIR_EL1_ATTR7, 63, 56),
    MASK(PIR_EL1_PERM15, 63, 60),
    MASK(GPCCR_EL3_PPS, 2, 0),
    MASK(GPCCR_EL3_PGS, 15, 14),
    MASK(GPCCR_EL3_GPC, 16, 16),
    MASK(GPCCR_EL3_L0GPTSZ, 23, 20),
    MASK(GPTBR_EL3_BADDR, 39, 0),
    MASK(TTBR0_EL1_ASID, 63, 48),
    MASK(TTBR0_EL1_D128_SKL, 2, 1),
    MASK(TTBR0_EL1_D128_BADDR_55_48_HI, 23, 16),
    MASK(ID_AA64MMFR0_EL1_PARANGE, 3, 0),
    MASK(ID_AA64MMFR0_EL1_TGRAN4_2, 43, 40),
    MASK(ID_AA64MMFR1_EL1_HAFDBS, 3, 0),
    MASK(ID_AA64MMFR2_EL1_VARANGE, 19, 16),
    MASK(ID_AA64MMFR3_EL1_D128, 35, 32),
    MASK(ID_AA64PFR0_EL1_RME, 55, 52),
    MASK(ESR_ELX_EC, 31, 26),
    MASK(ISS_DATA_ABORT_DFSC, 5, 0),
    MASK(ISS_DATA_ABORT_S1PTW, 7, 7),
    MASK(ISS_DATA_ABORT_OVERLAY, 38, 38),
    MASK(ISS_GPC_GPCSC, 19, 14),
    MASK(HPFAR_EL2_FIPA, 47, 4),
    MASK(PAR_EL1_FAULT_FST, 6, 1),
    MASK(PAR_EL1_FAULT_S, 9, 9),
    MASK(PAR_EL1_D128_PA_HI, 55, 12),
    MASK(VMSA64_S1_LEAF_AP, 7, 6),
    MASK(VMSA64_S1_LEAF_ATTRINDX, 4, 2),
    MASK(VMSA64_S1_LEAF_DBM, 51, 51),
    MASK(VMSA64_S1_LEAF_PIINDEX_3_2, 54, 53),
    MASK(VMSA64_S1_LEAF_POINDEX, 62, 60),
    MASK(VMSA64_S1_TABLE_APTABLE, 62, 61),
    MASK(VMSA64_S1_TABLE_NSTABLE, 63, 63),
    MASK(VMSA64_S2_LEAF_S2AP, 7, 6),
    MASK(VMSA64_S2_LEAF_MEMATTR, 5, 2),
    MASK(VMSA64_S2_LEAF_NS, 55, 55),
    MASK(VMSA64_S2_LEAF_ASSUREDONLY, 58, 58),
    MASK(VMSA128_S1_LEAF_PIINDEX_HI, 118 - 64, 115 - 64),
    MASK(VMSA128_S1_LEAF_POINDEX_HI, 124 - 64, 121 - 64),
    MASK(VMSA128_S1_LEAF_SKL_HI, 110 - 64, 109 - 64),
    MASK(VMSA128_S1_LEAF_PROTECTED_HI, 114 - 64, 114 - 64),
    MASK(VMSA128_S1_TABLE_DISCH_HI, 112 - 64, 112 - 64),
    MASK(LPAE_S1_LEAF_OA, 39, 12),
    MASK(SHORT_L1_SECTION_AP_2, 15, 15),
    MASK(SHORT_L1_SUPERSECTION_BASE_39_36, 8, 5),
    MASK(SHORT_L2_SMALL_TEX, 8, 6),
    MASK(GPT_CONTIG_CONTIG, 9, 8),
    MASK(TTBCR_N, 2, 0),
    MASK(TTBCR_LPAE_T1SZ, 18, 16),
    MASK(PRRR_NOS7, 31, 31),
    MASK(NMRR_OR0, 17, 16),
    MASK(DACR_D15, 31, 30),
    MASK(SPSR_EL2_M_3_0, 3, 0),
    MASK(CNTV_CTL_EL0_ISTATUS, 2, 2),
    MASK(ICH_LRN_EL2_PINTID, 44, 32),
    MASK(MDSCR_EL1_SS, 0, 0),
};

static void test_mask(void **state)
{
    const struct mask_case *c = *state;

    assert_true(c->mask == (UINT64_MAX >> (63 - c->hi) & UINT64_MAX << c->lo));
}

/* RES0 masks name exactly the bits that no field and no RES1 has. */
static void reserved_masks_are_the_bits_without_meaning(void **state)
{
    (void)state;
    assert_true(ARMVIRT_GPT_BLOCK_RES0 == UINT64_C(0xffffffffffffff00));
    assert_true(ARMVIRT_GPT_CONTIG_RES0 == UINT64_C(0xfffffffffffffc00));
    assert_true(ARMVIRT_GPT_TABLE_RES0 == UINT64_C(0xfff0000000000ff0));
    assert_true(ARMVIRT_TCR_EL1_RES0 == UINT64_C(0xc000000800000040));
    assert_true(ARMVIRT_VTCR_EL2_RES1 == UINT64_C(0x80000000));
}

int main(void)
{
    static struct suite suite;

    SUITE_ADD(&suite, every_bit_of_every_register_and_descriptor_has_one_reading);
    SUITE_ADD(&suite, registers_are_32_64_or_128_bits_wide);
    SUITE_ADD(&suite, fields_lie_within_a_word_and_values_within_their_field);
    SUITE_ADD(&suite, layouts_are_sorted_and_described);
    SUITE_ADD(&suite, every_layout_is_found_by_its_name);
    SUITE_ADD(&suite, encodings_are_sorted_and_read_back);
    SUITE_ADD(&suite, the_fields_of_any_value_are_all_of_its_bits_once);
    SUITE_ADD_ROWS(&suite, test_mask, mask_cases);
    SUITE_ADD(&suite, reserved_masks_are_the_bits_without_meaning);
    return suite_run(&suite, "registers and descriptors");
}
