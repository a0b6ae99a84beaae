/* Sagas and account leases on a real PostgreSQL: kept once, taken by one replica at a time, tried
 * again. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "gateway/store/account_store.h"
#include "gateway/store/queries.h"
#include "gateway/store/saga_store.h"
#include "tests/support/test_database.h"
#include "tests/support/test_loop.h"

#define NOW_US INT64_C(1800000000000000)
#define SECOND_US INT64_C(1000000)
#define assert_none(failure) assert_string_equal(failure_name(failure), "FAILURE_NONE")

struct fixture {
    struct task *task;
    struct database *database;
};

static void run(void (*body)(struct fixture *fixture), struct task *task)
{
    struct database_settings settings = {.url = secret_wrap(test_database_url("gateway_store")),
                                         .schema = "gateway",
                                         .connections_shared = 2,
                                         .connections_exclusive = 2,
                                         .statement_timeout_ms = 10000,
                                         .wait_max_ms = 5000};
    assert_none(database_migrate(task, &settings, gateway_migrations));
    struct fixture fixture = {task, database_new(task_loop(task), &settings)};
    body(&fixture);
    database_free(fixture.database);
}

/* A page of one event. */
static void keep(struct fixture *fixture, const char *peer, const char *cursor_read,
                 const char *cursor_advanced, struct id saga_id)
{
    const char *event_type = "payments.v1.TopUpSucceeded";
    struct bytes payload = {(const uint8_t *)"paid", 4};
    struct saga_page page = {peer,     cursor_read, cursor_advanced, 1,
                             &saga_id, &event_type, &payload};
    assert_none(saga_store_keep(reader_of(fixture->task, fixture->database), &page, NOW_US));
}

static size_t claim(struct fixture *fixture, int64_t now_us, struct saga **sagas)
{
    size_t count = 0;
    assert_none(saga_store_claim(reader_of(fixture->task, fixture->database),
                                 &(struct saga_claim){now_us, now_us + 60 * SECOND_US, 8}, sagas,
                                 &count));
    return count;
}

static const char *cursor_of(struct fixture *fixture, const char *peer)
{
    const char *cursor = NULL;
    assert_none(saga_store_cursor(reader_of(fixture->task, fixture->database), peer, &cursor));
    return cursor;
}

static void finish_all(struct fixture *fixture)
{
    struct saga *sagas;
    size_t count = claim(fixture, NOW_US + 1000000 * SECOND_US, &sagas);
    for (size_t i = 0; i < count; i++)
        assert_none(saga_store_finish(reader_of(fixture->task, fixture->database), sagas[i].saga_id,
                                      "DONE", NOW_US));
}

static void page_body(struct fixture *fixture)
{
    struct id first = id_new(NOW_US), second = id_new(NOW_US);
    assert_string_equal(cursor_of(fixture, "payments"), "");
    keep(fixture, "payments", "", "1", first);
    keep(fixture, "payments", "", "1",
         first); /* another replica with the same page: it was slower */
    assert_string_equal(cursor_of(fixture, "payments"), "1");
    keep(fixture, "payments", "", "2", second); /* and with an old cursor: it keeps nothing */
    assert_string_equal(cursor_of(fixture, "payments"), "1");
    assert_string_equal(cursor_of(fixture, "ledger"), "");
    struct saga *sagas;
    assert_int_equal(claim(fixture, NOW_US, &sagas), 1);
    assert_true(id_equal(sagas[0].saga_id, first));
    assert_string_equal(sagas[0].event_type, "payments.v1.TopUpSucceeded");
    assert_int_equal(sagas[0].payload.size, 4);
    assert_memory_equal(sagas[0].payload.data, "paid", 4);
    finish_all(fixture);
}

static void in_page(struct task *task, void *argument)
{
    (void)argument;
    run(page_body, task);
}

static void a_page_is_kept_once_with_its_cursor(void **state)
{
    (void)state;
    test_in_task(in_page, NULL);
}

static void lease_body(struct fixture *fixture)
{
    struct id saga_id = id_new(NOW_US);
    struct saga *sagas;
    keep(fixture, "identity", "", "1", saga_id);
    assert_int_equal(claim(fixture, NOW_US, &sagas), 1);
    assert_int_equal(sagas[0].tries, 1);
    assert_int_equal(claim(fixture, NOW_US + 60 * SECOND_US - 1, &sagas),
                     0);                                                  /* in another's hand */
    assert_int_equal(claim(fixture, NOW_US + 60 * SECOND_US, &sagas), 1); /* whose lease ended */
    assert_int_equal(sagas[0].tries, 2);
    assert_none(saga_store_postpone(reader_of(fixture->task, fixture->database), saga_id,
                                    NOW_US + 90 * SECOND_US));
    assert_int_equal(claim(fixture, NOW_US + 90 * SECOND_US - 1, &sagas), 0);
    assert_int_equal(claim(fixture, NOW_US + 90 * SECOND_US, &sagas), 1);
    struct saga_backlog backlog;
    assert_none(saga_store_backlog(reader_of(fixture->task, fixture->database),
                                   NOW_US + 150 * SECOND_US - 1, &backlog));
    assert_int_equal(backlog.open, 1);
    assert_int_equal(backlog.tries_max, 3);
    assert_int_equal(backlog.due, 0);
    assert_none(saga_store_backlog(reader_of(fixture->task, fixture->database),
                                   NOW_US + 150 * SECOND_US, &backlog));
    assert_int_equal(backlog.due, 1);
    assert_none(
        saga_store_finish(reader_of(fixture->task, fixture->database), saga_id, "DONE", NOW_US));
    assert_int_equal(claim(fixture, NOW_US + 1000 * SECOND_US, &sagas), 0);
    assert_none(saga_store_postpone(reader_of(fixture->task, fixture->database), saga_id,
                                    NOW_US)); /* too late: it stays finished */
    assert_int_equal(claim(fixture, NOW_US + 1000 * SECOND_US, &sagas), 0);
}

static void in_lease(struct task *task, void *argument)
{
    (void)argument;
    run(lease_body, task);
}

static void a_saga_is_in_one_hand_until_its_lease_ends(void **state)
{
    (void)state;
    test_in_task(in_lease, NULL);
}

/* Both sides of the moment, and the open one stays whatever its age. */
static void trim_body(struct fixture *fixture)
{
    struct id open = id_new(NOW_US), ended = id_new(NOW_US);
    struct saga *sagas;
    int64_t removed;
    finish_all(fixture);
    assert_none(saga_store_trim(reader_of(fixture->task, fixture->database), NOW_US + SECOND_US,
                                1000, &removed));
    keep(fixture, "trimmed", "", "1", ended);
    assert_int_equal(claim(fixture, NOW_US, &sagas), 1);
    assert_none(
        saga_store_finish(reader_of(fixture->task, fixture->database), ended, "DONE", NOW_US));
    keep(fixture, "trimmed", "1", "2", open);
    assert_none(
        saga_store_trim(reader_of(fixture->task, fixture->database), NOW_US, 1000, &removed));
    assert_int_equal(removed, 0);
    assert_none(
        saga_store_trim(reader_of(fixture->task, fixture->database), NOW_US + 1, 1000, &removed));
    assert_int_equal(removed, 1);
    assert_int_equal(claim(fixture, NOW_US, &sagas), 1);
    assert_true(id_equal(sagas[0].saga_id, open));
    finish_all(fixture);
}

static void in_trim(struct task *task, void *argument)
{
    (void)argument;
    run(trim_body, task);
}

static void sagas_that_ended_before_a_moment_are_removed(void **state)
{
    (void)state;
    test_in_task(in_trim, NULL);
}

static void account_body(struct fixture *fixture)
{
    struct id account_id = id_new(NOW_US), company_id = id_new(NOW_US), other_id = id_new(NOW_US);
    struct account_home home;
    struct account_lease mine, theirs;
    assert_none(account_store_claim(reader_of(fixture->task, fixture->database), account_id, NOW_US,
                                    NOW_US + SECOND_US, &mine));
    assert_true(mine.taken);
    assert_none(account_store_claim(reader_of(fixture->task, fixture->database), account_id, NOW_US,
                                    NOW_US + SECOND_US, &theirs));
    assert_false(theirs.taken);
    assert_none(account_store_read(reader_of(fixture->task, fixture->database), account_id, &home));
    assert_true(id_is_nil(home.company_id) && id_is_nil(home.chain_id));
    assert_none(account_store_settle(reader_of(fixture->task, fixture->database), account_id,
                                     &(struct account_home){.company_id = account_id}, &home));
    assert_true(id_equal(home.company_id, account_id) && id_is_nil(home.benefit_company_id));
    assert_none(account_store_settle(
        reader_of(fixture->task, fixture->database), account_id,
        &(struct account_home){.company_id = company_id, .benefit_company_id = company_id}, &home));
    assert_true(id_equal(home.company_id, account_id)); /* where the money began is decided once */
    assert_true(id_equal(home.chain_id, account_id));
    assert_true(id_equal(home.benefit_company_id, company_id));
    assert_none(account_store_settle(reader_of(fixture->task, fixture->database), account_id,
                                     &(struct account_home){.benefit_company_id = other_id},
                                     &home));
    assert_true(id_equal(home.benefit_company_id, company_id));
    home.chain_id = home.told_company_id = company_id; /* settled 11 */
    assert_none(account_store_tell(reader_of(fixture->task, fixture->database), account_id, &home));
    home = (struct account_home){.company_id = {{0}}};
    assert_none(account_store_read(reader_of(fixture->task, fixture->database), account_id, &home));
    assert_true(id_equal(home.company_id, account_id) && id_equal(home.chain_id, company_id));
    assert_true(id_equal(home.told_company_id, company_id));
    assert_none(account_store_release(reader_of(fixture->task, fixture->database), &mine, NOW_US));
    assert_none(account_store_claim(reader_of(fixture->task, fixture->database), account_id, NOW_US,
                                    NOW_US + SECOND_US, &theirs));
    assert_true(theirs.taken);
    assert_none(account_store_release(reader_of(fixture->task, fixture->database), &mine,
                                      NOW_US)); /* not ours any more: nothing happens */
    assert_none(account_store_claim(reader_of(fixture->task, fixture->database), account_id, NOW_US,
                                    NOW_US + SECOND_US, &mine));
    assert_false(mine.taken);
}

static void in_account(struct task *task, void *argument)
{
    (void)argument;
    run(account_body, task);
}

static void an_account_is_opened_by_one_at_a_time(void **state)
{
    (void)state;
    test_in_task(in_account, NULL);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_page_is_kept_once_with_its_cursor),
        cmocka_unit_test(sagas_that_ended_before_a_moment_are_removed),
        cmocka_unit_test(a_saga_is_in_one_hand_until_its_lease_ends),
        cmocka_unit_test(an_account_is_opened_by_one_at_a_time),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
