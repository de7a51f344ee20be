/* SPDX-License-Identifier: MIT */
/*
 * What a snapshot holds (docs/snapshot.md): every byte of the machine changes it, or is listed here
 * as what follows from the rest. A member that is new and forgotten fails the test.
 */
#include "gic/machine.h"
#include "gic_bench.h"

#include <stddef.h>
#include <string.h>

struct part {
    size_t at, bytes;
};

#define PART(type, member)                                                                         \
    {                                                                                              \
        offsetof(struct type, member), sizeof(((struct type *)0)->member)                          \
    }

/* Of a PE: what is found anew when a snapshot is loaded. */
#define P(member) PART(armvirt_gic_pe, member)
static const struct part pe_follows[] = {
    P(number),      P(hppi),        P(best),        P(closed),
    P(signals),     P(next_stale),  P(stale),       P(wakes),
    P(maintenance), P(verdict),     P(cpu.running), P(cpu.running_group),
    P(cpu.mask),    P(vcpu.direct), P(behind),      P(behind_known),
};

/* Of a configuration: what is the caller's, and the number of PEs, which a save counts by. */
#define C(member) PART(armvirt_gic_config, member)
static const struct part config_follows[] = {
    C(affinity), C(mem), C(ops), C(ctx), C(trace), C(pes),
};

/* Of the rest of the GIC, from GICD_CTLR to the end. */
#define G(member)                                                                                  \
    {                                                                                              \
        offsetof(struct armvirt_gic, member) - offsetof(struct armvirt_gic, ctlr),                 \
            sizeof(((struct armvirt_gic *)0)->member)                                              \
    }
static const struct part rest_follows[] = {G(stale), G(orphans)};

#define REST_BYTES                                                                                 \
    (offsetof(struct armvirt_gic, orphans) + sizeof(uint32_t) - offsetof(struct armvirt_gic, ctlr))
_Static_assert(sizeof(struct armvirt_gic) - offsetof(struct armvirt_gic, ctlr) - REST_BYTES < 8,
               "nothing is after the last member that the test knows");

static bool follows(const struct part *parts, size_t count, size_t byte)
{
    for (size_t i = 0; i < count; i++) {
        if (byte - parts[i].at < parts[i].bytes) {
            return true;
        }
    }
    return false;
}

/* A bit for each byte of a structure that no member has; none where the compiler does not say. */
#if defined(__GNUC__) && !defined(__clang__) && __GNUC__ >= 11
#define FIND_PADDING(type, bytes)                                                                  \
    do {                                                                                           \
        struct type whole;                                                                         \
                                                                                                   \
        memset(&whole, 0xff, sizeof(whole));                                                       \
        __builtin_clear_padding(&whole);                                                           \
        memcpy(bytes, &whole, sizeof(whole));                                                      \
    } while (0)
#define KNOWS_PADDING 1
#else
#define FIND_PADDING(type, bytes) memset(bytes, 0xff, sizeof(struct type))
#define KNOWS_PADDING             0
#endif

static struct bench b;

static size_t save(uint8_t *buf, size_t cap)
{
    size_t len = 0;

    assert_int_equal(armvirt_gic_save(b.gic, buf, cap, &len), ARMVIRT_OK);
    return len;
}

/* Each byte of @structure that neither follows from the rest nor is padding (0 in @members). */
static void flip_all(void *structure, size_t bytes, const uint8_t *members,
                     const struct part *parts, size_t count)
{
    static uint8_t before[0x10000], after[0x10000];
    size_t len = save(before, sizeof(before));
    uint8_t *byte = structure;

    for (size_t i = 0; i < bytes; i++) {
        if (follows(parts, count, i) || members[i] == 0) {
            continue;
        }
        byte[i] ^= 1;
        if (save(after, sizeof(after)) == len && memcmp(before, after, len) == 0) {
            fail_msg("byte %zu of %zu is neither saved nor listed", i, bytes);
        }
        byte[i] ^= 1;
    }
}

#define COUNT(parts) (sizeof(parts) / sizeof((parts)[0]))

static void every_member_is_saved_or_follows_from_the_rest(void **state)
{
    static uint8_t of_pe[sizeof(struct armvirt_gic_pe)];
    static uint8_t of_config[sizeof(struct armvirt_gic_config)];
    static uint8_t of_rest[REST_BYTES];
    struct armvirt_gic_config config = bench_config(true);

    (void)state;
    if (!KNOWS_PADDING) {
        skip();
    }
    config.pes = 1;
    bench_make(&b, &config);
    FIND_PADDING(armvirt_gic_pe, of_pe);
    FIND_PADDING(armvirt_gic_config, of_config);
    memset(of_rest, 0xff, sizeof(of_rest));
    flip_all(armvirt_pe(b.gic, 0), sizeof(of_pe), of_pe, pe_follows, COUNT(pe_follows));
    flip_all(&b.gic->config, sizeof(of_config), of_config, config_follows, COUNT(config_follows));
    flip_all(&b.gic->ctlr, sizeof(of_rest), of_rest, rest_follows, COUNT(rest_follows));
    bench_drop(&b);
}

int main(void)
{
    static struct suite suite;

    SUITE_ADD(&suite, every_member_is_saved_or_follows_from_the_rest);
    return suite_run(&suite, "gic.saved_fields");
}
