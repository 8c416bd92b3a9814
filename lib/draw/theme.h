/* Colours of the pictures. Private to draw. */
#ifndef AF_DRAW_THEME_H
#define AF_DRAW_THEME_H

/* Memories and tensors take colours in order of appearance; these are far apart for most eyes, also in grey. */
static const char *const af_component_colors[] = {"#3b6ea5", "#2f8f6b", "#b8722c", "#7a5aa6", "#a4485f", "#4d7f8f", "#7d7a2e", "#5f6b7a"};
static const char *const af_tensor_colors[] = {"#d7e8fa", "#d9f2e4", "#fbe5cf", "#e7def5", "#f8dce2", "#d5eef3", "#f0eecb", "#e3e7ee",
                                               "#cfe0d1", "#f3d9c6", "#dcd3ea", "#cfdbe6"};
enum { AF_COMPONENT_COLORS = 8, AF_TENSOR_COLORS = 12 };

#endif
