/* SPDX-License-Identifier: MIT */
/* Comparison of scripts: which answers agree. */
#include "smmu.h"

#include <string.h>

static bool same_event(const struct smmu_result *want, const struct smmu_result *got)
{
    unsigned type = want->event[0] & 0xff;
    bool unknown = type >= 0x10 && type <= 0x13 && (want->event[3] & 0x80) == 0;
    size_t words = unknown ? 6 : SMMU_EVENT_WORDS;

    return want->events == got->events &&
           (want->events == 0 || memcmp(want->event, got->event, words * sizeof(uint32_t)) == 0);
}

/* Both say nothing of an event, or the same; records that others look at are theirs to compare. */
static bool same_report(const struct smmu_op *op, const struct smmu_result *want,
                        const struct smmu_result *got)
{
    return op->queue || same_event(want, got);
}

bool smmu_same_result(const struct smmu_op *op, const struct smmu_result *want,
                      const struct smmu_result *got)
{
    switch (op->kind) {
    case SMMU_MEM64:
    case SMMU_W32:
    case SMMU_W64:
        return true;
    case SMMU_PEEK:
        return memcmp(want->event, got->event, sizeof(want->event)) == 0;
    case SMMU_DMA_READ:
        return want->value == got->value && same_report(op, want, got);
    case SMMU_DMA_WRITE:
        return want->pa == got->pa && same_report(op, want, got);
    default:
        return want->value == got->value;
    }
}

bool smmu_agrees(const struct smmu_script *script, unsigned op)
{
    for (unsigned v = 0; v < SMMU_VARIANTS; v++) {
        if (smmu_same_result(&script->op[op], &script->want[v][op], &script->got[op])) {
            return true;
        }
    }
    return false;
}

unsigned smmu_first_disagreement(const struct smmu_script *script)
{
    unsigned op = 0;

    while (op < script->ops && smmu_agrees(script, op)) {
        op++;
    }
    return op;
}
