/* SPDX-License-Identifier: MIT */
/* The interrupt controller of a machine, made from the values of its registers. */
#ifndef INSPECT_GIC_STATE_H
#define INSPECT_GIC_STATE_H

#include "machine.h"

#include <armvirt/gic.h>

struct gic_state {
    struct armvirt_gic_config config;
    uint32_t *affinity; /* of each PE */
    void *storage;
    struct armvirt_gic *gic;
};

/* Makes it from GICD_*, GICRn_*, CPUn.ICC_*, CPUn.ICH_* and the LPI tables in memory, which the
 * machine must keep while it is in use. On failure, too, it must be closed. */
bool gic_state_open(struct gic_state *state, struct machine *machine, struct error *error);
void gic_state_close(struct gic_state *state);

#endif
