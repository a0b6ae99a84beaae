/* The provider's messages on a real PostgreSQL: forgotten when they were settled and their time is
 * past, and only then. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "payments/store/queries.h"
#include "payments/store/webhook_store.h"
#include "tests/support/test_database.h"
#include "tests/support/test_loop.h"

#define NOW_US INT64_C(1800000000000000)
#define assert_none(failure) assert_string_equal(failure_name(failure), "FAILURE_NONE")

static struct database *open_database(struct task *task)
{
    struct database_settings settings = {.url = secret_wrap(test_database_url("payments_store")),
                                         .schema = "payments",
                                         .connections_shared = 2,
                                         .connections_exclusive = 2,
                                         .statement_timeout_ms = 10000,
                                         .wait_max_ms = 5000};
    assert_none(database_migrate(task, &settings, payments_migrations));
    return database_new(task_loop(task), &settings);
}

static void receive(struct task *task, struct database *database, const char *event_id,
                    bool settled)
{
    struct webhook webhook = {
        .provider = "stripe", .event_id = event_id, .type = "charge.succeeded"};
    assert_none(webhook_store_insert(reader_of(task, database), &webhook, NOW_US));
    assert_none(webhook_store_settle(reader_of(task, database), &webhook,
                                     settled ? WEBHOOK_APPLIED : WEBHOOK_RECEIVED, NOW_US + 1));
}

static int64_t forget(struct task *task, struct database *database, int64_t before_us,
                      int64_t count_max)
{
    int64_t removed;
    assert_none(webhook_store_forget(reader_of(task, database), before_us, count_max, &removed));
    return removed;
}

static void forgetting(struct task *task, void *argument)
{
    (void)argument;
    struct database *database = open_database(task);
    receive(task, database, "one", true);
    receive(task, database, "two", true);
    receive(task, database, "three", true);
    receive(task, database, "open", false);
    assert_int_equal(forget(task, database, NOW_US, 1000), 0);
    assert_int_equal(forget(task, database, NOW_US + 1, 2), 2);
    assert_int_equal(forget(task, database, NOW_US + 1, 2), 1);
    assert_int_equal(forget(task, database, NOW_US + 1, 2),
                     0); /* the open one waits for its settlement */
    struct webhook *webhooks;
    size_t count;
    const struct claim claim = {NOW_US + 1, NOW_US + 2, 10};
    assert_none(webhook_store_claim(reader_of(task, database), &claim, &webhooks, &count));
    assert_int_equal(count, 1);
    database_free(database);
}

static void settled_messages_are_forgotten(void **state)
{
    (void)state;
    test_in_task(forgetting, NULL);
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(settled_messages_are_forgotten)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
