#!/bin/sh
# sweep.sh: the best mapping for every combination of some parameters, as CSV and, for one parameter, a plot.
#
#   sweep.sh ARCH.yaml WORKLOAD.yaml … NAME=V,V,… [NAME=V,V,… …] [-D NAME=VALUE] [-S PATH=VALUE] [--area] [--max-area A] [-j N] [--svg FILE] [-o FILE]
#
#   sweep.sh edge.yaml attention.yaml SRAM_KIB=16,32,64,128 -j 8 --svg sram.svg
#   sweep.sh two_level.yaml mlp.yaml arch.nodes.Buffer.size=4096,16384,65536 BATCH=1,8,64
#
# NAME is a variable of the templates or, with a dot in it, the path of a field. Energy and latency are those of mapping 0, by mapper.metrics
# (default ENERGY_DELAY_PRODUCT). --area adds the architecture's area, --max-area leaves out what is larger, unmapped. Points run by
# GNU parallel in N processes; one without a mapping has no figures and is told, and the exit code is then 1. BIN: folder of the tools, if not
# in PATH.
set -eu
. "$(dirname "$(readlink -f "$0")")/common.sh"
need parallel jq
jobs=1 svg='' output=- area='' max_area='' names='' n_swept=0
: >"$work/files" >"$work/fixed"
while [ $# -gt 0 ]; do
    case $1 in
    -D | -S | -j | -o | --svg | --max-area) [ $# -gt 1 ] || usage ;;
    esac
    case $1 in
    -D | -S) printf '%s\n%s\n' "$1" "$2" >>"$work/fixed"; shift ;;
    -j) jobs=$(number_of_jobs "$2"); shift ;;
    -j?*) jobs=$(number_of_jobs "${1#-j}") ;;
    -o) output=$(to_file "$2"); shift ;;
    --svg) need gnuplot; svg=$(to_file "$2"); shift ;;
    --area) area=yes ;;
    --max-area) area=yes max_area=$2; shift
        printf '%s' "$max_area" | jq -e 'type == "number"' >/dev/null 2>&1 || die 64 "--max-area: $max_area is no number" ;;
    -*) die 64 "unknown option $1" ;;
    *=*) n_swept=$((n_swept + 1)) names="$names${names:+,}${1%%=*}"
        case ,${1#*=}, in *,,*) die 64 "$1: a value is missing" ;; esac
        printf '%s\n' "${1#*=}" | tr ',' '\n' >"$work/values$n_swept" ;;
    *) [ -r "$1" ] || die 66 "cannot read $1"
        printf '%s\n' "$1" >>"$work/files" ;;
    esac
    shift
done
[ "$n_swept" -gt 0 ] && [ -s "$work/files" ] || usage
[ -z "$svg" ] || [ "$n_swept" = 1 ] || die 64 "--svg draws over one parameter, not over $n_swept"

# One point: its number, then a value for every name
cat >"$work/point.sh" <<'POINT'
set -f                                       # a * in a value stays one
point=$1 told=''; shift
row=$(IFS=','; printf '%s' "$*")
none() { printf '%s\n' "$row,${area:+$have_area,},"; echo "sweep.sh: $told: no figures" >&2; exit 1; }
set -- "$@" --
IFS=','; for name in $names; do
    value=$1; shift
    case $name in *.*) flag=-S ;; *) flag=-D ;; esac
    set -- "$@" "$flag" "$name=$value"
    told="$told${told:+, }$name=$value"
done
shift                                        # the --
IFS='
'
have_area=
"${bin}af-parse" $(cat "$work/files") -S mapper.metrics=ENERGY_DELAY_PRODUCT $(cat "$work/fixed") "$@" -o "$work/spec.$point" || none
if [ -n "$area" ]; then
    "${bin}af-area" -q "$work/spec.$point" -o "$work/cost.$point" || none
    have_area=$(jq -r 'select(.rec == "cost_total") | .total_area' "$work/cost.$point")
    [ -z "$max_area" ] || jq -en "$have_area <= $max_area" >/dev/null || exit 0
fi
"${bin}af-pmap" "$work/spec.$point" -o "$work/groups.$point" && "${bin}af-join" "$work/groups.$point" -o "$work/mapping.$point" &&
    "${bin}af-model" -q "$work/mapping.$point" -o "$work/figures.$point" || none
jq -r --arg row "$row" --arg area "${area:+$have_area,}" 'select(.rec == "total" and .map == 0) | "\($row),\($area)\(.energy),\(.latency)"' "$work/figures.$point"
rm -f "$work"/*."$point"
POINT
set --
i=1 arguments=''
while [ "$i" -le "$n_swept" ]; do set -- "$@" :::: "$work/values$i"; arguments="$arguments {$i}"; i=$((i + 1)); done
export names area max_area
status=0
in_parallel 'sh "$work/point.sh" {#}'"$arguments" "$@" >"$work/rows" || status=1
{
    echo "$names,${area:+area,}energy,latency"
    cat "$work/rows"
} >"$work/table"
if [ -n "$svg" ]; then
    energy=$((2 + ${#area} / 3)) latency=$((3 + ${#area} / 3))
    grep -q '[^,]$' "$work/rows" || die 1 'no point has figures to draw'
    gnuplot <<END
set terminal svg size 720,480 font 'sans-serif,13' noenhanced
set output $(quoted "$svg")
set datafile separator ','
set xlabel $(quoted "$names"); set ylabel 'energy'; set y2label 'latency'
set logscale xyy2; set ytics nomirror; set y2tics; set key top center; set format y '%.1e'; set format y2 '%.1e'
plot $(quoted "$work/table") skip 1 using 1:$energy with linespoints pt 7 title 'energy', '' skip 1 using 1:$latency axes x1y2 with linespoints pt 5 title 'latency'
END
fi
deliver "$work/table"
exit $status
