/* Freezes of accounts and all under them (GW-03, GW-04, c-13). */
#include "identity/domain/freeze.h"

#include "identity/domain/role.h"
#include "identity/jobs/freeze.h"
#include "identity/service/security.h"
#include "identity/service/start.h"
#include "identity/store/freeze_store.h"
#include "identity/store/relation_store.h"
#include "identity/store/role_store.h"
#include "identity/v1/freeze.pb-c.h"
#include "runtime/base/clock.h"
#include "runtime/rpc/field.h"
#include "runtime/rpc/page.h"
#include "runtime/rpc/timestamp.h"

#define freeze_accounts_admit(call) caller_admit(call)
#define freeze_accounts_read freeze_accounts_read
#define confirm_freeze_admit(call) caller_admit(call)
#define undo_freeze_admit(call) caller_admit(call)
#define list_all_freezes_admit(call) caller_admit(call)
#include "identity/service/freeze_rpc.h"

#define REASON_BYTES_MAX 256

/* ---- as messages ---- */

static Google__Protobuf__Timestamp *time_or_none(struct call *call, int64_t time_us)
{
    return time_us != 0 ? timestamp_from_us(call_arena(call), time_us) : NULL;
}

static char *id_or_none(struct call *call, struct id id)
{
    return id_is_nil(id) ? arena_strdup(call_arena(call), "") : id_to_message(call, id);
}

/* Of an account above the acting one, nothing is told of people. */
static Identity__V1__Freeze *freeze_to_message(struct call *call, const struct freeze *freeze,
                                               struct id acting_id)
{
    Identity__V1__Freeze *message = arena_alloc(call_arena(call), sizeof *message);
    identity__v1__freeze__init(message);
    message->freeze_id = id_to_message(call, freeze->freeze_id);
    message->account_id = id_to_message(call, freeze->account_id);
    message->level = (Identity__V1__FreezeLevel)freeze->level;
    message->state = (Identity__V1__FreezeState)freeze_state(freeze, clock_now_us());
    message->create_time = timestamp_from_us(call_arena(call), freeze->created_us);
    message->begin_time = time_or_none(call, freeze->begun_us);
    message->confirm_until_time = time_or_none(call, freeze->confirm_until_us);
    message->expire_time = time_or_none(call, freeze->expire_us);
    message->end_time = time_or_none(call, freeze->ended_us);
    message->partner_account_id = id_or_none(call, freeze->partner_id);
    if (!id_equal(freeze->account_id, acting_id))
        return message;
    message->reason = arena_strdup(call_arena(call), freeze->reason);
    message->created_by = id_to_message(call, freeze->created_by);
    message->confirmed_by = id_or_none(call, freeze->confirmed_by);
    message->ended_by = id_or_none(call, freeze->ended_by);
    return message;
}

static int refuse(struct call *call, enum freeze_verdict verdict)
{
    if (verdict == FREEZE_NOT_FREEZER)
        return call_refuse(call, freeze_refusal(verdict),
                           REFUSAL_TERMS({"role", role_name(ROLE_BILLING_FREEZER)}));
    if (verdict == FREEZE_EXPIRES_AT_ONCE)
        return call_refuse(call, freeze_refusal(verdict), REFUSAL_TERMS({"field", "expire_time"}));
    return call_refuse(call, freeze_refusal(verdict), NO_TERMS);
}

static enum failure tell(struct mutation *mutation, const struct freeze *freeze)
{
    const struct security_event by = security_event_of(
        mutation->call, &(struct security_event){.principal_id = caller_id(mutation->call)});
    return freeze_tell(mutation->transaction, freeze, &by, mutation->now_us);
}

static enum failure read_permitted(struct mutation *mutation, struct id partner_id,
                                   struct id account_id, bool *permitted)
{
    unsigned permissions = 0;
    enum failure failure = relation_store_terms(mutation->transaction, partner_id, account_id,
                                                mutation->now_us, &permissions);
    *permitted = (permissions & 1u << RELATION_FREEZE_RECHARGE) != 0;
    return failure;
}

/* The caller's roles, under the account's lock: acts on the freezes of an account take turns. Those
 * of a partner's people are at the partner's (B.5). */
static enum failure lock(struct mutation *mutation, struct id account_id, struct freezer *by)
{
    struct account_roles roles = {.caller = {.roles = ROLE_NONE}};
    struct id caller = caller_id(mutation->call);
    *by = (struct freezer){.partner_id = caller_partner_id(mutation->call)};
    bool for_partner = !id_is_nil(by->partner_id);
    enum failure failure =
        role_store_lock(mutation->transaction, account_id, caller, caller, &roles);
    if (failure == FAILURE_NONE && for_partner)
        failure = role_store_lock(mutation->transaction, by->partner_id, caller, caller, &roles);
    if (failure == FAILURE_NONE && for_partner)
        failure = read_permitted(mutation, by->partner_id, account_id, &by->permitted);
    by->roles = roles.caller.roles;
    return failure;
}

/* ---- FreezeAccounts ---- */

static void freeze_accounts_read(struct call *call,
                                 const Identity__V1__FreezeAccountsRequest *message,
                                 struct freeze_accounts *request)
{
    freeze_accounts_fields(call, message, request);
    field_text(call, "reason", request->reason, 1, REASON_BYTES_MAX);
    if ((int)request->level < FREEZE_LEVEL_NONE || (int)request->level > FREEZE_PAYG_SUSPEND)
        call_add_field_violation(call, "level", FAULT_UNKNOWN_VALUE, "The level is unknown.");
}

static struct freeze freeze_asked(const struct mutation *mutation,
                                  const struct freeze_accounts *request)
{
    int64_t now_us = mutation->now_us;
    bool is_default = request->level == IDENTITY__V1__FREEZE_LEVEL__FREEZE_LEVEL_UNSPECIFIED;
    return (struct freeze){
        .freeze_id = id_new(now_us),
        .account_id = request->account_id,
        .partner_id = caller_partner_id(mutation->call),
        .level = is_default ? FREEZE_RECHARGE : (enum freeze_level)request->level,
        .reason = request->reason,
        .created_by = caller_id(mutation->call),
        .created_us = now_us,
        .confirm_until_us = request->two_person ? now_us + FREEZE_CONFIRM_US : 0,
        .begun_us = request->two_person ? 0 : now_us,
        .expire_us = request->expire_us,
    };
}

static int freeze_accounts(struct mutation *mutation, const struct freeze_accounts *request,
                           Identity__V1__FreezeAccountsResponse *response)
{
    struct freezer by;
    struct freeze freeze = freeze_asked(mutation, request);
    int64_t holding = 0, hit = 0;
    int no = lock(mutation, request->account_id, &by);
    if (no == 0)
        no =
            freeze_store_count(mutation->transaction, request->account_id, by.partner_id, &holding);
    if (no != 0)
        return no;
    enum freeze_verdict verdict = freeze_begin_decide(&by, &freeze, holding, mutation->now_us);
    if (verdict != FREEZE_ACCEPTED)
        return refuse(mutation->call, verdict);
    no = freeze_store_insert(mutation->transaction, &freeze);
    if (no == 0)
        no = tell(mutation, &freeze);
    if (no == 0)
        no = freeze_store_hit(mutation->transaction, request->account_id, &hit);
    response->freeze = freeze_to_message(mutation->call, &freeze, request->account_id);
    response->account_count = (int32_t)hit;
    return no;
}

/* ---- ConfirmFreeze and UndoFreeze ---- */

typedef enum freeze_verdict decision(const struct freeze_act *act, int64_t now_us);

/* Locks, reads and decides about a freeze of the account. */
static int take(struct mutation *mutation, struct freeze *freeze, decision *decide)
{
    struct freeze_act act = {.caller_id = caller_id(mutation->call)};
    struct id account_id = freeze->account_id, freeze_id = freeze->freeze_id;
    bool exists = false;
    int no = lock(mutation, account_id, &act.by);
    if (no == 0)
        no = freeze_store_read(mutation->transaction, account_id, freeze_id, freeze, &exists);
    if (no == 0 && exists && id_is_nil(act.by.partner_id) && !id_is_nil(freeze->partner_id))
        no = read_permitted(mutation, freeze->partner_id, account_id, &act.by.permitted);
    if (no == 0 && exists)
        no = freeze_store_made_freezer(mutation->transaction, freeze, act.caller_id,
                                       &act.made_freezer);
    if (no != 0)
        return no;
    act.freeze = exists ? freeze : NULL;
    enum freeze_verdict verdict = decide(&act, mutation->now_us);
    return verdict == FREEZE_ACCEPTED ? 0 : refuse(mutation->call, verdict);
}

static int confirm_freeze(struct mutation *mutation, const struct confirm_freeze *request,
                          Identity__V1__ConfirmFreezeResponse *response)
{
    struct freeze freeze = {.account_id = request->account_id, .freeze_id = request->freeze_id};
    int no = take(mutation, &freeze, freeze_confirm_decide);
    if (no != 0)
        return no;
    freeze.confirmed_by = caller_id(mutation->call);
    freeze.begun_us = mutation->now_us;
    no = freeze_store_confirm(mutation->transaction, &freeze);
    if (no == 0)
        no = tell(mutation, &freeze);
    response->freeze = freeze_to_message(mutation->call, &freeze, request->account_id);
    return no;
}

static int undo_freeze(struct mutation *mutation, const struct undo_freeze *request,
                       Identity__V1__UndoFreezeResponse *response)
{
    struct freeze freeze = {.account_id = request->account_id, .freeze_id = request->freeze_id};
    int no = take(mutation, &freeze, freeze_undo_decide);
    if (no != 0)
        return no;
    freeze.ended_by = caller_id(mutation->call);
    freeze.ended_us = mutation->now_us;
    freeze.outcome = FREEZE_UNDONE;
    no = freeze_store_end(mutation->transaction, &freeze);
    if (no == 0)
        no = tell(mutation, &freeze);
    response->freeze = freeze_to_message(mutation->call, &freeze, request->account_id);
    return no;
}

/* ---- PreviewFreeze ---- */

static ProtobufCMessage *frozen_account_message(struct call *call, const void *row)
{
    const struct frozen_account *account = row;
    Identity__V1__FrozenAccount *message = arena_alloc(call_arena(call), sizeof *message);
    identity__v1__frozen_account__init(message);
    message->account_id = id_to_message(call, account->account_id);
    message->level = (Identity__V1__FreezeLevel)account->level;
    return &message->base;
}

static int preview_freeze(struct call *call, const struct preview_freeze *request,
                          Identity__V1__PreviewFreezeResponse *response)
{
    struct frozen_accounts found;
    const struct freeze_page page = {.account_id = request->account_id,
                                     .bound_id = request->after_id,
                                     .limit = page_limit(request->page_size)};
    int no = freeze_store_preview(identity_reader(call), &page, clock_now_us(), &found);
    if (no != 0)
        return no;
    response->account_count = (int32_t)found.hit;
    return page_answer(
        call,
        PAGE(request->page_size, found.items, found.count, account_id, frozen_account_message),
        &response->base);
}

/* ---- ListFreezes ---- */

struct listed_freeze {
    struct id freeze_id;
    struct id acting_id;
    const struct freeze *freeze;
};

static ProtobufCMessage *listed_message(struct call *call, const void *row)
{
    const struct listed_freeze *listed = row;
    return &freeze_to_message(call, listed->freeze, listed->acting_id)->base;
}

/* acting_id: nil where each is shown as in its own account. */
static struct listed_freeze *listed_of(struct call *call, const struct freezes *found,
                                       struct id acting_id)
{
    struct listed_freeze *listed =
        arena_alloc_array(call_arena(call), found->count + 1, sizeof *listed);
    for (size_t i = 0; i < found->count; i++)
        listed[i] = (struct listed_freeze){
            found->items[i].freeze_id,
            id_is_nil(acting_id) ? found->items[i].account_id : acting_id, &found->items[i]};
    return listed;
}

static int list_freezes(struct call *call, const struct list_freezes *request,
                        Identity__V1__ListFreezesResponse *response)
{
    struct freezes found;
    const struct freeze_page page = {.account_id = request->account_id,
                                     .partner_id = caller_partner_id(call),
                                     .bound_id = request->before_id,
                                     .limit = page_limit(request->page_size)};
    int no = freeze_store_list(identity_reader(call), &page, &found);
    return no != 0
               ? no
               : page_answer(call,
                             PAGE(request->page_size, listed_of(call, &found, request->account_id),
                                  found.count, freeze_id, listed_message),
                             &response->base);
}

static int list_all_freezes(struct call *call, const struct list_all_freezes *request,
                            Identity__V1__ListAllFreezesResponse *response)
{
    struct freezes found;
    const struct freeze_filter filter = {
        .account_id = request->of_account_id,
        .state = request->state == 0 ? "" : freeze_state_name((enum freeze_state)request->state),
        .level = request->level == 0 ? "" : freeze_level_name((enum freeze_level)request->level),
        .before_id = request->before_id,
        .now_us = clock_now_us(),
        .limit = page_limit(request->page_size)};
    int no = freeze_store_list_all(identity_reader(call), &filter, &found);
    return no != 0 ? no
                   : page_answer(call,
                                 PAGE(request->page_size, listed_of(call, &found, (struct id){{0}}),
                                      found.count, freeze_id, listed_message),
                                 &response->base);
}
