/* Reading orders off the wire: the same for a request that comes alone, in bulk, streamed or to be
 * previewed. An order that cannot be read names its fields; nothing is decided here. */
#ifndef LEDGER_SERVICE_READING_H
#define LEDGER_SERVICE_READING_H

#include "ledger/batch/batcher.h"
#include "ledger/batch/order_messages.h"
#include "ledger/v1/order.pb-c.h"
#include "runtime/rpc/call.h"

/* Why an order cannot be read, each field once; none: it can. Texts are literals. */
#define READING_PROBLEMS_MAX 16
struct reading_problem {
    const char *field;
    enum fault fault;
    const char *sentence;
};
struct reading_problems {
    size_t count;
    struct reading_problem list[READING_PROBLEMS_MAX];
};

/* The sender of an order, and when. Without a principal it is one of the provider's own services;
 * through the gateway come operators, by their role, and customers. */
struct reading_caller {
    int64_t now_us;
    bool is_customer;
    const struct actor *actor; /* in the call's arena; NULL: nobody */
    int64_t let_in;            /* of the order (GW-03) */
};
struct reading_caller reading_caller_of(struct call *call);

/* A principal who came through the gateway with these roles; NULL: none. */
struct reading_caller reading_caller_with(const struct actor *actor, const char *roles);

/* order_read_create_transfer(…) and so on. Texts are borrowed from the message. */
#define ORDER_READER(CASE, member, Message, kind, thing, more) \
    struct reading_problems order_read_##member(               \
        const Message *message, struct reading_caller caller, struct batch_item *item);
ORDER_MESSAGES(ORDER_READER)
#undef ORDER_READER

/* The call that an order came in: its company_id and account_id stand for the order's own. */
struct reading_scope {
    const char *company_id;
    const char *account_id;
    struct reading_caller caller;
};

/* An order of a bulk call. */
struct reading_problems order_read(const Ledger__V1__Order *message,
                                   const struct reading_scope *scope, struct batch_item *item);

/* An order that came alone and stands for itself. */
struct reading_problems order_read_alone(const Ledger__V1__Order *message,
                                         struct reading_caller caller, struct batch_item *item);

/* The same as order_read for a preview, whose request id may be empty: it stands for an id that was
 * never used.
 */
struct reading_problems order_read_preview(const Ledger__V1__Order *message,
                                           const struct reading_scope *scope,
                                           struct batch_item *item);

#endif
