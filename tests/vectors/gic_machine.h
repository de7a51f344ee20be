/* SPDX-License-Identifier: MIT */
/*
 * A GIC with PEs that do what the lines of recorded scripts say, through the public interface
 * alone.
 */
#ifndef ARMVIRT_TESTS_GIC_MACHINE_H
#define ARMVIRT_TESTS_GIC_MACHINE_H

#include <armvirt/gic.h>
#include <armvirt/its.h>
#include <armvirt/mem.h>
#include <armvirt/regs/gic.h>
#include <armvirt/regs/gic_mmio.h>
#include <armvirt/regs/its.h>

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define MAX_CPUS 64

struct machine {
    struct armvirt_gic_config config;
    uint32_t affinity[MAX_CPUS];
    uint32_t cpus;
    void *storage;
    struct armvirt_gic *gic;
    uint64_t scr[MAX_CPUS], hcr[MAX_CPUS];
    struct armvirt_mem_flat memory;
    struct armvirt_mem mem;
    struct armvirt_its_config its_config;
    void *its_storage;
    struct armvirt_its *its;
};

static inline struct armvirt_gic_config machine_config(unsigned version, unsigned security,
                                                       unsigned pribits, unsigned nmi)
{
    struct armvirt_gic_config c = {
        .gicd_typer =
            (uint32_t)(UINT32_C(0x037a0008) | (security ? 0x400u : 0u) | (nmi ? 0x200u : 0u) |
                       (version == 4 ? ARMVIRT_GICD_TYPER_DVIS : 0)),
        .gicd_iidr = 0x43b,
        .gicr_iidr = 0x43b,
        .gicr_typer = ARMVIRT_PUT(ARMVIRT_GICR_TYPER_COMMONLPIAFF, 1) | ARMVIRT_GICR_TYPER_PLPIS |
                      (version == 4 ? ARMVIRT_GICR_TYPER_VLPIS : 0),
        .gicr_ctlr = (uint32_t)ARMVIRT_GICR_CTLR_CES,
        .pidr2 = version == 4 ? 0x4b : 0x3b,
        .icc_ctlr = ARMVIRT_ICC_CTLR_EL3_NDS | ARMVIRT_ICC_CTLR_EL3_A3V |
                    ARMVIRT_PUT(ARMVIRT_ICC_CTLR_EL3_IDBITS, 1) |
                    ARMVIRT_PUT(ARMVIRT_ICC_CTLR_EL3_PRIBITS, pribits - 1),
        .ich_vtr = UINT64_C(0x90a80003) | (version == 4 ? 0 : ARMVIRT_ICH_VTR_EL2_NV4),
        .maintenance = 25,
        .options = ARMVIRT_GIC_OPT_SGI_SAME_GROUP,
    };

    return c;
}

/* GITS_TYPER of the machine: 16 bits of DeviceID, EventID and ICID. Its entries are 8 and 12 bytes,
 * wrong commands are skipped, and a table outside memory stalls the queue. */
static inline struct armvirt_its_config machine_its_config(unsigned version)
{
    return (struct armvirt_its_config){
        .gits_typer = UINT64_C(0x1f0001efb1) |
                      (version == 4 ? ARMVIRT_GITS_TYPER_VIRTUAL | ARMVIRT_GITS_TYPER_VMOVP : 0),
        .gits_iidr = 0x43b,
        .pidr2 = version == 4 ? 0x4b : 0x3b,
        .lpi_bits = 16,
        .layout = &armvirt_its_layout_qemu,
        .options = ARMVIRT_ITS_OPT_INVALL_ALL,
    };
}

static inline void *storage_of(size_t size)
{
    return aligned_alloc(ARMVIRT_GIC_ALIGN,
                         (size + ARMVIRT_GIC_ALIGN - 1) / ARMVIRT_GIC_ALIGN * ARMVIRT_GIC_ALIGN);
}

static inline void machine_make(struct machine *m)
{
    size_t size, its_size;

    m->memory.bytes = malloc(m->memory.size_bytes);
    m->memory.writable = true;
    m->config.mem = m->its_config.mem = m->mem = armvirt_mem_from_flat(&m->memory);
    m->config.pes = m->its_config.pes = m->cpus;
    m->config.affinity = m->affinity;
    size = armvirt_gic_size(&m->config);
    m->storage = storage_of(size);
    if (armvirt_gic_init(m->storage, size, &m->config, &m->gic) != ARMVIRT_OK) {
        fprintf(stderr, "the machine of the records cannot be made\n");
        exit(2);
    }
    m->its_config.sink = (struct armvirt_lpi_sink){&armvirt_gic_lpi_ops, m->gic};
    its_size = armvirt_its_size(&m->its_config);
    m->its_storage = storage_of(its_size);
    if (armvirt_its_init(m->its_storage, its_size, &m->its_config, &m->its) != ARMVIRT_OK) {
        fprintf(stderr, "the ITS of the records cannot be made\n");
        exit(2);
    }
}

static inline void machine_drop(struct machine *m)
{
    free(m->its_storage);
    free(m->storage);
    free(m->memory.bytes);
}

static inline void machine_begin(struct machine *m)
{
    memset(m->scr, 0, sizeof(m->scr));
    memset(m->hcr, 0, sizeof(m->hcr));
    memset(m->memory.bytes, 0, m->memory.size_bytes);
    armvirt_gic_reset(m->gic);
    armvirt_its_reset(m->its);
}

/* ---- PEs ----------------------------------------------------------------------------------- */

static inline bool one_state(const struct machine *m)
{
    return !(m->config.gicd_typer & ARMVIRT_GICD_TYPER_SECURITYEXTN);
}

/* el1, el2: Non-secure; el3: SCR_EL3.NS 0; el3n: SCR_EL3.NS 1; el1s: Secure. */
static inline struct armvirt_gic_context context_of(const struct machine *m, uint32_t cpu,
                                                    const char *el)
{
    bool ns = strcmp(el, "el3") != 0 && strcmp(el, "el1s") != 0;

    return (struct armvirt_gic_context){.el = (uint8_t)(el[2] - '0'),
                                        .scr_el3 = m->scr[cpu] | (ns ? 1u : 0u),
                                        .hcr_el2 = m->hcr[cpu]};
}

/* The interrupt that is taken to a higher Exception level before anything is done at @c: 0 or the
 * level; @fiq says which. */
static inline unsigned taken_before(uint32_t signals, const struct armvirt_gic_context *c,
                                    bool *fiq)
{
    bool ns = (c->scr_el3 & 1) != 0;

    *fiq = (signals & ARMVIRT_GIC_FIQ) != 0;
    if (!(signals & (ARMVIRT_GIC_IRQ | ARMVIRT_GIC_FIQ)) || c->el == 3) {
        return 0;
    }
    if (c->scr_el3 & (*fiq ? 4u : 2u)) {
        return 3;
    }
    return c->el == 1 && ns && (c->hcr_el2 & (*fiq ? 8u : 0x10u)) ? 2 : 0;
}

/* ISR_EL1 as read at @c. */
static inline uint64_t isr_el1(uint32_t signals, const struct armvirt_gic_context *c)
{
    bool el1 = c->el == 1 && (c->scr_el3 & 1);
    bool virtual_irq = el1 && (c->hcr_el2 & 0x10), virtual_fiq = el1 && (c->hcr_el2 & 8);
    bool irq = signals & (virtual_irq ? ARMVIRT_GIC_VIRQ : ARMVIRT_GIC_IRQ);
    bool fiq = signals & (virtual_fiq ? ARMVIRT_GIC_VFIQ : ARMVIRT_GIC_FIQ);
    bool nmi = signals & (virtual_irq ? ARMVIRT_GIC_VIRQ_NMI : ARMVIRT_GIC_IRQ_NMI);

    return (irq ? 0x80u : 0u) | (fiq ? 0x40u : 0u) | (irq && nmi ? 0x400u : 0u);
}

struct sysreg_name {
    const char *name;
    uint8_t op1, crn, crm, op2;
};

static const struct sysreg_name sysreg_names[] = {
    {"ICC_PMR_EL1", 0, 4, 6, 0},       {"ICC_IAR0_EL1", 0, 12, 8, 0},
    {"ICC_EOIR0_EL1", 0, 12, 8, 1},    {"ICC_HPPIR0_EL1", 0, 12, 8, 2},
    {"ICC_BPR0_EL1", 0, 12, 8, 3},     {"ICC_AP0R0_EL1", 0, 12, 8, 4},
    {"ICC_AP0R1_EL1", 0, 12, 8, 5},    {"ICC_AP0R2_EL1", 0, 12, 8, 6},
    {"ICC_AP0R3_EL1", 0, 12, 8, 7},    {"ICC_AP1R0_EL1", 0, 12, 9, 0},
    {"ICC_AP1R1_EL1", 0, 12, 9, 1},    {"ICC_AP1R2_EL1", 0, 12, 9, 2},
    {"ICC_AP1R3_EL1", 0, 12, 9, 3},    {"ICC_NMIAR1_EL1", 0, 12, 9, 5},
    {"ICC_DIR_EL1", 0, 12, 11, 1},     {"ICC_RPR_EL1", 0, 12, 11, 3},
    {"ICC_SGI1R_EL1", 0, 12, 11, 5},   {"ICC_ASGI1R_EL1", 0, 12, 11, 6},
    {"ICC_SGI0R_EL1", 0, 12, 11, 7},   {"ICC_IAR1_EL1", 0, 12, 12, 0},
    {"ICC_EOIR1_EL1", 0, 12, 12, 1},   {"ICC_HPPIR1_EL1", 0, 12, 12, 2},
    {"ICC_BPR1_EL1", 0, 12, 12, 3},    {"ICC_CTLR_EL1", 0, 12, 12, 4},
    {"ICC_SRE_EL1", 0, 12, 12, 5},     {"ICC_IGRPEN0_EL1", 0, 12, 12, 6},
    {"ICC_IGRPEN1_EL1", 0, 12, 12, 7}, {"ICC_SRE_EL2", 4, 12, 9, 5},
    {"ICC_CTLR_EL3", 6, 12, 12, 4},    {"ICC_SRE_EL3", 6, 12, 12, 5},
    {"ICC_IGRPEN1_EL3", 6, 12, 12, 7}, {"ICH_HCR_EL2", 4, 12, 11, 0},
    {"ICH_VTR_EL2", 4, 12, 11, 1},     {"ICH_MISR_EL2", 4, 12, 11, 2},
    {"ICH_EISR_EL2", 4, 12, 11, 3},    {"ICH_ELRSR_EL2", 4, 12, 11, 5},
    {"ICH_VMCR_EL2", 4, 12, 11, 7},
};

/* By name; ICH_AP<m>R<n>_EL2 and ICH_LR<n>_EL2 by number. */
static inline bool find_sysreg(const char *name, struct sysreg_name *found)
{
    unsigned m, n;

    for (size_t i = 0; i < sizeof(sysreg_names) / sizeof(sysreg_names[0]); i++) {
        if (strcmp(name, sysreg_names[i].name) == 0) {
            *found = sysreg_names[i];
            return true;
        }
    }
    if (sscanf(name, "ICH_AP%1uR%u_EL2", &m, &n) == 2) {
        *found = (struct sysreg_name){name, 4, 12, (uint8_t)(8 + m), (uint8_t)n};
    } else if (sscanf(name, "ICH_LR%u_EL2", &n) == 1) {
        *found = (struct sysreg_name){name, 4, 12, (uint8_t)(12 + n / 8), (uint8_t)(n % 8)};
    } else {
        return false;
    }
    return true;
}

static inline void print_trap(char *got, size_t size, unsigned el, uint64_t esr)
{
    snprintf(got, size, "trap:el%u:0x%" PRIx64, el, esr);
}

/* mrs cpuN EL REG, msr cpuN EL REG VALUE. */
static inline bool do_sysreg(struct machine *m, char **word, char *got, size_t size)
{
    uint32_t cpu = (uint32_t)strtoul(word[1] + 3, NULL, 10);
    struct armvirt_gic_context context = context_of(m, cpu, word[2]);
    bool write = strcmp(word[0], "msr") == 0, fiq;
    enum armvirt_gic_outcome outcome = ARMVIRT_GIC_DONE;
    enum armvirt_status status;
    struct sysreg_name reg;
    uint64_t value = 0, esr;
    uint32_t encoding;
    unsigned el;

    if (!find_sysreg(word[3], &reg)) {
        return false;
    }
    encoding = ARMVIRT_GIC_SYSREG(3, reg.op1, reg.crn, reg.crm, reg.op2);
    armvirt_gic_set_context(m->gic, cpu, &context);
    el = taken_before(armvirt_gic_signals(m->gic, cpu), &context, &fiq);
    if (el != 0) {
        snprintf(got, size, "%s:el%u", fiq ? "pfiq" : "pirq", el);
        return true;
    }
    if (write) {
        status =
            armvirt_gic_sysreg_write(m->gic, cpu, encoding, strtoull(word[4], NULL, 16), &outcome);
    } else {
        status = armvirt_gic_sysreg_read(m->gic, cpu, encoding, &value, &outcome);
    }
    esr = UINT64_C(0x62000000) | 3u << 20 | (uint32_t)reg.op2 << 17 | (uint32_t)reg.op1 << 14 |
          (uint32_t)reg.crn << 10 | (uint32_t)reg.crm << 1 | !write;
    if (status != ARMVIRT_OK) {
        return false;
    }
    if (outcome == ARMVIRT_GIC_UNDEFINED) {
        print_trap(got, size, context.el, 0x2000000);
    } else if (outcome != ARMVIRT_GIC_DONE) {
        print_trap(got, size, outcome == ARMVIRT_GIC_TRAP_EL2 ? 2 : 3, esr);
    } else if (!write) {
        snprintf(got, size, "0x%" PRIx64, value);
    }
    return true;
}

static inline bool do_isr(struct machine *m, char **word, char *got, size_t size)
{
    uint32_t cpu = (uint32_t)strtoul(word[1] + 3, NULL, 10);
    struct armvirt_gic_context context = context_of(m, cpu, word[2]);
    unsigned el;
    bool fiq;

    armvirt_gic_set_context(m->gic, cpu, &context);
    el = taken_before(armvirt_gic_signals(m->gic, cpu), &context, &fiq);
    if (el != 0) {
        snprintf(got, size, "%s:el%u", fiq ? "pfiq" : "pirq", el);
    } else {
        snprintf(got, size, "0x%" PRIx64, isr_el1(armvirt_gic_signals(m->gic, cpu), &context));
    }
    return true;
}

/* ---- Frames and lines ---------------------------------------------------------------------- */

/* The machine aborts accesses of widths that no register of the frame has. */
static inline bool aborts(const struct armvirt_its_access *access)
{
    return access->offset < 0x10000 ? access->size < 4 : access->size == 1 || access->size == 8;
}

static inline bool do_mmio(struct machine *m, char **word, char *got, size_t size)
{
    bool write = word[0][0] == 'w';
    struct armvirt_gic_access a = {.offset = (uint32_t)strtoul(word[2], NULL, 16),
                                   .size = (uint8_t)(strtoul(word[0] + 1, NULL, 10) / 8),
                                   .secure = strcmp(word[write ? 4 : 3], "s") == 0};
    uint64_t value = write ? strtoull(word[3], NULL, 16) : 0;
    uint32_t pe;

    if (strcmp(word[1], "GICD") == 0) {
        if (write) {
            armvirt_gicd_write(m->gic, &a, value);
        } else {
            armvirt_gicd_read(m->gic, &a, &value);
        }
    } else if (strncmp(word[1], "GICR", 4) == 0) {
        pe = (uint32_t)strtoul(word[1] + 4, NULL, 10);
        if (write) {
            armvirt_gicr_write(m->gic, pe, &a, value);
        } else {
            armvirt_gicr_read(m->gic, pe, &a, &value);
        }
    } else {
        struct armvirt_its_access its = {.offset = a.offset, .size = a.size};
        enum armvirt_status status =
            write ? armvirt_its_write(m->its, &its, value) : armvirt_its_read(m->its, &its, &value);

        if (status == ARMVIRT_FAULT && aborts(&its)) {
            snprintf(got, size, "abort");
            return true;
        }
    }
    if (!write) {
        snprintf(got, size, "0x%" PRIx64, value);
    }
    return true;
}

/* ---- Memory and messages ------------------------------------------------------------------- */

static inline void store(struct machine *m, uint64_t pa, uint64_t value, unsigned size)
{
    struct armvirt_mem_req req = {.pa = pa, .size = (uint8_t)size};

    m->mem.ops->write(m->mem.ctx, &req, &value);
}

/* memSIZE ADDR VALUE, memrSIZE ADDR, fill ADDR LEN BYTE, cmd ADDR W0 W1 W2 W3, msi DEVID EVENTID.
 */
static inline bool do_memory(struct machine *m, char **word, char *got, size_t size)
{
    uint64_t a = strtoull(word[1], NULL, 16), b = strtoull(word[2], NULL, 16);

    if (strncmp(word[0], "memr", 4) == 0) {
        struct armvirt_mem_req req = {.pa = a,
                                      .size = (uint8_t)(strtoul(word[0] + 4, NULL, 10) / 8)};
        uint64_t value = 0;

        m->mem.ops->read(m->mem.ctx, &req, &value);
        snprintf(got, size, "0x%" PRIx64, value);
    } else if (strncmp(word[0], "mem", 3) == 0) {
        store(m, a, b, (unsigned)strtoul(word[0] + 3, NULL, 10) / 8);
    } else if (strcmp(word[0], "fill") == 0) {
        for (uint64_t i = 0; i < b; i++) {
            store(m, a + i, strtoull(word[3], NULL, 16), 1);
        }
    } else if (strcmp(word[0], "cmd") == 0) {
        for (unsigned i = 0; i < 4; i++) {
            store(m, a + 8 * i, strtoull(word[2 + i], NULL, 16), 8);
        }
    } else {
        struct armvirt_its_access translater = {
            .offset = 0x10040, .size = 4, .device_id = (uint32_t)a};

        armvirt_its_write(m->its, &translater, b);
    }
    return true;
}

/* Do what a line says and print what it gave into @got; false if this machine cannot. */
static inline bool line_of(struct machine *m, char **word, size_t words, char *got, size_t size)
{
    uint32_t cpu =
        words > 1 && strncmp(word[1], "cpu", 3) == 0 ? (uint32_t)strtoul(word[1] + 3, NULL, 10) : 0;

    if (strcmp(word[0], "mrs") == 0 || strcmp(word[0], "msr") == 0) {
        return do_sysreg(m, word, got, size);
    }
    if (strcmp(word[0], "isr") == 0) {
        return do_isr(m, word, got, size);
    }
    if (strcmp(word[0], "scr") == 0) {
        m->scr[cpu] = strtoull(word[2], NULL, 16);
        return true;
    }
    if (strcmp(word[0], "hcr") == 0) {
        m->hcr[cpu] = strtoull(word[2], NULL, 16);
        return true;
    }
    if (strcmp(word[0], "irqline") == 0) {
        return armvirt_gic_spi(m->gic, (uint32_t)strtoul(word[1], NULL, 10), word[2][0] == '1') ==
               ARMVIRT_OK;
    }
    if (strcmp(word[0], "ppiline") == 0) {
        return armvirt_gic_ppi(m->gic, cpu, (uint32_t)strtoul(word[2], NULL, 10),
                               word[3][0] == '1') == ARMVIRT_OK;
    }
    if (word[0][0] == 'r' || word[0][0] == 'w') {
        return do_mmio(m, word, got, size);
    }
    return do_memory(m, word, got, size);
}

/* A line, its commands, and the long work that it began. */
static inline bool machine_line(struct machine *m, char **word, size_t words, char *got,
                                size_t size)
{
    bool done = line_of(m, word, words, got, size);
    enum armvirt_status gic, its;

    do {
        its = armvirt_its_step(m->its, 100);
        gic = armvirt_gic_step(m->gic, 100);
    } while (gic == ARMVIRT_E_AGAIN || its == ARMVIRT_E_AGAIN);
    return done;
}

#endif
