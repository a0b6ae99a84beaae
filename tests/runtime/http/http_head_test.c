/* The head of a request is read strictly: what is not understood is refused. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <stdio.h>
#include <string.h>

#include "runtime/http/http_head.h"

#define COUNT(rows) (sizeof(rows) / sizeof((rows)[0]))
#define POST "POST /webhooks/stripe HTTP/1.1\r\n"

static void a_head_is_taken_apart(void **state)
{
    (void)state;
    char text[] = "POST /webhooks/stripe?x=1 HTTP/1.1\r\nHost: a\r\nStripe-Signature:  t=1,v1=2 "
                  "\r\nContent-Length: 12";
    struct http_head head;
    assert_true(http_head_read(text, &head));
    assert_string_equal(head.method, "POST");
    assert_string_equal(head.path, "/webhooks/stripe");
    assert_string_equal(http_head_field(&head, "stripe-signature"), "t=1,v1=2");
    assert_null(http_head_field(&head, "cookie"));
    assert_int_equal(head.content_length, 12);
}

static void what_is_not_understood_is_refused(void **state)
{
    (void)state;
    static const struct {
        const char *text;
        bool read;
    } rows[] = {
        {"GET / HTTP/1.1", true},
        {"GET / HTTP/1.0", true},
        {"GET / HTTP/2", false},
        {"GET /", false},
        {"GET  HTTP/1.1", false},
        {"GET http://a/ HTTP/1.1", false},
        {" / HTTP/1.1", false},
        {"", false},
        {POST "Content-Length: 0", true},
        {POST "Content-Length: 999999999", true},
        {POST "Content-Length: 9999999999", false},
        {POST "Content-Length: -1", false},
        {POST "Content-Length: +1", false},
        {POST "Content-Length: 1x", false},
        {POST "Content-Length:", false},
        {POST "Content-Length: 1\r\nContent-Length: 1", false},
        {POST "Transfer-Encoding: chunked", false},
        {POST "no colon", false},
        {POST ": no name", false},
        {POST "space before : colon", false},
        {POST " folded: line", false},
    };
    for (size_t i = 0; i < COUNT(rows); i++) {
        char text[256];
        struct http_head head;
        snprintf(text, sizeof text, "%s", rows[i].text);
        assert_int_equal(http_head_read(text, &head), rows[i].read);
    }
}

static void fields_are_bounded(void **state)
{
    (void)state;
    char text[64 * (HTTP_FIELDS_MAX + 2)] = "GET / HTTP/1.1";
    struct http_head head;
    for (int i = 0; i < HTTP_FIELDS_MAX; i++)
        snprintf(text + strlen(text), sizeof text - strlen(text), "\r\nName-%d: value", i);
    char more[sizeof text + 32];
    snprintf(more, sizeof more, "%s\r\nOne-More: value", text);
    assert_true(http_head_read(text, &head));
    assert_int_equal(head.field_count, HTTP_FIELDS_MAX);
    assert_false(http_head_read(more, &head));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_head_is_taken_apart),
        cmocka_unit_test(what_is_not_understood_is_refused),
        cmocka_unit_test(fields_are_bounded),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
