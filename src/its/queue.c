/* SPDX-License-Identifier: MIT */
/* The command queue: how far it has come, errors, stalling (IHI0069 5.2.9, 5.3.1). */
#include "base/emit.h"
#include "base/mem_functions.h"
#include "machine.h"

#define ERROR_BASE 0x010000u
#define CLEAR_CODE 0x05u /* the number of CLEAR in error codes, which is not its opcode */
#define KIND_SHIFT 8

static const uint8_t kinds[ARMVIRT_ITS_REASON_COUNT] = {
#define KIND(name, kind, words) kind,
    ARMVIRT_ITS_REASONS(KIND)
#undef KIND
};

/* The number of a redistributor out of range is another for MOVALL. */
uint32_t armvirt_its_error_code(enum armvirt_its_reason reason, unsigned opcode)
{
    unsigned command = opcode == ARMVIRT_ITS_CLEAR ? CLEAR_CODE : opcode;
    unsigned kind = kinds[reason];

    if (kind == 0) {
        return 0;
    }
    if (reason == ARMVIRT_ITS_PE_RANGE && opcode == ARMVIRT_ITS_MOVALL) {
        kind = kinds[ARMVIRT_ITS_DEVICE_RANGE];
    }
    return ERROR_BASE | command << KIND_SHIFT | kind;
}

static uint32_t read_offset(const struct armvirt_its *its)
{
    return (uint32_t)(its->creadr & ARMVIRT_GITS_CREADR_OFFSET);
}

/* Rules 54 to 57. A GITS_CWRITER beyond the queue gives nothing to do until it is corrected. */
bool armvirt_its_has_work(const struct armvirt_its *its)
{
    uint64_t writer = its->cwriter & ARMVIRT_GITS_CWRITER_OFFSET;

    return armvirt_its_enabled(its) && (its->cbaser & ARMVIRT_GITS_CBASER_VALID) &&
           !(its->creadr & ARMVIRT_GITS_CREADR_STALLED) && writer < armvirt_its_queue_bytes(its) &&
           writer != read_offset(its);
}

static enum armvirt_its_reason read_command(const struct armvirt_its *its, uint64_t word[4])
{
    struct armvirt_mem_req req = {
        .pa = (its->cbaser & ARMVIRT_GITS_CBASER_PHYSICAL_ADDRESS) + read_offset(its),
        .size = 16,
        .space = its->config.space,
        .what = ARMVIRT_MEM_ITS_COMMAND,
    };
    enum armvirt_bus bus = its->config.mem.ops->read(its->config.mem.ctx, &req, word);

    if (bus == ARMVIRT_BUS_OK) {
        req.pa += 16;
        bus = its->config.mem.ops->read(its->config.mem.ctx, &req, word + 2);
    }
    if (bus == ARMVIRT_BUS_OK) {
        return ARMVIRT_ITS_NONE;
    }
    memset(word, 0, 4 * sizeof(*word));
    return bus == ARMVIRT_BUS_RETRY ? ARMVIRT_ITS_RETRY : ARMVIRT_ITS_ABORT;
}

static bool stalls(const struct armvirt_its *its, enum armvirt_its_reason reason)
{
    if (reason == ARMVIRT_ITS_ABORT) {
        return !(its->config.options & ARMVIRT_ITS_OPT_SKIP_ABORT);
    }
    return (its->config.options & ARMVIRT_ITS_OPT_STALL) != 0;
}

static void report(struct armvirt_its *its, const uint64_t word[4], enum armvirt_its_reason reason)
{
    unsigned opcode = (unsigned)ARMVIRT_GET(ARMVIRT_ITS_CMD0_OPCODE, word[0]);
    struct armvirt_its_error error = {
        .code = armvirt_its_error_code(reason, opcode),
        .reason = (uint8_t)reason,
        .stalled = stalls(its, reason),
        .sei = armvirt_its_has(its, ARMVIRT_GITS_TYPER_SEIS),
        .offset = read_offset(its),
        .word = {word[0], word[1], word[2], word[3]},
    };

    armvirt_emit(its->config.trace, ARMVIRT_EV_ITS_ERROR, error.code, error.offset, opcode, reason);
    if (error.stalled) {
        its->creadr |= ARMVIRT_GITS_CREADR_STALLED;
    }
    if (its->config.ops != NULL && its->config.ops->error != NULL) {
        its->config.ops->error(its->config.ctx, &error);
    }
}

/* Run the command at GITS_CREADR; false if it is to be run again later. */
static bool run_one(struct armvirt_its *its)
{
    uint64_t word[4];
    enum armvirt_its_reason reason = read_command(its, word);

    if (reason == ARMVIRT_ITS_NONE) {
        armvirt_emit(its->config.trace, ARMVIRT_EV_ITS_COMMAND,
                     ARMVIRT_GET(ARMVIRT_ITS_CMD0_OPCODE, word[0]), read_offset(its), word[0],
                     word[1]);
        reason = armvirt_its_command(its, word);
    }
    if (reason == ARMVIRT_ITS_RETRY) {
        return false;
    }
    if (reason != ARMVIRT_ITS_NONE) {
        report(its, word, reason);
    }
    if (!(its->creadr & ARMVIRT_GITS_CREADR_STALLED)) { /* rule 57: a stall points at the command */
        its->creadr = (read_offset(its) + ARMVIRT_ITS_COMMAND) % armvirt_its_queue_bytes(its);
    }
    return true;
}

enum armvirt_status armvirt_its_step(struct armvirt_its *its, uint32_t budget)
{
    for (; armvirt_its_has_work(its); budget--) {
        if (budget == 0 || !run_one(its)) {
            return ARMVIRT_E_AGAIN;
        }
    }
    return ARMVIRT_OK;
}
