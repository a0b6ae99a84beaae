/* The rules for heads: each row is one head as bytes, read as leniently as libmicrohttpd does. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <stdio.h>
#include <string.h>

#include "runtime/http/http_head.h"

#define COUNT(rows) (sizeof(rows) / sizeof((rows)[0]))
#define GET "GET / HTTP/1.1\r\n"
#define POST "POST /webhooks/stripe HTTP/1.1\r\n"
#define TEXT_SIZE 4096

/* Cuts the head in place: words at blanks, lines at CR LF, fields at the first colon. */
static struct http_head head_of(char *text, struct http_head_field *fields)
{
    struct http_head head = {.size = strlen(text) + 4, .fields = fields, .method = text};
    char *next = strstr(text, "\r\n");
    if (next != NULL) {
        next[0] = next[1] = '\0';
        next += 2;
    }
    char *target = strchr(text, ' ');
    char *version = target == NULL ? NULL : strrchr(target + 1, ' ');
    assert_non_null(version);
    *target = *version = '\0';
    head.target = target + 1;
    head.version = version + 1;
    head.target_at = (size_t)(target + 1 - text);
    head.version_at = (size_t)(version + 1 - text);
    while (next != NULL) {
        char *line = next, *end = strstr(line, "\r\n");
        next = end == NULL ? NULL : end + 2;
        if (end != NULL)
            end[0] = end[1] = '\0';
        char *colon = strchr(line, ':');
        assert_non_null(colon);
        *colon = '\0';
        char *value = colon + 1 + strspn(colon + 1, " \t");
        fields[head.field_count++] = (struct http_head_field){line,
                                                              value,
                                                              strlen(line),
                                                              strlen(value),
                                                              (size_t)(line - text),
                                                              (size_t)(value - text)};
    }
    return head;
}

static int refused(const char *text)
{
    static char copy[TEXT_SIZE];
    struct http_head_field fields[HTTP_FIELDS_MAX + 1];
    assert_true(strlen(text) + 4 < sizeof copy);
    memset(copy, 0, sizeof copy);
    memcpy(copy, text, strlen(text));
    struct http_head head = head_of(copy, fields);
    return http_head_refused(&head);
}

struct row {
    int status;
    const char *text;
};

static void check_rows(const struct row *rows, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        if (refused(rows[i].text) != rows[i].status)
            fail_msg("%d, not %d: %s", refused(rows[i].text), rows[i].status, rows[i].text);
    }
}

static void the_first_line(void **state)
{
    (void)state;
    static const struct row rows[] = {
        {0, "GET / HTTP/1.1"},
        {0, "GET / HTTP/1.0"},
        {0, "GET /a/b?c=d&e=%20 HTTP/1.1"},
        {0, "HEAD / HTTP/1.1"},
        {0, "PATCH / HTTP/1.1"},
        {0, "OPTIONS / HTTP/1.1"},
        {505, "GET / HTTP/1.2"},
        {505, "GET / HTTP/2.0"},
        {505, "GET / http/1.1"},
        {501, "TRACE / HTTP/1.1"},
        {501, "CONNECT / HTTP/1.1"},
        {501, "get / HTTP/1.1"},
        {400, "G@T / HTTP/1.1"},
        {400, " / HTTP/1.1"},
        {400, "GET http://a/ HTTP/1.1"},
        {400, "GET * HTTP/1.1"},
        {400, "GET path HTTP/1.1"},
        {400, "GET  HTTP/1.1"},
        {400, "GET /a b HTTP/1.1"},
        {400, "GET /\x01 HTTP/1.1"},
        {400, "GET /\x7f HTTP/1.1"},
        {400, "GET /\xc3\xa4 HTTP/1.1"},
    };
    check_rows(rows, COUNT(rows));
}

static void names_and_values(void **state)
{
    (void)state;
    static const struct row rows[] = {
        {0, GET "Host:a"},
        {0, GET "Host:  \t a  \t "},
        {0, GET "X-Empty:"},
        {0, GET "!#$%&'*+-.^_`|~09azAZ: \xc3\xa4\xff"},
        {0, GET "X: a\tb"},
        {400, GET "X: a\x01"},
        {400, GET "X: a\rb"},
        {400, GET "X: a\nb"},
        {400, GET "X: a\x7f"},
        {400, GET ": no name"},
        {400, GET "space before : colon"},
        {400, GET "Content-Length : 38"},
        {400, GET "Content-Length\t: 38"},
        {400, GET " folded: line"},
        {400, GET "n\xc3\xa4me: a"},
        {400, GET "(a): a"},
        {0, GET "Host: a\r\nHos: a"},
        {400, GET "Host: a\r\nhost: a"},
        {0, POST "Expect: 100-continue"},
        {0, POST "Expect: 100-Continue "},
        {417, POST "Expect: 200-ok"},
        {417, POST "Expect:"},
    };
    check_rows(rows, COUNT(rows));
}

static void where_the_body_ends(void **state)
{
    (void)state;
    static const struct row rows[] = {
        {0, POST "Content-Length: 0"},
        {0, POST "Content-Length: 999999999"},
        {400, POST "Content-Length: -1"},
        {400, POST "Content-Length: +1"},
        {400, POST "Content-Length: 1x"},
        {400, POST "Content-Length: 1, 1"},
        {400, POST "Content-Length:"},
        {400, POST "Content-Length: 1\r\nContent-Length: 1"},
        {400, POST "Content-Length: 1\r\ncontent-length: 2"},
        {0, POST "Transfer-Encoding: chunked"},
        {0, POST "transfer-encoding: CHUNKED "},
        {400, POST "Transfer-Encoding: gzip"},
        {400, POST "Transfer-Encoding: gzip, chunked"},
        {400, POST "Transfer-Encoding: chunked, chunked"},
        {400, POST "Transfer-Encoding: chunkedd"},
        {400, POST "Transfer-Encoding: chunke"},
        {400, POST "Transfer-Encoding:"},
        {400, POST "Transfer-Encoding: chunked\r\nTransfer-Encoding: chunked"},
        {400, POST "Transfer-Encoding: chunked\r\nContent-Length: 1"},
        {400, POST "Content-Length: 1\r\nTransfer-Encoding: chunked"},
        {400, "POST / HTTP/1.0\r\nTransfer-Encoding: chunked"},
    };
    check_rows(rows, COUNT(rows));
}

static void fields_are_bounded(void **state)
{
    (void)state;
    char text[TEXT_SIZE] = "GET / HTTP/1.1";
    for (int i = 0; i < HTTP_FIELDS_MAX; i++)
        snprintf(text + strlen(text), sizeof text - strlen(text), "\r\nName-%d: value", i);
    assert_int_equal(refused(text), 0);
    snprintf(text + strlen(text), sizeof text - strlen(text), "\r\nOne-More: value");
    assert_int_equal(refused(text), 431);
}

/* A fold, a bare LF or a NUL shows as a part that does not begin where the last one ended; one too
 * many here does not make up for one too few there. */
static void each_part_follows_the_last(void **state)
{
    (void)state;
    struct http_head_field fields[HTTP_FIELDS_MAX + 1];
    char text[64] = GET "Host: a\r\nX: b"; /* NUL behind it, where the empty line was */
    struct http_head head = head_of(text, fields);
    size_t *places[] = {&head.target_at,    &head.version_at,    &fields[0].name_at,
                        &fields[1].name_at, &fields[1].value_at, &head.size};
    static const size_t wrong[] = {1, SIZE_MAX, SIZE_MAX / 2};
    assert_int_equal(http_head_refused(&head), 0);
    for (size_t i = 0; i < COUNT(places); i++) {
        for (size_t j = 0; j < COUNT(wrong); j++) {
            *places[i] += wrong[j];
            assert_int_equal(http_head_refused(&head), 400);
            *places[i] -= wrong[j];
        }
    }
    char *ends = text + fields[1].value_at + 1;
    for (size_t i = 0; i < 4; i++) { /* NUL and a hidden byte are no line end */
        ends[i] = 'x';
        assert_int_equal(http_head_refused(&head), 400);
        ends[i] = '\0';
    }
    assert_int_equal(http_head_refused(&head), 0);
    head.target_at++; /* "GET  /", and a later line without its CR */
    head.version_at++;
    fields[0].name_at++;
    fields[0].value_at++;
    assert_int_equal(http_head_refused(&head), 400);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_first_line),
        cmocka_unit_test(names_and_values),
        cmocka_unit_test(where_the_body_ends),
        cmocka_unit_test(fields_are_bounded),
        cmocka_unit_test(each_part_follows_the_last),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
