/* SPDX-License-Identifier: MIT */
/*
 * Replay of what another implementation's SMMU did: registers, DMA, event records, commands. Where
 * that implementation breaks a rule its record carries what the architecture asks for, and where a
 * rule leaves a choice what else is allowed. smmu/README.md describes the files.
 *
 *     vectors.smmu DIRECTORY                        all files
 *     vectors.smmu DIRECTORY smmu/nested-s1.txt:123 the case that starts in that line, line by line
 */
#include "records.h"
#include "smmu_machine.h"

static const char *const files[] = {
    "nested-cache.txt",  "nested-cd.txt",   "nested-cmd.txt",   "nested-cmdall.txt",
    "nested-evtq.txt",   "nested-gbpa.txt", "nested-nest.txt",  "nested-reg.txt",
    "nested-s1.txt",     "nested-s2.txt",   "nested-st.txt",    "nested-ste.txt",
    "s1only-cache.txt",  "s1only-cd.txt",   "s1only-cmd.txt",   "s1only-cmdall.txt",
    "s1only-evtq.txt",   "s1only-gbpa.txt", "s1only-reg.txt",   "s1only-s1.txt",
    "s1only-st.txt",     "s1only-ste.txt",  "s2only-cache.txt", "s2only-cmd.txt",
    "s2only-cmdall.txt", "s2only-evtq.txt", "s2only-gbpa.txt",  "s2only-reg.txt",
    "s2only-s2.txt",     "s2only-st.txt",   "s2only-ste.txt",
};

#define COUNT(array) (sizeof(array) / sizeof((array)[0]))

enum { EVENT_WORDS = 8, OUTCOMES = 8, TEXT = 128 };

/* What an operation gave, or may give: a text, and the event that came with it. */
struct outcome {
    char text[TEXT];
    uint32_t event[EVENT_WORDS];
    bool has_event;
};

/* What is expected: the recorded outcome, unless `spec` replaces it; and the alternatives. */
struct expected {
    struct outcome outcome[OUTCOMES];
    unsigned count;
    uint64_t mask; /* of register values */
    bool listed;   /* the recorded machine is wrong */
};

struct replay {
    struct records records;
    struct machine machine;
    struct account account;
    unsigned long values; /* that agreed */
    unsigned only;        /* line of the one case to run, or 0 */
};

/* ---- Outcomes ------------------------------------------------------------------------------ */

/* The words after "->", joined. */
static void take_text(const struct records *r, struct outcome *o)
{
    bool on = false;
    size_t at = 0;

    memset(o, 0, sizeof(*o));
    for (size_t i = 0; i < r->words; i++) {
        if (on && strcmp(r->word[i], "mask") != 0) {
            at += (size_t)snprintf(o->text + at, TEXT - at, "%s%s", at == 0 ? "" : " ", r->word[i]);
        }
        on = on ? strcmp(r->word[i], "mask") != 0 : strcmp(r->word[i], "->") == 0;
    }
}

static void take_event(const struct records *r, struct outcome *o)
{
    for (unsigned i = 0; i < EVENT_WORDS; i++) {
        o->event[i] = (uint32_t)records_hex(r, i + 1);
    }
    o->has_event = true;
}

static uint64_t mask_of(const struct records *r)
{
    for (size_t i = 0; i + 1 < r->words; i++) {
        if (strcmp(r->word[i], "mask") == 0) {
            return strtoull(r->word[i + 1], NULL, 16);
        }
    }
    return UINT64_MAX;
}

/* The lines after an operation that say what it gave. The next operation is left unread. */
static void read_expected(struct records *r, struct expected *e)
{
    memset(e, 0, sizeof(*e));
    e->mask = mask_of(r);
    take_text(r, &e->outcome[0]);
    e->count = 1;
    while (records_next(r)) {
        struct outcome *last = &e->outcome[e->count - 1];

        if (records_is(r, "event") || records_is(r, "sevent") || records_is(r, "aevent")) {
            take_event(r, last);
        } else if (records_is(r, "spec")) {
            take_text(r, &e->outcome[0]);
            e->listed = true;
        } else if (records_is(r, "alt") && e->count < OUTCOMES) {
            take_text(r, &e->outcome[e->count++]);
        } else if (!records_is(r, "quirk") && !records_is(r, "choice")) {
            r->again = true;
            return;
        }
    }
}

/* Numbers by value, under a mask; other words by spelling. */
static bool same_text(const char *want, const char *got, uint64_t mask)
{
    if (strncmp(want, "0x", 2) == 0 && strncmp(got, "0x", 2) == 0 && strchr(want, ' ') == NULL) {
        return ((strtoull(want, NULL, 16) ^ strtoull(got, NULL, 16)) & mask) == 0;
    }
    return strcmp(want, got) == 0;
}

/* Without S2 the IPA of a translation fault is UNKNOWN: this library puts 0 there. */
static bool same_event(const struct outcome *want, const struct outcome *got)
{
    unsigned type = want->event[0] & 0xff;
    bool unknown = type >= 0x10 && type <= 0x13 && !(want->event[3] & 0x80);
    unsigned words = unknown ? 6 : EVENT_WORDS;

    return want->has_event == got->has_event &&
           memcmp(want->event, got->event, words * sizeof(uint32_t)) == 0 &&
           (!unknown || (got->event[6] == 0 && got->event[7] == 0));
}

static void print_outcome(const char *what, const struct outcome *o)
{
    printf("    %s %s", what, o->text);
    for (unsigned i = 0; i < EVENT_WORDS && o->has_event; i++) {
        printf(" %08x", o->event[i]);
    }
    printf("\n");
}

static bool judge(struct replay *p, const struct expected *e, const struct outcome *got,
                  const char *line)
{
    for (unsigned i = 0; i < e->count; i++) {
        if (same_text(e->outcome[i].text, got->text, e->mask) && same_event(&e->outcome[i], got)) {
            p->values++;
            return true;
        }
    }
    printf("%s: %s\n", p->records.name, line);
    for (unsigned i = 0; i < e->count; i++) {
        print_outcome(i == 0 ? "want" : "or  ", &e->outcome[i]);
    }
    print_outcome("got ", got);
    return false;
}

/* ---- Operations ---------------------------------------------------------------------------- */

static struct armvirt_smmu_txn txn_of(const struct records *r)
{
    return (struct armvirt_smmu_txn){
        .addr = records_hex(r, 4),
        .sid = (uint32_t)records_hex(r, 2),
        .flags = strcmp(r->word[1], "w") == 0 ? ARMVIRT_SMMU_WRITE : 0,
    };
}

static void do_dma(struct machine *m, const struct armvirt_smmu_txn *txn, struct outcome *got)
{
    struct armvirt_smmu_result result;

    enum armvirt_status status = armvirt_smmu_translate(m->smmu, txn, &result);

    if (status == ARMVIRT_OK && result.outcome == ARMVIRT_SMMU_PASS) {
        snprintf(got->text, TEXT, "ok 0x%llx", (unsigned long long)result.pa);
    } else if (status == ARMVIRT_OK && result.outcome == ARMVIRT_SMMU_ABORT) {
        snprintf(got->text, TEXT, "fault");
    } else {
        snprintf(got->text, TEXT, "status %d, outcome %u", status, result.outcome);
    }
}

enum { EVENTQ_BASE = 0xa0, EVENTQ_PROD = 0x100a8, EVENTQ_CONS = 0x100ac };

/* Take the records of the event queue; a transaction leaves one at most, and more are told. */
static void drain(struct machine *m, struct outcome *got)
{
    uint64_t base = machine_get(m, EVENTQ_BASE, 8);
    uint32_t prod = (uint32_t)machine_get(m, EVENTQ_PROD, 4);
    uint32_t cons = (uint32_t)machine_get(m, EVENTQ_CONS, 4);
    unsigned log2 = base & 31;
    uint64_t at = (base & 0xffffffffffe0) & ~((UINT64_C(32) << log2) - 1);
    uint32_t mask = (UINT32_C(1) << log2) - 1;
    uint32_t records = (prod - cons) & (mask << 1 | 1);

    if (records == 0) {
        return;
    }
    if (records > 1) {
        snprintf(got->text, TEXT, "%u records", records);
    }
    for (unsigned i = 0; i < EVENT_WORDS; i++) {
        got->event[i] = (uint32_t)peek(m, at + 32 * (uint64_t)(cons & mask) + 4 * i, 4);
    }
    got->has_event = true;
    machine_put(m, EVENTQ_CONS, 4, prod);
}

static int by_name(const void *a, const void *b)
{
    return strcmp(*(const char *const *)a, *(const char *const *)b);
}

/* The pulses since the last look, sorted. */
static void do_irq(struct machine *m, struct outcome *got)
{
    size_t at = 0;

    qsort(m->pulse, m->pulses, sizeof(m->pulse[0]), by_name);
    for (unsigned i = 0; i < m->pulses; i++) {
        at += (size_t)snprintf(got->text + at, TEXT - at, "%s%s", i == 0 ? "" : ",", m->pulse[i]);
    }
    if (m->pulses == 0) {
        snprintf(got->text, TEXT, "-");
    }
    m->pulses = 0;
}

/* CMDQ_CONS; the error code counts while the error is active. */
static void do_cons(struct machine *m, struct outcome *got)
{
    uint64_t active = (machine_get(m, 0x60, 4) ^ machine_get(m, 0x64, 4)) & 1;
    uint64_t cons = machine_get(m, 0x9c, 4);

    snprintf(got->text, TEXT, "0x%llx", (unsigned long long)(active ? cons : cons & 0xfffff));
}

static void do_peek(struct machine *m, uint64_t pa, struct outcome *got)
{
    size_t at = 0;

    for (unsigned i = 0; i < EVENT_WORDS; i++) {
        at += (size_t)snprintf(got->text + at, TEXT - at, "%s0x%08x", i == 0 ? "" : " ",
                               (uint32_t)peek(m, pa + 4 * i, 4));
    }
}

/* An operation that only changes state. */
static bool do_plain(struct replay *p)
{
    const struct records *r = &p->records;

    if (records_is(r, "mem64")) {
        poke(&p->machine, records_hex(r, 1), 8, records_hex(r, 2));
    } else if (records_is(r, "w32")) {
        machine_put(&p->machine, records_hex(r, 2), 4, records_hex(r, 3));
    } else if (records_is(r, "w64")) {
        machine_put(&p->machine, records_hex(r, 2), 8, records_hex(r, 3));
    } else {
        return false;
    }
    return true;
}

/* An operation that gives something; `irq` has no arrow. */
static bool do_checked(struct replay *p)
{
    struct records *r = &p->records;
    struct outcome got = {{0}, {0}, false};
    struct expected expected;
    char line[TEXT];

    snprintf(line, TEXT, "%u: %s %s %s %s %s", r->line, r->word[0], r->words > 1 ? r->word[1] : "",
             r->words > 2 ? r->word[2] : "", r->words > 3 ? r->word[3] : "",
             r->words > 4 ? r->word[4] : "");
    if (records_is(r, "dma") || records_is(r, "dmaq")) {
        struct armvirt_smmu_txn txn = txn_of(r);

        do_dma(&p->machine, &txn, &got);
        if (records_is(r, "dma")) {
            drain(&p->machine, &got);
        }
    } else if (records_is(r, "r32")) {
        snprintf(got.text, TEXT, "0x%llx",
                 (unsigned long long)machine_get(&p->machine, records_hex(r, 2), 4));
    } else if (records_is(r, "cons")) {
        do_cons(&p->machine, &got);
    } else if (records_is(r, "peek")) {
        do_peek(&p->machine, records_hex(r, 1), &got);
    } else if (records_is(r, "irq")) {
        char want[TEXT];

        snprintf(want, TEXT, "%s", r->word[1]);
        do_irq(&p->machine, &got);
        read_expected(r, &expected);
        if (!expected.listed) {
            snprintf(expected.outcome[0].text, TEXT, "%s", want);
        }
        return judge(p, &expected, &got, line);
    } else {
        records_broken(r, "an unknown kind of line");
    }
    read_expected(r, &expected);
    return judge(p, &expected, &got, line);
}

/* ---- Files --------------------------------------------------------------------------------- */

static void run_case(struct replay *p)
{
    struct records *r = &p->records;
    bool skip = p->only != 0 && r->line != p->only;
    bool good = true;

    machine_reset(&p->machine);
    while (records_next(r) && !records_is(r, "end")) {
        if (skip) {
            continue;
        }
        if (!do_plain(p) && !do_checked(p)) {
            good = false;
        }
    }
    if (!skip) {
        p->account.cases[good ? AGREES : DISAGREES]++;
    }
}

/* Lines before the first case: identification registers and RAM. */
static void read_head(struct replay *p)
{
    struct records *r = &p->records;
    struct armvirt_smmu_id id = {{0}, 0, 0, {0}, {0}, 0, 0, 0, 0, 0, 0};

    while (records_next(r) && !records_is(r, "begin")) {
        if (records_is(r, "ram")) {
            p->machine.ram_lo = records_hex(r, 1);
            p->machine.ram_hi = records_hex(r, 2);
        } else if (records_is(r, "idr_iidr")) {
            id.iidr = (uint32_t)records_hex(r, 1);
        } else if (records_is(r, "idr_aidr")) {
            id.aidr = (uint32_t)records_hex(r, 1);
        } else if (strncmp(r->word[0], "idr", 3) == 0) {
            id.idr[(r->word[0][3] - '0') % 7] = (uint32_t)records_hex(r, 1);
        }
    }
    r->again = true;
    if (!machine_make(&p->machine, &id)) {
        records_broken(r, "the SMMU is refused");
    }
}

static void run_file(struct replay *p, const char *directory, const char *name)
{
    memset(&p->account, 0, sizeof(p->account));
    memset(&p->machine, 0, sizeof(p->machine));
    records_open(&p->records, directory, name);
    read_head(p);
    while (records_next(&p->records)) {
        if (records_is(&p->records, "begin")) {
            run_case(p);
        }
    }
    fclose(p->records.file);
    free(p->machine.storage);
    free(p->machine.pages);
}

int main(int argc, char **argv)
{
    static struct replay p;
    struct account total = {{0}};
    char name[PATH_BYTES];
    char *colon;

    if (argc == 3) {
        snprintf(name, sizeof(name), "%s", argv[2]);
        colon = strchr(name, ':');
        if (colon != NULL) {
            *colon = '\0';
            p.only = (unsigned)strtoul(colon + 1, NULL, 10);
        }
        run_file(&p, argv[1], name);
        account_close(&p.account, name, &total);
        return account_verdict(&total);
    }
    if (argc != 2) {
        fprintf(stderr, "usage: vectors.smmu DIRECTORY [FILE[:LINE]]\n");
        return 2;
    }
    for (size_t i = 0; i < COUNT(files); i++) {
        snprintf(name, sizeof(name), "smmu/%s", files[i]);
        run_file(&p, argv[1], name);
        account_close(&p.account, files[i], &total);
    }
    printf("%lu values\n", p.values);
    account_close(&total, "all", &(struct account){{0}});
    return account_verdict(&total);
}
