# common.sh: what the pipelines have in common. They read it in; it is no program.
#
# bin    what stands before a tool's name: the folder BIN, or build/bin beside this folder if PATH has no tools
# work   a folder for what comes in between, gone at the end and after ^C
name=$(basename "$0")
die() { code=$1; shift; echo "$name: $*" >&2; exit "$code"; }
help() { sed -n '2,/^[^#]/s/^# \{0,1\}//p' "$0"; }
usage() { help >&2; exit 64; }
for word; do case $word in -h | --help) help; exit ;; esac; done
[ $# -gt 0 ] || usage

# Programs that are not there are told before any work is done
need() { for program; do command -v "$program" >/dev/null || die 127 "needs $program, which is not in PATH${hint:-}"; done; }
bin=${BIN:+$BIN/}
beside=$(dirname "$(readlink -f "$0")")/../build/bin
[ -n "$bin" ] || command -v af-parse >/dev/null || [ ! -x "$beside/af-parse" ] || bin=$beside/
hint=' (make builds it; BIN: its folder)' need "${bin}af-parse" "${bin}af-render"
export bin

work=$(mktemp -d) && trap 'rm -rf "$work"' EXIT
trap 'exit 129' HUP
trap 'exit 130' INT
trap 'exit 143' TERM
export work

# A number of processes, as GNU parallel takes it: 8, 50%, +1
number_of_jobs() { case $1 in '' | *[!0-9%+-]*) die 64 "-j: $1 is no number of processes" ;; esac; echo "$1"; }

# Jobs by GNU parallel, what they write in their order. 1 if one of them fails; anything else that goes wrong is the end.
in_parallel() {
    code=0
    parallel --will-cite -k -j "$jobs" "$@" || code=$?
    [ $code -le 101 ] || die "$code" 'GNU parallel has failed'
    [ $code = 0 ]
}

# Where a result goes is looked at before any work is done
to_file() { [ -w "$1" ] || { [ ! -e "$1" ] && [ -w "$(dirname "$1")" ]; } || die 73 "cannot write $1"; echo "$1"; }
deliver() { if [ "$output" = - ]; then cat "$1"; else cat "$1" >"$output" || exit 73; fi; }

# CSV in columns for the eye; a file name as gnuplot quotes it
columns() {
    awk -F, 'NR == FNR { for (i = 1; i <= NF; i++) if (length($i) > wide[i]) wide[i] = length($i); next }
             { line = ""; for (i = 1; i <= NF; i++) line = line sprintf("%-" wide[i] "s  ", $i); sub(/ *$/, "", line); print line }' "$1" "$1"
}
quoted() { echo "'$(printf '%s' "$1" | sed "s/'/''/g")'"; }
