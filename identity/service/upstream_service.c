/* Trouble of partners (B.3): noted, told to their customers, and the bridge out of it. */
#include "identity/domain/upstream.h"

#include "identity/service/account_service.h"
#include "identity/service/fields.h"
#include "identity/service/relation.h"
#include "identity/service/start.h"
#include "identity/store/partner_store.h"
#include "identity/store/upstream_store.h"
#include "runtime/base/clock.h"
#include "runtime/rpc/timestamp.h"

#define get_upstream_admit(call) caller_admit(call)
#define accept_bridge_admit(call) caller_admit(call)
#define accept_bridge_done(call, request, response) messages_deliver(call)
#define note_upstream_scope(call, request) ((request)->agent_account_id)
#include "identity/service/upstream_rpc.h"

/* ---- GetUpstream ---- */

static Identity__V1__UpstreamRisk *risk_to_message(struct call *call,
                                                   const struct upstream_risk *risk,
                                                   const struct relation_terms *held)
{
    struct arena *arena = call_arena(call);
    int64_t services_end_us = upstream_services_end_us(risk, held);
    Identity__V1__UpstreamRisk *message = arena_alloc(arena, sizeof *message);
    identity__v1__upstream_risk__init(message);
    message->relation_id = id_to_message(call, risk->relation_id);
    message->agent_account_id = id_to_message(call, risk->agent_id);
    message->cause = (Identity__V1__UpstreamCause)risk->cause;
    message->begin_time = timestamp_from_us(arena, risk->begun_us);
    message->grace_end_time = timestamp_from_us(arena, risk->grace_end_us);
    if (risk->bridged_us != 0)
        message->bridge_time = timestamp_from_us(arena, risk->bridged_us);
    if (services_end_us != 0)
        message->services_end_time = timestamp_from_us(arena, services_end_us);
    return message;
}

static int get_upstream(struct call *call, const struct get_upstream *request,
                        Identity__V1__GetUpstreamResponse *response)
{
    struct upstream_risk risk;
    struct relation_row row;
    bool exists = false;
    int no = upstream_store_read_risk(identity_reader(call), request->account_id, &risk, &exists);
    if (no == 0 && exists)
        no = relation_store_read(identity_reader(call), risk.relation_id, &row, &exists);
    if (no == 0 && exists && relation_end_us(&row.relation, clock_now_us()) == 0)
        response->risk = risk_to_message(call, &risk, &row.held.terms);
    return no;
}

/* ---- AcceptBridge ---- */

/* The terms of the bridge are offered to and agreed by the customer in one. */
static struct relation_row bridged(struct mutation *mutation, const struct relation_row *row)
{
    struct relation_row next = *row;
    char *hash = arena_alloc(call_arena(mutation->call), RELATION_HASH_SIZE);
    next.offer.version = row->offer.version + 1;
    next.offer.terms = upstream_bridge(&row->held.terms);
    next.offer.expires_us = mutation->now_us;
    relation_offer_hash(&next.offer, hash);
    next.offer_hash = hash;
    next.offered_us = mutation->now_us;
    next.relation.expires_us = next.offer.expires_us;
    next.relation.answered_us = mutation->now_us;
    return next;
}

static int admit_bridge(struct mutation *mutation, const struct accept_bridge *request,
                        struct relation_row *row, struct upstream_risk *risk)
{
    struct call *call = mutation->call;
    bool exists = false, at_risk = false;
    int no = relation_store_lock_structure(mutation->transaction);
    if (no == 0)
        no = administrator_lock(mutation, request->account_id);
    if (no == 0)
        no = relation_store_lock(mutation->transaction, request->relation_id, row, &exists);
    if (no == 0)
        no = upstream_store_risk(mutation->transaction, request->account_id, risk, &at_risk);
    if (no != 0)
        return no;
    if (!exists || !id_equal(row->relation.customer_id, request->account_id))
        return call_refuse(call, relation_refusal(RELATION_UNKNOWN), NO_TERMS);
    bool holds = row->held.version != 0 && relation_end_us(&row->relation, mutation->now_us) == 0;
    at_risk = at_risk && id_equal(risk->relation_id, row->relation_id);
    enum upstream_verdict verdict =
        upstream_bridge_decide(holds && at_risk ? risk : NULL, &row->held.terms);
    return verdict == UPSTREAM_ACCEPTED ? 0
                                        : call_refuse(call, upstream_refusal(verdict), NO_TERMS);
}

static int keep_bridge(struct mutation *mutation, struct relation_row *next)
{
    struct id caller = caller_id(mutation->call);
    int no = relation_store_offer(mutation->transaction,
                                  &(struct relation_request){.offer = next->offer,
                                                             .offer_hash = next->offer_hash,
                                                             .requested_by = caller,
                                                             .now_us = mutation->now_us});
    if (no == 0)
        no = relation_store_answer(mutation->transaction, next,
                                   &(struct relation_answered){next->relation_id,
                                                               next->offer.version, caller,
                                                               mutation->now_us, true});
    return no == 0 ? relation_tell_began(mutation->transaction, next, mutation->now_us) : no;
}

static int tell_agent(struct mutation *mutation, struct id account_id,
                      const struct relation_row *row)
{
    struct call *call = mutation->call;
    const char *text = arena_printf(
        call_arena(call), "The Kontor account %s pays by itself from now on (relation %s).",
        id_to_message(call, account_id), id_to_message(call, row->relation_id));
    int no = relation_note(mutation, account_id, row->relation_id, SECURITY_RELATION_CONFIRMED);
    return no != 0 ? no
                   : relation_tell(mutation, row->relation.agent_id, row->relation_id,
                                   SECURITY_RELATION_CONFIRMED, text);
}

static int accept_bridge(struct mutation *mutation, const struct accept_bridge *request,
                         Identity__V1__AcceptBridgeResponse *response)
{
    struct relation_row row;
    struct upstream_risk risk;
    int no = admit_bridge(mutation, request, &row, &risk);
    if (no != 0)
        return no;
    struct relation_row next = bridged(mutation, &row);
    risk.bridged_us = mutation->now_us;
    no = keep_bridge(mutation, &next);
    if (no == 0)
        no = upstream_store_advance(mutation->transaction, &risk);
    if (no == 0)
        no = tell_agent(mutation, request->account_id, &next);
    next.held = (struct relation_held){next.offer.version, next.offer.terms, mutation->now_us};
    if (no == 0)
        response->relation = relation_to_message(mutation->call, &next, mutation->now_us);
    return no;
}

/* ---- how partners stand ---- */

static ProtobufCMessage *upstream_message(struct call *call, const void *item)
{
    const struct upstream_row *row = item;
    Identity__V1__Upstream *message = arena_alloc(call_arena(call), sizeof *message);
    identity__v1__upstream__init(message);
    message->contract_id = id_to_message(call, row->contract_id);
    message->agent_account_id = id_to_message(call, row->agent_id);
    message->authorised = row->authorised;
    message->cause = (Identity__V1__UpstreamCause)row->cause;
    return &message->base;
}

static int list_upstreams(struct call *call, const struct list_upstreams *request,
                          Identity__V1__ListUpstreamsResponse *response)
{
    struct upstreams_found found;
    const struct upstream_page page = {.agent_id = request->agent_account_id,
                                       .after_id = request->after_id,
                                       .now_us = clock_now_us(),
                                       .limit = page_limit(request->page_size)};
    int no = upstream_store_list(identity_reader(call), &page, &found);
    return no != 0 ? no
                   : page_answer(call,
                                 PAGE(request->page_size, found.items, found.count, contract_id,
                                      upstream_message),
                                 &response->base);
}

/* The account's lock keeps a trouble from beginning twice. */
static int note_upstream(struct mutation *mutation, const struct note_upstream *request,
                         Identity__V1__NoteUpstreamResponse *response)
{
    struct account_row account;
    struct partner_contract last;
    struct upstream_trouble trouble;
    bool found = false;
    int no = account_lock(mutation, request->agent_account_id, &account);
    if (no == 0)
        no = partner_store_last(mutation->transaction, request->agent_account_id, &last, &found);
    if (no == 0)
        no = upstream_store_trouble(mutation->transaction, request->agent_account_id, &trouble);
    if (no != 0)
        return no;
    enum upstream_cause cause = upstream_cause(&(struct upstream_standing){
        .closed = request->closed,
        .frozen = request->frozen,
        .overdue = request->overdue,
        .authorised = partner_is_authorised(found ? &last : NULL, mutation->now_us)});
    response->cause = (Identity__V1__UpstreamCause)cause;
    if (cause == UPSTREAM_NONE && trouble.cause != UPSTREAM_NONE)
        return upstream_store_end(mutation->transaction, trouble.trouble_id, mutation->now_us);
    if (cause == UPSTREAM_NONE || trouble.cause != UPSTREAM_NONE)
        return 0;
    trouble.trouble_id = id_new(mutation->now_us);
    trouble.cause = cause;
    trouble.begun_us = mutation->now_us;
    return upstream_store_begin(mutation->transaction, &trouble);
}
