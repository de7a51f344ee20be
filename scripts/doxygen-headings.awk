#!/usr/bin/awk -f
# SPDX-License-Identifier: MIT
# A filter for Doxygen, which does not know the anchors that hosting sites make of headings: gives
# each heading that its own file links to the identifier that such a link uses.

function anchor(heading)
{
    sub(/^#+ */, "", heading)
    heading = tolower(heading)
    gsub(/[^a-z0-9 _-]/, "", heading)
    gsub(/ /, "-", heading)
    return heading
}

BEGIN {
    while ((getline line < ARGV[1]) > 0)
        while (match(line, /\]\(#[^)]*\)/)) {
            linked[substr(line, RSTART + 3, RLENGTH - 4)] = 1
            line = substr(line, RSTART + RLENGTH)
        }
}

/^##* / && anchor($0) in linked { $0 = $0 " {#" anchor($0) "}" }
{ print }
