#include "cli/library/kontor.h"

#include <assert.h>
#include <pthread.h>
#include <stdlib.h>
#include <string.h>

#include "google/rpc/status.pb-c.h"
#include "runtime/loop/loop.h"
#include "runtime/rpc/client.h"
#include "runtime/rpc/gather.h"
#include "runtime/rpc/message.h"
#include "runtime/rpc/status.h"

#define ORDERS_MAX_DEFAULT 1024
#define ORDERS_MAX 8192
#define TIMEOUT_MS_DEFAULT 10000
#define ORDER_BYTES_MAX 4096        /* twice the largest that is well formed */
#define CALL_ORDERS_MAX 1000        /* of one SubmitOrders */
#define CALL_BYTES_MAX (512 * 1024) /* half of what the gateway takes */
#define CALLS_UNDER_WAY_MAX 4
#define CALL_ARENA_BYTES_MAX (16 * 1024 * 1024)
#define ORDER_ARENA_BYTES_MAX (64 * 1024)
#define STACK_BYTES (64 * 1024)
#define ATTEMPTS_MAX 5

struct kontor {
    struct kontor_settings settings;
    char *gateway, *session_header, *account_id;
    struct credentials *credentials;
    struct rpc_client *client;
    struct gather gather;
    struct loop *loop;
    pthread_t thread;
    struct loop_posting closing;
    pthread_mutex_t lock; /* of what follows */
    pthread_cond_t answered;
    size_t under_way;
};

/* One order, from kontor_submit to its answer. */
struct submission {
    struct gather_item item; /* first: gather hands it back */
    struct loop_posting posting;
    struct kontor *kontor;
    kontor_answered *answered;
    void *context;
    bool is_answered;
    bool is_in_doubt; /* a call before may have done it */
    size_t size;
    uint8_t packed[];
};

static bool is_open; /* one a process */

/* ---- answers ---- */

static void answer(struct submission *submission, const struct kontor_answer *given)
{
    if (!submission->is_answered)
        submission->answered(submission->context, given);
    submission->is_answered = true;
}

static void answer_failure(struct submission *submission, enum failure failure, bool has_left)
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
        const struct submission *submission = submission_of(items[i]);
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

static enum failure send_orders(struct task *task, struct kontor *kontor,
                                struct gather_item **items, size_t count);

/* Each half by itself, until who is meant stands alone; what is not known of a call is not known of
 * its halves. */
static enum failure send_halves(struct task *task, struct kontor *kontor,
                                struct gather_item **items, size_t count, bool in_doubt)
{
    assert(count > 1);
    for (size_t i = 0; i < count; i++)
        if (items[i] != NULL)
            submission_of(items[i])->is_in_doubt = in_doubt;
    enum failure failure = send_orders(task, kontor, items, count / 2);
    return failure == FAILURE_NONE ? send_orders(task, kontor, items + count / 2, count - count / 2)
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
            answer_failure(submission_of(item), FAILURE_INDEFINITE, true);
        else if (result == NULL)
            answer_refused(arena, submission_of(item), status);
        else
            answer(submission_of(item),
                   &(struct kontor_answer){
                       .outcome = KONTOR_ANSWERED, .result = result, .reason = "", .sentence = ""});
    }
}

static enum failure send_orders(struct task *task, struct kontor *kontor,
                                struct gather_item **items, size_t count)
{
    const struct rpc_header headers[] = {{"authorization", kontor->session_header}, {NULL, NULL}};
    struct message message = {.request = LEDGER__V1__SUBMIT_ORDERS_REQUEST__INIT};
    Ledger__V1__SubmitOrdersResponse *response = NULL;
    struct rpc_status status;
    read_orders(task_arena(task), &message, items, count);
    message.request.account_id = kontor->account_id;
    if (message.request.n_orders == 0)
        return FAILURE_NONE;
    const struct rpc_call_options options = {.headers = headers, .in_doubt = message.is_in_doubt};
    enum failure failure = RPC_CALL_WITH(task, kontor->client, &options, ledger__v1__order_service,
                                         submit_orders, &message.request, &response, &status);
    if (failure != FAILURE_NONE)
        return failure;
    if (response != NULL && response->n_results != message.request.n_orders)
        return FAILURE_INDEFINITE;
    if (response == NULL && count > 1 && is_about_an_order(&status))
        return send_halves(task, kontor, items, count, status.in_doubt);
    hand_out(task_arena(task), &message, response, &status);
    return FAILURE_NONE;
}

static enum failure send_gathered(struct task *task, void *context, struct gather_item **items,
                                  size_t count)
{
    return send_orders(task, context, items, count);
}

/* ---- an order ---- */

static void end(struct submission *submission)
{
    struct kontor *kontor = submission->kontor;
    assert(submission->is_answered);
    free(submission);
    pthread_mutex_lock(&kontor->lock);
    kontor->under_way--;
    pthread_cond_signal(&kontor->answered);
    pthread_mutex_unlock(&kontor->lock);
}

static void run(struct task *task, void *argument)
{
    struct submission *submission = argument;
    enum failure failure = gather_ask(task, &submission->kontor->gather, &submission->item);
    if (!submission->is_answered)
        answer_failure(submission, failure, submission->item.taken);
    end(submission);
}

static void begin(struct loop_posting *posting)
{
    struct submission *submission =
        (struct submission *)(void *)((char *)posting - offsetof(struct submission, posting));
    const struct task_options options = {.name = "kontor_order",
                                         .timeout_ms = submission->kontor->settings.timeout_ms,
                                         .arena_bytes_max = ORDER_ARENA_BYTES_MAX};
    enum failure failure = loop_spawn(submission->kontor->loop, &options, run, submission);
    if (failure == FAILURE_NONE)
        return;
    answer_failure(submission, failure, false);
    end(submission);
}

bool kontor_submit(struct kontor *kontor, const Ledger__V1__Order *order, kontor_answered *answered,
                   void *context)
{
    size_t size = ledger__v1__order__get_packed_size(order);
    if (size > ORDER_BYTES_MAX || order->linked)
        return false;
    pthread_mutex_lock(&kontor->lock);
    bool has_room = kontor->under_way < kontor->settings.orders_max;
    kontor->under_way += has_room;
    pthread_mutex_unlock(&kontor->lock);
    if (!has_room)
        return false;
    struct submission *submission = calloc(1, sizeof *submission + size);
    assert(submission != NULL);
    submission->kontor = kontor;
    submission->answered = answered;
    submission->context = context;
    submission->size = ledger__v1__order__pack(order, submission->packed);
    submission->item.weight = size;
    submission->posting.function = begin;
    loop_post(kontor->loop, &submission->posting);
    return true;
}

/* ---- life ---- */

/* A call whose orders were all answered, because their time was over, may still be under way: it is
 * broken off, and needs its client until then. */
static void stop(struct task *task, void *argument)
{
    struct kontor *kontor = argument;
    enum failure failure = FAILURE_NONE;
    while (failure == FAILURE_NONE && loop_task_count(kontor->loop) > 1)
        failure = task_sleep_ms(task, 1);
    assert(failure == FAILURE_NONE); /* nobody cancels it */
    rpc_client_free(kontor->client);
    loop_stop(kontor->loop);
}

static void begin_to_stop(struct loop_posting *posting)
{
    struct kontor *kontor =
        (struct kontor *)(void *)((char *)posting - offsetof(struct kontor, closing));
    const struct task_options options = {.name = "kontor_close"};
    enum failure failure = loop_spawn(kontor->loop, &options, stop, kontor);
    assert(failure == FAILURE_NONE); /* it has the room that the orders had */
    (void)failure;
}

/* gRPC belongs to the thread of the loop. */
static void *work(void *argument)
{
    struct kontor *kontor = argument;
    loop_run(kontor->loop);
    return NULL;
}

static void take_settings(struct kontor *kontor, const struct kontor_settings *settings)
{
    size_t header_size = strlen(settings->session_token) + sizeof "Bearer ";
    kontor->settings = *settings;
    if (settings->orders_max == 0)
        kontor->settings.orders_max = ORDERS_MAX_DEFAULT;
    if (settings->orders_max > ORDERS_MAX)
        kontor->settings.orders_max = ORDERS_MAX;
    if (settings->timeout_ms <= 0)
        kontor->settings.timeout_ms = TIMEOUT_MS_DEFAULT;
    kontor->gateway = strdup(settings->gateway);
    kontor->account_id = strdup(settings->account_id != NULL ? settings->account_id : "");
    kontor->session_header = malloc(header_size);
    assert(kontor->gateway != NULL && kontor->account_id != NULL && kontor->session_header != NULL);
    bool fits =
        text_print(kontor->session_header, header_size, "Bearer %s", settings->session_token);
    assert(fits);
    (void)fits;
}

static void forget(struct kontor *kontor)
{
    if (kontor->credentials != NULL)
        credentials_free(kontor->credentials);
    explicit_bzero(kontor->session_header, strlen(kontor->session_header));
    free(kontor->session_header);
    free(kontor->account_id);
    free(kontor->gateway);
    free(kontor);
    is_open = false;
}

struct kontor *kontor_open(const struct kontor_settings *settings)
{
    if (is_open)
        return NULL;
    struct kontor *kontor = calloc(1, sizeof *kontor);
    assert(kontor != NULL);
    is_open = true;
    take_settings(kontor, settings);
    const struct credentials_settings trust = {
        .certificate_file = "",
        .private_key_file = "",
        .authority_file = settings->authority_file != NULL ? settings->authority_file : "",
        .name_override = ""};
    kontor->credentials = credentials_new(&trust);
    if (settings->authority_file != NULL && kontor->credentials == NULL) {
        forget(kontor);
        return NULL;
    }
    kontor->loop = loop_new(STACK_BYTES, kontor->settings.orders_max + CALLS_UNDER_WAY_MAX);
    kontor->client = rpc_client_new(
        kontor->loop, &(struct rpc_client_settings){.target = kontor->gateway,
                                                    .credentials = kontor->credentials,
                                                    .timeout_ms = kontor->settings.timeout_ms,
                                                    .attempts_max = ATTEMPTS_MAX});
    kontor->gather = (struct gather){.name = "kontor_orders",
                                     .send = send_gathered,
                                     .context = kontor,
                                     .under_way_max = CALLS_UNDER_WAY_MAX,
                                     .items_max = CALL_ORDERS_MAX,
                                     .weight_max = CALL_BYTES_MAX,
                                     .arena_bytes_max = CALL_ARENA_BYTES_MAX};
    pthread_mutex_init(&kontor->lock, NULL);
    pthread_cond_init(&kontor->answered, NULL);
    int failed = pthread_create(&kontor->thread, NULL, work, kontor);
    assert(failed == 0);
    (void)failed;
    return kontor;
}

void kontor_close(struct kontor *kontor)
{
    pthread_mutex_lock(&kontor->lock);
    while (kontor->under_way > 0)
        pthread_cond_wait(&kontor->answered, &kontor->lock);
    pthread_mutex_unlock(&kontor->lock);
    kontor->closing.function = begin_to_stop;
    loop_post(kontor->loop, &kontor->closing);
    pthread_join(kontor->thread, NULL);
    loop_free(kontor->loop);
    pthread_mutex_destroy(&kontor->lock);
    pthread_cond_destroy(&kontor->answered);
    forget(kontor);
}
