/* GW-07: which refusals of the gateway's own are kept as acts. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "gateway/domain/act.h"

static void what_somebody_tried_and_may_not_is_kept(void **state)
{
    (void)state;
    static const struct {
        enum route_caller caller;
        enum route_kind kind;
        enum code code;
        bool kept;
    } rows[] = {
        {ROUTE_ADMINISTRATOR, ROUTE_MONEY, CODE_PERMISSION_DENIED, true},
        {ROUTE_ADMINISTRATOR, ROUTE_MONEY, CODE_FAILED_PRECONDITION, true},
        {ROUTE_ADMINISTRATOR, ROUTE_MONEY, CODE_NOT_FOUND, true},
        {ROUTE_ADMINISTRATOR, ROUTE_WRITE, CODE_ALREADY_EXISTS, true},
        {ROUTE_SESSION, ROUTE_WRITE, CODE_FAILED_PRECONDITION, true},
        {ROUTE_OPERATOR, ROUTE_WRITE, CODE_PERMISSION_DENIED, true},
        {ROUTE_MEMBER, ROUTE_READ, CODE_PERMISSION_DENIED, false},
        {ROUTE_PUBLIC, ROUTE_WRITE, CODE_FAILED_PRECONDITION, false},
        {ROUTE_MEMBER, ROUTE_MONEY, CODE_INVALID_ARGUMENT, false},
        {ROUTE_MEMBER, ROUTE_MONEY, CODE_OUT_OF_RANGE, false},
        {ROUTE_MEMBER, ROUTE_MONEY, CODE_RESOURCE_EXHAUSTED, false},
        {ROUTE_MEMBER, ROUTE_MONEY, CODE_UNAUTHENTICATED, false},
        {ROUTE_MEMBER, ROUTE_MONEY, CODE_UNAVAILABLE, false},
        {ROUTE_MEMBER, ROUTE_MONEY, CODE_ABORTED, false},
    };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        const struct route route = {
            .permission = "a.b.c", .caller = rows[i].caller, .kind = rows[i].kind};
        assert_int_equal(act_keeps_refusal(&route, rows[i].code), rows[i].kept);
    }
}

static void a_span_is_a_year_at_most(void **state)
{
    (void)state;
    const int64_t now = 20000 * ACT_DAY_US;
    static const struct {
        int64_t from_days, until_days; /* 0: not said */
        int64_t more_us;
        bool passes;
        int64_t begins_days, ends_days;
    } rows[] = {
        {0, 0, 0, true, 20000 - 31, 20001},
        {20000 - 366, 0, 0, true, 20000 - 366, 20001},
        {20000 - 367, 0, 0, false, 0, 0},
        {1000, 1366, 0, true, 1000, 1366},
        {1000, 1366, 1, false, 0, 0},
        {0, 1000, 0, true, 1000 - 31, 1000},
        {0, 31, 0, true, 0, 31},
        {1000, 1000, 0, false, 0, 0},
        {1000, 1000, 1, true, 1000, 1000},
        {1001, 1000, 0, false, 0, 0},
        {20001, 0, 0, false, 0, 0},
    };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        struct act_span span = {rows[i].from_days * ACT_DAY_US,
                                rows[i].until_days * ACT_DAY_US + rows[i].more_us};
        assert_int_equal(act_span_complete(&span, now), rows[i].passes);
        if (!rows[i].passes)
            continue;
        assert_int_equal(span.from_us, rows[i].begins_days * ACT_DAY_US);
        assert_int_equal(span.until_us, rows[i].ends_days * ACT_DAY_US + rows[i].more_us);
    }
}

static void the_ledgers_acts_have_their_permission(void **state)
{
    (void)state;
    char rpc[ACT_RPC_SIZE];
    assert_string_equal(act_permission("create_transfer"), "ledger.transfer.create");
    assert_string_equal(act_permission("set_credit_limit"), "ledger.credit_limit.set");
    assert_null(act_permission("expire_hold"));
    assert_null(act_permission("get_balance"));
    assert_true(act_rpc_of_ledger("ledger.transfer.create", rpc));
    assert_string_equal(rpc, "create_transfer");
    assert_false(act_rpc_of_ledger("ledger.balance.get", rpc));
    assert_false(act_rpc_of_ledger("payments.top_up.create", rpc));
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(what_somebody_tried_and_may_not_is_kept),
                                       cmocka_unit_test(a_span_is_a_year_at_most),
                                       cmocka_unit_test(the_ledgers_acts_have_their_permission)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
