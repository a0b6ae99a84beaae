#include "identity/service/company_service.h"

#include <assert.h>

#include "identity/service/start.h"
#include "identity/service/fields.h"
#include "identity/store/role_store.h"
#include "runtime/base/clock.h"
#include "runtime/idempotency/call_once.h"
#include "runtime/rpc/field.h"

#define NAME_BYTES_MAX 256
#define NUMBER_BYTES_MAX 128
#define SAME_COMPANIES_MAX 1000

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

static int decide_submit(struct mutation *mutation, const struct submit_call *submit,
                         int64_t now_us)
{
    struct account_row row;
    bool exists = false;
    size_t today = 0;
    int no = account_store_lock(mutation->transaction, submit->account_id, &row, &exists);
    if (no == 0)
        no = company_store_count_today(mutation->transaction, submit->account_id, now_us, &today);
    if (no != 0)
        return no;
    if (!exists)
        return call_refuse(mutation->call, &account_not_found, NO_TERMS);
    enum submission_verdict verdict = submission_decide(&row.account, submit->principal_id, today);
    return verdict == SUBMISSION_ACCEPTED
               ? 0
               : call_refuse(mutation->call, submission_refusal(verdict), NO_TERMS);
}

static int submit_company(struct mutation *mutation, const void *argument,
                          ProtobufCMessage *response)
{
    const struct submit_call *submit = argument;
    struct company_submission submission = {.submission_id = id_new(mutation->now_us),
                                            .account_id = submit->account_id,
                                            .name = submit->name,
                                            .state = COMPANY_SUBMITTED,
                                            .reason = "",
                                            .submitted_us = mutation->now_us};
    int no = decide_submit(mutation, submit, mutation->now_us);
    if (no != 0)
        return no;
    enum company_number_verdict verdict =
        company_number_read(&submission.number, submit->country, submit->scheme, submit->number);
    if (verdict != COMPANY_NUMBER_ACCEPTED)
        return call_refuse(mutation->call, company_number_refusal(verdict),
                           REFUSAL_TERMS({"field", "registration_number"}));
    no = company_store_submit(mutation->transaction, &submission, submit->principal_id);
    if (no == 0)
        no = account_store_record(mutation->transaction, submit->account_id, "COMPANY_SUBMITTED",
                                  company_scheme_name(submit->scheme), mutation->now_us);
    if (no != 0)
        return no;
    return submission_answer(mutation->call, &submission,
                             &((Identity__V1__SubmitCompanyResponse *)response)->submission);
}

static int company_service_submit_company_call(struct call *call,
                                               const Identity__V1__SubmitCompanyRequest *request,
                                               Identity__V1__SubmitCompanyResponse *response)
{
    struct submit_call submit = {.identity = call_context(call),
                                 .country = request->country,
                                 .number = request->registration_number,
                                 .name = request->name};
    if (!caller_read(call, &submit.principal_id))
        return call_refuse(call, &caller_missing, NO_TERMS);
    submit.account_id = field_id(call, "account_id", request->account_id);
    submit.scheme = field_scheme(call, "scheme", request->scheme);
    field_country(call, "country", request->country);
    field_text(call, "registration_number", request->registration_number, 1, NUMBER_BYTES_MAX);
    field_text(call, "name", request->name, 1, NAME_BYTES_MAX);
    if (call_has_violations(call))
        return call_refuse_violations(call);
    return CALL_ONCE(call, submit.identity->database, submit.account_id, request, response,
                     submit_company, &submit);
}
RPC_UNARY(company_service_submit_company, Identity__V1__CompanyService,
          Identity__V1__SubmitCompanyRequest, Identity__V1__SubmitCompanyResponse)

/* ---- ListSubmissions ---- */

/* Those of all accounts are for operators. */
static int may_list(struct call *call, const struct identity *identity, struct id account_id)
{
    struct id principal_id;
    struct account_roles roles;
    if (!caller_read(call, &principal_id))
        return call_refuse(call, &caller_missing, NO_TERMS);
    int no = role_store_read(reader_of(call_task(call), identity->database), account_id,
                             principal_id, principal_id, &roles);
    if (no != 0)
        return no;
    bool allowed = (roles.caller_roles & ROLE_OPERATOR) != 0 ||
                   (!id_is_nil(account_id) && roles.caller_roles != ROLE_NONE);
    return allowed ? 0 : call_refuse(call, role_refusal(ROLE_NOT_OPERATOR), NO_TERMS);
}

static int
company_service_list_submissions_call(struct call *call,
                                      const Identity__V1__ListSubmissionsRequest *request,
                                      Identity__V1__ListSubmissionsResponse *response)
{
    struct identity *identity = call_context(call);
    struct company_submission *submissions;
    size_t found = 0, page_size = field_page_size(call, request->page_size);
    struct submission_filter filter = {
        .account_id = field_id_or_none(call, "account_id", request->account_id),
        .state = field_state(call, "state", request->state),
        .before_id = field_id_or_none(call, "page_token", request->page_token),
        .limit = (int64_t)page_size + 1};
    if (call_has_violations(call))
        return call_refuse_violations(call);
    int no = may_list(call, identity, filter.account_id);
    if (no != 0)
        return no;
    enum failure failure = company_store_list(reader_of(call_task(call), identity->database),
                                              &filter, &submissions, &found);
    if (failure != FAILURE_NONE)
        return failure;
    response->n_submissions = found < page_size ? found : page_size;
    response->submissions = arena_alloc_array(call_arena(call), response->n_submissions + 1,
                                              sizeof *response->submissions);
    for (size_t i = 0; i < response->n_submissions; i++) {
        no = submission_answer(call, &submissions[i], &response->submissions[i]);
        if (no != 0)
            return no;
    }
    if (found > page_size)
        response->next_page_token = id_to_message(call, submissions[page_size - 1].submission_id);
    return 0;
}
RPC_UNARY(company_service_list_submissions, Identity__V1__CompanyService,
          Identity__V1__ListSubmissionsRequest, Identity__V1__ListSubmissionsResponse)

/* ---- CheckSameCompany (ID-18) ---- */

static Identity__V1__SameCompanyVerdict verdict_to_message(enum same_company_verdict verdict)
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

/* Which of the two stands in the way; only asked when one of them does by itself. */
static bool one_fails(enum same_company_verdict verdict, const struct account_company *one)
{
    return verdict == SAME_COMPANY_NOT_CORPORATE ? one->type == ACCOUNT_TYPE_INDIVIDUAL
                                                 : id_is_nil(one->company_id);
}

static int
company_service_check_same_company_call(struct call *call,
                                        const Identity__V1__CheckSameCompanyRequest *request,
                                        Identity__V1__CheckSameCompanyResponse *response)
{
    struct identity *identity = call_context(call);
    struct account_company companies[2];
    bool found[2];
    struct id ids[2] = {field_id(call, "account_id", request->account_id),
                        field_id(call, "other_account_id", request->other_account_id)};
    if (call_has_violations(call))
        return call_refuse_violations(call);
    int no = company_store_read_all(reader_of(call_task(call), identity->database), ids, 2,
                                    companies, found);
    if (no != 0)
        return no;
    if (!found[0] || !found[1])
        return call_refuse(call, &account_not_found, NO_TERMS);
    enum same_company_verdict verdict = same_company_decide(&companies[0], &companies[1]);
    response->verdict = verdict_to_message(verdict);
    if (verdict == SAME_COMPANY)
        response->company_id = id_to_message(call, companies[0].company_id);
    else if (verdict != SAME_COMPANY_DIFFERENT)
        response->failing_account_id =
            id_to_message(call, ids[one_fails(verdict, &companies[0]) ? 0 : 1]);
    return 0;
}
RPC_UNARY(company_service_check_same_company, Identity__V1__CompanyService,
          Identity__V1__CheckSameCompanyRequest, Identity__V1__CheckSameCompanyResponse)

/* The account itself comes first, the others follow. */
struct company_check {
    struct id *ids;
    struct account_company *companies;
    bool *found;
};

static int read_check(struct call *call, const Identity__V1__CheckSameCompaniesRequest *request,
                      struct company_check *check)
{
    size_t count = request->n_other_account_ids;
    if (count < 1 || count > SAME_COMPANIES_MAX)
        return call_invalid(call, "other_account_ids", FAULT_OUT_OF_RANGE,
                            "must hold 1 to 1,000 accounts");
    check->ids = arena_alloc_array(call_arena(call), count + 1, sizeof *check->ids);
    check->companies = arena_alloc_array(call_arena(call), count + 1, sizeof *check->companies);
    check->found = arena_alloc_array(call_arena(call), count + 1, sizeof *check->found);
    check->ids[0] = field_id(call, "account_id", request->account_id);
    for (size_t i = 0; i < count; i++)
        check->ids[i + 1] = field_id(call, "other_account_ids", request->other_account_ids[i]);
    return call_has_violations(call) ? call_refuse_violations(call) : 0;
}

static int
company_service_check_same_companies_call(struct call *call,
                                          const Identity__V1__CheckSameCompaniesRequest *request,
                                          Identity__V1__CheckSameCompaniesResponse *response)
{
    struct identity *identity = call_context(call);
    struct company_check check = {0};
    size_t count = request->n_other_account_ids;
    int no = read_check(call, request, &check);
    if (no != 0)
        return no;
    enum failure failure =
        company_store_read_all(reader_of(call_task(call), identity->database), check.ids, count + 1,
                               check.companies, check.found);
    response->verdicts = arena_alloc_array(call_arena(call), count, sizeof *response->verdicts);
    if (failure != FAILURE_NONE || response->verdicts == NULL)
        return failure != FAILURE_NONE ? failure : FAILURE_EXHAUSTED;
    if (!check.found[0])
        return call_refuse(call, &account_not_found, NO_TERMS);
    for (size_t i = 0; i < count; i++) {
        if (check.found[i + 1])
            response->verdicts[i] = verdict_to_message(
                same_company_decide(&check.companies[0], &check.companies[i + 1]));
    }
    response->n_verdicts = count;
    return 0;
}
RPC_UNARY(company_service_check_same_companies, Identity__V1__CompanyService,
          Identity__V1__CheckSameCompaniesRequest, Identity__V1__CheckSameCompaniesResponse)

/* ---- the operator's decisions ---- */

RPC_UNARY(company_service_approve_company, Identity__V1__CompanyService,
          Identity__V1__ApproveCompanyRequest, Identity__V1__ApproveCompanyResponse)
RPC_UNARY(company_service_reject_company, Identity__V1__CompanyService,
          Identity__V1__RejectCompanyRequest, Identity__V1__RejectCompanyResponse)
RPC_UNARY(company_service_revoke_company, Identity__V1__CompanyService,
          Identity__V1__RevokeCompanyRequest, Identity__V1__RevokeCompanyResponse)

void company_service_mount(struct rpc_server *server, struct identity *identity)
{
    static Identity__V1__CompanyService_Service service =
        IDENTITY__V1__COMPANY_SERVICE__INIT(company_service_);
    rpc_server_mount(server, &service.base, identity);
}
