/* PAY-26: what the roles of an account may move, at both sides of each boundary. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "gateway/domain/ceiling.h"
#include "runtime/base/failure.h"

#define UNIT INT64_C(1000000)

static const struct ceilings ceilings = {
    .rows = {{ACCESS_ROLE_FINANCE, MONEY_TOP_UP, 10000 * UNIT, 20000 * UNIT},
             {ACCESS_ROLE_ADMINISTRATOR, MONEY_TOP_UP, 1000 * UNIT, 50000 * UNIT},
             {ACCESS_ROLE_MEMBER, MONEY_TOP_UP, INT64_MAX, INT64_MAX},
             {ACCESS_ROLE_FINANCE, MONEY_TRANSFER, 0, 0}},
    .count = 4,
    .currency = "CNY"};

static const struct route *route_of(const char *rpc)
{
    const struct route *route = route_find(rpc);
    assert_non_null(route);
    return route;
}

static struct ceiling_bound bound_of(enum money_action action, const char *currency, unsigned roles)
{
    const struct money_act act = {.action = action, .amount_micros = UNIT, .currency = currency};
    return ceiling_of(&ceilings, route_of("/payments.v1.TopUpService/CreateTopUp"), &act,
                      &(const struct access_holder){.roles = roles});
}

static void the_highest_of_the_roles_that_may_counts(void **state)
{
    (void)state;
    static const struct {
        unsigned roles;
        const char *currency;
        enum money_action action;
        bool is_bounded;
        int64_t transaction, day;
    } rows[] = {
        {ACCESS_ROLE_FINANCE, "CNY", MONEY_TOP_UP, true, 10000, 20000},
        {ACCESS_ROLE_ADMINISTRATOR, "CNY", MONEY_TOP_UP, true, 1000, 50000},
        {ACCESS_ROLE_ADMINISTRATOR | ACCESS_ROLE_FINANCE, "CNY", MONEY_TOP_UP, true, 10000, 50000},
        /* a member may not top up, so its ceiling opens nothing */
        {ACCESS_ROLE_FINANCE | ACCESS_ROLE_MEMBER, "CNY", MONEY_TOP_UP, true, 10000, 20000},
        {ACCESS_ROLE_FINANCE, "CNY", MONEY_TRANSFER, true, 0, 0},
        {ACCESS_ROLE_FINANCE, "CNY", MONEY_REVOKE, false, 0, 0},
        /* without a ceiling of that role there is none */
        {ACCESS_ROLE_ADMINISTRATOR | ACCESS_ROLE_FINANCE, "CNY", MONEY_TRANSFER, false, 0, 0},
        /* amounts in another currency cannot be compared */
        {ACCESS_ROLE_FINANCE, "USD", MONEY_TOP_UP, true, 0, 0},
        {ACCESS_ROLE_FINANCE, "USD", MONEY_REVOKE, false, 0, 0},
    };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        struct ceiling_bound bound = bound_of(rows[i].action, rows[i].currency, rows[i].roles);
        assert_int_equal(bound.is_bounded, rows[i].is_bounded);
        assert_int_equal(bound.transaction_micros, rows[i].transaction * UNIT);
        assert_int_equal(bound.day_micros, rows[i].day * UNIT);
    }
}

/* GW-01: such a role is no way past the ceilings, and takes nothing from who may do more. */
static void a_role_of_the_account_s_own_has_the_lowest(void **state)
{
    (void)state;
    static const char *const top_ups[] = {"payments.top_up.*"}, *const reads[] = {"ledger.*"};
    static const struct {
        const char *const *allows;
        unsigned roles;
        const char *currency;
        enum money_action action;
        bool is_bounded;
        int64_t transaction, day;
    } rows[] = {
        {top_ups, 0, "CNY", MONEY_TOP_UP, true, 1000, 20000},
        {top_ups, ACCESS_ROLE_MEMBER, "CNY", MONEY_TOP_UP, true, 1000, 20000},
        {top_ups, ACCESS_ROLE_FINANCE, "CNY", MONEY_TOP_UP, true, 10000, 20000},
        {top_ups, ACCESS_ROLE_ADMINISTRATOR, "CNY", MONEY_TOP_UP, true, 1000, 50000},
        {top_ups, 0, "USD", MONEY_TOP_UP, true, 0, 0},
        {top_ups, 0, "CNY", MONEY_TRANSFER, true, 0, 0},
        /* without a ceiling of any role there is none */
        {top_ups, 0, "CNY", MONEY_REVOKE, false, 0, 0},
        /* nor for who has a role without one */
        {top_ups, ACCESS_ROLE_ADMINISTRATOR, "CNY", MONEY_TRANSFER, false, 0, 0},
        /* one that does not open the act has none of it */
        {reads, ACCESS_ROLE_FINANCE, "CNY", MONEY_TOP_UP, true, 10000, 20000},
    };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        const struct custom_role own = {.role_id = "", .patterns = {rows[i].allows, 1, NULL, 0}};
        const struct access_holder holder = {.roles = rows[i].roles, .custom = {&own, 1}};
        const struct money_act act = {
            .action = rows[i].action, .amount_micros = UNIT, .currency = rows[i].currency};
        struct ceiling_bound bound =
            ceiling_of(&ceilings, route_of("/payments.v1.TopUpService/CreateTopUp"), &act, &holder);
        assert_int_equal(bound.is_bounded, rows[i].is_bounded);
        assert_int_equal(bound.transaction_micros, rows[i].transaction * UNIT);
        assert_int_equal(bound.day_micros, rows[i].day * UNIT);
    }
}

static void an_act_is_kept_up_to_the_ceiling(void **state)
{
    (void)state;
    static const struct ceiling_bound bound = {true, 10000 * UNIT, 20000 * UNIT};
    static const struct {
        int64_t used, asked;
        enum ceiling_verdict verdict;
        int64_t left;
    } rows[] = {
        {0, 10000 * UNIT - 1, CEILING_KEPT, 10000 * UNIT},
        {0, 10000 * UNIT, CEILING_KEPT, 10000 * UNIT},
        {0, 10000 * UNIT + 1, CEILING_TRANSACTION, 10000 * UNIT},
        {10000 * UNIT, 10000 * UNIT - 1, CEILING_KEPT, 10000 * UNIT},
        {10000 * UNIT, 10000 * UNIT, CEILING_KEPT, 10000 * UNIT},
        {10000 * UNIT + 1, 10000 * UNIT, CEILING_DAY, 10000 * UNIT - 1},
        {20000 * UNIT, 1, CEILING_DAY, 0},
        {20000 * UNIT, 0, CEILING_KEPT, 0},
        {INT64_MAX, 1, CEILING_DAY, 0}, /* others approved more */
        {INT64_MAX, INT64_MAX, CEILING_TRANSACTION, 0},
    };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        assert_int_equal(ceiling_decide(&bound, rows[i].used, rows[i].asked), rows[i].verdict);
        assert_int_equal(ceiling_left(&bound, rows[i].used), rows[i].left);
    }
    static const struct ceiling_bound none = {.is_bounded = false};
    assert_int_equal(ceiling_decide(&none, INT64_MAX, INT64_MAX), CEILING_KEPT);
    static const struct ceiling_bound nothing = {.is_bounded = true};
    assert_int_equal(ceiling_decide(&nothing, 0, 1), CEILING_TRANSACTION);
}

static void what_takes_two_is_over_every_ceiling(void **state) /* LED-19 */
{
    (void)state;
    static const struct ceiling_bound none = {.is_bounded = false};
    struct money_act act = {.action = MONEY_OVERRIDE, .currency = ""};
    assert_int_equal(ceiling_decide_act(&act, &none, 0), CEILING_KEPT);
    assert_int_equal(ceiling_approvers(&act, 0), 0);
    act.two_by_rule = "LED-19";
    assert_int_equal(ceiling_decide_act(&act, &none, 0), CEILING_TAKES_TWO);
    assert_int_equal(ceiling_approvers(&act, 0), 1);
    assert_int_equal(ceiling_approvers(&act, 2), 2);
    assert_string_equal(money_request_find("ledger.v1.GrantOverrideRequest")->alone,
                        "OVERRIDE_UNAPPROVED");
    assert_true(ceiling_takes_two(route_find_permission("ledger.override.grant")));
    assert_false(ceiling_takes_two(route_find_permission("ledger.override.lift")));
    assert_false(ceiling_takes_two(route_find_permission("ledger.transfer.create")));
}

static void nobody_makes_a_second_operator_of_their_own(void **state) /* LED-19 */
{
    (void)state;
    const struct money_act alone = {.action = MONEY_TRANSFER, .currency = "CNY"};
    const struct money_act two = {
        .action = MONEY_OVERRIDE, .currency = "", .two_by_rule = "LED-19"};
    assert_true(ceiling_may_ask(&two, false));
    assert_false(ceiling_may_ask(&two, true));
    assert_true(ceiling_may_ask(&alone, true));
}

static void what_was_refused_for_good_is_given_back(void **state)
{
    (void)state;
    static const int back[] = {
        CODE_INVALID_ARGUMENT,    CODE_NOT_FOUND, CODE_ALREADY_EXISTS, CODE_PERMISSION_DENIED,
        CODE_FAILED_PRECONDITION, CODE_ABORTED,   CODE_OUT_OF_RANGE};
    static const int kept[] = {CODE_OK,
                               CODE_UNAVAILABLE,
                               CODE_DEADLINE_EXCEEDED,
                               CODE_CANCELLED,
                               CODE_INTERNAL,
                               CODE_UNKNOWN,
                               CODE_RESOURCE_EXHAUSTED,
                               FAILURE_INDEFINITE,
                               FAILURE_UNAVAILABLE};
    for (size_t i = 0; i < sizeof back / sizeof *back; i++)
        assert_true(ceiling_is_given_back(back[i]));
    for (size_t i = 0; i < sizeof kept / sizeof *kept; i++)
        assert_false(ceiling_is_given_back(kept[i]));
}

static void names_and_requests(void **state)
{
    (void)state;
    for (int action = MONEY_NOTHING + 1; action < MONEY_ACTION_COUNT; action++)
        assert_int_equal(money_action_named(money_action_name((enum money_action)action)), action);
    assert_int_equal(money_action_named("TOP"), MONEY_NOTHING);
    assert_int_equal(money_request_find("payments.v1.CreateTopUpRequest")->action, MONEY_TOP_UP);
    assert_int_equal(money_request_find("ledger.v1.RevokeTransferRequest")->action, MONEY_REVOKE);
    assert_null(money_request_find("ledger.v1.CreatePurchaseRequest"));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_highest_of_the_roles_that_may_counts),
        cmocka_unit_test(a_role_of_the_account_s_own_has_the_lowest),
        cmocka_unit_test(an_act_is_kept_up_to_the_ceiling),
        cmocka_unit_test(what_takes_two_is_over_every_ceiling),
        cmocka_unit_test(nobody_makes_a_second_operator_of_their_own),
        cmocka_unit_test(what_was_refused_for_good_is_given_back),
        cmocka_unit_test(names_and_requests),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
