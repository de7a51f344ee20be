/* SPDX-License-Identifier: MIT */
/* Snapshots of a performance monitor counter group (docs/snapshot.md). */
#include "pmcg.h"

#include "base/snapshot.h"

#define TAG_CONFIG   ARMVIRT_SNAPSHOT_TAG('C', 'O', 'N', 'F')
#define TAG_REGS     ARMVIRT_SNAPSHOT_TAG('R', 'E', 'G', 'S')
#define TAG_COUNTERS ARMVIRT_SNAPSHOT_TAG('C', 'N', 'T', 'R')
#define MODEL        UINT32_C(4)

enum { SECTION_CONFIG, SECTION_REGS, SECTION_COUNTERS, SECTIONS };

static const struct armvirt_snapshot_known known[SECTIONS] = {
    [SECTION_CONFIG] = {TAG_CONFIG, 1, true},
    [SECTION_REGS] = {TAG_REGS, 1, true},
    [SECTION_COUNTERS] = {TAG_COUNTERS, 1, true},
};

/* ---- Which group ----------------------------------------------------------------------------- */

enum { CONFIG_WORDS = 11 };

static void config_words(const struct armvirt_pmcg_config *config, uint32_t word[CONFIG_WORDS])
{
    const uint32_t words[CONFIG_WORDS] = {
        config->cfgr,
        config->iidr,
        config->aidr,
        config->sid_bits,
        (config->secure ? 1u : 0) | (config->root ? 2u : 0),
        (uint32_t)config->ceid[0],
        (uint32_t)(config->ceid[0] >> 32),
        (uint32_t)config->ceid[1],
        (uint32_t)(config->ceid[1] >> 32),
        config->mpamidr,
        config->s_mpamidr,
    };

    memcpy(word, words, sizeof(words));
}

static void save_config(struct armvirt_snapshot_writer *out, const struct armvirt_pmcg *pmcg)
{
    uint32_t word[CONFIG_WORDS];

    config_words(&pmcg->config, word);
    armvirt_snapshot_open(out, TAG_CONFIG, 1, 0);
    for (unsigned n = 0; n < CONFIG_WORDS; n++) {
        armvirt_snapshot_put32(out, word[n]);
    }
    armvirt_snapshot_close(out);
}

static bool same_config(const struct armvirt_pmcg *pmcg, struct armvirt_snapshot_section *in)
{
    uint32_t word[CONFIG_WORDS];
    bool same = true;

    config_words(&pmcg->config, word);
    for (unsigned n = 0; n < CONFIG_WORDS; n++) {
        same = armvirt_snapshot_get32(in) == word[n] && same;
    }
    return same && armvirt_snapshot_done(in) == ARMVIRT_OK;
}

/* ---- Registers ------------------------------------------------------------------------------- */

static void save_regs(struct armvirt_snapshot_writer *out, const struct armvirt_pmcg_regs *reg)
{
    armvirt_snapshot_open(out, TAG_REGS, 1, 0);
    armvirt_snapshot_put64(out, reg->enabled);
    armvirt_snapshot_put64(out, reg->interrupts);
    armvirt_snapshot_put64(out, reg->overflowed);
    armvirt_snapshot_put64(out, reg->irq_cfg0);
    armvirt_snapshot_put32(out, reg->irq_cfg1);
    armvirt_snapshot_put32(out, reg->irq_cfg2);
    armvirt_snapshot_put32(out, reg->irq_ctrl);
    armvirt_snapshot_put32(out, reg->irq_status);
    armvirt_snapshot_put32(out, reg->scr);
    armvirt_snapshot_put32(out, reg->rootcr);
    armvirt_snapshot_put32(out, reg->cr);
    armvirt_snapshot_put32(out, reg->gmpam);
    armvirt_snapshot_close(out);
}

static void read_regs(struct armvirt_snapshot_section *in, struct armvirt_pmcg_regs *reg)
{
    reg->enabled = armvirt_snapshot_get64(in);
    reg->interrupts = armvirt_snapshot_get64(in);
    reg->overflowed = armvirt_snapshot_get64(in);
    reg->irq_cfg0 = armvirt_snapshot_get64(in);
    reg->irq_cfg1 = armvirt_snapshot_get32(in);
    reg->irq_cfg2 = armvirt_snapshot_get32(in);
    reg->irq_ctrl = armvirt_snapshot_get32(in);
    reg->irq_status = armvirt_snapshot_get32(in);
    reg->scr = armvirt_snapshot_get32(in);
    reg->rootcr = armvirt_snapshot_get32(in);
    reg->cr = armvirt_snapshot_get32(in);
    reg->gmpam = armvirt_snapshot_get32(in);
}

/* Bits that each register may hold in this group: messages are there only with CFGR.MSI. */
static void largest_regs(const struct armvirt_pmcg *pmcg, struct armvirt_pmcg_regs *most)
{
    bool msi = armvirt_pmcg_has(pmcg, ARMVIRT_SMMU_PMCG_CFGR_MSI);
    uint64_t counters = ARMVIRT_BITS(armvirt_pmcg_last_of(pmcg), 0);

    *most = (struct armvirt_pmcg_regs){
        .enabled = counters,
        .interrupts = counters,
        .overflowed = counters,
        .irq_cfg0 = msi ? ARMVIRT_SMMU_PMCG_IRQ_CFG0_ADDR : 0,
        .irq_cfg1 = msi ? UINT32_MAX : 0,
        .irq_cfg2 = msi ? ARMVIRT_SMMU_PMCG_IRQ_CFG2_SH | ARMVIRT_SMMU_PMCG_IRQ_CFG2_MEMATTR : 0,
        .irq_ctrl = ARMVIRT_SMMU_PMCG_IRQ_CTRL_IRQEN,
        .irq_status = msi ? ARMVIRT_SMMU_PMCG_IRQ_STATUS_IRQ_ABT : 0,
        .scr = armvirt_pmcg_scr_mask(pmcg),
        .rootcr = armvirt_pmcg_rootcr_mask(pmcg),
        .cr = ARMVIRT_SMMU_PMCG_CR_E,
        .gmpam = armvirt_pmcg_gmpam_mask(pmcg),
    };
}

static bool regs_are_good(const struct armvirt_pmcg *pmcg, struct armvirt_snapshot_section in)
{
    struct armvirt_pmcg_regs reg, most;
    uint64_t excess;

    read_regs(&in, &reg);
    largest_regs(pmcg, &most);
    excess = (reg.enabled & ~most.enabled) | (reg.interrupts & ~most.interrupts) |
             (reg.overflowed & ~most.overflowed) | (reg.irq_cfg0 & ~most.irq_cfg0) |
             (reg.irq_cfg1 & ~most.irq_cfg1) | (reg.irq_cfg2 & ~most.irq_cfg2) |
             (reg.irq_ctrl & ~most.irq_ctrl) | (reg.irq_status & ~most.irq_status) |
             (reg.scr & ~most.scr) | (reg.rootcr & ~most.rootcr) | (reg.cr & ~most.cr) |
             (reg.gmpam & ~most.gmpam);
    return excess == 0 && armvirt_snapshot_done(&in) == ARMVIRT_OK;
}

/* ---- Counters -------------------------------------------------------------------------------- */

static void save_counters(struct armvirt_snapshot_writer *out, const struct armvirt_pmcg *pmcg)
{
    armvirt_snapshot_open(out, TAG_COUNTERS, 1, 0);
    for (unsigned n = 0; n <= armvirt_pmcg_last_of(pmcg); n++) {
        armvirt_snapshot_put64(out, pmcg->counter[n].value);
        armvirt_snapshot_put64(out, pmcg->counter[n].shadow);
        armvirt_snapshot_put32(out, pmcg->counter[n].evtyper);
        armvirt_snapshot_put32(out, pmcg->counter[n].smr);
    }
    armvirt_snapshot_close(out);
}

static void read_counter(struct armvirt_snapshot_section *in, struct armvirt_pmcg_counter *counter)
{
    counter->value = armvirt_snapshot_get64(in);
    counter->shadow = armvirt_snapshot_get64(in);
    counter->evtyper = armvirt_snapshot_get32(in);
    counter->smr = armvirt_snapshot_get32(in);
}

static bool counter_is_good(const struct armvirt_pmcg *pmcg, unsigned n,
                            const struct armvirt_pmcg_counter *counter)
{
    uint64_t largest = armvirt_pmcg_largest(pmcg);
    bool captures = armvirt_pmcg_has(pmcg, ARMVIRT_SMMU_PMCG_CFGR_CAPTURE);

    return counter->value <= largest && counter->shadow <= (captures ? largest : 0) &&
           !(counter->evtyper & ~armvirt_pmcg_evtyper_mask(pmcg, n)) &&
           !(counter->smr & ~armvirt_pmcg_smr_stored(pmcg, n));
}

static bool counters_are_good(const struct armvirt_pmcg *pmcg, struct armvirt_snapshot_section in)
{
    struct armvirt_pmcg_counter counter;
    bool good = true;

    for (unsigned n = 0; n <= armvirt_pmcg_last_of(pmcg); n++) {
        read_counter(&in, &counter);
        good = good && counter_is_good(pmcg, n, &counter);
    }
    return good && armvirt_snapshot_done(&in) == ARMVIRT_OK;
}

/* ---- All of it ------------------------------------------------------------------------------- */

enum armvirt_status armvirt_pmcg_save(const struct armvirt_pmcg *pmcg, void *buf, size_t cap,
                                      size_t *len)
{
    struct armvirt_snapshot_writer out;

    armvirt_snapshot_start(&out, buf, cap, MODEL);
    save_config(&out, pmcg);
    save_regs(&out, &pmcg->reg);
    save_counters(&out, pmcg);
    return armvirt_snapshot_finish(&out, len);
}

enum armvirt_status armvirt_pmcg_load(struct armvirt_pmcg *pmcg, const void *buf, size_t len)
{
    struct armvirt_snapshot_section found[SECTIONS];

    if (armvirt_snapshot_parse(buf, len, MODEL, known, SECTIONS, found) != ARMVIRT_OK ||
        !same_config(pmcg, &found[SECTION_CONFIG]) || !regs_are_good(pmcg, found[SECTION_REGS]) ||
        !counters_are_good(pmcg, found[SECTION_COUNTERS])) {
        return ARMVIRT_E_FORMAT;
    }
    read_regs(&found[SECTION_REGS], &pmcg->reg);
    for (unsigned n = 0; n <= armvirt_pmcg_last_of(pmcg); n++) {
        read_counter(&found[SECTION_COUNTERS], &pmcg->counter[n]);
    }
    return ARMVIRT_OK;
}
