load helper

# Expressions in total_latency, in the present and in the older spelling (85 U1, U2): the same in the model and in the search.

setup() {
    cd "$BATS_TEST_TMPDIR"
    cat >spec.yaml <<'E'
arch:
  nodes:
  - !Memory {name: Main, size: inf, area: 0, leak_power: 0, actions: [{name: read, energy: 1, throughput: 2}, {name: write, energy: 1, throughput: 4}]}
  - !Compute {name: MAC, area: 0, leak_power: 0, actions: [{name: compute, energy: 1, throughput: inf}]}
workload:
  iteration_space_shape: {m: 0 <= m < 10}
  bits_per_value: {All: 1}
  einsums:
  - {name: E, tensor_accesses: [{name: A, projection: [m]}, {name: Z, projection: [m], output: true}]}
mapping:
  nodes:
  - !Storage {tensors: [A, Z], component: Main}
  - !Temporal {rank_variable: m, tile_shape: 1}
  - !Compute {einsum: E, component: MAC}
E
}

modelled() { af-parse spec.yaml -S "arch.nodes.Main.total_latency=$1" | af-model 2>err | jq 'select(.rec == "latency" and .component == "Main").seconds'; }
searched() { af-parse spec.yaml -S "arch.nodes.Main.total_latency=$1" -S mapper.metrics=LATENCY | af-pmap -q 2>/dev/null | af-join -q 2>/dev/null | jq 'select(.rec == "mapping").metrics.latency'; }

@test "the older names: A_actions, A_latency of the declared actions; one warning" {
    while IFS='|' read -r seconds expression; do
        [ "$(modelled "$expression")" = "$seconds" ] || { echo "$expression: $(modelled "$expression"), want $seconds"; return 1; }
        [ "$(grep -c 'older version' err)" = 1 ]
        [ "$(searched "$expression")" = "$seconds" ]
        af-parse spec.yaml -S "arch.nodes.Main.total_latency=$expression" -S mapper.metrics=LATENCY | af-pmap 2>err >/dev/null
        [ "$(wc -l <err)" = 1 ] && grep -q '^af-pmap: warning: .*older version' err
    done <<'E'
5|max(read_latency, write_latency)
12.5|read_actions + write_latency
2|ceil(max(read_actions, write_actions) / 8)
E
}

@test "functions of counts work in the model and in the search" {
    while IFS='|' read -r seconds expression; do
        [ "$(modelled "$expression")" = "$seconds" ] || { echo "$expression: $(modelled "$expression"), want $seconds"; return 1; }
        [ ! -s err ]
        [ "$(searched "$expression")" = "$seconds" ]
    done <<'E'
3|floor(actions['read'].n_calls / 3)
2|round(actions['read'].n_calls / 4)
10|sqrt(actions['read'].n_calls * 10)
3.321928094887362|log2(actions['read'].n_calls)
3|int(actions['read'].n_calls / 3)
3|trunc(actions[0].n_calls / 3)
10|float(actions[0].n_calls)
1|log10(actions['write'].n_calls)
10|max(a.n_calls for a in actions)
E
}

@test "a component's leak power and its actions' scales are seen as after the cost step" {
    sed -i 's/leak_power: 0, actions: \[{name: read, /leak_power: 0.25, leak_power_scale: 3, n_parallel_instances: 2, actions: [{name: read, energy_scale: 5, throughput_scale: 7, /' spec.yaml
    while IFS='|' read -r seconds expression; do
        [ "$(modelled "$expression")" = "$seconds" ] || { echo "$expression: $(modelled "$expression"), want $seconds"; return 1; }
        [ ! -s err ]
        [ "$(searched "$expression")" = "$seconds" ]
    done <<'X'
1.5|leak_power
1.5|total_leak_power
3|leak_power_scale
28|actions['read'].throughput
5|actions['read'].energy_scale
7|actions['read'].throughput_scale
1|actions['read'].latency_scale
1|actions['write'].throughput_scale
X
}

@test "actions that are not declared, names that do not exist, division by zero: the field is named" {
    evaluate() { af-parse spec.yaml -S "arch.nodes.Main.total_latency=$1" | af-model; }
    refused 65 'arch.nodes.0.total_latency (Main): .*it has read, write' evaluate total_read_actions
    refused 65 'arch.nodes.0.total_latency (Main): .*declares no action "hop"' evaluate hop_latency
    refused 65 'arch.nodes.0.total_latency (Main): ' evaluate 'n_reads / 2'
    refused 65 'arch.nodes.0.total_latency (Main): .*division by zero' evaluate "actions['read'].n_calls / 0"
}
