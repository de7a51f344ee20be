/* SPDX-License-Identifier: MIT */
/*
 * Hardware that manages the access flag and the dirty state while tables are being changed: no
 * update may be lost. Whenever the builder compares and swaps or invalidates, hardware may have
 * used one of the watched addresses just before, through what memory holds or what a TLB still
 * holds, and set flags in that one descriptor.
 * DDI0487 D8.5.2.1 R_NSXRD, R_PQJJR, R_SGJBL; D8.5.5 R_XDPXQ, R_JKCXG, I_NFFSV.
 */
#include <stdlib.h>
#include <string.h>

#include "check.h"

#define USES  12
#define AF    UINT64_C(0x400)
#define STATE UINT64_C(0x80) /* AP[2], S2AP[1], nDirty or Dirty */
#define DBM   (UINT64_C(1) << 51)

/* An address that software uses, and what it did. */
struct use {
    uint64_t offset;
    struct leaf cached; /* what a TLB may hold since before the call */
    bool accessed, dirty;
};

static struct use uses[USES];
static struct chooser hardware_choice;
static bool stale; /* the TLBs have not been invalidated in this call */
static unsigned updates;

static bool is_dirty(const struct world *w, const uint64_t desc[2])
{
    bool set = (desc[0] & STATE) != 0;

    return w->shape.stage_number == 1 ? !set : set;
}

static bool manages_dirty(const struct world *w, const uint64_t desc[2])
{
    return w->stage.pie || (desc[0] & DBM) != 0;
}

/* Set the flags for one use in the descriptor at @pa, if it still is what was cached. */
static bool update(struct world *w, uint64_t pa, const struct leaf *cached, bool write)
{
    uint64_t desc[2];

    world_desc(w, pa, desc);
    if (((desc[0] ^ cached->desc[0]) & (1 | (UINT64_C(1) << 52))) != 0 ||
        (w->shape.d128 && ((desc[1] ^ cached->desc[1]) >> 45 & 7) != 0)) {
        return false; /* R_SGJBL: it has changed, the cached copy is of no use */
    }
    desc[0] |= AF;
    if (write && manages_dirty(w, desc)) {
        desc[0] = w->shape.stage_number == 1 ? desc[0] & ~STATE : desc[0] | STATE;
    }
    world_set_desc(w, pa, desc);
    updates++;
    return true;
}

/* R_XDPXQ: of a contiguous group one descriptor is updated, and it may be any. */
static uint64_t updated_desc(const struct world *w, const struct leaf *cached)
{
    uint64_t size = w->shape.d128 ? 16 : 8;
    uint64_t entries = UINT64_C(1) << world_group_log2(w, cached->level);

    if (!cached->contiguous) {
        return cached->desc_pa;
    }
    return (cached->desc_pa & ~(entries * size - 1)) + choose(&hardware_choice, entries) * size;
}

static void hardware(struct world *w, uint64_t pa)
{
    struct use *use = &uses[choose(&hardware_choice, USES)];
    bool write = choose(&hardware_choice, 2) != 0;
    const struct leaf *leaf = &use->cached;
    bool cached = stale;
    struct leaf now;

    stale = stale && pa != 0; /* else an invalidation follows */
    if (choose(&hardware_choice, 2) == 0) {
        return;
    }
    if (!cached || leaf->bytes == 0 || choose(&hardware_choice, 2) == 0) {
        leaf = &now;
        if (!world_walk(w, use->offset, &now)) {
            return;
        }
    }
    if (update(w, updated_desc(w, leaf), leaf, write)) {
        use->accessed = true;
        use->dirty = use->dirty || (write && manages_dirty(w, leaf->desc));
    }
}

/* I_NFFSV: flags of a group count for all of it. */
static void check_use(const struct world *w, struct use *use)
{
    struct leaf leaf;
    uint64_t size = w->shape.d128 ? 16 : 8;
    uint64_t entries = 1, first;
    bool accessed = false, dirty = false;

    if (!world_walk(w, use->offset, &leaf)) {
        use->accessed = use->dirty = false;
        return;
    }
    if (leaf.contiguous) {
        entries = UINT64_C(1) << world_group_log2(w, leaf.level);
    }
    first = leaf.desc_pa & ~(entries * size - 1);
    for (uint64_t i = 0; i < entries; i++) {
        uint64_t desc[2];

        world_desc(w, first + i * size, desc);
        accessed = accessed || (desc[0] & AF) != 0;
        dirty = dirty || is_dirty(w, desc);
    }
    CHECK(!use->accessed || accessed, "R_GPHKF: an access is lost");
    CHECK(!use->dirty || dirty, "R_JKCXG: a dirty page has become clean");
}

/* Before a call: software runs for a while, then everything may be cached. */
static void arm(struct world *w)
{
    stale = false;
    for (unsigned i = choose(&hardware_choice, 4) == 0 ? 4 : 0; i != 0; i--) {
        hardware(w, 1);
    }
    for (unsigned i = 0; i < USES; i++) {
        (void)world_walk(w, uses[i].offset, &uses[i].cached);
        check_use(w, &uses[i]);
    }
    stale = true;
}

static void map_again(struct world *w, struct chooser *c, uint64_t lo, uint64_t bytes)
{
    struct armvirt_pgbuild_result result;
    struct armvirt_pgbuild_mapping m = {
        .ia = world_ia(w, lo),
        .oa = lo,
        .size_bytes = bytes,
        .coarsest_level = (int8_t)(choose(c, 2) != 0 ? 3 : 2),
        .contiguous = choose(c, 4) != 0,
    };

    world_attrs(w, (unsigned)choose(c, 2), m.attrs); /* clean, and with DBM */
    m.attrs[0] &= choose(c, 4) == 0 ? ~AF : UINT64_MAX;
    (void)world_map(w, &m, &result);
}

/* One call that meets the watched addresses; permissions stay. */
static void one_call(struct world *w, struct chooser *c, uint64_t lo, uint64_t bytes)
{
    struct armvirt_pgbuild_result result;
    struct armvirt_attr_change change = {{0x1c, 0}, {choose(c, 2) << 2, 0}};
    uint64_t granule = UINT64_C(1) << w->shape.granule_log2;
    uint64_t near = uses[choose(c, USES)].offset & ~(granule - 1);
    uint64_t from = choose(c, 4) != 0 ? near : lo + choose(c, bytes / granule) * granule;
    uint64_t length = (1 + choose(c, choose(c, 2) != 0 ? 4 : 300)) * granule;

    arm(w);
    switch (choose(c, 6)) {
    case 0:
        (void)world_unmap(w, from, length, &result);
        break;
    case 1:
        (void)world_unmap(w, lo, bytes, &result);
        for (unsigned i = 0; i < USES; i++) {
            check_use(w, &uses[i]);
        }
        map_again(w, c, lo, bytes);
        break;
    case 2:
        (void)world_protect(w, from, length, &change, &result);
        break;
    case 3:
        (void)world_split(w, from, 3, &result);
        break;
    default:
        (void)world_join(w, from, 2, &result);
    }
    for (unsigned i = 0; i < USES; i++) {
        check_use(w, &uses[i]);
    }
}

/* ---- An update at the last moment ---------------------------------------------------------- */

static uint64_t late_pa;

/* A page is written through a TLB, just before it is invalidated. */
static void late(struct world *w, uint64_t pa)
{
    if (pa == 0 && late_pa != 0) {
        uint64_t desc[2];

        world_desc(w, late_pa, desc);
        desc[0] = (desc[0] | AF) & ~STATE;
        world_set_desc(w, late_pa, desc);
        late_pa = 0;
    }
}

static const struct shape *managed_shape(unsigned which)
{
    for (size_t i = 0; i < shape_count; i++) {
        if (shapes[i].ha && which-- == 0) {
            return &shapes[i];
        }
    }
    return NULL;
}

static void run(const struct shape *shape, uint8_t bbm_level)
{
    struct world *w = malloc(sizeof(*w));
    struct chooser c = {.state = UINT64_C(0x2545f4914f6cdd1d) + bbm_level};
    uint64_t bytes;

    assert_non_null(w);
    world_begin(w, shape, true, bbm_level);
    bytes = 2 * world_level_bytes(w, 2);
    hardware_choice.state = UINT64_C(0x9e3779b97f4a7c15) + bbm_level;
    for (unsigned i = 0; i < USES; i++) {
        uses[i] = (struct use){.offset = choose(&c, bytes)};
    }
    updates = 0;
    w->hardware = hardware;
    map_again(w, &c, 0, bytes);
    for (unsigned i = 0; i < 150; i++) {
        one_call(w, &c, 0, bytes);
    }
    assert_true(updates > 50);
    assert_true(w->swaps > 50);
    free(w);
}

/* The table of a page is being joined: the entry above is broken, the page's is still cached. */
static void test_R_SGJBL_a_page_written_while_its_table_is_joined(void **state)
{
    (void)state;
    for (uint8_t bbm_level = 0; bbm_level <= 2; bbm_level++) {
        struct world *w = malloc(sizeof(*w));
        struct armvirt_pgbuild_result result;
        struct armvirt_pgbuild_mapping m = {.size_bytes = 0x200000, .coarsest_level = 3};
        struct leaf leaf;

        assert_non_null(w);
        world_begin(w, managed_shape(0), true, bbm_level);
        world_attrs(w, 1, m.attrs);
        assert_int_equal(world_map(w, &m, &result), ARMVIRT_OK);
        assert_true(world_walk(w, 0x5000, &leaf));
        assert_false(is_dirty(w, leaf.desc));
        late_pa = leaf.desc_pa;
        w->hardware = late;
        assert_int_equal(world_join(w, 0, 2, &result), ARMVIRT_OK);
        assert_int_equal(late_pa, 0);
        assert_true(world_walk(w, 0x5000, &leaf));
        assert_int_equal(leaf.level, 2);
        assert_true(is_dirty(w, leaf.desc));
        free(w);
    }
}

static void test_I_NFFSV_no_update_is_lost(void **state)
{
    const struct shape *shape;

    (void)state;
    for (unsigned i = 0; (shape = managed_shape(i)) != NULL; i++) {
        for (uint8_t bbm_level = 0; bbm_level <= 2; bbm_level++) {
            run(shape, bbm_level);
        }
    }
}

/* ---- Something that never stops changing a descriptor -------------------------------------- */

static void restless(struct world *w, uint64_t pa)
{
    uint64_t desc[2];

    if (pa != 0) {
        world_desc(w, pa, desc);
        desc[0] ^= UINT64_C(1) << 55; /* for software */
        world_set_desc(w, pa, desc);
    }
}

enum call { UNMAP, PROTECT, RETYPE, SPLIT, UNFOLD };

struct restless_case {
    const char *name;
    enum call call;
    bool contiguous;
};

static const struct restless_case restless_cases[] = {
    {"a leaf that never rests: a cut block is not unmapped", UNMAP, false},
    {"a leaf that never rests: permissions are not changed", PROTECT, false},
    {"a leaf that never rests: memory type is not changed", RETYPE, false},
    {"a leaf that never rests: a block is not split", SPLIT, false},
    {"a leaf that never rests: a group is not unfolded", UNFOLD, true},
};

static enum armvirt_status restless_call(struct world *w, enum call call)
{
    struct armvirt_pgbuild_result result;
    struct armvirt_attr_change permissions = {{0x40, 0}, {0, 0}};
    struct armvirt_attr_change type = {{0x1c, 0}, {0, 0}};

    switch (call) {
    case UNMAP:
        return armvirt_pgbuild_unmap(&w->build, 0, 0x1000, &result);
    case PROTECT:
        return armvirt_pgbuild_protect(&w->build, 0, 0x200000, &permissions, &result);
    case RETYPE:
        return armvirt_pgbuild_protect(&w->build, 0, 0x200000, &type, &result);
    default:
        return armvirt_pgbuild_split(&w->build, 0, 3, &result);
    }
}

static void test_restless(void **state)
{
    const struct restless_case *row = *state;
    struct armvirt_pgbuild_result result;
    struct armvirt_pgbuild_mapping m = {.size_bytes = 0x200000,
                                        .coarsest_level = row->contiguous ? 3 : 0,
                                        .contiguous = row->contiguous};
    struct world *w = malloc(sizeof(*w));
    struct leaf leaf;
    unsigned used;

    assert_non_null(w);
    world_begin(w, managed_shape(0), true, 0);
    world_attrs(w, 1, m.attrs);
    assert_int_equal(world_map(w, &m, &result), ARMVIRT_OK);
    used = world_used_pages(w);
    w->hardware = restless;
    assert_int_equal(restless_call(w, row->call), ARMVIRT_E_AGAIN);
    assert_int_equal(world_used_pages(w), used);
    assert_true(world_walk(w, 0, &leaf));
    assert_int_equal(leaf.level, row->contiguous ? 3 : 2);
    free(w);
}

/* Without hardware updates a compare-and-swap is neither needed nor made. */
static void test_no_swap_without_hardware_updates(void **state)
{
    struct world *w = malloc(sizeof(*w));
    struct chooser c = {.state = 42};

    (void)state;
    assert_non_null(w);
    world_begin(w, &shapes[0], true, 0);
    for (unsigned i = 0; i < 60; i++) {
        world_random_call(w, &c);
    }
    assert_int_equal(w->swaps, 0);
    free(w);
}

int main(void)
{
    static struct suite suite;

    SUITE_ADD(&suite, test_I_NFFSV_no_update_is_lost);
    SUITE_ADD(&suite, test_R_SGJBL_a_page_written_while_its_table_is_joined);
    SUITE_ADD_ROWS(&suite, test_restless, restless_cases);
    SUITE_ADD(&suite, test_no_swap_without_hardware_updates);
    return suite_run(&suite, "pgbuild.hardware");
}
