#!/bin/sh
# The rules of the house: includes point down only, memory comes from base/memory, files stay short, lines too.
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
for file in $(find lib tools tests -name '*.[ch]'); do
    if LC_ALL=C.UTF-8 grep -nE '^.{111}' "$file"; then
        echo "$file has lines of more than 110 columns"
        failed=1
    fi
done
[ $failed = 0 ] && echo "lint: ok"
exit $failed
