/* SPDX-License-Identifier: MIT */
/*
 * The ITS of recorded Linux systems, host and guest: every event leads to the LPI, the collection,
 * the PE, the priority and enable that the running kernel reported. Then the tables of the host are
 * wiped and made anew by the commands that Linux had queued, and must say the same.
 */
#include "linux_system.h"

#include <armvirt/its.h>
#include <armvirt/regs/its.h>
#include <armvirt/regs/vmsa.h>
#include <armvirt/text_its.h>

#define BASERS     8
#define ADDRESS    UINT64_C(0xffffffffff000)
#define NAME_BYTES 32

/* An ITS: of the host, or of the guest, whose addresses stage 2 translates. */
struct service {
    struct machine *machine;
    struct armvirt_regime stage2;
    bool guest;
    uint64_t typer, iidr, ctlr, cbaser, cwriter, propbaser, baser[BASERS];
    void *storage;
    struct armvirt_its *its;
};

/* ---- Memory -------------------------------------------------------------------------------- */

static enum armvirt_bus translated(struct service *s, struct armvirt_mem_req *req)
{
    struct armvirt_walk_env env = {.mem = armvirt_mem_from_sparse(&s->machine->sparse)};
    struct armvirt_access access = {.va = req->pa, .el = 1, .flags = ARMVIRT_ACCESS_NO_UPDATE};
    struct armvirt_walk walk;

    if (!s->guest) {
        return ARMVIRT_BUS_OK;
    }
    access.kind = ARMVIRT_DEBUGGER;
    if (armvirt_translate(&s->stage2, &env, &access, &walk) != ARMVIRT_OK) {
        return ARMVIRT_BUS_ABORT;
    }
    req->pa = walk.pa;
    return ARMVIRT_BUS_OK;
}

static enum armvirt_bus service_read(void *ctx, const struct armvirt_mem_req *req, uint64_t *val)
{
    struct service *s = ctx;
    struct armvirt_mem_req physical = *req;

    return translated(s, &physical) == ARMVIRT_BUS_OK
               ? armvirt_mem_sparse_ops.read(&s->machine->sparse, &physical, val)
               : ARMVIRT_BUS_ABORT;
}

static enum armvirt_bus service_write(void *ctx, const struct armvirt_mem_req *req,
                                      const uint64_t *val)
{
    struct service *s = ctx;
    struct armvirt_mem_req physical = *req;

    return translated(s, &physical) == ARMVIRT_BUS_OK
               ? armvirt_mem_sparse_ops.write(&s->machine->sparse, &physical, val)
               : ARMVIRT_BUS_ABORT;
}

static const struct armvirt_mem_ops service_memory = {service_read, service_write, NULL};

/* ---- The sink: nobody takes the LPIs -------------------------------------------------------- */

static void on_lpi(void *ctx, uint32_t pe, uint32_t intid)
{
    (void)ctx;
    (void)pe;
    (void)intid;
}

static void on_pe(void *ctx, uint32_t pe)
{
    (void)ctx;
    (void)pe;
}

static void on_move(void *ctx, uint32_t from, uint32_t to, uint32_t intid)
{
    (void)ctx;
    (void)from;
    (void)to;
    (void)intid;
}

static enum armvirt_status on_move_all(void *ctx, uint32_t from, uint32_t to, uint32_t budget)
{
    on_move(ctx, from, to, budget);
    return ARMVIRT_OK;
}

static enum armvirt_status on_sync(void *ctx, uint32_t pe)
{
    on_pe(ctx, pe);
    return ARMVIRT_OK;
}

static const struct armvirt_lpi_ops nobody = {
    .set = on_lpi,
    .clear = on_lpi,
    .inv = on_lpi,
    .inv_all = on_pe,
    .move = on_move,
    .move_all = on_move_all,
    .sync = on_sync,
};

/* ---- Made of registers ---------------------------------------------------------------------- */

static void put(const struct service *s, uint32_t offset, uint8_t size, uint64_t value)
{
    struct armvirt_its_access a = {.offset = offset, .size = size};

    armvirt_its_write(s->its, &a, value);
}

static void read_named(struct service *s, const char *name, uint64_t value)
{
    const struct {
        const char *name;
        uint64_t *value;
    } names[] = {{"GITS_TYPER", &s->typer},     {"GITS_IIDR", &s->iidr},
                 {"GITS_CTLR", &s->ctlr},       {"GITS_CBASER", &s->cbaser},
                 {"GITS_CWRITER", &s->cwriter}, {"GICR0_PROPBASER", &s->propbaser}};
    unsigned n;

    for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
        if (strcmp(names[i].name, name) == 0) {
            *names[i].value = value;
        }
    }
    if (sscanf(name, "GITS_BASER%u", &n) == 1 && n < BASERS) {
        s->baser[n] = value;
    }
}

static void read_its_registers(struct service *s, const char *directory)
{
    static const char guest[] = "GUEST_";
    struct records r;

    records_open(&r, directory, "regs.txt");
    while (records_next(&r)) {
        bool of_guest = strncmp(r.word[0], guest, sizeof(guest) - 1) == 0;

        if (r.words == 3 && of_guest == s->guest) {
            read_named(s, r.word[0] + (of_guest ? sizeof(guest) - 1 : 0), records_number(&r, 2, 0));
        }
    }
    fclose(r.file);
}

/* What an IPA of the guest means: the EL1&0 regime with stage 1 off. */
static void open_stage2(struct service *s)
{
    struct armvirt_vmsa vmsa = s->machine->cpu[0].vmsa;

    vmsa.sctlr_el1 &= ~ARMVIRT_SCTLR_EL1_M;
    vmsa.hcr_el2 &= ~(ARMVIRT_HCR_EL2_TGE | ARMVIRT_HCR_EL2_DC);
    if (armvirt_regime_init(&s->stage2, &vmsa, 1) != ARMVIRT_OK) {
        fprintf(stderr, "the guest has no stage 2\n");
        exit(2);
    }
}

static void write_registers(const struct service *s)
{
    for (uint32_t n = 0; n < BASERS; n++) {
        put(s, 0x100 + 8 * n, 8, s->baser[n]);
    }
    put(s, 0x80, 8, s->cbaser);
    put(s, 0x88, 8, s->cwriter);
}

/* The tables of the guest are as KVM saves them. */
static void take_over(struct service *s)
{
    struct armvirt_its_tables tables = {.phase = 0};
    enum armvirt_status status;

    do {
        status = armvirt_its_tables_load(s->its, &tables, 1000);
    } while (status == ARMVIRT_E_AGAIN);
    if (status != ARMVIRT_OK) {
        fprintf(stderr, "the guest's tables cannot be taken over\n");
        exit(2);
    }
}

static void service_open(struct service *s, struct machine *machine, const char *directory,
                         bool guest)
{
    struct armvirt_its_config config = {
        .lpi_bits = 16,
        .pes = CPUS,
        .mem = {&service_memory, s},
        .sink = {&nobody, NULL},
        .options = ARMVIRT_ITS_OPT_SKIP_ABORT, /* tables that are gone were not recorded */
        .layout = guest ? &armvirt_its_layout_kvm : &armvirt_its_layout_qemu,
    };
    size_t size;

    memset(s, 0, sizeof(*s));
    s->machine = machine;
    s->guest = guest;
    read_its_registers(s, directory);
    if (guest) {
        open_stage2(s);
    }
    config.gits_typer = s->typer;
    config.gits_iidr = (uint32_t)s->iidr;
    size = armvirt_its_size(&config);
    s->storage =
        aligned_alloc(ARMVIRT_ITS_ALIGN, size + ARMVIRT_ITS_ALIGN - size % ARMVIRT_ITS_ALIGN);
    if (armvirt_its_init(s->storage, size, &config, &s->its) != ARMVIRT_OK) {
        fprintf(stderr, "%s: the ITS cannot be made\n", directory);
        exit(2);
    }
    write_registers(s);
    take_over(s);
}

/* ---- Cases --------------------------------------------------------------------------------- */

/* its dev D event E -> lpi N collection N rd N, or -> none */
static bool run_event(const struct service *s, const struct records *r)
{
    struct armvirt_its_route route;
    enum armvirt_status status = armvirt_its_translate(s->its, (uint32_t)records_number(r, 2, 0),
                                                       (uint32_t)records_number(r, 4, 10), &route);

    if (strcmp(r->word[6], "none") == 0) {
        return status == ARMVIRT_FAULT;
    }
    return status == ARMVIRT_OK && value_is(r, "lpi", route.intid) &&
           value_is(r, "collection", route.icid) && value_is(r, "rd", route.pe);
}

/* itsdev D -> itt A eventbits N */
static bool run_device(const struct service *s, const struct records *r)
{
    struct armvirt_its_route route;

    armvirt_its_translate(s->its, (uint32_t)records_number(r, 1, 0), 0, &route);
    return value_is(r, "itt", route.itt_pa) && value_is(r, "eventbits", route.event_bits);
}

/* itscol N -> rd N, or -> rd none */
static bool run_collection(const struct service *s, const struct records *r)
{
    uint32_t pe;
    bool mapped =
        armvirt_its_collection(s->its, (uint32_t)records_number(r, 1, 10), &pe) == ARMVIRT_OK;

    return mapped ? value_is(r, "rd", pe)
                  : strcmp(r->word[3], "none") == 0 || strcmp(r->word[4], "none") == 0;
}

/* lpi N -> enabled E prio P config C: by the table of GICR0_PROPBASER. */
static bool run_lpi(struct service *s, const struct records *r)
{
    uint64_t byte = 0;
    struct armvirt_mem_req req = {.pa = (s->propbaser & ADDRESS) + records_number(r, 1, 10) - 8192,
                                  .size = 1};

    return service_read(s, &req, &byte) == ARMVIRT_BUS_OK && value_is(r, "config", byte) &&
           value_is(r, "enabled", byte & 1) && value_is(r, "prio", byte & 0xfc);
}

/* msi stream D vector V addr A data E -> doorbell A lpi N rd N */
static bool run_msi(const struct service *s, const struct records *r)
{
    struct armvirt_its_route route;

    armvirt_its_translate(s->its, (uint32_t)strtoul(value_of(r, "stream"), NULL, 0),
                          (uint32_t)strtoul(value_of(r, "data"), NULL, 0), &route);
    return route.reason == ARMVIRT_ITS_NONE && value_is(r, "lpi", route.intid) &&
           value_is(r, "rd", route.pe);
}

/* itscmd OFFSET W0 W1 W2 W3 -> NAME fields */
static bool run_command(const struct records *r)
{
    const uint64_t word[4] = {records_number(r, 2, 0), records_number(r, 3, 0),
                              records_number(r, 4, 0), records_number(r, 5, 0)};
    char text[128];

    armvirt_text_its_command(word, text, sizeof(text));
    return strncmp(text, r->word[7], strlen(r->word[7])) == 0;
}

/* Run a record of this ITS; false if it is none. */
static bool run_case(struct service *s, const struct records *r, bool *good)
{
    const char *kind = r->word[0] + (s->guest ? 1 : 0);

    if (s->guest && r->word[0][0] != 'g') {
        return false;
    }
    if (strcmp(kind, "its") == 0) {
        *good = run_event(s, r);
    } else if (strcmp(kind, "itsdev") == 0) {
        *good = run_device(s, r);
    } else if (strcmp(kind, "itscol") == 0) {
        *good = run_collection(s, r);
    } else if (strcmp(kind, "lpi") == 0) {
        *good = run_lpi(s, r);
    } else if (strcmp(kind, "itscmd") == 0) {
        *good = run_command(r);
    } else if (!s->guest && strcmp(kind, "msi") == 0) {
        *good = run_msi(s, r);
    } else {
        return false;
    }
    return true;
}

/* ---- Systems ------------------------------------------------------------------------------- */

static struct account replay(struct service *s, const char *directory, const char *name)
{
    struct account account = {0};
    struct records r;

    records_open(&r, directory, "expected.txt");
    r.name = name;
    while (records_next(&r)) {
        bool good = false;

        if (!run_case(s, &r, &good)) {
            continue;
        }
        account.cases[good ? AGREES : DISAGREES]++;
        if (!good) {
            print_case(&r, good);
        }
    }
    fclose(r.file);
    return account;
}

/* All entries that lead anywhere become zero, and the queue runs from its start. */
static void make_anew(struct service *s)
{
    struct armvirt_its_cursor cursor = {0, 0};
    struct armvirt_its_route route;

    while (armvirt_its_next(s->its, &cursor, UINT32_MAX, &route) == ARMVIRT_OK) {
        const uint64_t zero[2] = {0, 0};

        for (unsigned i = 0; i < route.steps; i++) {
            bool event = route.step[i].kind == ARMVIRT_ITS_STEP_EVENT;
            bool collection = route.step[i].kind == ARMVIRT_ITS_STEP_COLLECTION;

            if (event || collection) {
                struct armvirt_mem_req req = {.pa = route.step[i].pa, .size = 4};

                service_write(s, &req, zero);
            }
        }
    }
    write_registers(s);
    put(s, 0, 4, 1);
    while (armvirt_its_step(s->its, 7) == ARMVIRT_E_AGAIN) {
    }
}

static void run_service(struct machine *m, const char *directory, const char *system, bool guest,
                        struct account *total)
{
    static struct service s;
    char name[NAME_BYTES];
    struct account account;

    service_open(&s, m, directory, guest);
    snprintf(name, sizeof(name), "%s %s", system, guest ? "guest" : "host");
    account = replay(&s, directory, system);
    account_close(&account, name, total);
    make_anew(&s);
    snprintf(name, sizeof(name), "%s %s, by commands", system, guest ? "guest" : "host");
    account = replay(&s, directory, system);
    account_close(&account, name, total);
    free(s.storage);
}

int main(int argc, char **argv)
{
    static struct machine m;
    struct account total = {0};
    char directory[PATH_BYTES];

    if (argc < 2) {
        fprintf(stderr, "usage: %s DIRECTORY\n", argv[0]);
        return 2;
    }
    for (size_t i = 0; i < sizeof(systems) / sizeof(systems[0]); i++) {
        system_open(&m, directory, argv[1], systems[i]);
        for (size_t n = 0; n < SEGMENTS; n++) {
            m.segment[n].writable = true;
        }
        if (strcmp(systems[i], "B") == 0) {
            run_service(&m, directory, systems[i], true, &total);
        }
        run_service(&m, directory, systems[i], false, &total);
        free(m.bytes);
    }
    return account_verdict(&total);
}
