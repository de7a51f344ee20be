/* SPDX-License-Identifier: MIT */
/*
 * Names of the enumerators of armvirt/fault.h and armvirt/pgtable.h; faults, memory attributes and
 * permissions in words. DDI0487 D8.4, D8.6, D8.16.
 */
#include <armvirt/text_walk.h>

#include "words.h"
#include "writer.h"

#include <stdbool.h>

/* ---- faults ---- */

static const struct reason_words reasons[] = {ARMVIRT_REASONS(REASON_WORDS)};

const char *armvirt_reason_name(unsigned reason)
{
    return REASON_IN(reasons, reason).name;
}

const char *armvirt_reason_text(unsigned reason)
{
    return REASON_IN(reasons, reason).text;
}

const char *armvirt_reason_rule(unsigned reason)
{
    return REASON_IN(reasons, reason).rule;
}

const char *armvirt_fault_type_name(unsigned type)
{
    static const char *const names[] = {
        [ARMVIRT_FAULT_NONE] = "none",
        [ARMVIRT_FAULT_TRANSLATION] = "Translation fault",
        [ARMVIRT_FAULT_ADDRESS_SIZE] = "Address size fault",
        [ARMVIRT_FAULT_ACCESS_FLAG] = "Access flag fault",
        [ARMVIRT_FAULT_PERMISSION] = "Permission fault",
        [ARMVIRT_FAULT_ALIGNMENT] = "Alignment fault",
        [ARMVIRT_FAULT_EXTERNAL_ON_WALK] = "Synchronous External abort on a table walk",
        [ARMVIRT_FAULT_GPC_ON_WALK] = "Granule Protection Fault on a table walk",
        [ARMVIRT_FAULT_GPC_ON_OUTPUT] = "Granule Protection Fault",
        [ARMVIRT_FAULT_DOMAIN] = "Domain fault",
        [ARMVIRT_FAULT_UNSUPPORTED_ATOMIC] = "Unsupported atomic access fault",
    };

    return NAME_IN(names, type);
}

/* Whether the level is part of what the architecture reports for the fault. */
static bool has_level(unsigned type)
{
    return type != ARMVIRT_FAULT_ALIGNMENT && type != ARMVIRT_FAULT_GPC_ON_OUTPUT &&
           type != ARMVIRT_FAULT_UNSUPPORTED_ATOMIC;
}

size_t armvirt_text_fault(const struct armvirt_fault *fault, char *text, size_t cap)
{
    struct writer out = {text, cap, 0};

    writer_put(&out, "%s", armvirt_fault_type_name(fault->type));
    if (has_level(fault->type)) {
        writer_put(&out, ", level %d", fault->level);
    }
    if (fault->stage != 0) {
        writer_put(&out, ", stage %u", fault->stage);
    }
    if (fault->s1ptw) {
        writer_put(&out, ", on a stage 1 table access");
    }
    return out.len;
}

/* ---- names ---- */

const char *armvirt_regime_name(unsigned id)
{
    static const char *const names[] = {
        [ARMVIRT_REGIME_EL10] = "EL1&0",
        [ARMVIRT_REGIME_EL20] = "EL2&0",
        [ARMVIRT_REGIME_EL2] = "EL2",
        [ARMVIRT_REGIME_EL3] = "EL3",
    };

    return NAME_IN(names, id);
}

const char *armvirt_format_name(unsigned format)
{
    static const char *const names[] = {
        [ARMVIRT_FORMAT_VMSA64] = "VMSAv8-64",
        [ARMVIRT_FORMAT_VMSA128] = "VMSAv9-128",
        [ARMVIRT_FORMAT_LPAE] = "VMSAv8-32 Long-descriptor",
        [ARMVIRT_FORMAT_SHORT] = "VMSAv8-32 Short-descriptor",
    };

    return NAME_IN(names, format);
}

const char *armvirt_access_kind_name(unsigned kind)
{
    static const char *const names[] = {
        [ARMVIRT_READ] = "read",
        [ARMVIRT_WRITE] = "write",
        [ARMVIRT_READ_WRITE] = "read and write",
        [ARMVIRT_FETCH] = "instruction fetch",
        [ARMVIRT_AT_READ] = "AT read",
        [ARMVIRT_AT_WRITE] = "AT write",
        [ARMVIRT_AT_ANY] = "AT without permission check",
        [ARMVIRT_DC_INVALIDATE] = "data cache invalidate",
        [ARMVIRT_DC_CLEAN] = "data cache clean",
        [ARMVIRT_DC_CLEAN_INVALIDATE] = "data cache clean and invalidate",
        [ARMVIRT_DC_ZERO] = "data cache zero",
        [ARMVIRT_IC] = "instruction cache invalidate",
        [ARMVIRT_GCS_READ] = "Guarded Control Stack read",
        [ARMVIRT_GCS_WRITE] = "Guarded Control Stack write",
        [ARMVIRT_NV2_READ] = "NV2 register read",
        [ARMVIRT_NV2_WRITE] = "NV2 register write",
        [ARMVIRT_DEBUGGER] = "debugger access",
    };

    return NAME_IN(names, kind);
}

const char *armvirt_step_kind_name(unsigned kind)
{
    static const char *const names[] = {
        [ARMVIRT_STEP_TABLE] = "table",     [ARMVIRT_STEP_LEAF] = "leaf",
        [ARMVIRT_STEP_INVALID] = "invalid", [ARMVIRT_STEP_ABORT] = "abort",
        [ARMVIRT_STEP_UPDATE] = "update",   [ARMVIRT_STEP_GPT] = "granule",
    };

    return NAME_IN(names, kind);
}

/* ---- memory attributes ---- */

/* Half of a MAIR byte of Normal memory. DDI0487 D24.2 MAIR_EL1. */
enum policy { NON_CACHEABLE, WRITE_THROUGH, WRITE_BACK };

struct cacheability {
    enum policy policy;
    bool transient;
    unsigned allocate; /* bit 0: on writes, bit 1: on reads */
};

static struct cacheability cacheability(unsigned nibble)
{
    unsigned allocate = nibble & 3;

    if ((nibble & 8) != 0) {
        return (struct cacheability){nibble & 4 ? WRITE_BACK : WRITE_THROUGH, false, allocate};
    }
    if (nibble == 4 || nibble == 0) {
        return (struct cacheability){NON_CACHEABLE, false, 0};
    }
    return (struct cacheability){nibble & 4 ? WRITE_BACK : WRITE_THROUGH, true, allocate};
}

static bool is_device(unsigned mair)
{
    return mair >> 4 == 0;
}

static const char *device_name(unsigned mair)
{
    static const char *const names[] = {"Device-nGnRnE", "Device-nGnRE", "Device-nGRE",
                                        "Device-GRE"};

    return names[mair >> 2 & 3];
}

static void put_cacheability(struct writer *out, unsigned nibble)
{
    static const char *const policies[] = {"Non-cacheable", "Write-Through", "Write-Back"};
    static const char *const allocations[] = {"", " WA", " RA", " RWA"};
    struct cacheability c = cacheability(nibble);

    writer_put(out, "%s%s%s", policies[c.policy], c.transient ? " transient" : "",
               allocations[c.allocate]);
}

static void put_normal(struct writer *out, unsigned mair)
{
    writer_put(out, "Normal, ");
    if (mair >> 4 == (mair & 0xf)) {
        writer_put(out, "Inner/Outer ");
        put_cacheability(out, mair & 0xf);
        return;
    }
    writer_put(out, "Inner ");
    put_cacheability(out, mair & 0xf);
    writer_put(out, ", Outer ");
    put_cacheability(out, mair >> 4);
}

size_t armvirt_text_memattr(const struct armvirt_memattr *attr, char *text, size_t cap)
{
    static const char *const sh[] = {"Non-shareable", "reserved", "Outer Shareable",
                                     "Inner Shareable"};
    static const char *const tags[] = {
        [ARMVIRT_UNTAGGED] = "",
        [ARMVIRT_ALLOCATION_TAGGED] = ", Tagged",
        [ARMVIRT_CANONICALLY_TAGGED] = ", Canonically Tagged",
    };
    struct writer out = {text, cap, 0};

    if (is_device(attr->mair)) {
        writer_put(&out, "%s", device_name(attr->mair));
    } else {
        put_normal(&out, attr->mair);
        writer_put(&out, ", %s", sh[attr->sh & 3]);
    }
    writer_put(&out, "%s", NAME_IN(tags, attr->tag));
    if (attr->no_tag_access) {
        writer_put(&out, ", NoTagAccess");
    }
    return out.len;
}

size_t armvirt_text_memattr_short(const struct armvirt_memattr *attr, char *text, size_t cap)
{
    static const char *const policies[] = {"NC", "WT", "WB"};
    static const char *const sh[] = {"NSH", "res", "OSH", "ISH"};
    struct writer out = {text, cap, 0};
    enum policy inner = cacheability(attr->mair & 0xf).policy;
    enum policy outer = cacheability(attr->mair >> 4u).policy;

    if (is_device(attr->mair)) {
        writer_put(&out, "%s", device_name(attr->mair));
        return out.len;
    }
    writer_put(&out, "Normal-%s", policies[inner]);
    if (outer != inner) {
        writer_put(&out, "/%s", policies[outer]);
    }
    writer_put(&out, " %s%s", sh[attr->sh & 3], attr->tag != ARMVIRT_UNTAGGED ? " Tagged" : "");
    return out.len;
}

/* ---- permissions ---- */

/* The four rights of one privilege level, as bits 3:0. */
static void put_rights(struct writer *out, unsigned rights)
{
    writer_put(out, "%c%c%c%s", rights & ARMVIRT_PERM_EL0_R ? 'r' : '-',
               rights & ARMVIRT_PERM_EL0_W ? 'w' : '-', rights & ARMVIRT_PERM_EL0_X ? 'x' : '-',
               rights & ARMVIRT_PERM_EL0_GCS ? "g" : "");
}

size_t armvirt_text_perm(unsigned regime_id, unsigned perm, char *text, size_t cap)
{
    static const char *const privileged[] = {
        [ARMVIRT_REGIME_EL10] = "EL1",
        [ARMVIRT_REGIME_EL20] = "EL2",
        [ARMVIRT_REGIME_EL2] = "EL2",
        [ARMVIRT_REGIME_EL3] = "EL3",
    };
    struct writer out = {text, cap, 0};

    if (regime_id == ARMVIRT_REGIME_EL10 || regime_id == ARMVIRT_REGIME_EL20) {
        writer_put(&out, "EL0 ");
        put_rights(&out, perm);
        writer_put(&out, ", ");
    }
    writer_put(&out, "%s ", NAME_IN(privileged, regime_id));
    put_rights(&out, perm >> 4);
    return out.len;
}
