#include "ledger/store/quota_store.h"

#include <assert.h>

#include "ledger/store/columns.h"
#include "ledger/store/queries.h"

static void ask_for_pools(struct pipeline *pipeline, struct id *companies, struct id *accounts,
                          size_t count)
{
    pipeline_sent(pipeline, ledger_read_pools_send(
                                pipeline->transaction,
                                &(struct ledger_read_pools){.company_ids = {companies, count},
                                                            .account_ids = {accounts, count}}));
}

static void ask_for_quotas(struct pipeline *pipeline, const struct ledger_read_quotas *named)
{
    pipeline_sent(pipeline, ledger_read_quotas_send(pipeline->transaction, named));
}

void quota_store_ask(struct pipeline *pipeline, const struct fact_keys *keys)
{
    if (keys->pools.count > 0)
        ask_for_pools(pipeline, keys->pools.companies, keys->pools.accounts, keys->pools.count);
    if (keys->quota_count > 0)
        ask_for_quotas(pipeline,
                       &(struct ledger_read_quotas){
                           .company_ids = {keys->quota_companies, keys->quota_count},
                           .account_ids = {keys->quota_accounts, keys->quota_count},
                           .sub_account_ids = {keys->quota_sub_accounts, keys->quota_count}});
    if (keys->purchase_count > 0)
        pipeline_sent(pipeline,
                      ledger_read_quotas_of_purchases_send(
                          pipeline->transaction,
                          &(struct ledger_read_quotas_of_purchases){
                              .company_ids = {keys->purchase_companies, keys->purchase_count},
                              .sequences = {keys->purchases, keys->purchase_count}}));
}

void quota_store_hear(struct pipeline *pipeline, const struct fact_keys *keys,
                      struct quota_answers *answers)
{
    if (keys->pools.count > 0)
        pipeline_receive(pipeline, &answers->pools);
    if (keys->quota_count > 0)
        pipeline_receive(pipeline, &answers->quotas);
    if (keys->purchase_count > 0)
        pipeline_receive(pipeline, &answers->of_purchases);
}

static void read_pools(struct facts *facts, const struct id *asked, size_t count,
                       const struct rows *rows)
{
    for (size_t i = 0; i < count; i++) {
        struct account *account = facts_account(facts, asked[i]);
        if (account != NULL)
            account->pool_known = true;
    }
    for (size_t row = 0; row < rows->count; row++) {
        struct ledger_read_pools_row found = ledger_read_pools_row(rows, row);
        struct account *account = facts_account(facts, found.account_id);
        if (account == NULL || account->pool != NULL)
            continue; /* of no account that there is, or asked for twice */
        account->pool = &facts->pools[facts->pool_count++];
        *account->pool =
            (struct quota_pool){.account = account, .settled_sequence = found.settled_sequence};
    }
}

static struct quota quota_from_row(const struct ledger_read_quotas_row *row,
                                   struct quota_pool *pool)
{
    return (struct quota){.pool = pool,
                          .sub_account_id = row->sub_account_id,
                          .basis = {.relation_id = row->relation_id,
                                    .agent_pays = row->relation_agent_pays,
                                    .agent_purchases = row->relation_agent_purchases,
                                    .paid_until_us = row->relation_paid_until_us,
                                    .same_company = row->same_company},
                          .is_open = row->is_open,
                          .line_relation_id = row->line_relation_id,
                          .line_micros = row->line_micros,
                          .deducted_micros = row->deducted_micros,
                          .undeducted_micros = row->undeducted_micros,
                          .held_micros = row->held_micros,
                          .metered_sequence = row->metered_sequence};
}

/* NULL: that of a purchase which is another account's. */
static struct quota *read_quota(struct facts *facts, const struct ledger_read_quotas_row *row)
{
    struct account *account = facts_account(facts, row->account_id);
    if (account == NULL)
        return NULL;
    struct quota *quota = facts_quota(facts, account, row->sub_account_id);
    if (quota == NULL) {
        quota = &facts->quotas[facts->quota_count++];
        *quota = quota_from_row(row, account->pool);
        quota->account = account;
    }
    return quota;
}

static void read_quotas(struct facts *facts, const struct rows *rows)
{
    for (size_t i = 0; i < rows->count; i++) {
        struct ledger_read_quotas_row row = ledger_read_quotas_row(rows, i);
        (void)read_quota(facts, &row);
    }
}

static void read_quotas_of_purchases(struct facts *facts, const struct rows *rows)
{
    for (size_t i = 0; i < rows->count; i++) {
        struct ledger_read_quotas_of_purchases_row row =
            ledger_read_quotas_of_purchases_row(rows, i);
        struct id company_id = row.read_quotas.company_id;
        struct purchase *purchase =
            facts_purchase(facts, company_id, entry_id(company_id, row.purchase_sequence));
        if (purchase != NULL)
            purchase->quota = read_quota(facts, &row.read_quotas);
    }
}

enum failure quota_store_read(struct arena *arena, const struct fact_keys *keys,
                              const struct quota_answers *answers, struct facts *facts)
{
    facts->pool_count_max = answers->pools.count + keys->quota_count + facts->hold_count;
    facts->quota_count_max =
        answers->quotas.count + answers->of_purchases.count + facts->hold_count;
    facts->pools = arena_try_alloc_array(arena, facts->pool_count_max, sizeof *facts->pools);
    facts->quotas = arena_try_alloc_array(arena, facts->quota_count_max, sizeof *facts->quotas);
    if (facts->pools == NULL || facts->quotas == NULL)
        return FAILURE_EXHAUSTED;
    read_pools(facts, keys->pools.accounts, keys->pools.count, &answers->pools);
    read_quotas(facts, &answers->quotas);
    read_quotas_of_purchases(facts, &answers->of_purchases);
    return FAILURE_NONE;
}

static void take_quotas_of_holds(struct facts *facts)
{
    for (size_t i = 0; i < facts->hold_count; i++) {
        struct hold *hold = &facts->holds[i];
        if (!id_is_nil(hold->sub_account_id))
            hold->quota = facts_quota(facts, hold->account, hold->sub_account_id);
    }
}

enum failure quota_store_read_of_holds(struct pipeline *pipeline, struct facts *facts)
{
    struct columns columns;
    struct rows pools, quotas;
    size_t count = 0;
    if (!pipeline_begin_columns(pipeline, &columns, facts->hold_count, 3, 0))
        return pipeline->failure;
    struct id *companies = columns_ids(&columns), *accounts = columns_ids(&columns),
              *sub_accounts = columns_ids(&columns);
    take_quotas_of_holds(facts);
    for (size_t i = 0; i < facts->hold_count; i++) {
        const struct hold *hold = &facts->holds[i];
        if (id_is_nil(hold->sub_account_id) || hold->quota != NULL)
            continue;
        companies[count] = hold->account->company_id;
        accounts[count] = hold->account->id;
        sub_accounts[count++] = hold->sub_account_id;
    }
    if (count == 0)
        return FAILURE_NONE;
    ask_for_pools(pipeline, companies, accounts, count);
    ask_for_quotas(pipeline,
                   &(struct ledger_read_quotas){.company_ids = {companies, count},
                                                .account_ids = {accounts, count},
                                                .sub_account_ids = {sub_accounts, count}});
    pipeline_receive(pipeline, &pools);
    pipeline_receive(pipeline, &quotas);
    if (pipeline->failure != FAILURE_NONE)
        return pipeline->failure;
    read_pools(facts, accounts, count, &pools);
    read_quotas(facts, &quotas);
    take_quotas_of_holds(facts);
    return FAILURE_NONE;
}

static void keep_pools(struct pipeline *pipeline, const struct facts *facts)
{
    struct columns columns;
    size_t count = 0, row = 0;
    for (size_t i = 0; i < facts->pool_count; i++)
        count += facts->pools[i].changed;
    if (!pipeline_begin_columns(pipeline, &columns, count, 2, 1))
        return;
    struct id *companies = columns_ids(&columns), *accounts = columns_ids(&columns);
    int64_t *settled = columns_int64s(&columns);
    for (size_t i = 0; i < facts->pool_count; i++) {
        const struct quota_pool *pool = &facts->pools[i];
        if (!pool->changed)
            continue;
        companies[row] = pool->account->company_id;
        accounts[row] = pool->account->id;
        settled[row++] = pool->settled_sequence;
    }
    pipeline_note(pipeline, ledger_keep_pools_send_silently(
                                pipeline->transaction, &(struct ledger_keep_pools){
                                                           .company_ids = {companies, count},
                                                           .account_ids = {accounts, count},
                                                           .settled_sequences = {settled, count}}));
}

static void keep_quotas(struct pipeline *pipeline, const struct facts *facts)
{
    struct columns columns;
    size_t count = 0, row = 0;
    for (size_t i = 0; i < facts->quota_count; i++)
        count += facts->quotas[i].changed;
    if (!pipeline_begin_columns(pipeline, &columns, count, 4, 5))
        return;
    struct id *companies = columns_ids(&columns), *accounts = columns_ids(&columns),
              *sub_accounts = columns_ids(&columns), *relations = columns_ids(&columns);
    int64_t *lines = columns_int64s(&columns), *deducted = columns_int64s(&columns),
            *undeducted = columns_int64s(&columns), *held = columns_int64s(&columns),
            *metered = columns_int64s(&columns);
    for (size_t i = 0; i < facts->quota_count; i++) {
        const struct quota *quota = &facts->quotas[i];
        if (!quota->changed)
            continue;
        companies[row] = quota->account->company_id;
        accounts[row] = quota->account->id;
        sub_accounts[row] = quota->sub_account_id;
        relations[row] = quota->line_relation_id;
        lines[row] = quota->line_micros;
        deducted[row] = quota->deducted_micros;
        undeducted[row] = quota->undeducted_micros;
        held[row] = quota->held_micros;
        metered[row++] = quota->metered_sequence;
    }
    pipeline_note(pipeline, ledger_keep_quotas_send_silently(
                                pipeline->transaction, &(struct ledger_keep_quotas){
                                                           .company_ids = {companies, count},
                                                           .account_ids = {accounts, count},
                                                           .sub_account_ids = {sub_accounts, count},
                                                           .line_relation_ids = {relations, count},
                                                           .line_micros = {lines, count},
                                                           .deducted_micros = {deducted, count},
                                                           .undeducted_micros = {undeducted, count},
                                                           .held_micros = {held, count},
                                                           .metered_sequences = {metered, count}}));
}

void quota_store_keep(struct pipeline *pipeline, const struct facts *facts)
{
    keep_pools(pipeline, facts);
    keep_quotas(pipeline, facts);
}

enum failure quota_store_find(struct reader reader, const struct quotas_wanted *wanted,
                              struct quota *quota)
{
    struct rows rows;
    enum failure failure = ledger_read_quotas_alone(
        reader,
        &(struct ledger_read_quotas){.company_ids = {&wanted->company_id, 1},
                                     .account_ids = {&wanted->account_id, 1},
                                     .sub_account_ids = {&wanted->only_id, 1}},
        &rows);
    if (failure != FAILURE_NONE)
        return failure;
    struct ledger_read_quotas_row row = ledger_read_quotas_row(&rows, 0);
    *quota = quota_from_row(&row, NULL);
    return FAILURE_NONE;
}

enum failure quota_store_list(struct reader reader, const struct quotas_wanted *wanted,
                              struct quotas *quotas)
{
    struct rows rows;
    enum failure failure =
        ledger_list_quotas_alone(reader,
                                 &(struct ledger_list_quotas){.company_id = wanted->company_id,
                                                              .account_id = wanted->account_id,
                                                              .after_id = wanted->after_id,
                                                              .sub_account_id = wanted->only_id,
                                                              .limit = (int64_t)wanted->limit,
                                                              .now_us = wanted->now_us},
                                 &rows);
    if (failure != FAILURE_NONE)
        return failure;
    struct quota_pool *pool =
        arena_alloc(reader_arena(reader), sizeof *pool); /* the same one in every row */
    *pool = (struct quota_pool){
        .settled_sequence = rows.count > 0 ? ledger_list_quotas_row(&rows, 0).settled_sequence : 0};
    *quotas = (struct quotas){
        .rows = arena_alloc_array(reader_arena(reader), rows.count + 1, sizeof *quotas->rows)};
    for (; quotas->count < rows.count; quotas->count++) {
        struct ledger_list_quotas_row row = ledger_list_quotas_row(&rows, quotas->count);
        quotas->rows[quotas->count] = quota_from_row(&row.read_quotas, pool);
    }
    return FAILURE_NONE;
}
