# What is told does not depend on the number of threads, whatever the input.
load helper

setup() { cd "$BATS_TEST_TMPDIR"; }

# The same bytes on both streams and the same exit code with one thread as with eight, many times.
same_with_threads() { # code, command…
    local code=$1 threads got
    shift
    for threads in 1 8 8 8 8 8 8 8 8 8 8; do
        got=0
        timeout 60 "$@" -j "$threads" >out 2>err || got=$?
        [ "$got" = "$code" ] || { echo "-j $threads: exit $got, want $code"; cat err; return 1; }
        [ "$threads" != 1 ] || { cp out out.1; cp err err.1; }
        cmp out out.1 && cmp err err.1 || { diff err.1 err; return 1; }
    done
}

@test "what is broken behind an Einsum that has no mapping is not told" {
    small -D BUFFER_BITS=1 -S arch.nodes.Buffer.tensors.keep=All | af-eval >tight
    head -n 3 tight >before
    { cat before; echo '{"rec":"einsum","v":"1",'; } >cut
    same_with_threads 1 af-pmap cut
    { cat before; echo '{"rec":"einsum","v":"2"}'; } >version
    same_with_threads 1 af-pmap version
    same_with_threads 1 af-pmap before nowhere
    { cat before; small | sed 's/"read"/"raed"/g'; } >refused
    same_with_threads 1 af-pmap refused
    [ "$(wc -l <err)" = 1 ]
}

@test "a record that is broken is told, and what stands before it counts" {
    small | af-eval | head -n 4 >good
    { cat good; echo '{"rec":"einsum","v":"1",'; } >cut
    same_with_threads 65 af-pmap cut
    grep -q 'truncated: the record that starts here is cut' err
    same_with_threads 65 af-pmap --counts --explain-pruning cut
    same_with_threads 66 af-pmap --open good nowhere
    [ "$(wc -l <err)" = 1 ]
}

@test "--cache --explain-pruning: of equal Einsums the first is sought, the others are taken from the folder" {
    small | af-eval >one
    cat one one one >three
    af-pmap three >plain
    for threads in 1 2 8 8 8 8; do
        rm -rf c
        timeout 60 af-pmap -j $threads --cache c --explain-pruning three >out 2>"said.$threads"
        cmp out plain
        [ "$(grep -c 'taken from c' "said.$threads")" = 4 ]
        cmp said.1 "said.$threads"
    done
}
