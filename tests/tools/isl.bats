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
    refused 64 'backend [a-z]*: isl is expected' other
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

@test "binding files: the relations of 45 section 8" {
    cat >b.yaml <<'E'
binding:
  version: 1
  nodes:
  - logical: {name: ProcessingElement, dims: [i]}
    physical: {name: ProcessingElement, dims: [x, y]}
    relations: {tensorA: i = x + y * 2}
  - logical: {name: Scratchpad, dims: [x, y]}
    physical: {name: GLB, dims: [a, b]}
    relations: {tensorA: x = a and y = b, tensorB: x = b and y = a}
  - {logical: {name: DRAM, dims: [i]}, physical: {name: DRAM, dims: [i]}, relations: {weights: i = i // 2}}
E
    af-model --binding b.yaml | jq -r 'select(.rec == "binding") | "\(.node) \(.tensor) \(.relation) \(.one_place) \(.own_place)"' >got
    cat >want <<'E'
0 tensorA { l_ProcessingElement_dims[i] -> p_ProcessingElement_dims[x, y] : 2y = i - x } false true
1 tensorA { l_Scratchpad_dims[x, y] -> p_GLB_dims[a = x, b = y] } true true
1 tensorB { l_Scratchpad_dims[x, y] -> p_GLB_dims[a = y, b = x] } true true
2 weights { l_DRAM_dims[i] -> p_DRAM_dims[i'] : -1 <= i <= 0 } false false
E
    diff want got
}

@test "--binding with a mapping: what lies at which place" {
    cat >b.yaml <<'E'
binding:
  version: 0.4
  nodes:
  - logical: {name: MAC, dims: [i]}
    physical: {name: Pe, dims: [x, y]}
    relations: {I: "i = x + 2 * y and 0 <= x < 2", W: x = i and y = 0, O: x = 0 and y = 0 and 0 <= i < 3}
E
    af-parse conv.yaml | af-model --backend isl --binding b.yaml >out
    [ "$(jq -c 'select(.rec == "placement") | [.component, .physical, .tensor, .places, .max_per_step, .total]' out)" = '["MAC","Pe","I",3,1,48]
["MAC","Pe","W",3,1,48]
["MAC","Pe","O",1,1,16]' ]
    jq -es 'map(select(.rec == "binding")) | length == 3' out
    sed -i 's/dims: \[i\]/dims: [i, j]/' b.yaml
    af-parse conv.yaml >spec
    refused 65 'MAC has 2 dims in the binding' af-model --backend isl --binding b.yaml spec
}

@test "broken binding files" {
    local text message
    while IFS='#' read -r text message; do
        echo "$text" >b.yaml
        refused 65 "$message" af-model --binding b.yaml
    done <<'E'
3#a map with `binding`, or a list of such, is expected, found the number 3
binding: {nodes: []}#binding: Field version is required
binding: {version: one, nodes: []}#b.yaml:1:20: binding.version: a number is expected, found the text 'one'
binding: {version: 1, nods: []}#binding: Field nods is not supported; did you mean nodes?
binding: {version: 1, nodes: {}}#binding.nodes: a list is expected, found a map
binding: {version: 1, nodes: [{logical: {name: A, dims: [i]}, physical: {name: B, dims: i}, relations: {}}]}#binding.nodes.0.physical.dims: a list of names is expected
binding: {version: 1, nodes: [{logical: {name: A b, dims: [i]}, physical: {name: B, dims: [i]}, relations: {}}]}#binding.nodes.0.logical.name: a name of letters and digits is expected, found the text 'A b'
binding: {version: 1, nodes: [{logical: {name: A, dims: [i]}, physical: {name: B, dims: [x]}, relations: {T: x + |X| = i}}]}#binding.nodes.0.relations.T: isl cannot read this relation
binding: {version: 1, nodes: [{logical: {name: A, dims: [i]}, physical: {name: B, dims: [x]}, relations: {T: "x = i; [j] -> [j]"}}]}#binding.nodes.0.relations.T: one constraint, such as
binding: {version: 1, nodes: [{logical: {name: A, dims: [i]}, physical: {name: B, dims: [x]}, relations: [x = i]}]}#binding.nodes.0.relations: a map from tensors to relations is expected, found a list
E
    refused 66 'none.yaml' af-model --binding none.yaml
    refs=$root/../shared/reference/tests/isl/distributed/spec
    [ -e "$refs" ] || return 0
    refused 65 'binding.nodes.1.relations.T0: isl cannot read' af-model --binding "$refs/binding.yaml"
    [ "$(af-model --binding "$refs/binding/valid_bindings.yaml" | jq -s 'map(select(.rec == "binding")) | length')" = 4 ]
}
