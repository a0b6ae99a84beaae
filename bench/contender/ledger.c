#include "bench/contender/ledger.h"

#include <assert.h>
#include <grpc/grpc.h>
#include <grpc/grpc_security.h>
#include <grpc/byte_buffer_reader.h>
#include <grpc/support/time.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "bench/contender/ledger_request.h"

#define CALL_TIMEOUT_S 30
#define STREAM_TIMEOUT_S 3600
#define BEARER "Bearer "
#define MESSAGE_BYTES_MAX (16 * 1024 * 1024)

/* One call under way; for a stream, the stream, whose messages follow each other. */
struct exchange {
    struct ledger_contender *ledger;
    size_t lane;
    grpc_call *call;
    grpc_metadata_array initial, trailing;
    grpc_byte_buffer *received;
    grpc_status_code status;
    grpc_slice sentence;
    struct ledger_payer payer; /* of the call; by session or with replicas, of the whole stream */
    grpc_metadata session;
    size_t metadata_count;
    bool under_way; /* a piece of work was begun on this lane and did not end */
};

struct ledger_contender {
    struct ledger_settings settings;
    grpc_completion_queue *queue;
    size_t replicas;
    grpc_channel *channels[LEDGER_REPLICAS_MAX];
    void *methods[LEDGER_REPLICAS_MAX];
    size_t number;
    uint8_t packed[LEDGER_REQUEST_BYTES_MAX];
    struct exchange exchanges[LOAD_LANES_MAX];
};

static const char *const paths[] = {
    [LEDGER_OPEN] = "/ledger.v1.AccountService/OpenAccount",
    [LEDGER_CREDIT] = "/ledger.v1.TopUpService/CreditTopUp",
    [LEDGER_SINGLE] = "/ledger.v1.TransferService/CreateTransfer",
    [LEDGER_USAGE] = "/ledger.v1.UsageService/RecordUsage",
    [LEDGER_BULK] = "/ledger.v1.OrderService/SubmitOrders",
    [LEDGER_STREAM] = "/ledger.v1.OrderService/StreamOrders",
};

/* As runtime/rpc does: Debian's abseil aborts on false positives of its deadlock detector. */
void abseil_detect_deadlocks(int mode) __asm__(
    "_ZN4absl7debian329SetMutexDeadlockDetectionModeENS0_15OnDeadlockCycleE") __attribute__((weak));

/* ---- life ---- */

static grpc_channel *channel_new(const char *target)
{
    grpc_arg arguments[] = {
        {.type = GRPC_ARG_INTEGER,
         .key = (char *)(uintptr_t)GRPC_ARG_ENABLE_RETRIES,
         .value.integer = 0},
        {.type = GRPC_ARG_INTEGER,
         .key = (char *)(uintptr_t)GRPC_ARG_MAX_RECEIVE_MESSAGE_LENGTH,
         .value.integer = MESSAGE_BYTES_MAX},
    };
    grpc_channel_args all = {.num_args = sizeof arguments / sizeof *arguments, .args = arguments};
    grpc_channel_credentials *credentials = grpc_insecure_credentials_create();
    grpc_channel *channel = grpc_channel_create(target, credentials, &all);
    grpc_channel_credentials_release(credentials);
    return channel;
}

static gpr_timespec in_seconds(int64_t seconds)
{
    return gpr_time_add(gpr_now(GPR_CLOCK_MONOTONIC), gpr_time_from_seconds(seconds, GPR_TIMESPAN));
}

/* As the header authorization; kept until the call has ended. */
static void name_session(struct exchange *exchange)
{
    char text[sizeof BEARER + ROSTER_TOKEN_SIZE];
    const struct ledger_settings *settings = &exchange->ledger->settings;
    exchange->metadata_count = 0;
    if (!settings->by_session)
        return;
    const char *token =
        traffic_token(settings->traffic, exchange->payer.company, exchange->payer.account);
    assert(token != NULL);
    snprintf(text, sizeof text, BEARER "%s", token);
    exchange->session = (grpc_metadata){.key = grpc_slice_from_static_string("authorization"),
                                        .value = grpc_slice_from_copied_string(text)};
    exchange->metadata_count = 1;
}

static void exchange_begin(struct exchange *exchange, int64_t timeout_s)
{
    struct ledger_contender *ledger = exchange->ledger;
    size_t replica = exchange->payer.company % ledger->replicas;
    exchange->call = grpc_channel_create_registered_call(
        ledger->channels[replica], NULL, GRPC_PROPAGATE_DEFAULTS, ledger->queue,
        ledger->methods[replica], in_seconds(timeout_s), NULL);
    exchange->sentence = grpc_empty_slice();
    grpc_metadata_array_init(&exchange->initial);
    grpc_metadata_array_init(&exchange->trailing);
    name_session(exchange);
}

static void exchange_end(struct exchange *exchange)
{
    grpc_metadata_array_destroy(&exchange->initial);
    grpc_metadata_array_destroy(&exchange->trailing);
    grpc_slice_unref(exchange->sentence);
    if (exchange->metadata_count > 0)
        grpc_slice_unref(exchange->session.value);
    grpc_call_unref(exchange->call);
    exchange->call = NULL;
}

static void start(struct exchange *exchange, const grpc_op *operations, size_t count)
{
    grpc_call_error error =
        grpc_call_start_batch(exchange->call, operations, count, exchange, NULL);
    assert(error == GRPC_CALL_OK);
    (void)error;
}

static struct grpc_op_send_initial_metadata initial_metadata(struct exchange *exchange)
{
    return (struct grpc_op_send_initial_metadata){.count = exchange->metadata_count,
                                                  .metadata = &exchange->session};
}

static void stream_open(struct exchange *exchange)
{
    grpc_op operations[2] = {{.op = GRPC_OP_SEND_INITIAL_METADATA},
                             {.op = GRPC_OP_RECV_INITIAL_METADATA}};
    operations[1].data.recv_initial_metadata.recv_initial_metadata = &exchange->initial;
    exchange->payer = ledger_payer_choose(&exchange->ledger->settings, exchange->ledger->number);
    exchange_begin(exchange, STREAM_TIMEOUT_S);
    operations[0].data.send_initial_metadata = initial_metadata(exchange);
    grpc_call_error error = grpc_call_start_batch(exchange->call, operations, 1, NULL, NULL);
    assert(error == GRPC_CALL_OK);
    error = grpc_call_start_batch(exchange->call, operations + 1, 1, NULL, NULL);
    assert(error == GRPC_CALL_OK);
    (void)error;
}

struct ledger_contender *ledger_contender_open(const struct ledger_settings *settings)
{
    static struct ledger_contender ledger; /* one per program */
    assert(settings->lanes >= 1 && settings->lanes <= LOAD_LANES_MAX && settings->size >= 1 &&
           settings->size <= LEDGER_SIZE_MAX);
    if (abseil_detect_deadlocks != NULL)
        abseil_detect_deadlocks(0);
    grpc_init();
    ledger.settings = *settings;
    ledger.queue = grpc_completion_queue_create_for_next(NULL);
    for (; ledger.replicas < LEDGER_REPLICAS_MAX && settings->targets[ledger.replicas] != NULL;
         ledger.replicas++) {
        grpc_channel *channel = channel_new(settings->targets[ledger.replicas]);
        ledger.channels[ledger.replicas] = channel;
        ledger.methods[ledger.replicas] =
            grpc_channel_register_call(channel, paths[settings->mode], NULL, NULL);
    }
    assert(ledger.replicas > 0);
    for (size_t i = 0; i < settings->lanes; i++) {
        ledger.exchanges[i] = (struct exchange){.ledger = &ledger, .lane = i};
        if (settings->mode == LEDGER_STREAM)
            stream_open(&ledger.exchanges[i]);
    }
    return &ledger;
}

void ledger_contender_close(struct ledger_contender *ledger)
{
    for (size_t i = 0; i < ledger->settings.lanes; i++) {
        if (ledger->exchanges[i].call == NULL)
            continue;
        (void)grpc_call_cancel(ledger->exchanges[i].call, NULL);
        exchange_end(&ledger->exchanges[i]);
    }
    for (size_t i = 0; i < ledger->replicas; i++)
        grpc_channel_destroy(ledger->channels[i]);
    grpc_completion_queue_shutdown(ledger->queue);
    while (
        grpc_completion_queue_next(ledger->queue, gpr_inf_future(GPR_CLOCK_MONOTONIC), NULL).type !=
        GRPC_QUEUE_SHUTDOWN)
        ; /* what was cancelled */
    grpc_completion_queue_destroy(ledger->queue);
    grpc_shutdown();
}

/* ---- a piece of work ---- */

static grpc_byte_buffer *next_request(const struct exchange *exchange)
{
    struct ledger_contender *ledger = exchange->ledger;
    size_t size = ledger_request_pack(&ledger->settings, exchange->payer, ledger->packed);
    grpc_slice slice = grpc_slice_from_copied_buffer((const char *)ledger->packed, size);
    grpc_byte_buffer *buffer = grpc_raw_byte_buffer_create(&slice, 1);
    grpc_slice_unref(slice);
    return buffer;
}

static void begin_message(struct exchange *exchange)
{
    grpc_op operations[2] = {{.op = GRPC_OP_SEND_MESSAGE}, {.op = GRPC_OP_RECV_MESSAGE}};
    grpc_byte_buffer *request = next_request(exchange);
    operations[0].data.send_message.send_message = request;
    operations[1].data.recv_message.recv_message = &exchange->received;
    start(exchange, operations, 2);
    grpc_byte_buffer_destroy(request);
}

static void begin_call(struct exchange *exchange)
{
    grpc_op operations[6] = {
        {.op = GRPC_OP_SEND_INITIAL_METADATA},  {.op = GRPC_OP_SEND_MESSAGE},
        {.op = GRPC_OP_SEND_CLOSE_FROM_CLIENT}, {.op = GRPC_OP_RECV_INITIAL_METADATA},
        {.op = GRPC_OP_RECV_MESSAGE},           {.op = GRPC_OP_RECV_STATUS_ON_CLIENT}};
    exchange_begin(exchange, CALL_TIMEOUT_S);
    grpc_byte_buffer *request = next_request(exchange);
    operations[0].data.send_initial_metadata = initial_metadata(exchange);
    operations[1].data.send_message.send_message = request;
    operations[3].data.recv_initial_metadata.recv_initial_metadata = &exchange->initial;
    operations[4].data.recv_message.recv_message = &exchange->received;
    operations[5].data.recv_status_on_client.trailing_metadata = &exchange->trailing;
    operations[5].data.recv_status_on_client.status = &exchange->status;
    operations[5].data.recv_status_on_client.status_details = &exchange->sentence;
    start(exchange, operations, 6);
    grpc_byte_buffer_destroy(request);
}

static void begin(void *state, size_t lane)
{
    struct ledger_contender *ledger = state;
    struct exchange *exchange = &ledger->exchanges[lane];
    assert(!exchange->under_way);
    exchange->under_way = true;
    exchange->received = NULL;
    bool keeps_payer = ledger->settings.mode == LEDGER_STREAM &&
                       (ledger->settings.by_session || ledger->replicas > 1);
    if (!keeps_payer)
        exchange->payer = ledger_payer_choose(&ledger->settings, ledger->number++);
    if (ledger->settings.mode == LEDGER_STREAM)
        begin_message(exchange);
    else
        begin_call(exchange);
}

/* ---- its end ---- */

static void complain(const char *what, const grpc_slice *sentence)
{
    static bool complained;
    if (!complained)
        fprintf(stderr, "kontor-bench: %s: %.*s\n", what, (int)GRPC_SLICE_LENGTH(*sentence),
                (const char *)GRPC_SLICE_START_PTR(*sentence));
    complained = true;
}

/* How many of the wanted orders were not settled as asked. */
static int64_t count_refused(const struct exchange *exchange, int64_t wanted)
{
    int64_t count = 0;
    grpc_byte_buffer_reader reader;
    if (exchange->received == NULL ||
        grpc_byte_buffer_reader_init(&reader, exchange->received) == 0)
        return wanted;
    grpc_slice all = grpc_byte_buffer_reader_readall(&reader);
    int64_t refused = ledger_answer_refused(
        (struct bytes){GRPC_SLICE_START_PTR(all), GRPC_SLICE_LENGTH(all)}, &count);
    grpc_slice_unref(all);
    grpc_byte_buffer_reader_destroy(&reader);
    return count == wanted ? refused : wanted;
}

static void end(struct exchange *exchange, struct load *load, bool success)
{
    const struct ledger_settings *settings = &exchange->ledger->settings;
    bool many = settings->mode == LEDGER_BULK || settings->mode == LEDGER_STREAM;
    int64_t wanted = many ? (int64_t)settings->size : 1;
    int64_t refused = success && exchange->received != NULL ? 0 : wanted;
    if (many && refused == 0)
        refused = count_refused(exchange, wanted);
    if (refused > 0)
        complain("refused", &exchange->sentence);
    grpc_byte_buffer_destroy(exchange->received);
    exchange->received = NULL;
    if (settings->mode != LEDGER_STREAM)
        exchange_end(exchange);
    exchange->under_way = false;
    load_ended(load, exchange->lane, wanted - refused, refused);
}

static void wait_for_any(void *state, struct load *load, int64_t timeout_ns)
{
    struct ledger_contender *ledger = state;
    gpr_timespec deadline =
        gpr_time_add(gpr_now(GPR_CLOCK_MONOTONIC), gpr_time_from_nanos(timeout_ns, GPR_TIMESPAN));
    for (size_t i = 0; i < LOAD_LANES_MAX; i++) {
        grpc_event event = grpc_completion_queue_next(ledger->queue, deadline, NULL);
        if (event.type != GRPC_OP_COMPLETE)
            return;
        if (event.tag != NULL)
            end(event.tag, load, event.success != 0);
        deadline = gpr_time_0(GPR_CLOCK_MONOTONIC); /* what else is there, without waiting */
    }
}

struct contender ledger_contender(struct ledger_contender *ledger)
{
    return (struct contender){.begin = begin, .wait = wait_for_any, .state = ledger};
}
