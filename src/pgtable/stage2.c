/* SPDX-License-Identifier: MIT */
/*
 * The stage 2 walk, for the output of stage 1 and for the descriptors that stage 1 fetches.
 * DDI0487 D8.1.10, D8.2, D8.4.2, D8.6.3 to D8.6.7; J1.1.4 S2Translate, S2Walk.
 */
#include "attr.h"
#include "descend.h"

#include "../base/mem_functions.h"

unsigned armvirt_stage2_refuses(const struct armvirt_stage *stage, uint64_t ipa)
{
    if (stage->init_reason != ARMVIRT_REASON_NONE) {
        return stage->init_reason;
    }
    return ipa >> stage->ia_bits != 0 ? ARMVIRT_REASON_IPA_RANGE : ARMVIRT_REASON_NONE;
}

/* Where a stage 2 leaf leads. DDI0487 D8.2.6.2 (Secure), D8.3.1.2 bit 55 (Realm). */
static uint8_t output_space(const struct armvirt_regime *regime, const struct lookup *l)
{
    bool ns;

    switch (regime->security) {
    case ARMVIRT_SPACE_SECURE:
        ns = l->ia_space == ARMVIRT_SPACE_SECURE ? regime->s2_secure_ipa_out_ns
                                                 : regime->s2_nonsecure_ipa_out_ns;
        return ns ? ARMVIRT_SPACE_NONSECURE : ARMVIRT_SPACE_SECURE;
    case ARMVIRT_SPACE_REALM:
        ns = l->stage->d128 ? (l->desc[1] & ARMVIRT_VMSA128_S2_LEAF_NS_HI) != 0
                            : (l->desc[0] & ARMVIRT_VMSA64_S2_LEAF_NS) != 0;
        return ns ? ARMVIRT_SPACE_NONSECURE : ARMVIRT_SPACE_REALM;
    default:
        return ARMVIRT_SPACE_NONSECURE;
    }
}

/* DDI0487 D8.5.1.2, D8.5.2.1: access flag, and for writes the dirty state, which at stage 2 is bit
 * 7 set. */
static enum outcome update_leaf(struct walker *w, struct lookup *l, bool write, unsigned fault_type)
{
    uint64_t desc[2] = {l->desc[0], l->desc[1]};

    if (lookup_sets_access_flag(w, l, fault_type)) {
        desc[0] |= ARMVIRT_VMSA64_S2_LEAF_AF;
    }
    if (write && lookup_sets_dirty(w, l, fault_type)) {
        desc[0] |= ARMVIRT_VMSA64_S2_LEAF_DIRTY;
    }
    if (desc[0] == l->desc[0] || !lookup_updates(w, l)) {
        return WALK_OK;
    }
    return armvirt_table_update(w, l, desc);
}

/* Walk to a checked leaf; the same for table accesses and final addresses. */
static enum outcome find_leaf(struct walker *w, struct lookup *l, uint64_t *oa)
{
    unsigned reason = armvirt_stage2_refuses(l->stage, l->ia);
    enum outcome outcome;

    if (reason != ARMVIRT_REASON_NONE) {
        return armvirt_walk_fault(w, l, ARMVIRT_FAULT_TRANSLATION, reason, 0);
    }
    outcome = descend_to_leaf(w, l, false);
    if (outcome != WALK_OK) {
        return outcome;
    }
    *oa = lookup_output(w, l);
    return lookup_check_leaf(w, l, *oa, lookup_leaf_reason(w, l));
}

static uint16_t output_mecid(const struct lookup *l, uint8_t space)
{
    bool amec = l->stage->d128 ? (l->desc[1] & DESC128_AMEC_HI) != 0
                               : (l->desc[0] & ARMVIRT_VMSA64_S2_LEAF_AMEC) != 0;

    return space == ARMVIRT_SPACE_REALM ? l->stage->mecid[amec] : 0;
}

enum outcome armvirt_stage2_table(struct walker *w, const struct s2_table_access *t,
                                  struct s2_table_result *result)
{
    static const struct armvirt_memattr normal = {.mair = ATTR_WB_RWA};
    struct s2_context context = {.table = t, .s1_assured = t->assured};
    struct lookup l;
    struct rights rights;
    struct verdict verdict;
    enum outcome outcome;
    unsigned type;

    lookup_begin(&l, armvirt_stage2_tables(w->regime, t->space), 2, t->ipa);
    l.s1ptw = true;
    l.ia_space = t->space;
    outcome = find_leaf(w, &l, &result->pa);
    if (outcome != WALK_OK) {
        return outcome;
    }
    result->space = output_space(w->regime, &l);
    context.device = armvirt_s2_is_device(l.stage, l.desc[0], &normal);
    context.output_space = result->space;
    rights = armvirt_s2_rights(w->regime, &l);
    result->mro = rights.mro;
    result->mecid = output_mecid(&l, result->space);
    verdict = armvirt_s2_check(w, &l, &rights, &context);
    type = verdict.reason == ARMVIRT_REASON_NONE ? ARMVIRT_FAULT_NONE : ARMVIRT_FAULT_PERMISSION;
    outcome = update_leaf(w, &l, t->write, type);
    if (outcome != WALK_OK || type == ARMVIRT_FAULT_NONE) {
        return outcome;
    }
    outcome = armvirt_walk_refused(w, &l, type, &verdict);
    w->out->fault.table_write = t->write;
    return outcome;
}

static unsigned check_final(const struct walker *w, const struct lookup *l,
                            const struct rights *rights, const struct s2_context *context,
                            const struct armvirt_memattr *attr, struct verdict *verdict)
{
    unsigned reason = armvirt_alignment_reason(w, attr, 2);

    if (reason != ARMVIRT_REASON_NONE) {
        *verdict = (struct verdict){.reason = (uint8_t)reason, .write = walker_reports_write(w)};
        return ARMVIRT_FAULT_ALIGNMENT;
    }
    *verdict = armvirt_s2_check(w, l, rights, context);
    return verdict->reason == ARMVIRT_REASON_NONE ? ARMVIRT_FAULT_NONE : ARMVIRT_FAULT_PERMISSION;
}

static void report_leaf(struct walker *w, const struct lookup *l, const struct rights *r,
                        uint64_t oa, const struct s2_context *context)
{
    const uint8_t gcs = ARMVIRT_PERM_EL0_GCS | ARMVIRT_PERM_PRIV_GCS;
    uint8_t given = (uint8_t)~armvirt_s2_withheld(w, l, context), alike_log2;
    struct armvirt_leaf *leaf = &w->out->s2;

    lookup_report(leaf, l, r, oa);
    leaf->space = context->output_space;
    leaf->perm &= given;
    w->out->perm &= (leaf->perm | gcs) & given;
    alike_log2 = lookup_alike_log2(l, leaf);
    if (alike_log2 < w->out->size_log2) {
        w->out->size_log2 = alike_log2;
    }
}

enum outcome armvirt_stage2_final(struct walker *w, const struct lookup *leaf,
                                  const struct s1_output *s1)
{
    const struct armvirt_regime *regime = w->regime;
    struct s2_context context = {.s1_assured = s1->assured};
    bool write = walker_is(w, TRAIT_WRITE) && !walker_is(w, TRAIT_AT);
    struct armvirt_memattr attr;
    struct verdict verdict;
    struct rights rights;
    struct lookup l;
    enum outcome outcome;
    unsigned type;
    uint64_t oa;

    if (leaf != NULL) {
        l = *leaf;
        oa = lookup_output(w, &l);
        outcome = lookup_check_leaf(w, &l, oa, lookup_leaf_reason(w, &l));
    } else {
        lookup_begin(&l, armvirt_stage2_tables(regime, s1->space), 2, s1->ipa);
        l.ia_space = s1->space;
        outcome = find_leaf(w, &l, &oa);
    }
    if (outcome != WALK_OK) {
        return outcome;
    }
    attr = armvirt_s2_attr(regime, l.stage, l.desc[0], &s1->attr);
    context.device = armvirt_attr_is_device(&attr);
    context.tagged = s1->attr.tag == ARMVIRT_ALLOCATION_TAGGED;
    context.output_space = output_space(regime, &l);
    rights = armvirt_s2_rights(regime, &l);
    type = check_final(w, &l, &rights, &context, &attr, &verdict);
    if (type == ARMVIRT_FAULT_ALIGNMENT) { /* what may not be written does not become dirty */
        write = write && armvirt_s2_check(w, &l, &rights, &context).reason == ARMVIRT_REASON_NONE;
    }
    outcome = update_leaf(w, &l, write, type);
    if (outcome != WALK_OK) {
        return outcome;
    }
    if (type != ARMVIRT_FAULT_NONE) {
        return armvirt_walk_refused(w, &l, type, &verdict);
    }
    w->out->pa = oa;
    w->out->pa_space = context.output_space;
    w->out->mecid = output_mecid(&l, context.output_space);
    w->out->attr =
        armvirt_combine_attr(regime, l.stage, &s1->attr, attr, walker_is(w, TRAIT_FETCH));
    report_leaf(w, &l, &rights, oa, &context);
    return regime->s2_data_nc ? WALK_OK : armvirt_walk_check_ls64(w, &attr, 2, l.level);
}
