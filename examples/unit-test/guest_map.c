/* SPDX-License-Identifier: MIT */
/* The code under test. It does not know armvirt. */
#include "guest_map.h"

#include <stddef.h>
#include <string.h>

#define BLOCK_BYTES UINT64_C(0x200000)
#define PAGE_BYTES  UINT64_C(0x1000)

/* Accessed, inner shareable, read and write; then what kind of memory it is. */
#define RAM    (UINT64_C(1) << 10 | 3 << 8 | 3 << 6 | 15 << 2 | 1)
#define DEVICE (UINT64_C(1) << 54 | 1 << 10 | 3 << 6 | 1 << 2 | 1)
#define PAGE   2
#define TABLE  3

static uint64_t table_pa(const struct guest_map *map, const uint64_t *table)
{
    return map->pa + (uint64_t)((const char *)table - (const char *)map);
}

static void link_tables(struct guest_map *map, uint64_t pa)
{
    memset(map, 0, sizeof(*map));
    map->pa = pa;
    map->level1[GUEST_UART >> 30] = table_pa(map, map->level2[0]) | TABLE;
    map->level1[GUEST_RAM >> 30] = table_pa(map, map->level2[1]) | TABLE;
    map->level2[0][GUEST_UART >> 21 & 511] = table_pa(map, map->level3[0]) | TABLE;
    map->level3[0][GUEST_UART >> 12 & 511] = GUEST_UART | DEVICE | PAGE;
}

void guest_map_make(struct guest_map *map, uint64_t pa)
{
    uint64_t done = 0;
    size_t block = 0;

    link_tables(map, pa);
    for (; done + BLOCK_BYTES <= GUEST_RAM_SIZE; done += BLOCK_BYTES) {
        map->level2[1][block++] = (HOST_PA + done) | RAM;
    }
    map->level2[1][block] = table_pa(map, map->level3[1]) | TABLE;
    for (size_t page = 0; done < GUEST_RAM_SIZE; done += PAGE_BYTES) {
        map->level3[1][page++] = (HOST_PA + done) | RAM | PAGE;
    }
}

void guest_map_make_0(struct guest_map *map, uint64_t pa)
{
    link_tables(map, pa);
    for (uint64_t done = 0; done < GUEST_RAM_SIZE; done += BLOCK_BYTES) {
        map->level2[1][done / BLOCK_BYTES] = (HOST_PA + done) | RAM;
    }
}
