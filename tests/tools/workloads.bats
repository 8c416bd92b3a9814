load helper

# The library of workloads: sizes against what the papers state, and each on the architectures of share/arches.
workloads=$root/share/workloads

setup() { cd "$BATS_TEST_TMPDIR"; }

# The evaluated workload of a file with options.
workload() { local file=$1; shift; af-parse -q "$arch" "$workloads/$file.yaml" "$@" | af-eval -q --no-einsum; }

# Multiply-accumulates: of Einsums with weights (products, WEIGHTS), and of scores and contexts (attention, ATTENTION); values of all
# weights of all instances (weights, PARAMETERS).
counts='map(select(.rec == "workload"))[0] | (.tensors | map({key: .name, value: .size}) | from_entries) as $size
    | def is_weight: test("^W|^A$");
      {macs: [.einsums[] | select(any(.tensor_accesses[].name; is_weight)) | .n_computes * .n_instances] | add,
       attention: ([.einsums[] | select(.name == "Scores" or .name == "Context") | .n_computes * .n_instances] | add // 0),
       weights: [.einsums[] | .n_instances as $n | .tensor_accesses[].name | select(is_weight) | $size[.] * $n] | add}'

# What a file counts is the published figure, within a relative tolerance where the source rounds.
published() { # file, quantity, figure, tolerance, options…
    local file=$1 quantity=$2 figure=$3 tolerance=$4
    shift 4
    workload "$file" "$@" | jq -es "($counts | $quantity) as \$ours | (\$ours - ($figure) | fabs) <= $tolerance * ($figure) or (\$ours | halt_error(2))"
}

@test "chains of products: as their headers count" {
    published matmuls .macs '3 * 8 * 16 * 16' 0 -D STEPS=3 -D M=8 -D N=16
    published matvecs .macs '2 * 1024 * 1024' 0
}

# More tensors are held in more memories than a machine word has bits.
@test "a chain of a hundred products under one loop: one tree, and the model finds what the join says" {
    af-parse -q "$root/share/arches/edge.yaml" "$workloads/matmuls.yaml" -D STEPS=100 -D M=65536 -D N=16 -D SRAM_KIB=256 \
        -S mapper.metrics=ENERGY -S mapper.max_fused_loops=1 | af-pmap -q | af-join -q | af-model -q >chain
    jq -es 'map(select(.rec == "mapping"))[0].metrics.energy as $joined | map(select(.rec == "total"))[0].energy
        | (. - $joined | fabs) < 1e-9 * $joined' chain
    jq -es 'map(select(.rec == "mapping"))[0].tree.nodes | map(.["!"]) | .[-2:] == ["Temporal", "Sequential"]' chain
    jq -es 'map(select(.rec == "mapping"))[0].tree.nodes[-1].nodes | length == 100' chain
}

@test "AlexNet: 724 million multiply-accumulates, 61 million weights" { # Krizhevsky 2012; counts of Sze, Chen, Yang, Emer, Proc. IEEE 2017, table 2
    published alexnet .macs 724406816 0
    published alexnet .macs 724e6 0.001
    published alexnet .weights 61e6 0.01
}

@test "VGG-16: 15.5 billion, 138 million" { # Simonyan 2015, table 2; Sze 2017
    published vgg16 .macs 15470264320 0
    published vgg16 .weights 138e6 0.005
}

@test "ResNet-50: 4.09 billion, 25.6 million" { # torchvision's model card: 4.09 G, 25557032 with batch normalisation and biases
    published resnet50 .macs 4.09e9 0.001
    published resnet50 .weights 25557032 0.003
    published resnet50 .macs '3 * 4089184256' 0 -D BATCH=3
}

@test "MobileNet 1 and 2: 569 and 300 million, 4.2 and 3.4 million" { # Howard 2017, tables 4 and 6; Sandler 2018, table 4
    published mobilenet_v1 .macs 569e6 0.001
    published mobilenet_v1 .weights 4.2e6 0.01
    published mobilenet_v1 .macs 149e6 0.01 -D WIDTH=0.5
    published mobilenet_v1 .macs 186e6 0.01 -D SIZE=128
    published mobilenet_v2 .macs 300e6 0.01
    published mobilenet_v2 .weights 3.4e6 0.03
}

@test "DenseNet: 2.83 billion and 8.0 million of -121, 4.29 billion and 20 million of -201" { # torchvision's model cards
    published densenet .macs 2.83e9 0.002
    published densenet .weights 7978856 0.015
    published densenet .macs 4.29e9 0.001 -D 'BLOCKS=[6,12,48,32]'
    published densenet .weights 20013928 0.015 -D 'BLOCKS=[6,12,48,32]'
}

@test "BERT: 22.5 billion operations of 128 tokens, 110 and 340 million parameters" { # Jiao, TinyBERT 2020, table 1; Devlin 2019, section 3
    published bert '.macs + .attention' '22.5e9 / 2' 0.01
    published bert '.weights + (30522 + 512 + 2) * 768' 110e6 0.02
    published bert '.weights + (30522 + 512 + 2) * 1024' 340e6 0.025 -D LARGE=true
}

@test "GPT-2: 124, 355, 774, 1558 million parameters" { # Radford 2019 as released; positions are 1024 embeddings
    for row in small,124439808,768 medium,354823168,1024 large,774030080,1280 xl,1557611200,1600; do
        IFS=, read -r size figure width <<<"$row"
        published gpt2 ".weights + 1024 * $width" "$figure" 0.002 -D SIZE=$size
    done
}

@test "GPT-3: 6.66 and 174.6 billion parameters, as many multiply-accumulates per token" { # Brown 2020, table D.1
    published gpt3_6.7b .weights 6.66e9 0.003
    published gpt3_175b .weights 174.6e9 0.001
    published gpt3_175b .macs 174.6e9 0.001 -D TOKENS=1 -D CACHED=2047
    published gpt3_175b .attention '96 * 2 * 2048 * 12288' 0 -D TOKENS=1 -D CACHED=2047
    published gpt3_175b .macs '2048 * 174.6e9' 0.001
}

@test "Llama 3 8B: 8.03 billion parameters, one embedding apart" { # Grattafiori 2024; 8030261248 as released
    published llama3_8b '.weights + 128256 * 4096 + 65 * 4096' 8030261248 0
    published llama3_8b '.macs + 128256 * 4096' 8.03e9 0.001 -D TOKENS=1 -D CACHED=1023
}

@test "Mixtral 8x7B: 46.7 billion parameters, 12.9 billion active; the block alone" { # Jiang 2024
    published mixtral_8x7b '.weights + 32000 * 4096' 46.7e9 0.001
    published mixtral_8x7b '.macs + 32000 * 4096' 12.9e9 0.002 -D TOKENS=1 -D CACHED=100
    published moe .weights '8 * 3 * 4096 * 14336 + 4096 * 8' 0
    published moe .macs '128 * (2 * 3 * 4096 * 14336 + 4096 * 8)' 0
}

@test "Mamba of 130 million parameters: 129.1" { # 129135360 as released, with biases, the skip and normalisation
    published mamba .weights 129135360 0.002
}

# Maps some Einsums of a file; the first mapping costs energy.
maps() { # arch, file, Einsums or "", options…
    local on=$1 file=$2 einsums=$3
    shift 3
    af-parse "$root/share/arches/$on.yaml" "$workloads/$file.yaml" "$@" -S mapper.metrics=ENERGY 2>err | af-pmap ${einsums:+--einsums "$einsums"} 2>>err \
        | af-join 2>>err | jq -es 'map(select(.rec == "mapping"))[0].metrics.energy > 0' || { echo "$on $file"; cat err; return 1; }
    ! [ -s err ] || { echo "$on $file says: $(cat err)"; return 1; }
}

@test "each maps on the two-level architecture, without a word" {
    maps two_level matmuls '' && maps two_level matvecs '' && maps two_level alexnet ''
    maps two_level vgg16 Conv3_1,Conv3_2,Conv3_3 && maps two_level resnet50 B2_2a,B2_2b,B2_2c,B2_2 && maps two_level densenet L1_1a,L1_1b
    maps two_level mobilenet_v1 D2,P2 && maps two_level mobilenet_v2 B3e,B3d,B3p,B3 && maps two_level cnn ''
    for model in bert gpt2 gpt3_6.7b gpt3_175b llama3_8b mixtral_8x7b transformer moe mamba mlp attention; do maps two_level $model ''; done
    for model in gpt3_175b llama3_8b mixtral_8x7b; do maps two_level $model '' -D TOKENS=1 -D CACHED=2047; done
    maps two_level mamba '' -D TOKENS=1
}

@test "some map on the edge architecture" {
    maps edge matmuls '' && maps edge matvecs '' && maps edge llama3_8b '' -D TOKENS=1 -D CACHED=255 && maps edge mamba '' -D TOKENS=1
}

@test "every file has a header with its parameters and a command that works" {
    for file in "$workloads"/*.yaml; do
        grep -q '^# -D' "$file" || { echo "$file: no parameters"; return 1; }
        for name in $(sed -n 's/^{% set \([A-Z]*\) = \1 .*/\1/p' "$file"); do
            grep -q "^# .*$name=" "$file" || grep -q "^# $name:" "$file" || { echo "$file: $name is not in the header"; return 1; }
        done
        command=$(sed -n 's/^# *\(af-parse .*\)/\1/p' "$file")
        [ -n "$command" ] || { echo "$file: no command"; return 1; }
        (cd "$root" && eval "${command%%|*}") >/dev/null || { echo "$file: $command"; return 1; }
    done
}
