#include "runtime/idempotency/call_once.h"

#include <assert.h>
#include <string.h>

#include "runtime/base/clock.h"
#include "runtime/base/metrics.h"
#include "runtime/database/once.h"
#include "runtime/idempotency/call_origin.h"
#include "runtime/rpc/message.h"

#define INDEFINITE_ATTEMPTS_MAX 5
#define INDEFINITE_PAUSE_MS 50

static struct metric answers = {.name = "runtime_once_total",
                                .help = "Mutations by what their request id turned out to be.",
                                .kind = METRIC_COUNTER,
                                .label = "outcome"};

static const struct refusal mismatch = {"IDEMPOTENCY_MISMATCH", NEVER, CODE_FAILED_PRECONDITION,
                                        "This request_id was used before with another request."};

/* One mutation on its way through. */
struct attempt {
    struct call *call;
    struct once_key key;
    uint8_t body_hash[32];
    ProtobufCMessage *response;
    struct once_body body;
    void *argument;
    enum once_state state;
    struct once_answer answer; /* of state ONCE_REPLAYED */
    enum code code;            /* of state ONCE_NEW */
    bool is_not_yet;           /* code is a refusal that is not kept */
};

/* The same fields in another method are another request. */
static bool hash_request(struct call *call, const ProtobufCMessage *request, uint8_t hash[32])
{
    struct bytes body = message_pack(call_arena(call), request);
    const char *method = call_method(call);
    size_t method_size = strlen(method) + 1;
    uint8_t *text =
        body.data != NULL ? arena_alloc(call_arena(call), method_size + body.size) : NULL;
    if (text == NULL)
        return false;
    memcpy(text, method, method_size);
    memcpy(text + method_size, body.data, body.size);
    sha256(text, method_size + body.size, hash);
    return true;
}

/* ---- in the transaction ---- */

static enum failure keep(struct attempt *attempt, struct transaction *transaction)
{
    struct call *call = attempt->call;
    struct once_answer answer = {.code = attempt->code};
    if (arena_exhausted(
            call_arena(call))) /* what it was decided upon, or what it says, may lack a part */
        return FAILURE_EXHAUSTED;
    answer.body = attempt->code == CODE_OK ? message_pack(call_arena(call), attempt->response)
                                           : call_status_packed(call);
    if (answer.body.data == NULL)
        return FAILURE_EXHAUSTED;
    return once_keep(transaction, &attempt->key, &answer);
}

/* A refusal is an answer like any other, but what was written before it was found is undone (rules,
 * settled 2). One that says NOT_YET leaves nothing, not even the id taken (settled 10). */
static enum failure run_body(struct attempt *attempt, struct transaction *transaction)
{
    enum failure failure = transaction_savepoint(transaction);
    if (failure != FAILURE_NONE)
        return failure;
    protobuf_c_message_init(attempt->response->descriptor, attempt->response);
    attempt->code = attempt->body.run(attempt->call, transaction, attempt->response,
                                      attempt->argument, &failure);
    attempt->is_not_yet = attempt->code != CODE_OK && call_refusal_kind(attempt->call) == NOT_YET;
    if (failure == FAILURE_NONE && attempt->is_not_yet) {
        transaction_discard(transaction);
        return FAILURE_NONE;
    }
    if (failure == FAILURE_NONE && attempt->code != CODE_OK)
        failure = transaction_rollback_to_savepoint(transaction);
    return failure == FAILURE_NONE ? keep(attempt, transaction) : failure;
}

static enum failure take_and_run(struct transaction *transaction, void *argument)
{
    struct attempt *attempt = argument;
    enum failure failure = once_take(transaction, &attempt->key, attempt->body_hash, clock_now_us(),
                                     &attempt->state, &attempt->answer);
    if (failure != FAILURE_NONE || attempt->state != ONCE_NEW)
        return failure;
    return run_body(attempt, transaction);
}

/* After a lost COMMIT the id is taken once more: that waits for the lost transaction should it
 * still be running, finds its answer if it committed, and does the work now if it did not. A look
 * without taking could answer too early. */
static enum failure transact_to_the_end(struct attempt *attempt, struct database *database,
                                        bool *is_own)
{
    struct task *task = call_task(attempt->call);
    enum failure failure =
        database_transact_in(task, database, attempt->key.scope_id, take_and_run, attempt);
    for (int i = 0; failure == FAILURE_INDEFINITE && i < INDEFINITE_ATTEMPTS_MAX; i++) {
        *is_own = true;
        if (task_sleep_ms(task, INDEFINITE_PAUSE_MS) != FAILURE_NONE)
            return FAILURE_INDEFINITE;
        failure = failure_in_doubt(
            database_transact_in(task, database, attempt->key.scope_id, take_and_run, attempt));
        if (failure == FAILURE_DEADLINE || failure == FAILURE_CANCELLED)
            failure = FAILURE_INDEFINITE;
    }
    return failure;
}

/* ---- the answer ---- */

static enum code replay(const struct attempt *attempt)
{
    struct call *call = attempt->call;
    if (attempt->answer.code != CODE_OK)
        return call_refuse_packed(call, (enum code)attempt->answer.code, attempt->answer.body);
    const ProtobufCMessageDescriptor *descriptor = attempt->response->descriptor;
    const ProtobufCMessage *kept =
        message_unpack(call_arena(call), descriptor, attempt->answer.body);
    if (kept == NULL)
        return call_fail(call, FAILURE_EXHAUSTED);
    memcpy(attempt->response, kept, descriptor->sizeof_message);
    return CODE_OK;
}

static enum code answer(const struct attempt *attempt, bool is_own)
{
    switch (attempt->state) {
    case ONCE_NEW:
        metric_add(&answers,
                   attempt->code == CODE_OK ? "done"
                   : attempt->is_not_yet    ? "not_yet"
                                            : "refused",
                   1);
        return attempt->code;
    case ONCE_REPLAYED:
        metric_add(&answers, "replayed", 1);
        if (!is_own)
            call_set_trailer(attempt->call, "kontor-replayed", "true");
        return replay(attempt);
    case ONCE_MISMATCH:
        metric_add(&answers, "mismatch", 1);
        return call_refuse(attempt->call, &mismatch, NO_TERMS);
    }
    assert(!"a request id is new, replayed or mismatched");
    return CODE_INTERNAL;
}

enum code call_once(struct call *call, struct database *database, struct id scope_id,
                    const char *request_id, const ProtobufCMessage *request,
                    ProtobufCMessage *response, struct once_body body, void *argument)
{
    struct attempt attempt = {.call = call,
                              .key = {.scope_id = scope_id, .origin = call_origin(call)},
                              .response = response,
                              .body = body,
                              .argument = argument};
    if (!id_parse(request_id, &attempt.key.request_id))
        return call_invalid(
            call, "request_id",
            "A UUID made by the caller, the same for every repetition of this request.");
    if (!hash_request(call, request, attempt.body_hash))
        return call_fail(call, FAILURE_EXHAUSTED);
    bool is_own = false;
    enum failure failure = transact_to_the_end(&attempt, database, &is_own);
    return failure == FAILURE_NONE ? answer(&attempt, is_own) : call_fail(call, failure);
}
