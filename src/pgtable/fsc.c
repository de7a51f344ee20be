/* SPDX-License-Identifier: MIT */
/*
 * Fault status codes. DDI0487 D24.2 ESR_EL1 (DFSC), G8.2.47 DFSR, J1.3.3 EncodeLDFSC,
 * J1.2.3 EncodeSDFSC, J1.1.3 AArch64.PARFaultStatus (Domain faults).
 */
#include "report.h"

#include <stddef.h>

/* Long format: the code of level 0, to which the level is added if `levels`, and those below 0. */
struct long_code {
    uint8_t level0, level_1, level_2;
    bool levels;
};

static const struct long_code long_codes[] = {
    [ARMVIRT_FAULT_TRANSLATION] = {0x04, 0x2b, 0x2a, true},
    [ARMVIRT_FAULT_ADDRESS_SIZE] = {0x00, 0x29, 0x2c, true},
    [ARMVIRT_FAULT_ACCESS_FLAG] = {0x08, 0, 0, true},
    [ARMVIRT_FAULT_PERMISSION] = {0x0c, 0, 0, true},
    [ARMVIRT_FAULT_ALIGNMENT] = {0x21, 0, 0, false},
    [ARMVIRT_FAULT_EXTERNAL_ON_WALK] = {0x14, 0x13, 0x12, true},
    [ARMVIRT_FAULT_GPC_ON_WALK] = {0x24, 0x23, 0x22, true},
    [ARMVIRT_FAULT_GPC_ON_OUTPUT] = {0x28, 0, 0, false},
    [ARMVIRT_FAULT_DOMAIN] = {0x3c, 0, 0, true},
    [ARMVIRT_FAULT_UNSUPPORTED_ATOMIC] = {0x35, 0, 0, false},
    [ARMVIRT_FAULT_EXTERNAL] = {0x10, 0, 0, false},
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
