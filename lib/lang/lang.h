/* lang: the languages that a spec is said in. Knows Python's values, not accelerators. */
#ifndef AF_LANG_H
#define AF_LANG_H

#include "lang/value.h"        /* int, real, text, list, dict, set, object, function; Python's printing */
#include "lang/token_set.h"    /* sets of tensors and rank variables */
#include "lang/expression.h"   /* parse, scopes, evaluate */
#include "lang/yaml.h"         /* YAML tree with places, merge operators, writing */
#include "lang/jinja.h"        /* templates */

#endif
