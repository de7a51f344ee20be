/* SPDX-License-Identifier: MIT */
/* The imitation of the SMMU of QEMU 7.2: commands and registers. */
#include "imitation_state.h"

/* ---- Commands ------------------------------------------------------------------------------ */

static void forget_config(struct smmu_imitation *m, uint64_t first, uint64_t last)
{
    for (unsigned i = 0; i < SMMU_DEVICES; i++) {
        uint32_t sid = smmu_device_sid(m->script, i);

        if (sid >= first && sid <= last) {
            m->config[i].valid = false;
        }
    }
}

/* Entries of @asid (or of any, -1) that overlap a power of two of pages at @iova. */
static void forget_pages(struct smmu_imitation *m, int asid, uint64_t iova, uint64_t mask)
{
    for (unsigned i = 0; i < SLOTS; i++) {
        struct entry *e = &m->tlb[i];

        if ((asid < 0 || e->asid == asid) &&
            ((iova & ~e->mask) == e->iova || (e->iova & ~mask) == iova)) {
            e->valid = false;
        }
    }
}

static bool forget_leaf(struct smmu_imitation *m, int asid, uint64_t iova, unsigned granule_log2,
                        int level)
{
    for (unsigned i = 0; i < SLOTS; i++) {
        struct entry *e = &m->tlb[i];

        if (e->valid && e->asid == asid && e->iova == iova && e->granule_log2 == granule_log2 &&
            e->level == level) {
            e->valid = false;
            return true;
        }
    }
    return false;
}

/* The largest aligned power of two of bytes from @first on that ends at @last at most, less one. */
static uint64_t chunk(uint64_t first, uint64_t last)
{
    uint64_t mask = 0;

    while (mask != UINT64_MAX && (first & (mask << 1 | 1)) == 0 &&
           (mask << 1 | 1) <= last - first) {
        mask = mask << 1 | 1;
    }
    return mask;
}

static void forget_range(struct smmu_imitation *m, const uint64_t cmd[2], int asid)
{
    unsigned tg = (unsigned)field(cmd[1], 10, 2), ttl = (unsigned)field(cmd[1], 8, 2);
    unsigned granule_log2 = tg == 0 ? 12 : 2 * tg + 10;
    uint64_t iova = cmd[1] & ~UINT64_C(0xfff);
    uint64_t pages = tg == 0 ? 1 : (field(cmd[0], 12, 5) + 1) << field(cmd[0], 20, 5);
    uint64_t last = iova + (pages << granule_log2) - 1;

    if (tg == 0) {
        forget_pages(m, asid, iova, 0xfff);
        return;
    }
    while (iova != last + 1) {
        uint64_t mask = chunk(iova, last);

        if (!(ttl != 0 && mask >> granule_log2 == 0 && asid >= 0 &&
              forget_leaf(m, asid, iova, granule_log2, (int)ttl))) {
            forget_pages(m, asid, iova, (((mask + 1) >> granule_log2) << granule_log2) - 1);
        }
        iova += mask + 1;
    }
}

static void forget_asid(struct smmu_imitation *m, int asid)
{
    for (unsigned i = 0; i < SLOTS; i++) {
        if (asid < 0 || m->tlb[i].asid == asid) {
            m->tlb[i].valid = false;
        }
    }
}

/* Commands that are known: bits that are not reserved, 0 if the feature is absent. */
static const struct {
    uint8_t op;
    uint64_t used[2];
} known[] = {
    {0x01, {UINT64_C(0xffffffff000000ff), 1}},
    {0x02, {UINT64_C(0xffffffff000000ff), UINT64_C(0xffffffffffffffff)}},
    {0x03, {UINT64_C(0xffffffff000004ff), 1}},
    {0x04, {UINT64_C(0xffffffff000004ff), 31}},
    {0x05, {UINT64_C(0xffffffff000004ff), 1}},
    {0x06, {UINT64_C(0xffffffff000004ff), 0}},
    {0x10, {UINT64_C(0x0000ffff000000ff), 0}},
    {0x11, {UINT64_C(0xffffffff000000ff), 0}},
    {0x12, {UINT64_C(0xffffffff01f1f0ff), UINT64_C(0xfffffffffffff7ff)}},
    {0x13, {UINT64_C(0x0000ffff01f1f0ff), UINT64_C(0xfffffffffffff7ff)}},
    {0x30, {0xff, 0}},
    {0x46, {UINT64_C(0xffffffff0fc010ff), UINT64_C(0xffffffffffffffff)}},
    {0x18, {0, 0}},
    {0x1a, {0, 0}},
    {0x20, {0, 0}},
    {0x21, {0, 0}},
    {0x22, {0, 0}},
    {0x23, {0, 0}},
    {0x28, {0, 0}},
    {0x2a, {0, 0}},
    {0x40, {0, 0}},
    {0x41, {0, 0}},
    {0x44, {0, 0}},
    {0x45, {0, 0}},
};

/* SYNC with the reserved CS, TLBI by address of a range that is none, or whose level is none. */
static bool is_reserved_form(const uint64_t cmd[2])
{
    uint64_t op = cmd[0] & 0xff, tg = field(cmd[1], 10, 2), ttl = field(cmd[1], 8, 2);
    uint64_t range = field(cmd[0], 12, 5) | field(cmd[0], 20, 5);

    if (op == 0x46) {
        return field(cmd[0], 12, 2) == 3;
    }
    return (op == 0x12 || op == 0x13) &&
           (tg == 0 ? (range | ttl) != 0 : (range | ttl) == 0 || (ttl == 1 && tg == 2));
}

/* Is it consumed without an error? */
static bool is_known(struct smmu_imitation *m, const uint64_t cmd[2])
{
    for (unsigned i = 0; i < sizeof(known) / sizeof(known[0]); i++) {
        if (known[i].op == (cmd[0] & 0xff)) {
            if (known[i].used[0] == 0) {
                met(m, SMMU_DEVIATION_COMMANDS);
            } else if (((cmd[0] & ~known[i].used[0]) | (cmd[1] & ~known[i].used[1])) != 0 ||
                       is_reserved_form(cmd)) {
                met(m, SMMU_DEVIATION_COMMAND_FIELDS);
            }
            return true;
        }
    }
    return false;
}

/* False: CERROR_ILL. */
static bool execute(struct smmu_imitation *m, const uint64_t cmd[2])
{
    uint64_t sid = cmd[0] >> 32;
    uint64_t range = (UINT64_C(2) << (cmd[1] & 31)) - 1;
    int asid = (int)(cmd[0] >> 48);
    bool ssec = (cmd[0] >> 10 & 1) != 0;

    switch (cmd[0] & 0xff) {
    case 0x03:
    case 0x05:
    case 0x06:
        forget_config(m, sid, sid);
        return !ssec;
    case 0x04:
        forget_config(m, sid & ~range, (sid & ~range) + range);
        return !ssec;
    case 0x11:
        forget_asid(m, asid);
        break;
    case 0x10:
    case 0x30:
        forget_asid(m, -1);
        break;
    case 0x12:
        forget_range(m, cmd, asid);
        break;
    case 0x13:
        forget_range(m, cmd, -1);
        break;
    case 0x46:
        m->pulses += (cmd[0] >> 12 & 1) != 0 ? 1 << 8 : 0;
        break;
    default:
        break;
    }
    return is_known(m, cmd);
}

static void consume(struct smmu_imitation *m)
{
    unsigned log2 = queue_log2(m, CMDQ);
    uint32_t mask = (UINT32_C(1) << log2) - 1;

    while ((*reg(m, CR0) & 8) != 0 &&
           ((*reg(m, CMDQ_PROD) ^ *reg(m, CMDQ_CONS)) & (mask << 1 | 1)) != 0 &&
           ((*reg(m, GERROR) ^ *reg(m, GERRORN)) & 1) == 0) {
        uint32_t cons = *reg(m, CMDQ_CONS);
        uint64_t pa = (reg64(m, CMDQ) & UINT64_C(0xfffffffffffe0)) + 16 * (uint64_t)(cons & mask);
        uint64_t cmd[2] = {word(m, pa), word(m, pa + 8)};
        uint32_t error;

        if (pa >> OAS != 0) {
            met(m, SMMU_DEVIATION_ADDRESS);
        }
        error = !readable(m, pa + 8) ? 2 : execute(m, cmd) ? 0 : 1;

        if (error != 0) {
            *reg(m, CMDQ_CONS) = (cons & ~UINT32_C(0x7f000000)) | error << 24;
            gerror(m, 1);
        } else {
            *reg(m, CMDQ_CONS) = (cons & ~(mask << 1 | 1)) | ((cons + 1) & (mask << 1 | 1));
        }
    }
}

/* ---- Registers ----------------------------------------------------------------------------- */

static bool exists(unsigned offset)
{
    return (offset >= 0x20 && offset <= 0x2c && offset != CR0ACK) || offset == IRQ_CTRL ||
           offset == GERRORN || (offset >= 0x68 && offset <= 0x74) ||
           (offset >= 0x80 && offset <= 0x88) || (offset >= 0x90 && offset <= 0xbc);
}

/* What must not change while it is used. */
static bool is_guarded(struct smmu_imitation *m, unsigned offset)
{
    uint32_t cr0 = *reg(m, CR0);

    switch (offset) {
    case 0x28:
    case CMDQ:
    case CMDQ + 4:
    case CMDQ_CONS:
        return (cr0 & 0xd) != 0;
    case CR2:
    case STRTAB:
    case STRTAB + 4:
    case STRTAB_CFG:
    case EVENTQ:
    case EVENTQ + 4:
    case EVENTQ_PROD:
        return (cr0 & 5) != 0;
    default:
        return offset >= 0x68 && offset <= 0x74 && (*reg(m, IRQ_CTRL) & 1) != 0;
    }
}

void smmu_imitation_write(struct smmu_imitation *m, unsigned offset, uint32_t value)
{
    offset &= 0xffff;
    if (is_guarded(m, offset)) {
        met(m, SMMU_DEVIATION_GUARD);
    }
    if (offset >= REGISTER_BYTES || !exists(offset)) {
        return;
    }
    *reg(m, offset) = value;
    if (offset == CR0) {
        *reg(m, CR0ACK) = value & ~UINT32_C(0xfffffc20);
    }
    if (offset == STRTAB_CFG && field(value, 16, 2) == 1) {
        m->two_level = true;
        m->split = (unsigned)field(value, 6, 5);
    }
    if (offset == CR0 || offset == GERRORN || offset == CMDQ_PROD) {
        consume(m);
    }
}

/* Bits that exist of the registers that keep all. */
static uint32_t bits_of(unsigned offset)
{
    switch (offset) {
    case CR0:
        return 13;
    case CR0ACK:
        return 13;
    case 0x28:
        return 0xfff;
    case CR2:
        return 7;
    case IRQ_CTRL:
    case IRQ_ACK:
        return 5;
    case STRTAB:
        return 0xffffffc0;
    case STRTAB + 4:
        return 0x40000fff;
    case STRTAB_CFG:
        return 0x307ff;
    case CMDQ:
    case EVENTQ:
        return 0xffffffff;
    case CMDQ + 4:
    case EVENTQ + 4:
        return 0x40000fff;
    case CMDQ_PROD:
    case EVENTQ_PROD:
    case EVENTQ_CONS:
        return 0x800fffff;
    case CMDQ_CONS:
        return 0xfffff;
    default:
        return 0;
    }
}

uint32_t smmu_imitation_read(struct smmu_imitation *m, unsigned offset)
{
    offset &= 0xffff;
    if (offset < REGISTER_BYTES && (*reg(m, offset) & ~bits_of(offset)) != 0) {
        met(m, SMMU_DEVIATION_RES0);
    }
    if (offset <= 0x14) {
        return m->id.idr[offset / 4];
    }
    if (offset >= 0x68 && offset <= 0x74) {
        met(m, SMMU_DEVIATION_IRQ_CFG);
    }
    if (offset >= 0xb0 && offset <= 0xbc) {
        met(m, SMMU_DEVIATION_IRQ_CFG);
        return 0;
    }
    if (offset == 0x44) {
        met(m, SMMU_DEVIATION_GBPA);
    }
    return offset == IRQ_ACK ? *reg(m, IRQ_CTRL) : offset < REGISTER_BYTES ? *reg(m, offset) : 0;
}
