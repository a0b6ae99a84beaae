/* Remembered companies of accounts: found again, never changed, and bounded. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "gateway/service/company_cache.h"

static struct company_cache cache;

static int fresh(void **state)
{
    (void)state;
    memset(&cache, 0, sizeof cache);
    return 0;
}

/* The n-th account of a set: the last bytes choose the set. */
static struct id account(uint8_t set, uint8_t n)
{
    return (struct id){{[0] = 1, [6] = n, [12] = set}};
}

static struct id company(uint8_t n)
{
    return (struct id){{[0] = 2, [15] = n}};
}

/* A company's chain, the company's benefits, of an account that was opened there. */
static struct account_home home(uint8_t n)
{
    return (struct account_home){.company_id = company(n),
                                 .chain_id = company(n),
                                 .benefit_company_id = company(n),
                                 .sharing_company_id = company(n),
                                 .told_company_id = company(n)};
}

static void keep(struct id account_id, uint8_t n)
{
    const struct account_home kept = home(n);
    company_cache_keep(&cache, account_id, &kept);
}

static bool finds(struct id account_id, struct id company_id)
{
    struct account_home found;
    return company_cache_find(&cache, account_id, &found) && id_equal(found.company_id, company_id);
}

static void a_company_is_found_again(void **state)
{
    (void)state;
    struct account_home found;
    assert_false(company_cache_find(&cache, account(1, 1), &found));
    keep(account(1, 1), 1);
    assert_true(finds(account(1, 1), company(1)));
    assert_false(company_cache_find(&cache, account(1, 2), &found));
    assert_false(company_cache_find(&cache, account(2, 1), &found));
    keep(account(1, 2), 2);
    assert_true(finds(account(1, 1), company(1)));
    assert_true(finds(account(1, 2), company(2)));
}

static void the_first_found_stays(void **state)
{
    (void)state;
    keep(account(1, 1), 1);
    keep(account(1, 1), 2); /* two who read it at once */
    assert_true(finds(account(1, 1), company(1)));
}

static void who_is_forgotten_is_read_again(void **state)
{
    (void)state;
    for (uint8_t n = 0; n < COMPANY_CACHE_WAYS; n++)
        keep(account(3, n), n);
    company_cache_forget(&cache, account(3, 100)); /* was never there */
    company_cache_forget(&cache, account(3, 2));
    assert_false(finds(account(3, 2), company(2)));
    keep(account(3, 2), 20);
    assert_true(finds(account(3, 2), company(20)));
    for (uint8_t n = 0; n < COMPANY_CACHE_WAYS; n++)
        assert_true(n == 2 || finds(account(3, n), company(n)));
}

static void who_was_asked_for_least_lately_makes_room(void **state)
{
    (void)state;
    struct account_home found;
    for (uint8_t n = 0; n < COMPANY_CACHE_WAYS; n++)
        keep(account(7, n), n);
    assert_true(finds(account(7, 0), company(0)));
    keep(account(7, 100), 100);
    assert_false(company_cache_find(&cache, account(7, 1), &found));
    assert_true(finds(account(7, 0), company(0)));
    for (uint8_t n = 2; n < COMPANY_CACHE_WAYS; n++)
        assert_true(finds(account(7, n), company(n)));
    assert_true(finds(account(7, 100), company(100)));
}

/* Settled 11 */
static void who_may_still_move_is_asked_again(void **state)
{
    (void)state;
    struct account_home alone = home(1);
    alone.company_id = alone.chain_id = account(1, 1);
    assert_false(company_home_stays(account(1, 1), &alone));
    alone.chain_id = company(1);
    assert_true(company_home_stays(account(1, 1), &alone));
    alone.benefit_company_id = (struct id){{0}}; /* sharing is told a moment later */
    assert_false(company_home_stays(account(1, 1), &alone));
    assert_false(company_home_stays(account(1, 1), &(struct account_home){.company_id = {{0}}}));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup(a_company_is_found_again, fresh),
        cmocka_unit_test_setup(the_first_found_stays, fresh),
        cmocka_unit_test_setup(who_is_forgotten_is_read_again, fresh),
        cmocka_unit_test_setup(who_may_still_move_is_asked_again, fresh),
        cmocka_unit_test_setup(who_was_asked_for_least_lately_makes_room, fresh),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
