/* SPDX-License-Identifier: MIT */
/*
 * Instructions as QEMU 7.2 executes them: the fetches around them, loads, stores, AT, and the
 * exceptions that come of them (DDI0487 D24.2.46), its deviations marked.
 */
#include "imitation.h"
#include "imitation_walk.h"

#include <armvirt/regs/vmsa.h>

#include <string.h>

#define BLOCK_BYTES 64 /* of DC ZVA */

struct execution {
    struct imitation im;
    const struct group *group;
    const struct diff_case *c;
    const struct answer *ours; /* armvirt's */
    struct answer *answer;     /* what comes of it here */
    bool taken;                /* an exception */
};

/* ---- Exceptions ---------------------------------------------------------------------------- */

enum { EC_UNKNOWN = 0, EC_FETCH = 0x20, EC_DATA = 0x24 };

#define ESR_IL  UINT64_C(0x02000000)
#define ESR_ISV UINT64_C(0x01000000)
#define ESR_CM  UINT64_C(0x100)
#define ESR_WNR UINT64_C(0x40)

static bool tge(const struct execution *e)
{
    return (effective_hcr(&e->group->vmsa, e->ours->regime.security == ARMVIRT_SPACE_SECURE) &
            ARMVIRT_HCR_EL2_TGE) != 0;
}

static unsigned own_target(const struct execution *e, unsigned el)
{
    unsigned target = el == 0 ? 1 : el;

    return target == 1 && tge(e) ? 2 : target;
}

static void take(struct execution *e, unsigned target, uint64_t esr, uint64_t far)
{
    e->answer->outcome.target = target;
    e->answer->outcome.esr = esr | ESR_IL;
    e->answer->outcome.far = far;
    e->answer->far_valid = true;
    e->answer->esr_mask = UINT64_MAX;
    e->taken = true;
}

static bool is_external(const struct qfault *fault)
{
    return fault->code == FSC_EXTERNAL || fault->code == FSC_EXTERNAL_ON_WALK;
}

/* The fault status code; QEMU ends where it knows none at level -1. */
static uint64_t status_code(struct execution *e, const struct qfault *fault)
{
    if (fault->level >= 0) {
        return (uint64_t)fault->code | (uint64_t)fault->level;
    }
    switch (fault->code) {
    case FSC_ADDRESS_SIZE:
        return 0x29;
    case FSC_TRANSLATION:
        return 0x2b;
    case FSC_EXTERNAL_ON_WALK:
        return 0x13;
    default:
        met(&e->im, DEVIATION_DIES, true);
        e->answer->outcome.target = OUTCOME_DIED;
        e->taken = true;
        return 0;
    }
}

static void set_hpfar(struct execution *e, const struct qfault *fault)
{
    e->answer->outcome.hpfar = (fault->ipa >> 12 & (UINT64_MAX >> 17)) << 4;
    e->answer->outcome.hpfar |=
        fault->ns && e->ours->regime.security == ARMVIRT_SPACE_SECURE ? ARMVIRT_BIT(63) : 0;
    e->answer->hpfar_valid = true;
}

/* SCR_EL3.EA, HCR_EL2.TEA */
static bool routes_external(const struct execution *e)
{
    const struct armvirt_vmsa *v = &e->group->vmsa;

    return (v->scr_el3 & ARMVIRT_SCR_EL3_EA) != 0 || (v->hcr_el2 & ARMVIRT_HCR_EL2_TEA) != 0;
}

/* An abort of a load, store or fetch at @el. */
static void take_abort(struct execution *e, unsigned el, const struct qfault *fault, enum want want,
                       uint64_t isv, uint64_t far)
{
    unsigned target = fault->stage2 ? 2 : own_target(e, el);
    uint64_t code = status_code(e, fault);
    unsigned ec = (want == WANT_FETCH ? EC_FETCH : EC_DATA) + (target == el ? 1u : 0u);
    uint64_t iss = code | (fault->s1ptw ? ARMVIRT_BIT(7) : 0);

    if (e->taken) {
        return;
    }
    if (want != WANT_FETCH) {
        iss |= want == WANT_WRITE ? ESR_WNR : 0;
        if ((fault->stage2 || el == 2) && !fault->s1ptw && isv != 0) {
            iss |= isv;
            met(&e->im, DEVIATION_ISV_STAGE1, !fault->stage2);
            met(&e->im, DEVIATION_EXTERNAL_ISV, fault->stage2 && is_external(fault));
        }
    }
    take(e, target, (uint64_t)ec << 26 | iss, far);
    if (is_external(fault)) {
        e->answer->esr_mask = ~ESR_EXTERNAL;
        met(&e->im, DEVIATION_EA, routes_external(e));
    }
    if (fault->stage2) {
        set_hpfar(e, fault);
    }
}

/* ---- AT ------------------------------------------------------------------------------------ */

static struct route route_of(const struct execution *e, bool user, bool pan)
{
    const struct armvirt_regime *regime = &e->ours->regime;

    return (struct route){.regime = (enum armvirt_regime_id)regime->id,
                          .secure = regime->security == ARMVIRT_SPACE_SECURE,
                          .from_el3 = regime->security == ARMVIRT_SPACE_SECURE || e->c->el == 3,
                          .two_ranges = regime->two_ranges,
                          .user = user,
                          .pan = pan,
                          .both_stages = true,
                          .caches = regime->data_cacheable};
}

static void at_result(struct execution *e, const struct route *route, const struct place *place)
{
    uint64_t par = (uint64_t)place->attr << 56 | (uint64_t)place->sh << 7 |
                   (place->pa & ARMVIRT_BITS(51, 12)) | (place->secure ? 0 : ARMVIRT_BIT(9));

    e->answer->outcome.par = par;
    e->answer->par_mask = compared_par(par, route->secure);
}

/* An AT instruction may be trapped by what it meets; else PAR_EL1 tells of it. */
static void at_fault(struct execution *e, const struct route *route, const struct qfault *fault)
{
    bool stage1_at_el1 = fault->s1ptw && e->c->el == 1 && route->regime == ARMVIRT_REGIME_EL10;
    uint64_t code = status_code(e, fault);
    unsigned target = own_target(e, e->c->el);

    if (e->taken) {
        return;
    }
    if (!stage1_at_el1 && fault->code != FSC_EXTERNAL_ON_WALK) {
        e->answer->outcome.par = 1 | code << 1 | (fault->s1ptw ? ARMVIRT_BIT(8) : 0) |
                                 (fault->stage2 ? ARMVIRT_BIT(9) : 0);
        e->answer->par_mask = compared_par(1, route->secure);
        return;
    }
    if (stage1_at_el1) {
        bool to_el3 = fault->code == FSC_EXTERNAL_ON_WALK &&
                      (e->group->vmsa.scr_el3 & ARMVIRT_SCR_EL3_EA) != 0;

        target = to_el3 ? 3 : 2;
    } else if (fault->stage2) {
        target = e->c->el == 3 ? 3 : 2;
    }
    take(e, target,
         (uint64_t)(EC_DATA + (target == e->c->el ? 1u : 0u)) << 26 | code | ESR_CM | ESR_WNR |
             (fault->s1ptw ? ARMVIRT_BIT(7) : 0),
         e->c->va);
    if (fault->code == FSC_EXTERNAL_ON_WALK) {
        e->answer->esr_mask = ~ESR_EXTERNAL;
        met(&e->im, DEVIATION_EA, routes_external(e));
    }
    if (target == 2 && stage1_at_el1) {
        set_hpfar(e, fault);
    }
}

static void execute_at(struct execution *e)
{
    unsigned insn = e->c->insn;
    bool user = insn == INSN_AT_S1E0R || insn == INSN_AT_S1E0W || insn == INSN_AT_S12E0R ||
                insn == INSN_AT_S12E0W;
    bool write = insn == INSN_AT_S1E0W || insn == INSN_AT_S1E1W || insn == INSN_AT_S1E1WP ||
                 insn == INSN_AT_S1E2W || insn == INSN_AT_S1E3W || insn == INSN_AT_S12E0W ||
                 insn == INSN_AT_S12E1W;
    bool pan = (insn == INSN_AT_S1E1RP || insn == INSN_AT_S1E1WP) && e->c->pan;
    struct route route = route_of(e, user, pan);
    struct place place;
    struct qfault fault;

    route.is_at = true;
    route.both_stages = insn >= INSN_AT_S12E0R;
    if (imitate_translation(&e->im, &route, e->c->va, write ? WANT_WRITE : WANT_READ, &place,
                            &fault)) {
        at_result(e, &route, &place);
    } else {
        at_fault(e, &route, &fault);
    }
}

/* ---- Loads, stores, branches --------------------------------------------------------------- */

static bool stores(const struct diff_case *c)
{
    return insns[c->insn].kind == ARMVIRT_WRITE || insns[c->insn].kind == ARMVIRT_DC_ZERO;
}

/* Where nothing answers: FAR_ELx is where the access was cut. */
static void external(struct execution *e, enum want want, uint64_t va)
{
    struct qfault fault = {.code = FSC_EXTERNAL};
    uint64_t far = va;

    if (e->c->insn == INSN_DCZVA) {
        far &= -(uint64_t)BLOCK_BYTES;
    } else if (want == WANT_READ) {
        far &= -(uint64_t)insns[e->c->insn].bytes;
    }
    met(&e->im, DEVIATION_EXTERNAL_FAR, far != va);
    met(&e->im, DEVIATION_RMW, e->c->insn == INSN_SWP);
    take_abort(e, e->c->el, &fault, want, insns[e->c->insn].isv, far);
}

/* Translates; true if the access may go on at @place. */
static bool reach(struct execution *e, const struct route *route, uint64_t va, enum want want,
                  struct place *place)
{
    struct qfault fault;

    if (!imitate_translation(&e->im, route, va, want, place, &fault)) {
        take_abort(e, e->c->el, &fault, want, insns[e->c->insn].isv, va);
        return false;
    }
    return true;
}

static void execute_access(struct execution *e)
{
    const struct diff_case *c = e->c;
    bool user = c->el == 0 || acts_as_el0(&e->ours->regime, c);
    struct route route = route_of(e, user, c->pan != 0 && !user && e->ours->regime.two_ranges);
    enum want want = c->insn == INSN_FETCH ? WANT_FETCH : stores(c) ? WANT_WRITE : WANT_READ;
    uint64_t va = want == WANT_FETCH ? branch_target(&e->ours->regime, c->va) : c->va;
    struct place place;

    met(&e->im, DEVIATION_UNALIGNED_DEVICE,
        e->ours->fault.reason == ARMVIRT_REASON_DEVICE_UNALIGNED);
    met(&e->im, DEVIATION_ZVA_DEVICE, e->ours->fault.reason == ARMVIRT_REASON_DEVICE_ZERO);
    if (!reach(e, &route, va, want, &place)) {
        met(&e->im, DEVIATION_RMW, c->insn == INSN_SWP);
        return;
    }
    if (place.pa >= ABSENT_PA) {
        external(e, want, va);
        return;
    }
    e->im.unknown |= place.pa < ARENA_PA; /* an atomic loads before it is checked as a store */
    if (c->insn == INSN_SWP && !reach(e, &route, va, WANT_WRITE, &place)) {
        met(&e->im, DEVIATION_RMW, true);
        return;
    }
    if (e->im.unknown) {
        return;
    }
    if (want == WANT_FETCH) {
        make_fetch(&e->im.bus, c, place.pa);
    } else {
        make_access(&e->im.bus, e->group, c, place.pa, e->answer);
    }
}

/* ---- What runs before and after ------------------------------------------------------------ */

/* Whether the code page can be executed at @el; if not, the exception that comes of it. */
static bool code_is_there(struct execution *e, unsigned el, uint64_t va)
{
    struct route route = route_of(e, el == 0, false);
    struct armvirt_regime regime;
    struct place place;
    struct qfault fault;

    if (el == 3 || armvirt_regime_init(&regime, &e->group->vmsa, el) != ARMVIRT_OK) {
        return true;
    }
    route.regime = (enum armvirt_regime_id)regime.id;
    route.two_ranges = regime.two_ranges;
    route.secure = route.from_el3 = regime.security == ARMVIRT_SPACE_SECURE;
    if (imitate_translation(&e->im, &route, va, WANT_FETCH, &place, &fault)) {
        e->im.unknown |= place.pa >> 12 != CODE_PA >> 12;
        return true;
    }
    e->taken = false;
    take_abort(e, el, &fault, WANT_FETCH, 0, va);
    return false;
}

enum { MOST_EXCEPTIONS = 4 };

/* The vectors of the target are fetched too; where they cannot be, exceptions have no end. */
static void enter_vectors(struct execution *e)
{
    unsigned from = e->c->el;

    for (unsigned i = 0; i < MOST_EXCEPTIONS; i++) {
        unsigned el = e->answer->outcome.target;
        uint64_t entry = el == from ? 0x200 : 0x400;

        if (el == 0 || el >= 3 || code_is_there(e, el, e->c->code_va[el == 2] + entry)) {
            return;
        }
        from = el;
    }
    e->answer->outcome.target = OUTCOME_HUNG;
}

/* Where ERET goes to; the regime is that of the case's own Exception level. */
static uint64_t stub_va(const struct execution *e)
{
    const struct diff_case *c = e->c;
    struct armvirt_regime regime;
    uint64_t va = c->code_va[c->el == 2] + CODE_STUBS;

    va += (c->insn + (c->el == 0 ? INSNS : 0u)) * STUB_SIZE;
    return armvirt_regime_init(&regime, &e->group->vmsa, c->el) == ARMVIRT_OK
               ? branch_target(&regime, va)
               : va;
}

void imitate(struct group *group, const struct diff_case *c, const struct answer *answer,
             struct prediction *prediction)
{
    struct execution e = {.im = {.vmsa = &group->vmsa, .bus = {.memory = &group->memory}},
                          .group = group,
                          .c = c,
                          .ours = answer,
                          .answer = &prediction->answer};

    memset(prediction, 0, sizeof(*prediction));
    prediction->answer.regime = answer->regime;
    if (code_is_there(&e, c->el, stub_va(&e))) {
        if (c->insn < INSN_FIRST_ACCESS) {
            execute_at(&e);
        } else {
            execute_access(&e);
        }
    }
    enter_vectors(&e);
    bus_end(&e.im.bus, &prediction->answer.outcome);
    if (prediction->answer.outcome.target >= OUTCOME_HUNG) {
        prediction->answer.outcome.changes = 0; /* nobody looks */
    }
    prediction->met = e.im.met;
    prediction->unknown = e.im.unknown || e.im.bus.unsuitable;
}

bool machine_stays(struct group *group, const struct diff_case *c, const struct answer *answer)
{
    struct prediction prediction;

    if (c->insn == INSN_WORD || answer->undefined) {
        return true;
    }
    imitate(group, c, answer, &prediction);
    return !prediction.unknown && prediction.answer.outcome.target != OUTCOME_HUNG;
}

/* ---- Explanations -------------------------------------------------------------------------- */

static const uint8_t may[WALK_DEVIATION_COUNT] = {
#define D(name, does, rule, changes) changes,
    WALK_DEVIATIONS(D)
#undef D
};

const struct deviation walk_deviations[WALK_DEVIATION_COUNT] = {
#define D(name, does, rule, changes) {#name, does, rule, IMITATED_VERSION, IMITATED_VERSION},
    WALK_DEVIATIONS(D)
#undef D
};

#define PAR_SH   ARMVIRT_BITS(8, 7)
#define PAR_ATTR ARMVIRT_BITS(63, 56)

/* Does armvirt's answer agree, apart from what @changes may change? */
static bool agrees_but_for(const struct disagreement *d, unsigned changes)
{
    struct answer answer = *d->answer;
    bool in_par = answer.outcome.target == 0;

    if ((changes & MAY_ALL) != 0) {
        return true;
    }
    answer.par_mask &=
        changes & MAY_ATTR && !(answer.outcome.par & 1) ? ~(PAR_ATTR | PAR_SH) : UINT64_MAX;
    answer.par_mask &= changes & MAY_SH && !(answer.outcome.par & 1) ? ~PAR_SH : UINT64_MAX;
    answer.par_mask &= changes & MAY_LEVEL && in_par ? ~ARMVIRT_BITS(6, 1) : UINT64_MAX;
    answer.esr_mask &= changes & MAY_LEVEL ? ~ARMVIRT_BITS(5, 0) : UINT64_MAX;
    answer.esr_mask &= changes & MAY_ISV ? ~ARMVIRT_BITS(24, 14) : UINT64_MAX;
    if ((changes & MAY_MEMORY) != 0) {
        answer.outcome.changes = d->outcome->changes;
        memcpy(answer.outcome.changed, d->outcome->changed, sizeof(answer.outcome.changed));
    }
    answer.far_valid = answer.far_valid && !(changes & MAY_FAR);
    answer.hpfar_valid = answer.hpfar_valid && !(changes & MAY_HPFAR);
    return outcome_agrees(&answer, d->outcome);
}

/* A machine that ends may take its time. */
static bool predicted(const struct prediction *prediction, const struct outcome *outcome)
{
    return prediction->answer.outcome.target >= OUTCOME_HUNG
               ? outcome->target >= OUTCOME_HUNG
               : outcome_agrees(&prediction->answer, outcome);
}

int explain_walk(const struct disagreement *d)
{
    struct prediction prediction;
    unsigned changes = 0;

    if (d->answer->undefined) {
        return -1;
    }
    imitate(d->group, d->c, d->answer, &prediction);
    if (prediction.unknown || !predicted(&prediction, d->outcome)) {
        return -1;
    }
    for (unsigned i = 0; i < WALK_DEVIATION_COUNT; i++) {
        changes |= prediction.met >> i & 1 ? may[i] : 0;
    }
    if (!agrees_but_for(d, changes)) {
        return -1;
    }
    for (unsigned i = 0; i < WALK_DEVIATION_COUNT; i++) {
        if ((prediction.met >> i & 1) != 0 && agrees_but_for(d, may[i])) {
            return (int)i;
        }
    }
    return (int)(63 - (unsigned)__builtin_clzll(prediction.met));
}
