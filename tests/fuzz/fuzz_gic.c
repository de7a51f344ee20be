/* SPDX-License-Identifier: MIT */
/*
 * Register accesses and lines, as a guest and a machine may make them: nothing may break the GIC,
 * and the callback must tell all that changes.
 */
#include "../gic_ops.h"

#include <armvirt/mem.h>

#include <stdlib.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static uint32_t told[GIC_OP_PES];

static void on_signal(void *ctx, uint32_t pe, uint32_t signals, uint32_t changed)
{
    (void)ctx;
    if (changed == 0 || (told[pe] ^ signals) != changed) {
        abort();
    }
    told[pe] = signals;
}

static void check(struct armvirt_gic *gic, uint32_t pes)
{
    for (uint32_t pe = 0; pe < pes; pe++) {
        if (armvirt_gic_signals(gic, pe) != told[pe]) {
            abort();
        }
    }
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static const struct armvirt_gic_ops ops = {on_signal};
    static _Alignas(ARMVIRT_GIC_ALIGN) uint8_t storage[2 * 1024 * 1024];
    static uint8_t bytes[GIC_OP_MEMORY];
    struct armvirt_mem_flat flat = {bytes, 0, sizeof(bytes), true};
    struct armvirt_gic_config config;
    struct armvirt_gic *gic;

    if (size == 0) {
        return 0;
    }
    config = gic_op_config((data[0] & 15) | (data[0] & 32) >> 1);
    config.ops = &ops;
    config.mem = armvirt_mem_from_flat(&flat);
    memset(told, 0, sizeof(told));
    memset(bytes, 0xa1, sizeof(bytes));
    if (armvirt_gic_init(storage, sizeof(storage), &config, &gic) != ARMVIRT_OK) {
        abort();
    }
    if (data[0] & 16) {
        gic_op_open(gic);
        check(gic, config.pes);
    }
    for (size_t at = 1; at + GIC_OP_BYTES <= size; at += GIC_OP_BYTES) {
        gic_op(gic, data + at);
        check(gic, config.pes);
    }
    return 0;
}
