#!/usr/bin/env bash
# SPDX-License-Identifier: MIT
# consume.sh install|pkg-config|find-package|add-subdirectory: builds the program examples/translate
# that way, against the static and the shared library, runs it and compares what it prints. The
# surroundings come from CMakeLists.txt.
set -euo pipefail
unset MAKEFLAGS MFLAGS MAKELEVEL

way=$1
stage=$WORK/stage
prefix=/opt/armvirt
here=$SOURCE/tests/consumer
program=$SOURCE/examples/translate/translate.c

say()
{
    echo "+ $*"
    "$@"
}

# Runs the program; it must print what the example does.
run()
{
    echo "+ $*"
    "$@" | diff "$SOURCE/examples/translate/expected.txt" -
}

# Prints what a command says only if it fails.
quietly()
{
    "$@" >"$WORK/$way.log" 2>&1 || { cat "$WORK/$way.log"; exit 1; }
}

# with_cmake DIRECTORY ARGUMENT...: configures, builds and runs with static and with shared libraries.
with_cmake()
{
    for shared in OFF ON; do
        rm -rf "$WORK/$1-$shared"
        quietly "$CMAKE" -S "$here/$1" -B "$WORK/$1-$shared" -DCMAKE_C_COMPILER="$CC" \
            -DBUILD_SHARED_LIBS=$shared -DPROGRAM="$program" "${@:2}"
        quietly "$CMAKE" --build "$WORK/$1-$shared" -j 2 --target consumer
        run "$WORK/$1-$shared/consumer"
    done
}

case $way in
install)
    rm -rf "$stage"
    DESTDIR=$stage quietly "$CMAKE" --install "$BUILD" --prefix $prefix
    cd "$stage$prefix"
    say ls "$LIBDIR"/lib{armvirt,armvirt-text}.{a,so,so.0} include/armvirt/pgtable.h
    ;;
pkg-config)
    export PKG_CONFIG_PATH=$stage$prefix/$LIBDIR/pkgconfig
    # shellcheck disable=SC2046 # the flags are words
    say "$CC" -std=c11 "$program" -o "$WORK/with-shared" $(pkg-config --cflags --libs armvirt-text)
    LD_LIBRARY_PATH=$stage$prefix/$LIBDIR run "$WORK/with-shared"
    # shellcheck disable=SC2046
    say "$CC" -std=c11 -static "$program" -o "$WORK/with-static" \
        $(pkg-config --static --cflags --libs armvirt-text)
    run "$WORK/with-static"
    ;;
find-package) with_cmake find-package -DCMAKE_PREFIX_PATH="$stage$prefix" ;;
add-subdirectory) with_cmake add-subdirectory -DARMVIRT_SOURCE="$SOURCE" ;;
esac
