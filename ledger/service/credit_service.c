#include "ledger/domain/credit.h"
#include "ledger/domain/refusals.h"
#include "ledger/batch/answer.h"
#include "ledger/service/order_call.h"
#include "ledger/store/account_store.h"
#include "ledger/store/history_store.h"
#include "runtime/base/clock.h"

#define set_credit_limit_by_hand /* orders */
#define confirm_credit_limit_by_hand
#define set_credit_line_read set_credit_line_read
#include "ledger/service/credit_rpc.h"

ORDER_RPC(credit_service_set_credit_limit, Ledger__V1__CreditService, set_credit_limit,
          Ledger__V1__SetCreditLimitRequest, Ledger__V1__SetCreditLimitResponse)
ORDER_RPC(credit_service_confirm_credit_limit, Ledger__V1__CreditService, confirm_credit_limit,
          Ledger__V1__ConfirmCreditLimitRequest, Ledger__V1__ConfirmCreditLimitResponse)

static int get_credit_limit(struct call *call, const struct get_credit_limit *request,
                            Ledger__V1__GetCreditLimitResponse *response)
{
    struct ledger *ledger = call_context(call);
    struct account account;
    bool found;
    int64_t line_micros = 0, allocated_micros = 0;
    int no = history_store_read_balance(reader_of(call_task(call), ledger->database),
                                        request->company_id, request->account_id, clock_now_us(),
                                        &account, &found);
    if (no == 0 && !found)
        return call_refuse(call, &account_unknown, NO_TERMS);
    if (no == 0 && account.currency[0] != '\0')
        no = account_store_read_credit_line(
            reader_of(call_task(call), ledger->database), request->company_id, account.currency,
            ledger->credit_line_default_micros, &line_micros, &allocated_micros);
    if (no != 0)
        return no;
    response->credit_limit = answer_credit_limit(call_arena(call), &account);
    response->allocatable_micros = line_micros - allocated_micros;
    return response->credit_limit != NULL ? 0 : FAILURE_EXHAUSTED;
}

static void set_credit_line_read(struct call *call, const Ledger__V1__SetCreditLineRequest *message,
                                 struct set_credit_line *request)
{
    set_credit_line_fields(call, message, request);
    if (request->currency == NULL)
        return;
    enum line_mistake mistake = line_check(request->line_micros, request->currency);
    if (mistake != LINE_FITS)
        call_add_field_violation(call, "line_micros", line_mistake_fault(mistake),
                                 line_mistake_sentence(mistake));
}

static int set_credit_line(struct mutation *mutation, const struct set_credit_line *request,
                           Ledger__V1__SetCreditLineResponse *response)
{
    struct credit_line line;
    int no =
        account_store_open_company(mutation->transaction, request->company_id, mutation->now_us);
    if (no == 0)
        no = account_store_lock_credit_line(mutation->transaction, request->company_id,
                                            request->currency->code, &line);
    if (no != 0)
        return no;
    const struct refusal *refusal = line_set_decide(&line, request->line_micros);
    if (refusal != NULL)
        return call_refuse(mutation->call, refusal, NO_TERMS);
    no = account_store_set_credit_line(mutation->transaction, request->company_id,
                                       request->currency->code, request->line_micros);
    if (no != 0)
        return no;
    response->allocated_micros = line.allocated_micros;
    response->line_micros = request->line_micros;
    response->currency = arena_strdup(call_arena(mutation->call), request->currency->code);
    return 0;
}
