/* SPDX-License-Identifier: MIT */
/*
 * Kinds of instruction words, one row for each group of encodings. The first row that fits counts.
 * DDI0487 C4.1 (A64), F4.1 (A32), F3.1 (T32).
 */
#include <armvirt/insn.h>

#include <stddef.h>

struct encoding {
    uint32_t mask, bits;
    uint8_t kind;
};

#define K(name) ARMVIRT_INSN_##name

static const struct encoding a64[] = {
    /* Exception generation, C4.1.95 */
    {0xffe0001f, 0xd4000001, K(SVC)},
    {0xffe0001f, 0xd4000002, K(HVC)},
    {0xffe0001f, 0xd4000003, K(SMC)},
    {0xffe0001f, 0xd4200000, K(BRK)},
    {0xffe0001f, 0xd4400000, K(HLT)},
    {0xffe0001f, 0xd4a00000, K(UNDEFINED)},
    {0xffe0001c, 0xd4a00000, K(DCPS)},
    {0xff000000, 0xd4000000, K(UNDEFINED)},
    {0xffff0000, 0x00000000, K(UNDEFINED)},
    /* Branches (register) */
    {0xffffffff, 0xd69f03e0, K(ERET)},
    {0xffffffff, 0xd69f0bff, K(ERETAA)},
    {0xffffffff, 0xd69f0fff, K(ERETAB)},
    {0xffffffff, 0xd6bf03e0, K(DRPS)},
    {0xffffffff, 0xd65f0bff, K(PAC_IA)}, /* RETAA */
    {0xffffffff, 0xd65f0fff, K(PAC_IB)},
    {0xfedffc00, 0xd61f0800, K(PAC_IA)}, /* BRAA, BRAAZ, BLRAA, BLRAAZ */
    {0xfedffc00, 0xd61f0c00, K(PAC_IB)},
    /* Hints */
    {0xffffffff, 0xd503205f, K(WFE)},
    {0xffffffff, 0xd503207f, K(WFI)},
    {0xffffffff, 0xd503223f, K(PSB)},
    {0xffffffff, 0xd503225f, K(TSB)},
    {0xffffffe0, 0xd5031000, K(WFET)},
    {0xffffffe0, 0xd5031020, K(WFIT)},
    {0xffffff7f, 0xd503211f, K(PAC_IA)}, /* PACIA1716, AUTIA1716 */
    {0xffffff7f, 0xd503215f, K(PAC_IB)},
    {0xffffff5f, 0xd503231f, K(PAC_IA)}, /* PACIAZ, PACIASP, AUTIAZ, AUTIASP */
    {0xffffff5f, 0xd503235f, K(PAC_IB)},
    /* MSR (immediate) */
    {0xfffff0ff, 0xd50040bf, K(PRIVILEGED)}, /* SPSel */
    {0xfffff0ff, 0xd500407f, K(PSTATE)},     /* UAO */
    {0xfffff0ff, 0xd500409f, K(PSTATE)},     /* PAN */
    {0xfffffeff, 0xd501421f, K(PSTATE)},     /* PM */
    {0xfffff0ff, 0xd503403f, K(PSTATE)},     /* SSBS */
    {0xfffff0ff, 0xd503405f, K(PSTATE)},     /* DIT */
    {0xfffff0ff, 0xd503409f, K(PSTATE)},     /* TCO */
    {0xfffff0df, 0xd50340df, K(DAIF)},       /* DAIFSet, DAIFClr */
    {0xfffffeff, 0xd501401f, K(ALLINT)},
    {0xfffff8ff, 0xd503407f, K(SME_ACCESS)}, /* SVCRSM, SVCRZA, SVCRSMZA */
    /* System instructions of FEAT_GCS */
    {0xffffffe0, 0xd50b7700, K(GCSPUSHM)},
    {0xffffffe0, 0xd52b7720, K(GCS)}, /* GCSPOPM */
    {0xffffffe0, 0xd50b7740, K(GCS)}, /* GCSSS1 */
    {0xffffffe0, 0xd52b7760, K(GCS)}, /* GCSSS2 */
    {0xffffffff, 0xd508779f, K(GCSPUSHX)},
    {0xffffffff, 0xd50877bf, K(GCSPOPCX)},
    {0xffffffff, 0xd50877df, K(GCSPOPX)},
    {0xffffec00, 0xd91f0c00, K(GCSSTR)}, /* GCSSTR, GCSSTTR */
    /* Pointer authentication: data processing and loads */
    {0xffffec00, 0xdac10000, K(PAC_IA)}, /* PACIA, AUTIA */
    {0xffffec00, 0xdac10400, K(PAC_IB)},
    {0xffffec00, 0xdac10800, K(PAC_DA)},
    {0xffffec00, 0xdac10c00, K(PAC_DB)},
    {0xffffefe0, 0xdac123e0, K(PAC_IA)}, /* PACIZA, AUTIZA */
    {0xffffefe0, 0xdac127e0, K(PAC_IB)},
    {0xffffefe0, 0xdac12be0, K(PAC_DA)},
    {0xffffefe0, 0xdac12fe0, K(PAC_DB)},
    {0xffe0fc00, 0x9ac03000, K(PAC_GA)},
    {0xffa00400, 0xf8200400, K(PAC_DA)}, /* LDRAA */
    {0xffa00400, 0xf8a00400, K(PAC_DB)},
    /* 64-byte accesses */
    {0xfffffc00, 0xf83fd000, K(LD64B)},
    {0xfffffc00, 0xf83f9000, K(LD64B)}, /* ST64B */
    {0xffe0fc00, 0xf820b000, K(ST64BV)},
    {0xffe0fc00, 0xf820a000, K(ST64BV0)},
    /* Memory copy and set */
    {0xfb200c00, 0x19000400, K(MOPS)},
    /* SME and SVE, C4.1.2 and C4.1.36 */
    {0xffffff00, 0xc0080000, K(SME_ZA)}, /* ZERO of tiles */
    {0xffffffff, 0xc0480001, K(SME_ZT0)},
    {0xffffc000, 0xe11f8000, K(SME_ZT0)}, /* LDR ZT0, STR ZT0 */
    {0xffdf9c10, 0xe1000000, K(SME_ZA)},  /* LDR, STR of an array vector */
    {0x9e000000, 0x80000000, K(SME_SM_ZA)},
    {0xffa0f800, 0x04205800, K(SME)},        /* ADDSVL, ADDSPL */
    {0xfffff800, 0x04bf5800, K(SME)},        /* RDSVL */
    {0xfffffe1f, 0x25289000, K(SVE_NORMAL)}, /* WRFFR */
    {0xffffffff, 0x252c9000, K(SVE_NORMAL)}, /* SETFFR */
    {0xffbffe10, 0x2518f000, K(SVE_NORMAL)}, /* RDFFR, RDFFRS */
    {0xfffffff0, 0x2519f000, K(SVE_NORMAL)},
    {0xfe00e000, 0xa4006000, K(SVE_NORMAL)}, /* LDFF1 */
    {0xfe10e000, 0xa410a000, K(SVE_NORMAL)}, /* LDNF1 */
    {0xffc0e000, 0x85804000, K(SVE)},        /* LDR of a vector */
    {0xffc0e010, 0x85800000, K(SVE)},        /* LDR of a predicate */
    {0xfe408000, 0x84408000, K(SVE)},        /* LD1R */
    {0xffe08000, 0x85c00000, K(SVE)},        /* PRF */
    {0xbe000000, 0x84000000, K(SVE_NORMAL)}, /* gathers */
    {0x1e000000, 0x04000000, K(SVE)},
    /* Floating-point and Advanced SIMD */
    {0xbe000000, 0x0c000000, K(SIMD)}, /* structure loads and stores */
    {0x0e000000, 0x0c000000, K(FP)},   /* other loads and stores */
    {0x5e000000, 0x1e000000, K(FP)},   /* scalar data processing */
    {0x0e000000, 0x0e000000, K(SIMD)},
};

/* What is beside floating-point in the space of coprocessors 8 to 11 and 13, in A32 and T32:
 * 0xfc to 0xfe. */
#define UNCONDITIONAL_VECTOR                                                                       \
    {0xff000e10, 0xfe000a00, K(FP)}, {0xff000f10, 0xfe000900, K(FP)}, /* VSEL, VMAXNM, VRINT */    \
        {0xff000f00, 0xfe000800, K(SIMD)}, {0xff000f00, 0xfe000d00, K(SIMD)},                      \
        {0xfe000c00, 0xfc000800, K(SIMD)},                                                         \
    {                                                                                              \
        0xfe000f00, 0xfc000d00, K(SIMD)                                                            \
    }

/* A word without condition (0xf) comes first in its group. */
static const struct encoding a32[] = {
    UNCONDITIONAL_VECTOR,
    {0xff000010, 0xfe000010, K(ORDINARY)},
    {0xfe000000, 0xf2000000, K(SIMD)},
    {0xff100000, 0xf4000000, K(SIMD)}, /* structure loads and stores */
    {0xfffffdff, 0xf1010000, K(SETEND)},
    {0xfe5fffe0, 0xf84d0500, K(SRS)},
    {0xf0000000, 0xf0000000, K(ORDINARY)},
    {0x0f000000, 0x0f000000, K(SVC)},
    {0x0ff000f0, 0x01400070, K(HVC)},
    {0x0ff000f0, 0x01600070, K(SMC)},
    {0x0ff000f0, 0x01200070, K(BRK)},
    {0x0ff000f0, 0x01000070, K(HLT)},
    {0x0fff0fff, 0x014f0000, K(PRIVILEGED)}, /* MRS of SPSR */
    {0x0fb00eff, 0x01000200, K(BANKED)},     /* MRS */
    {0x0fb0fef0, 0x0120f200, K(BANKED)},     /* MSR */
    {0xfff000f0, 0xe7f000f0, K(UNDEFINED)},
    {0x0fffffff, 0x0160006e, K(ERET)},
    {0x0fffffff, 0x0320f002, K(WFE)},
    {0x0fffffff, 0x0320f003, K(WFI)},
    {0x0f000e00, 0x0e000a00, K(FP)}, /* coprocessors 10, 11, and 9 for half precision */
    {0x0f000f00, 0x0e000900, K(FP)},
    {0x0e000e00, 0x0c000a00, K(FP)},
    {0x0e000f00, 0x0c000900, K(FP)},
};

/* F3.1.2: one halfword. */
static const struct encoding t16[] = {
    {0xff00, 0xdf00, K(SVC)}, {0xff00, 0xde00, K(UNDEFINED)}, {0xff00, 0xbe00, K(BRK)},
    {0xffc0, 0xba80, K(HLT)}, {0xfff7, 0xb650, K(SETEND)},    {0xffff, 0xbf20, K(WFE)},
    {0xffff, 0xbf30, K(WFI)}, {0xff0f, 0xbf00, K(ORDINARY)}, /* other hints */
    {0xff00, 0xbf00, K(IT)},
};

/* F3.1.3: two halfwords. */
static const struct encoding t32[] = {
    {0xfff0f000, 0xf7f08000, K(SMC)},        {0xfff0f000, 0xf7e08000, K(HVC)},
    {0xfff0f000, 0xf7f0a000, K(UNDEFINED)},  {0xffffffff, 0xf78f8000, K(UNDEFINED)},
    {0xfffffffc, 0xf78f8000, K(DCPS)},       {0xffffffff, 0xf3de8f00, K(ERET)},
    {0xffffffff, 0xf3af8002, K(WFE)},        {0xffffffff, 0xf3af8003, K(WFI)},
    {0xfffff0ff, 0xf3ff8000, K(PRIVILEGED)}, /* MRS of SPSR */
    {0xffe0f0ef, 0xf3e08020, K(BANKED)},     /* MRS */
    {0xffe0f0ef, 0xf3808020, K(BANKED)},     /* MSR */
    {0xffdfffe0, 0xe80dc000, K(SRS)},        {0xffdfffe0, 0xe98dc000, K(SRS)},
    {0xff100000, 0xf9000000, K(SIMD)}, /* structure loads and stores */
    {0xef000000, 0xef000000, K(SIMD)},       UNCONDITIONAL_VECTOR,
    {0xff000e00, 0xee000a00, K(FP)},         {0xff000f00, 0xee000900, K(FP)},
    {0xfe000e00, 0xec000a00, K(FP)},         {0xfe000f00, 0xec000900, K(FP)},
};

#define COUNT(rows) (sizeof(rows) / sizeof((rows)[0]))

static void decode(const struct encoding *rows, size_t count, uint32_t word,
                   struct armvirt_insn *insn)
{
    *insn = (struct armvirt_insn){.word = word, .bytes = 4};
    for (size_t i = 0; i < count; i++) {
        if ((word & rows[i].mask) == rows[i].bits) {
            insn->kind = rows[i].kind;
            return;
        }
    }
}

void armvirt_insn_decode(uint32_t word, struct armvirt_insn *insn)
{
    decode(a64, COUNT(a64), word, insn);
}

void armvirt_insn_decode_a32(uint32_t word, struct armvirt_insn *insn)
{
    decode(a32, COUNT(a32), word, insn);
    insn->aarch32 = true;
}

/* Five bits tell the length: 0b11101 and up begin a pair. */
void armvirt_insn_decode_t32(uint16_t first, uint16_t second, struct armvirt_insn *insn)
{
    if (first >> 11 >= 0x1d) {
        decode(t32, COUNT(t32), (uint32_t)first << 16 | second, insn);
    } else {
        decode(t16, COUNT(t16), first, insn);
        insn->word |= (uint32_t)second << 16;
        insn->bytes = 2;
    }
    insn->aarch32 = true;
    insn->t32 = true;
}
