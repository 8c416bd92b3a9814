#!/bin/sh
# map-each.sh: every Einsum of a workload mapped on its own, as a table with a total.
#
#   map-each.sh ARCH.yaml WORKLOAD.yaml [options of af-parse] [-j N] [--cache FOLDER] [--csv] [-o FILE]
#
# For networks that are too large to fuse, and to see which Einsums matter. The Einsums run in N processes (GNU parallel); nothing is asked of
# what they hand to each other. An Einsum without a mapping has no figures; the exit code is then 1. BIN: folder of the tools, if not in PATH.
set -eu
bin=${BIN:+$BIN/}
jobs=1 cache='' format=table output=-
help() { sed -n '2,7s/^# \{0,1\}//p' "$0"; }
usage() { help >&2; exit 64; }
[ $# -gt 0 ] || usage
n=$#
while [ "$n" -gt 0 ]; do
    case $1 in
    -j | -o | --cache) [ "$n" -gt 1 ] || usage ;;
    esac
    case $1 in
    -j) jobs=$2; shift 2; n=$((n - 2)) ;;
    -j?*) jobs=${1#-j}; shift; n=$((n - 1)) ;;
    -o) output=$2; shift 2; n=$((n - 2)) ;;
    --cache) cache=$2; shift 2; n=$((n - 2)) ;;
    --csv) format=csv; shift; n=$((n - 1)) ;;
    -h | --help) help; exit ;;
    *) set -- "$@" "$1"; shift; n=$((n - 1)) ;;
    esac
done
folder=$(mktemp -d) && trap 'rm -rf "$folder"' EXIT
"${bin}af-parse" "$@" -o "$folder/spec"
"${bin}af-eval" "$folder/spec" >"$folder/all"
jq -c 'select(.rec == "einsum" and .einsum)' "$folder/all" >"$folder/einsums"
cat >"$folder/one.sh" <<END
cat >"$folder/in.\$1"
name=\$(jq -r .einsum "$folder/in.\$1")
"${bin}af-pmap" ${cache:+--cache "$cache"} "$folder/in.\$1" >"$folder/groups.\$1" && "${bin}af-join" "$folder/groups.\$1" >"$folder/mapping.\$1" ||
    { echo "\$name,,,"; exit 1; }
jq -r --arg name "\$name" 'select(.rec == "mapping" and .id == 0) | .metrics
    | [\$name, .energy, .latency, .energy_delay_product] | map(. // "" | tostring) | join(",")' "$folder/mapping.\$1"
END
status=0
parallel --will-cite --pipe -N1 -k -j "$jobs" sh "$folder/one.sh" {#} <"$folder/einsums" >"$folder/rows" || status=1
{
    echo 'einsum,energy,latency,energy_delay_product'
    cat "$folder/rows"
    awk -F, '$2 != "" { e += $2; some_e = 1 } $3 != "" { l += $3; some_l = 1 }
             END { printf "Total,%s,%s,\n", some_e ? sprintf("%.17g", e) : "", some_l ? sprintf("%.17g", l) : "" }' "$folder/rows"
} >"$folder/table.csv"
if [ $format = table ]; then column -s, -t <"$folder/table.csv" >"$folder/out"; else cp "$folder/table.csv" "$folder/out"; fi
if [ "$output" = - ]; then cat "$folder/out"; else cat "$folder/out" >"$output"; fi
exit $status
