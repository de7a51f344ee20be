/* SPDX-License-Identifier: MIT */
/*
 * Fuzz target: a performance monitor counter group under any accesses and events. Its registers
 * never hold what it does not have, counters only move by events, and a snapshot is all of it.
 */
#include <armvirt/pmcg.h>

#include <stdlib.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

enum {
    NCTR = 0x3f,
    SECURE = 0x80,
    CFGR = 0xe00,
    CNTENSET = 0xc00,
    OVSSET = 0xcc0,
    PAGE_1 = 0x10000
};
enum { RELOC = 1 << 20, MPAM = 1 << 24, FILTERS = 1 << 25 };

/* What is done: an access, or an event. */
struct step {
    uint8_t kind, space;
    uint16_t offset;
    uint64_t value;
};

static void check(bool good)
{
    if (!good) {
        abort();
    }
}

static enum armvirt_bus on_write(void *ctx, const struct armvirt_mem_req *req, const uint64_t *val)
{
    (void)ctx;
    check(req->size == 4 && req->pa != 0 && req->pa % 4 == 0);
    return *val & 1 ? ARMVIRT_BUS_OK : ARMVIRT_BUS_ABORT;
}

static uint64_t get(const struct armvirt_pmcg *pmcg, uint64_t offset, uint8_t size)
{
    const struct armvirt_pmcg_access access = {
        .offset = offset, .size = size, .space = ARMVIRT_SPACE_SECURE};
    uint64_t value;

    check(armvirt_pmcg_read(pmcg, &access, &value) == ARMVIRT_OK);
    return value;
}

/* Counter 0, and that nothing is where nothing can be. */
static uint64_t look(const struct armvirt_pmcg *pmcg)
{
    uint64_t cfgr = get(pmcg, CFGR, 4), page = cfgr & RELOC ? PAGE_1 : 0;
    unsigned last = cfgr & NCTR, bits = cfgr >> 8 & 0x3f;
    uint64_t beyond = last == 63 ? 0 : UINT64_MAX << (last + 1);
    uint64_t counter = get(pmcg, page, bits > 31 ? 8 : 4);

    check((get(pmcg, CNTENSET, 8) & beyond) == 0);
    check((get(pmcg, page + OVSSET, 8) & beyond) == 0);
    check(bits == 63 || counter >> (bits + 1) == 0);
    return counter;
}

static void act(struct armvirt_pmcg *pmcg, const struct step *step)
{
    const struct armvirt_pmcg_access access = {
        .offset = (uint64_t)(step->kind & 8) << 13 | step->offset,
        .size = step->kind & 4 ? 8 : 4,
        .space = step->space & 3,
    };
    const struct armvirt_pmcg_occurrence what = {
        .event = step->offset,
        .sec_sid = step->space & 3,
        .sid = (uint32_t)step->value,
        .count = (uint32_t)(step->value >> 32),
        .partid = (uint16_t)step->value,
        .pmg = (uint8_t)(step->value >> 16),
        .mpam_space = step->space >> 2 & 3,
        .labelled = (step->space & 0x10) != 0,
        .no_stream = (step->space & 0x20) != 0,
        .no_single_state = (step->space & 0x40) != 0,
    };
    uint64_t before = look(pmcg), value = 0;

    switch (step->kind & 3) {
    case 0:
        armvirt_pmcg_count(pmcg, &what);
        check(what.count != 0 || look(pmcg) == before);
        break;
    case 1:
        check(armvirt_pmcg_read(pmcg, &access, &value) == ARMVIRT_OK || value == 0);
        check(access.size == 8 || value >> 32 == 0);
        break;
    default:
        (void)armvirt_pmcg_write(pmcg, &access, step->value);
        check((access.offset & 0xffff) < 8 || look(pmcg) == before);
        break;
    }
}

/* A snapshot of a group makes the same group. */
static void copy(const struct armvirt_pmcg *pmcg, const struct armvirt_pmcg_config *config)
{
    static _Alignas(ARMVIRT_PMCG_ALIGN) uint8_t storage[4096];
    static uint8_t one[4096], two[4096];
    struct armvirt_pmcg *other;
    size_t len1, len2;

    check(armvirt_pmcg_init(storage, sizeof(storage), config, &other) == ARMVIRT_OK);
    check(armvirt_pmcg_save(pmcg, one, sizeof(one), &len1) == ARMVIRT_OK);
    check(armvirt_pmcg_load(other, one, len1) == ARMVIRT_OK);
    check(armvirt_pmcg_save(other, two, sizeof(two), &len2) == ARMVIRT_OK);
    check(len1 == len2 && memcmp(one, two, len1) == 0);
}

/* Which features there are, by the first bytes of the input. */
static void configure(struct armvirt_pmcg_config *config, const uint8_t *data)
{
    static const uint8_t sizes[] = {31, 35, 39, 43, 47, 63, 31, 63};
    bool mpam = (data[2] & 0x12) == 0x12, filters = (data[2] & 0x20) != 0;

    config->cfgr = (uint32_t)((data[0] & NCTR) | sizes[data[1] & 7] << 8 | (data[2] & 0xf) << 20);
    config->cfgr |= (mpam ? MPAM : 0u) | (filters ? FILTERS : 0u);
    config->sid_bits = data[3] % 33;
    config->secure = (data[0] & SECURE) != 0;
    config->root = (data[2] & 0x40) != 0;
    config->mpamidr = mpam || filters ? 0x0f00ff : 0;
    config->s_mpamidr = (mpam || filters) && config->secure ? 0x02070033 : 0;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static const struct armvirt_mem_ops ops = {.write = on_write};
    static _Alignas(ARMVIRT_PMCG_ALIGN) uint8_t storage[4096];
    struct armvirt_pmcg_config config = {.ceid = {UINT64_MAX, UINT64_MAX}, .mem = {.ops = &ops}};
    struct armvirt_pmcg *pmcg;
    struct step step;

    if (size < 4) {
        return 0;
    }
    configure(&config, data);
    check(armvirt_pmcg_init(storage, sizeof(storage), &config, &pmcg) == ARMVIRT_OK);
    for (size_t at = 4; size - at >= 12; at += 12) {
        step.kind = data[at];
        step.space = data[at + 1];
        memcpy(&step.offset, data + at + 2, sizeof(step.offset));
        memcpy(&step.value, data + at + 4, sizeof(step.value));
        step.offset &= 0xfff;
        act(pmcg, &step);
    }
    copy(pmcg, &config);
    return 0;
}
