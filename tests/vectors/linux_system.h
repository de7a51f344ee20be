/* SPDX-License-Identifier: MIT */
/*
 * The recorded Linux systems of examples/inspect/data, registers and memory. Its README.md
 * describes the files.
 */
#ifndef ARMVIRT_TESTS_LINUX_SYSTEM_H
#define ARMVIRT_TESTS_LINUX_SYSTEM_H

#include "records.h"
#include "registers.h"

#include <armvirt/mem.h>
#include <armvirt/pgtable.h>

#define CPUS     3
#define SEGMENTS 4096
/* EL0 to EL2 with AArch64 alone; the dumps leave this register out. */
#define PFR0_NO_EL3 UINT64_C(0x111)

static const char *const systems[] = {"A", "B"};

struct cpu {
    struct armvirt_vmsa vmsa;
    uint64_t pstate;
};

struct machine {
    struct cpu cpu[CPUS];
    uint8_t *bytes; /* mem.bin */
    struct armvirt_mem_segment segment[SEGMENTS];
    struct armvirt_mem_sparse sparse;
};

/* "CPU<n>.<NAME> = <value>"; other registers and names that translation does not need pass by. */
static inline void read_register(struct machine *m, const struct records *r)
{
    struct cpu *cpu;
    uint64_t *reg;

    if (r->words != 3 || strncmp(r->word[0], "CPU", 3) != 0 || r->word[0][4] != '.') {
        return;
    }
    cpu = &m->cpu[(r->word[0][3] - '0') % CPUS];
    reg = strcmp(r->word[0] + 5, "PSTATE") == 0 ? &cpu->pstate
                                                : find_register(&cpu->vmsa, r->word[0] + 5);
    if (reg != NULL) {
        *reg = records_number(r, 2, 0);
    }
}

static inline void read_registers(struct machine *m, const char *directory)
{
    struct records r;

    for (size_t i = 0; i < CPUS; i++) {
        m->cpu[i].vmsa.id_aa64pfr0_el1 = PFR0_NO_EL3;
    }
    records_open(&r, directory, "regs.txt");
    while (records_next(&r)) {
        read_register(m, &r);
    }
    fclose(r.file);
}

static inline uint64_t little_endian(const uint8_t *p)
{
    uint64_t value = 0;

    for (int i = 7; i >= 0; i--) {
        value = value << 8 | p[i];
    }
    return value;
}

static inline uint8_t *read_file(const char *directory, const char *name, size_t *size)
{
    char path[PATH_BYTES];
    FILE *file;
    uint8_t *bytes = NULL;
    long length = -1;

    path_join(path, directory, name);
    file = fopen(path, "rb");
    if (file != NULL && fseek(file, 0, SEEK_END) == 0) {
        length = ftell(file);
        rewind(file);
    }
    if (length > 0) {
        bytes = malloc((size_t)length);
        *size = (size_t)length;
    }
    if (bytes == NULL || fread(bytes, 1, *size, file) != *size) {
        fprintf(stderr, "%s: cannot read\n", path);
        exit(2);
    }
    fclose(file);
    return bytes;
}

/* mem.bin: {address, length, bytes} again and again. */
static inline void read_memory(struct machine *m, const char *directory)
{
    size_t size = 0, count = 0;

    m->bytes = read_file(directory, "mem.bin", &size);
    for (size_t at = 0; at + 16 <= size && count < SEGMENTS; count++) {
        uint64_t length = little_endian(m->bytes + at + 8);

        m->segment[count] = (struct armvirt_mem_segment){
            .pa = little_endian(m->bytes + at), .size_bytes = length, .bytes = m->bytes + at + 16};
        at += 16 + length;
    }
    if (armvirt_mem_sparse_init(&m->sparse, m->segment, count) != ARMVIRT_OK) {
        fprintf(stderr, "%s/mem.bin: damaged\n", directory);
        exit(2);
    }
}

/* Read a system; @directory becomes that of its other files. */
static inline void system_open(struct machine *m, char directory[PATH_BYTES], const char *data,
                               const char *name)
{
    char all[PATH_BYTES];

    path_join(all, data, "linux");
    path_join(directory, all, name);
    memset(m, 0, sizeof(*m));
    read_registers(m, directory);
    read_memory(m, directory);
}

/* The word after @name in a record, or NULL. */
static inline const char *value_of(const struct records *r, const char *name)
{
    for (size_t i = 0; i + 1 < r->words; i++) {
        if (strcmp(r->word[i], name) == 0) {
            return r->word[i + 1];
        }
    }
    return NULL;
}

/* True if the record does not name @name or gives it this value. */
static inline bool value_is(const struct records *r, const char *name, uint64_t value)
{
    const char *text = value_of(r, name);

    return text == NULL || strtoull(text, NULL, 0) == value;
}

static inline void print_case(const struct records *r, bool good)
{
    printf("%s %s:%u:", good ? "agrees" : "DISAGREES", r->name, r->line);
    for (size_t i = 0; i < r->words; i++) {
        printf(" %s", r->word[i]);
    }
    printf("\n");
}

/* ---- Replay ------------------------------------------------------------------------------- */

struct replay {
    void (*open)(struct machine *m, const char *directory); /* may be NULL */
    /* Replays a record; false if it is none of those that this program replays. */
    bool (*run)(struct machine *m, const struct records *r, bool *good);
};

/* Replay a system, or of it the case in line @only alone. */
static inline struct account replay_system(const struct replay *replay, const char *data,
                                           const char *name, unsigned only)
{
    static struct machine m;
    struct account account = {0};
    struct records r;
    char directory[PATH_BYTES];

    system_open(&m, directory, data, name);
    if (replay->open != NULL) {
        replay->open(&m, directory);
    }
    records_open(&r, directory, "expected.txt");
    r.name = name;
    while (records_next(&r)) {
        bool good;

        if ((only != 0 && only != r.line) || !replay->run(&m, &r, &good)) {
            continue;
        }
        account.cases[good ? AGREES : DISAGREES]++;
        if (!good || only != 0) {
            print_case(&r, good);
        }
    }
    fclose(r.file);
    free(m.bytes);
    return account;
}

/* The program: DIRECTORY [SYSTEM:LINE]. */
static inline int replay_systems(int argc, char **argv, const struct replay *replay)
{
    struct account total = {0};

    if (argc < 2) {
        fprintf(stderr, "usage: %s DIRECTORY [SYSTEM:LINE]\n", argv[0]);
        return 2;
    }
    for (size_t i = 0; i < sizeof(systems) / sizeof(systems[0]); i++) {
        bool one = argc > 2 && argv[2][0] == systems[i][0] && argv[2][1] == ':';
        struct account account;

        if (argc > 2 && !one) {
            continue;
        }
        account = replay_system(replay, argv[1], systems[i],
                                one ? (unsigned)strtoul(argv[2] + 2, NULL, 10) : 0);
        account_close(&account, systems[i], &total);
    }
    return account_verdict(&total);
}

#endif
