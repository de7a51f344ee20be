/* SPDX-License-Identifier: MIT */
/* Runs a fuzz target over files and directories of recorded inputs, without libFuzzer, so that
 * every compiler and every build replays what fuzzing once found. */
#define _POSIX_C_SOURCE 200809L
#include <dirent.h>
#include <errno.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void die(const char *path)
{
    (void)fprintf(stderr, "replay: %s: %s\n", path, strerror(errno));
    exit(2);
}

/* The input is copied to a buffer of exactly its size: a sanitizer sees the first byte past it. */
static void replay_file(const char *path, size_t size)
{
    uint8_t *data = malloc(size + (size == 0));
    FILE *file = fopen(path, "rb");
    if (data == NULL || file == NULL || fread(data, 1, size, file) != size) {
        die(path);
    }
    (void)fclose(file);
    (void)LLVMFuzzerTestOneInput(data, size);
    free(data);
}

static unsigned replay_directory(const char *path)
{
    unsigned count = 0;
    DIR *directory = opendir(path);
    if (directory == NULL) {
        die(path);
    }
    for (struct dirent *entry; (entry = readdir(directory)) != NULL;) {
        char name[4096];
        struct stat status;
        (void)snprintf(name, sizeof(name), "%s/%s", path, entry->d_name);
        if (stat(name, &status) != 0) {
            die(name);
        }
        if (S_ISREG(status.st_mode)) {
            replay_file(name, (size_t)status.st_size);
            count++;
        }
    }
    (void)closedir(directory);
    return count;
}

static unsigned replay(const char *path)
{
    struct stat status;
    if (stat(path, &status) != 0) {
        die(path);
    }
    if (S_ISDIR(status.st_mode)) {
        return replay_directory(path);
    }
    replay_file(path, (size_t)status.st_size);
    return 1;
}

int main(int argc, char **argv)
{
    unsigned count = 0;
    for (int i = 1; i < argc; i++) {
        count += replay(argv[i]);
    }
    (void)printf("replayed %u inputs\n", count);
    return count > 0 ? 0 : 1;
}
