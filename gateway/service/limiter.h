/* How often may be called: token buckets for each source, principal and account (S4), in tables of
 * a fixed size.
 *
 * A full table makes room for a newcomer by the one of a few places that owes least, and the
 * newcomer takes over what it owed. So what is owed in a table never gets less by making room: who
 * calls under many names to have his own bucket forgotten only passes it on, and a newcomer finds
 * at most the least debt of its places. Places follow from a key that nobody outside knows. */
#ifndef GATEWAY_SERVICE_LIMITER_H
#define GATEWAY_SERVICE_LIMITER_H

#include <stdbool.h>
#include <stdint.h>

#include "gateway/domain/bucket.h"
#include "gateway/domain/route.h"
#include "runtime/base/id.h"
#include "runtime/base/text.h"

#define LIMITER_ENTRIES 8192 /* a power of two */

/* Things that are counted apart. */
enum limiter_of { LIMITER_READS, LIMITER_WRITES, LIMITER_ORDERS, LIMITER_KINDS };

struct limiter_limits {
    struct bucket_limit principal[LIMITER_KINDS];
    struct bucket_limit account[LIMITER_KINDS];
    struct bucket_limit source;    /* all calls of one source */
    struct bucket_limit anonymous; /* calls of one source to one rpc without a session */
};

struct limiter_entry {
    uint64_t key; /* 0: free */
    struct bucket buckets[LIMITER_KINDS];
};

struct limiter_table {
    struct limiter_entry entries[LIMITER_ENTRIES];
};

/* Whose session or key a token is, once it was resolved for a source. */
struct limiter_session {
    uint64_t key; /* of token and source; 0: free */
    int64_t used_us;
    char principal_id[ID_TEXT_SIZE];
};

struct limiter {
    struct limiter_limits limits;
    uint8_t secret[16]; /* where keys have their places */
    struct limiter_table sources;
    struct limiter_table anonymous;
    struct limiter_table principals;
    struct limiter_table accounts;
    struct limiter_session sessions[LIMITER_ENTRIES];
};

/* Each returns 0, or the milliseconds to wait. source is as in runtime/base/source.h, or a
 * partner's certificate. */
int64_t limiter_take_source(struct limiter *limiter, const char *source, int64_t now_us);
int64_t limiter_take_anonymous(struct limiter *limiter, const char *source, const char *rpc,
                               int64_t now_us);
int64_t limiter_take_principal(struct limiter *limiter, const char *principal_id,
                               enum limiter_of of, int64_t count, int64_t now_us);
int64_t limiter_take_account(struct limiter *limiter, const char *account_id, enum limiter_of of,
                             int64_t count, int64_t now_us);

/* A token, and where its call comes from: a key that is bound to addresses is from
 * elsewhere a stranger's, who uses up nothing of its program's. */
struct limiter_caller {
    const char *token;
    const char *source;
};

/* The principal of a caller that was resolved before; NULL for any other. A token that nobody
 * looked at would be a fresh bucket for every call, so it is counted as a stranger's. */
const char *limiter_principal(struct limiter *limiter, const struct limiter_caller *caller,
                              int64_t now_us);
void limiter_note_session(struct limiter *limiter, const struct limiter_caller *caller,
                          const char *principal_id, int64_t now_us);
void limiter_forget_session(struct limiter *limiter, const struct limiter_caller *caller);

#endif
