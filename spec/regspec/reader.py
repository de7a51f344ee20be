# SPDX-License-Identifier: MIT
"""Reading .regs files. README.md beside them describes the language."""

import re

from .model import KINDS, RESERVED, Block, Common, Field, File, Selector, SpecError


def read_lines(path):
    """(place, words, line) of every line that says something; a backslash joins the next line."""
    held = ""
    for number, line in enumerate(path.read_text().splitlines(), 1):
        line = held + line.split("#")[0]
        held = line[:-1] if line.endswith("\\") else ""
        if not held and line.split():
            yield f"{path.name}:{number}", line.split(), line


def read_common(path):
    """common.regs: 'condition NAME text' and 'values NAME VALUE=name ...'."""
    common = Common()
    for where, words, _ in read_lines(path):
        target = {"condition": common.conditions, "values": common.values}.get(words[0])
        if target is None or len(words) < 3 or words[1] in target:
            raise SpecError(where, "expected 'condition NAME text' or 'values NAME VALUE=name ...'")
        target[words[1]] = words[2:]
    common.conditions = {name: " ".join(text) for name, text in common.conditions.items()}
    if len(common.conditions) > 64:
        raise SpecError(path.name, "more than 64 conditions")
    return common


def read_file(path, common):
    file = File(path)
    for where, words, line in read_lines(path):
        read_line(where, words, line, file, common)
    if not file.title or not file.header:
        raise SpecError(path.name, "no 'title' or no 'header' line")
    return file


def read_line(where, words, line, file, common):
    key, rest = words[0], words[1:]
    if key in KINDS:
        file.blocks.append(parse_block(where, words))
    elif key == "header" and len(rest) == 1:
        file.header = rest[0]
    elif key == "title" and rest:
        target = file.blocks[-1] if file.blocks else file
        target.title = line.split(None, 1)[1].strip()
    elif not file.blocks:
        raise SpecError(where, f"'{key}' before the first block")
    else:
        read_block_line(where, words, file.blocks[-1], common)


def read_block_line(where, words, block, common):
    key, rest = words[0], words[1:]
    if key == "enc":
        block.encodings.append(parse_encoding(where, rest))
    elif key == "index":
        block.index = parse_index(where, rest)
    elif key == "of":
        block.selectors.append(parse_selector(where, rest, common))
    elif key == "alt":
        if not rest:
            raise SpecError(where, "an alternative is 'alt CONDITION hi:lo NAME'")
        conditions = parse_conditions(where, rest[0], common)
        block.fields += parse_field(where, rest[1:], conditions, common)
    else:
        block.fields += parse_field(where, words, [], common)


def parse_number(where, text):
    try:
        return int(text, 0)
    except ValueError:
        raise SpecError(where, f"'{text}' is not a number") from None


def parse_range(where, text):
    match = re.fullmatch(r"(\d+)(?::(\d+))?", text)
    if not match:
        raise SpecError(where, f"'{text}' is not a bit range")
    hi = int(match.group(1))
    lo = int(match.group(2) or hi)
    if hi < lo:
        raise SpecError(where, f"range {text} is upside down")
    return hi, lo


def parse_block(where, words):
    if len(words) != 4:
        raise SpecError(where, f"a block starts with '{words[0]} NAME BITS SECTION'")
    kind, name, bits, section = words
    if not re.fullmatch(r"\w+(<\w>\w*)?", name):
        raise SpecError(where, f"'{name}' is not a register name")
    if kind == "part":
        ranges = [parse_range(where, text) for text in bits.split(",")]
    else:
        ranges = [(parse_number(where, bits) - 1, 0)]
    return Block(where, kind, name, ranges, section)


def parse_field(where, words, conditions, common):
    """'hi:lo NAME [VALUE=name ...]'; NAME<7..0> stands for equal fields NAME7 down to NAME0."""
    if len(words) < 2:
        raise SpecError(where, "a field line is 'hi:lo NAME [VALUE=name ...]'")
    hi, lo = parse_range(where, words[0])
    if hi // 64 != lo // 64 and words[1] not in RESERVED:
        raise SpecError(where, f"field {words[1]} crosses bit 64; state its two pieces")
    array = re.fullmatch(r"(\w+)<(\d+)\.\.(\d+)>(\w*)", words[1])
    if not array:
        if not re.fullmatch(r"\w+(\[\d+(:\d+)?\])?", words[1]):
            raise SpecError(where, f"'{words[1]}' is not a field name")
        values = parse_values(where, words[2:], hi - lo + 1, common)
        return [Field(where, words[1], hi, lo, values, conditions)]
    before, after = array.group(1), array.group(4)
    first, last = int(array.group(2)), int(array.group(3))
    count = first - last + 1
    size, rest = divmod(hi - lo + 1, count) if count > 0 else (0, 1)
    if rest:
        raise SpecError(where, f"{words[1]} does not divide {words[0]} evenly")
    values = parse_values(where, words[2:], size, common)
    return [
        Field(where, f"{before}{last + n}{after}", lo + size * (n + 1) - 1, lo + size * n, values,
              conditions, before + after)
        for n in range(count - 1, -1, -1)
    ]


def parse_values(where, words, width, common):
    """'VALUE=name ...', or '@LIST' for a list of common.regs."""
    if words and words[0].startswith("@"):
        if words[0][1:] not in common.values:
            raise SpecError(where, f"list {words[0]} is not in common.regs")
        return parse_values(where, common.values[words[0][1:]] + words[1:], width, common)
    values = {}
    for word in words:
        number, equals, name = word.partition("=")
        if not equals or not re.fullmatch(r"\w+", name):
            raise SpecError(where, f"'{word}' is not VALUE=name")
        value = parse_number(where, number)
        if value >> width:
            raise SpecError(where, f"value {number} does not fit in {width} bits")
        if value in values or name in values.values():
            raise SpecError(where, f"value '{word}' is there twice")
        values[value] = name
    return values


def parse_selector(where, words, common):
    """'of PARENT... when TEST...'; a test is a condition, FIELD=value,... or hi:lo=value,..."""
    at = words.index("when") if "when" in words else len(words)
    selector = Selector(where, words[:at])
    for test in words[at + 1:]:
        name, equals, numbers = test.partition("=")
        if equals:
            values = [parse_number(where, number) for number in numbers.split(",")]
            selector.tests.append((name, values))
        else:
            selector.conditions += parse_conditions(where, name, common)
    if not selector.parents or not words[at + 1:]:
        raise SpecError(where, "a part needs 'of PARENT... when CONDITION or FIELD=value,...'")
    return selector


def parse_conditions(where, text, common):
    names = text.split("+")
    for name in names:
        if name not in common.conditions:
            raise SpecError(where, f"condition {name} is not in common.regs")
    return names


def parse_index(where, words):
    match = re.fullmatch(r"(\d+)\.\.(\d+)", words[1]) if len(words) == 2 else None
    if not match:
        raise SpecError(where, "an index line is 'index LETTER first..last'")
    return words[0], int(match.group(1)), int(match.group(2))


def parse_encoding(where, words):
    """'enc op0 op1 CRn CRm op2 [NAME]': numbers, or bits of the index, e.g. 0b10.n[4:3]."""
    if len(words) not in (5, 6):
        raise SpecError(where, "an encoding line is 'enc op0 op1 CRn CRm op2 [NAME]'")
    for word in words[:5]:
        if not re.fullmatch(r"\d+|((0b[01]+|\w\[\d(:\d)?\])(\.|$))+", word):
            raise SpecError(where, f"'{word}' is not an encoding")
    return words[:5], words[5] if len(words) > 5 else None
