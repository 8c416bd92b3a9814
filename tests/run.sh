#!/bin/sh
# Runs what `make check` built: unit tests, the same under sanitizers, tools and pipelines by bats. The last line counts all.
set -u
build=${BUILD:-build}
passed=0 failed=0
count() { # of a line "name: N passed, M failed"
    passed=$((passed + $(echo "$1" | sed 's/.*: \([0-9]*\) passed.*/\1/')))
    failed=$((failed + $(echo "$1" | sed 's/.* \([0-9]*\) failed.*/\1/')))
}
for test in "$build"/unit/*/test_* "$build"/san/unit/*/test_*; do
    case $test in *.d|*'*'*) continue ;; esac
    source=${test##*/unit/}.c                  # a test whose source is gone is not run again
    [ -e "tests/unit/$source" ] || [ -e "tests/$source" ] || continue
    out=$(timeout 300 "$test" 2>&1); code=$?
    last=$(echo "$out" | tail -n 1)
    case $last in
    *" passed, "*" failed") count "$last" ;;
    *) echo "$out" | tail -n 15; failed=$((failed + 1)); last="$test: exit $code without a count" ;;
    esac
    [ $code = 0 ] || echo "$out" | head -n 30
    echo "$last"
done
tap=$(mktemp)
PATH=$(cd "$build/bin" && pwd):$PATH bats --tap --jobs "$(nproc)" --no-parallelize-within-files -r tests/tools > "$tap"
grep -v '^ok' "$tap"
passed=$((passed + $(grep -c '^ok' "$tap"))) failed=$((failed + $(grep -c '^not ok' "$tap")))
rm -f "$tap"
echo "$passed passed, $failed failed"
[ $failed = 0 ]
