#include "identity/service/company_service.h"

#include "identity/service/account_service.h"
#include "identity/domain/role.h"
#include "identity/service/fields.h"
#include "identity/store/verification_store.h"
#include "runtime/base/clock.h"
#include "runtime/rpc/page.h"

#define submit_company_admit(call) caller_admit(call)
#define submit_company_read submit_company_read
#define submit_company_done(call, request, response) verification_ask_now(call)
#define approve_company_linkage extern
#define approve_company_admit(call) operator_admit(call, ROLE_OPERATOR_REVIEW)
#define approve_company_scope(call, request) caller_id(call)
#define approve_company_done(call, request, response) messages_deliver(call)
#define reject_company_linkage extern
#define reject_company_admit(call) operator_admit(call, ROLE_OPERATOR_REVIEW)
#define reject_company_read reject_company_read
#define reject_company_scope(call, request) caller_id(call)
#define reject_company_done(call, request, response) messages_deliver(call)
#define revoke_company_linkage extern
#define revoke_company_admit(call) operator_admit(call, ROLE_OPERATOR_REVIEW)
#define revoke_company_read revoke_company_read
#define revoke_company_scope(call, request) caller_id(call)
#define revoke_company_done(call, request, response) messages_deliver(call)
#define get_company_linkage extern
#define get_company_admit(call) operator_admit(call, ROLE_OPERATOR_REVIEW)
#define get_company_read get_company_read
#define merge_companies_linkage extern
#define merge_companies_admit(call) operator_admit(call, ROLE_OPERATOR_REVIEW)
#define merge_companies_read merge_companies_read
#define merge_companies_scope(call, request) caller_id(call)
#define merge_companies_done(call, request, response) messages_deliver(call)
#define check_same_companies_read check_same_companies_read
#include "identity/service/company_rpc.h"

#define NAME_BYTES_MAX 256
#define SAME_COMPANIES_MAX 1000

/* ---- SubmitCompany ---- */

static void submit_company_read(struct call *call,
                                const Identity__V1__SubmitCompanyRequest *message,
                                struct submit_company *request)
{
    submit_company_fields(call, message, request);
    field_scheme(call, "scheme", request->scheme);
    field_country(call, "country", request->country);
    field_text(call, "registration_number", request->registration_number, 1,
               REGISTRATION_BYTES_MAX);
    field_text(call, "name", request->name, 1, NAME_BYTES_MAX);
}

static int decide_submit(struct mutation *mutation, struct id account_id)
{
    struct account_row row;
    size_t today = 0;
    int no = account_lock(mutation, account_id, &row);
    if (no == 0)
        no = company_store_count_today(mutation->transaction, account_id, mutation->now_us, &today);
    if (no != 0)
        return no;
    const struct submission submission = {ACCOUNT_TYPE_CORPORATE, caller_id(mutation->call), today,
                                          mutation->now_us};
    enum submission_verdict verdict = submission_decide(&row.account, &submission);
    return verdict == SUBMISSION_ACCEPTED
               ? 0
               : call_refuse(mutation->call, submission_refusal(verdict), NO_TERMS);
}

static int submit_company(struct mutation *mutation, const struct submit_company *request,
                          Identity__V1__SubmitCompanyResponse *response)
{
    struct call *call = mutation->call;
    struct company_submission submission = {.submission_id = id_new(mutation->now_us),
                                            .account_id = request->account_id,
                                            .name = request->name,
                                            .state = REVIEW_SUBMITTED,
                                            .reason = "",
                                            .submitted_us = mutation->now_us};
    int no = decide_submit(mutation, request->account_id);
    if (no != 0)
        return no;
    enum company_scheme scheme = (enum company_scheme)request->scheme;
    enum company_number_verdict verdict = company_number_read(&submission.number, request->country,
                                                              scheme, request->registration_number);
    if (verdict != COMPANY_NUMBER_ACCEPTED)
        return call_refuse(call, company_number_refusal(verdict),
                           REFUSAL_TERMS({"field", "registration_number"}));
    no = company_store_submit(mutation->transaction, &submission, caller_id(call));
    if (no == 0 && verification_is_asked(&identity_of(call)->verification))
        no = verification_store_insert(mutation->transaction, submission.submission_id, true,
                                       clock_work_us());
    if (no == 0)
        no = trail_note(mutation, request->account_id, "COMPANY_SUBMITTED",
                        company_scheme_name(scheme));
    response->submission = submission_to_message(call, &submission);
    return no;
}

/* ---- ListSubmissions ---- */

static int may_list(struct call *call, struct id account_id)
{
    unsigned roles;
    int no = caller_admit(call);
    if (no == 0)
        no = caller_roles(call, account_id, &roles);
    if (no != 0)
        return no;
    enum role_verdict verdict = role_list_decide(roles, !id_is_nil(account_id));
    return verdict == ROLE_ACCEPTED ? 0 : call_refuse(call, role_refusal(verdict), NO_TERMS);
}

static ProtobufCMessage *submission_message(struct call *call, const void *submission)
{
    return (ProtobufCMessage *)submission_to_message(call, submission);
}

static int list_submissions(struct call *call, const struct list_submissions *request,
                            Identity__V1__ListSubmissionsResponse *response)
{
    struct company_submission *found = NULL;
    size_t count = 0;
    const struct submission_filter filter = {.account_id = request->account_id,
                                             .state = state_of(request->state),
                                             .before_id = request->before_id,
                                             .limit = page_limit(request->page_size)};
    int no = may_list(call, request->account_id);
    if (no == 0)
        no = company_store_list(identity_reader(call), &filter, &found, &count);
    return no != 0 ? no
                   : page_answer(
                         call,
                         PAGE(request->page_size, found, count, submission_id, submission_message),
                         &response->base);
}

/* ---- CheckSameCompany (ID-18) ---- */

static int check_same_company(struct call *call, const struct check_same_company *request,
                              Identity__V1__CheckSameCompanyResponse *response)
{
    struct account_company companies[2];
    bool found[2];
    const struct id ids[2] = {request->account_id, request->other_account_id};
    Identity__V1__AccountComparison comparison = IDENTITY__V1__ACCOUNT_COMPARISON__INIT;
    int no = company_store_read_all(identity_reader(call), ids, 2, companies, found);
    if (no == 0)
        no = company_compare(call, &(struct compared){ids[0], found[0], companies[0]},
                             &(struct compared){ids[1], found[1], companies[1]}, &comparison);
    response->verdict = comparison.verdict;
    response->failing_account_id = comparison.failing_account_id;
    if (comparison.verdict == IDENTITY__V1__SAME_COMPANY_VERDICT__SAME_COMPANY_VERDICT_SAME)
        response->company_id = id_to_message(call, companies[0].company_id);
    return no;
}

static void check_same_companies_read(struct call *call,
                                      const Identity__V1__CheckSameCompaniesRequest *message,
                                      struct check_same_companies *request)
{
    check_same_companies_fields(call, message, request);
    size_t count = request->n_other_account_ids;
    if (count < 1 || count > SAME_COMPANIES_MAX)
        call_add_field_violation(call, "other_account_ids", FAULT_OUT_OF_RANGE,
                                 "must hold 1 to 1,000 accounts");
    for (size_t i = 0; count <= SAME_COMPANIES_MAX && i < count; i++)
        (void)field_id(call, "other_account_ids", request->other_account_ids[i]);
}

/* The account itself comes first, the others follow. */
static int check_same_companies(struct call *call, const struct check_same_companies *request,
                                Identity__V1__CheckSameCompaniesResponse *response)
{
    struct arena *arena = call_arena(call);
    size_t count = request->n_other_account_ids;
    struct id *ids = arena_alloc_array(arena, count + 1, sizeof *ids);
    struct account_company *companies = arena_alloc_array(arena, count + 1, sizeof *companies);
    bool *found = arena_alloc_array(arena, count + 1, sizeof *found);
    ids[0] = request->account_id;
    for (size_t i = 0; i < count; i++)
        ids[i + 1] = field_id(call, "other_account_ids", request->other_account_ids[i]);
    int no = company_store_read_all(identity_reader(call), ids, count + 1, companies, found);
    if (no == 0 && !found[0])
        return call_refuse(call, &account_not_found, NO_TERMS);
    if (no != 0)
        return no;
    response->n_verdicts = count;
    response->verdicts = arena_alloc_array(arena, count, sizeof *response->verdicts);
    for (size_t i = 0; i < count; i++) {
        if (found[i + 1])
            response->verdicts[i] =
                verdict_to_message(same_company_decide(&companies[0], &companies[i + 1]));
    }
    return 0;
}
