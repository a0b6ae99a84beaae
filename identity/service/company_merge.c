/* A company by any of its numbers, and two companies that become one (ID-18, R9): the gateway lets
 * a merge through when another operator approved it. */
#include "identity/domain/company_merge.h"

#include "identity/jobs/owner_notice.h"
#include "identity/service/company_service.h"
#include "identity/service/fields.h"
#include "identity/store/company_merge_store.h"
#include "identity/v1/event.pb-c.h"
#include "runtime/rpc/timestamp.h"

#define REASON_BYTES_MAX 512

static Identity__V1__CompanyNumber *number_to_message(struct call *call,
                                                      const struct known_number *number)
{
    struct arena *arena = call_arena(call);
    Identity__V1__CompanyNumber *message = arena_alloc(arena, sizeof *message);
    identity__v1__company_number__init(message);
    message->country = arena_strdup(arena, number->country);
    message->scheme = arena_strdup(arena, number->scheme);
    message->number = arena_strdup(arena, number->number);
    message->company_id = id_to_message(call, number->company_id);
    message->merge_reason = arena_strdup(arena, number->merge_reason);
    if (number->merged_us != 0)
        message->merge_time = timestamp_from_us(arena, number->merged_us);
    return message;
}

static Identity__V1__Company *company_to_message(struct call *call, const struct company *company)
{
    struct arena *arena = call_arena(call);
    Identity__V1__Company *message = arena_alloc(arena, sizeof *message);
    identity__v1__company__init(message);
    message->company_id = id_to_message(call, company->company_id);
    if (!id_is_nil(company->main_account_id))
        message->main_account_id = id_to_message(call, company->main_account_id);
    message->numbers = arena_alloc_array(arena, company->count, sizeof *message->numbers);
    message->n_numbers = company->count;
    for (size_t i = 0; i < company->count; i++)
        message->numbers[i] = number_to_message(call, &company->numbers[i]);
    message->account_count = company->accounts;
    return message;
}

/* ---- GetCompany ---- */

void get_company_read(struct call *call, const Identity__V1__GetCompanyRequest *message,
                      struct get_company *request)
{
    get_company_fields(call, message, request);
    if (!id_is_nil(request->searched_company_id))
        return;
    field_scheme(call, "scheme", message->scheme);
    field_country(call, "country", request->country);
    field_text(call, "registration_number", request->registration_number, 1,
               REGISTRATION_BYTES_MAX);
}

int get_company(struct call *call, const struct get_company *request,
                Identity__V1__GetCompanyResponse *response)
{
    struct company company;
    struct company_key key = {.scheme = ""};
    if (id_is_nil(request->searched_company_id)) {
        struct company_number number;
        enum company_number_verdict verdict =
            company_number_read(&number, request->country, (enum company_scheme)request->scheme,
                                request->registration_number);
        if (verdict != COMPANY_NUMBER_ACCEPTED)
            return call_refuse(call, company_number_refusal(verdict),
                               REFUSAL_TERMS({"field", "registration_number"}));
        key = company_number_key(&number);
    }
    int no =
        company_store_read(identity_reader(call), request->searched_company_id, &key, &company);
    if (no == 0 && company.count == 0)
        return call_refuse(call, company_merge_refusal(MERGE_UNKNOWN), NO_TERMS);
    if (no == 0)
        response->company = company_to_message(call, &company);
    return no;
}

/* ---- MergeCompanies ---- */

void merge_companies_read(struct call *call, const Identity__V1__MergeCompaniesRequest *message,
                          struct merge_companies *request)
{
    merge_companies_fields(call, message, request);
    field_text(call, "reason", request->reason, 1, REASON_BYTES_MAX);
}

/* nil: nobody approved it. */
static struct id approver_of(struct call *call)
{
    const char *approval = call_header(call, "kontor-approval-id");
    const char *approver = call_header(call, "kontor-approver-id");
    struct id id;
    return approval != NULL && approver != NULL && id_parse(approver, &id) ? id : (struct id){{0}};
}

static int decide(struct mutation *mutation, struct company_merging *merging)
{
    struct company_merge merge = {.operator_id = merging->operator_id,
                                  .approver_id = merging->approver_id};
    int no = relation_store_lock_structure(mutation->transaction);
    if (no == 0)
        no = company_store_lock_pair(mutation->transaction, &merging->pair, &merge);
    if (no != 0)
        return no;
    enum company_merge_verdict verdict = company_merge_decide(&merge);
    return verdict == MERGE_ACCEPTED
               ? 0
               : call_refuse(mutation->call, company_merge_refusal(verdict), NO_TERMS);
}

/* Each account is of the company that stays: its onboarding notes it, and the world hears it as of
 * any verification, so ledger and sharing follow. */
static enum failure tell_account(struct mutation *mutation, struct id company_id,
                                 const struct moved_account *account)
{
    struct call *call = mutation->call;
    Identity__V1__CompanyVerified event = IDENTITY__V1__COMPANY_VERIFIED__INIT;
    event.account_id = id_to_message(call, account->account_id);
    event.company_id = id_to_message(call, company_id);
    event.country = arena_strdup(call_arena(call), account->country);
    event.scheme = (Identity__V1__CompanyScheme)account->scheme;
    event.verify_time = timestamp_from_us(call_arena(call), mutation->now_us);
    enum failure failure = trail_note(mutation, account->account_id, "COMPANY_MERGED",
                                      company_scheme_name(account->scheme));
    return failure == FAILURE_NONE ? event_append(mutation, account->account_id, &event.base)
                                   : failure;
}

/* Whose account was above the others, and is no more. */
static enum failure tell_main(struct mutation *mutation, const struct company *company,
                              struct id was_main_id)
{
    struct call *call = mutation->call;
    struct relation_owner owner;
    bool exists = false;
    char main[ID_TEXT_SIZE];
    if (id_is_nil(was_main_id) || id_equal(was_main_id, company->main_account_id))
        return FAILURE_NONE;
    enum failure failure =
        relation_store_owner(mutation->transaction, was_main_id, &owner, &exists);
    if (failure != FAILURE_NONE || !exists)
        return failure;
    const char *text =
        arena_printf(call_arena(call),
                     "The company of your Kontor account is registered with us under several "
                     "numbers, which are one now. Its main account is %s.",
                     id_format(company->main_account_id, main));
    return owner_notice_take(
        mutation->transaction, &identity_of(call)->courier,
        &(struct owner_notice){
            .owner = &owner, .account_id = was_main_id, .text = text, .now_us = mutation->now_us});
}

int merge_companies(struct mutation *mutation, const struct merge_companies *request,
                    Identity__V1__MergeCompaniesResponse *response)
{
    struct call *call = mutation->call;
    struct company_merging merging = {.pair = {.company_id = request->surviving_company_id,
                                               .merged_id = request->merged_company_id},
                                      .reason = request->reason,
                                      .operator_id = caller_id(call),
                                      .approver_id = approver_of(call),
                                      .now_us = mutation->now_us};
    struct company_merged merged = {.accounts.count = 0};
    int no = decide(mutation, &merging);
    if (no == 0)
        no = company_store_merge(mutation->transaction, &merging, &merged);
    for (size_t i = 0; no == 0 && i < merged.accounts.count; i++)
        no = tell_account(mutation, request->surviving_company_id, &merged.accounts.items[i]);
    if (no == 0)
        no = tell_main(mutation, &merged.company, merging.pair.merged_main_account_id);
    if (no != 0)
        return no;
    response->company = company_to_message(call, &merged.company);
    response->moved_accounts = (int64_t)merged.accounts.count;
    return 0;
}
