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
    armvirt_cpu_refresh(gic, cpu);
}

/* The binary point of Non-secure Group 1 is one more than that of Group 0 for the same split. */
static uint8_t preemption_mask(const struct armvirt_cpu *cpu, enum armvirt_group group)
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

/* The lowest bit that is set in any group's register, and the lowest group that has it. */
static void find_in_register(const struct armvirt_gic *gic, struct armvirt_cpu *cpu, unsigned n)
{
    uint32_t any = cpu->apr[ARMVIRT_G0][n] | cpu->apr[ARMVIRT_G1S][n] | cpu->apr[ARMVIRT_G1NS][n];
    uint32_t first = any & (0 - any);

    if (any != 0) {
        cpu->running = (uint8_t)((32 * n + ARMVIRT_CTZ64(any)) << (8 - gic->config.prebits));
        cpu->running_group = cpu->apr[ARMVIRT_G0][n] & first    ? ARMVIRT_G0
                             : cpu->apr[ARMVIRT_G1S][n] & first ? ARMVIRT_G1S
                                                                : ARMVIRT_G1NS;
    }
}

/* Of equal priorities superpriority runs, then the lower group. */
static void find_running(const struct armvirt_gic *gic, struct armvirt_cpu *cpu)
{
    cpu->running = ARMVIRT_IDLE_PRIORITY;
    cpu->running_group = ARMVIRT_GROUPS;
    for (unsigned n = gic->have[ARMVIRT_HAS_APRS]; n-- > 0;) {
        find_in_register(gic, cpu, n);
    }
    for (uint8_t group = ARMVIRT_GROUPS; gic->have[ARMVIRT_HAS_NMI] && group-- > ARMVIRT_G1S;) {
        uint8_t priority = nmi_priority(gic, group);

        if (cpu->nmi_active[group] && priority <= cpu->running) {
            cpu->running = priority;
            cpu->running_group = group;
        }
    }
}

void armvirt_cpu_refresh(const struct armvirt_gic *gic, struct armvirt_cpu *cpu)
{
    find_running(gic, cpu);
    for (unsigned group = 0; group < ARMVIRT_GROUPS; group++) {
        cpu->mask[group] = preemption_mask(cpu, group);
    }
}

/* Superpriority passes every mask of its own Security state; a Non-secure one does not pass when
 * the mask holds back all Non-secure priorities. */
static ARMVIRT_RARE bool nmi_passes_mask(const struct armvirt_gic *gic,
                                         const struct armvirt_gic_pe *pe)
{
    if (pe->hppi.group == ARMVIRT_G1NS && !armvirt_one_state(gic)) {
        return armvirt_secure_now(pe) ? pe->cpu.pmr > ARMVIRT_NS_PRIORITY
                                      : pe->cpu.pmr >= ARMVIRT_NS_PRIORITY;
    }
    return true;
}

static inline bool passes_mask(const struct armvirt_gic *gic, const struct armvirt_gic_pe *pe)
{
    return pe->hppi.nmi ? nmi_passes_mask(gic, pe) : pe->hppi.key < pe->cpu.pmr;
}

bool armvirt_cpu_passes_mask(const struct armvirt_gic *gic, const struct armvirt_gic_pe *pe)
{
    return passes_mask(gic, pe);
}

/* Both priorities are looked at with the binary point of the group that waits. */
static bool preempts(const struct armvirt_cpu *cpu, const struct armvirt_hppi *hppi)
{
    uint8_t mask = cpu->mask[hppi->group];

    if (cpu->running == ARMVIRT_IDLE_PRIORITY || (hppi->key & mask) < (cpu->running & mask)) {
        return true;
    }
    return hppi->nmi && (hppi->key & mask) == (cpu->running & mask) &&
           !cpu->nmi_active[hppi->group];
}

bool armvirt_cpu_signals(const struct armvirt_gic *gic, const struct armvirt_gic_pe *pe)
{
    return pe->hppi.key != ARMVIRT_INDEX_NO_KEY && pe->cpu.igrpen[pe->hppi.group] &&
           passes_mask(gic, pe) && preempts(&pe->cpu, &pe->hppi);
}

/* What is signalled is more urgent than what runs, so it runs. */
void armvirt_cpu_activate(const struct armvirt_gic *gic, struct armvirt_cpu *cpu,
                          const struct armvirt_hppi *hppi)
{
    uint8_t priority = hppi->key & cpu->mask[hppi->group];
    unsigned bit = (unsigned)priority >> (8 - gic->config.prebits);

    if (hppi->nmi) {
        priority = nmi_priority(gic, hppi->group);
        cpu->nmi_active[hppi->group] = 1;
    } else {
        cpu->apr[hppi->group][bit / 32] |= UINT32_C(1) << bit % 32;
    }
    cpu->running = priority;
    cpu->running_group = hppi->group;
}

void armvirt_cpu_drop(const struct armvirt_gic *gic, struct armvirt_cpu *cpu)
{
    unsigned bit = (unsigned)cpu->running >> (8 - gic->config.prebits);

    if (cpu->nmi_active[cpu->running_group]) {
        cpu->nmi_active[cpu->running_group] = 0;
    } else {
        cpu->apr[cpu->running_group][bit / 32] &= ~(UINT32_C(1) << bit % 32);
    }
    find_running(gic, cpu);
}
