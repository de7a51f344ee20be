/* SPDX-License-Identifier: MIT */
/* From a configuration to storage, and the state after a reset (IHI0069 5.2, 12.19). */
#include "base/bits.h"
#include "base/mem_functions.h"
#include "cache.h"

#define MAX_PES        65535u
#define MAX_CACHE_LOG2 24u
#define MAX_ENTRY      16u
#define RD_ALIGN       0x10000u
#define ALL_PAGE_SIZES 7u

/* ---- What a configuration may be ----------------------------------------------------------- */

static const struct armvirt_its_layout *layout_of(const struct armvirt_its_config *config)
{
    return config->layout != NULL ? config->layout : &armvirt_its_layout_own;
}

static unsigned bytes_of(const struct armvirt_its_layout *layout, unsigned id)
{
    if (id <= ARMVIRT_ITS_DTE_NEXT) {
        return layout->dte_bytes;
    }
    if (id <= ARMVIRT_ITS_CTE_ICID) {
        return layout->cte_bytes;
    }
    return id <= ARMVIRT_ITS_VTE_DOORBELL ? layout->vte_bytes : layout->ite_bytes;
}

/* A field lies in its entry, and its bits touch. */
static bool field_is_good(const struct armvirt_its_layout *layout, unsigned id)
{
    const struct armvirt_its_field *field = &layout->field[id];
    uint64_t run;
    unsigned bits;

    if (field->mask == 0) {
        return true;
    }
    run = field->mask / ARMVIRT_LSB(field->mask);
    for (bits = 64; field->mask >> (bits - 1) == 0; bits--) {
    }
    return (run & (run + 1)) == 0 && field->shift < 64 && field->word < MAX_ENTRY / 8 &&
           8 * field->word + (bits + 7) / 8 <= bytes_of(layout, id);
}

static bool is_entry_size(unsigned bytes)
{
    return bytes >= 4 && bytes <= MAX_ENTRY && bytes % 4 == 0;
}

static bool entries_are_good(const struct armvirt_its_layout *layout)
{
    return is_entry_size(layout->dte_bytes) && is_entry_size(layout->cte_bytes) &&
           is_entry_size(layout->ite_bytes) &&
           (layout->vte_bytes == 0 || is_entry_size(layout->vte_bytes));
}

static bool has_fields(const struct armvirt_its_layout *layout, const uint8_t *ids, size_t count)
{
    bool good = true;

    for (size_t i = 0; i < count; i++) {
        good = good && layout->field[ids[i]].mask != 0;
    }
    return good;
}

/* An element of a list of collections fits a doubleword and names its collection. */
static bool list_is_good(const struct armvirt_its_layout *layout)
{
    return !(layout->flags & ARMVIRT_ITS_LAYOUT_LIST) ||
           (layout->cte_bytes <= 8 && layout->field[ARMVIRT_ITS_CTE_ICID].mask != 0);
}

static bool layout_is_good(const struct armvirt_its_layout *layout, bool virtual)
{
    static const uint8_t physical[] = {
        ARMVIRT_ITS_DTE_VALID, ARMVIRT_ITS_DTE_ITT,   ARMVIRT_ITS_DTE_SIZE, ARMVIRT_ITS_CTE_VALID,
        ARMVIRT_ITS_CTE_PE,    ARMVIRT_ITS_ITE_INTID, ARMVIRT_ITS_ITE_ICID};
    static const uint8_t of_vpes[] = {ARMVIRT_ITS_VTE_VALID,    ARMVIRT_ITS_VTE_PE,
                                      ARMVIRT_ITS_VTE_VPT,      ARMVIRT_ITS_VTE_VPT_SIZE,
                                      ARMVIRT_ITS_ITE_PHYSICAL, ARMVIRT_ITS_ITE_VPEID,
                                      ARMVIRT_ITS_ITE_DOORBELL};
    bool good = entries_are_good(layout) && list_is_good(layout);

    for (unsigned id = 0; id < ARMVIRT_ITS_FIELDS; id++) {
        good = good && field_is_good(layout, id);
    }
    return good && has_fields(layout, physical, sizeof(physical)) &&
           (!virtual || has_fields(layout, of_vpes, sizeof(of_vpes)));
}

/* GITS_TYPER: bits of identifiers of at most 32, GICv4.1 with GICv4.0 only. */
static bool typer_is_good(const struct armvirt_its_config *config)
{
    uint64_t typer = config->gits_typer;
    bool virtual = (typer & ARMVIRT_GITS_TYPER_VIRTUAL) != 0;
    bool v41 = (typer & (ARMVIRT_GITS_TYPER_VMAPP | ARMVIRT_GITS_TYPER_VSGI)) != 0;
    bool pta = (typer & ARMVIRT_GITS_TYPER_PTA) != 0;

    return (virtual || !v41) &&
           (!pta || (config->rd_bytes != 0 && armvirt_is_aligned(config->rd_bytes, RD_ALIGN) &&
                     armvirt_is_aligned(config->rdbase_pa, RD_ALIGN)));
}

static bool sink_is_good(const struct armvirt_its_config *config)
{
    const struct armvirt_lpi_ops *ops = config->sink.ops;

    return ops != NULL && (!(config->gits_typer & ARMVIRT_GITS_TYPER_VIRTUAL) || ops->vset != NULL);
}

static bool config_is_good(const struct armvirt_its_config *config)
{
    bool virtual = (config->gits_typer & ARMVIRT_GITS_TYPER_VIRTUAL) != 0;

    return config->pes >= 1 && config->pes <= MAX_PES && config->lpi_bits >= 14 &&
           config->lpi_bits <= 24 && config->vpe_bits <= 16 &&
           config->space <= ARMVIRT_SPACE_ROOT && config->cache_log2 <= MAX_CACHE_LOG2 &&
           config->page_sizes <= ALL_PAGE_SIZES && config->mem.ops != NULL &&
           typer_is_good(config) && sink_is_good(config) &&
           layout_is_good(layout_of(config), virtual);
}

/* ---- Tables -------------------------------------------------------------------------------- */

static uint64_t default_baser(uint64_t type)
{
    return ARMVIRT_PUT(ARMVIRT_GITS_BASERN_TYPE, type) | ARMVIRT_GITS_BASERN_INDIRECT;
}

static void choose_tables(struct armvirt_its *its)
{
    uint64_t *baser = its->config.gits_baser;
    bool any = false;

    for (unsigned n = 0; n < ARMVIRT_ITS_BASERS; n++) {
        any = any || baser[n] != 0;
    }
    if (!any) {
        baser[0] = default_baser(ARMVIRT_ITS_TYPE_DEVICES);
        baser[1] = default_baser(ARMVIRT_ITS_TYPE_COLLECTIONS);
        baser[2] = armvirt_its_has(its, ARMVIRT_GITS_TYPER_VIRTUAL)
                       ? default_baser(ARMVIRT_ITS_TYPE_VPES)
                       : 0;
    }
}

static uint8_t table_of_type(uint64_t type)
{
    switch (type) {
    case ARMVIRT_ITS_TYPE_DEVICES:
        return ARMVIRT_ITS_DEVICES;
    case ARMVIRT_ITS_TYPE_COLLECTIONS:
        return ARMVIRT_ITS_COLLECTIONS;
    case ARMVIRT_ITS_TYPE_VPES:
        return ARMVIRT_ITS_VPES;
    default:
        return ARMVIRT_ITS_TABLES;
    }
}

/* The first GITS_BASER<n> of a type is that of the table; what is no table is not implemented. */
static void find_tables(struct armvirt_its *its)
{
    const uint64_t keep = ARMVIRT_GITS_BASERN_TYPE | ARMVIRT_GITS_BASERN_INDIRECT;

    memset(its->baser_of, ARMVIRT_ITS_NO_BASER, sizeof(its->baser_of));
    for (unsigned n = 0; n < ARMVIRT_ITS_BASERS; n++) {
        uint64_t *baser = &its->config.gits_baser[n];
        uint8_t table = table_of_type(ARMVIRT_GET(ARMVIRT_GITS_BASERN_TYPE, *baser));
        unsigned bytes = table == ARMVIRT_ITS_TABLES
                             ? 0
                             : armvirt_its_entry_bytes(its, (enum armvirt_its_table)table);

        if (bytes == 0 || its->baser_of[table] != ARMVIRT_ITS_NO_BASER) {
            *baser = 0;
            continue;
        }
        its->baser_of[table] = (uint8_t)n;
        *baser = (*baser & keep) | ARMVIRT_PUT(ARMVIRT_GITS_BASERN_ENTRY_SIZE, bytes - 1);
    }
}

/* ---- Storage ------------------------------------------------------------------------------- */

/* Where the parts lie in the storage, in bytes; 0: there is no cache. */
struct places {
    size_t cache, epochs, end;
};

static struct places places_of(uint32_t cache_log2)
{
    struct places at = {.end = sizeof(struct armvirt_its)};
    size_t slots = (size_t)1 << cache_log2;

    at.end = (at.end + ARMVIRT_ITS_ALIGN - 1) & ~(size_t)(ARMVIRT_ITS_ALIGN - 1);
    if (cache_log2 != 0) {
        at.cache = at.end;
        at.epochs = at.cache + slots * sizeof(struct armvirt_its_slot);
        at.end = at.epochs + (slots + ARMVIRT_ITS_COLLECTION_EPOCHS) * sizeof(uint64_t);
    }
    return at;
}

static void lay_out(struct armvirt_its *its, const struct armvirt_its_config *config)
{
    struct places places;

    memset(its, 0, sizeof(*its));
    its->config = *config;
    its->layout = *layout_of(config);
    its->config.layout = NULL;
    its->config.vpe_bits = config->vpe_bits != 0 ? config->vpe_bits : 16;
    its->config.page_sizes = config->page_sizes != 0 ? config->page_sizes : ALL_PAGE_SIZES;
    its->config.gits_typer &= ~ARMVIRT_GITS_TYPER_ITT_ENTRY_SIZE;
    its->config.gits_typer |=
        ARMVIRT_PUT(ARMVIRT_GITS_TYPER_ITT_ENTRY_SIZE, its->layout.ite_bytes - 1u);
    its->hcc = (uint32_t)ARMVIRT_GET(ARMVIRT_GITS_TYPER_HCC, config->gits_typer);
    choose_tables(its);
    find_tables(its);
    places = places_of(config->cache_log2);
    its->cache_at = places.cache;
    its->epochs_at = places.epochs;
    its->size = places.end;
}

size_t armvirt_its_size(const struct armvirt_its_config *config)
{
    return config_is_good(config) ? places_of(config->cache_log2).end : 0;
}

/* Rule 58: a table has no Valid after a reset, and the largest page size. */
void armvirt_its_reset(struct armvirt_its *its)
{
    struct armvirt_its_access access = {.size = 8};

    its->ctlr = its->partidr = its->statusr = 0;
    its->cbaser = its->cwriter = its->creadr = its->umsir = 0;
    memset(its->held, 0, sizeof(its->held));
    armvirt_its_cache_drop_all(its);
    for (unsigned n = 0; n < ARMVIRT_ITS_BASERS; n++) {
        access.offset = 0x100 + 8 * n;
        armvirt_its_write(its, &access, ARMVIRT_PUT(ARMVIRT_GITS_BASERN_PAGE_SIZE, 2));
    }
}

enum armvirt_status armvirt_its_init(void *storage, size_t size_bytes,
                                     const struct armvirt_its_config *config,
                                     struct armvirt_its **its)
{
    size_t size = armvirt_its_size(config);

    if (size == 0 || (uintptr_t)storage % ARMVIRT_ITS_ALIGN != 0) {
        return ARMVIRT_E_INVAL;
    }
    if (size_bytes < size) {
        return ARMVIRT_E_NOSPACE;
    }
    memset(storage, 0, size);
    lay_out(storage, config);
    armvirt_its_reset(storage);
    *its = storage;
    return ARMVIRT_OK;
}
