load helper

# Quirks that only the search sees: both fronts.

setup() { cd "$BATS_TEST_TMPDIR"; }

front() { jq -c 'select(.rec == "mapping") | [.metrics.latency, .metrics.energy, .quirks]'; }

@test "persistent-not-freed: the reference's front, marked; the right one with --fix" {
    cat >spec.yaml <<'E'
arch:
  nodes:
  - !Memory {name: Main, size: inf, area: 0, leak_power: 0, tensors: {keep: ~Intermediates - W, may_keep: All}, actions: [{name: read, energy: 10, throughput: inf}, {name: write, energy: 10, throughput: inf}]}
  - !Memory {name: Buffer, size: 40, area: 0, leak_power: 0, tensors: {keep: All}, actions: [{name: read, energy: 1, throughput: inf}, {name: write, energy: 1, throughput: inf}]}
  - !Compute {name: MAC, area: 0, leak_power: 0, actions: [{name: compute, energy: 1, throughput: 1}]}
workload:
  iteration_space_shape: {m: 0 <= m < 2}
  bits_per_value: {All: 8}
  persistent_tensors: W
  einsums:
  - {name: A, tensor_accesses: [{name: X, projection: [m]}, {name: W, projection: [m]}, {name: Y, projection: [m], output: true}]}
  - {name: B, tensor_accesses: [{name: Y, projection: [m]}, {name: Z, projection: [m], output: true}]}
  - {name: C, tensor_accesses: [{name: Z, projection: [m]}, {name: W, projection: [m]}, {name: Y, projection: [m]}, {name: O, projection: [m], output: true}]}
E
    af-parse spec.yaml -S 'mapper.metrics=ENERGY|LATENCY' | af-pmap >groups
    af-join groups 2>err | front | grep -qx '\[6,854,\["persistent-not-freed"\]\]'
    grep -q -- '--fix persistent-not-freed' err
    af-join --fix persistent-not-freed groups 2>err | front | grep -qx '\[6,502,\[\]\]'
    [ ! -s err ]
}

@test "spatial-loop-limit: the innermost loop goes uncounted by default" {
    cat >spec.yaml <<'E'
arch:
  nodes:
  - !Memory {name: Main, size: inf, tensors: {keep: All}, area: 0, leak_power: 0, actions: [{name: read, energy: 1, throughput: inf}, {name: write, energy: 1, throughput: inf}]}
  - !Memory {name: Buffer, size: inf, tensors: {keep: All}, area: 0, leak_power: 0, actions: [{name: read, energy: 1, throughput: inf}, {name: write, energy: 1, throughput: inf}]}
  - !Compute {name: Mac, area: 0, leak_power: 0, spatial: [{name: X, fanout: 4}], actions: [{name: compute, energy: 1, throughput: 1}]}
workload: {rank_sizes: {M: 2, N: 2, K: 2}, bits_per_value: {All: 8}, einsums: ["Z[m, n] = A[m, k] * B[k, n]"]}
mapper: {metrics: LATENCY}
E
    latency() { # limit, options: 8 computes on 4 units, one after the other where no loop is spatial
        af-parse spec.yaml -S "mapper.max_loops_per_spatial_dimension=$1" | af-pmap ${2:+--fix "$2"} 2>err |
            af-join ${2:+--fix "$2"} | jq -c 'select(.rec == "mapping") | [.metrics.latency, .quirks]'
    }
    [ "$(latency 0)" = '[2,["spatial-loop-limit"]]' ]
    grep -q 'mapper.max_loops_per_spatial_dimension: .*--fix spatial-loop-limit' err
    [ "$(latency 1)" = '[2,["spatial-loop-limit"]]' ]
    [ "$(latency 0 spatial-loop-limit)" = '[8,[]]' ]
    [ ! -s err ]
    [ "$(latency 1 spatial-loop-limit)" = '[4,[]]' ]
    [ "$(latency inf)" = '[2,[]]' ]
}

@test "tile-shape: binds no loop by default, and does with --fix" {
    small -S 'arch.nodes.Buffer.tensors.tile_shape=[{"expression":"b","operator":"==","value":2}]' -S mapper.metrics=ENERGY >spec.jsonl
    af-pmap spec.jsonl 2>err | af-join 2>/dev/null >default
    grep -q 'arch.nodes.1.tensors.tile_shape.*--fix tile-shape' err
    jq -es 'map(select(.rec == "mapping"))[0].quirks == ["tile-shape"]' default
    energy() { jq 'select(.rec == "mapping" and .id == 0).metrics.energy' "$1"; }
    small -S mapper.metrics=ENERGY | af-pmap | af-join >without
    [ "$(energy default)" = "$(energy without)" ]
    af-pmap --fix tile-shape spec.jsonl 2>err | af-join --fix tile-shape >fixed
    [ ! -s err ]
    jq -es 'map(select(.rec == "mapping"))[0].quirks == []' fixed
    # above the first holder in Buffer the nearest loop over b leaves tiles of 2
    jq -es 'def flat: if has("nodes") then .nodes[] | flat else . end;
            map(select(.rec == "mapping"))[0].tree
            | [flat] | map(select((.["!"] == "Storage" and .component == "Buffer") or .rank_variable == "b")) | .[0] | .tile_shape == 2' fixed
    jq -es "(map(select(.rec == \"mapping\"))[0].metrics.energy) >= $(energy without)" fixed
    none() { small -S 'arch.nodes.Buffer.tensors.tile_shape=[{"expression":"b","operator":"==","value":3}]' -S arch.nodes.Buffer.tensors.keep=All | af-pmap --fix tile-shape; }
    refused 1 'tile_shape of Buffer' none
    few() { small -S 'arch.nodes.Buffer.tensors.tile_shape=[{"expression":"b","operator":"==","value":2}]' -S arch.nodes.Buffer.tensors.keep=All -S arch.nodes.Buffer.size=9 | af-pmap --fix tile-shape; }
    refused 1 'Buffer' few
}
