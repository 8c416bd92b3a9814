#!/bin/sh
# The mapper, whole pipe: CPU time and peak memory, median of three runs, beside what the reference took for the same input on one core
# (its CPU seconds and MiB; measured once, since it takes minutes). Then chains of 2 … 64 products, and their plot if gnuplot is there.
#
#   bench_mapper.sh        the table and the chains
#   bench_mapper.sh wild   specs at their users' sizes (../shared/golden/wild/original.jsonl), which the reference does not finish
#
# BIN: folder of the tools; OUT: folder for the plot.
set -eu
bin=${BIN:-build/bin}
out=${OUT:-build}
shared=${SHARED:-../shared}
examples=$shared/reference/examples
stats=$(mktemp)
trap 'rm -f "$stats"' EXIT

measure() { # arguments of af-parse: "seconds bytes" of the median run
    for i in 1 2 3; do
        "$bin/af-parse" -q --stats "$@" 2>"$stats" | "$bin/af-pmap" -q --stats 2>>"$stats" | "$bin/af-join" -q --stats 2>>"$stats" >/dev/null
        jq -rs '"\(map(.cpu_seconds) | add) \(map(.peak_bytes) | max)"' "$stats"
    done | sort -g | sed -n 2p
}

row() { # name, CPU seconds and MiB of the reference (- : does not finish), then arguments of af-parse
    name=$1 seconds=$2 mib=$3
    shift 3
    measure "$@" | awk -v name="$name" -v seconds="$seconds" -v mib="$mib" '{
        printf "%-44s %9.1f ms %7.1f MiB", name, $1 * 1000, $2 / 1048576
        if (seconds != "-") printf "   reference %6.1f s %5d MiB: x %.0f", seconds, mib, seconds / $1
        print "" }'
}

table() {
    set -- -S mapper.metrics=ENERGY_DELAY_PRODUCT -S mapper.max_fused_loops=1
    matmuls=$examples/workloads/basic/matmuls.yaml three=$examples/workloads/basic/three_matmuls_annotated.yaml
    gpt=$examples/workloads/transformers/gpt
    arch() { echo "$examples/arches/$1.yaml"; }
    row 'simple x 2 matmuls' 3.3 269 "$(arch simple)" "$matmuls" -D KN=64 -D M=64 -D N_EINSUMS=2 "$@"
    row 'simple x three_matmuls' 6.1 274 "$(arch simple)" "$three" "$@"
    row 'eyeriss x 2 matmuls' 21.5 290 "$(arch eyeriss)" "$matmuls" -D KN=64 -D M=64 -D N_EINSUMS=2 "$@"
    row 'simba x three_matmuls' 35 330 "$(arch simba)" "$three" "$@"
    row 'tpu_v4i x 2 matmuls' 72.7 330 "$(arch tpu_v4i)" "$matmuls" -D KN=64 -D M=64 -D N_EINSUMS=2 "$@"
    row 'tpu_v4i x GPT-3 175B prefill, fused' 812 1126 "$(arch tpu_v4i)" "$gpt/gpt3_175B.yaml" -D BATCH_SIZE=1 -D DECODE=false \
        -D N_NEW_TOKENS=2048 "$@"
    row 'snowcat x MobileNet-28, unfused' 12 330 "$(arch snowcat)" "$examples/workloads/cnns/mobilenet/mobilenet_28.yaml" \
        -S mapper.metrics=ENERGY -S mapper.max_fused_loops=1 -S arch.nodes.MainMemory.tensors.keep=All
    row 'snowcat x GPT-3 6.7B, 64 tokens, no cap' - - "$(arch snowcat)" "$gpt/gpt3_6.7B.yaml" -D BATCH_SIZE=1 -D DECODE=false \
        -D N_NEW_TOKENS=64 -S mapper.metrics=ENERGY
}

chains() {
    mkdir -p "$out"
    for n in 2 4 8 16 32 64; do
        printf '%d %s\n' "$n" "$(measure "$examples/arches/simple.yaml" "$examples/workloads/basic/matmuls.yaml" -D KN=64 -D M=64 \
            -D N_EINSUMS=$n -S 'mapper.metrics=ENERGY|LATENCY')"
    done | tee "$out/chains.txt" | awk '{ printf "chain of %-2d matmuls %34.1f ms %7.1f MiB\n", $1, $2 * 1000, $3 / 1048576 }'
    command -v gnuplot >/dev/null || return 0
    gnuplot <<PLOT
set terminal svg size 640,400
set output '$out/chains.svg'
set logscale xy 2
set key left
set grid
set xlabel 'Einsums in the chain'
set ylabel 'CPU time of the whole pipe (ms)'
plot '$out/chains.txt' using 1:(\$2 * 1000) with linespoints title 'simple, matmuls 64', 4 * x title 'linear' dashtype 2
PLOT
    echo "plot: $out/chains.svg"
}

wild() {
    folder=$shared/golden/wild
    jq -c . "$folder/original.jsonl" | while read -r case; do
        eval "set -- $(printf '%s' "$case" | jq -r --arg folder "$folder" '[(.files[] | "\($folder)/\(.)"),
            (.jinja // {} | to_entries[] | "-D", "\(.key)=\(.value)"), "-S", "mapper.metrics=\(.metrics)"] | @sh')"
        row "$(printf '%s' "$case" | jq -r .name)" - - "$@"
    done
}

if [ ! -d "$examples" ]; then
    echo 'the examples of the reference are not there: no figures'
elif [ "${1:-}" = wild ]; then
    wild
else
    table
    chains
fi
