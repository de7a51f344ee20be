/* SPDX-License-Identifier: MIT */
/**
 * @file
 * Snapshots: the constants of the format in which machines save their state.
 *
 * A machine has `armvirt_<machine>_save()` and `armvirt_<machine>_load()`; what stands here is for
 * programs that carry snapshots about and want to know what they hold. docs/snapshot.md gives every
 * byte. All numbers are little-endian.
 */
#ifndef ARMVIRT_SNAPSHOT_H
#define ARMVIRT_SNAPSHOT_H

#include <armvirt/base.h>

#ifdef __cplusplus
extern "C" {
#endif

/** Bytes 0 to 3 of a snapshot: 'A', 'V', 'S', 0x1a. */
#define ARMVIRT_SNAPSHOT_MAGIC UINT32_C(0x1a535641)

/** Bytes 4 to 7: the format of header and sections. A library loads all formats up to its own. */
#define ARMVIRT_SNAPSHOT_FORMAT UINT32_C(1)

/** Size of the header: magic, format, model, flags. */
#define ARMVIRT_SNAPSHOT_HEADER_BYTES 16u

/** Size of the head of a section: tag, version, flags, size of what follows. */
#define ARMVIRT_SNAPSHOT_SECTION_BYTES 12u

/** Size of the last section, END, as a whole: its head and a CRC-32 of all bytes before that. */
#define ARMVIRT_SNAPSHOT_END_BYTES 16u

/** Section flag: a library that does not know the section, or its version, may skip it. */
#define ARMVIRT_SNAPSHOT_OPTIONAL 1u

/** A section tag of four characters, the first of them first in the file. */
#define ARMVIRT_SNAPSHOT_TAG(a, b, c, d)                                                           \
    ((uint32_t)(uint8_t)(a) | (uint32_t)(uint8_t)(b) << 8 | (uint32_t)(uint8_t)(c) << 16 |         \
     (uint32_t)(uint8_t)(d) << 24)

/** Tag of the last section. */
#define ARMVIRT_SNAPSHOT_END ARMVIRT_SNAPSHOT_TAG('E', 'N', 'D', ' ')

#ifdef __cplusplus
}
#endif
#endif
