/* Resources: every pair of states, what comes late, terms, what charges still (LED-33, LED-34), and
 * what stands in the way (ID-12, ID-14, ID-22). */
#include "ledger/domain/resource.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>

#include <cmocka.h>

#define PAYG RESOURCE_PAYG
#define SUB RESOURCE_SUBSCRIPTION
#define CREATED RESOURCE_CREATED
#define RUNNING RESOURCE_RUNNING
#define STOPPED RESOURCE_STOPPED
#define RELEASED RESOURCE_RELEASED

static const char *reason_of(enum resource_verdict verdict)
{
    return verdict == RESOURCE_ACCEPTED ? "" : resource_refusal(verdict)->reason;
}

static void every_pair_of_states(void **state)
{
    (void)state;
    static const char *const rows[4][4] = {
        /* to CREATED, RUNNING, STOPPED, RELEASED */
        {"", "", "RESOURCE_STATE_STEP", ""},
        {"RESOURCE_STATE_STEP", "", "", ""},
        {"RESOURCE_STATE_STEP", "", "", ""},
        {"RESOURCE_RELEASED", "RESOURCE_RELEASED", "RESOURCE_RELEASED", ""},
    };
    static const char *const names[] = {"CREATED", "RUNNING", "STOPPED", "RELEASED"};
    for (int from = 0; from < 4; from++) {
        const struct resource resource = {.state = (enum resource_state)(from + 1)};
        assert_string_equal(resource_state_name(resource.state), names[from]);
        for (int to = 0; to < 4; to++)
            assert_string_equal(
                reason_of(resource_state_decide(&resource, (enum resource_state)(to + 1))),
                rows[from][to]);
        for (int none = 0; none <= 5; none += 5) { /* beyond what is known: refused */
            const struct resource odd = {.state = (enum resource_state)none};
            assert_string_equal(
                reason_of(resource_state_decide(&resource, (enum resource_state)none)),
                "RESOURCE_STATE_STEP");
            assert_string_equal(reason_of(resource_state_decide(&odd, RUNNING)),
                                "RESOURCE_STATE_STEP");
        }
    }
    assert_string_equal(resource_state_name((enum resource_state)5), "");
    assert_false(resource_state_is_one(0));
    assert_false(resource_state_is_one(5));
    assert_false(resource_kind_is_one(0));
    assert_true(resource_kind_is_one(1));
    assert_true(resource_kind_is_one(2));
    assert_false(resource_kind_is_one(3));
}

static void what_comes_late(void **state)
{
    (void)state;
    const struct resource resource = {.version = 7};
    assert_true(resource_is_late(&resource, 6));
    assert_true(resource_is_late(&resource, 7));
    assert_false(resource_is_late(&resource, 8));
}

static void what_is_registered(void **state)
{
    (void)state;
    static const struct {
        struct resource_facts facts;
        const char *reason;
    } rows[] = {
        {{ACCOUNT_ACTIVE, true, true, false, 99999}, ""},
        {{ACCOUNT_FROZEN, true, true, false, 0}, ""},
        {{ACCOUNT_ACTIVE, true, true, false, 100000}, "RESOURCE_LIMIT"},
        {{ACCOUNT_ACTIVE, true, true, true, 100000}, "RESOURCE_TAKEN"},
        {{ACCOUNT_ACTIVE, true, false, true, 0}, "PRODUCT_NOT_FOUND"},
        {{ACCOUNT_ACTIVE, false, false, true, 0}, "REGION_NOT_FOUND"},
        {{ACCOUNT_CLOSED, false, false, true, 0}, "ACCOUNT_CLOSED"},
    };
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        const struct refusal *refusal = resource_register_decide(&rows[i].facts);
        assert_string_equal(refusal == NULL ? "" : refusal->reason, rows[i].reason);
    }
}

static void terms(void **state)
{
    (void)state;
    static const struct {
        enum resource_kind kind;
        enum resource_state state;
        const char *on, *off, *same_end, *later;
    } rows[] = {
        {SUB, RUNNING, "", "", "SUBSCRIPTION_END_NOT_LATER", ""},
        {SUB, CREATED, "", "", "SUBSCRIPTION_END_NOT_LATER", ""},
        {SUB, RELEASED, "RESOURCE_RELEASED", "RESOURCE_RELEASED", "RESOURCE_RELEASED",
         "RESOURCE_RELEASED"},
        {PAYG, RUNNING, "NOT_A_SUBSCRIPTION", "NOT_A_SUBSCRIPTION", "NOT_A_SUBSCRIPTION",
         "NOT_A_SUBSCRIPTION"},
    };
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        const struct resource resource = {
            .kind = rows[i].kind, .state = rows[i].state, .end_us = 100};
        assert_string_equal(reason_of(resource_renewal_decide(&resource, true, 99)), rows[i].on);
        assert_string_equal(reason_of(resource_renewal_decide(&resource, false, 99)), rows[i].off);
        assert_string_equal(reason_of(resource_renewal_decide(&resource, false, 100)), rows[i].off);
        assert_string_equal(reason_of(resource_extend_decide(&resource, 100)), rows[i].same_end);
        assert_string_equal(reason_of(resource_extend_decide(&resource, 101)), rows[i].later);
    }
    const struct resource over = {.kind = SUB, .state = RUNNING, .end_us = 100};
    assert_string_equal(reason_of(resource_renewal_decide(&over, true, 100)), "SUBSCRIPTION_OVER");
}

static void what_charges_still(void **state)
{
    (void)state;
    static const struct {
        enum resource_kind kind;
        bool from_creation;
        const char *meters;
        bool auto_renew;
        bool charges[4]; /* CREATED, RUNNING, STOPPED, RELEASED */
    } rows[] = {
        {PAYG, false, "", false, {false, true, false, false}},
        {PAYG, true, "", false, {true, true, false, false}},
        {PAYG, false, "storage network", false, {false, true, true, false}},
        {PAYG, true, "storage", false, {true, true, true, false}},
        {SUB, false, "", false, {false, false, false, false}},
        {SUB, false, "", true, {true, true, true, false}},
        {SUB, false, "storage", false, {false, false, true, false}},
        {SUB, true, "", false, {true, false, false, false}},
    };
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++)
        for (int at = 0; at < 4; at++) {
            const struct resource resource = {.kind = rows[i].kind,
                                              .state = (enum resource_state)(at + 1),
                                              .charges_from_creation = rows[i].from_creation,
                                              .stopped_meters = rows[i].meters,
                                              .auto_renew = rows[i].auto_renew};
            assert_int_equal(resource_charges(&resource), rows[i].charges[at]);
        }
}

static void what_stands_in_the_way(void **state)
{
    (void)state;
    static const struct {
        struct resource_group group;
        struct resource_standing told;
    } rows[] = {
        {{PAYG, CREATED, false, false, 2, 0}, {2, 0, 0, 0, 0}},
        {{PAYG, RUNNING, false, false, 3, 0}, {0, 3, 0, 0, 0}},
        {{PAYG, STOPPED, false, false, 4, 0}, {0, 4, 0, 0, 0}},
        {{PAYG, RELEASED, false, false, 5, 0}, {0, 0, 0, 0, 0}},
        {{SUB, CREATED, false, true, 1, 9}, {1, 0, 1, 0, 9}},
        {{SUB, RUNNING, false, true, 1, 9}, {0, 0, 1, 0, 9}},
        {{SUB, RUNNING, true, true, 2, 9}, {0, 0, 2, 2, 9}},
        {{SUB, STOPPED, false, false, 1, 9}, {0, 1, 0, 0, 0}}, /* over, and still there */
        {{SUB, STOPPED, true, false, 1, 9}, {0, 1, 0, 1, 0}},
        {{SUB, RELEASED, true, true, 1, 9}, {0, 0, 0, 0, 0}},
    };
    struct resource_standing all = {0};
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        struct resource_standing one = {0};
        resource_standing_add(&one, &rows[i].group);
        resource_standing_add(&all, &rows[i].group);
        assert_memory_equal(&one, &rows[i].told, sizeof one);
    }
    resource_standing_add(&all, &(struct resource_group){SUB, RUNNING, false, true, 1, 8});
    const struct resource_standing sum = {3, 9, 5, 3, 9};
    assert_memory_equal(&all, &sum, sizeof all);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_pair_of_states), cmocka_unit_test(what_comes_late),
        cmocka_unit_test(what_is_registered),   cmocka_unit_test(terms),
        cmocka_unit_test(what_charges_still),   cmocka_unit_test(what_stands_in_the_way),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
