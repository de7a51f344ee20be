/* SPDX-License-Identifier: MIT */
/* The Interrupt Translation Service of a machine, made from the values of its registers. */
#ifndef INSPECT_ITS_STATE_H
#define INSPECT_ITS_STATE_H

#include "machine.h"

#include <armvirt/its.h>

struct its_state {
    struct armvirt_its_config config;
    void *storage;
    struct armvirt_its *its;
    const char *layout; /* whose entries its tables have */
};

/* What the redistributor of a PE knows of an LPI. */
struct lpi_config {
    bool known; /* its entry could be read */
    uint64_t pa;
    uint8_t byte;
};

/* Makes it from GITS_* and the tables in memory, which the machine must keep while it is in use.
 * GITS_TYPER.ITT_entry_size tells whose entries they are. On failure, too, it must be closed. */
bool its_state_open(struct its_state *state, struct machine *machine, struct error *error);
void its_state_close(struct its_state *state);

/* The entry of an LPI in the configuration table (GICRn_PROPBASER). */
struct lpi_config its_lpi_config(struct machine *machine, uint32_t pe, uint32_t intid);

#endif
