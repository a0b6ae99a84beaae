/* Purchases, refunds, usage and bills (D.9, E16, settled 8), groups of orders, and the chain. */
#include "tests/ledger/domain/company.h"

static struct company company;

static int opened(void **state)
{
    (void)state;
    company_open(&company);
    return 0;
}

static void lots_then_own_then_credit(void **state) /* D.9 steps 4 to 6 */
{
    (void)state;
    company_top_up(&company, P, YUAN(80));
    company_top_up(&company, B, YUAN(20));
    company_transfer(&company, P, B, YUAN(80));
    company_confirm_limit(&company, B, YUAN(1000));
    const struct order_outcome *outcome =
        company_settle(&company, company_order(ORDER_CREATE_PURCHASE, B, YUAN(150)));
    assert_null(outcome->refusal);
    assert_int_equal(outcome->purchase.paid.transferred_in_micros, YUAN(80));
    assert_int_equal(outcome->purchase.paid.own_micros, YUAN(20));
    assert_int_equal(outcome->purchase.paid.credit_micros, YUAN(50));
    assert_int_equal(account_outstanding(&company.accounts[B]), YUAN(50));
    assert_false(account_is_overdue(&company.accounts[B], NOW_US)); /* due after the payment term */
}

static void a_purchase_is_paid_whole_or_refused_whole(void **state) /* D.9 step 7 */
{
    (void)state;
    company_top_up(&company, A, YUAN(100));
    assert_string_equal(company_spend(&company, A, YUAN(100) + 1), "EXCEEDS_AVAILABLE");
    assert_int_equal(account_cash(&company.accounts[A]), YUAN(100));
    assert_string_equal(company_spend(&company, A, YUAN(100)), "");
}

static void a_frozen_account_takes_money_and_spends_none(void **state) /* GW-04 */
{
    (void)state;
    company.accounts[A].state = ACCOUNT_FROZEN;
    assert_string_equal(company_top_up(&company, A, YUAN(100)), "");
    assert_int_equal(account_cash(&company.accounts[A]), YUAN(100));
    assert_string_equal(company_spend(&company, A, YUAN(1)), "ACCOUNT_FROZEN");
    company.accounts[A].state = ACCOUNT_ACTIVE;
    assert_string_equal(company_spend(&company, A, YUAN(1)), "");
    company.accounts[A].state = ACCOUNT_CLOSED;
    assert_string_equal(company_top_up(&company, A, YUAN(1)), "ACCOUNT_CLOSED");
}

static void a_refund_returns_in_reverse_order(void **state) /* E16 */
{
    (void)state;
    company_top_up(&company, P, YUAN(80));
    company_top_up(&company, B, YUAN(20));
    company_transfer(&company, P, B, YUAN(80));
    struct order refund = company_order(ORDER_REFUND_PURCHASE, B, YUAN(50));
    refund.reference_id =
        entry_id(company_id_of(200),
                 company_settle(&company, company_order(ORDER_CREATE_PURCHASE, B, YUAN(100)))
                     ->purchase.sequence);
    assert_string_equal(company_try(&company, refund), "");
    assert_int_equal(company.accounts[B].books[BOOK_OWN], YUAN(20));
    assert_int_equal(company.accounts[B].books[BOOK_TRANSFERRED_IN], YUAN(30));
    assert_int_equal(company_revocable(&company, P, B), YUAN(30));
    refund.amount_micros = YUAN(50) + 1;
    assert_string_equal(company_try(&company, refund), "EXCEEDS_PURCHASE");
    refund.amount_micros = YUAN(50);
    assert_string_equal(company_try(&company, refund), "");
}

static void credit_comes_back_as_refund_credit(void **state) /* D.5, D.9 */
{
    (void)state;
    company_confirm_limit(&company, A, YUAN(100));
    struct order refund = company_order(ORDER_REFUND_PURCHASE, A, YUAN(40));
    refund.reference_id =
        entry_id(company_id_of(200),
                 company_settle(&company, company_order(ORDER_CREATE_PURCHASE, A, YUAN(60)))
                     ->purchase.sequence);
    assert_string_equal(company_try(&company, refund), "");
    assert_int_equal(account_refund_credit(&company.accounts[A]), YUAN(40));
    assert_int_equal(account_outstanding(&company.accounts[A]), YUAN(60));
    assert_int_equal(company_available(&company, A), YUAN(80));
}

static void prepaid_usage_settles_at_once(void **state) /* settled 8 */
{
    (void)state;
    company_top_up(&company, A, YUAN(10));
    assert_string_equal(company_try(&company, company_order(ORDER_RECORD_USAGE, A, YUAN(10) + 1)),
                        "");
    assert_int_equal(account_unbilled(&company.accounts[A]), 0);
    assert_int_equal(company.entries[company.facts.entry_count - 1].posting_count,
                     3); /* own, outstanding, revenue; nothing unbilled */
    assert_int_equal(account_outstanding(&company.accounts[A]), 1);
    assert_true(account_is_overdue(&company.accounts[A], NOW_US));
    assert_true(company.accounts[A].suspended);
    company_top_up(&company, A, YUAN(5));
    assert_string_equal(company_try(&company, company_order(ORDER_PAY_BILLS, A, 0)), "");
    assert_int_equal(account_outstanding(&company.accounts[A]), 0);
    assert_false(company.accounts[A].suspended);
    assert_string_equal(company_try(&company, company_order(ORDER_PAY_BILLS, A, 0)),
                        "NOTHING_OWED");
}

static void postpaid_usage_waits_for_its_settlement(void **state) /* settled 8 */
{
    (void)state;
    company.accounts[A].payment_mode = PAYMENT_POSTPAID;
    company_top_up(&company, A, YUAN(10));
    assert_string_equal(company_try(&company, company_order(ORDER_RECORD_USAGE, A, YUAN(30))), "");
    assert_int_equal(account_unbilled(&company.accounts[A]), YUAN(30));
    assert_int_equal(company_available(&company, A), YUAN(-20));
    struct order settlement = company_order(ORDER_SETTLE_USAGE, A, 0);
    settlement.due_us = NOW_US + 5;
    assert_string_equal(company_try(&company, settlement), "");
    assert_int_equal(account_unbilled(&company.accounts[A]), 0);
    assert_int_equal(account_outstanding(&company.accounts[A]), YUAN(20));
    assert_int_equal(company.accounts[A].earliest_due_us, NOW_US + 5);
    assert_string_equal(company_try(&company, settlement), "NOTHING_OWED");
}

static void bills_are_paid_the_earliest_first(void **state)
{
    (void)state;
    company.accounts[A].payment_mode = PAYMENT_POSTPAID;
    for (int i = 3; i >= 1; i--) {
        struct order settlement = company_order(ORDER_SETTLE_USAGE, A, 0);
        settlement.due_us = NOW_US + i;
        company_try(&company, company_order(ORDER_RECORD_USAGE, A, YUAN(10)));
        assert_string_equal(company_try(&company, settlement), "");
    }
    assert_int_equal(company.accounts[A].earliest_due_us, NOW_US + 1);
    company_top_up(&company, A, YUAN(100));
    assert_string_equal(company_try(&company, company_order(ORDER_PAY_BILLS, A, YUAN(15))), "");
    assert_int_equal(company.accounts[A].earliest_due_us, NOW_US + 2);
    assert_string_equal(company_try(&company, company_order(ORDER_PAY_BILLS, A, YUAN(15.01))),
                        "EXCEEDS_OUTSTANDING");
    assert_string_equal(company_try(&company, company_order(ORDER_PAY_BILLS, A, YUAN(15))), "");
    assert_int_equal(company.accounts[A].earliest_due_us, 0);
}

static void an_adjustment_takes_no_more_than_there_is(void **state)
{
    (void)state;
    company_top_up(&company, A, YUAN(100));
    assert_string_equal(
        company_try(&company, company_order(ORDER_CREATE_ADJUSTMENT, A, YUAN(-100.01))),
        "EXCEEDS_AVAILABLE");
    assert_string_equal(
        company_try(&company, company_order(ORDER_CREATE_ADJUSTMENT, A, YUAN(-100))), "");
    assert_string_equal(company_try(&company, company_order(ORDER_CREATE_ADJUSTMENT, A, YUAN(5))),
                        "");
}

static void a_group_succeeds_or_fails_as_one(void **state)
{
    (void)state;
    static struct order_outcome outcomes[4];
    struct order first = company_order(ORDER_CREATE_TRANSFER, A, YUAN(60)), second = first,
                 alone = company_order(ORDER_CREATE_PURCHASE, A, YUAN(100));
    first.counterparty_id = second.counterparty_id = company.accounts[B].id;
    first.linked = true;
    company_top_up(&company, A, YUAN(100));
    struct account before_a = company.accounts[A], before_b = company.accounts[B];
    int64_t length = company.chain.length;
    const struct order *orders[] = {&first, &second, &alone};
    settle_orders(&company.facts, orders, (bool[]){false, false, false}, 2, outcomes);
    assert_string_equal(outcomes[0].refusal->reason, "GROUP_FAILED");
    assert_string_equal(outcomes[1].refusal->reason, "EXCEEDS_TRANSFERABLE");
    assert_memory_equal(&company.accounts[A], &before_a, sizeof before_a);
    assert_memory_equal(&company.accounts[B], &before_b, sizeof before_b);
    assert_int_equal(company.chain.length, length);
    second.amount_micros = YUAN(40);
    settle_orders(&company.facts, orders, (bool[]){false, false, false}, 3, outcomes);
    assert_null(outcomes[0].refusal);
    assert_null(outcomes[1].refusal);
    assert_string_equal(outcomes[2].refusal->reason, "EXCEEDS_AVAILABLE");
    company_is_sound(&company);
}

static void an_entrys_id_is_its_place(void **state)
{
    (void)state;
    struct id id = entry_id(company_id_of(200), 12345);
    assert_int_equal(entry_sequence(company_id_of(200), id), 12345);
    assert_int_equal(entry_sequence(company_id_of(201), id), 0);
    id.bytes[15] ^= 1;
    assert_int_equal(entry_sequence(company_id_of(200), id), 12344);
    id.bytes[7] = 1;
    assert_int_equal(entry_sequence(company_id_of(200), id), 0);
}

static void the_chain_notices_any_change(void **state)
{
    (void)state;
    uint8_t hash[32], other[32], previous[32] = {0};
    struct entry_link link = {.sequence = 1,
                              .kind = 1,
                              .amount_micros = 5,
                              .currency = "CNY",
                              .remark = "a",
                              .tag = "",
                              .posting_count = 1};
    entry_link_hash(&link, previous, hash);
    link.postings[0].balance_micros = 1;
    entry_link_hash(&link, previous, other);
    assert_memory_not_equal(hash, other, 32);
    link.postings[0].balance_micros = 0;
    previous[0] = 1;
    entry_link_hash(&link, previous, other);
    assert_memory_not_equal(hash, other, 32);
}

/* Made by another program from the words of entry.h; whoever breaks them breaks every chain that
 * there is. */
static void an_entry_is_hashed_as_written_down(void **state)
{
    (void)state;
    static const uint8_t first[32] = {0xcd, 0x81, 0x41, 0xb6, 0xf0, 0xf3, 0x87, 0x90,
                                      0xa3, 0xa8, 0x59, 0xc2, 0xde, 0xd2, 0x3f, 0xf5,
                                      0x13, 0xef, 0x0d, 0xe9, 0x39, 0x60, 0xd0, 0xb8,
                                      0x23, 0x55, 0x4a, 0xbb, 0x11, 0x8b, 0xd0, 0xa7};
    static const uint8_t second[32] = {0xf7, 0xe0, 0x81, 0xb0, 0xe9, 0x3a, 0x42, 0x16,
                                       0xea, 0xd7, 0xfd, 0x3b, 0x99, 0x6e, 0x55, 0x7f,
                                       0xda, 0x50, 0x95, 0x1f, 0x15, 0x80, 0x7f, 0x66,
                                       0xdf, 0xa4, 0x01, 0x5f, 0x7f, 0x05, 0xed, 0x56};
    static const uint8_t with_outcome[32] = {0x7b, 0x1c, 0xa6, 0xc3, 0x50, 0x6b, 0x86, 0xe5,
                                             0x26, 0x15, 0x3c, 0xc5, 0x98, 0x5f, 0xcb, 0xdc,
                                             0xf2, 0x29, 0xf3, 0x9f, 0x0b, 0x86, 0xfe, 0xed,
                                             0xab, 0x41, 0x8a, 0xc5, 0x6b, 0x14, 0xd1, 0x21};
    struct entry_link link = {
        .form = ENTRY_FORM_FIRST,
        .sequence = 7,
        .kind = 1,
        .account_id = {{1}},
        .counterparty_id = {{2}},
        .amount_micros = 5,
        .currency = "CNY",
        .remark = "remark",
        .tag = "tag",
        .reference_id = {{3}},
        .effective_us = 1000,
        .recorded_us = 2000,
        .posting_count = 2,
        .postings = {{{{1}}, BOOK_OWN, -5, 95}, {{{2}}, BOOK_TRANSFERRED_IN, 5, 5}}};
    uint8_t previous[32], hash[32];
    for (uint8_t i = 0; i < 32; i++)
        previous[i] = i;
    entry_link_hash(&link, previous, hash);
    assert_memory_equal(hash, first, 32);
    link.counterparty_id =
        (struct id){{0}}; /* there a sub-account stood where a counterparty did */
    link.sub_account_id = (struct id){{2}};
    entry_link_hash(&link, previous, hash);
    assert_memory_equal(hash, first, 32);
    link.form = ENTRY_FORM_SECOND;
    link.counterparty_id = (struct id){{2}};
    link.sub_account_id = (struct id){{4}};
    link.request_key = (struct id){{5}};
    link.body_key = (struct id){{6}};
    link.actor_id = (struct id){{7}};
    link.actor_reference = (struct id){{8}};
    entry_link_hash(&link, previous, hash);
    assert_memory_equal(hash, second, 32);
    link.outcome = (struct bytes){(const uint8_t *)"ok", 2};
    entry_link_hash(&link, previous, hash);
    assert_memory_equal(hash, with_outcome, 32);
}

static void a_request_has_one_name_for_ever(void **state)
{
    (void)state;
    static const uint8_t key[16] = {0x04, 0xb6, 0x4e, 0x80, 0xbc, 0xef, 0xe5, 0x21,
                                    0x67, 0x8c, 0x4d, 0x65, 0x65, 0xb6, 0xee, 0xbc};
    struct id made = order_request_key((struct id){{1}}, (struct id){{2}}, (struct id){{3}});
    assert_memory_equal(made.bytes, key, 16);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup(lots_then_own_then_credit, opened),
        cmocka_unit_test_setup(a_purchase_is_paid_whole_or_refused_whole, opened),
        cmocka_unit_test_setup(a_frozen_account_takes_money_and_spends_none, opened),
        cmocka_unit_test_setup(a_refund_returns_in_reverse_order, opened),
        cmocka_unit_test_setup(credit_comes_back_as_refund_credit, opened),
        cmocka_unit_test_setup(prepaid_usage_settles_at_once, opened),
        cmocka_unit_test_setup(postpaid_usage_waits_for_its_settlement, opened),
        cmocka_unit_test_setup(bills_are_paid_the_earliest_first, opened),
        cmocka_unit_test_setup(an_adjustment_takes_no_more_than_there_is, opened),
        cmocka_unit_test_setup(a_group_succeeds_or_fails_as_one, opened),
        cmocka_unit_test_setup(an_entrys_id_is_its_place, opened),
        cmocka_unit_test_setup(the_chain_notices_any_change, opened),
        cmocka_unit_test(an_entry_is_hashed_as_written_down),
        cmocka_unit_test(a_request_has_one_name_for_ever),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
