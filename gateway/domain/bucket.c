#include "gateway/domain/bucket.h"

#include <assert.h>

#define MICRO_TOKENS INT64_C(1000000)

static void refill(struct bucket *bucket, const struct bucket_limit *limit, int64_t now_us)
{
    assert(bucket->missing_micro_tokens >= 0);
    int64_t elapsed_us = now_us - bucket->filled_us;
    bucket->filled_us = now_us;
    int64_t full_after_us = bucket->missing_micro_tokens / limit->rate_per_s;
    if (elapsed_us > full_after_us)
        bucket->missing_micro_tokens = 0;
    else if (elapsed_us > 0)
        bucket->missing_micro_tokens -= elapsed_us * limit->rate_per_s;
    assert(bucket->missing_micro_tokens >= 0);
}

int64_t bucket_take(struct bucket *bucket, const struct bucket_limit *limit, int64_t tokens,
                    int64_t now_us)
{
    if (limit->rate_per_s == 0)
        return 0;
    assert(limit->rate_per_s > 0 && limit->rate_per_s <= BUCKET_LIMIT_MAX);
    assert(tokens > 0 && limit->burst >= tokens && limit->burst <= BUCKET_LIMIT_MAX);
    refill(bucket, limit, now_us);
    int64_t lacking = bucket->missing_micro_tokens - (limit->burst - tokens) * MICRO_TOKENS;
    if (lacking > 0)
        return lacking / limit->rate_per_s / 1000 + 1;
    bucket->missing_micro_tokens += tokens * MICRO_TOKENS;
    assert(bucket->missing_micro_tokens <= limit->burst * MICRO_TOKENS);
    return 0;
}

int64_t bucket_owes_us(const struct bucket *bucket, const struct bucket_limit *limit,
                       int64_t now_us)
{
    if (limit->rate_per_s == 0)
        return 0;
    assert(bucket->missing_micro_tokens >= 0);
    int64_t rest_us = (bucket->missing_micro_tokens + limit->rate_per_s - 1) / limit->rate_per_s -
                      (now_us - bucket->filled_us);
    return rest_us > 0 ? rest_us : 0;
}
