#include "gateway/store/account_store.h"

#include "gateway/store/queries.h"

enum failure account_store_claim(struct reader reader, struct id account_id, int64_t now_us,
                                 int64_t lease_until_us, struct account_lease *lease)
{
    struct rows rows;
    *lease = (struct account_lease){.account_id = account_id, .lease_id = id_new(now_us)};
    enum failure failure = database_query(reader, &gateway_query_account_claim,
                                          PARAMS(param_id(account_id), param_id(lease->lease_id),
                                                 param_time(now_us), param_time(lease_until_us)),
                                          &rows);
    if (failure == FAILURE_NONE)
        lease->taken = rows.count == 1;
    return failure;
}

enum failure account_store_release(struct reader reader, const struct account_lease *lease,
                                   int64_t now_us)
{
    return database_query(
        reader, &gateway_query_account_release,
        PARAMS(param_id(lease->account_id), param_id(lease->lease_id), param_time(now_us)), NULL);
}

enum failure account_store_settle(struct reader reader, struct id account_id, struct id company_id,
                                  struct id *settled_id)
{
    struct rows rows;
    enum failure failure =
        database_query(reader, &gateway_query_account_settle,
                       PARAMS(param_id(account_id), param_id(company_id)), &rows);
    if (failure == FAILURE_NONE)
        *settled_id = rows.count == 1 ? row_id(&rows, 0, 0) : (struct id){{0}};
    return failure;
}

enum failure account_store_company(struct reader reader, struct id account_id,
                                   struct id *company_id)
{
    struct rows rows;
    enum failure failure =
        database_query(reader, &gateway_query_account_read, PARAMS(param_id(account_id)), &rows);
    if (failure == FAILURE_NONE)
        *company_id = rows.count == 1 ? row_id(&rows, 0, 0) : (struct id){{0}};
    return failure;
}
