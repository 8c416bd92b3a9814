#!/bin/sh
# One given mapping evaluated, CPU time beside the reference's, process beside process and call beside call (tests/parity/model_speed.py):
# mappings that our mapper finds for share/, and where ../shared/golden is, every 20th of its given ones. Needs the reference:
# PARITY_PYTHON, an interpreter that has the accelforge package (tests/parity/run.sh). BIN: folder of the tools.
set -eu
bin=${BIN:-build/bin}
golden=${GOLDEN:-../shared/golden}
python=${PARITY_PYTHON:?an interpreter with accelforge, such as build/parity-venv/bin/python}
here=$(cd "$(dirname "$0")" && pwd)
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

found() { # architecture and workload of share/: name and files of a case
    mapping=$work/$1-$2.yaml
    "$bin/af-parse" -q "share/arches/$1.yaml" "share/workloads/$2.yaml" | "$bin/af-pmap" -q | "$bin/af-join" -q |
        "$bin/af-model" -q --yaml-mapping > "$mapping"
    printf '%s\t%s\t%s\t%s\n' "$1 x $2" "share/arches/$1.yaml" "share/workloads/$2.yaml" "$mapping"
}

{
    for arch in edge two_level; do
        for workload in matmuls matvecs mlp attention; do
            found "$arch" "$workload"
        done
    done
    for list in "$golden"/models_s100.jsonl "$golden"/models2_s200.jsonl; do
        [ ! -f "$list" ] || jq -r --arg golden "$golden" 'select(input_line_number % 20 == 1)
            | [.name] + (.files | map($golden + "/" + .)) | join("\t")' "$list"
    done
} > "$work/cases"
python3 "$here/parity/model_speed.py" "$bin" "$python" < "$work/cases"
