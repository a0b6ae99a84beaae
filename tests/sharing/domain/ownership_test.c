/* Whose things are, each decision from both sides (SHR-03, SHR-11, SHR-12, SHR-19). */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "sharing/domain/ownership.h"

static const struct id owner = {{1}};
static const struct id stranger = {{2}};

static void assert_refused(const struct refusal *refusal, const char *reason, const char *sentence)
{
    assert_non_null(refusal);
    assert_string_equal(refusal->reason, reason);
    assert_string_equal(refusal->sentence, sentence);
    assert_int_equal(refusal->kind, NEVER);
}

static void a_thing_is_there_for_its_owner_alone(void **state)
{
    (void)state;
    const struct claim by_owner = {true, owner, owner};
    const struct claim others[] = {{true, owner, stranger},
                                   {false, {{0}}, owner},
                                   {true, owner, {{0}}},
                                   {false, {{0}}, {{0}}}};
    assert_null(asset_claim_decide(&by_owner));
    assert_null(organization_claim_decide(&by_owner));
    for (size_t i = 0; i < sizeof others / sizeof *others; i++) {
        assert_refused(asset_claim_decide(&others[i]), "ASSET_NOT_FOUND",
                       "The account owns no such asset.");
        assert_refused(organization_claim_decide(&others[i]), "ORGANIZATION_NOT_FOUND",
                       "The account has no such organization.");
    }
}

static void any_account_of_the_company_may_ask_what_applies(void **state)
{
    (void)state;
    assert_null(asset_in_company_decide(true));
    assert_refused(asset_in_company_decide(false), "ASSET_NOT_FOUND",
                   "There is no such asset in the company.");
    assert_null(coupon_in_company_decide(true, true));
    assert_refused(coupon_in_company_decide(true, false), "COUPON_NOT_FOUND",
                   "The account issued no such coupon.");
    assert_refused(coupon_in_company_decide(false, false), "COUPON_NOT_FOUND",
                   "The account issued no such coupon.");
}

static void accounts_are_of_the_company(void **state)
{
    (void)state;
    struct share_party parties[2] = {{.known = true, .same_company = true},
                                     {.known = true, .same_company = true}};
    assert_null(accounts_in_company_decide(parties, 2));
    for (size_t i = 0; i < 2; i++) {
        parties[i].same_company = false;
        assert_refused(accounts_in_company_decide(parties, 2), "ACCOUNT_NOT_FOUND",
                       "There is no such account.");
        parties[i].known = false;
        assert_refused(accounts_in_company_decide(parties, 2), "ACCOUNT_NOT_FOUND",
                       "There is no such account.");
        parties[i] = (struct share_party){.known = true, .same_company = true};
    }
}

static void a_relation_was_there_once(void **state)
{
    (void)state;
    assert_null(relation_found_decide(true));
    assert_refused(relation_found_decide(false), "PAYMENT_RELATION_NOT_FOUND",
                   "The accounts never had a payment relation.");
}

static void an_organization_has_a_thousand_members(void **state)
{
    (void)state;
    assert_null(organization_size_decide(0));
    assert_null(organization_size_decide(1000));
    assert_refused(organization_size_decide(1001), "ORGANIZATION_FULL",
                   "An organization has at most 1000 members.");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_thing_is_there_for_its_owner_alone),
        cmocka_unit_test(any_account_of_the_company_may_ask_what_applies),
        cmocka_unit_test(accounts_are_of_the_company),
        cmocka_unit_test(a_relation_was_there_once),
        cmocka_unit_test(an_organization_has_a_thousand_members),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
