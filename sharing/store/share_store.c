#include "sharing/store/share_store.h"

#include "sharing/store/queries.h"

static struct share_list read_shares(struct task *task, const struct rows *rows, struct id asset_id)
{
    struct share_list list = {
        arena_alloc_array(task_arena(task), rows->count + 1, sizeof(*list.shares)), rows->count};
    for (size_t i = 0; i < rows->count; i++) {
        struct sharing_list_shares_row row = sharing_list_shares_row(rows, i);
        list.shares[i] = (struct share){
            .asset_id = asset_id,
            .account_id = row.account_id,
            .organization_id = row.organization_id,
            .active = {row.active_from_us, row.has_ended_time ? row.ended_us : INTERVAL_OPEN},
            .share_id = row.share_id};
    }
    return list;
}

enum failure share_store_count(struct transaction *transaction, struct company_key asset,
                               struct id account_id, size_t *recipients, bool *includes)
{
    struct rows rows;
    enum failure failure = sharing_count_recipients(
        transaction,
        &(struct sharing_count_recipients){
            .company_id = asset.company_id, .asset_id = asset.id, .account_id = account_id},
        &rows);
    if (failure != FAILURE_NONE)
        return failure;
    struct sharing_count_recipients_row row = sharing_count_recipients_row(&rows, 0);
    *recipients = (size_t)row.recipients;
    *includes = row.is_among;
    return FAILURE_NONE;
}

enum failure share_store_insert(struct transaction *transaction, const struct share_set *set,
                                int64_t now_us)
{
    struct id *share_ids =
        arena_alloc_array(transaction_arena(transaction), set->count + 1, sizeof(*share_ids));
    for (size_t i = 0; i < set->count; i++)
        share_ids[i] = id_new(now_us);
    return sharing_insert_shares(
        transaction,
        &(struct sharing_insert_shares){.company_id = set->asset.company_id,
                                        .asset_id = set->asset.id,
                                        .account_ids = {set->account_ids, set->count},
                                        .organization_id = set->organization_id,
                                        .share_ids = {share_ids, set->count},
                                        .active_from_us = {set->active_from_us, set->count}},
        NULL);
}

enum failure share_store_end(struct transaction *transaction, const struct share_set *set,
                             int64_t now_us, int32_t *ended)
{
    struct rows rows;
    enum failure failure = sharing_end_shares(
        transaction,
        &(struct sharing_end_shares){.company_id = set->asset.company_id,
                                     .asset_id = set->asset.id,
                                     .account_ids = {set->account_ids, set->count},
                                     .now_us = now_us},
        &rows);
    if (failure == FAILURE_NONE)
        *ended = (int32_t)rows.affected;
    return failure;
}

enum failure share_store_end_organization(struct transaction *transaction,
                                          const struct share_set *set, int64_t now_us,
                                          int32_t *ended)
{
    struct rows rows;
    enum failure failure = sharing_end_organization_share(
        transaction,
        &(struct sharing_end_organization_share){.company_id = set->asset.company_id,
                                                 .organization_id = set->organization_id,
                                                 .asset_id = set->asset.id,
                                                 .now_us = now_us},
        &rows);
    if (failure == FAILURE_NONE)
        *ended += (int32_t)rows.affected;
    return failure;
}

enum failure share_store_read_current(struct transaction *transaction, const struct share_set *set,
                                      struct share_list *list)
{
    struct rows rows;
    enum failure failure = sharing_read_current_shares(
        transaction,
        &(struct sharing_read_current_shares){.company_id = set->asset.company_id,
                                              .asset_id = set->asset.id,
                                              .account_ids = {set->account_ids, set->count}},
        &rows);
    if (failure == FAILURE_NONE)
        *list = read_shares(transaction_task(transaction), &rows, set->asset.id);
    return failure;
}

enum failure share_store_list(struct reader reader, const struct share_filter *filter,
                              struct share_list *list)
{
    struct rows rows;
    enum failure failure =
        sharing_list_shares_alone(reader,
                                  &(struct sharing_list_shares){.company_id = filter->company_id,
                                                                .asset_id = filter->asset_id,
                                                                .account_id = filter->account_id,
                                                                .state = filter->state,
                                                                .start_us = filter->start_us,
                                                                .end_us = filter->end_us,
                                                                .before_id = filter->before_id,
                                                                .limit = (int64_t)filter->limit},
                                  &rows);
    if (failure == FAILURE_NONE)
        *list = read_shares(reader.task, &rows, filter->asset_id);
    return failure;
}

static struct received_share read_received(struct task *task, struct id account_id,
                                           const struct sharing_list_received_shares_row *row)
{
    return (struct received_share){
        .share_id = row->share_id,
        .share = {.asset_id = row->read_asset.asset_id,
                  .account_id = account_id,
                  .organization_id = row->organization_id,
                  .active = {row->active_from_us,
                             row->has_ended_time ? row->ended_us : INTERVAL_OPEN},
                  .share_id = row->share_id},
        .asset = asset_from_row(task, &row->read_asset)};
}

enum failure share_store_list_received(struct reader reader, const struct share_filter *filter,
                                       struct received_list *list)
{
    struct rows rows;
    enum failure failure = sharing_list_received_shares_alone(
        reader,
        &(struct sharing_list_received_shares){.company_id = filter->company_id,
                                               .account_id = filter->account_id,
                                               .state = filter->state,
                                               .kind = filter->kind,
                                               .start_us = filter->start_us,
                                               .end_us = filter->end_us,
                                               .before_id = filter->before_id,
                                               .limit = (int64_t)filter->limit,
                                               .look_max = RECEIVED_LOOK_MAX},
        &rows);
    if (failure != FAILURE_NONE)
        return failure;
    *list = (struct received_list){.count = 0};
    list->shares = arena_alloc_array(reader_arena(reader), rows.count + 1, sizeof(*list->shares));
    for (size_t i = 0; i < rows.count; i++) {
        struct sharing_list_received_shares_row row = sharing_list_received_shares_row(&rows, i);
        list->shares[list->count] = read_received(reader.task, filter->account_id, &row);
        list->count += row.matches;
        list->last_id = row.share_id;
        list->goes_on = row.looked == RECEIVED_LOOK_MAX;
    }
    return FAILURE_NONE;
}

static const struct interval *read_intervals(struct task *task, const struct rows *rows,
                                             size_t *count)
{
    struct interval *read = arena_alloc_array(task_arena(task), rows->count + 1, sizeof(*read));
    for (size_t i = 0; i < rows->count; i++) {
        struct sharing_read_verification_intervals_row row =
            sharing_read_verification_intervals_row(rows, i);
        read[i] =
            (struct interval){row.started_us, row.has_ended_time ? row.ended_us : INTERVAL_OPEN};
    }
    *count = rows->count;
    return read;
}

/* A statement of a transaction, or alone. */
struct asker {
    struct transaction *transaction; /* NULL: alone */
    struct reader alone;
};

static enum failure read_verifications(struct asker asker, struct company_key account,
                                       const struct interval **verified, size_t *count)
{
    const struct sharing_read_verification_intervals of = {.company_id = account.company_id,
                                                           .account_id = account.id};
    struct rows rows;
    enum failure failure = asker.transaction != NULL
                               ? sharing_read_verification_intervals(asker.transaction, &of, &rows)
                               : sharing_read_verification_intervals_alone(asker.alone, &of, &rows);
    if (failure == FAILURE_NONE)
        *verified = read_intervals(asker.alone.task, &rows, count);
    return failure;
}

static enum failure read_payments(struct asker asker, struct company_key account,
                                  struct id payer_id, struct benefit_usage *usage)
{
    const struct sharing_read_payment_intervals of = {
        .company_id = account.company_id, .account_id = account.id, .payer_account_id = payer_id};
    struct rows rows;
    enum failure failure = asker.transaction != NULL
                               ? sharing_read_payment_intervals(asker.transaction, &of, &rows)
                               : sharing_read_payment_intervals_alone(asker.alone, &of, &rows);
    if (failure == FAILURE_NONE)
        usage->payment_relations =
            read_intervals(asker.alone.task, &rows, &usage->payment_relation_count);
    return failure;
}

static enum failure read_share_times(struct asker asker, struct company_key asset,
                                     struct id account_id, struct benefit_usage *usage)
{
    const struct sharing_read_share_intervals of = {
        .company_id = asset.company_id, .asset_id = asset.id, .account_id = account_id};
    struct rows rows;
    enum failure failure = asker.transaction != NULL
                               ? sharing_read_share_intervals(asker.transaction, &of, &rows)
                               : sharing_read_share_intervals_alone(asker.alone, &of, &rows);
    if (failure == FAILURE_NONE)
        usage->shares = read_intervals(asker.alone.task, &rows, &usage->share_count);
    return failure;
}

static enum failure read_usage(struct asker asker, struct company_key asset, struct id account_id,
                               struct id owner_id, struct benefit_usage *usage)
{
    struct company_key account = {asset.company_id, account_id};
    struct company_key owner = {asset.company_id, owner_id};
    enum failure failure = read_share_times(asker, asset, account_id, usage);
    if (failure == FAILURE_NONE)
        failure = read_payments(asker, account, owner_id, usage);
    if (failure == FAILURE_NONE)
        failure =
            read_verifications(asker, owner, &usage->owner_verified, &usage->owner_verified_count);
    if (failure == FAILURE_NONE)
        failure = read_verifications(asker, account, &usage->recipient_verified,
                                     &usage->recipient_verified_count);
    return failure;
}

enum failure usage_store_read(struct reader reader, struct company_key asset, struct id account_id,
                              struct id owner_id, struct benefit_usage *usage)
{
    return read_usage((struct asker){NULL, reader}, asset, account_id, owner_id, usage);
}

enum failure usage_store_read_in(struct transaction *transaction, struct company_key asset,
                                 struct id account_id, struct id owner_id,
                                 struct benefit_usage *usage)
{
    struct asker asker = {transaction, {.task = transaction_task(transaction)}};
    return read_usage(asker, asset, account_id, owner_id, usage);
}

enum failure rule_store_save(struct transaction *transaction, const struct automatic_rule *rule,
                             int64_t now_us)
{
    return sharing_save_automatic_rule(
        transaction,
        &(struct sharing_save_automatic_rule){
            .company_id = rule->owner.company_id,
            .account_id = rule->owner.id,
            .kind = rule->kind,
            .recipient_account_ids = {rule->recipient_ids, rule->count},
            .organization_id = rule->organization_id,
            .saved_us = now_us},
        NULL);
}

/* Gathers the rows of each rule, which follow one another. */
static void read_rules(struct task *task, const struct rows *rows, struct kept_rule **rules,
                       size_t *count)
{
    struct id *recipients =
        arena_alloc_array(task_arena(task), rows->count + 1, sizeof *recipients);
    *rules = arena_alloc_array(task_arena(task), rows->count + 1, sizeof **rules);
    *count = 0;
    for (size_t i = 0; i < rows->count; i++) {
        struct sharing_list_automatic_rules_row row = sharing_list_automatic_rules_row(rows, i);
        recipients[i] = row.recipient_account_id;
        if (*count == 0 || (*rules)[*count - 1].rule.kind != row.kind)
            (*rules)[(*count)++] =
                (struct kept_rule){.rule = {.kind = row.kind,
                                            .recipient_ids = &recipients[i],
                                            .organization_id = row.organization_id},
                                   .saved_us = row.saved_us};
        (*rules)[*count - 1].rule.count += row.has_recipient_account_id;
    }
}

enum failure rule_store_list(struct reader reader, const struct automatic_rule *after, size_t limit,
                             struct kept_rule **rules, size_t *count)
{
    struct rows rows;
    enum failure failure = sharing_list_automatic_rules_alone(
        reader,
        &(struct sharing_list_automatic_rules){.company_id = after->owner.company_id,
                                               .account_id = after->owner.id,
                                               .after_kind = after->kind,
                                               .limit = (int64_t)limit},
        &rows);
    if (failure == FAILURE_NONE)
        read_rules(reader.task, &rows, rules, count);
    return failure;
}

enum failure rule_store_read_recipients(struct transaction *transaction, struct company_key owner,
                                        int64_t kind, struct rule_recipient **recipients,
                                        size_t *count)
{
    struct rows rows;
    enum failure failure = sharing_read_automatic_recipients(
        transaction,
        &(struct sharing_read_automatic_recipients){
            .company_id = owner.company_id, .account_id = owner.id, .kind = kind},
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
