#include <assert.h>
#include <string.h>

#include "ledger/store/facts_answers.h"

void facts_copy_currency(char currency[4], const char *text)
{
    size_t size = strlen(text);
    currency[0] = '\0'; /* a longer one is none */
    if (size < 4)
        memcpy(currency, text, size + 1);
}

void facts_store_account_from_row(const struct ledger_read_accounts_row *row,
                                  struct account *account)
{
    *account = (struct account){
        .company_id = row->company_id,
        .id = row->account_id,
        .corporate = row->corporate,
        .verified_company_id = row->company_verified ? row->company_id : row->verified_company_id,
        .opened_in_id = row->opened_in_id,
        .state = (enum account_state)row->state,
        .payment_mode = (enum payment_mode)row->payment_mode,
        .buffer_micros = row->buffer_micros,
        .pay_on_behalf = row->pay_on_behalf,
        .receivables = row->receivables,
        .override_until_us = row->override_until_us,
        .contract_state = (enum contract_state)row->contract_state,
        .credit_limit_micros = row->credit_limit_micros,
        .confirmed_us = row->confirmed_us,
        .frozen_micros = row->frozen_micros,
        .earliest_due_us = row->earliest_due_us,
        .suspended = row->suspended,
        .suspension_policy = (enum suspension_policy)row->suspension_policy,
        .warned_us = row->warned_us,
        .stop_due_us = row->stop_due_us,
        .turned_us = row->turned_us,
        .release_due = row->release_due,
        .acknowledged_us = row->acknowledged_us,
        .version = row->version,
        .lot_first = row->lot_first,
        .opened_us = row->opened_us,
        .spending = (enum spending)row->spending,
        .spending_set_us = row->spending_set_us,
        .spending_set_by = row->spending_set_by,
        .number = row->number,
        .lots_horizon = -1};
    facts_copy_currency(account->currency, row->currency);
    const int64_t books[BOOK_COUNT] = {[BOOK_OWN] = row->own_micros,
                                       [BOOK_TRANSFERRED_IN] = row->transferred_in_micros,
                                       [BOOK_REFUND_CREDIT] = row->refund_credit_micros,
                                       [BOOK_UNBILLED] = row->unbilled_micros,
                                       [BOOK_OUTSTANDING] = row->outstanding_micros,
                                       [BOOK_REVENUE] = row->revenue_micros,
                                       [BOOK_TOP_UP] = row->top_up_micros,
                                       [BOOK_ADJUSTMENT] = row->adjustment_micros,
                                       [BOOK_CLEARING] = row->clearing_micros};
    memcpy(account->books, books, sizeof books);
}

/* NULL: no room, or of no account that there is. */
static struct lot *read_lot(struct facts *facts, const struct ledger_read_spendable_lots_row *row)
{
    struct account *account = facts_account(facts, row->account_id);
    if (account == NULL || row->sequence <= 0)
        return NULL;
    struct lot lot = {.account = account,
                      .sequence = row->sequence,
                      .kind = (enum lot_kind)row->kind,
                      .source_id = row->source_account_id,
                      .granted_micros = row->granted_micros,
                      .spent_micros = row->spent_micros,
                      .revoked_micros = row->revoked_micros};
    return facts_read_lot(facts, &lot);
}

static void read_source_lots(struct facts *facts, const struct rows *rows)
{
    for (size_t i = 0; i < rows->count; i++) {
        struct ledger_read_source_lots_row row = ledger_read_source_lots_row(rows, i);
        struct lot *lot = read_lot(facts, &row.read_spendable_lots);
        if (lot != NULL && row.beyond_reach)
            lot->beyond_reach = true;
    }
}

static void read_last_lots(struct facts *facts, const struct fact_keys *keys,
                           const struct rows *rows)
{
    for (size_t i = 0; i < keys->receivers.count; i++) {
        struct account *account = facts_account(facts, keys->receivers.accounts[i]);
        if (account != NULL)
            account->last_lot_known = true;
    }
    for (size_t i = 0; i < rows->count; i++) {
        struct ledger_read_spendable_lots_row row = ledger_read_spendable_lots_row(rows, i);
        (void)read_lot(facts, &row);
    }
}

#define BILLS_MOST_NEED 16

int64_t facts_lots_limit(bool deep)
{
    return deep ? ORDER_LOTS_MAX + 1 : CACHED_LOTS_MAX;
}

int64_t facts_bills_limit(bool deep)
{
    return deep ? ORDER_BILLS_MAX + 1 : BILLS_MOST_NEED;
}

/* All open lots up to the horizon are there: all of them, or as many as were asked for. */
static void read_spendable_lots(struct facts *facts, const struct fact_keys *keys, bool deep,
                                const struct rows *rows)
{
    for (size_t i = 0; i < keys->spenders.count; i++) {
        struct account *account = facts_account(facts, keys->spenders.accounts[i]);
        if (account != NULL)
            account->lots_horizon = INT64_MAX;
    }
    struct id last = {{0}};
    int64_t of_account = 0;
    for (size_t i = 0; i < rows->count; i++) {
        struct ledger_read_spendable_lots_row row = ledger_read_spendable_lots_row(rows, i);
        const struct lot *lot = read_lot(facts, &row);
        of_account = id_equal(row.account_id, last) ? of_account + 1 : 1;
        last = row.account_id;
        if (lot != NULL && of_account == facts_lots_limit(deep))
            lot->account->lots_horizon = lot->sequence;
    }
}

static void read_bills(struct facts *facts, const struct fact_keys *keys, bool deep,
                       const struct rows *rows)
{
    for (size_t i = 0; i < keys->payers.count; i++) {
        struct account *account = facts_account(facts, keys->payers.accounts[i]);
        if (account != NULL)
            account->bills_complete = true;
    }
    struct id last = {{0}};
    int64_t of_account = 0;
    for (size_t row = 0; row < rows->count; row++) {
        struct ledger_read_bills_row found = ledger_read_bills_row(rows, row);
        struct account *account = facts_account(facts, found.account_id);
        if (account == NULL)
            continue;
        struct bill bill = {.account = account,
                            .due_us = found.due_us,
                            .sequence = found.sequence,
                            .owed_micros = found.owed_micros,
                            .paid_micros = found.paid_micros};
        of_account = id_equal(found.account_id, last) ? of_account + 1 : 1;
        last = found.account_id;
        (void)facts_read_bill(facts, &bill);
        if (of_account == facts_bills_limit(deep))
            account->bills_complete = false;
    }
}

static void read_holds(struct facts *facts, const struct rows *rows)
{
    for (size_t row = 0; row < rows->count; row++) {
        struct ledger_read_holds_row found = ledger_read_holds_row(rows, row);
        struct account *account = facts_account(facts, found.account_id);
        int64_t sequence = found.sequence;
        if (account == NULL ||
            facts_hold(facts, found.company_id, entry_id(found.company_id, sequence)) != NULL)
            continue; /* another account's hold, or one that was asked for twice */
        facts->holds[facts->hold_count++] = (struct hold){.account = account,
                                                          .chain_id = found.company_id,
                                                          .sequence = sequence,
                                                          .state = (enum hold_state)found.state,
                                                          .amount_micros = found.amount_micros,
                                                          .captured_micros = found.captured_micros,
                                                          .expire_us = found.expire_us,
                                                          .placed_us = found.placed_us,
                                                          .sub_account_id = found.sub_account_id};
    }
}

static void read_purchases(struct facts *facts, const struct rows *rows)
{
    for (size_t row = 0; row < rows->count; row++) {
        struct ledger_read_purchases_row found = ledger_read_purchases_row(rows, row);
        struct account *account = facts_account(facts, found.account_id);
        int64_t sequence = found.sequence;
        if (account == NULL ||
            facts_purchase(facts, found.company_id, entry_id(found.company_id, sequence)) != NULL)
            continue;
        facts->purchases[facts->purchase_count++] = (struct purchase){
            .account = account,
            .chain_id = found.company_id,
            .sequence = sequence,
            .amount_micros = found.amount_micros,
            .paid = {.transferred_in_micros = found.paid_transferred_in_micros,
                     .own_micros = found.paid_own_micros,
                     .refund_credit_micros = found.paid_refund_credit_micros,
                     .credit_micros = found.paid_credit_micros},
            .refunded = {.transferred_in_micros = found.refunded_transferred_in_micros,
                         .own_micros = found.refunded_own_micros,
                         .refund_credit_micros = found.refunded_refund_credit_micros,
                         .credit_micros = found.refunded_credit_micros},
            .recorded_us = found.recorded_us,
            .counted_us = found.recorded_us};
    }
}

static void read_purchase_lots(struct facts *facts, const struct rows *rows)
{
    for (size_t row = 0; row < rows->count; row++) {
        struct ledger_read_purchase_lots_row found = ledger_read_purchase_lots_row(rows, row);
        struct id company_id = found.company_id;
        struct purchase *purchase =
            facts_purchase(facts, company_id, entry_id(company_id, found.purchase_sequence));
        struct lot *lot = purchase != NULL ? read_lot(facts, &found.read_spendable_lots) : NULL;
        if (lot == NULL ||
            (purchase->lot_count > 0 && purchase->lots[purchase->lot_count - 1].lot == lot))
            continue; /* another account's purchase, or one that was asked for twice */
        struct purchase_lot *share = &facts->purchase_lots[facts->purchase_lot_count++];
        *share = (struct purchase_lot){.purchase = purchase,
                                       .lot = lot,
                                       .paid_micros = found.paid_micros,
                                       .refunded_micros = found.refunded_micros};
        if (purchase->lot_count++ == 0)
            purchase->lots = share;
    }
}

void facts_store_transit_from_row(const struct ledger_read_transits_row *row,
                                  struct transit *transit)
{
    *transit = (struct transit){.id = row->transit_id,
                                .kind = (enum transit_kind)row->kind,
                                .state = (enum transit_state)row->state,
                                .sender_id = row->sender_id,
                                .receiver_id = row->receiver_id,
                                .amount_micros = row->amount_micros,
                                .sent_us = row->sent_us,
                                .ended_us = row->ended_us};
    facts_copy_currency(transit->currency, row->currency);
}

static void read_transits(struct facts *facts, const struct rows *rows)
{
    for (size_t row = 0; row < rows->count; row++) {
        struct ledger_read_transits_row found = ledger_read_transits_row(rows, row);
        facts_store_transit_from_row(&found, &facts->transits[facts->transit_count++]);
    }
}

/* Lots of its sender; where that is no account of the batch, nothing will be given back to it. */
static void read_transit_lots(struct facts *facts, const struct rows *rows)
{
    for (size_t row = 0; row < rows->count; row++) {
        struct ledger_read_transit_lots_row found = ledger_read_transit_lots_row(rows, row);
        struct transit *transit = facts_transit(facts, found.transit_id);
        const struct account *account = facts_account(facts, found.read_spendable_lots.account_id);
        struct lot *lot = transit != NULL && account != NULL && !account->foreign
                              ? read_lot(facts, &found.read_spendable_lots)
                              : NULL;
        if (lot == NULL)
            continue;
        struct transit_lot *share = &facts->transit_lots[facts->transit_lot_count++];
        *share = (struct transit_lot){.transit = transit, .lot = lot, .micros = found.micros};
        if (transit->lot_count++ == 0)
            transit->lots = share;
    }
}

static void copy_hash(uint8_t to[ENTRY_HASH_SIZE], struct bytes hash)
{
    assert(hash.size == ENTRY_HASH_SIZE);
    memcpy(to, hash.data, ENTRY_HASH_SIZE);
}

enum failure facts_read_chains(struct facts *facts, struct arena *arena, const struct rows *rows)
{
    facts->chains = arena_try_alloc_array(arena, rows->count, sizeof *facts->chains);
    if (facts->chains == NULL)
        return FAILURE_EXHAUSTED;
    for (size_t row = 0; row < rows->count; row++) {
        struct chain *chain = &facts->chains[facts->chain_count++];
        struct ledger_read_chains_row found = ledger_read_chains_row(rows, row);
        *chain = (struct chain){.company_id = found.company_id,
                                .number = found.number,
                                .length = found.length,
                                .recorded_us = found.recorded_us,
                                .revision_found = found.revision,
                                .revision = found.revision};
        copy_hash(chain->hash, found.hash);
    }
    return FAILURE_NONE;
}

/* A company without a line has the default one; only a preview meets it so, a batch has opened it.
 */
static void add_default_lines(struct facts *facts, const struct fact_keys *keys,
                              int64_t default_micros)
{
    for (size_t i = 0; i < keys->line_count; i++) {
        if (facts_credit_line(facts, keys->line_companies[i], keys->line_currencies[i]) != NULL)
            continue;
        struct credit_line *line = &facts->credit_lines[facts->credit_line_count++];
        *line = (struct credit_line){.company_id = keys->line_companies[i],
                                     .line_micros = default_micros};
        facts_copy_currency(line->currency, keys->line_currencies[i]);
    }
}

enum failure facts_read_credit_lines(struct facts *facts, struct arena *arena,
                                     const struct fact_keys *keys, const struct rows *rows,
                                     int64_t default_micros)
{
    facts->credit_lines =
        arena_try_alloc_array(arena, rows->count + keys->line_count, sizeof *facts->credit_lines);
    if (facts->credit_lines == NULL)
        return FAILURE_EXHAUSTED;
    for (size_t row = 0; row < rows->count; row++) {
        struct ledger_read_credit_lines_row found = ledger_read_credit_lines_row(rows, row);
        if (facts_credit_line(facts, found.company_id, found.currency) != NULL)
            continue; /* it comes once for each order that asked */
        struct credit_line *line = &facts->credit_lines[facts->credit_line_count++];
        *line = (struct credit_line){.company_id = found.company_id,
                                     .line_micros = found.line_micros,
                                     .allocated_micros = found.allocated_micros};
        facts_copy_currency(line->currency, found.currency);
    }
    add_default_lines(facts, keys, default_micros);
    return FAILURE_NONE;
}

enum failure facts_read_relations(struct facts *facts, struct arena *arena, const struct rows *rows)
{
    facts->relations = arena_try_alloc_array(arena, rows->count + 1, sizeof *facts->relations);
    if (facts->relations == NULL)
        return FAILURE_EXHAUSTED;
    for (; facts->relation_count < rows->count; facts->relation_count++) {
        struct ledger_read_relations_row row =
            ledger_read_relations_row(rows, facts->relation_count);
        facts->relations[facts->relation_count] =
            (struct relation){.id = row.relation_id,
                              .ends = {row.agent_id, row.customer_id},
                              .version = row.version,
                              .ended = row.ended,
                              .allocates = row.allocates,
                              .at_risk = row.at_risk,
                              .funding_request_id = row.funding_request_id,
                              .funding_expire_us = row.funding_expire_us};
    }
    return FAILURE_NONE;
}

enum failure facts_read_requests(struct facts_reading *reading, struct arena *arena,
                                 const struct answers *answers)
{
    const struct rows *stored = &answers->requests, *entries = &answers->request_entries;
    reading->requests =
        arena_try_alloc_array(arena, stored->count + entries->count, sizeof *reading->requests);
    if (reading->requests == NULL)
        return FAILURE_EXHAUSTED;
    reading->request_count = 0;
    for (size_t row = 0; row < stored->count; row++) {
        struct ledger_find_requests_row found = ledger_find_requests_row(stored, row);
        reading->requests[reading->request_count++] =
            (struct found_request){.place = (size_t)found.place - 1,
                                   .body_hash = found.body_hash,
                                   .code = found.code,
                                   .answer = found.answer};
    }
    for (size_t row = 0; row < entries->count; row++) {
        struct found_request *request = &reading->requests[reading->request_count++];
        *request = (struct found_request){.is_entry = true,
                                          .entry = ledger_find_request_entries_row(entries, row)};
        request->place = (size_t)request->entry.place - 1;
    }
    return FAILURE_NONE;
}

void facts_read_rows(struct facts *facts, const struct fact_keys *keys, bool deep,
                     const struct answers *answers)
{
    read_spendable_lots(facts, keys, deep, &answers->spendable);
    read_last_lots(facts, keys, &answers->last);
    read_source_lots(facts, &answers->source);
    read_bills(facts, keys, deep, &answers->bills);
    read_holds(facts, &answers->holds);
    read_holds(facts, &answers->expired);
    read_purchases(facts, &answers->purchases);
    read_purchase_lots(facts, &answers->purchase_lots);
    read_transits(facts, &answers->transits);
    read_transit_lots(facts, &answers->transit_lots);
}
