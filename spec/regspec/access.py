# SPDX-License-Identifier: MIT
"""Who may access which register: access/*.access, as the tables of src/exc/sysreg_table.c.

Every access is a list of rules for each Exception level; the first one whose conditions all hold
decides. Rules are 16-bit words, described in src/exc/sysreg_table.h; equal lists, and equal ends of
lists, are stored once."""

import re

from .headers import LICENSE
from .model import SpecError, encoding_part
from .reader import read_lines
from .tables import Strings

FACT_COPIES = 32  # how many facts an indexed one stands for
DIRECTIONS = "rwRW"
UNDEF = (((), ("undef",)),)


class Register:
    """A row: where it is in the encoding space, and its four lists for each direction."""

    def __init__(self, where, key, name, index):
        self.where, self.key, self.name, self.index = where, key, name, index
        self.rules = {}


class Access:
    """What the files say."""

    def __init__(self, spec):
        self.spec = spec
        self.blocks = {block.name: block for block in spec.blocks}
        self.names = {}
        for block in spec.blocks:
            for encoding, name, index in block.registers():
                self.names.setdefault(name, []).append((encoding, index))
                self.names.setdefault(name.replace("<n>", str(index)), []).append((encoding, index))
        self.controls, self.aliases, self.features, self.facts, self.members = {}, {}, {}, {}, {}
        self.words = {}
        self.elsewhere = set()
        self.registers = {}
        self.current = []

    def read(self, path):
        for where, words, _ in read_lines(path):
            handler = getattr(self, "read_" + words[0], None)
            if handler:
                handler(where, words[1:])
            elif set(words[0]) <= set(DIRECTIONS):
                self.read_rules(where, words)
            else:
                raise SpecError(where, f"'{words[0]}' starts no statement")

    def read_control(self, where, words):
        self.controls[words[0]] = words[1] if len(words) > 1 else None

    def read_member(self, where, words):
        if words[0] not in self.names:
            raise SpecError(where, f"{words[0]} has no encoding in a .regs file")
        self.members[words[0]] = words[1]

    def read_alias(self, where, words):
        self.aliases[words[0]] = words[1]

    def read_feature(self, where, words):
        self.features[words[0]] = (words[1], int(words[2]))

    def read_fact(self, where, words):
        self.facts[words[0]] = len(words) > 1

    def read_say(self, where, words):
        if words[0] not in self.facts and words[0] not in self.aliases:
            raise SpecError(where, f"{words[0]} is neither a fact nor an alias")
        self.words[words[0]] = " ".join(words[1:])

    def read_elsewhere(self, where, words):
        self.elsewhere.update(words)

    def read_access(self, where, words):
        found = self.names.get(words[0])
        if not found:
            raise SpecError(where, f"{words[0]} has no encoding in a .regs file")
        self.current = [self.add(where, encoding, words[0].replace("<n>", str(index)), index)
                        for encoding, index in sorted(set(found))]

    def read_inst(self, where, words):
        self.pending = (where, words[0], words[1:6], instruction_key)
        self.expand([] if "[" in " ".join(words) else [0])

    def read_cp(self, where, words):
        key = coprocessor_key if len(words) == 6 else coprocessor_pair_key
        self.pending = (where, words[0], words[1:], key)
        self.expand([] if "[" in " ".join(words) else [0])

    def read_special(self, where, words):
        self.pending = (where, words[0], words[1:], special_key)
        self.expand([0])

    def read_index(self, where, words):
        first, last = words[1].split("..")
        self.expand(range(int(first), int(last) + 1))

    def expand(self, indices):
        where, name, words, key = self.pending
        self.current = [
            self.add(where, key([encoding_part(word, n) for word in words]),
                     name.replace("<n>", str(n)), n) for n in indices]

    def add(self, where, key, name, index):
        if key in self.registers:
            raise SpecError(where, f"{name} has the encoding of {self.registers[key].name}")
        self.registers[key] = Register(where, key, name, index)
        return self.registers[key]

    def read_rules(self, where, words):
        rules = tuple(parse_rule(where, word) for word in words[2:])
        if not rules or rules[-1][0]:
            raise SpecError(where, "the last rule must hold always")
        for register in self.current:
            for direction in words[0]:
                for level in words[1]:
                    if (direction, int(level)) in register.rules:
                        raise SpecError(where, f"{register.name} has two lists")
                    register.rules[direction, int(level)] = rules


def special_key(parts):
    return 0x18200 | parts[0]


def instruction_key(parts):
    op0, op1, crn, crm, op2 = parts
    return op0 << 14 | op1 << 11 | crn << 7 | crm << 3 | op2


def coprocessor_key(parts):
    coproc, opc1, crn, crm, opc2 = parts
    return 1 << 16 | (coproc & 1) << 14 | opc1 << 11 | crn << 7 | crm << 3 | opc2


def coprocessor_pair_key(parts):
    coproc, crm, opc1 = parts
    return 1 << 16 | 1 << 15 | (coproc & 1) << 8 | opc1 << 4 | crm


def parse_rule(where, word):
    conditions, arrow, outcome = word.partition(">")
    if not arrow:
        raise SpecError(where, f"'{word}' is no rule")
    literals = tuple(conditions.split("&")) if conditions else ()
    return literals, tuple(re.split(r":", outcome, maxsplit=1))


class Literals:
    """Every condition that a rule names, by number: facts, then features, then fields."""

    def __init__(self, access):
        self.access = access
        self.numbers = {}
        self.indexed = set()
        self.count = 0
        self.fields = []
        self.order = list(access.controls)
        for name, indexed in access.facts.items():
            self.take(name, FACT_COPIES if indexed else 1)
        self.facts = self.count
        for name, (field, least) in access.features.items():
            self.fields.append(self.field(name, field) + (least, True))
            self.take(name, 1)
        for name, where in sorted(self.named(access), key=lambda item: self.place(item[0])):
            self.add_field(where, name)

    def named(self, access):
        """Conditions on fields, and where one of each stands."""
        found = {}
        for register in access.registers.values():
            for rules in register.rules.values():
                for literals, _ in rules:
                    for literal in literals:
                        if literal.lstrip("!") not in self.numbers:
                            found[literal.lstrip("!")] = register.where
        return found.items()

    def place(self, name):
        """Fields of a control stand together, so that its value is computed once."""
        control = name.partition(".")[0]
        control = self.access.aliases.get(name.partition("=")[0], control).partition(".")[0]
        return (self.order.index(control) if control in self.order else -1, name)

    def take(self, name, copies):
        self.numbers[name] = self.count
        if copies > 1:
            self.indexed.add(name)
        self.count += copies

    def word(self, text):
        negative = text.startswith("!")
        name = text.lstrip("!")
        indexed = 0x2000 if name in self.indexed else 0
        return self.numbers[name] | indexed | (0x4000 if negative else 0)

    def add_field(self, where, name):
        field, _, values = name.partition("=")
        pattern = values or "1"
        mask = int(re.sub("[01]", "1", pattern).replace("x", "0"), 2)
        want = int(pattern.replace("x", "0"), 2)
        if "AMEV" in field and "n_EL0" in field:
            copies = [field.replace("n_EL0", f"{n}_EL0") for n in range(16)]
            fields = [self.field(where, copy, optional=True) for copy in copies]
            self.fields += [found + (want, False, mask) for found in fields]
            self.take(name, 16)
            return
        self.fields.append(self.field(where, field) + (want, False, mask))
        self.take(name, 1)

    def field(self, where, text, optional=False):
        """(control number, lowest bit, width)"""
        text = self.access.aliases.get(text, text)
        control, _, field = text.partition(".")
        if control not in self.access.controls:
            raise SpecError(where, f"{control} is not in controls.access")
        number = self.order.index(control)
        match = re.fullmatch(r"(\d+)(?::(\d+))?", field)
        if match:
            lo = int(match.group(2) or match.group(1))
            return number, lo, int(match.group(1)) - lo + 1
        for block in self.access.spec.blocks:
            parents = [p for selector in block.selectors for p in selector.parents]
            if block.name == control or control in parents:
                for found in block.fields:
                    if found.name.upper() == field.upper():
                        return number, found.lo, found.hi - found.lo + 1
        if optional:
            return number, 0, 0
        raise SpecError(where, f"{control} has no field {field}")


OUTCOMES = ["undef", "self", "nop", "idreg", "virtual", "mem", "other", "selected", "exlock",
            "halt", "el1", "el2", "el3"]


class Compiler:
    """Rules as words."""

    def __init__(self, access):
        self.access = access
        self.literals = Literals(access)
        self.targets, self.words, self.places = [], [], {}
        self.programs, self.program_numbers = [], {}

    def outcome(self, where, parts):
        name = parts[0]
        argument = 0
        if name == "mem":
            argument = int(parts[1], 16) // 8
        elif name in ("el1", "el2", "el3"):
            argument = int(parts[1], 16) if len(parts) > 1 else 63
        elif name.startswith("="):
            selected = name.endswith("[sel]")
            argument = self.target(where, name[1:].replace("[sel]", ""))
            name = "selected" if selected else "other"
        if name not in OUTCOMES:
            raise SpecError(where, f"'{name}' is no outcome")
        return 0x8000 | OUTCOMES.index(name) << 9 | argument

    def target(self, where, name):
        if name not in self.targets:
            self.targets.append(name)
        return self.targets.index(name)

    def rule(self, where, rule):
        conditions, outcome = rule
        words = [self.literals.word(text) for text in conditions]
        return words + [self.outcome(where, outcome)]

    def chain(self, where, rules):
        """The place of a list; ends that are there already are jumped to."""
        if rules in self.places:
            return self.places[rules]
        start = len(self.words)
        for n in range(len(rules)):
            rest = rules[n:]
            if n and rest in self.places and sum(len(c) + 1 for c, _ in rest) > 1:
                self.words.append(0xC000 | self.places[rest])
                break
            self.places[rest] = len(self.words)
            self.words += self.rule(where, rules[n])
        return start

    def program(self, register, direction):
        lists = [register.rules.get((direction, level), UNDEF) for level in range(4)]
        program = tuple(self.chain(register.where, rules) for rules in lists)
        if program not in self.program_numbers:
            self.program_numbers[program] = len(self.programs)
            self.programs.append(program)
        return self.program_numbers[program]


def load(spec, directory):
    access = Access(spec)
    for path in sorted(directory.glob("*.access"), key=lambda p: (p.name != "controls.access", p.name)):
        access.read(path)
    check_fine_grained(access, directory)
    return access


def check_fine_grained(access, where):
    """Every fine-grained trap must trap something."""
    used = {literal.lstrip("!").partition("=")[0].upper() for register in access.registers.values()
            for rules in register.rules.values() for literals, _ in rules for literal in literals}
    for name in access.controls:
        if not re.match("H[AD]?FG|FGWTE3", name):
            continue
        for field in access.blocks[name].base:
            full = f"{name}.{field.name}"
            indexed = re.sub(r"(AMEV[A-Z]+[01])\d+(?=_)", r"\1n", full)
            if not field.reserved and full not in access.elsewhere and not \
                    used & {full.upper(), indexed.upper()}:
                raise SpecError(where, f"{full} traps nothing")


def array(kind, name, values, columns):
    lines = [f"const {kind} {name}[{len(values)}] = {{"]
    line = "    "
    for value in values:
        piece = f"{value}, "
        if len(line) + len(piece) > columns:
            lines.append(line.rstrip())
            line = "    "
        line += piece
    return lines + [line.rstrip(), "};", ""]


def blocks_of(rows):
    """For each 32 encodings that hold a register: which they are, and the first row."""
    found = {}
    for number, register in enumerate(rows):
        bits, first = found.get(register.key >> 5, (0, number))
        found[register.key >> 5] = (bits | 1 << (register.key & 31), first)
    return found


def outputs(spec, directory):
    access = load(spec, directory)
    compiler = Compiler(access)
    rows = [access.registers[key] for key in sorted(access.registers)]
    wide = [r for r in rows if any(d in "RW" for d, _ in r.rules)]
    programs = [[compiler.program(r, d) for d in "rw"] for r in rows]
    wide_programs = [[compiler.program(r, d) for d in "RW"] for r in wide]
    return {
        "src/exc/sysreg_table.c": table_file(access, compiler, rows, programs, wide, wide_programs),
        "src/exc/sysreg_facts.h": facts_file(access, compiler, rows, wide),
        "src/text/sysreg_names.c": names_file(access, compiler, rows),
    }


HEAD = [f"/* {LICENSE} */", "/*", " * Generated by spec/generate.py from spec/access; change the files there instead."]


def table_file(access, compiler, rows, programs, wide, wide_programs):
    found = blocks_of(rows)
    top_size = (rows[-1].key >> 5) + 1
    order = sorted(found)
    top = [order.index(n) + 1 if n in found else 0 for n in range(top_size)]
    names = {register.name: register.key for register in rows}
    lines = HEAD + [" * Accesses to system registers: sysreg_table.h.", " */",
                    '#include "sysreg_table.h"', ""]
    lines += array("uint16_t", "armvirt_sysreg_top", top, 99)
    lines += [f"const struct armvirt_sysreg_block armvirt_sysreg_blocks[{len(order)}] = {{"]
    lines += [f"    {{0x{found[n][0]:08x}, {found[n][1]}}}," for n in order] + ["};", ""]
    lines += [f"const struct armvirt_sysreg_row armvirt_sysreg_rows[{len(rows)}] = {{"]
    lines += [f"    {{{{{p[0]}, {p[1]}}}, {r.index}}}, /* {r.name} */" for r, p in zip(rows, programs)]
    lines += ["};", ""]
    lines += [f"const struct armvirt_sysreg_wide armvirt_sysreg_wides[{len(wide)}] = {{"]
    lines += [f"    {{0x{r.key:04x}, {{{p[0]}, {p[1]}}}}}, /* {r.name} */" for r, p in zip(wide, wide_programs)]
    lines += ["};", ""]
    lines += [f"const uint16_t armvirt_sysreg_programs[{len(compiler.programs)}][4] = {{"]
    lines += [f"    {{{', '.join(map(str, p))}}}," for p in compiler.programs] + ["};", ""]
    lines += array("uint16_t", "armvirt_sysreg_words", [f"0x{w:04x}" for w in compiler.words], 99)
    targets = [target_row(names, target) for target in compiler.targets]
    lines += array("uint32_t", "armvirt_sysreg_targets", targets, 99)
    lines += [f"const struct armvirt_sysreg_field armvirt_sysreg_fields[{len(compiler.literals.fields)}] = {{"]
    lines += [field_row(field) for field in compiler.literals.fields] + ["};", ""]
    lines += [f"const struct sysreg_control_row armvirt_sysreg_control_rows[{len(access.controls)}] = {{"]
    lines += [control_row(access, name, gate) for name, gate in access.controls.items()]
    lines += ["};", ""]
    found = sorted((control_encoding(access, name), member) for name, member in access.members.items())
    lines += [f"const struct sysreg_member armvirt_sysreg_members[{len(found)}] = {{"]
    lines += [f"    {{0x{encoding:04x}, offsetof(struct armvirt_pe, {member})}}," for encoding, member in found]
    lines += ["};", ""]
    return "\n".join(lines)


def target_row(names, target):
    """The encoding of storage; of the first of those that PMSELR_EL0 selects from."""
    first = re.sub(r"(?=_EL0$)|$", "0", target, count=1)
    key = names.get(target, names.get(first))
    return "ARMVIRT_SYSREG_BANKED" if key is None else f"0x{key:05x}"


def control_row(access, name, gate):
    """Where a control is; `effective` ones are computed."""
    member = "pstate" if name == "PSTATE" else access.members.get(name)
    offset = "ARMVIRT_SYSREG_EFFECTIVE" if gate == "effective" else f"offsetof(struct armvirt_pe, {member})"
    fact = "SYSREG_ALWAYS" if gate in (None, "effective") else f"SYSREG_{gate.upper()}"
    return f"    {{{offset}, {fact}, 0x{control_encoding(access, name):04x}}}, /* {name} */"


def control_encoding(access, name):
    found = access.names.get(name)
    return min(found)[0] if found else 0


def field_row(field):
    control, lo, width, want, least = field[:5]
    mask = field[5] if len(field) > 5 else (1 << width) - 1
    if width == 0:
        mask, want = 0, 1
    return f"    {{{control}, {lo}, {mask}, {want}, {int(least)}}},"


def facts_file(access, compiler, rows, wide):
    lines = HEAD + [" * The conditions of accesses to system registers that are computed, and the sizes of tables.",
                    " */", "#ifndef ARMVIRT_SRC_EXC_SYSREG_FACTS_H", "#define ARMVIRT_SRC_EXC_SYSREG_FACTS_H",
                    "", "enum armvirt_sysreg_fact {"]
    for name in access.facts:
        lines.append(f"    SYSREG_{name.upper()} = {compiler.literals.numbers[name]},")
    lines += [f"    SYSREG_FACTS = {compiler.literals.facts},"]
    for name in access.features:
        lines.append(f"    SYSREG_{name.upper()} = {compiler.literals.numbers[name]},")
    lines += ["};", "", "enum armvirt_sysreg_control_number {"]
    for number, name in enumerate(access.controls):
        lines.append(f"    SYSREG_C_{name.upper()} = {number},")
    lines += ["};", "", "enum {",
              f"    SYSREG_TOP = {(rows[-1].key >> 5) + 1},",
              f"    SYSREG_BLOCKS = {len(blocks_of(rows))},", f"    SYSREG_ROWS = {len(rows)},",
              f"    SYSREG_WIDES = {len(wide)},", f"    SYSREG_PROGRAMS = {len(compiler.programs)},",
              f"    SYSREG_WORDS = {len(compiler.words)},",
              f"    SYSREG_TARGETS = {len(compiler.targets)},",
              f"    SYSREG_FIELDS = {len(compiler.literals.fields)},",
              f"    SYSREG_CONTROLS = {len(access.controls)},",
              f"    SYSREG_MEMBERS = {len(access.members)},",
              f"    SYSREG_LITERALS = {compiler.literals.count},",
              f"    SYSREG_TRUTH = {(compiler.literals.count + 63) // 64},", "};", "", "#endif", ""]
    return "\n".join(lines)


def in_words(access, name, n):
    """A condition for people: as its say statement has it, with its index and value."""
    base, equals, value = name.partition("=")
    text = access.words.get(base, base)
    if n is not None and base not in access.words:
        text = re.sub(r"(?<=[_01])n(?=_|$)", str(n), text, count=1)
    return text.replace("<n>", str(n)) + equals + value


def names_file(access, compiler, rows):
    strings = Strings("armvirt_sysreg_strings")
    causes = [""] * compiler.literals.count
    for name, number in compiler.literals.numbers.items():
        indexed = name in compiler.literals.indexed
        copies = FACT_COPIES if name in access.facts else 16
        for n in range(copies) if indexed else [None]:
            causes[number + (n or 0)] = in_words(access, name, n)
    lines = HEAD + [" * Names of system registers, system instructions, and what their traps depend on:",
                    " * sysreg_names.h.", " */", '#include "sysreg_names.h"', "",
                    f"const struct armvirt_sysreg_name armvirt_sysreg_names[{len(rows)}] = {{"]
    lines += [f"    {{0x{r.key:05x}, {strings.add(r.name)}}}," for r in rows] + ["};", ""]
    lines += [f"const uint32_t armvirt_sysreg_name_count = {len(rows)};",
              f"const uint32_t armvirt_sysreg_cause_count = {len(causes)};", "",
              f"const uint32_t armvirt_sysreg_causes[{len(causes)}] = {{"]
    lines += array("uint32_t", "", [strings.add(cause) for cause in causes], 99)[1:]
    return "\n".join(lines + strings.c_lines())
