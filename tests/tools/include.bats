load helper

setup() {
    cd "$BATS_TEST_TMPDIR"
    mkdir -p parts/more
    printf 'size: {{ SIZE|default(3) }}\nnext: !include more/b.yaml\n' >parts/a.yaml
    echo '[b, 2]' >parts/more/b.yaml
    echo 'text: c' >parts/more/c.yaml
}
variables() { af-parse "$@" | jq -c 'select(.rec == "spec").variables'; }

@test "!include: relative to the file that has the tag, with its data" {
    echo 'variables: {x: !include "parts/a.yaml,", y: 1}' >spec.yaml
    [ "$(variables spec.yaml -D SIZE=7)" = '{"x":{"size":7,"next":["b",2]},"y":1}' ]
}

@test "!includedir: every YAML of a folder, sorted; tags after it keep their folder" {
    printf 'variables:\n  x: !includedir parts/more\n  y: !include parts/a.yaml\n' >spec.yaml
    [ "$(variables spec.yaml)" = '{"x":[["b",2],{"text":"c"}],"y":{"size":3,"next":["b",2]}}' ]
}

@test "!include: what is wrong is told where the tag stands" {
    echo 'variables: {x: !include parts/none.yaml}' >spec.yaml
    refused 66 "^af-parse: spec.yaml:1:16: !include parts/none.yaml: there is no file .*/parts/none.yaml$" af-parse spec.yaml
    echo 'variables: {x: !includedir parts/a.yaml}' >spec.yaml
    refused 66 "^af-parse: spec.yaml:1:16: !includedir parts/a.yaml: there is no folder .*/parts/a.yaml$" af-parse spec.yaml
    echo 'variables: {x: !included parts/a.yaml}' >spec.yaml
    refused 65 "^af-parse: spec.yaml:1:16: the tag !included is not known; there are !include, !includedir and !include_loaded$" af-parse spec.yaml
    echo 'variables: {x: !include spec.yaml}' >spec.yaml
    refused 65 "files include each other more than 32 deep" af-parse spec.yaml
}
