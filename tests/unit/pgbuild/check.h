/* SPDX-License-Identifier: MIT */
/*
 * What the files of the world share, and how a check fails: as a cmocka test, or where WORLD_FAIL
 * is defined (fuzzing), as it says.
 */
#ifndef ARMVIRT_TESTS_PGBUILD_CHECK_H
#define ARMVIRT_TESTS_PGBUILD_CHECK_H

#include "world.h"

#ifndef WORLD_FAIL
#include "suite.h"
#define WORLD_FAIL(text) fail_msg("%s", text)
#endif

#define CHECK(condition, text)                                                                     \
    do {                                                                                           \
        if (!(condition)) {                                                                        \
            WORLD_FAIL(text);                                                                      \
        }                                                                                          \
    } while (0)

/* All tables that can be reached. */
struct world_tree {
    uint64_t tables[WORLD_PAGES + 1];
    size_t count;
};

/* The leaves, and all tables. */
size_t world_tree(const struct world *w, struct leaf *leaves, size_t cap, struct world_tree *tree);

/* The way to an address, and the leaf there; its `bytes` are 0 if there is none. */
void world_path(const struct world *w, uint64_t offset, struct path *path, struct leaf *leaf);

/* What the TLBs are told: a descriptor was written, a page was given back, an invalidation. */
void world_wrote(struct world *w, uint64_t pa);
void world_freed(struct world *w, uint64_t pa);
void world_tlbi(void *ctx, const struct armvirt_tlbi *tlbi);

/* Nothing stale may be cached when a call has ended and @owed, if any, is invalidated. */
void world_check_tlbs(struct world *w, const struct armvirt_tlbi *owed);

#endif
