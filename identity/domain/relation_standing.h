/* How an account stands in the ledger and in payments, as the gateway heard it (B.1). */
#ifndef IDENTITY_DOMAIN_RELATION_STANDING_H
#define IDENTITY_DOMAIN_RELATION_STANDING_H

#include <stdbool.h>
#include <stdint.h>

#include "runtime/base/currency.h"

struct relation_standing {
    bool overdue;
    bool unfinished;     /* open holds, or top-ups under way */
    bool closed;         /* of an association */
    bool quota_used;     /* of an end or a switch: the partner's quota of the customer (LED-20) */
    bool lots_remaining; /* of a switch: the partner's lots of the customer (D.7) */
    int64_t lots_micros;
    const struct currency *lots_currency; /* NULL: how much is not told */
};

/* "OVERDUE,LOTS_REMAINING=40000000CNY", those that are so. */
struct relation_standing relation_standing_read(const char *words);

#endif
