/* SPDX-License-Identifier: MIT */
/*
 * Priorities at the physical CPU interface: binary points, masking, preemption, active priorities
 * (IHI0069 4.8).
 */
#include "base/compiler.h"
#include "cpu.h"

uint8_t armvirt_cpu_min_bpr(const struct armvirt_gic *gic, enum armvirt_group group)
{
    return (uint8_t)(7 - gic->config.prebits + (group == ARMVIRT_G1NS));
}

void armvirt_cpu_reset(const struct armvirt_gic *gic, struct armvirt_cpu *cpu)
{
    for (unsigned group = 0; group < ARMVIRT_GROUPS; group++) {
        cpu->bpr[group] = armvirt_cpu_min_bpr(gic, group);
    }
}

/* The binary point of Non-secure Group 1 is one more than that of Group 0 for the same split. */
uint8_t armvirt_cpu_preemption_mask(const struct armvirt_cpu *cpu, enum armvirt_group group)
{
    unsigned bpr;

    if (group != ARMVIRT_G0 && cpu->cbpr[group == ARMVIRT_G1S]) {
        group = ARMVIRT_G0;
    }
    bpr = cpu->bpr[group] - (group == ARMVIRT_G1NS ? 1u : 0u);
    return (uint8_t)(0xffu << (bpr + 1));
}

unsigned armvirt_apr_count(unsigned prebits)
{
    return prebits <= 5 ? 1 : 1u << (prebits - 5);
}

unsigned armvirt_apr_first(const uint32_t apr[4])
{
    for (unsigned n = 0; n < 4; n++) {
        if (apr[n] != 0) {
            return 32 * n + ARMVIRT_CTZ64(apr[n]);
        }
    }
    return 128;
}

static uint8_t nmi_priority(const struct armvirt_gic *gic, enum armvirt_group group)
{
    return group == ARMVIRT_G1NS && !armvirt_one_state(gic) ? ARMVIRT_NS_PRIORITY : 0;
}

/* The running priority of one group. */
static uint8_t group_priority(const struct armvirt_gic *gic, const struct armvirt_cpu *cpu,
                              enum armvirt_group group)
{
    unsigned first = armvirt_apr_first(cpu->apr[group]);
    unsigned priority = first == 128 ? ARMVIRT_IDLE_PRIORITY : first << (8 - gic->config.prebits);

    if (cpu->nmi_active[group] && nmi_priority(gic, group) <= priority) {
        return nmi_priority(gic, group);
    }
    return (uint8_t)priority;
}

uint8_t armvirt_cpu_running_priority(const struct armvirt_gic *gic, const struct armvirt_cpu *cpu)
{
    uint8_t least = ARMVIRT_IDLE_PRIORITY;

    for (unsigned group = 0; group < ARMVIRT_GROUPS; group++) {
        uint8_t priority = group_priority(gic, cpu, group);

        least = priority < least ? priority : least;
    }
    return least;
}

enum armvirt_group armvirt_cpu_running_group(const struct armvirt_gic *gic,
                                             const struct armvirt_cpu *cpu)
{
    uint8_t running = armvirt_cpu_running_priority(gic, cpu);

    if (running == ARMVIRT_IDLE_PRIORITY) {
        return ARMVIRT_GROUPS;
    }
    for (unsigned group = 0; group < ARMVIRT_GROUPS; group++) {
        if (cpu->nmi_active[group] && nmi_priority(gic, group) == running) {
            return group;
        }
    }
    for (unsigned group = 0; group < ARMVIRT_GROUPS - 1; group++) {
        if (group_priority(gic, cpu, group) == running) {
            return group;
        }
    }
    return ARMVIRT_G1NS;
}

/* Superpriority passes every mask of its own Security state; a Non-secure one does not pass when
 * the mask holds back all Non-secure priorities. */
static bool passes_mask(const struct armvirt_gic *gic, const struct armvirt_pe *pe)
{
    const struct armvirt_hppi *hppi = &pe->hppi;

    if (!hppi->nmi) {
        return hppi->key < pe->cpu.pmr;
    }
    if (hppi->group == ARMVIRT_G1NS && !armvirt_one_state(gic)) {
        return armvirt_secure_now(pe) ? pe->cpu.pmr > ARMVIRT_NS_PRIORITY
                                      : pe->cpu.pmr >= ARMVIRT_NS_PRIORITY;
    }
    return true;
}

/* Both priorities are looked at with the binary point of the group that waits. */
static bool preempts(const struct armvirt_gic *gic, const struct armvirt_cpu *cpu,
                     const struct armvirt_hppi *hppi)
{
    uint8_t mask = armvirt_cpu_preemption_mask(cpu, hppi->group);
    uint8_t running = armvirt_cpu_running_priority(gic, cpu);

    if (running == ARMVIRT_IDLE_PRIORITY || (hppi->key & mask) < (running & mask)) {
        return true;
    }
    return hppi->nmi && (hppi->key & mask) == (running & mask) && !cpu->nmi_active[hppi->group];
}

bool armvirt_cpu_signals(const struct armvirt_gic *gic, const struct armvirt_pe *pe)
{
    return pe->hppi.key != ARMVIRT_INDEX_NO_KEY && pe->cpu.igrpen[pe->hppi.group] &&
           passes_mask(gic, pe) && preempts(gic, &pe->cpu, &pe->hppi);
}

void armvirt_cpu_activate(const struct armvirt_gic *gic, struct armvirt_cpu *cpu,
                          const struct armvirt_hppi *hppi)
{
    uint8_t priority = hppi->key & armvirt_cpu_preemption_mask(cpu, hppi->group);
    unsigned bit = (unsigned)priority >> (8 - gic->config.prebits);

    if (hppi->nmi) {
        cpu->nmi_active[hppi->group] = 1;
    } else {
        cpu->apr[hppi->group][bit / 32] |= UINT32_C(1) << bit % 32;
    }
}

void armvirt_cpu_drop(struct armvirt_cpu *cpu, enum armvirt_group group)
{
    unsigned first = armvirt_apr_first(cpu->apr[group]);

    if (cpu->nmi_active[group]) {
        cpu->nmi_active[group] = 0;
    } else if (first != 128) {
        cpu->apr[group][first / 32] &= ~(UINT32_C(1) << first % 32);
    }
}
