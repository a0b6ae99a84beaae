#include "ledger/store/relation_store.h"

#include "ledger/store/queries.h"

enum failure relation_store_read(struct transaction *transaction, struct relation *relation)
{
    struct rows rows;
    enum failure failure = ledger_read_relation(
        transaction,
        &(struct ledger_read_relation){.relation_id = relation->id,
                                       .agent_id = relation->ends.agent_id,
                                       .customer_id = relation->ends.customer_id},
        &rows);
    if (failure != FAILURE_NONE || rows.count == 0)
        return failure;
    struct ledger_read_relation_row row = ledger_read_relation_row(&rows, 0);
    *relation = (struct relation){.id = relation->id,
                                  .ends = relation->ends,
                                  .version = row.version,
                                  .ended = row.ended,
                                  .allocates = row.allocates,
                                  .agent_pays = row.agent_pays,
                                  .agent_purchases = row.agent_purchases,
                                  .paid_until_us = row.paid_until_us,
                                  .at_risk = row.at_risk,
                                  .risk_us = row.risk_us};
    return FAILURE_NONE;
}

enum failure relation_store_keep_risk(struct transaction *transaction,
                                      const struct relation *relation)
{
    return ledger_keep_relation_risk(
        transaction,
        &(struct ledger_keep_relation_risk){.relation_id = relation->id,
                                            .agent_id = relation->ends.agent_id,
                                            .customer_id = relation->ends.customer_id,
                                            .at_risk = relation->at_risk,
                                            .risk_us = relation->risk_us},
        NULL);
}

enum failure relation_store_keep(struct transaction *transaction, const struct relation *relation)
{
    return ledger_keep_relation(
        transaction,
        &(struct ledger_keep_relation){.relation_id = relation->id,
                                       .agent_id = relation->ends.agent_id,
                                       .customer_id = relation->ends.customer_id,
                                       .version = relation->version,
                                       .ended = relation->ended,
                                       .allocates = relation->allocates,
                                       .agent_pays = relation->agent_pays,
                                       .agent_purchases = relation->agent_purchases,
                                       .paid_until_us = relation->paid_until_us},
        NULL);
}

enum failure relation_store_is_paid_for(struct transaction *transaction, struct id account_id,
                                        bool *is_paid_for)
{
    struct rows rows;
    enum failure failure = ledger_find_paying_agent(
        transaction, &(struct ledger_find_paying_agent){.customer_id = account_id}, &rows);
    *is_paid_for = failure == FAILURE_NONE && rows.count == 1;
    return failure;
}
