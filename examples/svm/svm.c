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
#include <armvirt/smmu_ats.h>
#include <armvirt/text_smmu.h>
#include <armvirt/vsmmu.h>

/* Physical memory. The guest's begins at GUEST, which it sees at IPA 0x40000000. */
enum { STREAMS = 0x10000, STAGE2 = 0x20000, COMMANDS = 0x30000, EVENTS = 0x31000, PAGES = 0x32000 };
enum { GUEST = 0x0, CD_TABLE = 0x40000, L1 = 0x50000, L2 = 0x51000, L3 = 0x52000, DATA = 0x60000 };
#define IPA(pa) (UINT64_C(0x40000000) + (uint64_t)(pa))

#define HOST_SID  UINT32_C(8) /* the device, for the hardware ... */
#define GUEST_SID UINT32_C(1) /* ... and for the guest */
#define PASID     UINT32_C(3)
#define VMID      UINT64_C(7)
#define ADDRESS   UINT64_C(0x7000) /* of the process */

static uint8_t memory[0x80000];
static _Alignas(ARMVIRT_SMMU_ALIGN) uint8_t storage[64 * 1024];
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
    uint64_t prod = get(0x98);
    char text[160];

    armvirt_text_smmu_command(word, text, sizeof(text));
    printf("hypervisor: %s\n", text);
    poke(COMMANDS + (prod & 7) * 16, word[0]);
    poke(COMMANDS + (prod & 7) * 16 + 8, word[1]);
    set(0x98, 4, (prod + 1) & 15);
    armvirt_smmu_run(smmu, 8);
}

/* A command of the guest: hand it on, or act on it. */
static void guest_commands(uint64_t word0, uint64_t word1)
{
    uint64_t guest[2] = {word0, word1}, out[2];

    if (armvirt_vsmmu_command(&vsmmu, guest, out) == ARMVIRT_VSMMU_FORWARD) {
        submit(out);
    } else { /* CMD_PRI_RESP goes to the device, CMD_SYNC waits for what was handed on */
        bool sync = (guest[0] & 0xff) == 0x46;

        out[0] = (guest[0] & UINT32_MAX) | (sync ? 0 : (uint64_t)HOST_SID << 32);
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
           guest[0] >> 1 & 7, made.word[0] >> 1 & 7);
}

static void page_request_arrives(void)
{
    uint64_t record = peek(PAGES), page = peek(PAGES + 8);

    set(0x100cc, 4, get(0x100c8));
    printf("hypervisor: page request of stream %" PRIu64 ", PASID %" PRIu64 " for %#" PRIx64
           ": to the guest\n",
           record & UINT32_MAX, record >> 32 & 0xfffff, page & ~UINT64_C(0xfff));
}

static void start(void)
{
    static const struct armvirt_smmu_ops ops = {.atc_inv = on_atc_inv, .prg_response = on_response};
    static struct armvirt_mem_flat flat = {memory, 0, sizeof(memory), true};
    struct armvirt_smmu_config config = {.mem = armvirt_mem_from_flat(&flat), .ops = &ops};

    armvirt_smmu_preset_id(ARMVIRT_SMMU_FVP, &config.id);
    armvirt_smmu_init(storage, sizeof(storage), &config, &smmu);
    vsmmu.host = vsmmu.guest = config.id;
    vsmmu.guest.idr[0] &= ~1u; /* the guest sees no stage 2 */
    vsmmu.parent[0] = 6u << 1 | 1;
    vsmmu.parent[2] = VMID | UINT64_C(25) << 32 | UINT64_C(1) << 38 | UINT64_C(2) << 48 |
                      UINT64_C(1) << 51 | UINT64_C(1) << 58;
    vsmmu.parent[3] = STAGE2;
    poke(STAGE2 + 8, GUEST | 0x7fd); /* IPA 0x40000000: 1 GB, read and write */
    set(0x80, 8, STREAMS);
    set(0x88, 4, 4);
    set(0x90, 8, COMMANDS | 3);
    set(0xa0, 8, EVENTS | 3);
    set(0xc0, 8, PAGES | 3);
    set(0x20, 4, 0x1f); /* SMMUEN, PRIQEN, EVENTQEN, CMDQEN, ATSCHK */
}

/* ---- The guest ------------------------------------------------------------------------------- */

static void guest_binds_a_process(void)
{
    const uint64_t entry[8] = {UINT64_C(4) << 59 | IPA(CD_TABLE) | 5u << 1 | 1, 1u << 28};
    uint64_t cd = CD_TABLE + PASID * 64;

    poke(cd, 25 | UINT64_C(1) << 30 | UINT64_C(1) << 31 | UINT64_C(2) << 32 | UINT64_C(1) << 41 |
                 UINT64_C(3) << 45 | UINT64_C(5) << 48);
    poke(cd + 8, IPA(L1));
    poke(cd + 24, 0xff);
    poke(L1, IPA(L2) | 3);
    poke(L2, IPA(L3) | 3);
    printf("guest: bind PASID %" PRIu32 " to a process\n", PASID);
    install(entry);
}

static void guest_maps(void)
{
    printf("guest: map the page, and respond\n");
    poke(L3 + 8 * (ADDRESS >> 12), IPA(DATA) | 0x743);
    guest_commands((uint64_t)GUEST_SID << 32 | PASID << 12 | 1u << 11 | 0x41, 2u << 12 | 1);
}

static void guest_unmaps(void)
{
    printf("guest: unmap the page\n");
    poke(L3 + 8 * (ADDRESS >> 12), 0);
    guest_commands(UINT64_C(5) << 48 | 0x12, ADDRESS | 1);
    guest_commands((uint64_t)GUEST_SID << 32 | PASID << 12 | 1u << 11 | 0x40, ADDRESS);
    guest_commands(0x46, 0);
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
