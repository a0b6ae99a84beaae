/* Money that follows from a relation that was told (R5, LED-17, LED-20, ID-39). */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "ledger/domain/relation.h"

static struct relation_news told(int64_t version, bool ended)
{
    return (struct relation_news){.version = version,
                                  .settlement = SETTLEMENT_AGENT_PAYS,
                                  .pay_on_behalf = true,
                                  .ended = ended,
                                  .since_us = version * 100};
}

static void the_agent_pays_where_both_agreed_to_it(void **state)
{
    (void)state;
    for (int mode = SETTLEMENT_AGENT_PAYS; mode <= SETTLEMENT_OWN_ACCOUNT; mode++)
        for (int bits = 0; bits < 4; bits++) {
            struct relation_news terms = told(1, (bits & 1) != 0);
            terms.settlement = (enum settlement_mode)mode;
            terms.pay_on_behalf = (bits & 2) != 0;
            assert_int_equal(relation_agent_pays(&terms),
                             mode == SETTLEMENT_AGENT_PAYS && bits == 2);
        }
}

static void what_is_late_or_told_twice_is_no_news(void **state)
{
    (void)state;
    static const struct {
        bool has_ended;
        int64_t version;
        bool ended, is_news;
    } rows[] = {
        {false, 3, false, false}, {false, 3, true, true}, {false, 4, false, true},
        {false, 2, false, false}, {false, 2, true, true}, /* an end is for good */
        {true, 4, false, false},  {true, 3, true, false},
    };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        struct relation known = {.version = 3, .ended = rows[i].has_ended};
        struct relation_news news = told(rows[i].version, rows[i].ended);
        assert_int_equal(relation_is_news(&known, &news), rows[i].is_news);
    }
    struct relation unknown = {.version = 0};
    struct relation_news first = told(1, false);
    assert_true(relation_is_news(&unknown, &first));
}

static void no_version_is_skipped(void **state)
{
    (void)state;
    static const struct {
        int64_t known, previous, version;
        bool ended, is_next;
    } rows[] = {
        {0, 0, 1, false, true},  {0, 1, 2, false, false}, {1, 1, 2, false, true},
        {1, 2, 5, false, false}, {2, 2, 5, false, true}, /* offers that nobody agreed to are none */
        {2, 0, 5, false, true},                          /* a caller that does not know */
        {2, 3, 3, true, false},  {3, 3, 3, true, true},
    };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        struct relation known = {.version = rows[i].known};
        struct relation_news news = told(rows[i].version, rows[i].ended);
        news.previous_version = rows[i].previous;
        assert_int_equal(relation_is_next(&known, &news), rows[i].is_next);
    }
}

static void since_when_the_agent_pays_no_more(void **state)
{
    (void)state;
    struct relation relation = {.version = 0};
    struct relation_news news = told(1, false);
    news.pay_on_behalf = false;
    relation_hear(&relation, &news);
    assert_false(relation.agent_pays);
    assert_int_equal(relation.paid_until_us, 0); /* it never paid */
    news = told(2, false);
    relation_hear(&relation, &news);
    assert_true(relation.agent_pays);
    assert_int_equal(relation.paid_until_us, 0);
    news = told(3, false);
    news.settlement = SETTLEMENT_ALLOCATION;
    news.allocates = true;
    relation_hear(&relation, &news);
    assert_false(relation.agent_pays);
    assert_true(relation.allocates && !relation.ended);
    assert_int_equal(relation.paid_until_us, 300);
    news = told(3, true);
    news.since_us = 900;
    news.allocates = news.agent_purchases = true; /* what ended permits nothing */
    relation_hear(&relation, &news);
    assert_true(relation.ended && !relation.allocates && !relation.agent_purchases);
    assert_int_equal(relation.paid_until_us, 300); /* as before: it ended later */
}

/* B.3: what comes late or twice changes nothing, nor anything once the relation ended. */
static void a_risk_begins_and_is_over(void **state)
{
    (void)state;
    struct relation relation = {.version = 1};
    assert_false(relation_is_at_risk(NULL));
    assert_false(relation_is_at_risk(&relation));
    assert_true(relation_hear_risk(&relation, &(struct relation_risk){true, 100}));
    assert_true(relation_is_at_risk(&relation));
    assert_false(relation_hear_risk(&relation, &(struct relation_risk){false, 99}));
    assert_false(relation_hear_risk(&relation, &(struct relation_risk){false, 100}));
    assert_true(relation_is_at_risk(&relation));
    assert_true(relation_hear_risk(&relation, &(struct relation_risk){false, 101}));
    assert_false(relation_is_at_risk(&relation));
    assert_false(relation_hear_risk(&relation, &(struct relation_risk){true, 100}));
    relation.at_risk = relation.ended = true;
    assert_false(relation_is_at_risk(&relation));
    assert_false(relation_hear_risk(&relation, &(struct relation_risk){false, 200}));
    assert_int_equal(relation.risk_us, 101);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_agent_pays_where_both_agreed_to_it),
        cmocka_unit_test(what_is_late_or_told_twice_is_no_news),
        cmocka_unit_test(no_version_is_skipped),
        cmocka_unit_test(since_when_the_agent_pays_no_more),
        cmocka_unit_test(a_risk_begins_and_is_over),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
