/* HTTP and SMTP requests on the loop through libcurl's multi interface: one request, straight line.
 * Bounded: the answer's head and body, time, connections; no redirects, no proxies, no schemes but
 * http, https, smtp and smtps. Connections are kept and used again, except for a POST without an
 * Idempotency-Key: libcurl repeats a request by itself when a kept connection turns out dead. */
#ifndef RUNTIME_HTTP_HTTP_CLIENT_H
#define RUNTIME_HTTP_HTTP_CLIENT_H

#include "runtime/base/secret.h"
#include "runtime/base/text.h"
#include "runtime/loop/loop.h"

struct http_client;

/* connections_max at once; requests beyond it wait within their time. */
struct http_client *http_client_new(struct loop *loop, size_t connections_max);

/* After its requests ended. The memory is gone once the loop has turned. */
void http_client_free(struct http_client *client);

/* The version of libcurl that runs, for the build page. */
const char *http_client_library(void);

struct http_request {
    const char *method; /* "GET", "POST", "DELETE" */
    const char *url;
    const char *const *headers; /* "Name: value", ended by NULL; may be NULL */
    struct secret bearer;       /* Authorization: Bearer …; {NULL} for none */
    struct bytes body;
    bool is_repeatable; /* nobody minds it twice, so a POST may use a kept connection */
    int64_t timeout_ms;
    size_t answer_bytes_max;
};

/* The state of knowledge after a request that got no answer. */
enum http_outcome {
    HTTP_ANSWERED,
    HTTP_NOT_SENT, /* the connection was never made: certainly not done */
    HTTP_UNKNOWN,  /* sent, answer lost: may have been done */
};

struct http_answer {
    enum http_outcome outcome;
    int64_t status;        /* HTTP status when answered */
    int64_t retry_after_s; /* what Retry-After says, in seconds from now, six hours at most; 0:
                              nothing */
    struct bytes body;     /* NUL-terminated beyond its size; in the task's arena */
};

/* FAILURE_NONE with *answer set (also for NOT_SENT and UNKNOWN), else CANCELLED or DEADLINE (the
 * task's, not timeout_ms: that one gives an outcome), EXHAUSTED (the answer is beyond its maximum;
 * status is set) or INVALID (a line end in a header or the URL, or a body where none may be).
 * answer->outcome is set whatever is returned. */
enum failure http_client_send(struct task *task, struct http_client *client,
                              const struct http_request *request,
                              struct http_answer *answer) must_check;

struct mail {
    const char *server_url; /* "smtp://127.0.0.1:2525", "smtps://…" */
    const char *user;       /* "" for none */
    struct secret password;
    bool tls_required; /* not taken by a server without STARTTLS, even when no user is named */
    const char *from;
    const char *to;
    const char *subject; /* ASCII */
    const char *body;    /* UTF-8 text; "\n" line ends */
};

/* FAILURE_NONE: the server took it. INVALID: an address, the subject or the body cannot be sent
 * (line ends in a header, more than one address, 64 KiB exceeded), or the server refused for good.
 * UNAVAILABLE: certainly not taken, may be tried again. INDEFINITE: all was sent and the answer
 * lost. A user is only named over TLS (smtps, or smtp with STARTTLS). */
enum failure http_client_mail(struct task *task, struct http_client *client,
                              const struct mail *mail, int64_t timeout_ms) must_check;

#endif
