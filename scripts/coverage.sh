#!/usr/bin/env bash
# SPDX-License-Identifier: MIT
# Runs the tests that are about code with coverage and holds every module to the bars of lines and
# branches, each for itself. The report to browse is build/coverage/html/index.html. BUILD=DIR reports on the tests that ran in DIR, and runs none.
set -euo pipefail
cd "$(dirname "$0")/.."

LINES_BAR=${LINES_BAR:-98}
BRANCHES_BAR=${BRANCHES_BAR:-95}
MODULES=${MODULES:-base pgtable tlb gic its smmu exc text}

build=${BUILD:-build/coverage}
if [ -z "${BUILD:-}" ]; then
    find "$build" -name '*.gcda' -delete 2>/dev/null || true
    scripts/preset.sh coverage test -E '^(lint|consumer)\.'
fi
mkdir -p "$build/html"
report() { gcovr --root . --object-directory "$build" --exclude-unreachable-branches "$@"; }

failed=
filters=()
for module in $MODULES; do
    compgen -G "src/$module/*.c" >/dev/null || continue
    filters+=(--filter "src/$module/")
    echo "src/$module:"
    report --filter "src/$module/" --txt "$build/$module.txt" --print-summary \
        --fail-under-line "$LINES_BAR" --fail-under-branch "$BRANCHES_BAR" || failed="$failed $module"
done
report "${filters[@]}" --txt "$build/coverage.txt" --json-summary "$build/coverage.json" \
    --html-details "$build/html/index.html"
if [ -n "$failed" ]; then
    echo "below the bars of $LINES_BAR % of lines and $BRANCHES_BAR % of branches:$failed" >&2
    exit 1
fi
