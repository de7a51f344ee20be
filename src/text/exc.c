/* SPDX-License-Identifier: MIT */
/*
 * Names of the enumerators of armvirt/exc.h and armvirt/syndrome.h, of exception classes and fault
 * status codes. DDI0487 D24.2.45.
 */
#include "words.h"
#include "writer.h"

#include <armvirt/text_exc.h>

const char *armvirt_exc_cause_text(unsigned cause)
{
    static const char *const texts[] = {
#define TEXT(name, text) [ARMVIRT_EXC_CAUSE_##name] = (text),
        ARMVIRT_EXC_CAUSES(TEXT)
#undef TEXT
    };

    return NAME_IN(texts, cause);
}

const char *armvirt_exc_source_name(unsigned source)
{
    static const char *const names[ARMVIRT_EXC_SOURCES] = {
        "synchronous", "IRQ", "FIQ", "SError", "vIRQ", "vFIQ", "vSError", "delegated SError",
    };

    return NAME_IN(names, source);
}

const char *armvirt_exc_return_text(unsigned reason, const char **rule)
{
    static const struct {
        const char *text, *rule;
    } rows[] = {
#define TEXT(name, text, rule) [ARMVIRT_EXC_RETURN_##name] = {text, rule},
        ARMVIRT_EXC_RETURNS(TEXT)
#undef TEXT
    };
    bool known = reason < COUNT_OF(rows);

    if (rule != NULL) {
        *rule = known ? rows[reason].rule : "";
    }
    return known ? rows[reason].text : UNKNOWN;
}

const char *armvirt_esr_check_text(unsigned check)
{
    static const char *const texts[] = {
#define TEXT(name, text) [ARMVIRT_ESR_CHECK_##name] = (text),
        ARMVIRT_ESR_CHECKS(TEXT)
#undef TEXT
    };

    return NAME_IN(texts, check);
}

const char *armvirt_ec_text(unsigned ec)
{
    static const char *const texts[64] = {
        [0x00] = "unknown reason, or UNDEFINED",
        [0x01] = "trapped WFI, WFE, WFIT or WFET",
        [0x03] = "trapped MCR or MRC, coprocessor 15",
        [0x04] = "trapped MCRR or MRRC, coprocessor 15",
        [0x05] = "trapped MCR or MRC, coprocessor 14",
        [0x06] = "trapped LDC or STC, coprocessor 14",
        [0x07] = "trapped use of floating-point, Advanced SIMD, SVE or SME",
        [0x08] = "trapped VMRS of an ID register",
        [0x09] = "trapped use of pointer authentication",
        [0x0a] = "trapped instruction without a class of its own",
        [0x0c] = "trapped MRRC, coprocessor 14",
        [0x0d] = "Branch Target exception",
        [0x0e] = "Illegal Execution state",
        [0x11] = "SVC from AArch32 state",
        [0x12] = "HVC from AArch32 state",
        [0x13] = "SMC from AArch32 state",
        [0x14] = "trapped MSRR, MRRS or 128-bit System instruction",
        [0x15] = "SVC",
        [0x16] = "HVC",
        [0x17] = "SMC",
        [0x18] = "trapped MSR, MRS or System instruction",
        [0x19] = "trapped use of SVE",
        [0x1a] = "trapped ERET, ERETAA or ERETAB",
        [0x1c] = "PAC Fail",
        [0x1d] = "trapped use of SME",
        [0x1e] = "Granule Protection Check exception",
        [0x1f] = "IMPLEMENTATION DEFINED exception to EL3",
        [0x20] = "Instruction Abort from a lower Exception level",
        [0x21] = "Instruction Abort from the same Exception level",
        [0x22] = "PC alignment fault",
        [0x24] = "Data Abort from a lower Exception level",
        [0x25] = "Data Abort from the same Exception level",
        [0x26] = "SP alignment fault",
        [0x27] = "Memory Copy or Memory Set exception",
        [0x28] = "trapped floating-point exception from AArch32 state",
        [0x2c] = "trapped floating-point exception",
        [0x2d] = "Guarded Control Stack exception",
        [0x2f] = "SError exception",
        [0x30] = "Breakpoint from a lower Exception level",
        [0x31] = "Breakpoint from the same Exception level",
        [0x32] = "Software Step from a lower Exception level",
        [0x33] = "Software Step from the same Exception level",
        [0x34] = "Watchpoint from a lower Exception level",
        [0x35] = "Watchpoint from the same Exception level",
        [0x38] = "BKPT from AArch32 state",
        [0x3a] = "Vector Catch from AArch32 state",
        [0x3c] = "BRK",
        [0x3d] = "Profiling exception",
    };

    return ec < COUNT_OF(texts) && texts[ec] != NULL ? texts[ec] : "reserved";
}

size_t armvirt_text_fsc(const struct armvirt_fsc *fsc, char *text, size_t cap)
{
    static const char *const texts[] = {
#define TEXT(name, text) [ARMVIRT_FSC_##name] = (text),
        ARMVIRT_FSC_KINDS(TEXT)
#undef TEXT
    };
    struct writer writer = {text, cap, 0};

    writer_put(&writer, "%s", NAME_IN(texts, fsc->kind));
    if (fsc->on_walk) {
        writer_put(&writer, " on the walk");
    }
    if (fsc->has_level) {
        writer_put(&writer, ", level %d", fsc->level);
    }
    return writer.len;
}
