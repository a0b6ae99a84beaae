#include "ledger/store/quota_store.h"

#include <assert.h>

#include "ledger/store/columns.h"
#include "ledger/store/queries.h"

void quota_store_ask(struct pipeline *pipeline, const struct keys *keys)
{
    if (keys->pools.count > 0)
        pipeline_send(pipeline, &ledger_query_read_pools,
                      PARAMS(param_id_array(keys->pools.companies, keys->pools.count),
                             param_id_array(keys->pools.accounts, keys->pools.count)));
    if (keys->quota_count > 0)
        pipeline_send(pipeline, &ledger_query_read_quotas,
                      PARAMS(param_id_array(keys->quota_companies, keys->quota_count),
                             param_id_array(keys->quota_accounts, keys->quota_count),
                             param_id_array(keys->quota_sub_accounts, keys->quota_count)));
    if (keys->purchase_count > 0)
        pipeline_send(pipeline, &ledger_query_read_quotas_of_purchases,
                      PARAMS(param_id_array(keys->purchase_companies, keys->purchase_count),
                             param_int64_array(keys->purchases, keys->purchase_count)));
}

void quota_store_hear(struct pipeline *pipeline, const struct keys *keys,
                      struct quota_answers *answers)
{
    if (keys->pools.count > 0)
        pipeline_receive(pipeline, &answers->pools);
    if (keys->quota_count > 0)
        pipeline_receive(pipeline, &answers->quotas);
    if (keys->purchase_count > 0)
        pipeline_receive(pipeline, &answers->of_purchases);
}

static void read_pools(struct facts *facts, const struct keys *keys, const struct rows *rows)
{
    for (size_t i = 0; i < keys->pools.count; i++) {
        struct account *account = facts_account(facts, keys->pools.accounts[i]);
        if (account != NULL)
            account->pool_known = true;
    }
    for (size_t row = 0; row < rows->count; row++) {
        struct account *account = facts_account(facts, row_id(rows, row, 1));
        assert(account != NULL);
        account->pool = &facts->pools[facts->pool_count++];
        *account->pool =
            (struct pool){.account = account, .settled_sequence = row_int64(rows, row, 2)};
    }
}

/* Columns 2 to 6 of every query that reads quotas. */
static struct quota quota_from_row(const struct rows *rows, size_t row, struct pool *pool)
{
    return (struct quota){.pool = pool,
                          .sub_account_id = row_id(rows, row, 2),
                          .line_micros = row_int64(rows, row, 3),
                          .deducted_micros = row_int64(rows, row, 4),
                          .undeducted_micros = row_int64(rows, row, 5),
                          .metered_sequence = row_int64(rows, row, 6)};
}

/* NULL: that of a purchase which is another account's. */
static struct quota *read_quota(struct facts *facts, const struct rows *rows, size_t row)
{
    struct account *account = facts_account(facts, row_id(rows, row, 1));
    if (account == NULL || account->pool == NULL)
        return NULL;
    struct quota *quota = facts_quota(facts, account, row_id(rows, row, 2));
    if (quota == NULL) {
        quota = &facts->quotas[facts->quota_count++];
        *quota = quota_from_row(rows, row, account->pool);
    }
    return quota;
}

static void read_quotas_of_purchases(struct facts *facts, const struct rows *rows)
{
    for (size_t row = 0; row < rows->count; row++) {
        struct id company_id = row_id(rows, row, 0);
        struct purchase *purchase =
            facts_purchase(facts, company_id, entry_id(company_id, row_int64(rows, row, 7)));
        if (purchase != NULL)
            purchase->quota = read_quota(facts, rows, row);
    }
}

enum failure quota_store_read(struct arena *arena, const struct keys *keys,
                              const struct quota_answers *answers, struct facts *facts)
{
    facts->pool_count_max = answers->pools.count + keys->quota_count;
    facts->quota_count_max =
        answers->quotas.count + answers->of_purchases.count + keys->quota_count;
    facts->pools = arena_alloc_array(arena, facts->pool_count_max, sizeof *facts->pools);
    facts->quotas = arena_alloc_array(arena, facts->quota_count_max, sizeof *facts->quotas);
    if (facts->pools == NULL || facts->quotas == NULL)
        return FAILURE_EXHAUSTED;
    read_pools(facts, keys, &answers->pools);
    for (size_t row = 0; row < answers->quotas.count; row++)
        (void)read_quota(facts, &answers->quotas, row);
    read_quotas_of_purchases(facts, &answers->of_purchases);
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
        const struct pool *pool = &facts->pools[i];
        if (!pool->changed)
            continue;
        companies[row] = pool->account->company_id;
        accounts[row] = pool->account->id;
        settled[row++] = pool->settled_sequence;
    }
    pipeline_send_silently(pipeline, &ledger_query_keep_pools,
                           PARAMS(param_id_array(companies, count), param_id_array(accounts, count),
                                  param_int64_array(settled, count)));
}

static void keep_quotas(struct pipeline *pipeline, const struct facts *facts)
{
    struct columns columns;
    size_t count = 0, row = 0;
    for (size_t i = 0; i < facts->quota_count; i++)
        count += facts->quotas[i].changed;
    if (!pipeline_begin_columns(pipeline, &columns, count, 3, 4))
        return;
    struct id *companies = columns_ids(&columns), *accounts = columns_ids(&columns),
              *sub_accounts = columns_ids(&columns);
    int64_t *lines = columns_int64s(&columns), *deducted = columns_int64s(&columns),
            *undeducted = columns_int64s(&columns), *metered = columns_int64s(&columns);
    for (size_t i = 0; i < facts->quota_count; i++) {
        const struct quota *quota = &facts->quotas[i];
        if (!quota->changed)
            continue;
        companies[row] = quota->pool->account->company_id;
        accounts[row] = quota->pool->account->id;
        sub_accounts[row] = quota->sub_account_id;
        lines[row] = quota->line_micros;
        deducted[row] = quota->deducted_micros;
        undeducted[row] = quota->undeducted_micros;
        metered[row++] = quota->metered_sequence;
    }
    pipeline_send_silently(
        pipeline, &ledger_query_keep_quotas,
        PARAMS(param_id_array(companies, count), param_id_array(accounts, count),
               param_id_array(sub_accounts, count), param_int64_array(lines, count),
               param_int64_array(deducted, count), param_int64_array(undeducted, count),
               param_int64_array(metered, count)));
}

void quota_store_keep(struct pipeline *pipeline, const struct facts *facts)
{
    keep_pools(pipeline, facts);
    keep_quotas(pipeline, facts);
}

enum failure quota_store_list(struct reader reader, struct id company_id, struct id account_id,
                              struct id after, struct id only, size_t limit, struct quota **quotas,
                              size_t *count)
{
    struct rows rows;
    enum failure failure = database_query(
        reader, &ledger_query_list_quotas,
        PARAMS(param_id(company_id), param_id(account_id), param_id(after),
               id_is_nil(only) ? param_null() : param_id(only), param_int64((int64_t)limit)),
        &rows);
    if (failure != FAILURE_NONE)
        return failure;
    struct pool *pool =
        arena_alloc(reader_arena(reader), sizeof *pool); /* the same one in every row */
    *quotas = arena_alloc_array(reader_arena(reader), rows.count + 1, sizeof **quotas);
    if (pool == NULL || *quotas == NULL)
        return FAILURE_EXHAUSTED;
    *pool = (struct pool){.settled_sequence = rows.count > 0 ? row_int64(&rows, 0, 7) : 0};
    for (*count = 0; *count < rows.count; ++*count)
        (*quotas)[*count] = quota_from_row(&rows, *count, pool);
    return FAILURE_NONE;
}
