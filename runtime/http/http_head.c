#include "runtime/http/http_head.h"

#include <assert.h>
#include <stdbool.h>
#include <string.h>
#include <strings.h>

#define LINE_END_SIZE 2
#define TOKEN_CHARACTERS \
    "!#$%&'*+-.^_`|~0123456789abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ"

static bool is_token(const char *text, size_t size)
{
    return size > 0 && strspn(text, TOKEN_CHARACTERS) == size;
}

/* ---- the request line ---- */

static bool method_is_known(const char *method)
{
    static const char *const known[] = {"GET", "HEAD", "POST", "PUT", "DELETE", "PATCH", "OPTIONS"};
    for (size_t i = 0; i < sizeof known / sizeof known[0]; i++) {
        if (strcmp(known[i], method) == 0)
            return true;
    }
    return false;
}

/* "/path?query": no other host's address, nothing but visible ASCII. */
static bool target_is_clean(const char *target)
{
    if (target[0] != '/')
        return false;
    for (const unsigned char *c = (const unsigned char *)target; *c != '\0'; c++) {
        if (*c <= ' ' || *c >= 0x7f)
            return false;
    }
    return true;
}

/* ---- the fields ---- */

/* Text, blanks and bytes beyond ASCII; no other control character, a bare CR among them. */
static bool value_is_clean(const struct http_head_field *field)
{
    for (size_t i = 0; i < field->value_size; i++) {
        unsigned char c = (unsigned char)field->value[i];
        if ((c < ' ' && c != '\t') || c == 0x7f)
            return false;
    }
    return true;
}

static bool fields_are_clean(const struct http_head *head)
{
    for (size_t i = 0; i < head->field_count; i++) {
        const struct http_head_field *field = &head->fields[i];
        if (!is_token(field->name, field->name_size) || !value_is_clean(field))
            return false;
    }
    return true;
}

static bool is_named(const struct http_head_field *field, const char *name)
{
    return strcasecmp(field->name, name) == 0;
}

/* The value without the blanks behind it. */
static bool has_value(const struct http_head_field *field, const char *value)
{
    size_t size = field->value_size;
    while (size > 0 && strchr(" \t", field->value[size - 1]) != NULL)
        size--;
    return size == strlen(value) && strncasecmp(field->value, value, size) == 0;
}

static size_t count_of(const struct http_head *head, const char *name)
{
    size_t count = 0;
    for (size_t i = 0; i < head->field_count; i++)
        count += is_named(&head->fields[i], name);
    return count;
}

static bool value_is(const struct http_head *head, const char *name, const char *value)
{
    for (size_t i = 0; i < head->field_count; i++) {
        if (is_named(&head->fields[i], name) && !has_value(&head->fields[i], value))
            return false;
    }
    return true;
}

static bool length_is_number(const struct http_head *head)
{
    for (size_t i = 0; i < head->field_count; i++) {
        const struct http_head_field *field = &head->fields[i];
        if (is_named(field, "content-length") &&
            (field->value_size == 0 || strspn(field->value, "0123456789") != field->value_size))
            return false;
    }
    return true;
}

/* Where the body ends is told once, and in one way. */
static bool body_is_certain(const struct http_head *head)
{
    size_t lengths = count_of(head, "content-length");
    size_t codings = count_of(head, "transfer-encoding");
    if (lengths + codings > 1 || !length_is_number(head))
        return false;
    return codings == 0 || (value_is(head, "transfer-encoding", "chunked") &&
                            strcmp(head->version, "HTTP/1.1") == 0);
}

/* ---- the whole ---- */

/* Where the next line begins; 0: no line ends here. libmicrohttpd has written NUL over CR and LF.
 */
static size_t line_end(const struct http_head *head, size_t at)
{
    const char *bytes = head->method;
    bool ends = at + LINE_END_SIZE <= head->size && bytes[at] == '\0' && bytes[at + 1] == '\0';
    return ends ? at + LINE_END_SIZE : 0;
}

/* One blank between the words of the first line, a colon and blanks between name and value, CR LF
 * at the end of each line, and nothing else. */
static bool parts_are_adjacent(const struct http_head *head)
{
    if (head->target_at != strlen(head->method) + 1 ||
        head->version_at != head->target_at + strlen(head->target) + 1)
        return false;
    size_t next = line_end(head, head->version_at + strlen(head->version));
    for (size_t i = 0; i < head->field_count; i++) {
        const struct http_head_field *field = &head->fields[i];
        if (next == 0 || field->name_at != next || field->value_at <= next + field->name_size ||
            field->value_at > head->size)
            return false;
        next = line_end(head, field->value_at + field->value_size);
    }
    return next != 0 && line_end(head, next) == head->size;
}

int http_head_refused(const struct http_head *head)
{
    assert(head->method != NULL && head->target != NULL && head->version != NULL);
    if (head->field_count > HTTP_FIELDS_MAX)
        return 431;
    if (!parts_are_adjacent(head) || !is_token(head->method, strlen(head->method)) ||
        !target_is_clean(head->target) || !fields_are_clean(head))
        return 400;
    if (strcmp(head->version, "HTTP/1.1") != 0 && strcmp(head->version, "HTTP/1.0") != 0)
        return 505;
    if (count_of(head, "host") > 1 || !body_is_certain(head))
        return 400;
    if (!method_is_known(head->method))
        return 501;
    return value_is(head, "expect", "100-continue") ? 0 : 417;
}
