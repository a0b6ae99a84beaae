#include <string.h>

#include "ledger/domain/credit.h"
#include "ledger/domain/credit_contract.h"
#include "ledger/domain/transfer.h"
#include "ledger/ledger_message.h"
#include "ledger/service/account_read.h"
#include "ledger/service/act_note.h"
#include "ledger/store/account_store.h"
#include "ledger/store/risk_store.h"
#include "runtime/base/clock.h"
#include "runtime/rpc/page.h"
#include "runtime/rpc/timestamp.h"

#define set_credit_line_refused set_credit_line_refused
#define set_credit_line_read set_credit_line_read
#define set_credit_line_place placing_chain /* the line is the company's, not the account's */
#include "ledger/service/credit_rpc.h"

static int get_credit_limit(struct call *call, const struct get_credit_limit *request,
                            Ledger__V1__GetCreditLimitResponse *response)
{
    struct ledger *ledger = call_context(call);
    struct account account;
    int no = account_read(call, request->company_id, request->account_id, &account);
    if (no != 0)
        return no;
    struct credit_line line = {.company_id = request->company_id};
    if (account.currency[0] != '\0') {
        line.line_micros = ledger->credit_line_default_micros;
        memcpy(line.currency, account.currency, sizeof line.currency);
        no = account_store_read_credit_line(reader_of(call_task(call), ledger->database), &line);
    }
    if (no != 0)
        return no;
    response->credit_limit = credit_limit_to_message(call_arena(call), &account);
    response->allocatable_micros = line.line_micros - line.allocated_micros;
    return 0;
}

/* ---- ListCreditContracts (LED-42) ---- */

static Ledger__V1__CreditContract *
contract_to_message(struct arena *arena, const struct account *account, int64_t limit_micros)
{
    char text[CREDIT_CONTRACT_TEXT_SIZE], hash[CREDIT_CONTRACT_HASH_SIZE];
    Ledger__V1__CreditContract *message =
        message_new(arena, &ledger__v1__credit_contract__descriptor);
    credit_contract_text(account, limit_micros, text);
    credit_contract_hash(account, limit_micros, hash);
    message->account_id = id_to_message(arena, account->id);
    message->version = CREDIT_CONTRACT_VERSION;
    message->text = arena_strdup(arena, text);
    message->limit_micros = limit_micros;
    message->currency = arena_strdup(arena, account->currency);
    message->state = (Ledger__V1__ContractState)account->contract_state;
    message->contract_hash = arena_strdup(arena, hash);
    if (account->confirmed_us != 0)
        message->confirmed_time = timestamp_from_us(arena, account->confirmed_us);
    return message;
}

/* A confirmed one names the amount that it was confirmed for, whatever the limit is by now. */
static int list_credit_contracts(struct call *call, const struct list_credit_contracts *request,
                                 Ledger__V1__ListCreditContractsResponse *response)
{
    struct ledger *ledger = call_context(call);
    struct account account;
    bool found = true;
    int no = account_read(call, request->company_id, request->account_id, &account);
    if (no != 0 || account.contract_state == CONTRACT_NONE ||
        id_compare(account.id, request->before_id) >= 0)
        return no;
    int64_t limit_micros = account.credit_limit_micros;
    if (account.contract_state == CONTRACT_CONFIRMED)
        no = account_store_read_confirmed_limit(reader_of(call_task(call), ledger->database),
                                                &account, &limit_micros, &found);
    if (no != 0 || !found)
        return no;
    response->contracts = arena_alloc_array(call_arena(call), 1, sizeof *response->contracts);
    response->contracts[response->n_contracts++] =
        contract_to_message(call_arena(call), &account, limit_micros);
    return 0;
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

static enum failure note_credit_line(struct mutation *mutation,
                                     const struct set_credit_line *request)
{
    return act_note(mutation, &(struct noted_act){.company_id = request->company_id,
                                                  .account_id = request->account_id,
                                                  .action = "set_credit_line",
                                                  .amount_micros = request->line_micros,
                                                  .currency = request->currency->code,
                                                  .remark = ""});
}

/* The line's lock is that of the company's chain. */
static enum failure set_credit_line_refused(struct mutation *mutation,
                                            const struct set_credit_line *request)
{
    struct credit_line line;
    enum failure failure =
        account_store_open_company(mutation->transaction, request->company_id, mutation->now_us);
    if (failure == FAILURE_NONE)
        failure = account_store_lock_credit_line(mutation->transaction, request->company_id,
                                                 request->currency->code, &line);
    return failure != FAILURE_NONE ? failure : note_credit_line(mutation, request);
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
    if (no == 0)
        no = note_credit_line(mutation, request);
    if (no != 0)
        return no;
    response->allocated_micros = line.allocated_micros;
    response->line_micros = request->line_micros;
    response->currency = arena_strdup(call_arena(mutation->call), request->currency->code);
    return 0;
}

/* ---- ListCreditRisks ---- */

static Ledger__V1__CreditRisk *risk_to_message(struct arena *arena, const struct credit_risk *risk,
                                               int64_t now_us)
{
    Ledger__V1__CreditRisk *message = message_new(arena, &ledger__v1__credit_risk__descriptor);
    message->balance = balance_to_message(arena, &risk->account, now_us);
    message->transferable_micros = transfer_allowance(&risk->account, now_us).micros;
    message->since_time = timestamp_from_us(arena, risk->moved_us);
    return message;
}

static int list_credit_risks(struct call *call, const struct list_credit_risks *request,
                             Ledger__V1__ListCreditRisksResponse *response)
{
    struct ledger *ledger = call_context(call);
    struct arena *arena = call_arena(call);
    int64_t now_us = clock_now_us();
    struct id last_id = {{0}};
    struct credit_risks risks;
    int no = risk_store_look(reader_of(call_task(call), ledger->database), request->before_id,
                             now_us, &risks);
    if (no != 0)
        return no;
    response->risks = arena_alloc_array(arena, request->page_size + 1, sizeof *response->risks);
    for (size_t i = 0; i < risks.count; i++) {
        if (!account_lives_on_credit(&risks.items[i].account)) /* E23 */
            continue;
        if (response->n_risks == request->page_size) {
            response->next_page_token = page_token_of_id(call, last_id);
            return 0;
        }
        last_id = risks.items[i].account.id;
        response->risks[response->n_risks++] = risk_to_message(arena, &risks.items[i], now_us);
    }
    if (risks.goes_on)
        response->next_page_token = page_token_of_id(call, risks.last_id);
    return 0;
}
