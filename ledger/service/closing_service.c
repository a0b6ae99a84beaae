#include "ledger/domain/closing.h"
#include "ledger/domain/refusals.h"
#include "ledger/service/closing.h"
#include "ledger/service/closing_rpc.h"
#include "ledger/store/history_store.h"
#include "runtime/base/amount.h"
#include "runtime/base/clock.h"

/* ID-12, ID-15: everything that stands in the way, with its amount. */
bool closing_refuse(struct call *call, const struct account *account)
{
    struct closing_found found[CLOSING_BLOCKER_COUNT];
    char account_id[ID_TEXT_SIZE], amount[AMOUNT_TEXT_SIZE];
    size_t count = account->state != ACCOUNT_CLOSED ? closing_blockers(account, found) : 0;
    for (size_t i = 0; i < count; i++) {
        const char *text =
            amount_format(found[i].amount_micros, currency_find(account->currency), amount);
        const char *sentence =
            arena_printf(call_arena(call), "%s %s %s", closing_sentence(found[i].blocker), text,
                         account->currency);
        call_add_precondition_violation(
            call, closing_reason(found[i].blocker), id_format(account->id, account_id),
            sentence != NULL ? sentence : closing_sentence(found[i].blocker));
    }
    return count > 0;
}

static Ledger__V1__ClosingBlocker *blocker_message(struct arena *arena,
                                                   const struct account *account,
                                                   const struct closing_found *found)
{
    Ledger__V1__ClosingBlocker *message = arena_alloc(arena, sizeof *message);
    ledger__v1__closing_blocker__init(message);
    message->reason = arena_strdup(arena, closing_reason(found->blocker));
    message->sentence = arena_strdup(arena, closing_sentence(found->blocker));
    message->currency = arena_strdup(arena, account->currency);
    message->amount_micros = found->amount_micros;
    return message;
}

static int list_closing_blockers(struct call *call, const struct list_closing_blockers *request,
                                 Ledger__V1__ListClosingBlockersResponse *response)
{
    struct ledger *ledger = call_context(call);
    struct closing_found found[CLOSING_BLOCKER_COUNT];
    struct account account;
    bool known = false;
    int no = history_store_read_balance(reader_of(call_task(call), ledger->database),
                                        request->company_id, request->account_id, clock_now_us(),
                                        &account, &known);
    if (no != 0)
        return no;
    if (!known)
        return call_refuse(call, &account_unknown, NO_TERMS);
    size_t count = closing_blockers(&account, found);
    response->blockers =
        arena_alloc_array(call_arena(call), CLOSING_BLOCKER_COUNT, sizeof *response->blockers);
    for (; response->n_blockers < count; response->n_blockers++) {
        response->blockers[response->n_blockers] =
            blocker_message(call_arena(call), &account, &found[response->n_blockers]);
    }
    return 0;
}
