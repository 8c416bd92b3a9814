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

@test "each part of a tall stack has a look of its own" {
    jq -c 'if .rec == "action" then range(4) as $i | .tensor = "T\(input_line_number % 30)_\($i)" else . end' r.jsonl >parts.jsonl
    af-render -p energy --open --by einsum --stack tensor -o parts.svg parts.jsonl
    is_picture parts.svg
    grep 'rx="3"' parts.svg | sed 's/.*class=/class=/' | sort >looks
    [ "$(wc -l <looks)" -gt 24 ]
    [ -z "$(uniq -d looks)" ]
}

@test "components that are kept or dropped, and what they are of the whole; bars in order" {
    diff <(drawn -p energy --drop Dram,Mac) <(drawn -p energy | grep -v '^Dram\|^Mac')
    diff <(drawn -p energy --keep Dram) <(drawn -p energy | grep '^Dram')
    same "$(drawn -p energy --keep Sram --by einsum)" "$(drawn -p energy --by einsum,component | grep Sram | cut -f1,3)"
    af-render -p energy --keep Dram -T text --raw-units r.jsonl | sed 's:\xc2\xa0: :g' | awk -v a="$(af-render -T tsv -p energy --by input r.jsonl | awk 'END { print $NF }')" \
        -v s="$(drawn -p energy --keep Dram | awk '{ print $NF }')" \
        'function differ(x, y) { return (x / y - 1) ^ 2 > 1e-6 } NR == 1 && ($1 != "Energy:" || $4 != "of" || differ($2, s) || differ($5, a)) { exit 1 }'
    af-render -p energy --keep Dram r.jsonl | grep -q '<title id="af-title">Energy by component: [0-9.]*.[a-zµ]*J of [0-9.]*.[a-zµ]*J<'
    [ "$(drawn -p latency --drop Mac | cut -f2 | sort -u | grep -c Mac)" = 0 ]
    order() { af-render -p energy -T tsv "$@" r.jsonl | tail -n +2; }
    diff <(order --sort name) <(order | LC_ALL=C sort)
    diff <(order --sort value) <(order | sort -t"$(printf '\t')" -k2,2gr)
    refused 64 'keep Srm: no such component; did you mean Sram' af-render -p energy --keep Srm r.jsonl
    refused 64 'drop Dram,Mac,Sram,Register\|leaves no component' af-render -p energy --drop "$(order | cut -f1 | paste -sd,)" r.jsonl
    refused 64 'one of them is expected' af-render -p energy --keep Sram --drop Mac r.jsonl
    refused 64 'sort value,name: one of none, value, name' af-render -p energy --sort value,name r.jsonl
}

@test "a theme of one's own: dark has no light colours, and light asks for no viewer's wish" {
    for picture in mapping energy pareto; do
        af-render -p $picture --theme dark r.jsonl >dark
        af-render -p $picture --theme light r.jsonl >light
        af-render -p $picture r.jsonl >auto
        grep -q 'af-bg{fill:#14171c}' dark && grep -q 'af-bg{fill:#ffffff}' light && grep -q prefers-color-scheme auto
        nothing_of 'prefers-color-scheme\|af-bg{fill:#ffffff}' dark
        nothing_of prefers-color-scheme light
    done
    refused 64 'theme drk: one of auto, light, dark is expected; did you mean dark' af-render --theme drk r.jsonl
    cmp <(af-render -f text r.jsonl) <(af-render -T text r.jsonl)      # the letter that af-area has too
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

@test "options that the picture has no use for, and numbers that are none" {
    refused 64 'by is of bars: -p energy, latency, actions, memory or area' af-render --by einsum r.jsonl
    refused 64 'keep is of bars' af-render -p roofline --keep Sram r.jsonl
    refused 64 'x is of curves: -p pareto' af-render -p energy --x latency r.jsonl
    refused 64 'plot is of curves' af-render --plot -T text r.jsonl
    refused 64 'plot is of text' af-render --plot -p pareto -T svg r.jsonl
    refused 64 'log is of bars and curves' af-render --log x r.jsonl
    refused 64 'columns 1.5: a whole number is expected' af-render -T text --columns 1.5 r.jsonl
    refused 64 'width -3: a whole number is expected, 0 or more' af-render --width -3 r.jsonl
    refused 64 'time-limit nan: a number is expected' af-render --time-limit nan r.jsonl
    refused 64 'by tensr: no such field; did you mean tensor? (input, mapping, einsum' af-render -p energy --by tensr r.jsonl
    af-render --html --stack tensor r.jsonl >r.html
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
    [ "$(wc -l <points)" = 3 ]
    jq -rs 'map(select(.map == 0)) as $r | [$r[] | select(.rec == "einsum_total") | .computes] | add as $n
        | ($r | map(select(.rec == "action" and .component == "Dram") | .count) | add) as $bits
        | ["whole mapping", $n / $bits, $n / ($r[] | select(.rec == "total") | .latency)] | @tsv' r.jsonl >whole
    same "$(grep whole points | cut -f2-4)" "$(cat whole)"
    jq -rs 'map(select(.map == 0)) as $r | $r[] | select(.rec == "einsum_total")
        | .einsum as $e | ($r | map(select(.rec == "action" and .einsum == $e and .component == "Dram") | .count) | add) as $bits
        | [$e, .computes / $bits, .computes / .latency] | @tsv' r.jsonl | sort >expected
    same "$(grep -v whole points | cut -f2-4 | sort)" "$(cat expected)"
    awk -F'\t' '$4 > 128e9 * $3 * (1 + 1e-9) || $4 > 64e9 * (1 + 1e-9) { exit 1 }' points
    af-render -p roofline -o r.svg r.jsonl && is_picture r.svg
    refused 64 '--x Nowhere: no such component' af-render -p roofline --x Nowhere r.jsonl
    refused 64 '--level Nowhere: no such component' af-render -p roofline --level Nowhere r.jsonl
    cmp <(af-render -p roofline --level Sram r.jsonl) <(af-render -p roofline --x Sram r.jsonl)
}

@test "a roofline: points below the roof hang from it; roofs that are given" {
    jq -c 'if .rec == "total" or .rec == "einsum_total" then .latency *= 10 else . end' r.jsonl >slow.jsonl
    [ "$(af-render --open -p roofline slow.jsonl | grep -c 'class="af-axis af-dashed"')" = 3 ]
    [ "$(af-render -p roofline r.jsonl | grep -c 'class="af-axis af-dashed"')" = 0 ]
    [ "$(af-render -p roofline --peak 64e10 --bandwidth 128e10 r.jsonl | grep -c 'class="af-axis af-dashed"')" = 3 ]
    af-render -p roofline --peak 256 --bandwidth 16 -o roof.svg </dev/null
    is_picture roof.svg
    grep -q '256 computes a second from 16 on' roof.svg
}

@test "a roofline: a roof for each memory, and which component an Einsum waits for" {
    af-render -p roofline r.jsonl >roofs.svg
    is_picture roofs.svg
    jq -r 'select(.rec == "einsum" and .einsum == "Layer0") | . as $e | .arch.nodes | .. | objects | select(.type == "Memory") | .name as $n
        | $e.costs[] | select(.component == $n) | (.actions | map(.throughput) | max) * .instances | select(type == "number") | [$n, .] | @tsv' r.jsonl >speeds
    [ "$(wc -l <speeds)" -ge 2 ]
    af-render -p roofline -T text --raw-units r.jsonl | sed 's/\xc2\xa0/ /g' >text
    while read -r name speed; do
        awk -v n="$name" -v s="$speed" '$1 == "roof" && $3 == n { found = ($4 / s - 1) ^ 2 < 1e-6 } END { exit !found }' text
        [ "$name" = Dram ] || grep -q "<title>$name: " roofs.svg
    done <speeds
    af-render -p roofline -T tsv r.jsonl | awk -F'\t' 'NR > 1 && ($5 != ($3 * 128e9 < 64e9 ? $3 * 128e9 : 64e9)) { exit 1 }'
    for layer in Layer0 Layer1; do
        slowest=$(jq -r --arg e $layer 'select(.rec == "latency" and .map == 0 and .einsum == $e and .bottleneck) | .component' r.jsonl)
        [ "$(af-render -p roofline -T tsv r.jsonl | awk -F'\t' -v e=$layer '$2 == e { print $6 }')" = "$slowest" ]
    done
    # nearest to the roof first
    jq -c 'if .rec == "einsum_total" and .einsum == "Layer0" then .latency *= 3 else . end' r.jsonl |
        af-render --open -p roofline -T text | sed -n 's/^\(Layer.\|whole\).*/\1/p' | tr '\n' ' ' >order
    [ "$(cat order)" = 'Layer1 whole Layer0 ' ]
}

@test "--level: of one memory" {
    cmp <(af-render -p memory --level Sram r.jsonl) <(af-render -p memory --keep Sram r.jsonl)
    cmp <(af-render -p skislope -T tsv --level Sram r.jsonl) <(af-render -p skislope -T tsv --x Sram r.jsonl)
    refused 64 '--level is of roofline' af-render -p energy --level Sram r.jsonl
}

@test "--per-compute=einsum: over the computes of the bar's own Einsum" {
    jq -rs '[.[] | select(.map == 0)] as $r | .[] | select(.rec == "workload") | .einsums[] | . as $e
        | [$e.name, ([$r[] | select((.rec == "action" or .rec == "leak") and .einsum == $e.name) | .energy] | add) / $e.n_computes] | @tsv' r.jsonl >expected
    same "$(drawn -p energy --by einsum --per-compute=einsum)" "$(sort expected)"
    [ "$(drawn -p energy --by einsum --per-compute)" != "$(drawn -p energy --by einsum --per-compute=einsum)" ]
    refused 64 '--per-compute mapping: einsum is expected' af-render -p energy --per-compute=mapping r.jsonl
}

@test "-m all -O: a file for each mapping" {
    af-render -m all -O pictures m.jsonl
    n=$(grep -c '"rec":"mapping"' m.jsonl)
    [ "$(ls pictures)" = "$(seq 0 $((n - 1)) | sed 's/.*/mapping-&.svg/' | LC_ALL=C sort)" ]
    cmp pictures/mapping-0.svg <(af-render m.jsonl)
    af-render -p energy -T text -m 0 -O pictures r.jsonl && cmp pictures/energy-0.txt <(af-render -p energy -T text r.jsonl)
    af-render --html -O pictures r.jsonl && [ -s pictures/report-0.html ]
    refused 64 '-O FOLDER says where' af-render -m all m.jsonl
    refused 64 'mapping first: a number is expected, or all' af-render -m first m.jsonl
    refused 64 'mapping 1.5: a number is expected, or all' af-render -m 1.5 m.jsonl
    refused 73 'nowhere/there/mapping-0.svg: cannot create this file' af-render -O nowhere/there m.jsonl
}

@test "--pass: a picture in the middle of a pipe" {
    af-render --pass -o middle.svg m.jsonl >same.jsonl
    cmp same.jsonl m.jsonl
    cmp middle.svg <(af-render m.jsonl)
    mkdir there
    af-render --pass -O there m.jsonl | af-model -q | cmp - r.jsonl
    cmp there/mapping-0.svg middle.svg
    refused 64 'pass: -o FILE or -O FOLDER' af-render --pass m.jsonl
    refused 73 'cannot create this file' af-render --pass -o nowhere/a.svg m.jsonl
}

@test "at a terminal text is usual, as wide as the terminal; a file gets SVG" {
    python3 -c 'import os, pty, fcntl, termios, struct, sys
def child():
    os.execvp("af-render", ["af-render", *sys.argv[1:]])
pid, end = pty.fork()
if not pid:
    os.environ.pop("NO_COLOR", None); fcntl.ioctl(1, termios.TIOCSWINSZ, struct.pack("HHHH", 24, 60, 0, 0)); child()
try:
    while chunk := os.read(end, 4096): sys.stdout.buffer.write(chunk)
except OSError: pass' -p energy r.jsonl | tr -d '\r' >shown
    cmp shown <(af-render -p energy -T text --columns 60 --color always r.jsonl)
    af-render -p energy r.jsonl | grep -q '^<svg'
}

@test "--columns, --color and --units of text" {
    cells() { sed 's/\x1b\[[0-9]*m//g' | python3 -c 'import sys; print(max(len(line.rstrip("\n")) for line in sys.stdin))'; }
    for picture in mapping energy latency memory workload pareto roofline; do
        for n in 44 60 100; do
            [ "$(af-render -p $picture -T text --columns $n r.jsonl | cells)" -le $n ] || { echo "$picture $n"; return 1; }
        done
        cmp <(af-render -p $picture -T text --columns 60 r.jsonl) <(af-render -p $picture -T text --width 60 r.jsonl)
        cmp <(af-render -p $picture -T text --color never r.jsonl) <(af-render -p $picture -T text r.jsonl)
        cmp <(af-render -p $picture -T text --color always r.jsonl | sed 's/\x1b\[[0-9]*m//g') <(af-render -p $picture -T text r.jsonl)
        cmp <(af-render -p $picture -T text --units raw r.jsonl) <(af-render -p $picture -T text --raw-units r.jsonl)
    done
    for picture in mapping energy; do af-render -p $picture -T text --color always r.jsonl | grep -q $'\x1b\[[0-9]*m'; done
    af-render -p energy -T text --units raw r.jsonl | nothing_of ' [a-zµ]J$'
    [ "$(af-render -p energy --stack tensor -T text --color always r.jsonl | grep -c $'\x1b\[0m')" -ge 4 ]
    refused 64 'units si1: one of si, raw is expected; did you mean si' af-render --units si1 r.jsonl
}

@test "-p all: every picture that the records allow" {
    af-render -p all -O every r.jsonl
    [ "$(ls every | tr '\n' ' ')" = 'actions-0.svg arch-0.svg energy-0.svg latency-0.svg mapping-0.svg memory-0.svg pareto-0.svg roofline-0.svg skislope-0.svg workload-0.svg ' ]
    for file in every/*; do is_picture $file; done
    cmp every/energy-0.svg <(af-render -p energy r.jsonl)
    af-render -p all -m all -T tsv -O numbers r.jsonl
    [ "$(ls numbers/energy-* | wc -l)" = "$(grep -c '"rec":"total"' r.jsonl)" ]
    [ "$(ls numbers | grep -c mapping)" = 0 ]
    refused 64 'p all writes several files: -O FOLDER' af-render -p all r.jsonl
    refused 65 'no picture of these records is drawn as dot' af-render -p all -T dot -O none <(af-area -q m.jsonl | grep '"cost"') --open
}

@test "--partial: of a stream that breaks off, what came" {
    grep -n '"rec":"leak"' r.jsonl | head -1 | cut -d: -f1 | { read -r n; head -n "$n" r.jsonl | head -c -9 >cut.jsonl; }
    refused 65 '' af-render -p energy cut.jsonl
    af-render --partial -p energy cut.jsonl >cut.svg 2>err
    grep -q 'cut.jsonl' err
    is_picture cut.svg
    [ "$(af-render --partial -p energy -T tsv --by action cut.jsonl 2>/dev/null | cut -f1 | sort -u | tr '\n' ' ')" = 'action compute read write ' ]
    grep -q '>Partial: the input breaks off<' cut.svg
    [ "$(af-render --partial -T text -p energy cut.jsonl 2>/dev/null | head -1)" = 'Partial: the input breaks off' ]
    af-render --partial --html cut.jsonl 2>/dev/null | grep -c 'Partial: the input breaks off' >count
    [ "$(cat count)" = 1 ]
    cmp <(af-render --partial -p energy r.jsonl) <(af-render -p energy r.jsonl)
    refused 66 'none.jsonl: cannot read' af-render --partial none.jsonl
    refused 65 'no `mapping` record' af-render --partial <(echo '{"rec":"sp')
}

@test "--plot: the points as dots; --log: axes by powers of ten" {
    printf '{"rec":"mapping","v":"1","id":%d,"metrics":{"energy":%d,"latency":%d}}\n' 0 8 1 1 4 2 2 2 4 3 1 8 >front
    af-render --open -p pareto -T text --plot front >plot
    [ "$(sed -n 2p plot | sed 's/ *│.*//; s/^ *//')" = '8 J' ]
    diff <(af-render --open -p pareto -T text front) <(sed '2,19d' plot)
    [ "$(sed -n '2,17p' plot | grep -c '│ *[^ ]')" -ge 12 ]
    af-render --open -p pareto -T text --plot --ascii front >plain
    LC_ALL=C nothing_of '[^ -~]' plain
    [ "$(grep -c '|.*[*]' plain)" = "$(sed -n '2,17p' plot | grep -c '│ *[^ ]')" ]
    af-render -p roofline -T text --plot r.jsonl | sed -n '2,17p' | grep -q '⠉\|⠒\|⣀\|⠤'
    # figures that double: by powers of ten they stand at even distances
    af-render --open -p pareto --log x,y front >log.svg
    grep -o '<rect x="[0-9]*" .* class="af-c0"' log.svg | cut -d'"' -f2 | awk 'NR > 1 { d[NR] = $1 - x } { x = $1 } END {
        exit !(NR == 4 && (d[2] - d[3]) ^ 2 <= 1 && (d[3] - d[4]) ^ 2 <= 1) }'
    [ "$(af-render --open -p pareto --log x front | cmp - log.svg | wc -l)" = 1 ]
    af-render -p energy --log x -o bars.svg r.jsonl && is_picture bars.svg
    refused 64 '--log: bars in parts' af-render -p energy --log x --stack tensor r.jsonl
    refused 64 'log z: x, y or x,y is expected' af-render -p pareto --log z r.jsonl
}

@test "a workload: every Einsum, every tensor, every edge" {
    af-render -p workload -f text r.jsonl >text
    [ "$(cat text)" = "$(printf '%s\n' 'Layer0  A1[b,c1] = A0[b,c0] × W0[c0,c1]  256 computes' \
                                       'Layer1  A2[b,c2] = A1[b,c1] × W1[c1,c2]  256 computes')" ]
    af-render -p workload -f dot r.jsonl >dot
    [ "$(grep -c -- '->' dot)" = 6 ]
    grep -q '"t_A1" -> "e_Layer1";' dot && grep -q '"e_Layer0" -> "t_A1";' dot
    ! command -v dot >/dev/null || dot -Tsvg dot >/dev/null
    af-render -p workload -o w.svg r.jsonl && is_picture w.svg
    [ "$(grep -c 'class="af-lane"' w.svg)" = 1 ]
    af-parse "$root/share/workloads/transformer.yaml" | af-eval --no-einsum | af-render -p workload -o t.svg && is_picture t.svg
    refused 65 'no `workload` record to draw: af-eval makes them' af-render -p workload <(af-parse "$root/share/workloads/mlp.yaml")
}

@test "an architecture: fanouts hold what is repeated; costs where they are known" {
    af-render -p arch -f text r.jsonl >text
    [ "$(head -1 text)" = 'Architecture  area 0.4032 mm²  leak_power 646.4 µW' ]
    grep -q '^┃ ┃ Mac       Compute  *0.01920 mm² · leaks 6.400 µW$' text
    [ "$(grep -n '8 × Row' text | cut -d: -f1)" -lt "$(grep -n '8 × Column' text | cut -d: -f1)" ]
    cat >f.yaml <<'Y'
arch:
  nodes:
  - !Memory {name: Outer, size: inf, area: 0, leak_power: 0, actions: [{name: read, energy: 1}, {name: write, energy: 1}]}
  - !Fork
    nodes:
    - !Compute {name: Side, area: 0, leak_power: 0, actions: [{name: compute, energy: 1}]}
  - !Compute {name: "A<B>&\"C", area: 0, leak_power: 0, actions: [{name: compute, energy: 1}]}
Y
    af-parse f.yaml | af-render -p arch -f text >text
    [ "$(grep -n '├─Fork' text | cut -d: -f1)" -lt "$(grep -n '└─and on' text | cut -d: -f1)" ]
    for a in f.yaml "$root"/share/arches/*.yaml; do
        af-parse "$a" | af-render -p arch -o a.svg && is_picture a.svg
    done
    refused 65 'no architecture to draw' af-render -p arch <(af-parse "$root/share/workloads/mlp.yaml")
}

@test "without -p: a mapping, else the workload, else the architecture" {
    af-render -f text m.jsonl | grep -q computes
    af-parse "$root/share/arches/edge.yaml" "$root/share/workloads/mlp.yaml" >s.jsonl
    af-eval s.jsonl | af-render -f text | grep -q '^Layer0 .* = '
    af-render -f text s.jsonl | grep -q '^Architecture'
}

@test "a mapping that is given: with the figures of af-model, without them as it stands" {
    af-model --yaml-mapping m.jsonl >given.yaml
    af-parse "$root/share/arches/edge.yaml" "$root/share/workloads/mlp.yaml" given.yaml -D LAYERS=2 -D BATCH=4 -D WIDTH=8 >g.jsonl
    af-render -f text g.jsonl | head -1 | grep -q '^mapping as given$'
    af-render -f text g.jsonl | nothing_of 'in 0\.\.'
    af-model -q g.jsonl | af-render -f text >text
    head -1 text | grep -q '^Mapping as given  energy .*J  latency .*s$'
    grep -E '(for|par) [a-z0-9]+ ' text | nothing_of -v 'in 0\.\.[0-9]'
    af-render -f text m.jsonl | tail -n +2 >mapped
    [ "$(grep -o 'in 0\.\.[0-9]*' text)" = "$(grep -o 'in 0\.\.[0-9]*' mapped)" ]
}

@test "reservations, tile shapes, ASCII" {
    af-render -f text --reservations r.jsonl | grep -q 'reserved '
    cmp <(af-render --reservations r.jsonl) <(af-render --reservations=rows r.jsonl)
    cmp <(af-render --reservations=bars r.jsonl) <(af-render r.jsonl)
    refused 64 'reservations row: one of bars, rows, none' af-render --reservations=row r.jsonl
    cmp <(af-render --collapse none r.jsonl) <(af-render --all-branches r.jsonl)
    [ "$(af-render -T text --collapse alike r.jsonl | wc -l)" -lt "$(af-render -T text --collapse none r.jsonl | wc -l)" ]
    refused 64 'collapse alik: one of auto, none, alike' af-render --collapse alik r.jsonl
    af-render -f text r.jsonl | nothing_of 'reserved '
    af-render -f text --no-tile-shape r.jsonl >text
    nothing_of 'tile [0-9]' text
    for picture in mapping energy workload roofline pareto; do af-render -p $picture -f text --ascii r.jsonl | LC_ALL=C nothing_of '[^ -~]'; done
}

@test "records of another form are no crash" {
    for metrics in '{"energy":[1]}' '7' '{"energy":"x"}' 'null'; do
        echo '{"rec":"mapping","v":"1","id":0,"metrics":'"$metrics"',"tree":{"!":"Mapping","nodes":[]}}' >bad
        af-render bad >out
        for picture in pareto energy workload arch roofline; do
            status=0
            af-render -p $picture bad >out 2>err || status=$?
            [ $status = 65 ] || [ $status = 0 ]
        done
    done
}

# Of each node of a graph: id, label|shape|fill; cells of a table with their colours.
graph() {
    sed -n 's/^  \("[^"]*"\) \[label=\(.*\), shape=\([a-zA-Z]*\), fillcolor="\(.*\)"\];$/\1 \2|\3|\4/p' |
        sed 's/<[^>]*BORDER="5" COLOR="\([^"]*\)">\([^<]*\)/ \1 \2/g; s/<[^>]*>//g; s/[<>]//g'
}
edges() { grep -e ' -- ' | tr -d '" ;' | paste -sd' '; }

@test "graphs of a mapping: the reference's nodes, colours and edges, named by their place" {
    cat >given.yaml <<'Y'
arch:
  nodes:
  - !Memory {name: Main, size: inf, component_class: Dummy}
  - !Memory {name: Buffer, size: 640, component_class: Dummy, spatial: [{name: X, fanout: 2}]}
  - !Compute {name: Mac, component_class: Dummy}
mapping:
  nodes:
  - !Storage {tensors: [E, A, B, D], component: Main}
  - !Temporal {rank_variable: m, tile_shape: 4, initial_tile_shape: 3}
  - !Sequential
    nodes:
    - !Nested
      nodes:
      - !Spatial {rank_variable: n, tile_shape: 1, name: X, component: Buffer}
      - !Compute {einsum: C, component: Mac}
    - !Nested
      nodes: [!Compute {einsum: E, component: Mac, text: 'say "E"'}]
Y
    af-parse -q given.yaml | af-render -T dot >graph.dot
    diff - <(graph <graph.dot) <<'G'
"n0.0" Main reuses #FFFF00 E #FF0000 A #00FF00 B #0000FF D|cylinder|#D7FCD7
"n0.1" "for m initial=3 shape=4"|box|#FCC2FC
"n0.2" "Split"|hexagon|#FFFFE0
"n0.2.0.0" "S-X-for n shape=1"|box|#FCC2FC
"n0.2.0.1" "Mac computes C"|ellipse|#E0EEFF
"n0.2.1.0" "say \"E\""|ellipse|#E0EEFF
G
    [ "$(edges <graph.dot)" = 'n0.0--n0.1 n0.1--n0.2 n0.2--n0.2.0.0 n0.2.0.0--n0.2.0.1 n0.2--n0.2.1.0' ]
    af-parse -q given.yaml | af-render -T dot --no-tile-shape | grep -q '"for m initial=3"'
    af-render -T dot r.jsonl >graph.dot
    grep -q 'label="for [a-z0-9]* in \[0..[0-9]*) shape=[0-9]*"' graph.dot
    grep -q 'Sram reserved for' graph.dot
    ! command -v dot >/dev/null || dot -Tsvg graph.dot | grep -q '<svg'
    # more tensors than colours: hues as the reference has them
    { sed '/^mapping/,$d' given.yaml; echo "mapping: {nodes: [!Storage {component: Main, tensors: [$(seq -f T%g -s, 10 26)]}]}"; } >many.yaml
    af-parse -q many.yaml | af-render -T dot | graph |
        grep -q '#808000 T21 #3c00ff T22 #9500ff T23 #f000ff T24 #ff00b4 T25 #ff005a T26'
}

@test "the graph of an architecture: a Fork and a Compute aside, fanouts, sizes as they are written" {
    cat >a.yaml <<'Y'
arch:
  nodes:
  - !Memory {name: Main, size: 1024*8, component_class: Dummy}
  - !Fork
    nodes: [!Memory {name: Side, size: inf, component_class: Dummy}, !Compute {name: Vec, component_class: Dummy}]
  - !Toll {name: Bus, direction: down, component_class: Dummy}
  - !Container {name: Pe, spatial: [{name: X, fanout: 2}, {name: Y, fanout: 4}]}
  - !Hierarchical
    nodes: [!Network {name: Net, component_class: Dummy}]
  - !Compute {name: Mac, component_class: Dummy}
Y
    af-parse -q a.yaml | af-render -p arch -T dot >graph.dot
    diff - <(graph <graph.dot) <<'G'
"n0.0" "Main with size 1024*8"|cylinder|#D7FCD7
"n0.1.0" "Side with size inf"|cylinder|#D7FCD7
"n0.1.1" "Vec"|ellipse|#E0EEFF
"n0.2" "Bus"|rarrow|#FFCC99
"n0.3" "Pe\n[2× X, 4× Y]"|box|#FCC2FC
"n0.4.0" "Net"|Msquare|#FAF8C8
"n0.5" "Mac"|ellipse|#E0EEFF
G
    [ "$(edges <graph.dot)" = 'n0.0--n0.1.0 n0.1.0--n0.1.1 n0.0--n0.2 n0.2--n0.3 n0.3--n0.4.0 n0.4.0--n0.5' ]
}

@test "areas beyond any chip: those too large for mm2 stay in m2, a negative one has the unit of its size" {
    af-parse "$root/share/arches/edge.yaml" "$root/share/workloads/mlp.yaml" | af-area >costs.jsonl
    drawn() { jq -c "if .rec == \"cost\" then .total_area = $1 else . end" costs.jsonl | af-render -p area -T text; }
    drawn 1e305 >out
    grep -q '1.000e+305.m²' out
    drawn -1e305 >out
    grep -q -- '-1.000e+305.m²' out
    drawn -2e-6 >out
    grep -q -- '-2.000.mm²' out
}

@test "names in a roofline stand beside each other, not on each other" {
    af-parse -q "$root/share/arches/eyeriss.yaml" $mlp | af-pmap -q | af-join | af-model -q | af-render -p roofline >r.svg
    y_of() { sed -n "s,.*<text [^>]*y=\"\([0-9]*\)\"[^>]*>$1</text>.*,\1,p" r.svg; }
    [ -n "$(y_of InputPad)" ] && [ -n "$(y_of OutputPad)" ]
    apart=$(($(y_of InputPad) - $(y_of OutputPad)))
    [ "${apart#-}" -ge 14 ]
}
