load helper

@test "--help and --version of every tool" {
    for tool in af-parse af-eval af-pmap af-join af-model af-area af-render; do
        $tool --help | grep -q "usage: $tool"
        [ "$($tool --version)" = "$tool 0.1.0 (af-records 1)" ]
        $tool --help | sed "s/…/./g" | awk 'length > 80 { print; exit 1 }'
    done
}

@test "-o writes a file, - reads standard input" {
    cd "$BATS_TEST_TMPDIR"
    small -o s.jsonl
    af-eval - <s.jsonl -o e.jsonl
    [ "$(jq -rs '.[-1].records' e.jsonl)" = "$(($(wc -l <e.jsonl) - 1))" ]
}

@test "--stats is JSON on stderr" {
    cd "$BATS_TEST_TMPDIR"
    small --stats >/dev/null 2>err
    jq -e '.tool == "af-parse" and .peak_bytes > 0' err
}

@test "-S by index and by name is the same" {
    cd "$BATS_TEST_TMPDIR"
    small -S arch.nodes.1.size=512 >a
    small -S arch.nodes.Buffer.size=512 >b
    cmp a b
    refused 65 "no element 'Bufer'.*did you mean 'Buffer'" small -S arch.nodes.Bufer.size=1
}

@test "--progress counts templates on stderr, and is silent without a terminal" {
    cd "$BATS_TEST_TMPDIR"
    small >s.jsonl
    af-pmap --progress s.jsonl 2>err >with
    tr '\r' '\n' <err | grep -q 'af-pmap: Layer1: \([1-9][0-9]*\)/\1 in [0-9]* s'
    af-pmap s.jsonl 2>err >without
    [ ! -s err ]
    cmp with without
}

@test "-D and -S take JSON's null for none" {
    cd "$BATS_TEST_TMPDIR"
    printf 'variables:\n  a: "{{nothing}}"\n  b: {{nothing is none}}\n  c: 1\n' >s.yaml
    af-parse -D nothing=null -S variables.c=null s.yaml | af-eval --no-einsum | jq -es 'map(select(.rec == "einsum")) | .[0].variables == {a: "None", b: true, c: null}'
}
