#include "identity/jobs/courier.h"

#include <assert.h>
#include <string.h>

#include "identity/peers/spool.h"
#include "identity/store/message_store.h"
#include "runtime/base/clock.h"
#include "runtime/base/log.h"
#include "runtime/base/metrics.h"

#define DELIVERY_INTERVAL_MS 1000
#define DELIVERY_BATCH 32
#define DELIVERY_TRIES_MAX 20
#define DELIVERY_TIMEOUT_MS INT64_C(20000)
/* No delivery is begun that could outlive the lease: a message is never taken twice at once. */
#define LEASE_US (INT64_C(60) * 1000000)
#define PAUSE_S_MAX 600
#define RETRY_STEP_US (INT64_C(15) * 1000000)
#define LABEL_DESTINATION "message.destination"
#define LABEL_BODY "message.body"

static const char *const outcomes[] = {"delivered", "given_up", NULL};
static struct metric message_total = {.name = "identity_message_total",
                                      .help = "Messages by outcome.",
                                      .kind = METRIC_COUNTER,
                                      .labels = {"outcome"},
                                      .values = outcomes};
METRIC_FROM_THE_START(message_total);

enum failure courier_take(struct transaction *transaction, struct courier *courier,
                          const struct message_order *order, int64_t now_us, struct id *message_id)
{
    assert(strchr(order->subject, '\n') == NULL);
    struct arena *arena = transaction_arena(transaction);
    arena_wipe_when_freed(arena); /* the text, which holds a code, is there already */
    char *body = arena_printf(arena, "%s\n%s", order->subject, order->text);
    struct outgoing_message message = {.message_id = id_new(now_us), .delivery = order->delivery};
    message.destination_sealed = keys_seal_text(courier->keys, arena, LABEL_DESTINATION, order->to);
    message.body_sealed = keys_seal_text(courier->keys, arena, LABEL_BODY, body);
    secret_wipe(body, strlen(body));
    *message_id = message.message_id;
    return message_store_insert(transaction, &message, now_us);
}

static enum failure letter_open(struct task *task, const struct courier *courier,
                                const struct outgoing_message *message, struct letter *letter)
{
    struct arena *arena = task_arena(task);
    arena_wipe_when_freed(arena);
    const char *to =
        keys_open_text(courier->keys, arena, LABEL_DESTINATION, message->destination_sealed);
    struct bytes body = keys_open(courier->keys, arena, LABEL_BODY, message->body_sealed);
    if (to == NULL || body.data == NULL)
        return FAILURE_INTERNAL;
    const char *text = strchr((const char *)body.data, '\n');
    assert(text != NULL);
    const char *subject =
        arena_strndup(arena, (const char *)body.data, (size_t)(text - (const char *)body.data));
    *letter = (struct letter){message->message_id, delivery_name(message->delivery), to, subject,
                              text + 1};
    return FAILURE_NONE;
}

static enum failure send_mail(struct task *task, const struct courier *courier,
                              const struct letter *letter)
{
    const struct mail mail = {.server_url = courier->smtp_url,
                              .user = courier->smtp_user,
                              .password = courier->smtp_password,
                              .from = courier->smtp_from,
                              .tls_required = courier->smtp_tls,
                              .to = letter->to,
                              .subject = letter->subject,
                              .body = letter->text};
    return http_client_mail(task, courier->http_client, &mail, DELIVERY_TIMEOUT_MS);
}

/* again_s: for how long the way out does not want to be asked. */
static enum failure send_letter(struct task *task, const struct courier *courier,
                                const struct outgoing_message *message, int64_t *again_s)
{
    *again_s = 0;
    struct letter letter;
    enum failure failure = letter_open(task, courier, message, &letter);
    if (failure != FAILURE_NONE)
        return failure;
    bool is_mail = message->delivery == DELIVERY_EMAIL;
    if (is_mail && courier->smtp_url[0] != '\0')
        return send_mail(task, courier, &letter);
    if (!is_mail && courier->sms_hook.url[0] != '\0')
        return sms_hook_send(task, courier->http_client, &courier->sms_hook, &letter, again_s);
    return spool_put(task, courier->spool_directory, &letter);
}

/* A way out may ask for a longer pause, for as long as a code lives. */
static enum failure put_off(struct task *task, struct courier *courier,
                            const struct outgoing_message *message, int64_t again_s,
                            enum failure why)
{
    int64_t now_us = clock_work_us(), pause_us = message->tries * RETRY_STEP_US;
    if (again_s > PAUSE_S_MAX)
        again_s = PAUSE_S_MAX;
    if (pause_us < again_s * 1000000)
        pause_us = again_s * 1000000;
    log_write(LOG_WARN, "identity_message_not_delivered", log_id("message_id", message->message_id),
              log_int64("tries", message->tries), log_failure(why));
    if (message->tries < DELIVERY_TRIES_MAX)
        return message_store_postpone(reader_of(task, courier->database), message->message_id,
                                      now_us + pause_us);
    metric_add(&message_total, "given_up", 1);
    return message_store_finish(reader_of(task, courier->database), message->message_id, false,
                                now_us);
}

static enum failure deliver(struct task *task, struct courier *courier,
                            const struct outgoing_message *message)
{
    int64_t again_s;
    enum failure failure = send_letter(task, courier, message, &again_s);
    if (failure == FAILURE_CANCELLED)
        return failure;
    if (failure != FAILURE_NONE)
        return put_off(task, courier, message, again_s, failure);
    metric_add(&message_total, "delivered", 1);
    return message_store_finish(reader_of(task, courier->database), message->message_id, true,
                                clock_work_us());
}

static enum failure deliver_round(struct task *task, const struct courier_way *way)
{
    struct courier *courier = way->courier;
    struct due_messages messages = {0};
    int64_t now_us = clock_work_us();
    const struct message_wish wish = {way->of_mail, now_us, now_us + LEASE_US, DELIVERY_BATCH};
    enum failure failure = message_store_take(reader_of(task, courier->database), &wish, &messages);
    for (size_t i = 0; failure == FAILURE_NONE && i < messages.count &&
                       clock_work_us() < wish.until_us - DELIVERY_TIMEOUT_MS * 1000;
         i++)
        failure = deliver(task, courier, &messages.items[i]);
    if (failure == FAILURE_NONE && messages.count == DELIVERY_BATCH)
        loop_job_wake(way->job);
    return failure;
}

static enum failure deliver_due(struct task *task, void *argument)
{
    struct courier_way *way = argument;
    way->delivering = true;
    enum failure failure = deliver_round(task, way);
    way->delivering = false;
    event_signal(&way->courier->delivered);
    return failure;
}

void courier_start(struct courier *courier, struct loop *loop)
{
    letters_begin();
    courier->sms_hook.timeout_ms = DELIVERY_TIMEOUT_MS;
    courier->mail = (struct courier_way){.courier = courier, .of_mail = true};
    courier->texts = (struct courier_way){.courier = courier};
    courier->mail.job =
        loop_every(loop, "deliver_mail", DELIVERY_INTERVAL_MS, deliver_due, &courier->mail);
    courier->texts.job =
        loop_every(loop, "deliver_texts", DELIVERY_INTERVAL_MS, deliver_due, &courier->texts);
}

void courier_stop(struct task *task, struct courier *courier)
{
    while (courier->mail.delivering || courier->texts.delivering)
        task_wait_to_the_end(task, &courier->delivered);
    http_client_free(courier->http_client);
}

void courier_wake(struct courier *courier)
{
    loop_job_wake(courier->mail.job);
    loop_job_wake(courier->texts.job);
}
