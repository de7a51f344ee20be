#!/usr/bin/env bash
# SPDX-License-Identifier: MIT
# consume.sh install|pkg-config|find-package|add-subdirectory: builds and runs the consumer that way,
# against the static and the shared library. The surroundings come from CMakeLists.txt.
set -euo pipefail
unset MAKEFLAGS MFLAGS MAKELEVEL

way=$1
stage=$WORK/stage
prefix=/opt/armvirt
here=$SOURCE/tests/consumer

run()
{
    echo "+ $*"
    "$@"
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
            -DBUILD_SHARED_LIBS=$shared "${@:2}"
        quietly "$CMAKE" --build "$WORK/$1-$shared" -j 2 --target consumer
        run "$WORK/$1-$shared/consumer"
    done
}

case $way in
install)
    rm -rf "$stage"
    DESTDIR=$stage quietly "$CMAKE" --install "$BUILD" --prefix $prefix
    for file in lib*/libarmvirt.so.0 lib*/libarmvirt.so lib*/libarmvirt.a lib*/libarmvirt-text.a include/armvirt/pgtable.h; do
        (cd "$stage$prefix" && run ls $file)
    done
    ;;
pkg-config)
    export PKG_CONFIG_PATH=$stage$prefix/$LIBDIR/pkgconfig
    # shellcheck disable=SC2046 # the flags are words
    run "$CC" -std=c11 "$here/consumer.c" -o "$WORK/with-shared" $(pkg-config --cflags --libs armvirt-text)
    LD_LIBRARY_PATH=$stage$prefix/$LIBDIR run "$WORK/with-shared"
    # shellcheck disable=SC2046
    run "$CC" -std=c11 -static "$here/consumer.c" -o "$WORK/with-static" \
        $(pkg-config --static --cflags --libs armvirt-text)
    run "$WORK/with-static"
    ;;
find-package) with_cmake find-package -DCMAKE_PREFIX_PATH="$stage$prefix" ;;
add-subdirectory) with_cmake add-subdirectory -DARMVIRT_SOURCE="$SOURCE" ;;
esac
