/* Hears the provider's signed webhooks: each event is kept once and answered at once; a job then
 * asks the provider what is so and applies that. A webhook never says more than where to look, so
 * repeated, late, lost or reordered ones do no harm. */
#ifndef PAYMENTS_JOBS_WEBHOOK_H
#define PAYMENTS_JOBS_WEBHOOK_H

#include "payments/payments.h"
#include "runtime/http/http_server.h"

#define WEBHOOK_PATH "/webhooks/stripe"
#define WEBHOOK_BODY_BYTES_MAX ((size_t)64 * 1024)
#define WEBHOOK_HEAD_BYTES_MAX ((size_t)8 * 1024)
#define WEBHOOK_CONNECTIONS_MAX 64
#define WEBHOOK_MS_MAX 15000 /* to receive one, and to handle it */

/* The HTTP handler: 200 kept, 401 not signed by the provider, 404, 405, 503 not kept (it will come
 * again). */
struct http_reply webhook_receive(struct task *task, void *payments,
                                  const struct http_received *received);

/* The periodic job that forgets webhooks that were settled long ago. */
enum failure webhook_forget(struct task *task, void *payments) must_check;

/* The periodic job that applies those that are due. */
enum failure webhook_apply_due(struct task *task, void *payments) must_check;

#endif
