/* ID-29: who may activate a promotion, until when and how often, at both sides of each bound. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "identity/domain/promotion.h"

#define DAY INT64_C(86400000000)
#define SIGNED_UP INT64_C(1900000000000000)
#define NOW (SIGNED_UP + 5 * DAY)

static struct promotion promotion(void)
{
    return (struct promotion){.within_days = 7, .grant_days = 30, .activations_max = 10};
}

static struct account account(void)
{
    return (struct account){.sign_up_channel = CHANNEL_EMAIL,
                            .email_verified = true,
                            .entry = {ENTRY_REFERRAL, "SPRING"}};
}

static enum activation_verdict decide(const struct promotion *promotion,
                                      const struct account *account, int64_t now_us)
{
    const struct activation_facts facts = {
        .promotion = promotion, .account = account, .signed_up_us = SIGNED_UP};
    return activation_decide(&facts, now_us);
}

static void it_closes_with_the_microsecond(void **state)
{
    (void)state;
    struct promotion p = promotion();
    const struct account a = account();
    assert_int_equal(decide(&p, &a, SIGNED_UP + 7 * DAY - 1), ACTIVATION_ACCEPTED);
    assert_int_equal(decide(&p, &a, SIGNED_UP + 7 * DAY), ACTIVATION_CLOSED);
    p.until_us = NOW + 1; /* the earlier one counts */
    assert_int_equal(decide(&p, &a, NOW), ACTIVATION_ACCEPTED);
    assert_int_equal(decide(&p, &a, NOW + 1), ACTIVATION_CLOSED);
    p.until_us = SIGNED_UP + 8 * DAY;
    assert_int_equal(decide(&p, &a, SIGNED_UP + 7 * DAY), ACTIVATION_CLOSED);
    p.within_days = 0;
    assert_int_equal(decide(&p, &a, SIGNED_UP + 8 * DAY - 1), ACTIVATION_ACCEPTED);
    assert_int_equal(decide(&p, &a, SIGNED_UP + 8 * DAY), ACTIVATION_CLOSED);
    p.ended_us = NOW; /* by an operator */
    assert_int_equal(decide(&p, &a, NOW), ACTIVATION_CLOSED);
}

static void it_is_for_one_channel_or_any(void **state)
{
    (void)state;
    static const struct {
        enum entry_channel of_promotion, of_account;
        bool upgraded, accepted;
    } rows[] = {
        {ENTRY_NONE, ENTRY_DIRECT, false, true},      {ENTRY_REFERRAL, ENTRY_REFERRAL, false, true},
        {ENTRY_REFERRAL, ENTRY_DIRECT, false, false}, {ENTRY_DIRECT, ENTRY_PARTNER, false, false},
        {ENTRY_REFERRAL, ENTRY_REFERRAL, true, true}, {ENTRY_UPGRADE, ENTRY_DIRECT, true, true},
        {ENTRY_UPGRADE, ENTRY_DIRECT, false, false},
    };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        struct promotion p = promotion();
        struct account a = account();
        p.channel = rows[i].of_promotion;
        a.entry.channel = rows[i].of_account;
        a.upgraded_us = rows[i].upgraded ? NOW : 0;
        assert_int_equal(decide(&p, &a, NOW),
                         rows[i].accepted ? ACTIVATION_ACCEPTED : ACTIVATION_OTHER_CHANNEL);
    }
}

static void what_is_missing_is_named(void **state)
{
    (void)state;
    struct promotion p = promotion();
    struct account a = account();
    p.verification = PROMOTION_NEEDS_SECOND_CHANNEL;
    assert_int_equal(decide(&p, &a, NOW), ACTIVATION_SECOND_CHANNEL);
    a.phone_verified = true;
    assert_int_equal(decide(&p, &a, NOW), ACTIVATION_ACCEPTED);
    p.verification = PROMOTION_NEEDS_BILLING_ADDRESS;
    assert_int_equal(decide(&p, &a, NOW), ACTIVATION_BILLING_ADDRESS);
    a.type = ACCOUNT_TYPE_CORPORATE;
    assert_int_equal(decide(&p, &a, NOW), ACTIVATION_ACCEPTED);
    p.verification = PROMOTION_NEEDS_COMPANY;
    assert_int_equal(decide(&p, &a, NOW), ACTIVATION_COMPANY);
    a.company_id = (struct id){{1}};
    assert_int_equal(decide(&p, &a, NOW), ACTIVATION_ACCEPTED);
    assert_string_equal(activation_refusal(ACTIVATION_COMPANY)->reason, "REAL_NAME_REQUIRED");
}

static void it_is_activated_once_and_so_often(void **state)
{
    (void)state;
    struct promotion p = promotion();
    const struct account a = account();
    struct activation_facts facts = {
        .promotion = &p, .account = &a, .signed_up_us = SIGNED_UP, .activations = 99};
    p.activations = 9;
    assert_int_equal(activation_decide(&facts, NOW), ACTIVATION_ACCEPTED);
    facts.activations = 100;
    assert_int_equal(activation_decide(&facts, NOW), ACTIVATION_TOO_MANY);
    p.activations = 10;
    assert_int_equal(activation_decide(&facts, NOW), ACTIVATION_EXHAUSTED);
    facts.done_before = true; /* before all else: who has it hears so for ever */
    assert_int_equal(activation_decide(&facts, NOW + 100 * DAY), ACTIVATION_DONE);
    facts.promotion = NULL;
    assert_int_equal(activation_decide(&facts, NOW), ACTIVATION_UNKNOWN);
    assert_int_equal(promotion_grant_ends_us(&p, NOW), NOW + 30 * DAY);
}

/* ID-42 */
static void a_trial_allowance_is_activated_as_one_and_once_for_ever(void **state)
{
    (void)state;
    struct promotion p = promotion();
    const struct account a = account();
    struct activation_facts facts = {.promotion = &p, .account = &a, .signed_up_us = SIGNED_UP};
    p.trial = true;
    assert_int_equal(activation_decide(&facts, NOW), ACTIVATION_UNKNOWN); /* by its code */
    facts.as_trial = true;
    assert_int_equal(activation_decide(&facts, NOW), ACTIVATION_ACCEPTED);
    facts.had_trial = true; /* another channel's */
    assert_int_equal(activation_decide(&facts, NOW), ACTIVATION_DONE);
    p.trial = false;
    assert_int_equal(activation_decide(&facts, NOW), ACTIVATION_NO_TRIAL);
    facts.promotion = NULL;
    assert_int_equal(activation_decide(&facts, NOW), ACTIVATION_NO_TRIAL);
    facts = (struct activation_facts){
        .promotion = &p, .account = &a, .signed_up_us = SIGNED_UP, .had_trial = true};
    assert_int_equal(activation_decide(&facts, NOW), ACTIVATION_ACCEPTED); /* any promotion */
}

static void an_operator_defines_1000_and_ends_each_once(void **state)
{
    (void)state;
    struct promotion p = promotion();
    assert_int_equal(promotion_define_decide(999, false), PROMOTION_ACCEPTED);
    assert_int_equal(promotion_define_decide(1000, false), PROMOTION_TOO_MANY);
    assert_int_equal(promotion_define_decide(0, true), PROMOTION_CODE_TAKEN);
    assert_int_equal(promotion_end_decide(&p), PROMOTION_ACCEPTED);
    p.ended_us = NOW;
    assert_int_equal(promotion_end_decide(&p), PROMOTION_ENDED);
    assert_int_equal(promotion_end_decide(NULL), PROMOTION_UNKNOWN);
}

static void a_code_is_3_to_32_capitals_digits_and_hyphens(void **state)
{
    (void)state;
    static const struct {
        const char *code, *read;
    } rows[] = {{"spring-27", "SPRING-27"},
                {"ABC", "ABC"},
                {"AB", NULL},
                {"", NULL},
                {"A B", NULL},
                {"A_B", NULL},
                {"\xc3\x84 BC", NULL},
                {"ABCDEFGHIJKLMNOPQRSTUVWXYZ012345", "ABCDEFGHIJKLMNOPQRSTUVWXYZ012345"},
                {"ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456", NULL}};
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        char code[64];
        strcpy(code, rows[i].code);
        assert_int_equal(promotion_code_read(code), rows[i].read != NULL);
        if (rows[i].read != NULL)
            assert_string_equal(code, rows[i].read);
    }
    assert_true(promotion_word_is_one("PAY_AS_YOU-GO0"));
    assert_true(promotion_word_is_one("0123456789abcdef0123456789abcdef"));
    assert_false(promotion_word_is_one("0123456789abcdef0123456789abcdef0"));
    assert_false(promotion_word_is_one(""));
    assert_false(promotion_word_is_one("a b"));
    assert_false(promotion_word_is_one("a,b"));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(it_closes_with_the_microsecond),
        cmocka_unit_test(it_is_for_one_channel_or_any),
        cmocka_unit_test(what_is_missing_is_named),
        cmocka_unit_test(it_is_activated_once_and_so_often),
        cmocka_unit_test(a_trial_allowance_is_activated_as_one_and_once_for_ever),
        cmocka_unit_test(an_operator_defines_1000_and_ends_each_once),
        cmocka_unit_test(a_code_is_3_to_32_capitals_digits_and_hyphens),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
