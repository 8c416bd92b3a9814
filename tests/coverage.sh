#!/bin/sh
# coverage.sh BUILD: runs the unit tests of the languages built with gcov in BUILD, and prints the branches they take per file.
# Branches that only exceptions or the compiler could take do not count; what is left is told by line.
set -eu
build=$1
find "$build" -name '*.gcda' -delete
for test in "$build"/unit/lang/test_* "$build"/unit/spec/test_renames*; do
    case $test in *"*"|*.d|*.gcno|*.gcda|*.log) continue ;; esac
    "$test" > "$test.log" || { cat "$test.log"; exit 1; }
done
gcovr -r . "$build" --branches --exclude-unreachable-branches --exclude-throw-branches \
    --filter 'lib/lang/' --filter 'lib/spec/renames.c' --filter 'lib/spec/by_tensor.c'
