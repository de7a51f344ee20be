#!/usr/bin/env bash
# SPDX-License-Identifier: MIT
# tour.sh [PROGRAM [PICTURE]]: what armvirt-inspect shows of a real Linux system, stop by stop.
set -euo pipefail

tool=${1:-armvirt-inspect}
picture=${2:-${TMPDIR:-/tmp}/armvirt-walk.svg}
data=$(cd "$(dirname "$0")" && pwd)/data
[ "$tool" = "${tool#*/}" ] || tool=$(cd "$(dirname "$tool")" && pwd)/$(basename "$tool")

# A headline, the command as one would type it, and its output. A fault is an answer too.
stop()
{
    printf '\n==== %s\n$ armvirt-inspect' "$1"
    shift
    printf ' %s' "$@"
    printf '\n\n'
    "$tool" "$@" || [ $? = 1 ]
}

cd "$data"
echo "Debian 12, Linux 6.1 on three CPUs, stopped while it ran; registers and tables are in"
echo "$data"

stop "An address of the kernel: its code, through four levels of tables" \
    translate -m A/machine.yaml 0xffffc64691210800
stop "An address of a process in a guest: its tables lie in memory that the host translates" \
    translate -m B/machine.yaml --cpu 0 --el 0 0xffffa5863718
stop "An address that is not mapped, and why" \
    translate -m A/machine.yaml --cpu 0 --el 0 0xffffb724d000
stop "The kernel's address space in figures" \
    map -m A/machine.yaml --summary upper
stop "The image of the kernel in it" \
    map -m A/machine.yaml 0xffffc64691200000+32M

stop "Where a network card's DMA goes: the SMMU's tables, from StreamID to memory" \
    stream -m B/machine.yaml 0x8 0xffffe000
stop "What is pending at the interrupt controller, and what would be if two more came" \
    gic -m A/machine.yaml -r GICD_ISPENDR1=0x6
stop "Where the interrupt of a disk goes: the tables of the ITS, entry by entry" \
    msi -m A/machine.yaml 0x20 1
stop "All interrupts of all devices" \
    its -m A/machine.yaml

"$tool" translate -m A/machine.yaml 0xffffc64691210800 --svg "$picture" >/dev/null
printf '\n==== The first walk as a picture\n%s\n' "$picture"
