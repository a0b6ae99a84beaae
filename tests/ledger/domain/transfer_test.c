/* Transfers and revokes: each refusal in the order of its list, each boundary from both sides
 * (LED-06 to LED-13, E7 to E15, E22, E35). */
#include "ledger/domain/transfer.h"
#include "tests/ledger/domain/company.h"

static struct company company;

static int opened(void **state)
{
    (void)state;
    company_open(&company);
    return 0;
}

/* A row spoils a transfer of 60 from an account with 100; what is spoilt first is what is named. */
enum spoil {
    NOTHING,
    NO_SOURCE,
    NO_DESTINATION,
    INDIVIDUAL,
    UNVERIFIED,
    STRANGER,
    SOURCE_CLOSED,
    SOURCE_FROZEN,
    SOURCE_READ_ONLY,
    DESTINATION_CLOSED,
    DESTINATION_READ_ONLY,
    OTHER_CURRENCY,
    ON_BEHALF,
    RECEIVABLES,
    OLD_VERSION,
    PAST_DUE,
    TOO_MUCH,
    TOO_LITTLE_LEFT,
    TOO_RICH
};

static void spoil(enum spoil spoil, struct account *source, struct account *destination,
                  struct order *order)
{
    switch (spoil) {
    case INDIVIDUAL:
        destination->corporate = false;
        break;
    case UNVERIFIED:
        source->verified_company_id = (struct id){{0}};
        break;
    case STRANGER: /* settled 11: by the company that it belongs to, wherever it is booked */
        destination->verified_company_id = company_id_of(201);
        break;
    case SOURCE_CLOSED:
        source->state = ACCOUNT_CLOSED;
        break;
    case SOURCE_FROZEN:
        source->state = ACCOUNT_FROZEN;
        break;
    case SOURCE_READ_ONLY:
        source->spending = SPENDING_READ_ONLY;
        break;
    case DESTINATION_CLOSED:
        destination->state = ACCOUNT_CLOSED;
        break;
    case DESTINATION_READ_ONLY:
        destination->spending = SPENDING_READ_ONLY;
        break;
    case OTHER_CURRENCY:
        memcpy(destination->currency, "USD", 4);
        break;
    case ON_BEHALF:
        source->pay_on_behalf = true;
        break;
    case RECEIVABLES:
        source->receivables = true;
        break;
    case OLD_VERSION:
        order->expected_version = source->version + 1;
        break;
    case PAST_DUE:
        source->books[BOOK_OUTSTANDING] = -1;
        source->earliest_due_us = NOW_US - 1;
        break;
    case TOO_MUCH:
        order->amount_micros = YUAN(100.01);
        break;
    case TOO_LITTLE_LEFT:
        order->minimum_left_micros = YUAN(40.01);
        break;
    case TOO_RICH:
        destination->books[BOOK_TRANSFERRED_IN] = ACCOUNT_MICROS_MAX - order->amount_micros + 1;
        break;
    case NOTHING:
    case NO_SOURCE:
    case NO_DESTINATION:
        break;
    }
}

/* The verdict that stands for the refusal. */
static enum transfer_verdict decide(struct account *source, struct account *destination,
                                    const struct order *order)
{
    struct allowance allowance = allowance_empty();
    const struct settling settling = {
        .order = order, .now_us = NOW_US, .account = source, .counterparty = destination};
    const struct refusal *refusal = transfer_decide(&settling, &allowance);
    return refusal == NULL ? TRANSFER_ACCEPTED
                           : (enum transfer_verdict)(refusal - transfer_refusal(1)) + 1;
}

static void each_refusal_in_its_order(void **state)
{
    (void)state;
    static const enum transfer_verdict expected[] = {
        [NOTHING] = TRANSFER_ACCEPTED,
        [NO_SOURCE] = TRANSFER_SOURCE_UNKNOWN,
        [NO_DESTINATION] = TRANSFER_DESTINATION_UNKNOWN,
        [INDIVIDUAL] = TRANSFER_NOT_CORPORATE,
        [UNVERIFIED] = TRANSFER_NOT_VERIFIED,
        [STRANGER] = TRANSFER_DIFFERENT_COMPANY,
        [SOURCE_CLOSED] = TRANSFER_SOURCE_CLOSED,
        [SOURCE_FROZEN] = TRANSFER_SOURCE_FROZEN,
        [SOURCE_READ_ONLY] = TRANSFER_SOURCE_READ_ONLY,
        [DESTINATION_CLOSED] = TRANSFER_DESTINATION_CLOSED,
        [DESTINATION_READ_ONLY] = TRANSFER_DESTINATION_READ_ONLY,
        [OTHER_CURRENCY] = TRANSFER_CURRENCY_MISMATCH,
        [ON_BEHALF] = TRANSFER_PAY_ON_BEHALF,
        [RECEIVABLES] = TRANSFER_RECEIVABLES,
        [OLD_VERSION] = TRANSFER_VERSION_MISMATCH,
        [PAST_DUE] = TRANSFER_OVERDUE,
        [TOO_MUCH] = TRANSFER_EXCEEDS,
        [TOO_LITTLE_LEFT] = TRANSFER_MINIMUM_LEFT,
        [TOO_RICH] = TRANSFER_OUT_OF_RANGE};
    for (enum spoil alone = NOTHING; alone <= TOO_RICH; alone++) {
        struct account source = company.accounts[A], destination = company.accounts[B];
        struct order order = company_order(ORDER_CREATE_TRANSFER, A, YUAN(60));
        source.books[BOOK_OWN] = YUAN(100);
        spoil(alone, &source, &destination, &order);
        for (enum spoil later = alone + 1; alone != NOTHING && later <= TOO_RICH; later++)
            spoil(later, &source, &destination, &order); /* and all that is listed later */
        enum transfer_verdict verdict =
            decide(alone == NO_SOURCE ? NULL : &source,
                   alone == NO_DESTINATION ? NULL : &destination, &order);
        if (alone != SOURCE_CLOSED && alone != ON_BEHALF) /* no account is in two states at once */
            assert_int_equal(verdict, expected[alone]);
    }
    struct account source = company.accounts[A], destination = company.accounts[B];
    struct order order = company_order(ORDER_CREATE_TRANSFER, A, YUAN(60));
    source.state = ACCOUNT_CLOSED;
    assert_int_equal(decide(&source, &destination, &order), TRANSFER_SOURCE_CLOSED);
    source.state = ACCOUNT_ACTIVE;
    source.pay_on_behalf = source.receivables = true;
    assert_int_equal(decide(&source, &destination, &order), TRANSFER_PAY_ON_BEHALF);
}

static void exactly_the_amount_passes_and_one_more_does_not(void **state) /* LED-09 */
{
    (void)state;
    company_top_up(&company, A, YUAN(100));
    assert_string_equal(company_transfer(&company, A, B, YUAN(100.01)), "EXCEEDS_TRANSFERABLE");
    assert_string_equal(company_transfer(&company, A, B, YUAN(100)), "");
    assert_int_equal(company_available(&company, A), 0);
    assert_int_equal(company.accounts[B].books[BOOK_TRANSFERRED_IN], YUAN(100));
}

static void the_minimum_left_is_kept(void **state)
{
    (void)state;
    company_top_up(&company, A, YUAN(100));
    struct order order = company_order(ORDER_CREATE_TRANSFER, A, YUAN(60.01));
    order.counterparty_id = company.accounts[B].id;
    order.minimum_left_micros = YUAN(40);
    assert_string_equal(company_try(&company, order), "MINIMUM_LEFT");
    order.amount_micros = YUAN(60);
    assert_string_equal(company_try(&company, order), "");
}

static void two_of_sixty_from_a_hundred(void **state) /* E15 */
{
    (void)state;
    company_top_up(&company, A, YUAN(100));
    assert_string_equal(company_transfer(&company, A, B, YUAN(60)), "");
    assert_string_equal(company_transfer(&company, A, B, YUAN(60)), "EXCEEDS_TRANSFERABLE");
    assert_int_equal(company_transferable(&company, A), YUAN(40));
}

static void what_came_in_is_not_passed_on(void **state) /* LED-07, E6, E13 */
{
    (void)state;
    company_top_up(&company, P, YUAN(1000));
    company_top_up(&company, B, YUAN(50));
    company_transfer(&company, P, B, YUAN(1000));
    assert_string_equal(company_transfer(&company, B, A, YUAN(50.01)), "EXCEEDS_TRANSFERABLE");
    assert_string_equal(company_transfer(&company, B, A, YUAN(50)), "");
}

static void spending_eats_the_lot_first(void **state) /* E7, E8, LED-10 */
{
    (void)state;
    company_top_up(&company, P, YUAN(1000));
    company_top_up(&company, B, YUAN(300));
    company_transfer(&company, P, B, YUAN(1000));
    company_spend(&company, B, YUAN(800));
    assert_int_equal(company.accounts[B].books[BOOK_TRANSFERRED_IN], YUAN(200));
    assert_int_equal(company_revocable(&company, P, B), YUAN(200));
    assert_int_equal(company_transferable(&company, B), YUAN(300));
    company_spend(&company, B, YUAN(300));
    assert_int_equal(company.accounts[B].books[BOOK_OWN], YUAN(200));
    assert_int_equal(company_revocable(&company, P, B), 0);
    assert_string_equal(company_revoke(&company, P, B, YUAN(0.01), true), "EXCEEDS_REVOCABLE");
}

static void only_who_transferred_may_revoke(void **state) /* LED-11 */
{
    (void)state;
    company_top_up(&company, P, YUAN(100));
    company_transfer(&company, P, B, YUAN(100));
    assert_string_equal(company_revoke(&company, Q, B, YUAN(1), true), "NO_PRIOR_TRANSFER");
    assert_string_equal(company_revoke(&company, P, B, YUAN(100), true), "");
    assert_string_equal(company_revoke(&company, P, B, YUAN(1), true),
                        "EXCEEDS_REVOCABLE");       /* the right is used up, not unknown */
    memcpy(company.accounts[B].currency, "USD", 4); /* which a stranger does not hear */
    assert_string_equal(company_revoke(&company, Q, B, YUAN(1), true), "NO_PRIOR_TRANSFER");
    assert_string_equal(company_revoke(&company, Q, 199, 1, true), "NO_PRIOR_TRANSFER");
}

static void sources_keep_their_own_lots(void **state) /* E12, settled 1 */
{
    (void)state;
    company_top_up(&company, P, YUAN(200));
    company_top_up(&company, Q, YUAN(50));
    company_transfer(&company, P, B, YUAN(100));
    company_spend(&company, B, YUAN(100));
    company_transfer(&company, P, B, YUAN(100));
    company_transfer(&company, Q, B, YUAN(50));
    assert_int_equal(company_revocable(&company, P, B), YUAN(100));
    assert_int_equal(company_revocable(&company, Q, B), YUAN(50));
    assert_string_equal(company_revoke(&company, P, B, YUAN(100.01), true), "EXCEEDS_REVOCABLE");
}

static void first_in_first_out(void **state) /* E12b */
{
    (void)state;
    company_top_up(&company, P, YUAN(100));
    company_top_up(&company, Q, YUAN(100));
    company_transfer(&company, P, B, YUAN(100));
    company_transfer(&company, Q, B, YUAN(100));
    company_spend(&company, B, YUAN(150));
    assert_int_equal(company_revocable(&company, P, B), 0);
    assert_int_equal(company_revocable(&company, Q, B), YUAN(50));
}

static void neighbours_of_one_source_are_one_lot(void **state)
{
    (void)state;
    company_top_up(&company, P, YUAN(300));
    company_top_up(&company, Q, YUAN(100));
    company_transfer(&company, P, B, YUAN(100));
    company_transfer(&company, P, B, YUAN(50));
    assert_int_equal(company.facts.lot_count, 1);
    company_transfer(&company, Q, B, YUAN(100));
    company_transfer(&company, P, B, YUAN(100));
    assert_int_equal(company.facts.lot_count, 3);
}

static void there_and_back_is_restricted_twice(void **state) /* E14 */
{
    (void)state;
    company_top_up(&company, A, YUAN(100));
    company_top_up(&company, B, YUAN(100));
    company_transfer(&company, A, B, YUAN(100));
    company_transfer(&company, B, A, YUAN(100));
    assert_int_equal(company_transferable(&company, A), 0);
    assert_int_equal(company_transferable(&company, B), 0);
    assert_int_equal(company_revocable(&company, A, B), YUAN(100));
    assert_int_equal(company_revocable(&company, B, A), YUAN(100));
    assert_int_equal(account_cash(&company.accounts[A]) + account_cash(&company.accounts[B]),
                     YUAN(200));
}

static void unbilled_usage_lowers_what_can_be_revoked(void **state) /* E9, E22, LED-12 */
{
    (void)state;
    company.accounts[B].payment_mode = PAYMENT_POSTPAID;
    company_top_up(&company, P, YUAN(1000));
    company_transfer(&company, P, B, YUAN(1000));
    company_try(&company, company_order(ORDER_RECORD_USAGE, B, YUAN(900)));
    assert_int_equal(company_available(&company, B), YUAN(100));
    assert_int_equal(company_revocable(&company, P, B), YUAN(100));
    assert_int_equal(company_transferable(&company, B), 0);
}

static void a_revoke_that_stops_services_asks_first(void **state) /* E10 */
{
    (void)state;
    struct account *account = &company.accounts[B];
    account->payment_mode = PAYMENT_POSTPAID;
    account->buffer_micros = YUAN(100);
    account->contract_state = CONTRACT_CONFIRMED;
    account->credit_limit_micros = company.line.allocated_micros = YUAN(500);
    company_top_up(&company, P, YUAN(1000));
    company_transfer(&company, P, B, YUAN(1000));
    company_try(&company, company_order(ORDER_RECORD_USAGE, B, YUAN(1200)));
    assert_int_equal(company_revocable(&company, P, B), YUAN(300));
    assert_string_equal(company_revoke(&company, P, B, YUAN(300), false), "WOULD_SUSPEND");
    assert_string_equal(company_revoke(&company, P, B, YUAN(200), false),
                        ""); /* exactly the buffer stays: runs on */
    assert_string_equal(company_revoke(&company, P, B, YUAN(100), true), "");
    assert_int_equal(company_available(&company, B), 0);
    assert_false(account_is_overdue(account, NOW_US));
    assert_true(account->suspended);
}

static void all_that_is_wrong_is_told_at_once(void **state) /* E35, LED-27 */
{
    (void)state;
    enum order_mistake mistakes[ORDER_MISTAKES_MAX];
    struct order order = company_order(ORDER_CREATE_TRANSFER, A, -1);
    order.counterparty_id = order.sub_account_id = order.account_id;
    order.remark = order.tag = "a\x01";
    order.minimum_left_micros = order.expected_version = -1;
    order.by_customer = true;
    order.effective_us = NOW_US;
    const enum order_mistake expected[] = {
        ORDER_AMOUNT_NOT_POSITIVE, ORDER_REMARK_NOT_PLAIN, ORDER_DATED,
        ORDER_TO_ITSELF,           ORDER_FOR_ITSELF,       ORDER_TAG_NOT_PLAIN,
        ORDER_MINIMUM_NEGATIVE,    ORDER_VERSION_NEGATIVE};
    assert_int_equal(order_check(&order, mistakes), sizeof expected / sizeof *expected);
    assert_memory_equal(mistakes, expected, sizeof expected);
    order.account_id = order.counterparty_id = order.sub_account_id = (struct id){{0}};
    assert_int_equal(order_check(&order, mistakes), 6); /* nobody is not itself */
}

static void an_order_wrong_by_itself_is_a_mistake(void **state) /* E35, E18 */
{
    (void)state;
    static const struct {
        int64_t micros;
        bool to_itself;
        enum order_mistake expected;
    } rows[] = {{0, false, ORDER_AMOUNT_NOT_POSITIVE},
                {-1, false, ORDER_AMOUNT_NOT_POSITIVE},
                {10000000, true, ORDER_TO_ITSELF},
                {100005000, false, ORDER_AMOUNT_NOT_WHOLE},
                {100010000, false, ORDER_WELL_FORMED}};
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        struct order order = company_order(ORDER_CREATE_TRANSFER, A, rows[i].micros);
        order.counterparty_id = company_id_of(rows[i].to_itself ? A + 1 : B + 1);
        assert_int_equal(company_mistake(&order), rows[i].expected);
    }
}

static void near_the_end_of_the_range_nothing_is_posted(void **state) /* E31 */
{
    (void)state;
    assert_string_equal(company_top_up(&company, A, ACCOUNT_MICROS_MAX), "");
    assert_string_equal(company_top_up(&company, A, 10000), "OUT_OF_RANGE");
    assert_string_equal(company_top_up(&company, B, INT64_MAX), "OUT_OF_RANGE");
    assert_int_equal(company.facts.entry_count, 1);
}

static void the_same_body_has_the_same_hash(void **state) /* E32 */
{
    (void)state;
    struct order order = company_order(ORDER_CREATE_TRANSFER, A, YUAN(100)), other = order;
    uint8_t hash[32], other_hash[32];
    other.request_id = company_id_of(9);
    other.linked = true;
    order_hash(&order, hash);
    order_hash(&other, other_hash);
    assert_memory_equal(hash, other_hash, 32);
    other.amount_micros = YUAN(101);
    order_hash(&other, other_hash);
    assert_memory_not_equal(hash, other_hash, 32);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup(each_refusal_in_its_order, opened),
        cmocka_unit_test_setup(exactly_the_amount_passes_and_one_more_does_not, opened),
        cmocka_unit_test_setup(the_minimum_left_is_kept, opened),
        cmocka_unit_test_setup(two_of_sixty_from_a_hundred, opened),
        cmocka_unit_test_setup(what_came_in_is_not_passed_on, opened),
        cmocka_unit_test_setup(spending_eats_the_lot_first, opened),
        cmocka_unit_test_setup(only_who_transferred_may_revoke, opened),
        cmocka_unit_test_setup(sources_keep_their_own_lots, opened),
        cmocka_unit_test_setup(first_in_first_out, opened),
        cmocka_unit_test_setup(neighbours_of_one_source_are_one_lot, opened),
        cmocka_unit_test_setup(there_and_back_is_restricted_twice, opened),
        cmocka_unit_test_setup(unbilled_usage_lowers_what_can_be_revoked, opened),
        cmocka_unit_test_setup(a_revoke_that_stops_services_asks_first, opened),
        cmocka_unit_test_setup(an_order_wrong_by_itself_is_a_mistake, opened),
        cmocka_unit_test_setup(all_that_is_wrong_is_told_at_once, opened),
        cmocka_unit_test_setup(near_the_end_of_the_range_nothing_is_posted, opened),
        cmocka_unit_test_setup(the_same_body_has_the_same_hash, opened),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
