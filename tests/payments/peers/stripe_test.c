/* Forms are encoded and bounded; webhook signatures hold only for this body, this secret and now.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <string.h>

#include "payments/peers/form.h"
#include "payments/peers/stripe_webhook.h"

#define COUNT(rows) (sizeof(rows) / sizeof((rows)[0]))

static void a_form_is_encoded(void **state)
{
    (void)state;
    struct form form = {.size = 0};
    form_add(&form, "card[number]", "4242 4242");
    form_add(&form, "name", "Zoë & Söhne=1%");
    form_add(&form, "absent", NULL);
    form_add_int64(&form, "amount", -20);
    assert_string_equal(
        form.text,
        "card%5Bnumber%5D=4242%204242&name=Zo%C3%AB%20%26%20S%C3%B6hne%3D1%25&amount=-20");
    assert_false(form.overflowed);
    form_wipe(&form);
    for (size_t i = 0; i < sizeof form.text; i++)
        assert_int_equal(form.text[i], 0);
}

static void a_form_that_is_too_long_is_marked(void **state)
{
    (void)state;
    static char long_text[FORM_SIZE + 1];
    struct form form = {.size = 0};
    memset(long_text, 'x', FORM_SIZE);
    form_add(&form, "a", long_text);
    assert_true(form.overflowed);
    assert_int_equal(strlen(form.text), FORM_SIZE - 1);
}

/* Made with: printf '%s' '1800000000.{"id":"evt_1"}' | openssl dgst -sha256 -hmac whsec_test */
#define STAMP INT64_C(1800000000)
#define BODY "{\"id\":\"evt_1\"}"
#define GOOD "45705be2a45ab5acdd1395cc695e9e7073125385ec24194921c401dff44176f8"

static bool valid(const char *header, const char *body, const char *secrets, int64_t now_s)
{
    return stripe_signature_is_valid(header, (struct bytes){(const uint8_t *)body, strlen(body)},
                                     secret_wrap(secrets), now_s);
}

static void signatures_hold_for_one_body_one_secret_and_five_minutes(void **state)
{
    (void)state;
    const struct {
        const char *header;
        const char *body;
        const char *secrets;
        int64_t now_s;
        bool valid;
    } rows[] = {
        {"t=1800000000,v1=" GOOD, BODY, "whsec_test", STAMP, true},
        {"t=1800000000,v1=" GOOD, BODY, "whsec_test", STAMP + 300, true},
        {"t=1800000000,v1=" GOOD, BODY, "whsec_test", STAMP + 301, false},
        {"t=1800000000,v1=" GOOD, BODY, "whsec_test", STAMP - 300, true},
        {"t=1800000000,v1=" GOOD, BODY, "whsec_test", STAMP - 301, false},
        {"t=1800000001,v1=" GOOD, BODY, "whsec_test", STAMP, false},
        {"t=1800000000,v1=" GOOD, BODY " ", "whsec_test", STAMP, false},
        {"t=1800000000,v1=" GOOD, BODY, "whsec_other", STAMP, false},
        {"t=1800000000,v1=" GOOD, BODY, "whsec_new,whsec_test", STAMP, true},
        {"t=1800000000,v1=" GOOD, BODY, "whsec_test,whsec_new", STAMP, true},
        {"t=1800000000,v1=00,v1=" GOOD, BODY, "whsec_test", STAMP, true},
        {"t=1800000000,v0=" GOOD, BODY, "whsec_test", STAMP, false},
        {"t=1800000000,v1=", BODY, "whsec_test", STAMP, false},
        {"t=,v1=" GOOD, BODY, "whsec_test", STAMP, false},
        {"t=99999999999999999999,v1=" GOOD, BODY, "whsec_test", STAMP, false},
        {"v1=" GOOD, BODY, "whsec_test", STAMP, false},
        {"", BODY, "whsec_test", STAMP, false},
        {NULL, BODY, "whsec_test", STAMP, false},
        {"t=1800000000,v1=" GOOD, BODY, "", STAMP, false},
    };
    for (size_t i = 0; i < COUNT(rows); i++)
        assert_int_equal(valid(rows[i].header, rows[i].body, rows[i].secrets, rows[i].now_s),
                         rows[i].valid);
}

static void outcomes_have_names(void **state)
{
    (void)state;
    assert_string_equal(provider_outcome_name(PROVIDER_HELD), "HELD");
    assert_string_equal(provider_outcome_name(PROVIDER_UNKNOWN), "UNKNOWN");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_form_is_encoded),
        cmocka_unit_test(a_form_that_is_too_long_is_marked),
        cmocka_unit_test(signatures_hold_for_one_body_one_secret_and_five_minutes),
        cmocka_unit_test(outcomes_have_names),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
