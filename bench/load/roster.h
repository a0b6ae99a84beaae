/* Accounts that were opened elsewhere, with sessions that may act for them. A file has a line for
 * each account: the company's id, the account's id, and the session tokens, if any, between spaces.
 * Every company has as many accounts, and they follow each other. */
#ifndef BENCH_LOAD_ROSTER_H
#define BENCH_LOAD_ROSTER_H

#include <stddef.h>

#include "runtime/base/id.h"

#define ROSTER_SESSIONS_MAX 8
#define ROSTER_TOKEN_SIZE 128

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

/* Reads the file, or says what is wrong with it and exits the program. */
void roster_read(struct roster *roster, const char *path);
void roster_free(struct roster *roster);

const struct roster_row *roster_row(const struct roster *roster, size_t company, size_t account);

#endif
