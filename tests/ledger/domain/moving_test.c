/* An account with entries moves out of a chain of its own (settled 11): what keeps it, and what it
 * takes with it. */
#include "tests/ledger/domain/company.h"

#include "ledger/domain/moving.h"

static const struct moving_ties no_ties;

static struct account alone(void)
{
    struct account account = {.company_id = company_id_of(1),
                              .id = company_id_of(1),
                              .corporate = true,
                              .state = ACCOUNT_ACTIVE,
                              .payment_mode = PAYMENT_POSTPAID,
                              .contract_state = CONTRACT_NONE,
                              .currency = "CNY",
                              .number = 7,
                              .version = 5};
    account.books[BOOK_OWN] = YUAN(70);
    account.books[BOOK_REFUND_CREDIT] = YUAN(9);
    account.books[BOOK_UNBILLED] = -YUAN(4);
    account.books[BOOK_REVENUE] = YUAN(25);
    account.books[BOOK_TOP_UP] = -YUAN(100);
    return account;
}

static const char *reason_of(const struct account *account, const struct moving_ties *ties)
{
    const struct refusal *refusal = moving_decide(account, ties);
    return refusal != NULL ? refusal->reason : "";
}

static void test_what_keeps_it(void **state)
{
    (void)state;
    struct account account = alone();
    assert_string_equal(reason_of(&account, &no_ties), "");
    assert_string_equal(reason_of(&account, &(struct moving_ties){.has_holds = true}),
                        "STAYS_FOR_HOLDS");
    assert_string_equal(reason_of(&account, &(struct moving_ties){.has_transits = true}),
                        "STAYS_FOR_TRANSITS");
    assert_string_equal(reason_of(&account, &(struct moving_ties){.has_quotas = true}),
                        "STAYS_FOR_QUOTAS");
    account.books[BOOK_TRANSFERRED_IN] = 1;
    assert_string_equal(reason_of(&account, &no_ties), "STAYS_FOR_TRANSITS");
    account = alone();
    account.contract_state = CONTRACT_PENDING;
    assert_string_equal(reason_of(&account, &no_ties), "STAYS_FOR_CREDIT");
    account = alone();
    account.books[BOOK_OUTSTANDING] = -1;
    assert_string_equal(reason_of(&account, &no_ties), "STAYS_FOR_BILLS");
}

/* E31: what stands in clearing is in the range of a book. */
static void test_how_much_moves(void **state)
{
    (void)state;
    struct account account = alone();
    account.books[BOOK_UNBILLED] = 0;
    account.books[BOOK_OWN] = ACCOUNT_MICROS_MAX - account.books[BOOK_REFUND_CREDIT];
    assert_string_equal(reason_of(&account, &no_ties), "");
    account.books[BOOK_OWN]++;
    assert_string_equal(reason_of(&account, &no_ties), "STAYS_FOR_SIZE");
    account.books[BOOK_UNBILLED] = -1;
    assert_string_equal(reason_of(&account, &no_ties), "");
}

static void test_all_of_it_goes(void **state)
{
    (void)state;
    struct account from = alone(), to = alone();
    memset(to.books, 0, sizeof to.books);
    to.company_id = company_id_of(200);
    to.number = 8;
    to.version = 0;
    from.suspended = true; /* a bill was past due: it goes on when that is judged, not by a move */
    struct chain chains[2] = {{.company_id = from.company_id, .now_us = NOW_US, .length = 3},
                              {.company_id = to.company_id, .now_us = NOW_US, .length = 11}};
    struct entry entries[2];
    struct facts facts = {.chains = chains,
                          .chain_count = 2,
                          .entries = entries,
                          .entry_count_max = 2,
                          .now_us = NOW_US};
    struct moving moving = {.facts = &facts, .from = &from, .to = &to};
    moving_book(&moving);
    assert_int_equal(facts.entry_count, 2);
    const enum book gone[] = {BOOK_OWN, BOOK_REFUND_CREDIT, BOOK_UNBILLED};
    const int64_t came[] = {YUAN(70), YUAN(9), -YUAN(4)};
    for (size_t i = 0; i < 3; i++) {
        assert_int_equal(from.books[gone[i]], 0);
        assert_int_equal(to.books[gone[i]], came[i]);
    }
    assert_int_equal(from.books[BOOK_REVENUE], YUAN(25)); /* history stays where it was booked */
    assert_int_equal(to.books[BOOK_REVENUE], 0);
    assert_int_equal(from.books[BOOK_CLEARING], YUAN(75));
    assert_int_equal(to.books[BOOK_CLEARING], -YUAN(75));
    for (int i = 0; i < 2; i++) {
        assert_int_equal(entries[i].amount_micros, YUAN(75));
        assert_int_equal(entries[i].recorded_us, NOW_US);
        assert_int_equal((int)entries[i].order->kind, i == 0 ? 40 : 41);
    }
    assert_int_equal(entries[0].sequence, 4);
    assert_int_equal(entries[1].sequence, 12);
    assert_true(id_equal(entries[1].order->reference_id, entry_id(chains[0].company_id, 4)));
    assert_false(id_equal(entries[0].order->request_key, entries[1].order->request_key));
    assert_int_equal(to.version, 7); /* it goes on: no caller has seen a greater one */
    assert_true(to.suspended);
}

static void test_what_it_was_is_added(void **state)
{
    (void)state;
    struct account now = alone(), before = alone();
    before.frozen_micros = YUAN(1);
    before.credit_limit_micros = YUAN(2);
    moving_add_past(&now, &before);
    assert_int_equal(now.books[BOOK_OWN], YUAN(140));
    assert_int_equal(now.books[BOOK_REVENUE], YUAN(50));
    assert_int_equal(now.frozen_micros, YUAN(1));
    assert_int_equal(now.credit_limit_micros, YUAN(2));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_what_keeps_it), cmocka_unit_test(test_how_much_moves),
        cmocka_unit_test(test_all_of_it_goes), cmocka_unit_test(test_what_it_was_is_added)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
