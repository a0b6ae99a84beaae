#include "identity/store/session_store.h"

#include "identity/domain/role.h"
#include "identity/store/names.h"
#include "identity/store/queries.h"

#define USE_TIME_STEP_US (INT64_C(60) * 1000000)

static struct param id_or_null(struct id id)
{
    return id_is_nil(id) ? param_null() : param_id(id);
}

enum failure session_store_find_principal(struct reader reader, struct bytes email_index,
                                          struct principal *principal, bool *exists)
{
    struct rows rows;
    enum failure failure =
        database_query(reader, &identity_query_read_principal_by_email,
                       PARAMS(param_bytes(email_index.data, email_index.size)), &rows);
    if (failure != FAILURE_NONE)
        return failure;
    *exists = rows.count > 0;
    if (*exists)
        *principal =
            (struct principal){row_id(&rows, 0, 0), row_id(&rows, 0, 1), row_text(&rows, 0, 2)};
    return FAILURE_NONE;
}

static struct param email_of(const struct log_in_by *by)
{
    return param_bytes(by->email_index.data, by->email_index.size);
}

static struct param lane_of(const struct log_in_by *by)
{
    return param_bytes(by->device_known ? by->device : by->source, TOKEN_HASH_SIZE);
}

static bool is_known(const struct log_in_by *by)
{
    return by->device_known || by->source_known;
}

enum failure session_store_know(struct reader reader, struct log_in_by *by, int64_t now_us)
{
    struct rows rows;
    enum failure failure = database_query(
        reader, &identity_query_read_log_in_known,
        PARAMS(email_of(by), param_bytes(by->device, TOKEN_HASH_SIZE),
               param_bytes(by->source, TOKEN_HASH_SIZE), param_time(now_us - LOG_IN_KNOWN_US)),
        &rows);
    if (failure == FAILURE_NONE) {
        by->device_known = row_bool(&rows, 0, 0);
        by->source_known = row_bool(&rows, 0, 1);
    }
    return failure;
}

/* One time of one row; now when another has taken the row away meanwhile. */
static enum failure read_wait(struct reader reader, const struct query *query,
                              const struct log_in_by *by, int64_t more_us, int64_t *wait_until_us)
{
    struct rows rows;
    const struct param params[] = {email_of(by), lane_of(by)};
    size_t count = query == &identity_query_read_log_in_day ? 1 : 2;
    enum failure failure = database_query(reader, query, params, count, &rows);
    if (failure == FAILURE_NONE && rows.count > 0)
        *wait_until_us = row_time_us(&rows, 0, 0) + more_us;
    return failure;
}

static enum failure count_lane(struct reader reader, const struct log_in_by *by, int64_t now_us,
                               bool *allowed)
{
    int64_t waits_us[LOG_IN_FAILURES_TABLE];
    struct rows rows;
    for (int64_t failures = 1; failures <= LOG_IN_FAILURES_TABLE; failures++)
        waits_us[failures - 1] = log_in_wait_us(failures);
    enum failure failure =
        database_query(reader, &identity_query_count_log_in,
                       PARAMS(email_of(by), param_time(now_us),
                              param_int64_array(waits_us, LOG_IN_FAILURES_TABLE), lane_of(by)),
                       &rows);
    *allowed = failure == FAILURE_NONE && rows.count > 0;
    return failure;
}

static enum failure count_day(struct reader reader, const struct log_in_by *by, int64_t now_us,
                              bool *allowed)
{
    struct rows rows;
    enum failure failure =
        database_query(reader, &identity_query_count_log_in_day,
                       PARAMS(email_of(by), param_time(now_us), param_time(now_us - LOG_IN_DAY_US),
                              param_int64(LOG_IN_DAY_MAX)),
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
        return read_wait(reader, &identity_query_read_log_in_wait, by, 0, wait_until_us);
    if (failure != FAILURE_NONE ||
        is_known(by)) /* S9: who is known is not shut out by who is not */
        return failure;
    failure = count_day(reader, by, now_us, allowed);
    if (failure == FAILURE_NONE && !*allowed)
        failure =
            read_wait(reader, &identity_query_read_log_in_day, by, LOG_IN_DAY_US, wait_until_us);
    return failure;
}

static enum failure know(struct transaction *transaction, const struct log_in_by *by,
                         int64_t now_us)
{
    const struct bytes lanes[] = {{by->device, TOKEN_HASH_SIZE}, {by->source, TOKEN_HASH_SIZE}};
    size_t count = by->source_told ? 2 : 1;
    enum failure failure = transaction_query(
        transaction, &identity_query_put_log_in_known,
        PARAMS(email_of(by), param_bytes_array(lanes, count), param_time(now_us)), NULL);
    if (failure == FAILURE_NONE)
        failure = transaction_query(transaction, &identity_query_trim_log_in_known,
                                    PARAMS(email_of(by), param_int64(LOG_IN_KNOWN_MAX)), NULL);
    return failure;
}

enum failure session_store_open(struct transaction *transaction, const struct new_session *session,
                                const struct log_in_by *by)
{
    enum failure failure =
        transaction_query(transaction, &identity_query_insert_session,
                          PARAMS(param_id(session->session_id), param_id(session->principal_id),
                                 param_bytes(session->token_hash, TOKEN_HASH_SIZE),
                                 param_text(session->device), param_time(session->created_us)),
                          NULL);
    if (failure == FAILURE_NONE)
        failure =
            transaction_query(transaction, &identity_query_clear_log_in,
                              PARAMS(email_of(by), lane_of(by), param_bool(!is_known(by))), NULL);
    return failure == FAILURE_NONE ? know(transaction, by, session->created_us) : failure;
}

enum failure session_store_resolve(struct reader reader, const uint8_t token_hash[TOKEN_HASH_SIZE],
                                   struct id account_id, struct resolved_session *resolved,
                                   bool *exists)
{
    struct rows rows;
    enum failure failure = database_query(
        reader, &identity_query_read_session,
        PARAMS(param_bytes(token_hash, TOKEN_HASH_SIZE), id_or_null(account_id)), &rows);
    if (failure != FAILURE_NONE)
        return failure;
    *exists = rows.count > 0;
    if (!*exists)
        return FAILURE_NONE;
    *resolved = (struct resolved_session){
        .session_id = row_id(&rows, 0, 0),
        .principal_id = row_id(&rows, 0, 1),
        .session = {.created_us = row_time_us(&rows, 0, 2),
                    .used_us = row_time_us(&rows, 0, 3),
                    .revoked = row_bool(&rows, 0, 4)},
        .operates = row_bool(&rows, 0, 5),
        .account_id = row_id(&rows, 0, 6),
        .account_type = account_type_named(row_text(&rows, 0, 7)),
        .company_id = row_id(&rows, 0, 8),
        .roles = roles_named(row_text(&rows, 0, 9)),
    };
    if (resolved->operates)
        resolved->roles |= ROLE_OPERATOR;
    return FAILURE_NONE;
}

enum failure session_store_touch(struct reader reader, const struct resolved_session *resolved,
                                 int64_t now_us)
{
    if (now_us < resolved->session.used_us + USE_TIME_STEP_US)
        return FAILURE_NONE;
    return database_query(reader, &identity_query_touch_session,
                          PARAMS(param_id(resolved->session_id), param_time(now_us)), NULL);
}

enum failure session_store_revoke_token(struct reader reader,
                                        const uint8_t token_hash[TOKEN_HASH_SIZE], int64_t now_us)
{
    return database_query(reader, &identity_query_revoke_session_by_token,
                          PARAMS(param_bytes(token_hash, TOKEN_HASH_SIZE), param_time(now_us)),
                          NULL);
}

enum failure session_store_revoke(struct transaction *transaction, struct id principal_id,
                                  struct id session_id, int64_t now_us, bool *revoked)
{
    struct rows rows;
    enum failure failure = transaction_query(
        transaction, &identity_query_revoke_session,
        PARAMS(param_id(principal_id), param_id(session_id), param_time(now_us)), &rows);
    if (failure == FAILURE_NONE)
        *revoked = rows.affected > 0;
    return failure;
}

enum failure session_store_revoke_all(struct transaction *transaction, struct id principal_id,
                                      int64_t now_us, int64_t *count)
{
    struct rows rows;
    enum failure failure = transaction_query(transaction, &identity_query_revoke_sessions,
                                             PARAMS(param_id(principal_id), param_time(now_us),
                                                    param_time(now_us - SESSION_IDLE_US),
                                                    param_time(now_us - SESSION_LIFETIME_US)),
                                             &rows);
    if (failure == FAILURE_NONE)
        *count = rows.affected;
    return failure;
}

enum failure session_store_list(struct reader reader, struct id principal_id, struct id before_id,
                                int64_t limit, int64_t now_us, struct rows *rows)
{
    return database_query(reader, &identity_query_list_sessions,
                          PARAMS(param_id(principal_id), param_time(now_us - SESSION_IDLE_US),
                                 param_time(now_us - SESSION_LIFETIME_US), id_or_null(before_id),
                                 param_int64(limit)),
                          rows);
}

enum failure session_store_put_operator(struct reader reader, struct bytes email_index,
                                        const char *password_hash, int64_t now_us, bool *put)
{
    struct rows rows;
    enum failure failure = database_query(reader, &identity_query_put_operator,
                                          PARAMS(param_id(id_new(now_us)),
                                                 param_bytes(email_index.data, email_index.size),
                                                 param_text(password_hash), param_time(now_us)),
                                          &rows);
    if (failure == FAILURE_NONE)
        *put = rows.count > 0;
    return failure;
}
