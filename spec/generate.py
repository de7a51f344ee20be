#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""Turn spec/*.regs, the field layouts of DDI0487 M.a.a, into everything that is derived from them.

    generate.py            write the outputs into the source tree
    generate.py --check    write nothing; exit 1 and say what differs if an output is stale
    generate.py FILE...    write nothing; only read and check these inputs, with spec/common.regs

Outputs: include/armvirt/regs/*.h, src/text/decode_tables.c, docs/registers.md, tests/fuzz/*.dict
and, from spec/access, src/exc/sysreg_table.c, src/exc/sysreg_facts.h and src/text/sysreg_names.c. README.md beside this file describes the input. An input with a gap, an
overlap, a duplicate name or an unknown condition is refused, with its file and line and exit
status 2.
"""

import difflib
import sys
from pathlib import Path

from regspec import access, checks, documents, headers, reader, tables
from regspec.model import Spec, SpecError

SPEC = Path(__file__).resolve().parent
ROOT = SPEC.parent
COMMON = SPEC / "common.regs"
ACCESS = SPEC / "access"


def load(paths):
    spec = Spec(reader.read_common(COMMON))
    for path in paths:
        file = reader.read_file(path, spec.common)
        for block in file.blocks:
            checks.check_block(block)
        spec.files.append(file)
    checks.check_spec(spec)
    return spec


def outputs(spec):
    return {**headers.outputs(spec), **tables.outputs(spec), **documents.outputs(spec),
            **access.outputs(spec, ACCESS)}


def check_output(name, text):
    path = ROOT / name
    old = path.read_text() if path.exists() else ""
    if old == text:
        return True
    diff = list(difflib.unified_diff(old.splitlines(), text.splitlines(), name, "generated",
                                     lineterm="", n=0))
    print(f"{name} is stale: {len(diff)} lines of difference. Run spec/generate.py.")
    for line in diff[:12]:
        print("    " + line)
    return False


def write_output(name, text):
    path = ROOT / name
    if not path.exists() or path.read_text() != text:
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)
        print(f"wrote {name}")
    return True


def main(arguments):
    check = "--check" in arguments
    paths = [Path(argument) for argument in arguments if argument != "--check"]
    inputs = paths or sorted(path for path in SPEC.glob("*.regs") if path != COMMON)
    try:
        spec = load(inputs)
        files = {} if paths else outputs(spec)
    except (SpecError, OSError) as error:
        print(error, file=sys.stderr)
        return 2
    act = check_output if check else write_output
    return 0 if all([act(name, text) for name, text in files.items()]) else 1


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
