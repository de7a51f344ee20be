/* SPDX-License-Identifier: MIT */
/* Fields of entries, where the layout says that they lie (IHI0069 5.2). */
#ifndef ARMVIRT_SRC_ITS_ENTRY_H
#define ARMVIRT_SRC_ITS_ENTRY_H

#include "base/compiler.h"
#include "machine.h"

static inline bool armvirt_its_has_field(const struct armvirt_its *its,
                                         enum armvirt_its_field_id id)
{
    return its->layout.field[id].mask != 0;
}

static inline uint64_t armvirt_its_field(const struct armvirt_its *its,
                                         enum armvirt_its_field_id id, const uint64_t word[2])
{
    const struct armvirt_its_field *field = &its->layout.field[id];

    if (field->mask == 0) {
        return 0;
    }
    return ((word[field->word] & field->mask) >> ARMVIRT_CTZ64(field->mask)) << field->shift;
}

/* Bits of the value that the field has no room for are lost. */
static inline void armvirt_its_put_field(const struct armvirt_its *its,
                                         enum armvirt_its_field_id id, uint64_t value,
                                         uint64_t word[2])
{
    const struct armvirt_its_field *field = &its->layout.field[id];

    if (field->mask != 0) {
        word[field->word] &= ~field->mask;
        word[field->word] |= (value >> field->shift) << ARMVIRT_CTZ64(field->mask) & field->mask;
    }
}

#endif
