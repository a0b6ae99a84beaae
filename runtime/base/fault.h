/* Faults: what can be wrong with a field of a request by itself. Each is a reason that a program
 * can act on, in BadRequest.FieldViolation.reason beside the sentence for people. */
#ifndef RUNTIME_BASE_FAULT_H
#define RUNTIME_BASE_FAULT_H

/* X(REASON). docs/reasons.md says what each means; a reason never changes its meaning. */
#define FAULTS(X)                                                                                 \
    X(REQUIRED)             /* absent, or empty */                                                \
    X(NOT_ALLOWED)          /* must be empty beside what else is said */                          \
    X(UNKNOWN_VALUE)        /* none of the values of an enum or a list */                         \
    X(MALFORMED)            /* not in the form that the sentence names */                         \
    X(NOT_A_UUID)           /* not 8-4-4-4-12 hexadecimal digits, or nil */                       \
    X(NOT_A_CURRENCY)       /* not an active ISO 4217 code in capitals */                         \
    X(NOT_A_COUNTRY)        /* not an ISO 3166-1 alpha-2 code in capitals */                      \
    X(NOT_AN_EMAIL_ADDRESS) /* cannot be an e-mail address */                                     \
    X(NOT_A_PHONE_NUMBER)   /* cannot be a number in E.164 form, or no mobile one where needed */ \
    X(NOT_A_TIME)           /* absent, or not a moment between 1970 and 9999 */                   \
    X(NOT_A_CURSOR)         /* not a token or cursor that this list answered with */              \
    X(NOT_UTF8)             /* not UTF-8, or with control characters */                           \
    X(HIDDEN_CHARACTERS)    /* characters that are unseen or reorder others */                    \
    X(NOT_NORMAL)           /* not in Unicode's normal form C */                                  \
    X(CARD_NUMBER)          /* holds what may be a card number */                                 \
    X(TOO_LONG)             /* more bytes than the field takes */                                 \
    X(TOO_MANY)             /* more items than the list takes */                                  \
    X(NOT_DISTINCT)         /* the same item twice */                                             \
    X(NOT_POSITIVE)         /* must be above zero */                                              \
    X(NEGATIVE)             /* must not be below zero */                                          \
    X(ZERO)                 /* must not be zero */                                                \
    X(NOT_WHOLE)            /* finer than the currency's minor unit */                            \
    X(OUT_OF_RANGE)         /* outside the range that the sentence names */                       \
    X(IN_THE_PAST)          /* must be after now */                                               \
    X(SAME_AS_ACTING)       /* must differ from who or what acts */                               \
    X(MISMATCH)             /* does not agree with another field */                               \
    X(WEAK_PASSWORD)        /* a password that the rules of passwords refuse */                   \
    X(OF_UNREADABLE_GROUP)  /* well formed, but linked to an order that is not */

enum fault {
    FAULT_NONE = 0,
#define FAULT_MEMBER(reason) FAULT_##reason,
    FAULTS(FAULT_MEMBER)
#undef FAULT_MEMBER
        FAULT_COUNT
};

/* "NOT_A_UUID". A literal; "" of FAULT_NONE. */
const char *fault_reason(enum fault fault);

#endif
