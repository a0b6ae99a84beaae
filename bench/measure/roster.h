/* Accounts that were opened elsewhere, with sessions that may act for them. A file has a line for
 * each account: the company's id, the account's id, and the session tokens, if any, between spaces.
 * Every company has as many accounts, and they follow each other. */
#ifndef BENCH_MEASURE_ROSTER_H
#define BENCH_MEASURE_ROSTER_H

#include <stdbool.h>
#include <stddef.h>

#include "runtime/base/id.h"

#define ROSTER_SESSIONS_MAX 8
#define ROSTER_TOKEN_SIZE 128
#define ROSTER_MISTAKE_SIZE 256

struct roster_row {
    struct id company, account;
    size_t sessions;
    char tokens[ROSTER_SESSIONS_MAX][ROSTER_TOKEN_SIZE];
};

struct roster {
    size_t companies;
    size_t accounts; /* of each company */
    struct roster_row *rows;
};

/* Reads the file; false with a mistake for people, and nothing to free. */
bool roster_read(struct roster *roster, const char *path,
                 char mistake[ROSTER_MISTAKE_SIZE]) must_check;
void roster_free(struct roster *roster);

/* Keeps every shards-th company, from the shard-th (of 0 to shards - 1): no two shards have an
 * account or a session in common. false: none is left. */
bool roster_keep_shard(struct roster *roster, size_t shard, size_t shards) must_check;

const struct roster_row *roster_row(const struct roster *roster, size_t company, size_t account);

#endif
