#include "ledger/domain/credit.h"
#include "ledger/domain/refusals.h"
#include "ledger/batch/answer.h"
#include "ledger/service/order_call.h"
#include "ledger/store/account_store.h"
#include "ledger/store/history_store.h"
#include "runtime/base/amount.h"
#include "runtime/base/clock.h"
#include "runtime/idempotency/call_once.h"
#include "runtime/rpc/field.h"

ORDER_RPC(credit_service_set_credit_limit, Ledger__V1__CreditService, set_credit_limit,
          Ledger__V1__SetCreditLimitRequest, Ledger__V1__SetCreditLimitResponse)
ORDER_RPC(credit_service_confirm_credit_limit, Ledger__V1__CreditService, confirm_credit_limit,
          Ledger__V1__ConfirmCreditLimitRequest, Ledger__V1__ConfirmCreditLimitResponse)

static enum code
credit_service_get_credit_limit_call(struct call *call,
                                     const Ledger__V1__GetCreditLimitRequest *request,
                                     Ledger__V1__GetCreditLimitResponse *response)
{
    struct ledger *ledger = call_context(call);
    struct id company_id = field_id(call, "company_id", request->company_id);
    struct id account_id = field_id(call, "account_id", request->account_id);
    if (call_has_violations(call))
        return call_refuse_violations(call);
    struct account account;
    bool found;
    int64_t line_micros = 0, allocated_micros = 0;
    enum failure failure =
        history_store_read_balance(reader_of(call_task(call), ledger->database), company_id,
                                   account_id, clock_now_us(), &account, &found);
    if (failure == FAILURE_NONE && !found)
        return call_refuse(call, &account_unknown, NO_TERMS);
    if (failure == FAILURE_NONE && account.currency[0] != '\0')
        failure = account_store_read_credit_line(
            reader_of(call_task(call), ledger->database), company_id, account.currency,
            ledger->credit_line_default_micros, &line_micros, &allocated_micros);
    if (failure != FAILURE_NONE)
        return call_fail(call, failure);
    response->credit_limit = answer_credit_limit(call_arena(call), &account);
    response->allocatable_micros = line_micros - allocated_micros;
    return response->credit_limit != NULL ? CODE_OK : call_fail(call, FAILURE_EXHAUSTED);
}
RPC_UNARY(credit_service_get_credit_limit, Ledger__V1__CreditService,
          Ledger__V1__GetCreditLimitRequest, Ledger__V1__GetCreditLimitResponse)

struct wanted_line {
    struct id company_id;
    const char *currency;
    int64_t line_micros;
};

static enum code set_credit_line(struct call *call, struct transaction *transaction,
                                 ProtobufCMessage *response, void *argument, enum failure *failure)
{
    Ledger__V1__SetCreditLineResponse *answer = (Ledger__V1__SetCreditLineResponse *)response;
    const struct wanted_line *wanted = argument;
    struct credit_line line;
    *failure = account_store_open_company(transaction, wanted->company_id, clock_now_us());
    if (*failure != FAILURE_NONE)
        return CODE_INTERNAL;
    *failure =
        account_store_lock_credit_line(transaction, wanted->company_id, wanted->currency, &line);
    if (*failure != FAILURE_NONE)
        return CODE_INTERNAL;
    const struct refusal *refusal = line_set_decide(&line, wanted->line_micros);
    if (refusal != NULL)
        return call_refuse(call, refusal, NO_TERMS);
    *failure = account_store_set_credit_line(transaction, wanted->company_id, wanted->currency,
                                             wanted->line_micros);
    if (*failure != FAILURE_NONE)
        return CODE_INTERNAL;
    answer->allocated_micros = line.allocated_micros;
    answer->line_micros = wanted->line_micros;
    answer->currency = arena_strdup(call_arena(call), wanted->currency);
    *failure = answer->currency != NULL ? FAILURE_NONE : FAILURE_EXHAUSTED;
    return answer->currency != NULL ? CODE_OK : CODE_INTERNAL;
}

static enum code
credit_service_set_credit_line_call(struct call *call,
                                    const Ledger__V1__SetCreditLineRequest *request,
                                    Ledger__V1__SetCreditLineResponse *response)
{
    struct ledger *ledger = call_context(call);
    struct wanted_line wanted = {.company_id = field_id(call, "company_id", request->company_id),
                                 .currency = request->currency,
                                 .line_micros = request->line_micros};
    const struct currency *currency = field_currency(call, "currency", request->currency);
    if (request->line_micros < 0 || request->line_micros > ACCOUNT_MICROS_MAX ||
        (currency != NULL && !amount_is_whole(request->line_micros, currency)))
        call_add_field_violation(call, "line_micros",
                                 "must not be negative and whole in the currency's minor unit");
    if (call_has_violations(call))
        return call_refuse_violations(call);
    return call_once(call, ledger->database, wanted.company_id, request->request_id, &request->base,
                     &response->base, (struct once_body){set_credit_line}, &wanted);
}
RPC_UNARY(credit_service_set_credit_line, Ledger__V1__CreditService,
          Ledger__V1__SetCreditLineRequest, Ledger__V1__SetCreditLineResponse)

void credit_service_mount(struct rpc_server *server, struct ledger *ledger)
{
    static Ledger__V1__CreditService_Service service =
        LEDGER__V1__CREDIT_SERVICE__INIT(credit_service_);
    rpc_server_mount(server, &service.base, ledger);
}
