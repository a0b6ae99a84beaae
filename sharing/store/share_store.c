#include "sharing/store/share_store.h"

#include "sharing/store/queries.h"

static struct interval read_interval(const struct rows *rows, size_t row, size_t column)
{
    return (struct interval){
        row_time_us(rows, row, column),
        row_is_null(rows, row, column + 1) ? INTERVAL_OPEN : row_time_us(rows, row, column + 1)};
}

static enum failure read_shares(struct task *task, const struct rows *rows, struct share **shares,
                                size_t *count)
{
    *count = rows->count;
    *shares = arena_alloc_array(task_arena(task), rows->count + 1, sizeof(**shares));
    if (*shares == NULL)
        return FAILURE_EXHAUSTED;
    for (size_t i = 0; i < rows->count; i++) {
        (*shares)[i] = (struct share){.account_id = row_id(rows, i, 0),
                                      .organization_id = row_id(rows, i, 1),
                                      .active = read_interval(rows, i, 2),
                                      .share_id = row_id(rows, i, 4)};
    }
    return FAILURE_NONE;
}

enum failure share_store_count(struct transaction *transaction, struct id company_id,
                               struct id asset_id, struct id account_id, size_t *recipients,
                               bool *includes)
{
    struct rows rows;
    enum failure failure = transaction_query(
        transaction, &sharing_query_count_recipients,
        PARAMS(param_id(company_id), param_id(asset_id), param_id(account_id)), &rows);
    if (failure != FAILURE_NONE)
        return failure;
    *recipients = (size_t)row_int64(&rows, 0, 0);
    *includes = row_bool(&rows, 0, 1);
    return FAILURE_NONE;
}

enum failure share_store_insert(struct transaction *transaction, struct id company_id,
                                struct id asset_id, struct id organization_id,
                                const struct id *account_ids, const int64_t *active_from_us,
                                size_t count, int64_t now_us)
{
    struct id *share_ids =
        arena_alloc_array(transaction_arena(transaction), count + 1, sizeof(*share_ids));
    if (share_ids == NULL)
        return FAILURE_EXHAUSTED;
    for (size_t i = 0; i < count; i++)
        share_ids[i] = id_new(now_us);
    return transaction_query(transaction, &sharing_query_insert_shares,
                             PARAMS(param_id(company_id), param_id(asset_id),
                                    param_id_array(account_ids, count), param_id(organization_id),
                                    param_id_array(share_ids, count),
                                    param_time_array(active_from_us, count)),
                             NULL);
}

enum failure share_store_end(struct transaction *transaction, struct id company_id,
                             struct id asset_id, const struct id *account_ids, size_t count,
                             int64_t now_us, int64_t *ended)
{
    struct rows rows;
    enum failure failure =
        transaction_query(transaction, &sharing_query_end_shares,
                          PARAMS(param_id(company_id), param_id(asset_id),
                                 param_id_array(account_ids, count), param_time(now_us)),
                          &rows);
    if (failure == FAILURE_NONE)
        *ended = rows.affected;
    return failure;
}

enum failure share_store_read_current(struct transaction *transaction, struct id company_id,
                                      struct id asset_id, const struct id *account_ids,
                                      size_t count, struct share **shares, size_t *share_count)
{
    struct rows rows;
    enum failure failure = transaction_query(
        transaction, &sharing_query_read_current_shares,
        PARAMS(param_id(company_id), param_id(asset_id), param_id_array(account_ids, count)),
        &rows);
    return failure != FAILURE_NONE
               ? failure
               : read_shares(transaction_task(transaction), &rows, shares, share_count);
}

enum failure share_store_list(struct reader reader, struct id company_id, struct id asset_id,
                              struct id before_id, size_t limit, struct share **shares,
                              size_t *count)
{
    struct rows rows;
    enum failure failure = database_query(reader, &sharing_query_list_shares,
                                          PARAMS(param_id(company_id), param_id(asset_id),
                                                 param_id(before_id), param_int64((int64_t)limit)),
                                          &rows);
    return failure != FAILURE_NONE ? failure : read_shares(reader.task, &rows, shares, count);
}

static enum failure read_intervals(struct task *task, const struct rows *rows,
                                   const struct interval **intervals, size_t *count)
{
    struct interval *read = arena_alloc_array(task_arena(task), rows->count + 1, sizeof(*read));
    if (read == NULL)
        return FAILURE_EXHAUSTED;
    for (size_t i = 0; i < rows->count; i++)
        read[i] = read_interval(rows, i, 0);
    *intervals = read;
    *count = rows->count;
    return FAILURE_NONE;
}

static enum failure read_verifications(struct reader reader, struct id company_id,
                                       struct id account_id, const struct interval **verified,
                                       size_t *count)
{
    struct rows rows;
    enum failure failure =
        database_query(reader, &sharing_query_read_verification_intervals,
                       PARAMS(param_id(company_id), param_id(account_id)), &rows);
    return failure == FAILURE_NONE ? read_intervals(reader.task, &rows, verified, count) : failure;
}

enum failure share_store_read_intervals(struct reader reader, struct id company_id,
                                        struct id asset_id, struct id account_id,
                                        struct id owner_id, struct benefit_usage *usage)
{
    struct rows rows;
    enum failure failure = database_query(
        reader, &sharing_query_read_share_intervals,
        PARAMS(param_id(company_id), param_id(asset_id), param_id(account_id)), &rows);
    if (failure == FAILURE_NONE)
        failure = read_intervals(reader.task, &rows, &usage->shares, &usage->share_count);
    if (failure == FAILURE_NONE)
        failure = database_query(
            reader, &sharing_query_read_payment_intervals,
            PARAMS(param_id(company_id), param_id(account_id), param_id(owner_id)), &rows);
    if (failure == FAILURE_NONE)
        failure = read_intervals(reader.task, &rows, &usage->payment_relations,
                                 &usage->payment_relation_count);
    if (failure == FAILURE_NONE)
        failure = read_verifications(reader, company_id, owner_id, &usage->owner_verified,
                                     &usage->owner_verified_count);
    if (failure == FAILURE_NONE)
        failure = read_verifications(reader, company_id, account_id, &usage->recipient_verified,
                                     &usage->recipient_verified_count);
    usage->has_payer = failure == FAILURE_NONE && usage->payment_relation_count > 0;
    return failure;
}

enum failure share_store_remember_organization(struct transaction *transaction,
                                               struct id company_id, struct id organization_id,
                                               struct id asset_id, int64_t now_us)
{
    return transaction_query(transaction, &sharing_query_insert_organization_share,
                             PARAMS(param_id(company_id), param_id(organization_id),
                                    param_id(asset_id), param_time(now_us)),
                             NULL);
}

enum failure rule_store_save(struct transaction *transaction, struct id company_id,
                             struct id account_id, int64_t kind, const struct id *recipient_ids,
                             size_t count, struct id organization_id, int64_t now_us)
{
    return transaction_query(transaction, &sharing_query_save_automatic_rule,
                             PARAMS(param_id(company_id), param_id(account_id), param_int64(kind),
                                    param_id_array(recipient_ids, count), param_id(organization_id),
                                    param_time(now_us)),
                             NULL);
}

enum failure rule_store_read_recipients(struct transaction *transaction, struct id company_id,
                                        struct id account_id, int64_t kind,
                                        struct rule_recipient **recipients, size_t *count)
{
    struct rows rows;
    enum failure failure = transaction_query(
        transaction, &sharing_query_read_automatic_recipients,
        PARAMS(param_id(company_id), param_id(account_id), param_int64(kind)), &rows);
    if (failure != FAILURE_NONE)
        return failure;
    *count = rows.count;
    *recipients =
        arena_alloc_array(transaction_arena(transaction), rows.count + 1, sizeof(**recipients));
    if (*recipients == NULL)
        return FAILURE_EXHAUSTED;
    for (size_t i = 0; i < rows.count; i++)
        (*recipients)[i] = (struct rule_recipient){row_id(&rows, i, 0), row_id(&rows, i, 1),
                                                   row_bool(&rows, i, 2), row_bool(&rows, i, 3)};
    return FAILURE_NONE;
}
