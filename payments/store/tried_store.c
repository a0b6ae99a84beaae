#include "payments/store/tried_store.h"

#include "payments/store/queries.h"

struct tried_subjects {
    const char *kinds[ATTEMPT_SUBJECT_COUNT];
    struct bytes values[ATTEMPT_SUBJECT_COUNT];
    size_t count;
};

static struct tried_subjects subjects_of(const struct tried *tried)
{
    struct tried_subjects subjects = {.count = 0};
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
    struct tried_subjects subjects = subjects_of(tried);
    return payments_tried_lock(
        transaction,
        &(struct payments_tried_lock){.kinds = {subjects.kinds, subjects.count},
                                      .subjects = {subjects.values, subjects.count},
                                      .last_us = tried->now_us},
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
    enum failure failure = payments_tried_count(
        transaction,
        &(struct payments_tried_count){.kinds = {kinds, ATTEMPT_LIMIT_COUNT},
                                       .subjects = {values, ATTEMPT_LIMIT_COUNT},
                                       .actions = {actions, ATTEMPT_LIMIT_COUNT},
                                       .since_us = {since_us, ATTEMPT_LIMIT_COUNT},
                                       .only_refused = {only_refused, ATTEMPT_LIMIT_COUNT}},
        &rows);
    for (size_t i = 0; failure == FAILURE_NONE && i < ATTEMPT_LIMIT_COUNT; i++) {
        struct payments_tried_count_row row = payments_tried_count_row(&rows, i);
        seen[i] = (struct attempt_seen){row.tries, row.oldest_us};
    }
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
    struct tried_subjects subjects = subjects_of(tried);
    return payments_tried_insert(
        transaction,
        &(struct payments_tried_insert){.kinds = {subjects.kinds, subjects.count},
                                        .subjects = {subjects.values, subjects.count},
                                        .action = attempt_action_name(tried->action),
                                        .tried_us = tried->now_us,
                                        .tried_id = tried->tried_id},
        NULL);
}

enum failure tried_store_accept(struct transaction *transaction, struct id tried_id)
{
    return payments_tried_accept(transaction, &(struct payments_tried_accept){.tried_id = tried_id},
                                 NULL);
}

enum failure tried_store_sweep(struct reader reader, int64_t before_us)
{
    struct rows rows;
    return payments_tried_sweep_alone(
        reader, &(struct payments_tried_sweep){.before_us = before_us}, &rows);
}
