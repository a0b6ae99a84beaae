#include <assert.h>
#include <string.h>

#include "payments/jobs/card.h"
#include "payments/service/attempts.h"
#include "payments/service/freeze.h"
#include "payments/service/payment_method_message.h"
#include "payments/service/payment_method_request.h"
#include "payments/store/account_store.h"
#include "payments/store/shared_card_store.h"
#include "runtime/base/clock.h"
#include "runtime/base/secret.h"
#include "runtime/rpc/page.h"
#include "runtime/rpc/timestamp.h"

static int card_verify(struct call *call, const struct add_card *request,
                       Payments__V1__AddCardResponse *response);
static int token_remove(struct call *call, const struct remove_payment_method *request);

#define add_card_read add_card_read
#define add_card_kept add_card_kept
#define add_card_done card_verify
#define link_wallet_by_hand /* is refused before anything is kept */
#define remove_payment_method_done(call, request, response) token_remove((call), (request))
#include "payments/service/payment_method_rpc.h"

#define NUMBER_TEXT_BYTES_MAX 64
#define SECURITY_CODE_BYTES_MAX 8

/* ---- AddCard ---- */

static void add_card_read(struct call *call, const Payments__V1__AddCardRequest *message,
                          struct add_card *request)
{
    add_card_fields(call, message, request);
    field_secret(call, "number", request->number, 1, NUMBER_TEXT_BYTES_MAX);
    field_secret(call, "security_code", request->security_code, 0, SECURITY_CODE_BYTES_MAX);
    field_text(call, "holder_name", request->holder_name, 0, CARD_HOLDER_BYTES_MAX);
    if (!card_expiry_is_possible((struct card_expiry){request->expiry_month, request->expiry_year},
                                 clock_now_us()))
        call_add_field_violation(call, "expiry", FAULT_MALFORMED,
                                 "Must be a month (1 to 12) and a year of four digits.");
}

/* The card of a request, only ever on the stack of a function that wipes it (shown_wipe). */
struct shown_card {
    struct card_number number;
    struct card card;
    uint8_t fingerprint[CARD_FINGERPRINT_SIZE];
};

/* False: it is not one. Its fingerprint is made all the same. */
static bool number_read(struct call *call, const char *text, struct shown_card *shown)
{
    const struct payments *payments = call_context(call);
    bool is_number = card_number_read(text, &shown->number);
    fingerprint_make(&payments->fingerprint_key, is_number ? shown->number.digits : text,
                     shown->fingerprint);
    return is_number;
}

static void shown_read(struct call *call, const struct add_card *request, struct shown_card *shown)
{
    shown->card = (struct card){&shown->number,
                                {request->expiry_month, request->expiry_year},
                                request->security_code,
                                request->holder_name};
    if (!number_read(call, request->number, shown))
        shown->number.count =
            0; /* refused as CARD_NUMBER_INVALID, after what comes before it in the list */
}

static void shown_wipe(struct shown_card *shown)
{
    secret_wipe(shown, sizeof *shown);
}

/* PAY-03: the request is remembered by a keyed fingerprint of the number and nothing of the
 * security code, so that not even a hash of them is kept that could be tried out. */
static void add_card_kept(struct call *call, Payments__V1__AddCardRequest *message)
{
    static char nothing[] = "";
    struct shown_card shown;
    (void)number_read(call, message->number, &shown);
    message->number = arena_alloc(call_arena(call), FINGERPRINT_HEX_SIZE);
    bytes_to_hex(shown.fingerprint, sizeof shown.fingerprint, message->number);
    message->security_code = nothing;
    shown_wipe(&shown);
}

/* The account is locked, and with its fingerprint the card, before anything is counted. */
static enum failure owner_load(struct mutation *mutation, struct id account_id,
                               const uint8_t fingerprint[CARD_FINGERPRINT_SIZE],
                               struct attempt_by *by, struct card_owner *owner)
{
    struct account *account;
    struct payment_method_count count;
    size_t other_accounts = 0;
    enum failure failure = account_store_lock(mutation->transaction, account_id, &account);
    attempts_read(mutation, ATTEMPT_ADD_CARD, account_id, fingerprint, by);
    if (failure == FAILURE_NONE)
        failure = attempts_count(mutation->transaction, by);
    if (failure == FAILURE_NONE)
        failure =
            payment_method_store_count(mutation->transaction, account_id, fingerprint, &count);
    if (failure == FAILURE_NONE && by->tried.subjects[ATTEMPT_OF_CARD].data != NULL)
        failure = payment_method_store_count_accounts(mutation->transaction, account_id,
                                                      fingerprint, &other_accounts);
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

static int record_card(struct mutation *mutation, struct id account_id,
                       const struct shown_card *shown, const struct card_owner *owner,
                       struct payment_method *method)
{
    char last_four[CARD_LAST_FOUR_SIZE];
    (void)card_number_last_four(&shown->number, last_four);
    *method = (struct payment_method){
        .account_id = account_id,
        .payment_method_id = id_new(mutation->now_us),
        .kind = PAYMENT_METHOD_BANK_CARD,
        .state = PAYMENT_METHOD_NEW,
        .brand = card_number_brand(&shown->number),
        .last_four = arena_strdup(call_arena(mutation->call), last_four),
        .expiry = shown->card.expiry,
        .holder_name = card_holder(&shown->card, owner),
        .card_country = "",
        .failure_reason = "",
        .failure_advice = "",
        .created_us = mutation->now_us,
    };
    return payment_method_store_insert(mutation->transaction, method, shown->fingerprint);
}

/* The card is locked by its fingerprint. A test number is everybody's and shared by nobody. */
static enum failure keep_sharing(struct mutation *mutation, const struct attempt_by *by,
                                 const struct payment_method *method)
{
    struct shared_card card = {.card_id = id_new(mutation->now_us),
                               .brand = method->brand,
                               .last_four = method->last_four};
    if (by->tried.subjects[ATTEMPT_OF_CARD].data == NULL)
        return FAILURE_NONE;
    enum failure failure = shared_card_store_count(mutation->transaction, by->card, &card.accounts);
    if (failure == FAILURE_NONE && card_is_shared(card.accounts)) /* S5 */
        failure = shared_card_store_keep(mutation->transaction, &card, by->card);
    return failure;
}

static int add_shown_card(struct mutation *mutation, struct id account_id,
                          const struct shown_card *shown, struct payment_method *method)
{
    struct card_owner owner;
    struct attempt_by by;
    int no = owner_load(mutation, account_id, shown->fingerprint, &by, &owner);
    if (no != 0)
        return no;
    enum card_verdict verdict = card_decide(&shown->card, &owner, mutation->now_us);
    if (verdict != CARD_ACCEPTED)
        return payments_refuse(mutation->call, card_refusal(verdict), NO_TERMS);
    no = attempts_judge(mutation->call, &by); /* S5 */
    if (no == 0)
        no = record_card(mutation, account_id, shown, &owner, method);
    if (no == 0)
        no = keep_sharing(mutation, &by, method);
    return no == 0 ? (int)attempts_keep(mutation->transaction, &by, method->payment_method_id) : no;
}

static int add_card(struct mutation *mutation, const struct add_card *request,
                    Payments__V1__AddCardResponse *response)
{
    struct shown_card shown;
    struct payment_method method;
    int no = freeze_admit(mutation);
    if (no != 0)
        return no;
    shown_read(mutation->call, request, &shown);
    no = add_shown_card(mutation, request->account_id, &shown, &method);
    shown_wipe(&shown);
    if (no == 0)
        response->payment_method = payment_method_to_message(call_arena(mutation->call), &method);
    return no;
}

static int refuse_failed(struct call *call, const struct payment_method *method)
{
    enum card_verdict verdict = card_verdict_find(method->failure_reason);
    const struct refusal *refusal =
        card_refusal(verdict != CARD_ACCEPTED ? verdict : CARD_ABANDONED);
    assert(method->state == PAYMENT_METHOD_FAILED);
    if (verdict == CARD_COUNTRY_MISMATCH)
        return payments_refuse(call, refusal, REFUSAL_TERMS({"field", "card"}));
    if (verdict == CARD_DECLINED)
        return payments_refuse(call, refusal, REFUSAL_TERMS({"advice", method->failure_advice}));
    return payments_refuse(call, refusal, NO_TERMS);
}

/* The recorded card goes to the provider outside of any transaction; the answer follows from where
 * it came to. */
static int card_verify(struct call *call, const struct add_card *request,
                       Payments__V1__AddCardResponse *response)
{
    struct subject_key key = {.account_id = request->account_id};
    struct payment_method *method;
    struct shown_card shown;
    if (!id_parse(response->payment_method->payment_method_id, &key.subject_id))
        return FAILURE_INTERNAL;
    shown_read(call, request, &shown);
    int no = payment_method_store_find(payments_reader(call), key, &method);
    if (no == 0)
        no = card_add(call_task(call), call_context(call), &shown.card, &method);
    shown_wipe(&shown);
    if (no == 0 && method->state == PAYMENT_METHOD_FAILED)
        return refuse_failed(call, method);
    if (no == 0)
        response->payment_method = payment_method_to_message(call_arena(call), method);
    return no;
}

/* ---- LinkWallet ---- */

static int payment_method_service_link_wallet_call(struct call *call,
                                                   const Payments__V1__LinkWalletRequest *message,
                                                   Payments__V1__LinkWalletResponse *response)
{
    struct link_wallet request;
    struct account *account;
    enum payment_method_kind kind = PAYMENT_METHOD_BANK_CARD;
    (void)response;
    link_wallet_fields(call, message, &request);
    (void)field_id(call, "request_id", message->request_id);
    if (!payment_method_kind_from_message(request.kind, &kind) ||
        kind == PAYMENT_METHOD_BANK_CARD) /* PAY-01 */
        call_add_field_violation(call, "kind", FAULT_UNKNOWN_VALUE, "Must be PAYPAL or PAYTM.");
    if (call_has_violations(call))
        return call_refuse_violations(call);
    int no = account_store_find(payments_reader(call), request.account_id, &account);
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
    const struct subject_key key = {request->account_id, request->payment_method_id};
    struct payment_method *method;
    int no = payment_method_store_find(payments_reader(call), key, &method);
    if (no == 0 && method == NULL)
        return payments_refuse(call, remove_refusal(REMOVE_NOT_FOUND), NO_TERMS);
    if (no == 0)
        response->payment_method = payment_method_to_message(call_arena(call), method);
    return no;
}

static ProtobufCMessage *method_to_message(struct call *call, const void *method)
{
    return (ProtobufCMessage *)payment_method_to_message(call_arena(call), method);
}

static int list_payment_methods(struct call *call, const struct list_payment_methods *request,
                                Payments__V1__ListPaymentMethodsResponse *response)
{
    const struct payment_method_filter filter = {request->account_id, request->before_id,
                                                 page_limit(request->page_size)};
    struct payment_method *methods;
    size_t count = 0;
    int no = payment_method_store_list(payments_reader(call), &filter, &methods, &count);
    return no != 0 ? no
                   : page_answer(call,
                                 PAGE(request->page_size, methods, count, payment_method_id,
                                      method_to_message),
                                 &response->base);
}

/* ---- ListSharedCards, ListSharedCardMethods ---- */

static ProtobufCMessage *card_row_to_message(struct call *call, const void *card)
{
    return (ProtobufCMessage *)shared_card_to_message(call_arena(call), card);
}

static ProtobufCMessage *nameless_to_message(struct call *call, const void *method)
{
    return (ProtobufCMessage *)payment_method_to_nameless_message(call_arena(call), method);
}

static int list_shared_cards(struct call *call, const struct list_shared_cards *request,
                             Payments__V1__ListSharedCardsResponse *response)
{
    struct shared_cards cards;
    int no = shared_card_store_list(payments_reader(call), request->before_id,
                                    page_limit(request->page_size), &cards);
    return no != 0 ? no
                   : page_answer(call,
                                 PAGE(request->page_size, cards.items, cards.count, card_id,
                                      card_row_to_message),
                                 &response->base);
}

static int list_shared_card_methods(struct call *call,
                                    const struct list_shared_card_methods *request,
                                    Payments__V1__ListSharedCardMethodsResponse *response)
{
    const struct shared_card_filter filter = {request->card_id, request->before_id,
                                              page_limit(request->page_size)};
    struct payment_method *methods;
    size_t count = 0;
    int no = payment_method_store_list_shared(payments_reader(call), &filter, &methods, &count);
    return no != 0 ? no
                   : page_answer(call,
                                 PAGE(request->page_size, methods, count, payment_method_id,
                                      nameless_to_message),
                                 &response->base);
}

/* ---- RemovePaymentMethod ---- */

static enum failure removed_event_append(struct mutation *mutation, struct subject_key key)
{
    struct arena *arena = call_arena(mutation->call);
    Payments__V1__PaymentMethodRemoved event = PAYMENTS__V1__PAYMENT_METHOD_REMOVED__INIT;
    event.account_id = id_to_message(arena, key.account_id);
    event.payment_method_id = id_to_message(arena, key.subject_id);
    event.removed_time = timestamp_from_us(arena, mutation->now_us);
    return payments_tell(mutation->transaction, key.account_id, &event.base, mutation->now_us);
}

static enum failure take_off(struct mutation *mutation, struct subject_key key,
                             struct payment_method *method)
{
    struct payment_method_change change = {.failure_reason = "", .failure_advice = ""};
    bool changed = false;
    bool applies = payment_method_transition(method->state, PAYMENT_METHOD_TAKEN_OFF, &change.next);
    assert(applies); /* the verdict said so */
    (void)applies;
    enum failure failure =
        payment_method_store_change(mutation->transaction, method, &change, &changed);
    if (failure == FAILURE_NONE && !changed)
        return FAILURE_CONFLICT;
    method->state = change.next;
    return failure == FAILURE_NONE ? removed_event_append(mutation, key) : failure;
}

static int remove_payment_method(struct mutation *mutation,
                                 const struct remove_payment_method *request,
                                 Payments__V1__RemovePaymentMethodResponse *response)
{
    const struct subject_key key = {request->account_id, request->payment_method_id};
    struct account *account;
    struct payment_method *method = NULL;
    bool in_use = false;
    int no = account_store_lock(mutation->transaction, key.account_id, &account);
    if (no == 0)
        no = payment_method_store_look(mutation->transaction, key, &method);
    if (no == 0 && method != NULL)
        no = payment_method_store_in_use(mutation->transaction, key, &in_use);
    if (no != 0)
        return no;
    enum remove_verdict verdict = remove_decide(
        method != NULL, method != NULL ? method->state : PAYMENT_METHOD_REMOVED, in_use);
    if (verdict != REMOVE_ACCEPTED)
        return payments_refuse(mutation->call, remove_refusal(verdict), NO_TERMS);
    no = take_off(mutation, key, method);
    if (no == 0)
        response->payment_method = payment_method_to_message(call_arena(mutation->call), method);
    return no;
}

/* The method is removed here whatever the provider says: nobody uses its token any more. A repeated
 * request tells the provider once more. */
static int token_remove(struct call *call, const struct remove_payment_method *request)
{
    const struct provider *provider = ((const struct payments *)call_context(call))->provider;
    const struct subject_key key = {request->account_id, request->payment_method_id};
    struct payment_method_token token;
    enum failure failure = payment_method_store_token(payments_reader(call), key, &token);
    if (failure == FAILURE_NONE && token.token != NULL)
        (void)payments_heard(provider->remove_token(call_task(call), provider, token.token));
    return 0;
}
