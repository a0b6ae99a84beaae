#include "identity/store/company_store.h"

#include <assert.h>

#include "identity/store/names.h"
#include "identity/store/queries.h"
#include "runtime/base/text.h"

#define DAY_US (INT64_C(24) * 3600 * 1000000)

static struct company_submission submission_of(const struct rows *rows, size_t row)
{
    struct identity_list_submissions_row found = identity_list_submissions_row(rows, row);
    struct company_submission submission = {
        .submission_id = found.submission_id,
        .account_id = found.account_id,
        .number.scheme = company_scheme_find(found.scheme),
        .name = found.name,
        .state = review_state_read(found.state),
        .reason = found.reason,
        .company_id = found.company_id,
        .submitted_us = found.submit_us,
        .decided_us = found.decide_us,
    };
    bool country_fits = text_print(submission.number.country, sizeof submission.number.country,
                                   "%s", found.country);
    bool number_fits =
        text_print(submission.number.number, sizeof submission.number.number, "%s", found.number);
    assert(country_fits && number_fits && submission.number.scheme != COMPANY_SCHEME_NONE);
    return submission;
}

enum failure company_store_count_today(struct transaction *transaction, struct id account_id,
                                       int64_t now_us, size_t *count)
{
    struct rows rows;
    enum failure failure = identity_count_submissions(
        transaction,
        &(struct identity_count_submissions){.account_id = account_id, .since_us = now_us - DAY_US},
        &rows);
    if (failure == FAILURE_NONE)
        *count = (size_t)identity_count_submissions_row(&rows, 0).submissions;
    return failure;
}

enum failure company_store_submit(struct transaction *transaction,
                                  const struct company_submission *submission,
                                  struct id principal_id)
{
    return identity_insert_submission(transaction,
                                      &(struct identity_insert_submission){
                                          .submission_id = submission->submission_id,
                                          .account_id = submission->account_id,
                                          .principal_id = principal_id,
                                          .country = submission->number.country,
                                          .scheme = company_scheme_name(submission->number.scheme),
                                          .number = submission->number.number,
                                          .name = submission->name,
                                          .submit_us = submission->submitted_us},
                                      NULL);
}

enum failure company_store_lock(struct transaction *transaction, struct id submission_id,
                                struct company_submission *submission, bool *exists)
{
    struct rows rows;
    enum failure failure = identity_lock_submission(
        transaction, &(struct identity_lock_submission){.submission_id = submission_id}, &rows);
    if (failure != FAILURE_NONE)
        return failure;
    *exists = rows.count > 0;
    if (*exists)
        *submission = submission_of(&rows, 0);
    return FAILURE_NONE;
}

enum failure company_store_take_company(struct transaction *transaction,
                                        const struct company_key *key, int64_t now_us,
                                        struct id *company_id)
{
    struct rows rows;
    enum failure failure =
        identity_take_company(transaction,
                              &(struct identity_take_company){.company_id = id_new(now_us),
                                                              .country = key->country,
                                                              .scheme = key->scheme,
                                                              .number = key->number,
                                                              .create_us = now_us},
                              &rows);
    if (failure == FAILURE_NONE)
        *company_id = identity_take_company_row(&rows, 0).company_id;
    return failure;
}

enum failure company_store_decide(struct transaction *transaction,
                                  const struct company_submission *submission,
                                  struct id operator_id)
{
    return identity_decide_submission(
        transaction,
        &(struct identity_decide_submission){.submission_id = submission->submission_id,
                                             .state = review_state_name(submission->state),
                                             .reason = submission->reason,
                                             .company_id = submission->company_id,
                                             .decide_us = submission->decided_us,
                                             .decided_by = operator_id},
        NULL);
}

enum failure company_store_revoke(struct transaction *transaction,
                                  const struct company_submission *submission,
                                  struct id operator_id, int64_t now_us)
{
    return identity_revoke_submission(
        transaction,
        &(struct identity_revoke_submission){.submission_id = submission->submission_id,
                                             .reason = submission->reason,
                                             .revoke_us = now_us,
                                             .decided_by = operator_id},
        NULL);
}

enum failure company_store_join(struct transaction *transaction, struct id company_id,
                                struct id account_id, int64_t now_us)
{
    return identity_structure_join(transaction,
                                   &(struct identity_structure_join){.company_id = company_id,
                                                                     .account_id = account_id,
                                                                     .begin_us = now_us},
                                   NULL);
}

enum failure company_store_leave(struct transaction *transaction, struct id company_id,
                                 struct id account_id, int64_t now_us)
{
    struct rows rows;
    enum failure failure = identity_lock_company(
        transaction, &(struct identity_lock_company){.company_id = company_id}, &rows);
    if (failure == FAILURE_NONE)
        failure = identity_structure_leave(
            transaction,
            &(struct identity_structure_leave){.account_id = account_id, .end_us = now_us}, NULL);
    if (failure != FAILURE_NONE ||
        !id_equal(identity_lock_company_row(&rows, 0).main_account_id, account_id))
        return failure;
    return identity_structure_succeed(
        transaction,
        &(struct identity_structure_succeed){.company_id = company_id, .begin_us = now_us}, NULL);
}

enum failure company_store_list(struct reader reader, const struct submission_filter *filter,
                                struct company_submission **submissions, size_t *count)
{
    struct rows rows;
    enum failure failure = identity_list_submissions_alone(
        reader,
        &(struct identity_list_submissions){
            .account_id = filter->account_id,
            .state = filter->state != REVIEW_STATE_COUNT ? review_state_name(filter->state) : NULL,
            .before_id = filter->before_id,
            .limit = (int64_t)filter->limit},
        &rows);
    if (failure != FAILURE_NONE)
        return failure;
    *submissions = arena_alloc_array(reader_arena(reader), rows.count + 1, sizeof **submissions);
    for (size_t i = 0; i < rows.count; i++)
        (*submissions)[i] = submission_of(&rows, i);
    *count = rows.count;
    return FAILURE_NONE;
}

enum failure company_store_read_all(struct reader reader, const struct id *account_ids,
                                    size_t count, struct account_company *companies, bool *found)
{
    struct rows rows;
    enum failure failure = identity_read_companies_alone(
        reader, &(struct identity_read_companies){.account_ids = {account_ids, count}}, &rows);
    if (failure != FAILURE_NONE)
        return failure;
    assert(rows.count == count);
    for (size_t i = 0; i < count; i++) {
        struct identity_read_companies_row row = identity_read_companies_row(&rows, i);
        found[i] = row.has_account_id;
        if (found[i])
            companies[i] = (struct account_company){account_type_named(row.type), row.company_id};
    }
    return FAILURE_NONE;
}
