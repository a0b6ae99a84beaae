#include "identity/store/sweep_store.h"

#include "identity/domain/session.h"
#include "identity/store/queries.h"

#define DAY_US (INT64_C(24) * 3600 * 1000000)
#define KEPT_US (2 * DAY_US) /* longer than the life of a sign-up and the limits of a day */
#define SESSIONS_KEPT_US (30 * DAY_US)
#define MESSAGES_KEPT_US (400 * DAY_US) /* that somebody was told is asked a year later */

enum failure sweep_store_run(struct reader reader, int64_t now_us)
{
    struct param old = param_time(now_us - KEPT_US);
    enum failure failure = database_query(reader, &identity_query_sweep_sign_ups, &old, 1, NULL);
    if (failure == FAILURE_NONE)
        failure = database_query(reader, &identity_query_sweep_codes, &old, 1, NULL);
    if (failure == FAILURE_NONE)
        failure = database_query(reader, &identity_query_sweep_log_ins,
                                 PARAMS(old, param_time(now_us - SESSIONS_KEPT_US),
                                        param_time(now_us - LOG_IN_KNOWN_US)),
                                 NULL);
    if (failure == FAILURE_NONE)
        failure = database_query(reader, &identity_query_sweep_texts, &old, 1, NULL);
    if (failure == FAILURE_NONE)
        failure = database_query(reader, &identity_query_sweep_messages,
                                 PARAMS(param_time(now_us - MESSAGES_KEPT_US)), NULL);
    return failure;
}
