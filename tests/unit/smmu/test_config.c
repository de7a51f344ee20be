/* SPDX-License-Identifier: MIT */
/* Identification registers: presets, and each rule that they can break (IHI0070 6.3). */
#include "../../smmu_world.h"

#include <setjmp.h>
#include <stdarg.h>

#include <cmocka.h>

#define IDR(n, field) ARMVIRT_SMMU_IDR##n##_##field
#define SET(n, field, v)                                                                           \
    id->idr[n] = (uint32_t)((id->idr[n] & ~IDR(n, field)) | ARMVIRT_PUT(IDR(n, field), v))

static void presets_pass_their_own_rules(void **state)
{
    struct armvirt_smmu_id id;

    (void)state;
    for (unsigned preset = 0; preset < ARMVIRT_SMMU_PRESETS; preset++) {
        assert_int_equal(armvirt_smmu_preset_id(preset, &id), ARMVIRT_OK);
        assert_int_equal(armvirt_smmu_id_check(&id), ARMVIRT_SMMU_ID_OK);
    }
    assert_int_equal(armvirt_smmu_preset_id(ARMVIRT_SMMU_PRESETS, &id), ARMVIRT_E_INVAL);
}

static void preset_fvp_reads_what_the_model_reads(void **state)
{
    struct armvirt_smmu_id id;
    struct world *w;

    (void)state;
    armvirt_smmu_preset_id(ARMVIRT_SMMU_FVP, &id);
    w = world_new_id(&id, 0, 0);
    assert_int_equal(world_get(w, 0x00, 4), 0x080fe6bf);
    assert_int_equal(world_get(w, 0x04, 4), 0x0e739d10);
    assert_int_equal(world_get(w, 0x08, 4), 0);
    assert_int_equal(world_get(w, 0x0c, 4), 0x14);
    assert_int_equal(world_get(w, 0x10, 4), 0);
    assert_int_equal(world_get(w, 0x14, 4), 0x1005d);
    assert_int_equal(world_get(w, 0x18, 4), 0);
    assert_int_equal(world_get(w, 0x1c, 4), 1);
    world_drop(w);
}

/* One change of the preset `max`, or of `fvp`, and the rule that it breaks. */
struct breach {
    uint8_t rule, preset;
    void (*change)(struct armvirt_smmu_id *id);
};

#define CHANGE(name, statement)                                                                    \
    static void name(struct armvirt_smmu_id *id)                                                   \
    {                                                                                              \
        statement;                                                                                 \
    }

CHANGE(newer, id->aidr = 5)
CHANGE(no_stage, SET(0, S1P, 0); SET(0, S2P, 0))
CHANGE(no_format, SET(0, TTF, 0))
CHANGE(httu_lpae, SET(0, TTF, 1); SET(5, D128, 0))
CHANGE(haft_early, id->aidr = 3)
CHANGE(stall3, SET(0, STALL_MODEL, 3))
CHANGE(stall_split, SET(0, STALL_MODEL, 1))
CHANGE(endian, SET(0, TTENDIAN, 1))
CHANGE(level, SET(0, ST_LEVEL, 2))
CHANGE(hyp, SET(0, S1P, 0))
CHANGE(cd2l, SET(1, SSIDSIZE, 0))
CHANGE(pri, SET(0, ATS, 0))
CHANGE(forced, SET(0, STALL_MODEL, 2))
CHANGE(vatos, SET(0, ATOS, 0))
CHANGE(vmw, SET(0, S2P, 0); SET(0, VATOS, 0))
CHANGE(queues, SET(1, CMDQS, 20))
CHANGE(ssid, SET(1, SSIDSIZE, 21))
CHANGE(sid, SET(1, SIDSIZE, 33))
CHANGE(preset_tables, SET(1, TABLES_PRESET, 1))
CHANGE(oas, id->aidr = 0; SET(5, OAS, 6))
CHANGE(granule, SET(5, GRAN4K, 0); SET(5, GRAN64K, 0))
CHANGE(vax, SET(5, VAX, 3))
CHANGE(ds, SET(5, DS, 1))
CHANGE(d128, SET(0, TTF, 3))
CHANGE(permissions, SET(3, S2PI, 0))
CHANGE(ril, SET(3, RIL, 0))
CHANGE(mpam, SET(3, MPAM, 0))
CHANGE(dpt, SET(0, ATS, 0); SET(0, PRI, 0))
CHANGE(ecmdq, SET(1, ECMDQ, 0))
CHANGE(secure, id->s_idr[1] = 0)
CHANGE(sel2, id->s_idr[1] = 0xa0000020)
CHANGE(rme, id->root_idr0 = 0)
CHANGE(gptm, id->root_idr0 &= ~(uint32_t)6)

/* Without stage 1, and without what would complain before. */
#define NO_STAGE1                                                                                  \
    SET(0, S1P, 0);                                                                                \
    SET(0, HYP, 0);                                                                                \
    SET(0, CD2L, 0);                                                                               \
    SET(0, NS1ATS, 0);                                                                             \
    SET(0, VATOS, 0)
/* SMMUv3.3 without what needs a later one. */
#define NO_V34                                                                                     \
    id->aidr = 3;                                                                                  \
    SET(0, HTTU, 2);                                                                               \
    SET(5, D128, 0);                                                                               \
    SET(5, OAS, 6);                                                                                \
    SET(5, VAX, 1);                                                                                \
    id->idr[3] &=                                                                                  \
        (uint32_t) ~(IDR(3, S1PI) | IDR(3, S2PI) | IDR(3, S2PO) | IDR(3, THE) | IDR(3, AIE))

CHANGE(major, id->aidr = 0x10)
CHANGE(stall3_s, id->s_idr[0] |= 3u << 24)
CHANGE(stall3_r, id->r_idr[0] |= 3u << 24)
CHANGE(cd2l_s2, NO_STAGE1; SET(0, CD2L, 1))
CHANGE(ns1ats, SET(0, ATS, 0); SET(0, PRI, 0); SET(0, NS1ATS, 1))
CHANGE(ns1ats_s1, SET(0, S2P, 0); SET(0, NS1ATS, 1))
CHANGE(ns1ats_s2, NO_STAGE1; SET(0, NS1ATS, 1))
CHANGE(vatos_s1, SET(0, S2P, 0); SET(0, ATOS, 1); SET(0, VATOS, 1))
CHANGE(vatos_s2, NO_STAGE1; SET(0, ATOS, 1); SET(0, VATOS, 1))
CHANGE(vmid16, SET(0, S2P, 0); SET(0, VATOS, 0); SET(0, VMW, 0); SET(0, VMID16, 1))
CHANGE(asid16, NO_STAGE1; SET(0, ASID16, 1))
CHANGE(ssid_s2, NO_STAGE1; SET(0, ASID16, 0); SET(1, SSIDSIZE, 1))
CHANGE(events, SET(1, EVENTQS, 20))
CHANGE(pages, SET(1, PRIQS, 20))
CHANGE(sid_s, id->s_idr[1] = (id->s_idr[1] & ~0x3fu) | 33)
CHANGE(preset_queues, SET(1, QUEUES_PRESET, 1))
CHANGE(oas56, SET(5, OAS, 7))
CHANGE(oas52_4k, SET(5, OAS, 6); SET(5, GRAN64K, 0))
CHANGE(lpae_64k, SET(0, TTF, 3); SET(5, GRAN4K, 0))
CHANGE(vax_early, id->aidr = 0; SET(5, VAX, 1))
CHANGE(vax_4k, SET(5, VAX, 1); SET(5, GRAN64K, 0))
CHANGE(vax56, SET(5, VAX, 2))
CHANGE(d128_early, id->aidr = 3; SET(0, HTTU, 2))
CHANGE(d128_s1pi, SET(3, S1PI, 0))
CHANGE(d128_s2po, SET(3, S2PO, 0))
CHANGE(s1pi_early, NO_V34; SET(3, S1PI, 1))
CHANGE(s2pi_early, NO_V34; SET(3, S2PI, 1))
CHANGE(s2po_early, NO_V34; SET(3, S2PO, 1))
CHANGE(the_early, NO_V34; SET(3, THE, 1))
CHANGE(aie_early, NO_V34; SET(3, AIE, 1))
CHANGE(mpam_early, SET(3, MPAM, 1))
CHANGE(mpamidr_s, id->s_mpamidr = 1)
CHANGE(mpamidr_r, id->r_mpamidr = 1)
CHANGE(idr6, id->idr[6] = 1)
CHANGE(secure0, id->s_idr[0] = 1)
CHANGE(secure3, id->s_idr[3] = 1)
CHANGE(rme_alone, SET(0, RME_IMPL, 1))
CHANGE(realm0, id->r_idr[0] = 1)
CHANGE(realm3, id->r_idr[3] = 1)

static const struct breach breaches[] = {
    {ARMVIRT_SMMU_ID_AIDR, ARMVIRT_SMMU_MAX, major},
    {ARMVIRT_SMMU_ID_STALL_MODEL, ARMVIRT_SMMU_MAX, stall3_s},
    {ARMVIRT_SMMU_ID_STALL_MODEL, ARMVIRT_SMMU_MAX, stall3_r},
    {ARMVIRT_SMMU_ID_CD2L, ARMVIRT_SMMU_FVP, cd2l_s2},
    {ARMVIRT_SMMU_ID_ATS, ARMVIRT_SMMU_FVP, ns1ats},
    {ARMVIRT_SMMU_ID_ATS, ARMVIRT_SMMU_FVP, ns1ats_s1},
    {ARMVIRT_SMMU_ID_ATS, ARMVIRT_SMMU_FVP, ns1ats_s2},
    {ARMVIRT_SMMU_ID_ATOS, ARMVIRT_SMMU_FVP, vatos_s1},
    {ARMVIRT_SMMU_ID_ATOS, ARMVIRT_SMMU_FVP, vatos_s2},
    {ARMVIRT_SMMU_ID_VMW, ARMVIRT_SMMU_FVP, vmid16},
    {ARMVIRT_SMMU_ID_ASID16, ARMVIRT_SMMU_FVP, asid16},
    {ARMVIRT_SMMU_ID_SSIDSIZE, ARMVIRT_SMMU_FVP, ssid_s2},
    {ARMVIRT_SMMU_ID_QUEUES, ARMVIRT_SMMU_MAX, events},
    {ARMVIRT_SMMU_ID_QUEUES, ARMVIRT_SMMU_MAX, pages},
    {ARMVIRT_SMMU_ID_SIDSIZE, ARMVIRT_SMMU_MAX, sid_s},
    {ARMVIRT_SMMU_ID_PRESETS, ARMVIRT_SMMU_MAX, preset_queues},
    {ARMVIRT_SMMU_ID_OAS, ARMVIRT_SMMU_FVP, oas56},
    {ARMVIRT_SMMU_ID_OAS, ARMVIRT_SMMU_FVP, oas52_4k},
    {ARMVIRT_SMMU_ID_GRANULES, ARMVIRT_SMMU_FVP, lpae_64k},
    {ARMVIRT_SMMU_ID_VAX, ARMVIRT_SMMU_FVP, vax_early},
    {ARMVIRT_SMMU_ID_VAX, ARMVIRT_SMMU_FVP, vax_4k},
    {ARMVIRT_SMMU_ID_VAX, ARMVIRT_SMMU_FVP, vax56},
    {ARMVIRT_SMMU_ID_D128, ARMVIRT_SMMU_MAX, d128_early},
    {ARMVIRT_SMMU_ID_D128, ARMVIRT_SMMU_MAX, d128_s1pi},
    {ARMVIRT_SMMU_ID_D128, ARMVIRT_SMMU_MAX, d128_s2po},
    {ARMVIRT_SMMU_ID_PERMISSIONS, ARMVIRT_SMMU_MAX, s1pi_early},
    {ARMVIRT_SMMU_ID_PERMISSIONS, ARMVIRT_SMMU_MAX, s2pi_early},
    {ARMVIRT_SMMU_ID_PERMISSIONS, ARMVIRT_SMMU_MAX, s2po_early},
    {ARMVIRT_SMMU_ID_PERMISSIONS, ARMVIRT_SMMU_MAX, the_early},
    {ARMVIRT_SMMU_ID_PERMISSIONS, ARMVIRT_SMMU_MAX, aie_early},
    {ARMVIRT_SMMU_ID_MPAM, ARMVIRT_SMMU_FVP, mpam_early},
    {ARMVIRT_SMMU_ID_MPAM, ARMVIRT_SMMU_FVP, mpamidr_s},
    {ARMVIRT_SMMU_ID_MPAM, ARMVIRT_SMMU_FVP, mpamidr_r},
    {ARMVIRT_SMMU_ID_ECMDQ, ARMVIRT_SMMU_FVP, idr6},
    {ARMVIRT_SMMU_ID_SECURE, ARMVIRT_SMMU_LINUX_MIN, secure0},
    {ARMVIRT_SMMU_ID_SECURE, ARMVIRT_SMMU_LINUX_MIN, secure3},
    {ARMVIRT_SMMU_ID_RME, ARMVIRT_SMMU_LINUX_MIN, rme_alone},
    {ARMVIRT_SMMU_ID_RME, ARMVIRT_SMMU_LINUX_MIN, realm0},
    {ARMVIRT_SMMU_ID_RME, ARMVIRT_SMMU_LINUX_MIN, realm3},
    {ARMVIRT_SMMU_ID_AIDR, ARMVIRT_SMMU_MAX, newer},
    {ARMVIRT_SMMU_ID_STAGES, ARMVIRT_SMMU_FVP, no_stage},
    {ARMVIRT_SMMU_ID_TTF, ARMVIRT_SMMU_MAX, no_format},
    {ARMVIRT_SMMU_ID_HTTU, ARMVIRT_SMMU_MAX, httu_lpae},
    {ARMVIRT_SMMU_ID_HTTU, ARMVIRT_SMMU_MAX, haft_early},
    {ARMVIRT_SMMU_ID_STALL_MODEL, ARMVIRT_SMMU_MAX, stall3},
    {ARMVIRT_SMMU_ID_STALL_MODEL, ARMVIRT_SMMU_MAX, stall_split},
    {ARMVIRT_SMMU_ID_TTENDIAN, ARMVIRT_SMMU_MAX, endian},
    {ARMVIRT_SMMU_ID_ST_LEVEL, ARMVIRT_SMMU_MAX, level},
    {ARMVIRT_SMMU_ID_HYP, ARMVIRT_SMMU_FVP, hyp},
    {ARMVIRT_SMMU_ID_CD2L, ARMVIRT_SMMU_MAX, cd2l},
    {ARMVIRT_SMMU_ID_ATS, ARMVIRT_SMMU_FVP, pri},
    {ARMVIRT_SMMU_ID_ATS, ARMVIRT_SMMU_FVP, forced},
    {ARMVIRT_SMMU_ID_ATOS, ARMVIRT_SMMU_MAX, vatos},
    {ARMVIRT_SMMU_ID_VMW, ARMVIRT_SMMU_FVP, vmw},
    {ARMVIRT_SMMU_ID_QUEUES, ARMVIRT_SMMU_MAX, queues},
    {ARMVIRT_SMMU_ID_SSIDSIZE, ARMVIRT_SMMU_MAX, ssid},
    {ARMVIRT_SMMU_ID_SIDSIZE, ARMVIRT_SMMU_MAX, sid},
    {ARMVIRT_SMMU_ID_PRESETS, ARMVIRT_SMMU_MAX, preset_tables},
    {ARMVIRT_SMMU_ID_OAS, ARMVIRT_SMMU_FVP, oas},
    {ARMVIRT_SMMU_ID_GRANULES, ARMVIRT_SMMU_FVP, granule},
    {ARMVIRT_SMMU_ID_VAX, ARMVIRT_SMMU_MAX, vax},
    {ARMVIRT_SMMU_ID_DS, ARMVIRT_SMMU_FVP, ds},
    {ARMVIRT_SMMU_ID_D128, ARMVIRT_SMMU_MAX, d128},
    {ARMVIRT_SMMU_ID_PERMISSIONS, ARMVIRT_SMMU_MAX, permissions},
    {ARMVIRT_SMMU_ID_RIL, ARMVIRT_SMMU_MAX, ril},
    {ARMVIRT_SMMU_ID_MPAM, ARMVIRT_SMMU_MAX, mpam},
    {ARMVIRT_SMMU_ID_DPT, ARMVIRT_SMMU_MAX, dpt},
    {ARMVIRT_SMMU_ID_ECMDQ, ARMVIRT_SMMU_MAX, ecmdq},
    {ARMVIRT_SMMU_ID_SECURE, ARMVIRT_SMMU_MAX, secure},
    {ARMVIRT_SMMU_ID_SEL2, ARMVIRT_SMMU_FVP, sel2},
    {ARMVIRT_SMMU_ID_RME, ARMVIRT_SMMU_MAX, rme},
    {ARMVIRT_SMMU_ID_RME, ARMVIRT_SMMU_MAX, gptm},
};

static void each_rule_of_identification_registers_can_be_broken(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof(breaches) / sizeof(breaches[0]); i++) {
        struct armvirt_smmu_config config = {.mem = {&world_mem, NULL}};

        armvirt_smmu_preset_id(breaches[i].preset, &config.id);
        assert_int_not_equal(armvirt_smmu_size(&config), 0);
        breaches[i].change(&config.id);
        assert_int_equal(armvirt_smmu_id_check(&config.id), breaches[i].rule);
        assert_int_equal(armvirt_smmu_size(&config), 0);
    }
}

static void storage_is_checked(void **state)
{
    struct armvirt_smmu_config config = {.mem = {&world_mem, NULL}, .cache_log2 = 4};
    struct armvirt_mem_ops memory;
    struct armvirt_smmu *smmu;
    size_t size;
    uint8_t *storage;

    (void)state;
    armvirt_smmu_preset_id(ARMVIRT_SMMU_QEMU, &config.id);
    size = armvirt_smmu_size(&config);
    storage = aligned_alloc(64, (size + 127) & ~(size_t)63);
    assert_int_equal(armvirt_smmu_init(storage, size - 1, &config, &smmu), ARMVIRT_E_NOSPACE);
    assert_int_equal(armvirt_smmu_init(storage + 8, size, &config, &smmu), ARMVIRT_E_INVAL);
    assert_int_equal(armvirt_smmu_init(storage, size, &config, &smmu), ARMVIRT_OK);
    config.cache_log2 = 17;
    assert_int_equal(armvirt_smmu_size(&config), 0);
    config.cache_log2 = 4;
    config.tlb_entries = 3;
    assert_int_equal(armvirt_smmu_size(&config), 0);
    config.tlb_entries = 0;
    memory = world_mem;
    config.mem.ops = &memory;
    memory.read = NULL;
    assert_int_equal(armvirt_smmu_size(&config), 0);
    memory.read = world_mem.read;
    memory.write = NULL;
    assert_int_equal(armvirt_smmu_size(&config), 0);
    memory.write = world_mem.write;
    memory.cas = NULL; /* hardware updates of descriptors need it */
    assert_int_equal(armvirt_smmu_size(&config) == 0,
                     (config.id.idr[0] & ARMVIRT_SMMU_IDR0_HTTU) != 0);
    config.mem.ops = NULL;
    assert_int_equal(armvirt_smmu_init(storage, size, &config, &smmu), ARMVIRT_E_INVAL);
    free(storage);
}

/* The constant that a static buffer is made of is never too small. */
static void size_is_bounded_by_a_constant(void **state)
{
    static const uint32_t tlbs[] = {0, 8, 256, 1024, 65536};

    (void)state;
    for (unsigned preset = 0; preset < ARMVIRT_SMMU_PRESETS; preset++) {
        struct armvirt_smmu_config config = {.mem = {&world_mem, NULL}};
        size_t stalls, queues;

        armvirt_smmu_preset_id(preset, &config.id);
        stalls = ARMVIRT_GET(ARMVIRT_SMMU_IDR5_STALL_MAX, config.id.idr[5]);
        queues = config.id.idr[1] & ARMVIRT_SMMU_IDR1_ECMDQ ? 3 * 65536 : 0;
        for (config.cache_log2 = 0; config.cache_log2 <= 16; config.cache_log2 += 4) {
            for (size_t i = 0; i < sizeof(tlbs) / sizeof(tlbs[0]); i++) {
                config.tlb_entries = tlbs[i];
                assert_in_range(armvirt_smmu_size(&config), 1,
                                ARMVIRT_SMMU_SIZE(config.cache_log2, tlbs[i], stalls) +
                                    queues * ARMVIRT_SMMU_ECMDQ_BYTES);
            }
        }
    }
    assert_true(armvirt_pmcg_size() <= ARMVIRT_PMCG_SIZE);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(presets_pass_their_own_rules),
        cmocka_unit_test(preset_fvp_reads_what_the_model_reads),
        cmocka_unit_test(each_rule_of_identification_registers_can_be_broken),
        cmocka_unit_test(storage_is_checked),
        cmocka_unit_test(size_is_bounded_by_a_constant),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
