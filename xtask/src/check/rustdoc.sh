#!/bin/sh
# rustdoc of the current toolchain, with its JSON allowed. The variable stands only here: cargo would hand it to the build
# scripts of all dependencies, and those that watch it would build again.
RUSTC_BOOTSTRAP=1 exec rustdoc "$@"
