/* Kontor's client library for C: sends orders to the gateway from any thread, and gathers them by
 * itself. An order goes at once while few calls are under way; those that come meanwhile go
 * together in the next SubmitOrders, up to 1,000. There is no timer: a lone order waits for nobody.
 * When the gateway's rate is too high for it (RATE_LIMITED), orders wait until they may be sent.
 *
 *     struct kontor *kontor = kontor_open(&settings);
 *     if (!kontor_submit(kontor, &order, answered, context))
 *         …                                        // as many are under way as may be: later
 *     kontor_close(kontor);                        // after every answer
 *
 * One a process: it runs a thread with gRPC in it. Every order has its own request_id: an order
 * whose answer was lost is submitted again under the same id, which does it once (the library has
 * done so already, until the order's time was over). */
#ifndef CLI_LIBRARY_KONTOR_H
#define CLI_LIBRARY_KONTOR_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "ledger/v1/order.pb-c.h"

struct kontor;

struct kontor_settings {
    const char *gateway;        /* "door.example:443", "dns:///…" */
    const char *authority_file; /* PEM of who signed the gateway's certificate; NULL: plaintext */
    const char *session_token;  /* from SessionService.LogIn */
    const char *account_id;     /* the acting account of every order; NULL: the session's own */
    int64_t timeout_ms;         /* of each order; 0: 10 s */
    size_t orders_max;          /* submitted and not answered; 0: 1,024; at most 8,192 */
};

/* NULL: the authority's file cannot be read (one line of the log says so), or a library is open. */
struct kontor *kontor_open(const struct kontor_settings *settings);

enum kontor_outcome {
    KONTOR_ANSWERED,  /* result says: done, or refused and why */
    KONTOR_NOT_DONE,  /* certainly: the gateway was not reached, or did not take it in time */
    KONTOR_NOT_KNOWN, /* the same request_id tells */
};

/* Lent until the function returns. */
struct kontor_answer {
    enum kontor_outcome outcome;
    const Ledger__V1__OrderResult *result; /* NULL unless it is answered */
    const char *reason; /* why not, by docs/reasons.md; "" when it is answered or no reason came */
    const char *sentence; /* for people; "" likewise */
};

/* Called once for each order, by the library's thread on a stack of 64 KiB: it must not block, nor
 * close the library. */
typedef void kontor_answered(void *context, const struct kontor_answer *answer);

/* From any thread. The order is copied; it is not linked to another (groups go by SubmitOrders
 * itself). false: orders_max are under way, or the order is too large; nothing will be called. */
bool kontor_submit(struct kontor *kontor, const Ledger__V1__Order *order, kontor_answered *answered,
                   void *context);

/* Awaits the answers of all orders. Nothing may be submitted any more. */
void kontor_close(struct kontor *kontor);

#endif
