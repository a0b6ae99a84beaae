/* Direct contracts with partners (ID-25): noted, ended and listed by operators. */
#include "identity/service/account_service.h"
#include "identity/service/relation.h"
#include "identity/store/partner_store.h"
#include "identity/store/upstream_store.h"
#include "runtime/base/clock.h"
#include "runtime/rpc/timestamp.h"

static Identity__V1__Partner *partner_to_message(struct call *call,
                                                 const struct partner_contract *contract)
{
    struct arena *arena = call_arena(call);
    Identity__V1__Partner *message = arena_alloc(arena, sizeof *message);
    identity__v1__partner__init(message);
    message->contract_id = id_to_message(call, contract->contract_id);
    message->partner_account_id = id_to_message(call, contract->account_id);
    message->reference = arena_strdup(arena, contract->reference);
    message->begin_time = timestamp_from_us(arena, contract->begun_us);
    if (contract->ends_us != 0)
        message->end_time = timestamp_from_us(arena, contract->ends_us);
    message->operator_principal_id = id_to_message(call, contract->authorised_by);
    return message;
}

static int refuse(struct call *call, enum partner_verdict verdict)
{
    return call_refuse(call, partner_refusal(verdict), NO_TERMS);
}

void authorise_partner_read(struct call *call, const Identity__V1__AuthorisePartnerRequest *message,
                            struct authorise_partner *request)
{
    authorise_partner_fields(call, message, request);
    field_text(call, "reference", request->reference, 1, PARTNER_REFERENCE_BYTES_MAX);
    if (request->has_contract_end_time && request->contract_end_us <= clock_now_us())
        call_add_field_violation(call, "contract_end_time", FAULT_IN_THE_PAST,
                                 "Must be in the future.");
}

int authorise_partner(struct mutation *mutation, const struct authorise_partner *request,
                      Identity__V1__AuthorisePartnerResponse *response)
{
    struct account_row account;
    struct partner_contract last;
    bool found = false;
    int no = account_lock(mutation, request->partner_account_id, &account);
    if (no == 0)
        no = partner_store_last(mutation->transaction, request->partner_account_id, &last, &found);
    if (no != 0)
        return no;
    enum partner_verdict verdict = partner_authorise_decide(
        found ? &last : NULL, !id_is_nil(account.account.company_id), mutation->now_us);
    if (verdict != PARTNER_ACCEPTED)
        return refuse(mutation->call, verdict);
    const struct partner_contract contract = {.contract_id = id_new(mutation->now_us),
                                              .account_id = request->partner_account_id,
                                              .reference = request->reference,
                                              .begun_us = mutation->now_us,
                                              .ends_us = request->contract_end_us,
                                              .authorised_by = caller_id(mutation->call)};
    response->partner = partner_to_message(mutation->call, &contract);
    return partner_store_insert(mutation->transaction, &contract);
}

/* B.3: its customers hear of it at once. The account is locked. */
static enum failure begin_trouble(struct mutation *mutation, struct id agent_id)
{
    struct upstream_trouble trouble;
    enum failure failure = upstream_store_trouble(mutation->transaction, agent_id, &trouble);
    if (failure != FAILURE_NONE || trouble.cause != UPSTREAM_NONE)
        return failure;
    trouble.trouble_id = id_new(mutation->now_us);
    trouble.cause = upstream_cause(&(struct upstream_standing){.authorised = false});
    trouble.begun_us = mutation->now_us;
    return upstream_store_begin(mutation->transaction, &trouble);
}

int end_partner(struct mutation *mutation, const struct end_partner *request,
                Identity__V1__EndPartnerResponse *response)
{
    struct account_row account;
    struct partner_contract last;
    bool found = false;
    int no = account_lock(mutation, request->partner_account_id, &account);
    if (no == 0)
        no = partner_store_last(mutation->transaction, request->partner_account_id, &last, &found);
    if (no != 0)
        return no;
    enum partner_verdict verdict = partner_end_decide(found ? &last : NULL, mutation->now_us);
    if (verdict != PARTNER_ACCEPTED)
        return refuse(mutation->call, verdict);
    last.ends_us = mutation->now_us;
    response->partner = partner_to_message(mutation->call, &last);
    no = partner_store_end(mutation->transaction, last.contract_id, caller_id(mutation->call),
                           mutation->now_us);
    return no == 0 ? begin_trouble(mutation, request->partner_account_id) : no;
}

static ProtobufCMessage *partner_message(struct call *call, const void *contract)
{
    return &partner_to_message(call, contract)->base;
}

int list_partners(struct call *call, const struct list_partners *request,
                  Identity__V1__ListPartnersResponse *response)
{
    struct partner_contracts found;
    int no = partner_store_list(identity_reader(call), request->partner_account_id,
                                request->before_id, page_limit(request->page_size), &found);
    return no != 0 ? no
                   : page_answer(call,
                                 PAGE(request->page_size, found.items, found.count, contract_id,
                                      partner_message),
                                 &response->base);
}
