/* SPDX-License-Identifier: MIT */
/*
 * Snapshots of an SMMU: registers and stalled transactions; caches are left out (docs/snapshot.md).
 * Section ID holds the identification registers, which must agree; REGS every register that
 * software or the SMMU writes, and the interfaces whose ATC invalidations timed out; STAL the slots
 * of stalled transactions with the links of their lists, which a load follows before it believes
 * them; ECMQ the enhanced command queues, if any.
 */
#include "base/snapshot.h"
#include "base/bits.h"
#include "base/mem_functions.h"
#include "ecmdq.h"
#include "regs.h"
#include "stall.h"
#include "stream.h"

#define TAG_ID    ARMVIRT_SNAPSHOT_TAG('I', 'D', ' ', ' ')
#define TAG_REGS  ARMVIRT_SNAPSHOT_TAG('R', 'E', 'G', 'S')
#define TAG_STALL ARMVIRT_SNAPSHOT_TAG('S', 'T', 'A', 'L')
#define TAG_ECMDQ ARMVIRT_SNAPSHOT_TAG('E', 'C', 'M', 'Q')
#define MODEL     UINT32_C(3)

enum { SECTION_ID, SECTION_REGS, SECTION_STALL, SECTION_ECMDQ, SECTIONS };

static const struct armvirt_snapshot_known known[SECTIONS] = {
    [SECTION_ID] = {TAG_ID, 1, true},
    [SECTION_REGS] = {TAG_REGS, 1, true},
    [SECTION_STALL] = {TAG_STALL, 1, true},
    [SECTION_ECMDQ] = {TAG_ECMDQ, 1, false},
};

/* ---- Identification ------------------------------------------------------------------------ */

enum { ID_WORDS = sizeof(struct armvirt_smmu_id) / sizeof(uint32_t) };
_Static_assert(sizeof(struct armvirt_smmu_id) % sizeof(uint32_t) == 0, "words and nothing else");

static void save_id(struct armvirt_snapshot_writer *out, const struct armvirt_smmu *smmu)
{
    uint32_t word[ID_WORDS];

    memcpy(word, &smmu->config.id, sizeof(word));
    armvirt_snapshot_open(out, TAG_ID, 1, 0);
    for (unsigned n = 0; n < ID_WORDS; n++) {
        armvirt_snapshot_put32(out, word[n]);
    }
    armvirt_snapshot_close(out);
}

static bool same_id(const struct armvirt_smmu *smmu, struct armvirt_snapshot_section *in)
{
    uint32_t word[ID_WORDS];
    bool same = true;

    memcpy(word, &smmu->config.id, sizeof(word));
    for (unsigned n = 0; n < ID_WORDS; n++) {
        same = armvirt_snapshot_get32(in) == word[n] && same;
    }
    return same && armvirt_snapshot_done(in) == ARMVIRT_OK;
}

/* ---- Registers ----------------------------------------------------------------------------- */

/* What the SMMU itself writes, beside what software may. CR0ACK and IRQ_CTRLACK follow. */
static uint64_t by_hardware(uint8_t reg)
{
    switch (reg) {
    case SMMU_GERROR:
        return UINT32_MAX & ~ARMVIRT_SMMU_GERROR_RES0;
    case SMMU_CMDQ_CONS:
        return ARMVIRT_SMMU_CMDQ_CONS_ERR;
    case SMMU_GATOS_PAR:
    case SMMU_VATOS_PAR:
    case SMMU_DPT_CFG_FAR:
    case SMMU_ROOT_GPF_FAR:
    case SMMU_ROOT_GPT_CFG_FAR:
        return UINT64_MAX;
    default:
        return 0;
    }
}

static uint64_t possible(const struct armvirt_smmu *smmu, uint8_t bank, uint8_t reg)
{
    return armvirt_smmu_storable(smmu, bank, reg) | by_hardware(reg);
}

static uint32_t timeouts(const struct armvirt_smmu *smmu)
{
    uint32_t mask = 0;

    for (unsigned n = 0; n < ARMVIRT_SMMU_INTERFACES; n++) {
        mask |= (uint32_t)smmu->atc_timeout[n] << n;
    }
    return mask;
}

static void save_regs(struct armvirt_snapshot_writer *out, const struct armvirt_smmu *smmu)
{
    armvirt_snapshot_open(out, TAG_REGS, 1, 0);
    for (uint8_t bank = 0; bank < ARMVIRT_SMMU_BANKS; bank++) {
        for (uint8_t reg = 0; reg < SMMU_REGS; reg++) {
            if (possible(smmu, bank, reg) != 0) {
                armvirt_snapshot_put64(out, smmu->reg[bank][reg]);
            }
        }
    }
    armvirt_snapshot_put32(out, timeouts(smmu));
    armvirt_snapshot_close(out);
}

static bool regs_are_good(const struct armvirt_smmu *smmu, struct armvirt_snapshot_section in)
{
    bool good = true;

    for (uint8_t bank = 0; bank < ARMVIRT_SMMU_BANKS; bank++) {
        for (uint8_t reg = 0; reg < SMMU_REGS; reg++) {
            uint64_t may = possible(smmu, bank, reg);

            if (may != 0) {
                good = (armvirt_snapshot_get64(&in) & ~may) == 0 && good;
            }
        }
    }
    good = armvirt_snapshot_get32(&in) >> ARMVIRT_SMMU_INTERFACES == 0 && good;
    return good && armvirt_snapshot_done(&in) == ARMVIRT_OK;
}

static void load_regs(struct armvirt_smmu *smmu, struct armvirt_snapshot_section *in)
{
    uint32_t mask;

    for (uint8_t bank = 0; bank < ARMVIRT_SMMU_BANKS; bank++) {
        for (uint8_t reg = 0; reg < SMMU_REGS; reg++) {
            if (possible(smmu, bank, reg) != 0) {
                smmu->reg[bank][reg] = armvirt_snapshot_get64(in);
            }
        }
        smmu->reg[bank][SMMU_CR0ACK] = smmu->reg[bank][SMMU_CR0];
        smmu->reg[bank][SMMU_IRQ_CTRLACK] = smmu->reg[bank][SMMU_IRQ_CTRL];
        smmu->reg[bank][SMMU_ROOT_CR0ACK] = smmu->reg[bank][SMMU_ROOT_CR0];
    }
    mask = armvirt_snapshot_get32(in);
    for (unsigned n = 0; n < ARMVIRT_SMMU_INTERFACES; n++) {
        smmu->atc_timeout[n] = (mask >> n & 1) != 0;
    }
}

/* ---- Stalled transactions ------------------------------------------------------------------ */

enum { HEAD_BYTES = 16, SLOT_BYTES = 40, LISTS = 3 };

/* The three lists, in the order in which their heads are saved. */
static struct armvirt_smmu_list *list_of(struct armvirt_smmu *smmu, unsigned n)
{
    return n == 0 ? &smmu->free : n == 1 ? &smmu->waiting : &smmu->ready;
}

static void save_slot(struct armvirt_snapshot_writer *out, const struct armvirt_smmu_stall *stall)
{
    const struct armvirt_smmu_txn *txn = &stall->txn;

    armvirt_snapshot_put64(out, txn->addr);
    armvirt_snapshot_put64(out, txn->cookie);
    armvirt_snapshot_put32(out, txn->sid);
    armvirt_snapshot_put32(out, txn->ssid);
    armvirt_snapshot_put16(out, txn->flags);
    armvirt_snapshot_put8(out, txn->sec_sid);
    armvirt_snapshot_put8(out, txn->attr.mair);
    armvirt_snapshot_put8(out, txn->attr.sh);
    armvirt_snapshot_put8(out, stall->state);
    armvirt_snapshot_put8(out, stall->reason);
    armvirt_snapshot_put8(out, 0);
    armvirt_snapshot_put32(out, stall->next);
    armvirt_snapshot_put32(out, 0);
}

static void load_slot(struct armvirt_snapshot_section *in, struct armvirt_smmu_stall *stall)
{
    struct armvirt_smmu_txn *txn = &stall->txn;

    memset(stall, 0, sizeof(*stall));
    txn->addr = armvirt_snapshot_get64(in);
    txn->cookie = armvirt_snapshot_get64(in);
    txn->sid = armvirt_snapshot_get32(in);
    txn->ssid = armvirt_snapshot_get32(in);
    txn->flags = armvirt_snapshot_get16(in);
    txn->sec_sid = armvirt_snapshot_get8(in);
    txn->attr.mair = armvirt_snapshot_get8(in);
    txn->attr.sh = armvirt_snapshot_get8(in);
    stall->state = armvirt_snapshot_get8(in);
    stall->reason = armvirt_snapshot_get8(in);
    (void)armvirt_snapshot_get8(in);
    stall->next = armvirt_snapshot_get32(in);
    (void)armvirt_snapshot_get32(in);
}

static void save_stalls(struct armvirt_snapshot_writer *out, const struct armvirt_smmu *smmu)
{
    armvirt_snapshot_open(out, TAG_STALL, 1, 0);
    armvirt_snapshot_put32(out, smmu->parts.stalls);
    armvirt_snapshot_put32(out, smmu->free.head);
    armvirt_snapshot_put32(out, smmu->waiting.head);
    armvirt_snapshot_put32(out, smmu->ready.head);
    for (uint32_t slot = 0; slot < smmu->parts.stalls; slot++) {
        save_slot(out, armvirt_smmu_slot(smmu, slot));
    }
    armvirt_snapshot_close(out);
}

/* A slot as it stands in the section, by number. */
static void peek_slot(const struct armvirt_snapshot_section *in, uint32_t slot,
                      struct armvirt_smmu_stall *stall)
{
    struct armvirt_snapshot_section at = {
        .bytes = in->bytes + HEAD_BYTES + (size_t)slot * SLOT_BYTES,
        .left = SLOT_BYTES,
        .version = in->version,
    };

    load_slot(&at, stall);
}

/* Whether a state may stand in a list. */
static bool belongs(unsigned list, uint8_t state)
{
    switch (list) {
    case 0:
        return state == ARMVIRT_SMMU_SLOT_FREE;
    case 1:
        return state == ARMVIRT_SMMU_SLOT_UNRECORDED || state == ARMVIRT_SMMU_SLOT_ABORT;
    default:
        return state >= ARMVIRT_SMMU_SLOT_RETRY && state <= ARMVIRT_SMMU_SLOT_RAZ_WI;
    }
}

/*
 * Follow a list to its last slot. One that ends visits no slot twice; -1 if it does not, or leaves
 * its states.
 */
static int64_t list_length(const struct armvirt_snapshot_section *in, uint32_t slots, unsigned list,
                           uint32_t *last)
{
    uint32_t link = armvirt_load_le32(in->bytes + 4 + 4 * (size_t)list);
    struct armvirt_smmu_stall stall;
    uint32_t length = 0;

    *last = 0;
    for (; link != 0; link = stall.next, length++) {
        if (link > slots || length == slots) {
            return -1;
        }
        *last = link;
        peek_slot(in, link - 1, &stall);
        if (!belongs(list, stall.state)) {
            return -1;
        }
    }
    return length;
}

/* Slots that are in no list wait for a command; lists that share a slot share their end. */
static bool stalls_are_good(const struct armvirt_smmu *smmu,
                            const struct armvirt_snapshot_section *in)
{
    uint32_t slots = smmu->parts.stalls;
    int64_t listed = 0, recorded = 0;
    struct armvirt_smmu_stall stall;
    uint32_t last[LISTS];

    if (in->left != HEAD_BYTES + (size_t)slots * SLOT_BYTES ||
        armvirt_load_le32(in->bytes) != slots) {
        return false;
    }
    for (unsigned list = 0; list < LISTS; list++) {
        int64_t length = list_length(in, slots, list, &last[list]);

        if (length < 0) {
            return false;
        }
        listed += length;
    }
    for (uint32_t slot = 0; slot < slots; slot++) {
        peek_slot(in, slot, &stall);
        recorded += stall.state == ARMVIRT_SMMU_SLOT_RECORDED;
        if (stall.state != ARMVIRT_SMMU_SLOT_FREE &&
            (stall.txn.sec_sid >= ARMVIRT_SMMU_INTERFACES ||
             !armvirt_smmu_interface(smmu, stall.txn.sec_sid))) {
            return false;
        }
    }
    return listed + recorded == slots && (last[1] == 0 || last[1] != last[2]);
}

static void load_stalls(struct armvirt_smmu *smmu, struct armvirt_snapshot_section *in)
{
    (void)armvirt_snapshot_get32(in);
    for (unsigned list = 0; list < LISTS; list++) {
        list_of(smmu, list)->head = armvirt_snapshot_get32(in);
    }
    for (uint32_t slot = 0; slot < smmu->parts.stalls; slot++) {
        load_slot(in, armvirt_smmu_slot(smmu, slot));
    }
    for (unsigned list = 0; list < LISTS; list++) {
        struct armvirt_smmu_list *l = list_of(smmu, list);

        l->tail = 0;
        for (uint32_t link = l->head; link != 0; link = armvirt_smmu_slot(smmu, link - 1)->next) {
            l->tail = link;
        }
    }
}

/* ---- All of it ----------------------------------------------------------------------------- */

enum armvirt_status armvirt_smmu_save(const struct armvirt_smmu *smmu, void *buf, size_t cap,
                                      size_t *len)
{
    struct armvirt_snapshot_writer out;

    armvirt_snapshot_start(&out, buf, cap, MODEL);
    save_id(&out, smmu);
    save_regs(&out, smmu);
    save_stalls(&out, smmu);
    armvirt_smmu_ecmdq_save(&out, TAG_ECMDQ, smmu);
    return armvirt_snapshot_finish(&out, len);
}

enum armvirt_status armvirt_smmu_load(struct armvirt_smmu *smmu, const void *buf, size_t len)
{
    struct armvirt_snapshot_section found[SECTIONS];

    if (armvirt_snapshot_parse(buf, len, MODEL, known, SECTIONS, found) != ARMVIRT_OK ||
        !same_id(smmu, &found[SECTION_ID]) || !regs_are_good(smmu, found[SECTION_REGS]) ||
        !stalls_are_good(smmu, &found[SECTION_STALL]) ||
        !armvirt_smmu_ecmdq_is_good(smmu, found[SECTION_ECMDQ])) {
        return ARMVIRT_E_FORMAT;
    }
    armvirt_smmu_reset(smmu);
    load_regs(smmu, &found[SECTION_REGS]);
    load_stalls(smmu, &found[SECTION_STALL]);
    armvirt_smmu_ecmdq_load(smmu, &found[SECTION_ECMDQ]);
    armvirt_smmu_root_changed(smmu);
    return ARMVIRT_OK;
}
