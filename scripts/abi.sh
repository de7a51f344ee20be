#!/usr/bin/env bash
# SPDX-License-Identifier: MIT
# abi.sh LIBRARY LIST [--fix]: the shared LIBRARY exports exactly the symbols of LIST, which is
# committed; a change of the interface shows there as a line of a diff. --fix writes LIST.
set -euo pipefail

exported()
{
    nm -D --defined-only "$1" | awk '$2 != "A" { sub("@@.*", "", $3); print $3 }' | LC_ALL=C sort
}

if [ "${3:-}" = --fix ]; then
    exported "$1" >"$2"
else
    diff -u "$2" <(exported "$1") ||
        { echo "exported symbols differ; if that is meant: scripts/abi.sh $1 $2 --fix"; exit 1; }
fi
