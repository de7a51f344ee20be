/* SPDX-License-Identifier: MIT */
/* Compressed input (.xz) through liblzma. */
#include "unpack.h"

#include <string.h>

bool unpack_is_packed(const uint8_t *bytes, size_t size)
{
    static const uint8_t magic[6] = {0xfd, '7', 'z', 'X', 'Z', 0};

    return size >= sizeof(magic) && memcmp(bytes, magic, sizeof(magic)) == 0;
}

#ifdef INSPECT_HAVE_LZMA

#include <lzma.h>
#include <stdlib.h>

/* Larger memories should be unpacked by hand once, not on each call. */
#define UNPACKED_MAX ((size_t)1 << 32)

static bool grow(uint8_t **bytes, size_t *capacity, lzma_stream *stream)
{
    size_t larger = *capacity == 0 ? (size_t)1 << 20 : *capacity * 2;
    uint8_t *moved = larger > UNPACKED_MAX ? NULL : realloc(*bytes, larger);

    if (moved == NULL) {
        return false;
    }
    stream->next_out = moved + *capacity;
    stream->avail_out = larger - *capacity;
    *bytes = moved;
    *capacity = larger;
    return true;
}

/* Runs the decoder to its end. */
static lzma_ret decode(lzma_stream *stream, uint8_t **bytes, size_t *capacity)
{
    lzma_ret answer = LZMA_OK;

    while (answer == LZMA_OK) {
        if (stream->avail_out == 0 && !grow(bytes, capacity, stream)) {
            return LZMA_MEM_ERROR;
        }
        answer = lzma_code(stream, LZMA_FINISH);
    }
    return answer;
}

bool unpack(const uint8_t *bytes, size_t size, uint8_t **unpacked, size_t *unpacked_size,
            const char *name, struct error *error)
{
    lzma_stream stream = LZMA_STREAM_INIT;
    size_t capacity = 0;
    lzma_ret answer = lzma_stream_decoder(&stream, UINT64_MAX, LZMA_CONCATENATED);

    *unpacked = NULL;
    stream.next_in = bytes;
    stream.avail_in = size;
    if (answer == LZMA_OK) {
        answer = decode(&stream, unpacked, &capacity);
    }
    *unpacked_size = (size_t)stream.total_out;
    lzma_end(&stream);
    if (answer == LZMA_STREAM_END && *unpacked_size > 0) {
        return true;
    }
    free(*unpacked);
    *unpacked = NULL;
    if (answer == LZMA_MEM_ERROR) {
        return refuse(error, "%s: too large to unpack in memory; unpack it with xz -d", name);
    }
    return refuse(error, "%s: %s", name,
                  answer == LZMA_BUF_ERROR ? "truncated: the compressed data ends too early"
                                           : "the compressed data is damaged or empty");
}

#else

bool unpack(const uint8_t *bytes, size_t size, uint8_t **unpacked, size_t *unpacked_size,
            const char *name, struct error *error)
{
    (void)bytes;
    (void)size;
    *unpacked = NULL;
    *unpacked_size = 0;
    return refuse(error, "%s: compressed, and this build lacks liblzma; unpack it with xz -d",
                  name);
}

#endif
