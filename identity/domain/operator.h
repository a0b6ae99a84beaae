/* Operators, who act for the provider: invited, first, given other roles, removed. Each is a log-in
 * of its own; there is always an administrator among them. */
#ifndef IDENTITY_DOMAIN_OPERATOR_H
#define IDENTITY_DOMAIN_OPERATOR_H

#include "identity/domain/invitation.h"
#include "identity/domain/role.h"

#define OPERATORS_MAX 500
#define OPERATOR_INVITATIONS_OPEN_MAX 50
#define OPERATOR_INVITATIONS_DAY_MAX 100

#define OPERATOR_INVITE_REFUSALS(X)                                                        \
    X(OPERATOR_INVITE_NOT_ADMINISTRATOR, NEVER, CODE_PERMISSION_DENIED, "ROLE_MISSING",    \
      "This needs the role of the operators' administrator.")                              \
    X(OPERATOR_INVITE_IS_ONE, NEVER, CODE_ALREADY_EXISTS, "ALREADY_AN_OPERATOR",           \
      "Whoever has the address is an operator already.")                                   \
    X(OPERATOR_INVITE_IS_INVITED, NEVER, CODE_ALREADY_EXISTS, "ALREADY_INVITED",           \
      "The address has an open invitation; revoke it to send another.")                    \
    X(OPERATOR_INVITE_OPERATORS_MAX, NEVER, CODE_RESOURCE_EXHAUSTED, "OPERATOR_LIMIT",     \
      "There are 500 operators; remove one first.")                                        \
    X(OPERATOR_INVITE_OPEN_MAX, NEVER, CODE_RESOURCE_EXHAUSTED, "INVITATION_LIMIT",        \
      "Too many invitations of operators are open.")                                       \
    X(OPERATOR_INVITE_DAY_MAX, NEVER, CODE_RESOURCE_EXHAUSTED, "INVITATION_LIMIT",         \
      "Too many operators were invited within a day.")                                     \
    X(OPERATOR_INVITE_ADDRESS_DAY_MAX, NEVER, CODE_RESOURCE_EXHAUSTED, "INVITATION_LIMIT", \
      "Too many invitations were sent to the address within a day.")

enum operator_invite_verdict {
    OPERATOR_INVITE_ACCEPTED = 0,
    OPERATOR_INVITE_REFUSALS(REFUSAL_ENUM)
};

struct operator_invite_facts {
    unsigned caller_roles; /* bits of enum role */
    bool operates;         /* who logs in by the address */
    bool is_invited;       /* by an invitation that is open */
    int64_t operators;
    int64_t open;
    int64_t day; /* sent within INVITATIONS_DAY_US */
    int64_t address_day;
};

enum operator_invite_verdict operator_invite_decide(const struct operator_invite_facts *facts);

#define OPERATOR_REVOCATION_REFUSALS(X)                                                     \
    X(OPERATOR_REVOCATION_NOT_ADMINISTRATOR, NEVER, CODE_PERMISSION_DENIED, "ROLE_MISSING", \
      "This needs the role of the operators' administrator.")                               \
    X(OPERATOR_REVOCATION_NOT_FOUND, NEVER, CODE_NOT_FOUND, "INVITATION_NOT_FOUND",         \
      "There is no such invitation of an operator.")                                        \
    X(OPERATOR_REVOCATION_ENDED, NEVER, CODE_FAILED_PRECONDITION, "INVITATION_ENDED",       \
      "The invitation was accepted, taken back or has expired.")

enum operator_revocation_verdict {
    OPERATOR_REVOCATION_ACCEPTED = 0,
    OPERATOR_REVOCATION_REFUSALS(REFUSAL_ENUM)
};

enum operator_revocation_verdict operator_revocation_decide(const struct revocation_facts *facts,
                                                            int64_t now_us);

/* Once the invitation's code and life were judged (acceptance_code_decide). */
#define OPERATOR_ACCEPTANCE_REFUSALS(X)                                                          \
    X(OPERATOR_ACCEPTANCE_REGISTERED, NEVER, CODE_ALREADY_EXISTS, "EMAIL_REGISTERED",            \
      "The e-mail address has a log-in; an operator needs one of its own, by another address.")  \
    X(OPERATOR_ACCEPTANCE_INVITER, NEVER, CODE_FAILED_PRECONDITION, "INVITER_NOT_ADMINISTRATOR", \
      "Whoever invited you is no administrator of operators any more.")                          \
    X(OPERATOR_ACCEPTANCE_OPERATORS_MAX, NEVER, CODE_RESOURCE_EXHAUSTED, "OPERATOR_LIMIT",       \
      "There are 500 operators; ask an administrator to remove one.")

enum operator_acceptance_verdict {
    OPERATOR_ACCEPTANCE_ACCEPTED = 0,
    OPERATOR_ACCEPTANCE_REFUSALS(REFUSAL_ENUM)
};

struct operator_acceptance_facts {
    bool registered;        /* somebody logs in by the address */
    unsigned inviter_roles; /* at this moment */
    int64_t operators;
};

enum operator_acceptance_verdict
operator_acceptance_decide(const struct operator_acceptance_facts *facts);

/* ---- the first one ---- */

#define FIRST_CODE_LIFETIME_US (INT64_C(3) * 24 * 3600 * 1000000)
#define FIRST_CODE_LENGTH_MIN                                          \
    24 /* of 32 letters and digits or more: no guess is worth counting \
        */
#define FIRST_CODE_LENGTH_MAX 64
#define FIRST_CODE_SIZE 30 /* one that is made: five groups of five, 125 bits */

/* Room for 16 random bytes printed: "7K3QX-M2D9T-0GH4V-WZ8RB-31NPC". */
void first_code_print(const uint8_t random[16], char text[FIRST_CODE_SIZE]);

/* Letters, digits, hyphens and underscores, of the length. */
bool first_code_is_one(const char *text);

#define RECOVERY_REASON_BYTES_MAX 256

/* A code is put in force, by whoever owns the installation, while nobody administers operators;
 * while somebody does, only to recover a provider that is locked out, for a reason. */
bool first_code_may_be_put(int64_t administrators, bool recovers);
bool recovery_reason_is_one(const char *reason);

/* The code first: who lacks it learns nothing but whether anybody operates. */
#define FIRST_OPERATOR_REFUSALS(X)                                               \
    X(FIRST_OPERATOR_EXISTS, NEVER, CODE_FAILED_PRECONDITION, "OPERATOR_EXISTS", \
      "Somebody operates already, and invites others.")                          \
    X(FIRST_OPERATOR_WRONG, NEVER, CODE_INVALID_ARGUMENT, "CODE_WRONG",          \
      "The code is not the one of this installation.")                           \
    X(FIRST_OPERATOR_EXPIRED, NEVER, CODE_FAILED_PRECONDITION, "CODE_EXPIRED",   \
      "The code has expired; let the installation make another.")                \
    X(FIRST_OPERATOR_REGISTERED, NEVER, CODE_ALREADY_EXISTS, "EMAIL_REGISTERED", \
      "The e-mail address has a log-in; an operator needs one of its own, by another address.")

enum first_operator_verdict { FIRST_OPERATOR_ACCEPTED = 0, FIRST_OPERATOR_REFUSALS(REFUSAL_ENUM) };

struct first_operator_facts {
    int64_t administrators;
    bool recovers;      /* the code that is in force: beside those who administer */
    bool matches;       /* it */
    int64_t expires_us; /* it */
    bool registered;    /* somebody logs in by the address */
};

enum first_operator_verdict first_operator_decide(const struct first_operator_facts *facts,
                                                  int64_t now_us);

/* ---- others' roles ---- */

#define OPERATOR_CHANGE_REFUSALS(X)                                                     \
    X(OPERATOR_CHANGE_NOT_ADMINISTRATOR, NEVER, CODE_PERMISSION_DENIED, "ROLE_MISSING", \
      "This needs the role of the operators' administrator.")                           \
    X(OPERATOR_CHANGE_NOT_FOUND, NEVER, CODE_NOT_FOUND, "OPERATOR_NOT_FOUND",           \
      "There is no such operator.")                                                     \
    X(OPERATOR_CHANGE_OWN, NEVER, CODE_PERMISSION_DENIED, "OWN_ROLE",                   \
      "Nobody gives roles to itself; another administrator does.")                      \
    X(OPERATOR_CHANGE_LAST, NEVER, CODE_FAILED_PRECONDITION, "LAST_ADMINISTRATOR",      \
      "The provider would have no administrator of operators left.")

enum operator_change_verdict {
    OPERATOR_CHANGE_ACCEPTED = 0,
    OPERATOR_CHANGE_REFUSALS(REFUSAL_ENUM)
};

struct operator_change {
    unsigned caller_roles;
    unsigned roles;   /* held; none: no operator */
    unsigned becomes; /* ROLE_NONE: removed */
    bool is_caller;
    int64_t administrators;
};

enum operator_change_verdict operator_change_decide(const struct operator_change *change);

const struct refusal *operator_invite_refusal(enum operator_invite_verdict verdict);
const struct refusal *operator_revocation_refusal(enum operator_revocation_verdict verdict);
const struct refusal *operator_acceptance_refusal(enum operator_acceptance_verdict verdict);
const struct refusal *first_operator_refusal(enum first_operator_verdict verdict);
const struct refusal *operator_change_refusal(enum operator_change_verdict verdict);

#endif
