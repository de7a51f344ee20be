# SPDX-License-Identifier: MIT
# aarch64 without a C library, as a hypervisor at EL2 is built: no floating-point registers, no
# unaligned accesses (the MMU may be off), no calls into libgcc for atomics.
set(CMAKE_SYSTEM_NAME Generic)
set(CMAKE_SYSTEM_PROCESSOR aarch64)
set(CMAKE_C_COMPILER aarch64-linux-gnu-gcc)
set(CMAKE_ASM_COMPILER aarch64-linux-gnu-gcc)
set(CMAKE_TRY_COMPILE_TARGET_TYPE STATIC_LIBRARY)
set(CMAKE_C_FLAGS_INIT
    "-ffreestanding -nostdlib -mgeneral-regs-only -mstrict-align -mno-outline-atomics -fno-pic -fno-stack-protector -fcallgraph-info=su")
set(CMAKE_ASM_FLAGS_INIT "-nostdlib")
