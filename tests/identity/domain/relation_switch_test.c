/* c-9: another partner in the place of the present one, at both sides of each obstacle. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "identity/domain/relation_switch.h"

#define DAY INT64_C(86400000000)
#define NOW INT64_C(1900000000000000)

static const struct id agent = {{2}}, customer = {{3}}, other = {{4}};
static const struct relation_facts clear = {
    .authorised = true, .associated = true, .registered = 1};

/* "FIRST SECOND" of the reasons. */
static const char *told(const struct relation_facts *facts, bool acknowledged)
{
    static char text[512];
    enum relation_obstacle found[RELATION_OBSTACLES_MAX];
    size_t count = relation_switch_obstacles(facts, acknowledged, found);
    text[0] = '\0';
    for (size_t i = 0; i < count; i++) {
        strcat(text, i > 0 ? " " : "");
        strcat(text, relation_obstacle_refusal(found[i])->reason);
    }
    return text;
}

static void the_present_partner_is_no_obstacle(void **state)
{
    (void)state;
    enum relation_obstacle found[RELATION_OBSTACLES_MAX];
    assert_string_equal(told(&clear, false), "");
    assert_int_equal(relation_obstacles(&clear, found), 1);
    assert_int_equal(found[0], OBSTACLE_ASSOCIATED);
}

static void each_obstacle_is_told_unless_it_may_stay(void **state)
{
    (void)state;
    static const struct {
        struct relation_facts facts;
        const char *told;
        bool may_stay;
    } rows[] = {
        {{.registered = true}, "PARTNER_NOT_AUTHORISED", false},
        {{.authorised = true, .registered = true, .cycle = true}, "RELATION_CYCLE", false},
        {{.authorised = true, .registered = true, .above = 2}, "RESELLER_DEPTH_EXCEEDED", false},
        {{.authorised = true, .registered = true, .above = 1}, "", false},
        {{.authorised = true, .registered = true, .same_company = true}, "SAME_COMPANY", false},
        {{.authorised = true}, "REAL_NAME_REQUIRED", false},
        {{.authorised = true, .registered = true, .standing.overdue = true}, "OVERDUE", false},
        {{.authorised = true, .registered = true, .standing.unfinished = true},
         "UNFINISHED_ORDERS",
         false},
        {{.authorised = true, .registered = true, .standing.closed = true},
         "ACCOUNT_CLOSED",
         false},
        {{.authorised = true, .registered = true, .standing.quota_used = true}, "QUOTA_USED", true},
        {{.authorised = true, .registered = true, .standing.lots_remaining = true},
         "LOTS_REMAINING",
         true},
    };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        assert_string_equal(told(&rows[i].facts, false), rows[i].told);
        assert_string_equal(told(&rows[i].facts, true), rows[i].may_stay ? "" : rows[i].told);
    }
}

static void all_are_told_in_their_order(void **state)
{
    (void)state;
    const struct relation_facts facts = {.associated = true,
                                         .cycle = true,
                                         .above = 1,
                                         .below = 1,
                                         .same_company = true,
                                         .standing = {.overdue = true,
                                                      .unfinished = true,
                                                      .closed = true,
                                                      .quota_used = true,
                                                      .lots_remaining = true}};
    assert_string_equal(
        told(&facts, false),
        "PARTNER_NOT_AUTHORISED RELATION_CYCLE RESELLER_DEPTH_EXCEEDED SAME_COMPANY "
        "OVERDUE UNFINISHED_ORDERS REAL_NAME_REQUIRED QUOTA_USED LOTS_REMAINING "
        "ACCOUNT_CLOSED");
    assert_string_equal(
        told(&facts, true),
        "PARTNER_NOT_AUTHORISED RELATION_CYCLE RESELLER_DEPTH_EXCEEDED SAME_COMPANY "
        "OVERDUE UNFINISHED_ORDERS REAL_NAME_REQUIRED ACCOUNT_CLOSED");
}

static void each_has_a_fix_of_its_own(void **state)
{
    (void)state;
    for (enum relation_obstacle each = OBSTACLE_NONE + 1; each < OBSTACLE_END; each++) {
        assert_true(strlen(relation_obstacle_fix(each)) > 0);
        for (enum relation_obstacle before = OBSTACLE_NONE + 1; before < each; before++)
            assert_string_not_equal(relation_obstacle_fix(each), relation_obstacle_fix(before));
    }
}

static enum relation_verdict replaced(const struct relation *found, int64_t endings, int64_t now_us)
{
    return relation_replace_decide(&(struct relation_ending){.found = found,
                                                             .account_id = customer,
                                                             .customer_id = customer,
                                                             .endings = endings,
                                                             .is_now = true},
                                   now_us);
}

static void it_takes_the_place_of_a_relation_that_holds(void **state)
{
    (void)state;
    struct relation it = {.agent_id = agent,
                          .customer_id = customer,
                          .created_us = NOW,
                          .expires_us = NOW + 7 * DAY,
                          .answered_us = NOW};
    assert_int_equal(replaced(NULL, 0, NOW), RELATION_UNKNOWN);
    assert_int_equal(replaced(&it, 0, NOW), RELATION_NOT_ACTIVE); /* it was refused */
    it.begun_us = NOW;
    assert_int_equal(replaced(&it, 0, NOW), RELATION_ACCEPTED);
    it.answered_us = 0; /* other terms are offered */
    assert_int_equal(replaced(&it, 0, NOW), RELATION_ACCEPTED);
    it.customer_id = other;
    assert_int_equal(replaced(&it, 0, NOW), RELATION_UNKNOWN);
    it.agent_id = customer; /* its customer's place is not taken by a partner */
    assert_int_equal(replaced(&it, 0, NOW), RELATION_UNKNOWN);
}

static void it_counts_as_an_end_and_an_end_that_was_asked_for_once(void **state)
{
    (void)state;
    struct relation it = {.agent_id = agent,
                          .customer_id = customer,
                          .created_us = NOW,
                          .begun_us = NOW,
                          .expires_us = NOW + 7 * DAY,
                          .answered_us = NOW};
    assert_int_equal(replaced(&it, RELATION_ENDINGS_MAX - 1, NOW), RELATION_ACCEPTED);
    assert_int_equal(replaced(&it, RELATION_ENDINGS_MAX, NOW), RELATION_TOO_MANY_ENDINGS);
    it.effective_us = NOW + DAY;
    for (size_t i = 0; i < 2; i++) {
        it.ending_by = i == 0 ? customer : agent;
        assert_int_equal(replaced(&it, RELATION_ENDINGS_MAX, NOW + DAY - 1), RELATION_ACCEPTED);
        assert_int_equal(replaced(&it, 0, NOW + DAY), RELATION_NOT_ACTIVE);
    }
    it.customer_id = other;
    assert_int_equal(replaced(&it, 0, NOW), RELATION_UNKNOWN);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_present_partner_is_no_obstacle),
        cmocka_unit_test(each_obstacle_is_told_unless_it_may_stay),
        cmocka_unit_test(all_are_told_in_their_order),
        cmocka_unit_test(each_has_a_fix_of_its_own),
        cmocka_unit_test(it_takes_the_place_of_a_relation_that_holds),
        cmocka_unit_test(it_counts_as_an_end_and_an_end_that_was_asked_for_once),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
