#!/usr/bin/env bash
# SPDX-License-Identifier: MIT
# deps.sh WHAT...: makes sure that what `make WHAT` needs is on this machine. What is missing is
# installed with apt-get where that is allowed (root, or sudo without a password); otherwise its
# packages are named and the status is 1. When nothing is missing nothing is run.
set -euo pipefail

# What each goal needs: commands by name, C headers in <>.
build="cmake make cc pkg-config xz"
check="$build c++ <cmocka.h> <yaml.h> <lzma.h> python3 pmccabe clang-format-14 nm
       aarch64-linux-gnu-gcc <aarch64> x86_64-linux-gnu-gcc qemu-system-aarch64"
declare -A needs=(
    [build]="$build"
    [demo]="$build <yaml.h> <lzma.h>"
    [check]="$check"
    [bench]="$build"
    [differential]="$build aarch64-linux-gnu-gcc qemu-system-aarch64"
    [install]="$build <yaml.h> <lzma.h>"
    [docs]="$build doxygen dot python3"
    [coverage]="$check gcovr"
    [fuzz]="$build <yaml.h> <lzma.h> clang <libfuzzer>"
    [format]="clang-format-14"
    [ci]="$check clang clang++ <libfuzzer> doxygen dot gcovr valgrind mandoc rsvg-convert"
)

# The Debian package of each; VERSION is that of the system's clang.
declare -A package=(
    [cmake]=cmake [make]=make [cc]=gcc [c++]=g++ [pkg-config]=pkg-config [xz]=xz-utils
    ["<cmocka.h>"]=libcmocka-dev ["<yaml.h>"]=libyaml-dev ["<lzma.h>"]=liblzma-dev
    [python3]=python3 [pmccabe]=pmccabe
    [clang-format-14]=clang-format-14 [nm]=binutils [clang]=clang [clang++]=clang
    [aarch64-linux-gnu-gcc]=gcc-aarch64-linux-gnu ["<aarch64>"]=libc6-dev-arm64-cross
    [x86_64-linux-gnu-gcc]=gcc-x86-64-linux-gnu [qemu-system-aarch64]=qemu-system-arm
    ["<libfuzzer>"]=libclang-rt-VERSION-dev [doxygen]=doxygen [dot]=graphviz [gcovr]=gcovr
    [valgrind]=valgrind [mandoc]=mandoc [rsvg-convert]=librsvg2-bin
)

# cmocka.h wants these before it.
includes="#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>"

present()
{
    case $1 in
    "<libfuzzer>") [ -e "$(clang -print-file-name=libclang_rt.fuzzer-$(uname -m).a 2>&1)" ] ;;
    "<aarch64>") echo '#include <limits.h>' | aarch64-linux-gnu-gcc -E - ;;
    "<"*) printf '%s\n#include %s\n' "$includes" "$1" | cc -E - ;;
    *) command -v "$1" ;;
    esac >/dev/null 2>&1
}

missing=()
for what in "$@"; do
    for item in ${needs[$what]}; do
        present "$item" || missing+=("${package[$item]}")
    done
done

if [ ${#missing[@]} -gt 0 ]; then
    mapfile -t missing < <(printf '%s\n' "${missing[@]}" | sort -u)
    if [ "$(id -u)" = 0 ]; then
        root=(env)
    elif sudo -n true 2>/dev/null; then
        root=(sudo -n env)
    else
        root=()
    fi
    if [ ${#root[@]} = 0 ] || ! command -v apt-get >/dev/null; then
        echo "make $*: missing packages: ${missing[*]}" >&2
        echo "install them, for example: sudo apt-get install ${missing[*]}" >&2
        exit 1
    fi
    "${root[@]}" apt-get -q -o DPkg::Lock::Timeout=300 update >/dev/null
    clang=$(apt-cache depends clang | sed -n 's/.*Depends: clang-\([0-9]*\)$/\1/p' | head -n 1)
    missing=("${missing[@]//VERSION/$clang}")
    echo "make $*: installing ${missing[*]}"
    "${root[@]}" DEBIAN_FRONTEND=noninteractive apt-get -q -y -o DPkg::Lock::Timeout=300 \
        install --no-install-recommends "${missing[@]}" </dev/null >/dev/null
fi

if command -v cmake >/dev/null; then
    version=$(cmake --version | sed -n 's/^cmake version //p')
    if [ "$(printf '3.25\n%s\n' "$version" | sort -V | head -n 1)" != 3.25 ]; then
        echo "make $*: CMake $version is too old; 3.25 or newer is needed" >&2
        exit 1
    fi
fi
