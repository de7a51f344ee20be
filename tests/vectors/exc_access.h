/* SPDX-License-Identifier: MIT */
/*
 * Loads, stores and maintenance instructions of the recorded aborts as accesses: what they do, how
 * many bytes, from which address, and the instruction syndrome. DDI0487 C4.1.94 (loads and stores),
 * D24.2.45 (ISV).
 */
#ifndef ARMVIRT_TESTS_EXC_ACCESS_H
#define ARMVIRT_TESTS_EXC_ACCESS_H

#include <armvirt/pgtable.h>
#include <armvirt/regs/syndrome.h>

/* How much alignment an access needs while SCTLR_ELx.A is 0. */
enum alignment { ALIGN_NONE, ALIGN_ORDERED, ALIGN_ATOMIC, ALIGN_ALWAYS };

struct memory_insn {
    uint8_t kind;      /* enum armvirt_access_kind */
    uint8_t alignment; /* enum alignment */
    bool unprivileged, tag;
    bool structure;     /* of vectors, or an SVE register */
    unsigned base;      /* number of the address register */
    unsigned elements;  /* a load or store is that many ... */
    unsigned size_log2; /* ... of this size */
    int64_t offset;
    bool indexed; /* the offset is in X6 */
    uint32_t isv;
};

static inline unsigned bits_of(uint32_t word, unsigned hi, unsigned lo)
{
    return word >> lo & (0xffffffffu >> (31 - hi + lo));
}

static inline int64_t signed_bits(uint32_t word, unsigned hi, unsigned lo)
{
    int64_t sign = (int64_t)1 << (hi - lo);

    return (int64_t)(bits_of(word, hi, lo) ^ (uint64_t)sign) - sign;
}

/* ISV, SAS, SSE, SRT, SF and AR of a load or store of one general register. */
static inline uint32_t syndrome_of(uint32_t word, unsigned size_log2, bool sign, bool sixty_four,
                                   bool ordered)
{
    return (uint32_t)(ARMVIRT_ISS_DATA_ABORT_ISV |
                      ARMVIRT_PUT(ARMVIRT_ISS_DATA_ABORT_ISV_SAS, size_log2) |
                      ARMVIRT_PUT(ARMVIRT_ISS_DATA_ABORT_ISV_SSE, sign) |
                      ARMVIRT_PUT(ARMVIRT_ISS_DATA_ABORT_ISV_SRT, word & 31) |
                      ARMVIRT_PUT(ARMVIRT_ISS_DATA_ABORT_ISV_SF, sixty_four) |
                      ARMVIRT_PUT(ARMVIRT_ISS_DATA_ABORT_ISV_AR, ordered));
}

/* One register, integer or SIMD, by immediate or register. @opc as in the encodings. */
static inline void one_register(uint32_t word, bool syndrome, struct memory_insn *m)
{
    bool simd = bits_of(word, 26, 26);
    unsigned size = bits_of(word, 31, 30), opc = bits_of(word, 23, 22);
    bool load = simd ? opc & 1 : opc != 0;

    m->size_log2 = simd && (opc & 2) ? 4 : size;
    m->kind = load ? ARMVIRT_READ : ARMVIRT_WRITE;
    if (!simd && syndrome) {
        m->isv = syndrome_of(word, size, opc >= 2, size == 3 || opc == 2, false);
    }
}

/* 111 V 00, 111 V 01: load and store register. */
static inline bool load_store_register(uint32_t word, struct memory_insn *m)
{
    unsigned form = bits_of(word, 11, 10);
    bool writeback = form == 1 || form == 3;

    if (bits_of(word, 25, 24) == 1) { /* unsigned offset */
        one_register(word, true, m);
        m->offset = (int64_t)bits_of(word, 21, 10) << m->size_log2;
        return true;
    }
    if (bits_of(word, 21, 21)) {
        m->indexed = form == 2;
        one_register(word, true, m);
        return form == 2;
    }
    one_register(word, !writeback, m);
    m->offset = form == 1 ? 0 : signed_bits(word, 20, 12);
    m->unprivileged = form == 2;
    return true;
}

/* 111000 with bit 21: atomics, LDAPR, LDRAA. */
static inline bool atomic_or_ldapr(uint32_t word, struct memory_insn *m)
{
    m->size_log2 = bits_of(word, 31, 30);
    if (bits_of(word, 10, 10)) { /* LDRAA */
        m->kind = ARMVIRT_READ;
        m->isv = bits_of(word, 11, 11) ? 0 : syndrome_of(word, 3, false, true, false);
        return true;
    }
    if ((word & 0x3ffffc00) == 0x38bfc000) { /* LDAPR */
        m->kind = ARMVIRT_READ;
        m->alignment = ALIGN_ORDERED;
        m->isv = syndrome_of(word, m->size_log2, false, m->size_log2 == 3, true);
        return true;
    }
    m->kind = ARMVIRT_READ_WRITE;
    m->alignment = ALIGN_ATOMIC;
    return true;
}

/* 001000: exclusives, ordered accesses, compare and swap. */
static inline bool exclusive_or_ordered(uint32_t word, struct memory_insn *m)
{
    bool o2 = bits_of(word, 23, 23), load = bits_of(word, 22, 22), o1 = bits_of(word, 21, 21);
    unsigned size = bits_of(word, 31, 30);

    m->size_log2 = size;
    m->kind = load ? ARMVIRT_READ : ARMVIRT_WRITE;
    m->alignment = ALIGN_ATOMIC;
    if (o2 && !o1) { /* STLR, STLLR, LDAR, LDLAR */
        m->alignment = ALIGN_ORDERED;
        m->isv = syndrome_of(word, size, false, size == 3, true);
        return true;
    }
    if (o1 && (o2 || !bits_of(word, 31, 31))) { /* CAS; CASP of two registers */
        m->kind = ARMVIRT_READ_WRITE;
        m->size_log2 = o2 ? size : 2 + bits_of(word, 30, 30) + 1;
        return true;
    }
    m->size_log2 = o1 ? 2 + bits_of(word, 30, 30) + 1 : size; /* pairs are one access */
    return true;
}

/* 101 V: pairs. */
static inline bool pair(uint32_t word, struct memory_insn *m)
{
    bool simd = bits_of(word, 26, 26);
    unsigned opc = bits_of(word, 31, 30);

    m->kind = bits_of(word, 22, 22) ? ARMVIRT_READ : ARMVIRT_WRITE;
    m->elements = 2;
    m->size_log2 = simd ? 2 + opc : opc == 2 ? 3 : 2;
    m->offset = bits_of(word, 24, 23) == 1 ? 0 : signed_bits(word, 21, 15) * (1 << m->size_log2);
    return true;
}

/* 011001: LDAPUR, STLUR. */
static inline bool ordered_unscaled(uint32_t word, struct memory_insn *m)
{
    unsigned opc = bits_of(word, 23, 22), size = bits_of(word, 31, 30);

    m->kind = opc ? ARMVIRT_READ : ARMVIRT_WRITE;
    m->size_log2 = size;
    m->alignment = ALIGN_ORDERED;
    m->offset = signed_bits(word, 20, 12);
    m->isv = syndrome_of(word, size, opc >= 2, size == 3 || opc == 2, true);
    return true;
}

/* Words of no form above. */
static inline bool special(uint32_t word, struct memory_insn *m)
{
    static const struct {
        uint32_t word;
        uint8_t kind, elements, size_log2;
        bool tag;
    } rows[] = {
        {0x0c4080a0, ARMVIRT_READ, 16, 0, false},  {0x4c0078a0, ARMVIRT_WRITE, 4, 2, false},
        {0x4c4070a0, ARMVIRT_READ, 16, 0, false},  {0x858040a0, ARMVIRT_READ, 1, 4, false},
        {0x19c804e5, ARMVIRT_WRITE, 64, 0, false}, {0xd92008a5, ARMVIRT_WRITE, 1, 4, true},
    };

    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        if (rows[i].word == word) {
            m->kind = rows[i].kind;
            m->elements = rows[i].elements;
            m->size_log2 = rows[i].size_log2;
            m->tag = rows[i].tag;
            m->structure = bits_of(word, 26, 26);
            m->alignment = rows[i].tag ? ALIGN_ALWAYS : ALIGN_NONE;
            return true;
        }
    }
    return false;
}

/* DC and IC by address, X5. */
static inline bool maintenance(uint32_t word, struct memory_insn *m)
{
    static const struct {
        uint32_t word;
        uint8_t kind;
    } rows[] = {
        {0xd5087625, ARMVIRT_DC_INVALIDATE},
        {0xd50b7425, ARMVIRT_DC_ZERO},
        {0xd50b7525, ARMVIRT_IC},
        {0xd50b7a25, ARMVIRT_DC_CLEAN},
        {0xd50b7b25, ARMVIRT_DC_CLEAN},
        {0xd50b7e25, ARMVIRT_DC_CLEAN_INVALIDATE},
    };

    m->base = 5;
    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        if (rows[i].word == word) {
            m->kind = rows[i].kind;
            return true;
        }
    }
    return false;
}

/* False: a word that is none of these. */
static inline bool memory_insn_decode(uint32_t word, struct memory_insn *m)
{
    *m = (struct memory_insn){.elements = 1, .base = bits_of(word, 9, 5)};
    if (special(word, m)) {
        return true;
    }
    if ((word & 0xff000000) == 0xd5000000) {
        return maintenance(word, m);
    }
    if ((word & 0x3b200c00) == 0x38200000 || (word & 0xffa00400) == 0xf8200400) {
        return atomic_or_ldapr(word, m);
    }
    switch (bits_of(word, 29, 27)) {
    case 7:
        return load_store_register(word, m);
    case 5:
        return pair(word, m);
    case 3:
        return ordered_unscaled(word, m);
    case 1:
        return exclusive_or_ordered(word, m);
    default:
        return false;
    }
}

#endif
