/* How often each credential may call: a bounded table of token buckets. When the table is full the credential that was silent
 * longest makes room, which can only be to its own advantage. */
#ifndef GATEWAY_SERVICE_LIMITER_H
#define GATEWAY_SERVICE_LIMITER_H

#include "gateway/domain/bucket.h"
#include "gateway/domain/route.h"
#include "runtime/base/text.h"

#define LIMITER_ENTRIES 8192 /* a power of two */

struct limiter_limits {
    struct bucket_limit reads;
    struct bucket_limit writes;
    struct bucket_limit strangers; /* all callers without session and certificate together */
};

struct limiter_entry {
    uint64_t key; /* 0: free */
    struct bucket reads;
    struct bucket writes;
};

struct limiter {
    struct limiter_limits limits;
    struct bucket strangers;
    struct limiter_entry entries[LIMITER_ENTRIES];
};

/* credential "" is a stranger. Returns 0, or the milliseconds to wait. */
int64_t limiter_take(struct limiter *limiter, const char *credential, enum route_kind kind, int64_t now_us);

#endif
