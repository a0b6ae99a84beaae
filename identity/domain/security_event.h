/* Acts on the means by which a person is known, and on what they may do. Noted for ever, in the
 * transaction of the act. */
#ifndef IDENTITY_DOMAIN_SECURITY_EVENT_H
#define IDENTITY_DOMAIN_SECURITY_EVENT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* X(kind, sentence): in the order of the wire's numbers, with what the person is told by e-mail;
 * NULL: nothing. */
#define SECURITY_EVENTS(X)                                                                \
    X(LOG_IN, NULL)                                                                       \
    X(LOG_IN_FAILED, NULL)                                                                \
    X(LOG_OUT, NULL)                                                                      \
    X(SESSION_ENDED, NULL)                                                                \
    X(ROLE_GIVEN, NULL)                                                                   \
    X(ROLE_TAKEN, NULL)                                                                   \
    X(FACTOR_ADDED, "A factor was added to your Kontor log-in.")                          \
    X(FACTOR_REMOVED, "A factor of your Kontor log-in was removed.")                      \
    X(FACTOR_GOES,                                                                        \
      "The last factor of your Kontor log-in goes within 72 hours; proving it keeps it.") \
    X(RECOVERY_CODES_MADE, "New recovery codes of your Kontor log-in were made.")         \
    X(RECOVERY_CODE_USED, "A recovery code of your Kontor log-in was used.")              \
    X(MEMBER_INVITED, NULL)                                                               \
    X(INVITATION_REVOKED, NULL)                                                           \
    X(INVITATION_ACCEPTED, NULL)                                                          \
    X(PASSWORD_CHANGED, "The password of your Kontor log-in was changed.")                \
    X(PASSWORD_RESET, "The password of your Kontor log-in was set anew by a code.")       \
    X(CONTACT_CHANGED, "A contact of your Kontor account was changed.")                   \
    X(PROGRAM_MADE, NULL)                                                                 \
    X(PROGRAM_ROLES_SET, NULL)                                                            \
    X(PROGRAM_REMOVED, NULL)                                                              \
    X(KEY_MADE, NULL)                                                                     \
    X(KEY_ROTATED, NULL)                                                                  \
    X(KEY_REVOKED, NULL)                                                                  \
    X(KEY_NETWORK_NEW, NULL)                                                              \
    X(KEY_ADDRESS_REFUSED, NULL)                                                          \
    X(MEMBER_REMOVED, NULL)                                                               \
    X(FREEZE_PROPOSED, NULL)                                                              \
    X(FREEZE_BEGAN, NULL)                                                                 \
    X(FREEZE_UNDONE, NULL)                                                                \
    X(FREEZE_EXPIRED, NULL)                                                               \
    X(FREEZE_LAPSED, NULL)                                                                \
    X(HAND_OVER_BEGUN, NULL)                                                              \
    X(HAND_OVER_CANCELLED, NULL)                                                          \
    X(HANDED_OVER, NULL)                                                                  \
    X(SESSION_POLICY_SET, NULL)                                                           \
    X(SESSION_NETWORKS_CLEARED,                                                           \
      "The networks of your Kontor account's session policy were cleared for you.")       \
    X(CUSTOM_ROLE_MADE, NULL)                                                             \
    X(CUSTOM_ROLE_WRITTEN, NULL)                                                          \
    X(CUSTOM_ROLE_DELETED, NULL)                                                          \
    X(OPERATOR_INVITED, NULL)                                                             \
    X(OPERATOR_INVITATION_REVOKED, NULL)                                                  \
    X(OPERATOR_JOINED, NULL)                                                              \
    X(OPERATOR_REMOVED, NULL)                                                             \
    X(LOOK_OPENED, NULL)                                                                  \
    X(OPERATOR_RECOVERY, NULL)                                                            \
    X(LOOK_CLOSED, NULL)                                                                  \
    X(SESSION_REFUSED, NULL)                                                              \
    X(RELATION_OFFERED, NULL)                                                             \
    X(RELATION_CONFIRMED, NULL)                                                           \
    X(RELATION_REFUSED, NULL)                                                             \
    X(RELATION_CANCELLED, NULL)

#define SECURITY_EVENT_ENUM(kind, sentence) SECURITY_##kind,
enum security_event_kind { SECURITY_NONE, SECURITY_EVENTS(SECURITY_EVENT_ENUM) };

const char *security_event_name(enum security_event_kind kind);
const char *security_event_sentence(enum security_event_kind kind); /* NULL: nobody is told */
/* SECURITY_NONE for a kind of a later release. */
enum security_event_kind security_event_find(const char *name);

/* Failed log-ins of a person that are events of their own within an hour; further ones are counted,
 * and one event stands for them when the hour is over. */
#define LOG_INS_FAILED_NOTED_MAX 10

/* A session that a session policy refuses is noted once in so long (ID-43). */
#define SESSION_REFUSED_STEP_US (INT64_C(3600) * 1000000)

/* The beginning of the hour. */
int64_t security_hour_us(int64_t now_us);

#endif
