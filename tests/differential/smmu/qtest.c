/* SPDX-License-Identifier: MIT */
/*
 * The qtest protocol, and as much of QMP as a reset and the search for the interrupt controller
 * take. The one CPU sleeps: with icount and no sleep, a timer of a device runs at once.
 */
#define _GNU_SOURCE /* memfd_create */
#include "qtest.h"

#include "machine.h"

#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

enum { HANG_MS = 10000, MOST_OPTIONS = 64, DEVICES = 40 };

static const uint32_t firmware[] = {0xd503207f, 0x17ffffff}; /* wfi; b . - 4 */

/* ---- QMP ----------------------------------------------------------------------------------- */

/* The next line of QMP; false if it ended or says nothing. */
static bool qmp_line(struct qtest *q, char *line, size_t size)
{
    size_t at = 0;

    while (at + 1 < size) {
        struct pollfd pollfd = {.fd = q->qmp, .events = POLLIN};

        if (poll(&pollfd, 1, HANG_MS) <= 0 || read(q->qmp, line + at, 1) != 1) {
            return false;
        }
        if (line[at] == '\n') {
            break;
        }
        at++;
    }
    line[at] = '\0';
    return true;
}

/* Sends @command and waits for a line that holds @until; such lines are in @line. */
static bool qmp_do(struct qtest *q, const char *command, const char *until, char *line, size_t size)
{
    if (send(q->qmp, command, strlen(command), MSG_NOSIGNAL) != (ssize_t)strlen(command)) {
        return false;
    }
    do {
        if (!qmp_line(q, line, size)) {
            return false;
        }
    } while (strstr(line, until) == NULL && strstr(line, "\"error\"") == NULL);
    return true;
}

static bool exchange(struct qtest *q);

/* Has the interrupts of the interrupt controller told to us. */
static bool hear_interrupts(struct qtest *q)
{
    char line[4096];
    char text[160];

    if (!qmp_do(q, "{\"execute\":\"qmp_capabilities\"}\n", "\"return\"", line, sizeof(line))) {
        return false;
    }
    for (unsigned i = 0; i < DEVICES; i++) {
        snprintf(text, sizeof(text),
                 "{\"execute\":\"qom-get\",\"arguments\":{\"path\":\"/machine/unattached/"
                 "device[%u]\",\"property\":\"type\"}}\n",
                 i);
        if (!qmp_do(q, text, "\"return\"", line, sizeof(line))) {
            return false;
        }
        if (strstr(line, "\"arm-gicv3\"") != NULL) {
            q->out_bytes = (size_t)snprintf(q->out, sizeof(q->out),
                                            "irq_intercept_in /machine/unattached/device[%u]\n", i);
            q->commands = 1;
            return exchange(q);
        }
    }
    return false;
}

/* ---- Start and end ------------------------------------------------------------------------- */

static void run_qemu(const struct qtest *q, int socket, int qmp)
{
    char memory[128], bios[32], chardevs[2][48];
    const char *argument[MOST_OPTIONS] = {q->qemu,
                                          "-M",
                                          "virt,gic-version=3,iommu=smmuv3,memory-backend=ram",
                                          "-object",
                                          memory,
                                          "-m",
                                          "64M",
                                          "-cpu",
                                          "cortex-a57",
                                          "-icount",
                                          "shift=0,sleep=off",
                                          "-bios",
                                          bios,
                                          "-nodefaults",
                                          "-display",
                                          "none",
                                          "-chardev",
                                          chardevs[0],
                                          "-chardev",
                                          chardevs[1],
                                          "-qtest",
                                          "chardev:qtest",
                                          "-qtest-log",
                                          "/dev/null",
                                          "-mon",
                                          "chardev=m,mode=control"};
    unsigned count = 0;

    snprintf(memory, sizeof(memory),
             "memory-backend-file,id=ram,size=64M,share=on,mem-path=/proc/self/fd/%d", q->memory);
    snprintf(bios, sizeof(bios), "/proc/self/fd/%d", q->firmware);
    snprintf(chardevs[0], sizeof(chardevs[0]), "socket,id=qtest,fd=%d", socket);
    snprintf(chardevs[1], sizeof(chardevs[1]), "socket,id=m,fd=%d", qmp);
    while (argument[count] != NULL) {
        count++;
    }
    for (unsigned i = 0; q->options[i] != NULL && count + 1 < MOST_OPTIONS; i++) {
        argument[count++] = q->options[i];
    }
    dup2(open("/dev/null", O_RDWR), STDIN_FILENO);
    dup2(STDIN_FILENO, STDOUT_FILENO);
    dup2(STDIN_FILENO, STDERR_FILENO);
    machine_bind_child();
    execvp(q->qemu, (char *const *)(uintptr_t)argument);
    _exit(127);
}

static bool start(struct qtest *q)
{
    int a[2], b[2];
    char line[4096];

    if (socketpair(AF_UNIX, SOCK_STREAM, 0, a) != 0 ||
        socketpair(AF_UNIX, SOCK_STREAM, 0, b) != 0) {
        return false;
    }
    fcntl(a[0], F_SETFD, FD_CLOEXEC);
    fcntl(b[0], F_SETFD, FD_CLOEXEC);
    q->pid = fork();
    if (q->pid == 0) {
        run_qemu(q, a[1], b[1]);
    }
    close(a[1]);
    close(b[1]);
    q->socket = a[0];
    q->qmp = b[0];
    q->starts++;
    q->out_bytes = 0;
    q->out_sent = 0;
    q->line_bytes = 0;
    qtest_clear(q);
    return q->pid > 0 && qmp_line(q, line, sizeof(line)) && hear_interrupts(q);
}

static void end(struct qtest *q)
{
    kill(q->pid, SIGKILL);
    waitpid(q->pid, NULL, 0);
    close(q->socket);
    close(q->qmp);
}

/* It has ended, or hangs. */
static bool again(struct qtest *q)
{
    end(q);
    if (!start(q)) {
        fprintf(stderr, "%s does not start again\n", q->qemu);
        exit(2);
    }
    return false;
}

bool qtest_open(struct qtest *q)
{
    q->memory = memfd_create("armvirt-qtest", 0);
    q->firmware = memfd_create("armvirt-firmware", 0);
    if (q->memory < 0 || ftruncate(q->memory, (off_t)QTEST_RAM_SIZE) != 0 || q->firmware < 0 ||
        write(q->firmware, firmware, sizeof(firmware)) != (ssize_t)sizeof(firmware)) {
        return false;
    }
    q->ram = mmap(NULL, QTEST_RAM_SIZE, PROT_READ | PROT_WRITE, MAP_SHARED, q->memory, 0);
    return q->ram != MAP_FAILED && start(q);
}

void qtest_close(struct qtest *q)
{
    end(q);
    munmap(q->ram, QTEST_RAM_SIZE);
    close(q->memory);
    close(q->firmware);
}

bool qtest_reset(struct qtest *q)
{
    char line[4096];

    if (!qmp_do(q, "{\"execute\":\"system_reset\"}\n", "\"RESET\"", line, sizeof(line))) {
        return again(q);
    }
    return true;
}

/* ---- Commands ------------------------------------------------------------------------------ */

unsigned qtest_write(struct qtest *q, unsigned size, uint64_t pa, uint64_t value)
{
    q->out_bytes += (size_t)snprintf(q->out + q->out_bytes, sizeof(q->out) - q->out_bytes,
                                     "write%c 0x%llx 0x%llx\n", size == 8 ? 'q' : 'l',
                                     (unsigned long long)pa, (unsigned long long)value);
    return q->commands++;
}

unsigned qtest_read(struct qtest *q, unsigned size, uint64_t pa)
{
    q->out_bytes +=
        (size_t)snprintf(q->out + q->out_bytes, sizeof(q->out) - q->out_bytes, "read%c 0x%llx\n",
                         size == 8 ? 'q' : 'l', (unsigned long long)pa);
    return q->commands++;
}

static void take_line(struct qtest *q)
{
    unsigned number;

    q->line[q->line_bytes] = '\0';
    q->line_bytes = 0;
    if (sscanf(q->line, "IRQ raise %u", &number) == 1) {
        if (q->pulses < QTEST_PULSES) {
            q->pulse[q->pulses++] = (struct qtest_pulse){q->answers, number};
        }
    } else if (strncmp(q->line, "OK", 2) == 0 && q->answers < q->commands) {
        q->answer[q->answers++] = q->line[2] == ' ' ? strtoull(q->line + 3, NULL, 0) : 0;
    }
}

static bool take_answers(struct qtest *q)
{
    ssize_t bytes = read(q->socket, q->in, sizeof(q->in));

    for (ssize_t i = 0; i < bytes; i++) {
        if (q->in[i] == '\n') {
            take_line(q);
        } else if (q->line_bytes + 1 < sizeof(q->line)) {
            q->line[q->line_bytes++] = q->in[i];
        }
    }
    return bytes > 0;
}

/* Sends what is queued and takes all answers; false if it has ended. */
static bool exchange(struct qtest *q)
{
    q->out_sent = 0;
    while (q->answers < q->commands) {
        bool more = q->out_sent < q->out_bytes;
        struct pollfd pollfd = {.fd = q->socket,
                                .events = (short)(more ? POLLIN | POLLOUT : POLLIN)};

        if (poll(&pollfd, 1, HANG_MS) <= 0) {
            return false;
        }
        if ((pollfd.revents & POLLOUT) != 0) {
            ssize_t sent = send(q->socket, q->out + q->out_sent, q->out_bytes - q->out_sent,
                                MSG_NOSIGNAL | MSG_DONTWAIT);

            q->out_sent += sent > 0 ? (size_t)sent : 0;
        }
        if ((pollfd.revents & (POLLIN | POLLHUP)) != 0 && !take_answers(q)) {
            return false;
        }
    }
    q->out_bytes = 0;
    return true;
}

bool qtest_flush(struct qtest *q)
{
    return exchange(q) || again(q);
}

bool qtest_get(struct qtest *q, unsigned size, uint64_t pa, uint64_t *value)
{
    (void)qtest_read(q, size, pa);
    if (!qtest_flush(q)) {
        return false;
    }
    q->commands--;
    q->answers--;
    *value = q->answer[q->answers];
    return true;
}

void qtest_clear(struct qtest *q)
{
    q->commands = 0;
    q->answers = 0;
    q->pulses = 0;
}
