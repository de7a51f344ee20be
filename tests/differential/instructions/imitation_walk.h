/* SPDX-License-Identifier: MIT */
/* The imitation's walks: what a stage of translation of QEMU 7.2 says of an address. */
#ifndef ARMVIRT_TESTS_DIFFERENTIAL_IMITATION_WALK_H
#define ARMVIRT_TESTS_DIFFERENTIAL_IMITATION_WALK_H

#include "bus.h"
#include "imitation.h"

enum want { WANT_READ = 1, WANT_WRITE = 2, WANT_FETCH = 4 };

/* Fault codes without their level. */
enum {
    FSC_ADDRESS_SIZE = 0x00,
    FSC_TRANSLATION = 0x04,
    FSC_ACCESS_FLAG = 0x08,
    FSC_PERMISSION = 0x0c,
    FSC_EXTERNAL = 0x10,
    FSC_EXTERNAL_ON_WALK = 0x14,
    FSC_NONE = 0xff,
};

struct qfault {
    uint8_t code; /* FSC_NONE: no fault */
    int8_t level;
    bool stage2, s1ptw, ns;
    uint64_t ipa;
};

/* One access through all of its stages. */
struct route {
    enum armvirt_regime_id regime;
    bool secure;     /* the security state */
    bool from_el3;   /* or Secure: SCR_EL3.SIF counts */
    bool two_ranges; /* of the regime */
    bool user, pan;
    bool both_stages; /* AT S12*, and every access */
    bool is_at;
    bool caches; /* SCTLR_ELx.C */
};

struct place {
    uint64_t pa;
    unsigned rights; /* enum want */
    uint8_t attr, sh;
    bool secure;
};

struct imitation {
    const struct armvirt_vmsa *vmsa;
    struct bus bus;
    uint64_t met;
    bool unknown;
};

/* Marks the deviation if @differs; returns @differs. */
bool met(struct imitation *im, enum walk_deviation deviation, bool differs);

/* HCR_EL2 as it counts for a security state. */
uint64_t effective_hcr(const struct armvirt_vmsa *vmsa, bool secure);

/* Stage 2 has its say: @first has the attributes of both afterwards. */
void combine_attributes(struct imitation *im, const struct route *route, struct place *first,
                        const struct place *second);

/* Where @va leads to; true if it leads anywhere. */
bool imitate_translation(struct imitation *im, const struct route *route, uint64_t va,
                         enum want want, struct place *place, struct qfault *fault);

#endif
