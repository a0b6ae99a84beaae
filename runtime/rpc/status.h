/* google.rpc.Status, the rich form of an answer: what a no says beside its code. Written by call.c,
 * read by clients and the cli; travels as the trailer grpc-status-details-bin. The same struct goes
 * in and comes out. */
#ifndef RUNTIME_RPC_STATUS_H
#define RUNTIME_RPC_STATUS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "runtime/base/arena.h"
#include "runtime/base/refusal.h"
#include "runtime/base/text.h"
#include "runtime/rpc/call.h"

#define STATUS_TRAILER "grpc-status-details-bin"
#define STATUS_BYTES_MAX \
    4096 /* a foreign client closes its connection over more than 8 KiB of trailers */

/* The reasons by which the runtime itself says that the world, not the rules, said no (call_fail,
 * overload). Nothing was done, that is certain: UNAVAILABLE, CONFLICT, LOCKED (code UNAVAILABLE),
 * EXHAUSTED, OVERLOADED (code RESOURCE_EXHAUSTED). Not known: INDEFINITE (code UNAVAILABLE); and
 * whatever has another reason, or none, beside UNAVAILABLE, DEADLINE_EXCEEDED, CANCELLED, INTERNAL,
 * UNKNOWN. */
#define STATUS_REASON_UNAVAILABLE "UNAVAILABLE"
#define STATUS_REASON_CONFLICT "CONFLICT"
#define STATUS_REASON_LOCKED "LOCKED"
#define STATUS_REASON_EXHAUSTED "EXHAUSTED"
#define STATUS_REASON_OVERLOADED "OVERLOADED"
#define STATUS_REASON_INDEFINITE "INDEFINITE"

/* The RetryInfo of a refusal that says NOT_YET (refusal.h), by which a caller tells it from one
 * that is kept. */
#define STATUS_NOT_YET_RETRY_MS 1000

/* One line of BadRequest (name is the field, subject is "", reason is a fault's) or of
 * PreconditionFailure (name is the type, which is its reason; reason is ""). */
struct status_violation {
    const char *name;
    const char *subject;
    const char *sentence;
    const char *reason;
};

/* Absent parts are NULL, "" or 0 and are then not packed. Borrows everything when packed; lends
 * from the arena when read, where texts are never NULL and terms always ends with a NULL key. */
struct status {
    enum code code;
    const char *sentence;
    const char *reason; /* ErrorInfo is packed when there is a reason */
    const char *domain; /* "<service>.kontor" */
    const struct refusal_term *terms;
    const struct status_violation *field_violations;
    size_t field_violation_count;
    const struct status_violation *precondition_violations;
    size_t precondition_violation_count;
    int64_t retry_after_ms; /* RetryInfo when > 0 */
};

/* The packed google.rpc.Status, in the arena; no data at the arena's maximum. Lists of violations
 * are cut short to stay within STATUS_BYTES_MAX: their first lines are kept. */
struct bytes status_pack(struct arena *arena, const struct status *status) must_check;

/* Reads what a peer sent. Details of unknown types are skipped. false: not a google.rpc.Status, or
 * the arena's maximum. */
bool status_unpack(struct arena *arena, struct bytes packed, struct status *status) must_check;

/* The value of a term, or NULL. */
const char *status_term(const struct status *status, const char *key);

/* "FAILED_PRECONDITION"; "UNKNOWN" for a number that is no code. A literal: fit for metric labels.
 */
const char *status_code_name(enum code code);

#endif
