#include "identity/domain/session.h"

#include <assert.h>

#define LOG_IN_FAILURES_FREE 5
#define LOG_IN_WAIT_FIRST_US (INT64_C(30) * 1000000)
#define LOG_IN_WAIT_MAX_US (INT64_C(3600) * 1000000)

static const struct refusal refusals[] = {LOG_IN_REFUSALS(REFUSAL_ROW)};

bool session_is_live(const struct session *session, int64_t now_us)
{
    assert(session->created_us <= session->used_us);
    return !session->revoked && now_us < session->used_us + SESSION_IDLE_US &&
           now_us < session_expires_us(session);
}

int64_t session_expires_us(const struct session *session)
{
    assert(session->created_us <= INT64_MAX - SESSION_LIFETIME_US);
    return session->created_us + SESSION_LIFETIME_US;
}

int64_t session_longest_pause_us(const struct session *session, int64_t now_us)
{
    int64_t present_us = now_us - session->used_us;
    assert(session->pause_us >= 0);
    return present_us > session->pause_us ? present_us : session->pause_us;
}

int64_t log_in_wait_us(int64_t failures)
{
    assert(failures >= 0);
    if (failures <= LOG_IN_FAILURES_FREE)
        return 0;
    if (failures >= LOG_IN_FAILURES_TABLE)
        return LOG_IN_WAIT_MAX_US;
    int64_t wait_us = LOG_IN_WAIT_FIRST_US << (failures - LOG_IN_FAILURES_FREE - 1);
    assert(wait_us >= LOG_IN_WAIT_FIRST_US);
    return wait_us < LOG_IN_WAIT_MAX_US ? wait_us : LOG_IN_WAIT_MAX_US;
}

const struct refusal *log_in_refusal(enum log_in_verdict verdict)
{
    assert(verdict > LOG_IN_ACCEPTED && (size_t)verdict <= sizeof refusals / sizeof *refusals);
    return &refusals[verdict - 1];
}
