/* Component models outside of this program: executables that answer a JSON line with a JSON line (30 section
 * 10.1; for users: af-plug-ins(7)).
 *
 *   -> {"v":1,"op":"describe"}
 *   <- {"v":1,"models":[{"model":"MyMac","names":["mymac"],"priority":0.9,"required":["tech_node"],
 *       "optional":["width"],"actions":{"compute":{"required":[],"optional":["bits_per_action"]}}}]}
 *   -> {"v":1,"op":"cost","id":7,"model":"MyMac","attributes":{"tech_node":6.5e-08,"width":8},
 *       "actions":[{"name":"compute","arguments":{"bits_per_action":8}}]}
 *   <- {"v":1,"id":7,"ok":true,"area":1e-9,"leak_power":1e-6,
 *       "actions":{"compute":{"energy":1e-12,"latency":1e-9,"throughput":1e9}}}
 *   <- {"v":1,"id":7,"ok":false,"error":"why not"}
 *
 * Left out may be: names (then: the model), priority (0.5), required, optional; a throughput (then:
 * one action at a time, 1 / latency) or a latency (0, the throughput is what counts); both: no limit.
 * "method" tells how exact the figures are: "exact" (if left out), "formula", "interpolated", "extrapolated".
 * A plug-in is started when a component first needs a model, and asked until the tool ends. */
#ifndef AF_COST_PLUG_IN_H
#define AF_COST_PLUG_IN_H

#include "cost/model.h"

/* ---- plug_in.c: one plug-in */
typedef struct plug_in plug_in;
/* Not yet started. `name` is what messages call it, `source` what figures name as theirs. */
plug_in *af_new_plug_in(af_arena *arena, const char *name, const char *source, const char *const *arguments);
model_source af_plug_in_source(plug_in *self, bool installed);
void af_end_plug_in(plug_in *self);

/* ---- configure.c: which ones a spec asks for */
typedef struct configurations configurations;
configurations *af_new_configurations(af_arena *arena);
/* The models for this spec's `config`: those of earlier specs with the same one, as they are, else new
 * ones. NULL: reported. */
model_register *af_models_for(configurations *known, const af_spec *spec, af_report *report);
void af_end_plug_ins(configurations *known);

#endif
