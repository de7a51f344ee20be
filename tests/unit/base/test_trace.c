/* SPDX-License-Identifier: MIT */
/* Trace: events go where the mask says, with the words and the source that they were sent with. */
#include "base/emit.h"

#include <string.h>

#include "suite.h"

struct sink {
    unsigned count;
    struct armvirt_event last;
};

static void receive(void *ctx, const struct armvirt_event *event)
{
    struct sink *sink = ctx;

    sink->count++;
    sink->last = *event;
}

static void an_event_in_the_mask_arrives_with_its_words_and_source(void **state)
{
    struct sink sink = {0};
    struct armvirt_trace trace = {receive, &sink, ARMVIRT_BIT(ARMVIRT_EV_PT_UPDATE), 7};

    (void)state;
    armvirt_emit(&trace, ARMVIRT_EV_PT_UPDATE, 1, (uint64_t)(int64_t)-1, 0x1000, UINT64_MAX);
    assert_int_equal(sink.count, 1);
    assert_int_equal(sink.last.id, ARMVIRT_EV_PT_UPDATE);
    assert_int_equal(sink.last.source, 7);
    assert_int_equal(sink.last.reserved, 0);
    assert_int_equal(sink.last.arg[0], 1);
    assert_true((int64_t)sink.last.arg[1] == -1);
    assert_int_equal(sink.last.arg[2], 0x1000);
    assert_true(sink.last.arg[3] == UINT64_MAX);
}

static void each_event_has_its_own_mask_bit(void **state)
{
    (void)state;
    for (unsigned sent = 0; sent < ARMVIRT_EV_COUNT; sent++) {
        for (unsigned bit = 0; bit < 64; bit++) {
            struct sink sink = {0};
            struct armvirt_trace trace = {receive, &sink, ARMVIRT_BIT(bit), 0};

            armvirt_emit(&trace, (enum armvirt_event_id)sent, 0, 0, 0, 0);
            assert_int_equal(sink.count, sent == bit);
            assert_int_equal(armvirt_traces(&trace, (enum armvirt_event_id)sent), sent == bit);
        }
    }
}

static void no_trace_and_an_empty_mask_call_nothing(void **state)
{
    struct armvirt_trace off = {NULL, NULL, 0, 0};

    (void)state;
    armvirt_emit(NULL, ARMVIRT_EV_PT_DESC, 0, 0, 0, 0);
    armvirt_emit(&off, ARMVIRT_EV_PT_DESC, 0, 0, 0, 0);
    assert_false(armvirt_traces(NULL, ARMVIRT_EV_PT_DESC));
    assert_false(armvirt_traces(&off, ARMVIRT_EV_PT_DESC));
}

/* The names in the list are what printers rely on: one to four words, nothing but single spaces. */
static void every_event_names_one_to_four_words(void **state)
{
    static const char *const args[] = {
#define X(name, args) args,
        ARMVIRT_EVENTS(X)
#undef X
    };

    (void)state;
    for (size_t i = 0; i < COUNT_OF(args); i++) {
        size_t spaces = 0;

        assert_int_equal(strspn(args[i], "abcdefghijklmnopqrstuvwxyz_ "), strlen(args[i]));
        assert_null(strstr(args[i], "  "));
        for (const char *c = args[i]; *c != '\0'; c++) {
            spaces += *c == ' ';
        }
        assert_in_range(spaces, 0, ARMVIRT_EVENT_ARGS - 1);
    }
}

int main(void)
{
    static struct suite suite;

    SUITE_ADD(&suite, an_event_in_the_mask_arrives_with_its_words_and_source);
    SUITE_ADD(&suite, each_event_has_its_own_mask_bit);
    SUITE_ADD(&suite, no_trace_and_an_empty_mask_call_nothing);
    SUITE_ADD(&suite, every_event_names_one_to_four_words);
    return suite_run(&suite, "trace");
}
