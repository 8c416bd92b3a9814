/* A folder of groups that were found before, by what they were found from.
 *
 * The key is all of the `einsum` record that matters, as text, with the version and the fixes;
 * an entry is a file named by the key's hash that holds the key, a checksum and the `group` records.
 * Entries are written under a name of their own and then renamed, so that any number of processes may share
 * a folder: a reader sees a whole entry or none, and of two equal ones it does not matter which stays.
 * An entry that is damaged, or of another key with the same hash, counts as none and is written anew. */
#include "pmap/pmap.h"

#include <errno.h>
#include <inttypes.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

struct af_cache {
    const char *folder;
    pthread_mutex_t lock; af_cache_seeker *seekers;
};

af_cache *af_cache_open(af_arena *arena, const char *folder, af_report *report)
{
    struct stat found;
    if (mkdir(folder, 0777) && (errno != EEXIST || stat(folder, &found) || !S_ISDIR(found.st_mode))) {
        af_fail(report, AF_CANNOT_CREATE, (af_place){folder, 0, 0}, NULL, "cannot make this folder: %s",
                strerror(errno));
        return NULL;
    }
    af_cache *cache = af_new(arena, af_cache);
    *cache = (af_cache){.folder = folder};
    pthread_mutex_init(&cache->lock, NULL);
    return cache;
}

/* ---- keys and names */

enum { N_NOT_KEYED = 3 };
/* Which spec it came from does not matter */
static const char *const not_keyed[N_NOT_KEYED] = {"v", "spec", "index"};

const char *af_cache_key(af_arena *arena, const af_json *record, uint64_t fixes)
{
    af_json_writer w = {.first = true};
    af_put_object(&w, NULL);
    af_put_string(&w, "version", AF_VERSION);
    af_put_integer(&w, "fixes", (int64_t)fixes);
    for (af_json_each(record, it)) {
        bool keyed = true;
        for (int i = 0; i < N_NOT_KEYED; i++)
            keyed &= strcmp(it.key, not_keyed[i]) != 0;
        if (keyed)
            af_put_json(&w, it.key, it.value);
    }
    af_put_end_object(&w);
    const char *key = af_copy_text(arena, w.text.bytes);
    af_text_free(&w.text);
    return key;
}

static const char *path_of(af_arena *arena, const af_cache *cache, const char *key)
{
    size_t length = strlen(key);
    return af_format(arena, "%s/%016" PRIx64 "%016" PRIx64 ".jsonl", cache->folder,
                     af_hash_bytes(key, length, AF_HASH_START),
                     af_hash_bytes(key, length, 0x6C62272E07BB0142u));
}

static const char *sum_of(af_arena *arena, const char *bytes, size_t length)
{
    return af_format(arena, "%016" PRIx64, af_hash_bytes(bytes, length, AF_HASH_START));
}

/* ---- reading */

static bool read_file(const char *path, af_text *text)
{
    FILE *file = fopen(path, "rb");
    if (!file)
        return false;
    char block[1 << 16];
    for (size_t n; (n = fread(block, 1, sizeof block, file)) > 0;)
        af_text_add(text, block, n);
    bool whole = !ferror(file);
    fclose(file);
    return whole && text->length;
}

static bool is_entry_of(af_arena *arena, const af_json *head, const char *key, const char *rest)
{
    af_report *quiet = af_report_new("");
    af_json_reader reader = {.report = quiet, .what = "cache"};
    bool same = !strcmp(af_json_string_or(&reader, head, "key", ""), key) &&
                !strcmp(af_json_string_or(&reader, head, "sum", ""), sum_of(arena, rest, strlen(rest)));
    af_report_free(quiet);
    return same;
}

static bool read_groups(af_arena *arena, char *lines, af_pmap_result *result)
{
    af_list(af_group *) groups = {0};
    af_report *quiet = af_report_new("");
    bool whole = true;
    for (char *line = lines; whole && *line;) {
        size_t length = strcspn(line, "\n");
        af_json *json = af_json_parse(line, length, quiet, AF_NOWHERE);
        af_group *group = json ? af_group_of_json(arena, json, quiet, AF_NOWHERE) : NULL;
        whole = group && !af_counts_of_group(json, &result->counts, quiet, AF_NOWHERE);
        if (whole)
            *af_push(arena, &groups) = group;
        af_json_free(json);
        line += length + (line[length] == '\n');
    }
    af_report_free(quiet);
    result->groups = groups.items;
    result->n_groups = groups.count;
    return whole && groups.count;
}

bool af_cache_find(const af_cache *cache, af_arena *arena, const char *key, af_pmap_result *result)
{
    af_text text = {0};
    bool found = false;
    *result = (af_pmap_result){0};
    if (read_file(path_of(arena, cache, key), &text) && strlen(text.bytes) == text.length) {
        size_t length = strcspn(text.bytes, "\n");
        char *rest = text.bytes + length + (text.bytes[length] == '\n');
        af_report *quiet = af_report_new("");
        af_json *head = af_json_parse(text.bytes, length, quiet, AF_NOWHERE);
        found = head && is_entry_of(arena, head, key, rest) && read_groups(arena, rest, result);
        af_json_free(head);
        af_report_free(quiet);
    }
    af_text_free(&text);
    if (!found)
        *result = (af_pmap_result){0};
    return found;
}

/* ---- writing */

static bool write_entry(FILE *file, const char *key, const char *sum, const char *groups, size_t length)
{
    af_json_writer head = {.first = true};
    af_put_object(&head, NULL);
    af_put_string(&head, "rec", "cache");
    af_put_string(&head, "v", "1");
    af_put_string(&head, "sum", sum);
    af_put_string(&head, "key", key);
    af_put_end_object(&head);
    bool written = fprintf(file, "%s\n", head.text.bytes) > 0 && fwrite(groups, 1, length, file) == length;
    af_text_free(&head.text);
    return written;
}

/* A whole entry under a name of its own, then under its right one. */
static bool put_entry(af_arena *arena, const af_cache *cache, const char *key, const char *groups,
                      size_t length)
{
    char *own = af_format(arena, "%s/.entry-XXXXXX", cache->folder);
    int descriptor = mkstemp(own);
    FILE *file = descriptor < 0 ? NULL : fdopen(descriptor, "wb");
    if (!file)
        return descriptor >= 0 && (close(descriptor), unlink(own), false);
    bool written = write_entry(file, key, sum_of(arena, groups, length), groups, length) &&
                   !fchmod(descriptor, 0644);
    written = !fclose(file) && written && !rename(own, path_of(arena, cache, key));
    if (!written)
        unlink(own);
    return written;
}

void af_cache_keep(const af_cache *cache, af_arena *arena, const char *key, const af_einsum *einsum,
                   const af_pmap_result *result, af_report *report)
{
    char *groups = NULL;
    size_t length = 0;
    FILE *memory = open_memstream(&groups, &length);
    af_output *out = memory ? af_output_open(memory, "cache", report) : NULL;
    if (out)
        af_write_groups(out, einsum, result);
    bool kept = out && !af_output_finish(out);
    char *end = kept ? strstr(groups, "{\"rec\":\"end\"") : NULL;
    if (!end || !put_entry(arena, cache, key, groups, (size_t)(end - groups)))
        af_warn(report, (af_place){cache->folder, 0, 0}, NULL, "Einsum %s is not kept here: %s",
                einsum->name, strerror(errno));
    free(groups);
}

/* ---- who seeks what */

bool af_cache_seek(af_cache *cache, af_cache_seeker *seeker, const char *key)
{
    pthread_mutex_lock(&cache->lock);
    const af_cache_seeker *other = cache->seekers;
    while (other && strcmp(other->key, key))
        other = other->next;
    if (!other) {
        *seeker = (af_cache_seeker){key, cache->seekers};
        cache->seekers = seeker;
    }
    pthread_mutex_unlock(&cache->lock);
    return !other;
}

void af_cache_sought(af_cache *cache, af_cache_seeker *seeker)
{
    if (!seeker->key)
        return;
    pthread_mutex_lock(&cache->lock);
    af_cache_seeker **at = &cache->seekers;
    while (*at != seeker)
        at = &(*at)->next;
    *at = seeker->next;
    seeker->key = NULL;
    pthread_mutex_unlock(&cache->lock);
}
