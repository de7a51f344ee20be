/* SPDX-License-Identifier: MIT */
/*
 * Functions of the SMC Calling Convention (DEN0028): owners, and the names of PSCI (DEN0022), SDEI
 * (DEN0054), TRNG (DEN0098), FF-A (DEN0077) and the Realm Management Monitor (DEN0137).
 */
#include "words.h"
#include "writer.h"

#include <armvirt/text_exc.h>

#define FAST 0x80000000u

/* Names of consecutive function numbers, separated by blanks; "-" is none. */
struct service {
    uint16_t first;
    uint8_t owner;
    const char *prefix, *names;
};

static const struct service services[] = {
    {0x0000, 0, "SMCCC_", "VERSION ARCH_FEATURES ARCH_SOC_ID"},
    {0x3fff, 0, "SMCCC_", "ARCH_WORKAROUND_3"},
    {0x7fff, 0, "SMCCC_", "ARCH_WORKAROUND_2 ARCH_WORKAROUND_1"},
    {0x0000, 4, "PSCI_",
     "VERSION CPU_SUSPEND CPU_OFF CPU_ON AFFINITY_INFO MIGRATE MIGRATE_INFO_TYPE "
     "MIGRATE_INFO_UP_CPU SYSTEM_OFF SYSTEM_RESET FEATURES CPU_FREEZE CPU_DEFAULT_SUSPEND "
     "NODE_HW_STATE SYSTEM_SUSPEND SET_SUSPEND_MODE STAT_RESIDENCY STAT_COUNT SYSTEM_RESET2 "
     "MEM_PROTECT MEM_PROTECT_CHECK_RANGE SYSTEM_OFF2"},
    {0x0020, 4, "SDEI_",
     "VERSION EVENT_REGISTER EVENT_ENABLE EVENT_DISABLE EVENT_CONTEXT EVENT_COMPLETE "
     "EVENT_COMPLETE_AND_RESUME EVENT_UNREGISTER EVENT_STATUS EVENT_GET_INFO EVENT_ROUTING_SET "
     "PE_MASK PE_UNMASK INTERRUPT_BIND INTERRUPT_RELEASE EVENT_SIGNAL FEATURES PRIVATE_RESET "
     "SHARED_RESET"},
    {0x0050, 4, "TRNG_", "VERSION FEATURES GET_UUID RND"},
    {0x0060, 4, "FFA_",
     "ERROR SUCCESS INTERRUPT VERSION FEATURES RX_RELEASE RXTX_MAP RXTX_UNMAP PARTITION_INFO_GET "
     "ID_GET MSG_POLL MSG_WAIT YIELD RUN MSG_SEND MSG_SEND_DIRECT_REQ MSG_SEND_DIRECT_RESP "
     "MEM_DONATE MEM_LEND MEM_SHARE MEM_RETRIEVE_REQ MEM_RETRIEVE_RESP MEM_RELINQUISH MEM_RECLAIM "
     "MEM_OP_PAUSE MEM_OP_RESUME MEM_FRAG_RX MEM_FRAG_TX NORMAL_WORLD_RESUME "
     "NOTIFICATION_BITMAP_CREATE NOTIFICATION_BITMAP_DESTROY NOTIFICATION_BIND "
     "NOTIFICATION_UNBIND NOTIFICATION_SET NOTIFICATION_GET NOTIFICATION_INFO_GET RX_ACQUIRE "
     "SPM_ID_GET MSG_SEND2 SECONDARY_EP_REGISTER MEM_PERM_GET MEM_PERM_SET CONSOLE_LOG "
     "PARTITION_INFO_GET_REGS EL3_INTR_HANDLE MSG_SEND_DIRECT_REQ2 MSG_SEND_DIRECT_RESP2"},
    {0x00f0, 4, "EM_", "VERSION FEATURES CPU_ERRATUM_FEATURES"},
    {0x0150, 4, "RMI_",
     "VERSION GRANULE_DELEGATE GRANULE_UNDELEGATE DATA_CREATE DATA_CREATE_UNKNOWN DATA_DESTROY - "
     "REALM_ACTIVATE REALM_CREATE REALM_DESTROY REC_CREATE REC_DESTROY REC_ENTER RTT_CREATE "
     "RTT_DESTROY RTT_MAP_UNPROTECTED - RTT_READ_ENTRY RTT_UNMAP_UNPROTECTED - PSCI_COMPLETE "
     "FEATURES RTT_FOLD REC_AUX_COUNT RTT_INIT_RIPAS RTT_SET_RIPAS"},
    {0x0190, 4, "RSI_",
     "VERSION FEATURES MEASUREMENT_READ MEASUREMENT_EXTEND ATTESTATION_TOKEN_INIT "
     "ATTESTATION_TOKEN_CONTINUE REALM_CONFIG IPA_STATE_SET IPA_STATE_GET HOST_CALL"},
};

/* The @n-th word of @names and its length; 0 if there are not so many, or it is "-". */
static size_t word_at(const char *names, unsigned n, const char **word)
{
    size_t length = 0;

    *word = names;
    while (n > 0 && **word != '\0') {
        n -= **word == ' ';
        (*word)++;
    }
    while ((*word)[length] != '\0' && (*word)[length] != ' ') {
        length++;
    }
    return (*word)[0] == '-' ? 0 : length;
}

static bool put_known(struct writer *w, uint32_t id)
{
    unsigned owner = id >> 24 & 0x3f, number = id & 0xffff;

    for (size_t i = COUNT_OF(services); i-- > 0;) {
        const struct service *s = &services[i];

        if (s->owner == owner && number >= s->first) {
            const char *word;
            size_t length = word_at(s->names, number - s->first, &word);

            if (length != 0) {
                writer_put(w, "%s%.*s", s->prefix, (int)length, word);
                return true;
            }
        }
    }
    return false;
}

static const char *owner_name(unsigned owner)
{
    static const char *const names[] = {
        "Arm Architecture",  "CPU", "SiP", "OEM", "Standard Secure", "Standard Hypervisor",
        "Vendor Hypervisor",
    };

    if (owner < COUNT_OF(names)) {
        return names[owner];
    }
    return owner >= 0x32 ? "Trusted OS" : owner >= 0x30 ? "Trusted Application" : "reserved";
}

size_t armvirt_text_function(uint32_t id, char *text, size_t cap)
{
    struct writer writer = {text, cap, 0};

    if (!(id & FAST)) {
        writer_put(&writer, "yielding call 0x%x", id);
    } else if (!put_known(&writer, id)) {
        writer_put(&writer, "%s service 0x%04x", owner_name(id >> 24 & 0x3f), id & 0xffff);
    }
    return writer.len;
}
