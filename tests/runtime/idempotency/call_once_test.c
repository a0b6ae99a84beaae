/* A mutation through a real server and a real database: done once, answered the same for ever
 * (rules, settled 2; E32). */
#include "tests/support/test_once.h"

#include "runtime/base/metrics.h"

/* The whole line of the outcome's counter. */
static int64_t counted(struct task *task, const char *outcome)
{
    char label[64];
    snprintf(label, sizeof label, "runtime_once_total{outcome=\"%s\"} ", outcome);
    const char *line = strstr(metrics_text(task_arena(task)), label);
    return line != NULL ? strtoll(line + strlen(label), NULL, 10) : 0;
}

static void repeated_it_is_answered_the_same(struct task *task, void *argument)
{
    (void)argument;
    test_once_open(task, false);
    struct id request_id = id_new(1);
    Event__V1__ListEventsResponse *first, *again;
    struct rpc_status status;
    assert_int_equal(test_once_ask(task, request_id, 100, &first, &status), CODE_OK);
    int64_t replayed = counted(task, "replayed");
    for (int i = 0; i < 3; i++) {
        assert_int_equal(test_once_ask(task, request_id, 100, &again, &status), CODE_OK);
        assert_string_equal(again->events[0]->event_id, first->events[0]->event_id);
        assert_string_equal(again->events[0]->type, "amount 100");
    }
    assert_int_equal(counted(task, "replayed"), replayed + 3);
    assert_int_equal(once.runs, 1);
    assert_int_equal(test_once_effects(), 1);
    test_once_close(task, false);
}

/* E32 */
static void another_amount_is_a_mismatch(struct task *task, void *argument)
{
    (void)argument;
    test_once_open(task, false);
    struct id request_id = id_new(1);
    Event__V1__ListEventsResponse *response;
    struct rpc_status status;
    assert_int_equal(test_once_ask(task, request_id, 100, &response, &status), CODE_OK);
    assert_int_equal(test_once_ask(task, request_id, 101, &response, &status),
                     CODE_FAILED_PRECONDITION);
    assert_string_equal(status.reason, "IDEMPOTENCY_MISMATCH");
    assert_int_equal(test_once_ask(task, request_id, 100, &response, &status), CODE_OK);
    assert_int_equal(test_once_effects(), 1);
    test_once_close(task, false);
}

static void a_refusal_is_stored_and_its_writes_undone(struct task *task, void *argument)
{
    (void)argument;
    test_once_open(task, false);
    struct id request_id = id_new(1);
    Event__V1__ListEventsResponse *response;
    struct rpc_status first, again;
    assert_int_equal(test_once_ask(task, request_id, UNLUCKY, &response, &first),
                     CODE_FAILED_PRECONDITION);
    assert_int_equal(test_once_ask(task, request_id, UNLUCKY, &response, &again),
                     CODE_FAILED_PRECONDITION);
    assert_string_equal(first.reason, "WOULD_SUSPEND");
    assert_int_equal(first.packed.size, again.packed.size);
    assert_memory_equal(first.packed.data, again.packed.data, first.packed.size);
    assert_int_equal(test_once_ask(task, id_new(1), INVALID, &response, &again),
                     CODE_INVALID_ARGUMENT);
    assert_int_equal(once.runs, 2);
    assert_int_equal(test_once_effects(), 0);
    test_once_close(task, false);
}

/* GW-07: one act a request, with how it ended; a repetition is no other act, and what is not yet is
 * none. */
static void its_act_is_kept_once(struct task *task, void *argument)
{
    (void)argument;
    test_once_open(task, false);
    struct id done = id_new(1), refused = id_new(1);
    Event__V1__ListEventsResponse *response;
    struct rpc_status status;
    done_elsewhere("TRUNCATE act_log");
    for (int i = 0; i < 2; i++) {
        assert_int_equal(test_once_ask(task, done, 100, &response, &status), CODE_OK);
        assert_int_equal(test_once_ask(task, refused, UNLUCKY, &response, &status),
                         CODE_FAILED_PRECONDITION);
    }
    assert_int_equal(test_once_ask(task, id_new(1), EARLY, &response, &status), CODE_NOT_FOUND);
    assert_int_equal(asked_elsewhere("SELECT count(*) FROM act_log WHERE reason = ''"), 1);
    assert_int_equal(asked_elsewhere("SELECT count(*) FROM act_log WHERE reason = 'WOULD_SUSPEND'"),
                     1);
    assert_int_equal(asked_elsewhere("SELECT count(*) FROM act_log WHERE action = "
                                     "'test.event.list' AND step = 'service'"),
                     2);
    assert_int_equal(asked_elsewhere("SELECT count(*) FROM act_log"), 2);
    test_once_close(task, false);
}

/* Rules, settled 10: it leaves neither its writes nor the id, which may even come with another
 * body. */
static void what_is_not_yet_frees_the_id(struct task *task, void *argument)
{
    (void)argument;
    test_once_open(task, false);
    struct id request_id = id_new(1);
    Event__V1__ListEventsResponse *response;
    struct rpc_status status;
    once.time_has_come = false;
    int64_t not_yet = counted(task, "not_yet");
    for (int i = 0; i < 2; i++)
        assert_int_equal(test_once_ask(task, request_id, EARLY, &response, &status),
                         CODE_NOT_FOUND);
    assert_string_equal(status.reason, "NOT_OPENED");
    assert_int_equal(counted(task, "not_yet"), not_yet + 2);
    assert_int_equal(test_once_effects() + asked_elsewhere("SELECT count(*) FROM request"), 0);
    once.time_has_come = true;
    for (int i = 0; i < 2; i++)
        assert_int_equal(test_once_ask(task, request_id, EARLY, &response, &status), CODE_OK);
    assert_int_equal(once.runs, 3);
    assert_int_equal(test_once_effects(), 1);
    test_once_close(task, false);
}

static void a_failure_is_not_stored(struct task *task, void *argument)
{
    (void)argument;
    test_once_open(task, false);
    struct id request_id = id_new(1);
    Event__V1__ListEventsResponse *response;
    struct rpc_status status;
    for (int i = 0; i < 2; i++)
        assert_failure(test_once_try(task, request_id, BROKEN, &response, &status),
                       FAILURE_INTERNAL);
    assert_int_equal(once.runs, 2);
    assert_int_equal(test_once_effects(), 0);
    assert_int_equal(asked_elsewhere("SELECT count(*) FROM request"), 0);
    test_once_close(task, false);
}

/* M5: a no that was decided upon without memory is none; the same id is decided anew. */
static void what_was_decided_without_memory_is_not_kept(struct task *task, void *argument)
{
    (void)argument;
    test_once_open(task, false);
    struct id request_id = id_new(1);
    Event__V1__ListEventsResponse *response;
    struct rpc_status status;
    assert_failure(test_once_try(task, request_id, THIN, &response, &status), FAILURE_EXHAUSTED);
    assert_int_equal(test_once_effects(), 0);
    assert_int_equal(asked_elsewhere("SELECT count(*) FROM request"), 0);
    assert_int_equal(test_once_ask(task, request_id, THIN, &response, &status), CODE_OK);
    assert_int_equal(test_once_effects(), 1);
    test_once_close(task, false);
}

static void a_request_id_must_be_one(struct task *task, void *argument)
{
    (void)argument;
    test_once_open(task, false);
    static const char *const wrong[] = {"", "x", "00000000-0000-0000-0000-00000000000",
                                        "00000000-0000-0000-0000-0000000000000",
                                        "00000000-0000-0000-0000-000000000000"};
    for (size_t i = 0; i < sizeof wrong / sizeof wrong[0]; i++) {
        Event__V1__ListEventsRequest request = EVENT__V1__LIST_EVENTS_REQUEST__INIT;
        Event__V1__ListEventsResponse *response;
        struct rpc_status status;
        request.cursor = (char *)(uintptr_t)wrong[i];
        assert_none(RPC_CALL(task, once.client, event__v1__event_service, list_events, &request,
                             &response, &status));
        assert_int_equal(status.code, CODE_INVALID_ARGUMENT);
    }
    assert_int_equal(once.runs, 0);
    test_once_close(task, false);
}

IN_TASK(repeated_it_is_answered_the_same)
IN_TASK(another_amount_is_a_mismatch)
IN_TASK(a_refusal_is_stored_and_its_writes_undone)
IN_TASK(its_act_is_kept_once)
IN_TASK(what_is_not_yet_frees_the_id)
IN_TASK(a_failure_is_not_stored)
IN_TASK(what_was_decided_without_memory_is_not_kept)
IN_TASK(a_request_id_must_be_one)

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup(test_repeated_it_is_answered_the_same, test_once_empty),
        cmocka_unit_test_setup(test_another_amount_is_a_mismatch, test_once_empty),
        cmocka_unit_test_setup(test_a_refusal_is_stored_and_its_writes_undone, test_once_empty),
        cmocka_unit_test_setup(test_its_act_is_kept_once, test_once_empty),
        cmocka_unit_test_setup(test_what_is_not_yet_frees_the_id, test_once_empty),
        cmocka_unit_test_setup(test_a_failure_is_not_stored, test_once_empty),
        cmocka_unit_test_setup(test_what_was_decided_without_memory_is_not_kept, test_once_empty),
        cmocka_unit_test_setup(test_a_request_id_must_be_one, test_once_empty),
    };
    return cmocka_run_group_tests(tests, test_once_set_up, NULL);
}
