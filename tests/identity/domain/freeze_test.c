/* GW-03, GW-04, c-13: where a freeze stands, and who begins, confirms and undoes it: every boundary
 * from both sides. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>

#include "identity/domain/freeze.h"
#include "identity/domain/role.h"

#define NOW INT64_C(1800000000000000)
#define MINUTE (INT64_C(60) * 1000000)
#define DAY (24 * 60 * MINUTE)
#define FREEZER ROLE_BILLING_FREEZER
#define ADMINISTRATOR ROLE_ACCOUNT_ADMINISTRATOR

static const struct id one = {{1}}, other = {{2}}, partner = {{3}};

static struct freeze in_force(int64_t expire_us)
{
    return (struct freeze){
        .created_by = one, .created_us = NOW, .begun_us = NOW, .expire_us = expire_us};
}

static struct freeze pending(int64_t expire_us)
{
    return (struct freeze){.created_by = one,
                           .created_us = NOW,
                           .confirm_until_us = NOW + FREEZE_CONFIRM_US,
                           .expire_us = expire_us};
}

static struct freeze confirmed(int64_t expire_us)
{
    struct freeze freeze = pending(expire_us);
    freeze.confirmed_by = other;
    freeze.begun_us = NOW + MINUTE;
    return freeze;
}

static struct freeze ended(enum freeze_state outcome)
{
    struct freeze freeze = in_force(0);
    freeze.outcome = outcome;
    freeze.ended_us = NOW + 1;
    return freeze;
}

static void it_stands_by_its_times(void **state)
{
    (void)state;
    const struct {
        struct freeze freeze;
        int64_t now_us;
        enum freeze_state state;
    } rows[] = {
        {in_force(0), NOW, FREEZE_IN_FORCE},
        {in_force(0), NOW + 1000 * DAY, FREEZE_IN_FORCE},
        {in_force(NOW + DAY), NOW + DAY - 1, FREEZE_IN_FORCE},
        {in_force(NOW + DAY), NOW + DAY, FREEZE_EXPIRED},
        {pending(0), NOW + FREEZE_CONFIRM_US - 1, FREEZE_PENDING},
        {pending(0), NOW + FREEZE_CONFIRM_US, FREEZE_LAPSED},
        {pending(NOW + MINUTE), NOW + MINUTE - 1, FREEZE_PENDING},
        {pending(NOW + MINUTE), NOW + MINUTE, FREEZE_LAPSED},
        {pending(NOW + DAY), NOW + FREEZE_CONFIRM_US, FREEZE_LAPSED},
        {confirmed(0), NOW + FREEZE_CONFIRM_US, FREEZE_IN_FORCE},
        {confirmed(NOW + DAY), NOW + DAY - 1, FREEZE_IN_FORCE},
        {confirmed(NOW + DAY), NOW + DAY, FREEZE_EXPIRED},
        {ended(FREEZE_UNDONE), NOW + DAY, FREEZE_UNDONE},
        {ended(FREEZE_EXPIRED), NOW + DAY, FREEZE_EXPIRED},
        {ended(FREEZE_LAPSED), NOW + DAY, FREEZE_LAPSED},
    };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++)
        assert_int_equal(freeze_state(&rows[i].freeze, rows[i].now_us), rows[i].state);
}

static void it_ends_by_itself_at_the_first_of_its_times(void **state)
{
    (void)state;
    const struct {
        struct freeze freeze;
        int64_t end_us;
    } rows[] = {
        {in_force(0), 0},
        {in_force(NOW + DAY), NOW + DAY},
        {pending(0), NOW + FREEZE_CONFIRM_US},
        {pending(NOW + MINUTE), NOW + MINUTE},
        {pending(NOW + DAY), NOW + FREEZE_CONFIRM_US},
        {confirmed(0), 0},
        {confirmed(NOW + DAY), NOW + DAY},
    };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++)
        assert_int_equal(freeze_end_us(&rows[i].freeze), rows[i].end_us);
}

static void a_freezer_begins_it_and_nobody_else(void **state)
{
    (void)state;
    static const struct {
        unsigned roles;
        int64_t holding, expire_us;
        enum freeze_verdict verdict;
    } rows[] = {
        {FREEZER, 0, 0, FREEZE_ACCEPTED},
        {FREEZER | ADMINISTRATOR, 0, 0, FREEZE_ACCEPTED},
        {ADMINISTRATOR | ROLE_FINANCE | ROLE_MEMBER, 0, 0, FREEZE_NOT_FREEZER},
        {ROLE_OPERATOR, 0, 0, FREEZE_NOT_FREEZER},
        {ROLE_NONE, FREEZES_MAX, NOW, FREEZE_NOT_FREEZER},
        {FREEZER, 0, NOW, FREEZE_EXPIRES_AT_ONCE},
        {FREEZER, 0, NOW + 1, FREEZE_ACCEPTED},
        {FREEZER, 0, NOW + FREEZE_EXPIRE_MAX_US, FREEZE_ACCEPTED},
        {FREEZER, 0, NOW + FREEZE_EXPIRE_MAX_US + 1, FREEZE_EXPIRES_AT_ONCE},
        {FREEZER, FREEZES_MAX - 1, 0, FREEZE_ACCEPTED},
        {FREEZER, FREEZES_MAX, 0, FREEZE_TOO_MANY},
    };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        const struct freezer by = {.roles = rows[i].roles};
        const struct freeze freeze = {.level = FREEZE_PAYG_SUSPEND, .expire_us = rows[i].expire_us};
        assert_int_equal(freeze_begin_decide(&by, &freeze, rows[i].holding, NOW), rows[i].verdict);
    }
}

/* B.5, B.2: what the relation permits, by the partner's own freezers, and nothing above that. */
static void a_partner_freezes_recharges_where_it_may(void **state)
{
    (void)state;
    static const struct {
        unsigned roles;
        bool permitted;
        enum freeze_level level;
        enum freeze_verdict verdict;
    } rows[] = {
        {FREEZER, true, FREEZE_RECHARGE, FREEZE_ACCEPTED},
        {FREEZER, true, FREEZE_NEW_PURCHASE, FREEZE_ABOVE_RECHARGE},
        {FREEZER, true, FREEZE_PAYG_SUSPEND, FREEZE_ABOVE_RECHARGE},
        {FREEZER, false, FREEZE_RECHARGE, FREEZE_NOT_FREEZER},
        {ADMINISTRATOR, true, FREEZE_RECHARGE, FREEZE_NOT_FREEZER},
    };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        const struct freezer by = {rows[i].roles, partner, rows[i].permitted};
        const struct freeze freeze = {.level = rows[i].level};
        assert_int_equal(freeze_begin_decide(&by, &freeze, 0, NOW), rows[i].verdict);
    }
}

/* B.5: each ends its own; the account those of a partner that may freeze no more. */
static void a_partners_freeze_is_the_partners_to_end(void **state)
{
    (void)state;
    struct freeze own = in_force(0), partners = in_force(0), anothers = in_force(0);
    partners.partner_id = partner;
    anothers.partner_id = other;
    const struct {
        struct freezer by;
        const struct freeze *freeze;
        enum freeze_verdict verdict;
    } rows[] = {
        {{FREEZER, partner, true}, &partners, FREEZE_ACCEPTED},
        {{FREEZER, partner, false}, &partners, FREEZE_NOT_FREEZER},
        {{FREEZER, partner, true}, &own, FREEZE_UNKNOWN},
        {{FREEZER, partner, true}, &anothers, FREEZE_UNKNOWN},
        {{.roles = FREEZER, .permitted = true}, &partners, FREEZE_OF_PARTNER},
        {{.roles = FREEZER}, &partners, FREEZE_ACCEPTED},
        {{.roles = FREEZER}, &own, FREEZE_ACCEPTED},
        {{.roles = ADMINISTRATOR}, &partners, FREEZE_NOT_FREEZER},
    };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        const struct freeze_act act = {rows[i].by, other, false, rows[i].freeze};
        assert_int_equal(freeze_undo_decide(&act, NOW), rows[i].verdict);
    }
}

struct act_row {
    unsigned roles;
    const struct id *caller;
    const struct freeze *freeze;
    int64_t now_us;
    enum freeze_verdict verdict;
};

typedef enum freeze_verdict decision(const struct freeze_act *act, int64_t now_us);

static void each_is(const struct act_row *rows, size_t count, decision *decide)
{
    for (size_t i = 0; i < count; i++) {
        const struct freeze_act act = {
            {.roles = rows[i].roles}, *rows[i].caller, false, rows[i].freeze};
        assert_int_equal(decide(&act, rows[i].now_us), rows[i].verdict);
    }
}

static void another_freezer_confirms_it_in_time(void **state)
{
    (void)state;
    const struct freeze waits = pending(0), holds = in_force(0), over = ended(FREEZE_UNDONE);
    const struct act_row rows[] = {
        {FREEZER, &other, &waits, NOW, FREEZE_ACCEPTED},
        {FREEZER, &other, &waits, NOW + FREEZE_CONFIRM_US - 1, FREEZE_ACCEPTED},
        {FREEZER, &other, &waits, NOW + FREEZE_CONFIRM_US, FREEZE_OVER},
        {FREEZER, &one, &waits, NOW, FREEZE_OWN},
        {ADMINISTRATOR, &other, &waits, NOW, FREEZE_NOT_FREEZER},
        {FREEZER, &other, NULL, NOW, FREEZE_UNKNOWN},
        {FREEZER, &other, &holds, NOW, FREEZE_HOLDS},
        {FREEZER, &other, &over, NOW, FREEZE_OVER},
    };
    each_is(rows, sizeof rows / sizeof *rows, freeze_confirm_decide);
}

/* c-13: it has seen the secret of the program that froze. */
static void whoever_made_the_freezer_is_no_other(void **state)
{
    (void)state;
    const struct freeze waits = pending(0), holds = in_force(0);
    const struct freeze_act confirm = {{.roles = FREEZER}, other, true, &waits},
                            undo = {{.roles = FREEZER}, other, true, &holds},
                            take_back = {{.roles = FREEZER}, other, true, &waits};
    assert_int_equal(freeze_confirm_decide(&confirm, NOW), FREEZE_OWN);
    assert_int_equal(freeze_undo_decide(&undo, NOW), FREEZE_OWN);
    assert_int_equal(freeze_undo_decide(&take_back, NOW), FREEZE_ACCEPTED);
}

static void another_freezer_undoes_it(void **state)
{
    (void)state;
    const struct freeze waits = pending(0), holds = in_force(NOW + DAY), two = confirmed(0),
                        over = ended(FREEZE_UNDONE);
    const struct act_row rows[] = {
        {FREEZER, &other, &holds, NOW, FREEZE_ACCEPTED},
        {FREEZER, &one, &holds, NOW, FREEZE_OWN},
        {FREEZER, &other, &holds, NOW + DAY - 1, FREEZE_ACCEPTED},
        {FREEZER, &other, &holds, NOW + DAY, FREEZE_OVER},
        {FREEZER, &one, &waits, NOW, FREEZE_ACCEPTED},
        {FREEZER, &other, &waits, NOW, FREEZE_ACCEPTED},
        {FREEZER, &other, &waits, NOW + FREEZE_CONFIRM_US, FREEZE_OVER},
        {FREEZER, &other, &two, NOW + DAY, FREEZE_ACCEPTED},
        {FREEZER, &one, &two, NOW + DAY, FREEZE_OWN},
        {ADMINISTRATOR, &other, &holds, NOW, FREEZE_NOT_FREEZER},
        {FREEZER, &other, NULL, NOW, FREEZE_UNKNOWN},
        {FREEZER, &other, &over, NOW, FREEZE_OVER},
    };
    each_is(rows, sizeof rows / sizeof *rows, freeze_undo_decide);
}

static void names_are_found_again(void **state)
{
    (void)state;
    for (enum freeze_level level = FREEZE_RECHARGE; level <= FREEZE_PAYG_SUSPEND; level++)
        assert_int_equal(freeze_level_find(freeze_level_name(level)), level);
    for (enum freeze_state each = FREEZE_PENDING; each <= FREEZE_LAPSED; each++)
        assert_int_equal(freeze_state_find(freeze_state_name(each)), each);
    assert_int_equal(freeze_level_find(NULL), FREEZE_LEVEL_NONE);
    assert_int_equal(freeze_state_find("THAWED"), FREEZE_STATE_NONE);
    assert_string_equal(freeze_refusal(FREEZE_EXPIRES_AT_ONCE)->reason, "FREEZE_EXPIRE_TIME");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(it_stands_by_its_times),
        cmocka_unit_test(it_ends_by_itself_at_the_first_of_its_times),
        cmocka_unit_test(a_freezer_begins_it_and_nobody_else),
        cmocka_unit_test(a_partner_freezes_recharges_where_it_may),
        cmocka_unit_test(a_partners_freeze_is_the_partners_to_end),
        cmocka_unit_test(another_freezer_confirms_it_in_time),
        cmocka_unit_test(whoever_made_the_freezer_is_no_other),
        cmocka_unit_test(another_freezer_undoes_it),
        cmocka_unit_test(names_are_found_again),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
