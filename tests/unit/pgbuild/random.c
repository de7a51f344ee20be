/* SPDX-License-Identifier: MIT */
/*
 * Random calls: arguments chosen so that calls meet, cut and cover one another, at all levels.
 */
#include "world.h"

#include <string.h>

#include "check.h"

uint64_t choose(struct chooser *c, uint64_t n)
{
    uint64_t value = 0;

    if (c->data != NULL) { /* one byte decides, or two where that is not enough */
        for (uint64_t most = 1; most < n && most <= 256 && c->size != 0; most <<= 8) {
            value = value << 8 | *c->data++;
            c->size--;
        }
        return value % n;
    }
    c->state ^= c->state << 13; /* xorshift64 */
    c->state ^= c->state >> 7;
    c->state ^= c->state << 17;
    return (c->state >> 16) % n;
}

void world_attrs(const struct world *w, unsigned which, uint64_t attrs[2])
{
    struct armvirt_leaf_attrs a = {.af = which != 3};
    bool d128 = w->shape.d128;

    if (w->shape.stage_number == 1) {
        a.attr_index = which & 1;
        a.uxn = !w->stage.pie;
        a.ng = which == 2;
    } else {
        a.mem_attr = which & 1 ? 0xf : 0x1;
    }
    a.sh = w->shape.ds && !d128 ? 0 : which & 2 ? 3 : 0;
    if (w->stage.pie) {
        a.pi_index = (uint16_t)(which + 1);
        a.ndirty = w->shape.stage_number == 1 && w->shape.hd;
    } else {
        a.ap = which & 2 ? 1 : 3;
        a.dbm = w->shape.hd;
    }
    CHECK(armvirt_leaf_attrs_encode(&w->build, &a, attrs) == ARMVIRT_OK, "attributes");
}

/* An address near one of a few places: the ends of the input range and its middle. */
static uint64_t choose_offset(const struct world *w, struct chooser *c)
{
    uint64_t limit = UINT64_C(1) << w->shape.ia_bits;
    uint64_t offset = choose(c, 3) * (limit / 2);

    for (int level = w->shape.start_level; level <= 3; level++) {
        uint64_t count = choose(c, 4) == 0 ? choose(c, 40) : choose(c, 3);

        if (offset == limit) {
            offset -= world_level_bytes(w, level);
        }
        offset += (choose(c, 4) == 0 ? UINT64_MAX : 1) * count * world_level_bytes(w, level);
    }
    return offset & (limit - 1);
}

/* A leaf level, coarse ones less often. */
static int choose_level(const struct world *w, struct chooser *c)
{
    int level = 3 - (int)choose(c, 2) - (int)choose(c, 2);

    while (!world_leaf_level(w, level) || level < w->shape.start_level) {
        level++;
    }
    return level;
}

/* A length of some blocks of a level, then perhaps not quite. */
static uint64_t choose_bytes(const struct world *w, struct chooser *c, int level)
{
    uint64_t granule = UINT64_C(1) << w->shape.granule_log2;
    uint64_t bytes = (1 + choose(c, choose(c, 3) == 0 ? 40 : 3)) * world_level_bytes(w, level);

    if (choose(c, 3) == 0) {
        bytes += choose(c, 40) * granule;
    } else if (choose(c, 3) == 0 && level < 3) {
        bytes -= choose(c, 40) * granule;
    }
    return bytes;
}

static void random_map(struct world *w, struct chooser *c)
{
    struct armvirt_pgbuild_result result;
    int level = choose_level(w, c);
    uint64_t bytes = world_level_bytes(w, level);
    uint64_t offset = choose_offset(w, c);
    uint64_t oa = (1 + choose(c, 5)) * world_level_bytes(w, 2) * 3;
    struct armvirt_pgbuild_mapping m = {
        .size_bytes = choose_bytes(w, c, level),
        .coarsest_level = (int8_t)(level == 3 ? choose(c, 4) : 0),
        .contiguous = choose(c, 2) != 0,
    };

    offset &= choose(c, 3) != 0 ? ~(bytes - 1) : UINT64_MAX;
    m.ia = world_ia(w, offset);
    m.oa = ((oa & ~(bytes * 16 - 1)) | (offset & (bytes * 16 - 1))) &
           ((UINT64_C(1) << (w->shape.oa_bits - 1)) - 1);
    if (level == 3 && choose(c, 4) == 0) {
        m.oa += world_level_bytes(w, 3);
    }
    world_attrs(w, (unsigned)choose(c, 4), m.attrs);
    (void)world_map(w, &m, &result);
}

static void random_unmap(struct world *w, struct chooser *c)
{
    struct armvirt_pgbuild_result result;
    uint64_t offset = choose_offset(w, c);
    uint64_t bytes = choose_bytes(w, c, choose_level(w, c));

    if (choose(c, 24) == 0) {
        offset = 0;
        bytes = UINT64_C(1) << w->shape.ia_bits;
    }
    (void)world_unmap(w, offset, bytes, &result);
}

static void random_protect(struct world *w, struct chooser *c)
{
    struct armvirt_pgbuild_result result;
    struct armvirt_attr_change change = {{0, 0}, {0, 0}};
    unsigned which = (unsigned)choose(c, 6);
    uint64_t from[2], to[2];
    uint64_t offset = choose_offset(w, c);
    uint64_t bytes = choose_bytes(w, c, choose_level(w, c));

    world_attrs(w, (unsigned)choose(c, 4), from);
    world_attrs(w, (unsigned)choose(c, 4), to);
    for (unsigned i = 0; i < 2; i++) {
        change.clear[i] = which == 0 ? 0 : from[i];
        change.set[i] = to[i];
    }
    if (which > 2) { /* permissions only: no break is needed */
        uint64_t low = w->stage.pie && !w->shape.d128 ? UINT64_C(0x0068000000000040)
                                                      : UINT64_C(0x00400000000000c0);
        uint64_t high = w->shape.d128 ? UINT64_C(0x0078000000000000) : 0;

        change.clear[0] = w->shape.d128 ? 0 : low;
        change.set[0] &= change.clear[0];
        change.clear[1] = high;
        change.set[1] &= high;
    }
    (void)world_protect(w, offset, bytes, &change, &result);
}

/* An address that is mapped, if there is one. */
static uint64_t choose_mapped(const struct world *w, struct chooser *c)
{
    const struct extent *e;

    if (w->extent_count == 0 || choose(c, 8) == 0) {
        return choose_offset(w, c);
    }
    e = &w->model[choose(c, w->extent_count)];
    return e->ia + (choose(c, 2) != 0 ? e->bytes - 1 : choose(c, e->bytes));
}

/* Watch addresses at the ends of some ranges, and some others. */
static void random_watch(struct world *w, struct chooser *c)
{
    uint64_t offsets[WORLD_PROBES];

    for (unsigned i = 0; i < WORLD_PROBES; i++) {
        offsets[i] = choose_mapped(w, c) & ((UINT64_C(1) << w->shape.ia_bits) - 1);
    }
    world_watch(w, offsets, WORLD_PROBES);
}

void world_random_call(struct world *w, struct chooser *c)
{
    struct armvirt_pgbuild_result result;
    uint64_t mask = (UINT64_C(1) << w->shape.ia_bits) - 1;

    if (choose(c, 4) == 0) {
        random_watch(w, c);
    }
    w->fail_alloc = choose(c, 12) == 0 ? (unsigned)choose(c, 6) : 0;
    switch (choose(c, 8)) {
    case 0:
    case 1:
    case 2:
        random_map(w, c);
        break;
    case 3:
    case 4:
        random_unmap(w, c);
        break;
    case 5:
        random_protect(w, c);
        break;
    case 6:
        (void)world_split(w, choose_mapped(w, c) & mask, (int)choose(c, 5), &result);
        break;
    default:
        (void)world_join(w, choose_mapped(w, c) & mask, (int)choose(c, 4), &result);
    }
    w->fail_alloc = 0;
}
