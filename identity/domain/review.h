/* The review of what an account submitted: its company (submission.h) or its owner's real name
 * (real_name.h). One machine: operators decide, of real names an automatic verifier before them. */
#ifndef IDENTITY_DOMAIN_REVIEW_H
#define IDENTITY_DOMAIN_REVIEW_H

#include "runtime/base/refusal.h"

/* In the order of the wire's enum. SUBMITTED waits for a verifier, or, where there is none, for an
 * operator; IN_REVIEW for an operator alone. */
#define REVIEW_STATES(X)             \
    X(REVIEW_SUBMITTED, "SUBMITTED") \
    X(REVIEW_VERIFIED, "VERIFIED")   \
    X(REVIEW_REJECTED, "REJECTED")   \
    X(REVIEW_REVOKED, "REVOKED")     \
    X(REVIEW_IN_REVIEW, "IN_REVIEW") \
    X(REVIEW_EXPIRED, "EXPIRED")     \
    X(REVIEW_SUPERSEDED, "SUPERSEDED")

#define REVIEW_STATE_ENUM(state, text) state,
enum review_state { REVIEW_STATES(REVIEW_STATE_ENUM) REVIEW_STATE_COUNT };

/* "SUBMITTED" and so on, as stores keep it; read is REVIEW_STATE_COUNT for another text. */
const char *review_state_name(enum review_state state);
enum review_state review_state_read(const char *name);

enum review_event {
    REVIEW_APPROVAL,
    REVIEW_REJECTION,
    REVIEW_REVOCATION,
    REVIEW_REFERRAL,  /* the verifier leaves it to an operator */
    REVIEW_EXPIRY,    /* the document's last day is over */
    REVIEW_SUCCESSION /* a later one was verified, or ID-31 */
};

/* X(state, event, next): everything that may happen; the rest is refused. */
#define REVIEW_TRANSITIONS(X)                              \
    X(REVIEW_SUBMITTED, REVIEW_APPROVAL, REVIEW_VERIFIED)  \
    X(REVIEW_SUBMITTED, REVIEW_REJECTION, REVIEW_REJECTED) \
    X(REVIEW_SUBMITTED, REVIEW_REFERRAL, REVIEW_IN_REVIEW) \
    X(REVIEW_IN_REVIEW, REVIEW_APPROVAL, REVIEW_VERIFIED)  \
    X(REVIEW_IN_REVIEW, REVIEW_REJECTION, REVIEW_REJECTED) \
    X(REVIEW_VERIFIED, REVIEW_REVOCATION, REVIEW_REVOKED)  \
    X(REVIEW_VERIFIED, REVIEW_EXPIRY, REVIEW_EXPIRED)      \
    X(REVIEW_VERIFIED, REVIEW_SUCCESSION, REVIEW_SUPERSEDED)

#define REVIEW_REFUSALS(X)                                                   \
    X(REVIEW_UNKNOWN, NEVER, CODE_NOT_FOUND, "SUBMISSION_NOT_FOUND",         \
      "There is no such submission.")                                        \
    X(REVIEW_DECIDED, NEVER, CODE_FAILED_PRECONDITION, "SUBMISSION_DECIDED", \
      "The submission is not under review any more.")                        \
    X(REVIEW_NOT_VERIFIED, NEVER, CODE_FAILED_PRECONDITION, "NOT_VERIFIED",  \
      "The submission is not verified.")

enum review_verdict { REVIEW_ACCEPTED = 0, REVIEW_REFUSALS(REFUSAL_ENUM) };
const struct refusal *review_refusal(enum review_verdict verdict);

/* Whether it is under review still; NULL when there is none. */
enum review_verdict review_open_decide(const enum review_state *state);

/* Moves a submission, NULL when there is none; *state becomes the next when it is
 * accepted. */
enum review_verdict review_move(enum review_state *state, enum review_event event);

#endif
