/* GW-05: the bands of amounts, at both sides of each boundary. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "gateway/domain/access.h"
#include "gateway/domain/mask.h"

#define UNIT INT64_C(1000000)

static void an_amount_is_told_as_its_band(void **state)
{
    (void)state;
    static const struct {
        int64_t micros, band;
    } rows[] = {
        {0, 0},
        {1, UNIT},
        {UNIT, UNIT},
        {1000 * UNIT - 1, UNIT},
        {1000 * UNIT, 1000 * UNIT},
        {10000 * UNIT - 1, 1000 * UNIT},
        {10000 * UNIT, 10000 * UNIT},
        {100000 * UNIT - 1, 10000 * UNIT},
        {100000 * UNIT, 100000 * UNIT},
        {1000000000000 * UNIT - 1, 100000000000 * UNIT},
        {1000000000000 * UNIT, 1000000000000 * UNIT},
        {INT64_MAX, 1000000000000 * UNIT},
    };
    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        assert_int_equal(mask_band(rows[i].micros), rows[i].band);
        assert_int_equal(mask_band(-rows[i].micros), -rows[i].band);
    }
    assert_int_equal(mask_band(INT64_MIN), -1000000000000 * UNIT);
}

static void a_band_is_its_own_band(void **state)
{
    (void)state;
    for (int64_t band = UNIT; band < INT64_MAX / 10; band *= band == UNIT ? 1000 : 10)
        assert_int_equal(mask_band(band), band);
}

/* The least masked of the roles that allow it counts. */
static void what_another_role_shows_is_shown(void **state)
{
    (void)state;
    const unsigned success = ACCESS_ROLE_CLIENT_SUCCESS;
    static const struct route
        balance = {.permission = "ledger.balance.get", .caller = ROUTE_MEMBER, .kind = ROUTE_READ},
        hold = {.permission = "ledger.hold.get", .caller = ROUTE_MEMBER, .kind = ROUTE_READ},
        own = {.permission = "identity.session.list", .caller = ROUTE_SESSION, .kind = ROUTE_READ};
    const struct {
        const struct route *route;
        unsigned roles;
        bool is_masked;
    } rows[] = {
        {&balance, success, true},
        {&balance, success | ACCESS_ROLE_MEMBER, false},
        {&balance, success | ACCESS_ROLE_ADMINISTRATOR, false},
        {&balance, success | ACCESS_ROLE_FINANCE, false},
        {&balance, success | ACCESS_ROLE_AGENCY_BILLING_VIEWER, false},
        {&balance, success | ACCESS_ROLE_ISOLATED_SPEND, false},
        {&balance, success | ACCESS_ROLE_BILLING_FREEZER, true},
        {&balance, success | ACCESS_ROLE_OPERATOR, true},
        {&hold, success | ACCESS_ROLE_AGENCY_BILLING_VIEWER, true},
        {&hold, success | ACCESS_ROLE_TECHNOLOGY, false},
        {&balance, ACCESS_ROLE_FINANCE, false},
        {&own, success, false},
    };
    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        const struct access_holder holder = {.roles = rows[i].roles};
        assert_int_equal(access_decide(rows[i].route, &holder), ACCESS_GRANTED);
        assert_int_equal(access_is_masked(rows[i].route, &holder), rows[i].is_masked);
    }
}

/* A write's refusals, and its answer that is repeated, tell amounts. */
static void who_sees_bands_writes_nothing(void **state)
{
    (void)state;
    size_t count;
    const struct route *all = route_list(&count);
    const struct access_holder holder = {.roles = ACCESS_ROLE_CLIENT_SUCCESS};
    for (size_t i = 0; i < count; i++)
        if (all[i].caller > ROUTE_SESSION && access_decide(&all[i], &holder) == ACCESS_GRANTED)
            assert_int_equal(all[i].kind, ROUTE_READ);
    struct route write = {.permission = "ledger.balance.get", .caller = ROUTE_MEMBER};
    for (write.kind = ROUTE_READ; write.kind <= ROUTE_MONEY; write.kind++)
        assert_int_equal(access_decide(&write, &holder),
                         write.kind == ROUTE_READ ? ACCESS_GRANTED : ACCESS_DENIED);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(an_amount_is_told_as_its_band),
        cmocka_unit_test(a_band_is_its_own_band),
        cmocka_unit_test(what_another_role_shows_is_shown),
        cmocka_unit_test(who_sees_bands_writes_nothing),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
