/* SPDX-License-Identifier: MIT */
/* A program of a user: checks that headers and library are of one version, and reads a memory. */
#include <stdio.h>

#include <armvirt/mem.h>
#include <armvirt/version.h>

int main(void)
{
    uint8_t bytes[8] = {0xef, 0xcd, 0xab, 0x89, 0x67, 0x45, 0x23, 0x01};
    struct armvirt_mem_flat flat = {.bytes = bytes, .base_pa = 0x40000000, .size_bytes = 8};
    struct armvirt_mem mem = armvirt_mem_from_flat(&flat);
    struct armvirt_mem_req req = {.pa = 0x40000000, .size = 8};
    uint64_t value = 0;
    if (armvirt_version() != ARMVIRT_VERSION)
        return 1;
    if (mem.ops->read(mem.ctx, &req, &value) != ARMVIRT_BUS_OK || value != 0x0123456789abcdef)
        return 1;
    (void)printf("armvirt %s works\n", armvirt_version_string());
    return 0;
}
