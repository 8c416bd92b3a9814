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
bin=${BIN:+$BIN/}
help() { sed -n '2,10s/^# \{0,1\}//p' "$0"; }
usage() { help >&2; exit 64; }
class='' swept='' values='' fixed='' action=read jobs=1 svg='' output=-
while [ $# -gt 0 ]; do
    case $1 in
    --action | -j | --svg | -o) [ $# -gt 1 ] || usage ;;
    esac
    case $1 in
    --action) action=$2; shift ;;
    -j) jobs=$2; shift ;;
    --svg) svg=$2; shift ;;
    -o) output=$2; shift ;;
    -h | --help) help; exit ;;
    *=*,*) [ -z "$swept" ] || { echo "component-sweep.sh: one attribute can be swept, not ${swept} and ${1%%=*}" >&2; exit 64; }
        swept=${1%%=*} values=${1#*=} ;;
    *=*) fixed="$fixed${fixed:+, }${1%%=*}: ${1#*=}" ;;
    -*) echo "component-sweep.sh: unknown option $1" >&2; exit 64 ;;
    *) [ -z "$class" ] || usage
        class=$1 ;;
    esac
    shift
done
[ -n "$class" ] && [ -n "$swept" ] || usage

folder=$(mktemp -d) && trap 'rm -rf "$folder"' EXIT
# The component as a Toll, which needs nothing but the action that is asked for
cat >"$folder/probe.yaml" <<END
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
[ "$action" = read ] || sed -i "s/{name: read}/{name: read, energy: 0, throughput: inf}, {name: $action}/" "$folder/probe.yaml"
cat >"$folder/point.sh" <<END
set -eu
point=\$1
"${bin}af-parse" "$folder/probe.yaml" -D POINT="\$point" >"$folder/spec.\$2"
"${bin}af-area" -q -c Probe "$folder/spec.\$2" >"$folder/cost.\$2"
jq -r --arg point "\$point" --arg action "$action" 'select(.rec == "cost") | . as \$c | .actions[] | select(.name == \$action)
    | [\$point, .energy, .throughput, \$c.area, \$c.leak_power, \$c.model, \$c.source] | @csv' "$folder/cost.\$2"
END
status=0
echo "$values" | tr ',' '\n' | parallel --will-cite -k -j "$jobs" sh "$folder/point.sh" {} {#} >"$folder/points" || status=1
[ -s "$folder/points" ] || { echo "component-sweep.sh: no point of $class has an answer" >&2; exit 1; }
{
    echo "$swept,energy_J,throughput_per_s,area_m2,leak_power_W,model,source"
    tr -d '"' <"$folder/points"
} >"$folder/out.csv"
if [ -n "$svg" ]; then
    gnuplot <<END
set terminal svg size 720,480 font 'sans-serif,13'
set output '$svg'
set datafile separator ','
set title "$(echo "$class, action $action${fixed:+: $fixed}" | sed 's/_/ /g')"
set xlabel '$(echo "$swept" | tr _ ' ')'; set ylabel 'energy (J)'; set y2label 'area (m²)'
set logscale xyy2; set ytics nomirror; set y2tics; set key top left; set format y '%.1e'; set format y2 '%.1e'
plot '$folder/out.csv' skip 1 using 1:2 with linespoints pt 7 title 'energy', '' skip 1 using 1:4 axes x1y2 with linespoints pt 5 title 'area'
END
fi
if [ "$output" = - ]; then cat "$folder/out.csv"; else cat "$folder/out.csv" >"$output"; fi
exit $status
