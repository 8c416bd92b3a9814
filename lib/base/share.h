/* Where the files of `share` are: tables, libraries, helpers that the tools read at run time. */
#ifndef AF_BASE_SHARE_H
#define AF_BASE_SHARE_H

#include "base/memory.h"

/* Path of share's file or folder NAME ("models", "models/sram/65nm-1.csv"), in `arena`, or NULL: not
 * found. Looked for in $AF_SHARE, then beside the running program, upwards from its folder (share/af of an
 * installation, share of a build tree), then where `make install` puts it. */
const char *af_share_path(af_arena *arena, const char *name);

/* The whole file in `arena`, zero-terminated; NULL: it cannot be read. */
char *af_read_share(af_arena *arena, const char *name, size_t *length);

#endif
