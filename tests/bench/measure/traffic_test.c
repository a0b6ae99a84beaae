/* The traffic is what it says: uniform is even, skewed follows Zipf's law, hot has one payer, and
 * nobody pays himself. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <math.h>

#include "bench/measure/traffic.h"

#define DRAWS 200000
#define ACCOUNTS 100

static size_t drawn[ACCOUNTS];

static void draw(enum traffic_shape shape, uint64_t seed)
{
    struct traffic traffic;
    traffic_init(&traffic, shape, 3, ACCOUNTS, seed);
    for (size_t i = 0; i < ACCOUNTS; i++)
        drawn[i] = 0;
    for (size_t i = 0; i < DRAWS; i++) {
        size_t source = traffic_source(&traffic),
               destination = traffic_destination(&traffic, source);
        assert_true(source < ACCOUNTS && destination < ACCOUNTS && source != destination);
        assert_true(traffic_company(&traffic) < 3);
        drawn[source]++;
    }
    traffic_deinit(&traffic);
}

/* Five standard deviations of a binomial: with a fixed seed it either holds or it does not. */
static void assert_near(size_t count, double share)
{
    double expected = DRAWS * share, deviation = sqrt(DRAWS * share * (1 - share));
    assert_true(fabs((double)count - expected) < 5 * deviation);
}

static void uniform_is_even(void **state)
{
    (void)state;
    draw(TRAFFIC_UNIFORM, 1);
    for (size_t i = 0; i < ACCOUNTS; i++)
        assert_near(drawn[i], 1.0 / ACCOUNTS);
}

static void skewed_follows_the_law_of_zipf(void **state)
{
    (void)state;
    double sum = 0;
    draw(TRAFFIC_SKEWED, 2);
    for (size_t i = 1; i <= ACCOUNTS; i++)
        sum += pow((double)i, -0.99);
    for (size_t i = 0; i < ACCOUNTS; i++)
        assert_near(drawn[i], pow((double)(i + 1), -0.99) / sum);
}

static void hot_has_one_payer(void **state)
{
    (void)state;
    draw(TRAFFIC_HOT, 3);
    assert_int_equal(drawn[0], DRAWS);
}

static void the_same_seed_gives_the_same_traffic(void **state)
{
    (void)state;
    struct traffic a, b;
    traffic_init(&a, TRAFFIC_SKEWED, 4, 1000, 7);
    traffic_init(&b, TRAFFIC_SKEWED, 4, 1000, 7);
    for (int i = 0; i < 1000; i++)
        assert_int_equal(traffic_source(&a), traffic_source(&b));
    traffic_deinit(&a);
    traffic_deinit(&b);
}

static void ids_differ(void **state)
{
    (void)state;
    struct traffic traffic;
    traffic_init(&traffic, TRAFFIC_UNIFORM, 3, ACCOUNTS, 1);
    assert_true(id_equal(traffic_account_id(&traffic, 1, 2), traffic_account_id(&traffic, 1, 2)));
    assert_false(id_equal(traffic_account_id(&traffic, 1, 2), traffic_account_id(&traffic, 2, 1)));
    assert_false(id_equal(traffic_account_id(&traffic, 1, 2), traffic_account_id(&traffic, 1, 3)));
    assert_false(id_equal(traffic_company_id(&traffic, 0), traffic_account_id(&traffic, 0, 0)));
    assert_null(traffic_token(&traffic, 0, 0));
    traffic_deinit(&traffic);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(uniform_is_even),   cmocka_unit_test(skewed_follows_the_law_of_zipf),
        cmocka_unit_test(hot_has_one_payer), cmocka_unit_test(the_same_seed_gives_the_same_traffic),
        cmocka_unit_test(ids_differ),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
