/* SPDX-License-Identifier: MIT */
/*
 * Snapshots of a GIC: saving and loading. Only what does not follow from something else is in one;
 * docs/snapshot.md has every byte. What a load checks is in save_check.c.
 */
#include "save.h"

#include "base/compiler.h"
#include "base/snapshot.h"
#include "lpi_set.h"
#include "vpe.h"

#define MODEL   UINT32_C(1)
#define VERSION 1u

enum { CONF, DIST, PES, PRIV, SHAR, LPIS, VLPI, SECTIONS };

static const struct armvirt_snapshot_known sections[SECTIONS] = {
    [CONF] = {ARMVIRT_SNAPSHOT_TAG('C', 'O', 'N', 'F'), VERSION, true},
    [DIST] = {ARMVIRT_SNAPSHOT_TAG('D', 'I', 'S', 'T'), VERSION, true},
    [PES] = {ARMVIRT_SNAPSHOT_TAG('P', 'E', 'S', ' '), VERSION, true},
    [PRIV] = {ARMVIRT_SNAPSHOT_TAG('P', 'R', 'I', 'V'), VERSION, true},
    [SHAR] = {ARMVIRT_SNAPSHOT_TAG('S', 'H', 'A', 'R'), VERSION, true},
    [LPIS] = {ARMVIRT_SNAPSHOT_TAG('L', 'P', 'I', 'S'), VERSION, true},
    [VLPI] = {ARMVIRT_SNAPSHOT_TAG('V', 'L', 'P', 'I'), VERSION, true},
};

/* ---- Fields ------------------------------------------------------------------------------- */

/* A field of a structure, or an array of them, and the bits that it may have. */
struct field {
    uint16_t at;
    uint8_t bytes, count;
    uint64_t bits;
};

#define FIELD(type, name, count, bits)                                                             \
    {                                                                                              \
        offsetof(struct type, name), sizeof(((struct type *)0)->name) / (count), count, bits       \
    }
#define FIELDS(rows) (sizeof(rows) / sizeof((rows)[0]))

/* What makes two GICs the same machine. */
#define C(name) FIELD(armvirt_gic_config, name, 1, UINT64_MAX)
static const struct field config_fields[] = {
    C(gicd_typer), C(gicd_typer2), C(gicd_iidr),   C(gicr_iidr),  C(gicr_typer),
    C(gicr_ctlr),  C(pidr2),       C(icc_ctlr),    C(ich_vtr),    C(prebits),
    C(options),    C(pes),         C(maintenance), C(region_pes),
};

/* What the distributor has of its own. */
struct dist {
    uint32_t ctlr, statusr, jobs;
};

#define P(name, bits)        FIELD(armvirt_gic_pe, name, 1, bits)
#define ARRAY(name, n, bits) FIELD(armvirt_gic_pe, name, n, bits)
#define ANY                  UINT64_MAX
static const struct field pe_fields[] = {
    P(affinity, ANY),
    P(context.el, ANY),
    P(context.nmi, 1),
    P(context.scr_el3, ANY),
    P(context.hcr_el2, ANY),
    P(cpu.pmr, ANY),
    ARRAY(cpu.bpr, ARMVIRT_GROUPS, 7),
    ARRAY(cpu.igrpen, ARMVIRT_GROUPS, 1),
    ARRAY(cpu.eoimode, 2, 1),
    ARRAY(cpu.cbpr, 2, 1),
    P(cpu.eoimode_el3, 1),
    P(cpu.pmhe, 1),
    ARRAY(cpu.nmi_active, ARMVIRT_GROUPS, 1),
    ARRAY(cpu.apr, 4 * ARMVIRT_GROUPS, ANY),
    P(vcpu.hcr, ANY),
    P(vcpu.vmcr, ANY),
    ARRAY(vcpu.lr, 16, ANY),
    ARRAY(vcpu.apr, 8, ANY),
    P(vcpu.nmi_active, 1),
    P(propbaser, ARMVIRT_PROPBASER_BITS),
    P(pendbaser, ARMVIRT_PENDBASER_BITS),
    P(ctlr, ANY),
    P(waker, ARMVIRT_WAKER_BITS),
    P(statusr, ARMVIRT_STATUSR_BITS),
    P(next_job, ANY),
    P(cursor, ANY),
    P(loaded, ANY),
    P(job, 3),
    P(inv_all, 1),
    P(moved, ANY),
    P(queued, 1),
    P(vpe.vpropbaser, ANY),
    P(vpe.vpendbaser, ANY),
    P(vpe.vpt_pa, ARMVIRT_BITS(51, 0)),
    P(vpe.config_pa, ARMVIRT_BITS(51, 0)),
    P(vpe.lpis, ANY),
    P(vpe.cursor, ANY),
    P(vpe.state, 3),
    P(vpe.job, 3),
    P(vpe.inv_all, 1),
    ARRAY(vpe.vsgi, ARMVIRT_SGIS, ANY),
    P(vpe.vsgi_pending, ANY),
    P(vpe.vsgipendr, ANY),
};

static uint64_t get(const void *structure, const struct field *field, unsigned i)
{
    const uint8_t *p = (const uint8_t *)structure + field->at + (size_t)i * field->bytes;
    uint64_t value = 0;

    if (field->bytes == 1) {
        value = *p;
    } else if (field->bytes == 2) {
        value = *(const uint16_t *)(const void *)p;
    } else if (field->bytes == 4) {
        value = *(const uint32_t *)(const void *)p;
    } else {
        value = *(const uint64_t *)(const void *)p;
    }
    return value;
}

static void set(void *structure, const struct field *field, unsigned i, uint64_t value)
{
    uint8_t *p = (uint8_t *)structure + field->at + (size_t)i * field->bytes;

    if (field->bytes == 1) {
        *p = (uint8_t)value;
    } else if (field->bytes == 2) {
        *(uint16_t *)(void *)p = (uint16_t)value;
    } else if (field->bytes == 4) {
        *(uint32_t *)(void *)p = (uint32_t)value;
    } else {
        *(uint64_t *)(void *)p = value;
    }
}

static void put_fields(struct armvirt_snapshot_writer *writer, const void *structure,
                       const struct field *fields, size_t count)
{
    for (size_t f = 0; f < count; f++) {
        for (unsigned i = 0; i < fields[f].count; i++) {
            uint64_t value = get(structure, &fields[f], i);

            for (unsigned byte = 0; byte < fields[f].bytes; byte++) {
                armvirt_snapshot_put8(writer, (uint8_t)(value >> 8 * byte));
            }
        }
    }
}

/* False if a value has bits that the field can not have; nothing is written there then. */
static bool get_fields(struct armvirt_snapshot_section *section, void *structure,
                       const struct field *fields, size_t count)
{
    for (size_t f = 0; f < count; f++) {
        for (unsigned i = 0; i < fields[f].count; i++) {
            uint64_t value = 0;

            for (unsigned byte = 0; byte < fields[f].bytes; byte++) {
                value |= (uint64_t)armvirt_snapshot_get8(section) << 8 * byte;
            }
            if (value & ~fields[f].bits) {
                return false;
            }
            set(structure, &fields[f], i, value);
        }
    }
    return true;
}

static struct dist get_dist(struct armvirt_snapshot_section *section)
{
    struct dist dist;

    dist.ctlr = armvirt_snapshot_get32(section);
    dist.statusr = armvirt_snapshot_get32(section);
    dist.jobs = armvirt_snapshot_get32(section);
    return dist;
}

/* ---- Saving ------------------------------------------------------------------------------- */

/* The set of LPIs that are pending at a PE, a bit each. */
static void put_lpi_set(struct armvirt_snapshot_writer *writer, const struct armvirt_gic *gic,
                        uint32_t n)
{
    uint32_t groups = (gic->count[ARMVIRT_FROM_LPI] + 7) / 8;
    uint64_t bits = 0;

    for (uint32_t group = 0; group < groups; group++) {
        bits = group % 8 == 0 ? armvirt_lpi_set_block(gic, n, group / 8) : bits >> 8;
        armvirt_snapshot_put8(writer, (uint8_t)bits);
    }
}

static void put_lpis(struct armvirt_snapshot_writer *writer, const struct armvirt_gic *gic)
{
    armvirt_snapshot_put_bytes(writer, armvirt_keys(gic, 0, ARMVIRT_FROM_LPI),
                               gic->count[ARMVIRT_FROM_LPI]);
    for (uint32_t n = 0; n < gic->config.pes; n++) {
        put_lpi_set(writer, gic, n);
    }
}

static void put_vlpis(struct armvirt_snapshot_writer *writer, const struct armvirt_gic *gic)
{
    for (uint32_t n = 0; n < gic->config.pes; n++) {
        armvirt_snapshot_put_bytes(writer, armvirt_keys(gic, n, ARMVIRT_FROM_VLPI),
                                   gic->count[ARMVIRT_FROM_VLPI]);
        armvirt_snapshot_put_bytes(
            writer, armvirt_index(gic, armvirt_pe(gic, n), ARMVIRT_FROM_VLPI, ARMVIRT_CLASS_G1NS),
            (gic->count[ARMVIRT_FROM_VLPI] + 7) / 8);
    }
}

static void put_words(struct armvirt_snapshot_writer *writer, const uint64_t *words, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        armvirt_snapshot_put64(writer, words[i]);
    }
}

static void put_section(struct armvirt_snapshot_writer *writer, const struct armvirt_gic *gic,
                        unsigned which)
{
    size_t pes = gic->config.pes;

    switch (which) {
    case CONF:
        put_fields(writer, &gic->config, config_fields, FIELDS(config_fields));
        break;
    case DIST:
        armvirt_snapshot_put32(writer, gic->ctlr);
        armvirt_snapshot_put32(writer, gic->statusr);
        armvirt_snapshot_put32(writer, gic->jobs);
        break;
    case PES:
        for (uint32_t n = 0; n < pes; n++) {
            put_fields(writer, armvirt_pe(gic, n), pe_fields, FIELDS(pe_fields));
        }
        break;
    case PRIV:
        put_words(writer, armvirt_words(gic, 0, ARMVIRT_FROM_PRIVATE),
                  pes * gic->count[ARMVIRT_FROM_PRIVATE]);
        break;
    case SHAR:
        put_words(writer, armvirt_words(gic, 0, ARMVIRT_FROM_SHARED),
                  gic->count[ARMVIRT_FROM_SHARED]);
        for (uint32_t i = 0; i < gic->count[ARMVIRT_FROM_SHARED]; i++) {
            armvirt_snapshot_put16(writer, armvirt_homes(gic)[i]);
        }
        break;
    case LPIS:
        put_lpis(writer, gic);
        break;
    default: /* VLPI */
        put_vlpis(writer, gic);
        break;
    }
}

enum armvirt_status armvirt_gic_save(const struct armvirt_gic *gic, void *buf, size_t cap,
                                     size_t *len)
{
    struct armvirt_snapshot_writer writer;

    armvirt_snapshot_start(&writer, buf, cap, MODEL);
    for (unsigned which = 0; which < SECTIONS; which++) {
        armvirt_snapshot_open(&writer, sections[which].tag, VERSION, 0);
        put_section(&writer, gic, which);
        armvirt_snapshot_close(&writer);
    }
    return armvirt_snapshot_finish(&writer, len);
}

/* ---- Checking ----------------------------------------------------------------------------- */

static bool config_is_the_same(const struct armvirt_gic *gic,
                               struct armvirt_snapshot_section section)
{
    struct armvirt_gic_config config = {0};

    if (!get_fields(&section, &config, config_fields, FIELDS(config_fields)) ||
        armvirt_snapshot_done(&section) != ARMVIRT_OK) {
        return false;
    }
    for (size_t f = 0; f < FIELDS(config_fields); f++) {
        if (get(&config, &config_fields[f], 0) != get(&gic->config, &config_fields[f], 0)) {
            return false;
        }
    }
    return true;
}

static size_t record_bytes(void)
{
    size_t bytes = 0;

    for (size_t f = 0; f < FIELDS(pe_fields); f++) {
        bytes += (size_t)pe_fields[f].bytes * pe_fields[f].count;
    }
    return bytes;
}

/* The record of PE @n, with nothing in what is not saved. */
static bool get_pe(struct armvirt_snapshot_section section, uint32_t n, struct armvirt_gic_pe *pe)
{
    section.bytes += n * record_bytes();
    section.left -= n * record_bytes();
    *pe = (struct armvirt_gic_pe){0};
    return get_fields(&section, pe, pe_fields, FIELDS(pe_fields));
}

static bool pes_are_good(const struct armvirt_gic *gic,
                         const struct armvirt_snapshot_section *section, uint32_t *queued)
{
    *queued = 0;
    if (section->left != gic->config.pes * record_bytes()) {
        return false;
    }
    for (uint32_t n = 0; n < gic->config.pes; n++) {
        struct armvirt_gic_pe pe;

        if (!get_pe(*section, n, &pe) || pe.affinity != armvirt_pe(gic, n)->affinity ||
            !armvirt_pe_is_good(gic, &pe)) {
            return false;
        }
        *queued += pe.queued;
    }
    return true;
}

/* The list of jobs has all PEs that are queued, and ends. */
static bool jobs_are_good(const struct dist *dist, const struct armvirt_snapshot_section *section,
                          uint32_t pes, uint32_t queued)
{
    uint32_t next = dist->jobs;

    for (uint32_t seen = 0; seen < queued; seen++) {
        struct armvirt_gic_pe pe;

        if (next == 0 || next > pes || !get_pe(*section, next - 1, &pe) || !pe.queued) {
            return false;
        }
        next = pe.next_job;
    }
    return next == 0;
}

static bool words_are_good(const struct armvirt_gic *gic, struct armvirt_snapshot_section *section,
                           uint8_t source)
{
    for (uint32_t leaf = 0; leaf < gic->count[source]; leaf++) {
        if (!armvirt_word_is_good(gic, source, leaf, armvirt_snapshot_get64(section))) {
            return false;
        }
    }
    return true;
}

static bool private_is_good(const struct armvirt_gic *gic, struct armvirt_snapshot_section section)
{
    for (uint32_t n = 0; n < gic->config.pes; n++) {
        if (!words_are_good(gic, &section, ARMVIRT_FROM_PRIVATE)) {
            return false;
        }
    }
    return armvirt_snapshot_done(&section) == ARMVIRT_OK;
}

static bool shared_is_good(const struct armvirt_gic *gic, struct armvirt_snapshot_section section)
{
    if (!words_are_good(gic, &section, ARMVIRT_FROM_SHARED)) {
        return false;
    }
    for (uint32_t leaf = 0; leaf < gic->count[ARMVIRT_FROM_SHARED]; leaf++) {
        uint16_t home = armvirt_snapshot_get16(&section);

        if (home >= gic->config.pes && home != ARMVIRT_NOWHERE) {
            return false;
        }
    }
    return armvirt_snapshot_done(&section) == ARMVIRT_OK;
}

static bool keys_are_good(struct armvirt_snapshot_section *section, uint32_t count, uint8_t mask)
{
    bool good = true;

    for (uint32_t leaf = 0; leaf < count; leaf++) {
        uint8_t key = armvirt_snapshot_get8(section);

        good = good && (key == ARMVIRT_INDEX_NO_KEY || !(key & ~mask));
    }
    return good;
}

/* A set of @size has nothing beyond its first @count. */
static bool set_is_good(struct armvirt_snapshot_section *section, uint32_t size, uint32_t count)
{
    bool good = true;

    for (uint32_t group = 0; group < (size + 7) / 8; group++) {
        uint32_t left = count > 8 * group ? count - 8 * group : 0;

        good = good && !(armvirt_snapshot_get8(section) >> (left < 8 ? left : 8));
    }
    return good;
}

/* How often an LPI of @group is pending at one more PE, given the sets of all PEs. */
static uint32_t repeated(const struct armvirt_snapshot_section *sets, uint32_t pes, uint32_t groups,
                         uint32_t group)
{
    uint32_t once = 0, again = 0;

    for (uint32_t n = 0; n < pes; n++) {
        uint32_t bits = sets->bytes[(size_t)n * groups + group];

        for (uint32_t both = once & bits; both != 0; both &= both - 1) {
            again++;
        }
        once |= bits;
    }
    return again;
}

/* There are spare nodes enough for LPIs that are pending at several PEs. */
static bool spares_are_enough(const struct armvirt_gic *gic,
                              const struct armvirt_snapshot_section *sets)
{
    uint32_t lpis = gic->count[ARMVIRT_FROM_LPI], groups = (lpis + 7) / 8, again = 0;

    if (sets->left != (size_t)gic->config.pes * groups) {
        return false;
    }
    for (uint32_t group = 0; gic->lpi_trees && group < groups; group++) {
        again += repeated(sets, gic->config.pes, groups, group);
    }
    return again <= armvirt_lpi_set_spares(lpis);
}

/* The keys of LPIs are even. */
static bool lpis_are_good(const struct armvirt_gic *gic, struct armvirt_snapshot_section section)
{
    uint32_t count = gic->count[ARMVIRT_FROM_LPI];
    bool good = keys_are_good(&section, count, armvirt_priority_mask(gic) & 0xfe) &&
                spares_are_enough(gic, &section);

    for (uint32_t n = 0; n < gic->config.pes; n++) {
        good = good && set_is_good(&section, count, count);
    }
    return good && armvirt_snapshot_done(&section) == ARMVIRT_OK;
}

/* Only those that the resident vPE has can be pending. */
static bool vlpis_are_good(const struct armvirt_gic *gic, struct armvirt_snapshot_section section,
                           const struct armvirt_snapshot_section *pes)
{
    uint32_t count = gic->count[ARMVIRT_FROM_VLPI];
    bool good = true;

    for (uint32_t n = 0; n < gic->config.pes && good; n++) {
        struct armvirt_gic_pe pe;

        good = get_pe(*pes, n, &pe) &&
               keys_are_good(&section, count, armvirt_vcpu_priority_mask(gic)) &&
               set_is_good(&section, count, pe.vpe.lpis);
    }
    return good && armvirt_snapshot_done(&section) == ARMVIRT_OK;
}

static bool all_is_good(const struct armvirt_gic *gic,
                        const struct armvirt_snapshot_section found[SECTIONS])
{
    struct armvirt_snapshot_section section = found[DIST];
    struct dist dist = get_dist(&section);
    uint32_t queued;

    return config_is_the_same(gic, found[CONF]) && armvirt_snapshot_done(&section) == ARMVIRT_OK &&
           armvirt_dist_is_good(gic, dist.ctlr, dist.statusr) &&
           pes_are_good(gic, &found[PES], &queued) &&
           jobs_are_good(&dist, &found[PES], gic->config.pes, queued) &&
           private_is_good(gic, found[PRIV]) && shared_is_good(gic, found[SHAR]) &&
           lpis_are_good(gic, found[LPIS]) && vlpis_are_good(gic, found[VLPI], &found[PES]);
}

/* ---- Loading ------------------------------------------------------------------------------ */

static void take_words(struct armvirt_snapshot_section *section, uint64_t *words, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        words[i] = armvirt_snapshot_get64(section);
    }
}

static void take_lpi_set(struct armvirt_gic *gic, struct armvirt_snapshot_section *section,
                         uint32_t n)
{
    for (uint32_t group = 0; group < (gic->count[ARMVIRT_FROM_LPI] + 7) / 8; group++) {
        for (uint32_t bits = armvirt_snapshot_get8(section); bits != 0; bits &= bits - 1) {
            armvirt_pending_put_back(gic, armvirt_pe(gic, n), ARMVIRT_FROM_LPI, ARMVIRT_CLASS_G1NS,
                                     8 * group + ARMVIRT_CTZ64(bits));
        }
    }
}

static void take_vlpi_set(struct armvirt_gic *gic, struct armvirt_snapshot_section *section,
                          uint32_t n)
{
    const uint8_t source = ARMVIRT_FROM_VLPI;
    const struct armvirt_index_shape *shape = &gic->shape[source];
    const uint8_t *keys = armvirt_keys(gic, n, source);
    uint8_t *index = armvirt_index(gic, armvirt_pe(gic, n), source, ARMVIRT_CLASS_G1NS);

    armvirt_index_clear(shape, index);
    for (uint32_t group = 0; group < (gic->count[source] + 7) / 8; group++) {
        for (uint32_t bits = armvirt_snapshot_get8(section); bits != 0; bits &= bits - 1) {
            armvirt_index_add(shape, index, keys, 8 * group + ARMVIRT_CTZ64(bits));
        }
    }
}

static void take_lpis(struct armvirt_gic *gic, struct armvirt_snapshot_section *section)
{
    armvirt_snapshot_get_bytes(section, armvirt_keys(gic, 0, ARMVIRT_FROM_LPI),
                               gic->count[ARMVIRT_FROM_LPI]);
    armvirt_lpi_set_clear(gic);
    gic->lpis_wait = true; /* some may */
    for (uint32_t n = 0; n < gic->config.pes; n++) {
        take_lpi_set(gic, section, n);
        armvirt_pending_note(gic, armvirt_pe(gic, n), ARMVIRT_FROM_LPI, ARMVIRT_CLASS_G1NS);
    }
}

static void take_vlpis(struct armvirt_gic *gic, struct armvirt_snapshot_section *section)
{
    for (uint32_t n = 0; n < gic->config.pes; n++) {
        struct armvirt_gic_pe *pe = armvirt_pe(gic, n);

        armvirt_snapshot_get_bytes(section, armvirt_keys(gic, n, ARMVIRT_FROM_VLPI),
                                   gic->count[ARMVIRT_FROM_VLPI]);
        take_vlpi_set(gic, section, n);
        armvirt_resident_note(gic, n);
        pe->maintenance = armvirt_vcpu_signals(gic, &pe->vcpu) & ARMVIRT_GIC_MAINTENANCE;
    }
}

/* The signals are those of before until the end, when the callback hears of what is new. */
static void take_pes(struct armvirt_gic *gic, const struct armvirt_snapshot_section *section)
{
    for (uint32_t n = 0; n < gic->config.pes; n++) {
        struct armvirt_gic_pe *pe = armvirt_pe(gic, n);
        uint32_t signals = pe->signals;

        (void)get_pe(*section, n, pe);
        pe->number = n;
        pe->signals = signals;
        armvirt_cpu_refresh(gic, &pe->cpu);
    }
}

static void take_all(struct armvirt_gic *gic, struct armvirt_snapshot_section found[SECTIONS])
{
    uint32_t spis = gic->count[ARMVIRT_FROM_SHARED];
    struct dist dist = get_dist(&found[DIST]);

    gic->ctlr = dist.ctlr;
    gic->statusr = dist.statusr;
    gic->jobs = dist.jobs;
    take_pes(gic, &found[PES]);
    take_words(&found[PRIV], armvirt_words(gic, 0, ARMVIRT_FROM_PRIVATE),
               (size_t)gic->config.pes * gic->count[ARMVIRT_FROM_PRIVATE]);
    take_words(&found[SHAR], armvirt_words(gic, 0, ARMVIRT_FROM_SHARED), spis);
    for (uint32_t i = 0; i < spis; i++) {
        armvirt_homes(gic)[i] = armvirt_snapshot_get16(&found[SHAR]);
    }
    take_lpis(gic, &found[LPIS]);
    take_vlpis(gic, &found[VLPI]);
    armvirt_irq_rebuild(gic);
    armvirt_mark_all(gic);
    armvirt_settle(gic);
}

enum armvirt_status armvirt_gic_load(struct armvirt_gic *gic, const void *buf, size_t len)
{
    struct armvirt_snapshot_section found[SECTIONS];
    enum armvirt_status status = armvirt_snapshot_parse(buf, len, MODEL, sections, SECTIONS, found);

    if (status != ARMVIRT_OK || !all_is_good(gic, found)) {
        return ARMVIRT_E_FORMAT;
    }
    take_all(gic, found);
    return ARMVIRT_OK;
}
