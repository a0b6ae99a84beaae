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

static struct account_home home_from_rows(const struct rows *rows)
{
    if (rows->count != 1)
        return (struct account_home){.company_id = {{0}}};
    struct gateway_account_read_row row = gateway_account_read_row(rows, 0);
    return (struct account_home){.company_id = row.company_id,
                                 .chain_id = row.chain_id,
                                 .benefit_company_id = row.benefit_company_id,
                                 .sharing_company_id = row.sharing_company_id,
                                 .told_company_id = row.told_company_id,
                                 .looked_us = row.lease_us};
}

enum failure account_store_settle(struct reader reader, struct id account_id,
                                  const struct account_home *wanted, struct account_home *home)
{
    struct rows rows = {0};
    enum failure failure = gateway_account_settle_alone(
        reader,
        &(struct gateway_account_settle){.account_id = account_id,
                                         .company_id = wanted->company_id,
                                         .benefit_company_id = wanted->benefit_company_id},
        &rows);
    if (failure == FAILURE_NONE)
        *home = home_from_rows(&rows);
    return failure;
}

enum failure account_store_read(struct reader reader, struct id account_id,
                                struct account_home *home)
{
    struct rows rows = {0};
    enum failure failure = gateway_account_read_alone(
        reader, &(struct gateway_account_read){.account_id = account_id}, &rows);
    if (failure == FAILURE_NONE)
        *home = home_from_rows(&rows);
    return failure;
}

enum failure account_store_tell(struct reader reader, struct id account_id,
                                const struct account_home *home)
{
    return gateway_account_tell_alone(
        reader,
        &(struct gateway_account_tell){.account_id = account_id,
                                       .chain_id = home->chain_id,
                                       .told_company_id = home->told_company_id},
        NULL);
}

enum failure account_store_tell_sharing(struct reader reader, struct id account_id,
                                        struct id company_id)
{
    return gateway_account_tell_sharing_alone(
        reader,
        &(struct gateway_account_tell_sharing){.account_id = account_id, .company_id = company_id},
        NULL);
}
