/* What an operator decides about a submission. */
#include "identity/domain/refusals.h"
#include "identity/service/company_service.h"
#include "identity/store/role_store.h"
#include "identity/v1/event.pb-c.h"
#include "runtime/base/clock.h"
#include "runtime/idempotency/call_once.h"
#include "runtime/rpc/field.h"
#include "runtime/rpc/timestamp.h"

#define REASON_BYTES_MAX 512

struct decision_call {
    struct identity *identity;
    struct id operator_id;
    struct id submission_id;
    const char *reason;
};

/* Authorisation comes first, so that a stranger learns nothing about submissions. */
static int read_decision(struct call *call, const char *submission_id, const char *reason,
                         bool reason_needed, struct decision_call *decision)
{
    struct account_roles roles;
    *decision = (struct decision_call){.identity = call_context(call), .reason = reason};
    if (!caller_read(call, &decision->operator_id))
        return call_refuse(call, &caller_missing, NO_TERMS);
    int no = role_store_read(reader_of(call_task(call), decision->identity->database),
                             decision->operator_id, decision->operator_id, decision->operator_id,
                             &roles);
    if (no != 0)
        return no;
    if ((roles.caller_roles & ROLE_OPERATOR) == 0)
        return call_refuse(call, role_refusal(ROLE_NOT_OPERATOR), NO_TERMS);
    decision->submission_id = field_id(call, "submission_id", submission_id);
    if (reason_needed)
        field_text(call, "reason", reason, 1, REASON_BYTES_MAX);
    return call_has_violations(call) ? call_refuse_violations(call) : 0;
}

/* The submission, moved on to the state that the decision leads to. */
static int lock_submission(struct mutation *mutation, const struct decision_call *decision,
                           enum company_event event, struct company_submission *submission)
{
    bool exists = false;
    int no =
        company_store_lock(mutation->transaction, decision->submission_id, submission, &exists);
    if (no != 0)
        return no;
    enum company_move_verdict verdict = company_move(exists ? &submission->state : NULL, event);
    return verdict == COMPANY_MOVE_ACCEPTED
               ? 0
               : call_refuse(mutation->call, company_move_refusal(verdict), NO_TERMS);
}

static enum failure append_verified(struct mutation *mutation,
                                    const struct company_submission *submission)
{
    struct call *call = mutation->call;
    Identity__V1__CompanyVerified event;
    identity__v1__company_verified__init(&event);
    event.account_id = id_to_message(call, submission->account_id);
    event.company_id = id_to_message(call, submission->company_id);
    event.country = arena_strdup(call_arena(call), submission->number.country);
    event.scheme = (Identity__V1__CompanyScheme)submission->number.scheme;
    event.verify_time = timestamp_from_us(call_arena(call), submission->decided_us);
    return event_append(mutation, submission->account_id, &event.base, submission->decided_us);
}

static enum failure keep_decision(struct transaction *transaction,
                                  const struct decision_call *decision,
                                  const struct company_submission *submission, const char *record)
{
    enum failure failure = company_store_decide(transaction, submission, decision->operator_id);
    if (failure == FAILURE_NONE)
        failure = account_store_record(transaction, submission->account_id, record,
                                       company_scheme_name(submission->number.scheme),
                                       submission->decided_us);
    return failure;
}

/* ID-18: equal keys are one company, whatever the names say. */
static int approve_company(struct mutation *mutation, const void *argument,
                           ProtobufCMessage *response)
{
    const struct decision_call *decision = argument;
    struct company_submission submission;
    int no = lock_submission(mutation, decision, COMPANY_APPROVAL, &submission);
    if (no != 0)
        return no;
    struct company_key key = company_number_key(&submission.number);
    submission.decided_us = clock_now_us();
    no = company_store_take_company(mutation->transaction, &key, submission.decided_us,
                                    &submission.company_id);
    if (no == 0)
        no = keep_decision(mutation->transaction, decision, &submission, "COMPANY_VERIFIED");
    if (no == 0)
        no = append_verified(mutation, &submission);
    if (no != 0)
        return no;
    return submission_answer(mutation->call, &submission,
                             &((Identity__V1__ApproveCompanyResponse *)response)->submission);
}

int company_service_approve_company_call(struct call *call,
                                         const Identity__V1__ApproveCompanyRequest *request,
                                         Identity__V1__ApproveCompanyResponse *response)
{
    struct decision_call decision;
    int no = read_decision(call, request->submission_id, "", false, &decision);
    if (no != 0)
        return no;
    return CALL_ONCE(call, decision.identity->database, decision.operator_id, request, response,
                     approve_company, &decision);
}

static enum failure append_rejected(struct mutation *mutation,
                                    const struct company_submission *submission)
{
    struct call *call = mutation->call;
    Identity__V1__CompanyRejected event;
    identity__v1__company_rejected__init(&event);
    event.account_id = id_to_message(call, submission->account_id);
    event.submission_id = id_to_message(call, submission->submission_id);
    event.reason = arena_strdup(call_arena(call), submission->reason);
    event.reject_time = timestamp_from_us(call_arena(call), submission->decided_us);
    return event_append(mutation, submission->account_id, &event.base, submission->decided_us);
}

static int reject_company(struct mutation *mutation, const void *argument,
                          ProtobufCMessage *response)
{
    const struct decision_call *decision = argument;
    struct company_submission submission;
    int no = lock_submission(mutation, decision, COMPANY_REJECTION, &submission);
    if (no != 0)
        return no;
    submission.decided_us = clock_now_us();
    submission.reason = decision->reason;
    no = keep_decision(mutation->transaction, decision, &submission, "COMPANY_REJECTED");
    if (no == 0)
        no = append_rejected(mutation, &submission);
    if (no != 0)
        return no;
    return submission_answer(mutation->call, &submission,
                             &((Identity__V1__RejectCompanyResponse *)response)->submission);
}

int company_service_reject_company_call(struct call *call,
                                        const Identity__V1__RejectCompanyRequest *request,
                                        Identity__V1__RejectCompanyResponse *response)
{
    struct decision_call decision;
    int no = read_decision(call, request->submission_id, request->reason, true, &decision);
    if (no != 0)
        return no;
    return CALL_ONCE(call, decision.identity->database, decision.operator_id, request, response,
                     reject_company, &decision);
}

static enum failure append_revoked(struct mutation *mutation,
                                   const struct company_submission *submission, int64_t now_us)
{
    struct call *call = mutation->call;
    Identity__V1__CompanyRevoked event;
    identity__v1__company_revoked__init(&event);
    event.account_id = id_to_message(call, submission->account_id);
    event.company_id = id_to_message(call, submission->company_id);
    event.reason = arena_strdup(call_arena(call), submission->reason);
    event.revoke_time = timestamp_from_us(call_arena(call), now_us);
    return event_append(mutation, submission->account_id, &event.base, now_us);
}

static int revoke_company(struct mutation *mutation, const void *argument,
                          ProtobufCMessage *response)
{
    const struct decision_call *decision = argument;
    struct company_submission submission;
    int no = lock_submission(mutation, decision, COMPANY_REVOCATION, &submission);
    if (no != 0)
        return no;
    submission.reason = decision->reason;
    no = company_store_revoke(mutation->transaction, &submission, decision->operator_id,
                              mutation->now_us);
    if (no == 0)
        no = account_store_record(mutation->transaction, submission.account_id, "COMPANY_REVOKED",
                                  company_scheme_name(submission.number.scheme), mutation->now_us);
    if (no == 0)
        no = append_revoked(mutation, &submission, mutation->now_us);
    if (no != 0)
        return no;
    return submission_answer(mutation->call, &submission,
                             &((Identity__V1__RevokeCompanyResponse *)response)->submission);
}

int company_service_revoke_company_call(struct call *call,
                                        const Identity__V1__RevokeCompanyRequest *request,
                                        Identity__V1__RevokeCompanyResponse *response)
{
    struct decision_call decision;
    int no = read_decision(call, request->submission_id, request->reason, true, &decision);
    if (no != 0)
        return no;
    return CALL_ONCE(call, decision.identity->database, decision.operator_id, request, response,
                     revoke_company, &decision);
}
