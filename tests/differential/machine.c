/* SPDX-License-Identifier: MIT */
/* Starting QEMU, and restarting one that ended or hangs. */
#define _GNU_SOURCE /* memfd_create, pipe2 */
#include "machine.h"

#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#define START_MS 20000
#define HANG_MS  4000 /* without a case more than before */

static void fail(const char *what)
{
    perror(what);
    exit(2);
}

void *machine_at(const struct machine *machine, uint64_t pa)
{
    return machine->ram + (pa - RAM_PA);
}

struct control *machine_control(const struct machine *machine)
{
    return machine_at(machine, CONTROL_PA);
}

/* ---- Start and end ------------------------------------------------------------------------- */

void machine_bind_child(void)
{
    prctl(PR_SET_PDEATHSIG, SIGKILL);
}

static void run_qemu(const struct machine *machine, int out)
{
    char memory[120];
    char cpus[12];

    snprintf(memory, sizeof(memory),
             "memory-backend-file,id=ram,size=%d,share=on,mem-path=/proc/self/fd/%d", RAM_SIZE,
             machine->memory);
    snprintf(cpus, sizeof(cpus), "%u", machine->cpus);
    dup2(open("/dev/null", O_RDONLY), STDIN_FILENO);
    dup2(out, STDOUT_FILENO);
    machine_bind_child();
    execlp(machine->qemu, machine->qemu, "-M",
           "virt,secure=on,virtualization=on,gic-version=3,its=on,iommu=smmuv3,highmem=off,"
           "memory-backend=ram",
           "-object", memory, "-cpu", machine->cpu, "-smp", cpus, "-accel",
           machine->cpus > 1 ? "tcg,thread=single" : "tcg", "-m", "128M", "-nodefaults", "-display",
           "none", "-global",
           machine->wide ? "arm-gicv3-common.force-8-bit-prio=on"
                         : "arm-gicv3-common.force-8-bit-prio=off",
           "-bios", machine->payload, "-chardev", "stdio,id=host,signal=off", "-semihosting-config",
           "enable=on,target=native,chardev=host", (char *)NULL);
    _exit(127);
}

/* One character from the machine, or -1: it ended, or said nothing for @ms. */
static int hear(const struct machine *machine, int ms)
{
    struct pollfd pollfd = {.fd = machine->from, .events = POLLIN};
    char character;

    if (poll(&pollfd, 1, ms) <= 0 || read(machine->from, &character, 1) != 1) {
        return -1;
    }
    return (unsigned char)character;
}

static void start(struct machine *machine)
{
    int from[2];

    machine_control(machine)->turn = 0; /* other PEs wait for theirs */
    if (pipe2(from, O_CLOEXEC) != 0) {
        fail("pipe");
    }
    machine->pid = fork();
    if (machine->pid == 0) {
        run_qemu(machine, from[1]);
    }
    close(from[1]);
    machine->from = from[0];
    machine->starts++;
    if (machine->pid < 0 || hear(machine, START_MS) != 'R') {
        fprintf(stderr, "%s does not run the payload\n", machine->qemu);
        exit(2);
    }
}

static void end(struct machine *machine)
{
    kill(machine->pid, SIGKILL);
    waitpid(machine->pid, NULL, 0);
    close(machine->from);
}

unsigned machine_version(const char *qemu, char text[], size_t size)
{
    char command[300];
    FILE *output;
    unsigned major = 0;
    unsigned minor = 0;

    snprintf(command, sizeof(command), "%s --version", qemu);
    output = popen(command, "r");
    if (output == NULL || fgets(text, (int)size, output) == NULL ||
        sscanf(text, "QEMU emulator version %u.%u", &major, &minor) != 2) {
        fprintf(stderr, "%s: no QEMU\n", qemu);
        exit(2);
    }
    pclose(output);
    text[strcspn(text, "\n")] = '\0';
    return 100 * major + minor;
}

struct machine machine_of(const struct session *session, unsigned cpus)
{
    return (struct machine){.qemu = session->qemu,
                            .cpu = session->cpu,
                            .payload = session->payload,
                            .version = session->version,
                            .cpus = cpus};
}

void machine_open(struct machine *machine)
{
    signal(SIGPIPE, SIG_IGN);
    machine->memory = memfd_create("armvirt-differential", 0);
    if (machine->memory < 0 || ftruncate(machine->memory, RAM_SIZE) != 0) {
        fail("shared memory");
    }
    machine->ram = mmap(NULL, RAM_SIZE, PROT_READ | PROT_WRITE, MAP_SHARED, machine->memory, 0);
    if (machine->ram == MAP_FAILED) {
        fail("shared memory");
    }
    start(machine);
}

void machine_close(struct machine *machine)
{
    end(machine);
    munmap(machine->ram, RAM_SIZE);
    close(machine->memory);
}

/* ---- Batches ------------------------------------------------------------------------------- */

uint64_t machine_batch(const struct machine *machine)
{
    return machine_control(machine)->submitted % BATCHES * BATCH_SIZE;
}

void machine_submit(struct machine *machine)
{
    __atomic_add_fetch(&machine_control(machine)->submitted, 1, __ATOMIC_SEQ_CST);
}

bool machine_wait(struct machine *machine)
{
    volatile struct control *control = machine_control(machine);
    uint64_t before;
    int heard;

    do {
        before = control->started;
        heard = hear(machine, HANG_MS);
        machine->hung = heard < 0 && waitpid(machine->pid, NULL, WNOHANG) == 0;
    } while (machine->hung && control->started != before);
    if (heard >= 0) {
        return true;
    }
    before = control->started;
    end(machine);
    memset(machine_at(machine, ARENA_PA), 0, ARENA_SIZE);
    start(machine);
    control->started = before; /* the caller wants to know the case */
    return false;
}
