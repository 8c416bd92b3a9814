load helper

ask() { printf '{"rec":"component","v":"1",%s}\n' "$1" | af-area --open "${@:2}"; }
sram='"name":"B","component_class":"SRAM","attributes":{"tech_node":6.5e-8,"size":'

@test "component records: one component asked by itself, its figures and where they come from" {
    ask '"name":"M","component_class":"LPDDR4","actions":["read",{"name":"write","bits_per_action":8}]' |
        jq -es 'map(select(.rec == "cost")) | length == 1 and (.[0] | .component == "M" and .model == "LPDDR4" and .source == "library" and .method == "formula" and
            .area == 0 and (.actions | map(.energy)) == [5.12e-10, 6.4e-11] and .actions[0].throughput == 52428800)'
    ask '"name":"M","component_class":"LPDDR4","actions":["read"]' | jq -es 'all(.rec != "cost_total")'
    [ "$(ask '"name":"M","component_class":"LPDDR4","actions":["read"]' -c M --action read)" = 5.12e-10 ]
}

@test "component records: figures between the table's points carry an error band, known ones none" {
    ask "$sram"'100000},"actions":["read"]' | jq -es 'map(select(.rec == "cost"))[0] | .method == "interpolated" and .error_band >= 0.02 and
        .error_bands.area >= 0.02 and .error_bands.energy.read >= 0.02 and .error_band < 1'
    ask "$sram"'2048,"width":32},"actions":["read"]' | jq -es 'map(select(.rec == "cost"))[0] | .method == "exact" and (has("error_band") | not)'
    refused 65 'component (B): exact figures are required; those of SRAM are interpolated, usually within' ask "$sram"'100000},"actions":["read"]' --require-exact
    ask "$sram"'2048,"width":32},"actions":["read"]' --require-exact >/dev/null
}

@test "component records: beyond a table's range" {
    refused 65 'model SRAM: 3 ports; the table has 1 and 2 (af-eval and af-area estimate beyond with --extrapolate)' ask "$sram"'100000,"n_rw_ports":3},"actions":["read"]'
    ask "$sram"'100000,"n_rw_ports":3},"actions":["read"]' --extrapolate 2>"$BATS_TEST_TMPDIR/err" | jq -es 'map(select(.rec == "cost"))[0] | .method == "extrapolated" and has("error_band") and .error_band == null'
    grep -F 'extrapolated: 3 ports; the table has 1 and 2' "$BATS_TEST_TMPDIR/err"
}

@test "component records: what is wrong with them" {
    refused 65 'component_class' ask '"name":"M"'
    refused 65 'attributes: an object is expected' ask '"component_class":"SRAM","attributes":[1]'
    refused 65 'component.component_class (SRM): component SRM is not supported by any model; did you mean SRAM?' ask '"component_class":"SRM"'
    refused 65 'model SRAM: attribute tech_node is required (given: size)' ask '"component_class":"SRAM","attributes":{"size":8192},"actions":["read"]'
    refused 65 'model IntMAC\|it has no action fly' ask '"component_class":"IntMAC","attributes":{"tech_node":1e-8,"adder_width":8,"multiplier_width":8},"actions":["fly"]'
}

@test "tables of models are found by \$AF_SHARE, and their absence is told" {
    AF_SHARE="$root/share" ask "$sram"'100000},"actions":["read"]' >/dev/null
    export AF_SHARE=/nonexistent
    refused 65 'the table models/sram/exact.txt is not in the folder of shared files; $AF_SHARE names another' ask "$sram"'100000},"actions":["read"]'
}

@test "ten thousand components in one stream take less than two seconds of CPU time" {
    awk 'BEGIN { for (i = 0; i < 10000; i++) printf "{\"rec\":\"component\",\"v\":\"1\",\"name\":\"C%d\",\"component_class\":\"SRAM\",\"attributes\":{\"size\":%d,\"tech_node\":4.5e-8},\"actions\":[\"read\"]}\n", i, 1000 + 97 * i }' >"$BATS_TEST_TMPDIR/q"
    run bash -c "ulimit -t 2; af-area --open -T csv '$BATS_TEST_TMPDIR/q' | wc -l"
    [ "$output" = 10001 ]
}

@test "every component without figures is told, with its place" {
    cat >"$BATS_TEST_TMPDIR/a.yaml" <<'END'
arch:
  nodes:
  - !Memory {name: A, size: 8192, tensors: {keep: All}}
  - !Memory {name: B, component_class: SRM, size: 8192, tensors: {keep: All}}
  - !Memory {name: C, component_class: SRAM, size: 8192, tensors: {keep: All}}
  - !Compute {name: MAC, component_class: Dummy}
END
    af-parse "$BATS_TEST_TMPDIR/a.yaml" $mlp >"$BATS_TEST_TMPDIR/a.jsonl"
    not af-area "$BATS_TEST_TMPDIR/a.jsonl" 2>"$BATS_TEST_TMPDIR/err"
    diff - <(sed "s,$BATS_TEST_TMPDIR/,," "$BATS_TEST_TMPDIR/err") <<'END'
af-area: a.yaml:3:5: arch.nodes.0.component_class (A): area of A is neither given nor modelled: component_class is not set
af-area: a.yaml:4:5: arch.nodes.1.component_class (B): component SRM is not supported by any model; did you mean SRAM?
af-area: a.yaml:5:5: arch.nodes.2.component_class (C): model SRAM: attribute tech_node is required (given: size)
END
}

@test "figures that the spec gives beside those of a model are told apart" {
    cat >"$BATS_TEST_TMPDIR/a.yaml" <<'END'
arch:
  extra_attributes_for_all_component_models: {tech_node: 45e-9}
  nodes:
  - !Memory {name: A, component_class: SRAM, size: 8192, area: 1e-9, actions: [{name: read, energy: 1e-12}], tensors: {keep: All}}
  - !Compute {name: MAC, component_class: Dummy}
END
    af-parse "$BATS_TEST_TMPDIR/a.yaml" $mlp | af-area | jq -es 'map(select(.rec == "cost")) | .[0].given == ["area", "read.energy"] and .[0].area == 1e-9 and
        .[0].actions[0].energy == 1e-12 and .[0].model == "SRAM" and (.[0].error_bands | has("area") | not) and (.[1] | has("given") | not)'
}
