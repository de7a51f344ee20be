/* SPDX-License-Identifier: MIT */
/* What armvirt says of a case, through the public API alone, and whether the machine agrees. */
#include "bus.h"

#include <armvirt/regs/vmsa.h>

#include <string.h>

/* ---- Names and members --------------------------------------------------------------------- */

#define R(name, member, op1, crn, crm, op2) #name,
const char *const register_names[REGISTERS] = {DIFF_REGISTERS(R)};
#undef R

#define I(name, ...) #name,
const char *const insn_names[INSNS + 1] = {
#define AT_NAME(name, text) "AT_" #name,
    DIFF_AT(AT_NAME) DIFF_ACCESSES(I) "any"};
#undef I

#define X(name, text, rule) #name,
const char *const reason_names[ARMVIRT_REASON_COUNT] = {ARMVIRT_REASONS(X)};
#undef X

uint64_t *vmsa_register(struct armvirt_vmsa *vmsa, unsigned number)
{
    static const uint16_t offsets[] = {
#define R(name, member, op1, crn, crm, op2) offsetof(struct armvirt_vmsa, member),
        DIFF_REGISTERS(R)
#undef R
    };

    return (uint64_t *)(void *)((char *)vmsa + offsets[number]);
}

uint64_t *vmsa_id_register(struct armvirt_vmsa *vmsa, unsigned number)
{
    static const uint16_t offsets[] = {
#define R(name, member, op1, crn, crm, op2) offsetof(struct armvirt_vmsa, member),
        DIFF_ID_REGISTERS(R)
#undef R
    };

    return (uint64_t *)(void *)((char *)vmsa + offsets[number]);
}

/* ---- Memory -------------------------------------------------------------------------------- */

void memory_clear(struct memory *memory)
{
    memory->count = 0;
    memset(memory->index, 0, sizeof(memory->index));
}

static uint16_t *memory_slot(struct memory *memory, uint64_t pa)
{
    uint32_t at = (uint32_t)((pa >> 3) * UINT32_C(2654435761)) >> 20;

    while (memory->index[at] != 0 && memory->word[memory->index[at] - 1].pa != pa) {
        at = (at + 1) % INDEX_SIZE;
    }
    return &memory->index[at];
}

struct word *memory_find(struct memory *memory, uint64_t pa)
{
    uint16_t number = *memory_slot(memory, pa);

    return number == 0 ? NULL : &memory->word[number - 1];
}

bool memory_set(struct memory *memory, uint64_t pa, uint64_t value)
{
    uint16_t *slot = memory_slot(memory, pa);

    if (*slot == 0) {
        if (memory->count == GROUP_WORDS) {
            return false;
        }
        memory->word[memory->count++].pa = pa;
        *slot = (uint16_t)memory->count;
    }
    memory->word[*slot - 1].value = value;
    return true;
}

/* ---- The memory of one case: what it changes is undone at its end ------------------------- */

struct word *bus_word(struct bus *bus, uint64_t pa, const struct armvirt_mem_req *req)
{
    struct word *word;

    if (pa < ARENA_PA || pa >= ARENA_PA + ARENA_SIZE) {
        bus->unsuitable |= pa < ABSENT_PA;
        return NULL;
    }
    word = memory_find(bus->memory, pa);
    if (word == NULL) {
        uint64_t value = 0;

        if (bus->inventor != NULL) {
            value = req != NULL ? bus->inventor->descriptor(bus->inventor, req)
                                : bus->inventor->data(bus->inventor);
        }
        bus->unsuitable |= !memory_set(bus->memory, pa, value);
        word = memory_find(bus->memory, pa);
    }
    return word;
}

void bus_change(struct bus *bus, struct word *word, uint64_t value)
{
    unsigned i = 0;

    while (i < bus->before.count && bus->before.word[i].pa != word->pa) {
        i++;
    }
    if (i == CHANGED_WORDS) {
        bus->unsuitable = true;
        return;
    }
    if (i == bus->before.count) {
        bus->before.word[bus->before.count++] = *word;
    }
    word->value = value;
}

static enum armvirt_bus bus_read(void *ctx, const struct armvirt_mem_req *req, uint64_t *val)
{
    struct word *word = bus_word(ctx, req->pa, req);

    *val = word == NULL ? 0 : word->value;
    return word == NULL ? ARMVIRT_BUS_ABORT : ARMVIRT_BUS_OK;
}

static enum armvirt_bus bus_cas(void *ctx, const struct armvirt_mem_req *req, const uint64_t *old,
                                const uint64_t *val)
{
    struct word *word = bus_word(ctx, req->pa, req);

    if (word == NULL) {
        return ARMVIRT_BUS_ABORT;
    }
    if (word->value != *old) {
        return ARMVIRT_BUS_RACE;
    }
    bus_change(ctx, word, *val);
    return ARMVIRT_BUS_OK;
}

void bus_end(struct bus *bus, struct outcome *outcome)
{
    for (unsigned i = 0; i < bus->before.count; i++) {
        struct word *word = memory_find(bus->memory, bus->before.word[i].pa);

        if (word->value != bus->before.word[i].value) {
            outcome->changed[outcome->changes++] = *word;
            word->value = bus->before.word[i].value;
        }
    }
}

static struct armvirt_walk_env bus_env(struct bus *bus)
{
    static const struct armvirt_mem_ops ops = {.read = bus_read, .cas = bus_cas};

    return (struct armvirt_walk_env){.mem = {.ops = &ops, .ctx = bus}};
}

/* ---- AT ------------------------------------------------------------------------------------ */

#define PAR_SUCCESS_MASK                                                                           \
    UINT64_C(0xff0ffffffffff381) /* bits 10, 11 and those that are RES0 apart */
#define PAR_FAULT_MASK UINT64_C(0x000000000000037f)

uint64_t compared_par(uint64_t par, bool secure)
{
    return par & 1  ? PAR_FAULT_MASK
           : secure ? PAR_SUCCESS_MASK | ARMVIRT_BIT(9)
                    : PAR_SUCCESS_MASK & ~ARMVIRT_BIT(9);
}

static void take_abort(struct answer *answer, const struct armvirt_abort *abort)
{
    bool external = answer->fault.type == ARMVIRT_FAULT_EXTERNAL ||
                    answer->fault.type == ARMVIRT_FAULT_EXTERNAL_ON_WALK;

    answer->outcome.target = abort->target_el;
    answer->outcome.esr = abort->esr;
    answer->outcome.far = abort->far;
    answer->outcome.hpfar = abort->hpfar;
    answer->far_valid = abort->far_valid;
    answer->hpfar_valid = abort->hpfar_valid;
    answer->esr_mask = external ? ~ESR_EXTERNAL : UINT64_MAX;
}

static void answer_at(struct group *group, const struct diff_case *c, struct bus *bus,
                      struct answer *answer)
{
    struct armvirt_walk_env env = bus_env(bus);
    struct armvirt_at at = {
        .va = c->va, .op = (uint8_t)c->insn, .el = c->el, .pan = c->pan, .serror_masked = true};
    struct armvirt_at_result result;
    bool secure;

    if (armvirt_at(&group->vmsa, &env, &at, &result) != ARMVIRT_OK) {
        answer->unsuitable = true;
        return;
    }
    answer->undefined = result.outcome == ARMVIRT_AT_UNDEFINED;
    if (answer->undefined) {
        return;
    }
    answer->walk = result.walk;
    answer->fault = result.walk.fault;
    answer->regime = result.regime;
    answer->outcome.par = result.par[0];
    secure = result.regime.security == ARMVIRT_SPACE_SECURE;
    answer->par_mask = compared_par(result.par[0], secure);
    if (result.outcome == ARMVIRT_AT_ABORTED) {
        answer->par_mask = 0;
        take_abort(answer, &result.abort);
    }
}

/* ---- Loads, stores and fetches ------------------------------------------------------------- */

#define ISV(sas, sse, srt, sf, ar)                                                                 \
    (UINT32_C(1) << 24 | (sas##u) << 22 | (sse##u) << 21 | (srt##u) << 16 | (sf##u) << 15 |        \
     (ar##u) << 14)
#define NO_ISV    0
#define ZVA_BYTES 64

const struct insn insns[INSNS] = {
#define I(name, text, kind_, bytes_, isv_)                                                         \
    [INSN_##name] = {.kind = ARMVIRT_##kind_, .bytes = bytes_, .isv = isv_},
    DIFF_ACCESSES(I)
#undef I
};

bool acts_as_el0(const struct armvirt_regime *regime, const struct diff_case *c)
{
    return (c->insn == INSN_LDTR || c->insn == INSN_STTR) &&
           (c->el == 1 || (c->el == 2 && regime->host));
}

uint64_t branch_target(const struct armvirt_regime *regime, uint64_t va)
{
    bool upper = regime->two_ranges && ((va >> 55) & 1);

    if (regime->s1[upper].addr_top_fetch != 55) {
        return va;
    }
    return upper ? va | ARMVIRT_BITS(63, 56) : va & ~ARMVIRT_BITS(63, 56);
}

static struct armvirt_access access_of(const struct armvirt_regime *regime,
                                       const struct diff_case *c)
{
    const struct insn *insn = &insns[c->insn];
    struct armvirt_access access = {.va = c->va, .kind = insn->kind, .el = c->el, .isv = insn->isv};

    if (insn->kind == ARMVIRT_FETCH) {
        access.va = branch_target(regime, c->va);
    }
    if (acts_as_el0(regime, c)) {
        access.el = 0;
    }
    if (c->pan && access.el != 0) {
        access.flags |= ARMVIRT_ACCESS_PAN;
    }
    if (c->va % insn->bytes != 0) {
        access.flags |= ARMVIRT_ACCESS_UNALIGNED;
    }
    return access;
}

/* Bytes @pa on, at most 8 of them, within two words. */
static uint64_t load(struct bus *bus, uint64_t pa, unsigned bytes)
{
    uint64_t value = 0;

    for (unsigned i = 0; i < bytes; i++) {
        struct word *word = bus_word(bus, (pa + i) & ~UINT64_C(7), NULL);

        if (word != NULL) {
            value |= (word->value >> 8 * ((pa + i) & 7) & 0xff) << 8 * i;
        }
    }
    return value;
}

static void store(struct bus *bus, uint64_t pa, unsigned bytes, uint64_t value)
{
    for (unsigned i = 0; i < bytes; i++) {
        struct word *word = bus_word(bus, (pa + i) & ~UINT64_C(7), NULL);
        unsigned shift = 8 * ((pa + i) & 7);

        if (word != NULL) {
            bus_change(bus, word,
                       (word->value & ~(UINT64_C(0xff) << shift)) | (value >> 8 * i & 0xff)
                                                                        << shift);
        }
    }
}

static uint64_t swapped(uint64_t value, unsigned bytes)
{
    return __builtin_bswap64(value) >> (64 - 8 * bytes);
}

/* SCTLR_ELx.EE, or E0E at EL0, of the data of @c. */
static bool big_endian(const struct armvirt_vmsa *vmsa, const struct armvirt_regime *regime,
                       unsigned el)
{
    uint64_t sctlr = regime->id == ARMVIRT_REGIME_EL10  ? vmsa->sctlr_el1
                     : regime->id == ARMVIRT_REGIME_EL3 ? vmsa->sctlr_el3
                                                        : vmsa->sctlr_el2;

    return (sctlr & (el == 0 ? ARMVIRT_SCTLR_EL1_E0E : ARMVIRT_SCTLR_EL1_EE)) != 0;
}

void make_access(struct bus *bus, const struct group *group, const struct diff_case *c, uint64_t pa,
                 struct answer *answer)
{
    const struct insn *insn = &insns[c->insn];
    bool swap = big_endian(&group->vmsa, &answer->regime, c->el);
    uint64_t out = swap
                       ? swapped(STORED_VALUE & (UINT64_MAX >> (64 - 8 * insn->bytes)), insn->bytes)
                       : STORED_VALUE;

    if (insn->kind == ARMVIRT_READ || insn->kind == ARMVIRT_READ_WRITE) {
        uint64_t value = load(bus, pa, insn->bytes);

        value = swap ? swapped(value, insn->bytes) : value;
        answer->x0_valid = c->insn != INSN_LDRPOST;
        answer->outcome.x0 = c->insn == INSN_LDRSW ? (uint64_t)(int32_t)value : value;
    }
    if (c->insn == INSN_LDP) {
        load(bus, pa + 8, 8);
    } else if (insn->kind == ARMVIRT_WRITE || insn->kind == ARMVIRT_READ_WRITE) {
        store(bus, pa, insn->bytes, out);
    } else if (insn->kind == ARMVIRT_DC_ZERO) {
        for (unsigned i = 0; i < ZVA_BYTES; i += 8) {
            store(bus, (pa & -(uint64_t)ZVA_BYTES) + i, 8, 0);
        }
    }
}

/* What is branched to must end the case: such a word is put there, unless there is another one. */
void make_fetch(struct bus *bus, const struct diff_case *c, uint64_t pa)
{
    uint32_t call = c->el == 0 ? EXIT_SVC : EXIT_SMC;

    if (bus->inventor != NULL && memory_find(bus->memory, pa & ~UINT64_C(7)) == NULL) {
        memory_set(bus->memory, pa & ~UINT64_C(7), (uint64_t)call << 32 | call);
    }
    bus->unsuitable |= load(bus, pa, 4) != call;
}

static enum armvirt_status external_abort(const struct diff_case *c, struct answer *answer)
{
    const struct insn *insn = &insns[c->insn];

    answer->fault = (struct armvirt_fault){.type = ARMVIRT_FAULT_EXTERNAL,
                                           .write = insn->kind == ARMVIRT_WRITE ||
                                                    insn->kind == ARMVIRT_DC_ZERO,
                                           .pa = answer->walk.pa,
                                           .pa_space = answer->walk.pa_space};
    return ARMVIRT_FAULT;
}

static void answer_access(struct group *group, const struct diff_case *c, struct bus *bus,
                          struct answer *answer)
{
    struct armvirt_walk_env env = bus_env(bus);
    struct armvirt_abort_context context = {.el = c->el, .serror_masked = true};
    struct armvirt_access *access = &answer->access;
    struct armvirt_abort abort;
    enum armvirt_status status = armvirt_regime_init(&answer->regime, &group->vmsa, c->el);

    if (status == ARMVIRT_OK) {
        *access = access_of(&answer->regime, c);
        status = armvirt_translate(&answer->regime, &env, access, &answer->walk);
        answer->fault = answer->walk.fault;
    }
    if (status == ARMVIRT_OK && answer->walk.pa >= ABSENT_PA) {
        status = external_abort(c, answer);
    }
    if (status == ARMVIRT_FAULT) {
        armvirt_abort(&answer->regime, &context, access, &answer->fault, &abort);
        take_abort(answer, &abort);
    } else if (status != ARMVIRT_OK || answer->walk.pa < ARENA_PA) {
        answer->unsuitable = true;
    } else if (c->insn == INSN_FETCH) {
        make_fetch(bus, c, answer->walk.pa);
        answer->unsuitable = answer->walk.s1.guarded; /* a Branch Target exception */
    } else {
        make_access(bus, group, c, answer->walk.pa, answer);
    }
}

/* ---- Cases --------------------------------------------------------------------------------- */

static void answer_on_bus(struct group *group, const struct diff_case *c, struct bus *bus,
                          struct answer *answer)
{
    memset(answer, 0, sizeof(*answer));
    if (c->insn < INSN_FIRST_ACCESS) {
        answer_at(group, c, bus, answer);
    } else {
        answer_access(group, c, bus, answer);
    }
    bus_end(bus, &answer->outcome);
    answer->unsuitable |= bus->unsuitable;
}

void answer_case(struct group *group, const struct diff_case *c, struct inventor *inventor,
                 struct answer *answer)
{
    struct bus bus = {.memory = &group->memory, .inventor = inventor};

    if (c->insn == INSN_WORD) {
        answer_word(group, c, answer);
    } else {
        answer_on_bus(group, c, &bus, answer);
    }
}

bool code_runs(struct group *group, unsigned el, uint64_t code_va, struct inventor *inventor)
{
    struct bus bus = {.memory = &group->memory, .inventor = inventor};
    struct armvirt_walk_env env = bus_env(&bus);
    struct armvirt_access access = {.va = code_va, .kind = ARMVIRT_FETCH, .el = (uint8_t)el};
    struct armvirt_regime regime;
    struct armvirt_walk walk = {0};
    struct outcome outcome = {0};
    bool runs = armvirt_regime_init(&regime, &group->vmsa, el) == ARMVIRT_OK &&
                armvirt_translate(&regime, &env, &access, &walk) == ARMVIRT_OK &&
                walk.pa == (el == 3 ? 0 : CODE_PA);

    bus_end(&bus, &outcome);
    return runs && !bus.unsuitable && outcome.changes == 0;
}

bool case_runs(struct group *group, const struct diff_case *c)
{
    const struct armvirt_vmsa *v = &group->vmsa;
    bool el2 = (v->scr_el3 & (ARMVIRT_SCR_EL3_NS | ARMVIRT_SCR_EL3_EEL2)) != 0;
    bool tge = el2 && (v->hcr_el2 & ARMVIRT_HCR_EL2_TGE) != 0;

    if (c->el == 3) {
        return (v->sctlr_el3 & ARMVIRT_SCTLR_EL1_M) == 0 || code_runs(group, 3, 0, NULL);
    }
    if ((el2 || c->el == 2) && !code_runs(group, 2, c->code_va[1], NULL)) {
        return false;
    }
    return (c->el == 2 || tge || code_runs(group, 1, c->code_va[0], NULL)) &&
           (c->el != 0 || code_runs(group, 0, c->code_va[0], NULL));
}

/* ---- Judgement ----------------------------------------------------------------------------- */

static bool same_changes(const struct outcome *a, const struct outcome *b)
{
    if (a->changes != b->changes || a->changes > CHANGED_WORDS) {
        return false;
    }
    for (unsigned i = 0; i < a->changes; i++) {
        unsigned j = 0;

        while (j < b->changes && (a->changed[i].pa != b->changed[j].pa ||
                                  a->changed[i].value != b->changed[j].value)) {
            j++;
        }
        if (j == b->changes) {
            return false;
        }
    }
    return true;
}

#define ESR_EC UINT64_C(0xfc000000)

static bool entry_agrees(const struct answer *answer, const struct outcome *outcome)
{
    const struct outcome *ours = &answer->outcome;

    return ours->target == outcome->target && ours->vector == outcome->vector &&
           ((ours->esr ^ outcome->esr) & answer->esr_mask) == 0 && ours->elr == outcome->elr &&
           ((ours->spsr ^ outcome->spsr) & answer->spsr_mask) == 0;
}

bool outcome_agrees(const struct answer *answer, const struct outcome *outcome)
{
    const struct outcome *ours = &answer->outcome;

    if (answer->is_exception) {
        return entry_agrees(answer, outcome);
    }

    if (answer->undefined) {
        return outcome->target != 0 && (outcome->esr & ESR_EC) == 0;
    }
    if (ours->target != outcome->target || !same_changes(ours, outcome)) {
        return false;
    }
    if (ours->target == 0) {
        return ((ours->par ^ outcome->par) & answer->par_mask) == 0 &&
               (!answer->x0_valid || ours->x0 == outcome->x0);
    }
    return ((ours->esr ^ outcome->esr) & answer->esr_mask) == 0 &&
           (!answer->far_valid || ours->far == outcome->far) &&
           (!answer->hpfar_valid || ours->hpfar == outcome->hpfar);
}
