/* Rate limits per credential, and the session cache of reads. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "gateway/service/limiter.h"
#include "gateway/service/session_cache.h"

#define NOW_US INT64_C(1000000)

static struct limiter limiter;
static struct session_cache cache;

static int fresh(void **state)
{
    (void)state;
    memset(&limiter, 0, sizeof(limiter));
    limiter.limits = (struct limiter_limits){{50, 100}, {10, 20}, {5, 5}};
    memset(&cache, 0, sizeof(cache));
    cache.lifetime_us = 1000000;
    return 0;
}

static int taken(const char *credential, enum route_kind kind)
{
    int count = 0;
    while (limiter_take(&limiter, credential, kind, NOW_US) == 0)
        count++;
    return count;
}

static void reads_and_writes_have_limits_of_their_own(void **state)
{
    (void)state;
    assert_int_equal(taken("session-a", ROUTE_READ), 100);
    assert_int_equal(taken("session-a", ROUTE_WRITE), 20);
    assert_int_equal(taken("session-a", ROUTE_MONEY), 0);
}

static void one_credential_does_not_use_up_another(void **state)
{
    (void)state;
    assert_int_equal(taken("session-a", ROUTE_WRITE), 20);
    assert_int_equal(taken("session-b", ROUTE_WRITE), 20);
}

static void a_credential_is_known_once_it_was_counted(void **state)
{
    (void)state;
    assert_false(limiter_knows(&limiter, "session-a"));
    assert_false(limiter_knows(&limiter, ""));
    assert_int_equal(limiter_take(&limiter, "session-a", ROUTE_READ, NOW_US), 0);
    assert_true(limiter_knows(&limiter, "session-a"));
    assert_false(limiter_knows(&limiter, "session-b"));
    assert_int_equal(limiter_take(&limiter, "", ROUTE_READ, NOW_US), 0);
    assert_false(limiter_knows(&limiter, ""));
}

static void strangers_share_one_bucket(void **state)
{
    (void)state;
    assert_int_equal(taken("", ROUTE_WRITE), 5);
    assert_int_equal(taken("", ROUTE_READ), 0);
}

static void a_full_table_forgets_but_never_fails(void **state)
{
    (void)state;
    for (int i = 0; i < 3 * LIMITER_ENTRIES; i++) {
        char credential[32];
        snprintf(credential, sizeof(credential), "session-%d", i);
        assert_int_equal(limiter_take(&limiter, credential, ROUTE_READ, NOW_US + i), 0);
    }
}

static bool find(const char *token, const char *account_id, int64_t now_us, struct identity_session *session)
{
    static struct arena arena;
    arena_init(&arena, 65536);
    bool found = session_cache_find(&cache, &arena, token, account_id, now_us, session);
    if (found)
        assert_int_equal(session->roles, 3);
    arena_deinit(&arena);
    return found;
}

static void a_cached_session_is_found_for_a_second(void **state)
{
    (void)state;
    struct identity_session session = {"principal", "account", "company", true, 3};
    session_cache_keep(&cache, "token", "", NOW_US, &session);
    assert_true(find("token", "", NOW_US + 999999, &session));
    assert_false(find("token", "", NOW_US + 1000000, &session));
}

static void a_cached_session_is_found_for_its_token_and_account_alone(void **state)
{
    (void)state;
    struct identity_session session = {"principal", "account", "company", true, 3};
    session_cache_keep(&cache, "token", "account", NOW_US, &session);
    assert_true(find("token", "account", NOW_US, &session));
    assert_false(find("token", "", NOW_US, &session));
    assert_false(find("token2", "account", NOW_US, &session));
    assert_false(find("token account", "", NOW_US, &session));
}

static void a_lifetime_of_zero_keeps_nothing(void **state)
{
    (void)state;
    struct identity_session session = {"principal", "account", "company", true, 3};
    cache.lifetime_us = 0;
    session_cache_keep(&cache, "token", "", NOW_US, &session);
    assert_false(find("token", "", NOW_US, &session));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup(reads_and_writes_have_limits_of_their_own, fresh),
        cmocka_unit_test_setup(one_credential_does_not_use_up_another, fresh),
        cmocka_unit_test_setup(a_credential_is_known_once_it_was_counted, fresh),
        cmocka_unit_test_setup(strangers_share_one_bucket, fresh),
        cmocka_unit_test_setup(a_full_table_forgets_but_never_fails, fresh),
        cmocka_unit_test_setup(a_cached_session_is_found_for_a_second, fresh),
        cmocka_unit_test_setup(a_cached_session_is_found_for_its_token_and_account_alone, fresh),
        cmocka_unit_test_setup(a_lifetime_of_zero_keeps_nothing, fresh),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
