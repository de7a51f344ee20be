#!/usr/bin/env bash
# SPDX-License-Identifier: MIT
# preset.sh NAME [build|test|TARGET] [ARGUMENT...]: configures the preset NAME, builds it (or one
# target of it) and runs its tests. Arguments after `test` go to ctest. Configuring is silent unless
# it fails; of the build one sees warnings, errors and its end.
set -euo pipefail
cd "$(dirname "$0")/.."
unset MAKEFLAGS MFLAGS MAKELEVEL GNUMAKEFLAGS

name=$1
goal=${2:-build}
shift $(($# < 2 ? $# : 2))
jobs=${JOBS:-$(nproc)}
log=build/$name.log
mkdir -p build

quietly()
{
    "$@" >"$log" 2>&1 || { grep -v '^\[ *[0-9]*%\]' "$log"; exit 1; }
}

# shellcheck disable=SC2086 # CONFIGURE holds several arguments
quietly cmake --preset "$name" ${CONFIGURE:-}
case $goal in
build) quietly cmake --build --preset "$name" -j "$jobs" ;;
test)
    quietly cmake --build --preset "$name" -j "$jobs"
    ctest --preset "$name" -j "$jobs" "$@"
    ;;
*)
    quietly cmake --build --preset "$name" -j "$jobs"
    cmake --build --preset "$name" --target "$goal" -- -s
    ;;
esac
