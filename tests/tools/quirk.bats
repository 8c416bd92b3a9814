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
