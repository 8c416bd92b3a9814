#!/bin/sh
# The rules of the house: includes point down only, memory comes from base/memory, files stay short.
set -eu
folders="base lang spec cost model pmap join draw"
failed=0
below=
for folder in $folders; do
    below="$below $folder"
    for file in lib/"$folder"/*.[ch]; do
        for included in $(sed -n 's/^#include "\([a-z]*\)\/.*/\1/p' "$file" | sort -u); do
            case " $below " in
            *" $included "*) ;;
            *) echo "$file includes $included/, which stands above $folder/"; failed=1 ;;
            esac
        done
    done
done
for file in $(find lib -name '*.c' ! -path lib/base/memory.c); do
    if grep -nE '(^|[^a-z_])(malloc|calloc|realloc)\(' "$file"; then
        echo "$file allocates without base/memory.h"
        failed=1
    fi
done
for file in $(find lib tools -name '*.[ch]'); do
    lines=$(wc -l < "$file")
    [ "$lines" -le 800 ] || { echo "$file has $lines lines; at most 800"; failed=1; }
done
# Lines of at most 110 columns, but in files that are not folded yet.
wide="
    lib/base/error.c lib/base/error.h lib/base/memory.c lib/base/memory.h lib/base/pool.c
    lib/base/pool.h lib/draw/bars.c lib/draw/bars.h lib/draw/label.c lib/draw/label.h
    lib/draw/pictures.h lib/draw/results.c lib/draw/svg.c lib/pmap/bound.c lib/pmap/cache.c
    lib/pmap/candidates.c lib/pmap/cause.c lib/pmap/cause.h lib/pmap/check.c lib/pmap/classes.c
    lib/pmap/compatibility.c lib/pmap/constraint.c lib/pmap/criteria.c lib/pmap/dominance.c
    lib/pmap/explore.c lib/pmap/explore.h lib/pmap/group.c lib/pmap/group_record.c
    lib/pmap/incumbent.c lib/pmap/limits.c lib/pmap/loops.c lib/pmap/memo.c lib/pmap/pareto.c
    lib/pmap/pmap.c lib/pmap/pmap.h lib/pmap/points.c lib/pmap/points.h lib/pmap/problem.c
    lib/pmap/repeated.c lib/pmap/row_filter.c lib/pmap/rows.h lib/pmap/storage_choice.c
    lib/pmap/storage_order.c lib/pmap/subspace.c lib/pmap/template.c lib/pmap/template.h
    lib/pmap/tile_shape.c lib/pmap/tile_shape.h lib/pmap/track.c lib/pmap/walk.c lib/pmap/walk.h
    tests/brute/enumerate.c tests/brute/enumerate.h tests/brute/parts.c tests/brute/parts.h
    tests/brute/random_spec.c tests/brute/random_spec.h tests/brute/seeds.h tests/brute/simulate.h
    tests/brute/templates.c tests/brute/test_mapper.c tests/brute/test_model.c tests/fuzz/fuzz.h
    tests/fuzz/test_expression.c tests/fuzz/test_record.c tests/fuzz/test_yaml.c
    tests/unit/base/test_helper.c tests/unit/base/test_json.c tests/unit/base/test_memory.c
    tests/unit/base/test_record.c tests/unit/base/test_text.c tests/unit/cost/test_crossbar.c
    tests/unit/cost/test_library.c tests/unit/cost/test_plug_in.c tests/unit/cost/test_select.c
    tests/unit/join/tables.h tests/unit/join/test_brute.c tests/unit/join/test_example.c
    tests/unit/join/test_join.c tests/unit/join/test_mapper.c tests/unit/lang/rows.h
    tests/unit/lang/test_expression.c tests/unit/lang/test_functions.c
    tests/unit/lang/test_grammar.c tests/unit/lang/test_jinja.c tests/unit/lang/test_limits.c
    tests/unit/lang/test_value.c tests/unit/model/model_case.h tests/unit/model/test_evaluate.c
    tests/unit/model/test_examples.c tests/unit/model/test_formula.c
    tests/unit/model/test_isl_reuse.c tests/unit/model/test_program.c tests/unit/model/test_quirk.c
    tests/unit/model/test_traffic.c tests/unit/pmap/test_bound.c tests/unit/pmap/test_pareto.c
    tests/unit/pmap/test_points.c tests/unit/pmap/test_tile_shape.c
    tests/unit/spec/test_custom_function.c tests/unit/spec/test_field_order.c
    tests/unit/spec/test_iteration_space.c tests/unit/spec/test_library.c
    tests/unit/spec/test_workload_query.c tests/unit/test.h tools/af-pmap.c tools/option.c
    tools/option.h
"
for file in $(find lib tools tests -name '*.[ch]'); do
    case " $(echo $wide) " in *" $file "*) continue ;; esac
    if LC_ALL=C.UTF-8 grep -nE '^.{111}' "$file"; then
        echo "$file has lines of more than 110 columns"
        failed=1
    fi
done
[ $failed = 0 ] && echo "lint: ok"
exit $failed
