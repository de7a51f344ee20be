/* SPDX-License-Identifier: MIT */
/* The bare image: runs the library on a machine that has nothing but it, and says PASS. */
#include <armvirt/mem.h>
#include <armvirt/version.h>

#include "image.h"

/* Prints what was asked and answered; true if the answer is right. */
static bool expect(const char *what, uint64_t answer, uint64_t expected)
{
    console_text(answer == expected ? "ok   " : "FAIL ");
    console_text(what);
    console_text(" ");
    console_hex(answer);
    console_text("\n");
    return answer == expected;
}

static bool memory_is_read(void)
{
    uint8_t bytes[] = {0x01, 0x02, 0x03, 0x04, 0x05, 0x06, 0x07, 0x08};
    struct armvirt_mem_flat flat = {.bytes = bytes, .base_pa = 0x1000, .size_bytes = sizeof(bytes)};
    struct armvirt_mem mem = armvirt_mem_from_flat(&flat);
    struct armvirt_mem_req req = {.pa = 0x1000, .size = 8};
    uint64_t value = 0;
    bool ok = expect("read is answered", mem.ops->read(mem.ctx, &req, &value), ARMVIRT_BUS_OK);
    return expect("value is little-endian", value, 0x0807060504030201) && ok;
}

void image_main(void)
{
    bool ok = expect("version", armvirt_version(), ARMVIRT_VERSION);
    ok = memory_is_read() && ok;
    console_text(ok ? "PASS\n" : "FAIL\n");
}

void image_exception(uint64_t esr, uint64_t elr, uint64_t far)
{
    console_text("EXCEPTION");
    console_text(" ESR ");
    console_hex(esr);
    console_text(" ELR ");
    console_hex(elr);
    console_text(" FAR ");
    console_hex(far);
    console_text("\n");
}
