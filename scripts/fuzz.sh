#!/usr/bin/env bash
# SPDX-License-Identifier: MIT
# fuzz.sh SECONDS [TARGET...]: runs each fuzz target (or those named) for SECONDS under
# AddressSanitizer and UndefinedBehaviorSanitizer. It starts from tests/fuzz/corpus/<target> and
# collects new inputs in build/fuzz/corpus/<target>; an input that fails lies in build/fuzz/crashes.
set -euo pipefail
cd "$(dirname "$0")/.."
seconds=$1
shift

scripts/preset.sh fuzz
if [ $# = 0 ]; then
    for source in tests/fuzz/fuzz_*.c; do
        name=${source##*/fuzz_}
        set -- "$@" "${name%.c}"
    done
fi
mkdir -p build/fuzz/crashes
cat tests/fuzz/*.dict >build/fuzz/words.dict
for name in "$@"; do
    echo "fuzz $name: $seconds s"
    mkdir -p "build/fuzz/corpus/$name" "tests/fuzz/corpus/$name"
    log=build/fuzz/$name.log
    if ! "build/fuzz/tests/fuzz/fuzz_$name" -max_total_time="$seconds" -timeout=10 \
        -rss_limit_mb=1024 -print_final_stats=1 -artifact_prefix="build/fuzz/crashes/$name-" \
        -dict=build/fuzz/words.dict "build/fuzz/corpus/$name" "tests/fuzz/corpus/$name" >"$log" 2>&1; then
        tail -n 60 "$log"
        exit 1
    fi
    grep -E '^(#[0-9]+\s+DONE|stat::number_of_executed_units)' "$log"
done
