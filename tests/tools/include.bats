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

@test "find_path, find_paths, path_exists, add_to_path, cwd: the file's folder first, then what was added" {
    printf '%s\n' '{{ add_to_path("parts") }}' 'variables:' \
        '  here: "{{ cwd() }}"' '  found: "{{ find_path("a.yaml") }}"' '  all: {{ find_paths("parts/more/*.yaml") | length }}' \
        '  there: {{ path_exists("more/b.yaml") }}' '  not_there: {{ path_exists("more/none.yaml") }}' >spec.yaml
    [ "$(variables spec.yaml)" = "{\"here\":{\"lit\":\"$PWD\"},\"found\":{\"lit\":\"$PWD/parts/a.yaml\"},\"all\":2,\"there\":true,\"not_there\":false}" ]
    echo 'variables: {x: "{{ find_path("none.yaml") }}"}' >spec.yaml
    refused 65 "Could not find file none.yaml" af-parse spec.yaml
}

@test "include, include_all, include_text: data goes down, and not up; keys are walked" {
    printf '%s\n' '{% set SIZE = 9 %}' 'variables:' '  own: {{ include("parts/plain.yaml", "size") }}' \
        '  apart: {{ include("parts/plain.yaml", "size", inherit_parse_data=False) }}' '  given: {{ include("parts/plain.yaml", "size", SIZE=4) }}' \
        '  all: {{ include_all("parts/more/*.yaml") }}' '{{ include_text("parts/text.txt") }}' >spec.yaml
    echo 'size: {{ SIZE | default(3) }}' >parts/plain.yaml
    printf '{%% set INNER = 1 %%}  text: {{ SIZE }}\n' >parts/text.txt
    [ "$(variables spec.yaml)" = '{"own":9,"apart":3,"given":4,"all":[["b",2],{"text":"c"}],"text":9}' ]
    echo '  inner: {{ INNER }}' >>spec.yaml
    refused 65 "'INNER' is undefined" af-parse spec.yaml
    echo 'variables: {x: {{ include("parts/plain.yaml", "sizes") }} }' >spec.yaml
    refused 65 "sizes" af-parse spec.yaml
    echo 'variables: {x: {{ include("parts/more/*.yaml", "") }} }' >spec.yaml
    refused 65 "more than one" af-parse spec.yaml
}

@test "setenv is for the files that follow; a glob names files in order" {
    printf '%s\n' '{% set _ = setenv("AF_TEST_WORD", "w") %}' 'variables: {a: 1}' >one.yaml
    echo 'workload: {n_instances: 2}' >two.yaml
    af-parse 'one.yaml' '[ot][nw]*.yaml' | jq -es 'map(select(.rec == "spec"))[0] | .variables.a == 1 and .workload.n_instances == 2'
    refused 66 "none\*.yaml" af-parse 'none*.yaml'
}
