#include "identity/jobs/real_name.h"

#include <assert.h>

#include "identity/jobs/owner_notice.h"
#include "identity/jobs/world.h"
#include "identity/store/account_store.h"
#include "identity/store/evidence_store.h"
#include "identity/v1/event.pb-c.h"
#include "runtime/base/clock.h"
#include "runtime/database/act_log.h"
#include "runtime/rpc/timestamp.h"

#define INTERVAL_MS 5000
#define EXPIRED_AT_ONCE 100

/* ---- the world, the account's onboarding and its owner are told ---- */

static enum failure tell_verified(struct transaction *transaction, const struct real_name *name,
                                  int64_t now_us)
{
    struct arena *arena = transaction_arena(transaction);
    Identity__V1__RealNameVerified event = IDENTITY__V1__REAL_NAME_VERIFIED__INIT;
    event.account_id = world_id(arena, name->account_id);
    event.submission_id = world_id(arena, name->submission_id);
    event.verify_time = timestamp_from_us(arena, now_us);
    return world_tell(transaction, name->account_id, &event.base, now_us);
}

static enum failure tell_rejected(struct transaction *transaction, const struct real_name *name,
                                  int64_t now_us)
{
    struct arena *arena = transaction_arena(transaction);
    Identity__V1__RealNameRejected event = IDENTITY__V1__REAL_NAME_REJECTED__INIT;
    event.account_id = world_id(arena, name->account_id);
    event.submission_id = world_id(arena, name->submission_id);
    event.reason = arena_strdup(arena, name->reason);
    event.reject_time = timestamp_from_us(arena, now_us);
    return world_tell(transaction, name->account_id, &event.base, now_us);
}

static Identity__V1__SubmissionState ended_state(enum review_state state)
{
    if (state == REVIEW_REVOKED)
        return IDENTITY__V1__SUBMISSION_STATE__SUBMISSION_STATE_REVOKED;
    return state == REVIEW_EXPIRED ? IDENTITY__V1__SUBMISSION_STATE__SUBMISSION_STATE_EXPIRED
                                   : IDENTITY__V1__SUBMISSION_STATE__SUBMISSION_STATE_SUPERSEDED;
}

static enum failure tell_ended(struct transaction *transaction, const struct real_name *name,
                               int64_t now_us)
{
    struct arena *arena = transaction_arena(transaction);
    Identity__V1__RealNameEnded event = IDENTITY__V1__REAL_NAME_ENDED__INIT;
    event.account_id = world_id(arena, name->account_id);
    event.submission_id = world_id(arena, name->submission_id);
    event.state = ended_state(name->state);
    event.reason = arena_strdup(arena, name->reason);
    event.end_time = timestamp_from_us(arena, now_us);
    return world_tell(transaction, name->account_id, &event.base, now_us);
}

static enum failure note(struct transaction *transaction, const struct real_name *name,
                         struct id actor_id, int64_t now_us)
{
    struct arena *arena = transaction_arena(transaction);
    return account_store_record(
        transaction, &(struct trail_line){.account_id = name->account_id,
                                          .kind = arena_printf(arena, "REAL_NAME_%s",
                                                               review_state_name(name->state)),
                                          .detail = document_kind_name(name->kind),
                                          .actor_id = actor_id,
                                          .noted_us = now_us});
}

static enum failure tell_world(struct transaction *transaction, const struct real_name *name,
                               int64_t now_us)
{
    switch (name->state) {
    case REVIEW_VERIFIED:
        return tell_verified(transaction, name, now_us);
    case REVIEW_REJECTED:
        return tell_rejected(transaction, name, now_us);
    case REVIEW_REVOKED:
    case REVIEW_EXPIRED:
    case REVIEW_SUPERSEDED:
        return tell_ended(transaction, name, now_us);
    case REVIEW_SUBMITTED:
    case REVIEW_IN_REVIEW:
    case REVIEW_STATE_COUNT:
        break;
    }
    return FAILURE_NONE;
}

static enum failure tell(struct transaction *transaction, struct courier *courier,
                         const struct real_name *name, struct id actor_id, int64_t now_us)
{
    const struct decision decision = {.of = ACCOUNT_TYPE_INDIVIDUAL,
                                      .account_id = name->account_id,
                                      .state = name->state,
                                      .reason = name->reason,
                                      .now_us = now_us};
    enum failure failure = note(transaction, name, actor_id, now_us);
    if (failure == FAILURE_NONE)
        failure = tell_world(transaction, name, now_us);
    return failure == FAILURE_NONE ? owner_notice_of_decision(transaction, courier, &decision)
                                   : failure;
}

/* ---- what is kept ---- */

static bool is_ended(enum review_state state)
{
    return state == REVIEW_REVOKED || state == REVIEW_EXPIRED || state == REVIEW_SUPERSEDED;
}

static enum failure keep_decision(struct transaction *transaction, const struct real_name *name,
                                  struct id actor_id)
{
    if (name->state == REVIEW_IN_REVIEW)
        return real_name_store_decide(transaction, name, actor_id);
    enum failure failure = real_name_store_decide(transaction, name, actor_id);
    return failure == FAILURE_NONE ? evidence_store_decide(transaction, name->submission_id,
                                                           evidence_due_us(name->decided_us))
                                   : failure;
}

static enum failure keep(struct transaction *transaction, struct courier *courier,
                         const struct real_name *name, struct id actor_id, int64_t now_us)
{
    enum failure failure = is_ended(name->state) ? real_name_store_end(transaction, name, now_us)
                                                 : keep_decision(transaction, name, actor_id);
    return failure == FAILURE_NONE ? tell(transaction, courier, name, actor_id, now_us) : failure;
}

enum failure real_name_supersede(struct transaction *transaction, struct courier *courier,
                                 struct id account_id, struct id actor_id, int64_t now_us)
{
    struct real_name before;
    bool exists = false;
    enum failure failure = real_name_store_lock_verified(transaction, account_id, &before, &exists);
    if (failure != FAILURE_NONE || !exists)
        return failure;
    enum review_verdict verdict = review_move(&before.state, REVIEW_SUCCESSION);
    assert(verdict == REVIEW_ACCEPTED); /* of the one that is verified */
    (void)verdict;
    return keep(transaction, courier, &before, actor_id, now_us);
}

enum failure real_name_keep(struct transaction *transaction, struct courier *courier,
                            const struct real_name *name, struct id actor_id, int64_t now_us)
{
    enum failure failure = FAILURE_NONE;
    if (name->state == REVIEW_VERIFIED)
        failure = real_name_supersede(transaction, courier, name->account_id, actor_id, now_us);
    return failure == FAILURE_NONE ? keep(transaction, courier, name, actor_id, now_us) : failure;
}

/* ---- documents expire ---- */

struct expiry {
    struct courier *courier;
    struct id submission_id;
};

static enum failure end_expired(struct transaction *transaction, void *argument)
{
    const struct expiry *expiry = argument;
    struct real_name name;
    bool exists = false;
    enum failure failure = real_name_store_lock(transaction, expiry->submission_id, &name, &exists);
    if (failure != FAILURE_NONE || !exists)
        return failure;
    int64_t now_us = clock_of_us(name.account_id);
    if (name.expire_us == 0 || name.expire_us > now_us ||
        review_move(&name.state, REVIEW_EXPIRY) != REVIEW_ACCEPTED)
        return FAILURE_NONE;
    failure = real_name_keep(transaction, expiry->courier, &name, (struct id){{0}}, now_us);
    return failure != FAILURE_NONE
               ? failure
               : act_append_of_step(transaction, "identity.expire_real_name",
                                    &(struct act){.account_id = name.account_id,
                                                  .object_id = name.submission_id,
                                                  .action = "identity.expire_real_name",
                                                  .tag = "",
                                                  .reason = "",
                                                  .act_us = now_us});
}

static enum failure end_all_expired(struct task *task, void *argument)
{
    struct courier *courier = argument;
    struct id *ids = NULL;
    size_t count = 0;
    enum failure failure = real_name_store_list_expired(
        reader_of(task, courier->database), clock_foremost_us(), EXPIRED_AT_ONCE, &ids, &count);
    for (size_t i = 0; failure == FAILURE_NONE && i < count; i++) {
        struct expiry expiry = {courier, ids[i]};
        failure = database_transact(task, courier->database, ISOLATION_READ_COMMITTED, end_expired,
                                    &expiry);
    }
    return failure;
}

void real_name_start(struct courier *courier, struct loop *loop)
{
    loop_every(loop, "expire_real_names", INTERVAL_MS, end_all_expired, courier);
}
