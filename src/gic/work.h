/* SPDX-License-Identifier: MIT */
/* Long work of redistributors, in steps (work.c). */
#ifndef ARMVIRT_SRC_GIC_WORK_H
#define ARMVIRT_SRC_GIC_WORK_H

#include "machine.h"

/* A PE has a job. */
void armvirt_work_begin(struct armvirt_gic *gic, uint32_t pe);

/* lpi.c and resident.c: go on with the job of a PE by one block; false if memory asked to retry. */
bool armvirt_lpi_work(struct armvirt_gic *gic, uint32_t pe);
bool armvirt_resident_work(struct armvirt_gic *gic, uint32_t pe);

#endif
