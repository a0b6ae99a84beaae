#include "runtime/idempotency/call_once.h"

#include <assert.h>
#include <string.h>

#include "runtime/base/clock.h"
#include "runtime/base/metrics.h"
#include "runtime/idempotency/call_done.h"
#include "runtime/idempotency/call_origin.h"
#include "runtime/rpc/message.h"

#define INDEFINITE_ATTEMPTS_MAX 5
#define INDEFINITE_PAUSE_MS 50

static const char *const outcomes[] = {"done", "refused", "not_yet", "replayed", "mismatch", NULL};
static struct metric answers = {.name = "runtime_once_total",
                                .help = "Mutations by what their request id turned out to be.",
                                .kind = METRIC_COUNTER,
                                .labels = {"outcome"},
                                .values = outcomes};
METRIC_FROM_THE_START(answers);

static once_elsewhere *elsewhere; /* NULL: nowhere */

void call_once_look_elsewhere(once_elsewhere *look)
{
    elsewhere = look;
}

static const struct refusal mismatch = {"IDEMPOTENCY_MISMATCH", NEVER, CODE_FAILED_PRECONDITION,
                                        "This request_id was used before with another request."};

static const struct refusal not_answered = {"NOT_ANSWERED", NOT_YET, CODE_NOT_FOUND,
                                            "Nothing was answered to this request_id."};

/* One mutation on its way through. */
struct once_attempt {
    struct call *call;
    const struct once *once;
    struct once_key key;
    uint8_t body_hash[32];
    struct once_taken taken;
    int no;          /* of state ONCE_NEW: 0, or the code of a refusal */
    bool is_not_yet; /* it is a refusal that is not kept */
};

/* The same fields in another method are another request. */
static bool hash_request(struct call *call, const ProtobufCMessage *request, uint8_t hash[32])
{
    assert(request != NULL);
    struct bytes body = message_pack(call_arena(call), request);
    const char *method = call_method(call);
    size_t method_size = strlen(method) + 1;
    uint8_t *text =
        body.data != NULL ? arena_try_alloc(call_arena(call), method_size + body.size) : NULL;
    if (text == NULL)
        return false;
    memcpy(text, method, method_size);
    memcpy(text + method_size, body.data, body.size);
    sha256(text, method_size + body.size, hash);
    return true;
}

/* ---- in the transaction ---- */

static enum failure keep_act(const struct once_attempt *attempt, struct transaction *transaction,
                             int64_t now_us)
{
    const struct once *once = attempt->once;
    if (once->act == NULL)
        return FAILURE_NONE;
    const struct call_done done = {.call = attempt->call,
                                   .message = once->message,
                                   .response = attempt->no == 0 ? once->response : NULL,
                                   .scope_id = once->scope_id,
                                   .request_id = attempt->key.request_id,
                                   .now_us = now_us};
    struct act act = call_done_act(&done, once->act);
    return act_append(transaction, &act);
}

static enum failure keep(struct once_attempt *attempt, struct transaction *transaction,
                         int64_t now_us)
{
    assert(attempt->taken.state == ONCE_NEW && attempt->no >= 0 && !attempt->is_not_yet);
    struct call *call = attempt->call;
    struct once_answer answer = {.code = attempt->no};
    if (arena_exhausted(
            call_arena(call))) /* what it was decided upon, or what it says, may lack a part */
        return FAILURE_EXHAUSTED;
    answer.body = attempt->no == 0 ? message_pack(call_arena(call), attempt->once->response)
                                   : call_status_packed(call);
    if (answer.body.data == NULL)
        return FAILURE_EXHAUSTED;
    enum failure failure = once_keep(transaction, &attempt->key, &answer);
    return failure == FAILURE_NONE ? keep_act(attempt, transaction, now_us) : failure;
}

/* A refusal is an answer like any other, but what was written before it was found is undone (rules,
 * settled 2). One that says NOT_YET leaves nothing, not even the id taken (settled 10). */
static enum failure run_body(struct once_attempt *attempt, struct transaction *transaction)
{
    const struct once *once = attempt->once;
    struct mutation mutation = {attempt->call, transaction, clock_now_us()};
    call_forget_refusal(attempt->call); /* of a run that a conflict undid */
    enum failure failure = transaction_savepoint(transaction);
    if (failure != FAILURE_NONE)
        return failure;
    protobuf_c_message_init(once->response->descriptor, once->response);
    int no = once->body(&mutation, once->request, once->response);
    if (no < 0)
        return (enum failure)no;
    attempt->no = no;
    attempt->is_not_yet = no > 0 && call_refusal_kind(attempt->call) == NOT_YET;
    if (attempt->is_not_yet) {
        transaction_discard(transaction);
        return FAILURE_NONE;
    }
    if (no > 0)
        failure = transaction_rollback_to_savepoint(transaction);
    if (no > 0 && failure == FAILURE_NONE && once->refused != NULL)
        failure = once->refused(&mutation, once->request);
    return failure == FAILURE_NONE ? keep(attempt, transaction, mutation.now_us) : failure;
}

static enum failure take_and_run(struct transaction *transaction, void *argument)
{
    struct once_attempt *attempt = argument;
    assert(transaction_task(transaction) == call_task(attempt->call));
    bool is_taken = false;
    enum failure failure =
        elsewhere != NULL ? elsewhere(transaction, &attempt->key, &is_taken) : FAILURE_NONE;
    if (failure == FAILURE_NONE && is_taken)
        attempt->taken.state = ONCE_MISMATCH;
    if (failure != FAILURE_NONE || is_taken)
        return failure;
    failure =
        once_take(transaction, &attempt->key, attempt->body_hash, clock_now_us(), &attempt->taken);
    if (failure != FAILURE_NONE || attempt->taken.state != ONCE_NEW)
        return failure;
    return run_body(attempt, transaction);
}

/* A hash costs, and a guess counts: neither is done for a request that has its answer. One that
 * asks for its answer alone (the header kontor-replay-only) is not done at all. */
static int prepare(struct once_attempt *attempt)
{
    const struct once *once = attempt->once;
    bool replays_only = call_header(attempt->call, "kontor-replay-only") != NULL;
    if (once->prepare == NULL && !replays_only)
        return 0;
    struct reader reader = reader_of(call_task(attempt->call), once->database);
    enum failure failure = once_find(reader, &attempt->key, attempt->body_hash, &attempt->taken);
    if (failure != FAILURE_NONE || attempt->taken.state != ONCE_NEW)
        return failure;
    return replays_only ? call_refuse(attempt->call, &not_answered, NO_TERMS)
                        : once->prepare(attempt->call, once->request);
}

/* After a lost COMMIT the id is taken once more: that waits for the lost transaction should it
 * still be running, finds its answer if it committed, and does the work now if it did not. A look
 * without taking could answer too early. */
static enum failure transact_to_the_end(struct once_attempt *attempt, bool *is_own)
{
    struct task *task = call_task(attempt->call);
    struct database *database = attempt->once->database;
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

static int replay(const struct once_attempt *attempt)
{
    assert(attempt->taken.state == ONCE_REPLAYED);
    struct call *call = attempt->call;
    ProtobufCMessage *response = attempt->once->response;
    if (attempt->taken.answer.code != CODE_OK)
        return call_refuse_packed(call, (enum code)attempt->taken.answer.code,
                                  attempt->taken.answer.body);
    const ProtobufCMessage *kept =
        message_unpack(call_arena(call), response->descriptor, attempt->taken.answer.body);
    if (kept == NULL)
        return FAILURE_EXHAUSTED;
    memcpy(response, kept, response->descriptor->sizeof_message);
    return 0;
}

static int answer(const struct once_attempt *attempt, bool is_own)
{
    switch (attempt->taken.state) {
    case ONCE_NEW:
        metric_add(&answers,
                   attempt->no == 0      ? "done"
                   : attempt->is_not_yet ? "not_yet"
                                         : "refused",
                   1);
        return attempt->no;
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
    return FAILURE_INTERNAL;
}

int call_once(struct call *call, const struct once *once)
{
    assert(once->database != NULL && once->body != NULL && once->response != NULL);
    struct once_attempt attempt = {
        .call = call,
        .once = once,
        .key = {.scope_id = once->scope_id, .origin = call_origin(call)}};
    if (!id_parse(once->request_id, &attempt.key.request_id) || id_is_nil(attempt.key.request_id))
        return call_invalid(
            call, "request_id", FAULT_NOT_A_UUID,
            "A UUID made by the caller, the same for every repetition of this request.");
    if (!hash_request(call, once->message, attempt.body_hash))
        return FAILURE_EXHAUSTED;
    bool is_own = false;
    int no = prepare(&attempt);
    if (no == 0 && attempt.taken.state == ONCE_NEW)
        no = transact_to_the_end(&attempt, &is_own);
    return no == 0 ? answer(&attempt, is_own) : no;
}
