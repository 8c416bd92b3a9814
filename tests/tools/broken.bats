# Tables of broken input with the exact message and exit code: tests/broken/*.txt. A table is a list of cases:
#   === NAME
#   the lines of spec.yaml; after `+++ FILE` those of another file; `$ COMMAND | COMMAND` stands for the table's own
#   --- EXIT
#   what stands on standard error, byte for byte
# The commands run one after the other, each on what the one before wrote, up to the first that fails: its exit code counts.
load helper

setup() { cd "$BATS_TEST_TMPDIR"; }

# Writes every case of a table into a folder of its own: its files, command, want, and code.
split_cases() { # table, folder
    awk -v folder="$2" '
        /^=== / { if (dir) close(out); dir = sprintf("%s/%03d", folder, ++n); system("mkdir -p " dir); out = dir "/spec.yaml"; part = 1
                  print substr($0, 5) >(dir "/name"); close(dir "/name"); printf "" >out; print usual >(dir "/command"); close(dir "/command"); next }
        /^\$ / && !dir { usual = substr($0, 3); next }
        /^\$ / && part == 1 { print substr($0, 3) >(dir "/command"); close(dir "/command"); next }
        /^\+\+\+ / && part == 1 { close(out); out = dir "/" substr($0, 5); next }
        /^--- [0-9]+$/ && part == 1 { close(out); print $2 >(dir "/code"); close(dir "/code"); out = dir "/want"; printf "" >out; part = 2; next }
        dir { print >out }' "$1"
}

run_command() { # of the case in this folder: standard error to `got`, the exit code
    local code=0 stage command
    read -r command <command
    : >in
    : >got
    while [ -n "$command" ]; do
        stage=${command%% | *}
        [ "$stage" = "$command" ] && command= || command=${command#* | }
        eval "$stage" <in >out 2>>got || { code=$?; break; }
        mv out in
    done
    sed -i "s|$PWD/||g" got
    return $code
}

check_table() { # table, least number of cases
    local folder=cases dir code failed=0
    mkdir "$folder"
    split_cases "$root/tests/broken/$1" "$folder"
    for dir in "$folder"/*; do
        cp "$root"/tests/broken/*.yaml "$dir" 2>/dev/null || true
        code=0
        (cd "$dir" && run_command) || code=$?
        [ "$code" = "$(cat "$dir/code")" ] && cmp -s "$dir/want" "$dir/got" && continue
        echo "$1: $(cat "$dir/name"): exit $code, want $(cat "$dir/code")"
        diff "$dir/want" "$dir/got" || true
        failed=1
    done
    [ $failed = 0 ] && [ "$(ls "$folder" | wc -l)" -ge "$2" ]
}

@test "broken specs: exit code and messages, byte for byte" { check_table specs.txt 60; }

@test "broken architectures" { check_table arches.txt 40; }

@test "broken mappings: every row of 50 section 12" { check_table mappings.txt 40; }
