load helper

# af-render -T html: one file with every picture, and the records that they are made of.

setup() {
    cd "$BATS_TEST_TMPDIR"
    af-parse "$root/share/arches/edge.yaml" "$root/share/workloads/mlp.yaml" -D LAYERS=2 -D BATCH=4 -D WIDTH=8 |
        af-pmap | af-join | af-area -q | af-model -q >r.jsonl
}

# Every element is closed in its order, and no id comes twice; prints the texts of elements of one kind.
read_page() { python3 -c '
import html.parser, sys
class Page(html.parser.HTMLParser):
    def __init__(self):
        super().__init__(); self.open, self.ids = [], set()
    def handle_starttag(self, tag, attributes):
        given = dict(attributes)
        assert len(given) == len(attributes) and (given.get("id") not in self.ids or "id" not in given), given
        self.ids.add(given.get("id"))
        if tag != "meta": self.open.append(tag)
    def handle_startendtag(self, tag, attributes): pass
    def handle_endtag(self, tag): assert self.open.pop() == tag, (tag, self.getpos())
    def handle_data(self, data):
        if self.open and self.open[-1] == sys.argv[2]: print(data)
page = Page(); page.feed(open(sys.argv[1]).read()); page.close()
assert not page.open' "$1" "$2"; }

@test "a report has every section, is one file, and is the same each time" {
    af-render --html r.jsonl >r.html
    diff <(read_page r.html h2) <(printf '%s\n' Summary Mapping 'Energy and actions' Latency 'Memory in use' \
        Architecture Workload 'Alternatives and limits' Search 'What was asked')
    [ "$(grep -cE 'href="[^#]|src=|url\(|@import|<link' r.html)" = 0 ]
    grep -q "default-src 'none'" r.html
    cmp r.html <(LC_ALL=C TZ=Asia/Tokyo af-render -T html -j4 <r.jsonl)
    [ "$(grep -c '<figure>' r.html)" -ge 12 ] && [ "$(grep -c '<svg' r.html)" = "$(grep -c '<figure>' r.html)" ]
    for figure in 'Energy by component' 'Energy by einsum, in parts by component' 'Area by component' 'Latency by einsum'; do
        read_page r.html title | grep -q "^$figure"
    done
}

@test "its tables say what the records say" {
    af-render --html r.jsonl >r.html
    python3 -c '
import json, re, sys
shown = {float(n) for n in re.findall(r"<td class=\"n\" title=\"([^\"]*)\"", open("r.html").read())}
members = {"total": ["energy", "latency"], "einsum_total": ["energy", "latency"], "action": ["count", "energy"],
           "leak": ["energy", "power"], "memory": ["bits", "usage"], "cost": ["total_area", "instances"],
           "reservation": ["usage", "size_bits"]}
records = [json.loads(line) for line in open("r.jsonl")]
wanted = {float(r[m]) for r in records for m in members.get(r["rec"], [])}
wanted |= {float(n) for r in records for c in r.get("counts", {}).values() for n in c.values()}
missing = [n for n in wanted if not any(n == m or abs(n - m) <= 1e-12 * abs(n) for m in shown)]  # sums in another order
assert len(wanted) > 20 and not missing, missing'
    [ "$(read_page r.html td | grep -c '^compute$')" = "$(grep -c '"rec":"action".*"action":"compute"' r.jsonl)" ]
    read_page r.html td | grep -q '^A1\[b,c1\] = A0\[b,c0\] × W0\[c0,c1\]$'
    read_page r.html td | grep -q "share/arches/edge.yaml$"
    read_page r.html td | grep -qx 'max_fused_loops'
}

@test "the records come out again, and pictures of them are the same" {
    af-render --html r.jsonl >r.html
    cmp <(af-render --extract r.html) r.jsonl
    cmp <(af-render --extract <r.html | af-render -p energy) <(af-render -p energy r.jsonl)
    refused 65 'r.jsonl: no records in it' af-render --extract r.jsonl
    refused 66 'none.html: cannot read this file' af-render --extract none.html
    sed '/^{"rec":"total"/,$d' r.html >cut.html
    refused 65 'cut.html: the report ends in its records' af-render --extract cut.html
}

@test "names of any kind leave a report whole" {
    sed 's:"Layer0":"L</script><!--\&\\"<b>é\u0007":g; s:"Sram":"</svg>'"'"'":g' r.jsonl >odd.jsonl
    af-render --html --title '<i>"&' odd.jsonl >odd.html
    read_page odd.html h1 >title
    [ "$(tr -d '\n' <title)" = '<i>"&' ]
    cmp <(af-render --extract odd.html) odd.jsonl
    [ "$(grep -c '<!--' odd.html)" = 0 ] && [ "$(grep -c '</script>' odd.html)" = 2 ]
}

@test "a report on less: an architecture alone, a mapping without a model; and on several inputs" {
    af-parse "$root/share/arches/edge.yaml" | af-render --html >arch.html
    diff <(read_page arch.html h2) <(printf '%s\n' Architecture 'What was asked')
    jq -c 'select(.rec != "end" and .rec != "total" and (has("map") | not))' r.jsonl | af-render --open --html >m.html
    read_page m.html h2 | grep -qx Mapping
    [ "$(read_page m.html h2 | grep -c Latency)" = 0 ]
    refused 64 'there is no mapping 7' af-render --html -m 7 r.jsonl
    cp r.jsonl other.jsonl
    af-render --html --label old,new r.jsonl other.jsonl >two.html
    read_page two.html text | grep -q '^Mac, new$'
    refused 65 'no records in it' af-render --extract two.html
}

@test "several inputs side by side, each with its difference from the first" {
    jq -c 'if .rec == "action" and .component == "Dram" then .energy *= 1.5 elif .rec == "total" then .latency *= 0.25 else . end' r.jsonl >b.jsonl
    af-render --open --html --label old,new r.jsonl b.jsonl >two.html
    read_page two.html caption >captions
    grep -q 'Totals compared' captions && grep -q 'Area by component, compared' captions
    row() { grep -A99 "$1, compared\|$1 compared" two.html | grep -m1 "^<tr><td>$2<" | sed 's:</t[dr]>: :g; s/<[^>]*>//g; s/\xc2\xa0//g; s/ *$//'; }
    row Totals latency | grep -q ' −75%$'
    row Totals energy | grep -q ' 0%$'
    row 'Energy by component' Dram | grep -q ' +50%$'
    row 'Energy by component' Sram | grep -q ' 0%$'
    row 'Latency by Einsum' Layer1 | grep -q ' 0%$'
    # what only one of them has
    grep -v '"component":"Dram"' b.jsonl >c.jsonl
    af-render --open --html --label old,new r.jsonl c.jsonl >two.html
    row 'Energy by component' Dram | grep -q '^Dram [^ ]*J$'
    af-render --html r.jsonl | nothing_of ' compared'
}

@test "where scripts run, names light up everywhere, headings sort, and tables can be copied" {
    af-render --html r.jsonl >r.html
    sed -n '/^<script>$/,/^<\/script>$/p' r.html | sed '1d;$d' >script.js
    [ -s script.js ] && [ "$(wc -c <script.js)" -lt 8192 ]
    grep -q "script-src 'unsafe-inline'" r.html
    command -v node >/dev/null || skip "no node"
    cat >page.js <<'J'
const fs = require('fs'), assert = require('assert');
const element = (text, classes = []) => ({
    textContent: text, title: '', attributes: {}, classes: new Set(classes),
    get classList() { const c = this.classes; return {add: x => c.add(x), remove: x => c.delete(x), contains: x => c.has(x)}; },
    getAttribute(k) { return this.attributes[k]; }, setAttribute(k, v) { this.attributes[k] = v; },
    removeAttribute(k) { delete this.attributes[k]; }, closest() { return this; }, append() {}});
const row = (name, value) => { const n = element(value + ' J', ['n']); n.title = String(value); return {cells: [element(name), n]}; };
const rows = [row('b', 10), row('a', 9), row('c', 100)];
const body = {get rows() { return rows; }, append(r) { rows.splice(rows.indexOf(r), 1); rows.push(r); }};
const heads = [element('Name'), element('Energy')], headRow = {cells: heads};
for (const h of heads) h.parentNode = headRow;
const table = {tHead: {rows: [headRow]}, tBodies: [body], caption: element('Table'), get rows() { return [headRow, ...rows]; }};
const chip = element('b'), alone = element('z');
let over, copied, button;
globalThis.document = {addEventListener: (_, f) => { over = f; }, createElement: () => button = element(''),
    querySelectorAll: what => what === 'table' ? [table] : [chip, alone, ...rows.map(r => r.cells[0])]};
Object.defineProperty(globalThis, 'navigator', {value: {clipboard: {writeText: t => { copied = t; }}}});
eval(fs.readFileSync('script.js', 'utf8'));
const order = () => rows.map(r => r.cells[0].textContent).join('');
heads[1].onclick(); assert.equal(order(), 'abc');
heads[1].onclick(); assert.equal(order(), 'cba');
heads[0].onclick(); assert.equal(order(), 'abc');
over({target: chip}); assert(chip.classes.has('lit') && rows[1].cells[0].classes.has('lit'));
over({target: alone}); assert(!chip.classes.has('lit') && !alone.classes.has('lit'));
button.onclick(); assert.equal(copied, 'Name\tEnergy\na\t9\nb\t10\nc\t100\n');
J
    node page.js
}
