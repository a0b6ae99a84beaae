#include "identity/domain/verification.h"

#include <assert.h>

struct verification_step verification_decide(enum verification_answer answer, int64_t tries)
{
    assert(tries > 0);
    switch (answer) {
    case VERIFICATION_YES:
        return (struct verification_step){.event = REVIEW_APPROVAL};
    case VERIFICATION_NO:
        return (struct verification_step){.event = REVIEW_REJECTION};
    case VERIFICATION_NOT_ASKED:
        return (struct verification_step){.waits = tries < VERIFICATION_TRIES_MAX,
                                          .event = REVIEW_REFERRAL};
    case VERIFICATION_PEOPLE:
    case VERIFICATION_UNKNOWN:
        break;
    }
    return (struct verification_step){.event = REVIEW_REFERRAL};
}

int64_t verification_pause_us(int64_t tries)
{
    assert(tries > 0);
    return tries * VERIFICATION_PAUSE_US;
}
