load helper

# What holds whatever the mapping: every combination of metrics, and every golden case where the folder is there.

shared=$(cd "$BATS_TEST_DIRNAME/../../../shared" 2>/dev/null && pwd) || shared=

setup() { cd "$BATS_TEST_TMPDIR"; }

every_golden_case() {
    [ -n "$shared" ] || skip "no ../shared"
    python3 "$BATS_TEST_DIRNAME/properties.py" "$1" "$shared/golden"
}

@test "all 255 combinations of metrics: what each flag brings, unchanged, and nothing else" {
    names='LATENCY ENERGY DYNAMIC_ENERGY LEAK_ENERGY RESOURCE_USAGE ACTIONS DETAILED_MEMORY_USAGE ENERGY_DELAY_PRODUCT'
    af-parse -q "$root/share/arches/fanout.yaml" "$root/share/workloads/mlp.yaml" -D LAYERS=2 -D BATCH=4 -D WIDTH=4 |
        af-pmap -q | af-join -q | jq -c 'select(.rec != "mapping" or .id == 0)' >m.jsonl
    for ((set = 1; set < 256; set++)); do
        chosen= bit=1
        for name in $names; do
            ((set & bit)) && chosen="$chosen${chosen:+|}$name"
            bit=$((2 * bit))
        done
        for kind in "" --columns; do
            af-model -q --open $kind --metrics "$chosen" m.jsonl | grep '"map":0' |
                sed "s/^/{\"set\":$set,\"names\":\"$chosen\",\"r\":/; s/\$/}/"
        done
    done >all
    jq -es '
        {RESOURCE_USAGE: ["reservation"], DETAILED_MEMORY_USAGE: ["memory"],
         ACTIONS: ["action", "leak", "latency", "spatial", "network"]} as $kinds
        | {RESOURCE_USAGE: "^reservation<SEP>", DETAILED_MEMORY_USAGE: "<SEP>usage<SEP>memory<SEP>",
           ACTIONS: "<SEP>(action|energy|latency)<SEP>|<SEP>usage<SEP>spatial<SEP>"} as $patterns
        | ["LATENCY", "ENERGY", "DYNAMIC_ENERGY", "LEAK_ENERGY", "ENERGY_DELAY_PRODUCT"] as $totals
        | (map(select(.set == 255).r)) as $whole
        | ($whole | map(select(.rec == "columns"))[0]) as $every
        | ($whole | map(select(.rec == "total"))[0]) as $total
        | group_by(.set) | length == 255 and all(.[];
            (.[0].names | split("|")) as $names | map(.r) as $rows
            | ([$names[] | $kinds[.] // empty | .[]]) as $wanted
            | ([$names[] | $patterns[.] // empty] + ["<SEP>(stride|initial)<SEP>"] | join("|")) as $pattern
            | ([$names[] | select(. as $n | $totals | index($n)) | ascii_downcase]) as $sums
            | ($rows | map(select(.rec | IN("action", "leak", "latency", "memory", "spatial", "network", "reservation"))))
                == ($whole | map(select(.rec | IN($wanted[]))))
            and ($rows | map(select(.rec == "total"))[0] | with_entries(select(.key | IN("rec", "v", "map", "quirks") | not)))
                == ($total | with_entries(select(.key | IN($sums[]))))
            and ($rows | map(select(.rec == "columns"))[0] | with_entries(select(.key | IN("rec", "v", "map") | not)))
                == ($every | with_entries(select(.key as $k | ($k | test($pattern))
                    or any($sums[]; "Total<SEP>" + . == $k)))))' all
}

@test "--explain adds up to the actions of every golden mapping" { every_golden_case explain; }

@test "the mapping of every golden case comes back from YAML with the same figures" { every_golden_case yaml; }
