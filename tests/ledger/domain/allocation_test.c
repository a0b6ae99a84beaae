/* Money across companies (LED-21, LED-22; breadth B.4): A is an agent, P its customer of another
 * company, in a chain of its own; B and Q are of A's company and stand beside. */
#include "tests/ledger/domain/company.h"

#include "ledger/domain/allocation.h"
#include "ledger/domain/transit.h"

static struct company company;
static struct chain chains[2];
static struct relation relation;

static void open_two_companies(void)
{
    company_open(&company);
    company.accounts[P].company_id = company_id_of(201);
    company.accounts[P].verified_company_id = company_id_of(201);
    chains[0] = company.chain;
    chains[1] = (struct chain){.company_id = company_id_of(201), .now_us = NOW_US};
    relation = (struct relation){.id = company_id_of(90),
                                 .ends = {company.accounts[A].id, company.accounts[P].id},
                                 .version = 1,
                                 .allocates = true};
    company.facts.chains = chains;
    company.facts.chain_count = 2;
    company.facts.relations = &relation;
    company.facts.relation_count = 1;
}

static struct order order_of(enum order_kind kind, int account, int other, int64_t micros)
{
    struct order order = company_order(kind, account, micros);
    order.scope_id = order.company_id = company.accounts[account].company_id;
    order.counterparty_id = company.accounts[other].id;
    return order;
}

static const char *top_up(int account, int64_t micros)
{
    struct order order = order_of(ORDER_CREDIT_TOP_UP, account, account, micros);
    order.counterparty_id = (struct id){{0}};
    return company_try(&company, order);
}

static const char *spend(int account, int64_t micros)
{
    struct order order = order_of(ORDER_CREATE_PURCHASE, account, account, micros);
    order.counterparty_id = (struct id){{0}};
    return company_try(&company, order);
}

static const char *give(enum order_kind kind, int from, int to, int64_t micros)
{
    return company_try(&company, order_of(kind, from, to, micros));
}

static const char *allocate(int from, int to, int64_t micros)
{
    return give(ORDER_ALLOCATE_TO_SUB_ACCOUNT, from, to, micros);
}

static struct order reclaim_order(enum order_kind kind, int from, int to, int64_t micros)
{
    struct order order = order_of(kind, from, to, micros);
    order.company_id = company.accounts[to].company_id;
    order.suspension_acknowledged = true;
    return order;
}

static const char *reclaim(int from, int to, int64_t micros)
{
    return company_try(&company, reclaim_order(ORDER_RECLAIM_FROM_SUB_ACCOUNT, from, to, micros));
}

static const char *end(enum order_kind kind, int account, int other)
{
    assert_true(company.facts.transit_count > 0);
    struct order order = order_of(kind, account, other, 0);
    order.reference_id = company.transits[company.facts.transit_count - 1].id;
    return company_try(&company, order);
}

static const char *receive(int account, int other)
{
    return end(ORDER_RECEIVE_TRANSIT, account, other);
}

static int64_t book_of(int account, enum book book)
{
    return company.accounts[account].books[book];
}

/* LED-41: what P asks A for is granted once, by any amount, and before its time is over. */
static void test_a_grant_is_of_what_is_asked(void **state)
{
    (void)state;
    const struct id asked = company_id_of(91);
    open_two_companies();
    assert_string_equal(top_up(A, YUAN(1000)), "");
    struct order grant = order_of(ORDER_ALLOCATE_TO_SUB_ACCOUNT, A, P, YUAN(40));
    grant.reference_id = asked;
    assert_string_equal(company_try(&company, grant), "FUNDING_REQUEST_NOT_OPEN");
    relation.funding_request_id = company_id_of(92);
    relation.funding_expire_us = NOW_US + 1;
    assert_string_equal(company_try(&company, grant), "FUNDING_REQUEST_NOT_OPEN");
    relation.funding_request_id = asked;
    relation.funding_expire_us = NOW_US;
    assert_string_equal(company_try(&company, grant), "FUNDING_REQUEST_NOT_OPEN");
    relation.funding_expire_us = NOW_US + 1;
    assert_string_equal(allocate(A, P, YUAN(1)), "");
    assert_true(id_is_nil(relation.grant.transfer_id));
    assert_string_equal(company_try(&company, grant), "");
    assert_false(id_is_nil(relation.grant.transfer_id));
    assert_int_equal(relation.grant.micros, YUAN(40));
    assert_string_equal(company_try(&company, grant), "FUNDING_REQUEST_NOT_OPEN");
}

/* B.4: A own 1,000; 400 allocated → A own 600, clearing +400; P T 400, clearing −400. P spends 150;
 * 300 reclaimed is more than 250; 250 → A own 850, clearing ±150. */
static void test_there_and_back(void **state)
{
    (void)state;
    open_two_companies();
    assert_string_equal(top_up(A, YUAN(1000)), "");
    assert_string_equal(allocate(A, P, YUAN(400)), "");
    assert_int_equal(company.transits[0].kind, TRANSIT_ALLOCATION);
    assert_int_equal(book_of(A, BOOK_OWN), YUAN(600));
    assert_int_equal(book_of(A, BOOK_CLEARING), YUAN(400));
    assert_string_equal(reclaim(A, P, YUAN(1)), "NO_PRIOR_TRANSFER");
    assert_string_equal(receive(P, A), "");
    assert_int_equal(book_of(P, BOOK_TRANSFERRED_IN), YUAN(400));
    assert_int_equal(book_of(P, BOOK_CLEARING), -YUAN(400));
    assert_int_equal(company.accounts[P].lots->kind, LOT_ALLOCATION);
    assert_memory_equal(&company.accounts[P].lots->source_id, &company.accounts[A].id, 16);
    assert_int_equal(company_transferable(&company, P), 0); /* E13: it goes no further */
    assert_string_equal(spend(P, YUAN(150)), "");
    assert_string_equal(reclaim(A, P, YUAN(300)), "EXCEEDS_REVOCABLE");
    assert_string_equal(reclaim(A, P, YUAN(250) + 10000), "EXCEEDS_REVOCABLE");
    assert_string_equal(reclaim(A, P, YUAN(250)), "");
    assert_int_equal(company.transits[1].kind, TRANSIT_RECLAIM);
    assert_string_equal(receive(A, P), "");
    assert_int_equal(book_of(A, BOOK_OWN), YUAN(850));
    assert_int_equal(book_of(A, BOOK_CLEARING), YUAN(150));
    assert_int_equal(book_of(P, BOOK_CLEARING), -YUAN(150));
}

/* B.4, E13, LED-09: A cash 1,000 of which T 700: 301 refused, 300 ok. E13: own 50, T 1,000. */
static void test_only_own_cash_is_allocated(void **state)
{
    (void)state;
    open_two_companies();
    assert_string_equal(top_up(B, YUAN(1700)), "");
    assert_string_equal(give(ORDER_CREATE_TRANSFER, B, A, YUAN(700)), "");
    assert_string_equal(top_up(A, YUAN(300)), "");
    assert_string_equal(allocate(A, P, YUAN(301)), "EXCEEDS_TRANSFERABLE");
    assert_string_equal(allocate(A, P, YUAN(300)), "");
    assert_string_equal(give(ORDER_CREATE_TRANSFER, B, A, YUAN(300)), "");
    assert_string_equal(top_up(A, YUAN(50)), "");
    assert_string_equal(allocate(A, P, YUAN(50) + 10000), "EXCEEDS_TRANSFERABLE");
    assert_string_equal(allocate(A, P, YUAN(50)), "");
}

/* LED-22: the relation stands in for the company, and is looked at each time. */
static void test_by_a_relation_alone(void **state)
{
    (void)state;
    open_two_companies();
    assert_string_equal(top_up(A, YUAN(100)), "");
    assert_string_equal(top_up(P, YUAN(100)), "");
    assert_string_equal(top_up(B, YUAN(100)), "");
    assert_string_equal(give(ORDER_CREATE_TRANSFER, A, P, YUAN(1)), "DIFFERENT_COMPANY");
    assert_string_equal(allocate(B, P, YUAN(1)), "RELATION_NOT_FOUND");
    assert_string_equal(allocate(A, B, YUAN(1)), "RELATION_NOT_FOUND");
    assert_string_equal(allocate(P, A, YUAN(1)), "RELATION_NOT_FOUND"); /* it is no agent */
    relation.allocates = false;
    assert_string_equal(allocate(A, P, YUAN(1)), "ALLOCATION_NOT_PERMITTED");
    relation.allocates = relation.ended = true;
    assert_string_equal(allocate(A, P, YUAN(1)), "RELATION_NOT_FOUND");
    relation.ended = false;
    assert_string_equal(allocate(A, P, YUAN(1)), "");
    company.accounts[P].corporate = false; /* ID-20: whoever the customer is */
    company.accounts[P].verified_company_id = (struct id){{0}};
    assert_string_equal(allocate(A, P, YUAN(1)), "");
}

/* B.4: closed, or no customer any more, between: send, receive refused, return → A own 1,000. */
static void test_refused_it_comes_back(void **state)
{
    (void)state;
    open_two_companies();
    assert_string_equal(top_up(A, YUAN(1000)), "");
    for (int round = 0; round < 3; round++) {
        relation.ended = false;
        relation.allocates = true;
        assert_string_equal(allocate(A, P, YUAN(400)), "");
        relation.ended = round == 0;
        relation.allocates = round != 1;
        company.accounts[P].state = round == 2 ? ACCOUNT_CLOSED : ACCOUNT_ACTIVE;
        assert_string_equal(receive(P, A), round == 2 ? "ACCOUNT_CLOSED" : "RELATION_ENDED");
        assert_string_equal(end(ORDER_RETURN_TRANSIT, A, P), "");
        assert_int_equal(book_of(A, BOOK_OWN), YUAN(1000));
        assert_int_equal(book_of(A, BOOK_CLEARING), 0);
        company.accounts[P].state = ACCOUNT_ACTIVE;
        assert_string_equal(receive(P, A), "NOT_IN_TRANSIT");
    }
    assert_null(company.accounts[P].lots);
}

/* D.7: the lots have the right, whatever became of the relation; what one of its kinds gave, the
 * other does not take back. */
static void test_right_is_with_the_lots(void **state)
{
    (void)state;
    open_two_companies();
    assert_string_equal(top_up(A, YUAN(1000)), "");
    assert_string_equal(allocate(A, P, YUAN(100)), "");
    assert_string_equal(receive(P, A), "");
    company.accounts[P].verified_company_id = company_id_of(200);
    assert_string_equal(give(ORDER_CREATE_TRANSFER, A, P, YUAN(10)), "");
    assert_string_equal(receive(P, A), "");
    const struct lot *first = company.accounts[P].lots;
    assert_int_equal(first->granted_micros, YUAN(100)); /* side by side, and two */
    assert_int_equal(first->next->kind, LOT_TRANSFER);
    relation.ended = true;
    assert_string_equal(reclaim(A, P, YUAN(100) + 10000), "EXCEEDS_REVOCABLE");
    assert_string_equal(
        company_try(&company, reclaim_order(ORDER_REVOKE_TRANSFER, A, P, YUAN(10) + 10000)),
        "EXCEEDS_REVOCABLE");
    assert_string_equal(reclaim(B, P, YUAN(1)), "NO_PRIOR_TRANSFER");
    memcpy(company.accounts[Q].currency, "USD", 4); /* which a stranger does not hear */
    assert_string_equal(reclaim(A, Q, YUAN(1)), "NO_PRIOR_TRANSFER");
    assert_string_equal(reclaim(A, P, YUAN(100)), "");
    assert_int_equal(first->revoked_micros, YUAN(100));
    company.accounts[A].state = ACCOUNT_CLOSED;
    assert_string_equal(receive(A, P), "ACCOUNT_CLOSED");
    assert_string_equal(end(ORDER_RETURN_TRANSIT, P, A), "");
    assert_int_equal(first->revoked_micros, 0);
    company.accounts[A].state = ACCOUNT_ACTIVE;
    assert_string_equal(company_try(&company, reclaim_order(ORDER_REVOKE_TRANSFER, A, P, YUAN(10))),
                        "");
}

static void owe(struct account *account, int64_t micros)
{
    company.bills[0] = (struct bill){.account = account, .owed_micros = micros};
    company.facts.bill_count = 1;
    account->books[BOOK_OUTSTANDING] = -micros;
    account->books[BOOK_REVENUE] = micros;
    account->bills_complete = false;
}

/* B.3, ID-26: the agent is in trouble, by what stands here or by what identity told. */
static void test_a_partner_in_trouble_reclaims_nothing(void **state)
{
    (void)state;
    open_two_companies();
    struct account *agent = &company.accounts[A];
    assert_string_equal(top_up(A, YUAN(1000)), "");
    assert_string_equal(allocate(A, P, YUAN(100)), "");
    assert_string_equal(receive(P, A), "");
    for (int ended = 0; ended < 2; ended++) {
        relation.ended = ended == 1; /* whatever became of the relation */
        agent->state = ACCOUNT_FROZEN;
        assert_string_equal(reclaim(A, P, YUAN(1)), "RECLAIM_RING_FENCED");
        const struct order_outcome *outcome = company_settle(
            &company, reclaim_order(ORDER_RECLAIM_FROM_SUB_ACCOUNT, A, P, YUAN(101)));
        assert_string_equal(outcome->refusal->reason, "RECLAIM_RING_FENCED");
        assert_string_equal(outcome->allowance.binding, "ring_fenced");
        assert_int_equal(outcome->allowance.micros, 0);
        assert_int_equal(outcome->allowance.term_count, 2); /* what the lots hold remains */
        assert_int_equal(outcome->allowance.terms[0].micros, YUAN(ended ? 98 : 100));
        company.accounts[P].lots->beyond_reach = true; /* what is told is of all lots that count */
        company.facts.is_shallow = true;
        (void)reclaim(A, P, YUAN(1));
        assert_true(company.facts.fell_short);
        company.accounts[P].lots->beyond_reach = company.facts.is_shallow = false;
        company.facts.fell_short = false;
        assert_string_equal(reclaim(A, Q, YUAN(1)), "NO_PRIOR_TRANSFER");
        agent->state = ACCOUNT_ACTIVE;
        owe(agent, 1);
        agent->earliest_due_us = NOW_US;
        assert_string_equal(reclaim(A, P, YUAN(1)), "RECLAIM_RING_FENCED");
        agent->earliest_due_us = NOW_US + 1;
        assert_string_equal(reclaim(A, P, YUAN(1)), "");
        owe(agent, 0);
        agent->earliest_due_us = 0;
        relation.at_risk = true; /* its contract: as long as the relation holds */
        assert_string_equal(reclaim(A, P, YUAN(1)), ended ? "" : "RECLAIM_RING_FENCED");
        relation.at_risk = false;
        assert_string_equal(reclaim(A, P, YUAN(1)), "");
    }
    company.accounts[P].verified_company_id = company_id_of(200); /* a transfer it revokes */
    assert_string_equal(give(ORDER_CREATE_TRANSFER, A, P, YUAN(10)), "");
    assert_string_equal(receive(P, A), "");
    agent->state = ACCOUNT_FROZEN;
    assert_string_equal(company_try(&company, reclaim_order(ORDER_REVOKE_TRANSFER, A, P, YUAN(10))),
                        "");
    agent->state = ACCOUNT_CLOSED;
    assert_string_equal(reclaim(A, P, YUAN(1)), "ACCOUNT_CLOSED");
}

/* D.7: the newest lot first. */
static void test_the_newest_lot_first(void **state)
{
    (void)state;
    open_two_companies();
    assert_string_equal(top_up(A, YUAN(1000)), "");
    assert_string_equal(allocate(A, P, YUAN(100)), "");
    assert_string_equal(receive(P, A), "");
    assert_string_equal(spend(P, YUAN(100)), "");
    assert_string_equal(allocate(A, P, YUAN(20)), "");
    assert_string_equal(receive(P, A), "");
    company.accounts[B].verified_company_id = company_id_of(201);
    assert_string_equal(top_up(B, YUAN(5)), "");
    assert_string_equal(give(ORDER_CREATE_TRANSFER, B, P, YUAN(5)), "");
    assert_string_equal(receive(P, B), "");
    assert_string_equal(allocate(A, P, YUAN(30)), "");
    assert_string_equal(receive(P, A), "");
    assert_string_equal(reclaim(A, P, YUAN(35)), "");
    const struct lot *second = company.accounts[P].lots->next, *last = second->next->next;
    assert_int_equal(second->revoked_micros, YUAN(5));
    assert_int_equal(last->revoked_micros, YUAN(30));
}

/* Of one chain, where the customer's account joined the agent's company: one entry. */
static void test_within_a_chain_it_is_one_entry(void **state)
{
    (void)state;
    open_two_companies();
    relation.ends.customer_id = company.accounts[Q].id;
    assert_string_equal(top_up(A, YUAN(100)), "");
    assert_string_equal(allocate(A, Q, YUAN(60)), "");
    assert_int_equal(company.facts.transit_count, 0);
    assert_int_equal(company.accounts[Q].lots->kind, LOT_ALLOCATION);
    assert_string_equal(reclaim(A, Q, YUAN(60)), "");
    assert_int_equal(book_of(A, BOOK_OWN), YUAN(100));
}

/* B.5: what bounds a reclaim beside the agent's own lots is the customer's. */
static void test_only_the_lots_are_told(void **state)
{
    (void)state;
    open_two_companies();
    assert_string_equal(top_up(A, YUAN(100)), "");
    assert_string_equal(allocate(A, P, YUAN(60)), "");
    assert_string_equal(receive(P, A), "");
    assert_string_equal(top_up(P, YUAN(77)), "");
    const struct order_outcome *outcome =
        company_settle(&company, reclaim_order(ORDER_RECLAIM_FROM_SUB_ACCOUNT, A, P, YUAN(61)));
    assert_int_equal(outcome->allowance.micros, YUAN(60));
    assert_int_equal(outcome->allowance.term_count, 1);
    assert_string_equal(outcome->allowance.terms[0].name, "remaining");
    assert_int_equal(outcome->allowance.terms[0].micros, YUAN(60));
    outcome = company_settle(&company, reclaim_order(ORDER_REVOKE_TRANSFER, A, P, YUAN(61)));
    assert_int_equal(outcome->allowance.term_count, 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_a_grant_is_of_what_is_asked),
        cmocka_unit_test(test_there_and_back),
        cmocka_unit_test(test_only_own_cash_is_allocated),
        cmocka_unit_test(test_by_a_relation_alone),
        cmocka_unit_test(test_refused_it_comes_back),
        cmocka_unit_test(test_right_is_with_the_lots),
        cmocka_unit_test(test_a_partner_in_trouble_reclaims_nothing),
        cmocka_unit_test(test_the_newest_lot_first),
        cmocka_unit_test(test_within_a_chain_it_is_one_entry),
        cmocka_unit_test(test_only_the_lots_are_told),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
