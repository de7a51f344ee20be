# SPDX-License-Identifier: MIT
"""Field layouts of registers and descriptors: reading and checking them, and what is made of them."""
