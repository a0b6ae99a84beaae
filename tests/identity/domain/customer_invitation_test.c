/* ID-21, B.2: whom an invitation of a customer reaches, how long it counts, and who accepts it, at
 * both sides of each bound. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "identity/domain/customer_invitation.h"

#define DAY INT64_C(86400000000)
#define NOW INT64_C(1900000000000000)

static void a_contact_is_nobodys_and_is_invited_once(void **state)
{
    (void)state;
    struct customer_invite_facts facts = {.day = 199, .contact_day = 9};
    assert_int_equal(customer_invite_decide(&facts), CUSTOMER_INVITE_ACCEPTED);
    facts.contact_day = 10;
    assert_int_equal(customer_invite_decide(&facts), CUSTOMER_INVITE_CONTACT_DAY_MAX);
    facts.registered = true;
    assert_int_equal(customer_invite_decide(&facts), CUSTOMER_INVITE_REGISTERED);
    facts.day = 200; /* asks for no list of who is registered */
    assert_int_equal(customer_invite_decide(&facts), CUSTOMER_INVITE_DAY_MAX);
    facts.invited = true;
    assert_int_equal(customer_invite_decide(&facts), CUSTOMER_INVITE_INVITED);
    for (enum customer_invite_verdict verdict = CUSTOMER_INVITE_ACCEPTED;
         verdict <= CUSTOMER_INVITE_CONTACT_DAY_MAX; verdict++)
        assert_int_equal(customer_invite_tells(verdict),
                         verdict == CUSTOMER_INVITE_ACCEPTED || /* no message can be sent */
                             verdict == CUSTOMER_INVITE_REGISTERED ||
                             verdict == CUSTOMER_INVITE_CONTACT_DAY_MAX);
    assert_string_equal(customer_invite_refusal(CUSTOMER_INVITE_REGISTERED)->reason,
                        "CONTACT_REGISTERED");
}

static struct customer_invitation_life sent(void)
{
    return (struct customer_invitation_life){.created_us = NOW, .sent_us = NOW};
}

static void it_goes_from_state_to_state(void **state)
{
    (void)state;
    struct customer_invitation_life life = sent();
    assert_int_equal(customer_invitation_state(&life, NOW), CUSTOMER_INVITATION_CREATED);
    life.bounced = true;
    assert_int_equal(customer_invitation_state(&life, NOW), CUSTOMER_INVITATION_BOUNCED);
    life.bounced = false;
    life.delivered = true;
    assert_int_equal(customer_invitation_state(&life, NOW), CUSTOMER_INVITATION_SENT);
    life.opened_us = NOW + 1;
    assert_int_equal(customer_invitation_state(&life, NOW + 1), CUSTOMER_INVITATION_OPENED);
    life.accepted_us = NOW + 2;
    assert_int_equal(customer_invitation_state(&life, NOW + 2), CUSTOMER_INVITATION_ACCEPTED);
    life.cancelled_us = NOW + 3;
    assert_int_equal(customer_invitation_state(&life, NOW + 3), CUSTOMER_INVITATION_CANCELLED);
    life.cancelled_us = 0;
    life.declined_us = NOW + 3;
    assert_int_equal(customer_invitation_state(&life, NOW + 3), CUSTOMER_INVITATION_DECLINED);
    life.declined_us = 0;
    life.associated_us = NOW + 3;
    assert_int_equal(customer_invitation_state(&life, NOW + 90 * DAY),
                     CUSTOMER_INVITATION_ASSOCIATED);
}

static void it_counts_seven_days_since_it_was_sent_and_thirty_in_all(void **state)
{
    (void)state;
    struct customer_invitation_life life = sent();
    life.opened_us = NOW + 1;
    assert_int_equal(customer_invitation_state(&life, NOW + 7 * DAY - 1),
                     CUSTOMER_INVITATION_OPENED);
    assert_int_equal(customer_invitation_state(&life, NOW + 7 * DAY), CUSTOMER_INVITATION_EXPIRED);
    life.sent_us = NOW + 22 * DAY;
    assert_int_equal(customer_invitation_end_us(&life), NOW + 29 * DAY);
    life.sent_us = NOW + 28 * DAY;
    assert_int_equal(customer_invitation_end_us(&life), NOW + 30 * DAY);
    life = sent();
    life.accepted_us = NOW + 1; /* the name is verified later */
    assert_int_equal(customer_invitation_state(&life, NOW + 30 * DAY - 1),
                     CUSTOMER_INVITATION_ACCEPTED);
    assert_int_equal(customer_invitation_state(&life, NOW + 30 * DAY), CUSTOMER_INVITATION_EXPIRED);
}

static void it_is_sent_again_five_times_until_it_is_accepted(void **state)
{
    (void)state;
    struct customer_invitation_life life = sent();
    assert_int_equal(customer_invitation_resend_decide(NULL, NOW), CUSTOMER_INVITATION_UNKNOWN);
    life.resends = 4;
    assert_int_equal(customer_invitation_resend_decide(&life, NOW), CUSTOMER_INVITATION_TAKEN);
    life.resends = 5;
    assert_int_equal(customer_invitation_resend_decide(&life, NOW), CUSTOMER_INVITATION_RESENT);
    life.resends = 0;
    assert_int_equal(customer_invitation_resend_decide(&life, NOW + 7 * DAY),
                     CUSTOMER_INVITATION_OVER);
    life.accepted_us = NOW;
    assert_int_equal(customer_invitation_resend_decide(&life, NOW), CUSTOMER_INVITATION_OVER);
    assert_int_equal(customer_invitation_open_decide(&life, NOW), CUSTOMER_INVITATION_TAKEN);
}

static void whoever_holds_the_contact_accepts_for_a_new_account(void **state)
{
    (void)state;
    struct customer_invitation_life life = sent();
    struct customer_acceptance acceptance = {.agreed_hash = "b"};
    assert_int_equal(customer_invitation_accept_decide(&acceptance, NOW),
                     CUSTOMER_INVITATION_UNKNOWN);
    acceptance.found = &life;
    acceptance.of_another_account = true;
    acceptance.account_created_us = NOW - 1;
    acceptance.offered_hash = "a";
    assert_int_equal(customer_invitation_accept_decide(&acceptance, NOW), CUSTOMER_INVITATION_OVER);
    acceptance.of_another_account = false;
    assert_int_equal(customer_invitation_accept_decide(&acceptance, NOW),
                     CUSTOMER_INVITATION_OF_ANOTHER);
    acceptance.holds_contact = true;
    assert_int_equal(customer_invitation_accept_decide(&acceptance, NOW),
                     CUSTOMER_INVITATION_NOT_NEW);
    acceptance.account_created_us = NOW;
    assert_int_equal(customer_invitation_accept_decide(&acceptance, NOW),
                     CUSTOMER_INVITATION_OFFER);
    acceptance.agreed_hash = "a";
    assert_int_equal(customer_invitation_accept_decide(&acceptance, NOW),
                     CUSTOMER_INVITATION_TAKEN);
    assert_int_equal(customer_invitation_accept_decide(&acceptance, NOW + 7 * DAY),
                     CUSTOMER_INVITATION_OVER);
}

static void it_waits_for_the_real_name_alone(void **state)
{
    (void)state;
    const enum relation_obstacle found[] = {OBSTACLE_REAL_NAME, OBSTACLE_DEPTH};
    assert_false(customer_invitation_waits(found, 0));
    assert_true(customer_invitation_waits(found, 1));
    assert_false(customer_invitation_waits(found, 2));
    assert_false(customer_invitation_waits(found + 1, 1));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_contact_is_nobodys_and_is_invited_once),
        cmocka_unit_test(it_goes_from_state_to_state),
        cmocka_unit_test(it_counts_seven_days_since_it_was_sent_and_thirty_in_all),
        cmocka_unit_test(it_is_sent_again_five_times_until_it_is_accepted),
        cmocka_unit_test(whoever_holds_the_contact_accepts_for_a_new_account),
        cmocka_unit_test(it_waits_for_the_real_name_alone),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
