/* ID-32: who proves a factor before which call, and for how long a proof counts. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "gateway/domain/access.h"
#include "gateway/domain/step_up.h"

#define NOW INT64_C(1800000000000000)
#define SECOND INT64_C(1000000)

static const struct route money = {"/a.v1.B/Pay", "payments.top_up.create", ROUTE_MEMBER,
                                   ROUTE_MONEY, FILTER_FORWARD};
static const struct route role = {"/a.v1.B/Grant", "identity.role.grant", ROUTE_ADMINISTRATOR,
                                  ROUTE_WRITE, FILTER_FORWARD};
static const struct route own = {"/a.v1.B/Enroll", "identity.factor.enroll", ROUTE_SESSION,
                                 ROUTE_WRITE, FILTER_FORWARD};
static const struct route read_roles = {"/a.v1.B/List", "identity.role.list", ROUTE_MEMBER,
                                        ROUTE_READ, FILTER_FORWARD};
static const struct route prove = {"/a.v1.B/Prove", "identity.session.prove_factor", ROUTE_SESSION,
                                   ROUTE_WRITE, FILTER_FORWARD};
static const struct route company = {"/a.v1.B/Submit", "identity.company.submit",
                                     ROUTE_ADMINISTRATOR, ROUTE_WRITE, FILTER_FORWARD};
static const struct route approve = {"/a.v1.B/Approve", "identity.company.approve", ROUTE_OPERATOR,
                                     ROUTE_WRITE, FILTER_FORWARD};
static const struct route log_in = {"/a.v1.B/LogIn", "identity.session.log_in", ROUTE_PUBLIC,
                                    ROUTE_WRITE, FILTER_FORWARD};

static void a_proof_counts_for_five_minutes(void **state)
{
    (void)state;
    static const struct {
        int64_t proved_us;
        enum step_up_verdict verdict;
    } rows[] = {
        {0, STEP_UP_PROOF_MISSING},           {NOW, STEP_UP_PASSED},
        {NOW - 300 * SECOND, STEP_UP_PASSED}, {NOW - 300 * SECOND - 1, STEP_UP_PROOF_MISSING},
        {NOW + SECOND, STEP_UP_PASSED}, /* identity's clock is ahead of ours */
    };
    const struct route *routes[] = {&money, &role, &own};
    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++)
        for (size_t k = 0; k < sizeof(routes) / sizeof(routes[0]); k++) {
            const struct step_up_facts facts = {.roles = ACCESS_ROLE_ADMINISTRATOR,
                                                .factors = STEP_UP_TOTP,
                                                .proved_us = rows[i].proved_us};
            assert_int_equal(step_up_decide(routes[k], &facts, NOW), rows[i].verdict);
        }
}

static void what_needs_no_proof(void **state)
{
    (void)state;
    const struct step_up_facts facts = {.roles = ACCESS_ROLE_ADMINISTRATOR,
                                        .factors = STEP_UP_TOTP,
                                        .money = STEP_UP_ALWAYS,
                                        .who_may_what = STEP_UP_ALWAYS};
    const struct route *routes[] = {&read_roles, &prove, &company, &log_in};
    for (size_t i = 0; i < sizeof(routes) / sizeof(routes[0]); i++)
        assert_int_equal(step_up_decide(routes[i], &facts, NOW), STEP_UP_PASSED);
    struct step_up_facts program = facts;
    program.is_program = true;
    assert_int_equal(step_up_decide(&money, &program, NOW), STEP_UP_PASSED);
}

#define WHEN STEP_UP_WHEN_ENROLLED
#define NEVER_ STEP_UP_NEVER
#define ALWAYS STEP_UP_ALWAYS

static void an_account_demands_more_or_less(void **state)
{
    (void)state;
    static const struct {
        const struct route *route;
        enum step_up_demand money, who_may_what;
        unsigned factors;
        enum step_up_verdict verdict;
    } rows[] = {
        {&money, WHEN, ALWAYS, 0, STEP_UP_PASSED},
        {&money, WHEN, NEVER_, STEP_UP_WEBAUTHN, STEP_UP_PROOF_MISSING},
        {&money, NEVER_, ALWAYS, STEP_UP_TOTP, STEP_UP_PASSED},
        {&money, ALWAYS, NEVER_, 0, STEP_UP_FACTOR_MISSING},
        {&money, ALWAYS, NEVER_, STEP_UP_TOTP, STEP_UP_PROOF_MISSING},
        {&role, ALWAYS, WHEN, 0, STEP_UP_PASSED},
        {&role, NEVER_, WHEN, STEP_UP_TOTP, STEP_UP_PROOF_MISSING},
        {&role, ALWAYS, NEVER_, STEP_UP_TOTP, STEP_UP_PASSED},
        {&role, NEVER_, ALWAYS, 0, STEP_UP_FACTOR_MISSING},
        {&own, ALWAYS, ALWAYS, 0, STEP_UP_PASSED}, /* else nobody could enrol the first */
        {&own, NEVER_, NEVER_, STEP_UP_TOTP, STEP_UP_PROOF_MISSING},
    };
    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        const struct step_up_facts facts = {.roles = ACCESS_ROLE_MEMBER,
                                            .factors = rows[i].factors,
                                            .money = rows[i].money,
                                            .who_may_what = rows[i].who_may_what};
        assert_int_equal(step_up_decide(rows[i].route, &facts, NOW), rows[i].verdict);
    }
}

static void operators_prove_a_factor_at_every_write(void **state)
{
    (void)state;
    struct step_up_facts facts = {.roles = ACCESS_ROLE_OPERATOR, .money = STEP_UP_NEVER};
    assert_int_equal(step_up_decide(&approve, &facts, NOW), STEP_UP_FACTOR_MISSING);
    assert_int_equal(step_up_decide(&read_roles, &facts, NOW), STEP_UP_FACTOR_MISSING);
    assert_int_equal(step_up_decide(&own, &facts, NOW), STEP_UP_PASSED); /* to enrol the first */
    facts.factors = STEP_UP_TOTP;
    assert_int_equal(step_up_decide(&approve, &facts, NOW), STEP_UP_PROOF_MISSING);
    assert_int_equal(step_up_decide(&money, &facts, NOW), STEP_UP_PROOF_MISSING);
    assert_int_equal(step_up_decide(&prove, &facts, NOW), STEP_UP_PASSED);
    assert_int_equal(step_up_decide(&read_roles, &facts, NOW), STEP_UP_PROOF_MISSING);
    facts.proved_us = NOW - 300 * SECOND;
    assert_int_equal(step_up_decide(&approve, &facts, NOW), STEP_UP_PASSED);
    facts.proved_us--;
    assert_int_equal(step_up_decide(&approve, &facts, NOW), STEP_UP_PROOF_MISSING);
    assert_int_equal(step_up_decide(&read_roles, &facts, NOW), STEP_UP_PASSED); /* once a session */
    facts.is_bound = true;
    assert_int_equal(step_up_decide(&read_roles, &facts, NOW), STEP_UP_PROOF_MISSING);
}

static void a_refusal_names_the_factors(void **state)
{
    (void)state;
    assert_string_equal(step_up_refusal(STEP_UP_PROOF_MISSING)->reason, "MFA_REQUIRED");
    assert_string_equal(step_up_refusal(STEP_UP_FACTOR_MISSING)->reason, "MFA_REQUIRED");
    assert_string_equal(step_up_accepted(0), "TOTP,WEBAUTHN");
    assert_string_equal(step_up_accepted(STEP_UP_TOTP), "TOTP,RECOVERY_CODE");
    assert_string_equal(step_up_accepted(STEP_UP_WEBAUTHN), "WEBAUTHN,RECOVERY_CODE");
    assert_string_equal(step_up_accepted(STEP_UP_TOTP | STEP_UP_WEBAUTHN),
                        "TOTP,WEBAUTHN,RECOVERY_CODE");
}

/* c-19: whatever the account demands, and of programs too. */
static void an_approval_takes_a_fresh_factor(void **state)
{
    (void)state;
    const struct route *approval = route_find("/gateway.v1.ApprovalService/Approve");
    struct step_up_facts facts = {.roles = ACCESS_ROLE_ADMINISTRATOR, .money = STEP_UP_NEVER};
    assert_int_equal(step_up_decide(approval, &facts, NOW), STEP_UP_FACTOR_MISSING);
    facts.is_program = true;
    assert_int_equal(step_up_decide(approval, &facts, NOW), STEP_UP_FACTOR_MISSING);
    facts = (struct step_up_facts){.roles = ACCESS_ROLE_ADMINISTRATOR,
                                   .factors = STEP_UP_TOTP,
                                   .proved_us = NOW - 300 * SECOND - 1,
                                   .money = STEP_UP_NEVER};
    assert_int_equal(step_up_decide(approval, &facts, NOW), STEP_UP_PROOF_MISSING);
    facts.proved_us++;
    assert_int_equal(step_up_decide(approval, &facts, NOW), STEP_UP_PASSED);
    facts.is_bound = true;
    assert_int_equal(step_up_decide(approval, &facts, NOW), STEP_UP_PROOF_MISSING);
    facts.names_operation = true;
    assert_int_equal(step_up_decide(approval, &facts, NOW), STEP_UP_PASSED);
    facts.names_operation = false;
    facts.money = STEP_UP_WHEN_ENROLLED;
    assert_int_equal(step_up_decide(&money, &facts, NOW), STEP_UP_PROOF_MISSING);
}

/* ID-27, ID-31: whatever the account demands; what only begins or ends a hand-over demands no more
 * than that. */
static void an_account_is_given_by_a_fresh_factor(void **state)
{
    (void)state;
    static const struct {
        const char *rpc;
        bool is_proved;
        enum step_up_verdict verdict;
    } rows[] = {
        {"/identity.v1.HandOverService/ConfirmHandOver", false, STEP_UP_FACTOR_MISSING},
        {"/identity.v1.HandOverService/ApproveHandOver", false, STEP_UP_FACTOR_MISSING},
        {"/identity.v1.HandOverService/ApproveHandOver", true, STEP_UP_PASSED},
        {"/identity.v1.AccountService/ConvertAccount", false, STEP_UP_FACTOR_MISSING},
        {"/identity.v1.AccountService/ConvertAccount", true, STEP_UP_PASSED},
        {"/identity.v1.HandOverService/BeginHandOver", false, STEP_UP_PASSED},
        {"/identity.v1.HandOverService/CancelHandOver", false, STEP_UP_PASSED},
    };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        const struct step_up_facts facts = {.roles = ACCESS_ROLE_ADMINISTRATOR,
                                            .factors = rows[i].is_proved ? STEP_UP_TOTP : 0,
                                            .proved_us = rows[i].is_proved ? NOW : 0,
                                            .who_may_what = STEP_UP_NEVER};
        assert_int_equal(step_up_decide(route_find(rows[i].rpc), &facts, NOW), rows[i].verdict);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_proof_counts_for_five_minutes),
        cmocka_unit_test(what_needs_no_proof),
        cmocka_unit_test(an_account_demands_more_or_less),
        cmocka_unit_test(operators_prove_a_factor_at_every_write),
        cmocka_unit_test(an_approval_takes_a_fresh_factor),
        cmocka_unit_test(an_account_is_given_by_a_fresh_factor),
        cmocka_unit_test(a_refusal_names_the_factors),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
