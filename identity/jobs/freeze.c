#include "identity/jobs/freeze.h"

#include <assert.h>

#include "identity/jobs/world.h"
#include "identity/store/account_store.h"
#include "identity/store/freeze_store.h"
#include "identity/v1/event.pb-c.h"
#include "runtime/base/clock.h"
#include "runtime/database/act_log.h"
#include "runtime/rpc/timestamp.h"

#define INTERVAL_MS 5000
#define DUE_AT_ONCE 100

static_assert((int)FREEZE_RECHARGE == (int)IDENTITY__V1__FREEZE_LEVEL__FREEZE_LEVEL_RECHARGE &&
                  (int)FREEZE_PAYG_SUSPEND ==
                      (int)IDENTITY__V1__FREEZE_LEVEL__FREEZE_LEVEL_PAYG_SUSPEND,
              "levels are the wire's");
static_assert((int)FREEZE_PENDING == (int)IDENTITY__V1__FREEZE_STATE__FREEZE_STATE_PENDING &&
                  (int)FREEZE_LAPSED == (int)IDENTITY__V1__FREEZE_STATE__FREEZE_STATE_LAPSED,
              "states are the wire's");

static enum failure tell_proposed(struct transaction *transaction, const struct freeze *freeze,
                                  int64_t now_us)
{
    struct arena *arena = transaction_arena(transaction);
    Identity__V1__FreezeProposed event = IDENTITY__V1__FREEZE_PROPOSED__INIT;
    event.account_id = world_id(arena, freeze->account_id);
    event.freeze_id = world_id(arena, freeze->freeze_id);
    event.level = (Identity__V1__FreezeLevel)freeze->level;
    event.confirm_until_time = timestamp_from_us(arena, freeze->confirm_until_us);
    return world_tell(transaction, freeze->account_id, &event.base, now_us);
}

static enum failure tell_began(struct transaction *transaction, const struct freeze *freeze,
                               int64_t now_us)
{
    struct arena *arena = transaction_arena(transaction);
    Identity__V1__FreezeBegan event = IDENTITY__V1__FREEZE_BEGAN__INIT;
    event.account_id = world_id(arena, freeze->account_id);
    event.freeze_id = world_id(arena, freeze->freeze_id);
    event.level = (Identity__V1__FreezeLevel)freeze->level;
    event.begin_time = timestamp_from_us(arena, freeze->begun_us);
    if (freeze->expire_us != 0)
        event.expire_time = timestamp_from_us(arena, freeze->expire_us);
    return world_tell(transaction, freeze->account_id, &event.base, now_us);
}

static enum failure tell_ended(struct transaction *transaction, const struct freeze *freeze,
                               int64_t now_us)
{
    struct arena *arena = transaction_arena(transaction);
    Identity__V1__FreezeEnded event = IDENTITY__V1__FREEZE_ENDED__INIT;
    event.account_id = world_id(arena, freeze->account_id);
    event.freeze_id = world_id(arena, freeze->freeze_id);
    event.level = (Identity__V1__FreezeLevel)freeze->level;
    event.outcome = (Identity__V1__FreezeState)freeze->outcome;
    event.end_time = timestamp_from_us(arena, freeze->ended_us);
    return world_tell(transaction, freeze->account_id, &event.base, now_us);
}

enum failure freeze_tell(struct transaction *transaction, const struct freeze *freeze,
                         const struct security_event *by, int64_t now_us)
{
    static const enum security_event_kind kinds[] = {
        [FREEZE_PENDING] = SECURITY_FREEZE_PROPOSED, [FREEZE_IN_FORCE] = SECURITY_FREEZE_BEGAN,
        [FREEZE_UNDONE] = SECURITY_FREEZE_UNDONE,    [FREEZE_EXPIRED] = SECURITY_FREEZE_EXPIRED,
        [FREEZE_LAPSED] = SECURITY_FREEZE_LAPSED,
    };
    enum freeze_state state = freeze_state(freeze, now_us);
    struct security_event noted = *by;
    noted.account_id = freeze->account_id;
    noted.kind = kinds[state];
    noted.detail = world_id(transaction_arena(transaction), freeze->freeze_id);
    noted.noted_us = now_us;
    enum failure failure = security_event_store_note(transaction, &noted);
    if (failure != FAILURE_NONE)
        return failure;
    if (state == FREEZE_PENDING)
        return tell_proposed(transaction, freeze, now_us);
    return state == FREEZE_IN_FORCE ? tell_began(transaction, freeze, now_us)
                                    : tell_ended(transaction, freeze, now_us);
}

/* ---- those that end by themselves ---- */

/* Its account's lock keeps it from being confirmed or undone meanwhile. */
static enum failure end_due(struct transaction *transaction, void *argument)
{
    const struct due_freeze *due = argument;
    int64_t now_us = clock_of_us(due->account_id);
    struct account_row row;
    struct freeze freeze;
    bool exists;
    enum failure failure = account_store_lock(transaction, due->account_id, &row, &exists);
    if (failure == FAILURE_NONE)
        failure = freeze_store_read(transaction, due->account_id, due->freeze_id, &freeze, &exists);
    if (failure != FAILURE_NONE || !exists || freeze.ended_us != 0)
        return failure;
    enum freeze_state state = freeze_state(&freeze, now_us);
    if (state != FREEZE_EXPIRED && state != FREEZE_LAPSED)
        return FAILURE_NONE;
    freeze.outcome = state;
    freeze.ended_us = freeze_end_us(&freeze);
    failure = freeze_store_end(transaction, &freeze);
    const struct security_event by = {
        .principal_id = freeze.created_by, .device = "", .network = "", .times = 1};
    if (failure == FAILURE_NONE)
        failure = freeze_tell(transaction, &freeze, &by, now_us);
    return failure != FAILURE_NONE
               ? failure
               : act_append_of_step(transaction, "identity.end_freeze",
                                    &(struct act){.account_id = freeze.account_id,
                                                  .object_id = freeze.freeze_id,
                                                  .action = "identity.end_freeze",
                                                  .tag = "",
                                                  .reason = "",
                                                  .act_us = now_us});
}

static enum failure end_all_due(struct task *task, void *database)
{
    struct due_freezes due;
    enum failure failure =
        freeze_store_due(reader_of(task, database), clock_foremost_us(), DUE_AT_ONCE, &due);
    for (size_t i = 0; failure == FAILURE_NONE && i < due.count; i++)
        failure =
            database_transact(task, database, ISOLATION_READ_COMMITTED, end_due, &due.items[i]);
    return failure;
}

void freeze_start(struct loop *loop, struct database *database)
{
    loop_every(loop, "end_freezes", INTERVAL_MS, end_all_due, database);
}
