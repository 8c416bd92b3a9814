load helper

setup() {
    command -v python3 >/dev/null || skip "no python3"
    cd "$BATS_TEST_TMPDIR"
    cat >functions.py <<'END'
import time

def twice(x):
    return 2 * x

def lanes(spec):
    n = 1
    for node in spec.arch.nodes:
        for dimension in node.spatial:
            n *= int(dimension.fanout)
    return n

def find(spec, name):
    return spec.arch.find(name)

def fail(x):
    raise ValueError(f"{x} is too large")

def hang():
    time.sleep(100)
END
    cat >spec.yaml <<'END'
config: {expression_custom_functions: [functions.py]}
variables: {a: twice(21)}
workload:
  rank_sizes: {M: twice(a), K: 4}
  bits_per_value: {All: 8}
  einsums: ["B[m] = A[m, k]"]
arch:
  variables:
    shape: (lanes(spec), find(spec, 'Mac').name)
  nodes:
  - !Memory {name: Main, component_class: Dummy, size: inf, area: twice(len(All)), tensors: {keep: All}}
  - !Compute {name: Mac, component_class: Dummy, spatial: [{name: X, fanout: 6}], enabled: twice(0) == 0}
END
}
einsum() { af-parse "$@" | af-eval | jq -c 'select(.rec == "einsum")'; }
with() { sed "s/twice(21)/$1/" spec.yaml >changed.yaml; af-parse changed.yaml >changed.jsonl; }

@test "functions of a Python file: in variables, the workload, the architecture" {
    einsum spec.yaml >out
    [ "$(jq -c '[.variables.a, .n_computes, .arch_variables.shape, .arch.nodes[0].area, .arch.nodes[1].enabled]' out)" = '[42,336,[6,"Mac"],4,true]' ]
}

@test "functions of a Python file: the same for the mapper" {
    af-parse spec.yaml -S arch.variables.shape=1 | af-pmap | jq -es 'any(.[]; .rec == "group")'
}

@test "custom functions: what they do wrong is told at the field, with the line of the file" {
    with 'fail(3)'
    refused 65 "^af-eval: changed.yaml:2:16: variables.a: Failed to evaluate: fail(3). Problem encountered: ValueError: 3 is too large (functions.py:17)$" af-eval changed.jsonl
    with 'twise(3)'
    refused 65 "Name 'twise' is not defined. Did you mean 'twice'?" af-eval changed.jsonl
    with 'hang()'
    AF_HELPER_SECONDS=8 refused 65 "^af-eval: changed.yaml:2:16: variables.a: Failed to evaluate: hang(). Problem encountered: RuntimeError: Python, with the functions of functions.py, gave no answer within 8 s$" af-eval changed.jsonl
}

@test "custom functions: no file, no Python, a file that cannot be loaded" {
    path=config.expression_custom_functions.0
    refused 66 "^af-eval: spec.yaml:1:9: $path: Could not find math function file none.py.$" sh -c "af-parse spec.yaml -S 'config.expression_custom_functions=[\"none.py\"]' | af-eval"
    af-parse spec.yaml >s.jsonl
    AF_PYTHON=no-such-python refused 65 "^af-eval: spec.yaml:1:9: $path: Python, which is needed for functions.py, cannot be run: No such file or directory; \$AF_PYTHON names another$" af-eval s.jsonl
    printf 'def twice(x)\n' >functions.py
    refused 65 "^af-eval: spec.yaml:1:9: $path: functions.py:1 cannot be loaded: SyntaxError: " af-eval s.jsonl
}

@test "custom functions: a spec without them needs no Python" {
    sed -e '/^config/d' -e 's/twice(\([^)]*\))/(\1)/' -e 's/area: .*)),/area: 1,/' -e '/shape/d' -e '/^  variables:$/d' spec.yaml >plain.yaml
    af-parse plain.yaml | AF_PYTHON=no-such-python af-eval | jq -es 'any(.[]; .rec == "einsum")'
}

@test "functions written in YAML need no Python" {
    cat >yaml.yaml <<'END'
variables:
  scale: 3
  area_of: |
    lambda bits, ports=1: bits * ports * scale
  smaller: "(lambda f, x: [f(i) for i in range(x)])"
  steps: |
    (lambda f, x: [f(i) for i in range(x)])(area_of, 3)
  pick: max
  most: pick(steps) + area_of(2, ports=2)
END
    [ "$(af-parse yaml.yaml | AF_PYTHON=no-such-python af-eval --no-einsum | jq -c 'select(.rec == "einsum").variables | [.steps, .most, .area_of, .smaller]')" = \
      '[[0,3,6],18,{"$fn":"lambda bits, ports=1: bits * ports * scale"},"(lambda f, x: [f(i) for i in range(x)])"]' ]
}

@test "functions written in YAML: in total_latency too" {
    cat >late.yaml <<'END'
variables:
  q: 4
  half: |
    lambda x: x / 2 * q
  pick: max
workload: {rank_sizes: {M: 8, K: 4}, bits_per_value: {All: 8}, einsums: ["B[m] = A[m, k]"]}
arch:
  nodes:
  - !Memory
    name: Main
    component_class: Dummy
    size: inf
    tensors: {keep: All}
    actions: [{name: read, energy: 1, throughput: 1}, {name: write, energy: 1, throughput: 1}]
    total_latency: half(sum(a.n_calls / a.throughput for a in actions)) + pick(i for i in range(2))
  - !Compute {name: Mac, component_class: Dummy}
END
    af-parse late.yaml -S 'mapper.metrics=ENERGY|LATENCY' | af-pmap | af-join | jq -es '.[] | select(.rec == "mapping").metrics | .latency == 2 * .energy + 1'
}

@test "functions of a Python file: not for total_latency, and that is said" {
    sed -i 's/variables: {a: twice(21)}/variables: {a: twice(21), f: twice}/; s/Dummy, size: inf/&, total_latency: f(3)/' spec.yaml
    af-parse spec.yaml -S mapper.metrics=LATENCY >s.jsonl
    refused 65 "NameError: f is a function of a Python file: only af-eval has these" af-pmap s.jsonl
}
