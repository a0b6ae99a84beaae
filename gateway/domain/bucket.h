/* A token bucket: how often one credential may call. Plain data; zeros are a full bucket that was never used. */
#ifndef GATEWAY_DOMAIN_BUCKET_H
#define GATEWAY_DOMAIN_BUCKET_H

#include <stdint.h>

struct bucket_limit {
    int64_t rate_per_s; /* tokens that come back every second; 0: no limit */
    int64_t burst;      /* what a full bucket holds */
};

struct bucket {
    int64_t missing_micro_tokens; /* below full */
    int64_t filled_us;            /* monotonic time of the last look */
};

/* Takes one token. Returns 0 when there was one, else the milliseconds, at least 1, until there will be. */
int64_t bucket_take(struct bucket *bucket, const struct bucket_limit *limit, int64_t now_us);

#endif
