# Shared by the bats files: the tools are in PATH (tests/run.sh puts them there).
root=$(cd "$BATS_TEST_DIRNAME/../.." && pwd)
arch=$root/share/arches/two_level.yaml
mlp="$root/share/workloads/mlp.yaml -D LAYERS=2 -D BATCH=4 -D WIDTH=4"

# `! command` in the middle of a test never fails it
not() { if "$@"; then echo "unexpected: $*"; return 1; fi; }
nothing_of() { if grep "$@"; then return 1; fi; }               # as grep, of a file or of standard input

small() { af-parse "$arch" $mlp "$@"; }

# Fails unless the command ends with this code, says one message on stderr, and leaves nothing whole on stdout.
refused() { # code, pattern, command…
    local code=$1 pattern=$2 status=0
    shift 2
    "$@" >"$BATS_TEST_TMPDIR/out" 2>"$BATS_TEST_TMPDIR/err" || status=$?
    [ "$status" = "$code" ] || { echo "exit $status, want $code"; cat "$BATS_TEST_TMPDIR/err"; return 1; }
    grep -q -- "$pattern" "$BATS_TEST_TMPDIR/err" || { echo "stderr: $(cat "$BATS_TEST_TMPDIR/err")"; return 1; }
    ! tail -n 1 "$BATS_TEST_TMPDIR/out" | grep -q '"rec":"end"'
}
