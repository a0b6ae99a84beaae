/* GW-03, GW-04: which rpcs each level stops, of all that there are. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>

#include <cmocka.h>

#include "gateway/domain/freeze.h"
#include "gateway/domain/route.h"

/* Written by hand from the rule, not from the code: all others go on under every level. */
static const struct {
    const char *rpc;
    enum freeze_level level;
} stopped[] = {
    {"/payments.v1.TopUpService/CreateTopUp", FREEZE_RECHARGE},
    {"/payments.v1.PaymentMethodService/AddCard", FREEZE_RECHARGE},
    {"/payments.v1.PaymentMethodService/LinkWallet", FREEZE_RECHARGE},
    {"/ledger.v1.TransferService/CreateTransfer", FREEZE_RECHARGE},
    {"/ledger.v1.AllocationService/AllocateToSubAccount", FREEZE_RECHARGE},
    {"/ledger.v1.PurchaseService/CreatePurchase", FREEZE_NEW_PURCHASE},
    {"/ledger.v1.PurchaseService/OrderFromAgent", FREEZE_NEW_PURCHASE},
    {"/ledger.v1.HoldService/PlaceHold", FREEZE_NEW_PURCHASE},
    {"/ledger.v1.HoldService/HoldFromAgent", FREEZE_NEW_PURCHASE},
};

static enum freeze_level expected(const char *rpc)
{
    for (size_t i = 0; i < sizeof(stopped) / sizeof(stopped[0]); i++)
        if (strcmp(stopped[i].rpc, rpc) == 0)
            return stopped[i].level;
    return FREEZE_NOTHING;
}

static void of_all_rpcs_exactly_these_are_stopped(void **state)
{
    (void)state;
    size_t count, found = 0;
    const struct route *routes = route_list(&count);
    for (size_t i = 0; i < count; i++) {
        enum freeze_level level = freeze_level_of(routes[i].permission);
        assert_int_equal(level, expected(routes[i].rpc));
        found += level != FREEZE_NOTHING;
    }
    assert_int_equal(found, sizeof(stopped) / sizeof(stopped[0]));
}

static void what_no_rpc_does_yet_is_stopped_too(void **state)
{
    (void)state;
    assert_int_equal(freeze_level_of("payments.auto_recharge.set"), FREEZE_RECHARGE);
    assert_int_equal(freeze_level_of("payments.top_up_schedule.set"), FREEZE_RECHARGE);
    assert_int_equal(freeze_level_of("payments.auto_recharge.stop"), FREEZE_NOTHING);
}

static void each_level_stops_what_those_before_it_stop(void **state)
{
    (void)state;
    static const struct {
        const char *permission;
        enum freeze_level in_force;
        enum freeze_verdict verdict;
    } rows[] = {
        {"payments.top_up.create", FREEZE_NOTHING, FREEZE_PASSED},
        {"payments.top_up.create", FREEZE_RECHARGE, FREEZE_OF_RECHARGE},
        {"payments.top_up.create", FREEZE_NEW_PURCHASE, FREEZE_OF_RECHARGE},
        {"payments.top_up.create", FREEZE_PAYG_SUSPEND, FREEZE_OF_RECHARGE},
        {"ledger.purchase.create", FREEZE_RECHARGE, FREEZE_PASSED},
        {"ledger.purchase.create", FREEZE_NEW_PURCHASE, FREEZE_OF_PURCHASE},
        {"ledger.hold.place", FREEZE_PAYG_SUSPEND, FREEZE_OF_PURCHASE},
        {"ledger.hold.capture", FREEZE_PAYG_SUSPEND, FREEZE_PASSED},
        {"ledger.transfer.revoke", FREEZE_PAYG_SUSPEND, FREEZE_PASSED},
        {"ledger.allocation.create", FREEZE_RECHARGE, FREEZE_OF_RECHARGE},
        {"ledger.allocation.reclaim", FREEZE_PAYG_SUSPEND, FREEZE_PASSED},
        {"ledger.usage.record", FREEZE_PAYG_SUSPEND, FREEZE_PASSED},
        {"payments.wire.receive", FREEZE_PAYG_SUSPEND, FREEZE_PASSED},
    };
    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++)
        assert_int_equal(freeze_decide(rows[i].permission, rows[i].in_force), rows[i].verdict);
    assert_string_equal(freeze_refusal(FREEZE_OF_RECHARGE)->reason, "RECHARGE_FROZEN");
    assert_string_equal(freeze_refusal(FREEZE_OF_PURCHASE)->reason, "PURCHASE_FROZEN");
    assert_string_equal(freeze_level_name(FREEZE_PAYG_SUSPEND), "PAYG_SUSPEND");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(of_all_rpcs_exactly_these_are_stopped),
        cmocka_unit_test(what_no_rpc_does_yet_is_stopped_too),
        cmocka_unit_test(each_level_stops_what_those_before_it_stop),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
