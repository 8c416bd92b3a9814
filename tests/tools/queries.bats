load helper

# Queries of a workload: filters of share/jq/af.jq against the methods of expressions, and against the reference's figures.
shared=$(cd "$BATS_TEST_DIRNAME/../../../shared" 2>/dev/null && pwd) || shared=
ask() { jq -c -L "$root/share/jq" "include \"af\"; workload | $1"; }

setup() { cd "$BATS_TEST_TMPDIR"; }

# Each query by the two ways, over a workload with these names: an Einsum, two tensors.
agree() { # einsum, tensor, options of af-parse…
    local e=$1 t=$2
    shift 2
    cat >questions <<Q
einsum_names~workload.einsum_names
tensor_names~workload.tensor_names
rank_variables~workload.rank_variables
rank_sizes~workload.rank_sizes
tensor_names_used_in_multiple_einsums~workload.tensor_names_used_in_multiple_einsums
get_tensor_copies~workload.get_tensor_copies()
empty_renames | keys~[name for name in ['All', 'Inputs', 'Nothing', 'Outputs', 'Tensors'] if len(workload.empty_renames()[name]) == 0]
num_computes~workload.n_computes()
num_computes("$e")~workload.num_computes('$e')
n_computes("$e")~workload.n_computes('$e')
get_compute_intensity("$e")~workload.get_compute_intensity('$e')
get_iteration_space_shape_isl_string("$e")~workload.get_iteration_space_shape_isl_string('$e')
get_tensor_size("$t")~workload.get_tensor_size('$t')
get_tensor_shape("$t")~workload.get_tensor_shape('$t')
[einsums_with_tensor("$t")[].name]~[e.name for e in workload.einsums_with_tensor('$t')]
[einsums_with_tensor_as_input("$t")[].name]~[e.name for e in workload.einsums_with_tensor_as_input('$t')]
[einsums_with_tensor_as_output("$t")[].name]~[e.name for e in workload.einsums_with_tensor_as_output('$t')]
[accesses_for_tensor("$t")[] | [.output, .persistent, .bits_per_value, .projection]]~[[a.output, a.persistent, a.bits_per_value, [[r, a.projection[r]] for r in a.projection]] for a in workload.accesses_for_tensor('$t')]
bits_per_value("$t")~workload.accesses_for_tensor('$t')[0].bits_per_value
persistent_tensors~[t for t in workload.tensor_names if workload.accesses_for_tensor(t)[0].persistent]
bits_per_value | to_entries | map([.key, .value]) | sort~[[t, workload.accesses_for_tensor(t)[0].bits_per_value] for t in workload.tensor_names]
n_instances("$e")~workload.n_instances * workload.einsums['$e'].n_instances
Q
    set -- "$arch" "$@"
    local n=0
    while IFS='~' read -r question expression; do
        set -- "$@" -S "arch.variables.q$((n += 1))=($expression)"
    done <questions
    af-parse -q "$@" | af-eval -q >records
    ask "$(cut -d '~' -f 1 questions | sed 's/.*/(&)/' | paste -sd ,)" <records >filters
    jq -c 'select(.rec == "einsum").arch_variables' records | head -n 1 | jq -c '.[]' >expressions
    [ "$(wc -l <questions)" = "$(wc -l <filters)" ]
    jq -nr --slurpfile a filters --slurpfile b expressions 'range($a | length) | select($a[.] != $b[.])
        | "question \(. + 1): \($a[.] | tojson), \($b[.] | tojson)"' >differences
    ! [ -s differences ] || { cat differences; return 1; }
}

@test "filters and expressions agree: a fused head of attention" { agree Divide Score "$root/share/workloads/attention.yaml"; }

@test "filters and expressions agree: decoding, instances, persistent tensors" {
    agree Scores Z "$root/share/workloads/transformer.yaml" -D TOKENS=1 -D CACHED=15 -D LAYERS=3
}

@test "filters and expressions agree: copies of copies, several outputs, spaces that are no boxes" {
    cat >w.yaml <<'Y'
workload:
  n_instances: 2
  rank_sizes: {M: 4, N: M + 2}
  iteration_space_shape: {m: m mod 2 = 0}
  bits_per_value: {All: 4}
  einsums:
  - {einsum: "B[m, n] = A[m, n]", is_copy_operation: true, n_instances: 3}
  - {einsum: "C[m, n] = B[m, n]", is_copy_operation: true}
  - name: two
    tensor_accesses:
    - {name: C, projection: {M: m, N: n}}
    - {name: D, projection: {H: 4*m + n}, output: true}
    - {name: E, projection: [m], output: true, bits_per_value: 16}
  - {name: copy, is_copy_operation: true, tensor_accesses: [{name: X, projection: [m]}, {name: Y, projection: [m], output: true}, {name: Z, projection: [m], output: true}]}
Y
    agree two D w.yaml
    agree B A w.yaml
    [ "$(ask get_tensor_copies <records)" = '{"A":["B","C"],"B":["A","C"],"C":["A","B"],"X":["Y","Z"],"Y":["X","Z"],"Z":["X","Y"]}' ]
}

@test "lower bounds: each value once, the intermediate of a fused cascade never (40 section 4.9)" {
    cat >w.yaml <<'Y'
workload:
  rank_sizes: {NA: 4, NY: 3, NZ: 4}
  bits_per_value: {All: 8}
  einsums: ["Y[ny] = A[na] * B[na, ny]", "Z[nz] = Y[ny] * C[ny, nz]"]
Y
    af-parse "$arch" w.yaml | af-eval | ask lower_bounds >bounds
    jq -e '.unfused == {values: 38, bits: 304} and .fused == {values: 32, bits: 256} and (.einsums | map(.values) == [19, 19])
        and .einsums[0].computes_per_bit == 12 / 152 and (.einsums[1].tensors | map(.bits) == [96, 24, 32])' bounds
}

@test "a name that is not there is told with those that are" {
    small | af-eval >records
    code=0
    ask 'get_tensor_size("A9")' <records 2>err || code=$?
    [ $code = 5 ] && grep -q 'no tensor is called A9: there are A0, A1, A2, W0, W1' err
    code=0
    ask 'num_computes("Layer")' <records 2>err || code=$?
    [ $code = 5 ] && grep -q 'no Einsum is called Layer: there are Layer0, Layer1' err
    refused 65 "the workload has no tensor 'A9'" sh -c "af-parse '$arch' $mlp -S \"arch.variables.x=workload.get_tensor_size('A9')\" | af-eval"
    refused 65 "did you mean 'Layer0'" sh -c "af-parse '$arch' $mlp -S \"arch.variables.x=workload.num_computes('Layer')\" | af-eval"
}

@test "the reference's workloads, asked through the filters" {
    [ -n "$shared" ] || skip "no ../shared"
    figures='{einsums: (reduce .einsums[] as $e ({}; . + {($e.name): {rank_variables: $e.rank_variables, iteration_space: $w |
        get_iteration_space_shape_isl_string($e.name), num_computes: $w | num_computes($e.name), compute_intensity: $w | get_compute_intensity($e.name),
        inputs: [$e.tensor_accesses[] | select(.output | not).name] | sort, outputs: [$e.tensor_accesses[] | select(.output).name] | sort,
        n_instances: $e.n_instances}})),
      tensors: (reduce tensor_names[] as $t ({}; . + {($t): {size: $w | get_tensor_size($t), shape: $w | get_tensor_shape($t)}})),
      rank_variables: rank_variables, n_instances: n_instances, tensors_in_multiple_einsums: tensor_names_used_in_multiple_einsums}'
    n=0
    while IFS= read -r line; do
        name=$(jq -r .name <<<"$line")
        case $name in alexnet|gpt2_medium|mobilebert|mobilenet_v3|msft_phi_1_5|vision_transformer) continue ;; esac    # many Einsums: left to check.py
        readarray -t arguments < <(jq -r --arg at "$shared/reference/" '(.case.files[] | $at + .), (.case.jinja | to_entries[] | "-D", "\(.key)=\(.value)")' <<<"$line")
        af-parse -q "${arguments[@]}" | af-eval -q --no-einsum | ask ". as \$w | $figures" >got
        jq -e --slurpfile got got '.workload as $want | def near($a; $b): ($a - $b | fabs) <= 1e-12 * $b;
            $got[0] as $g | ($g | del(.einsums[].compute_intensity)) == ($want | del(.einsums[].compute_intensity))
            and all($want.einsums | to_entries[]; .value.compute_intensity as $i | near($g.einsums[.key].compute_intensity; $i))' <<<"$line" >/dev/null \
            || { echo "$name"; return 1; }
        n=$((n + 1))
    done <"$shared/golden/golden_workloads.jsonl"
    [ $n -ge 20 ]
}

@test "get_renames_for_einsum: the Einsum's own and the default ones, as sets" {
    af-parse "$root/share/workloads/mlp.yaml" -D LAYERS=2 -D BATCH=2 -D WIDTH=4 -S 'renames.einsums=[{"name":"default","tensor_accesses":[{"name":"moved","source":"input | output"}]}]' |
        af-eval --no-einsum >w.jsonl
    [ "$(ask 'get_renames_for_einsum("Layer1") | [.weight, .moved]' <w.jsonl)" = '[{"s":["W1"],"u":"t"},{"s":["A1","A2"],"u":"t"}]' ]
}

@test "find and find_spatial of an architecture, in any depth" {
    cat >look.yaml <<'Y'
arch:
  variables:
    rows: spec.arch.find("Pe").get_fanout()
    width: spec.arch.find_spatial("X").fanout
    held_by: spec.arch.find_spatial("X", return_spatialable=True)[1].name
    none: spec.arch.find("zz", 7)
  nodes:
  - !Memory {name: Main, size: inf, component_class: Dummy, tensors: {keep: All}}
  - !Hierarchical
    nodes:
    - !Container {name: Pe, spatial: [{name: X, fanout: 4}, {name: Y, fanout: 3}]}
  - !Compute {name: Mac, component_class: Dummy, spatial: [{name: Y, fanout: 2}]}
Y
    af-parse look.yaml | af-eval --no-einsum | jq -es 'map(select(.rec == "einsum"))[0].arch_variables == {rows: 12, width: 4, held_by: "Pe", none: 7}'
    refused 65 "ValueError: Leaf zz not found in the architecture" look 'find("zz")'
    refused 65 "ValueError: No spatial dimension with name 'Z' found in the architecture" look 'find_spatial("Z")'
    refused 65 "ValueError: Multiple spatials with name 'Y' found in the architecture (in nodes: \['Pe', 'Mac'\])" look 'find_spatial("Y")'
    refused 65 "TypeError: find() takes a name, not int" look 'find(3)'
}
look() { af-parse look.yaml -S "arch.variables.none=spec.arch.$1" | af-eval --no-einsum; }

@test "queries of one Einsum: a convolution with a stride" {
    cat >w.yaml <<'Y'
workload:
  rank_sizes: {P: 4, R: 3, C: 2}
  bits_per_value: {All: 8}
  einsums:
  - {name: Conv, tensor_accesses: [{name: I, projection: {H: 2*p + r, C: c}}, {name: W, projection: [r, c]}, {name: O, projection: [p], output: true}]}
  - {name: Copy, is_copy_operation: true, tensor_accesses: [{name: O, projection: [p]}, {name: O2, projection: [p], output: true}]}
Y
    af-parse w.yaml -S 'workload.rank_sizes.H=9' | af-eval --no-einsum >w.jsonl
    for query in 'ranks == ["C","H","P","R"]' 'input_tensor_names == ["I","W"]' 'output_tensor_names == ["O"]' \
        'tensor2rank_variables == {I: ["c","p","r"], W: ["c","r"], O: ["p"]}' \
        'tensor2directly_indexing_rank_variables == {I: ["c"], W: ["c","r"], O: ["p"]}' \
        'tensor2expression_indexing_rank_variables == {I: ["p","r"], W: [], O: []}' \
        'tensor2irrelevant_rank_variables == {I: [], W: ["p"], O: ["c","r"]}' \
        'rank_variable2ranks == {c: ["C"], p: ["H","P"], r: ["H","R"]}' \
        'indexing_expressions | length == 4' 'copy_source_tensor == null'; do
        [ "$(ask "einsum(\"Conv\") | $query" <w.jsonl)" = true ] || { echo "$query"; return 1; }
    done
    [ "$(ask 'einsum("Copy") | copy_source_tensor' <w.jsonl)" = '"O"' ]
    [ "$(ask 'tensor_ranks("I")' <w.jsonl)" = '["H","C"]' ]
}
