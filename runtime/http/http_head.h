/* The rules for the head of a request, asked before anything is done with it. libmicrohttpd reads
 * heads and is lenient: it lets pass what HTTP/1.1 forbids (RFC 9112). A head that two programs may
 * read differently smuggles one request past the first of them. Pure: no socket, no memory. */
#ifndef RUNTIME_HTTP_HTTP_HEAD_H
#define RUNTIME_HTTP_HTTP_HEAD_H

#include <stddef.h>

#define HTTP_FIELDS_MAX 48

/* As libmicrohttpd found it. Places are counted from the head's first byte, in the bytes as they
 * came. */
struct http_head_field {
    const char *name;
    const char *value;
    size_t name_size;
    size_t value_size;
    size_t name_at;
    size_t value_at;
};

struct http_head {
    const char *method; /* the head's first byte: the rest lies behind it */
    const char *target; /* with the query, as it was sent */
    const char *version;
    size_t target_at;
    size_t version_at;
    const struct http_head_field *fields;
    size_t field_count;
    size_t size; /* bytes of the head as it came, with the empty line at its end */
};

/* 0: the request may be served; else the status that refuses it: 400, 417, 431, 501 or 505. Each
 * part has to begin where the one before it ends, so that a folded line, a line that ends without
 * CR, a NUL or a second blank is refused although libmicrohttpd does not tell of it. */
int http_head_refused(const struct http_head *head);

#endif
