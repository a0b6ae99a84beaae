/* The one way to write a mutation: takes the request id of its origin (call_origin.h), runs the
 * body, keeps the answer, in one transaction.
 *
 *     return call_once(call, database, scope_id, request->request_id, &request->base,
 *                      &response->base, body, argument);
 *
 * A missing or unreadable request_id is INVALID_ARGUMENT. The same id and body replays the stored
 * answer (trailer "kontor-replayed: true"), a refusal included; another body is
 * IDEMPOTENCY_MISMATCH (FAILED_PRECONDITION). The body hash is of the method and the packed
 * request. The body's refusal is stored and its writes are undone (savepoint); a refusal whose kind
 * is NOT_YET is not stored, and the id stays free (rules, settled 10). A lost COMMIT is resolved by
 * looking the id up again before answering. Failures (not refusals) are not stored. */
#ifndef RUNTIME_IDEMPOTENCY_CALL_ONCE_H
#define RUNTIME_IDEMPOTENCY_CALL_ONCE_H

#include "runtime/database/database.h"
#include "runtime/rpc/call.h"

/* Returns CODE_OK, what call_refuse returned, or, for a failure, whatever call_fail returned with
 * *failure set. Runs again after a conflict, so it writes only through the transaction and into the
 * response. */
struct once_body {
    enum code (*run)(struct call *call, struct transaction *transaction, ProtobufCMessage *response,
                     void *argument, enum failure *failure);
};

enum code call_once(struct call *call, struct database *database, struct id scope_id,
                    const char *request_id, const ProtobufCMessage *request,
                    ProtobufCMessage *response, struct once_body body, void *argument);

#endif
