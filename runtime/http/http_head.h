/* Reads the head of an HTTP/1.1 request: the request line and its fields. Strict and bounded: what
 * is not understood is refused. */
#ifndef RUNTIME_HTTP_HTTP_HEAD_H
#define RUNTIME_HTTP_HTTP_HEAD_H

#include <stdbool.h>
#include <stddef.h>

#include "runtime/base/failure.h"

#define HTTP_FIELDS_MAX 48

struct http_field {
    const char *name; /* lower case */
    const char *value;
};

struct http_head {
    const char *method;
    const char *path; /* without the query */
    struct http_field fields[HTTP_FIELDS_MAX];
    size_t field_count;
    size_t content_length; /* 0 when none is given */
};

/* Reads text, which ends before the empty line and is cut into pieces that head borrows. false: not
 * HTTP/1.x, more fields than the maximum, a length that is no number or given twice, or a body
 * whose length is not given (Transfer-Encoding). */
bool http_head_read(char *text, struct http_head *head) must_check;

/* By its lower case name; NULL when absent. */
const char *http_head_field(const struct http_head *head, const char *name);

#endif
