# What ends badly ends clearly, for every tool: a reader that has gone, records that are cut, a full disk, no memory.
load helper

setup_file() { # one stream per stage, made once
    cd "$BATS_FILE_TMPDIR"
    local root; root=$(cd "$BATS_TEST_DIRNAME/../.." && pwd)
    af-parse "$root/share/arches/two_level.yaml" "$root/share/workloads/mlp.yaml" -D LAYERS=2 -D BATCH=4 -D WIDTH=4 >spec
    af-eval spec >einsums
    af-pmap einsums >groups
    af-join groups >mappings
    af-model mappings >figures
    cp "$root/tests/broken/machine.yaml" "$root/tests/broken/matmul.yaml" .
}
setup() { cd "$BATS_FILE_TMPDIR"; }

each_tool=("af-parse machine.yaml matmul.yaml" "af-parse --yaml machine.yaml" "af-eval spec" "af-pmap einsums" "af-join groups" "af-model mappings" "af-model --yaml-mapping mappings" "af-area einsums"
           "af-area -T table einsums" "af-area -T csv einsums" "af-render mappings" "af-render -f text mappings" "af-render figures" "af-pmap --help")
reading=(af-eval:spec af-pmap:einsums af-join:groups af-model:mappings af-area:einsums af-render:mappings af-render:figures)

@test "a reader that has gone ends a tool quietly" {
    local tool code
    [ -p gone ] || mkfifo gone
    for tool in "${each_tool[@]}"; do
        code=0
        exec 4<>gone 5>gone 4<&-              # nobody reads
        $tool >&5 2>err || code=$?
        exec 5>&-
        [ "$code" = 0 ] && [ ! -s err ] || { echo "$tool: exit $code, $(cat err)"; return 1; }
    done
}

@test "a full disk is 73 or 74, and is told" {
    local tool code
    for tool in "${each_tool[@]}"; do
        code=0
        $tool >/dev/full 2>err || code=$?
        [ "$code" = 74 ] && [ "$(cat err)" = "${tool%% *}: standard output: cannot write: No space left on device" ] ||
            { echo "$tool: exit $code, $(cat err)"; return 1; }
        [ "$tool" = "af-pmap --help" ] && continue
        code=0
        $tool -o /dev/full 2>err || code=$?
        [ "$code" = 74 ] && [ "$(cat err)" = "${tool%% *}: /dev/full: cannot write: No space left on device" ] ||
            { echo "$tool -o: exit $code, $(cat err)"; return 1; }
        code=0
        $tool -o /nowhere/out 2>err || code=$?
        [ "$code" = 73 ] && grep -q '/nowhere/out: cannot create this file' err || { echo "$tool: exit $code, $(cat err)"; return 1; }
    done
}

@test "a stream without its end, one that is cut in a record, and what is no record" {
    local pair tool
    for pair in "${reading[@]}"; do
        tool=${pair%:*}
        [ "${pair#*:}" = spec ] || { head -n -1 "${pair#*:}" >cut; refused 65 "$tool: cut: truncated: there is no .end. record; the last good line is [0-9]" "$tool" cut; }
        head -c -70 "${pair#*:}" >cut
        refused 65 "$tool: cut:[0-9]*: truncated: the record that starts here is cut" "$tool" cut
        { head -n 1 "${pair#*:}"; echo hello; } >cut
        refused 65 "$tool: cut:2:1: no record: 'hello' found, expected a JSON object" "$tool" cut
        printf '' >cut
        refused 65 "$tool: cut: no records: the input is empty" "$tool" cut
        refused 65 "$tool: matmul.yaml:1:1: no record: .*; af-parse makes records of YAML files" "$tool" matmul.yaml
        refused 66 "$tool: nowhere: cannot read this file: No such file" "$tool" nowhere
        refused 66 "$tool: .: cannot read this file: Is a directory" "$tool" .
    done
}

@test "memory that ends is 71, and is told" {
    local tool code kib call
    for tool in "${each_tool[@]}"; do
        [ "$tool" = "af-pmap --help" ] && continue
        for call in 1 2 3 4; do
            code=0
            AF_FAIL_ALLOCATION=$call $tool >out 2>err || code=$?
            [ "$code" = 71 ] && grep -q 'out of memory' err || { echo "$tool, allocation $call: exit $code, $(cat err)"; return 1; }
            tail -n 1 out | nothing_of '"rec":"end"'
        done
        [ "$tool" = "af-area einsums" ] || [ "$tool" = "af-parse machine.yaml matmul.yaml" ] || [ "$tool" = "af-render mappings" ] || continue
        for call in $(seq 5 1000); do         # up to the last: once the output is whole, none is needed
            code=0
            AF_FAIL_ALLOCATION=$call $tool >out 2>err || code=$?
            [ "$code" = 0 ] && break
            [ "$code" = 71 ] && ! tail -n 1 out | grep -qE '"rec":"end"|</svg>' || { echo "$tool, allocation $call: exit $code"; return 1; }
        done
        [ "$code" = 0 ]
    done
    for tool in "${each_tool[@]}"; do
        [ "$tool" = "af-pmap --help" ] && continue
        for kib in 7000 7400 7800 8200 8600 9000 12000 16000; do      # too little to begin: 127
            code=0
            (ulimit -c 0; ulimit -v $kib; exec $tool) >out 2>err || code=$?
            case $code in
            0 | 127) ;;
            71) grep -q 'out of memory' err ;;
            *) echo "$tool, $kib KiB: exit $code, $(cat err)"; return 1 ;;
            esac
        done
    done
    awk 'BEGIN { print "variables:"; for (i = 0; i < 100000; i++) print "  a" i ": " i " + 1" }' >large.yaml
    code=0
    (ulimit -v 40000; exec af-parse large.yaml) >out 2>err || code=$?
    [ "$code" = 71 ] && grep -q 'af-parse: out of memory' err
}
