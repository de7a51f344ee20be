/* SPDX-License-Identifier: MIT */
/*
 * The snapshot codec, which every machine saves and loads through. Format: docs/snapshot.md.
 *
 * Saving writes sections one after the other; what exceeds the buffer is counted, not written, so
 * that a save into no buffer at all is the query for the size. Loading first checks the file as a
 * whole and finds the sections that the machine knows, in whatever order they stand; the machine
 * then reads them. Nothing outside the given bytes is ever read, whatever they hold.
 */
#ifndef ARMVIRT_SRC_BASE_SNAPSHOT_H
#define ARMVIRT_SRC_BASE_SNAPSHOT_H

#include <armvirt/snapshot.h>

/* ---- Saving ------------------------------------------------------------------------------- */

struct armvirt_snapshot_writer {
    uint8_t *bytes;
    size_t cap;
    size_t len;     /* counts past cap */
    size_t section; /* where the open section starts */
};

/* Start a snapshot of machine kind `model`; `bytes` may be NULL if `cap` is 0. */
void armvirt_snapshot_start(struct armvirt_snapshot_writer *writer, void *bytes, size_t cap,
                            uint32_t model);

/* Open a section, put its content, close it. Sections do not nest and stay below 4 GiB. */
void armvirt_snapshot_open(struct armvirt_snapshot_writer *writer, uint32_t tag, uint16_t version,
                           uint16_t flags);
void armvirt_snapshot_put8(struct armvirt_snapshot_writer *writer, uint8_t value);
void armvirt_snapshot_put16(struct armvirt_snapshot_writer *writer, uint16_t value);
void armvirt_snapshot_put32(struct armvirt_snapshot_writer *writer, uint32_t value);
void armvirt_snapshot_put64(struct armvirt_snapshot_writer *writer, uint64_t value);
void armvirt_snapshot_put_bytes(struct armvirt_snapshot_writer *writer, const uint8_t *bytes,
                                size_t count);
void armvirt_snapshot_close(struct armvirt_snapshot_writer *writer);

/* End the snapshot. Stores its size; ARMVIRT_E_NOSPACE if that is more than the buffer had. */
enum armvirt_status armvirt_snapshot_finish(struct armvirt_snapshot_writer *writer, size_t *len);

/* ---- Loading ------------------------------------------------------------------------------ */

/* A section that a machine knows: up to which version, and whether every snapshot must have it. */
struct armvirt_snapshot_known {
    uint32_t tag;
    uint16_t version;
    bool required;
};

/* A section that was found, and how far it has been read. Copy it to read it twice. */
struct armvirt_snapshot_section {
    const uint8_t *bytes; /* NULL if the section is absent */
    size_t left;
    uint16_t version;
    bool overrun; /* more was read than there is; what is not there reads as 0 */
};

/*
 * Check the whole file and fill `found[i]` for `known[i]`. ARMVIRT_E_FORMAT if it is damaged, of
 * another model, lacks a required section, has a section twice, or needs a newer library.
 */
enum armvirt_status armvirt_snapshot_parse(const void *bytes, size_t len, uint32_t model,
                                           const struct armvirt_snapshot_known *known, size_t count,
                                           struct armvirt_snapshot_section *found);

uint8_t armvirt_snapshot_get8(struct armvirt_snapshot_section *section);
uint16_t armvirt_snapshot_get16(struct armvirt_snapshot_section *section);
uint32_t armvirt_snapshot_get32(struct armvirt_snapshot_section *section);
uint64_t armvirt_snapshot_get64(struct armvirt_snapshot_section *section);
void armvirt_snapshot_get_bytes(struct armvirt_snapshot_section *section, uint8_t *bytes,
                                size_t count);

/* ARMVIRT_OK if the section has been read to its end and not beyond, else ARMVIRT_E_FORMAT. */
enum armvirt_status armvirt_snapshot_done(const struct armvirt_snapshot_section *section);

/* CRC-32 as in IEEE 802.3: polynomial 0x04c11db7, reflected, starting and ending inverted. */
uint32_t armvirt_crc32(const uint8_t *bytes, size_t count);

#endif
