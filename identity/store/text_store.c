#include "identity/store/text_store.h"

#include "identity/store/queries.h"

struct subjects {
    const char *kinds[TEXT_SUBJECT_COUNT];
    struct bytes values[TEXT_SUBJECT_COUNT];
    size_t count;
};

static struct subjects subjects_of(const struct text_senders *senders)
{
    struct subjects subjects = {.count = 0};
    for (enum text_subject subject = 0; subject < TEXT_SUBJECT_COUNT; subject++) {
        if (senders->subjects[subject].data != NULL) {
            subjects.kinds[subjects.count] = text_subject_name(subject);
            subjects.values[subjects.count++] = senders->subjects[subject];
        }
    }
    return subjects;
}

static enum failure lock(struct transaction *transaction, const struct text_senders *senders)
{
    struct subjects subjects = subjects_of(senders);
    return transaction_query(transaction, &identity_query_text_lock,
                             PARAMS(param_text_array(subjects.kinds, subjects.count),
                                    param_bytes_array(subjects.values, subjects.count),
                                    param_time(senders->now_us)),
                             NULL);
}

/* A subject that is not counted is asked for as no bytes at all, which nobody has. */
enum failure text_store_count(struct transaction *transaction, const struct text_senders *senders,
                              int64_t sent[TEXT_LIMIT_COUNT])
{
    static const struct bytes nobody = {(const uint8_t *)"", 0};
    const char *kinds[TEXT_LIMIT_COUNT];
    struct bytes values[TEXT_LIMIT_COUNT];
    int64_t since_us[TEXT_LIMIT_COUNT];
    struct rows rows;
    for (size_t i = 0; i < TEXT_LIMIT_COUNT; i++) {
        struct bytes subject = senders->subjects[text_limits[i].subject];
        kinds[i] = text_subject_name(text_limits[i].subject);
        values[i] = subject.data != NULL ? subject : nobody;
        since_us[i] = senders->now_us - text_limits[i].window_us;
    }
    enum failure failure = lock(transaction, senders);
    if (failure == FAILURE_NONE)
        failure = transaction_query(transaction, &identity_query_text_count,
                                    PARAMS(param_text_array(kinds, TEXT_LIMIT_COUNT),
                                           param_bytes_array(values, TEXT_LIMIT_COUNT),
                                           param_time_array(since_us, TEXT_LIMIT_COUNT)),
                                    &rows);
    for (size_t i = 0; failure == FAILURE_NONE && i < TEXT_LIMIT_COUNT; i++)
        sent[i] = row_int64(&rows, i, 0);
    return failure;
}

enum failure text_store_insert(struct transaction *transaction, const struct text_senders *senders,
                               struct id send_id)
{
    struct subjects subjects = subjects_of(senders);
    return transaction_query(transaction, &identity_query_text_insert,
                             PARAMS(param_text_array(subjects.kinds, subjects.count),
                                    param_bytes_array(subjects.values, subjects.count),
                                    param_time(senders->now_us), param_id(send_id)),
                             NULL);
}
