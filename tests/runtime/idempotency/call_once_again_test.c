/* A mutation whose work is done again: after a conflict, beside itself, when its COMMIT is lost or
 * a statement fails (rules, settled 2). */
#include "runtime/rpc/status.h"
#include "tests/support/test_once.h"

static void a_conflict_runs_the_body_again(struct task *task, void *argument)
{
    (void)argument;
    test_once_open(task, false);
    Event__V1__ListEventsResponse *response;
    struct rpc_status status;
    assert_int_equal(test_once_ask(task, id_new(1), CONFLICTING, &response, &status), CODE_OK);
    assert_int_equal(response->n_events, 1);
    assert_int_equal(once.runs, 3);
    assert_int_equal(test_once_effects(), 1);
    test_once_close(task, false);
}

/* A run that a conflict undid leaves none of its violations to the next. */
static void a_repeated_body_says_its_own_no(struct task *task, void *argument)
{
    (void)argument;
    test_once_open(task, false);
    Event__V1__ListEventsResponse *response;
    struct rpc_status status;
    assert_int_equal(test_once_ask(task, id_new(1), SUSPECTED, &response, &status), CODE_OK);
    assert_int_equal(once.runs, 2);
    assert_int_equal(test_once_effects(), 1);
    once.runs = 0;
    assert_int_equal(test_once_ask(task, id_new(1), TWICE_WRONG, &response, &status),
                     CODE_FAILED_PRECONDITION);
    assert_int_equal(once.runs, 2);
    assert_string_equal(status.reason, "HOLD");
    struct status said;
    assert_true(status_unpack(task_arena(task), status.packed, &said));
    assert_int_equal(said.field_violation_count, 0);
    assert_int_equal(said.precondition_violation_count, 1);
    assert_string_equal(said.precondition_violations[0].subject, "account/2");
    assert_int_equal(test_once_effects(), 1);
    test_once_close(task, false);
}

static char answered_ids[4][ID_TEXT_SIZE];

static void ask_in_child(struct task *task, struct child *child)
{
    Event__V1__ListEventsResponse *response;
    struct rpc_status status;
    struct id request_id = {{9, 9, 9}};
    assert_int_equal(test_once_ask(task, request_id, SLOW, &response, &status), CODE_OK);
    strcpy(answered_ids[child->number], response->events[0]->event_id);
}

static void four_at_once_do_it_once(struct task *task, void *argument)
{
    (void)argument;
    test_once_open(task, false);
    struct child children[4] = {{0}};
    for (int i = 0; i < 4; i++) {
        children[i] = (struct child){.body = ask_in_child, .number = i};
        child_start(task, &children[i], 20000);
    }
    for (int i = 0; i < 4; i++) {
        child_join(task, &children[i]);
        assert_string_equal(answered_ids[i], answered_ids[0]);
    }
    assert_int_equal(test_once_effects(), 1);
    assert_int_equal(once.runs, 1);
    test_once_close(task, false);
}

/* The COMMIT's answer is lost at some byte: the caller still gets an answer, the only one there
 * will ever be, and it was done once. */
static void a_lost_commit_is_resolved(struct task *task, void *argument)
{
    (void)argument;
    test_once_open(task, true);
    int64_t done = 0;
    for (int direction = 0; direction < 2; direction++)
        for (int bytes = 0; bytes < (direction == 0 ? 160 : 60); bytes += 3) {
            struct id request_id = id_new(1);
            Event__V1__ListEventsResponse *first, *again;
            struct rpc_status status;
            once.cut_next_commit = true;
            once.cut_to_server = direction == 0 ? bytes : PROXY_UNLIMITED;
            once.cut_to_client = direction == 0 ? PROXY_UNLIMITED : bytes;
            assert_int_equal(test_once_ask(task, request_id, 100, &first, &status), CODE_OK);
            proxy_disarm(&once.proxy);
            assert_int_equal(test_once_ask(task, request_id, 100, &again, &status), CODE_OK);
            assert_string_equal(first->events[0]->event_id, again->events[0]->event_id);
            assert_int_equal(test_once_effects(), ++done);
        }
    assert_in_range(atomic_load(&once.proxy.cuts), 20, 100);
    assert_true(once.runs > done);
    test_once_close(task, true);
}

static void each_statement_fails_in_turn(struct task *task, void *argument)
{
    (void)argument;
    test_once_open(task, false);
    static const enum failure injected[] = {FAILURE_UNAVAILABLE, FAILURE_INDEFINITE,
                                            FAILURE_INTERNAL};
    int64_t done = 0;
    for (size_t kind = 0; kind < sizeof injected / sizeof injected[0]; kind++) {
        for (unsigned long nth = 1; nth <= 6; nth++) {
            struct id request_id = id_new(1);
            Event__V1__ListEventsResponse *response;
            struct rpc_status status;
            database_fail_nth(nth, injected[kind]);
            enum failure failure = test_once_try(task, request_id, 100, &response, &status);
            database_fail_nth(0, FAILURE_NONE);
            if (failure == FAILURE_NONE)
                done++;
            assert_int_equal(test_once_effects(), done);
        }
    }
    assert_in_range(done, 6, 17);
    test_once_close(task, false);
}

IN_TASK(a_conflict_runs_the_body_again)
IN_TASK(a_repeated_body_says_its_own_no)
IN_TASK(four_at_once_do_it_once)
IN_TASK(a_lost_commit_is_resolved)
IN_TASK(each_statement_fails_in_turn)

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup(test_a_conflict_runs_the_body_again, test_once_empty),
        cmocka_unit_test_setup(test_a_repeated_body_says_its_own_no, test_once_empty),
        cmocka_unit_test_setup(test_four_at_once_do_it_once, test_once_empty),
        cmocka_unit_test_setup(test_a_lost_commit_is_resolved, test_once_empty),
        cmocka_unit_test_setup(test_each_statement_fails_in_turn, test_once_empty),
    };
    return cmocka_run_group_tests(tests, test_once_set_up, NULL);
}
