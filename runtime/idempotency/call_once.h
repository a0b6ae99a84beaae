/* The one way to write a mutation: takes the request id of its origin (call_origin.h), runs the
 * body, keeps the answer, in one transaction.
 *
 *     return CALL_ONCE(call, database, scope_id, request, response, body, &argument, act);
 *
 * A missing or unreadable request_id is INVALID_ARGUMENT. The same id and body replays the stored
 * answer (trailer "kontor-replayed: true"), a refusal included; another body is
 * IDEMPOTENCY_MISMATCH (FAILED_PRECONDITION). The body hash is of the method and the packed
 * request. The body's refusal is stored and its writes are undone (savepoint); a refusal whose kind
 * is NOT_YET is not stored, and the id stays free (rules, settled 10). A lost COMMIT is resolved by
 * looking the id up again before answering. Failures (not refusals) are not stored. With the answer
 * the act is kept, refusals included (GW-07): who did what, by act. With the header
 * kontor-replay-only nothing is done: an id without an answer is NOT_ANSWERED. */
#ifndef RUNTIME_IDEMPOTENCY_CALL_ONCE_H
#define RUNTIME_IDEMPOTENCY_CALL_ONCE_H

#include "runtime/database/database.h"
#include "runtime/database/once.h"
#include "runtime/idempotency/call_act.h"
#include "runtime/rpc/call.h"

/* One mutation under way. */
struct mutation {
    struct call *call;
    struct transaction *transaction;
    int64_t now_us; /* the moment it is decided at: when this run of the body began */
};

/* Returns 0, what call_refuse returned, or a failure. Runs again after a conflict, so it writes
 * only through the transaction and into the response. */
typedef int mutation_body(struct mutation *mutation, const void *request,
                          ProtobufCMessage *response);

/* Work outside of the transaction that the body goes on from, such as hashing a password. Not done
 * for a request that has its answer; what it answers is not kept. */
typedef int mutation_prepare(struct call *call, void *request);

/* Notes a refusal that is kept, once what the body wrote was undone; for a service that keeps its
 * acts itself. */
typedef enum failure mutation_refused(struct mutation *mutation, const void *request);

struct once {
    struct database *database;
    struct id scope_id; /* a request id is taken within it */
    const char *request_id;
    const ProtobufCMessage *message; /* what is hashed */
    ProtobufCMessage *response;
    mutation_prepare *prepare; /* NULL: nothing */
    mutation_body *body;
    mutation_refused *refused;  /* NULL: nothing */
    void *request;              /* handed to both */
    const struct call_act *act; /* NULL: the service keeps its acts itself */
};

int call_once(struct call *call, const struct once *once);

/* For a service that keeps request ids elsewhere too: asked in the transaction before the id is
 * taken, and an id that is taken there is a mismatch. look keeps whoever would take it there from
 * doing so until the transaction ends. Process wide, set before the first call. */
typedef enum failure once_elsewhere(struct transaction *transaction, const struct once_key *key,
                                    bool *is_taken);
void call_once_look_elsewhere(once_elsewhere *look);

/* For a request message with a request_id, hashed as it came. */
#define CALL_ONCE(call, database, scope_id, message, response, body, request, act) \
    CALL_ONCE_WITH(call, database, scope_id, message, response, body, request, act, .prepare = NULL)

/* The same with other fields of struct once. */
#define CALL_ONCE_WITH(call, database_, scope_id_, message_, response_, body_, request_, act_, \
                       ...)                                                                    \
    call_once((call), &(const struct once){.database = (database_),                            \
                                           .scope_id = (scope_id_),                            \
                                           .request_id = (message_)->request_id,               \
                                           .message = &(message_)->base,                       \
                                           .response = &(response_)->base,                     \
                                           .body = (body_),                                    \
                                           .request = (request_),                              \
                                           .act = (act_),                                      \
                                           __VA_ARGS__})

#endif
