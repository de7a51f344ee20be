/* SPDX-License-Identifier: MIT */
/* Software generated interrupts: who is meant, and who gets one (IHI0069 4.4, 12.2). */
#include "base/compiler.h"
#include "cpu.h"

/* ICC_SGI0R, ICC_SGI1R and ICC_ASGI1R have the same fields. */
#define TARGETLIST ARMVIRT_ICC_SGI1R_EL1_TARGETLIST
#define RS         ARMVIRT_ICC_SGI1R_EL1_RS

/* The group that the register names. */
static enum armvirt_group named_group(const struct armvirt_gic_pe *pe, enum armvirt_icc_reg reg)
{
    bool secure = armvirt_secure_now(pe);

    if (reg == ARMVIRT_ICC_SGI0R) {
        return ARMVIRT_G0;
    }
    return secure == (reg == ARMVIRT_ICC_SGI1R) ? ARMVIRT_G1S : ARMVIRT_G1NS;
}

/*
 * Rule 38: an SGI goes to the target if it is there in the group that is named; Group 1 names may
 * also reach Group 0, and Non-secure Group 1 reaches Secure Group 1. What is Secure takes one from
 * Non-secure software as far as GICR_NSACR allows.
 */
static bool forwarded(const struct armvirt_gic *gic, const struct armvirt_gic_pe *from,
                      enum armvirt_group named, uint64_t word)
{
    enum armvirt_group group = armvirt_irq_group(gic, word);
    uint64_t nsacr = ARMVIRT_GET(ARMVIRT_IRQ_NSACR, word);
    bool same = named == group || (named == ARMVIRT_G1S && group == ARMVIRT_G0);
    bool lower = named == ARMVIRT_G1NS && !armvirt_secure_now(from) &&
                 !(gic->config.options & ARMVIRT_GIC_OPT_SGI_SAME_GROUP);

    if (!same && !lower) {
        return false;
    }
    if (armvirt_one_state(gic) || armvirt_secure_now(from)) {
        return true;
    }
    return nsacr >= (group == ARMVIRT_G0 ? 1u : group == ARMVIRT_G1S ? 2u : 0u);
}

static void send_to(struct armvirt_gic *gic, const struct armvirt_gic_pe *from, uint32_t to,
                    enum armvirt_group named, uint32_t intid)
{
    struct armvirt_irq irq;

    armvirt_irq_at(gic, to, ARMVIRT_FROM_PRIVATE, intid, &irq);
    if (forwarded(gic, from, named, *irq.word)) {
        armvirt_irq_put(gic, &irq, *irq.word | ARMVIRT_IRQ_LATCH);
    }
}

/* The affinity of bit 0 of the target list. Without range selector its field is ignored. */
static uint32_t list_base(const struct armvirt_gic *gic, uint64_t value)
{
    uint64_t rs = armvirt_has(gic, ARMVIRT_GICD_TYPER_RSS) ? ARMVIRT_GET(RS, value) : 0;

    return (uint32_t)(ARMVIRT_GET(ARMVIRT_ICC_SGI1R_EL1_AFF3, value) << 24 |
                      ARMVIRT_GET(ARMVIRT_ICC_SGI1R_EL1_AFF2, value) << 16 |
                      ARMVIRT_GET(ARMVIRT_ICC_SGI1R_EL1_AFF1, value) << 8 | 16 * rs);
}

void armvirt_sgi_send(struct armvirt_gic *gic, struct armvirt_gic_pe *from,
                      enum armvirt_icc_reg reg, uint64_t value)
{
    enum armvirt_group named = named_group(from, reg);
    uint32_t intid = (uint32_t)ARMVIRT_GET(ARMVIRT_ICC_SGI1R_EL1_INTID, value);

    if (value & ARMVIRT_ICC_SGI1R_EL1_IRM) {
        for (uint32_t to = 0; to < gic->config.pes; to++) {
            if (to != from->number) {
                send_to(gic, from, to, named, intid);
            }
        }
        return;
    }
    for (uint64_t list = value & TARGETLIST; list != 0; list &= list - 1) {
        uint32_t to = armvirt_pe_of_affinity(gic, list_base(gic, value) + ARMVIRT_CTZ64(list));

        if (to != ARMVIRT_NOWHERE) {
            send_to(gic, from, to, named, intid);
        }
    }
}
