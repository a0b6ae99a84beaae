/* Mail over SMTP: what arrives, what may have happened, and what is refused before it is sent. */
#include "tests/support/test_http_peer.h"

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
        cmocka_unit_test(mail_arrives_in_quoted_printable),
        cmocka_unit_test(mail_tells_what_may_have_happened),
        cmocka_unit_test(mail_that_would_carry_more_than_it_says_is_refused),
    };
    return cmocka_run_group_tests(tests, start_peer, stop_peer);
}
