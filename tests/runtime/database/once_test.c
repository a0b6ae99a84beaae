/* A request id is taken once; whoever comes again gets the answer that was kept (rules, settled 2;
 * E32). */
#include "tests/runtime/database/fixture.h"

#include "runtime/database/once.h"

static const uint8_t body_of_100[32] = {100};
static const uint8_t body_of_101[32] = {101};

struct request {
    struct once_key key;
    const uint8_t *body_hash;
    struct once_taken taken;
    int64_t pause_ms;
    enum failure verdict;
};

static enum failure take_and_keep(struct transaction *transaction, void *argument)
{
    struct request *request = argument;
    enum failure failure =
        once_take(transaction, &request->key, request->body_hash, 0, &request->taken);
    if (failure != FAILURE_NONE || request->taken.state != ONCE_NEW)
        return failure;
    if (request->pause_ms > 0)
        failure = task_sleep_ms(transaction_task(transaction), request->pause_ms);
    struct once_answer answer = {.code = 9, .body = {(const uint8_t *)"no\0no", 5}};
    if (failure == FAILURE_NONE)
        failure = once_keep(transaction, &request->key, &answer);
    return failure != FAILURE_NONE ? failure : request->verdict;
}

static struct request new_request(void)
{
    return (struct request){.key = {id_new(1), id_new(1), origin_of_principal("a", "b")},
                            .body_hash = body_of_100};
}

static void transact(struct task *task, struct database *database, struct request *request)
{
    assert_none(
        database_transact(task, database, ISOLATION_READ_COMMITTED, take_and_keep, request));
}

static void the_answer_is_replayed(struct task *task, void *argument)
{
    (void)argument;
    struct database *database = database_open(task);
    struct request request = new_request();
    transact(task, database, &request);
    assert_int_equal(request.taken.state, ONCE_NEW);
    for (int i = 0; i < 3; i++) {
        transact(task, database, &request);
        assert_int_equal(request.taken.state, ONCE_REPLAYED);
        assert_int_equal(request.taken.answer.code, 9);
        assert_int_equal(request.taken.answer.body.size, 5);
        assert_memory_equal(request.taken.answer.body.data, "no\0no", 5);
    }
    database_free(database);
}

/* E32 */
static void another_body_is_a_mismatch(struct task *task, void *argument)
{
    (void)argument;
    struct database *database = database_open(task);
    struct request request = new_request();
    transact(task, database, &request);
    request.body_hash = body_of_101;
    transact(task, database, &request);
    assert_int_equal(request.taken.state, ONCE_MISMATCH);
    database_free(database);
}

static void scopes_are_apart(struct task *task, void *argument)
{
    (void)argument;
    struct database *database = database_open(task);
    struct request request = new_request();
    transact(task, database, &request);
    request.key.scope_id = id_new(2);
    transact(task, database, &request);
    assert_int_equal(request.taken.state, ONCE_NEW);
    database_free(database);
}

static void what_was_rolled_back_was_not_taken(struct task *task, void *argument)
{
    (void)argument;
    struct database *database = database_open(task);
    struct request request = new_request();
    request.verdict = FAILURE_INTERNAL;
    assert_failure(
        database_transact(task, database, ISOLATION_READ_COMMITTED, take_and_keep, &request),
        FAILURE_INTERNAL);
    request.verdict = FAILURE_NONE;
    transact(task, database, &request);
    assert_int_equal(request.taken.state, ONCE_NEW);
    database_free(database);
}

static enum isolation isolation_tried;

static void take_in_child(struct task *task, struct child *child)
{
    struct request *request = (struct request *)(uintptr_t)child->number;
    child->failure =
        database_transact(task, child->database, isolation_tried, take_and_keep, request);
    /* The answer is in the child's arena. */
    if (child->failure == FAILURE_NONE && request->taken.state == ONCE_REPLAYED)
        assert_int_equal(request->taken.answer.body.size, 5);
}

/* From two connections at the same moment: the second waits for the first and finds its answer. */
static void two_at_once_do_it_once(struct task *task, void *argument)
{
    (void)argument;
    struct database *database = database_open(task);
    for (isolation_tried = ISOLATION_READ_COMMITTED; isolation_tried <= ISOLATION_SERIALIZABLE;
         isolation_tried++) {
        struct request requests[2] = {new_request()};
        requests[0].pause_ms = 100;
        requests[1] = requests[0];
        struct child children[2] = {{0}};
        for (int i = 0; i < 2; i++) {
            children[i] = (struct child){.body = take_in_child,
                                         .database = database,
                                         .number = (int64_t)(uintptr_t)&requests[i]};
            child_start(task, &children[i], 20000);
        }
        for (int i = 0; i < 2; i++) {
            child_join(task, &children[i]);
            assert_none(children[i].failure);
        }
        assert_int_equal(requests[0].taken.state + requests[1].taken.state,
                         ONCE_NEW + ONCE_REPLAYED);
    }
    database_free(database);
}

static enum failure take_and_forget(struct transaction *transaction, void *argument)
{
    struct request *request = argument;
    return once_take(transaction, &request->key, request->body_hash, 0, &request->taken);
}

static void an_answer_that_was_never_kept_is_not_made_up(struct task *task, void *argument)
{
    (void)argument;
    struct database *database = database_open(task);
    struct request request = new_request();
    assert_none(
        database_transact(task, database, ISOLATION_READ_COMMITTED, take_and_forget, &request));
    assert_failure(
        database_transact(task, database, ISOLATION_READ_COMMITTED, take_and_forget, &request),
        FAILURE_INTERNAL);
    database_free(database);
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

IN_TASK(the_answer_is_replayed)
IN_TASK(another_body_is_a_mismatch)
IN_TASK(scopes_are_apart)
IN_TASK(what_was_rolled_back_was_not_taken)
IN_TASK(two_at_once_do_it_once)
IN_TASK(an_answer_that_was_never_kept_is_not_made_up)

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_the_answer_is_replayed),
        cmocka_unit_test(test_another_body_is_a_mismatch),
        cmocka_unit_test(test_scopes_are_apart),
        cmocka_unit_test(test_what_was_rolled_back_was_not_taken),
        cmocka_unit_test(test_two_at_once_do_it_once),
        cmocka_unit_test(test_an_answer_that_was_never_kept_is_not_made_up),
    };
    return cmocka_run_group_tests(tests, set_up, NULL);
}
