/* The connection is cut at every byte of the COMMIT exchange. What database_transact says is never a lie. */
#include "tests/runtime/database/fixture.h"

#include "tests/runtime/database/proxy.h"

static const struct query add_note = {"add_note", "INSERT INTO note (id) VALUES ($1)"};

static struct proxy proxy;

struct cut {
    int64_t id;
    int to_server;
    int to_client;
};

static enum failure write_then_arm(struct task *task, struct transaction *transaction, void *argument)
{
    struct cut *cut = argument;
    enum failure failure = transaction_query(task, transaction, &add_note, PARAMS(param_int64(cut->id)), NULL);
    proxy_arm(&proxy, cut->to_server, cut->to_client);
    return failure;
}

static struct database *database_open_through_proxy(struct task *task)
{
    char url[256];
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
static bool transact_and_cut(struct task *task, struct database *database, struct cut *cut, struct seen *seen)
{
    int cuts = atomic_load(&proxy.cuts);
    enum failure failure = database_transact(task, database, ISOLATION_READ_COMMITTED, write_then_arm, cut);
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
    print_message("committed %d, unknown but committed %d, unknown and not %d\n", seen.done, seen.unknown_done, seen.unknown_not_done);
    assert_in_range(seen.done, 2, 100);
    assert_in_range(seen.unknown_done, 5, 200);
    assert_in_range(seen.unknown_not_done, 5, 200);
    database_free(database);
    proxy_stop(&proxy);
}

IN_TASK(cut_at_every_byte)

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup(test_cut_at_every_byte, empty_tables),
    };
    return cmocka_run_group_tests(tests, make_tables, NULL);
}
