/* SPDX-License-Identifier: MIT */
/*
 * Table accesses off the fast path: faults, observers, hardware updates of descriptors.
 * DDI0487 D8.5 (hardware management of access flag and dirty state), D8.15 (faults).
 */
#include "lookup.h"
#include "permission.h"

#include "../base/emit.h"

enum outcome armvirt_walk_fault(struct walker *w, const struct lookup *l, unsigned type,
                                unsigned reason, int level)
{
    w->out->fault = (struct armvirt_fault){
        .type = (uint8_t)type,
        .reason = (uint8_t)reason,
        .stage = l->number,
        .level = (int8_t)level,
        .s1ptw = l->s1ptw,
        .write = walker_reports_write(w),
        .ipa = l->number == 2 ? l->ia : 0,
        .ipa_space = l->number == 2 ? l->ia_space : 0,
        .desc_pa = l->desc_pa,
        .desc = l->desc[0],
    };
    return WALK_FAULT;
}

enum outcome armvirt_walk_refused(struct walker *w, const struct lookup *l, unsigned type,
                                  const struct verdict *v)
{
    struct armvirt_fault *fault = &w->out->fault;

    armvirt_walk_fault(w, l, type, v->reason, l->level);
    fault->overlay = v->overlay;
    fault->dirty_bit = v->dirty_bit;
    fault->top_level = v->top_level;
    fault->assured_only = v->assured_only;
    fault->tag_access = v->tag_access;
    fault->s1_tag_not_data = v->s1_tag_not_data;
    if (type == ARMVIRT_FAULT_PERMISSION) {
        fault->write = v->write;
    }
    return WALK_FAULT;
}

static void log_step(struct armvirt_walk_log *log, const struct lookup *l, unsigned kind,
                     unsigned reason)
{
    if (log->len < log->cap) {
        log->step[log->len] = (struct armvirt_step){
            .pa = l->desc_pa,
            .ia = l->ia,
            .desc = {l->desc[0], l->stage->d128 ? l->desc[1] : 0},
            .level = l->level,
            .stage = l->number,
            .kind = (uint8_t)kind,
            .space = l->desc_space,
            .index_hi = l->index_hi,
            .index_lo = l->index_lo,
            .format = l->stage->format,
            .reason = (uint8_t)reason,
        };
    }
    log->len++;
}

void armvirt_table_observe(struct walker *w, const struct lookup *l, unsigned kind, unsigned reason)
{
    if (w->env->log != NULL) {
        log_step(w->env->log, l, kind, reason);
    }
    armvirt_emit(w->env->trace,
                 kind == ARMVIRT_STEP_UPDATE ? ARMVIRT_EV_PT_UPDATE : ARMVIRT_EV_PT_DESC, l->number,
                 (uint64_t)(int64_t)l->level, l->desc_pa, l->desc[0]);
}

enum outcome armvirt_table_abort(struct walker *w, const struct lookup *l, enum armvirt_bus bus)
{
    if (bus == ARMVIRT_BUS_RETRY) {
        return WALK_RETRY;
    }
    armvirt_table_observe(w, l, ARMVIRT_STEP_ABORT, ARMVIRT_REASON_EXTERNAL);
    armvirt_walk_fault(w, l, ARMVIRT_FAULT_EXTERNAL_ON_WALK, ARMVIRT_REASON_EXTERNAL, l->level);
    w->out->fault.pa = l->desc_pa;
    w->out->fault.pa_space = l->desc_space;
    return WALK_FAULT;
}

enum outcome armvirt_table_gpc(struct walker *w, const struct lookup *l)
{
    struct armvirt_fault gpc;
    enum outcome outcome =
        armvirt_gpc_walk(w->regime, w->env, l->desc_pa, l->desc_space, &gpc, &w->out->reads);

    if (outcome == WALK_FAULT) {
        armvirt_walk_fault(w, l, ARMVIRT_FAULT_GPC_ON_WALK, gpc.reason, l->level);
        w->out->fault.gpcf = gpc.gpcf;
        w->out->fault.gpc_level = gpc.gpc_level;
        w->out->fault.gpc_s2walk = l->number == 2;
        w->out->fault.pa = l->desc_pa;
        w->out->fault.pa_space = l->desc_space;
    }
    return outcome;
}

/* In memory the descriptor has the byte order of the tables. */
static void to_memory_order(const struct armvirt_stage *stage, uint64_t desc[2])
{
    if (stage->big_endian && stage->d128) {
        armvirt_bswap128(desc);
    } else if (stage->big_endian) {
        desc[0] = armvirt_bswap64(desc[0]);
    }
}

/* DDI0487 R_LFTXR, R_PQJJR: one atomic update, checked for granule protection like any table
 * access. */
enum outcome armvirt_table_update(struct walker *w, struct lookup *l, const uint64_t desc[2])
{
    struct armvirt_mem_req req = lookup_request(l);
    uint64_t was[2] = {l->desc[0], l->desc[1]};
    uint64_t becomes[2] = {desc[0], desc[1]};
    enum armvirt_bus bus;

    if (w->regime->gpc.enabled) {
        enum outcome checked = armvirt_table_gpc(w, l);
        if (checked != WALK_OK) {
            return checked;
        }
    }
    to_memory_order(l->stage, was);
    to_memory_order(l->stage, becomes);
    bus = w->env->mem.ops->cas(w->env->mem.ctx, &req, was, becomes);
    if (bus == ARMVIRT_BUS_RACE) {
        return WALK_RACE;
    }
    if (bus != ARMVIRT_BUS_OK) {
        enum outcome outcome = armvirt_table_abort(w, l, bus);

        w->out->fault.reason = ARMVIRT_REASON_EXTERNAL_UPDATE;
        return outcome;
    }
    l->desc[0] = desc[0];
    l->desc[1] = desc[1];
    armvirt_table_observe(w, l, ARMVIRT_STEP_UPDATE, ARMVIRT_REASON_NONE);
    return WALK_OK;
}
