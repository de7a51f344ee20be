#!/usr/bin/env bash
# SPDX-License-Identifier: MIT
# Builds armvirt-inspect and runs its tour on the memory of a real Linux system.
set -euo pipefail
cd "$(dirname "$0")/.."
scripts/preset.sh release
exec examples/inspect/tour.sh build/release/bin/armvirt-inspect
