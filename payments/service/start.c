#include "payments/service/start.h"

#include <string.h>

#include "payments/peers/stripe.h"
#include "payments/jobs/card.h"
#include "payments/jobs/worker.h"
#include "payments/jobs/open_payments.h"
#include "payments/jobs/webhook.h"
#include "runtime/base/log.h"
#include "runtime/base/network.h"

#define PROVIDER_CONNECTIONS_MAX 32
#define CLEAN_INTERVAL_MS 60000
#define STOP_MS_MAX 5000
#define STOP_LOOKED_AT_EVERY_MS 5
#define WEBHOOK_URL_SIZE 4200
#define WEBHOOK_SECRET_MIN 16
#define KEY_FILE_NAME "payments-fingerprint.key"

const struct setting payments_settings[] = {
    {"state-directory", SETTING_TEXT, "var/payments",
     "Where the key is unless key-file says otherwise.", 0, 0},
    {"key-file", SETTING_TEXT, "",
     "The key of card fingerprints, exactly 32 bytes, one for all processes; without it saved "
     "cards "
     "are not recognised. Empty: payments-fingerprint.key in the state directory.",
     0, 0},
    {"key-create", SETTING_BOOL, "false",
     "Makes the key when its file is missing and no other was used; for a process with a disk.", 0,
     0},
    {"provider-url", SETTING_TEXT, "http://127.0.0.1:7420",
     "The payment provider: https://api.stripe.com, or the simulator.", 0, 0},
    {"provider-key", SETTING_SECRET, NULL, "The secret key at the payment provider.", 0, 0},
    {"provider-timeout", SETTING_DURATION_MS, "20s",
     "How long the provider may take for one answer.", 100, 120000},
    {"webhook-address", SETTING_TEXT, "127.0.0.1:7421",
     "Where webhooks are heard, at /webhooks/stripe.", 0, 0},
    {"webhook-secret", SETTING_SECRET, NULL,
     "What signs webhooks; several, separated by commas, while it is being changed.", 0, 0},
    {"worker-interval", SETTING_DURATION_MS, "500ms",
     "How often open holds and top-ups are looked after (PAY-06, PAY-14).", 10, 60000},
    {"step-lease", SETTING_DURATION_MS, "60s",
     "How long a step may take before another process takes it over.", 200, 600000},
    {"fault-statement", SETTING_INT64, "0",
     "For tests: the n-th statement from the start fails (0: none).", 0, 1000000},
    {"fault-allocation", SETTING_INT64, "0",
     "For tests: the n-th allocation from the start fails (0: none).", 0, 1000000},
    {"crash-at", SETTING_TEXT, "", "For tests: the step at which the process kills itself.", 0, 0},
};
const size_t payments_setting_count = sizeof payments_settings / sizeof *payments_settings;

/* Card numbers go to the provider, and its answers move money. */
static bool provider_is_safe(const struct settings *settings)
{
    const char *url = settings_text(settings, "provider-url");
    if (strncmp(url, "https://", 8) == 0 || url_is_loopback(url) ||
        settings_bool(settings, "insecure-allowed"))
        return true;
    log_write(
        LOG_ERROR, "provider_not_safe",
        log_text("why", "provider-url must be https away from loopback, unless insecure-allowed"));
    return false;
}

/* An empty secret signs nothing, a short one can be guessed. */
bool payments_secrets_are_set(const struct settings *settings)
{
    char url[WEBHOOK_URL_SIZE];
    const char *secrets = secret_reveal(settings_secret(settings, "webhook-secret"));
    bool is_near =
        text_print(url, sizeof url, "http://%s", settings_text(settings, "webhook-address")) &&
        url_is_loopback(url);
    size_t shortest = is_near ? 1 : WEBHOOK_SECRET_MIN, size;
    for (const char *at = secrets;; at += size + 1) {
        size = strcspn(at, ",");
        if (size < shortest || at[size] == '\0')
            break;
    }
    bool is_set = size >= shortest;
    if (is_set && !text_is_empty(secret_reveal(settings_secret(settings, "provider-key"))))
        return true;
    log_write(LOG_ERROR, "provider_secrets_not_set",
              log_text("why", is_set
                                  ? "provider-key is empty"
                                  : "each secret of webhook-secret needs 16 bytes, on loopback 1"));
    return false;
}

static const struct provider *connect_provider(struct process *process, struct http_client *http)
{
    const struct stripe_settings settings = {
        .url = settings_text(process->settings, "provider-url"),
        .key = settings_secret(process->settings, "provider-key"),
        .webhook_secret = settings_secret(process->settings, "webhook-secret"),
        .timeout_ms = settings_int64(process->settings, "provider-timeout"),
    };
    return stripe_new(http, &settings);
}

static struct http_server *open_webhooks(struct process *process, struct payments *payments)
{
    const struct http_server_settings settings = {
        .name = "webhooks",
        .address = settings_text(process->settings, "webhook-address"),
        .connections_max = WEBHOOK_CONNECTIONS_MAX,
        .head_bytes_max = WEBHOOK_HEAD_BYTES_MAX,
        .body_bytes_max = WEBHOOK_BODY_BYTES_MAX,
        .receive_ms = WEBHOOK_MS_MAX,
        .handler_ms = WEBHOOK_MS_MAX,
        .handler = webhook_receive,
        .context = payments,
    };
    return http_server_new(process->loop, &settings);
}

static void start_jobs(struct payments *payments, int64_t interval_ms)
{
    worker_start(payments, interval_ms);
    payments->webhook_job =
        loop_every(payments->loop, "webhooks", interval_ms, webhook_apply_due, payments);
    loop_every(payments->loop, "forget_webhooks", CLEAN_INTERVAL_MS, webhook_forget, payments);
    loop_every(payments->loop, "cards", CLEAN_INTERVAL_MS, card_clean, payments);
    open_payments_start(payments);
}

static void arm_faults(const struct settings *settings)
{
    if (settings_int64(settings, "fault-statement") > 0)
        database_fail_nth((unsigned long)settings_int64(settings, "fault-statement"),
                          FAILURE_UNAVAILABLE);
    if (settings_int64(settings, "fault-allocation") > 0)
        arena_fail_nth((unsigned long)settings_int64(settings, "fault-allocation"));
}

static enum failure prepare_key(struct task *task, struct payments *payments,
                                const struct settings *settings)
{
    uint8_t *key = payments->fingerprint_key.bytes;
    struct key_file file = {.name = "card_fingerprints",
                            .path = key_file_path(settings, KEY_FILE_NAME, task_arena(task)),
                            .may_be_made = settings_bool(settings, "key-create")};
    enum failure failure =
        payment_method_store_any(reader_of(task, payments->database), &file.has_data);
    if (failure == FAILURE_NONE)
        failure = key_file_load(task, payments->database, &file, key);
    return failure == FAILURE_NONE ? key_file_check(task, payments->database, &file, key) : failure;
}

enum failure payments_start(struct task *task, struct process *process)
{
    static struct payments payments;
    process->context = &payments;
    payments.loop = process->loop;
    payments.database = process->database;
    payments.lease_us = settings_int64(process->settings, "step-lease") * 1000;
    payments.crash_at = settings_text(process->settings, "crash-at");
    enum failure failure = prepare_key(task, &payments, process->settings);
    if (failure != FAILURE_NONE)
        return failure;
    if (!provider_is_safe(process->settings) || !payments_secrets_are_set(process->settings))
        return FAILURE_INVALID;
    payments.http = http_client_new(process->loop, PROVIDER_CONNECTIONS_MAX);
    payments.provider = connect_provider(process, payments.http);
    start_jobs(&payments, settings_int64(process->settings, "worker-interval"));
    payments.webhook_server = open_webhooks(process, &payments);
    if (payments.webhook_server == NULL)
        return FAILURE_UNAVAILABLE;
    account_service_mount(process->server, &payments);
    payment_method_service_mount(process->server, &payments);
    top_up_service_mount(process->server, &payments);
    top_up_desk_service_mount(process->server, &payments);
    closing_service_mount(process->server, &payments);
    freeze_service_mount(process->server, &payments);
    arm_faults(process->settings);
    return FAILURE_NONE;
}

/* The client to the provider goes last: jobs and workers that were cancelled may still be on their
 * way out. */
void payments_stop(struct task *task, struct process *process)
{
    struct payments *payments = process->context;
    http_server_free(payments->webhook_server);
    worker_cancel_all();
    for (int waited_ms = 0; loop_task_count(payments->loop) > 1 && waited_ms < STOP_MS_MAX;
         waited_ms += STOP_LOOKED_AT_EVERY_MS) {
        if (task_sleep_ms(task, STOP_LOOKED_AT_EVERY_MS) != FAILURE_NONE)
            return;
    }
    http_client_free(payments->http);
}
