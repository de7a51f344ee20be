# SPDX-License-Identifier: MIT
# x86-64 without a C library, as a kernel is built: no vector registers, no red zone.
set(CMAKE_SYSTEM_NAME Generic)
set(CMAKE_SYSTEM_PROCESSOR x86_64)
set(CMAKE_C_COMPILER x86_64-linux-gnu-gcc)
set(CMAKE_TRY_COMPILE_TARGET_TYPE STATIC_LIBRARY)
set(CMAKE_C_FLAGS_INIT
    "-ffreestanding -nostdlib -mgeneral-regs-only -mno-red-zone -fno-pic -fno-stack-protector -fcallgraph-info=su")
