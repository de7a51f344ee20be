/* SPDX-License-Identifier: MIT */
/*
 * Exceptions of a PE in any state: all registers, ID registers too, come from the input, then
 * operations are made of it. Nothing may break, and what is taken must go up or stay.
 */
#include "../exc_guest.h"
#include <armvirt/debug.h>

#include <armvirt/exc.h>
#include <armvirt/exc_guest.h>
#include <armvirt/insn.h>
#include <armvirt/syndrome.h>

#include <stdlib.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

/* Input, taken from the front; zeros after its end. */
struct input {
    const uint8_t *data;
    size_t size;
};

static uint64_t take(struct input *in, size_t bytes)
{
    uint64_t value = 0;

    for (size_t i = 0; i < bytes && in->size > 0; i++, in->data++, in->size--) {
        value |= (uint64_t)*in->data << (8 * i);
    }
    return value;
}

/* Registers are offset and value, so that small inputs make changes to a sensible PE. */
static void change_registers(struct armvirt_pe *pe, struct input *in)
{
    unsigned count = (unsigned)take(in, 1) % 64;
    bool event = pe->event, exclusive = pe->exclusive;
    unsigned flags;

    for (unsigned i = 0; i < count; i++) {
        size_t at = (size_t)take(in, 2) % (sizeof(*pe) / 8) * 8;
        uint64_t value = take(in, 8);

        memcpy((char *)pe + at, &value, 8);
    }
    pe->event = event;
    pe->exclusive = exclusive;
    flags = (unsigned)take(in, 1);
    pe->top_aarch32 = flags & 1;
    pe->decoded = (struct armvirt_pe_decoded){.features = {0, 0}};
    if (flags & 2) {
        armvirt_pe_decode(pe);
    }
    pe->halted = false;
    pe->os_lock = pe->double_lock = false;
}

/* An entry leads to the target, in AArch32 state to one of its modes. */
static void enter(struct armvirt_pe *pe, const struct armvirt_exception *exc)
{
    armvirt_exc_enter(pe, exc);
    if (exc->halt) {
        if (!pe->halted) {
            abort();
        }
        return;
    }
    if (!(pe->pstate & 0x10) && armvirt_pe_el(pe) != exc->target_el) {
        abort();
    }
}

static void try_pending(struct armvirt_pe *pe, struct input *in)
{
    uint32_t lines = (uint32_t)take(in, 2);
    struct armvirt_exc_pending pending;
    struct armvirt_exception exc;

    armvirt_exc_pending(pe, lines, &pending);
    (void)armvirt_exc_isr(pe, lines);
    if (pending.takeable & ~pending.pending) {
        abort();
    }
    if ((pending.takeable != 0) != (pending.first != ARMVIRT_EXC_SYNC)) {
        abort();
    }
    if (pending.takeable == 0) {
        return;
    }
    if (!((pending.takeable >> pending.first) & 1) || pending.target_el[pending.first] == 0) {
        abort();
    }
    armvirt_exc_interrupt(pe, (enum armvirt_exc_source)pending.first,
                          pending.target_el[pending.first], take(in, 4), &exc);
    enter(pe, &exc);
}

static void try_insn(struct armvirt_pe *pe, struct input *in)
{
    uint32_t word = (uint32_t)take(in, 4);
    unsigned how = (unsigned)take(in, 1);
    struct armvirt_exception exc;
    struct armvirt_insn insn;

    if (pe->pstate & 0x10) {
        armvirt_insn_decode_a32(word, &insn);
        if (pe->pstate & 0x20) {
            armvirt_insn_decode_t32((uint16_t)(word >> 16), (uint16_t)word, &insn);
        }
    } else {
        armvirt_insn_decode(word, &insn);
    }
    if (how & 4) { /* any kind of any word */
        insn.kind = (uint8_t)(how >> 3);
    }
    insn.ready = how & 1;
    insn.fails = how & 2;
    if (armvirt_exc_insn(pe, &insn, &exc) == ARMVIRT_FAULT) {
        if (exc.target_el < 1 || exc.target_el > 3) {
            abort();
        }
        enter(pe, &exc);
    } else {
        armvirt_exc_completed(pe);
    }
}

static void try_return(struct armvirt_pe *pe, struct input *in)
{
    unsigned before = armvirt_pe_el(pe);
    struct armvirt_exc_return ret;
    enum armvirt_status status;

    if (pe->pstate & 0x10) {
        status = armvirt_exc_return_a32(pe, (uint32_t)take(in, 4), (uint32_t)take(in, 4), &ret);
    } else {
        status = armvirt_exc_return(pe, &ret);
    }
    if (status != ARMVIRT_E_INVAL && armvirt_pe_el(pe) > before) {
        abort();
    }
}

static void try_syndrome(struct input *in)
{
    uint64_t esr = take(in, 8);
    struct armvirt_syndrome s;
    struct armvirt_fsc fsc;
    struct armvirt_insn insn;

    armvirt_esr_decode(esr, &s);
    s.il = true;
    if (armvirt_esr_encode(&s) != ((esr & ~(UINT64_C(0xff) << 56)) | UINT64_C(1) << 25)) {
        abort();
    }
    (void)armvirt_esr_check(esr, (unsigned)(esr >> 60));
    (void)armvirt_insn_from_esr(esr, &insn);
    if (armvirt_fsc_decode(esr & 63, &fsc) && armvirt_fsc_encode(&fsc) != (int)(esr & 63)) {
        abort();
    }
}

/* Whatever a debugger does, it does in Debug state and leaves that one way. */
static void try_debug(struct armvirt_pe *pe, struct input *in)
{
    unsigned how = (unsigned)take(in, 1);
    bool halted = pe->halted;
    struct armvirt_exc_return ret;
    struct armvirt_exception exc;

    switch (how & 3) {
    case 0:
        if (armvirt_debug_allowed(pe)) {
            unsigned event = armvirt_debug_event(pe, how & 4, how & 8);

            armvirt_debug_halt(pe, event ? event : 0x13);
        }
        break;
    case 1:
        if ((armvirt_debug_exit(pe, &ret) == ARMVIRT_E_INVAL) == halted || pe->halted) {
            abort();
        }
        break;
    case 2:
        if (armvirt_debug_dcps(pe, how >> 2 & 3, &exc) == ARMVIRT_FAULT) {
            enter(pe, &exc);
        }
        break;
    default:
        if (armvirt_debug_drps(pe, &exc) == ARMVIRT_OK && !halted) {
            abort();
        }
        break;
    }
}

static void try_esb(struct armvirt_pe *pe, struct input *in)
{
    uint32_t lines = (uint32_t)take(in, 2);
    struct armvirt_exception exc;
    unsigned deferred;

    if (armvirt_exc_esb(pe, lines, take(in, 4), &deferred, &exc) == ARMVIRT_FAULT ||
        armvirt_exc_implicit_esb(pe, lines, 0x11, &exc) == ARMVIRT_FAULT) {
        enter(pe, &exc);
    }
    (void)armvirt_debug_exception_catch(pe, lines & 1);
    if (armvirt_exc_profiling(pe, lines & 2, &exc) == ARMVIRT_FAULT) {
        enter(pe, &exc);
    }
}

static void operate(struct armvirt_pe *pe, struct input *in)
{
    struct armvirt_injection injection = {0};
    struct armvirt_exception exc;

    switch (take(in, 1) % 11) {
    case 0:
        armvirt_exc_raise(pe, (unsigned)take(in, 1), take(in, 8), &exc);
        enter(pe, &exc);
        break;
    case 1:
        armvirt_exc_trap(pe, (unsigned)take(in, 1), (unsigned)take(in, 1), take(in, 8), &exc);
        enter(pe, &exc);
        break;
    case 2:
        try_pending(pe, in);
        break;
    case 3:
        try_insn(pe, in);
        break;
    case 4:
        try_return(pe, in);
        break;
    case 5:
        injection.kind = (uint8_t)take(in, 1) % 8;
        injection.va = take(in, 8);
        (void)armvirt_exc_inject(pe, &injection, &exc);
        break;
    case 6:
        (void)armvirt_exc_nested(pe, take(in, 8), &exc);
        break;
    case 7:
        try_syndrome(in);
        break;
    case 9:
        try_debug(pe, in);
        break;
    case 10:
        try_esb(pe, in);
        break;
    default:
        (void)armvirt_exc_step(pe, true, false, &exc);
        (void)armvirt_exc_bti(pe, &exc);
        (void)armvirt_exc_sp_check(pe, take(in, 8), &exc);
        break;
    }
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct input in = {data, size};
    struct armvirt_pe pe = exc_guest(UINT64_C(0x120030080000000));

    change_registers(&pe, &in);
    while (in.size > 0) {
        operate(&pe, &in);
    }
    return 0;
}
