/* SPDX-License-Identifier: MIT */
/*
 * Snapshots from anywhere: a good one with some bytes changed, its checksum mended. It is refused
 * or loaded; a GIC that loaded it goes on with whatever comes, and can be saved and loaded again.
 */
#include "../gic_ops.h"

#include <armvirt/mem.h>

#include <stdlib.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

enum { STORAGE = 1024 * 1024, SNAPSHOT = 512 * 1024, CHANGE_BYTES = 4 };

static _Alignas(ARMVIRT_GIC_ALIGN) uint8_t storage[STORAGE];
static uint8_t snapshot[SNAPSHOT], memory[GIC_OP_MEMORY];

static size_t save(const struct armvirt_gic *gic)
{
    size_t len;

    if (armvirt_gic_save(gic, snapshot, sizeof(snapshot), &len) != ARMVIRT_OK) {
        abort();
    }
    return len;
}

/* The checksum of docs/snapshot.md, at the end of the file. */
static void mend(size_t len)
{
    uint32_t crc = UINT32_MAX;

    for (size_t i = 0; i < len - 4; i++) {
        crc ^= snapshot[i];
        for (unsigned bit = 0; bit < 8; bit++) {
            crc = crc >> 1 ^ (crc & 1 ? UINT32_C(0xedb88320) : 0);
        }
    }
    for (unsigned i = 0; i < 4; i++) {
        snapshot[len - 4 + i] = (uint8_t)(~crc >> 8 * i);
    }
}

/* Changes of a byte each: three bytes of offset, what is flipped there. */
static size_t change(size_t len, const uint8_t *data, size_t count)
{
    size_t at = 0;

    for (; at + CHANGE_BYTES <= count; at += CHANGE_BYTES) {
        size_t offset = ((size_t)data[at] | (size_t)data[at + 1] << 8 | (size_t)data[at + 2] << 16);

        snapshot[offset % (len - 4)] ^= data[at + 3];
    }
    mend(len);
    return at;
}

/* Byte 0: the shape; byte 1: how many changes; the changes; then operations. */
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct armvirt_mem_flat flat = {memory, 0, sizeof(memory), true};
    struct armvirt_gic_config config;
    struct armvirt_gic *gic;
    size_t len, at, changes;

    if (size < 2) {
        return 0;
    }
    config = gic_op_config((data[0] & 15) | (data[0] & 32) >> 1);
    config.mem = armvirt_mem_from_flat(&flat);
    config.pes = 2; /* small snapshots: many runs */
    config.gicd_typer |= (uint32_t)ARMVIRT_PUT(ARMVIRT_GICD_TYPER_NUM_LPIS, 6);
    memset(memory, 0xa1, sizeof(memory));
    if (armvirt_gic_init(storage, sizeof(storage), &config, &gic) != ARMVIRT_OK) {
        abort();
    }
    gic_op_open(gic);
    len = save(gic);
    changes = (size_t)CHANGE_BYTES * (data[1] & 15);
    at = 2 + change(len, data + 2, changes < size - 2 ? changes : size - 2);
    (void)armvirt_gic_load(gic, snapshot, len);
    for (; at + GIC_OP_BYTES <= size; at += GIC_OP_BYTES) {
        gic_op(gic, data + at);
    }
    len = save(gic);
    if (armvirt_gic_load(gic, snapshot, len) != ARMVIRT_OK) {
        abort();
    }
    return 0;
}
