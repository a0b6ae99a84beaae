/* Sharing an asset: by whom, with whom and from when: SHR-01 to SHR-08, SHR-19, E25, E26. A row
 * says only how it differs from success. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>

#include <cmocka.h>

#include "sharing/domain/share.h"

#define NOON_US (INT64_C(1800000000) * 1000000)
#define SECOND_US INT64_C(1000000)

static const struct share_asset good_asset = {
    .known = true, .owned_by_actor = true, .expire_us = NOON_US + 1};
static const struct share_party good_party = {
    .known = true, .corporate = true, .verified = true, .same_company = true};

static enum share_verdict decide_one(struct share_asset asset, struct share_party owner,
                                     struct share_party recipient)
{
    size_t refused;
    const struct share_facts facts = {
        .asset = asset, .owner = &owner, .recipients = &recipient, .recipient_count = 1};
    return share_decide(&facts, NOON_US, &refused);
}

static void each_rule_refuses_at_its_boundary(void **state)
{
    (void)state;
    struct share_asset asset = good_asset;
    struct share_party party = good_party;
    assert_int_equal(decide_one(asset, party, party), SHARE_ACCEPTED);

    asset = (struct share_asset){.known = false};
    assert_int_equal(decide_one(asset, party, party), SHARE_ASSET_UNKNOWN);
    asset = good_asset;
    asset.owned_by_actor = false;
    assert_int_equal(decide_one(asset, party, party), SHARE_ASSET_UNKNOWN);
    asset.shared_with_actor = true; /* SHR-19 */
    assert_int_equal(decide_one(asset, party, party), SHARE_BY_RECIPIENT);
    asset = good_asset;
    asset.revoked = true;
    assert_int_equal(decide_one(asset, party, party), SHARE_ASSET_REVOKED);
    asset = good_asset;
    asset.expire_us = NOON_US;
    assert_int_equal(decide_one(asset, party, party), SHARE_ASSET_EXPIRED);

    struct share_party recipient = good_party;
    recipient.is_owner = true;
    assert_int_equal(decide_one(good_asset, party, recipient), SHARE_WITH_OWNER);
    recipient = good_party;
    recipient = (struct share_party){.known = false};
    assert_int_equal(decide_one(good_asset, party, recipient), SHARE_RECIPIENT_UNKNOWN);
    recipient = good_party;
    recipient.corporate = false; /* settled 5 */
    assert_int_equal(decide_one(good_asset, party, recipient), SHARE_NOT_CORPORATE);
    assert_int_equal(decide_one(good_asset, recipient, party), SHARE_NOT_CORPORATE);
    recipient = good_party;
    recipient.verified = false; /* SHR-03 */
    assert_int_equal(decide_one(good_asset, party, recipient), SHARE_NOT_VERIFIED);
    assert_int_equal(decide_one(good_asset, recipient, party), SHARE_NOT_VERIFIED);
    recipient = good_party;
    recipient.same_company = false;
    assert_int_equal(decide_one(good_asset, party, recipient), SHARE_DIFFERENT_COMPANY);
}

static void a_refusal_names_its_recipient(void **state)
{
    (void)state;
    struct share_party recipients[3] = {good_party, good_party, good_party};
    recipients[1].same_company = false;
    size_t refused = 99;
    const struct share_facts facts = {
        .asset = good_asset, .owner = &good_party, .recipients = recipients, .recipient_count = 3};
    assert_int_equal(share_decide(&facts, NOON_US, &refused), SHARE_DIFFERENT_COMPANY);
    assert_int_equal(refused, 1);
    assert_int_equal(share_parties_decide(recipients, 3, &refused), SHARE_DIFFERENT_COMPANY);
    assert_int_equal(refused, 1);
    assert_int_equal(share_parties_decide(recipients, 1, &refused), SHARE_ACCEPTED);
    assert_int_equal(refused, 1);
}

/* SHR-01: the 100th is accepted, the 101st refused. E25: 60 accounts and an organization of 50, 15
 * or 5 of them in common. */
static void an_asset_has_a_hundred_recipients(void **state)
{
    (void)state;
    static const struct {
        size_t now, recipients, in_common;
        enum share_verdict verdict;
    } rows[] = {
        {0, 100, 0, SHARE_ACCEPTED},      {0, 101, 0, SHARE_LIMIT_REACHED},
        {99, 1, 0, SHARE_ACCEPTED},       {100, 1, 0, SHARE_LIMIT_REACHED},
        {100, 1, 1, SHARE_ACCEPTED},      {60, 50, 15, SHARE_ACCEPTED},
        {60, 50, 5, SHARE_LIMIT_REACHED}, {60, 50, 10, SHARE_ACCEPTED},
        {60, 50, 9, SHARE_LIMIT_REACHED},
    };
    struct share_party recipients[128];
    for (size_t row = 0; row < sizeof(rows) / sizeof(rows[0]); row++) {
        for (size_t i = 0; i < rows[row].recipients; i++) {
            recipients[i] = good_party;
            recipients[i].has_share = i < rows[row].in_common;
        }
        size_t refused;
        const struct share_facts facts = {.asset = good_asset,
                                          .owner = &good_party,
                                          .recipients = recipients,
                                          .recipient_count = rows[row].recipients,
                                          .recipients_now = rows[row].now};
        assert_int_equal(share_decide(&facts, NOON_US, &refused), rows[row].verdict);
    }
    assert_true(share_has_room(99));
    assert_false(share_has_room(100));
}

/* SHR-02, SHR-05, SHR-07, SHR-08: whoever comes later is passed over, never refused. */
static void one_more_recipient_comes_if_it_may(void **state)
{
    (void)state;
    static const struct {
        bool is_owner, verified, has_share;
        size_t now;
        enum share_verdict by_rule, by_joining;
    } rows[] = {
        {false, true, false, 99, SHARE_ACCEPTED, SHARE_ACCEPTED},
        {false, true, false, 100, SHARE_LIMIT_REACHED, SHARE_LIMIT_REACHED},
        {false, true, true, 100, SHARE_ACCEPTED, SHARE_ACCEPTED},
        {true, true, false, 100, SHARE_WITH_OWNER, SHARE_WITH_OWNER},
        {false, false, false, 0, SHARE_NOT_VERIFIED, SHARE_ACCEPTED},
    };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        struct share_party party = good_party;
        party.is_owner = rows[i].is_owner;
        party.verified = rows[i].verified;
        party.has_share = rows[i].has_share;
        assert_int_equal(share_by_rule_decide(&party, rows[i].now), rows[i].by_rule);
        assert_int_equal(share_by_joining_decide(&party, rows[i].now), rows[i].by_joining);
    }
}

/* SHR-05, SHR-07, E26. */
static void shares_become_active_a_minute_later(void **state)
{
    (void)state;
    assert_int_equal(share_organization_active_from_us(NOON_US, NOON_US - 5),
                     NOON_US + 60 * SECOND_US);
    assert_int_equal(share_organization_active_from_us(NOON_US, NOON_US + 7),
                     NOON_US + 7 + 60 * SECOND_US);
    assert_int_equal(share_automatic_active_from_us(NOON_US), NOON_US + 60 * SECOND_US);
}

static void refusals_carry_the_rules_reasons(void **state)
{
    (void)state;
    assert_string_equal(share_refusal(SHARE_LIMIT_REACHED)->reason, "SHARE_LIMIT");
    assert_int_equal(share_refusal(SHARE_LIMIT_REACHED)->code, CODE_RESOURCE_EXHAUSTED);
    assert_string_equal(share_refusal(SHARE_DIFFERENT_COMPANY)->reason, "DIFFERENT_COMPANY");
    assert_string_equal(share_refusal(SHARE_NOT_VERIFIED)->reason, "NOT_VERIFIED");
    assert_string_equal(share_refusal(SHARE_NOT_CORPORATE)->reason, "NOT_CORPORATE");
    assert_int_equal(share_refusal(SHARE_BY_RECIPIENT)->code, CODE_PERMISSION_DENIED);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(each_rule_refuses_at_its_boundary),
        cmocka_unit_test(a_refusal_names_its_recipient),
        cmocka_unit_test(an_asset_has_a_hundred_recipients),
        cmocka_unit_test(one_more_recipient_comes_if_it_may),
        cmocka_unit_test(shares_become_active_a_minute_later),
        cmocka_unit_test(refusals_carry_the_rules_reasons),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
