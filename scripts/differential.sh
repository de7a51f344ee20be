#!/usr/bin/env bash
# SPDX-License-Identifier: MIT
# differential.sh [ARGUMENT...]: compares armvirt with every qemu-system-aarch64 on PATH (or with $QEMU
# alone), by fresh random cases. Arguments go to the program: --seconds N, --shard i/n, --subject at,
# --first N --groups N (tests/differential/main.c). The seed is $SEED, else the time; it is printed.
set -euo pipefail
cd "$(dirname "$0")/.."

seed=${SEED:-$(date +%s)}
build=build/differential/tests/differential
mapfile -t machines < <(printf '%s\n' "${QEMU:-$(type -ap qemu-system-aarch64)}" |
    xargs -rn 1 readlink -f | sort -u)
if [ ${#machines[@]} = 0 ]; then
    echo "differential: no qemu-system-aarch64 on PATH" >&2
    exit 1
fi

scripts/preset.sh differential
status=0
for machine in "${machines[@]}"; do
    echo "==== $machine: seed $seed (repeat with SEED=$seed)"
    "$build/differential" --payload "$build/payload.bin" --qemu "$machine" --seed "$seed" "$@" || status=1
done
exit $status
