#include "identity/store/company_store.h"

#include <assert.h>

#include "identity/store/names.h"
#include "identity/store/queries.h"
#include "runtime/base/text.h"

#define DAY_US (INT64_C(24) * 3600 * 1000000)

static struct param id_or_null(struct id id)
{
    return id_is_nil(id) ? param_null() : param_id(id);
}

static struct company_submission submission_of(const struct rows *rows, size_t row)
{
    struct company_submission submission = {
        .submission_id = row_id(rows, row, 0),
        .account_id = row_id(rows, row, 1),
        .number.scheme = company_scheme_find(row_text(rows, row, 3)),
        .name = row_text(rows, row, 5),
        .state = row_text(rows, row, 6),
        .reason = row_text(rows, row, 7),
        .company_id = row_id(rows, row, 8),
        .submitted_us = row_time_us(rows, row, 9),
        .decided_us = row_time_us(rows, row, 10),
    };
    bool country_fits = text_print(submission.number.country, sizeof submission.number.country,
                                   "%s", row_text(rows, row, 2));
    bool number_fits = text_print(submission.number.number, sizeof submission.number.number, "%s",
                                  row_text(rows, row, 4));
    assert(country_fits && number_fits && submission.number.scheme != COMPANY_SCHEME_NONE);
    return submission;
}

enum failure company_store_count_today(struct transaction *transaction, struct id account_id,
                                       int64_t now_us, size_t *count)
{
    struct rows rows;
    enum failure failure =
        transaction_query(transaction, &identity_query_count_submissions,
                          PARAMS(param_id(account_id), param_time(now_us - DAY_US)), &rows);
    if (failure == FAILURE_NONE)
        *count = (size_t)row_int64(&rows, 0, 0);
    return failure;
}

enum failure company_store_submit(struct transaction *transaction,
                                  const struct company_submission *submission,
                                  struct id principal_id)
{
    return transaction_query(
        transaction, &identity_query_insert_submission,
        PARAMS(param_id(submission->submission_id), param_id(submission->account_id),
               param_id(principal_id), param_text(submission->number.country),
               param_text(company_scheme_name(submission->number.scheme)),
               param_text(submission->number.number), param_text(submission->name),
               param_time(submission->submitted_us)),
        NULL);
}

enum failure company_store_lock(struct transaction *transaction, struct id submission_id,
                                struct company_submission *submission, bool *exists)
{
    struct rows rows;
    enum failure failure = transaction_query(transaction, &identity_query_lock_submission,
                                             PARAMS(param_id(submission_id)), &rows);
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
    enum failure failure = transaction_query(
        transaction, &identity_query_take_company,
        PARAMS(param_id(id_new(now_us)), param_text(key->country), param_text(key->scheme),
               param_text(key->number), param_time(now_us)),
        &rows);
    if (failure == FAILURE_NONE)
        *company_id = row_id(&rows, 0, 0);
    return failure;
}

enum failure company_store_decide(struct transaction *transaction,
                                  const struct company_submission *submission,
                                  struct id operator_id)
{
    return transaction_query(transaction, &identity_query_decide_submission,
                             PARAMS(param_id(submission->submission_id),
                                    param_text(submission->state), param_text(submission->reason),
                                    id_or_null(submission->company_id),
                                    param_time(submission->decided_us), param_id(operator_id)),
                             NULL);
}

enum failure company_store_revoke(struct transaction *transaction,
                                  const struct company_submission *submission,
                                  struct id operator_id, int64_t now_us)
{
    return transaction_query(transaction, &identity_query_revoke_submission,
                             PARAMS(param_id(submission->submission_id),
                                    param_text(submission->reason), param_time(now_us),
                                    param_id(operator_id)),
                             NULL);
}

enum failure company_store_list(struct reader reader, const struct submission_filter *filter,
                                struct company_submission **submissions, size_t *count)
{
    struct rows rows;
    enum failure failure =
        database_query(reader, &identity_query_list_submissions,
                       PARAMS(id_or_null(filter->account_id), param_text(filter->state),
                              id_or_null(filter->before_id), param_int64(filter->limit)),
                       &rows);
    if (failure != FAILURE_NONE)
        return failure;
    *submissions = arena_alloc_array(reader_arena(reader), rows.count + 1, sizeof **submissions);
    if (*submissions == NULL)
        return FAILURE_EXHAUSTED;
    for (size_t i = 0; i < rows.count; i++)
        (*submissions)[i] = submission_of(&rows, i);
    *count = rows.count;
    return FAILURE_NONE;
}

enum failure company_store_read_all(struct reader reader, const struct id *account_ids,
                                    size_t count, struct account_company *companies, bool *found)
{
    struct rows rows;
    enum failure failure = database_query(reader, &identity_query_read_companies,
                                          PARAMS(param_id_array(account_ids, count)), &rows);
    if (failure != FAILURE_NONE)
        return failure;
    assert(rows.count == count);
    for (size_t i = 0; i < count; i++) {
        found[i] = !row_is_null(&rows, i, 0);
        if (found[i])
            companies[i] = (struct account_company){account_type_named(row_text(&rows, i, 1)),
                                                    row_id(&rows, i, 2)};
    }
    return FAILURE_NONE;
}
