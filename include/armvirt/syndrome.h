/* SPDX-License-Identifier: MIT */
/**
 * @file
 * Exception syndromes: make, take apart and check ESR_ELx, HSR, DFSR and IFSR. The fields of every
 * class are masks in armvirt/regs/syndrome.h (ARMVIRT_ISS_*); libarmvirt-text prints them.
 *
 * @spec{DDI0487 D24.2.45 to D24.2.47 ESR_ELx, G8.2 HSR, DFSR, IFSR}
 */
#ifndef ARMVIRT_SYNDROME_H
#define ARMVIRT_SYNDROME_H

#include <armvirt/base.h>

#ifdef __cplusplus
extern "C" {
#endif

/** A syndrome in parts. */
struct armvirt_syndrome {
    uint64_t iss; /**< ISS in bits 24:0, ISS2 in bits 55:32, in their places in ESR_ELx. */
    uint8_t ec;   /**< Exception class. */
    bool il;      /**< The instruction is 32 bits long; 1 where the class has no length. */
};

/** What armvirt_esr_check() finds. */
#define ARMVIRT_ESR_CHECKS(X)                                                                      \
    X(VALID, "valid")                                                                              \
    X(EC, "no exception class has this number")                                                    \
    X(EL, "this Exception level does not report the class")                                        \
    X(IL, "IL is 0, but the class reports 1 or comes from AArch64 state")                          \
    X(RES0, "reserved bits are set")                                                               \
    X(FSC, "no fault status code has this number")                                                 \
    X(ISV, "an instruction syndrome without ISV, or with a fault that has none")                   \
    X(VALUE, "a field has a reserved value")

/** What armvirt_esr_check() finds. */
enum armvirt_esr_check {
#define ARMVIRT_ESR_CHECK_ENUM(name, text) ARMVIRT_ESR_CHECK_##name,
    ARMVIRT_ESR_CHECKS(ARMVIRT_ESR_CHECK_ENUM)
#undef ARMVIRT_ESR_CHECK_ENUM
        ARMVIRT_ESR_CHECK_COUNT
};

/**
 * ESR_ELx from its parts. IL is set where the class says nothing of the instruction.
 *
 * @param syndrome  Its parts; bits of `iss` outside ISS and ISS2 are ignored.
 * @returns         ESR_ELx.
 * @spec{DDI0487 D24.2.45, J1.1.2 (AArch64.ReportException)}
 */
ARMVIRT_API uint64_t armvirt_esr_encode(const struct armvirt_syndrome *syndrome);

/**
 * The parts of ESR_ELx.
 *
 * @param esr            ESR_ELx, or HSR.
 * @param[out] syndrome  Always written.
 * @spec{DDI0487 D24.2.45}
 */
ARMVIRT_API void armvirt_esr_decode(uint64_t esr, struct armvirt_syndrome *syndrome);

/**
 * Whether a PE may report a value: the class exists and is reported at the Exception level,
 * reserved bits are 0, codes are allocated.
 *
 * @param esr  ESR_ELx.
 * @param el   1 to 3: whose register it is.
 * @returns    The first rule that it breaks, or ARMVIRT_ESR_CHECK_VALID.
 * @spec{DDI0487 D24.2.45 to D24.2.47}
 */
ARMVIRT_API enum armvirt_esr_check armvirt_esr_check(uint64_t esr, unsigned el);

/** A fault status code in words. */
struct armvirt_fsc {
    uint8_t kind; /**< enum armvirt_fsc_kind. */
    int8_t level; /**< -2 to 3; 0 where there is none. */
    bool on_walk; /**< Of a translation table walk. */
    bool has_level;
};

/** Fault status codes without their levels: name, text. */
#define ARMVIRT_FSC_KINDS(X)                                                                       \
    X(NONE, "reserved fault status code")                                                          \
    X(ADDRESS_SIZE, "Address size fault")                                                          \
    X(TRANSLATION, "Translation fault")                                                            \
    X(ACCESS_FLAG, "Access flag fault")                                                            \
    X(PERMISSION, "Permission fault")                                                              \
    X(EXTERNAL, "synchronous External abort")                                                      \
    X(TAG_CHECK, "synchronous Tag Check fault")                                                    \
    X(PARITY, "synchronous parity or ECC error")                                                   \
    X(ALIGNMENT, "Alignment fault")                                                                \
    X(DEBUG, "debug exception")                                                                    \
    X(GRANULE, "Granule Protection fault")                                                         \
    X(TLB_CONFLICT, "TLB conflict abort")                                                          \
    X(UNSUPPORTED_UPDATE, "unsupported atomic hardware update")                                    \
    X(LOCKDOWN, "IMPLEMENTATION DEFINED fault (lockdown)")                                         \
    X(UNSUPPORTED_EXCLUSIVE, "unsupported exclusive or atomic access")                             \
    X(DOMAIN, "Domain fault")                                                                      \
    X(CACHE_MAINTENANCE, "fault on instruction cache maintenance")                                 \
    X(ASYNC_EXTERNAL, "asynchronous SError")                                                       \
    X(ASYNC_PARITY, "asynchronous SError from parity or ECC")

/** Kinds of fault status codes. */
enum armvirt_fsc_kind {
#define ARMVIRT_FSC_ENUM(name, text) ARMVIRT_FSC_##name,
    ARMVIRT_FSC_KINDS(ARMVIRT_FSC_ENUM)
#undef ARMVIRT_FSC_ENUM
        ARMVIRT_FSC_COUNT
};

/**
 * Take apart a fault status code as ESR_ELx and PAR_EL1 have it, and DFSR and IFSR with LPAE set.
 *
 * @param code       Six bits.
 * @param[out] fsc   Always written; `kind` is ARMVIRT_FSC_NONE if the code is reserved.
 * @returns          Whether the code is allocated.
 * @spec{DDI0487 D24.2.45, J1.3.3 (EncodeLDFSC)}
 */
ARMVIRT_API bool armvirt_fsc_decode(unsigned code, struct armvirt_fsc *fsc);

/**
 * Take apart a fault status of the Short-descriptor format.
 *
 * @param code       Five bits: FS[4] and FS[3:0] of DFSR or IFSR.
 * @param[out] fsc   Always written.
 * @returns          Whether the code is allocated.
 * @spec{DDI0487 G8.2.47 DFSR, J1.2.3 (EncodeSDFSC)}
 */
ARMVIRT_API bool armvirt_fsc_decode_short(unsigned code, struct armvirt_fsc *fsc);

/**
 * The code of a fault, in the format of ESR_ELx; the inverse of armvirt_fsc_decode().
 *
 * @param fsc  Kind, level and whether it was on a walk.
 * @returns    Six bits, or -1 if there is no such code.
 * @spec{DDI0487 J1.3.3 (EncodeLDFSC)}
 */
ARMVIRT_API int armvirt_fsc_encode(const struct armvirt_fsc *fsc);

/**
 * The code of a fault in Short-descriptor format.
 *
 * @param fsc  Kind, level and whether it was on a walk.
 * @returns    Five bits, or -1 if there is no such code.
 * @spec{DDI0487 J1.2.3 (EncodeSDFSC)}
 */
ARMVIRT_API int armvirt_fsc_encode_short(const struct armvirt_fsc *fsc);

#ifdef __cplusplus
}
#endif
#endif
