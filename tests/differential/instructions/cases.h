/* SPDX-License-Identifier: MIT */
/* Groups of cases as the host sees them, and what armvirt says of a case. */
#ifndef ARMVIRT_TESTS_DIFFERENTIAL_CASES_H
#define ARMVIRT_TESTS_DIFFERENTIAL_CASES_H

#include "payload/protocol.h"

#include <armvirt/abort.h>
#include <armvirt/at.h>
#include <armvirt/pgtable.h>

#include <stdio.h>

#define GROUP_WORDS 1024
#define GROUP_CASES 16
#define INDEX_SIZE  4096

/* Words of memory at multiples of 8, found by address; all others of the arena are 0. */
struct memory {
    struct word word[GROUP_WORDS];
    unsigned count;
    uint16_t index[INDEX_SIZE]; /* 1 + number of the word; 0: none */
};

/* Memory that changed in a case. */
struct changes {
    struct word word[CHANGED_WORDS]; /* before, until a case has ended; then after */
    unsigned count;
};

struct group {
    struct armvirt_vmsa vmsa; /* ID registers included */
    uint64_t trap[TRAP_REGISTERS], pe_id[PE_ID_REGISTERS];
    struct memory memory;
    struct diff_case cases[GROUP_CASES];
    unsigned count;
};

/* What armvirt says of a case. */
struct answer {
    struct outcome outcome; /* as the payload reports it; `changed` in any order */
    uint64_t esr_mask, par_mask;
    bool far_valid, hpfar_valid;
    bool is_exception; /* vector, ELR and SPSR are known too */
    uint64_t spsr_mask;
    bool undefined;               /* UNDEFINED: only ESR_ELx.EC is known */
    bool x0_valid;                /* a load: of x0 and x1 the one that counts */
    bool unsuitable;              /* leaves the arena: not for the machine */
    struct armvirt_access access; /* of a load, store or branch */
    struct armvirt_fault fault;
    struct armvirt_walk walk;
    struct armvirt_regime regime;
};

/* Where words that nobody wrote yet come from: descriptors, and data. Without it they are 0. */
struct inventor {
    uint64_t (*descriptor)(struct inventor *inventor, const struct armvirt_mem_req *req);
    uint64_t (*data)(struct inventor *inventor);
};

void memory_clear(struct memory *memory);
struct word *memory_find(struct memory *memory, uint64_t pa);
/* False if there is no more room. */
bool memory_set(struct memory *memory, uint64_t pa, uint64_t value);

/* The members of struct armvirt_vmsa, by number of register. */
uint64_t *vmsa_register(struct armvirt_vmsa *vmsa, unsigned number);
uint64_t *vmsa_id_register(struct armvirt_vmsa *vmsa, unsigned number);
extern const char *const register_names[REGISTERS];
extern const char *const insn_names[INSNS + 1];
extern const char *const reason_names[ARMVIRT_REASON_COUNT];

/* The answer to a case of INSN_WORD, whose translation is off. */
void answer_word(const struct group *group, const struct diff_case *c, struct answer *answer);

/* The answer to case @number of @group; memory is as before afterwards, but for invented words. */
void answer_case(struct group *group, const struct diff_case *c, struct inventor *inventor,
                 struct answer *answer);

/* Whether the code page can be executed at @el; invents what is missing. */
bool code_runs(struct group *group, unsigned el, uint64_t code_va, struct inventor *inventor);

/* Whether the code page runs wherever @c needs it: where it begins, and in its vectors. */
bool case_runs(struct group *group, const struct diff_case *c);

/* Does the outcome agree with the answer? */
bool outcome_agrees(const struct answer *answer, const struct outcome *outcome);

#endif
