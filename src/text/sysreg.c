/* SPDX-License-Identifier: MIT */
/*
 * System registers by name, and verdicts on accesses in words. DDI0487 C5.1, D24.1, G8.1.
 */
#include "sysreg_names.h"
#include "words.h"
#include "writer.h"

#include <armvirt/text_sysreg.h>

static const char *string_at(uint32_t offset)
{
    return (const char *)armvirt_sysreg_strings + offset;
}

/* Rows beyond the coprocessor registers stand for many encodings. */
#define FIRST_SPECIAL 0x18200u

const char *armvirt_sysreg_name(uint32_t reg)
{
    uint32_t low = 0, high = armvirt_sysreg_name_count;

    while (low < high) {
        uint32_t middle = (low + high) / 2;

        if (armvirt_sysreg_names[middle].reg < reg) {
            low = middle + 1;
        } else {
            high = middle;
        }
    }
    if (low == armvirt_sysreg_name_count || armvirt_sysreg_names[low].reg != reg ||
        reg >= FIRST_SPECIAL) {
        return NULL;
    }
    return string_at(armvirt_sysreg_names[low].name);
}

/* Without a locale: names are ASCII. */
static char plain(char c)
{
    return (char)(c >= 'a' && c <= 'z' ? c - 'a' + 'A' : c == ' ' ? '_' : c);
}

static bool alike(const char *a, const char *b)
{
    while (*a != '\0' && plain(*a) == plain(*b)) {
        a++;
        b++;
    }
    return *a == '\0' && *b == '\0';
}

/* A letter and a number of at most @most; where it ends, or NULL. */
static const char *number_after(const char *text, const char *before, unsigned most, unsigned *n)
{
    for (; *before != '\0'; before++, text++) {
        if (plain(*text) != *before) {
            return NULL;
        }
    }
    *n = 0;
    if (*text < '0' || *text > '9') {
        return NULL;
    }
    for (; *text >= '0' && *text <= '9' && *n <= most; text++) {
        *n = *n * 10 + (unsigned)(*text - '0');
    }
    return *n <= most ? text : NULL;
}

/* S<op0>_<op1>_C<CRn>_C<CRm>_<op2>: C5.1.4.8, D24.2.168 */
static uint32_t generic(const char *name)
{
    static const struct {
        const char *before;
        unsigned most;
    } parts[5] = {{"S", 3}, {"_", 7}, {"_C", 15}, {"_C", 15}, {"_", 7}};
    unsigned n[5];

    for (unsigned i = 0; i < 5 && name != NULL; i++) {
        name = number_after(name, parts[i].before, parts[i].most, &n[i]);
    }
    if (name == NULL || *name != '\0') {
        return ARMVIRT_SYSREG_NONE;
    }
    return ARMVIRT_SYSREG(n[0], n[1], n[2], n[3], n[4]);
}

/* Names of what shares an encoding with another register, by direction, by Security state, by
 * HCR_EL2.E2H, by TTBCR.EAE or because EL3 is absent. */
static const struct {
    const char *name;
    uint32_t reg;
} second_names[] = {
    {"DBGDTRTX_EL0", ARMVIRT_SYSREG(2, 3, 0, 5, 0)}, {"DBGDTRTXint", ARMVIRT_CP(14, 0, 0, 5, 0)},
    {"PRRR", ARMVIRT_CP(15, 0, 10, 2, 0)},           {"NMRR", ARMVIRT_CP(15, 0, 10, 2, 1)},
    {"RVBAR", ARMVIRT_CP(15, 0, 12, 0, 1)},          {"CNTHPS_TVAL", ARMVIRT_CP(15, 0, 14, 2, 0)},
    {"CNTHPS_CTL", ARMVIRT_CP(15, 0, 14, 2, 1)},     {"CNTHPS_CVAL", ARMVIRT_CP64(15, 2, 14)},
    {"CNTHV_TVAL", ARMVIRT_CP(15, 0, 14, 3, 0)},     {"CNTHV_CTL", ARMVIRT_CP(15, 0, 14, 3, 1)},
    {"CNTHV_CVAL", ARMVIRT_CP64(15, 3, 14)},         {"CNTHVS_TVAL", ARMVIRT_CP(15, 0, 14, 3, 0)},
    {"CNTHVS_CTL", ARMVIRT_CP(15, 0, 14, 3, 1)},     {"CNTHVS_CVAL", ARMVIRT_CP64(15, 3, 14)},
};

static uint32_t second(const char *name)
{
    for (unsigned i = 0; i < sizeof(second_names) / sizeof(second_names[0]); i++) {
        if (alike(second_names[i].name, name)) {
            return second_names[i].reg;
        }
    }
    return generic(name);
}

uint32_t armvirt_sysreg_find(const char *name)
{
    for (uint32_t i = 0; i < armvirt_sysreg_name_count; i++) {
        if (armvirt_sysreg_names[i].reg < FIRST_SPECIAL &&
            alike(string_at(armvirt_sysreg_names[i].name), name)) {
            return armvirt_sysreg_names[i].reg;
        }
    }
    return second(name);
}

const char *armvirt_sysreg_cause_name(uint16_t cause)
{
    if (cause == 0 || cause > armvirt_sysreg_cause_count) {
        return "";
    }
    return string_at(armvirt_sysreg_causes[cause - 1u]);
}

const char *armvirt_sysreg_kind_name(unsigned kind)
{
    static const char *const names[] = {"done", "selected",  "virtual", "memory",
                                        "nop",  "undefined", "trap",    "halt"};

    return NAME_IN(names, kind);
}

static void put_register(struct writer *w, uint32_t reg)
{
    const char *name = armvirt_sysreg_name(reg);

    if (name != NULL) {
        writer_put(w, "%s", name);
    } else if (reg == ARMVIRT_SYSREG_NONE) {
        writer_put(w, "the bank in use");
    } else {
        writer_put(w, "S%u_%u_C%u_C%u_%u", (unsigned)(reg >> 14 & 3), (unsigned)(reg >> 11 & 7),
                   (unsigned)(reg >> 7 & 15), (unsigned)(reg >> 3 & 15), (unsigned)(reg & 7));
    }
}

static void put_cause(struct writer *w, const struct armvirt_sysreg_verdict *verdict)
{
    const char *name = armvirt_sysreg_cause_name(verdict->cause);

    if (*name != '\0') {
        writer_put(w, ": %s%s", verdict->cause_holds ? "" : "not ", name);
    }
}

size_t armvirt_text_sysreg(const struct armvirt_sysreg_verdict *verdict, char *text, size_t cap)
{
    struct writer w = {text, cap, 0};

    switch (verdict->kind) {
    case ARMVIRT_SYSREG_DONE:
    case ARMVIRT_SYSREG_SELECTED:
        writer_put(&w, "reaches ");
        put_register(&w, verdict->reg);
        writer_put(&w, verdict->kind == ARMVIRT_SYSREG_DONE ? "" : ", the one selected");
        break;
    case ARMVIRT_SYSREG_VIRTUAL:
        writer_put(&w, "reaches the virtual CPU interface");
        break;
    case ARMVIRT_SYSREG_MEMORY:
        writer_put(&w, "is an access to memory at VNCR_EL2.BADDR + 0x%03x",
                   (unsigned)verdict->offset);
        break;
    case ARMVIRT_SYSREG_NOP:
        writer_put(&w, "does nothing");
        break;
    case ARMVIRT_SYSREG_HALT:
        writer_put(&w, "enters Debug state");
        break;
    case ARMVIRT_SYSREG_TRAP:
        writer_put(&w, "is trapped to EL%u, EC 0x%02x, ISS 0x%06x", (unsigned)verdict->target_el,
                   (unsigned)verdict->ec, (unsigned)verdict->iss);
        break;
    default:
        writer_put(&w, "is UNDEFINED");
    }
    put_cause(&w, verdict);
    return w.len;
}
