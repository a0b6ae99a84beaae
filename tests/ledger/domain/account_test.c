/* D.1 to D.8, D.13 as tables: the terms, the boundaries, the gates (E1, E2, E3, E5, E6, E10, E11,
 * E13, E19, E22, E23). */
#include "ledger/domain/suspension.h"
#include "tests/ledger/domain/company.h"

/* As people write amounts. */
struct yuan {
    double own, transferred_in, limit, refund_credit, unbilled, outstanding;
};

static struct account account_with(struct yuan yuan)
{
    return (struct account){.state = ACCOUNT_ACTIVE,
                            .payment_mode = PAYMENT_PREPAID,
                            .contract_state = CONTRACT_CONFIRMED,
                            .currency = "CNY",
                            .credit_limit_micros = YUAN(yuan.limit),
                            .books = {[BOOK_OWN] = YUAN(yuan.own),
                                      [BOOK_TRANSFERRED_IN] = YUAN(yuan.transferred_in),
                                      [BOOK_REFUND_CREDIT] = YUAN(yuan.refund_credit),
                                      [BOOK_UNBILLED] = -YUAN(yuan.unbilled),
                                      [BOOK_OUTSTANDING] = -YUAN(yuan.outstanding)},
                            .earliest_due_us = yuan.outstanding > 0 ? NOW_US + 1 : 0};
}

static void each_term_moves_available(void **state)
{
    (void)state;
    static const struct {
        const char *name;
        double own, transferred_in, limit, refund_credit, unbilled, outstanding, available;
    } rows[] = {
        {"E1", 10000, 0, 5000, 200, 3000, 3000, 9200},
        {"E2", 0, 0, 1017.33, 0, 0, 1121.91, -104.58},
        {"own and transferred in are cash", 300, 200, 0, 0, 0, 0, 500},
        {"E22", 500, 300, 0, 0, 200, 0, 600},
    };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        struct account account = account_with((struct yuan){rows[i].own, rows[i].transferred_in,
                                                            rows[i].limit, rows[i].refund_credit,
                                                            rows[i].unbilled, rows[i].outstanding});
        assert_int_equal(account_available(&account), YUAN(rows[i].available));
        assert_int_equal(account_available_explained(&account).micros, YUAN(rows[i].available));
    }
}

static void transferable_is_own_or_available_or_nothing(void **state)
{
    (void)state;
    static const struct {
        const char *name;
        double own, transferred_in, limit, unbilled, expected;
        const char *binding;
    } rows[] = {
        {"E3", 400, 100, 0, 400, 100, "available"}, {"E6", 0, 1000, 0, 0, 0, "own"},
        {"E7", 300, 200, 0, 0, 300, "own"},         {"E9", 0, 1000, 0, 900, 0, "own"},
        {"E13", 50, 1000, 0, 0, 50, "own"},         {"E22", 500, 300, 0, 200, 500, "own"},
        {"E23", 500, 0, 1000, 900, 500, "own"},
    };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        struct account account = account_with((struct yuan){rows[i].own, rows[i].transferred_in,
                                                            rows[i].limit, 0, rows[i].unbilled, 0});
        struct allowance allowance = transfer_allowance(&account, NOW_US);
        assert_int_equal(allowance.micros, YUAN(rows[i].expected));
        assert_string_equal(allowance.binding, rows[i].binding);
    }
}

static void who_has_no_own_cash_and_owes_more_than_it_has_lives_on_credit(void **state) /* E23 */
{
    (void)state;
    static const struct {
        struct yuan has;
        int64_t more_micros; /* unbilled beyond that */
        bool lives;
    } rows[] = {
        {{500, 0, 1000, 0, 900, 0}, 0, false}, /* before it moved its cash */
        {{0, 0, 1000, 0, 900, 0}, 0, true},    /* A = 100 */
        {{0, 0, 1000, 0, 0, 900}, 0, true},    /* billed, too */
        {{0, 0, 1000, 0, 0, 0}, 0, false},     /* nothing used */
        {{0, 0, 1000, 0, 0, 0}, 1, true},
        {{0, 600, 1000, 300, 600, 300}, 0, false}, /* others' cash and refunds carry it */
        {{0, 600, 1000, 300, 600, 300}, 1, true},
        {{0, 0, 0, 0, 900, 0}, 0, false}, /* no credit */
    };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        struct account account = account_with(rows[i].has);
        account.books[BOOK_UNBILLED] -= rows[i].more_micros;
        assert_int_equal(account_lives_on_credit(&account), rows[i].lives);
        account.books[BOOK_OWN]++;
        assert_false(account_lives_on_credit(&account));
        account.books[BOOK_OWN] = 0;
        account.contract_state = CONTRACT_PENDING; /* the limit does not count (LED-14) */
        assert_false(account_lives_on_credit(&account));
    }
}

static void a_past_due_bill_closes_the_gate(void **state) /* LED-08, E1, E11, D.8 */
{
    (void)state;
    struct account account = account_with((struct yuan){500, 0, 1000, 0, 0, 100});
    account.earliest_due_us = NOW_US + 1;
    assert_false(account_is_overdue(&account, NOW_US));
    assert_int_equal(transfer_allowance(&account, NOW_US).micros, YUAN(500));
    assert_true(account_is_overdue(
        &account, NOW_US + 1)); /* due at once counts at once: a batch has one moment */
    struct account foreign = account_foreign(&account); /* as the ledger of another chain sees it */
    assert_false(account_is_overdue(&foreign, NOW_US));
    assert_true(account_is_overdue(&foreign, NOW_US + 1));
    assert_int_equal(account_available(&foreign), 0);
    assert_int_equal(account_available(&account), YUAN(1400));
    assert_int_equal(transfer_allowance(&account, NOW_US + 1).micros, 0);
    assert_string_equal(transfer_allowance(&account, NOW_US + 1).binding, "OVERDUE");
}

static void available_of_zero_is_not_overdue(void **state) /* D.8 */
{
    (void)state;
    struct account account = account_with((struct yuan){100, 0, 0, 0, 100, 0});
    struct account foreign = account_foreign(&account);
    assert_false(account_is_overdue(&account, NOW_US) || account_is_overdue(&foreign, NOW_US));
    account.books[BOOK_UNBILLED]--;
    foreign = account_foreign(&account);
    assert_true(account_is_overdue(&account, NOW_US) && account_is_overdue(&foreign, NOW_US));
}

static void self_service_is_closed_and_overridden(void **state) /* LED-17, LED-18, LED-19 */
{
    (void)state;
    struct account account = account_with((struct yuan){500, 0, 0, 0, 0, 0});
    account.receivables = true;
    assert_string_equal(transfer_allowance(&account, NOW_US).binding, "DISABLED_RECEIVABLES");
    account.pay_on_behalf = true;
    assert_string_equal(transfer_allowance(&account, NOW_US).binding, "DISABLED_PAY_ON_BEHALF");
    account.override_until_us = NOW_US + 1;
    assert_int_equal(transfer_allowance(&account, NOW_US).micros, YUAN(500));
    assert_int_equal(transfer_allowance(&account, NOW_US + 1).micros, 0);
}

static void credit_counts_unless_it_is_disabled(void **state) /* D.3, LED-14, LED-17 to LED-19 */
{
    (void)state;
    struct account account = account_with((struct yuan){0, 0, 1000, 0, 300, 0});
    account_judge_self_service(&account, NOW_US);
    assert_int_equal(account_available(&account), YUAN(700));
    account.pay_on_behalf = true;
    account_judge_self_service(&account, NOW_US);
    assert_int_equal(account_limit_effective(&account), 0);
    assert_int_equal(account_available(&account), YUAN(-300));
    account.override_until_us = NOW_US + 1;
    account_judge_self_service(&account, NOW_US);
    assert_int_equal(account_limit_effective(&account), YUAN(1000));
    account_judge_self_service(&account, NOW_US + 1);
    assert_int_equal(account_limit_effective(&account), 0);
    account.pay_on_behalf = false;
    account.contract_state = CONTRACT_PENDING;
    account_judge_self_service(&account, NOW_US);
    assert_int_equal(account_limit_effective(&account), 0);
}

static void revocable_is_the_least_of_three(void **state) /* LED-13, D.7 */
{
    (void)state;
    static const struct {
        const char *name;
        double own, transferred_in, limit, unbilled, remaining, expected;
        const char *binding;
    } rows[] = {
        {"E4", 100, 200, 0, 0, 120, 120, "remaining"},
        {"E8", 200, 0, 0, 0, 0, 0, "transferred_in"},
        {"E9", 0, 1000, 0, 900, 1000, 100, "available"},
        {"E10", 0, 1000, 500, 1200, 1000, 300, "available"},
        {"E22", 500, 300, 0, 200, 300, 300, "transferred_in"},
        {"never below zero", 0, 100, 0, 200, 100, 0, "available"},
    };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        struct account account = account_with((struct yuan){rows[i].own, rows[i].transferred_in,
                                                            rows[i].limit, 0, rows[i].unbilled, 0});
        struct allowance allowance = account_revocable(&account, YUAN(rows[i].remaining), true);
        assert_int_equal(allowance.micros, YUAN(rows[i].expected));
        assert_string_equal(allowance.binding, rows[i].binding);
    }
}

static void services_stop_at_the_line(void **state) /* LED-01, LED-04, E19 */
{
    (void)state;
    static const struct {
        double available;
        bool postpaid_stops, prepaid_stops;
    } rows[] = {
        {100.00, false, false}, {99.99, true, false}, {0.01, true, false}, {0.00, true, true}};
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        struct account account = account_with((struct yuan){rows[i].available, 0, 0, 0, 0, 0});
        assert_int_equal(account_is_below_line(&account), rows[i].prepaid_stops);
        account.payment_mode = PAYMENT_POSTPAID;
        account.buffer_micros = YUAN(100.0);
        assert_int_equal(account_is_below_line(&account), rows[i].postpaid_stops);
    }
}

static void services_resume_when_paid_up(void **state) /* D.8 */
{
    (void)state;
    struct account account = account_with((struct yuan){10, 0, 0, 0, 0, 5});
    account.suspended = true;
    account.earliest_due_us = NOW_US - 1;
    assert_true(account_suspended_next(&account, NOW_US));
    account.earliest_due_us = NOW_US + 1;
    assert_false(account_suspended_next(&account, NOW_US));
}

static void time_alone_is_evaluated(void **state) /* LED-05, LED-17, LED-19, D.8 */
{
    (void)state;
    struct account account = account_with((struct yuan){0, 0, 1000, 0, 0, 100});
    account.pay_on_behalf = true;
    account.override_until_us = NOW_US;
    account.earliest_due_us = NOW_US + 1;
    struct evaluation before = suspension_evaluate(&account, 0, 0, NOW_US - 1);
    assert_false(before.stopped || before.resumed || before.fell_due);
    struct evaluation ended =
        suspension_evaluate(&account, 0, 0, NOW_US); /* credit is disabled: available is -100 */
    assert_true(ended.stopped && account.suspended && !ended.fell_due);
    assert_true(suspension_evaluate(&account, 0, 0, NOW_US + 1).fell_due);
    assert_false(suspension_evaluate(&account, NOW_US + 1, 0, NOW_US + 1).fell_due); /* told */
    account.pay_on_behalf = false;
    assert_false(suspension_evaluate(&account, NOW_US + 1, 0, NOW_US + 1)
                     .resumed); /* not with a bill past due */
    account.books[BOOK_OUTSTANDING] = 0;
    account.earliest_due_us = 0;
    assert_true(suspension_evaluate(&account, NOW_US + 1, 0, NOW_US + 1).resumed &&
                !account.suspended);
}

static void a_pending_limit_does_not_count(void **state) /* LED-14, E21 */
{
    (void)state;
    struct account account = account_with((struct yuan){0, 0, 1000, 0, 0, 0});
    account.contract_state = CONTRACT_PENDING;
    assert_int_equal(account_available(&account), 0);
    account.contract_state = CONTRACT_CONFIRMED;
    assert_int_equal(account_available(&account), YUAN(1000));
}

static void withdrawable_keeps_back_what_is_owed(void **state) /* D.13, E5 */
{
    (void)state;
    struct account account = account_with((struct yuan){1000, 0, 0, 0, 200, 100});
    assert_int_equal(account_withdrawable(&account, YUAN(100), YUAN(100)), YUAN(500));
    account = account_with((struct yuan){500, 500, 0, 0, 200, 100});
    assert_int_equal(account_withdrawable(&account, YUAN(100), YUAN(100)), YUAN(400));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(each_term_moves_available),
        cmocka_unit_test(transferable_is_own_or_available_or_nothing),
        cmocka_unit_test(who_has_no_own_cash_and_owes_more_than_it_has_lives_on_credit),
        cmocka_unit_test(a_past_due_bill_closes_the_gate),
        cmocka_unit_test(available_of_zero_is_not_overdue),
        cmocka_unit_test(self_service_is_closed_and_overridden),
        cmocka_unit_test(credit_counts_unless_it_is_disabled),
        cmocka_unit_test(revocable_is_the_least_of_three),
        cmocka_unit_test(services_stop_at_the_line),
        cmocka_unit_test(services_resume_when_paid_up),
        cmocka_unit_test(time_alone_is_evaluated),
        cmocka_unit_test(a_pending_limit_does_not_count),
        cmocka_unit_test(withdrawable_keeps_back_what_is_owed),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
