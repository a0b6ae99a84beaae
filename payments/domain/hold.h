/* The verification hold: exactly 1.00 USD that proves a card, whatever the account's currency,
 * never captured, never in the ledger (PAY-05), and always given back (PAY-06). The state is kept
 * before every step, so a crash anywhere ends in a void all the same. */
#ifndef PAYMENTS_DOMAIN_HOLD_H
#define PAYMENTS_DOMAIN_HOLD_H

#include <stdbool.h>
#include <stdint.h>

#include "runtime/base/amount.h"
#include "runtime/base/failure.h"

#define HOLD_AMOUNT_MICROS MICROS_PER_UNIT
#define HOLD_CURRENCY "USD"
/* networks release a card hold after at most 7 days */
#define HOLD_LAPSE_US (INT64_C(7) * 24 * 3600 * 1000000)
/* the provider forgets our key after 24 h */
#define HOLD_KEY_FORGOTTEN_US (INT64_C(23) * 3600 * 1000000)
/* an older open hold is a matter for people */
#define HOLD_ALARM_US (INT64_C(24) * 3600 * 1000000)

#define HOLD_STATES(X)                 \
    X(HOLD_RECORDED, "RECORDED")       \
    X(HOLD_AUTHORIZING, "AUTHORIZING") \
    X(HOLD_UNKNOWN, "UNKNOWN")         \
    X(HOLD_AUTHORIZED, "AUTHORIZED")   \
    X(HOLD_VOIDING, "VOIDING")         \
    X(HOLD_VOIDED, "VOIDED")           \
    X(HOLD_DECLINED, "DECLINED")       \
    X(HOLD_FAILED, "FAILED")           \
    X(HOLD_LAPSED, "LAPSED")

#define HOLD_STATE_ENUM(state, text) state,
enum hold_state { HOLD_STATES(HOLD_STATE_ENUM) };

enum hold_event {
    HOLD_AUTHORIZE_SENDING, /* kept before the request leaves */
    HOLD_APPROVED,
    HOLD_REFUSED,       /* declined by the issuer */
    HOLD_NOT_SENT,      /* the connection was never made */
    HOLD_ANSWER_LOST,   /* it may have been done */
    HOLD_NEVER_EXISTED, /* the provider does not know our reference, long after */
    HOLD_VOID_SENDING,
    HOLD_VOID_CONFIRMED,
    HOLD_RELEASED, /* HOLD_LAPSE_US passed */
};

/* X(state, event, next): everything that may happen; the rest is recorded and not applied. */
#define HOLD_TRANSITIONS(X)                                           \
    X(HOLD_RECORDED, HOLD_AUTHORIZE_SENDING, HOLD_AUTHORIZING)        \
    X(HOLD_AUTHORIZING, HOLD_APPROVED, HOLD_AUTHORIZED)               \
    X(HOLD_AUTHORIZING, HOLD_REFUSED, HOLD_DECLINED)                  \
    X(HOLD_AUTHORIZING, HOLD_NOT_SENT, HOLD_FAILED)                   \
    X(HOLD_AUTHORIZING, HOLD_ANSWER_LOST, HOLD_UNKNOWN)               \
    X(HOLD_UNKNOWN, HOLD_APPROVED, HOLD_AUTHORIZED)                   \
    X(HOLD_UNKNOWN, HOLD_REFUSED, HOLD_DECLINED)                      \
    X(HOLD_UNKNOWN, HOLD_NOT_SENT, HOLD_UNKNOWN)                      \
    X(HOLD_UNKNOWN, HOLD_ANSWER_LOST, HOLD_UNKNOWN)                   \
    X(HOLD_UNKNOWN, HOLD_NEVER_EXISTED, HOLD_FAILED)                  \
    X(HOLD_DECLINED, HOLD_APPROVED, HOLD_AUTHORIZED) /* late: void */ \
    X(HOLD_FAILED, HOLD_APPROVED, HOLD_AUTHORIZED)   /* late: void */ \
    X(HOLD_AUTHORIZED, HOLD_VOID_SENDING, HOLD_VOIDING)               \
    X(HOLD_AUTHORIZED, HOLD_VOID_CONFIRMED, HOLD_VOIDED)              \
    X(HOLD_VOIDING, HOLD_VOID_SENDING, HOLD_VOIDING)                  \
    X(HOLD_VOIDING, HOLD_VOID_CONFIRMED, HOLD_VOIDED)                 \
    X(HOLD_VOIDING, HOLD_NOT_SENT, HOLD_VOIDING)                      \
    X(HOLD_VOIDING, HOLD_ANSWER_LOST, HOLD_VOIDING)                   \
    X(HOLD_VOIDING, HOLD_RELEASED, HOLD_LAPSED)

/* false: the event does not apply in this state (late, repeated or out of order); *next is
 * untouched. */
bool hold_transition(enum hold_state state, enum hold_event event,
                     enum hold_state *next) must_check;

/* Something is still to be done: the worker must come back to it. */
bool hold_is_open(enum hold_state state);
/* Money may be held at the issuer. */
bool hold_may_bind_money(enum hold_state state);

/* Whether the provider still knows our key, so that sending the authorisation again, first sent at
 * sent_us (0: never), cannot hold twice. */
bool hold_may_be_sent_again(int64_t sent_us, int64_t now_us);
/* HOLD_LAPSE_US passed since it was authorised (0: it never was). */
bool hold_has_lapsed(int64_t authorized_us, int64_t now_us);

/* How long to wait before the try after this many: 1 s, 5 s, 30 s, 5 m, 30 m, then every 2 h. */
int64_t hold_retry_ms(int64_t tries);

const char *hold_state_name(enum hold_state state);
bool hold_state_find(const char *name, enum hold_state *state) must_check;

#endif
