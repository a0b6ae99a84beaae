/* The HTTP client against a real server and a real SMTP sink (peer.py): what is sent, what is known
 * afterwards, what is refused. */
#include "tests/support/test_http_peer.h"

/* ---- asking ---- */

static void assert_outcome(const struct test *test, enum http_outcome outcome, int64_t status)
{
    assert_int_equal(test->answer.outcome, outcome);
    assert_int_equal(test->answer.status, status);
}

static int64_t number_at(struct test *test, const char *path)
{
    assert_int_equal(get(test, path), FAILURE_NONE);
    return atoll(body_of(test));
}

#define BYTES(text) ((struct bytes){(const uint8_t *)(text), strlen(text)})

/* ---- what is sent ---- */

static void send_each_method(struct test *test)
{
    static const struct {
        const char *method;
        const char *body;
    } cases[] = {{"GET", ""},
                 {"POST", "amount=100&currency=usd"},
                 {"POST", ""},
                 {"DELETE", ""},
                 {"PUT", "{}"}};
    static const char *const headers[] = {"Idempotency-Key: 4711", "Content-Type: text/plain",
                                          NULL};
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        struct http_request request = {
            .method = cases[i].method, .url = url_of(test, "/echo"), .headers = headers};
        request.bearer = secret_wrap("sk_test_1");
        request.body = BYTES(cases[i].body);
        assert_int_equal(send_request(test, request), FAILURE_NONE);
        assert_outcome(test, HTTP_ANSWERED, 200);
        json_t *told = json_of(test);
        json_t *sent = json_object_get(told, "headers");
        assert_string_equal(json_string_value(json_object_get(told, "method")), cases[i].method);
        assert_string_equal(json_string_value(json_object_get(told, "body")), cases[i].body);
        assert_string_equal(json_string_value(json_object_get(sent, "idempotency-key")), "4711");
        assert_string_equal(json_string_value(json_object_get(sent, "authorization")),
                            "Bearer sk_test_1");
        assert_null(json_object_get(sent, "expect"));
        json_decref(told);
    }
}

static void requests_arrive_as_they_were_meant(void **state)
{
    (void)state;
    run(send_each_method);
}

static int64_t connection_of(struct test *test, const char *method, const char *const *headers)
{
    struct http_request request = {
        .method = method, .url = url_of(test, "/echo"), .headers = headers};
    assert_int_equal(send_request(test, request), FAILURE_NONE);
    json_t *told = json_of(test);
    int64_t connection = json_integer_value(json_object_get(told, "connection"));
    json_decref(told);
    return connection;
}

static void send_on_kept_connections(struct test *test)
{
    static const char *const key[] = {"idempotency-key: 1", NULL};
    int64_t first = connection_of(test, "GET", NULL);
    assert_int_equal(connection_of(test, "GET", NULL), first);
    assert_int_equal(connection_of(test, "POST", key), first);
    assert_int_not_equal(connection_of(test, "POST", NULL), first);
}

static void connections_are_kept_but_not_for_what_must_not_repeat(void **state)
{
    (void)state;
    run(send_on_kept_connections);
}

/* ---- what is known afterwards ---- */

static void be_answered(struct test *test)
{
    assert_int_equal(get(test, "/status/404"), FAILURE_NONE);
    assert_outcome(test, HTTP_ANSWERED, 404);
    assert_string_equal(body_of(test), "said no");
    assert_int_equal(get(test, "/status/503"), FAILURE_NONE);
    assert_outcome(test, HTTP_ANSWERED, 503);
    assert_int_equal(get(test, "/redirect"), FAILURE_NONE);
    assert_outcome(test, HTTP_ANSWERED, 302);
}

static void every_status_is_an_answer_and_redirects_are_not_followed(void **state)
{
    (void)state;
    run(be_answered);
}

static void not_be_connected(struct test *test)
{
    static const char *const urls[] = {"http://127.0.0.1:1/", "http://nowhere.invalid/",
                                       "ftp://127.0.0.1/",    "file:///etc/passwd",
                                       "smtp://127.0.0.1/",   "nonsense"};
    for (size_t i = 0; i < sizeof urls / sizeof urls[0]; i++) {
        assert_int_equal(
            send_request(
                test, (struct http_request){.method = "POST", .url = urls[i], .timeout_ms = 5000}),
            FAILURE_NONE);
        assert_outcome(test, HTTP_NOT_SENT, 0);
    }
    struct http_request to_plaintext = {
        .method = "GET",
        .url = arena_printf(task_arena(test->task), "https://127.0.0.1:%d/", http_port)};
    assert_int_equal(send_request(test, to_plaintext), FAILURE_NONE);
    assert_outcome(test, HTTP_NOT_SENT, 0);
}

static void without_a_connection_nothing_was_done(void **state)
{
    (void)state;
    run(not_be_connected);
}

static void lose_the_answer(struct test *test)
{
    static const char *const paths[] = {"/drop/1", "/half/1", "/silence/1"};
    for (size_t i = 0; i < sizeof paths / sizeof paths[0]; i++) {
        struct http_request request = {
            .method = "POST", .url = url_of(test, paths[i]), .body = BYTES("x"), .timeout_ms = 300};
        assert_int_equal(send_request(test, request), FAILURE_NONE);
        assert_outcome(test, HTTP_UNKNOWN, 0);
        assert_int_equal(number_at(test, arena_printf(task_arena(test->task), "/seen%s", paths[i])),
                         1);
    }
}

static void a_lost_answer_leaves_it_unknown(void **state)
{
    (void)state;
    run(lose_the_answer);
}

static void outlive_the_task(struct test *test)
{
    task_limit_ms(test->task, 300);
    assert_int_equal(get(test, "/silence/2"), FAILURE_DEADLINE);
    assert_outcome(test, HTTP_UNKNOWN, 0);
    assert_int_equal(get(test, "/echo"), FAILURE_DEADLINE);
    assert_outcome(test, HTTP_NOT_SENT, 0);
}

static void the_tasks_deadline_ends_a_request(void **state)
{
    (void)state;
    run(outlive_the_task);
}

static void cancel_after_a_while(struct task *task, void *argument)
{
    assert_int_equal(task_sleep_ms(task, 100), FAILURE_NONE);
    task_cancel(argument);
}

static void be_cancelled(struct test *test)
{
    assert_int_equal(loop_spawn(task_loop(test->task), NULL, cancel_after_a_while, test->task),
                     FAILURE_NONE);
    assert_int_equal(get(test, "/silence/3"), FAILURE_CANCELLED);
    assert_outcome(test, HTTP_UNKNOWN, 0);
}

static void a_cancelled_task_ends_its_request(void **state)
{
    (void)state;
    run(be_cancelled);
}

/* ---- what bounds it ---- */

static void receive_up_to_the_maximum(struct test *test)
{
    assert_int_equal(get(test, "/large/65536"), FAILURE_NONE);
    assert_int_equal(test->answer.body.size, 65536);
    assert_int_equal(strlen(body_of(test)), 65536);
    assert_int_equal(get(test, "/large/65537"), FAILURE_EXHAUSTED);
    assert_outcome(test, HTTP_ANSWERED, 200);
    assert_null(test->answer.body.data);
    assert_int_equal(get(test, "/head/60"), FAILURE_NONE);
    assert_int_equal(get(test, "/head/90"), FAILURE_EXHAUSTED);
}

static void answers_have_a_maximum(void **state)
{
    (void)state;
    run(receive_up_to_the_maximum);
}

struct crowd {
    struct test *test;
    int left;
    struct event ended;
};

static void pause_once(struct task *task, void *argument)
{
    struct crowd *crowd = argument;
    struct test test = {.task = task, .client = crowd->test->client};
    assert_int_equal(get(&test, "/pause"), FAILURE_NONE);
    assert_outcome(&test, HTTP_ANSWERED, 200);
    if (--crowd->left == 0)
        event_signal(&crowd->ended);
}

static void send_a_crowd(struct test *test)
{
    struct crowd crowd = {.test = test, .left = 20};
    for (int i = 0; i < 20; i++)
        assert_int_equal(loop_spawn(task_loop(test->task), NULL, pause_once, &crowd), FAILURE_NONE);
    assert_int_equal(task_wait(test->task, &crowd.ended), FAILURE_NONE);
    assert_in_range(number_at(test, "/most"), 2, 4);
}

static void connections_have_a_maximum_and_the_rest_waits(void **state)
{
    (void)state;
    run(send_a_crowd);
}

static void inject(struct test *test)
{
    static const char *const headers[][2] = {
        {"X: a\r\nY: b", NULL}, {"X: a\nY: b", NULL}, {"no colon", NULL}, {"X: \x7f", NULL}};
    struct http_request request = {.method = "GET", .url = url_of(test, "/echo")};
    for (size_t i = 0; i < sizeof headers / sizeof headers[0]; i++) {
        request.headers = headers[i];
        assert_int_equal(send_request(test, request), FAILURE_INVALID);
    }
    static const char *const paths[] = {"/a b", "/a\r\nX: y", "/a\x01"};
    for (size_t i = 0; i < sizeof paths / sizeof paths[0]; i++)
        assert_int_equal(get(test, paths[i]), FAILURE_INVALID);
    request = (struct http_request){
        .method = "GET", .url = url_of(test, "/echo"), .bearer = secret_wrap("a\r\nb: c")};
    assert_int_equal(send_request(test, request), FAILURE_INVALID);
    request =
        (struct http_request){.method = "GET", .url = url_of(test, "/echo"), .body = BYTES("x")};
    assert_int_equal(send_request(test, request), FAILURE_INVALID);
    assert_outcome(test, HTTP_NOT_SENT, 0);
}

static void what_would_break_the_head_is_refused(void **state)
{
    (void)state;
    run(inject);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(requests_arrive_as_they_were_meant),
        cmocka_unit_test(connections_are_kept_but_not_for_what_must_not_repeat),
        cmocka_unit_test(every_status_is_an_answer_and_redirects_are_not_followed),
        cmocka_unit_test(without_a_connection_nothing_was_done),
        cmocka_unit_test(a_lost_answer_leaves_it_unknown),
        cmocka_unit_test(the_tasks_deadline_ends_a_request),
        cmocka_unit_test(a_cancelled_task_ends_its_request),
        cmocka_unit_test(answers_have_a_maximum),
        cmocka_unit_test(connections_have_a_maximum_and_the_rest_waits),
        cmocka_unit_test(what_would_break_the_head_is_refused),
    };
    return cmocka_run_group_tests(tests, start_peer, stop_peer);
}
