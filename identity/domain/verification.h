/* The step after a verifier was asked about a submission, by what it answered, or did not (ID-08,
 * ID-18). */
#ifndef IDENTITY_DOMAIN_VERIFICATION_H
#define IDENTITY_DOMAIN_VERIFICATION_H

#include <stdbool.h>
#include <stdint.h>

#include "identity/domain/review.h"

#define VERIFICATION_TRIES_MAX 5
#define VERIFICATION_PAUSE_US (INT64_C(15) * 1000000)

enum verification_answer {
    VERIFICATION_YES,
    VERIFICATION_NO,        /* with a reason */
    VERIFICATION_PEOPLE,    /* leaves it to people */
    VERIFICATION_UNKNOWN,   /* no answer, or none that is understood */
    VERIFICATION_NOT_ASKED, /* certainly never reached */
};

/* A verdict follows from a verdict alone: whatever else comes back, people decide. Only who was
 * never reached is asked again, a few times. */
struct verification_step {
    bool waits; /* is asked again */
    enum review_event event;
};
struct verification_step verification_decide(enum verification_answer answer, int64_t tries);

/* Until it is asked again. */
int64_t verification_pause_us(int64_t tries);

#endif
