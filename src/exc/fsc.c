/* SPDX-License-Identifier: MIT */
/*
 * Fault status codes of both formats. DDI0487 D24.2.45 (DFSC), G8.2.47 (DFSR), J1.3.3
 * (EncodeLDFSC), J1.2.3 (EncodeSDFSC).
 */
#include <armvirt/syndrome.h>

#define AT(kind, level)                                                                            \
    {                                                                                              \
        ARMVIRT_FSC_##kind, level, false, true                                                     \
    }
#define WALK(kind, level)                                                                          \
    {                                                                                              \
        ARMVIRT_FSC_##kind, level, true, true                                                      \
    }
#define ALONE(kind)                                                                                \
    {                                                                                              \
        ARMVIRT_FSC_##kind, 0, false, false                                                        \
    }
#define FROM_0(macro, kind) macro(kind, 0), macro(kind, 1), macro(kind, 2), macro(kind, 3)

static const struct armvirt_fsc long_codes[64] = {
    [0x00] = FROM_0(AT, ADDRESS_SIZE),
    FROM_0(AT, TRANSLATION),
    FROM_0(AT, ACCESS_FLAG),
    FROM_0(AT, PERMISSION),
    [0x10] = ALONE(EXTERNAL),
    [0x11] = ALONE(TAG_CHECK),
    [0x12] = WALK(EXTERNAL, -2),
    [0x13] = WALK(EXTERNAL, -1),
    [0x14] = FROM_0(WALK, EXTERNAL),
    [0x18] = ALONE(PARITY),
    [0x1b] = WALK(PARITY, -1),
    [0x1c] = FROM_0(WALK, PARITY),
    [0x21] = ALONE(ALIGNMENT),
    [0x22] = WALK(GRANULE, -2),
    [0x23] = WALK(GRANULE, -1),
    [0x24] = FROM_0(WALK, GRANULE),
    [0x28] = ALONE(GRANULE),
    [0x29] = AT(ADDRESS_SIZE, -1),
    [0x2a] = AT(TRANSLATION, -2),
    [0x2b] = AT(TRANSLATION, -1),
    [0x2c] = AT(ADDRESS_SIZE, -2),
    [0x30] = ALONE(TLB_CONFLICT),
    [0x31] = ALONE(UNSUPPORTED_UPDATE),
    [0x34] = ALONE(LOCKDOWN),
    [0x35] = ALONE(UNSUPPORTED_EXCLUSIVE),
    [0x3d] = AT(DOMAIN, 1),
    [0x3e] = AT(DOMAIN, 2),
};

static const struct armvirt_fsc short_codes[32] = {
    [0x01] = ALONE(ALIGNMENT),
    [0x02] = ALONE(DEBUG),
    [0x03] = AT(ACCESS_FLAG, 1),
    [0x04] = ALONE(CACHE_MAINTENANCE),
    [0x05] = AT(TRANSLATION, 1),
    [0x06] = AT(ACCESS_FLAG, 2),
    [0x07] = AT(TRANSLATION, 2),
    [0x08] = ALONE(EXTERNAL),
    [0x09] = AT(DOMAIN, 1),
    [0x0b] = AT(DOMAIN, 2),
    [0x0c] = WALK(EXTERNAL, 1),
    [0x0d] = AT(PERMISSION, 1),
    [0x0e] = WALK(EXTERNAL, 2),
    [0x0f] = AT(PERMISSION, 2),
    [0x10] = ALONE(TLB_CONFLICT),
    [0x14] = ALONE(LOCKDOWN),
    [0x15] = ALONE(UNSUPPORTED_EXCLUSIVE),
    [0x16] = ALONE(ASYNC_EXTERNAL),
    [0x18] = ALONE(ASYNC_PARITY),
    [0x19] = ALONE(PARITY),
    [0x1c] = WALK(PARITY, 1),
    [0x1e] = WALK(PARITY, 2),
};

bool armvirt_fsc_decode(unsigned code, struct armvirt_fsc *fsc)
{
    *fsc = long_codes[code & 63];
    return fsc->kind != ARMVIRT_FSC_NONE;
}

bool armvirt_fsc_decode_short(unsigned code, struct armvirt_fsc *fsc)
{
    *fsc = short_codes[code & 31];
    return fsc->kind != ARMVIRT_FSC_NONE;
}

static int find(const struct armvirt_fsc *codes, int count, const struct armvirt_fsc *fsc)
{
    for (int i = 0; i < count && fsc->kind != ARMVIRT_FSC_NONE; i++) {
        if (codes[i].kind == fsc->kind && codes[i].on_walk == fsc->on_walk &&
            (!codes[i].has_level || codes[i].level == fsc->level)) {
            return i;
        }
    }
    return -1;
}

int armvirt_fsc_encode(const struct armvirt_fsc *fsc)
{
    return find(long_codes, 64, fsc);
}

int armvirt_fsc_encode_short(const struct armvirt_fsc *fsc)
{
    return find(short_codes, 32, fsc);
}
