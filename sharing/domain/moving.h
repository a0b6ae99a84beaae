/* Where an account's benefits are kept: under its company's id, so that accounts of one company
 * share. They begin where the account was opened, and follow it into the company that it is
 * verified for when that is what they were kept under all along: an account that was alone became
 * that company's (ID-31), or the one company is the other (ID-18, R9). An account that leaves a
 * company for another leaves its benefits there, for its siblings share them. */
#ifndef SHARING_DOMAIN_MOVING_H
#define SHARING_DOMAIN_MOVING_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "runtime/base/id.h"

#define MOVING_ROWS_MAX 100000 /* of one transaction, for which all of the company waits */

struct benefit_home {
    struct id account_id;
    struct id company_id;                /* they are kept under */
    struct id verified_company_id;       /* nil: none */
    const struct id *merged_company_ids; /* of those that are the verified one by now */
    size_t merged_count;
};

bool benefits_follow(const struct benefit_home *home);

/* More stay where they are. */
bool benefits_can_move(int64_t rows);

/* SHR-03: verified means to the company that the benefits are kept under. */
bool benefits_verified(const struct benefit_home *home);

#endif
