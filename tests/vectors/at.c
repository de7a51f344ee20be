/* SPDX-License-Identifier: MIT */
/*
 * Replay of AT instructions, loads, stores and fetches that another implementation executed:
 * PAR_EL1, ESR_ELx, FAR_ELx, HPFAR_EL2, physical addresses and every changed descriptor must agree
 * with the record or, where the record breaks a rule of DDI0487 (an S line), with the rule.
 * at/README.md describes the files.
 *
 *     vectors.at DIRECTORY                  all files
 *     vectors.at DIRECTORY at-max.txt:1234  the case in that line alone, and each step of its walk
 */
#include "machine.h"
#include "records.h"
#include "registers.h"

#include <armvirt/abort.h>
#include <armvirt/at.h>
#include <armvirt/pgtable.h>

static const char *const files[] = {"at-max.txt", "at-max-nolpa2.txt", "at-cortex-a72.txt",
                                    "at-rme.txt", "x-max.txt"};

#define COUNT(array) (sizeof(array) / sizeof((array)[0]))
#define NOT_RECORDED UINT64_MAX
#define STEPS        64

/* ---- Registers --------------------------------------------------------------------------- */

/* I lines: ID registers and the extent of RAM; MIDR does not matter. */
static void read_id(struct machine *m, const struct records *r)
{
    uint64_t value = records_hex(r, 2);
    char full[64];
    uint64_t *reg;

    snprintf(full, sizeof(full), "ID_AA64%s_EL1", r->word[1]);
    reg = find_register(&m->ids, full);
    if (strcmp(r->word[1], "RAM_LO") == 0) {
        m->ram_lo = value;
    } else if (strcmp(r->word[1], "RAM_HI") == 0) {
        m->ram_hi = value;
    } else if (reg != NULL) {
        *reg = value;
    } else if (strcmp(r->word[1], "MIDR") != 0) {
        records_broken(r, "unknown ID register");
    }
}

/* R lines; VBAR_ELx does not matter. */
static void read_reg(struct machine *m, const struct records *r)
{
    uint64_t *reg = find_register(&m->vmsa, r->word[1]);

    if (reg != NULL) {
        *reg = records_hex(r, 2);
    } else if (strncmp(r->word[1], "VBAR_", 5) != 0) {
        records_broken(r, "unknown register");
    }
}

/* M lines. */
static void read_memory(struct machine *m, const struct records *r)
{
    if (!words_set(&m->memory, records_hex(r, 1), records_hex(r, 2))) {
        records_broken(r, "too many words of memory in a group");
    }
}

static void begin_group(struct machine *m)
{
    m->vmsa = m->ids;
    m->vmsa.scr_el3 = 0x431;
    m->vmsa.sctlr_el1 = 0x30d00800;
    m->vmsa.sctlr_el2 = 0x30c50830;
    m->vmsa.sctlr_el3 = 0x30c50830;
    m->vmsa.hcr_el2 = 0x80000000;
    m->memory.count = 0;
}

/* ---- Cases -------------------------------------------------------------------------------- */

/* What happened, as recorded or as the library says. */
struct result {
    unsigned target;  /* Exception level that an exception was taken to, or 0 */
    uint64_t a, b, c; /* PAR_EL1 or physical address; or ESR, FAR, HPFAR */
    bool undefined;
};

struct expected {
    struct result result;
    uint64_t mask;
    struct words changed;
    struct word changed_words[CHANGED_WORDS];
};

struct test_case {
    bool is_at;
    char name[16];
    uint64_t va;
    unsigned el;
    bool pan;
    unsigned line;
    char tags[128];
    struct expected expected;
};

/* The words <tgt> <a> <b> <c> <mask> <nu> from word @first on, and the <nu> lines that follow. */
static void read_expected(struct records *r, size_t first, struct expected *e)
{
    uint64_t count = records_number(r, first + 5, 10);

    e->result = (struct result){.target = (unsigned)records_number(r, first, 10),
                                .a = records_hex(r, first + 1),
                                .b = records_hex(r, first + 2),
                                .c = records_hex(r, first + 3)};
    e->mask = records_hex(r, first + 4);
    e->changed = (struct words){e->changed_words, 0, COUNT(e->changed_words)};
    for (uint64_t i = 0; i < count; i++) {
        if (!records_next(r) || !words_set(&e->changed, records_hex(r, 1), records_hex(r, 2))) {
            records_broken(r, "changed words are missing");
        }
    }
}

/* An A or X line with all that belongs to it. An S line overrules what was recorded. */
static void read_case(struct records *r, struct test_case *c)
{
    size_t el = records_is(r, "A") ? 4 : 3;
    size_t pan = records_is(r, "A") ? 3 : 4;

    *c = (struct test_case){.is_at = records_is(r, "A"), .line = r->line};
    c->va = records_hex(r, 2);
    c->el = (unsigned)records_number(r, el, 10);
    c->pan = records_number(r, pan, 10) != 0;
    snprintf(c->name, sizeof(c->name), "%s", r->word[1]);
    snprintf(c->tags, sizeof(c->tags), "%s", r->words > 11 ? r->word[11] : "?");
    read_expected(r, 5, &c->expected);
    if (records_next(r)) {
        if (records_is(r, "S")) {
            read_expected(r, 1, &c->expected);
        } else {
            r->again = true;
        }
    }
}

/* ---- AT instructions ---------------------------------------------------------------------- */

static const char *const at_names[] = {
    [ARMVIRT_AT_S1E0R] = "S1E0R",   [ARMVIRT_AT_S1E0W] = "S1E0W",   [ARMVIRT_AT_S1E1R] = "S1E1R",
    [ARMVIRT_AT_S1E1W] = "S1E1W",   [ARMVIRT_AT_S1E1RP] = "S1E1RP", [ARMVIRT_AT_S1E1WP] = "S1E1WP",
    [ARMVIRT_AT_S1E1A] = "S1E1A",   [ARMVIRT_AT_S1E2R] = "S1E2R",   [ARMVIRT_AT_S1E2W] = "S1E2W",
    [ARMVIRT_AT_S1E2A] = "S1E2A",   [ARMVIRT_AT_S1E3R] = "S1E3R",   [ARMVIRT_AT_S1E3W] = "S1E3W",
    [ARMVIRT_AT_S1E3A] = "S1E3A",   [ARMVIRT_AT_S12E0R] = "S12E0R", [ARMVIRT_AT_S12E0W] = "S12E0W",
    [ARMVIRT_AT_S12E1R] = "S12E1R", [ARMVIRT_AT_S12E1W] = "S12E1W",
};

static uint8_t at_op(const char *name)
{
    uint8_t op = 0;

    while (op < COUNT(at_names) && strcmp(at_names[op], name) != 0) {
        op++;
    }
    return op;
}

static struct result result_of_abort(const struct armvirt_abort *abort)
{
    return (struct result){.target = abort->target_el,
                           .a = abort->esr,
                           .b = abort->far_valid ? abort->far : NOT_RECORDED,
                           .c = abort->hpfar_valid ? abort->hpfar : NOT_RECORDED};
}

static enum armvirt_status run_at(const struct machine *m, const struct armvirt_walk_env *env,
                                  const struct test_case *c, struct result *result,
                                  struct armvirt_fault *fault)
{
    struct armvirt_at at = {.va = c->va, .op = at_op(c->name), .el = (uint8_t)c->el, .pan = c->pan};
    struct armvirt_at_result answer;
    enum armvirt_status status = armvirt_at(&m->vmsa, env, &at, &answer);

    if (status != ARMVIRT_OK) {
        return status;
    }
    *fault = answer.walk.fault;
    *result = answer.outcome == ARMVIRT_AT_ABORTED ? result_of_abort(&answer.abort)
                                                   : (struct result){.a = answer.par[0]};
    result->undefined = answer.outcome == ARMVIRT_AT_UNDEFINED;
    return ARMVIRT_OK;
}

/* ---- Loads, stores and fetches ------------------------------------------------------------ */

/* ESR_ELx.ISS bits 24:14 of the recorded instructions: x0 is loaded, x3 is stored. */
#define ISV(sas, sse, srt, sf, ar)                                                                 \
    (UINT32_C(1) << 24 | (sas) << 22 | (sse) << 21 | (srt) << 16 | (sf) << 15 | (ar) << 14)

struct insn {
    const char *name;
    uint8_t kind;
    uint8_t size;
    uint8_t far_bytes; /* an external abort reports the start of as many bytes */
    bool unprivileged;
    uint32_t isv;
};

static const struct insn insns[] = {
    {"LDR", ARMVIRT_READ, 8, 1, false, ISV(3u, 0u, 0u, 1u, 0u)},
    {"LDRB", ARMVIRT_READ, 1, 1, false, ISV(0u, 0u, 0u, 0u, 0u)},
    {"LDRSW", ARMVIRT_READ, 4, 1, false, ISV(2u, 1u, 0u, 1u, 0u)},
    {"LDAR", ARMVIRT_READ, 8, 1, false, ISV(3u, 0u, 0u, 1u, 1u)},
    {"LDTR", ARMVIRT_READ, 8, 1, true, ISV(3u, 0u, 0u, 1u, 0u)},
    {"LDRPOST", ARMVIRT_READ, 4, 1, false, 0},
    {"LDP", ARMVIRT_READ, 8, 1, false, 0},
    {"STR", ARMVIRT_WRITE, 8, 1, false, ISV(3u, 0u, 3u, 1u, 0u)},
    {"STRH", ARMVIRT_WRITE, 2, 1, false, ISV(1u, 0u, 3u, 0u, 0u)},
    {"STLRW", ARMVIRT_WRITE, 4, 1, false, ISV(2u, 0u, 3u, 0u, 1u)},
    {"STTR", ARMVIRT_WRITE, 8, 1, true, ISV(3u, 0u, 3u, 1u, 0u)},
    {"SWP", ARMVIRT_READ_WRITE, 8, 1, false, 0},
    {"DCZVA", ARMVIRT_DC_ZERO, 1, 1, false, 0},
    {"FETCH", ARMVIRT_FETCH, 4, 1, false, 0},
};

/*
 * Where the machine of the records breaks a rule of DDI0487, the library must give the reason that
 * the rule has, and agree with the record if the instruction is replaced by what the machine did.
 * docs/conformance.md lists these.
 */
struct deviation {
    uint8_t kind;   /* of the instruction */
    uint8_t reason; /* enum armvirt_reason of the rule */
    struct insn did;
};

static const struct deviation deviations[] = {
    /* D7.5.10: DC ZVA to Device memory is an Alignment fault; it stored. */
    {ARMVIRT_DC_ZERO, ARMVIRT_REASON_DEVICE_ZERO, {"DCZVA", ARMVIRT_WRITE, 1, 1, false, 0}},
    /* D24.2 FAR_EL1: a fault of a DC instruction reports its argument; it reported the block. */
    {ARMVIRT_DC_ZERO, ARMVIRT_REASON_NONE, {"DCZVA", ARMVIRT_DC_ZERO, 1, 64, false, 0}},
};

static const struct insn *find_insn(const char *name)
{
    for (size_t i = 0; i < COUNT(insns); i++) {
        if (strcmp(insns[i].name, name) == 0) {
            return &insns[i];
        }
    }
    return NULL;
}

/* Unprivileged loads and stores act as EL0 where the regime of @el has an EL0. */
static bool acts_as_el0(const struct armvirt_regime *regime, unsigned el)
{
    return el == 1 || (el == 2 && regime->host);
}

/* A branch drops the tag bits of its target where instruction addresses have some. */
static uint64_t branch_target(const struct armvirt_regime *regime, uint64_t va)
{
    bool upper = regime->two_ranges && ((va >> 55) & 1);

    if (regime->s1[upper].addr_top_fetch != 55) {
        return va;
    }
    return upper ? va | ARMVIRT_BITS(63, 56) : va & ~ARMVIRT_BITS(63, 56);
}

static struct armvirt_access access_of(const struct armvirt_regime *regime, const struct insn *insn,
                                       const struct test_case *c)
{
    struct armvirt_access access = {
        .va = c->va, .kind = insn->kind, .el = (uint8_t)c->el, .isv = insn->isv};

    if (insn->kind == ARMVIRT_FETCH) {
        access.va = branch_target(regime, c->va);
    }
    if (insn->unprivileged && acts_as_el0(regime, c->el)) {
        access.el = 0;
    }
    if (c->pan && access.el != 0) {
        access.flags |= ARMVIRT_ACCESS_PAN;
    }
    if (c->va % insn->size != 0) {
        access.flags |= ARMVIRT_ACCESS_UNALIGNED;
    }
    return access;
}

/* The access itself, if its translation succeeded: outside RAM nothing answers. */
static enum armvirt_status make_access(const struct machine *m, const struct insn *insn,
                                       struct armvirt_access *access, struct armvirt_walk *walk)
{
    if (walk->pa >= m->ram_lo && walk->pa < m->ram_hi) {
        return ARMVIRT_OK;
    }
    access->va -= access->va % insn->far_bytes;
    walk->fault = (struct armvirt_fault){.type = ARMVIRT_FAULT_EXTERNAL,
                                         .write = insn->kind == ARMVIRT_WRITE ||
                                                  insn->kind == ARMVIRT_DC_ZERO,
                                         .pa = walk->pa,
                                         .pa_space = walk->pa_space};
    return ARMVIRT_FAULT;
}

static enum armvirt_status run_insn(const struct machine *m, const struct armvirt_walk_env *env,
                                    const struct test_case *c, const struct insn *insn,
                                    struct result *result, struct armvirt_fault *fault)
{
    struct armvirt_abort_context context = {.el = (uint8_t)c->el};
    struct armvirt_regime regime;
    struct armvirt_access access;
    struct armvirt_walk walk;
    struct armvirt_abort abort;
    enum armvirt_status status;

    if (insn == NULL || armvirt_regime_init(&regime, &m->vmsa, c->el) != ARMVIRT_OK) {
        return ARMVIRT_E_INVAL;
    }
    access = access_of(&regime, insn, c);
    status = armvirt_translate(&regime, env, &access, &walk);
    if (status == ARMVIRT_OK) {
        status = make_access(m, insn, &access, &walk);
    }
    *fault = walk.fault;
    if (status == ARMVIRT_FAULT) {
        armvirt_abort(&regime, &context, &access, &walk.fault, &abort);
        *result = result_of_abort(&abort);
        return ARMVIRT_OK;
    }
    *result = (struct result){.a = walk.pa};
    return status;
}

/* ---- Judgement ---------------------------------------------------------------------------- */

/* A value of the record that is all ones was not valid or not recorded. */
static bool agrees(uint64_t recorded, uint64_t ours)
{
    return recorded == NOT_RECORDED || recorded == ours;
}

static bool same_result(const struct test_case *c, const struct result *ours)
{
    const struct result *recorded = &c->expected.result;
    bool pa_unknown = !c->is_at && recorded->target == 0 && recorded->a == NOT_RECORDED;

    if (ours->undefined || recorded->target != ours->target) {
        return false;
    }
    if (!pa_unknown && ((recorded->a ^ ours->a) & c->expected.mask) != 0) {
        return false;
    }
    return recorded->target == 0 || (agrees(recorded->b, ours->b) && agrees(recorded->c, ours->c));
}

static bool all_within(const struct words *these, const struct words *those)
{
    for (size_t i = 0; i < these->count; i++) {
        const struct word *other = words_find(those, these->word[i].pa);

        if (other == NULL || other->value != these->word[i].value) {
            return false;
        }
    }
    return true;
}

static void print_result(const char *who, const struct result *r, uint64_t mask,
                         const struct words *changed)
{
    printf("    %-8s", who);
    if (r->undefined) {
        printf(" UNDEFINED");
    } else if (r->target == 0) {
        printf(" %016llx", (unsigned long long)(r->a & mask));
    } else {
        printf(" to EL%u esr %016llx far %016llx hpfar %016llx", r->target,
               (unsigned long long)(r->a & mask), (unsigned long long)r->b,
               (unsigned long long)r->c);
    }
    for (size_t i = 0; i < changed->count; i++) {
        printf(" [%llx]=%016llx", (unsigned long long)changed->word[i].pa,
               (unsigned long long)changed->word[i].value);
    }
    printf("\n");
}

static void print_fault(const struct armvirt_fault *fault)
{
    static const char *const reasons[] = {
#define REASON(name, text, rule) #name,
        ARMVIRT_REASONS(REASON)
#undef REASON
    };

    if (fault->type != ARMVIRT_FAULT_NONE && fault->reason < COUNT(reasons)) {
        printf("    reason   %s, stage %u level %d, descriptor %016llx at %llx\n",
               reasons[fault->reason], fault->stage, fault->level, (unsigned long long)fault->desc,
               (unsigned long long)fault->desc_pa);
    }
}

static void print_steps(const struct armvirt_walk_log *log)
{
    for (size_t i = 0; i < log->len && i < log->cap; i++) {
        const struct armvirt_step *s = &log->step[i];

        printf("    step     stage %u level %d kind %u [%llx]=%016llx ia %llx\n", s->stage,
               s->level, s->kind, (unsigned long long)s->pa, (unsigned long long)s->desc[0],
               (unsigned long long)s->ia);
    }
}

/* One run of a case, with @insn for its instruction unless it is an AT instruction. */
struct run {
    struct armvirt_step steps[STEPS];
    struct armvirt_walk_log log;
    struct armvirt_fault fault;
    struct result result;
    enum armvirt_status status;
};

static bool run_once(struct machine *m, const struct test_case *c, const struct insn *insn,
                     bool logged, struct run *run)
{
    struct armvirt_walk_env env = {.mem = {&machine_ops, m}, .log = logged ? &run->log : NULL};

    *run = (struct run){.log = {.step = run->steps, .cap = STEPS}};
    m->changed.count = 0;
    run->status = c->is_at ? run_at(m, &env, c, &run->result, &run->fault)
                           : run_insn(m, &env, c, insn, &run->result, &run->fault);
    return run->status == ARMVIRT_OK && same_result(c, &run->result) &&
           all_within(&c->expected.changed, &m->changed) &&
           all_within(&m->changed, &c->expected.changed);
}

/* A walk that is logged must not differ from one that is not. */
static bool run_agrees(struct machine *m, const struct test_case *c, const struct insn *insn,
                       struct run *run)
{
    return run_once(m, c, insn, false, run) && run_once(m, c, insn, true, run);
}

/* D8.6.1 R_MJGNV: TCR2_ELx.AIE turns hierarchical permissions off; it left them on. */
static bool keeps_hierarchy(struct machine *m, const struct test_case *c, const struct insn *insn)
{
    struct run again;
    bool listed;

    m->vmsa.options |= ARMVIRT_OPT_AIE_HIERARCHY;
    listed = run_agrees(m, c, insn, &again);
    m->vmsa.options &= ~(uint32_t)ARMVIRT_OPT_AIE_HIERARCHY;
    return listed;
}

static bool is_listed(struct machine *m, const struct test_case *c, const struct insn *insn,
                      const struct armvirt_fault *fault)
{
    for (size_t i = 0; i < COUNT(deviations) && insn != NULL; i++) {
        const struct deviation *d = &deviations[i];
        struct run again;

        if (insn->kind == d->kind && fault->reason == d->reason &&
            run_agrees(m, c, &d->did, &again)) {
            return true;
        }
    }
    return keeps_hierarchy(m, c, insn);
}

/* Run a case; print it if it disagrees, or in any case if @verbose. */
static enum judgement judge(struct machine *m, const struct test_case *c, const char *file,
                            const char *group, bool verbose)
{
    const struct insn *insn = find_insn(c->name);
    struct run run;
    enum judgement judgement = run_agrees(m, c, insn, &run)        ? AGREES
                               : is_listed(m, c, insn, &run.fault) ? LISTED
                                                                   : DISAGREES;

    if (judgement == DISAGREES || verbose) {
        run_once(m, c, insn, true, &run);
        printf("%s %s:%u (group %s): %s %llx at EL%u pan %d, tags %s, status %d\n",
               judgement_names[judgement], file, c->line, group, c->name, (unsigned long long)c->va,
               c->el, c->pan, c->tags, run.status);
        print_result("expected", &c->expected.result, c->expected.mask, &c->expected.changed);
        print_result("got", &run.result, c->expected.mask, &m->changed);
        print_fault(&run.fault);
        print_steps(&run.log);
    }
    return judgement;
}

/* ---- Files -------------------------------------------------------------------------------- */

/* Replay a file, or of it the case in line @only alone. */
static struct account run_file(const char *directory, const char *name, unsigned only)
{
    static struct machine m;
    static struct test_case c;
    struct records r;
    struct account account = {0};
    char group[64] = "";

    m = (struct machine){.memory = {m.memory_words, 0, MEMORY_WORDS},
                         .changed = {m.changed_words, 0, CHANGED_WORDS}};
    records_open(&r, directory, name);
    while (records_next(&r)) {
        if (records_is(&r, "I")) {
            read_id(&m, &r);
        } else if (records_is(&r, "G")) {
            snprintf(group, sizeof(group), "%s %s", r.word[1], r.word[2]);
            begin_group(&m);
        } else if (records_is(&r, "R")) {
            read_reg(&m, &r);
        } else if (records_is(&r, "M")) {
            read_memory(&m, &r);
        } else {
            read_case(&r, &c);
            if (only == 0 || only == c.line) {
                account.cases[judge(&m, &c, name, group, only != 0)]++;
            }
        }
    }
    fclose(r.file);
    return account;
}

/* FILE:LINE of the command line. */
static int run_one(const char *directory, char *which)
{
    char *colon = strchr(which, ':');
    struct account account;

    if (colon == NULL) {
        fprintf(stderr, "%s: not FILE:LINE\n", which);
        return 2;
    }
    *colon = '\0';
    account = run_file(directory, which, (unsigned)strtoul(colon + 1, NULL, 10));
    return account.cases[AGREES] + account.cases[LISTED] == 1 ? 0 : 1;
}

int main(int argc, char **argv)
{
    struct account total = {0};
    char directory[PATH_BYTES];

    if (argc < 2) {
        fprintf(stderr, "usage: %s DIRECTORY [FILE:LINE]\n", argv[0]);
        return 2;
    }
    path_join(directory, argv[1], "at");
    if (argc > 2) {
        return run_one(directory, argv[2]);
    }
    for (size_t i = 0; i < COUNT(files); i++) {
        struct account account = run_file(directory, files[i], 0);

        account_close(&account, files[i], &total);
    }
    return account_verdict(&total);
}
