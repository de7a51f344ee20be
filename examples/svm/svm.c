/* SPDX-License-Identifier: MIT */
/*
 * Shared virtual memory of a guest: a device works on the addresses of a guest's process. The guest
 * owns its context descriptors and stage 1 tables, the hypervisor owns stage 2 and the real queues.
 *
 * The device asks for a translation (ATS), is told that there is none, requests the page (PRI); the
 * guest maps it and responds; the device asks again and accesses memory. Then the guest unmaps it.
 */
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include <armvirt/mem.h>
#include <armvirt/regs/descriptors.h>
#include <armvirt/regs/smmu.h>
#include <armvirt/regs/smmu_structures.h>
#include <armvirt/smmu_ats.h>
#include <armvirt/text_smmu.h>
#include <armvirt/vsmmu.h>

/* Physical memory. The guest's begins at GUEST, which it sees at IPA 0x40000000. */
enum { STREAMS = 0x10000, STAGE2 = 0x20000, COMMANDS = 0x30000, EVENTS = 0x31000, PAGES = 0x32000 };
enum { GUEST = 0x0, CD_TABLE = 0x40000, L1 = 0x50000, L2 = 0x51000, L3 = 0x52000, DATA = 0x60000 };
#define IPA(pa) (UINT64_C(0x40000000) + (uint64_t)(pa))

/* A field of a structure or register of the SMMU, by its name in the manual. */
#define PUT(field, value) ARMVIRT_PUT(ARMVIRT_SMMU_##field, value)
#define GET(field, word)  ARMVIRT_GET(ARMVIRT_SMMU_##field, word)

/* Registers that are used, by their offsets (IHI0070 6.2). */
enum {
    CR0 = 0x20,
    STRTAB_BASE = 0x80,
    STRTAB_BASE_CFG = 0x88,
    CMDQ_BASE = 0x90,
    CMDQ_PROD = 0x98,
    EVENTQ_BASE = 0xa0,
    PRIQ_BASE = 0xc0,
    PRIQ_PROD = 0x100c8,
    PRIQ_CONS = 0x100cc,
};

#define QUEUE_LOG2 3 /* eight records each */

#define HOST_SID  UINT32_C(8) /* the device, for the hardware ... */
#define GUEST_SID UINT32_C(1) /* ... and for the guest */
#define PASID     UINT32_C(3)
#define VMID      UINT64_C(7)
#define ASID      UINT64_C(5)
#define ADDRESS   UINT64_C(0x7000) /* of the process */

/* Descriptors: of a next-level table, of a page of the process, of a block of stage 2. */
#define TABLE                         3u
#define PUT_LEAF(stage, field, value) ARMVIRT_PUT(ARMVIRT_VMSA64_##stage##_LEAF_##field, value)
#define STAGE1_RW                                                                                  \
    (ARMVIRT_VMSA64_S1_LEAF_AF | PUT_LEAF(S1, SH, 3) | PUT_LEAF(S1, AP, 1) |                       \
     ARMVIRT_VMSA64_S1_LEAF_TYPE | ARMVIRT_VMSA64_S1_LEAF_VALID)
#define STAGE2_RW                                                                                  \
    (ARMVIRT_VMSA64_S2_LEAF_AF | PUT_LEAF(S2, SH, 3) | PUT_LEAF(S2, S2AP, 3) |                     \
     PUT_LEAF(S2, MEMATTR, 15) | ARMVIRT_VMSA64_S2_LEAF_VALID)

static uint8_t memory[0x80000];
static _Alignas(ARMVIRT_SMMU_ALIGN) uint8_t storage[ARMVIRT_SMMU_SIZE(0, 0, 256)];
static struct armvirt_smmu *smmu;

static void poke(uint64_t pa, uint64_t value)
{
    for (unsigned n = 0; n < 8; n++) {
        memory[pa + n] = (uint8_t)(value >> 8 * n);
    }
}

static uint64_t peek(uint64_t pa)
{
    uint64_t value = 0;

    for (unsigned n = 8; n-- > 0;) {
        value = value << 8 | memory[pa + n];
    }
    return value;
}

static void set(uint32_t offset, uint8_t size, uint64_t value)
{
    armvirt_smmu_write(smmu, &(struct armvirt_smmu_access){.offset = offset, .size = size}, value);
}

static uint64_t get(uint32_t offset)
{
    uint64_t value = 0;

    armvirt_smmu_read(smmu, &(struct armvirt_smmu_access){.offset = offset, .size = 4}, &value);
    return value;
}

/* ---- The device ------------------------------------------------------------------------------ */

/* Its address translation cache has one entry. */
static struct armvirt_smmu_ats_completion cached;

static bool on_atc_inv(void *ctx, const struct armvirt_smmu_atc_inv *inv)
{
    (void)ctx;
    printf("device: forget %u KB at %#" PRIx64 " of PASID %" PRIu32 "\n",
           1u << (inv->size_log2 - 10), inv->address, inv->ssid);
    memset(&cached, 0, sizeof(cached));
    return true;
}

static void on_response(void *ctx, const struct armvirt_smmu_prg_response *response)
{
    (void)ctx;
    printf("device: page request group %u: %s\n", response->prg_index,
           response->code == 0 ? "success" : "failure");
}

static void device_asks(void)
{
    const struct armvirt_smmu_ats_request request = {
        .addr = ADDRESS, .sid = HOST_SID, .ssid = PASID, .ssv = true};

    armvirt_smmu_ats_translate(smmu, &request, &cached);
    printf("device: where is %#" PRIx64 "? ", ADDRESS);
    if (cached.read) {
        printf("at %#" PRIx64 ", %s\n", cached.address, cached.write ? "read and write" : "read");
    } else {
        printf("no access (%s)\n", armvirt_smmu_reason_text(cached.reason));
    }
}

static void device_writes(void)
{
    struct armvirt_smmu_txn txn = {.addr = cached.address + 0x10,
                                   .sid = HOST_SID,
                                   .flags = ARMVIRT_SMMU_TRANSLATED | ARMVIRT_SMMU_WRITE};
    struct armvirt_smmu_result result;

    armvirt_smmu_translate(smmu, &txn, &result);
    if (result.outcome == ARMVIRT_SMMU_PASS) {
        poke(result.pa, 42);
        printf("device: wrote 42 to physical %#" PRIx64 "\n", result.pa);
    }
}

/* ---- The hypervisor -------------------------------------------------------------------------- */

static bool stream(void *ctx, bool to_guest, uint32_t sid, uint32_t *other)
{
    (void)ctx;
    *other = to_guest ? GUEST_SID : HOST_SID;
    return sid == (to_guest ? HOST_SID : GUEST_SID);
}

static struct armvirt_vsmmu vsmmu = {.ats = true, .stream = stream};

static void submit(const uint64_t word[2])
{
    uint64_t prod = get(CMDQ_PROD);
    char text[160];

    armvirt_text_smmu_command(word, text, sizeof(text));
    printf("hypervisor: %s\n", text);
    poke(COMMANDS + (prod & 7) * 16, word[0]);
    poke(COMMANDS + (prod & 7) * 16 + 8, word[1]);
    set(CMDQ_PROD, 4, (prod + 1) & 15); /* three bits of index, and the wrap bit */
    armvirt_smmu_run(smmu, 8);
}

/* A command of the guest: hand it on, or act on it. */
static void guest_commands(uint64_t word0, uint64_t word1)
{
    uint64_t guest[2] = {word0, word1}, out[2];

    if (armvirt_vsmmu_command(&vsmmu, guest, out) == ARMVIRT_VSMMU_FORWARD) {
        submit(out);
    } else { /* CMD_PRI_RESP goes to the device, CMD_SYNC waits for what was handed on */
        bool sync = GET(CMD0_OP, guest[0]) == ARMVIRT_SMMU_CMD0_OP_SYNC;

        out[0] = (guest[0] & ~ARMVIRT_SMMU_CMD0_SID) | PUT(CMD0_SID, sync ? 0 : HOST_SID);
        out[1] = guest[1];
        submit(out);
    }
}

/* The guest's entry becomes the physical one, with the guest's stage 1 under our stage 2. */
static void install(const uint64_t guest[8])
{
    struct armvirt_vsmmu_ste made;

    armvirt_vsmmu_ste(&vsmmu, guest, &made);
    for (unsigned n = 0; n < 8; n++) {
        poke(STREAMS + HOST_SID * 64 + n * 8, made.word[n]);
    }
    printf("hypervisor: the guest's entry, Config %" PRIu64 ", becomes Config %" PRIu64 "\n",
           GET(STE0_CONFIG, guest[0]), GET(STE0_CONFIG, made.word[0]));
}

static void page_request_arrives(void)
{
    uint64_t record = peek(PAGES), page = peek(PAGES + 8);

    set(PRIQ_CONS, 4, get(PRIQ_PROD));
    printf("hypervisor: page request of stream %" PRIu64 ", PASID %" PRIu64 " for %#" PRIx64
           ": to the guest\n",
           GET(PRI0_SID, record), GET(PRI0_SSID, record), page & ARMVIRT_SMMU_PRI1_ADDRESS);
}

static void start(void)
{
    static const struct armvirt_smmu_ops ops = {.atc_inv = on_atc_inv, .prg_response = on_response};
    static struct armvirt_mem_flat flat = {memory, 0, sizeof(memory), true};
    struct armvirt_smmu_config config = {.mem = armvirt_mem_from_flat(&flat), .ops = &ops};

    armvirt_smmu_preset_id(ARMVIRT_SMMU_FVP, &config.id);
    armvirt_smmu_init(storage, sizeof(storage), &config, &smmu);
    vsmmu.host = vsmmu.guest = config.id;
    vsmmu.guest.idr[0] &= ~(uint32_t)ARMVIRT_SMMU_IDR0_S2P; /* the guest sees no stage 2 */
    vsmmu.parent[0] = PUT(STE0_CONFIG, ARMVIRT_SMMU_STE0_CONFIG_S2) | ARMVIRT_SMMU_STE0_V;
    vsmmu.parent[2] = PUT(STE2_S2VMID, VMID) | PUT(STE2_S2T0SZ, 25) | PUT(STE2_S2SL0, 1) |
                      PUT(STE2_S2PS, 2) | ARMVIRT_SMMU_STE2_S2AA64 | ARMVIRT_SMMU_STE2_S2R;
    vsmmu.parent[3] = STAGE2;
    poke(STAGE2 + 8, GUEST | STAGE2_RW); /* IPA 0x40000000: 1 GB, read and write */
    set(STRTAB_BASE, 8, STREAMS);
    set(STRTAB_BASE_CFG, 4, PUT(STRTAB_BASE_CFG_LOG2SIZE, 4));
    set(CMDQ_BASE, 8, COMMANDS | QUEUE_LOG2);
    set(EVENTQ_BASE, 8, EVENTS | QUEUE_LOG2);
    set(PRIQ_BASE, 8, PAGES | QUEUE_LOG2);
    set(CR0, 4,
        ARMVIRT_SMMU_CR0_SMMUEN | ARMVIRT_SMMU_CR0_PRIQEN | ARMVIRT_SMMU_CR0_EVENTQEN |
            ARMVIRT_SMMU_CR0_CMDQEN | ARMVIRT_SMMU_CR0_ATSCHK);
}

/* ---- The guest ------------------------------------------------------------------------------- */

static void guest_binds_a_process(void)
{
    const uint64_t entry[8] = {
        PUT(STE0_CONFIG, ARMVIRT_SMMU_STE0_CONFIG_S1) | IPA(CD_TABLE) | PUT(STE0_S1CDMAX, 4) |
            ARMVIRT_SMMU_STE0_V,
        PUT(STE1_EATS, ARMVIRT_SMMU_STE1_EATS_FULL),
    };
    uint64_t cd = CD_TABLE + PASID * 64;

    poke(cd, PUT(CD0_T0SZ, 25) | PUT(CD0_IPS, 2) | PUT(CD0_ASID, ASID) | ARMVIRT_SMMU_CD0_EPD1 |
                 ARMVIRT_SMMU_CD0_AA64 | ARMVIRT_SMMU_CD0_R | ARMVIRT_SMMU_CD0_A |
                 ARMVIRT_SMMU_CD0_V);
    poke(cd + 8, IPA(L1));
    poke(cd + 24, 0xff); /* MAIR: Normal, Write-Back */
    poke(L1, IPA(L2) | TABLE);
    poke(L2, IPA(L3) | TABLE);
    printf("guest: bind PASID %" PRIu32 " to a process\n", PASID);
    install(entry);
}

/* Of a command to the device, for the process. */
#define TO_DEVICE (PUT(CMD0_SID, GUEST_SID) | PUT(CMD0_SSID, PASID) | ARMVIRT_SMMU_CMD0_SSV)

static void guest_maps(void)
{
    printf("guest: map the page, and respond\n");
    poke(L3 + 8 * (ADDRESS >> 12), IPA(DATA) | STAGE1_RW);
    guest_commands(TO_DEVICE | PUT(CMD0_OP, ARMVIRT_SMMU_CMD0_OP_PRI_RESP),
                   PUT(CMD1_PRI_RESP_RESP, ARMVIRT_SMMU_CMD1_PRI_RESP_RESP_SUCCESS) |
                       PUT(CMD1_PRI_RESP_PRGINDEX, 1));
}

static void guest_unmaps(void)
{
    printf("guest: unmap the page\n");
    poke(L3 + 8 * (ADDRESS >> 12), 0);
    guest_commands(PUT(CMD0_TLBI_ASID, ASID) | PUT(CMD0_OP, ARMVIRT_SMMU_CMD0_OP_TLBI_NH_VA),
                   ADDRESS | ARMVIRT_SMMU_CMD1_TLBI_LEAF);
    guest_commands(TO_DEVICE | PUT(CMD0_OP, ARMVIRT_SMMU_CMD0_OP_ATC_INV), ADDRESS);
    guest_commands(PUT(CMD0_OP, ARMVIRT_SMMU_CMD0_OP_SYNC), 0);
}

/* ---- An access that did not ask before ------------------------------------------------------- */

static void device_does_not_ask(void)
{
    struct armvirt_smmu_txn txn = {
        .addr = ADDRESS, .sid = HOST_SID, .ssid = PASID, .flags = ARMVIRT_SMMU_SSV};
    struct armvirt_smmu_result result;
    uint64_t event[4];
    char text[160];

    armvirt_smmu_translate(smmu, &txn, &result);
    if (armvirt_vsmmu_event(&vsmmu, result.event, event) == ARMVIRT_VSMMU_FORWARD) {
        armvirt_text_smmu_event(event, text, sizeof(text));
        printf("guest: %s\n       %s\n", text, armvirt_smmu_event_advice(event));
    }
}

int main(void)
{
    const struct armvirt_smmu_page_request request = {.addr = ADDRESS,
                                                      .sid = HOST_SID,
                                                      .ssid = PASID,
                                                      .prg_index = 1,
                                                      .ssv = true,
                                                      .read = true,
                                                      .write = true,
                                                      .last = true};
    struct armvirt_smmu_prg_response response;
    uint8_t outcome;

    start();
    guest_binds_a_process();
    device_asks();
    armvirt_smmu_pri_request(smmu, &request, &outcome, &response);
    page_request_arrives();
    guest_maps();
    device_asks();
    device_writes();
    guest_unmaps();
    device_asks();
    device_does_not_ask();
    return 0;
}
