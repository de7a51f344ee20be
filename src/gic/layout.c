/* SPDX-License-Identifier: MIT */
/* From a configuration to storage, and the state after a reset (IHI0069 4.9, 12.9 to 12.11). */
#include "machine.h"

#include "base/bits.h"
#include "base/mem_functions.h"
#include "cpu.h"
#include "lpi_set.h"
#include "table.h"
#include "vcpu.h"

#define MAX_PES 65535u

/* ---- What a configuration has ------------------------------------------------------------- */

static uint32_t config_private(const struct armvirt_gic_config *config)
{
    return ARMVIRT_PRIVATE *
           (1 + (uint32_t)ARMVIRT_GET(ARMVIRT_GICR_TYPER_PPINUM, config->gicr_typer));
}

/* INTIDs 32 to 1019: the last block of 32 is not whole. */
static uint32_t config_spis(const struct armvirt_gic_config *config)
{
    uint32_t blocks = (uint32_t)ARMVIRT_GET(ARMVIRT_GICD_TYPER_ITLINESNUMBER, config->gicd_typer);

    return blocks == 31 ? ARMVIRT_SPECIAL - ARMVIRT_PRIVATE : 32 * blocks;
}

static uint32_t config_espis(const struct armvirt_gic_config *config)
{
    uint32_t range = (uint32_t)ARMVIRT_GET(ARMVIRT_GICD_TYPER_ESPI_RANGE, config->gicd_typer);

    return config->gicd_typer & ARMVIRT_GICD_TYPER_ESPI ? 32 * (range + 1) : 0;
}

/* INTIDs from 8192 up, to what GICD_TYPER.IDbits or num_LPIs allows. */
static uint32_t config_lpis(const struct armvirt_gic_config *config)
{
    uint64_t intids = UINT64_C(2) << ARMVIRT_GET(ARMVIRT_GICD_TYPER_IDBITS, config->gicd_typer);
    uint64_t log2 = ARMVIRT_GET(ARMVIRT_GICD_TYPER_NUM_LPIS, config->gicd_typer);

    if (!(config->gicd_typer & ARMVIRT_GICD_TYPER_LPIS) ||
        !(config->gicr_typer & ARMVIRT_GICR_TYPER_PLPIS) || intids <= ARMVIRT_INTID_LPI) {
        return 0;
    }
    if (log2 != 0 && (UINT64_C(2) << log2) < intids - ARMVIRT_INTID_LPI) {
        return (uint32_t)(UINT64_C(2) << log2);
    }
    return (uint32_t)(intids - ARMVIRT_INTID_LPI);
}

/* Virtual LPIs: INTIDs from 8192 up, to what ICH_VTR_EL2.IDbits allows too; none where nV4 says
 * that the CPU interfaces do not know direct injection. */
static uint32_t config_vlpis(const struct armvirt_gic_config *config)
{
    uint64_t vtr = config->ich_vtr;
    uint64_t bits = ARMVIRT_GET(ARMVIRT_GICD_TYPER_IDBITS, config->gicd_typer) + 1;
    uint64_t most = ARMVIRT_GET(ARMVIRT_ICH_VTR_EL2_IDBITS, vtr) != 0 ? 24 : 16;

    if (!(config->gicr_typer & ARMVIRT_GICR_TYPER_VLPIS) || config_lpis(config) == 0 || vtr == 0 ||
        (vtr & ARMVIRT_ICH_VTR_EL2_NV4)) {
        return 0;
    }
    return armvirt_table_lpis(bits < most ? bits : most, UINT32_MAX);
}

static bool lpis_are_good(const struct armvirt_gic_config *config)
{
    return ARMVIRT_GET(ARMVIRT_GICD_TYPER_IDBITS, config->gicd_typer) <= 23 &&
           (config_lpis(config) == 0 || config->mem.ops != NULL);
}

/* IHI0069 4.8: 16 priorities at least, 32 with two Security states. */
static bool priorities_are_good(const struct armvirt_gic_config *config)
{
    uint64_t pribits = ARMVIRT_GET(ARMVIRT_ICC_CTLR_EL3_PRIBITS, config->icc_ctlr) + 1;
    uint64_t least = config->gicd_typer & ARMVIRT_GICD_TYPER_SECURITYEXTN ? 5 : 4;

    return pribits >= least && config->prebits <= 7 && config->prebits <= pribits &&
           (config->prebits == 0 || config->prebits >= 4);
}

/* At most 7 bits of preemption: an active priority has a bit in four registers of 32. */
static bool virtual_is_good(const struct armvirt_gic_config *config)
{
    uint64_t pribits = ARMVIRT_GET(ARMVIRT_ICH_VTR_EL2_PRIBITS, config->ich_vtr) + 1;
    uint64_t prebits = ARMVIRT_GET(ARMVIRT_ICH_VTR_EL2_PREBITS, config->ich_vtr) + 1;

    return config->ich_vtr == 0 ||
           (prebits <= 7 && prebits <= pribits &&
            ARMVIRT_GET(ARMVIRT_ICH_VTR_EL2_LISTREGS, config->ich_vtr) <= 15);
}

static bool config_is_good(const struct armvirt_gic_config *config)
{
    bool no_maintenance = config->maintenance == 0;
    bool maintenance_is_ppi =
        config->maintenance >= ARMVIRT_SGIS && config->maintenance < ARMVIRT_PRIVATE;

    return config->pes >= 1 && config->pes <= MAX_PES && config->affinity != NULL &&
           priorities_are_good(config) && virtual_is_good(config) && lpis_are_good(config) &&
           ARMVIRT_GET(ARMVIRT_GICR_TYPER_PPINUM, config->gicr_typer) <= 2 &&
           (no_maintenance || maintenance_is_ppi);
}

/* ---- Storage ------------------------------------------------------------------------------ */

/* The next area: of @bytes, as often as there are copies. */
static struct armvirt_area place(size_t *end, size_t copies, size_t bytes)
{
    size_t at = (*end + ARMVIRT_GIC_ALIGN - 1) & ~(size_t)(ARMVIRT_GIC_ALIGN - 1);

    *end = at + copies * bytes;
    return (struct armvirt_area){at, copies == 1 ? 0 : bytes};
}

/* Twice as many slots as PEs at least. */
static uint32_t hash_slots(uint32_t pes)
{
    uint32_t slots = 4;

    while (slots < 2 * pes) {
        slots *= 2;
    }
    return slots;
}

/* How many system registers there are of each family. */
static void count_registers(struct armvirt_gic *gic)
{
    bool has_virtual = gic->config.ich_vtr != 0;
    unsigned vaprs = armvirt_apr_count(armvirt_vcpu_prebits(gic));

    gic->have[ARMVIRT_HAS_ALL] = 1;
    gic->have[ARMVIRT_HAS_NMI] = armvirt_has(gic, ARMVIRT_GICD_TYPER_NMI);
    gic->have[ARMVIRT_HAS_APRS] = (uint8_t)armvirt_apr_count(gic->config.prebits);
    gic->have[ARMVIRT_HAS_VIRTUAL] = has_virtual;
    gic->have[ARMVIRT_HAS_VAPRS] = (uint8_t)(has_virtual ? vaprs : 0);
    gic->have[ARMVIRT_HAS_LRS] = (uint8_t)(has_virtual ? armvirt_vcpu_lrs(gic) : 0);
}

/* All that belongs to the interrupts of a source. */
static void place_source(struct armvirt_gic *gic, uint8_t source, size_t *end)
{
    bool own = source == ARMVIRT_FROM_PRIVATE || source == ARMVIRT_FROM_VLPI;
    uint32_t count = gic->count[source], copies = own ? gic->config.pes : 1;

    if (source == ARMVIRT_FROM_LPI && gic->lpi_trees) {
        gic->shape[source].bytes = (uint32_t)sizeof(struct armvirt_lpi_trees);
    } else {
        armvirt_index_shape(&gic->shape[source], count);
    }
    if (source < ARMVIRT_WITH_WORDS) {
        gic->words[source] = place(end, copies, count * sizeof(uint64_t));
        gic->actives[source] = place(end, copies, armvirt_active_words(count) * sizeof(uint64_t));
    }
    gic->keys[source] = place(end, copies, armvirt_index_key_bytes(count));
}

/* A PE, and after it its indices: one for each class, but one for all LPIs (or their trees) and
 * one for all virtual LPIs. */
static size_t pe_bytes(struct armvirt_gic *gic)
{
    size_t end = sizeof(struct armvirt_gic_pe);

    for (uint8_t source = 0; source < ARMVIRT_INDICES; source++) {
        for (uint8_t class = 0; class < ARMVIRT_CLASSES; class ++) {
            bool shares = source >= ARMVIRT_FROM_LPI && class > 0;

            gic->index_at[source][class] =
                shares ? gic->index_at[source][0] : place(&end, 1, gic->shape[source].bytes).at;
        }
    }
    return place(&end, 1, 0).at;
}

static void place_trees(struct armvirt_gic *gic, size_t *end)
{
    uint32_t lpis = gic->count[ARMVIRT_FROM_LPI], spares = armvirt_lpi_set_spares(lpis);

    gic->lpi_trees = lpis != 0 && gic->config.pes > ARMVIRT_LPI_INDEX_PES;
    if (!gic->lpi_trees) {
        return;
    }
    while (lpis > UINT32_C(1) << gic->lpi_bits) {
        gic->lpi_bits++;
    }
    gic->lpi_places = place(end, 1, lpis * sizeof(uint32_t));
    gic->lpi_nodes = place(end, 1, (size_t)(lpis + spares) * sizeof(struct armvirt_lpi_node));
    gic->lpi_spares = place(end, 1, spares * sizeof(struct armvirt_lpi_spare));
}

static void lay_out(struct armvirt_gic *gic, const struct armvirt_gic_config *config)
{
    size_t end = sizeof(*gic);

    *gic = (struct armvirt_gic){.config = *config};
    gic->config.affinity = NULL;
    if (config->prebits == 0) {
        gic->config.prebits = (uint8_t)(armvirt_pribits(gic) < 7 ? armvirt_pribits(gic) : 7);
    }
    count_registers(gic);
    gic->spis = config_spis(config);
    gic->count[ARMVIRT_FROM_PRIVATE] = config_private(config);
    gic->count[ARMVIRT_FROM_SHARED] = gic->spis + config_espis(config);
    gic->count[ARMVIRT_FROM_LPI] = config_lpis(config);
    gic->count[ARMVIRT_FROM_VLPI] = config_vlpis(config);
    gic->hash_mask = hash_slots(config->pes) - 1;
    gic->homes = place(&end, 1, gic->count[ARMVIRT_FROM_SHARED] * sizeof(uint16_t));
    gic->hash = place(&end, 1, (gic->hash_mask + 1) * sizeof(uint16_t));
    place_trees(gic, &end);
    for (uint8_t source = 0; source < ARMVIRT_INDICES; source++) {
        place_source(gic, source, &end);
    }
    gic->pes = place(&end, config->pes, pe_bytes(gic));
    gic->size = end;
}

size_t armvirt_gic_size(const struct armvirt_gic_config *config)
{
    struct armvirt_gic gic;

    if (!config_is_good(config)) {
        return 0;
    }
    lay_out(&gic, config);
    return gic.size;
}

/* ---- Affinities --------------------------------------------------------------------------- */

static uint16_t *hash_table(const struct armvirt_gic *gic)
{
    return (uint16_t *)armvirt_area(gic, &gic->hash, 0);
}

/* The slot of the affinity, or the empty one where it would be. */
static uint16_t *hash_slot(const struct armvirt_gic *gic, uint32_t affinity)
{
    uint32_t slot = affinity * UINT32_C(0x9e3779b1) >> 15;
    uint16_t *table = hash_table(gic);

    for (;; slot++) {
        uint16_t *pe = &table[slot & gic->hash_mask];

        if (*pe == ARMVIRT_NOWHERE || armvirt_pe(gic, *pe)->affinity == affinity) {
            return pe;
        }
    }
}

uint32_t armvirt_pe_of_affinity(const struct armvirt_gic *gic, uint32_t affinity)
{
    return *hash_slot(gic, affinity);
}

/* Note all affinities; false if one is there twice or out of range. */
static bool note_affinities(struct armvirt_gic *gic, const uint32_t *affinity)
{
    uint32_t most = armvirt_has(gic, ARMVIRT_GICD_TYPER_RSS) ? 255 : 15;

    memset(hash_table(gic), 0xff, (gic->hash_mask + 1) * sizeof(uint16_t));
    for (uint32_t pe = 0; pe < gic->config.pes; pe++) {
        uint16_t *slot = hash_slot(gic, affinity[pe]);

        if (*slot != ARMVIRT_NOWHERE || (affinity[pe] & 0xff) > most) {
            return false;
        }
        *slot = (uint16_t)pe;
        armvirt_pe(gic, pe)->affinity = affinity[pe];
    }
    return true;
}

/* ---- Reset -------------------------------------------------------------------------------- */

/* SGIs are edge-triggered for ever. SPIs go to affinity 0.0.0.0. */
static uint64_t reset_word(uint8_t source, uint32_t leaf)
{
    return source == ARMVIRT_FROM_PRIVATE && leaf < ARMVIRT_SGIS ? ARMVIRT_IRQ_EDGE : 0;
}

static void reset_words(struct armvirt_gic *gic)
{
    for (uint8_t source = 0; source < ARMVIRT_WITH_WORDS; source++) {
        uint32_t pes = source == ARMVIRT_FROM_PRIVATE ? gic->config.pes : 1;

        for (uint32_t pe = 0; pe < pes; pe++) {
            for (uint32_t leaf = 0; leaf < gic->count[source]; leaf++) {
                armvirt_words(gic, pe, source)[leaf] = reset_word(source, leaf);
            }
        }
    }
}

static void reset_pe(struct armvirt_gic *gic, uint32_t n)
{
    struct armvirt_gic_pe *pe = armvirt_pe(gic, n);
    uint32_t affinity = pe->affinity, signals = pe->signals;

    *pe = (struct armvirt_gic_pe){.number = n, .affinity = affinity, .signals = signals};
    pe->waker = ARMVIRT_WAKER_BITS;
    pe->context.el = armvirt_one_state(gic) ? 2 : 3;
    pe->context.scr_el3 = armvirt_one_state(gic) ? ARMVIRT_SCR_NS : 0;
    armvirt_cpu_reset(gic, &pe->cpu);
    armvirt_vcpu_reset(gic, &pe->vcpu);
    pe->best[ARMVIRT_FROM_LPI] = UINT64_MAX;
    armvirt_index_clear(&gic->shape[ARMVIRT_FROM_VLPI],
                        armvirt_index(gic, pe, ARMVIRT_FROM_VLPI, ARMVIRT_CLASS_G1NS));
}

void armvirt_gic_reset(struct armvirt_gic *gic)
{
    uint32_t ds = armvirt_has(gic, ARMVIRT_GICD_TYPER_SECURITYEXTN) ? 0 : ARMVIRT_GICD_CTLR_DS;

    gic->ctlr = ds;
    gic->statusr = 0;
    gic->stale = 0;
    gic->jobs = 0;
    for (uint32_t pe = 0; pe < gic->config.pes; pe++) {
        reset_pe(gic, pe);
    }
    reset_words(gic);
    armvirt_lpi_set_clear(gic);
    armvirt_irq_rebuild(gic);
    armvirt_mark_all(gic);
    armvirt_settle(gic);
}

enum armvirt_status armvirt_gic_init(void *storage, size_t size_bytes,
                                     const struct armvirt_gic_config *config,
                                     struct armvirt_gic **gic)
{
    struct armvirt_gic *made = storage;
    size_t size = armvirt_gic_size(config);

    if (size == 0 || (uintptr_t)storage % ARMVIRT_GIC_ALIGN != 0) {
        return ARMVIRT_E_INVAL;
    }
    if (size_bytes < size) {
        return ARMVIRT_E_NOSPACE;
    }
    memset(storage, 0, size);
    lay_out(made, config);
    if (!note_affinities(made, config->affinity)) {
        return ARMVIRT_E_INVAL;
    }
    armvirt_gic_reset(made);
    *gic = made;
    return ARMVIRT_OK;
}
