load helper

setup() {
    cd "$BATS_TEST_TMPDIR"
    cat >spec.yaml <<'END'
config: {component_models: [./plug-in]}
workload: {rank_sizes: {M: 8, K: 4}, bits_per_value: {All: 8}, einsums: ["B[m] = A[m, k]"]}
arch:
  nodes:
  - !Memory {name: Main, component_class: Dummy, size: inf, tensors: {keep: All}}
  - !Compute
    name: Mac
    component_class: IntMAC
    extra_attributes_for_component_model: {tech_node: 40e-9, adder_width: 8, multiplier_width: 8, limit: .inf}
END
    describe='{"v":1,"models":[{"model":"Mine","names":["INTmac"],"priority":0.9,"required":["adder_width"],"optional":["limit"],"actions":{"compute":{}}}]}'
    figures='"area":1e-9,"leak_power":"inf","actions":{"compute":{"energy":2e-12,"latency":4e-9}}'
}
# A plug-in that describes itself so, and then runs these commands with the request in $line.
plug_in() { # description, commands
    printf '#!/bin/sh\nread -r line\necho '"'%s'"'\nwhile read -r line; do %s; done\n' "$1" "$2" >plug-in
    chmod +x plug-in
}
area() { af-parse spec.yaml >s.jsonl "$@" && af-area s.jsonl; }
mac() { area "$@" >out && jq -c 'select(.rec == "cost" and .component == "Mac") | [.area, .leak_power, .actions[0].energy, .actions[0].throughput, .model, .source]' out; }
broken() { # message
    af-parse spec.yaml >s.jsonl
    refused 65 "^af-area: spec.yaml:6:5: arch.nodes.1.component_class (Mac): component model provider ./plug-in $1$" af-area s.jsonl
}

@test "a plug-in: asked before the library's model if its priority is higher, with what it takes" {
    plug_in "$describe" 'echo "$line" >>asked; echo '"'{\"v\":1,\"id\":1,\"ok\":true,$figures}'"
    [ "$(mac)" = '[1e-09,"inf",2e-12,249999999.99999997,"Mine","plugin:plug-in"]' ]
    [ "$(cat asked)" = '{"v":1,"op":"cost","id":1,"model":"Mine","attributes":{"adder_width":8,"limit":"inf"},"actions":[{"name":"compute","arguments":{}}]}' ]
}

@test "a plug-in: one that refuses, or has a lower priority, leaves the class to the library" {
    plug_in "$describe" 'echo '"'{\"v\":1,\"id\":1,\"ok\":false,\"error\":\"not this one\"}'"
    mac | grep AladdinIntMAC
    plug_in "$(echo "$describe" | sed 's/0.9/0.05/')" 'exit 9'
    mac | grep AladdinIntMAC
    plug_in "$(echo "$describe" | sed 's/INTmac/other/')" 'echo '"'{\"v\":1,\"id\":1,\"ok\":false,\"error\":\"not this one\"}'"
    refused 65 "arch.nodes.1.component_class (Mac): model Mine: not this one$" area -S arch.nodes.Mac.component_class=OTHER
    refused 65 "component othr is not supported by any model; did you mean other?" area -S arch.nodes.Mac.component_class=othr
}

@test "a plug-in: started once, and the same request is made once" {
    plug_in "$describe" 'echo "$line" >>asked; echo '"'{\"v\":1,\"id\":1,$figures}'"
    sed -i 's/"B\[m\] = A\[m, k\]"/&, "C[m] = B[m]"/' spec.yaml
    af-parse spec.yaml >s.jsonl
    af-parse spec.yaml -S variables.x=1 >t.jsonl
    af-area s.jsonl t.jsonl >out
    [ "$(wc -l <asked)" = 1 ]
    [ "$(jq -c 'select(.component == "Mac").area' out | sort -u)" = 1e-09 ]
}

@test "a plug-in that does not work: the component, the plug-in and why" {
    plug_in "$describe" 'echo oops >&2; exit 3'
    broken 'ended with status 3 instead of answering; it said: oops'
    plug_in "$describe" 'kill -SEGV $$'
    broken 'was ended by signal 11 (Segmentation fault) instead of answering'
    plug_in "$describe" 'sleep 100'
    AF_HELPER_SECONDS=3 broken 'gave no answer within 3 s'
    plug_in "$describe" 'echo hello'
    broken 'answered with what is no JSON object: hello'
    plug_in "$describe" 'echo '"'{\"id\":5}'"
    broken 'answered request 5 when asked 1'
    plug_in "$describe" 'echo '"'{\"leak_power\":0,\"actions\":{\"compute\":{\"energy\":1}}}'"
    broken 'answered with nonsense: answer.area: missing, expected a number'
    plug_in "$describe" 'echo '"'{\"area\":0,\"leak_power\":0,\"actions\":{}}'"
    broken 'answered with nonsense: answer.actions: action compute is missing'
    plug_in "$describe" 'echo '"'{\"area\":0,\"leak_power\":0,\"actions\":{\"compute\":{\"energy\":\"much\"}}}'"
    broken 'answered with nonsense: answer.energy: much found, expected a number'
    plug_in "$describe" 'echo '"'{\"area\":0,\"leak_power\":0,\"actions\":{\"compute\":{\"energy\":1}},\"method\":\"guess\"}'"
    broken 'answered with nonsense: answer.method: "guess" found, exact, formula, interpolated or extrapolated is expected'
}

@test "a plug-in that cannot say what it has" {
    plug_in '{"v":1}' :
    broken 'describes itself without `models`, a list'
    plug_in '{"v":1,"models":[{"names":["x"],"actions":{}}]}' :
    broken 'describes itself with nonsense, models.0: description.model: missing, expected a string'
    plug_in '{"v":1,"models":[{"model":"x","priority":2,"actions":{}}]}' :
    broken 'describes itself with nonsense, models.0: description.priority: 2 found, 0 to 1 is expected'
    plug_in '{"v":1,"models":[{"model":"x","actions":[]}]}' :
    broken 'describes itself with nonsense, models.0: description.actions: an object with a member per action is expected'
    plug_in '{"v":1,"error":"no licence"}' :
    broken 'cannot tell its models: no licence'
    printf '#!/no/such/shell\n' >plug-in
    broken 'cannot be run: No such file or directory'
}

@test "config.component_models: what is not there is told before anything runs" {
    rm -f plug-in
    refused 66 "^af-area: spec.yaml:1:9: config.component_models.0: ./plug-in is no program: a plug-in is an executable file, a Python model's name ends in .py$" area
    refused 66 "config.component_models.1: there is no Python file none.py$" area -S 'config.component_models=["sample","none.py"]'
    refused 66 "config.component_models.0: no plug-in is called no-such; looked for in /x, .*/plug-ins (\$AF_MODELS)$" env AF_MODELS=/x sh -c "af-parse spec.yaml -S 'config.component_models=[\"no-such\"]' | af-area"
    refused 65 "config.component_models: a list is expected, found the text 'sample'$" area -S config.component_models=sample
    refused 65 "config.component_models.0: text is expected, found the number 3$" area -S 'config.component_models=[3]'
}

@test "\$AF_MODELS: installed plug-ins answer where the library has no exact figure, unless the spec says no" {
    mkdir installed
    plug_in '{"v":1,"models":[{"model":"Compiler","names":["SRAM"],"required":["size"],"actions":{"read":{},"write":{}}}]}' \
            'echo '"'{\"v\":1,\"area\":7,\"leak_power\":0,\"actions\":{\"read\":{\"energy\":1},\"write\":{\"energy\":1}}}'"
    mv plug-in installed/af-model-compiler
    export AF_MODELS=/no/folder:$PWD/installed
    sed -i -e '/^config/d' -e 's/component_class: Dummy, size: inf/component_class: SRAM, size: 77777, extra_attributes_for_component_model: {tech_node: 40e-9}/' spec.yaml
    model() { area "$@" >out && jq -r 'select(.component == "Main").model' out; }
    [ "$(model)" = Compiler ]
    [ "$(model -S arch.nodes.Main.size=8192 -S arch.nodes.Main.component_class=DRAMLPDDR4)" = LPDDR4 ]      # a closed form
    [ "$(model -S config.use_installed_component_models=false)" = SRAM ]
    [ "$(model -S 'config={"use_installed_component_models":false,"component_models":["compiler"]}')" = Compiler ]
    echo exit 1 >installed/af-model-compiler
    [ "$(model 2>err)" = SRAM ]
    grep -q "^af-area: warning: component model provider .*/installed/af-model-compiler cannot be run: Exec format error\|ended with status 1" err
}

@test "the sample plug-in" {
    sed -i -e 's/\.\/plug-in/sample/' -e 's/IntMAC/SampleMultiplier/' -e 's/adder_width/width/' spec.yaml
    [ "$(mac)" = '[6.4e-11,8e-09,6.4e-14,999999999.9999999,"SampleMultiplier","plugin:sample"]' ]
    refused 65 "model SampleScratchpad: size must be a number of bits$" area -S arch.nodes.Main.component_class=SampleScratchpad -S arch.nodes.Main.size=inf
}

python_models() {
    command -v python3 >/dev/null || skip "no python3"
    sed -i -e 's/\.\/plug-in/models.py/' -e 's/IntMAC/adder_and_multiplier/' spec.yaml
    cat >models.py <<'END'
from hwcomponents import ActionCost, ComponentModel, action

class Part(ComponentModel):
    def __init__(self, width: int, energy: float = 1e-12):
        self.width, self.energy = width, energy
        super().__init__(area=width * 1e-12, leak_power=width * 1e-9)

    @action(bits_per_action="width")
    def run(self) -> ActionCost:
        return ActionCost(self.energy * self.width, 1e-9, 1e9)

class Whole(ComponentModel):
    component_name = ["adder_and_multiplier", "Whole"]

    def __init__(self, adder_width: int, multiplier_width: int):
        if multiplier_width > 64:
            raise ValueError("too wide")
        self.parts = [Part(adder_width), Part(multiplier_width, 3e-12)]
        super().__init__(subcomponents=self.parts)
        self.parts[0].scale_area(2)

    @action
    def compute(self):
        print("computing")
        self.parts[0].run()
        self.parts[1].run(bits_per_action=4)

class _Hidden(ComponentModel):
    pass
END
}

@test "models in a Python file" {
    python_models
    [ "$(mac)" = '[2.4e-11,1.6e-08,2.0000000000000002e-11,1000000000,"Whole","plugin:models.py"]' ]
    AF_PYTHON=no-such-python refused 65 "(Mac): component model provider models.py (no-such-python) cannot be run: No such file or directory$" area
    refused 65 "(Mac): model Whole: ValueError: too wide (models.py:17)$" \
            area -S arch.nodes.Mac.extra_attributes_for_component_model.multiplier_width=65
    refused 65 "(Mac): model Part: attribute width is required (given: .*)$" area -S arch.nodes.Mac.component_class=Part
    [ "$(mac -S 'config.component_models=["m*.py"]' | jq -c '.[4:]')" = '["Whole","plugin:models.py"]' ]
    [ "$(mac -S 'config.component_models=["models"]' | jq -c '.[4:]')" = '["Whole","plugin:models"]' ]     # as a module
    refused 65 "component model provider no_such (python3) cannot tell its models: ModuleNotFoundError: No module named 'no_such'$" \
            area -S 'config.component_models=["no_such"]'
    echo 'x = 1' >models.py
    refused 65 "cannot tell its models: ValueError: No models found in models.py: no public class in it derives from ComponentModel$" area
    echo 'import' >models.py
    refused 65 "cannot tell its models: SyntaxError: .* (models.py:1)$" area
}

@test "the installed packages hwcomponents_*, by name" {
    "${AF_PYTHON:-python3}" -c 'import hwcomponents_library' 2>/dev/null || skip "no hwcomponents_library"
    sed -i 's/\.\/plug-in/hwcomponents/; /limit/s/, limit: .inf//' spec.yaml
    mac >plugged
    sed -i '/^config/d' spec.yaml
    mac >embedded
    grep -q '"AladdinIntMAC","plugin:hwcomponents"' plugged
    [ "$(jq -c '.[:4]' plugged)" = "$(jq -c '.[:4]' embedded)" ]
}
