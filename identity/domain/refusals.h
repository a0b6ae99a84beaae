/* The refusals that no decision chooses among: each has one cause, which a service or a store sees
 * for itself, such as a thing that is not there. Those of a decision stand in its own list. */
#ifndef IDENTITY_DOMAIN_REFUSALS_H
#define IDENTITY_DOMAIN_REFUSALS_H

#include "runtime/base/refusal.h"

#define IDENTITY_REFUSALS(X)                                                                      \
    X(session_ended, NEVER, CODE_UNAUTHENTICATED, "SESSION_ENDED",                                \
      "The session is unknown or has ended; log in again.")                                       \
    X(session_not_found, NEVER, CODE_NOT_FOUND, "SESSION_NOT_FOUND", "You have no such session.") \
    X(contact_changed, NEVER, CODE_FAILED_PRECONDITION, "CONTACT_CHANGED",                        \
      "The contact was changed after the code was sent; ask for a new code.")                     \
    X(email_registered, NEVER, CODE_ALREADY_EXISTS, "EMAIL_REGISTERED",                           \
      "Somebody else logs in with the e-mail address.")                                           \
    X(country_mismatch, NEVER, CODE_FAILED_PRECONDITION, "COUNTRY_MISMATCH",                      \
      "The phone number is not one of the account's country.")                                    \
    X(principal_not_found, NEVER, CODE_NOT_FOUND, "PRINCIPAL_NOT_FOUND",                          \
      "There is no such principal.")                                                              \
    X(sign_up_not_found, NEVER, CODE_NOT_FOUND, "SIGN_UP_NOT_FOUND",                              \
      "There is no such sign-up, or it is older than 24 hours.")                                  \
    X(email_registered_meanwhile, NEVER, CODE_ALREADY_EXISTS, "EMAIL_REGISTERED",                 \
      "The e-mail address got an account in the meantime; log in.")                               \
    X(phone_registered_meanwhile, NEVER, CODE_ALREADY_EXISTS, "PHONE_REGISTERED",                 \
      "The phone number got an account in the meantime; log in.")                                 \
    X(password_unreadable, NEVER, CODE_INVALID_ARGUMENT, "PASSWORD_UNREADABLE",                   \
      "The password is not clean UTF-8 of at most 1024 bytes.")                                   \
    X(password_wrong, NEVER, CODE_INVALID_ARGUMENT, "PASSWORD_WRONG",                             \
      "The old password is wrong.")                                                               \
    X(hasher_busy, NEVER, CODE_RESOURCE_EXHAUSTED, "LOG_INS_BUSY",                                \
      "Too many passwords are being checked at once.")                                            \
    X(caller_missing, NEVER, CODE_UNAUTHENTICATED, "PRINCIPAL_MISSING",                           \
      "The call does not say who acts.")                                                          \
    X(account_not_found, NEVER, CODE_NOT_FOUND, "ACCOUNT_NOT_FOUND", "There is no such account.") \
    X(contact_missing, NEVER, CODE_FAILED_PRECONDITION, "CONTACT_MISSING",                        \
      "The account has no verified contact for this delivery.")                                   \
    X(factor_not_found, NEVER, CODE_NOT_FOUND, "FACTOR_NOT_FOUND", "You have no such factor.")    \
    X(challenge_unknown, NEVER, CODE_FAILED_PRECONDITION, "CHALLENGE_UNKNOWN",                    \
      "The challenge is unknown, used or expired; begin again.")                                  \
    X(recovery_codes_limit, NEVER, CODE_RESOURCE_EXHAUSTED, "RECOVERY_CODES_LIMIT",               \
      "Recovery codes were made five times today; try again tomorrow.")                           \
    X(program_not_found, NEVER, CODE_NOT_FOUND, "PROGRAM_NOT_FOUND",                              \
      "The account has no such program.")                                                         \
    X(key_not_found, NEVER, CODE_NOT_FOUND, "KEY_NOT_FOUND",                                      \
      "The account has no such key, or it ended.")                                                \
    X(certificate_registered, NEVER, CODE_ALREADY_EXISTS, "CERTIFICATE_REGISTERED",               \
      "The program has this certificate already.")                                                \
    X(account_upgraded, NEVER, CODE_ALREADY_EXISTS, "ALREADY_UPGRADED",                           \
      "The account was upgraded before.")                                                         \
    X(regions_limit, NEVER, CODE_RESOURCE_EXHAUSTED, "REGION_LIMIT",                              \
      "The account has confirmed as many regions as it may.")                                     \
    X(standing_missing, NOT_YET, CODE_FAILED_PRECONDITION, "STANDING_MISSING",                    \
      "The call does not say what the account owes and has under way.")                           \
    X(notification_not_found, NEVER, CODE_NOT_FOUND, "NOTIFICATION_NOT_FOUND",                    \
      "There is no such notification.")

IDENTITY_REFUSALS(REFUSAL_EXTERN)

#endif
