/* Text at the edge, hex, hashes and chance. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <string.h>

#include "runtime/base/secret.h"
#include "runtime/base/text.h"

static void clean_text_passes_up_to_its_maximum(void **state)
{
    (void)state;
    assert_true(text_is_clean("", 0));
    assert_true(text_is_clean("abc", 3));
    assert_false(text_is_clean("abcd", 3));
    assert_true(text_is_clean("汪", 3));
    assert_false(text_is_clean("汪", 2));
    assert_true(text_is_clean("\xf0\x9f\x8f\xa2 ok", 10));
}

static void unclean_text_is_refused(void **state)
{
    (void)state;
    static const char *const texts[] = {
        NULL,           "a\nb",
        "a\tb",         "\x01",
        "\x1f",         "\x7f",
        "\xc2\x80",     "\xc2\x9f", /* controls */
        "\xff",         "\xc3",
        "\xe2\x82",     "\x80", /* broken */
        "\xc0\xaf",     "\xe0\x80\xaf",
        "\xed\xa0\x80", "\xf4\x90\x80\x80", /* overlong, surrogate, too high */
    };
    for (size_t i = 0; i < sizeof texts / sizeof texts[0]; i++)
        assert_false(text_is_clean(texts[i], 100));
    assert_true(text_is_clean("\xc2\xa0", 100)); /* the first after C1 */
}

static void equality_and_emptiness(void **state)
{
    (void)state;
    assert_true(text_is_empty(NULL));
    assert_true(text_is_empty(""));
    assert_false(text_is_empty(" "));
    assert_true(text_equal(NULL, NULL));
    assert_false(text_equal(NULL, ""));
    assert_true(text_equal("lot", "lot"));
    assert_false(text_equal("lot", "lots"));
    assert_true(bytes_equal_secret("1234", "1235", 3));
    assert_false(bytes_equal_secret("1234", "1235", 4));
    assert_true(bytes_equal_secret(NULL, NULL, 0));
}

static void printing_tells_when_it_did_not_fit(void **state)
{
    (void)state;
    char out[4];
    assert_true(text_print(out, sizeof out, "%s", "abc"));
    assert_string_equal(out, "abc");
    assert_false(text_print(out, sizeof out, "%s", "abcd"));
    assert_string_equal(out, "abc");
}

static void hex_goes_both_ways(void **state)
{
    (void)state;
    char hex[9];
    uint8_t bytes[4];
    assert_string_equal(bytes_to_hex("\x00\x7f\xab\xff", 4, hex), "007fabff");
    assert_true(bytes_from_hex("007FabFF", bytes, 4));
    assert_memory_equal(bytes, "\x00\x7f\xab\xff", 4);
    assert_false(bytes_from_hex("007fabf", bytes, 4));
    assert_false(bytes_from_hex("007fabff0", bytes, 4));
    assert_false(bytes_from_hex("007fabfg", bytes, 4));
    assert_false(bytes_from_hex(NULL, bytes, 4));
}

static void hashes_are_those_of_the_standards(void **state)
{
    (void)state;
    uint8_t hash[32];
    char hex[65];
    sha256("abc", 3, hash);
    assert_string_equal(bytes_to_hex(hash, 32, hex),
                        "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
    sha256(NULL, 0, hash);
    assert_string_equal(bytes_to_hex(hash, 32, hex),
                        "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855");
    static const char what[] = "what do ya want for nothing?"; /* RFC 4231, case 2 */
    hmac_sha256((struct bytes){(const uint8_t *)"Jefe", 4}, what, strlen(what), hash);
    assert_string_equal(bytes_to_hex(hash, 32, hex),
                        "5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843");
    hmac_sha256((struct bytes){NULL, 0}, NULL, 0, hash);
    assert_string_equal(bytes_to_hex(hash, 32, hex),
                        "b613679a0814d9ec772f95d778c35fc5ff1697c493715653c6c712144292c5ad");
}

static void chance_stays_below_its_limit_and_reaches_all_of_it(void **state)
{
    (void)state;
    unsigned seen[6] = {0};
    for (int i = 0; i < 6000; i++) {
        uint32_t value = random_below(6);
        assert_true(value < 6);
        seen[value]++;
    }
    for (size_t i = 0; i < 6; i++)
        assert_true(seen[i] > 500);
    assert_int_equal(random_below(1), 0);
    uint8_t a[32], b[32];
    random_bytes(a, sizeof a);
    random_bytes(b, sizeof b);
    assert_memory_not_equal(a, b, sizeof a);
}

static void a_secret_is_wiped(void **state)
{
    (void)state;
    char memory[] = "4242424242424242";
    assert_string_equal(secret_reveal(secret_wrap(memory)), memory);
    secret_wipe(memory, sizeof memory);
    static const char zeros[sizeof memory];
    assert_memory_equal(memory, zeros, sizeof memory);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(clean_text_passes_up_to_its_maximum),
        cmocka_unit_test(unclean_text_is_refused),
        cmocka_unit_test(equality_and_emptiness),
        cmocka_unit_test(printing_tells_when_it_did_not_fit),
        cmocka_unit_test(hex_goes_both_ways),
        cmocka_unit_test(hashes_are_those_of_the_standards),
        cmocka_unit_test(chance_stays_below_its_limit_and_reaches_all_of_it),
        cmocka_unit_test(a_secret_is_wiped),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
