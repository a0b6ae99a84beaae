#include "identity/jobs/company.h"

#include "identity/jobs/owner_notice.h"
#include "identity/jobs/world.h"
#include "identity/store/account_store.h"
#include "identity/store/evidence_store.h"
#include "identity/v1/event.pb-c.h"
#include "runtime/rpc/timestamp.h"

/* ---- the world, the account's onboarding and its owner are told ---- */

static enum failure tell_verified(struct transaction *transaction,
                                  const struct company_submission *submission, int64_t now_us)
{
    struct arena *arena = transaction_arena(transaction);
    Identity__V1__CompanyVerified event = IDENTITY__V1__COMPANY_VERIFIED__INIT;
    event.account_id = world_id(arena, submission->account_id);
    event.company_id = world_id(arena, submission->company_id);
    event.country = arena_strdup(arena, submission->number.country);
    event.scheme = (Identity__V1__CompanyScheme)submission->number.scheme;
    event.verify_time = timestamp_from_us(arena, now_us);
    return world_tell(transaction, submission->account_id, &event.base, now_us);
}

static enum failure tell_rejected(struct transaction *transaction,
                                  const struct company_submission *submission, int64_t now_us)
{
    struct arena *arena = transaction_arena(transaction);
    Identity__V1__CompanyRejected event = IDENTITY__V1__COMPANY_REJECTED__INIT;
    event.account_id = world_id(arena, submission->account_id);
    event.submission_id = world_id(arena, submission->submission_id);
    event.reason = arena_strdup(arena, submission->reason);
    event.reject_time = timestamp_from_us(arena, now_us);
    return world_tell(transaction, submission->account_id, &event.base, now_us);
}

static enum failure tell_revoked(struct transaction *transaction,
                                 const struct company_submission *submission, int64_t now_us)
{
    struct arena *arena = transaction_arena(transaction);
    Identity__V1__CompanyRevoked event = IDENTITY__V1__COMPANY_REVOKED__INIT;
    event.account_id = world_id(arena, submission->account_id);
    event.company_id = world_id(arena, submission->company_id);
    event.reason = arena_strdup(arena, submission->reason);
    event.revoke_time = timestamp_from_us(arena, now_us);
    return world_tell(transaction, submission->account_id, &event.base, now_us);
}

static enum failure tell_world(struct transaction *transaction,
                               const struct company_submission *submission, int64_t now_us)
{
    switch (submission->state) {
    case REVIEW_VERIFIED:
        return tell_verified(transaction, submission, now_us);
    case REVIEW_REJECTED:
        return tell_rejected(transaction, submission, now_us);
    case REVIEW_REVOKED:
        return tell_revoked(transaction, submission, now_us);
    default:
        return FAILURE_NONE;
    }
}

static enum failure tell(struct transaction *transaction, struct courier *courier,
                         const struct company_submission *submission, struct id actor_id,
                         int64_t now_us)
{
    static const char *const kinds[REVIEW_STATE_COUNT] = {[REVIEW_IN_REVIEW] = "COMPANY_IN_REVIEW",
                                                          [REVIEW_VERIFIED] = "COMPANY_VERIFIED",
                                                          [REVIEW_REJECTED] = "COMPANY_REJECTED",
                                                          [REVIEW_REVOKED] = "COMPANY_REVOKED"};
    const struct trail_line line = {.account_id = submission->account_id,
                                    .kind = kinds[submission->state],
                                    .detail = company_scheme_name(submission->number.scheme),
                                    .actor_id = actor_id,
                                    .noted_us = now_us};
    const struct decision decision = {.of = ACCOUNT_TYPE_CORPORATE,
                                      .account_id = submission->account_id,
                                      .state = submission->state,
                                      .reason = submission->reason,
                                      .now_us = now_us};
    enum failure failure = account_store_record(transaction, &line);
    if (failure == FAILURE_NONE)
        failure = tell_world(transaction, submission, now_us);
    return failure == FAILURE_NONE ? owner_notice_of_decision(transaction, courier, &decision)
                                   : failure;
}

/* ---- what is kept ---- */

static enum failure keep_decision(struct transaction *transaction,
                                  const struct company_submission *submission, struct id actor_id)
{
    enum failure failure = company_store_decide(transaction, submission, actor_id);
    return failure == FAILURE_NONE ? evidence_store_decide(transaction, submission->submission_id,
                                                           evidence_due_us(submission->decided_us))
                                   : failure;
}

/* ID-18: equal keys are one company. */
static enum failure keep_verified(struct transaction *transaction,
                                  struct company_submission *submission, struct id actor_id,
                                  int64_t now_us)
{
    const struct company_key key = company_number_key(&submission->number);
    enum failure failure =
        company_store_take_company(transaction, &key, now_us, &submission->company_id);
    if (failure == FAILURE_NONE)
        failure = keep_decision(transaction, submission, actor_id);
    return failure == FAILURE_NONE ? company_store_join(transaction, submission->company_id,
                                                        submission->account_id, now_us)
                                   : failure;
}

static enum failure keep_revoked(struct transaction *transaction,
                                 const struct company_submission *submission, struct id actor_id,
                                 int64_t now_us)
{
    enum failure failure = company_store_revoke(transaction, submission, actor_id, now_us);
    return failure == FAILURE_NONE ? company_store_leave(transaction, submission->company_id,
                                                         submission->account_id, now_us)
                                   : failure;
}

static enum failure keep(struct transaction *transaction, struct company_submission *submission,
                         struct id actor_id, int64_t now_us)
{
    if (submission->state == REVIEW_REVOKED)
        return keep_revoked(transaction, submission, actor_id, now_us);
    if (submission->state == REVIEW_IN_REVIEW)
        return company_store_decide(transaction, submission, actor_id);
    submission->decided_us = now_us;
    return submission->state == REVIEW_VERIFIED
               ? keep_verified(transaction, submission, actor_id, now_us)
               : keep_decision(transaction, submission, actor_id);
}

enum failure company_keep(struct transaction *transaction, struct courier *courier,
                          struct company_submission *submission, struct id actor_id, int64_t now_us)
{
    enum failure failure = keep(transaction, submission, actor_id, now_us);
    return failure == FAILURE_NONE ? tell(transaction, courier, submission, actor_id, now_us)
                                   : failure;
}

enum failure company_group_obstacles(struct transaction *transaction,
                                     const struct company_submission *submission, int64_t now_us,
                                     enum relation_obstacle found[RELATION_OBSTACLES_MAX],
                                     size_t *count)
{
    const struct company_key key = company_number_key(&submission->number);
    struct id company_id;
    struct group_facts facts;
    *count = 0;
    enum failure failure = company_store_take_company(transaction, &key, now_us, &company_id);
    if (failure == FAILURE_NONE)
        failure =
            relation_store_group_facts(transaction, company_id, submission->account_id, &facts);
    if (failure == FAILURE_NONE)
        *count = relation_group_obstacles(&facts, found);
    return failure;
}
