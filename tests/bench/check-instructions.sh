#!/usr/bin/env bash
# SPDX-License-Identifier: MIT
# check-instructions.sh BUILD [--update]: instructions that an operation of each benchmark takes,
# counted by callgrind in the programs of the build directory BUILD, against instructions.txt. More
# than 5 % above fails. Seconds on a shared machine say little; these counts repeat.
set -euo pipefail
here=$(cd "$(dirname "$0")" && pwd)
programs=$1/tests/bench
limits=$here/instructions.txt

count()
{
    valgrind --tool=callgrind --callgrind-out-file=/dev/null "$programs/$1" --only "$2" --ops "$3" \
        2>&1 | awk '/Collected/ {print $4}'
}

# Enough operations to show, few enough to wait for: those that take long are run less often.
per_op()
{
    local once many ops
    once=$(count "$1" "$2" 1)
    many=$(count "$1" "$2" 11)
    ops=10
    if [ $((many - once)) -lt 1000000 ]; then
        ops=10000
        many=$(count "$1" "$2" $((ops + 1)))
    fi
    echo $(((many - once) / ops))
}

if [ "${2:-}" = --update ]; then
    for program in "$programs"/bench_*; do
        "$program" --list | while IFS= read -r name; do
            printf '%s\t%s\t%s\n' "$(basename "$program")" "$name" \
                "$(per_op "$(basename "$program")" "$name")"
        done
    done | tee "$limits"
    exit
fi

failed=0
while IFS=$'\t' read -r program name limit; do
    now=$(per_op "$program" "$name")
    printf '%-14s %-34s %9d instructions, recorded %d\n' "$program" "$name" "$now" "$limit"
    if [ $((now * 100)) -gt $((limit * 105)) ]; then
        echo "more than recorded; if that is meant: $0 BUILD --update"
        failed=1
    fi
done <"$limits"
exit $failed
