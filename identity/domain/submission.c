#include "identity/domain/submission.h"

#include <assert.h>

static const struct refusal submission_refusals[] = {SUBMISSION_REFUSALS(REFUSAL_ROW)};

const struct refusal *submission_refusal(enum submission_verdict verdict)
{
    assert(verdict != SUBMISSION_ACCEPTED);
    return &submission_refusals[verdict - 1];
}

enum submission_verdict submission_decide(const struct account *account,
                                          const struct submission *submission)
{
    assert(!id_is_nil(account->owner_id) && !id_is_nil(submission->principal_id));
    assert(submission->of != ACCOUNT_TYPE_NONE);
    bool of_company = submission->of == ACCOUNT_TYPE_CORPORATE;
    if (!id_equal(submission->principal_id, account->owner_id)) /* ID-19 */
        return of_company ? SUBMISSION_NOT_OWNER : SUBMISSION_NOT_OWN_NAME;
    if (account->type != submission->of)
        return of_company ? SUBMISSION_NOT_CORPORATE : SUBMISSION_NOT_INDIVIDUAL;
    if (of_company ? !id_is_nil(account->company_id)
                   : real_name_lasts(&account->real_name, submission->now_us))
        return SUBMISSION_VERIFIED;
    if (of_company ? account->company_in_review : account->real_name.in_review)
        return SUBMISSION_IN_REVIEW;
    if (submission->submitted_today >= SUBMISSIONS_A_DAY_MAX)
        return SUBMISSION_LIMIT;
    return SUBMISSION_ACCEPTED;
}
