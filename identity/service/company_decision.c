/* The decisions of operators about submissions. */
#include "identity/domain/role.h"
#include "identity/jobs/company.h"
#include "identity/service/company_service.h"
#include "identity/service/relation.h"

#define REASON_BYTES_MAX 512

/* B.1: the edge of a group is asked what that of an association is. */
static int admit_to_group(struct mutation *mutation, const struct company_submission *submission)
{
    enum relation_obstacle found[RELATION_OBSTACLES_MAX];
    size_t count = 0;
    int no =
        company_group_obstacles(mutation->transaction, submission, mutation->now_us, found, &count);
    return no != 0 ? no : relation_refuse_for(mutation->call, submission->account_id, found, count);
}

/* The submission, moved to the state that the event leads to, and kept. */
static int decide(struct mutation *mutation, struct id submission_id, enum review_event event,
                  const char *reason, Identity__V1__CompanySubmission **message)
{
    struct company_submission submission;
    bool exists = false;
    int no = relation_store_lock_structure(mutation->transaction);
    if (no == 0)
        no = company_store_lock(mutation->transaction, submission_id, &submission, &exists);
    if (no != 0)
        return no;
    enum review_verdict verdict = review_move(exists ? &submission.state : NULL, event);
    if (verdict != REVIEW_ACCEPTED)
        return call_refuse(mutation->call, review_refusal(verdict), NO_TERMS);
    submission.reason = reason;
    if (submission.state == REVIEW_VERIFIED)
        no = admit_to_group(mutation, &submission);
    if (no == 0)
        no = company_keep(mutation->transaction, &identity_of(mutation->call)->courier, &submission,
                          caller_id(mutation->call), mutation->now_us);
    *message = submission_to_message(mutation->call, &submission);
    return no;
}

int approve_company(struct mutation *mutation, const struct approve_company *request,
                    Identity__V1__ApproveCompanyResponse *response)
{
    return decide(mutation, request->submission_id, REVIEW_APPROVAL, "", &response->submission);
}

void reject_company_read(struct call *call, const Identity__V1__RejectCompanyRequest *message,
                         struct reject_company *request)
{
    reject_company_fields(call, message, request);
    field_text(call, "reason", request->reason, 1, REASON_BYTES_MAX);
}

int reject_company(struct mutation *mutation, const struct reject_company *request,
                   Identity__V1__RejectCompanyResponse *response)
{
    return decide(mutation, request->submission_id, REVIEW_REJECTION, request->reason,
                  &response->submission);
}

void revoke_company_read(struct call *call, const Identity__V1__RevokeCompanyRequest *message,
                         struct revoke_company *request)
{
    revoke_company_fields(call, message, request);
    field_text(call, "reason", request->reason, 1, REASON_BYTES_MAX);
}

/* From this moment on. */
int revoke_company(struct mutation *mutation, const struct revoke_company *request,
                   Identity__V1__RevokeCompanyResponse *response)
{
    return decide(mutation, request->submission_id, REVIEW_REVOCATION, request->reason,
                  &response->submission);
}
