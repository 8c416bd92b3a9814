load helper

# Figures of the reference, from the folder beside the checkout where it is there.
shared=$(cd "$BATS_TEST_DIRNAME/../../../shared" 2>/dev/null && pwd) || shared=

setup() {
    [ -n "$shared" ] || skip "no ../shared"
    cd "$root"
    examples=$shared/reference/examples
}

holds() { python3 "$shared/check/check.py" "$@" --slowest 0 >"$BATS_TEST_TMPDIR/out" 2>&1 || { tail -n 15 "$BATS_TEST_TMPDIR/out"; return 1; }; }

# mapping, -D of the workload, then what jq must find
evaluates() {
    local mapping=$1 workload=$2 wanted=$3
    shift 3
    af-parse "$examples/arches/simple.yaml" "$examples/workloads/basic/$workload.yaml" "$examples/mappings/$mapping.yaml" "$@" | af-model \
        | jq -es "(map(select(.rec == \"total\"))[0]) as \$t | (map(select(.rec == \"reservation\" and .component == \"GlobalBuffer\"))[0].usage) as \$used | $wanted"
}

@test "matmuls of 50 section 13.1 and 13.2" {
    evaluates unfused_matmuls_to_simple matmuls '$t.energy == 10240 and $t.latency == 256' -D N_EINSUMS=1 -D M=4 -D KN=8
    evaluates unfused_matmuls_to_simple matmuls '$t.energy == 20480 and $t.latency == 512 and $used == 0.00832' -D N_EINSUMS=2 -D M=4 -D KN=8 -D GlobalBufferSize=100000
    evaluates fused_matmuls_to_simple matmuls '$t.energy == 19456 and $t.energy_delay_product == 9961472 and $used == 0.01152' -D N_EINSUMS=2 -D M=4 -D KN=8 -D GlobalBufferSize=100000
}

@test "matvecs of 50 section 13.3" {
    options='-D GlobalBufferSize=1000 -D MainMemoryEnergy=10 -D GlobalBufferThroughput=4'
    evaluates unfused_matvecs_to_simple matvecs '$t.energy == 4080 and $t.latency == 254 and $used == 0.136' $options
    evaluates fused_matvecs_to_simple_untiled matvecs '$t.energy == 3552 and $t.latency == 242 and $used == 0.152' $options
    evaluates fused_matvecs_to_simple_tiled matvecs '$t.energy == 6192 and $t.latency == 302 and $used == 0.048' $options
    evaluates fused_matvecs_to_simple_tiled_reuse_A matvecs '$t.energy == 4960 and $t.latency == 274 and ($used - 0.08 | fabs) < 1e-12' $options
}

@test "the TPU of 50 section 13.5" {
    cat >"$BATS_TEST_TMPDIR/mapping.yaml" <<'E'
mapping:
  nodes:
  - !Storage {tensors: [T0, W0, T1], component: MainMemory}
  - !Storage {tensors: [W0, T0, T1], component: GlobalBuffer}
  - !Temporal {rank_variable: n0, tile_shape: 128}
  - !Temporal {rank_variable: n1, tile_shape: 128}
  - !Storage {tensors: [T0, T1], component: LocalBuffer}
  - !Spatial {rank_variable: n0, tile_shape: 1, component: ProcessingElement, name: reuse_output}
  - !Spatial {rank_variable: n1, tile_shape: 1, component: ProcessingElement, name: reuse_input}
  - !Storage {tensors: [W0], component: Register}
  - !Temporal {rank_variable: m, tile_shape: 1}
  - !Compute {einsum: Matmul0, component: MAC}
E
    af-parse -q "$examples/arches/tpu_v4i.yaml" "$examples/workloads/basic/matmuls.yaml" "$BATS_TEST_TMPDIR/mapping.yaml" -D N_EINSUMS=1 -D M=256 -D KN=256 | af-model -q \
        | jq -es 'def near(x): (. - x | fabs) < 1e-7 * x;
            (map(select(.rec == "action")) | INDEX("\(.component) \(.tensor) \(.action)")) as $a
            | (map(select(.rec == "latency")) | INDEX(.component)) as $l
            | (map(select(.rec == "reservation")) | INDEX(.component)) as $u
            | (map(select(.rec == "total"))[0]) as $t
            | [$a["Register W0 read", "Register W0 write"] | .count, .count_per_unit] == [134217728, 8192, 524288, 32]
            and [$a["LocalBuffer T0 read", "LocalBuffer T0 write", "GlobalBuffer T0 write", "GlobalBuffer T0 read"].count] == [1048576, 1048576, 524288, 1048576]
            and [$a["LocalBuffer T1 read", "LocalBuffer T1 write"] | .count + .skipped, .skipped] == [2097152, 524288, 2097152, 524288]
            and [$a["GlobalBuffer T1 read", "GlobalBuffer T1 write"] | .count + .skipped, .skipped] == [1572864, 524288, 1572864, 524288]
            and ($l.MainMemory.seconds | near(3.2020847e-07)) and $l.GlobalBuffer.seconds == 2.56e-07 and ($t.latency | near(9.752381e-07))
            and ($t.energy | near(2.3764926e-05))
            and [$u["LocalBuffer", "GlobalBuffer", "Register"].usage] == [0.015625, 0.00146484375, 1]
            and ([.[] | select(.rec == "spatial").usage] | sort) == [0.25, 1, 1]'
}

@test "networks of 50 section 13.8: latencies of each component" {
    local nets=$shared/reference/tests/network/input_files/networked
    networked() { # arch, mapping, options…
        local arch=$1 mapping=$2
        shift 2
        af-parse -q "$nets/$arch.yaml" "$examples/workloads/basic/matmuls.yaml" "$nets/$mapping.yaml" -D N_EINSUMS=1 -D M=8 \
            -D M_TILE=4 "$@" | af-model -q
    }
    networked hierarchical one_matmul_to_networked_hierarchical -D KN=4 -D MAC_TILE=2 | jq -es '
        (map(select(.rec == "latency")) | map({key: .component, value: .seconds}) | from_entries) as $l
        | ([$l.MainMemory, 6.4e-07, $l.GlobalBuffer, 3.52e-07, $l.PeArray, 6.4e-08, $l.Scratchpad, 5.2e-08, $l.MacArray, 2.5e-09, $l.MAC, 8e-09]
           | [range(0; 12; 2) as $i | (.[$i] - .[$i + 1]) / .[$i + 1]] | all(fabs < 1e-9))
        and (map(select(.rec == "total"))[0] | .energy == 3968 and (.latency - 6.4e-07 | fabs) < 1e-15)'
    networked hierarchical_1d one_matmul_to_networked_hierarchical_1d -D KN=8 -D MAC_TILE=2 | jq -es '
        (map(select(.rec == "network") | .hops) | sort) == [768, 1536, 1536, 2048, 2048, 2048]
        and map(select(.rec == "total"))[0].latency == 4'
}

@test "an over-full buffer is refused with bits and name" {
    af-parse "$examples/arches/simple.yaml" "$examples/workloads/basic/matmuls.yaml" "$examples/mappings/unfused_matmuls_to_simple.yaml" \
        -D N_EINSUMS=1 -D M=4 -D KN=8 -D GlobalBufferSize=831 >"$BATS_TEST_TMPDIR/s.jsonl"
    code=0
    af-model "$BATS_TEST_TMPDIR/s.jsonl" >/dev/null 2>"$BATS_TEST_TMPDIR/err" || code=$?
    [ $code != 0 ] && grep -q 'GlobalBuffer' "$BATS_TEST_TMPDIR/err"
}

@test "the regression table for simple, snowcat, tpu_v4i, eyeriss, simba" {
    holds regression "$shared/reference/tests/regression_reference.json" "$shared/reference" '^(simple|snowcat|tpu_v4i|eyeriss|simba)\|(matmuls|matvecs|three_matmuls)'
}

@test "fronts and given mappings of the golden cases" {
    for set in "map cases_s100 golden_s100" "map cases2_s200 golden2_s200" "models models_s100 golden_models_s100" "models models2_s200 golden_models2_s200"; do
        set -- $set
        holds "$1" "$shared/golden/$2.jsonl" "$shared/golden/$3.jsonl" "$shared/golden"
    done
}

@test "the stream contract" { holds stream "$shared/reference"; }
