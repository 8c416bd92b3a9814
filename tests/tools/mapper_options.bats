load helper

setup() { cd "$BATS_TEST_TMPDIR"; }

mappings() { af-join "$@" | grep '"rec":"mapping"'; }

@test "--cache: the same bytes without, with an empty and with a full one; entries do not depend on the other Einsums" {
    small | af-eval >e.jsonl
    af-pmap e.jsonl >plain
    af-pmap --cache c e.jsonl >first
    af-pmap --cache c --explain-pruning e.jsonl >second 2>said
    cmp plain first && cmp plain second
    grep -q 'Layer0: taken from c' said && grep -q 'Layer1: taken from c' said
    [ "$(find c -name '*.jsonl' | wc -l)" = 2 ] && [ "$(find c -type f | wc -l)" = 2 ]
    # a workload that has the first layer in common: other spec, same Einsum
    af-parse "$arch" "$root/share/workloads/mlp.yaml" -D LAYERS=2 -D BATCH=4 -D WIDTH=4 -S mapper.tiling_coarseness=2 | af-pmap --cache c >other
    [ "$(find c -name '*.jsonl' | wc -l)" = 4 ]
    af-parse "$arch" "$root/share/workloads/mlp.yaml" -D LAYERS=2 -D BATCH=4 -D WIDTH=4 -S mapper.tiling_coarseness=2 | af-pmap | cmp - other
}

@test "--cache: --fix is part of what an entry is for" {
    small | af-eval >e.jsonl
    af-pmap --cache c e.jsonl >first
    af-pmap --cache c --fix all e.jsonl >fixed
    [ "$(find c -name '*.jsonl' | wc -l)" = 4 ]
}

@test "--cache: damaged entries are made anew" {
    small | af-eval >e.jsonl
    af-pmap e.jsonl >plain
    af-pmap --cache c e.jsonl >first
    for damage in 'cut' 'flip' 'empty' 'foreign'; do
        for entry in c/*.jsonl; do
            case $damage in
            cut) head -c 2000 "$entry" >x ;;
            flip) sed 's/"bits":\[8/"bits":[9/; s/"latency":\[/"latency":[1/; s/"energy":\[/"energy":[1/' "$entry" >x ;;
            empty) : >x ;;
            foreign) echo '{"rec":"cache","v":"1","sum":"0","key":"{}"}' >x ;;
            esac
            cmp -s x "$entry" && return 1
            cp x "$entry"
        done
        af-pmap --cache c e.jsonl >again
        cmp plain again
        af-pmap --cache c --explain-pruning e.jsonl 2>said >again
        cmp plain again
        [ "$(grep -c 'taken from c' said)" = 2 ]
    done
}

@test "--cache: many writers at once" {
    small | af-eval >e.jsonl
    af-pmap e.jsonl >plain
    seq 16 | parallel --will-cite -j 8 'af-pmap --cache c e.jsonl >out.{}'
    for i in $(seq 16); do cmp plain "out.$i"; done
    [ "$(find c -type f | wc -l)" = 2 ]
}

@test "--cache: a folder that cannot be made" { : >c; small >s.jsonl; refused 73 'cannot make this folder' af-pmap --cache c s.jsonl; }

@test "--einsums maps those alone" {
    small | af-pmap --einsums Layer1 | jq -es 'map(select(.rec == "group").einsum) | unique == ["Layer1"]'
    small | af-pmap --einsums Layer1 | af-join | jq -es 'map(select(.rec == "mapping")) | length == 1'
}

@test "--counts, as the reference prints them" {
    small -S mapper.metrics=ENERGY | af-pmap --counts 2>said >g.jsonl
    jq -rs 'map(select(.rec == "group")) | group_by(.einsum) | map(.[0]) | .[] | "\(.einsum) \(.counts.total) \(.counts.pareto)"' g.jsonl >counts
    grep -Eq '^Layer0: [0-9.e]+ total, [0-9.e]+ \(1/[0-9.e]+\) valid, [0-9.e]+ \(1/[0-9.e]+\) evaluated, [0-9.e]+ \(1/[0-9.e]+\) Pareto-Optimal$' said
    while read -r name total pareto; do grep -q "^$name: $total total, .* $pareto (1/" said; done <counts
    [ "$(tail -n 1 said | cut -d' ' -f1-3)" = "Total: $(awk '{ n += $2 } END { print n }' counts) total," ]
}

@test "--explain-pruning says what each rule removed" {
    small -S arch.nodes.Buffer.size=64 | af-pmap --explain-pruning 2>said >g.jsonl
    grep -q '^Layer0: [0-9]* choices of tile shapes: Buffer holds 64 bits, too few' said
    grep -q '^Layer0: [0-9]* orders of holders: ' said
    small -S arch.nodes.Buffer.size=4 -S arch.nodes.Buffer.tensors.keep=All >s.jsonl
    code=0
    af-pmap --explain-pruning s.jsonl >g.jsonl 2>said || code=$?
    [ $code = 1 ]
    grep -q '^Layer0: [0-9]* choices of tile shapes: Buffer holds 4 bits; one value of A0 needs 8' said
}

@test "templates that are cut off are told, in the results too" {
    small -S mapper.max_pmapping_templates_per_einsum=1 | af-pmap 2>said | af-join 2>>said | jq -es 'map(select(.rec == "mapping"))[0].counts.Layer0.capped'
    grep -q 'max_pmapping_templates_per_einsum: templates of Einsum Layer0 were cut off at 1' said
}

@test "progress: none on a pipe, a line with --progress" {
    small | af-pmap >g.jsonl 2>said
    [ ! -s said ]
    small | af-pmap --progress >g.jsonl 2>said
    grep -q 'Layer0: [0-9]*/[0-9]*' said
}

# share/workloads/mlp.yaml, three layers: a table of layers, whose sum is no better than the layers mapped together may be.
@test "map-each.sh: a table with a total" {
    "$root/pipelines/map-each.sh" "$arch" $mlp --csv -j2 >t.csv
    [ "$(cut -d, -f1 t.csv | tr '\n' ' ')" = 'einsum Layer0 Layer1 Total ' ]
    awk -F, 'NR > 1 && $1 != "Total" { s += $2 } $1 == "Total" { exit !(s == $2 && s > 0) }' t.csv
    "$root/pipelines/map-each.sh" "$arch" $mlp | head -n 1 | grep -q '^einsum  *energy  *latency'
    code=0
    "$root/pipelines/map-each.sh" "$arch" $mlp --csv -S arch.nodes.Buffer.size=4 -S arch.nodes.Buffer.tensors.keep=All >t.csv 2>said || code=$?
    [ $code = 1 ] && grep -q '^Layer0,,,$' t.csv && grep -q 'one value of A0 needs 8' said
}

@test "sweep.sh: CSV over templates' variables and fields, in order whatever -j, and a plot" {
    "$root/pipelines/sweep.sh" "$arch" "$root/share/workloads/mlp.yaml" -D LAYERS=1 -D WIDTH=4 arch.nodes.Buffer.size=64,256 BATCH=2,4 -j4 >s.csv
    [ "$(cut -d, -f1,2 s.csv | tr '\n' ' ')" = 'arch.nodes.Buffer.size,BATCH 64,2 64,4 256,2 256,4 ' ]
    "$root/pipelines/sweep.sh" "$arch" "$root/share/workloads/mlp.yaml" -D LAYERS=1 -D WIDTH=4 arch.nodes.Buffer.size=64,256 BATCH=2,4 | cmp - s.csv
    energy=$(af-parse "$arch" "$root/share/workloads/mlp.yaml" -D LAYERS=1 -D WIDTH=4 -D BATCH=4 -S arch.nodes.Buffer.size=64 -S mapper.metrics=ENERGY_DELAY_PRODUCT \
        | af-pmap | af-join | af-model | jq 'select(.rec == "total" and .map == 0).energy')
    [ "$(sed -n 3p s.csv | cut -d, -f3)" = "$energy" ]
    "$root/pipelines/sweep.sh" "$arch" "$root/share/workloads/mlp.yaml" -D LAYERS=1 -D WIDTH=4 BATCH=2,4,8 --svg s.svg >s.csv
    grep -q '<svg' s.svg
}

@test "dse.sh: area first, then the front" {
    "$root/pipelines/dse.sh" "$root/share/arches/edge.yaml" "$root/share/workloads/mlp.yaml" -D LAYERS=1 -D BATCH=8 -D WIDTH=16 SRAM_KIB=1,4,16 ROWS=2,8 >d.csv
    [ "$(head -n 1 d.csv)" = SRAM_KIB,ROWS,area,energy,latency,front ]
    [ "$(wc -l <d.csv)" = 7 ]
    awk -F, 'NR > 1 { if ($6) n++; else m++ } END { exit !(n > 0 && n + m == 6) }' d.csv
    most=$(sed -n 4p d.csv | cut -d, -f3)
    "$root/pipelines/dse.sh" "$root/share/arches/edge.yaml" "$root/share/workloads/mlp.yaml" -D LAYERS=1 -D BATCH=8 -D WIDTH=16 SRAM_KIB=1,4,16 ROWS=2,8 --max-area "$most" >less.csv
    awk -F, -v most="$most" 'NR > 1 && $3 > most { exit 1 }' less.csv
    [ "$(wc -l <less.csv)" -lt 7 ]
}

@test "--filter: rows by their columns" {
    small -S 'mapper.metrics=ENERGY|LATENCY' | af-eval >e.jsonl
    af-pmap e.jsonl >all.jsonl
    af-pmap --filter "memories['A1'] == 'Main'" e.jsonl >unfused.jsonl
    jq -es 'map(select(.rec == "group")) | length > 0 and all(.compatibility.tensors[0].memory == "Main")' unfused.jsonl
    [ "$(jq -s 'map(select(.rec == "group" and .compatibility.tensors[0].memory == "Main").rows) | add' all.jsonl)" = \
        "$(jq -s 'map(select(.rec == "group").rows) | add' unfused.jsonl)" ]
    af-join unfused.jsonl | jq -es 'map(select(.rec == "mapping")) | length > 0'
    least=$(jq -s 'map(select(.rec == "group" and .einsum == "Layer0").objectives.energy[]) | min' all.jsonl)
    af-pmap --einsums Layer0 --filter "energy <= $least and len(iterations) <= 2" e.jsonl | jq -es "map(select(.rec == \"group\").objectives.energy[]) | unique == [$least]"
    refused 1 'Einsum Layer0: --filter admits none of its pmappings' af-pmap --filter 'energy < 0' e.jsonl
    refused 65 "filter: .*'enrgy' is not defined; the columns of a row are latency, energy, energy_delay_product, bits" af-pmap --filter 'enrgy < 0' e.jsonl
    refused 65 'filter: .*SyntaxError' af-pmap --filter 'energy <' e.jsonl
    refused 65 "KeyError: 'A9'" af-pmap --filter "memories['A9'] == 'Main'" e.jsonl
    refused 65 'rows of Einsum Layer0 have memories of A1; bits and usage' af-pmap --filter "memories['A9'] == 'Main'" e.jsonl
}

@test "af-join --filter: upper limits are asked on the way, all else of whole mappings" {
    af-parse "$root/share/arches/two_level.yaml" "$root/share/workloads/matmuls.yaml" \
        -S 'mapper.metrics=ENERGY|LATENCY' | af-pmap >g.jsonl
    least=$(af-join g.jsonl | jq -s 'map(select(.rec == "mapping").metrics.energy) | min')
    for limit in ">= $least" "< $least * 1.001" ">= $least and latency > 0"; do
        af-join --filter "energy $limit" g.jsonl | jq -es "map(select(.rec == \"mapping\").metrics.energy) | min == $least"
    done
    refused 1 '--filter admits none of the mappings of the Einsums up to ' af-join --filter "energy < $least" g.jsonl
    refused 1 '--filter admits none of the mappings of the Einsums up to ' af-join --filter 'energy < 0 - 1 + -latency' g.jsonl
    refused 1 '--filter admits none of the pmappings of Einsum ' af-join --filter 'energy < 0' g.jsonl
}

@test "--filter: memories that a group does not use, metrics that are not asked for" {
    small -S arch.nodes.Buffer.size=256 -S 'mapper.metrics=ENERGY|RESOURCE_USAGE' | af-eval >e.jsonl
    af-pmap --filter "usage['Buffer'] <= 0.25" e.jsonl >few.jsonl
    jq -es 'map(select(.rec == "group")) | length > 0 and all(all(.reservations[]; .memory != "Buffer" or all(.bits[]; . * 4 <= 256)))' few.jsonl
    af-join few.jsonl | jq -es 'map(select(.rec == "mapping")) | length > 0'
    refused 65 "Name 'latency' is not defined: rows have it if mapper.metrics asks for it" af-pmap --filter 'latency < 1' e.jsonl
}

@test "--explain-pruning: of each stage, what was tried is what rules removed and what is left" {
    small -S 'mapper.metrics=ENERGY|LATENCY' | af-pmap --explain-pruning 2>said >g.jsonl
    grep -Eq '^Layer0: [0-9]+ templates tried, [0-9]+ left$' said
    grep -q '^Layer1: [0-9]* rows: worse than others of the Einsum' said
    awk '/ tried, / { if (left != "" && left != 0) exit 1; left = $2 - $(NF - 1); n++ } !/ tried, / { left -= $2 } END { exit !(left == 0 && n == 10) }' said
}

@test "af-join --explain-pruning: pairs of tables and of rows, and what removed them" {
    small -S arch.nodes.Buffer.size=128 -S 'mapper.metrics=ENERGY|LATENCY' | af-pmap >g.jsonl
    af-join g.jsonl >plain
    af-join --explain-pruning g.jsonl >told 2>said
    cmp plain told
    grep -Eq '^Layer1: [0-9]+ pairs of tables tried, [0-9]+ left$' said
    grep -Eq '^Layer1: [0-9]+ pairs of rows: what they hold at the same time does not fit into some memory$' said
    awk '/pairs of rows tried/ { exit !($2 >= $7 && $7 >= $NF && $NF > 0) }' said
}

@test "-j: Einsums that are mapped at a time come in order, and the first that fails is told" {
    cd "$BATS_TEST_TMPDIR"
    for jobs in 1 2 5; do
        small | af-pmap -j $jobs --counts >g$jobs.jsonl 2>said$jobs
        af-join -j $jobs g1.jsonl >m$jobs.jsonl
        code=0
        small -S arch.nodes.Buffer.size=4 -S arch.nodes.Buffer.tensors.keep=All |
            af-pmap -j $jobs >none$jobs.jsonl 2>why$jobs || code=$?
        [ $code = 1 ] && grep -q Layer0 why$jobs
        for file in g m none; do cmp ${file}1.jsonl $file$jobs.jsonl; done
        cmp said1 said$jobs
        cmp why1 why$jobs
    done
}

# A spatial loop that runs once is in no mapping: the search must not charge hops or traffic for it (60 Q29).
@test "networks: the front's figures are those of the model for its mappings" {
    cd "$BATS_TEST_TMPDIR"
    for case in "mesh X X" "mesh X Y" "all_to_all X X" "all_to_all X Y"; do
        set -- $case
        cat >network.yaml <<Y
arch:
  nodes:
  - !Memory {name: Dram, size: inf, area: 0, leak_power: 0, tensors: {keep: ~Intermediates, may_keep: All}, actions: [{name: read, energy: 44, throughput: 64}, {name: write, energy: 43, throughput: 64}]}
  - !Network {name: Noc, topology: $1, area: 0, leak_power: 0, actions: [{name: hop, energy: 0.5, latency: 0.25, throughput: 4}]}
  - !Memory {name: Shared, size: 400, area: 0, leak_power: 0, tensors: {keep: ~Dram, may_keep: All}, actions: [{name: read, energy: 13, throughput: 4}, {name: write, energy: 10, throughput: 4}]}
  - !Memory {name: Local, size: 256, area: 0, leak_power: 0, tensors: {may_keep: All}, spatial: [{name: $2, fanout: 3}], actions: [{name: read, energy: 5, throughput: 2}, {name: write, energy: 5, throughput: 2}]}
  - !Compute {name: Mac, area: 0, leak_power: 0, spatial: [{name: $3, fanout: 4}], actions: [{name: compute, energy: 1, throughput: 1}]}
workload:
  iteration_space_shape: {m: 0 <= m < 4, k: 0 <= k < 1, n: 0 <= n < 6}
  bits_per_value: {All: 16}
  einsums: ["Y[m, n] = X[m, k] * W[k, n]"]
Y
        af-parse network.yaml -S 'mapper.metrics=ENERGY|LATENCY' | af-pmap | af-join >front.jsonl
        af-model front.jsonl >model.jsonl
        jq -es 'def near($a; $b): ($a - $b | fabs) <= 1e-9 * ($b | fabs);
            [.[] | select(.rec == "mapping").metrics] as $front | [.[] | select(.rec == "total")] as $model |
            ($front | length) > 1 and ($front | length) == ($model | length) and
            all(range($front | length); near($front[.].energy; $model[.].energy) and near($front[.].latency; $model[.].latency))' \
            <(cat front.jsonl <(grep '"rec":"total"' model.jsonl))
    done
}

# Two components with a dimension of the same name: the reference joins loops of one with loops of the other.
@test "fused spatial loops are the same only where their components are: the front's figures are those of the model" {
    cd "$BATS_TEST_TMPDIR"
    cat >rows.yaml <<Y
arch:
  nodes:
  - !Memory {name: Dram, size: inf, area: 0, leak_power: 0, tensors: {keep: ~Intermediates}, actions: [{name: read, energy: 40, throughput: 4}, {name: write, energy: 60, throughput: 4}]}
  - !Container {name: Rows, spatial: [{name: X, fanout: 3}]}
  - !Memory {name: Shared, size: 128, area: 0, leak_power: 0, tensors: {keep: ~Dram, may_keep: All}, spatial: [{name: X, fanout: 4, may_reuse: input}], actions: [{name: read, energy: 20, throughput: inf}, {name: write, energy: 10, throughput: inf}]}
  - !Memory {name: Local, size: 8192, area: 0, leak_power: 0, tensors: {keep: output}, actions: [{name: read, energy: 2, throughput: 64}, {name: write, energy: 2, throughput: 64}]}
  - !Compute {name: Mac, area: 0, leak_power: 0, actions: [{name: compute, energy: 1, throughput: 1}]}
workload:
  rank_sizes: {M: 4, K: 6, N: 6, P: 4}
  bits_per_value: {All: 8}
  einsums:
  - {einsum: "C[m, n] = A[m, k] * B[k, n]", renames: {input: A, weight: B, output: C}}
  - {einsum: "E[m, p] = C[m, n] * D[n, p]", renames: {input: C, weight: D, output: E}}
Y
    af-parse rows.yaml -S 'mapper.metrics=ENERGY|LATENCY|RESOURCE_USAGE' | af-pmap | af-join | af-model >all.jsonl
    jq -es '[.[] | select(.rec == "mapping").metrics.energy] as $front | [.[] | select(.rec == "total").energy] as $model |
        ($front | length) > 1 and all(range($front | length); ($front[.] - $model[.] | fabs) <= 1e-9 * $model[.])' all.jsonl
}

# A spatial loop that runs once is in no mapping: a memory spread over an Array is then not split by it (60 Q29).
@test "memories spread over an Array: what the front says is in use is what the model says" {
    cd "$BATS_TEST_TMPDIR"
    cat >grid.yaml <<Y
arch:
  nodes:
  - !Memory {name: Dram, size: inf, area: 0, leak_power: 0, tensors: {keep: ~Intermediates, may_keep: All}, actions: [{name: read, energy: 60, throughput: inf}, {name: write, energy: 70, throughput: inf}]}
  - !Array
    name: Grid
    spatial: [{name: X, fanout: 4, loop_bounds: [{expression: ~weight.rank_variables, operator: "==", value: 1}]}]
    nodes:
    - !Memory {name: Dist, size: 640, area: 0, leak_power: 0, spatial: [{name: X, fanout: 2}], tensors: {keep: weight}, actions: [{name: read, energy: 2, throughput: 1}, {name: write, energy: 2, throughput: 1}]}
  - !Memory {name: Glb, size: 1920, area: 0, leak_power: 0, tensors: {keep: ~Dram, may_keep: weight}, actions: [{name: read, energy: 9, throughput: inf}, {name: write, energy: 9, throughput: inf}]}
  - !Compute {name: Mac, area: 0, leak_power: 0, actions: [{name: compute, energy: 1, throughput: 1}]}
workload:
  rank_sizes: {M: 6, K: 4, N: 4, P: 4}
  bits_per_value: {All: 16}
  einsums:
  - {einsum: "C[m, n] = A[m, k] * B[k, n]", renames: {input: A, weight: B, output: C}}
  - {einsum: "E[m, p] = C[m, n] * D[n, p]", renames: {input: C, weight: D, output: E}}
Y
    af-parse grid.yaml -S 'mapper.metrics=ENERGY|RESOURCE_USAGE' | af-pmap | af-join | af-model >all.jsonl
    jq -es '[.[] | select(.rec == "mapping") | .id as $m | .reservations[] | [$m, .component, .usage]] as $front |
        (map(select(.rec == "reservation") | {key: "\(.map) \(.component)", value: .usage}) | from_entries) as $model |
        ($front | length) > 4 and all($front[]; (.[2] - ($model["\(.[0]) \(.[1])"] // 0) | fabs) <= 1e-9)' all.jsonl
}
