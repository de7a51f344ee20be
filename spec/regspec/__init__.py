# SPDX-License-Identifier: MIT
"""Field layouts of registers and descriptors: their language, their rules, their outputs."""
