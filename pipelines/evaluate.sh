#!/bin/sh
# evaluate.sh: the figures of a mapping given in YAML.
#
#   evaluate.sh ARCH.yaml WORKLOAD.yaml MAPPING.yaml [options of af-parse]
#
# Prints latency, energy and energy by component. BIN: folder of the tools, if not in PATH.
set -eu
bin=${BIN:+$BIN/}
help() { sed -n '2,6s/^# \{0,1\}//p' "$0"; }
[ $# -gt 0 ] || { help >&2; exit 64; }
for word; do case $word in -h | --help) help; exit ;; esac; done
folder=$(mktemp -d) && trap 'rm -rf "$folder"' EXIT
"${bin}af-parse" "$@" -o "$folder/spec"
"${bin}af-model" "$folder/spec" -o "$folder/records"
jq -s '
    (map(select(.rec == "total"))[0] | {latency, energy, energy_delay_product}) +
    {energy_by_component: (map(select(.rec == "action" or .rec == "leak")) | group_by(.component)
                           | map({key: .[0].component, value: (map(.energy // 0) | add)}) | from_entries)}' "$folder/records"
