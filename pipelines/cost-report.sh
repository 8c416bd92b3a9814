#!/bin/sh
# cost-report.sh: areas, energies, leak powers and throughputs of a whole architecture as a table.
#
#   cost-report.sh ARCH.yaml [WORKLOAD.yaml …] [options of af-parse] [--einsum NAME] [--csv] [-o FILE]
#
# The architecture is shown as the first Einsum sees it, or the one named. BIN: folder of the tools, if not in PATH.
set -eu
bin=${BIN:+$BIN/}
einsum='' format=table output=-
help() { sed -n '2,6s/^# \{0,1\}//p' "$0"; }
usage() { help >&2; exit 64; }
[ $# -gt 0 ] || usage
n=$#
while [ "$n" -gt 0 ]; do
    case $1 in
    --einsum) [ "$n" -gt 1 ] || usage; einsum=$2; shift 2; n=$((n - 2)) ;;
    -o) [ "$n" -gt 1 ] || usage; output=$2; shift 2; n=$((n - 2)) ;;
    --csv) format=csv; shift; n=$((n - 1)) ;;
    -h | --help) help; exit ;;
    *) set -- "$@" "$1"; shift; n=$((n - 1)) ;;
    esac
done
spec=$(mktemp) && trap 'rm -f "$spec"' EXIT
"${bin}af-parse" "$@" -o "$spec"
"${bin}af-area" -T "$format" ${einsum:+--einsum "$einsum"} -o "$output" "$spec"
