load helper

setup() { cd "$BATS_TEST_TMPDIR"; small | af-pmap | af-join >m.jsonl; }

@test "--columns says the same as the action and total records, and nothing of actions that do not happen" {
    af-model m.jsonl >records
    af-model --columns m.jsonl >columns
    jq -es --slurpfile c columns '
        ($c | map(select(.rec == "columns")) | .[0]) as $columns
        | map(select(.rec == "action" and .map == 0)) as $actions
        | map(select(.rec == "total" and .map == 0)) as [$total]
        | ($actions | length) > 10
        and ([$columns | keys[] | select(test("<SEP>action<SEP>"))] | length) == ($actions | length)
        and all($actions[]; "<SEP>\(.component)<SEP>\(.tensor // "None")<SEP>\(.action)" as $tail
            | $columns["\(.einsum)<SEP>action\($tail)"] == .count
            and $columns["\(.einsum)<SEP>energy\($tail)"] == (if .count == 0 then null else .energy end))
        and all("latency", "energy", "dynamic_energy", "leak_energy", "energy_delay_product"; $columns["Total<SEP>" + .] == $total[.])
    ' records
}

@test "--columns has the stride and the first tile of each rank of a fused loop" {
    cat >fused.yaml <<'E'
mapping:
  nodes:
  - !Storage {tensors: [A0, W0, W1, A2], component: Main}
  - !Temporal {rank_variable: b, tile_shape: 2}
  - !Storage {tensors: [A1], component: Buffer}
  - !Sequential
    nodes:
    - !Nested {nodes: [!Storage {tensors: [A0, W0], component: Buffer}, !Temporal {rank_variable: c0, tile_shape: 1}, !Temporal {rank_variable: c1, tile_shape: 1}, !Temporal {rank_variable: b, tile_shape: 1}, !Compute {einsum: Layer0, component: Unit}]}
    - !Nested {nodes: [!Storage {tensors: [W1, A2], component: Buffer}, !Temporal {rank_variable: c1, tile_shape: 1}, !Temporal {rank_variable: c2, tile_shape: 1}, !Temporal {rank_variable: b, tile_shape: 1}, !Compute {einsum: Layer1, component: Unit}]}
E
    small fused.yaml | af-model --columns >columns
    jq -es 'map(select(.rec == "columns")) | .[0]
        | [."Layer0<SEP>stride<SEP>B<SEP>0", ."Layer0<SEP>initial<SEP>B<SEP>0", ."Layer1<SEP>stride<SEP>B<SEP>0"] == [2, 2, 2]' columns
}

@test "a first tile of its own in --columns, and a Pipeline counts as a Sequential: 50 sections 13.12 and 13.2" {
    cat >conv.yaml <<'E'
arch:
  nodes:
  - !Memory {name: Main, size: inf, area: 0, leak_power: 0, actions: [{name: read, energy: 1, throughput: inf}, {name: write, energy: 1, throughput: inf}]}
  - !Memory {name: GB, size: 100000, area: 0, leak_power: 0, actions: [{name: read, energy: 1, throughput: 1}, {name: write, energy: 1, throughput: 1}]}
  - !Compute {name: MAC, area: 0, leak_power: 0, actions: [{name: compute, energy: 1, throughput: 1}]}
workload:
  iteration_space_shape: {p: 0 <= p < 8, r: 0 <= r < 3, s: 0 <= s < 3}
  bits_per_value: {All: 8}
  einsums: ["T[p] = I[H: p + r] * F1[r]", "O[p] = T[p] * J[G: p + s] * F2[s]"]
mapping:
  nodes:
  - !Storage {tensors: [I, J, F1, F2, O], component: Main}
  - !Temporal {rank_variable: p, tile_shape: 2, initial_tile_shape: 4}
  - !Storage {tensors: [T], component: GB}
  - !Sequential
    nodes:
    - !Nested {nodes: [!Storage {tensors: [I, F1], component: GB}, !Temporal {rank_variable: r, tile_shape: 1}, !Temporal {rank_variable: p, tile_shape: 1}, !Compute {einsum: T, component: MAC}]}
    - !Nested {nodes: [!Storage {tensors: [J, F2, O], component: GB}, !Temporal {rank_variable: s, tile_shape: 1}, !Temporal {rank_variable: p, tile_shape: 1}, !Compute {einsum: O, component: MAC}]}
E
    columns() { af-parse -q conv.yaml | af-model -q --columns "$@" | jq -c 'select(.rec == "columns") | [."T<SEP>initial<SEP>P<SEP>0", ."T<SEP>initial<SEP>H<SEP>0", ."T<SEP>stride<SEP>P<SEP>0", ."Total<SEP>energy", ."Total<SEP>latency"]'; }
    [ "$(columns)" = '[2,5,2,2672,2112]' ]
    [ "$(columns --fix initial-tile-shape)" = '[4,7,2,3952,2256]' ]
    sed -i 's/!Sequential/!Pipeline/' conv.yaml
    [ "$(columns)" = '[2,5,2,2672,2112]' ]
}

@test "--metrics ENERGY leaves the other columns out" {
    af-model --columns --metrics energy m.jsonl | jq -es 'map(select(.rec == "columns")) | .[0]
        | [keys[] | select(test("<SEP>(stride|initial)<SEP>") | not)] == ["Total<SEP>energy", "map", "rec", "v"]'
}

@test "--explain: what moves at the holders makes the action counts" {
    af-model --explain m.jsonl >records
    jq -es '
        def key: "\(.einsum) \(.tensor) \(.component)";
        map(select(.map == 0))
        | (map(select(.rec == "buffet" and .reads + .writes > 0)) | INDEX(key)) as $buffets
        | map(select(.rec == "action" and .tensor != null)) as $actions
        | ($buffets | length) * 2 == ($actions | length)
        and all($actions[]; $buffets[key] as $b
            | .count == (if .action == "read" then $b.reads - $b.skipped_reads else $b.writes - $b.skipped_writes end))
        and (map(select(.rec == "nest")) | length == 6 and all(.[]; .nodes[-1] | test("^Unit computes Layer[01]$")))
    ' records
}

@test "expressions may ask the workload" {
    cat >ask.yaml <<'E'
arch:
  variables:
    computes: workload.n_computes()
    one: workload.n_computes("Layer0")
    size: workload.get_tensor_size("A1")
    shape: workload.get_tensor_shape("A1")
    intensity: workload.get_compute_intensity("Layer0")
    space: workload.get_iteration_space_shape_isl_string("Layer0")
E
    mine() { af-parse ask.yaml $mlp | af-eval; }
    mine | jq -es 'map(select(.rec == "einsum")) | .[0].arch_variables
        | [.computes, .one, .size, .shape, .intensity] == [128, 64, 16, {B: 4, C1: 4}, 64 / 48] and (.space | test("0 <= b < 4"))'
    sed -i 's/get_tensor_size("A1")/get_tensor_size("A9")/' ask.yaml
    refused 65 'the workload has no tensor .*A9' mine
}

@test "each metric brings its own records and totals, and none of the others" {
    kinds() { jq -cs 'map(select(.map == 0 and .rec != "mapping") | .rec) | unique - ["tile", "einsum_total", "total"]'; }
    totals() { jq -c 'select(.rec == "total" and .map == 0) | keys - ["rec", "v", "map", "quirks"]'; }
    while read -r metric records names; do
        af-model --metrics "$metric" m.jsonl >out
        [ "$(kinds <out)" = "$records" ] || { kinds <out; false; }
        [ "$(totals <out)" = "$names" ] || { totals <out; false; }
    done <<'E'
latency [] ["latency"]
energy [] ["energy"]
dynamic_energy [] ["dynamic_energy"]
leak_energy [] ["leak_energy"]
resource_usage ["reservation"] []
detailed_memory_usage ["memory"] []
energy_delay_product [] ["energy_delay_product"]
latency|energy [] ["energy","latency"]
actions ["action","latency","leak"] []
E
    af-model m.jsonl | jq -es '(map(select(.rec == "total" and .map == 0))[0]) as $t | $t.energy_delay_product == $t.energy * $t.latency'
    small -S model.metrics=ENERGY | af-pmap | af-join | af-model | totals | head -n 1 | grep -qx '\["energy"\]'
}

@test "quirks: named in the total, told once on stderr, gone with --fix or AF_FIX; each is in af-quirks(7)" {
    cat >order.yaml <<'E'
mapping:
  nodes:
  - !Storage {tensors: [A0, W0, A1], component: Main}
  - !Storage {tensors: [A0, A1, W0], component: Buffer}
  - !Temporal {rank_variable: b, tile_shape: 3}
  - !Temporal {rank_variable: c0, tile_shape: 1}
  - !Temporal {rank_variable: c1, tile_shape: 1}
  - !Temporal {rank_variable: b, tile_shape: 1}
  - !Compute {einsum: Layer0, component: Unit}
E
    one() { af-parse "$arch" "$root/share/workloads/mlp.yaml" -D LAYERS=1 -D BATCH=4 -D WIDTH=4 order.yaml; }
    quirks() { jq -c 'select(.rec == "total").quirks'; }
    one | af-model 2>err | quirks | grep -qx '\["imperfect-tiles","reservation-order"\]'
    [ "$(wc -l <err)" = 1 ] && grep -q -- '--fix imperfect-tiles,reservation-order' err
    one | af-model --fix imperfect-tiles 2>err | quirks | grep -qx '\["reservation-order"\]'
    one | af-model --fix all 2>err | quirks | grep -qx '\[\]' && [ ! -s err ]
    one | AF_FIX=all af-model 2>err | quirks | grep -qx '\[\]'
    wrong() { one | af-model --fix imperfect; }
    refused 64 'no such quirk' wrong
    for name in $(grep -o '"[a-z]*-[a-z-]*"' "$root/lib/model/quirk.c" | tr -d '"'); do
        grep -qx "\.B $name" "$root/share/man/af-quirks.7" || { echo "$name is not in af-quirks(7)"; return 1; }
    done
}

@test "a stream of many specs takes the room of one" {
    cd "$BATS_TEST_TMPDIR"
    small -D LAYERS=1 | af-pmap | af-join | af-model -q --yaml-mapping >mapping.yaml
    small -D LAYERS=1 mapping.yaml | grep -v '"rec":"end"' >one
    for i in $(seq 40); do cat one; done >many
    for tool in af-model af-eval; do
        for n in one many; do $tool --open -q --stats $n 2>&1 >/dev/null | jq .peak_bytes >$n.bytes; done
        [ "$(cat many.bytes)" -lt $((2 * $(cat one.bytes))) ] || { echo "$tool: $(cat one.bytes) and $(cat many.bytes) bytes"; return 1; }
    done
}

@test "--columns: the names of all columns of the reference, no others, and their values" {
    expected=$BATS_TEST_DIRNAME/columns/expected
    af-parse -q "$BATS_TEST_DIRNAME/columns/spec.yaml" | af-model -q --columns >columns
    jq -es --rawfile expected "$expected" '
        def near(x): (. - x | fabs) <= 1e-9 * ([fabs, (x | fabs)] | max);
        map(select(.rec == "columns"))[0] | del(.rec, .v, .map) as $own
        | ($expected | split("\n") | map(select(. != "") | split(" ") | {key: .[0], value: (.[1] | tonumber)})
           | from_entries) as $wanted
        | ($wanted | length) > 150 and ($own | keys) == ($wanted | keys)
        and all($wanted | keys[]; . as $k | $own[$k] | near($wanted[$k]))' columns
}
