/* Overrides (LED-19): LED-17 and LED-18 do not hold for an account until a moment, because two
 * operators say so. */
#ifndef LEDGER_DOMAIN_OVERRIDE_H
#define LEDGER_DOMAIN_OVERRIDE_H

#include "ledger/domain/account.h"
#include "runtime/base/refusal.h"

#define OVERRIDE_REASON_SIZE_MAX 256
#define OVERRIDE_DAYS_MAX 90
#define OVERRIDE_US_MAX (INT64_C(86400000000) * OVERRIDE_DAYS_MAX)

/* That it is not approved is told last and not kept: the gateway asks before another operator is
 * asked, so that nobody approves what would be refused. */
#define OVERRIDE_REFUSALS(X)                                                       \
    X(OVERRIDE_BY_ONE, NEVER, CODE_PERMISSION_DENIED, "SELF_APPROVAL",             \
      "Who asked for an act does not decide it.")                                  \
    X(OVERRIDE_CLOSED, NEVER, CODE_FAILED_PRECONDITION, "ACCOUNT_CLOSED",          \
      "The account is closed.")                                                    \
    X(OVERRIDE_PAST, NEVER, CODE_FAILED_PRECONDITION, "OVERRIDE_PAST",             \
      "The moment until which it should hold has passed.")                         \
    X(OVERRIDE_TOO_LONG, NEVER, CODE_FAILED_PRECONDITION, "OVERRIDE_TOO_LONG",     \
      "An override holds for at most 90 days.")                                    \
    X(OVERRIDE_UNAPPROVED, NOT_YET, CODE_PERMISSION_DENIED, "OVERRIDE_UNAPPROVED", \
      "Another operator has to approve it.")

enum override_verdict { OVERRIDE_GRANTED = 0, OVERRIDE_REFUSALS(REFUSAL_ENUM) };

struct override_facts {
    struct id asked_by, approved_by; /* nil: nobody */
    enum account_state state;
    int64_t until_us;
    int64_t now_us;
};

enum override_verdict override_decide(const struct override_facts *facts);

/* Whether somebody ended it; when another one takes its place after its time, nobody did. */
bool override_was_ended(int64_t until_us, int64_t ended_us);

const struct refusal *override_refusal(enum override_verdict verdict);

#endif
