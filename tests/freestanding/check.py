#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""Check that the core needs no C library, keeps no state and little stack.

    check.py includes|symbols|sections|stack --source DIR --archive FILE --callgraphs DIR --compiler CC

includes  the core includes only the headers of a freestanding implementation
symbols   linked together, it needs nothing but four functions; its own names have the prefix
sections  nothing in it is writable
stack     no recursion; no function, and no chain of calls, takes more than its limit
"""

import argparse
import re
import subprocess
import sys
import tempfile
from pathlib import Path

HOSTED = "text"  # the directory of src/ that is not part of the core
HEADERS = {"stdint.h", "stddef.h", "stdbool.h", "limits.h", "stdatomic.h"}
NEEDS = {"memcpy", "memmove", "memset", "memcmp"}
PREFIX = "armvirt_"
FRAME_LIMIT = 1024  # bytes of stack of one function
# Bytes of a function and the deepest chain of calls below it, callbacks apart. An SMMU translates, at
# stage 2, the descriptors by which it translates.
CHAIN_LIMIT = 1792
CHAIN_LIMIT_SMMU = 3072


def tool(compiler, name):
    """A binutils program of the same toolchain as the compiler."""
    path = subprocess.run([compiler, f"-print-prog-name={name}"], check=True, capture_output=True,
                          text=True).stdout.strip()
    return path if "/" in path else compiler.removesuffix("gcc") + name


def linked(args, *command):
    """The output of a command on all members of the archive linked together."""
    with tempfile.TemporaryDirectory() as directory:
        core = Path(directory) / "core.o"
        subprocess.run([tool(args.compiler, "ld"), "-r", "-o", core, "--whole-archive",
                        args.archive], check=True)
        return subprocess.run([tool(args.compiler, command[0]), *command[1:], core], check=True,
                              capture_output=True, text=True).stdout


def check_includes(args):
    bad = []
    for path in sorted((args.source / "src").glob("*/*.[ch]")):
        if path.parent.name != HOSTED:
            for header in re.findall(r"^\s*#\s*include\s*<([^>]*)>", path.read_text(), re.M):
                if header not in HEADERS and not header.startswith("armvirt/"):
                    bad.append(f"{path.relative_to(args.source)} includes <{header}>")
    return bad


def check_symbols(args):
    bad = []
    for line in linked(args, "nm").splitlines():
        kind, name = line.split()[-2:]
        if kind in "Uwv" and name not in NEEDS:
            bad.append(f"undefined symbol {name}")
        elif kind.isupper() and kind != "U" and not name.startswith(PREFIX):
            bad.append(f"global symbol {name} without {PREFIX}")
        elif kind in "Cu":
            bad.append(f"symbol {name} of kind {kind}")
    return bad


def check_sections(args):
    bad = []
    for line in linked(args, "readelf", "-SW").splitlines():
        match = re.match(r"\s*\[ *\d+\] (\S+)\s+(\S+)\s+\S+ \S+ (\S+) \S+ +(\S*)\s+\d+ +\d+", line)
        if match and "W" in match[4] and "A" in match[4] and int(match[3], 16):
            bad.append(f"writable section {match[1]} of {int(match[3], 16)} bytes")
    return bad


def read_callgraphs(directory):
    """Stack of each function in bytes, and whom it calls, from gcc's -fcallgraph-info=su."""
    stack, calls, bad = {}, {}, []
    for path in directory.rglob("*.ci"):
        text = path.read_text()
        for name, label in re.findall(r'node: \{ title: "([^"]*)" label: "([^"]*)"', text):
            use = re.search(r"(\d+) bytes \((.*?)\)", label)
            if use:
                stack[name] = int(use[1])
                if use[2] not in ("static", "dynamic,bounded"):
                    bad.append(f"{name}: {use[2]} stack")
        for caller, callee in re.findall(r'sourcename: "([^"]*)" targetname: "([^"]*)"', text):
            calls.setdefault(caller, set()).add(callee)
    return stack, calls, bad


def deepest(name, stack, calls, path, known):
    """The chain of calls from `name` that takes most stack, as (bytes, names)."""
    if name in path:
        raise RecursionError(" -> ".join(path[path.index(name):] + [name]))
    if name not in known:
        below = (0, [])
        for callee in calls.get(name, ()):
            below = max(below, deepest(callee, stack, calls, path + [name], known))
        known[name] = (stack.get(name, 0) + below[0], [name] + below[1])
    return known[name]


def limit(name):
    return CHAIN_LIMIT_SMMU if name.startswith(PREFIX + "smmu_") else CHAIN_LIMIT


def check_stack(args):
    stack, calls, bad = read_callgraphs(args.callgraphs)
    known = {}
    try:
        for name in stack:
            deepest(name, stack, calls, [], known)
    except RecursionError as chain:
        return bad + [f"recursion: {chain}"]
    if not known:
        return ["no call graph found"]
    public = sorted((known[name] for name in known if name.startswith(PREFIX)), reverse=True)
    local = re.compile(r".*:")
    for total, chain in public[:10]:
        print(f"{total:6} bytes  "
              + " > ".join(f"{local.sub('', name)} {stack.get(name, 0)}" for name in chain))
    bad += [f"{name} takes {size} bytes of stack, more than {FRAME_LIMIT}"
            for name, size in stack.items() if size > FRAME_LIMIT]
    return bad + [f"{chain[0]} and what it calls take {total} bytes, more than {limit(chain[0])}"
                  for total, chain in public if total > limit(chain[0])]


def main():
    checks = {"includes": check_includes, "symbols": check_symbols, "sections": check_sections,
              "stack": check_stack}
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("check", choices=checks)
    parser.add_argument("--source", type=Path, required=True)
    parser.add_argument("--archive", type=Path, required=True)
    parser.add_argument("--callgraphs", type=Path, required=True)
    parser.add_argument("--compiler", required=True)
    args = parser.parse_args()
    bad = checks[args.check](args)
    for line in bad:
        print(line)
    return 1 if bad else 0


if __name__ == "__main__":
    sys.exit(main())
