/* SPDX-License-Identifier: MIT */
/* Trace events as lines of text. */
#include <armvirt/fault.h>
#include <armvirt/its.h>
#include <armvirt/names.h>

#include <inttypes.h>
#include <stdio.h>
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

static const char *const reasons[] = {
#define REASON_NAME(name, text, rule) #name,
    ARMVIRT_REASONS(REASON_NAME)
#undef REASON_NAME
};

static const char *const its_reasons[] = {
#define ITS_REASON_NAME(name, kind, words) #name,
    ARMVIRT_ITS_REASONS(ITS_REASON_NAME)
#undef ITS_REASON_NAME
};

struct line {
    char *text;
    size_t cap;
    size_t len; /* counts past cap */
};

static char *rest(const struct line *line)
{
    return line->len < line->cap ? line->text + line->len : NULL;
}

static size_t left(const struct line *line)
{
    return line->len < line->cap ? line->cap - line->len : 0;
}

static bool is_word(const char *word, int len, const char *expected)
{
    return (size_t)len == strlen(expected) && memcmp(word, expected, (size_t)len) == 0;
}

/* One word of an event. Returns its length as snprintf() does. */
static int print_arg(char *text, size_t cap, const char *name, int len, uint64_t value)
{
    if (is_word(name, len, "stage") || is_word(name, len, "level")) {
        return snprintf(text, cap, " %.*s=%" PRId64, len, name, (int64_t)value);
    }
    if (is_word(name, len, "reason") && value < ARMVIRT_REASON_COUNT) {
        return snprintf(text, cap, " %.*s=%s", len, name, reasons[value]);
    }
    if (is_word(name, len, "its_reason") && value < ARMVIRT_ITS_REASON_COUNT) {
        return snprintf(text, cap, " %.*s=%s", len, name, its_reasons[value]);
    }
    return snprintf(text, cap, " %.*s=0x%" PRIx64, len, name, value);
}

static struct event_text find_text(unsigned id)
{
    const struct event_text unknown = {"EVENT", "arg0 arg1 arg2 arg3"};

    return id < ARMVIRT_EV_COUNT ? known_events[id] : unknown;
}

size_t armvirt_text_event(const struct armvirt_event *event, char *text, size_t cap)
{
    struct event_text known = find_text(event->id);
    struct line line = {text, cap, 0};
    const char *word = known.args;

    line.len += (size_t)snprintf(rest(&line), left(&line), "#%u %s", event->source, known.name);
    if (event->id >= ARMVIRT_EV_COUNT) {
        line.len += (size_t)snprintf(rest(&line), left(&line), "_%u", event->id);
    }
    for (size_t i = 0; *word != '\0'; i++) { /* an event has at most ARMVIRT_EVENT_ARGS words */
        size_t len = strcspn(word, " ");

        line.len += (size_t)print_arg(rest(&line), left(&line), word, (int)len, event->arg[i]);
        word += len + strspn(word + len, " ");
    }
    return line.len;
}
