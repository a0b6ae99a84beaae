/* When services stop at the line, and when they run again (A.6, LED-01 to LED-05): by the account's
 * policy, at once for who was warned, and after a grace for who was not (c-2, settled 12). An
 * account is RUNNING, SUSPENDING until a moment, SUSPENDED, then RELEASE_DUE, and RELEASED once a
 * runner has said so; money takes it back to RUNNING from each. */
#ifndef LEDGER_DOMAIN_SUSPENSION_H
#define LEDGER_DOMAIN_SUSPENSION_H

#include "ledger/domain/account.h"
#include "runtime/base/refusal.h"

#define SUSPENSION_DAY_US (INT64_C(24) * 3600 * 1000 * 1000) /* durations are absolute */
#define SUSPENSION_WARNED_US (7 * SUSPENSION_DAY_US)         /* as long a notice counts */
#define SUSPENSION_DELAY_US (15 * SUSPENSION_DAY_US)
#define SUSPENSION_RELEASE_US (15 * SUSPENSION_DAY_US)
#define SUSPENSION_RUNNER_SIZE_MAX 64

/* The wire's numbers. */
enum suspension_state {
    SUSPENSION_RUNNING = 1,
    SUSPENSION_SUSPENDING,
    SUSPENSION_SUSPENDED,
    SUSPENSION_RELEASE_DUE,
    SUSPENSION_RELEASED
};

/* Changes of an account by an order, an operator or time alone; each is told. */
struct evaluation {
    bool stopped;
    bool resumed;
    bool stopping; /* it will stop at stop_due_us */
    bool spared;   /* it was to stop, and never did */
    bool release_due;
    bool fell_due; /* the earliest due date has passed, and was not told before (D.8) */
};

/* Sets what follows for the account from what it has by now. grace_us: how long the services of an
 * account run on that nobody warned. */
void suspension_judge(struct account *account, int64_t grace_us, int64_t now_us);

/* Between two looks at an account. */
struct evaluation suspension_compare(const struct account *before, const struct account *after);

/* By time alone, with no order (LED-05): a grace or an override ended (LED-19), a bill fell due, 15
 * days of a suspension are over. told_due_us is the due date that was told as passed, 0: none. */
struct evaluation suspension_evaluate(struct account *account, int64_t told_due_us,
                                      int64_t grace_us, int64_t now_us);

enum suspension_state suspension_state(const struct account *account);

/* When what is suspended may be released; 0: it runs, or nobody knows since when it does not. */
int64_t suspension_release_us(const struct account *account);

/* Names the account's last turn, a stop, a resume or a release; nil: there was none. */
struct id suspension_id(const struct account *account);

/* It is stopped or not, and warned or not, as the other is. */
void suspension_take(struct account *account, const struct account *from);

/* ---- what operators and runners set ---- */

#define SUSPENSION_REFUSALS(X)                                                 \
    X(SUSPENSION_NOT_OPENED, NEVER, CODE_NOT_FOUND, "ACCOUNT_NOT_FOUND",       \
      "The account is not known here.")                                        \
    X(SUSPENSION_OF_CLOSED, NEVER, CODE_FAILED_PRECONDITION, "ACCOUNT_CLOSED", \
      "The account is closed.")
enum suspension_verdict { SUSPENSION_ACCEPTED = 0, SUSPENSION_REFUSALS(REFUSAL_ENUM) };
const struct refusal *suspension_refusal(enum suspension_verdict verdict);

/* NULL: the account is not known. Setting the policy that it has already begins anew, too. */
const struct refusal *suspension_policy_decide(const struct account *account);

/* A stop that was due by the policy before is judged anew, from now on. */
void suspension_policy_set(struct account *account, enum suspension_policy policy);
const char *suspension_policy_name(enum suspension_policy policy); /* NULL: there is none such */

#define ACKNOWLEDGING_REFUSALS(X)                                                 \
    X(ACKNOWLEDGING_NOT_OPENED, NEVER, CODE_NOT_FOUND, "ACCOUNT_NOT_FOUND",       \
      "The account is not known here.")                                           \
    X(ACKNOWLEDGING_PASSED, NEVER, CODE_FAILED_PRECONDITION, "SUSPENSION_PASSED", \
      "The account has stopped or resumed since, or never did.")
enum acknowledging_verdict { ACKNOWLEDGING_ACCEPTED = 0, ACKNOWLEDGING_REFUSALS(REFUSAL_ENUM) };
const struct refusal *acknowledging_refusal(enum acknowledging_verdict verdict);

/* Only the last turn can be acknowledged: a runner that acts on one before it would stop what runs,
 * or run what was stopped. */
const struct refusal *acknowledging_decide(const struct account *account, struct id turn_id);
void acknowledging_set(struct account *account);

#endif
