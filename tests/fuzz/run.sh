#!/bin/sh
# run.sh SECONDS TARGET…: libFuzzer over each target. New inputs go to the build; an input that breaks one is kept there as crash-, leak-,
# timeout- or oom-. The corpus in tests/fuzz grows by hand: copy what is worth keeping.
set -u
seconds=$1; shift
failed=
for target; do
    found=${BUILD:-build}/fuzz/found/$target
    mkdir -p "$found"
    echo "fuzz $target: $seconds s"
    ASAN_OPTIONS=quarantine_size_mb=16:detect_leaks=1 UBSAN_OPTIONS=print_stacktrace=1 \
    "${BUILD:-build}/fuzz/$target" -max_total_time="$seconds" -timeout=1 -rss_limit_mb=256 -max_len=16384 -use_value_profile=1 \
        -dict=tests/fuzz/words -artifact_prefix="$found/../$target-" "$found" tests/fuzz/corpus/"$target" > "$found.log" 2>&1 \
        || { failed="$failed $target"; grep -v '^#' "$found.log" | tail -n 60; }
    grep -E '^Done|^#.*DONE' "$found.log"
done
[ -z "$failed" ] || { echo "failed:$failed"; exit 1; }
echo "fuzz: no crash, leak, hang or memory over 256 MiB"
