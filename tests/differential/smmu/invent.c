/* SPDX-License-Identifier: MIT */
/*
 * Structures and tables that come into being when armvirt reads them for the first time: mostly
 * valid, with few mutations, so that walks are deep. IHI0070 5, DDI0487 D8.3.
 */
#include "plan.h"

#include <armvirt/regs/smmu.h>
#include <armvirt/regs/smmu_structures.h>

#include <string.h>

/* ---- Translation tables -------------------------------------------------------------------- */

static uint64_t new_table(struct plan *p, unsigned granule_log2)
{
    uint64_t pa = SMMU_ARENA_PA + below(p, SLOTS) * SLOT;

    if (p->tables > 0 && chance(p, 10)) {
        return p->table[below(p, p->tables)];
    }
    pa += (any(p) % SLOT) & ~((UINT64_C(1) << granule_log2) - 1);
    if (p->tables < TABLES) {
        p->table[p->tables++] = pa & ~(SLOT - 1);
    }
    return pa;
}

/* Address bits where nothing answers. */
uint64_t smmu_some_address(struct plan *p)
{
    return UINT64_C(1) << (40 + below(p, 8));
}

static uint64_t table_descriptor(struct plan *p, unsigned granule_log2)
{
    uint64_t desc = new_table(p, granule_log2) | 3;

    desc |= bits(p, 4, UINT64_C(1) << (59 + below(p, 5))); /* hierarchical controls */
    desc |= bits(p, 10, UINT64_C(0xff) << 51 & ~(UINT64_C(1) << 58)) & any(p) &
            ~UINT64_C(0xffffffffffff);
    return chance(p, 2) ? desc | smmu_some_address(p) : desc;
}

static uint64_t stage1_attributes(struct plan *p)
{
    static const uint8_t ap[] = {1, 1, 1, 1, 1, 1, 3, 3, 0, 2};
    uint64_t desc = (uint64_t)ap[below(p, sizeof(ap))] << 6;

    desc |= bits(p, 95, UINT64_C(1) << 10); /* AF */
    desc |=
        any(p) & (UINT64_C(7) << 2 | UINT64_C(3) << 8 | UINT64_C(1) << 11); /* AttrIndx, SH, nG */
    desc |= bits(p, 10, UINT64_C(1) << 5);                                  /* NS */
    desc |= bits(p, 15, UINT64_C(3) << 53);                                 /* XN */
    desc |= bits(p, 4, UINT64_C(1) << 51) | bits(p, 3, UINT64_C(1) << 52);  /* DBM, Contiguous */
    return desc | bits(p, 10, any(p) & UINT64_C(0xf) << 55);
}

static uint64_t stage2_attributes(struct plan *p)
{
    uint64_t desc = bits(p, 88, UINT64_C(1) << 6) | bits(p, 80, UINT64_C(1) << 7);

    desc |= bits(p, 95, UINT64_C(1) << 10) | UINT64_C(0xf) << 2; /* AF; Normal Write-Back */
    desc |= (any(p) & UINT64_C(3) << 8) | bits(p, 10, UINT64_C(1) << 54);
    return desc;
}

static uint64_t leaf_descriptor(struct plan *p, const struct armvirt_mem_req *req,
                                unsigned granule_log2, uint64_t ia)
{
    bool stage2 = req->what == ARMVIRT_MEM_STAGE2_DESC;
    unsigned shift = granule_log2 + (unsigned)(3 - req->level) * (granule_log2 - 3);
    uint64_t mask = shift < 48 ? UINT64_C(0xffffffffffff) & ~((UINT64_C(1) << shift) - 1) : 0;
    uint64_t desc = (QTEST_RAM_PA | (ia & LOW30)) & mask;

    desc |= req->level == 3 ? 3u : 1u;
    desc |= stage2 ? stage2_attributes(p) : stage1_attributes(p);
    if (chance(p, 3)) {
        desc |= smmu_some_address(p);
    }
    return chance(p, 1) ? desc | (UINT64_C(1) << (12 + below(p, 12))) : desc;
}

uint64_t smmu_some_descriptor(struct plan *p, const struct armvirt_mem_req *req, uint64_t ia)
{
    unsigned granule_log2 =
        req->what == ARMVIRT_MEM_STAGE2_DESC ? p->s2_granule_log2 : p->granule_log2[p->iova >> 63];
    unsigned percent = below(p, 100);

    if (percent < 4) {
        return chance(p, 50) ? 0 : any(p) & ~UINT64_C(1);
    }
    if (req->level == 3) {
        return leaf_descriptor(p, req, granule_log2, ia) & ~bits(p, 3, 2);
    }
    return percent < 82 ? table_descriptor(p, granule_log2)
                        : leaf_descriptor(p, req, granule_log2, ia);
}

/* ---- Stream table entries and context descriptors ------------------------------------------ */

static uint64_t some_config(struct plan *p)
{
    uint32_t idr0 = id_of(p)->idr[0];
    bool s1 = ARMVIRT_GET(ARMVIRT_SMMU_IDR0_S1P, idr0) != 0;
    bool s2 = ARMVIRT_GET(ARMVIRT_SMMU_IDR0_S2P, idr0) != 0;
    unsigned percent = below(p, 100);

    if (percent < 6) {
        return below(p, 4); /* disabled */
    }
    if (percent < 14) {
        return ARMVIRT_SMMU_STE0_CONFIG_BYPASS;
    }
    if (percent < 17) {
        return 4 + below(p, 4);
    }
    if (s1 && s2) {
        return 5 + below(p, 3);
    }
    return s1 ? ARMVIRT_SMMU_STE0_CONFIG_S1 : ARMVIRT_SMMU_STE0_CONFIG_S2;
}

static const uint8_t oas_bits[] = {32, 36, 40, 42, 44, 48, 52, 52};

/* Word 2 and 3 of a legal entry: tables that start with as many bits as T0SZ leaves. */
static void stage2_words(struct plan *p, uint64_t word[8])
{
    static const uint8_t tg[] = {[12] = 0, [14] = 2, [16] = 1};
    unsigned oas = oas_bits[ARMVIRT_GET(ARMVIRT_SMMU_IDR5_OAS, id_of(p)->idr[5])];
    unsigned g = p->s2_granule_log2;
    unsigned input = oas > 40 ? 40 : oas;
    unsigned levels = (input - g + g - 4) / (g - 3);
    uint64_t sl0 = g == 12 ? levels - 2 : levels - 1;

    word[2] =
        ARMVIRT_PUT(ARMVIRT_SMMU_STE2_S2T0SZ, 64 - input) |
        ARMVIRT_PUT(ARMVIRT_SMMU_STE2_S2SL0, sl0) | ARMVIRT_PUT(ARMVIRT_SMMU_STE2_S2TG, tg[g]) |
        ARMVIRT_PUT(ARMVIRT_SMMU_STE2_S2PS, ARMVIRT_GET(ARMVIRT_SMMU_IDR5_OAS, id_of(p)->idr[5])) |
        ARMVIRT_SMMU_STE2_S2AA64 | bits(p, 85, ARMVIRT_SMMU_STE2_S2R) |
        ARMVIRT_PUT(ARMVIRT_SMMU_STE2_S2VMID, below(p, 3));
    word[3] = new_table(p, 16) & ~UINT64_C(0xffff);
}

void smmu_some_ste(struct plan *p, uint64_t word[8])
{
    uint64_t config = some_config(p);

    memset(word, 0, 8 * sizeof(word[0]));
    word[0] = bits(p, 97, ARMVIRT_SMMU_STE0_V) | ARMVIRT_PUT(ARMVIRT_SMMU_STE0_CONFIG, config);
    word[0] |= (new_table(p, 6) & ARMVIRT_SMMU_STE0_S1CONTEXTPTR);
    word[0] |= bits(p, 2, smmu_some_address(p)) |
               bits(p, 2, ARMVIRT_PUT(ARMVIRT_SMMU_STE0_S1FMT, below(p, 4)));
    word[0] |= bits(p, 2, ARMVIRT_PUT(ARMVIRT_SMMU_STE0_S1CDMAX, below(p, 32)));
    word[1] = ARMVIRT_PUT(ARMVIRT_SMMU_STE1_SHCFG, 1) | bits(p, 3, ARMVIRT_SMMU_STE1_S1STALLD) |
              bits(p, 10, ARMVIRT_SMMU_STE1_MEV) |
              bits(p, 2, ARMVIRT_PUT(ARMVIRT_SMMU_STE1_STRW, below(p, 4))) |
              bits(p, 3, any(p) & 0xff) |
              bits(p, 2, ARMVIRT_PUT(ARMVIRT_SMMU_STE1_EATS, below(p, 4)));
    if (ARMVIRT_GET(ARMVIRT_SMMU_IDR0_S2P, id_of(p)->idr[0]) != 0) {
        stage2_words(p, word);
    }
    if (chance(p, 5)) {
        word[4 + below(p, 4)] |= any(p) & any(p); /* of features that may not be there */
    }
}

static uint64_t translation_base(struct plan *p, unsigned half)
{
    uint64_t ttb = new_table(p, p->granule_log2[half] < 12 ? 12 : p->granule_log2[half]);

    ttb |= bits(p, 2, smmu_some_address(p)) | bits(p, 3, UINT64_C(1) << (4 + below(p, 8)));
    return ttb & ARMVIRT_SMMU_CD1_TTB0;
}

static uint64_t some_tsz(struct plan *p, unsigned half)
{
    return chance(p, 97) ? p->tsz[half] : below(p, 64);
}

void smmu_some_cd(struct plan *p, uint64_t word[8])
{
    static const uint8_t tg0[] = {[12] = ARMVIRT_SMMU_CD0_TG0_4K,
                                  [14] = ARMVIRT_SMMU_CD0_TG0_16K,
                                  [16] = ARMVIRT_SMMU_CD0_TG0_64K};
    static const uint8_t tg1[] = {[12] = ARMVIRT_SMMU_CD0_TG1_4K,
                                  [14] = ARMVIRT_SMMU_CD0_TG1_16K,
                                  [16] = ARMVIRT_SMMU_CD0_TG1_64K};
    uint64_t ips =
        chance(p, 75) ? ARMVIRT_GET(ARMVIRT_SMMU_IDR5_OAS, id_of(p)->idr[5]) : below(p, 6);

    memset(word, 0, 8 * sizeof(word[0]));
    word[0] = bits(p, 97, ARMVIRT_SMMU_CD0_V) | bits(p, 97, ARMVIRT_SMMU_CD0_A) |
              bits(p, 88, ARMVIRT_SMMU_CD0_R) | bits(p, 98, ARMVIRT_SMMU_CD0_AA64) |
              bits(p, 5, ARMVIRT_SMMU_CD0_EPD0) | bits(p, 15, ARMVIRT_SMMU_CD0_EPD1) |
              bits(p, 15, ARMVIRT_SMMU_CD0_TBI0) | bits(p, 15, ARMVIRT_SMMU_CD0_TBI1) |
              bits(p, 8, ARMVIRT_SMMU_CD0_AFFD) | bits(p, 5, ARMVIRT_SMMU_CD0_WXN) |
              bits(p, 5, ARMVIRT_SMMU_CD0_UWXN) | bits(p, 5, ARMVIRT_SMMU_CD0_PAN) |
              bits(p, 1, ARMVIRT_SMMU_CD0_S) | bits(p, 1, ARMVIRT_SMMU_CD0_HA) |
              bits(p, 1, ARMVIRT_SMMU_CD0_HD) | bits(p, 1, ARMVIRT_SMMU_CD0_ENDI) |
              bits(p, 30, ARMVIRT_SMMU_CD0_ASET);
    word[0] |=
        ARMVIRT_PUT(ARMVIRT_SMMU_CD0_ASID, p->asid[below(p, ASIDS)]) |
        ARMVIRT_PUT(ARMVIRT_SMMU_CD0_IPS, ips) |
        ARMVIRT_PUT(ARMVIRT_SMMU_CD0_T0SZ, some_tsz(p, 0)) |
        ARMVIRT_PUT(ARMVIRT_SMMU_CD0_T1SZ, some_tsz(p, 1)) |
        ARMVIRT_PUT(ARMVIRT_SMMU_CD0_TG0, chance(p, 98) ? tg0[p->granule_log2[0]] : below(p, 4)) |
        ARMVIRT_PUT(ARMVIRT_SMMU_CD0_TG1, chance(p, 98) ? tg1[p->granule_log2[1]] : below(p, 4));
    word[1] = translation_base(p, 0) | bits(p, 10, ARMVIRT_SMMU_CD1_HAD0) |
              bits(p, 10, ARMVIRT_SMMU_CD1_NSCFG0);
    word[2] = translation_base(p, 1) | bits(p, 10, ARMVIRT_SMMU_CD2_HAD1) |
              bits(p, 10, ARMVIRT_SMMU_CD2_NSCFG1);
    word[3] = any(p);
}

static void invent_eight(struct plan *p, const struct armvirt_mem_req *req, const uint64_t word[8])
{
    for (unsigned i = 0; i < 8; i++) {
        smmu_model_invent(p->model, (req->pa & ~UINT64_C(63)) + 8 * i, word[i], req);
    }
}

static uint64_t some_l1std(struct plan *p)
{
    unsigned span = chance(p, 90) ? p->split + 1 : below(p, 32);

    return (new_table(p, 16) & ~UINT64_C(0xffff)) | span | bits(p, 2, smmu_some_address(p)) |
           bits(p, 2, UINT64_C(1) << (6 + below(p, 10)));
}

void smmu_invent(struct smmu_inventor *inventor, const struct armvirt_mem_req *req)
{
    struct plan *p = (struct plan *)(void *)inventor; /* its first member */
    uint64_t l1_bytes = UINT64_C(8) << (p->log2size > p->split ? p->log2size - p->split : 0);
    uint64_t word[8];

    switch (req->what) {
    case ARMVIRT_MEM_SMMU_STREAM:
        if (p->two_level && req->pa >= p->strtab && req->pa < p->strtab + l1_bytes) {
            smmu_model_invent(p->model, req->pa, some_l1std(p), req);
            return;
        }
        smmu_some_ste(p, word);
        invent_eight(p, req, word);
        return;
    case ARMVIRT_MEM_SMMU_CONTEXT:
        smmu_some_cd(p, word);
        invent_eight(p, req, word);
        return;
    case ARMVIRT_MEM_STAGE1_DESC:
    case ARMVIRT_MEM_STAGE2_DESC:
        smmu_model_invent(p->model, req->pa, smmu_some_descriptor(p, req, p->iova), req);
        return;
    default:
        return;
    }
}
