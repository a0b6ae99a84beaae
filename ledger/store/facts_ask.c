#include "ledger/store/facts_answers.h"
#include "ledger/store/queries.h"

#define PAIRS(pairs)                                   \
    .company_ids = {(pairs).companies, (pairs).count}, \
    .account_ids = {(pairs).accounts, (pairs).count}

static void ask_for_lines(struct pipeline *pipeline, const struct fact_keys *keys,
                          const struct facts_reading *reading)
{
    struct id_array companies = id_array(keys->line_companies, keys->line_count);
    struct text_array currencies = text_array(keys->line_currencies, keys->line_count);
    if (reading->lock)
        pipeline_note(pipeline, ledger_open_credit_lines_send_silently(
                                    pipeline->transaction,
                                    &(struct ledger_open_credit_lines){
                                        .company_ids = companies,
                                        .currencies = currencies,
                                        .line_micros = reading->credit_line_default_micros}));
    pipeline_sent(pipeline, ledger_read_credit_lines_send(
                                pipeline->transaction,
                                &(struct ledger_read_credit_lines){.company_ids = companies,
                                                                   .currencies = currencies}));
}

static void ask_for_lots(struct pipeline *pipeline, const struct fact_keys *keys, bool deep)
{
    if (keys->spenders.count > 0)
        pipeline_sent(pipeline, ledger_read_spendable_lots_send(
                                    pipeline->transaction,
                                    &(struct ledger_read_spendable_lots){
                                        PAIRS(keys->spenders), .limit = facts_lots_limit(deep)}));
    if (keys->receivers.count > 0)
        pipeline_sent(pipeline, ledger_read_last_lots_send(
                                    pipeline->transaction,
                                    &(struct ledger_read_last_lots){PAIRS(keys->receivers)}));
    if (keys->revoke_count > 0)
        pipeline_sent(pipeline,
                      ledger_read_source_lots_send(
                          pipeline->transaction,
                          &(struct ledger_read_source_lots){
                              .company_ids = {keys->revoke_companies, keys->revoke_count},
                              .account_ids = {keys->revoke_accounts, keys->revoke_count},
                              .source_account_ids = {keys->revoke_sources, keys->revoke_count},
                              .kinds = {keys->revoke_kinds, keys->revoke_count},
                              .limit = facts_lots_limit(deep)}));
}

static void ask_for_purchases(struct pipeline *pipeline, const struct fact_keys *keys)
{
    struct id_array companies = id_array(keys->purchase_companies, keys->purchase_count);
    struct int64_array sequences = int64_array(keys->purchases, keys->purchase_count);
    pipeline_sent(pipeline,
                  ledger_read_purchases_send(pipeline->transaction, &(struct ledger_read_purchases){
                                                                        .company_ids = companies,
                                                                        .sequences = sequences}));
    pipeline_sent(pipeline, ledger_read_purchase_lots_send(
                                pipeline->transaction,
                                &(struct ledger_read_purchase_lots){.company_ids = companies,
                                                                    .sequences = sequences}));
}

static void ask_for_transits(struct pipeline *pipeline, const struct fact_keys *keys)
{
    struct id_array ids = id_array(keys->transits, keys->transit_count);
    pipeline_sent(pipeline,
                  ledger_read_transits_send(pipeline->transaction,
                                            &(struct ledger_read_transits){.transit_ids = ids}));
    pipeline_sent(pipeline, ledger_read_transit_lots_send(
                                pipeline->transaction,
                                &(struct ledger_read_transit_lots){.transit_ids = ids}));
}

static void ask_for_relations(struct pipeline *pipeline, const struct fact_keys *keys)
{
    pipeline_sent(pipeline, ledger_read_relations_send(
                                pipeline->transaction,
                                &(struct ledger_read_relations){
                                    .agent_ids = {keys->agents, keys->relation_count},
                                    .customer_ids = {keys->customers, keys->relation_count}}));
}

/* The chains' lock comes first, in a statement of its own: what is read after it sees all that
 * committed while it was waited for. */
static void send_questions(struct pipeline *pipeline, const struct fact_keys *keys,
                           const struct facts_reading *reading)
{
    struct ledger_read_chains chains = {.company_ids = {keys->companies, keys->company_count}};
    pipeline_sent(pipeline, reading->lock
                                ? ledger_lock_chains_send(pipeline->transaction, &chains)
                                : ledger_read_chains_send(pipeline->transaction, &chains));
    if (reading->fence_place != 0)
        pipeline_sent(pipeline, ledger_read_freeze_fence_send(pipeline->transaction,
                                                              &(struct ledger_read_freeze_fence){
                                                                  .place = reading->fence_place}));
    if (keys->accounts.count > 0)
        pipeline_sent(pipeline, ledger_read_accounts_send(
                                    pipeline->transaction,
                                    &(struct ledger_read_accounts){PAIRS(keys->accounts)}));
    if (keys->line_count > 0)
        ask_for_lines(pipeline, keys, reading);
    if (keys->request_count > 0)
        pipeline_sent(pipeline,
                      ledger_find_requests_send(
                          pipeline->transaction,
                          &(struct ledger_find_requests){
                              .company_ids = {keys->request_companies, keys->request_count},
                              .request_ids = {keys->requests, keys->request_count},
                              .origins = {keys->request_origins, keys->request_count},
                              .is_step = {keys->request_steps, keys->request_count}}));
    if (keys->request_count > 0)
        pipeline_sent(pipeline,
                      ledger_find_request_entries_send(
                          pipeline->transaction,
                          &(struct ledger_find_request_entries){
                              .request_keys = {keys->request_keys, keys->request_count}}));
    ask_for_lots(pipeline, keys, reading->deep);
    if (keys->payers.count > 0)
        pipeline_sent(pipeline,
                      ledger_read_bills_send(
                          pipeline->transaction,
                          &(struct ledger_read_bills){PAIRS(keys->payers),
                                                      .limit = facts_bills_limit(reading->deep)}));
    if (keys->hold_count > 0)
        pipeline_sent(pipeline, ledger_read_holds_send(
                                    pipeline->transaction,
                                    &(struct ledger_read_holds){
                                        .company_ids = {keys->hold_companies, keys->hold_count},
                                        .sequences = {keys->holds, keys->hold_count}}));
    if (keys->expiring.count > 0)
        pipeline_sent(pipeline, ledger_read_expired_holds_send(pipeline->transaction,
                                                               &(struct ledger_read_expired_holds){
                                                                   PAIRS(keys->expiring),
                                                                   .now_us = reading->foremost_us,
                                                                   .limit = ORDER_LOTS_MAX}));
    if (keys->purchase_count > 0)
        ask_for_purchases(pipeline, keys);
    if (keys->transit_count > 0)
        ask_for_transits(pipeline, keys);
    if (keys->relation_count > 0)
        ask_for_relations(pipeline, keys);
    quota_store_ask(pipeline, keys);
    cap_store_ask(pipeline, keys, reading->lock);
}

static void hear_if(bool asked, struct pipeline *pipeline, struct rows *rows)
{
    if (asked)
        pipeline_receive(pipeline, rows);
}

static void receive_answers(struct pipeline *pipeline, const struct fact_keys *keys,
                            const struct facts_reading *reading, struct answers *answers)
{
    pipeline_receive(pipeline, &answers->chains);
    hear_if(reading->fence_place != 0, pipeline, &answers->fence);
    hear_if(keys->accounts.count > 0, pipeline, &answers->accounts);
    hear_if(keys->line_count > 0, pipeline, &answers->lines);
    hear_if(keys->request_count > 0, pipeline, &answers->requests);
    hear_if(keys->request_count > 0, pipeline, &answers->request_entries);
    hear_if(keys->spenders.count > 0, pipeline, &answers->spendable);
    hear_if(keys->receivers.count > 0, pipeline, &answers->last);
    hear_if(keys->revoke_count > 0, pipeline, &answers->source);
    hear_if(keys->payers.count > 0, pipeline, &answers->bills);
    hear_if(keys->hold_count > 0, pipeline, &answers->holds);
    hear_if(keys->expiring.count > 0, pipeline, &answers->expired);
    hear_if(keys->purchase_count > 0, pipeline, &answers->purchases);
    hear_if(keys->purchase_count > 0, pipeline, &answers->purchase_lots);
    hear_if(keys->transit_count > 0, pipeline, &answers->transits);
    hear_if(keys->transit_count > 0, pipeline, &answers->transit_lots);
    hear_if(keys->relation_count > 0, pipeline, &answers->relations);
    quota_store_hear(pipeline, keys, &answers->quotas);
    hear_if(keys->consumers.count > 0, pipeline, &answers->caps);
}

void facts_ask(struct pipeline *pipeline, const struct fact_keys *keys,
               const struct facts_reading *reading, struct answers *answers)
{
    send_questions(pipeline, keys, reading);
    receive_answers(pipeline, keys, reading, answers);
}
