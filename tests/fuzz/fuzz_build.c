/* SPDX-License-Identifier: MIT */
/*
 * The table builder: the input chooses a geometry, how the tables are used, and a sequence of
 * calls. Each call is checked against a model, a decoder of its own, page counts and TLBs
 * (world.h); a broken rule aborts.
 */
#include <stdio.h>
#include <stdlib.h>

#define WORLD_FAIL(text)                                                                           \
    do {                                                                                           \
        (void)fprintf(stderr, "%s\n", text);                                                       \
        abort();                                                                                   \
    } while (0)

#include "../unit/pgbuild/model.c"
#include "../unit/pgbuild/random.c"
#include "../unit/pgbuild/shapes.c"
#include "../unit/pgbuild/tlb.c"
#include "../unit/pgbuild/world.c"

#define CALLS 64 /* at most: tables get full */

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static struct world w;
    struct chooser c = {.data = data, .size = size};
    const struct shape *shape = &shapes[choose(&c, shape_count)];
    unsigned use = (unsigned)choose(&c, 4);

    world_begin(&w, shape, use != 0, (uint8_t)(use != 0 ? use - 1 : 0));
    for (unsigned i = 0; i < CALLS && c.size != 0; i++) {
        world_random_call(&w, &c);
    }
    return 0;
}
