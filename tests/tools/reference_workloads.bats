load helper

# The tables of 40 sections 8.3 and 8.4: the reference's example workloads, asked by the filters of share/jq/af.jq.
shared=$(cd "$BATS_TEST_DIRNAME/../../../shared" 2>/dev/null && pwd) || shared=

setup() {
    [ -n "$shared" ] || skip "no ../shared"
    examples=$shared/reference/examples
    prefill='BATCH_SIZE=1 DECODE=false N_NEW_TOKENS=1024'
    decode='BATCH_SIZE=1 DECODE=true N_NEW_TOKENS=1 N_CACHED_TOKENS=1024'
}

# One line: file below examples/workloads, the -D, then what is expected of the filters in `what`.
counts_are() { # what
    local file data expected
    while IFS='|' read -r file data expected; do
        set --
        for definition in ${data//PREFILL/$prefill}; do
            [ "$definition" = DECODE ] && set -- "$@" $(printf -- '-D %s ' $decode) || set -- "$@" -D "$definition"
        done
        got=$(af-parse -q "$examples/arches/simple.yaml" "$examples/$file.yaml" "$@" | af-eval -q --no-einsum | jq -r -L "$root/share/jq" "include \"af\"; workload | $what")
        [ "$got" = "$(echo $expected)" ] || { echo "$file $data: $got, want $expected"; return 1; }
    done
}

@test "examples: Einsums, tensors, rank variables, computes, values, bits, persistent tensors" {
    what='. as $w | [(einsum_names, tensor_names, rank_variables | length), num_computes, ([get_tensor_size(tensor_names[])] | add),
        ([tensor_names[] as $t | $w | get_tensor_size($t) * bits_per_value($t)] | add), (persistent_tensors | length)] | map(tostring) | join(" ")'
    counts_are <<'T'
workloads/basic/matmuls|N_EINSUMS=1|1 3 3 2097152 49152 393216 0
workloads/basic/matmuls|N_EINSUMS=2|2 5 4 4194304 81920 655360 0
workloads/basic/matmuls|N_EINSUMS=2 M=8 KN=4|2 5 4 256 128 1024 0
workloads/basic/matvecs||2 5 3 24 35 280 0
workloads/basic/three_matmuls_annotated||3 7 5 6291456 114688 917504 3
workloads/cnns/mobilenet/mobilenet_28||6 13 16 16970112 680448 5443584 6
misc/gpt3_6.7B_verbose_annotated||10 17 10 2201204293632 4898947072 39191576576 6
workloads/transformers/gpt/gpt3_6.7B|PREFILL|10 17 10 214786113536 318767104 5100273664 6
workloads/transformers/gpt/gpt3_6.7B|DECODE|10 19 10 209752064 209829888 3357278208 8
workloads/transformers/gpt/gpt3_175B|PREFILL|10 17 10 1881308921856 2164260864 34628173824 6
workloads/transformers/gpt/gpt3_175B|DECODE|10 19 10 1837215744 1837449216 29399187456 8
workloads/transformers/llama/llama3_8B|PREFILL|12 20 11 231980662784 356515840 5704253440 7
workloads/transformers/llama/llama3_8B|DECODE|12 22 11 226543616 220336128 3525378048 9
workloads/transformers/qwen/qwen3_8B|PREFILL|12 20 11 206208761856 325058560 5200936960 7
workloads/transformers/qwen/qwen3_8B|DECODE|12 22 11 201375744 195164160 3122626560 9
workloads/transformers/qwen/qwen3_30B_A3B|PREFILL|14 22 13 100973674496 760217600 12163481600 7
workloads/transformers/qwen/qwen3_30B_A3B|DECODE|14 24 13 65085440 57805824 924893184 9
workloads/transformers/mixtral/mixtral8x22B|PREFILL|14 22 13 747414487040 2770337792 44325404672 7
workloads/transformers/mixtral/mixtral8x22B|DECODE|14 24 13 704755712 694417408 11110678528 9
workloads/transformers/llama/llama4_scout|PREFILL ATTENTION_TYPE=grouped_query|19 30 14 343666589696 2390753280 38252052480 10
workloads/transformers/llama/llama4_scout|DECODE ATTENTION_TYPE=grouped_query|19 32 14 325136384 316854272 5069668352 12
workloads/transformers/llama/llama4_maverick|PREFILL ATTENTION_TYPE=grouped_query|19 30 14 343666589696 16483614720 263737835520 10
workloads/transformers/llama/llama4_maverick|DECODE ATTENTION_TYPE=grouped_query|19 32 14 325136384 316854272 5069668352 12
workloads/transformers/llama/llama4_maverick|PREFILL ATTENTION_TYPE=grouped_query FEEDFORWARD_TYPE=dense|12 20 11 332923928576 482344960 7717519360 7
workloads/transformers/deepseek/deepseek_v3_671B|PREFILL|21 34 15 841981362176 12148801536 100826873856 12
workloads/transformers/deepseek/deepseek_v3_671B|DECODE|21 35 15 704921600 571590656 4580470784 13
workloads/transformers/deepseek/deepseek_v3_671B|PREFILL ABSORBED=false|21 34 15 738902147072 12048138240 99883155456 12
workloads/transformers/deepseek/deepseek_v3_671B|PREFILL FEEDFORWARD_TYPE=dense|14 24 12 721714937856 1094713344 11806965760 9
workloads/transformers/deepseek/deepseek_v3_671B|DECODE FEEDFORWARD_TYPE=dense|14 25 12 704799744 571461632 4578865152 10
workloads/transformers/deepseek/deepseek_v3_671B|PREFILL FEEDFORWARD_TYPE=dense ABSORBED=false|14 24 12 618635722752 994050048 10863247360 9
workloads/transformers/mamba/mamba||12 21 4 4730880 5796224 46369792 0
T
}

@test "chunked attention, whose templates call ceil and max" {
    what='[(einsum_names, tensor_names | length), num_computes] | map(tostring) | join(" ")'
    counts_are <<'T'
workloads/transformers/llama/llama4_scout|PREFILL ATTENTION_TYPE=chunked_local CHUNK_SIZE=8192|20 31 354398765056
workloads/transformers/llama/llama4_maverick|BATCH_SIZE=1 DECODE=false N_NEW_TOKENS=16384 ATTENTION_TYPE=chunked_local CHUNK_SIZE=8192|20 31 12031629459456
workloads/transformers/llama/llama4_scout|DECODE ATTENTION_TYPE=chunked_local CHUNK_SIZE=8192|20 33 325141504
T
}

@test "layers of compute_in_memory: computes, values of inputs, weights and outputs, the first layer's intensity" {
    what='. as $w | def values(of): [$w.tensors[] | select(.name | of).size] | add;
        [(einsum_names, tensor_names | length), num_computes, values(startswith("I")), values(startswith("W")), values(startswith("T")),
         num_computes("T0"), get_compute_intensity("T0")] | map(tostring) | join(" ")'
    counts_are <<'T'
workloads/compute_in_memory/alexnet|BATCH_SIZE=1|8 24 604384448 420699 60440768 430640 70276800 189.21164506931524
workloads/compute_in_memory/densenet201|BATCH_SIZE=1|201 603 4291365888 24820747 19783872 7853544 118013952 121.72071286899964
workloads/compute_in_memory/dpt_large|BATCH_SIZE=1|227 681 240776061312 200003840 347701816 170299776 452984832 249.0810810810811
workloads/compute_in_memory/gpt2_medium|BATCH_SIZE=1|145 435 90515439616 44498944 355419136 69611776 805306368 192
workloads/compute_in_memory/mobilebert|BATCH_SIZE=1|409 1227 2817118560 15452352 20821080 12897824 27328512 85.09525707453169
workloads/compute_in_memory/mobilenet_v3|BATCH_SIZE=1|64 192 216589760 4950067 5451272 3046683 5419008 15.350819096288784
workloads/compute_in_memory/msft_phi_1_5|BATCH_SIZE=1|145 435 1447403978752 1210056704 1413480448 532152320 12884901888 614.4
workloads/compute_in_memory/resnet18|BATCH_SIZE=1|21 63 1814073344 2146635 11678912 2484712 118013952 121.72071286899964
workloads/compute_in_memory/resnet50|BATCH_SIZE=1|54 162 4089184256 9859339 25502912 11114984 118013952 121.72071286899964
workloads/compute_in_memory/vgg16|BATCH_SIZE=1|16 48 15470264320 9648780 138344128 13556712 86704128 25.75711866722912
workloads/compute_in_memory/vision_transformer|BATCH_SIZE=1|98 294 16855904784 16548000 86909484 16529080 115605504 129.7655172413793
T
}

@test "what the reference refuses: decoding without absorbed weights, too many tokens" {
    code=0
    af-parse -q "$examples/arches/simple.yaml" "$examples/workloads/transformers/deepseek/deepseek_v3_671B.yaml" -D BATCH_SIZE=1 -D DECODE=true \
        -D N_NEW_TOKENS=1 -D N_CACHED_TOKENS=1024 -D ABSORBED=false | af-eval -q --no-einsum >/dev/null 2>"$BATS_TEST_TMPDIR/err" || code=$?
    [ $code = 65 ] && grep -q 'Expected count is 1, but got 0' "$BATS_TEST_TMPDIR/err"
    refused 65 'N_NEW_TOKENS exceeds MAX_N_TOKENS' af-parse "$examples/workloads/transformers/gpt/gpt3_6.7B.yaml" -D BATCH_SIZE=1 -D DECODE=false -D N_NEW_TOKENS=5000
}
