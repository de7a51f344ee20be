# SPDX-License-Identifier: MIT
"""The decode tables of libarmvirt-text: src/text/decode_tables.c, described in decode_tables.h."""

from .headers import BANNER, LICENSE
from .model import KINDS

CHUNK = 4095  # the longest string literal that ISO C promises, with its zero


class Strings:
    """All names in chunks of one array; a row holds an offset, so that it needs no relocation."""

    def __init__(self, array="armvirt_decode_strings"):
        self.array = array
        self.offsets = {}
        self.chunks = [[]]
        self.used = 0
        self.add("")

    def add(self, text):
        if text not in self.offsets:
            if self.used + len(text) + 1 >= CHUNK:
                self.chunks.append([])
                self.used = 0
            self.offsets[text] = (len(self.chunks) - 1) * CHUNK + self.used
            self.chunks[-1].append(text)
            self.used += len(text) + 1
        return self.offsets[text]

    def c_lines(self):
        lines = [f"const char {self.array}[{len(self.chunks)}][{CHUNK}] = {{"]
        for chunk in self.chunks:
            line = "    "
            for text in chunk:
                piece = '"' + text.replace('"', '\\"') + '\\0"'
                if len(line) + len(piece) > 99:
                    lines.append(line.rstrip())
                    line = "    "
                line += piece + " "
            lines.append(line.rstrip() + ",")
        lines[-1] = lines[-1][:-1]
        return lines + ["};", ""]


class Pool:
    """Rows in which equal runs are stored once."""

    def __init__(self):
        self.rows = []
        self.first = {}

    def add(self, rows):
        rows = tuple(rows)
        if rows not in self.first:
            self.first[rows] = len(self.rows)
            self.rows += rows
        return self.first[rows]


class Tables:
    """The specification as rows of numbers."""

    def __init__(self, spec):
        self.strings = Strings()
        self.values = Pool()
        self.whens = Pool()
        self.tests = Pool()
        self.bits = {name: n for n, name in enumerate(spec.conditions)}
        self.when([])
        self.conditions = [(self.strings.add(name), self.strings.add(text))
                           for name, text in spec.conditions.items()]
        self.blocks = sorted(spec.blocks, key=lambda block: block.name.upper())
        self.number = {block.name: n for n, block in enumerate(self.blocks)}
        self.fields, self.parts, self.encodings = [], [], []
        self.layouts = [self.layout(block, self.add_parts(block)) for block in self.blocks]
        self.encodings.sort()

    def when(self, names):
        return self.whens.add([sum(1 << self.bits[name] for name in names)])

    def layout(self, block, parts):
        first = len(self.fields)
        self.fields += [self.field(field) for field in block.base + block.alternatives]
        _, low, high = block.index or ("n", 0, 0)
        for encoding, name, index in block.registers():
            row = encoding, self.number[block.name], index, self.strings.add(name)
            self.encodings.append(row)
        return (self.strings.add(block.name), self.strings.add(block.title),
                self.strings.add(block.section), first, len(self.fields) - first, *parts,
                block.width, KINDS.index(block.kind), low, high)

    def field(self, field):
        values = sorted(field.values.items())
        first = self.values.add((value, self.strings.add(text)) for value, text in values)
        return (self.strings.add(field.name), first if values else 0, len(values), field.hi,
                field.lo, self.when(field.conditions), int(field.reserved))

    def add_parts(self, parent):
        """First row and number of rows of the parts of a register, in the order of the files."""
        first = len(self.parts)
        for part in sorted(self.blocks, key=lambda block: block.order):
            for selector in part.selectors:
                if parent.name in selector.parents:
                    tests = [self.test(parent, *test) for test in selector.tests]
                    self.parts.append((self.number[part.name], self.tests.add(tests), len(tests),
                                       self.when(selector.conditions)))
        return first, len(self.parts) - first

    def test(self, parent, test, values):
        hi, lo = parent.test_range(test)
        return self.values.add((value, 0) for value in sorted(values)), len(values), hi, lo


def c_rows(kind, name, rows):
    lines = [f"const {kind} armvirt_decode_{name}[] = {{"]
    line = "   "
    for row in rows:
        text = "{" + ", ".join(map(str, row)) + "}" if isinstance(row, tuple) else row
        text = f" {text},"
        if len(line) + len(text) > 100:
            lines.append(line)
            line = "   "
        line += text
    return lines + [line, "};", ""]


def tables_c(spec):
    for order, block in enumerate(spec.blocks):
        block.order = order
    tables = Tables(spec)
    lines = [f"/* {LICENSE} */", "/* clang-format off */",
             "/* Names and places of all fields of the registers and descriptors of DDI0487.",
             f" * {BANNER} */", "#include \"decode_tables.h\"", ""]
    lines += tables.strings.c_lines()
    lines += c_rows("struct decode_value", "values", tables.values.rows)
    lines += c_rows("uint64_t", "whens", [f"UINT64_C(0x{when:x})" for when in tables.whens.rows])
    lines += c_rows("struct decode_field", "fields", tables.fields)
    lines += c_rows("struct armvirt_layout", "layouts", tables.layouts)
    lines += c_rows("struct decode_test", "tests", tables.tests.rows)
    lines += c_rows("struct decode_part", "parts", tables.parts)
    lines += c_rows("struct decode_encoding", "encodings", tables.encodings)
    lines += c_rows("struct decode_condition", "conditions", tables.conditions)
    for name in ("layouts", "encodings", "conditions"):
        count = len(getattr(tables, name))
        lines.append(f"const uint16_t armvirt_decode_{name[:-1]}_count = {count};")
    return "\n".join(lines + [""])


def outputs(spec):
    return {"src/text/decode_tables.c": tables_c(spec)}
