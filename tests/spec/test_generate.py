#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""What spec/generate.py accepts and refuses: small inputs, each with the message it must give.

    test_generate.py DIRECTORY_OF_SPEC
"""

import subprocess
import sys
import tempfile
import unittest
from pathlib import Path

SPEC = Path(sys.argv.pop(1)).resolve()
sys.path.insert(0, str(SPEC))
sys.dont_write_bytecode = True

import generate  # noqa: E402 (needs the path above)
from regspec import access, documents, headers, tables  # noqa: E402
from regspec.model import encoding_part  # noqa: E402

HEAD = "title A test\nheader test\n"
REG = HEAD + "reg R_EL1 64 X1.1\ntitle A register\n"
PART = REG + "63:8 RES0\n7:4 A\n3:0 B\npart R_EL1_P 7:4 X1.1\ntitle A part\n"


def load(text):
    with tempfile.TemporaryDirectory() as directory:
        path = Path(directory) / "test.regs"
        path.write_text(text)
        return generate.load([path])


def run(*arguments, directory=SPEC):
    return subprocess.run([sys.executable, str(directory / "generate.py"), *arguments],
                          capture_output=True, text=True, check=False)


REFUSED = {
    "a gap of one bit": (REG + "63:8 RES0\n6:0 A\n", "test.regs:3: R_EL1: no field covers bit 7"),
    "a gap of several runs": (REG + "62:8 RES0\n5:0 A\n", "no field covers bit 63, bits 7:6"),
    "no field at all": (REG, "no field covers bits 63:0"),
    "an overlap": (REG + "63:8 RES0\n8:0 A\n", "test.regs:6: R_EL1: A overlaps RES0 at bit 8"),
    "a field outside the register": (REG + "64:8 RES0\n7:0 A\n", "R_EL1: RES0 lies outside"),
    "a range upside down": (REG + "8:63 RES0\n7:0 A\n", "range 8:63 is upside down"),
    "a range that is none": (REG + "63..8 RES0\n", "'63..8' is not a bit range"),
    "a field name twice": (REG + "63:8 A\n7:0 A\n", "R_EL1: field A is there twice"),
    "two fields with one mask name": (REG + "63:8 nA\n7:0 NA\n", "R_EL1: field NA is there twice"),
    "a register twice": (
        REG + "63:0 A\nreg r_el1 64 X1.2\ntitle Again\n63:0 B\n",
        "r_el1 is already at test.regs:3"),
    "two masks of one name": (
        HEAD + "reg R 32 X\ntitle R\n31:0 S_A\nreg R_S 32 X\ntitle R_S\n31:0 A\n",
        "macro ARMVIRT_R_S_A is already made"),
    "a value macro that is another field": (
        REG + "63:8 A_ON\n7:0 A 1=ON\n", "macro ARMVIRT_R_EL1_A_ON is already made"),
    "a value that does not fit": (REG + "63:2 RES0\n1:0 A 4=X\n", "value 4 does not fit in 2 bits"),
    "a value twice": (REG + "63:2 RES0\n1:0 A 1=X 1=Y\n", "value '1=Y' is there twice"),
    "a value name twice": (REG + "63:2 RES0\n1:0 A 1=X 2=X\n", "value '2=X' is there twice"),
    "a value that is no number": (REG + "63:2 RES0\n1:0 A x=X\n", "'x' is not a number"),
    "an unknown list of values": (REG + "63:2 RES0\n1:0 A @NONE\n", "list @NONE is not in common"),
    "an unknown condition": (REG + "63:0 A\nalt NOSUCH 1:0 B\n", "condition NOSUCH is not in"),
    "an alternative without bits": (REG + "63:0 A\nalt E2H\n", "a field line is"),
    "alternatives that overlap": (
        REG + "63:0 A\nalt E2H 3:0 B\nalt E2H 3:2 C\n", "C overlaps B at bit 2 under the same"),
    "an alternative of another place": (
        REG + "63:4 A\n3:0 B\nalt E2H 7:4 B\n", "field B is there twice"),
    "a field across bit 64": (
        HEAD + "reg R 128 X\ntitle R\n127:0 A\n", "field A crosses bit 64"),
    "a width that no register has": (HEAD + "reg R 48 X\ntitle R\n47:0 A\n", "width 48 is not"),
    "a block without a title": (HEAD + "reg R 32 X\n31:0 A\n", "R has no title"),
    "a block line that lacks a word": (HEAD + "reg R 32\n", "a block starts with"),
    "a field before a block": (HEAD + "31:0 A\n", "'31:0' before the first block"),
    "a file without a header": ("title A test\n", "no 'title' or no 'header'"),
    "an array that does not divide": (REG + "63:0 A<2..0>\n", "does not divide 63:0 evenly"),
    "an array upside down": (REG + "63:0 A<0..3>\n", "does not divide 63:0 evenly"),
    "a field name with a dash": (REG + "63:0 A-B\n", "'A-B' is not a field name"),
    "an index without <n>": (
        HEAD + "reg R 32 X\ntitle R\nindex n 0..3\n31:0 A\n", "name and 'index' line"),
    "<n> without an index": (HEAD + "reg R<n> 32 X\ntitle R\n31:0 A\n", "name and 'index' line"),
    "an encoding that lacks a number": (REG + "enc 3 0 1 0\n63:0 A\n", "an encoding line is"),
    "an encoding that is none": (REG + "enc 3 0 1 0 x\n63:0 A\n", "'x' is not an encoding"),
    "an encoding of an instruction": (REG + "enc 1 0 7 8 0\n63:0 A\n", "op0 of a System register"),
    "an encoding of two registers": (
        REG + "enc 3 0 1 0 0\n63:0 A\nreg S 64 X\ntitle S\nenc 3 0 1 0 0\n63:0 A\n",
        "S has an encoding of R_EL1"),
    "a part without a parent": (PART + "7:4 C\n", "part R_EL1_P has no 'of' line"),
    "a part of nothing": (PART + "of S when E2H\n7:4 C\n", "S is not a register"),
    "a part that always applies": (PART + "of R_EL1\n7:4 C\n", "a part needs 'of PARENT"),
    "a part of an unknown field": (PART + "of R_EL1 when Z=1\n7:4 C\n", "R_EL1 has no field Z"),
    "a part of a value that does not fit": (
        PART + "of R_EL1 when B=16\n7:4 C\n", "a value does not fit in R_EL1.B"),
    "a part with a gap": (PART + "of R_EL1 when B=1\n7:5 C\n", "no field covers bit 4"),
    "a part outside its parent": (
        HEAD + "reg R 32 X\ntitle R\n31:0 A\npart P 32:0 X\ntitle P\nof R when E2H\n32:0 B\n",
        "P does not fit in R"),
}


class Refused(unittest.TestCase):
    def test_all(self):
        for name, (text, message) in REFUSED.items():
            with self.subTest(name), self.assertRaises(generate.SpecError) as caught:
                load(text)
            self.assertIn(message, str(caught.exception), name)


class Accepted(unittest.TestCase):
    def test_headers_have_masks_and_values(self):
        spec = load(REG + "63:32 RES0\n31:16 A\n15:14 B 0b10=TWO\n13 nC\n12:0 RES1\nalt E2H 15 D\n")
        text = headers.header_c("test", spec.files)
        for define in ("ARMVIRT_R_EL1_A     ARMVIRT_BITS(31, 16)",
                       "ARMVIRT_R_EL1_B_TWO UINT64_C(2)",
                       "ARMVIRT_R_EL1_NC    ARMVIRT_BIT(13)",
                       "ARMVIRT_R_EL1_D     ARMVIRT_BIT(15) /* E2H */",
                       "ARMVIRT_R_EL1_RES0  ARMVIRT_BITS(63, 32)",
                       "ARMVIRT_R_EL1_RES1  ARMVIRT_BITS(12, 0)"):
            self.assertIn("#define " + define, text)

    def test_masks_of_the_high_word_say_so(self):
        spec = load(HEAD + "layout L 128 X\ntitle L\n127:118 A\n117:64 RES0\n63:0 B\n")
        text = headers.header_c("test", spec.files)
        self.assertIn("#define ARMVIRT_L_A_HI    ARMVIRT_BITS(63, 54)", text)
        self.assertIn("#define ARMVIRT_L_RES0_HI ARMVIRT_BITS(53, 0)", text)
        self.assertIn("#define ARMVIRT_L_B       ARMVIRT_BITS(63, 0)", text)

    def test_an_array_is_equal_fields_from_the_top(self):
        fields = load(REG + "63:0 A<7..0>X 1=ONE\n").blocks[0].fields
        self.assertEqual([(f.name, f.hi, f.lo) for f in fields[:2]],
                         [("A7X", 63, 56), ("A6X", 55, 48)])
        self.assertEqual(fields[-1].name, "A0X")
        block = load(REG + "63:0 A<1..0> 1=B\n").blocks[0]
        defines = [name for name, *_ in headers.block_defines(block)]
        self.assertEqual(defines, ["ARMVIRT_R_EL1_A1", "ARMVIRT_R_EL1_A_B", "ARMVIRT_R_EL1_A0"])

    def test_a_backslash_joins_lines_and_comments_end_them(self):
        fields = load(REG + "63:2 RES0 # nothing\n1:0 A \\\n 1=X \\\n 2=Y\n").blocks[0].fields
        self.assertEqual(fields[1].values, {1: "X", 2: "Y"})

    def test_encodings_count_with_the_index(self):
        self.assertEqual(encoding_part("14", 0), 14)
        self.assertEqual(encoding_part("n[3:0]", 21), 5)
        self.assertEqual(encoding_part("0b10.n[4:3]", 25), 0b1011)
        self.assertEqual(encoding_part("n[4].0b00", 16), 4)

    def test_further_banks_share_encodings(self):
        spec = load(HEAD + "reg B<n> 64 X\ntitle B\nindex n 0..31\nenc 2 0 0 n[3:0] 5\n63:0 A\n")
        self.assertEqual(len(list(spec.blocks[0].registers())), 16)

    def test_outputs_depend_on_the_input_alone(self):
        text = PART + "of R_EL1 when E2H B=1,2 7=1\n7:4 C\n"
        for output in (tables.outputs, documents.outputs, headers.outputs):
            self.assertEqual(output(load(text)), output(load(text)))


class CommandLine(unittest.TestCase):
    def test_a_mistake_is_one_line_and_status_2(self):
        with tempfile.TemporaryDirectory() as directory:
            path = Path(directory) / "bad.regs"
            path.write_text(REG + "63:1 RES0\n")
            result = run(str(path))
        self.assertEqual(result.returncode, 2)
        self.assertEqual(result.stderr, "bad.regs:3: R_EL1: no field covers bit 0\n")

    def test_a_missing_file_is_one_line_and_status_2(self):
        result = run("/nonexistent.regs")
        self.assertEqual((result.returncode, result.stderr.count("\n")), (2, 1))

    def test_check_names_a_stale_output_and_writes_nothing(self):
        with tempfile.TemporaryDirectory() as directory:
            root = Path(directory)
            for path in [p for p in SPEC.rglob("*.*") if p.suffix in (".py", ".regs", ".access")]:
                copy = root / "spec" / path.relative_to(SPEC)
                copy.parent.mkdir(parents=True, exist_ok=True)
                copy.write_bytes(path.read_bytes())
            run(directory=root / "spec").check_returncode()
            clean = run("--check", directory=root / "spec")
            self.assertEqual((clean.returncode, clean.stdout), (0, ""))
            header = root / "include/armvirt/regs/timer.h"
            header.write_text(header.read_text().replace("ARMVIRT_BIT(0)", "ARMVIRT_BIT(1)", 1))
            before = header.read_text()
            stale = run("--check", directory=root / "spec")
            self.assertEqual(stale.returncode, 1)
            self.assertIn("include/armvirt/regs/timer.h is stale", stale.stdout)
            self.assertEqual(header.read_text(), before)


ACCESS = "control C_EL1 vmsa.c\nfact f\nfact f_n n\nalias C_EL1.A C_EL1.3:2\n"
INST = ACCESS + "inst I 1 0 7 8 0\n"

ACCESS_REFUSED = {
    "a statement of another kind": ("nonsense 1 2\n", "'nonsense' starts no statement"),
    "a register without encoding": ("access NONE_EL1\n", "NONE_EL1 has no encoding"),
    "an encoding twice": (INST + "inst J 1 0 7 8 0\n", "J has the encoding of I"),
    "a rule without an outcome": (INST + "r 1 f\n", "'f' is no rule"),
    "a last rule that may not hold": (INST + "r 1 f>self\n", "the last rule must hold always"),
    "two lists": (INST + "r 1 >self\nrw 12 >self\n", "I has two lists"),
    "words for nothing": (ACCESS + "say g words\n", "g is neither a fact nor an alias"),
    "an unknown control": (INST + "r 1 D_EL1.A>el2 >self\n", "D_EL1 is not in controls.access"),
    "an unknown field": (INST + "r 1 C_EL1.B>el2 >self\n", "C_EL1 has no field B"),
    "an unknown outcome": (INST + "r 1 f>maybe >self\n", "'maybe' is no outcome"),
}


def load_access(text):
    loaded = access.Access(generate.load([]))
    with tempfile.TemporaryDirectory() as directory:
        path = Path(directory) / "test.access"
        path.write_text(text)
        loaded.read(path)
    return loaded


class Accesses(unittest.TestCase):
    def test_refused(self):
        for name, (text, message) in ACCESS_REFUSED.items():
            with self.subTest(name):
                with self.assertRaises(generate.SpecError) as caught:
                    loaded = load_access(text)
                    compiler = access.Compiler(loaded)
                    for register in loaded.registers.values():
                        compiler.program(register, "r")
                self.assertIn(message, str(caught.exception))

    def test_conditions_in_words(self):
        loaded = load_access(ACCESS + "say f Secure state\nsay f_n counter <n>\nsay C_EL1.A C{1}\n")
        self.assertEqual(access.in_words(loaded, "f", None), "Secure state")
        self.assertEqual(access.in_words(loaded, "f_n", 7), "counter 7")
        self.assertEqual(access.in_words(loaded, "C_EL1.A=01", None), "C{1}=01")
        self.assertEqual(access.in_words(loaded, "g_n", 7), "g_7")

    def test_equal_ends_are_stored_once(self):
        loaded = load_access(INST + "r 0 C_EL1.A=01>el2 f>el1 !f>undef >self\n"
                             "r 1 C_EL1.A=11>el2 f>el1 !f>undef >self\n")
        compiler = access.Compiler(loaded)
        compiler.program(*loaded.registers.values(), "r")
        first, second = compiler.programs[0][:2]
        self.assertEqual(second - first, 7)
        self.assertEqual(compiler.words[second + 2], 0xC000 | first + 2)

    def test_numbers_of_several_registers(self):
        loaded = load_access(ACCESS + "inst I<n> 1 0 7 n[3:0] 0\nindex n 2..4\nw 1 f_n>el2 >self\n")
        self.assertEqual([(r.name, r.index) for r in loaded.registers.values()],
                         [("I2", 2), ("I3", 3), ("I4", 4)])


if __name__ == "__main__":
    unittest.main()
