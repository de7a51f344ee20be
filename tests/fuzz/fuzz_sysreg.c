/* SPDX-License-Identifier: MIT */
/*
 * Fuzz target: any PE, any access. The input is the PE's bytes, then accesses. A verdict is
 * well-formed, the same when asked again, and its exception can be taken.
 */
#include <armvirt/text_sysreg.h>

#include <stdlib.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void expect(bool holds)
{
    if (!holds) {
        abort();
    }
}

static void check(const struct armvirt_pe *pe, const struct armvirt_sysreg_view *view,
                  const struct armvirt_sysreg_access *access)
{
    struct armvirt_sysreg_verdict verdict, again;
    struct armvirt_sysreg_control control;
    struct armvirt_exception exc;
    struct armvirt_pe entered = *pe;
    char text[160];

    armvirt_sysreg_access(view, access, &verdict);
    armvirt_sysreg_access(view, access, &again);
    expect(memcmp(&verdict, &again, sizeof(verdict)) == 0);
    expect(verdict.kind <= ARMVIRT_SYSREG_HALT);
    armvirt_sysreg_cause(verdict.cause, &control);
    expect(armvirt_text_sysreg(&verdict, text, sizeof(text)) < sizeof(text));
    if (verdict.kind == ARMVIRT_SYSREG_TRAP) {
        expect(verdict.target_el >= 1 && verdict.target_el <= 3 && verdict.iss < 1u << 25);
        expect(verdict.target_el >= view->el);
    }
    if (verdict.kind == ARMVIRT_SYSREG_MEMORY) {
        expect(verdict.offset < 0x1000 && verdict.offset % 8 == 0 && view->el == 1);
    }
    if (verdict.kind >= ARMVIRT_SYSREG_UNDEFINED) {
        armvirt_sysreg_exception(pe, &verdict, &exc);
        if (exc.target_el >= view->el) {
            armvirt_exc_enter(&entered, &exc);
        }
    }
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static struct armvirt_pe pe;
    struct armvirt_sysreg_view view;
    size_t used = size < sizeof(pe) ? size : sizeof(pe);

    memset(&pe, 0, sizeof(pe));
    memcpy(&pe, data, used);
    /* Members that are not registers hold what their type can hold. */
    pe.event = pe.exclusive = pe.double_lock = false;
    pe.top_aarch32 = size & 1;
    pe.os_lock = size & 2;
    pe.halted = size & 4;
    pe.decoded = (struct armvirt_pe_decoded){.features = {0, 0}};
    armvirt_sysreg_view_init(&view, &pe);
    for (size_t at = used; at + 8 <= size; at += 8) {
        struct armvirt_sysreg_access access = {
            .reg = (uint32_t)data[at] | (uint32_t)data[at + 1] << 8 | (uint32_t)data[at + 2] << 16,
            .write = data[at + 3] & 1,
            .wide = data[at + 3] & 2,
            .rt = data[at + 4],
            .rt2 = data[at + 5],
            .cond = data[at + 6]};

        check(&pe, &view, &access);
    }
    for (uint32_t reg = 0; reg < 0x18400; reg += 37) {
        check(&pe, &view, &(struct armvirt_sysreg_access){.reg = reg, .write = reg & 1});
    }
    return 0;
}
