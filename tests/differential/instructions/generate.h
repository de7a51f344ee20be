/* SPDX-License-Identifier: MIT */
/* Random groups of cases: mostly valid, with few mutations, so that deep levels are reached. */
#ifndef ARMVIRT_TESTS_DIFFERENTIAL_GENERATE_H
#define ARMVIRT_TESTS_DIFFERENTIAL_GENERATE_H

#include "cases.h"
#include "random.h"
#include "session.h"

/* What the machine has, as it says itself. */
struct processor {
    struct armvirt_vmsa ids; /* ID registers and the machine's choices; all else 0 */
    bool present[REGISTERS];
    bool trap_present[TRAP_REGISTERS];
    uint64_t pe_id[PE_ID_REGISTERS];
};

/* The registers of a group whose cases use @regime. */
void random_registers(struct random *random, const struct processor *processor,
                      enum armvirt_regime_id regime, struct armvirt_vmsa *vmsa);

/* Group @number of the run with @seed, and what armvirt says of its cases. */
void generate_group(const struct processor *processor, unsigned subject, uint64_t seed,
                    uint64_t number, struct group *group, struct answer answers[GROUP_CASES]);

/* Instruction words. */
#define HVC      UINT32_C(0xd4004682) /* #0x234 */
#define WFE      UINT32_C(0xd503205f)
#define WFI      UINT32_C(0xd503207f)
#define DAIFCLR  UINT32_C(0xd50342ff) /* #2 */
#define MRS      UINT32_C(0xd5300000) /* X0, and the register in bits 19:5 */
#define SYS      UINT32_C(0xd5000000) /* X0, and an encoding in bits 20:5: MSR too */
#define SYS_READ UINT32_C(0x00200000) /* MRS or SYSL instead */

enum { EXCEPTION_WORDS = 12 };
extern const uint32_t exception_words[EXCEPTION_WORDS];

/* The same for SUBJECT_EXCEPTION, SUBJECT_INTERRUPT and SUBJECT_RETURN. */
void generate_words(const struct processor *processor, unsigned subject, uint64_t seed,
                    uint64_t number, struct group *group, struct answer answers[GROUP_CASES]);

#endif
