#!/bin/sh
# evaluate.sh: the figures of a mapping given in YAML.
#
#   evaluate.sh ARCH.yaml WORKLOAD.yaml MAPPING.yaml [options of af-parse]
#
# Prints latency, energy and energy by component. BIN: folder of the tools, if not in PATH.
set -eu
. "$(dirname "$(readlink -f "$0")")/common.sh"
need jq
"${bin}af-parse" "$@" -o "$work/spec"
"${bin}af-model" "$work/spec" -o "$work/records"
jq -s '
    (map(select(.rec == "total"))[0] | {latency, energy, energy_delay_product}) +
    {energy_by_component: (map(select(.rec == "action" or .rec == "leak")) | group_by(.component)
                           | map({key: .[0].component, value: (map(.energy // 0) | add)}) | from_entries)}' "$work/records"
