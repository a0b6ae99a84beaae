/* The decisions of operators about submissions. */
#include "identity/domain/role.h"
#include "identity/service/company_service.h"
#include "identity/store/evidence_store.h"
#include "identity/v1/event.pb-c.h"
#include "runtime/rpc/timestamp.h"

#define REASON_BYTES_MAX 512

/* The submission, moved on to the state that the event leads to. */
static int lock_and_move(struct mutation *mutation, struct id submission_id,
                         enum review_event event, struct company_submission *submission)
{
    bool exists = false;
    int no = company_store_lock(mutation->transaction, submission_id, submission, &exists);
    if (no != 0)
        return no;
    enum review_verdict verdict = review_move(exists ? &submission->state : NULL, event);
    return verdict == REVIEW_ACCEPTED
               ? 0
               : call_refuse(mutation->call, review_refusal(verdict), NO_TERMS);
}

static enum failure keep_decision(struct mutation *mutation,
                                  const struct company_submission *submission, const char *record)
{
    enum failure failure =
        company_store_decide(mutation->transaction, submission, caller_id(mutation->call));
    if (failure == FAILURE_NONE)
        failure = evidence_store_decide(mutation->transaction, submission->submission_id,
                                        evidence_due_us(submission->decided_us));
    if (failure == FAILURE_NONE)
        failure = trail_note(mutation, submission->account_id, record,
                             company_scheme_name(submission->number.scheme));
    return failure;
}

/* ---- ApproveCompany ---- */

static enum failure append_verified(struct mutation *mutation,
                                    const struct company_submission *submission)
{
    struct call *call = mutation->call;
    Identity__V1__CompanyVerified event = IDENTITY__V1__COMPANY_VERIFIED__INIT;
    event.account_id = id_to_message(call, submission->account_id);
    event.company_id = id_to_message(call, submission->company_id);
    event.country = arena_strdup(call_arena(call), submission->number.country);
    event.scheme = (Identity__V1__CompanyScheme)submission->number.scheme;
    event.verify_time = timestamp_from_us(call_arena(call), mutation->now_us);
    return event_append(mutation, submission->account_id, &event.base);
}

/* ID-18: equal keys are one company, whatever the names say. */
int approve_company(struct mutation *mutation, const struct approve_company *request,
                    Identity__V1__ApproveCompanyResponse *response)
{
    struct company_submission submission;
    int no = lock_and_move(mutation, request->submission_id, REVIEW_APPROVAL, &submission);
    if (no != 0)
        return no;
    struct company_key key = company_number_key(&submission.number);
    submission.decided_us = mutation->now_us;
    no = company_store_take_company(mutation->transaction, &key, mutation->now_us,
                                    &submission.company_id);
    if (no == 0)
        no = keep_decision(mutation, &submission, "COMPANY_VERIFIED");
    if (no == 0)
        no = company_store_join(mutation->transaction, submission.company_id, submission.account_id,
                                mutation->now_us);
    if (no == 0)
        no = append_verified(mutation, &submission);
    response->submission = submission_to_message(mutation->call, &submission);
    return no;
}

/* ---- RejectCompany ---- */

void reject_company_read(struct call *call, const Identity__V1__RejectCompanyRequest *message,
                         struct reject_company *request)
{
    reject_company_fields(call, message, request);
    field_text(call, "reason", request->reason, 1, REASON_BYTES_MAX);
}

static enum failure append_rejected(struct mutation *mutation,
                                    const struct company_submission *submission)
{
    struct call *call = mutation->call;
    Identity__V1__CompanyRejected event = IDENTITY__V1__COMPANY_REJECTED__INIT;
    event.account_id = id_to_message(call, submission->account_id);
    event.submission_id = id_to_message(call, submission->submission_id);
    event.reason = arena_strdup(call_arena(call), submission->reason);
    event.reject_time = timestamp_from_us(call_arena(call), mutation->now_us);
    return event_append(mutation, submission->account_id, &event.base);
}

int reject_company(struct mutation *mutation, const struct reject_company *request,
                   Identity__V1__RejectCompanyResponse *response)
{
    struct company_submission submission;
    int no = lock_and_move(mutation, request->submission_id, REVIEW_REJECTION, &submission);
    if (no != 0)
        return no;
    submission.decided_us = mutation->now_us;
    submission.reason = request->reason;
    no = keep_decision(mutation, &submission, "COMPANY_REJECTED");
    if (no == 0)
        no = append_rejected(mutation, &submission);
    response->submission = submission_to_message(mutation->call, &submission);
    return no;
}

/* ---- RevokeCompany: from this moment on ---- */

void revoke_company_read(struct call *call, const Identity__V1__RevokeCompanyRequest *message,
                         struct revoke_company *request)
{
    revoke_company_fields(call, message, request);
    field_text(call, "reason", request->reason, 1, REASON_BYTES_MAX);
}

static enum failure keep_revocation(struct mutation *mutation,
                                    const struct company_submission *submission)
{
    enum failure failure = company_store_revoke(mutation->transaction, submission,
                                                caller_id(mutation->call), mutation->now_us);
    if (failure == FAILURE_NONE)
        failure = trail_note(mutation, submission->account_id, "COMPANY_REVOKED",
                             company_scheme_name(submission->number.scheme));
    return failure;
}

static enum failure append_revoked(struct mutation *mutation,
                                   const struct company_submission *submission)
{
    struct call *call = mutation->call;
    Identity__V1__CompanyRevoked event = IDENTITY__V1__COMPANY_REVOKED__INIT;
    event.account_id = id_to_message(call, submission->account_id);
    event.company_id = id_to_message(call, submission->company_id);
    event.reason = arena_strdup(call_arena(call), submission->reason);
    event.revoke_time = timestamp_from_us(call_arena(call), mutation->now_us);
    return event_append(mutation, submission->account_id, &event.base);
}

int revoke_company(struct mutation *mutation, const struct revoke_company *request,
                   Identity__V1__RevokeCompanyResponse *response)
{
    struct company_submission submission;
    int no = lock_and_move(mutation, request->submission_id, REVIEW_REVOCATION, &submission);
    if (no != 0)
        return no;
    submission.reason = request->reason;
    no = keep_revocation(mutation, &submission);
    if (no == 0)
        no = company_store_leave(mutation->transaction, submission.company_id,
                                 submission.account_id, mutation->now_us);
    if (no == 0)
        no = append_revoked(mutation, &submission);
    response->submission = submission_to_message(mutation->call, &submission);
    return no;
}
