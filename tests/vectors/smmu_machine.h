/* SPDX-License-Identifier: MIT */
/*
 * The recorded machine: an SMMU on sparse memory whose pages come into being when they are written,
 * and its interrupts. smmu/README.md describes the records.
 */
#ifndef ARMVIRT_TESTS_SMMU_MACHINE_H
#define ARMVIRT_TESTS_SMMU_MACHINE_H

#include <armvirt/smmu.h>

#include <stdlib.h>
#include <string.h>

#define PAGE       4096u
#define PAGE_SLOTS 8192u
#define MAX_PULSES 64u

/* A page; those of one hash follow each other. */
struct page {
    uint64_t base;
    bool used;
    uint8_t bytes[PAGE];
};

struct machine {
    struct armvirt_smmu *smmu;
    void *storage;
    struct page *pages;
    uint64_t ram_lo, ram_hi;
    const char *pulse[MAX_PULSES];
    unsigned pulses;
};

static inline bool in_ram(const struct machine *m, uint64_t pa, unsigned size)
{
    return pa >= m->ram_lo && pa + size <= m->ram_hi;
}

static inline struct page *find_page(struct machine *m, uint64_t pa)
{
    uint64_t base = pa & ~(uint64_t)(PAGE - 1);
    uint32_t slot = (uint32_t)(base >> 12) * UINT32_C(0x9e3779b1) >> 12;

    for (;; slot++) {
        struct page *page = &m->pages[slot % PAGE_SLOTS];

        if (!page->used || page->base == base) {
            page->base = base;
            page->used = true;
            return page;
        }
    }
}

static inline uint64_t peek(struct machine *m, uint64_t pa, unsigned size)
{
    const uint8_t *at = &find_page(m, pa)->bytes[pa % PAGE];
    uint64_t value = 0;

    while (size-- > 0) {
        value = value << 8 | at[size];
    }
    return value;
}

static inline void poke(struct machine *m, uint64_t pa, unsigned size, uint64_t value)
{
    uint8_t *at = &find_page(m, pa)->bytes[pa % PAGE];

    for (unsigned i = 0; i < size; i++) {
        at[i] = (uint8_t)(value >> 8 * i);
    }
}

static inline enum armvirt_bus machine_read(void *ctx, const struct armvirt_mem_req *req,
                                            uint64_t *val)
{
    struct machine *m = ctx;

    if (!in_ram(m, req->pa, req->size)) {
        return ARMVIRT_BUS_ABORT;
    }
    *val = peek(m, req->pa, req->size);
    return ARMVIRT_BUS_OK;
}

static inline enum armvirt_bus machine_write(void *ctx, const struct armvirt_mem_req *req,
                                             const uint64_t *val)
{
    struct machine *m = ctx;

    if (!in_ram(m, req->pa, req->size)) {
        return ARMVIRT_BUS_ABORT;
    }
    poke(m, req->pa, req->size, *val);
    return ARMVIRT_BUS_OK;
}

static inline void machine_irq(void *ctx, unsigned irq, uint8_t sec_sid)
{
    static const char *const names[] = {"evtq", "priq", "sync", "gerror"};
    struct machine *m = ctx;

    (void)sec_sid;
    if (m->pulses < MAX_PULSES) {
        m->pulse[m->pulses++] = names[irq];
    }
}

static const struct armvirt_mem_ops machine_mem = {.read = machine_read, .write = machine_write};
static const struct armvirt_smmu_ops machine_ops = {.irq = machine_irq};

static inline bool machine_make(struct machine *m, const struct armvirt_smmu_id *id)
{
    struct armvirt_smmu_config config = {
        .id = *id,
        .cache_log2 = 6,
        .tlb_entries = 256,
        .mem = {&machine_mem, m},
        .ops = &machine_ops,
        .ctx = m,
    };
    size_t size = armvirt_smmu_size(&config);

    m->pages = calloc(PAGE_SLOTS, sizeof(*m->pages));
    m->storage = size == 0 ? NULL : aligned_alloc(ARMVIRT_SMMU_ALIGN, (size + 63) & ~(size_t)63);
    return m->pages != NULL && m->storage != NULL &&
           armvirt_smmu_init(m->storage, size, &config, &m->smmu) == ARMVIRT_OK;
}

/* Memory is zero again, registers are at their reset values. */
static inline void machine_reset(struct machine *m)
{
    for (unsigned i = 0; i < PAGE_SLOTS; i++) {
        if (m->pages[i].used) {
            memset(&m->pages[i], 0, sizeof(m->pages[i]));
        }
    }
    m->pulses = 0;
    armvirt_smmu_reset(m->smmu);
}

static inline uint64_t machine_get(struct machine *m, uint64_t offset, unsigned size)
{
    const struct armvirt_smmu_access access = {.offset = offset, .size = (uint8_t)size};
    uint64_t value;

    (void)armvirt_smmu_read(m->smmu, &access, &value);
    return value;
}

static inline void machine_put(struct machine *m, uint64_t offset, unsigned size, uint64_t value)
{
    const struct armvirt_smmu_access access = {.offset = offset, .size = (uint8_t)size};

    (void)armvirt_smmu_write(m->smmu, &access, value);
    while (armvirt_smmu_run(m->smmu, 64) == ARMVIRT_E_AGAIN) {
    }
}

#endif
