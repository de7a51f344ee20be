/* SPDX-License-Identifier: MIT */
/* The version of the headers, of the library and its text are one. */
#include <stdio.h>

#include <armvirt/version.h>

#include "suite.h"

static void run_time_version_is_that_of_the_headers(void **state)
{
    (void)state;
    assert_int_equal(armvirt_version(), ARMVIRT_VERSION);
}

static void version_number_orders_by_major_then_minor_then_patch(void **state)
{
    (void)state;
    assert_true(ARMVIRT_VERSION_NUMBER(0, 1, 255) < ARMVIRT_VERSION_NUMBER(0, 2, 0));
    assert_true(ARMVIRT_VERSION_NUMBER(0, 255, 255) < ARMVIRT_VERSION_NUMBER(1, 0, 0));
    assert_true(ARMVIRT_VERSION_NUMBER(1, 2, 3) < ARMVIRT_VERSION_NUMBER(1, 2, 4));
}

static void version_string_spells_the_number(void **state)
{
    (void)state;
    char expected[32];
    uint32_t version = armvirt_version();
    (void)snprintf(expected, sizeof(expected), "%u.%u.%u", (unsigned)(version >> 16),
                   (unsigned)(version >> 8 & 0xff), (unsigned)(version & 0xff));
    assert_string_equal(armvirt_version_string(), expected);
}

int main(void)
{
    static struct suite suite;
    SUITE_ADD(&suite, run_time_version_is_that_of_the_headers);
    SUITE_ADD(&suite, version_number_orders_by_major_then_minor_then_patch);
    SUITE_ADD(&suite, version_string_spells_the_number);
    return suite_run(&suite, "version");
}
