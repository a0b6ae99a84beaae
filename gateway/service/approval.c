#include "gateway/service/approval.h"

#include <assert.h>
#include <string.h>

#include "gateway/domain/access.h"
#include "gateway/domain/suspense.h"
#include "gateway/store/saga_store.h"
#include "runtime/rpc/message_field.h"
#include "runtime/base/clock.h"

/* Of rpc, account, requester and request id, a line each, and the packed request. */
static struct bytes hash_of(struct exchange *exchange, struct bytes packed)
{
    struct arena *arena = call_arena(exchange->call);
    char *head = arena_printf(arena, "%s\n%s\n%s\n%s\n", exchange->route->rpc + 1,
                              exchange->session.account_id, exchange->session.principal_id,
                              message_field_text(exchange->request, "request_id"));
    size_t head_size = strlen(head);
    uint8_t *text = arena_alloc(arena, head_size + packed.size);
    uint8_t *hash = arena_alloc(arena, APPROVAL_HASH_SIZE);
    memcpy(text, head, head_size);
    memcpy(text + head_size, packed.data, packed.size);
    sha256(text, head_size + packed.size, hash);
    return (struct bytes){hash, APPROVAL_HASH_SIZE};
}

bool approval_place(const struct exchange *exchange, struct id *account_id)
{
    if ((exchange->session.roles & ACCESS_ROLES_OF_OPERATORS) == 0)
        return id_parse(exchange->session.account_id, account_id);
    *account_id = suspense_company();
    return true;
}

enum failure approval_look(struct transaction *transaction, struct exchange *exchange,
                           const struct ceiling_user *user, struct ceiling_act *act)
{
    struct approval approval;
    bool found;
    enum failure failure =
        approval_store_find(transaction, user, ceiling_request_id(act->request), &approval, &found);
    if (failure != FAILURE_NONE || !found)
        return failure;
    struct bytes packed = ceiling_pack(call_arena(exchange->call), act->request);
    if (packed.data == NULL)
        return FAILURE_EXHAUSTED;
    struct bytes hash = hash_of(exchange, packed);
    act->is_other_request =
        hash.size != approval.hash.size || memcmp(hash.data, approval.hash.data, hash.size) != 0;
    act->approval = approval_state_at(approval.state, approval.expire_us, clock_now_us());
    act->approval_id = approval.approval_id;
    act->failure_reason = approval.failure_reason;
    return failure;
}

/* Which account, method and words the approvers are shown. */
static void show(struct exchange *exchange, struct approval *approval)
{
    static const char *const targets[] = {"target_account_id", "destination_account_id",
                                          "sub_account_id"};
    const ProtobufCMessage *request = exchange->request;
    bool is_operators = (exchange->session.roles & ACCESS_ROLES_OF_OPERATORS) != 0;
    approval->target_account_id = is_operators ? exchange->session.account_id : "";
    for (size_t i = 0; i < sizeof targets / sizeof *targets; i++)
        if (message_field_is_text(request, targets[i]))
            approval->target_account_id = message_field_text(request, targets[i]);
    approval->payment_method_id = message_field_text(request, "payment_method_id");
    approval->remark =
        message_field_text(request, message_field_is_text(request, "reason") ? "reason" : "remark");
}

static char *makers_of(struct arena *arena, const struct identity_session *requester)
{
    char *makers = arena_strdup(arena, "");
    for (size_t i = 0; i < requester->maker_count; i++)
        makers = arena_printf(arena, "%s%s%s", makers, i == 0 ? "" : " ", requester->makers[i]);
    return makers;
}

enum failure approval_ask(struct transaction *transaction, struct exchange *exchange,
                          const struct ceiling_user *user, int64_t approvers,
                          struct ceiling_act *act)
{
    int64_t open = 0, now_us = clock_now_us();
    enum failure failure = approval_store_count_open(transaction, user->account_id, now_us, &open);
    act->is_one_too_many = open >= APPROVALS_OPEN_MAX;
    if (failure != FAILURE_NONE || act->is_one_too_many)
        return failure;
    struct bytes packed = ceiling_pack(call_arena(exchange->call), act->request);
    if (packed.data == NULL)
        return FAILURE_EXHAUSTED;
    struct money_act money = ceiling_money(act->request);
    struct approval approval = {.approval_id = id_new(now_us),
                                .account_id = user->account_id,
                                .requester_id = user->principal_id,
                                .request_id = ceiling_request_id(act->request),
                                .credential_id = exchange->session.session_id,
                                .rpc = exchange->route->rpc,
                                .request = packed,
                                .hash = hash_of(exchange, packed),
                                .action = money.action,
                                .amount_micros = money.amount_micros,
                                .currency = money.currency,
                                .approvers = approvers,
                                .created_us = now_us,
                                .expire_us = now_us + APPROVAL_LIFETIME_US,
                                .requester_makers =
                                    makers_of(call_arena(exchange->call), &exchange->session)};
    show(exchange, &approval);
    act->approval = APPROVAL_PENDING;
    act->approval_id = approval.approval_id;
    failure = approval_store_insert(transaction, &approval);
    return failure != FAILURE_NONE
               ? failure
               : saga_store_add(transaction, id_derive(approval.approval_id, "approval.notice"),
                                APPROVAL_NOTICE_SAGA, approval.approval_id, now_us);
}

static bool is_among(char *const *ids, size_t count, const char *principal_id)
{
    for (size_t i = 0; i < count; i++)
        if (text_equal(ids[i], principal_id))
            return true;
    return false;
}

/* LED-19: by whomever within a day, and never by each other. */
static void judge_second_operator(struct arena *arena, struct approval_facts *facts,
                                  const struct approval *approval,
                                  const struct identity_session *approver)
{
    char requester_id[ID_TEXT_SIZE];
    const struct approval_operator requester = {id_format(approval->requester_id, requester_id),
                                                approval->requester_makers};
    const struct approval_operator other = {approver->principal_id, makers_of(arena, approver)};
    facts->is_appointed = approver->appointer_count > 0;
    facts->is_dependent = approval_is_dependent(&requester, &other);
}

struct approval_facts approval_facts_of(struct arena *arena, const struct approval *approval,
                                        const struct ceiling_policy *policy,
                                        const struct identity_session *approver)
{
    char requester[ID_TEXT_SIZE];
    id_format(approval->requester_id, requester);
    const struct route *route = route_find(approval->rpc);
    const struct access_holder holder = identity_session_holder(approver);
    const struct money_act act = {.action = approval->action,
                                  .amount_micros = approval->amount_micros,
                                  .currency = approval->currency};
    struct approval_facts facts = {
        .state = approval->state,
        .roles = approver->roles,
        .is_requester = text_equal(approver->principal_id, requester),
        .is_appointed = is_among(approver->appointers, approver->appointer_count, requester),
        .roles_wanted = policy->approver_roles,
        .amount_micros = approval->amount_micros};
    if (route == NULL)
        return facts;
    if (ceiling_takes_two(route))
        judge_second_operator(arena, &facts, approval, approver);
    facts.may_act = access_decide(route, &holder) == ACCESS_GRANTED;
    facts.bound = policy->exists ? ceiling_of(&policy->ceilings, route, &act, &holder)
                                 : (struct ceiling_bound){.is_bounded = false};
    return facts;
}
