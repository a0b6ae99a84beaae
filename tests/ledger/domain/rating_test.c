/* Rating usage that comes in pieces: the vectors of A.2, and that no order or size of the pieces
 * changes the sum. */
#include "ledger/domain/rating.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#define UNIT INT64_C(1000000)
#define PIECES_MAX 40
#define LINE_MAX (INT64_MAX / 16 / 4096)

static const struct price graduated = {
    .model = PRICE_GRADUATED,
    .tier_count = 3,
    .tiers = {{10 * UNIT, 1000000000, 0}, {100 * UNIT, 800000000, 0}, {PRICE_OPEN, 500000000, 0}}};
static const struct price volume = {
    .model = PRICE_VOLUME,
    .tier_count = 3,
    .tiers = {{10 * UNIT, 1000000000, 0}, {100 * UNIT, 800000000, 0}, {PRICE_OPEN, 500000000, 0}}};
static const struct price request = {
    .model = PRICE_PER_UNIT, .tier_count = 1, .tiers = {{PRICE_OPEN, 200, 0}}};
static const struct price package = {.model = PRICE_PACKAGE,
                                     .package_micros = 1000 * UNIT,
                                     .tier_count = 1,
                                     .tiers = {{PRICE_OPEN, 123456789, 0}}};
static const struct price flat = {
    .model = PRICE_FLAT, .tier_count = 1, .tiers = {{PRICE_OPEN, 5000000000, 250}}};
static const struct price per_micro = {
    .model = PRICE_PER_UNIT, .tier_count = 1, .tiers = {{PRICE_OPEN, 1000000000, 0}}};
static const struct price dear = {
    .model = PRICE_PER_UNIT, .tier_count = 1, .tiers = {{PRICE_OPEN, INT64_MAX, 0}}};

struct piece {
    int64_t quantity_micros, net_micros;
};

static void charges(const struct price *price, const struct piece *pieces, size_t count)
{
    int64_t counter = 0;
    for (size_t i = 0; i < count; i++) {
        int64_t before = counter;
        struct rating rating;
        assert_int_equal(rating_decide(price, 0, pieces[i].quantity_micros, &counter, &rating),
                         RATING_RATED);
        assert_int_equal(rating.used_micros, before);
        assert_int_equal(counter, before + pieces[i].quantity_micros);
        assert_int_equal(rating.net_micros, pieces[i].net_micros);
        assert_int_equal(rating.list_micros, pieces[i].net_micros);
        assert_int_equal(rating.contracted_micros, pieces[i].net_micros);
    }
}

/* The numbers stand in the guide (A.2). */
static void vectors(void **state)
{
    (void)state;
    static const struct piece tiers[] = {{4 * UNIT, 4000000},
                                         {6 * UNIT, 6000000},
                                         {1, 1},
                                         {95 * UNIT, 74500000},
                                         {40 * UNIT, 20000000}};
    charges(&graduated, tiers, 5);
    static const struct piece requests[] = {{3 * UNIT, 1}, {3 * UNIT, 0}, {3 * UNIT, 1},
                                            {3 * UNIT, 0}, {3 * UNIT, 1}, {3 * UNIT, 1}};
    charges(&request, requests, 6);
    static const struct piece back[] = {{150 * UNIT, 107000000},
                                        {-60 * UNIT, -33000000},
                                        {-90 * UNIT, -74000000},
                                        {10 * UNIT, 10000000}};
    charges(&graduated, back, 4);
    static const struct piece steps[] = {{10 * UNIT, 10000000},     {1, -1999999},
                                         {90 * UNIT - 1, 71999999}, {1, -29999999},
                                         {50 * UNIT - 1, 24999999}, {-50 * UNIT, 5000000}};
    charges(&volume, steps, 6);
}

static void parked(void **state)
{
    (void)state;
    static const struct {
        const struct price *price;
        int64_t counter, quantity;
        const char *reason;
    } rows[] = {
        {NULL, 0, UNIT, "PRICE_NOT_FOUND"},
        {NULL, 5, -5, "PRICE_NOT_FOUND"},
        {&graduated, 5, -5, ""},
        {&graduated, 5, -6, "CORRECTED_NOT_RATED"},
        {&graduated, INT64_MAX - 1, 1, ""},
        {&graduated, INT64_MAX, 1, "OUT_OF_RANGE"},
        {&dear, 0, 1000 * UNIT * 1000000, "OUT_OF_RANGE"},
        {&graduated, 5, 0, "OUT_OF_RANGE"},
        {&per_micro, 0, LINE_MAX, ""},
        {&per_micro, 0, LINE_MAX + 1, "OUT_OF_RANGE"},
        {&per_micro, LINE_MAX, -LINE_MAX, ""},
        {&per_micro, LINE_MAX + 1, -LINE_MAX - 1, "OUT_OF_RANGE"},
    };
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        int64_t counter = rows[i].counter;
        struct rating rating;
        enum rating_verdict verdict =
            rating_decide(rows[i].price, 0, rows[i].quantity, &counter, &rating);
        assert_string_equal(rating_reason(verdict), rows[i].reason);
        assert_int_equal(counter,
                         rows[i].counter + (verdict == RATING_RATED ? rows[i].quantity : 0));
        assert_true(verdict == RATING_RATED || rating.net_micros == 0);
    }
}

/* Cut and corrected at random, by a seed: the sum is the charge of what is left. */
static void sums(void **state)
{
    (void)state;
    static const struct price *const prices[] = {&graduated, &request, &package, &flat, &volume};
    unsigned seed = 20261130;
    for (int round = 0; round < 400; round++) {
        const struct price *price = prices[round % 5];
        int64_t counter = 0, sum = 0, whole;
        for (int i = 0; i < PIECES_MAX; i++) {
            int64_t quantity = 1 + rand_r(&seed) % (round % 3 == 0 ? 7 : 9 * UNIT);
            struct rating rating;
            if (i % 5 == 4 && quantity <= counter)
                quantity = -quantity;
            assert_int_equal(rating_decide(price, 0, quantity, &counter, &rating), RATING_RATED);
            sum += rating.net_micros;
        }
        assert_true(price_charge(price, counter, &whole));
        assert_int_equal(sum, whole);
    }
}

/* The vectors of A.3 and that of D.9: of each line's list amount, rounded once, both ways. */
static void discounts(void **state) /* LED-25 */
{
    (void)state;
    static const struct price unit = {
        .model = PRICE_PER_UNIT, .tier_count = 1, .tiers = {{PRICE_OPEN, 1000000000, 0}}};
    static const struct {
        int64_t ppm, quantity, discount, contracted;
    } rows[] = {{85000, 123456789, 10493827, 112962962},
                {85000, -123456789, -10493827, -112962962},
                {500000, 5, 3, 2},
                {500000, -5, -3, -2},
                {85000, 6 * UNIT, 510000, 5490000},
                {0, 7, 0, 7},
                {1000000, 7, 7, 0}};
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        int64_t counter = 200 * UNIT;
        struct rating rating;
        assert_int_equal(rating_decide(&unit, rows[i].ppm, rows[i].quantity, &counter, &rating),
                         RATING_RATED);
        assert_int_equal(rating.list_micros, rows[i].quantity);
        assert_int_equal(rating.discount_micros, rows[i].discount);
        assert_int_equal(rating.contracted_micros, rows[i].contracted);
        assert_int_equal(rating.net_micros, rows[i].contracted);
    }
}

static void corrections(void **state)
{
    (void)state;
    static const struct {
        struct rating_original original;
        bool goes_on, is_booked;
    } rows[] = {{{false, false, false}, true, true},
                {{true, true, false}, true, true},
                {{true, true, true}, true, false},
                {{true, false, false}, false, true}};
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        assert_int_equal(rating_may_go_on(&rows[i].original), rows[i].goes_on);
        assert_int_equal(rating_is_booked(&rows[i].original), rows[i].is_booked);
    }
}

static void folds(void **state)
{
    (void)state;
    static const struct {
        int64_t carried, lines, order, carries;
    } rows[] = {
        {0, 5, 5, 0},  {0, 0, 0, 0},   {0, -5, 0, -5},  {-5, 5, 0, 0},
        {-5, 6, 1, 0}, {-5, 4, 0, -1}, {-5, -4, 0, -9}, {-5, INT64_MAX, INT64_MAX - 5, 0},
    };
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        int64_t carried = rows[i].carried, order = -1;
        assert_true(rating_fold(rows[i].lines, &carried, &order));
        assert_int_equal(order, rows[i].order);
        assert_int_equal(carried, rows[i].carries);
    }
    int64_t carried = -2, order;
    assert_false(rating_fold(INT64_MIN + 1, &carried, &order));
    assert_int_equal(carried, -2);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(vectors),   cmocka_unit_test(parked),      cmocka_unit_test(sums),
        cmocka_unit_test(discounts), cmocka_unit_test(corrections), cmocka_unit_test(folds),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
