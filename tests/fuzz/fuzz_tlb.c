/* SPDX-License-Identifier: MIT */
/* Fuzz target: accesses and invalidations in any order; a hit is never stale (tests/tlb_model.h).
 */
#include "../tlb_model.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static _Alignas(ARMVIRT_TLB_ALIGN) uint8_t storage[ARMVIRT_TLB_SIZE(MODEL_ENTRIES)];
    static struct model model;

    model_begin(&model, storage, 0);
    for (size_t at = 0; at + MODEL_OP_BYTES <= size; at += MODEL_OP_BYTES) {
        model_op(&model, data + at);
    }
    return 0;
}
