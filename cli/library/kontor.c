#include "cli/library/kontor.h"

#include <assert.h>
#include <pthread.h>
#include <stdlib.h>
#include <string.h>

#include "cli/library/submission.h"

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

struct kontor {
    struct kontor_settings settings;
    char *gateway, *session_header, *account_id;
    struct credentials *credentials;
    struct sender sender;
    struct gather gather;
    struct loop *loop;
    pthread_t thread;
    struct loop_posting closing;
    pthread_mutex_t lock; /* of what follows */
    pthread_cond_t answered;
    size_t under_way;
};

static bool is_open; /* one a process */

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
        submission_fail(submission, failure, submission->item.taken && !submission->is_held_up);
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
    submission_fail(submission, failure, false);
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
    rpc_client_free(kontor->sender.client);
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
    kontor->sender.session_header = kontor->session_header;
    kontor->sender.account_id = kontor->account_id;
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
    kontor->sender.client = rpc_client_new(
        kontor->loop, &(struct rpc_client_settings){.target = kontor->gateway,
                                                    .credentials = kontor->credentials,
                                                    .timeout_ms = kontor->settings.timeout_ms,
                                                    .attempts_max = 1,
                                                    .peer_begins_traces = true});
    kontor->gather = (struct gather){.name = "kontor_orders",
                                     .send = submission_send,
                                     .context = &kontor->sender,
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
