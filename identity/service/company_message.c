#include <assert.h>

#include "identity/service/company_service.h"
#include "runtime/rpc/timestamp.h"

static const Identity__V1__SubmissionState states[] = {
    [REVIEW_SUBMITTED] = IDENTITY__V1__SUBMISSION_STATE__SUBMISSION_STATE_SUBMITTED,
    [REVIEW_VERIFIED] = IDENTITY__V1__SUBMISSION_STATE__SUBMISSION_STATE_VERIFIED,
    [REVIEW_REJECTED] = IDENTITY__V1__SUBMISSION_STATE__SUBMISSION_STATE_REJECTED,
    [REVIEW_REVOKED] = IDENTITY__V1__SUBMISSION_STATE__SUBMISSION_STATE_REVOKED,
    [REVIEW_IN_REVIEW] = IDENTITY__V1__SUBMISSION_STATE__SUBMISSION_STATE_IN_REVIEW,
    [REVIEW_EXPIRED] = IDENTITY__V1__SUBMISSION_STATE__SUBMISSION_STATE_EXPIRED,
    [REVIEW_SUPERSEDED] = IDENTITY__V1__SUBMISSION_STATE__SUBMISSION_STATE_SUPERSEDED,
};
static_assert(sizeof states / sizeof *states == REVIEW_STATE_COUNT, "every state has its number");

enum review_state state_of(Identity__V1__SubmissionState wire)
{
    int state = 0;
    while (state < REVIEW_STATE_COUNT && states[state] != wire)
        state++;
    return (enum review_state)state;
}

/* The wire's values are the domain's, in the same order. */
#define SCHEME_IS_THE_SAME(scheme, country, length)                             \
    static_assert((int)IDENTITY__V1__COMPANY_SCHEME__COMPANY_SCHEME_##scheme == \
                      (int)COMPANY_SCHEME_##scheme,                             \
                  #scheme);
COMPANY_SCHEMES(SCHEME_IS_THE_SAME)

void field_scheme(struct call *call, const char *field, Identity__V1__CompanyScheme scheme)
{
    if ((int)scheme <= COMPANY_SCHEME_NONE || (int)scheme >= COMPANY_SCHEME_COUNT)
        call_add_field_violation(call, field, FAULT_REQUIRED, "The scheme is missing or unknown.");
}

Identity__V1__SubmissionState submission_state_to_message(enum review_state state)
{
    return states[state];
}

Identity__V1__CompanySubmission *submission_to_message(struct call *call,
                                                       const struct company_submission *submission)
{
    struct arena *arena = call_arena(call);
    Identity__V1__CompanySubmission *message = arena_alloc(arena, sizeof *message);
    identity__v1__company_submission__init(message);
    message->submission_id = id_to_message(call, submission->submission_id);
    message->account_id = id_to_message(call, submission->account_id);
    message->country = arena_strdup(arena, submission->number.country);
    message->scheme = (Identity__V1__CompanyScheme)submission->number.scheme;
    message->registration_number = arena_strdup(arena, submission->number.number);
    message->name = arena_strdup(arena, submission->name);
    message->state = submission_state_to_message(submission->state);
    message->reason = arena_strdup(arena, submission->reason);
    if (!id_is_nil(submission->company_id))
        message->company_id = id_to_message(call, submission->company_id);
    message->submit_time = timestamp_from_us(arena, submission->submitted_us);
    if (submission->decided_us != 0)
        message->decide_time = timestamp_from_us(arena, submission->decided_us);
    return message;
}

Identity__V1__SameCompanyVerdict verdict_to_message(enum same_company_verdict verdict)
{
    switch (verdict) {
    case SAME_COMPANY:
        return IDENTITY__V1__SAME_COMPANY_VERDICT__SAME_COMPANY_VERDICT_SAME;
    case SAME_COMPANY_NOT_CORPORATE:
        return IDENTITY__V1__SAME_COMPANY_VERDICT__SAME_COMPANY_VERDICT_NOT_CORPORATE;
    case SAME_COMPANY_NOT_VERIFIED:
        return IDENTITY__V1__SAME_COMPANY_VERDICT__SAME_COMPANY_VERDICT_NOT_VERIFIED;
    case SAME_COMPANY_DIFFERENT:
        return IDENTITY__V1__SAME_COMPANY_VERDICT__SAME_COMPANY_VERDICT_DIFFERENT_COMPANY;
    }
    assert(false);
    return IDENTITY__V1__SAME_COMPANY_VERDICT__SAME_COMPANY_VERDICT_UNSPECIFIED;
}

/* ID-18 */
int company_compare(struct call *call, const struct compared *one, const struct compared *other,
                    Identity__V1__AccountComparison *comparison)
{
    if (!(one->known && other->known))
        return call_refuse(call, &account_not_found, NO_TERMS);
    enum same_company_verdict verdict = same_company_decide(&one->company, &other->company);
    comparison->verdict = verdict_to_message(verdict);
    if (verdict == SAME_COMPANY_NOT_CORPORATE || verdict == SAME_COMPANY_NOT_VERIFIED)
        comparison->failing_account_id = id_to_message(
            call, same_company_fails(verdict, &one->company) ? one->account_id : other->account_id);
    return 0;
}
