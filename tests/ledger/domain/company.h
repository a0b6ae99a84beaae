/* A company of four corporate accounts with everything in memory: what the domain tests settle
 * orders against. */
#ifndef TESTS_LEDGER_DOMAIN_COMPANY_H
#define TESTS_LEDGER_DOMAIN_COMPANY_H

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "ledger/domain/account.h"
#include "ledger/domain/credit_contract.h"
#include "ledger/domain/lot.h"
#include "ledger/domain/order_check.h"
#include "ledger/domain/settle.h"
#include "ledger/domain/transfer.h"

#define NOW_US INT64_C(1800000000000000)
#define YUAN(amount) \
    ((int64_t)((amount)*1000000.0 + ((amount) < 0 ? -0.5 : 0.5))) /* literals only */
#define ROOM 4096

enum { A, B, P, Q, ACCOUNTS };

struct company {
    struct account accounts[ACCOUNTS];
    struct chain chain;
    struct credit_line line;
    struct lot lots[ROOM];
    struct bill bills[ROOM];
    struct hold holds[ROOM];
    struct purchase purchases[ROOM];
    struct purchase_lot purchase_lots[ROOM];
    struct quota_pool pools[ROOM];
    struct quota quotas[ROOM];
    struct transit transits[ROOM];
    struct transit_lot transit_lots[ROOM];
    struct entry entries[ROOM];
    _Alignas(16) uint8_t undo[1 << 20];
    struct order orders[ROOM];
    size_t order_count;
    struct facts facts;
};

static inline struct id company_id_of(uint8_t number)
{
    return (struct id){{[0] = number, [6] = 0x70, [8] = 0x80}};
}

static inline void company_open(struct company *company)
{
    memset(company, 0, sizeof *company);
    for (uint8_t i = 0; i < ACCOUNTS; i++)
        company->accounts[i] = (struct account){.company_id = company_id_of(200),
                                                .id = company_id_of((uint8_t)(i + 1)),
                                                .corporate = true,
                                                .verified_company_id = company_id_of(200),
                                                .currency = "CNY",
                                                .state = ACCOUNT_ACTIVE,
                                                .payment_mode = PAYMENT_PREPAID,
                                                .contract_state = CONTRACT_NONE,
                                                .suspended = true,
                                                .lots_horizon = INT64_MAX,
                                                .bills_complete = true};
    company->chain.company_id = company_id_of(200);
    company->chain.now_us = NOW_US;
    company->line = (struct credit_line){
        .company_id = company_id_of(200), .currency = "CNY", .line_micros = YUAN(1000000.0)};
    company->facts =
        (struct facts){.accounts = company->accounts,
                       .account_count = ACCOUNTS,
                       .chains = &company->chain,
                       .chain_count = 1,
                       .credit_lines = &company->line,
                       .credit_line_count = 1,
                       .lots = company->lots,
                       .lot_count_max = ROOM,
                       .bills = company->bills,
                       .bill_count_max = ROOM,
                       .holds = company->holds,
                       .hold_count_max = ROOM,
                       .purchases = company->purchases,
                       .purchase_count_max = ROOM,
                       .purchase_lots = company->purchase_lots,
                       .purchase_lot_count_max = ROOM,
                       .pools = company->pools,
                       .pool_count_max = ROOM,
                       .quotas = company->quotas,
                       .quota_count_max = ROOM,
                       .transits = company->transits,
                       .transit_count_max = ROOM,
                       .transit_lots = company->transit_lots,
                       .transit_lot_count_max = ROOM,
                       .entries = company->entries,
                       .entry_count_max = ROOM,
                       .now_us = NOW_US,
                       .payment_term_us = INT64_C(30) * 24 * 3600 * 1000000,
                       .undo = {.bytes = company->undo, .size_max = sizeof company->undo}};
}

static inline struct order company_order(enum order_kind kind, int account, int64_t micros)
{
    return (struct order){.kind = kind,
                          .company_id = company_id_of(200),
                          .scope_id = company_id_of(200),
                          .account_id = company_id_of((uint8_t)(account + 1)),
                          .amount_micros = micros,
                          .currency = "CNY",
                          .remark = "",
                          .tag = "",
                          .expire_us = NOW_US + 1000000};
}

/* D.15: what holds after every step. */
static inline void company_is_sound(const struct company *company)
{
    for (size_t i = 0; i < ACCOUNTS; i++) {
        const struct account *account = &company->accounts[i];
        int64_t in_lots = 0, on_hold = 0, unpaid = 0;
        for (const struct lot *lot = account->lots; lot != NULL; lot = lot->next)
            in_lots += lot_remaining(lot);
        for (size_t h = 0; h < company->facts.hold_count; h++)
            if (company->holds[h].account == account && company->holds[h].state == HOLD_ACTIVE)
                on_hold += company->holds[h].amount_micros - company->holds[h].captured_micros;
        for (size_t b = 0; b < company->facts.bill_count; b++)
            if (company->bills[b].account == account)
                unpaid += company->bills[b].owed_micros - company->bills[b].paid_micros;
        assert_int_equal(account_transferred_in(account), in_lots);
        assert_int_equal(account->frozen_micros, on_hold);
        assert_int_equal(account_outstanding(account), unpaid);
        assert_true(account_cash(account) >= account_transferred_in(account));
    }
    for (size_t q = 0; q < company->facts.quota_count; q++) {
        int64_t held = 0;
        for (size_t h = 0; h < company->facts.hold_count; h++)
            if (company->holds[h].quota == &company->quotas[q] &&
                company->holds[h].state == HOLD_ACTIVE)
                held += company->holds[h].amount_micros - company->holds[h].captured_micros;
        assert_int_equal(company->quotas[q].held_micros, held);
    }
}

/* Settles one order; lends its outcome until the next. */
static inline const struct order_outcome *company_settle(struct company *company,
                                                         struct order order)
{
    static struct order_outcome outcome;
    static char contract_hash[CREDIT_CONTRACT_HASH_SIZE];
    if (order.kind == ORDER_CONFIRM_CREDIT_LIMIT && order.contract_hash == NULL)
        for (size_t i = 0; i < ACCOUNTS; i++)
            if (id_equal(company->accounts[i].id, order.account_id)) {
                credit_contract_hash(&company->accounts[i],
                                     company->accounts[i].credit_limit_micros, contract_hash);
                order.contract_hash = contract_hash; /* the one that waits, unless it names one */
            }
    company->orders[company->order_count] = order;
    const struct order *orders[] = {&company->orders[company->order_count++]};
    settle_orders(&company->facts, orders, (bool[]){false}, 1, &outcome);
    company_is_sound(company);
    return &outcome;
}

/* "" when accepted. */
static inline const char *company_try(struct company *company, struct order order)
{
    const struct order_outcome *outcome = company_settle(company, order);
    return outcome->refusal == NULL ? "" : outcome->refusal->reason;
}

/* The first that is told. */
static inline enum order_mistake company_mistake(const struct order *order)
{
    enum order_mistake mistakes[ORDER_MISTAKES_MAX];
    return order_check(order, mistakes) > 0 ? mistakes[0] : ORDER_WELL_FORMED;
}

static inline const char *company_top_up(struct company *company, int account, int64_t micros)
{
    return company_try(company, company_order(ORDER_CREDIT_TOP_UP, account, micros));
}

static inline const char *company_transfer(struct company *company, int from, int to,
                                           int64_t micros)
{
    struct order order = company_order(ORDER_CREATE_TRANSFER, from, micros);
    order.counterparty_id = company_id_of((uint8_t)(to + 1));
    return company_try(company, order);
}

static inline const char *company_revoke(struct company *company, int from, int to, int64_t micros,
                                         bool acknowledged)
{
    struct order order = company_order(ORDER_REVOKE_TRANSFER, from, micros);
    order.counterparty_id = company_id_of((uint8_t)(to + 1));
    order.suspension_acknowledged = acknowledged;
    return company_try(company, order);
}

static inline const char *company_spend(struct company *company, int account, int64_t micros)
{
    return company_try(company, company_order(ORDER_CREATE_PURCHASE, account, micros));
}

static inline int64_t company_revocable(const struct company *company, int source, int destination)
{
    const struct account *account = &company->accounts[destination];
    const struct lot_origin origin = {company->accounts[source].id, LOT_TRANSFER};
    return account_revocable(account, lots_remaining_of(account, origin),
                             lots_are_all_of(account, origin))
        .micros;
}

static inline int64_t company_transferable(const struct company *company, int account)
{
    return transfer_allowance(&company->accounts[account], NOW_US).micros;
}

static inline int64_t company_available(const struct company *company, int account)
{
    return account_available(&company->accounts[account]);
}

/* A limit that counts. */
static inline void company_confirm_limit(struct company *company, int account, int64_t micros)
{
    assert_string_equal(
        company_try(company, company_order(ORDER_SET_CREDIT_LIMIT, account, micros)), "");
    assert_string_equal(company_try(company, company_order(ORDER_CONFIRM_CREDIT_LIMIT, account, 0)),
                        "");
}

#endif
