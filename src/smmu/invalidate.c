/* SPDX-License-Identifier: MIT */
/* CMD_TLBI_*: commands to scopes of the TLB, as rows (IHI0070 4.4); broadcasts (3.17). */
#include "command.h"
#include "regs.h"

#include "stream.h"

#define OP(name)        ARMVIRT_SMMU_CMD0_OP_TLBI_##name
#define GET(field, cmd) ARMVIRT_GET(ARMVIRT_SMMU_CMD##field, cmd)

/* Whose entries: those of the queue, or of one Security state whatever the queue. */
enum whose { QUEUE, NONSECURE, SECURE };

/* What a command says besides. */
enum { VMID = 1u << 0, ASID = 1u << 1, ADDRESS = 1u << 2, IPA = 1u << 3, EL2 = 1u << 4 };

/* By opcode; without a scope there is no such command. */
struct row {
    uint8_t scope, regime, whose, has;
};

static const struct row rows[] = {
    [OP(NH_ALL)] = {ARMVIRT_TLB_VMID, ARMVIRT_TLB_EL10, QUEUE, VMID},
    [OP(NH_ASID)] = {ARMVIRT_TLB_ASID, ARMVIRT_TLB_EL10, QUEUE, VMID | ASID},
    [OP(NH_VA)] = {ARMVIRT_TLB_VA, ARMVIRT_TLB_EL10, QUEUE, VMID | ASID | ADDRESS},
    [OP(NH_VAA)] = {ARMVIRT_TLB_VAA, ARMVIRT_TLB_EL10, QUEUE, VMID | ADDRESS},
    [OP(EL3_ALL)] = {ARMVIRT_TLB_REGIME, ARMVIRT_TLB_EL3, SECURE, 0},
    [OP(EL3_VA)] = {ARMVIRT_TLB_VAA, ARMVIRT_TLB_EL3, SECURE, ADDRESS},
    [OP(EL2_ALL)] = {ARMVIRT_TLB_REGIME, ARMVIRT_TLB_EL2, NONSECURE, EL2},
    [OP(EL2_ASID)] = {ARMVIRT_TLB_ASID, ARMVIRT_TLB_EL20, NONSECURE, ASID},
    [OP(EL2_VA)] = {ARMVIRT_TLB_VA, ARMVIRT_TLB_EL2, NONSECURE, ASID | ADDRESS | EL2},
    [OP(EL2_VAA)] = {ARMVIRT_TLB_VAA, ARMVIRT_TLB_EL2, NONSECURE, ADDRESS | EL2},
    [OP(S12_VMALL)] = {ARMVIRT_TLB_VMID_S12, ARMVIRT_TLB_EL10, NONSECURE, VMID},
    [OP(S2_IPA)] = {ARMVIRT_TLB_STAGE2, ARMVIRT_TLB_EL10, NONSECURE, VMID | ADDRESS | IPA},
    [OP(NSNH_ALL)] = {ARMVIRT_TLB_REGIME, ARMVIRT_TLB_EL10, NONSECURE, 0},
    [OP(S_EL2_ALL)] = {ARMVIRT_TLB_REGIME, ARMVIRT_TLB_EL2, SECURE, EL2},
    [OP(S_EL2_ASID)] = {ARMVIRT_TLB_ASID, ARMVIRT_TLB_EL20, SECURE, ASID},
    [OP(S_EL2_VA)] = {ARMVIRT_TLB_VA, ARMVIRT_TLB_EL2, SECURE, ASID | ADDRESS | EL2},
    [OP(S_EL2_VAA)] = {ARMVIRT_TLB_VAA, ARMVIRT_TLB_EL2, SECURE, ADDRESS | EL2},
    [OP(S_S12_VMALL)] = {ARMVIRT_TLB_VMID_S12, ARMVIRT_TLB_EL10, SECURE, VMID},
    [OP(S_S2_IPA)] = {ARMVIRT_TLB_STAGE2, ARMVIRT_TLB_EL10, SECURE, VMID | ADDRESS | IPA},
    [OP(SNH_ALL)] = {ARMVIRT_TLB_REGIME, ARMVIRT_TLB_EL10, SECURE, 0},
};

static const struct row *find(uint64_t cmd0)
{
    uint64_t op = GET(0_TLBI_OP, cmd0);
    bool exists = op < sizeof(rows) / sizeof(rows[0]) && rows[op].scope != ARMVIRT_TLB_NOTHING;

    return exists ? &rows[op] : NULL;
}

/* ---- Ranges -------------------------------------------------------------------------------- */

/* A level without blocks in the granule is no hint. IHI0070 4.4.1.1. */
static unsigned effective_ttl(const struct armvirt_smmu_id *id, const uint64_t cmd[2])
{
    unsigned ttl = (unsigned)GET(1_TLBI_TTL, cmd[1]);
    bool g16k = GET(1_TLBI_TG, cmd[1]) == ARMVIRT_SMMU_CMD1_TLBI_TG_16K;

    return g16k && ttl == 1 && !armvirt_smmu_has(id, 5, ARMVIRT_SMMU_IDR5_DS) ? 0 : ttl;
}

/* TG without range and without hint is illegal. IHI0070 4.4.1.1. */
static bool range_is_legal(const struct armvirt_smmu_id *id, const uint64_t cmd[2])
{
    bool ril = armvirt_smmu_has(id, 3, ARMVIRT_SMMU_IDR3_RIL);

    return !ril || GET(1_TLBI_TG, cmd[1]) == 0 || GET(0_TLBI_NUM, cmd[0]) != 0 ||
           GET(0_TLBI_SCALE, cmd[0]) != 0 || effective_ttl(id, cmd) != 0;
}

/* Bytes from the address on, less one. The range does not wrap. */
static uint64_t range_last(const struct armvirt_smmu_id *id, const uint64_t cmd[2], uint64_t first)
{
    static const uint8_t granule_log2[4] = {12, 12, 14, 16};
    unsigned tg = (unsigned)GET(1_TLBI_TG, cmd[1]);
    unsigned scale = (unsigned)GET(0_TLBI_SCALE, cmd[0]);
    uint64_t pages = GET(0_TLBI_NUM, cmd[0]) + 1;
    uint64_t most = UINT64_MAX - first;
    unsigned shift;
    uint64_t less_one;

    if (tg == 0 || !armvirt_smmu_has(id, 3, ARMVIRT_SMMU_IDR3_RIL)) {
        return first | 0xfff;
    }
    if (!armvirt_smmu_has(id, 5, ARMVIRT_SMMU_IDR5_DS)) {
        scale &= 31;
    }
    scale = scale > 39 ? 39 : scale;
    shift = scale + granule_log2[tg];
    if (shift >= 64 || pages > UINT64_MAX >> shift) {
        return UINT64_MAX;
    }
    less_one = (pages << shift) - 1;
    return less_one > most ? UINT64_MAX : first + less_one;
}

static void set_range(const struct armvirt_smmu_id *id, const struct row *row,
                      const uint64_t cmd[2], struct armvirt_tlb_inval *inval)
{
    uint64_t address = cmd[1] & ARMVIRT_SMMU_CMD1_TLBI_ADDRESS;
    uint64_t top = ARMVIRT_BITS(63, 56);

    if (row->has & IPA) {
        address &= ~top;
    } else { /* tag bits do not count */
        address = address & ARMVIRT_BIT(55) ? address | top : address & ~top;
    }
    inval->first = address;
    inval->last = range_last(id, cmd, address);
}

/* ---- Scopes -------------------------------------------------------------------------------- */

static uint8_t security_of(const struct row *row, uint8_t sec_sid)
{
    if (sec_sid == ARMVIRT_SPACE_REALM || row->whose == QUEUE) {
        return sec_sid;
    }
    return row->whose == SECURE ? (uint8_t)ARMVIRT_SPACE_SECURE : (uint8_t)ARMVIRT_SPACE_NONSECURE;
}

/* SMMU_(*_)CR0.VMW: so many low bits of VMIDs do not count. IHI0070 6.3.9. */
static uint8_t wildcards(const struct armvirt_smmu *smmu, uint8_t security)
{
    unsigned vmw = (unsigned)ARMVIRT_GET(ARMVIRT_SMMU_CR0_VMW, smmu->reg[security][SMMU_CR0]);

    return vmw > 4 ? 0 : (uint8_t)vmw;
}

/* VMIDs tag nothing where there is no stage 2. IHI0070 4.4.2. */
static uint16_t vmid_of(const struct armvirt_smmu_id *id, uint8_t security, const uint64_t cmd[2])
{
    bool tagged = security == ARMVIRT_SPACE_SECURE ? armvirt_smmu_sel2(id)
                                                   : armvirt_smmu_has(id, 0, ARMVIRT_SMMU_IDR0_S2P);

    return tagged ? (uint16_t)GET(0_TLBI_VMID, cmd[0]) : 0;
}

bool armvirt_smmu_tlbi(struct armvirt_smmu *smmu, uint8_t sec_sid, const uint64_t cmd[2])
{
    const struct armvirt_smmu_id *id = &smmu->config.id;
    const struct row *row = find(cmd[0]);
    uint8_t security = row == NULL ? sec_sid : security_of(row, sec_sid);
    struct armvirt_tlb_inval inval = {.security = security};

    if (row == NULL || ((row->has & ADDRESS) && !range_is_legal(id, cmd))) {
        return false;
    }
    inval.scope = row->scope;
    inval.regime = row->regime;
    inval.asid = row->has & ASID ? (uint16_t)GET(0_TLBI_ASID, cmd[0]) : 0;
    if (row->has & VMID) {
        inval.vmid = vmid_of(id, security, cmd);
        inval.vmid_wild = wildcards(smmu, security);
    }
    if (row->has & ADDRESS) {
        set_range(id, row, cmd, &inval);
    }
    armvirt_smmu_forget_translations(smmu, &inval);
    if (row->has & EL2) { /* with and without E2H */
        inval.regime = ARMVIRT_TLB_EL20;
        armvirt_smmu_forget_translations(smmu, &inval);
    }
    return true;
}

/* ---- Broadcasts ---------------------------------------------------------------------------- */

/* By PA: IHI0070 3.17.7; the others are the matter of each Security state. */
static bool takes_part(const struct armvirt_smmu *smmu, const struct armvirt_tlb_inval *inval)
{
    const struct armvirt_smmu_id *id = &smmu->config.id;

    if (inval->scope == ARMVIRT_TLB_ALL) {
        return (id->root_idr0 & ARMVIRT_SMMU_ROOT_IDR0_BGPTM) != 0;
    }
    return armvirt_smmu_has(id, 0, ARMVIRT_SMMU_IDR0_BTM) &&
           armvirt_smmu_interface(smmu, inval->security) &&
           !(smmu->reg[inval->security][SMMU_CR2] & ARMVIRT_SMMU_CR2_PTM);
}

/* Entries with CD.ASET go too, which IHI0070 3.17 permits. */
void armvirt_smmu_broadcast(struct armvirt_smmu *smmu, const struct armvirt_tlb_inval *inval)
{
    struct armvirt_tlb_inval mine = *inval;

    if (!takes_part(smmu, inval)) {
        return;
    }
    if (inval->scope == ARMVIRT_TLB_ALL) {
        armvirt_smmu_invalidate_all(smmu);
    } else {
        mine.vmid_wild = wildcards(smmu, inval->security);
        armvirt_smmu_forget_translations(smmu, &mine);
    }
}
