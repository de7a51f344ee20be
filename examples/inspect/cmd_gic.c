/* SPDX-License-Identifier: MIT */
/* armvirt-inspect gic: which interrupts are pending where, what is taken next, and why others are
 * not. */
#include "commands.h"

#include "gic_state.h"
#include "json.h"
#include "number.h"

#include <armvirt/gic_why.h>
#include <armvirt/regs/gic.h>
#include <armvirt/regs/gic_mmio.h>
#include <armvirt/text_gic.h>

#include <inttypes.h>
#include <stdio.h>

#define COUNT_OF(array) (sizeof(array) / sizeof((array)[0]))

/* What goes out, and as what. */
struct report {
    const struct options *options;
    const struct machine *machine;
    const struct gic_state *state;
    struct json json;
};

static const char *const group_names[] = {"0", "1S", "1"};

/* "SGI 1", "PPI 27", "SPI 33", "LPI 8193": the kind is that of the INTID. */
static const char *kind_of(uint32_t intid)
{
    static const struct {
        uint32_t end;
        const char *kind;
    } kinds[] = {{16, "SGI"},   {32, "PPI"},    {1020, "SPI"}, {1024, "special"}, {1056, "none"},
                 {1120, "PPI"}, {4096, "none"}, {5120, "SPI"}, {8192, "none"}};

    for (size_t i = 0; i < COUNT_OF(kinds); i++) {
        if (intid < kinds[i].end) {
            return kinds[i].kind;
        }
    }
    return "LPI";
}

static uint64_t sysreg(const struct report *report, uint32_t pe, unsigned crn, unsigned crm,
                       unsigned op2)
{
    enum armvirt_gic_outcome outcome;
    uint64_t value = 0;

    (void)armvirt_gic_sysreg_read(report->state->gic, pe, ARMVIRT_GIC_SYSREG(3, 0, crn, crm, op2),
                                  &value, &outcome);
    return value;
}

/* ---- What a GIC is --------------------------------------------------------------------------- */

static void print_gic(const struct report *report)
{
    uint32_t typer = report->state->config.gicd_typer;
    uint64_t lines = ARMVIRT_GET(ARMVIRT_GICD_TYPER_ITLINESNUMBER, typer);

    (void)printf("GIC of %" PRIu32 " PEs, SPIs to INTID %" PRIu64, report->state->config.pes,
                 lines == 31 ? 1019 : 32 * (lines + 1) - 1);
    if (typer & ARMVIRT_GICD_TYPER_LPIS) {
        (void)printf(", LPIs of %" PRIu64 " bits",
                     ARMVIRT_GET(ARMVIRT_GICD_TYPER_IDBITS, typer) + 1);
    }
    (void)printf(", %s Security state%s\n", typer & ARMVIRT_GICD_TYPER_SECURITYEXTN ? "two" : "one",
                 typer & ARMVIRT_GICD_TYPER_SECURITYEXTN ? "s" : "");
}

static void print_affinity(uint32_t affinity)
{
    (void)printf("%" PRIu32 ".%" PRIu32 ".%" PRIu32 ".%" PRIu32, affinity >> 24,
                 affinity >> 16 & 0xff, affinity >> 8 & 0xff, affinity & 0xff);
}

static const struct {
    uint32_t signal;
    const char *name;
} signals[] = {
    {ARMVIRT_GIC_IRQ, "IRQ"},   {ARMVIRT_GIC_FIQ, "FIQ"},
    {ARMVIRT_GIC_VIRQ, "vIRQ"}, {ARMVIRT_GIC_VFIQ, "vFIQ"},
    {ARMVIRT_GIC_WAKE, "wake"}, {ARMVIRT_GIC_MAINTENANCE, "maintenance"},
};

static void print_pe(const struct report *report, uint32_t pe)
{
    uint32_t asserted = armvirt_gic_signals(report->state->gic, pe);

    (void)printf("\nPE %" PRIu32 " (", pe);
    print_affinity(report->state->affinity[pe]);
    (void)printf("): mask 0x%02" PRIx64 ", running priority 0x%02" PRIx64 ", signals",
                 sysreg(report, pe, 4, 6, 0), sysreg(report, pe, 12, 11, 3) & 0xff);
    for (size_t i = 0; i < COUNT_OF(signals); i++) {
        if (asserted & signals[i].signal) {
            (void)printf(" %s", signals[i].name);
        }
    }
    (void)printf("%s\n", asserted == 0 ? " nothing" : "");
}

/* ---- Interrupts ------------------------------------------------------------------------------ */

static void print_state(uint32_t intid, const struct armvirt_gic_why *why)
{
    if (why->reason == ARMVIRT_GIC_REASON_NOT_THERE) {
        (void)printf("  INTID %" PRIu32 "\n", intid);
        return;
    }
    (void)printf("  %s %-6" PRIu32 " Group %-2s priority 0x%02x  %s%s%s%s\n", kind_of(intid), intid,
                 group_names[why->group], why->priority, why->edge ? "edge" : "level",
                 why->line ? ", line asserted" : "", why->pending ? ", pending" : "",
                 why->active ? ", active" : "");
}

static void print_interrupt(uint32_t intid, const struct armvirt_gic_why *why)
{
    print_state(intid, why);
    (void)printf("      %s", armvirt_gic_reason_text(why->reason));
    if (why->reason == ARMVIRT_GIC_REASON_BEHIND) {
        (void)printf(": %s %" PRIu32, kind_of(why->other), why->other);
    }
    if (why->reason == ARMVIRT_GIC_REASON_ELSEWHERE) {
        (void)printf(": PE %" PRIu32, why->target);
    }
    (void)printf(" (IHI0069 %s)\n", armvirt_gic_reason_rule(why->reason));
}

static void interrupt_json(struct json *json, uint32_t intid, const struct armvirt_gic_why *why)
{
    json_row_begin(json, NULL);
    json_string(json, "kind", kind_of(intid));
    json_int(json, "intid", intid);
    json_string(json, "group", group_names[why->group]);
    json_int(json, "priority", why->priority);
    json_bool(json, "edge", why->edge);
    json_bool(json, "line", why->line);
    json_bool(json, "pending", why->pending);
    json_bool(json, "active", why->active);
    json_bool(json, "enabled", why->enabled);
    json_string(json, "reason", armvirt_gic_reason_name(why->reason));
    if (why->target != ARMVIRT_GIC_NOBODY) {
        json_int(json, "target", why->target);
    }
    if (why->other != ARMVIRT_GIC_NOBODY) {
        json_int(json, "behind", why->other);
    }
    json_row_end(json);
}

static void show_interrupt(struct report *report, uint32_t pe, uint32_t intid)
{
    struct armvirt_gic_why why;

    (void)armvirt_gic_why(report->state->gic, pe, intid, &why);
    if (report->options->json) {
        interrupt_json(&report->json, intid, &why);
    } else {
        print_interrupt(intid, &why);
    }
}

/* Those that were named, or all that are pending or active at the PE. */
static void show_interrupts(struct report *report, uint32_t pe)
{
    const struct options *options = report->options;
    uint32_t intid = 0;

    for (size_t i = 0; i < options->argument_count; i++) {
        uint64_t named = 0;

        (void)number_parse(options->arguments[i], &named);
        show_interrupt(report, pe, (uint32_t)named);
    }
    while (options->argument_count == 0 &&
           (intid = armvirt_gic_next(report->state->gic, pe, intid)) != ARMVIRT_GIC_NOBODY) {
        show_interrupt(report, pe, intid++);
    }
}

/* ---- List registers -------------------------------------------------------------------------- */

/* What a hypervisor has given to the virtual machine on the PE. */
static void show_list_registers(struct report *report, uint32_t pe)
{
    static const char *const states[] = {"", "pending", "active", "pending and active"};

    for (unsigned n = 0; n < 16; n++) {
        char name[16];
        uint64_t lr = 0;
        unsigned state;

        (void)snprintf(name, sizeof(name), "ICH_LR%u_EL2", n);
        (void)machine_register(report->machine, (int)pe, name, &lr);
        state = (unsigned)ARMVIRT_GET(ARMVIRT_ICH_LRN_EL2_STATE, lr);
        if (state == 0) {
            continue;
        }
        if (report->options->json) {
            json_row_begin(&report->json, NULL);
            json_int(&report->json, "list_register", n);
            json_int(&report->json, "intid", (int64_t)ARMVIRT_GET(ARMVIRT_ICH_LRN_EL2_VINTID, lr));
            json_string(&report->json, "state", states[state]);
            json_row_end(&report->json);
        } else {
            (void)printf("  list register %u: virtual INTID %" PRIu64 ", %s\n", n,
                         ARMVIRT_GET(ARMVIRT_ICH_LRN_EL2_VINTID, lr), states[state]);
        }
    }
}

/* ---- The command ----------------------------------------------------------------------------- */

static void show_pe(struct report *report, uint32_t pe)
{
    struct json *json = &report->json;

    if (!report->options->json) {
        print_pe(report, pe);
        show_interrupts(report, pe);
        show_list_registers(report, pe);
        return;
    }
    json_object_begin(json, NULL);
    json_int(json, "pe", pe);
    json_hex(json, "affinity", report->state->affinity[pe]);
    json_hex(json, "mask", sysreg(report, pe, 4, 6, 0));
    json_hex(json, "running_priority", sysreg(report, pe, 12, 11, 3));
    json_int(json, "signals", armvirt_gic_signals(report->state->gic, pe));
    json_array_begin(json, "interrupts");
    show_interrupts(report, pe);
    json_array_end(json);
    json_array_begin(json, "list_registers");
    show_list_registers(report, pe);
    json_array_end(json);
    json_object_end(json);
}

static bool check_arguments(const struct options *options, struct error *error)
{
    for (size_t i = 0; i < options->argument_count; i++) {
        uint64_t intid;

        if (!number_parse(options->arguments[i], &intid) || intid > UINT32_MAX) {
            return refuse(error, "'%s' is not an INTID", options->arguments[i]);
        }
    }
    return true;
}

static void show(struct report *report)
{
    if (report->options->json) {
        json_array_begin(&report->json, NULL);
    } else {
        print_gic(report);
    }
    for (uint32_t pe = 0; pe < report->state->config.pes; pe++) {
        show_pe(report, pe);
    }
    if (report->options->json) {
        json_array_end(&report->json);
    }
}

static enum exit_status run(const struct options *options, struct error *error)
{
    struct report report = {.options = options, .json = {.out = stdout}};
    enum exit_status status = STATUS_BAD_INPUT;
    struct gic_state state = {0};
    struct machine machine = {0};

    if (check_arguments(options, error) &&
        machine_open(&machine, options->machine_path, &options->overrides, MACHINE_QUIET, error) &&
        gic_state_open(&state, &machine, error)) {
        report.machine = &machine;
        report.state = &state;
        show(&report);
        status = STATUS_OK;
    }
    gic_state_close(&state);
    machine_close(&machine);
    return status;
}

const struct command command_gic = {
    .name = "gic",
    .bit = COMMAND_GIC,
    .usage = "[INTID]...",
    .summary = "Show pending interrupts, and why they are taken or not",
    .details =
        "The machine's registers GICD_*, GICRn_*, CPUn.ICC_* and CPUn.ICH_* and its LPI tables "
        "are\n"
        "loaded into a GIC. Without INTID, all interrupts are shown that are pending or active.\n",
    .least_arguments = 0,
    .most_arguments = 1000,
    .run = run,
};
