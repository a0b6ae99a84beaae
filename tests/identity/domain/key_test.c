/* Keys of programs: how their secrets look, what may stand in a scope, when one is made and opens
 * anything. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "identity/domain/key.h"

#define NOW_US (INT64_C(1800000000) * 1000000)
#define DAY_US (INT64_C(24) * 3600 * 1000000)

/* Made by a foreign program (Python's int and zlib.crc32) of the bytes 0 to 31, and of ones. */
static void a_secret_is_256_bits_with_a_checksum(void **state)
{
    (void)state;
    static const char counting[] = "kontor_003aUlTJC7tjlCTQj2uNU3MFagCXG9LRKRcwGkBIDlf1Yo7hP";
    static const char ones[] = "kontor_yhjskwdA6OZ1AL1YmHWZWm8LLG7HjnuCA2j5rOw8Xp13sRzl1";
    uint8_t secret[KEY_SECRET_BYTES];
    char text[KEY_TEXT_SIZE];
    for (size_t i = 0; i < sizeof secret; i++)
        secret[i] = (uint8_t)i;
    key_print(secret, text);
    assert_string_equal(text, counting);
    memset(secret, 0xff, sizeof secret);
    key_print(secret, text);
    assert_string_equal(text, ones);
}

/* Truncated, longer, another start, or changed by any one character: none is looked up. */
static void a_key_that_is_not_whole_is_none(void **state)
{
    (void)state;
    uint8_t secret[KEY_SECRET_BYTES] = {1, 2, 3};
    char text[KEY_TEXT_SIZE], longer[KEY_TEXT_SIZE + 1];
    key_print(secret, text);
    assert_true(key_is_whole(text) && key_is_meant(text));
    for (size_t length = 0; length < KEY_TEXT_SIZE - 1; length++) {
        char cut[KEY_TEXT_SIZE] = "";
        memcpy(cut, text, length);
        assert_false(key_is_whole(cut));
    }
    for (size_t place = 0; place < KEY_TEXT_SIZE - 1; place++)
        for (int other = 1; other < 256; other++) {
            char changed[KEY_TEXT_SIZE];
            memcpy(changed, text, sizeof changed);
            changed[place] = (char)other;
            assert_int_equal(key_is_whole(changed), changed[place] == text[place]);
        }
    memcpy(longer, text, KEY_TEXT_SIZE - 1);
    memcpy(longer + KEY_TEXT_SIZE - 1, "0", 2);
    assert_false(key_is_whole(longer));
    assert_false(key_is_meant("0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef"));
}

static void a_pattern_is_a_permission_or_begins_one(void **state)
{
    (void)state;
    static const char *const good[] = {"ledger.balance.get",
                                       "ledger.balance.*",
                                       "ledger.*",
                                       "*",
                                       "identity.billing_address.add",
                                       "a"};
    static const char *const bad[] = {
        "",
        ".",
        "ledger.",
        "ledger..get",
        "*.get",
        "ledger.*.get",
        "ledger.bal*",
        "Ledger.*",
        "ledger.* ",
        " ledger",
        "ledger get",
        "**",
        "ledger.**",
        "ledger\n",
        "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa"};
    for (size_t i = 0; i < sizeof good / sizeof *good; i++)
        assert_true(key_pattern_is_one(good[i]));
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++)
        if (key_pattern_is_one(bad[i]))
            fail_msg("%s is no pattern", bad[i]);
}

static void there_is_a_maximum_of_programs(void **state)
{
    (void)state;
    assert_int_equal(program_make_decide(PROGRAMS_MAX - 1, 0), PROGRAM_MADE);
    assert_int_equal(program_make_decide(PROGRAMS_MAX, 0), PROGRAM_TOO_MANY);
    assert_int_equal(program_make_decide(0, PROGRAMS_DAY_MAX - 1), PROGRAM_MADE);
    assert_int_equal(program_make_decide(0, PROGRAMS_DAY_MAX), PROGRAM_DAY_FULL);
    assert_int_equal(program_make_decide(PROGRAMS_MAX, PROGRAMS_DAY_MAX), PROGRAM_TOO_MANY);
    assert_int_equal(program_refusal(PROGRAM_TOO_MANY)->code, CODE_RESOURCE_EXHAUSTED);
}

static void a_key_ends_within_a_year_and_keys_are_counted(void **state)
{
    (void)state;
    static const struct {
        struct key_making making;
        enum key_making_verdict verdict;
    } rows[] = {
        {{NOW_US, 0, 0}, KEY_END_WRONG},
        {{NOW_US + 1, 0, 0}, KEY_MADE},
        {{NOW_US + KEY_LIFETIME_MAX_US, 0, 0}, KEY_MADE},
        {{NOW_US + KEY_LIFETIME_MAX_US + 1, 0, 0}, KEY_END_WRONG},
        {{NOW_US + DAY_US, KEYS_MAX - 1, KEYS_MAX - 1}, KEY_MADE},
        {{NOW_US + DAY_US, KEYS_MAX, KEYS_MAX}, KEY_TOO_MANY},
        {{NOW_US + DAY_US, 0, KEYS_KEPT_MAX - 1}, KEY_MADE},
        {{NOW_US + DAY_US, 0, KEYS_KEPT_MAX}, KEY_TOO_MANY},
        {{NOW_US, KEYS_MAX, KEYS_KEPT_MAX}, KEY_END_WRONG},
    };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++)
        assert_int_equal(key_make_decide(&rows[i].making, NOW_US), rows[i].verdict);
    assert_string_equal(key_making_refusal(KEY_TOO_MANY)->reason, "KEY_LIMIT");
}

static void an_overlap_is_never_longer_than_the_key(void **state)
{
    (void)state;
    assert_int_equal(key_overlap_end_us(NOW_US + 30 * DAY_US, 0, NOW_US), NOW_US);
    assert_int_equal(key_overlap_end_us(NOW_US + 30 * DAY_US, 168, NOW_US), NOW_US + 7 * DAY_US);
    assert_int_equal(key_overlap_end_us(NOW_US + DAY_US, 24, NOW_US), NOW_US + DAY_US);
    assert_int_equal(key_overlap_end_us(NOW_US + DAY_US, 25, NOW_US), NOW_US + DAY_US);
}

static void a_key_opens_until_its_end_and_from_its_addresses(void **state)
{
    (void)state;
    static const struct {
        struct key_use use;
        enum key_verdict verdict;
    } rows[] = {
        {{true, 0, NOW_US + 1, "", "203.0.113.9"}, KEY_ACCEPTED},
        {{true, 0, NOW_US + 1, "", ""}, KEY_ACCEPTED},
        {{true, 0, NOW_US, "", "203.0.113.9"}, KEY_UNKNOWN},
        {{false, 0, NOW_US + DAY_US, "", "203.0.113.9"}, KEY_UNKNOWN},
        {{true, 0, NOW_US + 1, "203.0.113.0/29", "203.0.113.7"}, KEY_ACCEPTED},
        {{true, 0, NOW_US + 1, "203.0.113.0/29", "203.0.113.8"}, KEY_ELSEWHERE},
        {{true, 0, NOW_US + 1, "203.0.113.0/29", ""}, KEY_ELSEWHERE},
        {{true, 0, NOW_US + 1, "198.51.100.7 203.0.113.0/29", "203.0.113.1"}, KEY_ACCEPTED},
        {{true, 0, NOW_US + 1, "198.51.100.7 2001:db8::/33", "2001:db8:7fff::1"}, KEY_ACCEPTED},
        {{true, 0, NOW_US + 1, "198.51.100.7 2001:db8::/33", "2001:db8:8000::1"}, KEY_ELSEWHERE},
        {{true, 0, NOW_US, "203.0.113.0/29", "198.51.100.1"}, KEY_UNKNOWN}, /* tells nothing */
        {{true, NOW_US, NOW_US + 1, "", ""}, KEY_ACCEPTED},
        {{true, NOW_US + 1, NOW_US + DAY_US, "", ""}, KEY_UNKNOWN}, /* it has not begun */
    };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++)
        if (key_use_decide(&rows[i].use, NOW_US) != rows[i].verdict)
            fail_msg("row %zu", i);
    assert_int_equal(key_refusal(KEY_UNKNOWN)->code, CODE_UNAUTHENTICATED);
    assert_int_equal(key_refusal(KEY_ELSEWHERE)->code, CODE_PERMISSION_DENIED);
}

static void a_certificate_is_strong_and_has_not_ended(void **state)
{
    (void)state;
    static const struct {
        struct certificate_facts facts;
        enum certificate_verdict verdict;
    } rows[] = {
        {{NOW_US + 1, 112}, CERTIFICATE_GOOD},
        {{NOW_US + 1, 111}, CERTIFICATE_WEAK},
        {{NOW_US, 112}, CERTIFICATE_OVER},
        {{NOW_US, 0}, CERTIFICATE_WEAK},
    };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++)
        assert_int_equal(certificate_decide(&rows[i].facts, NOW_US), rows[i].verdict);
    assert_int_equal(certificate_refusal(CERTIFICATE_WEAK)->code, CODE_INVALID_ARGUMENT);
    assert_int_equal(certificate_refusal(CERTIFICATE_OVER)->code, CODE_FAILED_PRECONDITION);
}

static void its_key_never_ends_after_it(void **state)
{
    (void)state;
    struct certificate_facts facts = {.end_us = NOW_US + 400 * DAY_US, .strength_bits = 128};
    assert_int_equal(certificate_key_end_us(&facts, 0, NOW_US), NOW_US + 366 * DAY_US);
    assert_int_equal(certificate_key_end_us(&facts, NOW_US + DAY_US, NOW_US), NOW_US + DAY_US);
    facts.end_us = NOW_US + DAY_US - 1;
    assert_int_equal(certificate_key_end_us(&facts, NOW_US + DAY_US, NOW_US), facts.end_us);
    assert_int_equal(certificate_key_end_us(&facts, 0, NOW_US), facts.end_us);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_secret_is_256_bits_with_a_checksum),
        cmocka_unit_test(a_key_that_is_not_whole_is_none),
        cmocka_unit_test(a_pattern_is_a_permission_or_begins_one),
        cmocka_unit_test(there_is_a_maximum_of_programs),
        cmocka_unit_test(a_key_ends_within_a_year_and_keys_are_counted),
        cmocka_unit_test(an_overlap_is_never_longer_than_the_key),
        cmocka_unit_test(a_certificate_is_strong_and_has_not_ended),
        cmocka_unit_test(its_key_never_ends_after_it),
        cmocka_unit_test(a_key_opens_until_its_end_and_from_its_addresses),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
