/* Subjects that a provider is asked about: a hold, a top-up or a card, by its account and its own
 * id. Jobs claim those that are due for a while; whoever claims one works on it until the lease
 * ends. */
#ifndef PAYMENTS_STORE_SUBJECT_H
#define PAYMENTS_STORE_SUBJECT_H

#include "runtime/database/database.h"

struct subject_key {
    struct id account_id;
    struct id subject_id;
};

/* In the task's arena. */
struct subject_keys {
    struct subject_key *keys;
    size_t count;
};

/* Takes what is due by now_us, at most limit. */
struct claim {
    int64_t now_us;
    int64_t lease_us; /* when the lease ends */
    size_t limit;
};

/* For stores: the keys that a query named (its rows are those of the query hold_claim). */
void subject_keys_read(struct reader reader, const struct rows *rows, struct subject_keys *named);

#endif
