load helper

# What users really write: decisions on workloads and templates (85 section 1).
setup() { cd "$BATS_TEST_TMPDIR"; }

# What a command says on stderr, its output thrown away.
says() { "$@" 2>&1 >/dev/null; }
evaluates() { af-parse -q "$arch" "$@" | says af-eval; }

@test "U3: older spellings are refused with the present one" {
    printf 'workload:\n  shape: {m: 0<=m<4}\n' >s.yaml
    refused 65 'Field shape is not supported .*iteration_space_shape' af-parse s.yaml
    printf 'arch:\n  nodes:\n  - !ProcessingStage {name: P}\n' >s.yaml
    refused 65 'ProcessingStage.*!Toll' af-parse s.yaml
    printf 'arch:\n  nodes:\n  - {type: Compute, name: C}\n' >s.yaml
    af-parse s.yaml | grep -q '"type":"Compute"'
}

@test "U5: a copy between tensors that are not alike is told with both, once" {
    cat >copy.yaml <<'Y'
workload:
  rank_sizes: {M: 8, X: 4, T: 3}
  bits_per_value: {All: 8}
  einsums:
  - {einsum: "E[x, t] = A[m]", is_copy_operation: true}
  - {einsum: "F[P: x, T: t] = E[x, t]", is_copy_operation: true}
Y
    evaluates copy.yaml >said
    [ "$(wc -l <said)" = 1 ]
    grep -q 'E has a source A\[M: 8\] of 8 values and an output E\[X: 4, T: 3\] of 12 values' said
    sed -i 's/T: 3/T: 2/' copy.yaml                     # as many values, and yet another shape
    evaluates copy.yaml | grep -q 'A\[M: 8\] of 8 values and an output E\[X: 4, T: 2\] of 8 values'
    sed -i 's/T: 2/T: 1/; s/X: 4/X: 8/' copy.yaml       # alike but for a rank of one
    [ -z "$(evaluates copy.yaml)" ]
}

@test "U6: a rank twice in a projection is the diagonal, and what that leaves is told" {
    cat >twice.yaml <<'Y'
workload:
  iteration_space_shape: {b: 0<=b<2, seq: 0<=seq<16, h: 0<=h<4}
  bits_per_value: {All: 8}
  einsums:
  - name: S
    tensor_accesses:
    - {name: Q, projection: [b, seq, h]}
    - {name: S, projection: [b, seq, seq, h], output: true}
  - "O[b, h, h] = S[b, seq, h]"
Y
    [ -z "$(says af-parse twice.yaml)" ]
    evaluates twice.yaml >said
    [ "$(wc -l <said)" = 2 ]
    grep -q 'workload.einsums.0.tensor_accesses.1.projection (S): seq stands here twice.* 128 computes remain of 2048' said
    grep -q 'workload.einsums.1.tensor_accesses.1.projection (O): h stands here twice.* 128 computes remain of 512' said
    af-parse "$arch" twice.yaml | af-eval -q | jq -es 'map(select(.rec == "workload"))[0].einsums[0].tensor_accesses[1].projection | map(.[0]) == ["B", "SEQ", "H"]'
}

@test "U9: names of functions, constants and keywords are ordinary rank variables" {
    sizes() { printf 'workload:\n  rank_sizes: {%s: 4, %s: 8, %s: 2}\n  bits_per_value: {All: 8}\n  einsums: ["O[%s, %s] = A[%s, %s] * B[%s, %s]"]\n' \
        "${1^^}" "${2^^}" "${3^^}" "$1" "$2" "$1" "$3" "$3" "$2"; }
    total() { af-parse "$arch" "$1" -S mapper.metrics=ENERGY | af-pmap | af-join | af-model | jq -c 'select(.rec == "total") | [.energy, .latency]'; }
    sizes m n k >ordinary.yaml
    want=$(total ordinary.yaml)
    [ -n "$want" ]
    for names in 'len max min' 'sum abs int' 'e i s' 'n pi beta' 'lambda is in' 'for not del' 'none nan tau' 'ceil mod exists'; do
        sizes $names >odd.yaml
        [ "$(total odd.yaml)" = "$want" ] || { echo "$names: $(total odd.yaml), want $want"; return 1; }
    done
    for names in 'E I S' 'N Q O' 'EQx Sum Pi'; do       # upper case, as a map may have them
        read -r a b c <<<"$names"
        cat >odd.yaml <<Y
workload:
  rank_sizes: {X: 4, Y: 8, Z: 2}
  bits_per_value: {All: 8}
  einsums: ["O[X: $a, Y: $b] = A[X: $a, Z: $c] * B[Z: $c, Y: $b]"]
Y
        [ "$(total odd.yaml)" = "$want" ] || { echo "$names: $(total odd.yaml), want $want"; return 1; }
    done
}

@test "U13: a section that another file hides is told with both files, and again with the error" {
    { echo 'renames: {}'; cat "$arch"; } >first.yaml
    cat >second.yaml <<'Y'
renames: {einsums: [{name: default, tensor_accesses: {weight: "Inputs"}}]}
workload: {rank_sizes: {M: 4}, bits_per_value: {All: 8}, einsums: ["B[m] = A[m]"]}
Y
    says af-parse first.yaml second.yaml | grep -q 'second.yaml:1:10: renames: second.yaml has this section too, but first.yaml, read before, has it'
    refused 65 'note that this section of second.yaml is ignored: first.yaml' \
        sh -c 'af-parse -q first.yaml second.yaml -S "arch.nodes.Buffer.size=weight.bits_per_value" | af-eval'
    grep -q "Name 'weight' is not defined" err
    af-parse -q first.yaml second.yaml | jq -c 'select(.rec == "spec").hidden' | grep -q '^\[{"section":"renames","file":"second.yaml","by":"first.yaml"}\]$'
}

@test "U14: compact Einsums that are none come with the remedy" {
    einsum() { printf 'workload: {einsums: ["%s"]}\n' "$1" >e.yaml; af-parse e.yaml; }
    refused 65 'Write `=`: an output is reduced over the rank variables that it lacks' einsum 'a[b, p] += x[b, p]'
    refused 65 'Write OUTPUT\[ranks\] = INPUT\[ranks\]' einsum 'a = x[b] * y[b]'
    refused 65 'as in `H: p' einsum 'O[p] = I[p+r] * W[r]'
}

@test "U15: -D that no template uses, and a name that no -D gives" {
    printf '{%% set M = M_SIZE | default(4) %%}\nvariables: {m: {{M}}, n: {{N_TOKENS}}} # M_SIZ\n' >t.yaml
    says af-parse t.yaml -D M_SIZ=3 -D N_TOKENS=5 | grep -q 'warning: -D M_SIZ is used by no file; did you mean M_SIZE?'
    [ -z "$(says af-parse t.yaml -D M_SIZE=3 -D N_TOKENS=5)" ]
    refused 65 "t.yaml:2: 'N_TOKENS' is undefined (did you mean 'N_TOKEN'?)" af-parse t.yaml -D N_TOKEN=5
    says af-parse - -D M_SIZE=1 -D N_TOKENS=5 <t.yaml >said
    [ ! -s said ]
    mkdir -p sub && echo '{% set x = INNER %}a: {{x}}' >sub/part.yaml && echo 'variables: {{include("sub/part.yaml")}}' >outer.yaml
    [ -z "$(says af-parse outer.yaml -D INNER=1)" ]
}

@test "U16: names that no Einsum has are told once in a pipe, with the field's path; those of other Einsums are not" {
    cat >two.yaml <<'Y'
workload:
  rank_sizes: {M: 4, K: 2, N: 2, P: 2}
  bits_per_value: {All: 8}
  einsums: ["C[m, n] = A[m, k] * B[k, n]", "E[m, p] = C[m, n] * D[n, p]"]
Y
    pes() { # fields of a spatial dimension: what the pipe says
        cat >pes.yaml <<Y
arch:
  nodes:
  - !Memory {name: Main, size: inf, component_class: Dummy, tensors: {keep: All}}
  - !Container {name: Pe, spatial: [{name: X, fanout: 2, $1}]}
  - !Compute {name: Mac, component_class: Dummy}
Y
        af-parse pes.yaml two.yaml | { af-pmap | af-join | af-model >out; } 2>&1 | sed 's/^af-pmap: warning: pes.yaml:4:[0-9]*: //'
    }
    bound() { echo "loop_bounds: [{expression: m, operator: <=, value: 2}, {expression: $1, operator: ==, value: 1}]"; }
    at='arch.nodes.1.spatial.0'
    [ "$(pes "$(bound 'cx1 | y1')")" = "$at.loop_bounds.1 (Pe): \"cx1 | y1\": no Einsum has rank variables called cx1, y1; the constraint does nothing" ]
    cp out nothing
    [ -z "$(pes 'loop_bounds: [{expression: m, operator: <=, value: 2}]')" ]
    diff <(grep '"rec":"total"' nothing) <(grep '"rec":"total"' out)
    [ "$(pes "$(bound 'n | qx')")" = "$at.loop_bounds.1 (Pe): \"n | qx\": no Einsum has rank variables called qx; of such a text its one-letter names are taken, n. Sets are written m | n" ]
    [ "$(pes 'may_reuse: A | Qx')" = "$at.may_reuse (Pe): \"A | Qx\": no Einsum has tensors called Qx; of such a text the tensors are taken whose names stand in it" ]
    [ -z "$(pes "$(bound 'p | k'), may_reuse: A | D")" ]
    refused 65 'arch.nodes.1.spatial.0.reuse (Pe): "Qx" is no set of the Einsum.s tensors: no Einsum has any called Qx' sh -c 'sed "s/fanout: 2,.*}\]/fanout: 2, reuse: Qx}]/" pes.yaml | af-parse - two.yaml | af-pmap'
    # with a mapping of one's own af-model is the first to read
    pes 'may_reuse: Qx'
    af-parse pes.yaml two.yaml | af-pmap -q | af-join | af-model --yaml-mapping >mapping.yaml
    af-parse pes.yaml two.yaml mapping.yaml | af-model 2>&1 >/dev/null | grep -q 'af-model: warning: pes.yaml:4:[0-9]*: arch.nodes.1.spatial.0.may_reuse (Pe): "Qx": no Einsum'
    for field in keep may_keep back; do              # refused, as the reference does
        refused 65 "tensors.$field (Main): Failed to evaluate: A | Qx.*Name 'Qx' is not defined" \
            sh -c 'sed "s/keep: All/'$field': A | Qx/" pes.yaml | af-parse - two.yaml | af-pmap'
    done
}

@test "U17: -v tells the values of all names of each template at its end" {
    printf '{%% set NEW = SEQ | default(1) %%}\n{%% set K = [1, "x"] %%}\n{%% set pi = 3 %%}\nvariables: {m: {{NEW}}}\n' >t.yaml
    says af-parse -v t.yaml -D OTHER=null >said
    grep -v warning said | diff - <(printf "af-parse: t.yaml: %s\n" "K = [1, 'x']" 'NEW = 1' 'OTHER = None' 'pi = 3')
    [ -z "$(says af-parse t.yaml)" ]
}

@test "tensors: back joins keep and leaves may_keep, and rank variables among them stay what they are" {
    kept() { # tensors of the inner memory
        cat >"$BATS_TEST_TMPDIR/kept.yaml" <<END
arch:
  nodes:
  - !Memory {name: Main, size: inf, component_class: Dummy}
  - !Memory {name: Buffer, size: 64, component_class: Dummy, tensors: {$1}}
  - !Compute {name: Mac, component_class: Dummy}
workload:
  rank_sizes: {M: 8, K: 4, N: 6}
  bits_per_value: {All: 8}
  einsums: ["C[m, n] = A[m, k] * B[k, n]"]
END
        af-parse -q "$BATS_TEST_TMPDIR/kept.yaml" | af-eval |
            jq -rc 'select(.rec == "einsum") | .arch.nodes[1].tensors | [.keep, .may_keep] | map(.u, .s[]) | join(" ")'
    }
    [ "$(kept 'keep: m')" = "r m t" ]
    [ "$(kept 'keep: A | m')" = "t A m t" ]
    [ "$(kept 'may_keep: A.rank_variables')" = "t r k m" ]
    [ "$(kept 'keep: A, back: B | n, may_keep: All | n')" = "t A B n t A C" ]
    [ "$(kept 'keep: m | A, back: B | m, may_keep: m | n | B')" = "r A B m r n" ]
}
