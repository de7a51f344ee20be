/* SPDX-License-Identifier: MIT */
/*
 * The PE that recorded exceptions are replayed on: registers by name, cases as lines of key=value.
 */
#ifndef ARMVIRT_TESTS_EXC_MACHINE_H
#define ARMVIRT_TESTS_EXC_MACHINE_H

#include "records.h"

#include <armvirt/exc.h>
#include <armvirt/regs/system.h>
#include <armvirt/sysreg.h>
#include <armvirt/text_sysreg.h>

/* EL3's vectors are not in the records; the payload had them here. */
#define PE_VBAR_EL3 UINT64_C(0x40108000)

/* Set the register of a word NAME=hex; those that no rule here looks at are left out. */
static inline void pe_assign(struct armvirt_pe *pe, const char *word)
{
    char name[32];
    const char *value = strchr(word, '=');
    size_t length = value == NULL ? 0 : (size_t)(value - word);
    uint64_t *reg;

    if (length == 0 || length >= sizeof(name)) {
        return;
    }
    memcpy(name, word, length);
    name[length] = '\0';
    reg = armvirt_pe_register(pe, armvirt_sysreg_find(name));
    if (reg != NULL) {
        *reg = strtoull(value + 1, NULL, 16);
    }
}

/* The text of `key` in the record, or NULL. */
static inline const char *case_text(const struct records *r, const char *key)
{
    size_t length = strlen(key);

    for (size_t i = 0; i < r->words; i++) {
        if (strncmp(r->word[i], key, length) == 0 && r->word[i][length] == '=') {
            return r->word[i] + length + 1;
        }
    }
    return NULL;
}

static inline bool case_number(const struct records *r, const char *key, uint64_t *value)
{
    const char *text = case_text(r, key);

    *value = 0;
    if (text == NULL || *text == '*') {
        return false;
    }
    *value = strtoull(text + (*text == '+'), NULL, 16);
    return true;
}

static inline uint64_t case_get(const struct records *r, const char *key)
{
    uint64_t value;

    case_number(r, key, &value);
    return value;
}

static inline bool case_is(const struct records *r, const char *key, const char *text)
{
    const char *is = case_text(r, key);

    return is != NULL && strcmp(is, text) == 0;
}

/* The record carries the tag of a known fault of the recorded machine. */
static inline bool case_tagged(const struct records *r, const char *tag)
{
    const char *tags = case_text(r, "q");
    size_t length = strlen(tag);

    for (const char *t = tags; t != NULL; t = strchr(t, ',') ? strchr(t, ',') + 1 : NULL) {
        if (strncmp(t, tag, length) == 0 && (t[length] == ',' || t[length] == '\0')) {
            return true;
        }
    }
    return false;
}

/* The PE of a case: defaults, then what the record sets. */
static inline struct armvirt_pe case_pe(const struct records *r, const struct armvirt_pe *base)
{
    struct armvirt_pe pe = *base;

    for (size_t i = 0; i < r->words; i++) {
        if (r->word[i][0] >= 'A' && r->word[i][0] <= 'Z') {
            pe_assign(&pe, r->word[i]);
        }
    }
    pe.pstate = case_get(r, "ps");
    return pe;
}

/* Compare what was taken with `r`, `v` and `esr`: the exception as entered into @pe. */
static inline bool case_entered(const struct records *r, const struct armvirt_pe *pe,
                                const struct armvirt_exception *exc)
{
    char where[] = "e1";
    uint64_t esr, fsr;

    where[1] = (char)('0' + exc->target_el);
    if (pe->pstate & ARMVIRT_SPSR_EL1_M_4) {
        char a32[] = "a32:1";

        a32[4] = where[1];
        return case_is(r, "r", a32) && (pe->pc & 0x1f) == case_get(r, "v");
    }
    fsr = pe->pc - (pe->vbar_el[exc->target_el] & ~UINT64_C(0x7ff));
    return case_is(r, "r", where) && fsr == case_get(r, "v") &&
           (!case_number(r, "esr", &esr) || esr == pe->esr_el[exc->target_el]);
}

/* A case of another kind, which the account leaves out. */
#define SKIPPED JUDGEMENTS

/* Replay a file: I and D records build the PE, all others are cases. */
static inline void replay_cases(const char *directory, const char *name,
                                enum judgement (*judge)(const struct records *,
                                                        const struct armvirt_pe *),
                                struct account *total)
{
    struct armvirt_pe base = {0};
    struct account account = {{0}};
    struct records r;
    unsigned told = 0;

    base.vbar_el[3] = PE_VBAR_EL3;
    records_open(&r, directory, name);
    while (records_next(&r)) {
        if (records_is(&r, "I") || records_is(&r, "D")) {
            pe_assign(&base, r.word[1]);
        } else if (!records_is(&r, "M")) {
            enum judgement j = judge(&r, &base);

            if (j == SKIPPED) {
                continue;
            }
            account.cases[j]++;
            if (j == DISAGREES && told++ < 10) {
                printf("%s:%u: disagrees\n", name, r.line);
            }
        }
    }
    fclose(r.file);
    account_close(&account, name, total);
}

#endif
