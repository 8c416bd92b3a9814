#include "base/share.h"

#include "base/text.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static const char *if_there(const char *path)
{
    return access(path, R_OK) ? NULL : path;
}

/* From the folder of the program up to the root: share/af/NAME, share/NAME. */
static const char *near_program(af_arena *arena, const char *name)
{
    char program[4096];
    ssize_t length = readlink("/proc/self/exe", program, sizeof program - 1);
    if (length <= 0)
        return NULL;
    program[length] = 0;
    const char *found = NULL;
    for (char *slash = strrchr(program, '/'); slash && !found; slash = strrchr(program, '/')) {
        *slash = 0;
        found = if_there(af_format(arena, "%s/share/af/%s", program, name));
        if (!found)
            found = if_there(af_format(arena, "%s/share/%s", program, name));
    }
    return found;
}

const char *af_share_path(af_arena *arena, const char *name)
{
    const char *given = getenv("AF_SHARE"), *found;
    if (given && *given)
        return if_there(af_format(arena, "%s/%s", given, name));
    found = near_program(arena, name);
    return found ? found : if_there(af_format(arena, "%s/%s", AF_SHARE, name));
}

char *af_read_share(af_arena *arena, const char *name, size_t *length)
{
    const char *path = af_share_path(arena, name);
    FILE *file = path ? fopen(path, "rb") : NULL;
    if (!file)
        return NULL;
    char *bytes = NULL;
    long size = fseek(file, 0, SEEK_END) ? -1 : ftell(file);
    if (size >= 0 && !fseek(file, 0, SEEK_SET)) {
        bytes = af_arena_take(arena, (size_t)size + 1);
        *length = fread(bytes, 1, (size_t)size, file);
        if (*length != (size_t)size)
            bytes = NULL;
    }
    fclose(file);
    return bytes;
}
