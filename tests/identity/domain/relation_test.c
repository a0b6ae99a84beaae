/* B.1, B.2: what stands in the way of an association, at both sides of each; what is agreed to;
 * and how far a relation is. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "identity/domain/relation.h"

#define DAY INT64_C(86400000000)
#define NOW INT64_C(1900000000000000)

static const struct relation_facts clear = {.authorised = true, .registered = true};

/* "FIRST SECOND" of the reasons. */
static const char *told(const struct relation_facts *facts)
{
    static char text[512];
    enum relation_obstacle found[RELATION_OBSTACLES_MAX];
    size_t count = relation_obstacles(facts, found);
    text[0] = '\0';
    for (size_t i = 0; i < count; i++) {
        strcat(text, i > 0 ? " " : "");
        strcat(text, relation_obstacle_refusal(found[i])->reason);
    }
    return text;
}

static void each_obstacle_is_told_by_itself(void **state)
{
    (void)state;
    struct relation_facts facts = clear;
    assert_string_equal(told(&facts), "");
    facts.authorised = false;
    assert_string_equal(told(&facts), "PARTNER_NOT_AUTHORISED");
    facts = clear;
    facts.agent_closed = true; /* its contract counts for nothing */
    assert_string_equal(told(&facts), "PARTNER_NOT_AUTHORISED");
    facts = clear;
    facts.associated = true;
    assert_string_equal(told(&facts), "ASSOCIATED_WITH_ANOTHER");
    facts = clear;
    facts.cycle = true;
    assert_string_equal(told(&facts), "RELATION_CYCLE");
    facts = clear;
    facts.same_company = true;
    assert_string_equal(told(&facts), "SAME_COMPANY");
    facts = clear;
    facts.standing.overdue = true;
    assert_string_equal(told(&facts), "OVERDUE");
    facts = clear;
    facts.standing.unfinished = true;
    assert_string_equal(told(&facts), "UNFINISHED_ORDERS");
    facts = clear;
    facts.standing.closed = true;
    assert_string_equal(told(&facts), "ACCOUNT_CLOSED");
    facts = clear;
    facts.customer_closed = true;
    assert_string_equal(told(&facts), "ACCOUNT_CLOSED");
    facts = clear;
    facts.registered = false;
    assert_string_equal(told(&facts), "REAL_NAME_REQUIRED");
}

static void two_resale_edges_stand_in_a_line_and_no_third(void **state)
{
    (void)state;
    static const struct {
        int64_t above, below;
        bool deep;
    } rows[] = {
        {0, 0, false}, /* D to R, the first */
        {1, 0, false}, /* R to C, under D */
        {0, 1, false}, /* D to R, who has C */
        {2, 0, true},  /* C to X, under D and R */
        {1, 1, true},  /* B to C, where A to B and C to D hold */
        {0, 2, true},
    };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        struct relation_facts facts = clear;
        facts.above = rows[i].above;
        facts.below = rows[i].below;
        assert_string_equal(told(&facts), rows[i].deep ? "RESELLER_DEPTH_EXCEEDED" : "");
    }
}

static void all_are_told_in_their_order(void **state)
{
    (void)state;
    const struct relation_facts facts = {.associated = true,
                                         .cycle = true,
                                         .above = 2,
                                         .same_company = true,
                                         .standing = {.overdue = true, .unfinished = true}};
    assert_string_equal(told(&facts),
                        "PARTNER_NOT_AUTHORISED ASSOCIATED_WITH_ANOTHER RELATION_CYCLE "
                        "RESELLER_DEPTH_EXCEEDED SAME_COMPANY OVERDUE UNFINISHED_ORDERS "
                        "REAL_NAME_REQUIRED");
}

static void a_group_counts_as_one(void **state)
{
    (void)state;
    static const struct {
        struct group_facts facts;
        size_t count;
        enum relation_obstacle first;
    } rows[] = {
        {{false, 0, 0}, 0, OBSTACLE_NONE},
        {{false, 1, 1}, 0, OBSTACLE_NONE}, /* one has a partner, the other a customer */
        {{false, 2, 0}, 0, OBSTACLE_NONE},
        {{false, 0, 2}, 0, OBSTACLE_NONE},
        {{false, 2, 1}, 1, OBSTACLE_DEPTH},
        {{false, 1, 2}, 1, OBSTACLE_DEPTH},
        {{true, 1, 1}, 1, OBSTACLE_CYCLE},
        {{true, 2, 2}, 2, OBSTACLE_CYCLE},
    };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        enum relation_obstacle found[RELATION_OBSTACLES_MAX] = {OBSTACLE_NONE};
        assert_int_equal(relation_group_obstacles(&rows[i].facts, found), rows[i].count);
        assert_int_equal(found[0], rows[i].first);
    }
}

static void a_request_tells_what_is_the_agents_own(void **state)
{
    (void)state;
    enum relation_obstacle found[RELATION_OBSTACLES_MAX];
    struct relation_facts facts = {.authorised = true, .above = 1, .customer_closed = true};
    assert_int_equal(relation_own_obstacles(&facts, found), 0);
    facts.agent_closed = true;
    assert_int_equal(relation_own_obstacles(&facts, found), 1);
    facts.authorised = false;
    facts.above = 2;
    assert_int_equal(relation_own_obstacles(&facts, found), 2);
    assert_int_equal(found[0], OBSTACLE_NOT_AUTHORISED);
    assert_int_equal(found[1], OBSTACLE_DEPTH);
    assert_int_equal(relation_request_decide(false, RELATIONS_DAY_MAX - 1), RELATION_ACCEPTED);
    assert_int_equal(relation_request_decide(false, RELATIONS_DAY_MAX), RELATION_DAY_MAX);
    assert_int_equal(relation_request_decide(true, 0), RELATION_EXISTS);
}

static struct relation_offer offer(void)
{
    return (struct relation_offer){
        .relation_id = {{1}},
        .agent_id = {{2}},
        .customer_id = {{3}},
        .version = 1,
        .terms = {.permissions = 1u << RELATION_ALLOCATE | 1u << RELATION_VIEW_BALANCE,
                  .settlement = SETTLEMENT_ALLOCATION,
                  .price_book = "gold",
                  .invoices = INVOICES_CUSTOMER,
                  .shutdown = SHUTDOWN_DELAY},
        .expires_us = NOW};
}

static void what_is_agreed_to_is_written_down_to_the_byte(void **state)
{
    (void)state;
    char text[RELATION_OFFER_SIZE];
    struct relation_offer one = offer();
    relation_offer_print(&one, text);
    assert_string_equal(text, "kontor.relation.offer.1\n"
                              "relation_id=01000000-0000-0000-0000-000000000000\n"
                              "agent_account_id=02000000-0000-0000-0000-000000000000\n"
                              "customer_account_id=03000000-0000-0000-0000-000000000000\n"
                              "version=1\n"
                              "permissions=VIEW_BALANCE,ALLOCATE\n"
                              "settlement_mode=ALLOCATION\n"
                              "price_book=gold\n"
                              "invoice_recipient=CUSTOMER\n"
                              "shutdown_policy=DELAY\n"
                              "agent_purchases=banned\n"
                              "valid_until_us=1900000000000000\n");
}

static void whatever_differs_has_another_hash(void **state)
{
    (void)state;
    char first[RELATION_HASH_SIZE], other[RELATION_HASH_SIZE];
    struct relation_offer offers[11];
    for (size_t i = 0; i < 11; i++)
        offers[i] = offer();
    offers[0].relation_id.bytes[15] = 1;
    offers[1].agent_id.bytes[15] = 1;
    offers[2].customer_id.bytes[15] = 1;
    offers[3].version = 2;
    offers[4].terms.permissions |= 1u << RELATION_RESELL;
    offers[5].terms.settlement = SETTLEMENT_AGENT_PAYS;
    offers[6].terms.price_book = "";
    offers[7].terms.invoices = INVOICES_AGENT;
    offers[8].terms.shutdown = SHUTDOWN_NEVER;
    offers[9].terms.agent_purchases = true;
    offers[10].expires_us++;
    const struct relation_offer one = offer();
    relation_offer_hash(&one, first);
    assert_int_equal(strlen(first), 64);
    for (size_t i = 0; i < 11; i++) {
        relation_offer_hash(&offers[i], other);
        assert_string_not_equal(first, other);
    }
}

static void permissions_are_read_as_they_are_written(void **state)
{
    (void)state;
    char text[RELATION_PERMISSIONS_SIZE];
    unsigned all = (1u << RELATION_PERMISSION_END) - 2;
    relation_permissions_print(all, ' ', text);
    assert_int_equal(relation_permissions_find(text), all);
    assert_int_equal(relation_permissions_find(""), 0);
    assert_int_equal(relation_permissions_find("OF_LATER SET_CAP"), 1u << RELATION_SET_CAP);
    assert_true(relation_price_book_is_one(""));
    assert_true(relation_price_book_is_one("abcdefghijklmnopqrstuvwxyz-01234"));
    assert_false(relation_price_book_is_one("abcdefghijklmnopqrstuvwxyz-012345"));
    assert_false(relation_price_book_is_one("Gold"));
}

static void it_goes_from_state_to_state(void **state)
{
    (void)state;
    struct relation it = {.created_us = NOW, .expires_us = NOW + 7 * DAY};
    assert_int_equal(relation_state(&it, NOW + 7 * DAY - 1), RELATION_OWNER_CONFIRMING);
    assert_int_equal(relation_end_us(&it, NOW + 7 * DAY - 1), 0);
    assert_int_equal(relation_state(&it, NOW + 7 * DAY), RELATION_EXPIRED);
    assert_int_equal(relation_end_us(&it, NOW + 8 * DAY), NOW + 7 * DAY);
    it.begun_us = it.answered_us = NOW + DAY;
    assert_int_equal(relation_state(&it, NOW + 9 * DAY), RELATION_ACTIVE);
    it.answered_us = 0; /* other terms are offered */
    assert_int_equal(relation_state(&it, NOW + 7 * DAY - 1), RELATION_CHANGE_CONFIRMING);
    assert_int_equal(relation_state(&it, NOW + 7 * DAY), RELATION_ACTIVE);
    it.effective_us = NOW + 20 * DAY;
    assert_int_equal(relation_state(&it, NOW + 20 * DAY - 1), RELATION_DISSOCIATING);
    assert_int_equal(relation_state(&it, NOW + 20 * DAY), RELATION_ENDED);
    assert_int_equal(relation_end_us(&it, NOW + 21 * DAY), NOW + 20 * DAY);
    it.ended_us = NOW + 3 * DAY;
    it.outcome = RELATION_REJECTED;
    assert_int_equal(relation_state(&it, NOW + 4 * DAY), RELATION_REJECTED);
    assert_int_equal(relation_end_us(&it, NOW + 4 * DAY), NOW + 3 * DAY);
    for (enum relation_state each = RELATION_REJECTED; each <= RELATION_ENDED; each++)
        assert_int_equal(relation_outcome_find(relation_outcome_name(each)), each);
}

static void it_is_answered_by_its_own_ends_alone(void **state)
{
    (void)state;
    const struct id agent = {{2}}, customer = {{3}}, other = {{4}};
    struct relation it = {
        .agent_id = agent, .customer_id = customer, .created_us = NOW, .expires_us = NOW + 7 * DAY};
    struct relation_answer answer = {.found = &it, .account_id = customer, .offered_hash = "ab"};
    assert_int_equal(relation_answer_decide(&answer, NOW), RELATION_ACCEPTED);
    answer.agreed_hash = "ab";
    assert_int_equal(relation_answer_decide(&answer, NOW), RELATION_ACCEPTED);
    answer.agreed_hash = "ac";
    assert_int_equal(relation_answer_decide(&answer, NOW), RELATION_OFFER_CHANGED);
    assert_int_equal(relation_answer_decide(&answer, NOW + 7 * DAY), RELATION_NOTHING_OFFERED);
    answer.account_id = agent; /* agrees to nothing for its customer */
    assert_int_equal(relation_answer_decide(&answer, NOW), RELATION_UNKNOWN);
    answer = (struct relation_answer){.found = &it, .account_id = agent, .by_agent = true};
    assert_int_equal(relation_answer_decide(&answer, NOW), RELATION_ACCEPTED);
    answer.account_id = customer;
    assert_int_equal(relation_answer_decide(&answer, NOW), RELATION_UNKNOWN);
    answer = (struct relation_answer){.found = &it, .account_id = other};
    assert_int_equal(relation_answer_decide(&answer, NOW), RELATION_UNKNOWN);
    answer.found = NULL;
    assert_int_equal(relation_answer_decide(&answer, NOW), RELATION_UNKNOWN);
}

static void less_of_what_holds_is_a_reduction(void **state)
{
    (void)state;
    const struct relation_terms held = offer().terms;
    struct relation_terms offered = held;
    assert_true(relation_terms_are_equal(&held, &offered));
    assert_false(relation_terms_are_reduced(&held, &offered));
    offered.permissions = 1u << RELATION_ALLOCATE;
    assert_true(relation_terms_are_reduced(&held, &offered));
    assert_false(relation_terms_are_reduced(&offered, &held));
    offered.permissions = 1u << RELATION_RESELL; /* less, and another one */
    assert_false(relation_terms_are_reduced(&held, &offered));
    offered = held;
    offered.agent_purchases = true;
    assert_false(relation_terms_are_reduced(&held, &offered));
    assert_true(relation_terms_are_reduced(&offered, &held));
    offered = held;
    offered.permissions = 0;
    offered.price_book = "";
    assert_false(relation_terms_are_reduced(&held, &offered));
}

static void it_is_changed_by_its_agent_while_it_holds(void **state)
{
    (void)state;
    const struct id agent = {{2}}, customer = {{3}};
    struct relation it = {.agent_id = agent,
                          .customer_id = customer,
                          .created_us = NOW,
                          .begun_us = NOW,
                          .answered_us = NOW,
                          .expires_us = NOW + 7 * DAY};
    assert_int_equal(relation_change_decide(&it, agent, false, NOW), RELATION_ACCEPTED);
    assert_int_equal(relation_change_decide(&it, agent, true, NOW), RELATION_NOTHING_CHANGED);
    assert_int_equal(relation_change_decide(&it, customer, false, NOW), RELATION_UNKNOWN);
    assert_int_equal(relation_change_decide(NULL, agent, false, NOW), RELATION_UNKNOWN);
    it.answered_us = 0;
    assert_int_equal(relation_change_decide(&it, agent, false, NOW), RELATION_NOT_ACTIVE);
    it.effective_us = NOW + DAY;
    assert_int_equal(relation_change_decide(&it, agent, false, NOW), RELATION_NOT_ACTIVE);
}

/* ID-41 */
static void either_end_ends_it_and_whoever_did_takes_that_back(void **state)
{
    (void)state;
    const struct id agent = {{2}}, customer = {{3}}, other = {{4}};
    struct relation it = {.agent_id = agent,
                          .customer_id = customer,
                          .created_us = NOW,
                          .begun_us = NOW,
                          .expires_us = NOW + 7 * DAY};
    struct relation_ending ending = {.found = &it, .account_id = customer, .customer_id = customer};
    assert_int_equal(relation_end_decide(&ending, NOW), RELATION_ACCEPTED);
    ending.account_id = agent;
    assert_int_equal(relation_end_decide(&ending, NOW), RELATION_ACCEPTED);
    ending.endings = RELATION_ENDINGS_MAX - 1;
    assert_int_equal(relation_end_decide(&ending, NOW), RELATION_ACCEPTED);
    ending.endings = RELATION_ENDINGS_MAX;
    assert_int_equal(relation_end_decide(&ending, NOW), RELATION_TOO_MANY_ENDINGS);
    ending = (struct relation_ending){.found = &it, .account_id = other, .customer_id = customer};
    assert_int_equal(relation_end_decide(&ending, NOW), RELATION_UNKNOWN);
    ending = (struct relation_ending){.found = &it, .account_id = agent, .customer_id = agent};
    assert_int_equal(relation_end_decide(&ending, NOW), RELATION_UNKNOWN);
    it.effective_us = NOW + DAY;
    it.ending_by = customer;
    ending.customer_id = customer;
    assert_int_equal(relation_end_decide(&ending, NOW), RELATION_NOT_ACTIVE);
    ending.is_now = true; /* the other one need not wait for it */
    ending.endings = RELATION_ENDINGS_MAX;
    assert_int_equal(relation_end_decide(&ending, NOW + DAY - 1), RELATION_ACCEPTED);
    assert_int_equal(relation_end_decide(&ending, NOW + DAY), RELATION_NOT_ACTIVE);
    ending.account_id = customer;
    assert_int_equal(relation_end_decide(&ending, NOW), RELATION_NOT_ACTIVE);
    assert_int_equal(relation_withdraw_decide(&it, customer, NOW + DAY - 1), RELATION_ACCEPTED);
    assert_int_equal(relation_withdraw_decide(&it, customer, NOW + DAY), RELATION_NOT_ENDING);
    assert_int_equal(relation_withdraw_decide(&it, agent, NOW), RELATION_NOT_ENDING);
    assert_int_equal(relation_withdraw_decide(&it, other, NOW), RELATION_UNKNOWN);
}

static void an_end_needs_nothing_owed_and_nothing_under_way(void **state)
{
    (void)state;
    enum relation_obstacle found[RELATION_OBSTACLES_MAX];
    const struct relation_standing clear_standing = {.overdue = false};
    const struct relation_standing all = {.overdue = true, .unfinished = true, .quota_used = true};
    assert_int_equal(relation_end_obstacles(&clear_standing, true, found), 0);
    assert_int_equal(relation_end_obstacles(&all, false, found), 2);
    assert_int_equal(found[1], OBSTACLE_UNFINISHED);
    assert_int_equal(relation_end_obstacles(&all, true, found), 3);
    assert_int_equal(found[0], OBSTACLE_OVERDUE);
    assert_int_equal(found[1], OBSTACLE_UNFINISHED);
    assert_int_equal(found[2], OBSTACLE_QUOTA_USED);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(each_obstacle_is_told_by_itself),
        cmocka_unit_test(two_resale_edges_stand_in_a_line_and_no_third),
        cmocka_unit_test(all_are_told_in_their_order),
        cmocka_unit_test(a_group_counts_as_one),
        cmocka_unit_test(a_request_tells_what_is_the_agents_own),
        cmocka_unit_test(what_is_agreed_to_is_written_down_to_the_byte),
        cmocka_unit_test(whatever_differs_has_another_hash),
        cmocka_unit_test(permissions_are_read_as_they_are_written),
        cmocka_unit_test(it_goes_from_state_to_state),
        cmocka_unit_test(it_is_answered_by_its_own_ends_alone),
        cmocka_unit_test(less_of_what_holds_is_a_reduction),
        cmocka_unit_test(it_is_changed_by_its_agent_while_it_holds),
        cmocka_unit_test(either_end_ends_it_and_whoever_did_takes_that_back),
        cmocka_unit_test(an_end_needs_nothing_owed_and_nothing_under_way),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
