/* Bank cards: may this card be added to this account (PAY-03, PAY-04, PAY-11, ID-03). Pure: the
 * number and the security code are looked at and never copied; whoever holds them wipes them. The
 * provider and the 1.00 USD hold come later (hold.h). */
#ifndef PAYMENTS_DOMAIN_CARD_H
#define PAYMENTS_DOMAIN_CARD_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "runtime/base/card_number.h"
#include "runtime/base/failure.h"
#include "runtime/base/refusal.h"

#define CARD_HOLDER_BYTES_MAX 128
#define CARD_METHODS_MAX 20      /* saved methods of one account */
#define CARD_ACCOUNTS_MAX 3      /* accounts that one card may be on (S5) */
#define CARD_ACCOUNTS_EVER_MAX 5 /* accounts a card may ever be put on before operators look */
#define CARD_EXPIRY_YEARS_AHEAD_MAX 30

struct card_expiry {
    int64_t month; /* 1 to 12 */
    int64_t year;  /* four digits */
};

/* Months since year 0, in UTC. */
int64_t card_month_index(int64_t time_us);

/* The earliest month that has not ended everywhere on earth: cards of an earlier one have expired.
 */
int64_t card_month_valid(int64_t now_us);

/* A month of a year that cards can have; says nothing of the present. */
bool card_expiry_is_possible(struct card_expiry expiry, int64_t now_us);
/* A card is good until its expiry month has ended everywhere on earth: twelve hours after it ended
 * in UTC (PAY-03). */
bool card_expiry_is_past(struct card_expiry expiry, int64_t now_us);

/* Whether a card that was ever put on so many accounts is on the list of shared cards (S5). */
bool card_is_shared(size_t accounts_ever);

struct card {
    const struct card_number *number;
    struct card_expiry expiry;
    const char *security_code;
    const char *holder_name;
};

struct card_owner {
    bool known; /* false: identity's facts have not arrived, the rest is empty */
    bool corporate;
    bool billing_address_present;
    const char *principal_name;
    const char *country;
    size_t method_count;
    bool has_this_card;    /* the same number is saved already */
    size_t other_accounts; /* that have this card; 0 for a test number, which everybody has */
};

#define CARD_REFUSALS(X)                                                                        \
    X(CARD_BILLING_ADDRESS_MISSING, NEVER, CODE_FAILED_PRECONDITION, "BILLING_ADDRESS_MISSING", \
      "Add a billing address before a card.")                                                   \
    X(CARD_NUMBER_INVALID, NEVER, CODE_INVALID_ARGUMENT, "CARD_NUMBER_INVALID",                 \
      "This is not a card number.")                                                             \
    X(CARD_BRAND_NOT_ACCEPTED, NEVER, CODE_INVALID_ARGUMENT, "CARD_BRAND_NOT_ACCEPTED",         \
      "Only Visa and Mastercard are accepted.")                                                 \
    X(CARD_EXPIRED, NEVER, CODE_INVALID_ARGUMENT, "CARD_EXPIRED", "The card has expired.")      \
    X(CARD_SECURITY_CODE_INVALID, NEVER, CODE_INVALID_ARGUMENT, "SECURITY_CODE_INVALID",        \
      "The security code has three digits.")                                                    \
    X(CARD_HOLDER_MISSING, NEVER, CODE_INVALID_ARGUMENT, "HOLDER_NAME_MISSING",                 \
      "Only a corporate card may come without a holder's name.")                                \
    X(CARD_ALREADY_ADDED, NEVER, CODE_ALREADY_EXISTS, "CARD_ALREADY_ADDED",                     \
      "This card is on the account already.")                                                   \
    X(CARD_METHOD_LIMIT, NEVER, CODE_RESOURCE_EXHAUSTED, "METHOD_LIMIT",                        \
      "The account has as many payment methods as it may have.")                                \
    X(CARD_ACCOUNT_LIMIT, NEVER, CODE_RESOURCE_EXHAUSTED, "CARD_ACCOUNT_LIMIT",                 \
      "The card is on as many accounts as it may be.")                                          \
    X(CARD_COUNTRY_MISMATCH, NEVER, CODE_FAILED_PRECONDITION, "COUNTRY_MISMATCH",               \
      "The card was issued in another country than the account's.")                             \
    X(CARD_DECLINED, NEVER, CODE_FAILED_PRECONDITION, "CARD_DECLINED",                          \
      "The card was declined and is not saved; look at what you typed, or use another card.")   \
    X(CARD_PROVIDER_UNAVAILABLE, NEVER, CODE_ABORTED, "PROVIDER_UNAVAILABLE",                   \
      "The payment provider cannot be reached; add the card again.")                            \
    X(CARD_ABANDONED, NEVER, CODE_ABORTED, "ABANDONED",                                         \
      "The request ended before the card reached the provider; add it again.")

enum card_verdict { CARD_ACCEPTED = 0, CARD_REFUSALS(REFUSAL_ENUM) };
const struct refusal *card_refusal(enum card_verdict verdict);
/* The verdict with that reason; CARD_ACCEPTED for none. A kept failure is refused in the same words
 * again. */
enum card_verdict card_verdict_find(const char *reason);

/* Before the provider is asked. */
enum card_verdict card_decide(const struct card *card, const struct card_owner *owner,
                              int64_t now_us);

/* After the provider told the issuer's country; "" when it does not tell: then nothing is refused
 * (ID-03). */
enum card_verdict card_country_decide(const char *issuer_country, const char *account_country);

/* The holder's name to go by: the card's, or on a corporate account the principal's (PAY-03). */
const char *card_holder(const struct card *card, const struct card_owner *owner);

#endif
