/* SPDX-License-Identifier: MIT */
/* Stages of translation as QEMU 7.2 has them (DDI0487 D8), its deviations marked. */
#include "imitation_walk.h"

#include <armvirt/regs/descriptors.h>
#include <armvirt/regs/vmsa.h>

#include <string.h>

#define BIT(n)         ARMVIRT_BIT(n)
#define FIELD(v, h, l) ((unsigned)((v) >> (l) & ((UINT64_C(1) << ((h) - (l) + 1)) - 1)))

bool met(struct imitation *im, enum walk_deviation deviation, bool differs)
{
    im->met |= differs ? BIT(deviation) : 0;
    return differs;
}

uint64_t effective_hcr(const struct armvirt_vmsa *vmsa, bool secure)
{
    uint64_t hcr = vmsa->hcr_el2;
    uint64_t host = ARMVIRT_HCR_EL2_E2H | ARMVIRT_HCR_EL2_TGE;

    if (secure && (vmsa->scr_el3 & ARMVIRT_SCR_EL3_EEL2) == 0) {
        return 0;
    }
    if ((hcr & host) == host) {
        hcr &= ~(ARMVIRT_HCR_EL2_VM | ARMVIRT_HCR_EL2_DC | ARMVIRT_HCR_EL2_CD);
    }
    return (hcr & ARMVIRT_HCR_EL2_TGE) != 0 ? hcr & ~ARMVIRT_HCR_EL2_PTW : hcr;
}

/* ---- What the registers say of a stage ----------------------------------------------------- */

struct stage {
    bool is_stage2, secure, user, pan, sif, two_ranges, fetch;
    bool upper, tbi, ds, ha, hd, hpd, off_range; /* off_range: TxSZ out of range, or EPD */
    bool big_endian, wxn, at;
    bool ptw_via_stage2;
    unsigned page, input_bits, output_bits, sh; /* bits */
    uint64_t base, control, mair;
};

static const uint8_t size_bits[8] = {32, 36, 40, 42, 44, 48, 52, 52};

static unsigned page_of(unsigned tg, bool upper)
{
    static const uint8_t lower_pages[] = {12, 16, 14, 12}, upper_pages[] = {12, 14, 12, 16};

    return upper ? upper_pages[tg] : lower_pages[tg];
}

/* What TxSZ and PS say; the smallest sizes need FEAT_TTST, 52 bits FEAT_LVA or FEAT_LPA2. */
static void set_sizes(struct stage *s, const struct armvirt_vmsa *v, unsigned txsz, unsigned ps)
{
    unsigned parange = (unsigned)ARMVIRT_GET(ARMVIRT_ID_AA64MMFR0_EL1_PARANGE, v->id_aa64mmfr0_el1);
    bool lva = ARMVIRT_GET(ARMVIRT_ID_AA64MMFR2_EL1_VARANGE, v->id_aa64mmfr2_el1) > 0;
    bool small = ARMVIRT_GET(ARMVIRT_ID_AA64MMFR2_EL1_ST, v->id_aa64mmfr2_el1) > 0;
    bool lpa2 = s->page == 14
                    ? ARMVIRT_GET(ARMVIRT_ID_AA64MMFR0_EL1_TGRAN16, v->id_aa64mmfr0_el1) == 2
                    : ARMVIRT_GET(ARMVIRT_ID_AA64MMFR0_EL1_TGRAN4, v->id_aa64mmfr0_el1) == 1;
    unsigned most = small ? (s->page == 16 ? 47 : 48) : 39;

    s->ds = s->ds && s->page != 16 && lpa2;
    s->off_range |= txsz > most || txsz < (s->ds || (s->page == 16 && lva) ? 12u : 16u);
    s->input_bits = 64 - txsz;
    s->output_bits = size_bits[ps < parange ? ps : parange];
    if (!s->ds && s->page != 16 && s->output_bits > 48) {
        s->output_bits = 48;
    }
}

static void set_two_ranges(struct stage *s, const struct armvirt_vmsa *v, uint64_t tcr)
{
    bool up = s->upper;
    unsigned at = up ? 16 : 0;

    s->page = page_of(FIELD(tcr >> (up ? 30 : 14), 1, 0), up);
    s->sh = FIELD(tcr >> (12 + at), 1, 0);
    s->off_range = (tcr >> (7 + at) & 1) != 0 || (s->user && (tcr >> (55 + up) & 1) != 0);
    s->hpd = (tcr >> (41 + up) & 1) != 0;
    s->tbi = (tcr >> (37 + up) & 1) != 0 && !(s->fetch && (tcr >> (51 + up) & 1) != 0);
    s->ha = (tcr & ARMVIRT_TCR_EL1_HA) != 0;
    s->hd = (tcr & ARMVIRT_TCR_EL1_HD) != 0;
    s->ds = (tcr & ARMVIRT_TCR_EL1_DS) != 0;
    set_sizes(s, v, FIELD(tcr >> at, 5, 0), FIELD(tcr, 34, 32));
}

/* TCR_EL2, TCR_EL3; VTCR_EL2, which has no HPD and no TBI. */
static void set_one_range(struct stage *s, const struct armvirt_vmsa *v, uint64_t tcr)
{
    s->upper = false;
    s->page = page_of(FIELD(tcr, 15, 14), false);
    s->sh = FIELD(tcr, 13, 12);
    s->off_range = false;
    s->hpd = !s->is_stage2 && (tcr & ARMVIRT_TCR_EL2_HPD) != 0;
    s->tbi = !s->is_stage2 && (tcr & ARMVIRT_TCR_EL2_TBI) != 0 &&
             !(s->fetch && (tcr & ARMVIRT_TCR_EL2_TBID) != 0);
    s->ha = (tcr & ARMVIRT_TCR_EL2_HA) != 0;
    s->hd = (tcr & ARMVIRT_TCR_EL2_HD) != 0;
    s->ds = (tcr & ARMVIRT_TCR_EL2_DS) != 0;
    set_sizes(s, v, FIELD(tcr, 5, 0), FIELD(tcr, 18, 16));
}

struct regime_registers {
    uint64_t sctlr, tcr, ttbr[2], mair;
};

static struct regime_registers registers_of(const struct armvirt_vmsa *v,
                                            enum armvirt_regime_id regime)
{
    switch (regime) {
    case ARMVIRT_REGIME_EL10:
        return (struct regime_registers){
            v->sctlr_el1, v->tcr_el1, {v->ttbr0_el1[0], v->ttbr1_el1[0]}, v->mair_el1};
    case ARMVIRT_REGIME_EL3:
        return (struct regime_registers){v->sctlr_el3, v->tcr_el3, {v->ttbr0_el3, 0}, v->mair_el3};
    default:
        return (struct regime_registers){
            v->sctlr_el2, v->tcr_el2, {v->ttbr0_el2[0], v->ttbr1_el2[0]}, v->mair_el2};
    }
}

static void set_stage1(struct stage *s, const struct armvirt_vmsa *v, const struct route *route,
                       uint64_t va, enum want want)
{
    struct regime_registers r = registers_of(v, route->regime);

    *s = (struct stage){.secure = route->secure || route->regime == ARMVIRT_REGIME_EL3,
                        .user = route->user,
                        .pan = route->pan,
                        .sif = route->from_el3 && (v->scr_el3 & ARMVIRT_SCR_EL3_SIF) != 0,
                        .two_ranges = route->two_ranges,
                        .fetch = want == WANT_FETCH,
                        .upper = route->two_ranges && (va >> 55 & 1) != 0,
                        .big_endian = (r.sctlr & ARMVIRT_SCTLR_EL1_EE) != 0,
                        .wxn = (r.sctlr & ARMVIRT_SCTLR_EL1_WXN) != 0,
                        .at = route->is_at,
                        .control = r.tcr,
                        .mair = r.mair};
    s->base = r.ttbr[s->upper];
    if (route->two_ranges) {
        set_two_ranges(s, v, r.tcr);
    } else {
        set_one_range(s, v, r.tcr);
    }
}

/* VSTCR_EL2 has the size, granule and start level of Secure addresses, VTCR_EL2 all else. */
static void set_stage2(struct stage *s, const struct armvirt_vmsa *v, bool secure, bool user,
                       bool at)
{
    uint64_t own = BIT(33) | ARMVIRT_BITS(15, 14) | ARMVIRT_BITS(7, 0);
    uint64_t control = secure ? (v->vstcr_el2 & own) | (v->vtcr_el2 & ~own) : v->vtcr_el2;

    *s = (struct stage){.is_stage2 = true,
                        .secure = secure,
                        .user = user,
                        .big_endian = (v->sctlr_el2 & ARMVIRT_SCTLR_EL1_EE) != 0,
                        .at = at,
                        .control = control,
                        .base = secure ? v->vsttbr_el2 : v->vttbr_el2[0]};
    set_one_range(s, v, control);
}

/* ---- Where a walk begins ------------------------------------------------------------------- */

#define NO_LEVEL (-2)

/* The start level of stage 2, which QEMU checks against PS; NO_LEVEL: a Translation fault. */
static int stage2_start(struct imitation *im, const struct stage *s)
{
    unsigned stride = s->page - 3, sl0 = FIELD(s->control, 7, 6);
    int start = s->page == 12 ? (2 - (int)sl0) & 3 : 3 - (int)sl0;
    int rest;
    unsigned least = s->page == 16 ? 42 : 40;

    if (s->ds && s->page == 12 && (s->control & BIT(33)) != 0) {
        if (sl0 != 0 || met(im, DEVIATION_S2_INPUT, s->input_bits != 52)) {
            return NO_LEVEL;
        }
        start = -1;
    }
    rest = (int)s->input_bits - ((3 - start) * (int)stride + (int)s->page);
    if (rest < 1 || rest > (int)stride + 4) {
        return NO_LEVEL;
    }
    if (s->page == 12 ? start == 0 && s->output_bits <= 42
                      : start == 0 || (start == 1 && s->output_bits <= least)) {
        met(im, DEVIATION_S2_INPUT, true);
        return NO_LEVEL;
    }
    return met(im, DEVIATION_S2_INPUT, s->input_bits > s->output_bits) ? NO_LEVEL : start;
}

static int start_level(struct imitation *im, const struct stage *s)
{
    return s->is_stage2 ? stage2_start(im, s) : 4 - ((int)s->input_bits - 4) / ((int)s->page - 3);
}

static bool out_of_input(const struct stage *s, uint64_t address)
{
    unsigned top = s->tbi ? 55 : 63;
    uint64_t high = s->input_bits > top ? 0 : (address & ARMVIRT_BITS(top, 0)) >> s->input_bits;
    uint64_t all = s->input_bits > top ? 0 : ARMVIRT_BITS(top, 0) >> s->input_bits;

    return high != (s->upper ? all : 0);
}

static bool fails(struct qfault *fault, unsigned code, int level)
{
    *fault = (struct qfault){.code = (uint8_t)code, .level = (int8_t)level};
    return false;
}

/* ---- Descriptors --------------------------------------------------------------------------- */

static bool imitate_stage(struct imitation *im, const struct stage *s, uint64_t address,
                          enum want want, struct place *place, struct qfault *fault);

struct table {
    bool via_stage2; /* its address is an intermediate one */
    bool secure;
};

static bool stage2_on(const struct armvirt_vmsa *v, bool secure)
{
    return (effective_hcr(v, secure) & (ARMVIRT_HCR_EL2_VM | ARMVIRT_HCR_EL2_DC)) != 0;
}

static bool is_device(uint64_t hcr, unsigned attr)
{
    return (attr & (hcr & ARMVIRT_HCR_EL2_FWB ? 4u : 12u)) == 0;
}

/* The address of a table, which stage 2 may translate. */
static bool table_address(struct imitation *im, const struct stage *s, struct table table,
                          uint64_t *address, enum want want, struct qfault *fault)
{
    uint64_t hcr = effective_hcr(im->vmsa, table.secure);
    struct place place = {.pa = *address};
    struct stage stage2;
    bool leads = true;

    if (!table.via_stage2) {
        return true;
    }
    if (stage2_on(im->vmsa, table.secure)) {
        set_stage2(&stage2, im->vmsa, table.secure, false, false);
        leads = imitate_stage(im, &stage2, *address, want, &place, fault);
        met(im, DEVIATION_NSTABLE_S2, s->secure && !stage2_on(im->vmsa, true));
    }
    if (leads && (hcr & ARMVIRT_HCR_EL2_PTW) != 0 && is_device(hcr, place.attr)) {
        met(im, stage2_on(im->vmsa, table.secure) ? DEVIATION_PTW_AF : DEVIATION_PTW_NO_S2, true);
        *fault = (struct qfault){.code = FSC_PERMISSION};
        leads = false;
    }
    if (!leads) {
        fault->stage2 = fault->s1ptw = true;
        fault->ipa = *address;
        met(im, DEVIATION_S1PTW_NS, s->secure && !table.secure);
    }
    *address = place.pa;
    return leads;
}

/* Nothing answers beyond the RAM; beyond 48 bits what answers is zero. */
static bool read_descriptor(struct imitation *im, const struct stage *s, uint64_t pa,
                            uint64_t *desc)
{
    struct word *word = bus_word(&im->bus, pa, NULL);

    *desc = 0;
    if (word != NULL) {
        *desc = s->big_endian ? __builtin_bswap64(word->value) : word->value;
    }
    im->unknown |= im->bus.unsuitable;
    return word != NULL;
}

static void write_descriptor(struct imitation *im, const struct stage *s, uint64_t pa,
                             uint64_t desc)
{
    bus_change(&im->bus, bus_word(&im->bus, pa, NULL),
               s->big_endian ? __builtin_bswap64(desc) : desc);
}

/* The address in a descriptor; false if it is beyond what PS says. */
static bool next_address(struct imitation *im, const struct stage *s, uint64_t desc, int level,
                         uint64_t *address)
{
    uint64_t low = (UINT64_C(1) << s->page) - 1;
    uint64_t field = desc & (s->ds ? ARMVIRT_BITS(49, 0) : ARMVIRT_BITS(47, 0)) & ~low;
    uint64_t above = s->ds           ? (uint64_t)FIELD(desc, 9, 8) << 50
                     : s->page == 16 ? (uint64_t)FIELD(desc, 15, 12) << 48
                                     : 0;
    bool is_leaf = level == 3 || (desc & 2) == 0;
    uint64_t size = is_leaf ? UINT64_C(1) << ((s->page - 3) * (unsigned)(3 - level) + s->page) : 1;

    *address = field;
    if (s->output_bits > 48) {
        *address |= above;
        return true;
    }
    met(im, DEVIATION_SIZE_IGNORED, above != 0);
    if (field >> s->output_bits == 0) {
        return true;
    }
    met(im, DEVIATION_BLOCK_BITS, (field & -size) >> s->output_bits == 0);
    return false;
}

/* ---- Permissions --------------------------------------------------------------------------- */

static unsigned stage2_rights(const struct stage *s, uint64_t desc)
{
    unsigned xn = FIELD(desc, 54, 53);
    bool execute = xn == 0 || (xn == 1 && s->user) || (xn == 3 && !s->user);

    return FIELD(desc, 7, 6) | (execute ? WANT_FETCH : 0);
}

/* The rights that AP gives to EL0. */
static unsigned user_data_rights(uint64_t desc)
{
    return (desc & BIT(6)) == 0 ? 0 : (desc & BIT(7)) != 0 ? WANT_READ : WANT_READ | WANT_WRITE;
}

static bool never_executes(const struct stage *s, uint64_t desc, unsigned rights)
{
    bool xn = (desc & BIT(54)) != 0;

    if (s->two_ranges && !s->user) {
        xn = (desc & BIT(53)) != 0 || (user_data_rights(desc) & WANT_WRITE) != 0;
    }
    return xn || (s->wxn && (rights & WANT_WRITE) != 0) || ((desc & BIT(5)) != 0 && s->sif);
}

/* @desc has the limits of the tables above in its own bits. */
static unsigned stage1_rights(const struct stage *s, uint64_t desc)
{
    unsigned user = user_data_rights(desc);
    unsigned rights = s->user                ? user
                      : s->pan && user != 0  ? 0
                      : (desc & BIT(7)) != 0 ? WANT_READ
                                             : WANT_READ | WANT_WRITE;

    return never_executes(s, desc, rights) ? rights : rights | WANT_FETCH;
}

/* Bits 63:59 of all tables above, as they change the bits of the leaf. */
static uint64_t with_tables(const struct stage *s, uint64_t desc, uint64_t tables, bool ns)
{
    if (s->is_stage2) {
        return desc;
    }
    desc |= ns ? BIT(5) : 0;
    if (!s->hpd) {
        desc |= (uint64_t)FIELD(tables, 60, 59) << 53;
        desc &= (tables & BIT(61)) != 0 ? ~BIT(6) : UINT64_MAX;
        desc |= (tables & BIT(62)) != 0 ? BIT(7) : 0;
    }
    return desc;
}

/* ---- A walk -------------------------------------------------------------------------------- */

struct leaf {
    uint64_t desc, tables; /* the descriptor, bits 63:59 of those above */
    uint64_t pa;           /* of it, as a physical address */
    uint64_t address;      /* of it, as stage 1 has it */
    uint64_t out;          /* the address that it gives */
    struct table table;
    int level;
};

/* Blocks that the architecture has: R_KRMJZ. */
static bool is_block_size(const struct stage *s, int level)
{
    return level >= 2 || (level == 1 && (s->page != 14 || s->ds)) ||
           (level == 0 && s->page == 12 && s->ds);
}

/* Registers and descriptors have bits for addresses of 52 bits. */
static bool has_52_bits(const struct stage *s)
{
    return s->ds || s->page == 16;
}

/* Reads tables down to the leaf. */
static bool find_leaf(struct imitation *im, const struct stage *s, uint64_t address,
                      struct leaf *leaf, struct qfault *fault)
{
    unsigned stride = s->page - 3;
    int level = leaf->level;
    uint64_t index = ARMVIRT_BITS(s->input_bits - stride * (unsigned)(4 - level) - 1, 0);
    uint64_t table = s->base & ARMVIRT_BITS(47, 0);

    if (s->output_bits > 48) {
        table |= (uint64_t)FIELD(s->base, 5, 2) << 48;
    } else if (table >> s->output_bits != 0) {
        return fails(fault, FSC_ADDRESS_SIZE, 0);
    }
    table &= ~index;
    met(im, DEVIATION_SIZE_IGNORED,
        has_52_bits(s) && s->output_bits <= 48 && FIELD(s->base, 5, 2) != 0);
    met(im, DEVIATION_SMALL_TABLE, has_52_bits(s) && (table & 0x38) != 0);
    for (;; level++, index = ARMVIRT_BITS(s->page - 1, 0)) {
        leaf->address =
            (table | (address >> (stride * (unsigned)(4 - level)) & index)) & ~UINT64_C(7);
        leaf->level = level;
        leaf->pa = leaf->address;
        leaf->table.secure = leaf->table.secure && (leaf->tables & BIT(63)) == 0;
        if (!table_address(im, s, leaf->table, &leaf->pa, WANT_READ, fault)) {
            met(im, DEVIATION_S1PTW_LEVEL, fault->level != level);
            fault->level = (int8_t)level;
            return false;
        }
        if (!read_descriptor(im, s, leaf->pa, &leaf->desc)) {
            return fails(fault, FSC_EXTERNAL_ON_WALK, level);
        }
        if ((leaf->desc & 1) == 0 || ((leaf->desc & 2) == 0 && level == 3)) {
            return fails(fault, FSC_TRANSLATION, level);
        }
        met(im, DEVIATION_BLOCKS, (leaf->desc & 2) == 0 && !is_block_size(s, level));
        if (!next_address(im, s, leaf->desc, level, &leaf->out)) {
            return fails(fault, FSC_ADDRESS_SIZE, level);
        }
        if (level == 3 || (leaf->desc & 2) == 0) {
            return true;
        }
        leaf->tables |= leaf->desc & ARMVIRT_BITS(63, 59);
        table = leaf->out;
    }
}

/* The leaf as hardware updates it. */
static uint64_t updated(struct imitation *im, const struct stage *s, uint64_t desc, enum want want)
{
    if (s->hd && (desc & ARMVIRT_VMSA64_S1_LEAF_DBM) != 0 && want == WANT_WRITE) {
        uint64_t dirty = s->is_stage2 ? desc | BIT(7) : desc & ~BIT(7);

        met(im, DEVIATION_AT_DIRTY, s->at && dirty != desc);
        desc = dirty;
    }
    return desc | (s->ha ? ARMVIRT_VMSA64_S1_LEAF_AF : 0);
}

static bool check_leaf(struct imitation *im, const struct stage *s, struct leaf *leaf,
                       enum want want, struct place *place, struct qfault *fault)
{
    uint64_t desc = updated(im, s, leaf->desc, want);
    bool ns = !leaf->table.secure;
    uint64_t limited;

    if ((desc & ARMVIRT_VMSA64_S1_LEAF_AF) == 0) {
        return fails(fault, FSC_ACCESS_FLAG, leaf->level);
    }
    limited = with_tables(s, desc, leaf->tables, ns);
    place->rights = s->is_stage2 ? stage2_rights(s, limited) : stage1_rights(s, limited);
    met(im, DEVIATION_DBM_FETCH,
        want == WANT_FETCH && !s->is_stage2 && s->hd && (desc & ARMVIRT_VMSA64_S1_LEAF_DBM) != 0 &&
            never_executes(s, limited & ~BIT(7), WANT_READ | WANT_WRITE) !=
                never_executes(s, limited, WANT_READ));
    if ((place->rights & want) == 0) {
        return fails(fault, FSC_PERMISSION, leaf->level);
    }
    if (desc != leaf->desc) {
        uint64_t pa = leaf->address;

        if (!table_address(im, s, leaf->table, &pa, WANT_WRITE, fault)) {
            met(im, DEVIATION_AT_DIRTY_S2, s->at);
            met(im, DEVIATION_S1PTW_LEVEL, fault->level != leaf->level);
            fault->level = (int8_t)leaf->level;
            return false;
        }
        write_descriptor(im, s, leaf->pa, desc);
    }
    place->secure = s->is_stage2 ? s->secure : s->secure && (limited & BIT(5)) == 0;
    return true;
}

static bool imitate_stage(struct imitation *im, const struct stage *s, uint64_t address,
                          enum want want, struct place *place, struct qfault *fault)
{
    struct leaf leaf = {.table = {s->ptw_via_stage2, s->secure}};
    uint64_t size;

    if (s->off_range || out_of_input(s, address)) {
        return fails(fault, FSC_TRANSLATION, 0);
    }
    leaf.level = start_level(im, s);
    if (leaf.level == NO_LEVEL) {
        return fails(fault, FSC_TRANSLATION, 0);
    }
    if (!find_leaf(im, s, address, &leaf, fault)) {
        return false;
    }
    size = UINT64_C(1) << ((s->page - 3) * (unsigned)(3 - leaf.level) + s->page);
    place->pa = (leaf.out & -size) | (address & (size - 1));
    met(im, DEVIATION_BLOCK_BITS, place->pa >> s->output_bits != 0);
    if (!check_leaf(im, s, &leaf, want, place, fault)) {
        return false;
    }
    place->attr =
        (uint8_t)(s->is_stage2 ? FIELD(leaf.desc, 5, 2) : s->mair >> 8 * FIELD(leaf.desc, 4, 2));
    place->sh = (uint8_t)(s->ds ? s->sh : FIELD(leaf.desc, 9, 8));
    return true;
}

/* ---- Translations -------------------------------------------------------------------------- */

/* Stage 1 off: the address, checked. */
static bool flat(struct imitation *im, const struct stage *s, const struct route *route,
                 uint64_t va, struct place *place, struct qfault *fault)
{
    unsigned parange =
        (unsigned)ARMVIRT_GET(ARMVIRT_ID_AA64MMFR0_EL1_PARANGE, im->vmsa->id_aa64mmfr0_el1);
    uint64_t hcr =
        route->regime == ARMVIRT_REGIME_EL10 ? effective_hcr(im->vmsa, route->secure) : 0;

    if ((va & ARMVIRT_BITS(s->tbi ? 55 : 63, 0)) >> size_bits[parange] != 0) {
        return fails(fault, FSC_ADDRESS_SIZE, 0);
    }
    *place = (struct place){.pa = va & ARMVIRT_BITS(51, 0),
                            .rights = WANT_READ | WANT_WRITE | WANT_FETCH,
                            .attr = (hcr & ARMVIRT_HCR_EL2_DC) != 0 ? 0xff : 0,
                            .secure = s->secure};
    return true;
}

static bool stage1_is_off(struct imitation *im, const struct route *route)
{
    uint64_t hcr = effective_hcr(im->vmsa, route->secure);
    bool off = (registers_of(im->vmsa, route->regime).sctlr & ARMVIRT_SCTLR_EL1_M) == 0;

    if (route->regime == ARMVIRT_REGIME_EL10) {
        off |= (hcr & ARMVIRT_HCR_EL2_DC) != 0;
        /* single stages of accesses are off, those of AT S1E* and of two stages are not */
        if ((hcr & ARMVIRT_HCR_EL2_TGE) != 0) {
            met(im, DEVIATION_TGE, !off || stage2_on(im->vmsa, route->secure));
        }
    }
    return off;
}

static bool second_stage(struct imitation *im, const struct route *route, enum want want,
                         struct place *place, struct qfault *fault)
{
    const struct armvirt_vmsa *v = im->vmsa;
    uint64_t out_ns = place->secure ? 0 : ARMVIRT_VTCR_EL2_NSA | ARMVIRT_VTCR_EL2_NSW;
    uint64_t ipa = place->pa;
    struct place second;
    struct stage stage2;

    set_stage2(&stage2, v, place->secure, route->user, route->is_at);
    if (!imitate_stage(im, &stage2, ipa, want, &second, fault)) {
        fault->stage2 = true;
        fault->ipa = ipa;
        fault->ns = !place->secure;
        return false;
    }
    combine_attributes(im, route, place, &second);
    place->pa = second.pa;
    place->rights &= second.rights;
    place->secure = route->secure &&
                    (v->vstcr_el2 & (ARMVIRT_VSTCR_EL2_SA | ARMVIRT_VSTCR_EL2_SW)) == 0 &&
                    (v->vtcr_el2 & out_ns) == 0;
    return true;
}

bool imitate_translation(struct imitation *im, const struct route *route, uint64_t va,
                         enum want want, struct place *place, struct qfault *fault)
{
    bool el10 = route->regime == ARMVIRT_REGIME_EL10;
    bool second = el10 && route->both_stages && stage2_on(im->vmsa, route->secure);
    bool leads, off;
    struct stage s;

    *fault = (struct qfault){.code = FSC_NONE};
    set_stage1(&s, im->vmsa, route, va, want);
    s.ptw_via_stage2 = el10 && (second || !route->both_stages);
    off = stage1_is_off(im, route);
    leads =
        off ? flat(im, &s, route, va, place, fault) : imitate_stage(im, &s, va, want, place, fault);
    if (!leads) {
        return false;
    }
    if (second) {
        return second_stage(im, route, want, place, fault);
    }
    met(im, DEVIATION_ATTR, !route->caches);
    met(im, DEVIATION_DEVICE_SH, place->attr >> 4 == 0 || place->attr == 0x44);
    met(im, DEVIATION_RESERVED_SH, place->sh == 1);
    return true;
}
