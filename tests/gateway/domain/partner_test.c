/* B.5: what a partner's people may do in its customer's account: for every permission there is, by
 * every single term of a relation. The expectation is written by hand from the rules. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "gateway/domain/access.h"
#include "gateway/domain/partner.h"

#define TERM_COUNT 13 /* of identity.v1.RelationPermission */
#define EVERY_TERM ((2u << TERM_COUNT) - 1)
#define ROLES (ACCESS_ROLES_OF_ACCOUNTS & ~(unsigned)ACCESS_ROLE_ISOLATED_SPEND)

static const struct {
    unsigned term;
    const char *permission;
} permitted[] = {
    {1, "ledger.balance.get"},
    {1, "ledger.lot.list"},
    {2, "ledger.purchase.get"},
    {2, "ledger.purchase.list"},
    {2, "ledger.bill.list"},
    {10, "identity.freeze.begin"},
    {10, "identity.freeze.list"},
    {10, "identity.freeze.undo"},
    {10, "identity.freeze.confirm"},
    {13, "identity.hand_over.begin"},
    {13, "identity.hand_over.confirm"},
    {13, "identity.hand_over.cancel"},
    {13, "identity.hand_over.get"},
};

static bool is_expected(unsigned terms, const char *permission)
{
    for (size_t i = 0; i < sizeof permitted / sizeof *permitted; i++)
        if ((terms & 1u << permitted[i].term) != 0 &&
            strcmp(permitted[i].permission, permission) == 0)
            return true;
    return false;
}

static bool is_granted(const struct route *route, unsigned roles, unsigned terms)
{
    const struct access_holder holder = {
        .roles = roles, .inherited = roles, .given = roles, .is_partners = true, .terms = terms};
    return access_decide(route, &holder) == ACCESS_GRANTED;
}

static void each_term_opens_its_own_and_nothing_else(void **state)
{
    (void)state;
    size_t count, opened = 0;
    const struct route *routes = route_list(&count);
    for (size_t i = 0; i < count; i++) {
        if (routes[i].caller == ROUTE_PUBLIC || routes[i].caller == ROUTE_SESSION)
            continue;
        assert_false(is_granted(&routes[i], ROLES, 0));
        for (unsigned term = 0; term <= 31; term++) {
            bool expected = is_expected(1u << term, routes[i].permission);
            assert_int_equal(is_granted(&routes[i], ROLES, 1u << term), expected);
            opened += expected;
        }
        assert_int_equal(is_granted(&routes[i], ROLES, EVERY_TERM),
                         is_expected(EVERY_TERM, routes[i].permission));
    }
    assert_int_equal(opened, sizeof permitted / sizeof *permitted);
}

/* The terms open nothing that the roles at the partner's do not. */
static void roles_at_the_partners_bound_it(void **state)
{
    (void)state;
    static const struct {
        unsigned roles;
        const char *permission;
        bool granted;
    } rows[] = {
        {0, "ledger.balance.get", false},
        {ACCESS_ROLE_MEMBER, "ledger.balance.get", true},
        {ACCESS_ROLE_AGENCY_BILLING_VIEWER, "ledger.balance.get", true},
        {ACCESS_ROLE_BILLING_FREEZER, "ledger.balance.get", false},
        {ACCESS_ROLE_BILLING_FREEZER, "identity.freeze.begin", true},
        {ACCESS_ROLE_ADMINISTRATOR | ACCESS_ROLE_FINANCE, "identity.freeze.begin", false},
        {ACCESS_ROLE_ISOLATED_SPEND, "ledger.bill.list", false},
        {ACCESS_ROLE_TECHNOLOGY, "ledger.bill.list", false},
        {ACCESS_ROLE_ADMINISTRATOR, "identity.member.remove", false},
        {ACCESS_ROLES_OF_OPERATORS, "ledger.balance.get", false},
    };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++)
        assert_int_equal(
            is_granted(route_find_permission(rows[i].permission), rows[i].roles, EVERY_TERM),
            rows[i].granted);
}

/* GW-05: who sees bands at the partner's sees bands of its customers. */
static void a_mask_stays(void **state)
{
    (void)state;
    const struct route *route = route_find_permission("ledger.balance.get");
    struct access_holder holder = {.roles = ACCESS_ROLE_CLIENT_SUCCESS,
                                   .is_partners = true,
                                   .terms = 1u << PARTNER_VIEW_BALANCE};
    assert_int_equal(access_decide(route, &holder), ACCESS_GRANTED);
    assert_true(access_is_masked(route, &holder));
    holder.roles |= ACCESS_ROLE_MEMBER;
    assert_false(access_is_masked(route, &holder));
}

/* ID-36: what the terms leave out is hidden, as from a stranger, unless something of it is seen. */
static void what_is_left_out_is_hidden(void **state)
{
    (void)state;
    const struct access_holder holder = {
        .roles = ROLES, .is_partners = true, .terms = 1u << PARTNER_VIEW_CONSUMPTION};
    const struct {
        const char *permission;
        enum access_outcome outcome;
    } rows[] = {
        {"ledger.purchase.list", ACCESS_ALLOW}, {"ledger.purchase.create", ACCESS_DENY},
        {"ledger.balance.get", ACCESS_HIDDEN},  {"payments.payment_method.list", ACCESS_HIDDEN},
        {"identity.role.list", ACCESS_HIDDEN},
    };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        struct access_answer answer =
            access_explain(route_find_permission(rows[i].permission), &holder);
        assert_int_equal(answer.outcome, rows[i].outcome);
        assert_int_equal(answer.role != 0, rows[i].outcome == ACCESS_ALLOW);
        assert_false(answer.by_key);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(each_term_opens_its_own_and_nothing_else),
        cmocka_unit_test(roles_at_the_partners_bound_it),
        cmocka_unit_test(a_mask_stays),
        cmocka_unit_test(what_is_left_out_is_hidden),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
