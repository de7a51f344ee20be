# SPDX-License-Identifier: MIT
"""What a specification must hold to, beyond its language."""

from . import headers
from .model import SpecError


def check_block(block):
    if not block.title:
        raise SpecError(block.where, f"{block.name} has no title")
    if block.kind == "part" and not block.selectors:
        raise SpecError(block.where, f"part {block.name} has no 'of' line")
    if block.kind != "part" and block.width not in (32, 64, 128):
        raise SpecError(block.where, f"{block.name}: width {block.width} is not 32, 64 or 128")
    if ("<" in block.name) != (block.index is not None):
        raise SpecError(block.where, f"{block.name}: name and 'index' line do not match")
    check_coverage(block)
    check_names(block)
    check_alternatives(block)


def check_coverage(block):
    """Every bit has one base reading: the rule that makes the tables worth trusting."""
    owner = {}
    for field in block.base:
        for bit in field.bits:
            if bit in owner:
                raise SpecError(field.where, f"{block.name}: {field.name} overlaps "
                                f"{owner[bit].name} at bit {bit}")
            owner[bit] = field
    expected = block.bits
    for field in block.fields:
        if not expected.issuperset(field.bits):
            raise SpecError(field.where, f"{block.name}: {field.name} lies outside the register")
    missing = sorted(expected - owner.keys(), reverse=True)
    if missing:
        raise SpecError(block.where, f"{block.name}: no field covers {show_bits(missing)}")


def show_bits(bits):
    runs = []
    for bit in bits:
        if runs and runs[-1][1] == bit + 1:
            runs[-1][1] = bit
        else:
            runs.append([bit, bit])
    return ", ".join(f"bits {hi}:{lo}" if hi != lo else f"bit {hi}" for hi, lo in runs)


def check_names(block):
    """A name means one run of bits; an alternative may repeat it only for the very same bits."""
    seen = {}
    for field in block.fields:
        if field.reserved:
            continue
        old = seen.setdefault((headers.upper(field.name), field.hi // 64), field)
        if old is field:
            continue
        if (old.hi, old.lo) != (field.hi, field.lo) or not field.conditions:
            raise SpecError(field.where, f"{block.name}: field {field.name} is there twice")
        if old.values != field.values:
            raise SpecError(field.where, f"{block.name}: {field.name} has two sets of values")


def check_alternatives(block):
    """Under one condition, a bit has one reading."""
    owner = {}
    for field in block.alternatives:
        for bit in field.bits:
            key = (tuple(sorted(field.conditions)), bit)
            if key in owner:
                raise SpecError(field.where, f"{block.name}: {field.name} overlaps "
                                f"{owner[key].name} at bit {bit} under the same condition")
            owner[key] = field


def check_spec(spec):
    check_selectors(spec)
    check_unique(spec)
    check_encodings(spec)


def check_selectors(spec):
    by_name = {block.name: block for block in spec.blocks}
    for block in spec.blocks:
        for selector in block.selectors:
            for name in selector.parents:
                check_selector(block, selector, name, by_name.get(name))


def check_selector(part, selector, name, parent):
    if not parent or parent.kind == "part":
        raise SpecError(selector.where, f"{name} is not a register")
    if not part.bits <= parent.bits:
        raise SpecError(selector.where, f"{part.name} does not fit in {name}")
    for test, values in selector.tests:
        bits = parent.test_range(test)
        if not bits or bits[0] not in parent.bits or bits[0] < bits[1]:
            raise SpecError(selector.where, f"{name} has no field {test}")
        if any(value >> (bits[0] - bits[1] + 1) for value in values):
            raise SpecError(selector.where, f"a value does not fit in {name}.{test}")


def check_unique(spec):
    blocks, macros = {}, {}
    for block in spec.blocks:
        old = blocks.setdefault(block.name.upper(), block)
        if old is not block:
            raise SpecError(block.where, f"{block.name} is already at {old.where}")
        for name, _, _, where in headers.block_defines(block):
            if name in macros:
                raise SpecError(where, f"macro {name} is already made at {macros[name]}")
            macros[name] = where


def check_encodings(spec):
    owners = {}
    for block in spec.blocks:
        for encoding, _, _ in block.registers():
            if encoding >> 14 not in (2, 3):
                raise SpecError(block.where, f"{block.name}: op0 of a System register is 2 or 3")
            if encoding in owners:
                raise SpecError(block.where,
                                f"{block.name} has an encoding of {owners[encoding].name}")
            owners[encoding] = block
