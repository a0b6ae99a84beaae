/* Ids that answers showed, so that later commands can name them in short: @last is the newest of
 * its kind, and a beginning that only one of them has stands for it. Kept beside the profile, 0600;
 * of answers nothing but ids goes there. */
#ifndef CLI_HISTORY_H
#define CLI_HISTORY_H

#include <protobuf-c/protobuf-c.h>

#include "cli/profile.h"
#include "runtime/base/arena.h"

#define HISTORY_MAX 500 /* ids; the oldest go first */

struct history;

/* Reads what is kept; empty when that cannot be read. NULL: out of memory. */
struct history *history_open(struct arena *arena, const struct profile *profile);

/* Learns the ids of an answer and keeps them. Nobody misses those that cannot be kept. */
void history_learn(struct history *history, const ProtobufCMessage *answer);

/* Gives the id that a value for the field stands for; the value itself when it is no short form.
 * NULL: *complaint says what is wrong. */
const char *history_find(const struct history *history, struct arena *arena, const char *field,
                         const char *value, const char **complaint);

/* Ids that the field can take, newest first: the one after so many others, or NULL. */
const char *history_nth(const struct history *history, const char *field, size_t n);

#endif
