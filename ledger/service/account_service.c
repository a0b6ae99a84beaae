#include <string.h>

#include "ledger/domain/country_zone.h"
#include "ledger/domain/refusals.h"
#include "ledger/domain/transfer.h"
#include "ledger/ledger_message.h"
#include "ledger/service/account_change.h"
#include "ledger/service/account_note.h"
#include "ledger/service/account_read.h"
#include "ledger/service/balance_read.h"
#include "ledger/service/closing.h"
#include "ledger/service/lot_list.h"
#include "ledger/store/account_store.h"
#include "ledger/store/billing_zone_store.h"
#include "ledger/store/history_store.h"
#include "ledger/store/moving_store.h"
#include "runtime/base/clock.h"
#include "runtime/base/text.h"
#include "runtime/rpc/page.h"
#include "runtime/rpc/timestamp.h"

#define open_account_read open_account_read
#define update_account_read update_account_read
#define update_account_refused update_account_refused
#define set_currency_refused set_currency_refused
#define list_lots_linkage extern
#define get_balance_linkage extern
#define get_balances_linkage extern
#define set_spending_permission_read set_spending_permission_read
#define set_spending_permission_refused set_spending_permission_refused
#include "ledger/service/account_rpc.h"

/* Every mutation of an account answers with the account and its balance. */
#define ANSWER_ACCOUNT(mutation, account_, response)                                    \
    answer_account((mutation), (account_), &(response)->account, &(response)->balances, \
                   &(response)->n_balances)
static int answer_account(const struct mutation *mutation, const struct account *account,
                          Ledger__V1__Account **message, Ledger__V1__Balance ***balances,
                          size_t *n_balances)
{
    struct arena *arena = call_arena(mutation->call);
    *message = account_to_message(arena, account);
    *balances = arena_alloc(arena, sizeof **balances);
    (*balances)[0] = balance_to_message(arena, account, mutation->now_us);
    *n_balances = 1;
    return 0;
}

static void set_currency_of(struct account *account, const char *currency)
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

/* Without its currency, which is empty or to be read. */
static struct account account_wanted(const struct open_account *request)
{
    return (struct account){
        .id = request->account_id,
        .company_id = request->company_id,
        .corporate = request->corporate,
        .verified_company_id = request->company_verified ? request->company_id : (struct id){{0}},
        .state = ACCOUNT_ACTIVE,
        .payment_mode = request->payment_mode == LEDGER__V1__PAYMENT_MODE__PAYMENT_MODE_UNSPECIFIED
                            ? PAYMENT_PREPAID
                            : (enum payment_mode)request->payment_mode,
        .contract_state = CONTRACT_NONE,
        .spending = SPENDING_ALLOWED,
        .buffer_micros = request->buffer_micros};
}

static void open_account_read(struct call *call, const Ledger__V1__OpenAccountRequest *message,
                              struct open_account *request)
{
    open_account_fields(call, message, request);
    struct account wanted = account_wanted(request);
    if (!text_is_empty(request->currency) &&
        field_currency(call, "currency", request->currency) != NULL)
        set_currency_of(&wanted, request->currency);
    add_mistake(call, account_opening_check(&wanted));
}

static int open_new(struct mutation *mutation, const struct account *wanted, const char *country,
                    struct locked_account *locked)
{
    bool opened;
    int no = account_store_open(mutation->transaction, wanted, &opened);
    if (no == 0 && opened && !text_is_empty(country))
        no = billing_zone_store_open(mutation->transaction, wanted->id, country_zone(country));
    if (no == 0)
        no = account_store_lock(mutation->transaction, wanted->company_id, wanted->id, locked);
    return no == 0 && !locked->found
               ? call_refuse(mutation->call, opening_refusal(OPENING_ELSEWHERE), NO_TERMS)
               : no;
}

static int move_with_entries(struct mutation *mutation, const struct account *wanted,
                             const struct account *account)
{
    const struct refusal *refusal;
    int no = moving_store_move(mutation->transaction,
                               &(struct moving_wanted){.account = account,
                                                       .company_id = wanted->company_id,
                                                       .actor = call_actor(mutation->call),
                                                       .now_us = mutation->now_us},
                               &refusal);
    return no == 0 && refusal != NULL ? call_refuse(mutation->call, refusal, NO_TERMS) : no;
}

/* Settled 11: the row itself while it has no entries, else all that it has and owes. */
static int move(struct mutation *mutation, const struct account *wanted, bool with_entries,
                struct locked_account *locked)
{
    bool moved = false;
    int no =
        account_store_open_company(mutation->transaction, wanted->company_id, mutation->now_us);
    if (no == 0)
        no =
            account_store_move(mutation->transaction, &locked->account, wanted->company_id, &moved);
    if (no == 0 && !moved && !with_entries)
        return call_refuse(mutation->call, opening_refusal(OPENING_ELSEWHERE), NO_TERMS);
    if (no == 0 && !moved)
        no = move_with_entries(mutation, wanted, &locked->account);
    if (no == 0)
        no = act_note(mutation, &(struct noted_act){.company_id = wanted->company_id,
                                                    .account_id = wanted->id,
                                                    .action = "move_account",
                                                    .currency = "",
                                                    .remark = ""});
    return no != 0
               ? no
               : account_store_lock(mutation->transaction, wanted->company_id, wanted->id, locked);
}

static int open_account(struct mutation *mutation, const struct open_account *request,
                        Ledger__V1__OpenAccountResponse *response)
{
    struct account wanted = account_wanted(request);
    set_currency_of(&wanted, request->currency);
    wanted.buffer_micros =
        account_buffer(wanted.payment_mode, wanted.currency, request->buffer_micros);
    wanted.opened_us = mutation->now_us;
    struct locked_account locked;
    int no = account_store_find(mutation->transaction, wanted.id, &locked);
    if (no != 0)
        return no;
    const struct refusal *refusal =
        account_opening_decide(locked.found ? &locked.account : NULL, &wanted);
    if (refusal != NULL)
        return call_refuse(mutation->call, refusal, NO_TERMS);
    if (!locked.found)
        no = open_new(mutation, &wanted, request->country, &locked);
    else if (account_opening_moves(&locked.account, &wanted))
        no = move(mutation, &wanted, request->with_entries, &locked);
    return no != 0 ? no : ANSWER_ACCOUNT(mutation, &locked.account, response);
}

/* ---- currency ---- */

static enum failure note_currency(struct mutation *mutation, const struct set_currency *request,
                                  const struct locked_account *locked)
{
    return account_note(mutation, locked,
                        (struct noted_act){.company_id = request->company_id,
                                           .account_id = request->account_id,
                                           .action = "set_currency",
                                           .currency = request->currency->code,
                                           .remark = ""});
}

static enum failure set_currency_refused(struct mutation *mutation,
                                         const struct set_currency *request)
{
    return note_currency(mutation, request, NULL);
}

static int set_currency(struct mutation *mutation, const struct set_currency *request,
                        Ledger__V1__SetCurrencyResponse *response)
{
    struct call *call = mutation->call;
    struct locked_account locked;
    int no = account_store_lock(mutation->transaction, request->company_id, request->account_id,
                                &locked);
    if (no != 0)
        return no;
    struct account *account = locked.found ? &locked.account : NULL;
    const struct refusal *refusal = account_currency_decide(account, request->currency->code);
    if (refusal != NULL && account != NULL)
        return call_refuse(call, refusal, REFUSAL_TERMS({"currency", account->currency}));
    if (refusal != NULL)
        return call_refuse(call, refusal, NO_TERMS);
    set_currency_of(account, request->currency->code);
    no = account_store_update_facts(mutation->transaction, &locked);
    if (no == 0)
        no = note_currency(mutation, request, &locked);
    return no != 0 ? no : ANSWER_ACCOUNT(mutation, account, response);
}

/* ---- facts ---- */

static void read_update_fields(struct call *call, const struct update_account *request,
                               bool fields[ACCOUNT_UPDATE_COUNT])
{
    for (size_t i = 0; i < request->n_update_fields; i++) {
        enum account_update_field field = account_update_find(request->update_fields[i]);
        if (field != ACCOUNT_UPDATE_COUNT)
            fields[field] = true;
        else
            call_add_field_violation(call, "update_fields", FAULT_UNKNOWN_VALUE,
                                     "names what cannot be set");
    }
    if (request->n_update_fields == 0)
        call_add_field_violation(call, "update_fields", FAULT_REQUIRED, "names no field");
}

static struct account_update update_wanted(struct call *call, const struct update_account *request)
{
    struct account_update update = {
        .wanted = {.id = request->account_id,
                   .company_id = request->company_id,
                   .verified_company_id = request->verified_company_id,
                   .receivables = request->receivables,
                   .corporate = request->corporate,
                   .state = (enum account_state)request->state,
                   .payment_mode = (enum payment_mode)request->payment_mode,
                   .buffer_micros = request->buffer_micros},
        .company_verified = request->company_verified};
    read_update_fields(call, request, update.fields);
    return update;
}

static void update_account_read(struct call *call, const Ledger__V1__UpdateAccountRequest *message,
                                struct update_account *request)
{
    update_account_fields(call, message, request);
    struct account_update update = update_wanted(call, request);
    add_mistake(call, account_update_check(&update));
}

/* GW-07: which facts were set. */
static enum failure note_update(struct mutation *mutation, const struct update_account *request,
                                const struct locked_account *locked)
{
    struct arena *arena = call_arena(mutation->call);
    const char *remark = "";
    for (size_t i = request->n_update_fields; i > 0; i--)
        remark = arena_printf(arena, "%s%s%s", request->update_fields[i - 1],
                              text_is_empty(remark) ? "" : " ", remark);
    return account_note(mutation, locked,
                        (struct noted_act){.company_id = request->company_id,
                                           .account_id = request->account_id,
                                           .action = "update_account",
                                           .amount_micros = request->buffer_micros,
                                           .currency = "",
                                           .remark = remark});
}

static enum failure update_account_refused(struct mutation *mutation,
                                           const struct update_account *request)
{
    return note_update(mutation, request, NULL);
}

static int update_account(struct mutation *mutation, const struct update_account *request,
                          Ledger__V1__UpdateAccountResponse *response)
{
    struct call *call = mutation->call;
    struct account_update update = update_wanted(call, request);
    struct locked_account locked;
    struct account *account = &locked.account;
    int no = account_store_lock(mutation->transaction, request->company_id, request->account_id,
                                &locked);
    if (no != 0)
        return no;
    if (!locked.found)
        return call_refuse(call, &account_unknown, NO_TERMS);
    if (update.fields[UPDATE_STATE] && update.wanted.state == ACCOUNT_CLOSED)
        no = closing_refuse(mutation, account);
    if (no != 0)
        return no;
    add_mistake(call, account_update_fits(&update, account));
    if (call_has_violations(call))
        return call_refuse_violations(call);
    account_update_apply(&update, account);
    no = account_change_keep(mutation, &locked);
    if (no == 0)
        no = note_update(mutation, request, &locked);
    return no != 0 ? no : ANSWER_ACCOUNT(mutation, account, response);
}

/* ---- spending permission (PAY-16) ---- */

static void set_spending_permission_read(struct call *call,
                                         const Ledger__V1__SetSpendingPermissionRequest *message,
                                         struct set_spending_permission *request)
{
    set_spending_permission_fields(call, message, request);
    field_text(call, "remark", request->remark, 0, ORDER_REMARK_SIZE_MAX);
    add_mistake(call, spending_check((enum spending)request->permission));
}

/* GW-07: to which, and why. */
static enum failure note_spending(struct mutation *mutation,
                                  const struct set_spending_permission *request,
                                  const struct locked_account *locked)
{
    const char *remark = arena_printf(call_arena(mutation->call), "%s%s%s",
                                      spending_name((enum spending)request->permission),
                                      text_is_empty(request->remark) ? "" : ": ", request->remark);
    return account_note(mutation, locked,
                        (struct noted_act){.company_id = request->company_id,
                                           .account_id = request->account_id,
                                           .action = "set_spending_permission",
                                           .currency = "",
                                           .remark = remark});
}

static enum failure set_spending_permission_refused(struct mutation *mutation,
                                                    const struct set_spending_permission *request)
{
    return note_spending(mutation, request, NULL);
}

static int set_spending_permission(struct mutation *mutation,
                                   const struct set_spending_permission *request,
                                   Ledger__V1__SetSpendingPermissionResponse *response)
{
    const struct actor *actor = call_actor(mutation->call);
    struct locked_account locked;
    struct account *account = &locked.account;
    int no = account_store_lock(mutation->transaction, request->company_id, request->account_id,
                                &locked);
    if (no != 0)
        return no;
    const struct refusal *refusal = spending_decide(locked.found ? account : NULL);
    if (refusal != NULL)
        return call_refuse(mutation->call, refusal, NO_TERMS);
    spending_set(account, (enum spending)request->permission, actor, mutation->now_us);
    no = account_change_keep(mutation, &locked);
    if (no == 0)
        no = note_spending(mutation, request, &locked);
    return no != 0 ? no : ANSWER_ACCOUNT(mutation, account, response);
}

/* ---- reads ---- */

static int get_account(struct call *call, const struct get_account *request,
                       Ledger__V1__GetAccountResponse *response)
{
    struct account account;
    int no = account_read(call, request->company_id, request->account_id, &account);
    if (no != 0)
        return no;
    response->account = account_to_message(call_arena(call), &account);
    return 0;
}
