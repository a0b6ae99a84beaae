/* Failed log-ins of an hour on a real PostgreSQL, by clocks that the test sets: how many are events
 * of their own, and when one event stands for the others. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>

#include "identity/store/queries.h"
#include "identity/store/security_event_store.h"
#include "identity/store/session_store.h"
#include "identity/store/sweep_store.h"
#include "tests/support/test_database.h"
#include "tests/support/test_loop.h"

#define HOUR (INT64_C(3600) * 1000000)
#define NOW (INT64_C(500000) * HOUR)
#define assert_none(failure) assert_string_equal(failure_name(failure), "FAILURE_NONE")

static const struct bytes address = {(const uint8_t *)"address", 7};

static struct database *open_database(struct task *task)
{
    const struct database_settings settings = {
        .url = secret_wrap(test_database_url("identity_security_event_store")),
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

static enum failure make_principal(struct reader reader, struct bytes email_index, int64_t now_us)
{
    return identity_insert_principal_alone(
        reader,
        &(struct identity_insert_principal){.principal_id = id_new(now_us),
                                            .email_index = email_index,
                                            .password_hash = "hash",
                                            .operates = true,
                                            .create_us = now_us},
        NULL);
}

static struct id somebody(struct reader reader)
{
    struct principal principal;
    bool exists = false;
    assert_none(make_principal(reader, address, NOW));
    assert_none(session_store_find_principal(reader, address, &principal, &exists));
    assert_true(exists);
    return principal.principal_id;
}

static void log_in_fails(struct reader reader, struct id principal_id, int64_t now_us)
{
    assert_none(
        security_event_store_log_in_failed(reader, address,
                                           &(struct security_event){.principal_id = principal_id,
                                                                    .kind = SECURITY_LOG_IN_FAILED,
                                                                    .device = "a phone",
                                                                    .network = "203.0.113.0/24",
                                                                    .noted_us = now_us}));
}

static struct security_events events_of(struct reader reader, struct id principal_id)
{
    static const struct id last = {{[0 ... 15] = 0xff}};
    const struct security_page page = {.of_id = principal_id, .before_id = last, .limit = 100};
    struct security_events events;
    assert_none(security_event_store_list(reader, &page, &events));
    return events;
}

static void ten_are_noted_and_one_event_stands_for_the_others(struct task *task, void *argument)
{
    (void)argument;
    struct database *database = open_database(task);
    struct reader reader = reader_of(task, database);
    struct id person = somebody(reader);
    for (int i = 1; i <= LOG_INS_FAILED_NOTED_MAX + 3; i++) {
        log_in_fails(reader, person, NOW + i);
        size_t noted = i <= LOG_INS_FAILED_NOTED_MAX ? (size_t)i : LOG_INS_FAILED_NOTED_MAX;
        assert_int_equal(events_of(reader, person).count, noted);
    }
    assert_none(sweep_store_run(reader, NOW + HOUR - 1)); /* the hour is not over */
    assert_int_equal(events_of(reader, person).count, LOG_INS_FAILED_NOTED_MAX);
    log_in_fails(reader, person, NOW + HOUR);
    for (int turn = 0; turn < 2; turn++) { /* once, however often */
        assert_none(sweep_store_run(reader, NOW + HOUR));
        struct security_events events = events_of(reader, person);
        assert_int_equal(events.count, LOG_INS_FAILED_NOTED_MAX + 2);
        assert_int_equal(events.items[0].kind, SECURITY_LOG_IN_FAILED);
        assert_int_equal(events.items[0].times, 3);
        assert_int_equal(events.items[0].noted_us, NOW + HOUR);
        assert_string_equal(events.items[0].network, "");
        assert_string_equal(events.items[1].network, "203.0.113.0/24");
    }
    assert_none(
        sweep_store_run(reader, NOW + 2 * HOUR)); /* that of one that was noted: forgotten */
    assert_int_equal(events_of(reader, person).count, LOG_INS_FAILED_NOTED_MAX + 2);
    log_in_fails(reader, person, NOW + HOUR + 1);
    assert_int_equal(events_of(reader, person).count, LOG_INS_FAILED_NOTED_MAX + 3);
    database_free(database);
}

static void what_fails_at_nobody_s_address_is_no_event(struct task *task, void *argument)
{
    (void)argument;
    struct database *database = open_database(task);
    struct reader reader = reader_of(task, database);
    for (int i = 0; i <= LOG_INS_FAILED_NOTED_MAX; i++)
        log_in_fails(reader, (struct id){{0}}, NOW);
    assert_none(sweep_store_run(reader, NOW + HOUR));
    assert_int_equal(events_of(reader, (struct id){{0}}).count, 0);
    database_free(database);
}

#define TASK_TEST(name)                   \
    static void test_##name(void **state) \
    {                                     \
        (void)state;                      \
        test_in_task(name, NULL);         \
    }

TASK_TEST(ten_are_noted_and_one_event_stands_for_the_others)
TASK_TEST(what_fails_at_nobody_s_address_is_no_event)

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_ten_are_noted_and_one_event_stands_for_the_others),
        cmocka_unit_test(test_what_fails_at_nobody_s_address_is_no_event),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
