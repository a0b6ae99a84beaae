/* The routes table as a whole: every row is written as the rules want it. That no rpc is missing,
 * tests/gateway/route_test.py shows. */
#include <ctype.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "gateway/domain/route.h"

static void each_rpc_has_one_row(void **state)
{
    (void)state;
    size_t count, internal_count;
    const struct route *routes = route_list(&count);
    const char *const *internal = route_internal_list(&internal_count);
    assert_true(count > 60);
    for (size_t i = 0; i < count; i++) {
        assert_ptr_equal(route_find(routes[i].rpc), &routes[i]);
        for (size_t k = 0; k < internal_count; k++)
            assert_string_not_equal(routes[i].rpc, internal[k]);
    }
    for (size_t k = 0; k < internal_count; k++)
        assert_null(route_find(internal[k]));
}

static void a_permission_is_service_thing_verb(void **state)
{
    (void)state;
    size_t count;
    const struct route *routes = route_list(&count);
    for (size_t i = 0; i < count; i++) {
        int dots = 0;
        for (const char *c = routes[i].permission; *c != '\0'; c++) {
            assert_true(islower((unsigned char)*c) || *c == '_' || *c == '.');
            dots += *c == '.';
        }
        assert_int_equal(dots, 2);
        assert_memory_equal(routes[i].permission, routes[i].rpc + 1,
                            strcspn(routes[i].rpc + 1, "."));
    }
}

/* A read may use a session resolved a second ago: what changes anything must not be counted as one.
 */
static void reads_are_named_like_reads(void **state)
{
    (void)state;
    static const char *const verbs[] = {"Get",     "List",  "Check",   "Audit",
                                        "Preview", "Watch", "Explain", "Export"};
    size_t count;
    const struct route *routes = route_list(&count);
    for (size_t i = 0; i < count; i++) {
        const char *method = strchr(routes[i].rpc + 1, '/') + 1;
        bool named_read = false;
        for (size_t k = 0; k < sizeof(verbs) / sizeof(verbs[0]); k++)
            named_read = named_read || strncmp(method, verbs[k], strlen(verbs[k])) == 0;
        assert_int_equal(routes[i].kind == ROUTE_READ, named_read);
    }
}

static void the_rules_that_name_a_role_find_it_in_the_table(void **state)
{
    (void)state;
    static const struct {
        const char *rpc;
        enum route_caller caller;
        enum route_filter filter;
    } rows[] = {
        {"/ledger.v1.CreditService/ConfirmCreditLimit", ROUTE_ADMINISTRATOR,
         FILTER_FORWARD}, /* LED-15 */
        {"/ledger.v1.CreditService/SetCreditLimit", ROUTE_ABOVE_OR_OPERATOR,
         FILTER_FORWARD}, /* LED-42 */
        {"/ledger.v1.TransferService/CreateTransfer", ROUTE_ADMINISTRATOR,
         FILTER_SAME_COMPANY}, /* LED-06 */
        {"/sharing.v1.ShareService/ShareWithAccounts", ROUTE_ADMINISTRATOR,
         FILTER_SAME_COMPANY}, /* SHR-03 */
        {"/sharing.v1.CouponService/RequestCouponPool", ROUTE_OPERATOR,
         FILTER_FORWARD},                                                          /* SHR-16 */
        {"/ledger.v1.PurchaseService/CreatePurchase", ROUTE_MEMBER, FILTER_READY}, /* ID-07 */
        {"/identity.v1.CompanyService/ApproveCompany", ROUTE_OPERATOR, FILTER_OPEN_ACCOUNT},
        {"/payments.v1.TopUpService/CreateTopUp", ROUTE_ADMINISTRATOR,
         FILTER_TOP_UP_TARGET}, /* PAY-15 */
        {"/identity.v1.SignUpService/StartSignUp", ROUTE_PUBLIC, FILTER_FORWARD},
    };
    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        const struct route *route = route_find(rows[i].rpc);
        assert_non_null(route);
        assert_int_equal(route->caller, rows[i].caller);
        assert_int_equal(route->filter, rows[i].filter);
    }
}

static void what_is_not_in_the_table_is_not_public(void **state)
{
    (void)state;
    assert_null(route_find("/ledger.v1.TopUpService/CreditTopUp"));
    assert_null(route_find("/identity.v1.SessionService/ResolveSession"));
    assert_null(route_find("/ledger.v1.TransferService/createtransfer"));
    assert_null(route_find(""));
}

static void a_request_finds_the_rpc_that_takes_it(void **state)
{
    (void)state;
    assert_ptr_equal(route_find_request("ledger.v1.CreateTransferRequest"),
                     route_find("/ledger.v1.TransferService/CreateTransfer"));
    assert_ptr_equal(route_find_request("ledger.v1.GetAccountRequest"),
                     route_find("/ledger.v1.AccountService/GetAccount"));
    assert_ptr_equal(route_find_request("payments.v1.GetAccountRequest"),
                     route_find("/payments.v1.AccountService/GetAccount"));
    static const char *const nobodys[] = {
        "ledger.v1.CreditTopUpRequest",
        "ledger.v1.CreateTransferResponse",
        "ledger.v1.CreateTransfer",
        "sharing.v1.CreateTransferRequest",
        "ledger.v1.TransferRequest",
        "ledger.v1.Request",
        "ledger.v1.",
        "CreateTransferRequest",
        "Request",
        "",
    };
    for (size_t i = 0; i < sizeof(nobodys) / sizeof(nobodys[0]); i++)
        assert_null(route_find_request(nobodys[i]));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(each_rpc_has_one_row),
        cmocka_unit_test(a_permission_is_service_thing_verb),
        cmocka_unit_test(reads_are_named_like_reads),
        cmocka_unit_test(the_rules_that_name_a_role_find_it_in_the_table),
        cmocka_unit_test(a_request_finds_the_rpc_that_takes_it),
        cmocka_unit_test(what_is_not_in_the_table_is_not_public),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
