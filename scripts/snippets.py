#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""Hold the code in the documents against the files it was cut from.

    snippets.py         exit 1 and name each block that differs
    snippets.py --fix   rewrite the blocks

A block to hold is fenced and follows a line `<!-- snippet: path#tag -->`; the file marks what is
meant with `[tag]` and `[/tag]` in comments of its own. Without a tag the whole file is meant.
"""

import re
import sys
import textwrap
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
BLOCK = re.compile(r"(<!-- snippet: (\S+?)(?:#(\S+))? -->\n+```[^\n]*\n)(.*?)(^```$)", re.S | re.M)


def cut(path, tag):
    """The text that a snippet stands for."""
    text = (ROOT / path).read_text()
    if tag is None:
        return text
    lines = text.splitlines(keepends=True)
    marks = [next((n for n, line in enumerate(lines) if mark in line), None)
             for mark in (f"[{tag}]", f"[/{tag}]")]
    if None in marks:
        raise LookupError(f"{path} has no [{tag}] ... [/{tag}]")
    return textwrap.dedent("".join(lines[marks[0] + 1:marks[1]]))


def documents():
    return sorted(path for path in ROOT.rglob("*.md") if "build" not in path.relative_to(ROOT).parts)


def main():
    fix = sys.argv[1:] == ["--fix"]
    bad = 0
    for document in documents():
        def renew(match):
            nonlocal bad
            code = cut(match[2], match[3])
            if code != match[4] and not fix:
                print(f"{document.relative_to(ROOT)}: differs from {match[2]}#{match[3]}")
                bad = 1
            return match[1] + code + match[5]

        text = document.read_text()
        fresh = BLOCK.sub(renew, text)
        if text.count("<!-- snippet:") != len(BLOCK.findall(text)):
            print(f"{document.relative_to(ROOT)}: a snippet mark without a fenced block")
            bad = 1
        if fix and fresh != text:
            document.write_text(fresh)
    return bad


if __name__ == "__main__":
    sys.exit(main())
