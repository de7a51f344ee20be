/* SPDX-License-Identifier: MIT */
/*
 * A machine made of a string of bytes: any register values, and a small memory that repeats through
 * the whole address space, so that every table address leads to a table. A fuzzer mutates the
 * bytes; random_input_make() makes up plausible ones for property tests and as a first corpus.
 */
#ifndef ARMVIRT_TESTS_RANDOM_MACHINE_H
#define ARMVIRT_TESTS_RANDOM_MACHINE_H

#include <armvirt/pgtable.h>
#include <armvirt/regs/aarch32.h>
#include <armvirt/regs/vmsa.h>

#include <string.h>

/* ---- Bytes in ----------------------------------------------------------------------------- */

/* In the order of their members; new registers go last, to keep the meaning of the corpus. */
#define RANDOM_REGISTERS(X)                                                                        \
    X(id_aa64mmfr0_el1)                                                                            \
    X(id_aa64mmfr1_el1)                                                                            \
    X(id_aa64mmfr2_el1)                                                                            \
    X(id_aa64mmfr3_el1)                                                                            \
    X(id_aa64mmfr4_el1)                                                                            \
    X(id_aa64pfr0_el1)                                                                             \
    X(id_aa64pfr1_el1)                                                                             \
    X(id_aa64pfr2_el1)                                                                             \
    X(id_aa64isar0_el1)                                                                            \
    X(id_aa64isar1_el1)                                                                            \
    X(id_aa64isar2_el1)                                                                            \
    X(scr_el3)                                                                                     \
    X(sctlr_el3)                                                                                   \
    X(sctlr2_el3)                                                                                  \
    X(tcr_el3)                                                                                     \
    X(ttbr0_el3)                                                                                   \
    X(mair_el3)                                                                                    \
    X(mair2_el3)                                                                                   \
    X(pir_el3)                                                                                     \
    X(por_el3)                                                                                     \
    X(gpccr_el3)                                                                                   \
    X(gptbr_el3)                                                                                   \
    X(gpcbw_el3)                                                                                   \
    X(mecid_rl_a_el3)                                                                              \
    X(hcr_el2)                                                                                     \
    X(hcrx_el2)                                                                                    \
    X(sctlr_el2)                                                                                   \
    X(sctlr2_el2)                                                                                  \
    X(tcr_el2)                                                                                     \
    X(tcr2_el2)                                                                                    \
    X(ttbr0_el2[0])                                                                                \
    X(ttbr0_el2[1])                                                                                \
    X(ttbr1_el2[0])                                                                                \
    X(ttbr1_el2[1])                                                                                \
    X(mair_el2)                                                                                    \
    X(mair2_el2)                                                                                   \
    X(pir_el2)                                                                                     \
    X(pire0_el2)                                                                                   \
    X(por_el2)                                                                                     \
    X(vtcr_el2)                                                                                    \
    X(vttbr_el2[0])                                                                                \
    X(vttbr_el2[1])                                                                                \
    X(vstcr_el2)                                                                                   \
    X(vsttbr_el2)                                                                                  \
    X(s2pir_el2)                                                                                   \
    X(mecid_p0_el2)                                                                                \
    X(mecid_a0_el2)                                                                                \
    X(mecid_p1_el2)                                                                                \
    X(mecid_a1_el2)                                                                                \
    X(vmecid_p_el2)                                                                                \
    X(vmecid_a_el2)                                                                                \
    X(sctlr_el1)                                                                                   \
    X(sctlr2_el1)                                                                                  \
    X(tcr_el1)                                                                                     \
    X(tcr2_el1)                                                                                    \
    X(ttbr0_el1[0])                                                                                \
    X(ttbr0_el1[1])                                                                                \
    X(ttbr1_el1[0])                                                                                \
    X(ttbr1_el1[1])                                                                                \
    X(mair_el1)                                                                                    \
    X(mair2_el1)                                                                                   \
    X(pir_el1)                                                                                     \
    X(pire0_el1)                                                                                   \
    X(por_el1)                                                                                     \
    X(por_el0)                                                                                     \
    X(s2por_el1)                                                                                   \
    X(dacr32_el2)

#define RANDOM_REGISTER_COUNT(name) +1
enum { RANDOM_REGISTER_WORDS = 0 RANDOM_REGISTERS(RANDOM_REGISTER_COUNT) };
#undef RANDOM_REGISTER_COUNT

/* What the bytes mean. After it come pairs of words: where to write into the memory, and what. */
struct random_input {
    uint8_t el;          /* Exception level of the regime */
    uint8_t what;        /* enum armvirt_map_what, or which question */
    uint8_t ipa_space;   /* enum armvirt_space */
    uint8_t kind;        /* enum armvirt_access_kind */
    uint8_t access_el;   /* of the access */
    uint8_t memory_log2; /* size of the memory, modulo a few */
    uint8_t swap;        /* byte order of descriptors: bit 0 stage 1, bit 1 stage 2 */
    uint8_t density;     /* of descriptors in memory, in 1/256 */
    uint16_t flags;      /* enum armvirt_access_flag */
    uint8_t abort_page;  /* number modulo 256 of the pages that abort; 0: none does */
    uint8_t retry;       /* memory asks to retry one in so many and 8 reads; 0: never */
    uint8_t race;        /* of updates: every so many meet a change; 0: none */
    uint8_t budget;
    uint8_t choices[2];
    uint32_t options;
    uint32_t seed; /* of the memory's content */
    uint64_t va, last;
    uint64_t reg[RANDOM_REGISTER_WORDS];
};

enum { MEMORY_LOG2 = 12, MEMORY_SIZES = 6, MEMORY_WORDS = 1 << (MEMORY_LOG2 + MEMORY_SIZES - 4) };

struct random_machine {
    struct random_input input;
    struct armvirt_vmsa vmsa;
    uint64_t memory[MEMORY_WORDS];
    uint64_t words; /* of it in use, a power of two */
    bool calm;      /* no retries, no races */
    uint64_t reads, updates;
    unsigned wrong; /* requests that no rule allows */
};

/* ---- Numbers ------------------------------------------------------------------------------ */

static inline uint64_t random_next(uint64_t *state)
{
    uint64_t z = *state += UINT64_C(0x9e3779b97f4a7c15);

    z = (z ^ z >> 30) * UINT64_C(0xbf58476d1ce4e5b9);
    z = (z ^ z >> 27) * UINT64_C(0x94d049bb133111eb);
    return z ^ z >> 31;
}

static inline unsigned random_below(uint64_t *state, unsigned n)
{
    return (unsigned)(random_next(state) % n);
}

/* True in @percent of all cases. */
static inline bool random_chance(uint64_t *state, unsigned percent)
{
    return random_below(state, 100) < percent;
}

/* @mask as one value of its field, or 0. */
static inline uint64_t random_bit(uint64_t *state, unsigned percent, uint64_t mask)
{
    return random_chance(state, percent) ? mask : 0;
}

/* ---- Memory ------------------------------------------------------------------------------- */

/* A word that often is a table or a leaf of one format or another. */
static inline uint64_t random_descriptor(uint64_t *state)
{
    uint64_t raw = random_next(state);
    uint64_t near = raw & ARMVIRT_BITS(18, 12);

    switch (raw >> 56 & 7) {
    case 0:
    case 1:
    case 2:
        return near | 3;
    case 3:
        return near | (raw & (ARMVIRT_BITS(63, 59) | ARMVIRT_BITS(11, 2))) | 3;
    case 4:
        return (raw & (ARMVIRT_BITS(63, 50) | ARMVIRT_BITS(34, 0))) | 1;
    case 5:
        return (raw & (ARMVIRT_BITS(58, 50) | ARMVIRT_BITS(39, 0))) | 3;
    case 6:
        return (raw & ARMVIRT_BITS(18, 0)) << 32 | (raw >> 20 & ARMVIRT_BITS(18, 0));
    default:
        return random_next(state);
    }
}

static inline void random_fill(struct random_machine *m)
{
    uint64_t state = m->input.seed;

    m->words = UINT64_C(1) << (MEMORY_LOG2 + m->input.memory_log2 % MEMORY_SIZES - 3);
    for (uint64_t i = 0; i < m->words; i++) {
        bool used = m->input.density != 0 && random_below(&state, 256) < m->input.density;

        m->memory[i] = used ? random_descriptor(&state) : 0;
    }
}

static inline uint64_t random_swapped(uint64_t value, unsigned bytes)
{
    uint64_t swapped = 0;

    for (unsigned i = 0; i < bytes; i++) {
        swapped = swapped << 8 | (value >> 8 * i & 0xff);
    }
    return swapped;
}

/* The value at @req, in both of its words where there are two, as the tables' byte order has it. */
static inline void random_load(const struct random_machine *m, const struct armvirt_mem_req *req,
                               uint64_t val[2])
{
    uint64_t at = req->pa / 8 & (m->words - 1);
    bool swap = req->what != ARMVIRT_MEM_GPT_ENTRY && (m->input.swap >> (req->what & 1) & 1);
    unsigned bytes = req->size < 8 ? req->size : 8;
    uint64_t low = m->memory[at] >> 8 * (req->pa & 7);
    uint64_t high = m->memory[(at + 1) & (m->words - 1)];

    if (bytes < 8) {
        low &= ARMVIRT_BITS(31, 0);
    }
    val[0] = swap ? random_swapped(req->size == 16 ? high : low, bytes) : low;
    if (req->size == 16) {
        val[1] = swap ? random_swapped(low, bytes) : high;
    }
}

static inline void random_store(struct random_machine *m, const struct armvirt_mem_req *req,
                                const uint64_t *val)
{
    uint64_t at = req->pa / 8 & (m->words - 1);
    bool swap = (m->input.swap >> (req->what & 1) & 1) != 0;

    m->memory[at] = swap ? random_swapped(val[req->size == 16], 8) : val[0];
    if (req->size == 16) {
        m->memory[(at + 1) & (m->words - 1)] = swap ? random_swapped(val[0], 8) : val[1];
    }
}

static inline bool random_aborts(const struct random_machine *m, uint64_t pa)
{
    return m->input.abort_page != 0 && (pa >> 12 & 0xff) == m->input.abort_page;
}

/* Aligned, of a size that descriptors have, within any physical address space. */
static inline bool random_request_is_right(const struct armvirt_mem_req *req)
{
    bool size = req->size == 8 || req->size == 16 ||
                (req->size == 4 && req->what == ARMVIRT_MEM_STAGE1_DESC);

    return size && req->pa % req->size == 0 && req->pa >> 56 == 0 &&
           req->space <= ARMVIRT_SPACE_ROOT && req->what <= ARMVIRT_MEM_GPT_ENTRY &&
           req->level >= -2 && req->level <= 3;
}

/* Not in a rhythm, lest some sequence of reads never ends. */
static inline bool random_asks_to_retry(const struct random_machine *m)
{
    uint64_t state = m->reads;

    return m->input.retry != 0 && random_below(&state, 8u + m->input.retry) == 0;
}

static inline enum armvirt_bus random_read(void *ctx, const struct armvirt_mem_req *req,
                                           uint64_t *val)
{
    struct random_machine *m = ctx;
    uint64_t both[2] = {0, 0};

    m->reads++;
    m->wrong += !random_request_is_right(req);
    if (!m->calm && random_asks_to_retry(m)) {
        return ARMVIRT_BUS_RETRY;
    }
    if (random_aborts(m, req->pa)) {
        return ARMVIRT_BUS_ABORT;
    }
    random_load(m, req, both);
    val[0] = both[0];
    if (req->size == 16) {
        val[1] = both[1];
    }
    return ARMVIRT_BUS_OK;
}

static inline enum armvirt_bus random_cas(void *ctx, const struct armvirt_mem_req *req,
                                          const uint64_t *old, const uint64_t *val)
{
    struct random_machine *m = ctx;
    uint64_t now[2] = {0, 0};

    m->updates++;
    m->wrong += !random_request_is_right(req) || req->size < 8;
    if (!m->calm && m->input.race != 0 && m->updates % m->input.race == 0) {
        return ARMVIRT_BUS_RACE;
    }
    if (random_aborts(m, req->pa)) {
        return ARMVIRT_BUS_ABORT;
    }
    random_load(m, req, now);
    if (now[0] != old[0] || (req->size == 16 && now[1] != old[1])) {
        return ARMVIRT_BUS_RACE;
    }
    random_store(m, req, val);
    return ARMVIRT_BUS_OK;
}

static inline struct armvirt_mem random_memory(struct random_machine *m)
{
    static const struct armvirt_mem_ops ops = {.read = random_read, .cas = random_cas};

    return (struct armvirt_mem){.ops = &ops, .ctx = m};
}

/* ---- From bytes to a machine -------------------------------------------------------------- */

static inline void random_machine_begin(struct random_machine *m, const uint8_t *data, size_t size)
{
    static const uint16_t offsets[] = {
#define RANDOM_REGISTER_OFFSET(name) offsetof(struct armvirt_vmsa, name),
        RANDOM_REGISTERS(RANDOM_REGISTER_OFFSET)
#undef RANDOM_REGISTER_OFFSET
    };
    size_t head = size < sizeof(m->input) ? size : sizeof(m->input);

    memset(m, 0, sizeof(*m));
    memcpy(&m->input, data, head);
    for (size_t i = 0; i < RANDOM_REGISTER_WORDS; i++) {
        memcpy((char *)&m->vmsa + offsets[i], &m->input.reg[i], 8);
    }
    m->vmsa.options = m->input.options;
    m->vmsa.reserved_granule = m->input.choices[0];
    m->vmsa.reserved_sh = m->input.choices[1] & 3;
    m->vmsa.reserved_s2attr = m->input.choices[1] >> 2 & 3;
    m->vmsa.reserved_dacr = m->input.choices[1] >> 4 & 3;
    random_fill(m);
    for (data += head, size -= head; size >= 16; data += 16, size -= 16) {
        uint64_t patch[2];

        memcpy(patch, data, sizeof(patch));
        m->memory[patch[0] & (m->words - 1)] = patch[1];
    }
}

/* ---- Plausible bytes ---------------------------------------------------------------------- */

static inline void random_id_registers(struct armvirt_vmsa *v, uint64_t *r)
{
    v->id_aa64mmfr0_el1 = ARMVIRT_PUT(ARMVIRT_ID_AA64MMFR0_EL1_PARANGE, 1 + random_below(r, 7)) |
                          ARMVIRT_PUT(ARMVIRT_ID_AA64MMFR0_EL1_TGRAN4, random_below(r, 2)) |
                          ARMVIRT_PUT(ARMVIRT_ID_AA64MMFR0_EL1_TGRAN16, 1 + random_below(r, 2));
    v->id_aa64mmfr1_el1 = UINT64_C(0x1111111111312122) + random_below(r, 2);
    v->id_aa64mmfr2_el1 = UINT64_C(0x1221111111011111) |
                          ARMVIRT_PUT(ARMVIRT_ID_AA64MMFR2_EL1_VARANGE, random_below(r, 3));
    v->id_aa64mmfr3_el1 = UINT64_C(0x1111111111111111);
    v->id_aa64pfr0_el1 = UINT64_C(0x1101001120112222) |
                         random_bit(r, 20, ARMVIRT_PUT(ARMVIRT_ID_AA64PFR0_EL1_RME, 2));
    v->id_aa64pfr1_el1 = UINT64_C(0x1111111111111311);
    v->id_aa64pfr2_el1 = 0x11;
    v->id_aa64isar1_el1 = UINT64_C(0x1111111111111111);
    v->id_aa64isar2_el1 = UINT64_C(0x1111111111111111);
    if (random_chance(r, 15)) { /* whatever an ID register may say */
        v->id_aa64mmfr1_el1 &= random_next(r);
        v->id_aa64mmfr2_el1 &= random_next(r);
        v->id_aa64mmfr3_el1 &= random_next(r);
        v->id_aa64pfr0_el1 &= random_next(r);
        v->id_aa64pfr1_el1 &= random_next(r);
    }
}

/* TCR_EL1, and with other fields in its upper half the other TCRs. */
static inline uint64_t random_tcr(uint64_t *r)
{
    uint64_t sizes = ARMVIRT_PUT(ARMVIRT_TCR_EL1_T0SZ, 10 + random_below(r, 38)) |
                     ARMVIRT_PUT(ARMVIRT_TCR_EL1_T1SZ, 10 + random_below(r, 38)) |
                     ARMVIRT_PUT(ARMVIRT_TCR_EL1_IPS, random_below(r, 8));

    return sizes | random_bit(r, 30, ARMVIRT_TCR_EL1_DS) | random_bit(r, 10, ARMVIRT_TCR_EL1_EPD0) |
           random_bit(r, 10, ARMVIRT_TCR_EL1_EPD1) |
           (random_next(r) & (ARMVIRT_TCR_EL1_TG0 | ARMVIRT_TCR_EL1_TG1 | ARMVIRT_TCR_EL1_HPD0 |
                              ARMVIRT_TCR_EL1_HPD1 | ARMVIRT_TCR_EL1_HA | ARMVIRT_TCR_EL1_HD |
                              ARMVIRT_TCR_EL1_TBI0 | ARMVIRT_TCR_EL1_TBI1 | ARMVIRT_TCR_EL1_SH0 |
                              ARMVIRT_TCR_EL1_SH1 | ARMVIRT_TCR_EL1_MTX0 | ARMVIRT_TCR_EL1_MTX1));
}

/* Where T0SZ and the start level fit each other more often than by chance. */
static inline uint64_t random_vtcr(uint64_t *r)
{
    uint64_t sl0 = random_below(r, 3);
    unsigned granule = random_below(r, 3); /* 4 KB, 64 KB, 16 KB */
    unsigned page = granule == 0 ? 12 : granule == 1 ? 16 : 14;
    unsigned levels = granule == 0 ? 2 + (unsigned)sl0 : 1 + (unsigned)sl0;
    unsigned bits = page + levels * (page - 3) - random_below(r, 6) + random_below(r, 4);

    return ARMVIRT_PUT(ARMVIRT_VTCR_EL2_T0SZ, 64 - bits) | ARMVIRT_PUT(ARMVIRT_VTCR_EL2_SL0, sl0) |
           ARMVIRT_PUT(ARMVIRT_VTCR_EL2_TG0, granule) |
           ARMVIRT_PUT(ARMVIRT_VTCR_EL2_PS, random_below(r, 8)) |
           random_bit(r, 20, ARMVIRT_VTCR_EL2_DS) | random_bit(r, 15, ARMVIRT_VTCR_EL2_D128) |
           random_bit(r, 30, ARMVIRT_VTCR_EL2_S2PIE) | random_bit(r, 30, ARMVIRT_VTCR_EL2_HA);
}

static inline uint64_t random_ttbr(uint64_t *r)
{
    uint64_t base = random_next(r) & ARMVIRT_BITS(18, random_chance(r, 80) ? 16 : 5);
    uint64_t skip =
        random_chance(r, 30) ? ARMVIRT_PUT(ARMVIRT_TTBR0_EL1_D128_SKL, random_below(r, 3)) : 0;

    return base | skip | (random_next(r) & ARMVIRT_TTBR0_EL1_ASID);
}

/* SCTLR_ELx at bits that matter to translation; those of SCTLR at EL1 in AArch32 are alike. */
static inline uint64_t random_sctlr(uint64_t *r, bool big_endian)
{
    return random_bit(r, 92, ARMVIRT_SCTLR_EL1_M) | random_bit(r, 90, ARMVIRT_SCTLR_EL1_C) |
           random_bit(r, 90, ARMVIRT_SCTLR_EL1_I) | random_bit(r, 20, ARMVIRT_SCTLR_EL1_WXN) |
           random_bit(r, 30, ARMVIRT_SCTLR_TRE) | random_bit(r, 50, ARMVIRT_SCTLR_AFE) |
           (big_endian ? ARMVIRT_SCTLR_EL1_EE : 0);
}

static inline uint64_t random_hcr(uint64_t *r)
{
    return random_bit(r, 50, ARMVIRT_HCR_EL2_VM) | random_bit(r, 80, ARMVIRT_HCR_EL2_RW) |
           random_bit(r, 40, ARMVIRT_HCR_EL2_E2H) | random_bit(r, 15, ARMVIRT_HCR_EL2_TGE) |
           random_bit(r, 5, ARMVIRT_HCR_EL2_DC) | random_bit(r, 30, ARMVIRT_HCR_EL2_FWB) |
           random_bit(r, 15, ARMVIRT_HCR_EL2_PTW) | random_bit(r, 15, ARMVIRT_HCR_EL2_NV1) |
           random_bit(r, 15, ARMVIRT_HCR_EL2_NV) | random_bit(r, 10, ARMVIRT_HCR_EL2_CD);
}

static inline uint64_t random_tcr2(uint64_t *r)
{
    return random_bit(r, 25, ARMVIRT_TCR2_EL1_D128) | random_bit(r, 30, ARMVIRT_TCR2_EL1_PIE) |
           random_bit(r, 20, ARMVIRT_TCR2_EL1_POE) | random_bit(r, 20, ARMVIRT_TCR2_EL1_E0POE) |
           random_bit(r, 30, ARMVIRT_TCR2_EL1_AIE) | random_bit(r, 15, ARMVIRT_TCR2_EL1_PNCH) |
           random_bit(r, 15, ARMVIRT_TCR2_EL1_HAFT) | random_bit(r, 15, ARMVIRT_TCR2_EL1_DISCH0);
}

/* Registers of EL2 and EL3. */
static inline void random_upper_registers(struct armvirt_vmsa *v, uint64_t *r, bool big_endian)
{
    v->scr_el3 = random_bit(r, 70, ARMVIRT_SCR_EL3_NS) | random_bit(r, 60, ARMVIRT_SCR_EL3_EEL2) |
                 random_bit(r, 15, ARMVIRT_SCR_EL3_NSE) | ARMVIRT_SCR_EL3_RW |
                 ARMVIRT_SCR_EL3_TCR2EN | ARMVIRT_SCR_EL3_SCTLR2EN | ARMVIRT_SCR_EL3_PIEN |
                 ARMVIRT_SCR_EL3_HXEN | random_bit(r, 20, ARMVIRT_SCR_EL3_SIF);
    v->sctlr_el3 = random_sctlr(r, big_endian);
    v->tcr_el3 = random_tcr(r) & ~random_bit(r, 70, ARMVIRT_TCR_EL3_D128);
    v->ttbr0_el3 = random_ttbr(r);
    v->gpccr_el3 = random_bit(r, 50, ARMVIRT_GPCCR_EL3_GPC) | 0x2105;
    v->hcr_el2 = random_hcr(r);
    v->hcrx_el2 = ARMVIRT_HCRX_EL2_TCR2EN | ARMVIRT_HCRX_EL2_SCTLR2EN;
    v->sctlr_el2 = random_sctlr(r, big_endian);
    v->tcr_el2 = random_tcr(r);
    v->tcr2_el2 = random_tcr2(r);
    v->ttbr0_el2[0] = random_ttbr(r);
    v->ttbr1_el2[0] = random_ttbr(r);
    v->vtcr_el2 = random_vtcr(r);
    v->vstcr_el2 = random_vtcr(r) | (random_next(r) & ARMVIRT_VSTCR_EL2_SW);
    v->vttbr_el2[0] = random_ttbr(r);
    v->vsttbr_el2 = random_ttbr(r);
}

static inline void random_permission_registers(struct armvirt_vmsa *v, uint64_t *r)
{
    v->mair_el1 = v->mair_el2 = v->mair_el3 = random_next(r);
    v->mair2_el1 = v->mair2_el2 = v->mair2_el3 = random_next(r);
    v->pir_el1 = v->pir_el2 = v->pir_el3 = random_next(r);
    v->pire0_el1 = v->pire0_el2 = random_next(r);
    v->por_el0 = v->por_el1 = v->por_el2 = v->por_el3 = random_next(r);
    v->s2pir_el2 = random_next(r);
    v->s2por_el1 = random_next(r);
    v->dacr32_el2 = random_next(r) & UINT32_MAX;
    v->mecid_p0_el2 = random_next(r) & 0xffff;
    v->vmecid_a_el2 = random_next(r) & 0xffff;
}

static inline void random_registers(struct armvirt_vmsa *v, uint64_t *r, bool big_endian)
{
    random_id_registers(v, r);
    random_upper_registers(v, r, big_endian);
    random_permission_registers(v, r);
    v->sctlr_el1 = random_sctlr(r, big_endian);
    v->tcr_el1 = random_tcr(r);
    if (!(v->hcr_el2 & ARMVIRT_HCR_EL2_RW)) { /* TTBCR in either format, TTBCR2 above */
        v->tcr_el1 = random_next(r) & (ARMVIRT_BITS(58, 41) | ARMVIRT_BIT(31) | ARMVIRT_BIT(6) |
                                       ARMVIRT_BITS(18, 16) | ARMVIRT_BITS(2, 0));
        v->tcr_el1 |= random_bit(r, 10, ARMVIRT_TTBCR_PD0) | random_bit(r, 10, ARMVIRT_TTBCR_PD1) |
                      random_bit(r, 10, ARMVIRT_TTBCR_LPAE_EPD0) |
                      random_bit(r, 10, ARMVIRT_TTBCR_LPAE_EPD1);
    }
    v->tcr2_el1 = random_tcr2(r);
    v->ttbr0_el1[0] = random_ttbr(r);
    v->ttbr1_el1[0] = random_ttbr(r);
}

/* Bytes of a machine that has something to find, from a number. */
static inline void random_input_make(struct random_input *input, uint64_t number)
{
    static const uint8_t densities[] = {2, 8, 30, 90, 200};
    uint64_t state = number * UINT64_C(0x100000001b3);
    uint64_t *r = &state;
    bool big_endian = random_chance(r, 20);
    struct armvirt_vmsa v;
    size_t at = 0;

    memset(input, 0, sizeof(*input));
    memset(&v, 0, sizeof(v));
    random_registers(&v, r, big_endian);
    input->el = (uint8_t)random_below(r, 4);
    input->what = (uint8_t)random_below(r, 3);
    input->ipa_space = (uint8_t)random_below(r, 2);
    input->kind = (uint8_t)random_below(r, ARMVIRT_ACCESS_KINDS);
    input->access_el = (uint8_t)(random_chance(r, 30) ? 0 : input->el);
    input->memory_log2 = (uint8_t)random_below(r, MEMORY_SIZES);
    input->swap = big_endian ? 3 : 0;
    input->density = densities[random_below(r, sizeof(densities))];
    input->flags = (uint16_t)(random_chance(r, 50) ? random_next(r) : 0);
    input->abort_page = (uint8_t)(random_chance(r, 20) ? random_below(r, 64) : 0);
    input->retry = (uint8_t)(random_chance(r, 20) ? 1 + random_below(r, 50) : 0);
    input->race = (uint8_t)(random_chance(r, 20) ? 1 + random_below(r, 4) : 0);
    input->budget = (uint8_t)(1 + random_below(r, 60));
    input->options = (uint32_t)(random_chance(r, 40) ? random_next(r) : 0);
    input->seed = (uint32_t)random_next(r);
    input->va = random_chance(r, 50) ? 0 : random_next(r) >> random_below(r, 40);
    input->last = random_chance(r, 70) ? UINT64_MAX : random_next(r);
#define RANDOM_REGISTER_TAKE(name) input->reg[at++] = v.name;
    RANDOM_REGISTERS(RANDOM_REGISTER_TAKE)
#undef RANDOM_REGISTER_TAKE
}

#endif
