/* SPDX-License-Identifier: MIT */
/*
 * The sparse reference memory: sorted segments, found by binary search. Nothing is remembered from
 * one access to the next, so that reads by several threads may overlap.
 */
#include <armvirt/mem.h>

#include "mem_value.h"

#define ALL_SPACES 0xfu /* a bit per enum armvirt_space */

static bool segment_is_valid(const struct armvirt_mem_segment *segment)
{
    return segment->bytes != NULL && segment->size_bytes != 0 &&
           segment->pa <= UINT64_MAX - (segment->size_bytes - 1) &&
           (segment->spaces & ~ALL_SPACES) == 0;
}

static bool segment_follows(const struct armvirt_mem_segment *segment,
                            const struct armvirt_mem_segment *before)
{
    return segment->pa > before->pa && segment->pa - before->pa >= before->size_bytes;
}

enum armvirt_status armvirt_mem_sparse_init(struct armvirt_mem_sparse *sparse,
                                            const struct armvirt_mem_segment *segments,
                                            size_t count)
{
    for (size_t i = 0; i < count; i++) {
        if (!segment_is_valid(&segments[i]) ||
            (i > 0 && !segment_follows(&segments[i], &segments[i - 1]))) {
            return ARMVIRT_E_INVAL;
        }
    }
    sparse->segments = segments;
    sparse->count = count;
    return ARMVIRT_OK;
}

static bool segment_serves(const struct armvirt_mem_segment *segment, uint64_t pa, unsigned space)
{
    unsigned spaces = segment->spaces == 0 ? ALL_SPACES : segment->spaces;

    return pa - segment->pa < segment->size_bytes && (spaces >> space & 1) != 0;
}

/* The segment that holds the byte at `pa`, or NULL. */
static const struct armvirt_mem_segment *find_segment(const struct armvirt_mem_sparse *sparse,
                                                      uint64_t pa, unsigned space)
{
    const struct armvirt_mem_segment *segment = sparse->segments;
    size_t count = sparse->count;

    if (count == 0) {
        return NULL;
    }
    while (count > 1) { /* the last segment that starts at or below pa is among `count` */
        size_t half = count / 2;

        segment = segment[half].pa <= pa ? segment + half : segment;
        count -= half;
    }
    return segment_serves(segment, pa, space) ? segment : NULL;
}

/* Where each byte of an access lies. False if one of them lies nowhere, or may not be written. */
static bool find_bytes(const struct armvirt_mem_sparse *sparse, const struct armvirt_mem_req *req,
                       bool to_write, uint8_t *at[ARMVIRT_VALUE_BYTES])
{
    for (unsigned i = 0; i < req->size; i++) {
        const struct armvirt_mem_segment *segment;

        segment = find_segment(sparse, req->pa + i, req->space);
        if (segment == NULL || (to_write && !segment->writable)) {
            return false;
        }
        at[i] = segment->bytes + (req->pa + i - segment->pa);
    }
    return true;
}

static void gather(uint8_t *const at[], unsigned size, uint64_t *val)
{
    uint8_t bytes[ARMVIRT_VALUE_BYTES] = {0};

    for (unsigned i = 0; i < size; i++) {
        bytes[i] = *at[i];
    }
    armvirt_value_load(bytes, size, val);
}

static void scatter(uint8_t *const at[], unsigned size, const uint64_t *val)
{
    uint8_t bytes[ARMVIRT_VALUE_BYTES] = {0};

    armvirt_value_store(bytes, size, val);
    for (unsigned i = 0; i < size; i++) {
        *at[i] = bytes[i];
    }
}

/* A read that leaves its first segment. */
static enum armvirt_bus read_across(const struct armvirt_mem_sparse *sparse,
                                    const struct armvirt_mem_req *req, uint64_t *val)
{
    uint8_t *at[ARMVIRT_VALUE_BYTES];

    if (!find_bytes(sparse, req, false, at)) {
        return ARMVIRT_BUS_ABORT;
    }
    gather(at, req->size, val);
    return ARMVIRT_BUS_OK;
}

static enum armvirt_bus sparse_read(void *ctx, const struct armvirt_mem_req *req, uint64_t *val)
{
    const struct armvirt_mem_segment *segment = find_segment(ctx, req->pa, req->space);
    uint64_t offset;

    if (segment == NULL) {
        return ARMVIRT_BUS_ABORT;
    }
    offset = req->pa - segment->pa;
    if (segment->size_bytes - offset < req->size) {
        return read_across(ctx, req, val);
    }
    armvirt_value_load(segment->bytes + offset, req->size, val);
    return ARMVIRT_BUS_OK;
}

/* Writes are rare (hardware updates): bytewise, one path. */
static enum armvirt_bus sparse_write(void *ctx, const struct armvirt_mem_req *req,
                                     const uint64_t *val)
{
    uint8_t *at[ARMVIRT_VALUE_BYTES];

    if (!find_bytes(ctx, req, true, at)) {
        return ARMVIRT_BUS_ABORT;
    }
    scatter(at, req->size, val);
    return ARMVIRT_BUS_OK;
}

static enum armvirt_bus sparse_cas(void *ctx, const struct armvirt_mem_req *req,
                                   const uint64_t *old, const uint64_t *val)
{
    uint64_t held[2] = {0, 0};
    uint8_t *at[ARMVIRT_VALUE_BYTES];

    if (!find_bytes(ctx, req, true, at)) {
        return ARMVIRT_BUS_ABORT;
    }
    gather(at, req->size, held);
    if (!armvirt_value_equal(held, old, req->size)) {
        return ARMVIRT_BUS_RACE;
    }
    scatter(at, req->size, val);
    return ARMVIRT_BUS_OK;
}

const struct armvirt_mem_ops armvirt_mem_sparse_ops = {sparse_read, sparse_write, sparse_cas};

struct armvirt_mem armvirt_mem_from_sparse(struct armvirt_mem_sparse *sparse)
{
    return (struct armvirt_mem){&armvirt_mem_sparse_ops, sparse};
}
