/* Price books: what may begin when, which of an account's prices counts, what a charge is made of,
 * and what a price says. */
#include "ledger/domain/price_book.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>

#include <cmocka.h>

#define UNIT INT64_C(1000000)
#define NANOS INT64_C(1000000000) /* of 1.00 */

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
                          .tier_count = model == PRICE_NONE ? 0 : 1,
                          .tiers = {{PRICE_OPEN, nanos, 0}}};
}

static const char *reason(enum price_verdict verdict)
{
    return verdict == PRICE_ACCEPTED ? "" : price_refusal(verdict)->reason;
}

static void ids_are_as_offers_name_them(void **state)
{
    (void)state;
    assert_true(price_book_id_is_one("a"));
    assert_true(price_book_id_is_one("abcdefghijklmnopqrstuvwxyz-01234"));
    static const char *const none[] = {"", "abcdefghijklmnopqrstuvwxyz-012345", "Gold", "*", "a b"};
    for (size_t i = 0; i < sizeof none / sizeof none[0]; i++)
        assert_false(price_book_id_is_one(none[i]));
    assert_true(price_book_id_is_one(PRICE_BOOK_OF_LIST));
}

static void what_may_be_set(void **state)
{
    (void)state;
    assert_string_equal(reason(price_book_decide(&(struct price_book_facts){false, 999})), "");
    assert_string_equal(reason(price_book_decide(&(struct price_book_facts){false, 1000})),
                        "PRICE_LIMIT");
    assert_string_equal(reason(price_book_decide(&(struct price_book_facts){true, 1000})),
                        "PRICE_BOOK_TAKEN");
    static const struct {
        bool has_book;
        int64_t from_us;
        bool is_taken;
        int64_t count;
        const char *reason;
    } rows[] = {
        {true, 100, false, 9, ""},
        {true, 101, false, 0, ""},
        {true, 99, false, 0, "PRICE_PAST"},
        {true, 100, true, 0, "PRICE_BEGIN_TAKEN"},
        {true, 100, false, 10, "PRICE_LIMIT"},
        {true, 100, true, 10, "PRICE_BEGIN_TAKEN"},
        {true, 99, true, 10, "PRICE_PAST"},
        {false, 99, true, 10, "PRICE_BOOK_NOT_FOUND"},
    };
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++)
        assert_string_equal(
            reason(price_begin_decide(&(struct price_begin){.has_book = rows[i].has_book,
                                                            .from_us = rows[i].from_us,
                                                            .now_us = 100,
                                                            .is_taken = rows[i].is_taken,
                                                            .count = rows[i].count,
                                                            .count_max = 10})),
            rows[i].reason);
}

static struct price_span span(enum price_source source, const char *region_id, int64_t from_us,
                              int64_t until_us)
{
    return (struct price_span){
        .source = source,
        .from_us = from_us,
        .until_us = until_us,
        .price = {.place = {.region_id = region_id}, .price = single(PRICE_PER_UNIT, NANOS)}};
}

static void the_start_of_usage_says_which_price_counts(void **state) /* LED-39 */
{
    (void)state;
    struct price_span spans[] = {
        span(PRICE_BY_LIST, "*", 100, 0), span(PRICE_BY_LIST, "here", 200, 300),
        span(PRICE_BY_OWN, "*", 250, 400), span(PRICE_BY_AGENT, "*", 350, 450),
        span(PRICE_BY_AGENT, "here", 420, 430)};
    static const struct {
        int64_t usage_us;
        int chosen;
    } rows[] = {{99, -1}, {100, 0}, {199, 0}, {200, 1}, {249, 1}, {250, 2}, {300, 2}, {349, 2},
                {350, 3}, {400, 3}, {419, 3}, {420, 4}, {429, 4}, {430, 3}, {449, 3}, {450, 0}};
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        const struct price_span *found = price_span_choose(spans, 5, rows[i].usage_us);
        assert_ptr_equal(found, rows[i].chosen < 0 ? NULL : &spans[rows[i].chosen]);
    }
    spans[3].price.price = single(PRICE_NONE, 0); /* the agent's book sells it no more */
    assert_ptr_equal(price_span_choose(spans, 5, 399), &spans[2]);
    assert_ptr_equal(price_span_choose(spans, 5, 425), &spans[4]);
    spans[0].price.price = single(PRICE_NONE, 0);
    assert_null(price_span_choose(spans, 5, 450));
    assert_null(price_span_choose(NULL, 0, 1));
}

static void check_steps(const struct price *price, int64_t used, int64_t quantity,
                        const struct charge *expected)
{
    struct charge charge;
    int64_t further = -1, sum = 0;
    assert_true(price_explain(price, used, quantity, &charge));
    assert_true(price_charge_further(price, used, quantity, &further));
    assert_int_equal(charge.micros, further);
    assert_int_equal(charge.micros, expected->micros);
    assert_int_equal(charge.step_count, expected->step_count);
    for (size_t i = 0; i < charge.step_count; i++) {
        assert_int_equal(charge.steps[i].quantity_micros, expected->steps[i].quantity_micros);
        assert_int_equal(charge.steps[i].nanos, expected->steps[i].nanos);
        assert_int_equal(charge.steps[i].charge_micros, expected->steps[i].charge_micros);
        sum += charge.steps[i].charge_micros;
    }
    assert_int_equal(sum, charge.micros);
}

static void a_charge_is_made_of_its_tiers(void **state)
{
    (void)state;
    struct price graduated = tiered(PRICE_GRADUATED), volume = tiered(PRICE_VOLUME);
    check_steps(&graduated, 0, 150 * UNIT,
                &(struct charge){107 * UNIT,
                                 3,
                                 {{10 * UNIT, NANOS, 10 * UNIT},
                                  {90 * UNIT, NANOS / 10 * 8, 72 * UNIT},
                                  {50 * UNIT, NANOS / 2, 25 * UNIT}}});
    check_steps(&graduated, 10 * UNIT, 1,
                &(struct charge){1, 1, {{1, NANOS / 10 * 8, 1}}}); /* 0.8 of a micro */
    check_steps(&graduated, 4 * UNIT, 6 * UNIT,
                &(struct charge){6 * UNIT, 1, {{6 * UNIT, NANOS, 6 * UNIT}}});
    check_steps(&volume, 0, 100000001,
                &(struct charge){50000001, 1, {{100000001, NANOS / 2, 50000001}}});
    check_steps(&volume, 0, 0, &(struct charge){0, 0, {{0, 0, 0}}});
    struct price package = single(PRICE_PACKAGE, NANOS / 5);
    check_steps(&package, 0, 1000 * UNIT + 1,
                &(struct charge){400000, 1, {{1000 * UNIT + 1, NANOS / 5, 400000}}});
    struct price flat = single(PRICE_FLAT, 9 * NANOS);
    check_steps(&flat, 5 * UNIT, UNIT, &(struct charge){0, 1, {{UNIT, 9 * NANOS, 0}}});
    struct charge charge;
    assert_false(price_explain(&flat, INT64_MAX, 1, &charge));
    assert_false(price_explain(&graduated, 0, INT64_MAX, &charge) &&
                 price_explain(&(struct price){.model = PRICE_PER_UNIT,
                                               .tier_count = 1,
                                               .tiers = {{PRICE_OPEN, INT64_MAX, 0}}},
                               0, INT64_MAX, &charge));
}

static void a_price_in_words(void **state)
{
    (void)state;
    struct price fee = tiered(PRICE_GRADUATED), rows[] = {single(PRICE_NONE, 0),
                                                          single(PRICE_PER_UNIT, 164384),
                                                          single(PRICE_PACKAGE, NANOS / 5),
                                                          single(PRICE_FLAT, 9 * NANOS),
                                                          tiered(PRICE_GRADUATED),
                                                          tiered(PRICE_VOLUME),
                                                          fee};
    rows[6].tiers[1].flat_micros = 5 * UNIT;
    rows[6].tiers[1].up_to_micros = 100500000;
    static const char *const words[] = {
        "sold no more",
        "0.000164384 CNY a unit",
        "0.20 CNY for each 1000 begun",
        "9.00 CNY for any quantity",
        "1.00 up to 10, 0.80 up to 100, then 0.50 CNY",
        "all at 1.00 up to 10, 0.80 up to 100, then 0.50 CNY",
        "1.00 up to 10, 0.80 up to 100.5 and 5.00 once, then 0.50 CNY"};
    char text[PRICE_WORDS_SIZE];
    for (size_t i = 0; i < sizeof words / sizeof words[0]; i++) {
        price_words(&rows[i], "CNY", text);
        assert_string_equal(text, words[i]);
    }
    struct price longest = {.model = PRICE_VOLUME, .tier_count = PRICE_TIERS_MAX};
    for (size_t i = 0; i < PRICE_TIERS_MAX; i++)
        longest.tiers[i] = (struct price_tier){INT64_MAX - 100 + (int64_t)i, INT64_MAX, INT64_MAX};
    price_words(&longest, "CNY", text);
    assert_true(strlen(text) < PRICE_WORDS_SIZE);
    assert_non_null(strstr(text, "then 9223372036.854775807 CNY and 9223372036854.775807 once"));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(ids_are_as_offers_name_them),
        cmocka_unit_test(what_may_be_set),
        cmocka_unit_test(the_start_of_usage_says_which_price_counts),
        cmocka_unit_test(a_charge_is_made_of_its_tiers),
        cmocka_unit_test(a_price_in_words),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
