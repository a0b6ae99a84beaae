#include "sharing/v1/account.pb-c.h"

#include "runtime/base/clock.h"
#include "runtime/idempotency/call_once.h"
#include "runtime/rpc/field.h"
#include "runtime/rpc/timestamp.h"
#include "sharing/domain/refusals.h"
#include "sharing/service/sharing_service.h"
#include "sharing/store/account_store.h"

struct account_call {
    struct id company_id;
    struct id account_id;
    struct id payer_id;
    bool corporate;
    bool verified;
    bool ends;
};

static enum code open_account(struct call *call, struct transaction *transaction,
                              ProtobufCMessage *response, void *argument, enum failure *failure)
{
    const struct account_call *account = argument;
    (void)response;
    *failure = account_store_open(transaction, account->company_id, account->account_id,
                                  account->corporate, account->verified, clock_now_us());
    return *failure == FAILURE_NONE ? CODE_OK : call_fail(call, *failure);
}

static enum code account_service_open_account_call(struct call *call,
                                                   const Sharing__V1__OpenAccountRequest *request,
                                                   Sharing__V1__OpenAccountResponse *response)
{
    struct sharing *sharing = call_context(call);
    struct account_call account = {.company_id = field_id(call, "company_id", request->company_id),
                                   .account_id = field_id(call, "account_id", request->account_id),
                                   .corporate = request->corporate,
                                   .verified = request->verified};
    if (call_has_violations(call))
        return call_refuse_violations(call);
    return call_once(call, sharing->database, account.company_id, request->request_id,
                     &request->base, &response->base, (struct once_body){open_account}, &account);
}
RPC_UNARY(account_service_open_account, Sharing__V1__AccountService,
          Sharing__V1__OpenAccountRequest, Sharing__V1__OpenAccountResponse)

/* Starts or ends the relation (SHR-09, SHR-11), then answers with the relation as it is. */
static enum code change_relation(struct call *call, struct transaction *transaction,
                                 const struct account_call *account, struct interval *relation,
                                 enum failure *failure)
{
    const struct id both[] = {account->account_id, account->payer_id};
    struct share_party *parties;
    bool found = false;
    *failure = account_store_read_parties(transaction, account->company_id, (struct id){{0}}, both,
                                          2, &parties);
    if (*failure != FAILURE_NONE)
        return call_fail(call, *failure);
    if (!parties[0].same_company || !parties[1].same_company)
        return call_refuse(call, &no_such_account, NO_TERMS);
    *failure = (account->ends ? account_store_end_payment : account_store_start_payment)(
        transaction, account->company_id, account->account_id, account->payer_id, clock_now_us());
    if (*failure == FAILURE_NONE)
        *failure = account_store_read_payment(transaction, account->company_id, account->account_id,
                                              account->payer_id, relation, &found);
    if (*failure != FAILURE_NONE)
        return call_fail(call, *failure);
    return found ? CODE_OK : call_refuse(call, &no_such_relation, NO_TERMS);
}

static enum code start_relation(struct call *call, struct transaction *transaction,
                                ProtobufCMessage *response, void *argument, enum failure *failure)
{
    Sharing__V1__StartPaymentRelationResponse *answer =
        (Sharing__V1__StartPaymentRelationResponse *)response;
    struct interval relation;
    enum code code = change_relation(call, transaction, argument, &relation, failure);
    if (code != CODE_OK)
        return code;
    answer->started_time = timestamp_from_us(call_arena(call), relation.start_us);
    return answer->started_time != NULL ? CODE_OK : give_up(call, FAILURE_EXHAUSTED, failure);
}

static enum code end_relation(struct call *call, struct transaction *transaction,
                              ProtobufCMessage *response, void *argument, enum failure *failure)
{
    Sharing__V1__EndPaymentRelationResponse *answer =
        (Sharing__V1__EndPaymentRelationResponse *)response;
    struct interval relation;
    enum code code = change_relation(call, transaction, argument, &relation, failure);
    if (code != CODE_OK)
        return code;
    answer->ended_time = timestamp_from_us(call_arena(call), relation.end_us);
    return answer->ended_time != NULL ? CODE_OK : give_up(call, FAILURE_EXHAUSTED, failure);
}

static enum code
account_service_start_payment_relation_call(struct call *call,
                                            const Sharing__V1__StartPaymentRelationRequest *request,
                                            Sharing__V1__StartPaymentRelationResponse *response)
{
    struct sharing *sharing = call_context(call);
    struct account_call account = {
        .company_id = field_id(call, "company_id", request->company_id),
        .account_id = field_id(call, "account_id", request->account_id),
        .payer_id = field_id(call, "payer_account_id", request->payer_account_id)};
    if (call_has_violations(call))
        return call_refuse_violations(call);
    return call_once(call, sharing->database, account.company_id, request->request_id,
                     &request->base, &response->base, (struct once_body){start_relation}, &account);
}
RPC_UNARY(account_service_start_payment_relation, Sharing__V1__AccountService,
          Sharing__V1__StartPaymentRelationRequest, Sharing__V1__StartPaymentRelationResponse)

static enum code
account_service_end_payment_relation_call(struct call *call,
                                          const Sharing__V1__EndPaymentRelationRequest *request,
                                          Sharing__V1__EndPaymentRelationResponse *response)
{
    struct sharing *sharing = call_context(call);
    struct account_call account = {
        .company_id = field_id(call, "company_id", request->company_id),
        .account_id = field_id(call, "account_id", request->account_id),
        .payer_id = field_id(call, "payer_account_id", request->payer_account_id),
        .ends = true};
    if (call_has_violations(call))
        return call_refuse_violations(call);
    return call_once(call, sharing->database, account.company_id, request->request_id,
                     &request->base, &response->base, (struct once_body){end_relation}, &account);
}
RPC_UNARY(account_service_end_payment_relation, Sharing__V1__AccountService,
          Sharing__V1__EndPaymentRelationRequest, Sharing__V1__EndPaymentRelationResponse)

void account_service_mount(struct rpc_server *server, struct sharing *sharing)
{
    static Sharing__V1__AccountService_Service service =
        SHARING__V1__ACCOUNT_SERVICE__INIT(account_service_);
    rpc_server_mount(server, &service.base, sharing);
}
