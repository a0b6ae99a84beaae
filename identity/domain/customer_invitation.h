/* Invitations of somebody new to become a partner's customer (ID-21, B.2): whom they reach, how
 * long they count, and who accepts. */
#ifndef IDENTITY_DOMAIN_CUSTOMER_INVITATION_H
#define IDENTITY_DOMAIN_CUSTOMER_INVITATION_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "identity/domain/relation.h"

#define CUSTOMER_INVITEES_MAX 5                                /* of one call */
#define CUSTOMER_INVITATION_SENT_US (7 * RELATION_DAY_US)      /* since it was sent last */
#define CUSTOMER_INVITATION_LIFETIME_US (30 * RELATION_DAY_US) /* since it was sent first */
#define CUSTOMER_INVITATION_KEPT_US (4 * CUSTOMER_INVITATION_LIFETIME_US) /* then forgotten */
#define CUSTOMER_INVITATION_RESENDS_MAX 5
#define CUSTOMER_INVITATIONS_DAY_MAX 200 /* of a partner, with answers about contacts */
#define CONTACT_INVITATIONS_DAY_MAX 10   /* to an address or number, by all partners */

/* The wire's numbers. */
enum customer_invitation_state {
    CUSTOMER_INVITATION_NONE,
    CUSTOMER_INVITATION_CREATED,
    CUSTOMER_INVITATION_SENT,
    CUSTOMER_INVITATION_OPENED,
    CUSTOMER_INVITATION_ACCEPTED,
    CUSTOMER_INVITATION_ASSOCIATED,
    CUSTOMER_INVITATION_DECLINED,
    CUSTOMER_INVITATION_EXPIRED,
    CUSTOMER_INVITATION_CANCELLED,
    CUSTOMER_INVITATION_BOUNCED,
};

/* Times are 0 when there is none. */
struct customer_invitation_life {
    int64_t created_us, sent_us; /* first and last */
    int64_t resends;
    bool delivered, bounced; /* the message that was sent last */
    int64_t opened_us, accepted_us, associated_us, declined_us, cancelled_us;
};

/* When it ends unless it goes on. */
int64_t customer_invitation_end_us(const struct customer_invitation_life *life);

enum customer_invitation_state
customer_invitation_state(const struct customer_invitation_life *life, int64_t now_us);

/* ---- by the partner ---- */

#define CUSTOMER_INVITE_REFUSALS(X)                                                           \
    X(CUSTOMER_INVITE_REGISTERED, NEVER, CODE_ALREADY_EXISTS, "CONTACT_REGISTERED",           \
      "Somebody has an account with the address or number; ask the account by its id.")       \
    X(CUSTOMER_INVITE_INVITED, NEVER, CODE_ALREADY_EXISTS, "ALREADY_INVITED",                 \
      "You have invited the address or number; send that invitation again, or take it back.") \
    X(CUSTOMER_INVITE_DAY_MAX, NEVER, CODE_RESOURCE_EXHAUSTED, "INVITATION_LIMIT",            \
      "The account invited, or asked for, too many people within a day.")                     \
    X(CUSTOMER_INVITE_CONTACT_DAY_MAX, NEVER, CODE_RESOURCE_EXHAUSTED, "INVITATION_LIMIT",    \
      "Too many invitations were sent to the address or number within a day.")

enum customer_invite_verdict {
    CUSTOMER_INVITE_ACCEPTED = 0,
    CUSTOMER_INVITE_REFUSALS(REFUSAL_ENUM)
};

struct customer_invite_facts {
    bool registered;     /* somebody has verified the contact, or logs in by it */
    bool invited;        /* by this partner, and that counts */
    int64_t day;         /* of the partner, sent or answered within RELATION_DAY_US */
    int64_t contact_day; /* the same, to the contact */
};

enum customer_invite_verdict customer_invite_decide(const struct customer_invite_facts *facts);

/* Whether a no says something of a contact that the partner did not know: it counts. So does one
 * that a message cannot be sent, of a contact that may be invited: nobody has it. */
bool customer_invite_tells(enum customer_invite_verdict verdict);
const struct refusal *customer_invite_refusal(enum customer_invite_verdict verdict);

/* ---- afterwards ---- */

#define CUSTOMER_INVITATION_REFUSALS(X)                                                       \
    X(CUSTOMER_INVITATION_UNKNOWN, NEVER, CODE_NOT_FOUND, "INVITATION_NOT_FOUND",             \
      "There is no such invitation of the account, or none with this token.")                 \
    X(CUSTOMER_INVITATION_OVER, NEVER, CODE_FAILED_PRECONDITION, "INVITATION_ENDED",          \
      "The invitation was accepted, declined, taken back or has expired.")                    \
    X(CUSTOMER_INVITATION_RESENT, NEVER, CODE_RESOURCE_EXHAUSTED, "INVITATION_LIMIT",         \
      "The invitation was sent again five times.")                                            \
    X(CUSTOMER_INVITATION_OF_ANOTHER, NEVER, CODE_PERMISSION_DENIED, "INVITATION_OF_ANOTHER", \
      "The account has not verified the address or number that the invitation went to.")      \
    X(CUSTOMER_INVITATION_NOT_NEW, NEVER, CODE_FAILED_PRECONDITION, "ACCOUNT_NOT_NEW",        \
      "The account was there before the invitation; the partner asks it by its id.")          \
    X(CUSTOMER_INVITATION_OFFER, NEVER, CODE_FAILED_PRECONDITION, "OFFER_CHANGED",            \
      "These are not the terms that are offered; open the invitation, and agree to their hash.")

enum customer_invitation_verdict {
    CUSTOMER_INVITATION_TAKEN = 0,
    CUSTOMER_INVITATION_REFUSALS(REFUSAL_ENUM)
};

/* By the partner; found: NULL: it has no such invitation. */
enum customer_invitation_verdict
customer_invitation_resend_decide(const struct customer_invitation_life *found, int64_t now_us);

/* Whether it is none of the past: taken back by the partner, shown to or declined by whoever has
 * the token; found: NULL: it has none, or there is none with it. */
enum customer_invitation_verdict
customer_invitation_open_decide(const struct customer_invitation_life *found, int64_t now_us);

struct customer_acceptance {
    const struct customer_invitation_life *found; /* as above */
    bool of_another_account;                      /* another account has accepted it */
    bool holds_contact;                           /* the account has verified where it went to */
    int64_t account_created_us;
    const char *offered_hash, *agreed_hash;
};
enum customer_invitation_verdict
customer_invitation_accept_decide(const struct customer_acceptance *acceptance, int64_t now_us);

/* ID-21: nothing but the real name is missing, and the acceptance waits for that. */
bool customer_invitation_waits(const enum relation_obstacle *obstacles, size_t count);

const struct refusal *customer_invitation_refusal(enum customer_invitation_verdict verdict);

#endif
