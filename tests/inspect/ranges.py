#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""ranges.py TOOL SYSTEM...: every mapping of every root of the recorded systems, merged as
`map --exact` merges, is what an independent walker found (examples/inspect/data/README.md)."""

import json
import re
import subprocess
import sys
from pathlib import Path


def recorded_ranges(system):
    """{root: [(first, last, pa, level, page size, pages, descriptor)]}; roots of streams left out."""
    text = subprocess.run(["xz", "-dc", system / "ranges.txt.xz"], check=True,
                          capture_output=True, text=True).stdout
    line = re.compile(r"range (CPU\S+) (\S+) (\S+) -> pa (\S+) level (\S+) page (\S+) n (\S+)"
                      r" attrs (\S+) tbl \S+")
    roots = {}
    for match in line.finditer(text):
        values = tuple(int(word, 0) for word in match.groups()[1:])
        append(roots.setdefault(match.group(1), []), values)
    return roots


def append(ranges, new):
    """Adds a range. The record splits where the bits of tables change; here, what counts is what
    they do to the mapping, so such neighbours are joined again."""
    if ranges:
        first, last, pa, level, page, pages, bits = ranges[-1]
        if new[0] == last + 1 and new[2] == pa + new[0] - first and new[3:5] == (level, page) \
                and new[6] == bits:
            ranges[-1] = (first, new[1], pa, level, page, pages + new[5], bits)
            return
    ranges.append(new)


def arguments(root):
    """The options that look through a root, CPUn.<table base register>."""
    cpu, half, el = re.fullmatch(r"CPU(\d+)\.V?TTBR(\d?)_EL(\d)", root).groups()
    if half == "":
        return ["--cpu", cpu, "--el", "1", "--stage", "2"]
    return ["--cpu", cpu, "--el", el, "--stage", "1", "lower" if half == "0" else "upper"]


def tool_ranges(tool, system, root):
    answer = subprocess.run([tool, "map", "-m", system / "machine.yaml", "--exact", "--json",
                             *arguments(root)], check=True, capture_output=True, text=True)
    ranges = []
    for row in json.loads(answer.stdout):
        first, last = int(row["first"], 16), int(row["last"], 16)
        append(ranges, (first, last, int(row["pa"], 16), row["level"],
                        (last - first + 1) // row["count"], row["count"],
                        int(row["descriptor"], 16)))
    return ranges


def compare(root, expected, found):
    """Prints the first difference; returns whether there is none."""
    for number, pair in enumerate(zip(expected, found)):
        if pair[0] != pair[1]:
            print(f"{root}: range {number}: expected {[hex(x) for x in pair[0]]},"
                  f" found {[hex(x) for x in pair[1]]}")
            return False
    if len(expected) != len(found):
        print(f"{root}: expected {len(expected)} ranges, found {len(found)}")
    return len(expected) == len(found)


def main(tool, *systems):
    good = True
    for system in map(Path, systems):
        for root, expected in recorded_ranges(system).items():
            good &= compare(f"{system.name} {root}", expected, tool_ranges(tool, system, root))
            print(f"{system.name} {root}: {len(expected)} ranges,"
                  f" {sum(row[5] for row in expected)} mappings")
    return 0 if good else 1


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
