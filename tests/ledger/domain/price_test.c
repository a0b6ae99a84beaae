/* Prices: the vectors of breadth A.1 and A.2, and pieces of any size. */
#include "ledger/domain/price.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>

#define UNIT INT64_C(1000000)
#define NANOS INT64_C(1000000000) /* of 1.00 */

/* Up to 10 at 1.00, up to 100 at 0.80, the rest at 0.50. */
static struct price tiered(enum price_model model)
{
    return (struct price){.model = model,
                          .tier_count = 3,
                          .tiers = {{10 * UNIT, NANOS, 0},
                                    {100 * UNIT, NANOS / 10 * 8, 0},
                                    {PRICE_OPEN, NANOS / 2, 0}}};
}

static struct price single(enum price_model model, int64_t nanos)
{
    return (struct price){.model = model,
                          .package_micros = model == PRICE_PACKAGE ? 1000 * UNIT : 0,
                          .tier_count = 1,
                          .tiers = {{PRICE_OPEN, nanos, 0}}};
}

static int64_t charge(const struct price *price, int64_t quantity_micros)
{
    int64_t micros = -1;
    assert_true(price_charge(price, quantity_micros, &micros));
    return micros;
}

static int64_t further(const struct price *price, int64_t used_micros, int64_t quantity_micros)
{
    int64_t micros = -1;
    assert_true(price_charge_further(price, used_micros, quantity_micros, &micros));
    return micros;
}

static void tiers_charge_as_the_table_says(void **state)
{
    (void)state;
    static const struct {
        int64_t quantity, graduated, volume;
    } rows[] = {
        {0, 0, 0},
        {1, 1, 1},
        {10000000, 10000000, 10000000},
        {10000001, 10000001, 8000001},
        {100000000, 82000000, 80000000},
        {100000001, 82000001, 50000001},
        {150000000, 107000000, 75000000},
    };
    struct price graduated = tiered(PRICE_GRADUATED), volume = tiered(PRICE_VOLUME);
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        assert_int_equal(charge(&graduated, rows[i].quantity), rows[i].graduated);
        assert_int_equal(charge(&volume, rows[i].quantity), rows[i].volume);
    }
}

static void the_other_models_charge(void **state)
{
    (void)state;
    struct price unit = single(PRICE_PER_UNIT, 164384);  /* "0.12 per GB-Month", by the hour */
    assert_int_equal(charge(&unit, 730 * UNIT), 120000); /* 0.12000032 */
    struct price package = single(PRICE_PACKAGE, NANOS / 5);
    static const int64_t packages[][2] = {{0, 0},
                                          {1, 200000},
                                          {1000 * UNIT, 200000},
                                          {1000 * UNIT + 1, 400000},
                                          {2000 * UNIT, 400000}};
    for (size_t i = 0; i < sizeof packages / sizeof packages[0]; i++)
        assert_int_equal(charge(&package, packages[i][0]), packages[i][1]);
    struct price flat = single(PRICE_FLAT, 9 * NANOS);
    assert_int_equal(charge(&flat, 0), 0);
    assert_int_equal(charge(&flat, 1), 9 * UNIT);
    assert_int_equal(charge(&flat, INT64_MAX), 9 * UNIT);
    assert_int_equal(further(&flat, 1, 5), 0);
}

static void a_tier_s_fee_is_charged_once_it_is_entered(void **state)
{
    (void)state;
    struct price graduated = tiered(PRICE_GRADUATED), volume = tiered(PRICE_VOLUME);
    graduated.tiers[0].flat_micros = volume.tiers[0].flat_micros = 3 * UNIT;
    graduated.tiers[1].flat_micros = volume.tiers[1].flat_micros = 5 * UNIT;
    assert_int_equal(charge(&graduated, 0), 0);
    assert_int_equal(charge(&graduated, 10 * UNIT), 13 * UNIT);
    assert_int_equal(charge(&graduated, 10 * UNIT + 1), 18 * UNIT + 1);
    assert_int_equal(further(&graduated, 10 * UNIT, 1), 5 * UNIT + 1);
    assert_int_equal(further(&graduated, 10 * UNIT + 1, 10 * UNIT), 8 * UNIT);
    assert_int_equal(charge(&volume, 10 * UNIT + 1), 13 * UNIT + 1);
    assert_int_equal(further(&volume, 0, UNIT), 4 * UNIT);
    assert_int_equal(further(&volume, UNIT, UNIT), UNIT);
    assert_int_equal(further(&volume, 9 * UNIT, 2 * UNIT), 5 * UNIT + 1600000);
}

static void pieces_add_up(void **state)
{
    (void)state;
    static const int64_t pieces[][2] = {
        {4000000, 4000000}, {6000000, 6000000}, {1, 1}, {95000000, 74500000}, {40000000, 20000000}};
    struct price graduated = tiered(PRICE_GRADUATED);
    int64_t used = 0;
    for (size_t i = 0; i < sizeof pieces / sizeof pieces[0]; used += pieces[i++][0])
        assert_int_equal(further(&graduated, used, pieces[i][0]), pieces[i][1]);
    assert_int_equal(charge(&graduated, used), 104500001);
    static const int64_t micros[] = {1, 0, 1, 0, 1, 1}; /* six times three requests at 0.0000002 */
    struct price request = single(PRICE_PER_UNIT, 200);
    for (int64_t i = 0; i < 6; i++)
        assert_int_equal(further(&request, 3 * i * UNIT, 3 * UNIT), micros[i]);
    assert_int_equal(charge(&request, 18 * UNIT), 4);
}

/* By VOLUME no piece is below zero; what was charged too much is corrected at the period's end. */
static void a_volume_piece_is_charged_at_the_tier_it_reaches(void **state)
{
    (void)state;
    struct price volume = tiered(PRICE_VOLUME);
    assert_int_equal(further(&volume, 0, 10 * UNIT), 10 * UNIT);
    assert_int_equal(further(&volume, 10 * UNIT, 1), 1);
    assert_int_equal(further(&volume, 90 * UNIT, 10 * UNIT), 8 * UNIT);
    assert_int_equal(further(&volume, 90 * UNIT, 20 * UNIT), 10 * UNIT);
    assert_int_equal(further(&volume, 90 * UNIT, 0), 0);
}

static uint32_t seed = 20261130;

static int64_t below(int64_t limit)
{
    seed = seed * 1664525 + 1013904223;
    return (int64_t)(seed >> 4) % limit;
}

/* Each millionth by itself, in 10^-15 of the major unit; then half a micro up. */
static int64_t counted(const struct price *price, int64_t quantity_micros)
{
    size_t tier = 0, entered = 0;
    int64_t parts = 0;
    for (int64_t at = 1; at <= quantity_micros; at++) {
        while (at > price->tiers[tier].up_to_micros)
            tier++;
        if (entered <= tier)
            parts += price->tiers[tier].flat_micros * NANOS;
        entered = tier + 1;
        parts += price->tiers[tier].nanos;
    }
    return parts / NANOS + (parts % NANOS >= NANOS / 2);
}

static void any_tiers_in_any_pieces(void **state)
{
    (void)state;
    for (int round = 0; round < 300; round++) {
        struct price price = {.model = PRICE_GRADUATED, .tier_count = 1 + (size_t)below(5)};
        int64_t up_to = 0, used = 0, sum = 0, total = 1 + below(3000);
        for (size_t i = 0; i < price.tier_count; i++) {
            up_to += 1 + below(600);
            price.tiers[i] = (struct price_tier){i + 1 == price.tier_count ? PRICE_OPEN : up_to,
                                                 below(3 * NANOS), below(4) == 0 ? below(500) : 0};
        }
        assert_null(price_check(&price));
        while (used < total) {
            int64_t piece = 1 + below(total - used);
            sum += further(&price, used, piece);
            used += piece;
        }
        assert_int_equal(sum, charge(&price, total));
        assert_int_equal(sum, counted(&price, total));
    }
}

static void beyond_the_range_nothing_is_charged(void **state)
{
    (void)state;
    int64_t micros = 7;
    struct price unit = single(PRICE_PER_UNIT, NANOS);
    assert_int_equal(charge(&unit, INT64_MAX), INT64_MAX);
    unit.tiers[0].nanos = NANOS + 1;
    assert_false(price_charge(&unit, INT64_MAX, &micros));
    unit.tiers[0].nanos = INT64_MAX;
    assert_false(price_charge(&unit, INT64_MAX, &micros));
    unit.tiers[0].nanos = 1;
    assert_false(price_charge_further(&unit, INT64_MAX, 1, &micros));
    struct price volume = tiered(PRICE_VOLUME);
    volume.tiers[2] = (struct price_tier){PRICE_OPEN, NANOS, INT64_MAX};
    assert_false(price_charge_further(&volume, 0, 101 * UNIT, &micros));
    assert_int_equal(micros, 7);
}

static const char *mistake(const struct price *price)
{
    const struct price_mistake *found = price_check(price);
    return found == NULL ? "" : fault_reason(found->fault);
}

static void what_is_no_price(void **state)
{
    (void)state;
    struct price price = tiered(PRICE_GRADUATED);
    assert_string_equal(mistake(&price), "");
    price.tiers[1].up_to_micros = 10 * UNIT;
    assert_string_equal(mistake(&price), "MALFORMED");
    price.tiers[1].up_to_micros = 10 * UNIT + 1;
    assert_string_equal(mistake(&price), "");
    price.tiers[0].up_to_micros = 0;
    assert_string_equal(mistake(&price), "MALFORMED");
    price = tiered(PRICE_VOLUME);
    price.tiers[2].up_to_micros = PRICE_OPEN - 1; /* not open */
    assert_string_equal(mistake(&price), "MALFORMED");
    price = tiered(PRICE_VOLUME);
    price.tiers[2].nanos = 0;
    assert_string_equal(mistake(&price), "");
    price.tiers[2].nanos = -1;
    assert_string_equal(mistake(&price), "NEGATIVE");
    price.tiers[2].nanos = 0;
    price.tiers[2].flat_micros = -1;
    assert_string_equal(mistake(&price), "NEGATIVE");
    price = tiered(PRICE_PER_UNIT); /* has no tiers */
    assert_string_equal(mistake(&price), "OUT_OF_RANGE");
    price = single(PRICE_VOLUME, 1);
    price.tier_count = 0;
    assert_string_equal(mistake(&price), "OUT_OF_RANGE");
    price = (struct price){.model = PRICE_GRADUATED, .tier_count = PRICE_TIERS_MAX};
    for (size_t i = 0; i < PRICE_TIERS_MAX; i++)
        price.tiers[i].up_to_micros = i + 1 < PRICE_TIERS_MAX ? (int64_t)i + 1 : PRICE_OPEN;
    assert_string_equal(mistake(&price), "");
    price.tier_count = PRICE_TIERS_MAX + 1;
    assert_string_equal(mistake(&price), "OUT_OF_RANGE");
    price = single(PRICE_PACKAGE, 1);
    assert_string_equal(mistake(&price), "");
    price.package_micros = 0;
    assert_string_equal(mistake(&price), "OUT_OF_RANGE");
    price = single(PRICE_FLAT, 1);
    price.package_micros = 1;
    assert_string_equal(mistake(&price), "OUT_OF_RANGE");
    price = (struct price){.model = PRICE_NONE};
    assert_string_equal(mistake(&price), "");
    price = single(PRICE_NONE, 1);
    assert_string_equal(mistake(&price), "OUT_OF_RANGE");
    price.model = PRICE_MODEL_END;
    assert_string_equal(mistake(&price), "UNKNOWN_VALUE");
}

static void the_book_comes_before_the_region(void **state) /* LED-39 */
{
    (void)state;
    struct price_candidate all[] = {{3, true, PRICE_FLAT},  {3, false, PRICE_FLAT},
                                    {2, true, PRICE_FLAT},  {2, false, PRICE_FLAT},
                                    {1, false, PRICE_FLAT}, {1, true, PRICE_FLAT}};
    assert_int_equal(price_choose(all, 0), 0);
    assert_int_equal(price_choose(all, 1), 0);
    assert_int_equal(price_choose(all, 2), 1);
    assert_int_equal(price_choose(all, 3), 2); /* everywhere in the contract's, before the list's */
    assert_int_equal(price_choose(all, 4), 3);
    assert_int_equal(price_choose(all, 6), 4);
    all[4].model = PRICE_NONE;
    assert_int_equal(price_choose(all, 6), 5);
    all[5].model = PRICE_NONE;
    assert_int_equal(price_choose(all, 6), 3);
    for (size_t i = 0; i < 4; i++)
        all[i].model = PRICE_NONE;
    assert_int_equal(price_choose(all, 6), 6);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(tiers_charge_as_the_table_says),
        cmocka_unit_test(the_other_models_charge),
        cmocka_unit_test(a_tier_s_fee_is_charged_once_it_is_entered),
        cmocka_unit_test(pieces_add_up),
        cmocka_unit_test(a_volume_piece_is_charged_at_the_tier_it_reaches),
        cmocka_unit_test(any_tiers_in_any_pieces),
        cmocka_unit_test(beyond_the_range_nothing_is_charged),
        cmocka_unit_test(what_is_no_price),
        cmocka_unit_test(the_book_comes_before_the_region),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
