/* SPDX-License-Identifier: MIT */
/*
 * Replay of scripts that another implementation ran on its GIC: register accesses, lines and
 * acknowledges, each with what it gave. A line's `alt` is what the architecture's rule gives where
 * that implementation breaks one; it counts then. gic/README.md describes the files.
 *
 *     vectors.gic DIRECTORY                      all files
 *     vectors.gic DIRECTORY gic/ns5-spi.txt:123  the script that starts in that line, line by line
 */
#include "gic_machine.h"
#include "records.h"

static const char *const files[] = {
    "ns5-apr.txt",     "ns5-ppi.txt",      "ns5-preempt.txt",  "ns5-sgi.txt",    "ns5-spi.txt",
    "ns5-trap.txt",    "ns5-nmi.txt",      "ns5n-apr.txt",     "ns5n-trap.txt",  "ns8-apr.txt",
    "ns8-ppi.txt",     "ns8-preempt.txt",  "ns8-sgi.txt",      "ns8-spi.txt",    "sec5-apr.txt",
    "sec5-nmi.txt",    "sec5-ppi.txt",     "sec5-preempt.txt", "sec5-sec.txt",   "sec5-sgi.txt",
    "sec5-spi.txt",    "sec5-trap.txt",    "ns5-virt.txt",     "ns5-virthw.txt", "ns5n-virt.txt",
    "ns8-virt.txt",    "sec5-virt.txt",    "sec5-virthw.txt",  "sec5n-sec.txt",  "sec5n-trap.txt",
    "sec8-apr.txt",    "sec8-preempt.txt", "sec8-sec.txt",     "sec8-sgi.txt",   "aff20-sgi.txt",
    "ns5-quirk.txt",   "ns5-regs.txt",     "ns5n-quirk.txt",   "ns5n-regs.txt",  "ns8-regs.txt",
    "sec5-quirk.txt",  "sec5-regs.txt",    "sec5n-regs.txt",   "sec8-regs.txt",  "v4-lpi.txt",
    "ns5-lpi.txt",     "ns5-lpimix.txt",   "ns8-lpi.txt",      "ns8-lpimix.txt", "sec5-lpi.txt",
    "sec5-lpimix.txt", "sec8-lpi.txt",     "aff20-lpi.txt",    "aff20-spi.txt",  "v4-regs.txt",
    "v4-vlpi.txt",     "ns5-its.txt",      "ns5-itsq.txt",     "sec5-its.txt",   "aff20-its.txt",
    "v4-its.txt",
};

#define COUNT(array) (sizeof(array) / sizeof((array)[0]))

/* ---- A file -------------------------------------------------------------------------------- */

/* When the configuration of an LPI is read is a choice, and both values of a line are right. A
 * script has to keep to one of them. */
enum choice { NOT_YET, AS_RECORDED, AS_ALT };

struct replay {
    struct records records;
    struct machine machine;
    unsigned long values; /* that agreed */
    unsigned only;        /* line of the one script to run, or 0 */
    bool lpis;            /* the script may read configurations of LPIs at its own times */
    enum choice choice;   /* as whom it did so far */
};

static unsigned field(const struct records *r, const char *name)
{
    for (size_t i = 0; i + 1 < r->words; i++) {
        if (strcmp(r->word[i], name) == 0) {
            return (unsigned)strtoul(r->word[i + 1], NULL, 10);
        }
    }
    return 0;
}

/* Lines before the first script. */
static void read_head(struct replay *p)
{
    struct records *r = &p->records;

    while (records_next(r) && !records_is(r, "begin")) {
        if (records_is(r, "cfg")) {
            p->machine.cpus = field(r, "cpus");
            p->machine.its_config = machine_its_config(field(r, "gic"));
            p->machine.config = machine_config(field(r, "gic"), field(r, "security"),
                                               field(r, "pribits"), field(r, "nmi"));
        } else if (records_is(r, "mem")) {
            p->machine.memory.base_pa = records_hex(r, 1);
            p->machine.memory.size_bytes = records_hex(r, 2);
        } else if (records_is(r, "aff")) {
            for (size_t i = 1; i < r->words && i <= MAX_CPUS; i++) {
                p->machine.affinity[i - 1] = (uint32_t)records_hex(r, i);
            }
        }
    }
    machine_make(&p->machine);
    r->again = true;
}

/* The value that is expected: after `alt` if there is one, else after `->`. Where any value will do
 * (`alt *`: identification), that of the machine, for this one says that it is alike. */
static const char *expected(const struct records *r)
{
    const char *value = "ok";

    for (size_t i = 0; i + 1 < r->words; i++) {
        bool alt = strcmp(r->word[i], "alt") == 0 && strcmp(r->word[i + 1], "*") != 0;

        if (strcmp(r->word[i], "->") == 0 || alt) {
            value = r->word[i + 1];
        }
    }
    return value;
}

static bool same(const char *want, const char *got)
{
    if (strncmp(want, "0x", 2) == 0 && strncmp(got, "0x", 2) == 0) {
        return strtoull(want, NULL, 16) == strtoull(got, NULL, 16);
    }
    return strcmp(want, got) == 0;
}

/* ---- Where the recorded machine breaks a rule, and no `alt` says so ------------------------- */

/* ICC_RPR_EL1.NMI_NS is for Secure software; the machine sets it with one Security state. */
static bool nmi_ns_bit(const struct replay *p, const char *want, const char *got)
{
    const struct records *r = &p->records;
    uint64_t differs = strtoull(want, NULL, 16) ^ strtoull(got, NULL, 16);

    return r->words > 3 && strcmp(r->word[3], "ICC_RPR_EL1") == 0 && one_state(&p->machine) &&
           differs == (ARMVIRT_ICC_RPR_EL1_NMI | ARMVIRT_ICC_RPR_EL1_NMI_NS);
}

static uint64_t look(const struct machine *m, uint32_t cpu, uint32_t offset)
{
    struct armvirt_gic_access a = {.offset = offset, .size = 4, .secure = true};
    uint64_t value = 0;

    if (cpu == MAX_CPUS) {
        armvirt_gicd_read(m->gic, &a, &value);
    } else {
        a.offset += 0x10000;
        armvirt_gicr_read(m->gic, cpu, &a, &value);
    }
    return value;
}

static bool nmi_of_group0_in(const struct machine *m, uint32_t cpu, uint32_t offset)
{
    return (look(m, cpu, 0xf80 + offset) & look(m, cpu, 0x100 + offset) &
            ~look(m, cpu, 0x80 + offset) & ~look(m, cpu, 0xd00 + offset)) != 0;
}

/* ICC_AP0R0_EL1 has no NMI bit and ICC_NMIAR1_EL1 is of Group 1: Group 0 has no superpriority. The
 * machine gives it to one. */
static bool nmi_of_group0(const struct machine *m)
{
    bool found = false;

    for (uint32_t word = 1; word <= 8; word++) {
        found = found || nmi_of_group0_in(m, MAX_CPUS, 4 * word);
    }
    for (uint32_t cpu = 0; cpu < m->cpus; cpu++) {
        found = found || nmi_of_group0_in(m, cpu, 0);
    }
    return found;
}

/* Why a script ends early: the above; or a queue outside memory, which holds zeros there and stalls
 * here. */
enum reason { NMI_OF_GROUP0, QUEUE_OUTSIDE };

/* Every line at which one does, and what it gives here. */
static const struct deviation {
    const char *file;
    unsigned line;
    const char *gives;
    enum reason reason;
} deviations[] = {
    {"gic/ns5-nmi.txt", 47, "0x0", NMI_OF_GROUP0},
    {"gic/ns5-nmi.txt", 206, "0x0", NMI_OF_GROUP0},
    {"gic/ns5-nmi.txt", 381, "0x80", NMI_OF_GROUP0},
    {"gic/ns5-nmi.txt", 530, "0x0", NMI_OF_GROUP0},
    {"gic/ns5-nmi.txt", 694, "0x0", NMI_OF_GROUP0},
    {"gic/ns5-nmi.txt", 872, "0x480", NMI_OF_GROUP0},
    {"gic/ns5-nmi.txt", 1122, "0x480", NMI_OF_GROUP0},
    {"gic/ns5-nmi.txt", 1422, "0x0", NMI_OF_GROUP0},
    {"gic/ns5-nmi.txt", 1552, "0x30", NMI_OF_GROUP0},
    {"gic/ns5-nmi.txt", 1736, "0x480", NMI_OF_GROUP0},
    {"gic/ns5-nmi.txt", 1998, "0x26", NMI_OF_GROUP0},
    {"gic/ns5-nmi.txt", 2181, "0xa", NMI_OF_GROUP0},
    {"gic/ns5-nmi.txt", 2437, "0x0", NMI_OF_GROUP0},
    {"gic/ns5-nmi.txt", 2564, "0x0", NMI_OF_GROUP0},
    {"gic/ns5-nmi.txt", 2923, "0x0", NMI_OF_GROUP0},
    {"gic/sec5-nmi.txt", 96, "0x2", NMI_OF_GROUP0},
    {"gic/sec5-nmi.txt", 204, "0x0", NMI_OF_GROUP0},
    {"gic/sec5-nmi.txt", 651, "0xd8", NMI_OF_GROUP0},
    {"gic/sec5-nmi.txt", 791, "0x0", NMI_OF_GROUP0},
    {"gic/sec5-nmi.txt", 1185, "0x26", NMI_OF_GROUP0},
    {"gic/ns5-itsq.txt", 908, "0x1", QUEUE_OUTSIDE},
    {"gic/ns5-itsq.txt", 1952, "0x1", QUEUE_OUTSIDE},
    {"gic/ns5-itsq.txt", 2370, "0x1", QUEUE_OUTSIDE},
    {"gic/ns5-itsq.txt", 3485, "0x1", QUEUE_OUTSIDE},
    {"gic/ns5-itsq.txt", 3575, "0x1", QUEUE_OUTSIDE},
    {"gic/ns5-itsq.txt", 3718, "0x1", QUEUE_OUTSIDE},
};

static bool is_listed(const struct replay *p, const char *got, const char *tags)
{
    for (size_t i = 0; i < COUNT(deviations); i++) {
        const struct deviation *d = &deviations[i];

        if (d->line == p->records.line && strcmp(d->file, p->records.name) == 0) {
            return same(d->gives, got) &&
                   (d->reason == NMI_OF_GROUP0 ? nmi_of_group0(&p->machine)
                                               : strstr(tags, "i-cqunmapped") != NULL);
        }
    }
    return false;
}

/* ---- Choices ------------------------------------------------------------------------------- */

static const char *recorded(const struct records *r)
{
    for (size_t i = 0; i + 1 < r->words; i++) {
        if (strcmp(r->word[i], "->") == 0) {
            return r->word[i + 1];
        }
    }
    return NULL;
}

static bool agrees(struct replay *p, const char *want, const char *got)
{
    const char *other = recorded(&p->records);
    enum choice now = same(want, got) ? AS_ALT : AS_RECORDED;

    if (!p->lpis || other == NULL || same(want, other)) {
        return now == AS_ALT;
    }
    if (p->choice == NOT_YET) {
        p->choice = now;
    }
    return p->choice == now && same(now == AS_ALT ? want : other, got);
}

/* ---- Scripts ------------------------------------------------------------------------------- */

/* What a line came to. @listed: it is a deviation after which the script can go on. */
static enum judgement judge(struct replay *p, const char *got, const char *tags, bool *listed)
{
    const struct records *r = &p->records;
    const char *want = expected(r);

    if (agrees(p, want, got)) {
        p->values++;
        return AGREES;
    }
    if (nmi_ns_bit(p, want, got)) {
        *listed = true;
        return AGREES;
    }
    if (is_listed(p, got, tags)) {
        return LISTED;
    }
    printf("%s:%u: %s %s %s %s: %s, not %s [%s]\n", r->name, r->line, r->word[0], r->word[1],
           r->word[2], r->words > 3 ? r->word[3] : "", got, want, tags);
    return DISAGREES;
}

/* One script, up to its end line; it ends early where it does not agree. */
static enum judgement run_script(struct replay *p, bool run, bool print)
{
    struct records *r = &p->records;
    enum judgement judgement = AGREES;
    bool listed = false;
    char tags[256];

    snprintf(tags, sizeof(tags), "%s", r->words > 13 ? r->word[13] : "-");
    p->lpis = strstr(r->name, "-lpi") != NULL && strstr(tags, "q-") == NULL;
    p->choice = NOT_YET;
    machine_begin(&p->machine);
    while (records_next(r) && !records_is(r, "end")) {
        char got[64] = "ok";

        if (!run || judgement != AGREES) {
            continue;
        }
        if (!machine_line(&p->machine, r->word, r->words, got, sizeof(got))) {
            records_broken(r, "not a line that this machine can do");
        }
        judgement = judge(p, got, tags, &listed);
        if (print) {
            printf("%u %s %s %s = %s\n", r->line, r->word[0], r->word[1],
                   r->words > 2 ? r->word[2] : "", got);
        }
    }
    return judgement == AGREES && listed ? LISTED : judgement;
}

static void run_file(const char *directory, const char *name, unsigned only, struct account *total)
{
    static struct replay p;
    struct account account = {{0}};

    memset(&p, 0, sizeof(p));
    records_open(&p.records, directory, name);
    read_head(&p);
    while (records_next(&p.records)) {
        bool run = only == 0 || p.records.line == only;
        enum judgement judgement = run_script(&p, run, only != 0 && run);

        if (run) {
            account.cases[judgement]++;
        }
    }
    fclose(p.records.file);
    machine_drop(&p.machine);
    account_close(&account, name, total);
}

int main(int argc, char **argv)
{
    struct account total = {{0}};
    char name[64];

    if (argc < 2 || argc > 3) {
        fprintf(stderr, "usage: %s DIRECTORY [FILE:LINE]\n", argv[0]);
        return 2;
    }
    if (argc == 3) {
        char *colon = strchr(argv[2], ':');

        if (colon != NULL) {
            *colon = '\0';
        }
        run_file(argv[1], argv[2], colon != NULL ? (unsigned)strtoul(colon + 1, NULL, 10) : 0,
                 &total);
        return account_verdict(&total);
    }
    for (size_t i = 0; i < COUNT(files); i++) {
        snprintf(name, sizeof(name), "gic/%s", files[i]);
        run_file(argv[1], name, 0, &total);
    }
    struct account again = {{0}};
    account_close(&total, "all scripts", &again);
    return account_verdict(&total);
}
