/* SPDX-License-Identifier: MIT */
/*
 * Snapshots of an SMMU that are whole by their CRC and hold what the machine could never have had
 * (docs/snapshot.md): each is refused and changes nothing; what could have been is taken.
 */
#include "suite.h"

#include "../../smmu_world.h"

#include "base/bits.h"
#include "base/snapshot.h"

#define TAG(a, b, c, d) ARMVIRT_SNAPSHOT_TAG(a, b, c, d)
#define ID              TAG('I', 'D', ' ', ' ')
#define REGS            TAG('R', 'E', 'G', 'S')
#define STAL            TAG('S', 'T', 'A', 'L')
#define ECMQ            TAG('E', 'C', 'M', 'Q')

enum { BYTES = 20000, HEADER = 16, SECTION = 12, END = 16, WHOLE_END = -1 };
enum { FVP = ARMVIRT_SMMU_FVP, MAX = ARMVIRT_SMMU_MAX, S1 = 5 };

/* Section STAL: number of slots, heads of the lists, slots. */
enum { FREE_LIST = 4, WAITING_LIST = 8, READY_LIST = 12, SLOTS = 16, SLOT = 40 };
enum { SLOT_SEC_SID = 26, SLOT_STATE = 29, SLOT_NEXT = 32 };

#define AT(slot, what) (SLOTS + SLOT * (slot) + SLOT_##what)

/* Stalls before a command ends them: the event queue has room for the first sixteen. */
enum { RECORDED = 16, STALLS = 20 };

struct image {
    uint8_t bytes[BYTES];
    size_t len;
};

static void save(struct world *w, struct image *image)
{
    assert_int_equal(armvirt_smmu_save(w->smmu, image->bytes, BYTES, &image->len), ARMVIRT_OK);
}

static void seal(struct image *image)
{
    armvirt_store_le32(image->bytes + image->len - 4, armvirt_crc32(image->bytes, image->len - 4));
}

/* Where a section starts; the END section if it is not there. */
static size_t find(const struct image *image, uint32_t tag)
{
    size_t at = HEADER;

    while (at < image->len - END && armvirt_load_le32(image->bytes + at) != tag) {
        at += SECTION + armvirt_load_le32(image->bytes + at + 8);
    }
    return at;
}

/* Make a section longer by zeroes, or shorter. */
static void resize(struct image *image, uint32_t tag, int by)
{
    uint8_t *section = image->bytes + find(image, tag);
    uint32_t size = armvirt_load_le32(section + 8);
    uint8_t *end = section + SECTION + size;
    size_t rest = image->len - (size_t)(end - image->bytes);

    memmove(end + by, end, rest);
    if (by > 0) {
        memset(end, 0, (size_t)by);
    }
    armvirt_store_le32(section + 8, size + (uint32_t)by);
    image->len += (size_t)(ptrdiff_t)by;
}

/* A section without content, before the END section. */
static void add_section(struct image *image, uint32_t tag)
{
    uint8_t *at = image->bytes + image->len - END;

    memmove(at + SECTION, at, END);
    memset(at, 0, SECTION);
    armvirt_store_le32(at, tag);
    at[4] = 1;
    image->len += SECTION;
}

/* ---- Machines ------------------------------------------------------------------------------ */

/* One step, so that a command has ended stalls that have not gone on yet. */
static void end_stalls(struct world *w)
{
    uint64_t prod = world_get(w, R_CMDQ_PROD, 4);

    world_poke(w, CMDQ + 16 * prod, ARMVIRT_SMMU_CMD0_OP_STALL_TERM | (uint64_t)SID << 32);
    world_poke(w, CMDQ + 16 * prod + 8, 0);
    world_put(w, R_CMDQ_PROD, 4, prod + 1);
    assert_int_equal(armvirt_smmu_run(w->smmu, 1), ARMVIRT_E_AGAIN);
}

/* Transactions that stalled: slots 0 to 15 are recorded, 16 to 19 wait; and the rest is free. */
static struct world *stalled(unsigned preset, bool ended)
{
    struct world *w = world_new(preset, S1);

    world_poke(w, CDTAB, world_peek(w, CDTAB) | ARMVIRT_SMMU_CD0_S);
    for (unsigned n = 0; n < (preset == FVP ? 1 : STALLS); n++) {
        assert_int_equal(world_txn(w, VA + 0x10000, 0, 0).outcome, ARMVIRT_SMMU_STALLED);
    }
    if (ended) {
        end_stalls(w);
    }
    return w;
}

static void fixture_has_the_slots_that_the_rows_name(void **state)
{
    static const struct {
        bool ended;
        uint32_t head[3];
        uint8_t first, last;
    } rows[] = {
        {false, {STALLS + 1, RECORDED + 1, 0}, 2, 1},
        {true, {STALLS + 1, RECORDED + 1, 1}, 4, 4},
    };

    (void)state;
    for (size_t n = 0; n < COUNT_OF(rows); n++) {
        struct world *w = stalled(MAX, rows[n].ended);
        struct image image;
        const uint8_t *in;

        save(w, &image);
        in = image.bytes + find(&image, STAL) + SECTION;
        assert_int_equal(armvirt_load_le32(in), 64);
        for (unsigned list = 0; list < 3; list++) {
            assert_int_equal(armvirt_load_le32(in + FREE_LIST + 4 * list), rows[n].head[list]);
        }
        assert_int_equal(in[AT(0, STATE)], rows[n].first);
        assert_int_equal(in[AT(RECORDED, STATE)], rows[n].last);
        assert_int_equal(in[AT(STALLS, STATE)], 0);
        world_drop(w);
    }
}

/* ---- Values -------------------------------------------------------------------------------- */

/* What is written over a section of the snapshot of a machine; and how much longer it becomes. */
struct damage {
    const char *name;
    uint32_t tag;
    int at; /* in the content; WHOLE_END: its last four bytes */
    unsigned size;
    uint32_t value;
    int by;
    bool ended; /* a command has ended the stalls */
    bool taken;
    uint8_t preset;
};

#define SETS(tag, at, size, value) tag, at, size, value, 0
#define GROWS(tag, by)             tag, 0, 0, 0, by

static const struct damage damages[] = {
    {"nothing is damaged", SETS(ID, 0, 0, 0), false, true, MAX},
    {"nothing is damaged, stalls ended", SETS(ID, 0, 0, 0), true, true, MAX},
    {"nothing is damaged, one slot", SETS(ID, 0, 0, 0), false, true, FVP},
    {"ID: another IDR0", SETS(ID, 0, 1, 0), false, false, MAX},
    {"ID: another last word", SETS(ID, WHOLE_END, 4, 0x5555), false, false, MAX},
    {"ID: too long", GROWS(ID, 4), false, false, MAX},
    {"ID: too short", GROWS(ID, -4), false, false, MAX},
    {"REGS: a bit that no register has", SETS(REGS, 4, 4, 0xffffffff), false, false, MAX},
    {"REGS: ATC timeouts of all interfaces", SETS(REGS, WHOLE_END, 4, 7), false, true, MAX},
    {"REGS: an ATC timeout of no interface", SETS(REGS, WHOLE_END, 4, 8), false, false, MAX},
    {"REGS: too long", GROWS(REGS, 1), false, false, MAX},
    {"REGS: too short", GROWS(REGS, -4), false, false, MAX},
    {"STAL: another number of slots", SETS(STAL, 0, 4, 63), false, false, MAX},
    {"STAL: a slot too many", GROWS(STAL, SLOT), false, false, MAX},
    {"STAL: a slot too few", GROWS(STAL, -SLOT), false, false, MAX},
    {"STAL: a head outside the slots", SETS(STAL, FREE_LIST, 4, 65), false, false, MAX},
    {"STAL: a link outside the slots", SETS(STAL, AT(20, NEXT), 4, 65), false, false, MAX},
    {"STAL: a free slot links to itself", SETS(STAL, AT(20, NEXT), 4, 21), false, false, MAX},
    {"STAL: ready slots in a circle", SETS(STAL, AT(15, NEXT), 4, 1), true, false, MAX},
    {"STAL: a slot in no list", SETS(STAL, AT(20, NEXT), 4, 23), false, false, MAX},
    {"STAL: a list lost", SETS(STAL, WAITING_LIST, 4, 0), false, false, MAX},
    {"STAL: a slot in two lists", SETS(STAL, READY_LIST, 4, 17), true, false, MAX},
    {"STAL: free, and recorded", SETS(STAL, AT(20, STATE), 1, 2), false, false, MAX},
    {"STAL: waits, and free", SETS(STAL, AT(16, STATE), 1, 0), false, false, MAX},
    {"STAL: waits, and recorded", SETS(STAL, AT(16, STATE), 1, 2), false, false, MAX},
    {"STAL: waits, and to be retried", SETS(STAL, AT(16, STATE), 1, 3), false, false, MAX},
    {"STAL: waits, and ended", SETS(STAL, AT(16, STATE), 1, 4), false, true, MAX},
    {"STAL: ready, and recorded", SETS(STAL, AT(0, STATE), 1, 2), true, false, MAX},
    {"STAL: ready, and to be retried", SETS(STAL, AT(0, STATE), 1, 3), true, true, MAX},
    {"STAL: ready, and to read as zero", SETS(STAL, AT(0, STATE), 1, 5), true, true, MAX},
    {"STAL: ready, and no state", SETS(STAL, AT(0, STATE), 1, 6), true, false, MAX},
    {"STAL: recorded, and no state", SETS(STAL, AT(0, STATE), 1, 6), false, false, MAX},
    {"STAL: recorded, and free", SETS(STAL, AT(0, STATE), 1, 0), false, false, MAX},
    {"STAL: of the Secure interface", SETS(STAL, AT(0, SEC_SID), 1, 1), false, true, MAX},
    {"STAL: of the Root state", SETS(STAL, AT(0, SEC_SID), 1, 3), false, false, MAX},
    {"STAL: of no Security state", SETS(STAL, AT(0, SEC_SID), 1, 0xff), false, false, MAX},
    {"STAL: no Secure interface", SETS(STAL, AT(0, SEC_SID), 1, 1), false, false, FVP},
    {"STAL: no Realm interface", SETS(STAL, AT(0, SEC_SID), 1, 2), false, false, FVP},
    {"ECMQ: EN without ENACK", SETS(ECMQ, 8, 4, 0x80000000), false, false, MAX},
    {"ECMQ: too long", GROWS(ECMQ, 16), false, false, MAX},
    {"ECMQ: too short", GROWS(ECMQ, -16), false, false, MAX},
};

static void apply(const struct damage *row, struct image *image)
{
    size_t at = find(image, row->tag);
    uint32_t size = armvirt_load_le32(image->bytes + at + 8);

    assert_true(at < image->len - END);
    at += SECTION + (row->at == WHOLE_END ? size - 4 : (size_t)row->at);
    for (unsigned n = 0; n < row->size; n++) {
        image->bytes[at + n] = (uint8_t)(row->value >> 8 * n);
    }
    resize(image, row->tag, row->by);
    seal(image);
}

static void expect_same(const struct image *a, const struct image *b)
{
    assert_int_equal(a->len, b->len);
    assert_memory_equal(a->bytes, b->bytes, a->len);
}

static void damage(void **state)
{
    const struct damage *row = *state;
    struct world *w = stalled(row->preset, row->ended);
    struct image before, image, after;

    save(w, &before);
    image = before;
    apply(row, &image);
    assert_int_equal(armvirt_smmu_load(w->smmu, image.bytes, image.len),
                     row->taken ? ARMVIRT_OK : ARMVIRT_E_FORMAT);
    save(w, &after);
    expect_same(&after, row->taken ? &image : &before);
    world_drop(w);
}

static void enhanced_queues_of_an_smmu_without_them_are_refused(void **state)
{
    struct world *w = stalled(FVP, false);
    struct image before, image, after;

    (void)state;
    save(w, &before);
    assert_int_equal(find(&before, ECMQ), before.len - END);
    image = before;
    add_section(&image, ECMQ);
    seal(&image);
    assert_int_equal(armvirt_smmu_load(w->smmu, image.bytes, image.len), ARMVIRT_E_FORMAT);
    save(w, &after);
    expect_same(&after, &before);
    world_drop(w);
}

static void enhanced_queues_that_are_missing_are_refused(void **state)
{
    struct world *w = stalled(MAX, false);
    struct image before, image, after;
    size_t at;

    (void)state;
    save(w, &before);
    image = before;
    at = find(&image, ECMQ);
    memmove(image.bytes + at, image.bytes + image.len - END, END); /* it is the last */
    image.len = at + END;
    seal(&image);
    assert_int_equal(armvirt_smmu_load(w->smmu, image.bytes, image.len), ARMVIRT_E_FORMAT);
    save(w, &after);
    expect_same(&after, &before);
    world_drop(w);
}

/* As many as there are slots: those in both lists are counted twice, four are in none. */
static void lists_that_share_slots_are_refused(void **state)
{
    struct world *w = stalled(MAX, true);
    struct image before, image, after;
    uint8_t *in;

    (void)state;
    save(w, &before);
    image = before;
    in = image.bytes + find(&image, STAL) + SECTION;
    armvirt_store_le32(in + READY_LIST, RECORDED + 1);
    for (unsigned slot = STALLS - RECORDED; slot < RECORDED; slot++) {
        in[AT(slot, STATE)] = 2;
    }
    seal(&image);
    assert_int_equal(armvirt_smmu_load(w->smmu, image.bytes, image.len), ARMVIRT_E_FORMAT);
    save(w, &after);
    expect_same(&after, &before);
    world_drop(w);
}

/* ---- What goes on -------------------------------------------------------------------------- */

/* Ready stalls go on after a load in their order, and end as their states say. */
static void IHI0070_4_7_1_ended_stalls_go_on_after_a_load(void **state)
{
    static const struct {
        uint8_t slot_state, outcome;
    } rows[] = {{3, ARMVIRT_SMMU_PASS}, {4, ARMVIRT_SMMU_ABORT}, {5, ARMVIRT_SMMU_RAZ_WI}};

    (void)state;
    for (size_t n = 0; n < COUNT_OF(rows); n++) {
        struct world *w = stalled(MAX, true);
        struct image image;

        save(w, &image);
        image.bytes[find(&image, STAL) + SECTION + AT(0, STATE)] = rows[n].slot_state;
        seal(&image);
        assert_int_equal(armvirt_smmu_load(w->smmu, image.bytes, image.len), ARMVIRT_OK);
        world_poke(w, world_leaf_at(S1_TABLES, VA + 0x10000), PAGES | DESC_PAGE | AP_EL0);
        assert_true(armvirt_smmu_pending(w->smmu));
        (void)armvirt_smmu_run(w->smmu, 1);
        assert_int_equal(w->resumed, 1);
        assert_int_equal(w->last.outcome, rows[n].outcome);
        world_run(w);
        assert_int_equal(w->resumed, STALLS);
        assert_false(armvirt_smmu_pending(w->smmu));
        world_drop(w);
    }
}

int main(void)
{
    static struct suite suite;

    SUITE_ADD(&suite, fixture_has_the_slots_that_the_rows_name);
    SUITE_ADD_ROWS(&suite, damage, damages);
    SUITE_ADD(&suite, lists_that_share_slots_are_refused);
    SUITE_ADD(&suite, enhanced_queues_of_an_smmu_without_them_are_refused);
    SUITE_ADD(&suite, enhanced_queues_that_are_missing_are_refused);
    SUITE_ADD(&suite, IHI0070_4_7_1_ended_stalls_go_on_after_a_load);
    return suite_run(&suite, "snapshots of an SMMU");
}
