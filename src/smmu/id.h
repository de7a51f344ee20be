/* SPDX-License-Identifier: MIT */
/* What the identification registers of an SMMU say (IHI0070 6.3.1 to 6.3.8, 3.4). */
#ifndef ARMVIRT_SRC_SMMU_ID_H
#define ARMVIRT_SRC_SMMU_ID_H

#include <armvirt/regs/smmu.h>
#include <armvirt/regs/smmu_realm.h>
#include <armvirt/regs/smmu_secure.h>
#include <armvirt/smmu_config.h>

/* Whether IDR @n has one of the bits of @mask. */
static inline bool armvirt_smmu_has(const struct armvirt_smmu_id *id, unsigned n, uint64_t mask)
{
    return (id->idr[n] & mask) != 0;
}

static inline unsigned armvirt_smmu_field(const struct armvirt_smmu_id *id, unsigned n,
                                          uint64_t mask)
{
    return (unsigned)ARMVIRT_GET(mask, id->idr[n]);
}

static inline bool armvirt_smmu_secure(const struct armvirt_smmu_id *id)
{
    return (id->s_idr[1] & ARMVIRT_SMMU_S_IDR1_SECURE_IMPL) != 0;
}

static inline bool armvirt_smmu_sel2(const struct armvirt_smmu_id *id)
{
    return (id->s_idr[1] & ARMVIRT_SMMU_S_IDR1_SEL2) != 0;
}

static inline bool armvirt_smmu_realm(const struct armvirt_smmu_id *id)
{
    return (id->root_idr0 & ARMVIRT_SMMU_ROOT_IDR0_REALM_IMPL) != 0;
}

/* The architecture version: 0 for SMMUv3.0 and so on. */
static inline unsigned armvirt_smmu_version(const struct armvirt_smmu_id *id)
{
    return (unsigned)ARMVIRT_GET(ARMVIRT_SMMU_AIDR_ARCHMINORREV, id->aidr);
}

/* IDR5.OAS in bits. */
unsigned armvirt_smmu_oas(const struct armvirt_smmu_id *id);

/* IAS: the largest address that stage 1 may hand to stage 2. IHI0070 3.4. */
unsigned armvirt_smmu_ias(const struct armvirt_smmu_id *id);

/* Bits of a StreamID on the interface of a Security state. */
unsigned armvirt_smmu_sidsize(const struct armvirt_smmu_id *id, unsigned sec_sid);

/* Whether VMSAv8-64 and VMSAv9-128 tables may have granules of 2^@log2 bytes. */
bool armvirt_smmu_granule(const struct armvirt_smmu_id *id, unsigned log2);

/* STALL_MODEL in effect on an interface; NSSTALLD takes it from Non-secure software. */
unsigned armvirt_smmu_stall_model(const struct armvirt_smmu_id *id, unsigned sec_sid,
                                  bool nsstalld);

/* Whether ATS exists for streams of a Security state; and DPT. */
bool armvirt_smmu_ats(const struct armvirt_smmu_id *id, unsigned sec_sid);
bool armvirt_smmu_dpt(const struct armvirt_smmu_id *id, unsigned sec_sid);

/* Bits of the addresses that a stream may have pass without translation. IHI0070 3.4. */
unsigned armvirt_smmu_bypass_bits(const struct armvirt_smmu_id *id, const struct armvirt_ste *ste);

/* MPAMIDR of a space of PARTIDs; 0 without MPAM. */
uint32_t armvirt_smmu_mpamidr(const struct armvirt_smmu_id *id, unsigned space);

/* The space of PARTIDs that an interface uses, given its MPAM_NS. */
uint8_t armvirt_smmu_partid_space(const struct armvirt_smmu_id *id, uint8_t sec_sid, bool mpam_ns);

/* Whether a Security state has VMSs, and whether an entry has one. */
bool armvirt_smmu_vms(const struct armvirt_smmu_id *id, uint8_t sec_sid);
bool armvirt_smmu_vms_enabled(const struct armvirt_smmu_id *id, const struct armvirt_ste *ste);

/* An address size field: CD.IPS, STE.S2PS. */
unsigned armvirt_smmu_size_bits(unsigned encoded);

#endif
