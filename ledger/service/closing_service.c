#include "ledger/domain/closing.h"
#include "ledger/ledger_message.h"
#include "ledger/service/account_read.h"
#include "ledger/service/closing.h"
#include "ledger/service/closing_rpc.h"
#include "runtime/base/amount.h"

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
        call_add_precondition_violation(call, closing_reason(found[i].blocker),
                                        id_format(account->id, account_id), sentence);
    }
    return count > 0;
}

static Ledger__V1__ClosingBlocker *blocker_to_message(struct arena *arena,
                                                      const struct account *account,
                                                      const struct closing_found *found)
{
    Ledger__V1__ClosingBlocker *message =
        message_new(arena, &ledger__v1__closing_blocker__descriptor);
    message->reason = arena_strdup(arena, closing_reason(found->blocker));
    message->sentence = arena_strdup(arena, closing_sentence(found->blocker));
    message->currency = arena_strdup(arena, account->currency);
    message->amount_micros = found->amount_micros;
    return message;
}

static int list_closing_blockers(struct call *call, const struct list_closing_blockers *request,
                                 Ledger__V1__ListClosingBlockersResponse *response)
{
    struct closing_found found[CLOSING_BLOCKER_COUNT];
    struct account account;
    int no = account_read(call, request->company_id, request->account_id, &account);
    if (no != 0)
        return no;
    size_t count = closing_blockers(&account, found);
    response->blockers =
        arena_alloc_array(call_arena(call), CLOSING_BLOCKER_COUNT, sizeof *response->blockers);
    for (; response->n_blockers < count; response->n_blockers++) {
        response->blockers[response->n_blockers] =
            blocker_to_message(call_arena(call), &account, &found[response->n_blockers]);
    }
    return 0;
}
