#include "cli/library/submission.h"

#include <assert.h>

#include "google/rpc/status.pb-c.h"
#include "runtime/base/arena.h"
#include "runtime/rpc/message.h"
#include "runtime/rpc/status.h"

/* ---- answers ---- */

static void answer(struct submission *submission, const struct kontor_answer *given)
{
    if (!submission->is_answered)
        submission->answered(submission->context, given);
    submission->is_answered = true;
}

void submission_fail(struct submission *submission, enum failure failure, bool has_left)
{
    bool undone = !has_left || failure == FAILURE_UNAVAILABLE || failure == FAILURE_LOCKED ||
                  failure == FAILURE_EXHAUSTED;
    answer(submission,
           &(struct kontor_answer){.outcome = undone ? KONTOR_NOT_DONE : KONTOR_NOT_KNOWN,
                                   .reason = undone ? "UNAVAILABLE" : "INDEFINITE",
                                   .sentence = ""});
}

/* The no of a call is the no of each order in it. */
static void answer_refused(struct arena *arena, struct submission *submission,
                           const struct rpc_status *status)
{
    Google__Rpc__Status *refused = (Google__Rpc__Status *)(void *)message_unpack(
        arena, &google__rpc__status__descriptor, status->packed);
    Ledger__V1__OrderResult result = LEDGER__V1__ORDER_RESULT__INIT;
    result.outcome_case = LEDGER__V1__ORDER_RESULT__OUTCOME_REFUSED;
    result.refused = refused;
    answer(submission, &(struct kontor_answer){.outcome = KONTOR_ANSWERED,
                                               .result = &result,
                                               .reason = status->reason,
                                               .sentence = status->sentence});
}

/* ---- a call ---- */

static struct submission *submission_of(struct gather_item *item)
{
    return (struct submission *)(void *)item;
}

/* The orders of one message. An item whose time is over becomes NULL, before it is read or later.
 */
struct message {
    struct gather_item **items;
    size_t *places; /* in items, of each order */
    bool is_in_doubt;
    Ledger__V1__SubmitOrdersRequest request;
};

static void read_orders(struct arena *arena, struct message *message, struct gather_item **items,
                        size_t count)
{
    Ledger__V1__SubmitOrdersRequest *request = &message->request;
    message->items = items;
    message->places = arena_alloc_array(arena, count, sizeof *message->places);
    request->orders = arena_alloc_array(arena, count, sizeof(Ledger__V1__Order *));
    for (size_t i = 0; i < count; i++) {
        if (items[i] == NULL)
            continue;
        struct submission *submission = submission_of(items[i]);
        submission->is_held_up = false;
        message->is_in_doubt = message->is_in_doubt || submission->is_in_doubt;
        message->places[request->n_orders] = i;
        request->orders[request->n_orders++] = (Ledger__V1__Order *)(void *)message_unpack(
            arena, &ledger__v1__order__descriptor,
            (struct bytes){submission->packed, submission->size});
    }
}

/* A no that is meant for one order ("orders[3]"), and not for who asks or how often. */
static bool is_about_an_order(const struct rpc_status *status)
{
    return status->code != CODE_UNAUTHENTICATED && status->code != CODE_RESOURCE_EXHAUSTED;
}

static void note_doubt(struct gather_item **items, size_t count, bool in_doubt, bool is_held_up)
{
    for (size_t i = 0; i < count; i++) {
        if (items[i] == NULL)
            continue;
        submission_of(items[i])->is_in_doubt = in_doubt;
        submission_of(items[i])->is_held_up = is_held_up && !in_doubt;
    }
}

/* Each half by itself, until who is meant stands alone; what is not known of a call is not known of
 * its halves. */
static enum failure send_halves(struct task *task, struct sender *sender,
                                struct gather_item **items, size_t count, bool in_doubt)
{
    assert(count > 1);
    note_doubt(items, count, in_doubt, false);
    enum failure failure = submission_send(task, sender, items, count / 2);
    return failure == FAILURE_NONE
               ? submission_send(task, sender, items + count / 2, count - count / 2)
               : failure;
}

/* The gateway's own refusal says nothing of an attempt whose answer was lost: it does not look for
 * the request id, as the ledger does, whose answer to what was done is marked as replayed. */
static bool leaves_in_doubt(const Ledger__V1__OrderResult *result, const struct rpc_status *status)
{
    bool is_refused =
        result == NULL || result->outcome_case == LEDGER__V1__ORDER_RESULT__OUTCOME_REFUSED;
    return status->in_doubt && is_refused && (result == NULL || !result->replayed);
}

static void hand_out(struct arena *arena, const struct message *message,
                     const Ledger__V1__SubmitOrdersResponse *response,
                     const struct rpc_status *status)
{
    for (size_t i = 0; i < message->request.n_orders; i++) {
        struct gather_item *item = message->items[message->places[i]];
        const Ledger__V1__OrderResult *result = response == NULL ? NULL : response->results[i];
        if (item == NULL)
            continue;
        if (leaves_in_doubt(result, status))
            submission_fail(submission_of(item), FAILURE_INDEFINITE, true);
        else if (result == NULL)
            answer_refused(arena, submission_of(item), status);
        else
            answer(submission_of(item),
                   &(struct kontor_answer){
                       .outcome = KONTOR_ANSWERED, .result = result, .reason = "", .sentence = ""});
    }
}

/* How long a rate that is too high holds the call up; 0: it does not. */
static int64_t rate_ms(struct arena *arena, const struct rpc_status *status)
{
    struct status details;
    bool is_too_often =
        status->code == CODE_RESOURCE_EXHAUSTED && status_unpack(arena, status->packed, &details);
    return is_too_often ? details.retry_after_ms : 0;
}

/* The gateway was not reached, or its answer was lost. */
static bool is_lost(enum failure failure, const struct rpc_status *status)
{
    return failure == FAILURE_UNAVAILABLE ||
           (failure == FAILURE_INDEFINITE &&
            (status->code == CODE_UNAVAILABLE || status->code == CODE_CANCELLED ||
             status->code == CODE_INTERNAL || status->code == CODE_UNKNOWN));
}

/* Doubles with every time; the jitter keeps callers from coming back in step. */
static int64_t back_off_ms(int times)
{
    int64_t full_ms = times < 5 ? (int64_t)50 << times : 1000;
    return full_ms / 2 + random_below((uint32_t)(full_ms / 2 + 1));
}

/* Whether a call is to be made again, and how long the gateway's rate holds it up. */
struct again {
    bool is_wanted;
    int64_t rate_ms;
};

static enum failure send_once(struct task *task, struct sender *sender, struct gather_item **items,
                              size_t count, struct again *again)
{
    const struct rpc_header headers[] = {{"authorization", sender->session_header}, {NULL, NULL}};
    struct message message = {.request = LEDGER__V1__SUBMIT_ORDERS_REQUEST__INIT};
    Ledger__V1__SubmitOrdersResponse *response = NULL;
    struct rpc_status status;
    *again = (struct again){0};
    read_orders(task_arena(task), &message, items, count);
    message.request.account_id = sender->account_id;
    if (message.request.n_orders == 0)
        return FAILURE_NONE;
    const struct rpc_call_options options = {.headers = headers, .in_doubt = message.is_in_doubt};
    enum failure failure = RPC_CALL_WITH(task, sender->client, &options, ledger__v1__order_service,
                                         submit_orders, &message.request, &response, &status);
    again->rate_ms = rate_ms(task_arena(task), &status);
    again->is_wanted = again->rate_ms > 0 || is_lost(failure, &status);
    if (again->is_wanted)
        note_doubt(items, count, status.in_doubt || failure == FAILURE_INDEFINITE, true);
    if (failure != FAILURE_NONE || again->is_wanted)
        return failure;
    if (response != NULL && response->n_results != message.request.n_orders)
        return FAILURE_INDEFINITE;
    if (response == NULL && count > 1 && is_about_an_order(&status))
        return send_halves(task, sender, items, count, status.in_doubt);
    hand_out(task_arena(task), &message, response, &status);
    return FAILURE_NONE;
}

/* Until it is answered, or nobody waits any more. A rate slows it down, as it does a stream. */
enum failure submission_send(struct task *task, void *context, struct gather_item **items,
                             size_t count)
{
    struct arena_mark mark = arena_mark(task_arena(task));
    for (int times = 0;; times++) {
        struct again again;
        enum failure failure = send_once(task, context, items, count, &again);
        if (!again.is_wanted)
            return failure;
        failure = task_sleep_ms(task, again.rate_ms > 0 ? again.rate_ms : back_off_ms(times));
        if (failure != FAILURE_NONE)
            return failure;
        arena_rewind(task_arena(task), mark);
    }
}
