load helper

# Requests that no mapping meets, or that make no sense: a clear message, or the right answer. Never a crash, a wait or a nan.
setup() {
    cd "$BATS_TEST_TMPDIR"
    extent=4 spatial=
}

# One matrix product on Main, Buffer, Unit; $spatial is a field of Unit, $extent the size of m.
spec() {
    local dimensions=
    [ -z "$spatial" ] || dimensions=", spatial: [{name: X, $spatial}]"
    cat >spec.yaml <<Y
arch:
  nodes:
  - !Memory {name: Main, size: inf, area: 0, leak_power: 0, tensors: {keep: ~Intermediates, may_keep: All}, actions: [{name: read, energy: 10, throughput: 8}, {name: write, energy: 10, throughput: 8}]}
  - !Memory {name: Buffer, size: 256, area: 0, leak_power: 0, tensors: {keep: ~Main, may_keep: All}, actions: [{name: read, energy: 1, throughput: 8}, {name: write, energy: 1, throughput: 8}]}
  - !Compute {name: Unit, area: 0, leak_power: 0$dimensions, actions: [{name: compute, energy: 1, throughput: 1}]}
workload:
  bits_per_value: {All: 8}
  iteration_space_shape: {m: 0 <= m < $extent, k: 0 <= k < 4, n: 0 <= n < 4}
  einsums:
  - "Y[m, n] = X[m, k] * W[k, n]"
Y
    af-parse spec.yaml "$@" >s.jsonl
}

maps() { timeout 20 af-pmap s.jsonl | timeout 20 af-join | jq -es "(map(select(.rec == \"mapping\"))[0].metrics) | $1"; }

@test "constraints that contradict each other" {
    spatial='fanout: 4, loop_bounds: [{expression: m, operator: "<=", value: 2}, {expression: m, operator: ">=", value: 3}]'
    spec
    refused 1 'Einsum Y has no valid mapping: no loops satisfy the loop_bounds of Unit along X' timeout 20 af-pmap s.jsonl
    spatial='fanout: 4, loop_bounds: [{expression: All.rank_variables, operator: product==, value: 3}]'
    spec
    refused 1 'no loops satisfy the loop_bounds of Unit along X' timeout 20 af-pmap s.jsonl
    spatial=
    spec -S arch.nodes.Buffer.tensors.back=All
    refused 1 'the constraints on what memories hold (keep, may_keep, back' timeout 20 af-pmap s.jsonl
    # each value is sent once: all loops stand above Buffer. Fetched once as well: they stand nowhere.
    spec -S arch.nodes.Buffer.tensors.keep=All -S arch.nodes.Buffer.tensors.no_resend_to_below=All
    maps '.energy > 0'
    spec -S arch.nodes.Buffer.tensors.keep=All -S arch.nodes.Buffer.tensors.no_resend_to_below=All -S arch.nodes.Buffer.tensors.no_refetch_from_above=All
    refused 1 'force every loop over k to one' timeout 20 af-pmap s.jsonl
}

@test "a capacity of 0: what need not be there is not; what must is told" {
    spec -S arch.nodes.Buffer.size=0
    # all from Main: each compute reads two values and updates one; 4 x 4 outputs are not read the first time. 10 a bit, 8 bits, 1 a compute.
    maps '.energy == 64 * 1 + 10 * 8 * (64 + 64 + 64 + 64 - 16)'
    spec -S arch.nodes.Buffer.size=0 -S arch.nodes.Buffer.tensors.keep=All
    refused 1 'Buffer holds 0 bits; one value of . needs 8' timeout 20 af-pmap s.jsonl
    spec -S arch.nodes.Buffer.size=-3
    refused 65 'arch.nodes.1.size (Buffer): a size is at least 0 bits; this one is -3' timeout 20 af-pmap s.jsonl
}

@test "a fan-out of 0 or less" {
    spatial='fanout: 0' && spec
    refused 65 'a fanout is at least 1; this one is 0' timeout 20 af-pmap s.jsonl
    spatial='fanout: -1' && spec
    refused 65 'a fanout is at least 1; this one is -1' timeout 20 af-pmap s.jsonl
}

@test "a min_usage that cannot be reached is best effort" {
    spatial='fanout: 4' && spec -S 'mapper.metrics=LATENCY'
    least=$(af-pmap s.jsonl | af-join | jq 'select(.rec == "mapping").metrics.latency')
    spatial='fanout: 4, min_usage: 2' && spec -S 'mapper.metrics=LATENCY'
    maps ".latency == $least"
}

@test "ranks of size 1, and of size 2^40" {
    af-parse "$arch" "$root/share/workloads/mlp.yaml" -D LAYERS=1 -D BATCH=1 -D WIDTH=1 >s.jsonl
    maps '.energy == 1 + 100 * 8 * 3'            # one compute: two values in, one out, 100 a bit
    extent=1099511627776 && spec
    # in 2^40 rows of 4 x 4: X and Y pass once, W is read once; the buffers and computes are what a row costs
    maps '.energy / 1099511627776 | . > 10 * 8 * 8 and . < 10 * 8 * 16 + 10 * 8 * 64'
}

@test "ranks that are prime, and imperfect loops over large ones" {
    local both='-S mapper.explore_imperfect_temporal_loops=true -S mapper.explore_imperfect_spatial_loops=true'
    row='. > 10 * 8 * 8 and . < 10 * 8 * 16 + 10 * 8 * 64'    # what a row costs, as above
    extent=1000000007 && spec
    maps ".energy / $extent | $row"
    perfect=$(af-pmap s.jsonl | af-join | jq 'select(.rec == "mapping").metrics.energy')
    spec $both && maps ".energy <= $perfect"
    spatial='fanout: 4' && spec && maps ".energy / $extent | $row"
    extent=1099511627776 && spec $both
    refused 65 'mapper.tiling_coarseness: rank variable m of Einsum Y is as large as 1099511627776: with imperfect loops' timeout 20 af-pmap s.jsonl
    spec $both -S mapper.tiling_coarseness=1.1
    maps ".energy / $extent | $row"
}

@test "iteration counts that Einsums must agree on have 32 bits" {
    cat >two.yaml <<'Y'
workload:
  bits_per_value: {All: 8}
  iteration_space_shape: {m: 0 <= m < 1099511627776, k: 0 <= k < 4, n: 0 <= n < 4}
  einsums:
  - "Y[m, n] = X[m, k] * W[k, n]"
  - "Z[m, k] = Y[m, n] * V[n, k]"
Y
    spec && sed -i '/^workload/,$d' spec.yaml
    af-parse spec.yaml two.yaml >s.jsonl
    refused 65 'mapper.max_fused_loops: rank variable m of Einsum Y is as large as 1099511627776' timeout 20 af-pmap s.jsonl
    af-parse spec.yaml two.yaml -S mapper.max_fused_loops=0 >s.jsonl
    maps '.energy > 0'
}

@test "a rank beyond what integers count" {
    extent=288230376151711744 && spec
    timeout 20 af-eval s.jsonl >/dev/null
    for extent in 4611686018427387904 18446744073709551616; do
        spec
        refused 65 'Rank variable m of Einsum Y is too large: its values must lie between -2^61 and 2^61' timeout 20 af-eval s.jsonl
    done
}

@test "the search refuses to count imperfect tiles otherwise than it can" {
    spec -S mapper.explore_imperfect_spatial_loops=true
    refused 65 'mapper.explore_imperfect_spatial_loops: the search does not know imperfect loops as --fix imperfect-tiles counts them' \
        timeout 20 af-pmap --fix imperfect-tiles s.jsonl
    maps '.energy > 0'
    spec
    timeout 20 af-pmap --fix imperfect-tiles s.jsonl | cmp - <(af-pmap s.jsonl)
}

@test "no Compute that is enabled, none at all" {
    spec -S arch.nodes.Unit.enabled=false
    refused 1 'Einsum Y has no mapping: no Compute is enabled for it' timeout 20 af-pmap s.jsonl
    spec && jq -c 'if .rec == "spec" then del(.arch.nodes[2]) else . end' s.jsonl >t.jsonl
    refused 1 'the architecture has no Compute' timeout 20 af-pmap t.jsonl
}

@test "an Einsum of which nothing, or not everything, is kept" {
    spec -S arch.nodes.Main.tensors.keep=Nothing -S arch.nodes.Main.tensors.may_keep=Nothing \
        -S arch.nodes.Buffer.tensors.keep=Nothing -S arch.nodes.Buffer.tensors.may_keep=Nothing
    refused 1 'no memory may keep tensor' timeout 20 af-pmap s.jsonl
    spec -S arch.nodes.Main.tensors.keep=X -S arch.nodes.Main.tensors.may_keep=X -S arch.nodes.Buffer.tensors.keep=W -S arch.nodes.Buffer.tensors.may_keep=W
    refused 1 'no memory may keep tensor Y' timeout 20 af-pmap s.jsonl
}

@test "options of the mapper that make no sense" {
    spec -S mapper.max_fused_loops=-1
    refused 65 'mapper.max_fused_loops: a number of at least 0 is expected, found -1' timeout 20 af-pmap s.jsonl
    spec -S mapper.objective_tolerance=-0.5
    refused 65 'mapper.objective_tolerance: a number of at least 0 is expected, found -0.5' timeout 20 af-pmap s.jsonl
    spec -S 'mapper.metrics=ENERGY|ACTIONS'
    refused 65 'mapper.metrics: ACTIONS cannot be minimised' timeout 20 af-pmap s.jsonl
}

@test "limits of time and memory in the spec are 75, as on the command line" {
    extent=3603600 && spec -S mapper.time_limit=0.000001
    refused 75 'the time limit is reached' timeout 20 af-pmap s.jsonl
    spec -S mapper.time_limit_per_pmapping_template=0.0000001
    refused 75 'mapper.time_limit_per_pmapping_template: template [0-9]* of Einsum Y takes longer than 1e-07 s' timeout 20 af-pmap s.jsonl
    spec -S mapper.memory_limit=20000
    refused 75 'the memory limit is reached' timeout 20 af-pmap s.jsonl
    spec -S mapper.memory_limit_per_process=20000
    refused 75 'the memory limit is reached' timeout 20 af-pmap s.jsonl
    spec -S mapper.time_limit=600
    refused 75 'the time limit is reached' timeout 20 af-pmap --time-limit 0.000001 s.jsonl
    maps '.energy > 0'
}

# A space that would take minutes: 720720 has 240 divisors and 1696 sizes that give different counts of tiles.
@test "the time limit of a template stops it on the way, with the same words whatever the threads" {
    extent=720720 spatial='fanout: 16' && spec
    sed -i -e 's/< 4/< 720720/g' -e 's/size: 256/size: 65536/' spec.yaml
    inner='  - !Memory {name: Inner, size: 4096, area: 0, leak_power: 0, tensors: {keep: All}, spatial: [{name: X, fanout: 16}], actions: [{name: read, energy: 0.5, throughput: 8}, {name: write, energy: 0.5, throughput: 8}]}'
    sed -i "/name: Buffer/a\\$inner" spec.yaml
    af-parse spec.yaml -S mapper.explore_imperfect_temporal_loops=true -S 'mapper.metrics=ENERGY|LATENCY|RESOURCE_USAGE' \
        -S mapper.time_limit_per_pmapping_template=0.05 >s.jsonl
    for threads in 1 2; do
        code=0
        timeout 60 af-pmap -j $threads s.jsonl 2>said.$threads >g.jsonl || code=$?
        [ $code = 75 ]
        grep -q 'mapper.time_limit_per_pmapping_template: template [0-9]* of Einsum Y takes longer than 0.05 s' said.$threads
    done
    cmp said.1 said.2
}

@test "a negative total is told, not taken for 0" {
    spec -S workload.n_instances=-1
    refused 65 'Y: negative energy: -' timeout 20 af-pmap s.jsonl
    spec -S workload.n_instances=-1 -S mapper.metrics=LATENCY
    refused 65 'Y: negative latency: -' timeout 20 af-pmap s.jsonl
    spec -S workload.bits_per_value.All=-8
    refused 65 'Y: negative energy: -' timeout 20 af-pmap s.jsonl
    spec -S arch.nodes.Buffer.leak_power=-1000
    refused 65 'Y: negative energy: -' timeout 20 af-pmap s.jsonl
    # what is gained in one action is no mistake while the whole costs something
    spec -S arch.nodes.Unit.leak_power=-0.5
    maps '.energy > 0'
    spec -S workload.n_instances=0
    maps '.energy == 0'
}

@test "a mapping that runs a negative number of times, or of values with less than no bits: bad data, no bug" {
    cat >m.yaml <<Y
mapping:
  nodes:
  - !Storage {tensors: [X, W, Y], component: Main}
  - !Temporal {rank_variable: m, tile_shape: 1}
  - !Temporal {rank_variable: k, tile_shape: 1}
  - !Temporal {rank_variable: n, tile_shape: 1}
  - !Compute {einsum: Y, component: Unit}
Y
    spec m.yaml -S workload.n_instances=-2
    refused 65 'Y: an Einsum runs at least 0 times; its n_instances and the workload.s make -2' af-model s.jsonl
    spec m.yaml -S workload.bits_per_value.All=-8
    refused 65 'Y: a value has at least 0 bits; the bits_per_value of . is -8' af-model s.jsonl
}

@test "rank variables where tensors are meant are told, not taken for no tensors" {
    spatial='fanout: 2, reuse: m' && spec
    refused 65 'arch.nodes.2.spatial.0.reuse (Unit): a set of tensors is expected; m is no tensor of the Einsum Y' timeout 20 af-pmap s.jsonl
    spatial='fanout: 2, reuse: X | m' && spec
    refused 65 'm is no tensor of the Einsum Y' timeout 20 af-pmap s.jsonl
    spatial='fanout: 2, reuse: X' && spec -S arch.nodes.Buffer.tensors.back=m
    refused 65 'arch.nodes.1.tensors.back (Buffer): a set of tensors is expected; m is no tensor of the Einsum Y' timeout 20 af-pmap s.jsonl
    spec
    maps '.energy > 0'
}

@test "a total_latency that is not finite is told with what is expected" {
    spec -S arch.nodes.Buffer.total_latency=inf
    refused 65 'arch.nodes.1.total_latency (Buffer): a latency is a finite number of seconds, at least 0; this one is inf' timeout 20 af-pmap s.jsonl
    spec -S 'arch.nodes.Buffer.total_latency=0 - sum(a.n_calls for a in actions)' -S mapper.metrics=LATENCY
    refused 65 'a latency is a finite number of seconds, at least 0; this one is -' timeout 20 af-pmap s.jsonl
}

# The tools that read no YAML know the places of fields from the `spec` record that passes through.
@test "messages of every tool say where in which file, from a spec and from what af-eval made of it" {
    cd "$BATS_TEST_TMPDIR"
    cat >place.yaml <<'Y'
arch:
  nodes:
  - !Memory {name: Main, size: inf, component_class: Dummy, tensors: {keep: All}}
  - !Memory
    name: Buffer
    size: 1024
    leak_power: 0
    actions:
    - {name: read, throughput: 1}
    - {name: write, energy: 1, throughput: 1}
    total_latency: total_read_actions
  - !Compute {name: Mac, component_class: Dummy}
workload: {rank_sizes: {M: 4, K: 2, N: 2}, bits_per_value: {All: 8}, einsums: ["C[m, n] = A[m, k] * B[k, n]"]}
Y
    at=place.yaml:11:20:
    for jobs in 1 2; do
        refused 65 "^af-pmap: $at arch.nodes.1.total_latency (Buffer): total_read_actions" sh -c "af-parse place.yaml | af-pmap -j$jobs"
        refused 65 "^af-pmap: $at arch.nodes.1.total_latency (Buffer): total_read_actions" sh -c "af-parse place.yaml | af-eval | af-pmap -j$jobs"
    done
    sed -i 's/total_read_actions/actions["read"].n_calls/' place.yaml
    refused 65 '^af-pmap: place.yaml:4:5: arch.nodes.1.actions (Buffer): action read has no energy' sh -c 'af-parse place.yaml | af-pmap'
    sed -i 's/keep: All/keep: Q/' place.yaml
    refused 65 '^af-pmap: place.yaml:3:77: arch.nodes.0.tensors.keep (Main): .*Q' sh -c 'af-parse place.yaml | af-pmap'
    # what -S has put there stands in no file: the place of what is around it; of two specs nobody knows which one is meant
    refused 65 '^af-pmap: place.yaml:3:70: arch.nodes.0.tensors.keep (Main): .*Qx' sh -c 'af-parse place.yaml -S arch.nodes.Main.tensors.keep=Qx | af-pmap'
    sed '/size: 1024/d; s/- !Memory$/- !Toll/; s/total_latency.*/direction: up_and_down/; s/keep: Q/keep: Q, may_keep: All/' place.yaml >other.yaml
    refused 65 '^af-pmap: arch.nodes.0.tensors.keep (Main): ' \
        sh -c '{ af-parse place.yaml -S arch.nodes.Main.tensors.keep=All -S arch.nodes.Buffer.actions.read.energy=1; af-parse other.yaml; } | af-pmap -q'
}

@test "no Einsum to map, and Einsums that are asked for and not there" {
    for eval in cat af-eval; do
        refused 65 "workload.einsums: there is no Einsum to map" sh -c "af-parse '$arch' | $eval | af-pmap"
        refused 65 "workload.einsums: --einsums: no Einsum is called 'Layr0'; did you mean 'Layer0'?" \
            sh -c "af-parse '$arch' $mlp | $eval | af-pmap --einsums Layr0"
    done
    small | af-eval | parallel --will-cite --pipe -N1 -k af-pmap --einsums Layer1 | jq -es 'map(select(.rec == "group").einsum) | unique == ["Layer1"]'
}

@test "an action without energy or throughput: the mapper says why the component model gives none" {
    cd "$BATS_TEST_TMPDIR"
    cat >pad.yaml <<'Y'
arch:
  nodes:
  - !Memory {name: Main, size: inf, component_class: Dummy, tensors: {keep: All}}
  - !Memory
    name: Pad
    component_class: Register
    size: 192
    extra_attributes_for_component_model: {tech_node: 22e-9, width: 16}
    tensors: {keep: All}
  - !Compute {name: Mac, component_class: Dummy}
workload: {rank_sizes: {M: 4, K: 2, N: 2}, bits_per_value: {All: 8}, einsums: ["C[m, n] = A[m, k] * B[k, n]"]}
Y
    refused 65 '^af-pmap: pad.yaml:4:5: arch.nodes.1.total_latency (Pad): action read has no throughput: model AladdinRegister: width is 16 and size is 192' \
        sh -c 'af-parse pad.yaml | af-pmap'
    refused 65 '^af-pmap: pad.yaml:4:5: arch.nodes.1.actions (Pad): action .* has no energy: model AladdinRegister: width is 16' \
        sh -c 'af-parse pad.yaml -S arch.nodes.Pad.total_latency=1 | af-eval | af-pmap'
}

@test "a tile_shape of rank variables that are nowhere: the mapper refuses it, the evaluation does not" {
    spec -S 'arch.nodes.Buffer.tensors.tile_shape=[{"expression": "foo", "operator": "<=", "value": 4}]'
    af-eval -q s.jsonl >/dev/null
    refused 65 'arch.nodes.1.tensors.tile_shape.0 (Buffer): no Einsum has rank variables called foo' af-pmap s.jsonl
    [ "$(wc -l <"$BATS_TEST_TMPDIR/err")" = 1 ]
    spec -S 'arch.nodes.Buffer.tensors.tile_shape=[{"expression": "m", "operator": "<=", "value": 4}]'
    af-pmap s.jsonl | af-join >/dev/null
}

@test "a leak power that nobody gives is no 0: whoever needs it says so" {
    spec -S arch.nodes.Buffer.leak_power=null
    wanted='arch.nodes.1.leak_power (Buffer): leak_power of Buffer is neither given nor modelled: component_class is not set'
    refused 65 "$wanted" af-pmap s.jsonl
    spec -S arch.nodes.Buffer.leak_power=null -S mapper.metrics=LATENCY
    af-pmap s.jsonl | af-join >m.jsonl
    refused 65 "$wanted" af-model m.jsonl
    spec -S arch.nodes.Buffer.leak_power=null -S arch.nodes.Buffer.component_class=Nonsense
    refused 65 'arch.nodes.1.leak_power (Buffer): component Nonsense is not supported by any model' af-pmap s.jsonl
}

@test "Einsums that give a rank variable two bounds are mapped alone, not together" {
    spec
    cat >two.yaml <<'Y'
workload:
  bits_per_value: {All: 8}
  einsums:
  - {einsum: "Y[m, n] = X[m, k] * W[k, n]", iteration_space_shape: [0 <= m < 4, 0 <= k < 2, 0 <= n < 2]}
  - {einsum: "Z[m, j] = Y[m, n] * V[n, j]", iteration_space_shape: [0 <= m < 8, 0 <= n < 2, 0 <= j < 2]}
Y
    sed -n '/^workload/q;p' spec.yaml >arch.yaml
    af-parse arch.yaml two.yaml >two.jsonl
    af-pmap -q two.jsonl >groups.jsonl
    refused 65 'rank variable m has the bound 4 in Y and 8 in Z' timeout 20 af-join groups.jsonl
    af-pmap -q --einsums Z two.jsonl | af-join | jq -es 'map(select(.rec == "mapping"))[0].metrics.energy > 0'
}

# 20 section 5.5: the mapper evaluates a Compute again once it is known who holds what, other components not.
@test "spatial sets of a Compute with names that are nowhere: the mapper refuses them, the evaluation does not" {
    spatial='fanout: 2, loop_bounds: [{expression: foo, operator: "<=", value: 1}]'; spec
    af-eval -q s.jsonl >/dev/null
    refused 65 "arch.nodes.2.spatial.0.loop_bounds.0.expression (Unit): .*Name 'foo' is not defined" af-pmap -q s.jsonl
    spatial='fanout: 2, may_reuse: X | foo'; spec
    refused 65 "arch.nodes.2.spatial.0.may_reuse (Unit): .*Name 'foo' is not defined" af-pmap -q s.jsonl
    spatial='fanout: 2, loop_bounds: [{expression: Buffer.rank_variables, operator: "<=", value: 2}], may_reuse: ~Above | All'; spec
    maps '.energy > 0'
    spatial= ; spec -S 'arch.nodes.Buffer.spatial=[{"name": "Y", "fanout": 2, "may_reuse": "foo", "loop_bounds": [{"expression": "foo", "operator": "<=", "value": 1}]}]'
    maps '.energy > 0'
}

@test "what a comparison gives counts as a number: true is 1" {
    spec -S arch.nodes.Buffer.bits_per_value='{"All": "len(All) == 3"}' -S arch.nodes.Buffer.bits_per_action='len(All) == 3'
    maps . >true
    spec -S arch.nodes.Buffer.bits_per_value='{"All": 1}' -S arch.nodes.Buffer.bits_per_action=1
    maps . >one
    cmp true one
    af-area s.jsonl >/dev/null
}
