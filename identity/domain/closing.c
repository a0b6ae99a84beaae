#include "identity/domain/closing.h"

#include <assert.h>

#define CLOSING_BLOCKER_ROW(blocker, reason, sentence) {(reason), (sentence)},
static const struct {
    const char *reason;
    const char *sentence;
} blockers[] = {CLOSING_BLOCKERS(CLOSING_BLOCKER_ROW)};

enum closing_blocker closing_blocker(bool is_agent)
{
    return is_agent ? CLOSING_CUSTOMER : CLOSING_PARTNER;
}

const char *closing_reason(enum closing_blocker blocker)
{
    assert(blocker < CLOSING_BLOCKER_COUNT);
    return blockers[blocker].reason;
}

const char *closing_sentence(enum closing_blocker blocker)
{
    assert(blocker < CLOSING_BLOCKER_COUNT);
    return blockers[blocker].sentence;
}
