/* GW-07: acts are kept with what was done, listed each once and newest first whatever commits
 * meanwhile, found by what they are about, and changed by nobody. */
#include "tests/runtime/database/fixture.h"
#include "runtime/database/act_log.h"

#define DAY_US (INT64_C(24) * 3600 * 1000000)
#define START_US (DAY_US * 20000)

static struct id id_of(int number)
{
    struct id id = {{7}};
    memcpy(id.bytes + 8, &number, sizeof number);
    return id;
}

static struct actor actor_of(int principal)
{
    char text[ID_TEXT_SIZE];
    struct actor actor;
    const struct actor_said said = {.principal_id = id_format(id_of(principal), text),
                                    .roles = "MEMBER,ACCOUNT_ADMINISTRATOR"};
    assert_true(actor_read(&said, &actor));
    return actor;
}

/* One act a number, at an hour of its own, whose request says the number. */
struct story {
    int from, to, account, principal, object;
    const char *action, *tag, *reason;
    int64_t pause_ms;
    enum failure verdict;
};

static enum failure tell(struct transaction *transaction, void *argument)
{
    const struct story *story = argument;
    struct actor actor = actor_of(story->principal);
    enum failure failure = FAILURE_NONE;
    for (int i = story->from; i <= story->to && failure == FAILURE_NONE; i++) {
        const struct act act = {.actor = &actor,
                                .account_id = id_of(story->account),
                                .object_id =
                                    story->object != 0 ? id_of(story->object) : (struct id){{0}},
                                .request_id = id_of(i),
                                .action = story->action != NULL ? story->action : "a.b.c",
                                .tag = story->tag != NULL ? story->tag : "",
                                .reason = story->reason != NULL ? story->reason : "",
                                .act_us = START_US + i * (DAY_US / 24)};
        failure = act_append(transaction, &act);
    }
    if (failure == FAILURE_NONE && story->pause_ms > 0)
        failure = task_sleep_ms(transaction_task(transaction), story->pause_ms);
    return failure != FAILURE_NONE ? failure : story->verdict;
}

static void transact(struct task *task, struct database *database, struct story story)
{
    assert_failure(database_transact(task, database, ISOLATION_READ_COMMITTED, tell, &story),
                   story.verdict);
}

static int number_of(const struct act *act)
{
    int number;
    memcpy(&number, act->request_id.bytes + 8, sizeof number);
    return number;
}

static struct act_filter all(void)
{
    return (struct act_filter){.action = "", .tag = "", .until_us = ACT_LATEST_US};
}

/* Pages from the newest to the end; between two of them, the story. */
static size_t list(struct task *task, struct database *database, const struct act_filter *filter,
                   size_t limit, int *numbers)
{
    struct act_reading reading = {.filter = *filter, .cursor = "", .limit = limit};
    struct act_page page = {.is_last = false};
    size_t total = 0;
    for (int rounds = 0; !page.is_last; rounds++) {
        assert_in_range(rounds, 0, 100);
        assert_none(act_read(reader_of(task, database), &reading, &page));
        assert_false(page.began_again);
        for (size_t i = 0; i < page.count; i++)
            numbers[total++] = number_of(&page.acts[i]);
        reading.cursor = page.cursor;
    }
    return total;
}

static void assert_lists(struct task *task, struct database *database,
                         const struct act_filter *filter, size_t count, const int *expected)
{
    int numbers[64];
    assert_int_equal(list(task, database, filter, 3, numbers), count);
    for (size_t i = 0; i < count; i++)
        assert_int_equal(numbers[i], expected[i]);
}

static void each_is_listed_once_and_the_newest_first(struct task *task, void *argument)
{
    (void)argument;
    struct database *database = database_open(task);
    transact(task, database, (struct story){.from = 1, .to = 7});
    transact(task, database, (struct story){.from = 8, .to = 9, .verdict = FAILURE_INVALID});
    transact(task, database, (struct story){.from = 10, .to = 13});
    for (size_t limit = 1; limit <= 12; limit++) {
        int numbers[64];
        struct act_filter filter = all();
        assert_int_equal(list(task, database, &filter, limit, numbers), 11);
        for (int i = 0; i < 11; i++)
            assert_int_equal(numbers[i], i < 4 ? 13 - i : 11 - i);
    }
    database_free(database);
}

static void an_act_says_all_of_it(struct task *task, void *argument)
{
    (void)argument;
    struct database *database = database_open(task);
    transact(task, database,
             (struct story){.from = 4,
                            .to = 4,
                            .account = 21,
                            .principal = 22,
                            .object = 23,
                            .action = "payments.top_up.create",
                            .tag = "ClientX",
                            .reason = "BELOW_MINIMUM"});
    struct act_page page;
    const struct act_reading reading = {.filter = all(), .cursor = "", .limit = 5};
    assert_none(act_read(reader_of(task, database), &reading, &page));
    assert_int_equal(page.count, 1);
    const struct act *act = &page.acts[0];
    struct actor actor = actor_of(22);
    assert_true(id_equal(act->account_id, id_of(21)));
    assert_true(id_equal(act->object_id, id_of(23)));
    assert_string_equal(act->action, "payments.top_up.create");
    assert_string_equal(act->tag, "ClientX");
    assert_string_equal(act->reason, "BELOW_MINIMUM");
    assert_int_equal(act->act_us, START_US + 4 * (DAY_US / 24));
    assert_true(id_equal(act->actor->principal_id, id_of(22)));
    assert_string_equal(act->actor->roles, "ACCOUNT_ADMINISTRATOR,MEMBER");
    assert_true(id_equal(act->actor->reference, actor.reference));
    assert_true(id_equal(actor_reference(act->actor), actor.reference));
    database_free(database);
}

static void it_is_found_by_what_it_is_about(struct task *task, void *argument)
{
    (void)argument;
    struct database *database = database_open(task);
    transact(task, database, (struct story){.from = 1, .to = 3, .account = 30, .principal = 40});
    transact(task, database,
             (struct story){
                 .from = 4, .to = 5, .account = 31, .principal = 40, .object = 50, .tag = "x"});
    transact(task, database,
             (struct story){.from = 6, .to = 6, .account = 30, .principal = 41, .action = "d.e.f"});
    struct act_filter filter = all();
    const struct id account = id_of(30);
    filter.accounts = id_array(&account, 1);
    assert_lists(task, database, &filter, 4, (const int[]){6, 3, 2, 1});
    filter.principal_id = id_of(40);
    assert_lists(task, database, &filter, 3, (const int[]){3, 2, 1});
    filter.from_us = START_US + 2 * (DAY_US / 24);
    filter.until_us = START_US + 3 * (DAY_US / 24);
    assert_lists(task, database, &filter, 1, (const int[]){2});
    filter = all();
    filter.principal_id = id_of(40);
    assert_lists(task, database, &filter, 5, (const int[]){5, 4, 3, 2, 1});
    filter.tag = "x";
    assert_lists(task, database, &filter, 2, (const int[]){5, 4});
    filter = all();
    filter.object_id = id_of(50);
    assert_lists(task, database, &filter, 2, (const int[]){5, 4});
    filter = all();
    filter.action = "d.e.f";
    assert_lists(task, database, &filter, 1, (const int[]){6});
    filter.action = "d.e";
    assert_lists(task, database, &filter, 0, NULL);
    database_free(database);
}

/* In the order of all, whichever account they concern, and nothing of any other. */
static void those_of_several_accounts_are_one_list(struct task *task, void *argument)
{
    (void)argument;
    struct database *database = database_open(task);
    for (int i = 1; i <= 12; i++)
        transact(task, database,
                 (struct story){.from = i, .to = i, .account = 60 + i % 4, .principal = i % 3});
    const struct id accounts[] = {id_of(61), id_of(63), id_of(99)};
    struct act_filter filter = all();
    filter.accounts = id_array(accounts, 3);
    assert_lists(task, database, &filter, 6, (const int[]){11, 9, 7, 5, 3, 1});
    filter.principal_id = id_of(1);
    assert_lists(task, database, &filter, 2, (const int[]){7, 1});
    filter.accounts = id_array(accounts + 2, 1);
    assert_lists(task, database, &filter, 0, NULL);
    database_free(database);
}

/* 200 are looked at of each for a page, so that a page ends. */
static void a_page_of_several_accounts_goes_on(struct task *task, void *argument)
{
    (void)argument;
    struct database *database = database_open(task);
    transact(task, database, (struct story){.from = 1, .to = 1, .account = 71, .tag = "x"});
    transact(task, database, (struct story){.from = 2, .to = 201, .account = 70});
    transact(task, database, (struct story){.from = 202, .to = 401, .account = 71});
    const struct id accounts[] = {id_of(70), id_of(71)};
    struct act_filter filter = all();
    filter.accounts = id_array(accounts, 2);
    filter.tag = "x";
    assert_lists(task, database, &filter, 1, (const int[]){1});
    struct act_reading reading = {.filter = filter, .cursor = "", .limit = 5};
    struct act_page page;
    assert_none(act_read(reader_of(task, database), &reading, &page));
    assert_int_equal(page.count, 0);
    assert_false(page.is_last);
    database_free(database);
}

static void tell_slowly(struct task *task, void *argument)
{
    struct database *database = argument;
    transact(task, database, (struct story){.from = 50, .to = 50, .pause_ms = 200});
}

/* It is numbered when it is seen: above all that was, so no page that was read lacks it. */
static void one_that_commits_late_shifts_no_page(struct task *task, void *argument)
{
    (void)argument;
    struct database *database = database_open(task);
    const struct task_options options = {.name = "late"};
    struct act_page page;
    struct act_reading reading = {.filter = all(), .cursor = "", .limit = 2};
    assert_none(loop_spawn(task_loop(task), &options, tell_slowly, database));
    assert_none(task_sleep_ms(task, 50));
    transact(task, database, (struct story){.from = 51, .to = 54});
    assert_none(act_read(reader_of(task, database), &reading, &page));
    assert_int_equal(page.count, 2);
    assert_none(task_sleep_ms(task, 300));
    reading.cursor = page.cursor;
    assert_none(act_read(reader_of(task, database), &reading, &page));
    assert_int_equal(number_of(&page.acts[0]), 52);
    assert_int_equal(number_of(&page.acts[1]), 51);
    int numbers[64];
    struct act_filter filter = all();
    assert_int_equal(list(task, database, &filter, 10, numbers), 5);
    assert_int_equal(numbers[0], 50);
    database_free(database);
}

static void a_page_of_many_that_are_not_wanted_goes_on(struct task *task, void *argument)
{
    (void)argument;
    struct database *database = database_open(task);
    transact(task, database, (struct story){.from = 1, .to = 1, .tag = "first"});
    transact(task, database, (struct story){.from = 2, .to = 2500});
    struct act_page page;
    struct act_reading reading = {.filter = all(), .cursor = "", .limit = 10};
    reading.filter.tag = "first";
    assert_none(act_read(reader_of(task, database), &reading, &page));
    assert_int_equal(page.count, 0);
    assert_false(page.is_last);
    assert_lists(task, database, &reading.filter, 1, (const int[]){1});
    database_free(database);
}

static void a_cursor_of_nothing_begins_again(struct task *task, void *argument)
{
    (void)argument;
    struct database *database = database_open(task);
    struct act_page page;
    struct act_reading reading = {.filter = all(), .limit = 10};
    transact(task, database, (struct story){.from = 1, .to = 3});
    reading.cursor = "p2.00000000-0000-7000-8000-000000000000";
    assert_none(act_read(reader_of(task, database), &reading, &page));
    assert_true(page.began_again);
    assert_int_equal(page.count, 3);
    static const char *const unreadable[] = {
        "x",
        "p",
        "p1",
        "p0.00000000-0000-7000-8000-000000000000",
        "2.00000000-0000-7000-8000-000000000000",
        "p2.00000000-0000-7000-8000-00000000000g",
        "p9999999999999999999.00000000-0000-7000-8000-000000000000"};
    for (size_t i = 0; i < sizeof unreadable / sizeof *unreadable; i++) {
        reading.cursor = unreadable[i];
        assert_failure(act_read(reader_of(task, database), &reading, &page), FAILURE_INVALID);
    }
    database_free(database);
}

static void nobody_may_change_or_remove_one(struct task *task, void *argument)
{
    (void)task, (void)argument;
    PGconn *session = session_open();
    PGresult *result =
        PQexec(session, "SELECT bool_or(privilege_type IN ('UPDATE', 'DELETE', 'TRUNCATE')) FROM "
                        "information_schema.role_table_grants WHERE table_name = 'act_log'");
    assert_string_equal(PQgetvalue(result, 0, 0), "f");
    PQclear(result);
    PQfinish(session);
}

static void migrate(struct task *task, void *argument)
{
    (void)argument;
    struct database_settings settings = settings_for(test_database_url("database"));
    assert_none(database_migrate(task, &settings, NULL));
}

static int set_up(void **state)
{
    (void)state;
    test_in_task(migrate, NULL);
    return 0;
}

static int empty(void **state)
{
    (void)state;
    done_elsewhere("TRUNCATE act_log; UPDATE act_log_head SET position = 0");
    return 0;
}

IN_TASK(each_is_listed_once_and_the_newest_first)
IN_TASK(an_act_says_all_of_it)
IN_TASK(it_is_found_by_what_it_is_about)
IN_TASK(those_of_several_accounts_are_one_list)
IN_TASK(a_page_of_several_accounts_goes_on)
IN_TASK(one_that_commits_late_shifts_no_page)
IN_TASK(a_page_of_many_that_are_not_wanted_goes_on)
IN_TASK(a_cursor_of_nothing_begins_again)
IN_TASK(nobody_may_change_or_remove_one)

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup(test_each_is_listed_once_and_the_newest_first, empty),
        cmocka_unit_test_setup(test_an_act_says_all_of_it, empty),
        cmocka_unit_test_setup(test_it_is_found_by_what_it_is_about, empty),
        cmocka_unit_test_setup(test_those_of_several_accounts_are_one_list, empty),
        cmocka_unit_test_setup(test_a_page_of_several_accounts_goes_on, empty),
        cmocka_unit_test_setup(test_one_that_commits_late_shifts_no_page, empty),
        cmocka_unit_test_setup(test_a_page_of_many_that_are_not_wanted_goes_on, empty),
        cmocka_unit_test_setup(test_a_cursor_of_nothing_begins_again, empty),
        cmocka_unit_test_setup(test_nobody_may_change_or_remove_one, empty),
    };
    return cmocka_run_group_tests(tests, set_up, NULL);
}
