#include "payments/domain/account.h"
#include "payments/domain/card.h"
#include "payments/domain/refusals.h"
#include "payments/service/start.h"
#include "payments/store/account_store.h"
#include "payments/v1/account.pb-c.h"
#include "runtime/base/clock.h"
#include "runtime/idempotency/call_once.h"
#include "runtime/rpc/field.h"
#include "runtime/rpc/timestamp.h"

static Payments__V1__Account *account_to_message(struct arena *arena, const struct account *account)
{
    Payments__V1__Account *message = arena_alloc(arena, sizeof(*message));
    if (message == NULL)
        return NULL;
    payments__v1__account__init(message);
    message->account_id = id_to_message(arena, account->account_id);
    message->country = arena_strdup(arena, account->country);
    message->corporate = account->corporate;
    message->billing_address_present = account->billing_address_present;
    if (account->currency != NULL) {
        message->currency = arena_strdup(arena, account->currency->code);
        message->currency_set_time = timestamp_from_us(arena, account->currency_set_us);
    }
    bool whole = message->account_id != NULL && message->country != NULL &&
                 message->currency != NULL &&
                 (account->currency == NULL || message->currency_set_time != NULL);
    return whole ? message : NULL;
}

/* ---- SetCurrency ---- */

struct currency_order {
    struct id account_id;
    const struct currency *currency;
};

static enum failure tell_currency_set(struct mutation *mutation, const struct currency_order *order,
                                      int64_t now_us)
{
    Payments__V1__CurrencySet event = PAYMENTS__V1__CURRENCY_SET__INIT;
    struct arena *arena = call_arena(mutation->call);
    event.account_id = id_to_message(arena, order->account_id);
    event.currency = arena_strdup(arena, order->currency->code);
    event.set_time = timestamp_from_us(arena, now_us);
    if (event.account_id == NULL || event.currency == NULL || event.set_time == NULL)
        return FAILURE_EXHAUSTED;
    return payments_tell(mutation->transaction, order->account_id, &event.base, now_us);
}

static enum failure set_currency(struct mutation *mutation, const struct currency_order *order,
                                 struct account *account)
{
    int64_t now_us = clock_now_us();
    account->currency = order->currency;
    account->currency_set_us = now_us;
    enum failure failure = account_store_set_currency(mutation->transaction, order->account_id,
                                                      order->currency, now_us);
    return failure != FAILURE_NONE ? failure : tell_currency_set(mutation, order, now_us);
}

static int set_currency_once(struct mutation *mutation, const void *argument,
                             ProtobufCMessage *base)
{
    struct call *call = mutation->call;
    Payments__V1__SetCurrencyResponse *response = (Payments__V1__SetCurrencyResponse *)base;
    const struct currency_order *order = argument;
    struct account *account;
    int no = account_store_enter(mutation->transaction, order->account_id, &account);
    if (no != 0)
        return no;
    enum currency_verdict verdict = currency_decide(account->currency, order->currency);
    if (verdict == CURRENCY_LOCKED)
        return payments_refuse(call, currency_refusal(verdict),
                               REFUSAL_TERMS({"currency", account->currency->code}));
    if (verdict == CURRENCY_NOT_SUPPORTED)
        return payments_refuse(call, currency_refusal(verdict), NO_TERMS);
    if (verdict == CURRENCY_ACCEPTED)
        no = set_currency(mutation, order, account);
    if (no == 0 && (response->account = account_to_message(call_arena(call), account)) == NULL)
        no = FAILURE_EXHAUSTED;
    return no;
}

static int account_service_set_currency_call(struct call *call,
                                             const Payments__V1__SetCurrencyRequest *request,
                                             Payments__V1__SetCurrencyResponse *response)
{
    struct payments *payments = call_context(call);
    struct currency_order order = {.account_id = field_id(call, "account_id", request->account_id),
                                   .currency = field_currency(call, "currency", request->currency)};
    if (call_has_violations(call))
        return call_refuse_violations(call);
    return CALL_ONCE(call, payments->database, order.account_id, request, response,
                     set_currency_once, &order);
}
RPC_UNARY(account_service_set_currency, Payments__V1__AccountService,
          Payments__V1__SetCurrencyRequest, Payments__V1__SetCurrencyResponse)

/* ---- UpdateAccountFacts ---- */

struct facts_order {
    struct account account;
    int64_t as_of_us;
};

static int update_facts_once(struct mutation *mutation, const void *argument,
                             ProtobufCMessage *base)
{
    Payments__V1__UpdateAccountFactsResponse *response =
        (Payments__V1__UpdateAccountFactsResponse *)base;
    const struct facts_order *order = argument;
    struct account *account;
    int no = account_store_enter(mutation->transaction, order->account.account_id, &account);
    if (no == 0)
        no = account_store_set_facts(mutation->transaction, &order->account, order->as_of_us);
    if (no == 0)
        no = account_store_look(mutation->transaction, order->account.account_id, &account);
    if (no == 0 &&
        (response->account = account_to_message(call_arena(mutation->call), account)) == NULL)
        no = FAILURE_EXHAUSTED;
    return no;
}

static bool country_is_code(const char *country)
{
    return country[0] >= 'A' && country[0] <= 'Z' && country[1] >= 'A' && country[1] <= 'Z' &&
           country[2] == '\0';
}

static int
account_service_update_account_facts_call(struct call *call,
                                          const Payments__V1__UpdateAccountFactsRequest *request,
                                          Payments__V1__UpdateAccountFactsResponse *response)
{
    struct payments *payments = call_context(call);
    struct facts_order order = {
        .account = {.account_id = field_id(call, "account_id", request->account_id),
                    .country = request->country,
                    .corporate = request->corporate,
                    .principal_name = request->principal_name,
                    .billing_address_present = request->billing_address_present},
        .as_of_us = field_time(call, "as_of_time", request->as_of_time),
    };
    if (!country_is_code(request->country))
        call_add_field_violation(call, "country", "Must be an ISO 3166-1 code of two capitals.");
    field_text(call, "principal_name", request->principal_name, 0, CARD_HOLDER_BYTES_MAX);
    if (call_has_violations(call))
        return call_refuse_violations(call);
    return CALL_ONCE(call, payments->database, order.account.account_id, request, response,
                     update_facts_once, &order);
}
RPC_UNARY(account_service_update_account_facts, Payments__V1__AccountService,
          Payments__V1__UpdateAccountFactsRequest, Payments__V1__UpdateAccountFactsResponse)

/* ---- GetAccount ---- */

static int account_service_get_account_call(struct call *call,
                                            const Payments__V1__GetAccountRequest *request,
                                            Payments__V1__GetAccountResponse *response)
{
    struct payments *payments = call_context(call);
    struct account *account;
    struct id account_id = field_id(call, "account_id", request->account_id);
    if (call_has_violations(call))
        return call_refuse_violations(call);
    int no =
        account_store_find(reader_of(call_task(call), payments->database), account_id, &account);
    if (no != 0)
        return no;
    if (account == NULL)
        return payments_refuse(call, &account_not_found, NO_TERMS);
    response->account = account_to_message(call_arena(call), account);
    return response->account != NULL ? 0 : FAILURE_EXHAUSTED;
}
RPC_UNARY(account_service_get_account, Payments__V1__AccountService,
          Payments__V1__GetAccountRequest, Payments__V1__GetAccountResponse)

void account_service_mount(struct rpc_server *server, struct payments *payments)
{
    static Payments__V1__AccountService_Service service =
        PAYMENTS__V1__ACCOUNT_SERVICE__INIT(account_service_);
    rpc_server_mount(server, &service.base, payments);
}
