#include "identity/service/start.h"

#include <assert.h>
#include <string.h>

#include "identity/domain/password.h"
#include "identity/domain/refusals.h"
#include "identity/domain/upstream.h"
#include "identity/jobs/customer_invitation.h"
#include "identity/jobs/evidence.h"
#include "identity/jobs/first_operator.h"
#include "identity/jobs/freeze.h"
#include "identity/jobs/operator_notice.h"
#include "identity/jobs/real_name.h"
#include "identity/jobs/relation.h"
#include "identity/jobs/sweep.h"
#include "identity/jobs/upstream.h"
#include "identity/peers/spool.h"
#include "identity/store/session_store.h"
#include "identity/store/sign_up_store.h"
#include "runtime/base/clock.h"
#include "runtime/base/log.h"
#include "runtime/base/network.h"
#include "runtime/idempotency/call_once.h"
#include "runtime/process/key_file.h"

#define CONNECTIONS_MAX 4
#define PATH_SIZE 4096
#define KEY_FILE_NAME "identity-key"

const struct setting identity_settings[] = {
    {"state-directory", SETTING_TEXT, "var/identity",
     "Where key and spool are unless their own settings say otherwise.", 0, 0},
    {"key-file", SETTING_TEXT, "",
     "The master key, exactly 32 bytes, one for all processes; losing it loses all contacts. "
     "Empty: "
     "identity-key in the state directory.",
     0, 0},
    {"key-create", SETTING_BOOL, "false",
     "Makes the key when its file is missing and no other was used; for a process with a disk.", 0,
     0},
    {"spool-directory", SETTING_TEXT, "",
     "Where messages go as JSON files. Empty: spool in the state directory.", 0, 0},
    {"smtp-url", SETTING_TEXT, "",
     "An SMTP server for e-mail, as smtp://127.0.0.1:2525. Empty: e-mail goes to the spool too.", 0,
     0},
    {"smtp-user", SETTING_TEXT, "", "The user at the SMTP server.", 0, 0},
    {"smtp-password", SETTING_SECRET, "", "The user's password at the SMTP server.", 0, 0},
    {"smtp-from", SETTING_TEXT, "kontor@localhost.localdomain", "The sender of e-mail.", 0, 0},
    {"sms-hook-url", SETTING_TEXT, "",
     "Takes text messages and calls by HTTP POST; https away from loopback. Empty: they go to the "
     "spool.",
     0, 0},
    {"sms-hook-secret-file", SETTING_TEXT, "",
     "Holds what the hook is told as Authorization: Bearer; read for every message. Empty: "
     "nothing.",
     0, 0},
    {"verifier-url", SETTING_TEXT, "",
     "Verifies submitted companies and real names by HTTP POST; https away from loopback. Empty: "
     "operators decide about all.",
     0, 0},
    {"verifier-secret-file", SETTING_TEXT, "",
     "Holds what the verifier is told as Authorization: Bearer; read for every submission. Empty: "
     "nothing.",
     0, 0},
    {"verifier-timeout", SETTING_DURATION_MS, "10s",
     "How long the verifier may take for one answer; then operators decide.", 100, 60000},
    {"sms-price-micros", SETTING_INT64, "50000",
     "What a text message or call costs, in millionths; 0: nothing.", 0, INT64_C(1000000000)},
    {"sms-budget-hour-micros", SETTING_INT64, "100000000", "What they may cost within an hour.", 0,
     INT64_C(1000000000000)},
    {"sms-budget-day-micros", SETTING_INT64, "1000000000", "What they may cost within a day.", 0,
     INT64_C(1000000000000)},
    {"upstream-grace", SETTING_DURATION_MS, "360h",
     "How long what a partner in trouble pays for goes on, before its customers' own policies say "
     "what stops.",
     UPSTREAM_GRACE_MIN_US / 1000, UPSTREAM_GRACE_MAX_US / 1000},
    {"webauthn-rp-id", SETTING_TEXT, "localhost",
     "The domain that passkeys are of; those that were enrolled under another prove nothing.", 0,
     0},
    {"webauthn-origins", SETTING_TEXT, "https://localhost",
     "The portal's origins, exact, with commas between: https://kontor.example.", 0, 0},
    {"first-operator", SETTING_TEXT, "",
     "With migrate-only, while nobody administers operators: the code by which the first one comes "
     "in is what this file holds; of - one is made and printed, in place of the one before.",
     0, 0},
    {"operator-recovery", SETTING_TEXT, "",
     "As a flag beside migrate-only and first-operator, never in a file or the environment: why "
     "that code lets one more administrator of operators in although there are some, who are told; "
     "for a provider that is locked out.",
     0, 0},
};
const size_t identity_setting_count = sizeof identity_settings / sizeof *identity_settings;

static bool prepare_spool(struct identity *identity, struct arena *arena,
                          const struct settings *settings)
{
    const char *state = settings_text(settings, "state-directory");
    const char *spool = settings_text(settings, "spool-directory");
    if (settings_text(settings, "smtp-url")[0] != '\0' &&
        settings_text(settings, "sms-hook-url")[0] != '\0')
        return true; /* nothing goes there */
    identity->courier.spool_directory =
        spool[0] != '\0' ? spool : arena_printf(arena, "%s/spool", state);
    if ((spool[0] != '\0' || folder_make(state)) &&
        spool_prepare(identity->courier.spool_directory))
        return true;
    log_write(LOG_ERROR, "identity_directory_unwritable", log_text("state_directory", state),
              log_text("spool_directory", identity->courier.spool_directory));
    return false;
}

/* A database of before there were check values still tells by what is sealed in it. */
static bool opens(const struct keys *keys, struct arena *arena, struct bytes email_sealed)
{
    return email_sealed.data == NULL ||
           keys_open_text(keys, arena, LABEL_EMAIL, email_sealed) != NULL;
}

static enum failure prepare_keys(struct task *task, struct identity *identity, struct arena *arena,
                                 const struct settings *settings)
{
    uint8_t master[KEY_FILE_SIZE];
    struct key_file file = {.name = "identity",
                            .path = key_file_path(settings, KEY_FILE_NAME, arena),
                            .may_be_made = settings_bool(settings, "key-create")};
    struct bytes email_sealed;
    enum failure failure =
        sign_up_store_any(reader_of(task, identity->database), &file.has_data, &email_sealed);
    if (failure == FAILURE_NONE)
        failure = key_file_load(task, identity->database, &file, master);
    if (failure != FAILURE_NONE)
        return failure;
    keys_init(&identity->keys, master);
    failure = opens(&identity->keys, task_arena(task), email_sealed)
                  ? key_file_check(task, identity->database, &file, master)
                  : key_file_differs(&file);
    secret_wipe(master, sizeof master);
    return failure;
}

/* It is told codes, numbers, names: https away from loopback. */
static bool way_is_safe(const struct settings *settings, const char *name)
{
    const char *url = settings_text(settings, name);
    if (url[0] == '\0' || strncmp(url, "https://", 8) == 0 ||
        (strncmp(url, "http://", 7) == 0 &&
         (url_is_loopback(url) || settings_bool(settings, "insecure-allowed"))))
        return true;
    log_write(LOG_ERROR, "identity_way_not_safe", log_text("setting", name),
              log_text("why", "must be https away from loopback, unless insecure-allowed"));
    return false;
}

static void prepare_courier(struct identity *identity, struct process *process)
{
    struct courier *courier = &identity->courier;
    courier->database = process->database;
    courier->keys = &identity->keys;
    courier->smtp_url = settings_text(process->settings, "smtp-url");
    courier->smtp_user = settings_text(process->settings, "smtp-user");
    courier->smtp_password = settings_secret(process->settings, "smtp-password");
    courier->smtp_from = settings_text(process->settings, "smtp-from");
    courier->smtp_tls = !url_is_loopback(courier->smtp_url) &&
                        !settings_bool(process->settings, "insecure-allowed");
    courier->sms_hook =
        (struct sms_hook){.url = settings_text(process->settings, "sms-hook-url"),
                          .secret_file = settings_text(process->settings, "sms-hook-secret-file")};
    if (courier->smtp_url[0] != '\0' || courier->sms_hook.url[0] != '\0')
        courier->http_client = http_client_new(process->loop, CONNECTIONS_MAX);
    courier_start(courier, process->loop);
}

static void prepare_verifier(struct identity *identity, struct process *process)
{
    identity->verification = (struct verification_job){
        .courier = &identity->courier,
        .verifier = {.url = settings_text(process->settings, "verifier-url"),
                     .secret_file = settings_text(process->settings, "verifier-secret-file"),
                     .timeout_ms = settings_int64(process->settings, "verifier-timeout")}};
    verification_start(&identity->verification, process->loop);
}

static void mount_services(struct rpc_server *server, struct identity *identity)
{
    sign_up_service_mount(server, identity);
    session_service_mount(server, identity);
    operator_service_mount(server, identity);
    account_service_mount(server, identity);
    closing_service_mount(server, identity);
    company_service_mount(server, identity);
    real_name_service_mount(server, identity);
    partner_service_mount(server, identity);
    relation_service_mount(server, identity);
    customer_invitation_service_mount(server, identity);
    upstream_service_mount(server, identity);
    evidence_service_mount(server, identity);
    role_service_mount(server, identity);
    invitation_service_mount(server, identity);
    factor_service_mount(server, identity);
    custom_role_service_mount(server, identity);
    promotion_service_mount(server, identity);
    channel_policy_service_mount(server, identity);
    program_service_mount(server, identity);
    key_service_mount(server, identity);
    mfa_policy_service_mount(server, identity);
    session_policy_service_mount(server, identity);
    contact_change_service_mount(server, identity);
    hand_over_service_mount(server, identity);
    password_service_mount(server, identity);
    security_event_service_mount(server, identity);
    freeze_service_mount(server, identity);
    desk_service_mount(server, identity);
    notice_service_mount(server, identity);
    notification_service_mount(server, identity);
}

enum failure identity_start(struct task *task, struct process *process)
{
    static struct identity identity;
    static struct arena paths; /* as long as the process */
    arena_init(&paths, 4 * PATH_SIZE);
    identity.database = process->database;
    process->context = &identity;
    identity.text_budget =
        (struct text_budget){settings_int64(process->settings, "sms-price-micros"),
                             settings_int64(process->settings, "sms-budget-hour-micros"),
                             settings_int64(process->settings, "sms-budget-day-micros")};
    identity.webauthn_rp_id = settings_text(process->settings, "webauthn-rp-id");
    identity.webauthn_origins = settings_text(process->settings, "webauthn-origins");
    if (!first_operator_is_safe(process->settings) ||
        !prepare_spool(&identity, &paths, process->settings) ||
        !way_is_safe(process->settings, "sms-hook-url") ||
        !way_is_safe(process->settings, "verifier-url"))
        return FAILURE_INVALID;
    enum failure failure = prepare_keys(task, &identity, &paths, process->settings);
    if (failure == FAILURE_NONE)
        failure = password_hasher_init(task, &identity.hasher);
    if (failure != FAILURE_NONE)
        return failure;
    prepare_courier(&identity, process);
    prepare_verifier(&identity, process);
    sweep_start(process->loop, process->database);
    freeze_start(process->loop, process->database);
    operator_notice_start(&identity.courier, process->loop);
    real_name_start(&identity.courier, process->loop);
    evidence_start(process->loop, process->database);
    relation_job_start(process->loop, process->database);
    customer_invitation_job_start(&identity.courier, process->loop);
    upstream_job_start(&identity.courier,
                       settings_int64(process->settings, "upstream-grace") * 1000, process->loop);
    mount_services(process->server, &identity);
    return FAILURE_NONE;
}

void identity_stop(struct task *task, struct process *process)
{
    struct identity *identity = process->context;
    assert(identity != NULL);
    verification_stop(task, &identity->verification);
    courier_stop(task, &identity->courier);
    keys_deinit(&identity->keys);
}
