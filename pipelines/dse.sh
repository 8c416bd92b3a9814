#!/bin/sh
# dse.sh: design-space exploration. Area first, then the best mapping of what is small enough; which designs are Pareto-optimal.
#
#   dse.sh ARCH.yaml WORKLOAD.yaml … NAME=V,V,… [NAME=V,V,… …] [--max-area A] [other options of sweep.sh]
#
# CSV of sweep.sh --area with one more column: `front` is 1 where no other design is as good in area, energy and latency and better in one.
# The front alone: dse.sh … | awk -F, 'NR == 1 || $NF'. BIN: folder of the tools, if not in PATH.
set -eu
here=$(dirname "$(readlink -f "$0")")
. "$here/common.sh"
status=0
output=-
n=$#
while [ "$n" -gt 0 ]; do                     # -o is for this table, all else for sweep.sh
    case $1 in
    -o) [ "$n" -gt 1 ] || usage; output=$(to_file "$2"); shift 2; n=$((n - 2)) ;;
    *) set -- "$@" "$1"; shift; n=$((n - 1)) ;;
    esac
done
"$here/sweep.sh" "$@" --area -o "$work/table" || status=$?
[ $status -le 1 ] || exit $status
awk -F, '
    NR == 1 { print $0 ",front"; next }
    { row[++n] = $0; known[n] = $(NF - 1) != ""; area[n] = $(NF - 2); energy[n] = $(NF - 1); latency[n] = $NF }
    END {
        for (i = 1; i <= n; i++) {
            front = known[i]
            for (j = 1; j <= n && front; j++)
                if (known[j] && area[j] + 0 <= area[i] + 0 && energy[j] + 0 <= energy[i] + 0 && latency[j] + 0 <= latency[i] + 0 &&
                    (area[j] + 0 < area[i] + 0 || energy[j] + 0 < energy[i] + 0 || latency[j] + 0 < latency[i] + 0))
                    front = 0
            print row[i] "," front
        }
    }' "$work/table" >"$work/front"
deliver "$work/front"
exit $status
