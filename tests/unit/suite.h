/* SPDX-License-Identifier: MIT */
/*
 * Table tests: each row of a table of cases becomes a cmocka test with the name that the row has,
 * so that a failure prints the rule and the behaviour. A test function finds its row in `*state`.
 */
#ifndef ARMVIRT_TESTS_SUITE_H
#define ARMVIRT_TESTS_SUITE_H

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#define SUITE_MAX       512
#define COUNT_OF(array) (sizeof(array) / sizeof((array)[0]))

struct suite {
    struct CMUnitTest tests[SUITE_MAX];
    size_t count;
};

static inline void suite_add(struct suite *suite, const char *name, CMUnitTestFunction function,
                             const void *row)
{
    if (suite->count == SUITE_MAX) {
        fail_msg("more than %d tests", SUITE_MAX);
    }
    suite->tests[suite->count++] = (struct CMUnitTest){
        .name = name, .test_func = function, .initial_state = (void *)(uintptr_t)row};
}

/* A test of its own. */
#define SUITE_ADD(suite, function) suite_add(suite, #function, function, NULL)

/* A test for each row of `rows`, whose elements have a member `name`. */
#define SUITE_ADD_ROWS(suite, function, rows)                                                      \
    do {                                                                                           \
        for (size_t row_ = 0; row_ < COUNT_OF(rows); row_++)                                       \
            suite_add(suite, (rows)[row_].name, function, &(rows)[row_]);                          \
    } while (0)

static inline int suite_run(const struct suite *suite, const char *name)
{
    return _cmocka_run_group_tests(name, suite->tests, suite->count, NULL, NULL);
}

#endif
