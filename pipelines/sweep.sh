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
# GNU parallel in N processes; one without a mapping has no figures, and the exit code is then 1. BIN: folder of the tools, if not in PATH.
set -eu
bin=${BIN:+$BIN/}
help() { sed -n '2,13s/^# \{0,1\}//p' "$0"; }
usage() { help >&2; exit 64; }
jobs=1 svg='' output=- area='' max_area='' names='' n_swept=0
folder=$(mktemp -d) && trap 'rm -rf "$folder"' EXIT
: >"$folder/files" >"$folder/fixed"
while [ $# -gt 0 ]; do
    case $1 in
    -D | -S | -j | -o | --svg | --max-area) [ $# -gt 1 ] || usage ;;
    esac
    case $1 in
    -D | -S) printf '%s\n%s\n' "$1" "$2" >>"$folder/fixed"; shift ;;
    -j) jobs=$2; shift ;;
    -j?*) jobs=${1#-j} ;;
    -o) output=$2; shift ;;
    --svg) svg=$2; shift ;;
    --area) area=yes ;;
    --max-area) area=yes max_area=$2; shift ;;
    -h | --help) help; exit ;;
    -*) echo "sweep.sh: unknown option $1" >&2; exit 64 ;;
    *=*) n_swept=$((n_swept + 1)) names="$names${names:+,}${1%%=*}"
        echo "${1#*=}" | tr ',' '\n' >"$folder/values.$n_swept" ;;
    *) [ -r "$1" ] || { echo "sweep.sh: cannot read $1" >&2; exit 66; }
        echo "$1" >>"$folder/files" ;;
    esac
    shift
done
[ "$n_swept" -gt 0 ] && [ -s "$folder/files" ] || usage

# One point: its number, then a value for every name
cat >"$folder/point.sh" <<'END'
point=$1; shift
row=$(echo "$*" | tr ' ' ',')
none() { echo "$row,${have_area:+$have_area,},"; exit "$1"; }
set -- "$@" --
IFS=','; for name in $names; do
    value=$1; shift
    case $name in *.*) flag=-S ;; *) flag=-D ;; esac
    set -- "$@" "$flag" "$name=$value"
done
shift                                        # the --
IFS='
'
"${bin}af-parse" $(cat "$folder/files") -S mapper.metrics=ENERGY_DELAY_PRODUCT $(cat "$folder/fixed") "$@" -o "$folder/spec.$point" || { have_area=$area none 1; }
have_area=
if [ -n "$area" ]; then
    have_area=$("${bin}af-area" -q "$folder/spec.$point" | jq -r 'select(.rec == "cost_total") | .total_area') || none 1
    [ -z "$max_area" ] || jq -en "$have_area <= $max_area" >/dev/null || exit 0
fi
"${bin}af-pmap" "$folder/spec.$point" >"$folder/groups.$point" && "${bin}af-join" "$folder/groups.$point" >"$folder/mapping.$point" || none 1
rm -f "$folder/groups.$point"
"${bin}af-model" -q "$folder/mapping.$point" | jq -r --arg row "$row" --arg area "$have_area" 'select(.rec == "total" and .map == 0)
    | "\($row),\(if $area == "" then "" else $area + "," end)\(.energy),\(.latency)"'
END
set --
i=1
while [ "$i" -le "$n_swept" ]; do set -- "$@" :::: "$folder/values.$i"; i=$((i + 1)); done
export bin folder names area max_area
status=0
parallel --will-cite -k -j "$jobs" sh "$folder/point.sh" '{#}' '{}' "$@" >"$folder/rows" || status=1
{
    echo "$names,${area:+area,}energy,latency"
    cat "$folder/rows"
} >"$folder/out.csv"
if [ -n "$svg" ]; then
    [ "$n_swept" = 1 ] || { echo "sweep.sh: --svg draws over one parameter, not over $n_swept" >&2; exit 64; }
    energy=$((2 + ${#area} / 3)) latency=$((3 + ${#area} / 3))
    gnuplot <<END
set terminal svg size 720,480 font 'sans-serif,13'
set output '$svg'
set datafile separator ','
set xlabel '$(echo "$names" | tr _ ' ')'; set ylabel 'energy'; set y2label 'latency'
set logscale xyy2; set ytics nomirror; set y2tics; set key top center; set format y '%.1e'; set format y2 '%.1e'
plot '$folder/out.csv' skip 1 using 1:$energy with linespoints pt 7 title 'energy', '' skip 1 using 1:$latency axes x1y2 with linespoints pt 5 title 'latency'
END
fi
if [ "$output" = - ]; then cat "$folder/out.csv"; else cat "$folder/out.csv" >"$output"; fi
exit $status
