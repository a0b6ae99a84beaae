/* Promotions (ID-29): what an operator defines once, who may activate it and until when, and how
 * long the grant lives that comes of it. The coupon itself is sharing's. */
#ifndef IDENTITY_DOMAIN_PROMOTION_H
#define IDENTITY_DOMAIN_PROMOTION_H

#include "identity/domain/account.h"

#define PROMOTIONS_OPEN_MAX 1000
#define PROMOTION_CODE_BYTES_MIN 3
#define PROMOTION_CODE_BYTES_MAX 32
#define PROMOTION_DAYS_MAX 3650
#define PROMOTION_ACTIVATIONS_MAX 1000000
#define PROMOTION_PRODUCTS_MAX 50
#define PROMOTION_BILL_TYPES_MAX 10
#define PROMOTION_REGIONS_MAX 32
#define ACTIVATIONS_OF_ACCOUNT_MAX 100

/* The account must have shown this before. The values are the wire's. */
enum promotion_verification {
    PROMOTION_NEEDS_NOTHING,
    PROMOTION_NEEDS_SECOND_CHANNEL,
    PROMOTION_NEEDS_BILLING_ADDRESS,
    PROMOTION_NEEDS_COMPANY,
    PROMOTION_NEEDS_END
};

/* "SECOND_CHANNEL"; "" for nothing. */
const char *promotion_verification_name(enum promotion_verification verification);

struct promotion {
    struct id promotion_id;
    const char *code;
    enum entry_channel channel; /* NONE: any */
    int64_t within_days;        /* after the sign-up; 0: without such a bound */
    int64_t until_us;           /* 0: without such a bound */
    const char *currency;
    int64_t amount_micros;
    const char *products, *bill_types, *regions; /* words with spaces between */
    enum promotion_verification verification;
    int64_t grant_days;
    int64_t activations_max;
    int64_t activations;
    bool trial; /* an allowance that a channel's policy names (ID-42) */
    struct id defined_by;
    int64_t defined_us;
    int64_t ended_us; /* 0: not by an operator */
};

/* Letters become capitals, in place; 3 to 32 of them, digits and '-'. */
bool promotion_code_read(char *code);

/* A product or a bill type as coupons name them: 1 to 32 letters, digits, '_' and '-'. */
bool promotion_word_is_one(const char *word);

/* ---- an operator defines and ends it ---- */

#define PROMOTION_REFUSALS(X)                                               \
    X(PROMOTION_TOO_MANY, NEVER, CODE_RESOURCE_EXHAUSTED, "PROMO_LIMIT",    \
      "There are 1000 open promotions; end one first.")                     \
    X(PROMOTION_CODE_TAKEN, NEVER, CODE_ALREADY_EXISTS, "PROMO_CODE_TAKEN", \
      "Another promotion has, or had, the code.")                           \
    X(PROMOTION_UNKNOWN, NEVER, CODE_NOT_FOUND, "PROMO_NOT_FOUND",          \
      "There is no promotion with the code.")                               \
    X(PROMOTION_ENDED, NEVER, CODE_FAILED_PRECONDITION, "PROMO_ENDED",      \
      "The promotion was ended before.")

enum promotion_verdict { PROMOTION_ACCEPTED = 0, PROMOTION_REFUSALS(REFUSAL_ENUM) };

/* One more, where so many are open; code_taken: by one that is or was. */
enum promotion_verdict promotion_define_decide(int64_t open, bool code_taken);

/* NULL: there is none with the code. */
enum promotion_verdict promotion_end_decide(const struct promotion *promotion);

const struct refusal *promotion_refusal(enum promotion_verdict verdict);

/* ---- an account activates it ---- */

#define ACTIVATION_REFUSALS(X)                                                                  \
    X(ACTIVATION_UNKNOWN, NEVER, CODE_NOT_FOUND, "PROMO_NOT_FOUND",                             \
      "There is no promotion with the code.")                                                   \
    X(ACTIVATION_NO_TRIAL, NEVER, CODE_FAILED_PRECONDITION, "TRIAL_NONE",                       \
      "The account's channel has no trial allowance.")                                          \
    X(ACTIVATION_DONE, NEVER, CODE_ALREADY_EXISTS, "PROMO_ALREADY_ACTIVATED",                   \
      "The account activated the promotion before.")                                            \
    X(ACTIVATION_OTHER_CHANNEL, NEVER, CODE_FAILED_PRECONDITION, "PROMO_OTHER_CHANNEL",         \
      "The promotion is for accounts that came by another channel.")                            \
    X(ACTIVATION_CLOSED, NEVER, CODE_FAILED_PRECONDITION, "PROMO_WINDOW_CLOSED",                \
      "The time in which the promotion could be activated is over.")                            \
    X(ACTIVATION_SECOND_CHANNEL, NEVER, CODE_FAILED_PRECONDITION, "SECOND_CHANNEL_UNVERIFIED",  \
      "The channel that was not used at sign-up has to be verified first.")                     \
    X(ACTIVATION_BILLING_ADDRESS, NEVER, CODE_FAILED_PRECONDITION, "BILLING_ADDRESS_MISSING",   \
      "Add a billing address first.")                                                           \
    X(ACTIVATION_COMPANY, NEVER, CODE_FAILED_PRECONDITION, "REAL_NAME_REQUIRED",                \
      "The promotion needs real-name registration; have the account's company verified first.") \
    X(ACTIVATION_EXHAUSTED, NEVER, CODE_RESOURCE_EXHAUSTED, "PROMO_EXHAUSTED",                  \
      "The promotion was activated as often as it may be.")                                     \
    X(ACTIVATION_TOO_MANY, NEVER, CODE_RESOURCE_EXHAUSTED, "PROMO_ACCOUNT_LIMIT",               \
      "The account has activated 100 promotions, as many as it may.")

enum activation_verdict { ACTIVATION_ACCEPTED = 0, ACTIVATION_REFUSALS(REFUSAL_ENUM) };

struct activation_facts {
    const struct promotion *promotion; /* NULL: none has the code */
    const struct account *account;
    int64_t signed_up_us;
    bool as_trial; /* asked for as the channel's trial allowance, and not by a code */
    bool done_before;
    bool had_trial;      /* any; an account has one for ever */
    int64_t activations; /* of the account */
};

/* ID-29 */
enum activation_verdict activation_decide(const struct activation_facts *facts, int64_t now_us);
const struct refusal *activation_refusal(enum activation_verdict verdict);

/* When it is too late for an account: the earlier one of the two bounds. */
int64_t promotion_closes_us(const struct promotion *promotion, int64_t signed_up_us);

/* When the grant ends that is made now. */
int64_t promotion_grant_ends_us(const struct promotion *promotion, int64_t now_us);

#endif
