#!/bin/sh
# map-each.sh: every Einsum of a workload mapped on its own, as a table with a total.
#
#   map-each.sh ARCH.yaml WORKLOAD.yaml [options of af-parse] [-j N] [--cache FOLDER] [--csv] [-o FILE]
#
# For networks that are too large to fuse, and to see which Einsums matter. The Einsums run in N processes (GNU parallel); nothing is asked of
# what they hand to each other. An Einsum without a mapping has no figures; the exit code is then 1. BIN: folder of the tools, if not in PATH.
set -eu
. "$(dirname "$(readlink -f "$0")")/common.sh"
need parallel jq
jobs=1 cache='' format=table output=-
n=$#
while [ "$n" -gt 0 ]; do
    case $1 in
    -j | -o | --cache) [ "$n" -gt 1 ] || usage ;;
    esac
    case $1 in
    -j) jobs=$(number_of_jobs "$2"); shift 2; n=$((n - 2)) ;;
    -j?*) jobs=$(number_of_jobs "${1#-j}"); shift; n=$((n - 1)) ;;
    -o) output=$(to_file "$2"); shift 2; n=$((n - 2)) ;;
    --cache) cache=$2; shift 2; n=$((n - 2)) ;;
    --csv) format=csv; shift; n=$((n - 1)) ;;
    *) set -- "$@" "$1"; shift; n=$((n - 1)) ;;
    esac
done
"${bin}af-parse" "$@" -o "$work/spec"
"${bin}af-eval" "$work/spec" -o "$work/all"
jq -c 'select(.rec == "einsum" and .einsum)' "$work/all" >"$work/einsums"
cat >"$work/one.sh" <<'END'
cat >"$work/in.$1"
einsum=$(jq -r .einsum "$work/in.$1")
"${bin}af-pmap" ${cache:+--cache "$cache"} "$work/in.$1" -o "$work/groups.$1" && "${bin}af-join" "$work/groups.$1" -o "$work/mapping.$1" &&
    "${bin}af-model" "$work/mapping.$1" -o "$work/figures.$1" || { echo "$einsum,,,"; exit 1; }
jq -r --arg name "$einsum" 'select(.rec == "total" and .map == 0) | [$name, .energy, .latency, .energy_delay_product] | map(tostring) | join(",")' "$work/figures.$1"
rm -f "$work"/*."$1"
END
export cache
status=0
in_parallel --pipe -N1 'sh "$work/one.sh" {#}' <"$work/einsums" >"$work/rows" || status=1
{
    echo 'einsum,energy,latency,energy_delay_product'
    cat "$work/rows"
    awk -F, 'function shortest(x, digits, text) { for (digits = 15; digits <= 17; digits++) if ((text = sprintf("%." digits "g", x)) + 0 == x) break; return text }
             $2 != "" { e += $2; l += $3; some = 1 }
             END { print "Total," (some ? shortest(e) "," shortest(l) : ",") "," }' "$work/rows"
} >"$work/table.csv"
if [ $format = csv ]; then deliver "$work/table.csv"; else columns "$work/table.csv" >"$work/table"; deliver "$work/table"; fi
exit $status
