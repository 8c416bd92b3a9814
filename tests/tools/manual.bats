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

@test "completion knows the options of a tool, and the classes" {
    . "$root/share/completions/af.bash"
    COMP_WORDS=(af-area --comp) COMP_CWORD=1
    _af af-area
    [ "${COMPREPLY[*]}" = --component ]
    COMP_WORDS=(af-parse --explain Mem) COMP_CWORD=2
    _af af-parse
    [ "${COMPREPLY[*]}" = Memory ]
}
