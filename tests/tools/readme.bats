load helper

# The README's pipes, as they stand there, run from the project's folder.
@test "every pipe of the README works" {
    cd "$root"
    n=0
    while IFS= read -r line; do
        if [ "$line" = '```sh' ]; then
            IFS= read -r command
            command=${command/> m.svg/> $BATS_TEST_TMPDIR/m.svg}
            BIN=$(dirname "$(command -v af-parse)") bash -o pipefail -c "$command" >"$BATS_TEST_TMPDIR/out" || { echo "failed: $command"; return 1; }
            [ -s "$BATS_TEST_TMPDIR/out" ] || [ -s "$BATS_TEST_TMPDIR/m.svg" ]
            n=$((n + 1))
        fi
    done <README.md
    [ $n = 8 ]
}

@test "the README's picture is the demo's mapping: four Einsums fused over eight tiles of eight queries" {
    cd "$root"
    metrics=$(sed -n "s/.*map.sh .*-S '\\(mapper.metrics=[A-Z_|]*\\)'.*/\\1/p" Makefile)
    af-parse share/arches/edge.yaml share/workloads/attention.yaml -S "$metrics" | af-pmap | af-join | af-render -T text >"$BATS_TEST_TMPDIR/text"
    sed -n '/^for/,/branches/p' "$BATS_TEST_TMPDIR/text" | tr -s ' ' >"$BATS_TEST_TMPDIR/head"
    head -n 1 "$BATS_TEST_TMPDIR/head" | grep -q '^for q in 0..8 tile 8$'
    grep -q 'Sram Score .*Weight' "$BATS_TEST_TMPDIR/head"
    grep -q 'sequential, 4 branches' "$BATS_TEST_TMPDIR/head"
    for figure in 784.7 4.224; do grep -q "$figure" share/pictures/attention.svg && grep -q "$figure" "$BATS_TEST_TMPDIR/text"; done
}
