#!/usr/bin/env bash
# SPDX-License-Identifier: MIT
# Runs the tests that are about code with coverage and reports lines and branches of the core, then
# of libarmvirt-text. Fails below the bars. The report to browse is build/coverage/html/index.html.
set -euo pipefail
cd "$(dirname "$0")/.."

LINES_BAR=${LINES_BAR:-98}
BRANCHES_BAR=${BRANCHES_BAR:-95}

build=build/coverage
find "$build" -name '*.gcda' -delete 2>/dev/null || true
scripts/preset.sh coverage test -E '^(lint|consumer)\.'
mkdir -p "$build/html"
report() { gcovr --root . --object-directory "$build" --exclude-unreachable-branches "$@"; }
echo "src/text:"
report --filter src/text/ --txt "$build/text.txt" --print-summary
echo "src/base and src/pgtable:"
report --filter src/base/ --filter src/pgtable/ --txt "$build/coverage.txt" --json-summary \
    "$build/coverage.json" --html-details "$build/html/index.html" --print-summary \
    --fail-under-line "$LINES_BAR" --fail-under-branch "$BRANCHES_BAR"
