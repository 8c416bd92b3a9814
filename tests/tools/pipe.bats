load helper

setup() { cd "$BATS_TEST_TMPDIR"; }

@test "the pipe finds the best mapping and draws it" {
    small -S 'mapper.metrics=ENERGY|LATENCY' | af-pmap | af-join >m.jsonl
    [ "$(tail -n 1 m.jsonl | jq -r .rec)" = end ]
    jq -es 'map(select(.rec == "mapping"))[0].metrics.energy > 0' m.jsonl
    af-render m.jsonl >m.svg
    head -c 4 m.svg | grep -q '<svg'
    af-render -f text m.jsonl | grep -q 'Unit computes Layer1'
}

@test "af-model reproduces the join's figures to 1e-12" {
    small -S 'mapper.metrics=ENERGY|LATENCY' | af-pmap | af-join | af-model >d.jsonl
    jq -es '(map(select(.rec == "mapping")) | map({key: (.id | tostring), value: .metrics}) | from_entries) as $joined
            | map(select(.rec == "total")) | length > 0 and all(. as $t | $joined[$t.map | tostring]
            | ((.energy - $t.energy) | fabs) <= 1e-12 * $t.energy and ((.latency - $t.latency) | fabs) <= 1e-12 * $t.latency)' d.jsonl
}

@test "parts add up to totals" {
    small -S mapper.metrics=ENERGY | af-pmap | af-join | af-model >d.jsonl
    jq -es '(map(select(.rec == "total"))[0]) as $t | (map(select(.rec == "action" or .rec == "leak") | .energy // 0) | add)
            | ((. - $t.energy) | fabs) <= 1e-12 * $t.energy' d.jsonl
}

@test "the same bytes for any number of threads, through parallel, and from a spec" {
    small | af-eval >e.jsonl
    af-pmap -j1 e.jsonl | af-join -j1 | grep '"rec":"mapping"' >one
    af-pmap -j4 e.jsonl | af-join -j4 | grep '"rec":"mapping"' >four
    small | af-pmap | af-join | grep '"rec":"mapping"' >spec
    parallel --will-cite --pipe -N1 -k af-pmap <e.jsonl | af-join | grep '"rec":"mapping"' >par
    cmp one four && cmp one spec && cmp one par
}

@test "jq between the tools changes nothing" {
    small | af-pmap | af-join | jq -c 'select(.rec == "mapping") | .metrics' >a
    small | jq . | af-eval | jq -c . | af-pmap | jq . | af-join | jq -c 'select(.rec == "mapping") | .metrics' >b
    cmp a b
}

@test "a spec edited with jq: a smaller buffer costs more energy" {
    large=$(small | af-pmap | af-join | jq -s 'map(select(.rec == "mapping"))[0].metrics.energy')
    little=$(small | jq '.arch.nodes[1].size = 64' | af-pmap | af-join | jq -s 'map(select(.rec == "mapping"))[0].metrics.energy')
    jq -en "$little > $large"
}

@test "unfused is never better than free" {
    free=$(small | af-pmap | af-join | jq -s 'map(select(.rec == "mapping"))[0].metrics.energy')
    unfused=$(small -S arch.nodes.Main.tensors.keep=All | af-pmap | af-join | jq -s 'map(select(.rec == "mapping"))[0].metrics.energy')
    jq -en "$unfused >= $free"
}

@test "map.sh and evaluate.sh" {
    "$root/pipelines/map.sh" "$arch" $mlp | jq -es 'any(.rec == "total")'
    cat >mapping.yaml <<'Y'
mapping:
  nodes:
  - !Storage {tensors: [A0, W0, A1], component: Main}
  - !Storage {tensors: [A0, W0, A1], component: Buffer}
  - !Temporal {rank_variable: b, tile_shape: 1}
  - !Temporal {rank_variable: c0, tile_shape: 1}
  - !Temporal {rank_variable: c1, tile_shape: 1}
  - !Compute {einsum: Layer0, component: Unit}
Y
    # 4 x 4 x 4 computes: Main reads A0, W0 once (128 bits each) and writes A1 once, 100 a bit; see 50 section 13.1 for the counts in between.
    "$root/pipelines/evaluate.sh" "$arch" mapping.yaml "$root/share/workloads/mlp.yaml" -D LAYERS=1 -D BATCH=4 -D WIDTH=4 >r.json
    jq -e '.energy_by_component.Main == 38400 and .energy_by_component.Unit == 64' r.json
}

@test "af-area: each component and the totals" {
    small | af-area >c.jsonl
    jq -es 'map(select(.rec == "cost") | .component) == ["Main", "Buffer", "Unit"]' c.jsonl
    jq -es 'map(select(.rec == "cost_total"))[0].total_area == 2' c.jsonl
}
