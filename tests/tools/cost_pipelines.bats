load helper

sweep() { BIN=$(dirname "$(command -v af-parse)") "$root/pipelines/component-sweep.sh" "$@"; }

@test "component-sweep.sh: a line per value, in order, whatever -j; an adder's energy grows with its width" {
    sweep IntAdder width=4,8,16 tech_node=40e-9 --action add >"$BATS_TEST_TMPDIR/one"
    sweep IntAdder width=4,8,16 tech_node=40e-9 --action add -j 2 -o "$BATS_TEST_TMPDIR/two"
    cmp "$BATS_TEST_TMPDIR/one" "$BATS_TEST_TMPDIR/two"
    diff - <(cut -d, -f1,2 "$BATS_TEST_TMPDIR/one") <<'END'
width,energy_J
4,2.625e-14
8,5.25e-14
16,1.05e-13
END
}

@test "component-sweep.sh: a drawing, and what cannot be had" {
    sweep IntAdder width=4,8 tech_node=40e-9 --action add --svg "$BATS_TEST_TMPDIR/a.svg" >/dev/null
    grep -q '<svg' "$BATS_TEST_TMPDIR/a.svg"
    run sweep SRAM size=8192,-5 width=64 tech_node=22e-9
    [ "$status" = 1 ] && [[ "$output" == *"8192,"* ]] && [[ "$output" == *"Probe"* ]]
    run sweep IntAder width=4,8 tech_node=40e-9
    [ "$status" = 1 ] && [[ "$output" == *"IntAdder"* ]] && [[ "$output" == *"no point of IntAder has an answer"* ]]
    run sweep IntAdder width=4
    [ "$status" = 64 ]
}

@test "cost-report.sh: the table of an architecture" {
    BIN=$(dirname "$(command -v af-parse)") "$root/pipelines/cost-report.sh" "$root/share/arches/edge.yaml" "$root/share/workloads/mlp.yaml" >"$BATS_TEST_TMPDIR/table"
    grep -q '^Sram  *1  *3.84e-07  *3.84e-07' "$BATS_TEST_TMPDIR/table"
    grep -q '^total' "$BATS_TEST_TMPDIR/table"
}
