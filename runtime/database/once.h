/* Once: a request id, the hash of the request's body and the stored answer, kept for ever in the
 * caller's transaction. The same id with the same body replays the answer, a refusal included; with
 * another body it is a mismatch (rules, settled 2; E32). Services use call_once
 * (runtime/idempotency), the ledger's batcher uses its own array queries over the same table. */
#ifndef RUNTIME_DATABASE_ONCE_H
#define RUNTIME_DATABASE_ONCE_H

#include "runtime/base/origin.h"
#include "runtime/database/database.h"

/* Two origins that chose the same id made two requests. */
struct once_key {
    struct id scope_id;
    struct id request_id;
    struct origin origin;
};

enum once_state { ONCE_NEW, ONCE_REPLAYED, ONCE_MISMATCH };

struct once_answer {
    int64_t code;      /* gRPC code of the stored answer */
    struct bytes body; /* packed response when code is 0, else packed google.rpc.Status */
};

struct once_taken {
    enum once_state state;
    struct once_answer answer; /* of ONCE_REPLAYED */
};

/* Takes the id: INSERT … ON CONFLICT DO NOTHING, then, if it was there, reads it in a statement of
 * its own (after the lock). */
enum failure once_take(struct transaction *transaction, const struct once_key *key,
                       const uint8_t body_hash[32], int64_t now_us,
                       struct once_taken *taken) must_check;

/* The same without taking it: ONCE_NEW for an id that nobody took. */
enum failure once_find(struct reader reader, const struct once_key *key,
                       const uint8_t body_hash[32], struct once_taken *taken) must_check;

/* Keeps the answer of an id taken in this transaction. */
enum failure once_keep(struct transaction *transaction, const struct once_key *key,
                       const struct once_answer *answer) must_check;

#endif
