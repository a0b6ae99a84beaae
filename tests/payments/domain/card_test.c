/* PAY-03, PAY-04, PAY-11, ID-03: which cards may be added, both sides of every boundary, refusals
 * in order. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <string.h>

#include "payments/domain/card.h"

#define COUNT(rows) (sizeof(rows) / sizeof((rows)[0]))

static const int64_t november_2026_us = INT64_C(1795219200000000); /* 2026-11-21T00:00:00Z */
static const int64_t last_of_november_us = INT64_C(1796083199999999);
static const int64_t first_of_december_us = INT64_C(1796083200000000);

static struct card_number number_of(const char *text)
{
    struct card_number number;
    assert_true(card_number_read(text, &number));
    return number;
}

static void a_card_is_good_until_its_month_ended(void **state)
{
    (void)state;
    const struct card_expiry november = {.month = 11, .year = 2026};
    assert_false(card_expiry_is_past(november, november_2026_us));
    assert_false(card_expiry_is_past(november, last_of_november_us));
    const int64_t noon_of_december_us =
        first_of_december_us + INT64_C(12) * 3600 * 1000000; /* November has ended everywhere */
    assert_false(card_expiry_is_past(november, first_of_december_us));
    assert_false(card_expiry_is_past(november, noon_of_december_us - 1));
    assert_true(card_expiry_is_past(november, noon_of_december_us));
    assert_true(
        card_expiry_is_past((struct card_expiry){.month = 12, .year = 2025}, november_2026_us));
    assert_false(
        card_expiry_is_past((struct card_expiry){.month = 1, .year = 2027}, november_2026_us));
    /* 29 February 2028, 00:00 */
    assert_false(card_expiry_is_past((struct card_expiry){.month = 2, .year = 2028},
                                     INT64_C(1835395200000000)));
}

static void impossible_months_are_told(void **state)
{
    (void)state;
    static const struct {
        struct card_expiry expiry;
        bool possible;
    } rows[] = {
        {{0, 2027}, false}, {{1, 2027}, true},  {{12, 2027}, true},  {{13, 2027}, false},
        {{5, 27}, false},   {{11, 2056}, true}, {{12, 2056}, false}, {{1, INT64_MAX}, false},
    };
    for (size_t i = 0; i < COUNT(rows); i++)
        assert_int_equal(card_expiry_is_possible(rows[i].expiry, november_2026_us),
                         rows[i].possible);
}

static void a_card_is_shared_from_the_sixth_account_on(void **state) /* S5 */
{
    (void)state;
    assert_false(card_is_shared(0));
    assert_false(card_is_shared(5));
    assert_true(card_is_shared(6));
}

/* A row says only how it differs from a card that is accepted. */
static void each_rule_refuses_at_its_boundary(void **state)
{
    (void)state;
    const struct card_owner individual = {
        .known = true, .billing_address_present = true, .principal_name = "Li Na", .country = "CN"};
    struct card_owner corporate = individual, unknown = {0}, homeless = individual,
                      twice = individual, full = individual, nearly_full = individual;
    corporate.corporate = true;
    homeless.billing_address_present = false;
    twice.has_this_card = true;
    full.method_count = CARD_METHODS_MAX;
    nearly_full.method_count = CARD_METHODS_MAX - 1;
    struct card_owner third = individual, fourth = individual;
    third.other_accounts = 2;
    fourth.other_accounts = 3;
    const struct {
        const char *number;
        const char *security_code;
        const char *holder;
        int64_t month, year;
        const struct card_owner *owner;
        enum card_verdict verdict;
    } rows[] = {
        {.verdict = CARD_ACCEPTED},
        {.owner = &unknown, .verdict = CARD_BILLING_ADDRESS_MISSING},
        {.owner = &homeless, .verdict = CARD_BILLING_ADDRESS_MISSING},
        {.owner = &homeless, .number = "4242424242424241", .verdict = CARD_BILLING_ADDRESS_MISSING},
        {.number = "4242424242424241", .verdict = CARD_NUMBER_INVALID},
        {.number = "5555555555554444", .verdict = CARD_ACCEPTED},
        {.number = "2223003122003222", .verdict = CARD_ACCEPTED},
        {.number = "378282246310005", .verdict = CARD_BRAND_NOT_ACCEPTED},
        {.number = "30569309025904", .verdict = CARD_BRAND_NOT_ACCEPTED},
        {.number = "36227206271667", .verdict = CARD_BRAND_NOT_ACCEPTED},
        {.number = "6200000000000005", .verdict = CARD_BRAND_NOT_ACCEPTED},
        {.number = "378282246310005",
         .month = 10,
         .year = 2026,
         .verdict = CARD_BRAND_NOT_ACCEPTED},
        {.month = 11, .year = 2026, .verdict = CARD_ACCEPTED},
        {.month = 10, .year = 2026, .verdict = CARD_EXPIRED},
        {.security_code = "12", .verdict = CARD_SECURITY_CODE_INVALID},
        {.security_code = "1234", .verdict = CARD_SECURITY_CODE_INVALID},
        {.security_code = "12a", .verdict = CARD_SECURITY_CODE_INVALID},
        {.holder = "", .verdict = CARD_HOLDER_MISSING},
        {.holder = "", .owner = &corporate, .verdict = CARD_ACCEPTED},
        {.owner = &twice, .verdict = CARD_ALREADY_ADDED},
        {.owner = &full, .verdict = CARD_METHOD_LIMIT},
        {.owner = &nearly_full, .verdict = CARD_ACCEPTED},
        {.owner = &third, .verdict = CARD_ACCEPTED}, /* S5 */
        {.owner = &fourth, .verdict = CARD_ACCOUNT_LIMIT},
    };
    for (size_t i = 0; i < COUNT(rows); i++) {
        struct card_number number =
            number_of(rows[i].number != NULL ? rows[i].number : "4242424242424242");
        const struct card card = {
            .number = &number,
            .expiry = {.month = rows[i].month != 0 ? rows[i].month : 12,
                       .year = rows[i].year != 0 ? rows[i].year : 2030},
            .security_code = rows[i].security_code != NULL ? rows[i].security_code : "123",
            .holder_name = rows[i].holder != NULL ? rows[i].holder : "Li Na",
        };
        assert_int_equal(card_decide(&card, rows[i].owner != NULL ? rows[i].owner : &individual,
                                     november_2026_us),
                         rows[i].verdict);
    }
}

static void only_a_corporate_card_takes_the_principals_name(void **state)
{
    (void)state;
    const struct card nameless = {.holder_name = ""}, named = {.holder_name = "Wei Zhang"};
    const struct card_owner corporate = {.corporate = true, .principal_name = "Li Na"},
                            individual = {.principal_name = "Li Na"};
    assert_string_equal(card_holder(&nameless, &corporate), "Li Na");
    assert_string_equal(card_holder(&nameless, &individual), "");
    assert_string_equal(card_holder(&named, &corporate), "Wei Zhang");
}

static void the_issuers_country_must_be_the_accounts(void **state)
{
    (void)state;
    assert_int_equal(card_country_decide("CN", "CN"), CARD_ACCEPTED);
    assert_int_equal(card_country_decide("US", "CN"), CARD_COUNTRY_MISMATCH);
    assert_int_equal(card_country_decide("", "CN"), CARD_ACCEPTED);
}

static void every_refusal_has_its_words(void **state)
{
    (void)state;
    for (enum card_verdict verdict = CARD_BILLING_ADDRESS_MISSING; verdict <= CARD_ABANDONED;
         verdict++) {
        const struct refusal *refusal = card_refusal(verdict);
        assert_int_equal(card_verdict_find(refusal->reason), verdict);
        assert_true(strlen(refusal->sentence) > 10);
    }
    assert_int_equal(card_verdict_find("NO_SUCH_REASON"), CARD_ACCEPTED);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_card_is_good_until_its_month_ended),
        cmocka_unit_test(impossible_months_are_told),
        cmocka_unit_test(a_card_is_shared_from_the_sixth_account_on),
        cmocka_unit_test(each_rule_refuses_at_its_boundary),
        cmocka_unit_test(only_a_corporate_card_takes_the_principals_name),
        cmocka_unit_test(the_issuers_country_must_be_the_accounts),
        cmocka_unit_test(every_refusal_has_its_words),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
