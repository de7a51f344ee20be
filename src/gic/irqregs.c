/* SPDX-License-Identifier: MIT */
/* Registers with a field for each interrupt (IHI0069 12.9, 12.11; Non-secure views: 4.6, 12.9). */
#include "irqregs.h"

enum { NS_NEVER = 4 }; /* more than any value of GICD_NSACR */

/* What GICD_NSACR must hold at least for Non-secure software to reach an interrupt of the Secure
 * state, for reads and for writes (rule 35). */
static const struct {
    uint8_t read, write;
} nsacr_least[ARMVIRT_REG_OTHER] = {
    [ARMVIRT_REG_GROUP] = {NS_NEVER, NS_NEVER},
    [ARMVIRT_REG_GRPMOD] = {NS_NEVER, NS_NEVER},
    [ARMVIRT_REG_NSACR] = {NS_NEVER, NS_NEVER},
    [ARMVIRT_REG_SET_ENABLE] = {NS_NEVER, NS_NEVER},
    [ARMVIRT_REG_CLR_ENABLE] = {NS_NEVER, NS_NEVER},
    [ARMVIRT_REG_SET_PEND] = {1, 1},
    [ARMVIRT_REG_CLR_PEND] = {2, 2},
    [ARMVIRT_REG_SET_ACTIVE] = {2, NS_NEVER},
    [ARMVIRT_REG_CLR_ACTIVE] = {2, NS_NEVER},
    [ARMVIRT_REG_PRIORITY] = {NS_NEVER, NS_NEVER},
    [ARMVIRT_REG_CONFIG] = {NS_NEVER, NS_NEVER},
    [ARMVIRT_REG_NMI] = {NS_NEVER, NS_NEVER},
    [ARMVIRT_REG_ROUTE] = {3, 3},
};

/* Registers that only Secure software has, and that are reserved with one Security state. */
static bool secure_only(uint32_t kind)
{
    return kind == ARMVIRT_REG_GRPMOD || kind == ARMVIRT_REG_NSACR;
}

/* Whether the access reaches this interrupt; else its field is RAZ/WI. */
static bool reaches(const struct armvirt_mmio *mmio, uint64_t word, bool write)
{
    uint8_t least = nsacr_least[mmio->kind].read;

    if (secure_only(mmio->kind)) {
        return !mmio->ns && !armvirt_one_state(mmio->gic);
    }
    if (mmio->kind == ARMVIRT_REG_NMI && !armvirt_has(mmio->gic, ARMVIRT_GICD_TYPER_NMI)) {
        return false;
    }
    if (!mmio->ns) {
        return true;
    }
    if (mmio->kind == ARMVIRT_REG_GROUP) {
        return false;
    }
    if (write) {
        least = nsacr_least[mmio->kind].write;
    }
    return armvirt_irq_group(mmio->gic, word) == ARMVIRT_G1NS ||
           (!mmio->redist && ARMVIRT_GET(ARMVIRT_IRQ_NSACR, word) >= least);
}

static bool find_element(const struct armvirt_mmio *mmio, uint32_t i, struct armvirt_irq *irq)
{
    uint32_t intid = mmio->at.first + i;

    if (mmio->redist) {
        intid += intid >= ARMVIRT_PRIVATE ? ARMVIRT_INTID_EPPI - ARMVIRT_PRIVATE : 0;
    } else if (mmio->at.row->bank == ARMVIRT_BANK_ESPI) {
        intid += ARMVIRT_INTID_ESPI;
    } else if (mmio->at.row->bank == ARMVIRT_BANK_SPI) {
        intid += ARMVIRT_PRIVATE;
    } else if (intid <
               ARMVIRT_PRIVATE) { /* with affinity routing these are in the redistributors */
        return false;
    }
    return armvirt_irq_find(mmio->gic, mmio->pe, intid, irq);
}

/* ---- Fields -------------------------------------------------------------------------------- */

/* Non-secure software sees its half of the priorities as the whole range (rule 24). */
static uint64_t read_priority(const struct armvirt_mmio *mmio, uint64_t word)
{
    uint64_t priority = ARMVIRT_GET(ARMVIRT_IRQ_PRIORITY, word);

    return mmio->ns ? priority << 1 & 0xff : priority;
}

static uint64_t with_priority(const struct armvirt_mmio *mmio, uint64_t word, uint64_t value)
{
    if (mmio->ns) {
        value = value >> 1 | ARMVIRT_NS_PRIORITY;
    }
    return armvirt_irq_with(word, ARMVIRT_IRQ_PRIORITY, value & armvirt_priority_mask(mmio->gic));
}

static uint64_t read_route(uint64_t word)
{
    uint64_t affinity = ARMVIRT_GET(ARMVIRT_IRQ_AFFINITY, word);

    return ARMVIRT_PUT(ARMVIRT_GICD_IROUTERN_AFF3, affinity >> 24) | (affinity & 0xffffff) |
           (word & ARMVIRT_IRQ_IRM ? ARMVIRT_GICD_IROUTERN_INTERRUPT_ROUTING_MODE : 0);
}

static uint64_t with_route(const struct armvirt_mmio *mmio, uint64_t word, uint64_t value)
{
    bool one_of_n = (value & ARMVIRT_GICD_IROUTERN_INTERRUPT_ROUTING_MODE) &&
                    !armvirt_has(mmio->gic, ARMVIRT_GICD_TYPER_NO1N);
    uint64_t affinity = ARMVIRT_GET(ARMVIRT_GICD_IROUTERN_AFF3, value) << 24 | (value & 0xffffff);

    if (!armvirt_has(mmio->gic, ARMVIRT_GICD_TYPER_A3V)) {
        affinity &= 0xffffff;
    }
    word = armvirt_irq_with(word, ARMVIRT_IRQ_IRM, one_of_n);
    return armvirt_irq_with(word, ARMVIRT_IRQ_AFFINITY, affinity);
}

static uint64_t read_field(const struct armvirt_mmio *mmio, uint64_t word)
{
    switch (mmio->kind) {
    case ARMVIRT_REG_GROUP:
        return (word & ARMVIRT_IRQ_GROUP) != 0;
    case ARMVIRT_REG_GRPMOD:
        return (word & ARMVIRT_IRQ_GRPMOD) != 0;
    case ARMVIRT_REG_NSACR:
        return ARMVIRT_GET(ARMVIRT_IRQ_NSACR, word);
    case ARMVIRT_REG_SET_ENABLE:
    case ARMVIRT_REG_CLR_ENABLE:
        return word & ARMVIRT_IRQ_ENABLE;
    case ARMVIRT_REG_SET_PEND:
    case ARMVIRT_REG_CLR_PEND:
        return armvirt_irq_pending(word);
    case ARMVIRT_REG_PRIORITY:
        return read_priority(mmio, word);
    case ARMVIRT_REG_CONFIG:
        return word & ARMVIRT_IRQ_EDGE ? 2 : 0;
    case ARMVIRT_REG_NMI:
        return (word & ARMVIRT_IRQ_NMI) != 0;
    case ARMVIRT_REG_ROUTE:
        return read_route(word);
    default: /* ARMVIRT_REG_SET_ACTIVE, ARMVIRT_REG_CLR_ACTIVE */
        return (word & ARMVIRT_IRQ_ACTIVE) != 0;
    }
}

/* The word after a write of 1 to a set or clear register. */
static uint64_t touched(uint32_t kind, uint64_t word)
{
    switch (kind) {
    case ARMVIRT_REG_SET_ENABLE:
        return word | ARMVIRT_IRQ_ENABLE;
    case ARMVIRT_REG_CLR_ENABLE:
        return word & ~ARMVIRT_IRQ_ENABLE;
    case ARMVIRT_REG_SET_PEND:
        return word | ARMVIRT_IRQ_LATCH;
    case ARMVIRT_REG_CLR_PEND:
        return word & ~ARMVIRT_IRQ_LATCH;
    case ARMVIRT_REG_SET_ACTIVE:
        return word | ARMVIRT_IRQ_ACTIVE;
    default: /* ARMVIRT_REG_CLR_ACTIVE */
        return word & ~ARMVIRT_IRQ_ACTIVE;
    }
}

static uint64_t with_field(const struct armvirt_mmio *mmio, const struct armvirt_irq *irq,
                           uint64_t value)
{
    uint64_t word = *irq->word;

    switch (mmio->kind) {
    case ARMVIRT_REG_GROUP:
        return armvirt_irq_with(word, ARMVIRT_IRQ_GROUP, value);
    case ARMVIRT_REG_GRPMOD:
        return armvirt_irq_with(word, ARMVIRT_IRQ_GRPMOD, value);
    case ARMVIRT_REG_NSACR:
        return armvirt_irq_with(word, ARMVIRT_IRQ_NSACR, value);
    case ARMVIRT_REG_PRIORITY:
        return with_priority(mmio, word, value);
    case ARMVIRT_REG_CONFIG:
        if (irq->source == ARMVIRT_FROM_PRIVATE && irq->leaf < ARMVIRT_SGIS) {
            return word;
        }
        return armvirt_irq_with(word, ARMVIRT_IRQ_EDGE, value >> 1);
    case ARMVIRT_REG_NMI:
        return armvirt_irq_with(word, ARMVIRT_IRQ_NMI, value);
    case ARMVIRT_REG_ROUTE:
        return with_route(mmio, word, armvirt_mmio_merge(mmio, read_route(word), value));
    default:
        return value ? touched(mmio->kind, word) : word;
    }
}

/* ---- Registers ----------------------------------------------------------------------------- */

uint64_t armvirt_irqreg_read(const struct armvirt_mmio *mmio)
{
    unsigned bits = mmio->at.row->bits;
    struct armvirt_irq irq;
    uint64_t value = 0;

    for (uint32_t i = 0; i < mmio->at.count; i++) {
        if (find_element(mmio, i, &irq) && reaches(mmio, *irq.word, false)) {
            value |= armvirt_mmio_part(mmio, read_field(mmio, *irq.word)) << i * bits;
        }
    }
    return value;
}

void armvirt_irqreg_write(const struct armvirt_mmio *mmio, uint64_t value)
{
    uint64_t mask = ARMVIRT_BITS(mmio->at.bits - 1, 0);
    unsigned bits = mmio->at.row->bits;
    struct armvirt_irq irq;

    for (uint32_t i = 0; i < mmio->at.count; i++) {
        if (find_element(mmio, i, &irq) && reaches(mmio, *irq.word, true)) {
            armvirt_irq_put(mmio->gic, &irq, with_field(mmio, &irq, value >> i * bits & mask));
        }
    }
}

bool armvirt_mmio_decode(struct armvirt_mmio *mmio, const struct armvirt_bank_row *rows,
                         size_t count, const struct armvirt_gic_access *access)
{
    if (armvirt_bank_decode(rows, count, access->offset, access->size, &mmio->at) !=
        ARMVIRT_BANK_OK) {
        return false;
    }
    mmio->kind = mmio->at.row->kind;
    mmio->ns = !access->secure && !armvirt_one_state(mmio->gic);
    return true;
}

void armvirt_mmio_violation(struct armvirt_gic *gic, uint32_t *statusr, bool write)
{
    if (gic->config.options & ARMVIRT_GIC_OPT_STATUSR) {
        *statusr |= (uint32_t)(write ? ARMVIRT_GICD_STATUSR_WRD : ARMVIRT_GICD_STATUSR_RRD);
    }
}

uint32_t armvirt_mmio_id(const struct armvirt_gic *gic, uint32_t element, uint8_t part)
{
    static const uint8_t ids[12] = {0x44, 0, 0, 0, 0, 0xb4, 0, 0, 0x0d, 0xf0, 0x05, 0xb1};
    enum { PIDR0 = 4, PIDR2 = 6 };

    if (element == PIDR0) {
        return part;
    }
    return element == PIDR2 ? gic->config.pidr2 : ids[element];
}
