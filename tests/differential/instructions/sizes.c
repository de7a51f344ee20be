/* SPDX-License-Identifier: MIT */
/* The table of granules and input sizes (DDI0487 D8.1.6, D8.2), by what the ID registers offer. */
#include "report.h"

#include <armvirt/regs/vmsa.h>

#define MMFR0(field)                                                                               \
    ((unsigned)ARMVIRT_GET(ARMVIRT_ID_AA64MMFR0_EL1_##field, ids->id_aa64mmfr0_el1))
#define MMFR2(field)                                                                               \
    ((unsigned)ARMVIRT_GET(ARMVIRT_ID_AA64MMFR2_EL1_##field, ids->id_aa64mmfr2_el1))

static const char *const row_names[REPORT_SIZE_ROWS] = {"EL1&0", "EL2&0", "EL2", "EL3", "stage 2"};
static const uint8_t most_bits[REPORT_SIZES] = {24, 32, 39, 48, 52};
static const char *const granule_names[REPORT_GRANULES] = {"4 KB", "16 KB", "64 KB"};

static void count(struct report *report, unsigned row, const struct armvirt_stage *stage)
{
    unsigned size = 0;

    if (stage->init_reason != ARMVIRT_REASON_NONE) {
        return;
    }
    while (stage->ia_bits > most_bits[size]) {
        size++;
    }
    report->size[row][(stage->granule_log2 - 12u) / 2][size]++;
}

void count_sizes(struct report *report, const struct disagreement *d)
{
    const struct armvirt_regime *regime = &d->answer->regime;
    bool upper = regime->two_ranges && (d->c->va >> 55 & 1) != 0;

    if (regime->s1_enabled) {
        count(report, regime->id, &regime->s1[upper]);
    }
    if (regime->s2_enabled && d->answer->walk.fault.type == ARMVIRT_FAULT_NONE) {
        count(report, REPORT_SIZE_ROWS - 1,
              &regime->s2[d->answer->walk.ipa_space == ARMVIRT_SPACE_SECURE]);
    }
}

/* TGRAN4, TGRAN16, TGRAN64; those of stage 2 may say "as stage 1". 0: none; 2: with 52 bits. */
static unsigned support(const struct armvirt_vmsa *ids, unsigned granule, bool stage2)
{
    const unsigned first[] = {MMFR0(TGRAN4) + 1, MMFR0(TGRAN16), MMFR0(TGRAN64) + 1};
    const unsigned second[] = {MMFR0(TGRAN4_2), MMFR0(TGRAN16_2), MMFR0(TGRAN64_2)};
    unsigned value = stage2 && second[granule] != 0 ? second[granule] - 1 : first[granule] & 15;

    if (granule == 2 && value != 0) {
        return MMFR2(VARANGE) > 0 ? 2 : 1;
    }
    return value;
}

/* The tables of the code page, which accesses need, lie beyond 24 bits. */
static bool has_size(const struct report *report, unsigned row, unsigned granule, unsigned size)
{
    const struct armvirt_vmsa *ids = &report->ids;
    bool stage2 = row == REPORT_SIZE_ROWS - 1;
    unsigned supported = support(ids, granule, stage2);

    if (stage2 && size == 0 && report->subject == SUBJECT_ACCESS) {
        return false;
    }
    return supported != 0 && (most_bits[size] <= 48 || supported == 2) &&
           (most_bits[size] > 24 || MMFR2(ST) > 0);
}

unsigned print_sizes(const struct report *report)
{
    unsigned empty = 0;

    printf("  %-43s %9s %9s %9s %9s %9s\n", "input sizes by regime and granule, bits up to", "24",
           "32", "39", "48", "52");
    for (unsigned row = 0; row < REPORT_SIZE_ROWS; row++) {
        for (unsigned granule = 0; granule < REPORT_GRANULES; granule++) {
            printf("  %-18s %-24s", row_names[row], granule_names[granule]);
            for (unsigned size = 0; size < REPORT_SIZES; size++) {
                uint64_t n = report->size[row][granule][size];
                bool missing = n == 0 && has_size(report, row, granule, size);

                empty += missing;
                if (missing) {
                    printf(" %9s", "EMPTY");
                } else {
                    printf(" %9llu", (unsigned long long)n);
                }
            }
            printf("\n");
        }
    }
    return empty;
}
