/* Sessions: how long they live, and how failed log-ins slow the next one down (NIST SP 800-63B). */
#ifndef IDENTITY_DOMAIN_SESSION_H
#define IDENTITY_DOMAIN_SESSION_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "runtime/base/refusal.h"

#define SESSION_IDLE_US (INT64_C(30) * 60 * 1000000)
#define SESSION_LIFETIME_US (INT64_C(12) * 3600 * 1000000)

#define LOG_IN_REFUSALS(X)                                                  \
    X(LOG_IN_THROTTLED, NEVER, CODE_RESOURCE_EXHAUSTED, "LOG_IN_THROTTLED", \
      "Too many failed log-ins; wait before the next.")                     \
    X(LOG_IN_REFUSED, NEVER, CODE_UNAUTHENTICATED, "LOG_IN_REFUSED",        \
      "The e-mail address or the password is wrong.")

enum log_in_verdict { LOG_IN_ACCEPTED = 0, LOG_IN_REFUSALS(REFUSAL_ENUM) };

struct session {
    int64_t created_us;
    int64_t used_us;
    int64_t pause_us; /* the longest between two uses */
    bool revoked;
};

/* 30 minutes without use or 12 hours end a session. */
bool session_is_live(const struct session *session, int64_t now_us);
int64_t session_expires_us(const struct session *session);

/* The longest time that it was not used, until now: a use in one account forgets no pause that is
 * too long for another. */
int64_t session_longest_pause_us(const struct session *session, int64_t now_us);

/* How long the next log-in has to wait after so many failures in a row: none up to five, then 30 s,
 * doubled each time up to an hour. */
int64_t log_in_wait_us(int64_t failures);

/* The failures from which on the wait grows no more. */
#define LOG_IN_FAILURES_TABLE 13

/* S9: failures within a day of all lanes together from which the address never logged in; known
 * devices and sources are not among them. */
#define LOG_IN_DAY_MAX 100
#define LOG_IN_DAY_US (INT64_C(24) * 3600 * 1000000)
/* How long, and how many, devices and sources are known for. */
#define LOG_IN_KNOWN_US (INT64_C(90) * 24 * 3600 * 1000000)
#define LOG_IN_KNOWN_MAX 32

const struct refusal *log_in_refusal(enum log_in_verdict verdict);

#endif
