#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""cases.py TOOL DATA [--fix] CASES...: runs the commands of case files and compares what they print.

A case file is a transcript: "$ ARGUMENTS" starts a command of armvirt-inspect, then come its standard
output, each line of its standard error after "! ", and "[STATUS]". --fix writes the file anew.

Commands run in a directory of their own, with the recorded systems A and B in it, what is in
descriptions/ beside this file, and the memory of A in other forms (see `make_images`). What --json
prints must be JSON, and what --svg draws XML.
"""

import difflib
import json
import re
import shlex
import shutil
import struct
import subprocess
import sys
import tempfile
from pathlib import Path
from xml.etree import ElementTree

HERE = Path(__file__).resolve().parent

# What a command that takes long says meanwhile; whether one does depends on the machine.
PROGRESS = re.compile(r"at 0x[0-9a-f]{16}, \d+ mappings, \d+ reads")


def records(memory):
    """(address, bytes) of the sparse format."""
    at = 0
    while at < len(memory):
        address, size = struct.unpack_from("<QQ", memory, at)
        yield address, memory[at + 16:at + 16 + size]
        at += 16 + size


def elf_core(pieces, order="<"):
    """A 64-bit core file with a PT_LOAD for each piece."""
    pieces = list(pieces)
    offset = 64 + 56 * len(pieces)
    data = 2 if order == ">" else 1
    header = b"\x7fELF" + bytes([2, data, 1]) + bytes(9) + struct.pack(
        order + "HHIQQQIHHHHHH", 4, 183, 1, 0, 64, 0, 0, 64, 56, len(pieces), 0, 0, 0)
    programs = b""
    for address, content in pieces:
        programs += struct.pack(order + "IIQQQQQQ", 1, 6, offset, 0, address, len(content),
                                len(content), 0)
        offset += len(content)
    return header + programs + b"".join(content for _, content in pieces)


def lime(pieces):
    return b"".join(struct.pack("<IIQQQ", 0x4C694D45, 1, address, address + len(content) - 1, 0)
                    + content for address, content in pieces)


def short_tables():
    """VMSAv8-32 short descriptors at 0x4000: sections and a table of small and large pages."""
    memory = bytearray(0x4400)
    struct.pack_into("<I", memory, 4 * 0x100, 0x80000c0e)  # a section: AP=0b11, cacheable
    struct.pack_into("<I", memory, 4 * 0x101, 0x8001)      # a table at 0x8000
    struct.pack_into("<I", memory, 0x4000 + 4 * 0x10, 0x9000403e)
    for entry in range(0x20, 0x30):
        struct.pack_into("<I", memory, 0x4000 + 4 * entry, 0xa0000031)
    return bytes(memory)


def make_images(directory, data):
    packed = (data / "A" / "mem.bin.xz").read_bytes()
    memory = subprocess.run(["xz", "-dc"], input=packed, check=True, capture_output=True).stdout
    pieces = list(records(memory))
    images = {
        "sparse.bin": memory,
        "core.elf": elf_core(pieces),
        "core-be.elf": elf_core(pieces, ">"),
        "dump.lime": lime(pieces),
        "truncated.xz": packed[:2000],
        "truncated.bin": memory[:-100],
        "truncated.elf": elf_core(pieces)[:-100],
        "headers.elf": elf_core(pieces)[:200],
        "truncated.lime": lime(pieces)[:-100],
        "empty.bin": b"",
        "zero.yaml": b"",
        "arm32.raw": short_tables(),
        "low.raw": pieces[0][1],
        "high.raw": bytes(4096) + pieces[-1][1],
    }
    for name, content in images.items():
        (directory / name).write_bytes(content)


def prepare(directory, data):
    for system in ("A", "B"):
        (directory / system).symlink_to(data / system)
    for path in (HERE / "descriptions").iterdir():
        shutil.copy(path, directory)
    make_images(directory, data)


def commands(transcript):
    return [line[1:].strip() for line in transcript.splitlines() if line.startswith("$")]


def picture(words, directory):
    """A picture that was drawn is well-formed XML; its size goes into the transcript."""
    if "--svg" not in words:
        return ""
    path = directory / words[words.index("--svg") + 1]
    if not path.exists():
        return ""
    root = ElementTree.parse(path).getroot()
    return f"(picture of {root.get('width')} x {root.get('height')})\n"


def run(tool, command, directory):
    words = shlex.split(command)
    answer = subprocess.run([tool, *words], cwd=directory, capture_output=True, text=True)
    if "--json" in words:
        json.loads(answer.stdout)
    errors = "".join(f"! {line}\n" for line in answer.stderr.splitlines()
                     if not PROGRESS.fullmatch(line))
    return (f"$ {command}".strip() + f"\n{answer.stdout}{picture(words, directory)}{errors}"
            f"[{answer.returncode}]\n")


def check(path, tool, directory, fix):
    before = path.read_text()
    after = "\n".join(run(tool, command, directory) for command in commands(before))
    if fix:
        path.write_text(after)
        return True
    diff = list(difflib.unified_diff(before.splitlines(), after.splitlines(), str(path), "found",
                                     lineterm=""))
    print("\n".join(diff) if diff else f"{path.name}: {len(commands(before))} commands")
    return not diff


def main(tool, data, *cases):
    fix = "--fix" in cases
    good = True
    with tempfile.TemporaryDirectory() as name:
        directory = Path(name)
        prepare(directory, Path(data).resolve())
        for case in cases:
            if case != "--fix":
                good &= check(Path(case), Path(tool).resolve(), directory, fix)
    return 0 if good else 1


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
