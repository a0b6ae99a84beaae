/* A payment provider, as payments sees it. An adapter speaks one provider's language and answers in
 * these words only. There is an answer whatever happens to the network: UNKNOWN when the
 * outcome is not known. Requests are idempotent by their reference: repeating one returns the first
 * outcome and never holds or charges twice. */
#ifndef PAYMENTS_PEERS_PROVIDER_H
#define PAYMENTS_PEERS_PROVIDER_H

#include "payments/domain/card.h"
#include "payments/domain/top_up.h"
#include "runtime/base/id.h"
#include "runtime/base/text.h"
#include "runtime/loop/task.h"

#define PROVIDER_OUTCOMES(X)                                                                     \
    X(PROVIDER_DONE, "DONE")             /* customer or token made, method removed */            \
    X(PROVIDER_HELD, "HELD")             /* authorised, not captured */                          \
    X(PROVIDER_PAID, "PAID")             /* captured */                                          \
    X(PROVIDER_RELEASED, "RELEASED")     /* cancelled: nothing is held */                        \
    X(PROVIDER_REFUNDED, "REFUNDED")     /* paid back in full */                                 \
    X(PROVIDER_PROCESSING, "PROCESSING") /* accepted, not decided: ask again */                  \
    X(PROVIDER_DECLINED, "DECLINED")     /* certainly no; code says why */                       \
    X(PROVIDER_NOT_FOUND, "NOT_FOUND")   /* does not know the reference */                       \
    X(PROVIDER_NOT_SENT, "NOT_SENT")     /* certainly not done: never reached, or turned away */ \
    X(PROVIDER_UNKNOWN, "UNKNOWN")       /* may have been done */

#define PROVIDER_OUTCOME_ENUM(outcome, text) outcome,
enum provider_outcome { PROVIDER_OUTCOMES(PROVIDER_OUTCOME_ENUM) };
const char *provider_outcome_name(enum provider_outcome outcome);

/* Lent by the task's arena; texts are NULL when there is nothing to say. */
struct provider_answer {
    enum provider_outcome outcome;
    const char *provider_id;  /* of the customer, the token or the order */
    const char *code;         /* of a decline, in the provider's words */
    const char *card_country; /* of a token */
    int64_t amount_minor;     /* of an order, as the provider has it */
    char currency[4];         /* of an order, upper case; "" when not told */
};

/* The only place that ever holds the number and the code besides the request itself. The adapter
 * wipes what it makes of them. */
struct provider_card {
    const struct card_number *number;
    const char *security_code;
    struct card_expiry expiry;
    const char *holder_name;
};

struct provider_order {
    struct id account_id;
    struct id reference; /* ours: idempotency key, and found again by it */
    const char *customer;
    const char *token;
    int64_t amount_micros;
    const struct currency *currency;
};

/* A signed message of the provider: it says where to look. */
struct provider_event {
    const char *event_id;
    const char *type;
    struct id account_id; /* nil: names none of ours */
    struct id reference;
};

struct provider {
    const char *name;
    const char *const
        *test_numbers; /* given to everybody who tests, ended by NULL; none with a live key */
    bool (*serves_rail)(const struct provider *provider, enum top_up_rail rail);
    struct provider_answer (*create_customer)(struct task *task, const struct provider *provider,
                                              struct id account_id, struct id reference);
    struct provider_answer (*tokenise)(struct task *task, const struct provider *provider,
                                       struct id reference, const struct provider_card *card);
    struct provider_answer (*remove_token)(struct task *task, const struct provider *provider,
                                           const char *token);
    struct provider_answer (*authorize)(struct task *task, const struct provider *provider,
                                        const struct provider_order *order);
    struct provider_answer (*void_hold)(struct task *task, const struct provider *provider,
                                        struct id reference, const char *provider_id);
    struct provider_answer (*charge)(struct task *task, const struct provider *provider,
                                     const struct provider_order *order);
    /* All that was paid by provider_id goes back to the payer, once however often it is asked for.
     */
    struct provider_answer (*refund)(struct task *task, const struct provider *provider,
                                     struct id reference, const char *provider_id);
    /* By the provider's id, or by our reference when provider_id is NULL. */
    struct provider_answer (*inquire)(struct task *task, const struct provider *provider,
                                      struct id reference, const char *provider_id);
    /* false: not signed with our secret, too old, or not understood; *event is lent by the task's
     * arena. */
    bool (*read_webhook)(struct task *task, const struct provider *provider, const char *signature,
                         struct bytes body, struct provider_event *event);
};

#endif
