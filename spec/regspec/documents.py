# SPDX-License-Identifier: MIT
"""The register reference (docs/registers.md) and the fuzz dictionaries (tests/fuzz/*.dict)."""

import re

from .headers import BANNER, LICENSE, reference


def anchor(text):
    return re.sub(r"[^\w-]", "", text.lower().replace(" ", "-"))


def bits_text(field):
    return f"{field.hi}:{field.lo}" if field.hi != field.lo else str(field.hi)


def values_text(field):
    return ", ".join(f"{value:#x} {name}" for value, name in sorted(field.values.items()))


def selector_text(selector):
    tests = list(selector.conditions)
    for name, values in selector.tests:
        tests.append(f"{name} is {' or '.join(f'{value:#x}' for value in values)}")
    return f"Reads {', '.join(selector.parents)} when {' and '.join(tests)}."


def block_md(block):
    bits = len(block.bits) if block.kind == "part" else block.width
    lines = [f"### {block.name}", "",
             f"{block.title}. {reference(block.section)}, {bits} bits.", ""]
    for words, alias in block.encodings:
        lines.append(f"    {alias or block.name}: S{'_'.join(words)}")
    if block.encodings:
        lines.append("")
    for selector in block.selectors:
        lines += [selector_text(selector), ""]
    lines += ["| Bits | Field | When | Values |", "|---|---|---|---|"]
    for field in block.fields:
        lines.append(f"| {bits_text(field)} | {field.name} | {' and '.join(field.conditions)} "
                     f"| {values_text(field)} |")
    return lines + [""]


def registers_md(spec):
    count = sum(1 for block in spec.blocks if block.kind == "reg")
    lines = [f"<!-- {LICENSE} -->", f"<!-- {BANNER} -->", "# Registers and descriptors", "",
             f"All fields that armvirt knows by name: {count} registers, and the descriptors that",
             "lie in memory, after DDI0487 M.a.a. Every bit of each has a name. A line with an",
             "entry under *When* is read in place of the line without while those conditions hold;",
             "of several that hold, the last one wins. The masks are macros in `armvirt/regs/`.", "",
             "## Contents", ""]
    lines += [f"- [{file.title}](#{anchor(file.title)}), `{file.header}.h`" for file in spec.files]
    lines += ["", "## Conditions", "", "| Condition | Holds if |", "|---|---|"]
    lines += [f"| {name} | {text} |" for name, text in spec.conditions.items()]
    for file in spec.files:
        lines += ["", f"## {file.title}", ""]
        for block in file.blocks:
            lines += block_md(block)
    return "\n".join(lines).rstrip() + "\n"


def names_dict(spec):
    """Tokens for the parsers: every name that a machine description may hold."""
    lines = [f"# {LICENSE}", f"# {BANNER}", "# Register names, for targets that read text."]
    names = set()
    for block in spec.blocks:
        if block.kind == "reg":
            names |= {name.replace("<n>", "0") for _, name, _ in block.registers()}
            names.add(block.name.replace("<n>", "0"))
    return "\n".join(lines + [f'"{name}"' for name in sorted(names)]) + "\n"


def masks_dict(spec):
    """Little-endian words with one field of a descriptor or control register set."""
    lines = [f"# {LICENSE}", f"# {BANNER}",
             "# Fields of descriptors and translation controls, for targets that read words."]
    words = {}
    for file in spec.files:
        if file.header in ("descriptors", "vmsa"):
            for field in (f for block in file.blocks for f in block.fields if not f.reserved):
                hi, lo = field.hi % 64, field.lo % 64
                words.setdefault(((1 << (hi - lo + 1)) - 1) << lo, field.name)
    for word, name in sorted(words.items()):
        text = "".join(f"\\x{byte:02x}" for byte in word.to_bytes(8, "little"))
        lines.append(f'{re.sub(r"[^A-Za-z0-9_]", "_", name)}="{text}"')
    return "\n".join(lines) + "\n"


def outputs(spec):
    return {
        "docs/registers.md": registers_md(spec),
        "tests/fuzz/registers.dict": names_dict(spec),
        "tests/fuzz/fields.dict": masks_dict(spec),
    }
