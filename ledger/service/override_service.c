/* Overrides (LED-19): the gateway lets one through when another operator approved it. */
#include <inttypes.h>

#include "ledger/domain/override.h"
#include "ledger/domain/refusals.h"
#include "ledger/ledger_message.h"
#include "ledger/service/account_change.h"
#include "ledger/service/act_note.h"
#include "ledger/store/override_store.h"
#include "runtime/base/clock.h"
#include "runtime/rpc/page.h"
#include "runtime/rpc/timestamp.h"

#define grant_override_read grant_override_read
#include "ledger/service/override_rpc.h"

static ProtobufCMessage *override_to_message(struct call *call, const void *row)
{
    const struct granted_override *override = row;
    struct arena *arena = call_arena(call);
    Ledger__V1__Override *message = message_new(arena, &ledger__v1__override__descriptor);
    message->override_id = id_to_message(arena, override->override_id);
    message->account_id = id_to_message(arena, override->account_id);
    message->until_time = timestamp_from_us(arena, override->until_us);
    message->reason = arena_strdup(arena, override->reason);
    message->operator_principal_id = id_to_message(arena, override->operator_id);
    message->approver_principal_id = id_to_message(arena, override->approver_id);
    message->approval_id = id_to_message(arena, override->approval_id);
    message->grant_time = timestamp_from_us(arena, override->granted_us);
    if (!override_was_ended(override->until_us, override->ended_us))
        return &message->base;
    message->end_time = timestamp_from_us(arena, override->ended_us);
    message->ended_by_principal_id = id_to_message(arena, override->ended_by);
    return &message->base;
}

static int list_overrides(struct call *call, const struct list_overrides *request,
                          Ledger__V1__ListOverridesResponse *response)
{
    struct ledger *ledger = call_context(call);
    struct override_list list;
    const struct override_page page = {.account_id = request->account_id,
                                       .before_id = request->before_id,
                                       .with_ended = request->with_ended,
                                       .now_us = clock_now_us(),
                                       .limit = page_limit(request->page_size)};
    int no = override_store_list(reader_of(call_task(call), ledger->database), &page, &list);
    return no != 0 ? no
                   : page_answer(call,
                                 PAGE(request->page_size, list.items, list.count, override_id,
                                      override_to_message),
                                 &response->base);
}

/* ---- granting and lifting ---- */

static void grant_override_read(struct call *call, const Ledger__V1__GrantOverrideRequest *message,
                                struct grant_override *request)
{
    grant_override_fields(call, message, request);
    if (!request->has_until_time)
        call_add_field_violation(call, "until_time", FAULT_REQUIRED, "is required");
    field_text(call, "reason", request->reason, 1, OVERRIDE_REASON_SIZE_MAX);
}

/* nil: the call names nobody. */
static struct id named(struct call *call, const char *header)
{
    const char *text = call_header(call, header);
    struct id id;
    return text != NULL && id_parse(text, &id) ? id : (struct id){{0}};
}

static int lock(struct mutation *mutation, struct id company_id, struct id account_id,
                struct locked_account *locked)
{
    int no = account_store_lock(mutation->transaction, company_id, account_id, locked);
    if (no == 0 && !locked->found)
        no = call_refuse(mutation->call, &account_unknown, NO_TERMS);
    return no;
}

/* The account's gates as they stand now, the act, and the answer's parts. */
static int keep(struct mutation *mutation, struct locked_account *locked, const char *action,
                const char *remark)
{
    const struct account *account = &locked->account;
    int no = account_change_keep(mutation, locked);
    return no != 0 ? no
                   : act_note(mutation, &(struct noted_act){.company_id = account->company_id,
                                                            .account_id = account->id,
                                                            .action = action,
                                                            .currency = "",
                                                            .remark = remark});
}

static Ledger__V1__Balance **balance_after(struct mutation *mutation, const struct account *account)
{
    struct arena *arena = call_arena(mutation->call);
    Ledger__V1__Balance **balances = arena_alloc(arena, sizeof *balances);
    balances[0] = balance_to_message(arena, account, mutation->now_us);
    return balances;
}

static int refuse(struct call *call, enum override_verdict verdict)
{
    char *days = arena_printf(call_arena(call), "%d", OVERRIDE_DAYS_MAX);
    if (verdict == OVERRIDE_TOO_LONG)
        return call_refuse(call, override_refusal(verdict), REFUSAL_TERMS({"days", days}));
    return call_refuse(call, override_refusal(verdict), NO_TERMS);
}

static int grant_override(struct mutation *mutation, const struct grant_override *request,
                          Ledger__V1__GrantOverrideResponse *response)
{
    struct call *call = mutation->call;
    struct locked_account locked;
    int no = lock(mutation, request->company_id, request->account_id, &locked);
    if (no != 0)
        return no;
    struct granted_override override = {.override_id = id_new(mutation->now_us),
                                        .company_id = locked.account.company_id,
                                        .account_id = request->account_id,
                                        .until_us = request->until_us,
                                        .reason = request->reason,
                                        .operator_id = named(call, "kontor-principal-id"),
                                        .approver_id = named(call, "kontor-approver-id"),
                                        .approval_id = named(call, "kontor-approval-id"),
                                        .granted_us = mutation->now_us};
    enum override_verdict verdict = override_decide(&(struct override_facts){
        override.operator_id,
        id_is_nil(override.approval_id) ? override.approval_id : override.approver_id,
        locked.account.state, override.until_us, mutation->now_us});
    if (verdict != OVERRIDE_GRANTED)
        return refuse(call, verdict);
    locked.account.override_until_us = override.until_us;
    no = override_store_grant(mutation->transaction, &override);
    if (no == 0)
        no = keep(mutation, &locked, "grant_override", override.reason);
    response->override = (void *)override_to_message(call, &override);
    response->balances = balance_after(mutation, &locked.account);
    response->n_balances = 1;
    return no;
}

static int lift_override(struct mutation *mutation, const struct lift_override *request,
                         Ledger__V1__LiftOverrideResponse *response)
{
    struct call *call = mutation->call;
    struct locked_account locked;
    struct granted_override override = {.account_id = request->account_id,
                                        .ended_us = mutation->now_us,
                                        .ended_by = named(call, "kontor-principal-id")};
    bool found;
    int no = lock(mutation, request->company_id, request->account_id, &locked);
    if (no == 0 && locked.account.override_until_us <= mutation->now_us)
        no = call_refuse(call, &override_unknown, NO_TERMS);
    override.company_id = locked.account.company_id;
    if (no == 0)
        no = override_store_end(mutation->transaction, &override, &found);
    if (no != 0)
        return no;
    locked.account.override_until_us = 0;
    no = keep(mutation, &locked, "lift_override", "");
    if (found) /* one of before it took two is in the account alone */
        response->override = (void *)override_to_message(call, &override);
    response->balances = balance_after(mutation, &locked.account);
    response->n_balances = 1;
    return no;
}
