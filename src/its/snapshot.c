/* SPDX-License-Identifier: MIT */
/* Snapshots of an ITS: format in docs/snapshot.md. The tables are in memory and saved with it. */
#include "base/snapshot.h"

#include "base/mem_functions.h"
#include "cache.h"
#include "registers.h"

#define TAG_CONFIG      ARMVIRT_SNAPSHOT_TAG('C', 'F', 'G', ' ')
#define TAG_REGISTERS   ARMVIRT_SNAPSHOT_TAG('R', 'E', 'G', 'S')
#define TAG_COLLECTIONS ARMVIRT_SNAPSHOT_TAG('C', 'O', 'L', 'L')

enum { CONFIG, REGISTERS, COLLECTIONS, SECTIONS };

/* What a snapshot holds of an ITS. */
struct state {
    uint32_t ctlr, statusr, partidr;
    uint64_t cbaser, cwriter, creadr, umsir;
    uint64_t baser[ARMVIRT_ITS_BASERS];
};

enum armvirt_status armvirt_its_save(const struct armvirt_its *its, void *buf, size_t cap,
                                     size_t *len)
{
    struct armvirt_snapshot_writer w;

    armvirt_snapshot_start(&w, buf, cap, ARMVIRT_ITS_SNAPSHOT_MODEL);
    armvirt_snapshot_open(&w, TAG_CONFIG, 1, 0);
    armvirt_snapshot_put64(&w, its->config.gits_typer);
    armvirt_snapshot_put32(&w, its->config.pes);
    armvirt_snapshot_close(&w);
    armvirt_snapshot_open(&w, TAG_REGISTERS, 1, 0);
    armvirt_snapshot_put32(&w, its->ctlr);
    armvirt_snapshot_put32(&w, its->statusr);
    armvirt_snapshot_put32(&w, its->partidr);
    armvirt_snapshot_put64(&w, its->cbaser);
    armvirt_snapshot_put64(&w, its->cwriter);
    armvirt_snapshot_put64(&w, its->creadr);
    armvirt_snapshot_put64(&w, its->umsir);
    for (unsigned n = 0; n < ARMVIRT_ITS_BASERS; n++) {
        armvirt_snapshot_put64(&w, its->baser[n]);
    }
    armvirt_snapshot_close(&w);
    armvirt_snapshot_open(&w, TAG_COLLECTIONS, 1, 0);
    for (uint32_t icid = 0; icid < its->hcc; icid++) {
        armvirt_snapshot_put16(&w, its->held[icid]);
    }
    armvirt_snapshot_close(&w);
    return armvirt_snapshot_finish(&w, len);
}

static bool config_matches(const struct armvirt_its *its, struct armvirt_snapshot_section *section)
{
    return armvirt_snapshot_get64(section) == its->config.gits_typer &&
           armvirt_snapshot_get32(section) == its->config.pes &&
           armvirt_snapshot_done(section) == ARMVIRT_OK;
}

static bool read_state(struct armvirt_snapshot_section *section, struct state *state)
{
    state->ctlr = armvirt_snapshot_get32(section);
    state->statusr = armvirt_snapshot_get32(section);
    state->partidr = armvirt_snapshot_get32(section);
    state->cbaser = armvirt_snapshot_get64(section);
    state->cwriter = armvirt_snapshot_get64(section);
    state->creadr = armvirt_snapshot_get64(section);
    state->umsir = armvirt_snapshot_get64(section);
    for (unsigned n = 0; n < ARMVIRT_ITS_BASERS; n++) {
        state->baser[n] = armvirt_snapshot_get64(section);
    }
    return armvirt_snapshot_done(section) == ARMVIRT_OK;
}

/* Whether the registers can hold that. */
static bool state_is_good(const struct armvirt_its *its, const struct state *state)
{
    uint64_t queue = (ARMVIRT_GET(ARMVIRT_GITS_CBASER_SIZE, state->cbaser) + 1) << 12;
    uint64_t reader = state->creadr & ARMVIRT_GITS_CREADR_OFFSET;
    bool good = (state->ctlr & ~armvirt_its_ctlr_bits(its)) == 0 &&
                (state->statusr & ARMVIRT_GITS_STATUSR_RES0) == 0 &&
                (state->partidr & ~armvirt_its_partidr_bits(its)) == 0 &&
                (state->cbaser & ARMVIRT_GITS_CBASER_RES0) == 0 &&
                (state->cwriter & ~ARMVIRT_GITS_CWRITER_OFFSET) == 0 &&
                (state->creadr & ARMVIRT_GITS_CREADR_RES0) == 0 && reader < queue;

    for (unsigned n = 0; n < ARMVIRT_ITS_BASERS; n++) {
        good = good && armvirt_its_baser_value(its, n, state->baser[n]) == state->baser[n];
    }
    return good;
}

/* A copy of the section is read: no element names a PE that there is not. */
static bool collections_are_good(const struct armvirt_its *its,
                                 struct armvirt_snapshot_section section)
{
    bool good = true;

    for (uint32_t icid = 0; icid < its->hcc; icid++) {
        good = good && armvirt_snapshot_get16(&section) <= its->config.pes;
    }
    return good && armvirt_snapshot_done(&section) == ARMVIRT_OK;
}

enum armvirt_status armvirt_its_load(struct armvirt_its *its, const void *buf, size_t len)
{
    static const struct armvirt_snapshot_known known[SECTIONS] = {
        [CONFIG] = {TAG_CONFIG, 1, true},
        [REGISTERS] = {TAG_REGISTERS, 1, true},
        [COLLECTIONS] = {TAG_COLLECTIONS, 1, true},
    };
    struct armvirt_snapshot_section found[SECTIONS];
    struct state state;
    enum armvirt_status status =
        armvirt_snapshot_parse(buf, len, ARMVIRT_ITS_SNAPSHOT_MODEL, known, SECTIONS, found);

    if (status != ARMVIRT_OK) {
        return status;
    }
    if (!config_matches(its, &found[CONFIG]) || !read_state(&found[REGISTERS], &state) ||
        !state_is_good(its, &state) || !collections_are_good(its, found[COLLECTIONS])) {
        return ARMVIRT_E_FORMAT;
    }
    its->ctlr = state.ctlr;
    its->statusr = state.statusr;
    its->partidr = state.partidr;
    its->cbaser = state.cbaser;
    its->cwriter = state.cwriter;
    its->creadr = state.creadr;
    its->umsir = state.umsir;
    memcpy(its->baser, state.baser, sizeof(its->baser));
    armvirt_its_measure_tables(its);
    for (uint32_t icid = 0; icid < its->hcc; icid++) {
        its->held[icid] = armvirt_snapshot_get16(&found[COLLECTIONS]);
    }
    armvirt_its_cache_drop_all(its);
    return ARMVIRT_OK;
}
