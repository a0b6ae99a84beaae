#include "identity/store/partner_store.h"

#include "identity/store/queries.h"

static struct partner_contract contract_of(struct identity_partner_last_row row)
{
    return (struct partner_contract){.contract_id = row.contract_id,
                                     .account_id = row.account_id,
                                     .reference = row.reference,
                                     .begun_us = row.begin_us,
                                     .ends_us = row.end_us,
                                     .authorised_by = row.authorised_by};
}

enum failure partner_store_last(struct transaction *transaction, struct id account_id,
                                struct partner_contract *contract, bool *found)
{
    struct rows rows;
    enum failure failure = identity_partner_last(
        transaction, &(struct identity_partner_last){.account_id = account_id}, &rows);
    *found = failure == FAILURE_NONE && rows.count > 0;
    if (*found)
        *contract = contract_of(identity_partner_last_row(&rows, 0));
    return failure;
}

enum failure partner_store_insert(struct transaction *transaction,
                                  const struct partner_contract *contract)
{
    return identity_partner_insert(
        transaction,
        &(struct identity_partner_insert){.contract_id = contract->contract_id,
                                          .account_id = contract->account_id,
                                          .reference = contract->reference,
                                          .begin_us = contract->begun_us,
                                          .end_us = contract->ends_us,
                                          .authorised_by = contract->authorised_by},
        NULL);
}

enum failure partner_store_end(struct transaction *transaction, struct id contract_id,
                               struct id ended_by, int64_t now_us)
{
    return identity_partner_end(transaction,
                                &(struct identity_partner_end){.contract_id = contract_id,
                                                               .end_us = now_us,
                                                               .ended_by = ended_by},
                                NULL);
}

enum failure partner_store_list(struct reader reader, struct id account_id, struct id before_id,
                                size_t limit, struct partner_contracts *found)
{
    struct rows rows;
    enum failure failure = identity_partner_list_alone(
        reader,
        &(struct identity_partner_list){
            .account_id = account_id, .before_id = before_id, .limit = (int64_t)limit},
        &rows);
    if (failure != FAILURE_NONE)
        return failure;
    found->items = arena_alloc_array(reader_arena(reader), rows.count + 1, sizeof *found->items);
    for (size_t i = 0; i < rows.count; i++)
        found->items[i] = contract_of(identity_partner_last_row(&rows, i));
    found->count = rows.count;
    return FAILURE_NONE;
}
