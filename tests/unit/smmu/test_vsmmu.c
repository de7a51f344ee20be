/* SPDX-License-Identifier: MIT */
/* A virtual SMMU on a physical one: entries, descriptors, commands, events (IHI0070 5, 4, 7.3). */
#include "suite.h"

#include <armvirt/regs/smmu.h>
#include <armvirt/vsmmu.h>

#include "../../random_machine.h"

#include <stdbool.h>
#include <string.h>

#define CONFIG(n) ((uint64_t)(n) << 1)
#define S1PTR     UINT64_C(0x12345000)
#define S2TTB     UINT64_C(0x40000000)
#define EATS_FULL (UINT64_C(1) << 28)
#define MEV       (UINT64_C(1) << 19)
#define STALLD    (UINT64_C(1) << 27)
#define VMID      UINT64_C(0x77)

/* Device 5 of the host is device 2 of the guest; no other is the guest's. */
static bool stream(void *ctx, bool to_guest, uint32_t sid, uint32_t *other)
{
    (void)ctx;
    *other = to_guest ? 2 : 5;
    return sid == (to_guest ? 5 : 2);
}

/* Both show what an FVP has; the parent is stage 2 with pages of 4 KB and addresses of 40 bits. */
static struct armvirt_vsmmu pair(void)
{
    struct armvirt_vsmmu v = {.ats = true, .stream = stream};

    assert_int_equal(armvirt_smmu_preset_id(ARMVIRT_SMMU_FVP, &v.host), ARMVIRT_OK);
    v.guest = v.host;
    v.guest.idr[0] &= ~(uint32_t)(ARMVIRT_SMMU_IDR0_S2P | ARMVIRT_SMMU_IDR0_HYP);
    v.parent[0] = CONFIG(6) | 1;
    v.parent[1] = UINT64_C(1) << 44; /* SHCFG: incoming */
    v.parent[2] = VMID | UINT64_C(24) << 32 | UINT64_C(1) << 38 | UINT64_C(2) << 48 |
                  UINT64_C(1) << 51 | UINT64_C(1) << 58;
    v.parent[3] = S2TTB;
    return v;
}

static enum armvirt_status make(const struct armvirt_vsmmu *v, uint64_t word0, uint64_t word1,
                                struct armvirt_vsmmu_ste *out)
{
    const uint64_t guest[8] = {word0, word1};

    return armvirt_vsmmu_ste(v, guest, out);
}

static void assert_aborts(const struct armvirt_vsmmu_ste *out)
{
    static const uint64_t abort_entry[8] = {1};

    assert_memory_equal(out->word, abort_entry, sizeof(abort_entry));
}

/* ---- Entries ------------------------------------------------------------------------------ */

static void V_0_is_illegal_and_aborts(void **state)
{
    struct armvirt_vsmmu v = pair();
    struct armvirt_vsmmu_ste out;

    (void)state;
    assert_int_equal(make(&v, 0, 0, &out), ARMVIRT_FAULT);
    assert_int_equal(out.guest_reason, ARMVIRT_SMMU_REASON_STE_V);
    assert_aborts(&out);
}

static void config_abort_aborts(void **state)
{
    struct armvirt_vsmmu v = pair();
    struct armvirt_vsmmu_ste out;

    (void)state;
    assert_int_equal(make(&v, 1 | S1PTR, UINT64_MAX, &out), ARMVIRT_OK);
    assert_aborts(&out);
}

static void config_bypass_is_the_parent(void **state)
{
    struct armvirt_vsmmu v = pair();
    struct armvirt_vsmmu_ste out;

    (void)state;
    assert_int_equal(make(&v, CONFIG(4) | 1, v.parent[1], &out), ARMVIRT_OK);
    assert_memory_equal(out.word, v.parent, sizeof(v.parent));
    assert_int_equal(out.lost[1], 0);
}

static void config_s1_is_nested_on_the_parent(void **state)
{
    struct armvirt_vsmmu v = pair();
    uint64_t word0 = CONFIG(5) | 1 | S1PTR | UINT64_C(4) << 59 | UINT64_C(2) << 4;
    uint64_t word1 = 2 | 1 << 2 | 1 << 4 | 3 << 6 | EATS_FULL;
    struct armvirt_vsmmu_ste out;

    (void)state;
    assert_int_equal(make(&v, word0, word1, &out), ARMVIRT_OK);
    assert_int_equal(out.word[0], (word0 & ~CONFIG(7)) | CONFIG(7));
    assert_int_equal(out.word[1], word1 | v.parent[1] | MEV);
    assert_memory_equal(out.word + 2, v.parent + 2, 6 * sizeof(uint64_t));
    for (unsigned n = 0; n < 8; n++) {
        assert_int_equal(out.lost[n] & ~(UINT64_C(3) << 44), 0); /* SHCFG: the guest said 0 */
    }
    assert_int_equal(out.refused[0] | out.refused[1], 0);
}

static void EATS_is_the_hypervisors_to_give(void **state)
{
    struct armvirt_vsmmu v = pair();
    struct armvirt_vsmmu_ste out;

    (void)state;
    v.ats = false;
    assert_int_equal(make(&v, CONFIG(5) | 1 | S1PTR, EATS_FULL, &out), ARMVIRT_OK);
    assert_int_equal(out.word[1] & (UINT64_C(3) << 28), 0);
    assert_int_equal(out.lost[1] & (UINT64_C(3) << 28), EATS_FULL);
}

static void S1CDMax_without_SubstreamIDs_does_not_reach_the_hardware(void **state)
{
    struct armvirt_vsmmu v = pair();
    struct armvirt_vsmmu_ste out;

    (void)state;
    v.guest.idr[1] &= ~(uint32_t)ARMVIRT_SMMU_IDR1_SSIDSIZE;
    v.guest.idr[0] &= ~(uint32_t)ARMVIRT_SMMU_IDR0_CD2L;
    assert_int_equal(make(&v, CONFIG(5) | 1 | S1PTR | UINT64_C(31) << 59, 0, &out), ARMVIRT_OK);
    assert_int_equal(out.word[0] >> 59, 0);
}

static void S1STALLD_keeps_stalls_from_a_guest_without(void **state)
{
    struct armvirt_vsmmu v = pair();
    struct armvirt_vsmmu_ste out;

    (void)state;
    v.guest.idr[0] |= (uint32_t)ARMVIRT_PUT(ARMVIRT_SMMU_IDR0_STALL_MODEL, 1);
    assert_int_equal(make(&v, CONFIG(5) | 1 | S1PTR, 0, &out), ARMVIRT_OK);
    assert_int_equal(out.word[1] & STALLD, STALLD);
}

static void what_is_lost_is_said(void **state)
{
    struct armvirt_vsmmu v = pair();
    uint64_t override = UINT64_C(3) << 48; /* PRIVCFG */
    struct armvirt_vsmmu_ste out;

    (void)state;
    v.guest.idr[1] |= (uint32_t)ARMVIRT_SMMU_IDR1_ATTR_PERMS_OVR;
    assert_int_equal(make(&v, CONFIG(5) | 1 | S1PTR, override, &out), ARMVIRT_OK);
    assert_int_equal(out.lost[1] & override, override);
    assert_int_equal(out.refused[1], override);
}

static void stage_2_of_a_guest_is_not_supported(void **state)
{
    struct armvirt_vsmmu v = pair();
    uint64_t guest[8];
    struct armvirt_vsmmu_ste out;

    (void)state;
    v.guest = v.host;
    memcpy(guest, v.parent, sizeof(guest));
    assert_int_equal(armvirt_vsmmu_ste(&v, guest, &out), ARMVIRT_E_UNSUPPORTED);
    assert_aborts(&out);
    guest[0] = CONFIG(7) | 1 | S1PTR; /* both stages: there is no third one */
    assert_int_equal(armvirt_vsmmu_ste(&v, guest, &out), ARMVIRT_E_UNSUPPORTED);
    assert_int_equal(out.guest_reason, ARMVIRT_SMMU_REASON_NONE);
    assert_aborts(&out);
    assert_true(out.refused[0] == 0 || (guest[0] & ARMVIRT_VSMMU_STE0_ALLOWED) == guest[0]);
}

static void a_promise_that_the_hardware_cannot_keep(void **state)
{
    struct armvirt_vsmmu v = pair();
    struct armvirt_vsmmu_ste out;

    (void)state;
    v.host.idr[1] &= ~(uint32_t)ARMVIRT_SMMU_IDR1_SSIDSIZE;
    v.host.idr[1] |= (uint32_t)ARMVIRT_PUT(ARMVIRT_SMMU_IDR1_SSIDSIZE, 2);
    assert_int_equal(make(&v, CONFIG(5) | 1 | S1PTR | UINT64_C(4) << 59, 0, &out),
                     ARMVIRT_E_UNSUPPORTED);
    assert_int_equal(out.host_reason, ARMVIRT_SMMU_REASON_STE_S1CDMAX);
    assert_aborts(&out);
}

static void a_parent_that_is_none(void **state)
{
    struct armvirt_vsmmu v = pair();
    struct armvirt_vsmmu_ste out;

    (void)state;
    v.parent[0] = CONFIG(4) | 1;
    assert_int_equal(make(&v, CONFIG(5) | 1, 0, &out), ARMVIRT_E_INVAL);
    v.parent[0] = 0;
    assert_int_equal(make(&v, CONFIG(5) | 1, 0, &out), ARMVIRT_E_INVAL);
    assert_aborts(&out);
}

/* Whatever a guest writes, the physical entry is legal, and stage 2 and VMID are the parent's. */
static void no_entry_of_a_guest_escapes(void **state)
{
    static const struct armvirt_smmu_view view = {.sec_sid = ARMVIRT_SPACE_NONSECURE};
    struct armvirt_vsmmu v = pair();
    uint64_t seed = 1;
    unsigned nested = 0;

    (void)state;
    for (unsigned n = 0; n < 200000; n++) {
        struct armvirt_vsmmu_ste out;
        struct armvirt_ste ste;
        uint64_t guest[8];

        for (unsigned word = 0; word < 8; word++) {
            guest[word] = random_next(&seed) & random_next(&seed) & random_next(&seed);
        }
        guest[0] = (guest[0] & ~UINT64_C(0x80000000000000f)) | 1 | CONFIG(4 + (n & 1));
        armvirt_vsmmu_ste(&v, guest, &out);
        assert_int_equal(armvirt_ste_decode(&v.host, &view, out.word, &ste), ARMVIRT_OK);
        if (!ste.enabled) {
            continue;
        }
        assert_true(ste.s2);
        nested += ste.s1;
        assert_memory_equal(out.word + 2, v.parent + 2, 6 * sizeof(uint64_t));
        assert_int_equal((out.word[1] ^ v.parent[1]) & ~(ARMVIRT_VSMMU_STE1_ALLOWED | MEV), 0);
        assert_int_equal(out.word[0] & ~ARMVIRT_VSMMU_STE0_ALLOWED, 0);
    }
    assert_true(nested > 1000);
}

/* ---- Descriptors -------------------------------------------------------------------------- */

static void descriptors_are_read_by_both(void **state)
{
    struct armvirt_vsmmu v = pair();
    const uint64_t guest[8] = {CONFIG(5) | 1 | S1PTR};
    uint64_t cd[8] = {16 | UINT64_C(1) << 30 | UINT64_C(1) << 31 | UINT64_C(2) << 32 |
                          UINT64_C(1) << 41 | UINT64_C(7) << 44 | UINT64_C(5) << 48,
                      S1PTR};
    struct armvirt_vsmmu_ste out;
    uint8_t theirs, mine;

    (void)state;
    cd[0] &= ~(UINT64_C(1) << 44); /* S */
    assert_int_equal(armvirt_vsmmu_ste(&v, guest, &out), ARMVIRT_OK);
    assert_int_equal(armvirt_vsmmu_cd(&v, &out, guest, cd, &theirs, &mine), ARMVIRT_OK);
    assert_int_equal(theirs, 0);
    assert_int_equal(mine, 0);
    cd[0] |= UINT64_C(3) << 42; /* HA, HD */
    v.guest.idr[0] &= ~(uint32_t)ARMVIRT_SMMU_IDR0_HTTU;
    assert_int_equal(armvirt_vsmmu_cd(&v, &out, guest, cd, &theirs, &mine), ARMVIRT_E_UNSUPPORTED);
    assert_int_equal(theirs, ARMVIRT_SMMU_REASON_CD_HA);
    cd[0] &= ~(UINT64_C(1) << 31);
    assert_int_equal(armvirt_vsmmu_cd(&v, &out, guest, cd, &theirs, &mine), ARMVIRT_OK);
    assert_int_equal(mine, ARMVIRT_SMMU_REASON_CD_V);
    out.word[0] = 1;
    assert_int_equal(armvirt_vsmmu_cd(&v, &out, guest, cd, &theirs, &mine), ARMVIRT_E_INVAL);
}

/* ---- Commands ----------------------------------------------------------------------------- */

struct command_case {
    const char *name;
    uint64_t in[2];
    uint64_t out[2];
    uint8_t action;
    uint32_t without; /* bits of the guest's IDR0 that are cleared */
};

#define FORWARD ARMVIRT_VSMMU_FORWARD
#define EMULATE ARMVIRT_VSMMU_EMULATE
#define DROP    ARMVIRT_VSMMU_DROP
#define ILLEGAL ARMVIRT_VSMMU_ILLEGAL
#define SID(n)  ((uint64_t)(n) << 32)

static const struct command_case commands[] = {
    {"4.4.2: NH_VA gets the VMID",
     {0x12 | SID(0x00050066), 0x1001},
     {0x12 | SID(0x00050077), 0x1001},
     FORWARD,
     0},
    {"4.4.2: NH_VAA keeps its range",
     {0x13 | 3 << 12 | 1 << 20, 0x1401},
     {0x13 | 3 << 12 | 1 << 20 | SID(0x77), 0x1401},
     FORWARD,
     0},
    {"4.4.2: NH_ASID", {0x11 | SID(0x00050000), 0}, {0x11 | SID(0x00050077), 0}, FORWARD, 0},
    {"4.4.2: NH_ALL", {0x10 | SID(0x1234), 7}, {0x10 | SID(0x77), 0}, FORWARD, 0},
    {"4.4.4: NSNH_ALL is NH_ALL of the VMID", {0x30, 7}, {0x10 | SID(0x77), 0}, FORWARD, 0},
    {"4.3.3: CFGI_CD gets the StreamID",
     {5 | SID(2) | 3 << 12 | 1 << 11, 1},
     {5 | SID(5) | 3 << 12 | 1 << 11, 1},
     FORWARD,
     0},
    {"4.3.4: CFGI_CD_ALL", {6 | SID(2), 0}, {6 | SID(5), 0}, FORWARD, 0},
    {"4.3.3: no such device", {5 | SID(3), 1}, {0, 0}, DROP, 0},
    {"4.5.1: ATC_INV gets the StreamID",
     {0x40 | SID(2), 0x1034},
     {0x40 | SID(5), 0x1034},
     FORWARD,
     0},
    {"4.5.1: ATC_INV without ATS", {0x40 | SID(2), 0x1034}, {0, 0}, ILLEGAL, ARMVIRT_SMMU_IDR0_ATS},
    {"4.3.1: CFGI_STE", {3 | SID(2), 1}, {0, 0}, EMULATE, 0},
    {"4.3.2: CFGI_STE_RANGE", {4, 31}, {0, 0}, EMULATE, 0},
    {"4.2: PREFETCH_ADDR", {2, 0}, {0, 0}, EMULATE, 0},
    {"4.7.3: SYNC", {0x46, 0}, {0, 0}, EMULATE, 0},
    {"4.7.1: RESUME", {0x44 | SID(2), 0}, {0, 0}, EMULATE, 0},
    {"4.5.2: PRI_RESP", {0x41 | SID(2), 0}, {0, 0}, EMULATE, 0},
    {"4.5.2: PRI_RESP without PRI", {0x41 | SID(2), 0}, {0, 0}, ILLEGAL, ARMVIRT_SMMU_IDR0_PRI},
    {"4.4.3: S12_VMALL without stage 2", {0x28, 0}, {0, 0}, ILLEGAL, 0},
    {"4.4.2: EL2_ALL without Hyp", {0x20, 0}, {0, 0}, ILLEGAL, 0},
    {"4.4.2: EL3_ALL of a Non-secure queue", {0x18, 0}, {0, 0}, ILLEGAL, 0},
    {"4.1.6: SSec", {3 | 1 << 10, 0}, {0, 0}, ILLEGAL, 0},
    {"4.1.3: reserved", {0xff, 0}, {0, 0}, ILLEGAL, 0},
    {"4.3.3: CFGI_CD without stage 1", {5 | SID(2), 1}, {0, 0}, ILLEGAL, ARMVIRT_SMMU_IDR0_S1P},
};

static void command_is_turned(void **state)
{
    const struct command_case *c = *state;
    struct armvirt_vsmmu v = pair();
    uint64_t out[2] = {1, 1};

    v.guest.idr[0] &= ~c->without;
    assert_int_equal(armvirt_vsmmu_command(&v, c->in, out), c->action);
    assert_int_equal(out[0], c->out[0]);
    assert_int_equal(out[1], c->out[1]);
}

static void stall_commands_need_stalls(void **state)
{
    struct armvirt_vsmmu v = pair();
    const uint64_t resume[2] = {0x44 | SID(2), 0};
    uint64_t out[2];

    (void)state;
    v.guest.idr[0] |= (uint32_t)ARMVIRT_PUT(ARMVIRT_SMMU_IDR0_STALL_MODEL, 1);
    assert_int_equal(armvirt_vsmmu_command(&v, resume, out), ILLEGAL);
}

/* ---- Events ------------------------------------------------------------------------------- */

struct event_case {
    const char *name;
    uint64_t in[4];
    uint64_t out[4];
    uint8_t action;
};

#define S2       (UINT64_C(1) << 39)
#define RNW      (UINT64_C(1) << 35)
#define CLASS(n) ((uint64_t)(n) << 40)
#define SSID3    (3 << 12 | 1 << 11)

static const struct event_case events[] = {
    {"a fault of stage 1",
     {0x10 | SID(5) | SSID3, CLASS(2) | RNW, 0x1234, 0},
     {0x10 | SID(2) | SSID3, CLASS(2) | RNW, 0x1234, 0},
     FORWARD},
    {"a fault of a stranger", {0x10 | SID(6), CLASS(2), 0x1234, 0}, {0}, DROP},
    {"C_BAD_CD", {0x0a | SID(5), 0, 0, 0}, {0x0a | SID(2), 0, 0, 0}, FORWARD},
    {"F_STREAM_DISABLED", {0x06 | SID(5), 0, 0, 0}, {0x06 | SID(2), 0, 0, 0}, FORWARD},
    {"C_BAD_STE is of the physical entry", {0x04 | SID(5), 0, 0, 0}, {0}, EMULATE},
    {"stage 2 of the device's access",
     {0x10 | SID(5), CLASS(2) | S2, 0x1234, 0x5000},
     {0},
     EMULATE},
    {"stage 2 of a table is F_WALK_EABT",
     {0x13 | SID(5), CLASS(1) | S2 | RNW, 0x1234, 0x5000},
     {0x0b | SID(2), CLASS(1) | RNW, 0x1234, 0x5000},
     EMULATE},
    {"stage 2 of a descriptor is F_CD_FETCH",
     {0x10 | SID(5) | SSID3, CLASS(0) | S2 | RNW, 0x1234, 0x5000},
     {0x09 | SID(2) | SSID3, 0, 0, 0x5000},
     EMULATE},
};

static void event_is_turned(void **state)
{
    const struct event_case *c = *state;
    struct armvirt_vsmmu v = pair();
    uint64_t out[4] = {1, 1, 1, 1};

    assert_int_equal(armvirt_vsmmu_event(&v, c->in, out), c->action);
    assert_memory_equal(out, c->out, sizeof(out));
}

int main(void)
{
    static struct suite suite;

    SUITE_ADD(&suite, V_0_is_illegal_and_aborts);
    SUITE_ADD(&suite, config_abort_aborts);
    SUITE_ADD(&suite, config_bypass_is_the_parent);
    SUITE_ADD(&suite, config_s1_is_nested_on_the_parent);
    SUITE_ADD(&suite, EATS_is_the_hypervisors_to_give);
    SUITE_ADD(&suite, S1CDMax_without_SubstreamIDs_does_not_reach_the_hardware);
    SUITE_ADD(&suite, S1STALLD_keeps_stalls_from_a_guest_without);
    SUITE_ADD(&suite, what_is_lost_is_said);
    SUITE_ADD(&suite, stage_2_of_a_guest_is_not_supported);
    SUITE_ADD(&suite, a_promise_that_the_hardware_cannot_keep);
    SUITE_ADD(&suite, a_parent_that_is_none);
    SUITE_ADD(&suite, no_entry_of_a_guest_escapes);
    SUITE_ADD(&suite, descriptors_are_read_by_both);
    SUITE_ADD_ROWS(&suite, command_is_turned, commands);
    SUITE_ADD(&suite, stall_commands_need_stalls);
    SUITE_ADD_ROWS(&suite, event_is_turned, events);
    return suite_run(&suite, "a virtual SMMU");
}
