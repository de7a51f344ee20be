/* SPDX-License-Identifier: MIT */
/* Interrupts, global errors, events to count (IHI0070 3.18, 7.5, 6.3.19, 10.3). */
#include "access.h"

/* The messages of an interrupt source, and the error that their failure is. */
static const struct {
    uint8_t cfg0, cfg1;
    uint16_t abort;
    uint8_t gpf;
} sources[] = {
    [ARMVIRT_SMMU_IRQ_EVENTQ] = {SMMU_EVENTQ_IRQ_CFG0, SMMU_EVENTQ_IRQ_CFG1,
                                 ARMVIRT_SMMU_GERROR_MSI_EVENTQ_ABT_ERR,
                                 ARMVIRT_SMMU_GPF_MSI_EVENTQ},
    [ARMVIRT_SMMU_IRQ_PRIQ] = {SMMU_PRIQ_IRQ_CFG0, SMMU_PRIQ_IRQ_CFG1,
                               ARMVIRT_SMMU_GERROR_MSI_PRIQ_ABT_ERR, ARMVIRT_SMMU_GPF_MSI_PRIQ},
    [ARMVIRT_SMMU_IRQ_GERROR] = {SMMU_GERROR_IRQ_CFG0, SMMU_GERROR_IRQ_CFG1,
                                 ARMVIRT_SMMU_GERROR_MSI_GERROR_ABT_ERR,
                                 ARMVIRT_SMMU_GPF_MSI_GERROR},
};

void armvirt_smmu_wire(const struct armvirt_smmu *smmu, uint8_t bank, enum armvirt_smmu_irq irq)
{
    if (smmu->config.ops != NULL && smmu->config.ops->irq != NULL) {
        smmu->config.ops->irq(smmu->config.ctx, irq, bank);
    }
}

void armvirt_smmu_sev(const struct armvirt_smmu *smmu)
{
    if (armvirt_smmu_has(&smmu->config.id, 0, ARMVIRT_SMMU_IDR0_SEV) && smmu->config.ops != NULL &&
        smmu->config.ops->sev != NULL) {
        smmu->config.ops->sev(smmu->config.ctx);
    }
}

/* A Realm message may be Non-secure. IHI0070 6.3.139. */
static uint8_t message_space(uint64_t cfg0, uint8_t sec_sid)
{
    bool ns = sec_sid == ARMVIRT_SPACE_REALM && (cfg0 & ARMVIRT_SMMU_R_EVENTQ_IRQ_CFG0_NS) != 0;

    return ns ? (uint8_t)ARMVIRT_SPACE_NONSECURE : sec_sid;
}

/* True if the message could not be written. An address of zero means that there is none. */
static bool message_fails(struct armvirt_smmu *smmu, uint8_t sec_sid, enum armvirt_smmu_irq irq)
{
    const uint64_t *reg = smmu->reg[sec_sid];
    struct armvirt_smmu_words at = {
        .pa = reg[sources[irq].cfg0] & ARMVIRT_SMMU_EVENTQ_IRQ_CFG0_ADDR,
        .space = message_space(reg[sources[irq].cfg0], sec_sid),
    };
    enum armvirt_smmu_bus bus;

    if (at.pa == 0) {
        return false;
    }
    bus = armvirt_smmu_message(smmu, &at, (uint32_t)reg[sources[irq].cfg1]);
    if (bus == ARMVIRT_SMMU_BUS_GPC) {
        armvirt_smmu_gpf_own(smmu, &at, (enum armvirt_smmu_gpf_code)sources[irq].gpf);
    }
    return bus != ARMVIRT_SMMU_BUS_OK;
}

/* Toggle the bit of an error that is not active; true if that is news. */
static bool activate(struct armvirt_smmu *smmu, uint8_t sec_sid, uint64_t error)
{
    if (armvirt_smmu_error_active(smmu, sec_sid, error)) {
        return false;
    }
    smmu->reg[sec_sid][SMMU_GERROR] ^= error;
    return true;
}

static bool gerror_enabled(const struct armvirt_smmu *smmu, uint8_t sec_sid)
{
    return (smmu->reg[sec_sid][SMMU_IRQ_CTRL] & ARMVIRT_SMMU_IRQ_CTRL_GERROR_IRQEN) != 0;
}

/* IHI0070 7.5.1: a message of this very interrupt that failed is not told by another one. */
static void gerror_interrupt(struct armvirt_smmu *smmu, uint8_t sec_sid)
{
    if (!gerror_enabled(smmu, sec_sid)) {
        return;
    }
    armvirt_smmu_wire(smmu, sec_sid, ARMVIRT_SMMU_IRQ_GERROR);
    if (message_fails(smmu, sec_sid, ARMVIRT_SMMU_IRQ_GERROR)) {
        (void)activate(smmu, sec_sid, ARMVIRT_SMMU_GERROR_MSI_GERROR_ABT_ERR);
    }
}

void armvirt_smmu_gerror(struct armvirt_smmu *smmu, uint8_t sec_sid, uint64_t error)
{
    if (activate(smmu, sec_sid, error)) {
        gerror_interrupt(smmu, sec_sid);
    }
}

void armvirt_smmu_interrupt(struct armvirt_smmu *smmu, uint8_t sec_sid, enum armvirt_smmu_irq irq)
{
    armvirt_smmu_wire(smmu, sec_sid, irq);
    if (message_fails(smmu, sec_sid, irq)) {
        armvirt_smmu_gerror(smmu, sec_sid, sources[irq].abort);
    }
}

void armvirt_smmu_tell_count(const struct armvirt_smmu *smmu, const struct armvirt_smmu_txn *txn,
                             const struct armvirt_smmu_label *label, enum armvirt_pmcg_event event,
                             uint32_t count)
{
    struct armvirt_pmcg_occurrence what = {
        .event = (uint16_t)event, .sec_sid = txn->sec_sid, .sid = txn->sid, .count = count};

    if (label != NULL) {
        what.labelled = true;
        what.partid = label->partid;
        what.pmg = label->pmg;
        what.mpam_space = label->space;
    }
    if (count != 0 && !(txn->flags & ARMVIRT_SMMU_PROBE)) {
        smmu->config.ops->count(smmu->config.ctx, &what);
    }
}
