#include "gateway/store/account_store.h"

#include "gateway/store/queries.h"

enum failure account_store_claim(struct reader reader, struct id account_id, int64_t now_us,
                                 int64_t lease_until_us, struct account_lease *lease)
{
    struct rows rows;
    *lease = (struct account_lease){.account_id = account_id, .lease_id = id_new(now_us)};
    enum failure failure =
        gateway_account_claim_alone(reader,
                                    &(struct gateway_account_claim){.account_id = account_id,
                                                                    .lease_id = lease->lease_id,
                                                                    .now_us = now_us,
                                                                    .lease_us = lease_until_us},
                                    &rows);
    if (failure == FAILURE_NONE)
        lease->taken = rows.count == 1;
    return failure;
}

enum failure account_store_release(struct reader reader, const struct account_lease *lease,
                                   int64_t now_us)
{
    return gateway_account_release_alone(
        reader,
        &(struct gateway_account_release){
            .account_id = lease->account_id, .lease_id = lease->lease_id, .now_us = now_us},
        NULL);
}

enum failure account_store_settle(struct reader reader, struct id account_id, struct id company_id,
                                  struct id *settled_id)
{
    struct rows rows;
    enum failure failure = gateway_account_settle_alone(
        reader,
        &(struct gateway_account_settle){.account_id = account_id, .company_id = company_id},
        &rows);
    if (failure == FAILURE_NONE)
        *settled_id =
            rows.count == 1 ? gateway_account_settle_row(&rows, 0).company_id : (struct id){{0}};
    return failure;
}

enum failure account_store_company(struct reader reader, struct id account_id,
                                   struct id *company_id)
{
    struct rows rows;
    enum failure failure = gateway_account_read_alone(
        reader, &(struct gateway_account_read){.account_id = account_id}, &rows);
    if (failure == FAILURE_NONE)
        *company_id =
            rows.count == 1 ? gateway_account_read_row(&rows, 0).company_id : (struct id){{0}};
    return failure;
}
