/* Acts on the means by which a person is known, and on what they may do. Noted for ever, in the
 * transaction of the act. */
#ifndef IDENTITY_DOMAIN_SECURITY_EVENT_H
#define IDENTITY_DOMAIN_SECURITY_EVENT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* X(kind, told, sentence): in the order of the wire's numbers, and the notice to the person: NONE;
 * of ALL; of OTHERS, who did it to them, alone. */
#define SECURITY_EVENTS(X)                                                                \
    X(LOG_IN, NONE, NULL)                                                                 \
    X(LOG_IN_FAILED, NONE, NULL)                                                          \
    X(LOG_OUT, NONE, NULL)                                                                \
    X(SESSION_ENDED, OTHERS, "An administrator ended sessions of your Kontor log-in.")    \
    X(ROLE_GIVEN, OTHERS, "A role was given to you.")                                     \
    X(ROLE_TAKEN, OTHERS, "A role was taken from you.")                                   \
    X(FACTOR_ADDED, ALL, "A factor was added to your Kontor log-in.")                     \
    X(FACTOR_REMOVED, ALL, "A factor of your Kontor log-in was removed.")                 \
    X(FACTOR_GOES, ALL,                                                                   \
      "The last factor of your Kontor log-in goes within 72 hours; proving it keeps it.") \
    X(RECOVERY_CODES_MADE, ALL, "New recovery codes of your Kontor log-in were made.")    \
    X(RECOVERY_CODE_USED, ALL, "A recovery code of your Kontor log-in was used.")         \
    X(MEMBER_INVITED, NONE, NULL)                                                         \
    X(INVITATION_REVOKED, NONE, NULL)                                                     \
    X(INVITATION_ACCEPTED, NONE, NULL)                                                    \
    X(PASSWORD_CHANGED, ALL, "The password of your Kontor log-in was changed.")           \
    X(PASSWORD_RESET, ALL, "The password of your Kontor log-in was set anew by a code.")  \
    X(CONTACT_CHANGED, ALL, "A contact of your Kontor account was changed.")              \
    X(PROGRAM_MADE, NONE, NULL)                                                           \
    X(PROGRAM_ROLES_SET, NONE, NULL)                                                      \
    X(PROGRAM_REMOVED, NONE, NULL)                                                        \
    X(KEY_MADE, NONE, NULL)                                                               \
    X(KEY_ROTATED, NONE, NULL)                                                            \
    X(KEY_REVOKED, NONE, NULL)                                                            \
    X(KEY_NETWORK_NEW, NONE, NULL)                                                        \
    X(KEY_ADDRESS_REFUSED, NONE, NULL)                                                    \
    X(MEMBER_REMOVED, OTHERS, "You are no member of the account any more.")               \
    X(FREEZE_PROPOSED, NONE, NULL)                                                        \
    X(FREEZE_BEGAN, NONE, NULL)                                                           \
    X(FREEZE_UNDONE, NONE, NULL)                                                          \
    X(FREEZE_EXPIRED, ALL, "The freeze that you asked for ended by itself.")              \
    X(FREEZE_LAPSED, ALL, "Nobody confirmed the freeze that you asked for in time.")      \
    X(HAND_OVER_BEGUN, NONE, NULL)                                                        \
    X(HAND_OVER_CANCELLED, NONE, NULL)                                                    \
    X(HANDED_OVER, NONE, NULL)                                                            \
    X(SESSION_POLICY_SET, NONE, NULL)                                                     \
    X(SESSION_NETWORKS_CLEARED, ALL,                                                      \
      "The networks of your Kontor account's session policy were cleared for you.")       \
    X(CUSTOM_ROLE_MADE, NONE, NULL)                                                       \
    X(CUSTOM_ROLE_WRITTEN, NONE, NULL)                                                    \
    X(CUSTOM_ROLE_DELETED, NONE, NULL)                                                    \
    X(OPERATOR_INVITED, NONE, NULL)                                                       \
    X(OPERATOR_INVITATION_REVOKED, NONE, NULL)                                            \
    X(OPERATOR_JOINED, NONE, NULL)                                                        \
    X(OPERATOR_REMOVED, NONE, NULL)                                                       \
    X(LOOK_OPENED, OTHERS,                                                                \
      "An operator opened the account for reading; its list of looks says why.")          \
    X(OPERATOR_RECOVERY, NONE, NULL)                                                      \
    X(LOOK_CLOSED, NONE, NULL)                                                            \
    X(SESSION_REFUSED, NONE, NULL)                                                        \
    X(RELATION_OFFERED, NONE, NULL)                                                       \
    X(RELATION_CONFIRMED, NONE, NULL)                                                     \
    X(RELATION_REFUSED, NONE, NULL)                                                       \
    X(RELATION_CANCELLED, NONE, NULL)                                                     \
    X(MEMBER_LEFT, NONE, NULL)                                                            \
    X(RELATION_REDUCED, NONE, NULL)                                                       \
    X(RELATION_ENDING, NONE, NULL)                                                        \
    X(RELATION_END_WITHDRAWN, NONE, NULL)

#define SECURITY_EVENT_ENUM(kind, told, sentence) SECURITY_##kind,
enum security_event_kind { SECURITY_NONE, SECURITY_EVENTS(SECURITY_EVENT_ENUM) };

const char *security_event_name(enum security_event_kind kind);
/* A notice to the person; NULL: none. by_another: who did it was somebody else. */
const char *security_event_sentence(enum security_event_kind kind, bool by_another);
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
