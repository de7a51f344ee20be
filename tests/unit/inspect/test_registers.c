/* SPDX-License-Identifier: MIT */
/* Registers of armvirt-inspect: every member of struct armvirt_vmsa has its name, and what is left
 * out gets a value that fits. */
#include "defaults.h"
#include "register_values.h"

#include <armvirt/regs/vmsa.h>
#include <armvirt/text.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "suite.h"

/* Up to the options, struct armvirt_vmsa is registers: no word of it lacks a name. */
static void test_every_register_of_translation_has_a_name(void **state)
{
    enum { WORDS = offsetof(struct armvirt_vmsa, options) / 8 };
    bool named[WORDS] = {false};
    const struct register_row *row;

    (void)state;
    for (size_t n = 0; (row = register_at(n)) != NULL; n++) {
        size_t word = (row->offset - offsetof(struct cpu, vmsa)) / 8;

        for (size_t i = 0; i < (row->bits == 128 ? 2u : 1u) && word + i < WORDS; i++)
            named[word + i] = true;
    }
    for (size_t i = 0; i < WORDS; i++)
        assert_true(named[i]);
}

/* Rows of AArch64 registers are as wide as the architecture says. */
static void test_names_are_of_the_architecture(void **state)
{
    const struct register_row *row;

    (void)state;
    for (size_t n = 0; (row = register_at(n)) != NULL; n++) {
        const struct armvirt_layout *layout = armvirt_layout_find(row->name);

        if (strstr(row->name, "_EL") == NULL)
            continue;
        assert_non_null(layout);
        assert_true(row->bits >= armvirt_layout_bits(layout));
        assert_ptr_equal(register_find(row->name), row);
    }
}

static void test_each_register_keeps_its_own_value(void **state)
{
    const struct register_row *row;
    struct cpu cpu = {0};

    (void)state;
    for (size_t n = 0; (row = register_at(n)) != NULL && row->lsb == 0 && row->bits >= 64; n++) {
        const uint64_t value[2] = {n + 1, row->bits == 128 ? ~n : 0};

        assert_true(register_set(&cpu, row, value));
    }
    for (size_t n = 0; (row = register_at(n)) != NULL && row->lsb == 0 && row->bits >= 64; n++) {
        uint64_t value[2] = {0};

        register_get(&cpu, row, value);
        assert_int_equal(value[0], n + 1);
        assert_int_equal(value[1], row->bits == 128 ? ~n : 0);
        assert_true(register_given(&cpu, row->name));
    }
}

static void test_aarch32_names_are_halves(void **state)
{
    const uint64_t low[2] = {0x80000001}, high[2] = {0x12345678}, wide[2] = {UINT64_C(1) << 32};
    struct cpu cpu = {0};
    uint64_t value[2] = {0};

    (void)state;
    assert_true(register_set(&cpu, register_find("ttbcr"), low));
    assert_true(register_set(&cpu, register_find("TTBCR2"), high));
    assert_int_equal(cpu.vmsa.tcr_el1, 0x1234567880000001);
    assert_true(register_set(&cpu, register_find("TTBCR2"), low));
    assert_int_equal(cpu.vmsa.tcr_el1, 0x8000000180000001);
    register_get(&cpu, register_find("TTBCR2"), value);
    assert_int_equal(value[0], 0x80000001);
    assert_false(register_set(&cpu, register_find("TTBCR"), wide));
    assert_int_equal(cpu.vmsa.tcr_el1, 0x8000000180000001);
}

/* ---- defaults ---- */

static void count_note(void *ctx, const char *name, uint64_t value, const char *why)
{
    unsigned *count = ctx;

    assert_non_null(register_find(name));
    assert_true(value != 0 && why[0] != '\0');
    (*count)++;
}

static void set(struct cpu *cpu, const char *name, uint64_t low)
{
    const uint64_t value[2] = {low, 0};

    assert_true(register_set(cpu, register_find(name), value));
}

static unsigned fill(struct cpu *cpu)
{
    unsigned notes = 0;

    defaults_fill(cpu, count_note, &notes);
    return notes;
}

static void test_el1_alone_gets_an_mmu_that_is_on_and_no_el2(void **state)
{
    struct armvirt_regime regime;
    struct cpu cpu = {0};

    (void)state;
    set(&cpu, "TCR_EL1", 0x10);
    assert_true(fill(&cpu) > 0);
    assert_int_equal(cpu.vmsa.id_aa64pfr0_el1, 0x11);
    assert_true(cpu.vmsa.sctlr_el1 & ARMVIRT_SCTLR_EL1_M);
    assert_int_equal(cpu.vmsa.mair_el1, UINT64_MAX);
    assert_int_equal(cpu.vmsa.sctlr_el2, 0);
    assert_int_equal(armvirt_regime_init(&regime, &cpu.vmsa, 1), ARMVIRT_OK);
    assert_false(regime.el1_aarch32);
    assert_true(regime.s1_enabled);
    assert_int_equal(armvirt_regime_init(&regime, &cpu.vmsa, 2), ARMVIRT_E_INVAL);
}

static void test_el2_and_el3_exist_if_registers_of_theirs_are_given(void **state)
{
    struct armvirt_regime regime;
    struct cpu cpu = {0};

    (void)state;
    set(&cpu, "TCR_EL2", 0x10);
    set(&cpu, "SCR_EL3", 0x401);
    (void)fill(&cpu);
    assert_int_equal(armvirt_regime_init(&regime, &cpu.vmsa, 2), ARMVIRT_OK);
    assert_int_equal(armvirt_regime_init(&regime, &cpu.vmsa, 3), ARMVIRT_OK);
    assert_int_equal(armvirt_regime_init(&regime, &cpu.vmsa, 1), ARMVIRT_OK);
    assert_false(regime.el1_aarch32);
    assert_false(regime.s2_enabled);
}

static void test_ttbcr_means_aarch32(void **state)
{
    struct armvirt_regime regime;
    struct cpu cpu = {0};

    (void)state;
    set(&cpu, "TTBCR", 0);
    (void)fill(&cpu);
    assert_int_equal(armvirt_regime_init(&regime, &cpu.vmsa, 1), ARMVIRT_OK);
    assert_true(regime.el1_aarch32);
    assert_true(regime.s1_enabled);
}

static void test_what_is_given_stays(void **state)
{
    const struct register_row *row;
    struct cpu cpu = {0}, before;

    (void)state;
    for (size_t n = 0; (row = register_at(n)) != NULL; n++)
        set(&cpu, row->name, 0);
    before = cpu;
    assert_int_equal(fill(&cpu), 0);
    assert_memory_equal(&cpu, &before, sizeof(cpu));
}

/* ---- lines of a file ---- */

struct line_case {
    const char *name;
    const char *text;
    const char *row; /* what is set; NULL: nothing */
    int cpu;
    uint64_t value;
};

static const struct line_case line_cases[] = {
    {"equals", "TCR_EL1 = 0x10\n", "TCR_EL1", -1, 0x10},
    {"equals without spaces, without end", "TCR_EL1=16", "TCR_EL1", -1, 0x10},
    {"colon", "TCR_EL1: 0x10\r\n", "TCR_EL1", -1, 0x10},
    {"gdb", "TTBR0_EL1      0x41234000          1092829184\n", "TTBR0_EL1", -1, 0x41234000},
    {"gdb, flags", "cpsr           0x600003c5          [ EL=1 SP ]\n", "CPSR", -1, 0x600003c5},
    {"of a CPU", "CPU12.TCR_EL1 = 0x10 # twelve\n", "TCR_EL1", 12, 0x10},
    {"a comment", "# TCR_EL1 = 0x10\n\n   \n", NULL, 0, 0},
    {"unknown to translation", "x0 0x1234 4660\nv0 {f = 0x0}\n", NULL, 0, 0},
};

static void test_line(void **state)
{
    const struct line_case *c = *state;
    struct register_values values = {0};
    struct error error = {""};

    assert_true(register_values_add_lines(&values, DESCRIPTION_ALL_CPUS, "regs.txt", c->text,
                                          strlen(c->text), &error));
    assert_int_equal(values.count, c->row != NULL);
    if (c->row != NULL) {
        assert_ptr_equal(values.item[0].row, register_find(c->row));
        assert_int_equal(values.item[0].cpu, c->cpu);
        assert_int_equal(values.item[0].value[0], c->value);
    }
    register_values_free(&values);
}

static void test_bad_line_is_named(void **state)
{
    static const char text[] = "TCR_EL1 = 1\nTCR_EL1 = one\n";
    struct register_values values = {0};
    struct error error = {""};

    (void)state;
    assert_false(register_values_add_lines(&values, 0, "regs.txt", text, strlen(text), &error));
    assert_string_equal(error.text, "regs.txt:2: TCR_EL1: 'one' is not a number");
    register_values_free(&values);
}

static void test_other_registers_are_kept_by_name(void **state)
{
    static const char text[] = "GICD_CTLR = 1\nCPU1.ICC_PMR_EL1 = 0xf0\ngicd_ctlr = 2\nx = y\n";
    struct register_values values = {0};
    struct error error = {""};
    uint64_t value;

    (void)state;
    assert_true(register_values_add_lines(&values, DESCRIPTION_ALL_CPUS, "regs.txt", text,
                                          strlen(text), &error));
    assert_true(named_values_find(&values.named, 3, "GICD_CTLR", &value));
    assert_int_equal(value, 2); /* the last one */
    assert_true(named_values_find(&values.named, 1, "ICC_PMR_EL1", &value));
    assert_int_equal(value, 0xf0);
    assert_false(named_values_find(&values.named, 0, "ICC_PMR_EL1", &value));
    assert_true(register_values_add(&values, DESCRIPTION_ALL_CPUS, "GITS_CTLR", "3", &error));
    assert_true(named_values_find(&values.named, 0, "GITS_CTLR", &value));
    assert_false(register_values_add(&values, DESCRIPTION_ALL_CPUS, "GIDS_CTLR", "3", &error));
    register_values_free(&values);
}

int main(void)
{
    static struct suite suite;

    SUITE_ADD(&suite, test_every_register_of_translation_has_a_name);
    SUITE_ADD(&suite, test_names_are_of_the_architecture);
    SUITE_ADD(&suite, test_each_register_keeps_its_own_value);
    SUITE_ADD(&suite, test_aarch32_names_are_halves);
    SUITE_ADD(&suite, test_el1_alone_gets_an_mmu_that_is_on_and_no_el2);
    SUITE_ADD(&suite, test_el2_and_el3_exist_if_registers_of_theirs_are_given);
    SUITE_ADD(&suite, test_ttbcr_means_aarch32);
    SUITE_ADD(&suite, test_what_is_given_stays);
    SUITE_ADD_ROWS(&suite, test_line, line_cases);
    SUITE_ADD(&suite, test_bad_line_is_named);
    SUITE_ADD(&suite, test_other_registers_are_kept_by_name);
    return suite_run(&suite, "inspect.registers");
}
