/* SPDX-License-Identifier: MIT */
/* The snapshot codec: writer, parser and reader of the format in docs/snapshot.md. */
#include "snapshot.h"

#include "bits.h"

#define END_VERSION       1u
#define END_CONTENT_BYTES (ARMVIRT_SNAPSHOT_END_BYTES - ARMVIRT_SNAPSHOT_SECTION_BYTES)

uint32_t armvirt_crc32(const uint8_t *bytes, size_t count)
{
    /* The remainders of the 16 values of four bits. */
    static const uint32_t remainder[16] = {
        0x00000000, 0x1db71064, 0x3b6e20c8, 0x26d930ac, 0x76dc4190, 0x6b6b51f4,
        0x4db26158, 0x5005713c, 0xedb88320, 0xf00f9344, 0xd6d6a3e8, 0xcb61b38c,
        0x9b64c2b0, 0x86d3d2d4, 0xa00ae278, 0xbdbdf21c,
    };
    uint32_t crc = UINT32_MAX;

    for (size_t i = 0; i < count; i++) {
        crc ^= bytes[i];
        crc = crc >> 4 ^ remainder[crc & 15];
        crc = crc >> 4 ^ remainder[crc & 15];
    }
    return ~crc;
}

/* ---- Saving ------------------------------------------------------------------------------- */

void armvirt_snapshot_put8(struct armvirt_snapshot_writer *writer, uint8_t value)
{
    if (writer->len < writer->cap) {
        writer->bytes[writer->len] = value;
    }
    writer->len++;
}

void armvirt_snapshot_put16(struct armvirt_snapshot_writer *writer, uint16_t value)
{
    armvirt_snapshot_put8(writer, (uint8_t)value);
    armvirt_snapshot_put8(writer, (uint8_t)(value >> 8));
}

void armvirt_snapshot_put32(struct armvirt_snapshot_writer *writer, uint32_t value)
{
    armvirt_snapshot_put16(writer, (uint16_t)value);
    armvirt_snapshot_put16(writer, (uint16_t)(value >> 16));
}

void armvirt_snapshot_put64(struct armvirt_snapshot_writer *writer, uint64_t value)
{
    armvirt_snapshot_put32(writer, (uint32_t)value);
    armvirt_snapshot_put32(writer, (uint32_t)(value >> 32));
}

void armvirt_snapshot_put_bytes(struct armvirt_snapshot_writer *writer, const uint8_t *bytes,
                                size_t count)
{
    for (size_t i = 0; i < count; i++) {
        armvirt_snapshot_put8(writer, bytes[i]);
    }
}

void armvirt_snapshot_start(struct armvirt_snapshot_writer *writer, void *bytes, size_t cap,
                            uint32_t model)
{
    *writer = (struct armvirt_snapshot_writer){.bytes = bytes, .cap = cap};
    armvirt_snapshot_put32(writer, ARMVIRT_SNAPSHOT_MAGIC);
    armvirt_snapshot_put32(writer, ARMVIRT_SNAPSHOT_FORMAT);
    armvirt_snapshot_put32(writer, model);
    armvirt_snapshot_put32(writer, 0);
}

void armvirt_snapshot_open(struct armvirt_snapshot_writer *writer, uint32_t tag, uint16_t version,
                           uint16_t flags)
{
    writer->section = writer->len;
    armvirt_snapshot_put32(writer, tag);
    armvirt_snapshot_put16(writer, version);
    armvirt_snapshot_put16(writer, flags);
    armvirt_snapshot_put32(writer, 0); /* the size, known when the section is closed */
}

void armvirt_snapshot_close(struct armvirt_snapshot_writer *writer)
{
    size_t content = writer->section + ARMVIRT_SNAPSHOT_SECTION_BYTES;

    if (content <= writer->cap) {
        armvirt_store_le32(writer->bytes + content - 4, (uint32_t)(writer->len - content));
    }
}

enum armvirt_status armvirt_snapshot_finish(struct armvirt_snapshot_writer *writer, size_t *len)
{
    *len = writer->len + ARMVIRT_SNAPSHOT_END_BYTES;
    if (*len > writer->cap) {
        return ARMVIRT_E_NOSPACE;
    }
    armvirt_snapshot_open(writer, ARMVIRT_SNAPSHOT_END, END_VERSION, 0);
    armvirt_store_le32(writer->bytes + writer->len - 4, END_CONTENT_BYTES);
    armvirt_snapshot_put32(writer, armvirt_crc32(writer->bytes, writer->len));
    return ARMVIRT_OK;
}

/* ---- Loading ------------------------------------------------------------------------------ */

/* The head of a section, decoded. */
struct section_head {
    uint32_t tag;
    uint16_t version;
    uint16_t flags;
    uint32_t content_bytes;
};

static struct section_head load_head(const uint8_t *bytes)
{
    return (struct section_head){
        .tag = armvirt_load_le32(bytes),
        .version = armvirt_load_le16(bytes + 4),
        .flags = armvirt_load_le16(bytes + 6),
        .content_bytes = armvirt_load_le32(bytes + 8),
    };
}

static bool header_is_good(const uint8_t *bytes, uint32_t model)
{
    uint32_t format = armvirt_load_le32(bytes + 4);

    return armvirt_load_le32(bytes) == ARMVIRT_SNAPSHOT_MAGIC && format >= 1 &&
           format <= ARMVIRT_SNAPSHOT_FORMAT && armvirt_load_le32(bytes + 8) == model &&
           armvirt_load_le32(bytes + 12) == 0;
}

/* `end` is where the last section starts, and so how many bytes the sections before it end at. */
static bool end_is_good(const uint8_t *bytes, size_t end)
{
    struct section_head head = load_head(bytes + end);
    size_t summed = end + ARMVIRT_SNAPSHOT_SECTION_BYTES;

    return head.tag == ARMVIRT_SNAPSHOT_END && head.version == END_VERSION && head.flags == 0 &&
           head.content_bytes == END_CONTENT_BYTES &&
           armvirt_load_le32(bytes + summed) == armvirt_crc32(bytes, summed);
}

/* Note a section in `found` if it is known; false if the file can not be loaded because of it. */
static bool take_section(const struct section_head *head, const uint8_t *content,
                         const struct armvirt_snapshot_known *known, size_t count,
                         struct armvirt_snapshot_section *found)
{
    size_t i = 0;

    if (head->version == 0 || (head->flags & ~ARMVIRT_SNAPSHOT_OPTIONAL) != 0) {
        return false;
    }
    while (i < count && known[i].tag != head->tag) {
        i++;
    }
    if (i == count || head->version > known[i].version) {
        return (head->flags & ARMVIRT_SNAPSHOT_OPTIONAL) != 0;
    }
    if (found[i].bytes != NULL) {
        return false;
    }
    found[i].bytes = content;
    found[i].left = head->content_bytes;
    found[i].version = head->version;
    return true;
}

/* The sections must fill the bytes from `at` to `end` exactly. */
static bool take_sections(const uint8_t *bytes, size_t at, size_t end,
                          const struct armvirt_snapshot_known *known, size_t count,
                          struct armvirt_snapshot_section *found)
{
    while (at < end) {
        struct section_head head;

        if (end - at < ARMVIRT_SNAPSHOT_SECTION_BYTES) {
            return false;
        }
        head = load_head(bytes + at);
        at += ARMVIRT_SNAPSHOT_SECTION_BYTES;
        if (head.content_bytes > end - at ||
            !take_section(&head, bytes + at, known, count, found)) {
            return false;
        }
        at += head.content_bytes;
    }
    return true;
}

static bool required_are_found(const struct armvirt_snapshot_known *known, size_t count,
                               const struct armvirt_snapshot_section *found)
{
    for (size_t i = 0; i < count; i++) {
        if (known[i].required && found[i].bytes == NULL) {
            return false;
        }
    }
    return true;
}

enum armvirt_status armvirt_snapshot_parse(const void *bytes, size_t len, uint32_t model,
                                           const struct armvirt_snapshot_known *known, size_t count,
                                           struct armvirt_snapshot_section *found)
{
    size_t end;

    for (size_t i = 0; i < count; i++) {
        found[i] = (struct armvirt_snapshot_section){0};
    }
    if (len < ARMVIRT_SNAPSHOT_HEADER_BYTES + ARMVIRT_SNAPSHOT_END_BYTES) {
        return ARMVIRT_E_FORMAT;
    }
    end = len - ARMVIRT_SNAPSHOT_END_BYTES;
    if (!header_is_good(bytes, model) || !end_is_good(bytes, end) ||
        !take_sections(bytes, ARMVIRT_SNAPSHOT_HEADER_BYTES, end, known, count, found) ||
        !required_are_found(known, count, found)) {
        return ARMVIRT_E_FORMAT;
    }
    return ARMVIRT_OK;
}

uint8_t armvirt_snapshot_get8(struct armvirt_snapshot_section *section)
{
    if (section->left == 0) {
        section->overrun = true;
        return 0;
    }
    section->left--;
    return *section->bytes++;
}

uint16_t armvirt_snapshot_get16(struct armvirt_snapshot_section *section)
{
    uint16_t low = armvirt_snapshot_get8(section);

    return (uint16_t)(low | armvirt_snapshot_get8(section) << 8);
}

uint32_t armvirt_snapshot_get32(struct armvirt_snapshot_section *section)
{
    uint32_t low = armvirt_snapshot_get16(section);

    return low | (uint32_t)armvirt_snapshot_get16(section) << 16;
}

uint64_t armvirt_snapshot_get64(struct armvirt_snapshot_section *section)
{
    uint64_t low = armvirt_snapshot_get32(section);

    return low | (uint64_t)armvirt_snapshot_get32(section) << 32;
}

void armvirt_snapshot_get_bytes(struct armvirt_snapshot_section *section, uint8_t *bytes,
                                size_t count)
{
    for (size_t i = 0; i < count; i++) {
        bytes[i] = armvirt_snapshot_get8(section);
    }
}

enum armvirt_status armvirt_snapshot_done(const struct armvirt_snapshot_section *section)
{
    return section->left == 0 && !section->overrun ? ARMVIRT_OK : ARMVIRT_E_FORMAT;
}
