/* A histogram of latencies with a bounded error, in the manner of HdrHistogram: buckets grow with
 * the value, so that each is at most 1/64 of it wide. Values are nanoseconds; fixed memory, nothing
 * is sampled away. */
#ifndef BENCH_MEASURE_HISTOGRAM_H
#define BENCH_MEASURE_HISTOGRAM_H

#include <stddef.h>
#include <stdint.h>

#define HISTOGRAM_BITS 6 /* 64 buckets for each power of two */
/* 73 minutes; a longer value counts as that */
#define HISTOGRAM_VALUE_MAX ((INT64_C(1) << 42) - 1)
#define HISTOGRAM_BUCKETS (((size_t)42 - HISTOGRAM_BITS + 1) << HISTOGRAM_BITS)

struct histogram {
    int64_t counts[HISTOGRAM_BUCKETS];
    int64_t total;
    int64_t maximum; /* exact */
};

/* A negative value, which a clock should not give, counts as zero. */
void histogram_record(struct histogram *histogram, int64_t value);

/* Adds all that another one recorded: the same as if one had recorded everything. */
void histogram_add(struct histogram *histogram, const struct histogram *other);

/* The value that this share (0 to 1) of all recorded ones do not exceed: the upper end of its
 * bucket, never above the maximum. 0 when nothing was recorded. */
int64_t histogram_quantile(const struct histogram *histogram, double share);

#endif
