/* SPDX-License-Identifier: MIT */
/*
 * Fuzz target: entries, descriptors, commands and events of a guest with a virtual SMMU. Whatever
 * it writes, the physical entry is legal, and stage 2 and the VMID stay those of the hypervisor.
 */
#include <armvirt/regs/smmu.h>
#include <armvirt/vsmmu.h>

#include <stdlib.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

enum { VMID = 0x77, GUEST_SID = 2, HOST_SID = 5 };

struct input {
    uint32_t idr[7]; /* bits that the guest's SMMU lacks */
    uint32_t ats;
    uint64_t ste[8], cd[8], command[2], event[4];
};

static void check(bool good)
{
    if (!good) {
        abort();
    }
}

static bool stream(void *ctx, bool to_guest, uint32_t sid, uint32_t *other)
{
    (void)ctx;
    *other = to_guest ? GUEST_SID : HOST_SID;
    return sid == (to_guest ? HOST_SID : GUEST_SID);
}

static void begin(struct armvirt_vsmmu *v, const struct input *in)
{
    *v = (struct armvirt_vsmmu){.ats = (in->ats & 1) != 0, .stream = stream};
    check(armvirt_smmu_preset_id(ARMVIRT_SMMU_MAX, &v->host) == ARMVIRT_OK);
    v->guest = v->host;
    for (unsigned n = 0; n < 7; n++) {
        v->guest.idr[n] &= ~in->idr[n];
    }
    v->parent[0] = UINT64_C(6) << 1 | 1;
    v->parent[2] = VMID | UINT64_C(24) << 32 | UINT64_C(1) << 38 | UINT64_C(2) << 48 |
                   UINT64_C(1) << 51 | UINT64_C(1) << 58;
    v->parent[3] = UINT64_C(0x40000000);
}

static void check_entry(const struct armvirt_vsmmu *v, const struct input *in)
{
    static const struct armvirt_smmu_view view = {.sec_sid = ARMVIRT_SPACE_NONSECURE};
    struct armvirt_vsmmu_ste out;
    struct armvirt_ste ste;
    uint8_t theirs, mine;

    check(armvirt_vsmmu_ste(v, in->ste, &out) != ARMVIRT_E_INVAL);
    check(armvirt_ste_decode(&v->host, &view, out.word, &ste) == ARMVIRT_OK);
    if (ste.enabled) {
        check(ste.s2 && ste.vmid == VMID);
        check(memcmp(out.word + 2, v->parent + 2, 6 * sizeof(uint64_t)) == 0);
        check((out.word[0] & ~ARMVIRT_VSMMU_STE0_ALLOWED) == 0);
        check(((out.word[1] ^ v->parent[1]) &
               ~(ARMVIRT_VSMMU_STE1_ALLOWED | ARMVIRT_SMMU_STE1_MEV)) == 0);
        armvirt_vsmmu_cd(v, &out, in->ste, in->cd, &theirs, &mine);
    }
}

static void check_command(const struct armvirt_vsmmu *v, const struct input *in)
{
    uint64_t out[2];
    enum armvirt_vsmmu_action action = armvirt_vsmmu_command(v, in->command, out);
    bool tlbi = (out[0] & 0xf0) == 0x10;

    check(action <= ARMVIRT_VSMMU_ILLEGAL);
    if (action != ARMVIRT_VSMMU_FORWARD) {
        check(out[0] == 0 && out[1] == 0);
    } else {
        check(tlbi ? (out[0] >> 32 & 0xffff) == VMID : out[0] >> 32 == HOST_SID);
    }
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct armvirt_vsmmu v;
    struct input in = {.ats = 0};
    uint64_t out[4];

    memcpy(&in, data, size < sizeof(in) ? size : sizeof(in));
    begin(&v, &in);
    check_entry(&v, &in);
    check_command(&v, &in);
    if (armvirt_vsmmu_event(&v, in.event, out) == ARMVIRT_VSMMU_FORWARD) {
        check(out[0] >> 32 == GUEST_SID);
    }
    return 0;
}
