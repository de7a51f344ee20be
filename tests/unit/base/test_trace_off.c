/* SPDX-License-Identifier: MIT */
/* Trace compiled out: nothing is delivered whatever the mask says. */
#define ARMVIRT_ENABLE_TRACE 0

#include "base/emit.h"

#include "suite.h"

static void receive(void *ctx, const struct armvirt_event *event)
{
    (void)event;
    (*(unsigned *)ctx)++;
}

static void nothing_is_delivered(void **state)
{
    unsigned count = 0;
    struct armvirt_trace trace = {receive, &count, UINT64_MAX, 0};

    (void)state;
    receive(&count, NULL); /* the sink itself counts */
    armvirt_emit(&trace, ARMVIRT_EV_PT_DESC, 0, 0, 0, 0);
    assert_int_equal(count, 1);
    assert_false(armvirt_traces(&trace, ARMVIRT_EV_PT_DESC));
}

int main(void)
{
    static struct suite suite;

    SUITE_ADD(&suite, nothing_is_delivered);
    return suite_run(&suite, "trace compiled out");
}
