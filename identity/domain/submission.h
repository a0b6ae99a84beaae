/* The submission of an account's company: who may submit (ID-19), and the decisions of operators
 * that move it from state to state (ID-18). */
#ifndef IDENTITY_DOMAIN_SUBMISSION_H
#define IDENTITY_DOMAIN_SUBMISSION_H

#include "identity/domain/account.h"

#define SUBMISSIONS_A_DAY_MAX 5

#define SUBMISSION_REFUSALS(X)                                                    \
    X(SUBMISSION_NOT_OWNER, NEVER, CODE_PERMISSION_DENIED, "NOT_OWN_COMPANY",     \
      "Only the principal who opened the account may submit its company.")        \
    X(SUBMISSION_NOT_CORPORATE, NEVER, CODE_FAILED_PRECONDITION, "NOT_CORPORATE", \
      "Only an account with a corporate billing address has a company.")          \
    X(SUBMISSION_VERIFIED, NEVER, CODE_FAILED_PRECONDITION, "ALREADY_VERIFIED",   \
      "The account has a verified company already.")                              \
    X(SUBMISSION_IN_REVIEW, NEVER, CODE_FAILED_PRECONDITION, "IN_REVIEW",         \
      "A submission of this account is under review.")                            \
    X(SUBMISSION_LIMIT, NEVER, CODE_RESOURCE_EXHAUSTED, "SUBMISSION_LIMIT",       \
      "The account has submitted five times within 24 hours.")

enum submission_verdict { SUBMISSION_ACCEPTED = 0, SUBMISSION_REFUSALS(REFUSAL_ENUM) };

/* ID-19: a company is registered by the account's owner. An agent with a role in the account is not
 * the owner. */
enum submission_verdict submission_decide(const struct account *account, struct id principal_id,
                                          size_t submitted_today);
const struct refusal *submission_refusal(enum submission_verdict verdict);

/* ---- states ---- */

#define COMPANY_STATES(X)             \
    X(COMPANY_SUBMITTED, "SUBMITTED") \
    X(COMPANY_VERIFIED, "VERIFIED")   \
    X(COMPANY_REJECTED, "REJECTED")   \
    X(COMPANY_REVOKED, "REVOKED")

#define COMPANY_STATE_ENUM(state, text) state,
enum company_state { COMPANY_STATES(COMPANY_STATE_ENUM) COMPANY_STATE_COUNT };

/* "SUBMITTED" and so on, as stores keep it; read is COMPANY_STATE_COUNT for another text. */
const char *company_state_name(enum company_state state);
enum company_state company_state_read(const char *name);

enum company_event { COMPANY_APPROVAL, COMPANY_REJECTION, COMPANY_REVOCATION };

/* X(state, event, next): everything that may happen; the rest is refused. */
#define COMPANY_TRANSITIONS(X)                                \
    X(COMPANY_SUBMITTED, COMPANY_APPROVAL, COMPANY_VERIFIED)  \
    X(COMPANY_SUBMITTED, COMPANY_REJECTION, COMPANY_REJECTED) \
    X(COMPANY_VERIFIED, COMPANY_REVOCATION, COMPANY_REVOKED)

#define COMPANY_MOVE_REFUSALS(X)                                                   \
    X(COMPANY_MOVE_UNKNOWN, NEVER, CODE_NOT_FOUND, "SUBMISSION_NOT_FOUND",         \
      "There is no such submission.")                                              \
    X(COMPANY_MOVE_DECIDED, NEVER, CODE_FAILED_PRECONDITION, "SUBMISSION_DECIDED", \
      "The submission is not under review any more.")                              \
    X(COMPANY_MOVE_NOT_VERIFIED, NEVER, CODE_FAILED_PRECONDITION, "NOT_VERIFIED",  \
      "The submission is not verified.")

enum company_move_verdict { COMPANY_MOVE_ACCEPTED = 0, COMPANY_MOVE_REFUSALS(REFUSAL_ENUM) };
const struct refusal *company_move_refusal(enum company_move_verdict verdict);

/* An operator's decision on a submission, NULL when there is none; *state becomes the next when it
 * is accepted. */
enum company_move_verdict company_move(enum company_state *state, enum company_event event);

#endif
