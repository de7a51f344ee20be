/* SPDX-License-Identifier: MIT */
/* A piece of somebody's hypervisor: it gives a guest its memory, in tables of stage 2. */
#ifndef GUEST_MAP_H
#define GUEST_MAP_H

#include <stdint.h>

#define HOST_PA        UINT64_C(0x80000000) /* memory of the machine, 8 MB */
#define HYPERVISOR_PA  UINT64_C(0x80700000) /* its last megabyte is the hypervisor's own */
#define GUEST_RAM      UINT64_C(0x40000000) /* 7 MB at HOST_PA */
#define GUEST_RAM_SIZE (HYPERVISOR_PA - HOST_PA)
#define GUEST_UART     UINT64_C(0x09000000) /* a page of a device, passed through */

/* Three tables: of 1 GB an entry, and below the first two of these, of 2 MB. */
struct guest_map {
    _Alignas(4096) uint64_t level1[512];
    uint64_t level2[2][512];
    uint64_t level3[2][512];
    uint64_t pa; /* where the hardware sees the first of them */
};

/* Make the tables: RAM by blocks of 2 MB as far as whole ones fit, then by pages. */
void guest_map_make(struct guest_map *map, uint64_t pa);

/* An earlier version, which has a bug. */
void guest_map_make_0(struct guest_map *map, uint64_t pa);

#endif
