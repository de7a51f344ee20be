/* SPDX-License-Identifier: MIT */
/*
 * Names of the enumerators of armvirt/base.h. No switch has a default, so that the compiler reports
 * an enumerator that was added there and has no name here.
 */
#include <armvirt/names.h>

#define UNKNOWN "unknown"

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

/* Of accesses by an SMMU itself. */
static const char *smmu_access_name(unsigned what)
{
    static const char *const names[] = {
        [ARMVIRT_MEM_SMMU_STREAM - ARMVIRT_MEM_SMMU_STREAM] = "stream table",
        [ARMVIRT_MEM_SMMU_CONTEXT - ARMVIRT_MEM_SMMU_STREAM] = "context descriptor",
        [ARMVIRT_MEM_SMMU_VMS - ARMVIRT_MEM_SMMU_STREAM] = "virtual machine structure",
        [ARMVIRT_MEM_SMMU_COMMAND - ARMVIRT_MEM_SMMU_STREAM] = "SMMU command",
        [ARMVIRT_MEM_SMMU_EVENT - ARMVIRT_MEM_SMMU_STREAM] = "SMMU event",
        [ARMVIRT_MEM_SMMU_PRI - ARMVIRT_MEM_SMMU_STREAM] = "page request",
        [ARMVIRT_MEM_SMMU_MSI - ARMVIRT_MEM_SMMU_STREAM] = "SMMU interrupt message",
        [ARMVIRT_MEM_SMMU_DPT - ARMVIRT_MEM_SMMU_STREAM] = "device permission table entry",
    };
    unsigned n = what - ARMVIRT_MEM_SMMU_STREAM;

    return n < sizeof(names) / sizeof(names[0]) ? names[n] : UNKNOWN;
}

const char *armvirt_mem_what_name(enum armvirt_mem_what what)
{
    switch (what) {
    case ARMVIRT_MEM_STAGE1_DESC:
        return "stage 1 descriptor";
    case ARMVIRT_MEM_STAGE2_DESC:
        return "stage 2 descriptor";
    case ARMVIRT_MEM_GPT_ENTRY:
        return "granule protection table entry";
    case ARMVIRT_MEM_LPI_CONFIG:
        return "LPI configuration";
    case ARMVIRT_MEM_LPI_PENDING:
        return "LPI pending table";
    case ARMVIRT_MEM_VPE_TABLE:
        return "vPE configuration table entry";
    case ARMVIRT_MEM_ITS_COMMAND:
        return "ITS command";
    case ARMVIRT_MEM_ITS_ENTRY:
        return "ITS table entry";
    default:
        return smmu_access_name(what);
    }
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
