/* Callers and what they may call: the table of callers against the table of roles. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "gateway/domain/access.h"

#define MEMBER ACCESS_ROLE_MEMBER
#define ADMINISTRATOR ACCESS_ROLE_ADMINISTRATOR
#define OPERATOR ACCESS_ROLE_OPERATOR
#define OPERATORS ((unsigned)ACCESS_ROLES_OF_OPERATORS)

static const struct access_holder *person(unsigned roles)
{
    static struct access_holder holder;
    holder = (struct access_holder){.roles = roles};
    return &holder;
}

static enum access_verdict decide(enum route_caller caller, bool session_present, unsigned roles)
{
    struct route route = {.rpc = "/a.v1.B/C", .permission = "a.b.c", .caller = caller};
    return access_decide(&route, session_present ? person(roles) : NULL);
}

static void each_caller_needs_its_role(void **state)
{
    (void)state;
    static const struct {
        enum route_caller caller;
        unsigned roles;
        enum access_verdict verdict;
    } rows[] = {
        {ROUTE_SESSION, 0, ACCESS_GRANTED},
        {ROUTE_MEMBER, 0, ACCESS_DENIED},
        {ROUTE_MEMBER, MEMBER, ACCESS_GRANTED},
        {ROUTE_MEMBER, ADMINISTRATOR, ACCESS_GRANTED},
        {ROUTE_MEMBER, OPERATOR, ACCESS_DENIED},
        {ROUTE_MEMBER_OR_OPERATOR, 0, ACCESS_DENIED},
        {ROUTE_MEMBER_OR_OPERATOR, MEMBER, ACCESS_GRANTED},
        {ROUTE_MEMBER_OR_OPERATOR, OPERATORS, ACCESS_DENIED}, /* no pattern names it */
        {ROUTE_ADMINISTRATOR, MEMBER, ACCESS_DENIED},
        {ROUTE_ADMINISTRATOR, OPERATOR, ACCESS_DENIED},
        {ROUTE_ADMINISTRATOR, MEMBER | OPERATOR, ACCESS_DENIED},
        {ROUTE_ADMINISTRATOR, ADMINISTRATOR, ACCESS_GRANTED},
        {ROUTE_ADMINISTRATOR_OR_OPERATOR, MEMBER, ACCESS_DENIED},
        {ROUTE_ADMINISTRATOR_OR_OPERATOR, ADMINISTRATOR, ACCESS_GRANTED},
        {ROUTE_ADMINISTRATOR_OR_OPERATOR, OPERATORS, ACCESS_DENIED},
        {ROUTE_OPERATOR, MEMBER | ADMINISTRATOR, ACCESS_DENIED},
        {ROUTE_OPERATOR, OPERATORS, ACCESS_DENIED},
    };
    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++)
        assert_int_equal(decide(rows[i].caller, true, rows[i].roles), rows[i].verdict);
}

/* PAY-16, GW-13: nobody decides it for the account by a role in the account itself. */
static void what_is_decided_above_takes_a_role_from_above(void **state)
{
    (void)state;
    static const struct {
        unsigned roles, inherited;
        enum access_verdict verdict;
    } rows[] = {
        {ADMINISTRATOR, 0, ACCESS_DENIED},
        {ADMINISTRATOR, ADMINISTRATOR, ACCESS_GRANTED},
        {ADMINISTRATOR | MEMBER, MEMBER, ACCESS_DENIED},
        {ACCESS_ROLE_FINANCE, 0, ACCESS_DENIED},
        {ACCESS_ROLE_FINANCE, ACCESS_ROLE_FINANCE, ACCESS_GRANTED},
        {ADMINISTRATOR | ACCESS_ROLE_FINANCE, ACCESS_ROLE_FINANCE, ACCESS_GRANTED},
        {ACCESS_ROLE_TECHNOLOGY, ACCESS_ROLE_TECHNOLOGY, ACCESS_DENIED},
        {OPERATORS, 0, ACCESS_DENIED},
    };
    const struct route *route = route_find_permission("ledger.spending_permission.set");
    assert_int_equal(route->caller, ROUTE_ABOVE);
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        const struct access_holder holder = {.roles = rows[i].roles,
                                             .inherited = rows[i].inherited};
        assert_int_equal(access_decide(route, &holder), rows[i].verdict);
        assert_int_equal(access_explain(route, &holder).outcome == ACCESS_ALLOW,
                         rows[i].verdict == ACCESS_GRANTED);
    }
}

static void without_a_session_only_the_public_is_open(void **state)
{
    (void)state;
    assert_int_equal(decide(ROUTE_PUBLIC, false, 0), ACCESS_GRANTED);
    for (enum route_caller caller = ROUTE_SESSION; caller <= ROUTE_OPERATOR; caller++)
        assert_int_equal(decide(caller, false, 0), ACCESS_SESSION_REQUIRED);
}

static void a_missing_session_and_a_missing_role_are_told_apart(void **state)
{
    (void)state;
    assert_int_equal(access_refusal(ACCESS_SESSION_REQUIRED)->code, CODE_UNAUTHENTICATED);
    assert_int_equal(access_refusal(ACCESS_DENIED)->code,
                     CODE_PERMISSION_DENIED); /* LED-06, LED-15 */
}

static const struct route *route_of(const char *permission)
{
    size_t count;
    const struct route *all = route_list(&count);
    for (size_t i = 0; i < count; i++)
        if (strcmp(all[i].permission, permission) == 0)
            return &all[i];
    fail_msg("no route has %s", permission);
    return NULL;
}

/* GW-01, GW-02, GW-03, GW-05, GW-08, ID-36, written from the rules. */
static void each_role_may_what_the_rules_say(void **state)
{
    (void)state;
    const unsigned finance = ACCESS_ROLE_FINANCE, technology = ACCESS_ROLE_TECHNOLOGY,
                   viewer = ACCESS_ROLE_AGENCY_BILLING_VIEWER, success = ACCESS_ROLE_CLIENT_SUCCESS,
                   freezer = ACCESS_ROLE_BILLING_FREEZER, spend = ACCESS_ROLE_ISOLATED_SPEND;
    const struct {
        const char *permission;
        unsigned roles;
        enum access_outcome outcome;
        unsigned by;
        bool denies;
    } rows[] = {
        {"payments.top_up.create", finance, ACCESS_ALLOW, finance, false},
        {"ledger.transfer.create", finance, ACCESS_ALLOW, finance, false},
        {"ledger.purchase.create", finance, ACCESS_DENY, 0, false},
        {"ledger.hold.place", finance, ACCESS_DENY, 0, false},
        {"identity.role.grant", finance, ACCESS_DENY, 0, false},
        {"ledger.purchase.create", technology, ACCESS_ALLOW, technology, false},
        {"ledger.transfer.create", technology, ACCESS_HIDDEN, 0, false},
        {"payments.top_up.create", technology, ACCESS_HIDDEN, 0, false},
        {"ledger.purchase.create", technology | finance, ACCESS_ALLOW, technology, false},
        {"ledger.balance.get", viewer, ACCESS_ALLOW, viewer, false},
        {"ledger.credit_limit.get", viewer, ACCESS_ALLOW, viewer, false},
        {"payments.top_up.create", viewer, ACCESS_HIDDEN, viewer, true},
        {"payments.top_up.create", viewer | ADMINISTRATOR, ACCESS_DENY, viewer, true},
        {"payments.payment_method.add", viewer | finance, ACCESS_DENY, viewer, true},
        {"identity.billing_address.add", viewer | ADMINISTRATOR, ACCESS_HIDDEN, viewer, true},
        {"ledger.transfer.create", viewer | ADMINISTRATOR, ACCESS_ALLOW, ADMINISTRATOR, false},
        {"ledger.balance.get", success, ACCESS_ALLOW, success, false},
        {"ledger.balance.get", success | technology, ACCESS_ALLOW, technology, false},
        {"ledger.transfer.create", success, ACCESS_DENY, 0, false},
        {"ledger.proof.read", success, ACCESS_HIDDEN, 0, false},
        {"ledger.audit.run", success, ACCESS_HIDDEN, 0, false},
        {"ledger.order.preview", success, ACCESS_HIDDEN, 0, false},
        {"identity.account.get", success, ACCESS_ALLOW, success, false},
        {"identity.onboarding.get", success, ACCESS_ALLOW, success, false},
        {"identity.role.grant", success, ACCESS_DENY, 0, false},
        {"payments.top_up.create", freezer, ACCESS_HIDDEN, 0, false},
        {"ledger.purchase.create", spend, ACCESS_ALLOW, spend, false},
        {"payments.top_up.create", spend | ADMINISTRATOR, ACCESS_DENY, spend, true},
        {"ledger.balance.get", 0, ACCESS_HIDDEN, 0, false},
        {"ledger.balance.get", MEMBER, ACCESS_ALLOW, MEMBER, false},
        {"payments.top_up.create", MEMBER, ACCESS_DENY, 0, false},
        {"identity.session.list", 0, ACCESS_ALLOW, 0, false},
        {"identity.session.list", viewer, ACCESS_ALLOW, 0, false},
    };
    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        const struct route *route = route_of(rows[i].permission);
        struct access_answer answer = access_explain(route, person(rows[i].roles));
        if (answer.outcome != rows[i].outcome || answer.role != rows[i].by ||
            answer.denies != rows[i].denies)
            fail_msg("%s of %u: %d by %u", rows[i].permission, rows[i].roles, (int)answer.outcome,
                     answer.role);
    }
}

/* The patterns of an account's roles may say so or not. */
static void no_role_of_an_account_opens_the_providers(void **state)
{
    (void)state;
    const unsigned all = (1u << ACCESS_ROLE_COUNT) - 1u;
    size_t count;
    const struct route *routes = route_list(&count);
    for (size_t i = 0; i < count; i++)
        if (routes[i].caller == ROUTE_OPERATOR)
            assert_int_equal(access_decide(&routes[i], person(all & ~OPERATORS)), ACCESS_DENIED);
}

/* Nor the other way: a customer's own is nothing of an operator's. */
static void no_role_of_the_provider_opens_an_accounts(void **state)
{
    (void)state;
    size_t count;
    const struct route *routes = route_list(&count);
    for (size_t i = 0; i < count; i++)
        if (routes[i].caller == ROUTE_MEMBER || routes[i].caller == ROUTE_ADMINISTRATOR ||
            routes[i].caller == ROUTE_ROLE)
            assert_int_equal(access_decide(&routes[i], person(OPERATORS)), ACCESS_DENIED);
}

/* Being one opens nothing; each route of the provider's is somebody's, and support reads alone;
 * what it reads of a customer's own, it reads by a look that the customer sees. */
static void operators_may_what_their_roles_say(void **state)
{
    (void)state;
    size_t count;
    const struct route *routes = route_list(&count);
    for (size_t i = 0; i < count; i++) {
        bool is_theirs =
            routes[i].caller == ROUTE_OPERATOR || routes[i].caller == ROUTE_MEMBER_OR_OPERATOR;
        if (!is_theirs)
            continue;
        assert_int_equal(access_decide(&routes[i], person(OPERATOR)), ACCESS_DENIED);
        unsigned looks = routes[i].caller == ROUTE_OPERATOR ? 0 : ACCESS_ROLE_OPERATOR_LOOK;
        assert_int_equal(access_decide(&routes[i], person(OPERATORS | looks)), ACCESS_GRANTED);
        if (routes[i].kind != ROUTE_READ &&
            strncmp(routes[i].permission, "identity.look.", 14) != 0)
            assert_int_equal(access_decide(&routes[i], person(ACCESS_ROLE_OPERATOR_SUPPORT)),
                             ACCESS_DENIED);
    }
}

/* Issue 11: who looks into an account reads all that its people read, and writes nothing. Orders
 * are tried by nobody who could not give them, and approvals of an operator's are the provider's.
 */
static void a_look_reads_everything_and_writes_nothing(void **state)
{
    (void)state;
    static const char *const not_theirs[] = {"ledger.order.preview", "gateway.approval.get",
                                             "gateway.approval.list", "ledger.audit.run"};
    size_t count;
    const struct route *routes = route_list(&count);
    for (size_t i = 0; i < count; i++) {
        enum route_caller caller = routes[i].caller;
        bool is_read = routes[i].kind == ROUTE_READ &&
                       (caller == ROUTE_MEMBER || caller == ROUTE_MEMBER_OR_OPERATOR ||
                        caller == ROUTE_ADMINISTRATOR || caller == ROUTE_ADMINISTRATOR_OR_OPERATOR);
        for (size_t j = 0; j < sizeof not_theirs / sizeof *not_theirs; j++)
            is_read = is_read && strcmp(routes[i].permission, not_theirs[j]) != 0;
        if (caller > ROUTE_SESSION)
            assert_int_equal(access_decide(&routes[i], person(ACCESS_ROLE_OPERATOR_LOOK)),
                             is_read ? ACCESS_GRANTED : ACCESS_DENIED);
    }
}

/* Deciding and explaining are one decision, of any two roles. */
static void what_is_explained_is_what_is_decided(void **state)
{
    (void)state;
    size_t count;
    const struct route *routes = route_list(&count);
    for (size_t i = 0; i < count; i++)
        for (size_t pair = 0; pair < (size_t)ACCESS_ROLE_COUNT * ACCESS_ROLE_COUNT; pair++) {
            unsigned roles = 1u << pair / ACCESS_ROLE_COUNT | 1u << pair % ACCESS_ROLE_COUNT;
            bool granted = access_decide(&routes[i], person(roles)) == ACCESS_GRANTED;
            assert_int_equal(granted,
                             access_explain(&routes[i], person(roles)).outcome == ACCESS_ALLOW);
        }
}

static void patterns_name_whole_words(void **state)
{
    (void)state;
    assert_true(role_pattern_names("a.b.c", "a.b.c"));
    assert_false(role_pattern_names("a.b.c", "a.b.cd"));
    assert_true(role_pattern_names("a.b.*", "a.b.c"));
    assert_false(role_pattern_names("a.b.*", "a.bc.d"));
    assert_true(role_pattern_names("a.*", "a.b.c"));
    assert_false(role_pattern_names("", "a.b.c")); /* of a peer's scope: it stops nothing */
}

static void roles_are_told_by_name(void **state)
{
    (void)state;
    char text[ROLE_TEXT_SIZE];
    role_print(0, text);
    assert_string_equal(text, "");
    role_print(MEMBER | ADMINISTRATOR | OPERATOR, text);
    assert_string_equal(text, "ACCOUNT_ADMINISTRATOR,MEMBER,OPERATOR");
    role_print((1u << ACCESS_ROLE_COUNT) - 1u, text);
    assert_non_null(strstr(text, ",OPERATOR_FINANCE,OPERATOR_SUPPORT"));
    assert_int_equal(roles_named("OPERATOR_FINANCE,MEMBER"), ACCESS_ROLE_OPERATOR_FINANCE | MEMBER);
    assert_string_equal(role_name(ACCESS_ROLE_CLIENT_SUCCESS), "CLIENT_SUCCESS");
}

/* ---- programs ---- */

#define SCOPE(allow, deny)                                                 \
    (&(const struct role_patterns){.allows = (const char *const[]){allow}, \
                                   .allow_count = 1,                       \
                                   .denies = (const char *const[]){deny},  \
                                   .deny_count = (deny)[0] == '\0' ? 0 : 1})

/* Roles first, then what is a person's, then the key's deny, then its allow: money by its full name
 * alone (ID-32). */
static void a_program_may_what_its_roles_and_its_key_both_allow(void **state)
{
    (void)state;
    const unsigned finance = ACCESS_ROLE_FINANCE;
    const struct {
        const char *permission;
        unsigned roles;
        const struct role_patterns *scope;
        enum access_verdict verdict;
    } rows[] = {
        {"ledger.balance.get", finance, SCOPE("ledger.balance.get", ""), ACCESS_GRANTED},
        {"ledger.balance.get", finance, SCOPE("ledger.balance.*", ""), ACCESS_GRANTED},
        {"ledger.balance.get", finance, SCOPE("ledger.*", ""), ACCESS_GRANTED},
        {"ledger.balance.get", finance, SCOPE("*", ""), ACCESS_GRANTED},
        {"ledger.balance.get", finance, SCOPE("ledger.balance.ge", ""), ACCESS_OUT_OF_SCOPE},
        {"ledger.balance.get", finance, SCOPE("payments.*", ""), ACCESS_OUT_OF_SCOPE},
        {"ledger.balance.get", finance, SCOPE("*", "ledger.*"), ACCESS_OUT_OF_SCOPE},
        {"ledger.balance.get", finance, SCOPE("ledger.balance.get", "ledger.balance.get"),
         ACCESS_OUT_OF_SCOPE},
        {"ledger.audit.run", ACCESS_ROLE_CLIENT_SUCCESS, SCOPE("*", ""), ACCESS_DENIED},
        {"ledger.balance.get", 0, SCOPE("*", ""), ACCESS_DENIED},
        {"payments.top_up.create", finance, SCOPE("payments.top_up.create", ""), ACCESS_GRANTED},
        {"payments.top_up.create", finance, SCOPE("payments.top_up.*", ""), ACCESS_OUT_OF_SCOPE},
        {"payments.top_up.create", finance, SCOPE("*", ""), ACCESS_OUT_OF_SCOPE},
        {"payments.top_up.create", finance, SCOPE("payments.top_up.create", "payments.*"),
         ACCESS_OUT_OF_SCOPE},
        {"payments.top_up.create", ACCESS_ROLE_TECHNOLOGY, SCOPE("payments.top_up.create", ""),
         ACCESS_DENIED},
        {"identity.role.grant", ADMINISTRATOR, SCOPE("identity.role.grant", ""),
         ACCESS_PERSON_REQUIRED},
        {"identity.key.create", ADMINISTRATOR, SCOPE("*", ""), ACCESS_PERSON_REQUIRED},
        {"identity.program.create", ADMINISTRATOR, SCOPE("*", ""), ACCESS_PERSON_REQUIRED},
        {"identity.key.list", ADMINISTRATOR, SCOPE("*", ""), ACCESS_GRANTED},
        {"identity.freeze.begin", ACCESS_ROLE_BILLING_FREEZER, SCOPE("identity.*", ""),
         ACCESS_GRANTED},
        {"identity.freeze.confirm", ACCESS_ROLE_BILLING_FREEZER, SCOPE("identity.*", ""),
         ACCESS_PERSON_REQUIRED}, /* else a freezer's own program is the second one */
        {"identity.freeze.undo", ACCESS_ROLE_BILLING_FREEZER, SCOPE("identity.*", ""),
         ACCESS_PERSON_REQUIRED},
        {"identity.hand_over.approve", ADMINISTRATOR, SCOPE("*", ""), ACCESS_PERSON_REQUIRED},
        {"identity.session.list", finance, SCOPE("*", ""), ACCESS_PERSON_REQUIRED},
        {"identity.factor.list", finance, SCOPE("identity.factor.list", ""),
         ACCESS_PERSON_REQUIRED},
        {"gateway.permission.check", finance, SCOPE("ledger.balance.get", ""), ACCESS_GRANTED},
        {"identity.session.log_in", 0, SCOPE("ledger.balance.get", ""), ACCESS_GRANTED},
    };
    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        const struct access_holder program = {.roles = rows[i].roles, .scope = rows[i].scope};
        enum access_verdict verdict = access_decide(route_of(rows[i].permission), &program);
        if (verdict != rows[i].verdict)
            fail_msg("row %zu, %s: %d", i, rows[i].permission, (int)verdict);
    }
}

static void what_a_key_denies_is_told_by_the_key(void **state)
{
    (void)state;
    const struct access_holder program = {.roles = ACCESS_ROLE_FINANCE,
                                          .scope = SCOPE("ledger.transfer.preview", "")};
    struct access_answer denied = access_explain(route_of("ledger.transfer.create"), &program);
    assert_true(denied.by_key && !denied.denies && denied.role == ACCESS_ROLE_FINANCE);
    assert_int_not_equal(denied.outcome, ACCESS_ALLOW);
    assert_false(access_explain(route_of("ledger.purchase.create"), &program).by_key);
    assert_int_equal(access_explain(route_of("gateway.permission.check"), &program).outcome,
                     ACCESS_ALLOW);
}

/* A write about who may do what, and what people do for themselves, stays theirs with any key. */
static void no_key_stands_in_for_a_person(void **state)
{
    (void)state;
    size_t count;
    const struct route *routes = route_list(&count);
    for (size_t i = 0; i < count; i++) {
        const struct access_holder program = {.roles =
                                                  ((1u << ACCESS_ROLE_COUNT) - 1u) & ~OPERATORS,
                                              .scope = SCOPE(routes[i].permission, "")};
        bool granted = access_decide(&routes[i], &program) == ACCESS_GRANTED;
        if (route_decides_who_may_what(&routes[i]))
            assert_false(granted);
        if (routes[i].caller == ROUTE_SESSION)
            assert_int_equal(granted,
                             strcmp(routes[i].permission, "gateway.permission.check") == 0);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(each_caller_needs_its_role),
        cmocka_unit_test(what_is_decided_above_takes_a_role_from_above),
        cmocka_unit_test(without_a_session_only_the_public_is_open),
        cmocka_unit_test(a_missing_session_and_a_missing_role_are_told_apart),
        cmocka_unit_test(each_role_may_what_the_rules_say),
        cmocka_unit_test(no_role_of_an_account_opens_the_providers),
        cmocka_unit_test(no_role_of_the_provider_opens_an_accounts),
        cmocka_unit_test(operators_may_what_their_roles_say),
        cmocka_unit_test(a_look_reads_everything_and_writes_nothing),
        cmocka_unit_test(what_is_explained_is_what_is_decided),
        cmocka_unit_test(a_program_may_what_its_roles_and_its_key_both_allow),
        cmocka_unit_test(what_a_key_denies_is_told_by_the_key),
        cmocka_unit_test(no_key_stands_in_for_a_person),
        cmocka_unit_test(patterns_name_whole_words),
        cmocka_unit_test(roles_are_told_by_name),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
