/* SPDX-License-Identifier: MIT */
/* A world of the test's own: made, mapped, and changed behind the builder's back. */
#ifndef ARMVIRT_TESTS_PGBUILD_FIXTURE_H
#define ARMVIRT_TESTS_PGBUILD_FIXTURE_H

#include <stdlib.h>

#include "check.h"

#define KB UINT64_C(0x400)
#define MB UINT64_C(0x100000)
#define GB UINT64_C(0x40000000)

#define CONTIGUOUS (UINT64_C(1) << 52)

static inline struct world *begin(const struct shape *shape)
{
    struct world *w = malloc(sizeof(*w));

    assert_non_null(w);
    world_begin(w, shape, true, 0);
    return w;
}

static inline void map(struct world *w, uint64_t ia, uint64_t oa, uint64_t bytes, int8_t coarsest,
                       bool contiguous)
{
    struct armvirt_pgbuild_result result;
    struct armvirt_pgbuild_mapping m = {.ia = world_ia(w, ia),
                                        .oa = oa,
                                        .size_bytes = bytes,
                                        .coarsest_level = coarsest,
                                        .contiguous = contiguous};

    world_attrs(w, 1, m.attrs);
    assert_int_equal(world_map(w, &m, &result), ARMVIRT_OK);
}

/* Change the entry that translates an address, as no call of the builder would. */
static inline void poke(struct world *w, uint64_t ia, uint64_t clear, uint64_t set)
{
    struct leaf leaf;

    (void)world_walk(w, ia, &leaf);
    leaf.desc[0] = (leaf.desc[0] & ~clear) | set;
    world_set_desc(w, leaf.desc_pa, leaf.desc);
}

static inline struct leaf leaf_at(const struct world *w, uint64_t ia)
{
    struct leaf leaf;

    (void)world_walk(w, ia, &leaf);
    return leaf;
}

#endif
