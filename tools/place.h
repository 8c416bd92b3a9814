/* Where the fields of a `spec` record stand in the user's files. */
#ifndef AF_TOOLS_PLACE_H
#define AF_TOOLS_PLACE_H

#include "af.h"

/* The spec that the fields of messages are of. Of several that differ none is known. */
void note_spec(const af_record *record);
void forget_spec(void);
/* For af_report_locate. The file's name lives until forget_spec or the next note_spec. */
af_place place_in_spec(const char *path);

#endif
