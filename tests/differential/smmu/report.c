/* SPDX-License-Identifier: MIT */
/* Tables of what scripts covered; scripts as lines of tests/vectors/smmu. */
#include "report.h"

#include <armvirt/regs/smmu.h>

#include <stdio.h>

#define HEX(v) ((unsigned long long)(v))

/* ---- Counting ------------------------------------------------------------------------------ */

static const struct {
    const char *name;
    uint8_t type; /* of an event; 0: none */
    bool walks;   /* found by a walk of tables */
} outcomes[SMMU_OUTCOMES] = {
    {"passes", 0, true},          {"aborts in silence", 0, false}, {"C_BAD_STREAMID", 0x02, false},
    {"F_STE_FETCH", 0x03, false}, {"C_BAD_STE", 0x04, false},      {"F_CD_FETCH", 0x09, false},
    {"C_BAD_CD", 0x0a, false},    {"F_WALK_EABT", 0x0b, true},     {"F_TRANSLATION", 0x10, true},
    {"F_ADDR_SIZE", 0x11, true},  {"F_ACCESS", 0x12, true},        {"F_PERMISSION", 0x13, true},
};

static unsigned outcome_of(const struct smmu_result *result)
{
    unsigned i = result->pass ? 0 : 1;

    while (result->events > 0 && i + 1 < SMMU_OUTCOMES &&
           outcomes[i].type != (result->event[0] & 0xff)) {
        i++;
    }
    return i;
}

/* Does the stream table of @script have two levels? */
static bool two_level(const struct smmu_script *script)
{
    for (unsigned i = script->ops; i-- > 0;) {
        if (script->op[i].kind == SMMU_W32 && script->op[i].addr == 0x88) {
            return (script->op[i].value >> 16 & 3) == 1;
        }
    }
    return false;
}

static void count_dma(struct smmu_report *report, const struct smmu_script *script, unsigned op)
{
    const struct smmu_result *result = &script->want[0][op];
    unsigned outcome = outcome_of(result);
    unsigned situation = (two_level(script) ? 2u : 0u) + (script->op[op].kind == SMMU_DMA_WRITE);

    report->dma++;
    report->situation[outcome][situation]++;
    if (result->granule_log2 != 0 && result->level >= 0) {
        report->table[outcome][(result->granule_log2 - 12) / 2][result->level]++;
    }
}

void smmu_report_script(struct smmu_report *report, const struct smmu_script *script)
{
    for (unsigned i = 0; i < script->ops; i++) {
        const struct smmu_op *op = &script->op[i];

        report->answers += op->kind >= SMMU_R32;
        if (op->kind >= SMMU_DMA_READ) {
            count_dma(report, script, i);
        } else if (op->kind == SMMU_R32) {
            report->read[(op->addr & 0xff) / 4]++;
        } else if (op->kind == SMMU_CONS) {
            report->read[0x9c / 4]++;
        }
    }
    for (unsigned i = 0; i < script->commands; i++) {
        report->command[script->command[i].op][script->command[i].end]++;
    }
}

/* ---- Tables -------------------------------------------------------------------------------- */

static unsigned print_cell(uint64_t count, bool can)
{
    if (count > 0) {
        printf(" %9llu", HEX(count));
    } else {
        printf(" %9s", can ? "EMPTY" : "-");
    }
    return can && count == 0;
}

static unsigned print_situations(const struct smmu_report *report)
{
    unsigned empty = 0;

    printf("  %-28s %9s %9s %9s %9s\n", "answers to DMA", "linear r", "linear w", "2-level r",
           "2-level w");
    for (unsigned i = 0; i < SMMU_OUTCOMES; i++) {
        printf("  %-28s", outcomes[i].name);
        for (unsigned j = 0; j < SMMU_SITUATIONS; j++) {
            empty += print_cell(report->situation[i][j], true);
        }
        printf("\n");
    }
    return empty;
}

/* Leaves: level 3, level 2, and 1 for 4 KB. Tables: 16 KB and 64 KB have level 0 and 1 by size. */
static bool can_end(const struct smmu_report *report, unsigned outcome, unsigned granule,
                    unsigned level)
{
    static const uint32_t present[SMMU_GRANULES] = {
        ARMVIRT_SMMU_IDR5_GRAN4K, ARMVIRT_SMMU_IDR5_GRAN16K, ARMVIRT_SMMU_IDR5_GRAN64K};
    bool leaf = outcomes[outcome].type == 0 || outcomes[outcome].type >= 0x12;
    bool block = level >= 2 || (level == 1 && granule == 0);
    bool table = level > 0 || granule < 2;

    return (report->id.idr[5] & present[granule]) != 0 && (leaf ? block : table);
}

static unsigned print_tables(const struct smmu_report *report)
{
    static const char *const granules[SMMU_GRANULES] = {"4 KB", "16 KB", "64 KB"};
    unsigned empty = 0;

    printf("  %-28s %9s %9s %9s %9s\n", "walks by granule, end, level", "0", "1", "2", "3");
    for (unsigned g = 0; g < SMMU_GRANULES; g++) {
        for (unsigned i = 0; i < SMMU_OUTCOMES; i++) {
            if (outcomes[i].walks) {
                printf("  %-8s %-19s", granules[g], outcomes[i].name);
                for (unsigned level = 0; level < SMMU_LEVELS; level++) {
                    empty += print_cell(report->table[i][g][level], can_end(report, i, g, level));
                }
                printf("\n");
            }
        }
    }
    return empty;
}

static const struct {
    uint8_t op;
    const char *name;
} commands[] = {
    {0x01, "PREFETCH_CONFIG"}, {0x02, "PREFETCH_ADDR"}, {0x03, "CFGI_STE"},
    {0x04, "CFGI_STE_RANGE"},  {0x05, "CFGI_CD"},       {0x06, "CFGI_CD_ALL"},
    {0x10, "TLBI_NH_ALL"},     {0x11, "TLBI_NH_ASID"},  {0x12, "TLBI_NH_VA"},
    {0x13, "TLBI_NH_VAA"},     {0x30, "TLBI_NSNH_ALL"}, {0x46, "SYNC"},
};

static unsigned print_commands(const struct smmu_report *report)
{
    uint64_t other[SMMU_COMMAND_ENDS] = {0}, aborted = 0;
    unsigned empty = 0;

    printf("  %-28s %9s %9s\n", "commands", "consumed", "ILL");
    for (unsigned op = 0; op < 256; op++) {
        unsigned i = 0;

        while (i < sizeof(commands) / sizeof(commands[0]) && commands[i].op != op) {
            i++;
        }
        if (i < sizeof(commands) / sizeof(commands[0])) {
            printf("  %-28s", commands[i].name);
            empty += print_cell(report->command[op][SMMU_CONSUMED], true);
            empty +=
                print_cell(report->command[op][SMMU_ILLEGAL],
                           (op >= 0x03 && op <= 0x06) || op == 0x12 || op == 0x13 || op == 0x46);
            printf("\n");
        } else {
            other[SMMU_CONSUMED] += report->command[op][SMMU_CONSUMED];
            other[SMMU_ILLEGAL] += report->command[op][SMMU_ILLEGAL];
        }
        aborted += report->command[op][SMMU_ABORTED];
    }
    printf("  %-28s", "others");
    (void)print_cell(other[SMMU_CONSUMED], false);
    empty += print_cell(other[SMMU_ILLEGAL], true);
    printf("\n  %-28s", "fetches that abort");
    empty += print_cell(aborted, true);
    printf("\n");
    return empty;
}

static unsigned print_registers(const struct smmu_report *report)
{
    static const uint8_t offsets[] = {0x00, 0x04, 0x08, 0x0c, 0x10, 0x14, 0x18, 0x1c, 0x20,
                                      0x24, 0x28, 0x2c, 0x44, 0x50, 0x54, 0x60, 0x64, 0x68,
                                      0x6c, 0x70, 0x74, 0x80, 0x84, 0x88, 0x90, 0x94, 0x98,
                                      0x9c, 0xa0, 0xa4, 0xa8, 0xac, 0xb0, 0xb4, 0xb8, 0xbc};
    unsigned count = sizeof(offsets) / sizeof(offsets[0]);
    unsigned empty = 0;

    for (unsigned i = 0; i < count; i++) {
        if (report->read[offsets[i] / 4] == 0) {
            printf("  EMPTY: the register at 0x%x was not read\n", offsets[i]);
            empty++;
        }
    }
    printf("  %u of %u registers read\n", count - empty, count);
    return empty;
}

unsigned smmu_report_print(const struct smmu_report *report)
{
    unsigned empty = print_situations(report);

    empty += print_tables(report);
    empty += print_commands(report);
    return empty + print_registers(report);
}

/* ---- Scripts ------------------------------------------------------------------------------- */

static void print_event(const char *word, const struct smmu_result *result)
{
    printf("%s", word);
    for (unsigned i = 0; i < SMMU_EVENT_WORDS; i++) {
        printf(" 0x%08x", result->event[i]);
    }
    printf("\n");
}

static void print_pulses(uint64_t pulses)
{
    static const char *const names[] = {"evtq", "gerror", "sync"};
    static const uint8_t shifts[] = {0, 16, 8};
    const char *separator = "";

    printf("irq ");
    for (unsigned i = 0; i < 3; i++) {
        for (unsigned n = pulses >> shifts[i] & 0xff; n > 0; n--) {
            printf("%s%s", separator, names[i]);
            separator = ",";
        }
    }
    printf("%s\n", pulses == 0 ? "-" : "");
}

static void print_dma(const struct smmu_op *op, const struct smmu_result *result, uint64_t pa)
{
    printf("dma%s %c 0x%x - 0x%llx 4 NS,U,D -> ", op->queue ? "q" : "",
           op->kind == SMMU_DMA_WRITE ? 'w' : 'r', op->sid, HEX(op->addr));
    if (result->pass) {
        printf("ok 0x%llx\n", HEX(pa));
    } else {
        printf("fault\n");
    }
    if (result->events > 0 && !op->queue) {
        print_event("event", result);
    }
}

static void print_op(const struct smmu_op *op, const struct smmu_result *result,
                     const struct smmu_why *why)
{
    switch (op->kind) {
    case SMMU_MEM64:
        printf("mem64 0x%llx 0x%llx\n", HEX(op->addr), HEX(op->value));
        break;
    case SMMU_W32:
    case SMMU_W64:
        printf("w%s SMMU 0x%llx 0x%llx\n", op->kind == SMMU_W32 ? "32" : "64", HEX(op->addr),
               HEX(op->value));
        break;
    case SMMU_R32:
        printf("r32 SMMU 0x%llx -> 0x%llx\n", HEX(op->addr), HEX(result->value));
        break;
    case SMMU_CONS:
        printf("cons -> 0x%llx\n", HEX(result->value));
        break;
    case SMMU_IRQ:
        print_pulses(result->value);
        break;
    case SMMU_PEEK:
        printf("peek 0x%llx ", HEX(op->addr));
        print_event("->", result);
        break;
    default:
        print_dma(op, result, why->result.pa);
        break;
    }
}

static void print_difference(const struct smmu_op *op, const struct smmu_result *got)
{
    printf("# the machine:");
    if (op->kind == SMMU_DMA_WRITE || op->kind == SMMU_DMA_READ) {
        printf(" 0x%llx read, written at 0x%llx, %u events:", HEX(got->value), HEX(got->pa),
               got->events);
        print_event("", got);
    } else if (op->kind == SMMU_PEEK) {
        print_event("", got);
    } else {
        printf(" 0x%llx\n", HEX(got->value));
    }
}

void smmu_report_vectors(const struct armvirt_smmu_id *id, const struct smmu_script *script)
{
    for (unsigned i = 0; i < 6; i++) {
        printf("idr%u 0x%x\n", i, id->idr[i]);
    }
    printf("idr_iidr 0x%x\nidr_aidr 0x%x\nram 0x%llx 0x%llx\nbegin 1 found clean\n", id->iidr,
           id->aidr, HEX(QTEST_RAM_PA), HEX(SMMU_RAM_END));
    for (unsigned i = 0; i < script->words; i++) {
        if (script->image[i].value != 0) {
            printf("mem64 0x%llx 0x%llx\n", HEX(script->image[i].pa), HEX(script->image[i].value));
        }
    }
    for (unsigned i = 0; i < script->ops; i++) {
        print_op(&script->op[i], &script->want[0][i], &script->why[0][i]);
        if (!script->died && !smmu_agrees(script, i)) {
            print_difference(&script->op[i], &script->got[i]);
        }
    }
    printf("end\n");
}
