# What af-model found, asked for as the reference's accessors ask (energy, latency, actions, resource_usage), and what follows from it.
#
#   af-model m.jsonl | jq -s -L share/jq 'include "results"; energy(per_component)'
#   af-model m.jsonl | jq -s -L share/jq 'include "results"; mapping(3) | latency(per_einsum)'
#   af-join … | jq -cs -L share/jq 'include "results"; only_best("energy_delay_product")[]' | af-render > best.svg
#
# The input is the array of all records. Where a stream has several mappings, say which: mapping(ID) | …, or each_mapping(…).
# `per_einsum`, `per_component`, `per_tensor`, `per_action` choose the keys, alone or several: energy(per_einsum, per_component).
# Several keys nest, always in the order einsum, component, tensor, action.

def per_einsum: "einsum";
def per_component: "component";
def per_tensor: "tensor";
def per_action: "action";

# ---- which mapping

def mapping_ids: map(select(.rec == "total" or .rec == "mapping") | .map // .id) | unique;

def mapping($id): map(select(if .rec == "mapping" then .id == $id else .map == null or .map == $id end));

def each_mapping(f): . as $records | mapping_ids | map({key: tostring, value: (. as $id | $records | mapping($id) | f)}) | from_entries;

def one_mapping:
    mapping_ids as $ids
    | if ($ids | length) > 1
      then error("the stream has the mappings \($ids | tojson): say mapping(ID) | …, or each_mapping(…)")
      else . end;

# ---- sums of rows by fields

def total_by($fields; value):
    if ($fields | length) == 0 then map(value) | add // 0
    else group_by(.[$fields[0]] // "None")
        | map({key: (.[0][$fields[0]] // "None"), value: total_by($fields[1:]; value)}) | from_entries
    end;

def in_order(per): [per] as $asked
    | ($asked - ["einsum", "component", "tensor", "action"]) as $unknown
    | if ($unknown | length) > 0 then error("no such key: \($unknown | tojson); there are per_einsum, per_component, per_tensor, per_action")
      else ["einsum", "component", "tensor", "action"] | map(select(. as $name | any($asked[]; . == $name))) end;

def has_actions: if any(.[]; .rec == "action") then . else error("there are no `action` records: af-model --metrics must have ACTIONS") end;

# ---- the reference's accessors

# J. Leakage is the action "leak" of a component, of no tensor.
def energy(per):
    one_mapping | has_actions | in_order(per) as $fields
    | map(select(.rec == "action"), select(.rec == "leak") + {action: "leak"}) | total_by($fields; .energy);
def energy: energy(empty);

# Numbers of actions; the action's name is always a key.
def actions(per):
    one_mapping | has_actions | in_order(per, "action") as $fields
    | map(select(.rec == "action")) | total_by($fields; .count);
def actions: actions(per_component);

# s. Components of one Einsum work at the same time, Einsums one after the other: per component the sum may exceed the total.
def latency(per):
    one_mapping | has_actions | in_order(per) as $fields
    | map(select(.rec == "latency"))
    | if any($fields[]; . == "tensor" or . == "action") then error("a latency belongs to an Einsum and a component")
      elif any($fields[]; . == "component") then total_by($fields; .seconds)
      else group_by(.einsum) | map(max_by(.seconds)) | total_by($fields; .seconds) end;
def latency: latency(empty);

# Most of each memory that is ever in use, as a fraction of its size.
def resource_usage:
    one_mapping | map(select(.rec == "reservation")) | group_by(.component)
    | map({key: .[0].component, value: (map(.usage) | max)}) | from_entries;

# ---- what follows

# Per Einsum: the slowest component, its time, and how long the next one takes as a fraction of that.
def bottleneck:
    one_mapping | has_actions | map(select(.rec == "latency")) | group_by(.einsum)
    | map(sort_by(-.seconds) as $slowest
        | {key: .[0].einsum, value: {component: $slowest[0].component, seconds: $slowest[0].seconds,
            next: $slowest[1].component,
            next_fraction: (if $slowest[1] and $slowest[0].seconds > 0 then $slowest[1].seconds / $slowest[0].seconds else null end)}})
    | from_entries;

# Per Einsum: how busy the Compute is while the Einsum runs, which fraction of its instances has work, and the product of the two.
def utilization:
    one_mapping | has_actions | . as $records
    | map(select(.rec == "action" and .action == "compute"))
    | map(.einsum as $einsum | .component as $compute
        | ($records | map(select(.rec == "latency" and .einsum == $einsum))) as $latencies
        | ($latencies | map(.seconds) | max) as $all
        | ($latencies | map(select(.component == $compute) | .seconds) | first) as $own
        | (reduce ($records[] | select(.rec == "spatial" and .einsum == $einsum)) as $s (1; . * $s.used / $s.fanout)) as $instances
        | (if $all > 0 then $own / $all else 0 end) as $busy
        | {key: $einsum, value: {busy: $busy, instances: $instances, utilization: ($busy * $instances)}})
    | from_entries;

# Two mappings of one stream, side by side: totals, energy per component, latency per Einsum; `ratio` is b / a.
def beside($a; $b):
    ([$a, $b] | map(keys) | add | unique) | map({key: ., value: {a: ($a[.] // 0), b: ($b[.] // 0)}})
    | map(.value.ratio = (if .value.a == 0 then null else .value.b / .value.a end)) | from_entries;
def totals: map(select(.rec == "total")) | first | with_entries(select(.value | type == "number")) | del(.map);
def compare_records($a; $b):
    {total: beside($a | totals; $b | totals),
     energy: beside($a | energy(per_component); $b | energy(per_component)),
     latency: beside($a | latency(per_einsum); $b | latency(per_einsum)),
     usage: beside($a | resource_usage; $b | resource_usage)};
def compare($a; $b): . as $records | compare_records($records | mapping($a); $records | mapping($b));

# ---- figures divided, filtered, as lines

def mapped_einsums: [.[] | select(.rec == "einsum_total").einsum] | unique;

# Computes of the mapped Einsums, of one, or of each: not scaled by instances.
def computes_by_einsum:
    mapped_einsums as $mapped
    | (first(.[] | select(.rec == "workload")) // error("there is no `workload` record"))
    | [.einsums[] | select(.name as $name | any($mapped[]; . == $name)) | {key: .name, value: .n_computes}] | from_entries;
def computes: computes_by_einsum | add // 0;
def computes($einsum): computes_by_einsum[$einsum] // error("no mapped Einsum is called \($einsum)");

# per_compute(energy(per_component)): every number over the computes of all Einsums. per_own_compute: over those of the Einsum that is
# the outermost key, so that the parts are no longer parts of one sum.
def over($n): walk(if type == "number" then . / $n else . end);
def per_compute(f): computes as $n | f | over($n);
def per_own_compute(f): computes_by_einsum as $computes | f | with_entries(.key as $einsum | .value |= over($computes[$einsum]));

# Bits of each tensor of the workload, or its values.
def tensor_sizes(f): first(.[] | select(.rec == "workload")) | [.tensors[] | {key: .name, value: f}] | from_entries;
def per_tensor_size: tensor_sizes(.bits);
def per_tensor_values: tensor_sizes(.size);

# The records without those of some components (actions, leakage, latencies); totals stay as they are.
def of_component: .rec == "action" or .rec == "leak" or .rec == "latency";
def drop_components($names): map(select((of_component and (.component as $c | any($names[]; . == $c))) | not));
def keep_components($names): map(select((of_component | not) or (.component as $c | any($names[]; . == $c))));
def drop_zero_components:
    [.[] | select(of_component and (.energy // .seconds // 0) != 0).component] as $used | keep_components($used);

# What is zero goes, then what holds nothing; one line for each number: keys, then the number.
def drop_zeros: walk(if type == "object" then with_entries(select(.value != 0 and .value != {})) else . end);
def lines: if type == "number" then [[.]] else [paths(numbers) as $keys | $keys + [getpath($keys)]] end;
def table: lines[] | map(tostring) | join("\t");

# ---- the iterations of a mapping, in the order in which they run

# {einsum, at: {rank variable: value}} for every compute, from 0: `mapping(0) | trace`. A mapping that the spec gives is counted by the
# `tile` records of af-model. Imperfect loops and spatial ones have no single order of values: an error.
def leaf_einsum: first(if .["!"] == "Compute" then .einsum else (.nodes[]? | leaf_einsum) end);
def is_loop: .["!"] == "Temporal" or .["!"] == "Spatial";
def variable_for($einsum): (.einsum_rank_variable // {})[$einsum] // .rank_variable;

def iterations($node; $below; $above; $tiles):
    $node.n_iterations // ([$below[] | leaf_einsum][0] as $einsum
        | first($tiles[] | select(.einsum == $einsum and .loop == ($above | length)).iterations))
    // error("no `tile` record says how often the loop over \($node.rank_variable) runs: af-model writes them");
def check_traced:
    if .["!"] == "Spatial" then error("a spatial loop over \(.rank_variable): its iterations run at once")
    elif (.initial_tile_shape // .tile_shape) != .tile_shape then error("an imperfect loop over \(.rank_variable)")
    else . end;

def steps($nodes; $above; $tiles):
    if ($nodes | length) == 0 then empty
    else $nodes[0] as $node | $nodes[1:] as $below
        | if $node | is_loop then
            ($node | check_traced) | range(iterations($node; $below; $above; $tiles)) as $i
            | steps($below; $above + [{loop: $node, value: ($i * $node.tile_shape)}]; $tiles)
          elif $node["!"] == "Compute" then
            {einsum: $node.einsum,
             at: (reduce $above[] as $loop ({}; .[$loop.loop | variable_for($node.einsum)] += $loop.value))}
          elif $node["!"] == "Nested" or $node["!"] == "Mapping" then steps($node.nodes + $below; $above; $tiles)
          elif $node.nodes then ($node.nodes[] as $branch | steps([$branch]; $above; $tiles)), steps($below; $above; $tiles)
          else steps($below; $above; $tiles) end
    end;

def trace:
    one_mapping | map(select(.rec == "tile")) as $tiles
    | (first(.[] | select(.rec == "mapping").tree) // first(.[] | select(.rec == "spec" and .mapping.nodes).mapping)
       // error("there is no mapping in the stream"))
    | steps(.nodes; []; $tiles);

# ---- the best of a stream, by any metric of `mapping` or `total` records; energy_delay_product is a product where no record has it

def metric_of($name):
    (.metrics // .) as $m
    | $m[$name] // (if $name == "energy_delay_product" and $m.energy and $m.latency then $m.energy * $m.latency else null end);
def best($name):
    (if any(.[]; .rec == "mapping") then "mapping" else "total" end) as $kind
    | map(select(.rec == $kind) | {record: ., metric: metric_of($name)})
    | if length == 0 then error("the stream has neither `mapping` nor `total` records")
      elif any(.[]; .metric == null) then error("no metric \($name) in the `\($kind)` records")
      else min_by(.metric).record end;

# The stream with that mapping alone, whole again: for the next tool.
def only_best($name):
    best($name) as $best
    | map(select(.rec != "end")) | mapping($best.map // $best.id)
    | . + [{rec: "end", v: "1", records: length}];
