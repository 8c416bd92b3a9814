# Filters over the records of the af tools, by the names of the reference's interface.
#
#   af-parse … | af-eval | jq -L share/jq 'include "af"; workload | num_computes'
#
# ---- queries of a workload: the input is the `workload` record of af-eval. Lists of Einsums are in the order of the
# workload, other lists of names sorted. A name that is not there is an error.

def workload: select(.rec == "workload");

def einsum_names: [.einsums[].name];
def einsum($name):
    first(.einsums[] | select(.name == $name))
    // error("no Einsum is called \($name): there are \(einsum_names | join(", "))");
def tensor_names: [.tensors[].name] | sort;
def tensor($name):
    first(.tensors[] | select(.name == $name))
    // error("no tensor is called \($name): there are \(tensor_names | join(", "))");
def rank_variables: .rank_variables;
def rank_sizes: .rank_sizes;
def empty_renames: {All: [], Tensors: [], Nothing: [], Inputs: [], Outputs: []};

# Accesses of a tensor: {name, output, persistent, bits_per_value, projection: [[rank, index expression], …], …}.
def accesses_for_tensor($tensor):
    tensor($tensor) as $known | [.einsums[].tensor_accesses[] | select(.name == $tensor)];

# Einsums that access a tensor, whole; `[einsums_with_tensor("A")[].name]` are their names.
def einsums_that(access): [.einsums[] | select(any(.tensor_accesses[]; access))];
def einsums_with_tensor($tensor): tensor($tensor) as $known | einsums_that(.name == $tensor);
def einsums_with_tensor_as_input($tensor):
    tensor($tensor) as $known | einsums_that(.name == $tensor and (.output | not));
def einsums_with_tensor_as_output($tensor):
    tensor($tensor) as $known | einsums_that(.name == $tensor and .output);

# Tensors that can be fused: those of two Einsums or more.
def tensor_names_used_in_multiple_einsums:
    [.einsums[] | [.tensor_accesses[].name] | unique[]] | group_by(.) | map(select(length > 1)[0]);
def persistent_tensors: [.einsums[].tensor_accesses[] | select(.persistent).name] | unique;

# Bits of one value: of a tensor, or of each.
def bits_per_value: [.einsums[].tensor_accesses[] | {key: .name, value: .bits_per_value}] | from_entries;
def bits_per_value($tensor): accesses_for_tensor($tensor)[0].bits_per_value;

# Computes of an Einsum or of all, not scaled by instances; computes per value of the Einsum's tensors.
def num_computes: [.einsums[].n_computes] | add // 0;
def num_computes($einsum): einsum($einsum).n_computes;
def n_computes: num_computes;
def n_computes($einsum): num_computes($einsum);
def get_compute_intensity($einsum): einsum($einsum).compute_intensity;
def n_instances: .n_instances;
def n_instances($einsum): .n_instances * einsum($einsum).n_instances;
def get_iteration_space_shape_isl_string($einsum): einsum($einsum).iteration_space_isl;

# Name to set ({s: names, u: "t" or "r"}) of all renames that an Einsum sees.
def get_renames_for_einsum($einsum): einsum($einsum).renames | map({key: .name, value: .set}) | from_entries;

# Values of a tensor, and its extent along each rank.
def get_tensor_size($tensor): tensor($tensor).size;
def get_tensor_shape($tensor): tensor($tensor).shape;

# Each tensor that copy Einsums copy, with all that hold the same values, over any number of copies; the record's `copies`
# are the single ones.
def get_tensor_copies:
    .copies as $single
    | def reached: (. + [$single[.[]][]] | unique) as $more | if $more == . then . else $more | reached end;
    $single | with_entries(.key as $self | .value |= (reached - [$self]));

# ---- queries of one Einsum: `workload | einsum("QK") | tensor2rank_variables`. Sets are sorted lists.

def input_tensor_names: [.tensor_accesses[] | select(.output | not).name] | unique;
def output_tensor_names: [.tensor_accesses[] | select(.output).name] | unique;
def variables_of: [.projection[][1] | scan("[A-Za-z_][A-Za-z0-9_]*")] | unique;
def alone: [.projection[][1] | select(test("^[A-Za-z_][A-Za-z0-9_]*$"))] | unique;
def ranks: [.tensor_accesses[].projection[][0]] | unique;
def tensor2(f): [.tensor_accesses[] | {key: .name, value: f}] | from_entries;
def tensor2rank_variables: tensor2(variables_of);
# That are an index by themselves (m); that are part of an expression (m + n); that are no part of any index.
def tensor2directly_indexing_rank_variables: tensor2(alone);
def tensor2expression_indexing_rank_variables: tensor2(variables_of - alone);
def tensor2irrelevant_rank_variables: ([.tensor_accesses[] | variables_of[]] | unique) as $all | tensor2($all - variables_of);
def rank_variable2ranks:
    [.tensor_accesses[].projection[] | .[0] as $rank | .[1] | scan("[A-Za-z_][A-Za-z0-9_]*") | {variable: ., rank: $rank}]
    | group_by(.variable) | map({key: .[0].variable, value: (map(.rank) | unique)}) | from_entries;
def indexing_expressions: [.tensor_accesses[].projection[][1]] | unique;
def copy_source_tensor: if .is_copy_operation then input_tensor_names[0] else null end;

# Of the workload: the ranks of a tensor, in order.
def tensor_ranks($tensor): accesses_for_tensor($tensor)[0].projection | map(.[0]);

# ---- what no mapping can be below (40 section 4.9): each value moves between its memory and the chip once. Per Einsum; `unfused`:
# their sum; `fused`: each tensor of the workload once, without those that one Einsum writes and another reads.
def sum_of_moved: {values: (map(.values) | add // 0), bits: (map(.bits) | add // 0)};
def lower_bounds:
    (.tensors | map({key: .name, value: {values: .size, bits}}) | from_entries) as $moved
    | ([.einsums[].tensor_accesses[] | {name, output}] | group_by(.name)
       | map({name: .[0].name, intermediate: (any(.[]; .output) and any(.[]; .output | not))})) as $kinds
    | [.einsums[] | ([.tensor_accesses[].name] | unique | map({name: .} + $moved[.])) as $tensors
       | {einsum: .name, computes: .n_computes, tensors: $tensors} + ($tensors | sum_of_moved)
       | . + {computes_per_value: (.computes / .values), computes_per_bit: (.computes / .bits)}]
    | {einsums: ., unfused: sum_of_moved, fused: ([$kinds[] | select(.intermediate | not) | $moved[.name]] | sum_of_moved)};
