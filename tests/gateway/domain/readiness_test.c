/* ID-07: everything that is missing is listed; ID-08: real names in mainland China alone. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "gateway/domain/readiness.h"

static const struct readiness_facts ready = {true, true, true, true, "cn-hangzhou"};

static size_t missing_of(struct readiness_facts facts,
                         enum readiness_step missing[READINESS_STEPS_MAX])
{
    return readiness_missing(missing, &facts);
}

static void nothing_is_missing_when_all_is_there(void **state)
{
    (void)state;
    enum readiness_step missing[READINESS_STEPS_MAX];
    assert_int_equal(missing_of(ready, missing), 0);
}

static void each_step_alone_is_missing_alone(void **state)
{
    (void)state;
    enum readiness_step missing[READINESS_STEPS_MAX];
    struct readiness_facts facts = ready;
    facts.billing_address_present = false;
    assert_int_equal(missing_of(facts, missing), 1);
    assert_int_equal(missing[0], READINESS_BILLING_ADDRESS);
    facts = ready;
    facts.currency_set = false;
    assert_int_equal(missing_of(facts, missing), 1);
    assert_int_equal(missing[0], READINESS_CURRENCY);
    facts = ready;
    facts.payment_method_present = false;
    assert_int_equal(missing_of(facts, missing), 1);
    assert_int_equal(missing[0], READINESS_PAYMENT_METHOD);
    facts = ready;
    facts.real_name_registered = false;
    assert_int_equal(missing_of(facts, missing), 1);
    assert_int_equal(missing[0], READINESS_REAL_NAME);
}

/* ID-07 */
static void everything_missing_is_listed_in_the_order_in_which_it_is_done(void **state)
{
    (void)state;
    enum readiness_step missing[READINESS_STEPS_MAX];
    assert_int_equal(missing_of((struct readiness_facts){.region = "cn-hangzhou"}, missing), 4);
    for (size_t i = 0; i < 4; i++)
        assert_int_equal(missing[i], READINESS_BILLING_ADDRESS + (int)i);
    assert_string_equal(readiness_refusal(missing[3])->reason, "REAL_NAME_REQUIRED");
}

/* ID-08 */
static void real_names_are_needed_in_mainland_china_alone(void **state)
{
    (void)state;
    static const struct {
        const char *region;
        bool mainland;
    } rows[] = {
        {"cn-hangzhou", true},
        {"cn-shanghai", true},
        {"cn-hongkong", false},
        {"cn-hongkong-b", false},
        {"ap-southeast-1", false},
        {"eu-central-1", false},
        {"", false},
        {"cn", false},
        {"cnx-1", false},
    };
    enum readiness_step missing[READINESS_STEPS_MAX];
    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        struct readiness_facts facts = ready;
        facts.real_name_registered = false;
        facts.region = rows[i].region;
        assert_int_equal(missing_of(facts, missing), rows[i].mainland ? 1 : 0);
    }
}

static void a_region_is_1_to_32_small_letters_digits_and_dashes(void **state)
{
    (void)state;
    assert_true(region_is_valid("a"));
    assert_true(region_is_valid("12345678901234567890123456789012"));
    assert_false(region_is_valid("123456789012345678901234567890123"));
    assert_false(region_is_valid(""));
    assert_false(region_is_valid("CN-hangzhou"));
    assert_false(region_is_valid("cn hangzhou"));
    assert_false(region_is_valid("cn-hangzhou\n"));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(nothing_is_missing_when_all_is_there),
        cmocka_unit_test(each_step_alone_is_missing_alone),
        cmocka_unit_test(everything_missing_is_listed_in_the_order_in_which_it_is_done),
        cmocka_unit_test(real_names_are_needed_in_mainland_china_alone),
        cmocka_unit_test(a_region_is_1_to_32_small_letters_digits_and_dashes),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
