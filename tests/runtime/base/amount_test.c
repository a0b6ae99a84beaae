/* Amounts: checked arithmetic (E31), the currency's minor unit (E18), reading and writing decimals.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <string.h>

#include "runtime/base/amount.h"

static void sums_and_products_fit_or_are_refused(void **state) /* E31 */
{
    (void)state;
    static const struct {
        bool (*operation)(int64_t, int64_t, int64_t *);
        int64_t a, b;
        bool fits;
        int64_t result;
    } cases[] = {
        {amount_add, INT64_MAX - 1, 1, true, INT64_MAX},
        {amount_add, INT64_MAX, 1, false, 0},
        {amount_add, INT64_MIN + 1, -1, true, INT64_MIN},
        {amount_add, INT64_MIN, -1, false, 0},
        {amount_subtract, -1, INT64_MAX, true, INT64_MIN},
        {amount_subtract, -2, INT64_MAX, false, 0},
        {amount_subtract, 0, INT64_MIN + 1, true, INT64_MAX},
        {amount_subtract, 0, INT64_MIN, false, 0},
        {amount_multiply, INT64_MAX / 2, 2, true, INT64_MAX - 1},
        {amount_multiply, INT64_MAX / 2 + 1, 2, false, 0},
        {amount_multiply, INT64_MIN, -1, false, 0},
        {amount_multiply, INT64_MIN, 1, true, INT64_MIN},
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        int64_t result = 4711;
        assert_int_equal(cases[i].operation(cases[i].a, cases[i].b, &result), cases[i].fits);
        assert_int_equal(result, cases[i].fits ? cases[i].result : 4711);
    }
}

static void the_smaller_and_the_larger(void **state)
{
    (void)state;
    assert_int_equal(amount_min(-1, 1), -1);
    assert_int_equal(amount_min(2, 2), 2);
    assert_int_equal(amount_max(-1, 1), 1);
    assert_int_equal(amount_max(INT64_MIN, INT64_MAX), INT64_MAX);
}

static void an_amount_is_whole_in_its_currency(void **state) /* E18 */
{
    (void)state;
    static const struct {
        const char *code;
        const char *amount;
        bool whole;
        int64_t minor;
    } cases[] = {
        {"CNY", "100.00", true, 10000}, {"CNY", "100.005", false, 0},
        {"CNY", "100.01", true, 10001}, {"CNY", "-0.01", true, -1},
        {"CNY", "-0.001", false, 0},    {"JPY", "1", true, 1},
        {"JPY", "1.5", false, 0},       {"KWD", "1.005", true, 1005},
        {"KWD", "1.0005", false, 0},    {"CLF", "0.0001", true, 1},
        {"CLF", "0.00001", false, 0},
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        const struct currency *currency = currency_find(cases[i].code);
        int64_t micros;
        assert_true(amount_parse(cases[i].amount, &micros));
        assert_int_equal(amount_is_whole(micros, currency), cases[i].whole);
        if (!cases[i].whole)
            continue;
        int64_t back;
        assert_int_equal(amount_to_minor(micros, currency), cases[i].minor);
        assert_true(amount_from_minor(cases[i].minor, currency, &back));
        assert_int_equal(back, micros);
    }
}

static void minor_units_beyond_the_range_are_refused(void **state) /* E31 */
{
    (void)state;
    int64_t micros;
    const struct currency *yuan = currency_find("CNY");
    assert_true(amount_from_minor(INT64_MAX / 10000, yuan, &micros));
    assert_false(amount_from_minor(INT64_MAX / 10000 + 1, yuan, &micros));
}

static void decimals_are_read(void **state)
{
    (void)state;
    static const struct {
        const char *text;
        int64_t micros;
    } cases[] = {
        {"0", 0},
        {"-0", 0},
        {"+1", 1000000},
        {"50000.00", 50000000000},
        {"-1234.5", -1234500000},
        {"0.000001", 1},
        {"007", 7000000},
        {"9223372036854.775807", INT64_MAX},
        {"-9223372036854.775808", INT64_MIN},
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        int64_t micros;
        assert_true(amount_parse(cases[i].text, &micros));
        assert_int_equal(micros, cases[i].micros);
    }
}

static void what_is_no_amount_is_refused(void **state)
{
    (void)state;
    static const char *const texts[] = {NULL,
                                        "",
                                        "-",
                                        "+",
                                        ".",
                                        "1.",
                                        ".5",
                                        "1e3",
                                        "1,000",
                                        " 1",
                                        "1 ",
                                        "--1",
                                        "0x1",
                                        "1.0000000",
                                        "1.2.3",
                                        "NaN",
                                        "inf",
                                        "9223372036854.775808",
                                        "-9223372036854.775809",
                                        "99999999999999999999",
                                        "１"};
    for (size_t i = 0; i < sizeof texts / sizeof texts[0]; i++) {
        int64_t micros = 4711;
        assert_false(amount_parse(texts[i], &micros));
        assert_int_equal(micros, 4711);
    }
}

static void amounts_are_written_with_their_currencys_decimals(void **state)
{
    (void)state;
    static const struct {
        int64_t micros;
        const char *code;
        const char *text;
    } cases[] = {
        {50000000000, "CNY", "50000.00"},
        {1500000, "CNY", "1.50"},
        {1, "CNY", "0.000001"},
        {5000000, "JPY", "5"},
        {1500000, "JPY", "1.5"},
        {1, "KWD", "0.000001"},
        {-1500000, "KWD", "-1.500"},
        {0, "CLF", "0.0000"},
        {0, NULL, "0"},
        {1500000, NULL, "1.5"},
        {10000000, NULL, "10"},
        {INT64_MAX, NULL, "9223372036854.775807"},
        {INT64_MIN, "CNY", "-9223372036854.775808"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        char text[AMOUNT_TEXT_SIZE];
        const struct currency *currency =
            cases[i].code == NULL ? NULL : currency_find(cases[i].code);
        assert_string_equal(amount_format(cases[i].micros, currency, text), cases[i].text);
        int64_t back;
        assert_true(amount_parse(text, &back));
        assert_int_equal(back, cases[i].micros);
    }
}

static void currencies_are_those_of_the_standard(void **state)
{
    (void)state;
    static const struct {
        const char *code;
        int exponent;
        int64_t minor_unit_micros;
    } cases[] = {{"AED", 2, 10000}, {"CNY", 2, 10000}, {"JPY", 0, 1000000}, {"KWD", 3, 1000},
                 {"CLF", 4, 100},   {"UYW", 4, 100},   {"ZWG", 2, 10000}};
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        const struct currency *currency = currency_find(cases[i].code);
        assert_non_null(currency);
        assert_string_equal(currency->code, cases[i].code);
        assert_int_equal(currency->exponent, cases[i].exponent);
        assert_int_equal(currency->minor_unit_micros, cases[i].minor_unit_micros);
    }
    static const char *const unknown[] = {NULL,  "",    "cny", "CN", "CNYX",
                                          "ZZZ", "XXX", "XAU", "HRK"};
    for (size_t i = 0; i < sizeof unknown / sizeof unknown[0]; i++)
        assert_null(currency_find(unknown[i]));
}

static void quotients_are_rounded_half_away_from_zero(void **state)
{
    (void)state;
    static const struct {
        int64_t numerator, denominator, rounded;
    } rows[] = {
        {5, 10, 1},
        {-5, 10, -1},
        {4, 10, 0},
        {-4, 10, 0},
        {-15, 10, -2},
        {0, 7, 0},
        {14, 10, 1},
        {3, 7, 0},
        {4, 7, 1},
        {-4, 7, -1},
        {1, 1, 1},
        {-1, 1, -1},
        {1, 2, 1},
        {-1, 2, -1},
        {INT64_MAX, 1, INT64_MAX},
        {INT64_MIN, 1, INT64_MIN},
        {INT64_MAX, INT64_MAX, 1},
        {INT64_MAX / 2, INT64_MAX, 0},
        {INT64_MAX / 2 + 1, INT64_MAX, 1},
    };
    int64_t out = 0;
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        assert_true(amount_half_away(rows[i].numerator, rows[i].denominator, &out));
        assert_int_equal(out, rows[i].rounded);
    }
    amount_wide most = (amount_wide)INT64_MAX * 1000;
    assert_true(amount_half_away(most + 499, 1000, &out));
    assert_int_equal(out, INT64_MAX);
    out = 7;
    assert_false(amount_half_away(most + 500, 1000, &out));
    assert_int_equal(out, 7);
    amount_wide least = (amount_wide)INT64_MIN * 1000;
    assert_true(amount_half_away(least - 499, 1000, &out));
    assert_int_equal(out, INT64_MIN);
    assert_false(amount_half_away(least - 500, 1000, &out));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(sums_and_products_fit_or_are_refused),
        cmocka_unit_test(the_smaller_and_the_larger),
        cmocka_unit_test(an_amount_is_whole_in_its_currency),
        cmocka_unit_test(minor_units_beyond_the_range_are_refused),
        cmocka_unit_test(quotients_are_rounded_half_away_from_zero),
        cmocka_unit_test(decimals_are_read),
        cmocka_unit_test(what_is_no_amount_is_refused),
        cmocka_unit_test(amounts_are_written_with_their_currencys_decimals),
        cmocka_unit_test(currencies_are_those_of_the_standard),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
