/* ID-07: everything that is missing is listed; ID-08: real names in mainland China alone. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <string.h>

#include "gateway/domain/blocker.h"

static const struct readiness_facts ready = {.billing_address_present = true,
                                             .currency_set = true,
                                             .payment_method_present = true,
                                             .real_name_registered = true,
                                             .region = "cn-hangzhou",
                                             .preferred_region = ""};

/* The reasons of all that is missing, with spaces between. */
static const char *missing_of(const struct readiness_facts *facts)
{
    static char text[512];
    struct blocker_found found[BLOCKERS_MAX];
    size_t count = blockers_of_readiness(facts, found);
    text[0] = '\0';
    for (size_t i = 0; i < count; i++) {
        strcat(text, i > 0 ? " " : "");
        strcat(text, found[i].refusal->reason);
    }
    return text;
}

static void nothing_is_missing_when_all_is_there(void **state)
{
    (void)state;
    assert_string_equal(missing_of(&ready), "");
}

static void each_step_alone_is_missing_alone(void **state)
{
    (void)state;
    struct readiness_facts facts = ready;
    facts.billing_address_present = false;
    assert_string_equal(missing_of(&facts), "BILLING_ADDRESS_MISSING");
    facts = ready;
    facts.currency_set = false;
    assert_string_equal(missing_of(&facts), "CURRENCY_MISSING");
    facts = ready;
    facts.payment_method_present = false;
    assert_string_equal(missing_of(&facts), "PAYMENT_METHOD_MISSING");
    facts = ready;
    facts.real_name_registered = false;
    assert_string_equal(missing_of(&facts), "REAL_NAME_REQUIRED");
}

/* ID-07 */
static void everything_missing_is_listed_in_the_order_in_which_it_is_done(void **state)
{
    (void)state;
    const struct readiness_facts nothing = {
        .corporate = true, .region = "cn-hangzhou", .preferred_region = "cn-shanghai"};
    assert_string_equal(missing_of(&nothing),
                        "BILLING_ADDRESS_MISSING CURRENCY_MISSING PAYMENT_METHOD_MISSING "
                        "REAL_NAME_REQUIRED REGION_UNCONFIRMED");
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
        {"CN-HANGZHOU", false}, /* no region, which the caller hears */
    };
    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        struct readiness_facts facts = ready;
        facts.real_name_registered = false;
        facts.region = rows[i].region;
        assert_string_equal(missing_of(&facts), rows[i].mainland ? "REAL_NAME_REQUIRED" : "");
    }
}

/* ID-08, ID-19: whoever uses it; and by the channel's policy whoever buys it. */
static void of_what_is_bought_for_another_its_name_is_asked(void **state)
{
    (void)state;
    for (int bits = 0; bits < 8; bits++) {
        struct readiness_facts facts = ready;
        bool own = (bits & 1) != 0, others = (bits & 2) != 0, demanded = (bits & 4) != 0;
        facts.for_another = true;
        facts.real_name_registered = own;
        facts.another_registered = others;
        facts.provisioning_steps = demanded ? POLICY_COMPANY : 0;
        facts.region = "cn-hangzhou";
        assert_string_equal(missing_of(&facts),
                            others && (own || !demanded) ? "" : "REAL_NAME_REQUIRED");
        facts.region = "eu-central-1";
        assert_string_equal(missing_of(&facts), own || !demanded ? "" : "REAL_NAME_REQUIRED");
    }
}

/* LED-20: who orders with "agent to pay" needs no way to pay; all else it does. */
static void no_payment_method_is_needed_where_another_pays(void **state)
{
    (void)state;
    struct readiness_facts facts = ready;
    facts.another_pays = true;
    facts.payment_method_present = false;
    assert_string_equal(missing_of(&facts), "");
    facts.billing_address_present = false;
    assert_string_equal(missing_of(&facts), "BILLING_ADDRESS_MISSING");
}

/* GW-14 */
static void another_region_than_the_preferred_one_is_confirmed_once(void **state)
{
    (void)state;
    static const struct {
        const char *asked, *preferred;
        bool confirmed, waits;
    } rows[] = {
        {"eu-central-1", "", false, false},
        {"eu-central-1", "eu-central-1", false, false},
        {"eu-central-1", "eu-central-2", false, true},
        {"eu-central-1", "eu-central-11", false, true},
        {"eu-central-1", "eu-central-2", true, false},
        {"", "eu-central-2", false, false},
    };
    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        struct readiness_facts facts = ready;
        facts.region = rows[i].asked;
        facts.preferred_region = rows[i].preferred;
        facts.region_confirmed = rows[i].confirmed;
        assert_string_equal(missing_of(&facts), rows[i].waits ? "REGION_UNCONFIRMED" : "");
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
        cmocka_unit_test(no_payment_method_is_needed_where_another_pays),
        cmocka_unit_test(of_what_is_bought_for_another_its_name_is_asked),
        cmocka_unit_test(another_region_than_the_preferred_one_is_confirmed_once),
        cmocka_unit_test(a_region_is_1_to_32_small_letters_digits_and_dashes),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
