load helper

# Every architecture of share/arches with a small workload, or its own: it evaluates, its areas and energies can be had, it can be mapped.
own="albireo basic_analog colonnade isaac jia neurram raella sinangil wang"

@test "every architecture maps a small layer" {
    for file in "$root"/share/arches/*.yaml; do
        af-parse "$file" "$root/share/workloads/mlp.yaml" -D LAYERS=1 -D BATCH=2 -D WIDTH=8 | af-pmap | af-join | af-model |
            jq -es 'map(select(.rec == "total")) | length > 0 and .[0].energy > 0 and .[0].latency > 0' || { echo "$file"; return 1; }
    done
}

@test "every architecture has areas, energies and leak powers" {
    for file in "$root"/share/arches/*.yaml; do
        af-parse "$file" "$root/share/workloads/mlp.yaml" | af-area | jq -es 'map(select(.rec == "cost_total")) | .[0].total_area >= 0' || { echo "$file"; return 1; }
    done
}

@test "fanout.yaml: five places, two meanings" {
    for at in buffer buffer_container unit unit_container unit_bound; do
        af-parse "$root/share/arches/fanout.yaml" "$root/share/workloads/mlp.yaml" -D LAYERS=1 -D BATCH=2 -D WIDTH=8 -D AT=$at -D OVER=output.rank_variables \
            -S 'mapper.metrics=LATENCY' | af-pmap | af-join | jq -r 'select(.rec == "mapping") | .metrics.latency'
    done | sort | uniq -c | grep -q ' 5 32$'
    refused 65 "AT is buffer, buffer_container, unit, unit_container or unit_bound" af-parse "$root/share/arches/fanout.yaml" -D AT=mac
}

@test "ski_slope.yaml: traffic falls as the buffer grows, down to each value once" {
    af-parse "$root/share/arches/ski_slope.yaml" "$root/share/workloads/mlp.yaml" -D LAYERS=1 -D BATCH=4 -D WIDTH=8 -S 'mapper.metrics=ENERGY|RESOURCE_USAGE' |
        af-pmap | af-join | jq -s 'map(select(.rec == "mapping") | [.reservations[0].usage, .metrics.energy]) | sort' >"$BATS_TEST_TMPDIR/slope"
    jq -e 'length > 3 and (map(.[1]) | . == (sort | reverse)) and .[-1][1] == 8 * (4 * 8 + 8 * 8 + 4 * 8)' "$BATS_TEST_TMPDIR/slope"
}
