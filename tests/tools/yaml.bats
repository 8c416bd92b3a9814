load helper

# af-parse --yaml: templates rendered, files merged, and the same record again.
shared=$(cd "$BATS_TEST_DIRNAME/../../../shared" 2>/dev/null && pwd) || shared=
every_variable='-D N_EINSUMS=2 -D M=64 -D KN=64 -D BATCH_SIZE=1 -D DECODE=false -D N_NEW_TOKENS=64 -D ATTENTION_TYPE=grouped_query -D M_TILE=4 -D MAC_TILE=4'

setup() { cd "$BATS_TEST_TMPDIR"; }

# The record without what tells where it came from.
content() { sed -n '/^{"rec":"spec"/{s/,"\(at\|@\)":\[[0-9,]*\]//g; s/"@":\[[0-9,]*\],*//g; s/"id":"[0-9a-f]*"//; s/,"files":\[.*//; p}'; }
# The spec on standard input holds this.
holds() { local what=$1; shift; jq -es "$@" "map(select(.rec == \"spec\"))[0] | $what"; }

# The number of these specs (one line each: files and options) that load; fails if one does not come back as it was.
come_back() {
    local line n=0
    while read -r line; do
        af-parse -q $line >first.jsonl 2>/dev/null || continue
        content <first.jsonl >want
        af-parse -q --yaml $line >whole.yaml
        af-parse whole.yaml | content >got
        cmp want got || { echo "$line"; return 1; }
        n=$((n + 1))
    done
    echo $n
}

@test "every file of share comes back" {
    n=$(find "$root/share" -name '[!_]*.yaml' | sort | come_back)
    [ "$n" = "$(find "$root/share" -name '[!_]*.yaml' | wc -l)" ]
}

@test "every file of the reference comes back" {
    [ -n "$shared" ] || skip "no ../shared"
    n=$(find "$shared/reference" -name '*.yaml' | sort | sed "s|\$| $every_variable|" | come_back)
    [ "$n" -ge 55 ]
    n=$(find "$shared/reference/examples/arches/compute_in_memory" -maxdepth 1 -name '[a-z]*.yaml' \
        | sed 's|.*|--top-key variables=& --top-key arch=& --top-key workload=&|' | come_back)
    [ "$n" -ge 8 ]
}

@test "every spec of the golden cases comes back" {
    [ -n "$shared" ] || skip "no ../shared"
    n=$(find "$shared/golden/specs" "$shared/golden/wild" -name '*.yaml' | sort | come_back)
    [ "$n" -ge 200 ]
}

@test "what needs care: quoted texts, texts like numbers, braces, tags, private options, both latencies" {
    cat >s.yaml <<'Y'
variables:
  quoted: "a + 1"
  expression: a + 1
  a: "7"
  block: |
    lambda x, y=2: x * y
  braces: f'{{1}}{a}'
  "odd, key": [1, {b: "c", d: 1.0}]
  real: 4.0
  never: .inf
arch:
  nodes:
  - !Memory
    name: "10"
    size: "10"
    tensors: {keep: "~Intermediates"}
    actions:
    - {name: read, latency: 2}
    - {name: write, latency: 2, throughput: 3}
  - !Fork
    nodes:
    - !Compute {name: side, total_latency: "{1, 2} and 3"}
  - type: Compute
    name: unit
renames: {einsums: [{name: default, tensor_accesses: [{name: w, source: All, expected_count: 1}, {name: x, source: Inputs}]}]}
mapping: !Nested {nodes: [!Storage {tensors: [a], component: "10"}]}
Y
    sed -i 's/{{1}}/{% raw %}{{1}} {# {% x {% endraw %}/' s.yaml
    [ "$(echo s.yaml | come_back)" = 1 ]
    af-parse --yaml s.yaml -S mapper._timeloop_style_even=true | af-parse - | holds .mapper._timeloop_style_even
    af-parse whole.yaml | holds '.variables | .a.lit == "7" and .quoted.lit == "a + 1" and .expression.e == "a + 1" and .braces.e == $braces' \
        --arg braces "f'{{1}} {# {% x {a}'"
}

@test "-o writes the YAML to a file, and a full disk is told" {
    small --yaml -o out.yaml
    af-parse out.yaml | holds '.arch.nodes | length == 3'
    [ -c /dev/full ] || skip "no /dev/full"
    refused 74 'cannot write' small --yaml -o /dev/full
}

@test "large files load and evaluate in linear time: seconds, not minutes" {
    { echo 'variables:'; seq 0 59999 | awk '{ print "  v" $1 ": " ($1 % 10 ? "v" $1 - 1 " + 1" : $1) }'; } >chain.yaml
    timeout 20 af-parse -q "$arch" chain.yaml | timeout 20 af-eval -q | jq -es 'map(select(.rec == "einsum"))[0].variables.v59999 == 59999'
    { echo 'variables:'; seq -f '  v%.0f: {a: 1, b: x + 2}' 300000; } >flat.yaml
    timeout 30 af-parse -q flat.yaml | tail -n 1 | grep -q '"records":1'
    timeout 20 af-parse -q "$arch" "$root/share/workloads/densenet.yaml" -D 'BLOCKS=[6,12,97,83]' | timeout 20 af-eval -q | tail -n 1 | grep -q '"records":403'
}
