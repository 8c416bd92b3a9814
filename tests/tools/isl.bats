load helper

# af-model --backend isl: the second analysis, by integer sets (document 45).

setup() {
    cd "$BATS_TEST_TMPDIR"
    cat >conv.yaml <<'E'
arch:
  nodes:
  - !Memory {name: MainMemory, size: inf, area: 0, leak_power: 0, actions: [{name: read, energy: 1, throughput: 1}, {name: write, energy: 1, throughput: 1}]}
  - !Memory {name: LocalBuffer, size: inf, area: 0, leak_power: 0, actions: [{name: read, energy: 1, throughput: 1}, {name: write, energy: 1, throughput: 1}]}
  - !Compute {name: MAC, area: 0, leak_power: 0, spatial: [{name: X, fanout: 3}], actions: [{name: compute, energy: 1, throughput: 1}]}
workload:
  iteration_space_shape: {p: 0 <= p < 16, r: 0 <= r < 3}
  bits_per_value: {All: 8}
  einsums:
  - {name: conv, tensor_accesses: [{name: I, projection: [r, p]}, {name: W, projection: [r]}, {name: O, projection: [p], output: true}]}
mapping:
  nodes:
  - !Storage {tensors: [I, W, O], component: MainMemory}
  - !Temporal {rank_variable: p, tile_shape: 8}
  - !Storage {tensors: [I, W, O], component: LocalBuffer}
  - !Temporal {rank_variable: p, tile_shape: 1}
  - !Spatial {rank_variable: r, tile_shape: 1, component: MAC, name: X}
  - !Compute {einsum: conv, component: MAC}
E
}

fills() { jq -cs 'map(select(.rec == "fill") | {key: "\(.component) \(.tensor)", value: .total}) | from_entries'; }

@test "fills of 45 section 4.1, without reuse, and those of the usual analysis" {
    af-parse conv.yaml | af-model --backend isl >isl
    [ "$(fills <isl)" = '{"MainMemory I":48,"MainMemory W":3,"MainMemory O":16,"LocalBuffer I":48,"LocalBuffer W":3,"LocalBuffer O":16,"MAC I":48,"MAC W":3,"MAC O":48}' ]
    jq -es 'map(select(.rec == "tiling"))[0].total == 48' isl
    af-parse conv.yaml | af-model --backend isl --no-reuse >all
    af-parse conv.yaml | af-model --explain >model
    jq -es --slurpfile sets all '
        ($sets | map(select(.rec == "fill")) | INDEX("\(.component) \(.tensor)")) as $by
        | map(select(.rec == "buffet" and .component != "MainMemory")) | length == 6
        and all(.[]; .reads_from_parent == $by["\(.component) \(.tensor)"].total or .component == "MAC")' model
}

@test "--links, --flush, other backends" {
    sed -i '/projection/ s/I, projection: \[r, p\]/I, projection: {H: p + r}/' conv.yaml
    af-parse conv.yaml | af-model --backend isl --links | jq -es 'map(select(.rec == "transfer" and .tensor == "I"))[0] | .fulfilled > 0 and .fulfilled + .unfulfilled == 48'
    [ "$(af-parse conv.yaml | af-model --backend isl | fills | jq '."LocalBuffer I"')" = 18 ]
    other() { af-parse conv.yaml | af-model --backend loops; }
    refused 64 'there is isl' other
    sed -i '/tile_shape: 8/ s/8}/6, initial_tile_shape: 4, fused: true}/' conv.yaml
    first() { af-parse conv.yaml | af-model --backend isl; }
    refused 65 'initial_tile_shape' first
}

@test "multicast in a mesh: the cases of 45 section 7.4" {
    cat >cases.yaml <<'E'
- {occ: "{ noc[0] -> d[e] : 0 <= e < 2 }", fill: "{ noc[x] -> d[e] : 0 <= e < 2 and 0 <= x < 3 }", dist_fn: "{ [noc[x] -> noc[u]] -> hops[x - u] : x >= u; [noc[x] -> noc[u]] -> hops[u - x] : x < u }"}
E
    af-model --multicast cases.yaml | jq -es '.[0] | [.casts, .hops, .latency, .unicast_hops] == [6, 4, 2, 6]'
    echo '- {occ: "{ noc[0] ->", fill: "{ }", dist_fn: "{ }"}' >cases.yaml
    refused 65 'isl cannot read' af-model --multicast cases.yaml
    cases=$root/../shared/reference/tests/isl/distributed/multicast/test_cases.yaml
    [ -e "$cases" ] || return 0
    [ "$(af-model --multicast "$cases" | jq -cs 'map(select(.rec == "multicast").hops)')" = '[448,448,0,0,0,0,143360,0,9856,56,1792,28672,78848,229376]' ]
}
