load helper

# af-render: bars and curves of what af-model and af-join say. Each number drawn is a sum of the records' numbers.

setup() {
    cd "$BATS_TEST_TMPDIR"
    af-parse "$root/share/arches/edge.yaml" "$root/share/workloads/mlp.yaml" -D LAYERS=2 -D BATCH=4 -D WIDTH=8 \
        -S 'mapper.metrics=ENERGY|LATENCY' | af-pmap | af-join >m.jsonl
    af-model -q m.jsonl >r.jsonl
}

ask() { jq -rs -L "$root/share/jq" "include \"results\"; mapping(0) | $1 | table" r.jsonl | sort; }
drawn() { af-render -f tsv "$@" r.jsonl | tail -n +2 | sort; }
is_picture() { python3 -c 'import sys, xml.dom.minidom as dom; dom.parse(sys.argv[1])' "$1" && ! grep -qE 'href="http|url\(http|@import' "$1"; }

# Same keys, and numbers that differ by no more than what an order of addition does.
same() { paste <(echo "$1") <(echo "$2") | awk -F'\t' '{ n = NF / 2; for (i = 1; i < n; i++) if ($i != $(i + n)) exit 1
    d = $n - $NF; if (d < 0) d = -d; if (d > 1e-12 * ($n < 0 ? -$n : $n)) exit 1 }'; }

@test "bars are the sums that the jq filters give" {
    same "$(drawn -p energy)" "$(ask 'energy(per_component)')"
    same "$(drawn -p energy --by einsum,component)" "$(ask 'energy(per_einsum, per_component)')"
    same "$(drawn -p energy --by component --stack tensor)" "$(ask 'energy(per_component, per_tensor)')"
    same "$(drawn -p actions)" "$(ask 'actions(per_component)')"
    same "$(drawn -p latency)" "$(ask 'latency(per_einsum)')"
    same "$(drawn -p latency --by component)" "$(ask 'latency(per_component)')"
    same "$(drawn -p latency --stack component)" "$(ask 'latency(per_einsum, per_component)')"
    same "$(drawn -p energy --per-compute)" "$(ask 'per_compute(energy(per_component))')"
    [ "$(af-area -q m.jsonl | af-render -p area -f tsv | awk 'NR > 1 { a += $2 } END { print a }')" = \
      "$(af-area -q m.jsonl --total | awk '{ print $1 + 0 }')" ]
    [ "$(drawn -p energy --by action | cut -f1 | tr '\n' ' ')" = 'compute leak read write ' ]
    drawn -p energy --by tensor | grep -q '^None'
    drawn -p memory | grep -q "^Sram.Layer1.A1"
}

@test "bars of every mapping, and of several inputs" {
    n=$(jq -s 'map(select(.rec == "total")) | length' r.jsonl)
    [ "$(drawn -p energy --by mapping | wc -l)" = "$n" ]
    cp r.jsonl other.jsonl
    af-render -p energy -f tsv --by einsum --label old,new r.jsonl other.jsonl >two
    [ "$(head -1 two)" = "$(printf 'einsum\tinput\tvalue')" ]
    [ "$(grep -c old two)" = 2 ] && [ "$(grep -c new two)" = 2 ]
    refused 64 'two inputs are called r.jsonl' af-render -p energy r.jsonl r.jsonl
    refused 64 'a name for each of the 1 input files is expected, found 2' af-render -p energy --label a,b r.jsonl
}

@test "bars as a picture and as text" {
    for picture in energy latency actions memory; do
        af-render -p $picture -o $picture.svg r.jsonl
        is_picture $picture.svg
    done
    af-render -p energy --by einsum,component --stack action --hide-zeros -o stacked.svg r.jsonl
    is_picture stacked.svg
    grep -q 'Energy by einsum, component, in parts by action' stacked.svg
    af-render -p energy -f text r.jsonl | grep -q '^Sram .*J$'
    cmp <(af-render -p energy r.jsonl) <(LC_ALL=C TZ=Asia/Tokyo af-render -p energy -j4 r.jsonl)
}

@test "fields that are not there" {
    refused 64 "no such field; did you mean component?" af-render -p energy --by componen r.jsonl
    refused 64 'Memory in use is not told by action' af-render -p memory --by action r.jsonl
    refused 64 'asked for twice' af-render -p energy --by einsum --stack einsum r.jsonl
    refused 64 'a field is expected' af-render -p energy --by '' r.jsonl
    refused 64 'there is no mapping 99' af-render -p energy -m 99 r.jsonl
    refused 64 'is not spent by computes' af-render -p memory --per-compute r.jsonl
    refused 64 'did you mean energy' af-render -p enrgy r.jsonl
    refused 64 'mapping is not drawn as tsv' af-render -f tsv r.jsonl
    refused 65 'no `action` record to draw: af-model makes them' af-render -p energy m.jsonl
    refused 65 'no `cost` record to draw: af-area makes them' af-render -p area r.jsonl
}

@test "a Pareto front: all mappings, none better than another" {
    af-render -p pareto -f tsv m.jsonl >front
    [ "$(head -1 front)" = "$(printf 'input\tmapping\tlatency\tenergy\tfront')" ]
    [ "$(tail -n +2 front | wc -l)" = "$(grep -c '"rec":"mapping"' m.jsonl)" ]
    tail -n +2 front | awk -F'\t' '$5 != 1 || (NR > 1 && !($3 > x && $4 < y)) { exit 1 } { x = $3; y = $4 }'
    printf '%s\n' '{"rec":"mapping","v":"1","id":0,"metrics":{"energy":5,"latency":1}}' \
        '{"rec":"mapping","v":"1","id":1,"metrics":{"energy":6,"latency":2}}' >worse
    [ "$(af-render --open -p pareto -f tsv worse | cut -f5 | tr '\n' ' ')" = 'front 1 0 ' ]
    af-render -p pareto -o p.svg m.jsonl && is_picture p.svg
    refused 65 'no mapping has the metric or memory area' af-render -p pareto --x area m.jsonl
}

@test "a ski slope: the published one of a product of 4096 x 4096 matrices" {
    af-parse "$root/share/arches/ski_slope.yaml" "$root/share/workloads/matmuls.yaml" -D STEPS=1 -D M=4096 -D N=4096 \
        -S 'mapper.metrics=ENERGY|RESOURCE_USAGE' | af-pmap | af-join >s.jsonl
    af-render -p skislope -f tsv s.jsonl | tail -n +2 >steps
    [ "$(wc -l <steps)" = 36 ]
    af-render -p skislope -o s.svg s.jsonl && is_picture s.svg
    refused 65 'no memory of a limited size is in use' af-render -p skislope m.jsonl
}

@test "a roofline: points under the roof, at computes over bits and over seconds" {
    af-render -p roofline -f tsv r.jsonl | tail -n +2 >points
    [ "$(wc -l <points)" = 2 ]
    jq -rs 'map(select(.map == 0)) as $r | $r[] | select(.rec == "einsum_total")
        | .einsum as $e | ($r | map(select(.rec == "action" and .einsum == $e and .component == "Dram") | .count) | add) as $bits
        | [$e, .computes / $bits, .computes / .latency] | @tsv' r.jsonl | sort >expected
    same "$(cut -f2-4 points | sort)" "$(cat expected)"
    awk -F'\t' '$4 > 128e9 * $3 * (1 + 1e-9) || $4 > 64e9 * (1 + 1e-9) { exit 1 }' points
    af-render -p roofline -o r.svg r.jsonl && is_picture r.svg
    refused 64 '--x Nowhere: no such component' af-render -p roofline --x Nowhere r.jsonl
}
