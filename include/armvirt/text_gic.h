/* SPDX-License-Identifier: MIT */
/**
 * @file
 * What a GIC does, in words. Part of libarmvirt-text.
 *
 * All functions may be called from any thread at any time. Strings are constant and never NULL.
 */
#ifndef ARMVIRT_TEXT_GIC_H
#define ARMVIRT_TEXT_GIC_H

#include <armvirt/gic_why.h>

#ifdef __cplusplus
extern "C" {
#endif

/** The enumerator without its prefix, "MASKED"; "unknown" for other numbers. */
ARMVIRT_API const char *armvirt_gic_reason_name(unsigned reason);

/** Why an interrupt is taken or not, as a sentence. */
ARMVIRT_API const char *armvirt_gic_reason_text(unsigned reason);

/** The section of IHI0069 that has the rule. */
ARMVIRT_API const char *armvirt_gic_reason_rule(unsigned reason);

#ifdef __cplusplus
}
#endif
#endif
