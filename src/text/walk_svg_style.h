/* SPDX-License-Identifier: MIT */
/* How the picture of a walk looks: fonts, and one colour a level from the address to the tables. */
#ifndef ARMVIRT_SRC_TEXT_WALK_SVG_STYLE_H
#define ARMVIRT_SRC_TEXT_WALK_SVG_STYLE_H

static const char style[] =
    "svg { background: #ffffff; }\n"
    "text { font-family: 'DejaVu Sans', Verdana, 'Segoe UI', Helvetica, Arial, sans-serif;"
    " font-size: 12px; fill: #1f2937; }\n"
    ".m { font-family: 'DejaVu Sans Mono', Menlo, Consolas, monospace; }\n"
    ".c { text-anchor: middle; } .e { text-anchor: end; }\n"
    ".title { font-size: 20px; font-weight: bold; }\n"
    ".big { font-size: 17px; font-weight: bold; } .b { font-weight: bold; }\n"
    ".s { font-size: 11px; } .q { fill: #6b7280; }\n"
    "rect { stroke-width: 1.2; fill: #ffffff; stroke: #9ca3af; rx: 5px; }\n"
    ".page { fill: #ffffff; stroke: none; rx: 0; } .z { rx: 0; }\n"
    ".l0 { fill: #dbeafe; stroke: #2563eb; } .l1 { fill: #ccfbf1; stroke: #0d9488; }\n"
    ".l2 { fill: #fef3c7; stroke: #d97706; } .l3 { fill: #fce7f3; stroke: #db2777; }\n"
    ".l4 { fill: #ede9fe; stroke: #7c3aed; } .l5 { fill: #e5e7eb; stroke: #4b5563; }\n"
    ".high { fill: #f3f4f6; stroke: #9ca3af; } .offset { fill: #ecfccb; stroke: #65a30d; }\n"
    ".ok { fill: #f0fdf4; stroke: #16a34a; stroke-width: 2; }\n"
    ".fault { fill: #fef2f2; stroke: #dc2626; stroke-width: 2; }\n"
    ".good { fill: #15803d; } .bad { fill: #b91c1c; }\n"
    ".inset { fill: #f8fafc; stroke: #94a3b8; stroke-dasharray: 4 3; }\n"
    "path { fill: none; stroke-width: 1.8; stroke: #4b5563; }\n"
    ".a0 { stroke: #2563eb; } .a1 { stroke: #0d9488; } .a2 { stroke: #d97706; }\n"
    ".a3 { stroke: #db2777; } .a4 { stroke: #7c3aed; } .a5 { stroke: #4b5563; }\n"
    ".ao { stroke: #65a30d; } .af { stroke: #dc2626; stroke-dasharray: 6 4; }\n"
    ".rule { stroke: #e5e7eb; stroke-width: 1; }\n"
    ".dash { stroke: #94a3b8; stroke-dasharray: 4 3; stroke-width: 1.2; }\n"
    ".tip { stroke: none; fill: #4b5563; } .t0 { fill: #2563eb; } .t1 { fill: #0d9488; }\n"
    ".t2 { fill: #d97706; } .t3 { fill: #db2777; } .t4 { fill: #7c3aed; }\n"
    ".t5 { fill: #4b5563; } .to { fill: #65a30d; } .tf { fill: #dc2626; }\n";

#endif
