#!/bin/sh
# cost-report.sh: areas, energies, leak powers and throughputs of a whole architecture as a table.
#
#   cost-report.sh ARCH.yaml [WORKLOAD.yaml …] [options of af-parse] [--einsum NAME] [--csv] [-o FILE]
#
# The architecture is shown as the first Einsum sees it, or the one named. BIN: folder of the tools, if not in PATH.
set -eu
. "$(dirname "$(readlink -f "$0")")/common.sh"
einsum='' format=table output=-
n=$#
while [ "$n" -gt 0 ]; do
    case $1 in
    --einsum) [ "$n" -gt 1 ] || usage; einsum=$2; shift 2; n=$((n - 2)) ;;
    -o) [ "$n" -gt 1 ] || usage; output=$(to_file "$2"); shift 2; n=$((n - 2)) ;;
    --csv) format=csv; shift; n=$((n - 1)) ;;
    *) set -- "$@" "$1"; shift; n=$((n - 1)) ;;
    esac
done
"${bin}af-parse" "$@" -o "$work/spec"
"${bin}af-area" -T "$format" ${einsum:+--einsum "$einsum"} -o "$output" "$work/spec"
