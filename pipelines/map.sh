#!/bin/sh
# map.sh: the best mappings of a spec, with their figures.
#
#   map.sh ARCH.yaml WORKLOAD.yaml [options of af-parse] [-j N] [-o FILE]
#
# Writes the records of af-join | af-model: `jq -c 'select(.rec == "total")'` has a line per mapping. BIN: folder of the tools, if not in PATH.
set -eu
bin=${BIN:+$BIN/}
jobs=1 output=-
help() { sed -n '2,6s/^# \{0,1\}//p' "$0"; }
usage() { help >&2; exit 64; }
[ $# -gt 0 ] || usage
n=$#
while [ "$n" -gt 0 ]; do
    case $1 in
    -j | -o) [ "$n" -gt 1 ] || usage ;;
    esac
    case $1 in
    -h | --help) help; exit ;;
    -j) jobs=$2; shift 2; n=$((n - 2)) ;;
    -j?*) jobs=${1#-j}; shift; n=$((n - 1)) ;;
    -o) output=$2; shift 2; n=$((n - 2)) ;;
    *) set -- "$@" "$1"; shift; n=$((n - 1)) ;;
    esac
done
"${bin}af-parse" "$@" | "${bin}af-pmap" -j "$jobs" | "${bin}af-join" -j "$jobs" | "${bin}af-model" -o "$output"
