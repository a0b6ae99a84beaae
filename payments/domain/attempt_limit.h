/* How often cards may be tried (S5): card testing means many cards, many security codes, or one
 * card on many accounts. A try counts for four subjects: the account, the card, the principal and
 * the source. It is counted before the provider is asked, as refused until the provider accepts it,
 * so that tries made at once are counted, too. */
#ifndef PAYMENTS_DOMAIN_ATTEMPT_LIMIT_H
#define PAYMENTS_DOMAIN_ATTEMPT_LIMIT_H

#include <stddef.h>
#include <stdint.h>

#include "runtime/base/failure.h"
#include "runtime/base/refusal.h"

#define ATTEMPT_HOUR_US (INT64_C(3600) * 1000000)
#define ATTEMPT_DAY_US (24 * ATTEMPT_HOUR_US)

#define ATTEMPT_ACTIONS(X)          \
    X(ATTEMPT_ADD_CARD, "ADD_CARD") \
    X(ATTEMPT_CHARGE_CARD, "CHARGE_CARD")

#define ATTEMPT_SUBJECTS(X)              \
    X(ATTEMPT_OF_ACCOUNT, "ACCOUNT")     \
    X(ATTEMPT_OF_CARD, "CARD")           \
    X(ATTEMPT_OF_PRINCIPAL, "PRINCIPAL") \
    X(ATTEMPT_OF_SOURCE, "SOURCE")

#define ATTEMPT_MEMBER(member, text) member,
enum attempt_action { ATTEMPT_ACTIONS(ATTEMPT_MEMBER) };
enum attempt_subject { ATTEMPT_SUBJECTS(ATTEMPT_MEMBER) ATTEMPT_SUBJECT_COUNT };
#undef ATTEMPT_MEMBER

enum attempt_counts { ATTEMPT_COUNTS_ALL, ATTEMPT_COUNTS_REFUSED };

/* Action, subject, what counts, how many within how long. All of them hold; the order is that of
 * the refusal. */
#define ATTEMPT_LIMITS(X)                                                                    \
    X(ATTEMPT_ADD_CARD, ATTEMPT_OF_ACCOUNT, ATTEMPT_COUNTS_REFUSED, 10, ATTEMPT_HOUR_US)     \
    X(ATTEMPT_ADD_CARD, ATTEMPT_OF_ACCOUNT, ATTEMPT_COUNTS_ALL, 20,                          \
      ATTEMPT_DAY_US) /* adding and removing again */                                        \
    X(ATTEMPT_ADD_CARD, ATTEMPT_OF_CARD, ATTEMPT_COUNTS_REFUSED, 5,                          \
      ATTEMPT_DAY_US) /* its security code */                                                \
    X(ATTEMPT_ADD_CARD, ATTEMPT_OF_CARD, ATTEMPT_COUNTS_ALL, 10, ATTEMPT_DAY_US)             \
    X(ATTEMPT_ADD_CARD, ATTEMPT_OF_PRINCIPAL, ATTEMPT_COUNTS_REFUSED, 20, ATTEMPT_DAY_US)    \
    X(ATTEMPT_ADD_CARD, ATTEMPT_OF_PRINCIPAL, ATTEMPT_COUNTS_ALL, 40, ATTEMPT_DAY_US)        \
    X(ATTEMPT_ADD_CARD, ATTEMPT_OF_SOURCE, ATTEMPT_COUNTS_REFUSED, 100, ATTEMPT_HOUR_US)     \
    X(ATTEMPT_ADD_CARD, ATTEMPT_OF_SOURCE, ATTEMPT_COUNTS_ALL, 1000, ATTEMPT_DAY_US)         \
    X(ATTEMPT_CHARGE_CARD, ATTEMPT_OF_ACCOUNT, ATTEMPT_COUNTS_REFUSED, 10, ATTEMPT_HOUR_US)  \
    X(ATTEMPT_CHARGE_CARD, ATTEMPT_OF_ACCOUNT, ATTEMPT_COUNTS_ALL, 20, ATTEMPT_HOUR_US)      \
    X(ATTEMPT_CHARGE_CARD, ATTEMPT_OF_CARD, ATTEMPT_COUNTS_REFUSED, 10, ATTEMPT_DAY_US)      \
    X(ATTEMPT_CHARGE_CARD, ATTEMPT_OF_PRINCIPAL, ATTEMPT_COUNTS_REFUSED, 20, ATTEMPT_DAY_US) \
    X(ATTEMPT_CHARGE_CARD, ATTEMPT_OF_PRINCIPAL, ATTEMPT_COUNTS_ALL, 60, ATTEMPT_HOUR_US)    \
    X(ATTEMPT_CHARGE_CARD, ATTEMPT_OF_SOURCE, ATTEMPT_COUNTS_REFUSED, 100, ATTEMPT_HOUR_US)  \
    X(ATTEMPT_CHARGE_CARD, ATTEMPT_OF_SOURCE, ATTEMPT_COUNTS_ALL, 1000, ATTEMPT_DAY_US)

#define ATTEMPT_ONE(action, subject, counts, max, window_us) +1
enum { ATTEMPT_LIMIT_COUNT = 0 ATTEMPT_LIMITS(ATTEMPT_ONE) };
#undef ATTEMPT_ONE

struct attempt_limit {
    enum attempt_action action;
    enum attempt_subject subject;
    enum attempt_counts counts;
    int64_t max;
    int64_t window_us;
};
extern const struct attempt_limit attempt_limits[ATTEMPT_LIMIT_COUNT];

/* The tries within a limit's window. */
struct attempt_seen {
    int64_t count;
    int64_t oldest_us; /* the first of them; 0 when there is none */
};

#define ATTEMPT_REFUSALS(X)                                                                  \
    X(ATTEMPT_TOO_MANY, NEVER, CODE_RESOURCE_EXHAUSTED, "TOO_MANY_ATTEMPTS",                 \
      "Cards were tried too often; nothing was sent to the provider. Try again later, with " \
      "another request_id.")

enum attempt_verdict { ATTEMPT_ACCEPTED = 0, ATTEMPT_REFUSALS(REFUSAL_ENUM) };
const struct refusal *attempt_refusal(enum attempt_verdict verdict);

/* seen[i] belongs to attempt_limits[i]; those of other actions are not looked at. *reached is the
 * limit that refuses. */
enum attempt_verdict attempt_decide(enum attempt_action action,
                                    const struct attempt_seen seen[ATTEMPT_LIMIT_COUNT],
                                    size_t *reached);

/* Until the oldest that counts does not count any more; at least 1 ms. */
int64_t attempt_wait_ms(const struct attempt_limit *limit, const struct attempt_seen *seen,
                        int64_t now_us);

const char *attempt_action_name(enum attempt_action action);
const char *attempt_subject_name(enum attempt_subject subject);
/* "REFUSED" or "ALL" */
const char *attempt_counts_name(enum attempt_counts counts);

#endif
