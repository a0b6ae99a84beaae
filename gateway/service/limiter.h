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

/* Whether the credential has buckets of its own: it was taken for before and not forgotten since. */
bool limiter_knows(const struct limiter *limiter, const char *credential);

/* credential "" is a stranger. Whatever else comes gets buckets of its own, so it must be proven: a session that was resolved, a
 * certificate that was verified. A token that nobody looked at would be a fresh bucket for every call. Returns 0, or the
 * milliseconds to wait. */
int64_t limiter_take(struct limiter *limiter, const char *credential, enum route_kind kind, int64_t now_us);

#endif
