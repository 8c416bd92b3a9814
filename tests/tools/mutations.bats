load helper

@test "damaged records into every tool: a whole answer, or a documented code with a message; make check-long tries many more" {
    python3 "$BATS_TEST_DIRNAME/mutations.py" 1 350
}
