#include "runtime/rpc/timestamp.h"

#include <stddef.h>

#define US_PER_SECOND INT64_C(1000000)
#define SECONDS_MAX INT64_C(253402300799) /* 9999-12-31T23:59:59Z */

Google__Protobuf__Timestamp *timestamp_from_us(struct arena *arena, int64_t time_us)
{
    Google__Protobuf__Timestamp *timestamp = arena_alloc(arena, sizeof *timestamp);
    google__protobuf__timestamp__init(timestamp);
    int64_t within_us = time_us % US_PER_SECOND;
    if (within_us < 0) {
        within_us += US_PER_SECOND; /* nanos count forward, also before 1970 */
    }
    timestamp->seconds = (time_us - within_us) / US_PER_SECOND;
    timestamp->nanos = (int32_t)(within_us * 1000);
    return timestamp;
}

bool timestamp_to_us(const Google__Protobuf__Timestamp *timestamp, int64_t *time_us)
{
    if (timestamp == NULL) {
        *time_us = 0;
        return true;
    }
    bool seconds_fit = timestamp->seconds >= 0 && timestamp->seconds <= SECONDS_MAX;
    bool nanos_fit = timestamp->nanos >= 0 && timestamp->nanos <= 999999999;
    if (!seconds_fit || !nanos_fit)
        return false;
    *time_us = timestamp->seconds * US_PER_SECOND + timestamp->nanos / 1000;
    return true;
}
