/* What needs more than one field of a workload (40 section 6, 10 Appendix A). */
#include "spec/workload.h"

#include <ctype.h>
#include <string.h>

static bool starts_lower(const char *text) { return islower((unsigned char)*text) != 0; }

static int wrong_case(const af_value *key, bool ranks, const char *path, af_report *report)
{
    af_text other = {0};
    for (const char *c = key->string; *c; c++)
        af_text_printf(&other, "%c", ranks ? toupper((unsigned char)*c) : tolower((unsigned char)*c));
    af_fail(report, AF_BAD_DATA, af_place_of(*key), path,
            ranks ? "%s: a rank's name must not start with a lower-case letter; did you mean %s?"
                  : "%s: a rank variable's name must not start with an upper-case letter; did you mean %s?",
            key->string, other.bytes);
    af_text_free(&other);
    return -1;
}

static int check_key_case(af_value dict, bool ranks, const char *path, af_report *report)
{
    int count, failed = 0;
    const af_entry *entries = dict.type == AF_DICT ? af_dict_entries(dict, &count) : NULL;
    for (int i = 0; entries && i < count; i++)
        if (entries[i].key.type == AF_STRING && (ranks ? starts_lower(entries[i].key.string)
                                                       : isupper((unsigned char)*entries[i].key.string) != 0))
            failed = wrong_case(&entries[i].key, ranks, path, report);
    return failed;
}

static bool same_ranks(af_value a, af_value b)
{
    int n, m;
    const af_entry *x = af_dict_entries(a, &n);
    af_dict_entries(b, &m);
    for (int i = 0; i < n; i++)
        if (!af_dict_find(b, x[i].key.string))
            return false;
    return n == m;
}

static const char *text_of(af_value dict, const char *key)
{
    const af_value *value = af_dict_find(dict, key);
    return value && value->type == AF_STRING ? value->string : NULL;
}

typedef struct first_access { const char *einsum; af_value projection; } first_access;
typedef struct checking {
    af_arena *arena;
    af_report *report;
    af_names *einsums, *tensors;
    af_list(first_access) first;              /* per tensor */
} checking;

static void add_ranks(af_text *text, af_value projection)
{
    int count;
    const af_entry *entries = af_dict_entries(projection, &count);
    for (int i = 0; i < count; i++)
        af_text_printf(text, "%s%s", i ? ", " : "",
                       entries[i].key.type == AF_STRING ? entries[i].key.string : "?");
}

/* All accesses to a tensor say the same ranks. */
static int check_ranks(checking *c, af_value access, const char *einsum, const char *path)
{
    const char *tensor = text_of(access, "name");
    const af_value *projection = af_dict_find(access, "projection");
    if (!tensor || !projection || projection->type != AF_DICT)
        return 0;
    int id = af_name_add(c->tensors, tensor);
    if (id == c->first.count)
        *af_push(c->arena, &c->first) = (first_access){einsum, *projection};
    if (same_ranks(c->first.items[id].projection, *projection))
        return 0;
    af_text ranks[2] = {{0}, {0}};
    add_ranks(&ranks[0], c->first.items[id].projection);
    add_ranks(&ranks[1], *projection);
    af_fail(c->report, AF_BAD_DATA, af_place_of(projection->line ? *projection : access), path,
            "TensorName %s has inconsistent ranks: [%s] in Einsum %s, [%s] in Einsum %s", tensor,
            ranks[0].bytes ? ranks[0].bytes : "", c->first.items[id].einsum,
            ranks[1].bytes ? ranks[1].bytes : "", einsum);
    af_text_free(&ranks[0]);
    af_text_free(&ranks[1]);
    return -1;
}

static int check_einsum(checking *c, af_value einsum, const char *path)
{
    const char *name = text_of(einsum, "name");
    const af_value *accesses = af_dict_find(einsum, "tensor_accesses"),
                   *sizes = af_dict_find(einsum, "rank_sizes");
    int failed = sizes ? check_key_case(*sizes, true, path, c->report) : 0;
    if (name && !strcmp(name, "Total"))
        failed = af_fail(c->report, AF_BAD_DATA, af_place_of(einsum), path,
                         "Einsum name Total is reserved for the totals over all Einsums; take another");
    if (name && af_name_find(c->einsums, name) >= 0)
        failed = af_fail(c->report, AF_BAD_DATA, af_place_of(einsum), path,
                         "Einsum name %s is not unique: an earlier Einsum has it", name);
    if (name)
        af_name_add(c->einsums, name);
    for (int k = 0; accesses && accesses->type == AF_LIST && k < accesses->list->count; k++)
        failed |= check_ranks(c, accesses->list->items[k], name ? name : "?", path);
    return failed;
}

int af_check_workload(af_value workload, af_report *report)
{
    af_arena *arena = af_arena_new();
    checking c = {.arena = arena,
                  .report = report,
                  .einsums = af_names_new(arena),
                  .tensors = af_names_new(arena)};
    const af_value *einsums = af_dict_find(workload, "einsums"),
                   *sizes = af_dict_find(workload, "rank_sizes"),
                   *shapes = af_dict_find(workload, "iteration_space_shape");
    int failed = sizes ? check_key_case(*sizes, true, "workload.rank_sizes", report) : 0;
    failed |= shapes ? check_key_case(*shapes, false, "workload.iteration_space_shape", report) : 0;
    for (int i = 0; einsums && einsums->type == AF_LIST && i < einsums->list->count; i++)
        failed |= check_einsum(&c, einsums->list->items[i],
                               af_numbered_text(arena, "workload.einsums", ".", i));
    af_arena_free(arena);
    return failed ? -1 : 0;
}
