#!/bin/sh
# CPU seconds and peak memory of the whole pipe, case by case (median of five runs). BIN: folder of the tools.
set -eu
bin=${BIN:-build/bin}
reference=${REFERENCE:-../shared/reference/examples}
show() {
    while read -r cpu peak; do
        printf '%-44s %9.1f ms %8.1f MiB\n' "$name" "$(awk "BEGIN { print $cpu * 1000 }")" "$(awk "BEGIN { print $peak / 1048576 }")"
    done
}
run() { # name, then arguments of af-parse
    name=$1; shift
    for i in 1 2 3 4 5; do
        "$bin/af-parse" --stats "$@" 2>>"$stats" | "$bin/af-pmap" --stats 2>>"$stats" | "$bin/af-join" --stats 2>>"$stats" >/dev/null
        jq -rs '"\(map(.cpu_seconds)|add) \(map(.peak_bytes)|max)"' "$stats"
        : > "$stats"
    done | sort -n | sed -n 3p | show
}
stats=$(mktemp)
trap 'rm -f "$stats"' EXIT
run 'edge x attention' share/arches/edge.yaml share/workloads/attention.yaml -S 'mapper.metrics=ENERGY|LATENCY'
run 'two_level x mlp' share/arches/two_level.yaml share/workloads/mlp.yaml -S 'mapper.metrics=ENERGY|LATENCY'

# Loading and evaluating, to see that time grows with the size and not faster.
evaluate() { # name, then arguments of af-parse
    name=$1; shift
    for i in 1 2 3 4 5; do
        "$bin/af-parse" -q --stats "$@" 2>>"$stats" | "$bin/af-eval" -q --stats 2>>"$stats" >/dev/null
        jq -rs '"\(map(.cpu_seconds)|add) \(map(.peak_bytes)|max)"' "$stats"
        : > "$stats"
    done | sort -n | sed -n 3p | show
}
load() { # name, file: af-parse alone
    name=$1
    { "$bin/af-parse" -q --stats "$2" 2>&1 >/dev/null; } | jq -r '"\(.cpu_seconds) \(.peak_bytes)"' | show
}
# Many mappings in one stream, evaluated in all detail: mappings a second.
many() { # name, how many, then arguments of af-parse
    name=$1 n=$2; shift 2
    "$bin/af-parse" -q "$@" | "$bin/af-pmap" -q | "$bin/af-join" -q > "$mappings"
    awk -v n="$n" '/^{"rec":"mapping"/ { if (!seen++) for (i = 0; i < n; i++) { line = $0; sub(/"id":[0-9]+/, "\"id\":" i, line); print line } next }
                   !/^{"rec":"end"/' "$mappings" > "$mappings.many"
    for i in 1 2 3 4 5; do
        "$bin/af-model" --open -q --stats "$mappings.many" 2>&1 >/dev/null | jq .cpu_seconds
    done | sort -n | sed -n 3p | awk -v name="$name" -v n="$n" '{ printf "%-42s %9.0f a second\n", name, n / $1 }'
    rm -f "$mappings" "$mappings.many"
}
mappings=$(mktemp)
many 'mappings of 2 Einsums, 3 memories' 10000 share/arches/edge.yaml share/workloads/mlp.yaml -D LAYERS=2 -D BATCH=16 -D WIDTH=32 -S 'mapper.metrics=ENERGY|LATENCY'

evaluate 'parse, evaluate edge x densenet, 201 Einsums' share/arches/edge.yaml share/workloads/densenet.yaml -D 'BLOCKS=[6,12,48,32]'
evaluate 'the same, 401 Einsums' share/arches/edge.yaml share/workloads/densenet.yaml -D 'BLOCKS=[6,12,97,83]'
large=$(mktemp)
for n in 100000 200000 400000; do
    { echo 'variables:'; seq -f '  v%.0f: {a: 1, b: x + 2}' "$n"; } > "$large"
    load "parse $(du -k "$large" | cut -f1) KiB of YAML" "$large"
done
rm -f "$large"

if [ -d "$reference" ]; then
    for arch in simple tpu_v4i; do
        run "$arch x three_matmuls" "$reference/arches/$arch.yaml" "$reference/workloads/basic/three_matmuls_annotated.yaml" \
            -S mapper.metrics=ENERGY_DELAY_PRODUCT -S mapper.max_fused_loops=1
    done
    run 'snowcat x three_matmuls' "$reference/arches/snowcat.yaml" "$reference/workloads/basic/three_matmuls_annotated.yaml"
fi
