/* The submission of an account's company or of its owner's real name: by whom, and how often
 * (ID-19). */
#ifndef IDENTITY_DOMAIN_SUBMISSION_H
#define IDENTITY_DOMAIN_SUBMISSION_H

#include "identity/domain/account.h"
#include "identity/domain/review.h"

#define SUBMISSIONS_A_DAY_MAX 5

#define SUBMISSION_REFUSALS(X)                                                          \
    X(SUBMISSION_NOT_OWNER, NEVER, CODE_PERMISSION_DENIED, "NOT_OWN_COMPANY",           \
      "Only the principal who opened the account may submit its company.")              \
    X(SUBMISSION_NOT_OWN_NAME, NEVER, CODE_PERMISSION_DENIED, "NOT_OWN_NAME",           \
      "Only the principal who opened the account may register its real name.")          \
    X(SUBMISSION_NOT_CORPORATE, NEVER, CODE_FAILED_PRECONDITION, "NOT_CORPORATE",       \
      "Only an account with a corporate billing address has a company.")                \
    X(SUBMISSION_NOT_INDIVIDUAL, NEVER, CODE_FAILED_PRECONDITION, "NOT_INDIVIDUAL",     \
      "Only an account with an individual's billing address has a person's real name.") \
    X(SUBMISSION_VERIFIED, NEVER, CODE_FAILED_PRECONDITION, "ALREADY_VERIFIED",         \
      "The account has a verified company or real name already.")                       \
    X(SUBMISSION_IN_REVIEW, NEVER, CODE_FAILED_PRECONDITION, "IN_REVIEW",               \
      "A submission of this account is under review.")                                  \
    X(SUBMISSION_LIMIT, NEVER, CODE_RESOURCE_EXHAUSTED, "SUBMISSION_LIMIT",             \
      "The account has submitted five times within 24 hours.")

enum submission_verdict { SUBMISSION_ACCEPTED = 0, SUBMISSION_REFUSALS(REFUSAL_ENUM) };

struct submission {
    enum account_type of; /* CORPORATE: a company; INDIVIDUAL: a person */
    struct id principal_id;
    size_t submitted_today;
    int64_t now_us;
};

/* ID-19: who does the business registers itself. An agent with a role in the account is not its
 * owner, nor is a member or an operator. */
enum submission_verdict submission_decide(const struct account *account,
                                          const struct submission *submission);
const struct refusal *submission_refusal(enum submission_verdict verdict);

#endif
