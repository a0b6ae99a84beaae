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
        cmocka_unit_test(it_is_looked_at_until_it_is_over),
        cmocka_unit_test(nothing_stops_before_the_grace_ends),
        cmocka_unit_test(the_bridge_is_for_who_is_at_risk),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
