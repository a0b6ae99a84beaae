/* A transfer: one easy handle driven by the client's multi handle while its task awaits. Inside
 * runtime/http alone. */
#ifndef RUNTIME_HTTP_HTTP_TRANSFER_H
#define RUNTIME_HTTP_HTTP_TRANSFER_H

#include <curl/curl.h>

#include "runtime/http/http_client.h"

struct transfer {
    CURL *easy;
    struct event ended;
    bool is_over;
    CURLcode result;
};

/* Makes the easy handle with what HTTP and SMTP have in common: schemes, times, no proxies, no
 * signals. false: out of memory. */
bool transfer_init(struct transfer *transfer, const char *schemes, int64_t timeout_ms) must_check;
void transfer_deinit(struct transfer *transfer);

/* Runs it to its end. FAILURE_CANCELLED or FAILURE_DEADLINE: the task is no longer wanted and the
 * transfer was given up. */
enum failure transfer_run(struct task *task, struct http_client *client,
                          struct transfer *transfer) must_check;

#endif
