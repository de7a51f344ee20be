/* SPDX-License-Identifier: MIT */
/*
 * Tables in their saved form, as KVM's ITS table ABI has it: every valid entry says how far it is
 * to the next one, and the collection table is a list. The ITS itself looks neither at distances
 * nor at a list; it finds a collection by its number in the same table.
 */
#include "base/mem_functions.h"
#include "entry.h"

enum { SAVE_CHAINS, SAVE_LIST, SAVE_DONE };
enum { LOAD_COUNT, LOAD_CLEAR, LOAD_SPREAD, LOAD_DONE };

/* One step; ARMVIRT_OK: go on. */
typedef enum armvirt_status armvirt_its_tables_step(const struct armvirt_its *its,
                                                    struct armvirt_its_tables *t);

static enum armvirt_status status_of(enum armvirt_its_reason reason)
{
    if (reason == ARMVIRT_ITS_NONE) {
        return ARMVIRT_OK;
    }
    return reason == ARMVIRT_ITS_RETRY ? ARMVIRT_E_AGAIN : ARMVIRT_FAULT;
}

/* Start on the next phase. */
static void next_phase(struct armvirt_its_tables *t)
{
    uint64_t kept = t->previous.device;

    t->phase++;
    t->at = (struct armvirt_its_cursor){0, 0};
    t->previous = (struct armvirt_its_cursor){kept, 0};
    t->any = t->any_event = false;
}

/* ---- Distances ----------------------------------------------------------------------------- */

static bool has_chains(const struct armvirt_its *its)
{
    return armvirt_its_has_field(its, ARMVIRT_ITS_DTE_NEXT) ||
           armvirt_its_has_field(its, ARMVIRT_ITS_ITE_NEXT);
}

/* The entry at @pa says that the next one is @distance further, 0 for none; what is too far for the
 * field is as far as it can say. */
static enum armvirt_status set_next(const struct armvirt_its *its, uint64_t pa, unsigned bytes,
                                    enum armvirt_its_field_id field, uint64_t distance)
{
    struct armvirt_its_route entry;
    enum armvirt_its_reason reason;
    uint64_t most;

    if (!armvirt_its_has_field(its, field)) {
        return ARMVIRT_OK;
    }
    most = ARMVIRT_GET(its->layout.field[field].mask, UINT64_MAX);
    entry.steps = 0;
    reason = armvirt_its_read_entry(its, pa, bytes, ARMVIRT_ITS_STEP_DEVICE, &entry);
    if (reason == ARMVIRT_ITS_NONE) {
        armvirt_its_put_field(its, field, distance < most ? distance : most, entry.step[0].word);
        reason = armvirt_its_write_entry(its, pa, bytes, entry.step[0].word, NULL);
    }
    return status_of(reason);
}

/* The last valid device says how far it is to @device; 0: it is the last. */
static enum armvirt_status link_device(const struct armvirt_its *its, struct armvirt_its_tables *t,
                                       uint64_t device)
{
    struct armvirt_its_route route;
    enum armvirt_its_reason reason;
    uint64_t pa = 0;

    if (!t->any) {
        return ARMVIRT_OK;
    }
    route.steps = 0;
    reason = armvirt_its_place(its, ARMVIRT_ITS_DEVICES, (uint32_t)t->previous.device, &route, &pa);
    if (reason != ARMVIRT_ITS_NONE) {
        return status_of(reason);
    }
    return set_next(its, pa, its->layout.dte_bytes, ARMVIRT_ITS_DTE_NEXT,
                    device == 0 ? 0 : device - t->previous.device);
}

static enum armvirt_status link_event(const struct armvirt_its *its, struct armvirt_its_tables *t,
                                      const struct armvirt_its_route *route, uint64_t event)
{
    if (!t->any_event) {
        return ARMVIRT_OK;
    }
    return set_next(its, armvirt_its_event_pa(its, route, (uint32_t)t->previous.event),
                    its->layout.ite_bytes, ARMVIRT_ITS_ITE_NEXT,
                    event == 0 ? 0 : event - t->previous.event);
}

/* Look at the event at the cursor; after the last, go on to the next device. */
static enum armvirt_status chain_event(const struct armvirt_its *its, struct armvirt_its_tables *t,
                                       struct armvirt_its_route *route)
{
    enum armvirt_status status = ARMVIRT_OK;
    enum armvirt_its_reason reason;

    if (t->at.event >> route->event_bits != 0) {
        status = link_event(its, t, route, 0);
        if (status == ARMVIRT_OK) {
            t->at.device++;
            t->at.event = 0;
            t->any_event = false;
        }
        return status;
    }
    reason = armvirt_its_find_event(its, (uint32_t)t->at.event, route);
    if (reason == ARMVIRT_ITS_RETRY || reason == ARMVIRT_ITS_ABORT) {
        return status_of(reason);
    }
    if (reason == ARMVIRT_ITS_NONE) {
        status = link_event(its, t, route, t->at.event);
        t->previous.event = status == ARMVIRT_OK ? t->at.event : t->previous.event;
        t->any_event = t->any_event || status == ARMVIRT_OK;
    }
    t->at.event += status == ARMVIRT_OK;
    return status;
}

static enum armvirt_status chain_step(const struct armvirt_its *its, struct armvirt_its_tables *t)
{
    enum armvirt_status status = ARMVIRT_OK;
    struct armvirt_its_route route;
    enum armvirt_its_reason reason;

    if (t->at.device > UINT32_MAX || !has_chains(its) ||
        armvirt_its_in_range(its, ARMVIRT_ITS_DEVICES, (uint32_t)t->at.device) !=
            ARMVIRT_ITS_NONE) {
        status = link_device(its, t, 0);
        if (status == ARMVIRT_OK) {
            next_phase(t);
        }
        return status;
    }
    route.steps = 0;
    reason = armvirt_its_find_device(its, (uint32_t)t->at.device, &route);
    if (reason == ARMVIRT_ITS_DEVICE_UNMAPPED) {
        t->at.device = armvirt_its_next_device(its, t->at.device, &route);
        return ARMVIRT_OK;
    }
    if (reason != ARMVIRT_ITS_NONE) {
        return status_of(reason);
    }
    if (!t->any || t->previous.device != t->at.device) {
        status = link_device(its, t, t->at.device);
        if (status != ARMVIRT_OK) {
            return status;
        }
        t->previous.device = t->at.device;
        t->any = true;
    }
    return chain_event(its, t, &route);
}

/* ---- The list of collections --------------------------------------------------------------- */

static bool has_list(const struct armvirt_its *its)
{
    return (its->layout.flags & ARMVIRT_ITS_LAYOUT_LIST) != 0;
}

/* Whether the collection table has an element @index. */
static bool has_element(const struct armvirt_its *its, uint64_t index)
{
    return has_list(its) && index <= UINT16_MAX &&
           armvirt_its_in_range(its, ARMVIRT_ITS_COLLECTIONS, (uint32_t)index + its->hcc) ==
               ARMVIRT_ITS_NONE;
}

/* Where the element @index is; ARMVIRT_ITS_COLLECTION_UNMAPPED if it has no second level. */
static enum armvirt_its_reason element_at(const struct armvirt_its *its, uint64_t index,
                                          struct armvirt_its_route *route, uint64_t *pa)
{
    route->steps = 0;
    return armvirt_its_place(its, ARMVIRT_ITS_COLLECTIONS, (uint32_t)index + its->hcc, route, pa);
}

/* Zero where there is no second level: nothing is there. */
static enum armvirt_status read_element(const struct armvirt_its *its, uint64_t index,
                                        uint64_t *word)
{
    struct armvirt_its_route route;
    uint64_t pa = 0;
    enum armvirt_its_reason reason = element_at(its, index, &route, &pa);

    *word = 0;
    if (reason == ARMVIRT_ITS_COLLECTION_UNMAPPED) {
        return ARMVIRT_OK;
    }
    if (reason == ARMVIRT_ITS_NONE) {
        reason = armvirt_its_read_entry(its, pa, its->layout.cte_bytes, ARMVIRT_ITS_STEP_COLLECTION,
                                        &route);
    }
    if (reason == ARMVIRT_ITS_NONE) {
        *word = route.step[route.steps - 1].word[0];
    }
    return status_of(reason);
}

static enum armvirt_status write_element(const struct armvirt_its *its, uint64_t index,
                                         uint64_t value)
{
    const uint64_t word[2] = {value, 0};
    struct armvirt_its_route route;
    uint64_t pa = 0;
    enum armvirt_its_reason reason = element_at(its, index, &route, &pa);

    if (reason == ARMVIRT_ITS_COLLECTION_UNMAPPED) {
        return value == 0 ? ARMVIRT_OK : ARMVIRT_E_FORMAT;
    }
    if (reason == ARMVIRT_ITS_NONE) {
        reason = armvirt_its_write_entry(its, pa, its->layout.cte_bytes, word, NULL);
    }
    return status_of(reason);
}

static bool is_valid(const struct armvirt_its *its, uint64_t element)
{
    const uint64_t word[2] = {element, 0};

    return armvirt_its_field(its, ARMVIRT_ITS_CTE_VALID, word) != 0;
}

static uint64_t icid_of(const struct armvirt_its *its, uint64_t element)
{
    const uint64_t word[2] = {element, 0};

    return armvirt_its_field(its, ARMVIRT_ITS_CTE_ICID, word);
}

/* Element at.device goes down to the end of the list, previous.device. */
static enum armvirt_status pack_step(const struct armvirt_its *its, struct armvirt_its_tables *t)
{
    enum armvirt_status status;
    uint64_t word;

    if (!t->any) { /* the first step of the phase */
        t->any = true;
        t->previous.device = 0;
    }
    if (!has_element(its, t->at.device)) {
        next_phase(t);
        return ARMVIRT_OK;
    }
    status = read_element(its, t->at.device, &word);
    if (status == ARMVIRT_OK && is_valid(its, word)) {
        if (t->previous.device != t->at.device) {
            status = write_element(its, t->previous.device, word);
        }
        if (status == ARMVIRT_OK && t->previous.device != t->at.device) {
            status = write_element(its, t->at.device, 0);
        }
        t->previous.device += status == ARMVIRT_OK;
    }
    t->at.device += status == ARMVIRT_OK;
    return status;
}

/* The list ends at the first element that is not valid: previous.device becomes their number. */
static enum armvirt_status count_step(const struct armvirt_its *its, struct armvirt_its_tables *t)
{
    enum armvirt_status status = ARMVIRT_OK;
    uint64_t word = 0;

    if (has_element(its, t->at.device)) {
        status = read_element(its, t->at.device, &word);
    }
    if (status == ARMVIRT_OK && is_valid(its, word)) {
        t->at.device++;
    } else if (status == ARMVIRT_OK) {
        t->previous.device = t->at.device;
        next_phase(t);
        t->at.device = t->previous.device;
    }
    return status;
}

/* What lies after the list is old. */
static enum armvirt_status clear_step(const struct armvirt_its *its, struct armvirt_its_tables *t)
{
    enum armvirt_status status = ARMVIRT_OK;

    if (!has_element(its, t->at.device)) {
        next_phase(t);
        return ARMVIRT_OK;
    }
    status = write_element(its, t->at.device, 0);
    t->at.device += status == ARMVIRT_OK;
    return status;
}

/* Put the element that was taken out where it belongs, and take out what lies there. */
static enum armvirt_status place_element(const struct armvirt_its *its,
                                         struct armvirt_its_tables *t)
{
    uint64_t held = t->previous.event, there, index = icid_of(its, held) - its->hcc;
    enum armvirt_status status;

    if (!has_element(its, index)) {
        return ARMVIRT_E_FORMAT;
    }
    status = read_element(its, index, &there);
    if (status == ARMVIRT_OK && is_valid(its, there) && icid_of(its, there) - its->hcc == index) {
        return ARMVIRT_E_FORMAT; /* twice */
    }
    if (status == ARMVIRT_OK) {
        status = write_element(its, index, held);
    }
    if (status == ARMVIRT_OK) {
        t->previous.event = there;
        t->any = is_valid(its, there);
    }
    return status;
}

/* Every element goes to its number. One at most is taken out, so that no other room is needed. */
static enum armvirt_status spread_step(const struct armvirt_its *its, struct armvirt_its_tables *t)
{
    enum armvirt_status status;
    uint64_t word;

    if (t->any) {
        return place_element(its, t);
    }
    if (t->at.device >= t->previous.device) {
        next_phase(t);
        return ARMVIRT_OK;
    }
    status = read_element(its, t->at.device, &word);
    if (status != ARMVIRT_OK) {
        return status;
    }
    if (is_valid(its, word) && icid_of(its, word) - its->hcc != t->at.device) {
        status = write_element(its, t->at.device, 0);
        t->any = status == ARMVIRT_OK;
        t->previous.event = word;
    }
    t->at.device += status == ARMVIRT_OK;
    return status;
}

/* ---- Runs ---------------------------------------------------------------------------------- */

static enum armvirt_status run(struct armvirt_its *its, struct armvirt_its_tables *t,
                               armvirt_its_tables_step *const *steps, unsigned done,
                               uint32_t budget)
{
    enum armvirt_status status = ARMVIRT_OK;

    if (armvirt_its_enabled(its)) {
        return ARMVIRT_E_BUSY;
    }
    for (; t->phase < done && status == ARMVIRT_OK; budget--) {
        if (budget == 0) {
            return ARMVIRT_E_AGAIN;
        }
        status = steps[t->phase](its, t);
    }
    return status;
}

enum armvirt_status armvirt_its_tables_save(struct armvirt_its *its,
                                            struct armvirt_its_tables *tables, uint32_t budget)
{
    armvirt_its_tables_step *const steps[] = {
        [SAVE_CHAINS] = chain_step,
        [SAVE_LIST] = pack_step,
    };

    return run(its, tables, steps, SAVE_DONE, budget);
}

enum armvirt_status armvirt_its_tables_load(struct armvirt_its *its,
                                            struct armvirt_its_tables *tables, uint32_t budget)
{
    armvirt_its_tables_step *const steps[] = {
        [LOAD_COUNT] = count_step,
        [LOAD_CLEAR] = clear_step,
        [LOAD_SPREAD] = spread_step,
    };

    return run(its, tables, steps, LOAD_DONE, budget);
}
