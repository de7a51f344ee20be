/* SPDX-License-Identifier: MIT */
/*
 * Invalidation of cached translations: what a call owes, and when it is due.
 * DDI0487 D8.17 R_GPPYH (changes are owed an invalidation), D8.17.1 R_DDMVT (break-before-make),
 * D8.17.5 Table D8-123 (TTL).
 */
#include "build.h"

struct armvirt_tlbi armvirt_build_nothing(const struct build_op *op)
{
    const struct armvirt_pgbuild *build = op->build;

    return (struct armvirt_tlbi){
        .asid = build->stage_number == 1 ? build->stage.asid : 0,
        .stage = build->stage_number,
        .granule_log2 = build->stage.granule_log2,
    };
}

/*
 * TTL: the granule, and the level if there is only one. Without it hardware looks at all levels,
 * which is never wrong; level 0 could only be said with FEAT_LPA2.
 */
static uint8_t ttl(const struct armvirt_tlbi *tlbi)
{
    unsigned granule = (tlbi->granule_log2 - 10u) / 2;

    if (tlbi->tables) {
        return 0;
    }
    for (unsigned level = 1; level <= 3; level++) {
        if (tlbi->levels == 1u << level) {
            return (uint8_t)(granule << 2 | level);
        }
    }
    return 0;
}

/* Enlarge an invalidation by a range. */
static void include(const struct build_op *op, struct armvirt_tlbi *tlbi, uint64_t ia,
                    uint64_t bytes, int level)
{
    uint64_t first = armvirt_build_software_ia(op, ia);
    uint64_t last = first + (bytes - 1);

    if (tlbi->size_bytes != 0) {
        uint64_t old_last = tlbi->ia + (tlbi->size_bytes - 1);

        first = first < tlbi->ia ? first : tlbi->ia;
        last = last > old_last ? last : old_last;
    }
    tlbi->ia = first;
    tlbi->size_bytes = last - first + 1;
    if (level == BUILD_TABLES) {
        tlbi->tables = true;
    } else {
        tlbi->levels = (uint8_t)(tlbi->levels | 1u << level);
    }
    tlbi->ttl = ttl(tlbi);
}

static void invalidate(struct build_op *op, struct armvirt_tlbi *tlbi, enum armvirt_tlbi_why why)
{
    tlbi->why = (uint8_t)why;
    op->build->ops->invalidate(op->build->ctx, tlbi);
    op->result->invalidations++;
}

void armvirt_build_owe(struct build_op *op, uint64_t ia, uint64_t bytes, int level)
{
    include(op, &op->result->owed, ia, bytes, level);
}

void armvirt_build_break(struct build_op *op, uint64_t ia, uint64_t bytes, int level, bool tables)
{
    struct armvirt_tlbi tlbi = armvirt_build_nothing(op);

    include(op, &tlbi, ia, bytes, level);
    if (tables) {
        include(op, &tlbi, ia, bytes, BUILD_TABLES);
    }
    invalidate(op, &tlbi, ARMVIRT_TLBI_BREAK);
    op->result->breaks++;
}

void armvirt_build_flush(struct build_op *op)
{
    if (build_live(op) && op->result->owed.size_bytes != 0) {
        invalidate(op, &op->result->owed, ARMVIRT_TLBI_CHANGED);
        op->result->owed = armvirt_build_nothing(op);
    }
}

enum armvirt_status armvirt_build_finish(struct build_op *op, enum armvirt_status status)
{
    armvirt_build_flush(op);
    status = build_worse(status, armvirt_build_free(op, &op->dead));
    status = build_worse(status, armvirt_build_recycle(op));
    for (unsigned skl = 0; skl < BUILD_SKLS; skl++) {
        status = build_worse(status, armvirt_build_free(op, &op->reserve[skl]));
    }
    return status;
}
