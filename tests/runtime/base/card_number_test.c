/* Card numbers: read, told by brand, found in text (PAY-03, PAY-11). */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "runtime/base/card_number.h"

#define COUNT(rows) (sizeof(rows) / sizeof((rows)[0]))

static struct card_number number_of(const char *text)
{
    struct card_number number;
    assert_true(card_number_read(text, &number));
    return number;
}

static void numbers_are_read_without_their_separators(void **state)
{
    (void)state;
    static const struct {
        const char *text;
        const char *digits; /* NULL: not a number */
    } rows[] = {
        {"4242424242424242", "4242424242424242"},
        {"4242 4242 4242 4242", "4242424242424242"},
        {"4242-4242-4242-4242", "4242424242424242"},
        {"123456789012", "123456789012"},
        {"1234567890123456789", "1234567890123456789"},
        {"12345678901", NULL},
        {"12345678901234567890", NULL},
        {"4242x4242424242424", NULL},
        {"4242\t424242424242", NULL},
        {"", NULL},
    };
    for (size_t i = 0; i < COUNT(rows); i++) {
        struct card_number number;
        assert_int_equal(card_number_read(rows[i].text, &number), rows[i].digits != NULL);
        if (rows[i].digits != NULL)
            assert_string_equal(number.digits, rows[i].digits);
    }
}

static void luhn_and_length_decide_what_is_a_number(void **state)
{
    (void)state;
    static const struct {
        const char *text;
        bool valid;
    } rows[] = {
        {"4242424242424242", true},
        {"4242424242424241", false},
        {"4242424242424243", false},
        {"5555555555554444", true},
        {"5555555555554445", false},
        {"2223003122003222", true},
        {"2223003122003223", false},
        {"378282246310005", true},
        {"42424242424242", false}, /* Luhn holds for 14 digits, but no Visa has them */
        {"4000001560000002", true},
        {"4242424242424247", false}, /* off by five, by half of what the check counts to */
        {"42424242424242426", false},
        {"424242424242424242", true},
    };
    for (size_t i = 0; i < COUNT(rows); i++) {
        struct card_number number = number_of(rows[i].text);
        assert_int_equal(card_number_is_valid(&number), rows[i].valid);
    }
}

static void the_first_digits_tell_the_brand(void **state)
{
    (void)state;
    static const struct {
        const char *text;
        enum card_brand brand;
    } rows[] = {
        {"4242424242424242", CARD_BRAND_VISA},       {"5000000000000000", CARD_BRAND_UNKNOWN},
        {"5100000000000000", CARD_BRAND_MASTERCARD}, {"5599999999999999", CARD_BRAND_MASTERCARD},
        {"5600000000000000", CARD_BRAND_UNKNOWN},    {"2220999999999999", CARD_BRAND_UNKNOWN},
        {"2221000000000000", CARD_BRAND_MASTERCARD}, {"2720999999999999", CARD_BRAND_MASTERCARD},
        {"2721000000000000", CARD_BRAND_UNKNOWN},    {"340000000000000", CARD_BRAND_AMEX},
        {"370000000000000", CARD_BRAND_AMEX},        {"350000000000000", CARD_BRAND_UNKNOWN},
        {"30000000000000", CARD_BRAND_DINERS},       {"30599999999999", CARD_BRAND_DINERS},
        {"30600000000000", CARD_BRAND_UNKNOWN},      {"36000000000000", CARD_BRAND_DINERS},
        {"38000000000000", CARD_BRAND_DINERS},       {"39000000000000", CARD_BRAND_DINERS},
        {"6200000000000005", CARD_BRAND_UNIONPAY},   {"3528000000000000", CARD_BRAND_JCB},
        {"3590000000000000", CARD_BRAND_UNKNOWN},    {"6011000000000000", CARD_BRAND_DISCOVER},
        {"6441000000000000", CARD_BRAND_DISCOVER},   {"6500000000000000", CARD_BRAND_DISCOVER},
    };
    for (size_t i = 0; i < COUNT(rows); i++) {
        struct card_number number = number_of(rows[i].text);
        assert_int_equal(card_number_brand(&number), rows[i].brand);
    }
}

static void card_numbers_are_found_in_text(void **state)
{
    (void)state;
    static const struct {
        const char *text;
        bool found;
    } rows[] = {
        {"", false},
        {"ClientX-MarchQ2-AI-POC-Tokyo-OSS", false},
        {"4242424242424242", true},
        {"pay with 4242 4242 4242 4242 12/30", true},
        {"4242-4242-4242-4242", true},
        {"378282246310005", true},
        {"6212345678903", true}, /* 13 digits, the fewest */
        {"621234567892", false},
        {"4242424242424241", false},
        {"order 2026-11-21", false},
        {"00000000000000", false},
        {"ref 12345678901234567890123456", false},
        {"x5555555555554444y", true},
    };
    for (size_t i = 0; i < COUNT(rows); i++)
        assert_int_equal(card_number_is_in(rows[i].text), rows[i].found);
}

static void brands_are_found_by_name(void **state)
{
    (void)state;
    assert_int_equal(card_brand_find("MASTERCARD"), CARD_BRAND_MASTERCARD);
    assert_int_equal(card_brand_find("OTHER"), CARD_BRAND_UNKNOWN);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(numbers_are_read_without_their_separators),
        cmocka_unit_test(luhn_and_length_decide_what_is_a_number),
        cmocka_unit_test(the_first_digits_tell_the_brand),
        cmocka_unit_test(card_numbers_are_found_in_text),
        cmocka_unit_test(brands_are_found_by_name),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
