/* SPDX-License-Identifier: MIT */
/* What the printers of walks share. */
#ifndef ARMVIRT_SRC_TEXT_WALK_STEP_H
#define ARMVIRT_SRC_TEXT_WALK_STEP_H

#include <armvirt/text_walk.h>

#include "writer.h"

/* What the architecture calls the entry, with a capital: "Table", "Block", "Page", "Section". Only
 * for an entry that points somewhere. */
const char *armvirt_step_noun(const struct armvirt_step *step,
                              const struct armvirt_step_info *info);

/* A size in its largest whole unit: "4 KB". */
void armvirt_put_size(struct writer *out, unsigned size_log2);

#endif
