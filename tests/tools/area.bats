load helper

edge() { af-parse "$root/share/arches/edge.yaml" "$root/share/workloads/attention.yaml" "$@"; }

@test "af-area -T table: aligned, a line per action, empty columns left out" {
    edge | af-area -T table --no-throughput >"$BATS_TEST_TMPDIR/out"
    diff - "$BATS_TEST_TMPDIR/out" <<'END'
component  instances   area_m2  total_area_m2  leak_power_W  total_leak_power_W  action   energy_J  bits_per_action  source
Dram               1         0              0             0                   0  read        8e-12                1  given
                                                                                 write       8e-12                1
Sram               1  3.84e-07       3.84e-07       0.00064             0.00064  read        2e-13                1  given
                                                                                 write     2.5e-13                1
Register           1     2e-11          2e-11             0                   0  read        1e-14                1  given
                                                                                 write       1e-14                1
Mac               64     3e-10       1.92e-08         1e-07             6.4e-06  compute   2.5e-13                   given
total                              4.0322e-07                         0.0006464
END
}

@test "af-area -T csv: every line whole, the same figures as the records" {
    edge >"$BATS_TEST_TMPDIR/s"
    af-area -T csv "$BATS_TEST_TMPDIR/s" | tail -n +2 | cut -d, -f1,3,7,8 >"$BATS_TEST_TMPDIR/csv"
    af-area "$BATS_TEST_TMPDIR/s" | jq -r 'select(.rec == "cost") | . as $c | .actions[] | [$c.component, $c.area, .name, .energy] | map(tostring) | join(",")' |
        diff "$BATS_TEST_TMPDIR/csv" -
}

@test "af-area: one number" {
    edge >"$BATS_TEST_TMPDIR/s"
    number() { [ "$(af-area "$@" "$BATS_TEST_TMPDIR/s")" = "$want" ]; }
    want=2.5e-13 number --component Sram --action write
    want=1024000000000 number --component Sram --action write --throughput
    want=9.765625e-13 number -c Sram --action write --latency
    want=3.84e-07 number -c Sram --area
    want=0.00064 number -c Sram --leak
    want=4.0322000000000003e-07 number --total
    want=0.0006464000000000001 number --total --leak
    want=1.92e-08 number --total -c Mac
}

@test "af-area: what is selected, and nothing else, has to be known" {
    edge -S arch.nodes.Sram.area=null >"$BATS_TEST_TMPDIR/s"
    refused 65 "area of Sram is neither given nor modelled\|component_class must be set" af-area "$BATS_TEST_TMPDIR/s"
    af-area --energy --leak "$BATS_TEST_TMPDIR/s" | jq -es 'map(select(.rec == "cost")) | all(.area == null and .leak_power != null) and all(.[].actions[]; .throughput == null)'
    [ "$(af-area -c Sram --action read "$BATS_TEST_TMPDIR/s")" = 2e-13 ]
}

@test "af-area: wrong names and options" {
    edge >"$BATS_TEST_TMPDIR/s"
    refused 65 "af-area: the architecture has no component Sam; did you mean Sram?" af-area -c Sam "$BATS_TEST_TMPDIR/s"
    refused 65 "af-area: Sram has no action wrte; did you mean write?" af-area -c Sram --action wrte "$BATS_TEST_TMPDIR/s"
    refused 65 "af-area: .*workload.einsums: no Einsum is called 'X'" af-area --einsum X "$BATS_TEST_TMPDIR/s"
    refused 64 "af-area: --to xls: one of jsonl, table, csv is expected" af-area --to xls "$BATS_TEST_TMPDIR/s"
    refused 64 "af-area: --action read needs --component NAME" af-area --action read "$BATS_TEST_TMPDIR/s"
    refused 64 "af-area: --total gives one number, --to csv a table: take one" af-area --total --to csv "$BATS_TEST_TMPDIR/s"
}

@test "af-area: several architectures in one stream" {
    edge >"$BATS_TEST_TMPDIR/a"
    edge -D SRAM_KIB=128 >"$BATS_TEST_TMPDIR/b"
    [ "$(af-area --total "$BATS_TEST_TMPDIR/a" "$BATS_TEST_TMPDIR/b" | paste -sd' ')" = '4.0322000000000003e-07 7.8722e-07' ]
    [ "$(af-area -T csv "$BATS_TEST_TMPDIR/a" "$BATS_TEST_TMPDIR/b" | grep -c component)" = 1 ]
}

@test "af-area --explain: attributes and actions of a class, of all that have the name, of all" {
    diff - <(af-area --explain sram) <<'END'
SRAM: component_class SRAM
  tech_node: number from 1e-10 to 1e-05; required
  width: number
  depth: number
  size: number
  n_rw_ports: integer from 1 to 1024; default: 1
  n_banks: integer from 1 to 1048576; default: 1
  actions: read, write
END
    [ "$(af-area --explain IntAdder | grep -c '^[A-Z]')" = 2 ]
    af-area --explain FlipFlop | grep -q '^  actions: compute, add, convert, update$'      # read and write are for what it is a part of
    [ "$(af-area --explain all | grep -c '^[A-Z]')" -gt 80 ]
    # what is told to be an action can be asked, and what is required is enough
    af-area --explain Multiplier | grep -q '^  actions: read'
    echo '{"rec":"component","v":"1","component_class":"Multiplier","attributes":{"tech_node":2.2e-8,"width":8},"actions":["read"]}' |
        af-area --open >/dev/null
    refused 64 'af-area: --explain SRM: no component class of the library, did you mean SRAM?; `all` tells all' af-area --explain SRM
}
