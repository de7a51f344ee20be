/* SPDX-License-Identifier: MIT */
/* Names of what armvirt/smmu_config.h enumerates, and of events and commands (IHI0070 7.3, 4.1). */
#include <armvirt/regs/smmu_structures.h>
#include <armvirt/text.h>
#include <armvirt/text_smmu.h>

#include "words.h"

static const struct reason_words reasons[] = {ARMVIRT_SMMU_REASONS(REASON_WORDS)};

const char *armvirt_smmu_reason_name(unsigned reason)
{
    return REASON_IN(reasons, reason).name;
}

const char *armvirt_smmu_reason_text(unsigned reason)
{
    return REASON_IN(reasons, reason).text;
}

const char *armvirt_smmu_reason_rule(unsigned reason)
{
    return REASON_IN(reasons, reason).rule;
}

const char *armvirt_smmu_id_rule_text(unsigned rule)
{
    static const char *const texts[] = {
#define TEXT(name, text) text,
        ARMVIRT_SMMU_ID_RULES(TEXT)
#undef TEXT
    };

    return NAME_IN(texts, rule);
}

const char *armvirt_smmu_event_name(unsigned type)
{
    uint64_t word = type & 0xff;
    struct armvirt_field field;

    armvirt_field_at(armvirt_layout_find("SMMU_EVT0"), &word, 0, 0, &field);
    return type <= 0xff && field.value_name != NULL ? field.value_name : UNKNOWN;
}

const char *armvirt_smmu_command_name(unsigned opcode)
{
    static const struct {
        uint8_t opcode;
        const char *name;
    } names[] = {
#define NAME(name) {ARMVIRT_SMMU_CMD0_OP_##name, "CMD_" #name}
        NAME(PREFETCH_CONFIG),
        NAME(PREFETCH_ADDR),
        NAME(CFGI_STE),
        NAME(CFGI_STE_RANGE),
        NAME(CFGI_CD),
        NAME(CFGI_CD_ALL),
        NAME(CFGI_VMS_PIDM),
        NAME(TLBI_NH_ALL),
        NAME(TLBI_NH_ASID),
        NAME(TLBI_NH_VA),
        NAME(TLBI_NH_VAA),
        NAME(TLBI_EL3_ALL),
        NAME(TLBI_EL3_VA),
        NAME(TLBI_EL2_ALL),
        NAME(TLBI_EL2_ASID),
        NAME(TLBI_EL2_VA),
        NAME(TLBI_EL2_VAA),
        NAME(TLBI_S12_VMALL),
        NAME(TLBI_S2_IPA),
        NAME(TLBI_NSNH_ALL),
        NAME(ATC_INV),
        NAME(PRI_RESP),
        NAME(RESUME),
        NAME(STALL_TERM),
        NAME(SYNC),
        NAME(TLBI_S_EL2_ALL),
        NAME(TLBI_S_EL2_ASID),
        NAME(TLBI_S_EL2_VA),
        NAME(TLBI_S_EL2_VAA),
        NAME(TLBI_S_S12_VMALL),
        NAME(TLBI_S_S2_IPA),
        NAME(TLBI_SNH_ALL),
        NAME(DPTI_ALL),
        NAME(DPTI_PA),
#undef NAME
    };

    for (size_t n = 0; n < COUNT_OF(names); n++) {
        if (names[n].opcode == opcode) {
            return names[n].name;
        }
    }
    return UNKNOWN;
}
