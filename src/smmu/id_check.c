/* SPDX-License-Identifier: MIT */
/* Which identification registers contradict each other (IHI0070 6.3.1 to 6.3.8, 6.3.52 to 6.3.55,
 * 6.3.110, 6.3.122). */
#include "id.h"
#include "rules.h"

#define IDR(n, field)  armvirt_smmu_field(id, n, ARMVIRT_SMMU_IDR##n##_##field)
#define SIDR(n, field) ARMVIRT_GET(ARMVIRT_SMMU_S_IDR##n##_##field, id->s_idr[n])
#define RIDR(n, field) ARMVIRT_GET(ARMVIRT_SMMU_R_IDR##n##_##field, id->r_idr[n])
#define ROOT(field)    ARMVIRT_GET(ARMVIRT_SMMU_ROOT_IDR0_##field, id->root_idr0)

enum fact {
    S1P,
    S2P,
    AA32,
    AA64,
    HTTU,
    HAFT,
    V31, /* SMMUv3.1 or later, and so on */
    V32,
    V34,
    V35,
    STALL_RESERVED,
    STALL_NOT_S, /* IDR0 and S_IDR0 disagree */
    STALL_FORCED,
    ENDIAN_RESERVED,
    LEVEL_RESERVED,
    HYP,
    CD2L,
    SUBSTREAMS,
    ATS,
    PRI,
    NS1ATS,
    ATOS,
    VATOS,
    VMW_VMID16,
    ASID16,
    QUEUES_BIG,
    SSID_BIG,
    SID_BIG,
    PRESET,
    OAS52,
    OAS56,
    GRAN,
    GRAN_SMALL,
    GRAN4K,
    GRAN64K,
    VAX,
    VAX56,
    VAX_RESERVED,
    DS,
    D128,
    PERM34, /* a permission feature of SMMUv3.4 */
    S1PI,
    S2PI,
    S2PO,
    RIL,
    MPAM,
    MPAMIDR,
    DPT,
    ECMDQ,
    IDR6,
    SECURE,
    SECURE_PARTS,
    SEL2,
    RME,
    ROOT_IMPL,
    REALM_IMPL,
    REALM_PARTS,
    GPTM, /* some way to invalidate by PA */
    FACTS
};
_Static_assert(FACTS <= 64, "facts fit one word");

#define B(fact) ARMVIRT_BIT(fact)
#define WHEN(all, none, r)                                                                         \
    {                                                                                              \
        (all), (none), ARMVIRT_SMMU_ID_##r                                                         \
    }

static const struct armvirt_smmu_rule rules[] = {
    WHEN(B(V35), 0, AIDR),
    WHEN(0, B(S1P) | B(S2P), STAGES),
    WHEN(0, B(AA32) | B(AA64), TTF),
    WHEN(B(HTTU), B(AA64), HTTU),
    WHEN(B(HAFT), B(V34), HTTU),
    WHEN(B(STALL_RESERVED), 0, STALL_MODEL),
    WHEN(B(SECURE) | B(STALL_NOT_S), 0, STALL_MODEL),
    WHEN(B(ENDIAN_RESERVED), 0, TTENDIAN),
    WHEN(B(LEVEL_RESERVED), 0, ST_LEVEL),
    WHEN(B(HYP), B(S1P), HYP),
    WHEN(B(CD2L), B(S1P), CD2L),
    WHEN(B(CD2L), B(SUBSTREAMS), CD2L),
    WHEN(B(PRI), B(ATS), ATS),
    WHEN(B(NS1ATS), B(ATS), ATS),
    WHEN(B(NS1ATS), B(S1P), ATS),
    WHEN(B(NS1ATS), B(S2P), ATS),
    WHEN(B(ATS) | B(STALL_FORCED), 0, ATS),
    WHEN(B(VATOS), B(ATOS), ATOS),
    WHEN(B(VATOS), B(S1P), ATOS),
    WHEN(B(VATOS), B(S2P), ATOS),
    WHEN(B(VMW_VMID16), B(S2P), VMW),
    WHEN(B(ASID16), B(S1P), ASID16),
    WHEN(B(QUEUES_BIG), 0, QUEUES),
    WHEN(B(SSID_BIG), 0, SSIDSIZE),
    WHEN(B(SUBSTREAMS), B(S1P), SSIDSIZE),
    WHEN(B(SID_BIG), 0, SIDSIZE),
    WHEN(B(PRESET), 0, PRESETS),
    WHEN(B(OAS52), B(V31), OAS),
    WHEN(B(OAS56), B(D128), OAS),
    WHEN(B(OAS52), B(GRAN64K) | B(DS) | B(D128), OAS),
    WHEN(B(AA64), B(GRAN), GRANULES),
    WHEN(B(AA32), B(GRAN4K), GRANULES),
    WHEN(B(VAX_RESERVED), 0, VAX),
    WHEN(B(VAX), B(V31), VAX),
    WHEN(B(VAX), B(GRAN64K) | B(DS), VAX),
    WHEN(B(VAX56), B(D128), VAX),
    WHEN(B(DS), B(V32), DS),
    WHEN(B(DS), B(GRAN_SMALL), DS),
    WHEN(B(DS), B(VAX), DS),
    WHEN(B(D128) | B(AA32), 0, D128),
    WHEN(B(D128), B(AA64), D128),
    WHEN(B(D128), B(V34), D128),
    WHEN(B(D128) | B(S1P), B(S1PI), D128),
    WHEN(B(D128) | B(S2P), B(S2PO), D128),
    WHEN(B(PERM34), B(V34), PERMISSIONS),
    WHEN(B(S2PO), B(S2PI), PERMISSIONS),
    WHEN(B(V32), B(RIL), RIL),
    WHEN(B(MPAM), B(V32), MPAM),
    WHEN(B(MPAMIDR), B(MPAM), MPAM),
    WHEN(B(DPT), B(ATS), DPT),
    WHEN(B(DPT) | B(AA32), 0, DPT),
    WHEN(B(IDR6), B(ECMDQ), ECMDQ),
    WHEN(B(SECURE_PARTS), B(SECURE), SECURE),
    WHEN(B(SEL2), B(S1P), SEL2),
    WHEN(B(SEL2), B(S2P), SEL2),
    WHEN(B(SEL2), B(V32), SEL2),
    WHEN(B(RME), B(ROOT_IMPL), RME),
    WHEN(B(REALM_IMPL), B(ROOT_IMPL), RME),
    WHEN(B(REALM_IMPL), B(RME), RME),
    WHEN(B(REALM_PARTS), B(REALM_IMPL), RME),
    WHEN(B(ROOT_IMPL), B(GPTM), RME),
};

#define FACT(name, holds) armvirt_smmu_fact(name, holds)

static uint64_t stall_facts(const struct armvirt_smmu_id *id)
{
    unsigned model = IDR(0, STALL_MODEL);

    return FACT(STALL_RESERVED,
                model == 3 || SIDR(0, STALL_MODEL) == 3 || RIDR(0, STALL_MODEL) == 3) |
           FACT(STALL_NOT_S, model != SIDR(0, STALL_MODEL)) | FACT(STALL_FORCED, model == 2);
}

static uint64_t idr0_facts(const struct armvirt_smmu_id *id)
{
    return FACT(S1P, IDR(0, S1P)) | FACT(S2P, IDR(0, S2P)) | FACT(AA32, IDR(0, TTF) & 1) |
           FACT(AA64, IDR(0, TTF) & 2) | FACT(HTTU, IDR(0, HTTU) != 0) |
           FACT(HAFT, IDR(0, HTTU) == 3) | FACT(ENDIAN_RESERVED, IDR(0, TTENDIAN) == 1) |
           FACT(LEVEL_RESERVED, IDR(0, ST_LEVEL) > 1) | FACT(HYP, IDR(0, HYP)) |
           FACT(CD2L, IDR(0, CD2L)) | FACT(ATS, IDR(0, ATS)) | FACT(PRI, IDR(0, PRI)) |
           FACT(NS1ATS, IDR(0, NS1ATS)) | FACT(ATOS, IDR(0, ATOS)) | FACT(VATOS, IDR(0, VATOS)) |
           FACT(VMW_VMID16, IDR(0, VMW) || IDR(0, VMID16)) | FACT(ASID16, IDR(0, ASID16)) |
           FACT(RME, IDR(0, RME_IMPL)) | stall_facts(id);
}

static uint64_t size_facts(const struct armvirt_smmu_id *id)
{
    return FACT(SUBSTREAMS, IDR(1, SSIDSIZE) != 0) | FACT(SSID_BIG, IDR(1, SSIDSIZE) > 20) |
           FACT(SID_BIG, IDR(1, SIDSIZE) > 32 || SIDR(1, S_SIDSIZE) > 32) |
           FACT(QUEUES_BIG, IDR(1, CMDQS) > 19 || IDR(1, EVENTQS) > 19 || IDR(1, PRIQS) > 19) |
           FACT(PRESET, IDR(1, TABLES_PRESET) || IDR(1, QUEUES_PRESET)) |
           FACT(ECMDQ, IDR(1, ECMDQ)) | FACT(IDR6, id->idr[6] != 0) |
           FACT(OAS52, IDR(5, OAS) >= 6) | FACT(OAS56, IDR(5, OAS) == 7) |
           FACT(GRAN4K, IDR(5, GRAN4K)) | FACT(GRAN64K, IDR(5, GRAN64K)) |
           FACT(GRAN_SMALL, IDR(5, GRAN4K) || IDR(5, GRAN16K)) |
           FACT(GRAN, IDR(5, GRAN4K) || IDR(5, GRAN16K) || IDR(5, GRAN64K)) |
           FACT(VAX, IDR(5, VAX) != 0) | FACT(VAX56, IDR(5, VAX) == 2) |
           FACT(VAX_RESERVED, IDR(5, VAX) == 3) | FACT(DS, IDR(5, DS)) | FACT(D128, IDR(5, D128));
}

static uint64_t feature_facts(const struct armvirt_smmu_id *id)
{
    unsigned version = armvirt_smmu_version(id);
    unsigned major = (unsigned)ARMVIRT_GET(ARMVIRT_SMMU_AIDR_ARCHMAJORREV, id->aidr);

    return FACT(V31, version >= 1) | FACT(V32, version >= 2) | FACT(V34, version >= 4) |
           FACT(V35, version > 4 || major != 0) | FACT(S1PI, IDR(3, S1PI)) |
           FACT(S2PI, IDR(3, S2PI)) | FACT(S2PO, IDR(3, S2PO)) |
           FACT(PERM34,
                IDR(3, S1PI) || IDR(3, S2PI) || IDR(3, S2PO) || IDR(3, THE) || IDR(3, AIE)) |
           FACT(RIL, IDR(3, RIL)) | FACT(MPAM, IDR(3, MPAM)) |
           FACT(MPAMIDR, (id->mpamidr | id->s_mpamidr | id->r_mpamidr) != 0) |
           FACT(DPT, IDR(3, DPT) || RIDR(3, DPT)) | FACT(SECURE, armvirt_smmu_secure(id)) |
           FACT(SECURE_PARTS, id->s_idr[0] != 0 || id->s_idr[1] != 0 || id->s_idr[3] != 0) |
           FACT(SEL2, armvirt_smmu_sel2(id)) | FACT(ROOT_IMPL, ROOT(ROOT_IMPL)) |
           FACT(REALM_IMPL, ROOT(REALM_IMPL)) |
           FACT(REALM_PARTS, id->r_idr[0] != 0 || id->r_idr[3] != 0) |
           FACT(GPTM, ROOT(BGPTM) || ROOT(RGPTM));
}

unsigned armvirt_smmu_id_check(const struct armvirt_smmu_id *id)
{
    uint64_t facts = idr0_facts(id) | size_facts(id) | feature_facts(id);

    return armvirt_smmu_first_broken(rules, sizeof(rules) / sizeof(rules[0]), facts);
}
