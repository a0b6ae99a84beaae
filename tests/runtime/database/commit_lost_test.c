/* The connection is cut at every byte of the COMMIT exchange. The answer of database_transact is
 * never a lie. */
#include "tests/runtime/database/fixture.h"

#include "tests/runtime/database/proxy.h"

static const struct query add_note = {"add_note", "INSERT INTO note (id) VALUES ($1)"};

static struct proxy proxy;

struct cut {
    int64_t id;
    int to_server;
    int to_client;
};

static enum failure write_then_arm(struct transaction *transaction, void *argument)
{
    struct cut *cut = argument;
    enum failure failure =
        transaction_query(transaction, &add_note, PARAMS(param_int64(cut->id)), NULL);
    proxy_arm(&proxy, cut->to_server, cut->to_client);
    return failure;
}

static struct database *database_open_through_proxy(struct task *task)
{
    static char url[256]; /* as long as the database */
    const char *name = strstr(test_database_url("database"), "dbname=");
    snprintf(url, sizeof url, "host=%s user=postgres %s", proxy.folder, name);
    struct database_settings settings = settings_for(url);
    settings.connections_shared = 1;
    settings.connections_exclusive = 1;
    return database_new(task_loop(task), &settings);
}

/* A backend whose client is gone may still be committing. */
static bool is_written(struct task *task, int64_t id)
{
    while (asked_elsewhere("SELECT count(*) " OURS " AND state <> 'idle'") > 0)
        assert_none(task_sleep_ms(task, 2));
    char sql[64];
    snprintf(sql, sizeof sql, "SELECT count(*) FROM note WHERE id = %lld", (long long)id);
    return asked_elsewhere(sql) == 1;
}

struct seen {
    int done;
    int unknown_done;
    int unknown_not_done;
};

/* Returns whether the cut came before the exchange was over. */
static bool transact_and_cut(struct task *task, struct database *database, struct cut *cut,
                             struct seen *seen)
{
    int cuts = atomic_load(&proxy.cuts);
    enum failure failure =
        database_transact(task, database, ISOLATION_READ_COMMITTED, write_then_arm, cut);
    proxy_disarm(&proxy);
    bool was_cut = atomic_load(&proxy.cuts) != cuts;
    bool written = is_written(task, cut->id);
    if (failure == FAILURE_NONE) {
        assert_true(written);
        seen->done++;
        return was_cut;
    }
    assert_failure(failure, FAILURE_INDEFINITE);
    if (written)
        seen->unknown_done++;
    else
        seen->unknown_not_done++;
    return true;
}

static void cut_at_every_byte(struct task *task, void *argument)
{
    (void)argument;
    proxy_start(&proxy);
    struct database *database = database_open_through_proxy(task);
    struct seen seen = {0};
    struct cut cut = {0};
    bool was_cut = true;
    for (cut.to_server = 0; was_cut; cut.to_server++) {
        cut.to_client = PROXY_UNLIMITED;
        cut.id++;
        was_cut = transact_and_cut(task, database, &cut, &seen);
    }
    assert_in_range(cut.to_server, 40, 200);
    cut.to_server = PROXY_UNLIMITED;
    was_cut = true;
    for (cut.to_client = 0; was_cut && cut.to_client < 200; cut.to_client++) {
        cut.id++;
        was_cut = transact_and_cut(task, database, &cut, &seen);
    }
    print_message("committed %d, unknown but committed %d, unknown and not %d\n", seen.done,
                  seen.unknown_done, seen.unknown_not_done);
    assert_in_range(seen.done, 2, 100);
    assert_in_range(seen.unknown_done, 5, 200);
    assert_in_range(seen.unknown_not_done, 5, 200);
    database_free(database);
    proxy_stop(&proxy);
}

/* ---- a COMMIT that takes its time: a deferred trigger sleeps in it ---- */

static const struct query add_slow = {"add_slow", "INSERT INTO slow (id) VALUES (1)"};

static int make_slow_table(void **state)
{
    (void)state;
    done_elsewhere("DROP TABLE IF EXISTS slow; CREATE TABLE slow (id bigint PRIMARY KEY)");
    done_elsewhere("CREATE OR REPLACE FUNCTION sleep_a_while() RETURNS trigger LANGUAGE plpgsql AS "
                   "$$ BEGIN PERFORM pg_sleep(0.5); RETURN NULL; END $$");
    done_elsewhere("CREATE CONSTRAINT TRIGGER sleeps_at_commit AFTER INSERT ON slow DEFERRABLE "
                   "INITIALLY DEFERRED "
                   "FOR EACH ROW EXECUTE FUNCTION sleep_a_while()");
    return 0;
}

static enum failure insert_slow(struct transaction *transaction, void *argument)
{
    (void)argument;
    return transaction_query(transaction, &add_slow, NO_PARAMS, NULL);
}

static void transact_slowly(struct task *task, struct child *child)
{
    child->failure =
        database_transact(task, child->database, ISOLATION_READ_COMMITTED, insert_slow, NULL);
}

static void await_commit(struct task *task)
{
    await_elsewhere(task, "SELECT count(*) " OURS " AND query = 'COMMIT' AND state = 'active'", 1);
}

static void a_commit_is_neither_timed_out_nor_cancelled(struct task *task, void *argument)
{
    (void)argument;
    struct database_settings settings = settings_for(test_database_url("database"));
    settings.statement_timeout_ms = 100;
    struct database *database = database_new(task_loop(task), &settings);
    struct child child = {.body = transact_slowly, .database = database};
    child_start(task, &child, 400);
    await_commit(task);
    task_cancel(child.task);
    child_join(task, &child);
    assert_none(child.failure);
    assert_int_equal(asked_elsewhere("SELECT count(*) FROM slow"), 1);
    database_free(database);
}

/* The server's last word, FATAL, says nothing about what became of the COMMIT. */
static void a_backend_ended_in_mid_commit_is_indefinite(struct task *task, void *argument)
{
    (void)argument;
    struct database *database = database_open(task);
    struct child child = {.body = transact_slowly, .database = database};
    child_start(task, &child, 20000);
    await_commit(task);
    done_elsewhere(END_OUR_BACKENDS);
    child_join(task, &child);
    assert_failure(child.failure, FAILURE_INDEFINITE);
    database_free(database);
}

IN_TASK(cut_at_every_byte)
IN_TASK(a_commit_is_neither_timed_out_nor_cancelled)
IN_TASK(a_backend_ended_in_mid_commit_is_indefinite)

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup(test_cut_at_every_byte, empty_tables),
        cmocka_unit_test_setup(test_a_commit_is_neither_timed_out_nor_cancelled, make_slow_table),
        cmocka_unit_test_setup(test_a_backend_ended_in_mid_commit_is_indefinite, make_slow_table),
    };
    return cmocka_run_group_tests(tests, make_tables, NULL);
}
