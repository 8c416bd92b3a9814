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

# Total area and energy of all actions once: figures of the published models, checked against the reference's own architectures of these designs.
@test "compute-in-memory architectures: their areas, and a mapping of their own workload" {
    while read -r name area; do
        [ "$(af-parse "$root/share/arches/cim/$name.yaml" | af-area --total)" = "$area" ] || { echo "$name"; return 1; }
        af-parse "$root/share/arches/cim/$name.yaml" | af-pmap -q | af-join | af-model -q |
            jq -es 'map(select(.rec == "total")) | length > 0 and .[0].energy > 0 and .[0].latency > 0' || { echo "$name"; return 1; }
    done <<'END'
basic_analog 4.6719511557775785e-08
isaac 7.471835142725834e-08
raella 1.4302068018617782e-06
neurram 7.079883e-07
jia 4.281226257942075e-06
sinangil 2.5768645113990976e-09
colonnade 2.31359891352e-07
wang 1.2203959822869016e-07
albireo 0.0001252867705645675
END
}

@test "compute-in-memory parameters: two phases integrate less, speculation converts less" {
    energy() { af-parse "$root/share/arches/cim/$@" | af-area -q -c "$component" --action read; }
    component=Integrator
    jq -en "($(energy neurram.yaml) * 127 / 22 / $(energy neurram.yaml -D TWO_PHASES=0)) - 1 | fabs < 1e-12"
    component=ADC
    jq -en "($(energy raella.yaml) / 0.42 / $(energy raella.yaml -D SPECULATE=0)) - 1 | fabs < 1e-12"
}
