/* SPDX-License-Identifier: MIT */
/*
 * The snapshot codec, on a made-up machine: every byte of the format, sizes, round trip, versions
 * and optional sections, and every kind of damage. Files under test lie in allocations of exactly
 * their size, so that the address sanitizer sees a read of one byte too many.
 */
#include "base/bits.h"
#include "base/snapshot.h"

#include <stdlib.h>
#include <string.h>

#include "suite.h"

#define MODEL 0x7e57u
#define REGS  ARMVIRT_SNAPSHOT_TAG('R', 'E', 'G', 'S')
#define LOG   ARMVIRT_SNAPSHOT_TAG('L', 'O', 'G', ' ')
#define NONE  ARMVIRT_SNAPSHOT_TAG('N', 'O', 'N', 'E')
#define ALIEN ARMVIRT_SNAPSHOT_TAG('A', 'L', 'N', '?')

static const struct armvirt_snapshot_known known[] = {
    {REGS, 2, true},
    {LOG, 1, false},
    {NONE, 1, true},
};

/* What save() below writes; the checksum was made with another implementation (zlib). */
static const uint8_t golden[86] = "AVS\x1a"           /*  0 magic */
                                  "\x01\0\0\0"        /*  4 format */
                                  "\x57\x7e\0\0"      /*  8 model */
                                  "\0\0\0\0"          /* 12 flags */
                                  "REGS"              /* 16 tag */
                                  "\x02\0\0\0"        /* 20 version, flags */
                                  "\x0f\0\0\0"        /* 24 size */
                                  "\x11"              /* 28 */
                                  "\x22\x33"          /* 29 */
                                  "\x44\x55\x66\x77"  /* 31 */
                                  "\x88\x99\xaa\xbb"  /* 35 */
                                  "\xcc\xdd\xee\xff"  /* 39 */
                                  "LOG "              /* 43 tag */
                                  "\x01\0\x01\0"      /* 47 version, flags */
                                  "\x03\0\0\0"        /* 51 size */
                                  "abc"               /* 55 */
                                  "NONE"              /* 58 tag */
                                  "\x01\0\0\0"        /* 62 version, flags */
                                  "\0\0\0\0"          /* 66 size */
                                  "END "              /* 70 tag */
                                  "\x01\0\0\0"        /* 74 version, flags */
                                  "\x04\0\0\0"        /* 78 size */
                                  "\xf4\x91\x3b\x53"; /* 82 checksum */

static enum armvirt_status save(void *bytes, size_t cap, size_t *len)
{
    struct armvirt_snapshot_writer writer;

    armvirt_snapshot_start(&writer, bytes, cap, MODEL);
    armvirt_snapshot_open(&writer, REGS, 2, 0);
    armvirt_snapshot_put8(&writer, 0x11);
    armvirt_snapshot_put16(&writer, 0x3322);
    armvirt_snapshot_put32(&writer, 0x77665544);
    armvirt_snapshot_put64(&writer, 0xffeeddccbbaa9988);
    armvirt_snapshot_close(&writer);
    armvirt_snapshot_open(&writer, LOG, 1, ARMVIRT_SNAPSHOT_OPTIONAL);
    armvirt_snapshot_put_bytes(&writer, (const uint8_t *)"abc", 3);
    armvirt_snapshot_close(&writer);
    armvirt_snapshot_open(&writer, NONE, 1, 0);
    armvirt_snapshot_close(&writer);
    return armvirt_snapshot_finish(&writer, len);
}

/* Read all that was found, as a machine would; the sanitizer watches. */
static enum armvirt_status read_all(struct armvirt_snapshot_section *found)
{
    uint8_t text[3];

    armvirt_snapshot_get8(&found[0]);
    armvirt_snapshot_get16(&found[0]);
    armvirt_snapshot_get32(&found[0]);
    armvirt_snapshot_get64(&found[0]);
    armvirt_snapshot_get_bytes(&found[1], text, found[1].left < 3 ? found[1].left : 3);
    for (size_t i = 0; i < COUNT_OF(known); i++) {
        if (armvirt_snapshot_done(&found[i]) != ARMVIRT_OK) {
            return ARMVIRT_E_FORMAT;
        }
    }
    return ARMVIRT_OK;
}

/* Parse and read a copy of exactly `len` bytes. */
static enum armvirt_status load(const uint8_t *bytes, size_t len)
{
    struct armvirt_snapshot_section found[COUNT_OF(known)];
    uint8_t *copy = malloc(len + (len == 0));
    enum armvirt_status status;

    assert_non_null(copy);
    memcpy(copy, bytes, len);
    status = armvirt_snapshot_parse(copy, len, MODEL, known, COUNT_OF(known), found);
    if (status == ARMVIRT_OK) {
        status = read_all(found);
    }
    free(copy);
    return status;
}

/* Make the checksum of damaged bytes right again, so that the checks behind it are reached. */
static void repair_checksum(uint8_t *bytes, size_t len)
{
    armvirt_store_le32(bytes + len - 4, armvirt_crc32(bytes, len - 4));
}

static void the_checksum_is_the_crc_32_of_ieee_802_3(void **state)
{
    (void)state;
    assert_int_equal(armvirt_crc32((const uint8_t *)"123456789", 9), 0xcbf43926);
    assert_int_equal(armvirt_crc32(NULL, 0), 0);
}

static void every_byte_of_a_snapshot_is_as_documented(void **state)
{
    uint8_t bytes[sizeof(golden)];
    size_t len = 0;

    (void)state;
    assert_int_equal(save(bytes, sizeof(bytes), &len), ARMVIRT_OK);
    assert_int_equal(len, sizeof(golden));
    assert_memory_equal(bytes, golden, sizeof(golden));
}

static void a_buffer_too_small_gives_the_size_and_is_not_overrun(void **state)
{
    uint8_t bytes[sizeof(golden) + 1];
    size_t len;

    (void)state;
    for (size_t cap = 0; cap < sizeof(golden); cap++) {
        len = 0;
        memset(bytes, 0xee, sizeof(bytes));
        assert_int_equal(save(cap == 0 ? NULL : bytes, cap, &len), ARMVIRT_E_NOSPACE);
        assert_int_equal(len, sizeof(golden));
        for (size_t i = cap; i < sizeof(bytes); i++) {
            assert_int_equal(bytes[i], 0xee);
        }
    }
}

static void what_was_saved_is_what_is_loaded(void **state)
{
    struct armvirt_snapshot_section found[COUNT_OF(known)];
    uint8_t text[3];

    (void)state;
    assert_int_equal(
        armvirt_snapshot_parse(golden, sizeof(golden), MODEL, known, COUNT_OF(known), found),
        ARMVIRT_OK);
    assert_int_equal(found[0].version, 2);
    assert_int_equal(armvirt_snapshot_get8(&found[0]), 0x11);
    assert_int_equal(armvirt_snapshot_get16(&found[0]), 0x3322);
    assert_int_equal(armvirt_snapshot_get32(&found[0]), 0x77665544);
    assert_int_equal(armvirt_snapshot_done(&found[0]), ARMVIRT_E_FORMAT); /* not all is read */
    assert_true(armvirt_snapshot_get64(&found[0]) == 0xffeeddccbbaa9988);
    assert_int_equal(armvirt_snapshot_done(&found[0]), ARMVIRT_OK);
    armvirt_snapshot_get_bytes(&found[1], text, 3);
    assert_memory_equal(text, "abc", 3);
    assert_int_equal(armvirt_snapshot_done(&found[1]), ARMVIRT_OK);
    assert_non_null(found[2].bytes); /* empty, but there */
    assert_int_equal(armvirt_snapshot_done(&found[2]), ARMVIRT_OK);
}

static void a_read_past_the_end_of_a_section_gives_0_and_is_remembered(void **state)
{
    struct armvirt_snapshot_section found[COUNT_OF(known)];
    uint8_t text[5] = {1, 1, 1, 1, 1};

    (void)state;
    assert_int_equal(
        armvirt_snapshot_parse(golden, sizeof(golden), MODEL, known, COUNT_OF(known), found),
        ARMVIRT_OK);
    armvirt_snapshot_get_bytes(&found[1], text, 5);
    assert_memory_equal(text, "abc\0\0", 5);
    assert_int_equal(armvirt_snapshot_get64(&found[1]), 0);
    assert_int_equal(armvirt_snapshot_done(&found[1]), ARMVIRT_E_FORMAT);
    assert_int_equal(armvirt_snapshot_get8(&found[2]), 0);
    assert_int_equal(armvirt_snapshot_done(&found[2]), ARMVIRT_E_FORMAT);
}

static void a_snapshot_cut_short_anywhere_is_refused(void **state)
{
    (void)state;
    for (size_t len = 0; len < sizeof(golden); len++) {
        assert_int_equal(load(golden, len), ARMVIRT_E_FORMAT);
    }
    assert_int_equal(load(golden, sizeof(golden)), ARMVIRT_OK);
}

static void a_flip_of_any_one_bit_is_refused(void **state)
{
    uint8_t bytes[sizeof(golden)];

    (void)state;
    for (size_t bit = 0; bit < 8 * sizeof(golden); bit++) {
        memcpy(bytes, golden, sizeof(golden));
        bytes[bit / 8] ^= (uint8_t)(1u << bit % 8);
        assert_int_equal(load(bytes, sizeof(bytes)), ARMVIRT_E_FORMAT);
    }
}

/* Changes of one byte of `golden` that leave a snapshot good: all changes (0), one, or all but one.
 */
static const struct {
    size_t first, last;
    unsigned only, except;
} harmless[] = {
    {20, 20, 3, 0}, /* REGS in version 1, not 2: older */
    {22, 22, 1, 0}, /* REGS marked optional: known all the same */
    {28, 42, 0, 0}, /* the content of REGS */
    {43, 46, 0, 0}, /* another tag than LOG: unknown, but optional */
    {47, 47, 0, 1}, /* LOG in a version that is newer, but not in version 0: optional */
    {48, 48, 0, 0}, /* likewise */
    {49, 49, 1, 0}, /* LOG not marked optional: known all the same */
    {55, 57, 0, 0}, /* the content of LOG */
    {64, 64, 1, 0}, /* NONE marked optional */
    {82, 85, 0, 0}, /* the checksum, which the test makes right */
};

static bool is_harmless(size_t offset, unsigned change)
{
    for (size_t i = 0; i < COUNT_OF(harmless); i++) {
        if (offset >= harmless[i].first && offset <= harmless[i].last) {
            return (harmless[i].only == 0 || change == harmless[i].only) &&
                   change != harmless[i].except;
        }
    }
    return false;
}

/* All 255 changes of each byte, with a right checksum: the structure itself is judged. */
static void a_change_of_structure_is_refused_even_with_a_right_checksum(void **state)
{
    uint8_t bytes[sizeof(golden)];

    (void)state;
    for (size_t offset = 0; offset < sizeof(golden); offset++) {
        for (unsigned change = 1; change < 256; change++) {
            enum armvirt_status status;

            memcpy(bytes, golden, sizeof(golden));
            bytes[offset] ^= (uint8_t)change;
            repair_checksum(bytes, sizeof(bytes));
            status = load(bytes, sizeof(bytes));
            if (status != (is_harmless(offset, change) ? ARMVIRT_OK : ARMVIRT_E_FORMAT)) {
                fail_msg("byte %zu xor 0x%02x gives %d", offset, change, status);
            }
        }
    }
}

static void sections_cut_short_anywhere_are_refused_even_with_a_right_end(void **state)
{
    const size_t end = sizeof(golden) - ARMVIRT_SNAPSHOT_END_BYTES;
    uint8_t bytes[sizeof(golden)];

    (void)state;
    for (size_t len = ARMVIRT_SNAPSHOT_HEADER_BYTES; len < end; len++) {
        memcpy(bytes, golden, len);
        memcpy(bytes + len, golden + end, ARMVIRT_SNAPSHOT_END_BYTES);
        repair_checksum(bytes, len + ARMVIRT_SNAPSHOT_END_BYTES);
        assert_int_equal(load(bytes, len + ARMVIRT_SNAPSHOT_END_BYTES), ARMVIRT_E_FORMAT);
    }
}

#define OPTIONAL ARMVIRT_SNAPSHOT_OPTIONAL
#define HAS_REGS 1u
#define HAS_LOG  2u
#define HAS_NONE 4u

/* A file of up to four sections, and which of the known ones are found in it. */
struct file_case {
    const char *name;
    struct {
        uint32_t tag;
        uint16_t version, flags;
    } sections[4];
    enum armvirt_status status;
    unsigned found;
};

static const struct file_case file_cases[] = {
    {"sections may stand in any order",
     {{NONE, 1, 0}, {LOG, 1, OPTIONAL}, {REGS, 2, 0}},
     ARMVIRT_OK,
     HAS_REGS | HAS_LOG | HAS_NONE},
    {"a section that is not required may be absent",
     {{REGS, 2, 0}, {NONE, 1, 0}},
     ARMVIRT_OK,
     HAS_REGS | HAS_NONE},
    {"a required section may not be absent", {{LOG, 1, 0}, {NONE, 1, 0}}, ARMVIRT_E_FORMAT, 0},
    {"a file without sections lacks the required ones", {{0}}, ARMVIRT_E_FORMAT, 0},
    {"an older version of a section is found",
     {{REGS, 1, 0}, {NONE, 1, 0}},
     ARMVIRT_OK,
     HAS_REGS | HAS_NONE},
    {"a newer version of a section is refused", {{REGS, 3, 0}, {NONE, 1, 0}}, ARMVIRT_E_FORMAT, 0},
    {"a newer version of an optional section is skipped",
     {{REGS, 2, 0}, {NONE, 1, 0}, {LOG, 2, OPTIONAL}},
     ARMVIRT_OK,
     HAS_REGS | HAS_NONE},
    {"a newer version of a required section is refused, optional or not",
     {{REGS, 3, OPTIONAL}, {NONE, 1, 0}},
     ARMVIRT_E_FORMAT,
     0},
    {"version 0 is refused", {{REGS, 2, 0}, {NONE, 0, 0}}, ARMVIRT_E_FORMAT, 0},
    {"an unknown optional section is skipped",
     {{ALIEN, 9, OPTIONAL}, {REGS, 2, 0}, {NONE, 1, 0}},
     ARMVIRT_OK,
     HAS_REGS | HAS_NONE},
    {"an unknown optional section is skipped, twice",
     {{ALIEN, 9, OPTIONAL}, {REGS, 2, 0}, {ALIEN, 9, OPTIONAL}, {NONE, 1, 0}},
     ARMVIRT_OK,
     HAS_REGS | HAS_NONE},
    {"an unknown section that is not optional is refused",
     {{REGS, 2, 0}, {NONE, 1, 0}, {ALIEN, 1, 0}},
     ARMVIRT_E_FORMAT,
     0},
    {"an unknown flag is refused", {{REGS, 2, 2}, {NONE, 1, 0}}, ARMVIRT_E_FORMAT, 0},
    {"a known section may stand only once",
     {{REGS, 2, 0}, {NONE, 1, 0}, {REGS, 2, 0}},
     ARMVIRT_E_FORMAT,
     0},
    {"an END before the end is refused",
     {{REGS, 2, 0}, {NONE, 1, 0}, {ARMVIRT_SNAPSHOT_END, 1, 0}},
     ARMVIRT_E_FORMAT,
     0},
};

static void test_file(void **state)
{
    const struct file_case *c = *state;
    struct armvirt_snapshot_section found[COUNT_OF(known)];
    struct armvirt_snapshot_writer writer;
    uint8_t bytes[128];
    size_t len;

    armvirt_snapshot_start(&writer, bytes, sizeof(bytes), MODEL);
    for (size_t i = 0; i < 4 && c->sections[i].tag != 0; i++) {
        armvirt_snapshot_open(&writer, c->sections[i].tag, c->sections[i].version,
                              c->sections[i].flags);
        armvirt_snapshot_put8(&writer, (uint8_t)i);
        armvirt_snapshot_close(&writer);
    }
    assert_int_equal(armvirt_snapshot_finish(&writer, &len), ARMVIRT_OK);
    assert_int_equal(armvirt_snapshot_parse(bytes, len, MODEL, known, COUNT_OF(known), found),
                     c->status);
    for (size_t i = 0; c->status == ARMVIRT_OK && i < COUNT_OF(known); i++) {
        assert_int_equal(found[i].bytes != NULL, c->found >> i & 1);
    }
}

static void too_few_bytes_for_a_section_are_refused(void **state)
{
    const size_t end = sizeof(golden) - ARMVIRT_SNAPSHOT_END_BYTES;

    (void)state;
    for (size_t extra = 1; extra < ARMVIRT_SNAPSHOT_SECTION_BYTES; extra++) {
        uint8_t bytes[sizeof(golden) + ARMVIRT_SNAPSHOT_SECTION_BYTES] = {0};
        size_t len = sizeof(golden) + extra;

        memcpy(bytes, golden, end);
        memcpy(bytes + end + extra, golden + end, ARMVIRT_SNAPSHOT_END_BYTES);
        repair_checksum(bytes, len);
        assert_int_equal(load(bytes, len), ARMVIRT_E_FORMAT);
    }
}

/* The section that is too long is the last one and could be skipped: its size alone is wrong. */
static void a_section_that_runs_into_the_end_or_beyond_is_refused(void **state)
{
    struct armvirt_snapshot_writer writer;
    uint8_t bytes[64];
    size_t size_at, len;

    (void)state;
    armvirt_snapshot_start(&writer, bytes, sizeof(bytes), MODEL);
    armvirt_snapshot_open(&writer, ALIEN, 1, OPTIONAL);
    size_at = writer.len - 4;
    armvirt_snapshot_put8(&writer, 0);
    armvirt_snapshot_close(&writer);
    assert_int_equal(armvirt_snapshot_finish(&writer, &len), ARMVIRT_OK);
    assert_int_equal(armvirt_snapshot_parse(bytes, len, MODEL, NULL, 0, NULL), ARMVIRT_OK);
    for (uint32_t size = 2; size < 20; size++) {
        armvirt_store_le32(bytes + size_at, size);
        repair_checksum(bytes, len);
        assert_int_equal(armvirt_snapshot_parse(bytes, len, MODEL, NULL, 0, NULL),
                         ARMVIRT_E_FORMAT);
    }
    armvirt_store_le32(bytes + size_at, UINT32_MAX);
    repair_checksum(bytes, len);
    assert_int_equal(armvirt_snapshot_parse(bytes, len, MODEL, NULL, 0, NULL), ARMVIRT_E_FORMAT);
}

static void the_smallest_snapshot_has_header_and_end_alone(void **state)
{
    struct armvirt_snapshot_writer writer;
    uint8_t bytes[ARMVIRT_SNAPSHOT_HEADER_BYTES + ARMVIRT_SNAPSHOT_END_BYTES];
    size_t len;

    (void)state;
    armvirt_snapshot_start(&writer, bytes, sizeof(bytes), MODEL);
    assert_int_equal(armvirt_snapshot_finish(&writer, &len), ARMVIRT_OK);
    assert_int_equal(len, sizeof(bytes));
    assert_int_equal(armvirt_snapshot_parse(bytes, len, MODEL, NULL, 0, NULL), ARMVIRT_OK);
}

static void another_model_is_refused(void **state)
{
    struct armvirt_snapshot_section found[COUNT_OF(known)];

    (void)state;
    assert_int_equal(
        armvirt_snapshot_parse(golden, sizeof(golden), MODEL + 1, known, COUNT_OF(known), found),
        ARMVIRT_E_FORMAT);
}

int main(void)
{
    static struct suite suite;

    SUITE_ADD(&suite, the_checksum_is_the_crc_32_of_ieee_802_3);
    SUITE_ADD(&suite, every_byte_of_a_snapshot_is_as_documented);
    SUITE_ADD(&suite, a_buffer_too_small_gives_the_size_and_is_not_overrun);
    SUITE_ADD(&suite, what_was_saved_is_what_is_loaded);
    SUITE_ADD(&suite, a_read_past_the_end_of_a_section_gives_0_and_is_remembered);
    SUITE_ADD(&suite, a_snapshot_cut_short_anywhere_is_refused);
    SUITE_ADD(&suite, a_flip_of_any_one_bit_is_refused);
    SUITE_ADD(&suite, a_change_of_structure_is_refused_even_with_a_right_checksum);
    SUITE_ADD(&suite, sections_cut_short_anywhere_are_refused_even_with_a_right_end);
    SUITE_ADD_ROWS(&suite, test_file, file_cases);
    SUITE_ADD(&suite, too_few_bytes_for_a_section_are_refused);
    SUITE_ADD(&suite, a_section_that_runs_into_the_end_or_beyond_is_refused);
    SUITE_ADD(&suite, the_smallest_snapshot_has_header_and_end_alone);
    SUITE_ADD(&suite, another_model_is_refused);
    return suite_run(&suite, "snapshot codec");
}
