#include "ledger/store/funding_store.h"

#include "ledger/store/queries.h"

static struct funding_request from_row(const struct ledger_lock_funding_request_row *row)
{
    return (struct funding_request){.id = row->funding_request_id,
                                    .customer_id = row->customer_id,
                                    .agent_id = row->agent_id,
                                    .amount_micros = row->amount_micros,
                                    .currency = row->currency,
                                    .remark = row->remark,
                                    .state = (enum funding_state)row->state,
                                    .asked_us = row->request_us,
                                    .expires_us = row->expire_us,
                                    .ended_us = row->end_us,
                                    .granted_micros = row->granted_micros,
                                    .transfer_id = row->transfer_id,
                                    .went_back = row->went_back,
                                    .decline_remark = row->decline_remark};
}

enum failure funding_store_read_facts(struct transaction *transaction, struct id customer_id,
                                      int64_t now_us, struct funding_facts *facts,
                                      struct id *agent_id)
{
    struct rows agents, asked;
    enum failure failure = ledger_find_funding_agent(
        transaction, &(struct ledger_find_funding_agent){.customer_id = customer_id}, &agents);
    if (failure == FAILURE_NONE)
        failure = ledger_count_funding_requests(
            transaction,
            &(struct ledger_count_funding_requests){.customer_id = customer_id,
                                                    .since_us = now_us - FUNDING_DAY_US,
                                                    .now_us = now_us,
                                                    .limit = FUNDING_REQUESTS_A_DAY},
            &asked);
    if (failure != FAILURE_NONE)
        return failure;
    struct ledger_count_funding_requests_row counted = ledger_count_funding_requests_row(&asked, 0);
    facts->asked = counted.asked;
    facts->waits = counted.waits;
    facts->has_agent = agents.count == 1;
    if (!facts->has_agent)
        return FAILURE_NONE;
    struct ledger_find_funding_agent_row agent = ledger_find_funding_agent_row(&agents, 0);
    facts->allocates = agent.allocates;
    *agent_id = agent.agent_id;
    return FAILURE_NONE;
}

enum failure funding_store_insert(struct transaction *transaction,
                                  const struct funding_request *request)
{
    enum failure failure = ledger_expire_funding_request(
        transaction,
        &(struct ledger_expire_funding_request){.customer_id = request->customer_id,
                                                .now_us = request->asked_us},
        NULL);
    if (failure != FAILURE_NONE)
        return failure;
    return ledger_insert_funding_request(
        transaction,
        &(struct ledger_insert_funding_request){.funding_request_id = request->id,
                                                .customer_id = request->customer_id,
                                                .agent_id = request->agent_id,
                                                .amount_micros = request->amount_micros,
                                                .currency = request->currency,
                                                .remark = request->remark,
                                                .request_us = request->asked_us,
                                                .expire_us = request->expires_us},
        NULL);
}

enum failure funding_store_lock(struct transaction *transaction, struct id request_id,
                                struct funding_request *request, bool *found)
{
    struct rows rows;
    enum failure failure = ledger_lock_funding_request(
        transaction, &(struct ledger_lock_funding_request){.funding_request_id = request_id},
        &rows);
    *found = failure == FAILURE_NONE && rows.count == 1;
    if (!*found)
        return failure;
    struct ledger_lock_funding_request_row row = ledger_lock_funding_request_row(&rows, 0);
    *request = from_row(&row);
    return FAILURE_NONE;
}

enum failure funding_store_end(struct transaction *transaction,
                               const struct funding_request *request)
{
    return ledger_end_funding_request(
        transaction,
        &(struct ledger_end_funding_request){.funding_request_id = request->id,
                                             .state = request->state,
                                             .end_us = request->ended_us,
                                             .decline_remark = request->decline_remark},
        NULL);
}

enum failure funding_store_lapse(struct transaction *transaction, struct relation_ends ends,
                                 int64_t now_us)
{
    return ledger_lapse_funding_request(
        transaction,
        &(struct ledger_lapse_funding_request){
            .customer_id = ends.customer_id, .agent_id = ends.agent_id, .end_us = now_us},
        NULL);
}

enum failure funding_store_list(struct reader reader, const struct funding_page *page,
                                struct funding_list *list)
{
    struct rows rows;
    enum failure failure = ledger_list_funding_requests_alone(
        reader,
        &(struct ledger_list_funding_requests){.account_id = page->account_id,
                                               .before_id = page->before_id,
                                               .with_ended = page->with_ended,
                                               .now_us = page->now_us,
                                               .limit = (int64_t)page->limit},
        &rows);
    if (failure != FAILURE_NONE)
        return failure;
    list->items = arena_alloc_array(reader_arena(reader), rows.count + 1, sizeof *list->items);
    for (list->count = 0; list->count < rows.count; list->count++) {
        struct ledger_lock_funding_request_row row =
            ledger_lock_funding_request_row(&rows, list->count);
        list->items[list->count] = from_row(&row);
    }
    return FAILURE_NONE;
}
