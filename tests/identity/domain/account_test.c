/* The steps that complete an account: billing address (ID-06, ID-10), second channel, steps
 * (ID-09), submission (ID-19), same company (ID-18). */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>

#include "identity/domain/billing_address.h"
#include "identity/domain/same_company.h"
#include "identity/domain/submission.h"

#define NOW_US INT64_C(1800000000000000)

static const struct id owner = {{1}}, agent = {{2}}, company = {{3}}, stranger = {{4}},
                       nobody = {{0}};

static struct account signed_up_by(enum channel channel)
{
    return (struct account){.owner_id = owner,
                            .sign_up_channel = channel,
                            .email_verified = channel == CHANNEL_EMAIL,
                            .phone_verified = channel == CHANNEL_PHONE};
}

static struct account complete(enum account_type type)
{
    return (struct account){.owner_id = owner,
                            .sign_up_channel = CHANNEL_EMAIL,
                            .email_verified = true,
                            .phone_verified = true,
                            .type = type};
}

/* ID-06 */
static void the_address_waits_for_the_second_channel(void **state)
{
    (void)state;
    struct account by_email = signed_up_by(CHANNEL_EMAIL), by_phone = signed_up_by(CHANNEL_PHONE);
    assert_int_equal(billing_address_decide(&by_email), BILLING_ADDRESS_SECOND_CHANNEL);
    assert_int_equal(billing_address_decide(&by_phone), BILLING_ADDRESS_SECOND_CHANNEL);
    by_email.phone_verified = by_phone.email_verified = true;
    assert_int_equal(billing_address_decide(&by_email), BILLING_ADDRESS_ACCEPTED);
    assert_int_equal(billing_address_decide(&by_phone), BILLING_ADDRESS_ACCEPTED);
    by_email.type = ACCOUNT_TYPE_INDIVIDUAL;
    assert_int_equal(billing_address_decide(&by_email), BILLING_ADDRESS_PRESENT);
    by_email.phone_verified = false;
    assert_int_equal(billing_address_decide(&by_email), BILLING_ADDRESS_SECOND_CHANNEL);
    assert_string_equal(billing_address_refusal(BILLING_ADDRESS_SECOND_CHANNEL)->reason,
                        "SECOND_CHANNEL_UNVERIFIED");
}

/* ID-06 */
static void the_same_channel_twice_does_not_count(void **state)
{
    (void)state;
    struct account account = signed_up_by(CHANNEL_EMAIL);
    assert_int_equal(second_channel_decide(&account, CHANNEL_EMAIL), SECOND_CHANNEL_SAME);
    assert_int_equal(second_channel_decide(&account, CHANNEL_PHONE), SECOND_CHANNEL_ACCEPTED);
    account.phone_verified = true;
    assert_int_equal(second_channel_decide(&account, CHANNEL_PHONE), SECOND_CHANNEL_VERIFIED);
    account = signed_up_by(CHANNEL_PHONE);
    assert_int_equal(second_channel_decide(&account, CHANNEL_PHONE), SECOND_CHANNEL_SAME);
    assert_int_equal(second_channel_decide(&account, CHANNEL_EMAIL), SECOND_CHANNEL_ACCEPTED);
}

/* ID-01, ID-09 */
static void steps_are_offered_in_order(void **state)
{
    (void)state;
    struct onboarding_step steps[ONBOARDING_STEPS_MAX];
    struct account account = signed_up_by(CHANNEL_EMAIL);
    assert_int_equal(onboarding_steps(&account, false, steps), 3);
    for (size_t i = 0; i < 3; i++) {
        assert_int_equal(steps[i].kind, (enum onboarding_step_kind)i);
        assert_int_equal(steps[i].state, ONBOARDING_OPEN);
    }
    account = complete(ACCOUNT_TYPE_INDIVIDUAL);
    assert_int_equal(onboarding_steps(&account, true, steps), 3);
    for (size_t i = 0; i < 3; i++)
        assert_int_equal(steps[i].state, ONBOARDING_DONE);
    account = complete(ACCOUNT_TYPE_CORPORATE);
    assert_int_equal(onboarding_steps(&account, true, steps), 4);
    assert_int_equal(steps[3].state, ONBOARDING_OPEN);
    account.company_in_review = true;
    assert_int_equal(onboarding_steps(&account, true, steps), 4);
    assert_int_equal(steps[3].state, ONBOARDING_IN_REVIEW);
    account.company_in_review = false;
    account.company_id = company;
    assert_int_equal(onboarding_steps(&account, true, steps), 4);
    assert_int_equal(steps[3].state, ONBOARDING_DONE);
}

static enum submission_verdict submitted(const struct account *account, enum account_type of,
                                         struct id principal, size_t today)
{
    const struct submission submission = {of, principal, today, NOW_US};
    return submission_decide(account, &submission);
}

/* ID-19, in the order of the refusals: each row keeps the mistakes of the rows below it. */
static void only_the_owner_submits_the_company(void **state)
{
    (void)state;
    const enum account_type of = ACCOUNT_TYPE_CORPORATE;
    struct account account = complete(ACCOUNT_TYPE_INDIVIDUAL);
    account.company_id = company;
    account.company_in_review = true;
    assert_int_equal(submitted(&account, of, agent, 5), SUBMISSION_NOT_OWNER);
    assert_int_equal(submitted(&account, of, owner, 5), SUBMISSION_NOT_CORPORATE);
    account.type = ACCOUNT_TYPE_NONE;
    assert_int_equal(submitted(&account, of, owner, 5), SUBMISSION_NOT_CORPORATE);
    account.type = ACCOUNT_TYPE_CORPORATE;
    assert_int_equal(submitted(&account, of, owner, 5), SUBMISSION_VERIFIED);
    account.company_id = nobody;
    assert_int_equal(submitted(&account, of, owner, 5), SUBMISSION_IN_REVIEW);
    account.company_in_review = false;
    assert_int_equal(submitted(&account, of, owner, 5), SUBMISSION_LIMIT);
    assert_int_equal(submitted(&account, of, owner, 4), SUBMISSION_ACCEPTED);
    assert_int_equal(submission_refusal(SUBMISSION_NOT_OWNER)->code, CODE_PERMISSION_DENIED);
}

/* ID-08, ID-19, in the same order. */
static void only_the_owner_submits_the_real_name(void **state)
{
    (void)state;
    const enum account_type of = ACCOUNT_TYPE_INDIVIDUAL;
    struct account account = complete(ACCOUNT_TYPE_CORPORATE);
    account.real_name = (struct real_name_standing){.verified = true, .in_review = true};
    assert_int_equal(submitted(&account, of, agent, 5), SUBMISSION_NOT_OWN_NAME);
    assert_int_equal(submitted(&account, of, owner, 5), SUBMISSION_NOT_INDIVIDUAL);
    account.type = ACCOUNT_TYPE_NONE;
    assert_int_equal(submitted(&account, of, owner, 5), SUBMISSION_NOT_INDIVIDUAL);
    account.type = ACCOUNT_TYPE_INDIVIDUAL;
    assert_int_equal(submitted(&account, of, owner, 5), SUBMISSION_VERIFIED);
    account.real_name.expire_us = NOW_US + REAL_NAME_RENEWAL_US;
    assert_int_equal(submitted(&account, of, owner, 5), SUBMISSION_IN_REVIEW);
    account.real_name.in_review = false;
    assert_int_equal(submitted(&account, of, owner, 5), SUBMISSION_LIMIT);
    assert_int_equal(submitted(&account, of, owner, 4), SUBMISSION_ACCEPTED);
    assert_int_equal(submission_refusal(SUBMISSION_NOT_OWN_NAME)->code, CODE_PERMISSION_DENIED);
}

/* ID-08 */
static void an_account_is_registered_by_its_own_kind(void **state)
{
    (void)state;
    struct account account = complete(ACCOUNT_TYPE_INDIVIDUAL);
    account.company_id = nobody;
    assert_false(account_is_registered(&account, NOW_US));
    account.real_name.verified = true;
    assert_true(account_is_registered(&account, NOW_US));
    account.type = ACCOUNT_TYPE_CORPORATE;
    assert_false(account_is_registered(&account, NOW_US));
    account.company_id = company;
    assert_true(account_is_registered(&account, NOW_US));
}

/* ID-18 */
static void same_company_is_one_legal_entity(void **state)
{
    (void)state;
    const struct account_company individual = {ACCOUNT_TYPE_INDIVIDUAL, {{0}}},
                                 unverified = {ACCOUNT_TYPE_CORPORATE, {{0}}},
                                 undecided = {ACCOUNT_TYPE_NONE, {{0}}},
                                 verified = {ACCOUNT_TYPE_CORPORATE, company},
                                 other = {ACCOUNT_TYPE_CORPORATE, stranger};
    const struct {
        const struct account_company *one;
        const struct account_company *two;
        enum same_company_verdict verdict;
    } rows[] = {
        {&verified, &verified, SAME_COMPANY},
        {&individual, &verified, SAME_COMPANY_NOT_CORPORATE},
        {&individual, &individual, SAME_COMPANY_NOT_CORPORATE},
        {&individual, &unverified, SAME_COMPANY_NOT_CORPORATE},
        {&unverified, &verified, SAME_COMPANY_NOT_VERIFIED},
        {&unverified, &unverified, SAME_COMPANY_NOT_VERIFIED},
        {&undecided, &verified, SAME_COMPANY_NOT_VERIFIED},
        {&other, &verified, SAME_COMPANY_DIFFERENT},
    };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        assert_int_equal(same_company_decide(rows[i].one, rows[i].two), rows[i].verdict);
        assert_int_equal(same_company_decide(rows[i].two, rows[i].one), rows[i].verdict);
    }
    assert_true(same_company_fails(SAME_COMPANY_NOT_CORPORATE, &individual));
    assert_false(same_company_fails(SAME_COMPANY_NOT_CORPORATE, &unverified));
    assert_true(same_company_fails(SAME_COMPANY_NOT_VERIFIED, &unverified));
    assert_true(same_company_fails(SAME_COMPANY_NOT_VERIFIED, &undecided));
    assert_false(same_company_fails(SAME_COMPANY_NOT_VERIFIED, &verified));
}

static void notices_go_to_the_address_and_to_a_verified_number(void **state)
{
    (void)state;
    struct account account = signed_up_by(CHANNEL_PHONE);
    account.email_verified = account.phone_verified = false;
    assert_true(account_is_reached(&account, CHANNEL_EMAIL));
    assert_false(account_is_reached(&account, CHANNEL_PHONE));
    account.phone_verified = true;
    assert_true(account_is_reached(&account, CHANNEL_PHONE));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_address_waits_for_the_second_channel),
        cmocka_unit_test(the_same_channel_twice_does_not_count),
        cmocka_unit_test(steps_are_offered_in_order),
        cmocka_unit_test(only_the_owner_submits_the_company),
        cmocka_unit_test(only_the_owner_submits_the_real_name),
        cmocka_unit_test(an_account_is_registered_by_its_own_kind),
        cmocka_unit_test(same_company_is_one_legal_entity),
        cmocka_unit_test(notices_go_to_the_address_and_to_a_verified_number),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
