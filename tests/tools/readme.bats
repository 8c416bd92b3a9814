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
