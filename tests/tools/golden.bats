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

@test "an over-full buffer is refused with bits and name" {
    af-parse "$examples/arches/simple.yaml" "$examples/workloads/basic/matmuls.yaml" "$examples/mappings/unfused_matmuls_to_simple.yaml" \
        -D N_EINSUMS=1 -D M=4 -D KN=8 -D GlobalBufferSize=831 >"$BATS_TEST_TMPDIR/s.jsonl"
    code=0
    af-model "$BATS_TEST_TMPDIR/s.jsonl" >/dev/null 2>"$BATS_TEST_TMPDIR/err" || code=$?
    [ $code != 0 ] && grep -q 'GlobalBuffer' "$BATS_TEST_TMPDIR/err"
}

@test "the regression table for simple, snowcat, tpu_v4i" {
    holds regression "$shared/reference/tests/regression_reference.json" "$shared/reference" '^(simple|snowcat|tpu_v4i)\|(matmuls|matvecs|three_matmuls)'
}

@test "fronts and given mappings of the golden cases" {
    for set in "map cases_s100 golden_s100" "map cases2_s200 golden2_s200" "models models_s100 golden_models_s100" "models models2_s200 golden_models2_s200"; do
        set -- $set
        holds "$1" "$shared/golden/$2.jsonl" "$shared/golden/$3.jsonl" "$shared/golden"
    done
}

@test "the stream contract" { holds stream "$shared/reference"; }
