#include "payments/domain/account.h"
#include "payments/domain/card.h"
#include "payments/domain/refusals.h"
#include "payments/store/account_store.h"
#include "runtime/rpc/timestamp.h"

#define update_account_facts_read update_account_facts_read
#include "payments/service/account_rpc.h"

static Payments__V1__Account *account_to_message(struct arena *arena, const struct account *account)
{
    Payments__V1__Account *message = arena_alloc(arena, sizeof(*message));
    payments__v1__account__init(message);
    message->account_id = id_to_message(arena, account->account_id);
    message->country = arena_strdup(arena, account->country);
    message->corporate = account->corporate;
    message->billing_address_present = account->billing_address_present;
    if (account->currency != NULL) {
        message->currency = arena_strdup(arena, account->currency->code);
        message->currency_set_time = timestamp_from_us(arena, account->currency_set_us);
    }
    return message;
}

/* ---- SetCurrency ---- */

static enum failure currency_set_event_append(struct mutation *mutation,
                                              const struct set_currency *request)
{
    Payments__V1__CurrencySet event = PAYMENTS__V1__CURRENCY_SET__INIT;
    struct arena *arena = call_arena(mutation->call);
    event.account_id = id_to_message(arena, request->account_id);
    event.currency = arena_strdup(arena, request->currency->code);
    event.set_time = timestamp_from_us(arena, mutation->now_us);
    return payments_tell(mutation->transaction, request->account_id, &event.base, mutation->now_us);
}

static enum failure keep_currency(struct mutation *mutation, const struct set_currency *request,
                                  struct account *account)
{
    account->currency = request->currency;
    account->currency_set_us = mutation->now_us;
    enum failure failure = account_store_set_currency(mutation->transaction, request->account_id,
                                                      request->currency, mutation->now_us);
    return failure != FAILURE_NONE ? failure : currency_set_event_append(mutation, request);
}

static int set_currency(struct mutation *mutation, const struct set_currency *request,
                        Payments__V1__SetCurrencyResponse *response)
{
    struct call *call = mutation->call;
    struct account *account;
    int no = account_store_enter(mutation->transaction, request->account_id, &account);
    if (no != 0)
        return no;
    enum currency_verdict verdict = currency_decide(account->currency, request->currency);
    if (verdict == CURRENCY_LOCKED)
        return payments_refuse(call, currency_refusal(verdict),
                               REFUSAL_TERMS({"currency", account->currency->code}));
    if (verdict == CURRENCY_NOT_SUPPORTED)
        return payments_refuse(call, currency_refusal(verdict), NO_TERMS);
    if (verdict == CURRENCY_ACCEPTED)
        no = keep_currency(mutation, request, account);
    if (no == 0)
        response->account = account_to_message(call_arena(call), account);
    return no;
}

/* ---- UpdateAccountFacts ---- */

static bool country_is_code(const char *country)
{
    return country[0] >= 'A' && country[0] <= 'Z' && country[1] >= 'A' && country[1] <= 'Z' &&
           country[2] == '\0';
}

static void update_account_facts_read(struct call *call,
                                      const Payments__V1__UpdateAccountFactsRequest *message,
                                      struct update_account_facts *request)
{
    update_account_facts_fields(call, message, request);
    request->as_of_us = field_time(call, "as_of_time", message->as_of_time);
    if (!country_is_code(request->country))
        call_add_field_violation(call, "country", FAULT_NOT_A_COUNTRY,
                                 "Must be an ISO 3166-1 code of two capitals.");
    field_text(call, "principal_name", request->principal_name, 0, CARD_HOLDER_BYTES_MAX);
}

static int update_account_facts(struct mutation *mutation,
                                const struct update_account_facts *request,
                                Payments__V1__UpdateAccountFactsResponse *response)
{
    const struct account facts = {.account_id = request->account_id,
                                  .country = request->country,
                                  .corporate = request->corporate,
                                  .principal_name = request->principal_name,
                                  .billing_address_present = request->billing_address_present};
    struct account *account;
    int no = account_store_enter(mutation->transaction, request->account_id, &account);
    if (no == 0)
        no = account_store_set_facts(mutation->transaction, &facts, request->as_of_us);
    if (no == 0)
        no = account_store_look(mutation->transaction, request->account_id, &account);
    if (no == 0)
        response->account = account_to_message(call_arena(mutation->call), account);
    return no;
}

/* ---- GetAccount ---- */

static int get_account(struct call *call, const struct get_account *request,
                       Payments__V1__GetAccountResponse *response)
{
    struct account *account;
    int no = account_store_find(payments_reader(call), request->account_id, &account);
    if (no == 0 && account == NULL)
        return payments_refuse(call, &account_not_found, NO_TERMS);
    if (no == 0)
        response->account = account_to_message(call_arena(call), account);
    return no;
}
