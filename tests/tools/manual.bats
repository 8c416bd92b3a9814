load helper

@test "every manual page is well formed, and has every option of --help" {
    command -v groff >/dev/null || skip "no groff"
    for tool in af-parse af-eval af-pmap af-join af-model af-area af-render; do
        sh "$root/share/man/make.sh" "$(dirname "$(command -v af-parse)")" "$root/share/man/$tool.1.in" >"$BATS_TEST_TMPDIR/$tool.1"
        [ -z "$(groff -man -Tascii -ww -z "$BATS_TEST_TMPDIR/$tool.1" 2>&1)" ]
        groff -man -Tascii "$BATS_TEST_TMPDIR/$tool.1" 2>/dev/null | col -bx >"$BATS_TEST_TMPDIR/page"
        for option in $($tool --help | grep -o -- '^ .\{0,6\}--[a-z][a-z-]*' | grep -o -- '--.*'); do
            grep -q -- "$option" "$BATS_TEST_TMPDIR/page" || { echo "$tool $option"; return 1; }
        done
    done
    for page in "$root"/share/man/*.[1-9]; do [ -z "$(groff -man -Tascii -ww -z "$page" 2>&1)" ] || { echo "$page"; return 1; }; done
}

@test "af-spec(5) has every class and field; --explain tells one" {
    sh "$root/share/man/make.sh" "$(dirname "$(command -v af-parse)")" "$root/share/man/af-spec.5.in" >"$BATS_TEST_TMPDIR/af-spec.5"
    [ "$(grep -c '^\.TP' "$BATS_TEST_TMPDIR/af-spec.5")" = "$(af-parse --explain all | grep -c '^  [a-z_]')" ]
    [ "$(grep -c '^\.SS' "$BATS_TEST_TMPDIR/af-spec.5")" = "$(af-parse --explain all | grep -c '^[A-Z]')" ]
    af-parse --explain Memory | grep -A1 '^  size: ' | grep -q 'required'
    refused 64 'af-parse: --explain Memry: no such class; did you mean Memory?' af-parse --explain Memry
}

# As they stand on the pages, in a folder that has the files they speak of.
@test "every example of the manual pages works" {
    cd "$BATS_TEST_TMPDIR"
    ln -s "$root/share" "$root/pipelines" .
    cp share/arches/edge.yaml a.yaml
    cp share/arches/edge.yaml arch.yaml
    cp share/workloads/mlp.yaml w.yaml
    cp share/workloads/mlp.yaml workload.yaml
    af-parse a.yaml w.yaml -S 'mapper.metrics=ENERGY|LATENCY' | af-pmap >g.jsonl
    af-join g.jsonl >m.jsonl
    af-model -q m.jsonl | tee f.jsonl >u.jsonl
    af-parse a.yaml share/workloads/attention.yaml | af-pmap | af-join | af-model -q >results.jsonl    # a mapping that quirks touch
    af-model --yaml-mapping m.jsonl >mapping.yaml
    printf '%s\n' 'binding:' '  version: 1' '  nodes:' '  - logical: {name: Mac, dims: [i]}' \
        '    physical: {name: Pe, dims: [x, y]}' '    relations: {Input: i = x + y * 2 and 0 <= x < 2}' >b.yaml
    n=0
    for page in "$root"/share/man/af-*; do
        while IFS= read -r command; do
            command=$(printf '%s\n' "$command" | sed 's/\\-/-/g; s/\\(dq/"/g; s/\\(aq/'"'"'/g')
            command=${command/parallel/parallel --will-cite}
            bash -o pipefail -c "$command" </dev/null >out 2>err || { echo "failed: $command"; cat err; return 1; }
            target=${command##*> }
            [ -s out ] || [ -s "$target" ] || { echo "nothing: $command"; return 1; }
            n=$((n + 1))
        done < <(awk '/^\.SH/ { f = 0 } /^\.SH EXAMPLE/ { f = 1 } /^\.nf/ { g = 1; next } /^\.fi/ { g = 0 } f && g' "$page")
    done
    echo "$n examples"
    [ "$n" -ge 22 ]
}
