#include "bench/contender/gather.h"

#include <assert.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "bench/contender/ledger.h"
#include "cli/library/kontor.h"
#include "runtime/base/clock.h"

#define NS_PER_S INT64_C(1000000000)

struct lane {
    struct gather *gather;
    size_t number;
};

struct gather {
    struct kontor *kontor;
    struct gather_settings settings;
    struct lane lanes[LOAD_LANES_MAX];
    pthread_mutex_t mutex; /* the library answers on a thread of its own */
    pthread_cond_t some;
    struct {
        size_t lane;
        bool settled;
    } answered[LOAD_LANES_MAX];
    size_t count;
};

static void complain(const struct kontor_answer *answer)
{
    static bool complained;
    if (!complained)
        fprintf(stderr, "kontor-bench: gathered order: outcome %d, %s %s\n", (int)answer->outcome,
                answer->reason, answer->sentence);
    complained = true;
}

static void take_answer(void *context, const struct kontor_answer *answer)
{
    const struct lane *lane = context;
    struct gather *gather = lane->gather;
    bool settled =
        answer->outcome == KONTOR_ANSWERED &&
        answer->result->outcome_case == LEDGER__V1__ORDER_RESULT__OUTCOME_CREATE_TRANSFER;
    if (!settled)
        complain(answer);
    pthread_mutex_lock(&gather->mutex);
    assert(gather->count < gather->settings.lanes);
    gather->answered[gather->count].lane = lane->number;
    gather->answered[gather->count++].settled = settled;
    pthread_cond_signal(&gather->some);
    pthread_mutex_unlock(&gather->mutex);
}

struct gather *gather_open(const struct gather_settings *settings)
{
    static struct gather gather = {.mutex = PTHREAD_MUTEX_INITIALIZER}; /* one per program */
    char account[ID_TEXT_SIZE];
    pthread_condattr_t monotonic;
    struct kontor_settings library = {
        .gateway = settings->gateway,
        .session_token = traffic_token(settings->traffic, 0, 0),
        .timeout_ms = 30000,
        .orders_max = 2 * settings->lanes}; /* an answered one may count still */
    library.account_id = id_format(traffic_account_id(settings->traffic, 0, 0), account);
    gather.settings = *settings;
    pthread_condattr_init(&monotonic);
    pthread_condattr_setclock(&monotonic, CLOCK_MONOTONIC);
    pthread_cond_init(&gather.some, &monotonic);
    pthread_condattr_destroy(&monotonic);
    for (size_t i = 0; i < LOAD_LANES_MAX; i++)
        gather.lanes[i] = (struct lane){&gather, i};
    gather.kontor = kontor_open(&library);
    if (gather.kontor == NULL) {
        fprintf(stderr, "kontor-bench: the client library cannot be opened\n");
        exit(1);
    }
    return &gather;
}

void gather_close(struct gather *gather)
{
    kontor_close(gather->kontor);
    pthread_cond_destroy(&gather->some);
}

static void begin(void *state, size_t lane)
{
    struct gather *gather = state;
    char request[ID_TEXT_SIZE], destination[ID_TEXT_SIZE];
    Ledger__V1__CreateTransferRequest transfer = LEDGER__V1__CREATE_TRANSFER_REQUEST__INIT;
    Ledger__V1__Order order = LEDGER__V1__ORDER__INIT;
    struct traffic *traffic = gather->settings.traffic;
    transfer.request_id = id_format(id_new(clock_now_us()), request);
    transfer.destination_account_id =
        id_format(traffic_account_id(traffic, 0, traffic_destination(traffic, 0)), destination);
    transfer.amount_micros = LEDGER_AMOUNT_MICROS;
    transfer.currency = (char *)(uintptr_t)gather->settings.currency;
    order.kind_case = LEDGER__V1__ORDER__KIND_CREATE_TRANSFER;
    order.create_transfer = &transfer;
    bool submitted = kontor_submit(gather->kontor, &order, take_answer, &gather->lanes[lane]);
    assert(submitted);
    (void)submitted;
}

static void await_some(struct gather *gather, int64_t timeout_ns)
{
    struct timespec until;
    clock_gettime(CLOCK_MONOTONIC, &until);
    int64_t ns = until.tv_nsec + timeout_ns;
    until.tv_sec += (time_t)(ns / NS_PER_S);
    until.tv_nsec = (long)(ns % NS_PER_S);
    while (gather->count == 0 && pthread_cond_timedwait(&gather->some, &gather->mutex, &until) == 0)
        ;
}

static void wait_for_any(void *state, struct load *load, int64_t timeout_ns)
{
    struct gather *gather = state;
    size_t lanes[LOAD_LANES_MAX], count;
    bool settled[LOAD_LANES_MAX];
    pthread_mutex_lock(&gather->mutex);
    await_some(gather, timeout_ns);
    count = gather->count;
    gather->count = 0;
    for (size_t i = 0; i < count; i++) {
        lanes[i] = gather->answered[i].lane;
        settled[i] = gather->answered[i].settled;
    }
    pthread_mutex_unlock(&gather->mutex);
    for (size_t i = 0; i < count; i++)
        load_ended(load, lanes[i], settled[i], !settled[i]);
}

struct contender gather_contender(struct gather *gather)
{
    return (struct contender){.begin = begin, .wait = wait_for_any, .state = gather};
}
