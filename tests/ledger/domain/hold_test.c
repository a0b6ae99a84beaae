/* Holds: set aside, captured, ended by hand or by their time, whatever clock was ahead (D.4, D.8,
 * E17, LED-19). */
#include "tests/ledger/domain/company.h"

static struct company company;

static int opened(void **state)
{
    (void)state;
    company_open(&company);
    return 0;
}

static struct order of_hold(enum order_kind kind, int64_t sequence, int64_t micros)
{
    struct order order = company_order(kind, A, micros);
    order.reference_id = entry_id(company_id_of(200), sequence);
    return order;
}

static void a_hold_lowers_available_never_cash(void **state) /* D.4, E17 */
{
    (void)state;
    company_top_up(&company, A, YUAN(500));
    assert_string_equal(company_try(&company, company_order(ORDER_PLACE_HOLD, A, YUAN(500.01))),
                        "EXCEEDS_AVAILABLE");
    int64_t hold =
        company_settle(&company, company_order(ORDER_PLACE_HOLD, A, YUAN(450)))->hold.sequence;
    assert_int_equal(account_cash(&company.accounts[A]), YUAN(500));
    assert_int_equal(company_available(&company, A), YUAN(50));
    assert_int_equal(company_transferable(&company, A), YUAN(50));
    struct order capture = of_hold(ORDER_CAPTURE_HOLD, hold, YUAN(400));
    capture.final = true;
    assert_string_equal(company_try(&company, capture), "");
    assert_int_equal(account_cash(&company.accounts[A]), YUAN(100));
    assert_int_equal(company.accounts[A].frozen_micros, 0);
    assert_int_equal(company_available(&company, A), YUAN(100));
    assert_string_equal(company_try(&company, of_hold(ORDER_VOID_HOLD, hold, 0)), "HOLD_ENDED");
}

static void a_hold_is_captured_in_parts_and_ends_once(void **state)
{
    (void)state;
    company_top_up(&company, A, YUAN(100));
    int64_t hold =
        company_settle(&company, company_order(ORDER_PLACE_HOLD, A, YUAN(100)))->hold.sequence;
    assert_string_equal(company_try(&company, of_hold(ORDER_CAPTURE_HOLD, hold, YUAN(60))), "");
    assert_string_equal(company_try(&company, of_hold(ORDER_CAPTURE_HOLD, hold, YUAN(40.01))),
                        "EXCEEDS_HOLD");
    assert_string_equal(company_try(&company, of_hold(ORDER_CAPTURE_HOLD, hold, YUAN(40))), "");
    assert_string_equal(company_try(&company, of_hold(ORDER_CAPTURE_HOLD, hold, YUAN(0.01))),
                        "HOLD_ENDED");
    assert_string_equal(company_try(&company, of_hold(ORDER_CAPTURE_HOLD, hold + 1, YUAN(1))),
                        "HOLD_NOT_FOUND");
}

static void a_hold_expires_at_its_very_moment(void **state)
{
    (void)state;
    static struct order expiry[4];
    static struct order_outcome outcomes[4];
    company_top_up(&company, A, YUAN(100));
    int64_t hold =
        company_settle(&company, company_order(ORDER_PLACE_HOLD, A, YUAN(100)))->hold.sequence;
    company.chain.now_us = NOW_US + 999999;
    assert_int_equal(settle_expired_holds(&company.facts, expiry, outcomes), 0);
    company.chain.now_us = NOW_US + 1000000;
    assert_string_equal(company_try(&company, of_hold(ORDER_CAPTURE_HOLD, hold, YUAN(1))),
                        "HOLD_ENDED");
    assert_int_equal(settle_expired_holds(&company.facts, expiry, outcomes), 1);
    assert_int_equal(company_available(&company, A), YUAN(100));
    assert_int_equal(settle_expired_holds(&company.facts, expiry, outcomes), 0);
    company_is_sound(&company);
}

/* Those of one moment follow the chain. */
static void holds_expire_in_the_order_of_time(void **state)
{
    (void)state;
    static struct order expiry[4];
    static struct order_outcome outcomes[4];
    static const int64_t after_us[] = {3000000, 1000000, 4000000, 1000000};
    company_top_up(&company, A, YUAN(100));
    for (size_t i = 0; i < 4; i++) {
        struct order order = company_order(ORDER_PLACE_HOLD, A, YUAN(1));
        order.expire_us = NOW_US + after_us[i];
        company_settle(&company, order);
    }
    int64_t placed = company.chain.length - 3;
    company.chain.now_us = NOW_US + 3999999;
    assert_int_equal(settle_expired_holds(&company.facts, expiry, outcomes), 3);
    static const int64_t ended[] = {1, 3, 0};
    for (size_t i = 0; i < 3; i++) {
        assert_int_equal(outcomes[i].hold.sequence, placed + ended[i]);
        assert_int_equal(outcomes[i].entry->frozen_since_us, NOW_US + after_us[ended[i]]);
        assert_int_equal(outcomes[i].entry->frozen_micros, YUAN(1) * (3 - (int64_t)i));
    }
    assert_int_equal(company_available(&company, A), YUAN(99));
    company_is_sound(&company);
}

/* A clock was a day ahead for one order and is right again: recorded times do not go back, and
 * nothing is judged by them. */
static void a_clock_that_was_ahead_judges_nothing(void **state)
{
    (void)state;
    const int64_t day_us = INT64_C(86400000000);
    static struct order expiry[4];
    static struct order_outcome outcomes[4];
    company_top_up(&company, A, YUAN(100));
    int64_t before =
        company_settle(&company, company_order(ORDER_PLACE_HOLD, A, YUAN(10)))->hold.sequence;
    company.chain.recorded_us = NOW_US + day_us;
    assert_int_equal(settle_expired_holds(&company.facts, expiry, outcomes), 0);
    assert_string_equal(company_try(&company, of_hold(ORDER_CAPTURE_HOLD, before, YUAN(1))), "");
    const struct order_outcome *placed =
        company_settle(&company, company_order(ORDER_PLACE_HOLD, A, YUAN(10)));
    assert_int_equal(placed->entry->recorded_us, NOW_US + day_us);
    assert_int_equal(placed->entry->effective_us, NOW_US);
    int64_t after = placed->hold.sequence;
    company.chain.now_us = NOW_US + 1000000;
    assert_string_equal(company_try(&company, of_hold(ORDER_CAPTURE_HOLD, after, YUAN(1))),
                        "HOLD_ENDED");
    assert_int_equal(settle_expired_holds(&company.facts, expiry, outcomes), 2);
    assert_int_equal(company_available(&company, A), YUAN(99));
    company.accounts[A].payment_mode = PAYMENT_POSTPAID,
    company.accounts[A].contract_state = CONTRACT_CONFIRMED;
    company.accounts[A].credit_limit_micros = YUAN(50);
    assert_string_equal(company_try(&company, company_order(ORDER_CREATE_PURCHASE, A, YUAN(120))),
                        "");
    assert_int_equal(company.bills[0].due_us, company.chain.now_us + company.facts.payment_term_us);
    company_is_sound(&company);
}

/* D.8: what falls due between a hold's time and its noting keeps nobody suspended; what was due at
 * its time does. */
static void whoever_resumes_by_a_hold_that_ends_does_so_at_its_time(void **state)
{
    (void)state;
    static struct order expiry[4];
    static struct order_outcome outcomes[4];
    for (int64_t due_us = NOW_US + 1000000; due_us <= NOW_US + 1000001; due_us++) {
        company_open(&company);
        struct account *account = &company.accounts[A];
        company_top_up(&company, A, YUAN(200));
        company_settle(&company, company_order(ORDER_PLACE_HOLD, A, YUAN(150)));
        account->books[BOOK_OUTSTANDING] = -YUAN(100), account->earliest_due_us = due_us,
        account->suspended = true, account->bills_complete = false;
        company.chain.now_us = NOW_US + 3000000;
        assert_int_equal(settle_expired_holds(&company.facts, expiry, outcomes), 1);
        assert_int_equal(account->suspended, due_us == NOW_US + 1000000);
        assert_int_equal(outcomes[0].turned[0].resumed, due_us != NOW_US + 1000000);
    }
}

/* LED-19: the limit counts at the hold's time, while the override lasts, and no longer when it is
 * noted. */
static void an_override_that_ended_since_no_longer_carries(void **state)
{
    (void)state;
    static struct order expiry[4];
    static struct order_outcome outcomes[4];
    struct account *account = &company.accounts[A];
    company_top_up(&company, A, YUAN(100));
    company_settle(&company, company_order(ORDER_PLACE_HOLD, A, YUAN(100)));
    account->contract_state = CONTRACT_CONFIRMED, account->credit_limit_micros = YUAN(50),
    account->pay_on_behalf = true;
    account->books[BOOK_OUTSTANDING] = -YUAN(120), account->override_until_us = NOW_US + 1000001,
    account->suspended = true, account->bills_complete = false;
    company.chain.now_us = NOW_US + 3000000;
    assert_int_equal(settle_expired_holds(&company.facts, expiry, outcomes), 1);
    assert_true(account->suspended);
    assert_false(outcomes[0].turned[0].resumed);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup(a_hold_lowers_available_never_cash, opened),
        cmocka_unit_test_setup(a_hold_is_captured_in_parts_and_ends_once, opened),
        cmocka_unit_test_setup(a_hold_expires_at_its_very_moment, opened),
        cmocka_unit_test_setup(holds_expire_in_the_order_of_time, opened),
        cmocka_unit_test_setup(a_clock_that_was_ahead_judges_nothing, opened),
        cmocka_unit_test_setup(whoever_resumes_by_a_hold_that_ends_does_so_at_its_time, opened),
        cmocka_unit_test_setup(an_override_that_ended_since_no_longer_carries, opened),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
