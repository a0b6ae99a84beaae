/* B.3, ID-26, c-8: what a partner's trouble is, when its customers are told, when what stops, and
 * who takes the bridge: every boundary from both sides. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>

#include "identity/domain/upstream.h"

#define NOW INT64_C(1800000000000000)
#define HOUR (INT64_C(3600) * 1000000)
#define DAY (24 * HOUR)

static struct upstream_risk risk_of(int64_t grace_us)
{
    return (struct upstream_risk){.begun_us = NOW, .grace_end_us = NOW + grace_us, .told = 1};
}

static void the_gravest_names_the_trouble(void **state)
{
    (void)state;
    static const struct {
        struct upstream_standing standing;
        enum upstream_cause cause;
    } rows[] = {
        {{.authorised = true}, UPSTREAM_NONE},
        {{.authorised = true, .overdue = true}, UPSTREAM_OVERDUE},
        {{.authorised = true, .overdue = true, .frozen = true}, UPSTREAM_FROZEN},
        {{.authorised = true, .frozen = true, .closed = true}, UPSTREAM_ENDED},
        {{.authorised = false}, UPSTREAM_ENDED},
        {{.authorised = false, .overdue = true}, UPSTREAM_ENDED},
    };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++)
        assert_int_equal(upstream_cause(&rows[i].standing), rows[i].cause);
    for (enum upstream_cause each = UPSTREAM_NONE + 1; each < UPSTREAM_CAUSE_END; each++)
        assert_int_equal(upstream_cause_find(upstream_cause_name(each)), each);
    assert_int_equal(upstream_cause_find("OTHER"), UPSTREAM_NONE);
}

static void assert_moments(int64_t grace_us, const int64_t expected[UPSTREAM_MOMENTS])
{
    struct upstream_risk risk = risk_of(grace_us);
    for (size_t i = 0; i < UPSTREAM_MOMENTS; i++) {
        assert_int_equal(upstream_moment_us(&risk, i), NOW + expected[i]);
        assert_int_equal(upstream_moments(&risk, NOW + expected[i] - 1), i);
        assert_int_equal(upstream_moments(&risk, NOW + expected[i]), i + 1);
    }
    assert_int_equal(upstream_moments(&risk, NOW + 1000 * DAY), UPSTREAM_MOMENTS);
}

static void customers_are_told_along_the_grace(void **state) /* 0, 50, 80 %, -24 h, -1 h, the end */
{
    (void)state;
    assert_moments(15 * DAY,
                   (const int64_t[]){0, 180 * HOUR, 12 * DAY, 14 * DAY, 359 * HOUR, 15 * DAY});
    assert_moments(7 * DAY, (const int64_t[]){0, 84 * HOUR, 134 * HOUR + HOUR / 5 * 2, 6 * DAY,
                                              167 * HOUR, 7 * DAY});
}

static int64_t grace_after(int64_t left_us, int64_t sound_us)
{
    const struct upstream_risk last = {
        .begun_us = NOW - 15 * DAY, .grace_end_us = NOW + left_us, .ended_us = NOW};
    return upstream_grace_us(&last, NOW + sound_us, 15 * DAY);
}

static void trouble_that_returns_brings_no_new_grace(void **state)
{
    (void)state;
    assert_int_equal(upstream_grace_us(NULL, NOW, 15 * DAY), 15 * DAY);
    assert_int_equal(grace_after(5 * DAY, 0), 5 * DAY); /* no customer has less than was left */
    assert_int_equal(grace_after(5 * DAY, 2 * DAY), 7 * DAY);
    assert_int_equal(grace_after(5 * DAY, 10 * DAY - 1), 15 * DAY - 1);
    assert_int_equal(grace_after(5 * DAY, 10 * DAY), 15 * DAY);
    assert_int_equal(grace_after(5 * DAY, 10 * DAY + 1), 15 * DAY); /* and never more than one */
    assert_int_equal(grace_after(0, 1), 1);
    assert_int_equal(grace_after(-3 * DAY, DAY), -2 * DAY); /* three days of the delay were used */
    assert_int_equal(grace_after(-UPSTREAM_DELAY_US, 0), -UPSTREAM_DELAY_US);
    assert_int_equal(grace_after(-400 * DAY, DAY), -UPSTREAM_DELAY_US + DAY);
    assert_int_equal(grace_after(5 * DAY, -HOUR), 5 * DAY); /* by a clock that was turned back */
}

static void nothing_stopped_before_the_risk_began(void **state)
{
    (void)state;
    const struct upstream_risk risk = {.begun_us = NOW, .grace_end_us = NOW - 3 * DAY, .told = 1};
    struct relation_terms held = {.settlement = SETTLEMENT_AGENT_PAYS,
                                  .shutdown = SHUTDOWN_IMMEDIATE};
    assert_int_equal(upstream_services_end_us(&risk, &held), NOW);
    held.shutdown = SHUTDOWN_DELAY;
    assert_int_equal(upstream_services_end_us(&risk, &held), NOW + 12 * DAY);
    assert_int_equal(upstream_moments(&risk, NOW), UPSTREAM_MOMENTS);
}

static void a_short_grace_has_its_moments_in_one_order(void **state)
{
    (void)state;
    const struct upstream_risk risk = risk_of(10 * HOUR); /* 24 hours before its end have passed */
    assert_int_equal(upstream_moments(&risk, NOW), 1);
    assert_int_equal(upstream_moments(&risk, NOW + 5 * HOUR), 2);
    assert_int_equal(upstream_moments(&risk, NOW + 8 * HOUR - 1), 2);
    assert_int_equal(upstream_moments(&risk, NOW + 8 * HOUR), 4);
    assert_int_equal(upstream_moments(&risk, NOW + 9 * HOUR), 5);
    assert_int_equal(upstream_moments(&risk, NOW + 10 * HOUR), UPSTREAM_MOMENTS);
}

static void it_is_looked_at_until_it_is_over(void **state)
{
    (void)state;
    struct upstream_risk risk = risk_of(15 * DAY);
    assert_int_equal(upstream_next_us(&risk), NOW + 180 * HOUR);
    risk.told = UPSTREAM_MOMENTS - 1;
    assert_int_equal(upstream_next_us(&risk), NOW + 15 * DAY);
    risk.told = UPSTREAM_MOMENTS;
    assert_int_equal(upstream_next_us(&risk), 0);
    risk.told = 1;
    risk.bridged_us = NOW + 1;
    assert_int_equal(upstream_next_us(&risk), 0);
    risk.bridged_us = 0;
    risk.ended_us = NOW + 1;
    assert_int_equal(upstream_next_us(&risk), 0);
}

static void nothing_stops_before_the_grace_ends(void **state)
{
    (void)state;
    const struct upstream_risk risk = risk_of(15 * DAY);
    static const struct {
        enum settlement_mode settlement;
        enum shutdown_policy shutdown;
        int64_t end_us;
    } rows[] = {
        {SETTLEMENT_AGENT_PAYS, SHUTDOWN_IMMEDIATE, NOW + 15 * DAY},
        {SETTLEMENT_AGENT_PAYS, SHUTDOWN_DELAY, NOW + 30 * DAY},
        {SETTLEMENT_AGENT_PAYS, SHUTDOWN_NEVER, 0},
        {SETTLEMENT_ALLOCATION, SHUTDOWN_IMMEDIATE, 0}, /* its own books say when */
        {SETTLEMENT_OWN_ACCOUNT, SHUTDOWN_IMMEDIATE, 0},
    };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        const struct relation_terms held = {.settlement = rows[i].settlement,
                                            .shutdown = rows[i].shutdown};
        assert_int_equal(upstream_services_end_us(&risk, &held), rows[i].end_us);
    }
}

static void the_bridge_is_for_who_is_at_risk(void **state)
{
    (void)state;
    struct upstream_risk risk = risk_of(15 * DAY);
    struct relation_terms held = {.permissions = 1u << RELATION_VIEW_BALANCE,
                                  .settlement = SETTLEMENT_AGENT_PAYS,
                                  .price_book = "gold",
                                  .invoices = INVOICES_AGENT,
                                  .shutdown = SHUTDOWN_DELAY,
                                  .agent_purchases = true};
    assert_int_equal(upstream_bridge_decide(NULL, &held), UPSTREAM_NOT_AT_RISK);
    assert_int_equal(upstream_bridge_decide(&risk, &held), UPSTREAM_ACCEPTED);
    risk.ran_out_us = NOW + 15 * DAY; /* better late than never */
    assert_int_equal(upstream_bridge_decide(&risk, &held), UPSTREAM_ACCEPTED);
    risk.ended_us = NOW + 16 * DAY;
    assert_int_equal(upstream_bridge_decide(&risk, &held), UPSTREAM_NOT_AT_RISK);
    risk.ended_us = 0;
    const struct relation_terms terms = upstream_bridge(&held);
    assert_int_equal(terms.settlement, SETTLEMENT_OWN_ACCOUNT);
    assert_string_equal(terms.price_book, "");
    assert_false(terms.agent_purchases);
    assert_int_equal(terms.permissions, held.permissions);
    assert_int_equal(terms.invoices, INVOICES_AGENT);
    assert_int_equal(terms.shutdown, SHUTDOWN_DELAY);
    assert_int_equal(upstream_bridge_decide(&risk, &terms), UPSTREAM_PAYS_ALREADY);
    held.settlement = SETTLEMENT_ALLOCATION;
    assert_int_equal(upstream_bridge_decide(&risk, &held), UPSTREAM_ACCEPTED);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_gravest_names_the_trouble),
        cmocka_unit_test(customers_are_told_along_the_grace),
        cmocka_unit_test(trouble_that_returns_brings_no_new_grace),
        cmocka_unit_test(nothing_stopped_before_the_risk_began),
        cmocka_unit_test(a_short_grace_has_its_moments_in_one_order),
        cmocka_unit_test(it_is_looked_at_until_it_is_over),
        cmocka_unit_test(nothing_stops_before_the_grace_ends),
        cmocka_unit_test(the_bridge_is_for_who_is_at_risk),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
