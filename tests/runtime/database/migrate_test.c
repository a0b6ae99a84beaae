/* Migrations: in order, once, by whoever comes first, and never changed afterwards. */
#include "tests/runtime/database/fixture.h"

#include <sys/wait.h>

static const struct migration first_two[] = {
    {"0001_create_thing",
     "CREATE TABLE thing (id bigint PRIMARY KEY); INSERT INTO thing VALUES (1);"},
    {"0002_add_name", "ALTER TABLE thing ADD COLUMN name text NOT NULL DEFAULT 'x';"},
    {NULL, NULL},
};
static const struct migration three[] = {
    {"0001_create_thing",
     "CREATE TABLE thing (id bigint PRIMARY KEY); INSERT INTO thing VALUES (1);"},
    {"0002_add_name", "ALTER TABLE thing ADD COLUMN name text NOT NULL DEFAULT 'x';"},
    {"0003_add_second", "INSERT INTO thing VALUES (2);"},
    {NULL, NULL},
};
static const struct migration changed[] = {
    {"0001_create_thing",
     "CREATE TABLE thing (id bigint PRIMARY KEY); INSERT INTO thing VALUES (7);"},
    {NULL, NULL},
};
static const struct migration half_wrong[] = {
    {"0009_half_wrong", "INSERT INTO thing VALUES (9); INSERT INTO nothing VALUES (1);"},
    {NULL, NULL},
};
static const struct migration slow[] = {
    {"0001_slow", "CREATE TABLE slow (id bigint PRIMARY KEY); SELECT pg_sleep(0.2); INSERT INTO "
                  "slow VALUES (1);"},
    {"0002_slow", "INSERT INTO slow VALUES (2);"},
    {NULL, NULL},
};

static enum failure migrate(struct task *task, const char *schema,
                            const struct migration *migrations)
{
    struct database_settings settings = settings_for(test_database_url("database"));
    settings.schema = schema;
    return database_migrate(task, &settings, migrations);
}

static void each_is_applied_once_and_in_order(struct task *task, void *argument)
{
    (void)argument;
    assert_none(migrate(task, "ordered", first_two));
    assert_none(migrate(task, "ordered", first_two));
    assert_none(migrate(task, "ordered", three));
    assert_int_equal(asked_elsewhere("SELECT count(*) FROM ordered.thing WHERE name = 'x'"), 2);
    assert_int_equal(asked_elsewhere("SELECT count(*) FROM ordered.migration WHERE name LIKE "
                                     "'000_\\_%' AND sha256 ~ '^[0-9a-f]{64}$'"),
                     5);
    /* The runtime's own tables are there, too. */
    assert_int_equal(asked_elsewhere("SELECT count(*) FROM ordered.request") +
                         asked_elsewhere("SELECT count(*) FROM ordered.outbox"),
                     0);
}

/* One that the process does not know was made by a newer version; the older one starts only when it
 * is told to, and adds nothing. */
static void a_newer_schema_is_refused(struct task *task, void *argument)
{
    (void)argument;
    assert_none(migrate(task, "newer", three));
    assert_failure(migrate(task, "newer", first_two), FAILURE_INVALID);
    static const struct migration another[] = {
        {"0001_create_thing",
         "CREATE TABLE thing (id bigint PRIMARY KEY); INSERT INTO thing VALUES (1);"},
        {"0009_another", "INSERT INTO thing VALUES (9);"},
        {NULL, NULL},
    };
    assert_failure(migrate(task, "newer", another), FAILURE_INVALID);
    assert_int_equal(asked_elsewhere("SELECT count(*) FROM newer.thing WHERE id = 9"), 0);
    struct database_settings settings = settings_for(test_database_url("database"));
    settings.schema = "newer";
    settings.newer_schema_allowed = true;
    assert_none(database_migrate(task, &settings, first_two));
    assert_none(migrate(task, "newer", three));
}

static void a_changed_one_stops_the_process(struct task *task, void *argument)
{
    (void)argument;
    assert_none(migrate(task, "altered", first_two));
    assert_failure(migrate(task, "altered", changed), FAILURE_INVALID);
    assert_int_equal(asked_elsewhere("SELECT max(id) FROM altered.thing"), 1);
}

static void a_wrong_one_leaves_nothing_behind(struct task *task, void *argument)
{
    (void)argument;
    assert_none(migrate(task, "wrong", first_two));
    assert_failure(migrate(task, "wrong", half_wrong), FAILURE_INVALID);
    assert_int_equal(asked_elsewhere("SELECT count(*) FROM wrong.thing"), 1);
    assert_int_equal(
        asked_elsewhere("SELECT count(*) FROM wrong.migration WHERE name = '0009_half_wrong'"), 0);
}

static void migrate_slowly(struct task *task, struct child *child)
{
    child->failure = migrate(task, "together", slow);
}

/* Four connections at once: as four processes would, from the server's point of view. */
static void several_at_once_apply_each_once(struct task *task, void *argument)
{
    (void)argument;
    struct child children[4] = {{0}};
    for (int i = 0; i < 4; i++) {
        children[i] = (struct child){.body = migrate_slowly};
        child_start(task, &children[i], 30000);
    }
    for (int i = 0; i < 4; i++) {
        child_join(task, &children[i]);
        assert_none(children[i].failure);
    }
    assert_int_equal(asked_elsewhere("SELECT count(*) FROM together.slow"), 2);
}

static int exit_code;

static void migrate_in_process(struct task *task, void *argument)
{
    (void)argument;
    exit_code = migrate(task, "processes", slow) == FAILURE_NONE ? 0 : 3;
}

static void test_two_processes_at_once_apply_each_once(void **state)
{
    (void)state;
    pid_t children[2];
    for (int i = 0; i < 2; i++) {
        children[i] = fork();
        if (children[i] == 0) {
            test_in_task(migrate_in_process, NULL);
            _exit(exit_code);
        }
    }
    for (int i = 0; i < 2; i++) {
        int status;
        assert_int_equal(waitpid(children[i], &status, 0), children[i]);
        assert_true(WIFEXITED(status));
        assert_int_equal(WEXITSTATUS(status), 0);
    }
    assert_int_equal(asked_elsewhere("SELECT count(*) FROM processes.slow"), 2);
}

static void without_a_server_it_is_unavailable(struct task *task, void *argument)
{
    (void)argument;
    struct database_settings settings = settings_for("host=/nonexistent dbname=x user=x");
    settings.wait_max_ms = 150;
    assert_failure(database_migrate(task, &settings, first_two), FAILURE_UNAVAILABLE);
}

IN_TASK(each_is_applied_once_and_in_order)
IN_TASK(a_newer_schema_is_refused)
IN_TASK(a_changed_one_stops_the_process)
IN_TASK(a_wrong_one_leaves_nothing_behind)
IN_TASK(several_at_once_apply_each_once)
IN_TASK(without_a_server_it_is_unavailable)

int main(void)
{
    test_database_url("database");
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_two_processes_at_once_apply_each_once),
        cmocka_unit_test(test_each_is_applied_once_and_in_order),
        cmocka_unit_test(test_a_changed_one_stops_the_process),
        cmocka_unit_test(test_a_wrong_one_leaves_nothing_behind),
        cmocka_unit_test(test_a_newer_schema_is_refused),
        cmocka_unit_test(test_several_at_once_apply_each_once),
        cmocka_unit_test(test_without_a_server_it_is_unavailable),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
