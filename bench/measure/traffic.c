#include "bench/measure/traffic.h"

#include <assert.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define ZIPF_EXPONENT 0.99

static void weigh(struct traffic *traffic)
{
    double sum = 0;
    for (size_t i = 0; i < traffic->accounts; i++) {
        sum += pow((double)(i + 1), -ZIPF_EXPONENT);
        traffic->cumulative[i] = sum;
    }
    for (size_t i = 0; i < traffic->accounts; i++)
        traffic->cumulative[i] /= sum;
}

void traffic_init(struct traffic *traffic, enum traffic_shape shape, size_t companies,
                  size_t accounts, uint64_t seed)
{
    assert(companies >= 1 && accounts >= 2 && accounts <= TRAFFIC_ACCOUNTS_MAX);
    *traffic = (struct traffic){
        .shape = shape, .companies = companies, .accounts = accounts, .random = seed};
    if (shape != TRAFFIC_SKEWED)
        return;
    traffic->cumulative = calloc(accounts, sizeof *traffic->cumulative);
    if (traffic->cumulative == NULL) {
        fprintf(stderr, "kontor-bench: no memory for %zu accounts\n", accounts);
        exit(1);
    }
    weigh(traffic);
}

void traffic_deinit(struct traffic *traffic)
{
    free(traffic->cumulative);
    *traffic = (struct traffic){0};
}

bool traffic_shape_parse(const char *name, enum traffic_shape *shape)
{
    static const char *const names[] = {
        [TRAFFIC_UNIFORM] = "uniform", [TRAFFIC_SKEWED] = "skewed", [TRAFFIC_HOT] = "hot"};
    for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
        if (strcmp(names[i], name) == 0) {
            *shape = (enum traffic_shape)i;
            return true;
        }
    }
    return false;
}

uint64_t traffic_random(struct traffic *traffic)
{
    uint64_t z = traffic->random += UINT64_C(0x9E3779B97F4A7C15);
    z = (z ^ (z >> 30)) * UINT64_C(0xBF58476D1CE4E5B9);
    z = (z ^ (z >> 27)) * UINT64_C(0x94D049BB133111EB);
    return z ^ (z >> 31);
}

static size_t below(struct traffic *traffic, size_t count)
{
    return (size_t)(((unsigned __int128)traffic_random(traffic) * count) >> 64);
}

static size_t skewed(struct traffic *traffic)
{
    double wanted = (double)(traffic_random(traffic) >> 11) * 0x1p-53;
    size_t low = 0, high = traffic->accounts - 1;
    while (low < high) {
        size_t middle = low + (high - low) / 2;
        if (traffic->cumulative[middle] > wanted)
            high = middle;
        else
            low = middle + 1;
    }
    return low;
}

static size_t any_account(struct traffic *traffic)
{
    return traffic->shape == TRAFFIC_SKEWED ? skewed(traffic) : below(traffic, traffic->accounts);
}

size_t traffic_company(struct traffic *traffic)
{
    return traffic->shape == TRAFFIC_HOT ? 0 : below(traffic, traffic->companies);
}

size_t traffic_source(struct traffic *traffic)
{
    return traffic->shape == TRAFFIC_HOT ? 0 : any_account(traffic);
}

size_t traffic_destination(struct traffic *traffic, size_t source)
{
    size_t destination;
    do
        destination = any_account(traffic);
    while (destination == source);
    return destination;
}

/* Version 8 (RFC 9562: the maker's own layout). */
static struct id numbered(size_t company, uint64_t number)
{
    struct id id = {{0xbe, 0xac, 0x40, 0, 0, 0, 0x80, 0, 0x80}};
    id.bytes[4] = (uint8_t)(company >> 8);
    id.bytes[5] = (uint8_t)company;
    for (size_t i = 0; i < 6; i++)
        id.bytes[15 - i] = (uint8_t)(number >> (8 * i));
    return id;
}

struct id traffic_company_id(const struct traffic *traffic, size_t company)
{
    if (traffic->roster != NULL)
        return roster_row(traffic->roster, company, 0)->company;
    return numbered(company, UINT64_C(0xFFFFFFFFFFFF));
}

struct id traffic_account_id(const struct traffic *traffic, size_t company, size_t account)
{
    if (traffic->roster != NULL)
        return roster_row(traffic->roster, company, account)->account;
    return numbered(company, account + 1);
}

const char *traffic_token(struct traffic *traffic, size_t company, size_t account)
{
    const struct roster_row *row =
        traffic->roster != NULL ? roster_row(traffic->roster, company, account) : NULL;
    return row != NULL && row->sessions > 0 ? row->tokens[below(traffic, row->sessions)] : NULL;
}
