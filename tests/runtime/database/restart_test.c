/* PostgreSQL goes away and comes back: whoever asks meanwhile waits or is told, and afterwards all
 * is as before. The cluster is this test's own. */
#include "tests/runtime/database/fixture.h"

#include <stdio.h>
#include <sys/stat.h>

static char folder[] = "/tmp/kontor-restart-XXXXXX";
static char url[256];

static void cluster(const char *command)
{
    char line[256];
    snprintf(line, sizeof line, "runtime/database/cluster.sh %s %s --no-fsync >/dev/null", command,
             folder);
    if (system(line) != 0)
        fail_msg("%s", line);
}

static int start(void **state)
{
    (void)state;
    assert_non_null(mkdtemp(folder));
    assert_int_equal(chmod(folder, 0755), 0);
    cluster("start");
    char line[256];
    snprintf(line, sizeof line, "runtime/database/cluster.sh socket %s", folder);
    FILE *pipe = popen(line, "r");
    char socket[128];
    assert_non_null(fgets(socket, sizeof socket, pipe));
    pclose(pipe);
    socket[strcspn(socket, "\n")] = '\0';
    snprintf(url, sizeof url, "host=%s user=postgres dbname=postgres", socket);
    return 0;
}

static int stop(void **state)
{
    (void)state;
    cluster("stop");
    char line[256];
    snprintf(line, sizeof line, "rm -rf %s", folder);
    return system(line);
}

static const struct query create = {"create",
                                    "CREATE TABLE IF NOT EXISTS kept (id bigint PRIMARY KEY)"};
static const struct query insert = {"insert", "INSERT INTO kept VALUES ($1)"};
static const struct query count_kept = {"count_kept", "SELECT count(*) FROM kept"};

static enum failure insert_one(struct transaction *transaction, void *argument)
{
    return transaction_query(transaction, &insert, PARAMS(param_int64(*(int64_t *)argument)), NULL);
}

static int64_t count_rows(struct task *task, struct database *database)
{
    struct rows rows;
    assert_none(database_query(reader_of(task, database), &count_kept, NO_PARAMS, &rows));
    return row_int64(&rows, 0, 0);
}

static void write_all_the_time(struct task *task, struct child *child)
{
    int64_t id = child->number;
    while (child->failure == FAILURE_NONE) {
        id += 10;
        child->failure =
            database_transact(task, child->database, ISOLATION_READ_COMMITTED, insert_one, &id);
        if (child->failure == FAILURE_INDEFINITE)
            child->failure = FAILURE_NONE;
        else if (child->failure == FAILURE_NONE)
            child->number = id;
    }
}

static void a_restart_is_survived(struct task *task, void *argument)
{
    (void)argument;
    struct database_settings settings = settings_for(url);
    settings.schema = "public";
    settings.wait_max_ms = 20000;
    struct database *database = database_new(task_loop(task), &settings);
    assert_none(database_query(reader_of(task, database), &create, NO_PARAMS, NULL));
    struct child writer = {.body = write_all_the_time, .database = database, .number = 1};
    child_start(task, &writer, 0);
    assert_none(task_sleep_ms(task, 100));
    cluster("stop");
    assert_none(task_sleep_ms(task, 100));
    assert_false(database_is_ready(database));
    int64_t before = writer.number;
    cluster("start");
    int64_t rows = count_rows(task, database);
    assert_true(rows >= (before - 1) / 10 - 1);
    for (int i = 0; writer.number <= before && i < 500; i++)
        assert_none(task_sleep_ms(task, 10));
    assert_true(writer.number > before);
    assert_true(database_is_ready(database));
    task_cancel(writer.task);
    child_join(task, &writer);
    assert_failure(writer.failure, FAILURE_CANCELLED);
    database_free(database);
}

IN_TASK(a_restart_is_survived)

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(test_a_restart_is_survived)};
    return cmocka_run_group_tests(tests, start, stop);
}
