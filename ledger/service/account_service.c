#include <string.h>

#include "ledger/domain/refusals.h"
#include "ledger/batch/account_event.h"
#include "ledger/batch/answer.h"
#include "ledger/domain/transfer.h"
#include "ledger/service/closing.h"
#include "ledger/service/start.h"
#include "ledger/store/account_store.h"
#include "ledger/store/history_store.h"
#include "ledger/v1/account.pb-c.h"
#include "runtime/base/amount.h"
#include "runtime/base/clock.h"
#include "runtime/database/outbox.h"
#include "runtime/idempotency/call_once.h"
#include "runtime/rpc/field.h"
#include "runtime/rpc/timestamp.h"

static Ledger__V1__Account *account_message(struct arena *arena, const struct account *account)
{
    Ledger__V1__Account *message = arena_alloc(arena, sizeof *message);
    ledger__v1__account__init(message);
    message->account_id = answer_id(arena, account->id);
    message->company_id = answer_id(arena, account->company_id);
    message->corporate = account->corporate;
    message->company_verified = account->company_verified;
    message->currency = arena_strdup(arena, account->currency);
    message->state = (Ledger__V1__AccountState)account->state;
    message->payment_mode = (Ledger__V1__PaymentMode)account->payment_mode;
    message->buffer_micros = account->buffer_micros;
    message->pay_on_behalf = account->pay_on_behalf;
    message->receivables = account->receivables;
    message->override_until_time = account->override_until_us != 0
                                       ? timestamp_from_us(arena, account->override_until_us)
                                       : NULL;
    message->opened_time = timestamp_from_us(arena, account->opened_us);
    return message;
}

/* Fills in what every mutation of an account answers. */
static int answer_account(struct call *call, const struct account *account,
                          Ledger__V1__Account **message, Ledger__V1__Balance ***balances,
                          size_t *n_balances)
{
    struct arena *arena = call_arena(call);
    *message = account_message(arena, account);
    *balances = arena_alloc(arena, sizeof **balances);
    if (*message == NULL || *balances == NULL ||
        ((*balances)[0] = answer_balance(arena, account, clock_now_us())) == NULL)
        return FAILURE_EXHAUSTED;
    *n_balances = 1;
    return 0;
}

static void set_currency(struct account *account, const char *currency)
{
    memcpy(account->currency, currency, strlen(currency) + 1);
}

static void add_mistake(struct call *call, enum account_mistake mistake)
{
    if (mistake != ACCOUNT_FACTS_FIT)
        call_add_field_violation(call, account_mistake_field(mistake),
                                 account_mistake_fault(mistake), account_mistake_sentence(mistake));
}

/* ---- open ---- */

static int open_account(struct mutation *mutation, const void *argument, ProtobufCMessage *response)
{
    struct call *call = mutation->call;
    Ledger__V1__OpenAccountResponse *answer = (Ledger__V1__OpenAccountResponse *)response;
    const struct account *wanted = argument;
    struct account account;
    struct account_override override;
    bool elsewhere, opened, found;
    int no = account_store_is_elsewhere(mutation->transaction, wanted->company_id, wanted->id,
                                        &elsewhere);
    if (no != 0)
        return no;
    const struct refusal *refusal = account_opening_decide(elsewhere, NULL, wanted);
    if (refusal != NULL)
        return call_refuse(call, refusal, NO_TERMS);
    no = account_store_open(mutation->transaction, wanted, &opened);
    if (no == 0)
        no = account_store_lock(mutation->transaction, wanted->company_id, wanted->id, &account,
                                &override, &found);
    if (no != 0)
        return no;
    refusal = account_opening_decide(!found, &account, wanted);
    if (refusal != NULL)
        return call_refuse(call, refusal, NO_TERMS);
    return answer_account(call, &account, &answer->account, &answer->balances, &answer->n_balances);
}

static int account_service_open_account_call(struct call *call,
                                             const Ledger__V1__OpenAccountRequest *request,
                                             Ledger__V1__OpenAccountResponse *response)
{
    struct ledger *ledger = call_context(call);
    struct account account = {.id = field_id(call, "account_id", request->account_id),
                              .company_id = field_id(call, "company_id", request->company_id),
                              .corporate = request->corporate,
                              .company_verified = request->company_verified,
                              .state = ACCOUNT_ACTIVE,
                              .payment_mode = PAYMENT_PREPAID,
                              .contract_state = CONTRACT_NONE,
                              .opened_us = clock_now_us()};
    if (request->currency[0] != '\0' && field_currency(call, "currency", request->currency) != NULL)
        set_currency(&account, request->currency);
    if (request->payment_mode != LEDGER__V1__PAYMENT_MODE__PAYMENT_MODE_UNSPECIFIED)
        account.payment_mode = (enum payment_mode)request->payment_mode;
    account.buffer_micros = request->buffer_micros;
    enum account_mistake mistake = account_opening_check(&account);
    add_mistake(call, mistake);
    if (mistake == ACCOUNT_FACTS_FIT)
        account.buffer_micros =
            account_buffer(account.payment_mode, account.currency, request->buffer_micros);
    if (call_has_violations(call))
        return call_refuse_violations(call);
    return CALL_ONCE(call, ledger->database, account.company_id, request, response, open_account,
                     &account);
}
RPC_UNARY(account_service_open_account, Ledger__V1__AccountService, Ledger__V1__OpenAccountRequest,
          Ledger__V1__OpenAccountResponse)

/* ---- currency ---- */

static int set_account_currency(struct mutation *mutation, const void *argument,
                                ProtobufCMessage *response)
{
    struct call *call = mutation->call;
    Ledger__V1__SetCurrencyResponse *answer = (Ledger__V1__SetCurrencyResponse *)response;
    const struct account *wanted = argument;
    struct account account;
    struct account_override override;
    bool found;
    int no = account_store_lock(mutation->transaction, wanted->company_id, wanted->id, &account,
                                &override, &found);
    if (no != 0)
        return no;
    const struct refusal *refusal =
        account_currency_decide(found ? &account : NULL, wanted->currency);
    if (refusal != NULL && found)
        return call_refuse(call, refusal, REFUSAL_TERMS({"currency", account.currency}));
    if (refusal != NULL)
        return call_refuse(call, refusal, NO_TERMS);
    set_currency(&account, wanted->currency);
    no = account_store_update_facts(mutation->transaction, &account, &override);
    if (no != 0)
        return no;
    return answer_account(call, &account, &answer->account, &answer->balances, &answer->n_balances);
}

static int account_service_set_currency_call(struct call *call,
                                             const Ledger__V1__SetCurrencyRequest *request,
                                             Ledger__V1__SetCurrencyResponse *response)
{
    struct ledger *ledger = call_context(call);
    struct account wanted = {.id = field_id(call, "account_id", request->account_id),
                             .company_id = field_id(call, "company_id", request->company_id)};
    if (field_currency(call, "currency", request->currency) != NULL)
        set_currency(&wanted, request->currency);
    if (call_has_violations(call))
        return call_refuse_violations(call);
    return CALL_ONCE(call, ledger->database, wanted.company_id, request, response,
                     set_account_currency, &wanted);
}
RPC_UNARY(account_service_set_currency, Ledger__V1__AccountService, Ledger__V1__SetCurrencyRequest,
          Ledger__V1__SetCurrencyResponse)

/* ---- facts ---- */

static void read_update_fields(struct call *call, const Ledger__V1__UpdateAccountRequest *request,
                               struct account_update *update)
{
    for (size_t i = 0; i < request->n_update_fields; i++) {
        enum account_update_field field = account_update_find(request->update_fields[i]);
        if (field == ACCOUNT_UPDATE_COUNT)
            call_add_field_violation(call, "update_fields", FAULT_UNKNOWN_VALUE,
                                     "names what cannot be set");
        else
            update->fields[field] = true;
    }
    if (request->n_update_fields == 0)
        call_add_field_violation(call, "update_fields", FAULT_REQUIRED, "names no field");
}

/* LED-19: a reason, an end, and a second approver who is not the one who asks. */
static void read_override(struct call *call, const Ledger__V1__UpdateAccountRequest *request,
                          struct account_update *update)
{
    if (request->override_until_time == NULL)
        return; /* lifts it */
    update->wanted.override_until_us =
        field_time(call, "override_until_time", request->override_until_time);
    update->override.approver_id =
        field_id(call, "override_approver_id", request->override_approver_id);
    update->override.reason = request->override_reason;
    field_text(call, "override_reason", request->override_reason, 1, OVERRIDE_REASON_SIZE_MAX);
    const char *principal_id = call_header(call, "kontor-principal-id");
    if (principal_id == NULL || !id_parse(principal_id, &update->asked_by))
        update->asked_by = (struct id){{0}};
}

/* What the change stops or resumes is told as after an order (D.8). */
static enum failure append_suspension(struct mutation *mutation, const struct account *account,
                                      struct evaluation evaluation, int64_t now_us)
{
    if (!evaluation.stopped && !evaluation.resumed)
        return FAILURE_NONE;
    struct arena *arena = call_arena(mutation->call);
    struct account_event event = evaluation.stopped ? account_event_suspended(arena, account)
                                                    : account_event_resumed(arena, account);
    if (event.payload.data == NULL)
        return FAILURE_EXHAUSTED;
    return outbox_append(mutation->transaction, account->company_id, event.type, event.payload.data,
                         event.payload.size, now_us);
}

static int update_account(struct mutation *mutation, const void *argument,
                          ProtobufCMessage *response)
{
    struct call *call = mutation->call;
    Ledger__V1__UpdateAccountResponse *answer = (Ledger__V1__UpdateAccountResponse *)response;
    const struct account_update *update = argument;
    struct account account;
    struct account_override override;
    bool found;
    int no = account_store_lock(mutation->transaction, update->wanted.company_id, update->wanted.id,
                                &account, &override, &found);
    if (no != 0)
        return no;
    if (!found)
        return call_refuse(call, &account_unknown, NO_TERMS);
    if (update->fields[UPDATE_STATE] && update->wanted.state == ACCOUNT_CLOSED &&
        closing_refuse(call, &account))
        return call_refuse_violations(call);
    add_mistake(call, account_update_fits(update, &account));
    if (call_has_violations(call))
        return call_refuse_violations(call);
    int64_t now_us = clock_now_us();
    account_update_apply(update, &account, &override);
    struct evaluation evaluation = account_evaluate(&account, 0, now_us);
    no = account_store_update_facts(mutation->transaction, &account, &override);
    if (no != 0 || (no = append_suspension(mutation, &account, evaluation, now_us)) != 0)
        return no;
    return answer_account(call, &account, &answer->account, &answer->balances, &answer->n_balances);
}

static int account_service_update_account_call(struct call *call,
                                               const Ledger__V1__UpdateAccountRequest *request,
                                               Ledger__V1__UpdateAccountResponse *response)
{
    struct ledger *ledger = call_context(call);
    struct account_update update = {
        .wanted = {.id = field_id(call, "account_id", request->account_id),
                   .company_id = field_id(call, "company_id", request->company_id),
                   .company_verified = request->company_verified,
                   .pay_on_behalf = request->pay_on_behalf,
                   .receivables = request->receivables,
                   .state = (enum account_state)request->state,
                   .payment_mode = (enum payment_mode)request->payment_mode,
                   .buffer_micros = request->buffer_micros}};
    read_update_fields(call, request, &update);
    if (update.fields[UPDATE_OVERRIDE])
        read_override(call, request, &update);
    add_mistake(call, account_update_check(&update));
    if (call_has_violations(call))
        return call_refuse_violations(call);
    return CALL_ONCE(call, ledger->database, update.wanted.company_id, request, response,
                     update_account, &update);
}
RPC_UNARY(account_service_update_account, Ledger__V1__AccountService,
          Ledger__V1__UpdateAccountRequest, Ledger__V1__UpdateAccountResponse)

/* ---- reads ---- */

/* Reads the account that the request means; other than 0: to be returned. */
static int find_account(struct call *call, const char *company, const char *account_id_text,
                        int64_t now_us, struct account *account)
{
    struct ledger *ledger = call_context(call);
    struct id company_id = field_id(call, "company_id", company);
    struct id account_id = field_id(call, "account_id", account_id_text);
    if (call_has_violations(call))
        return call_refuse_violations(call);
    bool found;
    int no = history_store_read_balance(reader_of(call_task(call), ledger->database), company_id,
                                        account_id, now_us, account, &found);
    if (no != 0)
        return no;
    return found ? 0 : call_refuse(call, &account_unknown, NO_TERMS);
}

static int account_service_get_account_call(struct call *call,
                                            const Ledger__V1__GetAccountRequest *request,
                                            Ledger__V1__GetAccountResponse *response)
{
    struct account account;
    int no = find_account(call, request->company_id, request->account_id, clock_now_us(), &account);
    if (no != 0)
        return no;
    response->account = account_message(call_arena(call), &account);
    return 0;
}
RPC_UNARY(account_service_get_account, Ledger__V1__AccountService, Ledger__V1__GetAccountRequest,
          Ledger__V1__GetAccountResponse)

/* Books, holds and the limit as set have a past. Suspension, version and what disables credit have
 * none, nor what follows from them. */
static int answer_past(struct call *call, struct account *account, int64_t as_of_us,
                       Ledger__V1__GetBalanceResponse *response)
{
    struct ledger *ledger = call_context(call);
    int no =
        history_store_read_past(reader_of(call_task(call), ledger->database), as_of_us, account);
    if (no != 0)
        return no;
    response->balance = answer_balance(call_arena(call), account, as_of_us);
    if (response->balance == NULL)
        return FAILURE_EXHAUSTED;
    response->balance->version = response->balance->effective_credit_limit_micros =
        response->balance->available_micros = 0;
    response->balance->overdue = response->balance->suspended = false;
    return 0;
}

static int account_service_get_balance_call(struct call *call,
                                            const Ledger__V1__GetBalanceRequest *request,
                                            Ledger__V1__GetBalanceResponse *response)
{
    int64_t now_us = clock_now_us(), as_of_us = 0;
    struct arena *arena = call_arena(call);
    struct account account;
    if (!timestamp_to_us(request->as_of_time, &as_of_us))
        return call_invalid(call, "as_of_time", FAULT_NOT_A_TIME, "must be in 1970 to 9999");
    int no = find_account(call, request->company_id, request->account_id, now_us, &account);
    if (no != 0)
        return no;
    if (request->as_of_time != NULL)
        return answer_past(call, &account, as_of_us, response);
    struct allowance available = account_available_explained(&account),
                     transferable = transfer_allowance(&account, now_us);
    response->balance = answer_balance(arena, &account, now_us);
    response->available = answer_allowance(arena, &available);
    response->transferable = answer_allowance(arena, &transferable);
    response->suspension_line_micros = account_suspension_line(&account);
    bool filled =
        response->balance != NULL && response->available != NULL && response->transferable != NULL;
    return filled ? 0 : FAILURE_EXHAUSTED;
}
RPC_UNARY(account_service_get_balance, Ledger__V1__AccountService, Ledger__V1__GetBalanceRequest,
          Ledger__V1__GetBalanceResponse)

static Ledger__V1__Lot *to_lot(struct arena *arena, const struct rows *rows, size_t row)
{
    Ledger__V1__Lot *lot = arena_alloc(arena, sizeof *lot);
    ledger__v1__lot__init(lot);
    struct ledger_list_open_lots_row found = ledger_list_open_lots_row(rows, row);
    lot->sequence = found.sequence;
    lot->source_account_id = answer_id(arena, found.source_account_id);
    lot->granted_micros = found.granted_micros;
    lot->spent_micros = found.spent_micros;
    lot->revoked_micros = found.revoked_micros;
    lot->granted_time = timestamp_from_us(arena, found.granted_us);
    return lot;
}

static bool read_sequence(const char *token, int64_t *sequence)
{
    int64_t micros;
    bool ours = amount_parse(token, &micros) && micros > 0 && micros % MICROS_PER_UNIT == 0;
    if (ours)
        *sequence = micros / MICROS_PER_UNIT;
    return ours;
}

static int account_service_list_lots_call(struct call *call,
                                          const Ledger__V1__ListLotsRequest *request,
                                          Ledger__V1__ListLotsResponse *response)
{
    struct ledger *ledger = call_context(call);
    struct arena *arena = call_arena(call);
    struct id company_id = field_id(call, "company_id", request->company_id);
    struct id account_id = field_id(call, "account_id", request->account_id);
    size_t limit = field_page_size(call, request->page_size);
    int64_t after = 0;
    if (request->page_token[0] != '\0' && !read_sequence(request->page_token, &after))
        call_add_field_violation(call, "page_token", FAULT_NOT_A_CURSOR, "is not one of ours");
    if (call_has_violations(call))
        return call_refuse_violations(call);
    struct rows rows;
    int no = history_store_list_open_lots(reader_of(call_task(call), ledger->database), company_id,
                                          account_id, after, limit + 1, &rows);
    if (no != 0)
        return no;
    size_t count = rows.count < limit ? rows.count : limit;
    response->lots = arena_alloc_array(arena, count + 1, sizeof *response->lots);
    for (; response->n_lots < count; response->n_lots++)
        if ((response->lots[response->n_lots] = to_lot(arena, &rows, response->n_lots)) == NULL)
            return FAILURE_EXHAUSTED;
    if (rows.count > limit)
        response->next_page_token =
            arena_printf(arena, "%lld", (long long)response->lots[count - 1]->sequence);
    return 0;
}
RPC_UNARY(account_service_list_lots, Ledger__V1__AccountService, Ledger__V1__ListLotsRequest,
          Ledger__V1__ListLotsResponse)

void account_service_mount(struct rpc_server *server, struct ledger *ledger)
{
    static Ledger__V1__AccountService_Service service =
        LEDGER__V1__ACCOUNT_SERVICE__INIT(account_service_);
    rpc_server_mount(server, &service.base, ledger);
}
