load helper

# share/jq/results.jq: the reference's accessors over the records of af-model.

setup() {
    cd "$BATS_TEST_TMPDIR"
    af-parse "$root/share/arches/edge.yaml" "$root/share/workloads/mlp.yaml" -D LAYERS=2 -D BATCH=4 -D WIDTH=8 -S 'mapper.metrics=ENERGY|LATENCY' | af-pmap | af-join >all
    jq -c 'select(.rec != "mapping" or .id == 0)' all | af-model --open >m.jsonl
}

ask() { jq -cs -L "$root/share/jq" "include \"results\"; $1" "${2:-m.jsonl}"; }
holds() { [ "$(ask "$@")" = true ] || { echo "does not hold: $1"; return 1; }; }

@test "energy: the sums over any keys are the total" {
    holds 'energy as $e | (totals.energy - $e | fabs) < 1e-12 * $e and $e > 0'
    for keys in per_einsum per_component per_tensor per_action 'per_einsum, per_component' 'per_einsum, per_component, per_tensor, per_action'; do
        holds "energy as \$e | energy($keys) | ([.. | numbers] | add - \$e | fabs) < 1e-12 * \$e"
    done
    holds 'energy(per_component) | keys == ["Dram", "Mac", "Register", "Sram"]'
    holds 'energy(per_action, per_component) | .Mac | keys == ["compute", "leak"]'
    holds 'energy(per_tensor) | has("None") and has("W0")'
}

@test "actions: counts, the action always a key" {
    holds 'actions(per_component).Mac.compute == 2 * 4 * 8 * 8'
    holds 'actions == actions(per_component)'
    holds '(actions(per_einsum).Layer0.compute == 256) and (actions(per_tensor, per_component).Dram.W0 | has("read"))'
}

@test "latency: the slowest component of each Einsum, summed" {
    holds '(latency - totals.latency | fabs) < 1e-12 * latency'
    holds '(latency(per_einsum) | add) as $sum | ($sum - latency | fabs) < 1e-12 * $sum'
    holds '(latency(per_component) | .Mac) <= latency and (latency(per_einsum, per_component) | .Layer1 | has("Mac"))'
    holds 'bottleneck as $b | latency(per_einsum) as $l | all($l | keys[]; $l[.] == $b[.].seconds)'
    holds 'utilization | all(.[]; .utilization > 0 and .utilization <= 1 and .busy <= 1)'
    holds 'resource_usage | .Sram > 0 and .Sram <= 1'
}

@test "utilization, bottleneck and comparison of given records" {
    cat >given <<'E'
{"rec":"action","map":0,"einsum":"E","component":"MAC","tensor":null,"action":"compute","count":64,"energy":64}
{"rec":"action","map":1,"einsum":"E","component":"MAC","tensor":null,"action":"compute","count":64,"energy":32}
{"rec":"latency","map":0,"einsum":"E","component":"MAC","seconds":16}
{"rec":"latency","map":0,"einsum":"E","component":"GB","seconds":32}
{"rec":"latency","map":1,"einsum":"E","component":"MAC","seconds":16}
{"rec":"spatial","map":0,"einsum":"E","component":"MAC","dim":"X","used":3,"fanout":4}
{"rec":"total","map":0,"energy":64,"latency":32}
{"rec":"total","map":1,"energy":32,"latency":16}
E
    holds 'mapping(0) | utilization == {E: {busy: 0.5, instances: 0.75, utilization: 0.375}}' given
    holds 'mapping(0) | bottleneck == {E: {component: "GB", seconds: 32, next: "MAC", next_fraction: 0.5}}' given
    holds 'compare(0; 1) | .total.energy == {a: 64, b: 32, ratio: 0.5} and .latency.E.b == 16 and .energy.MAC.ratio == 0.5' given
    holds 'best("energy_delay_product").map == 1 and best("energy").energy == 32' given
    holds 'each_mapping(energy) == {"0": 64, "1": 32}' given
    refused 5 'say mapping(ID)' ask energy given
    refused 5 'no metric area' ask 'best("area")' given
}

@test "the best of a stream goes on to the next tool" {
    jq -c 'select(.rec != "end")' all | sed '/"rec":"mapping","v":"1","id":0/ { p; s/"id":0/"id":7/; s/"energy":/"energy":9/; }' >two
    ask 'only_best("energy_delay_product")[]' two >best
    af-model best | jq -es 'map(select(.rec == "total")) | length == 1 and .[0].map == 0'
    ask 'only_best("latency")[]' two | jq -es '.[-1].records == length - 1'
}

@test "without ACTIONS the question is refused, not answered with 0" {
    jq -c 'select(.rec != "mapping" or .id == 0)' all | af-model --open --metrics energy >few
    refused 5 'ACTIONS' ask energy few
}

@test "figures by computes, by component, as lines" {
    holds 'computes == 2 * 4 * 8 * 8 and computes("Layer1") == 256 and per_compute(computes) == 1'
    holds 'energy as $e | per_compute(energy) * 512 == $e'
    holds 'energy(per_einsum) as $e | per_own_compute(energy(per_einsum)) == ($e | map_values(. / 256))'
    holds 'per_tensor_values.W0 == 64 and per_tensor_size.W0 / 64 == (map(select(.rec == "workload"))[0] | .einsums[0].tensor_accesses[1].bits_per_value)'
    holds 'drop_components(["Mac"]) | energy(per_component) | has("Mac") | not'
    holds 'energy as $all | (keep_components(["Mac"]) | energy) + (drop_components(["Mac"]) | energy) - $all | fabs < 1e-12 * $all'
    holds 'keep_components(["Mac"]) | drop_zero_components | latency > 0 and (energy(per_component) | keys == ["Mac"])'
    holds '[{a: {x: 0}, b: {y: 2, z: 0}}] | map(drop_zeros) == [{b: {y: 2}}]'
    [ "$(jq -rs -L "$root/share/jq" 'include "results"; {a: {x: 1}, b: 2} | table' m.jsonl)" = "$(printf 'a\tx\t1\nb\t2')" ]
    refused 5 'no mapped Einsum is called Layr1' ask 'computes("Layr1")'
}

@test "trace: the iterations of a mapping in the order in which they run" {
    cat >spec.yaml <<'Y'
arch:
  nodes:
  - !Memory {name: Dram, size: inf, area: 0, leak_power: 0, tensors: {keep: All}, actions: [{name: read, energy: 1, latency: 0}, {name: write, energy: 1, latency: 0}]}
  - !Memory {name: Sram, size: 1e6, area: 0, leak_power: 0, tensors: {keep: All}, actions: [{name: read, energy: 1, latency: 0}, {name: write, energy: 1, latency: 0}]}
  - !Compute {name: Mac, area: 0, leak_power: 0, actions: [{name: compute, energy: 1, latency: 1}]}
workload:
  rank_sizes: {M: 2, N0: 2, N1: 2, N2: 2}
  bits_per_value: {All: 8}
  einsums:
  - {name: A, tensor_accesses: [{name: T0, projection: [m, n0]}, {name: W0, projection: [n0, n1]}, {name: T1, projection: [m, n1], output: true}]}
  - {name: B, tensor_accesses: [{name: T1, projection: [m, n1]}, {name: W1, projection: [n1, n2]}, {name: T2, projection: [m, n2], output: true}]}
mapping:
  nodes:
  - !Storage {tensors: [T0, W0, T2, W1], component: Dram}
  - !Storage {tensors: [W0, W1], component: Sram}
  - !Temporal {rank_variable: m, tile_shape: 1}
  - !Storage {tensors: [T1], component: Sram}
  - !Sequential
    nodes:
    - !Nested {nodes: [!Storage {tensors: [T0], component: Sram}, !Temporal {rank_variable: n0, tile_shape: 1}, !Temporal {rank_variable: n1, tile_shape: 1}, !Compute {einsum: A, component: Mac}]}
    - !Nested {nodes: [!Storage {tensors: [T2], component: Sram}, !Temporal {rank_variable: n1, tile_shape: 1}, !Temporal {rank_variable: n2, tile_shape: 1}, !Compute {einsum: B, component: Mac}]}
Y
    af-parse spec.yaml | af-model -q >given
    # document 80, example R4, from 0
    holds '[trace] | map(.at.m) == [0,0,0,0,0,0,0,0,1,1,1,1,1,1,1,1]' given
    holds '[trace] | map(.at.n0) == [0,0,1,1,null,null,null,null,0,0,1,1,null,null,null,null]' given
    holds '[trace] | map(.at.n1) == [0,1,0,1,0,0,1,1,0,1,0,1,0,0,1,1]' given
    holds '[trace] | map(.at.n2) == [null,null,null,null,0,1,0,1,null,null,null,null,0,1,0,1]' given
    holds '[trace] | map(.einsum) == ["A","A","A","A","B","B","B","B","A","A","A","A","B","B","B","B"]' given
    # a mapping that was found: every point of every Einsum, each once
    af-parse spec.yaml -S mapper.metrics=ENERGY | jq -c 'del(.mapping)' | af-pmap | af-join | af-model -q >found
    holds 'mapping(0) | [trace] | length == 16 and (unique | length) == 16' found
    refused 5 'its iterations run at once' ask 'mapping(0) | trace' m.jsonl
    refused 5 'there is no mapping in the stream' ask trace <(echo '{"rec":"total","map":0}')
}
