/* SPDX-License-Identifier: MIT */
/*
 * Changes of entries that may be in use: the break-before-make sequence and what the BBM levels
 * allow instead, leaves that become tables, contiguous groups, and hardware that updates flags at
 * the same time.
 * DDI0487 D8.17.1 R_WHZWS, R_DDMVT; D8.17.2 R_KFLJB, R_HHCXC, R_KHRBC; D8.5.5 R_JKCXG, I_NFFSV.
 */
#include "build.h"

/* Hardware only ever sets AF and the dirty state: it can get in between twice. */
#define ATTEMPTS 4

enum build_method armvirt_build_method(const struct build_op *op)
{
    const struct armvirt_pgbuild *build = op->build;

    if (!build_live(op)) {
        return METHOD_DIRECT;
    }
    if (build->bbm_level == 0 || build->stage.ha) {
        return METHOD_BREAK;
    }
    return build->bbm_level == 1 ? METHOD_NT : METHOD_DIRECT;
}

/*
 * DDI0487 D8.17 I_WZCBG, D8.5.1 I_RGQLZ: a leaf is not cached while its access flag is 0. But the
 * flag of one leaf speaks for its whole contiguous group: D8.5.5 R_GPHKF.
 */
bool armvirt_build_may_be_cached(const struct build_op *op, const struct build_table *table,
                                 struct desc leaf)
{
    return (leaf.word[0] & ARMVIRT_VMSA64_S1_LEAF_AF) != 0 ||
           armvirt_build_contiguous(op, table, leaf);
}

/* Whether the request names attributes whose change needs break-before-make ... */
static bool may_remake(const struct build_op *op)
{
    const uint64_t *mask = op->build->remake;
    struct desc named = desc_or(op->change.clear, op->change.set);

    return ((named.word[0] & mask[0]) | (named.word[1] & mask[1])) != 0;
}

/* ... and changes them in this leaf. */
static bool remakes(const struct build_op *op, struct desc leaf)
{
    const uint64_t *mask = op->build->remake;
    struct desc made = desc_changed(leaf, &op->change);

    return !desc_equal(desc_and(leaf, mask), desc_and(made, mask));
}

/* ---- A leaf becomes a table ---------------------------------------------------------------- */

static enum build_method carve_method(struct build_op *op)
{
    enum build_method method = armvirt_build_method(op);
    struct desc leaf = op->entry.desc;

    if (!build_live(op) || op->build->stage.ha) {
        return method; /* not in use; or flags may be set at any time: broken in any case */
    }
    if (!armvirt_build_may_be_cached(op, build_table(op), leaf)) {
        return METHOD_DIRECT;
    }
    return remakes(op, leaf) ? METHOD_BREAK : method;
}

/*
 * Break the leaf or set its nT bit, and invalidate. What it was then, flags included, is in the
 * entry.
 */
static enum armvirt_status retire(struct build_op *op, enum build_method method)
{
    const struct build_table *table = build_table(op);
    struct build_entry *entry = &op->entry;
    enum armvirt_status status = ARMVIRT_OK;
    bool done = false;

    for (unsigned i = 0; status == ARMVIRT_OK && !done; i++) {
        struct desc next = desc_broken(entry->desc);

        if (method == METHOD_NT) {
            next = (struct desc){{entry->desc.word[0] | op->build->nt, entry->desc.word[1]}};
        }
        if (i == ATTEMPTS) {
            return ARMVIRT_E_AGAIN;
        }
        status = armvirt_build_swap(op, table, entry->ia, entry->desc, next, &done);
        if (status == ARMVIRT_OK && !done) {
            status = armvirt_build_read(op, table, entry->ia, &entry->desc);
        }
    }
    if (done) {
        armvirt_build_break(op, entry->ia, build_bytes(op), table->level, false);
    }
    return status;
}

/* What the leaf says, for the new tables. */
static void set_sides(struct build_op *op)
{
    struct desc leaf = op->entry.desc;

    op->outside.mapped = true;
    op->outside.attrs = desc_without(leaf, op->build->fixed);
    op->outside.delta = build_leaf_oa(op, build_table(op)->level, leaf) - op->entry.ia;
    op->inside.attrs = desc_changed(op->outside.attrs, &op->change);
    op->inside.delta = op->outside.delta;
}

enum armvirt_status armvirt_build_carve(struct build_op *op)
{
    struct build_table *table = build_table(op);
    enum build_method method = carve_method(op);
    enum armvirt_status status = ARMVIRT_OK;

    if (method != METHOD_DIRECT) {
        status = retire(op, method);
        if (status != ARMVIRT_OK) {
            return status;
        }
    }
    if (method != METHOD_BREAK && armvirt_build_may_be_cached(op, table, op->entry.desc)) {
        armvirt_build_owe(op, op->entry.ia, build_bytes(op), table->level);
    }
    set_sides(op);
    status = armvirt_build_new_tables(op);
    if (status != ARMVIRT_OK) { /* as it was */
        (void)armvirt_build_write(op, table, op->entry.ia, op->entry.desc);
    }
    return status;
}

/* ---- Leaves change where they are ---------------------------------------------------------- */

/* Some leaves of one table in the course of being changed. */
struct run {
    const struct build_table *table;
    uint64_t ia, end, bytes;         /* the range, and the size of one leaf */
    uint64_t broken[BUILD_RUN / 64]; /* which have been made invalid */
    uint64_t flags;                  /* flags that they had, combined */
    uint64_t changed;                /* bytes */
    bool unfold;                     /* clear the Contiguous bit; else what the request says */
};

static uint64_t *broken_word(struct run *run, uint64_t ia, uint64_t *bit)
{
    uint64_t index = (ia - run->ia) / run->bytes;

    *bit = UINT64_C(1) << (index % 64);
    return &run->broken[index / 64];
}

/* The leaf as it is to be; unfolded, each takes the flags of the group. */
static struct desc made(const struct build_op *op, const struct run *run, struct desc leaf)
{
    if (!run->unfold) {
        return desc_changed(leaf, &op->change);
    }
    return armvirt_build_flagged(op->build, desc_without(leaf, op->build->contiguous), run->flags);
}

static bool changes(const struct build_op *op, const struct run *run, struct desc desc)
{
    return build_type(op->build, run->table->level, desc) == DESC_LEAF &&
           !desc_equal(made(op, run, desc), desc);
}

/*
 * DDI0487 R_KHRBC: from BBM level 1 on the Contiguous bit may change in place. Where hardware
 * manages flags they are the group's, not the leaf's, until the invalidation: then it is broken.
 */
static bool must_break(const struct build_op *op, const struct run *run, struct desc leaf)
{
    if (!build_live(op) || !armvirt_build_may_be_cached(op, run->table, leaf)) {
        return false;
    }
    return run->unfold ? armvirt_build_method(op) == METHOD_BREAK : remakes(op, leaf);
}

/* Break one leaf if it needs it, and note its flags as they are then. */
static enum armvirt_status break_leaf(struct build_op *op, struct run *run, uint64_t ia)
{
    uint64_t bit, *broken = broken_word(run, ia, &bit);

    for (unsigned i = 0; i < ATTEMPTS; i++) {
        bool breaks, done = false;
        struct desc now;
        enum armvirt_status status = armvirt_build_read(op, run->table, ia, &now);

        if (status != ARMVIRT_OK || !changes(op, run, now)) {
            return status;
        }
        breaks = must_break(op, run, now);
        if (breaks) {
            status = armvirt_build_swap(op, run->table, ia, now, desc_broken(now), &done);
        }
        if (done || !breaks) {
            run->flags |= armvirt_build_flags(op->build, now);
            *broken |= done ? bit : 0;
        }
        if (done || !breaks || status != ARMVIRT_OK) {
            return status;
        }
    }
    return ARMVIRT_E_AGAIN;
}

static enum armvirt_status break_run(struct build_op *op, struct run *run)
{
    enum armvirt_status status = ARMVIRT_OK;

    for (uint64_t ia = run->ia; status == ARMVIRT_OK && ia < run->end; ia += run->bytes) {
        status = break_leaf(op, run, ia);
    }
    if ((run->broken[0] | run->broken[1]) != 0) {
        armvirt_build_break(op, run->ia, run->end - run->ia, run->table->level, false);
    }
    return status;
}

static enum armvirt_status make_leaf(struct build_op *op, struct run *run, uint64_t ia,
                                     struct desc now, bool *done)
{
    bool cached = armvirt_build_may_be_cached(op, run->table, now);
    enum armvirt_status status;

    *done = !changes(op, run, now);
    if (*done) {
        return ARMVIRT_OK;
    }
    status = armvirt_build_swap(op, run->table, ia, now, made(op, run, now), done);
    if (*done) {
        run->changed += run->bytes;
        if (cached) {
            armvirt_build_owe(op, ia, run->bytes, run->table->level);
        }
    }
    return status;
}

static enum armvirt_status make_broken_leaf(struct build_op *op, struct run *run, uint64_t ia,
                                            struct desc leaf)
{
    leaf.word[0] |= ARMVIRT_VMSA64_S1_LEAF_VALID;
    run->changed += run->bytes;
    return armvirt_build_write(op, run->table, ia, made(op, run, leaf));
}

static enum armvirt_status make_entry(struct build_op *op, struct run *run, uint64_t ia)
{
    uint64_t bit, *broken = broken_word(run, ia, &bit);

    for (unsigned i = 0; i < ATTEMPTS; i++) {
        bool done = false;
        struct desc now;
        enum armvirt_status status = armvirt_build_read(op, run->table, ia, &now);

        if (status != ARMVIRT_OK) {
            return status;
        }
        if (*broken & bit) {
            return make_broken_leaf(op, run, ia, now);
        }
        status = make_leaf(op, run, ia, now, &done);
        if (done || status != ARMVIRT_OK) {
            return status;
        }
    }
    return ARMVIRT_E_AGAIN;
}

/* Make all leaves; after an error those that are broken, so that they do not stay so. */
static enum armvirt_status make_run(struct build_op *op, struct run *run,
                                    enum armvirt_status status)
{
    for (uint64_t ia = run->ia; ia < run->end; ia += run->bytes) {
        uint64_t bit, *broken = broken_word(run, ia, &bit);

        if (status == ARMVIRT_OK || (*broken & bit) != 0) {
            status = build_worse(status, make_entry(op, run, ia));
        }
    }
    return status;
}

static enum armvirt_status change_run(struct build_op *op, struct run *run)
{
    enum armvirt_status status = ARMVIRT_OK;

    if (run->unfold || may_remake(op)) {
        status = break_run(op, run);
    }
    return make_run(op, run, status);
}

/*
 * The leaves that can be changed together with the one at @ia: no tables among them, no group that
 * the request cuts.
 */
static enum armvirt_status run_end(struct build_op *op, const struct build_table *table,
                                   uint64_t ia, uint64_t *end)
{
    uint64_t bytes = build_size(op, table->level);
    uint64_t group = armvirt_build_group(op, table);
    uint64_t limit = armvirt_align_down(ia, bytes * BUILD_RUN) + bytes * BUILD_RUN;

    limit = limit < table->end ? limit : table->end;
    limit = armvirt_align_down(limit, bytes);
    if (group != 0 && armvirt_align_down(limit, group) > ia) {
        limit = armvirt_align_down(limit, group);
    }
    for (*end = ia + bytes; *end < limit; *end += bytes) {
        struct desc desc;
        enum armvirt_status status;

        if (table->level == 3) {
            *end = limit;
            break;
        }
        status = armvirt_build_read(op, table, *end, &desc);
        if (status != ARMVIRT_OK) {
            return status;
        }
        if (build_type(op->build, table->level, desc) == DESC_TABLE) {
            break;
        }
    }
    return ARMVIRT_OK;
}

enum armvirt_status armvirt_build_change(struct build_op *op)
{
    struct run run = {.table = build_table(op), .ia = op->ia, .bytes = build_bytes(op)};
    enum armvirt_status status = run_end(op, run.table, run.ia, &run.end);

    if (status == ARMVIRT_OK) {
        status = change_run(op, &run);
    }
    op->result->bytes += run.changed;
    op->ia = run.end;
    return status;
}

enum armvirt_status armvirt_build_unfold(struct build_op *op)
{
    const struct build_table *table = build_table(op);
    uint64_t group = armvirt_build_group(op, table);
    struct run run = {.table = table, .bytes = build_bytes(op), .unfold = true};
    enum armvirt_status status;

    if (!armvirt_build_contiguous(op, table, op->entry.desc)) {
        return ARMVIRT_OK;
    }
    run.ia = armvirt_align_down(op->entry.ia, group);
    run.end = run.ia + group;
    if (build_covers(op, run.ia, group)) {
        return ARMVIRT_OK;
    }
    status = change_run(op, &run);
    if ((run.broken[0] | run.broken[1]) == 0) {
        armvirt_build_owe(op, run.ia, group, table->level);
    }
    return status == ARMVIRT_OK ? armvirt_build_entry(op) : status;
}
