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

static int open_account(struct mutation *mutation, const void *argument, ProtobufCMessage *response)
{
    const struct account_call *account = argument;
    (void)response;
    return account_store_open(mutation->transaction, account->company_id, account->account_id,
                              account->corporate, account->verified, clock_now_us());
}

static int account_service_open_account_call(struct call *call,
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
    return CALL_ONCE(call, sharing->database, account.company_id, request, response, open_account,
                     &account);
}
RPC_UNARY(account_service_open_account, Sharing__V1__AccountService,
          Sharing__V1__OpenAccountRequest, Sharing__V1__OpenAccountResponse)

/* Starts or ends the relation (SHR-09, SHR-11), then answers with the relation as it is. */
static int change_relation(struct mutation *mutation, const struct account_call *account,
                           struct interval *relation)
{
    const struct id both[] = {account->account_id, account->payer_id};
    struct share_party *parties;
    bool found = false;
    int no = account_store_read_parties(mutation->transaction, account->company_id,
                                        (struct id){{0}}, both, 2, &parties);
    if (no != 0)
        return no;
    if (!parties[0].same_company || !parties[1].same_company)
        return call_refuse(mutation->call, &no_such_account, NO_TERMS);
    no = (account->ends ? account_store_end_payment : account_store_start_payment)(
        mutation->transaction, account->company_id, account->account_id, account->payer_id,
        clock_now_us());
    if (no == 0)
        no = account_store_read_payment(mutation->transaction, account->company_id,
                                        account->account_id, account->payer_id, relation, &found);
    if (no != 0)
        return no;
    return found ? 0 : call_refuse(mutation->call, &no_such_relation, NO_TERMS);
}

static int start_relation(struct mutation *mutation, const void *argument,
                          ProtobufCMessage *response)
{
    Sharing__V1__StartPaymentRelationResponse *answer =
        (Sharing__V1__StartPaymentRelationResponse *)response;
    struct interval relation;
    int no = change_relation(mutation, argument, &relation);
    if (no != 0)
        return no;
    answer->started_time = timestamp_from_us(call_arena(mutation->call), relation.start_us);
    return answer->started_time != NULL ? 0 : FAILURE_EXHAUSTED;
}

static int end_relation(struct mutation *mutation, const void *argument, ProtobufCMessage *response)
{
    Sharing__V1__EndPaymentRelationResponse *answer =
        (Sharing__V1__EndPaymentRelationResponse *)response;
    struct interval relation;
    int no = change_relation(mutation, argument, &relation);
    if (no != 0)
        return no;
    answer->ended_time = timestamp_from_us(call_arena(mutation->call), relation.end_us);
    return answer->ended_time != NULL ? 0 : FAILURE_EXHAUSTED;
}

static int
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
    return CALL_ONCE(call, sharing->database, account.company_id, request, response, start_relation,
                     &account);
}
RPC_UNARY(account_service_start_payment_relation, Sharing__V1__AccountService,
          Sharing__V1__StartPaymentRelationRequest, Sharing__V1__StartPaymentRelationResponse)

static int
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
    return CALL_ONCE(call, sharing->database, account.company_id, request, response, end_relation,
                     &account);
}
RPC_UNARY(account_service_end_payment_relation, Sharing__V1__AccountService,
          Sharing__V1__EndPaymentRelationRequest, Sharing__V1__EndPaymentRelationResponse)

void account_service_mount(struct rpc_server *server, struct sharing *sharing)
{
    static Sharing__V1__AccountService_Service service =
        SHARING__V1__ACCOUNT_SERVICE__INIT(account_service_);
    rpc_server_mount(server, &service.base, sharing);
}
