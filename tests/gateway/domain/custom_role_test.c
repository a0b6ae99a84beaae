/* GW-01: an account's own roles: what they may be about, what they decide beside the built-in ones,
 * and who may write what into one. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "gateway/domain/role_making.h"

#define MEMBER ACCESS_ROLE_MEMBER
#define ADMINISTRATOR ACCESS_ROLE_ADMINISTRATOR
#define FINANCE ACCESS_ROLE_FINANCE
#define VIEWER ACCESS_ROLE_AGENCY_BILLING_VIEWER
#define FREEZER ACCESS_ROLE_BILLING_FREEZER
#define TWO 2

static size_t length_of(const char *const patterns[TWO])
{
    size_t count = 0;
    while (count < TWO && patterns[count] != NULL)
        count++;
    return count;
}

static struct role_patterns patterns_of(const char *const allows[TWO],
                                        const char *const denies[TWO])
{
    return (struct role_patterns){allows, length_of(allows), denies, length_of(denies)};
}

/* Written from the rules: what members and administrators do, but not who may do what, the owner's
 * (ID-19), a role's of its own (GW-03), everybody's or the provider's. */
static void what_such_roles_are_about(void **state)
{
    (void)state;
    static const struct {
        const char *permission;
        bool may;
    } rows[] = {
        {"ledger.balance.get", true},        {"ledger.transfer.create", true},
        {"payments.top_up.create", true},    {"identity.account.get", true},
        {"identity.role.list", true},        {"identity.company.submit", false},
        {"identity.role.grant", false},      {"identity.custom_role.create", false},
        {"identity.custom_role.list", true}, {"identity.key.create", false},
        {"identity.key.list", true},         {"gateway.ceiling.set", false},
        {"identity.freeze.begin", false},    {"identity.session.list", false},
        {"identity.session.log_in", false},  {"identity.company.approve", false},
        {"gateway.saga.list", false},        {"gateway.permission.check", false},
    };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        const struct route *route = route_find_permission(rows[i].permission);
        assert_non_null(route);
        if (custom_role_may_hold(route) != rows[i].may)
            fail_msg("%s", rows[i].permission);
    }
}

static void a_role_opens_what_it_allows_and_a_deny_wins(void **state)
{
    (void)state;
    const struct {
        const char *permission;
        unsigned roles;
        const char *allows[TWO], *denies[TWO];
        enum access_outcome outcome;
        bool by_custom, denied;
    } rows[] = {
        {"ledger.balance.get", 0, {"ledger.balance.get"}, {NULL}, ACCESS_ALLOW, true, false},
        {"ledger.balance.get", 0, {"ledger.*"}, {NULL}, ACCESS_ALLOW, true, false},
        {"ledger.balance.get", 0, {"*"}, {NULL}, ACCESS_ALLOW, true, false},
        {"ledger.balance.get", 0, {"payments.*"}, {NULL}, ACCESS_HIDDEN, false, false},
        {"ledger.balance.get", MEMBER, {"payments.*"}, {NULL}, ACCESS_ALLOW, false, false},
        {"ledger.balance.get",
         MEMBER,
         {"payments.*"},
         {"ledger.balance.*"},
         ACCESS_HIDDEN,
         true,
         true},
        {"ledger.balance.get", 0, {"ledger.*"}, {"ledger.balance.get"}, ACCESS_HIDDEN, true, true},
        {"payments.top_up.create",
         ADMINISTRATOR,
         {"ledger.*"},
         {"payments.top_up.create"},
         ACCESS_DENY,
         true,
         true},
        {"payments.top_up.create", VIEWER, {"payments.*"}, {NULL}, ACCESS_DENY, false, true},
        {"ledger.transfer.create",
         0,
         {"ledger.transfer.create"},
         {NULL},
         ACCESS_ALLOW,
         true,
         false},
        {"identity.role.grant", 0, {"identity.*"}, {NULL}, ACCESS_DENY, false, false},
        {"identity.role.grant",
         ADMINISTRATOR,
         {"ledger.*"},
         {"identity.*"},
         ACCESS_ALLOW,
         false,
         false},
        {"identity.freeze.begin", 0, {"*"}, {NULL}, ACCESS_DENY, false, false},
        {"identity.freeze.begin", FREEZER, {"ledger.*"}, {"*"}, ACCESS_ALLOW, false, false},
        {"gateway.saga.list", 0, {"*"}, {NULL}, ACCESS_HIDDEN, false, false},
        {"identity.company.submit", 0, {"*"}, {NULL}, ACCESS_DENY, false, false},
        {"identity.session.list", 0, {"ledger.*"}, {"*"}, ACCESS_ALLOW, false, false},
    };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        const struct custom_role role = {.role_id = "one",
                                         .patterns = patterns_of(rows[i].allows, rows[i].denies)};
        const struct access_holder holder = {.roles = rows[i].roles, .custom = {&role, 1}};
        const struct route *route = route_find_permission(rows[i].permission);
        struct access_answer answer = access_explain(route, &holder);
        if (answer.outcome != rows[i].outcome || answer.denies != rows[i].denied ||
            (answer.custom != NULL) != rows[i].by_custom)
            fail_msg("row %zu, %s: %d", i, rows[i].permission, (int)answer.outcome);
        assert_int_equal(access_decide(route, &holder) == ACCESS_GRANTED,
                         rows[i].outcome == ACCESS_ALLOW);
    }
}

/* Of several, one that denies is enough, in whatever order they come. */
static void roles_add_up_and_one_deny_is_enough(void **state)
{
    (void)state;
    static const char *const all[TWO] = {"*"}, *const balance[TWO] = {"ledger.balance.get"},
                             *const none[TWO] = {NULL};
    const struct custom_role roles[] = {
        {.role_id = "opens", .patterns = patterns_of(all, none)},
        {.role_id = "stops", .patterns = patterns_of(balance, balance)},
        {.role_id = "opens", .patterns = patterns_of(all, none)}};
    const struct route *balance_get = route_find_permission("ledger.balance.get"),
                       *transfer = route_find_permission("ledger.transfer.create");
    for (size_t first = 0; first < TWO; first++) {
        const struct access_holder holder = {.custom = {roles + first, TWO}};
        assert_int_equal(access_decide(balance_get, &holder), ACCESS_DENIED);
        assert_string_equal(access_explain(balance_get, &holder).custom->role_id, "stops");
        assert_int_equal(access_decide(transfer, &holder), ACCESS_GRANTED);
    }
}

/* ID-20, GW-13: above is master over members; an owner is bound by what was given in the account.
 */
static void what_is_given_above_denies_an_owner_nothing(void **state)
{
    (void)state;
    static const char *const none[TWO] = {NULL}, *const money[TWO] = {"payments.top_up.*"};
    const struct route *top_up = route_find_permission("payments.top_up.create");
    const unsigned viewer = ACCESS_ROLE_AGENCY_BILLING_VIEWER;
    const struct {
        bool owns;
        unsigned viewer_inherited; /* 0: it was given in the account, or not at all */
        unsigned viewer;
        bool custom, custom_inherited;
        enum access_verdict verdict;
    } rows[] = {
        {false, viewer, viewer, false, false, ACCESS_DENIED},
        {true, viewer, viewer, false, false, ACCESS_GRANTED},
        {true, 0, viewer, false, false, ACCESS_DENIED}, /* his own words bind him */
        {false, 0, 0, true, true, ACCESS_DENIED},
        {true, 0, 0, true, true, ACCESS_GRANTED},
        {true, 0, 0, true, false, ACCESS_DENIED},
        {true, viewer, viewer, true, false, ACCESS_DENIED},
        {true, viewer, viewer, true, true, ACCESS_GRANTED},
    };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        const struct custom_role role = {.role_id = "stops",
                                         .patterns = patterns_of(none, money),
                                         .inherited = rows[i].custom_inherited};
        const struct access_holder holder = {.roles = ADMINISTRATOR | rows[i].viewer,
                                             .inherited = rows[i].viewer_inherited,
                                             .given = ADMINISTRATOR |
                                                      (rows[i].viewer & ~rows[i].viewer_inherited),
                                             .custom = {&role, rows[i].custom ? 1 : 0},
                                             .owns = rows[i].owns};
        assert_int_equal(access_decide(top_up, &holder), rows[i].verdict);
        assert_int_equal(access_explain(top_up, &holder).denies, rows[i].verdict == ACCESS_DENIED);
    }
}

static int count_of(unsigned roles)
{
    int count = 0;
    for (; roles != 0; roles &= roles - 1)
        count++;
    return count;
}

/* No escalation: of all permissions, with any three roles or less, or KONTOR_LONG=yes with any, a
 * role that may be written opens what its writer may do, and nothing else is refused for that. */
static void nobody_writes_what_they_may_not_do(void **state)
{
    (void)state;
    const int roles_max = getenv("KONTOR_LONG") != NULL ? ACCESS_ROLE_COUNT : 3;
    size_t count;
    const struct route *routes = route_list(&count);
    struct role_making_fault fault;
    for (unsigned roles = 0; roles < 1u << ACCESS_ROLE_COUNT; roles++)
        for (size_t i = 0; i < count && count_of(roles) <= roles_max; i++) {
            const struct access_holder writer = {.roles = roles};
            const char *const allows[] = {routes[i].permission};
            const struct role_patterns patterns = {.allows = allows, .allow_count = 1};
            bool may = access_decide(&routes[i], &writer) == ACCESS_GRANTED;
            enum role_making_verdict verdict = role_making_decide(&patterns, &writer, &fault);
            if (!custom_role_may_hold(&routes[i]))
                assert_int_equal(verdict, ROLE_MAKING_RESERVED);
            else
                assert_int_equal(verdict, may ? ROLE_MAKING_ACCEPTED : ROLE_MAKING_NOT_YOURS);
        }
}

static void each_pattern_is_judged(void **state)
{
    (void)state;
    const struct {
        unsigned roles;
        const char *allows[TWO], *denies[TWO];
        enum role_making_verdict verdict;
        const char *pattern, *permission;
    } rows[] = {
        {ADMINISTRATOR, {"ledger.*", "payments.*"}, {NULL}, ROLE_MAKING_ACCEPTED, NULL, NULL},
        {ADMINISTRATOR, {"*"}, {"ledger.*"}, ROLE_MAKING_ACCEPTED, NULL, NULL},
        {ADMINISTRATOR,
         {"ledger.balance.steal"},
         {NULL},
         ROLE_MAKING_UNKNOWN,
         "ledger.balance.steal",
         "ledger.balance.steal"},
        {ADMINISTRATOR,
         {"ledger.*", "ledgers.*"},
         {NULL},
         ROLE_MAKING_UNKNOWN,
         "ledgers.*",
         "ledgers.*"},
        {ADMINISTRATOR, {"ledger.*"}, {"ledgers.*"}, ROLE_MAKING_UNKNOWN, "ledgers.*", "ledgers.*"},
        {ADMINISTRATOR,
         {"identity.role.grant"},
         {NULL},
         ROLE_MAKING_RESERVED,
         "identity.role.grant",
         "identity.role.grant"},
        {ADMINISTRATOR,
         {"identity.session.*"},
         {NULL},
         ROLE_MAKING_RESERVED,
         "identity.session.*",
         "identity.session.*"},
        {ADMINISTRATOR,
         {"ledger.*"},
         {"identity.role.grant"},
         ROLE_MAKING_RESERVED,
         "identity.role.grant",
         "identity.role.grant"},
        {ADMINISTRATOR | VIEWER,
         {"payments.top_up.*"},
         {NULL},
         ROLE_MAKING_NOT_YOURS,
         "payments.top_up.*",
         "payments.top_up.create"},
        {ADMINISTRATOR | VIEWER,
         {"payments.top_up.*"},
         {"payments.top_up.create"},
         ROLE_MAKING_ACCEPTED,
         NULL,
         NULL},
        {MEMBER, {"ledger.balance.get"}, {NULL}, ROLE_MAKING_ACCEPTED, NULL, NULL},
        {MEMBER,
         {"ledger.transfer.create"},
         {NULL},
         ROLE_MAKING_NOT_YOURS,
         "ledger.transfer.create",
         "ledger.transfer.create"},
    };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        const struct role_patterns patterns = patterns_of(rows[i].allows, rows[i].denies);
        const struct access_holder writer = {.roles = rows[i].roles};
        struct role_making_fault fault;
        enum role_making_verdict verdict = role_making_decide(&patterns, &writer, &fault);
        if (verdict != rows[i].verdict)
            fail_msg("row %zu: %d", i, (int)verdict);
        if (verdict == ROLE_MAKING_ACCEPTED)
            continue;
        assert_string_equal(fault.pattern, rows[i].pattern);
        assert_string_equal(fault.permission, rows[i].permission);
        assert_int_equal(fault.denies, rows[i].denies[0] != NULL &&
                                           strcmp(rows[i].denies[0], rows[i].pattern) == 0);
    }
}

/* A writer with a role of the account's own gives no more than that one opens. */
static void a_role_of_ones_own_counts_for_its_writer(void **state)
{
    (void)state;
    static const char *const all[TWO] = {"ledger.*"}, *const none[TWO] = {NULL},
                             *const payments[TWO] = {"payments.*"};
    const struct custom_role own = {.role_id = "one", .patterns = patterns_of(all, payments)};
    const struct access_holder writer = {.roles = ADMINISTRATOR, .custom = {&own, 1}};
    const struct role_patterns ledgers = patterns_of(all, none),
                               paying = patterns_of(payments, none);
    struct role_making_fault fault;
    assert_int_equal(role_making_decide(&ledgers, &writer, &fault), ROLE_MAKING_ACCEPTED);
    assert_int_equal(role_making_decide(&paying, &writer, &fault), ROLE_MAKING_NOT_YOURS);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(what_such_roles_are_about),
        cmocka_unit_test(what_is_given_above_denies_an_owner_nothing),
        cmocka_unit_test(a_role_opens_what_it_allows_and_a_deny_wins),
        cmocka_unit_test(roles_add_up_and_one_deny_is_enough),
        cmocka_unit_test(nobody_writes_what_they_may_not_do),
        cmocka_unit_test(each_pattern_is_judged),
        cmocka_unit_test(a_role_of_ones_own_counts_for_its_writer),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
