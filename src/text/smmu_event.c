/* SPDX-License-Identifier: MIT */
/* Event records in words, and what they mean for whoever has to find the cause (IHI0070 7.3). */
#include "words.h"
#include "writer.h"

#include <armvirt/regs/smmu_structures.h>
#include <armvirt/text_smmu.h>

#include <inttypes.h>

#define TYPE(name) ARMVIRT_SMMU_EVT0_TYPE_##name

/* ---- Which fields a record has ------------------------------------------------------------ */

enum part {
    ACCESS = 1u << 0, /* InputAddr, RnW, InD, PnU */
    STAGE = 1u << 1,  /* CLASS, S2, IPA */
    FETCH = 1u << 2,  /* FetchAddr */
    STALL = 1u << 3,  /* Stall, STAG */
    NO_SSV = 1u << 4, /* the SubstreamID has no valid bit */
    NO_SSID = 1u << 5,
    HINT = 1u << 6,    /* Span, rights by privilege */
    REQUEST = 1u << 7, /* InputAddr, R, W, X, PRIV */
};

static unsigned parts_of(unsigned type)
{
    static const struct {
        uint8_t type, parts;
    } rows[] = {
        {TYPE(F_UUT), ACCESS},
        {TYPE(F_STE_FETCH), FETCH},
        {TYPE(F_BAD_ATS_TREQ), REQUEST},
        {TYPE(F_STREAM_DISABLED), NO_SSID},
        {TYPE(F_TRANSL_FORBIDDEN), ACCESS},
        {TYPE(C_BAD_SUBSTREAMID), NO_SSV},
        {TYPE(F_CD_FETCH), FETCH},
        {TYPE(F_WALK_EABT), ACCESS | STAGE | FETCH},
        {TYPE(F_TRANSLATION), ACCESS | STAGE | STALL},
        {TYPE(F_ADDR_SIZE), ACCESS | STAGE | STALL},
        {TYPE(F_ACCESS), ACCESS | STAGE | STALL},
        {TYPE(F_PERMISSION), ACCESS | STAGE | STALL},
        {TYPE(F_TLB_CONFLICT), ACCESS | STAGE},
        {TYPE(E_PAGE_REQUEST), HINT},
        {TYPE(F_VMS_FETCH), FETCH},
    };

    for (size_t n = 0; n < COUNT_OF(rows); n++) {
        if (rows[n].type == type) {
            return rows[n].parts;
        }
    }
    return 0;
}

/* ---- A line ------------------------------------------------------------------------------- */

static void put_stream(struct writer *out, const uint64_t event[4], unsigned parts)
{
    bool ssv = (parts & NO_SSV) || (event[0] & ARMVIRT_SMMU_EVT0_SSV);

    writer_put(out, ": stream 0x%" PRIx64, ARMVIRT_GET(ARMVIRT_SMMU_EVT0_SID, event[0]));
    if (ssv && !(parts & NO_SSID)) {
        writer_put(out, ", substream 0x%" PRIx64, ARMVIRT_GET(ARMVIRT_SMMU_EVT0_SSID, event[0]));
    }
}

static void put_access(struct writer *out, const uint64_t event[4])
{
    bool read = (event[1] & ARMVIRT_SMMU_EVT1_RNW) != 0;
    bool inst = (event[1] & ARMVIRT_SMMU_EVT1_IND) != 0;

    writer_put(out, ", %s %s at 0x%" PRIx64,
               event[1] & ARMVIRT_SMMU_EVT1_PNU ? "privileged" : "unprivileged",
               inst   ? "instruction read"
               : read ? "data read"
                      : "data write",
               event[2]);
}

static void put_request(struct writer *out, const uint64_t event[4])
{
    writer_put(out, ", %s request to read%s%s at 0x%" PRIx64,
               event[1] & ARMVIRT_SMMU_EVT1_ATS_PRIV ? "privileged" : "unprivileged",
               event[1] & ARMVIRT_SMMU_EVT1_ATS_W ? ", write" : "",
               event[1] & ARMVIRT_SMMU_EVT1_ATS_X ? ", execute" : "", event[2]);
}

static void put_stage(struct writer *out, const uint64_t event[4], bool has_ipa)
{
    static const char *const classes[] = {", for a context descriptor", ", for a stage 1 table", "",
                                          ", reserved CLASS"};
    bool s2 = (event[1] & ARMVIRT_SMMU_EVT1_S2) != 0;

    writer_put(out, ", stage %d%s", s2 ? 2 : 1,
               classes[ARMVIRT_GET(ARMVIRT_SMMU_EVT1_CLASS, event[1])]);
    if (s2 && has_ipa) {
        writer_put(out, " at IPA 0x%" PRIx64, event[3] & ARMVIRT_SMMU_EVT3_IPA);
    }
}

static void put_hint(struct writer *out, const uint64_t event[4])
{
    static const struct {
        uint64_t bit;
        const char *text;
    } rights[] = {
        {ARMVIRT_SMMU_EVT1_HINT_PR, " pR"}, {ARMVIRT_SMMU_EVT1_HINT_PW, " pW"},
        {ARMVIRT_SMMU_EVT1_HINT_PX, " pX"}, {ARMVIRT_SMMU_EVT1_HINT_UR, " uR"},
        {ARMVIRT_SMMU_EVT1_HINT_UW, " uW"}, {ARMVIRT_SMMU_EVT1_HINT_UX, " uX"},
    };

    writer_put(out, ", %" PRIu64 " pages from 0x%" PRIx64 ", for",
               ARMVIRT_GET(ARMVIRT_SMMU_EVT1_HINT_SPAN, event[1]), event[2]);
    for (size_t n = 0; n < COUNT_OF(rights); n++) {
        if (event[1] & rights[n].bit) {
            writer_put(out, "%s", rights[n].text);
        }
    }
}

static void put_flags(struct writer *out, const uint64_t event[4])
{
    static const struct {
        uint64_t bit;
        const char *text;
    } flags[] = {
        {ARMVIRT_SMMU_EVT1_DIRTYBIT, ", by the dirty state"},
        {ARMVIRT_SMMU_EVT1_OVERLAY, ", by an overlay"},
        {ARMVIRT_SMMU_EVT1_ASSUREDONLY, ", by AssuredOnly"},
    };

    for (size_t n = 0; n < COUNT_OF(flags); n++) {
        if (event[1] & flags[n].bit) {
            writer_put(out, "%s", flags[n].text);
        }
    }
    if (event[1] & ARMVIRT_SMMU_EVT1_STALL) {
        writer_put(out, "; stalled with STAG 0x%" PRIx64,
                   ARMVIRT_GET(ARMVIRT_SMMU_EVT1_STAG, event[1]));
    }
}

size_t armvirt_text_smmu_event(const uint64_t event[4], char *text, size_t cap)
{
    unsigned type = (unsigned)ARMVIRT_GET(ARMVIRT_SMMU_EVT0_TYPE, event[0]);
    unsigned parts = parts_of(type);
    struct writer out = {text, cap, 0};

    writer_put(&out, "%s (0x%02x)", armvirt_smmu_event_name(type), type);
    put_stream(&out, event, parts);
    if (parts & ACCESS) {
        put_access(&out, event);
    }
    if (parts & REQUEST) {
        put_request(&out, event);
    }
    if (parts & STAGE) {
        put_stage(&out, event, !(parts & FETCH));
    }
    if (parts & FETCH) {
        writer_put(&out, ", fetch from 0x%" PRIx64, event[3] & ARMVIRT_SMMU_EVT3_FETCH_FETCHADDR);
        if (event[1] & ARMVIRT_SMMU_EVT1_GPCF) {
            writer_put(&out, ", which granule protection refuses");
        }
    }
    if (parts & HINT) {
        put_hint(&out, event);
    }
    if (parts & STALL) {
        put_flags(&out, event);
    }
    return out.len;
}

/* ---- Advice ------------------------------------------------------------------------------- */

#define S2    ARMVIRT_SMMU_EVT1_S2
#define RNW   ARMVIRT_SMMU_EVT1_RNW
#define IND   ARMVIRT_SMMU_EVT1_IND
#define PNU   ARMVIRT_SMMU_EVT1_PNU
#define TTRNW ARMVIRT_SMMU_EVT1_TTRNW
#define CLASS ARMVIRT_SMMU_EVT1_CLASS
#define GPCF  ARMVIRT_SMMU_EVT1_GPCF
#define GPC_ADVICE                                                                                 \
    "Granule protection refuses the address: the granule belongs to another physical address "     \
    "space, or the tables of the Root world are wrong. SMMU_ROOT_GPF_FAR and "                     \
    "SMMU_ROOT_GPT_CFG_FAR say which access was the first."
#define CLASS_OF(name) ARMVIRT_PUT(CLASS, ARMVIRT_SMMU_EVT1_CLASS_##name)

/* The first row whose type and bits of word 1 fit. */
struct advice {
    uint8_t type;
    uint64_t mask, bits;
    const char *text;
};

static const struct advice advices[] = {
    {TYPE(F_UUT), 0, 0,
     "The device or the interconnect made a transaction of a kind that this SMMU does not support. "
     "The Reason field is IMPLEMENTATION DEFINED: see the manual of the SMMU."},
    {TYPE(C_BAD_STREAMID), 0, 0,
     "The StreamID lies outside the stream table. Check how the device's RequestID becomes a "
     "StreamID (IORT, iommu-map), STRTAB_BASE_CFG.LOG2SIZE, and Span of the first-level "
     "descriptor."},
    {TYPE(F_STE_FETCH), GPCF, GPCF, GPC_ADVICE},
    {TYPE(F_CD_FETCH), GPCF, GPCF, GPC_ADVICE},
    {TYPE(F_VMS_FETCH), GPCF, GPCF, GPC_ADVICE},
    {TYPE(F_WALK_EABT), GPCF, GPCF, GPC_ADVICE},
    {TYPE(F_STE_FETCH), 0, 0,
     "The stream table could not be read. Check STRTAB_BASE, L2Ptr of the first-level descriptor, "
     "and that memory answers at the fetch address."},
    {TYPE(C_BAD_STE), 0, 0,
     "The stream table entry is not valid or contradicts itself. Most often no driver has set up "
     "the device (V is 0), or the entry changed without CMD_CFGI_STE; armvirt_ste_decode() names "
     "the rule."},
    {TYPE(F_BAD_ATS_TREQ), 0, 0,
     "The device asked for a translation (ATS) that its stream may not have. Check EATS of the "
     "stream table entry, and that ATS was not enabled in the device before the SMMU was."},
    {TYPE(F_STREAM_DISABLED), 0, 0,
     "STE.S1DSS ends this transaction: either it has no PASID and the stream wants one, or it has "
     "PASID 0, which S1DSS reserves for transactions without."},
    {TYPE(F_TRANSL_FORBIDDEN), 0, 0,
     "The device sent an address as already translated, and the stream may not. ATS is on in the "
     "device but EATS is not set, the SMMU was disabled meanwhile, or the device is hostile."},
    {TYPE(C_BAD_SUBSTREAMID), 0, 0,
     "There is no context descriptor for the PASID: S1CDMax is too small, the first-level CD entry "
     "is not valid, or the stream has no stage 1 at all."},
    {TYPE(F_CD_FETCH), 0, 0,
     "The context descriptor could not be read. Check S1ContextPtr and, with two levels, L2Ptr; "
     "the table may have been freed while the stream was in use."},
    {TYPE(C_BAD_CD), 0, 0,
     "The context descriptor is not valid or contradicts itself. A PASID that is not bound has V "
     "0; after a change CMD_CFGI_CD is needed; armvirt_cd_decode() names the rule."},
    {TYPE(F_WALK_EABT), S2, S2,
     "A stage 2 table lies where no memory answers. Check S2TTB and the table at the fetch "
     "address; it may have been freed without CMD_TLBI_S12_VMALL."},
    {TYPE(F_WALK_EABT), 0, 0,
     "A stage 1 table lies where no memory answers. Check TTB0 and TTB1 and the table at the fetch "
     "address; it may have been freed without an invalidation."},
    {TYPE(F_TRANSLATION), S2 | CLASS, S2 | CLASS_OF(CD),
     "The guest's table of context descriptors lies at an IPA that stage 2 does not map: the guest "
     "gave a wrong S1ContextPtr, or its memory is not mapped for the device."},
    {TYPE(F_TRANSLATION), S2 | CLASS, S2 | CLASS_OF(TT),
     "A stage 1 table of the guest lies at an IPA that stage 2 does not map."},
    {TYPE(F_TRANSLATION), S2, S2,
     "Stage 2 does not map the IPA: the device was given an address outside the guest's memory, or "
     "an MSI doorbell that the hypervisor has not mapped."},
    {TYPE(F_TRANSLATION), 0, 0,
     "Nothing is mapped at the address: a buffer was unmapped while the device still used it, was "
     "never mapped for this device, or the device cut the address (DMA mask). Address 0 often is a "
     "descriptor not yet filled in."},
    {TYPE(F_ADDR_SIZE), S2, S2,
     "A stage 2 table or page lies beyond the output size: check S2PS against the address."},
    {TYPE(F_ADDR_SIZE), 0, 0,
     "An address is too large: a table or page beyond CD.IPS, or, where stage 1 does not "
     "translate, the device's address beyond what the SMMU implements (IDR5.OAS)."},
    {TYPE(F_ACCESS), S2, S2,
     "The access flag of a stage 2 page is 0: set AF, or let hardware do it with S2HA."},
    {TYPE(F_ACCESS), 0, 0,
     "The access flag of a page is 0: set AF, or let hardware do it with CD.HA; a CPU's tables "
     "that are shared with the device (SVA) need HTTU or page requests."},
    {TYPE(F_PERMISSION), S2 | CLASS | TTRNW, S2 | CLASS_OF(TT) | TTRNW,
     "Stage 2 does not let the SMMU read a stage 1 table: S2AP has no read permission there, or it "
     "is Device memory while S2PTW is set. The device's own access is not the cause."},
    {TYPE(F_PERMISSION), S2 | CLASS, S2 | CLASS_OF(TT),
     "The SMMU wants to set a flag in a stage 1 table (CD.HA, HD) that stage 2 maps read-only. The "
     "device's own access is not the cause."},
    {TYPE(F_PERMISSION), S2 | CLASS, S2 | CLASS_OF(CD),
     "Stage 2 does not let the SMMU read the context descriptor: no read permission in S2AP, or "
     "Device memory while S2PTW is set."},
    {TYPE(F_PERMISSION), S2, S2,
     "Stage 2 does not permit the access (S2AP, S2XN): memory that the hypervisor maps read-only, "
     "or that it tracks for writes."},
    {TYPE(F_PERMISSION), IND, IND,
     "Instructions may not be read from the page (XN, PXN, WXN). If the device does not fetch "
     "instructions, set STE.INSTCFG to data."},
    {TYPE(F_PERMISSION), RNW, 0,
     "The page is not writable: a buffer mapped for the other direction, a page of a process that "
     "is read-only or copy-on-write, or dirty tracking without HTTU."},
    {TYPE(F_PERMISSION), PNU, 0,
     "An unprivileged read of a page that is for privileged accesses or for writing only: check "
     "AP, or STE.PRIVCFG if the device's accesses should count as privileged."},
    {TYPE(F_PERMISSION), 0, 0,
     "A privileged read that the page does not permit: PAN is set in the context descriptor and "
     "the page is open to unprivileged accesses, or permission indirection gives no read right."},
    {TYPE(F_TLB_CONFLICT), 0, 0,
     "Two cached translations overlap: a mapping changed its size without break-before-make, or "
     "the invalidation between was too narrow."},
    {TYPE(F_CFG_CONFLICT), 0, 0,
     "Two cached configurations overlap: STE.CONT spans entries that differ."},
    {TYPE(E_PAGE_REQUEST), 0, 0,
     "A hint, not an error: the device speculates on a page that is not mapped."},
    {TYPE(F_VMS_FETCH), 0, 0, "The Virtual Machine Structure could not be read: check STE.VMSPtr."},
};

const char *armvirt_smmu_event_advice(const uint64_t event[4])
{
    uint64_t type = ARMVIRT_GET(ARMVIRT_SMMU_EVT0_TYPE, event[0]);

    for (size_t n = 0; n < COUNT_OF(advices); n++) {
        if (advices[n].type == type && (event[1] & advices[n].mask) == advices[n].bits) {
            return advices[n].text;
        }
    }
    return type >= 0xe0 && type <= 0xef
               ? "An IMPLEMENTATION DEFINED event: see the manual of the SMMU."
               : "A reserved event type: the record may have been read before it was written, or "
                 "the queue base is wrong.";
}
