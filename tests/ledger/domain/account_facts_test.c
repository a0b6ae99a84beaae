/* The facts of accounts as tables, each boundary from both sides: the buffer (LED-03), the override
 * (LED-19), the currency that stays (PAY-24), accounts that are elsewhere or different, modes. */
#include "ledger/domain/account_facts.h"
#include "ledger/domain/credit.h"
#include "tests/ledger/domain/company.h"

static void a_buffer_is_in_the_range_of_its_currency(void **state) /* LED-03 */
{
    (void)state;
    static const struct {
        enum payment_mode mode;
        const char *currency;
        int64_t micros;
        enum account_mistake expected;
        int64_t buffer_micros;
    } rows[] = {
        {PAYMENT_POSTPAID, "CNY", YUAN(99.999999), ACCOUNT_BUFFER_NOT_YUAN, 0},
        {PAYMENT_POSTPAID, "CNY", YUAN(100), ACCOUNT_FACTS_FIT, YUAN(100)},
        {PAYMENT_POSTPAID, "CNY", YUAN(500), ACCOUNT_FACTS_FIT, YUAN(500)},
        {PAYMENT_POSTPAID, "CNY", YUAN(500.000001), ACCOUNT_BUFFER_NOT_YUAN, 0},
        {PAYMENT_POSTPAID, "CNY", -1, ACCOUNT_BUFFER_NOT_YUAN, 0},
        {PAYMENT_POSTPAID, "CNY", 0, ACCOUNT_FACTS_FIT, YUAN(100)},
        {PAYMENT_POSTPAID, "", YUAN(99.99), ACCOUNT_BUFFER_NOT_YUAN, 0},
        {PAYMENT_POSTPAID, "", YUAN(100), ACCOUNT_FACTS_FIT, YUAN(100)},
        {PAYMENT_POSTPAID, "USD", -1, ACCOUNT_BUFFER_OUT_OF_RANGE, 0},
        {PAYMENT_POSTPAID, "USD", 1, ACCOUNT_FACTS_FIT, 1},
        {PAYMENT_POSTPAID, "USD", ACCOUNT_MICROS_MAX, ACCOUNT_FACTS_FIT, ACCOUNT_MICROS_MAX},
        {PAYMENT_POSTPAID, "USD", ACCOUNT_MICROS_MAX + 1, ACCOUNT_BUFFER_OUT_OF_RANGE, 0},
        {PAYMENT_POSTPAID, "USD", 0, ACCOUNT_FACTS_FIT, YUAN(100)},
        {PAYMENT_PREPAID, "CNY", 0, ACCOUNT_FACTS_FIT, 0},
        {PAYMENT_PREPAID, "CNY", YUAN(200), ACCOUNT_BUFFER_OF_PREPAID, 0},
        {PAYMENT_PREPAID, "USD", 1, ACCOUNT_BUFFER_OF_PREPAID, 0},
    };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        assert_int_equal(account_buffer_check(rows[i].mode, rows[i].currency, rows[i].micros),
                         rows[i].expected);
        if (rows[i].expected == ACCOUNT_FACTS_FIT)
            assert_int_equal(account_buffer(rows[i].mode, rows[i].currency, rows[i].micros),
                             rows[i].buffer_micros);
    }
    assert_string_equal(account_mistake_sentence(ACCOUNT_BUFFER_NOT_YUAN),
                        "must be 100.00 to 500.00 in CNY");
}

static struct account an_account(void)
{
    return (struct account){.id = company_id_of(1),
                            .company_id = company_id_of(200),
                            .corporate = true,
                            .currency = "CNY",
                            .state = ACCOUNT_ACTIVE,
                            .payment_mode = PAYMENT_POSTPAID,
                            .buffer_micros = YUAN(100)};
}

static void an_update_is_held_to_the_account_as_it_is(void **state) /* R8 */
{
    (void)state;
    static const struct {
        enum payment_mode mode, mode_wanted; /* wanted 0: not named */
        const char *currency;
        int64_t micros; /* -1: not named */
        enum account_mistake expected;
        int64_t buffer_micros;
    } rows[] = {
        {PAYMENT_POSTPAID, 0, "USD", YUAN(20), ACCOUNT_FACTS_FIT, YUAN(20)},
        {PAYMENT_POSTPAID, 0, "CNY", YUAN(20), ACCOUNT_BUFFER_NOT_YUAN, 0},
        {PAYMENT_PREPAID, 0, "CNY", YUAN(200), ACCOUNT_BUFFER_OF_PREPAID, 0},
        {PAYMENT_PREPAID, PAYMENT_POSTPAID, "CNY", YUAN(200), ACCOUNT_FACTS_FIT, YUAN(200)},
        {PAYMENT_PREPAID, PAYMENT_POSTPAID, "CNY", -1, ACCOUNT_FACTS_FIT, YUAN(100)},
        {PAYMENT_POSTPAID, PAYMENT_PREPAID, "CNY", -1, ACCOUNT_FACTS_FIT, 0},
        {PAYMENT_POSTPAID, PAYMENT_PREPAID, "CNY", YUAN(200), ACCOUNT_BUFFER_OF_PREPAID, 0},
    };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        struct account account = an_account();
        account.payment_mode = rows[i].mode;
        memcpy(account.currency, rows[i].currency, 4);
        struct account_update update = {
            .wanted = {.payment_mode = rows[i].mode_wanted, .buffer_micros = rows[i].micros}};
        update.fields[UPDATE_PAYMENT_MODE] = rows[i].mode_wanted != 0;
        update.fields[UPDATE_BUFFER] = rows[i].micros != -1;
        assert_int_equal(account_update_fits(&update, &account), rows[i].expected);
        if (rows[i].expected != ACCOUNT_FACTS_FIT)
            continue;
        account_update_apply(&update, &account);
        assert_int_equal(account.buffer_micros, rows[i].buffer_micros);
    }
}

static void states_and_modes_are_those_there_are(void **state)
{
    (void)state;
    for (int value = -1; value <= 5; value++) {
        struct account_update state_update = {.wanted = {.state = (enum account_state)value}};
        struct account_update mode_update = {.wanted = {.payment_mode = (enum payment_mode)value}};
        state_update.fields[UPDATE_STATE] = mode_update.fields[UPDATE_PAYMENT_MODE] = true;
        assert_int_equal(account_update_check(&state_update),
                         value >= 1 && value <= 3 ? ACCOUNT_FACTS_FIT : ACCOUNT_STATE_UNKNOWN);
        assert_int_equal(account_update_check(&mode_update),
                         value >= 1 && value <= 2 ? ACCOUNT_FACTS_FIT : ACCOUNT_MODE_UNKNOWN);
        struct account opened = an_account();
        opened.payment_mode = (enum payment_mode)value;
        opened.buffer_micros = 0;
        assert_int_equal(account_opening_check(&opened),
                         value >= 1 && value <= 2 ? ACCOUNT_FACTS_FIT : ACCOUNT_MODE_UNKNOWN);
    }
    assert_int_equal(account_update_find("buffer_micros"), UPDATE_BUFFER);
    assert_int_equal(account_update_find("override"), ACCOUNT_UPDATE_COUNT); /* LED-19 */
    assert_int_equal(account_update_find("currency"), ACCOUNT_UPDATE_COUNT);
}

static void an_organisation_becomes_no_individual(void **state) /* ID-31 */
{
    (void)state;
    struct account account = an_account();
    struct account_update update = {.wanted = {.corporate = false}};
    account.corporate = false;
    assert_int_equal(account_update_check(&update), ACCOUNT_FACTS_FIT); /* it is not named */
    account_update_apply(&update, &account);
    assert_false(account.corporate);
    update.fields[account_update_find("corporate")] = true;
    assert_int_equal(account_update_check(&update), ACCOUNT_INDIVIDUAL_AGAIN);
    update.wanted.corporate = true;
    assert_int_equal(account_update_check(&update), ACCOUNT_FACTS_FIT);
    account_update_apply(&update, &account);
    assert_true(account.corporate);
}

static void an_individual_is_nobodys_company(void **state) /* settled 5 */
{
    (void)state;
    struct account wanted = an_account();
    assert_int_equal(account_opening_check(&wanted), ACCOUNT_FACTS_FIT);
    wanted.corporate = false;
    assert_int_equal(account_opening_check(&wanted), ACCOUNT_COMPANY_NOT_ITSELF);
    wanted.company_id = wanted.id;
    assert_int_equal(account_opening_check(&wanted), ACCOUNT_FACTS_FIT);
}

static void opened_elsewhere_or_otherwise_it_stays(void **state)
{
    (void)state;
    struct account account = an_account(), wanted = an_account();
    assert_null(account_opening_decide(NULL, &wanted));
    assert_null(account_opening_decide(&account, &wanted));
    account.company_id = company_id_of(201);
    assert_string_equal(account_opening_decide(&account, &wanted)->reason, "ACCOUNT_ELSEWHERE");
    account = an_account();
    wanted.currency[0] = '\0'; /* says nothing about it */
    assert_null(account_opening_decide(&account, &wanted));
    memcpy(wanted.currency, "USD", 4);
    assert_string_equal(account_opening_decide(&account, &wanted)->reason, "ACCOUNT_EXISTS");
    wanted = an_account();
    wanted.corporate = false;
    assert_string_equal(account_opening_decide(&account, &wanted)->reason, "ACCOUNT_EXISTS");
}

static void out_of_its_own_chain_it_moves_once(void **state) /* settled 11 */
{
    (void)state;
    struct account account = an_account(), wanted = an_account();
    wanted.verified_company_id = wanted.company_id;
    account.company_id = account.id;
    assert_true(account_opening_moves(&account, &wanted));
    assert_null(account_opening_decide(&account, &wanted));
    wanted.verified_company_id = (struct id){{0}}; /* into no company that is not its own */
    assert_false(account_opening_moves(&account, &wanted));
    assert_string_equal(account_opening_decide(&account, &wanted)->reason, "ACCOUNT_ELSEWHERE");
    wanted.verified_company_id = wanted.company_id;
    account.corporate = false;
    assert_false(account_opening_moves(&account, &wanted));
    account.corporate = true;
    account.company_id = company_id_of(201);
    account.opened_in_id = account.id;
    assert_false(account_opening_moves(&account, &wanted));
    assert_true(id_equal(account_scope(&account), account.id));
    wanted.company_id = wanted.id; /* a late opening of before */
    assert_null(account_opening_decide(&account, &wanted));
}

static void a_verified_company_is_a_fact_of_its_own(void **state) /* settled 11 */
{
    (void)state;
    struct account account = an_account();
    struct account_update update = {.company_verified = true,
                                    .fields = {[UPDATE_COMPANY_VERIFIED] = true}};
    account_update_apply(&update, &account);
    assert_true(id_equal(account.verified_company_id, account.company_id));
    update = (struct account_update){.wanted = {.verified_company_id = company_id_of(201)},
                                     .fields = {[UPDATE_VERIFIED_COMPANY] = true}};
    account_update_apply(&update, &account);
    assert_true(id_equal(account.verified_company_id, company_id_of(201)));
    assert_true(id_equal(account.company_id, company_id_of(200)));
    update = (struct account_update){.fields = {[UPDATE_COMPANY_VERIFIED] = true}};
    account_update_apply(&update, &account);
    assert_true(id_is_nil(account.verified_company_id));
}

static void a_currency_is_set_once(void **state) /* PAY-24 */
{
    (void)state;
    struct account account = an_account();
    assert_null(account_currency_decide(&account, "CNY"));
    assert_string_equal(account_currency_decide(&account, "USD")->reason, "CURRENCY_LOCKED");
    account.currency[0] = '\0';
    assert_null(account_currency_decide(&account, "USD"));
    assert_int_equal(account_currency_decide(NULL, "USD")->kind, NOT_YET);
}

static void spending_is_said_of_an_account_that_is_open(void **state) /* PAY-16 */
{
    (void)state;
    struct account account = an_account();
    assert_null(spending_decide(&account));
    account.spending = SPENDING_READ_ONLY;
    assert_null(spending_decide(&account));
    account.state = ACCOUNT_FROZEN;
    assert_null(spending_decide(&account));
    account.state = ACCOUNT_CLOSED;
    assert_string_equal(spending_decide(&account)->reason, "ACCOUNT_CLOSED");
    assert_string_equal(spending_decide(NULL)->reason, "ACCOUNT_NOT_FOUND");
    for (int value = 0; value <= 3; value++)
        assert_int_equal(spending_check((enum spending)value),
                         value == 1 || value == 2 ? ACCOUNT_FACTS_FIT : ACCOUNT_SPENDING_UNKNOWN);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_buffer_is_in_the_range_of_its_currency),
        cmocka_unit_test(an_update_is_held_to_the_account_as_it_is),
        cmocka_unit_test(states_and_modes_are_those_there_are),
        cmocka_unit_test(an_organisation_becomes_no_individual),
        cmocka_unit_test(an_individual_is_nobodys_company),
        cmocka_unit_test(opened_elsewhere_or_otherwise_it_stays),
        cmocka_unit_test(out_of_its_own_chain_it_moves_once),
        cmocka_unit_test(a_verified_company_is_a_fact_of_its_own),
        cmocka_unit_test(a_currency_is_set_once),
        cmocka_unit_test(spending_is_said_of_an_account_that_is_open),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
