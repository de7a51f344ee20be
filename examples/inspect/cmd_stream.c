/* SPDX-License-Identifier: MIT */
/* armvirt-inspect stream: how an SMMU finds the configuration of a device, and where its DMA goes.
 */
#include "commands.h"

#include "json.h"
#include "number.h"
#include "smmu_state.h"
#include "walk_report.h"

#include <armvirt/names.h>
#include <armvirt/regs/smmu.h>
#include <armvirt/text_smmu.h>
#include <armvirt/text_walk.h>

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define TEXT_MAX 4096
#define WIDTH    96

/* A question and its answer. */
struct stream {
    struct armvirt_smmu_txn txn;
    bool has_address;
    bool enabled; /* SMMU_CR0.SMMUEN */
    struct armvirt_smmu_context context;
    uint8_t reason; /* why there is no context */
    struct smmu_read reads[SMMU_READS_MAX];
    size_t read_count;
    struct armvirt_smmu_result result;
    struct smmu_state *state;
};

/* ---- The question ---------------------------------------------------------------------------- */

/* "bus:device.function", as tools print PCI functions, without a domain: its RequestID. */
static bool parse_function(const char *text, unsigned *request_id)
{
    unsigned bus, device, function;
    char rest;

    if (sscanf(text, "%2x:%2x.%1x%c", &bus, &device, &function, &rest) != 3 || device > 31 ||
        function > 7) {
        return false;
    }
    *request_id = bus << 8 | device << 3 | function;
    return true;
}

static bool parse_id(const char *text, const char *what, uint32_t *id, struct error *error)
{
    unsigned request_id;
    uint64_t value;

    if (parse_function(text, &request_id)) {
        return refuse(error,
                      "'%s' is not a %s: the RequestID of that function is 0x%x, which firmware "
                      "(IORT, iommu-map) maps to a StreamID, often the same number",
                      text, what, request_id);
    }
    if (!number_parse(text, &value) || value > UINT32_MAX) {
        return refuse(error, "'%s' is not a %s", text, what);
    }
    *id = (uint32_t)value;
    return true;
}

/* "SID", "SID IOVA" or "SID SSID IOVA". */
static bool parse(struct stream *stream, const struct options *options, struct error *error)
{
    const char *address = options->arguments[options->argument_count - 1];
    struct armvirt_smmu_txn *txn = &stream->txn;

    txn->flags =
        (uint16_t)((options->write ? ARMVIRT_SMMU_WRITE : 0) |
                   (options->fetch ? ARMVIRT_SMMU_INSTRUCTION : 0) |
                   (options->privileged ? ARMVIRT_SMMU_PRIVILEGED : 0) | ARMVIRT_SMMU_PROBE);
    if (!parse_id(options->arguments[0], "StreamID", &txn->sid, error)) {
        return false;
    }
    if (options->argument_count == 3) {
        txn->flags |= ARMVIRT_SMMU_SSV;
        if (!parse_id(options->arguments[1], "SubstreamID", &txn->ssid, error)) {
            return false;
        }
    }
    stream->has_address = options->argument_count > 1;
    return !stream->has_address || number_parse(address, &txn->addr) ||
           refuse(error, "'%s' is not an address", address);
}

/* Whether SMMU_CR0.SMMUEN is 1: else no table is looked at. */
static bool translates(const struct smmu_state *state)
{
    const struct armvirt_smmu_access cr0 = {.offset = SMMU_CR0_OFFSET, .size = 4};
    uint64_t value;

    (void)armvirt_smmu_read(state->smmu, &cr0, &value);
    return (value & ARMVIRT_SMMU_CR0_SMMUEN) != 0;
}

static void ask(struct stream *stream, struct smmu_state *state)
{
    stream->state = state;
    stream->enabled = translates(state);
    state->read_count = 0;
    if (stream->enabled) {
        (void)armvirt_smmu_stream(state->smmu, &stream->txn, &stream->context, &stream->reason);
    }
    memcpy(stream->reads, state->reads, sizeof(stream->reads));
    stream->read_count = state->read_count;
    state->log.len = 0;
    if (stream->has_address) {
        (void)armvirt_smmu_translate(state->smmu, &stream->txn, &stream->result);
    }
    if (state->log.len > SMMU_STEPS_MAX) {
        state->log.len = SMMU_STEPS_MAX;
    }
}

/* ---- Structures in memory -------------------------------------------------------------------- */

/* Words that follow each other: an entry, or one word of a first-level table. */
struct group {
    const struct smmu_read *first;
    size_t words;
    bool aborted;
    uint64_t word[8];
};

static size_t next_group(const struct stream *stream, size_t at, struct group *group)
{
    const struct smmu_read *first = &stream->reads[at];
    size_t n = 0;

    *group = (struct group){.first = first};
    while (n < 8 && at + n < stream->read_count && first[n].what == first->what &&
           first[n].pa == first->pa + 8 * n) {
        group->word[n] = first[n].value;
        group->aborted = group->aborted || first[n].aborted;
        n++;
    }
    group->words = n;
    return at + n;
}

static const char *group_name(const struct group *group)
{
    bool entry = group->words == 8;

    if (group->first->what == ARMVIRT_MEM_SMMU_STREAM) {
        return entry ? "stream table entry" : "first-level stream table descriptor";
    }
    return entry ? "context descriptor" : "first-level context descriptor";
}

/* A line of fields, broken before a field where it gets long. */
static void print_fields(const char *line, size_t length)
{
    size_t column = 4;

    (void)printf("    ");
    for (size_t at = 0; at < length;) {
        size_t end = at + strcspn(line + at, " \n");

        while (line[end] == ' ' && line[end + 1] == '(') { /* the name of its value */
            end += 1 + strcspn(line + end + 1, " \n");
        }
        if (at != 0 && column + 1 + (end - at) > WIDTH) {
            (void)printf("\n          ");
            column = 10;
        } else if (at != 0) {
            (void)putchar(' ');
            column++;
        }
        (void)printf("%.*s", (int)(end - at), line + at);
        column += end - at;
        at = end + (line[end] == ' ');
    }
    (void)putchar('\n');
}

static void print_group(const struct stream *stream, const struct group *group)
{
    char text[TEXT_MAX] = "";
    char *line = text;

    (void)printf("%s at 0x%" PRIx64 "%s\n", group_name(group), group->first->pa,
                 group->aborted ? ": external abort" : "");
    if (group->words < 8) {
        (void)printf("    0x%016" PRIx64 "\n", group->word[0]);
        return;
    }
    if (group->first->what == ARMVIRT_MEM_SMMU_STREAM) {
        (void)armvirt_text_smmu_ste(group->word, text, sizeof(text));
    } else {
        (void)armvirt_text_smmu_cd(group->word, stream->context.cd.d128, text, sizeof(text));
    }
    for (char *end; (end = strchr(line, '\n')) != NULL; line = end + 1) {
        print_fields(line, (size_t)(end - line));
    }
}

static void group_json(const struct group *group, struct json *json)
{
    json_object_begin(json, NULL);
    json_string(json, "structure", group_name(group));
    json_hex(json, "address", group->first->pa);
    json_bool(json, "aborted", group->aborted);
    json_array_begin(json, "words");
    for (size_t i = 0; i < group->words; i++) {
        json_hex(json, NULL, group->word[i]);
    }
    json_array_end(json);
    json_object_end(json);
}

static void show_structures(const struct stream *stream, struct json *json)
{
    struct group group;

    for (size_t at = 0; at < stream->read_count;) {
        at = next_group(stream, at, &group);
        if (json->out != NULL) {
            group_json(&group, json);
        } else {
            print_group(stream, &group);
        }
    }
}

/* ---- The answer ------------------------------------------------------------------------------ */

static const char *outcome(const struct armvirt_smmu_result *result)
{
    return result->outcome == ARMVIRT_SMMU_PASS    ? "pass"
           : result->outcome == ARMVIRT_SMMU_ABORT ? "abort"
                                                   : "read as zero, write ignored";
}

static void print_pass(const struct armvirt_smmu_result *result)
{
    const struct armvirt_memattr attr = {.mair = result->attr.mair, .sh = result->attr.sh};
    char text[200], size[24];

    report_item("physical", "0x%" PRIx64 " (%s)", result->pa,
                armvirt_space_name((enum armvirt_space)result->pa_space));
    (void)number_format_size(size, sizeof(size), UINT64_C(1) << result->size_log2 % 64);
    report_item("in", "%s that goes the same way", size);
    (void)armvirt_text_memattr(&attr, text, sizeof(text));
    report_item("memory", "%s", text);
    report_item("goes out", "%s %s", result->privileged ? "privileged" : "unprivileged",
                result->instruction ? "instruction" : "data");
}

static void print_reason(uint8_t reason)
{
    report_item("reason", "%s: %s", armvirt_smmu_reason_name(reason),
                armvirt_smmu_reason_text(reason));
    report_item("rule", "IHI0070 %s", armvirt_smmu_reason_rule(reason));
}

static void print_end(const struct armvirt_smmu_result *result)
{
    char text[400];

    report_item("outcome", "%s", outcome(result));
    print_reason(result->reason);
    if (result->fault.type != ARMVIRT_FAULT_NONE) {
        (void)armvirt_text_fault(&result->fault, text, sizeof(text));
        report_item("fault", "%s", text);
        report_item("because", "%s (DDI0487 %s)", armvirt_reason_text(result->fault.reason),
                    armvirt_reason_rule(result->fault.reason));
    }
    if (result->event[0] == 0) {
        report_item("event", "none");
        return;
    }
    (void)armvirt_text_smmu_event(result->event, text, sizeof(text));
    report_item("event", "%s", text);
    report_lines("advice", armvirt_smmu_event_advice(result->event));
}

static void print_steps(const struct stream *stream)
{
    for (size_t i = 0; i < stream->state->log.len; i++) {
        char text[TEXT_MAX];

        (void)armvirt_text_step(&stream->context.regime, &stream->state->steps[i], text,
                                sizeof(text));
        (void)printf("%s\n", text);
    }
}

static void print_question(const struct stream *stream)
{
    (void)printf("Stream 0x%" PRIx32, stream->txn.sid);
    if (stream->txn.flags & ARMVIRT_SMMU_SSV) {
        (void)printf(", substream 0x%" PRIx32, stream->txn.ssid);
    }
    if (stream->has_address) {
        (void)printf(": %s of I/O virtual address 0x%" PRIx64,
                     stream->txn.flags & ARMVIRT_SMMU_WRITE         ? "write"
                     : stream->txn.flags & ARMVIRT_SMMU_INSTRUCTION ? "fetch"
                                                                    : "read",
                     stream->txn.addr);
    }
    (void)printf("\n\n");
    if (!stream->enabled) {
        (void)printf("SMMU_CR0.SMMUEN is 0: SMMU_GBPA decides for all streams\n");
    }
}

static void print_stages(const struct armvirt_smmu_context *context)
{
    report_item("stages", "%s",
                context->s1 && context->s2 ? "1 and 2"
                : context->s1              ? "1"
                : context->s2              ? "2"
                                           : "none: bypass");
}

static void print(const struct stream *stream)
{
    struct json none = {.out = NULL};

    print_question(stream);
    show_structures(stream, &none);
    if (stream->read_count != 0) {
        (void)printf("\n");
    }
    print_steps(stream);
    if (stream->has_address && stream->result.outcome == ARMVIRT_SMMU_PASS) {
        print_pass(&stream->result);
    } else if (stream->has_address) {
        print_end(&stream->result);
    } else if (stream->reason != ARMVIRT_SMMU_REASON_NONE) {
        print_reason(stream->reason);
    } else if (stream->enabled) {
        print_stages(&stream->context);
    }
}

static void print_json(const struct stream *stream)
{
    const struct armvirt_smmu_result *result = &stream->result;
    struct json json = {.out = stdout};

    json_object_begin(&json, NULL);
    json_int(&json, "stream", stream->txn.sid);
    if (stream->txn.flags & ARMVIRT_SMMU_SSV) {
        json_int(&json, "substream", stream->txn.ssid);
    }
    json_bool(&json, "enabled", stream->enabled);
    json_array_begin(&json, "structures");
    show_structures(stream, &json);
    json_array_end(&json);
    json_string(&json, "configuration", armvirt_smmu_reason_name(stream->reason));
    if (stream->has_address) {
        json_hex(&json, "address", stream->txn.addr);
        report_step_list_json(&stream->context.regime, stream->state->steps, stream->state->log.len,
                              &json);
        json_string(&json, "outcome", outcome(result));
        json_string(&json, "reason", armvirt_smmu_reason_name(result->reason));
        json_hex(&json, "pa", result->pa);
        json_string(&json, "event", armvirt_smmu_event_name((unsigned)result->event[0] & 0xff));
    }
    json_object_end(&json);
}

/* ---- The command ----------------------------------------------------------------------------- */

static enum exit_status answer(const struct options *options, struct machine *machine,
                               struct smmu_state *state, struct stream *stream, struct error *error)
{
    bool fault;

    if (!smmu_state_open(state, machine, error)) {
        return STATUS_BAD_INPUT;
    }
    ask(stream, state);
    if (options->json) {
        print_json(stream);
    } else {
        print(stream);
    }
    if (machine->memory.missing) {
        (void)refuse(error, "address 0x%" PRIx64 " is not in the memory image",
                     machine->memory.missing_pa);
        return STATUS_BAD_INPUT;
    }
    fault = stream->has_address ? stream->result.outcome != ARMVIRT_SMMU_PASS
                                : stream->reason != ARMVIRT_SMMU_REASON_NONE;
    return fault ? STATUS_FAULT : STATUS_OK;
}

static enum exit_status run(const struct options *options, struct error *error)
{
    struct smmu_state *state = calloc(1, sizeof(*state));
    struct stream *stream = calloc(1, sizeof(*stream));
    enum exit_status status = STATUS_BAD_INPUT;
    struct machine machine = {0};

    if (state == NULL || stream == NULL) {
        (void)refuse(error, "out of memory");
    } else if (parse(stream, options, error) &&
               machine_open(&machine, options->machine_path, &options->overrides, MACHINE_QUIET,
                            error)) {
        status = answer(options, &machine, state, stream, error);
        smmu_state_close(state);
    }
    machine_close(&machine);
    free(stream);
    free(state);
    return status;
}

const struct command command_stream = {
    .name = "stream",
    .bit = COMMAND_STREAM,
    .usage = "SID [[SSID] IOVA]",
    .summary = "Show how an SMMU finds a device's tables, and where its DMA goes",
    .details =
        "SID is the StreamID (of a PCI function: what firmware maps its RequestID to), SSID the\n"
        "SubstreamID or PASID. Prints the stream table entry and the context descriptor, and of\n"
        "an IOVA each step of the walk and where it goes, or the event that the SMMU would record\n"
        "and its likely cause. Nothing is written.\n",
    .least_arguments = 1,
    .most_arguments = 3,
    .run = run,
};
