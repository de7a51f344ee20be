/* SPDX-License-Identifier: MIT */
/*
 * PSTATE and its saved forms. DDI0487 C5.2.20, D24.2, G1.11 (banked SPSRs), J1.2.3 (ITAdvance),
 * J1.3.3 (GetPSRFromPSTATE).
 */
#include "pstate.h"

/* Fields that are there only with a feature. */
static uint64_t optional_fields(const struct armvirt_pe *pe)
{
    return (armvirt_pe_has(pe, PE_PAN) ? PS(PAN) : 0) | (armvirt_pe_has(pe, PE_DIT) ? PS(DIT) : 0) |
           (armvirt_pe_has(pe, PE_SEBEP) ? PS(PPEND) : 0) |
           (armvirt_pe_has(pe, PE_UINJ) ? PS(UINJ) : 0);
}

static uint64_t a64_fields(const struct armvirt_pe *pe)
{
    return PS(D) | PS_EL | PS_SP | (armvirt_pe_has(pe, PE_UAO) ? PS(UAO) : 0) |
           (armvirt_pe_has(pe, PE_MTE) ? PS(TCO) : 0) |
           (armvirt_pe_has(pe, PE_NMI) ? PS(ALLINT) : 0) |
           (armvirt_pe_has(pe, PE_SSBS) ? PS(SSBS) : 0) |
           (armvirt_pe_has(pe, PE_BTI) ? PS(BTYPE) : 0) |
           (armvirt_pe_has(pe, PE_GCS) ? PS(EXLOCK) : 0) | (armvirt_pe_has_pm(pe) ? PS(PM) : 0) |
           (armvirt_pe_has_pauth_lr(pe) ? PS(PACM) : 0);
}

static uint64_t a32_fields(const struct armvirt_pe *pe)
{
    return PSA(Q) | PSA(IT_1_0) | PSA(IT_7_2) | PSA(GE) | PSA(E) | PSA(T) | PS_MODE |
           (armvirt_pe_has(pe, PE_SSBS) ? PSA(SSBS) : 0);
}

uint64_t armvirt_spsr_fields(const struct armvirt_pe *pe, bool aarch32)
{
    if (pe->decoded.saved[aarch32]) {
        return pe->decoded.saved[aarch32];
    }
    return PS(N) | PS(Z) | PS(C) | PS(V) | PS(SS) | PS(IL) | PS(A) | PS(I) | PS(F) |
           optional_fields(pe) | (aarch32 ? a32_fields(pe) : a64_fields(pe));
}

uint64_t armvirt_it_advance(uint64_t pstate)
{
    uint64_t it = ARMVIRT_GET(PSA(IT_7_2), pstate) << 2 | ARMVIRT_GET(PSA(IT_1_0), pstate);

    it = (it & 7) == 0 ? 0 : (it & 0xe0) | (it << 1 & 0x1f);
    return (pstate & ~(PSA(IT_7_2) | PSA(IT_1_0))) | ARMVIRT_PUT(PSA(IT_7_2), it >> 2) |
           ARMVIRT_PUT(PSA(IT_1_0), it);
}

uint64_t *armvirt_a32_spsr_of(struct armvirt_pe *pe, unsigned mode)
{
    switch (mode) {
    case MODE_FIQ:
        return &pe->spsr_fiq;
    case MODE_IRQ:
        return &pe->spsr_irq;
    case MODE_ABT:
        return &pe->spsr_abt;
    case MODE_UND:
        return &pe->spsr_und;
    case MODE_MON:
        return &pe->spsr_el[3];
    default:
        return &pe->spsr_el[1];
    }
}

/* The register of AArch64 state that holds R<n> of a mode: G1.9.1, R50. */
unsigned armvirt_a64_view(unsigned mode, unsigned n)
{
    static const struct {
        uint8_t mode, first, from;
    } banks[] = {
        {0x12, 13, 16}, {0x13, 13, 18}, {0x17, 13, 20}, {0x1b, 13, 22}, {0x11, 8, 24},
    };
    static const uint8_t swapped = 1; /* all banks but that of FIQ hold R14 before R13 */

    for (unsigned i = 0; i < sizeof banks / sizeof banks[0]; i++) {
        if (banks[i].mode == mode && n >= banks[i].first && n <= 14) {
            unsigned offset = n - banks[i].first;

            return banks[i].from + (banks[i].first == 13 ? offset ^ swapped : offset);
        }
    }
    return mode == 0x1a && n == 13 ? 15 : n;
}
