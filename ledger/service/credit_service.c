#include "ledger/domain/credit.h"
#include "ledger/domain/refusals.h"
#include "ledger/batch/answer.h"
#include "ledger/service/start.h"
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

static int credit_service_get_credit_limit_call(struct call *call,
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
    int no = history_store_read_balance(reader_of(call_task(call), ledger->database), company_id,
                                        account_id, clock_now_us(), &account, &found);
    if (no == 0 && !found)
        return call_refuse(call, &account_unknown, NO_TERMS);
    if (no == 0 && account.currency[0] != '\0')
        no = account_store_read_credit_line(
            reader_of(call_task(call), ledger->database), company_id, account.currency,
            ledger->credit_line_default_micros, &line_micros, &allocated_micros);
    if (no != 0)
        return no;
    response->credit_limit = answer_credit_limit(call_arena(call), &account);
    response->allocatable_micros = line_micros - allocated_micros;
    return response->credit_limit != NULL ? 0 : FAILURE_EXHAUSTED;
}
RPC_UNARY(credit_service_get_credit_limit, Ledger__V1__CreditService,
          Ledger__V1__GetCreditLimitRequest, Ledger__V1__GetCreditLimitResponse)

struct wanted_line {
    struct id company_id;
    const char *currency;
    int64_t line_micros;
};

static int set_credit_line(struct mutation *mutation, const void *argument,
                           ProtobufCMessage *response)
{
    Ledger__V1__SetCreditLineResponse *answer = (Ledger__V1__SetCreditLineResponse *)response;
    const struct wanted_line *wanted = argument;
    struct credit_line line;
    int no =
        account_store_open_company(mutation->transaction, wanted->company_id, mutation->now_us);
    if (no == 0)
        no = account_store_lock_credit_line(mutation->transaction, wanted->company_id,
                                            wanted->currency, &line);
    if (no != 0)
        return no;
    const struct refusal *refusal = line_set_decide(&line, wanted->line_micros);
    if (refusal != NULL)
        return call_refuse(mutation->call, refusal, NO_TERMS);
    no = account_store_set_credit_line(mutation->transaction, wanted->company_id, wanted->currency,
                                       wanted->line_micros);
    if (no != 0)
        return no;
    answer->allocated_micros = line.allocated_micros;
    answer->line_micros = wanted->line_micros;
    answer->currency = arena_strdup(call_arena(mutation->call), wanted->currency);
    return answer->currency != NULL ? 0 : FAILURE_EXHAUSTED;
}

static int credit_service_set_credit_line_call(struct call *call,
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
    return CALL_ONCE(call, ledger->database, wanted.company_id, request, response, set_credit_line,
                     &wanted);
}
RPC_UNARY(credit_service_set_credit_line, Ledger__V1__CreditService,
          Ledger__V1__SetCreditLineRequest, Ledger__V1__SetCreditLineResponse)

void credit_service_mount(struct rpc_server *server, struct ledger *ledger)
{
    static Ledger__V1__CreditService_Service service =
        LEDGER__V1__CREDIT_SERVICE__INIT(credit_service_);
    rpc_server_mount(server, &service.base, ledger);
}
