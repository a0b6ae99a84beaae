/* Independent expectation: the vectors of RFC 6238, appendix B, whose eight digits end in our six.
 */
#include "runtime/factor/totp.h"

#include <setjmp.h>
#include <stdarg.h>
#include <cmocka.h>
#include <string.h>

#define SECOND INT64_C(1000000)

static const struct bytes secret = {(const uint8_t *)"12345678901234567890", 20};

static const struct {
    int64_t at_s;
    const char *digits;
    int64_t counter;
} vectors[] = {
    {59, "94287082", 1},
    {1111111109, "07081804", 37037036},
    {1111111111, "14050471", 37037037},
    {1234567890, "89005924", 41152263},
    {2000000000, "69279037", 66666666},
    {20000000000, "65353130", 666666666},
};

static void the_vectors_of_the_standard(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof vectors / sizeof *vectors; i++) {
        int64_t counter = -1;
        assert_true(
            totp_matches(secret, vectors[i].digits + 2, vectors[i].at_s * SECOND, &counter));
        assert_int_equal(counter, vectors[i].counter);
    }
}

/* 1111111109 is the last second of its step: 1111111080 to 1111111109. */
static void one_step_to_either_side(void **state)
{
    (void)state;
    static const struct {
        int64_t at_us;
        bool good;
    } moments[] = {
        {1111111050 * SECOND - 1, false}, {1111111050 * SECOND, true},
        {1111111080 * SECOND, true},      {1111111139 * SECOND + 999999, true},
        {1111111140 * SECOND, false},
    };
    for (size_t i = 0; i < sizeof moments / sizeof *moments; i++) {
        int64_t counter = -1;
        assert_int_equal(totp_matches(secret, "081804", moments[i].at_us, &counter),
                         moments[i].good);
        if (moments[i].good)
            assert_int_equal(counter, 37037036);
    }
}

static void what_is_no_code(void **state)
{
    (void)state;
    static const char *const codes[] = {"",       "08180",    "0818040", "08180a",
                                        "-81804", "07081804", "081805"};
    for (size_t i = 0; i < sizeof codes / sizeof *codes; i++) {
        int64_t counter;
        assert_false(totp_matches(secret, codes[i], 1111111109 * SECOND, &counter));
    }
    int64_t counter;
    assert_false(totp_matches(secret, "081804", -1, &counter));
}

static void a_secret_as_apps_take_it(void **state)
{
    (void)state;
    char text[TOTP_BASE32_SIZE];
    totp_base32(secret.data, text);
    assert_string_equal(text, "GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ");
    uint8_t ones[TOTP_SECRET_SIZE];
    memset(ones, 0xff, sizeof ones);
    totp_base32(ones, text);
    assert_string_equal(text, "77777777777777777777777777777777");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_vectors_of_the_standard),
        cmocka_unit_test(one_step_to_either_side),
        cmocka_unit_test(what_is_no_code),
        cmocka_unit_test(a_secret_as_apps_take_it),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
