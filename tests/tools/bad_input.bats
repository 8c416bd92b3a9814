load helper

setup() { cd "$BATS_TEST_TMPDIR"; }

@test "a missing file is 66" { refused 66 '^af-parse: /nowhere/a.yaml: cannot read this file: No such file or directory$' af-parse /nowhere/a.yaml; }

@test "a YAML syntax error names file, line and column" {
    printf 'arch:\n  nodes: [\n' >bad.yaml
    refused 65 'bad.yaml:[0-9]*:[0-9]*: ' af-parse bad.yaml
}

@test "an unknown key comes with the nearest one" {
    printf 'arch:\n  nodes:\n  - !Memory {name: M, siez: 4, size: 4}\n' >bad.yaml
    refused 65 'arch.nodes.0.siez: Field siez is not supported for Memory; did you mean size?' af-parse bad.yaml
}

@test "an undefined Jinja variable names file and line" {
    printf 'variables:\n  a: {{ NOPE }}\n' >bad.yaml
    refused 65 "bad.yaml:2: 'NOPE' is undefined" af-parse bad.yaml
}

@test "latency_scale and throughput_scale exclude each other" {
    printf 'arch:\n  nodes:\n  - !Compute {name: M, latency_scale: 2, throughput_scale: 3}\n' >bad.yaml
    refused 65 'arch.nodes.0.*: `latency_scale` and `throughput_scale` are both given' af-parse bad.yaml
}

@test "the Jinja filter map takes the name of a filter, and nothing else" {
    printf "variables:\n  a: {{ ['3', '4.5'] | map('float') | sum }}\n" >good.yaml
    [ "$(af-parse good.yaml | jq -c 'select(.rec == "spec") | .variables.a')" = 7.5 ]
    printf "variables:\n  a: {{ ['3'] | map('flaot') | list }}\n" >bad.yaml
    refused 65 "bad.yaml:2: .*No filter named 'flaot'; did you mean 'float'" af-parse bad.yaml
    printf "variables:\n  a: {{ ['3'] | map | list }}\n" >bad.yaml
    refused 65 "bad.yaml:2: .*map needs the name of a filter" af-parse bad.yaml
}

@test "a Compute inside an Array" {
    printf 'arch:\n  nodes:\n  - !Array {name: R, spatial: [{name: X, fanout: 2}], nodes: [!Compute {name: Mac}]}\n' >bad.yaml
    refused 65 'arch.nodes.0.nodes.0 (Mac): a Compute cannot stand inside an Array' af-parse bad.yaml
}

@test "a rank size of one Einsum under a lower-case name" {
    printf 'workload:\n  einsums: [{einsum: "C[m] = A[m]", rank_sizes: {m: 4}}]\n' >bad.yaml
    refused 65 "bad.yaml:2:.*workload.einsums.0: m: a rank's name must not start with a lower-case letter" af-parse bad.yaml
}

@test "2p in an index expression, where constraints may say it" {
    printf 'workload:\n  rank_sizes: {P: 4}\n  bits_per_value: {All: 8}\n  einsums:\n  - {einsum: "C[p] = A[H: 2p]"}\n' >bad.yaml
    refused 65 'lacks a `\*`: write `2\*p`, not `2p`' sh -c 'af-parse bad.yaml | af-eval'
}

@test "costs that cannot be had: no class for an action without energy, an action twice" {
    printf 'arch:\n  nodes:\n  - !Memory {name: G, size: 4, area: 1, leak_power: 0, actions: [{name: read, energy: 1, throughput: 1}]}\n  - !Compute {name: Mac, component_class: Dummy}\n' >bad.yaml
    refused 65 'arch.nodes.0.component_class (G): energy of action write of G is neither given nor modelled' sh -c 'af-parse bad.yaml | af-area'
    af-parse bad.yaml | af-area --no-energy --no-throughput | jq -es '[.[] | select(.rec == "cost") | .area] == [1, 0]'
    printf 'arch:\n  nodes:\n  - !Compute {name: Mac, component_class: Dummy, actions: [{name: compute}, {name: compute}]}\n' >bad.yaml
    refused 65 'Multiple elements with name "compute" found' sh -c 'af-parse bad.yaml | af-area'
}

@test "--metrics that are none" {
    small | af-pmap | af-join >m.jsonl
    refused 64 "'ENRGY' is no list of metrics" af-model --metrics ENRGY m.jsonl
}

@test "an undefined name in an expression names the field" {
    small -S arch.nodes.Buffer.size=unknown_name >s.jsonl
    refused 65 "arch.nodes.1.size (Buffer): .*Name 'unknown_name' is not defined" af-eval s.jsonl
}

@test "a tensor that no memory may keep" {
    small -S arch.nodes.Main.tensors.keep=Nothing -S arch.nodes.Main.tensors.may_keep=Nothing -S arch.nodes.Buffer.tensors.keep=Nothing \
        -S arch.nodes.Buffer.tensors.may_keep=Nothing >s.jsonl
    refused 1 'A0' af-pmap s.jsonl
}

@test "a capacity that is too small names the memory" {
    small -S arch.nodes.Buffer.size=4 -S arch.nodes.Buffer.tensors.keep=All >s.jsonl
    refused 1 'Buffer' af-pmap s.jsonl
}

@test "a truncated stream into each tool is 65" {
    small | af-eval >e.jsonl
    af-pmap e.jsonl >g.jsonl
    af-join g.jsonl >m.jsonl
    for pair in af-eval:e af-pmap:e af-join:g af-model:m af-area:e af-render:m; do
        head -n -1 "${pair#*:}.jsonl" >cut.jsonl
        refused 65 "${pair%:*}: " "${pair%:*}" cut.jsonl
    done
}

@test "a full disk is 73 or 74, for each tool" {
    small | af-pmap >g.jsonl
    af-join g.jsonl >m.jsonl
    for command in "af-eval g.jsonl" "af-join g.jsonl" "af-model m.jsonl" "af-render m.jsonl"; do
        code=0
        $command >/dev/full 2>err || code=$?
        [ "$code" = 74 ] || [ "$code" = 73 ] || { echo "$command: $code"; return 1; }
        [ -s err ]
    done
}

@test "tiles and templates of groups are checked when a row of theirs is chosen" {
    small | af-pmap >g.jsonl
    sed 's/"tiles":\[\[[^]]*/&,"x"/g' g.jsonl >bad.jsonl
    refused 65 'tiles' af-join bad.jsonl
    sed 's/"templates":\[/&nobody,/g' g.jsonl >bad.jsonl
    refused 65 'not JSON' af-join bad.jsonl
    sed 's/"templates":\[/"templates":[[/g' g.jsonl >bad.jsonl
    refused 65 '' af-join bad.jsonl
}

@test "what groups hold is refused with file and line, also where loops make keys" {
    af-parse "$root/share/arches/fanout.yaml" $mlp | af-pmap >g.jsonl
    sed 's/"tiles":\[\[[^]]*/&,"x"/g' g.jsonl >bad.jsonl
    refused 65 '^af-join: bad.jsonl:[0-9]*: group.tiles: has ' af-join bad.jsonl
    sed 's/"valid":[0-9]*/"valid":"many"/' g.jsonl >bad.jsonl
    refused 65 '^af-join: bad.jsonl:4: group.counts.valid: many found, expected a number$' af-join bad.jsonl
}

@test "a node of a mapping record needs its component, its tensors, its rank variable, its Einsum" {
    small | af-pmap | af-join >m.jsonl
    for field in component tensors rank_variable einsum purposes; do
        sed "/^{\"rec\":\"mapping\"/s/\"$field\":/\"was_$field\":/g" m.jsonl >bad.jsonl
        for command in "af-model" "af-model --backend isl" "af-model --yaml-mapping" "af-model --columns" "af-render" "af-render -T text"; do
            refused 65 "$field: is not given, and a [A-Z][a-z]* needs it" $command bad.jsonl
        done
    done
    sed 's/"tensors":\["[A-Z0-9]*"\],"component"/"tensors":[],"component"/g' m.jsonl >bad.jsonl
    not cmp -s m.jsonl bad.jsonl
    refused 65 '^af-model: bad.jsonl:[0-9]*: mapping.tensors: names nothing, and a Storage needs it$' af-model bad.jsonl
}

@test "an Einsum's name that is no text is refused, whatever is written" {
    small | af-eval | sed 's/^{"rec":"einsum","v":"1","spec":"[0-9a-f]*","einsum":"Layer0"/{"rec":"einsum","v":"1","einsum":7/' >bad.jsonl
    for to in jsonl table csv; do refused 65 '^af-area: bad.jsonl:3: einsum.einsum: 7 found, expected a string$' af-area -T $to bad.jsonl; done
    small | af-eval | sed 's/"einsums":\[{"name":"Layer0"/"einsums":[{"name":7/' >bad.jsonl
    refused 65 '^af-pmap: bad.jsonl:2: workload.einsums.name: 7 found, expected a string$' af-pmap bad.jsonl
}

@test "more instances than can be counted are refused" {
    small -S workload.einsums.0.n_instances=9223372036854775807 >s.jsonl
    refused 65 'mlp.yaml:[0-9]*:[0-9]*: workload.einsums.0.n_instances (Layer0): 9.22337e+18 instances in all' af-eval s.jsonl
    small -S workload.n_instances=-1000000000000000000000000000000 >s.jsonl
    refused 65 'workload.n_instances: -1e+30 instances in all' af-eval s.jsonl
    small -S workload.n_instances=1000000 -S workload.einsums.0.n_instances=1000000 | af-eval | tail -n 1 | grep -q '"rec":"end"'
}

@test "a stream of no records stays one: its end goes on" {
    echo '{"rec":"end","v":"1","records":0}' >none.jsonl
    for tool in af-eval af-pmap; do
        $tool none.jsonl >out
        cmp out none.jsonl
    done
}

@test "a closed pipe ends quietly" {
    small >s.jsonl
    { af-eval s.jsonl 2>err; echo $? >code; } | head -c 1 >/dev/null
    [ ! -s err ]
}

@test "usage errors are 64" {
    refused 64 'unknown option --nope' af-pmap --nope
    refused 64 'needs a value' af-parse -D
    refused 64 'did you mean --einsums' af-pmap --einsms A
}

@test "another major version is refused" {
    echo '{"rec":"spec","v":"2"}' >s.jsonl
    refused 65 '' af-eval s.jsonl
}

@test "memory and time limits are 75, memory that ends is 71" {
    small >s.jsonl
    refused 75 'memory limit' af-pmap --memory-limit 20000 s.jsonl
    refused 71 'out of memory' env AF_FAIL_ALLOCATION=10 af-pmap s.jsonl
}

@test "numbers with units, a node's name at the head of -S, include as a statement: what is to be written" {
    cd "$BATS_TEST_TMPDIR"
    for size in 16KB '16 KiB' '(2 * 3 kbit)' 1.5Mb; do
        sed "s/size: {{.*/size: $size/" "$arch" >units.yaml
        refused 65 "units.yaml:22:11: arch.nodes.1.size (Buffer): .*Numbers have no units" sh -c 'af-parse units.yaml | af-eval'
    done
    sed "s/size: {{.*/size: 16 x/" "$arch" >units.yaml
    refused 65 "invalid syntax (column 4)$" sh -c 'af-parse units.yaml | af-eval'
    refused 64 'Buffer is a node: write arch.nodes.Buffer.size$' af-parse "$arch" -S Buffer.size=3
    refused 64 'Buffer is a node: write arch.nodes.Buffer.size$' af-parse "$arch" -S arch.Buffer.size=3
    echo '{% include "part.yaml" %}' >including.yaml
    refused 65 "including.yaml:1: unsupported Jinja statement 'include'.*{{ include('FILE') }}" af-parse including.yaml
}

@test "a place that holds null is left out; a Reservation without its resource is refused" {
    small >s.jsonl
    sed 's/"@":\[[0-9]*,/"@":[null,/g; s/"at":\[[0-9]*,/"at":[null,/g' s.jsonl >bad.jsonl
    not cmp -s s.jsonl bad.jsonl
    af-eval bad.jsonl >out
    tail -n 1 out | grep -q '"rec":"end"'
    af-pmap s.jsonl | af-join >m.jsonl
    sed 's/"resource":/"resorce":/g' m.jsonl >bad.jsonl
    not cmp -s m.jsonl bad.jsonl
    refused 65 'resource' af-model bad.jsonl
}

@test "figures of an einsum record that was edited: what makes no sense is refused with its place" {
    small | af-eval >e.jsonl
    edited() { jq -c "if .rec == \"einsum\" then .arch.nodes[0].$1 else . end" e.jsonl >bad.jsonl; not cmp -s e.jsonl bad.jsonl; }
    edited 'actions[0].bits_per_action = 0'
    refused 65 'arch.nodes.0.actions.bits_per_action (Main): an action moves more than 0 bits; this one is 0' af-pmap bad.jsonl
    edited 'bits_per_action = -8'
    refused 65 'arch.nodes.0.bits_per_action (Main): an action moves more than 0 bits; this one is -8' af-pmap bad.jsonl
    edited 'total_latency = -1.5'
    refused 65 'arch.nodes.0.total_latency (Main): a latency is at least 0 s; this one is -1.5' af-pmap bad.jsonl
    edited 'size = -1'
    refused 65 'arch.nodes.0.size (Main): a size is at least 0 bits; this one is -1' af-pmap bad.jsonl
    edited 'size = "nan"'
    refused 65 'arch.nodes.0.size (Main): a size is at least 0 bits; this one is nan' af-pmap bad.jsonl
}
