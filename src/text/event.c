/* SPDX-License-Identifier: MIT */
/* Trace events as lines of text. */
#include <armvirt/names.h>
#include <armvirt/text_its.h>
#include <armvirt/text_walk.h>

#include "words.h"
#include "writer.h"

#include <inttypes.h>
#include <stdbool.h>
#include <string.h>

struct event_text {
    const char *name;
    const char *args; /* words with one space between them */
};

static const struct event_text known_events[] = {
#define EVENT_TEXT(name, args) {#name, args},
    ARMVIRT_EVENTS(EVENT_TEXT)
#undef EVENT_TEXT
};

static bool is_word(const char *word, int len, const char *expected)
{
    return (size_t)len == strlen(expected) && memcmp(word, expected, (size_t)len) == 0;
}

/* What people read in decimal. */
static bool is_decimal(const char *name, int len)
{
    static const char *const words[] = {"stage", "level", "pe", "intid"};

    for (size_t i = 0; i < COUNT_OF(words); i++) {
        if (is_word(name, len, words[i])) {
            return true;
        }
    }
    return false;
}

static void put_arg(struct writer *writer, const char *name, int len, uint64_t value)
{
    writer_put(writer, " %.*s=", len, name);
    if (is_decimal(name, len)) {
        writer_put(writer, "%" PRId64, (int64_t)value);
    } else if (is_word(name, len, "reason") && value < ARMVIRT_REASON_COUNT) {
        writer_put(writer, "%s", armvirt_reason_name((unsigned)value));
    } else if (is_word(name, len, "its_reason") && value < ARMVIRT_ITS_REASON_COUNT) {
        writer_put(writer, "%s", armvirt_its_reason_name((unsigned)value));
    } else {
        writer_put(writer, "0x%" PRIx64, value);
    }
}

static struct event_text find_text(unsigned id)
{
    const struct event_text unknown = {"EVENT", "arg0 arg1 arg2 arg3"};

    return id < ARMVIRT_EV_COUNT ? known_events[id] : unknown;
}

size_t armvirt_text_event(const struct armvirt_event *event, char *text, size_t cap)
{
    struct event_text known = find_text(event->id);
    struct writer writer = {text, cap, 0};
    const char *word = known.args;

    writer_put(&writer, "#%u %s", event->source, known.name);
    if (event->id >= ARMVIRT_EV_COUNT) {
        writer_put(&writer, "_%u", event->id);
    }
    for (size_t i = 0; *word != '\0'; i++) { /* an event has at most ARMVIRT_EVENT_ARGS words */
        size_t len = strcspn(word, " ");

        put_arg(&writer, word, (int)len, event->arg[i]);
        word += len + strspn(word + len, " ");
    }
    return writer.len;
}
