/* The parts of payments that its rpcs and its jobs share. */
#ifndef PAYMENTS_PAYMENTS_H
#define PAYMENTS_PAYMENTS_H

#include "payments/peers/provider.h"
#include "payments/fingerprint.h"
#include "runtime/process/process.h"
#include "runtime/rpc/call.h"

struct http_client;
struct http_server;

/* The context of every service and worker; as long as the process. */
struct payments {
    struct loop *loop;
    struct database *database;
    const struct provider *provider;
    struct http_client *http; /* to the provider */
    struct fingerprint_key fingerprint_key;
    int64_t lease_us;     /* how long a step may take before another worker takes it over */
    const char *crash_at; /* tests: the step at which the process kills itself; "" for none */
    struct loop_job *hold_job;
    struct loop_job *top_up_job;
    struct loop_job *webhook_job;
    struct http_server *webhook_server;
    size_t workers; /* tasks that work on a hold or a top-up now, or are about to */
};

/* For the single statements of a call. */
struct reader payments_reader(struct call *call);

/* Wakes the job of the top-ups; 0, for an rpc that ends with it. */
int payments_wake_top_ups(struct call *call);

/* A named step of the hold or the top-up: the process ends here, as by kill -9, when the setting
 * crash-at says so. */
void payments_step(const struct payments *payments, const char *step);

/* Counts what a provider answered. */
struct provider_answer payments_heard(struct provider_answer answer);

/* Refuses and counts (payments_refused_total). */
int payments_refuse(struct call *call, const struct refusal *refusal,
                    const struct refusal_term *terms);

/* Tells the world, in the transaction: a message of payments.v1 under the account. */
enum failure payments_tell(struct transaction *transaction, struct id account_id,
                           const ProtobufCMessage *event, int64_t now_us) must_check;

/* An id as text in the arena. */
char *id_to_message(struct arena *arena, struct id id) must_check;

#endif
