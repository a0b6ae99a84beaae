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
    return identity_text_lock(
        transaction,
        &(struct identity_text_lock){.kinds = {subjects.kinds, subjects.count},
                                     .subjects = {subjects.values, subjects.count},
                                     .last_us = senders->now_us},
        NULL);
}

/* A subject that is not counted is asked for as an empty index, which no row has. */
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
        failure = identity_text_count(
            transaction,
            &(struct identity_text_count){.kinds = {kinds, TEXT_LIMIT_COUNT},
                                          .subjects = {values, TEXT_LIMIT_COUNT},
                                          .since_us = {since_us, TEXT_LIMIT_COUNT}},
            &rows);
    for (size_t i = 0; failure == FAILURE_NONE && i < TEXT_LIMIT_COUNT; i++)
        sent[i] = identity_text_count_row(&rows, i).sent;
    return failure;
}

enum failure text_store_insert(struct transaction *transaction, const struct text_senders *senders,
                               struct id send_id)
{
    struct subjects subjects = subjects_of(senders);
    return identity_text_insert(
        transaction,
        &(struct identity_text_insert){.kinds = {subjects.kinds, subjects.count},
                                       .subjects = {subjects.values, subjects.count},
                                       .send_us = senders->now_us,
                                       .send_id = send_id},
        NULL);
}
