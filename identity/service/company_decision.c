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
static enum code read_decision(struct call *call, const char *submission_id, const char *reason,
                               bool reason_needed, struct decision_call *decision)
{
    struct account_roles roles;
    *decision = (struct decision_call){.identity = call_context(call), .reason = reason};
    if (!caller_read(call, &decision->operator_id))
        return call_refuse(call, &caller_missing, NO_TERMS);
    enum failure failure = role_store_read(reader_of(call_task(call), decision->identity->database),
                                           decision->operator_id, decision->operator_id,
                                           decision->operator_id, &roles);
    if (failure != FAILURE_NONE)
        return call_fail(call, failure);
    if ((roles.caller_roles & ROLE_OPERATOR) == 0)
        return call_refuse(call, role_refusal(ROLE_NOT_OPERATOR), NO_TERMS);
    decision->submission_id = field_id(call, "submission_id", submission_id);
    if (reason_needed)
        field_text(call, "reason", reason, 1, REASON_BYTES_MAX);
    return call_has_violations(call) ? call_refuse_violations(call) : CODE_OK;
}

/* The submission, in the state that the decision is about. */
static enum code lock_submission(struct call *call, struct transaction *transaction,
                                 const struct decision_call *decision, const char *state,
                                 const struct refusal *otherwise,
                                 struct company_submission *submission, enum failure *failure)
{
    bool exists = false;
    *failure = company_store_lock(transaction, decision->submission_id, submission, &exists);
    if (*failure != FAILURE_NONE)
        return call_fail(call, *failure);
    if (!exists)
        return call_refuse(call, &submission_not_found, NO_TERMS);
    return text_equal(submission->state, state) ? CODE_OK : call_refuse(call, otherwise, NO_TERMS);
}

static enum failure tell_verified(struct call *call, struct transaction *transaction,
                                  const struct company_submission *submission)
{
    Identity__V1__CompanyVerified event;
    identity__v1__company_verified__init(&event);
    event.account_id = id_to_message(call, submission->account_id);
    event.company_id = id_to_message(call, submission->company_id);
    event.country = arena_strdup(call_arena(call), submission->number.country);
    event.scheme = (Identity__V1__CompanyScheme)submission->number.scheme;
    event.verify_time = timestamp_from_us(call_arena(call), submission->decided_us);
    if (event.account_id == NULL || event.company_id == NULL || event.country == NULL ||
        event.verify_time == NULL)
        return FAILURE_EXHAUSTED;
    return event_append(call, transaction, submission->account_id, &event.base,
                        submission->decided_us);
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
static enum code approve_company(struct call *call, struct transaction *transaction,
                                 ProtobufCMessage *response, void *argument, enum failure *failure)
{
    const struct decision_call *decision = argument;
    struct company_submission submission;
    enum code code = lock_submission(call, transaction, decision, SUBMITTED, &submission_decided,
                                     &submission, failure);
    if (code != CODE_OK)
        return code;
    struct company_key key = company_number_key(&submission.number);
    submission.decided_us = clock_now_us();
    submission.state = VERIFIED;
    *failure = company_store_take_company(transaction, &key, submission.decided_us,
                                          &submission.company_id);
    if (*failure == FAILURE_NONE)
        *failure = keep_decision(transaction, decision, &submission, "COMPANY_VERIFIED");
    if (*failure == FAILURE_NONE)
        *failure = tell_verified(call, transaction, &submission);
    if (*failure != FAILURE_NONE)
        return call_fail(call, *failure);
    return submission_answer(call, &submission,
                             &((Identity__V1__ApproveCompanyResponse *)response)->submission,
                             failure);
}

enum code company_service_approve_company_call(struct call *call,
                                               const Identity__V1__ApproveCompanyRequest *request,
                                               Identity__V1__ApproveCompanyResponse *response)
{
    struct decision_call decision;
    enum code code = read_decision(call, request->submission_id, "", false, &decision);
    if (code != CODE_OK)
        return code;
    return call_once(call, decision.identity->database, decision.operator_id, request->request_id,
                     &request->base, &response->base, (struct once_body){approve_company},
                     &decision);
}

static enum failure tell_rejected(struct call *call, struct transaction *transaction,
                                  const struct company_submission *submission)
{
    Identity__V1__CompanyRejected event;
    identity__v1__company_rejected__init(&event);
    event.account_id = id_to_message(call, submission->account_id);
    event.submission_id = id_to_message(call, submission->submission_id);
    event.reason = arena_strdup(call_arena(call), submission->reason);
    event.reject_time = timestamp_from_us(call_arena(call), submission->decided_us);
    if (event.account_id == NULL || event.submission_id == NULL || event.reason == NULL ||
        event.reject_time == NULL)
        return FAILURE_EXHAUSTED;
    return event_append(call, transaction, submission->account_id, &event.base,
                        submission->decided_us);
}

static enum code reject_company(struct call *call, struct transaction *transaction,
                                ProtobufCMessage *response, void *argument, enum failure *failure)
{
    const struct decision_call *decision = argument;
    struct company_submission submission;
    enum code code = lock_submission(call, transaction, decision, SUBMITTED, &submission_decided,
                                     &submission, failure);
    if (code != CODE_OK)
        return code;
    submission.decided_us = clock_now_us();
    submission.state = REJECTED;
    submission.reason = decision->reason;
    *failure = keep_decision(transaction, decision, &submission, "COMPANY_REJECTED");
    if (*failure == FAILURE_NONE)
        *failure = tell_rejected(call, transaction, &submission);
    if (*failure != FAILURE_NONE)
        return call_fail(call, *failure);
    return submission_answer(
        call, &submission, &((Identity__V1__RejectCompanyResponse *)response)->submission, failure);
}

enum code company_service_reject_company_call(struct call *call,
                                              const Identity__V1__RejectCompanyRequest *request,
                                              Identity__V1__RejectCompanyResponse *response)
{
    struct decision_call decision;
    enum code code = read_decision(call, request->submission_id, request->reason, true, &decision);
    if (code != CODE_OK)
        return code;
    return call_once(call, decision.identity->database, decision.operator_id, request->request_id,
                     &request->base, &response->base, (struct once_body){reject_company},
                     &decision);
}

static enum failure tell_revoked(struct call *call, struct transaction *transaction,
                                 const struct company_submission *submission, int64_t now_us)
{
    Identity__V1__CompanyRevoked event;
    identity__v1__company_revoked__init(&event);
    event.account_id = id_to_message(call, submission->account_id);
    event.company_id = id_to_message(call, submission->company_id);
    event.reason = arena_strdup(call_arena(call), submission->reason);
    event.revoke_time = timestamp_from_us(call_arena(call), now_us);
    if (event.account_id == NULL || event.company_id == NULL || event.reason == NULL ||
        event.revoke_time == NULL)
        return FAILURE_EXHAUSTED;
    return event_append(call, transaction, submission->account_id, &event.base, now_us);
}

static enum code revoke_company(struct call *call, struct transaction *transaction,
                                ProtobufCMessage *response, void *argument, enum failure *failure)
{
    const struct decision_call *decision = argument;
    struct company_submission submission;
    int64_t now_us = clock_now_us();
    enum code code = lock_submission(call, transaction, decision, VERIFIED,
                                     &submission_not_verified, &submission, failure);
    if (code != CODE_OK)
        return code;
    submission.state = REVOKED;
    submission.reason = decision->reason;
    *failure = company_store_revoke(transaction, &submission, decision->operator_id, now_us);
    if (*failure == FAILURE_NONE)
        *failure = account_store_record(transaction, submission.account_id, "COMPANY_REVOKED",
                                        company_scheme_name(submission.number.scheme), now_us);
    if (*failure == FAILURE_NONE)
        *failure = tell_revoked(call, transaction, &submission, now_us);
    if (*failure != FAILURE_NONE)
        return call_fail(call, *failure);
    return submission_answer(
        call, &submission, &((Identity__V1__RevokeCompanyResponse *)response)->submission, failure);
}

enum code company_service_revoke_company_call(struct call *call,
                                              const Identity__V1__RevokeCompanyRequest *request,
                                              Identity__V1__RevokeCompanyResponse *response)
{
    struct decision_call decision;
    enum code code = read_decision(call, request->submission_id, request->reason, true, &decision);
    if (code != CODE_OK)
        return code;
    return call_once(call, decision.identity->database, decision.operator_id, request->request_id,
                     &request->base, &response->base, (struct once_body){revoke_company},
                     &decision);
}
