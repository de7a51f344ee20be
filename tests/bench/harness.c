/* SPDX-License-Identifier: MIT */
/*
 * See harness.h.
 */
#define _POSIX_C_SOURCE 200809L
#include "harness.h"

#include <getopt.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

enum { ROUNDS = 25 };
static const double ROUND_NS = 10e6;

struct options {
    const char *json;
    const char *only;
    uint64_t ops;
    bool floors;
    bool list;
};

static volatile uint64_t sink;

static double now_ns(void)
{
    struct timespec t;

    clock_gettime(CLOCK_MONOTONIC, &t);
    return (double)t.tv_sec * 1e9 + (double)t.tv_nsec;
}

static double time_ops(bench_fn *fn, void *ctx, uint64_t ops)
{
    double start = now_ns();

    sink = fn(ctx, ops);
    return (now_ns() - start) / (double)ops;
}

/* Operations that take about one round. */
static uint64_t calibrate(bench_fn *fn, void *ctx)
{
    uint64_t ops = 1;

    while (time_ops(fn, ctx, ops) * (double)ops < ROUND_NS / 10 && ops < UINT64_C(1) << 32) {
        ops *= 4;
    }
    ops = (uint64_t)(ROUND_NS / time_ops(fn, ctx, ops));
    return ops < 1 ? 1 : ops;
}

static double smaller(double a, double b)
{
    return a < b ? a : b;
}

static void measure(struct bench_case *c)
{
    uint64_t ops = calibrate(c->run, c->ctx);
    uint64_t floor_ops = c->floor != NULL ? calibrate(c->floor, c->ctx) : 0;

    c->ns = c->floor_ns = 1e30;
    for (int round = 0; round < ROUNDS; round++) {
        c->ns = smaller(c->ns, time_ops(c->run, c->ctx, ops));
        if (c->floor != NULL) {
            c->floor_ns = smaller(c->floor_ns, time_ops(c->floor, c->ctx, floor_ops));
        }
    }
}

static void print_row(const struct bench_case *c)
{
    if (c->floor == NULL) {
        printf("%-34s %10.1f ns/%-8s\n", c->name, c->ns, c->unit);
        return;
    }
    printf("%-34s %10.1f ns/%-8s %10.1f floor %6.2fx", c->name, c->ns, c->unit, c->floor_ns,
           c->ns / c->floor_ns);
    if (c->goal > 0) {
        printf("  (goal %.1fx)", c->goal);
    }
    printf("\n");
}

static int write_json(const char *path, const struct bench_case *cases, size_t count)
{
    FILE *f = fopen(path, "w");

    if (f == NULL) {
        perror(path);
        return 1;
    }
    fprintf(f, "[\n");
    for (size_t i = 0; i < count; i++) {
        const struct bench_case *c = &cases[i];

        fprintf(f, "  {\"name\": \"%s\", \"unit\": \"%s\", \"ns\": %.2f", c->name, c->unit, c->ns);
        if (c->floor != NULL) {
            fprintf(f, ", \"floor_ns\": %.2f, \"ratio\": %.3f", c->floor_ns, c->ns / c->floor_ns);
        }
        fprintf(f, "}%s\n", i + 1 < count ? "," : "");
    }
    fprintf(f, "]\n");
    return fclose(f) == 0 ? 0 : 1;
}

static int parse(int argc, char **argv, struct options *o)
{
    static const struct option known[] = {
        {"json", required_argument, NULL, 'j'}, {"only", required_argument, NULL, 'o'},
        {"ops", required_argument, NULL, 'n'},  {"floor", no_argument, NULL, 'f'},
        {"list", no_argument, NULL, 'l'},       {NULL, 0, NULL, 0},
    };
    int option;

    while ((option = getopt_long(argc, argv, "", known, NULL)) != -1) {
        switch (option) {
        case 'j':
            o->json = optarg;
            break;
        case 'o':
            o->only = optarg;
            break;
        case 'n':
            o->ops = strtoull(optarg, NULL, 0);
            break;
        case 'f':
            o->floors = true;
            break;
        case 'l':
            o->list = true;
            break;
        default:
            fprintf(stderr, "usage: %s [--json FILE] [--only NAME] [--ops N [--floor]] [--list]\n",
                    argv[0]);
            return 2;
        }
    }
    return 0;
}

int bench_main(int argc, char **argv, struct bench_case *cases, size_t count)
{
    struct options o = {0};
    int status = parse(argc, argv, &o);
    size_t kept = 0;

    if (status != 0) {
        return status;
    }
    for (size_t i = 0; i < count; i++) {
        if (o.only == NULL || strcmp(o.only, cases[i].name) == 0) {
            cases[kept++] = cases[i];
        }
    }
    for (size_t i = 0; i < kept; i++) {
        if (o.list) {
            printf("%s\n", cases[i].name);
            continue;
        }
        if (o.ops != 0) {
            sink = (o.floors ? cases[i].floor : cases[i].run)(cases[i].ctx, o.ops);
            continue;
        }
        measure(&cases[i]);
        print_row(&cases[i]);
    }
    return o.json != NULL && o.ops == 0 && !o.list ? write_json(o.json, cases, kept) : 0;
}
