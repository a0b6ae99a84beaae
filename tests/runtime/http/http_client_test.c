/* The HTTP client against a real server and a real SMTP sink (peer.py): what is sent, what is known
 * afterwards, what is refused. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <jansson.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "runtime/http/http_client.h"
#include "tests/support/test_loop.h"

static int http_port;
static int smtp_port;

/* ---- the peer ---- */

static int peer_input;
static pid_t peer;

static int start_peer(void **state)
{
    (void)state;
    int in[2], out[2];
    if (pipe(in) != 0 || pipe(out) != 0)
        return -1;
    peer = fork();
    if (peer == 0) {
        dup2(in[0], 0);
        dup2(out[1], 1);
        close(in[1]);
        execl("/usr/bin/python3", "python3", "tests/runtime/http/peer.py", (char *)NULL);
        _exit(127);
    }
    close(in[0]);
    close(out[1]);
    peer_input = in[1];
    FILE *told = fdopen(out[0], "r");
    bool understood = fscanf(told, "%d %d", &http_port, &smtp_port) == 2;
    fclose(told);
    return understood ? 0 : -1;
}

static int stop_peer(void **state)
{
    (void)state;
    close(peer_input);
    waitpid(peer, NULL, 0);
    return 0;
}

/* ---- asking ---- */

struct test {
    struct task *task;
    struct http_client *client;
    struct http_answer answer;
};

static void run_with_client(struct task *task, void *argument)
{
    void (*body)(struct test * test) = *(void (**)(struct test *))argument;
    struct test test = {.task = task, .client = http_client_new(task_loop(task), 4)};
    body(&test);
    http_client_free(test.client);
}

static void run(void (*body)(struct test *test))
{
    test_in_task(run_with_client, &body);
}

static const char *url_of(struct test *test, const char *path)
{
    return arena_printf(task_arena(test->task), "http://127.0.0.1:%d%s", http_port, path);
}

static enum failure send_request(struct test *test, struct http_request request)
{
    if (request.timeout_ms == 0)
        request.timeout_ms = 10000;
    if (request.answer_bytes_max == 0)
        request.answer_bytes_max = 65536;
    return http_client_send(test->task, test->client, &request, &test->answer);
}

static enum failure get(struct test *test, const char *path)
{
    return send_request(test, (struct http_request){.method = "GET", .url = url_of(test, path)});
}

static void assert_outcome(const struct test *test, enum http_outcome outcome, int64_t status)
{
    assert_int_equal(test->answer.outcome, outcome);
    assert_int_equal(test->answer.status, status);
}

static const char *body_of(const struct test *test)
{
    assert_int_equal(test->answer.body.data[test->answer.body.size], 0);
    return (const char *)test->answer.body.data;
}

static json_t *json_of(const struct test *test)
{
    json_t *json = json_loads(body_of(test), 0, NULL);
    assert_non_null(json);
    return json;
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

/* ---- mail ---- */

static enum failure mail(struct test *test, struct mail written)
{
    if (written.server_url == NULL)
        written.server_url = arena_printf(task_arena(test->task), "smtp://127.0.0.1:%d", smtp_port);
    if (written.from == NULL)
        written.from = "kontor@kontor.example";
    if (written.to == NULL)
        written.to = "wang@example.com";
    if (written.subject == NULL)
        written.subject = "Your code";
    if (written.body == NULL)
        written.body = "Hello\n";
    return http_client_mail(test->task, test->client, &written, 1000);
}

static void send_mail(struct test *test)
{
    const char *body = "你好 = ok \n.dot\n"
                       "A line that goes on and on until it is longer than what one line of an "
                       "encoded message may hold.\nend";
    assert_int_equal(mail(test, (struct mail){.body = body}), FAILURE_NONE);
    assert_int_equal(get(test, "/mails"), FAILURE_NONE);
    json_t *mails = json_of(test);
    json_t *taken = json_array_get(mails, 0);
    assert_int_equal(json_array_size(mails), 1);
    assert_string_equal(json_string_value(json_object_get(taken, "from")),
                        "<kontor@kontor.example>");
    assert_string_equal(json_string_value(json_array_get(json_object_get(taken, "to"), 0)),
                        "<wang@example.com>");
    const char *data = json_string_value(json_object_get(taken, "data"));
    assert_non_null(strstr(data, "From: <kontor@kontor.example>\r\nTo: "
                                 "<wang@example.com>\r\nSubject: Your code\r\nMessage-ID: <"));
    assert_non_null(
        strstr(data, "Content-Transfer-Encoding: quoted-printable\r\n\r\n=E4=BD=A0=E5=A5=BD =3D "
                     "ok=20\r\n.dot\r\n"));
    assert_non_null(strstr(data, "one line of an enco=\r\nded message may hold.\r\nend\r\n"));
    json_decref(mails);
}

static void mail_arrives_in_quoted_printable(void **state)
{
    (void)state;
    run(send_mail);
}

static void send_mail_to_trouble(struct test *test)
{
    static const struct {
        struct mail mail;
        enum failure failure;
    } cases[] = {
        {{.to = "refused@example.com"}, FAILURE_INVALID},
        {{.to = "later@example.com"}, FAILURE_UNAVAILABLE},
        {{.to = "dropped@example.com"}, FAILURE_INDEFINITE},
        {{.to = "silent@example.com"}, FAILURE_INDEFINITE},
        {{.server_url = "smtp://127.0.0.1:1"}, FAILURE_UNAVAILABLE},
        {{.server_url = "http://127.0.0.1:1"}, FAILURE_UNAVAILABLE},
        {{.user = "user", .password = {"password"}}, FAILURE_UNAVAILABLE}, /* the sink has no TLS */
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++)
        assert_int_equal(mail(test, cases[i].mail), cases[i].failure);
}

static void mail_tells_what_may_have_happened(void **state)
{
    (void)state;
    run(send_mail_to_trouble);
}

static void inject_into_mail(struct test *test)
{
    static const struct mail cases[] = {
        {.to = "a@example.com\r\nBcc: b@example.com"},
        {.to = "a@example.com,b@example.com"},
        {.to = "a@example.com b@example.com"},
        {.to = "<a@example.com>"},
        {.to = "a@b@example.com"},
        {.to = "a"},
        {.to = "@example.com"},
        {.to = "a@"},
        {.to = "\xc3\xa4@example.com"},
        {.from = "a@example.com\nX: y"},
        {.subject = "Hello\r\nBcc: b@example.com"},
        {.subject = "H\xc3\xa4llo"},
        {.body = "bare\rreturn"},
        {.body = "not utf-8 \xff"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++)
        assert_int_equal(mail(test, cases[i]), FAILURE_INVALID);
    static char long_body[65538];
    for (size_t i = 0; i < 65537; i++)
        long_body[i] = i % 80 == 79 ? '\n' : 'x';
    assert_int_equal(mail(test, (struct mail){.body = long_body}), FAILURE_INVALID);
    long_body[65536] = '\0';
    assert_int_equal(mail(test, (struct mail){.body = long_body}), FAILURE_NONE);
}

static void mail_that_would_carry_more_than_it_says_is_refused(void **state)
{
    (void)state;
    run(inject_into_mail);
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
        cmocka_unit_test(mail_arrives_in_quoted_printable),
        cmocka_unit_test(mail_tells_what_may_have_happened),
        cmocka_unit_test(mail_that_would_carry_more_than_it_says_is_refused),
    };
    return cmocka_run_group_tests(tests, start_peer, stop_peer);
}
