/* SPDX-License-Identifier: MIT */
/*
 * Registers and descriptors as text: values of real machines, the readings that conditions and
 * parts choose, and the names under which all are found. DDI0487 C5.2, D8.3, D9.6, D24, G8.2.
 */
#include "suite.h"

#include <armvirt/text.h>

#include <stdio.h>
#include <string.h>

/* ---- whole values ---- */

struct text_case {
    const char *name;
    const char *layout;
    uint64_t value[2];
    uint64_t when;
    const char *text;
};

static const struct text_case text_cases[] = {
    {"TCR_EL1 of a Linux host: both ranges 48 bits, 4 KB granules, 16-bit ASIDs",
     "TCR_EL1",
     {0x5000f5b5503510, 0},
     0,
     "MTX1[61]=0x0 MTX0[60]=0x0 DS[59]=0x0 TCMA1[58]=0x0 TCMA0[57]=0x0 E0PD1[56]=0x0 E0PD0[55]=0x0 "
     "NFD1[54]=0x1 NFD0[53]=0x0 TBID1[52]=0x1 TBID0[51]=0x0 HWU162[50]=0x0 HWU161[49]=0x0 "
     "HWU160[48]=0x0 HWU159[47]=0x0 HWU062[46]=0x0 HWU061[45]=0x0 HWU060[44]=0x0 HWU059[43]=0x0 "
     "HPD1[42]=0x0 HPD0[41]=0x0 HD[40]=0x0 HA[39]=0x1 TBI1[38]=0x1 TBI0[37]=0x1 AS[36]=0x1 "
     "IPS[34:32]=0x5 (48) TG1[31:30]=0x2 (4K) SH1[29:28]=0x3 (INNER) ORGN1[27:26]=0x1 (WBWA) "
     "IRGN1[25:24]=0x1 (WBWA) EPD1[23]=0x0 A1[22]=0x1 T1SZ[21:16]=0x10 TG0[15:14]=0x0 (4K) "
     "SH0[13:12]=0x3 (INNER) ORGN0[11:10]=0x1 (WBWA) IRGN0[9:8]=0x1 (WBWA) EPD0[7]=0x0 "
     "T0SZ[5:0]=0x10"},
    {"MAIR_EL1 of Linux: write-back, non-cacheable, two kinds of device",
     "MAIR_EL1",
     {0x40044ffff, 0},
     0,
     "Attr7[63:56]=0x0 (DEVICE_nGnRnE) Attr6[55:48]=0x0 (DEVICE_nGnRnE) "
     "Attr5[47:40]=0x0 (DEVICE_nGnRnE) Attr4[39:32]=0x4 (DEVICE_nGnRE) "
     "Attr3[31:24]=0x0 (DEVICE_nGnRnE) Attr2[23:16]=0x44 (NC) Attr1[15:8]=0xff (WB) "
     "Attr0[7:0]=0xff (WB)"},
    {"MIDR_EL1 of a Cortex-A72",
     "MIDR_EL1",
     {0x410fd083, 0},
     0,
     "Implementer[31:24]=0x41 (ARM) Variant[23:20]=0x0 Architecture[19:16]=0xf (ID_REGISTERS) "
     "PartNum[15:4]=0xd08 Revision[3:0]=0x3"},
    {"TTBR0_EL1 of a Linux process: ASID and CnP",
     "TTBR0_EL1",
     {0xb5000048701001, 0},
     0,
     "ASID[63:48]=0xb5 BADDR[47:1]=0x24380800 CnP[0]=0x1"},
    {"TTBR0_EL1 with 128-bit descriptors: address bits in the high word",
     "TTBR0_EL1",
     {0x40081000, 0x120000},
     ARMVIRT_WHEN_D128,
     "BADDR[55:48]@[87:80]=0x12 ASID[63:48]=0x0 BADDR[47:5]=0x2004080 SKL[2:1]=0x0 CnP[0]=0x0"},
    {"ESR_EL2 of a trapped MSR TTBR0_EL1 of a Linux guest",
     "ESR_EL2",
     {0x62300ac2, 0},
     0,
     "ISS2[55:32]=0x0 EC[31:26]=0x18 (SYSREG) IL[25]=0x1 Op0[21:20]=0x3 Op2[19:17]=0x0 "
     "Op1[16:14]=0x0 CRn[13:10]=0x2 Rt[9:5]=0x16 CRm[4:1]=0x1 Direction[0]=0x0 (WRITE)"},
    {"ESR_EL2 of SVC from AArch64",
     "ESR_EL2",
     {0x56000000, 0},
     0,
     "ISS2[55:32]=0x0 EC[31:26]=0x15 (SVC64) IL[25]=0x1 imm16[15:0]=0x0"},
    {"PAR_EL1 with F=0 holds address and attributes",
     "PAR_EL1",
     {0xff00000040081b80, 0},
     0,
     "D128[64]=0x0 ATTR[63:56]=0xff (WB) PA[51:48]=0x0 PA[47:12]=0x40081 NSE[11]=0x1 NS[9]=0x1 "
     "SH[8:7]=0x3 (INNER) F[0]=0x0"},
    {"PAR_EL1 with F=1 holds the fault",
     "PAR_EL1",
     {0xa0f, 0},
     0,
     "D128[64]=0x0 DirtyBit[15]=0x0 Overlay[14]=0x0 TopLevel[13]=0x0 AssuredOnly[12]=0x0 S[9]=0x1 "
     "PTW[8]=0x0 FST[6:1]=0x7 (TRANSLATION_L3) F[0]=0x1"},
    {"PAR_EL1 with D128=1 holds the address in its high word",
     "PAR_EL1",
     {0xff00000000000b80, 0x40081001},
     0,
     "PA[119:76]=0x40081 D128[64]=0x1 ATTR[63:56]=0xff (WB) NSE[11]=0x1 NS[9]=0x1 "
     "SH[8:7]=0x3 (INNER) F[0]=0x0"},
    {"SPSR_EL1 from AArch64",
     "SPSR_EL1",
     {0x60001005, 0},
     0,
     "UINJ[36]=0x0 PACM[35]=0x0 EXLOCK[34]=0x0 PPEND[33]=0x0 PM[32]=0x0 N[31]=0x0 Z[30]=0x1 "
     "C[29]=0x1 V[28]=0x0 TCO[25]=0x0 DIT[24]=0x0 UAO[23]=0x0 PAN[22]=0x0 SS[21]=0x0 IL[20]=0x0 "
     "ALLINT[13]=0x0 SSBS[12]=0x1 BTYPE[11:10]=0x0 D[9]=0x0 A[8]=0x0 I[7]=0x0 F[6]=0x0 M[4]=0x0 "
     "M[3:0]=0x5 (EL1h)"},
    {"SPSR_EL1 from AArch32: M[4] chooses, IT is in two pieces",
     "SPSR_EL1",
     {0x600001d3, 0},
     0,
     "UINJ[36]=0x0 PPEND[33]=0x0 N[31]=0x0 Z[30]=0x1 C[29]=0x1 V[28]=0x0 Q[27]=0x0 "
     "IT[1:0]@[26:25]=0x0 DIT[24]=0x0 SSBS[23]=0x0 PAN[22]=0x0 SS[21]=0x0 IL[20]=0x0 "
     "GE[19:16]=0x0 IT[7:2]@[15:10]=0x0 E[9]=0x0 A[8]=0x1 I[7]=0x1 F[6]=0x1 T[5]=0x0 M[4]=0x1 "
     "M[3:0]=0x3 (SVC)"},
    {"a kernel page of Linux: read-only, executable by EL1",
     "VMSA64_S1_LEAF",
     {0x40000040210783, 0},
     0,
     "SW[58:55]=0x0 UXN[54]=0x1 PXN[53]=0x0 CONTIG[52]=0x0 DBM[51]=0x0 GP[50]=0x0 "
     "OA[47:12]=0x40210 nG[11]=0x0 AF[10]=0x1 SH[9:8]=0x3 (INNER) AP[7:6]=0x2 (PRIV_RO) "
     "AttrIndx[4:2]=0x0 TYPE[1]=0x1 (PAGE) VALID[0]=0x1"},
    {"the same bits with permission indirection: an index instead",
     "VMSA64_S1_LEAF",
     {0x40000040210783, 0},
     ARMVIRT_WHEN_PIE,
     "SW[58:55]=0x0 PIIndex[3:2]@[54:53]=0x2 CONTIG[52]=0x0 PIIndex[1]@[51]=0x0 GP[50]=0x0 "
     "OA[47:12]=0x40210 nG[11]=0x0 AF[10]=0x1 SH[9:8]=0x3 (INNER) nDirty[7]=0x1 "
     "PIIndex[0]@[6]=0x0 AttrIndx[4:2]=0x0 TYPE[1]=0x1 (PAGE) VALID[0]=0x1"},
    {"a 1 GB block: address from bit 30, reserved bits reported if set",
     "VMSA64_S1_LEAF",
     {0x60000040020701, 0},
     ARMVIRT_WHEN_G4K | ARMVIRT_WHEN_LEVEL1,
     "SW[58:55]=0x0 UXN[54]=0x1 PXN[53]=0x1 CONTIG[52]=0x0 DBM[51]=0x0 GP[50]=0x0 OA[47:30]=0x1 "
     "RES0[29:17]=0x1 nT[16]=0x0 nG[11]=0x0 AF[10]=0x1 SH[9:8]=0x3 (INNER) AP[7:6]=0x0 (PRIV_RW) "
     "AttrIndx[4:2]=0x0 TYPE[1]=0x0 (BLOCK) VALID[0]=0x1"},
    {"a stage 2 page, attributes forced",
     "VMSA64_S2_LEAF",
     {0x400000402007db, 0},
     ARMVIRT_WHEN_FWB,
     "SW[58:56]=0x0 XN[54:53]=0x2 (ALL) CONTIG[52]=0x0 DBM[51]=0x0 OA[47:12]=0x40200 FnXS[11]=0x0 "
     "AF[10]=0x1 SH[9:8]=0x3 (INNER) S2AP[7:6]=0x3 (RW) MemAttr[2:0]@[4:2]=0x6 (WB) "
     "TYPE[1]=0x1 (PAGE) VALID[0]=0x1"},
    {"a table descriptor of a 52-bit system: address bits in three places",
     "VMSA64_S1_TABLE",
     {0x0003000040201303, 0},
     ARMVIRT_WHEN_DS,
     "APTable[62:61]=0x0 UXNTable[60]=0x0 PXNTable[59]=0x0 NLTA[49:48]=0x3 NLTA[47:12]=0x40201 "
     "NLTA[51:50]@[9:8]=0x3 TYPE[1]=0x1 (TABLE) VALID[0]=0x1"},
    {"a granule protection table block",
     "GPT_BLOCK",
     {0xb1, 0},
     0,
     "GPI[7:4]=0xb (REALM) TYPE[3:0]=0x1 (BLOCK)"},
    {"AArch32 PAR of a long-descriptor fault: two tests choose the part",
     "PAR",
     {0x80b, 0},
     0,
     "LPAE[11]=0x1 FSTAGE[9]=0x0 S2WLK[8]=0x0 FST[6:1]=0x5 (TRANSLATION_L1) F[0]=0x1"},
    {"AArch32 TTBCR with EAE=1",
     "TTBCR",
     {0xb5023500, 0},
     0,
     "EAE[31]=0x1 SH1[29:28]=0x3 (INNER) ORGN1[27:26]=0x1 (WBWA) IRGN1[25:24]=0x1 (WBWA) "
     "EPD1[23]=0x0 A1[22]=0x0 T1SZ[18:16]=0x2 SH0[13:12]=0x3 (INNER) ORGN0[11:10]=0x1 (WBWA) "
     "IRGN0[9:8]=0x1 (WBWA) EPD0[7]=0x0 T2E[6]=0x0 T0SZ[2:0]=0x0"},
    {"the EL2 layout of CPTR_EL2 has reserved ones, reported if clear",
     "CPTR_EL2",
     {0x30ff, 0},
     0,
     "TCPAC[31]=0x0 TAM[30]=0x0 TTA[20]=0x0 TSM[12]=0x1 TFP[10]=0x0 RES1[9]=0x0 TZ[8]=0x0"},
    {"a part by its own name leaves bits to its register",
     "ISS_BTI",
     {0x36000001, 0},
     0,
     "BTYPE[1:0]=0x1"},
    {"a list register of the GIC",
     "ICH_LR3_EL2",
     {0x60a0001b0000001b, 0},
     0,
     "State[63:62]=0x1 (PENDING) HW[61]=0x1 Group[60]=0x0 NMI[59]=0x0 Priority[55:48]=0xa0 "
     "pINTID[44:32]=0x1b vINTID[31:0]=0x1b"},
};

static void test_text(void **state)
{
    const struct text_case *c = *state;
    const struct armvirt_layout *layout = armvirt_layout_find(c->layout);
    char text[2048];

    assert_non_null(layout);
    assert_int_equal(armvirt_text_fields(layout, c->value, c->when, " ", text, sizeof(text)),
                     strlen(c->text));
    assert_string_equal(text, c->text);
}

/* ---- single fields ---- */

struct field_case {
    const char *name;
    const char *layout;
    uint64_t value;
    uint64_t when;
    unsigned bit;
    const char *text;
    const char *from; /* the layout that names the field */
};

static const struct field_case field_cases[] = {
    {"Data Abort without syndrome: bit 21 is TopLevel", "ESR_EL2", 0x92200007, 0, 21,
     "TopLevel[21]=0x1", "ISS_DATA_ABORT"},
    {"Data Abort with syndrome: bit 21 is SSE", "ESR_EL2", 0x93200007, 0, 21, "SSE[21]=0x1",
     "ISS_DATA_ABORT_ISV"},
    {"Data Abort, translation fault: bits 12:11 are LST", "ESR_EL1", 0x96001007, 0, 12,
     "LST[12:11]=0x2 (LD64B_ST64B)", "ISS_DATA_ABORT"},
    {"Data Abort, External abort: bits 12:11 are SET", "ESR_EL1", 0x96001010, 0, 12,
     "SET[12:11]=0x2 (UC)", "ISS_DATA_ABORT_SET"},
    {"the exception class is the register's own", "ESR_EL1", 0x96000007, 0, 26,
     "EC[31:26]=0x25 (DATA_ABORT_SAME)", "ESR_EL1"},
    {"only EL3 takes granule protection exceptions", "ESR_EL3", 0x7a000007, 0, 0,
     "xFSC[5:0]=0x7 (TRANSLATION_L3)", "ISS_GPC"},
    {"a granule protection exception class means nothing at EL2", "ESR_EL2", 0x7a000007, 0, 0,
     "ISS[24:0]=0x7", "ESR_EL2"},
    {"an exception class without name", "ESR_EL1", 0xff00002a, 0, 31, "EC[31:26]=0x3f", "ESR_EL1"},
    {"TCR_EL2 without E2H has one PS", "TCR_EL2", 0x50000, 0, 16, "PS[18:16]=0x5 (48)", "TCR_EL2"},
    {"TCR_EL2 with E2H has T1SZ there", "TCR_EL2", 0x50000, ARMVIRT_WHEN_E2H, 16, "T1SZ[21:16]=0x5",
     "TCR_EL2_E2H"},
    {"bit 52 of a leaf is the Contiguous bit", "VMSA64_S1_LEAF", UINT64_C(1) << 52, 0, 52,
     "CONTIG[52]=0x1", "VMSA64_S1_LEAF"},
    {"with PnCH it is Protected", "VMSA64_S1_LEAF", UINT64_C(1) << 52, ARMVIRT_WHEN_PNCH, 52,
     "Protected[52]=0x1", "VMSA64_S1_LEAF"},
    {"bit 54 under NV1 is PXN", "VMSA64_S1_LEAF", UINT64_C(1) << 54, ARMVIRT_WHEN_NV1, 54,
     "PXN_NV1[54]=0x1", "VMSA64_S1_LEAF"},
    {"indirection wins over NV1 (D8.3.1.2)", "VMSA64_S1_LEAF", UINT64_C(1) << 54,
     ARMVIRT_WHEN_NV1 | ARMVIRT_WHEN_PIE, 54, "PIIndex[3:2]@[54:53]=0x2", "VMSA64_S1_LEAF"},
    {"of overlapping alternatives the last wins, the rest keeps its bits", "VMSA64_S1_LEAF",
     UINT64_C(15) << 59, ARMVIRT_WHEN_HPDS2 | ARMVIRT_WHEN_POE, 59, "PBHA[59]=0x1",
     "VMSA64_S1_LEAF"},
    {"a condition of two needs both", "VMSA64_S1_LEAF", 0x40020000, ARMVIRT_WHEN_LEVEL1, 30,
     "OA[47:12]=0x40020", "VMSA64_S1_LEAF"},
    {"a bit that a part says nothing of", "ISS_DATA_ABORT", 0xfe000000, 0, 31, "-[31:25]=0x7f",
     "ISS_DATA_ABORT"},
    {"64-bit fields", "FAR_EL1", 0xffff800010000000, 0, 63, "VA[63:0]=0xffff800010000000",
     "FAR_EL1"},
};

static void test_field(void **state)
{
    const struct field_case *c = *state;
    const uint64_t value[2] = {c->value, 0};
    struct armvirt_field field;
    char text[80];

    armvirt_field_at(armvirt_layout_find(c->layout), value, c->when, c->bit, &field);
    assert_int_equal(armvirt_text_field(&field, text, sizeof(text)), strlen(c->text));
    assert_string_equal(text, c->text);
    assert_string_equal(armvirt_layout_name(field.layout), c->from);
    assert_true(field.lo <= c->bit && c->bit <= field.hi);
}

static bool notable(const char *layout, uint64_t value, unsigned bit)
{
    const uint64_t words[2] = {value, 0};
    struct armvirt_field field;

    armvirt_field_at(armvirt_layout_find(layout), words, 0, bit, &field);
    return armvirt_field_notable(&field);
}

static void reserved_fields_are_notable_only_when_they_hold_what_they_should_not(void **state)
{
    (void)state;
    assert_true(notable("TCR_EL1", 0, 0));
    assert_false(notable("TCR_EL1", 0, 6));
    assert_true(notable("TCR_EL1", 0x40, 6));
    assert_false(notable("VTCR_EL2", 0x80000000, 31));
    assert_true(notable("VTCR_EL2", 0, 31));
    assert_false(notable("VMSA64_S2_LEAF", 0, 55));
}

static void text_is_cut_to_fit_and_its_whole_length_returned(void **state)
{
    const struct text_case *c = &text_cases[2];
    const struct armvirt_layout *layout = armvirt_layout_find(c->layout);
    const size_t len = strlen(c->text);
    char text[256];
    size_t cap;

    (void)state;
    assert_int_equal(armvirt_text_fields(layout, c->value, 0, " ", NULL, 0), len);
    for (cap = 1; cap <= len + 1; cap++) {
        memset(text, '!', sizeof(text));
        assert_int_equal(armvirt_text_fields(layout, c->value, 0, " ", text, cap), len);
        assert_int_equal(strlen(text), cap - 1);
        assert_memory_equal(text, c->text, cap - 1);
        assert_int_equal(text[cap], '!');
    }
}

static void a_value_without_notable_fields_is_the_empty_text(void **state)
{
    const uint64_t zero[2] = {0, 0};
    const struct armvirt_layout *layout = armvirt_layout_find("ISS_UNKNOWN");
    char text[8] = "before";

    (void)state;
    assert_int_equal(armvirt_text_fields(layout, zero, 0, "\n", text, sizeof(text)), 0);
    assert_string_equal(text, "");
}

/* ---- names ---- */

struct name_case {
    const char *name; /* asked for */
    const char *found;
};

static const struct name_case name_cases[] = {
    {"TCR_EL1", "TCR_EL1"},
    {"tcr_el1", "TCR_EL1"},
    {"TCR_EL12", "TCR_EL1"},
    {"SPSR_EL12", "SPSR_EL1"},
    {"DBGBCR0_EL1", "DBGBCR<n>_EL1"},
    {"dbgbcr63_el1", "DBGBCR<n>_EL1"},
    {"ICH_LR15_EL2", "ICH_LR<n>_EL2"},
    {"APIAKeyLo_EL1", "APIAKeyLo_EL1"},
    {"currentel", "CurrentEL"},
    {"VMSA128_S2_LEAF", "VMSA128_S2_LEAF"},
    {"TCR_EL2_E2H", "TCR_EL2_E2H"},
    {"DBGBCR64_EL1", NULL},
    {"DBGBCR_EL1", NULL},
    {"DBGBCR01_EL1", NULL},
    {"DBGBCR4294967296_EL1", NULL},
    {"ICH_LR16_EL2", NULL},
    {"TCR_EL", NULL},
    {"TCR_EL1 ", NULL},
    {"TCR_EL4", NULL},
    {"", NULL},
};

static void test_find(void **state)
{
    const struct name_case *c = *state;
    const struct armvirt_layout *layout = armvirt_layout_find(c->name);

    if (c->found == NULL) {
        assert_null(layout);
    } else {
        assert_string_equal(armvirt_layout_name(layout), c->found);
    }
}

static void layouts_say_what_they_are(void **state)
{
    const struct armvirt_layout *tcr = armvirt_layout_find("TCR_EL1");
    const struct armvirt_layout *leaf = armvirt_layout_find("VMSA128_S1_LEAF");
    const struct armvirt_layout *part = armvirt_layout_find("ISS_DATA_ABORT");

    (void)state;
    assert_int_equal(armvirt_layout_kind(tcr), ARMVIRT_LAYOUT_REGISTER);
    assert_int_equal(armvirt_layout_bits(tcr), 64);
    assert_string_equal(armvirt_layout_section(tcr), "D24.2.194");
    assert_string_equal(armvirt_layout_title(tcr), "Stage 1 translation control, EL1&0 regime");
    assert_int_equal(armvirt_layout_kind(leaf), ARMVIRT_LAYOUT_DESCRIPTOR);
    assert_int_equal(armvirt_layout_bits(leaf), 128);
    assert_int_equal(armvirt_layout_kind(part), ARMVIRT_LAYOUT_PART);
    assert_int_equal(armvirt_layout_bits(part), 56);
}

static void conditions_are_found_by_name_and_number(void **state)
{
    const char *text = NULL;
    const char *name;
    unsigned n;

    (void)state;
    assert_true(armvirt_when_find("E2H") == ARMVIRT_WHEN_E2H);
    assert_true(armvirt_when_find("s2pie") == ARMVIRT_WHEN_S2PIE);
    assert_true(armvirt_when_find("NOSUCH") == 0);
    for (n = 0; (name = armvirt_when_at(n, &text)) != NULL; n++) {
        assert_true(armvirt_when_find(name) == ARMVIRT_BIT(n));
        assert_true(strlen(text) > 0);
    }
    assert_true(n > 30 && n <= 64);
    assert_string_equal(armvirt_when_at(0, NULL), "E2H");
}

/* ---- encodings ---- */

struct encoding_case {
    const char *name;
    struct armvirt_encoding encoding;
    const char *layout;
};

static const struct encoding_case encoding_cases[] = {
    {"SCTLR_EL1", {3, 0, 1, 0, 0}, "SCTLR_EL1"},
    {"SCTLR_EL12", {3, 5, 1, 0, 0}, "SCTLR_EL1"},
    {"TTBR0_EL1", {3, 0, 2, 0, 0}, "TTBR0_EL1"},
    {"VTTBR_EL2", {3, 4, 2, 1, 0}, "VTTBR_EL2"},
    {"GPCCR_EL3", {3, 6, 2, 1, 6}, "GPCCR_EL3"},
    {"ID_AA64MMFR0_EL1", {3, 0, 0, 7, 0}, "ID_AA64MMFR0_EL1"},
    {"ESR_EL2", {3, 4, 5, 2, 0}, "ESR_EL2"},
    {"CNTV_CTL_EL02", {3, 5, 14, 3, 1}, "CNTV_CTL_EL0"},
    {"DBGBVR5_EL1", {2, 0, 0, 5, 4}, "DBGBVR<n>_EL1"},
    {"PMEVTYPER30_EL0", {3, 3, 14, 15, 6}, "PMEVTYPER<n>_EL0"},
    {"ICC_AP1R2_EL1", {3, 0, 12, 9, 2}, "ICC_AP1R<n>_EL1"},
    {"ICH_LR9_EL2", {3, 4, 12, 13, 1}, "ICH_LR<n>_EL2"},
    {"NZCV", {3, 3, 4, 2, 0}, "NZCV"},
};

static void test_encoding(void **state)
{
    const struct encoding_case *c = *state;
    const struct armvirt_layout *layout;
    struct armvirt_encoding found;
    char text[32];

    assert_true(armvirt_encoding_find(c->name, &found));
    assert_memory_equal(&found, &c->encoding, sizeof(found));
    assert_int_equal(armvirt_text_encoding(&c->encoding, &layout, text, sizeof(text)),
                     strlen(c->name));
    assert_string_equal(text, c->name);
    assert_string_equal(armvirt_layout_name(layout), c->layout);
}

static void an_encoding_of_no_register_has_the_generic_name(void **state)
{
    const struct armvirt_encoding unknown = {3, 7, 15, 15, 7};
    const struct armvirt_layout *layout = armvirt_layout_at(0);
    struct armvirt_encoding found;
    char text[32];

    (void)state;
    armvirt_text_encoding(&unknown, &layout, text, sizeof(text));
    assert_string_equal(text, "S3_7_C15_C15_7");
    assert_null(layout);
    assert_false(armvirt_encoding_find("VMSA64_S1_LEAF", &found));
    assert_false(armvirt_encoding_find("DBGBCR16_EL1", &found));
}

/* Members beyond what an instruction can hold: printed as they are. */
static const struct encoding_case nonsense_cases[] = {
    {"S4_0_C2_C0_0", {4, 0, 2, 0, 0}, NULL},   {"S3_8_C2_C0_0", {3, 8, 2, 0, 0}, NULL},
    {"S3_0_C16_C0_0", {3, 0, 16, 0, 0}, NULL}, {"S3_0_C2_C16_0", {3, 0, 2, 16, 0}, NULL},
    {"S3_0_C2_C0_8", {3, 0, 2, 0, 8}, NULL},
};

static void test_nonsense(void **state)
{
    const struct encoding_case *c = *state;
    const struct armvirt_layout *layout = armvirt_layout_at(0);
    char text[32];

    armvirt_text_encoding(&c->encoding, &layout, text, sizeof(text));
    assert_string_equal(text, c->name);
    assert_null(layout);
    armvirt_text_encoding(&c->encoding, NULL, text, sizeof(text));
    assert_string_equal(text, c->name);
}

int main(void)
{
    static struct suite suite;

    SUITE_ADD_ROWS(&suite, test_nonsense, nonsense_cases);
    SUITE_ADD_ROWS(&suite, test_text, text_cases);
    SUITE_ADD_ROWS(&suite, test_field, field_cases);
    SUITE_ADD(&suite, reserved_fields_are_notable_only_when_they_hold_what_they_should_not);
    SUITE_ADD(&suite, text_is_cut_to_fit_and_its_whole_length_returned);
    SUITE_ADD(&suite, a_value_without_notable_fields_is_the_empty_text);
    SUITE_ADD_ROWS(&suite, test_find, name_cases);
    SUITE_ADD(&suite, layouts_say_what_they_are);
    SUITE_ADD(&suite, conditions_are_found_by_name_and_number);
    SUITE_ADD_ROWS(&suite, test_encoding, encoding_cases);
    SUITE_ADD(&suite, an_encoding_of_no_register_has_the_generic_name);
    return suite_run(&suite, "register values as text");
}
