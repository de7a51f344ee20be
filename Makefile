# SPDX-License-Identifier: MIT
# A thin layer over the presets of CMakePresets.json. Each goal first installs what it misses
# (scripts/deps.sh); everything is built below build/.

PREFIX ?= /usr/local
FUZZ_SECONDS ?= 60
DIFFERENTIAL_SECONDS ?= 120
deps = @scripts/deps.sh $@
preset = scripts/preset.sh

.PHONY: all demo check bench docs coverage fuzz differential install clean format
.NOTPARALLEL:

all:
	@scripts/deps.sh build demo
	@$(preset) release

# The tour of armvirt-inspect through the memory of a real Linux system.
demo:
	$(deps)
	@scripts/demo.sh

# All tests: the library and the tool, and the core without a C library.
check:
	$(deps)
	@$(preset) dev test
	@$(preset) freestanding-x86_64 test
	@$(preset) freestanding-aarch64 test

# Prints tables; the same figures as JSON lie in build/bench/tests/bench.
bench:
	$(deps)
	@$(preset) bench bench

docs:
	$(deps)
	@$(preset) docs docs

coverage:
	$(deps)
	@scripts/coverage.sh

# Each target for FUZZ_SECONDS.
fuzz:
	$(deps)
	@scripts/fuzz.sh $(FUZZ_SECONDS)

# Fresh random cases against every QEMU on PATH; SEED=... repeats a run.
differential:
	$(deps)
	@scripts/differential.sh --seconds $(DIFFERENTIAL_SECONDS)

install:
	$(deps)
	@CONFIGURE=-DCMAKE_INSTALL_PREFIX=$(PREFIX) $(preset) release
	@cmake --install build/release
	@if [ -z "$(DESTDIR)" ] && [ "$$(id -u)" = 0 ]; then ldconfig; fi

format:
	$(deps)
	@scripts/lint.sh format --fix

clean:
	rm -rf build
