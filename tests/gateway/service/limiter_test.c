/* Rate limits per source, principal and account, and the session cache of reads. */
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
    limiter.limits = (struct limiter_limits){
        .principal = {{50, 100}, {10, 20}, {1000, 1500}},
        .account = {{50, 100}, {10, 20}, {1000, 1500}},
        .source = {50, 100},
        .anonymous = {5, 5},
    };
    memset(&cache, 0, sizeof(cache));
    cache.lifetime_us = 1000000;
    return 0;
}

static int taken(const char *principal, enum limiter_of of)
{
    int count = 0;
    while (limiter_take_principal(&limiter, principal, of, 1, NOW_US) == 0)
        count++;
    return count;
}

static int taken_by_strangers(const char *source, const char *rpc)
{
    int count = 0;
    while (limiter_take_anonymous(&limiter, source, rpc, NOW_US) == 0)
        count++;
    return count;
}

static void reads_writes_and_orders_have_limits_of_their_own(void **state)
{
    (void)state;
    assert_int_equal(taken("a", LIMITER_READS), 100);
    assert_int_equal(taken("a", LIMITER_WRITES), 20);
    assert_int_equal(limiter_take_principal(&limiter, "a", LIMITER_ORDERS, 1000, NOW_US), 0);
    assert_true(limiter_take_principal(&limiter, "a", LIMITER_ORDERS, 1000, NOW_US) > 0);
    assert_int_equal(limiter_take_principal(&limiter, "a", LIMITER_ORDERS, 500, NOW_US), 0);
}

static void one_principal_does_not_use_up_another(void **state)
{
    (void)state;
    assert_int_equal(taken("a", LIMITER_WRITES), 20);
    assert_int_equal(taken("b", LIMITER_WRITES), 20);
    assert_int_equal(limiter_take_account(&limiter, "a", LIMITER_WRITES, 1, NOW_US), 0);
}

static const struct limiter_caller caller = {"token", "198.51.100.7"},
                                   other = {"other", "198.51.100.7"}, nobody = {"", "198.51.100.7"};

static void all_sessions_of_a_principal_are_one(void **state)
{
    (void)state;
    assert_null(limiter_principal(&limiter, &caller, NOW_US));
    assert_null(limiter_principal(&limiter, &nobody, NOW_US));
    limiter_note_session(&limiter, &caller, "a", NOW_US);
    limiter_note_session(&limiter, &other, "a", NOW_US);
    assert_string_equal(limiter_principal(&limiter, &caller, NOW_US), "a");
    assert_string_equal(limiter_principal(&limiter, &other, NOW_US), "a");
    limiter_forget_session(&limiter, &caller);
    assert_null(limiter_principal(&limiter, &caller, NOW_US));
    assert_string_equal(limiter_principal(&limiter, &other, NOW_US), "a");
}

/* A stolen key that is bound to addresses uses up nothing of its program's. */
static void a_token_from_elsewhere_is_a_stranger_s(void **state)
{
    (void)state;
    const struct limiter_caller thief = {"token", "203.0.113.9"};
    limiter_note_session(&limiter, &caller, "a", NOW_US);
    assert_null(limiter_principal(&limiter, &thief, NOW_US));
    limiter_forget_session(&limiter, &thief);
    assert_string_equal(limiter_principal(&limiter, &caller, NOW_US), "a");
}

static void strangers_of_one_source_leave_the_others_alone(void **state)
{
    (void)state;
    assert_int_equal(taken_by_strangers("203.0.113.1", "/LogIn"), 5);
    assert_int_equal(taken_by_strangers("203.0.113.1", "/LogIn"), 0);
    assert_int_equal(taken_by_strangers("203.0.113.1", "/LogOut"), 5);
    assert_int_equal(taken_by_strangers("203.0.113.2", "/LogIn"), 5);
}

/* S4: whoever makes a full table forget his bucket by calling under many names finds it as empty as
 * it was. */
static void making_room_pays_nothing_back(void **state)
{
    (void)state;
    const char *attacker = "198.51.100.1";
    int total = taken_by_strangers(attacker, "/LogIn");
    for (int round = 0; round < 8; round++) {
        for (int i = 0; i < 2 * LIMITER_ENTRIES; i++) {
            char source[32];
            snprintf(source, sizeof(source), "10.%d.%d.%d", round, i / 256, i % 256);
            total += limiter_take_anonymous(&limiter, source, "/LogIn", NOW_US) == 0 ? 1 : 0;
        }
        total += taken_by_strangers(attacker, "/LogIn");
    }
    assert_in_range(
        total, 5,
        5 * LIMITER_ENTRIES); /* what a table full of buckets holds, however many names there are */
    assert_true(limiter_take_anonymous(&limiter, attacker, "/LogIn", NOW_US) > 0);
    assert_int_equal(limiter_take_anonymous(&limiter, attacker, "/LogIn", NOW_US + 1000000), 0);
}

#define SOURCE "203.0.113.9"
#define LEFT_US (INT64_C(3600) * 1000000)
#define KEY_OF(account_id, epoch) \
    (&(struct session_cache_key){"token", account_id, SOURCE, false, epoch})

static bool find(const char *token, const char *account_id, int64_t now_us,
                 struct identity_session *session)
{
    static struct arena arena;
    arena_init(&arena, 65536);
    bool found = session_cache_find(
        &cache, &arena, &(struct session_cache_key){token, account_id, SOURCE, false, 0}, now_us,
        session);
    if (found)
        assert_int_equal(session->roles, 3);
    arena_deinit(&arena);
    return found;
}

static void a_cached_session_is_found_for_a_second(void **state)
{
    (void)state;
    struct identity_session session = {.principal_id = "principal",
                                       .account_id = "account",
                                       .company_id = "company",
                                       .corporate = true,
                                       .roles = 3};
    session_cache_keep(&cache, KEY_OF("", 0), NOW_US, LEFT_US, &session);
    assert_true(find("token", "", NOW_US + 999999, &session));
    assert_false(find("token", "", NOW_US + 1000000, &session));
}

static void a_cached_session_is_found_for_its_token_and_account_alone(void **state)
{
    (void)state;
    struct identity_session session = {.principal_id = "principal",
                                       .account_id = "account",
                                       .company_id = "company",
                                       .corporate = true,
                                       .roles = 3};
    session_cache_keep(&cache, KEY_OF("account", 0), NOW_US, LEFT_US, &session);
    assert_true(find("token", "account", NOW_US, &session));
    assert_false(find("token", "", NOW_US, &session));
    assert_false(find("token2", "account", NOW_US, &session));
    assert_false(find("token account", "", NOW_US, &session));
}

static void what_was_asked_before_it_was_forgotten_is_not_found(void **state)
{
    (void)state;
    struct identity_session session = {.session_id = "session",
                                       .principal_id = "principal",
                                       .account_id = "account",
                                       .company_id = "company",
                                       .roles = 3};
    struct identity_session found;
    const struct session_cache_key before = *KEY_OF("", cache.epoch);
    session_cache_keep(&cache, &before, NOW_US, LEFT_US, &session);
    assert_true(find("token", "", NOW_US, &found));
    session_cache_forget(&cache);
    assert_false(find("token", "", NOW_US, &found));
    session_cache_keep(&cache, &before, NOW_US, LEFT_US, &session); /* identity answered late */
    assert_false(find("token", "", NOW_US, &found));
    session_cache_keep(&cache, KEY_OF("", cache.epoch), NOW_US, LEFT_US, &session);
    assert_true(find("token", "", NOW_US, &found));
}

/* ID-43 */
static void a_cached_session_is_not_found_from_elsewhere_nor_after_its_end(void **state)
{
    (void)state;
    struct identity_session session = {.session_id = "session",
                                       .principal_id = "principal",
                                       .account_id = "account",
                                       .company_id = "company",
                                       .roles = 3};
    struct session_cache_key elsewhere = *KEY_OF("", 0), oneself = elsewhere;
    struct identity_session found = session;
    struct arena arena;
    arena_init(&arena, 65536);
    session_cache_keep(&cache, KEY_OF("", 0), NOW_US, LEFT_US, &session);
    elsewhere.source_address = "203.0.113.10";
    oneself.without_policy = true;
    assert_false(session_cache_find(&cache, &arena, &elsewhere, NOW_US, &found));
    assert_false(session_cache_find(&cache, &arena, &oneself, NOW_US, &found));
    assert_true(find("token", "", NOW_US + 999999, &found));
    session_cache_keep(&cache, KEY_OF("", 0), NOW_US, 500000, &session);
    assert_true(find("token", "", NOW_US + 499999, &found));
    assert_false(find("token", "", NOW_US + 500000, &found));
    session_cache_keep(&cache, KEY_OF("", 0), NOW_US + 500000, 0, &session);
    assert_false(find("token", "", NOW_US + 500000, &found));
    arena_deinit(&arena);
}

/* ID-34: a stranger's log-out empties nobody else's place. */
static void a_token_is_forgotten_alone(void **state)
{
    (void)state;
    struct identity_session session = {.session_id = "session",
                                       .principal_id = "principal",
                                       .account_id = "account",
                                       .company_id = "company",
                                       .roles = 3};
    struct identity_session found;
    static const char *const accounts[] = {"", "account"};
    for (size_t i = 0; i < 2; i++) {
        session_cache_keep(&cache, KEY_OF(accounts[i], 0), NOW_US, LEFT_US, &session);
        struct session_cache_key theirs = *KEY_OF(accounts[i], 0);
        theirs.token = "other";
        session_cache_keep(&cache, &theirs, NOW_US, LEFT_US, &session);
    }
    session_cache_forget_token(&cache, "nobody's");
    assert_true(find("token", "", NOW_US, &found));
    session_cache_forget_token(&cache, "token");
    for (size_t i = 0; i < 2; i++) {
        assert_false(find("token", accounts[i], NOW_US, &found));
        assert_true(find("other", accounts[i], NOW_US, &found));
    }
    session_cache_keep(&cache, KEY_OF("", 0), NOW_US, LEFT_US, &session);
    assert_false(find("token", "", NOW_US, &found)); /* identity answered late */
}

static void a_lifetime_of_zero_keeps_nothing(void **state)
{
    (void)state;
    struct identity_session session = {.principal_id = "principal",
                                       .account_id = "account",
                                       .company_id = "company",
                                       .corporate = true,
                                       .roles = 3};
    cache.lifetime_us = 0;
    session_cache_keep(&cache, KEY_OF("", 0), NOW_US, LEFT_US, &session);
    assert_false(find("token", "", NOW_US, &session));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup(reads_writes_and_orders_have_limits_of_their_own, fresh),
        cmocka_unit_test_setup(one_principal_does_not_use_up_another, fresh),
        cmocka_unit_test_setup(all_sessions_of_a_principal_are_one, fresh),
        cmocka_unit_test_setup(a_token_from_elsewhere_is_a_stranger_s, fresh),
        cmocka_unit_test_setup(strangers_of_one_source_leave_the_others_alone, fresh),
        cmocka_unit_test_setup(making_room_pays_nothing_back, fresh),
        cmocka_unit_test_setup(a_cached_session_is_found_for_a_second, fresh),
        cmocka_unit_test_setup(what_was_asked_before_it_was_forgotten_is_not_found, fresh),
        cmocka_unit_test_setup(a_cached_session_is_found_for_its_token_and_account_alone, fresh),
        cmocka_unit_test_setup(a_cached_session_is_not_found_from_elsewhere_nor_after_its_end,
                               fresh),
        cmocka_unit_test_setup(a_token_is_forgotten_alone, fresh),
        cmocka_unit_test_setup(a_lifetime_of_zero_keeps_nothing, fresh),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
