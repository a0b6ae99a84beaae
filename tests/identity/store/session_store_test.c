/* Failed log-ins on a real PostgreSQL, by clocks that the test sets: what a lane waits for, what a
 * day has of strangers, and who is known (S9, P7); both sides of each boundary, to the microsecond.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>

#include <cmocka.h>

#include "identity/store/queries.h"
#include "identity/store/session_store.h"
#include "tests/support/test_database.h"
#include "tests/support/test_loop.h"

#define NOW INT64_C(1800000000000000)
#define SECOND INT64_C(1000000)
#define DAY (24 * 3600 * SECOND)
#define INDEX_SIZE 32
#define assert_none(failure) assert_string_equal(failure_name(failure), "FAILURE_NONE")

static struct database *open_database(struct task *task)
{
    const struct database_settings settings = {
        .url = secret_wrap(test_database_url("identity_session_store")),
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

/* Somebody at an address's door, on a device of his and from a source. */
static struct log_in_by by(uint8_t address, uint8_t device, uint8_t source)
{
    static uint8_t indexes[256][INDEX_SIZE];
    struct log_in_by by = {.email_index = {indexes[address], INDEX_SIZE}};
    memset(indexes[address], address, INDEX_SIZE);
    memset(by.device, device, sizeof by.device);
    memset(by.source, source, sizeof by.source);
    return by;
}

/* 0 when the log-in may be tried, else until when it has to wait. */
static int64_t waits_until(struct task *task, struct database *database, struct log_in_by by,
                           int64_t now_us)
{
    bool allowed = false;
    int64_t until_us = 0;
    assert_none(
        session_store_count_log_in(reader_of(task, database), &by, now_us, &allowed, &until_us));
    return allowed ? 0 : until_us;
}

/* Five failures are free, then 30 s, twice as long after each that follows. */
static void a_lane_waits_to_the_microsecond(struct task *task, void *argument)
{
    (void)argument;
    struct database *database = open_database(task);
    const struct log_in_by stranger = by(1, 1, 1);
    for (int failure = 1; failure <= 6; failure++)
        assert_int_equal(waits_until(task, database, stranger, NOW), 0);
    int64_t at_us = NOW;
    for (int64_t wait_us = 30 * SECOND; wait_us <= 120 * SECOND; wait_us *= 2) {
        assert_int_equal(waits_until(task, database, stranger, at_us + wait_us - 1),
                         at_us + wait_us);
        at_us += wait_us;
        assert_int_equal(waits_until(task, database, stranger, at_us), 0);
    }
    assert_int_equal(waits_until(task, database, by(1, 1, 2), NOW), 0); /* another source */
    assert_int_equal(waits_until(task, database, by(2, 1, 1), NOW), 0); /* another address */
    database_free(database);
}

/* P7: log-ins that overlap come here in another order than their clocks were read. */
static void what_is_free_compares_no_clocks(struct task *task, void *argument)
{
    (void)argument;
    struct database *database = open_database(task);
    for (int failure = 0; failure < 6; failure++)
        assert_int_equal(waits_until(task, database, by(3, 1, 1), NOW - failure), 0);
    assert_int_not_equal(waits_until(task, database, by(3, 1, 1), NOW), 0);
    database_free(database);
}

static void strangers_have_a_hundred_failures_a_day(struct task *task, void *argument)
{
    (void)argument;
    struct database *database = open_database(task);
    struct log_in_by owner = by(4, 1, 255);
    for (uint8_t source = 1; source <= 100; source++)
        assert_int_equal(
            waits_until(task, database, by(4, 1, source), NOW + (source == 1 ? 0 : SECOND)), 0);
    assert_int_equal(waits_until(task, database, by(4, 1, 101), NOW + SECOND), NOW + DAY);
    assert_int_equal(waits_until(task, database, by(5, 1, 101), NOW + SECOND), 0);
    owner.source_known = true;
    assert_int_equal(waits_until(task, database, owner, NOW + SECOND), 0);
    assert_int_equal(waits_until(task, database, by(4, 1, 102), NOW + DAY - 1), NOW + DAY);
    for (uint8_t source = 103; source <= 202;
         source++) /* the day is over, and the next one has as many */
        assert_int_equal(waits_until(task, database, by(4, 1, source), NOW + DAY), 0);
    assert_int_equal(waits_until(task, database, by(4, 1, 203), NOW + DAY), NOW + 2 * DAY);
    database_free(database);
}

/* ---- who is known ---- */

struct opening {
    struct new_session session;
    struct log_in_by by;
    bool opened;
};

static enum failure open_session(struct transaction *transaction, void *argument)
{
    struct opening *opening = argument;
    return session_store_open(transaction, &opening->session, &opening->by, &opening->opened);
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

static void log_in(struct task *task, struct database *database, struct log_in_by by,
                   int64_t now_us)
{
    struct principal principal;
    bool is_there = false;
    assert_none(make_principal(reader_of(task, database), by.email_index, now_us));
    assert_none(session_store_find_principal(reader_of(task, database), by.email_index, &principal,
                                             &is_there));
    assert_true(is_there);
    struct opening opening = {.by = by};
    opening.session = (struct new_session){.session_id = id_new(now_us),
                                           .principal_id = principal.principal_id,
                                           .network = "203.0.113.0/24",
                                           .password_hash = principal.password_hash,
                                           .session_epoch = principal.session_epoch,
                                           .device = "",
                                           .created_us = now_us};
    memcpy(opening.session.token_hash, opening.session.session_id.bytes,
           sizeof opening.session.session_id.bytes);
    assert_none(
        database_transact(task, database, ISOLATION_READ_COMMITTED, open_session, &opening));
    assert_true(opening.opened);
    opening.session.password_hash = "another"; /* changed since it was looked at */
    assert_none(
        database_transact(task, database, ISOLATION_READ_COMMITTED, open_session, &opening));
    assert_false(opening.opened);
}

static enum failure end_all(struct transaction *transaction, void *argument)
{
    struct opening *opening = argument;
    int64_t count = 0;
    return session_store_revoke_others(transaction, opening->session.principal_id, (struct id){{0}},
                                       opening->session.created_us, &count);
}

/* ID-34: what is being opened while all sessions are ended does not begin. */
static void a_session_begins_in_the_epoch_that_was_looked_at(struct task *task, void *argument)
{
    (void)argument;
    struct database *database = open_database(task);
    struct principal principal;
    bool is_there = false;
    struct opening opening = {.by = by(77, 77, 77)};
    assert_none(make_principal(reader_of(task, database), opening.by.email_index, NOW));
    assert_none(session_store_find_principal(reader_of(task, database), opening.by.email_index,
                                             &principal, &is_there));
    opening.session = (struct new_session){.session_id = id_new(NOW),
                                           .principal_id = principal.principal_id,
                                           .network = "",
                                           .password_hash = principal.password_hash,
                                           .session_epoch = principal.session_epoch,
                                           .device = "",
                                           .created_us = NOW};
    assert_none(database_transact(task, database, ISOLATION_READ_COMMITTED, end_all, &opening));
    assert_none(
        database_transact(task, database, ISOLATION_READ_COMMITTED, open_session, &opening));
    assert_false(opening.opened);
    assert_none(session_store_find_principal(reader_of(task, database), opening.by.email_index,
                                             &principal, &is_there));
    opening.session.session_epoch = principal.session_epoch;
    assert_none(
        database_transact(task, database, ISOLATION_READ_COMMITTED, open_session, &opening));
    assert_true(opening.opened);
    database_free(database);
}

/* 'D' for a known device, 'S' for a known source, "" for nobody. */
static const char *known(struct task *task, struct database *database, struct log_in_by by,
                         int64_t now_us)
{
    static const char *const words[] = {"", "D", "S", "DS"};
    assert_none(session_store_know(reader_of(task, database), &by, now_us));
    return words[by.device_known + 2 * by.source_known];
}

static void who_logged_in_is_known_for_ninety_days(struct task *task, void *argument)
{
    (void)argument;
    struct database *database = open_database(task);
    struct log_in_by owner = by(6, 6, 7);
    owner.source_told = true;
    assert_string_equal(known(task, database, owner, NOW), "");
    log_in(task, database, owner, NOW);
    assert_string_equal(known(task, database, owner, NOW + 90 * DAY - 1), "DS");
    assert_string_equal(known(task, database, owner, NOW + 90 * DAY), "");
    assert_string_equal(known(task, database, by(6, 6, 8), NOW), "D");
    assert_string_equal(known(task, database, by(6, 8, 7), NOW), "S");
    assert_string_equal(known(task, database, by(7, 6, 7), NOW),
                        "");                  /* to another address it is a stranger's */
    log_in(task, database, by(8, 6, 7), NOW); /* nobody told the source */
    assert_string_equal(known(task, database, by(8, 6, 7), NOW), "D");
    database_free(database);
}

static void the_newest_thirty_two_are_known(struct task *task, void *argument)
{
    (void)argument;
    struct database *database = open_database(task);
    for (uint8_t device = 1; device <= 32; device++)
        log_in(task, database, by(9, device, 99), NOW + device);
    assert_string_equal(known(task, database, by(9, 1, 99), NOW), "D");
    log_in(task, database, by(9, 33, 99), NOW + 33);
    assert_string_equal(known(task, database, by(9, 1, 99), NOW), "");
    assert_string_equal(known(task, database, by(9, 2, 99), NOW), "D");
    assert_string_equal(known(task, database, by(9, 33, 99), NOW), "D");
    database_free(database);
}

/* A log-in forgets the failures of its own lane, and nobody else's. */
static void a_log_in_clears_its_lane(struct task *task, void *argument)
{
    (void)argument;
    struct database *database = open_database(task);
    struct log_in_by owner = by(10, 10, 1);
    owner.device_known = true;
    for (int failure = 0; failure < 6; failure++) {
        assert_int_equal(waits_until(task, database, owner, NOW), 0);
        assert_int_equal(waits_until(task, database, by(10, 11, 1), NOW), 0);
    }
    log_in(task, database, owner, NOW);
    for (int failure = 0; failure < 6; failure++)
        assert_int_equal(waits_until(task, database, owner, NOW), 0);
    assert_int_equal(waits_until(task, database, owner, NOW), NOW + 30 * SECOND);
    assert_int_equal(waits_until(task, database, by(10, 11, 1), NOW), NOW + 30 * SECOND);
    database_free(database);
}

#define TASK_TEST(name)                   \
    static void test_##name(void **state) \
    {                                     \
        (void)state;                      \
        test_in_task(name, NULL);         \
    }

TASK_TEST(a_lane_waits_to_the_microsecond)
TASK_TEST(what_is_free_compares_no_clocks)
TASK_TEST(strangers_have_a_hundred_failures_a_day)
TASK_TEST(a_session_begins_in_the_epoch_that_was_looked_at)
TASK_TEST(who_logged_in_is_known_for_ninety_days)
TASK_TEST(the_newest_thirty_two_are_known)
TASK_TEST(a_log_in_clears_its_lane)

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_a_lane_waits_to_the_microsecond),
        cmocka_unit_test(test_what_is_free_compares_no_clocks),
        cmocka_unit_test(test_strangers_have_a_hundred_failures_a_day),
        cmocka_unit_test(test_a_session_begins_in_the_epoch_that_was_looked_at),
        cmocka_unit_test(test_who_logged_in_is_known_for_ninety_days),
        cmocka_unit_test(test_the_newest_thirty_two_are_known),
        cmocka_unit_test(test_a_log_in_clears_its_lane),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
