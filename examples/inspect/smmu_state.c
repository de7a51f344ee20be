/* SPDX-License-Identifier: MIT */
/* From the values of registers to an SMMU, whose reads of configuration are noted. */
#include "smmu_state.h"

#include <armvirt/regs/smmu.h>
#include <armvirt/text_smmu.h>

#include <stdio.h>
#include <stdlib.h>

#define COUNT_OF(array) (sizeof(array) / sizeof((array)[0]))

#define GBPA_OFFSET 0x44u

/* What translation depends on; CR0 is written last. */
static const struct {
    const char *name;
    uint16_t offset;
    uint8_t bytes;
} rows[] = {
    {"SMMU_CR1", 0x28, 4},         {"SMMU_CR2", 0x2c, 4},
    {"SMMU_STRTAB_BASE", 0x80, 8}, {"SMMU_STRTAB_BASE_CFG", 0x88, 4},
    {"SMMU_GBPA", GBPA_OFFSET, 4}, {"SMMU_CR0", SMMU_CR0_OFFSET, 4},
};

/* ---- Memory ---------------------------------------------------------------------------------- */

static enum armvirt_bus noted_read(void *ctx, const struct armvirt_mem_req *req, uint64_t *value)
{
    struct smmu_state *state = ctx;
    enum armvirt_bus bus = state->memory.ops->read(state->memory.ctx, req, value);

    if ((req->what == ARMVIRT_MEM_SMMU_STREAM || req->what == ARMVIRT_MEM_SMMU_CONTEXT) &&
        state->read_count < SMMU_READS_MAX) {
        state->reads[state->read_count++] = (struct smmu_read){
            req->pa, bus == ARMVIRT_BUS_OK ? *value : 0, req->what, bus != ARMVIRT_BUS_OK};
    }
    return bus;
}

static enum armvirt_bus no_write(void *ctx, const struct armvirt_mem_req *req,
                                 const uint64_t *value)
{
    (void)ctx;
    (void)req;
    (void)value;
    return ARMVIRT_BUS_ABORT;
}

static enum armvirt_bus no_cas(void *ctx, const struct armvirt_mem_req *req, const uint64_t *old,
                               const uint64_t *value)
{
    (void)old;
    return no_write(ctx, req, value);
}

static const struct armvirt_mem_ops noting = {noted_read, no_write, no_cas};

/* ---- The SMMU -------------------------------------------------------------------------------- */

static uint32_t value_of(const struct machine *machine, const char *name)
{
    uint64_t value = 0;

    (void)machine_register(machine, -1, name, &value);
    return (uint32_t)value;
}

static bool identify(struct smmu_state *state, const struct machine *machine, struct error *error)
{
    struct armvirt_smmu_id *id = &state->config.id;
    uint64_t value;
    unsigned rule;

    if (!machine_register(machine, -1, "SMMU_IDR0", &value)) {
        return refuse(error, "the machine has no SMMUv3: SMMU_IDR0 is not given");
    }
    for (unsigned n = 0; n < COUNT_OF(id->idr); n++) {
        char name[16];

        (void)snprintf(name, sizeof(name), "SMMU_IDR%u", n);
        id->idr[n] = value_of(machine, name);
    }
    id->iidr = value_of(machine, "SMMU_IIDR");
    id->aidr = value_of(machine, "SMMU_AIDR");
    rule = armvirt_smmu_id_check(id);
    return rule == ARMVIRT_SMMU_ID_OK ||
           refuse(error, "SMMU_IDRn: %s", armvirt_smmu_id_rule_text(rule));
}

static bool make(struct smmu_state *state, struct error *error)
{
    size_t size = armvirt_smmu_size(&state->config);

    state->storage =
        size == 0 ? NULL
                  : aligned_alloc(ARMVIRT_SMMU_ALIGN, (size + ARMVIRT_SMMU_ALIGN - 1) /
                                                          ARMVIRT_SMMU_ALIGN * ARMVIRT_SMMU_ALIGN);
    if (state->storage == NULL ||
        armvirt_smmu_init(state->storage, size, &state->config, &state->smmu) != ARMVIRT_OK) {
        return refuse(error, "out of memory");
    }
    return true;
}

static void put_registers(struct smmu_state *state, const struct machine *machine)
{
    for (size_t i = 0; i < COUNT_OF(rows); i++) {
        const struct armvirt_smmu_access access = {.offset = rows[i].offset, .size = rows[i].bytes};
        uint64_t value;

        if (!machine_register(machine, -1, rows[i].name, &value)) {
            continue;
        }
        if (access.offset == GBPA_OFFSET) {
            value |= ARMVIRT_SMMU_GBPA_UPDATE;
        }
        (void)armvirt_smmu_write(state->smmu, &access, value);
    }
}

bool smmu_state_open(struct smmu_state *state, struct machine *machine, struct error *error)
{
    *state = (struct smmu_state){.memory = memory_image_ops(&machine->memory)};
    state->config.mem = (struct armvirt_mem){&noting, state};
    state->log = (struct armvirt_walk_log){.step = state->steps, .cap = SMMU_STEPS_MAX};
    state->config.log = &state->log;
    if (!identify(state, machine, error) || !make(state, error)) {
        return false;
    }
    put_registers(state, machine);
    return true;
}

void smmu_state_close(struct smmu_state *state)
{
    free(state->storage);
    *state = (struct smmu_state){0};
}
