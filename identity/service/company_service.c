#include "identity/v1/company.pb-c.h"

#include <assert.h>

#include "identity/service/fields.h"
#include "identity/service/identity_service.h"
#include "identity/store/company_store.h"
#include "identity/store/role_store.h"
#include "identity/v1/event.pb-c.h"
#include "runtime/base/clock.h"
#include "runtime/idempotency/call_once.h"
#include "runtime/rpc/field.h"
#include "runtime/rpc/timestamp.h"

#define NAME_BYTES_MAX 256
#define NUMBER_BYTES_MAX 128
#define REASON_BYTES_MAX 512
#define SUBMITTED "SUBMITTED"
#define VERIFIED "VERIFIED"
#define REJECTED "REJECTED"
#define REVOKED "REVOKED"

static const struct refusal submission_not_found = {"SUBMISSION_NOT_FOUND", CODE_NOT_FOUND, "There is no such submission."};
static const struct refusal submission_decided = {"SUBMISSION_DECIDED", CODE_FAILED_PRECONDITION,
                                                  "The submission is not under review any more."};
static const struct refusal submission_not_verified = {"NOT_VERIFIED", CODE_FAILED_PRECONDITION, "The submission is not verified."};

/* ---- names on the wire and in the database ---- */

static const struct {
    Identity__V1__SubmissionState wire;
    const char *name;
} states[] = {
    {IDENTITY__V1__SUBMISSION_STATE__SUBMISSION_STATE_SUBMITTED, SUBMITTED},
    {IDENTITY__V1__SUBMISSION_STATE__SUBMISSION_STATE_VERIFIED, VERIFIED},
    {IDENTITY__V1__SUBMISSION_STATE__SUBMISSION_STATE_REJECTED, REJECTED},
    {IDENTITY__V1__SUBMISSION_STATE__SUBMISSION_STATE_REVOKED, REVOKED},
};

static Identity__V1__SubmissionState state_to_message(const char *name)
{
    for (size_t i = 0; i < sizeof states / sizeof *states; i++)
        if (text_equal(states[i].name, name))
            return states[i].wire;
    assert(false);
    return IDENTITY__V1__SUBMISSION_STATE__SUBMISSION_STATE_UNSPECIFIED;
}

/* NULL: any state. */
static const char *field_state(struct call *call, const char *field, Identity__V1__SubmissionState state)
{
    for (size_t i = 0; i < sizeof states / sizeof *states; i++)
        if (states[i].wire == state)
            return states[i].name;
    if (state != IDENTITY__V1__SUBMISSION_STATE__SUBMISSION_STATE_UNSPECIFIED)
        call_add_field_violation(call, field, "The state is unknown.");
    return NULL;
}

/* The wire's values are the domain's, in the same order. */
#define SCHEME_IS_THE_SAME(scheme, country, length) \
    static_assert((int)IDENTITY__V1__COMPANY_SCHEME__COMPANY_SCHEME_##scheme == (int)COMPANY_SCHEME_##scheme, #scheme);
COMPANY_SCHEMES(SCHEME_IS_THE_SAME)

static enum company_scheme field_scheme(struct call *call, const char *field, Identity__V1__CompanyScheme scheme)
{
    if ((int)scheme > COMPANY_SCHEME_NONE && (int)scheme < COMPANY_SCHEME_COUNT)
        return (enum company_scheme)scheme;
    call_add_field_violation(call, field, "The scheme is missing or unknown.");
    return COMPANY_SCHEME_NONE;
}

static Identity__V1__CompanySubmission *submission_to_message(struct call *call, const struct company_submission *submission)
{
    struct arena *arena = call_arena(call);
    Identity__V1__CompanySubmission *message = arena_alloc(arena, sizeof *message);
    if (message == NULL)
        return NULL;
    identity__v1__company_submission__init(message);
    message->submission_id = id_to_message(call, submission->submission_id);
    message->account_id = id_to_message(call, submission->account_id);
    message->country = arena_strdup(arena, submission->number.country);
    message->scheme = (Identity__V1__CompanyScheme)submission->number.scheme;
    message->registration_number = arena_strdup(arena, submission->number.number);
    message->name = arena_strdup(arena, submission->name);
    message->state = state_to_message(submission->state);
    message->reason = arena_strdup(arena, submission->reason);
    if (!id_is_nil(submission->company_id))
        message->company_id = id_to_message(call, submission->company_id);
    message->submit_time = timestamp_from_us(arena, submission->submitted_us);
    if (submission->decided_us != 0)
        message->decide_time = timestamp_from_us(arena, submission->decided_us);
    bool complete = message->submission_id != NULL && message->account_id != NULL && message->country != NULL &&
                    message->registration_number != NULL && message->name != NULL && message->reason != NULL &&
                    message->company_id != NULL && message->submit_time != NULL &&
                    (submission->decided_us == 0 || message->decide_time != NULL);
    return complete ? message : NULL;
}

static enum code answer_submission(struct call *call, const struct company_submission *submission,
                                   Identity__V1__CompanySubmission **message, enum failure *failure)
{
    *message = submission_to_message(call, submission);
    return *message != NULL ? CODE_OK : give_up(call, FAILURE_EXHAUSTED, failure);
}

/* ---- SubmitCompany ---- */

struct submit_call {
    struct identity *identity;
    struct id principal_id;
    struct id account_id;
    const char *country;
    enum company_scheme scheme;
    const char *number;
    const char *name;
};

static enum code decide_submit(struct call *call, struct transaction *transaction, const struct submit_call *submit, int64_t now_us,
                               enum failure *failure)
{
    struct account_row row;
    bool exists = false;
    size_t today = 0;
    *failure = account_store_lock(call_task(call), transaction, submit->account_id, &row, &exists);
    if (*failure == FAILURE_NONE)
        *failure = company_store_count_today(call_task(call), transaction, submit->account_id, now_us, &today);
    if (*failure != FAILURE_NONE)
        return call_fail(call, *failure);
    if (!exists)
        return call_refuse(call, &account_not_found, NO_TERMS);
    enum submission_verdict verdict = submission_decide(&row.account, submit->principal_id, today);
    return verdict == SUBMISSION_ACCEPTED ? CODE_OK : call_refuse(call, submission_refusal(verdict), NO_TERMS);
}

static enum code submit_company(struct call *call, struct transaction *transaction, ProtobufCMessage *response, void *argument,
                                enum failure *failure)
{
    const struct submit_call *submit = argument;
    int64_t now_us = clock_now_us();
    struct company_submission submission = {.submission_id = id_new(now_us),
                                            .account_id = submit->account_id,
                                            .name = submit->name,
                                            .state = SUBMITTED,
                                            .reason = "",
                                            .submitted_us = now_us};
    enum code code = decide_submit(call, transaction, submit, now_us, failure);
    if (code != CODE_OK)
        return code;
    enum company_number_verdict verdict = company_number_read(&submission.number, submit->country, submit->scheme, submit->number);
    if (verdict != COMPANY_NUMBER_ACCEPTED)
        return call_refuse(call, company_number_refusal(verdict), REFUSAL_TERMS({"field", "registration_number"}));
    *failure = company_store_submit(call_task(call), transaction, &submission, submit->principal_id);
    if (*failure == FAILURE_NONE)
        *failure = account_store_record(call_task(call), transaction, submit->account_id, "COMPANY_SUBMITTED",
                                        company_scheme_name(submit->scheme), now_us);
    if (*failure != FAILURE_NONE)
        return call_fail(call, *failure);
    return answer_submission(call, &submission, &((Identity__V1__SubmitCompanyResponse *)response)->submission, failure);
}

static enum code company_service_submit_company_call(struct call *call, const Identity__V1__SubmitCompanyRequest *request,
                                                     Identity__V1__SubmitCompanyResponse *response)
{
    struct submit_call submit = {
        .identity = call_context(call), .country = request->country, .number = request->registration_number, .name = request->name};
    if (!caller_read(call, &submit.principal_id))
        return call_refuse(call, &caller_missing, NO_TERMS);
    submit.account_id = field_id(call, "account_id", request->account_id);
    submit.scheme = field_scheme(call, "scheme", request->scheme);
    field_country(call, "country", request->country);
    field_text(call, "registration_number", request->registration_number, 1, NUMBER_BYTES_MAX);
    field_text(call, "name", request->name, 1, NAME_BYTES_MAX);
    if (call_has_violations(call))
        return call_refuse_violations(call);
    return call_once(call, submit.identity->database, submit.account_id, request->request_id, &request->base, &response->base,
                     (struct once_body){submit_company}, &submit);
}
RPC_UNARY(company_service_submit_company, Identity__V1__CompanyService, Identity__V1__SubmitCompanyRequest,
          Identity__V1__SubmitCompanyResponse)

/* ---- ListSubmissions ---- */

/* Those of all accounts are for operators. */
static enum code may_list(struct call *call, const struct identity *identity, struct id account_id)
{
    struct id principal_id;
    struct account_roles roles;
    if (!caller_read(call, &principal_id))
        return call_refuse(call, &caller_missing, NO_TERMS);
    enum failure failure = role_store_read(call_task(call), identity->database, account_id, principal_id, principal_id, &roles);
    if (failure != FAILURE_NONE)
        return call_fail(call, failure);
    bool allowed = (roles.caller_roles & ROLE_OPERATOR) != 0 || (!id_is_nil(account_id) && roles.caller_roles != ROLE_NONE);
    return allowed ? CODE_OK : call_refuse(call, role_refusal(ROLE_NOT_OPERATOR), NO_TERMS);
}

static enum code company_service_list_submissions_call(struct call *call, const Identity__V1__ListSubmissionsRequest *request,
                                                       Identity__V1__ListSubmissionsResponse *response)
{
    struct identity *identity = call_context(call);
    struct company_submission *submissions;
    size_t found = 0, page_size = field_page_size(call, request->page_size);
    struct submission_filter filter = {.account_id = field_id_or_none(call, "account_id", request->account_id),
                                       .state = field_state(call, "state", request->state),
                                       .before_id = field_id_or_none(call, "page_token", request->page_token),
                                       .limit = (int64_t)page_size + 1};
    if (call_has_violations(call))
        return call_refuse_violations(call);
    enum code code = may_list(call, identity, filter.account_id);
    if (code != CODE_OK)
        return code;
    enum failure failure = company_store_list(call_task(call), identity->database, &filter, &submissions, &found);
    if (failure != FAILURE_NONE)
        return call_fail(call, failure);
    response->n_submissions = found < page_size ? found : page_size;
    response->submissions = arena_alloc_array(call_arena(call), response->n_submissions + 1, sizeof *response->submissions);
    for (size_t i = 0; response->submissions != NULL && i < response->n_submissions; i++) {
        code = answer_submission(call, &submissions[i], &response->submissions[i], &failure);
        if (code != CODE_OK)
            return code;
    }
    if (found > page_size)
        response->next_page_token = id_to_message(call, submissions[page_size - 1].submission_id);
    return response->submissions != NULL && response->next_page_token != NULL ? CODE_OK : call_fail(call, FAILURE_EXHAUSTED);
}
RPC_UNARY(company_service_list_submissions, Identity__V1__CompanyService, Identity__V1__ListSubmissionsRequest,
          Identity__V1__ListSubmissionsResponse)

/* ---- the operator's decisions ---- */

struct decision_call {
    struct identity *identity;
    struct id operator_id;
    struct id submission_id;
    const char *reason;
};

/* Authorisation comes first, so that a stranger learns nothing about submissions. */
static enum code read_decision(struct call *call, const char *submission_id, const char *reason, bool reason_needed,
                               struct decision_call *decision)
{
    struct account_roles roles;
    *decision = (struct decision_call){.identity = call_context(call), .reason = reason};
    if (!caller_read(call, &decision->operator_id))
        return call_refuse(call, &caller_missing, NO_TERMS);
    enum failure failure = role_store_read(call_task(call), decision->identity->database, decision->operator_id, decision->operator_id,
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
static enum code lock_submission(struct call *call, struct transaction *transaction, const struct decision_call *decision,
                                 const char *state, const struct refusal *otherwise, struct company_submission *submission,
                                 enum failure *failure)
{
    bool exists = false;
    *failure = company_store_lock(call_task(call), transaction, decision->submission_id, submission, &exists);
    if (*failure != FAILURE_NONE)
        return call_fail(call, *failure);
    if (!exists)
        return call_refuse(call, &submission_not_found, NO_TERMS);
    return text_equal(submission->state, state) ? CODE_OK : call_refuse(call, otherwise, NO_TERMS);
}

static enum failure tell_verified(struct call *call, struct transaction *transaction, const struct company_submission *submission)
{
    Identity__V1__CompanyVerified event = IDENTITY__V1__COMPANY_VERIFIED__INIT;
    event.account_id = id_to_message(call, submission->account_id);
    event.company_id = id_to_message(call, submission->company_id);
    event.country = arena_strdup(call_arena(call), submission->number.country);
    event.scheme = (Identity__V1__CompanyScheme)submission->number.scheme;
    event.verify_time = timestamp_from_us(call_arena(call), submission->decided_us);
    if (event.account_id == NULL || event.company_id == NULL || event.country == NULL || event.verify_time == NULL)
        return FAILURE_EXHAUSTED;
    return event_append(call, transaction, submission->account_id, &event.base, submission->decided_us);
}

static enum failure keep_decision(struct call *call, struct transaction *transaction, const struct decision_call *decision,
                                  const struct company_submission *submission, const char *record)
{
    enum failure failure = company_store_decide(call_task(call), transaction, submission, decision->operator_id);
    if (failure == FAILURE_NONE)
        failure = account_store_record(call_task(call), transaction, submission->account_id, record,
                                       company_scheme_name(submission->number.scheme), submission->decided_us);
    return failure;
}

/* ID-18: equal keys are one company, whatever the names say. */
static enum code approve_company(struct call *call, struct transaction *transaction, ProtobufCMessage *response, void *argument,
                                 enum failure *failure)
{
    const struct decision_call *decision = argument;
    struct company_submission submission;
    enum code code = lock_submission(call, transaction, decision, SUBMITTED, &submission_decided, &submission, failure);
    if (code != CODE_OK)
        return code;
    struct company_key key = company_number_key(&submission.number);
    submission.decided_us = clock_now_us();
    submission.state = VERIFIED;
    *failure = company_store_take_company(call_task(call), transaction, &key, submission.decided_us, &submission.company_id);
    if (*failure == FAILURE_NONE)
        *failure = keep_decision(call, transaction, decision, &submission, "COMPANY_VERIFIED");
    if (*failure == FAILURE_NONE)
        *failure = tell_verified(call, transaction, &submission);
    if (*failure != FAILURE_NONE)
        return call_fail(call, *failure);
    return answer_submission(call, &submission, &((Identity__V1__ApproveCompanyResponse *)response)->submission, failure);
}

static enum code company_service_approve_company_call(struct call *call, const Identity__V1__ApproveCompanyRequest *request,
                                                      Identity__V1__ApproveCompanyResponse *response)
{
    struct decision_call decision;
    enum code code = read_decision(call, request->submission_id, "", false, &decision);
    if (code != CODE_OK)
        return code;
    return call_once(call, decision.identity->database, decision.operator_id, request->request_id, &request->base, &response->base,
                     (struct once_body){approve_company}, &decision);
}
RPC_UNARY(company_service_approve_company, Identity__V1__CompanyService, Identity__V1__ApproveCompanyRequest,
          Identity__V1__ApproveCompanyResponse)

static enum failure tell_rejected(struct call *call, struct transaction *transaction, const struct company_submission *submission)
{
    Identity__V1__CompanyRejected event = IDENTITY__V1__COMPANY_REJECTED__INIT;
    event.account_id = id_to_message(call, submission->account_id);
    event.submission_id = id_to_message(call, submission->submission_id);
    event.reason = arena_strdup(call_arena(call), submission->reason);
    event.reject_time = timestamp_from_us(call_arena(call), submission->decided_us);
    if (event.account_id == NULL || event.submission_id == NULL || event.reason == NULL || event.reject_time == NULL)
        return FAILURE_EXHAUSTED;
    return event_append(call, transaction, submission->account_id, &event.base, submission->decided_us);
}

static enum code reject_company(struct call *call, struct transaction *transaction, ProtobufCMessage *response, void *argument,
                                enum failure *failure)
{
    const struct decision_call *decision = argument;
    struct company_submission submission;
    enum code code = lock_submission(call, transaction, decision, SUBMITTED, &submission_decided, &submission, failure);
    if (code != CODE_OK)
        return code;
    submission.decided_us = clock_now_us();
    submission.state = REJECTED;
    submission.reason = decision->reason;
    *failure = keep_decision(call, transaction, decision, &submission, "COMPANY_REJECTED");
    if (*failure == FAILURE_NONE)
        *failure = tell_rejected(call, transaction, &submission);
    if (*failure != FAILURE_NONE)
        return call_fail(call, *failure);
    return answer_submission(call, &submission, &((Identity__V1__RejectCompanyResponse *)response)->submission, failure);
}

static enum code company_service_reject_company_call(struct call *call, const Identity__V1__RejectCompanyRequest *request,
                                                     Identity__V1__RejectCompanyResponse *response)
{
    struct decision_call decision;
    enum code code = read_decision(call, request->submission_id, request->reason, true, &decision);
    if (code != CODE_OK)
        return code;
    return call_once(call, decision.identity->database, decision.operator_id, request->request_id, &request->base, &response->base,
                     (struct once_body){reject_company}, &decision);
}
RPC_UNARY(company_service_reject_company, Identity__V1__CompanyService, Identity__V1__RejectCompanyRequest,
          Identity__V1__RejectCompanyResponse)

static enum failure tell_revoked(struct call *call, struct transaction *transaction, const struct company_submission *submission,
                                 int64_t now_us)
{
    Identity__V1__CompanyRevoked event = IDENTITY__V1__COMPANY_REVOKED__INIT;
    event.account_id = id_to_message(call, submission->account_id);
    event.company_id = id_to_message(call, submission->company_id);
    event.reason = arena_strdup(call_arena(call), submission->reason);
    event.revoke_time = timestamp_from_us(call_arena(call), now_us);
    if (event.account_id == NULL || event.company_id == NULL || event.reason == NULL || event.revoke_time == NULL)
        return FAILURE_EXHAUSTED;
    return event_append(call, transaction, submission->account_id, &event.base, now_us);
}

static enum code revoke_company(struct call *call, struct transaction *transaction, ProtobufCMessage *response, void *argument,
                                enum failure *failure)
{
    const struct decision_call *decision = argument;
    struct company_submission submission;
    int64_t now_us = clock_now_us();
    enum code code = lock_submission(call, transaction, decision, VERIFIED, &submission_not_verified, &submission, failure);
    if (code != CODE_OK)
        return code;
    submission.state = REVOKED;
    submission.reason = decision->reason;
    *failure = company_store_revoke(call_task(call), transaction, &submission, decision->operator_id, now_us);
    if (*failure == FAILURE_NONE)
        *failure = account_store_record(call_task(call), transaction, submission.account_id, "COMPANY_REVOKED",
                                        company_scheme_name(submission.number.scheme), now_us);
    if (*failure == FAILURE_NONE)
        *failure = tell_revoked(call, transaction, &submission, now_us);
    if (*failure != FAILURE_NONE)
        return call_fail(call, *failure);
    return answer_submission(call, &submission, &((Identity__V1__RevokeCompanyResponse *)response)->submission, failure);
}

static enum code company_service_revoke_company_call(struct call *call, const Identity__V1__RevokeCompanyRequest *request,
                                                     Identity__V1__RevokeCompanyResponse *response)
{
    struct decision_call decision;
    enum code code = read_decision(call, request->submission_id, request->reason, true, &decision);
    if (code != CODE_OK)
        return code;
    return call_once(call, decision.identity->database, decision.operator_id, request->request_id, &request->base, &response->base,
                     (struct once_body){revoke_company}, &decision);
}
RPC_UNARY(company_service_revoke_company, Identity__V1__CompanyService, Identity__V1__RevokeCompanyRequest,
          Identity__V1__RevokeCompanyResponse)

/* ---- CheckSameCompany (ID-18) ---- */

static Identity__V1__SameCompanyVerdict verdict_to_message(enum same_company_verdict verdict)
{
    switch (verdict) {
    case SAME_COMPANY: return IDENTITY__V1__SAME_COMPANY_VERDICT__SAME_COMPANY_VERDICT_SAME;
    case SAME_COMPANY_NOT_CORPORATE: return IDENTITY__V1__SAME_COMPANY_VERDICT__SAME_COMPANY_VERDICT_NOT_CORPORATE;
    case SAME_COMPANY_NOT_VERIFIED: return IDENTITY__V1__SAME_COMPANY_VERDICT__SAME_COMPANY_VERDICT_NOT_VERIFIED;
    case SAME_COMPANY_DIFFERENT: return IDENTITY__V1__SAME_COMPANY_VERDICT__SAME_COMPANY_VERDICT_DIFFERENT_COMPANY;
    }
    assert(false);
    return IDENTITY__V1__SAME_COMPANY_VERDICT__SAME_COMPANY_VERDICT_UNSPECIFIED;
}

/* Which of the two stands in the way; only asked when one of them does by itself. */
static bool one_fails(enum same_company_verdict verdict, const struct account_company *one)
{
    return verdict == SAME_COMPANY_NOT_CORPORATE ? one->type == ACCOUNT_TYPE_INDIVIDUAL : id_is_nil(one->company_id);
}

static enum code company_service_check_same_company_call(struct call *call, const Identity__V1__CheckSameCompanyRequest *request,
                                                         Identity__V1__CheckSameCompanyResponse *response)
{
    struct identity *identity = call_context(call);
    struct account_company one, other;
    size_t found = 0;
    struct id one_id = field_id(call, "account_id", request->account_id),
              other_id = field_id(call, "other_account_id", request->other_account_id);
    if (call_has_violations(call))
        return call_refuse_violations(call);
    enum failure failure = company_store_read_both(call_task(call), identity->database, one_id, other_id, &one, &other, &found);
    if (failure != FAILURE_NONE)
        return call_fail(call, failure);
    if (found < (id_equal(one_id, other_id) ? 1u : 2u))
        return call_refuse(call, &account_not_found, NO_TERMS);
    enum same_company_verdict verdict = same_company_decide(&one, &other);
    response->verdict = verdict_to_message(verdict);
    if (verdict == SAME_COMPANY)
        response->company_id = id_to_message(call, one.company_id);
    else if (verdict != SAME_COMPANY_DIFFERENT)
        response->failing_account_id = id_to_message(call, one_fails(verdict, &one) ? one_id : other_id);
    return response->company_id != NULL && response->failing_account_id != NULL ? CODE_OK : call_fail(call, FAILURE_EXHAUSTED);
}
RPC_UNARY(company_service_check_same_company, Identity__V1__CompanyService, Identity__V1__CheckSameCompanyRequest,
          Identity__V1__CheckSameCompanyResponse)

void company_service_mount(struct rpc_server *server, struct identity *identity)
{
    static Identity__V1__CompanyService_Service service = IDENTITY__V1__COMPANY_SERVICE__INIT(company_service_);
    rpc_server_mount(server, &service.base, identity);
}
