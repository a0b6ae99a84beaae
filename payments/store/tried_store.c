#include "payments/store/tried_store.h"

#include "payments/store/queries.h"

struct subjects {
    const char *kinds[ATTEMPT_SUBJECT_COUNT];
    struct bytes values[ATTEMPT_SUBJECT_COUNT];
    size_t count;
};

static struct subjects subjects_of(const struct tried *tried)
{
    struct subjects subjects = {.count = 0};
    for (enum attempt_subject subject = 0; subject < ATTEMPT_SUBJECT_COUNT; subject++) {
        if (tried->subjects[subject].data != NULL) {
            subjects.kinds[subjects.count] = attempt_subject_name(subject);
            subjects.values[subjects.count++] = tried->subjects[subject];
        }
    }
    return subjects;
}

static enum failure lock(struct transaction *transaction, const struct tried *tried)
{
    struct subjects subjects = subjects_of(tried);
    return transaction_query(transaction, &payments_query_tried_lock,
                             PARAMS(param_text_array(subjects.kinds, subjects.count),
                                    param_bytes_array(subjects.values, subjects.count),
                                    param_time(tried->now_us)),
                             NULL);
}

/* A subject that is not counted is asked for as no bytes at all, which nobody has. */
static enum failure count(struct transaction *transaction, const struct tried *tried,
                          struct attempt_seen seen[ATTEMPT_LIMIT_COUNT])
{
    static const struct bytes nobody = {(const uint8_t *)"", 0};
    const char *kinds[ATTEMPT_LIMIT_COUNT], *actions[ATTEMPT_LIMIT_COUNT];
    struct bytes values[ATTEMPT_LIMIT_COUNT];
    int64_t since_us[ATTEMPT_LIMIT_COUNT];
    bool only_refused[ATTEMPT_LIMIT_COUNT];
    struct rows rows;
    for (size_t i = 0; i < ATTEMPT_LIMIT_COUNT; i++) {
        const struct attempt_limit *limit = &attempt_limits[i];
        kinds[i] = attempt_subject_name(limit->subject);
        values[i] =
            tried->subjects[limit->subject].data != NULL ? tried->subjects[limit->subject] : nobody;
        actions[i] = attempt_action_name(limit->action);
        since_us[i] = tried->now_us - limit->window_us;
        only_refused[i] = limit->counts == ATTEMPT_COUNTS_REFUSED;
    }
    enum failure failure =
        transaction_query(transaction, &payments_query_tried_count,
                          PARAMS(param_text_array(kinds, ATTEMPT_LIMIT_COUNT),
                                 param_bytes_array(values, ATTEMPT_LIMIT_COUNT),
                                 param_text_array(actions, ATTEMPT_LIMIT_COUNT),
                                 param_time_array(since_us, ATTEMPT_LIMIT_COUNT),
                                 param_bool_array(only_refused, ATTEMPT_LIMIT_COUNT)),
                          &rows);
    for (size_t i = 0; failure == FAILURE_NONE && i < ATTEMPT_LIMIT_COUNT; i++)
        seen[i] = (struct attempt_seen){row_int64(&rows, i, 0), row_time_us(&rows, i, 1)};
    return failure;
}

enum failure tried_store_count(struct transaction *transaction, const struct tried *tried,
                               struct attempt_seen seen[ATTEMPT_LIMIT_COUNT])
{
    enum failure failure = lock(transaction, tried);
    return failure == FAILURE_NONE ? count(transaction, tried, seen) : failure;
}

enum failure tried_store_insert(struct transaction *transaction, const struct tried *tried)
{
    struct subjects subjects = subjects_of(tried);
    return transaction_query(transaction, &payments_query_tried_insert,
                             PARAMS(param_text_array(subjects.kinds, subjects.count),
                                    param_bytes_array(subjects.values, subjects.count),
                                    param_text(attempt_action_name(tried->action)),
                                    param_time(tried->now_us), param_id(tried->tried_id)),
                             NULL);
}

enum failure tried_store_accept(struct transaction *transaction, struct id tried_id)
{
    return transaction_query(transaction, &payments_query_tried_accept, PARAMS(param_id(tried_id)),
                             NULL);
}

enum failure tried_store_sweep(struct reader reader, int64_t before_us)
{
    struct rows rows;
    return database_query(reader, &payments_query_tried_sweep, PARAMS(param_time(before_us)),
                          &rows);
}
