/* Money between two chains (settled 11, LED-22; breadth B.4): A is booked in one chain of its
 * company, P in another, Q beside P. */
#include "tests/ledger/domain/company.h"

#include "ledger/domain/closing.h"
#include "ledger/domain/transit.h"

static struct company company;
static struct chain chains[2];

static struct id account_id_of(int account)
{
    return company.accounts[account].id;
}

static void open_two_chains(void)
{
    company_open(&company);
    for (int i = P; i <= Q; i++)
        company.accounts[i].company_id = company_id_of(201);
    chains[0] = company.chain;
    chains[1] = (struct chain){.company_id = company_id_of(201), .now_us = NOW_US};
    company.facts.chains = chains;
    company.facts.chain_count = 2;
}

static struct order order_of(enum order_kind kind, int account, int other, int64_t micros)
{
    struct order order = company_order(kind, account, micros);
    order.scope_id = order.company_id = company.accounts[account].company_id;
    order.counterparty_id = account_id_of(other);
    return order;
}

/* Over all accounts, clearing is what is under way. */
static void clearing_is_under_way(void)
{
    int64_t clearing = 0, under_way = 0;
    for (int i = 0; i < ACCOUNTS; i++)
        clearing += company.accounts[i].books[BOOK_CLEARING];
    for (size_t i = 0; i < company.facts.transit_count; i++)
        if (company.transits[i].state == TRANSIT_UNDER_WAY)
            under_way += company.transits[i].amount_micros;
    assert_int_equal(clearing, under_way);
}

static const char *try_order(struct order order)
{
    const char *reason = company_try(&company, order);
    clearing_is_under_way();
    return reason;
}

static const char *top_up(int account, int64_t micros)
{
    struct order order = order_of(ORDER_CREDIT_TOP_UP, account, account, micros);
    order.counterparty_id = (struct id){{0}};
    return try_order(order);
}

static const char *spend(int account, int64_t micros)
{
    struct order order = order_of(ORDER_CREATE_PURCHASE, account, account, micros);
    order.counterparty_id = (struct id){{0}};
    return try_order(order);
}

static const char *send(int from, int to, int64_t micros)
{
    return try_order(order_of(ORDER_CREATE_TRANSFER, from, to, micros));
}

static const char *revoke(int from, int to, int64_t micros)
{
    struct order order = order_of(ORDER_REVOKE_TRANSFER, from, to, micros);
    order.company_id = company.accounts[to].company_id;
    order.suspension_acknowledged = true;
    return try_order(order);
}

static const struct transit *last(void)
{
    assert_true(company.facts.transit_count > 0);
    return &company.transits[company.facts.transit_count - 1];
}

static const char *end(enum order_kind kind, int account, int other)
{
    struct order order = order_of(kind, account, other, 0);
    order.reference_id = last()->id;
    return try_order(order);
}

static int64_t book_of(int account, enum book book)
{
    return company.accounts[account].books[book];
}

/* B.4: A own 1,000; 400 sent → A own 600, clearing +400; P T 400, clearing −400. P spends 150;
 * 300 back is more than 250; 250 back → A own 850, clearing ±150. */
static void test_there_and_back(void **state)
{
    (void)state;
    open_two_chains();
    assert_string_equal(top_up(A, YUAN(1000)), "");
    assert_string_equal(send(A, P, YUAN(400)), "");
    assert_int_equal(book_of(A, BOOK_OWN), YUAN(600));
    assert_int_equal(book_of(A, BOOK_CLEARING), YUAN(400));
    assert_int_equal(account_cash(&company.accounts[P]), 0);
    assert_string_equal(end(ORDER_RECEIVE_TRANSIT, P, A), "");
    assert_int_equal(book_of(P, BOOK_TRANSFERRED_IN), YUAN(400));
    assert_int_equal(book_of(P, BOOK_CLEARING), -YUAN(400));
    assert_int_equal(company_revocable(&company, A, P), YUAN(400));
    assert_int_equal(company_transferable(&company, P), 0); /* E13: it goes no further */
    assert_string_equal(spend(P, YUAN(150)), "");
    assert_string_equal(revoke(A, P, YUAN(300)), "EXCEEDS_REVOCABLE");
    assert_string_equal(revoke(A, P, YUAN(250)), "");
    assert_int_equal(book_of(P, BOOK_TRANSFERRED_IN), 0);
    assert_string_equal(end(ORDER_RECEIVE_TRANSIT, A, P), "");
    assert_int_equal(book_of(A, BOOK_OWN), YUAN(850));
    assert_int_equal(book_of(A, BOOK_CLEARING), YUAN(150));
    assert_int_equal(book_of(P, BOOK_CLEARING), -YUAN(150));
}

/* B.4: P closed between: send, receive refused, return → A own 1,000, clearing 0. */
static void test_refused_it_comes_back(void **state)
{
    (void)state;
    open_two_chains();
    assert_string_equal(top_up(A, YUAN(1000)), "");
    assert_string_equal(send(A, P, YUAN(400)), "");
    company.accounts[P].state = ACCOUNT_CLOSED;
    assert_string_equal(end(ORDER_RECEIVE_TRANSIT, P, A), "ACCOUNT_CLOSED");
    assert_string_equal(end(ORDER_RETURN_TRANSIT, A, P), "");
    assert_int_equal(book_of(A, BOOK_OWN), YUAN(1000));
    assert_int_equal(book_of(A, BOOK_CLEARING), 0);
    company.accounts[P].state = ACCOUNT_ACTIVE;
    assert_string_equal(end(ORDER_RECEIVE_TRANSIT, P, A), "NOT_IN_TRANSIT");
    assert_string_equal(end(ORDER_RETURN_TRANSIT, A, P), "NOT_IN_TRANSIT");
    assert_string_equal(send(A, P, YUAN(400)), "");
    assert_string_equal(end(ORDER_RECEIVE_TRANSIT, P, A), "");
    assert_string_equal(end(ORDER_RECEIVE_TRANSIT, P, A), "NOT_IN_TRANSIT");
    assert_string_equal(end(ORDER_RETURN_TRANSIT, A, P), "NOT_IN_TRANSIT");
}

/* B.4, LED-09: A cash 1,000 of which T 700: 301 refused, 300 ok. */
static void test_what_was_given_is_not_passed_on(void **state)
{
    (void)state;
    open_two_chains();
    assert_string_equal(top_up(B, YUAN(700)), "");
    assert_string_equal(send(B, A, YUAN(700)), "");
    assert_int_equal(company.facts.transit_count, 0); /* one entry inside a chain */
    assert_string_equal(top_up(A, YUAN(300)), "");
    assert_string_equal(send(A, P, YUAN(301)), "EXCEEDS_TRANSFERABLE");
    assert_string_equal(send(A, P, YUAN(300)), "");
}

static void test_nobody_else_ends_it(void **state)
{
    (void)state;
    open_two_chains();
    assert_string_equal(top_up(A, YUAN(10)), "");
    assert_string_equal(send(A, P, YUAN(10)), "");
    assert_string_equal(end(ORDER_RECEIVE_TRANSIT, Q, A), "NOT_IN_TRANSIT");
    assert_string_equal(end(ORDER_RECEIVE_TRANSIT, P, B), "NOT_IN_TRANSIT");
    assert_string_equal(end(ORDER_RECEIVE_TRANSIT, A, P), "NOT_IN_TRANSIT");
    assert_string_equal(end(ORDER_RETURN_TRANSIT, P, A), "NOT_IN_TRANSIT");
    assert_string_equal(end(ORDER_RETURN_TRANSIT, B, P), "NOT_IN_TRANSIT");
    struct order order = order_of(ORDER_RECEIVE_TRANSIT, P, A, 0);
    order.reference_id = account_id_of(A);
    assert_string_equal(try_order(order), "NOT_IN_TRANSIT");
    order.account_id = company_id_of(99);
    assert_string_equal(try_order(order), "ACCOUNT_NOT_FOUND");
    order.kind = ORDER_RETURN_TRANSIT;
    assert_string_equal(try_order(order), "ACCOUNT_NOT_FOUND");
    assert_string_equal(end(ORDER_RECEIVE_TRANSIT, P, A), "");
}

/* GW-04: what is pending completes. PAY-24, E31. */
static void test_who_receives(void **state)
{
    (void)state;
    open_two_chains();
    assert_string_equal(top_up(A, YUAN(30)), "");
    assert_string_equal(send(A, P, YUAN(10)), "");
    company.accounts[P].state = ACCOUNT_FROZEN;
    company.accounts[P].spending = SPENDING_READ_ONLY;
    assert_string_equal(end(ORDER_RECEIVE_TRANSIT, P, A), "");
    company.accounts[P].state = ACCOUNT_ACTIVE;
    company.accounts[P].spending = SPENDING_ALLOWED;
    assert_string_equal(send(A, P, YUAN(10)), "");
    memcpy(company.accounts[P].currency, "USD", 4);
    assert_string_equal(end(ORDER_RECEIVE_TRANSIT, P, A), "CURRENCY_MISMATCH");
    memcpy(company.accounts[P].currency, "CNY", 4);
    company.accounts[P].books[BOOK_TRANSFERRED_IN] = ACCOUNT_MICROS_MAX - YUAN(10) + 1;
    struct order order = order_of(ORDER_RECEIVE_TRANSIT, P, A, 0);
    struct settling settling = {.order = &order,
                                .account = &company.accounts[P],
                                .counterparty = &company.accounts[A],
                                .transit = &company.transits[1]};
    assert_ptr_equal(receive_decide(&settling, NULL), receive_refusal(RECEIVE_OUT_OF_RANGE));
    company.accounts[P].books[BOOK_TRANSFERRED_IN]--;
    assert_null(receive_decide(&settling, NULL));
    company.accounts[P].books[BOOK_TRANSFERRED_IN] = YUAN(10);
    assert_string_equal(end(ORDER_RECEIVE_TRANSIT, P, A), "");
}

/* A revoke that is refused comes back to the lots that it left, though others lie before and
 * behind. */
static void test_a_revoke_comes_back_to_the_same_lots(void **state)
{
    (void)state;
    open_two_chains();
    assert_string_equal(top_up(A, YUAN(100)), "");
    assert_string_equal(top_up(Q, YUAN(100)), "");
    assert_string_equal(send(A, P, YUAN(10)), "");
    assert_string_equal(end(ORDER_RECEIVE_TRANSIT, P, A), "");
    assert_string_equal(send(Q, P, YUAN(20)), "");
    assert_string_equal(send(A, P, YUAN(30)), "");
    assert_string_equal(end(ORDER_RECEIVE_TRANSIT, P, A), "");
    assert_string_equal(send(Q, P, YUAN(40)), "");
    assert_string_equal(revoke(A, P, YUAN(35)), "");
    const struct lot *first = company.accounts[P].lots, *third = first->next->next;
    assert_int_equal(first->revoked_micros, YUAN(5));
    assert_int_equal(third->revoked_micros, YUAN(30));
    company.accounts[A].state = ACCOUNT_CLOSED;
    assert_string_equal(end(ORDER_RECEIVE_TRANSIT, A, P), "ACCOUNT_CLOSED");
    assert_string_equal(end(ORDER_RETURN_TRANSIT, P, A), "");
    assert_int_equal(first->revoked_micros, 0);
    assert_int_equal(third->revoked_micros, 0);
    assert_int_equal(book_of(P, BOOK_TRANSFERRED_IN), YUAN(100));
    assert_int_equal(book_of(P, BOOK_CLEARING), -YUAN(40));
}

/* Settled 11: LED-06's rules, whatever the chains; D.7: only what was given there. */
static void test_rules_of_a_transfer(void **state)
{
    (void)state;
    open_two_chains();
    assert_string_equal(top_up(A, YUAN(100)), "");
    assert_string_equal(revoke(A, P, YUAN(1)), "NO_PRIOR_TRANSFER");
    company.accounts[P].verified_company_id = company_id_of(7);
    assert_string_equal(send(A, P, YUAN(1)), "DIFFERENT_COMPANY");
    company.accounts[P].verified_company_id = company_id_of(200);
    company.accounts[P].state = ACCOUNT_CLOSED;
    assert_string_equal(send(A, P, YUAN(1)), "DESTINATION_CLOSED");
    company.accounts[P].state = ACCOUNT_ACTIVE;
    company.accounts[P].spending = SPENDING_READ_ONLY;
    assert_string_equal(send(A, P, YUAN(1)), "SUBACCOUNT_READ_ONLY");
    company.accounts[P].spending = SPENDING_ALLOWED;
    assert_string_equal(send(A, P, YUAN(100) + 10000), "EXCEEDS_TRANSFERABLE");
    assert_string_equal(send(A, P, YUAN(100)), "");
}

/* A linked group that fails leaves nothing under way. */
static void test_a_group_is_undone(void **state)
{
    (void)state;
    open_two_chains();
    assert_string_equal(top_up(A, YUAN(10)), "");
    struct order first = order_of(ORDER_CREATE_TRANSFER, A, P, YUAN(10)),
                 second = order_of(ORDER_CREATE_TRANSFER, A, P, YUAN(10));
    first.linked = true;
    const struct order *orders[] = {&first, &second};
    struct order_outcome outcomes[2];
    settle_orders(&company.facts, orders, (bool[]){false, false}, 2, outcomes);
    assert_string_equal(outcomes[1].refusal->reason, "EXCEEDS_TRANSFERABLE");
    assert_int_equal(company.facts.transit_count, 0);
    clearing_is_under_way();
    assert_int_equal(book_of(A, BOOK_OWN), YUAN(10));
}

static void test_its_sender_stays_open(void **state)
{
    (void)state;
    struct account account = {.sent_micros = 1, .arriving_micros = 5};
    struct closing_found found[CLOSING_BLOCKER_COUNT];
    assert_int_equal(closing_blockers(&account, &(const struct resource_standing){0}, 0, found), 1);
    assert_string_equal(closing_reason(found[0].blocker), "MONEY_IN_TRANSIT");
    account.sent_micros = 0;
    assert_int_equal(closing_blockers(&account, &(const struct resource_standing){0}, 0, found), 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_there_and_back),
        cmocka_unit_test(test_refused_it_comes_back),
        cmocka_unit_test(test_what_was_given_is_not_passed_on),
        cmocka_unit_test(test_nobody_else_ends_it),
        cmocka_unit_test(test_who_receives),
        cmocka_unit_test(test_a_revoke_comes_back_to_the_same_lots),
        cmocka_unit_test(test_rules_of_a_transfer),
        cmocka_unit_test(test_a_group_is_undone),
        cmocka_unit_test(test_its_sender_stays_open),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
