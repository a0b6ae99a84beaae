#include "identity/store/session_store.h"

#include <assert.h>

#include "identity/domain/security_event.h"
#include "identity/store/queries.h"

enum failure session_store_find_principal(struct reader reader, struct bytes email_index,
                                          struct principal *principal, bool *exists)
{
    struct rows rows;
    enum failure failure = identity_read_principal_by_email_alone(
        reader, &(struct identity_read_principal_by_email){.email_index = email_index}, &rows);
    if (failure != FAILURE_NONE)
        return failure;
    *exists = rows.count > 0;
    if (*exists) {
        struct identity_read_principal_by_email_row row =
            identity_read_principal_by_email_row(&rows, 0);
        *principal = (struct principal){row.principal_id, row.account_id, row.password_hash,
                                        row.session_epoch};
    }
    return FAILURE_NONE;
}

enum failure session_store_has_principal(struct transaction *transaction, struct bytes email_index,
                                         bool *exists)
{
    struct rows rows;
    enum failure failure = identity_read_principal_by_email(
        transaction, &(struct identity_read_principal_by_email){.email_index = email_index}, &rows);
    *exists = failure == FAILURE_NONE && rows.count > 0;
    return failure;
}

static struct bytes lane_of(const struct log_in_by *by)
{
    return (struct bytes){by->device_known ? by->device : by->source, TOKEN_HASH_SIZE};
}

static bool is_known(const struct log_in_by *by)
{
    return by->device_known || by->source_known;
}

enum failure session_store_know(struct reader reader, struct log_in_by *by, int64_t now_us)
{
    struct rows rows;
    enum failure failure = identity_read_log_in_known_alone(
        reader,
        &(struct identity_read_log_in_known){.email_index = by->email_index,
                                             .device_lane = {by->device, TOKEN_HASH_SIZE},
                                             .source_lane = {by->source, TOKEN_HASH_SIZE},
                                             .since_us = now_us - LOG_IN_KNOWN_US},
        &rows);
    if (failure == FAILURE_NONE) {
        struct identity_read_log_in_known_row row = identity_read_log_in_known_row(&rows, 0);
        by->device_known = row.device_known;
        by->source_known = row.source_known;
    }
    return failure;
}

/* *wait_until_us is left as it is when another call has deleted the row meanwhile. */
static enum failure read_lane_wait(struct reader reader, const struct log_in_by *by,
                                   int64_t *wait_until_us)
{
    struct rows rows;
    enum failure failure = identity_read_log_in_wait_alone(
        reader,
        &(struct identity_read_log_in_wait){.email_index = by->email_index, .lane = lane_of(by)},
        &rows);
    if (failure == FAILURE_NONE && rows.count > 0)
        *wait_until_us = identity_read_log_in_wait_row(&rows, 0).wait_us;
    return failure;
}

static enum failure read_day_wait(struct reader reader, const struct log_in_by *by,
                                  int64_t *wait_until_us)
{
    struct rows rows;
    enum failure failure = identity_read_log_in_day_alone(
        reader, &(struct identity_read_log_in_day){.email_index = by->email_index}, &rows);
    if (failure == FAILURE_NONE && rows.count > 0)
        *wait_until_us = identity_read_log_in_day_row(&rows, 0).since_us + LOG_IN_DAY_US;
    return failure;
}

static enum failure count_lane(struct reader reader, const struct log_in_by *by, int64_t now_us,
                               bool *allowed)
{
    int64_t waits_us[LOG_IN_FAILURES_TABLE];
    struct rows rows;
    for (int64_t failures = 1; failures <= LOG_IN_FAILURES_TABLE; failures++)
        waits_us[failures - 1] = log_in_wait_us(failures);
    enum failure failure = identity_count_log_in_alone(
        reader,
        &(struct identity_count_log_in){.email_index = by->email_index,
                                        .now_us = now_us,
                                        .waits = {waits_us, LOG_IN_FAILURES_TABLE},
                                        .lane = lane_of(by)},
        &rows);
    *allowed = failure == FAILURE_NONE && rows.count > 0;
    return failure;
}

static enum failure count_day(struct reader reader, const struct log_in_by *by, int64_t now_us,
                              bool *allowed)
{
    struct rows rows;
    enum failure failure = identity_count_log_in_day_alone(
        reader,
        &(struct identity_count_log_in_day){.email_index = by->email_index,
                                            .now_us = now_us,
                                            .day_start_us = now_us - LOG_IN_DAY_US,
                                            .failures_max = LOG_IN_DAY_MAX},
        &rows);
    *allowed = failure == FAILURE_NONE && rows.count > 0;
    return failure;
}

enum failure session_store_count_log_in(struct reader reader, const struct log_in_by *by,
                                        int64_t now_us, bool *allowed, int64_t *wait_until_us)
{
    *wait_until_us = now_us;
    enum failure failure = count_lane(reader, by, now_us, allowed);
    if (failure == FAILURE_NONE && !*allowed)
        return read_lane_wait(reader, by, wait_until_us);
    if (failure != FAILURE_NONE ||
        is_known(by)) /* S9: strangers do not shut out a known device or source */
        return failure;
    failure = count_day(reader, by, now_us, allowed);
    if (failure == FAILURE_NONE && !*allowed)
        failure = read_day_wait(reader, by, wait_until_us);
    return failure;
}

static enum failure know(struct transaction *transaction, const struct log_in_by *by,
                         int64_t now_us)
{
    const struct bytes lanes[] = {{by->device, TOKEN_HASH_SIZE}, {by->source, TOKEN_HASH_SIZE}};
    size_t count = by->source_told ? 2 : 1;
    enum failure failure = identity_put_log_in_known(
        transaction,
        &(struct identity_put_log_in_known){
            .email_index = by->email_index, .lanes = {lanes, count}, .seen_us = now_us},
        NULL);
    if (failure == FAILURE_NONE)
        failure = identity_trim_log_in_known(
            transaction,
            &(struct identity_trim_log_in_known){.email_index = by->email_index,
                                                 .kept_max = LOG_IN_KNOWN_MAX},
            NULL);
    return failure;
}

enum failure session_store_forgive(struct transaction *transaction, const struct log_in_by *by)
{
    return identity_clear_log_in(transaction,
                                 &(struct identity_clear_log_in){.email_index = by->email_index,
                                                                 .lane = lane_of(by),
                                                                 .within_day = !is_known(by)},
                                 NULL);
}

enum failure session_store_open(struct transaction *transaction, const struct new_session *session,
                                const struct log_in_by *by, bool *opened)
{
    struct rows rows;
    enum failure failure = identity_lock_log_in(
        transaction,
        &(struct identity_lock_log_in){.principal_id = session->principal_id,
                                       .password_hash = session->password_hash,
                                       .session_epoch = session->session_epoch},
        &rows);
    *opened = failure == FAILURE_NONE && rows.count > 0;
    if (!*opened)
        return failure;
    /* A statement of its own, so that it sees the devices as they were when the lock was given. */
    failure = identity_insert_session(
        transaction,
        &(struct identity_insert_session){.session_id = session->session_id,
                                          .principal_id = session->principal_id,
                                          .token_hash = {session->token_hash, TOKEN_HASH_SIZE},
                                          .device = session->device,
                                          .device_hash = {by->device, TOKEN_HASH_SIZE},
                                          .network = session->network,
                                          .create_us = session->created_us},
        NULL);
    if (failure == FAILURE_NONE)
        failure = session_store_forgive(transaction, by);
    return failure == FAILURE_NONE ? know(transaction, by, session->created_us) : failure;
}

enum failure session_store_log_out(struct transaction *transaction,
                                   const uint8_t token_hash[TOKEN_HASH_SIZE], const char *network,
                                   int64_t now_us, struct logged_out *out)
{
    struct rows rows;
    enum failure failure = identity_revoke_session_by_token(
        transaction,
        &(struct identity_revoke_session_by_token){.token_hash = {token_hash, TOKEN_HASH_SIZE},
                                                   .revoke_us = now_us,
                                                   .event_id = id_new(now_us),
                                                   .kind = security_event_name(SECURITY_LOG_OUT),
                                                   .network = network},
        &rows);
    *out = (struct logged_out){.principal_id = {{0}}};
    if (failure != FAILURE_NONE || rows.count == 0)
        return failure;
    struct identity_revoke_session_by_token_row row =
        identity_revoke_session_by_token_row(&rows, 0);
    *out = (struct logged_out){row.principal_id, row.session_id, row.account_id};
    return FAILURE_NONE;
}

/* Of all sessions when session_id is nil. */
static enum failure forget_devices(struct transaction *transaction, struct id principal_id,
                                   struct id session_id)
{
    return identity_forget_devices(
        transaction,
        &(struct identity_forget_devices){.principal_id = principal_id, .session_id = session_id},
        NULL);
}

enum failure session_store_revoke(struct transaction *transaction, struct id principal_id,
                                  struct id session_id, int64_t now_us, bool *revoked)
{
    struct rows rows;
    *revoked = false;
    enum failure failure = identity_lock_principal(
        transaction, &(struct identity_lock_principal){.principal_id = principal_id}, &rows);
    if (failure != FAILURE_NONE)
        return failure;
    failure = identity_revoke_session(
        transaction,
        &(struct identity_revoke_session){
            .principal_id = principal_id, .session_id = session_id, .revoke_us = now_us},
        &rows);
    *revoked = failure == FAILURE_NONE && rows.affected > 0;
    return *revoked ? forget_devices(transaction, principal_id, session_id) : failure;
}

enum failure session_store_revoke_others(struct transaction *transaction, struct id principal_id,
                                         struct id kept_session_id, int64_t now_us, int64_t *count)
{
    struct rows rows;
    enum failure failure = identity_turn_session_epoch(
        transaction, &(struct identity_turn_session_epoch){.principal_id = principal_id}, NULL);
    if (failure != FAILURE_NONE)
        return failure;
    failure = identity_revoke_sessions(
        transaction,
        &(struct identity_revoke_sessions){.principal_id = principal_id,
                                           .kept_session_id = kept_session_id,
                                           .now_us = now_us,
                                           .used_since_us = now_us - SESSION_IDLE_US,
                                           .created_since_us = now_us - SESSION_LIFETIME_US},
        &rows);
    if (failure != FAILURE_NONE)
        return failure;
    *count = rows.affected;
    return forget_devices(transaction, principal_id, (struct id){{0}});
}

enum failure session_store_list(struct reader reader, const struct session_page *page,
                                int64_t now_us, struct live_sessions *sessions)
{
    struct rows rows;
    enum failure failure = identity_list_sessions_alone(
        reader,
        &(struct identity_list_sessions){.principal_id = page->principal_id,
                                         .used_since_us = now_us - SESSION_IDLE_US,
                                         .created_since_us = now_us - SESSION_LIFETIME_US,
                                         .before_id = page->before_id,
                                         .limit = (int64_t)page->limit},
        &rows);
    if (failure != FAILURE_NONE)
        return failure;
    sessions->items =
        arena_alloc_array(reader_arena(reader), rows.count + 1, sizeof *sessions->items);
    for (size_t i = 0; i < rows.count; i++) {
        struct identity_list_sessions_row row = identity_list_sessions_row(&rows, i);
        sessions->items[i] = (struct live_session){row.session_id, row.device, row.network,
                                                   row.create_us, row.use_us};
    }
    sessions->count = rows.count;
    return FAILURE_NONE;
}

enum failure session_store_set_name(struct transaction *transaction, struct id principal_id,
                                    struct bytes name_sealed)
{
    return identity_set_name(
        transaction,
        &(struct identity_set_name){.principal_id = principal_id, .name_sealed = name_sealed},
        NULL);
}
