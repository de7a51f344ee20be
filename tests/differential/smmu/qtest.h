/* SPDX-License-Identifier: MIT */
/*
 * A QEMU without a guest, whose devices and memory this program reaches by the qtest protocol.
 * Commands are queued and sent together; their answers are read once all are there. RAM is shared.
 */
#ifndef ARMVIRT_TESTS_DIFFERENTIAL_QTEST_H
#define ARMVIRT_TESTS_DIFFERENTIAL_QTEST_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

#define QTEST_RAM_PA   UINT64_C(0x40000000)
#define QTEST_RAM_SIZE UINT64_C(0x04000000)

enum { QTEST_COMMANDS = 4096, QTEST_PULSES = 512, QTEST_TEXT = 64 * QTEST_COMMANDS };

/* An interrupt was raised before the answer to command `before`. */
struct qtest_pulse {
    unsigned before, number;
};

struct qtest {
    const char *qemu;           /* the program */
    const char *const *options; /* more of its options, ended by NULL */
    unsigned version;           /* 702 for 7.2 */
    unsigned starts;            /* how often it was started */
    pid_t pid;
    int socket, qmp, memory, firmware;
    uint8_t *ram;
    char out[QTEST_TEXT], in[QTEST_TEXT], line[256];
    size_t out_bytes, out_sent, line_bytes;
    unsigned commands, answers;
    uint64_t answer[QTEST_COMMANDS]; /* of each command, 0 if it only says OK */
    struct qtest_pulse pulse[QTEST_PULSES];
    unsigned pulses;
};

/* Starts it for the first time; false: it does not run. */
bool qtest_open(struct qtest *q);
void qtest_close(struct qtest *q);
/* Resets all devices. False if QEMU has ended; it was started anew then, here and below. */
bool qtest_reset(struct qtest *q);

/* Queue an access to the physical address @pa of @size bytes (4, 8); answers which command it is.
 */
unsigned qtest_write(struct qtest *q, unsigned size, uint64_t pa, uint64_t value);
unsigned qtest_read(struct qtest *q, unsigned size, uint64_t pa);
/* Sends what is queued and waits for all answers. */
bool qtest_flush(struct qtest *q);
/* Reads at once, and forgets the command. */
bool qtest_get(struct qtest *q, unsigned size, uint64_t pa, uint64_t *value);
/* Forgets answers and pulses. */
void qtest_clear(struct qtest *q);

#endif
