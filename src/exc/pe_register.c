/* SPDX-License-Identifier: MIT */
/* The members of struct armvirt_pe as system registers, from spec/access/members.access. */
#include "sysreg_table.h"

#include <armvirt/sysreg.h>

uint64_t *armvirt_pe_register(struct armvirt_pe *pe, uint32_t reg)
{
    unsigned low = 0, high = SYSREG_MEMBERS;

    while (low < high) {
        unsigned middle = (low + high) / 2;

        if (armvirt_sysreg_members[middle].encoding < reg) {
            low = middle + 1;
        } else {
            high = middle;
        }
    }
    if (low == SYSREG_MEMBERS || armvirt_sysreg_members[low].encoding != reg) {
        return NULL;
    }
    return (uint64_t *)(void *)((char *)pe + armvirt_sysreg_members[low].offset);
}
