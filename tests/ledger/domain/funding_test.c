/* Requests for more (LED-41). */
#include "ledger/domain/funding.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>

#include <cmocka.h>

#define NOW_US INT64_C(1800000000000000)

static const struct id customer_id = {{1}}, agent_id = {{2}}, stranger_id = {{3}};

static const char *ask(struct funding_facts facts)
{
    enum funding_verdict verdict = funding_ask_decide(&facts);
    return verdict == FUNDING_ACCEPTED ? "" : funding_refusal(verdict)->reason;
}

static void test_who_asks(void **state)
{
    (void)state;
    struct account account = {.id = customer_id, .state = ACCOUNT_ACTIVE, .currency = "CNY"};
    struct account closed = account;
    closed.state = ACCOUNT_CLOSED;
    struct funding_facts good = {.customer = &account,
                                 .currency = "CNY",
                                 .has_agent = true,
                                 .allocates = true,
                                 .asked = FUNDING_REQUESTS_A_DAY - 1};
    struct funding_facts facts = good;
    assert_string_equal(ask(facts), "");
    facts.asked = FUNDING_REQUESTS_A_DAY;
    assert_string_equal(ask(facts), "FUNDING_REQUEST_LIMIT");
    facts.waits = true;
    assert_string_equal(ask(facts), "FUNDING_REQUEST_OPEN");
    facts.allocates = false;
    assert_string_equal(ask(facts), "ALLOCATION_NOT_PERMITTED");
    facts.has_agent = false;
    assert_string_equal(ask(facts), "RELATION_NOT_FOUND");
    facts.currency = "EUR";
    assert_string_equal(ask(facts), "CURRENCY_MISMATCH");
    facts.customer = &closed;
    assert_string_equal(ask(facts), "ACCOUNT_CLOSED");
}

static const char *end(const struct funding_request *request, struct id account_id,
                       enum funding_state state, int64_t now_us)
{
    enum funding_verdict verdict = funding_end_decide(request, account_id, state, now_us);
    return verdict == FUNDING_ACCEPTED ? "" : funding_refusal(verdict)->reason;
}

static void test_who_ends_it(void **state)
{
    (void)state;
    struct funding_request request = {.customer_id = customer_id,
                                      .agent_id = agent_id,
                                      .state = FUNDING_OPEN,
                                      .expires_us = NOW_US + 1};
    assert_string_equal(end(&request, agent_id, FUNDING_DECLINED, NOW_US), "");
    assert_string_equal(end(&request, customer_id, FUNDING_WITHDRAWN, NOW_US), "");
    assert_string_equal(end(&request, customer_id, FUNDING_DECLINED, NOW_US),
                        "FUNDING_REQUEST_NOT_FOUND");
    assert_string_equal(end(&request, agent_id, FUNDING_WITHDRAWN, NOW_US),
                        "FUNDING_REQUEST_NOT_FOUND");
    assert_string_equal(end(&request, stranger_id, FUNDING_DECLINED, NOW_US),
                        "FUNDING_REQUEST_NOT_FOUND");
    assert_string_equal(end(NULL, agent_id, FUNDING_DECLINED, NOW_US), "FUNDING_REQUEST_NOT_FOUND");
    assert_string_equal(end(&request, agent_id, FUNDING_DECLINED, NOW_US + 1),
                        "FUNDING_REQUEST_ENDED");
    assert_int_equal(funding_state(&request, NOW_US), FUNDING_OPEN);
    assert_int_equal(funding_state(&request, NOW_US + 1), FUNDING_EXPIRED);
    request.state = FUNDING_LAPSED;
    assert_int_equal(funding_state(&request, NOW_US + 1), FUNDING_LAPSED);
    assert_string_equal(end(&request, agent_id, FUNDING_DECLINED, NOW_US), "FUNDING_REQUEST_ENDED");
    request.state = FUNDING_GRANTED;
    assert_int_equal(funding_state(&request, NOW_US + 1), FUNDING_GRANTED);
    assert_string_equal(end(&request, agent_id, FUNDING_DECLINED, NOW_US), "FUNDING_REQUEST_ENDED");
    request.went_back = true;
    assert_int_equal(funding_state(&request, NOW_US), FUNDING_RETURNED);
    assert_string_equal(end(&request, agent_id, FUNDING_DECLINED, NOW_US), "FUNDING_REQUEST_ENDED");
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(test_who_asks),
                                       cmocka_unit_test(test_who_ends_it)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
