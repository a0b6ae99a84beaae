/* ID-09, GW-11: the steps in order, open as long as their blockers stand, and the banners. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <string.h>

#include "gateway/domain/onboarding.h"

static struct onboarding_facts newcomer(void)
{
    return (struct onboarding_facts){.blockers = {.ready = {.region = "", .preferred_region = ""},
                                                  .transfer_gate = "",
                                                  .asked_currency = "",
                                                  .currency = ""}};
}

static void a_newcomer_has_every_step_before_it(void **state)
{
    (void)state;
    const struct onboarding_facts facts = newcomer();
    struct onboarding_step steps[ONBOARDING_KINDS];
    static const char *const reasons[] = {"SECOND_CHANNEL_UNVERIFIED", "BILLING_ADDRESS_MISSING",
                                          "CURRENCY_MISSING", "PAYMENT_METHOD_MISSING", ""};
    assert_int_equal(onboarding_steps(&facts, steps), 5);
    for (size_t i = 0; i < 5; i++) {
        assert_int_equal(steps[i].kind, ONBOARDING_SECOND_CHANNEL + i);
        assert_int_equal(steps[i].state, ONBOARDING_OPEN);
        assert_string_equal(steps[i].reason, reasons[i]);
    }
}

static void each_step_is_done_by_its_own_fact(void **state)
{
    (void)state;
    struct onboarding_facts facts = newcomer();
    struct onboarding_step steps[ONBOARDING_KINDS];
    facts.blockers.ready.second_channel_verified = true;
    facts.blockers.ready.currency_set = true;
    facts.blockers.ready.preferred_region = "eu-central-1";
    assert_int_equal(onboarding_steps(&facts, steps), 5);
    static const enum onboarding_state states[] = {
        ONBOARDING_DONE, ONBOARDING_OPEN, ONBOARDING_DONE, ONBOARDING_OPEN, ONBOARDING_DONE};
    for (size_t i = 0; i < 5; i++)
        assert_int_equal(steps[i].state, states[i]);
    facts.blockers.ready.billing_address_present = true;
    facts.blockers.ready.payment_method_present = true;
    (void)onboarding_steps(&facts, steps);
    for (size_t i = 0; i < 5; i++) {
        assert_int_equal(steps[i].state, ONBOARDING_DONE);
        assert_string_equal(steps[i].reason, "");
    }
}

static void a_company_is_a_step_of_corporate_accounts(void **state)
{
    (void)state;
    struct onboarding_facts facts = newcomer();
    struct onboarding_step steps[ONBOARDING_KINDS];
    facts.chosen_corporate = facts.blockers.ready.corporate = true;
    assert_int_equal(onboarding_steps(&facts, steps), 6);
    assert_int_equal(steps[5].kind, ONBOARDING_COMPANY);
    assert_int_equal(steps[5].state, ONBOARDING_OPEN);
    assert_string_equal(steps[5].reason, ""); /* settled 11: nothing that is bought waits for it */
    facts.company_in_review = true;
    (void)onboarding_steps(&facts, steps);
    assert_int_equal(steps[5].state, ONBOARDING_IN_REVIEW);
    facts.company_in_review = false;
    facts.blockers.ready.real_name_registered = true;
    (void)onboarding_steps(&facts, steps);
    assert_int_equal(steps[5].state, ONBOARDING_DONE);
    assert_string_equal(steps[5].reason, "");
}

/* ID-08 */
static void a_real_name_is_a_step_where_it_is_needed(void **state)
{
    (void)state;
    struct onboarding_facts facts = newcomer();
    struct readiness_facts *ready = &facts.blockers.ready;
    struct onboarding_step steps[ONBOARDING_KINDS];
    struct onboarding_notice notices[BANNER_COUNT];
    facts.blockers.ready.second_channel_verified = true;
    ready->region = ready->preferred_region = "cn-hongkong";
    assert_int_equal(onboarding_steps(&facts, steps), 5);
    assert_int_equal(onboarding_notices(&facts, notices), 0);
    ready->region = ready->preferred_region = "cn-hangzhou";
    assert_int_equal(onboarding_steps(&facts, steps), 6);
    assert_int_equal(steps[5].kind, ONBOARDING_REAL_NAME);
    assert_int_equal(steps[5].state, ONBOARDING_OPEN);
    assert_string_equal(steps[5].reason, "REAL_NAME_REQUIRED");
    assert_int_equal(onboarding_notices(&facts, notices), 1);
    assert_string_equal(notices[0].reason, "REAL_NAME_MISSING");
    facts.real_name_in_review = true;
    (void)onboarding_steps(&facts, steps);
    assert_int_equal(steps[5].state, ONBOARDING_IN_REVIEW);
    assert_int_equal(onboarding_notices(&facts, notices), 1);
    assert_string_equal(notices[0].reason, "REAL_NAME_IN_REVIEW");
    ready->real_name_registered = true;
    facts.real_name_in_review = false;
    (void)onboarding_steps(&facts, steps);
    assert_int_equal(steps[5].state, ONBOARDING_DONE);
    assert_string_equal(steps[5].reason, "");
    assert_int_equal(onboarding_notices(&facts, notices), 0);
}

/* GW-11 */
static void what_is_not_verified_has_its_banner(void **state)
{
    (void)state;
    struct onboarding_facts facts = newcomer();
    struct onboarding_notice notices[BANNER_COUNT];
    assert_int_equal(onboarding_notices(&facts, notices), 1);
    assert_string_equal(notices[0].reason, "SECOND_CHANNEL_UNVERIFIED");
    facts.blockers.ready.second_channel_verified = true;
    assert_int_equal(onboarding_notices(&facts, notices), 0);
    facts.chosen_corporate = true;
    assert_int_equal(onboarding_notices(&facts, notices), 1);
    assert_string_equal(notices[0].reason, "COMPANY_UNVERIFIED");
    facts.company_in_review = true;
    assert_int_equal(onboarding_notices(&facts, notices), 1);
    assert_string_equal(notices[0].reason, "COMPANY_IN_REVIEW");
    facts.company_in_review = false;
    facts.blockers.ready.real_name_registered = true;
    assert_int_equal(onboarding_notices(&facts, notices), 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_newcomer_has_every_step_before_it),
        cmocka_unit_test(each_step_is_done_by_its_own_fact),
        cmocka_unit_test(a_company_is_a_step_of_corporate_accounts),
        cmocka_unit_test(a_real_name_is_a_step_where_it_is_needed),
        cmocka_unit_test(what_is_not_verified_has_its_banner),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
