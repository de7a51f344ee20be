/* SPDX-License-Identifier: MIT */
/*
 * Replay of recorded aborts, from the access to the state that the handler finds: DDI0487 D1.4.5,
 * D8.15, D24.2.45. See exc/README.md for where the cases come from.
 */
#include "exc_access.h"
#include "exc_machine.h"
#include "machine.h"

#include <armvirt/mem.h>
#include <armvirt/regs/vmsa.h>

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
    uint64_t bytes;
    unsigned regime_el;
    bool register_access;
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
static bool make_register_access(const struct armvirt_pe *pe, uint32_t word, struct attempt *a)
{
    uint64_t offset;

    if (!vncr_offset(word, &offset)) {
        return false;
    }
    a->access.va = (pe->vncr_el2 & ~UINT64_C(0xfff)) + offset;
    a->access.kind = word & 0x200000 ? ARMVIRT_NV2_READ : ARMVIRT_NV2_WRITE;
    a->access.el = 2;
    a->regime_el = 2;
    a->bytes = 8;
    a->insn.size_log2 = 3;
    a->register_access = true;
    return true;
}

static bool make_access(const struct records *r, const struct armvirt_pe *pe, struct attempt *a)
{
    uint32_t word = (uint32_t)case_get(r, "op");
    unsigned el = armvirt_pe_el(pe);
    bool pan = pe->pstate & ARMVIRT_SPSR_EL1_PAN, uao = pe->pstate & ARMVIRT_SPSR_EL1_UAO;
    bool host = el == 2 && is_host(pe);

    *a = (struct attempt){.regime_el = el};
    if (word == 0xd503201f) {
        return make_fetch(r, el, a);
    }
    if (!memory_insn_decode(word, &a->insn)) {
        return make_register_access(pe, word, a);
    }
    a->bytes = (uint64_t)a->insn.elements << a->insn.size_log2;
    a->access.va = base_address(r, &a->insn, pe) + (uint64_t)a->insn.offset +
                   (a->insn.indexed ? case_get(r, "x6") : 0);
    a->access.kind = a->insn.kind;
    a->access.isv = a->insn.isv;
    a->access.el = (uint8_t)(a->insn.unprivileged && !uao && (el == 1 || host) ? 0 : el);
    a->access.flags = (uint16_t)((pan && a->access.el != 0 ? ARMVIRT_ACCESS_PAN : 0) |
                                 (a->insn.tag ? ARMVIRT_ACCESS_TAG : 0));
    if (a->access.va & ((UINT64_C(1) << a->insn.size_log2) - 1)) {
        a->access.flags |= ARMVIRT_ACCESS_UNALIGNED;
    }
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

static struct armvirt_fault alignment_fault(const struct attempt *a)
{
    return (struct armvirt_fault){
        .type = ARMVIRT_FAULT_ALIGNMENT,
        .stage = 1,
        .write = a->access.kind == ARMVIRT_WRITE,
    };
}

/* ---- The case ----------------------------------------------------------------------------- */

/* The fault of an access; false if it completes. */
static bool faults(const struct armvirt_pe *pe, const struct armvirt_regime *regime,
                   const struct attempt *a, struct armvirt_fault *fault)
{
    static const struct armvirt_mem_ops ops = {.read = read_table, .cas = no_update};
    struct armvirt_walk_env env = {.mem = {&ops, NULL}};
    struct armvirt_walk walk;

    if (is_misaligned(pe, a)) {
        *fault = alignment_fault(a);
        return true;
    }
    if (armvirt_translate(regime, &env, &a->access, &walk) == ARMVIRT_FAULT) {
        *fault = walk.fault;
        return true;
    }
    *fault = (struct armvirt_fault){.type = ARMVIRT_FAULT_EXTERNAL, .pa = walk.pa};
    fault->write = a->access.kind == ARMVIRT_WRITE || a->access.kind == ARMVIRT_NV2_WRITE ||
                   a->access.kind == ARMVIRT_DC_ZERO;
    return is_unassigned(walk.pa) &&
           !(a->access.kind >= ARMVIRT_DC_INVALIDATE && a->access.kind <= ARMVIRT_IC &&
             a->access.kind != ARMVIRT_DC_ZERO);
}

/* What an access comes to. A fetch has to be aligned, and finds no instruction in the pages of data
 * that hold zeros, where the PC is not that of the code. */
static bool generates(const struct armvirt_pe *pe, const struct armvirt_regime *regime,
                      const struct attempt *a, struct armvirt_fault *fault,
                      struct armvirt_exception *exc)
{
    if (a->access.kind == ARMVIRT_FETCH && (a->access.va & 3)) {
        struct armvirt_pe there = *pe;

        there.pc = a->access.va;
        armvirt_exc_raise(&there, ARMVIRT_ESR_ELX_EC_PC_ALIGNMENT, 0, exc);
        return true;
    }
    if (faults(pe, regime, a, fault)) {
        armvirt_exc_abort(pe, regime, NULL, &a->access, fault, exc);
        return true;
    }
    if (a->access.kind == ARMVIRT_FETCH) {
        armvirt_exc_raise(pe, ARMVIRT_ESR_ELX_EC_UNKNOWN, 0, exc);
        return true;
    }
    return false;
}

/* EA, FnV and SET are IMPLEMENTATION DEFINED: tag "ea". */
static uint64_t comparable_esr(const struct records *r)
{
    return case_tagged(r, "ea") ? UINT64_MAX ^ (ARMVIRT_ISS_DATA_ABORT_EA |
                                                ARMVIRT_ISS_DATA_ABORT_FNV | ARMVIRT_BITS(12, 11))
                                : UINT64_MAX;
}

static bool entered_right(const struct records *r, const struct armvirt_pe *pe,
                          const struct armvirt_exception *exc)
{
    uint64_t esr, far, hpfar, vector;
    unsigned el = exc->target_el;
    char where[] = "e1";

    where[1] = (char)('0' + el);
    vector = pe->pc - (pe->vbar_el[el] & ~UINT64_C(0x7ff));
    case_number(r, "esr", &esr);
    if (!case_is(r, "r", where) || vector != case_get(r, "v") ||
        ((esr ^ pe->esr_el[el]) & comparable_esr(r))) {
        return false;
    }
    if (case_number(r, "far", &far) && exc->far_valid && far != pe->far_el[el]) {
        return false;
    }
    return !case_number(r, "hpfar", &hpfar) || (exc->hpfar_valid && hpfar == pe->hpfar_el2);
}

/* The machine looks up no address for maintenance but for DC ZVA, and lets that one zero Device
 * memory: Q_CMO, Q_ZVA_DEV. */
static bool maintenance_is_listed(const struct attempt *a, const struct armvirt_fault *fault)
{
    return (a->access.kind >= ARMVIRT_DC_INVALIDATE && a->access.kind <= ARMVIRT_IC) &&
           (a->access.kind != ARMVIRT_DC_ZERO || fault->reason == ARMVIRT_REASON_DEVICE_ZERO);
}

/* docs/conformance.md, "Recorded exceptions that differ"; the last two are Q_TAG_EA, tags stored
 * where nothing answers, and Q_VECTOR_DEVICE, vectors in Device memory. */
static bool abort_is_listed(const struct records *r, const struct attempt *a,
                            const struct armvirt_fault *fault)
{
    static const char *const tags[] = {"cross",  "cu",     "spalign",        "dev-excl", "ea-route",
                                       "ea-isv", "lor-ar", "s1ptw-perm-wnr", "zva-dev",  "zva-far"};

    for (size_t i = 0; i < sizeof(tags) / sizeof(tags[0]); i++) {
        if (case_tagged(r, tags[i])) {
            return true;
        }
    }
    return maintenance_is_listed(a, fault) ||
           (a->insn.tag && fault->type == ARMVIRT_FAULT_EXTERNAL) ||
           (a->insn.vector && fault->reason == ARMVIRT_REASON_DEVICE_UNALIGNED);
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
    struct armvirt_exception exc = {0};
    struct armvirt_regime regime;
    struct armvirt_fault fault = {0};
    struct attempt a;
    bool right, raised;

    if (!make_access(r, &pe, &a)) {
        return SKIPPED;
    }
    set_memory(r);
    if (armvirt_regime_init(&regime, &pe.vmsa, a.regime_el) != ARMVIRT_OK) {
        return DISAGREES;
    }
    raised = generates(&pe, &regime, &a, &fault, &exc);
    if (raised) {
        armvirt_exc_enter(&pe, &exc);
    }
    right = raised ? entered_right(r, &pe, &exc) : case_is(r, "r", "ok");
    return right ? AGREES : abort_is_listed(r, &a, &fault) ? LISTED : DISAGREES;
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
