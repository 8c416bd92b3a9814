#!/bin/sh
# component-sweep.sh: energy, area and leak power of one component over one of its attributes.
#
#   component-sweep.sh CLASS ATTRIBUTE=VALUE,VALUE,… [ATTRIBUTE=VALUE …] [--action NAME] [-j N] [--svg FILE] [-o FILE.csv]
#
#   component-sweep.sh SmartBufferSRAM size=65536,262144,1048576 tech_node=22e-9 width=64 --svg sram.svg
#
# Each value is a design point of its own, run by GNU parallel; points that a model refuses are told on stderr and left out (exit code 1 then).
# The SVG is drawn by gnuplot. BIN: folder of the tools, if not in PATH.
set -eu
. "$(dirname "$(readlink -f "$0")")/common.sh"
need parallel jq
class='' swept='' fixed='' action=read jobs=1 svg='' output=-
while [ $# -gt 0 ]; do
    case $1 in
    --action | -j | --svg | -o) [ $# -gt 1 ] || usage ;;
    esac
    case $1 in
    --action) action=$2; shift ;;
    -j) jobs=$(number_of_jobs "$2"); shift ;;
    -j?*) jobs=$(number_of_jobs "${1#-j}") ;;
    --svg) need gnuplot; svg=$(to_file "$2"); shift ;;
    -o) output=$(to_file "$2"); shift ;;
    *=*,*) [ -z "$swept" ] || die 64 "one attribute can be swept, not $swept and ${1%%=*}"
        swept=${1%%=*}
        case ,${1#*=}, in *,,*) die 64 "$1: a value is missing" ;; esac
        printf '%s\n' "${1#*=}" | tr ',' '\n' >"$work/values" ;;
    *=*) fixed="$fixed${fixed:+, }${1%%=*}: ${1#*=}" ;;
    -*) die 64 "unknown option $1" ;;
    *) [ -z "$class" ] || usage
        class=$1 ;;
    esac
    shift
done
[ -n "$class" ] && [ -n "$swept" ] || usage

# The component as a Toll, which needs nothing but the action that is asked for
cat >"$work/probe.yaml" <<END
arch:
  nodes:
  - !Toll
    name: Probe
    direction: down
    component_class: $class
    extra_attributes_for_component_model: {$fixed${fixed:+, }$swept: {{POINT}}}
    actions: [{name: read}]
  - !Compute {name: Unit, component_class: Dummy}
END
[ "$action" = read ] || sed -i "s/{name: read}/{name: read, energy: 0, throughput: inf}, {name: $action}/" "$work/probe.yaml"
cat >"$work/point.sh" <<'POINT'
point=$1
"${bin}af-parse" "$work/probe.yaml" -D POINT="$point" -o "$work/spec.$2" && "${bin}af-area" -q -c Probe "$work/spec.$2" -o "$work/cost.$2" ||
    { echo "component-sweep.sh: $swept=$point: no figures" >&2; exit 1; }
jq -r --arg point "$point" --arg action "$action" 'select(.rec == "cost") | . as $c | .actions[] | select(.name == $action)
    | [$point, .energy, .throughput, $c.area, $c.leak_power, $c.model, $c.source]
    | map(if . == null then "" else tostring end | if test("[\",]") then [.] | @csv else . end) | join(",")' "$work/cost.$2"
POINT
export swept action
status=0
in_parallel 'sh "$work/point.sh" {} {#}' :::: "$work/values" >"$work/points" || status=1
[ -s "$work/points" ] || die 1 "no point of $class has an answer"
{
    echo "$swept,energy_J,throughput_per_s,area_m2,leak_power_W,model,source"
    cat "$work/points"
} >"$work/table"
if [ -n "$svg" ]; then
    gnuplot <<END
set terminal svg size 720,480 font 'sans-serif,13' noenhanced
set output $(quoted "$svg")
set datafile separator ','
set title $(quoted "$class, action $action${fixed:+: $fixed}")
set xlabel $(quoted "$swept"); set ylabel 'energy (J)'; set y2label 'area (m²)'
set logscale xyy2; set ytics nomirror; set y2tics; set key top left; set format y '%.1e'; set format y2 '%.1e'
plot $(quoted "$work/table") skip 1 using 1:2 with linespoints pt 7 title 'energy', '' skip 1 using 1:4 axes x1y2 with linespoints pt 5 title 'area'
END
fi
deliver "$work/table"
exit $status
