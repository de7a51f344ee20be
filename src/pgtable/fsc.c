/* SPDX-License-Identifier: MIT */
/*
 * Fault status codes. DDI0487 D24.2 ESR_EL1 (DFSC), G8.2.47 DFSR, J1.3.3 EncodeLDFSC,
 * J1.2.3 EncodeSDFSC, J1.1.3 AArch64.PARFaultStatus (Domain faults).
 */
#include "report.h"

#include <armvirt/regs/syndrome.h>

/* Long format: the code of level 0, to which the level is added if `levels`, and those below 0. */
struct long_code {
    uint8_t level0, level_1, level_2;
    bool levels;
};

#define DFSC(name)   ARMVIRT_ISS_DATA_ABORT_DFSC_##name
#define LEVELS(name) DFSC(name##_L0), DFSC(name##_LM1), DFSC(name##_LM2), true
#define FIXED(name)  DFSC(name), 0, 0, false

static const struct long_code long_codes[] = {
    [ARMVIRT_FAULT_TRANSLATION] = {LEVELS(TRANSLATION)},
    [ARMVIRT_FAULT_ADDRESS_SIZE] = {LEVELS(ADDRESS_SIZE)},
    [ARMVIRT_FAULT_ACCESS_FLAG] = {DFSC(ACCESS_FLAG_L0), 0, 0, true},
    [ARMVIRT_FAULT_PERMISSION] = {DFSC(PERMISSION_L0), 0, 0, true},
    [ARMVIRT_FAULT_ALIGNMENT] = {FIXED(ALIGNMENT)},
    [ARMVIRT_FAULT_EXTERNAL_ON_WALK] = {LEVELS(WALK_EXTERNAL)},
    [ARMVIRT_FAULT_GPC_ON_WALK] = {LEVELS(WALK_GPF)},
    [ARMVIRT_FAULT_GPC_ON_OUTPUT] = {FIXED(GPF)},
    [ARMVIRT_FAULT_DOMAIN] = {DFSC(SECTION_DOMAIN) - 1, 0, 0, true},
    [ARMVIRT_FAULT_UNSUPPORTED_ATOMIC] = {FIXED(UNSUPPORTED_EXCLUSIVE)},
    [ARMVIRT_FAULT_EXTERNAL] = {FIXED(EXTERNAL)},
};

/* Short format: the codes of levels 1 and 2. */
static const uint8_t short_codes[][2] = {
    [ARMVIRT_FAULT_TRANSLATION] = {0x05, 0x07},        [ARMVIRT_FAULT_ACCESS_FLAG] = {0x03, 0x06},
    [ARMVIRT_FAULT_PERMISSION] = {0x0d, 0x0f},         [ARMVIRT_FAULT_ALIGNMENT] = {0x01, 0x01},
    [ARMVIRT_FAULT_EXTERNAL_ON_WALK] = {0x0c, 0x0e},   [ARMVIRT_FAULT_DOMAIN] = {0x09, 0x0b},
    [ARMVIRT_FAULT_UNSUPPORTED_ATOMIC] = {0x15, 0x15}, [ARMVIRT_FAULT_EXTERNAL] = {0x08, 0x08},
};

uint8_t armvirt_long_fsc(const struct armvirt_fault *fault)
{
    const struct long_code *code;

    if (fault->type >= sizeof(long_codes) / sizeof(long_codes[0])) {
        return 0;
    }
    code = &long_codes[fault->type];
    if (!code->levels) {
        return code->level0;
    }
    if (fault->level < 0) {
        return fault->level == -1 ? code->level_1 : code->level_2;
    }
    return (uint8_t)(code->level0 + (fault->level & 3));
}

uint8_t armvirt_short_fsc(const struct armvirt_fault *fault)
{
    if (fault->type >= sizeof(short_codes) / sizeof(short_codes[0])) {
        return 0;
    }
    return short_codes[fault->type][fault->level > 1];
}
