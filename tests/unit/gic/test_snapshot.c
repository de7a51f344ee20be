/* SPDX-License-Identifier: MIT */
/*
 * Snapshots of a GIC: at every point of a random run, a GIC that was loaded goes on as the one that
 * was saved; damaged ones are refused and change nothing.
 */
#include "../../gic_ops.h"
#include "suite.h"

#include "base/bits.h"
#include "base/snapshot.h"

#include <armvirt/mem.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { MEMORY = GIC_OP_MEMORY, LEGS = 25, STEPS = 60, PES = 8 };

static uint64_t random_state;

static uint8_t random_byte(void)
{
    random_state = random_state * UINT64_C(6364136223846793005) + UINT64_C(1442695040888963407);
    return (uint8_t)(random_state >> 56);
}

/* A GIC with its memory, and what its callback said. */
struct world {
    struct armvirt_gic *gic;
    struct armvirt_mem_flat flat;
    uint8_t memory[MEMORY];
    uint32_t signals[PES];
    uint64_t heard; /* a sum over all calls and their order */
    void *storage;
};

static void on_signal(void *ctx, uint32_t pe, uint32_t signals, uint32_t changed)
{
    struct world *w = ctx;

    assert_int_equal(w->signals[pe] ^ signals, changed);
    w->signals[pe] = signals;
    w->heard = w->heard * 31 + (pe << 16 | signals << 8 | changed);
}

static const struct armvirt_gic_ops ops = {on_signal};

static struct world *make(unsigned shape)
{
    struct armvirt_gic_config config = gic_op_config(shape);
    struct world *w = calloc(1, sizeof(*w));
    size_t size;

    w->flat = (struct armvirt_mem_flat){w->memory, 0, MEMORY, true};
    config.ops = &ops;
    config.ctx = w;
    config.mem = armvirt_mem_from_flat(&w->flat);
    size = armvirt_gic_size(&config);
    w->storage = aligned_alloc(ARMVIRT_GIC_ALIGN, (size + 15) / 16 * 16);
    assert_int_equal(armvirt_gic_init(w->storage, size, &config, &w->gic), ARMVIRT_OK);
    return w;
}

static void drop(struct world *w)
{
    free(w->storage);
    free(w);
}

struct bytes {
    uint8_t *at;
    size_t len;
};

static struct bytes save(const struct armvirt_gic *gic)
{
    struct bytes bytes = {NULL, 0};
    size_t len;

    assert_int_equal(armvirt_gic_save(gic, NULL, 0, &bytes.len), ARMVIRT_E_NOSPACE);
    bytes.at = malloc(bytes.len);
    assert_int_equal(armvirt_gic_save(gic, bytes.at, bytes.len - 1, &len), ARMVIRT_E_NOSPACE);
    assert_int_equal(len, bytes.len);
    assert_int_equal(armvirt_gic_save(gic, bytes.at, bytes.len, &len), ARMVIRT_OK);
    assert_int_equal(len, bytes.len);
    return bytes;
}

static void same_state(const struct world *a, const struct world *b)
{
    struct bytes of_a = save(a->gic), of_b = save(b->gic);

    assert_int_equal(of_a.len, of_b.len);
    assert_memory_equal(of_a.at, of_b.at, of_a.len);
    assert_memory_equal(a->memory, b->memory, MEMORY);
    for (uint32_t pe = 0; pe < PES; pe++) {
        assert_int_equal(armvirt_gic_signals(a->gic, pe), armvirt_gic_signals(b->gic, pe));
        assert_int_equal(b->signals[pe], armvirt_gic_signals(b->gic, pe));
    }
    free(of_a.at);
    free(of_b.at);
}

/* What the software of all PEs reads that matters, with its side effects. */
static uint64_t read_all(struct armvirt_gic *gic)
{
    static const uint32_t registers[] = {
        ARMVIRT_GIC_SYSREG(3, 0, 12, 8, 2),  ARMVIRT_GIC_SYSREG(3, 0, 12, 12, 2),
        ARMVIRT_GIC_SYSREG(3, 0, 12, 11, 3), ARMVIRT_GIC_SYSREG(3, 0, 12, 8, 0),
        ARMVIRT_GIC_SYSREG(3, 0, 12, 12, 0), ARMVIRT_GIC_SYSREG(3, 4, 12, 11, 2),
    };
    enum armvirt_gic_outcome outcome = ARMVIRT_GIC_DONE;
    uint64_t sum = 0, value;

    for (uint32_t pe = 0; pe < PES; pe++) {
        for (size_t i = 0; i < COUNT_OF(registers); i++) {
            armvirt_gic_sysreg_read(gic, pe, registers[i], &value, &outcome);
            sum = sum * 31 + value * 4 + outcome;
        }
    }
    return sum;
}

static void both_write(struct armvirt_gic *a, struct armvirt_gic *b, uint32_t pe, uint32_t offset,
                       uint64_t value)
{
    struct armvirt_gic_access access = {.offset = offset, .size = 8, .secure = true};

    armvirt_gicr_write(a, pe, &access, value);
    if (b != NULL) {
        armvirt_gicr_write(b, pe, &access, value);
    }
}

/* LPIs on or off, a vPE comes or leaves: what a random write hardly does. */
static void random_tables(struct armvirt_gic *a, struct armvirt_gic *b)
{
    uint32_t pe = random_byte() & 7;
    uint64_t valid = random_byte() & 1 ? ARMVIRT_GICR_VPENDBASER_VALID : 0;

    both_write(a, b, pe, 0x70, 13);
    both_write(a, b, pe, 0x78, UINT64_C(0x4000) + ((uint64_t)pe << 16 & 0x8000));
    both_write(a, b, pe, 0x00, random_byte() & 1);
    both_write(a, b, pe, 0x20070, 13 | ARMVIRT_GICR_VPROPBASER_V41_VALID | 0x2000);
    both_write(a, b, pe, 0x20078, valid | 0x8000 | (random_byte() & 3));
}

static void random_op(struct armvirt_gic *a, struct armvirt_gic *b)
{
    uint8_t op[GIC_OP_BYTES];

    if (random_byte() < 8) {
        random_tables(a, b);
        return;
    }
    for (unsigned i = 0; i < GIC_OP_BYTES; i++) {
        op[i] = random_byte();
    }
    gic_op(a, op);
    if (b != NULL) {
        gic_op(b, op);
    }
}

/* Leg after leg: save, load into a GIC that was elsewhere, and go on with both. */
static void what_follows_a_load_is_what_would_have_followed_the_save(void **state)
{
    (void)state;
    for (unsigned shape = 0; shape < 16; shape++) {
        struct world *a = make(shape), *b = make(shape);

        random_state = 77 + shape;
        for (size_t i = 0; i < MEMORY; i++) {
            a->memory[i] = random_byte() | 1;
        }
        gic_op_open(a->gic);
        for (unsigned leg = 0; leg < LEGS; leg++) {
            struct bytes bytes = save(a->gic);

            for (unsigned step = 0; step < STEPS / 4; step++) {
                random_op(b->gic, NULL);
            }
            assert_int_equal(armvirt_gic_load(b->gic, bytes.at, bytes.len), ARMVIRT_OK);
            free(bytes.at);
            memcpy(b->memory, a->memory, MEMORY);
            same_state(a, b);
            a->heard = b->heard = 0;
            for (unsigned step = 0; step < STEPS; step++) {
                random_op(a->gic, b->gic);
                assert_int_equal(a->heard, b->heard);
            }
            if (leg % 4 == 0) {
                assert_int_equal(read_all(a->gic), read_all(b->gic));
            }
            same_state(a, b);
        }
        drop(a);
        drop(b);
    }
}

static void the_callback_hears_of_what_a_load_changes(void **state)
{
    struct world *a = make(0), *b = make(0);
    struct bytes bytes, before = save(b->gic);
    uint64_t heard;

    (void)state;
    random_state = 5;
    memset(a->memory, 0xa1, MEMORY);
    while (a->signals[0] == 0) {
        random_op(a->gic, NULL);
    }
    bytes = save(a->gic);
    assert_int_equal(armvirt_gic_load(b->gic, bytes.at, bytes.len), ARMVIRT_OK);
    assert_memory_equal(a->signals, b->signals, sizeof(a->signals));
    heard = b->heard;
    assert_int_equal(armvirt_gic_load(b->gic, bytes.at, bytes.len), ARMVIRT_OK);
    assert_int_equal(b->heard, heard);
    assert_int_equal(armvirt_gic_load(b->gic, before.at, before.len), ARMVIRT_OK);
    assert_int_equal(b->signals[0], 0);
    free(bytes.at);
    free(before.at);
    drop(a);
    drop(b);
}

/* ---- Damage --------------------------------------------------------------------------------- */

static void sign(struct bytes *bytes)
{
    armvirt_store_le32(bytes->at + bytes->len - 4, armvirt_crc32(bytes->at, bytes->len - 4));
}

/* Where the content of a section starts. */
static size_t section_at(const struct bytes *bytes, const char tag[4])
{
    size_t at = ARMVIRT_SNAPSHOT_HEADER_BYTES;

    while (memcmp(bytes->at + at, tag, 4) != 0) {
        at += ARMVIRT_SNAPSHOT_SECTION_BYTES + armvirt_load_le32(bytes->at + at + 8);
        assert_true(at < bytes->len);
    }
    return at + ARMVIRT_SNAPSHOT_SECTION_BYTES;
}

/* A byte of a section is another: refused, and nothing has changed. */
static void refused(unsigned shape, const char tag[4], size_t offset, uint8_t value)
{
    struct world *w = make(shape);
    struct bytes bytes = save(w->gic), before = save(w->gic), after;

    bytes.at[section_at(&bytes, tag) + offset] = value;
    sign(&bytes);
    assert_int_equal(armvirt_gic_load(w->gic, bytes.at, bytes.len), ARMVIRT_E_FORMAT);
    after = save(w->gic);
    assert_memory_equal(before.at, after.at, before.len);
    free(bytes.at);
    free(before.at);
    free(after.at);
    drop(w);
}

/* What no GIC of a shape can be: a byte of a section. */
static const struct {
    uint8_t shape;
    const char *tag;
    uint32_t offset;
    uint8_t value;
} refused_rows[] = {
    {1, "CONF", 0, 0x77},    /* GICD_TYPER of another */
    {1, "DIST", 0, 0x08},    /* GICD_CTLR: a reserved bit */
    {1, "DIST", 0, 0x44},    /* Secure Group 1 with one Security state */
    {0, "DIST", 0, 0x00},    /* two Security states where there is one */
    {1, "DIST", 4, 0x10},    /* GICD_STATUSR: a reserved bit */
    {1, "DIST", 8, 1},       /* a list of jobs with a PE that has none */
    {1, "DIST", 8, 9},       /* ... that is not there */
    {1, "PES ", 0, 1},       /* another affinity */
    {1, "PES ", 5, 2},       /* a context with a truth value of 2 */
    {1, "PES ", 22, 0x07},   /* ICC_PMR beyond the priority bits */
    {1, "PES ", 23, 0},      /* ICC_BPR0 below the least */
    {1, "PES ", 25, 8},      /* ICC_BPR1 of four bits */
    {1, "PES ", 35, 1},      /* Group 0 with superpriority */
    {1, "PES ", 42, 1},      /* an active priority that is not there */
    {1, "PES ", 90, 1},      /* ICH_HCR: a reserved bit */
    {1, "PES ", 94, 0x20},   /* ICH_VMCR: a reserved bit */
    {1, "PES ", 95, 0x01},   /* ... */
    {1, "PES ", 109, 0x0c},  /* ICH_LR0: a reserved bit */
    {1, "PES ", 134, 1},     /* ICH_LR4, where there are four */
    {1, "PES ", 234, 1},     /* a virtual active priority that is not there */
    {1, "PES ", 270, 0x80},  /* GICR_PROPBASER: a reserved bit */
    {1, "PES ", 279, 2},     /* GICR_CTLR: one too */
    {1, "PES ", 283, 2},     /* GICR_WAKER with one bit of two */
    {1, "PES ", 291, 1},     /* in a list of jobs, and without one */
    {1, "PES ", 297, 1},     /* a job beyond the end */
    {1, "PES ", 303, 3},     /* a job that is in no list */
    {1, "PES ", 304, 1},     /* a second job without a first */
    {1, "PES ", 307, 1},     /* a move beyond the end */
    {1, "PES ", 309, 1},     /* in a list, and no job */
    {1, "PES ", 350, 1},     /* a vPE where there are none */
    {5, "PES ", 317, 0x80},  /* GICR_VPROPBASER: a reserved bit */
    {5, "PES ", 325, 0x80},  /* GICR_VPENDBASER.Valid without a vPE */
    {5, "PES ", 324, 0x10},  /* ... a reserved bit */
    {5, "PES ", 342, 1},     /* virtual LPIs of no vPE */
    {5, "PES ", 350, 1},     /* a vPE without Valid */
    {5, "PES ", 350, 3},     /* a state that is none */
    {5, "PES ", 351, 1},     /* a job for no vPE */
    {1, "PRIV", 0, 0},       /* an SGI that is not edge-triggered */
    {1, "PRIV", 0, 0x14},    /* ... with a line */
    {1, "PRIV", 2, 0x01},    /* a priority beyond the priority bits */
    {1, "PRIV", 4, 1},       /* a PPI with a route */
    {1, "SHAR", 1, 0x08},    /* a bit that no interrupt has */
    {1, "SHAR", 96 * 8, 8},  /* an SPI that goes to PE 8 */
    {1, "LPIS", 0, 0x01},    /* a priority beyond the priority bits */
    {5, "VLPI", 0, 0x01},    /* of a virtual LPI, alike */
    {5, "VLPI", 8192, 0x01}, /* one that is pending for no vPE */
};

static void what_no_gic_can_be_is_refused(void **state)
{
    (void)state;
    for (size_t i = 0; i < COUNT_OF(refused_rows); i++) {
        refused(refused_rows[i].shape, refused_rows[i].tag, refused_rows[i].offset,
                refused_rows[i].value);
    }
}

/* Every byte in turn, with a good checksum: what is taken is a GIC that goes on without harm. */
static void every_byte_may_be_another(void **state)
{
    struct world *a = make(1), *b = make(1);
    struct bytes bytes;
    unsigned taken = 0, refusals = 0;

    (void)state;
    random_state = 99;
    memset(a->memory, 0xa1, MEMORY);
    memset(b->memory, 0xa1, MEMORY);
    gic_op_open(a->gic);
    for (unsigned step = 0; step < 3000; step++) {
        random_op(a->gic, NULL);
    }
    bytes = save(a->gic);
    for (size_t at = 0; at < bytes.len - ARMVIRT_SNAPSHOT_END_BYTES; at += at < 4000 ? 1 : 211) {
        uint8_t old = bytes.at[at];
        enum armvirt_status status;

        bytes.at[at] ^= (uint8_t)(1u << at % 8 | (random_byte() & random_byte()));
        sign(&bytes);
        status = armvirt_gic_load(b->gic, bytes.at, bytes.len);
        assert_true(status == ARMVIRT_OK || status == ARMVIRT_E_FORMAT);
        taken += status == ARMVIRT_OK;
        refusals += status != ARMVIRT_OK;
        for (unsigned step = 0; step < 8; step++) {
            random_op(b->gic, NULL);
        }
        bytes.at[at] = old;
    }
    assert_true(taken > 100 && refusals > 100);
    free(bytes.at);
    drop(a);
    drop(b);
}

static void a_shorter_or_longer_one_is_refused(void **state)
{
    struct world *w = make(2), *other = make(3);
    struct bytes bytes = save(w->gic);

    (void)state;
    for (size_t len = 0; len < bytes.len; len += 1 + len / 7) {
        assert_int_equal(armvirt_gic_load(w->gic, bytes.at, len), ARMVIRT_E_FORMAT);
    }
    assert_int_equal(armvirt_gic_load(other->gic, bytes.at, bytes.len), ARMVIRT_E_FORMAT);
    free(bytes.at);
    drop(w);
    drop(other);
}

int main(void)
{
    static struct suite suite;

    SUITE_ADD(&suite, what_follows_a_load_is_what_would_have_followed_the_save);
    SUITE_ADD(&suite, the_callback_hears_of_what_a_load_changes);
    SUITE_ADD(&suite, what_no_gic_can_be_is_refused);
    SUITE_ADD(&suite, every_byte_may_be_another);
    SUITE_ADD(&suite, a_shorter_or_longer_one_is_refused);
    return suite_run(&suite, "gic.snapshot");
}
