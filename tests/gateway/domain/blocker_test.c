/* GW-10, ID-35: each blocker stands alone where its fact does, at both sides of its boundary; all
 * that stand are told, in the order in which a call meets them. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <string.h>

#include "gateway/domain/blocker.h"

#define PURCHASE "ledger.purchase.create"
#define FROM_AGENT "ledger.purchase.order_from_agent"
#define TOP_UP "payments.top_up.create"
#define TRANSFER "ledger.transfer.create"
#define BALANCE "ledger.balance.get"

/* A corporate account that may do everything. */
static struct blocker_facts clear_facts(void)
{
    return (struct blocker_facts){
        .ready = {.second_channel_verified = true,
                  .factor_enrolled = true,
                  .billing_address_present = true,
                  .currency_set = true,
                  .payment_method_present = true,
                  .real_name_registered = true,
                  .corporate = true,
                  .region = "cn-hangzhou",
                  .preferred_region = ""},
        .opened = true,
        .transfer_gate = "own",
        .asked_micros = 100,
        .asked_currency = "CNY",
        .currency = "CNY",
        .available_micros = 100,
        .transferable_micros = 100,
        .agreed = true,
        .quota_known = true,
        .quota_micros = 100,
    };
}

/* The reasons, with spaces between. */
static const char *told(const struct blocker_facts *facts, const char *action)
{
    static char text[2048];
    struct blocker_found found[BLOCKERS_MAX];
    size_t count = blockers_find(facts, blocker_acts(action), found);
    text[0] = '\0';
    for (size_t i = 0; i < count; i++) {
        strcat(text, i > 0 ? " " : "");
        strcat(text, found[i].refusal->reason);
    }
    return text;
}

static void assert_told(const struct blocker_facts *facts, const char *action, const char *reasons)
{
    assert_string_equal(told(facts, action), reasons);
}

static void nothing_stands_where_all_is_well(void **state)
{
    (void)state;
    const struct blocker_facts facts = clear_facts();
    static const char *const actions[] = {PURCHASE,
                                          TOP_UP,
                                          TRANSFER,
                                          BALANCE,
                                          "ledger.hold.place",
                                          "payments.payment_method.add",
                                          "identity.billing_address.add",
                                          "identity.account.get",
                                          "resource.run",
                                          "charge.explain"};
    for (size_t i = 0; i < sizeof actions / sizeof *actions; i++)
        assert_told(&facts, actions[i], "");
}

static void an_act_is_a_permission_or_one_that_is_named_here(void **state)
{
    (void)state;
    assert_int_equal(blocker_acts(""), 0);
    assert_int_equal(blocker_acts("resource.walk"), 0);
    assert_int_equal(blocker_acts("ledger.purchase"), 0);
    assert_int_equal(blocker_acts("identity.account.get"), ACT_CALL);
    assert_int_equal(blocker_acts(PURCHASE), ACT_CALL | ACT_BUY);
    assert_int_equal(blocker_acts("resource.run"), ACT_RUN);
}

/* ID-36, ID-32, GW-03, PAY-26 */
static void the_caller_is_judged_before_the_account(void **state)
{
    (void)state;
    struct blocker_facts facts = clear_facts();
    facts.access = ACCESS_DENIED;
    facts.step_up = STEP_UP_PROOF_MISSING;
    facts.freeze = FREEZE_OF_PURCHASE;
    facts.ready.real_name_registered = false;
    facts.ready.payment_method_present = false;
    facts.ceiling = CEILING_DAY;
    assert_told(&facts, PURCHASE,
                "PERMISSION_DENIED MFA_REQUIRED PURCHASE_FROZEN PAYMENT_METHOD_MISSING "
                "REAL_NAME_REQUIRED CEILING_EXCEEDED");
    facts.others_may_approve = true;
    facts.access = ACCESS_OUT_OF_SCOPE;
    facts.step_up = STEP_UP_PASSED;
    assert_told(&facts, TOP_UP, "KEY_SCOPE PURCHASE_FROZEN APPROVAL_REQUIRED");
    assert_told(&facts, "resource.run", "");
    assert_told(&facts, TRANSFER, "KEY_SCOPE PURCHASE_FROZEN NOT_VERIFIED APPROVAL_REQUIRED");
}

static void a_read_only_account_spends_nothing_and_is_filled_knowingly(void **state) /* PAY-16 */
{
    (void)state;
    struct blocker_facts facts = clear_facts();
    facts.read_only = true;
    assert_told(&facts, PURCHASE, "SPENDING_NOT_PERMITTED");
    assert_told(&facts, "ledger.hold.place", "SPENDING_NOT_PERMITTED");
    assert_told(&facts, TRANSFER, "SPENDING_NOT_PERMITTED");
    assert_told(&facts, TOP_UP, "SUBACCOUNT_READ_ONLY");
    assert_told(&facts, BALANCE, "");
    assert_told(&facts, "resource.run", "");
}

static void what_an_account_lacks_stands_where_it_matters(void **state)
{
    (void)state;
    struct blocker_facts facts = clear_facts();
    facts.ready.billing_address_present = facts.ready.currency_set = false;
    assert_told(&facts, PURCHASE, "BILLING_ADDRESS_MISSING CURRENCY_MISSING");
    assert_told(&facts, TOP_UP, "BILLING_ADDRESS_MISSING CURRENCY_NOT_SET");
    assert_told(&facts, "payments.payment_method.add", "BILLING_ADDRESS_MISSING");
    assert_told(&facts, TRANSFER, "");
    facts = clear_facts();
    facts.ready.second_channel_verified = false;
    assert_told(&facts, "identity.billing_address.add", "SECOND_CHANNEL_UNVERIFIED");
    assert_told(&facts, PURCHASE, "");
    facts = clear_facts();
    facts.ready.corporate = false;
    assert_told(&facts, TRANSFER, "NOT_CORPORATE");
    facts.opened = false;
    assert_told(&facts, BALANCE, "ACCOUNT_NOT_FOUND");
    assert_told(&facts, PURCHASE, "");
}

/* ID-42: each step stands where the channel demands it and it is open, and nowhere else. */
/* LED-20: the account's readiness, and nothing of its money. */
static void where_another_pays_readiness_stands(void **state)
{
    (void)state;
    struct blocker_facts facts = clear_facts();
    assert_int_equal(blocker_acts(FROM_AGENT), ACT_CALL | ACT_FROM_AGENT);
    facts.ready.another_pays = true;
    facts.ready.payment_method_present = false;
    facts.available_micros = 99;
    facts.frozen = facts.read_only = true;
    assert_told(&facts, FROM_AGENT, "");
    facts.ready.billing_address_present = facts.ready.real_name_registered = false;
    assert_told(&facts, FROM_AGENT, "BILLING_ADDRESS_MISSING REAL_NAME_REQUIRED");
    facts.freeze = FREEZE_OF_PURCHASE;
    assert_told(&facts, FROM_AGENT, "PURCHASE_FROZEN BILLING_ADDRESS_MISSING REAL_NAME_REQUIRED");
}

static void what_the_channel_demands_stands_where_it_is_demanded(void **state)
{
    (void)state;
    static const struct {
        enum policy_step step;
        const char *reason;
    } rows[] = {{POLICY_SECOND_CHANNEL, "SECOND_CHANNEL_UNVERIFIED"},
                {POLICY_BILLING_ADDRESS, "BILLING_ADDRESS_MISSING"},
                {POLICY_COMPANY, "REAL_NAME_REQUIRED"},
                {POLICY_FACTOR, "MFA_REQUIRED"}};
    static const char *const features[] = {
        "identity.key.create",     "identity.key.register_certificate",
        "identity.program.create", "sharing.automatic_rule.set",
        "sharing.coupon.issue",    "sharing.organization.create",
        "sharing.share.create"};
    struct blocker_facts open = clear_facts();
    open.ready.region = "";
    open.ready.second_channel_verified = open.ready.factor_enrolled = false;
    open.ready.real_name_registered = open.ready.billing_address_present = false;
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        struct blocker_facts facts = open;
        facts.ready.billing_address_present = rows[i].step != POLICY_BILLING_ADDRESS;
        assert_told(&facts, "identity.promotion.activate_trial", "");
        assert_told(&facts, features[0], "");
        facts.ready.provisioning_steps = (unsigned)rows[i].step;
        assert_told(&facts, "identity.promotion.activate_trial", rows[i].reason);
        assert_told(&facts, "resource.run", rows[i].reason);
        assert_told(&facts, PURCHASE, rows[i].reason);
        assert_told(&facts, features[0], "");
        assert_told(&facts, TOP_UP, rows[i].step == POLICY_BILLING_ADDRESS ? rows[i].reason : "");
        facts.ready.provisioning_steps = 0;
        facts.ready.feature_steps = (unsigned)rows[i].step;
        for (size_t j = 0; j < sizeof features / sizeof *features; j++)
            assert_told(&facts, features[j], rows[i].reason);
        assert_told(&facts, "identity.promotion.activate_trial", "");
        assert_told(&facts, "sharing.share.stop", "");
        assert_told(&facts, "sharing.share.list", "");
    }
    struct blocker_facts all = clear_facts();
    all.ready.provisioning_steps = all.ready.feature_steps = UINT32_MAX;
    assert_told(&all, PURCHASE, "");
    assert_told(&all, features[0], "");
    all.ready.factor_enrolled = false;
    all.step_up = STEP_UP_FACTOR_MISSING; /* told once */
    assert_told(&all, PURCHASE, "MFA_REQUIRED");
}

static void what_the_books_say_stands_where_it_matters(void **state)
{
    (void)state;
    struct blocker_facts facts = clear_facts();
    facts.frozen = true;
    assert_told(&facts, PURCHASE, "ACCOUNT_FROZEN");
    assert_told(&facts, TOP_UP, "");
    facts = clear_facts();
    facts.closed = true;
    assert_told(&facts, TOP_UP, "ACCOUNT_CLOSED");
    assert_told(&facts, "resource.run", "ACCOUNT_CLOSED");
    assert_told(&facts, BALANCE, "");
    facts = clear_facts();
    facts.asked_currency = "USD";
    assert_told(&facts, PURCHASE, "CURRENCY_MISMATCH");
    facts.asked_currency = "";
    assert_told(&facts, PURCHASE, "");
    static const char *const gates[] = {"DISABLED_PAY_ON_BEHALF", "DISABLED_RECEIVABLES",
                                        "OVERDUE"};
    for (size_t i = 0; i < 3; i++) {
        facts.transfer_gate = gates[i];
        assert_told(&facts, TRANSFER, gates[i]);
        assert_told(&facts, PURCHASE, "");
    }
    facts = clear_facts();
    facts.suspended = true;
    assert_told(&facts, "resource.run", "SUSPENDED");
    assert_told(&facts, PURCHASE, "");
}

/* GW-03 */
static void only_the_highest_freeze_suspends_what_runs(void **state)
{
    (void)state;
    struct blocker_facts facts = clear_facts();
    facts.freeze_level = FREEZE_NEW_PURCHASE;
    assert_told(&facts, "resource.run", "");
    facts.freeze_level = FREEZE_PAYG_SUSPEND;
    assert_told(&facts, "resource.run", "PAYG_FROZEN");
}

static void amounts_are_judged_to_the_micro(void **state)
{
    (void)state;
    struct blocker_facts facts = clear_facts();
    facts.asked_micros = 101;
    assert_told(&facts, PURCHASE, "EXCEEDS_AVAILABLE");
    assert_told(&facts, TRANSFER, "EXCEEDS_TRANSFERABLE");
    facts.waiting_micros = 1; /* LED-14 */
    assert_told(&facts, PURCHASE, "CONTRACT_PENDING");
    facts.asked_micros = 102;
    assert_told(&facts, PURCHASE, "EXCEEDS_AVAILABLE");
    facts.available_micros = -1; /* E31 */
    facts.asked_micros = INT64_MAX;
    assert_told(&facts, PURCHASE, "EXCEEDS_AVAILABLE");
    facts.asked_micros = 0;
    assert_told(&facts, PURCHASE, "");
}

/* LED-20, D.9 step 3 */
static void a_quota_is_judged_before_its_payer(void **state)
{
    (void)state;
    struct blocker_facts facts = clear_facts();
    facts.on_behalf = true;
    assert_told(&facts, PURCHASE, "");
    facts.quota_micros = 99;
    facts.available_micros = 99;
    assert_told(&facts, PURCHASE, "QUOTA_EXCEEDED PAYER_INSUFFICIENT");
    assert_told(&facts, "resource.run", "QUOTA_EXCEEDED");
    facts.quota_known = false;
    facts.available_micros = 100;
    assert_told(&facts, PURCHASE, "QUOTA_NOT_FOUND");
    facts.agreed = false; /* R5 */
    assert_told(&facts, PURCHASE, "PAY_ON_BEHALF_NOT_AGREED");
    assert_told(&facts, "resource.run", "PAY_ON_BEHALF_NOT_AGREED");
    facts = clear_facts(); /* B.3 */
    facts.on_behalf = true;
    facts.frozen = true;
    assert_told(&facts, PURCHASE, "PAYER_UNAVAILABLE");
    facts.frozen = false;
    facts.overdue = true;
    assert_told(&facts, PURCHASE, "PAYER_UNAVAILABLE");
    facts.on_behalf = false;
    assert_told(&facts, PURCHASE, "");
    facts = clear_facts();
    facts.on_behalf = true;
    facts.asked_micros = 0;
    facts.quota_micros = 0;
    assert_told(&facts, "resource.run", "QUOTA_EXCEEDED");
    facts.quota_micros = 1;
    assert_told(&facts, "resource.run", "");
}

static void what_nobody_tells_of_yet_has_its_row(void **state)
{
    (void)state;
    struct blocker_facts facts = clear_facts();
    facts.region_without = facts.plan_without = true;
    facts.parts = PART_NETWORK | PART_STORAGE | PART_ADDRESS | PART_BACKUP;
    assert_told(&facts, PURCHASE, "REGION_WITHOUT PLAN_WITHOUT");
    assert_told(&facts, "resource.run", "NETWORK_CLOSED");
    assert_told(&facts, "charge.explain", "STORAGE_CHARGED ADDRESS_CHARGED BACKUP_CHARGED");
}

static void each_row_says_all_that_is_told(void **state)
{
    (void)state;
    size_t count;
    unsigned lists = 0;
    const struct blocker *rows = blocker_list(&count);
    assert_true(count > 0 && count <= BLOCKERS_MAX);
    for (size_t i = 0; i < count; i++) {
        assert_true(rows[i].acts != 0);
        assert_true(strlen(rows[i].mend) > 0 && strlen(rows[i].owner) > 0);
        lists |= 1u << rows[i].list;
    }
    assert_int_equal(lists, 1u << BLOCKER_BILLING | 1u << BLOCKER_FEATURE | 1u << BLOCKER_RESOURCE |
                                1u << BLOCKER_CHARGE);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(nothing_stands_where_all_is_well),
        cmocka_unit_test(an_act_is_a_permission_or_one_that_is_named_here),
        cmocka_unit_test(the_caller_is_judged_before_the_account),
        cmocka_unit_test(a_read_only_account_spends_nothing_and_is_filled_knowingly),
        cmocka_unit_test(what_an_account_lacks_stands_where_it_matters),
        cmocka_unit_test(where_another_pays_readiness_stands),
        cmocka_unit_test(what_the_channel_demands_stands_where_it_is_demanded),
        cmocka_unit_test(what_the_books_say_stands_where_it_matters),
        cmocka_unit_test(only_the_highest_freeze_suspends_what_runs),
        cmocka_unit_test(amounts_are_judged_to_the_micro),
        cmocka_unit_test(a_quota_is_judged_before_its_payer),
        cmocka_unit_test(what_nobody_tells_of_yet_has_its_row),
        cmocka_unit_test(each_row_says_all_that_is_told),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
