/* SPDX-License-Identifier: MIT */
/*
 * Replay of what real Linux systems said about their own memory: translations of kernel, user and
 * guest addresses, and AT instructions executed on them. The systems are those of
 * examples/inspect/data; its README.md describes the files.
 *
 *     vectors.linux DIRECTORY [SYSTEM:LINE]    as vectors.at
 */
#include "linux_system.h"

#include <armvirt/at.h>

#define PSTATE_PAN (UINT64_C(1) << 22)

/* PAR_EL1 without what the records leave open: NS, bits 10 and 11. */
#define PAR_SUCCESS (ARMVIRT_BITS(63, 12) | ARMVIRT_BITS(8, 7) | 1)
#define PAR_FAULT   ARMVIRT_BITS(6, 0)

/* ---- Expectations ------------------------------------------------------------------------- */

static bool perm_is(const struct records *r, const char *name, unsigned perm, unsigned r_bit)
{
    const char *text = value_of(r, name);
    char ours[4] = "";
    size_t n = 0;

    for (unsigned i = 0; i < 3; i++) {
        if (perm & (r_bit << i)) {
            ours[n++] = "rwx"[i];
        }
    }
    ours[n] = '\0';
    return text == NULL || strcmp(text, n == 0 ? "-" : ours) == 0;
}

/* "translation", "s2-permission" and so on. */
static bool fault_is(const char *text, const struct armvirt_fault *fault)
{
    static const char *const names[] = {
        [ARMVIRT_FAULT_NONE] = "none",
        [ARMVIRT_FAULT_TRANSLATION] = "translation",
        [ARMVIRT_FAULT_ADDRESS_SIZE] = "address-size",
        [ARMVIRT_FAULT_ACCESS_FLAG] = "access",
        [ARMVIRT_FAULT_PERMISSION] = "permission",
    };
    bool stage2 = strncmp(text, "s2-", 3) == 0;

    return stage2 == (fault->stage == 2) && fault->type < sizeof(names) / sizeof(names[0]) &&
           strcmp(text + (stage2 ? 3 : 0), names[fault->type]) == 0;
}

static bool mapping_agrees(const struct records *r, const struct armvirt_walk *walk)
{
    return value_is(r, "pa", walk->pa) && value_is(r, "level", (uint64_t)walk->s1.level) &&
           value_is(r, "page", UINT64_C(1) << walk->s1.size_log2) &&
           value_is(r, "desc", walk->s1.desc[0]) &&
           perm_is(r, "kperm", walk->s1.perm, ARMVIRT_PERM_PRIV_R) &&
           perm_is(r, "uperm", walk->s1.perm, ARMVIRT_PERM_EL0_R) &&
           value_is(r, "ipa", walk->ipa) && value_is(r, "s2level", (uint64_t)walk->s2.level) &&
           value_is(r, "s2page", UINT64_C(1) << walk->s2.size_log2) &&
           value_is(r, "s2desc", walk->s2.desc[0]);
}

/* ---- Cases -------------------------------------------------------------------------------- */

/* va CPU EL d|r VA -> pa ... or -> fault ... */
static bool run_va(struct machine *m, const struct cpu *cpu, const struct records *r)
{
    const char *fault = value_of(r, "fault");
    struct armvirt_walk_env env = {.mem = armvirt_mem_from_sparse(&m->sparse)};
    struct armvirt_access access = {.va = records_number(r, 4, 0),
                                    .el = (uint8_t)records_number(r, 2, 10),
                                    .flags = ARMVIRT_ACCESS_NO_UPDATE};
    struct armvirt_regime regime;
    struct armvirt_walk walk;
    enum armvirt_status status;

    access.kind = strcmp(r->word[3], "d") == 0 ? ARMVIRT_DEBUGGER : ARMVIRT_READ;
    if (access.el != 0 && (cpu->pstate & PSTATE_PAN)) {
        access.flags |= ARMVIRT_ACCESS_PAN;
    }
    if (armvirt_regime_init(&regime, &cpu->vmsa, access.el) != ARMVIRT_OK) {
        return false;
    }
    status = armvirt_translate(&regime, &env, &access, &walk);
    if (fault == NULL) {
        return status == ARMVIRT_OK && mapping_agrees(r, &walk);
    }
    return status == ARMVIRT_FAULT && fault_is(fault, &walk.fault) &&
           value_is(r, "level", (uint64_t)walk.fault.level);
}

/* at CPU EL OP VA -> par PAR */
static bool run_at(struct machine *m, const struct cpu *cpu, const struct records *r)
{
    static const char *const names[] = {
        [ARMVIRT_AT_S1E0R] = "S1E0R",   [ARMVIRT_AT_S1E0W] = "S1E0W",
        [ARMVIRT_AT_S1E1R] = "S1E1R",   [ARMVIRT_AT_S1E1W] = "S1E1W",
        [ARMVIRT_AT_S1E1RP] = "S1E1RP", [ARMVIRT_AT_S1E1WP] = "S1E1WP",
    };
    struct armvirt_walk_env env = {.mem = armvirt_mem_from_sparse(&m->sparse)};
    struct armvirt_at at = {.va = records_number(r, 4, 0),
                            .el = (uint8_t)records_number(r, 2, 10),
                            .pan = (cpu->pstate & PSTATE_PAN) != 0};
    struct armvirt_at_result result;
    uint64_t par = strtoull(value_of(r, "par"), NULL, 0);

    while (at.op < sizeof(names) / sizeof(names[0]) && strcmp(names[at.op], r->word[3]) != 0) {
        at.op++;
    }
    return armvirt_at(&cpu->vmsa, &env, &at, &result) == ARMVIRT_OK &&
           result.outcome == ARMVIRT_AT_DONE &&
           ((par ^ result.par[0]) & (par & 1 ? PAR_FAULT : PAR_SUCCESS)) == 0;
}

/* ---- Systems ------------------------------------------------------------------------------ */

static bool run_record(struct machine *m, const struct records *r, bool *good)
{
    const struct cpu *cpu;

    if (!records_is(r, "va") && !records_is(r, "at")) {
        return false;
    }
    cpu = &m->cpu[records_number(r, 1, 10) % CPUS];
    *good = records_is(r, "va") ? run_va(m, cpu, r) : run_at(m, cpu, r);
    return true;
}

int main(int argc, char **argv)
{
    static const struct replay replay = {.run = run_record};

    return replay_systems(argc, argv, &replay);
}
