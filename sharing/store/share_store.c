#include "sharing/store/share_store.h"

#include "sharing/store/queries.h"

static enum failure read_shares(struct task *task, const struct rows *rows, struct id asset_id,
                                struct share **shares, size_t *count)
{
    *count = rows->count;
    *shares = arena_alloc_array(task_arena(task), rows->count + 1, sizeof(**shares));
    for (size_t i = 0; i < rows->count; i++) {
        struct sharing_list_shares_row row = sharing_list_shares_row(rows, i);
        (*shares)[i] = (struct share){
            .asset_id = asset_id,
            .account_id = row.account_id,
            .organization_id = row.organization_id,
            .active = {row.active_from_us, row.has_ended_time ? row.ended_us : INTERVAL_OPEN},
            .share_id = row.share_id};
    }
    return FAILURE_NONE;
}

enum failure share_store_count(struct transaction *transaction, struct id company_id,
                               struct id asset_id, struct id account_id, size_t *recipients,
                               bool *includes)
{
    struct rows rows;
    enum failure failure = sharing_count_recipients(
        transaction,
        &(struct sharing_count_recipients){
            .company_id = company_id, .asset_id = asset_id, .account_id = account_id},
        &rows);
    if (failure != FAILURE_NONE)
        return failure;
    struct sharing_count_recipients_row row = sharing_count_recipients_row(&rows, 0);
    *recipients = (size_t)row.recipients;
    *includes = row.is_among;
    return FAILURE_NONE;
}

enum failure share_store_insert(struct transaction *transaction, struct id company_id,
                                struct id asset_id, struct id organization_id,
                                const struct id *account_ids, const int64_t *active_from_us,
                                size_t count, int64_t now_us)
{
    struct id *share_ids =
        arena_alloc_array(transaction_arena(transaction), count + 1, sizeof(*share_ids));
    for (size_t i = 0; i < count; i++)
        share_ids[i] = id_new(now_us);
    return sharing_insert_shares(
        transaction,
        &(struct sharing_insert_shares){.company_id = company_id,
                                        .asset_id = asset_id,
                                        .account_ids = {account_ids, count},
                                        .organization_id = organization_id,
                                        .share_ids = {share_ids, count},
                                        .active_from_us = {active_from_us, count}},
        NULL);
}

enum failure share_store_end(struct transaction *transaction, struct id company_id,
                             struct id asset_id, const struct id *account_ids, size_t count,
                             int64_t now_us, int32_t *ended)
{
    struct rows rows;
    enum failure failure =
        sharing_end_shares(transaction,
                           &(struct sharing_end_shares){.company_id = company_id,
                                                        .asset_id = asset_id,
                                                        .account_ids = {account_ids, count},
                                                        .now_us = now_us},
                           &rows);
    if (failure == FAILURE_NONE)
        *ended = (int32_t)rows.affected;
    return failure;
}

enum failure share_store_read_current(struct transaction *transaction, struct id company_id,
                                      struct id asset_id, const struct id *account_ids,
                                      size_t count, struct share **shares, size_t *share_count)
{
    struct rows rows;
    enum failure failure = sharing_read_current_shares(
        transaction,
        &(struct sharing_read_current_shares){
            .company_id = company_id, .asset_id = asset_id, .account_ids = {account_ids, count}},
        &rows);
    return failure != FAILURE_NONE
               ? failure
               : read_shares(transaction_task(transaction), &rows, asset_id, shares, share_count);
}

enum failure share_store_list(struct reader reader, struct id company_id, struct id asset_id,
                              struct id before_id, size_t limit, struct share **shares,
                              size_t *count)
{
    struct rows rows;
    enum failure failure =
        sharing_list_shares_alone(reader,
                                  &(struct sharing_list_shares){.company_id = company_id,
                                                                .asset_id = asset_id,
                                                                .before_id = before_id,
                                                                .limit = (int64_t)limit},
                                  &rows);
    return failure != FAILURE_NONE ? failure
                                   : read_shares(reader.task, &rows, asset_id, shares, count);
}

static enum failure read_intervals(struct task *task, const struct rows *rows,
                                   const struct interval **intervals, size_t *count)
{
    struct interval *read = arena_alloc_array(task_arena(task), rows->count + 1, sizeof(*read));
    for (size_t i = 0; i < rows->count; i++) {
        struct sharing_read_verification_intervals_row row =
            sharing_read_verification_intervals_row(rows, i);
        read[i] =
            (struct interval){row.started_us, row.has_ended_time ? row.ended_us : INTERVAL_OPEN};
    }
    *intervals = read;
    *count = rows->count;
    return FAILURE_NONE;
}

static enum failure read_verifications(struct reader reader, struct id company_id,
                                       struct id account_id, const struct interval **verified,
                                       size_t *count)
{
    struct rows rows;
    enum failure failure = sharing_read_verification_intervals_alone(
        reader,
        &(struct sharing_read_verification_intervals){.company_id = company_id,
                                                      .account_id = account_id},
        &rows);
    return failure == FAILURE_NONE ? read_intervals(reader.task, &rows, verified, count) : failure;
}

enum failure share_store_read_intervals(struct reader reader, struct id company_id,
                                        struct id asset_id, struct id account_id,
                                        struct id owner_id, struct benefit_usage *usage)
{
    struct rows rows;
    enum failure failure = sharing_read_share_intervals_alone(
        reader,
        &(struct sharing_read_share_intervals){
            .company_id = company_id, .asset_id = asset_id, .account_id = account_id},
        &rows);
    if (failure == FAILURE_NONE)
        failure = read_intervals(reader.task, &rows, &usage->shares, &usage->share_count);
    if (failure == FAILURE_NONE)
        failure = sharing_read_payment_intervals_alone(
            reader,
            &(struct sharing_read_payment_intervals){
                .company_id = company_id, .account_id = account_id, .payer_account_id = owner_id},
            &rows);
    if (failure == FAILURE_NONE)
        failure = read_intervals(reader.task, &rows, &usage->payment_relations,
                                 &usage->payment_relation_count);
    if (failure == FAILURE_NONE)
        failure = read_verifications(reader, company_id, owner_id, &usage->owner_verified,
                                     &usage->owner_verified_count);
    if (failure == FAILURE_NONE)
        failure = read_verifications(reader, company_id, account_id, &usage->recipient_verified,
                                     &usage->recipient_verified_count);
    return failure;
}

enum failure share_store_remember_organization(struct transaction *transaction,
                                               struct id company_id, struct id organization_id,
                                               struct id asset_id, int64_t now_us)
{
    return sharing_insert_organization_share(
        transaction,
        &(struct sharing_insert_organization_share){.company_id = company_id,
                                                    .organization_id = organization_id,
                                                    .asset_id = asset_id,
                                                    .saved_us = now_us},
        NULL);
}

enum failure rule_store_save(struct transaction *transaction, struct id company_id,
                             struct id account_id, int64_t kind, const struct id *recipient_ids,
                             size_t count, struct id organization_id, int64_t now_us)
{
    return sharing_save_automatic_rule(
        transaction,
        &(struct sharing_save_automatic_rule){.company_id = company_id,
                                              .account_id = account_id,
                                              .kind = kind,
                                              .recipient_account_ids = {recipient_ids, count},
                                              .organization_id = organization_id,
                                              .saved_us = now_us},
        NULL);
}

enum failure rule_store_read_recipients(struct transaction *transaction, struct id company_id,
                                        struct id account_id, int64_t kind,
                                        struct rule_recipient **recipients, size_t *count)
{
    struct rows rows;
    enum failure failure = sharing_read_automatic_recipients(
        transaction,
        &(struct sharing_read_automatic_recipients){
            .company_id = company_id, .account_id = account_id, .kind = kind},
        &rows);
    if (failure != FAILURE_NONE)
        return failure;
    *count = rows.count;
    *recipients =
        arena_alloc_array(transaction_arena(transaction), rows.count + 1, sizeof(**recipients));
    for (size_t i = 0; i < rows.count; i++) {
        struct sharing_read_automatic_recipients_row row =
            sharing_read_automatic_recipients_row(&rows, i);
        (*recipients)[i] = (struct rule_recipient){row.account_id, row.organization_id,
                                                   row.corporate, row.verified};
    }
    return FAILURE_NONE;
}
