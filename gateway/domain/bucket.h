/* A token bucket: how often somebody may call. Plain data; zeros are a full bucket that was never
 * used. */
#ifndef GATEWAY_DOMAIN_BUCKET_H
#define GATEWAY_DOMAIN_BUCKET_H

#include <stdint.h>

#define BUCKET_LIMIT_MAX INT64_C(1000000) /* of rate and burst */

struct bucket_limit {
    int64_t rate_per_s; /* tokens that come back every second; 0: no limit */
    int64_t burst;      /* what a full bucket holds */
};

struct bucket {
    int64_t missing_micro_tokens; /* below full */
    int64_t filled_us;            /* monotonic time of the last look */
};

/* Takes that many tokens at once, of which a full bucket must hold as many. Returns 0 when they
 * were there, else the milliseconds, at least 1, until they will be. */
int64_t bucket_take(struct bucket *bucket, const struct bucket_limit *limit, int64_t tokens,
                    int64_t now_us);

/* Its debt: microseconds until it is full again; 0 for a bucket that nobody could tell from a
 * new one. */
int64_t bucket_owes_us(const struct bucket *bucket, const struct bucket_limit *limit,
                       int64_t now_us);

#endif
