/* How JSON is held: shared by json_read.c, json.c and json_write.c. */
#ifndef AF_BASE_JSON_PARTS_H
#define AF_BASE_JSON_PARTS_H

#include "base/json.h"

enum {
    AF_JSON_NULL, AF_JSON_BOOL, AF_JSON_INTEGER, AF_JSON_BIG, AF_JSON_REAL, AF_JSON_STRING, AF_JSON_ARRAY,
    AF_JSON_OBJECT, AF_JSON_UNREAD
};

typedef struct af_json_entry af_json_entry;
struct af_json {
    uint8_t type;
    uint32_t count;                           /* of items or members; bytes of a string */
    union {
        int64_t integer;                      /* BOOL too */
        double real;
        const char *string;                   /* BIG: the digits of an integer
                                               * beyond int64; UNREAD: its text */
        af_json *items;
        af_json_entry *members;               /* in the order written, keys differ;
                                               * with many of them members[count].key is their index */
    };
};
struct af_json_entry { const char *key; uint32_t length; af_json value; };

/* Objects with more members have an index: uint32_t slots[af_json_slots(count)],
 * open addressing by hash, place + 1, 0: free. */
enum { AF_JSON_FEW = 12 };
static inline uint32_t af_json_slots(uint32_t count)
{
    uint32_t size = 32;
    while (size < count * 2)
        size *= 2;
    return size;
}
uint32_t af_json_hash(const char *key, size_t length);

/* How a byte stands in a string: as itself, as a part of a UTF-8 sequence, or not without a backslash. */
enum { AF_JSON_ESCAPED, AF_JSON_PLAIN, AF_JSON_SEQUENCE };
extern const unsigned char af_json_bytes[256];

#endif
