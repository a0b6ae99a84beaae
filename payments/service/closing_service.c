#include "payments/v1/closing.pb-c.h"

#include "payments/service/start.h"
#include "payments/store/account_store.h"
#include "payments/store/top_up_store.h"
#include "runtime/base/amount.h"
#include "runtime/base/clock.h"
#include "runtime/idempotency/call_once.h"
#include "runtime/rpc/field.h"

static const char *reason_of(const struct top_up_sum *sum)
{
    return sum->received ? "MONEY_IN_TRANSIT" : "TOP_UP_UNDER_WAY";
}

static const char *sentence_of(const struct top_up_sum *sum)
{
    return sum->received ? "Money was received that is not credited." : "A top-up is under way.";
}

/* ---- ListClosingBlockers ---- */

static Payments__V1__ClosingBlocker *blocker_message(struct arena *arena,
                                                     const struct top_up_sum *sum)
{
    Payments__V1__ClosingBlocker *message = arena_alloc(arena, sizeof *message);
    if (message == NULL)
        return NULL;
    payments__v1__closing_blocker__init(message);
    message->reason = arena_strdup(arena, reason_of(sum));
    message->sentence = arena_strdup(arena, sentence_of(sum));
    message->currency = arena_strdup(arena, sum->currency->code);
    message->amount_micros = sum->micros;
    return message->reason != NULL && message->sentence != NULL && message->currency != NULL
               ? message
               : NULL;
}

static int
closing_service_list_closing_blockers_call(struct call *call,
                                           const Payments__V1__ListClosingBlockersRequest *request,
                                           Payments__V1__ListClosingBlockersResponse *response)
{
    struct payments *payments = call_context(call);
    struct id account_id = field_id(call, "account_id", request->account_id);
    struct top_up_sums sums;
    if (call_has_violations(call))
        return call_refuse_violations(call);
    int no = top_up_store_sum_under_way(reader_of(call_task(call), payments->database), account_id,
                                        &sums);
    if (no != 0)
        return no;
    response->blockers =
        arena_alloc_array(call_arena(call), sums.count + 1, sizeof *response->blockers);
    if (response->blockers == NULL)
        return FAILURE_EXHAUSTED;
    for (; response->n_blockers < sums.count; response->n_blockers++) {
        response->blockers[response->n_blockers] =
            blocker_message(call_arena(call), &sums.sums[response->n_blockers]);
        if (response->blockers[response->n_blockers] == NULL)
            return FAILURE_EXHAUSTED;
    }
    return 0;
}
RPC_UNARY(closing_service_list_closing_blockers, Payments__V1__ClosingService,
          Payments__V1__ListClosingBlockersRequest, Payments__V1__ListClosingBlockersResponse)

/* ---- SetClosed ---- */

struct closing {
    struct id account_id;
    bool closed;
};

/* The account is locked, and who begins a top-up to it holds it: so one of the two sees the other.
 */
static int set_closed_once(struct mutation *mutation, const void *argument,
                           ProtobufCMessage *response)
{
    const struct closing *closing = argument;
    struct account *account;
    struct top_up_sums sums = {.count = 0};
    char id[ID_TEXT_SIZE];
    (void)response;
    int no = account_store_enter(mutation->transaction, closing->account_id, &account);
    if (no == 0 && closing->closed)
        no = top_up_store_look_under_way(mutation->transaction, closing->account_id, &sums);
    if (no != 0)
        return no;
    for (size_t i = 0; i < sums.count; i++)
        call_add_precondition_violation(mutation->call, reason_of(&sums.sums[i]),
                                        id_format(closing->account_id, id),
                                        sentence_of(&sums.sums[i]));
    if (sums.count > 0)
        return call_refuse_violations(mutation->call);
    return account_store_set_closed(mutation->transaction, closing->account_id, closing->closed,
                                    clock_now_us());
}

static int closing_service_set_closed_call(struct call *call,
                                           const Payments__V1__SetClosedRequest *request,
                                           Payments__V1__SetClosedResponse *response)
{
    struct payments *payments = call_context(call);
    struct closing closing = {field_id(call, "account_id", request->account_id), request->closed};
    if (call_has_violations(call))
        return call_refuse_violations(call);
    return CALL_ONCE(call, payments->database, closing.account_id, request, response,
                     set_closed_once, &closing);
}
RPC_UNARY(closing_service_set_closed, Payments__V1__ClosingService, Payments__V1__SetClosedRequest,
          Payments__V1__SetClosedResponse)

void closing_service_mount(struct rpc_server *server, struct payments *payments)
{
    static Payments__V1__ClosingService_Service service =
        PAYMENTS__V1__CLOSING_SERVICE__INIT(closing_service_);
    rpc_server_mount(server, &service.base, payments);
}
