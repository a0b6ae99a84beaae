/* ID-43: what an account demands of whoever acts in it, at both sides of each limit, and in its
 * order. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "identity/domain/session_policy.h"

#define NOW_US (INT64_C(1800000000) * 1000000)
#define MINUTE_US (INT64_C(60) * 1000000)
#define HOUR_US (60 * MINUTE_US)

static const struct session_policy strict = {.networks = "203.0.113.0/24 2001:db8::/32",
                                             .lifetime_minutes = 60,
                                             .idle_minutes = 10,
                                             .sessions_max = 2,
                                             .device_trust_hours = 24};

/* One that passes by a microsecond, and one session. */
static struct session_use barely(void)
{
    return (struct session_use){.address = "203.0.113.255",
                                .session = {.created_us = NOW_US - HOUR_US + 1,
                                            .used_us = NOW_US - 10 * MINUTE_US + 1,
                                            .pause_us = 10 * MINUTE_US - 1},
                                .newer = 1,
                                .device_proof_us = NOW_US - 24 * HOUR_US + 1};
}

static void who_is_within_every_limit_passes(void **state)
{
    (void)state;
    const struct session_policy none = {.networks = ""};
    struct session_use use = barely();
    assert_int_equal(session_policy_decide(&strict, &use, NOW_US), SESSION_POLICY_PASSED);
    use = (struct session_use){
        .address = "", .session = {.pause_us = INT64_MAX, .revoked = false}, .newer = 1000};
    assert_int_equal(session_policy_decide(&none, &use, NOW_US), SESSION_POLICY_PASSED);
}

/* Each breaks its own limit by a microsecond or one session, and all that come after it. */
static void the_first_limit_that_is_reached_refuses(void **state)
{
    (void)state;
    struct session_use use = barely();
    use.device_proof_us--;
    assert_int_equal(session_policy_decide(&strict, &use, NOW_US), SESSION_POLICY_UNTRUSTED);
    use.newer++;
    assert_int_equal(session_policy_decide(&strict, &use, NOW_US), SESSION_POLICY_SURPASSED);
    use.session.used_us--;
    assert_int_equal(session_policy_decide(&strict, &use, NOW_US), SESSION_POLICY_IDLE);
    use.session.created_us--;
    assert_int_equal(session_policy_decide(&strict, &use, NOW_US), SESSION_POLICY_TOO_OLD);
    use.address = "203.0.114.0";
    assert_int_equal(session_policy_decide(&strict, &use, NOW_US), SESSION_POLICY_ELSEWHERE);
}

/* A use in another account, which allows more, forgets nothing. */
static void a_pause_that_was_too_long_stays_so(void **state)
{
    (void)state;
    struct session_use use = barely();
    use.session.used_us = NOW_US;
    use.session.pause_us = 10 * MINUTE_US;
    assert_int_equal(session_policy_decide(&strict, &use, NOW_US), SESSION_POLICY_IDLE);
    use.session.pause_us--;
    assert_int_equal(session_policy_decide(&strict, &use, NOW_US), SESSION_POLICY_PASSED);
}

static void no_address_is_in_no_network(void **state)
{
    (void)state;
    static const struct {
        const char *address;
        enum session_policy_verdict verdict;
    } rows[] = {
        {"203.0.113.0", SESSION_POLICY_PASSED},        {"203.0.112.255", SESSION_POLICY_ELSEWHERE},
        {"2001:db8:ffff::1", SESSION_POLICY_PASSED},   {"2001:db9::", SESSION_POLICY_ELSEWHERE},
        {"::ffff:203.0.113.7", SESSION_POLICY_PASSED}, {"", SESSION_POLICY_ELSEWHERE},
    };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        struct session_use use = barely();
        use.address = rows[i].address;
        assert_int_equal(session_policy_decide(&strict, &use, NOW_US), rows[i].verdict);
    }
}

/* A key has no session: its time, its pause and its device are nobody's. */
static void a_program_is_asked_for_its_address_alone(void **state)
{
    (void)state;
    struct session_use use = {.address = "203.0.113.1", .is_program = true, .newer = 9};
    assert_int_equal(session_policy_decide(&strict, &use, NOW_US), SESSION_POLICY_PASSED);
    use.address = "198.51.100.1";
    assert_int_equal(session_policy_decide(&strict, &use, NOW_US), SESSION_POLICY_ELSEWHERE);
}

static void a_session_ends_at_the_nearest_end(void **state)
{
    (void)state;
    struct session_policy policy = {.networks = ""};
    struct session_use use = barely();
    use.session.created_us = NOW_US;
    assert_int_equal(session_policy_end_us(&policy, &use), NOW_US + SESSION_LIFETIME_US);
    policy.lifetime_minutes = 60;
    assert_int_equal(session_policy_end_us(&policy, &use), NOW_US + HOUR_US);
    policy.device_trust_hours = 24;
    assert_int_equal(session_policy_end_us(&policy, &use), NOW_US + 1);
    assert_int_equal(session_policy_decide(&policy, &use, NOW_US), SESSION_POLICY_PASSED);
    assert_int_equal(session_policy_decide(&policy, &use, NOW_US + 1), SESSION_POLICY_UNTRUSTED);
}

static void a_refusal_tells_its_limit(void **state)
{
    (void)state;
    assert_int_equal(session_policy_limit(&strict, SESSION_POLICY_ELSEWHERE), 0);
    assert_int_equal(session_policy_limit(&strict, SESSION_POLICY_TOO_OLD), 60);
    assert_int_equal(session_policy_limit(&strict, SESSION_POLICY_IDLE), 10);
    assert_int_equal(session_policy_limit(&strict, SESSION_POLICY_SURPASSED), 2);
    assert_int_equal(session_policy_limit(&strict, SESSION_POLICY_UNTRUSTED), 24);
    assert_string_equal(session_policy_refusal(SESSION_POLICY_ELSEWHERE)->reason,
                        "NETWORK_NOT_ALLOWED");
    assert_string_equal(session_policy_refusal(SESSION_POLICY_UNTRUSTED)->reason,
                        "DEVICE_NOT_TRUSTED");
}

static void nobody_shuts_themself_out_unawares(void **state)
{
    (void)state;
    const struct session_policy anywhere = {.networks = ""};
    assert_int_equal(session_policy_set_decide(&strict, "203.0.113.9", false), SESSION_POLICY_SET);
    assert_int_equal(session_policy_set_decide(&strict, "198.51.100.9", false),
                     SESSION_POLICY_SHUTS_OUT);
    assert_int_equal(session_policy_set_decide(&strict, "", false), SESSION_POLICY_SHUTS_OUT);
    assert_int_equal(session_policy_set_decide(&strict, "198.51.100.9", true), SESSION_POLICY_SET);
    assert_int_equal(session_policy_set_decide(&anywhere, "", false), SESSION_POLICY_SET);
    assert_string_equal(session_policy_setting_refusal(SESSION_POLICY_SHUTS_OUT)->reason,
                        "NETWORKS_SHUT_CALLER_OUT");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(who_is_within_every_limit_passes),
        cmocka_unit_test(the_first_limit_that_is_reached_refuses),
        cmocka_unit_test(a_pause_that_was_too_long_stays_so),
        cmocka_unit_test(no_address_is_in_no_network),
        cmocka_unit_test(a_program_is_asked_for_its_address_alone),
        cmocka_unit_test(a_session_ends_at_the_nearest_end),
        cmocka_unit_test(a_refusal_tells_its_limit),
        cmocka_unit_test(nobody_shuts_themself_out_unawares),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
