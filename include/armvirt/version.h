/* SPDX-License-Identifier: MIT */
/**
 * @file
 * The version of the library: as macros, of the headers that a program was compiled with; as calls,
 * of the library that it runs with.
 *
 * The build reads the version from here; it stands nowhere else.
 */
#ifndef ARMVIRT_VERSION_H
#define ARMVIRT_VERSION_H

#include <armvirt/base.h>

#ifdef __cplusplus
extern "C" {
#endif

/** Changes when a program that uses the library must be changed. */
#define ARMVIRT_VERSION_MAJOR 0
/** Changes when something was added. */
#define ARMVIRT_VERSION_MINOR 1
/** Changes when something was repaired. */
#define ARMVIRT_VERSION_PATCH 0

/** A version as one number that can be compared. */
#define ARMVIRT_VERSION_NUMBER(major, minor, patch)                                                \
    (((uint32_t)(major) << 16) | ((uint32_t)(minor) << 8) | (uint32_t)(patch))

/** The version of these headers as one number. */
#define ARMVIRT_VERSION                                                                            \
    ARMVIRT_VERSION_NUMBER(ARMVIRT_VERSION_MAJOR, ARMVIRT_VERSION_MINOR, ARMVIRT_VERSION_PATCH)

/**
 * The version of the library at run time.
 *
 * @return The library's own ::ARMVIRT_VERSION. Any thread may call it at any time.
 */
ARMVIRT_API uint32_t armvirt_version(void);

/**
 * The version of the library at run time, for people.
 *
 * @return A constant string such as "0.1.0". Any thread may call it at any time.
 */
ARMVIRT_API const char *armvirt_version_string(void);

#ifdef __cplusplus
}
#endif
#endif
