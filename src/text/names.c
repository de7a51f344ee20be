/* SPDX-License-Identifier: MIT */
/*
 * Names of the enumerators of armvirt/base.h. No switch has a default, so that the compiler reports
 * an enumerator that was added there and has no name here.
 */
#include <armvirt/names.h>

#include "words.h"

const char *armvirt_status_name(enum armvirt_status status)
{
    switch (status) {
#define NAME(name)                                                                                 \
    case ARMVIRT_##name:                                                                           \
        return #name;
        NAME(OK)
        NAME(FAULT)
        NAME(END)
        NAME(E_INVAL)
        NAME(E_UNSUPPORTED)
        NAME(E_AGAIN)
        NAME(E_NOSPACE)
        NAME(E_FORMAT)
        NAME(E_BUSY)
#undef NAME
    }
    return UNKNOWN;
}

const char *armvirt_space_name(enum armvirt_space space)
{
    switch (space) {
    case ARMVIRT_SPACE_NONSECURE:
        return "Non-secure";
    case ARMVIRT_SPACE_SECURE:
        return "Secure";
    case ARMVIRT_SPACE_REALM:
        return "Realm";
    case ARMVIRT_SPACE_ROOT:
        return "Root";
    }
    return UNKNOWN;
}

const char *armvirt_mem_what_name(enum armvirt_mem_what what)
{
    static const char *const names[] = {
        [ARMVIRT_MEM_STAGE1_DESC] = "stage 1 descriptor",
        [ARMVIRT_MEM_STAGE2_DESC] = "stage 2 descriptor",
        [ARMVIRT_MEM_GPT_ENTRY] = "granule protection table entry",
        [ARMVIRT_MEM_LPI_CONFIG] = "LPI configuration",
        [ARMVIRT_MEM_LPI_PENDING] = "LPI pending table",
        [ARMVIRT_MEM_VPE_TABLE] = "vPE configuration table entry",
        [ARMVIRT_MEM_ITS_COMMAND] = "ITS command",
        [ARMVIRT_MEM_ITS_ENTRY] = "ITS table entry",
        [ARMVIRT_MEM_SMMU_STREAM] = "stream table",
        [ARMVIRT_MEM_SMMU_CONTEXT] = "context descriptor",
        [ARMVIRT_MEM_SMMU_VMS] = "virtual machine structure",
        [ARMVIRT_MEM_SMMU_COMMAND] = "SMMU command",
        [ARMVIRT_MEM_SMMU_EVENT] = "SMMU event",
        [ARMVIRT_MEM_SMMU_PRI] = "page request",
        [ARMVIRT_MEM_SMMU_MSI] = "SMMU interrupt message",
        [ARMVIRT_MEM_SMMU_DPT] = "device permission table entry",
    };

    return NAME_IN(names, what);
}

const char *armvirt_bus_name(enum armvirt_bus bus)
{
    switch (bus) {
    case ARMVIRT_BUS_OK:
        return "OK";
    case ARMVIRT_BUS_ABORT:
        return "ABORT";
    case ARMVIRT_BUS_RETRY:
        return "RETRY";
    case ARMVIRT_BUS_RACE:
        return "RACE";
    }
    return UNKNOWN;
}
