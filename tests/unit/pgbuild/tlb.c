/* SPDX-License-Identifier: MIT */
/*
 * The TLBs of the world. For some addresses they hold every translation that was valid at any time
 * since it was last invalidated, as if each had been used at once. A new translation that must not
 * be visible together with one of them is a broken rule; so is a stale one when a call has ended,
 * and a page that is given back while a walk may still be in it.
 * DDI0487 D8.17.1 R_WHZWS, D8.17.2 R_KFLJB, R_HHCXC, R_KHRBC, D8.17 R_GPPYH, D8.17.5 R_SQXYZ.
 */
#include "world.h"

#include <stdlib.h>
#include <string.h>

#include "check.h"

static void note(struct world *w, char event)
{
    if (w->log_length + 1 < sizeof(w->log)) {
        w->log[w->log_length++] = event;
        w->log[w->log_length] = '\0';
    }
}

static uint64_t oa_at(const struct leaf *leaf, uint64_t offset)
{
    return leaf->oa + (offset - leaf->ia);
}

/* Memory type, shareability and address space: they and the address must not change unbroken. */
static bool other_memory(const struct world *w, const struct leaf *a, const struct leaf *b)
{
    uint64_t low = UINT64_C(0x3c); /* AttrIndx and NS, or MemAttr */
    uint64_t high = w->shape.d128 ? UINT64_C(1) << 63 : 0;

    low |= w->shape.ds ? 0 : UINT64_C(0x300);
    if (w->shape.stage_number == 2 && !w->shape.d128) {
        low |= UINT64_C(1) << 55;
    }
    return ((a->attrs[0] ^ b->attrs[0]) & low) != 0 || ((a->attrs[1] ^ b->attrs[1]) & high) != 0;
}

/* A global entry appears while a non-global one may be cached. */
static bool turns_global(const struct world *w, const struct leaf *old, const struct leaf *now)
{
    return w->shape.stage_number == 1 && (old->attrs[0] & 0x800) != 0 &&
           (now->attrs[0] & 0x800) == 0;
}

static void check_pair(const struct world *w, const struct probe *p, const struct leaf *old,
                       const struct leaf *now)
{
    CHECK(oa_at(old, p->ia) == oa_at(now, p->ia), "R_WHZWS: output address changed unbroken");
    CHECK(!other_memory(w, old, now), "R_WHZWS: memory type changed unbroken");
    CHECK(!turns_global(w, old, now), "R_WHZWS: became global unbroken");
    if (old->level != now->level) {
        CHECK(w->bbm_level > 0, "R_WHZWS: size changed unbroken");
        CHECK(w->bbm_level > 1 || old->nt || now->nt, "R_KFLJB: size changed without nT");
    }
    CHECK(w->bbm_level > 0 || old->contiguous == now->contiguous,
          "R_WHZWS: Contiguous bit changed unbroken");
}

static bool same(const struct world *w, const struct leaf *a, const struct leaf *b)
{
    uint64_t flags = w->shape.ha ? 0x480 : 0; /* AF and the dirty state change by themselves */

    return a->bytes == b->bytes && a->ia == b->ia && a->oa == b->oa && a->level == b->level &&
           a->contiguous == b->contiguous && a->nt == b->nt &&
           ((a->attrs[0] ^ b->attrs[0]) & ~flags) == 0 && a->attrs[1] == b->attrs[1];
}

static void remember_leaf(const struct world *w, struct probe *p, const struct leaf *now)
{
    bool known = false;

    if (now->bytes == 0) {
        return;
    }
    for (unsigned i = 0; i < p->count; i++) {
        if (w->live) {
            check_pair(w, p, &p->seen[i], now);
        }
        known = known || same(w, &p->seen[i], now);
    }
    if (!known && ((now->attrs[0] & 0x400) != 0 || now->contiguous)) { /* AF */
        CHECK(p->count < WORLD_SEEN, "more translations than a probe remembers");
        p->seen[p->count++] = *now;
    }
}

static void remember_tables(struct probe *p)
{
    const uint64_t *tables = p->path.tables;

    for (unsigned i = 1; i < p->path.count; i++) { /* the first table stays for ever */
        bool known = false;

        for (unsigned k = 0; k < p->table_count; k++) {
            known = known || p->tables[k] == tables[i];
        }
        if (!known) {
            CHECK(p->table_count < 64, "more tables than a probe remembers");
            p->tables[p->table_count++] = tables[i];
        }
    }
}

static void look(struct world *w, struct probe *p, struct leaf *now)
{
    world_path(w, p->ia, &p->path, now);
    remember_leaf(w, p, now);
    remember_tables(p);
}

/* How the first probe is translated, as letters. */
static void note_state(struct world *w, const struct leaf *now)
{
    if (now->bytes == 0) {
        note(w, 'x');
        return;
    }
    note(w, (char)('0' + now->level));
    if (now->nt) {
        note(w, 'n');
    }
    if (now->contiguous) {
        note(w, 'c');
    }
}

/* Whether a walk reads this descriptor. */
static bool reads(const struct probe *p, uint64_t pa)
{
    for (unsigned i = 0; i < p->path.count; i++) {
        if (p->path.descs[i] == pa) {
            return true;
        }
    }
    return false;
}

void world_wrote(struct world *w, uint64_t pa)
{
    for (unsigned i = 0; w->watch && i < w->probe_count; i++) {
        struct leaf now;

        if (reads(&w->probes[i], pa)) {
            look(w, &w->probes[i], &now);
            if (i == 0) {
                note_state(w, &now);
            }
        }
    }
}

void world_watch(struct world *w, const uint64_t *offsets, unsigned count)
{
    w->watch = true;
    w->probe_count = count;
    for (unsigned i = 0; i < count; i++) {
        struct leaf now;

        w->probes[i] = (struct probe){.ia = offsets[i]};
        look(w, &w->probes[i], &now);
    }
    w->log_length = 0;
    w->log[0] = '\0';
}

static bool covers(const struct world *w, const struct armvirt_tlbi *tlbi, uint64_t offset)
{
    uint64_t ia = world_ia(w, offset);

    return tlbi->size_bytes != 0 && ia >= tlbi->ia && ia - tlbi->ia < tlbi->size_bytes;
}

/* What a TLBI with these hints is sure to remove. */
static bool removes(const struct armvirt_tlbi *tlbi, const struct leaf *leaf)
{
    return (tlbi->levels >> leaf->level & 1) != 0 &&
           (tlbi->ttl == 0 || (tlbi->ttl & 3) == leaf->level);
}

static void invalidate(struct world *w, const struct armvirt_tlbi *tlbi)
{
    for (unsigned i = 0; i < w->probe_count; i++) {
        struct probe *p = &w->probes[i];
        unsigned kept = 0;
        struct leaf now;

        if (!covers(w, tlbi, p->ia)) {
            continue;
        }
        for (unsigned k = 0; k < p->count; k++) {
            if (!removes(tlbi, &p->seen[k])) {
                p->seen[kept++] = p->seen[k];
            }
        }
        p->count = kept;
        if (tlbi->tables) {
            p->table_count = 0;
        }
        look(w, p, &now); /* and whatever is there now is cached again at once */
    }
}

static void check_tlbi(const struct world *w, const struct armvirt_tlbi *tlbi)
{
    CHECK(tlbi->stage == w->shape.stage_number, "TLBI of a wrong stage");
    CHECK(tlbi->granule_log2 == w->shape.granule_log2, "TLBI of a wrong granule");
    CHECK(tlbi->asid == (w->shape.stage_number == 1 ? 0x1234 : 0), "TLBI of a wrong ASID");
    CHECK(tlbi->size_bytes != 0, "TLBI of nothing");
    CHECK((tlbi->ia | tlbi->size_bytes) % (UINT64_C(1) << w->shape.granule_log2) == 0,
          "TLBI of less than a granule");
    CHECK(tlbi->ttl == 0 || tlbi->ttl >> 2 == (w->shape.granule_log2 - 10) / 2, "TTL granule");
}

void world_tlbi(void *ctx, const struct armvirt_tlbi *tlbi)
{
    struct world *w = ctx;

    check_tlbi(w, tlbi);
    w->last_tlbi = *tlbi;
    w->tlbis++;
    w->breaks += tlbi->why == ARMVIRT_TLBI_BREAK;
    note(w, tlbi->why == ARMVIRT_TLBI_BREAK ? 'B' : 'I');
    if (w->hardware != NULL) {
        w->hardware(w, 0);
    }
    if (w->watch) {
        invalidate(w, tlbi);
    }
}

void world_freed(struct world *w, uint64_t pa)
{
    note(w, 'F');
    for (unsigned i = 0; w->watch && w->live && i < w->probe_count; i++) {
        for (unsigned k = 0; k < w->probes[i].table_count; k++) {
            CHECK(w->probes[i].tables[k] != pa, "R_GPPYH: a table that a walk may use goes back");
        }
    }
}

void world_check_tlbs(struct world *w, const struct armvirt_tlbi *owed)
{
    if (!w->watch) {
        return;
    }
    if (w->live) {
        CHECK(owed->size_bytes == 0, "an invalidation is left to the caller");
    } else if (owed->size_bytes != 0) {
        check_tlbi(w, owed);
        invalidate(w, owed);
    }
    for (unsigned i = 0; i < w->probe_count; i++) {
        struct probe *p = &w->probes[i];
        struct leaf now;

        (void)world_walk(w, p->ia, &now);
        for (unsigned k = 0; k < p->count; k++) {
            CHECK(same(w, &p->seen[k], &now), "R_GPPYH: a stale translation is left in a TLB");
        }
    }
}
