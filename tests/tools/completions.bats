load helper

# What shells offer: asked of the tools, by share/completions/words.sh.

setup() {
    cd "$BATS_TEST_TMPDIR"
    export AF_COMPLETIONS=$root/share/completions
    small | af-eval >r.jsonl
}

# As a person at a terminal: the line, then a tab; prints what zsh has made of it.
zsh_line() { python3 -c '
import os, pty, select, sys
pid, end = pty.fork()
if not pid:
    os.environ.update(PS1="$ ", TERM="dumb")
    os.execvp("zsh", ["zsh", "-f", "-i"])
def read_until(mark):
    text = b""
    while mark not in text and select.select([end], [], [], 20)[0]:
        try: text += os.read(end, 4096)
        except OSError: break
os.write(end, b"tell() { print -r -- $BUFFER >line; exit }; zle -N tell; bindkey \"^X\" tell; autoload -U compinit; "
              b"compinit -u -D; source $AF_COMPLETIONS/af.zsh; print rea\"\"dy\n")
read_until(b"ready\r\n")
os.write(end, sys.argv[1].encode() + b"\t\x18")
read_until(b"no such text")
os.waitpid(pid, 0)' "$1"; cat line; }

@test "every shell is told every option and value that the tools have" {
    words=$AF_COMPLETIONS/words.sh
    for tool in af-parse af-eval af-pmap af-join af-model af-area af-render; do
        diff <(sh "$words" options $tool | cut -f1 | grep -- '^--' | sort) \
             <($tool --help | grep -o '^ .\{0,5\}--[a-z][a-z-]*' | grep -o -- '--.*' | sort)
        diff <(sh "$words" options $tool | cut -f1 | grep -- '^-[a-zA-Z]') <($tool --help | grep -o '^  -[a-zA-Z]' | tr -d ' ')
    done
    for format in $(sh "$words" values af-render -T); do af-render -T $format --version; done
    [ "$(sh "$words" values af-render --theme | tr '\n' ' ')" = 'auto light dark ' ]
    [ "$(sh "$words" values af-render --keep r.jsonl none.jsonl | tr '\n' ' ')" = "$(grep -o '"component":"[^"]*' r.jsonl | cut -d'"' -f4 | sort -u | tr '\n' ' ')" ]
    [ "$(sh "$words" values af-pmap --einsums r.jsonl | tr '\n' ' ')" = 'Layer0 Layer1 ' ]
    [ "$(sh "$words" values af-render --html r.jsonl)" = '' ]
    [ "$(sh "$words" values af-render -o)" = FILES ]
    sh "$words" values af-parse -S "$arch" | grep -qx 'arch.nodes.Buffer.size='
}

@test "completion of bash" {
    . "$root/share/completions/af.bash"
    offered() { COMP_WORDS=("$@") COMP_CWORD=$(($# - 1)); COMPREPLY=(); _af "$1"; echo "${COMPREPLY[*]}"; }
    [ "$(offered af-area --comp)" = --component ]
    [ "$(offered af-parse --explain Mem)" = Memory ]
    [ "$(offered af-area --explain HBM)" = "HBM2 HBM3 HBM4" ]
    [ "$(offered af-render -p ro)" = roofline ]
    [ "$(offered af-render --reservations = ro)" = rows ]
    [ "$(offered af-render --stack einsum,ten)" = einsum,tensor ]
    [ "$(offered af-render r.jsonl --keep Bu)" = Buffer ]
    [ "$(offered af-parse "$arch" -S arch.nodes.Buffer.si)" = arch.nodes.Buffer.size= ]
    [ "$(offered af-join r.j)" = r.jsonl ]
}

@test "completion of fish" {
    command -v fish >/dev/null || skip "no fish"
    export HOME=$BATS_TEST_TMPDIR
    offered() { fish --no-config -c "source $AF_COMPLETIONS/af.fish; complete -C '$*'" | paste -sd' '; }
    [ "$(offered af-render --the)" = "--theme	SVG: auto (usual: as the viewer likes it), light, dark" ]
    [ "$(offered af-render -p ro)" = roofline ]
    [ "$(offered af-render --by=eins)" = --by=einsum ]
    [ "$(offered af-render --stack einsum,ten)" = einsum,tensor ]
    [ "$(offered af-render r.jsonl --keep Bu)" = Buffer ]
    [ "$(offered "af-parse $arch -S arch.nodes.Buffer.si")" = arch.nodes.Buffer.size= ]
    [ "$(offered af-join r.j)" = r.jsonl ]
}

@test "completion of zsh" {
    command -v zsh >/dev/null || skip "no zsh"
    export HOME=$BATS_TEST_TMPDIR
    [ "$(zsh_line 'af-render --the')" = 'af-render --theme ' ]
    [ "$(zsh_line 'af-render -p ro')" = 'af-render -p roofline ' ]
    [ "$(zsh_line 'af-render --by=eins')" = 'af-render --by=einsum ' ]
    [ "$(zsh_line 'af-render --stack einsum,ten')" = 'af-render --stack einsum,tensor ' ]
    [ "$(zsh_line 'af-render r.jsonl --keep Bu')" = 'af-render r.jsonl --keep Buffer ' ]
    [ "$(zsh_line "af-parse $arch -S arch.nodes.Buffer.si")" = "af-parse $arch -S arch.nodes.Buffer.size=" ]
    [ "$(zsh_line 'af-join r.j')" = 'af-join r.jsonl ' ]
}

@test "make install puts them where each shell looks" {
    make -n -C "$root" install prefix=/p DESTDIR=/d >commands
    for place in bash-completion/completions zsh/site-functions/_af fish/vendor_completions.d share/af/completions/words.sh; do
        grep -q "$place" commands
    done
}

@test "--list-paths: what -S can set, and nothing else" {
    for files in "$arch $root/share/workloads/mlp.yaml" "$root/share/arches/cim/isaac.yaml" \
        "$root/share/arches/simba.yaml $root/share/workloads/transformer.yaml"; do
        af-parse --list-paths $files >paths
        [ "$(sort paths | uniq -d)" = '' ]
        sed -n '1~7p' paths | while read -r path; do
            af-parse -q $files -S "$path=1" >/dev/null 2>err || nothing_of 'stands below\|no element\|is a node' err
        done
    done
    af-parse --list-paths "$arch" | grep -qx arch.nodes.Buffer.actions.read.energy
    af-parse --list-paths "$root/share/workloads/mlp.yaml" | grep -qx workload.einsums.Layer0.tensor_accesses.A0.output
    # an Einsum in one line is set as a whole
    printf 'workload:\n  rank_sizes: {M: 2}\n  einsums: ["B[m] = A[m]"]\n' >w.yaml
    af-parse --list-paths w.yaml | nothing_of tensor_accesses
}
