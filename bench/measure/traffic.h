/* The payments of a run: companies with their accounts, whose ids follow from their numbers or
 * stand in a roster, and a seeded choice among them. */
#ifndef BENCH_MEASURE_TRAFFIC_H
#define BENCH_MEASURE_TRAFFIC_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "bench/measure/roster.h"
#include "runtime/base/id.h"

enum traffic_shape {
    TRAFFIC_UNIFORM, /* every account as likely as another */
    TRAFFIC_SKEWED,  /* Zipf with exponent 0.99, as YCSB has it: the n-th account n^-0.99 times as
                        likely as the first */
    TRAFFIC_HOT,     /* one account pays everybody else */
};

struct traffic {
    enum traffic_shape shape;
    size_t companies;
    size_t accounts;    /* of each company */
    double *cumulative; /* of the Zipf weights; NULL unless skewed */
    uint64_t random;
    const struct roster *roster; /* NULL: ids follow from the numbers */
};

#define TRAFFIC_ACCOUNTS_MAX 1000000

/* Exits the program when memory is short. accounts ≥ 2. */
void traffic_init(struct traffic *traffic, enum traffic_shape shape, size_t companies,
                  size_t accounts, uint64_t seed);
void traffic_deinit(struct traffic *traffic);

bool traffic_shape_parse(const char *name, enum traffic_shape *shape);

/* SplitMix64: 64 bits, evenly spread. */
uint64_t traffic_random(struct traffic *traffic);

size_t traffic_company(struct traffic *traffic);
size_t traffic_source(struct traffic *traffic);
size_t traffic_destination(struct traffic *traffic, size_t source); /* never the source */

struct id traffic_company_id(const struct traffic *traffic, size_t company);
struct id traffic_account_id(const struct traffic *traffic, size_t company, size_t account);

/* One of the sessions that may act for the account, as likely as another; NULL when there are none.
 */
const char *traffic_token(struct traffic *traffic, size_t company, size_t account);

#endif
