#include <string.h>

#include "payments/service/attempts.h"
#include "payments/jobs/card.h"
#include "payments/service/payment_method_message.h"
#include "payments/store/account_store.h"
#include "runtime/base/clock.h"
#include "runtime/base/secret.h"
#include "runtime/rpc/page.h"
#include "runtime/rpc/timestamp.h"

#define add_card_by_hand              /* secrets */
#define link_wallet_by_hand           /* is refused before anything is kept */
#define remove_payment_method_by_hand /* tells the provider when it is done */
#include "payments/service/payment_method_rpc.h"

#define NUMBER_TEXT_BYTES_MAX 64
#define SECURITY_CODE_BYTES_MAX 8

static enum failure fill_method(struct call *call, const struct payment_method *method,
                                Payments__V1__PaymentMethod **message)
{
    *message = payment_method_to_message(call_arena(call), method);
    return *message != NULL ? FAILURE_NONE : FAILURE_EXHAUSTED;
}

/* ---- AddCard ---- */

struct card_order {
    struct id account_id;
    struct card_number number;
    struct card card;
    uint8_t fingerprint[CARD_FINGERPRINT_SIZE];
};

/* The account is locked, and with its fingerprint the card, before anything is counted. */
static enum failure owner_load(struct mutation *mutation, const struct card_order *order,
                               struct attempt_by *by, struct card_owner *owner)
{
    struct account *account;
    struct payment_method_count count;
    size_t other_accounts = 0;
    enum failure failure = account_store_lock(mutation->transaction, order->account_id, &account);
    attempts_read(mutation->call, ATTEMPT_ADD_CARD, order->account_id, order->fingerprint, by);
    if (failure == FAILURE_NONE)
        failure = attempts_count(mutation->transaction, by);
    if (failure == FAILURE_NONE)
        failure = payment_method_store_count(mutation->transaction, order->account_id,
                                             order->fingerprint, &count);
    if (failure == FAILURE_NONE && by->tried.subjects[ATTEMPT_OF_CARD].data != NULL)
        failure = payment_method_store_count_accounts(mutation->transaction, order->account_id,
                                                      order->fingerprint, &other_accounts);
    if (failure != FAILURE_NONE)
        return failure;
    *owner = (struct card_owner){.known = account != NULL && account->facts_known};
    if (owner->known) {
        owner->corporate = account->corporate;
        owner->billing_address_present = account->billing_address_present;
        owner->principal_name = account->principal_name;
        owner->country = account->country;
        owner->method_count = count.saved;
        owner->has_this_card = count.has_this_card;
        owner->other_accounts = other_accounts;
    }
    return FAILURE_NONE;
}

static enum failure record_card(struct mutation *mutation, const struct card_order *order,
                                const struct card_owner *owner, struct attempt_by *by,
                                Payments__V1__AddCardResponse *response)
{
    char last_four[CARD_LAST_FOUR_SIZE];
    int64_t now_us = clock_now_us();
    const struct payment_method method = {
        .account_id = order->account_id,
        .payment_method_id = id_new(now_us),
        .kind = PAYMENT_METHOD_BANK_CARD,
        .state = PAYMENT_METHOD_NEW,
        .brand = card_number_brand(&order->number),
        .last_four = card_number_last_four(&order->number, last_four),
        .expiry = order->card.expiry,
        .holder_name = card_holder(&order->card, owner),
        .card_country = "",
        .failure_reason = "",
        .failure_advice = "",
        .created_us = now_us,
    };
    enum failure failure =
        payment_method_store_insert(mutation->transaction, &method, order->fingerprint);
    if (failure == FAILURE_NONE)
        failure = attempts_keep(mutation->transaction, by, method.payment_method_id);
    return failure == FAILURE_NONE ? fill_method(mutation->call, &method, &response->payment_method)
                                   : failure;
}

static int add_card_once(struct mutation *mutation, const void *argument, ProtobufCMessage *base)
{
    const struct card_order *order = argument;
    struct card_owner owner;
    struct attempt_by by;
    int no = owner_load(mutation, order, &by, &owner);
    if (no != 0)
        return no;
    enum card_verdict verdict = card_decide(&order->card, &owner, clock_now_us());
    if (verdict != CARD_ACCEPTED)
        return payments_refuse(mutation->call, card_refusal(verdict), NO_TERMS);
    no = attempts_judge(mutation->call, &by); /* S5 */
    if (no != 0)
        return no;
    return record_card(mutation, order, &owner, &by, (Payments__V1__AddCardResponse *)base);
}

static int refuse_failed(struct call *call, const struct payment_method *method)
{
    enum card_verdict verdict = card_verdict_find(method->failure_reason);
    const struct refusal *refusal =
        card_refusal(verdict != CARD_ACCEPTED ? verdict : CARD_ABANDONED);
    if (verdict == CARD_COUNTRY_MISMATCH)
        return payments_refuse(call, refusal, REFUSAL_TERMS({"field", "card"}));
    if (verdict == CARD_DECLINED)
        return payments_refuse(call, refusal, REFUSAL_TERMS({"advice", method->failure_advice}));
    return payments_refuse(call, refusal, NO_TERMS);
}

/* The recorded card goes to the provider outside of any transaction; the answer follows from where
 * it came to. */
static int verify_card(struct call *call, const struct card_order *order,
                       Payments__V1__AddCardResponse *response)
{
    struct payments *payments = call_context(call);
    struct payment_method *method;
    struct id payment_method_id;
    if (!id_parse(response->payment_method->payment_method_id, &payment_method_id))
        return FAILURE_INTERNAL;
    int no = payment_method_store_find(reader_of(call_task(call), payments->database),
                                       order->account_id, payment_method_id, &method);
    if (no == 0)
        no = card_add(call_task(call), payments, &order->card, &method);
    if (no == 0 && method->state == PAYMENT_METHOD_FAILED)
        return refuse_failed(call, method);
    if (no == 0)
        no = fill_method(call, method, &response->payment_method);
    return no;
}

/* What call_once hashes and forgets: the request with a keyed fingerprint for the number and
 * nothing for the security code, so that not even a hash of them is kept that could be tried out
 * (PAY-03). */
static int add_card_by_digest(struct call *call, const Payments__V1__AddCardRequest *request,
                              Payments__V1__AddCardResponse *response, struct card_order *order)
{
    struct payments *payments = call_context(call);
    char hex[FINGERPRINT_HEX_SIZE], nothing[] = "";
    Payments__V1__AddCardRequest digested = *request;
    digested.number = bytes_to_hex(order->fingerprint, sizeof order->fingerprint, hex);
    digested.security_code = nothing;
    int no = call_once(call, &(const struct once){.database = payments->database,
                                                  .scope_id = order->account_id,
                                                  .request_id = request->request_id,
                                                  .message = &digested.base,
                                                  .response = &response->base,
                                                  .body = add_card_once,
                                                  .request = order});
    return no == 0 ? verify_card(call, order, response) : no;
}

static void read_card(struct call *call, const Payments__V1__AddCardRequest *request,
                      struct card_order *order)
{
    field_secret(call, "number", request->number, 1, NUMBER_TEXT_BYTES_MAX);
    field_secret(call, "security_code", request->security_code, 0, SECURITY_CODE_BYTES_MAX);
    field_text(call, "holder_name", request->holder_name, 0, CARD_HOLDER_BYTES_MAX);
    if (!card_expiry_is_possible(order->card.expiry, clock_now_us()))
        call_add_field_violation(call, "expiry", FAULT_MALFORMED,
                                 "Must be a month (1 to 12) and a year of four digits.");
    if (!card_number_read(request->number, &order->number))
        order->number.count =
            0; /* refused as CARD_NUMBER_INVALID, after what comes before it in the list */
}

static int add_card(struct call *call, const Payments__V1__AddCardRequest *request,
                    Payments__V1__AddCardResponse *response, struct card_order *order)
{
    struct payments *payments = call_context(call);
    order->account_id = field_id(call, "account_id", request->account_id);
    order->card = (struct card){&order->number,
                                {request->expiry_month, request->expiry_year},
                                request->security_code,
                                request->holder_name};
    read_card(call, request, order);
    if (call_has_violations(call))
        return call_refuse_violations(call);
    fingerprint_make(&payments->fingerprint_key,
                     order->number.count > 0 ? order->number.digits : request->number,
                     order->fingerprint);
    return add_card_by_digest(call, request, response, order);
}

static void wipe_text(char *text)
{
    if (text != NULL && text != protobuf_c_empty_string)
        secret_wipe(text, strlen(text));
}

static int payment_method_service_add_card_call(struct call *call,
                                                const Payments__V1__AddCardRequest *request,
                                                Payments__V1__AddCardResponse *response)
{
    struct card_order order = {.account_id = {{0}}};
    int no = add_card(call, request, response, &order);
    wipe_text(request->number);
    wipe_text(request->security_code);
    secret_wipe(&order, sizeof order);
    return no;
}
RPC_UNARY(payment_method_service_add_card, Payments__V1__PaymentMethodService,
          Payments__V1__AddCardRequest, Payments__V1__AddCardResponse)

/* ---- LinkWallet ---- */

static int payment_method_service_link_wallet_call(struct call *call,
                                                   const Payments__V1__LinkWalletRequest *request,
                                                   Payments__V1__LinkWalletResponse *response)
{
    struct payments *payments = call_context(call);
    struct account *account;
    struct id account_id = field_id(call, "account_id", request->account_id),
              request_id = field_id(call, "request_id", request->request_id);
    enum payment_method_kind kind = PAYMENT_METHOD_BANK_CARD;
    (void)response;
    (void)request_id;
    if (!payment_method_kind_from_message(request->kind, &kind) ||
        kind == PAYMENT_METHOD_BANK_CARD) /* PAY-01 */
        call_add_field_violation(call, "kind", FAULT_UNKNOWN_VALUE, "Must be PAYPAL or PAYTM.");
    if (call_has_violations(call))
        return call_refuse_violations(call);
    int no =
        account_store_find(reader_of(call_task(call), payments->database), account_id, &account);
    if (no != 0)
        return no;
    enum wallet_verdict verdict = wallet_decide(
        kind, account != NULL && account->facts_known ? account->country : NULL, false);
    return payments_refuse(call, wallet_refusal(verdict),
                           REFUSAL_TERMS({"kind", payment_method_kind_name(kind)}));
}
RPC_UNARY(payment_method_service_link_wallet, Payments__V1__PaymentMethodService,
          Payments__V1__LinkWalletRequest, Payments__V1__LinkWalletResponse)

/* ---- GetPaymentMethod, ListPaymentMethods ---- */

static int get_payment_method(struct call *call, const struct get_payment_method *request,
                              Payments__V1__GetPaymentMethodResponse *response)
{
    struct payments *payments = call_context(call);
    struct payment_method *method;
    int no = payment_method_store_find(reader_of(call_task(call), payments->database),
                                       request->account_id, request->payment_method_id, &method);
    if (no == 0 && method == NULL)
        return payments_refuse(call, remove_refusal(REMOVE_NOT_FOUND), NO_TERMS);
    return no != 0 ? no : fill_method(call, method, &response->payment_method);
}

static ProtobufCMessage *method_to_message(struct call *call, const void *method)
{
    return (ProtobufCMessage *)payment_method_to_message(call_arena(call), method);
}

static int list_payment_methods(struct call *call, const struct list_payment_methods *request,
                                Payments__V1__ListPaymentMethodsResponse *response)
{
    struct payments *payments = call_context(call);
    struct payment_method *methods;
    size_t count = 0;
    int no = payment_method_store_list(reader_of(call_task(call), payments->database),
                                       request->account_id, request->before_id,
                                       page_limit(request->page_size), &methods, &count);
    return no != 0 ? no
                   : page_answer(call,
                                 PAGE(request->page_size, methods, count, payment_method_id,
                                      method_to_message),
                                 &response->base);
}

/* ---- RemovePaymentMethod ---- */

struct remove_order {
    struct id account_id;
    struct id payment_method_id;
    const char **token; /* set to what is to be removed at the provider, once ours is gone */
};

static enum failure tell_removed(struct mutation *mutation, const struct remove_order *order,
                                 int64_t now_us)
{
    struct call *call = mutation->call;
    Payments__V1__PaymentMethodRemoved event = PAYMENTS__V1__PAYMENT_METHOD_REMOVED__INIT;
    event.account_id = id_to_message(call_arena(call), order->account_id);
    event.payment_method_id = id_to_message(call_arena(call), order->payment_method_id);
    event.removed_time = timestamp_from_us(call_arena(call), now_us);
    return payments_tell(mutation->transaction, order->account_id, &event.base, now_us);
}

static enum failure take_off(struct mutation *mutation, const struct remove_order *order,
                             struct payment_method *method,
                             Payments__V1__RemovePaymentMethodResponse *response)
{
    enum payment_method_state next;
    bool changed = false;
    if (!payment_method_transition(method->state, PAYMENT_METHOD_TAKEN_OFF, &next))
        return FAILURE_INTERNAL;
    enum failure failure =
        payment_method_store_change(mutation->transaction, method, next, "", "", &changed);
    if (failure == FAILURE_NONE && !changed)
        return FAILURE_CONFLICT;
    if (failure == FAILURE_NONE)
        failure = tell_removed(mutation, order, clock_now_us());
    method->state = next;
    *order->token = method->provider_token;
    return failure == FAILURE_NONE ? fill_method(mutation->call, method, &response->payment_method)
                                   : failure;
}

static int remove_payment_method_once(struct mutation *mutation, const void *argument,
                                      ProtobufCMessage *base)
{
    const struct remove_order *order = argument;
    struct account *account;
    struct payment_method *method = NULL;
    bool in_use = false;
    int no = account_store_lock(mutation->transaction, order->account_id, &account);
    if (no == 0)
        no = payment_method_store_look(mutation->transaction, order->account_id,
                                       order->payment_method_id, &method);
    if (no == 0)
        no = payment_method_store_in_use(mutation->transaction, order->account_id,
                                         order->payment_method_id, &in_use);
    if (no != 0)
        return no;
    enum remove_verdict verdict = remove_decide(
        method != NULL, method != NULL ? method->state : PAYMENT_METHOD_REMOVED, in_use);
    if (verdict != REMOVE_ACCEPTED)
        return payments_refuse(mutation->call, remove_refusal(verdict), NO_TERMS);
    return take_off(mutation, order, method, (Payments__V1__RemovePaymentMethodResponse *)base);
}

static int payment_method_service_remove_payment_method_call(
    struct call *call, const Payments__V1__RemovePaymentMethodRequest *request,
    Payments__V1__RemovePaymentMethodResponse *response)
{
    struct payments *payments = call_context(call);
    const char *token = NULL;
    struct remove_order order = {field_id(call, "account_id", request->account_id),
                                 field_id(call, "payment_method_id", request->payment_method_id),
                                 &token};
    if (call_has_violations(call))
        return call_refuse_violations(call);
    int no = CALL_ONCE(call, payments->database, order.account_id, request, response,
                       remove_payment_method_once, &order);
    if (no == 0 && token != NULL)
        (void)payments_heard(
            payments->provider->remove_token(call_task(call), payments->provider, token));
    return no;
}
RPC_UNARY(payment_method_service_remove_payment_method, Payments__V1__PaymentMethodService,
          Payments__V1__RemovePaymentMethodRequest, Payments__V1__RemovePaymentMethodResponse)
