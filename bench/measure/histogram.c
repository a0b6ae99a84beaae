#include "bench/measure/histogram.h"

#include <assert.h>

#define STEPS (INT64_C(1) << HISTOGRAM_BITS)

/* Values below 64 have buckets of their own; above, the leading bit gives the row and the six bits
 * after it the place in it. */
static size_t bucket_of(int64_t value)
{
    if (value < STEPS)
        return (size_t)value;
    int shift = 63 - __builtin_clzll((unsigned long long)value) - HISTOGRAM_BITS;
    return ((size_t)shift << HISTOGRAM_BITS) + (size_t)(value >> shift);
}

static int64_t bucket_end(size_t bucket)
{
    if (bucket < (size_t)STEPS)
        return (int64_t)bucket;
    int shift = (int)(bucket >> HISTOGRAM_BITS) - 1;
    int64_t first = (STEPS | (int64_t)(bucket & (size_t)(STEPS - 1))) << shift;
    return first + (INT64_C(1) << shift) - 1;
}

void histogram_record(struct histogram *histogram, int64_t value)
{
    int64_t kept = value < 0 ? 0 : value > HISTOGRAM_VALUE_MAX ? HISTOGRAM_VALUE_MAX : value;
    size_t bucket = bucket_of(kept);
    assert(bucket < HISTOGRAM_BUCKETS);
    histogram->counts[bucket]++;
    histogram->total++;
    if (kept > histogram->maximum)
        histogram->maximum = kept;
}

void histogram_add(struct histogram *histogram, const struct histogram *other)
{
    for (size_t bucket = 0; bucket < HISTOGRAM_BUCKETS; bucket++)
        histogram->counts[bucket] += other->counts[bucket];
    histogram->total += other->total;
    if (other->maximum > histogram->maximum)
        histogram->maximum = other->maximum;
}

int64_t histogram_quantile(const struct histogram *histogram, double share)
{
    assert(share >= 0 && share <= 1);
    double wanted = share * (double)histogram->total;
    int64_t seen = 0;
    for (size_t bucket = 0; bucket < HISTOGRAM_BUCKETS && histogram->total > 0; bucket++) {
        seen += histogram->counts[bucket];
        if (seen > 0 && (double)seen >= wanted)
            return bucket_end(bucket) < histogram->maximum ? bucket_end(bucket)
                                                           : histogram->maximum;
    }
    return histogram->maximum;
}
