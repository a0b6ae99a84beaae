/* When services stop at the line, and run again (A.6, E19, LED-01, LED-04, settled 12). */
#include "ledger/domain/suspension.h"

#include "tests/ledger/domain/company.h"

#define MINUTE_US (INT64_C(60) * 1000 * 1000)
#define GRACE_US (15 * MINUTE_US)

static struct account holding(enum payment_mode mode, double own)
{
    return (struct account){.id = company_id_of(1),
                            .state = ACCOUNT_ACTIVE,
                            .payment_mode = mode,
                            .buffer_micros = mode == PAYMENT_POSTPAID ? YUAN(100.0) : 0,
                            .contract_state = CONTRACT_NONE,
                            .currency = "CNY",
                            .books = {[BOOK_OWN] = YUAN(own)}};
}

static void the_line_stops_whom_somebody_warned(void **state) /* E19 */
{
    (void)state;
    static const struct {
        double own;
        bool prepaid, postpaid;
    } rows[] = {
        {100.0, false, false}, {99.99, false, true}, {0.01, false, true}, {0.0, true, true}};
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        struct account prepaid = holding(PAYMENT_PREPAID, rows[i].own);
        struct account postpaid = holding(PAYMENT_POSTPAID, rows[i].own);
        prepaid.warned_us = postpaid.warned_us = NOW_US - SUSPENSION_DAY_US;
        suspension_judge(&prepaid, GRACE_US, NOW_US);
        suspension_judge(&postpaid, GRACE_US, NOW_US);
        assert_int_equal(prepaid.suspended, rows[i].prepaid);
        assert_int_equal(postpaid.suspended, rows[i].postpaid);
        assert_int_equal(postpaid.turned_us, rows[i].postpaid ? NOW_US : 0);
        assert_int_equal(prepaid.stop_due_us + postpaid.stop_due_us, 0);
    }
}

/* The seventh day counts, the moment after it does not; a grace of nothing is LED-01 to the letter.
 */
static void who_was_not_warned_has_a_grace(void **state) /* c-2, settled 12 */
{
    (void)state;
    static const struct {
        int64_t warned_us, grace_us, stop_due_us;
    } rows[] = {{0, GRACE_US, NOW_US + GRACE_US},
                {NOW_US - SUSPENSION_WARNED_US - 1, GRACE_US, NOW_US + GRACE_US},
                {NOW_US - SUSPENSION_WARNED_US, GRACE_US, 0},
                {NOW_US, GRACE_US, 0},
                {0, 0, 0}};
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        struct account account = holding(PAYMENT_PREPAID, 0);
        account.warned_us = rows[i].warned_us;
        suspension_judge(&account, rows[i].grace_us, NOW_US);
        assert_int_equal(account.stop_due_us, rows[i].stop_due_us);
        assert_int_equal(account.suspended, rows[i].stop_due_us == 0);
        assert_int_equal(suspension_state(&account),
                         rows[i].stop_due_us == 0 ? SUSPENSION_SUSPENDED : SUSPENSION_SUSPENDING);
    }
}

static void the_grace_ends_at_its_moment(void **state)
{
    (void)state;
    struct account account = holding(PAYMENT_PREPAID, 0);
    assert_true(suspension_evaluate(&account, 0, GRACE_US, NOW_US).stopping);
    account.warned_us = NOW_US + 1; /* the notice at once: the grace that was given stays */
    struct evaluation before = suspension_evaluate(&account, 0, GRACE_US, NOW_US + GRACE_US - 1);
    assert_false(before.stopped || before.stopping || before.spared || account.suspended);
    struct account spared = account;
    struct evaluation after = suspension_evaluate(&account, 0, GRACE_US, NOW_US + GRACE_US);
    assert_true(after.stopped && account.suspended && !after.spared && !after.stopping);
    assert_int_equal(account.turned_us, NOW_US + GRACE_US);
    spared.books[BOOK_OWN] = YUAN(100.0); /* a top-up after ten minutes: it never stopped */
    after = suspension_evaluate(&spared, 0, GRACE_US, NOW_US + 10 * MINUTE_US);
    assert_true(after.spared && !after.resumed && !spared.suspended);
    assert_int_equal(suspension_state(&spared), SUSPENSION_RUNNING);
    assert_int_equal(spared.stop_due_us + spared.turned_us, 0);
}

static void a_policy_may_delay_or_never_stop(void **state)
{
    (void)state;
    struct account delay = holding(PAYMENT_PREPAID, 0), never = delay;
    suspension_policy_set(&delay, SUSPENSION_DELAY);
    suspension_policy_set(&never, SUSPENSION_NONE);
    delay.warned_us = NOW_US - 1;
    suspension_judge(&delay, GRACE_US, NOW_US);
    assert_int_equal(delay.stop_due_us, NOW_US + 15 * SUSPENSION_DAY_US);
    suspension_judge(&delay, GRACE_US, NOW_US + 15 * SUSPENSION_DAY_US - 1);
    assert_false(delay.suspended);
    suspension_judge(&delay, GRACE_US, NOW_US + 15 * SUSPENSION_DAY_US);
    assert_true(delay.suspended);
    suspension_judge(&never, GRACE_US, NOW_US);
    assert_false(never.suspended || never.stop_due_us != 0);
    suspension_policy_set(&delay, SUSPENSION_NONE); /* what is suspended runs again */
    assert_true(suspension_evaluate(&delay, 0, GRACE_US, NOW_US + 16 * SUSPENSION_DAY_US).resumed);
    struct account begun = holding(PAYMENT_PREPAID, 0);
    suspension_judge(&begun, GRACE_US, NOW_US);
    suspension_policy_set(&begun, SUSPENSION_DELAY); /* from now on */
    assert_true(suspension_evaluate(&begun, 0, GRACE_US, NOW_US + MINUTE_US).stopping);
    assert_int_equal(begun.stop_due_us, NOW_US + MINUTE_US + SUSPENSION_DELAY_US);
    assert_string_equal(suspension_policy_name(SUSPENSION_DELAY), "DELAY");
    assert_null(suspension_policy_name((enum suspension_policy)0));
    assert_null(suspension_policy_name((enum suspension_policy)4));
}

static void money_resumes_unless_a_bill_is_past_due(void **state) /* D.8 */
{
    (void)state;
    struct account account = holding(PAYMENT_POSTPAID, 100.0);
    account.suspended = true;
    account.turned_us = NOW_US - 5;
    account.books[BOOK_OWN] += YUAN(10.0);
    account.books[BOOK_OUTSTANDING] = -YUAN(10.0);
    account.earliest_due_us = NOW_US;
    suspension_judge(&account, GRACE_US, NOW_US);
    assert_true(account.suspended);
    assert_int_equal(account.turned_us, NOW_US - 5);
    account.earliest_due_us = NOW_US + 1;
    suspension_judge(&account, GRACE_US, NOW_US);
    assert_false(account.suspended);
    assert_int_equal(account.turned_us, NOW_US);
    struct account unpaid =
        holding(PAYMENT_PREPAID, 110.0); /* of one that runs, it stops nothing */
    unpaid.books[BOOK_OUTSTANDING] = -YUAN(10.0);
    unpaid.earliest_due_us = NOW_US;
    suspension_judge(&unpaid, GRACE_US, NOW_US);
    assert_false(unpaid.suspended || unpaid.stop_due_us != 0);
}

static void what_is_suspended_is_released_after_fifteen_days(void **state)
{
    (void)state;
    struct account account = holding(PAYMENT_PREPAID, 0);
    suspension_judge(&account, 0, NOW_US);
    struct id stop_id = suspension_id(&account);
    int64_t due_us = NOW_US + 15 * SUSPENSION_DAY_US;
    assert_int_equal(suspension_release_us(&account), due_us);
    acknowledging_set(&account);
    assert_false(suspension_evaluate(&account, 0, 0, due_us - 1).release_due);
    assert_int_equal(suspension_state(&account), SUSPENSION_SUSPENDED);
    assert_true(suspension_evaluate(&account, 0, 0, due_us).release_due);
    assert_int_equal(suspension_state(&account), SUSPENSION_RELEASE_DUE);
    assert_false(suspension_evaluate(&account, 0, 0, due_us + 1).release_due);
    assert_int_equal(account.turned_us, due_us);
    assert_int_equal(suspension_release_us(&account), due_us);
    assert_ptr_equal(acknowledging_decide(&account, stop_id),
                     acknowledging_refusal(ACKNOWLEDGING_PASSED));
    assert_null(acknowledging_decide(&account, suspension_id(&account)));
    acknowledging_set(&account);
    assert_int_equal(suspension_state(&account), SUSPENSION_RELEASED);
    account.books[BOOK_OWN] = 1;
    assert_true(suspension_evaluate(&account, 0, 0, due_us + 2).resumed);
    assert_int_equal(suspension_state(&account), SUSPENSION_RUNNING);
    assert_int_equal(suspension_release_us(&account), 0);
}

static void turns_of_one_moment_differ(void **state)
{
    (void)state;
    struct account account = holding(PAYMENT_PREPAID, 0);
    account.turned_us = NOW_US - 1;
    suspension_judge(&account, 0, NOW_US);
    assert_int_equal(account.turned_us, NOW_US);
    account.release_due = true; /* of the suspension before it */
    for (int turn = 1; turn <= 4; turn++) {
        struct id before = suspension_id(&account);
        account.books[BOOK_OWN] = account.suspended ? 1 : 0;
        suspension_judge(&account, 0, NOW_US);
        assert_int_equal(account.suspended, turn % 2 == 0);
        assert_false(account.release_due);
        assert_int_equal(account.turned_us, NOW_US + turn);
        assert_false(id_equal(suspension_id(&account), before));
    }
    account.turned_us = NOW_US + 16 * SUSPENSION_DAY_US; /* by a clock that was set back since */
    assert_false(suspension_evaluate(&account, 0, 0, NOW_US + 16 * SUSPENSION_DAY_US).release_due);
    assert_true(suspension_evaluate(&account, 0, 0, NOW_US + 31 * SUSPENSION_DAY_US).release_due);
    assert_int_equal(account.turned_us, NOW_US + 31 * SUSPENSION_DAY_US);
}

/* A program of an earlier release resumed and stopped it without a look at what it does not know.
 */
static void what_an_earlier_release_left_is_put_right(void **state)
{
    (void)state;
    struct account stopped = holding(PAYMENT_PREPAID, 0), running = stopped;
    stopped.suspended = true;
    stopped.stop_due_us = NOW_US - 1;
    struct evaluation told = suspension_evaluate(&stopped, 0, GRACE_US, NOW_US);
    assert_false(told.stopped || told.stopping || told.spared);
    assert_int_equal(stopped.stop_due_us, 0);
    assert_int_equal(stopped.turned_us, 0);
    running.release_due = true;
    suspension_judge(&running, 0, NOW_US);
    assert_true(running.suspended);
    assert_int_equal(suspension_state(&running), SUSPENSION_SUSPENDED);
}

/* One that was suspended when it was opened, or by a version that knew of no moment. */
static void what_never_ran_is_not_released(void **state)
{
    (void)state;
    struct account account = holding(PAYMENT_PREPAID, 0);
    account.suspended = true;
    suspension_judge(&account, 0, NOW_US);
    assert_int_equal(account.turned_us, 0);
    assert_int_equal(suspension_release_us(&account), 0);
    assert_false(suspension_evaluate(&account, 0, 0, NOW_US + 99 * SUSPENSION_DAY_US).release_due);
    assert_true(id_is_nil(suspension_id(&account)));
    assert_ptr_equal(acknowledging_decide(&account, (struct id){{0}}),
                     acknowledging_refusal(ACKNOWLEDGING_PASSED));
    assert_ptr_equal(acknowledging_decide(NULL, (struct id){{0}}),
                     acknowledging_refusal(ACKNOWLEDGING_NOT_OPENED));
}

static void an_account_takes_its_suspension_along(void **state)
{
    (void)state;
    struct account from = holding(PAYMENT_PREPAID, 0), to = holding(PAYMENT_PREPAID, 5.0);
    suspension_policy_set(&from, SUSPENSION_DELAY);
    from.warned_us = NOW_US - 2, from.stop_due_us = NOW_US + 1, from.turned_us = NOW_US - 3;
    from.acknowledged_us = NOW_US - 4, from.suspended = from.release_due = true;
    suspension_take(&to, &from);
    assert_int_equal(to.books[BOOK_OWN], YUAN(5.0));
    assert_int_equal(to.suspension_policy, SUSPENSION_DELAY);
    assert_int_equal(to.warned_us, NOW_US - 2);
    assert_int_equal(to.stop_due_us, NOW_US + 1);
    assert_int_equal(to.turned_us, NOW_US - 3);
    assert_int_equal(to.acknowledged_us, NOW_US - 4);
    assert_true(to.suspended && to.release_due);
}

static void a_closed_account_has_no_policy(void **state)
{
    (void)state;
    struct account account = holding(PAYMENT_PREPAID, 0);
    assert_null(suspension_policy_decide(&account));
    account.state = ACCOUNT_CLOSED;
    assert_ptr_equal(suspension_policy_decide(&account), suspension_refusal(SUSPENSION_OF_CLOSED));
    assert_ptr_equal(suspension_policy_decide(NULL), suspension_refusal(SUSPENSION_NOT_OPENED));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_line_stops_whom_somebody_warned),
        cmocka_unit_test(who_was_not_warned_has_a_grace),
        cmocka_unit_test(the_grace_ends_at_its_moment),
        cmocka_unit_test(a_policy_may_delay_or_never_stop),
        cmocka_unit_test(money_resumes_unless_a_bill_is_past_due),
        cmocka_unit_test(what_is_suspended_is_released_after_fifteen_days),
        cmocka_unit_test(turns_of_one_moment_differ),
        cmocka_unit_test(what_an_earlier_release_left_is_put_right),
        cmocka_unit_test(what_never_ran_is_not_released),
        cmocka_unit_test(an_account_takes_its_suspension_along),
        cmocka_unit_test(a_closed_account_has_no_policy),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
