#!/bin/sh
# map.sh: the best mappings of a spec, with their figures.
#
#   map.sh ARCH.yaml WORKLOAD.yaml [options of af-parse] [-j N] [-o FILE]
#
# Writes the records of af-join | af-model: `jq -c 'select(.rec == "total")'` has a line per mapping. If there is none, the exit code is 1.
# BIN: folder of the tools, if not in PATH.
set -eu
. "$(dirname "$(readlink -f "$0")")/common.sh"
jobs=1 output=-
n=$#
while [ "$n" -gt 0 ]; do
    case $1 in
    -j | -o) [ "$n" -gt 1 ] || usage ;;
    esac
    case $1 in
    -j) jobs=$2; shift 2; n=$((n - 2)) ;;
    -j?*) jobs=${1#-j}; shift; n=$((n - 1)) ;;
    -o) output=$(to_file "$2"); shift 2; n=$((n - 2)) ;;
    *) set -- "$@" "$1"; shift; n=$((n - 1)) ;;
    esac
done
# Files in between, not a pipe: the first tool that fails ends it with its own message and exit code
"${bin}af-parse" "$@" -o "$work/spec"
"${bin}af-pmap" -j "$jobs" "$work/spec" -o "$work/groups"
"${bin}af-join" -j "$jobs" "$work/groups" -o "$work/mappings"
"${bin}af-model" "$work/mappings" -o "$output"
