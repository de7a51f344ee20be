/* SPDX-License-Identifier: MIT */
/* A whole file, read-only, in memory. */
#define _POSIX_C_SOURCE 200809L
#include "input_file.h"

#include "unpack.h"

#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

static bool map_descriptor(struct input_file *file, const char *path, int fd, struct error *error)
{
    struct stat status;
    void *bytes;

    if (fstat(fd, &status) != 0) {
        return refuse_errno(error, path);
    }
    if (!S_ISREG(status.st_mode)) {
        return refuse(error, "%s: not a regular file", path);
    }
    if (status.st_size == 0) {
        return refuse(error, "%s: the file is empty", path);
    }
    bytes = mmap(NULL, (size_t)status.st_size, PROT_READ, MAP_PRIVATE, fd, 0);
    if (bytes == MAP_FAILED) {
        return refuse_errno(error, path);
    }
    *file = (struct input_file){.bytes = bytes, .size = (size_t)status.st_size, .mapped = true};
    return true;
}

static bool replace_by_unpacked(struct input_file *file, const char *path, struct error *error)
{
    struct input_file unpacked = {0};
    bool done = unpack(file->bytes, file->size, &unpacked.bytes, &unpacked.size, path, error);

    input_file_close(file);
    *file = unpacked;
    return done;
}

bool input_file_open(struct input_file *file, const char *path, struct error *error)
{
    int fd = open(path, O_RDONLY | O_CLOEXEC);
    bool done;

    *file = (struct input_file){0};
    if (fd < 0) {
        return refuse_errno(error, path);
    }
    done = map_descriptor(file, path, fd, error);
    (void)close(fd);
    if (done && unpack_is_packed(file->bytes, file->size)) {
        return replace_by_unpacked(file, path, error);
    }
    return done;
}

void input_file_close(struct input_file *file)
{
    if (file->mapped) {
        (void)munmap(file->bytes, file->size);
    } else {
        free(file->bytes);
    }
    *file = (struct input_file){0};
}
