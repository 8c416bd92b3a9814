/* Runs a fuzz target once over each input of its corpus: as a unit test, where there is no libFuzzer. */
#include "fuzz.h"
#include "test.h"

#include <glob.h>
#include <time.h>

static void replay(const char *path)
{
    static uint8_t data[1 << 20];
    FILE *file = fopen(path, "rb");
    size_t size = file ? fread(data, 1, sizeof data, file) : 0;
    if (file)
        fclose(file);
    clock_t start = clock();
    LLVMFuzzerTestOneInput(data, size);
    test_note(file && clock() - start < CLOCKS_PER_SEC, path, 0, "takes less than a second");
    size_t before = af_memory_in_use();                  /* the names of files that it mentions stay */
    LLVMFuzzerTestOneInput(data, size);
    test_note(af_memory_in_use() == before, path, 0, "gives all memory back");
}

int main(int count, char **arguments)
{
    const char *slash = strrchr(arguments[0], '/'), *name = slash ? slash + 1 : arguments[0];
    char pattern[256];
    glob_t inputs;
    snprintf(pattern, sizeof pattern, "tests/fuzz/corpus/%s/*", name + strlen("test_"));
    CHECK(!glob(count > 1 ? arguments[1] : pattern, 0, NULL, &inputs));
    for (size_t i = 0; i < inputs.gl_pathc; i++)
        replay(inputs.gl_pathv[i]);
    globfree(&inputs);
    return test_end(name);
}
