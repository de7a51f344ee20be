/* SPDX-License-Identifier: MIT */
/* The index by priority against a plain array. */
#include "suite.h"

#include "gic/index.h"

#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

static uint32_t random_state = 1;

static uint32_t random_word(void)
{
    random_state = random_state * UINT32_C(1664525) + UINT32_C(1013904223);
    return random_state >> 8;
}

struct twin {
    struct armvirt_index_shape shape;
    uint8_t *index, *keys;
    bool *member;
    uint32_t leaves;
};

static void twin_make(struct twin *t, uint32_t leaves)
{
    t->leaves = leaves;
    armvirt_index_shape(&t->shape, leaves);
    t->index = malloc(t->shape.bytes);
    t->keys = calloc(armvirt_index_key_bytes(leaves), 1);
    t->member = calloc(leaves, sizeof(bool));
    armvirt_index_clear(&t->shape, t->index);
}

static void twin_drop(struct twin *t)
{
    free(t->index);
    free(t->keys);
    free(t->member);
}

static void toggle(struct twin *t, uint32_t leaf, uint8_t key)
{
    if (t->member[leaf]) {
        armvirt_index_remove(&t->shape, t->index, t->keys, leaf);
    } else {
        t->keys[leaf] = key;
        armvirt_index_add(&t->shape, t->index, t->keys, leaf);
    }
    t->member[leaf] = !t->member[leaf];
}

static void compare(const struct twin *t)
{
    uint8_t best = ARMVIRT_INDEX_NO_KEY;
    uint32_t first = 0;

    for (uint32_t leaf = 0; leaf < t->leaves; leaf++) {
        if (t->member[leaf] && t->keys[leaf] < best) {
            best = t->keys[leaf];
            first = leaf;
        }
    }
    assert_int_equal(armvirt_index_best(&t->shape, t->index), best);
    if (best != ARMVIRT_INDEX_NO_KEY) {
        assert_int_equal(armvirt_index_first(&t->shape, t->index, t->keys), first);
    }
}

static void best_and_first_are_those_of_an_array(void **state)
{
    static const uint32_t sizes[] = {1, 7, 8, 9, 32, 64, 65, 96, 511, 512, 513, 988, 5000};

    (void)state;
    for (size_t i = 0; i < COUNT_OF(sizes); i++) {
        struct twin t;

        twin_make(&t, sizes[i]);
        compare(&t);
        for (unsigned step = 0; step < 3000; step++) {
            toggle(&t, random_word() % sizes[i], (uint8_t)(random_word() % (step % 2 ? 4 : 256)));
            compare(&t);
        }
        twin_drop(&t);
    }
}

static void smallest_of_eight_bytes(void **state)
{
    (void)state;
    for (unsigned step = 0; step < 200000; step++) {
        uint64_t bytes =
            (uint64_t)random_word() << 40 ^ (uint64_t)random_word() << 20 ^ random_word();
        uint8_t least = 0xff;

        for (unsigned i = 0; i < 8; i++) {
            uint8_t byte = (uint8_t)(bytes >> 8 * i);

            least = byte < least ? byte : least;
        }
        assert_int_equal(armvirt_index_min(bytes), least);
    }
    assert_int_equal(armvirt_index_min(UINT64_MAX), 0xff);
}

/* What index.h promises: three levels for 512 leaves, six for 2^16, eight for 2^24. */
static void levels_and_memory_are_as_documented(void **state)
{
    static const struct {
        uint32_t leaves, levels;
    } rows[] = {{1, 1}, {64, 2}, {512, 3}, {1 << 16, 6}, {1 << 24, 8}};
    struct armvirt_index_shape shape;

    (void)state;
    for (size_t i = 0; i < COUNT_OF(rows); i++) {
        armvirt_index_shape(&shape, rows[i].leaves);
        assert_int_equal(shape.levels, rows[i].levels);
        assert_true(shape.bytes <= rows[i].leaves * 2 / 7 + 8 * (shape.levels + 1));
    }
}

int main(void)
{
    static struct suite suite;

    SUITE_ADD(&suite, best_and_first_are_those_of_an_array);
    SUITE_ADD(&suite, smallest_of_eight_bytes);
    SUITE_ADD(&suite, levels_and_memory_are_as_documented);
    return suite_run(&suite, "gic.index");
}
