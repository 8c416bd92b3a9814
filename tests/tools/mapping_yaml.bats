load helper

# A mapping of af-join as YAML, edited, evaluated again (85 section 2, point 5).

setup() { cd "$BATS_TEST_TMPDIR"; }

figures() { jq -c 'select(.rec != "mapping" and .rec != "spec" and .rec != "workload" and .rec != "einsum" and .rec != "end" and .map == 0) | del(.fused)'; }

# files and options of af-parse
comes_back() {
    af-parse -q "$@" | af-pmap -q | af-join -q >mapped
    af-model -q mapped | figures >wanted
    af-model -q --yaml-mapping mapped >mapping.yaml
    af-parse -q "$@" mapping.yaml | af-model -q | figures >got
    [ -s wanted ] && cmp wanted got
    af-parse -q "$@" mapping.yaml | af-model --yaml-mapping | cmp - mapping.yaml
}

@test "the mapping that af-join found has the same figures, record for record, when it comes as YAML" {
    comes_back "$arch" $mlp
    comes_back "$root/share/arches/edge.yaml" "$root/share/workloads/attention.yaml" -S 'mapper.metrics=ENERGY|LATENCY'
    comes_back "$arch" $mlp -S mapper.metrics=ENERGY -D BUFFER_BITS=300
    grep -q 'Sequential' mapping.yaml
}

@test "an edit in the YAML changes the figures" {
    small | af-pmap | af-join | af-model --yaml-mapping -o mapping.yaml
    before=$(small mapping.yaml | af-model | jq 'select(.rec == "total").energy')
    sed -i '/component: Main/ { p; s/Main/Buffer/; }' mapping.yaml
    small mapping.yaml | af-model >after 2>err || cat err
    [ "$(jq 'select(.rec == "total").energy' after)" != "$before" ]
    sed -i 's/tile_shape: 1}/tile_shape: 3000}/' mapping.yaml
    evaluate() { small mapping.yaml | af-model; }
    refused 65 'tile_shape' evaluate
}

@test "names that YAML would read as something else are quoted" {
    cat >spec.yaml <<'Y'
arch:
  nodes:
  - !Memory {name: "no", size: inf, area: 0, leak_power: 0, tensors: {keep: All}, actions: [{name: read, energy: 1, throughput: 1}, {name: write, energy: 1, throughput: 1}]}
  - !Compute {name: MAC, area: 0, leak_power: 0, actions: [{name: compute, energy: 1, throughput: 1}]}
workload:
  iteration_space_shape: {m: 0 <= m < 4}
  bits_per_value: {All: 8}
  einsums:
  - {name: E, tensor_accesses: [{name: "null", projection: [m]}, {name: B, projection: [m], output: true}]}
Y
    comes_back spec.yaml
    grep -q '"null"' mapping.yaml
}

@test "-o, an input without a mapping" {
    small | af-pmap | af-join >m.jsonl
    af-model --yaml-mapping -o out.yaml m.jsonl
    af-model --yaml-mapping m.jsonl | cmp - out.yaml
    none() { small | af-model --yaml-mapping; }
    refused 65 'no mapping' none
}

@test "--yaml-mapping: a Toll has no field that the reference refuses, and its figures come back" {
    af-parse "$root/share/arches/cim/wang.yaml" | af-pmap -q | af-join >m.jsonl
    af-model -q --yaml-mapping m.jsonl >m.yaml
    grep -q '!Toll' m.yaml
    nothing_of '!Toll.*lower' m.yaml
    total() { jq -c 'select(.rec == "total") | [.energy, .latency]'; }
    [ "$(af-parse "$root/share/arches/cim/wang.yaml" m.yaml | af-model -q | total)" = "$(af-model -q m.jsonl | total)" ]
}
