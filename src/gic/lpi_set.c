/* SPDX-License-Identifier: MIT */
/* Which LPIs are pending at which PEs (IHI0069 5.1); see lpi_set.h. */
#include "lpi_set.h"

#include "base/compiler.h"
#include "base/mem_functions.h"
#include "table.h"

#define NOTHING UINT32_MAX

/* Where an LPI is pending: at no PE (ARMVIRT_NOWHERE), at one (its number), or SEVERAL and the
 * number of its first spare. */
#define SEVERAL UINT32_C(0x80000000)

/* ---- Parts --------------------------------------------------------------------------------- */

static uint32_t *place(const struct armvirt_gic *gic, uint32_t leaf)
{
    return (uint32_t *)armvirt_area(gic, &gic->lpi_places, 0) + leaf;
}

/* The nodes of all LPIs, then those of the spares. */
static struct armvirt_lpi_node *node_at(const struct armvirt_gic *gic, uint32_t node)
{
    return (struct armvirt_lpi_node *)armvirt_area(gic, &gic->lpi_nodes, 0) + node;
}

static struct armvirt_lpi_spare *spare_at(const struct armvirt_gic *gic, uint32_t spare)
{
    return (struct armvirt_lpi_spare *)armvirt_area(gic, &gic->lpi_spares, 0) + spare;
}

/* Where LPIs are in indices: that of a PE. */
static uint8_t *index_of(const struct armvirt_gic *gic, uint32_t pe)
{
    return armvirt_index(gic, armvirt_pe(gic, pe), ARMVIRT_FROM_LPI, ARMVIRT_CLASS_G1NS);
}

static struct armvirt_lpi_trees *trees(const struct armvirt_gic *gic, uint32_t pe)
{
    return (struct armvirt_lpi_trees *)(void *)index_of(gic, pe);
}

static uint32_t leaf_of(const struct armvirt_gic *gic, uint32_t node)
{
    uint32_t lpis = gic->count[ARMVIRT_FROM_LPI];

    return node < lpis ? node : spare_at(gic, node - lpis)->leaf;
}

static uint32_t node_of_spare(const struct armvirt_gic *gic, uint32_t spare)
{
    return gic->count[ARMVIRT_FROM_LPI] + spare;
}

static uint8_t key_of(const struct armvirt_gic *gic, uint32_t leaf)
{
    return armvirt_keys(gic, 0, ARMVIRT_FROM_LPI)[leaf];
}

/* ---- Trees --------------------------------------------------------------------------------- */

/* Keys are even; the last tree is of those that are disabled. */
static unsigned tree_of(uint8_t key)
{
    return (key + 1u) / 2;
}

/* The first bit by which a tree tells INTIDs apart. */
static uint32_t first_bit(const struct armvirt_gic *gic)
{
    return (UINT32_C(1) << gic->lpi_bits) / 2;
}

static void note_tree(struct armvirt_lpi_trees *of, unsigned tree)
{
    uint64_t bit = ARMVIRT_BIT(tree % 64);

    if (tree >= ARMVIRT_LPI_TREES - 1) {
        return;
    }
    of->used[tree / 64] =
        of->root[tree] != NOTHING ? of->used[tree / 64] | bit : of->used[tree / 64] & ~bit;
}

/* Where the node of an LPI hangs; where there is nothing if it is not in the tree. */
static uint32_t *find(const struct armvirt_gic *gic, uint32_t pe, unsigned tree, uint32_t leaf)
{
    uint32_t *link = &trees(gic, pe)->root[tree];
    uint32_t bit = first_bit(gic);

    for (; *link != NOTHING && leaf_of(gic, *link) != leaf; bit /= 2) {
        link = &node_at(gic, *link)->child[(leaf & bit) != 0];
    }
    return link;
}

static void tree_add(struct armvirt_gic *gic, uint32_t pe, unsigned tree, uint32_t node)
{
    struct armvirt_lpi_trees *of = trees(gic, pe);
    uint32_t *link = &of->root[tree];
    uint32_t leaf = leaf_of(gic, node);

    for (uint32_t bit = first_bit(gic); *link != NOTHING; bit /= 2) {
        uint32_t there = *link, leaf_there = leaf_of(gic, there);

        if (leaf < leaf_there) {
            *node_at(gic, node) = *node_at(gic, there);
            *link = node;
            node = there;
            leaf = leaf_there;
        }
        link = &node_at(gic, *link)->child[(leaf & bit) != 0];
    }
    *node_at(gic, node) = (struct armvirt_lpi_node){{NOTHING, NOTHING}};
    *link = node;
    note_tree(of, tree);
}

/* The lower child moves up into the gap, and leaves one. */
static void tree_remove(struct armvirt_gic *gic, uint32_t pe, unsigned tree, uint32_t leaf)
{
    uint32_t *link = find(gic, pe, tree, leaf);
    struct armvirt_lpi_node gap = *node_at(gic, *link);

    while (gap.child[0] != NOTHING || gap.child[1] != NOTHING) {
        unsigned side = gap.child[0] == NOTHING;
        uint32_t up = gap.child[side];
        struct armvirt_lpi_node below = *node_at(gic, up);

        *link = up;
        *node_at(gic, up) = gap;
        link = &node_at(gic, up)->child[side];
        gap = below;
    }
    *link = NOTHING;
    note_tree(trees(gic, pe), tree);
}

/* ---- Spare nodes --------------------------------------------------------------------------- */

uint32_t armvirt_lpi_set_spares(uint32_t lpis)
{
    return lpis / 16;
}

/* A spare is the first of its LPI from now on. */
static void take_spare(struct armvirt_gic *gic, uint32_t pe, uint32_t leaf)
{
    uint32_t spare = gic->free_spare, was = *place(gic, leaf);
    struct armvirt_lpi_spare *s = spare_at(gic, spare);

    gic->free_spare = s->next;
    gic->spares--;
    *s = (struct armvirt_lpi_spare){.leaf = leaf, .next = NOTHING, .before = NOTHING};
    s->pe = (uint16_t)pe;
    s->home = (uint16_t)was;
    if (was & SEVERAL) {
        s->next = was & ~SEVERAL;
        s->home = spare_at(gic, s->next)->home;
        spare_at(gic, s->next)->before = spare;
    }
    *place(gic, leaf) = SEVERAL | spare;
}

static void give_back(struct armvirt_gic *gic, uint32_t spare)
{
    struct armvirt_lpi_spare *s = spare_at(gic, spare);

    if (s->next != NOTHING) {
        spare_at(gic, s->next)->before = s->before;
    }
    if (s->before != NOTHING) {
        spare_at(gic, s->before)->next = s->next;
    } else if (s->next != NOTHING) {
        spare_at(gic, s->next)->home = s->home;
        *place(gic, s->leaf) = SEVERAL | s->next;
    } else {
        *place(gic, s->leaf) = s->home;
    }
    s->next = gic->free_spare;
    gic->free_spare = spare;
    gic->spares++;
}

/* The LPI's own node left its tree: it takes the place of a spare, if there is one. */
static void free_home(struct armvirt_gic *gic, uint32_t leaf)
{
    uint32_t first = *place(gic, leaf), spare;
    struct armvirt_lpi_spare *s;

    if (!(first & SEVERAL)) {
        *place(gic, leaf) = ARMVIRT_NOWHERE;
        return;
    }
    spare = first & ~SEVERAL;
    s = spare_at(gic, spare);
    *find(gic, s->pe, tree_of(key_of(gic, leaf)), leaf) = leaf;
    *node_at(gic, leaf) = *node_at(gic, node_of_spare(gic, spare));
    s->home = s->pe;
    give_back(gic, spare);
}

/* ---- Use ----------------------------------------------------------------------------------- */

bool armvirt_lpi_set_nowhere(const struct armvirt_gic *gic, uint32_t leaf)
{
    return *place(gic, leaf) == ARMVIRT_NOWHERE;
}

bool armvirt_lpi_set_has(const struct armvirt_gic *gic, uint32_t pe, uint32_t leaf)
{
    uint32_t at;

    if (!gic->lpi_trees) {
        return armvirt_index_has(index_of(gic, pe), leaf);
    }
    at = *place(gic, leaf);
    if (at & SEVERAL) {
        return *find(gic, pe, tree_of(key_of(gic, leaf)), leaf) != NOTHING;
    }
    return at == pe;
}

uint64_t armvirt_lpi_set_block(const struct armvirt_gic *gic, uint32_t pe, uint32_t block)
{
    uint32_t first = ARMVIRT_BLOCK * block, left = gic->count[ARMVIRT_FROM_LPI] - first;
    uint64_t bits = 0;

    for (uint32_t i = 0; i < ARMVIRT_BLOCK && i < left; i++) {
        bits |= (uint64_t)armvirt_lpi_set_has(gic, pe, first + i) << i;
    }
    return bits;
}

uint64_t armvirt_lpi_set_room(const struct armvirt_gic *gic, uint32_t pe, uint32_t block,
                              uint64_t bits)
{
    uint32_t spares = gic->spares;
    uint64_t room = 0;

    if (!gic->lpi_trees) {
        return bits;
    }
    for (; bits != 0; bits &= bits - 1) {
        uint32_t leaf = ARMVIRT_BLOCK * block + ARMVIRT_CTZ64(bits);
        bool free = *place(gic, leaf) == ARMVIRT_NOWHERE || armvirt_lpi_set_has(gic, pe, leaf);

        if (!free && spares == 0) {
            continue;
        }
        spares -= !free;
        room |= bits & (~bits + 1);
    }
    return room;
}

/* What was pending at one PE alone has its rank there from now on. */
void armvirt_lpi_set_put(struct armvirt_gic *gic, uint32_t pe, uint32_t leaf, bool pending)
{
    uint32_t at = *place(gic, leaf);

    if (!pending) {
        *place(gic, leaf) = ARMVIRT_NOWHERE;
    } else if (at == ARMVIRT_NOWHERE) {
        *place(gic, leaf) = pe;
    } else {
        if (!(at & SEVERAL)) {
            armvirt_pending_call_back(gic, armvirt_pe(gic, at));
        }
        take_spare(gic, pe, leaf);
    }
}

void armvirt_lpi_set_rank(struct armvirt_gic *gic, uint32_t pe, uint32_t leaf)
{
    uint32_t at = *place(gic, leaf);

    tree_add(gic, pe, tree_of(key_of(gic, leaf)),
             at & SEVERAL ? node_of_spare(gic, at & ~SEVERAL) : leaf);
}

void armvirt_lpi_set_remove(struct armvirt_gic *gic, uint32_t pe, uint32_t leaf)
{
    unsigned tree = tree_of(key_of(gic, leaf));
    uint32_t node = *find(gic, pe, tree, leaf);

    tree_remove(gic, pe, tree, leaf);
    if (node == leaf) {
        free_home(gic, leaf);
    } else {
        give_back(gic, node - gic->count[ARMVIRT_FROM_LPI]);
    }
}

/* From one tree of a PE to another. */
static void change_tree(struct armvirt_gic *gic, uint32_t pe, uint32_t node, unsigned from,
                        unsigned to)
{
    tree_remove(gic, pe, from, leaf_of(gic, node));
    tree_add(gic, pe, to, node);
    armvirt_pending_note(gic, armvirt_pe(gic, pe), ARMVIRT_FROM_LPI, ARMVIRT_CLASS_G1NS);
}

/* From one place in the index of a PE to another. */
static void change_place(struct armvirt_gic *gic, uint32_t pe, uint32_t leaf, uint8_t key)
{
    const struct armvirt_index_shape *shape = &gic->shape[ARMVIRT_FROM_LPI];
    uint8_t *keys = armvirt_keys(gic, 0, ARMVIRT_FROM_LPI), old = keys[leaf];

    armvirt_pending_call_back(gic, armvirt_pe(gic, pe));
    armvirt_index_remove(shape, index_of(gic, pe), keys, leaf);
    keys[leaf] = key;
    armvirt_index_add(shape, index_of(gic, pe), keys, leaf);
    keys[leaf] = old; /* other PEs may have it by that */
    armvirt_pending_note(gic, armvirt_pe(gic, pe), ARMVIRT_FROM_LPI, ARMVIRT_CLASS_G1NS);
}

static void change_places(struct armvirt_gic *gic, uint32_t leaf, uint8_t key)
{
    for (uint32_t pe = 0; pe < gic->config.pes; pe++) {
        if (armvirt_index_has(index_of(gic, pe), leaf)) {
            change_place(gic, pe, leaf, key);
        }
    }
    armvirt_keys(gic, 0, ARMVIRT_FROM_LPI)[leaf] = key;
}

static void change_trees(struct armvirt_gic *gic, uint32_t leaf, uint8_t key)
{
    unsigned from = tree_of(key_of(gic, leaf)), to = tree_of(key);
    uint32_t at = *place(gic, leaf);
    uint32_t spare = at & SEVERAL ? at & ~SEVERAL : NOTHING;
    uint32_t home = spare == NOTHING ? at : spare_at(gic, spare)->home;

    if (home != ARMVIRT_NOWHERE) {
        armvirt_pending_call_back(gic, armvirt_pe(gic, home));
    }
    armvirt_keys(gic, 0, ARMVIRT_FROM_LPI)[leaf] = key;
    if (home != ARMVIRT_NOWHERE) {
        change_tree(gic, home, leaf, from, to);
    }
    for (; spare != NOTHING; spare = spare_at(gic, spare)->next) {
        change_tree(gic, spare_at(gic, spare)->pe, node_of_spare(gic, spare), from, to);
    }
}

void armvirt_lpi_set_key(struct armvirt_gic *gic, uint32_t leaf, uint8_t key)
{
    if (gic->lpi_trees) {
        change_trees(gic, leaf, key);
    } else {
        change_places(gic, leaf, key);
    }
}

uint8_t armvirt_lpi_set_best(const struct armvirt_gic *gic, uint32_t pe)
{
    const struct armvirt_lpi_trees *of = trees(gic, pe);

    if (of->used[0] != 0) {
        return (uint8_t)(2u * ARMVIRT_CTZ64(of->used[0]));
    }
    return of->used[1] != 0 ? (uint8_t)(128u + 2u * ARMVIRT_CTZ64(of->used[1]))
                            : ARMVIRT_INDEX_NO_KEY;
}

uint32_t armvirt_lpi_set_first(const struct armvirt_gic *gic, uint32_t pe)
{
    return leaf_of(gic, trees(gic, pe)->root[tree_of(armvirt_lpi_set_best(gic, pe))]);
}

static void clear_trees(struct armvirt_gic *gic)
{
    uint32_t lpis = gic->count[ARMVIRT_FROM_LPI], spares = armvirt_lpi_set_spares(lpis);

    for (uint32_t leaf = 0; leaf < lpis; leaf++) {
        *place(gic, leaf) = ARMVIRT_NOWHERE;
    }
    for (uint32_t spare = 0; spare < spares; spare++) {
        spare_at(gic, spare)->next = spare + 1;
    }
    gic->free_spare = 0;
    gic->spares = spares;
    for (uint32_t n = 0; n < gic->config.pes; n++) {
        memset(trees(gic, n), 0xff, sizeof(struct armvirt_lpi_trees));
        memset(trees(gic, n)->used, 0, sizeof(trees(gic, n)->used));
    }
}

void armvirt_lpi_set_clear(struct armvirt_gic *gic)
{
    gic->lpis_wait = false;
    if (gic->lpi_trees) {
        clear_trees(gic);
        return;
    }
    for (uint32_t n = 0; n < gic->config.pes; n++) {
        armvirt_index_clear(&gic->shape[ARMVIRT_FROM_LPI], index_of(gic, n));
    }
}
