/* SPDX-License-Identifier: MIT */
/*
 * A small benchmark harness: each case is measured against a floor in the same run, since the
 * machines are shared and only ratios hold. Prints a table and writes JSON.
 */
#ifndef ARMVIRT_TESTS_BENCH_HARNESS_H
#define ARMVIRT_TESTS_BENCH_HARNESS_H

#include <stddef.h>
#include <stdint.h>

/* Runs @ops operations; returns a value that depends on all of them. */
typedef uint64_t bench_fn(void *ctx, uint64_t ops);

struct bench_case {
    const char *name;
    const char *unit; /* what an operation is */
    bench_fn *run;    /* what is measured */
    bench_fn *floor;  /* the same reads and nothing else; may be NULL */
    void *ctx;
    double goal;         /* largest ratio to the floor that is promised; 0 for none */
    double ns, floor_ns; /* filled by bench_measure() */
};

/*
 * Measure @cases: case and floor alternate, and the smallest time of each counts. Options:
 * --json FILE, --ops N (exactly N operations of each case, once: for instruction counts),
 * --only NAME, --list. Returns the exit status for main().
 */
int bench_main(int argc, char **argv, struct bench_case *cases, size_t count);

#endif
