/* SPDX-License-Identifier: MIT */
/*
 * Replay of recorded aborts, from the access to the state that the handler finds: DDI0487 D1.4.5,
 * D8.15, D24.2.45. See exc/README.md for where the cases come from.
 */
#include "exc_access.h"
#include "exc_machine.h"
#include "machine.h"

#include <armvirt/insn.h>
#include <armvirt/mem.h>
#include <armvirt/regs/vmsa.h>

#define NOP         UINT32_C(0xd503201f)
#define SYSTEM      0xd5u /* bits 31:24 of system instructions and register accesses */
#define SYSTEM_READ UINT32_C(0x200000)
#define ZVA_BYTES   UINT64_C(64) /* DCZID_EL0.BS of the machine */

/* The tables of all cases; `m` of a case overrides one word. */
static struct machine memory;

/* ---- Memory ------------------------------------------------------------------------------- */

/* Nothing answers below RAM and above it, and at the addresses of devices that are not there. */
static bool is_unassigned(uint64_t pa)
{
    return (pa >= 0x0c000000 && pa < 0x0e000000) || pa > UINT32_MAX;
}

static enum armvirt_bus read_table(void *ctx, const struct armvirt_mem_req *req, uint64_t *val)
{
    (void)ctx;
    if (is_unassigned(req->pa)) {
        return ARMVIRT_BUS_ABORT;
    }
    val[0] = machine_word(&memory, req->pa);
    return ARMVIRT_BUS_OK;
}

static enum armvirt_bus no_update(void *ctx, const struct armvirt_mem_req *req, const uint64_t *old,
                                  const uint64_t *val)
{
    (void)ctx;
    (void)req;
    return old[0] == val[0] ? ARMVIRT_BUS_OK : ARMVIRT_BUS_ABORT;
}

/* ---- The access --------------------------------------------------------------------------- */

static bool is_host(const struct armvirt_pe *pe)
{
    uint64_t both = ARMVIRT_HCR_EL2_E2H | ARMVIRT_HCR_EL2_TGE;

    return (pe->vmsa.hcr_el2 & both) == both;
}

/* The access of a case, and whose regime translates it. */
struct attempt {
    struct armvirt_access access;
    struct memory_insn insn;
    struct armvirt_sysreg_verdict verdict; /* of a system instruction */
    uint64_t bytes, base;
    uint32_t word;
    unsigned regime_el;
    bool refused;  /* trapped or UNDEFINED, by `verdict` */
    bool recorded; /* as the recorded machine does it */
};

static uint64_t base_address(const struct records *r, const struct memory_insn *m,
                             const struct armvirt_pe *pe)
{
    unsigned el = pe->pstate & 1 ? armvirt_pe_el(pe) : 0;
    char name[] = "SP_EL0";
    uint64_t value;

    if (m->base != 31) {
        return case_get(r, "x5");
    }
    name[5] = (char)('0' + el);
    case_number(r, name, &value);
    return value;
}

static bool make_fetch(const struct records *r, unsigned el, struct attempt *a)
{
    a->access = (struct armvirt_access){.va = case_get(r, "pc"), .kind = ARMVIRT_FETCH};
    a->access.el = (uint8_t)el;
    a->bytes = 4;
    return case_text(r, "pc") != NULL;
}

/* HCR_EL2.NV2 turns a register access into one of EL2's memory. */
static void make_register_access(const struct armvirt_pe *pe, uint32_t word, uint16_t offset,
                                 struct attempt *a)
{
    a->access.va = (pe->vncr_el2 & ~UINT64_C(0xfff)) + offset;
    a->access.kind = word & SYSTEM_READ ? ARMVIRT_NV2_READ : ARMVIRT_NV2_WRITE;
    a->access.el = 2;
    a->regime_el = 2;
    a->bytes = 8;
    a->insn.size_log2 = 3;
}

/* What becomes of the word, if it is a system instruction or a register access. */
static void judge_system(const struct armvirt_pe *pe, uint32_t word, struct attempt *a)
{
    struct armvirt_sysreg_access access = {
        .reg = word >> 5 & 0xffff, .write = !(word & SYSTEM_READ), .rt = word & 31};
    struct armvirt_sysreg_view view;

    armvirt_sysreg_view_init(&view, pe);
    armvirt_sysreg_access(&view, &access, &a->verdict);
    a->refused =
        a->verdict.kind == ARMVIRT_SYSREG_UNDEFINED || a->verdict.kind == ARMVIRT_SYSREG_TRAP;
}

static void make_memory_access(const struct records *r, const struct armvirt_pe *pe,
                               struct attempt *a)
{
    unsigned el = armvirt_pe_el(pe);
    bool pan = pe->pstate & ARMVIRT_SPSR_EL1_PAN, uao = pe->pstate & ARMVIRT_SPSR_EL1_UAO;
    bool host = el == 2 && is_host(pe);

    a->bytes = (uint64_t)a->insn.elements << a->insn.size_log2;
    a->base = base_address(r, &a->insn, pe);
    a->access.va = a->base + (uint64_t)a->insn.offset + (a->insn.indexed ? case_get(r, "x6") : 0);
    a->access.kind = a->insn.kind;
    a->access.isv = a->insn.isv;
    a->access.el = (uint8_t)(a->insn.unprivileged && !uao && (el == 1 || host) ? 0 : el);
    a->access.flags = (uint16_t)((pan && a->access.el != 0 ? ARMVIRT_ACCESS_PAN : 0) |
                                 (a->insn.tag ? ARMVIRT_ACCESS_TAG : 0));
    if (a->access.va & ((UINT64_C(1) << a->insn.size_log2) - 1)) {
        a->access.flags |= ARMVIRT_ACCESS_UNALIGNED;
    }
}

static bool make_access(const struct records *r, const struct armvirt_pe *pe, struct attempt *a)
{
    uint32_t word = (uint32_t)case_get(r, "op");
    unsigned el = armvirt_pe_el(pe);

    *a = (struct attempt){.regime_el = el, .word = word};
    if (word == NOP) {
        return make_fetch(r, el, a);
    }
    if (word >> 24 == SYSTEM) {
        judge_system(pe, word, a);
        if (a->verdict.kind == ARMVIRT_SYSREG_MEMORY) {
            make_register_access(pe, word, a->verdict.offset, a);
            return true;
        }
    }
    if (!memory_insn_decode(word, &a->insn)) {
        return false;
    }
    make_memory_access(r, pe, a);
    return true;
}

/* ---- Alignment ---------------------------------------------------------------------------- */

static uint64_t sctlr_of(const struct armvirt_pe *pe, unsigned el)
{
    if (el == 3) {
        return pe->vmsa.sctlr_el3;
    }
    return el == 2 || (el == 0 && is_host(pe)) ? pe->vmsa.sctlr_el2 : pe->vmsa.sctlr_el1;
}

/* FEAT_LSE2: within 16 bytes anything goes, for ordered accesses everywhere with nAA. B2.8.1. */
static bool is_misaligned(const struct armvirt_pe *pe, const struct attempt *a)
{
    uint64_t sctlr = sctlr_of(pe, a->regime_el), va = a->access.va;
    bool inside = (va & 15) + a->bytes <= 16;

    if (!(a->access.flags & ARMVIRT_ACCESS_UNALIGNED)) {
        return false;
    }
    if (a->insn.alignment == ALIGN_ALWAYS || (sctlr & ARMVIRT_SCTLR_EL1_A)) {
        return true;
    }
    if (a->insn.alignment == ALIGN_ORDERED) {
        return !inside && !(sctlr & ARMVIRT_SCTLR_EL1_NAA);
    }
    return a->insn.alignment == ALIGN_ATOMIC && !inside;
}

/* Q_ATOMIC_WNR: the machine checks exclusives and atomics of at most 8 bytes for FEAT_LSE2 as if
 * they all were stores. */
static bool alignment_is_of_write(const struct armvirt_pe *pe, const struct attempt *a)
{
    bool checked_first = a->recorded && a->insn.alignment == ALIGN_ATOMIC && a->bytes <= 8 &&
                         !(sctlr_of(pe, a->regime_el) & ARMVIRT_SCTLR_EL1_A);

    return a->access.kind == ARMVIRT_WRITE || checked_first;
}

/* ---- The recorded machine: docs/conformance.md, "Recorded exceptions that differ" ----------- */

static bool is_maintenance(const struct attempt *a)
{
    return a->access.kind >= ARMVIRT_DC_INVALIDATE && a->access.kind <= ARMVIRT_IC &&
           a->access.kind != ARMVIRT_DC_ZERO;
}

/* Q_S1_OFF: without stage 1 of EL1 the tables of stage 2 alone say what is Device memory.
 * Q_VECTOR_DEVICE: for structures and SVE registers no table does. */
static bool machine_sees_device(const struct armvirt_pe *pe, const struct attempt *a)
{
    bool stage1 = sctlr_of(pe, a->regime_el) & ARMVIRT_SCTLR_EL1_M;
    bool el1 = a->regime_el < 2 && !is_host(pe);

    return stage1 ? !a->insn.structure : !el1 || !(pe->vmsa.hcr_el2 & ARMVIRT_HCR_EL2_VM);
}

/* LDLAR and STLLR. */
static bool is_limited_ordered(uint32_t word)
{
    return (word & 0x3fa08000) == 0x08800000;
}

/* What the machine makes of the access before it looks at any table. */
static void as_recorded_before(struct armvirt_pe *pe, struct attempt *a)
{
    a->recorded = true;
    /* ea-route: nothing routes External aborts */
    pe->vmsa.scr_el3 &= ~(ARMVIRT_SCR_EL3_EA | ARMVIRT_SCR_EL3_EASE);
    pe->vmsa.hcr_el2 &= ~ARMVIRT_HCR_EL2_TEA;
    pe->vmsa.sctlr2_el1 &= ~ARMVIRT_SCTLR2_EL1_EASE;
    pe->vmsa.sctlr2_el2 &= ~ARMVIRT_SCTLR2_EL2_EASE;
    if (is_limited_ordered(a->word)) { /* lor-ar: AR is 0 */
        a->insn.isv &= ~(uint32_t)ARMVIRT_ISS_DATA_ABORT_ISV_AR;
        a->access.isv = a->insn.isv;
    }
}

/* The registers that differ after the access: ea-isv and zva-far. */
static void as_recorded_after(const struct attempt *a, const struct armvirt_fault *fault,
                              struct armvirt_exception *exc)
{
    bool walk = fault->type == ARMVIRT_FAULT_EXTERNAL_ON_WALK;

    if (walk && fault->stage == 2 && !fault->s1ptw) {
        exc->esr |= a->access.isv;
    }
    if (fault->type == ARMVIRT_FAULT_EXTERNAL && a->access.kind == ARMVIRT_DC_ZERO) {
        exc->far &= ~(ZVA_BYTES - 1);
    }
}

/* Q_CMO: maintenance is not translated. Q_TAG_EA: tags can be stored anywhere. */
static bool machine_completes(const struct attempt *a, const struct armvirt_fault *fault)
{
    return is_maintenance(a) || (a->insn.tag && fault->type == ARMVIRT_FAULT_EXTERNAL);
}

/* Q_ZVA_DEV, Q_S1_OFF: the access that the machine translates, of memory that it takes for Normal.
 */
static struct armvirt_access machine_access(const struct armvirt_pe *pe, const struct attempt *a)
{
    struct armvirt_access access = a->access;

    if (a->recorded && access.kind == ARMVIRT_DC_ZERO) {
        access.kind = ARMVIRT_WRITE;
    }
    if (a->recorded && !machine_sees_device(pe, a)) {
        access.flags &= (uint16_t)~ARMVIRT_ACCESS_UNALIGNED;
    }
    return access;
}

/* ---- The case ----------------------------------------------------------------------------- */

/* The fault of an access; false if it completes. */
static bool faults(const struct armvirt_pe *pe, const struct armvirt_regime *regime,
                   const struct attempt *a, struct armvirt_fault *fault)
{
    static const struct armvirt_mem_ops ops = {.read = read_table, .cas = no_update};
    struct armvirt_walk_env env = {.mem = {&ops, NULL}};
    struct armvirt_access access = machine_access(pe, a);
    struct armvirt_walk walk;

    if (is_misaligned(pe, a)) {
        *fault = (struct armvirt_fault){.type = ARMVIRT_FAULT_ALIGNMENT, .stage = 1};
        fault->write = alignment_is_of_write(pe, a);
        return true;
    }
    if (armvirt_translate(regime, &env, &access, &walk) == ARMVIRT_FAULT) {
        *fault = walk.fault;
        return true;
    }
    *fault = (struct armvirt_fault){.type = ARMVIRT_FAULT_EXTERNAL, .pa = walk.pa};
    fault->write = a->access.kind == ARMVIRT_WRITE || a->access.kind == ARMVIRT_NV2_WRITE ||
                   a->access.kind == ARMVIRT_DC_ZERO;
    return is_unassigned(walk.pa) && !is_maintenance(a);
}

/* A fetch has to be aligned, and finds no instruction in the pages of data that hold zeros, where
 * the PC is not that of the code. */
static void fetch(const struct armvirt_pe *pe, const struct armvirt_regime *regime,
                  const struct attempt *a, struct armvirt_exception *exc)
{
    struct armvirt_pe there = *pe;
    struct armvirt_fault fault;

    there.pc = a->access.va;
    if (a->access.va & 3) {
        armvirt_exc_raise(&there, ARMVIRT_ESR_ELX_EC_PC_ALIGNMENT, 0, exc);
    } else if (faults(pe, regime, a, &fault)) {
        armvirt_exc_abort(&there, regime, NULL, &a->access, &fault, exc);
    } else {
        armvirt_exc_raise(&there, ARMVIRT_ESR_ELX_EC_UNKNOWN, 0, exc);
    }
}

/* What an access comes to; false: it completes. spalign: the machine never checks SP. */
static bool generates(const struct armvirt_pe *pe, const struct armvirt_regime *regime,
                      const struct attempt *a, struct armvirt_exception *exc)
{
    struct armvirt_fault fault;

    if (a->refused) {
        armvirt_sysreg_exception(pe, &a->verdict, exc);
        return true;
    }
    if (a->access.kind == ARMVIRT_FETCH) {
        fetch(pe, regime, a, exc);
        return true;
    }
    if (a->insn.base == 31 && !a->recorded &&
        armvirt_exc_sp_check(pe, a->base, exc) == ARMVIRT_FAULT) {
        return true;
    }
    if (!faults(pe, regime, a, &fault) || (a->recorded && machine_completes(a, &fault))) {
        return false;
    }
    armvirt_exc_abort(pe, regime, NULL, &a->access, &fault, exc);
    if (a->recorded) {
        as_recorded_after(a, &fault, exc);
    }
    return true;
}

/* FAR_ELx and HPFAR_EL2, where the record has them: "*" is UNKNOWN. */
static bool addresses_are_right(const struct records *r, const struct armvirt_pe *pe,
                                const struct armvirt_exception *exc)
{
    uint64_t far, hpfar;
    bool has_far = case_number(r, "far", &far), has_hpfar = case_number(r, "hpfar", &hpfar);

    if (exc->far_valid != has_far || (has_far && far != pe->far_el[exc->target_el])) {
        return false;
    }
    return exc->hpfar_valid == has_hpfar && (!has_hpfar || hpfar == pe->hpfar_el2);
}

/* The answer of the record is this one, register by register. */
static bool answers(const struct records *r, struct armvirt_pe pe,
                    const struct armvirt_regime *regime, const struct attempt *a)
{
    struct armvirt_exception exc = {0};

    if (!generates(&pe, regime, a, &exc)) {
        return case_is(r, "r", "ok");
    }
    armvirt_exc_enter(&pe, &exc);
    return case_entered(r, &pe, &exc) && addresses_are_right(r, &pe, &exc) &&
           pe.spsr_el[exc.target_el] == case_get(r, "ps");
}

/* Every `m` of the record: one word, address and value. */
static void set_memory(const struct records *r)
{
    memory.changed.count = 0;
    for (size_t i = 0; i < r->words; i++) {
        if (strncmp(r->word[i], "m=", 2) == 0) {
            char *end;
            uint64_t pa = strtoull(r->word[i] + 2, &end, 16);

            words_set(&memory.changed, pa, strtoull(end + 1, NULL, 16));
        }
    }
}

static enum judgement judge_abort(const struct records *r, const struct armvirt_pe *base)
{
    struct armvirt_pe pe = case_pe(r, base);
    struct armvirt_regime regime;
    struct attempt a;

    if (!make_access(r, &pe, &a)) {
        return SKIPPED;
    }
    set_memory(r);
    if (armvirt_regime_init(&regime, &pe.vmsa, a.regime_el) != ARMVIRT_OK) {
        return DISAGREES;
    }
    if (answers(r, pe, &regime, &a)) {
        return AGREES;
    }
    as_recorded_before(&pe, &a);
    if (armvirt_regime_init(&regime, &pe.vmsa, a.regime_el) != ARMVIRT_OK) {
        return DISAGREES;
    }
    return answers(r, pe, &regime, &a) ? LISTED : DISAGREES;
}

/* The M lines: words of memory, before any case. */
static void load_memory(const char *directory, const char *name)
{
    struct records r;

    memory.memory = (struct words){memory.memory_words, 0, MEMORY_WORDS};
    memory.changed = (struct words){memory.changed_words, 0, CHANGED_WORDS};
    records_open(&r, directory, name);
    while (records_next(&r)) {
        if (records_is(&r, "M")) {
            char *end;
            uint64_t pa = strtoull(r.word[1], &end, 16);

            words_set(&memory.memory, pa, strtoull(end + 1, NULL, 16));
        }
    }
    fclose(r.file);
}

int main(int argc, char **argv)
{
    struct account total = {{0}};
    char directory[PATH_BYTES];

    if (argc != 2) {
        fprintf(stderr, "usage: exc_abort DIRECTORY\n");
        return 2;
    }
    path_join(directory, argv[1], "exc");
    load_memory(directory, "abort.txt");
    replay_cases(directory, "abort.txt", judge_abort, &total);
    return account_verdict(&total);
}
