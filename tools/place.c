/* Where the fields of a `spec` record stand in the user's files, for messages of tools that read no YAML. */
#include "place.h"

#include <pthread.h>
#include <stdlib.h>
#include <string.h>

static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
static char *line;                            /* the record; read when it is asked for */
static af_json *read;
static bool several;                          /* specs: nobody knows which one a message is about */

void note_spec(const af_record *record)
{
    pthread_mutex_lock(&lock);
    several |= line && (strlen(line) != record->length || memcmp(line, record->line, record->length));
    if (!line) {
        line = memcpy(af_memory_resize(NULL, record->length + 1), record->line, record->length);
        line[record->length] = 0;
    }
    pthread_mutex_unlock(&lock);
}

void forget_spec(void)
{
    af_memory_resize(line, 0);
    if (read)
        af_json_free(read);
    line = NULL, read = NULL;
}

/* [line, column, index of the file] */
static af_place place_of(const af_json *numbers)
{
    af_place place = AF_NOWHERE;
    const af_json *files = af_json_at(read, "files");
    for (int i = 0; i < 3; i++)
        if (!numbers || !af_json_is_array(numbers) || !af_json_item(numbers, i) ||
            !af_json_is_integer(af_json_item(numbers, i)))
            return AF_NOWHERE;
    const af_json *file = files && af_json_is_array(files)
                              ? af_json_item(files, (int)af_json_int64(af_json_item(numbers, 2))) : NULL;
    if (!file || !af_json_is_string(file))
        return AF_NOWHERE;
    af_json_reader reader = {0};
    place.file = af_json_as_string(&reader, file, "files");
    place.line = (int)af_json_int64(af_json_item(numbers, 0));
    place.column = (int)af_json_int64(af_json_item(numbers, 1));
    return place;
}

/* The next step of a path, "nodes" of "nodes.1.size (Buffer)": its length, 0 at the end. */
static size_t step_of(const char *path, char name[static 64])
{
    size_t length = strcspn(path, ". :");
    if (!length || length > 63)
        return 0;
    memcpy(name, path, length);
    name[length] = 0;
    return length;
}

static const af_json *step_into(const af_json *json, const char *name)
{
    if (af_json_is_object(json))
        return af_json_at(json, name);
    bool digits = strspn(name, "0123456789") == strlen(name);
    return af_json_is_array(json) && digits ? af_json_item(json, atoi(name)) : NULL;
}

/* Of the field, or of the nearest thing around it: a default stands nowhere, nor does what -S has set. */
static af_place find(const char *path)
{
    af_place place = AF_NOWHERE;
    const af_json *at = read;
    char name[64];
    for (size_t n; at && (n = step_of(path, name)); path += n + (path[n] == '.')) {
        at = step_into(at, name);
        if (!at || !af_json_is_object(at))
            continue;
        const af_json *numbers = af_json_at(at, af_json_at(at, "e") ? "at" : "@");
        if (numbers)
            place = place_of(numbers);
    }
    return place;
}

af_place place_in_spec(const char *path)
{
    af_place place = AF_NOWHERE;
    pthread_mutex_lock(&lock);
    if (line && !read && !several) {
        af_report *quiet = af_report_new("");
        read = af_json_parse(line, strlen(line), quiet, AF_NOWHERE);
        af_report_free(quiet);
    }
    if (read && !several)
        place = find(path);
    pthread_mutex_unlock(&lock);
    return place;
}
