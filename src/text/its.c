/* SPDX-License-Identifier: MIT */
/* An ITS in words (IHI0069 5.2, 5.3). */
#include <armvirt/regs/its.h>
#include <armvirt/text_its.h>

#include "words.h"
#include "writer.h"

#include <inttypes.h>
#include <string.h>

/* ---- Names --------------------------------------------------------------------------------- */

static const struct reason_words reasons[] = {
#define REASON(name, kind, words) {#name, words, NULL},
    ARMVIRT_ITS_REASONS(REASON)
#undef REASON
};

const char *armvirt_its_reason_name(unsigned reason)
{
    return REASON_IN(reasons, reason).name;
}

const char *armvirt_its_reason_text(unsigned reason)
{
    return REASON_IN(reasons, reason).text;
}

struct command {
    uint8_t opcode;
    const char *name;
    const char *fields; /* words with one space between them */
};

static const struct command commands[] = {
#define COMMAND(name, opcode, fields) {opcode, #name, fields},
    ARMVIRT_ITS_COMMANDS(COMMAND)
#undef COMMAND
};

static const struct command *find_command(unsigned opcode)
{
    for (size_t i = 0; i < COUNT_OF(commands); i++) {
        if (commands[i].opcode == opcode) {
            return &commands[i];
        }
    }
    return NULL;
}

const char *armvirt_its_command_name(unsigned opcode)
{
    const struct command *command = find_command(opcode);

    return command != NULL ? command->name : UNKNOWN;
}

const char *armvirt_its_step_kind_name(unsigned kind)
{
    static const char *const names[] = {
        [ARMVIRT_ITS_STEP_DEVICE_L1] = "device table, level 1",
        [ARMVIRT_ITS_STEP_DEVICE] = "device entry",
        [ARMVIRT_ITS_STEP_EVENT] = "event entry",
        [ARMVIRT_ITS_STEP_COLLECTION_L1] = "collection table, level 1",
        [ARMVIRT_ITS_STEP_COLLECTION] = "collection entry",
        [ARMVIRT_ITS_STEP_VPE_L1] = "vPE table, level 1",
        [ARMVIRT_ITS_STEP_VPE] = "vPE entry",
    };

    return NAME_IN(names, kind);
}

/* ---- Commands ------------------------------------------------------------------------------ */

/* A field by its name in ARMVIRT_ITS_COMMANDS: where it is, and whether people read it in decimal.
 */
struct field {
    const char *name;
    uint8_t word;
    uint8_t shift;
    bool decimal;
    uint64_t mask;
};

static const struct field fields[] = {
    {"device", 0, 0, false, ARMVIRT_ITS_CMD0_DEVICEID},
    {"event", 1, 0, false, ARMVIRT_ITS_CMD1_EVENTID},
    {"intid", 1, 0, true, ARMVIRT_ITS_CMD1_PINTID},
    {"collection", 2, 0, true, ARMVIRT_ITS_CMD2_ICID},
    {"rdbase", 2, 0, true, ARMVIRT_ITS_CMD2_RDBASE},
    {"rdbase2", 3, 0, true, ARMVIRT_ITS_CMD3_MOVALL_RDBASE2},
    {"size", 1, 0, true, ARMVIRT_ITS_CMD1_MAPD_SIZE},
    {"itt", 2, 8, false, ARMVIRT_ITS_CMD2_MAPD_ITT_ADDR},
    {"valid", 2, 0, true, ARMVIRT_ITS_CMD2_V},
    {"vpe", 1, 0, true, ARMVIRT_ITS_CMD1_VPE_VPEID},
    {"vpt", 3, 16, false, ARMVIRT_ITS_CMD3_VMAPP_VPT_ADDR},
    {"vpt_size", 3, 0, true, ARMVIRT_ITS_CMD3_VMAPP_VPT_SIZE},
    {"vintid", 2, 0, true, ARMVIRT_ITS_CMD2_VMAPTI_VINTID},
    {"doorbell", 2, 0, true, ARMVIRT_ITS_CMD2_VMAPTI_DOORBELL},
    {"doorbell_valid", 2, 0, true, ARMVIRT_ITS_CMD2_VMOVI_D},
    {"sequence", 0, 0, true, ARMVIRT_ITS_CMD0_VMOVP_SEQUENCE},
    {"its_list", 1, 0, false, ARMVIRT_ITS_CMD1_VMOVP_ITSLIST},
    {"sgi", 0, 0, true, ARMVIRT_ITS_CMD0_VSGI_VINTID},
    {"priority", 0, 4, false, ARMVIRT_ITS_CMD0_VSGI_PRIORITY},
    {"group", 0, 0, true, ARMVIRT_ITS_CMD0_VSGI_GROUP},
    {"enable", 0, 0, true, ARMVIRT_ITS_CMD0_VSGI_ENABLE},
    {"clear", 0, 0, true, ARMVIRT_ITS_CMD0_VSGI_CLEAR},
};

static void put_field(struct writer *writer, const uint64_t word[4], const char *name, int length)
{
    for (size_t i = 0; i < COUNT_OF(fields); i++) {
        const struct field *field = &fields[i];

        if (strlen(field->name) == (size_t)length &&
            memcmp(field->name, name, (size_t)length) == 0) {
            uint64_t value = ARMVIRT_GET(field->mask, word[field->word]) << field->shift;

            writer_put(writer, field->decimal ? " %.*s=%" PRIu64 : " %.*s=0x%" PRIx64, length, name,
                       value);
        }
    }
}

size_t armvirt_text_its_command(const uint64_t word[4], char *text, size_t cap)
{
    unsigned opcode = (unsigned)ARMVIRT_GET(ARMVIRT_ITS_CMD0_OPCODE, word[0]);
    const struct command *command = find_command(opcode);
    struct writer writer = {text, cap, 0};

    if (command == NULL) {
        writer_put(&writer, "command 0x%02x", opcode);
        for (unsigned i = 0; i < 4; i++) {
            writer_put(&writer, " 0x%" PRIx64, word[i]);
        }
        return writer.len;
    }
    writer_put(&writer, "%s", command->name);
    for (const char *name = command->fields; *name != '\0';) {
        int length = (int)strcspn(name, " ");

        put_field(&writer, word, name, length);
        name += length + (name[length] == ' ');
    }
    return writer.len;
}

/* ---- Errors -------------------------------------------------------------------------------- */

/* Endings of names of errors, by kind. */
static const char *const kinds[] = {
    [0x01] = "DEVICE_OOR",         [0x02] = "ITTSIZE_OOR",     [0x03] = "COLLECTION_OOR",
    [0x04] = "UNMAPPED_DEVICE",    [0x05] = "ID_OOR",          [0x06] = "PHYSICALID_OOR",
    [0x07] = "UNMAPPED_INTERRUPT", [0x08] = "ID_IS_VIRTUAL",   [0x09] = "UNMAPPED_COLLECTION",
    [0x10] = "ITE_INVALID",        [0x11] = "VCPU_OOR",        [0x12] = "VPTSIZE_OOR",
    [0x13] = "VIRTUALID_OOR",      [0x14] = "VCPU_INVALID",    [0x15] = "ID_IS_PHYSICAL",
    [0x16] = "ITEVCPU_INVALID",    [0x17] = "CMDVCPU_INVALID",
};

/* Where the same kind has another name. */
static const char *kind_name(unsigned opcode, unsigned kind)
{
    bool of_device = opcode == ARMVIRT_ITS_MAPD;

    if (kind >= COUNT_OF(kinds) || kinds[kind] == NULL) {
        return NULL;
    }
    if ((kind == 1 && opcode == ARMVIRT_ITS_MOVALL) || (kind == 2 && !of_device)) {
        return "PROCNUM_OOR";
    }
    return kinds[kind];
}

size_t armvirt_text_its_error(uint32_t code, char *text, size_t cap)
{
    unsigned number = code >> 8 & 0xff, opcode = number == 0x05 ? ARMVIRT_ITS_CLEAR : number;
    const struct command *command = find_command(opcode);
    const char *kind = kind_name(opcode, code & 0xff);
    struct writer writer = {text, cap, 0};

    if (code >> 16 != 1 || command == NULL || kind == NULL) {
        writer_put(&writer, "0x%06" PRIx32, code);
    } else {
        writer_put(&writer, "%s_%s", command->name, kind);
    }
    return writer.len;
}

/* ---- Ways ---------------------------------------------------------------------------------- */

size_t armvirt_text_its_entry(const struct armvirt_its_entry *entry, char *text, size_t cap)
{
    struct writer writer = {text, cap, 0};

    writer_put(&writer, "%s", armvirt_its_step_kind_name(entry->kind));
    if (entry->bytes == 0) {
        writer_put(&writer, " in the ITS");
        return writer.len;
    }
    writer_put(&writer, " at 0x%" PRIx64 ": 0x%" PRIx64, entry->pa, entry->word[0]);
    if (entry->bytes > 8) {
        writer_put(&writer, " 0x%" PRIx64, entry->word[1]);
    }
    return writer.len;
}

size_t armvirt_text_its_route(const struct armvirt_its_route *route, char *text, size_t cap)
{
    struct writer writer = {text, cap, 0};

    writer_put(&writer, "device 0x%" PRIx32 " event %" PRIu32 ": ", route->device, route->event);
    if (route->reason != ARMVIRT_ITS_NONE) {
        writer_put(&writer, "dropped, %s", armvirt_its_reason_text(route->reason));
    } else if (route->physical) {
        writer_put(&writer, "LPI %" PRIu32 ", collection %" PRIu32 ", PE %" PRIu32, route->intid,
                   route->icid, route->pe);
    } else {
        writer_put(&writer, "virtual LPI %" PRIu32 ", vPE %" PRIu32 " on PE %" PRIu32, route->intid,
                   route->vpe.vpeid, route->vpe.pe);
        if (route->doorbell != ARMVIRT_LPI_NO_DOORBELL) {
            writer_put(&writer, ", doorbell %" PRIu32, route->doorbell);
        }
    }
    return writer.len;
}
