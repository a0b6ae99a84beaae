/* Top-ups: may this amount be ordered (PAY-10, PAY-12, PAY-13, PAY-17) and what becomes of it
 * (PAY-14). Exactly the amount ordered is charged and credited; nothing is rounded and nothing is
 * failed by waiting. */
#ifndef PAYMENTS_DOMAIN_TOP_UP_H
#define PAYMENTS_DOMAIN_TOP_UP_H

#include <stdbool.h>
#include <stdint.h>

#include "payments/domain/payment_method.h"
#include "runtime/base/currency.h"
#include "runtime/base/failure.h"
#include "runtime/base/id.h"
#include "runtime/base/refusal.h"

#define TOP_UP_REMARK_BYTES_MAX 256            /* PAY-17 */
#define TOP_UP_SLOW_US (INT64_C(60) * 1000000) /* PAY-14: from here on "still processing" */
#define TOP_UP_UNSENT_US \
    (INT64_C(30) * 60 * 1000000) /* never reached the provider for so long: failed */
#define TOP_UP_MANUAL_US  \
    (INT64_C(23) * 3600 * \
     1000000) /* before the provider forgets our key after 24 h: people decide */

/* PAY-26, by card, in the currency of the account; inclusive. A day is the last 24 hours. */
#define TOP_UP_CEILING_MICROS (INT64_C(100000) * 1000000)
#define TOP_UP_DAY_CEILING_MICROS (INT64_C(200000) * 1000000)
#define TOP_UP_DAY_US (INT64_C(24) * 3600 * 1000000)

#define TOP_UP_RAILS(X)            \
    X(TOP_UP_CARD, "CARD")         \
    X(TOP_UP_ALIPAY, "ALIPAY")     \
    X(TOP_UP_UNIONPAY, "UNIONPAY") \
    X(TOP_UP_WIRE, "WIRE")

#define TOP_UP_STATES(X)                       \
    X(TOP_UP_CREATED, "CREATED")               \
    X(TOP_UP_PENDING, "PENDING")               \
    X(TOP_UP_UNKNOWN, "UNKNOWN")               \
    X(TOP_UP_SUCCEEDED, "SUCCEEDED")           \
    X(TOP_UP_CREDITED, "CREDITED")             \
    X(TOP_UP_FAILED, "FAILED")                 \
    X(TOP_UP_AWAITING_FUNDS, "AWAITING_FUNDS") \
    X(TOP_UP_MANUAL, "MANUAL")                 \
    X(TOP_UP_IN_SUSPENSE, "IN_SUSPENSE")       \
    X(TOP_UP_RETURNING, "RETURNING")           \
    X(TOP_UP_REFUNDING, "REFUNDING")           \
    X(TOP_UP_RETURNED, "RETURNED")

#define TOP_UP_ENUM(member, text) member,
enum top_up_rail { TOP_UP_RAILS(TOP_UP_ENUM) };
enum top_up_state { TOP_UP_STATES(TOP_UP_ENUM) };

enum top_up_event {
    TOP_UP_SENDING,    /* kept before the charge leaves */
    TOP_UP_PROCESSING, /* the provider has it and has not decided */
    TOP_UP_PAID,       /* exactly our amount and currency arrived */
    TOP_UP_DECLINED,
    TOP_UP_NOT_SENT,     /* the connection was never made */
    TOP_UP_ANSWER_LOST,  /* it may have been done */
    TOP_UP_OTHER_AMOUNT, /* the provider names another amount or currency: no credit */
    TOP_UP_TIMED_OUT,    /* TOP_UP_UNSENT_US or TOP_UP_MANUAL_US passed */
    TOP_UP_LEDGER_CREDITED,
    TOP_UP_NOT_CREDITABLE, /* the account cannot take it now: the provider's suspense has it */
    TOP_UP_RETURN_DECIDED, /* an operator: back to the payer */
    TOP_UP_CREDIT_FORGONE, /* the ledger promised never to credit it */
    TOP_UP_REFUND_SENDING, /* kept before the refund leaves */
    TOP_UP_REFUND_REFUSED, /* the provider said no; the payer still has to be paid */
    TOP_UP_PAID_BACK,
};

#define TOP_UP_TRANSITIONS(X)                                                       \
    X(TOP_UP_CREATED, TOP_UP_SENDING, TOP_UP_PENDING)                               \
    X(TOP_UP_CREATED, TOP_UP_TIMED_OUT, TOP_UP_FAILED)                              \
    X(TOP_UP_PENDING, TOP_UP_PROCESSING, TOP_UP_PENDING)                            \
    X(TOP_UP_PENDING, TOP_UP_PAID, TOP_UP_SUCCEEDED)                                \
    X(TOP_UP_PENDING, TOP_UP_DECLINED, TOP_UP_FAILED)                               \
    X(TOP_UP_PENDING, TOP_UP_NOT_SENT, TOP_UP_CREATED)                              \
    X(TOP_UP_PENDING, TOP_UP_ANSWER_LOST, TOP_UP_UNKNOWN)                           \
    X(TOP_UP_PENDING, TOP_UP_OTHER_AMOUNT, TOP_UP_MANUAL)                           \
    X(TOP_UP_PENDING, TOP_UP_TIMED_OUT, TOP_UP_MANUAL)                              \
    X(TOP_UP_UNKNOWN, TOP_UP_PROCESSING, TOP_UP_PENDING)                            \
    X(TOP_UP_UNKNOWN, TOP_UP_PAID, TOP_UP_SUCCEEDED)                                \
    X(TOP_UP_UNKNOWN, TOP_UP_DECLINED, TOP_UP_FAILED)                               \
    X(TOP_UP_UNKNOWN, TOP_UP_NOT_SENT, TOP_UP_UNKNOWN)                              \
    X(TOP_UP_UNKNOWN, TOP_UP_ANSWER_LOST, TOP_UP_UNKNOWN)                           \
    X(TOP_UP_UNKNOWN, TOP_UP_OTHER_AMOUNT, TOP_UP_MANUAL)                           \
    X(TOP_UP_UNKNOWN, TOP_UP_TIMED_OUT, TOP_UP_MANUAL)                              \
    X(TOP_UP_FAILED, TOP_UP_PAID, TOP_UP_SUCCEEDED) /* late success credits once */ \
    X(TOP_UP_MANUAL, TOP_UP_PAID, TOP_UP_SUCCEEDED)                                 \
    X(TOP_UP_AWAITING_FUNDS, TOP_UP_PAID, TOP_UP_SUCCEEDED)                         \
    X(TOP_UP_MANUAL, TOP_UP_DECLINED, TOP_UP_FAILED)                                \
    X(TOP_UP_MANUAL, TOP_UP_RETURN_DECIDED, TOP_UP_RETURNING)                       \
    X(TOP_UP_SUCCEEDED, TOP_UP_LEDGER_CREDITED, TOP_UP_CREDITED)                    \
    X(TOP_UP_SUCCEEDED, TOP_UP_NOT_CREDITABLE, TOP_UP_IN_SUSPENSE)                  \
    X(TOP_UP_IN_SUSPENSE, TOP_UP_LEDGER_CREDITED, TOP_UP_CREDITED)                  \
    X(TOP_UP_IN_SUSPENSE, TOP_UP_RETURN_DECIDED, TOP_UP_RETURNING)                  \
    X(TOP_UP_RETURNING, TOP_UP_LEDGER_CREDITED, TOP_UP_CREDITED)                    \
    X(TOP_UP_RETURNING, TOP_UP_CREDIT_FORGONE, TOP_UP_REFUNDING)                    \
    X(TOP_UP_REFUNDING, TOP_UP_CREDIT_FORGONE, TOP_UP_REFUNDING)                    \
    X(TOP_UP_REFUNDING, TOP_UP_REFUND_SENDING, TOP_UP_REFUNDING)                    \
    X(TOP_UP_REFUNDING, TOP_UP_PROCESSING, TOP_UP_REFUNDING)                        \
    X(TOP_UP_REFUNDING, TOP_UP_REFUND_REFUSED, TOP_UP_REFUNDING)                    \
    X(TOP_UP_REFUNDING, TOP_UP_PAID_BACK, TOP_UP_RETURNED)

/* false: the event does not apply in this state (late, repeated or out of order); *next is
 * untouched. */
bool top_up_transition(enum top_up_state state, enum top_up_event event,
                       enum top_up_state *next) must_check;

/* The provider has not decided it yet. */
bool top_up_is_open(enum top_up_state state);
/* The worker must come back to it: it is open, or the provider refunds it and did not refuse to. */
bool top_up_is_worked_on(enum top_up_state state, enum top_up_rail rail,
                         const char *failure_reason);
/* Why it is where the event led: FAILED, MANUAL, or REFUNDING by hand; "" otherwise. */
const char *top_up_failure_reason(enum top_up_event event, enum top_up_state next);
/* Longer than 60 s without a decision: say so, and nothing else (PAY-14). */
bool top_up_is_slow(enum top_up_state state, int64_t created_us, int64_t now_us);
/* 1, 2, 3, 5, 8, 13, 21 s, then 5 m, 1 h, then every 24 h. */
int64_t top_up_poll_ms(int64_t tries);

/* The least that may be topped up in a currency, inclusive (PAY-12); 0: the currency is not
 * offered. */
int64_t top_up_minimum_micros(const struct currency *currency);
/* A wire transfer must be for strictly more (PAY-10); 0: no wire transfers in this currency. */
int64_t wire_threshold_micros(const struct currency *currency);

struct top_up_order {
    enum top_up_rail rail;
    int64_t amount_micros;
    const struct currency *currency;
    const char *remark;
};

struct top_up_facts {
    bool target_known;
    bool target_closed;
    const struct currency *target_currency; /* NULL: not set yet */
    bool rail_connected;                    /* an adapter for the rail is set up */
    bool method_found;                      /* the rest for the CARD rail only */
    enum payment_method_state method_state;
    bool method_expired; /* its month has ended since */
    int64_t day_micros; /* ordered by card by the same account in this currency within TOP_UP_DAY_US
                           and not declined */
};

#define TOP_UP_REFUSALS(X)                                                                    \
    X(TOP_UP_AMOUNT_NOT_POSITIVE, NEVER, CODE_INVALID_ARGUMENT, "AMOUNT_NOT_POSITIVE",        \
      "The amount must be above zero.")                                                       \
    X(TOP_UP_AMOUNT_NOT_WHOLE, NEVER, CODE_INVALID_ARGUMENT, "AMOUNT_NOT_WHOLE",              \
      "The amount has more decimals than the currency.")                                      \
    X(TOP_UP_ACCOUNT_NOT_KNOWN, NEVER, CODE_FAILED_PRECONDITION, "ACCOUNT_NOT_KNOWN",         \
      "Payments does not know the target account yet.")                                       \
    X(TOP_UP_ACCOUNT_CLOSED, NEVER, CODE_FAILED_PRECONDITION, "ACCOUNT_CLOSED",               \
      "The target account is closed.") /* ID-12 */                                            \
    X(TOP_UP_CURRENCY_NOT_SET, NEVER, CODE_FAILED_PRECONDITION, "CURRENCY_NOT_SET",           \
      "The target account has no currency yet.")                                              \
    X(TOP_UP_CURRENCY_MISMATCH, NEVER, CODE_FAILED_PRECONDITION, "CURRENCY_MISMATCH",         \
      "The target account has another currency.")                                             \
    X(TOP_UP_RAIL_NOT_AVAILABLE, NEVER, CODE_FAILED_PRECONDITION, "RAIL_NOT_AVAILABLE",       \
      "This way to pay is not connected here.")                                               \
    X(TOP_UP_BELOW_MINIMUM, NEVER, CODE_INVALID_ARGUMENT, "BELOW_MINIMUM",                    \
      "The amount is below the minimum.")                                                     \
    X(TOP_UP_WIRE_BELOW_THRESHOLD, NEVER, CODE_INVALID_ARGUMENT, "WIRE_BELOW_THRESHOLD",      \
      "A wire transfer must be for more than the threshold.")                                 \
    X(TOP_UP_METHOD_NOT_FOUND, NEVER, CODE_NOT_FOUND, "PAYMENT_METHOD_NOT_FOUND",             \
      "The account has no such payment method.")                                              \
    X(TOP_UP_METHOD_NOT_ACTIVE, NEVER, CODE_FAILED_PRECONDITION, "PAYMENT_METHOD_NOT_ACTIVE", \
      "The payment method cannot be charged now.")                                            \
    X(TOP_UP_ABOVE_CEILING, NEVER, CODE_PERMISSION_DENIED, "CEILING_EXCEEDED",                \
      "The amount is above what one top-up by card may be.")                                  \
    X(TOP_UP_ABOVE_DAY_CEILING, NEVER, CODE_PERMISSION_DENIED, "CEILING_EXCEEDED",            \
      "The top-ups by card within 24 hours would be above what they may be.")

enum top_up_verdict { TOP_UP_ACCEPTED = 0, TOP_UP_REFUSALS(REFUSAL_ENUM) };
const struct refusal *top_up_refusal(enum top_up_verdict verdict);
enum top_up_verdict top_up_decide(const struct top_up_order *order,
                                  const struct top_up_facts *facts);

/* The ceiling that a top-up by card is above (PAY-26). */
struct top_up_ceiling {
    const char *limit; /* "TOP_UP" or "DAY" */
    int64_t ceiling_micros;
    int64_t used_micros; /* of the day's */
    int64_t left_micros; /* the most that may be topped up now */
};
struct top_up_ceiling top_up_ceiling(enum top_up_verdict verdict, int64_t day_micros);

/* A top-up whose money was received, or may have been. */
struct received_facts {
    bool found;
    enum top_up_state state;
    enum top_up_rail rail;
    const char *failure_reason;
};

/* A saga of the gateway tells what became of the money: a step that can only go forward (settled
 * 10).
 */
#define CREDIT_REFUSALS(X)                                                             \
    X(CREDIT_TOP_UP_NOT_FOUND, NOT_YET, CODE_NOT_FOUND, "TOP_UP_NOT_FOUND",            \
      "The account has no such top-up.")                                               \
    X(CREDIT_NOT_SUCCEEDED, NOT_YET, CODE_FAILED_PRECONDITION, "TOP_UP_NOT_SUCCEEDED", \
      "The top-up is in another state than this needs.")

/* REPEATED: it was told before, nothing changes. */
enum credit_verdict { CREDIT_ACCEPTED = 0, CREDIT_REFUSALS(REFUSAL_ENUM) CREDIT_REPEATED };
const struct refusal *credit_refusal(enum credit_verdict verdict);
enum credit_verdict credit_decide(const struct received_facts *facts);   /* MarkCredited */
enum credit_verdict suspense_decide(const struct received_facts *facts); /* MarkInSuspense */
enum credit_verdict forgo_decide(const struct received_facts *facts);    /* StartRefund */

/* Operators decide what becomes of it. */
#define DESK_REFUSALS(X)                                                             \
    X(DESK_TOP_UP_NOT_FOUND, NEVER, CODE_NOT_FOUND, "TOP_UP_NOT_FOUND",              \
      "The account has no such top-up.")                                             \
    X(DESK_NOT_MANUAL, NEVER, CODE_FAILED_PRECONDITION, "TOP_UP_NOT_MANUAL",         \
      "The provider is not waited for.")                                             \
    X(DESK_NOT_RETURNABLE, NEVER, CODE_FAILED_PRECONDITION, "TOP_UP_NOT_RETURNABLE", \
      "Only money in suspense, or of another amount than ordered, is returned.")     \
    X(DESK_NOT_OWED, NEVER, CODE_FAILED_PRECONDITION, "TOP_UP_NOT_OWED",             \
      "No return by hand is owed for this top-up.")

enum desk_verdict { DESK_ACCEPTED = 0, DESK_REFUSALS(REFUSAL_ENUM) };
const struct refusal *desk_refusal(enum desk_verdict verdict);
enum desk_verdict return_decide(const struct received_facts *facts);    /* ReturnTopUp */
enum desk_verdict paid_back_decide(const struct received_facts *facts); /* RecordReturn */
enum desk_verdict redrive_decide(const struct received_facts *facts);   /* RedriveTopUp */

/* failure_reason: another amount than ordered was paid */
#define AMOUNT_MISMATCH "AMOUNT_MISMATCH"
/* failure_reason: the provider does not refund; people pay at the bank */
#define REFUND_DECLINED "REFUND_DECLINED"

/* Whether the provider has exactly our amount in our currency; anything else is never credited. */
bool top_up_is_paid_exactly(int64_t amount_micros, const struct currency *currency,
                            int64_t paid_minor, const char *paid_currency);

const char *top_up_rail_name(enum top_up_rail rail);
const char *top_up_state_name(enum top_up_state state);
bool top_up_rail_find(const char *name, enum top_up_rail *rail) must_check;
bool top_up_state_find(const char *name, enum top_up_state *state) must_check;

#endif
