load helper

# What all pipelines have in common: help, exit codes, file names, points that fail, ^C.
setup() { cd "$BATS_TEST_TMPDIR"; p=$root/pipelines; edge=$root/share/arches/edge.yaml layers=$root/share/workloads/mlp.yaml; }

# A folder for what comes in between whose name has a space, and specs whose names have some.
spaced() {
    mkdir -p 'b c'
    export TMPDIR="$PWD/b c"
    cp "$edge" 'my edge.yaml'
    cp "$layers" "my mlp.yaml"
}

@test "pipelines: --help, no arguments, and a mistake in the first tool ends them" {
    for pipeline in "$p"/*.sh; do
        [ "$(basename "$pipeline")" != common.sh ] || continue
        "$pipeline" --help >out 2>err && [ ! -s err ] && grep -q "^  $(basename "$pipeline") " out
        nothing_of '^set\|^\.' out
        refused 64 "$(basename "$pipeline") " "$pipeline"
    done
    echo 'arch: {nodes: []}' >a.yaml
    refused 66 'nothere.yaml' "$p/evaluate.sh" a.yaml nothere.yaml
    [ ! -s out ]
    refused 65 'has no mapping' "$p/evaluate.sh" "$edge" "$layers"
    [ ! -s out ]
    "$p/map.sh" "$arch" $mlp -j2 -o two && "$p/map.sh" "$arch" $mlp -j 1 -o one && cmp one two
}

@test "map.sh: the exit code and the one message are those of the tool that failed" {
    refused 66 '^af-parse: nothere.yaml: cannot read' "$p/map.sh" "$edge" nothere.yaml
    [ "$(wc -l <err)" = 1 ] && [ ! -s out ]
    refused 1 '^af-pmap: Einsum Layer0 has no valid mapping: Dram holds 1 bits' "$p/map.sh" "$edge" "$layers" -S arch.nodes.Dram.size=1
    [ "$(wc -l <err)" = 1 ] && [ ! -s out ]
}

@test "map-each.sh: energy and latency of each layer, whatever is asked for" {
    "$p/map-each.sh" "$edge" "$layers" -S mapper.metrics=ENERGY --csv >t.csv
    awk -F, 'NR > 1 && $1 != "Total" { if (!($2 > 0 && $3 > 0 && $4 > 0)) exit 1; l += $3; n++ } $1 == "Total" { exit !(n == 3 && $3 == l) }' t.csv
}

@test "a sweep with a point that fails: all points are there, the one is told, exit code 1" {
    code=0
    "$p/sweep.sh" "$edge" "$layers" SRAM_KIB=1,bad ROWS=2,4 --area -j2 >s.csv 2>said || code=$?
    [ $code = 1 ]
    [ "$(cut -d, -f1,2 s.csv | tr '\n' ' ')" = 'SRAM_KIB,ROWS 1,2 1,4 bad,2 bad,4 ' ]
    [ "$(awk -F, '{ print NF }' s.csv | sort -u)" = 5 ]
    [ "$(grep -c '^bad,.,,,$' s.csv)" = 2 ]
    [ "$(grep '^sweep.sh' said | tr '\n' ';')" = 'sweep.sh: SRAM_KIB=bad, ROWS=2: no figures;sweep.sh: SRAM_KIB=bad, ROWS=4: no figures;' ]
    "$p/dse.sh" "$edge" "$layers" SRAM_KIB=1,bad ROWS=2,4 2>/dev/null >d.csv || code=$?
    [ $code = 1 ]
    diff <(cut -d, -f-5 d.csv) s.csv
    [ "$(cut -d, -f6 d.csv | tr '\n' ' ')" = 'front 1 1 0 0 ' ]
    refused 1 'component-sweep.sh: size=-5: no figures' "$p/component-sweep.sh" SRAM size=8192,-5 tech_node=22e-9 width=64
}

@test "names with spaces and quotes: files, values, the folder for temporary files, results" {
    spaced
    "$p/sweep.sh" 'my edge.yaml' 'my mlp.yaml' 'BATCH=1, 4,2*3' -D LAYERS=1 --svg "it's a.svg" -j2 -o 's w'
    [ "$(cut -d, -f1 's w' | tr '\n' ' ')" = 'BATCH 1  4 2*3 ' ]
    awk -F, 'NR > 1 && !($2 > 0) { exit 1 }' 's w'
    grep -q '<svg' "it's a.svg"
    "$p/map-each.sh" 'my edge.yaml' 'my mlp.yaml' -j2 --cache 'c d' --csv -o 't t'
    [ "$(ls 'c d' | wc -l)" -gt 0 ]
    cmp 't t' <("$p/map-each.sh" "$edge" "$layers" --csv)
    "$p/dse.sh" 'my edge.yaml' 'my mlp.yaml' SRAM_KIB=1,2 -o 'd d'
    [ "$(wc -l <'d d')" = 3 ]
    "$p/component-sweep.sh" IntAdder width=4,8 tech_node=40e-9 --action add -o 'c s'
    [ "$(wc -l <'c s')" = 3 ]
    "$p/cost-report.sh" 'my edge.yaml' -o 'c r'
    grep -q '^Sram' 'c r'
    "$p/map.sh" 'my edge.yaml' 'my mlp.yaml' -o 'm m'
    [ -z "$(ls "$TMPDIR")" ]                       # nothing stays behind
}

@test "mistakes that can be told before any work" {
    for option in '-j x' '-jx' '--max-area big' 'SRAM_KIB=1,,2' 'SRAM_KIB=' '--svg s.svg ROWS=1,2' '-q' '-o'; do
        refused 64 . "$p/sweep.sh" "$edge" "$layers" SRAM_KIB=1,2 $option
        [ ! -s out ]
    done
    refused 64 'big is no number' "$p/dse.sh" "$edge" "$layers" SRAM_KIB=1,2 --max-area big
    refused 73 'cannot write nowhere/s.csv' "$p/sweep.sh" "$edge" "$layers" SRAM_KIB=1,2 -o nowhere/s.csv
    refused 73 'cannot write nowhere/m' "$p/map.sh" "$edge" "$layers" -o nowhere/m
    mkdir programs
    for program in sh dirname basename readlink sed mktemp rm jq; do ln -s "$(command -v $program)" programs; done
    BIN=$(dirname "$(command -v af-parse)")
    export BIN
    PATH=$PWD/programs refused_by_path 'needs parallel, which is not in PATH' "$p/sweep.sh" "$edge" "$layers" SRAM_KIB=1,2
    BIN=$PWD/none PATH=$PWD/programs refused_by_path 'needs .*none/af-parse, which is not in PATH' "$p/map.sh" "$edge" "$layers"
}
refused_by_path() { # pattern, command…: 127, with a PATH that lacks even grep
    local pattern=$1 said code=0
    shift
    said=$("$@" 2>&1) || code=$?
    [ $code = 127 ] && [[ $said =~ $pattern ]] || { echo "exit $code: $said"; return 1; }
}

@test "after ^C and after a signal: its exit code, no result, and nothing stays behind" {
    spaced
    values=$(seq -s, 1 400)
    for signal in INT:130 TERM:143; do
        setsid env --default-signal=INT "$p/sweep.sh" 'my edge.yaml' 'my mlp.yaml' "SRAM_KIB=$values" -o s.csv 2>/dev/null &
        pid=$!
        for i in $(seq 100); do [ -z "$(find "$TMPDIR" -name 'spec.*')" ] || break; sleep 0.05; done
        kill -${signal%:*} -- -$pid
        code=0
        wait $pid || code=$?
        [ $code = ${signal#*:} ]
        [ ! -e s.csv ]
        ls "$TMPDIR" | nothing_of .
    done
}
