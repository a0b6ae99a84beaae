#include "ledger/domain/closing.h"

#include <inttypes.h>

#include "ledger/ledger.h"
#include "ledger/ledger_message.h"
#include "ledger/service/account_read.h"
#include "ledger/service/closing.h"
#include "ledger/service/closing_rpc.h"
#include "ledger/store/resource_store.h"
#include "ledger/store/usage_rating_store.h"
#include "runtime/base/amount.h"
#include "runtime/base/clock.h"
#include "runtime/rpc/timestamp.h"

/* "Cash is left in the account. 12.34 CNY", "Resources are not released: 3." */
static const char *tell(struct arena *arena, const struct account *account,
                        const struct closing_found *found)
{
    char amount[AMOUNT_TEXT_SIZE], until[CLOCK_TEXT_SIZE];
    const char *sentence = closing_sentence(found->blocker);
    if (found->until_us != 0)
        return arena_printf(arena, "%s Count: %" PRId64 "; until %s.", sentence, found->count,
                            clock_format(found->until_us, until));
    if (found->count != 0)
        return arena_printf(arena, "%s Count: %" PRId64 ".", sentence, found->count);
    return arena_printf(
        arena, "%s %s %s", sentence,
        amount_format(found->amount_micros, currency_find(account->currency), amount),
        account->currency);
}

/* ID-12, ID-14, ID-15: everything that stands in the way, with its amount. */
int closing_refuse(struct mutation *mutation, const struct account *account)
{
    struct call *call = mutation->call;
    struct closing_found found[CLOSING_BLOCKER_COUNT];
    struct resource_standing resources;
    char account_id[ID_TEXT_SIZE];
    int64_t unrated = 0;
    int no = account->state == ACCOUNT_CLOSED
                 ? 0
                 : resource_store_sum_locked(mutation->transaction, account->id, mutation->now_us,
                                             &resources);
    if (no == 0 && account->state != ACCOUNT_CLOSED)
        no = usage_rating_store_count_unrated_locked(mutation->transaction, account->id, &unrated);
    if (no != 0 || account->state == ACCOUNT_CLOSED)
        return no;
    size_t count = closing_blockers(account, &resources, unrated, found);
    for (size_t i = 0; i < count; i++)
        call_add_precondition_violation(call, closing_reason(found[i].blocker),
                                        id_format(account->id, account_id),
                                        tell(call_arena(call), account, &found[i]));
    return count > 0 ? call_refuse_violations(call) : 0;
}

static Ledger__V1__ClosingBlocker *blocker_to_message(struct arena *arena,
                                                      const struct account *account,
                                                      const struct closing_found *found)
{
    Ledger__V1__ClosingBlocker *message =
        message_new(arena, &ledger__v1__closing_blocker__descriptor);
    message->reason = arena_strdup(arena, closing_reason(found->blocker));
    message->sentence = arena_strdup(arena, closing_sentence(found->blocker));
    message->currency = arena_strdup(arena, found->amount_micros != 0 ? account->currency : "");
    message->amount_micros = found->amount_micros;
    message->count = found->count;
    if (found->until_us != 0)
        message->until_time = timestamp_from_us(arena, found->until_us);
    return message;
}

static int list_closing_blockers(struct call *call, const struct list_closing_blockers *request,
                                 Ledger__V1__ListClosingBlockersResponse *response)
{
    struct closing_found found[CLOSING_BLOCKER_COUNT];
    struct ledger *ledger = call_context(call);
    struct resource_standing resources;
    struct account account;
    int64_t now_us, unrated = 0;
    int no = account_read_at(call, request->company_id, request->account_id, &account, &now_us);
    if (no == 0)
        no = resource_store_sum(reader_of(call_task(call), ledger->database), account.id, now_us,
                                &resources);
    if (no == 0)
        no = usage_rating_store_count_unrated(reader_of(call_task(call), ledger->database),
                                              account.id, &unrated);
    if (no != 0)
        return no;
    size_t count = closing_blockers(&account, &resources, unrated, found);
    response->blockers =
        arena_alloc_array(call_arena(call), CLOSING_BLOCKER_COUNT, sizeof *response->blockers);
    for (; response->n_blockers < count; response->n_blockers++) {
        response->blockers[response->n_blockers] =
            blocker_to_message(call_arena(call), &account, &found[response->n_blockers]);
    }
    return 0;
}
