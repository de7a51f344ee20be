# SPDX-License-Identifier: MIT
"""What a .regs file says, as objects."""

import re

# Names of bits that carry no information; they may recur and get no macro of their own.
RESERVED = ("RES0", "RES1", "IMPDEF", "UNKNOWN", "IGNORED", "RAZ", "RAO")

KINDS = ("reg", "layout", "part")


class SpecError(Exception):
    """A mistake in an input, with its place."""

    def __init__(self, where, text):
        super().__init__(f"{where}: {text}")


class Common:
    """What all inputs share: conditions, and lists of values that several fields have."""

    def __init__(self):
        self.conditions = {}
        self.values = {}


class Field:
    """One named run of bits, with the names of its values and the conditions it needs."""

    def __init__(self, where, name, hi, lo, values, conditions, stem=None):
        self.where = where
        self.name = name
        self.stem = stem or name  # equal fields of an array share the macros of their values
        self.hi = hi
        self.lo = lo
        self.values = values
        self.conditions = conditions

    @property
    def reserved(self):
        return self.name in RESERVED

    @property
    def bits(self):
        return range(self.lo, self.hi + 1)


class Selector:
    """When a part replaces bits of its parents: under these conditions, with these field values."""

    def __init__(self, where, parents):
        self.where = where
        self.parents = parents
        self.conditions = []
        self.tests = []


class Block:
    """A register, an in-memory layout, or a part: a second reading of some bits of a register."""

    def __init__(self, where, kind, name, ranges, section):
        self.where = where
        self.kind = kind
        self.name = name
        self.ranges = ranges
        self.section = section
        self.title = ""
        self.fields = []
        self.encodings = []
        self.index = None
        self.selectors = []

    @property
    def width(self):
        return max(hi for hi, _ in self.ranges) + 1

    @property
    def bits(self):
        return {bit for hi, lo in self.ranges for bit in range(lo, hi + 1)}

    @property
    def base(self):
        return [f for f in self.fields if not f.conditions]

    @property
    def alternatives(self):
        return [f for f in self.fields if f.conditions]

    def test_range(self, test):
        """The bits that a selector's test looks at: a base field by name, or 'hi:lo'."""
        for field in self.base:
            if field.name == test:
                return field.hi, field.lo
        match = re.fullmatch(r"(\d+)(?::(\d+))?", test)
        if not match:
            return None
        return int(match.group(1)), int(match.group(2) or match.group(1))

    def registers(self):
        """(encoding, name, index) of every register that the block describes and MRS can name."""
        letter, first, last = self.index or ("n", 0, 0)
        seen = set()
        for words, alias in self.encodings:
            for index in range(first, last + 1):
                op0, op1, crn, crm, op2 = (encoding_part(word, index) for word in words)
                encoding = op0 << 14 | op1 << 11 | crn << 7 | crm << 3 | op2
                if encoding not in seen:  # registers of further banks share the encodings
                    seen.add(encoding)
                    yield encoding, alias or self.name, index


def encoding_part(word, index):
    """The number that a part of an encoding stands for, e.g. 0b10.n[4:3] for one n."""
    if word.isdigit():
        return int(word)
    value = 0
    for piece in word.split("."):
        match = re.fullmatch(r"\w\[(\d)(?::(\d))?\]", piece)
        hi = int(match.group(1)) if match else len(piece) - 3
        lo = int(match.group(2) or hi) if match else 0
        bits = index >> lo if match else int(piece, 2)
        width = hi - lo + 1
        value = value << width | bits & ((1 << width) - 1)
    return value


class File:
    """One .regs file: what it is for, the header it feeds, its blocks."""

    def __init__(self, path):
        self.path = path
        self.title = ""
        self.header = None
        self.blocks = []


class Spec:
    """All inputs together."""

    def __init__(self, common):
        self.common = common
        self.files = []

    @property
    def conditions(self):
        return self.common.conditions

    @property
    def blocks(self):
        return [block for file in self.files for block in file.blocks]
