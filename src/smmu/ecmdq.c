/* SPDX-License-Identifier: MIT */
/*
 * Enhanced command queues: control pages full of queues, each with an enable and an error of its
 * own (IHI0070 3.5.6). Queues with commands stand in a list, so that their number does not matter.
 */
#include "ecmdq.h"

#include "access.h"
#include "base/mem_functions.h"
#include "command.h"
#include "queue.h"

enum { PAGE_LOG2 = 16, FRAME = 16, DEFAULT_PAGE = 256 };

/* Of page 0, for each control page: BASE, CFG, STATUS. */
enum { DESCRIBED_AT = 0x4000, DESCRIPTION_BYTES = 32, DESCRIPTIONS_END = 0x6000, SECURE = 0x8000 };
enum { CFG_AT = 8, STATUS_AT = 12 };

#define PRESET    ARMVIRT_BIT(0)
#define CMDQGS_64 ARMVIRT_BIT(1)

/* The registers of a queue. */
enum { BASE_AT = 0, PROD_AT = 8, CONS_AT = 12 };

#define BASE_MASK                                                                                  \
    (ARMVIRT_SMMU_ECMDQ_BASEN_RA | ARMVIRT_SMMU_ECMDQ_BASEN_ADDR |                                 \
     ARMVIRT_SMMU_ECMDQ_BASEN_LOG2SIZE)
#define EN        ARMVIRT_SMMU_ECMDQ_PRODN_EN
#define ERRACK    ARMVIRT_SMMU_ECMDQ_PRODN_ERRACK
#define PROD_MASK (EN | ERRACK | ARMVIRT_SMMU_ECMDQ_PRODN_WR)
#define ENACK     ARMVIRT_SMMU_ECMDQ_CONSN_ENACK
#define ERR       ARMVIRT_SMMU_ECMDQ_CONSN_ERR
#define REASON    ARMVIRT_SMMU_ECMDQ_CONSN_ERR_REASON
#define RD        ARMVIRT_SMMU_ECMDQ_CONSN_RD
#define CONS_MASK (ERR | REASON | RD)

/* ---- How many, and where --------------------------------------------------------------------- */

static uint32_t idr6_of(const struct armvirt_smmu_id *id, uint8_t sec_sid)
{
    bool has[ARMVIRT_SMMU_INTERFACES] = {
        [ARMVIRT_SPACE_NONSECURE] = armvirt_smmu_has(id, 1, ARMVIRT_SMMU_IDR1_ECMDQ),
        [ARMVIRT_SPACE_SECURE] =
            armvirt_smmu_secure(id) && (id->s_idr[0] & ARMVIRT_SMMU_S_IDR0_ECMDQ) != 0,
        [ARMVIRT_SPACE_REALM] =
            armvirt_smmu_realm(id) && (id->r_idr[0] & ARMVIRT_SMMU_R_IDR0_ECMDQ) != 0,
    };
    const uint32_t idr6[ARMVIRT_SMMU_INTERFACES] = {id->idr[6], id->s_idr[6], id->r_idr[6]};

    return has[sec_sid] ? idr6[sec_sid] : UINT32_MAX;
}

/* Control pages of an interface; @log2 gets that of the queues in each. */
static uint32_t pages_of(const struct armvirt_smmu_id *id, uint8_t sec_sid, unsigned *log2)
{
    uint32_t idr6 = idr6_of(id, sec_sid);
    unsigned pages = (unsigned)ARMVIRT_GET(ARMVIRT_SMMU_IDR6_CMDQ_CONTROL_PAGE_LOG2NUMP, idr6);
    unsigned queues = (unsigned)ARMVIRT_GET(ARMVIRT_SMMU_IDR6_CMDQ_CONTROL_PAGE_LOG2NUMQ, idr6);

    *log2 = queues > 8 ? 8 : queues;
    return idr6 == UINT32_MAX ? 0 : UINT32_C(1) << (pages > 8 ? 8 : pages);
}

uint32_t armvirt_smmu_ecmdqs_of(const struct armvirt_smmu_id *id, uint8_t sec_sid)
{
    unsigned log2;
    uint32_t pages = pages_of(id, sec_sid, &log2);

    return pages << log2;
}

uint32_t armvirt_smmu_ecmdqs(const struct armvirt_smmu_id *id)
{
    return armvirt_smmu_ecmdqs_of(id, ARMVIRT_SPACE_NONSECURE) +
           armvirt_smmu_ecmdqs_of(id, ARMVIRT_SPACE_SECURE) +
           armvirt_smmu_ecmdqs_of(id, ARMVIRT_SPACE_REALM);
}

static struct armvirt_smmu_ecmdq *queue_at(const struct armvirt_smmu *smmu, uint32_t n)
{
    return (struct armvirt_smmu_ecmdq *)(void *)((uintptr_t)smmu + smmu->parts.ecmdq_at) + n;
}

/* The interface of a queue. */
static uint8_t interface_of(const struct armvirt_smmu *smmu, uint32_t n)
{
    const struct armvirt_smmu_id *id = &smmu->config.id;
    uint32_t ns = armvirt_smmu_ecmdqs_of(id, ARMVIRT_SPACE_NONSECURE);
    uint32_t s = armvirt_smmu_ecmdqs_of(id, ARMVIRT_SPACE_SECURE);

    return n < ns       ? (uint8_t)ARMVIRT_SPACE_NONSECURE
           : n < ns + s ? (uint8_t)ARMVIRT_SPACE_SECURE
                        : (uint8_t)ARMVIRT_SPACE_REALM;
}

void armvirt_smmu_ecmdq_reset(struct armvirt_smmu *smmu)
{
    uint32_t count = armvirt_smmu_ecmdqs(&smmu->config.id);

    smmu->ecmdq = (struct armvirt_smmu_list){0};
    for (uint32_t n = 0; n < count; n++) {
        *queue_at(smmu, n) = (struct armvirt_smmu_ecmdq){0};
    }
}

/* ---- The list ---------------------------------------------------------------------------------
 */

static struct armvirt_smmu_ring ring_of(const struct armvirt_smmu *smmu,
                                        const struct armvirt_smmu_ecmdq *queue)
{
    unsigned most = armvirt_smmu_field(&smmu->config.id, 1, ARMVIRT_SMMU_IDR1_CMDQS);

    return armvirt_smmu_ring(queue->base, queue->prod, queue->cons, most,
                             ARMVIRT_SMMU_COMMAND_LOG2);
}

/* Enabled, without an error, with commands. IHI0070 3.5.6.1, 3.5.6.3. */
static bool has_commands(const struct armvirt_smmu *smmu, const struct armvirt_smmu_ecmdq *queue)
{
    struct armvirt_smmu_ring ring = ring_of(smmu, queue);

    return (queue->prod & EN) && ((queue->prod ^ queue->cons) & ERR) == 0 && ring.prod != ring.cons;
}

static void enlist(struct armvirt_smmu *smmu, uint32_t n)
{
    struct armvirt_smmu_ecmdq *queue = queue_at(smmu, n);

    if (queue->listed || !has_commands(smmu, queue)) {
        return;
    }
    queue->listed = true;
    queue->next = 0;
    if (smmu->ecmdq.head == 0) {
        smmu->ecmdq.head = n + 1;
    } else {
        queue_at(smmu, smmu->ecmdq.tail - 1)->next = n + 1;
    }
    smmu->ecmdq.tail = n + 1;
}

static uint32_t take_first(struct armvirt_smmu *smmu)
{
    uint32_t n = smmu->ecmdq.head - 1;
    struct armvirt_smmu_ecmdq *queue = queue_at(smmu, n);

    smmu->ecmdq.head = queue->next;
    queue->listed = false;
    return n;
}

/* ---- Registers --------------------------------------------------------------------------------
 */

/* What an access is for. */
struct target {
    uint32_t page;  /* control page, counted over all interfaces */
    uint32_t queue; /* alike; UINT32_MAX: the description of the page */
    uint32_t at;    /* of the register, from the start of the frame */
    uint8_t sec_sid;
};

static uint32_t first_page(const struct armvirt_smmu *smmu)
{
    return smmu->config.ecmdq_page != 0 ? smmu->config.ecmdq_page : DEFAULT_PAGE;
}

/* Page @page of an interface, in both counts; false if there is none. */
static bool find_page(const struct armvirt_smmu_id *id, uint8_t sec_sid, uint32_t page,
                      uint32_t *among_all)
{
    unsigned log2;
    uint32_t before = 0;

    for (uint8_t other = 0; other < sec_sid; other++) {
        before += pages_of(id, other, &log2);
    }
    *among_all = before + page;
    return page < pages_of(id, sec_sid, &log2);
}

/* The description of a control page: in page 0 of its interface, Secure ones further up. */
static bool find_description(const struct armvirt_smmu *smmu,
                             const struct armvirt_smmu_access *access, struct target *t)
{
    const struct armvirt_smmu_id *id = &smmu->config.id;
    uint64_t realm = 2 + ARMVIRT_GET(ARMVIRT_SMMU_ROOT_IDR0_BA_REALM, id->root_idr0);
    uint32_t page = (uint32_t)(access->offset >> PAGE_LOG2);
    uint32_t offset = (uint32_t)(access->offset & 0xffff);
    bool secure = page == 0 && offset >= SECURE;

    offset -= secure ? SECURE : 0;
    t->sec_sid = secure ? (uint8_t)ARMVIRT_SPACE_SECURE : (uint8_t)ARMVIRT_SPACE_NONSECURE;
    if (page != 0 && page == realm && armvirt_smmu_realm(id)) {
        t->sec_sid = ARMVIRT_SPACE_REALM;
        page = 0;
    }
    t->queue = UINT32_MAX;
    t->at = offset % DESCRIPTION_BYTES;
    return access->offset >> PAGE_LOG2 < UINT32_MAX && page == 0 && offset >= DESCRIBED_AT &&
           offset < DESCRIPTIONS_END && t->at < FRAME &&
           find_page(id, t->sec_sid, (offset - DESCRIBED_AT) / DESCRIPTION_BYTES, &t->page);
}

/* A queue: its page, and its frame there; frames are spread evenly. IHI0070 6.2.5. */
static bool find_queue(const struct armvirt_smmu *smmu, const struct armvirt_smmu_access *access,
                       struct target *t)
{
    const struct armvirt_smmu_id *id = &smmu->config.id;
    uint64_t page = (access->offset >> PAGE_LOG2) - first_page(smmu);
    uint32_t offset = (uint32_t)(access->offset & 0xffff), before = 0;

    for (t->sec_sid = 0; t->sec_sid < ARMVIRT_SMMU_INTERFACES; t->sec_sid++) {
        unsigned log2;
        uint32_t pages = pages_of(id, t->sec_sid, &log2);

        if (page < pages) {
            unsigned frame_log2 = PAGE_LOG2 - log2;

            t->at = offset & ((1u << frame_log2) - 1);
            t->queue = before + ((uint32_t)page << log2) + (offset >> frame_log2);
            return t->at < FRAME;
        }
        page -= pages;
        before += pages << log2;
    }
    return false;
}

/* Widths: 64-bit registers also in halves. IHI0070 6.2. */
static bool find(const struct armvirt_smmu *smmu, const struct armvirt_smmu_access *access,
                 struct target *t)
{
    bool whole = access->size == 8 && (access->offset & 7) == 0;
    bool half = access->size == 4 && (access->offset & 3) == 0;

    if (!find_description(smmu, access, t) && !find_queue(smmu, access, t)) {
        return false;
    }
    return ((whole && t->at == BASE_AT) || half) &&
           (t->sec_sid == ARMVIRT_SPACE_NONSECURE || access->space == t->sec_sid ||
            access->space == ARMVIRT_SPACE_ROOT);
}

static uint64_t description(const struct armvirt_smmu *smmu, const struct target *t)
{
    uint64_t address = (uint64_t)(first_page(smmu) + t->page) << PAGE_LOG2;

    return t->at < CFG_AT ? address | CMDQGS_64 | PRESET : 1; /* EN and ENACK */
}

bool armvirt_smmu_ecmdq_read(const struct armvirt_smmu *smmu,
                             const struct armvirt_smmu_access *access, uint64_t *value)
{
    const struct armvirt_smmu_ecmdq *queue;
    struct target t;

    if (!find(smmu, access, &t)) {
        return false;
    }
    if (t.queue == UINT32_MAX) {
        *value = description(smmu, &t);
    } else {
        queue = queue_at(smmu, t.queue);
        *value = t.at < PROD_AT ? queue->base : t.at == PROD_AT ? queue->prod : queue->cons;
    }
    *value >>= t.at == 4 ? 32 : 0;
    *value &= access->size == 4 ? UINT32_MAX : UINT64_MAX;
    return true;
}

/* ENACK follows EN at once. IHI0070 3.5.6.2. */
static void write_prod(struct armvirt_smmu *smmu, uint32_t n, uint64_t value)
{
    struct armvirt_smmu_ecmdq *queue = queue_at(smmu, n);

    queue->prod = (uint32_t)(value & PROD_MASK);
    queue->cons = (uint32_t)((queue->cons & CONS_MASK) | (queue->prod & EN ? ENACK : 0));
    enlist(smmu, n);
}

static void write_base(struct armvirt_smmu_ecmdq *queue, const struct armvirt_smmu_access *access,
                       const struct target *t, uint64_t value)
{
    uint64_t covered = access->size == 8 ? UINT64_MAX : UINT32_MAX;

    if (t->at == 4) {
        value <<= 32;
        covered <<= 32;
    }
    queue->base = ((queue->base & ~covered) | (value & covered)) & BASE_MASK;
}

bool armvirt_smmu_ecmdq_write(struct armvirt_smmu *smmu, const struct armvirt_smmu_access *access,
                              uint64_t value)
{
    struct armvirt_smmu_ecmdq *queue;
    struct target t;

    if (!find(smmu, access, &t)) {
        return false;
    }
    if (t.queue == UINT32_MAX) {
        return true; /* read-only */
    }
    queue = queue_at(smmu, t.queue);
    if (t.at == PROD_AT) {
        write_prod(smmu, t.queue, value);
    } else if (queue->prod & EN) {
        return true; /* BASE and CONS are read-only while the queue is enabled */
    } else if (t.at == CONS_AT) {
        queue->cons = (uint32_t)(value & CONS_MASK);
    } else {
        write_base(queue, access, &t, value);
    }
    return true;
}

/* ---- Commands ---------------------------------------------------------------------------------
 */

/* RD stays at the command; ERR toggles, and the interface is told. IHI0070 3.5.6.3. */
static void stop(struct armvirt_smmu *smmu, struct armvirt_smmu_ecmdq *queue, uint8_t sec_sid,
                 uint32_t rd, enum armvirt_smmu_cerror error)
{
    uint64_t flags = queue->cons & (ENACK | ERR);

    queue->cons = (uint32_t)((flags ^ ERR) | ARMVIRT_PUT(REASON, error) | rd);
    armvirt_smmu_gerror(smmu, sec_sid, ARMVIRT_SMMU_GERROR_CMDQP_ERR);
}

static void consume(struct armvirt_smmu *smmu, struct armvirt_smmu_ecmdq *queue,
                    const struct armvirt_smmu_ring *ring)
{
    queue->cons = (queue->cons & (uint32_t)~RD) | armvirt_smmu_ring_next(ring, ring->cons);
    armvirt_smmu_command_consumed(smmu, ring);
}

static enum armvirt_status run_one(struct armvirt_smmu *smmu, uint32_t n)
{
    struct armvirt_smmu_ecmdq *queue = queue_at(smmu, n);
    uint8_t sec_sid = interface_of(smmu, n);
    struct armvirt_smmu_ring ring = ring_of(smmu, queue);
    enum armvirt_smmu_cerror error;
    enum armvirt_smmu_bus bus;
    uint64_t cmd[2];

    bus = armvirt_smmu_command_fetch(smmu, sec_sid, &ring, cmd);
    if (bus == ARMVIRT_SMMU_BUS_RETRY) {
        return ARMVIRT_E_AGAIN;
    }
    if (bus != ARMVIRT_SMMU_BUS_OK) {
        stop(smmu, queue, sec_sid, ring.cons, ARMVIRT_SMMU_CERROR_ABT);
        return ARMVIRT_OK;
    }
    consume(smmu, queue, &ring);
    error = armvirt_smmu_execute(smmu, sec_sid, cmd);
    if (error != ARMVIRT_SMMU_CERROR_NONE) {
        stop(smmu, queue, sec_sid, ring.cons, error);
    }
    return ARMVIRT_OK;
}

bool armvirt_smmu_ecmdq_ready(const struct armvirt_smmu *smmu)
{
    return smmu->ecmdq.head != 0;
}

bool armvirt_smmu_ecmdq_step(struct armvirt_smmu *smmu, enum armvirt_status *status)
{
    uint32_t n;

    *status = ARMVIRT_OK;
    if (!armvirt_smmu_ecmdq_ready(smmu)) {
        return false;
    }
    n = take_first(smmu);
    if (has_commands(smmu, queue_at(smmu, n))) {
        *status = run_one(smmu, n);
        enlist(smmu, n);
    }
    return true;
}

/* ---- Snapshots --------------------------------------------------------------------------------
 */

void armvirt_smmu_ecmdq_save(struct armvirt_snapshot_writer *out, uint32_t tag,
                             const struct armvirt_smmu *smmu)
{
    uint32_t count = armvirt_smmu_ecmdqs(&smmu->config.id);

    if (count == 0) {
        return;
    }
    armvirt_snapshot_open(out, tag, 1, 0);
    for (uint32_t n = 0; n < count; n++) {
        const struct armvirt_smmu_ecmdq *queue = queue_at(smmu, n);

        armvirt_snapshot_put64(out, queue->base);
        armvirt_snapshot_put32(out, queue->prod);
        armvirt_snapshot_put32(out, queue->cons);
    }
    armvirt_snapshot_close(out);
}

bool armvirt_smmu_ecmdq_is_good(const struct armvirt_smmu *smmu, struct armvirt_snapshot_section in)
{
    uint32_t count = armvirt_smmu_ecmdqs(&smmu->config.id);
    bool good = (count != 0) == (in.bytes != NULL);

    for (uint32_t n = 0; n < count && good; n++) {
        uint64_t base = armvirt_snapshot_get64(&in);
        uint64_t prod = armvirt_snapshot_get32(&in), cons = armvirt_snapshot_get32(&in);

        good = !(base & ~BASE_MASK) && !(prod & ~PROD_MASK) && !(cons & ~(CONS_MASK | ENACK)) &&
               !((prod ^ cons) & EN);
    }
    return good && (count == 0 || armvirt_snapshot_done(&in) == ARMVIRT_OK);
}

void armvirt_smmu_ecmdq_load(struct armvirt_smmu *smmu, struct armvirt_snapshot_section *in)
{
    uint32_t count = armvirt_smmu_ecmdqs(&smmu->config.id);

    armvirt_smmu_ecmdq_reset(smmu);
    for (uint32_t n = 0; n < count; n++) {
        struct armvirt_smmu_ecmdq *queue = queue_at(smmu, n);

        queue->base = armvirt_snapshot_get64(in);
        queue->prod = armvirt_snapshot_get32(in);
        queue->cons = armvirt_snapshot_get32(in);
        enlist(smmu, n);
    }
}
