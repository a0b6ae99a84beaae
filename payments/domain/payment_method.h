/* Payment methods (PAY-01): their kinds, where each may be used, and their life. A card is ACTIVE
 * as soon as its hold is authorised and the void is durably queued. */
#ifndef PAYMENTS_DOMAIN_PAYMENT_METHOD_H
#define PAYMENTS_DOMAIN_PAYMENT_METHOD_H

#include <stdbool.h>

#include "runtime/base/failure.h"
#include "runtime/base/refusal.h"

#define PAYMENT_METHOD_KINDS(X)              \
    X(PAYMENT_METHOD_BANK_CARD, "BANK_CARD") \
    X(PAYMENT_METHOD_PAYPAL, "PAYPAL")       \
    X(PAYMENT_METHOD_PAYTM, "PAYTM")

#define PAYMENT_METHOD_STATES(X)             \
    X(PAYMENT_METHOD_NEW, "NEW")             \
    X(PAYMENT_METHOD_VERIFYING, "VERIFYING") \
    X(PAYMENT_METHOD_ACTIVE, "ACTIVE")       \
    X(PAYMENT_METHOD_FAILED, "FAILED")       \
    X(PAYMENT_METHOD_EXPIRED, "EXPIRED")     \
    X(PAYMENT_METHOD_REMOVED, "REMOVED")

#define PAYMENT_METHOD_ENUM(member, text) member,
enum payment_method_kind { PAYMENT_METHOD_KINDS(PAYMENT_METHOD_ENUM) };
enum payment_method_state { PAYMENT_METHOD_STATES(PAYMENT_METHOD_ENUM) };

enum payment_method_event {
    PAYMENT_METHOD_TOKENISED, /* the provider gave a token; the hold is recorded with it */
    PAYMENT_METHOD_VERIFIED,  /* the hold is authorised and its void queued */
    PAYMENT_METHOD_REFUSED,   /* declined, of another country, abandoned */
    PAYMENT_METHOD_RAN_OUT,   /* its expiry month ended */
    PAYMENT_METHOD_TAKEN_OFF, /* removed by the user */
};

#define PAYMENT_METHOD_TRANSITIONS(X)                                           \
    X(PAYMENT_METHOD_NEW, PAYMENT_METHOD_TOKENISED, PAYMENT_METHOD_VERIFYING)   \
    X(PAYMENT_METHOD_NEW, PAYMENT_METHOD_REFUSED, PAYMENT_METHOD_FAILED)        \
    X(PAYMENT_METHOD_VERIFYING, PAYMENT_METHOD_VERIFIED, PAYMENT_METHOD_ACTIVE) \
    X(PAYMENT_METHOD_VERIFYING, PAYMENT_METHOD_REFUSED, PAYMENT_METHOD_FAILED)  \
    X(PAYMENT_METHOD_ACTIVE, PAYMENT_METHOD_RAN_OUT, PAYMENT_METHOD_EXPIRED)    \
    X(PAYMENT_METHOD_ACTIVE, PAYMENT_METHOD_TAKEN_OFF, PAYMENT_METHOD_REMOVED)  \
    X(PAYMENT_METHOD_EXPIRED, PAYMENT_METHOD_TAKEN_OFF, PAYMENT_METHOD_REMOVED)

bool payment_method_transition(enum payment_method_state state, enum payment_method_event event,
                               enum payment_method_state *next) must_check;

#define WALLET_REFUSALS(X)                                                                        \
    X(WALLET_BILLING_ADDRESS_MISSING, NEVER, CODE_FAILED_PRECONDITION, "BILLING_ADDRESS_MISSING", \
      "Add a billing address before a wallet.")                                                   \
    X(WALLET_NOT_AVAILABLE_IN_COUNTRY, NEVER, CODE_FAILED_PRECONDITION,                           \
      "METHOD_NOT_AVAILABLE_IN_COUNTRY", "This method is not offered in the account's country.")  \
    X(WALLET_NOT_CONFIGURED, NEVER, CODE_FAILED_PRECONDITION, "METHOD_NOT_CONFIGURED",            \
      "No provider for this method is connected here; add a bank card.")

enum wallet_verdict { WALLET_ACCEPTED = 0, WALLET_REFUSALS(REFUSAL_ENUM) };
const struct refusal *wallet_refusal(enum wallet_verdict verdict);

/* May the account link PayPal or Paytm; country is NULL when the account is not known, connected:
 * an adapter for the kind is set up. */
enum wallet_verdict wallet_decide(enum payment_method_kind kind, const char *country,
                                  bool connected);

#define REMOVE_REFUSALS(X)                                                             \
    X(REMOVE_NOT_FOUND, NEVER, CODE_NOT_FOUND, "PAYMENT_METHOD_NOT_FOUND",             \
      "The account has no such payment method.")                                       \
    X(REMOVE_IN_USE, NEVER, CODE_FAILED_PRECONDITION, "PAYMENT_METHOD_IN_USE",         \
      "A top-up or the return of the hold is still under way.")                        \
    X(REMOVE_NOT_REMOVABLE, NEVER, CODE_FAILED_PRECONDITION, "PAYMENT_METHOD_REMOVED", \
      "The payment method is not on the account any more.")

enum remove_verdict { REMOVE_ACCEPTED = 0, REMOVE_REFUSALS(REFUSAL_ENUM) };
const struct refusal *remove_refusal(enum remove_verdict verdict);
enum remove_verdict remove_decide(bool found, enum payment_method_state state, bool in_use);

const char *payment_method_kind_name(enum payment_method_kind kind);
const char *payment_method_state_name(enum payment_method_state state);
bool payment_method_kind_find(const char *name, enum payment_method_kind *kind) must_check;
bool payment_method_state_find(const char *name, enum payment_method_state *state) must_check;

#endif
