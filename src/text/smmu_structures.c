/* SPDX-License-Identifier: MIT */
/* Stream table entries, context descriptors, commands and global errors (IHI0070 5, 4, 7.5). */
#include "words.h"
#include "writer.h"

#include <armvirt/regs/smmu.h>
#include <armvirt/regs/smmu_structures.h>
#include <armvirt/text.h>
#include <armvirt/text_smmu.h>

#define WORDS 8u

static void put_fields(struct writer *out, const char *layout, uint64_t word, uint64_t when)
{
    out->len += armvirt_text_fields(armvirt_layout_find(layout), &word, when, " ", writer_rest(out),
                                    writer_left(out));
}

/* ---- Structures --------------------------------------------------------------------------- */

static size_t put_words(const char *name, const uint64_t word[WORDS], uint64_t when, char *text,
                        size_t cap)
{
    struct writer out = {text, cap, 0};

    writer_put(&out, "%s", "");
    for (unsigned n = 0; n < WORDS; n++) {
        char layout[16];

        if (word[n] == 0) {
            continue;
        }
        (void)snprintf(layout, sizeof(layout), "SMMU_%s%u", name, n);
        writer_put(&out, "%s%u: ", name, n);
        put_fields(&out, layout, word[n], when);
        writer_put(&out, "\n");
    }
    return out.len;
}

size_t armvirt_text_smmu_ste(const uint64_t word[8], char *text, size_t cap)
{
    return put_words("STE", word, 0, text, cap);
}

size_t armvirt_text_smmu_cd(const uint64_t word[8], bool d128, char *text, size_t cap)
{
    return put_words("CD", word, d128 ? ARMVIRT_WHEN_D128 : 0, text, cap);
}

/* ---- Commands ----------------------------------------------------------------------------- */

/* The fields of a word that are not zero, each after a blank. */
static void put_nonzero(struct writer *out, const char *name, uint64_t word)
{
    const struct armvirt_layout *layout = armvirt_layout_find(name);
    struct armvirt_field field;

    for (unsigned bit = armvirt_layout_bits(layout); bit > 0; bit = field.lo) {
        armvirt_field_at(layout, &word, 0, bit - 1, &field);
        if (field.value != 0) {
            writer_put(out, " ");
            out->len += armvirt_text_field(&field, writer_rest(out), writer_left(out));
        }
    }
}

/* Which layouts the two words of a command have. */
struct command_form {
    uint8_t first, last; /* opcodes */
    const char *word0, *word1;
};

static struct command_form form_of(unsigned opcode)
{
    static const struct command_form forms[] = {
        {0x02, 0x02, "SMMU_CMD0", "SMMU_CMD1_PREFETCH"},
        {0x03, 0x03, "SMMU_CMD0", "SMMU_CMD1_CFGI"},
        {0x04, 0x04, "SMMU_CMD0", "SMMU_CMD1_RANGE"},
        {0x05, 0x05, "SMMU_CMD0", "SMMU_CMD1_CFGI"},
        {0x07, 0x07, "SMMU_CMD0_TLBI", NULL},
        {0x10, 0x2a, "SMMU_CMD0_TLBI", "SMMU_CMD1_TLBI"},
        {0x40, 0x40, "SMMU_CMD0", "SMMU_CMD1_ATC_INV"},
        {0x41, 0x41, "SMMU_CMD0", "SMMU_CMD1_PRI_RESP"},
        {0x44, 0x44, "SMMU_CMD0_RESUME", "SMMU_CMD1_RESUME"},
        {0x46, 0x46, "SMMU_CMD0_SYNC", "SMMU_CMD1_SYNC"},
        {0x50, 0x5a, "SMMU_CMD0_TLBI", "SMMU_CMD1_TLBI"},
        {0x70, 0x73, "SMMU_CMD0_TLBI", "SMMU_CMD1_TLBI"},
    };
    const struct command_form plain = {0, 0, "SMMU_CMD0", NULL};

    for (size_t n = 0; n < COUNT_OF(forms); n++) {
        if (opcode >= forms[n].first && opcode <= forms[n].last) {
            return forms[n];
        }
    }
    return plain;
}

size_t armvirt_text_smmu_command(const uint64_t command[2], char *text, size_t cap)
{
    unsigned opcode = (unsigned)ARMVIRT_GET(ARMVIRT_SMMU_CMD0_OP, command[0]);
    struct command_form form = form_of(opcode);
    struct writer out = {text, cap, 0};

    writer_put(&out, "%s (0x%02x):", armvirt_smmu_command_name(opcode), opcode);
    put_nonzero(&out, form.word0, command[0] & ~ARMVIRT_SMMU_CMD0_OP);
    if (form.word1 != NULL) {
        put_nonzero(&out, form.word1, command[1]);
    } else if (command[1] != 0) {
        writer_put(&out, " word1=0x%llx", (unsigned long long)command[1]);
    }
    return out.len;
}

/* ---- Global errors ------------------------------------------------------------------------ */

static const struct {
    uint64_t bit;
    const char *name, *text;
} errors[] = {
#define ERROR(name, text)                                                                          \
    {                                                                                              \
        ARMVIRT_SMMU_GERROR_##name, #name, text                                                    \
    }
    ERROR(CMDQ_ERR, "the command queue stopped at the command that CMDQ_CONS.RD names; correct or "
                    "replace it there, then acknowledge"),
    ERROR(EVENTQ_ABT_ERR, "an event could not be written: check EVENTQ_BASE; events were lost"),
    ERROR(PRIQ_ABT_ERR, "a page request could not be written: check PRIQ_BASE; requests were lost"),
    ERROR(MSI_CMDQ_ABT_ERR, "the message of a CMD_SYNC had no target: check its MSIAddress"),
    ERROR(MSI_EVENTQ_ABT_ERR, "the message of the event queue had no target: EVENTQ_IRQ_CFG0"),
    ERROR(MSI_PRIQ_ABT_ERR, "the message of the PRI queue had no target: PRIQ_IRQ_CFG0"),
    ERROR(MSI_GERROR_ABT_ERR, "the message of a global error had no target: GERROR_IRQ_CFG0"),
    ERROR(SFM_ERR, "the SMMU entered service failure mode: all traffic is refused until a reset"),
    ERROR(CMDQP_ERR, "a queue of a command queue control page stopped: see ECMDQ_CONS.ERR"),
    ERROR(DPT_ERR, "a device permission table could not be read: see DPT_CFG_FAR"),
#undef ERROR
};

static const char *command_error(uint32_t cmdq_cons)
{
    static const char *const texts[] = {
        [0] = "CERROR_NONE",
        [1] = "CERROR_ILL: no such command, a feature that is not there, or a reserved field",
        [2] = "CERROR_ABT: the command could not be read: check CMDQ_BASE",
        [3] = "CERROR_ATC_INV_SYNC: a device did not answer an ATC invalidation in time",
    };
    uint64_t error = ARMVIRT_GET(ARMVIRT_SMMU_CMDQ_CONS_ERR, cmdq_cons);

    return error < COUNT_OF(texts) ? texts[error] : "reserved error code";
}

size_t armvirt_text_smmu_gerror(uint32_t gerror, uint32_t gerrorn, uint32_t cmdq_cons, char *text,
                                size_t cap)
{
    struct writer out = {text, cap, 0};

    writer_put(&out, "%s", "");
    for (size_t n = 0; n < COUNT_OF(errors); n++) {
        if (!((gerror ^ gerrorn) & errors[n].bit)) {
            continue;
        }
        writer_put(&out, "%s: %s", errors[n].name, errors[n].text);
        if (errors[n].bit == ARMVIRT_SMMU_GERROR_CMDQ_ERR) {
            writer_put(&out, "; %s", command_error(cmdq_cons));
        }
        writer_put(&out, "\n");
    }
    return out.len;
}
