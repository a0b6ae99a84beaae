/* google.protobuf.Timestamp to and from microseconds since 1970. */
#ifndef RUNTIME_RPC_TIMESTAMP_H
#define RUNTIME_RPC_TIMESTAMP_H

#include <stdbool.h>
#include <stdint.h>

#include "google/protobuf/timestamp.pb-c.h"
#include "runtime/base/arena.h"

/* In the arena. */
Google__Protobuf__Timestamp *timestamp_from_us(struct arena *arena, int64_t time_us) must_check;

/* NULL reads as 0; out of range (before 1970, after 9999, nanos outside 0..999999999) is false. */
bool timestamp_to_us(const Google__Protobuf__Timestamp *timestamp, int64_t *time_us) must_check;

#endif
