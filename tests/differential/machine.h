/* SPDX-License-Identifier: MIT */
/* A QEMU that runs the payload, and the memory that it shares with this program. */
#ifndef ARMVIRT_TESTS_DIFFERENTIAL_MACHINE_H
#define ARMVIRT_TESTS_DIFFERENTIAL_MACHINE_H

#include "payload/protocol.h"
#include "session.h"

#include <stdbool.h>
#include <stddef.h>
#include <sys/types.h>

struct machine {
    const char *qemu;    /* the program */
    const char *cpu;     /* its option -cpu */
    const char *payload; /* the file that is its ROM */
    unsigned version;    /* 702 for 7.2 */
    unsigned cpus;
    bool wide;       /* its GIC has eight bits of priority, not those of the processor */
    unsigned starts; /* how often it was started */
    bool hung;       /* the last batch that was not done ended so: QEMU still ran */
    int memory;      /* file descriptor of the shared memory */
    uint8_t *ram;
    pid_t pid;
    int from; /* a character when it has started, and for every batch */
};

/* Version of the program, 702 for 7.2, and its name; ends this program if it is no QEMU. */
unsigned machine_version(const char *qemu, char text[], size_t size);

/* In a child, before it becomes a QEMU: it is to end with this program, however that ends. */
void machine_bind_child(void);

/* A machine of @session, which is not started yet. */
struct machine machine_of(const struct session *session, unsigned cpus);

/* Starts it for the first time; ends this program with a message if that fails. */
void machine_open(struct machine *machine);
void machine_close(struct machine *machine);

/* The memory of the machine at @pa. */
void *machine_at(const struct machine *machine, uint64_t pa);
struct control *machine_control(const struct machine *machine);

/* Where the next batch goes, and its outcomes. */
uint64_t machine_batch(const struct machine *machine);
/* Hands it over; then waits for it. False if the machine ended or hangs: it was started anew. */
void machine_submit(struct machine *machine);
bool machine_wait(struct machine *machine);

#endif
