/* Notices on a real PostgreSQL: how many of a person are kept, and for how long. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>

#include <cmocka.h>

#include "identity/store/notice_store.h"
#include "identity/store/queries.h"
#include "identity/store/sweep_store.h"
#include "tests/support/test_database.h"
#include "tests/support/test_loop.h"

#define DAY (INT64_C(24) * 3600 * 1000000)
#define NOW (INT64_C(20000) * DAY)
#define KEPT 500
#define assert_none(failure) assert_string_equal(failure_name(failure), "FAILURE_NONE")

static struct database *open_database(struct task *task)
{
    const struct database_settings settings = {
        .url = secret_wrap(test_database_url("identity_notice_store")),
        .schema = "identity",
        .connections_shared = 2,
        .connections_exclusive = 2,
        .statement_timeout_ms = 10000,
        .wait_max_ms = 10000};
    assert_none(database_migrate(task, &settings, identity_migrations));
    struct database *database = database_new(task_loop(task), &settings);
    assert_non_null(database);
    return database;
}

static struct id somebody(struct reader reader)
{
    struct id principal_id = id_new(NOW);
    assert_none(identity_insert_principal_alone(
        reader,
        &(struct identity_insert_principal){.principal_id = principal_id,
                                            .email_index = {principal_id.bytes, 16},
                                            .password_hash = "hash",
                                            .operates = true,
                                            .create_us = NOW},
        NULL));
    return principal_id;
}

static enum failure keep(struct transaction *transaction, void *argument)
{
    return notice_store_keep(transaction, argument);
}

/* told_us is its text, too. */
static void tell(struct task *task, struct database *database, struct id principal_id,
                 int64_t told_us)
{
    char text[32];
    (void)snprintf(text, sizeof text, "%lld", (long long)told_us);
    struct notice notice = {.principal_id = principal_id,
                            .kind = NOTICE_SECURITY,
                            .subject = "Your Kontor log-in",
                            .text = text,
                            .created_us = told_us};
    assert_none(database_transact(task, database, ISOLATION_READ_COMMITTED, keep, &notice));
}

static struct notices of(struct reader reader, struct id principal_id)
{
    static const struct id last = {{[0 ... 15] = 0xff}};
    const struct notice_page page = {
        .principal_id = principal_id, .before_id = last, .limit = KEPT + 10};
    struct notices notices;
    assert_none(notice_store_list(reader, &page, &notices));
    return notices;
}

static void of_a_person_the_newest_five_hundred_are_kept(struct task *task, void *argument)
{
    (void)argument;
    struct database *database = open_database(task);
    struct reader reader = reader_of(task, database);
    struct id person = somebody(reader), other = somebody(reader);
    tell(task, database, other, NOW);
    for (int i = 0; i < KEPT; i++)
        tell(task, database, person, NOW + (int64_t)i * 1000);
    struct notices full = of(reader, person);
    assert_int_equal(full.count, KEPT);
    assert_int_equal(full.items[KEPT - 1].created_us, NOW);
    tell(task, database, person, NOW + (int64_t)KEPT * 1000);
    struct notices after = of(reader, person);
    assert_int_equal(after.count, KEPT);
    assert_int_equal(after.items[0].created_us, NOW + (int64_t)KEPT * 1000);
    assert_int_equal(after.items[KEPT - 1].created_us, NOW + 1000);
    assert_int_equal(of(reader, other).count, 1);
    int64_t unread = 0;
    assert_none(notice_store_count_unread(reader, person, &unread));
    assert_int_equal(unread, KEPT);
    database_free(database);
}

static void one_is_kept_for_four_hundred_days(struct task *task, void *argument)
{
    (void)argument;
    struct database *database = open_database(task);
    struct reader reader = reader_of(task, database);
    struct id person = somebody(reader);
    tell(task, database, person, NOW);
    assert_none(sweep_store_run(reader, NOW + 400 * DAY));
    assert_int_equal(of(reader, person).count, 1);
    assert_none(sweep_store_run(reader, NOW + 400 * DAY + 1));
    assert_int_equal(of(reader, person).count, 0);
    database_free(database);
}

#define TASK_TEST(name)                   \
    static void test_##name(void **state) \
    {                                     \
        (void)state;                      \
        test_in_task(name, NULL);         \
    }

TASK_TEST(of_a_person_the_newest_five_hundred_are_kept)
TASK_TEST(one_is_kept_for_four_hundred_days)

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_of_a_person_the_newest_five_hundred_are_kept),
        cmocka_unit_test(test_one_is_kept_for_four_hundred_days),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
