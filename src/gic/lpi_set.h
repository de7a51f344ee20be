/* SPDX-License-Identifier: MIT */
/*
 * Which LPIs are pending at which PEs (IHI0069 5.1), in 16 bytes for each LPI with any number of
 * PEs.
 *
 * With up to ARMVIRT_LPI_INDEX_PES PEs each has an index of all LPIs (index.h). With more, that
 * would be too large. An LPI is pending at one PE nearly always, so each has one node, which is in
 * a tree of that PE; a store of spare nodes, one for every 16 LPIs, is for those that are pending
 * at several. When that is used up, the others wait in the pending tables in memory (lpi.c).
 *
 * A PE has a tree for each priority. A node has a lower INTID than all nodes below it, and those
 * are told apart by one bit of their INTIDs a level, the highest first: so the first is at the
 * root, and nothing takes more steps than an INTID has bits.
 */
#ifndef ARMVIRT_SRC_GIC_LPI_SET_H
#define ARMVIRT_SRC_GIC_LPI_SET_H

#include "machine.h"

/* One byte for the key of an LPI, and 2/7 of a byte for each PE: 14 bytes. */
#define ARMVIRT_LPI_INDEX_PES 45u

/* Whether an LPI is pending at a PE. */
bool armvirt_lpi_set_has(const struct armvirt_gic *gic, uint32_t pe, uint32_t leaf);

/* Of a block of 64 LPIs those that are pending at a PE, a bit each. */
uint64_t armvirt_lpi_set_block(const struct armvirt_gic *gic, uint32_t pe, uint32_t block);

/* In trees: whether an LPI is pending nowhere. */
bool armvirt_lpi_set_nowhere(const struct armvirt_gic *gic, uint32_t leaf);

/* Of the LPIs @bits of a block those that have room at a PE, one after the other: those that are
 * pending there or nowhere, and as many as there are spare nodes. */
uint64_t armvirt_lpi_set_room(const struct armvirt_gic *gic, uint32_t pe, uint32_t block,
                              uint64_t bits);

/* In trees: note that an LPI is pending at a PE; there must be room. It has no rank yet. Or that
 * one without a rank, which is pending nowhere else, is not. */
void armvirt_lpi_set_put(struct armvirt_gic *gic, uint32_t pe, uint32_t leaf, bool pending);
/* In trees: put the one that was noted last among the others. */
void armvirt_lpi_set_rank(struct armvirt_gic *gic, uint32_t pe, uint32_t leaf);
/* In trees: make one that has a rank not pending. */
void armvirt_lpi_set_remove(struct armvirt_gic *gic, uint32_t pe, uint32_t leaf);
/* Give an LPI another key, at all PEs. */
void armvirt_lpi_set_key(struct armvirt_gic *gic, uint32_t leaf, uint8_t key);

/* In trees: the smallest key of the LPIs that are pending at a PE, or ARMVIRT_INDEX_NO_KEY. */
uint8_t armvirt_lpi_set_best(const struct armvirt_gic *gic, uint32_t pe);
/* The first LPI that has it; there must be one. */
uint32_t armvirt_lpi_set_first(const struct armvirt_gic *gic, uint32_t pe);

/* How many spare nodes there are for @lpis LPIs. */
uint32_t armvirt_lpi_set_spares(uint32_t lpis);
/* Nothing is pending anywhere. */
void armvirt_lpi_set_clear(struct armvirt_gic *gic);

#endif
