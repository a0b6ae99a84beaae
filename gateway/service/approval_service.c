/* Approvals: looked at, given, refused, taken back (c-19). */
#include <assert.h>

#include "gateway/domain/refusals.h"
#include "gateway/service/approval.h"
#include "gateway/store/saga_store.h"
#include "runtime/base/clock.h"
#include "runtime/rpc/page.h"
#include "runtime/rpc/terms.h"
#include "runtime/rpc/timestamp.h"

struct exchange;
struct approve;
static int wake(struct exchange *exchange);
#define approve_done(exchange, request, response) wake(exchange)
#define approve_scope(exchange, request) ((request)->approval_id)
#define reject_scope(exchange, request) ((request)->approval_id)
#define cancel_scope(exchange, request) ((request)->approval_id)
#include "gateway/service/approval_rpc.h"

static_assert((int)APPROVAL_PENDING == (int)GATEWAY__V1__APPROVAL_STATE__APPROVAL_STATE_PENDING &&
                  (int)APPROVAL_EXPIRED == (int)GATEWAY__V1__APPROVAL_STATE__APPROVAL_STATE_EXPIRED,
              "states are the wire's");

/* ---- as messages ---- */

/* An approval with the votes of all that are answered together. */
struct shown {
    struct approval approval;
    const struct approval_votes *votes;
    int64_t now_us;
};

static char *text_of(struct arena *arena, struct id id)
{
    return id_format(id, arena_alloc(arena, ID_TEXT_SIZE));
}

static Gateway__V1__ApprovalVote *vote_to_message(struct arena *arena,
                                                  const struct approval_vote *vote)
{
    Gateway__V1__ApprovalVote *message = arena_alloc(arena, sizeof *message);
    gateway__v1__approval_vote__init(message);
    message->principal_id = text_of(arena, vote->principal_id);
    message->approves = vote->approves;
    message->vote_time = timestamp_from_us(arena, vote->voted_us);
    return message;
}

static void fill_act(struct arena *arena, const struct approval *approval,
                     Gateway__V1__Approval *message)
{
    message->rpc = arena_strdup(arena, approval->rpc + 1);
    message->request.data = arena_memdup(arena, approval->request.data, approval->request.size);
    message->request.len = approval->request.size;
    message->request_hash = bytes_to_hex(approval->hash.data, approval->hash.size,
                                         arena_alloc(arena, 2 * approval->hash.size + 1));
    message->act_request_id = text_of(arena, approval->request_id);
    message->action = (Gateway__V1__MoneyAction)approval->action;
    message->amount_micros = approval->amount_micros;
    message->currency = arena_strdup(arena, approval->currency);
    message->target_account_id = arena_strdup(arena, approval->target_account_id);
    message->payment_method_id = arena_strdup(arena, approval->payment_method_id);
    message->remark = arena_strdup(arena, approval->remark);
}

static ProtobufCMessage *approval_to_message(struct call *call, const void *row)
{
    const struct shown *shown = row;
    const struct approval *approval = &shown->approval;
    struct arena *arena = call_arena(call);
    enum approval_state state =
        approval_state_at(approval->state, approval->expire_us, shown->now_us);
    Gateway__V1__Approval *message = arena_alloc(arena, sizeof *message);
    gateway__v1__approval__init(message);
    message->approval_id = text_of(arena, approval->approval_id);
    message->state = (Gateway__V1__ApprovalState)state;
    message->requester_principal_id = text_of(arena, approval->requester_id);
    fill_act(arena, approval, message);
    message->approvers_needed = (int32_t)approval->approvers;
    message->create_time = timestamp_from_us(arena, approval->created_us);
    message->expire_time = timestamp_from_us(arena, approval->expire_us);
    if (state == APPROVAL_EXPIRED || approval->ended_us != 0)
        message->end_time = timestamp_from_us(arena, approval->ended_us != 0 ? approval->ended_us
                                                                             : approval->expire_us);
    message->failure_reason = arena_strdup(arena, approval->failure_reason);
    message->votes = arena_alloc_array(arena, APPROVERS_MAX + 1, sizeof *message->votes);
    for (size_t i = 0; i < shown->votes->count && message->n_votes <= APPROVERS_MAX; i++)
        if (id_equal(shown->votes->items[i].approval_id, approval->approval_id))
            message->votes[message->n_votes++] = vote_to_message(arena, &shown->votes->items[i]);
    return &message->base;
}

/* ---- reading ---- */

static int list_approvals(struct exchange *exchange, const struct list_approvals *request,
                          Gateway__V1__ListApprovalsResponse *response)
{
    struct reader reader = reader_of(call_task(exchange->call), exchange->gateway->database);
    struct approval_list list = {0};
    struct approval_votes votes;
    int64_t now_us = clock_now_us();
    struct id place;
    if (!approval_place(exchange, &place))
        return FAILURE_INTERNAL;
    const struct approval_page page = {
        .account_id = place,
        .before_id = request->before_id,
        .state =
            request->state == 0 ? "" : approval_state_name((enum approval_state)request->state),
        .now_us = now_us,
        .limit = page_limit(request->page_size)};
    int no = approval_store_list(reader, &page, &list);
    if (no == 0)
        no = approval_store_votes(reader, &list, &votes);
    if (no != 0)
        return no;
    struct shown *rows = arena_alloc_array(reader_arena(reader), list.count + 1, sizeof *rows);
    for (size_t i = 0; i < list.count; i++)
        rows[i] = (struct shown){list.items[i], &votes, now_us};
    return page_answer(
        exchange->call,
        PAGE(request->page_size, rows, list.count, approval.approval_id, approval_to_message),
        &response->base);
}

static int get_approval(struct exchange *exchange, const struct get_approval *request,
                        Gateway__V1__GetApprovalResponse *response)
{
    struct reader reader = reader_of(call_task(exchange->call), exchange->gateway->database);
    struct shown shown = {.now_us = clock_now_us()};
    struct approval_votes votes;
    struct id place;
    bool found;
    if (!approval_place(exchange, &place))
        return FAILURE_INTERNAL;
    int no = approval_store_read(reader, place, request->approval_id, &shown.approval, &found);
    if (no == 0 && !found)
        no = call_refuse(exchange->call, &approval_not_found, NO_TERMS);
    if (no == 0)
        no = approval_store_votes(reader, &(struct approval_list){&shown.approval, 1}, &votes);
    shown.votes = &votes;
    if (no == 0)
        response->approval = (void *)approval_to_message(exchange->call, &shown);
    return no;
}

/* ---- deciding ---- */

/* One decision on an approval, in its transaction. */
struct deciding {
    struct exchange *exchange;
    struct mutation *mutation;
    struct ceiling_policy policy;
    struct approval approval;
    struct approval_votes votes;
    struct id principal_id;
};

/* The account's ceilings are held first, as by those who ask (ceiling.c). */
static int begin(struct deciding *deciding, struct id approval_id)
{
    struct mutation *mutation = deciding->mutation;
    struct approval *approval = &deciding->approval;
    struct id account_id;
    bool found;
    if (!id_parse(deciding->exchange->session.principal_id, &deciding->principal_id) ||
        !approval_place(deciding->exchange, &account_id))
        return FAILURE_INTERNAL;
    int no =
        ceiling_store_lock(mutation->transaction, account_id, mutation->now_us, &deciding->policy);
    if (no == 0)
        no = approval_store_lock(mutation->transaction, account_id, approval_id, approval, &found);
    if (no == 0 && !found)
        no = call_refuse(mutation->call, &approval_not_found, NO_TERMS);
    return no == 0 ? approval_store_votes_now(mutation->transaction, approval_id, &deciding->votes)
                   : no;
}

static struct approval_facts facts_of(const struct deciding *deciding)
{
    const struct approval *approval = &deciding->approval;
    struct approval_facts facts =
        approval_facts_of(call_arena(deciding->exchange->call), approval, &deciding->policy,
                          &deciding->exchange->session);
    facts.state =
        approval_state_at(approval->state, approval->expire_us, deciding->mutation->now_us);
    for (size_t i = 0; i < deciding->votes.count; i++)
        if (id_equal(deciding->votes.items[i].principal_id, deciding->principal_id))
            facts.has_voted = true;
    return facts;
}

static int refuse(const struct deciding *deciding, enum approval_verdict verdict,
                  const struct approval_facts *facts)
{
    struct call *call = deciding->mutation->call;
    const struct approval *approval = &deciding->approval;
    const struct refusal *refusal = approval_refusal(verdict);
    struct arena *arena = call_arena(call);
    const struct currency *currency = currency_find(approval->currency);
    if (verdict == APPROVAL_OVER)
        return call_refuse(call, refusal,
                           REFUSAL_TERMS({"state", approval_state_name(facts->state)}));
    if (verdict == APPROVAL_ROLE) {
        const struct route *route = route_find(approval->rpc); /* NULL: a release's that was */
        return call_refuse(
            call, refusal,
            REFUSAL_TERMS({"permission", route != NULL ? route->permission : approval->rpc + 1}));
    }
    if (verdict == APPROVAL_CEILING)
        return call_refuse(
            call, refusal,
            REFUSAL_TERMS({"rule", "PAY-26"},
                          TERM_AMOUNT("ceiling", arena, ceiling_left(&facts->bound, 0), currency),
                          TERM_AMOUNT("asked", arena, approval->amount_micros, currency),
                          {"currency", approval->currency}));
    return call_refuse(call, refusal, NO_TERMS);
}

static int move(struct deciding *deciding, enum approval_state to)
{
    struct mutation *mutation = deciding->mutation;
    int no =
        approval_store_move(mutation->transaction, &deciding->approval, to, "", mutation->now_us);
    deciding->approval.state = to;
    deciding->approval.ended_us = to == APPROVAL_APPROVED ? 0 : mutation->now_us;
    return no;
}

static int vote(struct deciding *deciding, bool approves)
{
    const struct approval_vote vote = {deciding->approval.approval_id, deciding->principal_id,
                                       approves, deciding->mutation->now_us};
    struct arena *arena = call_arena(deciding->mutation->call);
    struct approval_votes *votes = &deciding->votes;
    struct approval_vote *all = arena_alloc_array(arena, votes->count + 1, sizeof *all);
    for (size_t i = 0; i < votes->count; i++)
        all[i] = votes->items[i];
    all[votes->count] = vote;
    *votes = (struct approval_votes){all, votes->count + 1};
    return approval_store_vote(deciding->mutation->transaction, &vote,
                               deciding->exchange->session.session_id);
}

static Gateway__V1__Approval *answer(struct deciding *deciding)
{
    const struct shown shown = {deciding->approval, &deciding->votes, deciding->mutation->now_us};
    return (void *)approval_to_message(deciding->mutation->call, &shown);
}

/* With the last approval the act is a saga's, whatever dies from here on. */
static int pass(struct deciding *deciding)
{
    struct mutation *mutation = deciding->mutation;
    int64_t needed = deciding->approval.approvers;
    if (needed < deciding->policy.approvers) /* more are asked for since */
        needed = deciding->policy.approvers;
    if ((int64_t)deciding->votes.count < needed)
        return 0;
    int no = move(deciding, APPROVAL_APPROVED);
    struct id approval_id = deciding->approval.approval_id;
    return no == 0 ? saga_store_add(mutation->transaction, approval_id, APPROVAL_SAGA, approval_id,
                                    mutation->now_us)
                   : no;
}

static int approve(struct exchange *exchange, struct mutation *mutation,
                   const struct approve *request, Gateway__V1__ApproveResponse *response)
{
    struct deciding deciding = {.exchange = exchange, .mutation = mutation};
    int no = begin(&deciding, request->approval_id);
    if (no != 0)
        return no;
    struct approval_facts facts = facts_of(&deciding);
    char hash[2 * APPROVAL_HASH_SIZE + 1];
    bytes_to_hex(deciding.approval.hash.data, APPROVAL_HASH_SIZE, hash);
    facts.names_request = text_equal(request->request_hash, hash);
    enum approval_verdict verdict = approval_decide(&facts);
    if (verdict != APPROVAL_COUNTS)
        return refuse(&deciding, verdict, &facts);
    no = vote(&deciding, true);
    if (no == 0)
        no = pass(&deciding);
    response->approval = answer(&deciding);
    return no;
}

static int reject(struct exchange *exchange, struct mutation *mutation,
                  const struct reject *request, Gateway__V1__RejectResponse *response)
{
    struct deciding deciding = {.exchange = exchange, .mutation = mutation};
    int no = begin(&deciding, request->approval_id);
    if (no != 0)
        return no;
    struct approval_facts facts = facts_of(&deciding);
    enum approval_verdict verdict = approval_decide_rejection(&facts);
    if (verdict != APPROVAL_COUNTS)
        return refuse(&deciding, verdict, &facts);
    no = facts.has_voted ? 0 : vote(&deciding, false); /* who has changed their mind may */
    if (no == 0)
        no = move(&deciding, APPROVAL_REJECTED);
    response->approval = answer(&deciding);
    return no;
}

static int cancel(struct exchange *exchange, struct mutation *mutation,
                  const struct cancel *request, Gateway__V1__CancelResponse *response)
{
    struct deciding deciding = {.exchange = exchange, .mutation = mutation};
    int no = begin(&deciding, request->approval_id);
    if (no != 0)
        return no;
    struct approval_facts facts = facts_of(&deciding);
    if (!facts.is_requester)
        return call_refuse(mutation->call, &approval_not_found, NO_TERMS);
    if (facts.state != APPROVAL_PENDING)
        return refuse(&deciding, APPROVAL_OVER, &facts);
    no = move(&deciding, APPROVAL_CANCELLED);
    response->approval = answer(&deciding);
    return no;
}

static int wake(struct exchange *exchange)
{
    loop_job_wake(exchange->gateway->saga_job);
    return 0;
}
