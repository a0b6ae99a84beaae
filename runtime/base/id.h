/* Ids: UUID version 7 (RFC 9562), ordered by time, so that indexes grow at one end. Made by the
 * application, never by the database. */
#ifndef RUNTIME_BASE_ID_H
#define RUNTIME_BASE_ID_H

#include <endian.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include "runtime/base/failure.h"

#define ID_TEXT_SIZE 37 /* 36 characters and the NUL */

struct id {
    uint8_t bytes[16];
};

/* A new id; now_us is microseconds since 1970. Ids made by one process in the same millisecond
 * still grow. */
struct id id_new(int64_t now_us);

/* Reads the canonical 36 character form, upper or lower case, of any UUID version. false: text is
 * not one, *id untouched. */
bool id_parse(const char *text, struct id *id) must_check;

/* Writes the lower case form and returns text. */
char *id_format(struct id id, char text[ID_TEXT_SIZE]);

/* Inline, for they are asked more often than anything else. */
static inline bool id_equal(struct id a, struct id b)
{
    return memcmp(&a, &b, sizeof a) == 0;
}

/* memcmp order, the same as PostgreSQL's uuid order */
static inline int id_compare(struct id a, struct id b)
{
    for (size_t half = 0; half < sizeof a; half += sizeof(uint64_t)) {
        uint64_t left, right;
        memcpy(&left, a.bytes + half, sizeof left);
        memcpy(&right, b.bytes + half, sizeof right);
        if (left != right)
            return be64toh(left) < be64toh(right) ? -1 : 1;
    }
    return 0;
}

static inline bool id_is_nil(struct id id)
{
    return id_equal(id, (struct id){{0}});
}

/* For tables in memory: whichever bytes differ, the hashes do (FNV-1a). Not for input that an
 * attacker chooses freely. */
uint64_t id_hash(struct id id);

/* An id that follows from another and a label: the same inputs always give the same id (UUID
 * version 8, SHA-256). For the steps of a saga, so that a step repeated after a crash carries the
 * same request id. */
struct id id_derive(struct id from, const char *label);

#endif
