/* SPDX-License-Identifier: MIT */
/*
 * Tables of LPIs in memory (IHI0069 5.1): a byte of configuration each, and a bit that says whether
 * it is pending.
 */
#ifndef ARMVIRT_SRC_GIC_TABLE_H
#define ARMVIRT_SRC_GIC_TABLE_H

#include "machine.h"

#define ARMVIRT_BLOCK      64u   /* LPIs in one access to a pending table */
#define ARMVIRT_TABLE_SKIP 1024u /* bytes of a pending table for INTIDs that are not LPIs */

#define ARMVIRT_LPI_PRIORITY ARMVIRT_BITS(7, 2)
#define ARMVIRT_LPI_ENABLE   ARMVIRT_BIT(0)

/* Access a byte of a configuration table, or eight bytes of another. */
enum armvirt_bus armvirt_table_read(const struct armvirt_gic *gic, enum armvirt_mem_what what,
                                    uint64_t pa, uint64_t *value);
enum armvirt_bus armvirt_table_write(const struct armvirt_gic *gic, enum armvirt_mem_what what,
                                     uint64_t pa, uint64_t value);

/* The configuration of LPI number @leaf of the table at @base; one that cannot be read is that of a
 * disabled LPI. */
uint8_t armvirt_table_config(const struct armvirt_gic *gic, uint64_t base, uint32_t leaf);

/* How many LPIs a table for INTIDs of @bits bits has: none below 14 (rule 51). */
uint32_t armvirt_table_lpis(uint64_t bits, uint32_t most);

#endif
