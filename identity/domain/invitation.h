/* Invitations: who may invite an address into an account, and who becomes a member by it (ID-20).
 * An invitation lives seven days and is accepted once. */
#ifndef IDENTITY_DOMAIN_INVITATION_H
#define IDENTITY_DOMAIN_INVITATION_H

#include <stdbool.h>
#include <stdint.h>

#include "runtime/base/refusal.h"

#define INVITATION_LIFETIME_US (INT64_C(7) * 24 * 3600 * 1000000)
#define INVITATION_GUESSES_MAX 5 /* of the code, which has 50 bits */
#define INVITATIONS_OPEN_MAX 100 /* of an account */
#define INVITATIONS_DAY_MAX 200  /* of an account, those that ended included */
#define ADDRESS_INVITATIONS_DAY_MAX 10
#define INVITATIONS_DAY_US (INT64_C(24) * 3600 * 1000000)

#define INVITE_REFUSALS(X)                                                        \
    X(INVITE_IS_A_MEMBER, NEVER, CODE_ALREADY_EXISTS, "ALREADY_A_MEMBER",         \
      "Whoever has the address is a member of the account already.")              \
    X(INVITE_IS_INVITED, NEVER, CODE_ALREADY_EXISTS, "ALREADY_INVITED",           \
      "The address has an open invitation; revoke it to send another.")           \
    X(INVITE_OPEN_MAX, NEVER, CODE_RESOURCE_EXHAUSTED, "INVITATION_LIMIT",        \
      "The account has too many open invitations.")                               \
    X(INVITE_ACCOUNT_DAY_MAX, NEVER, CODE_RESOURCE_EXHAUSTED, "INVITATION_LIMIT", \
      "The account sent too many invitations within a day.")                      \
    X(INVITE_ADDRESS_DAY_MAX, NEVER, CODE_RESOURCE_EXHAUSTED, "INVITATION_LIMIT", \
      "Too many invitations were sent to the address within a day.")

enum invite_verdict { INVITE_ACCEPTED = 0, INVITE_REFUSALS(REFUSAL_ENUM) };

struct invite_facts {
    bool is_member;      /* who logs in by the address */
    bool is_invited;     /* by an invitation that is open */
    int64_t open;        /* of the account */
    int64_t account_day; /* sent within INVITATIONS_DAY_US */
    int64_t address_day; /* the same, by all accounts; for a verified company, by itself */
};

/* Of an inviter who may give the role (role_give_decide). */
enum invite_verdict invite_decide(const struct invite_facts *facts);

enum invitation_state {
    INVITATION_OPEN = 1,
    INVITATION_ACCEPTED,
    INVITATION_REVOKED,
    INVITATION_EXPIRED,
    INVITATION_LOCKED,
};

struct invitation_life {
    int64_t expires_us;
    int64_t guesses;
    bool accepted;
    bool revoked;
};

enum invitation_state invitation_state(const struct invitation_life *life, int64_t now_us);

/* Open, or locked by wrong codes. */
bool invitation_is_revocable(const struct invitation_life *life, int64_t now_us);

#define REVOCATION_REFUSALS(X)                                                     \
    X(REVOCATION_NOT_ADMINISTRATOR, NEVER, CODE_PERMISSION_DENIED, "ROLE_MISSING", \
      "This needs the account administrator's role.")                              \
    X(REVOCATION_NOT_FOUND, NEVER, CODE_NOT_FOUND, "INVITATION_NOT_FOUND",         \
      "The account has no such invitation.")                                       \
    X(REVOCATION_ENDED, NEVER, CODE_FAILED_PRECONDITION, "INVITATION_ENDED",       \
      "The invitation was accepted, taken back or has expired.")

enum revocation_verdict { REVOCATION_ACCEPTED = 0, REVOCATION_REFUSALS(REFUSAL_ENUM) };

struct revocation_facts {
    unsigned caller_roles; /* bits of enum role in the account */
    bool exists;           /* in the account */
    struct invitation_life life;
};

enum revocation_verdict revocation_decide(const struct revocation_facts *facts, int64_t now_us);

/* The code is asked for first: who lacks it learns nothing of the invitation. */
#define ACCEPTANCE_REFUSALS(X)                                                          \
    X(ACCEPTANCE_LOCKED, NEVER, CODE_RESOURCE_EXHAUSTED, "INVITATION_LOCKED",           \
      "Too many wrong codes; ask for another invitation.")                              \
    X(ACCEPTANCE_WRONG, NEVER, CODE_INVALID_ARGUMENT, "CODE_WRONG",                     \
      "The code is none of an invitation with this id.")                                \
    X(ACCEPTANCE_USED, NEVER, CODE_FAILED_PRECONDITION, "INVITATION_ENDED",             \
      "The invitation was accepted already.")                                           \
    X(ACCEPTANCE_REVOKED, NEVER, CODE_FAILED_PRECONDITION, "INVITATION_ENDED",          \
      "The invitation was taken back.")                                                 \
    X(ACCEPTANCE_EXPIRED, NEVER, CODE_FAILED_PRECONDITION, "INVITATION_ENDED",          \
      "The invitation has expired; ask for another.")                                   \
    X(ACCEPTANCE_OF_ANOTHER, NEVER, CODE_PERMISSION_DENIED, "INVITATION_OF_ANOTHER",    \
      "You do not log in by the address that the invitation went to.")                  \
    X(ACCEPTANCE_REGISTERED, NEVER, CODE_ALREADY_EXISTS, "EMAIL_REGISTERED",            \
      "The e-mail address has a log-in; log in and accept the invitation there.")       \
    X(ACCEPTANCE_INVITER, NEVER, CODE_FAILED_PRECONDITION, "INVITER_NOT_ADMINISTRATOR", \
      "Whoever invited you may not give roles in the account any more.")                \
    X(ACCEPTANCE_IS_A_MEMBER, NEVER, CODE_ALREADY_EXISTS, "ALREADY_A_MEMBER",           \
      "You are a member of the account already.")

enum acceptance_verdict { ACCEPTANCE_ACCEPTED = 0, ACCEPTANCE_REFUSALS(REFUSAL_ENUM) };

struct acceptance_facts {
    bool counted; /* the guess, before the code was looked at */
    bool matches;
    struct invitation_life life;
    bool joins;             /* by a new log-in */
    bool address_is_theirs; /* the caller's, who does not join */
    bool registered;        /* somebody logs in by the address */
    bool inviter_gives;     /* may give the role at this moment (role_give_decide) */
    unsigned member_roles;  /* bits of enum role, of who accepts */
};

/* The guess, the code and the invitation's life alone. */
enum acceptance_verdict acceptance_code_decide(const struct acceptance_facts *facts,
                                               int64_t now_us);

enum acceptance_verdict acceptance_decide(const struct acceptance_facts *facts, int64_t now_us);

const struct refusal *invite_refusal(enum invite_verdict verdict);
const struct refusal *revocation_refusal(enum revocation_verdict verdict);
const struct refusal *acceptance_refusal(enum acceptance_verdict verdict);

#endif
