/* Work that is done beside other work, each on a world of its own, as if one had been done after
 * the other. */
#include "join/world.h"

af_world *af_worlds_beside(const af_world *world, int count)
{
    af_world *worlds = af_new_array(world->arena, af_world, count);
    af_join_options *options = af_new(world->arena, af_join_options);
    *options = *world->options;
    options->threads = 1;                    /* the others are at work too */
    for (int i = 0; i < count; i++) {
        worlds[i] = *world;
        worlds[i].options = options;
        worlds[i].arena = af_arena_new();
        worlds[i].report = af_report_new("");
        af_report_hold(worlds[i].report);
    }
    return worlds;
}

int af_worlds_end(const af_world *world, af_world *worlds, int count)
{
    bool failed = false;
    for (int i = 0; i < count; i++) {
        if (!failed)
            failed = af_failed(worlds[i].report), af_report_add(world->report, worlds[i].report);
        af_report_free(worlds[i].report);
        af_arena_adopt(world->arena, worlds[i].arena);
    }
    return failed ? -1 : 0;
}
